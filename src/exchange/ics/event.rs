//! One event of the calendar.

use super::lines::Lines;
use super::{Look, Names, Written};
use crate::clinic::course::Course;
use crate::clinic::practice::Practice;
use chrono::{Datelike as _, NaiveDate};
use sha2::{Digest as _, Sha256};

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Dose,
    Check,
    Ask,
}

impl Kind {
    fn title(self) -> &'static str {
        match self {
            Self::Dose => "B12 injection",
            Self::Check => "B12 follow-up",
            Self::Ask => "B12: ask again",
        }
    }

    fn counted(self, n: i64) -> String {
        let (noun, s) = match self {
            Self::Dose => ("injection", "s"),
            Self::Check => ("follow-up", "s"),
            Self::Ask => ("question", "s"),
        };
        format!("{n} {noun}{} due", if n == 1 { "" } else { s })
    }
}

/// An event.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) uid: String,
    pub(super) on: NaiveDate,
    pub(super) kind: Kind,
    pub(super) summary: String,
    pub(super) cancelled: bool,
    pub(super) written: Written,
}

impl Event {
    /// Makes the event of a patient.
    pub(super) fn new(
        course: &Course,
        what: &str,
        (on, kind): (NaiveDate, Kind),
        look: &Look,
        written: Written,
    ) -> Self {
        let summary = format!("{}{}", kind.title(), who(course, look.names));
        Self { uid: uid(what), on, kind, summary, cancelled: false, written }
    }

    /// Makes the event of a day that says how many come.
    pub(super) fn of_day(practice: &Practice, (on, kind, n): (NaiveDate, Kind, i64), written: Written) -> Self {
        let what = format!("{} {on} {kind:?}", practice.settings.id_name());
        Self { uid: uid(&what), on, kind, summary: kind.counted(n), cancelled: false, written }
    }

    /// Writes it; a day that a calendar cannot have is left out.
    pub(super) fn write(&self, look: &Look, lines: &mut Lines) {
        let (true, Some(next)) = ((1..=9998).contains(&self.on.year()), self.on.succ_opt()) else { return };
        let stamp = self.written.at.unwrap_or_default().format("%Y%m%dT%H%M%SZ");
        lines.put("BEGIN:VEVENT");
        lines.put(&format!("UID:{}", self.uid));
        lines.put(&format!("DTSTAMP:{stamp}"));
        lines.put(&format!("DTSTART;VALUE=DATE:{}", self.on.format("%Y%m%d")));
        lines.put(&format!("DTEND;VALUE=DATE:{}", next.format("%Y%m%d")));
        lines.put(&format!("SEQUENCE:{}", self.written.sequence));
        lines.text_of("SUMMARY", &self.summary);
        lines.put(if self.cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
        lines.put("CLASS:PRIVATE");
        lines.put("TRANSP:TRANSPARENT");
        if let Some(hours) = look.alarm_hours.filter(|_| !self.cancelled) {
            lines.put("BEGIN:VALARM");
            lines.put("ACTION:DISPLAY");
            lines.text_of("DESCRIPTION", &self.summary);
            lines.put(&format!("TRIGGER:-PT{hours}H"));
            lines.put("END:VALARM");
        }
        lines.put("END:VEVENT");
    }
}

/// Returns a name for an event that stays: of the slot, never of its day.
pub(super) fn uid(what: &str) -> String {
    let hash = Sha256::digest(format!("cobalog calendar {what}"));
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{hex}@cobalog")
}

fn who(course: &Course, names: Names) -> String {
    let Some(person) = &course.person else { return String::new() };
    let initial = |name: &str| name.chars().find(|c| c.is_alphabetic()).map(|c| format!("{c}.")).unwrap_or_default();
    let name = match names {
        Names::Off => String::new(),
        Names::Initials => format!(" {}{}", initial(&person.given), initial(&person.family)),
        Names::Full => format!(" {}", person.name()),
    };
    format!("{name} (#{})", person.number)
}
