//! How long an order is good: until a day, for a number of doses, or both, whichever comes first; and its renewal.

use super::entry::EntryId;
use super::interval::Interval;
use super::iso;
use super::parse;
use super::roles::Told;
use super::words;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// How long an order is good. Without a day and a number it is good until somebody ends it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The last day on which a dose may be given on it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_day")]
    pub until: Option<NaiveDate>,
    /// How many doses may be given on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doses: Option<u32>,
}

/// Returns the last day that a list of renewals looks at.
#[must_use]
pub fn renewals_until(today: NaiveDate, days: u64) -> NaiveDate {
    today.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// More doses than a lifetime has.
const MOST_DOSES: u32 = 1_000;

impl Renewed {
    /// Returns it in words: `until Fri 04 Dec 2026`.
    #[must_use]
    pub fn words(&self) -> String {
        let term = self.term.words();
        if term.is_empty() { "without an end".to_owned() } else { term }
    }
}

impl Term {
    /// Returns whether nothing ends it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Reads a term as it is typed: a date or a time from `today` on (`12m`, `1 year`), and a number of doses; a blank is none.
    ///
    /// # Errors
    /// The part that is wrong, and a sentence.
    pub fn read(until: &str, doses: &str, today: NaiveDate, month_first: bool) -> Result<Self, (Part, String)> {
        let typed = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        let until = typed(until).map(|text| read_until(&text, today, month_first)).transpose();
        let doses = typed(doses).map(|text| read_doses(&text)).transpose();
        let term = Self { until: until.map_err(|e| (Part::Until, e))?, doses: doses.map_err(|e| (Part::Doses, e))? };
        match term.until {
            Some(day) if day < today => Err((Part::Until, format!("{} is past already", words::day(day)))),
            _ => Ok(term),
        }
    }

    /// Returns it in words: `until Fri 04 Dec 2026, for 6 doses at most`; empty where nothing ends it.
    #[must_use]
    pub fn words(&self) -> String {
        let until = self.until.map(|day| format!("until {}", words::day(day)));
        let doses = self.doses.map(|n| format!("for {} at most", words::plural(i64::from(n), "dose")));
        until.into_iter().chain(doses).collect::<Vec<_>>().join(", ")
    }
}

/// The part of a term that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The day.
    Until,
    /// The number.
    Doses,
}

/// Reads the day until which an order is good: `30 Nov 2027`, `12m`, `1 year`.
fn read_until(text: &str, today: NaiveDate, month_first: bool) -> Result<NaiveDate, String> {
    match text.parse::<Interval>() {
        Ok(time) => Ok(time.after(today, 1)),
        Err(_) => parse::day_near(text, today, month_first),
    }
}

fn read_doses(text: &str) -> Result<u32, String> {
    let read = text.parse().ok().filter(|n| (1..=MOST_DOSES).contains(n));
    read.ok_or_else(|| format!("\"{text}\": write a number of doses, 1 to {MOST_DOSES}"))
}

/// An order that goes on as it is, with a new end. Nothing of the plan is written anew, so no date of it moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renewed {
    /// The order.
    pub order: EntryId,
    /// The day of the decision.
    #[serde(deserialize_with = "iso::day")]
    pub on: NaiveDate,
    /// Its new term; the doses count from the renewal on.
    #[serde(default, skip_serializing_if = "Term::is_open")]
    pub term: Term,
    /// The prescriber.
    pub prescriber: String,
    /// How it reached who recorded it; absent where the prescriber did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How far an order that holds still reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// The last day on which a dose may be given on it.
    pub until: Option<NaiveDate>,
    /// How many doses may still be given on it.
    pub left: Option<u32>,
    /// The planned day of the first dose that the number no longer covers.
    pub beyond: Option<NaiveDate>,
    /// The day of its last dose, once none is left.
    pub spent: Option<NaiveDate>,
    /// Who ordered or renewed it last.
    pub prescriber: String,
    /// The entry: the order, or its latest renewal.
    pub entry: EntryId,
}

impl Cover {
    /// Returns whether a dose may be given on a day.
    #[must_use]
    pub fn allows(&self, on: NaiveDate) -> bool {
        self.left != Some(0) && self.until.is_none_or(|until| on <= until)
    }

    /// Returns whether a dose that is planned for `visit` is not covered as things stand on `today`.
    #[must_use]
    pub fn holds_back(&self, visit: NaiveDate, today: NaiveDate) -> bool {
        !self.allows(visit.max(today))
    }

    /// Returns the day by which it is to be renewed: its last day, or the planned day of the first dose beyond its number. One
    /// without a dose left ended with its last dose.
    #[must_use]
    pub fn ends(&self) -> Option<NaiveDate> {
        self.until.into_iter().chain(self.spent.or(self.beyond)).min()
    }

    /// Says what is left of it: `2 doses left on this order; it ends Fri 04 Dec 2026`.
    #[must_use]
    pub fn words(&self, today: NaiveDate) -> String {
        let left = self.left.map(|n| match n {
            0 => "no dose left on this order".to_owned(),
            n => format!("{} left on this order", words::plural(i64::from(n), "dose")),
        });
        // Of an order that ended no dose is left, whatever its number says.
        if let Some(day) = self.until.filter(|day| *day < today) {
            return format!("this order ended {}", words::day(day));
        }
        let ends = self.until.map(|day| format!("the order ends {}", words::day(day)));
        left.into_iter().chain(ends).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_term_is_read_as_it_is_typed() {
        let read = |until: &str, doses: &str| Term::read(until, doses, day("2026-11-23"), false);
        assert_eq!(read("", " "), Ok(Term::default()));
        let year = Term { until: Some(day("2027-11-23")), doses: None };
        for text in ["12m", "+12m", "12 months", "23 Nov 2027", "2027-11-23", "1y"] {
            assert_eq!(read(text, ""), Ok(year), "{text}");
        }
        assert_eq!(read("", "6"), Ok(Term { until: None, doses: Some(6) }));
        assert_eq!(read("t", "6").unwrap().words(), "until Mon 23 Nov 2026, for 6 doses at most");
        assert_eq!(read("22 Nov 2026", "").unwrap_err().0, Part::Until);
        for text in ["0", "-1", "many", "1001"] {
            assert_eq!(read("", text).unwrap_err().0, Part::Doses, "{text}");
        }
    }

    #[test]
    fn its_last_day_is_a_good_day() {
        let cover = |until: Option<&str>, left| Cover {
            until: until.map(day),
            left,
            beyond: None,
            spent: None,
            prescriber: "Dr May".to_owned(),
            entry: EntryId(ulid::Ulid::nil()),
        };
        let ends = cover(Some("2026-12-04"), None);
        assert!(ends.allows(day("2026-12-04")) && !ends.allows(day("2026-12-05")));
        assert_eq!(ends.words(day("2026-12-04")), "the order ends Fri 04 Dec 2026");
        assert_eq!(ends.words(day("2026-12-05")), "this order ended Fri 04 Dec 2026");
        let both = cover(Some("2026-12-04"), Some(1));
        assert_eq!(both.words(day("2026-11-23")), "1 dose left on this order; the order ends Fri 04 Dec 2026");
        assert_eq!(both.words(day("2026-12-05")), "this order ended Fri 04 Dec 2026", "nothing is left of it");
        assert!(!cover(None, Some(0)).allows(day("2026-11-23")));
        assert!(ends.holds_back(day("2026-12-05"), day("2026-11-23")));
        assert!(ends.holds_back(day("2026-12-01"), day("2026-12-05")), "what is late is given today at the earliest");
    }
}
