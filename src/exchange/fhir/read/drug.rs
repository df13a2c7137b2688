//! Which form of vitamin B12 a resource is about, if any; and how much of it in what.

use super::{Reader, at};
use crate::clinic::drug::{Drug, Route, Site};
use crate::exchange::fhir::codes::{ATC, ROUTES, RXNORM, SITES, SNOMED, atc, of_route, of_site};
use serde_json::Value;

/// What a resource is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One of ours, with what the label says.
    Ours(Drug, String),
    /// Vitamin B12 of which the form is not said, or is said twice otherwise.
    Unclear(String),
    /// Something else.
    Other,
}

impl Form {
    pub(super) fn is_vitamin_b12(&self) -> bool {
        !matches!(self, Self::Other)
    }
}

/// Vitamin B12 for injection in RxNorm, where it means cyanocobalamin (1 and 5 mg/mL).
const RXNORM_CYANOCOBALAMIN: [&str; 2] = ["309594", "2001499"];

impl Reader<'_> {
    /// Returns the medication of a resource: its own concept, or that of the Medication that it refers to.
    pub(super) fn medication<'a>(&'a self, n: usize, value: &'a Value) -> Option<&'a Value> {
        let reference = value.get("medicationReference").or_else(|| at::at(value, "medication.reference"));
        reference.and_then(|reference| self.index.resolved(reference, n))
    }

    /// Returns which form a resource is about.
    pub(super) fn form(&self, n: usize, value: &Value) -> Form {
        let of_medication = self.medication(n, value).and_then(|m| m.get("code"));
        let own = ["medicationCodeableConcept", "vaccineCode"].into_iter().find_map(|key| value.get(key));
        let concept = own.or(of_medication).or_else(|| at::at(value, "medication.concept"));
        let display = at::text(value, "medicationReference.display");
        form(concept, display)
    }
}

/// Returns whether an ingredient is vitamin B12.
pub(super) fn is_ingredient(concept: Option<&Value>) -> bool {
    form(concept, None).is_vitamin_b12()
}

fn form(concept: Option<&Value>, display: Option<&str>) -> Form {
    let words: Vec<&str> = concept.map(at::words).unwrap_or_default().into_iter().chain(display).collect();
    let label = words.first().map(|w| super::plain::short(w)).unwrap_or_default();
    let said = words.join(" ").to_lowercase();
    let of_code = concept.into_iter().flat_map(at::codes).find_map(|(system, code)| match system {
        ATC | "urn:oid:2.16.840.1.113883.6.73" => Drug::ALL.into_iter().find(|drug| atc(*drug) == code),
        RXNORM if RXNORM_CYANOCOBALAMIN.contains(&code) => Some(Drug::Cyanocobalamin),
        _ => None,
    });
    match (of_code, named(&said).as_slice()) {
        (_, [_, _, ..]) => Form::Unclear(format!("\"{label}\" names two forms of vitamin B12.")),
        (Some(code), [word])
            if code != *word && !(code == Drug::CyanocobalaminTannin && *word == Drug::Cyanocobalamin) =>
        {
            Form::Unclear(format!("The code says {code}, the words say \"{label}\"."))
        }
        (Some(drug), _) => Form::Ours(drug, label),
        (None, [drug]) => Form::Ours(*drug, label),
        (None, []) if is_b12(&said) => Form::Unclear(format!("\"{label}\" does not say which form of vitamin B12.")),
        (None, []) => Form::Other,
    }
}

/// Returns the forms that words name; spellings of several languages.
fn named(said: &str) -> Vec<Drug> {
    let has = |parts: &[&str]| parts.iter().any(|part| said.contains(part));
    let mut out = Vec::new();
    if has(&["hydroxocobalamin", "hydroxycobalamin", "hydroxocobalamine"]) {
        out.push(Drug::Hydroxocobalamin);
    }
    if has(&["cyanocobalamin", "cyanocobalamine", "cianocobalamin"]) {
        out.push(if has(&["tannin", "tannat"]) { Drug::CyanocobalaminTannin } else { Drug::Cyanocobalamin });
    }
    if has(&["mecobalamin", "methylcobalamin"]) {
        out.push(Drug::Mecobalamin);
    }
    out
}

fn is_b12(said: &str) -> bool {
    ["vitamin b12", "vitamin b 12", "vitamin b-12", "cobalamin"].iter().any(|name| said.contains(name))
}

