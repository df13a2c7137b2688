//! Results that a laboratory reported: known by LOINC, with the unit that stands there; what does not fit together is held.

use super::at::{self, When};
use super::plain::short;
use super::{Place, Reader, held, skipped};
use crate::clinic::entry::{Act, Checked};
use crate::clinic::intake::{Coming, Piece, Trouble};
use crate::clinic::lab::{Analyte, Measure, Typed};
use crate::exchange::fhir::codes::{LOINC, SNOMED};
use crate::exchange::results::Sent;
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
            let Some(typed) = result(analyte, measure, part)? else { continue };
            piece.remarks.extend(typed.doubt);
            labs.push(typed.result);
        }
        if labs.is_empty() {
            return Err(skipped("It has no value."));
        }
        let act = Act::Checked(Checked { on, labs, ..Checked::default() });
        piece.acts.push(Coming { corrects, ..Coming::new(self.index.id(n), act) });
        Ok(Place::Day(on))
    }

    /// Returns the analytes of an Observation and of its parts that are followed here.
    pub(super) fn results<'a>(&'a self, value: &'a Value) -> Vec<(&'a Analyte, Option<Measure>, &'a Value)> {
        let parts = std::iter::once(value).chain(at::all(value, "component"));
        parts.filter_map(|part| self.analyte(part.get("code")?).map(|(a, m)| (a, m, part))).collect()
    }

    /// Returns the analyte of a concept: by LOINC; where there is none, by the very name.
    fn analyte(&self, code: &Value) -> Option<(&Analyte, Option<Measure>)> {
        let knowledge = &self.practice.knowledge;
        let mut coded = at::codes(code).filter(|(system, _)| *system == LOINC).map(|(_, code)| code).peekable();
        if coded.peek().is_some() {
            return coded.find_map(|code| knowledge.of_loinc(code));
        }
        let words = at::words(code);
        let named = |a: &&Analyte| words.iter().any(|w| w.eq_ignore_ascii_case(&a.name));
        knowledge.labs().iter().find(named).map(|a| (a, None))
    }

    /// Returns the day of the sample; that of the report where the result has none.
    pub(super) fn sampled(&self, n: usize, value: &Value) -> Result<NaiveDate, Trouble> {
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

/// Reads one result, with the flag and the range that the laboratory put beside it; `None` where there is no value.
pub(super) fn result(analyte: &Analyte, measure: Option<Measure>, value: &Value) -> Result<Option<Typed>, Trouble> {
    let number = at::number(value, "valueQuantity.value").map(|number| number.to_string());
    let Some(sent) = sent(analyte, value, number.as_deref())? else { return Ok(None) };
    let range = range(value).unwrap_or_default();
    let sent = Sent { measure, range: &range, flag: flag(value).unwrap_or_default(), ..sent };
    sent.read(analyte).map(Some).map_err(|why| held(format!("{why}.")))
}

/// Returns value, comparator and unit as they were sent; `number` is the one of a quantity.
fn sent<'a>(analyte: &'a Analyte, value: &'a Value, number: Option<&'a str>) -> Result<Option<Sent<'a>>, Trouble> {
    if let Some(quantity) = value.get("valueQuantity") {
        let Some(value) = number else { return Err(held(format!("{} has no number.", analyte.name))) };
        let comparator = at::text(quantity, "comparator").unwrap_or_default();
        return Ok(Some(Sent { comparator, value, unit: unit(analyte, quantity)?, ..Sent::default() }));
    }
    let worded = |said: &[&str]| word(analyte, said).map(|value| Some(Sent { value, ..Sent::default() }));
    if let Some(concept) = value.get("valueCodeableConcept") {
        return worded(&said(concept));
    }
    if let Some(text) = at::text(value, "valueString") {
        return if analyte.words.is_empty() { Ok(Some(Sent::of_text(text))) } else { worded(&[text]) };
    }
    let absent = value.get("dataAbsentReason");
    let is_not_done = absent.is_some_and(|why| at::codes(why).any(|(_, code)| code == "not-performed"));
    Ok(is_not_done.then(Sent::default))
}

/// Returns the unit of a quantity: by its UCUM code, else by what is printed.
fn unit<'a>(analyte: &Analyte, quantity: &'a Value) -> Result<&'a str, Trouble> {
    let mut printed = [at::text(quantity, "code"), at::text(quantity, "unit")].into_iter().flatten();
    let known = printed.clone().find(|unit| analyte.unit(unit).is_some());
    match (known, printed.next()) {
        (Some(unit), _) => Ok(unit),
        (None, None) => Ok(""),
        (None, Some(said)) => {
            Err(held(format!("{}: the unit is {}, which is not known for it.", analyte.name, short(said))))
        }
    }
}

/// Returns the laboratory's flag: by its code, else by its word.
fn flag(value: &Value) -> Option<&str> {
    let flag = first(value, "interpretation")?;
    at::codes(flag).map(|(_, code)| code).next().or_else(|| at::word(flag))
}

/// Returns the laboratory's range as a text.
fn range(value: &Value) -> Option<String> {
    let range = first(value, "referenceRange")?;
    let limit = |key: &str| at::number(range, key).map(|n| n.to_string());
    match (at::text(range, "text"), limit("low.value"), limit("high.value")) {
        (Some(text), _, _) => Some(text.to_owned()),
        (None, Some(low), Some(high)) => Some(format!("{low}-{high}")),
        (None, Some(low), None) => Some(format!(">={low}")),
        (None, None, high) => high.map(|high| format!("<={high}")),
    }
}

/// Returns what stands under a key: of a list the first.
fn first<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    value.get(key).and_then(|found| found.as_array().map_or(Some(found), |all| all.first()))
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

/// Returns the word of the analyte that is said.
fn word<'a>(analyte: &'a Analyte, said: &[&str]) -> Result<&'a str, Trouble> {
    let known = said.iter().find_map(|word| analyte.words.iter().find(|w| w.eq_ignore_ascii_case(word.trim())));
    let shown = || short(said.first().copied().unwrap_or("nothing"));
    known.map(String::as_str).ok_or_else(|| held(format!("{} says {}: what does it mean?", analyte.name, shown())))
}
