//! The JSON of a chart.

use super::more::{self, More};
use crate::clinic::chart::Chart;
use crate::clinic::course::{Check, CheckSlot, CheckState, Course, DoseSlot, Next, PhaseSpan};
use crate::clinic::entry::{EntryId, PatientId};
use crate::clinic::lab::{Comparator, Flag, LabResult};
use crate::clinic::patient::{Allergies, Sex};
use crate::clinic::practice::Practice;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// A chart as documented.
#[derive(Serialize)]
pub(super) struct Out {
    patient: Patient,
    phases: Vec<Phase>,
    doses: Vec<Dose>,
    checkpoints: Vec<Checkpoint>,
    response: &'static str,
    findings: Vec<Finding>,
    next: OutNext,
    #[serde(flatten)]
    more: More,
}

#[derive(Serialize)]
struct Patient {
    id: PatientId,
    number: String,
    name: String,
    family: String,
    given: String,
    born: Option<NaiveDate>,
    age: Option<u32>,
    sex: Sex,
    phone: Option<String>,
    /// `null` while nobody asked, empty where none is known.
    allergies: Option<Vec<String>>,
    caution: Option<String>,
    cause: Option<String>,
    neuro: Option<bool>,
}

#[derive(Serialize)]
struct Phase {
    kind: &'static str,
    from: NaiveDate,
    to: Option<NaiveDate>,
    /// An ISO 8601 duration where there is a single interval, else the rhythm in words.
    every: String,
}

#[derive(Serialize)]
struct Dose {
    n: u32,
    due: NaiveDate,
    given: Option<NaiveDate>,
    state: &'static str,
    mcg: u32,
    lot: Option<String>,
    reason: Option<String>,
}

#[derive(Serialize)]
struct Checkpoint {
    due: NaiveDate,
    done: Option<NaiveDate>,
    label: String,
    symptom_score: Option<u32>,
    labs: BTreeMap<String, Lab>,
}

#[derive(Clone, Serialize)]
struct Lab {
    value: Option<Value>,
    unit: String,
    flag: Option<Flag>,
    /// Beside B12, which a dose moves: the days since the last one; `null` where none was given before.
    #[serde(skip_serializing_if = "Option::is_none")]
    days_since_dose: Option<Option<i64>>,
}

/// A number; a text where the report had `<` or `>` before it.
#[derive(Clone, Serialize)]
#[serde(untagged)]
enum Value {
    Number(f64),
    Text(String),
}

#[derive(Serialize)]
struct Finding {
    rule: String,
    severity: &'static str,
    text: String,
    source: String,
    entries: Vec<EntryId>,
}

#[derive(Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
enum OutNext {
    Triage,
    Order,
    Decide { text: String },
    Recheck { due: NaiveDate },
    AskAgain { due: NaiveDate },
    Closed { text: String },
    Dose { due: NaiveDate, visit: NaiveDate, dose_number: u32, mcg: u32, phase: &'static str, gate: Option<String> },
    Checkpoint { due: NaiveDate, label: String, asks: Vec<String> },
}

/// Maps a course.
pub(super) fn of(chart: &Chart, course: &Course, practice: &Practice) -> Out {
    Out {
        patient: patient(course),
        phases: course.phases.iter().filter(|p| !p.tentative).map(phase).collect(),
        doses: course.doses.iter().filter(|d| !d.tentative).map(dose).collect(),
        checkpoints: checkpoints(course, practice),
        response: course.response.word(),
        findings: course.findings.iter().map(finding).collect(),
        next: next(course),
        more: more::of(chart, course, practice),
    }
}

fn patient(course: &Course) -> Patient {
    let person = course.person.clone();
    let triage = course.triage.as_ref();
    let of = |pick: fn(&crate::clinic::patient::Person) -> String| person.as_ref().map(pick).unwrap_or_default();
    Patient {
        id: course.id,
        number: of(|p| p.number.clone()),
        name: of(crate::clinic::patient::Person::name),
        family: of(|p| p.family.clone()),
        given: of(|p| p.given.clone()),
        born: person.as_ref().map(|p| p.born),
        age: person.as_ref().map(|p| p.age_on(course.today)),
        sex: person.as_ref().map(|p| p.sex).unwrap_or_default(),
        phone: person.as_ref().and_then(|p| p.phone.clone()),
        allergies: person.as_ref().and_then(|p| match &p.allergies {
            Allergies::NotAsked => None,
            Allergies::NoneKnown => Some(Vec::new()),
            Allergies::Known(list) => Some(list.clone()),
        }),
        caution: person.as_ref().and_then(|p| p.caution.clone()),
        cause: triage.map(|t| t.cause.clone()),
        neuro: triage.map(crate::clinic::triage::Triage::is_neuro),
    }
}

fn phase(span: &PhaseSpan) -> Phase {
    Phase {
        kind: span.kind.word(),
        from: span.from,
        to: span.to,
        every: span.every.map_or_else(|| span.rhythm.clone(), |every| every.iso()),
    }
}

fn dose(slot: &DoseSlot) -> Dose {
    let given = slot.given.as_ref().map(|g| &g.given);
    Dose {
        n: slot.n,
        due: slot.due,
        given: given.map(|g| g.on),
        state: slot.state.word(),
        mcg: slot.dose_mcg,
        lot: given.and_then(|g| g.lot.clone()),
        reason: reason(slot),
    }
}

/// Returns why a dose was not given, or why it was given as it was.
pub(super) fn reason(slot: &DoseSlot) -> Option<String> {
    if let Some((_, why)) = &slot.not_given {
        return Some(why.words());
    }
    let mut said: Vec<&str> = slot.given.iter().flat_map(|g| &g.given.reasons).map(|r| r.because.as_str()).collect();
    said.dedup();
    (!said.is_empty()).then(|| said.join("; "))
}

/// The planned checkpoints, and the looks that no plan asked for, which are due on the day they were made.
fn checkpoints(course: &Course, practice: &Practice) -> Vec<Checkpoint> {
    let answered: Vec<_> = course.checkpoints.iter().map(|slot| (slot, looks_of(course, slot))).collect();
    let shown: HashSet<EntryId> = answered.iter().flat_map(|(_, looks)| looks).map(|c| c.entry).collect();
    let planned = answered.iter().map(|(slot, looks)| checkpoint(slot.due, &slot.label, looks, course, practice));
    let others = course.checks.iter().filter(|c| !shown.contains(&c.entry));
    let others = others.map(|c| checkpoint(c.checked.on, &c.label, &[c], course, practice));
    let mut all: Vec<_> = planned.chain(others).collect();
    all.sort_by_key(|c| c.due);
    all
}

/// Returns the look that answered a checkpoint, with later ones that only brought its missing results.
pub(super) fn looks_of<'a>(course: &'a Course, slot: &CheckSlot) -> Vec<&'a Check> {
    let Some(first) = slot.check.filter(|_| slot.state == CheckState::Done) else { return Vec::new() };
    let is_first = |i: usize| course.checkpoints.iter().any(|s| s.check == Some(i));
    let Some(answer) = course.checks.get(first) else { return Vec::new() };
    let later = course.checks.iter().enumerate().skip(first + 1).take_while(|(i, _)| !is_first(*i));
    std::iter::once(answer).chain(later.filter(|(_, c)| c.label == answer.label).map(|(_, c)| c)).collect()
}

