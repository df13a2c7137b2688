//! A prompt on the screen: what a key does to it, and what becomes of it when the chart changes under it.

use super::super::ctx::{Ctx, Patient};
use super::super::effect::{Draft, Effect, Noted, PromptKind, Then};
use super::super::form::{Field, FormEvent};
use super::super::input::{Input, Key};
use super::super::keymap::{Action, Place};
use super::super::screens::{Ask, Screen};
use super::{Prompt, Refusal, Submitted, body, resume};
use crate::clinic::entry::PatientId;
use crate::clinic::parse;
use crate::clinic::people::{self, Stranger, meant_words};
use crate::clinic::words;
use crate::tui::keymap;
use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Letters that come within this time choose together.
const TYPED_AHEAD: TimeDelta = TimeDelta::seconds(1);

/// A prompt on the screen.
pub struct PromptScreen {
    pub(super) prompt: Box<dyn Prompt>,
    /// Why nothing is recorded yet: what the store said, or what changed meanwhile.
    pub(super) failed: Option<String>,
    /// What somebody else recorded while it was open.
    pub(super) news: Option<String>,
    /// Whether the record is under way or done.
    pub sent: bool,
    /// A name that is no prescriber's here, once it was asked whether it is somebody outside.
    stranger: Option<String>,
    /// When the last key was pressed: letters that belong together come within a second.
    pressed: Option<DateTime<FixedOffset>>,
    /// The day of a draft that was not finished on it.
    begun: Option<NaiveDate>,
    /// So many lines of the notes stand above those that are shown.
    pub(super) above: u16,
}

/// What is said of a set-up that is taken up again.
const NO_SECRET: &str = "A PIN or a passphrase is kept in no draft: where you had chosen one, type it again.";

/// Under this name a draft keeps its day.
pub const BEGUN: &str = "begun";

impl PromptScreen {
    /// Puts a prompt on the screen.
    #[must_use]
    pub fn new(prompt: Box<dyn Prompt>) -> Self {
        Self { prompt, failed: None, news: None, sent: false, stranger: None, pressed: None, begun: None, above: 0 }
    }

    /// Returns the word on the button that signs.
    #[must_use]
    pub fn button(&self) -> &str {
        &self.prompt.form().sign
    }

    /// Follows a new day: checks and prefilled dates are those of today, what was typed stays.
    pub fn refresh(&mut self, ctx: &Ctx) -> Vec<Effect> {
        let opened = self.prompt.patient().map(|p| p.course.today);
        if let Some(patient) =
            self.patient().and_then(|id| ctx.patient(id)).filter(|_| opened.is_some_and(|day| day != ctx.today()))
        {
            self.reopen(patient, ctx);
            self.look_again("A new day has begun: look at the dates again before you sign.".to_owned());
        }
        Vec::new()
    }

    /// Opens the same prompt on a newer chart, with everything that was typed.
    pub fn reopen(&mut self, patient: Rc<Patient>, ctx: &Ctx) {
        let values = self.prompt.form().values();
        if let Some(fresh) = resume(self.kind(), Some(patient), &values, ctx) {
            *self = fresh;
        }
    }

    /// Follows a chart that somebody else wrote to: checks are made anew, and who types goes on typing where he was.
    pub fn follow(&mut self, patient: Rc<Patient>, ctx: &Ctx, news: &str) {
        let form = self.prompt.form();
        let (typed, was_touched) = (form.typed(), form.is_touched());
        let focus = form.place();
        let on_buttons = form.focus();
        let page = self.prompt.page();
        self.reopen(patient, ctx);
        self.prompt.turn_to_page(page);
        let form = self.prompt.form_mut();
        form.go_on(&typed, was_touched);
        match focus {
            Some(place) => form.go_to_place(&place),
            None => form.focus_at(on_buttons),
        }
        self.prompt.changed(ctx, "");
        self.news = Some(format!("{news} The checks were made anew."));
    }

