//! Who can open the encrypted records when the program starts.

use super::Session;
use crate::clinic::people::working;
use crate::store::vault::{Vault, slot};

impl Session {
    /// Looks whose passphrases open the records.
    pub(super) fn look_at_openers(&mut self) {
        let vault = Vault::of(self.real.clone(), &self.locked_or_open_dir()).filter(|_| self.app.ctx.encrypted);
        let slots = vault.map(|vault| vault.slots()).unwrap_or_default();
        let people = working(&self.app.ctx.practice.settings.people);
        let opens = people.filter(|p| slots.contains(&slot(&p.initials())));
        self.app.ctx.openers = opens.map(|p| p.name.clone()).collect();
    }

    fn locked_or_open_dir(&self) -> std::path::PathBuf {
        self.store.as_ref().map_or_else(|| self.locked_dir(), |store| store.dir().to_owned())
    }
}
