//! Encounters: the days on which the patient came.

use super::{Scribe, doses};
use crate::clinic::chart::Fact;
use crate::clinic::entry::{Act, Checked};
use crate::exchange::fhir::codes::hl7;
use crate::exchange::fhir::resource::{Resource, day, worded};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A day on which the patient came.
#[derive(Default)]
struct Visit {
    start: Option<Value>,
    people: Vec<String>,
    for_what: Vec<&'static str>,
}

/// Returns whether a look was at the patient, not at a laboratory's report alone.
pub(super) fn is_at_patient(checked: &Checked) -> bool {
    !checked.symptoms.is_empty() || checked.returned_days.is_some()
}

impl Scribe<'_> {
    pub(super) fn visits(&mut self, facts: &[Fact<'_>]) {
        for (on, visit) in visits(facts) {
            let Value::String(date) = day(on) else { continue };
            let people: Vec<_> = visit.people.iter().map(|name| self.who(name)).filter(|who| !who.is_null()).collect();
            let participants: Vec<_> = people.into_iter().map(|who| json!({ "individual": who })).collect();
            let types: Vec<_> = visit.for_what.iter().map(|what| worded(what)).collect();
            let diagnosis = json!([{ "condition": self.problem, "rank": 1,
                "use": { "coding": [{ "system": hl7("diagnosis-role"), "code": "billing" }] } }]);
            let body = json!({
                "status": "finished",
                "class": { "system": hl7("v3-ActCode"), "code": "AMB", "display": "ambulatory" },
                "type": types,
                "subject": self.subject(),
                "participant": participants,
                "period": { "start": visit.start.unwrap_or_else(|| json!(date)) },
                "reasonReference": [self.problem],
                "diagnosis": if self.problem.is_null() { Value::Null } else { diagnosis },
                "serviceProvider": self.organization(),
            });
            let id = self.visit_id(on);
            self.put(Resource::new("Encounter", id, body));
        }
    }
}

fn visits(facts: &[Fact<'_>]) -> BTreeMap<NaiveDate, Visit> {
    let mut all: BTreeMap<NaiveDate, Visit> = BTreeMap::new();
    // What was taken over was no visit here.
    for fact in facts.iter().filter(|fact| fact.entry.from.is_none()) {
        let (on, what, start) = match fact.act {
            Some(Act::Given(given)) => {
                (given.on, "Vitamin B12 injection", given.time.map(|_| doses::when(fact.entry, given)))
            }
            Some(Act::Checked(checked)) if is_at_patient(checked) => (checked.on, "Follow-up of treatment", None),
            _ => continue,
        };
        let visit = all.entry(on).or_default();
        visit.start = visit.start.take().or(start);
        if !visit.people.contains(&fact.entry.by) {
            visit.people.push(fact.entry.by.clone());
        }
        if !visit.for_what.contains(&what) {
            visit.for_what.push(what);
        }
    }
    all
}
