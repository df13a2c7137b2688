//! Who it is: the Patient, allergies, the caution of the banner, and the records that were joined.

use super::{Scribe, Told};
use crate::clinic::chart::Fact;
use crate::clinic::decision::Turn;
use crate::clinic::entry::Act;
use crate::clinic::patient::{Allergies, Person, Sex};
use crate::clinic::triage_words::{Of, Warnings};
use crate::exchange::fhir::codes::{OWN, SNOMED, hl7};
use crate::exchange::fhir::ids::Uuid;
use crate::exchange::fhir::resource::{Resource, concept, day, narrative, to, worded};
use serde_json::{Value, json};

impl Scribe<'_> {
    pub(super) fn person(&mut self, facts: &[Fact<'_>]) {
        let body = self.patient_body(facts);
        let resource = Resource::new("Patient", self.patient, body);
        let warnings = Warnings::of(self.chart, &self.practice.knowledge);
        let registered =
            facts.iter().rev().find(|f| !f.of_joined && matches!(f.act, Some(Act::Registered(_)))).map(|f| f.entry);
        match (registered, &self.course.person) {
            (Some(entry), Some(person)) => {
                let act = Act::Registered(person.clone());
                self.stand(Told { entry, act: &act, struck: false, amended: false }, resource);
            }
            _ => self.put(resource),
        }
        let registered = registered.map(|entry| entry.id.into());
        self.allergies(registered, &warnings);
        self.caution(registered);
        self.warned(&warnings);
        self.joined();
    }

    /// Puts down what is part of an entry, or of none.
    fn put_of(&mut self, of: Option<Uuid>, resource: Resource) {
        match of {
            Some(of) => self.part(of, resource),
            None => self.put(resource),
        }
    }

    fn patient_body(&mut self, facts: &[Fact<'_>]) -> Value {
        let course = self.course;
        let died = course.standing.as_ref().filter(|s| s.change.what == Turn::Died).map(|s| day(s.change.on));
        let prescriber = course.order.as_ref().map(|(_, order)| self.who(&order.prescriber));
        let links: Vec<_> = self.chart.joined().iter().map(|j| link(j.id.into(), "replaces")).collect();
        let mut body = json!({
            "active": true,
            "deceasedDateTime": died,
            "generalPractitioner": prescriber.map(|who| [who]),
            "managingOrganization": self.organization(),
            "link": links,
        });
        if let (Some(person), Value::Object(body)) = (&course.person, &mut body) {
            let number = json!({ "type": concept(&hl7("v2-0203"), "MR", "Record number"), "use": "usual",
                "system": self.how.numbers(self.practice), "value": person.number });
            body.insert(
                "identifier".to_owned(),
                json!([number].iter().filter(|_| !person.number.trim().is_empty()).collect::<Vec<_>>()),
            );
            body.insert("name".to_owned(), json!(names(person, facts)));
            body.insert("gender".to_owned(), json!(gender(person.sex)));
            body.insert("birthDate".to_owned(), day(person.born));
            let phone = person.phone.as_ref().map(|p| json!([{ "system": "phone", "value": p, "use": "home" }]));
            body.insert("telecom".to_owned(), json!(phone));
            body.insert(
                "text".to_owned(),
                narrative(&[format!("{}, born {}, #{}", person.name(), person.born, person.number)]),
            );
        }
        body
    }

    fn allergies(&mut self, registered: Option<Uuid>, warnings: &Warnings) {
        let Some(person) = &self.course.person else { return };
        let own = person.allergies.clone();
        let list = match warnings.allergies(person) {
            Allergies::NotAsked => return,
            Allergies::NoneKnown => {
                vec![(concept(SNOMED, "716186003", "No known allergy"), "none".to_owned(), registered)]
            }
            Allergies::Known(list) => list
                .iter()
                .map(|what| {
                    let is_own = matches!(&own, Allergies::Known(own) if own.contains(what));
                    let of = if is_own { registered } else { warnings.entry.map(Uuid::from) };
                    (worded(what), format!("to {what}"), of)
                })
                .collect(),
        };
        for (code, part, of) in list {
            let body = json!({
                "clinicalStatus": { "coding": [{ "system": hl7("allergyintolerance-clinical"), "code": "active" }] },
                "verificationStatus": { "coding": [{ "system": hl7("allergyintolerance-verification"), "code": "confirmed" }] },
                "code": code,
                "patient": self.subject(),
            });
            let id = self.patient.of(&format!("allergy {part}"));
            self.put_of(of, Resource::new("AllergyIntolerance", id, body));
        }
    }

    fn caution(&mut self, registered: Option<Uuid>) {
        let Some(caution) = self.course.person.as_ref().and_then(|p| p.caution.as_deref()) else { return };
        let resource = self.flag("caution", "safety", &worded(caution));
        self.put_of(registered, resource);
    }

    /// What the triage warns of: a Flag each, whatever else it stands in.
    fn warned(&mut self, warnings: &Warnings) {
        for warning in &warnings.all {
            let (category, kind) = match warning.of {
                Of::Caution | Of::Allergy(_) => ("safety", "caution"),
                Of::RedFlag => ("clinical", "red-flag"),
                Of::Neuro => ("clinical", "severity"),
            };
            let code = concept(OWN, &format!("{kind}-{}", warning.id), &warning.words);
            let resource = self.flag(&format!("{kind} {}", warning.id), category, &code);
            self.put_of(warnings.entry.map(Uuid::from), resource);
        }
    }

    fn flag(&self, part: &str, category: &str, code: &Value) -> Resource {
        let body = json!({
            "status": "active",
            "category": [{ "coding": [{ "system": hl7("flag-category"), "code": category }] }],
            "code": code,
            "subject": self.subject(),
        });
        Resource::new("Flag", self.patient.of(part), body)
    }

    /// The records that a person said are this patient's too: they point here.
    fn joined(&mut self) {
        for joined in self.chart.joined() {
            let name = joined.person.as_ref().map(|p| [name(p, "official")]);
            let body = json!({
                "active": false,
                "name": name,
                "birthDate": joined.person.as_ref().map(|p| day(p.born)),
                "link": [link(self.patient, "replaced-by")],
            });
            self.put(Resource::new("Patient", joined.id.into(), body));
        }
    }
}

fn link(other: Uuid, kind: &str) -> Value {
    json!({ "other": to("Patient", other), "type": kind })
}

/// The name that holds, then those of before.
fn names(person: &Person, facts: &[Fact<'_>]) -> Vec<Value> {
    let mut known = vec![person.name()];
    let mut out = vec![name(person, "official")];
    for fact in facts.iter().rev() {
        if let Some(Act::Registered(before)) = fact.act
            && !known.contains(&before.name())
        {
            known.push(before.name());
            out.push(name(before, "old"));
        }
    }
    out
}

fn name(person: &Person, of: &str) -> Value {
    let given: Vec<_> = person.given.split_whitespace().collect();
    let text = format!("{} {}", person.given.trim(), person.family.trim());
    json!({ "use": of, "family": person.family, "given": given, "text": text })
}

fn gender(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
        Sex::Other => "unknown",
    }
}
