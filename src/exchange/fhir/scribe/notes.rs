//! Signed notes as DocumentReference: the text as it was signed, an addendum as one that adds to the first.

use super::{Scribe, Told};
use crate::clinic::note::{Charge, Noted};
use crate::clinic::words;
use crate::exchange::fhir::codes::{LOINC, concept_of_note};
use crate::exchange::fhir::resource::{Resource, concept, instant, recorded};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

impl Scribe<'_> {
    pub(super) fn noted(&mut self, told: Told<'_>, note: &Noted) {
        let title = format!("{} of {}", note.word(), words::day(note.on));
        let of = note.of.and_then(|of| self.stands.get(&of).cloned());
        let adds_to = note.adds_to.and_then(|first| self.stands.get(&first).cloned());
        let attachment = json!({
            "contentType": "text/plain; charset=utf-8",
            "language": "en",
            "data": STANDARD.encode(text(&title, note)),
            "title": title,
            "creation": instant(told.entry.at),
        });
        let body = json!({
            "meta": recorded(told.entry.at),
            "status": told.status("current"),
            "docStatus": told.status("final"),
            "type": concept(LOINC, "11506-3", note.word()),
            "category": [concept_of_note()],
            "subject": self.subject(),
            "date": instant(told.entry.at),
            "author": [self.who(told.entry.done_by())],
            "custodian": self.organization(),
            "relatesTo": [adds_to.map(|first| json!({ "code": "appends", "target": first }))],
            "content": [{ "attachment": attachment }],
            "context": {
                "encounter": [if told.struck { Value::Null } else { self.visit(note.on) }],
                "related": [of],
            },
        });
        self.stand(told, Resource::new("DocumentReference", told.id(), body));
    }
}

/// Returns the note as plain text.
fn text(title: &str, note: &Noted) -> String {
    let mut lines = vec![title.to_owned(), String::new()];
    lines.extend(note.facts.iter().map(|fact| format!("{}: {}", fact.label, fact.text)));
    if !note.narrative.trim().is_empty() {
        lines.extend([String::new(), note.narrative.clone()]);
    }
    if !note.codes.is_empty() || !note.charges.is_empty() {
        lines.push(String::new());
    }
    lines.extend(note.codes.iter().map(|code| format!("{} {}: {}", code.list, code.code, code.title)));
    lines.extend(note.charges.iter().map(Charge::words));
    lines.join("\n") + "\n"
}
