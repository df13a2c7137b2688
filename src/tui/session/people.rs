//! Who works here: added, changed, given codes; one's own secret.

use super::super::effect::{Effect, NewSecret, PersonJob};
use super::super::screens::TextPage;
use super::Session;
use crate::clinic::audit::What;
use crate::clinic::people::Colleague;
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
        let settings = self.store.as_ref().ok_or("no practice is open")?.settings().clone();
        may_change(&settings, &self.app.ctx.author, job)?;
        let mut pages = Vec::new();
        let mut person = job.person.clone();
        let known = job.was.as_deref().and_then(|was| settings.person(was));
        person.secret = known.and_then(|known| known.secret.clone());
        match &job.secret {
            NewSecret::Same => {}
            NewSecret::Code => {
                let (code, kept) = secret::code()?;
                person.secret = Some(kept);
                pages.push(code_page(&person, &code));
            }
            NewSecret::Own { old, new } => person.secret = Some(self.own_secret(known, old, new)?),
        }
        self.change_passphrase(known, &person, &job.passphrase)?;
        // Whoever makes the first secret must be able to let others in.
        let is_first = !settings.sign_in() && person.secret.is_some();
        person.administrator |= is_first;
        let store = self.store.as_mut().ok_or("no practice is open")?;
        let was = job.was.clone();
        store.change_settings(|settings| put(settings, was.as_deref(), person.clone())).map_err(|e| e.to_string())?;
        if is_first {
            pages.push(renew_recovery(store, self.guard.key.as_ref(), &self.real)?);
        }
        self.app.ctx.practice = store.practice().clone();
        // Wrong tries were of the secret of before: a code is good at once.
        if matches!(job.secret, NewSecret::Code) {
            self.right_try(&job.person.name);
        }
        self.note(What::PeopleChanged, None, person.name.clone());
        self.close_prompt();
        if let (Some(was), Some(state)) =
            (job.was.as_deref().filter(|was| *was != job.person.name), &self.begin.places.state)
        {
            self.drafts.settle();
            drafts::rename(&*self.disk, state, was, &job.person.name).map_err(|e| e.to_string())?;
        }
        if job.was.as_deref() == Some(self.app.ctx.author.as_str()) {
            self.app.ctx.author = job.person.name.clone();
        }
        Ok(pages)
    }

    /// The passphrase that opens the records goes by the initials.
    fn change_passphrase(
        &self,
        known: Option<&Colleague>,
        person: &Colleague,
        new: &Zeroizing<String>,
    ) -> Result<(), String> {
        let Some(store) = self.store.as_ref().filter(|_| self.app.ctx.encrypted) else { return Ok(()) };
        let slots = Vault::of(self.real.clone(), store.dir()).map(|vault| vault.slots()).unwrap_or_default();
        let old = known.map(|known| slot(&known.initials())).filter(|old| slots.contains(old));
        if old.is_some_and(|old| old != slot(&person.initials())) {
            return Err("these initials have a passphrase that opens the records: they stay".to_owned());
        }
        match (person.left, new.is_empty()) {
            (true, _) => self.remove_passphrase(person),
            (false, true) => Ok(()),
            (false, false) => self.put_passphrase(person, new),
        }
    }

    fn own_secret(
        &mut self,
        known: Option<&Colleague>,
        old: &Zeroizing<String>,
        new: &Zeroizing<String>,
    ) -> Result<String, String> {
        if let Some((known, kept)) = known.and_then(|known| Some((known, known.secret.as_deref()?))) {
            self.may_try(&known.name)?;
            if !secret::is_right(kept, old) {
                return Err(self.wrong_try(&known.name, "PIN or passphrase that you have now"));
            }
            self.right_try(&known.name);
        }
        secret::of(new)
    }
}

/// Puts a person in the place of the one with the name of before, or at the end.
fn put(settings: &mut Settings, was: Option<&str>, person: Colleague) {
    match settings.people.iter_mut().find(|p| Some(p.name.as_str()) == was) {
        Some(place) => *place = person,
        None => settings.people.push(person),
    }
}

/// Says why somebody may not change this; screens do not offer it, and the file is the last word.
fn may_change(settings: &Settings, author: &str, job: &PersonJob) -> Result<(), String> {
    let is_own = job.was.as_deref() == Some(author);
    let known = job.was.as_deref().and_then(|was| settings.person(was));
    let only_secret =
        known.is_some_and(|known| Colleague { secret: known.secret.clone(), ..job.person.clone() } == *known);
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
    let vault = Vault::of(real.clone(), store.dir());
    let code = match (vault, key) {
        (Some(vault), Some(key)) => vault.new_recovery(key).map_err(|e| e.to_string())?,
        _ => secret::recovery()?,
    };
    keep_recovery(store, &code)
}

/// Keeps what a recovery key is checked against, and returns the page that shows it.
pub(super) fn keep_recovery(store: &mut Store, code: &SecretString) -> Result<TextPage, String> {
    let kept = secret::of_recovery(code)?;
    store.change_settings(|settings| settings.recovery = Some(kept.clone())).map_err(|e| e.to_string())?;
    Ok(recovery_page(code.expose_secret()))
}

fn recovery_page(key: &str) -> TextPage {
    let lines = [
        "Write this recovery key down now, on paper, and keep it where the practice keeps its keys:",
        "",
        &format!("        {key}"),
        "",
        "It is shown this once. With it an administrator who has lost the PIN or passphrase gets in again: at the sign-in screen, choose your name, F6, type the key. After that there is a new one.",
        "",
        "Whoever has it gets in like an administrator.",
        "",
        "Esc goes on.",
    ];
    TextPage::new("Recovery key", lines.iter().map(|line| (*line).to_owned()).collect())
}

fn code_page(person: &Colleague, code: &str) -> TextPage {
    let lines = [
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
        "It is not shown again; Enter on the name in People makes another one.".to_owned(),
        String::new(),
        "Esc goes on.".to_owned(),
    ];
    TextPage::new("Code", lines.into())
}
