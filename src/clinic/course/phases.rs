//! Phases as spans of time, and the day on which repletion ends.

use super::InForce;
use super::events::LookDays;
use super::slot::DoseSlot;
use crate::clinic::entry::{EntryId, PhaseEnded};
use crate::clinic::interval::{Interval, days_between};
use crate::clinic::regimen::{End, EndedBy, Phase, PhaseKind};
use chrono::NaiveDate;

/// One phase of a course in time.
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseSpan {
    /// The order that it belongs to.
    pub order: EntryId,
    /// Counted from 0 within the order.
    pub phase: usize,
    /// What it is for.
    pub kind: PhaseKind,
    /// From the dose that it counts from.
    pub from: NaiveDate,
    /// To its last dose, or to the day on which another order replaced it; absent while nothing ends it.
    pub to: Option<NaiveDate>,
    /// The rhythm in words: "alternate days", "every 2 months".
    pub rhythm: String,
    /// The interval, where the rhythm is a single one.
    pub every: Option<Interval>,
    /// When an open phase is looked at again.
    pub review: Option<NaiveDate>,
    /// What ends it, in the protocol's words.
    pub ends_with: Option<String>,
    /// What has to be seen for it.
    pub ended_by: Option<EndedBy>,
    /// Whether it holds now.
    pub is_now: bool,
    /// Whether a decision that is still to be made lies before it.
    pub tentative: bool,
}

/// When repletion ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repletion {
    /// The plan has none.
    None,
    /// It ended with the dose on this day.
    Ended(NaiveDate),
    /// It ends with the dose planned for this day.
    Expected(NaiveDate),
    /// It ends by a recorded decision, looked at on this day.
    Review {
        /// The day of the review.
        on: NaiveDate,
        /// What ends it.
        event: String,
    },
}

/// When the walk came into a phase.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    pub(super) phase: usize,
    pub(super) entered: NaiveDate,
    pub(super) tentative: bool,
}

/// Returns the next review of a phase that only a decision ends; a look at symptoms or blood near its day or after is
/// the review, and the next one counts from it \[eng\]. A phase that the blood ends wants a blood count (P2).
pub(super) fn review(phase: &Phase, entered: NaiveDate, looks: &LookDays) -> Option<NaiveDate> {
    let (interval, looks) = match &phase.until {
        End::Event { review, .. } if phase.ends_by() == Some(EndedBy::Blood) => (*review, &looks.blood),
        End::Event { review, .. } => (*review, &looks.any),
        End::Open { review } if phase.kind.fills() => (*review, &looks.any),
        _ => return None,
    };
    let first = interval.after(entered, 1);
    let lead = super::answers::lead(entered, first);
    let after = |due, look: &NaiveDate| if days_between(*look, due) <= lead { interval.after(*look, 1) } else { due };
    Some(looks.iter().filter(|look| **look > entered).fold(first, after))
}

/// What ends an open phase, in the protocol's words.
fn ends_with(phase: &Phase) -> Option<String> {
    match &phase.until {
        End::Event { event, .. } => Some(event.clone()),
        End::Open { .. } if phase.kind.fills() => Some("the prescriber's decision".to_owned()),
        _ => None,
    }
}

/// One order's phases in time.
pub(super) struct Spans<'a> {
    pub(super) in_force: &'a InForce<'a>,
    pub(super) today: NaiveDate,
    pub(super) looks: &'a LookDays,
    /// Whether the order is the one that holds.
    pub(super) holds: bool,
    /// Whether a change ended it: no phase holds any more.
    pub(super) ended: bool,
}

impl Spans<'_> {
    /// Returns the spans of the phases that the walk came into.
    pub(super) fn all(&self, visits: &[Visit], slots: &[DoseSlot]) -> Vec<PhaseSpan> {
        let now = slots.iter().find(|s| s.state.is_owed()).or(slots.last()).map(|s| s.phase);
        let mut out = Vec::new();
        for (i, visit) in visits.iter().enumerate() {
            let phase = &self.in_force.order.phases[visit.phase];
            let left = visits.get(i + 1).is_some_and(|next| !next.tentative || visit.tentative);
            let runs = phase.is_open() && !left && !self.finished(visit, slots);
            let from = if i == 0 { first_day(slots, visit) } else { visit.entered };
            let to = if runs { self.in_force.until } else { self.closed_on(self.last(visit, slots)) };
            out.push(PhaseSpan {
                order: self.in_force.id,
                phase: visit.phase,
                kind: phase.kind,
                from,
                // A dose may have come after the day on which the next order was to begin.
                to: to.map(|to| to.max(from)),
                rhythm: phase.rhythm_words(),
                every: phase.interval(),
                review: review(phase, visit.entered, self.looks),
                ends_with: ends_with(phase),
                ended_by: phase.ends_by(),
                is_now: self.holds && !self.ended && now == Some(visit.phase),
                tentative: visit.tentative,
            });
        }
        out
    }

    /// Whether the last phase was ended by a decision: nothing in it is owed any more.
    fn finished(&self, visit: &Visit, slots: &[DoseSlot]) -> bool {
        self.holds && !slots.iter().any(|s| s.phase == visit.phase && s.state.is_owed())
    }

    /// The last dose of a phase, given or owed; an overdue one is not expected in the past.
    fn last(&self, visit: &Visit, slots: &[DoseSlot]) -> Option<NaiveDate> {
        slots.iter().rfind(|s| s.phase == visit.phase && s.not_given.is_none()).map(|s| self.expected(s))
    }

    fn expected(&self, slot: &DoseSlot) -> NaiveDate {
        if slot.state.is_owed() { slot.visit.max(self.today) } else { slot.visit }
    }

    fn closed_on(&self, last: Option<NaiveDate>) -> Option<NaiveDate> {
        match (self.in_force.until, last) {
            (Some(until), Some(last)) => Some(until.min(last)),
            (until, last) => last.or(until),
        }
    }

    /// Returns when repletion ends.
    pub(super) fn repletion(&self, visits: &[Visit], slots: &[DoseSlot], ends: &[&PhaseEnded]) -> Repletion {
        let phases = &self.in_force.order.phases;
        let filling = phases.iter().take_while(|p| p.kind.fills()).count();
        let is_ended = |index: usize| ends.iter().any(|e| e.phase == index);
        let open = visits.iter().filter(|v| v.phase < filling && !is_ended(v.phase)).find_map(|visit| {
            let phase = &phases[visit.phase];
            let on = review(phase, visit.entered, self.looks)?;
            Some(Repletion::Review { on, event: ends_with(phase)? })
        });
        if let Some(open) = open {
            return open;
        }
        let Some(last) = slots.iter().rfind(|s| s.phase < filling && s.not_given.is_none()) else {
            return Repletion::None;
        };
        if last.given.is_some() { Repletion::Ended(last.visit) } else { Repletion::Expected(self.expected(last)) }
    }
}

fn first_day(slots: &[DoseSlot], visit: &Visit) -> NaiveDate {
    slots.iter().find(|s| s.given.is_some()).map_or(visit.entered, |s| s.visit)
}
