//! The prompts: one form each, on one patient. A prompt closes only when what it records is safe on disk.

mod acknowledge;
mod amend;
mod change;
mod checkpoint;
mod cosign;
mod encounter;
mod give;
mod link;
mod not_given;
mod order;
mod patient;
mod person;
mod phase_end;
mod practice;
mod renew;
mod review;
mod told;
mod triage;
mod twice;

use super::ctx::{Ctx, Patient};
use super::effect::{Draft, Effect, Job, Noted, PromptKind, Then};
use super::form::{Form, FormEvent, FormView, Layout as FormLayout};
use super::input::Input;
use super::keymap::{Action, Place};
use super::screens::{Ask, Screen};
use super::theme::Role;
use super::widgets::frame;
use crate::clinic::audit::Stop;
use crate::clinic::entry::PatientId;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Paragraph, Wrap};
use std::collections::BTreeMap;
use std::rc::Rc;

pub use acknowledge::can_acknowledge;
pub use amend::{Amend, summary};
pub use cosign::CosignPrompt;
pub use encounter::EncounterPrompt;
pub use link::{LinkPrompt, kept_apart, plan_that_holds};
pub use person::PersonPrompt;

/// The prescriber to put into a field: who records, if that is one, else the only one that there is.
fn prescriber(ctx: &Ctx) -> String {
    let people = &ctx.practice.settings.people;
    let all: Vec<_> = people.iter().filter(|p| p.prescriber).collect();
    let me = all.iter().find(|p| p.name == ctx.author);
    match (me, &all[..]) {
        (Some(me), _) => me.name.clone(),
        (None, [only]) => only.name.clone(),
        _ => String::new(),
    }
}

/// What is wrong with a form, and where.
#[derive(Debug)]
pub struct Refusal {
    /// The field to go to.
    pub field: String,
    /// What is wrong and what to do.
    pub sentence: String,
}

impl Refusal {
    fn at(field: &str, sentence: impl Into<String>) -> Self {
        Self { field: field.to_owned(), sentence: sentence.into() }
    }
}

