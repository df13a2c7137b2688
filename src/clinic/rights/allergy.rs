//! D9: an allergy as somebody wrote it meets what is in the vial, by the words of `assets/cautions.ron`. What no check
//! understands is said, so that nobody takes silence for a check.

use super::{Checked, Intent, Right};
use crate::clinic::background::holds;
use crate::clinic::course::Course;
use crate::clinic::knowledge::Knowledge;
use crate::clinic::patient::{Allergies, Person};
use crate::clinic::practice::Practice;

/// Returns what a recorded allergy calls the vitamin itself: it holds for every form and for tablets too.
#[must_use]
pub fn allergic<'a>(person: Option<&Person>, knowledge: &'a Knowledge) -> Option<&'a str> {
    named(&person?.allergies.words(), knowledge)
}

fn named<'a>(said: &str, knowledge: &'a Knowledge) -> Option<&'a str> {
    let mut vitamins = knowledge.cautions().iter().filter(|c| !c.bars.is_empty());
    let by_name = vitamins.find_map(|c| c.named_in(said));
    by_name.or_else(|| names_b12(said).then_some("b12"))
}

/// Whether `B12`, `B-12` or `VitB12` stands among the words: `Feb 12` and `hepatitis B, 12/2020` name no vitamin.
fn names_b12(said: &str) -> bool {
    let said = said.to_lowercase();
    let words: Vec<_> = said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let whole = words.iter().any(|word| *word == "b12" || (word.starts_with("vit") && word.ends_with("b12")));
    let parted = words.iter().enumerate().any(|(n, word)| {
        let before = n.checked_sub(1).and_then(|n| words.get(n)).unwrap_or(&"");
        *word == "b" && words.get(n + 1) == Some(&"12") && !before.starts_with("hep")
    });
    whole || parted
}

/// Returns the recorded allergies that no check at the needle understands, as they were written.
#[must_use]
pub fn not_understood<'a>(allergies: &'a Allergies, knowledge: &Knowledge) -> Vec<&'a str> {
    let Allergies::Known(list) = allergies else { return Vec::new() };
    let excipients = || knowledge.products().iter().flat_map(|p| &p.excipients);
    let is_known = |said: &str| {
        let caution = knowledge.cautions().iter().any(|c| c.named_in(said).is_some());
        caution || names_b12(said) || excipients().any(|what| holds(said, what))
    };
    list.iter().map(|said| said.trim()).filter(|said| !said.is_empty() && !is_known(said)).collect()
}

/// Says that no check understands an allergy.
#[must_use]
pub fn not_understood_words(unknown: &[&str]) -> Option<String> {
    (!unknown.is_empty())
        .then(|| format!("Allergy to {}: no check knows it; look at the label.", unknown.join(" and ")))
}

/// The note at the needle for an allergy that no check understands.
pub(super) fn unknown(course: &Course, practice: &Practice) -> Option<Checked> {
    let unknown = not_understood(&course.person.as_ref()?.allergies, &practice.knowledge);
    let words = not_understood_words(&unknown)?;
    let rule = practice.knowledge.rule("D9");
    Some(Checked::of(rule, Right::Drug, words).softer(rule))
}

/// An allergy, as the patient said it or as the triage asked it, meets what is in the vial.
pub(super) fn met(course: &Course, practice: &Practice, intent: &Intent) -> Option<String> {
    let knowledge = &practice.knowledge;
    if let Some(vitamin) = allergic(course.person.as_ref(), knowledge) {
        return Some(vitamin.to_owned());
    }
    let known = course.person.as_ref().map(|p| p.allergies.words()).unwrap_or_default();
    let excipients = || intent.excipients.iter().map(|e| e.trim().to_lowercase()).filter(|e| !e.is_empty());
    let said = excipients().find(|what| holds(&known, what));
    let triage = course.triage.as_ref();
    let asked = |id: &str| triage.is_some_and(|t| t.has_caution(id));
    let cautions = knowledge.cautions().iter().filter(|c| asked(&c.id) || c.named_in(&known).is_some());
    let caution = || cautions.filter_map(|c| c.excipient.clone()).find(|what| excipients().any(|e| e.contains(what)));
    said.or_else(caution)
}
