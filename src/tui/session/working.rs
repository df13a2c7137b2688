//! What takes more than a moment: keys are made, files rewritten. It is asked for, the screen says so, then it is done.

use super::super::app::App;
use super::super::effect::{Effect, Encryption, NewPractice, NewSecret, PersonJob, Typed};
use super::Session;
use crate::clinic::people::{Asks, Colleague};

/// What is said while a key is made.
const A_KEY: &str = "Working: the key is being made…";
/// What is said while one is tried, which takes as long.
const A_PASSPHRASE: &str = "Working: the passphrase is tried…";
const A_RECOVERY_KEY: &str = "Working: the recovery key is tried…";

/// Work that waits until the screen says that it is done.
pub(super) enum Work {
    /// The encryption is switched.
    Switch(Encryption),
    /// A practice is begun, with a PIN or encrypted.
    Create(Box<NewPractice>),
    /// Somebody takes another secret.
    Person(Box<PersonJob>),
    /// Somebody signs in with a new secret of his own, a passphrase or the recovery key.
    SignIn(Typed),
}

impl Session {
    /// Does work once the screen says so.
    fn put_off(&mut self, words: &str, work: Work) -> Vec<Effect> {
        self.app.say(words.to_owned());
        self.guard.work = Some(work);
        Vec::new()
    }

    /// Begins a practice; at once where no key is made.
    pub(super) fn begin_practice(&mut self, new: NewPractice) -> Vec<Effect> {
        match new.secret.is_empty() && new.passphrase.is_empty() {
            true => self.create(&new, &mut |_| {}),
            false => self.put_off(A_KEY, Work::Create(Box::new(new))),
        }
    }

    /// Changes who works here; at once where no key is made.
    pub(super) fn take_person(&mut self, job: Box<PersonJob>) -> Vec<Effect> {
        match matches!(job.secret, NewSecret::Same) && job.passphrase.is_empty() {
            true => self.person_changed(&job),
            false => self.put_off(A_KEY, Work::Person(job)),
        }
    }

    fn person_changed(&mut self, job: &PersonJob) -> Vec<Effect> {
        let effects = self.change_person(job);
        self.look_at_openers();
        effects
    }

    /// Signs somebody in; at once where a PIN or a code is tried and no secret is chosen.
    pub(super) fn take_sign_in(&mut self, typed: Typed) -> Vec<Effect> {
        let person = self.app.ctx.practice.settings.person(&typed.who);
        let is_phrase = self.app.ctx.shut || person.and_then(Colleague::asks) == Some(Asks::Passphrase);
        match (&typed.chosen, typed.by_recovery) {
            (Some(_), _) => self.put_off(A_KEY, Work::SignIn(typed)),
            (None, true) => self.put_off(A_RECOVERY_KEY, Work::SignIn(typed)),
            (None, false) if is_phrase => self.put_off(A_PASSPHRASE, Work::SignIn(typed)),
            (None, false) => self.sign_in(&typed),
        }
    }

    /// Has the encryption switched.
    pub(super) fn ask_to_switch(&mut self, encryption: Encryption) {
        let words = match encryption {
            Encryption::Same => return,
            Encryption::On(_) => "Working: the key is being made, then each file is encrypted…",
            Encryption::Off => "Working: each file is decrypted…",
        };
        self.put_off(words, Work::Switch(encryption));
    }

    /// Does what was put off, once the screen says so; returns whether there was anything. `show` draws how far it is.
    pub fn work(&mut self, show: &mut dyn FnMut(&App)) -> bool {
        let Some(work) = self.guard.work.take() else { return false };
        let is_said = self.app.said().map(str::to_owned);
        let effects = match work {
            Work::Switch(encryption) => self.switch(&encryption, show),
            Work::Create(new) => self.create(&new, show),
            Work::Person(job) => self.person_changed(&job),
            Work::SignIn(typed) => self.sign_in(&typed),
        };
        // It is done, whatever came of it.
        if self.app.said() == is_said.as_deref() {
            self.app.hush();
        }
        let effects = self.app.carry_out(effects);
        self.perform(effects);
        self.settle();
        true
    }
}
