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
use crate::tui::widgets::wrapped::wrapped;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};
use unicode_width::UnicodeWidthStr;

/// The analytes that have results, in the library's order.
pub(super) fn analytes<'a>(patient: &Patient, ctx: &'a Ctx) -> Vec<&'a Analyte> {
    let has =
        |a: &&Analyte| patient.course.checks.iter().any(|c| c.checked.lab(&a.id).is_some_and(|r| r.value.is_some()));
    ctx.practice.knowledge.labs().iter().filter(has).collect()
}

/// The table, and the chosen lab's line where there is one: side by side on a wide screen.
fn areas(area: Rect, has_labs: bool) -> (Rect, Rect) {
    if !has_labs {
        (area, Rect { height: 0, ..area })
    } else if area.width >= 100 {
        let left = area.width / 2;
        (Rect { width: left, ..area }, Rect { x: area.x + left, width: area.width - left, ..area })
    } else {
        let top = area.height / 2;
        (Rect { height: top, ..area }, Rect { y: area.y + top, height: area.height - top, ..area })
    }
}

/// Where the lines of the table stand.
pub(super) fn table(area: Rect, has_labs: bool) -> Rect {
    Block::bordered().inner(areas(area, has_labs).0)
}

/// How many lines the table takes in a width.
pub(super) fn height(patient: &Patient, ctx: &Ctx, width: u16) -> usize {
    lines(patient, ctx, width).len()
}

/// Draws the tab; one cursor chooses the lab, the other is the first line of the table.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    ctx: &Ctx,
    patient: &Patient,
    (cursor, scrolled): (Cursor, Cursor),
    unit: usize,
) {
    let all = analytes(patient, ctx);
    let (table, chart) = areas(area, !all.is_empty());
    draw_table(frame, table, ctx, patient, (scrolled, all.is_empty()));
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

fn draw_table(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: &Patient, (scrolled, is_alone): (Cursor, bool)) {
    let block = Block::bordered().title(" Checkpoints ").title_style(ctx.theme.style(Role::Title));
    let inner = block.inner(area);
    let lines = lines(patient, ctx, inner.width);
    let key = if is_alone { "down" } else { "PageDown" };
    let (top, more) = scrolled.page_by(lines.len(), inner.height, key);
    frame.render_widget(frames::bordered(block.title_bottom(Line::from(more).right_aligned()), ctx), area);
    frame.render_widget(Paragraph::new(lines.into_iter().skip(top).collect::<Vec<_>>()), inner);
}

/// The lines of the table, broken as they are shown: what is open, then what was recorded, the latest first.
fn lines(patient: &Patient, ctx: &Ctx, width: u16) -> Vec<Line<'static>> {
    let mut page = Page { ctx, width: usize::from(width), lines: Vec::new() };
    let course = &patient.course;
    let theme = &ctx.theme;
    let scores: Vec<_> =
        course.checks.iter().filter(|c| c.checked.score().is_some()).map(|c| c.checked.score()).collect();
    let response = format!(" Response  {}  {}", course.response.sentence(), spark(&scores, theme));
    if response.width() <= page.width {
        page.lines.push(Line::from(vec![
            Span::styled(" Response  ", theme.style(Role::Dim)),
            Span::raw(course.response.sentence()),
            Span::styled(format!("  {}", spark(&scores, theme)), theme.style(Role::Accent)),
        ]));
    } else {
        page.say(Role::Text, 1, &response);
    }
    for slot in course.checkpoints.iter().filter(|s| s.state.is_open()).take(3) {
        let late = crate::clinic::interval::days_between(slot.visit, ctx.today());
        let when = if late > 0 { format!("{} late", words::days(late)) } else { words::day(slot.visit) };
        let role = if late >= 0 { Role::Due } else { Role::Dim };
        let words = format!(
            "{} {}: {when}: {}",
            theme.glyphs.check_planned,
            slot.label,
            ctx.practice.knowledge.asked(&slot.asks)
        );
        page.say(role, 1, &words);
    }
    course.checks.iter().rev().for_each(|check| look(&mut page, check, course));
    page.lines
}

/// One look: its day and sum, its results, grades, what else happened, and its note.
fn look(page: &mut Page<'_>, check: &Check, course: &Course) {
    let theme = &page.ctx.theme;
    let known = &page.ctx.practice.knowledge;
    let score = check.checked.score().map(|s| format!("  symptoms {s}")).unwrap_or_default();
    let day = format!(" {} {}", theme.glyphs.check_done, words::day(check.checked.on));
    let what = format!("  {}{score}", check.label);
    let sampled = sample(check);
    if day.width() + what.width() + sampled.width() <= page.width {
        page.lines.push(Line::from(vec![
            Span::styled(day, theme.style(Role::Check)),
            Span::styled(what, theme.style(Role::Banner)),
            Span::styled(sampled, theme.style(Role::Dim)),
        ]));
    } else {
        page.say(Role::Banner, 1, &format!("{}{what}{sampled}", day.trim_start()));
    }
    let results: Vec<_> = check.checked.labs.iter().map(|r| result(page.ctx, course, check, r)).collect();
    page.say(Role::Text, 5, &results.join("   "));
    let grade = |(id, g): (&String, &u8)| format!("{} {g}", known.symptom(id).map_or(id.as_str(), |s| s.name.as_str()));
    let grades: Vec<_> = check.checked.symptoms.iter().filter(|(_, g)| **g > 0).map(grade).collect();
    page.say(Role::Dim, 5, &grades.join(", "));
    let beside = check.checked.confounders.iter().map(|c| c.told(known.confounders()));
    let more: Vec<_> = check.checked.returned_words().into_iter().chain(beside).collect();
    page.say(Role::Dim, 5, &more.join("; "));
    let note = check.checked.note.as_ref().map(|note| format!("Note: {note}"));
    page.say(Role::Text, 5, &note.unwrap_or_default());
}

/// A result with its flag and what its sample stands for.
fn result(ctx: &Ctx, course: &Course, check: &Check, result: &LabResult) -> String {
    let analyte = ctx.practice.knowledge.lab(&result.analyte);
    let flag = analyte.and_then(|a| a.flag(result, course.whose())).map_or("", |f| f.letter());
    format!(
        "{} {result}{}{flag}{}{}",
        analyte.map_or(result.analyte.as_str(), |a| a.short.as_str()),
        if flag.is_empty() { "" } else { " " },
        b12(course, check, result),
        result.beside()
    )
}

/// Lines that are broken at the width in which they are shown.
struct Page<'a> {
    ctx: &'a Ctx,
    width: usize,
    lines: Vec<Line<'static>>,
}

impl Page<'_> {
    /// Writes words behind an indent, also where they go on; nothing where there are none.
    fn say(&mut self, role: Role, indent: usize, words: &str) {
        let words = words.trim();
        if words.is_empty() {
            return;
        }
        let room = self.width.saturating_sub(indent).max(16);
        let lines = if words.width() <= room { vec![words.to_owned()] } else { wrapped(words, room) };
        let style = self.ctx.theme.style(role);
        self.lines.extend(lines.into_iter().map(|line| Line::styled(format!("{:indent$}{line}", ""), style)));
    }
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
