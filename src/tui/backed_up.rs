//! How it stands with this workstation's backups, in words.

use crate::clinic::interval::days_between;
use crate::clinic::words;
use chrono::{DateTime, FixedOffset, NaiveDate};

/// After so many days without a good backup Today says so.
const LONG_DAYS: i64 = 7;

/// What screens know of the backups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackedUp {
    /// The folder; `None` where none are made by themselves: in a demo, on a pretended day, without a home folder.
    pub place: Option<String>,
    /// When the last good one was known to hold everything.
    pub current: Option<DateTime<FixedOffset>>,
    /// When the last try failed, and why.
    pub failed: Option<(DateTime<FixedOffset>, String)>,
}

impl BackedUp {
    /// Returns when the last good one was, `None` where none are made.
    #[must_use]
    pub fn last(&self) -> Option<String> {
        self.place.as_ref()?;
        let last = self.current.map_or_else(|| "none yet".to_owned(), |at| at.format("%a %d %b %Y, %H:%M").to_string());
        Some(format!("Last good backup: {last}"))
    }

    /// Returns what Today must say of it, in a few words.
    #[must_use]
    pub fn warning(&self, today: NaiveDate) -> Option<String> {
        self.place.as_ref()?;
        if self.failed.is_some() {
            return Some("the backup failed".to_owned());
        }
        let days = self.current.map(|at| days_between(at.date_naive(), today)).filter(|days| *days > LONG_DAYS)?;
        Some(format!("no backup for {}", words::days(days)))
    }

    /// Returns the lines of the page of files.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let Some((place, last)) = self.place.as_ref().zip(self.last()) else {
            return vec![
                "Nothing is backed up by itself here; `cobalog backup FILE` puts everything in one file.".to_owned(),
            ];
        };
        let mut lines = vec![format!("{last}, in {place}")];
        if let Some((at, why)) = &self.failed {
            lines.push(format!("The last try, {}, failed: {why}", at.format("%a %d %b %Y, %H:%M")));
            lines.push("Put that right, then start Cobalog again: it tries at each start. Until then `cobalog backup FILE` puts everything in a file elsewhere, for example on a USB stick.".to_owned());
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn today_is_told_after_seven_days_and_of_a_failure() {
        let place = Some("/folder".to_owned());
        let today = at("2026-11-23T09:00:00+01:00").date_naive();
        let made = |text: &str| BackedUp { place: place.clone(), current: Some(at(text)), failed: None };
        assert_eq!(BackedUp { place: place.clone(), ..BackedUp::default() }.warning(today), None, "it is being made");
        assert_eq!(made("2026-11-16T09:00:00+01:00").warning(today), None);
        let old = made("2026-11-15T09:00:00+01:00");
        assert_eq!(old.warning(today).as_deref(), Some("no backup for 8 days"));
        assert_eq!(BackedUp { place: None, ..old }.warning(today), None);
        let failed = Some((at("2026-11-23T08:00:00+01:00"), "the disk is full".to_owned()));
        let failed = BackedUp { failed, ..made("2026-11-22T09:00:00+01:00") };
        assert_eq!(failed.warning(today).as_deref(), Some("the backup failed"));
        assert!(failed.lines()[1].contains("the disk is full"));
    }
}
