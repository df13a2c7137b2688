//! Doses that another system recorded: given, or not and why.

use super::at::{self, When};
use super::drug::{self, Form, Way};
use super::plain::short;
use super::{Place, Reader, Zone, held, skipped};
use crate::clinic::drug::{Drug, PLAUSIBLE_MCG, Route};
use crate::clinic::entry::{Act, Given, NotGiven, WhyNot};
use crate::clinic::intake::{Coming, Piece, Trouble};
use crate::exchange::fhir::codes::{AFTER, OWN, hl7};
use chrono::{NaiveDate, NaiveTime};
use serde_json::Value;

impl Reader<'_> {
    /// Reads a MedicationAdministration, an Immunization or a MedicationStatement.
    pub(super) fn dose(&self, n: usize, kind: &str, value: &Value, piece: &mut Piece) -> Result<Place, Trouble> {
        let (drug, label) = match self.form(n, value) {
            Form::Other => return Err(skipped("It is not vitamin B12.")),
            Form::Unclear(why) => return Err(held(why)),
            Form::Ours(drug, label) => (drug, label),
        };
        if drug::is_no_injection(&label) {
            return Err(skipped("It is not an injection."));
        }
        let given = match at::text(value, "status") {
            Some("completed") => true,
            Some("not-done" | "not-taken") => false,
            Some("active") if kind == "MedicationStatement" => true,
            Some("stopped") => return Err(held("It was stopped before all of it was given: record what was given.")),
            Some("in-progress" | "on-hold" | "preparation" | "intended") => {
                return Err(skipped("It was not finished yet over there."));
            }
            other => return Err(held(format!("Its status is {}: was it given?", short(other.unwrap_or("not said"))))),
        };
        let (on, time) = when(value, self.zone)?;
        self.is_to_come(on)?;
        let act = if given {
            Act::Given(self.given(n, value, (drug, label), (on, time), piece)?)
        } else {
            Act::NotGiven(NotGiven { order: None, on, why: why_not(value), again: None, note: note(value) })
        };
        let by = self.by_whom(n, value);
        piece.acts.push(Coming { by, ..Coming::new(self.index.id(n), act) });
        Ok(Place::Day(on))
    }

    fn given(
        &self,
        n: usize,
        value: &Value,
        (drug, label): (Drug, String),
        (on, time): (NaiveDate, Option<NaiveTime>),
        piece: &mut Piece,
    ) -> Result<Given, Trouble> {
        let dosage = at::at(value, "dosage").unwrap_or(value);
        let medication = self.medication(n, value);
        let strength = medication.and_then(of_ingredient).or_else(|| drug::strength_of_words(&label));
        let strength = strength.filter(|s| (1.0..=1e6).contains(s) && s.fract().abs() < 1e-9);
        let dose_mcg = dose_mcg(value, strength)?;
        let route = match drug::way(at::at(dosage, "route").or_else(|| value.get("route"))) {
            Way::Injected(route) => route,
            Way::Otherwise(said) => return Err(skipped(format!("It was given {said}: that is no injection."))),
            Way::NotSaid => {
                piece.remarks.push("No route is said; it is taken as intramuscular.".to_owned());
                Route::Im
            }
        };
        let place = |key: &str| at::at(dosage, key).or_else(|| value.get(key));
        let of_vial = |path: &str| medication.and_then(|m| at::text(m, path));
        let product = if label.is_empty() { drug.to_string() } else { label };
        Ok(Given {
            time,
            product,
            site: drug::site(place("site")).filter(|site| site.suits(route)),
            lot: at::text(value, "lotNumber").or_else(|| of_vial("batch.lotNumber")).map(short),
            expires: at::day(value, "expirationDate").or_else(|| at::day(medication?, "batch.expirationDate")),
            note: note(value),
            reaction: reaction(value),
            // What the label does not say is not known, and is not made up.
            ..Given::new(on, drug, strength.map_or(0, |s| s as u32), dose_mcg, route)
        })
    }

    /// Returns who gave it over there.
    fn by_whom(&self, n: usize, value: &Value) -> Option<String> {
        let actor = at::at(value, "performer.actor")?;
        let name = || {
            let who = self.index.resolved(actor, n)?;
            at::text(who, "name.text").map(str::to_owned).or_else(|| {
                let (given, family) = (at::text(who, "name.given.0"), at::text(who, "name.family"));
                let parts: Vec<_> = given.into_iter().chain(family).collect();
                (!parts.is_empty()).then(|| parts.join(" "))
            })
        };
        let name = at::text(actor, "display").map(str::to_owned).or_else(name)?;
        Some(short(&name))
    }
}

/// Returns the day, and the time where it is known.
pub(super) fn when(value: &Value, zone: Option<&Zone<'_>>) -> Result<(NaiveDate, Option<NaiveTime>), Trouble> {
    let day = ["effectiveDateTime", "occurrenceDateTime"].into_iter().find_map(|key| at::text(value, key));
    let period = at::text(value, "effectivePeriod.start");
    if let (None, Some(start)) = (day, period) {
        let end = at::text(value, "effectivePeriod.end");
        let one_day = end.is_some_and(|end| end.get(..10).is_some() && end.get(..10) == start.get(..10));
        if !one_day && at::text(value, "resourceType") != Some("MedicationAdministration") {
            return Err(held("It says a course over time, not one dose: record the doses."));
        }
    }
    match day.or(period).map(|text| at::when(text, zone)) {
        Some(When::Day(day, time)) => Ok((day, time)),
        Some(When::Partly) => Err(held("The day is not said, only the month or the year.")),
        Some(When::Unreadable) => Err(Trouble::Refused("Its date cannot be read.".to_owned())),
        None => Err(held("It has no date.")),
    }
}

