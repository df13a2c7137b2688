//! Who sits here: signing in, the lock, another person at the same screen.
//!
//! While it is locked the session has no store and the app no patient; what is half typed is a draft, and where each person was is
//! kept as marks. Whoever signs in goes on there.

use super::super::app::Mark;
use super::super::effect::{Draft, Effect, Encryption, PromptKind, Then};
use super::super::screens::{SignIn, TextPage};
use super::trust::Trusted;
use super::{Begin, Session};
use crate::clinic::audit::{Event, What};
use crate::clinic::entry::PatientId;
use crate::clinic::practice::{Practice, Settings};
use crate::guarded;
use crate::store::disk::Disk;
use crate::store::tries::Tries;
use crate::store::vault::Key;
use crate::store::{Store, StoreError, drafts};
use chrono::{DateTime, FixedOffset, TimeDelta};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A locked program forgets the key of an encrypted practice after so many hours: overnight a passphrase is asked for.
const FORGET_AFTER_HOURS: i64 = 4;

/// What the session knows of who sits here.
#[derive(Default)]
pub(super) struct Guard {
    /// The practice that is locked.
    dir: Option<PathBuf>,
    /// Where each person was, by name.
    left: HashMap<String, Vec<Mark>>,
    /// When a key was last pressed.
    last: Option<DateTime<FixedOffset>>,
    /// Wrong tries that could not be saved.
    pub(super) tries: Option<Tries>,
    /// The key of an encrypted practice, while it is open or was a short time ago.
    pub(super) key: Option<Key>,
    /// Whom a PIN lets in while that key is there.
    pub(super) trusted: Option<Trusted>,
    /// Failed tries that could not be noted yet.
    pub(super) failed: Vec<Event>,
    /// Asked for, and done once the screen says so.
    pub(super) asked: Encryption,
    /// The practice whose recovery key is on the screen, until the next key.
    pub(super) shown: Option<PathBuf>,
}

/// What lies in the folder at the start.
pub(super) enum Found {
    /// Nothing: the first start.
    Nothing,
    /// A practice whose records are encrypted.
    Shut(Settings),
    /// A practice.
    Open(Store),
}

impl Found {
    /// Looks.
    ///
    /// # Errors
    /// Why `practice.ron` cannot be read.
    pub(super) fn of(begin: &Begin, disk: &Arc<dyn Disk>) -> Result<Self, StoreError> {
        match Store::open_on(&begin.dir, begin.places.clone(), disk.clone()) {
            Err(StoreError::NoPractice { .. }) => Ok(Self::Nothing),
            Err(StoreError::Locked { .. }) => Store::settings_of(&**disk, &begin.dir).map(Self::Shut),
            opened => opened.map(Self::Open),
        }
    }

    /// Returns the store, where it is open; the practice as far as it is known; whether there is one.
    pub(super) fn parts(self) -> (Option<Store>, Practice, bool) {
        match self {
            Self::Nothing => (None, Practice::new(Settings::new("", "")), false),
            Self::Shut(settings) => (None, Practice::new(settings), true),
            Self::Open(store) => {
                let practice = store.practice().clone();
                (Some(store), practice, true)
            }
        }
    }
}

/// Why the screen is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// Somebody pressed the key.
    ByKey,
    /// Somebody else wants to sign in.
    ForAnother,
    /// Nobody pressed a key for some time.
    Idle,
    /// The computer slept.
    Slept,
    /// Another workstation encrypted the records, or decrypted them.
    Switched,
}

impl Session {
    /// Locks the screen: all about patients leaves it and the memory, and what is half typed is on the disk.
    pub fn lock(&mut self, why: Locked) {
        let Some(dir) = self.store.as_ref().map(|store| store.dir().to_owned()) else { return };
        self.drafts.settle();
        let (what, detail) = match why {
            Locked::ByKey => (What::Locked, "by key"),
            Locked::ForAnother => (What::SignedOut, "for somebody else"),
            Locked::Idle => (What::Locked, "nobody pressed a key"),
            Locked::Slept => (What::Locked, "the computer slept"),
            Locked::Switched => (What::SignedOut, "the encryption was switched elsewhere"),
        };
        self.note(what, None, detail.to_owned());
        self.settle_log();
        let author = self.app.ctx.author.clone();
        self.guard.left.insert(author.clone(), self.app.marks());
        self.guard.dir = Some(dir);
        self.guard.shown = None;
        self.store = None;
        self.unread_drafts.clear();
        // Where nobody has a PIN the passphrase alone keeps anybody out.
        if self.app.ctx.encrypted && !self.app.ctx.practice.settings.sign_in() {
            self.forget_key();
        }
        let at = self.app.ctx.now.format("%H:%M");
        let words = match why {
            Locked::ByKey => format!("Locked by {author}, {at}."),
            Locked::ForAnother => format!("What {author} has open waits."),
            Locked::Idle => format!("Locked at {at}: nobody pressed a key. {author} was here."),
            Locked::Slept => format!("Locked: the computer slept. {author} was here."),
            Locked::Switched => "On another computer the records were encrypted, or are not any more.".to_owned(),
        };
        let settings = &self.app.ctx.practice.settings;
        let screen = match why {
            Locked::ForAnother | Locked::Switched => SignIn::switched(&author, words),
            _ => SignIn::locked(settings, &author, words),
        };
        self.app.lock(screen);
        guarded::wipe_stack();
        // Nothing of what was written to the terminal is to be found by who scrolls back.
        self.repaint();
    }

