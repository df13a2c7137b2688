//! The kit that every prompt is made of: fields in order, a focus, two buttons. Typing, drawing and clicking agree,
//! because all three ask the same layout.

mod beside;
mod draw;
mod field;
mod keys;
mod layout;
mod tail;

pub use draw::FormView;
pub use field::{Field, Kind};
pub use layout::{Layout, Spot};

use super::input::{Input, Key};
use super::keymap::Action;
use crate::clinic::roles;
use ratatui::layout::{Position, Rect};
use std::collections::BTreeMap;

/// What came of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormEvent {
    /// Nothing, or only the focus moved.
    Nothing,
    /// The field with this id has another value.
    Changed(String),
    /// The person signs.
    Submit,
    /// The person wants out.
    Cancel,
}

/// Fields in order, and which of them has the focus. After the fields come the two buttons.
#[derive(Clone, Debug)]
pub struct Form {
    fields: Vec<Field>,
    focus: usize,
    /// The word on the first button.
    pub sign: String,
    touched: bool,
    tail: Option<tail::Tail>,
    /// Whether the focus has just gone on by itself: a Tab that is typed with it out of habit goes on no further.
    went_on: bool,
}

impl Form {
    /// Makes a form with the focus on its first field.
    #[must_use]
    pub fn new(fields: Vec<Field>) -> Self {
        let mut form =
            Self { fields, focus: 0, sign: "Sign and save".to_owned(), touched: false, tail: None, went_on: false };
        form.focus = form.stops().first().copied().unwrap_or(form.fields.len());
        form
    }

    /// Names the first button.
    #[must_use]
    pub fn signed_by(mut self, word: &str) -> Self {
        word.clone_into(&mut self.sign);
        self
    }

