//! A signed plan: a copy of the regimen's phases with the prescriber's choices made.
//!
//! The copy is the point: a changed library never moves a patient silently.

pub(crate) mod adopt;
mod begin;
mod end;
pub(crate) mod told;

use super::drug::{Drug, Route, mcg};
use super::entry::Reason;
use super::interval::Interval;
use super::iso;
use super::regimen::{CheckpointRule, End, Phase, Regimen, Rhythm};
use super::roles::Told;
use super::schedule;
use super::term::Term;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A plan that a prescriber signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The regimen's id.
    pub regimen: String,
    /// The regimen's name when it was signed.
    pub name: String,
    /// The publication and its edition when it was signed.
    pub source: String,
    /// The form.
    pub drug: Drug,
    /// The route.
    pub route: Route,
    /// The date of the first dose.
    #[serde(deserialize_with = "iso::day")]
    pub start: NaiveDate,
    /// The prescriber.
    pub prescriber: String,
    /// Whether the regimen is meant for neurologic involvement; absent where it serves both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neuro: Option<bool>,
    /// The phases as ordered. Shared, as every course of the patient holds them.
    pub phases: Arc<[Phase]>,
    /// The checkpoints as ordered.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub checkpoints: Arc<[CheckpointRule]>,
    /// Where the prescriber went another way than the protocol, in words: "maintenance every 6 weeks, published …".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// Reasons for rules that asked for one at signing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// Why this plan, or why it replaces the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// How long it is good.
    #[serde(default, skip_serializing_if = "Term::is_open")]
    pub term: Term,
    /// How it reached who recorded it; absent where the prescriber did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// What the prescriber chose on a regimen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The date of the first dose.
    pub start: NaiveDate,
    /// The route; the regimen's usual one where absent.
    pub route: Option<Route>,
    /// The maintenance interval; the regimen's default where absent. One that is not published is a change.
    pub every: Option<Interval>,
    /// The dose of every phase in micrograms; the regimen's where absent. Another one is a change.
    pub dose_mcg: Option<u32>,
    /// How many doses the first phase has; the regimen's where absent. Another count is a change.
    pub doses: Option<u32>,
    /// Begin with the maintenance phase: the stores were filled before.
    pub maintenance_only: bool,
    /// The prescriber's name.
    pub prescriber: String,
    /// Why.
    pub because: Option<String>,
    /// How long it is good.
    pub term: Term,
}

impl Wish {
    /// Returns a wish for the regimen as published, from `start`.
    #[must_use]
    pub fn plain(start: NaiveDate, prescriber: &str) -> Self {
        Self {
            start,
            route: None,
            every: None,
            dose_mcg: None,
            doses: None,
            maintenance_only: false,
            prescriber: prescriber.to_owned(),
            because: None,
            term: Term::default(),
        }
    }
}

impl Order {
    /// Writes the order that `wish` makes of a regimen with its checkpoints.
    ///
    /// # Errors
    /// A sentence where the regimen does not publish the wished route, or has no maintenance phase.
    pub fn write(regimen: &Regimen, checkpoints: Vec<CheckpointRule>, wish: &Wish) -> Result<Self, String> {
        let route = wish.route.or_else(|| regimen.routes.first().copied()).ok_or("the regimen names no route")?;
        if !regimen.routes.contains(&route) {
            return Err(format!("{} does not give {} injections", regimen.name, route.short()));
        }
        let mut phases = regimen.phases.clone();
        if wish.maintenance_only {
            phases.retain(|p| !p.kind.fills());
        }
        if wish.term.until.is_some_and(|until| until < wish.start) {
            return Err("the order would end before its first dose".to_owned());
        }
        if phases.is_empty() {
            return Err(format!("{} has no maintenance phase to begin with", regimen.name));
        }
        let mut changed = Vec::new();
        if let Some(every) = wish.every {
            changed.extend(choose_interval(&mut phases, every)?);
        }
        changed.extend(wish.dose_mcg.and_then(|dose| choose_dose(&mut phases, dose)));
        if let Some(doses) = wish.doses {
            if !phases.first().is_some_and(|p| p.kind.fills()) {
                return Err("the plan begins with maintenance: there are no loading doses to count".to_owned());
            }
            changed.extend(choose_count(&mut phases, doses, wish.start)?);
        }
        for phase in &mut phases {
            phase.or.clear();
            phase.in_few_words();
        }
        Ok(Self {
            regimen: regimen.id.clone(),
            name: regimen.name.clone(),
            source: format!("{} ({})", regimen.source, regimen.edition),
            drug: regimen.drug,
            route,
            start: wish.start,
            prescriber: wish.prescriber.clone(),
            neuro: regimen.neuro,
            phases: phases.into(),
            checkpoints: checkpoints.into(),
            changed,
            reasons: Vec::new(),
            because: wish.because.clone(),
            term: wish.term,
            told: None,
        })
    }
}

/// Puts an interval into the maintenance phase; says so where it is not a published one.
fn choose_interval(phases: &mut [Phase], every: Interval) -> Result<Option<String>, String> {
    let Some(phase) = phases.iter_mut().find(|p| !p.kind.fills()) else {
        return Err("the regimen has no maintenance phase, so no interval can be chosen".to_owned());
    };
    if phase.every == Rhythm::Every(every) {
        return Ok(None);
    }
    let published = phase.or.iter().find(|c| c.every == every).cloned();
    let changed = published.is_none().then(|| {
        let mut known = vec![phase.rhythm_words()];
        known.extend(phase.or.iter().map(|c| format!("every {}", c.every)));
        format!("maintenance every {every}; the protocol gives {}", known.join(" or "))
    });
    phase.every = Rhythm::Every(every);
    phase.dose_mcg = published.and_then(|c| c.dose_mcg).unwrap_or(phase.dose_mcg);
    phase.words = format!("every {every}");
    Ok(changed)
}

/// Puts a dose into every phase; says so where a phase publishes another one.
fn choose_dose(phases: &mut [Phase], dose_mcg: u32) -> Option<String> {
    let published = |p: &Phase| {
        p.dose_mcg == dose_mcg || p.dose_range_mcg.is_some_and(|(low, high)| (low..=high).contains(&dose_mcg))
    };
    let other: Vec<_> = phases.iter().filter(|p| !published(p)).map(|p| mcg(p.dose_mcg)).collect();
    phases.iter_mut().for_each(|p| p.dose_mcg = dose_mcg);
    let mut other = other;
    other.dedup();
    (!other.is_empty()).then(|| format!("{} a dose; the protocol gives {}", mcg(dose_mcg), other.join(", then ")))
}

/// Puts a count of doses into the first phase; says so where it publishes another one.
fn choose_count(phases: &mut [Phase], doses: u32, start: NaiveDate) -> Result<Option<String>, String> {
    let Some(phase) = phases.first_mut() else { return Ok(None) };
    if !(1..=1_000).contains(&doses) {
        return Err("a phase has 1 to 1000 doses".to_owned());
    }
    let published = schedule::count(phase, 0, start);
    if published == Some(doses) {
        return Ok(None);
    }
    let was = published.map_or_else(|| phase.words.clone(), |n| format!("{n}"));
    phase.until = End::Doses(doses);
    phase.words = format!("{}, {doses} doses", phase.rhythm_words());
    Ok(Some(format!("{doses} doses in the first phase; the protocol gives {was}")))
}