/// Returns whether words say that it is swallowed, or sprayed into the nose.
pub(super) fn is_no_injection(said: &str) -> bool {
    let said = said.to_lowercase();
    let ways = ["tablet", "tablets", "capsule", "capsules", "oral", "nasal", "lozenge", "lozenges", "sublingual"];
    said.split(|c: char| !c.is_alphabetic()).any(|word| ways.contains(&word)) || said.contains("by mouth")
}

/// How a dose goes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Injected(Route),
    Otherwise(String),
    NotSaid,
}

/// Reads a route by its code, else by its words.
pub(super) fn way(concept: Option<&Value>) -> Way {
    let Some(concept) = concept else { return Way::NotSaid };
    for (system, code) in at::codes(concept) {
        let is_it = |route: &Route| {
            let (snomed, hl7) = of_route(*route);
            (system == SNOMED && code == snomed)
                || (system == ROUTES && (code == hl7 || (code == "IV" && *route == Route::Iv)))
        };
        if let Some(route) = Route::ALL.into_iter().find(is_it) {
            return Way::Injected(route);
        }
        if (system, code) == (SNOMED, "26643006") || (system, code) == (ROUTES, "PO") {
            return Way::Otherwise("by mouth".to_owned());
        }
    }
    let Some(said) = at::word(concept) else { return Way::NotSaid };
    let lower = said.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    match () {
        () if has(&["intramuscular"]) || lower == "im" => Way::Injected(Route::Im),
        () if has(&["subcut"]) || lower == "sc" || lower == "sq" => Way::Injected(Route::Sc),
        () if has(&["intravenous"]) || lower == "iv" => Way::Injected(Route::Iv),
        () => Way::Otherwise(super::plain::short(said)),
    }
}

/// Reads a site by its code, else by its words; what is not one of ours is left out.
pub(super) fn site(concept: Option<&Value>) -> Option<Site> {
    let concept = concept?;
    let by_code = at::codes(concept)
        .find_map(|(system, code)| Site::ALL.into_iter().find(|site| system == SITES && of_site(*site) == Some(code)));
    by_code.or_else(|| {
        let said = at::word(concept)?.to_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| said.contains(part));
        if has(&["abdom"]) {
            return Some(Site::Abdomen);
        }
        let (left, right) = (has(&["left"]), has(&["right"]));
        let pick = |l, r| if left { l } else { r };
        match left != right {
            true if has(&["deltoid", "upper arm"]) => Some(pick(Site::LeftDeltoid, Site::RightDeltoid)),
            true if has(&["thigh", "vastus"]) => Some(pick(Site::LeftThigh, Site::RightThigh)),
            true if has(&["glut", "buttock"]) => Some(pick(Site::LeftGluteus, Site::RightGluteus)),
            _ => None,
        }
    })
}

/// Returns how many micrograms one of a unit is.
pub(super) fn in_mcg(unit: &str) -> Option<f64> {
    match unit.trim().to_lowercase().as_str() {
        "mg" | "milligram" | "milligrams" => Some(1_000.0),
        "ug" | "mcg" | "µg" | "μg" | "microgram" | "micrograms" => Some(1.0),
        _ => None,
    }
}

/// Reads micrograms out of words: `1 mg`, `1,000 mcg IM`.
pub(super) fn mcg_of_words(said: &str) -> Option<f64> {
    let (number, rest) = number_in(said)?;
    let unit: String = rest.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
    let per = rest.trim_start().trim_start_matches(|c: char| c.is_alphabetic()).trim_start().starts_with('/');
    (!per).then_some(number * in_mcg(&unit)?)
}

/// Reads a strength in micrograms per millilitre out of a label: `1 mg/mL`, `5 MG/ML Injectable Solution`, `1 mg/1 mL`.
pub(super) fn strength_of_words(said: &str) -> Option<f64> {
    let mut rest = said;
    while let Some((number, after)) = number_in(rest) {
        let after = after.trim_start();
        let unit: String = after.chars().take_while(|c| c.is_alphabetic()).collect();
        let behind = after[unit.len()..].trim_start();
        if let (Some(mcg), Some(volume)) = (in_mcg(&unit), behind.strip_prefix('/')) {
            let volume = volume.trim_start().to_lowercase();
            let (ml, of) = if volume.starts_with(|c: char| c.is_ascii_digit()) {
                number_in(&volume).map(|(n, of)| (n, of.trim_start().to_owned()))?
            } else {
                (1.0, volume)
            };
            if of.starts_with("ml") && ml > 0.0 {
                return Some(number * mcg / ml);
            }
        }
        rest = after;
    }
    None
}

