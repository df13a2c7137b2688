//! A dose's row, given or not, with the plan that it was given on.

use super::super::facts::ON_CALENDAR;
use super::{number, text};
use crate::clinic::chart::Fact;
use crate::clinic::course::{Course, DoseSlot};
use crate::clinic::entry::{Act, Given, NextFrom, NotGiven, WhyNot};
use crate::clinic::patient::Person;
use crate::clinic::practice::Practice;

pub(super) const COLUMNS: [&str; 23] = [
    "patient_id",
    "dose_id",
    "due_date",
    "outcome",
    "given_at",
    "medication",
    "dose_ug",
    "route",
    "site",
    "lot",
    "expiry",
    "given_by",
    "reason",
    "notes",
    "product_name",
    "strength_ug_per_ml",
    "drawn_ml",
    "opened",
    "again",
    "next_from",
    "birth_date",
    "reaction",
    "order_id",
];

pub(super) fn dose(fact: &Fact<'_>, course: &Course, who: &Person, practice: &Practice) -> Option<[String; 23]> {
    let is = |slot: &&DoseSlot| {
        slot.given.as_ref().is_some_and(|given| given.entry == fact.entry.id)
            || slot.not_given.as_ref().is_some_and(|(id, _)| *id == fact.entry.id)
    };
    let slot = course.doses.iter().find(is);
    let due = text(slot.map(|slot| slot.due));
    let mut row = match fact.act.unwrap_or(&fact.entry.act) {
        Act::Given(given) => given_row(fact, given, due, who, practice),
        Act::NotGiven(not) => not_given_row(fact, not, due, who),
        _ => return None,
    };
    if let Some(order) = row.last_mut() {
        *order = text(slot.filter(|slot| slot.is_of_plan()).map(|slot| slot.order));
    }
    Some(row)
}

/// What stands for who gave it where nobody knows.
pub(in super::super) const NOT_RECORDED: &str = "not recorded";

/// Who gave it, or saw that it was not; of what was taken over that may not be known.
fn done_by(fact: &Fact<'_>) -> String {
    Some(fact.entry.done_by()).filter(|by| !by.trim().is_empty()).unwrap_or(NOT_RECORDED).to_owned()
}

fn given_row(fact: &Fact<'_>, given: &Given, due: String, who: &Person, practice: &Practice) -> [String; 23] {
    let outcome = if fact.act.is_some() { "given" } else { "error" };
    let at = given.time.map_or(given.on.to_string(), |time| format!("{}T{}", given.on, time.format("%H:%M:%S")));
    let strength = Some(given.strength_mcg_per_ml).filter(|strength| *strength > 0);
    [
        who.number.clone(),
        fact.entry.id.to_string(),
        due,
        outcome.to_owned(),
        at,
        given.drug.to_string(),
        given.dose_mcg.to_string(),
        given.route.name().to_owned(),
        text(given.site.map(crate::clinic::drug::Site::name)),
        text(given.lot.as_ref()),
        text(given.expires),
        done_by(fact),
        struck(fact),
        text(given.note.as_ref()),
        given.product.clone(),
        text(strength),
        text(given.drawn_ml.map(|ml| number(ml, practice))),
        text(given.opened),
        String::new(),
        if given.next_from == NextFrom::Calendar { ON_CALENDAR.to_owned() } else { String::new() },
        who.born.to_string(),
        text(given.reaction.as_ref()),
        String::new(),
    ]
}

fn not_given_row(fact: &Fact<'_>, not: &NotGiven, due: String, who: &Person) -> [String; 23] {
    let outcome = match (&not.why, fact.act) {
        (_, None) => "error",
        (WhyNot::Missed, _) => "missed",
        (WhyNot::Refused, _) => "refused",
        (WhyNot::Held, _) => "withheld",
        (WhyNot::OutOfStock, _) => "out_of_stock",
        (WhyNot::Other(_), _) => "other",
    };
    let reason = match &not.why {
        WhyNot::Other(words) if fact.act.is_some() => words.clone(),
        _ => struck(fact),
    };
    let mut row: [String; 23] = Default::default();
    let cells = [(0, who.number.clone()), (1, fact.entry.id.to_string()), (2, due), (3, outcome.to_owned())];
    let more = [(4, not.on.to_string()), (11, done_by(fact)), (12, reason), (13, text(not.note.as_ref()))];
    for (at, cell) in cells.into_iter().chain(more).chain([(18, text(not.again)), (20, who.born.to_string())]) {
        if let Some(place) = row.get_mut(at) {
            *place = cell;
        }
    }
    row
}

/// Why an entry was struck out.
fn struck(fact: &Fact<'_>) -> String {
    text(fact.amended.filter(|_| fact.act.is_none()).map(|(_, amended)| amended.why.clone()))
}
