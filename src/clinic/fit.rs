//! Which regimens fit a triage, and why or why not. The program ranks; a prescriber chooses and signs.

use super::order::Order;
use super::patient::Person;
use super::practice::Practice;
use super::regimen::{Anchor, CheckpointRule, PhaseKind, Regimen, When};
use super::rights;
use super::spacing;
use super::todo::Todo;
use super::triage::{Anaemia, B12Status, Goal, Neuro, Triage};
use std::fmt;

/// The cause that has protocols of its own, right with a normal B12.
const CHEMOTHERAPY: &str = "chemotherapy-adjunct";

/// Something that speaks against a regimen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Against {
    /// The rule of the facts that says so, where one does: `P4`.
    pub rule: Option<&'static str>,
    /// In words.
    pub words: String,
}

impl fmt::Display for Against {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rule {
            Some(rule) => write!(f, "{} ({rule})", self.words),
            None => f.write_str(&self.words),
        }
    }
}

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
    pub against: Vec<Against>,
    /// What to mind with it, neither for nor against.
    pub minds: Vec<Todo>,
}

impl Fit<'_> {
    /// Returns whether nothing speaks against it.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.against.is_empty()
    }

    /// Returns whether its form is one that this patient must not have: it cannot be signed (D6, D9).
    #[must_use]
    pub fn is_barred(&self) -> bool {
        self.against.iter().any(|a| matches!(a.rule, Some("D6" | "D9")))
    }

    fn speaks_for(&mut self, score: i32, words: impl Into<String>) {
        self.score += score;
        self.because.push(words.into());
    }

    fn speaks_against(&mut self, rule: Option<&'static str>, words: impl Into<String>) {
        self.against.push(Against { rule, words: words.into() });
    }
}

/// Ranks the library for a triage: those that fit first, then the others with the reason.
#[must_use]
pub fn rank<'a>(practice: &'a Practice, triage: &Triage) -> Vec<Fit<'a>> {
    rank_for(practice, triage, None)
}

/// Ranks the library for a triage of a person, whose banner may bar a form of the vitamin: what would be stopped comes last.
#[must_use]
pub fn rank_for<'a>(practice: &'a Practice, triage: &Triage, person: Option<&Person>) -> Vec<Fit<'a>> {
    let mut all: Vec<_> = practice.knowledge.regimens().iter().map(|r| fit(practice, r, triage, person)).collect();
    let rank = |f: &Fit<'_>| (f.fits(), !f.is_barred(), f.score);
    all.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| a.regimen.id.cmp(&b.regimen.id)));
    all
}

fn fit<'a>(practice: &Practice, regimen: &'a Regimen, triage: &Triage, person: Option<&Person>) -> Fit<'a> {
    let mut fit = Fit { regimen, score: 0, because: Vec::new(), against: Vec::new(), minds: Vec::new() };
    by_neuro(&mut fit, triage);
    by_cause(&mut fit, practice, triage);
    by_goal(&mut fit, triage);
    by_severity(&mut fit, practice, triage);
    by_interval(&mut fit, practice, triage);
    by_product(&mut fit, practice, triage, person);
    by_cautions(&mut fit, practice, triage, person);
    to_mind(&mut fit, practice, triage);
    let is_trial = regimen.setting.contains("trial");
    let is_known = !practice.settings.setting.trim().is_empty();
    if is_known
        && !is_trial
        && regimen.setting.split([',', ' ', '/']).any(|s| s.eq_ignore_ascii_case(&practice.settings.setting))
    {
        fit.speaks_for(4, format!("used in your setting ({})", practice.settings.setting));
    }
    fit
}