/// Returns the dose in whole micrograms.
fn dose_mcg(value: &Value, strength: Option<f64>) -> Result<u32, Trouble> {
    let paths = ["dosage.dose", "doseQuantity", "dosage.doseAndRate.doseQuantity", "dosage.doseQuantity"];
    let quantity = paths.into_iter().find_map(|path| at::at(value, path));
    let said = || at::text(value, "dosage.text").and_then(drug::mcg_of_words);
    let mcg = match quantity {
        None => said().ok_or_else(|| held("The dose is not said."))?,
        Some(quantity) => {
            let number = at::number(quantity, "value").ok_or_else(|| held("The dose has no number."))?;
            let units = [at::text(quantity, "code"), at::text(quantity, "unit")];
            let mut units = units.into_iter().flatten();
            let is_ml = units.clone().any(|unit| unit.eq_ignore_ascii_case("ml"));
            match (units.find_map(drug::in_mcg), strength) {
                (Some(factor), _) => number * factor,
                (None, Some(strength)) if is_ml => number * strength,
                (None, None) if is_ml => return Err(held("The dose is in mL, and how strong it was is not said.")),
                _ => return Err(held(format!("The unit of the dose is not known: {}.", unit_of(quantity)))),
            }
        }
    };
    let whole = (mcg - mcg.round()).abs() < 1e-6
        && (f64::from(*PLAUSIBLE_MCG.start())..=f64::from(*PLAUSIBLE_MCG.end())).contains(&mcg);
    if whole {
        Ok(mcg.round() as u32)
    } else {
        Err(held(format!("A dose of {mcg} mcg is not likely: look at the unit.")))
    }
}

fn unit_of(quantity: &Value) -> String {
    short(at::text(quantity, "unit").or_else(|| at::text(quantity, "code")).unwrap_or("none is said"))
}

/// Returns micrograms per millilitre, as the Medication has it: of several ingredients that of vitamin B12.
fn of_ingredient(medication: &Value) -> Option<f64> {
    let ours = |i: &&Value| drug::is_ingredient(i.get("itemCodeableConcept").or_else(|| at::at(i, "item.concept")));
    let ingredient = match at::all(medication, "ingredient") {
        [one] => one,
        several => several.iter().find(ours)?,
    };
    let ratio = at::at(ingredient, "strength")?;
    let unit =
        |side: &str| at::text(ratio, &format!("{side}.code")).or_else(|| at::text(ratio, &format!("{side}.unit")));
    let mcg = at::number(ratio, "numerator.value")? * drug::in_mcg(unit("numerator")?)?;
    let ml = at::number(ratio, "denominator.value").filter(|ml| *ml > 0.0)?;
    unit("denominator")?.eq_ignore_ascii_case("ml").then_some(mcg / ml)
}

fn why_not(value: &Value) -> WhyNot {
    let reasons = ["statusReason", "reasonCode"].into_iter().find_map(|key| value.get(key));
    let all = match reasons {
        Some(Value::Array(all)) => all.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let has = |system: &str, code: &str| all.iter().any(|reason| at::has_code(reason, system, code));
    let said = all.iter().find_map(at::word);
    let lower = said.unwrap_or_default().to_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    match () {
        () if has(OWN, "missed") || has("http://hl7.org/fhir/reason-medication-not-given", "b") => WhyNot::Missed,
        () if has(OWN, "refused") || has(&hl7("v3-ActReason"), "PATOBJ") => WhyNot::Refused,
        () if has(OWN, "withheld") => WhyNot::Held,
        () if has(OWN, "out-of-stock") => WhyNot::OutOfStock,
        () if says(&["refus", "declin", "objection"]) => WhyNot::Refused,
        () if says(&["did not attend", "did not come", "missed", "no show", "away"]) || lower == "dna" => {
            WhyNot::Missed
        }
        () if says(&["stock", "supply"]) => WhyNot::OutOfStock,
        () if says(&["held", "hold"]) => WhyNot::Held,
        () => WhyNot::Other(said.map_or_else(|| "no reason in the file".to_owned(), short)),
    }
}

fn note(value: &Value) -> Option<String> {
    let all = at::all(value, "note").iter().filter_map(|note| at::text(note, "text"));
    let all: Vec<_> = all.filter(|text| !text.starts_with(AFTER)).map(short).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// Returns what came after the injection, where our own words say it.
fn reaction(value: &Value) -> Option<String> {
    let all = at::all(value, "note").iter().filter_map(|note| at::text(note, "text"));
    let all: Vec<_> = all.filter_map(|text| text.strip_prefix(AFTER)).map(short).collect();
    (!all.is_empty()).then(|| all.join("; "))
}
