//! Flags and allergies of a file: they come with the patient whom they are about, and one that cannot is held with its words.

use super::about::holds;
use super::own::Own;
use super::{Reader, at, held, skipped};
use crate::clinic::entry::Act;
use crate::clinic::intake::Trouble;
use crate::clinic::patient::Person;
use serde_json::Value;
use std::collections::HashMap;

impl Reader<'_> {
    /// Returns the words of the flags that hold, by the place of the patient.
    pub(super) fn flags_by_patient(&self) -> HashMap<usize, Vec<String>> {
        let mut all: HashMap<usize, Vec<String>> = HashMap::new();
        for (n, raw) in self.index.all().iter().enumerate() {
            let is_flag = at::text(&raw.value, "resourceType") == Some("Flag") && stands(&raw.value);
            let (true, Some(words), Some(patient)) =
                (is_flag && !self.index.is_repeated(n), words(&raw.value), self.patient_of(n))
            else {
                continue;
            };
            all.entry(patient).or_default().push(words);
        }
        all
    }

    /// Says where a warning comes: with its patient, or to a person who looks.
    pub(super) fn warned(&self, n: usize, kind: &str, value: &Value) -> Trouble {
        let Some(words) = words(value) else {
            return held("It warns of something, and does not say of what: ask over there.");
        };
        let is_over = if kind == "Flag" { !stands(value) } else { !holds(value) };
        if is_over {
            return skipped(format!("It does not hold any more over there: {words}."));
        }
        let (what, place) = if kind == "Flag" { ("A warning", "banner") } else { ("An allergy", "allergies") };
        let by_hand = || held(format!("{what}: \"{words}\". Put it into the patient's {place} by hand."));
        match self.patient_of(n).and_then(|at| self.own.get(at)) {
            None => by_hand(),
            Some(Own::Entry(entry)) => match &entry.act {
                Act::Registered(person) if is_said(person, &words) => skipped("It stands with the patient."),
                _ => by_hand(),
            },
            Some(_) => skipped("It comes with the patient."),
        }
    }
}

fn is_said(person: &Person, words: &str) -> bool {
    let line = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let said = format!("{}; {}", person.caution.as_deref().unwrap_or_default(), person.allergies.words());
    line(words).starts_with("no known") || line(&said).contains(&line(words))
}

/// What a flag or an allergy says: a text of some length and in one line.
fn words(value: &Value) -> Option<String> {
    let said = value.get("code").and_then(at::word)?;
    let line: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(line.chars().filter(|c| !c.is_control()).take(300).collect()).filter(|line: &String| !line.is_empty())
}

/// Whether a flag holds: one without a status does.
fn stands(flag: &Value) -> bool {
    matches!(at::text(flag, "status"), None | Some("active"))
}
