//! Words that were typed into a list which has none of them, and go to the field for words beside it.

use super::field::{Field, Kind};
use super::{Form, FormEvent, keys};
use tui_input::InputRequest;

impl Form {
    /// Letters that a list has nothing for go on in the field for words beside it, where there is one.
    pub(super) fn move_to_words(&mut self) -> Option<FormEvent> {
        let list = self.fields.get(self.focus)?;
        let (words, other) = list.or_in.clone()?;
        let (letters, is_whole) = list.unmatched()?;
        let at = self.fields.iter().position(|field| field.id == words)?;
        if is_whole && self.fields[at].hidden {
            return None;
        }
        let list = &mut self.fields[self.focus];
        if !is_whole {
            list.set_value(&other);
        }
        list.calm();
        list.error = None;
        let id = list.id.clone();
        let field = &mut self.fields[at];
        field.hidden = false;
        field.go_on_with(&letters);
        (self.focus, self.touched, self.went_on) = (at, true, true);
        Some(FormEvent::Changed(id))
    }
}

impl Field {
    /// Returns what was typed ahead and none of the options has, and whether it begins with the whole of the chosen one: then
    /// that stays chosen, and the rest is more words to it.
    fn unmatched(&self) -> Option<(String, bool)> {
        let Kind::Choice { options, at, .. } = &self.kind else { return None };
        keys::unknown(options, &self.ahead)?;
        let is_whole = keys::is_whole(options, *at, &self.ahead);
        let whole = options.get(*at).filter(|_| is_whole).map_or(0, |(_, words)| words.chars().count());
        Some((self.ahead.chars().skip(whole).collect::<String>().trim_start().to_owned(), is_whole))
    }

    /// Goes on with letters that were typed into the list beside.
    fn go_on_with(&mut self, letters: &str) {
        let Kind::Text { input, most, fresh } = &mut self.kind else { return };
        if std::mem::take(fresh) {
            input.handle(InputRequest::DeleteLine);
        }
        input.handle(InputRequest::GoToEnd);
        let parts = !letters.is_empty() && !input.value().is_empty() && !input.value().ends_with(' ');
        let room = most.saturating_sub(input.value().chars().count());
        let letters = parts.then_some(' ').into_iter().chain(letters.chars()).take(room);
        for c in letters {
            input.handle(InputRequest::InsertChar(c));
        }
        self.said = Some("None of the list begins so: it is written here.".to_owned());
    }
}
