//! What the app says by itself: who wrote meanwhile, why a prompt does not open, what was saved.

use crate::clinic::chart::Chart;
use crate::clinic::course::Next;
use crate::clinic::decision::Turn;
use crate::clinic::drug::mcg;
use crate::clinic::entry::Act;
use crate::clinic::{cosign, signing, words};
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{Job, PromptKind};
use crate::tui::keymap::{Action, Keymap, Place};
use crate::tui::prompts;

/// Says who added what to a chart.
pub(super) fn news(before: &Chart, after: &Chart) -> String {
    let fresh: Vec<_> = after.entries().iter().filter(|e| before.entry(e.id).is_none()).collect();
    let Some(newest) = fresh.last() else { return "The chart changed on the disk.".to_owned() };
    let more = if fresh.len() > 1 {
        format!(", and {} more", words::plural(fresh.len() as i64 - 1, "entry"))
    } else {
        String::new()
    };
    format!(
        "New in the chart from {}: {} ({}){more}.",
        newest.by,
        prompts::summary_in(&newest.act, after),
        newest.at.format("%H:%M")
    )
}

/// Says why a prompt does not open on a patient now: nothing is owed, or the patient died.
pub(super) fn not_now(kind: PromptKind, patient: &Patient, insists: bool, keys: &Keymap) -> Option<String> {
    use PromptKind::{Acknowledge, Change, Cosign, Encounter, Give, NotGiven, Order, PhaseEnd, Renew, Review, Triage};
    let key = |action| keys.key(action, Place::Chart);
    let standing = patient.course.standing.as_ref().filter(|s| s.ends_the_plan());
    if let Some(standing) = standing.filter(|s| s.change.what == Turn::Died)
        && matches!(kind, Give | NotGiven | Order | PhaseEnd | Review | Change | Triage)
    {
        let (history, amend) = (key(Action::Tab5), key(Action::Amend));
        return Some(format!(
            "{}. If that is wrong: {history} History, then {amend} strikes it out.",
            standing.words()
        ));
    }
    if kind == Acknowledge && !prompts::can_acknowledge(patient) {
        let why = key(Action::Why);
        return Some(format!("Nothing here waits for a reason. A stop is resolved, not passed; {why} shows all."));
    }
    if kind == Cosign && patient.course.waiting.is_empty() {
        return Some("Nothing in this chart waits for a signature.".to_owned());
    }
    if kind == Encounter && patient.course.given().next().is_none() && patient.course.checks.is_empty() {
        return Some("No dose and no check is recorded yet: there is nothing to write a note of.".to_owned());
    }
    if kind == Renew && (patient.course.order.is_none() || patient.course.has_ended()) {
        return Some(format!("No plan is running that could be renewed; {} signs one.", key(Action::Order)));
    }
    if !matches!(kind, Give | NotGiven) || patient.course.next_dose().is_some() {
        return None;
    }
    // What was given after the end of a plan is no less true.
    let is_possible = kind == Give && patient.course.order.is_some();
    if is_possible && insists {
        return None;
    }
    let again = if is_possible { format!(" Given all the same: {} again.", key(Action::Give)) } else { String::new() };
    let order = key(Action::Order);
    Some(match (standing, &patient.course.next) {
        (Some(standing), _) => {
            let words = standing.words();
            format!("No dose is owed; {order} signs a plan that brings injections back. {words}.{again}")
        }
        (None, Next::Decide(words)) => format!("{words} Press {order} for the next plan.{again}"),
        _ => format!("No dose is owed: a plan comes first. Press {order} to triage and choose one."),
    })
}

/// Says that the newest entry waits for its prescriber's signature.
fn waits(patient: &Patient) -> String {
    let newest = patient.chart.entries().last().map(|entry| entry.id);
    let open = patient.course.waiting.iter().find(|w| Some(w.entry) == newest);
    open.map(|w| format!(" It waits for the signature of {}.", w.prescriber)).unwrap_or_default()
}

/// Says in words what was saved, and what comes next.
pub(super) fn said(job: &Job, patient: &Patient, ctx: &Ctx) -> String {
    let key = |action| ctx.keymap.key(action, Place::Chart);
    let what = job.acts.last().map(|act| match act {
        Act::Given(g) => format!("{} given on {}", mcg(g.dose_mcg), words::day(g.on)),
        act => act.word().to_owned(),
    });
    let who = patient.course.person.as_ref().map(|p| p.name()).unwrap_or_default();
    let waits = waits(patient);
    let today = patient.course.today;
    if let Some(Act::Reviewed(review)) = job.acts.last() {
        let until = words::day(signing::review_good_until(&ctx.practice, review));
        let (change, order) = (key(Action::Change), key(Action::Order));
        return format!("Saved: review, {who}. Denser doses may be signed until {until} ({change}, or {order}).");
    }
    if let Some(standing) =
        patient.course.standing.as_ref().filter(|_| matches!(job.acts.last(), Some(Act::Changed(_))))
    {
        return format!("Saved: {who}. {}.{waits}", standing.words());
    }
    if let Some(Act::Cosigned(signed)) = job.acts.last() {
        let of = patient.chart.entry(signed.of).map(|e| cosign::what(&e.act)).unwrap_or_default();
        let left = match patient.course.waiting.len() {
            0 => String::new(),
            n => format!(" {n} more to sign in this chart: {}.", key(Action::Cosign)),
        };
        return format!("Signed: {of}, {who}.{left}");
    }
    let next = patient.course.next_dose().map(|s| match s.visit > today {
        true => format!(" Next: {} on {}.", s.title(), words::day(s.visit)),
        false => format!(" {} is still owed.", words::begun(&s.title())),
    });
    let next = next.unwrap_or_default();
    format!("Saved: {}, {who}.{waits}{next}", what.unwrap_or_default())
}
