//! The checkpoints tab: recorded looks as a table, and the chosen lab as a line over time with its reference band.

use super::super::list::Cursor;
use crate::clinic::course::{Check, Course};
use crate::clinic::lab::{Analyte, LabResult};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::theme::Role;
use crate::tui::widgets::frame as frames;
use crate::tui::widgets::spark::spark;
use crate::tui::widgets::trend::Trend;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};

/// The analytes that have results, in the library's order.
pub(super) fn analytes<'a>(patient: &Patient, ctx: &'a Ctx) -> Vec<&'a Analyte> {
    let has =
        |a: &&Analyte| patient.course.checks.iter().any(|c| c.checked.lab(&a.id).is_some_and(|r| r.value.is_some()));
    ctx.practice.knowledge.labs().iter().filter(has).collect()
}

/// Draws the tab; the cursor chooses the lab.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: &Patient, cursor: Cursor, unit: usize) {
    let all = analytes(patient, ctx);
    let wide = area.width >= 100;
    let (table, chart) = if all.is_empty() {
        (area, Rect { height: 0, ..area })
    } else if wide {
        let left = area.width / 2;
        (Rect { width: left, ..area }, Rect { x: area.x + left, width: area.width - left, ..area })
    } else {
        let top = area.height / 2;
        (Rect { height: top, ..area }, Rect { y: area.y + top, height: area.height - top, ..area })
    };
    draw_table(frame, table, ctx, patient);
    if let Some(analyte) = all.get(cursor.at.min(all.len().saturating_sub(1))) {
        let block = Block::bordered().title(format!(" {} ", analyte.name)).title_style(ctx.theme.style(Role::Title));
        let hint = format!(" {} of {}: up, down   units: u ", cursor.at.min(all.len() - 1) + 1, all.len());
        let block = frames::bordered(block.title_bottom(Line::from(hint).right_aligned()), ctx);
        let inner = block.inner(chart);
        frame.render_widget(block, chart);
        // Counted on from the unit that is usual here.
        let usual = ctx.practice.unit_of(analyte);
        let first = analyte.units.iter().position(|known| known.unit == usual).unwrap_or(0);
        let unit = first.wrapping_add(unit) % analyte.units.len().max(1);
        frame.render_widget(Trend { course: &patient.course, analyte, unit, theme: &ctx.theme }, inner);
    }
}

fn draw_table(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: &Patient) {
    let block = Block::bordered().title(" Checkpoints ").title_style(ctx.theme.style(Role::Title));
    let block = frames::bordered(block, ctx);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let course = &patient.course;
    let theme = &ctx.theme;
    let scores: Vec<_> =
        course.checks.iter().filter(|c| c.checked.score().is_some()).map(|c| c.checked.score()).collect();
    let mut lines = vec![Line::from(vec![
        Span::styled(" Response  ", theme.style(Role::Dim)),
        Span::raw(course.response.sentence()),
        Span::styled(format!("  {}", spark(&scores, theme)), theme.style(Role::Accent)),
    ])];
    for slot in course.checkpoints.iter().filter(|s| s.state.is_open()).take(3) {
        let late = crate::clinic::interval::days_between(slot.visit, ctx.today());
        let when = if late > 0 { format!("{} late", words::days(late)) } else { words::day(slot.visit) };
        let role = if late >= 0 { Role::Due } else { Role::Dim };
        lines.push(Line::styled(
            format!(" {} {}: {when}: {}", theme.glyphs.check_planned, slot.label, asks(&slot.asks, ctx)),
            theme.style(role),
        ));
    }
    let whose = course.whose();
    for check in course.checks.iter().rev() {
        let score = check.checked.score().map(|s| format!("  symptoms {s}")).unwrap_or_default();
        lines.push(Line::from(vec![
            Span::styled(
                format!(" {} {}", theme.glyphs.check_done, words::day(check.checked.on)),
                theme.style(Role::Check),
            ),
            Span::styled(format!("  {}{score}", check.label), theme.style(Role::Banner)),
            Span::styled(sample(check), theme.style(Role::Dim)),
        ]));
        let results: Vec<_> = check
            .checked
            .labs
            .iter()
            .map(|r| {
                let analyte = ctx.practice.knowledge.lab(&r.analyte);
                let flag = analyte.and_then(|a| a.flag(r, whose)).map_or("", |f| f.letter());
                format!(
                    "{} {r}{}{flag}{}{}",
                    analyte.map_or(r.analyte.as_str(), |a| a.short.as_str()),
                    if flag.is_empty() { "" } else { " " },
                    b12(course, check, r),
                    r.beside()
                )
            })
            .collect();
        if !results.is_empty() {
            lines.push(Line::raw(format!("     {}", results.join("   "))));
        }
        let grades: Vec<_> = check
            .checked
            .symptoms
            .iter()
            .filter(|(_, g)| **g > 0)
            .map(|(id, g)| {
                format!("{} {g}", ctx.practice.knowledge.symptom(id).map_or(id.as_str(), |s| s.name.as_str()))
            })
            .collect();
        if !grades.is_empty() {
            lines.push(Line::styled(format!("     {}", grades.join(", ")), theme.style(Role::Dim)));
        }
        let kinds = ctx.practice.knowledge.confounders();
        let beside = check.checked.confounders.iter().map(|c| c.told(kinds));
        let more: Vec<_> = check.checked.returned_words().into_iter().chain(beside).collect();
        if !more.is_empty() {
            lines.push(Line::styled(format!("     {}", more.join("; ")), theme.style(Role::Dim)));
        }
    }
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), inner);
}

/// The day of the sample, where it is another than that of the look.
fn sample(check: &Check) -> String {
    check.checked.sampled.map(|day| format!("  sample of {}", words::day(day))).unwrap_or_default()
}

/// Beside a B12 value what its sample stands for: on treatment it says nothing of the response.
fn b12(course: &Course, check: &Check, result: &LabResult) -> String {
    if !result.analyte.ends_with("b12") || !result.is_done() {
        return String::new();
    }
    format!(" ({})", course.sample_words(check.checked.sample_day()))
}

fn asks(asks: &[String], ctx: &Ctx) -> String {
    let words: Vec<_> =
        asks.iter().map(|a| ctx.practice.knowledge.lab(a).map_or(a.as_str(), |l| l.short.as_str())).collect();
    words.join(", ")
}
