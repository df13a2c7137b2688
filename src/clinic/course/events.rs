//! What moves a course along, taken from the facts of a chart: orders, doses, decisions, looks.

use super::{InForce, as_order};
use crate::clinic::chart::Fact;
use crate::clinic::decision::{Change, Turn};
use crate::clinic::entry::{Act, Checked, Entry, EntryId, Given, ImportId, NextFrom, NotGiven, PhaseEnded};
use crate::clinic::lab::LabResult;
use crate::clinic::order::Order;
use chrono::NaiveDate;
use std::collections::HashMap;

/// Returns the orders that hold or held, each until the next one starts.
pub(super) fn orders<'a>(facts: &[Fact<'a>]) -> Vec<InForce<'a>> {
    let all: Vec<_> = facts.iter().filter_map(|f| Some((f.entry, as_order(f.act?)?))).collect();
    let next_start = |i: usize| all.get(i + 1).map(|(_, next)| next.start);
    let ended = ended(facts);
    let until = |i: usize, id: EntryId| next_start(i).into_iter().chain(ended.of(id)).min();
    let in_force = |(i, (entry, order)): (usize, &(&'a Entry, &'a Order))| InForce {
        id: entry.id,
        order,
        until: until(i, entry.id),
        of_list: of_list(entry),
    };
    all.iter().enumerate().map(in_force).collect()
}

/// Returns the import by which an entry was made of a list that has no ids: what lists of other programs are.
fn of_list(entry: &Entry) -> Option<ImportId> {
    entry.from.as_ref().filter(|from| from.id.is_none()).map(|from| from.import)
}

/// The first days on which changes ended orders: each the one that held when it was recorded, and a death every plan, one
/// that another workstation signed without knowing of it too.
#[derive(Default)]
struct Ended {
    by_order: HashMap<EntryId, NaiveDate>,
    death: Option<NaiveDate>,
}

impl Ended {
    fn of(&self, order: EntryId) -> Option<NaiveDate> {
        self.by_order.get(&order).copied().into_iter().chain(self.death).min()
    }
}

