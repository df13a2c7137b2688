//! What was taken in, the latest first; one is undone by its key, twice.

use super::super::super::ctx::Ctx;
use super::super::super::exchange::Wish;
use super::super::super::input::Input;
use super::super::super::keymap::Action;
use super::super::super::theme::Role;
use super::super::list::Cursor;
use super::Step;
use super::lines::{List, NONE, areas};
use crate::clinic::intake::Import;
use crate::clinic::words;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

pub(super) struct Made {
    imports: Vec<Import>,
    cursor: Cursor,
    /// The line whose undoing was asked for once.
    asked: Option<usize>,
}

impl Made {
    pub(super) fn new(imports: Vec<Import>) -> Self {
        Self { imports, cursor: Cursor::default(), asked: None }
    }

    pub(super) fn update(&mut self, input: &Input, action: Option<Action>, body: Rect) -> Step {
        self.cursor.input(input, action, areas(body, 3).1, self.imports.len());
        // Whatever comes between takes the question back.
        if action != Some(Action::PutAway) {
            self.asked = None;
        }
        match action {
            Some(Action::Back) => Step::Back,
            Some(Action::PutAway) => self.undo(),
            _ => Step::Stay,
        }
    }

    fn undo(&mut self) -> Step {
        let Some(import) = self.imports.get(self.cursor.at) else { return Step::Stay };
        if import.struck == import.entries {
            return Step::Say("All of it is struck out already.".to_owned());
        }
        if self.asked == Some(self.cursor.at) {
            return Step::Run("Struck out", Wish::Undo(Box::new(import.clone())));
        }
        self.asked = Some(self.cursor.at);
        let entries = words::plural((import.entries - import.struck) as i64, "entry");
        Step::Say(format!("u once more strikes out {entries} of {}.", import.file))
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let theme = &ctx.theme;
        let head = vec![
            Line::styled("What was taken in; u undoes what the cursor is on.", theme.style(Role::Banner)),
            Line::raw(""),
            Line::styled(
                format!("  {:<22} {:<24} {:>6} {:>7} {:>10}", "When", "File", "Charts", "Entries", "Struck out"),
                theme.style(Role::Dim),
            ),
        ];
        let told = match self.imports.get(self.cursor.at) {
            None => "Nothing was taken in yet.".to_owned(),
            Some(import) => format!("{} by {}. Its number on the command line: {}.", import.file, import.by, import.id),
        };
        let list = List {
            title: " Exchange ",
            head,
            count: self.imports.len(),
            cursor: self.cursor,
            none: NONE,
            told,
            more: "",
        };
        list.draw(frame, body, ctx, |at, pen, style| {
            let Some(import) = self.imports.get(at) else { return };
            let when = format!("{} {}", words::day(import.at.date_naive()), import.at.format("%H:%M"));
            pen.column(&when, 22, "", style(Role::Dim));
            pen.blank(1, style(Role::Text));
            pen.column(&import.file, 24, theme.glyphs.ellipsis, style(Role::Text));
            let counts = format!(" {:>6} {:>7} {:>10}", import.charts, import.entries, import.struck);
            pen.write(&counts, style(Role::Text));
        });
    }
}
