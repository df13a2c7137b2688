//! After a late or early dose: what the next doses count from.

use super::Failure;
use super::failure;
use crate::clinic::chart::Chart;
use crate::clinic::course::{Course, onward};
use crate::clinic::entry::{Act, Given, NextFrom};
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::NaiveDate;
use clap::ValueEnum;

/// What the doses after a late or early one count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Way {
    /// The day on which it was given.
    Day,
    /// The days of the plan.
    Calendar,
}

impl Way {
    pub(in crate::cli) fn next_from(self) -> NextFrom {
        match self {
            Self::Day => NextFrom::DayGiven,
            Self::Calendar => NextFrom::Calendar,
        }
    }
}

/// How many dates each way shows.
const SHOWN: usize = 3;

/// Puts the anchor into a dose; where none was chosen and it matters, both ways are said.
pub(super) fn anchored(
    given: Given,
    chosen: Option<Way>,
    chart: &Chart,
    course: &Course,
    practice: &Practice,
) -> Result<Given, Failure> {
    let on_its_day = course.next_dose().is_none_or(|slot| slot.due == given.on);
    if on_its_day {
        return match chosen {
            Some(Way::Calendar) => {
                Err("the dose is on its day: there is no other calendar to go back to; leave out --next-from".into())
            }
            _ => Ok(given),
        };
    }
    let way = |next_from| after(Given { next_from, ..given.clone() }, chart, course, practice);
    let (day, calendar) = (way(NextFrom::DayGiven), way(NextFrom::Calendar));
    if day.ahead(SHOWN) != calendar.ahead(SHOWN) {
        let left_out = onward::left_out(&calendar, practice, given.on);
        let left_out = left_out.map(|said| format!("; {said}")).unwrap_or_default();
        if chosen.is_none() {
            failure::say(&format!(
                "note: the next doses count from this day: {}; with --next-from calendar they are {}{left_out}",
                dates(&day, given.on),
                dates(&calendar, given.on)
            ));
        } else if chosen == Some(Way::Calendar) && !left_out.is_empty() {
            failure::say(&format!("note: back to the calendar: {}{left_out}", dates(&calendar, given.on)));
        }
    }
    Ok(Given { next_from: chosen.map(Way::next_from).unwrap_or_default(), ..given })
}

/// The next days, and how long it is to the first of them.
fn dates(after: &Course, on: NaiveDate) -> String {
    let days = after.ahead(SHOWN).iter().map(|d| words::day(*d)).collect::<Vec<_>>().join(", ");
    let gap = onward::gap(after, on).map(|gap| format!(" (the first in {gap})")).unwrap_or_default();
    format!("{days}{gap}")
}

/// The course as it would be with the dose; nothing is recorded.
fn after(given: Given, chart: &Chart, course: &Course, practice: &Practice) -> Course {
    let at = chart.entries().last().map(|last| last.at).unwrap_or_default();
    Course::of(&chart.after(Act::Given(given), at, ""), practice, course.today)
}