/// Returns the first number of a text and what follows it. A comma groups thousands: `1,000`.
fn number_in(said: &str) -> Option<(f64, &str)> {
    let from = said.find(|c: char| c.is_ascii_digit())?;
    let rest = &said[from..];
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(rest.len());
    let digits = rest[..end].trim_end_matches(['.', ',']);
    let groups: Vec<&str> = digits.split(',').collect();
    let grouped = groups.iter().skip(1).all(|group| group.split('.').next().is_some_and(|g| g.len() == 3));
    let number = grouped.then(|| groups.concat().parse().ok()).flatten().filter(|n: &f64| n.is_finite())?;
    Some((number, &rest[digits.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(concept: &Value) -> Form {
        form(Some(concept), None)
    }

    #[test]
    fn which_form_it_is() {
        let coded = |system: &str, code: &str, text: &str| json!({ "coding": [{ "system": system, "code": code }], "text": text });
        let ours = |drug, label: &str| Form::Ours(drug, label.to_owned());
        assert_eq!(
            of(&coded(ATC, "B03BA03", "Hydroxocobalamin 1 mg/mL")),
            ours(Drug::Hydroxocobalamin, "Hydroxocobalamin 1 mg/mL")
        );
        assert_eq!(of(&coded(ATC, "B03BA01", "B12")), ours(Drug::Cyanocobalamin, "B12"));
        let synthea = coded(RXNORM, "2001499", "Vitamin B 12 5 MG/ML Injectable Solution");
        assert_eq!(of(&synthea), ours(Drug::Cyanocobalamin, "Vitamin B 12 5 MG/ML Injectable Solution"));
        assert_eq!(
            of(&json!({ "text": "Methylcobalamin 500 mcg" })),
            ours(Drug::Mecobalamin, "Methylcobalamin 500 mcg")
        );
        assert!(matches!(of(&json!({ "text": "Vitamin B12 injection" })), Form::Unclear(_)));
        assert!(matches!(of(&coded(ATC, "B03BA03", "cyanocobalamin")), Form::Unclear(_)));
        assert_eq!(of(&json!({ "text": "Amoxicillin" })), Form::Other);
        assert_eq!(form(None, None), Form::Other);
    }

    #[test]
    fn doses_and_strengths_in_words() {
        for (said, wanted) in [
            ("1 mg", Some(1000.0)),
            ("1,000 mcg IM", Some(1000.0)),
            ("give 0.5mg", Some(500.0)),
            ("2 mL", None),
            ("1 mg/mL", None),
            ("", None),
        ] {
            assert_eq!(mcg_of_words(said), wanted, "{said}");
        }
        for (said, wanted) in [
            ("Vitamin B 12 5 MG/ML Injectable Solution", Some(5000.0)),
            ("hydroxocobalamin 1 mg/1 mL solution", Some(1000.0)),
            ("cyanocobalamin 1000mcg/ml", Some(1000.0)),
            ("B12 1 mg", None),
            ("5/ml 3 mg /", None),
        ] {
            assert_eq!(strength_of_words(said), wanted, "{said}");
        }
    }

    #[test]
    fn routes_and_sites_by_code_or_word() {
        assert_eq!(way(Some(&json!({ "coding": [{ "system": ROUTES, "code": "SQ" }] }))), Way::Injected(Route::Sc));
        assert_eq!(way(Some(&json!({ "text": "Intramuscular use" }))), Way::Injected(Route::Im));
        assert_eq!(
            way(Some(&json!({ "coding": [{ "system": SNOMED, "code": "26643006" }] }))),
            Way::Otherwise("by mouth".to_owned())
        );
        assert_eq!(way(None), Way::NotSaid);
        assert_eq!(site(Some(&json!({ "text": "Left upper arm" }))), Some(Site::LeftDeltoid));
        assert_eq!(site(Some(&json!({ "coding": [{ "system": SITES, "code": "RVG" }] }))), Some(Site::RightGluteus));
        assert_eq!(site(Some(&json!({ "text": "arm" }))), None);
    }
}
