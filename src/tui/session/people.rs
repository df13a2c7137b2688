//! Who works here: added, changed, given codes; one's own secret.

use super::super::effect::{Effect, NewSecret, PersonJob};
use super::super::screens::{Said, TextPage};
use super::Session;
use crate::clinic::audit::{self, What};
use crate::clinic::people::{self, Colleague};
use crate::clinic::practice::Settings;
use crate::clinic::roles::{self, Doing};
use crate::store::disk::Disk;
use crate::store::vault::{Key, Vault, slot};
use crate::store::{Store, drafts, secret};
use secrecy::{ExposeSecret as _, SecretString};
use std::sync::Arc;
use zeroize::Zeroizing;

impl Session {
    pub(super) fn change_person(&mut self, job: &PersonJob) -> Vec<Effect> {
        self.overtaken();
        match self.try_change_person(job) {
            Ok(pages) => {
                let effects = self.app.rework();
                self.app.say(format!("Saved: {}.", job.person.name));
                pages.into_iter().for_each(|page| self.show(page));
                if let Err(sentence) = self.rename_drafts(job) {
                    self.app.say(sentence);
                }
                effects
            }
            Err(sentence) => {
                self.app.failed(sentence);
                Vec::new()
            }
        }
    }

    /// Returns the pages that are to be read after it: a code, the recovery key.
    fn try_change_person(&mut self, job: &PersonJob) -> Result<Vec<TextPage>, String> {
        let store = self.store.as_mut().ok_or("no practice is open")?;
        // Another workstation may have changed the list meanwhile.
        store.reload().map_err(|error| error.to_string())?;
        let settings = store.settings().clone();
        let author = self.app.ctx.author.clone();
        may_change(&settings, &author, job)?;
        let (mut pages, mut code) = (Vec::new(), None);
        let known = job.was.as_deref().and_then(|was| settings.person(was));
        let secret = match &job.secret {
            NewSecret::Same => None,
            NewSecret::Code => {
                let (new, kept) = secret::code()?;
                code = Some(new);
                Some(kept)
            }
            NewSecret::Own(new) => Some(secret::of(new)?),
        };
        let is_new = matches!(job.secret, NewSecret::Own(_)) || !job.passphrase.is_empty();
        let before = known.cloned();
        if let Some(known) = known.filter(|_| is_new) {
            self.has_the_old_secret(known, &job.old)?;
        }
        self.change_passphrase(known, &settings, job)?;
        let store = self.store.as_mut().ok_or("no practice is open")?;
        let mut put = Ok(false);
        store.change_settings(|now| put = put_person(now, &author, job, secret)).map_err(|e| e.to_string())?;
        let is_first = put?;
        if let Some(code) = code {
            let said = self.end_passphrase(&settings, &job.person);
            pages.push(code_page(&job.person, &code, said));
        }
        let store = self.store.as_mut().ok_or("no practice is open")?;
        if is_first {
            let page = renew_recovery(store, self.guard.key.as_ref(), &self.real);
            pages.push(page.unwrap_or_else(|why| no_recovery(&why)));
        }
        self.app.ctx.practice = store.practice().clone();
        let settings = self.app.ctx.practice.settings.clone();
        self.trust_own(&settings, Some(&job.person.name), is_first);
        // Wrong tries were of the secret of before: a code is good at once.
        if matches!(job.secret, NewSecret::Code) {
            self.counted(|counter, desk| counter.forgive(desk, &job.person.name));
        }
        if let Some(after) = settings.person(&job.person.name) {
            let words = audit::of_person(before.as_ref(), after);
            let opens = if job.passphrase.is_empty() { "" } else { super::sign_in::OPENS };
            self.note(What::PeopleChanged, None, format!("{words}{opens}"));
        }
        self.close_prompt();
        if job.was.as_deref() == Some(self.app.ctx.author.as_str()) {
            self.app.ctx.author = job.person.name.clone();
        }
        Ok(pages)
    }

    /// What somebody left half typed goes by the name.
    fn rename_drafts(&mut self, job: &PersonJob) -> Result<(), String> {
        let was = job.was.as_deref().filter(|was| *was != job.person.name);
        let (Some(was), Some(state)) = (was, &self.begin.places.state) else { return Ok(()) };
        self.drafts.settle();
        drafts::rename(&*self.disk, state, was, &job.person.name).map_err(|e| e.to_string())
    }

