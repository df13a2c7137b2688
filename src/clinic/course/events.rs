//! What moves a course along, taken from the facts of a chart: orders, doses, decisions, looks.

use super::{InForce, as_order};
use crate::clinic::chart::Fact;
use crate::clinic::decision::{Change, Turn};
use crate::clinic::entry::{Act, Checked, EntryId, Given, NotGiven, PhaseEnded};
use crate::clinic::lab::LabResult;
use chrono::NaiveDate;

/// Returns the orders that hold or held, each until the next one starts.
pub(super) fn orders<'a>(facts: &[Fact<'a>]) -> Vec<InForce<'a>> {
    let all: Vec<_> = facts.iter().filter_map(|f| Some((f.entry.id, as_order(f.act?)?))).collect();
    let next_start = |i: usize| all.get(i + 1).map(|(_, next)| next.start);
    let until = |i: usize, id| next_start(i).into_iter().chain(ended(facts, id)).min();
    all.iter().enumerate().map(|(i, (id, order))| InForce { id: *id, order, until: until(i, *id) }).collect()
}

/// Returns the first day on which a change ended an order: one that was recorded while it held. A death ends every plan,
/// one that another workstation signed without knowing of it too.
fn ended(facts: &[Fact<'_>], order: EntryId) -> Option<NaiveDate> {
    let mut held = None;
    let mut day: Option<NaiveDate> = None;
    for fact in facts {
        match fact.act {
            Some(Act::Ordered(_)) => held = Some(fact.entry.id),
            Some(Act::Changed(change)) if ends(change, held == Some(order)) => {
                day = day.into_iter().chain([change.on]).min();
            }
            _ => {}
        }
    }
    day
}

fn ends(change: &Change, held: bool) -> bool {
    change.what == Turn::Died || (held && change.what.ends_the_plan())
}

/// Something that moves an order along.
pub(super) enum Event<'a> {
    Given(EntryId, &'a str, &'a Given),
    Not(EntryId, &'a NotGiven),
    Ended(&'a PhaseEnded),
    Changed(&'a Change),
}

impl Event<'_> {
    pub(super) fn day(&self) -> NaiveDate {
        match self {
            Self::Given(_, _, given) => given.on,
            Self::Not(_, not) => not.on,
            Self::Ended(ended) => ended.on,
            Self::Changed(change) => change.on,
        }
    }
}

/// Returns the events of one order by day, on one day by time of entry. One without an order, or on an order that was
/// struck out, belongs to the order that held when it was recorded: a dose that was given is never lost.
pub(super) fn events<'a>(facts: &[Fact<'a>], orders: &[InForce<'_>], wanted: EntryId) -> Vec<Event<'a>> {
    let mut held = orders.first().map(|o| o.id);
    let mut out = Vec::new();
    let of = |named: Option<EntryId>, held| named.filter(|id| orders.iter().any(|o| o.id == *id)).or(held);
    for fact in facts {
        let id = fact.entry.id;
        match fact.act {
            Some(Act::Ordered(_)) => held = Some(id),
            Some(Act::Given(g)) if of(g.order, held) == Some(wanted) => {
                out.push(Event::Given(id, &fact.entry.by, g));
            }
            Some(Act::NotGiven(n)) if of(n.order, held) == Some(wanted) => out.push(Event::Not(id, n)),
            Some(Act::PhaseEnded(e)) if e.order == wanted => out.push(Event::Ended(e)),
            Some(Act::Changed(c)) if held == Some(wanted) || ends(c, false) => out.push(Event::Changed(c)),
            _ => {}
        }
    }
    out.sort_by_key(Event::day);
    out
}

/// The days on which somebody looked whether treatment works, in order.
#[derive(Debug, Default)]
pub(super) struct LookDays {
    /// At symptoms, or at the blood count.
    pub(super) any: Vec<NaiveDate>,
    /// At the blood count.
    pub(super) blood: Vec<NaiveDate>,
}

/// Returns the days of the looks that tell whether treatment works.
pub(super) fn looks(facts: &[Fact<'_>]) -> LookDays {
    let mut days = LookDays::default();
    for fact in facts {
        let Some(Act::Checked(checked)) = fact.act else { continue };
        let counted = has_count(checked);
        if counted {
            days.blood.push(checked.on);
        }
        if counted || !checked.symptoms.is_empty() {
            days.any.push(checked.on);
        }
    }
    days.any.sort_unstable();
    days.blood.sort_unstable();
    days
}

/// Whether a look holds a blood count; "not done" is none.
fn has_count(checked: &Checked) -> bool {
    checked.lab("haemoglobin").is_some_and(LabResult::is_done)
}
