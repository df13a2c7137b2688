//! What stands under the cursor of the timeline or the doses: how its day was worked out.

use super::super::not_given;
use super::{numbers, rests_on};
use crate::clinic::course::{Check, Course, DoseSlot, PhaseSpan, Standing};
use crate::clinic::entry::EntryId;
use crate::clinic::lab::{Flag, LabResult};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::widgets::timeline::{Event, EventKind, describe};

/// The words for an event.
pub(super) fn event(event: EventKind, patient: &Patient, ctx: &Ctx) -> Vec<String> {
    let course = &patient.course;
    match event {
        EventKind::Dose(i) => course.doses.get(i).map(|slot| dose(slot, patient, ctx)),
        EventKind::CheckPlanned(i) => course.checkpoints.get(i).map(numbers::checkpoint),
        EventKind::Phase(i) => course.phases.get(i).map(|span| phase(span, course)),
        EventKind::Check(i) => course.checks.get(i).map(|check| look(check, patient, ctx)),
        EventKind::Change(i) => course.changes.get(i).map(|turned| change(turned, patient)),
        EventKind::Review(i) => course
            .reviews
            .get(i)
            .map(|(id, review)| told(patient, ctx, Event { date: review.on, kind: event }, Some(*id))),
        EventKind::Ghost(i) => {
            course.ghosts.get(i).map(|day| told(patient, ctx, Event { date: *day, kind: event }, None))
        }
        EventKind::Today => Some(numbers::response(course)),
    }
    .unwrap_or_default()
}

/// What the line below the timeline says, and what it rests on.
fn told(patient: &Patient, ctx: &Ctx, event: Event, rests: Option<EntryId>) -> Vec<String> {
    let mut lines = describe(&patient.course, &ctx.practice, &event);
    if rests.is_none() {
        lines.push(
            "Worked out from the plan before, from where it stood when it was replaced; it moves nothing.".to_owned(),
        );
    }
    lines.extend(rests.map(|id| rests_on(patient, &[id])).unwrap_or_default());
    lines
}

fn change(turned: &Standing, patient: &Patient) -> Vec<String> {
    let change = &turned.change;
    let mut lines = vec![format!("{}. Decided by {} on {}.", turned.words(), change.decided_by, words::day(change.on))];
    lines.extend(change.reasons.iter().map(|r| format!("Reason for {}: {}", r.rule, r.because)));
    if change.what.again().is_some() {
        lines.push("The day on which somebody looks again was set with the decision.".to_owned());
    }
    lines.extend(rests_on(patient, &[turned.entry]));
    lines
}

fn phase(span: &PhaseSpan, course: &Course) -> Vec<String> {
    let ends = span.ends_with.as_ref().map(|e| format!(" It ends when \"{e}\" is recorded.")).unwrap_or_default();
    let review = span.review.map(|day| format!(" Its review is on {}.", words::day(day))).unwrap_or_default();
    let mut lines =
        vec![format!("{}, {}, from {}.{ends}{review}", span.kind.title(), span.rhythm, words::day(span.from))];
    if course.order.as_ref().is_some_and(|(id, _)| *id == span.order) {
        lines.extend(numbers::repletion(course));
        lines.extend(numbers::interval(course));
    }
    lines
}

/// A recorded look: each result against its range, and what the looks say together.
fn look(check: &Check, patient: &Patient, ctx: &Ctx) -> Vec<String> {
    let mut lines = vec![format!("{} of {}.", check.label, words::day(check.checked.on))];
    lines.extend(check.checked.labs.iter().map(|result| against_range(result, check, &patient.course, ctx)));
    lines.extend(check.checked.note.as_ref().map(|note| format!("Note: {note}")));
    lines.extend(rests_on(patient, &[check.entry]));
    lines.extend(numbers::response(&patient.course));
    lines
}

fn against_range(result: &LabResult, check: &Check, course: &Course, ctx: &Ctx) -> String {
    let Some(analyte) = ctx.practice.knowledge.lab(&result.analyte) else {
        return format!("{} {result}: not in the library.", result.analyte);
    };
    let whose = course.whose();
    // In the unit that stands on the report.
    let range = analyte.range_words(whose, &result.unit).map(|words| format!("range {words}"));
    let verdict = match analyte.flag(result, whose) {
        Some(Flag::Low) => "low, ",
        Some(Flag::High) => "high, ",
        Some(Flag::Normal) => "in range, ",
        None => "",
    };
    let after = course.days_since_dose(check.checked.sample_day());
    let after = after.filter(|_| matches!(analyte.id.as_str(), "total-b12" | "active-b12"));
    let after = after.map(|n| format!(" {} after a dose: it says nothing of the stores.", words::days(n)));
    let range = range.unwrap_or_default();
    let sent = Some(result.as_sent()).filter(|sent| !sent.is_empty());
    let sent = sent.map(|sent| format!(" The laboratory: {sent}.")).unwrap_or_default();
    format!("{} {result}: {verdict}{range}.{sent} {}{}", analyte.name, analyte.source, after.unwrap_or_default())
}

fn dose(slot: &DoseSlot, patient: &Patient, ctx: &Ctx) -> Vec<String> {
    let course = &patient.course;
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
    lines.push(as_signed(slot));
    lines.extend(
        slot.paused.map(|until| format!("The injections are paused until {}: that is no delay.", words::day(until))),
    );
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
    if let Some(given) = &slot.given {
        let reasons = given.given.reasons.iter();
        let passed = |stop| if stop { "Given already against a rule that stops" } else { "Passed with a reason" };
        lines.extend(reasons.map(|r| format!("{} ({}): {}", passed(r.stop), r.rule, r.because)));
        lines.extend(given.given.note.as_ref().map(|note| format!("Note: {note}")));
        lines.extend(given.given.reaction.as_ref().map(|reaction| format!("After it: {reaction}")));
        lines.extend(rests_on(patient, &[given.entry]));
    }
    if let Some((entry, not)) = slot.not_given.as_ref().and_then(|(id, _)| Some((id, not_given(patient, *id)?))) {
        lines.push(format!("Not given on {}: {}.", words::day(not.on), not.why.words()));
        lines.extend(not.note.map(|note| format!("Note: {note}")));
        lines.extend(rests_on(patient, &[*entry]));
    }
    if !slot.kind.fills() {
        lines.extend(numbers::interval(course));
    }
    lines
}

fn as_signed(slot: &DoseSlot) -> String {
    match slot.as_ordered {
        Some(day) if day != slot.due => format!(
            "When the plan was signed it stood for {}; a dose given on another day moved the rest: after a late or early dose the phase counts from the day it was given, or goes back to the calendar where the nurse chose so [eng].",
            words::day(day)
        ),
        Some(_) => "That is the day that the plan had when it was signed.".to_owned(),
        None => "It follows a decision, so the signed plan had no day for it.".to_owned(),
    }
}
