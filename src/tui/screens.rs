//! The screens. Each answers one question; update returns effects, view draws and changes nothing.

mod ask;
mod audit;
pub mod chart;
mod exchange;
mod files;
mod help;
mod list;
mod paper;
mod patients;
mod people;
pub(super) mod rules;
mod same;
mod sign_in;
mod start;
mod text;
mod today;
mod waiting;

pub use ask::Ask;
pub(in crate::tui) use ask::resume;
pub use audit::AuditScreen;
pub use chart::ChartScreen;
pub use exchange::Exchange;
pub use help::Help;
pub use paper::PaperScreen;
pub use patients::Patients;
pub use people::People;
pub use same::Same;
pub(in crate::tui) use sign_in::Said;
pub use sign_in::SignIn;
pub use start::Start;
pub use text::TextPage;
pub use today::Today;
pub use waiting::{Signing, Waiting};

use super::ctx::Ctx;
use super::effect::Effect;
use super::input::Input;
use super::keymap::{Action, Place};
use super::prompts::PromptScreen;
use crate::clinic::entry::PatientId;
use ratatui::Frame;
use ratatui::layout::Rect;

/// Every screen there is; a forgotten one does not compile.
pub enum Screen {
    /// The first start.
    Start(Start),
    /// Who now?
    Today(Today),
    /// Everybody.
    Patients(Patients),
    /// Two charts side by side: the same patient?
    Same(Same),
    /// What waits for a prescriber.
    Waiting(Waiting),
    /// What a prescriber signs at once.
    Signing(Signing),
    /// One course.
    Chart(ChartScreen),
    /// About to sign.
    Prompt(Box<PromptScreen>),
    /// All keys.
    Help(Help),
    /// A question with a few answers.
    Ask(Ask),
    /// Words to read.
    Text(TextPage),
    /// A document before it leaves.
    Paper(Box<PaperScreen>),
    /// Who are you?
    SignIn(SignIn),
    /// Who works here.
    People(People),
    /// Who saw and did what.
    Audit(AuditScreen),
    /// What is taken in from other systems, and written for them.
    Exchange(Exchange),
}

