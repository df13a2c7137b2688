//! The stations of a course at which the cursor stops.

use crate::clinic::course::{CheckState, Course, DoseSlot, DoseState};
use chrono::NaiveDate;

/// Something on the time axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// Where it stands.
    pub date: NaiveDate,
    /// What it is.
    pub kind: EventKind,
}

/// What an event is; the numbers are indices into the course. The order is that of events on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// A phase begins: an index into [`Course::phases`].
    Phase(usize),
    /// The course turned beside its plan: an index into [`Course::changes`].
    Change(usize),
    /// A review before an escalation: an index into [`Course::reviews`].
    Review(usize),
    /// A dose: an index into [`Course::doses`].
    Dose(usize),
    /// A recorded look: an index into [`Course::checks`].
    Check(usize),
    /// A checkpoint without a record: an index into [`Course::checkpoints`].
    CheckPlanned(usize),
    /// A dose of the plan before: an index into [`Course::ghosts`].
    Ghost(usize),
    /// Today.
    Today,
}

/// Returns every station of a course in order of time. Today is always one of them.
#[must_use]
pub fn events(course: &Course) -> Vec<Event> {
    let at = |date, kind| Event { date, kind };
    let phases = course.phases.iter().enumerate().map(|(i, phase)| at(phase.from, EventKind::Phase(i)));
    let doses = course.doses.iter().enumerate().map(|(i, slot)| at(dose_day(slot, course.today), EventKind::Dose(i)));
    let checks = course.checks.iter().enumerate().map(|(i, check)| at(check.checked.on, EventKind::Check(i)));
    let open = course.checkpoints.iter().enumerate().filter(|(_, slot)| slot.state != CheckState::Done);
    let planned = open.map(|(i, slot)| at(slot.visit, EventKind::CheckPlanned(i)));
    let turns = course.changes.iter().enumerate().map(|(i, turned)| at(turned.change.on, EventKind::Change(i)));
    let reviews = course.reviews.iter().enumerate().map(|(i, (_, review))| at(review.on, EventKind::Review(i)));
    let ghosts = course.ghosts.iter().enumerate().map(|(i, day)| at(*day, EventKind::Ghost(i)));
    let today = std::iter::once(at(course.today, EventKind::Today));
    let mut all: Vec<_> = phases
        .chain(doses)
        .chain(checks)
        .chain(planned)
        .chain(turns)
        .chain(reviews)
        .chain(ghosts)
        .chain(today)
        .collect();
    all.sort_unstable();
    all
}

/// Returns the day on which a dose is drawn: the one on which something happened or will, else that on which it was due.
pub(super) fn dose_day(slot: &DoseSlot, today: NaiveDate) -> NaiveDate {
    match slot.state {
        DoseState::Due | DoseState::Overdue(_) if slot.visit <= today => slot.due,
        _ => slot.visit,
    }
}
