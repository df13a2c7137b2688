//! What is charged for an injection: numbers and units from product and dose (facts 8.3), in the United States alone.

use crate::clinic::drug::{Drug, Product, Route, mcg};
use crate::clinic::entry::Given;
use crate::clinic::findings::Finding;
use crate::clinic::note::Charge;
use crate::clinic::practice::Practice;
use serde::{Deserialize, Serialize};

/// What `assets/charges.ron` knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charges {
    /// The country settings that charge so.
    pub settings: Vec<String>,
    /// The injection itself.
    pub injection: Injection,
    /// Drugs with a code of their own.
    pub drugs: Vec<DrugCode>,
    /// Every other drug.
    pub other: OtherDrug,
    /// The modifier of a container for one dose of which nothing was thrown away.
    pub no_waste: String,
    /// The modifier of what was thrown away.
    pub waste: String,
    /// Where both come from.
    pub waste_source: String,
    /// What is not charged on one day.
    pub not_with: Vec<NotWith>,
    /// Visits, which want a modifier beside an injection.
    pub visits: Vec<String>,
    /// The modifier.
    pub visit_modifier: String,
    /// What is never charged for a deficiency.
    pub never: Vec<Never>,
}

/// The injection's code.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Injection {
    /// `96372`.
    pub code: String,
    /// The routes that it is for.
    pub routes: Vec<Route>,
    /// Where this comes from.
    pub source: String,
}

/// A drug's code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrugCode {
    /// The form.
    pub drug: Drug,
    /// `J3420`.
    pub code: String,
    /// One unit for each started so many micrograms.
    pub unit_mcg: u32,
    /// Where this comes from.
    pub source: String,
    /// What is not settled.
    #[serde(default)]
    pub mark: Option<String>,
}

/// The code of a drug that has none of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherDrug {
    /// `J3490`.
    pub code: String,
    /// Where this comes from.
    pub source: String,
    /// What goes with it, and what is not settled.
    pub mark: String,
}

/// Two charges that do not go together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotWith {
    /// One.
    pub code: String,
    /// The other.
    pub other: String,
    /// What to say.
    pub words: String,
    /// Where this comes from.
    pub source: String,
}

/// A charge that is never right here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Never {
    /// `J3424`.
    pub code: String,
    /// What to say.
    pub words: String,
    /// Where this comes from.
    pub source: String,
}

/// A proposed charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Charged {
    /// What is charged.
    pub charge: Charge,
    /// Why.
    pub because: String,
    /// What is not settled about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
}

/// Proposes what is charged for a dose; nothing where the practice's country does not charge so.
#[must_use]
pub fn charges(given: &Given, practice: &Practice) -> Vec<Charged> {
    let known = practice.knowledge.charges();
    if !known.settings.contains(&practice.settings.setting) {
        return Vec::new();
    }
    let product = practice.knowledge.products().iter().find(|p| p.name == given.product);
    let mut out = Vec::new();
    if known.injection.routes.contains(&given.route) {
        let charge = Charge::new(&known.injection.code, 1);
        out.push(Charged { charge, because: format!("one {} injection", given.route.short()), mark: None });
    }
    match known.drugs.iter().find(|d| d.drug == given.drug) {
        Some(code) => out.extend(of_drug(known, code, given, product)),
        None => {
            let charge = Charge::new(&known.other.code, 1);
            let because = format!("{} has no code of its own", given.drug);
            out.push(Charged { charge, because, mark: Some(known.other.mark.clone()) });
        }
    }
    out
}

/// The drug's units, and those that were thrown away of a container for one dose.
fn of_drug(known: &Charges, code: &DrugCode, given: &Given, product: Option<&Product>) -> Vec<Charged> {
    let units = given.dose_mcg.div_ceil(code.unit_mcg.max(1));
    let each = format!("{} of {}, a unit for each started {}", mcg(given.dose_mcg), given.drug, mcg(code.unit_mcg));
    let line = |units: u32, modifier: Option<&String>, because: String| Charged {
        charge: Charge { modifiers: modifier.into_iter().cloned().collect(), ..Charge::new(&code.code, units) },
        because,
        mark: marks(code.mark.as_deref(), modifier.map(|m| format!("{m} {}", known.waste_source))),
    };
    match thrown_away(code, given, product) {
        None => vec![line(units, None, each)],
        Some(0) => {
            vec![line(units, Some(&known.no_waste), format!("{each}; nothing of the container is left to charge"))]
        }
        Some(rest) => {
            vec![line(units, None, each), line(rest, Some(&known.waste), "thrown away with the container".to_owned())]
        }
    }
}

