//! A practice whose records are encrypted: opened with a passphrase, switched on and off.

use super::super::app::App;
use super::super::effect::{Effect, Encryption, Typed};
use super::super::screens::{Said, TextPage};
use super::Session;
use super::guard::Locked;
use super::sign_in::{RECOVERY_KEY, by_recovery};
use crate::clinic::audit::What;
use crate::clinic::people::{self, Colleague};
use crate::clinic::practice::Settings;
use crate::clinic::roles::{self, Doing};
use crate::clinic::words::plural;
use crate::store::vault::{self, Key, Vault, VaultError};
use crate::store::{Problem, Store, drafts};
use crate::tui::keymap;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

impl Session {
    /// Looks whether the records are encrypted now, and with which key: another workstation may have switched it.
    pub(super) fn look_at_vault(&mut self) -> Result<(), String> {
        let dir = self.locked_dir();
        let is_there = Vault::of(self.real.clone(), &dir).is_some();
        let is_known = |key: &Key| Store::open_on(&dir, self.begin.places.clone(), key.disk(self.real.clone())).is_ok();
        if !is_there || !self.guard.key.as_ref().is_some_and(is_known) {
            self.forget_key();
        }
        self.app.ctx.encrypted = is_there;
        self.app.ctx.shut = is_there && self.guard.key.is_none();
        if self.app.ctx.shut {
            let settings = Store::settings_of(&*self.real, &dir).map_err(|error| error.to_string())?;
            self.app.ctx.practice.settings = settings;
        }
        Ok(())
    }

    pub(super) fn forget_key(&mut self) {
        self.app.ctx.shut |= self.guard.key.take().is_some();
        self.guard.trusted = None;
        self.work_on(self.real.clone());
    }

    /// Takes the key of the practice into the memory.
    pub(super) fn keep_key(&mut self, key: Key) {
        self.work_on(key.disk(self.real.clone()));
        let left = vault::tidy(&key, &self.begin.places, &self.real);
        self.left_plain.clear();
        self.tell_left_plain(&left);
        (self.app.ctx.encrypted, self.app.ctx.shut) = (true, false);
        self.guard.key = Some(key);
        self.trust_all();
    }

    /// Names what stayed plain, also once the files are looked at anew.
    fn tell_left_plain(&mut self, left: &[Problem]) {
        let left: Vec<_> = left.iter().map(ToString::to_string).filter(|one| !self.left_plain.contains(one)).collect();
        self.app.ctx.problems.extend(left.iter().cloned());
        self.left_plain.extend(left);
    }

    fn work_on(&mut self, disk: Arc<dyn crate::store::disk::Disk>) {
        self.drafts.settle();
        self.drafts = drafts::Keeper::new(disk.clone());
        self.disk = disk;
    }

    /// Opens the records with a passphrase or the recovery key; whoever has it is who it says.
    pub(super) fn open_vault(&mut self, typed: &Typed) -> Result<Vec<Effect>, Said> {
        let dir = self.locked_dir();
        let vault = self.vault(&dir).ok_or("the records are not encrypted any more: try again")?;
        let settings = &self.app.ctx.practice.settings;
        let person = settings.person(&typed.who).filter(|person| !person.left).cloned();
        let may_recover = !settings.sign_in() || person.as_ref().is_some_and(|person| person.administrator);
        let person = person.ok_or_else(|| format!("{} does not work here any more.", typed.who))?;
        if typed.by_recovery && !may_recover {
            return Err(
                "The recovery key is for administrators: one of them opens the records and gives you a code.".into()
            );
        }
        let what = if typed.by_recovery { RECOVERY_KEY } else { "passphrase" };
        let mut put_there = None;
        let key = self.attempt(&typed.who, what, || match opened(&vault, &person, typed) {
            Err(VaultError::Wrong) => Ok(None),
            Err(VaultError::NoSlot { .. }) => Err(no_passphrase(&person)),
            Err(error) => {
                put_there = error.put_there();
                Err(error.to_string())
            }
            Ok(key) => Ok(Some(key)),
        });
        if let Some(how) = put_there {
            self.counted(|counter, desk| counter.fail(desk, &typed.who, &how));
        }
        let key = key?;
        if typed.by_recovery && typed.chosen.is_none() {
            self.asks_for_own();
            return Ok(Vec::new());
        }
        if let Some(chosen) = &typed.chosen {
            put(&vault, &person, chosen, &key)?;
        }
        let told = key.told().map(str::to_owned);
        self.keep_key(key);
        let store = self.locked_store().map_err(|error| error.to_string())?;
        let effects = self.come_in(store, typed, by_recovery(typed))?;
        if typed.chosen.is_some() {
            let words = format!("{}: a new passphrase that opens the records; {}", typed.who, by_recovery(typed));
            self.note(What::PeopleChanged, None, words);
        }
        told.into_iter().for_each(|words| self.note(What::PeopleChanged, None, words));
        Ok(effects)
    }

