//! Text to typed values, once, at the edge. An error is a sentence that says what to write instead.

mod background;

pub use background::{daily_mcg, medicine, medicine_said, since, stopped};

use super::interval::Interval;
use super::lab;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// Reads a date: `2026-11-23`, `23 Nov 2026`, `23/11/2026`, `23112026`, `today`, `t+14`, `t-3`, `+8w`, `+3m`.
///
/// Numbers with slashes, dots or nothing between them are day, month, year; where `month_first` is set, month, day, year.
///
/// # Errors
/// A sentence with an example. A year of two digits is refused, never guessed.
pub fn date(text: &str, today: NaiveDate, month_first: bool) -> Result<NaiveDate, String> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Err("say which day: for example 23 Nov 2026, t+3 or +4w".to_owned());
    }
    let wrong = || format!("\"{text}\" is not a date; write for example 23 Nov 2026 or 2026-11-23");
    if let Some(day) = relative(&text, today) {
        return Ok(day);
    }
    if let Ok(day) = NaiveDate::parse_from_str(&text, "%Y-%m-%d") {
        return plausible(day).ok_or_else(wrong);
    }
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ', ',']).filter(|p| !p.is_empty()).collect();
    let mut weekday = None;
    let parts = match parts[..] {
        // With or without the weekday in front.
        [day, d, m, y] if !day.starts_with(|c: char| c.is_ascii_digit()) => {
            weekday = Some(day.parse::<Weekday>().map_err(|_| wrong())?);
            vec![d, m, y]
        }
        [only] if only.len() == 8 && only.bytes().all(|b| b.is_ascii_digit()) => {
            vec![&only[..2], &only[2..4], &only[4..]]
        }
        _ => parts,
    };
    let [first, second, year] = parts[..] else { return Err(wrong()) };
    if year.len() != 4 {
        return Err(format!("\"{text}\": write the year with four digits"));
    }
    let (day, month) =
        if month_first && second.bytes().all(|b| b.is_ascii_digit()) { (second, first) } else { (first, second) };
    let month = month_number(month).ok_or_else(wrong)?;
    let (day, year) = (day.parse().map_err(|_| wrong())?, year.parse().map_err(|_| wrong())?);
    let date = NaiveDate::from_ymd_opt(year, month, day).and_then(plausible);
    let date = date.ok_or_else(|| format!("{text} is not in the calendar"))?;
    match weekday {
        Some(said) if said != date.weekday() => Err(format!("{text}: that day is a {}", date.format("%A"))),
        _ => Ok(date),
    }
}

/// So many years from today a year of two digits is near.
const NEAR_YEARS: i32 = 20;

/// Reads a day near today, of a dose, an appointment or an expiry: as [`date`] does, and `30.11.26` as 2026, `3.12.` as the
/// nearest 3 December. It is for no birth date: 26 may be 1926 there.
///
/// # Errors
/// A sentence with an example.
pub fn day_near(text: &str, today: NaiveDate, month_first: bool) -> Result<NaiveDate, String> {
    let exact = date(text, today, month_first);
    let Err(sentence) = exact else { return exact };
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ', ',']).filter(|p| !p.is_empty()).collect();
    // The weekday in front is checked with the rest.
    let (weekday, parts) = match parts[..] {
        [day, ref rest @ ..] if day.parse::<Weekday>().is_ok() => (format!("{day} "), rest.to_vec()),
        ref all => (String::new(), all.to_vec()),
    };
    let at = |year: i32| match parts[..] {
        [first, second] | [first, second, _] => {
            date(&format!("{weekday}{first} {second} {year:04}"), today, month_first).ok()
        }
        _ => None,
    };
    let nearest = |years: &mut dyn Iterator<Item = i32>| {
        years.filter_map(at).min_by_key(|day| day.signed_duration_since(today).num_days().abs())
    };
    let found = match parts[..] {
        [_, _, year] if year.len() == 2 => {
            let year = whole(year).and_then(|y| i32::try_from(2000 + y).ok());
            at(year.filter(|y| y.abs_diff(today.year()) <= NEAR_YEARS.unsigned_abs()).unwrap_or(-1))
        }
        [_, _] => nearest(&mut (today.year() - 1..=today.year() + 1)),
        _ => None,
    };
    found.ok_or(sentence)
}

/// Reads a whole number; what else a computer takes for one, `+5`, is no number that people write here.
fn whole(digits: &str) -> Option<u32> {
    Some(digits).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

/// Years that a practice can mean.
fn plausible(day: NaiveDate) -> Option<NaiveDate> {
    (1880..=2200).contains(&day.year()).then_some(day)
}

fn month_number(text: &str) -> Option<u32> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let head: String = text.chars().take(3).collect();
    NAMES.iter().position(|n| *n == head).map(|i| i as u32 + 1)
}