impl Screen {
    /// Returns where its keys are looked up.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::Start(_) => Place::Start,
            Self::Today(_) => Place::Today,
            Self::Patients(screen) => screen.place(),
            Self::Same(_) => Place::Same,
            Self::Waiting(_) => Place::Waiting,
            Self::Signing(screen) => screen.place(),
            Self::Chart(_) => Place::Chart,
            Self::Prompt(_) => Place::Prompt,
            Self::Help(_) => Place::Help,
            Self::Ask(_) => Place::Ask,
            Self::Text(page) => page.place(),
            Self::Paper(screen) => screen.place(),
            Self::SignIn(screen) => screen.place(),
            Self::People(_) => Place::People,
            Self::Audit(_) => Place::Audit,
            Self::Exchange(screen) => screen.place(),
        }
    }

    /// Returns which list of patients it shows, in the words of the audit log; Today is noted when somebody comes in, and
    /// what is read for a screen where it is read.
    #[must_use]
    pub fn lists(&self) -> Option<&'static str> {
        match self {
            Self::Patients(_) => Some("patients"),
            Self::Waiting(_) => Some("what waits for a signature, and orders that end"),
            _ => None,
        }
    }

    /// Returns the word on the button of the form that is filled in.
    #[must_use]
    pub fn button(&self) -> Option<&str> {
        match self {
            Self::Prompt(screen) => Some(screen.button()),
            Self::Paper(screen) => screen.button(),
            _ => None,
        }
    }

    /// Returns its title for the header.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Start(_) => "Welcome",
            Self::Today(_) => "Today",
            Self::Patients(_) => "Patients",
            Self::Same(_) => "Same patient?",
            Self::Waiting(_) | Self::Signing(_) => "For the prescriber",
            Self::Chart(_) => "Chart",
            Self::Prompt(_) => "Record",
            Self::Help(_) => "Help",
            Self::Ask(_) => "Question",
            Self::Text(page) => page.title(),
            Self::Paper(_) => "Document",
            Self::SignIn(screen) => screen.title(),
            Self::People(_) => "People",
            Self::Audit(_) => "Audit log",
            Self::Exchange(_) => "Exchange",
        }
    }

    /// Returns the patient that it is about, for the banner.
    #[must_use]
    pub fn patient(&self) -> Option<PatientId> {
        match self {
            Self::Chart(chart) => Some(chart.patient),
            Self::Prompt(prompt) => prompt.patient(),
            Self::Text(page) => page.patient,
            Self::Paper(paper) => paper.patient,
            Self::Audit(audit) => audit.patient,
            _ => None,
        }
    }

    /// Returns the patient whose course it shows beside a list.
    #[must_use]
    pub fn beside(&self) -> Option<PatientId> {
        match self {
            Self::Today(today) => today.beside(),
            Self::Waiting(waiting) => waiting.beside(),
            _ => None,
        }
    }

    /// Returns whether it is drawn over the screen below.
    #[must_use]
    pub fn is_overlay(&self) -> bool {
        matches!(self, Self::Ask(_))
    }

    /// Handles an input; `action` is what the keymap says of it here, `body` where the screen was drawn.
    pub fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Vec<Effect> {
        match self {
            Self::Start(screen) => screen.update(ctx, input, action, body),
            Self::Today(screen) => screen.update(ctx, input, action, body),
            Self::Patients(screen) => screen.update(ctx, input, action, body),
            Self::Same(screen) => screen.update(ctx, input, action, body),
            Self::Waiting(screen) => screen.update(ctx, input, action, body),
            Self::Signing(screen) => screen.update(ctx, input, action, body),
            Self::Chart(screen) => screen.update(ctx, input, action, body),
            Self::Prompt(screen) => screen.update(ctx, input),
            Self::Help(screen) => screen.update(ctx, input, action, body),
            Self::Ask(screen) => screen.update(ctx, input, body),
            Self::Text(screen) => screen.update(input, action, body),
            Self::Paper(screen) => screen.update(ctx, input, action, body),
            Self::SignIn(screen) => screen.update(ctx, input, action, body),
            Self::People(screen) => screen.update(ctx, input, action, body),
            Self::Audit(screen) => screen.update(ctx, input, action, body),
            Self::Exchange(screen) => screen.update(ctx, input, action, body),
        }
    }

    /// Draws it.
    pub fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        match self {
            Self::Start(screen) => screen.view(frame, body, ctx),
            Self::Today(screen) => screen.view(frame, body, ctx),
            Self::Patients(screen) => screen.view(frame, body, ctx),
            Self::Same(screen) => screen.view(frame, body, ctx),
            Self::Waiting(screen) => screen.view(frame, body, ctx),
            Self::Signing(screen) => screen.view(frame, body, ctx),
            Self::Chart(screen) => screen.view(frame, body, ctx),
            Self::Prompt(screen) => screen.view(frame, body, ctx),
            Self::Help(screen) => screen.view(frame, body, ctx),
            Self::Ask(screen) => screen.view(frame, body, ctx),
            Self::Text(screen) => screen.view(frame, body, ctx),
            Self::Paper(screen) => screen.view(frame, body, ctx),
            Self::SignIn(screen) => screen.view(frame, body, ctx),
            Self::People(screen) => screen.view(frame, body, ctx),
            Self::Audit(screen) => screen.view(frame, body, ctx),
            Self::Exchange(screen) => screen.view(frame, body, ctx),
        }
    }

    /// Lets it follow changed rows or a new day.
    pub fn refresh(&mut self, ctx: &Ctx) -> Vec<Effect> {
        match self {
            Self::Today(screen) => screen.refresh(ctx),
            Self::Patients(screen) => screen.refresh(ctx),
            Self::People(screen) => screen.refresh(ctx),
            Self::Same(screen) => screen.refresh(ctx),
            Self::Waiting(screen) => screen.refresh(ctx),
            Self::Chart(screen) => screen.refresh(ctx),
            Self::Prompt(screen) => screen.refresh(ctx),
            _ => Vec::new(),
        }
    }
}