    /// Returns the keys of the practice in a folder, as far as it is encrypted.
    pub(super) fn vault(&self, dir: &Path) -> Option<Vault> {
        let vault = Vault::of(self.real.clone(), dir);
        vault.map(|vault| vault.known_in(self.begin.places.state.as_deref()))
    }

    /// Gives whoever sits here another passphrase to open the records with.
    pub(super) fn put_passphrase(&self, person: &Colleague, passphrase: &Zeroizing<String>) -> Result<(), String> {
        let dir = self.store.as_ref().ok_or("no practice is open")?.dir();
        let vault = self.vault(dir).ok_or("the records are not encrypted")?;
        let key = self.guard.key.as_ref().ok_or("the records are not open")?;
        put(&vault, person, passphrase, key)
    }

    /// Lets the passphrase that somebody chose after a code open the records too, which it does where it is long enough and no
    /// colleague's passphrase lies under the same initials. Returns what to say of it, and whether it does; nothing where the
    /// records are not encrypted.
    pub(super) fn opens_too(
        &self,
        settings: &Settings,
        who: &str,
        chosen: &Zeroizing<String>,
    ) -> Option<(String, bool)> {
        let key = self.guard.key.as_ref().filter(|_| self.app.ctx.encrypted)?;
        let (person, vault) = (settings.person(who)?, self.vault(&self.locked_dir())?);
        let other = people::same_slot(&settings.people, &person.initials(), &person.name);
        let put = match (people::too_easy_to_open(chosen), other) {
            (None, None) => put(&vault, person, chosen, key),
            (None, Some(other)) => Err(super::people::one_slot(other)),
            (Some(_), _) => return Some((self.only_switches(person, settings, &vault), false)),
        };
        Some(match put {
            Ok(()) => ("When the program starts your new passphrase opens the records, from now on.".to_owned(), true),
            Err(why) => (format!("This passphrase opens no records when the program starts: {why}."), false),
        })
    }

    /// Says what a PIN is not enough for.
    fn only_switches(&self, person: &Colleague, settings: &Settings, vault: &Vault) -> String {
        let slots = vault.slots();
        let opens = |p: &&Colleague| slots.contains(&vault::slot(&p.initials()));
        if opens(&person) {
            return "This PIN is enough while the records are open. When the program starts, your passphrase opens them as before.".to_owned();
        }
        let names: Vec<_> = people::working(&settings.people).filter(opens).map(|p| p.name.as_str()).collect();
        format!(
            "This PIN is enough while the records are open. When the program starts, {} opens them first. To open them yourself: u, your name, Passphrase.",
            if names.is_empty() { "whoever has a passphrase".to_owned() } else { names.join(" or ") }
        )
    }

    /// Takes the passphrase of somebody who left away.
    pub(super) fn remove_passphrase(&self, person: &Colleague) -> Result<(), String> {
        let Some(store) = self.store.as_ref().filter(|_| self.app.ctx.encrypted) else { return Ok(()) };
        let Some(vault) = Vault::of(self.real.clone(), store.dir()) else { return Ok(()) };
        let slot = vault::slot(&person.initials());
        if vault.slots() == [slot.as_str()] {
            let how = keymap::told("{today.people}, {people.open} on the own name");
            return Err(format!(
                "nobody else has a passphrase that opens the records: before {} goes, somebody else chooses one ({how})",
                person.name
            ));
        }
        vault.remove(&slot).map_err(|error| error.to_string())
    }

    /// Somebody said that the recovery key on the screen is on paper.
    pub(super) fn recovery_was_seen(&mut self) -> Vec<Effect> {
        if let Some(store) = &self.store {
            vault::recovery_seen(store.dir(), &*self.real);
        }
        Vec::new()
    }

    /// Switches the encryption on or off. `show` draws how far it is.
    pub(super) fn switch(&mut self, encryption: &Encryption, show: &mut dyn FnMut(&App)) -> Vec<Effect> {
        let done = match encryption {
            Encryption::Same => Ok(None),
            Encryption::On(passphrase) => {
                let replaces = self.app.ctx.practice.settings.recovery.is_some();
                self.encrypt(passphrase, replaces, show)
            }
            Encryption::Off => self.decrypt(show),
        };
        match done {
            Ok(page) => page.into_iter().for_each(|page| self.show(page)),
            Err(sentence) => self.app.say(sentence),
        }
        Vec::new()
    }

