//! One field: its label, its value, and what a key does to it.

use super::super::input::{Key, clean};
use super::keys::{self, Taken};
use crate::clinic::{people, roles};
use tui_input::{Input as TextInput, InputRequest};
use unicode_width::UnicodeWidthStr as _;

/// The box before an option, a blank, and another one behind it.
const BOX: u16 = 5;

/// A field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its id, by which prompts and drafts know it.
    pub id: String,
    /// The label on its left.
    pub label: String,
    /// What kind of value it holds.
    pub kind: Kind,
    /// What to type here; shown while it has the focus.
    pub hint: String,
    /// What stands on its right: the last value, a computed one.
    pub aside: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// A heading above it.
    pub section: Option<String>,
    /// Whether it is left out now.
    pub hidden: bool,
    /// Whether a draft keeps it; an identity that was checked once is asked anew.
    pub kept: bool,
    /// The column on a wide screen, 0 or 1.
    pub column: u8,
    /// Whether what is typed is a secret: dots stand for it.
    pub is_secret: bool,
    /// Whether several options stand side by side, where there is room.
    pub(super) in_row: bool,
    /// Names that are known here, each with its initials: initials or a beginning fill in the whole name.
    pub(super) names: Vec<(String, String)>,
    /// Whether nothing but digits is taken.
    pub(super) digits: bool,
    /// The letters that were typed ahead to choose an option.
    pub(super) ahead: String,
    /// What was chosen before they were typed.
    pub(super) before: usize,
    /// The field for what a list does not have, and the option that says so.
    pub(super) or_in: Option<(String, String)>,
    /// What the last key has to be told; it stands in the place of the hint.
    pub(super) said: Option<String>,
}

/// The kinds of fields.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Free text, a date, a number: the prompt reads it.
    Text {
        /// The editor.
        input: TextInput,
        /// The most characters that fit its meaning.
        most: usize,
        /// Whether the first letter typed takes the place of what stands there.
        fresh: bool,
    },
    /// One of a list.
    Choice {
        /// Ids and words.
        options: Vec<(String, String)>,
        /// The chosen one.
        at: usize,
        /// How many lines the open list takes; 0 shows only the chosen one.
        lines: u16,
    },
    /// Several of a list.
    Many {
        /// Ids, words, and whether each is on.
        options: Vec<(String, String, bool)>,
        /// The one under the cursor.
        at: usize,
    },
    /// A grade from 0 to 4; blank is not asked, never zero.
    Scale {
        /// The grade.
        grade: Option<u8>,
    },
    /// A line to read.
    Words,
}

impl Field {
    fn new(id: &str, label: &str, kind: Kind) -> Self {
        Self {
            id: id.to_owned(),
            label: label.to_owned(),
            kind,
            hint: String::new(),
            aside: String::new(),
            error: None,
            section: None,
            hidden: false,
            kept: true,
            column: 0,
            is_secret: false,
            in_row: false,
            names: Vec::new(),
            digits: false,
            ahead: String::new(),
            before: 0,
            or_in: None,
            said: None,
        }
    }

    /// Makes a text field.
    #[must_use]
    pub fn text(id: &str, label: &str, value: &str) -> Self {
        Self::new(id, label, Kind::Text { input: TextInput::new(value.to_owned()), most: 200, fresh: false })
    }

    /// Makes a choice that shows the chosen option only.
    #[must_use]
    pub fn choice(id: &str, label: &str, options: Vec<(String, String)>, chosen: &str) -> Self {
        let at = options.iter().position(|(id, _)| id == chosen).unwrap_or(0);
        Self::new(id, label, Kind::Choice { options, at, lines: 0 })
    }

    /// Makes a choice that shows its list.
    #[must_use]
    pub fn list(id: &str, label: &str, options: Vec<(String, String)>, chosen: &str, lines: u16) -> Self {
        let mut field = Self::choice(id, label, options, chosen);
        if let Kind::Choice { lines: shown, .. } = &mut field.kind {
            *shown = lines;
        }
        field
    }

    /// Makes a field of several yes-or-no options.
    #[must_use]
    pub fn many(id: &str, label: &str, options: Vec<(String, String, bool)>) -> Self {
        Self::new(id, label, Kind::Many { options, at: 0 })
    }

    /// Puts its options side by side, in one line.
    #[must_use]
    pub fn in_row(mut self) -> Self {
        self.in_row = true;
        self
    }

