//! Which vial is likely in hand: what the patient had last, else what most others had. It is proposed, never assumed: the label
//! in hand decides, and another strength than last time is said.

use super::{Checked, Intent, Right};
use crate::clinic::course::Course;
use crate::clinic::drug::{Drug, Product, mcg, ml};
use crate::clinic::entry::Given;
use crate::clinic::findings::Tier;
use crate::clinic::practice::Practice;
use chrono::NaiveDate;

/// Returns the patient's last dose of a form up to a day: of the plan that holds, else of an earlier one.
#[must_use]
pub fn last_of_form(course: &Course, drug: Drug, until: NaiveDate) -> Option<&Given> {
    let plan = course.order.as_ref().map(|(id, _)| *id);
    let all = course.given().map(|(_, dose)| &dose.given).filter(|given| given.drug == drug && given.on <= until);
    all.max_by_key(|given| (given.order == plan, given.on))
}

/// Returns the product that the next dose is likely drawn from: that of the patient's own last dose where a lot of it is in
/// use, else one of its strength; else the one that is `most_used` here, out of those whose lots are in use. `None` where
/// nothing is known.
#[must_use]
pub fn usual_product<'a>(
    course: &Course,
    practice: &'a Practice,
    today: NaiveDate,
    most_used: impl Fn(&[&str]) -> Option<String>,
) -> Option<&'a Product> {
    let drug = course.order.as_ref()?.1.drug;
    let all = || practice.knowledge.products().iter().filter(|p| p.drug == drug);
    let lots = practice.settings.lots.iter().filter(|lot| lot.expires >= today);
    let mut in_use: Vec<&Product> = Vec::new();
    for lot in lots {
        let same = |p: &&Product| p.name == lot.product && p.strength_mcg_per_ml == lot.strength_mcg_per_ml;
        in_use.extend(all().find(same).filter(|product| !in_use.iter().any(|known| known.id == product.id)));
    }
    let last = last_of_form(course, drug, today);
    let is_last =
        |p: &Product| last.is_some_and(|g| g.product == p.name && g.strength_mcg_per_ml == p.strength_mcg_per_ml);
    if let Some(own) = in_use.iter().find(|p| is_last(p)) {
        return Some(own);
    }
    let is_as_strong = |p: &&&Product| last.is_some_and(|g| g.strength_mcg_per_ml == p.strength_mcg_per_ml);
    let as_strong: Vec<_> = in_use.iter().filter(is_as_strong).copied().collect();
    let fitting = if as_strong.is_empty() { in_use } else { as_strong };
    let used = match &fitting[..] {
        [] | [_] => None,
        several => {
            let names: Vec<&str> = several.iter().map(|p| p.name.as_str()).collect();
            most_used(&names)
        }
    };
    let used = fitting.iter().find(|p| Some(&p.name) == used.as_ref()).copied();
    used.or_else(|| fitting.first().copied()).or_else(|| all().find(|p| is_last(p)))
}

/// Notes that the vial has another strength than the patient's last one of this form: the volume is another one too.
pub(super) fn other_strength(course: &Course, intent: &Intent) -> Option<Checked> {
    let last = last_of_form(course, intent.drug, intent.on)?;
    let (was, now) = (last.strength_mcg_per_ml, intent.strength_mcg_per_ml);
    if was == now || was == 0 || now == 0 {
        return None;
    }
    let volume = intent.volume_ml().map(|v| format!(": {}", ml(v))).unwrap_or_default();
    let words = format!("another strength than last time: {}/mL → {}/mL{volume}", mcg(was), mcg(now));
    Some(Checked::asks(Right::Dose, Tier::Note, "STRENGTH", words))
}
