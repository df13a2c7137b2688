//! The app: a stack of screens over one context. It changes no file and asks no clock; what it cannot do itself it
//! hands on as effects.

mod back;
mod leaving;
mod marks;
mod words;

use super::ctx::{Ctx, Patient};
use super::effect::{Effect, Noted, PromptKind};
use super::exchange::{Asker, Came};
use super::input::{Input, Key};
use super::keymap::{Action, Place};
use super::prompts;
use super::screens::{Ask, AuditScreen, Screen, Start, Today};
use super::theme::Role;
use super::widgets::{frame, say};
use crate::clinic::audit::{Logged, What};
use crate::clinic::entry::PatientId;
use crate::clinic::roles;
use crate::clinic::signing;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::collections::BTreeMap;
use std::rc::Rc;
use words::not_now;

pub use marks::Mark;

/// The program's state.
pub struct App {
    /// What screens see.
    pub ctx: Ctx,
    screens: Vec<Screen>,
    said: Option<String>,
    /// The prompt that did not open last, on whom: who asks for it again may be right.
    refused: Option<(PromptKind, PatientId)>,
    /// Why what is typed is not kept where the program ends now, and whether that was said to who wants to leave.
    unkept: Option<String>,
    warned: bool,
    over: bool,
    /// What is shown once and was not read yet when the screen was locked, and whose it is.
    unread: Option<(String, Screen)>,
}

impl App {
    /// Begins on Today, or at the first start on the welcome.
    #[must_use]
    pub fn new(ctx: Ctx, has_practice: bool) -> Self {
        let first = if has_practice { Screen::Today(Today::default()) } else { Screen::Start(Start::default()) };
        Self {
            ctx,
            screens: vec![first],
            said: None,
            refused: None,
            unkept: None,
            warned: false,
            over: false,
            unread: None,
        }
    }

    /// Returns whether the person left.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Returns whether there is no practice yet.
    #[must_use]
    pub fn is_first_start(&self) -> bool {
        matches!(self.screens.first(), Some(Screen::Start(_)))
    }

    /// Returns the screen on top.
    #[must_use]
    pub fn top(&self) -> Option<&Screen> {
        self.screens.last()
    }

    /// Returns the words of the line above the footer.
    #[must_use]
    pub fn said(&self) -> Option<&str> {
        self.said.as_deref()
    }

    /// Shows Today, after a practice was opened.
    pub fn enter(&mut self) -> Vec<Effect> {
        self.screens = vec![Screen::Today(Today::default())];
        self.refresh()
    }

    /// Lets Today begin with who is most urgent, after many came at once.
    pub fn to_top(&mut self) {
        for screen in &mut self.screens {
            if let Screen::Today(today) = screen {
                today.to_top();
            }
        }
    }

    /// Lets every screen follow changed rows or a new day.
    pub fn refresh(&mut self) -> Vec<Effect> {
        let ctx = &self.ctx;
        self.screens.iter_mut().flat_map(|screen| screen.refresh(ctx)).collect()
    }

    /// Asks for what the screen on top shows beside its list, once no key waits any more.
    #[must_use]
    pub fn peek(&mut self) -> Vec<Effect> {
        match self.screens.last_mut() {
            Some(Screen::Today(today)) => today.peek(&self.ctx),
            Some(Screen::Waiting(waiting)) => waiting.peek(&self.ctx),
            _ => Vec::new(),
        }
    }

    /// Returns the patients whose charts the next key may ask for.
    #[must_use]
    pub fn next_to(&self) -> Vec<PatientId> {
        match self.screens.last() {
            Some(Screen::Today(today)) => today.next_to(&self.ctx),
            _ => Vec::new(),
        }
    }

    /// Handles an input; what it cannot do itself comes back.
    pub fn update(&mut self, input: &Input) -> Vec<Effect> {
        let Some(place) = self.top().map(Screen::place) else { return Vec::new() };
        if let Input::Click(at) = input
            && let Some(key) = self.footer_key(*at, place)
        {
            return self.update(&Input::Key(key));
        }
        let action = match input {
            Input::Key(key) => self.ctx.keymap.action(place, *key),
            _ => None,
        };
        if action == Some(Action::Quit) && matches!(input, Input::Key(Key::Ctrl(_))) {
            self.leave();
            return Vec::new();
        }
        if matches!(input, Input::Key(_)) {
            self.said = None;
        }
        let was_warned = std::mem::take(&mut self.warned);
        if matches!(place, Place::Prompt | Place::Search) && action == Some(Action::Help) {
            self.screens.push(Screen::Help(super::screens::Help::on(place)));
            return Vec::new();
        }
        match action {
            Some(Action::Lock) => return vec![Effect::Lock],
            Some(Action::Switch) => return vec![Effect::Switch],
            _ => {}
        }
        let body = self.body();
        let Some(top) = self.screens.last_mut() else { return Vec::new() };
        let effects = top.update(&self.ctx, input, action, body);
        // Whatever else is done between the two takes the first one back.
        self.warned = was_warned && effects.iter().any(|effect| matches!(effect, Effect::Quit));
        self.carry_out(effects)
    }

