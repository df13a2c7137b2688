//! Who sits here: signing in, the lock, another person at the same screen.
//!
//! While it is locked the session has no store and the app no patient; what is half typed is a draft, and where each person was is
//! kept as marks. Whoever signs in goes on there.

use super::super::app::Mark;
use super::super::effect::{Draft, Effect, PromptKind, Then};
use super::super::screens::{SignIn, TextPage};
use super::trust::Trusted;
use super::working::Work;
use super::{Begin, Session};
use crate::clinic::audit::What;
use crate::clinic::entry::PatientId;
use crate::clinic::practice::{Practice, Settings};
use crate::clock::{self, Clock};
use crate::guarded;
use crate::store::disk::Disk;
use crate::store::tries::Counter;
use crate::store::vault::Key;
use crate::store::{Store, StoreError, drafts};
use chrono::{DateTime, FixedOffset, TimeDelta};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A program that was locked for four hours forgets the key of an encrypted practice: overnight a passphrase is asked for.
const FORGET_AFTER: Duration = Duration::from_secs(4 * 60 * 60);

/// What the session knows of who sits here.
#[derive(Default)]
pub(super) struct Guard {
    /// The practice that is locked.
    dir: Option<PathBuf>,
    /// Where each person was, by name.
    left: HashMap<String, Left>,
    /// When a key was last pressed.
    last: Option<Moment>,
    /// When the screen was locked.
    locked: Option<Moment>,
    /// What counts wrong tries.
    pub(super) counter: Counter,
    /// The key of an encrypted practice, while it is open or was a short time ago.
    pub(super) key: Option<Key>,
    /// Whom a PIN lets in while that key is there.
    pub(super) trusted: Option<Trusted>,
    /// Asked for, and done once the screen says so.
    pub(super) work: Option<Work>,
}

/// Where somebody was, and whether the log says that this person signed out.
#[derive(Default)]
struct Left {
    marks: Vec<Mark>,
    signed_out: bool,
}

/// A moment by the clock on the wall, which is put back, and by a steady one, which stands still while the computer sleeps.
#[derive(Clone, Copy)]
struct Moment {
    wall: DateTime<FixedOffset>,
    steady: Instant,
}

impl Moment {
    fn of(clock: Clock) -> Self {
        Self { wall: clock.now(), steady: clock::steady() }
    }

    fn ago(self, clock: Clock) -> Duration {
        longer(clock.now() - self.wall, self.steady.elapsed())
    }
}

/// A clock that was put back makes nobody stay signed in.
fn longer(by_the_wall: TimeDelta, steady: Duration) -> Duration {
    by_the_wall.to_std().unwrap_or_default().max(steady)
}

/// What lies in the folder at the start.
pub(super) enum Found {
    /// Nothing: the first start.
    Nothing,
    /// A practice whose records are encrypted.
    Shut(Box<Settings>),
    /// A practice.
    Open(Box<Store>),
}

impl Found {
    /// Looks.
    ///
    /// # Errors
    /// Why `practice.ron` cannot be read.
    pub(super) fn of(begin: &Begin, disk: &Arc<dyn Disk>) -> Result<Self, StoreError> {
        match Store::open_on(&begin.dir, begin.places.clone(), disk.clone()) {
            Err(StoreError::NoPractice { .. }) => Ok(Self::Nothing),
            Err(StoreError::Locked { .. }) => {
                Store::settings_of(&**disk, &begin.dir).map(|settings| Self::Shut(Box::new(settings)))
            }
            opened => opened.map(|store| Self::Open(Box::new(store))),
        }
    }

