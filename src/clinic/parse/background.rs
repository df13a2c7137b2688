//! What people say of a medicine and of when it began: "since 2023, stopped 3 Mar 2026", "5 mg".

use super::{date, expiry};
use crate::clinic::background::Medicine;
use crate::clinic::lab;
use chrono::NaiveDate;

/// Reads when something began: a date, a month (`Mar 2026`, `2026-03`) or a year; the first day of it.
///
/// # Errors
/// A sentence with an example, or that it has not come yet.
pub fn since(text: &str, today: NaiveDate, month_first: bool) -> Result<NaiveDate, String> {
    let plain = text.trim();
    let year = (plain.len() == 4).then(|| plain.parse().ok()).flatten().filter(|y| (1880..=2200).contains(y));
    let read = match year {
        Some(year) => NaiveDate::from_ymd_opt(year, 1, 1),
        None => month_of(plain, today, month_first),
    };
    let wrong = || format!("\"{plain}\" is no time; write for example Mar 2026, 2025 or 3 Mar 2026");
    let day = read.or_else(|| date(plain, today, month_first).ok()).ok_or_else(wrong)?;
    if day > today { Err(format!("{plain} has not come yet")) } else { Ok(day) }
}

/// The first day of a month and year; nothing where the text is a whole date.
fn month_of(text: &str, today: NaiveDate, month_first: bool) -> Option<NaiveDate> {
    let last = expiry(text, today, month_first).ok()?;
    let is_date = date(text, today, month_first).is_ok();
    // Two digits of a year are an expiry's way, and would be guessed here.
    let has_year = text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() == 4);
    if is_date || !has_year { None } else { chrono::Datelike::with_day(&last, 1) }
}

/// Reads when something was stopped: a date, or a month, which means its last day, so that no check is counted as after it
/// that may have been before.
///
/// # Errors
/// A sentence with an example, or that it has not come yet.
pub fn stopped(text: &str, today: NaiveDate, month_first: bool) -> Result<NaiveDate, String> {
    let plain = text.trim();
    let of_month = month_of(plain, today, month_first).filter(|first| *first <= today);
    let last = of_month.and_then(|_| expiry(plain, today, month_first).ok()).map(|last| last.min(today));
    let wrong = || format!("\"{plain}\" is no day; write for example 3 Mar 2026, or Mar 2026");
    let day = last.or_else(|| date(plain, today, month_first).ok()).ok_or_else(wrong)?;
    if day > today { Err(format!("{plain} has not come yet")) } else { Ok(day) }
}

/// Reads a daily dose: `400 mcg`, `5 mg`, `0.4 mg a day`. A number alone is refused: 5 may be mg, and 400 mcg.
///
/// # Errors
/// A sentence with an example.
pub fn daily_mcg(text: &str) -> Result<u32, String> {
    let plain = text.trim().to_lowercase();
    let wrong = || format!("\"{}\" is no daily dose; write for example 400 mcg or 5 mg", text.trim());
    let dose =
        ["a day", "per day", "/day", "daily"].iter().fold(plain.as_str(), |t, end| t.trim_end_matches(end).trim());
    let number = |digits: &str| lab::number_of(digits.trim()).filter(|n| *n > 0.0);
    let micro = ["mcg", "µg", "μg", "ug"].iter().find_map(|unit| dose.strip_suffix(unit));
    let mcg = match (micro, dose.strip_suffix("mg")) {
        (Some(digits), _) => number(digits),
        (None, Some(digits)) => number(digits).map(|mg| mg * 1_000.0),
        (None, None) => return Err(wrong()),
    };
    let whole = mcg.map(f64::round).filter(|n| (1.0..=1_000_000.0).contains(n));
    whole.map(|n| n as u32).ok_or_else(wrong)
}

