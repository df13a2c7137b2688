//! Results that a laboratory reported: known by LOINC, with the unit that stands there; what does not fit together is held.

use super::at::{self, When};
use super::plain::short;
use super::{Place, Reader, held, skipped};
use crate::clinic::entry::{Act, Checked};
use crate::clinic::intake::{Coming, Piece, Trouble};
use crate::clinic::lab::{Analyte, Comparator, LabResult};
use crate::exchange::fhir::codes::{LOINC, Measure, SNOMED, loincs};
use crate::exchange::results::shown;
use chrono::NaiveDate;
use serde_json::Value;

impl Reader<'_> {
    /// Reads an Observation, with the parts that it may have.
    pub(super) fn observed(&self, n: usize, value: &Value, piece: &mut Piece) -> Result<Place, Trouble> {
        let found = self.results(value);
        if found.is_empty() {
            return Err(skipped("It is not one of the results that are followed here."));
        }
        let corrects = match at::text(value, "status") {
            Some("final") => false,
            Some("amended" | "corrected") => true,
            Some("registered" | "preliminary") => return Err(skipped("It is not final yet.")),
            Some("cancelled") => return Err(skipped("It was cancelled over there.")),
            other => return Err(held(format!("Its status is {}: is it final?", short(other.unwrap_or("not said"))))),
        };
        let on = self.sampled(n, value)?;
        self.is_to_come(on)?;
        let mut labs = Vec::new();
        for (analyte, measure, part) in found {
            labs.extend(result(analyte, measure, part)?.map(|lab| beside(lab, part)));
        }
        if labs.is_empty() {
            return Err(skipped("It has no value."));
        }
        let act = Act::Checked(Checked { on, labs, ..Checked::default() });
        piece.acts.push(Coming { corrects, ..Coming::new(self.index.id(n), act) });
        Ok(Place::Day(on))
    }

    /// Returns the analytes of an Observation and of its parts that are followed here.
    fn results<'a>(&'a self, value: &'a Value) -> Vec<(&'a Analyte, Measure, &'a Value)> {
        let parts = std::iter::once(value).chain(at::all(value, "component"));
        parts.filter_map(|part| self.analyte(part.get("code")?).map(|(a, m)| (a, m, part))).collect()
    }

    /// Returns the analyte of a concept: by LOINC; where there is none, by the very name.
    fn analyte(&self, code: &Value) -> Option<(&Analyte, Measure)> {
        let all = self.practice.knowledge.labs();
        let coded: Vec<&str> = at::codes(code).filter(|(system, _)| *system == LOINC).map(|(_, code)| code).collect();
        if !coded.is_empty() {
            let of = |a: &&Analyte| loincs(a).find(|(code, _)| coded.contains(code)).map(|(_, measure)| measure);
            return all.iter().find_map(|a| Some((a, of(&a)?)));
        }
        let words = at::words(code);
        let named = |a: &&Analyte| words.iter().any(|w| w.eq_ignore_ascii_case(&a.name));
        all.iter().find(named).map(|a| (a, Measure::Other))
    }

    /// Returns the day of the sample; that of the report where the result has none.
    fn sampled(&self, n: usize, value: &Value) -> Result<NaiveDate, Trouble> {
        let keys = ["effectiveDateTime", "effectivePeriod.start", "effectiveInstant"];
        let of =
            |value: &Value| keys.into_iter().find_map(|key| at::text(value, key)).map(|text| at::when(text, self.zone));
        let report = || self.index.report(n).and_then(|report| self.index.value(report));
        let issued = || at::text(value, "issued").map(|text| at::when(text, self.zone));
        match of(value).or_else(|| of(report()?)).or_else(issued) {
            Some(When::Day(day, _)) => Ok(day),
            Some(When::Partly) => Err(held("The day of the sample is not said, only the month or the year.")),
            Some(When::Unreadable) => Err(Trouble::Refused("Its date cannot be read.".to_owned())),
            None => Err(held("It has no date.")),
        }
    }
}

/// Reads one result; `None` where there is no value.
fn result(analyte: &Analyte, measure: Measure, value: &Value) -> Result<Option<LabResult>, Trouble> {
    if let Some(quantity) = value.get("valueQuantity") {
        return measured(analyte, measure, quantity).map(Some);
    }
    if let Some(concept) = value.get("valueCodeableConcept") {
        return worded(analyte, &said(concept)).map(Some);
    }
    if let Some(text) = at::text(value, "valueString") {
        return if analyte.words.is_empty() { typed(analyte, measure, text) } else { worded(analyte, &[text]) }
            .map(Some);
    }
    let not_done =
        value.get("dataAbsentReason").is_some_and(|why| at::codes(why).any(|(_, code)| code == "not-performed"));
    let read = || analyte.read("not done", "").map(|t| t.result).map_err(held);
    if not_done { read().map(Some) } else { Ok(None) }
}