fn checkpoint(due: NaiveDate, label: &str, looks: &[&Check], course: &Course, practice: &Practice) -> Checkpoint {
    let results = looks.iter().flat_map(|c| c.checked.labs.iter().map(move |r| (c, r)));
    Checkpoint {
        due,
        done: looks.first().map(|c| c.checked.on),
        label: label.to_owned(),
        symptom_score: looks.iter().find_map(|c| c.checked.score()),
        labs: results.map(|(c, r)| (r.analyte.clone(), lab(r, c, course, practice))).collect(),
    }
}

fn lab(result: &LabResult, check: &Check, course: &Course, practice: &Practice) -> Lab {
    let whose = course.whose();
    let word = result.word.clone().map(Value::Text);
    let value = result.value.map(|value| match result.comparator {
        Comparator::Exactly => Value::Number(value),
        Comparator::Below => Value::Text(format!("<{value}")),
        Comparator::Above => Value::Text(format!(">{value}")),
    });
    let value = value.or(word);
    let flag = practice.knowledge.lab(&result.analyte).and_then(|analyte| analyte.flag(result, whose));
    let is_b12 = matches!(result.analyte.as_str(), "total-b12" | "active-b12");
    let days_since_dose = is_b12.then(|| course.days_since_dose(check.checked.sample_day()));
    Lab { value, unit: result.unit.clone(), flag, days_since_dose }
}

fn finding(finding: &crate::clinic::findings::Finding) -> Finding {
    Finding {
        rule: finding.rule.clone(),
        severity: finding.tier.word(),
        text: finding.text.clone(),
        source: finding.source.clone(),
        entries: finding.entries.clone(),
    }
}

/// Of a dose and a checkpoint that are owed, the earlier one; the dose where both fall on one day.
fn next(course: &Course) -> OutNext {
    let look = course.next_checkpoint();
    match &course.next {
        Next::Triage => OutNext::Triage,
        Next::Order => OutNext::Order,
        Next::Decide(text) => OutNext::Decide { text: text.clone() },
        Next::Recheck(due) => OutNext::Recheck { due: *due },
        Next::AskAgain(due) => OutNext::AskAgain { due: *due },
        Next::Closed(text) => OutNext::Closed { text: text.clone() },
        Next::Dose(index) => match (course.doses.get(*index), look) {
            (Some(slot), Some(look)) if look.due < slot.due && !look.tentative => {
                OutNext::Checkpoint { due: look.due, label: look.label.clone(), asks: look.asks.clone() }
            }
            (Some(slot), _) => OutNext::Dose {
                due: slot.due,
                visit: slot.visit,
                dose_number: slot.n,
                mcg: slot.dose_mcg,
                phase: slot.kind.word(),
                gate: slot.gate.clone(),
            },
            (None, _) => OutNext::Order,
        },
    }
}
