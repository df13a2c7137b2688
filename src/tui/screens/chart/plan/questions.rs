//! What every chart answers at a glance (brief Q1 to Q6).

use super::{Page, lot_in_use};
use crate::clinic::course::Repletion;
use crate::clinic::drug::{mcg, ml, volume_ml};
use crate::clinic::spacing;
use crate::clinic::triage::{Goal, Neuro};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::theme::Role;
use ratatui::text::Line;

/// The questions and their answers in lines of a width.
pub(in crate::tui::screens::chart) fn questions(patient: &Patient, ctx: &Ctx, width: usize) -> Vec<Line<'static>> {
    let mut page = Page::new(ctx, width);
    write(&mut page, patient, ctx);
    page.lines
}

/// Writes the questions and their answers.
pub(super) fn write(page: &mut Page<'_>, patient: &Patient, ctx: &Ctx) {
    let course = &patient.course;
    page.heading("At a glance");
    if let Some(standing) = &course.standing {
        let words = format!("{}; {}", standing.words(), standing.change.who());
        page.row_in(Role::Due, "Stands", &words);
    }
    page.row("Repletion ends", &repletion(patient));
    page.row("Maintenance aimed at", &maintenance(patient));
    page.row("Confirmed next by", &next_check(patient, ctx));
    if let Some(cover) = course.cover.as_ref().filter(|_| !course.has_ended()) {
        let beyond = cover.beyond.map(|day| format!("; the dose of {} is beyond it", words::day(day)));
        let words = format!("{}{}", cover.words(course.today), beyond.unwrap_or_default());
        page.row("Order ends", &words);
    }
    page.row("Response so far", course.response.sentence());
    page.row("Based on", &based_on(patient, ctx));
    page.row("May it be spaced now?", &spacing::ask(course, &ctx.practice).words());
    if let Some(words) = vial(patient, ctx) {
        page.row("Vial to take", &words);
    }
}

/// Q1: when repletion ends.
fn repletion(patient: &Patient) -> String {
    match &patient.course.repletion {
        _ if patient.course.has_ended() => "no plan is running".to_owned(),
        Repletion::None => before_this_plan(patient),
        Repletion::Ended(day) => format!("ended with the dose on {}", words::day(*day)),
        Repletion::Expected(day) => format!("with the dose planned for {}", words::day(*day)),
        Repletion::Review { on, event } => format!("when \"{event}\" is recorded; review {}", words::day(*on)),
    }
}

/// A plan that begins with maintenance: when a plan before it filled the stores.
fn before_this_plan(patient: &Patient) -> String {
    let last = patient.course.given().filter(|(slot, _)| slot.kind.fills()).map(|(_, g)| g.given.on).max();
    let ended = last.map(|day| format!("; the one before ended it with the dose on {}", words::day(day)));
    format!("none in this plan{}", ended.unwrap_or_default())
}

/// Q2: the interval that is aimed at, and where it differs from the protocol.
fn maintenance(patient: &Patient) -> String {
    let course = &patient.course;
    let Some((_, order)) = course.order.as_ref().filter(|_| !course.has_ended()) else {
        return "no plan is running".to_owned();
    };
    let phase = order.phases.iter().find(|p| !p.kind.fills());
    let rhythm = phase.map_or_else(|| "left to the review".to_owned(), |p| p.rhythm_words());
    if order.changed.is_empty() { rhythm } else { format!("{rhythm} (not as published: see below)") }
}

/// Q3: what will confirm that it works, and when.
fn next_check(patient: &Patient, ctx: &Ctx) -> String {
    let Some(check) = patient.course.next_checkpoint() else { return "no checkpoint is planned".to_owned() };
    let name = |id: &String| ctx.practice.knowledge.lab(id).map_or_else(|| id.clone(), |l| l.name.clone());
    let asks: Vec<_> = check.asks.iter().map(name).collect();
    let late = if check.visit < ctx.today() { " (late)" } else { "" };
    format!("{}{late} {}: {}", words::day(check.visit), check.label, asks.join(", "))
}

/// Q4: what the frequency is based on: goal, severity, cause, response.
pub(in crate::tui::screens::chart) fn based_on(patient: &Patient, ctx: &Ctx) -> String {
    let Some(t) = &patient.course.triage else { return "not triaged yet: v".to_owned() };
    let cause = ctx.practice.knowledge.cause(&t.cause).map_or(t.cause.as_str(), |c| c.name.as_str());
    let goal = if t.goal == Goal::Repletion { "repletion first" } else { "maintenance" };
    let nerves = match t.neuro {
        _ if t.is_neuro() => "neurologic involvement",
        Neuro::NotAsked => "nobody asked about nerves",
        _ => "no neurologic involvement",
    };
    let severe = if t.is_significant() { "significant deficiency" } else { "not shown to be significant" };
    format!(
        "goal {goal}; {severe}, {nerves}; cause {cause}; response {}",
        patient.course.response.word().replace('_', " ")
    )
}

/// Q6 in words: the vial in use, and what is drawn up from it for the next dose.
fn vial(patient: &Patient, ctx: &Ctx) -> Option<String> {
    let slot = patient.course.next_dose()?;
    let Some(lot) = lot_in_use(patient, ctx) else {
        return Some(format!("{}: the give prompt (g) shows the one in hand", slot.drug.tall_man()));
    };
    let volume = volume_ml(slot.dose_mcg, lot.strength_mcg_per_ml).map(ml).unwrap_or_default();
    let strength = format!("{} in 1 mL", mcg(lot.strength_mcg_per_ml));
    Some(format!("{} {strength}, lot {}; {} is {volume}", lot.drug.tall_man(), lot.lot, mcg(slot.dose_mcg)))
}