fn marks(mark: Option<&str>, more: Option<String>) -> Option<String> {
    let all: Vec<String> = mark.map(str::to_owned).into_iter().chain(more).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// Units that were thrown away; `None` where the container holds several doses or the product is not known here.
fn thrown_away(code: &DrugCode, given: &Given, product: Option<&Product>) -> Option<u32> {
    let product = product.filter(|p| !p.is_multi_dose())?;
    let holds = (product.container_ml * f64::from(product.strength_mcg_per_ml)).round() as u32;
    let total = given.dose_mcg.div_ceil(holds.max(1)).checked_mul(holds)?;
    let unit = code.unit_mcg.max(1);
    Some(total.div_ceil(unit).saturating_sub(given.dose_mcg.div_ceil(unit)))
}

/// Says what is wrong with charges for a dose.
#[must_use]
pub fn check_charges(charges: &[Charge], given: &Given, practice: &Practice) -> Vec<Finding> {
    let known = practice.knowledge.charges();
    let says = |rule: &str, text: String| Finding::of(practice.knowledge.rule(rule), text, Vec::new());
    let mut out = Vec::new();
    let has = |code: &str| charges.iter().any(|c| c.code == code);
    let pairs = known.not_with.iter().filter(|pair| has(&pair.code) && has(&pair.other));
    out.extend(pairs.map(|pair| says("CHARGE-PAIR", format!("{}.", pair.words))));
    out.extend(visits(charges, known).into_iter().map(|text| says("CHARGE-PAIR", text)));
    out.extend(known.never.iter().filter(|n| has(&n.code)).map(|n| says("CHARGE-DRUG", format!("{}.", n.words))));
    for other in known.drugs.iter().filter(|d| d.drug != given.drug && has(&d.code)) {
        out.push(says(
            "CHARGE-DRUG",
            format!("{} is {}; {} was given.", other.code, other.drug.name(), given.drug.name()),
        ));
    }
    let of_container =
        |text| Finding { source: format!("facts 8.3 {}", known.waste_source), ..says("CHARGE-PAIR", text) };
    out.extend(container(charges, given, practice).into_iter().map(of_container));
    out.extend(units(charges, given, practice).into_iter().map(|text| says("CHARGE-UNITS", text)));
    out.sort_by_key(|f| f.tier);
    out
}

/// Where the modifier of a visit lacks beside the injection, or stands on the injection.
fn visits(charges: &[Charge], known: &Charges) -> Vec<String> {
    let (injection, modifier) = (&known.injection.code, &known.visit_modifier);
    let injected = charges.iter().any(|c| c.code == *injection);
    let bare = |c: &&Charge| known.visits.contains(&c.code) && !c.modifiers.contains(modifier);
    let bare = charges.iter().find(bare).filter(|_| injected);
    let wrong = charges.iter().find(|c| c.code == *injection && c.modifiers.contains(modifier));
    bare.map(|visit| format!("{} on the day of {injection} wants modifier {modifier}.", visit.code))
        .into_iter()
        .chain(wrong.map(|_| format!("Modifier {modifier} belongs on the visit, not on {injection}.")))
        .collect()
}

/// Where the modifiers of the container do not fit each other, or not the vial.
fn container(charges: &[Charge], given: &Given, practice: &Practice) -> Vec<String> {
    let known = practice.knowledge.charges();
    let Some(code) = known.drugs.iter().find(|d| d.drug == given.drug) else { return Vec::new() };
    let lines: Vec<&Charge> = charges.iter().filter(|c| c.code == code.code).collect();
    let with = |modifier: &String| lines.iter().any(|c| c.modifiers.contains(modifier));
    let (none, waste, code_name) = (&known.no_waste, &known.waste, &code.code);
    let mut out = Vec::new();
    if with(none) && with(waste) {
        out.push(format!("{code_name}: {none} says that nothing was thrown away, {waste} that something was."));
    }
    if !lines.is_empty() && lines.iter().all(|c| c.modifiers.contains(waste)) {
        out.push(format!("{code_name} {waste} is what was thrown away: the line of what was given is missing."));
    }
    let product = practice.knowledge.products().iter().find(|p| p.name == given.product);
    if let Some(several) = product.filter(|p| p.is_multi_dose() && (with(none) || with(waste))) {
        out.push(format!("{none} and {waste} are for a container of one dose; {} holds several.", several.name));
    }
    let nothing_left = thrown_away(code, given, product) == Some(0);
    if nothing_left && !lines.is_empty() && !with(none) && !with(waste) {
        out.push(format!("{code_name} of a container for one dose wants {none}: nothing of it was thrown away."));
    }
    out
}

/// Where the units are not those of the dose, and of the container those that were thrown away; where the container is not
/// known, a code that stands there with other modifiers is added up.
fn units(charges: &[Charge], given: &Given, practice: &Practice) -> Vec<String> {
    let known = practice.knowledge.charges();
    let proposed: Vec<Charge> = self::charges(given, practice).into_iter().map(|c| c.charge).collect();
    let sum = |list: &[Charge], code: &str, wasted: Option<bool>| {
        let of = list.iter().filter(|c| c.code == code);
        let of = of.filter(|c| wasted.is_none_or(|wasted| c.modifiers.contains(&known.waste) == wasted));
        of.map(|c| c.units).fold(0, u32::saturating_add)
    };
    let mut codes: Vec<&str> = proposed.iter().map(|c| c.code.as_str()).collect();
    codes.dedup();
    let mut out = Vec::new();
    for code in codes.into_iter().filter(|code| sum(charges, code, None) > 0) {
        let is_told_apart = proposed.iter().any(|c| c.code == code && !c.modifiers.is_empty());
        let part = |wasted: bool| Some(wasted).filter(|_| is_told_apart);
        let (is, should) = (sum(charges, code, part(false)), sum(&proposed, code, part(false)));
        if is > 0 && is != should {
            out.push(format!("{code} × {is}; what was given is {should}."));
        }
        let (is, should) = (sum(charges, code, Some(true)), sum(&proposed, code, Some(true)));
        if is_told_apart && is != should {
            out.push(format!("{code} {} × {is}; what was thrown away with the container is {should}.", known.waste));
        }
    }
    out
}
