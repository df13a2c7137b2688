//! A list's cursor: which line is chosen and which lines are in view. Knows nothing of what the lines say.

use super::super::input::Input;
use super::super::keymap::Action;
use ratatui::layout::Rect;

/// The chosen line of a list.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    pub(super) at: usize,
    /// How far the last key moved it.
    step: isize,
}

/// What an input meant to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    No,
    Yes,
    /// The chosen line was clicked again.
    Opened,
}

impl Cursor {
    /// Returns the first line in view, so that the chosen one is.
    pub(super) fn top(self, lines: usize, height: u16) -> usize {
        let height = usize::from(height.max(1));
        let last_top = lines.saturating_sub(height);
        self.at.saturating_sub(height / 2).min(last_top)
    }

    /// Keeps the cursor within a list that became shorter.
    pub(super) fn clamp(&mut self, lines: usize) {
        self.at = self.at.min(lines.saturating_sub(1));
    }

    /// Returns the lines where the next key is likely to lead: on by the same step, to the next line, to the one before.
    pub(super) fn likely(self) -> impl Iterator<Item = usize> {
        let step = Some(self.step).filter(|step| step.abs() > 1);
        step.into_iter().chain([1, -1]).filter_map(move |step| self.at.checked_add_signed(step))
    }

    /// Moves by key, wheel or click; `area` is where the lines stand.
    pub(super) fn input(&mut self, input: &Input, action: Option<Action>, area: Rect, lines: usize) -> Moved {
        let before = self.at;
        let moved = self.moved(input, action, area, lines);
        self.step = self.at.cast_signed() - before.cast_signed();
        moved
    }

    fn moved(&mut self, input: &Input, action: Option<Action>, area: Rect, lines: usize) -> Moved {
        let last = lines.saturating_sub(1);
        let page = usize::from(area.height.max(2)) - 1;
        let before = self.at;
        match (action, input) {
            (Some(Action::Up), _) => self.at = self.at.saturating_sub(1),
            (Some(Action::Down), _) => self.at = (self.at + 1).min(last),
            (Some(Action::PageUp), _) => self.at = self.at.saturating_sub(page),
            (Some(Action::PageDown), _) => self.at = (self.at + page).min(last),
            (Some(Action::First), _) => self.at = 0,
            (Some(Action::Last), _) => self.at = last,
            (_, Input::Wheel(_, by)) if *by < 0 => self.at = self.at.saturating_sub(3),
            (_, Input::Wheel(_, _)) => self.at = (self.at + 3).min(last),
            (_, Input::Click(at)) if area.contains(*at) => {
                let line = self.top(lines, area.height) + usize::from(at.y - area.y);
                if line >= lines {
                    return Moved::No;
                }
                self.at = line;
                return if line == before { Moved::Opened } else { Moved::Yes };
            }
            _ => return Moved::No,
        }
        Moved::Yes
    }
}
