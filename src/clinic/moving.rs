//! Moving on: what ends the phase that holds, in the protocol's words, and what speaks against doing so now (facts 9,
//! P1 and P3; brief G3: skipping ahead before stores are full risks "improvement, then plateau").

use super::course::Course;
use super::interval::Interval;
use super::practice::Practice;
use super::regimen::{End, EndedBy};
use super::response::Response;
use super::words;
use chrono::NaiveDate;

/// The phase that would end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    /// The phase, counted from 0.
    pub phase: usize,
    /// The protocol's words for what ends it; empty where it has none.
    pub event: String,
    /// Why it would be early, each a sentence; empty where nothing speaks against it.
    pub early: Vec<String>,
}

/// Returns which phase could be ended now; `None` without a plan, or in its last phase.
#[must_use]
pub fn of(course: &Course, practice: &Practice) -> Option<Moving> {
    let (_, order) = course.order.as_ref()?;
    let slot = course.next_dose()?;
    if let (Some(gate), Some(before)) = (&slot.gate, slot.phase.checked_sub(1)) {
        return Some(Moving { phase: before, event: gate.clone(), early: Vec::new() });
    }
    let phase = order.phases.get(slot.phase).filter(|_| slot.phase + 1 < order.phases.len())?;
    let (event, early) = match (&phase.until, slot.in_phase) {
        (End::Event { event, review }, _) => {
            let ended_by = phase.ends_by().unwrap_or(EndedBy::Other);
            (event.clone(), early_by_event(course, practice, ended_by, *review))
        }
        (_, (n, Some(of))) => (String::new(), vec![format!("Only {} of {of} doses of this phase are given.", n - 1)]),
        _ => (String::new(), Vec::new()),
    };
    Some(Moving { phase: slot.phase, event, early })
}

/// An open phase ends by what is seen: two checks, after its first review, without gain.
fn early_by_event(course: &Course, practice: &Practice, ended_by: EndedBy, every: Interval) -> Vec<String> {
    let Some(span) = course.phase_now().filter(|p| p.kind.fills()) else { return Vec::new() };
    let mut early = Vec::new();
    let since = course.checks.iter().filter(|c| c.checked.on > span.from).count() as i64;
    let no_more_gain = ended_by == EndedBy::NoMoreGain;
    let wanted = if no_more_gain { practice.knowledge.rule("P1").count("checks_without_gain") } else { 1 };
    if since < wanted {
        let needs = match ended_by {
            EndedBy::NoMoreGain => format!("that nothing improves any more shows in {wanted}"),
            EndedBy::Improvement => "that it improves shows in one".to_owned(),
            EndedBy::Blood | EndedBy::Other => "it shows in the results".to_owned(),
        };
        early.push(format!("{} since this phase began: {needs}.", words::plural(since, "recorded check")));
    }
    // A look at the review sets the next one; a phase that was reviewed once need not wait for that.
    let unseen = |day: &NaiveDate| *day > course.today && *day <= every.after(span.from, 1);
    if let Some(review) = span.review.filter(unseen) {
        early.push(format!("Its review is on {}.", words::day(review)));
    }
    match (ended_by, course.response) {
        (EndedBy::NoMoreGain, Response::Improving) => early.push("The last check still shows improvement.".to_owned()),
        (EndedBy::Improvement, Response::Improving | Response::Resolved) => {}
        (EndedBy::Improvement, _) if since > 0 => early.push("The last check shows no improvement yet.".to_owned()),
        _ => {}
    }
    early
}
