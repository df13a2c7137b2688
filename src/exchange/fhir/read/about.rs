//! Who a resource is about.

use super::{Place, Reader, at, held, skipped};
use crate::clinic::entry::Act;
use crate::clinic::intake::{Coming, Described, Piece, Trouble};
use crate::clinic::patient::{Allergies, Sex};
use crate::clinic::triage_words::said_once;
use crate::clinic::words;
use crate::exchange::fhir::codes::{SNOMED, hl7};
use crate::exchange::fhir::ids::Uuid;
use serde_json::Value;
use std::collections::HashMap;

impl Reader<'_> {
    /// Returns the place of the patient that a resource is about.
    pub(super) fn patient_of(&self, n: usize) -> Option<usize> {
        let value = self.index.value(n)?;
        if at::text(value, "resourceType") == Some("Patient") {
            return Some(n);
        }
        let named = ["subject", "patient"].into_iter().find_map(|key| value.get(key));
        let found = named.and_then(|reference| self.index.find(reference, n));
        let is_patient =
            |n: &usize| self.index.value(*n).is_some_and(|v| at::text(v, "resourceType") == Some("Patient"));
        // What a Provenance is about is about the patient.
        let of_target = || value.get("target").and_then(|t| self.index.find(t.get(0)?, n)).filter(|t| *t != n);
        found.filter(is_patient).or_else(|| self.patient_once(self.index.report(n).or_else(of_target)?))
    }

    fn patient_once(&self, n: usize) -> Option<usize> {
        let value = self.index.value(n)?;
        if at::text(value, "resourceType") == Some("Patient") {
            return Some(n);
        }
        let found = ["subject", "patient"].into_iter().find_map(|key| self.index.find(value.get(key)?, n));
        let of_target = || value.get("target").and_then(|t| self.index.find(t.get(0)?, n)).filter(|t| *t != n);
        let target = || {
            let value = self.index.value(of_target()?)?;
            ["subject", "patient"].into_iter().find_map(|key| self.index.find(value.get(key)?, n))
        };
        let is_patient =
            |n: &usize| self.index.value(*n).is_some_and(|v| at::text(v, "resourceType") == Some("Patient"));
        found.or_else(target).filter(is_patient)
    }

    /// Returns who a resource is about, as far as the file says.
    pub(super) fn about(&self, n: usize) -> Described {
        match self.patient_of(n).and_then(|at| self.index.value(at)) {
            Some(patient) => self.described(patient),
            None => self.index.value(n).map(|value| self.named(value)).unwrap_or_default(),
        }
    }

    /// A patient who is not in the file may still be named by number.
    fn named(&self, value: &Value) -> Described {
        let reference = ["subject", "patient"].into_iter().find_map(|key| value.get(key));
        let number = reference.and_then(|r| r.get("identifier")).filter(|i| self.is_number(i));
        let number = number.and_then(|i| at::text(i, "value")).unwrap_or_default();
        Described { number: number.to_owned(), ..Described::default() }
    }

    /// Whether an identifier is a record number: of this practice's system, or said to be one. Others are of insurers,
    /// passports, taxes.
    fn is_number(&self, identifier: &Value) -> bool {
        let own = Uuid::practice(self.practice.settings.id_name()).of("numbers").urn();
        let kind = identifier.get("type").is_some_and(|kind| at::has_code(kind, &hl7("v2-0203"), "MR"));
        kind || at::text(identifier, "system") == Some(own.as_str())
    }

    fn described(&self, patient: &Value) -> Described {
        let numbers = at::all(patient, "identifier").iter().filter(|i| self.is_number(i));
        let number = numbers.filter_map(|i| at::text(i, "value")).next().unwrap_or_default();
        let (family, given) = name(patient);
        let phone = at::all(patient, "telecom").iter().find(|t| at::text(t, "system") == Some("phone"));
        Described {
            number: number.to_owned(),
            family,
            given,
            born: at::day(patient, "birthDate"),
            sex: match at::text(patient, "gender") {
                Some("female") => Some(Sex::Female),
                Some("male") => Some(Sex::Male),
                Some(_) => Some(Sex::Other),
                None => None,
            },
            phone: phone.and_then(|t| at::text(t, "value")).map(str::to_owned),
        }
    }

    /// Reads a Patient as one who may be entered.
    pub(super) fn person(&self, n: usize, patient: &Value, piece: &mut Piece) -> Result<Place, Trouble> {
        let replaced = at::all(patient, "link").iter().any(|l| at::text(l, "type") == Some("replaced-by"));
        if replaced {
            return Err(skipped("This record was replaced by another one over there."));
        }
        piece.enters = true;
        let flags = self.flags.get(&n).map(Vec::as_slice).unwrap_or_default();
        if flags.len() > MOST_FLAGS {
            return Err(held(
                "The file warns of more of this patient than anybody reads: ask over there, and enter the patient by hand.",
            ));
        }
        let caution = said_once(None, flags.iter().map(String::as_str));
        piece.remarks.extend(caution.iter().map(|said| format!("The file warns, for the banner: {said}.")));
        let deceased = at::at(patient, "deceasedBoolean").and_then(Value::as_bool) == Some(true);
        if let Some(on) = at::text(patient, "deceasedDateTime").or(deceased.then_some("a day that is not said")) {
            let on = at::day(patient, "deceasedDateTime").map_or_else(|| on.to_owned(), words::day);
            return Err(held(format!(
                "The file says that the patient died on {on}. Record it, or enter the patient by hand."
            )));
        }
        let allergies = self.allergies.get(&n).cloned().unwrap_or_default();
        if has_too_many(&allergies) {
            return Err(held(format!(
                "The file says more than {MOST_ALLERGIES} allergies of this patient, which cannot be: ask over there, and enter the patient by hand."
            )));
        }
        if let Allergies::Known(list) = &allergies {
            piece.remarks.push(format!("Allergies in the file: {}.", list.join(", ")));
        }
        if let Some(person) = piece.about.person(allergies, caution) {
            piece.acts.push(Coming::new(self.index.id(n), Act::Registered(person)));
        } else if at::text(patient, "birthDate").is_some() && piece.about.born.is_none() {
            return Err(held("The date of birth is not a whole date."));
        }
        Ok(Place::Person)
    }

    /// Returns what the file says of allergies, by the place of the patient.
    pub(super) fn allergies_by_patient(&self) -> HashMap<usize, Allergies> {
        let mut known: HashMap<usize, Allergies> = HashMap::new();
        for (n, raw) in self.index.all().iter().enumerate() {
            let is_one = at::text(&raw.value, "resourceType") == Some("AllergyIntolerance") && holds(&raw.value);
            let (true, Some(code), Some(patient)) = (is_one, raw.value.get("code"), self.patient_of(n)) else {
                continue;
            };
            let Some(said) = at::word(code) else { continue };
            if known.get(&patient).is_some_and(has_too_many) {
                continue;
            }
            let none = at::has_code(code, SNOMED, "716186003") || said.to_lowercase().starts_with("no known");
            let more = if none { Allergies::NoneKnown } else { Allergies::Known(vec![said.to_owned()]) };
            let all = known.entry(patient).or_default();
            *all = std::mem::take(all).and(&more);
        }
        known
    }
}