fn relative(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let rest = text.strip_prefix("today").or_else(|| text.strip_prefix('t')).unwrap_or(text);
    match (rest.is_empty(), text.is_empty()) {
        (true, false) => return Some(today),
        (true, true) => return None,
        _ => {}
    }
    if text == "yesterday" {
        return today.pred_opt();
    }
    let back = rest.starts_with('-');
    let span = rest.strip_prefix(['+', '-'])?.trim();
    let interval = whole(span).map(Interval::Days).or_else(|| span.parse().ok())?;
    let moved = match (back, interval) {
        (false, interval) => interval.after(today, 1),
        (true, Interval::Days(n)) => today.checked_sub_days(Days::new(u64::from(n)))?,
        (true, Interval::Weeks(n)) => today.checked_sub_days(Days::new(7 * u64::from(n)))?,
        (true, Interval::Months(n)) => today.checked_sub_months(Months::new(n))?,
    };
    plausible(moved)
}

/// Reads an expiry: a date, or a month and year, which means the last day of that month.
///
/// # Errors
/// A sentence with an example.
pub fn expiry(text: &str, today: NaiveDate, month_first: bool) -> Result<NaiveDate, String> {
    let plain = text.trim();
    let parts: Vec<&str> = plain.split(['/', '-', '.', ' ']).filter(|p| !p.is_empty()).collect();
    let month_year = match parts[..] {
        [year, month] if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => Some((year, month)),
        [month, year] if year.len() == 4 => Some((year, month)),
        [month, year] if year.len() == 2 && month.len() == 2 => return two_digit_year(month, year),
        _ => None,
    };
    match month_year {
        Some((year, month)) => end_of_month(year, month),
        None => day_near(plain, today, month_first)
            .map_err(|_| format!("\"{plain}\" is no expiry; write for example 2027-06 or 06/2027")),
    }
}

/// Labels print `06/27`; an expiry lies in this century.
fn two_digit_year(month: &str, year: &str) -> Result<NaiveDate, String> {
    end_of_month(&format!("20{year}"), month)
}

fn end_of_month(year: &str, month: &str) -> Result<NaiveDate, String> {
    let first =
        year.parse().ok().zip(month_number(&month.to_lowercase())).and_then(|(y, m)| NaiveDate::from_ymd_opt(y, m, 1));
    let last = first.and_then(|d| d.checked_add_months(Months::new(1))).and_then(|d| d.pred_opt()).and_then(plausible);
    last.ok_or_else(|| format!("\"{month} {year}\" is no month; write for example 2027-06"))
}

/// Reads a whole number of micrograms: `1000`, `1,000`, `1000 mcg`. `mg` is refused with the number to write.
///
/// # Errors
/// A sentence that says what to write.
pub fn dose_mcg(text: &str) -> Result<u32, String> {
    let text = text.trim().to_lowercase();
    if let Some(mg) = text.strip_suffix("mg").map(str::trim) {
        let hint =
            lab::number_of(mg).map(|v| format!(": {mg} mg is {} mcg", (v * 1_000.0).round())).unwrap_or_default();
        return Err(format!("write micrograms{hint}"));
    }
    let plain = text.trim_end_matches("mcg").trim();
    // A comma groups thousands and nothing else: "1,5" is no fifteen, and "0,100" no hundred.
    let grouped = plain.split(',').skip(1).all(|group| group.len() == 3) && !plain.starts_with([',', '0']);
    let digits: String = plain.chars().filter(|c| *c != ',' || !grouped).collect();
    whole(&digits)
        .filter(|n| (1..=100_000).contains(n))
        .ok_or_else(|| format!("\"{text}\" is not a dose in mcg; write for example 1000"))
}

/// Reads a volume in millilitres: `1`, `0.25`, `0,25 mL`.
///
/// # Errors
/// A sentence that says what to write. A point without a digit before it is refused: it is overlooked on a label too.
pub fn volume_ml(text: &str) -> Result<f64, String> {
    let plain = text.trim().to_lowercase();
    let digits = plain.strip_suffix("ml").unwrap_or(&plain).trim();
    lab::number_of(digits)
        .filter(|ml| *ml > 0.0 && *ml <= 100.0 && !digits.ends_with(['.', ',']))
        .ok_or_else(|| format!("\"{}\" is not a volume in mL; write for example 1 or 0.25", text.trim()))
}

