//! Digits that go on from a field that was left as soon as it was full: a birthday's year.

use super::super::input::Key;
use super::Form;
use super::field::Field;

const SAID: &str =
    "The year of birth is not needed: it was taken off again here. Should it be meant here, type it anew.";

/// What may still come of them, and where they come to stand meanwhile.
#[derive(Clone, Debug)]
pub(super) struct Tail {
    /// The digits that are still to come.
    left: String,
    at: usize,
    /// The field as it was; `None` on a button.
    before: Option<Field>,
}

impl Form {
    /// Takes these digits, should they be typed next and whole, for what goes on from the field that was left: whatever has the
    /// focus now stays as it is.
    pub fn expect_tail(&mut self, digits: &str) {
        let before = self.fields.get(self.focus).cloned();
        self.tail = Some(Tail { left: digits.to_owned(), at: self.focus, before });
    }

    /// Looks whether a key goes on in the tail. Returns whether the tail is whole with it; any other key ends the waiting.
    pub(super) fn is_last_of_tail(&mut self, key: Key) -> bool {
        let focus = self.focus;
        let goes_on = |tail: &&mut Tail| matches!(key, Key::Char(c) if tail.at == focus && tail.left.starts_with(c));
        match self.tail.as_mut().filter(goes_on) {
            Some(tail) => tail.left.remove(0),
            None => {
                self.tail = None;
                return false;
            }
        };
        self.tail.as_ref().is_some_and(|tail| tail.left.is_empty())
    }

    /// Puts the field back as it was before the tail; returns its id, which has changed.
    pub(super) fn without_tail(&mut self) -> Option<String> {
        let Tail { at, before, .. } = self.tail.take()?;
        let (field, before) = (self.fields.get_mut(at)?, before?);
        *field = Field { said: Some(SAID.to_owned()), ..before };
        Some(field.id.clone())
    }
}
