//! Looks whether it works: a DiagnosticReport for what was recorded at once, an Observation for each result and for the
//! symptoms.

use super::visits::is_at_patient;
use super::{Scribe, Told, result};
use crate::clinic::entry::{Act, Checked};
use crate::clinic::lab::{Analyte, Comparator, Flag, LabResult};
use crate::clinic::words;
use crate::exchange::fhir::codes::{LOINC, OWN, SNOMED, UCUM, hl7, ucum};
use crate::exchange::fhir::resource::{Resource, concept, day, instant, note, number, recorded, to, worded};
use serde_json::{Value, json};

impl Scribe<'_> {
    pub(super) fn checked(&mut self, told: Told<'_>, checked: &Checked) {
        let mut results = Vec::new();
        for lab in &checked.labs {
            let id = result(told.entry.id, &lab.analyte);
            if self.ids.contains(&id) {
                continue;
            }
            let resource = self.lab(told, checked, lab);
            results.push(resource.reference());
            self.part(told.id(), resource);
        }
        if is_at_patient(checked) {
            let resource = self.survey(told, checked);
            results.push(resource.reference());
            self.part(told.id(), resource);
        }
        self.report(told, checked, results);
        self.withdrawn(told, is_at_patient(checked));
    }

    /// Says of each result that stood here before, and does not any more, that it was an error: a server that has it keeps
    /// it as valid otherwise.
    fn withdrawn(&mut self, told: Told<'_>, is_survey: bool) {
        let (told, chart) = (Told { struck: true, ..told }, self.chart);
        let mut is_survey = is_survey;
        for act in chart.versions(told.entry.id) {
            let Act::Checked(before) = act else { continue };
            for lab in &before.labs {
                let id = result(told.entry.id, &lab.analyte);
                if self.out.iter().all(|r| r.id != id) {
                    let resource = self.lab(told, before, lab);
                    self.part(told.id(), resource);
                }
            }
            if is_at_patient(before) && !is_survey {
                let resource = self.survey(told, before);
                self.part(told.id(), resource);
                is_survey = true;
            }
        }
    }

    fn report(&mut self, told: Told<'_>, checked: &Checked, results: Vec<Value>) {
        let at = self.course.checks.iter().position(|c| c.entry == told.entry.id);
        let label = at.and_then(|at| self.course.checks.get(at)).map(|c| c.label.clone()).filter(|l| !l.is_empty());
        let answered = self.checks.iter().filter(|(_, slot)| at.is_some() && slot.check == at);
        let based_on: Vec<_> = answered.map(|(id, _)| to("ServiceRequest", *id)).collect();
        let kinds = &self.practice.knowledge;
        let said: Vec<_> =
            checked.confounders.iter().map(|c| c.told(kinds.confounders())).chain(checked.note.clone()).collect();
        let laboratory = !checked.labs.is_empty() && !is_at_patient(checked);
        let category = laboratory.then(|| json!([concept(&hl7("v2-0074"), "LAB", "Laboratory")]));
        let body = json!({
            "meta": recorded(told.entry.at),
            "status": told.report_status(),
            "category": category,
            "code": worded(&label.unwrap_or_else(|| "Follow-up".to_owned())),
            "subject": self.subject(),
            "encounter": if told.struck { Value::Null } else { self.visit(checked.on) },
            "effectiveDateTime": day(checked.on),
            "issued": instant(told.entry.at),
            "performer": [self.who(told.entry.done_by())],
            "basedOn": based_on,
            "result": results,
            "conclusion": said.join("; "),
        });
        self.stand(told, Resource::new("DiagnosticReport", told.id(), body));
    }

    fn lab(&mut self, told: Told<'_>, checked: &Checked, lab: &LabResult) -> Resource {
        let known = self.practice.knowledge.lab(&lab.analyte);
        let name = known.map_or_else(|| lab.analyte.replace('-', " "), |a| a.name.clone());
        let code = known.and_then(|a| a.loinc_for(&lab.unit));
        let flag = known.and_then(|a| a.flag(lab, self.course.whose()));
        // The others of an amended look are as they were.
        let is_other = |act: &Act| matches!(act, Act::Checked(before) if !before.labs.contains(lab));
        let amended = told.amended && self.chart.versions(told.entry.id).into_iter().any(is_other);
        let status = Told { amended, ..told }.report_status();
        let absent = (!lab.is_done()).then(|| concept(&hl7("data-absent-reason"), "not-performed", "Not done"));
        let body = json!({
            "meta": recorded(told.entry.at),
            "status": status,
            "category": [{ "coding": [{ "system": hl7("observation-category"), "code": "laboratory" }] }],
            "code": { "coding": code.map(|code| json!([{ "system": LOINC, "code": code }])), "text": name },
            "subject": self.subject(),
            "effectiveDateTime": day(checked.sample_day()),
            "issued": instant(told.entry.at),
            "valueQuantity": quantity(lab),
            "valueCodeableConcept": lab.word.as_deref().filter(|_| lab.value.is_none()).map(worded),
            "dataAbsentReason": absent,
            "interpretation": [sent(lab).unwrap_or_else(|| interpretation(flag, lab.word.as_deref()))],
            "referenceRange": match &lab.range {
                Some(range) => json!([{ "text": range }]),
                None => known.map_or(Value::Null, |a| self.range(a, lab)),
            },
        });
        Resource::new("Observation", result(told.entry.id, &lab.analyte), body)
    }

    /// Returns the range in the unit of the result.
    fn range(&self, analyte: &Analyte, lab: &LabResult) -> Value {
        let whose = self.course.whose();
        let (Some(range), Some(unit), Some(_)) = (analyte.range(whose), analyte.unit(&lab.unit), lab.value) else {
            return Value::Null;
        };
        let rounded = |value: f64| (value / unit.factor * 1000.0).round() / 1000.0;
        let limit = |value: Option<f64>| value.map(rounded).filter(|v| v.is_finite()).map(|v| measured(v, &unit.unit));
        json!([{ "low": limit(range.low), "high": limit(range.high) }])
    }

    fn survey(&mut self, told: Told<'_>, checked: &Checked) -> Resource {
        let known = &self.practice.knowledge;
        let mut parts: Vec<Value> = checked
            .symptoms
            .iter()
            .map(|(id, grade)| {
                let symptom = known.symptom(id);
                let name = symptom.map_or_else(|| id.replace('-', " "), |s| s.name.clone());
                let mut coding = vec![json!({ "system": OWN, "code": id })];
                coding.extend(
                    symptom
                        .and_then(|s| s.snomed.as_deref())
                        .and_then(single)
                        .map(|code| json!({ "system": SNOMED, "code": code })),
                );
                json!({ "code": { "coding": coding, "text": name }, "valueInteger": grade })
            })
            .collect();
        parts.extend(checked.returned_days.map(|days| {
            let text = "Days before the next dose on which symptoms came back; 0: they did not";
            json!({ "code": concept(OWN, "returned-days", text), "valueInteger": days })
        }));
        let body = json!({
            "meta": recorded(told.entry.at),
            "status": told.status("final"),
            "category": [{ "coding": [{ "system": hl7("observation-category"), "code": "survey" }] }],
            "code": concept(OWN, "symptom-score", "Symptoms of vitamin B12 deficiency, sum of grades 0 to 4"),
            "subject": self.subject(),
            "encounter": if told.struck { Value::Null } else { self.visit(checked.on) },
            "effectiveDateTime": day(checked.on),
            "issued": instant(told.entry.at),
            "performer": [self.who(told.entry.done_by())],
            "valueInteger": checked.score(),
            "component": parts,
            "note": note(checked.returned_words().as_deref().map(words::begun).as_deref()),
        });
        Resource::new("Observation", told.id().of("symptoms"), body)
    }
}