    /// Returns the store, where it is open; the practice as far as it is known; whether there is one.
    pub(super) fn parts(self) -> (Option<Store>, Practice, bool) {
        match self {
            Self::Nothing => (None, Practice::new(Settings::new("", "")), false),
            Self::Shut(settings) => (None, Practice::new(*settings), true),
            Self::Open(store) => {
                let practice = store.practice().clone();
                (Some(*store), practice, true)
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
        self.sweep_letters();
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
        let signed_out = what == What::SignedOut;
        self.guard.left.insert(author.clone(), Left { marks: self.app.marks(), signed_out });
        self.guard.locked = Some(Moment::of(self.begin.clock));
        self.guard.dir = Some(dir);
        self.guard.work = None;
        self.store = None;
        self.unread_drafts.clear();
        self.exchanging.forget();
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
            Locked::Switched => "Outside of this screen the records were encrypted, or are not any more.".to_owned(),
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
        self.guard.last = Some(Moment::of(self.begin.clock));
    }

    /// Locks the screen where nobody pressed a key for as long as the practice says; one that was locked for hours forgets the
    /// key, whoever presses keys there meanwhile.
    pub(super) fn lock_if_idle(&mut self) {
        let locked =
            self.guard.locked.or(self.guard.last).map_or(Duration::ZERO, |locked| locked.ago(self.begin.clock));
        if self.store.is_none() && self.guard.key.is_some() && locked >= FORGET_AFTER {
            self.forget_key();
        }
        if self.until_idle() == Some(Duration::ZERO) {
            self.lock(Locked::Idle);
        }
    }

    /// The computer slept: whoever opened it again need not be who was here, and what stood on the screen is shown to nobody. Where
    /// nobody has a secret, one key opens it.
    pub fn slept(&mut self) {
        self.lock(Locked::Slept);
    }

    fn idle(&self) -> Duration {
        self.guard.last.map_or(Duration::ZERO, |last| last.ago(self.begin.clock))
    }

    /// Returns how long it is until the screen locks by itself; `None` where it does not.
    #[must_use]
    pub fn until_idle(&self) -> Option<Duration> {
        self.store.as_ref()?;
        let minutes = self.app.ctx.practice.settings.lock_after_minutes()?;
        let limit = Duration::from_secs(u64::from(minutes) * 60);
        Some(limit.saturating_sub(self.idle()))
    }

    /// Begins with the question who it is, where people sign in or the records are encrypted.
    pub(super) fn begin_locked(&mut self) {
        self.is_awake();
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

    pub(super) fn show(&mut self, mut page: TextPage) {
        if page.is_shown_once() {
            self.look_at_openers();
            self.app.ctx.only_openers().into_iter().for_each(|words| page.add(words));
        }
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

    /// Goes on where this person was; `how` they got in, where that is not the usual way.
    pub(super) fn unlock(&mut self, store: Store, who: &str, how: &str) -> Vec<Effect> {
        let left = self.guard.left.remove(who);
        let was_locked = left.as_ref().is_some_and(|left| !left.signed_out);
        self.enter_as(store, who);
        self.note_backup();
        self.tell_failed();
        self.note(if was_locked { What::Unlocked } else { What::SignedIn }, None, how.to_owned());
        let marks = left.unwrap_or_default().marks;
        // Over a prompt that is open again nobody is asked about another one.
        self.begins = !marks.iter().any(|mark| matches!(mark, Mark::Prompt { .. }));
        self.is_awake();
        marks.iter().for_each(|mark| self.go_back_to(mark));
        self.app.show_unread();
        self.tell_what_came();
        Vec::new()
    }

    fn go_back_to(&mut self, mark: &Mark) {
        let effect = match mark {
            Mark::Exchange(what) => return self.go_back_to_exchange(what),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_clock_that_was_put_back_nor_a_sleep_keeps_an_unattended_screen_open() {
        let minutes = |n: u64| Duration::from_secs(n * 60);
        assert_eq!(longer(TimeDelta::minutes(-60), minutes(6)), minutes(6), "put back by an hour");
        assert_eq!(longer(TimeDelta::hours(8), minutes(1)), minutes(480), "the computer slept");
    }
}
