//! Signing in: whose secret it is, wrong tries, and a secret of one's own after a code.

use super::super::effect::{Effect, Typed};
use super::super::screens::{Said, SignIn};
use super::Session;
use crate::clinic::people::Asks;
use crate::clinic::practice::Settings;
use crate::store::tries::{self, Tries, Turn};
use crate::store::{Store, secret};

impl Session {
    pub(super) fn sign_in(&mut self, typed: &Typed) -> Vec<Effect> {
        match self.try_sign_in(typed) {
            Ok(effects) => effects,
            Err(said) => {
                if let Some(screen) = self.app.sign_in() {
                    screen.refuse(said);
                }
                Vec::new()
            }
        }
    }

    fn try_sign_in(&mut self, typed: &Typed) -> Result<Vec<Effect>, Said> {
        self.look_at_vault()?;
        if self.app.ctx.shut {
            return self.open_vault(typed);
        }
        let store = self.locked_store().map_err(|error| error.to_string())?;
        // A colleague may have given a code on another workstation meanwhile.
        self.app.ctx.practice = store.practice().clone();
        self.is_as_it_was(store.settings(), typed)?;
        if !store.settings().sign_in() {
            return Ok(self.unlock(store, &typed.who));
        }
        let turn = self.turn()?;
        self.may_try(&typed.who)?;
        let is_code = self.is_right(store.settings(), typed)?;
        drop(turn);
        if (is_code || typed.by_recovery) && typed.chosen.is_none() {
            self.asks_for_own();
            return Ok(Vec::new());
        }
        Ok(self.come_in(store, typed)?)
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
        let renewed =
            typed.by_recovery.then(|| super::people::renew_recovery(&mut store, self.guard.key.as_ref(), &self.real));
        let renewed = renewed.transpose()?;
        self.trust_own(store.settings(), Some(&typed.who), typed.by_recovery);
        let effects = self.unlock(store, &typed.who);
        renewed.into_iter().for_each(|page| self.show(page));
        Ok(effects)
    }

    /// Looks at the wrong tries as every program of this workstation counts them, and saves what becomes of them. Those that
    /// cannot be saved are kept here.
    fn with_tries<T>(&mut self, look: impl FnOnce(&mut Tries) -> T) -> T {
        let state = self.begin.places.state.as_deref();
        let unsaved = self.guard.tries.take();
        let load = || state.map(|state| Tries::load(&*self.real, state)).unwrap_or_default();
        let (is_saved, mut tries) = (unsaved.is_none(), unsaved.unwrap_or_else(load));
        let known = tries.clone();
        let found = look(&mut tries);
        let is_saved = match state {
            Some(state) => (is_saved && tries == known) || tries.save(&*self.real, state),
            None => false,
        };
        self.guard.tries = Some(tries).filter(|_| !is_saved);
        found
    }

    /// Waits until no other program of this workstation checks a secret.
    pub(super) fn turn(&self) -> Result<Turn, String> {
        tries::turn(&*self.real, self.begin.places.state.as_deref())
    }

    /// Whether this person may try now.
    pub(super) fn may_try(&mut self, who: &str) -> Result<(), Said> {
        let now = self.begin.clock.really();
        match self.with_tries(|tries| tries.again(who, now)) {
            None => Ok(()),
            Some(again) => {
                let time = again.format("%H:%M:%S");
                let words = format!(
                    "Too many wrong tries: wait until {time}, or have an administrator give you a code at this computer."
                );
                Err(Said::until(words, again.time()))
            }
        }
    }

    /// Counts a wrong try, and says so.
    pub(super) fn wrong_try(&mut self, who: &str, what: &str) -> Said {
        let now = self.begin.clock.really();
        let again = self.with_tries(|tries| {
            tries.wrong(who, now);
            tries.again(who, now)
        });
        self.note_failed(who);
        match again {
            None => format!("That is not the {what}: try again.").into(),
            Some(again) => {
                let words = format!("That is not the {what}: the next try is at {}.", again.format("%H:%M:%S"));
                Said::until(words, again.time())
            }
        }
    }

    pub(super) fn right_try(&mut self, who: &str) {
        self.with_tries(|tries| tries.right(who));
    }

    /// Returns whether what was typed is a code that is good once; an error where it is wrong.
    fn is_right(&mut self, settings: &Settings, typed: &Typed) -> Result<bool, Said> {
        let who = &typed.who;
        let person = settings.person(who).filter(|person| !person.left);
        let person = person.ok_or_else(|| format!("{who} does not work here any more."))?;
        let recovery = settings.recovery.as_deref().filter(|_| person.administrator);
        let kept = if typed.by_recovery { recovery } else { person.secret.as_deref() };
        if kept.is_some_and(|kept| secret::is_right(kept, &typed.secret)) {
            self.right_try(who);
            return Ok(matches!(person.asks(), Some(Asks::Code(_))));
        }
        let what = if typed.by_recovery { "recovery key" } else { person.asks().map_or("PIN", Asks::word) };
        Err(self.wrong_try(who, what))
    }
}
