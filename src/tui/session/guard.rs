//! Who sits here: signing in, the lock, another person at the same screen.
//!
//! While it is locked the session has no store and the app no patient; what is half typed is a draft, and where each person was is
//! kept as marks. Whoever signs in goes on there.

use super::super::app::Mark;
use super::super::effect::{Draft, Effect, PromptKind, Then, Typed};
use super::super::screens::{SignIn, TextPage};
use super::{Begin, Session};
use crate::clinic::audit::{Event, What};
use crate::clinic::entry::PatientId;
use crate::clinic::people::Asks;
use crate::clinic::practice::{Practice, Settings};
use crate::guarded;
use crate::store::disk::Disk;
use crate::store::tries::Tries;
use crate::store::vault::Key;
use crate::store::{Store, StoreError, drafts, secret};
use chrono::{DateTime, FixedOffset, TimeDelta};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

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
    /// Wrong tries; read when they are first wanted.
    tries: Option<Tries>,
    /// The key of an encrypted practice, while it is open or was a short time ago.
    pub(super) key: Option<Key>,
    /// Failed tries that could not be noted yet.
    pub(super) failed: Vec<Event>,
    /// Asked for, and done once the screen says so: encrypt with this passphrase, or decrypt.
    pub(super) asked: Option<Option<Zeroizing<String>>>,
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

    pub(super) fn sign_in(&mut self, typed: &Typed) -> Vec<Effect> {
        match self.try_sign_in(typed) {
            Ok(effects) => effects,
            Err(sentence) => {
                if let Some(screen) = self.app.sign_in() {
                    screen.refuse(sentence);
                }
                Vec::new()
            }
        }
    }

    fn try_sign_in(&mut self, typed: &Typed) -> Result<Vec<Effect>, String> {
        self.look_at_vault()?;
        if self.app.ctx.shut {
            return self.open_vault(typed);
        }
        let store = self.locked_store().map_err(|error| error.to_string())?;
        // A colleague may have given a code on another workstation meanwhile.
        self.app.ctx.practice = store.practice().clone();
        if !store.settings().sign_in() {
            return Ok(self.unlock(store, &typed.who));
        }
        self.may_try(&typed.who)?;
        let is_code = self.is_right(store.settings(), typed)?;
        if (is_code || typed.by_recovery) && typed.chosen.is_none() {
            self.asks_for_own();
            return Ok(Vec::new());
        }
        self.come_in(store, typed)
    }

    pub(super) fn asks_for_own(&mut self) {
        self.app.sign_in().into_iter().for_each(SignIn::choose_secret);
    }

    /// Who it is has been shown: a secret of one's own is kept, and the screens open.
    pub(super) fn come_in(&mut self, mut store: Store, typed: &Typed) -> Result<Vec<Effect>, String> {
        if let Some(chosen) = typed.chosen.as_ref().filter(|_| store.settings().sign_in()) {
            let kept = secret::of(chosen)?;
            let changed = store.change_settings(|settings| {
                let person = settings.people.iter_mut().find(|person| person.name == typed.who);
                person.into_iter().for_each(|person| person.secret = Some(kept.clone()));
            });
            changed.map_err(|error| error.to_string())?;
        }
        let renewed = typed.by_recovery.then(|| super::people::renew_recovery(&mut store, self.guard.key.as_ref()));
        let renewed = renewed.transpose()?;
        let effects = self.unlock(store, &typed.who);
        renewed.into_iter().for_each(|page| self.show(page));
        Ok(effects)
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

    fn tries(&mut self) -> &mut Tries {
        let state = self.begin.places.state.as_deref();
        let load = || state.map(|state| Tries::load(&*self.real, state)).unwrap_or_default();
        self.guard.tries.get_or_insert_with(load)
    }

    fn keep_tries(&mut self) {
        if let (Some(tries), Some(state)) = (&self.guard.tries, &self.begin.places.state) {
            tries.save(&*self.real, state);
        }
    }

    /// Whether this person may try now.
    pub(super) fn may_try(&mut self, who: &str) -> Result<(), String> {
        let now = self.app.ctx.now;
        match self.tries().again(who, now) {
            None => Ok(()),
            Some(again) => Err(format!(
                "Too many wrong tries: wait until {}, or ask an administrator for a code.",
                again.format("%H:%M:%S")
            )),
        }
    }

    /// Counts a wrong try, and says so.
    pub(super) fn wrong_try(&mut self, who: &str, what: &str) -> String {
        let now = self.app.ctx.now;
        self.tries().wrong(who, now);
        self.keep_tries();
        self.note_failed(who);
        match self.tries().again(who, now) {
            None => format!("That is not the {what}: try again."),
            Some(again) => format!("That is not the {what}: the next try is at {}.", again.format("%H:%M:%S")),
        }
    }

    pub(super) fn right_try(&mut self, who: &str) {
        if self.tries().count(who) > 0 {
            self.tries().right(who);
            self.keep_tries();
        }
    }

    /// Returns whether what was typed is a code that is good once; an error where it is wrong.
    fn is_right(&mut self, settings: &Settings, typed: &Typed) -> Result<bool, String> {
        let who = &typed.who;
        let person = settings.person(who).filter(|person| !person.left);
        let person = person.ok_or_else(|| format!("{who} does not work here any more."))?;
        let recovery = settings.recovery.as_deref().filter(|_| person.administrator);
        let kept = if typed.by_recovery { recovery } else { person.secret.as_deref() };
        if kept.is_some_and(|kept| secret::is_right(kept, &typed.secret)) {
            self.right_try(who);
            return Ok(matches!(person.asks(), Some(Asks::Code(_))));
        }
        let what = if typed.by_recovery { "recovery key" } else { person.asks().map_or("PIN", word) };
        Err(self.wrong_try(who, what))
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

fn word(asks: Asks) -> &'static str {
    match asks {
        Asks::Passphrase => "passphrase",
        Asks::Pin(_) => "PIN",
        Asks::Code(_) => "code",
    }
}
