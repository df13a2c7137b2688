//! What speaks against a plan or a change before it is signed (facts 9: P3 to P5, U1 to U4, E1 to E3, D3, D6, D9, N2).
//!
//! An escalation (more often, more doses, a higher dose) wants a review first: without it, more injections bring the same
//! outcome (brief G6). The findings here rest on nothing yet: what is signed is not an entry. A reason given at signing
//! stays in the order, and the same rule is quiet afterwards.

use super::course::{Course, DoseState};
use super::decision::{Review, Turn};
use super::drug::mcg;
use super::entry::EntryId;
use super::findings::{self, Finding, Tier};
use super::fit::Fit;
use super::interval::{Interval, days_between};
use super::order::Order;
use super::practice::Practice;
use super::regimen::Phase;
use super::rights;
use super::schedule;
use super::term::{Renewed, Term};
use super::triage::Neuro;
use super::words;
use chrono::NaiveDate;

/// How a new plan gives more than the one that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escalation {
    /// The doses come closer together.
    MoreOften,
    /// More loading doses.
    MoreDoses,
    /// A higher dose.
    HigherDose,
}

impl Escalation {
    /// Returns it in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::MoreOften => "doses closer together",
            Self::MoreDoses => "more loading doses",
            Self::HigherDose => "a higher dose",
        }
    }
}

/// Returns how an order escalates: against the phase of the latest plan on which a dose was given. A plan that was signed
/// and never begun is no measure: signing one between would pass the review by. After an end it begins anew.
#[must_use]
pub fn escalations(course: &Course, order: &Order) -> Vec<Escalation> {
    let Some((id, held)) = begun(course, &course.orders).filter(|_| !course.has_ended()) else { return Vec::new() };
    let last = course.given().filter(|(slot, _)| slot.order == *id).map(|(_, g)| g.given.on).max();
    if course.changes.iter().any(|turned| turned.ends_the_plan() && Some(turned.change.on) >= last) {
        return Vec::new();
    }
    against(held, phase_at(course, *id, held), order)
}

/// The latest of some orders on which a dose was given.
fn begun<'a>(course: &Course, orders: &'a [(EntryId, Order)]) -> Option<&'a (EntryId, Order)> {
    orders.iter().rev().find(|(id, _)| course.given().any(|(slot, _)| slot.order == *id))
}

/// The phase of the next dose; on a plan that no longer holds the one that its next dose would have had.
fn phase_at<'a>(course: &Course, id: EntryId, held: &'a Order) -> Option<&'a Phase> {
    let next = course.next_dose().filter(|slot| slot.order == id).map(|slot| slot.phase);
    let after_last = || {
        let (slot, _) = course.given().rfind(|(slot, _)| slot.order == id)?;
        let (n, of) = slot.in_phase;
        Some(if of.is_some_and(|of| n >= of) { slot.phase + 1 } else { slot.phase })
    };
    next.or_else(after_last).and_then(|at| held.phases.get(at)).or(held.phases.last())
}

fn against(held: &Order, now: Option<&Phase>, order: &Order) -> Vec<Escalation> {
    let (Some(now), Some(next)) = (now, order.phases.first()) else { return Vec::new() };
    let keeps = |o: &Order| o.phases.iter().rfind(|p| !p.kind.fills()).map(Phase::mean_gap_days);
    let rarer = |was: Option<f64>, is: Option<f64>| was.zip(is).is_some_and(|(was, is)| is + 0.5 < was);
    let mut out = Vec::new();
    if next.mean_gap_days() + 0.5 < now.mean_gap_days() || rarer(keeps(held), keeps(order)) {
        out.push(Escalation::MoreOften);
    }
    if next.kind.fills() && now.kind.fills() && loading(order) > loading(held) {
        out.push(Escalation::MoreDoses);
    }
    let highest = |o: &Order| o.phases.iter().map(|p| p.dose_mcg).max();
    if next.dose_mcg > now.dose_mcg || highest(order) > highest(held) {
        out.push(Escalation::HigherDose);
    }
    out
}

