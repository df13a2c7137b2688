//! The chosen patient's course in a glance, beside or below the worklist.

use crate::clinic::course::{Course, Repletion};
use crate::clinic::entry::Sums;
use crate::clinic::findings::Tier;
use crate::clinic::rights;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::theme::Role;
use crate::tui::widgets::frame;
use crate::tui::widgets::pen::Pen;
use crate::tui::widgets::timeline::{Timeline, TimelineState};
use crate::tui::widgets::wrapped::wrapped;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};

/// Draws the preview.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: Option<&Patient>) {
    let Some(patient) = patient else {
        frame.render_widget(frame::bordered(Block::bordered(), ctx), area);
        return;
    };
    let course = &patient.course;
    let Some(person) = &course.person else { return };
    let room = usize::from(area.width).saturating_sub(4);
    let identity = format!(" · {} · #{}", words::born(person.born), person.number);
    let identity = if ctx.theme.ascii { identity.replace('·', "-") } else { identity };
    let name =
        frame::cut(&person.name(), room.saturating_sub(identity.chars().count()).max(4), ctx.theme.glyphs.ellipsis);
    frame::boxed(frame, area, &format!(" {name}{identity} "), ctx);
    let inner = Block::bordered().inner(area);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let wide = inner.height >= 12;
    let head = plan_lines(course, ctx, usize::from(inner.width));
    let lines_high = (head.len() as u16).min(inner.height);
    for (line, y) in head.iter().zip(inner.y..inner.y + lines_high) {
        Pen::on(frame.buffer_mut(), Rect { y, height: 1, ..inner }).line(line);
    }
    let gap = u16::from(wide);
    let rest = Rect { y: inner.y + lines_high + gap, height: inner.height.saturating_sub(lines_high + gap), ..inner };
    let state = TimelineState::new(course);
    let strip = if course.doses.is_empty() { 0 } else { rest.height.min(if wide { 5 } else { 3 }) };
    frame.render_widget(
        Timeline::new(course, &ctx.practice, &state, &ctx.theme).compact(),
        Rect { height: strip, ..rest },
    );
    let below = Rect { y: rest.y + strip + gap, height: rest.height.saturating_sub(strip + gap), ..rest };
    frame.render_widget(Paragraph::new(facts(course, ctx)).wrap(Wrap { trim: false }), below);
}

fn plan_lines(course: &Course, ctx: &Ctx, width: usize) -> Vec<Line<'static>> {
    let theme = &ctx.theme;
    let mut lines = Vec::new();
    if let Some((_, order)) = &course.order {
        let phase = course.phase_now().map(|p| format!("{}, {}", p.kind.title(), p.rhythm)).unwrap_or_default();
        let neuro = course.triage.as_ref().is_some_and(|t| t.is_neuro());
        let sign = if neuro { format!("{} neurologic: ", theme.glyphs.attention) } else { String::new() };
        lines.push(Line::from(vec![
            Span::styled(sign, theme.style(Role::Due)),
            Span::styled(phase, theme.style(Role::Banner)),
        ]));
        // Cut in sight: "no neurological signs" without its end would say the contrary.
        let plan = format!("{} · {}", order.drug.tall_man(), order.name);
        lines.push(Line::styled(frame::cut(&plan, width, theme.glyphs.ellipsis), theme.style(Role::Dim)));
    } else {
        lines.push(Line::styled("No plan is signed yet: o", theme.style(Role::Due)));
    }
    if let Some(cover) = course.cover.as_ref().filter(|_| course.next_dose().is_some()) {
        let role = if cover.allows(course.today) { Role::Text } else { Role::Stop };
        lines.push(Line::styled(words::begun(&cover.words(course.today)), theme.style(role)));
    }
    let unsigned = course.unsigned().filter(|_| course.next_dose().is_some());
    let unsigned = unsigned.map(|words| format!("{} {words}", theme.glyphs.attention));
    let unsigned = unsigned.iter().flat_map(|words| wrapped(words, width));
    lines.extend(unsigned.map(|line| Line::styled(line, theme.style(Role::Due))));
    // Paused, on tablets, stopped: said before any date.
    let standing = course.standing.as_ref().map(|s| format!("{} {}", theme.glyphs.attention, s.words()));
    lines.extend(standing.map(|words| Line::styled(words, theme.style(Role::Due))));
    lines
}

/// What the nurse needs before the chart: the last dose and look, the next site, the first finding.
fn facts(course: &Course, ctx: &Ctx) -> Vec<Line<'static>> {
    let theme = &ctx.theme;
    let label = |name: &'static str| Span::styled(format!("{name:<12}"), theme.style(Role::Dim));
    let mut lines = Vec::new();
    if let Some(finding) = course.findings.first() {
        let (role, word) = match finding.tier {
            Tier::Stop => (Role::Stop, "STOP "),
            Tier::Reason => (Role::Late, ""),
            Tier::Note => (Role::Note, ""),
        };
        lines.push(Line::styled(format!("{} {word}{}", theme.glyphs.attention, finding.text), theme.style(role)));
    }
    if let Some((slot, given)) = course.given().next_back() {
        let site = given.given.site.map(|s| format!(" · {}", s.to_string().to_lowercase())).unwrap_or_default();
        let lot = given.given.lot.as_deref().map(|l| format!(" · lot {l}")).unwrap_or_default();
        lines.push(Line::from(vec![
            label("Last dose"),
            Span::raw(format!("{}{site}{lot}", words::day(given.given.on))),
        ]));
        if let Some(site) = rights::suggest_site(course, &ctx.practice, slot.route, 1.0) {
            lines.push(Line::from(vec![label("Next site"), Span::raw(site.to_string())]));
        }
    }
    if let Some(check) = course.checks.last() {
        let before = Sums::beside(&check.checked, course.checks.iter().rev().skip(1).map(|c| &c.checked));
        let scores = match (before, check.checked.score()) {
            (Some(Sums { was, only: None, .. }), Some(now)) => {
                format!(" · symptoms {was} {} {now}", theme.glyphs.arrow)
            }
            (Some(sums), Some(now)) => format!(" · symptoms {now} ({})", sums.words()),
            (None, Some(now)) => format!(" · symptoms {now}"),
            (_, None) => String::new(),
        };
        lines.push(Line::from(vec![
            label("Last check"),
            Span::raw(format!("{}{scores}", words::day(check.checked.on))),
        ]));
    }
    let repletion = match &course.repletion {
        Repletion::None => None,
        Repletion::Ended(day) => Some(format!("ended {}", words::day(*day))),
        Repletion::Expected(day) => Some(format!("ends {}", words::day(*day))),
        Repletion::Review { on, .. } => Some(format!("review {}", words::day(*on))),
    };
    if let Some(words) = repletion {
        lines.push(Line::from(vec![label("Repletion"), Span::raw(words)]));
    }
    lines.push(Line::from(vec![label("Response"), Span::raw(course.response.sentence())]));
    lines
}
