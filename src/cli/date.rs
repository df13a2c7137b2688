//! Dates as people type them: `2026-11-23`, `today`, `t`, `t+14`, `t-3`.

use chrono::{Days, Months, NaiveDate};
use std::str::FromStr;

/// A date that was typed, perhaps relative to today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    /// A date of the calendar.
    On(NaiveDate),
    /// So many days after today.
    FromToday(i64),
}

impl Day {
    /// Returns the date.
    #[must_use]
    pub(super) fn date(self, today: NaiveDate) -> NaiveDate {
        match self {
            Self::On(date) => date,
            Self::FromToday(n) if n >= 0 => today.checked_add_days(Days::new(n.unsigned_abs())).unwrap_or(today),
            Self::FromToday(n) => today.checked_sub_days(Days::new(n.unsigned_abs())).unwrap_or(today),
        }
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let typed = text.trim().to_lowercase();
        let offset = match typed.strip_prefix("today").or_else(|| typed.strip_prefix('t')) {
            Some("") => Some(0),
            Some(rest) => signed(rest.trim()).filter(|n| n.abs() <= 36_600),
            None => None,
        };
        offset
            .map(Self::FromToday)
            .or_else(|| date(&typed).map(Self::On))
            .ok_or_else(|| format!("\"{text}\" is not a date; write for example 2026-11-23, today, t+14 or t-3"))
    }
}

fn signed(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-'])?;
    let n: i64 = Some(digits.trim()).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    Some(if text.starts_with('-') { -n } else { n })
}

/// Reads `YYYY-MM-DD`, four digits for the year and nothing else.
fn date(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    Some(text).filter(|_| shape)?.parse().ok()
}

/// Reads an expiry: a day, or a month, which means that month's last day.
pub(super) fn expiry(text: &str) -> Result<NaiveDate, String> {
    let wrong = || format!("\"{text}\" is not an expiry; write for example 2027-08 or 2027-08-31");
    let typed = text.trim();
    if let Some(day) = date(typed) {
        return Ok(day);
    }
    let first = (typed.len() == 7).then(|| date(&format!("{typed}-01"))).flatten().ok_or_else(wrong)?;
    first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_type() {
        let today: NaiveDate = "2026-11-22".parse().unwrap();
        for (text, expected) in [
            ("2026-01-05", "2026-01-05"),
            ("today", "2026-11-22"),
            ("T", "2026-11-22"),
            ("t+14", "2026-12-06"),
            ("t-22", "2026-10-31"),
            ("today + 1", "2026-11-23"),
        ] {
            assert_eq!(text.parse::<Day>().unwrap().date(today).to_string(), expected, "{text}");
        }
        for wrong in ["", "2026-02-30", "5.1.2026", "tomorrow", "t14", "2026-1-5", "+262026-01-01", "t+99999999"] {
            assert!(wrong.parse::<Day>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_month_is_good_through_its_last_day() {
        assert_eq!(expiry("2028-02").unwrap().to_string(), "2028-02-29");
        assert_eq!(expiry("2027-12").unwrap().to_string(), "2027-12-31");
        assert_eq!(expiry("2027-08-15").unwrap().to_string(), "2027-08-15");
        assert!(expiry("2027-13").is_err() && expiry("08/27").is_err());
    }
}
