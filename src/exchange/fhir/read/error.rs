//! What was entered in error over there: it may have come before, and then stands here.

use super::plain::short;
use super::{Place, Reader, at, held, is_error, own, skipped};
use crate::clinic::entry::{Act, Checked, NotGiven, WhyNot};
use crate::clinic::intake::{Coming, IN_ERROR, Piece, Trouble, nothing_said};
use crate::exchange::fhir::codes::OWN;
use crate::exchange::fhir::ids::Uuid;
use crate::exchange::results::nothing;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Returns whether it is a result, or what was asked of symptoms, that was entered in error.
pub(super) fn is_result(value: &Value) -> bool {
    is_error(value) && at::text(value, "resourceType") == Some("Observation")
}

impl Reader<'_> {
    /// Whether it was entered in error, or is within a report that was.
    pub(super) fn is_in_error(&self, n: usize) -> bool {
        let within = || self.index.all().get(n).and_then(|raw| self.index.value(raw.within?));
        self.index.value(n).is_some_and(is_error) || within().is_some_and(is_error)
    }

    /// Reads what was entered in error, as far as it says what that was.
    pub(super) fn in_error(&self, n: usize, kind: &str, value: &Value, piece: &mut Piece) -> Result<Place, Trouble> {
        let (act, place) = match kind {
            "Patient" | "AllergyIntolerance" | "Flag" => return Err(skipped(IN_ERROR)),
            "MedicationRequest" if own::part_of(value).is_some() => return Err(skipped(IN_ERROR)),
            "MedicationRequest" if self.form(n, value).is_vitamin_b12() => return Err(plan(value)),
            "MedicationAdministration" | "Immunization" | "MedicationStatement" => {
                (self.dose_in_error(n, kind, value, piece), Place::Error)
            }
            "Observation" => (self.look_in_error(n, value), Place::Trouble),
            _ => (nothing_said(), Place::Error),
        };
        let mut ids: Vec<_> = self.ids(n, value).into_iter().map(Some).collect();
        if ids.is_empty() {
            ids.push(None);
        }
        piece.remarks.clear();
        piece.acts = ids.into_iter().map(|id| Coming::in_error(id, act.clone())).collect();
        Ok(place)
    }

    /// Returns under which ids it may have come: its own, or as the entry of a Cobalog, or as part of one.
    fn ids(&self, n: usize, value: &Value) -> Vec<String> {
        let own = at::text(value, "id").and_then(Uuid::entry);
        let whole = own::part_of(value).filter(|_| is_result(value)).and_then(|(whole, _)| Uuid::entry(whole));
        let entries = own.into_iter().chain(whole).map(|id| id.to_string());
        self.index.id(n).into_iter().chain(entries).collect()
    }

    fn dose_in_error(&self, n: usize, kind: &str, value: &Value, piece: &Piece) -> Act {
        let mut as_given = value.clone();
        as_given["status"] = json!("completed");
        let mut read = Piece { acts: Vec::new(), ..piece.clone() };
        if self.dose(n, kind, &as_given, &mut read).is_ok()
            && let Some(coming) = read.acts.pop()
        {
            return coming.act;
        }
        match super::dose::when(value, self.zone) {
            Ok((on, _)) if self.form(n, value).is_vitamin_b12() => {
                let why = WhyNot::Other(IN_ERROR.to_owned());
                Act::NotGiven(NotGiven { order: None, on, why, again: None, note: None })
            }
            _ => nothing_said(),
        }
    }

    fn look_in_error(&self, n: usize, value: &Value) -> Act {
        let labs = self.results(value).into_iter();
        let labs = labs.map(|(analyte, measure, part)| match super::lab::result(analyte, measure, part) {
            Ok(Some(typed)) => typed.result,
            _ => nothing(&analyte.id),
        });
        let (labs, symptoms) = (labs.collect::<Vec<_>>(), symptoms(value));
        if labs.is_empty() && symptoms.is_empty() {
            return nothing_said();
        }
        let on = self.sampled(n, value).unwrap_or_default();
        Act::Checked(Checked { on, labs, symptoms, ..Checked::default() })
    }
}

/// Returns the grades of symptoms that our own code names.
fn symptoms(value: &Value) -> BTreeMap<String, u8> {
    let is_score = value.get("code").is_some_and(|code| at::has_code(code, OWN, "symptom-score"));
    let parts = at::all(value, "component").iter().filter(|_| is_score);
    let graded = parts.filter_map(|part| {
        let (_, id) = at::codes(part.get("code")?).find(|(system, _)| *system == OWN)?;
        Some((id.to_owned(), u8::try_from(part.get("valueInteger")?.as_u64()?).ok()?))
    });
    graded.collect()
}

/// A plan over there was none: whether one rests on it here, a person knows.
fn plan(value: &Value) -> Trouble {
    let said: Vec<_> =
        at::all(value, "dosageInstruction").iter().filter_map(|d| at::text(d, "text")).map(short).collect();
    let plan = if said.is_empty() { "without words".to_owned() } else { said.join("; ") };
    held(format!("A plan over there was entered in error: {plan}. Look whether a plan here rests on it."))
}