fn by_neuro(fit: &mut Fit<'_>, triage: &Triage) {
    match (fit.regimen.neuro, triage.is_neuro()) {
        (Some(true), true) => fit.speaks_for(8, "meant for neurologic involvement"),
        (Some(false), true) => fit.speaks_against(Some("P4"), "meant for patients without neurologic involvement"),
        (Some(true), false) => fit.speaks_against(None, "meant for neurologic involvement, and none is recorded"),
        (Some(false), false) => fit.score += 3,
        (None, true) => fit.because.push("serves with and without neurologic involvement".to_owned()),
        (None, false) => fit.score += 1,
    }
}

fn by_cause(fit: &mut Fit<'_>, practice: &Practice, triage: &Triage) {
    let name = practice.knowledge.cause(&triage.cause).map_or(triage.cause.as_str(), |c| c.name.as_str());
    let is_adjunct = |cause: &str| cause == CHEMOTHERAPY;
    if fit.regimen.causes.contains(&triage.cause) {
        fit.speaks_for(if is_adjunct(&triage.cause) { 12 } else { 4 }, format!("names the cause: {name}"));
    } else if fit.regimen.causes.iter().any(|c| is_adjunct(c)) {
        fit.speaks_against(None, "only beside pemetrexed or pralatrexate");
    } else if is_adjunct(&triage.cause) && !triage.is_significant() {
        fit.speaks_against(None, "meant for a deficiency, and none is recorded beside the chemotherapy");
    } else if fit.regimen.causes.iter().any(|c| c == "any") {
        fit.speaks_for(2, "for any cause");
    } else if triage.cause == "unknown" {
        fit.speaks_against(None, "published for named causes only, and the cause is not known yet");
    } else {
        fit.speaks_against(None, format!("not published for this cause: {name}"));
    }
}

fn by_goal(fit: &mut Fit<'_>, triage: &Triage) {
    let first = fit.regimen.phases.first();
    let starts_filling = first.is_some_and(|p| p.kind.fills());
    let prevents = first.is_some_and(|p| p.kind == PhaseKind::Prophylaxis);
    let has_maintenance = fit.regimen.phases.iter().any(|p| !p.kind.fills());
    let is_adjunct = triage.cause == CHEMOTHERAPY && fit.regimen.causes.contains(&triage.cause);
    match triage.goal {
        Goal::Repletion if !starts_filling && triage.is_significant() && prevents => {
            fit.speaks_against(Some("P5"), "for prevention only, and a deficiency is recorded: repletion comes first");
        }
        Goal::Repletion if !starts_filling && triage.is_significant() => {
            fit.speaks_against(Some("P5"), "begins without repletion (G1)");
        }
        Goal::Repletion if !starts_filling && !is_adjunct => fit.score -= 6,
        Goal::Maintenance if !has_maintenance => fit.speaks_against(None, "has no maintenance phase"),
        _ => fit.score += 1,
    }
}

/// Severe anaemia and severe neurologic involvement prefer a dense start; a rare one speaks against itself (U1).
fn by_severity(fit: &mut Fit<'_>, practice: &Practice, triage: &Triage) {
    let rule = practice.knowledge.rule("U1");
    let Some(first) = fit.regimen.phases.first() else { return };
    let is_severe = triage.neuro >= Neuro::Moderate || triage.anaemia == Anaemia::Severe;
    let is_rare = first.is_rarer_than(rule.count("interval_days"));
    let fills = first.kind.fills() && triage.goal == Goal::Repletion;
    // A regimen that is published for neurologic involvement is taken at its word, as at signing.
    if fills && is_rare && triage.is_neuro() && fit.regimen.neuro != Some(true) {
        fit.speaks_against(Some("U1"), format!("begins rarer than every {} days", rule.count("interval_days")));
    } else if is_severe && fills && first.mean_gap_days() <= rule.limit("interval_days") {
        let what = if triage.neuro >= Neuro::Moderate { "these neurologic signs ask" } else { "severe anaemia asks" };
        fit.speaks_for(5, format!("begins {}, as {what}", first.rhythm_words()));
    }
}

