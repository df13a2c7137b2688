//! Why: the deficiency as a Condition, and the cause as another one that it is due to.

use super::{Scribe, result};
use crate::clinic::chart::Fact;
use crate::clinic::coding::{self, Proposal, Role};
use crate::clinic::decision::Turn;
use crate::clinic::entry::Act;
use crate::clinic::triage::{B12Status, Triage};
use crate::exchange::fhir::codes::hl7;
use crate::exchange::fhir::resource::{Resource, day, instant, narrative, to};
use serde_json::{Value, json};

const DUE_TO: &str = "http://hl7.org/fhir/StructureDefinition/condition-dueTo";

impl Scribe<'_> {
    /// Puts down the deficiency, its cause, and what else the record proposes: manifestations, states. Where no deficiency is
    /// to be coded, none is put down: what is treated then is the cause.
    pub(super) fn conditions(&mut self, facts: &[Fact<'_>]) {
        let Some(triage) = self.course.triage.clone() else { return };
        let proposed = coding::propose(self.course, self.practice, self.course.today);
        let first = |is: fn(Role) -> bool| proposed.iter().find(|p| is(p.role));
        let (deficiency, own) = (first(|role| role == Role::Deficiency), first(Role::is_cause));
        let recorded = facts.iter().find(|f| matches!(f.act, Some(Act::Triaged(_)))).map(|f| instant(f.entry.at));
        let cause = self.cause(&triage, own, recorded.as_ref());
        let deficiency = deficiency.map(|p| (p, self.deficiency(&triage, p, cause.as_ref(), recorded.as_ref())));
        let code = deficiency.as_ref().map(|(p, _)| &p.code);
        // What somebody has to be asked first is nobody's problem yet.
        let settled = proposed.iter().filter(|p| !p.ask);
        let others = settled.filter(|p| Some(&p.code) != code && Some(&p.code) != own.map(|own| &own.code));
        let others: Vec<_> = others.map(|p| self.other(p)).collect();
        let main: Vec<_> = deficiency.into_iter().map(|(_, resource)| resource).chain(cause).collect();
        self.problem = main.first().map_or(Value::Null, Resource::reference);
        main.into_iter().chain(others).for_each(|resource| self.put(resource));
    }

    fn deficiency(
        &self,
        triage: &Triage,
        of: &Proposal,
        cause: Option<&Resource>,
        recorded: Option<&Value>,
    ) -> Resource {
        let stopped = self.course.standing.as_ref().is_some_and(|s| matches!(s.change.what, Turn::Stopped { .. }));
        let status = if stopped { "remission" } else { "active" };
        let sure = if triage.b12 == B12Status::Confirmed { "confirmed" } else { "provisional" };
        let body = json!({
            "extension": cause.map(|cause| json!([{ "url": DUE_TO, "valueReference": cause.reference() }])),
            "clinicalStatus": { "coding": [{ "system": hl7("condition-clinical"), "code": status }] },
            "verificationStatus": { "coding": [{ "system": hl7("condition-ver-status"), "code": sure }] },
            "category": problem(),
            "code": self.coded(Some(of), &of.title),
            "subject": self.subject(),
            "onsetDateTime": triage.since.map(day),
            "recordedDate": recorded,
            "evidence": self.evidence(),
            "note": [{ "text": of.because }],
            "text": narrative(std::slice::from_ref(&of.title)),
        });
        Resource::new("Condition", self.patient.of("deficiency"), body)
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
            "code": self.coded(code, name),
            "subject": self.subject(),
            "abatementDateTime": triage.cause_removed.map(day),
            "recordedDate": recorded,
            "text": narrative(&[name.to_owned()]),
        });
        Some(Resource::new("Condition", self.patient.of("cause"), body))
    }

    fn other(&self, of: &Proposal) -> Resource {
        let body = json!({
            "clinicalStatus": { "coding": [{ "system": hl7("condition-clinical"), "code": "active" }] },
            "category": problem(),
            "code": self.coded(Some(of), &of.title),
            "subject": self.subject(),
            "text": narrative(std::slice::from_ref(&of.title)),
        });
        Resource::new("Condition", self.patient.of(&format!("also {}", of.code)), body)
    }

    fn coded(&self, of: Option<&Proposal>, text: &str) -> Value {
        let system = &self.practice.codes().system;
        let coding = of.map(|p| json!([{ "system": system, "code": p.code, "display": p.title }]));
        json!({ "coding": coding, "text": text })
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
