//! May it be spaced now, and which steps are there? (brief Q5, G3 to G5)
//!
//! Spacing wants full stores, a good response, and a look that confirms it. The steps are those of `assets/intervals.ron`,
//! with the longest published one for the cause as the end of the ladder (U3).

use super::course::{CheckSlot, CheckState, Course, Repletion};
use super::findings::{Finding, Tier};
use super::interval::{Interval, days_between};
use super::order::Order;
use super::practice::Practice;
use super::regimen::{Anchor, CheckpointRule, End, Phase, PhaseKind, Rhythm};
use super::response::Response;
use super::term::Term;
use super::triage::{CauseGroup, Triage};
use super::words;
use chrono::NaiveDate;

/// The answer to "may it be spaced now?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spacing {
    /// The next longer step, where there is one.
    pub to: Option<Interval>,
    /// Why not now; empty where nothing speaks against it.
    pub against: Vec<String>,
}

impl Spacing {
    /// Returns whether nothing speaks against it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.to.is_some() && self.against.is_empty()
    }

    /// Returns the answer in words.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.to, self.against.is_empty()) {
            (Some(to), true) => format!("Yes, to every {to}: a prescriber decides and signs."),
            (None, true) => "It is at its longest published interval.".to_owned(),
            (_, false) => format!("Not now: {}.", self.against.join("; ")),
        }
    }

    /// Returns what speaks against it as a sentence of its own; empty where nothing does.
    #[must_use]
    pub fn objections(&self) -> String {
        let all = self.against.join("; ");
        let mut letters = all.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string());
        first.map(|first| format!("{first}{}.", letters.as_str())).unwrap_or_default()
    }
}

/// Answers whether the interval may be lengthened now.
#[must_use]
pub fn ask(course: &Course, practice: &Practice) -> Spacing {
    let mut against = Vec::new();
    let Some(phase) = course.phase_now().filter(|_| !course.has_ended()) else {
        return Spacing { to: None, against: vec!["no plan is running".to_owned()] };
    };
    if phase.kind.fills() {
        against.push(match &course.repletion {
            Repletion::Expected(day) => format!("repletion runs until {}", words::day(*day)),
            Repletion::Review { event, on } => {
                format!("repletion runs until \"{event}\" is recorded; review {}", words::day(*on))
            }
            _ => "repletion runs".to_owned(),
        });
    }
    if let Some(check) = course.checkpoints.iter().find(|c| matches!(c.state, CheckState::Due | CheckState::Overdue(_)))
    {
        against.push(format!("{} of {} is not recorded", check.label, words::day(check.visit)));
    }
    let to = if phase.kind.fills() { None } else { phase.every.and_then(|every| longer(practice, course, every)) };
    against.extend(to.and_then(|_| still_ahead(course)));
    match course.response {
        Response::Resolved | Response::Improving => {}
        Response::TooEarly => against.push("it is too early to say whether it works".to_owned()),
        // Where a finding says so with its numbers, it is not said twice.
        _ if course.findings.iter().any(|f| f.tier != Tier::Note && matches!(f.rule.as_str(), "P6" | "3.3")) => {}
        other => against.push(other.sentence().trim_end_matches('.').to_lowercase()),
    }
    let hard = |f: &&Finding| f.tier != Tier::Note && !matches!(f.rule.as_str(), "O1" | "O2" | "O3" | "O4");
    against
        .extend(course.findings.iter().filter(hard).map(|f| format!("{} ({})", f.text.trim_end_matches('.'), f.rule)));
    if course.triage.as_ref().is_some_and(|t| t.is_neuro()) && course.response == Response::Improving {
        against.push("neurologic symptoms are still getting better".to_owned());
    }
    Spacing { to, against }
}

