//! What the answers mean, said at once: what must not wait, what is barred, what a source says of the cause.

use crate::clinic::background::{Caution, MedicineKind, RedFlag, Urgency};
use crate::clinic::rights;
use crate::clinic::triage::{B12Status, Cause, DO_NOT_WAIT, Neuro, Reversible, Triage};
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::form::{Form, Kind};
use crate::tui::theme::Role;
use ratatui::text::{Line, Span};

/// The lines under a page.
pub(super) fn lines(page: usize, form: &Form, triage: &Triage, patient: &Patient, ctx: &Ctx) -> Vec<Line<'static>> {
    let mut lines = if page == 0 { Vec::new() } else { urgent(triage, ctx) };
    match page {
        0 => lines.extend(of_cause(form, triage, ctx)),
        3 => lines.extend(barred(form, triage, patient, ctx)),
        4 => lines.extend(replaces(patient)),
        _ => {}
    }
    lines
}

/// The medicine under the cursor, else the cause.
fn of_cause(form: &Form, triage: &Triage, ctx: &Ctx) -> Vec<Line<'static>> {
    let known = &ctx.practice.knowledge;
    let mut lines: Vec<_> = folic_acid(triage, ctx).into_iter().collect();
    match option_under_cursor(form, "medicines") {
        Some(id) => lines.extend(known.medicines().iter().find(|m| m.id == id).map(|m| medicine(m, ctx))),
        None => lines.extend(known.cause(&triage.cause).map(|c| cause(c, ctx)).unwrap_or_default()),
    }
    lines
}

/// What must not wait: the red flags, and any neurologic or visual involvement.
fn urgent(triage: &Triage, ctx: &Ctx) -> Vec<Line<'static>> {
    let mark = ctx.theme.glyphs.attention;
    let known = ctx.practice.knowledge.red_flags();
    let mut flags: Vec<&RedFlag> = known.iter().filter(|f| triage.red_flags.contains(&f.id)).collect();
    flags.sort_by_key(|f| f.urgency);
    let mut lines: Vec<_> = flags
        .iter()
        .map(|f| {
            let role = if f.urgency == Urgency::Today { Role::Stop } else { Role::Late };
            let words = format!("{mark} {}: {}. {}. ", f.urgency.words(), f.name.trim_end_matches('?'), f.words);
            sourced(words, role, &f.source, ctx)
        })
        .collect();
    if flags.is_empty() && (triage.visual || triage.neuro >= Neuro::Moderate) {
        let words = format!("{mark} Refer today: gait, cord, mind or sight is affected. ");
        lines.push(sourced(words, Role::Stop, "facts 2.3 [S11][S72][S73]", ctx));
    }
    if triage.is_neuro() {
        lines.push(sourced(format!("{mark} {} ", DO_NOT_WAIT.0), Role::Late, DO_NOT_WAIT.1, ctx));
    }
    lines
}

fn sourced(words: String, role: Role, source: &str, ctx: &Ctx) -> Line<'static> {
    let dim = ctx.theme.style(Role::Dim);
    Line::from(vec![
        Span::styled(words, ctx.theme.style(role)),
        Span::styled(format!("({})", ctx.named_in_short(source)), dim),
    ])
}

/// F1: folic acid before B12 is known to be treated.
fn folic_acid(triage: &Triage, ctx: &Ctx) -> Option<Line<'static>> {
    let rule = ctx.practice.knowledge.rule("F1");
    let taken = triage.medicines.iter().find(|m| m.id == "folic-acid" && m.is_taken(ctx.today()))?;
    let much = taken.daily_mcg.is_none_or(|mcg| f64::from(mcg) > rule.limit("daily_mcg"));
    let words = format!("{} Folic acid is taken. {} ", ctx.theme.glyphs.attention, ctx.told(&rule.todo));
    (much && triage.b12 != B12Status::Unlikely).then(|| sourced(words, Role::Late, &rule.cited(), ctx))
}

/// The option under the cursor of a field of several options, where that has the focus.
fn option_under_cursor<'a>(form: &'a Form, field: &str) -> Option<&'a str> {
    match &form.focused().filter(|f| f.id == field)?.kind {
        Kind::Many { options, at } => options.get(*at).map(|(id, _, _)| id.as_str()),
        _ => None,
    }
}

fn medicine(kind: &MedicineKind, ctx: &Ctx) -> Line<'static> {
    let months = kind.after_months.map(|n| format!(" A risk after {n} months.")).unwrap_or_default();
    Line::raw(format!(
        "{}: {}. {}.{months} ({})",
        kind.name,
        kind.effect,
        kind.matters,
        ctx.named_in_short(&kind.source)
    ))
}

/// What the facts say of a cause (2.1).
fn cause(cause: &Cause, ctx: &Ctx) -> Vec<Line<'static>> {
    let reversible = match cause.reversible {
        Reversible::Yes => "yes",
        Reversible::No => "no",
        Reversible::Partly => "partly",
        Reversible::Unknown => "not settled",
    };
    let lasts = format!("Can be removed: {reversible}. Lasts: {}.", lower(&cause.duration));
    let notes = Some(cause.notes.clone()).filter(|n| !n.is_empty());
    let mut lines = vec![Line::raw(format!("{lasts} Tablets: {}.", lower(&cause.oral)))];
    lines.extend(notes.map(Line::raw));
    lines.push(Line::styled(format!("Source: {}", ctx.named_in_short(&cause.source)), ctx.theme.style(Role::Dim)));
    lines
}

/// The first letter small, but for names such as NICE.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().collect::<String>() + &text[first.len_utf8()..]
        }
        _ => text.to_owned(),
    }
}

/// What the cautions bar, and what the one under the cursor means.
fn barred(form: &Form, triage: &Triage, patient: &Patient, ctx: &Ctx) -> Vec<Line<'static>> {
    let known = ctx.practice.knowledge.cautions();
    let mark = ctx.theme.glyphs.attention;
    let person = patient.course.person.as_ref();
    let mut lines = Vec::new();
    let stopped = rights::barred_for(Some(triage), person, &ctx.practice, triage.drug);
    if let Some(caution) = stopped {
        let words = format!("{mark} {} is barred. {}: {}. ", triage.drug.tall_man(), caution.name, caution.words);
        lines.push(sourced(words, Role::Stop, &caution.source, ctx));
    }
    let here = option_under_cursor(form, "cautions");
    let said = |c: &&Caution| stopped.is_some_and(|stopped| stopped.id == c.id);
    let shown = known.iter().filter(|c| triage.has_caution(&c.id) || here == Some(c.id.as_str()));
    lines.extend(shown.filter(|c| !said(c)).map(|c| {
        let role = if triage.has_caution(&c.id) { Role::Late } else { Role::Text };
        sourced(format!("{}: {}.{} ", c.name, c.words, forms(c)), role, &c.source, ctx)
    }));
    lines
}

/// The forms that a caution stops.
fn forms(caution: &Caution) -> String {
    let barred: Vec<_> = caution.bars.iter().map(|d| d.tall_man()).collect();
    if barred.is_empty() { String::new() } else { format!(" Barred: {}.", barred.join(", ")) }
}

/// A revised triage replaces the one that holds.
fn replaces(patient: &Patient) -> Option<Line<'static>> {
    let id = patient.course.triage_entry?;
    let held = patient.chart.entries().iter().find(|e| e.id == id)?;
    let on = crate::clinic::words::day(held.at.date_naive());
    Some(Line::raw(format!("These answers take the place of those of {on}, which stay in the history.")))
}
