//! The protocol as it was signed, what differs from it, and the plans before.

use super::Page;
use crate::clinic::fit;
use crate::clinic::order::Order;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::theme::Role;

pub(super) fn write(page: &mut Page<'_>, patient: &Patient) {
    let course = &patient.course;
    let Some((_, order)) = &course.order else {
        return page.say(Role::Due, "No plan is signed yet: o");
    };
    page.heading(if course.has_ended() { "The plan that has ended" } else { "Protocol, as signed" });
    holds(page, order);
    reaches(page, patient);
    before(page, patient);
}

/// What the protocol says of itself: what is chosen here or lacks a first source, and why each look is asked.
pub(super) fn write_small_print(page: &mut Page<'_>, patient: &Patient, ctx: &Ctx) {
    let Some((_, order)) = &patient.course.order else { return };
    page.gap();
    page.heading("Marks and checkpoints of the protocol");
    let marks = ctx.practice.knowledge.regimen(&order.regimen).map(|r| r.marks.clone()).unwrap_or_default();
    let marked = order.phases.iter().filter_map(|p| p.mark.clone()).chain(marks);
    marked.for_each(|mark| page.row("Marked", &mark));
    for check in order.checkpoints.iter() {
        let again = check.again.map(|a| format!(", again every {a}")).unwrap_or_default();
        page.row("Checkpoint", &format!("{}, {} on{again}. {}", check.label, check.at, check.source));
    }
}

fn holds(page: &mut Page<'_>, order: &Order) {
    page.row("Name", &order.name);
    page.row("Form and route", &format!("{}, {}", order.drug.tall_man(), order.route));
    page.row("First dose", &words::day(order.start));
    page.row("Ordered by", &order.prescriber);
    page.row("Phases", &fit::phases_line(order));
    page.row("Source", &order.source);
    for changed in &order.changed {
        page.row_in(Role::Due, "Not as published", changed);
    }
    if let Some(because) = &order.because {
        page.row("Because", because);
    }
    for reason in &order.reasons {
        page.row("Reason", &format!("{}: {}", reason.rule, reason.because));
    }
}

/// How far the order reaches, and what waits for a signature.
fn reaches(page: &mut Page<'_>, patient: &Patient) {
    let course = &patient.course;
    if let Some(cover) = &course.cover {
        let role = if cover.allows(course.today) { Role::Text } else { Role::Stop };
        let renewed = course.order.as_ref().filter(|(id, _)| *id != cover.entry);
        let by = renewed.map(|_| format!("; renewed by {}", cover.prescriber)).unwrap_or_default();
        page.row_in(role, "Good", &format!("{}{by}", cover.words(course.today)));
    }
    for waiting in &course.waiting {
        page.row_in(Role::Due, "Not signed yet", &format!("{}: {} (s)", waiting.what, waiting.from_whom()));
    }
}

/// The plans before, and why each was replaced.
fn before(page: &mut Page<'_>, patient: &Patient) {
    let orders = &patient.course.orders;
    if orders.len() < 2 {
        return;
    }
    page.gap();
    page.heading("Plans before");
    for pair in orders.windows(2).rev() {
        let ((_, was), (_, next)) = (&pair[0], &pair[1]);
        let span = format!("{} to {}", words::day(was.start), words::day(next.start));
        let phases = fit::phases_line(was);
        page.row("Plan", &format!("{span}: {}, {phases}; ordered by {}", was.name, was.prescriber));
        let because = next.because.as_deref().unwrap_or("no reason was recorded");
        page.row("Replaced because", because);
    }
}