/// The look that confirms that it lasts (brief G5): the last of those that come once in the plan that holds. The yearly one
/// holds nothing back.
fn still_ahead(course: &Course) -> Option<String> {
    let (id, _) = course.order.as_ref()?;
    let ahead = |c: &&CheckSlot| c.order == *id && c.once && !c.tentative && c.state == CheckState::Planned;
    let last = course.checkpoints.iter().rev().find(ahead)?;
    Some(format!("\"{}\" is still to come, {}", last.label, words::day(last.visit)))
}

/// Says what still speaks against a longer interval; a prescriber may sign it with a reason all the same.
#[must_use]
pub fn early(course: &Course, practice: &Practice) -> Option<Finding> {
    let spacing = ask(course, practice);
    let asks = spacing.to.is_some() && !spacing.against.is_empty();
    asks.then(|| Finding::of(practice.knowledge.rule("SPACE"), spacing.objections(), Vec::new()))
}

/// Returns the longest published maintenance interval for the cause (facts U3).
pub(crate) fn longest(practice: &Practice, triage: Option<&Triage>) -> Interval {
    let rule = practice.knowledge.rule("U3");
    let diet = triage.and_then(|t| practice.knowledge.cause(&t.cause)).is_some_and(|c| c.group == CauseGroup::Diet);
    let months = rule.count(if diet { "diet_most_months" } else { "most_months" });
    Interval::Months(u32::try_from(months).unwrap_or(3).max(1))
}

/// Returns the next longer step of the ladder.
#[must_use]
pub fn longer(practice: &Practice, course: &Course, every: Interval) -> Option<Interval> {
    let most = longest(practice, course.triage.as_ref());
    let steps = practice.knowledge.intervals().iter().copied();
    let mut steps = steps.filter(|step| step.about_days() <= most.about_days());
    steps.find(|step| is_a_step(practice, every, *step))
}

/// Returns the next shorter step of the ladder.
#[must_use]
pub fn shorter(practice: &Practice, every: Interval) -> Option<Interval> {
    practice.knowledge.intervals().iter().rev().copied().find(|step| is_a_step(practice, *step, every))
}

/// Whether one interval is a step longer than another: twelve weeks and three months are one step, one and two weeks two.
fn is_a_step(practice: &Practice, from: Interval, to: Interval) -> bool {
    let percent = practice.knowledge.rule("SPACE").count("one_step_percent");
    i64::from(to.about_days()) * 100 > i64::from(from.about_days()) * (100 + percent)
}

/// What is left of the term of the plan that is replaced; one that was over is no measure for a new plan.
fn term_left(course: &Course) -> Term {
    let Some(cover) = course.cover.as_ref().filter(|c| c.allows(course.today)) else { return Term::default() };
    Term { until: cover.until, doses: cover.left }
}

/// Writes the order that goes on in maintenance every `every`, from the next planned day.
#[must_use]
pub fn step(course: &Course, every: Interval, prescriber: &str, because: &str) -> Option<Order> {
    let (_, held) = course.order.as_ref()?;
    let mut phase = held.phases.iter().rfind(|p| !p.kind.fills())?.clone();
    let was = phase.rhythm_words();
    phase.every = Rhythm::Every(every);
    phase.words = format!("every {every}");
    phase.gate = None;
    let last = course.given().map(|(_, g)| g.given.on).max();
    let start = last.map_or(course.today, |last| every.after(last, 1)).max(course.today);
    let changed = format!("maintenance every {every} instead of {was}");
    let mut order = superseding(held, vec![phase], start, prescriber, because, changed);
    order.term = term_left(course);
    order.checkpoints = later_looks(course, held, start).into();
    Some(order)
}

/// No look lies so many of its intervals back.
const MOST_REPEATS: u32 = 60;

