//! A list's cursor: which line is chosen and which lines are in view. Knows nothing of what the lines say.

use super::super::input::Input;
use super::super::keymap::Action;
use crate::clinic::words;
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
    /// Stands on a line.
    pub(super) fn on(line: usize) -> Self {
        Self { at: line, ..Self::default() }
    }

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

    /// Scrolls a page of so many lines by key or wheel: the cursor is the first one that is shown, and the last page stays full,
    /// whatever the screen's size was when the cursor was put there.
    pub(super) fn scroll(&mut self, input: &Input, action: Option<Action>, area: Rect, lines: usize) {
        let tops = lines.saturating_sub(usize::from(area.height)) + 1;
        self.clamp(tops);
        if !matches!(input, Input::Click(_)) {
            let _: Moved = self.input(input, action, area, tops);
        }
    }

    /// Returns the first line of a page that is shown, and the words for what lies below it: ` 7 more lines: down `.
    pub(super) fn page(self, lines: usize, height: u16) -> (usize, String) {
        self.page_by(lines, height, "down")
    }

    /// Returns the same where another key leads down.
    pub(super) fn page_by(self, lines: usize, height: u16, key: &str) -> (usize, String) {
        let tops = lines.saturating_sub(usize::from(height));
        let top = self.at.min(tops);
        let below = words::plural(i64::try_from(tops - top).unwrap_or(i64::MAX), "more line");
        (top, if top < tops { format!(" {below}: {key} ") } else { String::new() })
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

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Rect = Rect { x: 0, y: 0, width: 80, height: 10 };

    fn pressed(cursor: &mut Cursor, action: Action, lines: usize) {
        cursor.scroll(&Input::Wheel(ratatui::layout::Position::new(200, 200), 0), Some(action), AREA, lines);
    }

    #[test]
    fn the_last_page_stays_full_and_every_key_counts() {
        let mut cursor = Cursor::default();
        pressed(&mut cursor, Action::Last, 12);
        assert_eq!(cursor.page(12, 10), (2, String::new()));
        pressed(&mut cursor, Action::Down, 12);
        pressed(&mut cursor, Action::Up, 12);
        assert_eq!(cursor.page(12, 10), (1, " 1 more line: down ".to_owned()), "one key up after one too many down");
        pressed(&mut cursor, Action::First, 12);
        assert_eq!(cursor.page(12, 10), (0, " 2 more lines: down ".to_owned()));
        pressed(&mut cursor, Action::Last, 4);
        assert_eq!(cursor.page(4, 10), (0, String::new()), "a page that fits does not move");
    }

    #[test]
    fn a_larger_screen_shows_the_last_page_full() {
        let mut cursor = Cursor::default();
        pressed(&mut cursor, Action::Last, 30);
        assert_eq!(cursor.at, 20);
        assert_eq!(cursor.page(30, 25).0, 5);
        let tall = Rect { height: 25, ..AREA };
        cursor.scroll(&Input::Wheel(ratatui::layout::Position::new(0, 0), 0), Some(Action::Up), tall, 30);
        assert_eq!(cursor.at, 4);
    }
}
