//! Due dates for a calendar: iCalendar, RFC 5545. All-day events, without a name unless one is asked for, and never with a
//! diagnosis: calendars go through clouds and stand on locked screens.
//!
//! **UID**: of the order, the phase and the number of the dose, or of the checkpoint; a date that moves keeps it. **SEQUENCE**:
//! a thousand for each entry of the chart and one for each day that the next dose is overdue, as what follows an overdue dose
//! moves with the day. Entries are never taken away, so it rises whenever a date can have moved. **DTSTAMP**: when the chart
//! was last written, so that the file is the same until something happens. There is no METHOD and no RRULE.
//!
//! A date that was taken away is written as cancelled until its day has passed: by a newer order, by the end of a phase or of
//! the plan, by a correction of one of these or of a dose, or by a dose or look that came before its day. Of counted days, one
//! on which nobody is due any more for these reasons; a day that emptied because its doses were given on it, or moved, is left
//! out, and stays in a calendar that only adds.

mod event;
mod lines;
mod slots;

use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::interval::Interval;
use crate::clinic::practice::Practice;
use chrono::{DateTime, NaiveDate, Utc};
use event::Event;
use lines::Lines;
use std::borrow::Borrow;
use std::collections::BTreeMap;

/// What stands in the calendar of a patient.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// The record number alone.
    #[default]
    Off,
    /// Initials and the record number.
    Initials,
    /// The whole name and the record number.
    Full,
}

/// How the calendar looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// So far ahead.
    pub horizon: Interval,
    /// What stands there of a patient.
    pub names: Names,
    /// How many come on a day, and nothing of whom.
    pub counts: bool,
    /// An alarm so many hours before midnight of the day; 15 is nine in the morning of the day before.
    pub alarm_hours: Option<u32>,
}

impl Default for Look {
    fn default() -> Self {
        Self { horizon: Interval::Months(12), names: Names::Off, counts: false, alarm_hours: None }
    }
}

/// Writes the calendar of one patient, or of as many as there are.
#[must_use]
pub fn calendar<C: Borrow<Chart>, K: Borrow<Course>>(
    patients: impl IntoIterator<Item = (C, K)>,
    practice: &Practice,
    look: &Look,
) -> String {
    let mut lines = Lines::default();
    lines.put("BEGIN:VCALENDAR");
    lines.put("VERSION:2.0");
    lines.put("PRODID:-//Cobalog//Cobalog//EN");
    lines.put("CALSCALE:GREGORIAN");
    lines.put("X-WR-CALNAME:B12 injections");
    let mut counted = BTreeMap::new();
    let mut written = Written::default();
    for (chart, course) in patients {
        let (chart, course) = (chart.borrow(), course.borrow());
        let events = slots::events(chart, course, practice, look);
        written.add(chart, course);
        if look.counts {
            for event in &events {
                *counted.entry((event.on, event.kind.counts_as())).or_insert(0_i64) += i64::from(!event.cancelled);
            }
        } else {
            events.iter().for_each(|event| event.write(look, &mut lines));
        }
    }
    for ((on, kind), count) in counted {
        let event = Event::of_day(practice, (on, kind, count), written);
        Event { cancelled: count == 0, ..event }.write(look, &mut lines);
    }
    lines.put("END:VCALENDAR");
    lines.text()
}

/// When charts were last written, and how often.
#[derive(Clone, Copy, Debug, Default)]
struct Written {
    at: Option<DateTime<Utc>>,
    sequence: i64,
}

impl Written {
    /// Takes a chart in.
    fn add(&mut self, chart: &Chart, course: &Course) {
        self.at = self.at.max(chart.entries().iter().map(|e| e.at.to_utc()).max());
        self.sequence = self.sequence.saturating_add(sequence(chart, course)).min(i64::from(i32::MAX));
    }

    fn of(chart: &Chart, course: &Course) -> Self {
        let mut written = Self::default();
        written.add(chart, course);
        written
    }
}

fn sequence(chart: &Chart, course: &Course) -> i64 {
    let overdue = course.next_dose().map_or(0, |slot| (course.today - slot.visit).num_days().clamp(0, 999));
    (chart.entries().len() as i64).saturating_mul(1_000).saturating_add(overdue)
}

/// Returns the last day that the calendar holds.
fn horizon(look: &Look, today: NaiveDate) -> NaiveDate {
    look.horizon.after(today, 1)
}

#[cfg(test)]
mod tests;