/// Nobody has more; a file that says so is wrong, and would take its time.
const MOST_ALLERGIES: usize = 200;
const MOST_FLAGS: usize = 20;

fn has_too_many(allergies: &Allergies) -> bool {
    matches!(allergies, Allergies::Known(list) if list.len() > MOST_ALLERGIES)
}

pub(super) fn holds(allergy: &Value) -> bool {
    let refuted = allergy.get("verificationStatus").into_iter().flat_map(at::codes);
    refuted.into_iter().all(|(_, code)| !matches!(code, "refuted" | "entered-in-error"))
}

/// Returns family and given name: the official one, else the first that is not one of before.
fn name(patient: &Value) -> (String, String) {
    let all = at::all(patient, "name");
    let of = |name: &&Value| match at::text(name, "use") {
        Some("official") => 0,
        Some("old" | "maiden") => 2,
        _ => 1,
    };
    let Some(name) = all.iter().min_by_key(of) else { return Default::default() };
    let given: Vec<_> =
        at::all(name, "given").iter().filter_map(Value::as_str).map(str::trim).filter(|g| !g.is_empty()).collect();
    match (at::text(name, "family"), at::text(name, "text")) {
        (Some(family), _) => (family.to_owned(), given.join(" ")),
        (None, Some(text)) => split(text),
        (None, None) => (String::new(), given.join(" ")),
    }
}

/// Takes a name that is one field apart: `Okafor, Ngozi`, `Ngozi Okafor`.
fn split(text: &str) -> (String, String) {
    let parts = text.split_once(',').or_else(|| text.rsplit_once(' ').map(|(g, f)| (f, g)));
    let (family, given) = parts.unwrap_or((text, ""));
    (family.trim().to_owned(), given.trim().to_owned())
}
