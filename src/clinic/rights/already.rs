//! What was given already: a stop stops the needle, not the record. It is recorded with each rule that stopped it, what
//! happened and who was told; what cannot be true stays out.

use super::{Checked, Intent, Part, check, other_volume};
use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::decision::Turn;
use crate::clinic::entry::{Act, EntryId, Given, Reason};
use crate::clinic::findings::Tier;
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::NaiveDate;
use std::collections::HashSet;

/// Returns whether something stops the needle that may have happened all the same.
#[must_use]
pub fn may_be_true(checks: &[Checked]) -> bool {
    checks.iter().any(|c| c.tier == Some(Tier::Stop) && c.of_fact)
}

/// Returns the checks of a dose that was given already: what stops the needle alone asks for a reason, and stays marked.
#[must_use]
pub fn given_already(mut checks: Vec<Checked>) -> Vec<Checked> {
    for check in checks.iter_mut().filter(|c| c.of_fact) {
        check.tier = Some(Tier::Reason);
    }
    checks
}

/// Why a correction cannot stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impossible {
    /// What it is about.
    pub part: Part,
    /// Why, in words.
    pub words: String,
}

impl Impossible {
    fn new(part: Part, words: impl Into<String>) -> Option<Self> {
        Some(Self { part, words: words.into() })
    }
}

/// A correction of a dose, weighed.
#[derive(Clone, Debug, PartialEq)]
pub struct Corrected {
    /// What should have stood there, with a reason for each rule that stops the needle and does not fit it.
    pub given: Given,
    /// What the correction brings up: what the prompt would have asked, and did not ask of the entry as it stands.
    pub brings: Vec<Checked>,
}

/// Weighs a correction of a dose. What contradicts the plan and can be true is accepted for the reason of the correction.
///
/// # Errors
/// What cannot be: a day to come, before birth or after death, a vial that was opened later (D7), a volume that
/// is not the dose (D1).
pub fn correct(
    chart: &Chart,
    practice: &Practice,
    today: NaiveDate,
    (entry, now): (EntryId, Given),
    why: &str,
) -> Result<Corrected, Impossible> {
    if let Some(impossible) = impossible(&Course::of(chart, practice, today), practice, &now) {
        return Err(impossible);
    }
    let facts = chart.facts();
    let was = facts.iter().find(|f| f.entry.id == entry).and_then(|f| match f.act? {
        Act::Given(given) => Some(given),
        _ => None,
    });
    let before = was.map(|was| again(chart, practice, today, entry, was)).unwrap_or_default();
    let is_new = |c: &Checked| !before.iter().any(|b| (&b.rule, &b.words) == (&c.rule, &c.words));
    let checks = again(chart, practice, today, entry, &now);
    if let Some(stop) = checks.iter().find(|c| c.tier == Some(Tier::Stop) && !c.of_fact && is_new(c)) {
        return Err(Impossible { part: stop.part, words: format!("{} ({})", stop.words, stop.rule) });
    }
    let stands = |rule: &str| checks.iter().any(|c| c.of_fact && c.rule == rule);
    let mut given = now;
    given.reasons.retain(|r| !r.stop || stands(&r.rule));
    for check in checks.iter().filter(|c| c.of_fact && is_new(c)) {
        if !given.reasons.iter().any(|r| r.stop && r.rule == check.rule) {
            given.reasons.push(Reason { stop: true, ..Reason::new(&check.rule, why) });
        }
    }
    let brings = given_already(checks).into_iter().filter(|c| c.tier.is_some() && is_new(c)).collect();
    Ok(Corrected { given, brings })
}

/// Returns what the prompt would ask of a dose that stands or stood in the chart, with what was known then: doses of later days
/// and later orders are no reason to ask.
#[must_use]
pub fn again(chart: &Chart, practice: &Practice, today: NaiveDate, entry: EntryId, given: &Given) -> Vec<Checked> {
    let course = Course::of(&as_it_was(chart, entry, given.on), practice, today);
    let product = practice.knowledge.products().iter().find(|p| p.name == given.product);
    let intent = Intent {
        on: given.on,
        drug: given.drug,
        strength_mcg_per_ml: given.strength_mcg_per_ml,
        dose_mcg: given.dose_mcg,
        drawn_ml: given.drawn_ml,
        route: given.route,
        site: given.site,
        lot: given.lot.clone(),
        expires: given.expires,
        opened: given.opened,
        label_routes: product.map(|p| p.routes.clone()),
        excipients: product.map(|p| p.excipients.clone()).unwrap_or_default(),
    };
    check(&course, practice, &intent)
}

/// The chart as it stood when a dose of a day was given, without that dose.
fn as_it_was(chart: &Chart, entry: EntryId, on: NaiveDate) -> Chart {
    let recorded = chart.entry(entry).map(|e| e.key());
    let later = |act: Option<&Act>| match act {
        Some(Act::Given(given)) => given.on > on,
        Some(Act::NotGiven(not)) => not.on > on,
        Some(Act::Checked(checked)) => checked.sample_day() > on,
        Some(Act::PhaseEnded(ended)) => ended.on > on,
        Some(Act::Changed(change)) => change.on > on && change.what != Turn::Died,
        _ => false,
    };
    let out: HashSet<EntryId> = chart.facts().iter().filter(|f| later(f.act)).map(|f| f.entry.id).collect();
    let is_order = |act: &Act| matches!(act, Act::Ordered(_) | Act::Renewed(_));
    chart.only(|e| {
        let too_late = is_order(&e.act) && recorded.is_some_and(|then| e.key() > then);
        e.id != entry && !out.contains(&e.id) && !too_late
    })
}

/// Says why a corrected dose cannot stand.
fn impossible(course: &Course, practice: &Practice, given: &Given) -> Option<Impossible> {
    if given.on > course.today {
        return Impossible::new(Part::Day, format!("{} has not come yet", words::day(given.on)));
    }
    if course.person.as_ref().is_some_and(|p| given.on < p.born) {
        return Impossible::new(Part::Day, "the day is before the patient's birth");
    }
    if course.standing.as_ref().is_some_and(|s| s.change.what == Turn::Died && given.on > s.change.on) {
        return Impossible::new(Part::Day, "the day is after the patient's death");
    }
    if given.opened.is_some_and(|opened| opened > given.on) {
        return Impossible::new(Part::Opened, "the vial was opened after the injection: look again (D7)");
    }
    if given.sore.is_some_and(|sore| sore.until <= given.on) {
        return Impossible::new(Part::SoreUntil, "the sore site is left alone until a day after the injection");
    }
    let words = other_volume(practice, given.dose_mcg, given.strength_mcg_per_ml, given.drawn_ml)?;
    Impossible::new(Part::Drawn, format!("{words} (D1)"))
}
