//! The timeline tab: the course on one axis, the words for what is under the cursor, what needs attention.

use super::attention;
use crate::clinic::course::Standing;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::theme::Role;
use crate::tui::widgets::frame as frames;
use crate::tui::widgets::timeline::{Timeline, TimelineState};
use crate::tui::widgets::told::told as words_in;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};

/// With fewer lines what every chart answers at a glance is not drawn.
const LEAST_GLANCE: u16 = 8;

/// The areas: the axis with its rows, the words under it, what needs attention.
pub(super) fn areas(area: Rect, patient: &Patient, ctx: &Ctx, state: &TimelineState) -> (Rect, Rect, Rect) {
    let words = if area.height >= 16 { 3 } else { 2 };
    let drawn = Timeline::new(&patient.course, &ctx.practice, state, &ctx.theme).height();
    let room = area.height.saturating_sub(drawn + words + 3);
    let wanted = attention::height(patient, ctx, area.width, most_for_findings(patient, ctx, area.width, room));
    let attention = wanted.min(area.height.saturating_sub(words + 8)).max(wanted.min(3));
    let top = area.height.saturating_sub(attention).min(drawn + words + 3).max(area.height.min(8));
    let inner = Block::bordered().inner(Rect { height: top, ..area });
    let axis = Rect { height: inner.height.saturating_sub(words), ..inner };
    let told = Rect { y: axis.bottom(), height: inner.height - axis.height, ..inner };
    let rest = Rect { y: area.y + top, height: (area.height - top).min(wanted), ..area };
    (axis, told, rest)
}

/// How high the findings may grow below the axis: what the glance leaves where it fits beside one, else all of it.
fn most_for_findings(patient: &Patient, ctx: &Ctx, width: u16, room: u16) -> u16 {
    if patient.course.findings.len() < 2 {
        return 0;
    }
    let one = attention::height(patient, ctx, width, 0);
    if room < one + LEAST_GLANCE {
        return room;
    }
    let lines = super::plan::questions(patient, ctx, usize::from(width.saturating_sub(3))).len();
    let glance = u16::try_from(lines + 2).unwrap_or(u16::MAX).max(LEAST_GLANCE);
    room.saturating_sub(glance).max(one)
}

/// Draws the tab.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: &Patient, state: &TimelineState) {
    let (axis, told, attention) = areas(area, patient, ctx, state);
    let whole = Rect { height: (axis.height + told.height + 2).min(area.height), ..area };
    let block = Block::bordered().title(title(patient, ctx, area.width)).title_style(ctx.theme.style(Role::Title));
    let block = block.title_top(Line::from(format!(" {} ", state.zoom.words())).right_aligned());
    frame.render_widget(frames::bordered(block, ctx), whole);
    frame.render_widget(Timeline::new(&patient.course, &ctx.practice, state, &ctx.theme), axis);
    let lines = state.event(&patient.course).map(|event| super::said(patient, ctx, &event)).unwrap_or_default();
    // A blank column stands before the words.
    let width = usize::from(told.width.saturating_sub(1));
    let role = |is_head| ctx.theme.style(if is_head { Role::Banner } else { Role::Text });
    let lines = words_in(&lines, width, usize::from(told.height), ctx.theme.glyphs.ellipsis);
    let lines: Vec<_> =
        lines.into_iter().map(|(is_head, line)| Line::styled(format!(" {line}"), role(is_head))).collect();
    frame.render_widget(Paragraph::new(lines), told);
    if attention.height > 2 {
        attention::draw(frame, attention, ctx, patient);
    }
    let below = whole.height + attention.height;
    draw_glance(frame, Rect { y: area.y + below, height: area.height.saturating_sub(below), ..area }, ctx, patient);
}

fn title(patient: &Patient, ctx: &Ctx, width: u16) -> String {
    let words = match &patient.course.order {
        None => "No plan is signed yet: o".to_owned(),
        Some(_) if patient.course.has_ended() => {
            let standing = patient.course.standing.as_ref().map(Standing::words).unwrap_or_default();
            format!("No plan is running: {standing}")
        }
        Some((_, order)) => format!(
            "{} {} · {} · ordered by {}",
            order.drug.tall_man(),
            order.route.short(),
            order.name,
            order.prescriber
        ),
    };
    let words = if ctx.theme.ascii { words.replace('·', "-") } else { words };
    format!(" {} ", frames::cut(&words, usize::from(width.saturating_sub(16)), ctx.theme.glyphs.ellipsis))
}

/// Draws what every chart answers at a glance, where there is room left.
fn draw_glance(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx, patient: &Patient) {
    if area.height < LEAST_GLANCE {
        return;
    }
    let lines = super::plan::questions(patient, ctx, usize::from(area.width.saturating_sub(3)));
    let area = Rect { height: area.height.min(u16::try_from(lines.len() + 2).unwrap_or(u16::MAX)), ..area };
    let block = frames::bordered(Block::bordered(), ctx);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    frame.render_widget(Paragraph::new(lines), inner);
}