/// One kind of prompt.
pub trait Prompt {
    /// Which one it is.
    fn kind(&self) -> PromptKind;
    /// Whom it is about.
    fn patient(&self) -> Option<&Rc<Patient>>;
    /// The words on its frame.
    fn title(&self) -> String;
    /// Its form.
    fn form(&self) -> &Form;
    /// Its form, to change.
    fn form_mut(&mut self) -> &mut Form;
    /// Works out what follows from a changed field.
    fn changed(&mut self, _ctx: &Ctx, _field: &str) {}
    /// Lines under the form: checks, what happens after.
    fn notes(&self, ctx: &Ctx, width: u16) -> Vec<Line<'static>>;
    /// How wide the picture beside the form wants to be; none by default.
    fn picture_width(&self) -> u16 {
        0
    }
    /// Draws the picture.
    fn picture(&self, _frame: &mut Frame<'_>, _area: Rect, _ctx: &Ctx) {}
    /// Somebody else's chart that is worth a look before signing.
    fn look_at(&self, _ctx: &Ctx) -> Option<PatientId> {
        None
    }
    /// Returns the page that it stands on, of those whose number no field keeps.
    fn page(&self) -> usize {
        0
    }
    /// Turns to such a page.
    fn turn_to_page(&mut self, _page: usize) {}
    /// Goes one step back; `false` where there is none.
    fn step_back(&mut self) -> bool {
        false
    }
    /// Returns what a refusal just stopped, where that would have reached a patient; once.
    fn stopped(&mut self) -> Option<Stop> {
        None
    }
    /// Reads the form.
    ///
    /// # Errors
    /// The field that stops it and why.
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal>;
}

/// What came of signing.
pub enum Submitted {
    /// Another step of the same prompt.
    Step,
    /// Acts to record.
    Record(Job),
    /// Something else to be done.
    Effects(Vec<Effect>),
}

/// A prompt on the screen.
pub struct PromptScreen {
    prompt: Box<dyn Prompt>,
    /// Why nothing is recorded yet: what the store said, or what changed meanwhile.
    failed: Option<String>,
    /// What somebody else recorded while it was open.
    news: Option<String>,
    /// Whether the record is under way or done.
    pub sent: bool,
}

/// Makes a prompt for a loaded patient, or for none.
#[must_use]
pub fn open(kind: PromptKind, patient: Option<Rc<Patient>>, ctx: &Ctx) -> Option<PromptScreen> {
    let prompt: Box<dyn Prompt> = match (kind, patient) {
        (PromptKind::Give, Some(p)) => Box::new(give::Give::new(p, ctx)),
        (PromptKind::NotGiven, Some(p)) => Box::new(not_given::NotGivenPrompt::new(p, ctx)),
        (PromptKind::Checkpoint, Some(p)) => Box::new(checkpoint::Checkpoint::new(p, ctx)),
        (PromptKind::Identity, Some(p)) => Box::new(patient::PatientPrompt::correct(p, ctx)),
        (PromptKind::Triage, Some(p)) => Box::new(triage::TriagePrompt::new(p, ctx)),
        (PromptKind::Order, Some(p)) => Box::new(order::OrderPrompt::new(p, ctx)),
        (PromptKind::PhaseEnd, Some(p)) => Box::new(phase_end::PhaseEndPrompt::new(p, ctx)),
        (PromptKind::Review, Some(p)) => Box::new(review::ReviewPrompt::new(p, ctx)),
        (PromptKind::Change, Some(p)) => Box::new(change::ChangePrompt::new(p, ctx)),
        (PromptKind::Cosign, Some(p)) => Box::new(CosignPrompt::new(p, ctx, None)?),
        (PromptKind::Renew, Some(p)) => Box::new(renew::RenewPrompt::new(p, ctx)),
        (PromptKind::Encounter, Some(p)) => Box::new(EncounterPrompt::new(p, ctx)?),
        (PromptKind::Acknowledge, Some(p)) => Box::new(acknowledge::AcknowledgePrompt::new(p)?),
        (PromptKind::Amend, Some(p)) => Box::new(Amend::latest(p, ctx)?),
        (PromptKind::Patient, _) => Box::new(patient::PatientPrompt::new(ctx)),
        (PromptKind::Practice, _) => Box::new(practice::PracticePrompt::begin(ctx)),
        (PromptKind::Settings, _) => Box::new(practice::PracticePrompt::change(ctx)),
        (PromptKind::Person, _) => Box::new(PersonPrompt::new(ctx)),
        _ => return None,
    };
    Some(PromptScreen::new(prompt))
}

/// Opens a prompt with a draft's values. A correction is opened on the entry that it was begun on, or not at all.
#[must_use]
pub fn resume(
    kind: PromptKind,
    patient: Option<Rc<Patient>>,
    values: &BTreeMap<String, String>,
    ctx: &Ctx,
) -> Option<PromptScreen> {
    let mut screen = match (kind, patient) {
        (PromptKind::Amend, Some(patient)) => {
            let entry = values.get("entry")?.parse().ok()?;
            PromptScreen::new(Box::new(Amend::entry(patient, ctx, entry)?))
        }
        (kind, patient) => open(kind, patient, ctx)?,
    };
    screen.restore(values, ctx);
    Some(screen)
}

impl PromptScreen {
    /// Puts a prompt on the screen.
    #[must_use]
    pub fn new(prompt: Box<dyn Prompt>) -> Self {
        Self { prompt, failed: None, news: None, sent: false }
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
        let focus = form.focused().map(|f| f.id.clone());
        let on_buttons = form.focus();
        let page = self.prompt.page();
        self.reopen(patient, ctx);
        self.prompt.turn_to_page(page);
        let form = self.prompt.form_mut();
        form.go_on(&typed, was_touched);
        match focus {
            Some(id) => form.focus_on(&id),
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
        self.prompt.changed(ctx, "");
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

    /// Returns the field that has the focus; `None` on a button.
    #[must_use]
    pub fn field(&self) -> Option<String> {
        self.prompt.form().focused().map(|field| field.id.clone())
    }

    /// Goes to a field, where there is one of this id.
    pub fn go_to(&mut self, field: Option<&str>) {
        field.into_iter().for_each(|id| self.prompt.form_mut().focus_on(id));
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
        let areas = self.areas(ctx, body(ctx.area, self.prompt.patient().is_some()));
        match self.prompt.form_mut().input(input, action, areas.form, areas.reserve) {
            FormEvent::Nothing => Vec::new(),
            FormEvent::Changed(field) => {
                self.failed = None;
                self.prompt.changed(ctx, &field);
                vec![Effect::KeepDraft(self.draft())]
            }
            FormEvent::Submit => self.submit(ctx),
            FormEvent::Cancel => self.cancel(),
        }
    }

    fn draft(&self) -> Draft {
        Draft { kind: self.prompt.kind(), patient: self.patient(), fields: self.prompt.form().values() }
    }

    fn submit(&mut self, ctx: &Ctx) -> Vec<Effect> {
        if self.sent {
            return Vec::new();
        }
        self.prompt.form_mut().clear_errors();
        match self.prompt.submit(ctx) {
            Ok(Submitted::Step) => vec![Effect::KeepDraft(self.draft())],
            Ok(Submitted::Record(job)) => {
                self.sent = true;
                vec![Effect::Record(job)]
            }
            Ok(Submitted::Effects(effects)) => {
                self.sent = true;
                effects
            }
            Err(refusal) => {
                self.prompt.form_mut().refuse(&refusal.field, refusal.sentence);
                let stopped = self.patient().zip(self.prompt.stopped());
                stopped.map(|(patient, stop)| Effect::Note(Noted::Stopped(patient, stop))).into_iter().collect()
            }
        }
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

    /// Draws the prompt into the body of the screen.
    pub fn view(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx) {
        let areas = self.areas(ctx, area);
        frame.render_widget(Clear, area);
        let title = format!(" {} ", self.prompt.title());
        let block = Block::bordered().title(title).title_style(ctx.theme.style(Role::Title));
        frame.render_widget(frame::bordered(block, ctx), areas.outer);
        let view = FormView { form: self.prompt.form(), theme: &ctx.theme, reserve: areas.reserve };
        frame.render_widget(&view, areas.form);
        if let Some(cursor) = view.cursor(areas.form) {
            frame.set_cursor_position(cursor);
        }
        if areas.picture.width > 0 {
            self.prompt.picture(frame, areas.picture, ctx);
        }
        frame.render_widget(Paragraph::new(self.lines(ctx, areas.notes.width)).wrap(Wrap { trim: false }), areas.notes);
    }

    fn lines(&self, ctx: &Ctx, width: u16) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        if let Some(failed) = &self.failed {
            lines.push(Line::styled(failed.clone(), ctx.theme.style(Role::Stop)));
        }
        lines.extend(self.news.clone().map(|news| Line::styled(news, ctx.theme.style(Role::Due))));
        lines.extend(self.prompt.notes(ctx, width));
        lines
    }

    fn areas(&self, ctx: &Ctx, area: Rect) -> Areas {
        let wanted = self.prompt.picture_width();
        let width = if wanted > 60 { area.width } else { area.width.min(124) };
        let outer = Rect { x: area.x + (area.width - width) / 2, width, ..area };
        let inner = Block::bordered().border_type(BorderType::Plain).inner(outer);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        let with_picture = wanted > 0 && inner.width >= wanted.min(inner.width / 2) + 48 && inner.width >= 78;
        let picture_width = if with_picture { wanted.min(inner.width.saturating_sub(46)) } else { 0 };
        let left = Rect { width: inner.width - picture_width, ..inner };
        let picture = Rect { x: left.right(), width: picture_width, ..inner };
        let lines = self.note_height(ctx, left.width).min(left.height.saturating_sub(6));
        // No taller than what it holds: the eye finds the button under the last field.
        let holds = FormLayout::height(self.prompt.form(), left.width) + lines + 4;
        let spare = left.height.saturating_sub(holds.max(if picture_width > 0 { 15 } else { 0 }));
        let spare = if wanted > 60 { 0 } else { spare };
        let (outer, left, picture) = (shorter(outer, spare), shorter(left, spare), shorter(picture, spare));
        let notes = Rect { y: left.bottom().saturating_sub(2 + lines).max(left.y), height: lines, ..left };
        Areas { outer, form: left, reserve: lines, notes, picture }
    }

    fn note_height(&self, ctx: &Ctx, width: u16) -> u16 {
        frame::wrapped(self.lines(ctx, width), width)
    }
}

fn shorter(area: Rect, by: u16) -> Rect {
    Rect { height: area.height.saturating_sub(by), ..area }
}

struct Areas {
    outer: Rect,
    form: Rect,
    /// Lines above the buttons that belong to the notes.
    reserve: u16,
    notes: Rect,
    picture: Rect,
}

/// The part of the screen that a prompt has: under header and banner, above the footer.
#[must_use]
pub fn body(area: Rect, with_banner: bool) -> Rect {
    frame::parts(area, with_banner).body
}