    /// Puts a draft's values back.
    pub fn restore(&mut self, values: &BTreeMap<String, String>, ctx: &Ctx) {
        self.prompt.form_mut().restore(values);
        let fields: Vec<_> = values.keys().cloned().collect();
        fields.iter().for_each(|field| self.prompt.changed(ctx, field));
        // One field may have filled another in; what was typed holds.
        self.prompt.form_mut().restore(values);
        let begun = values.get(BEGUN).and_then(|day| day.parse().ok());
        begun.into_iter().for_each(|day| self.begun_on(day, ctx));
        if self.kind() == PromptKind::Practice {
            self.news = Some(NO_SECRET.to_owned());
        }
        self.prompt.changed(ctx, "");
    }

    /// What was begun on an earlier day may be of that day or of today: whoever knows says it.
    fn begun_on(&mut self, begun: NaiveDate, ctx: &Ctx) {
        if begun == ctx.today() {
            return;
        }
        self.begun = Some(begun);
        let is_today = |text: &str| parse::day_near(text, ctx.today(), ctx.month_first()) == Ok(ctx.today());
        let prefilled = |field: &&mut Field| field.is_prefilled() && is_today(&field.value());
        let Some(field) = self.prompt.form_mut().field_mut("on").filter(prefilled) else { return };
        field.set_value("");
        field.touch();
        self.news =
            Some(format!("This was begun on {}. {}: type that day, or t for today.", words::day(begun), field.label));
    }

    /// Returns which prompt it is.
    #[must_use]
    pub fn kind(&self) -> PromptKind {
        self.prompt.kind()
    }

    /// Returns whom it is about.
    #[must_use]
    pub fn patient(&self) -> Option<PatientId> {
        self.prompt.patient().map(|p| p.id())
    }

    /// Returns whether a person changed anything in it.
    #[must_use]
    pub fn is_touched(&self) -> bool {
        self.prompt.form().is_touched()
    }

    /// Returns what was put in, as a draft keeps it.
    #[must_use]
    pub fn values(&self) -> BTreeMap<String, String> {
        self.prompt.form().values()
    }

    /// Returns what it is about besides the patient, with nothing of what it shows.
    #[must_use]
    pub fn about(&self) -> BTreeMap<String, String> {
        self.prompt.form().about()
    }

    /// Returns where the focus is; `None` on a button.
    #[must_use]
    pub fn field(&self) -> Option<String> {
        self.prompt.form().place()
    }

    /// Goes back to where a person was when the screen was locked.
    pub fn come_back(&mut self, field: Option<&str>, was_touched: bool) {
        self.prompt.come_back(field);
        self.prompt.form_mut().go_on(&BTreeMap::new(), was_touched);
    }

    /// Returns the patient for the banner.
    #[must_use]
    pub fn person(&self) -> Option<&Rc<Patient>> {
        self.prompt.patient()
    }

    /// Says that the record could not be saved; everything stays as typed.
    pub fn fail(&mut self, sentence: &str) {
        self.look_again(format!("NOT SAVED. {sentence}"));
    }

    /// Says that something changed under the prompt.
    pub fn look_again(&mut self, sentence: String) {
        self.failed = Some(sentence);
        self.sent = false;
    }

    /// Handles an input.
    pub fn update(&mut self, ctx: &Ctx, input: &Input) -> Vec<Effect> {
        let action = match input {
            Input::Key(key) => ctx.keymap.action(Place::Prompt, *key),
            _ => None,
        };
        if action == Some(Action::LookAt) {
            let look = self.prompt.look_at(ctx).map(|id| Effect::Load(id, Then::Chart));
            return look.into_iter().collect();
        }
        if self.pressed.replace(ctx.now).is_some_and(|last| ctx.now - last > TYPED_AHEAD) {
            self.prompt.form_mut().forget_letters();
        }
        let areas = self.areas(ctx, body(ctx.area, self.prompt.patient().is_some()));
        if let Input::Key(key) = input
            && self.turns(*key)
        {
            self.above = self.turned(*key == Key::PageDown, &areas, ctx);
            return Vec::new();
        }
        match self.prompt.form_mut().input(input, action, areas.form, areas.reserve) {
            FormEvent::Nothing => Vec::new(),
            FormEvent::Changed(field) => {
                (self.failed, self.above) = (None, 0);
                self.prompt.changed(ctx, &field);
                vec![Effect::KeepDraft(self.draft())]
            }
            FormEvent::Submit => self.submit(ctx),
            FormEvent::Cancel => self.cancel(),
        }
    }

