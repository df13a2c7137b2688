//! The five triage answers, the facts of the cause, and what older triages said otherwise.

use super::Page;
use crate::clinic::entry::{Act, Entry};
use crate::clinic::triage::Triage;
use crate::clinic::triage_words::{Asked, answers, differed, of_cause};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::theme::Role;

pub(super) fn write(page: &mut Page<'_>, patient: &Patient, ctx: &Ctx) {
    let knowledge = &ctx.practice.knowledge;
    let Some(triage) = &patient.course.triage else {
        return page.say(Role::Due, "Not triaged yet: v");
    };
    page.heading("Based on: the five answers (v asks them anew)");
    for answer in answers(triage, knowledge) {
        let urgent = answer.asked == Asked::RedFlags;
        let is_main = answer.asked.number().is_some();
        let label = format!("{}{}", if is_main { "" } else { "  " }, answer.asked.title());
        page.row_in(if urgent { Role::Late } else { Role::Text }, &label, &answer.words);
        if let Some(cause) = knowledge.cause(&triage.cause).filter(|_| answer.asked == Asked::Cause) {
            page.row("  This cause", &of_cause(cause));
            if !cause.notes.is_empty() {
                page.row("", &cause.notes);
            }
        }
    }
    before(page, patient, ctx);
}

/// The triages that hold no longer: when, who, and what they said otherwise than the one after.
fn before(page: &mut Page<'_>, patient: &Patient, ctx: &Ctx) {
    let facts = patient.chart.facts();
    let all: Vec<(&Entry, &Triage)> = facts
        .iter()
        .filter_map(|fact| match fact.act {
            Some(Act::Triaged(triage)) => Some((fact.entry, triage)),
            _ => None,
        })
        .collect();
    if all.len() < 2 {
        return;
    }
    page.gap();
    page.heading("Before");
    for pair in all.windows(2).rev() {
        let ((entry, was), (_, next)) = (pair[0], pair[1]);
        let otherwise = differed(was, next, &ctx.practice.knowledge);
        let otherwise = if otherwise.is_empty() { "the same answers".to_owned() } else { otherwise.join("; ") };
        page.row(&words::day(entry.at.date_naive()), &format!("{otherwise} ({})", entry.by));
    }
}
