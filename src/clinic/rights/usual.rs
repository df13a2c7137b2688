//! Which vial is likely in hand: what the patient had last, else what most others had. It is proposed, never assumed: the label
//! in hand decides, and another strength than last time is said.

use super::{Checked, Intent, Right};
use crate::clinic::agenda::Roll;
use crate::clinic::course::Course;
use crate::clinic::drug::{Drug, Product, mcg, ml};
use crate::clinic::entry::Given;
use crate::clinic::practice::{LotInUse, Practice};
use chrono::{Days, NaiveDate};

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
    let mut in_use: Vec<&Product> = Vec::new();
    for lot in in_date(practice, today) {
        let same = |p: &&Product| is_of(lot, p);
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

fn in_date(practice: &Practice, on: NaiveDate) -> impl Iterator<Item = &LotInUse> {
    practice.settings.lots.iter().filter(move |lot| lot.expires >= on)
}

fn is_of(lot: &LotInUse, product: &Product) -> bool {
    lot.product == product.name && lot.strength_mcg_per_ml == product.strength_mcg_per_ml
}

/// Returns the lot of a product that is proposed on a day: the one that was used last, and never one that has expired.
#[must_use]
pub fn lot_in_use<'a>(practice: &'a Practice, product: &Product, on: NaiveDate) -> Option<&'a LotInUse> {
    in_date(practice, on).find(|lot| is_of(lot, product))
}

/// Returns the lots in use that are proposed on a day, those of the usual product first, then the one that was used last.
pub fn lots_in_use<'a>(
    practice: &'a Practice,
    usual: Option<&Product>,
    on: NaiveDate,
) -> impl Iterator<Item = &'a LotInUse> {
    let mut lots: Vec<_> = in_date(practice, on).collect();
    lots.sort_by_key(|lot| !usual.is_some_and(|product| is_of(lot, product)));
    lots.into_iter()
}

/// Returns the products to choose from, those of one form first, else as the library has them.
#[must_use]
pub fn products(practice: &Practice, first: Option<Drug>) -> Vec<&Product> {
    let mut all: Vec<_> = practice.knowledge.products().iter().collect();
    all.sort_by_key(|product| Some(product.drug) != first);
    all
}

/// What was used in so many days was used of late: most injections come every 3 months.
const OF_LATE_DAYS: u64 = 120;

/// Returns what [`usual_product`] does, with the vials of all patients of a roll to say what is most used here.
#[must_use]
pub fn usual_here<'a>(course: &Course, practice: &'a Practice, today: NaiveDate, roll: &Roll) -> Option<&'a Product> {
    let drug = course.order.as_ref()?.1.drug;
    let dose_mcg = course.next_dose().map_or(0, |slot| slot.dose_mcg);
    let since = today.checked_sub_days(Days::new(OF_LATE_DAYS)).unwrap_or(today);
    usual_product(course, practice, today, |names| roll.most_used(names, drug, dose_mcg, since).map(str::to_owned))
}

/// Notes that the vial has another strength than the patient's last one of this form: the volume is another one too.
pub(super) fn other_strength(course: &Course, practice: &Practice, intent: &Intent) -> Option<Checked> {
    let last = last_of_form(course, intent.drug, intent.on)?;
    let (was, now) = (last.strength_mcg_per_ml, intent.strength_mcg_per_ml);
    if was == now || was == 0 || now == 0 {
        return None;
    }
    let volume = intent.volume_ml().map(|v| format!(": {}", ml(v))).unwrap_or_default();
    let words = format!("another strength than last time: {}/mL → {}/mL{volume}", mcg(was), mcg(now));
    Some(Checked::of(practice.knowledge.rule("STRENGTH"), Right::Dose, words))
}
