//! Dose slots: what was given and what is owed, each with the date that the protocol gives and the one as ordered.

use crate::clinic::drug::{Drug, Route};
use crate::clinic::entry::{EntryId, Given, WhyNot};
use crate::clinic::regimen::PhaseKind;
use chrono::NaiveDate;
use ulid::Ulid;

/// The order of a dose that no plan asked for.
const NO_ORDER: EntryId = EntryId(Ulid::nil());

/// One dose of a course.
#[derive(Clone, Debug, PartialEq)]
pub struct DoseSlot {
    /// The order that it belongs to.
    pub order: EntryId,
    /// Counted from 1 within the order.
    pub n: u32,
    /// Counted from 1 within the phase, and of how many where the phase is counted.
    pub in_phase: (u32, Option<u32>),
    /// The phase, counted from 0 within the order.
    pub phase: usize,
    /// What the phase is for.
    pub kind: PhaseKind,
    /// The day on which it is due by the protocol, counted from the doses that were really given.
    pub due: NaiveDate,
    /// The day on which the patient comes: `due`, or the next open day, or the day agreed after a missed one.
    pub visit: NaiveDate,
    /// The day as the plan was when it was signed; absent after a phase that only a decision ends.
    pub as_ordered: Option<NaiveDate>,
    /// What `due` was counted from: the last dose, or the start.
    pub counted_from: NaiveDate,
    /// Dose in micrograms: as given, else as ordered.
    pub dose_mcg: u32,
    /// The form as ordered.
    pub drug: Drug,
    /// The route as ordered.
    pub route: Route,
    /// Where it stands.
    pub state: DoseState,
    /// The dose that was given.
    pub given: Option<DoseGiven>,
    /// The days of the plan that are left out behind it, where it went back to the calendar.
    pub left_out: Vec<NaiveDate>,
    /// Why it was not given, with the entry that says so.
    pub not_given: Option<(EntryId, WhyNot)>,
    /// What must be recorded before it, where the phase has a published gate that nobody passed yet.
    pub gate: Option<String>,
    /// Until when the injections are paused, where they are.
    pub paused: Option<NaiveDate>,
    /// Whether it lies behind a decision that is still to be made, so that its date is only a picture.
    pub tentative: bool,
}

impl DoseSlot {
    /// Makes the slot of a dose that was given before any plan: taken over from elsewhere, or before somebody signed one.
    pub(super) fn before_any_plan(n: u32, id: EntryId, by: &str, given: &Given) -> Self {
        Self {
            order: NO_ORDER,
            n,
            in_phase: (n, None),
            phase: 0,
            kind: PhaseKind::Maintenance,
            due: given.on,
            visit: given.on,
            as_ordered: None,
            counted_from: given.on,
            dose_mcg: given.dose_mcg,
            drug: given.drug,
            route: given.route,
            state: DoseState::Given,
            given: Some(DoseGiven { entry: id, by: by.to_owned(), given: given.clone() }),
            left_out: Vec::new(),
            not_given: None,
            gate: None,
            paused: None,
            tentative: false,
        }
    }

    /// Returns whether a plan asks for it, or asked.
    #[must_use]
    pub fn is_of_plan(&self) -> bool {
        self.order != NO_ORDER
    }

    /// Returns what every screen calls this dose: `dose 4 of 6`, `dose 9`, `maintenance dose 2`, `dose before any plan`.
    #[must_use]
    pub fn title(&self) -> String {
        if !self.is_of_plan() {
            return "dose before any plan".to_owned();
        }
        match (self.kind.fills(), self.in_phase) {
            (true, (n, Some(of))) => format!("dose {n} of {of}"),
            (true, (n, None)) => format!("dose {n}"),
            (false, (n, _)) => format!("maintenance dose {n}"),
        }
    }
}

/// Where a dose stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoseState {
    /// Given on the planned day or its appointment.
    Given,
    /// Given this many days after.
    Late(i64),
    /// Given this many days before.
    Early(i64),
    /// Not given on that day; the dose stays owed in the next slot.
    NotGiven,
    /// Due today.
    Due,
    /// Owed since this many days.
    Overdue(i64),
    /// Planned for a later day.
    Planned,
}

impl DoseState {
    /// Returns the word that the command line's JSON writes.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Late(_) => "late",
            Self::Early(_) => "early",
            Self::NotGiven => "not_given",
            Self::Due => "due",
            Self::Overdue(_) => "overdue",
            Self::Planned => "planned",
        }
    }

    /// Returns whether the dose is still to be given.
    #[must_use]
    pub fn is_owed(self) -> bool {
        matches!(self, Self::Due | Self::Overdue(_) | Self::Planned)
    }
}

/// A given dose with the entry that records it.
#[derive(Clone, Debug, PartialEq)]
pub struct DoseGiven {
    /// The entry.
    pub entry: EntryId,
    /// Who recorded it where it was given; empty where it was taken over and that is not known.
    pub by: String,
    /// What was given.
    pub given: Given,
}