fn ended(facts: &[Fact<'_>]) -> Ended {
    let (mut held, mut ended) = (None, Ended::default());
    for fact in facts {
        match (fact.act, held) {
            (Some(Act::Ordered(_)), _) => held = Some(fact.entry.id),
            (Some(Act::Changed(change)), _) if change.what == Turn::Died => {
                ended.death = ended.death.into_iter().chain([change.on]).min();
            }
            (Some(Act::Changed(change)), Some(order)) if change.what.ends_the_plan() => {
                let day = ended.by_order.entry(order).or_insert(change.on);
                *day = change.on.min(*day);
            }
            _ => {}
        }
    }
    ended
}

/// Something that moves an order along.
#[derive(Clone, Copy)]
pub(super) enum Event<'a> {
    Given(EntryId, &'a str, &'a Given),
    /// A dose of before the order that counts on it all the same: it was due by another plan, which is not known here.
    Before(EntryId, &'a str, &'a Given),
    /// A dose of a list with whose plan a calendar was made up that meets the list's next day: nobody had set a day for it.
    Adopted(EntryId, &'a str, &'a Given),
    Not(EntryId, &'a NotGiven),
    Ended(&'a PhaseEnded),
    Changed(&'a Change),
}

impl Event<'_> {
    pub(super) fn day(&self) -> NaiveDate {
        match self {
            Self::Given(_, _, given) | Self::Before(_, _, given) | Self::Adopted(_, _, given) => given.on,
            Self::Not(_, not) => not.on,
            Self::Ended(ended) => ended.on,
            Self::Changed(change) => change.on,
        }
    }
}

/// What happened, told apart by the order that it happened on; one walk over the facts serves all orders. A dose that names
/// no order, or one that was struck out, belongs to the latest of the orders until then that had [begun](crate::clinic::order::Order::began_by) on
/// its day, and to none where none had: a dose that was given is never lost. All else that names none belongs to the order
/// that held when it was recorded.
pub(super) struct Happened<'a> {
    /// By the order's place, each with its place among the facts.
    on: Vec<Vec<(usize, Event<'a>)>>,
    /// Doses that were given before any plan.
    unplanned: Vec<(usize, Event<'a>)>,
    /// What ends every plan.
    deaths: Vec<(usize, Event<'a>)>,
}

impl<'a> Happened<'a> {
    /// Tells the facts apart; what was recorded before any order belongs to the first.
    pub(super) fn of(facts: &[Fact<'a>], orders: &[InForce<'_>]) -> Self {
        let places: HashMap<EntryId, usize> = orders.iter().map(|o| o.id).zip(0..).collect();
        let named = |named: Option<EntryId>| named.and_then(|id| places.get(&id).copied());
        let begun = |held: Option<usize>, on: NaiveDate| {
            let until = held.map_or(0, |held| held + 1);
            orders.iter().take(until).rposition(|in_force| in_force.order.began_by(on))
        };
        let mut held = (!orders.is_empty()).then_some(0);
        let on = orders.iter().map(|_| Vec::new()).collect();
        let mut happened = Self { on, unplanned: Vec::new(), deaths: Vec::new() };
        for (n, fact) in facts.iter().enumerate() {
            let id = fact.entry.id;
            let (at, event) = match fact.act {
                Some(Act::Ordered(_)) => {
                    held = places.get(&id).copied();
                    continue;
                }
                Some(Act::Given(given)) => match (named(given.order), begun(held, given.on)) {
                    (Some(at), _) if is_adopted(fact.entry, given, orders.get(at)) => {
                        (Some(at), Event::Adopted(id, fact.entry.done_by(), given))
                    }
                    (Some(at), _) => (Some(at), Event::Given(id, fact.entry.done_by(), given)),
                    (None, Some(at)) if orders.get(at).is_some_and(|o| given.on < o.order.start) => {
                        (Some(at), Event::Before(id, fact.entry.done_by(), given))
                    }
                    (None, Some(at)) => (Some(at), Event::Given(id, fact.entry.done_by(), given)),
                    (None, None) => {
                        happened.unplanned.push((n, Event::Given(id, fact.entry.done_by(), given)));
                        continue;
                    }
                },
                Some(Act::NotGiven(not)) => (named(not.order).or(held), Event::Not(id, not)),
                Some(Act::PhaseEnded(ended)) => (places.get(&ended.order).copied(), Event::Ended(ended)),
                Some(Act::Changed(change)) if change.what == Turn::Died => {
                    happened.deaths.push((n, Event::Changed(change)));
                    continue;
                }
                Some(Act::Changed(change)) => (held, Event::Changed(change)),
                _ => continue,
            };
            if let Some(on) = at.and_then(|at| happened.on.get_mut(at)) {
                on.push((n, event));
            }
        }
        happened
    }

    /// Returns the doses that were given before any plan, by day.
    pub(super) fn unplanned(&self) -> Vec<Event<'a>> {
        let mut all = self.unplanned.clone();
        all.sort_by_key(|(n, event)| (event.day(), *n));
        all.into_iter().map(|(_, event)| event).collect()
    }

    /// Returns what happened on the order at a place, by day, and on one day as it was recorded.
    pub(super) fn on(&self, place: usize) -> Vec<Event<'a>> {
        let own = self.on.get(place).into_iter().flatten();
        let mut all: Vec<_> = own.chain(&self.deaths).copied().collect();
        all.sort_by_key(|(n, event)| (event.day(), *n));
        all.into_iter().map(|(_, event)| event).collect()
    }
}

/// Whether a dose came of one list with its plan, and the next one of it follows a calendar.
fn is_adopted(entry: &Entry, given: &Given, order: Option<&InForce<'_>>) -> bool {
    let list = order.and_then(|order| order.of_list);
    given.next_from == NextFrom::Calendar && list.is_some() && list == of_list(entry)
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
