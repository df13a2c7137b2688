//! Words to read: why a date is what it is, which files could not be read.

use super::super::ctx::Ctx;
use super::super::effect::Effect;
use super::super::input::Input;
use super::super::keymap::{Action, Place};
use super::super::theme::Role;
use super::super::widgets::frame;
use super::super::widgets::wrapped::wrapped;
use super::list::Cursor;
use crate::clinic::entry::PatientId;
use crate::tui::keymap;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};
use std::cell::Cell;
use unicode_width::UnicodeWidthStr;
use zeroize::Zeroizing;

/// A page of words.
pub struct TextPage {
    title: String,
    lines: Vec<String>,
    cursor: Cursor,
    /// Whom it is about, for the banner.
    pub(super) patient: Option<PatientId>,
    /// What is shown this once.
    once: Option<Once>,
}

/// A recovery key, and whether anybody can have seen it yet.
struct Once {
    key: Zeroizing<String>,
    seen: Cell<bool>,
}

impl TextPage {
    /// Makes a page.
    #[must_use]
    pub fn new(title: &str, lines: Vec<String>) -> Self {
        Self { title: title.to_owned(), lines, cursor: Cursor::default(), patient: None, once: None }
    }

    /// Makes the page of a recovery key: it is shown this once, so that it is left by a key that nobody presses by chance.
    /// Where the records are encrypted it opens them too; `replaces` says that there was one before.
    #[must_use]
    pub fn of_recovery_key(key: &str, opens_records: bool, replaces: bool) -> Self {
        let opens = if opens_records {
            "It also opens the encrypted records. Without it, and with every passphrase forgotten, nobody opens them, ever."
        } else {
            "It opens no records: these are not encrypted, and nothing is lost where the key is."
        };
        let lines = [
            "Write this recovery key down now, on paper, or print it; keep it where the practice keeps its keys:",
            "",
            &format!("        {key}"),
            "",
            "It is shown this once; {key_page.accept} goes on, once it is written down. {key_page.print_out} prints it and leaves no file.",
            "",
            "With it an administrator who has lost the PIN or passphrase gets in again: at the sign-in screen, choose your name, {sign_in.recover}, type the key. After that there is a new one. Whoever has it gets in like an administrator.",
            "",
            opens,
        ];
        let older = ["", "A paper with an older key opens nothing any more: destroy it."];
        let older = older.iter().filter(|_| replaces);
        let lines = lines.iter().chain(older).map(|line| keymap::told(line)).collect();
        let once = Once { key: Zeroizing::new(key.to_owned()), seen: Cell::new(false) };
        Self { once: Some(once), ..Self::new("Recovery key", lines) }
    }

    /// Says something first.
    pub(in crate::tui) fn begin(&mut self, words: String) {
        self.lines.splice(0..0, [words, String::new()]);
    }

    /// Says more at the end.
    pub(in crate::tui) fn add(&mut self, words: String) {
        self.lines.extend([String::new(), words]);
    }

    /// Returns whether it is shown this once.
    pub(in crate::tui) fn is_shown_once(&self) -> bool {
        self.once.is_some()
    }

    pub(super) fn place(&self) -> Place {
        if self.is_shown_once() { Place::KeyPage } else { Place::Text }
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
    }

    pub(in crate::tui) fn title(&self) -> &str {
        &self.title
    }

    pub(super) fn update(&mut self, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        // What was typed ahead was meant for another screen.
        if self.once.as_ref().is_some_and(|once| !once.seen.get()) {
            return Vec::new();
        }
        if let Some(once) = self.once.as_ref().filter(|_| action == Some(Action::PrintOut)) {
            return vec![Effect::PrintKey(once.key.clone())];
        }
        if matches!(action, Some(Action::Back | Action::Accept)) {
            let seen = self.is_shown_once().then_some(Effect::KeySeen);
            return std::iter::once(Effect::Pop).chain(seen).collect();
        }
        let inner = inside(body);
        self.cursor.scroll(input, action, inner, self.broken(inner.width).len());
        // A key that does nothing says what does.
        let does_nothing = self.is_shown_once() && action.is_none() && matches!(input, Input::Key(_));
        let words =
            "This key is shown this once: write it down or print it ({key_page.print_out}), then {key_page.accept}.";
        does_nothing.then(|| Effect::Say(keymap::told(words))).into_iter().collect()
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        self.once.iter().for_each(|once| once.seen.set(true));
        let block = Block::bordered().title(format!(" {} ", self.title)).title_style(ctx.theme.style(Role::Title));
        let (inner, lines) = (inside(body), self.broken(inside(body).width));
        let (top, more) = self.cursor.page(lines.len(), inner.height);
        frame.render_widget(frame::bordered(block.title_bottom(Line::from(more).right_aligned()), ctx), body);
        frame.render_widget(Paragraph::new(lines.into_iter().skip(top).map(Line::raw).collect::<Vec<_>>()), inner);
    }

    /// The lines as they stand in a width.
    fn broken(&self, width: u16) -> Vec<String> {
        self.lines.iter().flat_map(|line| broken(line, usize::from(width))).collect()
    }
}

/// Where the words stand: inside the frame, with a blank column on either side.
fn inside(body: Rect) -> Rect {
    let inner = Block::bordered().inner(body);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
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
