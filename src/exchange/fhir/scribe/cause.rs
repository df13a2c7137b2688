//! Why: the deficiency as a Condition, and the cause as another one that it is due to.

use super::{Scribe, result};
use crate::clinic::chart::Fact;
use crate::clinic::coding::{self, Proposal};
use crate::clinic::decision::Turn;
use crate::clinic::entry::Act;
use crate::clinic::triage::{B12Status, Triage};
use crate::exchange::fhir::codes::{ICD10, ICD10CM, hl7};
use crate::exchange::fhir::ids::Uuid;
use crate::exchange::fhir::resource::{Resource, day, instant, narrative, to};
use serde_json::{Value, json};

const DUE_TO: &str = "http://hl7.org/fhir/StructureDefinition/condition-dueTo";

impl Scribe<'_> {
    fn deficiency_id(&self) -> Uuid {
        self.patient.of("deficiency")
    }

    /// Returns a reference to the deficiency; null before the triage.
    pub(super) fn deficiency(&self) -> Value {
        self.course.triage.as_ref().map_or(Value::Null, |_| to("Condition", self.deficiency_id()))
    }

    pub(super) fn conditions(&mut self, facts: &[Fact<'_>]) {
        let Some(triage) = self.course.triage.clone() else { return };
        let mut proposed = coding::propose(self.course, self.practice, self.course.today);
        let also = &self.practice.knowledge.codes_in(&self.practice.settings.setting).also;
        let of_cause = also.iter().find(|c| c.causes.contains(&triage.cause));
        let own = |p: &&Proposal| of_cause.is_some_and(|c| c.codes.contains(&p.code));
        let cause_code = proposed.iter().find(own).cloned();
        let first = (!proposed.is_empty()).then(|| proposed.remove(0));
        let recorded = facts.iter().find(|f| matches!(f.act, Some(Act::Triaged(_)))).map(|f| instant(f.entry.at));
        let cause = self.cause(&triage, cause_code.as_ref(), recorded.as_ref());
        let title = first.as_ref().map_or("Vitamin B12 deficiency", |p| p.title.as_str()).to_owned();
        let stopped = self.course.standing.as_ref().is_some_and(|s| matches!(s.change.what, Turn::Stopped { .. }));
        let status = if stopped { "remission" } else { "active" };
        let sure = if triage.b12 == B12Status::Confirmed { "confirmed" } else { "provisional" };
        let due_to = cause.as_ref().map(|cause| json!([{ "url": DUE_TO, "valueReference": cause.reference() }]));
        let body = json!({
            "extension": due_to,
            "clinicalStatus": { "coding": [{ "system": hl7("condition-clinical"), "code": status }] },
            "verificationStatus": { "coding": [{ "system": hl7("condition-ver-status"), "code": sure }] },
            "category": problem(),
            "code": coded(first.as_ref(), &title),
            "subject": self.subject(),
            "onsetDateTime": triage.since.map(day),
            "recordedDate": recorded,
            "evidence": self.evidence(),
            "note": first.as_ref().map(|p| json!([{ "text": p.because }])),
            "text": narrative(std::slice::from_ref(&title)),
        });
        self.put(Resource::new("Condition", self.deficiency_id(), body));
        cause.into_iter().for_each(|cause| self.put(cause));
        // What else the record proposes: manifestations, states.
        for other in proposed.iter().filter(|p| cause_code.as_ref().is_none_or(|own| own.code != p.code)) {
            self.other(other);
        }
    }

    fn cause(&self, triage: &Triage, code: Option<&Proposal>, recorded: Option<&Value>) -> Option<Resource> {
        let name = self.practice.knowledge.cause(&triage.cause).map_or(triage.cause.as_str(), |c| c.name.as_str());
        if triage.cause == "unknown" || name.trim().is_empty() {
            return None;
        }
        let status = if triage.cause_removed.is_some() { "resolved" } else { "active" };
        let body = json!({
            "clinicalStatus": { "coding": [{ "system": hl7("condition-clinical"), "code": status }] },
            "verificationStatus": { "coding": [{ "system": hl7("condition-ver-status"), "code": "confirmed" }] },
            "category": problem(),
            "code": coded(code, name),
            "subject": self.subject(),
            "abatementDateTime": triage.cause_removed.map(day),
            "recordedDate": recorded,
            "text": narrative(&[name.to_owned()]),
        });
        Some(Resource::new("Condition", self.patient.of("cause"), body))
    }

    fn other(&mut self, of: &Proposal) {
        let body = json!({
            "clinicalStatus": { "coding": [{ "system": hl7("condition-clinical"), "code": "active" }] },
            "category": problem(),
            "code": coded(Some(of), &of.title),
            "subject": self.subject(),
            "text": narrative(std::slice::from_ref(&of.title)),
        });
        self.put(Resource::new("Condition", self.patient.of(&format!("also {}", of.code)), body));
    }

    /// The results before the first dose.
    fn evidence(&self) -> Value {
        let first = self.course.first_given();
        let before = self.course.checks.iter().filter(|c| first.is_none_or(|first| c.checked.sample_day() <= first));
        let results =
            before.flat_map(|c| c.checked.labs.iter().filter(|l| l.is_done()).map(|l| result(c.entry, &l.analyte)));
        let all: Vec<_> = results.map(|id| to("Observation", id)).collect();
        json!([{ "detail": all }])
    }
}

fn problem() -> Value {
    json!([{ "coding": [{ "system": hl7("condition-category"), "code": "problem-list-item" }] }])
}

fn coded(of: Option<&Proposal>, text: &str) -> Value {
    let coding = of.map(|p| json!([{ "system": list(&p.list), "code": p.code, "display": p.title }]));
    json!({ "coding": coding, "text": text })
}

/// The system of a list of codes.
fn list(name: &str) -> &'static str {
    if name == "ICD-10-CM" { ICD10CM } else { ICD10 }
}
