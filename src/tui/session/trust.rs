//! Whose secret unlocks an encrypted practice while its key is in the memory: as it was when a passphrase opened it.
//! `practice.ron` lies plain, and whoever may write to it could put a PIN of his own there.

use super::super::effect::Typed;
use super::Session;
use crate::clinic::people::{Colleague, sign_in};
use crate::clinic::practice::Settings;
use crate::store::Store;

/// Who works here with what secrets and roles, and what the recovery key is checked against: as it stood when a passphrase
/// opened the records, or as this program itself wrote it since.
pub(super) struct Trusted {
    people: Vec<Colleague>,
    recovery: Option<String>,
}

impl Session {
    /// A passphrase opened the records: what stands there now counts until the key is forgotten.
    pub(super) fn trust_all(&mut self) {
        let dir = self.store.as_ref().map_or_else(|| self.locked_dir(), |store| store.dir().to_owned());
        let settings = Store::settings_of(&*self.real, &dir).ok();
        self.guard.trusted = settings.map(|Settings { people, recovery, .. }| Trusted { people, recovery });
    }

    /// What this program wrote itself counts too: of one person, and whether of the recovery key.
    pub(super) fn trust_own(&mut self, settings: &Settings, who: Option<&str>, recovery: bool) {
        let Some(trusted) = &mut self.guard.trusted else { return };
        if let Some(person) = who.and_then(|who| settings.person(who)) {
            trusted.people.retain(|known| known.name != person.name);
            trusted.people.push(person.clone());
        }
        if recovery {
            trusted.recovery.clone_from(&settings.recovery);
        }
    }

    /// Where the secret or the role of whoever signs in was changed by others, a PIN alone does not unlock encrypted records:
    /// the key is forgotten, and a passphrase asked for.
    pub(super) fn is_as_it_was(&mut self, settings: &Settings, typed: &Typed) -> Result<(), String> {
        if !self.app.ctx.encrypted || self.guard.key.is_none() {
            return Ok(());
        }
        let find = |people: &[Colleague]| people.iter().find(|person| person.name == typed.who).cloned();
        let is_same = self.guard.trusted.as_ref().is_some_and(|trusted| {
            find(&trusted.people) == find(&settings.people)
                && sign_in(&trusted.people) == settings.sign_in()
                && (!typed.by_recovery || trusted.recovery == settings.recovery)
        });
        if is_same {
            return Ok(());
        }
        self.forget_key();
        Err(format!(
            "What {} signs in with, or may do, was changed on another computer or outside Cobalog: a passphrase opens the records once more. Whoever has one signs in first; then the new PIN is enough.",
            typed.who
        ))
    }
}
