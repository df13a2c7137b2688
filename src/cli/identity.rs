//! Who calls the command: where people sign in, somebody whose secret was given; whoever records must be who it says.

use super::failure::Failure;
use crate::clinic::people::{Asks, Colleague, working};
use crate::store::tries::Tries;
use crate::store::vault::{self, Key, Vault, VaultError};
use crate::store::{Store, secret};
use chrono::{DateTime, FixedOffset};
use secrecy::{ExposeSecret as _, SecretString};

/// What is said where a secret is needed and none was given.
pub(super) const NO_SECRET: &str = "people sign in at this practice: say who with --by INITIALS, and where the PIN or passphrase is read from with --secret-fd N";

/// Wrong tries of whom nobody named are counted together.
const NOBODY: &str = "";

/// Who it is, as it was said.
pub(super) struct Who {
    /// Initials or name.
    pub(super) by: Option<String>,
    /// Whether the command records, so that it must be known who.
    pub(super) records: bool,
}

impl Who {
    /// Returns who may be meant: the one who was named; where nobody was, the first, who then records, or anybody, who reads.
    pub(super) fn meant<'a>(&'a self, people: &'a [Colleague]) -> impl Iterator<Item = &'a Colleague> {
        let is_meant = |person: &&Colleague| self.by.as_ref().is_none_or(|by| is_named(person, by));
        let most = if self.by.is_none() && self.records { 1 } else { usize::MAX };
        working(people).filter(is_meant).take(most)
    }

    /// Opens an encrypted practice with the passphrase of whoever records.
    pub(super) fn open(&self, vault: &Vault, people: &[Colleague], secret: &SecretString) -> Result<Key, Failure> {
        let mut refused = VaultError::Wrong;
        for person in self.meant(people) {
            match vault.open(&vault::slot(&person.initials()), secret) {
                Err(error) => refused = error,
                opened => return Ok(opened?),
            }
        }
        Err(refused.into())
    }

    /// Makes sure that a secret is that of who is meant. Wrong ones slow down here too.
    pub(super) fn is_right(
        &self,
        store: &Store,
        typed: &SecretString,
        now: DateTime<FixedOffset>,
    ) -> Result<(), String> {
        let people = &store.settings().people;
        let meant: Vec<&Colleague> = self.meant(people).collect();
        let counted = self.by.as_ref().and(meant.first()).map_or(NOBODY, |person| person.name.as_str());
        let state = store.places().state.as_deref();
        let mut tries = state.map(|state| Tries::load(store.disk(), state)).unwrap_or_default();
        let known = tries.clone();
        let save =
            |tries: &Tries| state.filter(|_| *tries != known).is_some_and(|state| tries.save(store.disk(), state));
        if let Some(again) = tries.again(counted, now) {
            save(&tries);
            return Err(format!("too many wrong tries: wait until {}", again.format("%H:%M:%S")));
        }
        // A code is good once, at the screen, where a secret of one's own follows it.
        let kept = |person: &Colleague| person.secret.clone().filter(|_| !matches!(person.asks(), Some(Asks::Code(_))));
        let is_right =
            |person: &&Colleague| kept(person).is_some_and(|kept| secret::is_right(&kept, typed.expose_secret()));
        let found = meant.iter().any(is_right);
        if found {
            tries.right(counted);
        } else {
            tries.wrong(counted, now);
        }
        save(&tries);
        if found { Ok(()) } else { Err("that is not the PIN or passphrase: nothing was done".into()) }
    }
}

/// Returns whether somebody is meant by initials or name.
pub(super) fn is_named(person: &Colleague, by: &str) -> bool {
    person.name == by || vault::slot(&person.initials()) == vault::slot(by)
}

/// Returns the name of who records: as it was said, by initials too; the first of the practice's people where nobody was said.
pub(super) fn name<'a>(by: Option<&'a str>, store: &'a Store) -> &'a str {
    let settings = store.settings();
    let Some(by) = by else { return settings.author() };
    let named = |person: &&Colleague| person.name == by;
    let by_initials = |person: &&Colleague| is_named(person, by);
    let people = &settings.people;
    people.iter().find(named).or_else(|| people.iter().find(by_initials)).map_or(by, |person| person.name.as_str())
}