fn loading(order: &Order) -> u64 {
    let fills = order.phases.iter().enumerate().filter(|(_, p)| p.kind.fills());
    fills.filter_map(|(i, p)| schedule::count(p, i, order.start)).map(u64::from).sum()
}

/// Says why no plan is signed yet: what decides which plans fit was not answered; `None` where it was.
#[must_use]
pub fn wants_triage(course: &Course) -> Option<&'static str> {
    match &course.triage {
        None => Some("answer the five triage questions first"),
        Some(triage) if triage.neuro == Neuro::NotAsked => {
            Some("the triage does not say whether nerves are affected: answer that first")
        }
        Some(_) => None,
    }
}

/// Says what speaks against signing an order now: stops cannot be passed, the others want a reason that stays in it.
#[must_use]
pub fn order(course: &Course, practice: &Practice, order: &Order) -> Vec<Finding> {
    let mut out = escalation(course, practice, order);
    if let Some(standing) = course.standing.as_ref().filter(|s| s.change.what == Turn::Died) {
        out.push(Finding::of(practice.knowledge.rule("T10"), format!("{}.", standing.words()), Vec::new()));
    }
    if course.person.as_ref().is_some_and(|p| order.start < p.born) {
        let text = "The first dose would lie before the patient's birth.".to_owned();
        out.push(Finding::of(practice.knowledge.rule("T10"), text, Vec::new()));
    }
    out.extend(loading_incomplete(course, practice, order));
    // Nothing of what is to be signed is an entry yet: the rules only need an id to set it apart from earlier orders.
    out.extend(findings::against_patient(course, practice, EntryId(ulid::Ulid::nil()), order));
    let (triage, person) = (course.triage.as_ref(), course.person.as_ref());
    if let Some((rule, said)) = rights::against_form(triage, person, practice, order.drug) {
        let said = format!("{}.", words::begun(&said));
        let found = Finding::of(practice.knowledge.rule(&rule), said, Vec::new());
        let todo = rights::nothing_is_without_it(course, practice);
        out.push(Finding { todo: todo.unwrap_or_else(|| found.todo.clone()), ..found });
    }
    out.extend(unlikely_dose(practice, order));
    let adult = practice.knowledge.rule("N2");
    if course.person.as_ref().is_some_and(|p| i64::from(p.age_on(order.start)) < adult.count("years")) {
        out.push(Finding::of(adult, "Under 18 on the day of the first dose.".to_owned(), Vec::new()));
    }
    for finding in &mut out {
        finding.entries.clear();
    }
    out.sort_by_key(|f| f.tier);
    out
}

/// D3: a dose that looks like milligrams, or is far too much.
fn unlikely_dose(practice: &Practice, order: &Order) -> Option<Finding> {
    let rule = practice.knowledge.rule("D3");
    let is_unlikely = |dose: &u32| {
        let dose = f64::from(*dose);
        dose <= rule.limit("looks_like_mg") || dose >= rule.limit("far_too_much_mcg")
    };
    let dose = order.phases.iter().map(|p| p.dose_mcg).find(is_unlikely)?;
    Some(Finding::of(rule, format!("{} a dose: is that the right unit?", mcg(dose)), Vec::new()))
}