    /// Whether a key turns the notes; in a list it goes along the options.
    fn turns(&self, key: Key) -> bool {
        let form = self.prompt.form();
        let is_list = form.place().and_then(|id| form.field(&id)).is_some_and(Field::is_list);
        matches!(key, Key::PageDown | Key::PageUp) && self.prompt.scrolls() && !is_list
    }

    fn draft(&self) -> Draft {
        let mut fields = self.prompt.form().values();
        fields.extend(self.begun.map(|day| (BEGUN.to_owned(), day.to_string())));
        Draft { kind: self.prompt.kind(), patient: self.patient(), fields }
    }

    fn submit(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if self.sent {
            return Vec::new();
        }
        self.prompt.form_mut().clear_errors();
        if let Some(refusal) = self.filled_in(ctx) {
            self.prompt.form_mut().refuse(&refusal.field, refusal.sentence);
            return vec![Effect::KeepDraft(self.draft())];
        }
        let submitted = self.prompt.submit(ctx);
        let stranger = if matches!(submitted, Ok(Submitted::Record(_))) { self.stranger() } else { None };
        match stranger.map_or(submitted, Err) {
            Ok(Submitted::Step) => vec![Effect::KeepDraft(self.draft())],
            Ok(Submitted::Record(job)) => {
                self.sent = true;
                vec![Effect::Record(job)]
            }
            Ok(Submitted::Effects(effects)) => {
                self.sent = true;
                effects
            }
            Ok(Submitted::Ask(ask)) => vec![Effect::Push(Box::new(Screen::Ask(ask)))],
            Err(refusal) => {
                self.prompt.form_mut().refuse(&refusal.field, refusal.sentence);
                let (stopped, patient) = (self.prompt.stopped(), self.patient());
                let note = |stop| Some(Effect::Note(Noted::Stopped(patient?, stop)));
                stopped.into_iter().filter_map(note).collect()
            }
        }
    }

    /// Fills in the names that are meant; who signed before seeing one looks at it first.
    fn filled_in(&mut self, ctx: &Ctx) -> Option<Refusal> {
        let filled = self.prompt.form_mut().fill_in_names();
        filled.iter().for_each(|id| self.prompt.changed(ctx, id));
        let id = filled.first()?;
        Some(Refusal::at(id, meant_words(&self.prompt.form().text(id), &keymap::told("{prompt.sign} again signs"))))
    }

    /// Asks once whether a name that is no prescriber's here is somebody's outside.
    fn stranger(&mut self) -> Option<Refusal> {
        let form = self.prompt.form();
        let (field, name) = form.stranger()?;
        let id = field.id.clone();
        if self.stranger.as_ref() == Some(&name) {
            return None;
        }
        Some(Refusal::at(
            &id,
            match people::stranger(&name, &keymap::told("{prompt.sign}")) {
                Stranger::TooShort(words) => words,
                Stranger::Asks(words) => {
                    self.stranger = Some(name);
                    words
                }
            },
        ))
    }

    fn cancel(&mut self) -> Vec<Effect> {
        if self.prompt.step_back() {
            return Vec::new();
        }
        if self.prompt.form().is_touched() {
            return vec![Effect::Push(Box::new(Screen::Ask(Ask::about_draft(self.draft()))))];
        }
        vec![Effect::DropDraft(self.prompt.kind().name().to_owned(), self.patient()), Effect::Pop]
    }
}