    fn footer_key(&self, at: ratatui::layout::Position, place: Place) -> Option<Key> {
        let button = self.top().and_then(Screen::button);
        let lines = frame::footer_spots(&self.parts(), &self.ctx, (place, button), self.said.is_some());
        let (area, spots) = lines.into_iter().find(|(area, _)| area.contains(at))?;
        spots.into_iter().find(|spot| spot.columns.contains(&(at.x - area.x))).and_then(|spot| spot.key.parse().ok())
    }

    /// Does what concerns screens alone; hands the rest on.
    pub fn carry_out(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        let mut rest = Vec::new();
        for effect in effects {
            match effect {
                Effect::Push(screen) => {
                    let listed = screen.lists().map(|words| Noted::Did(What::Listed, None, words.to_owned()));
                    rest.extend(self.push(*screen));
                    rest.extend(listed.map(Effect::Note));
                }
                Effect::Pop => {
                    if self.screens.len() > 1 {
                        self.screens.pop();
                    }
                }
                Effect::Say(words) => self.said = Some(words),
                Effect::Quit => self.leave(),
                other => rest.push(other),
            }
        }
        rest
    }

    /// Puts a screen on top. What was left in a prompt before is offered; a question says where nothing can be kept.
    fn push(&mut self, mut screen: Screen) -> Option<Effect> {
        let offer = match &mut screen {
            Screen::Prompt(prompt) if !prompt.is_touched() => Some(Effect::OfferDraft(prompt.kind(), prompt.patient())),
            Screen::Ask(ask) => {
                self.unkept.iter().for_each(|why| ask.is_not_kept(why));
                None
            }
            _ => None,
        };
        self.screens.push(screen);
        offer
    }

    /// Opens a prompt that is about nobody yet.
    pub fn resume_without_patient(&mut self, kind: PromptKind, values: BTreeMap<String, String>) {
        self.prompt(kind, None, Some(values));
    }

