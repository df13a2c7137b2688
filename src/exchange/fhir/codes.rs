//! The codes that other systems know: systems, drugs, routes, sites, LOINC and UCUM. Words always stand beside them.

use crate::clinic::drug::{Drug, Route, Site};
use crate::clinic::lab::Analyte;
use serde_json::{Value, json};

pub(super) const UCUM: &str = "http://unitsofmeasure.org";
pub(super) const LOINC: &str = "http://loinc.org";
pub(super) const SNOMED: &str = "http://snomed.info/sct";
pub(super) const ATC: &str = "http://www.whocc.no/atc";
pub(super) const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";
pub(super) const ROUTES: &str = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration";
pub(super) const SITES: &str = "http://terminology.hl7.org/CodeSystem/v3-ActSite";
/// Reasons and scores that are Cobalog's own.
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

/// What a code or a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Mass,
    Moles,
    Other,
}

impl Measure {
    /// Returns what a unit measures.
    pub(super) fn of_unit(unit: &str) -> Self {
        let unit = unit.to_lowercase();
        let mass = ["g/", "gm/"].iter().any(|g| unit.find(g).is_some_and(|at| at <= 2));
        match unit.contains("mol") || unit.contains("eq/") {
            true => Self::Moles,
            false if mass => Self::Mass,
            false => Self::Other,
        }
    }

    /// Returns what a LOINC code of `assets/labs.ron` measures, where its line there says so.
    fn of_line(line: &str) -> Self {
        match (line.contains("(mole"), line.contains("(mass")) {
            (true, _) => Self::Moles,
            (_, true) => Self::Mass,
            _ => Self::Other,
        }
    }

    /// Returns whether the two cannot be of one result.
    pub(super) fn contradicts(self, other: Self) -> bool {
        self != Self::Other && other != Self::Other && self != other
    }
}

/// Returns the LOINC codes of an analyte with what each measures.
pub(super) fn loincs(analyte: &Analyte) -> impl Iterator<Item = (&str, Measure)> {
    analyte.loinc.iter().filter_map(|line| Some((line.split(' ').next()?, Measure::of_line(line))))
}

/// Returns the LOINC code of an analyte in a unit; `None` where none that is known measures that.
pub(super) fn loinc<'a>(analyte: &'a Analyte, unit: &str) -> Option<&'a str> {
    let wanted = Measure::of_unit(unit);
    let mut all: Vec<_> = loincs(analyte).filter(|(_, measure)| !measure.contradicts(wanted)).collect();
    all.sort_by_key(|(_, measure)| *measure != wanted);
    all.first().map(|(code, _)| *code)
}

/// Returns the UCUM code of one of our units.
pub(super) fn ucum(unit: &str) -> &str {
    match unit {
        "mL/min/1.73m2" => "mL/min/{1.73_m2}",
        other => other,
    }
}

/// Returns whether the check digit of a LOINC code is right (Luhn, as LOINC's manual has it).
#[cfg(test)]
pub(super) fn is_loinc(code: &str) -> bool {
    let Some((number, check)) = code.split_once('-') else { return false };
    let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits.filter(|d| !d.is_empty()) else { return false };
    let doubled = |(i, d): (usize, &u32)| if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { *d };
    let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
    check.parse() == Ok((10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::knowledge::Knowledge;

    #[test]
    fn every_loinc_code_that_is_shipped_has_its_check_digit() {
        assert!(is_loinc("718-7") && is_loinc("2132-9") && !is_loinc("2132-8") && !is_loinc("-1") && !is_loinc("7187"));
        let mut seen = 0;
        for (code, _) in Knowledge::built_in().labs().iter().flat_map(loincs) {
            assert!(is_loinc(code), "{code}");
            seen += 1;
        }
        assert!(seen > 25, "{seen}");
    }

    #[test]
    fn a_code_goes_with_what_the_unit_measures() {
        let known = Knowledge::built_in();
        let code = |id: &str, unit: &str| loinc(known.lab(id).unwrap(), unit).map(str::to_owned);
        for (id, unit, wanted) in [
            ("total-b12", "ng/L", Some("2132-9")),
            ("total-b12", "pg/mL", Some("2132-9")),
            ("total-b12", "pmol/L", Some("14685-2")),
            ("haemoglobin", "g/dL", Some("718-7")),
            ("haemoglobin", "mmol/L", Some("59260-0")),
            ("mma", "umol/L", Some("13964-2")),
            ("mma", "ng/mL", Some("2629-4")),
            ("homocysteine", "mg/L", Some("2428-1")),
            ("folate", "nmol/L", Some("14732-2")),
            ("potassium", "meq/L", Some("2823-3")),
            ("creatinine", "mg/dL", Some("2160-0")),
            ("creatinine", "umol/L", None),
            ("platelets", "10*9/L", Some("777-3")),
            ("neutrophils", "10*9/L", None),
            ("intrinsic-factor-antibody", "", Some("31444-3")),
        ] {
            assert_eq!(code(id, unit).as_deref(), wanted, "{id} in {unit}");
        }
    }
}
