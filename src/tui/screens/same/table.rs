//! The two charts side by side, a line a fact; what differs is marked.

use super::State;
use crate::clinic::course::Course;
use crate::clinic::drug::mcg;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::theme::Role;
use crate::tui::widgets::frame::fit;
use crate::tui::widgets::wrapped::wrapped;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

const LABEL: usize = 10;
/// So many of the last doses are shown, as a dose in both is what matters most.
const DOSES: usize = 4;

/// Returns the lines of the table, and under it what comes of joining.
pub(super) fn lines(older: &Patient, newer: &Patient, state: State, ctx: &Ctx, width: usize) -> Vec<Line<'static>> {
    let (one, other) = (facts(older, ctx), facts(newer, ctx));
    // Beyond this the eye loses the line.
    let column = (width.saturating_sub(LABEL + 4) / 2).min(58);
    let titles = match state {
        State::Apart => ("Older chart", "Newer chart"),
        _ => ("Older chart: its number stays", "Newer chart"),
    };
    let title = format!("{:LABEL$}  {}  {}", "", fit(titles.0, column, ""), fit(titles.1, column, ""));
    let mut lines = vec![Line::raw(""), Line::styled(title, ctx.theme.style(Role::Title))];
    for ((label, left), (_, right)) in one.into_iter().zip(other) {
        lines.extend(row(label, &left, &right, column, ctx));
    }
    if state == State::Open {
        lines.push(Line::raw(""));
        lines.extend(wrapped(&after(older, newer), width.max(1)).into_iter().map(Line::raw));
    }
    lines
}

fn row(label: &str, left: &[String], right: &[String], column: usize, ctx: &Ctx) -> Vec<Line<'static>> {
    let theme = &ctx.theme;
    let is_same = left == right;
    let cell = |text: &[String]| -> Vec<String> { text.iter().flat_map(|t| wrapped(t, column.max(1))).collect() };
    let (one, other) = (cell(left), cell(right));
    let style = theme.style(if is_same { Role::Dim } else { Role::Text });
    let sign = if is_same { " " } else { theme.glyphs.attention };
    (0..one.len().max(other.len()))
        .map(|n| {
            let text = |all: &[String]| {
                let text = all.get(n).cloned().unwrap_or_default();
                fit(&text, column.max(text.width().min(column)), theme.glyphs.ellipsis)
            };
            let (sign, label) = if n == 0 { (sign, label) } else { (" ", "") };
            Line::from(vec![
                Span::styled(format!("{sign} "), theme.style(Role::Due)),
                Span::styled(format!("{label:LABEL$}"), theme.style(Role::Dim)),
                Span::styled(text(&one), style),
                Span::raw("  "),
                Span::styled(text(&other), style),
            ])
        })
        .collect()
}

/// What tells two people apart, and what is at stake.
fn facts(patient: &Patient, ctx: &Ctx) -> Vec<(&'static str, Vec<String>)> {
    let course = &patient.course;
    let person = course.person.as_ref();
    let text = |pick: &dyn Fn(&crate::clinic::patient::Person) -> String| vec![person.map(pick).unwrap_or_default()];
    let triage = course.triage.as_ref();
    let cause = triage.map(|t| ctx.practice.knowledge.cause(&t.cause).map_or(t.cause.clone(), |c| c.name.clone()));
    let first = patient.chart.entries().first();
    let entered = first.map(|e| format!("{} by {}", words::day(e.at.date_naive()), e.by)).unwrap_or_default();
    vec![
        ("Name", text(&|p| p.name())),
        ("Born", text(&|p| words::born(p.born))),
        ("Number", text(&|p| format!("#{}", p.number))),
        ("Phone", text(&|p| p.phone.clone().unwrap_or_else(|| "none".to_owned()))),
        ("Sex", text(&|p| p.sex.word().to_owned())),
        ("Doses", doses(course)),
        ("Plan", vec![plan(course)]),
        ("Cause", vec![cause.unwrap_or_else(|| "no triage yet".to_owned())]),
        ("Allergies", text(&|p| p.allergies.words())),
        ("Caution", text(&|p| p.caution.clone().unwrap_or_else(|| "none".to_owned()))),
        ("Entered", vec![entered]),
        ("Entries", vec![patient.chart.entries().len().to_string()]),
    ]
}

fn plan(course: &Course) -> String {
    match (&course.order, course.standing.as_ref()) {
        (_, Some(standing)) => standing.words(),
        (Some((_, order)), None) => format!("{}, from {}", order.name, words::day(order.start)),
        (None, None) => "none signed".to_owned(),
    }
}

fn doses(course: &Course) -> Vec<String> {
    let given: Vec<_> = course.given().map(|(_, g)| &g.given).collect();
    let line = |g: &&crate::clinic::entry::Given| {
        let lot = g.lot.as_deref().map(|lot| format!(", {lot}")).unwrap_or_default();
        format!("{} {}{lot}", words::born(g.on), mcg(g.dose_mcg))
    };
    let all: Vec<_> = given.iter().rev().take(DOSES).map(line).collect();
    if all.is_empty() { vec!["none given".to_owned()] } else { all }
}

/// Says before anybody signs which number and which plan hold after it.
fn after(older: &Patient, newer: &Patient) -> String {
    let number = |p: &Patient| p.course.person.as_ref().map(|p| p.number.clone()).unwrap_or_default();
    let plan = super::super::super::prompts::plan_that_holds(older, newer);
    let plan = plan.map(|words| format!(" {words}")).unwrap_or_default();
    format!("If they are one patient: #{} stays, and #{} still finds it.{plan}", number(older), number(newer))
}
