//! The plan tab: the five triage answers, the protocol with its source, and the questions that every chart answers.

use super::super::list::Cursor;
use crate::clinic::course::Repletion;
use crate::clinic::fit;
use crate::clinic::triage::{Anaemia, B12Status, Goal, Neuro};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::theme::Role;
use crate::tui::widgets::frame as frames;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};

/// Draws the tab.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: &Patient, cursor: Cursor) {
    let block = Block::bordered()
        .title(" Plan: what it is, where it comes from, what it is based on ")
        .title_style(ctx.theme.style(Role::Title));
    let block = frames::bordered(block, ctx);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let lines: Vec<_> = lines(patient, ctx).into_iter().skip(cursor.at).collect();
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), inner);
}

/// The lines of the tab.
pub(super) fn lines(patient: &Patient, ctx: &Ctx) -> Vec<Line<'static>> {
    let mut lines = questions(patient, ctx);
    lines.push(Line::raw(""));
    lines.extend(order(patient, ctx));
    lines.push(Line::raw(""));
    lines.extend(triage(patient, ctx));
    lines
}

fn row(ctx: &Ctx, label: &'static str, words: String) -> Line<'static> {
    Line::from(vec![Span::styled(format!(" {label:<22}"), ctx.theme.style(Role::Dim)), Span::raw(words)])
}

fn heading(ctx: &Ctx, words: &'static str) -> Line<'static> {
    Line::styled(format!(" {words}"), ctx.theme.style(Role::Title))
}

/// Q1 to Q4 of the brief.
pub(super) fn questions(patient: &Patient, ctx: &Ctx) -> Vec<Line<'static>> {
    let course = &patient.course;
    let repletion = match &course.repletion {
        Repletion::None => "none in this plan".to_owned(),
        Repletion::Ended(day) => format!("ended with the dose on {}", words::day(*day)),
        Repletion::Expected(day) => format!("with the dose planned for {}", words::day(*day)),
        Repletion::Review { on, event } => format!("when \"{event}\" is recorded; review {}", words::day(*on)),
    };
    let maintenance =
        course.order.as_ref().and_then(|(_, o)| o.phases.iter().find(|p| !p.kind.fills())).map(|p| p.rhythm_words());
    let next_check = course.next_checkpoint().map(|c| {
        let asks: Vec<_> =
            c.asks.iter().map(|a| ctx.practice.knowledge.lab(a).map_or(a.as_str(), |l| l.name.as_str())).collect();
        let late = if c.due < ctx.today() { " (late)" } else { "" };
        format!("{}{late} {}: {}", words::day(c.due), c.label, asks.join(", "))
    });
    vec![
        heading(ctx, "At a glance"),
        row(ctx, "Repletion ends", repletion),
        row(ctx, "Maintenance aimed at", maintenance.unwrap_or_else(|| "left to the review".to_owned())),
        row(ctx, "Confirmed next by", next_check.unwrap_or_else(|| "no checkpoint is planned".to_owned())),
        row(ctx, "Response so far", course.response.sentence().to_owned()),
        row(ctx, "Based on", based_on(patient, ctx)),
    ]
}

/// What the frequency is based on (brief Q4): cause, severity, goal.
fn based_on(patient: &Patient, ctx: &Ctx) -> String {
    let Some(t) = &patient.course.triage else { return "not triaged yet".to_owned() };
    let cause = ctx.practice.knowledge.cause(&t.cause).map_or(t.cause.as_str(), |c| c.name.as_str());
    let nerves = if t.is_neuro() { "neurologic involvement" } else { "no neurologic involvement" };
    let goal = if t.goal == Goal::Repletion { "repletion first" } else { "maintenance" };
    format!("{cause}; {nerves}; {goal}")
}

fn order(patient: &Patient, ctx: &Ctx) -> Vec<Line<'static>> {
    let Some((_, order)) = &patient.course.order else {
        return vec![Line::styled(" No plan is signed yet: o", ctx.theme.style(Role::Due))];
    };
    let mut lines = vec![
        heading(ctx, "Protocol, as signed"),
        row(ctx, "Name", order.name.clone()),
        row(ctx, "Form and route", format!("{}, {}", order.drug.tall_man(), order.route)),
        row(ctx, "First dose", words::day(order.start)),
        row(ctx, "Ordered by", order.prescriber.clone()),
        row(ctx, "Phases", fit::phases_line(order)),
        row(ctx, "Source", order.source.clone()),
    ];
    lines.extend(order.phases.iter().filter_map(|p| p.mark.clone()).map(|m| row(ctx, "Marked", m)));
    if let Some(because) = &order.because {
        lines.push(row(ctx, "Because", because.clone()));
    }
    for check in &order.checkpoints {
        let again = check.again.map(|a| format!(", again every {a}")).unwrap_or_default();
        lines.push(row(ctx, "Checkpoint", format!("{}, {} on{again}. {}", check.label, check.at, check.source)));
    }
    lines
}

fn triage(patient: &Patient, ctx: &Ctx) -> Vec<Line<'static>> {
    let Some(t) = &patient.course.triage else {
        return vec![Line::styled(" Not triaged yet: o", ctx.theme.style(Role::Due))];
    };
    let cause = ctx.practice.knowledge.cause(&t.cause);
    let cause_words =
        cause.map_or(t.cause.clone(), |c| format!("{} (lasts: {}; oral: {})", c.name, c.duration, c.oral));
    let neuro = Neuro::ALL.iter().find(|(l, _)| *l == t.neuro).map_or("", |(_, w)| w);
    let anaemia = Anaemia::ALL.iter().find(|(l, _)| *l == t.anaemia).map_or("", |(_, w)| w);
    let b12 = B12Status::ALL.iter().find(|(l, _)| *l == t.b12).map_or("", |(_, w)| w);
    let follow: Vec<_> = t
        .monitoring
        .symptoms
        .iter()
        .map(|s| ctx.practice.knowledge.symptom(s).map_or(s.as_str(), |s| s.name.as_str()))
        .collect();
    let goal = if t.goal == Goal::Repletion { "repletion first" } else { "maintenance" };
    let sight = if t.visual { "; sight affected" } else { "" };
    let pregnant = if t.pregnant { "; pregnant or breast-feeding" } else { "" };
    vec![
        heading(ctx, "Based on: the five answers (v asks them anew)"),
        row(ctx, "1 Why B12 is low", cause_words),
        row(
            ctx,
            "2 How severe",
            format!("neurologic {neuro}{sight}; anaemia {anaemia}; B12 {b12}{pregnant}").to_lowercase(),
        ),
        row(ctx, "3 Goal", goal.to_owned()),
        row(ctx, "4 Route and form", format!("{}, {}", t.route, t.drug.tall_man())),
        row(ctx, "5 Checked again", format!("after {}: {}", t.monitoring.first, follow.join(", "))),
    ]
}