/// Returns the id in front of its check mark, where there is one alone: `84229001 (v)`.
fn single(snomed: &str) -> Option<&str> {
    let code = snomed.split(' ').next().filter(|code| code.chars().all(|c| c.is_ascii_digit()))?;
    (!snomed.contains('/')).then_some(code)
}

fn measured(value: f64, unit: &str) -> Value {
    json!({ "value": number(value), "unit": unit, "system": UCUM, "code": ucum(unit) })
}

fn quantity(lab: &LabResult) -> Value {
    let Some(value) = lab.value.filter(|v| v.is_finite()) else { return Value::Null };
    let mut out = measured(value, &lab.unit);
    match lab.comparator {
        Comparator::Exactly => {}
        Comparator::Below => out["comparator"] = json!("<"),
        Comparator::Above => out["comparator"] = json!(">"),
    }
    if lab.unit.trim().is_empty() {
        out["system"] = Value::Null;
    }
    out
}

/// Returns the flag that the laboratory put beside a result.
fn sent(lab: &LabResult) -> Option<Value> {
    const KNOWN: [&str; 9] = ["N", "L", "H", "LL", "HH", "A", "AA", "<", ">"];
    let flag = lab.flag.as_deref()?.trim();
    Some(if KNOWN.contains(&flag) { concept(&hl7("v3-ObservationInterpretation"), flag, flag) } else { worded(flag) })
}

fn interpretation(flag: Option<Flag>, word: Option<&str>) -> Value {
    let (code, text) = match (flag, word) {
        (Some(Flag::Low), _) => ("L", "Low"),
        (Some(Flag::Normal), _) => ("N", "Normal"),
        (Some(Flag::High), _) => ("H", "High"),
        (None, Some("positive")) => ("POS", "Positive"),
        (None, Some("negative")) => ("NEG", "Negative"),
        (None, Some("equivocal")) => ("E", "Equivocal"),
        _ => return Value::Null,
    };
    concept(&hl7("v3-ObservationInterpretation"), code, text)
}