/// Reads what is said of a medicine: `since 2023, stopped 3 Mar 2026, 5 mg a day`; `since=2023 daily=400mcg` too.
///
/// # Errors
/// A sentence that says what to write.
pub fn medicine(id: &str, said: &str, today: NaiveDate, month_first: bool) -> Result<Medicine, String> {
    let mut taken = Medicine::taken(id);
    let words = said.replace(['=', ',', ';'], " ");
    let mut parts: Vec<(&str, String)> = vec![("daily", String::new())];
    for word in words.split_whitespace() {
        match word.to_lowercase().as_str() {
            "since" | "from" => parts.push(("since", String::new())),
            "stopped" | "until" => parts.push(("stopped", String::new())),
            "daily" | "dose" => parts.push(("daily", String::new())),
            "daily-mcg" => parts.push(("daily-mcg", String::new())),
            _ => {
                let Some((_, text)) = parts.last_mut() else { continue };
                text.push(' ');
                text.push_str(word);
            }
        }
    }
    for (what, text) in &parts {
        match *what {
            "daily" if text.trim().is_empty() => {}
            "since" => taken.since = Some(since(text, today, month_first)?),
            "stopped" => taken.stopped = Some(stopped(text, today, month_first)?),
            "daily-mcg" => taken.daily_mcg = Some(daily_mcg(&format!("{text} mcg"))?),
            _ => taken.daily_mcg = Some(daily_mcg(text).map_err(|_| not_understood(text))?),
        }
    }
    if taken.since.zip(taken.stopped).is_some_and(|(since, stopped)| stopped < since) {
        return Err("it was stopped before it began: look at the dates".to_owned());
    }
    Ok(taken)
}

fn not_understood(text: &str) -> String {
    format!("\"{}\" is not understood; write for example: 400 mcg, since 2023, stopped 3 Mar 2026", text.trim())
}

/// Says again what is known of a medicine, as [`medicine`] reads it.
#[must_use]
pub fn medicine_said(medicine: &Medicine) -> String {
    let day = |day: NaiveDate| day.format("%-d %b %Y").to_string();
    let parts = [
        medicine.daily_mcg.map(|mcg| format!("{mcg} mcg a day")),
        medicine.since.map(|since| format!("since {}", day(since))),
        medicine.stopped.map(|stopped| format!("stopped {}", day(stopped))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    const TODAY: &str = "2026-11-23";

    #[test]
    fn a_month_or_a_year_is_enough_for_a_beginning() {
        for (text, expected) in [
            ("2025", "2025-01-01"),
            ("Mar 2026", "2026-03-01"),
            ("2026-03", "2026-03-01"),
            ("03/2026", "2026-03-01"),
            ("3 Mar 2026", "2026-03-03"),
            ("2026-03-03", "2026-03-03"),
            ("t-3", "2026-11-20"),
            ("Nov 2026", "2026-11-01"),
        ] {
            assert_eq!(since(text, day(TODAY), false), Ok(day(expected)), "{text}");
        }
        for wrong in ["", "soon", "03/26", "Dec 2026", "2027", "0025"] {
            assert!(since(wrong, day(TODAY), false).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_month_in_which_it_stopped_is_over_with_its_last_day() {
        assert_eq!(stopped("Mar 2026", day(TODAY), false), Ok(day("2026-03-31")));
        assert_eq!(stopped("Nov 2026", day(TODAY), false), Ok(day(TODAY)), "not beyond today");
        assert_eq!(stopped("3 Mar 2026", day(TODAY), false), Ok(day("2026-03-03")));
        assert!(stopped("Dec 2026", day(TODAY), false).is_err() && stopped("2026", day(TODAY), false).is_err());
    }

    #[test]
    fn a_daily_dose_has_a_unit() {
        for (text, mcg) in [("400 mcg", 400), ("5 mg", 5_000), ("0.4mg a day", 400), ("400 µg daily", 400)] {
            assert_eq!(daily_mcg(text), Ok(mcg), "{text}");
        }
        for wrong in ["5", "400", "", "mg", "-5 mg", "0 mg", "5 g", "9999999 mg", "1e3 mcg", "+5 mg", ".5 mg"] {
            assert!(daily_mcg(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_medicine_reads_as_it_is_said() {
        let read = |text: &str| medicine("metformin", text, day(TODAY), false);
        let all = Medicine {
            since: Some(day("2023-01-01")),
            stopped: Some(day("2026-03-03")),
            daily_mcg: Some(400),
            ..Medicine::taken("metformin")
        };
        assert_eq!(read("400 mcg a day, since 2023, stopped 3 Mar 2026"), Ok(all.clone()));
        assert_eq!(read("since=2023 stopped=2026-03-03 daily=400mcg"), Ok(all.clone()));
        assert_eq!(read("since=2023 stopped=2026-03-03 daily-mcg=400"), Ok(all.clone()));
        assert_eq!(read(&medicine_said(&all)), Ok(all), "what is said again reads the same");
        assert_eq!(read(""), Ok(Medicine::taken("metformin")));
        for wrong in ["sometimes", "since", "stopped soon", "since 2025 stopped 2024-01-01", "since 2027", "5"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
