//! The encounter note as it was signed, its addenda below it, identifiers on every page.

use super::{Doc, fact, typed};
use crate::clinic::chart::{Chart, Fact};
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, EntryId};
use crate::clinic::note::{Noted, root};
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::{DateTime, FixedOffset};

/// Makes the document of a signed note with everything that was added to it; of an addendum, that of the note it belongs to.
#[must_use]
pub fn note(chart: &Chart, course: &Course, practice: &Practice, entry: EntryId) -> Option<Doc> {
    let first = root(chart, entry);
    let facts = chart.facts();
    let fact = facts.iter().find(|f| f.entry.id == first)?;
    let Act::Noted(noted) = &fact.entry.act else { return None };
    let mut doc = titled(noted, course, practice);
    body(&mut doc, noted);
    signed(&mut doc, fact, noted);
    for fact in facts.iter().filter(|f| f.entry.id != first && root(chart, f.entry.id) == first) {
        let Act::Noted(more) = &fact.entry.act else { continue };
        doc.heading(&format!("Addendum of {}", words::day(fact.entry.at.date_naive())));
        body(&mut doc, more);
        signed(&mut doc, fact, more);
    }
    Some(doc)
}

/// Makes the document of a note that nobody signed yet.
#[must_use]
pub fn draft(course: &Course, practice: &Practice, noted: &Noted) -> Doc {
    let mut doc = titled(noted, course, practice);
    doc.title = format!("DRAFT, not signed: {}", doc.title);
    body(&mut doc, noted);
    doc
}

fn titled(noted: &Noted, course: &Course, practice: &Practice) -> Doc {
    let title = format!("Encounter of {}", words::day(noted.on));
    Doc { on: course.today, ..Doc::new("note", &title, practice, noted.on) }.about(course)
}

fn body(doc: &mut Doc, noted: &Noted) {
    doc.facts(noted.facts.iter().map(|f| (typed(&f.label), typed(&f.text))).collect());
    if !noted.narrative.trim().is_empty() {
        doc.heading("What was seen and said");
        noted.narrative.lines().map(typed).filter(|line| !line.is_empty()).for_each(|line| doc.say(line));
    }
    if !noted.codes.is_empty() {
        doc.heading("Diagnoses");
        let code = |c: &crate::clinic::note::NotedCode| (typed(&format!("{} {}", c.list, c.code)), typed(&c.title));
        doc.facts(noted.codes.iter().map(code).collect());
    }
    if !noted.charges.is_empty() {
        doc.heading("Charges");
        doc.facts(noted.charges.iter().map(|c| fact("", typed(&c.words()))).collect());
    }
}

/// Who signed it and when; that it was entered late, or struck out.
fn signed(doc: &mut Doc, fact: &Fact<'_>, noted: &Noted) {
    let when = |at: DateTime<FixedOffset>| format!("{} at {}", words::day(at.date_naive()), at.format("%H:%M"));
    let (at, by) = (fact.entry.first_at().unwrap_or(fact.entry.at), fact.entry.done_by());
    match by.trim() {
        "" => doc.say("Who signed it is not recorded."),
        by => doc.say(format!("Signed by {} on {}.", typed(by), when(at))),
    }
    if let Some(from) = &fact.entry.from {
        let (by, when) = (typed(&fact.entry.by), when(fact.entry.at));
        doc.say(format!("Taken over by {by} on {when}, {}.", typed(&from.words())));
    }
    if fact.entry.first_at().is_some() && at.date_naive() > noted.on && noted.adds_to.is_none() {
        let days = words::days((at.date_naive() - noted.on).num_days());
        doc.say(format!("Entered late: {days} after the encounter."));
    }
    if let Some((entry, amended)) = fact.amended {
        let what = if fact.act.is_none() { "STRUCK OUT" } else { "CORRECTED" };
        let when = words::day(entry.at.date_naive());
        doc.say(format!("{what} by {} on {when}: {}", typed(&entry.by), typed(&amended.why)));
    }
}
