//! Why: how a date or a warning was worked out, the rule, its source, and the entries that it rests on.

use crate::clinic::course::{Course, DoseSlot};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::prompts::summary;
use crate::tui::widgets::timeline::EventKind;

/// The words for what is under the cursor, then for every finding.
pub(super) fn lines(patient: &Patient, event: Option<EventKind>, ctx: &Ctx) -> Vec<String> {
    let course = &patient.course;
    let mut lines = match event {
        Some(EventKind::Dose(i)) => course.doses.get(i).map(|slot| dose(slot, course, ctx)).unwrap_or_default(),
        Some(EventKind::CheckPlanned(i)) => course
            .checkpoints
            .get(i)
            .map(|c| {
                vec![
                    format!("{} is due {}: {}.", c.label, words::day(c.due), c.counted),
                    format!("Why it is asked: {}", c.source),
                ]
            })
            .unwrap_or_default(),
        Some(EventKind::Phase(i)) => course
            .phases
            .get(i)
            .map(|p| {
                let ends =
                    p.ends_with.as_ref().map(|e| format!(" It ends when \"{e}\" is recorded.")).unwrap_or_default();
                vec![format!("{}, {}, from {}.{ends}", p.kind.title(), p.rhythm, words::day(p.from))]
            })
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    if let Some((_, order)) = &course.order {
        lines.push(format!("Protocol: {}. Source: {}.", order.name, order.source));
    }
    if !course.findings.is_empty() {
        lines.push(String::new());
        lines.push("What needs attention, and why:".to_owned());
    }
    for finding in &course.findings {
        lines.push(format!("{} ({}): {}", finding.rule, finding.tier.word(), finding.text));
        lines.push(format!("    {}", finding.todo));
        lines.push(format!("    Source: {}", finding.source));
        for id in &finding.entries {
            if let Some(entry) = patient.chart.entry(*id) {
                lines.push(format!(
                    "    Rests on: {} ({}, {})",
                    summary(&entry.act),
                    entry.by,
                    words::day(entry.at.date_naive())
                ));
            }
        }
    }
    if !course.answered.is_empty() {
        lines.push(String::new());
        lines.push("Seen, and left to stand with a reason:".to_owned());
    }
    for (finding, because) in &course.answered {
        lines.push(format!("{} ({}): {}", finding.rule, finding.tier.word(), finding.text));
        lines.push(format!("    Seen: {because}"));
        lines.push(format!("    Source: {}", finding.source));
    }
    lines
}

fn dose(slot: &DoseSlot, course: &Course, ctx: &Ctx) -> Vec<String> {
    let rhythm =
        course.phases.iter().find(|p| p.order == slot.order && p.phase == slot.phase).map_or("", |p| p.rhythm.as_str());
    let from = if slot.n == 1 { "the start that was ordered" } else { "the last dose" };
    let mut lines = vec![format!(
        "Dose {} is due {}: counted from {from}, {}, in the phase \"{}\" ({rhythm}).",
        slot.n,
        words::day(slot.due),
        words::day(slot.counted_from),
        slot.kind.title()
    )];
    match slot.as_ordered {
        Some(day) if day != slot.due => lines.push(format!("When the plan was signed it stood for {}; a dose given on another day moved the rest: after a late or early dose the phase counts from the day it was given [eng].", words::day(day))),
        Some(_) => lines.push("That is the day that the plan had when it was signed.".to_owned()),
        None => lines.push("It follows a decision, so the signed plan had no day for it.".to_owned()),
    }
    let appointment = ctx.practice.settings.appointment(slot.due);
    if slot.state.is_owed() && appointment != slot.due {
        lines.push(format!(
            "The practice is closed then: the appointment is the next open day, {}; the due date stays.",
            words::day(appointment)
        ));
    }
    if slot.tentative {
        lines.push("A decision still lies before it: the date is only a picture of what follows if the phase before ends at its review.".to_owned());
    }
    lines
}