    pub(super) fn lock_for_another(&mut self) -> Vec<Effect> {
        if self.app.ctx.practice.settings.sign_in() {
            self.lock(Locked::ForAnother);
        } else {
            self.app.say("Nobody else signs in here yet: on Today, u adds people and PINs.".to_owned());
        }
        Vec::new()
    }

    /// A key was pressed.
    pub(super) fn is_awake(&mut self) {
        self.guard.last = Some(self.app.ctx.now);
    }

    /// Locks the screen where nobody pressed a key for as long as the practice says; one that was locked for hours forgets the key.
    pub(super) fn lock_if_idle(&mut self) {
        if self.store.is_none() && self.guard.key.is_some() && self.idle() >= TimeDelta::hours(FORGET_AFTER_HOURS) {
            self.forget_key();
        }
        if self.until_idle() == Some(Duration::ZERO) {
            self.lock(Locked::Idle);
        }
    }

    /// The computer slept: whoever opened it again need not be who was here.
    pub fn slept(&mut self) {
        if self.app.ctx.practice.settings.sign_in() || self.app.ctx.encrypted {
            self.lock(Locked::Slept);
        }
    }

    fn idle(&self) -> TimeDelta {
        self.guard.last.map_or(TimeDelta::zero(), |last| self.begin.clock.now() - last)
    }

    /// Returns how long it is until the screen locks by itself; `None` where it does not.
    #[must_use]
    pub fn until_idle(&self) -> Option<Duration> {
        self.store.as_ref()?;
        let minutes = self.app.ctx.practice.settings.lock_after_minutes()?;
        let limit = Duration::from_secs(u64::from(minutes) * 60);
        // A clock that was put back makes nobody idle.
        Some(limit.saturating_sub(self.idle().to_std().unwrap_or_default()))
    }

    /// Begins with the question who it is, where people sign in or the records are encrypted.
    pub(super) fn begin_locked(&mut self) {
        self.guard.last = Some(self.app.ctx.now);
        if self.app.ctx.shut {
            self.guard.dir = Some(self.begin.dir.clone());
            let screen = SignIn::begin(&self.app.ctx.practice.settings);
            return self.app.lock(screen);
        }
        let Some(store) = self.store.take_if(|store| store.settings().sign_in()) else { return };
        self.guard.dir = Some(store.dir().to_owned());
        let screen = SignIn::begin(&self.app.ctx.practice.settings);
        self.app.lock(screen);
    }

    pub(super) fn show(&mut self, page: TextPage) {
        let effects = self.app.carry_out(vec![Effect::Push(Box::new(super::super::screens::Screen::Text(page)))]);
        self.perform(effects);
    }

    /// Returns the folder of the practice that is locked.
    pub(super) fn locked_dir(&self) -> PathBuf {
        self.guard.dir.clone().unwrap_or_else(|| self.begin.dir.clone())
    }

    pub(super) fn locked_store(&self) -> Result<Store, StoreError> {
        let dir = self.locked_dir();
        Store::open_on(&dir, self.begin.places.clone(), self.disk.clone())
    }

    /// Goes on where this person was.
    pub(super) fn unlock(&mut self, store: Store, who: &str) -> Vec<Effect> {
        let was_here = self.guard.left.contains_key(who);
        self.enter_as(store, who);
        for failed in std::mem::take(&mut self.guard.failed) {
            self.store.iter().for_each(|store| store.note(failed.clone()));
        }
        self.note(if was_here { What::Unlocked } else { What::SignedIn }, None, String::new());
        self.begins = true;
        self.is_awake();
        let marks = self.guard.left.remove(who).unwrap_or_default();
        marks.iter().for_each(|mark| self.go_back_to(mark));
        Vec::new()
    }

    fn go_back_to(&mut self, mark: &Mark) {
        let effect = match mark {
            Mark::Chart(patient, _) => Effect::Load(*patient, Then::Chart),
            Mark::Prompt { kind, patient, typed, .. } => {
                let values = typed.clone().or_else(|| self.draft_of(*kind, *patient)).unwrap_or_default();
                super::super::screens::resume(&Draft { kind: *kind, patient: *patient, fields: values })
            }
        };
        self.perform(vec![effect]);
        self.app.put_back(mark);
    }

    fn draft_of(
        &self,
        kind: PromptKind,
        patient: Option<PatientId>,
    ) -> Option<std::collections::BTreeMap<String, String>> {
        let state = self.begin.places.state.as_deref()?;
        let all = drafts::load_all(&*self.disk, state);
        let is_it = |d: &drafts::Draft| d.prompt == kind.name() && d.patient == patient && d.by == self.app.ctx.author;
        all.into_iter().find(is_it).map(|draft| draft.fields)
    }

    /// Returns the prompts that are open again, of which nobody need be asked.
    pub(super) fn is_open(&self, kind: PromptKind, patient: Option<PatientId>) -> bool {
        let is_it =
            |mark: &Mark| matches!(mark, Mark::Prompt { kind: k, patient: p, .. } if (*k, *p) == (kind, patient));
        self.app.marks().iter().any(is_it)
    }
}
