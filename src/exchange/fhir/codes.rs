//! The codes that other systems know: systems, drugs, routes, sites, UCUM; LOINC is in `assets/labs.ron`. Words always stand beside them.

use crate::clinic::drug::{Drug, Route, Site};
use serde_json::{Value, json};

pub(super) const UCUM: &str = "http://unitsofmeasure.org";
pub(super) const LOINC: &str = "http://loinc.org";
pub(super) const SNOMED: &str = "http://snomed.info/sct";
pub(super) const ATC: &str = "http://www.whocc.no/atc";
pub(super) const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";
pub(super) const ROUTES: &str = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration";
pub(super) const SITES: &str = "http://terminology.hl7.org/CodeSystem/v3-ActSite";
/// Reasons and scores that are Cobalog's own.
/// Before what came after an injection, among the notes of a dose.
pub(super) const AFTER: &str = "After the injection: ";
pub(super) const OWN: &str = "urn:cobalog:code";

/// Returns the address of a code system of HL7's terminology.
pub(super) fn hl7(name: &str) -> String {
    format!("http://terminology.hl7.org/CodeSystem/{name}")
}

/// Returns the ATC code of a form.
pub(super) fn atc(drug: Drug) -> &'static str {
    match drug {
        Drug::Cyanocobalamin => "B03BA01",
        Drug::CyanocobalaminTannin => "B03BA02",
        Drug::Hydroxocobalamin => "B03BA03",
        Drug::Mecobalamin => "B03BA05",
    }
}

/// Returns a form as a concept; `text` says more than its name where more is known.
pub(super) fn drug(drug: Drug, text: &str) -> Value {
    json!({ "coding": [{ "system": ATC, "code": atc(drug), "display": drug.name() }], "text": text })
}

/// Returns the codes of a route: SNOMED CT and HL7's.
pub(super) fn of_route(route: Route) -> (&'static str, &'static str) {
    match route {
        Route::Im => ("78421000", "IM"),
        Route::Sc => ("34206005", "SQ"),
        Route::Iv => ("47625008", "IVINJ"),
    }
}

/// Returns a route as a concept.
pub(super) fn route(route: Route) -> Value {
    let (snomed, hl7) = of_route(route);
    let coding = json!([{ "system": SNOMED, "code": snomed }, { "system": ROUTES, "code": hl7 }]);
    json!({ "coding": coding, "text": route.to_string() })
}

/// Returns HL7's code of a site; it has none for the abdomen.
pub(super) fn of_site(site: Site) -> Option<&'static str> {
    match site {
        Site::LeftDeltoid => Some("LD"),
        Site::RightDeltoid => Some("RD"),
        Site::LeftThigh => Some("LVL"),
        Site::RightThigh => Some("RVL"),
        Site::LeftGluteus => Some("LVG"),
        Site::RightGluteus => Some("RVG"),
        Site::Abdomen => None,
    }
}

/// Returns a site as a concept.
pub(super) fn site(site: Site) -> Value {
    let coding = of_site(site).map(|code| json!([{ "system": SITES, "code": code }]));
    json!({ "coding": coding, "text": site.to_string() })
}

/// Returns micrograms.
pub(super) fn micrograms(dose_mcg: u32) -> Value {
    json!({ "value": dose_mcg, "unit": "microgram", "system": UCUM, "code": "ug" })
}

/// Returns what was done to a record: `UPDATE`, `NULLIFY`.
pub(super) fn concept_of_operation(code: &str) -> Value {
    json!({ "coding": [{ "system": hl7("v3-DataOperation"), "code": code }] })
}

/// Returns the category of a clinical note.
pub(super) fn concept_of_note() -> Value {
    let system = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category";
    json!({ "coding": [{ "system": system, "code": "clinical-note" }] })
}

/// Returns the UCUM code of one of our units.
pub(super) fn ucum(unit: &str) -> &str {
    match unit {
        "mL/min/1.73m2" => "mL/min/{1.73_m2}",
        other => other,
    }
}