    /// Encrypts the practice that is open, with a passphrase of whoever sits here; `replaces` says that somebody may have a
    /// recovery key of before on paper.
    pub(super) fn encrypt(
        &mut self,
        passphrase: &Zeroizing<String>,
        replaces: bool,
        show: &mut dyn FnMut(&App),
    ) -> Result<Option<TextPage>, String> {
        let (dir, settings) = self.may_switch()?;
        let person = settings.person(&self.app.ctx.author).cloned().ok_or("nobody sits here")?;
        if let Some(other) = people::same_slot(&settings.people, &person.initials(), &person.name) {
            return Err(super::people::one_slot(other));
        }
        let slot = (vault::slot(&person.initials()), SecretString::from(passphrase.as_str()));
        self.drafts.settle();
        self.settle_log();
        let (places, real) = (&self.begin.places, &self.real);
        let done = vault::encrypt(&dir, places, real, &[slot], &mut told("Encrypting", &mut self.app, show));
        let done = done.map_err(|error| error.to_string())?;
        self.keep_key(done.key);
        let opened = self.reopen(&dir);
        self.tell_left_plain(&done.left);
        // Whatever else goes wrong: the key is shown now or never.
        let (opened, failed) = match opened {
            Ok(mut store) => {
                let failed = done.recovery.as_ref().and_then(|code| store.keep_recovery(code).err());
                (Ok(store), failed)
            }
            Err(sentence) => (Err(sentence.clone()), Some(sentence)),
        };
        let page = done.recovery.as_ref().map(|code| super::people::recovery_page(code, (true, replaces), failed));
        match opened {
            Ok(store) => {
                self.trust_own(store.settings(), None, true);
                self.store = Some(store);
            }
            Err(sentence) => {
                page.into_iter().for_each(|page| self.show(page));
                return Err(sentence);
            }
        }
        self.keep_log();
        self.note(What::SettingsChanged, None, "encryption on".to_owned());
        self.app.say(format!("{} encrypted.", plural(done.files as i64, "file")));
        self.verify();
        Ok(page)
    }

    fn decrypt(&mut self, show: &mut dyn FnMut(&App)) -> Result<Option<TextPage>, String> {
        let (dir, _) = self.may_switch()?;
        let key = self.guard.key.clone().ok_or("the records are not encrypted")?;
        self.drafts.settle();
        self.settle_log();
        let (places, real) = (&self.begin.places, &self.real);
        let left = vault::decrypt(&key, places, real, &mut told("Decrypting", &mut self.app, show));
        let left = left.map_err(|error| error.to_string())?;
        if let Some(first) = left.first() {
            return Err(format!("The records stay encrypted until this is mended: {first}"));
        }
        self.forget_key();
        self.left_plain.clear();
        (self.app.ctx.encrypted, self.app.ctx.shut) = (false, false);
        self.store = Some(self.reopen(&dir)?);
        self.keep_log();
        self.note(What::SettingsChanged, None, "encryption off".to_owned());
        self.app.say("The records are not encrypted any more.".to_owned());
        self.verify();
        Ok(None)
    }

    /// Returns the folder of the practice and its settings, where whoever sits here may switch its encryption.
    fn may_switch(&self) -> Result<(PathBuf, Settings), String> {
        let store = self.store.as_ref().ok_or("no practice is open")?;
        let settings = Store::settings_of(&*self.real, store.dir()).map_err(|error| error.to_string())?;
        roles::may(&settings.people, &self.app.ctx.author, Doing::Encryption)?;
        Ok((store.dir().to_owned(), settings))
    }

    fn reopen(&self, dir: &Path) -> Result<Store, String> {
        Store::open_on(dir, self.begin.places.clone(), self.disk.clone()).map_err(|error| error.to_string())
    }

    /// Another workstation encrypted the records or decrypted them: they are opened anew.
    pub(super) fn switched_elsewhere(&mut self) {
        self.lock(Locked::Switched);
        if let Err(sentence) = self.look_at_vault() {
            self.app.say(sentence);
        }
    }
}

/// Says how many files of how many are done, each fiftieth time.
fn told<'a>(doing: &'a str, app: &'a mut App, show: &'a mut dyn FnMut(&App)) -> impl FnMut(usize, usize) + 'a {
    move |done, of| {
        if done.is_multiple_of(50) {
            app.say(format!("{doing}: {done} of {}.", plural(of as i64, "file")));
            show(app);
        }
    }
}

fn opened(vault: &Vault, person: &Colleague, typed: &Typed) -> Result<Key, VaultError> {
    let secret = SecretString::from(typed.secret.as_str());
    match typed.by_recovery {
        true => vault.open_with_recovery(&secret),
        false => vault.open(&vault::slot(&person.initials()), &secret),
    }
}

fn put(vault: &Vault, person: &Colleague, passphrase: &Zeroizing<String>, key: &Key) -> Result<(), String> {
    let passphrase = SecretString::from(passphrase.as_str());
    vault.put(&vault::slot(&person.initials()), &passphrase, key).map_err(|error| error.to_string())
}

fn no_passphrase(person: &Colleague) -> String {
    format!(
        "{} has no passphrase that opens the records: somebody who has one opens them first, then a PIN is enough.",
        person.name
    )
}
