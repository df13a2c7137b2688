//! Words to read: why a date is what it is, which files could not be read.

use super::super::ctx::Ctx;
use super::super::effect::Effect;
use super::super::input::Input;
use super::super::keymap::Action;
use super::super::theme::Role;
use super::super::widgets::frame;
use super::super::widgets::wrapped::wrapped;
use super::list::Cursor;
use crate::clinic::entry::PatientId;
use crate::clinic::words;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};
use unicode_width::UnicodeWidthStr;

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
        let inner = block.inner(body);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        let from_here = self.lines.iter().skip(self.cursor.at);
        let lines: Vec<_> = from_here.flat_map(|line| broken(line, usize::from(inner.width))).collect();
        let below = lines.len().saturating_sub(usize::from(inner.height)) as i64;
        let more = if below > 0 { format!(" {}: down ", words::plural(below, "more line")) } else { String::new() };
        frame.render_widget(frame::bordered(block.title_bottom(Line::from(more).right_aligned()), ctx), body);
        frame.render_widget(Paragraph::new(lines.into_iter().map(Line::raw).collect::<Vec<_>>()), inner);
    }
}

/// Breaks a line that is too wide; what follows keeps its indent. One that fits keeps its columns.
fn broken(line: &str, width: usize) -> Vec<String> {
    if line.width() <= width {
        return vec![line.to_owned()];
    }
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let lines = wrapped(text, width.saturating_sub(indent).max(1));
    lines.into_iter().map(|part| format!("{:indent$}{part}", "")).collect()
}
