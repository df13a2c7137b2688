//! Where a person was when the screen was locked: enough to go back there, and nothing of a patient but the id.

use super::App;
use crate::clinic::entry::PatientId;
use crate::tui::effect::PromptKind;
use crate::tui::screens::{Screen, SignIn};
use std::collections::BTreeMap;

/// A screen to go back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A chart, and its tab.
    Chart(PatientId, usize),
    /// An exchange that ran, and what it did.
    Exchange(&'static str),
    /// A prompt.
    Prompt {
        /// Which one.
        kind: PromptKind,
        /// On whom.
        patient: Option<PatientId>,
        /// The field that had the focus.
        field: Option<String>,
        /// What was typed, where no draft holds it: nothing that was typed is lost by a lock.
        typed: Option<BTreeMap<String, String>>,
        /// Whether anything was typed.
        touched: bool,
    },
}

impl Mark {
    /// Returns whom it is about.
    #[must_use]
    pub fn patient(&self) -> Option<PatientId> {
        match self {
            Self::Chart(patient, _) => Some(*patient),
            Self::Exchange(_) => None,
            Self::Prompt { patient, .. } => *patient,
        }
    }
}

impl App {
    /// Returns whether the screen is locked, or nobody signed in yet.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.screens.iter().any(|screen| matches!(screen, Screen::SignIn(_)))
    }

    /// Returns where the person is: charts and prompts, the lowest first.
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        self.screens.iter().filter_map(|screen| self.mark(screen)).collect()
    }

    fn mark(&self, screen: &Screen) -> Option<Mark> {
        match screen {
            Screen::Chart(chart) => Some(Mark::Chart(chart.patient, chart.tab_at())),
            Screen::Exchange(exchange) => exchange.runs().map(Mark::Exchange),
            Screen::Prompt(prompt) => {
                // What nobody typed is read anew; which entry or person it is about is not in the record.
                let typed = match (prompt.is_touched(), &self.unkept) {
                    (false, _) => Some(prompt.about()),
                    (true, None) => None,
                    (true, Some(_)) => Some(prompt.values()),
                };
                let (kind, patient, field) = (prompt.kind(), prompt.patient(), prompt.field());
                Some(Mark::Prompt { kind, patient, field, typed, touched: prompt.is_touched() })
            }
            _ => None,
        }
    }

    /// Takes everything about patients off the screen and out of the memory.
    pub fn lock(&mut self, screen: SignIn) {
        let is_once = |screen: &Screen| matches!(screen, Screen::Text(page) if page.is_shown_once());
        let mut all = std::mem::take(&mut self.screens);
        let unread = all.iter().position(is_once).map(|at| (self.ctx.author.clone(), all.swap_remove(at)));
        self.unread = unread.or(self.unread.take());
        let mut screen = screen;
        screen.follow(&self.ctx);
        self.screens = vec![Screen::SignIn(screen)];
        self.said = None;
        self.unkept = None;
        self.ctx.forget();
    }

    /// Returns how long it is until what the sign-in screen says is not so any more.
    #[must_use]
    pub fn sign_in_waits(&self) -> Option<chrono::TimeDelta> {
        let screen = self.screens.iter().find_map(|screen| match screen {
            Screen::SignIn(screen) => Some(screen),
            _ => None,
        });
        screen?.waits(self.ctx.now.time())
    }

    /// Shows what was shown once and not left when the screen was locked, to whom it was shown.
    pub fn show_unread(&mut self) {
        if let Some((_, screen)) = self.unread.take_if(|(who, _)| *who == self.ctx.author) {
            self.screens.push(screen);
        }
    }

    /// Returns whether a recovery key stands on the screen.
    #[must_use]
    pub fn shows_key(&self) -> bool {
        matches!(self.screens.last(), Some(Screen::Text(page)) if page.is_shown_once())
    }

    /// Returns the screen on which people sign in.
    pub fn sign_in(&mut self) -> Option<&mut SignIn> {
        self.screens.iter_mut().find_map(|screen| match screen {
            Screen::SignIn(screen) => Some(screen),
            _ => None,
        })
    }

    /// The screen of a mark is on top again: its tab or field is too. A dose asks anew who the patient is.
    pub fn put_back(&mut self, mark: &Mark) {
        match (self.screens.last_mut(), mark) {
            (Some(Screen::Chart(chart)), Mark::Chart(patient, tab)) if chart.patient == *patient => {
                if let Some(patient) = self.ctx.patient(*patient) {
                    chart.turn_to_tab(*tab, &patient);
                }
            }
            (Some(Screen::Prompt(prompt)), Mark::Prompt { kind, field, touched, .. }) if prompt.kind() == *kind => {
                prompt.come_back(field.as_deref(), *touched);
            }
            _ => {}
        }
    }
}
