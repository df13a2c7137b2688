//! Doses: what was given, with the vial that it came from, and what was not given and why.

use super::{Scribe, Told, request};
use crate::clinic::drug::{Drug, ml};
use crate::clinic::entry::{Entry, EntryId, Given, NotGiven, Reason, WhyNot};
use crate::clinic::words;
use crate::exchange::fhir::codes::{AFTER, OWN, UCUM, drug, hl7, micrograms, route, site};
use crate::exchange::fhir::ids::Uuid;
use crate::exchange::fhir::resource::{Resource, day, instant, note, recorded, to, worded};
use serde_json::{Value, json};

impl Scribe<'_> {
    pub(super) fn given(&mut self, told: Told<'_>, given: &Given) {
        let volume = given.volume_ml().map(ml);
        let text = [Some(given.product.clone()), volume].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let said: Vec<_> = given.reasons.iter().map(Reason::words).chain(given.note.clone()).collect();
        let visit = if told.struck { Value::Null } else { self.visit(given.on) };
        let body = json!({
            "meta": recorded(told.entry.at),
            "status": told.status("completed"),
            "category": outpatient(),
            "medicationReference": self.vial(given),
            "subject": self.subject(),
            "context": visit,
            "effectiveDateTime": when(told.entry, given),
            "performer": self.performer(told.entry),
            "reasonReference": [self.problem],
            "request": self.requested_by(told.entry.id, given.order),
            "note": notes(&said.join("; "), given.reaction.as_deref()),
            "dosage": {
                "text": text,
                "site": given.site.map(site),
                "route": route(given.route),
                "dose": micrograms(given.dose_mcg),
            },
        });
        self.stand(told, Resource::new("MedicationAdministration", told.id(), body));
    }

    pub(super) fn not_given(&mut self, told: Told<'_>, not: &NotGiven) {
        let form = self.slot(told.entry.id).map(|s| s.drug).or(self.course.order.as_ref().map(|(_, o)| o.drug));
        let medication = form.map_or_else(|| worded("Vitamin B12"), |form: Drug| drug(form, &form.to_string()));
        let again = not.again.map(|on| format!("tried again on {}", words::day(on)));
        let said: Vec<_> = again.into_iter().chain(not.note.clone()).collect();
        let body = json!({
            "meta": recorded(told.entry.at),
            "status": told.status("not-done"),
            "statusReason": [why_not(&not.why)],
            "category": outpatient(),
            "medicationCodeableConcept": medication,
            "subject": self.subject(),
            "effectiveDateTime": day(not.on),
            "request": self.requested_by(told.entry.id, not.order),
            "note": note(Some(&said.join("; "))),
        });
        self.stand(told, Resource::new("MedicationAdministration", told.id(), body));
    }

    /// Returns who gave it; nobody where it was taken over and that is not known.
    fn performer(&mut self, entry: &Entry) -> Value {
        let who = self.who(entry.done_by());
        if who.is_null() { who } else { json!([{ "actor": who }]) }
    }

    /// Returns the request that a dose was given on: the phase of its order.
    fn requested_by(&self, entry: EntryId, order: Option<EntryId>) -> Value {
        let known = |id: &EntryId| self.course.orders.iter().any(|(order, _)| order == id);
        match (self.slot(entry), order.filter(known)) {
            (Some(slot), _) if slot.is_of_plan() => to("MedicationRequest", request(slot.order, slot.phase)),
            (_, Some(order)) => to("MedicationRequest", request(order, 0)),
            (_, None) => Value::Null,
        }
    }

    /// Returns the vial: FHIR keeps lot and expiry with the medication. One of a lot serves every patient.
    fn vial(&mut self, given: &Given) -> Value {
        let lot = given.lot.as_deref().unwrap_or_default();
        let expires = given.expires.map(|day| day.to_string()).unwrap_or_default();
        let (product, strength) = (&given.product, given.strength_mcg_per_ml);
        let id = self.base.of(&format!("vial {}|{product}|{strength}|{lot}|{expires}", given.drug.name()));
        let ratio = json!({
            "numerator": { "value": strength, "unit": "microgram", "system": UCUM, "code": "ug" },
            "denominator": { "value": 1, "unit": "mL", "system": UCUM, "code": "mL" },
        });
        let holds = json!([{ "itemCodeableConcept": drug(given.drug, &given.drug.to_string()), "strength": ratio }]);
        let text = if product.trim().is_empty() { given.drug.to_string() } else { product.clone() };
        let body = json!({
            "code": drug(given.drug, &text),
            "ingredient": if strength > 0 { holds } else { Value::Null },
            "batch": { "lotNumber": lot, "expirationDate": given.expires.map(day) },
        });
        self.shared.entry(id).or_insert_with(|| Resource::new("Medication", id, body));
        to("Medication", id)
    }

    /// Returns the encounter of a day, where there was one.
    pub(super) fn visit(&self, on: chrono::NaiveDate) -> Value {
        let id = self.visit_id(on);
        if self.ids.contains(&id) { to("Encounter", id) } else { Value::Null }
    }

    pub(super) fn visit_id(&self, on: chrono::NaiveDate) -> Uuid {
        self.patient.of(&format!("visit {on}"))
    }
}

/// Returns what was said of a dose and, apart from it, what came after it.
fn notes(said: &str, reaction: Option<&str>) -> Value {
    let after = reaction.map(|words| format!("{AFTER}{words}"));
    let all: Vec<_> = [Some(said.to_owned()), after].into_iter().flatten().filter(|t| !t.trim().is_empty()).collect();
    if all.is_empty() { Value::Null } else { all.iter().map(|text| json!({ "text": text })).collect() }
}

fn outpatient() -> Value {
    json!({ "coding": [{ "system": hl7("medication-admin-category"), "code": "outpatient" }] })
}

/// Returns when it was given: with the time where that was recorded, in the zone of the entry.
pub(super) fn when(entry: &Entry, given: &Given) -> Value {
    let local = given.time.and_then(|time| given.on.and_time(time).and_local_timezone(*entry.at.offset()).single());
    local.map_or_else(|| day(given.on), instant)
}

/// Returns why a dose was not given: a code of our own, and a common one where there is one.
fn why_not(why: &WhyNot) -> Value {
    let (own, common) = match why {
        WhyNot::Missed => ("missed", Some(("http://hl7.org/fhir/reason-medication-not-given".to_owned(), "b"))),
        WhyNot::Refused => ("refused", Some((hl7("v3-ActReason"), "PATOBJ"))),
        WhyNot::Held => ("withheld", None),
        WhyNot::OutOfStock => ("out-of-stock", None),
        WhyNot::Other(_) => ("other", None),
    };
    let mut coding = vec![json!({ "system": OWN, "code": own })];
    coding.extend(common.map(|(system, code)| json!({ "system": system, "code": code })));
    json!({ "coding": coding, "text": why.words() })
}