/// The looks of a plan that goes on in maintenance: those that repeat, and whether it lasts, counted from its first dose.
/// Those of the first weeks belong to the first dose of all, and are not asked again. One that repeats keeps its days: a new
/// interval puts no yearly look off. \[eng\]
fn later_looks(course: &Course, held: &Order, start: NaiveDate) -> Vec<CheckpointRule> {
    let later = held.checkpoints.iter().filter(|rule| rule.again.is_some() || rule.from == Anchor::RepletionEnd);
    // What falls before the new plan begins stays the old one's.
    let kept = |rule: &CheckpointRule| {
        let again = rule.again?;
        let open = |slot: &&CheckSlot| slot.state.is_open() && slot.label == rule.label;
        let due = course.checkpoints.iter().find(open)?.due;
        let next = (0..MOST_REPEATS).map(|k| again.after(due, k)).find(|day| *day > start)?;
        u32::try_from(days_between(start, next)).ok().map(Interval::Days)
    };
    let again = |rule: &CheckpointRule| CheckpointRule {
        from: Anchor::Start,
        at: kept(rule).unwrap_or(rule.at),
        ..rule.clone()
    };
    later.map(again).collect()
}

/// What of denser doses cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DenserPart {
    /// How many.
    Doses,
    /// The day of the first one.
    Start,
}

/// Says what is wrong with denser doses as they are wished: a number that is none or too many for a time, a day that is past.
#[must_use]
pub fn denser_wrong(
    practice: &Practice,
    today: NaiveDate,
    doses: u32,
    start: NaiveDate,
) -> Option<(DenserPart, String)> {
    let most = practice.knowledge.rule("TURN").count("denser_most_doses");
    if !(1..=most).contains(&i64::from(doses)) {
        return Some((DenserPart::Doses, format!("how many denser doses: 1 to {most}")));
    }
    (start < today)
        .then(|| (DenserPart::Start, format!("{} is past: the denser doses begin today or later", words::day(start))))
}

/// Writes the order that goes back to the denser phase for so many doses, and then to maintenance as it was.
#[must_use]
pub fn denser_again(course: &Course, doses: u32, start: NaiveDate, prescriber: &str, because: &str) -> Option<Order> {
    let (_, held) = course.order.as_ref()?;
    let mut dense = densest(course, held)?;
    dense.until = End::Doses(doses.max(1));
    dense.gate = None;
    dense.words = format!("{}, {doses} doses", dense.rhythm_words());
    let mut keeps = held.phases.iter().rfind(|p| !p.kind.fills())?.clone();
    keeps.gate = None;
    let words = format!("back to {} for {doses} doses, then {} again", dense.rhythm_words(), keeps.rhythm_words());
    let mut order = superseding(held, vec![dense, keeps], start, prescriber, because, words);
    order.term = term_left(course);
    // The first proof of response was asked for once; what is followed now is whether symptoms and count gain again.
    let first_weeks = |ask: &String| matches!(ask.as_str(), "reticulocytes" | "potassium");
    order.checkpoints = order.checkpoints.iter().filter(|rule| !rule.asks.iter().any(first_weeks)).cloned().collect();
    Some(order)
}

/// The denser phase of the plan, or of the plan before it; weekly doses where neither had one \[eng\].
fn densest(course: &Course, held: &Order) -> Option<Phase> {
    let all = course.orders.iter().rev().map(|(_, order)| order).chain([held]);
    let found = all.flat_map(|order| order.phases.iter()).find(|p| p.kind.fills());
    found.cloned().or_else(|| {
        let keeps = held.phases.last()?.clone();
        Some(Phase { kind: PhaseKind::Repletion, every: Rhythm::Every(Interval::Weeks(1)), ..keeps })
    })
}

fn superseding(
    held: &Order,
    phases: Vec<Phase>,
    start: NaiveDate,
    prescriber: &str,
    because: &str,
    changed: String,
) -> Order {
    Order {
        phases: phases.into(),
        start,
        prescriber: prescriber.to_owned(),
        changed: held.changed.iter().cloned().chain([changed]).collect(),
        reasons: Vec::new(),
        because: Some(because.to_owned()),
        told: None,
        ..held.clone()
    }
}
