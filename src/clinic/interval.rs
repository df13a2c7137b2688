//! Calendar arithmetic on civil dates: intervals that keep their unit.
//!
//! Three months are not twelve weeks (facts 1.2, D6), so an [`Interval`] remembers what it was said in. Month
//! arithmetic clamps to the month's last day and is always counted from an anchor, never chained (facts 1.2, D5).

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A span of calendar time in the unit that the protocol uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Interval {
    /// Days.
    Days(u32),
    /// Weeks of seven days.
    Weeks(u32),
    /// Calendar months; twelve of them are a year.
    Months(u32),
}

/// The most of any unit that an interval may hold; beyond it a typing slip is likelier than a plan.
const MOST: u32 = 1_200;

impl Interval {
    /// Returns the date `k` intervals after `anchor`; a day that the month lacks becomes its last day.
    #[must_use]
    pub fn after(self, anchor: NaiveDate, k: u32) -> NaiveDate {
        let moved = match self {
            Self::Days(n) => anchor.checked_add_days(Days::new(u64::from(n) * u64::from(k))),
            Self::Weeks(n) => anchor.checked_add_days(Days::new(7 * u64::from(n) * u64::from(k))),
            Self::Months(n) => anchor.checked_add_months(Months::new(n.saturating_mul(k))),
        };
        moved.unwrap_or(NaiveDate::MAX)
    }

    /// Returns the date one interval before `date`.
    #[must_use]
    pub fn before(self, date: NaiveDate) -> NaiveDate {
        let moved = match self {
            Self::Days(n) => date.checked_sub_days(Days::new(u64::from(n))),
            Self::Weeks(n) => date.checked_sub_days(Days::new(7 * u64::from(n))),
            Self::Months(n) => date.checked_sub_months(Months::new(n)),
        };
        moved.unwrap_or(NaiveDate::MIN)
    }

    /// Returns the ISO 8601 duration, such as `P2M`.
    #[must_use]
    pub fn iso(self) -> String {
        match self {
            Self::Days(n) => format!("P{n}D"),
            Self::Weeks(n) => format!("P{n}W"),
            Self::Months(n) => format!("P{n}M"),
        }
    }

    /// Returns the length in days, a month taken as 30.4; for comparing and for limits, never for a due date.
    #[must_use]
    pub fn about_days(self) -> u32 {
        match self {
            Self::Days(n) => n,
            Self::Weeks(n) => n * 7,
            Self::Months(n) => n * 304 / 10,
        }
    }

    fn count_and_unit(self) -> (u32, &'static str) {
        match self {
            Self::Days(n) => (n, "day"),
            Self::Weeks(n) => (n, "week"),
            Self::Months(n) => (n, "month"),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, unit) = self.count_and_unit();
        write!(f, "{n} {unit}{}", if n == 1 { "" } else { "s" })
    }
}

impl From<Interval> for String {
    fn from(interval: Interval) -> Self {
        interval.to_string()
    }
}

impl TryFrom<String> for Interval {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Interval {
    type Err = String;

    /// Reads `2 months`, `1 week`, `10d` or the ISO form `P2M`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("\"{text}\" is not an interval; write for example \"2 months\", \"12 weeks\" or \"3 days\"");
        let text = text.trim().to_lowercase();
        let body = text.strip_prefix('p').unwrap_or(&text);
        let digits = body.chars().take_while(char::is_ascii_digit).count();
        let n: u32 = body[..digits].parse().map_err(|_| wrong())?;
        if n == 0 || n > MOST {
            return Err(wrong());
        }
        match body[digits..].trim() {
            "d" | "day" | "days" => Ok(Self::Days(n)),
            "w" | "week" | "weeks" => Ok(Self::Weeks(n)),
            "m" | "month" | "months" => Ok(Self::Months(n)),
            "y" | "year" | "years" if n <= MOST / 12 => Ok(Self::Months(12 * n)),
            _ => Err(wrong()),
        }
    }
}

/// Returns the number of days from `from` to `to`; negative when `to` lies before.
#[must_use]
pub fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_clamp_to_the_last_day_as_in_facts_1_2() {
        for (anchor, months, expected) in [
            ("2026-01-31", 1, "2026-02-28"),
            ("2026-08-31", 6, "2027-02-28"),
            ("2027-11-30", 3, "2028-02-29"),
            ("2028-02-29", 12, "2029-02-28"),
        ] {
            assert_eq!(Interval::Months(months).after(day(anchor), 1), day(expected), "{anchor} + {months} months");
        }
    }

    #[test]
    fn counting_from_the_anchor_does_not_drift() {
        let dates: Vec<_> = (0..4).map(|k| Interval::Months(1).after(day("2026-01-31"), k)).collect();
        assert_eq!(dates, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"].map(day));
    }

    #[test]
    fn three_months_are_not_twelve_weeks() {
        assert_eq!(Interval::Months(3).after(day("2026-01-16"), 1), day("2026-04-16"));
        assert_eq!(Interval::Weeks(12).after(day("2026-01-16"), 1), day("2026-04-10"));
    }

    #[test]
    fn reads_words_and_iso_and_refuses_the_rest() {
        assert_eq!("2 months".parse(), Ok(Interval::Months(2)));
        assert_eq!("P3W".parse(), Ok(Interval::Weeks(3)));
        assert_eq!("1 year".parse(), Ok(Interval::Months(12)));
        for wrong in ["", "months", "0 days", "2 moons", "99999 days", "P", "-1 day", "٣ days"] {
            assert!(wrong.parse::<Interval>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_far_end_of_the_calendar_is_an_end_and_no_panic() {
        assert_eq!(Interval::Months(1_200).after(NaiveDate::MAX, 1_000), NaiveDate::MAX);
        assert_eq!(Interval::Months(u32::MAX).after(day("2026-01-01"), 2), NaiveDate::MAX);
    }
}
