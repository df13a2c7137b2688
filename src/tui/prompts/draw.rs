//! Draws a prompt: the form, a picture beside it, notes above the buttons.

use super::super::ctx::Ctx;
use super::super::form::{FormView, Layout as FormLayout};
use super::super::theme::Role;
use super::super::widgets::frame;
use super::PromptScreen;
use crate::clinic::words;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Paragraph, Wrap};

impl PromptScreen {
    /// Draws the prompt into the body of the screen.
    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx) {
        let areas = self.areas(ctx, area);
        frame.render_widget(Clear, area);
        let title = format!(" {} ", self.prompt.title());
        let block = Block::bordered().title(title).title_style(ctx.theme.style(Role::Title));
        frame.render_widget(frame::bordered(block, ctx), areas.outer);
        let view = FormView { form: self.prompt.form(), theme: &ctx.theme, reserve: areas.reserve };
        frame.render_widget(&view, areas.form);
        if let Some(cursor) = view.cursor(areas.form) {
            frame.set_cursor_position(cursor);
        }
        if areas.picture.width > 0 {
            self.prompt.picture(frame, areas.picture, ctx);
        }
        let (notes, above, below) = self.shown_notes(&areas, ctx);
        let lines = Paragraph::new(self.lines(ctx, areas.notes.width)).wrap(Wrap { trim: false });
        frame.render_widget(lines.scroll((above, 0)), notes);
        if notes.height < areas.notes.height {
            let words = match below {
                0 => "PageUp: what stands above".to_owned(),
                more => format!("{}: PageDown", words::plural(i64::from(more), "more line")),
            };
            let last = Rect { y: notes.bottom(), height: 1, ..notes };
            frame.render_widget(Line::styled(words, ctx.theme.style(Role::Dim)).right_aligned(), last);
        }
    }

    /// The part of the notes' place that they are shown in, and how many lines stand above and below it; where they do not fit
    /// and may be turned, the last line says so. Notes that became fewer, or got more room, are never turned out of sight.
    fn shown_notes(&self, areas: &Areas, ctx: &Ctx) -> (Rect, u16, u16) {
        let all = self.note_height(ctx, areas.notes.width);
        if all <= areas.notes.height || !self.prompt.scrolls() {
            return (areas.notes, 0, 0);
        }
        let notes = Rect { height: areas.notes.height.saturating_sub(1), ..areas.notes };
        let beyond = all.saturating_sub(notes.height);
        let above = self.above.min(beyond);
        (notes, above, beyond - above)
    }

    /// How many lines stand above after the notes were turned.
    pub(super) fn turned(&self, down: bool, areas: &Areas, ctx: &Ctx) -> u16 {
        let (notes, above, below) = self.shown_notes(areas, ctx);
        let page = notes.height.saturating_sub(1).max(1);
        if down { above + page.min(below) } else { above.saturating_sub(page) }
    }

    fn lines(&self, ctx: &Ctx, width: u16) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        if let Some(failed) = &self.failed {
            lines.push(Line::styled(failed.clone(), ctx.theme.style(Role::Stop)));
        }
        lines.extend(self.news.clone().map(|news| Line::styled(news, ctx.theme.style(Role::Due))));
        lines.extend(self.prompt.notes(ctx, width));
        lines
    }

    pub(super) fn areas(&self, ctx: &Ctx, area: Rect) -> Areas {
        let wanted = self.prompt.picture_width();
        let width = if wanted > 60 { area.width } else { area.width.min(124) };
        let outer = Rect { x: area.x + (area.width - width) / 2, width, ..area };
        let inner = Block::bordered().border_type(BorderType::Plain).inner(outer);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        let with_picture = wanted > 0 && inner.width >= wanted.min(inner.width / 2) + 48 && inner.width >= 78;
        let picture_width = if with_picture { wanted.min(inner.width.saturating_sub(46)) } else { 0 };
        let left = Rect { width: inner.width - picture_width, ..inner };
        let picture = Rect { x: left.right(), width: picture_width, ..inner };
        // Notes that can be turned leave the words for a field whole.
        let hint = if self.prompt.scrolls() { FormLayout::own_hint(self.prompt.form(), left.width) } else { 1 };
        let lines = self.note_height(ctx, left.width).min(left.height.saturating_sub(5 + hint));
        // No taller than what it holds: the eye finds the button under the last field.
        let form = self.prompt.form();
        let holds = FormLayout::height(form, left.width) + lines + FormLayout::longest_hint(form, left.width) + 3;
        let spare = left.height.saturating_sub(holds.max(if picture_width > 0 { 15 } else { 0 }));
        let spare = if wanted > 60 { 0 } else { spare };
        let (outer, left, picture) = (shorter(outer, spare), shorter(left, spare), shorter(picture, spare));
        let foot = FormLayout::foot(form, left, lines);
        let notes = Rect { y: left.bottom().saturating_sub(foot + lines).max(left.y), height: lines, ..left };
        Areas { outer, form: left, reserve: lines, notes, picture }
    }

    fn note_height(&self, ctx: &Ctx, width: u16) -> u16 {
        frame::wrapped(self.lines(ctx, width), width)
    }
}

fn shorter(area: Rect, by: u16) -> Rect {
    Rect { height: area.height.saturating_sub(by), ..area }
}

/// Where the parts of a prompt stand.
pub(super) struct Areas {
    outer: Rect,
    pub(super) form: Rect,
    /// Lines above the buttons that belong to the notes.
    pub(super) reserve: u16,
    notes: Rect,
    picture: Rect,
}

/// The part of the screen that a prompt has: under header and banner, above the footer.
#[must_use]
pub fn body(area: Rect, with_banner: bool) -> Rect {
    frame::parts(area, with_banner).body
}
