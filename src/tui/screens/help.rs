//! All keys of a screen, from the one table of actions.

use super::super::ctx::Ctx;
use super::super::effect::Effect;
use super::super::input::Input;
use super::super::keymap::{Action, Place};
use super::super::theme::Role;
use super::super::widgets::frame;
use super::list::Cursor;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};

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
        let width = usize::from(body.width.saturating_sub(2)).max(1);
        let lines: usize = self.lines(ctx).iter().map(|l| l.width().div_ceil(width).max(1)).sum();
        let below = lines.saturating_sub(usize::from(body.height.saturating_sub(2)));
        self.cursor.input(input, action, body, below + 1);
        Vec::new()
    }

    fn lines(&self, ctx: &Ctx) -> Vec<Line<'static>> {
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
            lines.push(Line::from(vec![
                key,
                Span::raw(format!("{:<14} ", binding.label)),
                Span::styled(binding.help.clone(), theme.style(Role::Dim)),
            ]));
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
        lines.push(Line::raw(
            "The mouse works too: click a line, a tab, a field, a button, a key in the footer; the wheel scrolls.",
        ));
        lines.push(Line::raw(
            "Cobalog shows what a published protocol says, with its source. It never prescribes: a person signs.",
        ));
        lines
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let block = Block::bordered().title(" Keys ").title_style(ctx.theme.style(Role::Title));
        let block = frame::bordered(block, ctx);
        let inner = block.inner(body);
        frame.render_widget(block, body);
        let scrolled = (self.cursor.at.min(usize::from(u16::MAX)) as u16, 0);
        frame.render_widget(Paragraph::new(self.lines(ctx)).wrap(Wrap { trim: false }).scroll(scrolled), inner);
    }
}
