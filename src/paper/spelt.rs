//! Words for patients: nothing shortened, nothing to look up (`assets/letters.ron`).

use crate::clinic::course::{CheckSlot, Course, DoseSlot};
use crate::clinic::drug::{Route, mcg};
use crate::clinic::interval::Interval;
use crate::clinic::knowledge::{self, Knowledge};
use crate::clinic::regimen::{Phase, Rhythm};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What `assets/letters.ron` knows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// Why B12 is low, by cause.
    causes: BTreeMap<String, String>,
    /// What is asked or measured, by id.
    labs: BTreeMap<String, String>,
    /// When to call an ambulance.
    pub(super) emergency: String,
    /// When to call on the same day.
    pub(super) today: Vec<String>,
    /// When to call soon.
    pub(super) soon: Vec<String>,
    /// A missed date.
    pub(super) missed: String,
    /// Folic acid.
    pub(super) folic: String,
}

/// Returns the words.
pub(super) fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| knowledge::part("letters.ron"))
}

/// Says why the patient gets injections.
pub(super) fn cause(course: &Course) -> Option<&'static str> {
    let triage = course.triage.as_ref()?;
    words().causes.get(&triage.cause).map(String::as_str)
}

/// Says what is asked at a check: questions first, with what the patient felt so far, then what the blood is tested for, nothing
/// twice.
pub(super) fn asks(check: &CheckSlot, course: &Course, knowledge: &Knowledge) -> String {
    let named = |id: &String| words().labs.get(id).cloned().unwrap_or_else(|| id.replace('-', " "));
    let (questions, blood): (Vec<&String>, Vec<&String>) = check.asks.iter().partition(|id| *id == "symptoms");
    let mut tested: Vec<String> = Vec::new();
    for name in blood.into_iter().map(named) {
        if !tested.contains(&name) {
            tested.push(name);
        }
    }
    let blood = (!tested.is_empty()).then(|| format!("blood test: {}", tested.join("; ")));
    let felt = felt(course, knowledge).join("; ");
    let felt = if felt.is_empty() { felt } else { format!(" ({felt})") };
    let questions = questions.into_iter().map(|id| named(id) + &felt).take(1);
    questions.chain(blood).collect::<Vec<_>>().join("; ")
}

/// Returns the symptoms that were there at any look.
fn felt(course: &Course, knowledge: &Knowledge) -> Vec<String> {
    let was_there =
        |id: &str| course.checks.iter().any(|c| c.checked.symptoms.iter().any(|(of, n)| of == id && *n > 0));
    let all = knowledge.symptoms().iter().filter(|symptom| was_there(&symptom.id));
    all.map(|symptom| symptom.name.to_lowercase()).collect()
}

/// The same in few words, for a table.
pub(super) fn asks_shortly(check: &CheckSlot) -> &'static str {
    let (questions, blood) =
        (check.asks.iter().any(|id| id == "symptoms"), check.asks.iter().any(|id| id != "symptoms"));
    match (questions, blood) {
        (true, true) => "questions and blood test",
        (false, true) => "blood test",
        _ => "questions",
    }
}

/// Writes a dose in full: `1,000 micrograms`.
pub(super) fn dose(dose_mcg: u32) -> String {
    mcg(dose_mcg).replace(" mcg", " micrograms")
}

/// Says how it is given, and where.
pub(super) fn route(route: Route) -> &'static str {
    match route {
        Route::Im => "as an injection into a muscle of the upper arm, thigh or hip",
        Route::Sc => "as an injection under the skin",
        Route::Iv => "as an injection into a vein",
    }
}

/// Says how often the doses of a phase come.
pub(super) fn rhythm(phase: &Phase) -> String {
    match &phase.every {
        Rhythm::Every(Interval::Days(1)) => "one injection every day".to_owned(),
        Rhythm::Every(Interval::Days(2)) => "one injection every other day".to_owned(),
        Rhythm::Every(Interval::Weeks(1)) => "one injection every week".to_owned(),
        Rhythm::Every(Interval::Months(1)) => "one injection every month".to_owned(),
        Rhythm::Every(interval) => format!("one injection every {interval}"),
        Rhythm::Week(_) => format!("injections {}", phase.rhythm_words()),
        Rhythm::Gaps(_) => format!("one injection {}", phase.rhythm_words()),
        Rhythm::Days(_) => "injections on the days below".to_owned(),
    }
}

/// Says what a date is for.
pub(super) fn visit(slot: &DoseSlot) -> String {
    match (slot.kind.fills(), slot.in_phase) {
        (true, (n, Some(of))) => format!("Injection {n} of {of}"),
        (true, (n, None)) => format!("Injection {n}"),
        (false, _) => "Injection".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::knowledge::Knowledge;

    #[test]
    fn every_cause_and_every_analyte_has_words_for_patients() {
        let (known, words) = (Knowledge::built_in(), words());
        for cause in known.causes() {
            assert!(words.causes.contains_key(&cause.id), "{}", cause.id);
        }
        for lab in known.labs() {
            assert!(words.labs.contains_key(&lab.id), "{}", lab.id);
        }
        assert_eq!(words.causes.len(), known.causes().len());
        assert_eq!(words.labs.len(), known.labs().len() + 1, "and symptoms");
        assert!(!words.emergency.is_empty() && words.today.len() > 1 && !words.missed.is_empty());
    }
}
