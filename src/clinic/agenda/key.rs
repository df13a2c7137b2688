//! What decides whether a thing that is owed is on a day's worklist, and where: small, and apart from names and words, so
//! that a list of a hundred thousand patients reads no row but those that it shows.

use super::{Item, Row, Task, What};
use crate::clinic::course::asks_blood;
use chrono::{Datelike as _, NaiveDate};

/// The kinds of things that are owed, in the order of their urgency on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A dose.
    Dose,
    /// A checkpoint.
    Checkpoint,
    /// What the prescriber is to be told today.
    Tell,
    /// A triage, an order or a decision.
    Plan,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Dose, Self::Checkpoint, Self::Tell, Self::Plan];

    /// Returns the kind of what is owed.
    #[must_use]
    pub fn of(item: &Item) -> Self {
        match item.what {
            What::Dose(_) => Self::Dose,
            What::Checkpoint(_) => Self::Checkpoint,
            What::Tell(_) => Self::Tell,
            What::Plan => Self::Plan,
        }
    }
}

/// One thing that is owed, as a worklist sees it. Days are numbers, counted from the common era: a long list is mostly
/// comparing, and a date takes longer to make than a line to place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The row's place in its [`super::Roll`].
    pub row: u32,
    /// The item's place in the row.
    pub item: u16,
    /// What it is.
    pub kind: Kind,
    /// Whether the patient has neurologic involvement, or it is something to be told today: it waits behind nothing.
    pub neuro: bool,
    /// The day on which the patient comes.
    pub visit: i32,
    /// The day on which it is due by the protocol.
    pub due: i32,
    /// Of a checkpoint: when the patient's next one after it is, of one that asks for blood the next that does so too; of
    /// several that fell due the later is worked, as it asks for all that is left. Of what is to be told: when the next dose is, whose line says it too.
    pub next_check: i32,
    /// The place of the patient's name among all names, where it is known.
    pub rank: Option<u32>,
}

impl Key {
    /// Returns the keys of a row.
    pub fn of_row(row: &Row, at: u32, rank: Option<u32>) -> impl Iterator<Item = Self> {
        row.items.iter().zip(0..).map(move |(item, n)| Self {
            row: at,
            item: n,
            kind: Kind::of(item),
            neuro: row.neuro || item.what.tell().is_some(),
            visit: item.visit.num_days_from_ce(),
            due: item.due.num_days_from_ce(),
            next_check: next_check(row, item).num_days_from_ce(),
            rank,
        })
    }

    /// Returns whether it is worked on a day: of the checkpoints that fell due the latest is, with an older one that asks for
    /// blood where the latest does not, and what is to be told is
    /// marked in the line of a dose that is due.
    #[must_use]
    pub fn is_worked(&self, today: i32) -> bool {
        self.kind == Kind::Dose || self.visit > today || self.next_check > today
    }

    /// Returns whether it is worked on a day, or comes after it, up to another one.
    pub(super) fn is_listed(&self, today: i32, until: i32) -> bool {
        self.visit <= until && self.is_worked(today)
    }

    /// Returns how many days after the due date a day is; negative before it. A dose is late only once
    /// the day has passed on which the patient was to come: the first open day, the one agreed after a missed dose, or the end
    /// of a pause. Then the days count as the chart and the needle count them. A checkpoint is late from the day on which the
    /// patient was to come.
    pub(super) fn days_late(&self, today: i32) -> i64 {
        days_late(self.kind, (self.due, self.visit), today)
    }

    /// Returns the line of a day's list.
    pub(super) fn task(&self, today: i32) -> Task {
        let day = |number| NaiveDate::from_num_days_from_ce_opt(number).unwrap_or_default();
        let Self { row, item, kind, visit, due, .. } = *self;
        Task { row, item, kind, visit: day(visit), due: day(due), days_late: self.days_late(today) }
    }

    /// Returns the order of urgency: late neurologic doses first, then by days late; of one day neurologic patients first, then
    /// doses before checkpoints. One number, as a long list is mostly comparing.
    pub(super) fn urgency(&self, today: i32) -> u64 {
        let days_late = self.days_late(today);
        let is_plan = matches!(self.kind, Kind::Plan | Kind::Tell);
        let neuro_late = self.kind == Kind::Dose && self.neuro && days_late > 0;
        let days_left = if is_plan { 0 } else { -days_late };
        // The days of all years that a date can have take fewer bits.
        let days_left = (days_left + (1 << 40)).unsigned_abs();
        u64::from(!neuro_late) << 63
            | u64::from(is_plan && !self.neuro) << 62
            | days_left << 3
            | u64::from(!self.neuro) << 2
            | self.kind as u64
    }
}

impl Item {
    /// Returns how many days it is late on a day, as every list counts them; none where it is not.
    #[must_use]
    pub fn days_late(&self, today: NaiveDate) -> i64 {
        let days = (self.due.num_days_from_ce(), self.visit.num_days_from_ce());
        days_late(Kind::of(self), days, today.num_days_from_ce()).max(0)
    }
}

fn days_late(kind: Kind, (due, visit): (i32, i32), today: i32) -> i64 {
    let from_visit = match kind {
        Kind::Dose => today <= visit,
        Kind::Checkpoint => true,
        Kind::Plan | Kind::Tell => false,
    };
    i64::from(today) - i64::from(if from_visit { visit } else { due })
}

fn next_check(row: &Row, of: &Item) -> NaiveDate {
    let dose = row.items.iter().find(|item| matches!(item.what, What::Dose(_)));
    let checks = row.items.iter().filter_map(|item| match &item.what {
        What::Checkpoint(asks) => Some((item.due, item.visit, asks_blood(asks))),
        _ => None,
    });
    let after = |blood: bool| {
        let later = checks.filter(|(due, _, asks_blood)| *due > of.due && (*asks_blood || !blood));
        later.map(|(_, visit, _)| visit).min()
    };
    let next = match &of.what {
        What::Tell(_) => dose.map(|item| item.visit),
        What::Plan => None,
        What::Dose(_) => after(false),
        What::Checkpoint(asks) => after(asks_blood(asks)),
    };
    next.unwrap_or(NaiveDate::MAX)
}
