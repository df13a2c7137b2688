//! The recovery key as it is read from paper: shown in groups, with a caret, so that a wrong letter is mended where it stands.

use crate::clinic::recovery::{self, GROUPS, IN_GROUP};
use crate::tui::input::Key;
use zeroize::{Zeroize as _, Zeroizing};

/// A group more than a key has: who types one twice sees it.
const MOST: usize = (GROUPS + 1) * IN_GROUP;

/// What was typed of it.
pub(super) struct PaperKey {
    letters: Zeroizing<String>,
    /// How many letters stand before the caret.
    caret: usize,
    is_hidden: bool,
}

impl Default for PaperKey {
    fn default() -> Self {
        // As long as it gets: a text that grows leaves its beginning in the memory.
        Self { letters: Zeroizing::new(String::with_capacity(MOST)), caret: 0, is_hidden: false }
    }
}

impl PaperKey {
    /// Puts in what is a letter or a digit of a text.
    pub(super) fn put(&mut self, text: &str) {
        for letter in recovery::letters(text) {
            if self.letters.len() < MOST {
                self.letters.insert(self.caret, letter);
                self.caret += 1;
            }
        }
    }

    /// Handles a key that moves or takes away; returns whether it is one.
    pub(super) fn key(&mut self, key: Key) -> bool {
        match key {
            Key::Left => self.caret = self.caret.saturating_sub(1),
            Key::Right => self.caret = (self.caret + 1).min(self.letters.len()),
            Key::Home => self.caret = 0,
            Key::End => self.caret = self.letters.len(),
            Key::Backspace if self.caret > 0 => {
                self.caret -= 1;
                self.letters.remove(self.caret);
            }
            Key::Delete if self.caret < self.letters.len() => drop(self.letters.remove(self.caret)),
            Key::Ctrl('u') => {
                self.letters.zeroize();
                self.caret = 0;
            }
            Key::Backspace | Key::Delete => {}
            _ => return false,
        }
        true
    }

    /// Hides it from who stands by, or shows it again.
    pub(super) fn turn(&mut self) {
        self.is_hidden = !self.is_hidden;
    }

    pub(super) fn is_hidden(&self) -> bool {
        self.is_hidden
    }

    pub(super) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// Names the first group that cannot be right.
    pub(super) fn wrong(&self) -> Option<String> {
        recovery::wrong(&self.letters)
    }

    pub(super) fn letters(&self) -> Zeroizing<String> {
        self.letters.clone()
    }

    /// Returns it as the screen shows it, and the column of the caret.
    pub(super) fn shown(&self, dot: &str) -> (Zeroizing<String>, usize) {
        let groups = recovery::grouped(&self.letters);
        let column = (self.caret + self.caret / IN_GROUP).min(groups.len());
        let hidden = || groups.chars().map(|c| if c == '-' { "-" } else { dot }).collect::<String>();
        (if self.is_hidden { Zeroizing::new(hidden()) } else { groups }, column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_mended_where_it_stands() {
        let mut key = PaperKey::default();
        key.put("abcd-efxh");
        assert_eq!(&*key.shown("*").0, "ABCD-EFXH");
        [Key::Left, Key::Backspace].into_iter().for_each(|k| assert!(key.key(k)));
        key.put("g");
        assert_eq!((key.shown("*").0.as_str(), key.shown("*").1), ("ABCD-EFGH", 8));
        key.turn();
        assert_eq!(&*key.shown("*").0, "****-****");
        assert!(key.key(Key::Home) && key.key(Key::Backspace) && key.key(Key::Delete) && !key.key(Key::Enter));
        assert_eq!(&**key.letters(), "BCDEFGH");
    }
}
