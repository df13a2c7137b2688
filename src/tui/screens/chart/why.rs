//! Why: how a date, a number or a warning was worked out, the rule, its source, and the entries that it rests on.

mod dates;
mod found;
mod numbers;

use crate::clinic::citation;
use crate::clinic::entry::EntryId;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::prompts::summary;
use crate::tui::widgets::timeline::EventKind;

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// What stands under the cursor.
    Event(EventKind),
    /// What the plan tab says.
    Plan,
    /// What the checkpoints tab says.
    Checkpoints,
    /// An entry of the history.
    Entry(EntryId),
    /// Only what needs attention.
    Findings,
}

/// The words for the subject, and for every finding; on today itself what needs attention stands first.
pub(super) fn lines(patient: &Patient, subject: Subject, ctx: &Ctx) -> Vec<String> {
    let told = match subject {
        Subject::Event(event) => dates::event(event, patient, ctx),
        Subject::Plan => numbers::plan(patient, ctx),
        Subject::Checkpoints => numbers::checkpoints(patient, ctx),
        Subject::Entry(id) => entry(patient, id),
        Subject::Findings => Vec::new(),
    };
    let order = patient.course.order.as_ref().map(|(_, order)| order);
    let protocol = order.map(|o| format!("Protocol: {}. Source: {}.", o.name, o.source));
    let mut found: Vec<_> = protocol.into_iter().collect();
    found.extend(found::open(patient, ctx));
    found.extend(found::answered(patient, ctx));
    let mut lines: Vec<String> = if subject == Subject::Event(EventKind::Today) {
        found.push(String::new());
        found.into_iter().chain(told).collect()
    } else {
        told.into_iter().chain(found).collect()
    };
    let named = citation::explained(&ctx.practice.knowledge, &lines.join("\n"));
    if !named.is_empty() {
        lines.extend([String::new(), "Where it comes from:".to_owned()]);
        lines.extend(named.into_iter().map(|line| format!("    {line}")));
    }
    lines
}

/// An entry of the history as a whole: what it says, who recorded it and when.
fn entry(patient: &Patient, id: EntryId) -> Vec<String> {
    let Some(entry) = patient.chart.entry(id) else { return Vec::new() };
    let at = format!("{} {}", words::day(entry.at.date_naive()), entry.at.format("%H:%M"));
    let what = super::history::what(&entry.act, patient);
    vec![format!("{}: {what}.", entry.act.word()), format!("    Recorded by {}, {at}.", entry.by), String::new()]
}

/// The entries that something rests on, each with who recorded it and when.
fn rests_on(patient: &Patient, entries: &[EntryId]) -> Vec<String> {
    let entry = |id: &EntryId| {
        let entry = patient.chart.entry(*id)?;
        let recorded = words::day(entry.at.date_naive());
        Some(format!("    Rests on: {} ({}, {recorded})", summary(&entry.act), entry.by))
    };
    entries.iter().filter_map(entry).collect()
}