/// Puts beside a result what the laboratory put there: its flag and its range, as they were sent.
fn beside(lab: LabResult, value: &Value) -> LabResult {
    let kept = |text: &str| Some(shown(text)).filter(|text| !text.is_empty());
    let flag = value.get("interpretation").and_then(|i| i.as_array().map_or(Some(i), |all| all.first()));
    let flag = flag.and_then(|flag| at::codes(flag).map(|(_, code)| code).next().or_else(|| at::word(flag)));
    let range =
        at::at(value, "referenceRange").and_then(|range| range.as_array().map_or(Some(range), |all| all.first()));
    LabResult { flag: flag.and_then(kept), range: range.and_then(range_of).as_deref().and_then(kept), ..lab }
}

fn range_of(range: &Value) -> Option<String> {
    let limit = |key: &str| at::number(range, key).map(|n| n.to_string());
    match (at::text(range, "text"), limit("low.value"), limit("high.value")) {
        (Some(text), _, _) => Some(text.to_owned()),
        (None, Some(low), Some(high)) => Some(format!("{low}-{high}")),
        (None, Some(low), None) => Some(format!(">={low}")),
        (None, None, high) => high.map(|high| format!("<={high}")),
    }
}

/// A number with its unit: by UCUM code, else by what is printed.
fn measured(analyte: &Analyte, measure: Measure, quantity: &Value) -> Result<LabResult, Trouble> {
    let Some(number) = at::number(quantity, "value") else {
        return Err(held(format!("{} has no number.", analyte.name)));
    };
    let mut printed = [at::text(quantity, "code"), at::text(quantity, "unit")].into_iter().flatten();
    let said = printed.clone().next().unwrap_or_default();
    let unit = printed.find(|unit| analyte.unit(unit).is_some());
    let sign = match at::text(quantity, "comparator") {
        None => Comparator::Exactly,
        Some("<" | "<=") => Comparator::Below,
        Some(">" | ">=") => Comparator::Above,
        Some(other) => return Err(held(format!("{} has the sign {} before its number.", analyte.name, short(other)))),
    };
    let Some(unit) = unit else {
        let said = if said.is_empty() { "none".to_owned() } else { short(said) };
        return Err(held(format!("{} {number}: the unit is {said}, which is not known for it.", analyte.name)));
    };
    if Measure::of_unit(unit).contradicts(measure) {
        let kind = if measure == Measure::Mass { "mass" } else { "moles" };
        return Err(held(format!("{} {number} {unit}: its code is for {kind}, its unit is not.", analyte.name)));
    }
    plausible(analyte, number, unit, sign)
}

/// Whether the number can be, in that unit: the limits of typing hold for what is sent too.
fn plausible(analyte: &Analyte, number: f64, unit: &str, sign: Comparator) -> Result<LabResult, Trouble> {
    let typed = analyte.read(&format!("{number} {unit}"), unit).map_err(|why| held(format!("{why}.")))?;
    match typed.doubt {
        Some(doubt) => Err(held(doubt)),
        None => Ok(LabResult { comparator: sign, ..typed.result }),
    }
}

/// A number that came as a text: `<150 ng/L`.
fn typed(analyte: &Analyte, measure: Measure, text: &str) -> Result<LabResult, Trouble> {
    let typed = analyte.read(text, "").map_err(|why| held(format!("{}.", short(&why))))?;
    if Measure::of_unit(&typed.result.unit).contradicts(measure) {
        return Err(held(format!("{} {}: its code is not for this unit.", analyte.name, short(text))));
    }
    match typed.doubt {
        Some(doubt) => Err(held(doubt)),
        None => Ok(typed.result),
    }
}

/// What a coded result says: its words, and the words of the codes that laboratories use.
fn said(concept: &Value) -> Vec<&str> {
    let coded = at::codes(concept).filter_map(|(system, code)| match (system, code) {
        (SNOMED, "260385009") => Some("negative"),
        (SNOMED, "10828004") => Some("positive"),
        (_, "NEG") => Some("negative"),
        (_, "POS") => Some("positive"),
        _ => None,
    });
    at::words(concept).into_iter().chain(coded).collect()
}

fn worded(analyte: &Analyte, said: &[&str]) -> Result<LabResult, Trouble> {
    let known = said.iter().find_map(|word| analyte.words.iter().find(|w| w.eq_ignore_ascii_case(word.trim())));
    let shown = || short(said.first().copied().unwrap_or("nothing"));
    let Some(word) = known else { return Err(held(format!("{} says {}: what does it mean?", analyte.name, shown()))) };
    analyte.read(word, "").map(|typed| typed.result).map_err(held)
}