    /// Returns how wide each option of a row is; `None` where they stand below each other.
    pub(super) fn cell(&self) -> Option<u16> {
        let Kind::Many { options, .. } = &self.kind else { return None };
        let widest = options.iter().map(|(_, words, _)| words.width()).max().unwrap_or(0);
        self.in_row.then_some(u16::try_from(widest).unwrap_or(u16::MAX).saturating_add(BOX))
    }

    /// Makes a grade from 0 to 4.
    #[must_use]
    pub fn scale(id: &str, label: &str) -> Self {
        Self::new(id, label, Kind::Scale { grade: None })
    }

    /// Makes a line to read.
    #[must_use]
    pub fn words(id: &str, words: &str) -> Self {
        Self::new(id, words, Kind::Words)
    }

    /// Sets the hint.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        hint.clone_into(&mut self.hint);
        self
    }

    /// Knows these names, each with its initials: initials or a beginning fill in the whole name.
    #[must_use]
    pub fn names(mut self, names: Vec<(String, String)>) -> Self {
        self.names = names;
        self
    }

    /// Letters that none of its options has go to the field for words, and the option that stands for it is chosen.
    #[must_use]
    pub fn or_in(mut self, words: &str, option: &str) -> Self {
        self.or_in = Some((words.to_owned(), option.to_owned()));
        self
    }

    /// Takes nothing but digits.
    #[must_use]
    pub fn digits(mut self) -> Self {
        self.digits = true;
        self
    }

    /// Sets what stands on the right.
    #[must_use]
    pub fn aside(mut self, aside: &str) -> Self {
        aside.clone_into(&mut self.aside);
        self
    }

    /// Sets the heading above.
    #[must_use]
    pub fn section(mut self, title: &str) -> Self {
        self.section = Some(title.to_owned());
        self
    }

    /// Puts the field into the second column of a wide screen.
    #[must_use]
    pub fn right(mut self) -> Self {
        self.column = 1;
        self
    }

    /// What stands here is somebody's own: a letter typed adds to it.
    pub(in crate::tui) fn touch(&mut self) {
        if let Kind::Text { fresh, .. } = &mut self.kind {
            *fresh = false;
        }
    }

    /// What is typed is shown as dots, and no draft keeps it.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.is_secret = true;
        self.not_kept()
    }

    /// A draft does not keep it.
    #[must_use]
    pub fn not_kept(mut self) -> Self {
        self.kept = false;
        self
    }

    /// Returns whether it is one or several of a list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        !matches!(self.kind, Kind::Text { .. })
    }

    /// Returns whether what stands here was filled in by the program and nobody changed it.
    #[must_use]
    pub fn is_prefilled(&self) -> bool {
        matches!(self.kind, Kind::Text { fresh: true, .. })
    }

    /// What stands here was filled in by the program: the first letter typed takes its place.
    #[must_use]
    pub fn prefilled(mut self) -> Self {
        if let Kind::Text { fresh, .. } = &mut self.kind {
            *fresh = true;
        }
        self
    }

    /// Limits a text to so many characters.
    #[must_use]
    pub fn most(mut self, characters: usize) -> Self {
        if let Kind::Text { most, .. } = &mut self.kind {
            *most = characters;
        }
        self
    }

    /// Returns whether the focus can stand here.
    #[must_use]
    pub fn takes_focus(&self) -> bool {
        !self.hidden && !matches!(self.kind, Kind::Words)
    }

    /// Returns the value as text: what was typed, the chosen id, the ids that are on, the grade.
    #[must_use]
    pub fn value(&self) -> String {
        match &self.kind {
            Kind::Text { input, .. } => input.value().to_owned(),
            Kind::Choice { options, at, .. } => options.get(*at).map(|(id, _)| id.clone()).unwrap_or_default(),
            Kind::Many { options, .. } => {
                options.iter().filter(|(_, _, on)| *on).map(|(id, _, _)| id.as_str()).collect::<Vec<_>>().join(",")
            }
            Kind::Scale { grade } => grade.map(|g| g.to_string()).unwrap_or_default(),
            Kind::Words => String::new(),
        }
    }

    /// Puts a value in; one that the field cannot hold changes nothing.
    pub fn set_value(&mut self, value: &str) {
        match &mut self.kind {
            Kind::Text { input, .. } => *input = TextInput::new(clean(value)),
            Kind::Choice { options, at, .. } => *at = options.iter().position(|(id, _)| id == value).unwrap_or(*at),
            Kind::Many { options, .. } => {
                let on: Vec<_> = value.split(',').collect();
                options.iter_mut().for_each(|(id, _, is_on)| *is_on = on.contains(&id.as_str()));
            }
            Kind::Scale { grade } => *grade = value.parse().ok().filter(|g| *g <= 4),
            Kind::Words => {}
        }
    }

    /// Picks an option by its place in the list.
    pub(super) fn pick(&mut self, option: usize) {
        match &mut self.kind {
            Kind::Choice { options, at, .. } if option < options.len() => *at = option,
            Kind::Many { options, at } => {
                if let Some((_, _, on)) = options.get_mut(option) {
                    *on = !*on;
                    *at = option;
                }
            }
            Kind::Scale { grade } => *grade = u8::try_from(option).ok().filter(|g| *g <= 4),
            _ => {}
        }
    }

    pub(super) fn paste(&mut self, text: &str) -> bool {
        self.said = None;
        let Kind::Text { input, most, fresh } = &mut self.kind else {
            self.said = Some(format!("Nothing can be pasted here. {}", self.hint));
            return false;
        };
        let text: String = clean(text).chars().filter(|c| !self.digits || c.is_ascii_digit()).collect();
        if text.trim().is_empty() {
            self.said = self.digits.then(|| format!("{DIGITS} {}", self.hint));
            return false;
        }
        if std::mem::take(fresh) {
            input.handle(InputRequest::DeleteLine);
        }
        let most = *most;
        let room = most.saturating_sub(input.value().chars().count());
        for c in text.chars().take(room) {
            input.handle(InputRequest::InsertChar(c));
        }
        self.tell_name();
        if text.chars().count() > room {
            self.said = Some(full(most));
        }
        room > 0
    }

    pub(super) fn key(&mut self, key: Key) -> Taken {
        self.said = None;
        let is_letter = matches!(key, Key::Char(_));
        if self.digits && matches!(key, Key::Char(c) if !c.is_ascii_digit()) {
            self.said = Some(format!("{DIGITS} {}", self.hint));
            return Taken::Yes;
        }
        let ahead = std::mem::take(&mut self.ahead);
        let taken = match &mut self.kind {
            Kind::Text { input, most, fresh } => {
                let is_full = is_letter && !*fresh && input.value().chars().count() >= *most;
                self.said = is_full.then(|| full(*most));
                keys::text(input, *most, fresh, key)
            }
            Kind::Choice { options, at, lines } => {
                self.before = if ahead.is_empty() { *at } else { self.before };
                let (taken, ahead) = keys::choice((options, at, *lines > 0), ahead, key);
                self.said = keys::unknown(options, &ahead);
                // A word that was meant for another field chooses nothing, however it begins.
                if self.said.is_some() && !keys::is_whole(options, *at, &ahead) {
                    *at = self.before.min(options.len().saturating_sub(1));
                }
                self.ahead = ahead;
                taken
            }
            // In a row they lead to the next field, as everywhere else.
            Kind::Many { .. } if self.in_row && matches!(key, Key::Up | Key::Down) => Taken::No,
            Kind::Many { options, at } => keys::many(options, at, key),
            Kind::Scale { grade } => keys::scale(grade, key),
            Kind::Words => Taken::No,
        };
        if is_letter && taken == Taken::No {
            self.said = Some(format!("This key chooses nothing here. {}", self.hint));
        }
        taken
    }

    /// Forgets what the last key was told, and the letters that were typed ahead.
    pub(super) fn calm(&mut self) {
        self.ahead.clear();
        self.said = None;
    }

    /// Returns the whole name that is meant by what was typed; `None` where none is, or where several are.
    pub(super) fn meant(&self) -> Option<&str> {
        people::meant(&self.names, &self.value())
    }

    /// Says what becomes of the name so far.
    pub(super) fn tell_name(&mut self) {
        let typed = self.value();
        if self.names.is_empty() || typed.trim().chars().count() < 2 {
            return;
        }
        self.said = match self.meant() {
            Some(name) if roles::is(name, &typed) => None,
            Some(name) => Some(format!("Tab fills in {name}.")),
            None => Some("No prescriber here has this name. A doctor outside? Then the whole name.".to_owned()),
        };
    }
}

const DIGITS: &str = "Digits alone stand here.";

/// Says that a field is full.
fn full(most: usize) -> String {
    format!("No more fits here, {most} characters are the most: what was beyond that is not in it.")
}