    fn prompt(
        &mut self,
        kind: PromptKind,
        patient: Option<Rc<Patient>>,
        values: Option<BTreeMap<String, String>>,
    ) -> Option<Effect> {
        // A plan needs the five answers first.
        let untriaged = patient.as_ref().is_some_and(|p| signing::wants_triage(&p.course).is_some());
        let kind = if kind == PromptKind::Order && untriaged { PromptKind::Triage } else { kind };
        let asked = patient.as_ref().map(|p| (kind, p.id()));
        let insists = asked.is_some() && std::mem::replace(&mut self.refused, asked) == asked || values.is_some();
        if let Some(words) = patient.as_ref().and_then(|p| not_now(kind, p, insists, &self.ctx.keymap)) {
            self.said = Some(words);
            return None;
        }
        self.refused = None;
        let people = &self.ctx.practice.settings.people;
        let waiting = patient.as_ref().map(|p| &p.course.waiting[..]).filter(|_| kind == PromptKind::Cosign);
        let refused =
            waiting.unwrap_or_default().iter().map(|w| roles::may_not_sign(people, &self.ctx.author, &w.prescriber));
        // Where she may file one of several she chooses it in the prompt.
        if let Some(words) = refused.collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().next()) {
            self.said = Some(words);
            return None;
        }
        // After an end every prompt says first where the patient stands; the next key takes it away.
        let ended = patient.as_ref().and_then(|p| p.course.standing.as_ref()).filter(|s| s.ends_the_plan());
        if let Some(standing) = ended {
            let back = if kind == PromptKind::Order { "A signed plan brings injections back. " } else { "" };
            self.said = Some(format!("{back}{}", standing.words()));
        }
        let prompt = match &values {
            Some(values) => prompts::resume(kind, patient, values, &self.ctx),
            None => prompts::open(kind, patient, &self.ctx),
        };
        let Some(prompt) = prompt else {
            self.said =
                values.map(|_| "What it is about is not there any more: it cannot be taken up again.".to_owned());
            return None;
        };
        let offer = self.push(Screen::Prompt(Box::new(prompt)));
        offer.filter(|_| values.is_none())
    }

    /// Returns whether a screen or a prompt is open on a patient.
    #[must_use]
    pub fn is_shown(&self, patient: PatientId) -> bool {
        self.screens.iter().any(|screen| screen.patient() == Some(patient))
    }

    /// Returns the patient whose chart is on the screen.
    #[must_use]
    pub fn shown_patient(&self) -> Option<Rc<Patient>> {
        self.base()?.patient().and_then(|id| self.ctx.patient(id))
    }

    /// Shows lines of the audit log.
    pub fn show_log(&mut self, patient: Option<PatientId>, lines: Vec<Logged>) {
        self.screens.push(Screen::Audit(AuditScreen::new(patient, lines)));
    }

    /// Hands what came of an exchange, or of several signatures, to the screen that asked for it and to no other.
    ///
    /// # Errors
    /// What came, where the screen is gone: it was locked meanwhile.
    pub fn came(&mut self, came: Came, asker: Asker) -> Result<Vec<Effect>, Came> {
        let ctx = &self.ctx;
        let is_asker = |screen: &&mut Screen| match screen {
            Screen::Exchange(exchange) => match asker {
                Asker::Exchange => true,
                Asker::Waiting => exchange.runs().is_some(),
                Asker::Signing => false,
            },
            Screen::Signing(signing) => asker == Asker::Signing && signing.runs(),
            _ => false,
        };
        let effects = match self.screens.iter_mut().rev().find(is_asker) {
            Some(Screen::Exchange(exchange)) => exchange.came(came, ctx),
            Some(Screen::Signing(signing)) => signing.came(came, ctx),
            _ => return Err(came),
        };
        Ok(self.carry_out(effects))
    }

    /// Closes the prompt on top, after its effect was carried out.
    pub fn close_prompt(&mut self) -> Option<Effect> {
        let Some(Screen::Prompt(prompt)) = self.screens.last() else { return None };
        let drop = Effect::DropDraft(prompt.kind().name().to_owned(), prompt.patient());
        self.screens.pop();
        Some(drop)
    }

    /// Says something in the line above the footer.
    pub fn say(&mut self, words: String) {
        self.said = Some(words);
    }

    /// Says nothing more.
    pub fn hush(&mut self) {
        self.said = None;
    }

    /// Asks whether a draft of an earlier run is taken up again.
    pub fn ask_about(&mut self, ask: Ask) {
        self.screens.push(Screen::Ask(ask));
    }

    /// Turns the page when the day or the practice changed: every course at hand is worked out anew.
    pub fn rework(&mut self) -> Vec<Effect> {
        let today = self.ctx.today();
        let practice = &self.ctx.practice;
        for patient in self.ctx.patients.values_mut() {
            *patient = Rc::new(Patient::of(patient.chart.clone(), practice, today));
        }
        self.refresh()
    }

    fn parts(&self) -> frame::Parts {
        frame::parts(self.ctx.area, self.with_banner())
    }

    fn with_banner(&self) -> bool {
        self.base().is_some_and(|s| s.patient().is_some())
    }

    /// The topmost screen that is not drawn over another.
    fn base(&self) -> Option<&Screen> {
        self.screens.iter().rev().find(|s| !s.is_overlay())
    }

    fn body(&self) -> Rect {
        self.parts().body
    }

    /// Draws the whole screen.
    pub fn view(&self, frame: &mut Frame<'_>) {
        let Some(base) = self.base() else { return };
        let parts = frame::parts(frame.area(), self.with_banner());
        frame::header(frame, parts.header, &self.ctx, base.title());
        if let Some(patient) = base.patient().and_then(|id| self.ctx.patient(id)) {
            frame::banner(frame, parts.banner, &self.ctx, &patient);
        }
        base.view(frame, parts.body, &self.ctx);
        if let Some(top) = self.top().filter(|s| s.is_overlay()) {
            top.view(frame, parts.body, &self.ctx);
        }
        if let Some(said) = &self.said {
            // What is not kept is no good news.
            let role = if self.unkept.is_some() { Role::Late } else { Role::Good };
            let most = if matches!(self.top(), Some(Screen::Prompt(_))) { say::ON_PROMPTS } else { say::MOST };
            say::draw(frame, parts.say, said, (self.ctx.theme.style(role), self.ctx.theme.glyphs.ellipsis), most);
        }
        if let Some(top) = self.top() {
            frame::footer(frame, &parts, &self.ctx, (top.place(), top.button()), self.said.is_some());
        }
        if self.ctx.theme.ascii {
            frame::only_ascii(frame.buffer_mut());
        }
    }
}