    /// Returns the fields.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Returns a field for the prompt to change: options, asides, errors.
    pub fn field_mut(&mut self, id: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|f| f.id == id)
    }

    /// Returns a field.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.id == id)
    }

    /// Returns a field's value as text; empty where there is no such field.
    #[must_use]
    pub fn text(&self, id: &str) -> String {
        self.field(id).map(Field::value).unwrap_or_default()
    }

    /// Returns a field's value, or nothing where it is blank.
    #[must_use]
    pub fn filled(&self, id: &str) -> Option<String> {
        Some(self.text(id).trim().to_owned()).filter(|t| !t.is_empty())
    }

    /// Puts a value into a field, as if it had been there from the start.
    pub fn set(&mut self, id: &str, value: &str) {
        if let Some(field) = self.field_mut(id) {
            field.set_value(value);
        }
    }

    /// Puts a computed value on a field's right.
    pub fn aside(&mut self, id: &str, words: String) {
        if let Some(field) = self.field_mut(id) {
            field.aside = words;
        }
    }

    /// Hides or shows a field.
    pub fn show(&mut self, id: &str, shown: bool) {
        if let Some(field) = self.field_mut(id) {
            field.hidden = !shown;
        }
        if !self.stops().contains(&self.focus) {
            self.step(1);
        }
    }

    /// Returns whether a person changed anything.
    #[must_use]
    pub fn is_touched(&self) -> bool {
        self.touched
    }

    /// Returns what a person put in, by field id, for a draft. What the program filled in is filled in anew.
    #[must_use]
    pub fn values(&self) -> BTreeMap<String, String> {
        let kept = self.fields.iter().filter(|f| f.kept && !f.is_prefilled());
        // Of several options none may be on: that is an answer too, and not what the prompt would fill in anew.
        let says = |f: &&Field| matches!(f.kind, Kind::Many { .. }) || !f.value().is_empty();
        kept.filter(says).map(|f| (f.id.clone(), f.value())).collect()
    }

    /// Returns what is never shown: ids of what the form is about, for a draft.
    #[must_use]
    pub fn about(&self) -> BTreeMap<String, String> {
        let never_shown = self.fields.iter().filter(|f| f.kept && f.hidden && f.label.is_empty());
        never_shown.filter(|f| !f.value().is_empty()).map(|f| (f.id.clone(), f.value())).collect()
    }

    /// Returns what a person put in, also what no draft keeps.
    #[must_use]
    pub fn typed(&self) -> BTreeMap<String, String> {
        let typed = self.fields.iter().filter(|f| !f.is_prefilled() && !f.value().is_empty());
        typed.map(|f| (f.id.clone(), f.value())).collect()
    }

    /// Puts back what a person had put in, who goes on typing.
    pub fn go_on(&mut self, typed: &BTreeMap<String, String>, was_touched: bool) {
        self.restore(typed);
        self.touched = was_touched;
    }

    /// Puts a draft's values back; what was typed counts as touched.
    pub fn restore(&mut self, values: &BTreeMap<String, String>) {
        for (id, value) in values {
            self.set(id, value);
            if let Some(field) = self.field_mut(id) {
                field.touch();
            }
        }
        self.touched = true;
    }

    /// Shows an error at a field and goes there.
    pub fn refuse(&mut self, id: &str, sentence: String) {
        self.clear_errors();
        if let Some(index) = self.fields.iter().position(|f| f.id == id) {
            self.fields[index].error = Some(sentence);
            self.fields[index].hidden = false;
            self.focus = index;
        }
    }

    /// Takes all errors away.
    pub fn clear_errors(&mut self) {
        self.fields.iter_mut().for_each(|f| f.error = None);
    }

    /// Moves the focus to a field.
    pub fn focus_on(&mut self, id: &str) {
        if let Some(index) = self.fields.iter().position(|f| f.id == id && !f.hidden) {
            self.focus = index;
        }
    }

    /// Returns where the focus is: the field's id and, in a list of ticks, the line; `None` on a button.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let field = self.focused()?;
        Some(match &field.kind {
            Kind::Many { at, .. } => format!("{} {at}", field.id),
            _ => field.id.clone(),
        })
    }

    /// Moves the focus to such a place.
    pub fn go_to_place(&mut self, place: &str) {
        let (id, line) = place.split_once(' ').unwrap_or((place, ""));
        self.focus_on(id);
        if let (Some(Kind::Many { options, at }), Ok(line)) = (self.field_mut(id).map(|f| &mut f.kind), line.parse()) {
            *at = options.len().saturating_sub(1).min(line);
        }
    }

    /// Moves the focus to where it was on the buttons of a form that may have had more fields or fewer.
    pub fn focus_at(&mut self, stop: usize) {
        self.focus = stop.clamp(self.fields.len(), self.fields.len() + 1);
    }

    /// Moves the focus to the button that signs.
    pub fn focus_on_sign(&mut self) {
        self.focus = self.fields.len();
    }

    /// Returns the field that has the focus; `None` on a button.
    #[must_use]
    pub fn focused(&self) -> Option<&Field> {
        self.fields.get(self.focus)
    }

    /// Returns where the focus is: a field's index, or beyond them the two buttons.
    #[must_use]
    pub fn focus(&self) -> usize {
        self.focus
    }

    /// Everything that the focus can stand on, in order.
    fn stops(&self) -> Vec<usize> {
        let shown = self.fields.iter().enumerate().filter(|(_, f)| f.takes_focus()).map(|(i, _)| i);
        shown.chain([self.fields.len(), self.fields.len() + 1]).collect()
    }

    fn step(&mut self, by: isize) {
        let stops = self.stops();
        let here = stops.iter().position(|s| *s >= self.focus).unwrap_or(0) as isize;
        let there = (here + by).rem_euclid(stops.len() as isize);
        self.focus = stops[there as usize];
    }

    /// Handles an input; `action` is what the keymap says of it, `area` and `reserve` where the form was drawn. A name that
    /// is meant is filled in when its field is left.
    pub fn input(&mut self, input: &Input, action: Option<Action>, area: Rect, reserve: u16) -> FormEvent {
        let before = self.focus;
        if std::mem::take(&mut self.went_on) && self.is_onward(input, action) {
            return FormEvent::Nothing;
        }
        let event = self.handle(input, action, area, reserve);
        if before == self.focus {
            return event;
        }
        self.calm(before);
        match self.fill_in(before) {
            Some(id) if event == FormEvent::Nothing => FormEvent::Changed(id),
            _ => event,
        }
    }

    /// Forgets what the last key on a field was told.
    fn calm(&mut self, index: usize) {
        self.fields.get_mut(index).into_iter().for_each(Field::calm);
    }

    /// Forgets the letters that were typed ahead in the focused field: those that come now begin anew. A Tab after a pause is
    /// meant.
    pub fn forget_letters(&mut self) {
        self.calm(self.focus);
        self.went_on = false;
    }

    /// Says that the focus went on by itself, so that a Tab right after it goes no further.
    pub fn has_gone_on(&mut self) {
        self.went_on = true;
    }

    /// Whether an input only goes on to the next field; on a button Enter does more.
    fn is_onward(&self, input: &Input, action: Option<Action>) -> bool {
        let enters = action.is_none() && *input == Input::Key(Key::Enter) && self.focus < self.fields.len();
        action == Some(Action::NextField) || enters
    }

    /// Puts the whole name into a field where one is meant by what was typed; returns the field's id where that changed it.
    fn fill_in(&mut self, index: usize) -> Option<String> {
        let field = self.fields.get_mut(index)?;
        let name = field.meant().filter(|name| *name != field.value())?.to_owned();
        field.set_value(&name);
        Some(field.id.clone())
    }

    /// Fills in each name that is meant, and returns the ids of the fields that changed by more than the letters' case.
    pub fn fill_in_names(&mut self) -> Vec<String> {
        let all = 0..self.fields.len();
        let shown = all.filter(|index| !self.fields[*index].hidden).collect::<Vec<_>>();
        let filled = shown.into_iter().filter_map(|index| {
            let typed = self.fields[index].value();
            self.fill_in(index).filter(|_| !roles::is(&typed, &self.fields[index].value()))
        });
        filled.collect()
    }

    /// Returns the field whose name none of those that it knows has, and the name: `None` where all are known.
    #[must_use]
    pub fn stranger(&self) -> Option<(&Field, String)> {
        let asked = self.fields.iter().filter(|f| !f.hidden && !f.names.is_empty());
        let named = asked.map(|f| (f, f.value().trim().to_owned())).filter(|(_, name)| !name.is_empty());
        named.into_iter().find(|(f, name)| !f.names.iter().any(|(known, _)| roles::is(known, name)))
    }

    fn handle(&mut self, input: &Input, action: Option<Action>, area: Rect, reserve: u16) -> FormEvent {
        if action.is_some() || !matches!(input, Input::Key(_)) {
            self.tail = None;
        }
        match (action, input) {
            (Some(Action::Sign), _) => FormEvent::Submit,
            (Some(Action::Cancel), _) => FormEvent::Cancel,
            (Some(Action::NextField), _) => self.moved(1),
            (Some(Action::PreviousField), _) => self.moved(-1),
            (_, Input::Key(key)) if self.is_last_of_tail(*key) => {
                self.went_on = true;
                self.without_tail().map_or(FormEvent::Nothing, FormEvent::Changed)
            }
            (_, Input::Key(key)) => self.key(*key),
            (_, Input::Paste(text)) => self.paste(text),
            (_, Input::Click(at)) => self.click(*at, area, reserve),
            (_, Input::Wheel(_, by)) => self.moved(by.signum() as isize),
            _ => FormEvent::Nothing,
        }
    }

    fn moved(&mut self, by: isize) -> FormEvent {
        self.step(by);
        FormEvent::Nothing
    }

    fn key(&mut self, key: Key) -> FormEvent {
        if self.focus >= self.fields.len() {
            return self.button_key(key);
        }
        let before = self.fields[self.focus].value();
        let taken = self.fields[self.focus].key(key);
        if let Some(event) = self.move_to_words() {
            return event;
        }
        if self.fields[self.focus].value() != before {
            self.touched = true;
            let id = self.fields[self.focus].id.clone();
            self.fields[self.focus].error = None;
            self.fields[self.focus].tell_name();
            if taken == keys::Taken::AndNext {
                self.step(1);
                self.went_on = true;
            }
            return FormEvent::Changed(id);
        }
        match (taken, key) {
            (keys::Taken::AndNext, _) => {
                self.went_on = true;
                self.moved(1)
            }
            (keys::Taken::Yes, _) => FormEvent::Nothing,
            (_, Key::Enter | Key::Down) => self.moved(1),
            (_, Key::Up) => self.moved(-1),
            _ => FormEvent::Nothing,
        }
    }

    fn button_key(&mut self, key: Key) -> FormEvent {
        match key {
            Key::Enter if self.focus == self.fields.len() => FormEvent::Submit,
            Key::Enter => FormEvent::Cancel,
            Key::Up => {
                self.focus = self.fields.len();
                self.moved(-1)
            }
            Key::Left | Key::Right | Key::Down => {
                self.focus = if self.focus == self.fields.len() { self.fields.len() + 1 } else { self.fields.len() };
                FormEvent::Nothing
            }
            _ => FormEvent::Nothing,
        }
    }

    fn paste(&mut self, text: &str) -> FormEvent {
        let Some(field) = self.fields.get_mut(self.focus) else { return FormEvent::Nothing };
        if field.paste(text) {
            self.touched = true;
            field.error = None;
            return FormEvent::Changed(field.id.clone());
        }
        FormEvent::Nothing
    }

    fn click(&mut self, at: Position, area: Rect, reserve: u16) -> FormEvent {
        match Layout::of(self, area, reserve).hit(at) {
            Some(Spot::Sign) => FormEvent::Submit,
            Some(Spot::Cancel) => FormEvent::Cancel,
            Some(Spot::Field(index)) => {
                self.focus = index;
                FormEvent::Nothing
            }
            Some(Spot::Option(index, option)) => {
                self.focus = index;
                self.fields[index].pick(option);
                self.touched = true;
                FormEvent::Changed(self.fields[index].id.clone())
            }
            None => FormEvent::Nothing,
        }
    }
}