    /// The passphrase that opens the records goes by the initials.
    fn change_passphrase(&self, known: Option<&Colleague>, settings: &Settings, job: &PersonJob) -> Result<(), String> {
        let (person, new) = (&job.person, &job.passphrase);
        let Some(store) = self.store.as_ref().filter(|_| self.app.ctx.encrypted) else { return Ok(()) };
        let slots = Vault::of(self.real.clone(), store.dir()).map(|vault| vault.slots()).unwrap_or_default();
        let old = known.map(|known| slot(&known.initials())).filter(|old| slots.contains(old));
        if old.is_some_and(|old| old != slot(&person.initials())) {
            return Err("these initials have a passphrase that opens the records: they stay".to_owned());
        }
        let other = people::same_slot(&settings.people, &person.initials(), job.was.as_deref().unwrap_or_default());
        match (person.left, new.is_empty(), other) {
            // It is the other one's too.
            (true, _, Some(_)) | (false, true, _) => Ok(()),
            (true, _, None) => self.remove_passphrase(person),
            (false, false, None) => self.put_passphrase(person, new),
            (false, false, Some(other)) => Err(one_slot(other)),
        }
    }

    /// Whoever gets a code has forgotten the secret, or somebody else knows it: the passphrase of before opens no records from
    /// now on, where somebody else's does. Returns what there is to say of it.
    fn end_passphrase(&self, settings: &Settings, person: &Colleague) -> Option<String> {
        let store = self.store.as_ref().filter(|_| self.app.ctx.encrypted)?;
        let slot = slot(&person.initials());
        Vault::of(self.real.clone(), store.dir()).filter(|vault| vault.slots().contains(&slot))?;
        let other = people::same_slot(&settings.people, &person.initials(), &person.name);
        let ended = match other {
            Some(other) => Err(format!("it is {}'s too", other.name)),
            None => self.remove_passphrase(person),
        };
        Some(match ended {
            Ok(()) => "The passphrase of before opens the records no more.".to_owned(),
            Err(why) => format!("The passphrase of before still opens the records: {why}."),
        })
    }

    /// Whoever finds a screen open must not make it his own: another secret needs the one of now. Where nobody signs in, that
    /// is the passphrase that opens the records.
    pub(super) fn has_the_old_secret(&mut self, known: &Colleague, old: &Zeroizing<String>) -> Result<(), String> {
        let slot = slot(&known.initials());
        let vault = self.store.as_ref().and_then(|store| self.vault(store.dir()));
        let vault = vault.filter(|vault| known.secret.is_none() && vault.slots().contains(&slot));
        if known.secret.is_none() && vault.is_none() {
            return Ok(());
        }
        let is_right = || match (&known.secret, vault) {
            (Some(kept), _) => secret::is_right(kept, old),
            (None, vault) => vault.is_some_and(|v| v.open(&slot, &SecretString::from(old.as_str())).is_ok()),
        };
        let tried = self.attempt(&known.name, "PIN or passphrase that you have now", || Ok(is_right().then_some(())));
        tried.map_err(Said::into_words)
    }
}

/// Says that two people's initials make one name of a key.
pub(super) fn one_slot(other: &Colleague) -> String {
    let (initials, slot) = (other.initials().to_uppercase(), slot(&other.initials()));
    format!(
        "{} has {initials}, and the passphrases of both would be in one file ({slot}.age): take other initials first",
        other.name
    )
}

/// Puts a person in the place of the one with the name of before, or at the end. Returns whether that is the first one with a
/// secret.
fn put_person(now: &mut Settings, author: &str, job: &PersonJob, secret: Option<String>) -> Result<bool, String> {
    may_change(now, author, job)?;
    let signed_in = now.sign_in();
    let was = job.was.as_deref();
    let is_known = now.people.iter().any(|person| person.name == job.person.name && was != Some(&person.name));
    if is_known {
        return Err(format!("{} was put into the list on another computer meanwhile", job.person.name));
    }
    let place = now.people.iter_mut().find(|person| Some(person.name.as_str()) == was);
    // The secret may have been changed elsewhere since the prompt was opened.
    let kept = place.as_ref().and_then(|person| person.secret.clone());
    let secret = secret.or(kept);
    let is_first = !signed_in && secret.is_some();
    // Whoever makes the first secret must be able to let others in.
    let administrator = job.person.administrator || is_first;
    let person = Colleague { secret, administrator, ..job.person.clone() };
    match (place, was) {
        (Some(place), _) => *place = person,
        (None, None) => now.people.push(person),
        (None, Some(was)) => {
            return Err(format!("{was} has another name now, or was taken off the list, on another computer"));
        }
    }
    Ok(is_first)
}

