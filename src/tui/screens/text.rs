//! Words to read: why a date is what it is, which files could not be read.

use super::super::ctx::Ctx;
use super::super::effect::Effect;
use super::super::input::Input;
use super::super::keymap::Action;
use super::super::theme::Role;
use super::super::widgets::frame;
use super::list::Cursor;
use crate::clinic::entry::PatientId;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph, Wrap};

/// A page of words.
pub struct TextPage {
    title: String,
    lines: Vec<String>,
    cursor: Cursor,
    /// Whom it is about, for the banner.
    pub(super) patient: Option<PatientId>,
}

impl TextPage {
    /// Makes a page.
    #[must_use]
    pub fn new(title: &str, lines: Vec<String>) -> Self {
        Self { title: title.to_owned(), lines, cursor: Cursor::default(), patient: None }
    }

    /// Says whom it is about.
    #[must_use]
    pub fn about(mut self, patient: PatientId) -> Self {
        self.patient = Some(patient);
        self
    }

    /// Says something else from now on.
    pub(in crate::tui) fn tell(&mut self, lines: Vec<String>) {
        self.lines = lines;
        self.cursor.clamp(self.lines.len());
    }

    pub(in crate::tui) fn title(&self) -> &str {
        &self.title
    }

    pub(super) fn update(&mut self, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        if action == Some(Action::Back) {
            return vec![Effect::Pop];
        }
        self.cursor.input(input, action, body, self.lines.len());
        Vec::new()
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let block = Block::bordered().title(format!(" {} ", self.title)).title_style(ctx.theme.style(Role::Title));
        let block = frame::bordered(block, ctx);
        let inner = block.inner(body);
        frame.render_widget(block, body);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        let lines: Vec<Line<'_>> = self.lines.iter().skip(self.cursor.at).map(|l| Line::raw(l.as_str())).collect();
        frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), inner);
    }
}
