//! Which regimens fit a triage, and why or why not. The program ranks; a prescriber chooses and signs.

use super::order::Order;
use super::practice::Practice;
use super::regimen::{Anchor, CheckpointRule, Regimen, When};
use super::triage::{Anaemia, Goal, Neuro, Triage};

/// How a regimen fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit<'a> {
    /// The regimen.
    pub regimen: &'a Regimen,
    /// Higher fits better; the ranking only.
    pub score: i32,
    /// Why it fits.
    pub because: Vec<String>,
    /// Why it does not.
    pub against: Vec<String>,
}

impl Fit<'_> {
    /// Returns whether nothing speaks against it.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.against.is_empty()
    }
}

/// Ranks the library for a triage: those that fit first, then the others with the reason.
#[must_use]
pub fn rank<'a>(practice: &'a Practice, triage: &Triage) -> Vec<Fit<'a>> {
    let mut all: Vec<_> = practice.knowledge.regimens().iter().map(|r| fit(practice, r, triage)).collect();
    all.sort_by(|a, b| (b.fits(), b.score).cmp(&(a.fits(), a.score)).then_with(|| a.regimen.id.cmp(&b.regimen.id)));
    all
}

fn fit<'a>(practice: &Practice, regimen: &'a Regimen, triage: &Triage) -> Fit<'a> {
    let mut fit = Fit { regimen, score: 0, because: Vec::new(), against: Vec::new() };
    by_neuro(&mut fit, triage);
    by_cause(&mut fit, practice, triage);
    by_goal(&mut fit, triage);
    by_product(&mut fit, triage);
    let is_trial = regimen.setting.contains("trial");
    if !is_trial && regimen.setting.split([',', ' ', '/']).any(|s| s.eq_ignore_ascii_case(&practice.settings.setting)) {
        fit.score += 4;
        fit.because.push(format!("used in your setting ({})", practice.settings.setting));
    }
    fit
}

fn by_neuro(fit: &mut Fit<'_>, triage: &Triage) {
    match (fit.regimen.neuro, triage.is_neuro()) {
        (Some(true), true) => {
            fit.score += 8;
            fit.because.push("meant for neurologic involvement".to_owned());
        }
        (Some(false), true) => fit.against.push("meant for patients without neurologic involvement (P4)".to_owned()),
        (Some(true), false) => fit.against.push("meant for neurologic involvement, and none is recorded".to_owned()),
        (Some(false), false) => fit.score += 3,
        (None, true) => fit.because.push("serves with and without neurologic involvement".to_owned()),
        (None, false) => fit.score += 1,
    }
}

fn by_cause(fit: &mut Fit<'_>, practice: &Practice, triage: &Triage) {
    let name = practice.knowledge.cause(&triage.cause).map_or(triage.cause.as_str(), |c| c.name.as_str());
    if fit.regimen.causes.contains(&triage.cause) {
        fit.score += 4;
        fit.because.push(format!("names the cause: {name}"));
    } else if fit.regimen.causes.iter().any(|c| c == "any") {
        fit.score += 2;
        fit.because.push("for any cause".to_owned());
    } else if triage.cause == "unknown" {
        fit.against.push("published for named causes only, and the cause is not known yet".to_owned());
    } else {
        fit.against.push(format!("not published for this cause: {name}"));
    }
}

fn by_goal(fit: &mut Fit<'_>, triage: &Triage) {
    let starts_filling = fit.regimen.phases.first().is_some_and(|p| p.kind.fills());
    let has_maintenance = fit.regimen.phases.iter().any(|p| !p.kind.fills());
    match triage.goal {
        Goal::Repletion if !starts_filling && triage.is_significant() => {
            fit.against.push("begins without repletion (G1, P5)".to_owned());
        }
        Goal::Repletion if !starts_filling => fit.score -= 6,
        Goal::Maintenance if !has_maintenance => fit.against.push("has no maintenance phase".to_owned()),
        _ => fit.score += 1,
    }
    if triage.neuro >= Neuro::Moderate
        && fit.regimen.phases.first().and_then(|p| p.interval()).is_some_and(|i| i.about_days() > 3)
    {
        fit.against.push("begins rarer than every 3 days (U1)".to_owned());
    }
}

fn by_product(fit: &mut Fit<'_>, triage: &Triage) {
    if fit.regimen.drug == triage.drug {
        fit.score += 3;
        fit.because.push(format!("uses the form in hand: {}", triage.drug.name()));
    } else {
        fit.against.push(format!("needs {}, the form in hand is {}", fit.regimen.drug.name(), triage.drug.name()));
    }
    if fit.regimen.routes.contains(&triage.route) {
        fit.score += 1;
    } else {
        fit.against.push(format!("not given {}", triage.route.short()));
    }
}

/// Returns the checkpoints that a regimen and the monitoring plan together mean for this patient.
#[must_use]
pub fn checkpoints(practice: &Practice, regimen: &Regimen, triage: Option<&Triage>) -> Vec<CheckpointRule> {
    let mut rules = practice.knowledge.checkpoints(regimen);
    let Some(triage) = triage else { return rules };
    rules.retain(|rule| match rule.when {
        When::Always => true,
        When::SevereAnaemia => triage.anaemia == Anaemia::Severe,
        When::Pregnant => triage.pregnant,
    });
    let first = triage.monitoring.first;
    let near = |rule: &CheckpointRule| {
        rule.from == Anchor::Start
            && rule.at.about_days().abs_diff(first.about_days()) <= 4
            && rule.asks.iter().any(|a| a == "symptoms")
    };
    match rules.iter_mut().find(|rule| near(rule)) {
        Some(rule) => extend(&mut rule.asks, &triage.monitoring.labs),
        None => {
            let mut asks = vec!["symptoms".to_owned()];
            extend(&mut asks, &triage.monitoring.labs);
            rules.push(CheckpointRule {
                label: "First check".to_owned(),
                at: first,
                to: None,
                again: None,
                from: Anchor::Start,
                when: When::Always,
                asks,
                source: "The monitoring plan of the triage (brief T5).".to_owned(),
            });
        }
    }
    rules
}

fn extend(asks: &mut Vec<String>, more: &[String]) {
    let new: Vec<_> = more.iter().filter(|m| !asks.contains(m)).cloned().collect();
    asks.extend(new);
}

/// Returns the words for an order's summary: its phases in one line.
#[must_use]
pub fn phases_line(order: &Order) -> String {
    let phases: Vec<_> = order.phases.iter().map(|p| format!("{}: {}", p.kind.title(), p.words)).collect();
    phases.join("; then ")
}
