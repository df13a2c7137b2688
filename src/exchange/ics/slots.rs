//! The dates of a patient, and those that a newer plan took away.

use super::event::{Event, Kind, uid};
use super::{Look, Written, horizon};
use crate::clinic::chart::{Chart, Fact};
use crate::clinic::course::{Course, Next};
use crate::clinic::entry::{Act, Entry, EntryId};
use crate::clinic::practice::Practice;
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// Returns the events of a patient: what is owed up to the horizon, and what is not owed any more and lies ahead.
pub(super) fn events(chart: &Chart, course: &Course, practice: &Practice, look: &Look) -> Vec<Event> {
    let until = horizon(look, course.today);
    let written = Written::of(chart, course);
    let event = |(what, on, kind): (String, NaiveDate, Kind)| Event::new(course, &what, (on, kind), look, written);
    let mut events: Vec<_> = owed(course).into_iter().filter(|(_, on, _)| *on <= until).map(event).collect();
    let now: HashSet<String> = owed(course).into_iter().map(|(what, _, _)| uid(&what)).collect();
    let gone = before(chart, course, practice).into_iter().filter(|(_, on, _)| (course.today..=until).contains(on));
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

/// What was owed before the last order or end that took dates away.
fn before(chart: &Chart, course: &Course, practice: &Practice) -> Vec<(String, NaiveDate, Kind)> {
    let facts = chart.facts();
    let Some(turned) = facts.iter().rev().find(|fact| takes_away(fact)).map(|fact| fact.entry) else {
        return Vec::new();
    };
    let known = |entry: &Entry| entry.key() < turned.key();
    let had_order = facts.iter().any(|f| known(f.entry) && matches!(f.act, Some(Act::Ordered(_))));
    if !had_order {
        return Vec::new();
    }
    let day = turned.at.date_naive().min(course.today);
    owed(&Course::outline(&chart.only(known), practice, day))
}

fn takes_away(fact: &Fact<'_>) -> bool {
    match fact.act {
        Some(Act::Ordered(_)) => true,
        Some(Act::Changed(change)) => change.what.ends_the_plan(),
        _ => false,
    }
}
