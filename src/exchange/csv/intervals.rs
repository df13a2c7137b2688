//! The time between doses as lists write it: `every 12 weeks`, `3 monthly`, `q12w`, `12/52`. Months are not weeks.

use super::dates::short;
use super::vocabulary::{Of, value};
use crate::clinic::interval::Interval;
use crate::clinic::lab::is_below_zero;

/// Reads an interval; a bare number takes the unit that the column's name tells.
///
/// # Errors
/// Why it is held, in a few words.
pub(super) fn interval(text: &str, unit: Option<&str>) -> Result<Interval, String> {
    let unclear = || format!("\"{}\" is no interval; write for example every 12 weeks, or every 3 months", short(text));
    if text.len() > 80 {
        return Err(unclear());
    }
    if text.replace('–', "-").split_whitespace().any(is_below_zero) {
        return Err(format!("\"{}\" is below zero, which no interval can be", short(text)));
    }
    if let Some(whole) = value(Of::Interval, text) {
        return whole.parse();
    }
    let parts = parts(text);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts[..] {
        // British shorthand: 12/52 are weeks, 3/12 months, 10/7 days.
        [n, "/", "52"] => of(n, "weeks"),
        [n, "/", "12"] => of(n, "months"),
        [n, "/", "7"] => of(n, "days"),
        ["p", n, unit] | [n, unit] => of(n, unit),
        // "1x alle 3 Monate", "1x per 3 maanden": once in that time.
        ["1", "x", n, unit] | ["1", "x", "per" | "par" | "pro", n, unit] => of(n, unit),
        // "Mon" and "Wo" alone are days of the week.
        [one] if value(Of::Unit, one).is_some() && !matches!(one, "mon" | "wo") => of("1", one),
        [n] => unit.and_then(|unit| of(n, unit)),
        _ => None,
    }
    .ok_or_else(unclear)
}

fn of(n: &str, unit: &str) -> Option<Interval> {
    let n = value(Of::Number, n).unwrap_or(n);
    let unit = value(Of::Unit, unit)?;
    n.bytes().all(|b| b.is_ascii_digit()).then(|| format!("{n} {unit}").parse().ok()).flatten()
}

/// The numbers, words and strokes, without "every" and the like.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in text.trim().to_lowercase().chars() {
        let joins = (c.is_ascii_digit() && last.is_ascii_digit()) || (c.is_alphabetic() && last.is_alphabetic());
        match parts.last_mut().filter(|_| joins) {
            Some(part) => part.push(c),
            None if c.is_alphanumeric() || c == '/' => parts.push(c.to_string()),
            // A range is no interval: "2-3 months", "8 to 12 weeks".
            None if matches!(c, '-' | '–' | '~') && last.is_ascii_digit() => parts.push("-".to_owned()),
            None => {}
        }
        last = c;
    }
    parts.retain(|part| {
        let links = matches!(part.as_str(), "tous" | "toutes" | "les" | "om" | "de" | "a" | "once" | "ly");
        !links && value(Of::Every, part).is_none()
    });
    // "3-monthly" has a stroke that is no range.
    if let [n, stroke, unit] = &parts[..]
        && stroke == "-"
        && value(Of::Unit, unit).is_some()
    {
        return vec![n.clone(), unit.clone()];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_as_lists_write_them() {
        for (text, expected) in [
            ("every 12 weeks", Interval::Weeks(12)),
            ("12 weekly", Interval::Weeks(12)),
            ("12wkly", Interval::Weeks(12)),
            ("q12w", Interval::Weeks(12)),
            ("q 12 wks", Interval::Weeks(12)),
            ("12/52", Interval::Weeks(12)),
            ("3 monthly", Interval::Months(3)),
            ("3-monthly", Interval::Months(3)),
            ("every 3 months", Interval::Months(3)),
            ("every three months", Interval::Months(3)),
            ("3/12", Interval::Months(3)),
            ("q3m", Interval::Months(3)),
            ("quarterly", Interval::Months(3)),
            ("monthly", Interval::Months(1)),
            ("every month", Interval::Months(1)),
            ("every other month", Interval::Months(2)),
            ("fortnightly", Interval::Weeks(2)),
            ("alle 3 Monate", Interval::Months(3)),
            ("vierteljährlich", Interval::Months(3)),
            ("tous les 3 mois", Interval::Months(3)),
            ("elke 12 weken", Interval::Weeks(12)),
            ("cada dos meses", Interval::Months(2)),
            ("alternate days", Interval::Days(2)),
            ("P3M", Interval::Months(3)),
            ("90 days", Interval::Days(90)),
            ("2 months", Interval::Months(2)),
            ("1x/Quartal", Interval::Months(3)),
            ("1 x pro Quartal", Interval::Months(3)),
            ("quartalsweise", Interval::Months(3)),
            ("every 12 wk", Interval::Weeks(12)),
            ("q3mo", Interval::Months(3)),
            ("q12wk", Interval::Weeks(12)),
            ("Q 3 months", Interval::Months(3)),
            ("3/52", Interval::Weeks(3)),
            ("10/7", Interval::Days(10)),
            ("12-weekly", Interval::Weeks(12)),
            ("12-wöchentlich", Interval::Weeks(12)),
            ("alle 12 Wochen", Interval::Weeks(12)),
            ("alle 12 Wo.", Interval::Weeks(12)),
            ("alle 3 Mon.", Interval::Months(3)),
            ("4x/year", Interval::Months(3)),
            ("4 x jährlich", Interval::Months(3)),
            ("1 fois par trimestre", Interval::Months(3)),
            ("1x/mois", Interval::Months(1)),
            ("toutes les 12 semaines", Interval::Weeks(12)),
            ("tous les trois mois", Interval::Months(3)),
            ("1x per kwartaal", Interval::Months(3)),
            ("elke drie maanden", Interval::Months(3)),
            ("1x per 3 maanden", Interval::Months(3)),
            ("cada 12 semanas", Interval::Weeks(12)),
            ("cada 3 meses", Interval::Months(3)),
            ("una vez al trimestre", Interval::Months(3)),
            ("1x alle 3 Monate", Interval::Months(3)),
            ("once every 3 months", Interval::Months(3)),
        ] {
            assert_eq!(interval(text, None), Ok(expected), "{text}");
        }
        assert_eq!(interval("12", Some("weeks")), Ok(Interval::Weeks(12)));
    }

    #[test]
    fn what_is_no_single_interval_is_held() {
        for text in [
            "12",
            "3",
            "1x",
            "4x",
            "Mon",
            "every Mon",
            "Wo",
            "2 per week",
            "3 par semaine",
            "2x per maand",
            "2x/Quartal",
            "3x/week",
            "4/8",
            "3/13",
            "2-3 months",
            "8/10 weeks",
            "every 2 to 3 months",
            "-12 weeks",
            "–12 weeks",
            "every -3 months",
            "−12",
            "2x weekly",
            "2 x pro Woche",
            "3 fois par semaine",
            "monthly x 6",
            "PRN",
            "",
            "0 weeks",
            "99999 weeks",
        ] {
            assert!(interval(text, None).is_err(), "{text}: {:?}", interval(text, None));
        }
    }
}