/// Says why an order wants words of the prescriber; `None` where it does not, or where they are there.
///
/// A plan that replaces another one, or that differs from its protocol, says why. So does one that something speaks
/// against, but for the rules that ask for a reason of their own.
#[must_use]
pub fn wants_because(course: &Course, fit: Option<&Fit<'_>>, found: &[Finding], order: &Order) -> Option<&'static str> {
    if order.because.as_ref().is_some_and(|because| !because.trim().is_empty()) {
        return None;
    }
    let asked = |rule: Option<&str>| rule.is_some_and(|rule| found.iter().any(|f| f.rule == rule));
    let against = fit.is_some_and(|fit| fit.against.iter().any(|a| !asked(a.rule)));
    if course.order.is_some() {
        Some("say why the plan before is replaced")
    } else if !order.changed.is_empty() {
        Some("it differs from the protocol: say why")
    } else {
        against.then_some("something speaks against this protocol: say why it is right here")
    }
}

/// Returns the renewal of the order that holds, as somebody means it.
///
/// # Errors
/// The sentence where no order runs, or where the renewal would have no end.
pub fn renewal(course: &Course, term: Term, prescriber: &str, note: Option<String>) -> Result<Renewed, String> {
    let (order, _) = course.order.as_ref().filter(|_| !course.has_ended()).ok_or("no plan is running: sign one")?;
    if term.is_open() {
        return Err("say until when it is good, or for how many doses".to_owned());
    }
    let prescriber = prescriber.trim().to_owned();
    if prescriber.is_empty() {
        return Err("name the prescriber who renews it".to_owned());
    }
    Ok(Renewed { order: *order, on: course.today, term, prescriber, told: None, note })
}

/// Says what speaks against signing a change now, the hardest first (D6, D9, U2, U4, ORAL).
#[must_use]
pub fn change(course: &Course, practice: &Practice, turn: &Turn) -> Vec<Finding> {
    findings::of_change(course, practice, turn, &[])
}

/// TURN: the day of a pause or a recheck lies ahead, also of a decision that is recorded afterwards; a pause is no end in
/// disguise, and a recheck not so far from the day of the decision that nobody comes.
#[must_use]
pub fn day_again(practice: &Practice, on: NaiveDate, today: NaiveDate, turn: &Turn) -> Option<Finding> {
    let rule = practice.knowledge.rule("TURN");
    let day = turn.again()?;
    let (most, what) = match turn {
        Turn::Paused { .. } => ("pause_most_months", "that is no pause"),
        Turn::Oral { .. } | Turn::Stopped { .. } => ("recheck_most_months", "name an earlier recheck"),
        _ => ("ask_again_most_months", "name an earlier day"),
    };
    let most = u32::try_from(rule.count(most)).ok()?;
    let text = if day <= on.max(today) {
        format!("{} does not lie ahead.", words::day(day))
    } else if day > Interval::Months(most).after(on, 1) {
        format!("{} is more than {most} months away: {what}.", words::day(day))
    } else {
        return None;
    };
    Some(Finding::of(rule, text, Vec::new()))
}

/// Says what is wrong with a daily dose of tablets: no tablet holds so little, and nobody gives so much.
#[must_use]
pub fn tablets_wrong(practice: &Practice, daily_mcg: u32) -> Option<String> {
    let rule = practice.knowledge.rule("TURN");
    let (least, most) = (rule.count("tablets_least_mcg"), rule.count("tablets_most_mcg"));
    let fits = (least..=most).contains(&i64::from(daily_mcg));
    (!fits).then(|| format!("{} a day: tablets are given from {least} to {most} mcg a day", mcg(daily_mcg)))
}

/// Says why a change cannot have been decided on a day (T10): ahead, before birth, or a death before what was recorded. A
/// pause that a later dose ended already would be one without effect.
#[must_use]
pub fn day_of_change(course: &Course, on: NaiveDate, turn: &Turn) -> Option<String> {
    if on > course.today {
        return Some(format!("{} has not come yet", words::day(on)));
    }
    if course.person.as_ref().is_some_and(|p| on < p.born) {
        return Some("the day is before the patient's birth".to_owned());
    }
    let last = course.given().map(|(_, g)| g.given.on).max().filter(|last| *last > on)?;
    let given = format!("a dose was given on {}, after that day", words::day(last));
    match turn {
        Turn::Died => Some(format!("{given}: look at the day, or correct the dose")),
        Turn::Paused { .. } => Some(format!("{given}, and ended that pause: name the day of the dose or a later one")),
        _ => None,
    }
}

/// Returns the latest review of the days before `on` that has an answer on every line, or that a red flag passed.
#[must_use]
pub fn review_for<'a>(course: &'a Course, practice: &Practice, on: NaiveDate) -> Option<&'a Review> {
    let rule = practice.knowledge.rule("E1");
    let near = |review: &&Review| (0..=rule.count("days")).contains(&days_between(review.on, on));
    let complete = |review: &&Review| review.open(practice.knowledge.review()).is_empty();
    course.reviews.iter().rev().map(|(_, review)| review).filter(near).find(complete)
}

