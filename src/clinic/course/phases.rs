//! Phases as spans of time, and the day on which repletion ends.

use super::InForce;
use super::doses::DoseSlot;
use crate::clinic::entry::{EntryId, PhaseEnded};
use crate::clinic::interval::Interval;
use crate::clinic::order::Order;
use crate::clinic::regimen::{End, PhaseKind};
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

/// Returns the spans of an order's phases.
pub(super) fn spans(in_force: &InForce<'_>, visits: &[Visit], slots: &[DoseSlot], holds: bool) -> Vec<PhaseSpan> {
    let now = slots.iter().find(|s| s.state.is_owed()).or(slots.last()).map(|s| s.phase);
    let mut out = Vec::new();
    for (i, visit) in visits.iter().enumerate() {
        let phase = &in_force.order.phases[visit.phase];
        let closed = visits.get(i + 1).map(|next| next.entered);
        let (review, ends_with) = match &phase.until {
            End::Event { review, event } => (Some(review.after(visit.entered, 1)), Some(event.clone())),
            _ => (None, None),
        };
        let open = phase.is_open() && closed.is_none();
        let last = slots.iter().rfind(|s| s.phase == visit.phase).map(|s| s.visit);
        out.push(PhaseSpan {
            order: in_force.id,
            phase: visit.phase,
            kind: phase.kind,
            from: if i == 0 { first_day(slots, visit) } else { visit.entered },
            to: if open { in_force.until } else { closed_on(in_force, closed.map_or(last, |_| last)) },
            rhythm: phase.rhythm_words(),
            every: phase.interval(),
            review,
            ends_with,
            is_now: holds && now == Some(visit.phase),
            tentative: visit.tentative,
        });
    }
    out
}

fn first_day(slots: &[DoseSlot], visit: &Visit) -> NaiveDate {
    slots.iter().find(|s| s.given.is_some()).map_or(visit.entered, |s| s.visit)
}

fn closed_on(in_force: &InForce<'_>, last: Option<NaiveDate>) -> Option<NaiveDate> {
    match (in_force.until, last) {
        (Some(until), Some(last)) => Some(until.min(last)),
        (until, last) => last.or(until),
    }
}

/// Returns when repletion ends, from the walk of the order that holds.
pub(super) fn repletion(order: &Order, visits: &[Visit], slots: &[DoseSlot], ends: &[&PhaseEnded]) -> Repletion {
    let filling = order.phases.iter().take_while(|p| p.kind.fills()).count();
    if filling == 0 {
        return Repletion::None;
    }
    let open = visits.iter().find_map(|visit| match &order.phases[visit.phase].until {
        End::Event { review, event } if visit.phase < filling && !ends.iter().any(|e| e.phase == visit.phase) => {
            Some(Repletion::Review { on: review.after(visit.entered, 1), event: event.clone() })
        }
        _ => None,
    });
    let Some(last) = slots.iter().rfind(|s| s.phase < filling && s.not_given.is_none()) else {
        return open.unwrap_or(Repletion::None);
    };
    let ended = slots.iter().any(|s| s.phase >= filling && !s.tentative) || slots.last() == Some(last);
    match open {
        Some(review) => review,
        None if last.given.is_some() && ended => Repletion::Ended(last.visit),
        None => Repletion::Expected(last.visit),
    }
}
