//! Signing in: whose secret it is, wrong tries, and a secret of one's own after a code.

use super::super::effect::{Effect, Typed};
use super::super::screens::{Said, SignIn};
use super::Session;
use crate::clinic::audit::{self, What};
use crate::clinic::people::{Asks, Colleague};
use crate::clinic::practice::Settings;
use crate::clinic::roles::{self, Doing};
use crate::store::tries::{self, Counter, Desk, Refused};
use crate::store::{Store, secret, vault};

/// What may be typed in the place of a secret.
pub(super) const RECOVERY_KEY: &str = "recovery key";
/// How somebody got in with it, or tried to, as the log says it.
const BY_RECOVERY: &str = "by the recovery key";

/// What is said of a recovery key that is wrong.
const COMPARE: &str = "It stands here as typed: compare each group with the paper. Where all agree, a newer key was made, and this paper opens nothing any more.";

/// What is said where the set-up was stopped before anything was encrypted.
const NOT_ENCRYPTED: &str = "These records were to be encrypted and are not: the program was stopped before. {today.settings} on Today, Encrypted, encrypts them.";

/// What the log says of a passphrase that opens the records from now on.
pub(super) const OPENS: &str = "; a new passphrase that opens the records";

/// Says what the recovery key took away, and what takes its place.
fn gone(had: Option<Asks>, encrypted: bool) -> String {
    let had = had.map(|had| format!("Your {} of before is gone. ", had.word())).unwrap_or_default();
    let now = match encrypted {
        false => "From now on you sign in with what you just chose, and nobody else's PIN changed.",
        true => {
            "From now on the passphrase that you just chose opens the records and signs you in, and nobody else's PIN changed. For a short PIN to switch with: u on Today, your name, New PIN."
        }
    };
    format!("{had}{now}")
}

/// Returns how somebody gets in, where that is not the usual way.
pub(super) fn by_recovery(typed: &Typed) -> &'static str {
    if typed.by_recovery { BY_RECOVERY } else { "" }
}

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
            return Ok(self.unlock(store, &typed.who, ""));
        }
        let is_code = self.is_right(store.settings(), typed)?;
        if (is_code || typed.by_recovery) && typed.chosen.is_none() {
            self.asks_for_own();
            return Ok(Vec::new());
        }
        let how = if is_code { "with a code" } else { by_recovery(typed) };
        Ok(self.come_in(store, typed, how)?)
    }

    pub(super) fn asks_for_own(&mut self) {
        self.app.sign_in().into_iter().for_each(SignIn::choose_secret);
    }

    /// Who it is has been shown, in a way that the log tells where it is not the usual one: a secret of one's own is kept, and
    /// the screens open.
    pub(super) fn come_in(&mut self, mut store: Store, typed: &Typed, how: &str) -> Result<Vec<Effect>, String> {
        let before = store.settings().clone();
        // Where it opened the records with the recovery key it is put there already.
        let by_code = typed.chosen.as_ref().filter(|_| !typed.by_recovery);
        let opens = by_code.and_then(|chosen| self.opens_too(&before, &typed.who, chosen));
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
        let changed = audit::of_settings(&before, store.settings());
        self.look_at_openers();
        let effects = self.unlock(store, &typed.who, how);
        if !changed.is_empty() {
            let opens = if opens.as_ref().is_some_and(|(_, opens)| *opens) { OPENS } else { "" };
            self.note(What::PeopleChanged, None, format!("{changed}{opens}; {how}"));
        }
        let had = before.person(&typed.who).and_then(Colleague::asks).filter(|_| before.sign_in());
        if let Some(mut page) = renewed {
            page.begin(gone(had, self.app.ctx.encrypted));
            self.show(page);
        }
        opens.into_iter().for_each(|(words, _)| self.app.say(words));
        if !typed.by_recovery {
            self.tell_of_unseen_key(&typed.who);
        }
        Ok(effects)
    }

    /// Says to who can make another one that nobody has the newest recovery key: the program ended before its page.
    fn tell_of_unseen_key(&mut self, who: &str) {
        let settings = &self.app.ctx.practice.settings;
        let people = &settings.people;
        let dir = self.locked_dir();
        let is_unseen = vault::is_recovery_unseen(&dir, &*self.real) && !self.app.shows_key();
        if is_unseen && roles::may(people, who, Doing::Encryption).is_ok() {
            let initials = settings.person(who).map(Colleague::initials).unwrap_or_default();
            let words = format!(
                "Nobody said that the newest recovery key is on paper; one of before is good no more. `cobalog encrypt --recovery --by {initials} --secret-fd -` makes another one."
            );
            self.app.say(words);
        }
        self.tell_of_wanted();
    }

    /// Says that the records were to be encrypted, and are not, to whoever sits here.
    pub(super) fn tell_of_wanted(&mut self) {
        let is_open = self.store.as_ref().is_some_and(|store| vault::is_wanted(store.dir(), &*self.real));
        if is_open {
            self.app.say(crate::tui::keymap::told(NOT_ENCRYPTED));
        }
    }

    /// Looks at a secret in turn, where this person may try now, and counts a wrong one; `what` says what it should have
    /// been.
    pub(super) fn attempt<T>(
        &mut self,
        who: &str,
        what: &str,
        look: impl FnOnce() -> Result<Option<T>, String>,
    ) -> Result<T, Said> {
        let how = if what == RECOVERY_KEY { BY_RECOVERY } else { "" };
        let found = self.counted(|counter, desk| {
            counter.attempt::<_, String>(desk, &[who], (who, how), |_| Ok(look()?.map(|found| (who.to_owned(), found))))
        });
        found.map_err(|refused| match refused {
            Refused::Busy => tries::BUSY.into(),
            Refused::Other(words) => Said::from(words),
            Refused::Waits(until) => {
                let time = until.format("%H:%M:%S");
                let words = format!(
                    "Too many wrong tries: wait until {time}, or have an administrator give you a code at this computer."
                );
                Said::until(words, until.time())
            }
            Refused::Wrong(again) => {
                self.tell_failed();
                match again {
                    None if what == RECOVERY_KEY => format!("That is not the {what}. {COMPARE}").into(),
                    None => format!("That is not the {what}: try again.").into(),
                    Some(again) => {
                        let words = format!("That is not the {what}: the next try is at {}.", again.format("%H:%M:%S"));
                        Said::until(words, again.time())
                    }
                }
            }
        })
    }

    /// Does something with the counts of wrong tries.
    pub(super) fn counted<T>(&mut self, act: impl FnOnce(&mut Counter, Desk<'_>) -> T) -> T {
        let (disk, state, now) = (&*self.real, self.begin.places.state.as_deref(), self.begin.clock.really());
        act(&mut self.guard.counter, Desk { disk, state, now })
    }

    /// Returns whether what was typed is a code that is good once; an error where it is wrong.
    fn is_right(&mut self, settings: &Settings, typed: &Typed) -> Result<bool, Said> {
        let who = &typed.who;
        let person = settings.person(who).filter(|person| !person.left);
        let person = person.ok_or_else(|| format!("{who} does not work here any more."))?;
        let recovery = settings.recovery.as_deref().filter(|_| person.administrator);
        let kept = if typed.by_recovery { recovery } else { person.secret.as_deref() };
        let what = if typed.by_recovery { RECOVERY_KEY } else { person.asks().map_or("PIN", Asks::word) };
        self.attempt(who, what, || Ok(kept.filter(|kept| secret::is_right(kept, &typed.secret)).map(drop)))?;
        Ok(!typed.by_recovery && matches!(person.asks(), Some(Asks::Code(_))))
    }
}
