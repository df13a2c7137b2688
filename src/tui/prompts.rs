//! The prompts: one form each, on one patient. A prompt closes only when what it records is safe on disk.

mod acknowledge;
mod amend;
mod change;
mod checkpoint;
mod cosign;
mod draw;
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
mod screen;
mod told;
mod triage;
mod twice;
mod vial;

use super::ctx::{Ctx, Patient};
use super::effect::{Effect, Job, PromptKind};
use super::form::Form;
use super::screens::Ask;
use crate::clinic::audit::Stop;
use crate::clinic::entry::PatientId;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::collections::BTreeMap;
use std::rc::Rc;

pub use acknowledge::can_acknowledge;
pub use amend::{Amend, summary, summary_in};
pub use cosign::CosignPrompt;
pub use draw::body;
pub use encounter::EncounterPrompt;
pub use link::{LinkPrompt, kept_apart, plan_that_holds};
pub use person::PersonPrompt;
pub use screen::{BEGUN, PromptScreen};

/// The prescriber to put into a field: who records, if that is one, else the only one that there is.
fn prescriber(ctx: &Ctx) -> String {
    let people = &ctx.practice.settings.people;
    let all: Vec<_> = people.iter().filter(|p| p.prescriber && !p.left).collect();
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
    /// Whether its notes may be longer than the screen: then PageDown and PageUp turn them.
    fn scrolls(&self) -> bool {
        false
    }
    /// Goes back to the field where a person was when the screen was locked.
    fn come_back(&mut self, field: Option<&str>) {
        field.into_iter().for_each(|place| self.form_mut().go_to_place(place));
    }
    /// Goes one step back; `false` where there is none.
    fn step_back(&mut self) -> bool {
        false
    }
    /// Returns what a refusal just stopped, where that would have reached a patient; once.
    fn stopped(&mut self) -> Vec<Stop> {
        Vec::new()
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
    /// A question first; the prompt stays as it is.
    Ask(Ask),
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

/// Opens a prompt with a draft's values. A correction is opened on the entry that it was begun on, a person's on that person,
/// or not at all.
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
        (PromptKind::Person, _) => PromptScreen::new(Box::new(PersonPrompt::resume(values, ctx)?)),
        (kind, patient) => open(kind, patient, ctx)?,
    };
    screen.restore(values, ctx);
    Some(screen)
}
