//! A signed plan: a copy of the regimen's phases with the prescriber's choices made.
//!
//! The copy is the point: a changed library never moves a patient silently.

use super::drug::{Drug, Route};
use super::interval::Interval;
use super::regimen::{CheckpointRule, Phase, Regimen, Rhythm};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

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
    pub start: NaiveDate,
    /// The prescriber.
    pub prescriber: String,
    /// Whether the regimen is meant for neurologic involvement; absent where it serves both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neuro: Option<bool>,
    /// The phases as ordered.
    pub phases: Vec<Phase>,
    /// The checkpoints as ordered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checkpoints: Vec<CheckpointRule>,
    /// Why this plan, or why it replaces the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// What the prescriber chose on a regimen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The date of the first dose.
    pub start: NaiveDate,
    /// The route; the regimen's usual one where absent.
    pub route: Option<Route>,
    /// The maintenance interval; the regimen's default where absent.
    pub every: Option<Interval>,
    /// Begin with the maintenance phase: the stores were filled before.
    pub maintenance_only: bool,
    /// The prescriber's name.
    pub prescriber: String,
    /// Why.
    pub because: Option<String>,
}

impl Wish {
    /// Returns a wish for the regimen as published, from `start`.
    #[must_use]
    pub fn plain(start: NaiveDate, prescriber: &str) -> Self {
        Self {
            start,
            route: None,
            every: None,
            maintenance_only: false,
            prescriber: prescriber.to_owned(),
            because: None,
        }
    }
}

impl Order {
    /// Writes the order that `wish` makes of a regimen with its checkpoints.
    ///
    /// # Errors
    /// A sentence where the regimen does not publish the wished interval or route, or has no maintenance phase.
    pub fn write(regimen: &Regimen, checkpoints: Vec<CheckpointRule>, wish: &Wish) -> Result<Self, String> {
        let route = wish.route.or_else(|| regimen.routes.first().copied()).ok_or("the regimen names no route")?;
        if !regimen.routes.contains(&route) {
            return Err(format!("{} does not give {} injections", regimen.name, route.short()));
        }
        let mut phases = regimen.phases.clone();
        if wish.maintenance_only {
            phases.retain(|p| !p.kind.fills());
        }
        if phases.is_empty() {
            return Err(format!("{} has no maintenance phase to begin with", regimen.name));
        }
        if let Some(every) = wish.every {
            choose_interval(&mut phases, every)
                .map_err(|known| format!("{} gives {known}, not every {every}", regimen.name))?;
        }
        for phase in &mut phases {
            phase.or.clear();
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
            phases,
            checkpoints,
            because: wish.because.clone(),
        })
    }
}

/// Puts a published interval into the first phase that offers it; the error says which are offered.
fn choose_interval(phases: &mut [Phase], every: Interval) -> Result<(), String> {
    let Some(phase) = phases.iter_mut().find(|p| !p.kind.fills()) else {
        return Err("no maintenance interval".to_owned());
    };
    if phase.every == Rhythm::Every(every) {
        return Ok(());
    }
    let Some(choice) = phase.or.iter().find(|c| c.every == every).cloned() else {
        let mut known = vec![phase.rhythm_words()];
        known.extend(phase.or.iter().map(|c| format!("every {}", c.every)));
        return Err(known.join(" or "));
    };
    phase.every = Rhythm::Every(every);
    phase.dose_mcg = choice.dose_mcg.unwrap_or(phase.dose_mcg);
    phase.words = format!("every {every}");
    Ok(())
}
