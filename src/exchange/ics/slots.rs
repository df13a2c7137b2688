//! The dates of a patient, and those that were taken away since.

use super::event::{Event, Kind};
use super::{Look, Written, horizon};
use crate::clinic::chart::Chart;
use crate::clinic::course::{Course, DoseSlot, Next};
use crate::clinic::entry::{Act, Entry, EntryId};
use crate::clinic::practice::Practice;
use chrono::{NaiveDate, TimeDelta};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Returns the events of a patient: what is owed up to the horizon, and what is not owed any more and lies ahead.
pub(super) fn events(chart: &Chart, course: &Course, practice: &Practice, look: &Look) -> Vec<Event> {
    let until = horizon(look, course.today);
    let written = Written::of(chart, course);
    let event = |(what, on, kind): (String, NaiveDate, Kind)| Event::new(course, &what, (on, kind), look, written);
    let owed = owed(course);
    let mut events: Vec<_> = owed.iter().filter(|(_, on, _)| *on <= until).cloned().map(event).collect();
    let now: HashSet<&str> = owed.iter().map(|(what, _, _)| what.as_str()).collect();
    let done = done(course);
    let before = before(chart, course, practice, look);
    let is_gone = |slot: &Before| {
        let lies_ahead = slot.on >= course.today && (slot.on <= until || slot.was_told);
        let came_before = || done.get(&slot.what).is_none_or(|day| *day < slot.on);
        lies_ahead && !now.contains(slot.what.as_str()) && (slot.taken_away || came_before())
    };
    let gone = before.iter().filter(|slot| is_gone(slot)).map(|slot| event((slot.what.clone(), slot.on, slot.kind)));
    events.extend(gone.map(|event| Event { cancelled: true, ..event }));
    // A calendar that has it goes on showing the old day, unless it is told the new one. How many come on a day so far off
    // is not known.
    let was: HashSet<&str> = before.iter().map(|slot| slot.what.as_str()).filter(|_| !look.counts).collect();
    let moved_on = owed.iter().filter(|(what, on, _)| *on > until && was.contains(what.as_str()));
    events.extend(moved_on.cloned().map(event));
    events
}

/// A date as it was before.
struct Before {
    what: String,
    on: NaiveDate,
    kind: Kind,
    /// Whether an entry came that can take it away, not only move it.
    taken_away: bool,
    /// Whether it was within the horizon of some day: a calendar may have it, and follows it wherever it is moved.
    was_told: bool,
}

/// The slots that are filled, or left empty by an entry, each with the day of that.
fn done(course: &Course) -> HashMap<String, NaiveDate> {
    let is_done = |s: &&DoseSlot| !s.tentative && !s.state.is_owed();
    let mut out: HashMap<String, NaiveDate> = course.doses.iter().filter(is_done).map(|s| (name(s), s.visit)).collect();
    let mut labels: HashMap<(EntryId, &str), usize> = HashMap::new();
    for slot in course.checkpoints.iter().filter(|s| !s.tentative || s.awaits_first) {
        let nth = labels.entry((slot.order, &slot.label)).or_default();
        *nth += 1;
        if !slot.state.is_open() {
            // One that a later look made needless was not done on its day.
            let check = slot.check.and_then(|check| course.checks.get(check));
            let on = check.map_or(NaiveDate::MIN, |check| check.checked.on);
            out.insert(format!("{} check {} {nth}", slot.order, slot.label), on);
        }
    }
    out
}

fn name(slot: &DoseSlot) -> String {
    format!("{} dose {} {}", slot.order, slot.phase, slot.in_phase.0)
}

/// What is owed: the slot that keeps its name, its day, what it is.
fn owed(course: &Course) -> Vec<(String, NaiveDate, Kind)> {
    let mut out = Vec::new();
    let plan = !course.has_ended();
    for slot in course.doses.iter().filter(|s| plan && s.state.is_owed() && !s.tentative) {
        out.push((name(slot), slot.visit, Kind::Dose));
    }
    let mut labels: HashMap<(EntryId, &str), usize> = HashMap::new();
    for slot in course.checkpoints.iter().filter(|s| !s.tentative || s.awaits_first) {
        let nth = labels.entry((slot.order, &slot.label)).or_default();
        *nth += 1;
        if slot.state.is_open() {
            let kind = if slot.awaits_first { Kind::Awaited } else { Kind::Check };
            out.push((format!("{} check {} {nth}", slot.order, slot.label), slot.visit, kind));
        }
    }
    if let Next::AskAgain(on) = course.next {
        let entry = course.standing.as_ref().map(|s| s.entry.to_string()).unwrap_or_default();
        out.push((format!("{entry} ask"), on, Kind::Ask));
    }
    out
}

/// What was owed, within the horizon of its day, before each entry that can have moved dates or taken them away and lies so
/// far back that a calendar written then still reaches today; of a date that was owed several times the latest.
fn before(chart: &Chart, course: &Course, practice: &Practice, look: &Look) -> Vec<Before> {
    let ahead = (horizon(look, course.today) - course.today).max(TimeDelta::zero());
    let since = course.today.checked_sub_signed(ahead).unwrap_or(NaiveDate::MIN);
    let is_order = |entry: &&Entry| matches!(entry.act, Act::Ordered(_));
    let Some(first) = chart.entries().iter().find(is_order).map(Entry::key) else { return Vec::new() };
    let is_turn = |entry: &&Entry| entry.key() > first && (takes_away(chart, entry) || moves(entry));
    let turns = chart.entries().iter().rev().filter(is_turn);
    let mut known: BTreeMap<String, Before> = BTreeMap::new();
    for turned in turns.take_while(|entry| entry.at.date_naive() >= since) {
        let day = turned.at.date_naive().min(course.today);
        let then = chart.only(|entry| entry.key() < turned.key());
        let taken_away = takes_away(chart, turned);
        let seen = horizon(look, day);
        for (what, on, kind) in owed(&Course::outline(&then, practice, day)) {
            if on > seen && !taken_away {
                continue;
            }
            let slot = known.entry(what.clone()).or_insert(Before { what, on, kind, taken_away, was_told: false });
            slot.taken_away |= taken_away;
            slot.was_told |= on <= seen;
        }
    }
    known.into_values().collect()
}

/// Whether an entry can move dates, or fill them before their day: a dose given or not, a pause, a look.
fn moves(entry: &Entry) -> bool {
    matches!(entry.act, Act::Given(_) | Act::NotGiven(_) | Act::Changed(_) | Act::Checked(_))
}

/// Whether an entry can take dates away that nothing else replaces: an order, an end of a phase or of the plan, and what
/// corrects one of these or a dose.
fn takes_away(chart: &Chart, entry: &Entry) -> bool {
    match &entry.act {
        Act::Ordered(_) | Act::PhaseEnded(_) => true,
        Act::Changed(change) => change.what.ends_the_plan(),
        Act::Amended(amended) => chart.entry(amended.of).is_some_and(|of| {
            matches!(
                of.act,
                Act::Ordered(_)
                    | Act::PhaseEnded(_)
                    | Act::Changed(_)
                    | Act::Given(_)
                    | Act::NotGiven(_)
                    | Act::Amended(_)
            )
        }),
        _ => false,
    }
}
