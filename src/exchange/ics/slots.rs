//! The dates of a patient, and those that were taken away since.

use super::event::{Event, Kind, uid};
use super::{Look, Written, horizon};
use crate::clinic::chart::Chart;
use crate::clinic::course::{Course, Next};
use crate::clinic::entry::{Act, Entry, EntryId};
use crate::clinic::practice::Practice;
use chrono::{NaiveDate, TimeDelta};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Returns the events of a patient: what is owed up to the horizon, and what is not owed any more and lies ahead.
pub(super) fn events(chart: &Chart, course: &Course, practice: &Practice, look: &Look) -> Vec<Event> {
    let until = horizon(look, course.today);
    let written = Written::of(chart, course);
    let event = |(what, on, kind): (String, NaiveDate, Kind)| Event::new(course, &what, (on, kind), look, written);
    let mut events: Vec<_> = owed(course).into_iter().filter(|(_, on, _)| *on <= until).map(event).collect();
    let now: HashSet<String> = owed(course).into_iter().map(|(what, _, _)| uid(&what)).collect();
    let gone =
        before(chart, course, practice, until).into_iter().filter(|(_, on, _)| (course.today..=until).contains(on));
    let gone = gone.map(event).filter(|event| !now.contains(&event.uid));
    events.extend(gone.map(|event| Event { cancelled: true, ..event }));
    events
}

/// What is owed: the slot that keeps its name, its day, what it is.
fn owed(course: &Course) -> Vec<(String, NaiveDate, Kind)> {
    let mut out = Vec::new();
    let plan = !course.has_ended();
    for slot in course.doses.iter().filter(|s| plan && s.state.is_owed() && !s.tentative) {
        out.push((format!("{} dose {} {}", slot.order, slot.phase, slot.in_phase.0), slot.visit, Kind::Dose));
    }
    let mut labels: HashMap<(EntryId, &str), usize> = HashMap::new();
    for slot in course.checkpoints.iter().filter(|s| !s.tentative) {
        let nth = labels.entry((slot.order, &slot.label)).or_default();
        *nth += 1;
        if slot.state.is_open() {
            out.push((format!("{} check {} {nth}", slot.order, slot.label), slot.due, Kind::Check));
        }
    }
    if let Next::AskAgain(on) = course.next {
        let entry = course.standing.as_ref().map(|s| s.entry.to_string()).unwrap_or_default();
        out.push((format!("{entry} ask"), on, Kind::Ask));
    }
    out
}

/// What was owed before each entry that can have taken dates away and lies so far back that a calendar written then still
/// reaches today; of a date that was owed several times the latest.
fn before(chart: &Chart, course: &Course, practice: &Practice, until: NaiveDate) -> Vec<(String, NaiveDate, Kind)> {
    let ahead = (until - course.today).max(TimeDelta::zero());
    let since = course.today.checked_sub_signed(ahead).unwrap_or(NaiveDate::MIN);
    let is_order = |entry: &&Entry| matches!(entry.act, Act::Ordered(_));
    let Some(first) = chart.entries().iter().find(is_order).map(Entry::key) else { return Vec::new() };
    let turns = chart.entries().iter().rev().filter(|entry| entry.key() > first && takes_away(chart, entry));
    let mut known: BTreeMap<String, (NaiveDate, Kind)> = BTreeMap::new();
    for turned in turns.take_while(|entry| entry.at.date_naive() >= since) {
        let day = turned.at.date_naive().min(course.today);
        let then = chart.only(|entry| entry.key() < turned.key());
        for (what, on, kind) in owed(&Course::outline(&then, practice, day)) {
            known.entry(what).or_insert((on, kind));
        }
    }
    known.into_iter().map(|(what, (on, kind))| (what, on, kind)).collect()
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