/// A maintenance interval beyond every published one for the cause (U3).
fn by_interval(fit: &mut Fit<'_>, practice: &Practice, triage: &Triage) {
    let most = spacing::longest(practice, Some(triage));
    let keeps = fit.regimen.phases.iter().rfind(|p| !p.kind.fills()).and_then(|p| p.interval());
    if let Some(every) = keeps.filter(|every| every.about_days() > most.about_days()) {
        fit.speaks_against(Some("U3"), format!("every {every} is longer than published for this cause ({most})"));
    }
}

/// Another form than the one in hand speaks against a regimen, unless the one in hand is what this patient must not have.
fn by_product(fit: &mut Fit<'_>, practice: &Practice, triage: &Triage, person: Option<&Person>) {
    let in_hand_is_barred = || rights::against_form(Some(triage), person, practice, triage.drug).is_some();
    if fit.regimen.drug == triage.drug {
        fit.speaks_for(3, format!("uses the form in hand: {}", triage.drug.name()));
    } else if in_hand_is_barred() {
        let (needs, has) = (fit.regimen.drug.name(), triage.drug.name());
        fit.minds.push(format!("Needs {needs}: {has}, the form in hand, is not for this patient.").into());
    } else {
        let words = format!("needs {}, the form in hand is {}", fit.regimen.drug.name(), triage.drug.name());
        fit.speaks_against(None, words);
    }
    if fit.regimen.routes.contains(&triage.route) {
        fit.score += 1;
    } else {
        fit.speaks_against(None, format!("not given {}", triage.route.short()));
    }
}

/// A caution may bar the form: Leber's disease, an allergy to cobalt (facts 6.4).
fn by_cautions(fit: &mut Fit<'_>, practice: &Practice, triage: &Triage, person: Option<&Person>) {
    if let Some((rule, words)) = rights::against_form(Some(triage), person, practice, fit.regimen.drug) {
        let rule = if rule == "D6" { "D6" } else { "D9" };
        fit.speaks_against(Some(rule), words);
    }
    for caution in practice.knowledge.cautions().iter().filter(|c| triage.has_caution(&c.id) && !c.against.is_empty()) {
        let words = format!("{}: {}", caution.name, caution.words);
        if caution.against.contains(&fit.regimen.drug) {
            fit.speaks_against(if caution.id == "renal" { Some("RENAL") } else { None }, words);
        } else {
            fit.speaks_for(3, format!("a form that is preferred in {}", caution.name.to_lowercase()));
        }
    }
}

fn to_mind(fit: &mut Fit<'_>, practice: &Practice, triage: &Triage) {
    // Injections are advised there, whatever the setting says of tablets (U2).
    let injected = triage.neuro >= Neuro::Moderate || triage.anaemia == Anaemia::Severe;
    if let Some(tablets) = fit.regimen.tablets.as_ref().filter(|_| !injected) {
        let why_not = triage.not_oral.as_ref().map(|why| format!(" Recorded why not: {why}.")).unwrap_or_default();
        fit.minds.push(format!("{tablets}{why_not}").into());
    }
    if triage.pregnant {
        let look = practice.knowledge.rule("N1").todo.as_written();
        fit.minds.push(format!("Pregnant or breast-feeding: {look}").into());
        if triage.b12 != B12Status::Confirmed {
            fit.minds
                .push("Megaloblastic anaemia of pregnancy without a shown lack of B12: do not use. [S5][S35]".into());
        }
    }
}

/// Returns the checkpoints that a regimen and the monitoring plan together mean for this patient.
#[must_use]
pub fn checkpoints(practice: &Practice, regimen: &Regimen, triage: Option<&Triage>) -> Vec<CheckpointRule> {
    let mut rules = practice.knowledge.checkpoints(regimen);
    let Some(triage) = triage else {
        // Nobody said that the patient is pregnant, or severely anaemic.
        rules.retain(|rule| rule.when == When::Always);
        return rules;
    };
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
