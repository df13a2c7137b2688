//! All keys of a screen, from the one table of actions.

use super::super::ctx::Ctx;
use super::super::effect::Effect;
use super::super::input::Input;
use super::super::keymap::{Action, Place};
use super::super::theme::Role;
use super::super::widgets::frame;
use super::super::widgets::wrapped::wrapped;
use super::list::Cursor;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};
use unicode_width::UnicodeWidthStr;

/// How wide a label is, and what stands before the sentence of a key.
const LABEL: usize = 14;
const BEFORE: usize = 20 + LABEL + 1;

/// The help of one place.
pub struct Help {
    place: Place,
    cursor: Cursor,
}

impl Help {
    /// Opens on the keys of a place.
    #[must_use]
    pub fn on(place: Place) -> Self {
        Self { place, cursor: Cursor::default() }
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        if action == Some(Action::Back) {
            return vec![Effect::Pop];
        }
        let inner = Block::bordered().inner(body);
        self.cursor.scroll(input, action, inner, self.lines(ctx, inner.width).len());
        Vec::new()
    }

    fn lines(&self, ctx: &Ctx, width: u16) -> Vec<Line<'static>> {
        let room = usize::from(width).saturating_sub(BEFORE).max(16);
        let theme = &ctx.theme;
        let mut lines = Vec::new();
        let mut group = None;
        for binding in ctx.keymap.help(self.place) {
            if group != Some(binding.group) {
                group = Some(binding.group);
                if !lines.is_empty() {
                    lines.push(Line::raw(""));
                }
                lines.push(Line::styled(binding.group.title(), theme.style(Role::Title)));
            }
            let key = Span::styled(format!("  {:<18}", binding.keys()), theme.style(Role::Key));
            let label = format!("{:<LABEL$} ", binding.label);
            // A long label has its line to itself, so that every help begins in one column.
            let is_long = label.width() > LABEL + 1;
            let mut first = vec![key, Span::raw(label)];
            if is_long {
                lines.push(Line::from(std::mem::take(&mut first)));
            }
            for (i, words) in wrapped(&binding.help, room).into_iter().enumerate() {
                let words = Span::styled(words, theme.style(Role::Dim));
                let before =
                    if i == 0 && !is_long { std::mem::take(&mut first) } else { vec![Span::raw(" ".repeat(BEFORE))] };
                lines.push(Line::from_iter(before.into_iter().chain([words])));
            }
        }
        lines.push(Line::raw(""));
        lines.push(Line::styled("Signs", theme.style(Role::Title)));
        let g = theme.glyphs;
        for (sign, words) in [
            (g.given, "given on time"),
            (g.off_time, "given late or early"),
            (g.not_given, "not given"),
            (g.due, "due now"),
            (g.planned, "planned"),
            (g.check_done, "checkpoint recorded"),
            (g.check_planned, "checkpoint planned"),
            (g.attention, "needs attention now"),
        ] {
            lines.push(Line::from(vec![
                Span::styled(format!("  {sign:<18}"), theme.style(Role::Key)),
                Span::raw(words),
            ]));
        }
        lines.push(Line::raw(""));
        let foot = [
            "The mouse works too: click a line, a tab, a field, a button, a key in the footer; the wheel scrolls.",
            "Cobalog shows what a published protocol says, with its source. It never prescribes: a person signs.",
        ];
        lines.extend(foot.iter().flat_map(|words| wrapped(words, usize::from(width).max(16))).map(Line::raw));
        lines
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let block = Block::bordered().title(" Keys ").title_style(ctx.theme.style(Role::Title));
        let inner = block.inner(body);
        let lines = self.lines(ctx, inner.width);
        let (top, more) = self.cursor.page(lines.len(), inner.height);
        frame.render_widget(frame::bordered(block.title_bottom(Line::from(more).right_aligned()), ctx), body);
        frame.render_widget(Paragraph::new(lines.into_iter().skip(top).collect::<Vec<_>>()), inner);
    }
}
