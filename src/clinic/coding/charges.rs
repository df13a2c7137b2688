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
    let bare = |c: &&Charge| known.visits.contains(&c.code) && !c.modifiers.contains(&known.visit_modifier);
    if let Some(visit) = charges.iter().find(bare).filter(|_| has(&known.injection.code)) {
        let text =
            format!("{} on the day of {} wants modifier {}.", visit.code, known.injection.code, known.visit_modifier);
        out.push(says("CHARGE-PAIR", text));
    }
    out.extend(known.never.iter().filter(|n| has(&n.code)).map(|n| says("CHARGE-DRUG", format!("{}.", n.words))));
    for other in known.drugs.iter().filter(|d| d.drug != given.drug && has(&d.code)) {
        out.push(says(
            "CHARGE-DRUG",
            format!("{} is {}; {} was given.", other.code, other.drug.name(), given.drug.name()),
        ));
    }
    out.extend(units(charges, given, practice).into_iter().map(|text| says("CHARGE-UNITS", text)));
    out.sort_by_key(|f| f.tier);
    out
}

/// Where the units are not those of the dose; a code that stands there with other modifiers is added up.
fn units(charges: &[Charge], given: &Given, practice: &Practice) -> Vec<String> {
    let proposed: Vec<Charge> = self::charges(given, practice).into_iter().map(|c| c.charge).collect();
    let sum = |list: &[Charge], code: &str| {
        list.iter().filter(|c| c.code == code).map(|c| c.units).fold(0, u32::saturating_add)
    };
    let mut codes: Vec<&str> = proposed.iter().map(|c| c.code.as_str()).collect();
    codes.dedup();
    let wrong = codes.into_iter().filter_map(|code| {
        let (is, should) = (sum(charges, code), sum(&proposed, code));
        (is > 0 && is != should).then(|| format!("{code} × {is}; the dose is {should}."))
    });
    wrong.collect()
}