/// Returns whether a review may be passed with a reason: neurologic or visual symptoms do not wait for it (facts 2.3, 2.4).
#[must_use]
pub fn passes_review(course: &Course, practice: &Practice) -> bool {
    let flags = practice.knowledge.red_flags();
    let is_neuro = |id: &String| flags.iter().any(|flag| flag.id == *id && flag.neuro);
    course.triage.as_ref().is_some_and(|t| t.is_neuro() || t.red_flags.iter().any(is_neuro))
}

/// Returns the last day on which a review lets an escalation be signed (E1).
#[must_use]
pub fn review_good_until(practice: &Practice, review: &Review) -> NaiveDate {
    let days = u32::try_from(practice.knowledge.rule("E1").count("days")).unwrap_or_default();
    Interval::Days(days).after(review.on, 1)
}

/// E1 to E3.
fn escalation(course: &Course, practice: &Practice, order: &Order) -> Vec<Finding> {
    let how: Vec<_> = escalations(course, order).into_iter().map(Escalation::words).collect();
    if how.is_empty() {
        return Vec::new();
    }
    let how = how.join(", ");
    let rule = |id| practice.knowledge.rule(id);
    let Some(review) = review_for(course, practice, course.today) else {
        let days = rule("E1").count("days");
        let text = format!("This escalates ({how}), and no complete review of the last {days} days is recorded.");
        return vec![Finding::of(rule("E1"), text, Vec::new())];
    };
    let mut out = Vec::new();
    let last = course.given().map(|(_, g)| g.given.on).max();
    // A count that was not done is none, and blood tells of the day of its sample.
    let since = |day: NaiveDate| last.is_none_or(|last| day >= last);
    let seen = |c: &super::course::Check| {
        let counted = c.checked.lab("haemoglobin").is_some_and(|r| r.is_done());
        (counted && since(c.checked.sample_day())) || (c.checked.score().is_some() && since(c.checked.on))
    };
    if review.red_flag.is_none() && !course.checks.iter().any(seen) {
        let text = "No blood count and no symptom score is recorded since the last dose.".to_owned();
        out.push(Finding::of(rule("E2"), text, Vec::new()));
    }
    if let Some(before) =
        escalated_on(course).filter(|day| days_between(*day, course.today) <= rule("E3").count("days"))
    {
        let text = format!("The plan was escalated on {} already.", words::day(before));
        out.push(Finding::of(rule("E3"), text, Vec::new()));
    }
    out
}

/// Returns the day of the last escalation among the orders that were signed.
fn escalated_on(course: &Course) -> Option<NaiveDate> {
    let escalated = course.orders.iter().enumerate().filter_map(|(i, (_, next))| {
        let (held_id, held) = begun(course, &course.orders[..i])?;
        let last = course.doses.iter().rfind(|s| s.order == *held_id && s.given.is_some())?;
        let now = held.phases.get(last.phase);
        (!against(held, now, next).is_empty()).then_some(next.start)
    });
    escalated.max()
}

/// P3: the loading that holds is not complete, and the new plan does not load.
fn loading_incomplete(course: &Course, practice: &Practice, order: &Order) -> Option<Finding> {
    let slot = course.next_dose().filter(|s| s.kind.fills() && s.state != DoseState::NotGiven)?;
    let of = slot.in_phase.1?;
    let loads = order.phases.first().is_some_and(|p| p.kind.fills());
    let begun = course.given().any(|(s, _)| s.order == slot.order);
    (!loads && begun).then(|| {
        let text =
            format!("Only {} of {of} loading doses are given, and the new plan does not load.", slot.in_phase.0 - 1);
        Finding::of(practice.knowledge.rule("P3"), text, Vec::new())
    })
}

/// Returns the rules that want a reason and have none yet.
#[must_use]
pub fn unanswered<'a>(found: &'a [Finding], reasons: &[super::entry::Reason]) -> Vec<&'a Finding> {
    let said = |f: &&Finding| reasons.iter().any(|r| r.rule == f.rule && !r.because.trim().is_empty());
    found.iter().filter(|f| f.tier == Tier::Reason).filter(|f| !said(f)).collect()
}
