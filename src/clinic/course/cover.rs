//! How far the order that holds still reaches: its term, or that of its latest renewal, less what was given since.

use super::InForce;
use super::slot::DoseSlot;
use crate::clinic::chart::Fact;
use crate::clinic::entry::{Act, EntryId};
use crate::clinic::term::{Cover, Renewed};
use chrono::NaiveDate;

/// Returns how far an order reaches after the doses that were given on it; `None` where nothing ends it. A dose counts
/// against the renewal that was there when it was recorded, whatever its day: so none is ever counted twice.
pub(super) fn of(facts: &[Fact<'_>], in_force: &InForce<'_>, slots: &[DoseSlot]) -> Option<Cover> {
    let renewal = latest(facts, in_force.id);
    let order = in_force.order;
    let (entry, term, prescriber) = match renewal {
        Some((entry, renewed)) => (entry, renewed.term, &renewed.prescriber),
        None => (in_force.id, order.term, &order.prescriber),
    };
    if term.is_open() {
        return None;
    }
    let counts = |id: EntryId| renewal.is_none() || id > entry;
    let given = slots.iter().filter_map(|slot| slot.given.as_ref()).filter(|given| counts(given.entry));
    let days: Vec<NaiveDate> = given.map(|given| given.given.on).collect();
    let used = u32::try_from(days.len()).unwrap_or(u32::MAX);
    let left = term.doses.map(|doses| doses.saturating_sub(used));
    Some(Cover {
        until: term.until,
        left,
        beyond: None,
        spent: days.into_iter().max().filter(|_| left == Some(0)),
        prescriber: prescriber.to_owned(),
        entry,
    })
}

fn latest<'a>(facts: &[Fact<'a>], order: EntryId) -> Option<(EntryId, &'a Renewed)> {
    facts.iter().rev().find_map(|fact| match fact.act? {
        Act::Renewed(renewed) if renewed.order == order => Some((fact.entry.id, renewed)),
        _ => None,
    })
}
