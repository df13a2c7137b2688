//! The practice itself: its settings, its beginning, a demo.

use super::super::app::App;
use super::super::effect::{Effect, Encryption, NewPractice};
use super::super::screens::TextPage;
use super::Session;
use crate::clinic::audit::{self, What};
use crate::clinic::people::Colleague;
use crate::clinic::practice::Settings;
use crate::demo;
use crate::store::{Store, secret, vault};
use zeroize::Zeroizing;

/// Takes over what the prompt asks for, and nothing else: the rest may have been changed on another workstation meanwhile.
/// Where people sign in, who works here has a screen of its own.
fn take_over(now: &mut Settings, typed: Settings) {
    // Each by its name: the compiler asks about one that comes later.
    let Settings {
        name,
        address,
        phone,
        hours,
        people,
        ask_birth_date,
        open_days,
        closed_on,
        setting,
        orders_last,
        lock_after_minutes,
        known_as: _,
        units: _,
        lab_authority: _,
        lab_codes: _,
        lots: _,
        recovery: _,
        demo: _,
    } = typed;
    if let Some(me) = people.into_iter().next().filter(|_| !now.sign_in()) {
        let known = now.people.iter().position(|person| person.name == me.name).map(|at| now.people.remove(at));
        let prescriber = me.prescriber;
        now.people.insert(0, Colleague { prescriber, ..known.unwrap_or(me) });
    }
    now.rename(name);
    (now.address, now.phone, now.hours) = (address, phone, hours);
    (now.ask_birth_date, now.open_days, now.setting) = (ask_birth_date, open_days, setting);
    now.closed_on = closed_on;
    (now.orders_last, now.lock_after_minutes) = (orders_last, lock_after_minutes);
}

impl Session {
    pub(super) fn change_settings(
        &mut self,
        typed: Settings,
        encryption: Encryption,
        old: &Zeroizing<String>,
    ) -> Vec<Effect> {
        self.overtaken();
        if let Err(sentence) = self.may_switch_now(&encryption, old) {
            self.app.failed(sentence);
            return Vec::new();
        }
        let Some(store) = &mut self.store else { return Vec::new() };
        let mut before = store.settings().clone();
        let change = |now: &mut Settings| {
            before.clone_from(now);
            take_over(now, typed);
        };
        match store.change_settings(change) {
            Ok(()) => {
                self.app.ctx.practice = store.practice().clone();
                let is_of_people = store.settings().people != before.people;
                let words = audit::of_settings(&before, store.settings());
                self.note(if is_of_people { What::PeopleChanged } else { What::SettingsChanged }, None, words);
                self.close_prompt();
                if !self.app.ctx.practice.settings.sign_in() {
                    self.app.ctx.author = self.app.ctx.practice.settings.author().to_owned();
                }
                let effects = self.app.rework();
                self.verify();
                self.app.say("Saved: settings.".to_owned());
                self.ask_for(encryption);
                effects
            }
            Err(error) => {
                self.app.failed(error.to_string());
                Vec::new()
            }
        }
    }

    /// Whoever finds a screen open must not shut everybody else out: the secret of now is asked for.
    fn may_switch_now(&mut self, encryption: &Encryption, old: &Zeroizing<String>) -> Result<(), String> {
        if matches!(encryption, Encryption::Same) {
            return Ok(());
        }
        let author = self.app.ctx.author.clone();
        let person = self.app.ctx.practice.settings.person(&author).cloned();
        person.map_or(Ok(()), |person| self.has_the_old_secret(&person, old))
    }

    /// Has the encryption switched; that it is to be on stands on the disk before its keys are made, which takes a while.
    fn ask_for(&mut self, encryption: Encryption) {
        let dir = self.store.as_ref().map(|store| store.dir().to_owned());
        if let (Encryption::On(_), Some(dir)) = (&encryption, dir)
            && let Err(error) = vault::want(&dir, &*self.real)
        {
            self.app.say(error.to_string());
        }
        self.ask_to_switch(encryption);
    }

    /// Begins a practice. `show` draws how far it is where its records are encrypted.
    pub(super) fn create(&mut self, new: &NewPractice, show: &mut dyn FnMut(&App)) -> Vec<Effect> {
        match self.try_create(new) {
            Ok((store, mut page)) => {
                self.close_prompt();
                self.enter(store);
                if !new.passphrase.is_empty() {
                    // The key that was made for signing in was shown to nobody.
                    match self.encrypt(&new.passphrase, false, show) {
                        Ok(recovery) => page = recovery.or(page),
                        Err(sentence) => self.app.say(sentence),
                    }
                }
                page.into_iter().for_each(|page| self.show(page));
            }
            Err(sentence) => self.app.failed(sentence),
        }
        Vec::new()
    }

    /// Closes the prompt on top and forgets its draft, while its author still sits here.
    pub(super) fn close_prompt(&mut self) {
        let drop = self.app.close_prompt();
        self.perform(drop.into_iter().collect());
    }

    fn try_create(&mut self, new: &NewPractice) -> Result<(Store, Option<TextPage>), String> {
        let mut settings = new.settings.clone();
        if let Some(me) = settings.people.first_mut().filter(|_| !new.secret.is_empty()) {
            me.secret = Some(secret::of(&new.secret)?);
            me.administrator = true;
        }
        let signs_in = settings.sign_in();
        let made = Store::create_on(&self.begin.dir, settings, self.begin.places.clone(), self.disk.clone());
        let mut store = made.map_err(|error| error.to_string())?;
        // Before the first key is made, which takes a while.
        if !new.passphrase.is_empty()
            && let Err(error) = vault::want(store.dir(), &*self.real)
        {
            self.app.say(error.to_string());
        }
        // The practice is there: that no key was made must not hide it.
        let page = signs_in.then(|| super::people::renew_recovery(&mut store, None, &self.real));
        Ok((store, page.map(|page| page.unwrap_or_else(|why| super::people::no_recovery(&why)))))
    }

    /// A demo lies in a temporary folder that goes with the session.
    pub(super) fn open_demo(&mut self) -> Vec<Effect> {
        match demo::temporary(demo::SEED, demo::PATIENTS, self.app.ctx.today()) {
            Ok((folder, store)) => {
                self.begin.places = store.places().clone();
                self.begin.temporary = Some(folder);
                self.enter(store);
            }
            Err(sentence) => self.app.say(sentence),
        }
        Vec::new()
    }

    pub(super) fn enter(&mut self, store: Store) {
        let author = store.settings().author().to_owned();
        self.has_begun = false;
        self.at(store, &author);
        self.verify();
    }

    /// Goes on as somebody who signed in.
    pub(super) fn enter_as(&mut self, store: Store, author: &str) {
        self.at(store, author);
        self.first_rows();
    }

    fn at(&mut self, store: Store, author: &str) {
        let ctx = &mut self.app.ctx;
        ctx.practice = store.practice().clone();
        author.clone_into(&mut ctx.author);
        ctx.place = store.dir().display().to_string();
        ctx.patients.clear();
        self.store = Some(store);
        self.sweep_letters();
        self.keep_log();
        self.look_at_backups();
        let effects = self.app.enter();
        self.perform(effects);
    }
}