/// Reads how many days before the next dose symptoms came back; 0 is "they did not".
///
/// # Errors
/// A sentence that says what to write.
pub fn returned_days(text: &str) -> Result<u32, String> {
    let days = text.trim().trim_end_matches("days").trim_end_matches("day").trim();
    whole(days).filter(|n| *n <= 366).ok_or_else(|| {
        format!("\"{}\" is no number of days; write for example 14, or 0 if they did not come back", text.trim())
    })
}

/// Returns whether a letter shows nothing by itself and may turn, hide or part those beside it: what steers a terminal, the
/// direction of writing, blanks without width. Joiners (U+200C, U+200D) are part of how some languages are written.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    let is_out = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    is_out || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn dates_as_people_write_them() {
        let today = day("2026-11-23");
        for (text, expected) in [
            ("2026-11-23", "2026-11-23"),
            ("23 Nov 2026", "2026-11-23"),
            ("Mon 23 Nov 2026", "2026-11-23"),
            ("04/03/1961", "1961-03-04"),
            ("4.3.1961", "1961-03-04"),
            ("04031961", "1961-03-04"),
            ("4 March 1961", "1961-03-04"),
            ("29 feb 2028", "2028-02-29"),
            ("today", "2026-11-23"),
            ("t", "2026-11-23"),
            ("t+14", "2026-12-07"),
            ("t-3", "2026-11-20"),
            ("+8w", "2027-01-18"),
            ("+3m", "2027-02-23"),
        ] {
            assert_eq!(date(text, today, false), Ok(day(expected)), "{text}");
        }
        assert_eq!(date("03/04/1961", today, true), Ok(day("1961-03-04")));
    }

    #[test]
    fn what_is_no_date_is_refused_and_never_guessed() {
        for text in [
            "",
            "x",
            "31/02/2026",
            "4/3/61",
            "2026",
            "29 feb 2027",
            "99/99/9999",
            "t+",
            "++5",
            "+0d",
            "١/٢/٢٠٢٦",
            "0001-01-01",
        ] {
            assert!(date(text, day("2026-11-23"), false).is_err(), "{text}");
        }
    }

    #[test]
    fn a_short_year_is_of_a_day_near_today() {
        let today = day("2026-11-23");
        for (text, expected) in [
            ("30.11.26", "2026-11-30"),
            ("1/12/26", "2026-12-01"),
            ("Mon 30 Nov 26", "2026-11-30"),
            ("3.12.", "2026-12-03"),
            ("3.12", "2026-12-03"),
            ("3 dec", "2026-12-03"),
            ("5.1.", "2027-01-05"),
            ("15.10.", "2026-10-15"),
            ("2026-12-03", "2026-12-03"),
            ("t+3", "2026-11-26"),
        ] {
            assert_eq!(day_near(text, today, false), Ok(day(expected)), "{text}");
        }
        assert_eq!(day_near("11/30/26", today, true), Ok(day("2026-11-30")));
        for text in
            ["4.3.61", "31.2.26", "Tue 30 Nov 26", "30.13.", "31.2.", "26", "3.12.126", "", "x y", "a.b.26", "29.2."]
        {
            assert!(day_near(text, today, false).is_err(), "{text}");
        }
        assert!(date("30.11.26", today, false).is_err(), "never where the century counts");
    }

    #[test]
    fn an_expiry_of_a_month_is_its_last_day() {
        let today = day("2026-11-23");
        for (text, expected) in [
            ("2027-06", "2027-06-30"),
            ("06/2027", "2027-06-30"),
            ("02/28", "2028-02-29"),
            ("jun 2027", "2027-06-30"),
            ("2027-06-15", "2027-06-15"),
            ("15.06.27", "2027-06-15"),
        ] {
            assert_eq!(expiry(text, today, false), Ok(day(expected)), "{text}");
        }
        assert!(expiry("13/2027", today, false).is_err());
    }

    #[test]
    fn a_volume_is_millilitres() {
        for (text, expected) in [("1", 1.0), ("0.25", 0.25), ("0,25 mL", 0.25), (" 2 ml ", 2.0), ("0.006mL", 0.006)] {
            assert_eq!(volume_ml(text), Ok(expected), "{text}");
        }
        for text in ["", "mL", ".5", "1.", "0", "-1", "1 l", "1,000", "101", "one", "1 mcg", "1e1", "+1"] {
            assert!(volume_ml(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_dose_is_micrograms() {
        assert_eq!(dose_mcg("1,000 mcg"), Ok(1000));
        assert!(dose_mcg("1 mg").unwrap_err().contains("1000"));
        for text in ["1,5", "1,00", "0,100", ",100", "0", "", "-5", "+5", "1e3", "1_000", "nan mg"] {
            assert!(dose_mcg(text).is_err(), "{text}");
        }
    }
}
