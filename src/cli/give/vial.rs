//! Which vial was in hand: from what was typed, else the one lot in use. The strength is never assumed.

use super::DoseArgs;
use super::Failure;
use crate::clinic::drug::{Drug, Product, Route};
use crate::clinic::practice::{LotInUse, Practice};
use crate::clinic::rights;
use chrono::NaiveDate;

/// The vial in hand.
pub(super) struct Vial {
    pub(super) product: String,
    pub(super) drug: Drug,
    pub(super) strength_mcg_per_ml: u32,
    pub(super) lot: Option<String>,
    pub(super) expires: Option<NaiveDate>,
    pub(super) opened: Option<NaiveDate>,
    pub(super) label_routes: Option<Vec<Route>>,
    pub(super) excipients: Vec<String>,
}

impl Vial {
    /// Finds the vial for an order of `ordered` on a day; `usual` is the product that is likely in hand.
    pub(super) fn find(
        typed: &DoseArgs,
        ordered: Drug,
        practice: &Practice,
        (usual, on): (Option<&Product>, NaiveDate),
    ) -> Result<Self, Failure> {
        let knowledge = &practice.knowledge;
        let named = typed.product.as_deref().map(|text| product(practice, text, ordered)).transpose()?.flatten();
        let drug = typed.drug.or(named.map(|p| p.drug)).unwrap_or(ordered);
        agree(typed, named, drug)?;
        let strength = typed.strength.or(named.map(|p| p.strength_mcg_per_ml));
        let fits = |l: &&LotInUse| {
            l.drug == drug
                && strength.is_none_or(|s| s == l.strength_mcg_per_ml)
                && named.is_none_or(|p| p.name == l.product)
                && typed.lot.as_ref().is_none_or(|lot| lot.trim() == l.lot)
        };
        // A lot that was read from the vial is known however old it is; none that has expired is proposed.
        let fitting: Vec<_> = match typed.lot {
            Some(_) => practice.settings.lots.iter().filter(fits).collect(),
            None => rights::lots_in_use(practice, usual, on).filter(fits).collect(),
        };
        let in_use = match fitting[..] {
            [one] => Some(one),
            _ => None,
        };
        let strength = strength.or(in_use.map(|l| l.strength_mcg_per_ml)).ok_or_else(|| which(drug, &fitting))?;
        let known = named.or_else(|| knowledge.products().iter().find(|p| in_use.is_some_and(|l| l.product == p.name)));
        let label = typed.product.clone().or(in_use.map(|l| l.product.clone()));
        Ok(Self {
            product: known.map(|p| p.name.clone()).or(label).unwrap_or_else(|| format!("{drug} {strength} mcg/mL")),
            drug,
            strength_mcg_per_ml: strength,
            lot: typed.lot.as_ref().map(|l| l.trim().to_owned()).or(in_use.map(|l| l.lot.clone())),
            expires: typed.expires.or(in_use.map(|l| l.expires)),
            opened: in_use.and_then(|l| l.opened),
            label_routes: known.map(|p| p.routes.clone()),
            excipients: known.map(|p| p.excipients.clone()).unwrap_or_default(),
        })
    }
}

/// What was typed of drug and strength must be what the named product has.
fn agree(typed: &DoseArgs, named: Option<&Product>, drug: Drug) -> Result<(), Failure> {
    let Some(product) = named else {
        return match (&typed.product, typed.strength) {
            (Some(text), None) => {
                Err(format!("--product \"{text}\" is not in the library: pass --strength MCG_PER_ML from its label")
                    .into())
            }
            _ => Ok(()),
        };
    };
    if product.drug != drug {
        return Err(
            format!("--product {} holds {}, --drug says {}", product.id, product.drug.name(), drug.name()).into()
        );
    }
    match typed.strength {
        Some(strength) if strength != product.strength_mcg_per_ml => Err(format!(
            "--product {} has {} mcg/mL, --strength says {strength}: look at the label",
            product.id, product.strength_mcg_per_ml
        )
        .into()),
        _ => Ok(()),
    }
}

/// Finds a product by its id or name, or by a part that only one has.
fn product<'a>(practice: &'a Practice, text: &str, ordered: Drug) -> Result<Option<&'a Product>, Failure> {
    let wanted = text.trim().to_lowercase();
    let all = rights::products(practice, Some(ordered));
    let is = |p: &&Product| p.id == wanted || p.name.to_lowercase() == wanted;
    let holds =
        |p: &&Product| !wanted.is_empty() && (p.id.contains(&wanted) || p.name.to_lowercase().contains(&wanted));
    if let Some(exact) = all.iter().copied().find(is) {
        return Ok(Some(exact));
    }
    let found: Vec<_> = all.iter().copied().filter(holds).collect();
    match found[..] {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => {
            let ids: Vec<_> = found.iter().map(|p| p.id.as_str()).collect();
            Err(format!("--product \"{text}\" could be {}", ids.join(" or ")).into())
        }
    }
}

fn which(drug: Drug, fitting: &[&LotInUse]) -> String {
    let pass = "pass --strength MCG_PER_ML from the vial's label, or --product";
    if fitting.is_empty() {
        return format!("no lot of {} is in use, and the strength is never assumed: {pass}", drug.name());
    }
    let lots: Vec<_> = fitting.iter().map(|l| format!("{} ({} mcg/mL)", l.lot, l.strength_mcg_per_ml)).collect();
    format!("several lots of {} are in use ({}): {pass}, and --lot", drug.name(), lots.join(", "))
}
