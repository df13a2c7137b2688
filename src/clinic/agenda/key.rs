//! What decides whether a thing that is owed is on a day's worklist, and where: small, and apart from names and words, so
//! that a list of a hundred thousand patients reads no row but those that it shows.

use super::{Item, Row, What};
use chrono::NaiveDate;

/// The kinds of things that are owed, in the order of their urgency on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A dose.
    Dose,
    /// A checkpoint.
    Checkpoint,
    /// A triage, an order or a decision.
    Plan,
}

impl Kind {
    /// Returns the kind of what is owed.
    #[must_use]
    pub fn of(what: &What) -> Self {
        match what {
            What::Dose(_) => Self::Dose,
            What::Checkpoint(_) => Self::Checkpoint,
            What::Plan => Self::Plan,
        }
    }
}

/// One thing that is owed, as a worklist sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The row's place in its [`super::Roll`].
    pub row: u32,
    /// The item's place in the row.
    pub item: u16,
    /// What it is.
    pub kind: Kind,
    /// Whether the patient has neurologic involvement.
    pub neuro: bool,
    /// The day on which the patient comes.
    pub visit: NaiveDate,
    /// The day on which it is due by the protocol.
    pub due: NaiveDate,
    /// When the patient's next checkpoint after this one falls due; of several that fell due only the latest is worked,
    /// as it asks for all that is left.
    pub next_check: NaiveDate,
    /// The place of the patient's name among all names, where it is known.
    pub rank: Option<u32>,
}

impl Key {
    /// Returns the keys of a row.
    pub fn of_row(row: &Row, at: u32, rank: Option<u32>) -> impl Iterator<Item = Self> {
        row.items.iter().zip(0..).map(move |(item, n)| Self {
            row: at,
            item: n,
            kind: Kind::of(&item.what),
            neuro: row.neuro,
            visit: item.visit,
            due: item.due,
            next_check: next_check(row, item),
            rank,
        })
    }

    /// Returns whether it is worked on a day: of the checkpoints that fell due only the latest is.
    #[must_use]
    pub fn is_worked(&self, today: NaiveDate) -> bool {
        self.kind != Kind::Checkpoint || self.due > today || self.next_check > today
    }

    /// Returns the order of urgency: late neurologic doses first, then by days late, doses before checkpoints. One number,
    /// as a long list is mostly comparing.
    pub(super) fn urgency(&self, today: NaiveDate) -> u64 {
        let days_late = super::super::interval::days_between(self.due, today);
        let is_plan = self.kind == Kind::Plan;
        let neuro_late = self.kind == Kind::Dose && self.neuro && days_late > 0;
        let days_left = if is_plan { 0 } else { -days_late };
        // The days of all years that a date can have take fewer bits.
        let days_left = (days_left + (1 << 40)).unsigned_abs();
        u64::from(!neuro_late) << 63 | u64::from(is_plan && !self.neuro) << 62 | days_left << 2 | self.kind as u64
    }
}

fn next_check(row: &Row, of: &Item) -> NaiveDate {
    let checks = row.items.iter().filter(|item| matches!(item.what, What::Checkpoint(_)));
    checks.map(|item| item.due).filter(|due| *due > of.due).min().unwrap_or(NaiveDate::MAX)
}