/// Says why somebody may not change this; screens do not offer it, and the file is the last word.
fn may_change(settings: &Settings, author: &str, job: &PersonJob) -> Result<(), String> {
    let is_own = job.was.as_deref() == Some(author);
    let known = job.was.as_deref().and_then(|was| settings.person(was));
    let only_secret =
        known.is_some_and(|known| Colleague { secret: known.secret.clone(), ..job.person.clone() } == *known);
    if let Some(other) = people::clash(&settings.people, &job.person.initials(), job.was.as_deref().unwrap_or_default())
        .filter(|_| !only_secret && !job.person.left)
    {
        return Err(format!("{} has {}: take other initials", other.name, other.initials().to_uppercase()));
    }
    if !(is_own && only_secret) {
        roles::may(&settings.people, author, Doing::People)?;
    }
    let leaves = job.person.left || !job.person.administrator;
    let others = settings.people.iter().filter(|p| Some(p.name.as_str()) != job.was.as_deref());
    let mut administrators = others.filter(|p| p.administrator && !p.left && p.secret.is_some());
    if settings.sign_in() && known.is_some_and(|known| known.administrator) && leaves && administrators.next().is_none()
    {
        return Err("nobody else with a PIN or passphrase is an administrator: make somebody one first".to_owned());
    }
    Ok(())
}

/// Makes a new recovery key; the one before is good no more.
pub(super) fn renew_recovery(store: &mut Store, key: Option<&Key>, real: &Arc<dyn Disk>) -> Result<TextPage, String> {
    let replaces = store.settings().recovery.is_some();
    match (Vault::of(real.clone(), store.dir()), key) {
        (Some(vault), Some(key)) => {
            let vault = vault.known_in(store.places().state.as_deref());
            let code = vault.new_recovery(key).map_err(|e| e.to_string())?;
            let failed = store.keep_recovery(&code).err();
            Ok(recovery_page(&code, (true, replaces), failed))
        }
        _ => {
            let code = store.renew_recovery()?;
            Ok(recovery_page(&code, (false, replaces), None))
        }
    }
}

/// Says that there is no recovery key, where everything else was done.
pub(super) fn no_recovery(why: &str) -> TextPage {
    let lines = [
        format!("No recovery key was made: {why}"),
        String::new(),
        "Everything else is saved. `cobalog encrypt --recovery` makes one for encrypted records; else take care that two people are administrators, who give each other codes.".to_owned(),
        String::new(),
        "Esc goes on.".to_owned(),
    ];
    TextPage::new("Recovery key", lines.into())
}

/// Shows a recovery key, which opens the records or not and takes the place of another one or not. One that opens the records
/// opens them also where it could not be kept for signing in.
pub(super) fn recovery_page(key: &SecretString, (opens, replaces): (bool, bool), failed: Option<String>) -> TextPage {
    let mut page = TextPage::of_recovery_key(key.expose_secret(), opens, replaces);
    if let Some(why) = failed {
        page.add(format!(
            "It opens the encrypted records. To sign in while they are open it could not be saved: {why}"
        ));
    }
    page
}

fn code_page(person: &Colleague, code: &str, of_passphrase: Option<String>) -> TextPage {
    let mut lines = vec![
        format!("The code for {}:", person.name),
        String::new(),
        format!("        {code}"),
        String::new(),
        format!(
            "It is good once. {} signs in with the initials {} and this code, and then chooses a PIN or passphrase that nobody else knows.",
            person.name,
            person.initials().to_uppercase()
        ),
        String::new(),
    ];
    lines.extend(of_passphrase.into_iter().flat_map(|said| [said, String::new()]));
    lines.push("It is not shown again; Enter on the name in People makes another one.".to_owned());
    lines.extend([String::new(), "Esc goes on.".to_owned()]);
    TextPage::new("Code", lines)
}
