//! What the plan and the checkpoints say: when repletion ends, which interval, what is looked at next, whether it works,
//! and whether it may be spaced.

use crate::clinic::course::{CheckSlot, Course, Repletion};
use crate::clinic::spacing;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};

/// The plan tab, question by question.
pub(super) fn plan(patient: &Patient, ctx: &Ctx) -> Vec<String> {
    let course = &patient.course;
    let mut lines: Vec<String> = course.standing.iter().map(|s| format!("{}.", s.words())).collect();
    lines.extend(repletion(course));
    lines.extend(interval(course));
    lines.extend(next_look(course));
    lines.push(format!("The frequency is based on: {}.", super::super::plan::based_on(patient, ctx)));
    lines.extend(response(course));
    lines.extend(spaced(patient, ctx));
    lines
}

/// The checkpoints tab: what is next and from what it counts, and what the looks say together.
pub(super) fn checkpoints(patient: &Patient, _: &Ctx) -> Vec<String> {
    let mut lines = next_look(&patient.course);
    lines.extend(response(&patient.course));
    lines
}

/// Q1: the day, and what it is worked out from.
pub(super) fn repletion(course: &Course) -> Vec<String> {
    let Some((_, order)) = course.order.as_ref().filter(|_| !course.has_ended()) else { return Vec::new() };
    let filling: Vec<_> = order.phases.iter().filter(|p| p.kind.fills()).map(|p| p.words.clone()).collect();
    let by = if filling.is_empty() { String::new() } else { format!(" The protocol: {}.", filling.join(", then ")) };
    let given = course.given().filter(|(s, _)| s.kind.fills()).count() as i64;
    let given = format!("{} of repletion given", words::plural(given, "dose"));
    vec![match &course.repletion {
        Repletion::None => "Repletion: this plan has none, it begins with maintenance.".to_owned(),
        Repletion::Ended(day) => format!("Repletion ended with its last dose, on {}: {given}.{by}", words::day(*day)),
        Repletion::Expected(day) => format!(
            "Repletion ends with its last dose, planned for {}: {given}. A late dose moves it, because a phase ends by doses, not by date.{by}",
            words::day(*day)
        ),
        Repletion::Review { on, event } => format!(
            "Repletion ends when \"{event}\" is recorded, not by a date; the review is on {}: {given}.{by}",
            words::day(*on)
        ),
    }]
}

/// Q2: the interval as published, or what was changed, and why.
pub(super) fn interval(course: &Course) -> Vec<String> {
    let Some((_, order)) = course.order.as_ref().filter(|_| !course.has_ended()) else { return Vec::new() };
    let Some(phase) = order.phases.iter().find(|p| !p.kind.fills()) else {
        return vec!["Maintenance: the protocol leaves the interval to the review.".to_owned()];
    };
    let rhythm = phase.rhythm_words();
    let mark = phase.mark.as_ref().map(|m| format!(" {m}")).unwrap_or_default();
    if order.changed.is_empty() {
        return vec![format!("Maintenance {rhythm}: as {} publishes it.{mark}", order.name)];
    }
    let because = order.because.as_ref().map(|b| format!(" Because: {b}.")).unwrap_or_default();
    let changed = order.changed.join("; then ");
    vec![format!(
        "Maintenance {rhythm}: {} went another way than the protocol: {changed}.{because}{mark}",
        order.prescriber
    )]
}

fn next_look(course: &Course) -> Vec<String> {
    course.next_checkpoint().map_or_else(|| vec!["No checkpoint is planned.".to_owned()], checkpoint)
}

/// A planned checkpoint: what its day counts from, and why it is asked.
pub(super) fn checkpoint(slot: &CheckSlot) -> Vec<String> {
    let hangs = if slot.tentative { " Its day hangs on a dose that is still to come." } else { "" };
    let visit = if slot.due == slot.opens {
        String::new()
    } else {
        format!(" It opens {} and is taken with the dose, so that the patient comes once.", words::day(slot.opens))
    };
    let closed = if slot.visit == slot.due {
        String::new()
    } else {
        format!(" The practice is closed then: the patient comes {}.", words::day(slot.visit))
    };
    vec![
        format!("{} is due {}: {}.{visit}{closed}{hangs}", slot.label, words::day(slot.due), slot.counted),
        format!("Why it is asked: {}", slot.source),
    ]
}

/// Whether it works, and what says so.
pub(super) fn response(course: &Course) -> Vec<String> {
    let mut lines = vec![format!("Response: {}", course.response.sentence())];
    lines.extend(course.evidence.iter().map(|line| format!("    {line}")));
    lines.push(
        "    From symptoms and blood count; the B12 level on treatment has no part in it (facts 3.2, 5.2).".to_owned(),
    );
    lines
}

/// Q5: may it be spaced now, and if not, why not.
fn spaced(patient: &Patient, ctx: &Ctx) -> Vec<String> {
    let spacing = spacing::ask(&patient.course, &ctx.practice);
    let mut lines = vec![format!(
        "May it be spaced now? {}",
        if spacing.against.is_empty() { spacing.words() } else { "Not now:".to_owned() }
    )];
    lines.extend(spacing.against.iter().map(|why| format!("    {why}")));
    lines.push("    Spacing wants full stores, a good response and a look that confirms it; one step at a time (brief G3 to G5, facts 9.1).".to_owned());
    lines
}
