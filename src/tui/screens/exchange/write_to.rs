//! Where does the file go? A name that is free is proposed; a file that is there is never replaced.

use super::super::super::ctx::Ctx;
use super::super::super::exchange::{Wish, Written};
use super::super::super::input::{Input, Key, clean};
use super::super::super::keymap::Action;
use super::super::super::theme::Role;
use super::Step;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::path::{Path, PathBuf};

pub(super) struct WriteTo {
    written: Written,
    path: String,
}

impl WriteTo {
    pub(super) fn new(written: Written, path: &Path) -> Self {
        Self { written, path: path.display().to_string() }
    }

    pub(super) fn update(&mut self, input: &Input, action: Option<Action>) -> Step {
        match (action, input) {
            (Some(Action::Back), _) => return Step::Back,
            (Some(Action::Open), _) => {
                let path = PathBuf::from(self.path.trim());
                if !path.is_absolute() {
                    return Step::Say("Type the whole path of the file, with its folder.".to_owned());
                }
                return Step::Run("Written", Wish::Write(self.written, path));
            }
            (_, Input::Key(Key::Char(c))) => self.path.push(*c),
            (_, Input::Paste(text)) => self.path.push_str(&clean(text)),
            (_, Input::Key(Key::Backspace)) => drop(self.path.pop()),
            (_, Input::Key(Key::Ctrl('u'))) => self.path.clear(),
            _ => {}
        }
        Step::Stay
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        let theme = &ctx.theme;
        let lines = vec![
            Line::styled(self.written.words(), theme.style(Role::Banner)),
            Line::raw(""),
            Line::raw("Where does the file go? Enter writes it."),
            Line::raw(""),
            Line::styled(self.path.clone(), theme.style(Role::Focus)),
            Line::raw(""),
            Line::styled(
                "It holds the data of patients, and is not encrypted: put it where only those are who may read it, and delete it when it was handed on.",
                theme.style(Role::Note),
            ),
        ];
        super::page(frame, body, ctx, lines);
    }
}
