//! What every command knows: the folder, the day, the width, the library.

use super::date::Day;
use super::failure::{self, Failure};
use super::identity::{self, Opener, Who};
use super::secret;
use super::table;
use crate::clinic::audit::{Event, What};
use crate::clinic::knowledge::Knowledge;
use crate::clinic::people::{self, Colleague};
use crate::clock::Clock;
use crate::store::disk::{Disk, Real};
use crate::store::tries::{Counter, Desk};
use crate::store::vault::{self, Key, Vault, VaultError};
use crate::store::{self, Places, Store, StoreError};
use chrono::{DateTime, FixedOffset, NaiveDate};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use std::cell::{Cell, OnceCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The options of every command.
#[derive(Args)]
pub(super) struct Global {
    /// The practice's folder; else COBALOG_DATA, else the platform's own.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Pretend that today is DATE, for training and tests; else COBALOG_TODAY.
    #[arg(long, global = true, value_name = "DATE")]
    today: Option<NaiveDate>,
    /// Of a practice where people sign in, or that is encrypted: read the PIN or passphrase from the open file of this number, one
    /// line; - is standard input.
    #[arg(long, global = true, value_name = "N", value_parser = secret::from)]
    secret_fd: Option<secret::From>,
}

fn no_practice(dir: &Path) -> Failure {
    let dir = dir.display();
    format!(
        "there is no practice in {dir}: make one with `cobalog new`, or a fictional one with `cobalog demo --into {dir}`"
    )
    .into()
}

/// Returns the keys of the practice in a folder, where it is encrypted.
pub(super) fn vault_of(dir: &Path) -> Option<Vault> {
    Vault::of(Real::shared(), dir).map(|vault| vault.known_in(Places::of(dir).state.as_deref()))
}

/// What every command knows.
pub(super) struct Context {
    data: Option<PathBuf>,
    /// The day that is pretended, where one is.
    pub(super) pretended: Option<NaiveDate>,
    /// The instant at which the command began.
    pub(super) now: DateTime<FixedOffset>,
    /// The day of it.
    pub(super) today: NaiveDate,
    /// How wide the output may be.
    pub(super) width: usize,
    secret: Option<secret::From>,
    /// Who it is, as it was said.
    who: Who,
    /// Opened once, as it can only be read once.
    lines: OnceCell<secret::Lines>,
    told: OnceCell<SecretString>,
    /// Checked once, as a wrong one counts.
    identified: OnceCell<Result<String, String>>,
    /// What opened an encrypted practice.
    opened_by: OnceCell<Opener>,
    /// Whether it was tried and opened nothing.
    has_failed: Cell<bool>,
    /// Opened once, as that takes a fifth of a second.
    key: OnceCell<Key>,
}

impl Context {
    /// Reads environment and clock.
    pub(super) fn new(global: &Global, who: Who) -> Result<Self, Failure> {
        let told = std::env::var("COBALOG_TODAY").ok().filter(|t| !t.trim().is_empty());
        let told = told.map(|text| {
            text.trim().parse().map_err(|_| format!("COBALOG_TODAY: \"{text}\" is not a date; write 2026-11-23"))
        });
        let pretended = match global.today {
            Some(day) => Some(day),
            None => told.transpose()?,
        };
        let now = pretended.map_or(Clock::Machine, Clock::Day).now();
        let data = global.data.clone();
        let (today, width) = (now.date_naive(), table::terminal_width());
        let (told, identified, key, opened_by) = <(OnceCell<_>, OnceCell<_>, OnceCell<_>, OnceCell<_>)>::default();
        let secret = global.secret_fd;
        Ok(Self {
            data,
            pretended,
            now,
            today,
            width,
            secret,
            who,
            lines: OnceCell::new(),
            told,
            identified,
            opened_by,
            has_failed: Cell::new(false),
            key,
        })
    }

    /// Returns the passphrase, where one was given.
    pub(super) fn secret(&self) -> Result<Option<SecretString>, Failure> {
        let Some(from) = self.secret else { return Ok(None) };
        if self.told.get().is_none() {
            let lines = from.lines()?;
            let _ = self.told.set(lines.next()?);
            let _ = self.lines.set(lines);
        }
        Ok(self.told.get().cloned())
    }

    /// Returns what stands in the line behind it; nothing where that is empty.
    pub(super) fn next_secret(&self) -> Result<Option<SecretString>, Failure> {
        self.secret()?;
        let next = self.lines.get().map(secret::Lines::next).transpose()?;
        Ok(next.filter(|secret| !secret.expose_secret().is_empty()))
    }

    /// Returns whose passphrase is tried first: whoever records, else the first of the practice's people.
    pub(super) fn slots(&self, dir: &Path) -> Vec<String> {
        let people = Store::settings_of(&Real, dir).map(|settings| settings.people).unwrap_or_default();
        let meant = self.who.meant(&people).map(|person| vault::slot(&person.initials()));
        meant.take(1).chain(self.who.by.as_deref().map(vault::slot)).collect()
    }

    /// Returns the key of an encrypted practice.
    pub(super) fn key(&self, vault: &Vault) -> Result<Key, Failure> {
        if let Some(key) = self.key.get() {
            return Ok(key.clone());
        }
        let key = self.opened(vault)?;
        let key = self.key.get_or_init(|| key).clone();
        if let Some(words) = key.told() {
            self.note(vault.dir(), What::PeopleChanged, words.to_owned());
        }
        Ok(key)
    }

    fn opened(&self, vault: &Vault) -> Result<Key, Failure> {
        let secret = self.secret()?.ok_or_else(|| StoreError::Locked { path: vault.dir().to_owned() })?;
        let people = Store::settings_of(&Real, vault.dir()).map(|settings| settings.people).unwrap_or_default();
        // Whoever records must be who it is said to be; to read, anybody's passphrase will do.
        let opened = if self.who.records && people::sign_in(&people) {
            self.who.open(vault, &people, &secret)
        } else {
            let opened = vault.open_any(&self.slots(vault.dir()), &secret);
            opened.map(|(key, slot)| (key, Opener::of_slot(&slot)))
        };
        match &opened {
            // The same passphrase is tried again where a command asks for more than one thing: it is one wrong try.
            Err(VaultError::Wrong | VaultError::Whose) if !self.has_failed.replace(true) => {
                self.counted(vault.dir(), |desk| self.who.failed(&people, desk, None));
            }
            Err(error) if error.put_there().is_some() => {
                self.counted(vault.dir(), |desk| self.who.failed(&people, desk, error.put_there()));
            }
            _ => {}
        }
        let (key, who) = opened.map_err(|error| self.not_opened(error, &people))?;
        let _ = self.opened_by.set(who);
        Ok(key)
    }

    /// Says whose passphrase was asked for, where the command line did not say it.
    fn not_opened(&self, error: VaultError, people: &[Colleague]) -> Failure {
        let meant = self.who.meant(people).next().filter(|_| self.who.records && self.who.by.is_none());
        match (error, meant.filter(|_| people::sign_in(people))) {
            (VaultError::Wrong, Some(person)) => format!(
                "that is not the passphrase of {}, who records where nobody is named: say who you are with --by INITIALS. Nothing was opened",
                person.name
            )
            .into(),
            (error, _) => error.into(),
        }
    }

    /// Does something with the counts of wrong tries of a practice, where there is one.
    fn counted(&self, dir: &Path, act: impl FnOnce(Desk<'_>)) {
        if Store::exists(dir) {
            act(Desk { disk: &Real, state: Places::of(dir).state.as_deref(), now: Clock::Machine.now() });
        }
    }

    /// Returns who of these people it is, as far as a secret has shown it.
    pub(super) fn known<'a>(&'a self, people: &'a [Colleague]) -> Option<&'a str> {
        let identified = self.identified.get().and_then(|identified| identified.as_deref().ok());
        identified.or_else(|| Some(self.opened_by.get()?.name(people)))
    }

    /// Returns whether the recovery key is all that shows who it is.
    pub(super) fn is_by_recovery(&self) -> bool {
        let is_identified = self.identified.get().is_some_and(Result::is_ok);
        !is_identified && matches!(self.opened_by.get(), Some(Opener::Recovery))
    }

    /// Returns the disk for the practice in a folder: with its key where it is encrypted.
    pub(super) fn disk(&self, dir: &Path) -> Result<Arc<dyn Disk>, Failure> {
        let Some(vault) = vault_of(dir) else { return Ok(Real::shared()) };
        let is_new = self.key.get().is_none();
        let key = self.key(&vault)?;
        if is_new {
            let left = vault::tidy(&key, &Places::of(dir), &Real::shared());
            left.iter().for_each(|problem| failure::say(&problem.to_string()));
        }
        Ok(key.disk(Real::shared()))
    }

    /// Returns the disk for the practice in a folder and a backup, which may be of the time of another key, or of none.
    pub(super) fn disk_for(&self, dir: &Path, backup: &Path) -> Result<Arc<dyn Disk>, Failure> {
        let Some(of_backup) = Vault::of_backup(Real::shared(), backup, dir)? else { return self.disk(dir) };
        if Vault::of(Real::shared(), dir).is_none() {
            return Ok(self.opened(&of_backup)?.reading_disk(Real::shared()));
        }
        let disk = self.disk(dir)?;
        match self.key.get() {
            Some(key) if !key.opens(&Real, backup) => {
                Ok(key.reading_with(&self.opened(&of_backup)?).disk(Real::shared()))
            }
            _ => Ok(disk),
        }
    }

    /// Returns the disk to restore a backup into a folder: what was encrypted stays so.
    pub(super) fn disk_to_restore(&self, dir: &Path, backup: &Path) -> Result<Arc<dyn Disk>, Failure> {
        match Vault::of_backup(Real::shared(), backup, dir)? {
            Some(of_backup) => Ok(self.opened(&of_backup)?.disk(Real::shared())),
            None => Ok(Real::shared()),
        }
    }

    /// Returns the practice's folder.
    pub(super) fn dir(&self) -> Result<PathBuf, Failure> {
        let env = std::env::var_os("COBALOG_DATA");
        store::paths::data_dir(self.data.as_deref(), env.as_deref())
            .ok_or_else(|| "this account has no home folder: name the practice's folder with --data DIR".into())
    }

    /// Returns the practice's folder, also where its `practice.ron` is gone and its charts are not.
    pub(super) fn folder(&self) -> Result<PathBuf, Failure> {
        let dir = self.dir()?;
        if Store::exists(&dir) || dir.join("charts").is_dir() { Ok(dir) } else { Err(no_practice(&dir)) }
    }

    /// Opens the practice.
    pub(super) fn store(&self) -> Result<Store, Failure> {
        let dir = self.dir()?;
        match Store::open_on(&dir, Places::of(&dir), self.disk(&dir)?) {
            Err(StoreError::NoPractice { .. }) => Err(no_practice(&dir)),
            opened => {
                let mut store = opened?;
                self.keep_log(&mut store);
                let identified = self.identify(&store);
                self.counted(&dir, |desk| Counter::default().tell(desk, &store));
                identified.map(|()| store)
            }
        }
    }

    /// Where people sign in, makes sure that it is one of them. A passphrase that has opened an encrypted practice says it.
    fn identify(&self, store: &Store) -> Result<(), Failure> {
        if !store.settings().sign_in() || self.key.get().is_some() {
            return Ok(());
        }
        let secret = self.secret()?.ok_or(identity::NO_SECRET)?;
        let checked = self.identified.get_or_init(|| self.who.is_right(store, &secret, Clock::Machine.now()));
        checked.clone().map(drop).map_err(Failure::from)
    }

    /// Makes an event of now for the audit log, in the name of whose secret was given. Where people sign in and none was asked
    /// for, nobody is named; where nobody signs in, who records here by default.
    pub(super) fn event(&self, store: &Store, what: What) -> Event {
        let by_default = || match store.settings().sign_in() {
            true => "",
            false => identity::name(self.who.by.as_deref(), store),
        };
        Event::new(self.now, self.known(&store.settings().people).unwrap_or_else(by_default), what)
    }

    /// Notes in the audit log of a practice, where it can be opened.
    pub(super) fn note(&self, dir: &Path, what: What, detail: String) {
        let Some(store) = self.logging(dir) else { return };
        store.note(self.event(&store, what).with(detail));
    }

    /// Notes in its audit log that a practice came back from a backup.
    pub(super) fn note_restored(&self, dir: &Path, detail: String) {
        let Some(store) = self.logging(dir) else { return };
        store.note_restored(self.restored(&store, &detail));
    }

    /// Makes the event of a backup that was brought back, which may be done without a secret.
    pub(super) fn restored(&self, store: &Store, detail: &str) -> Event {
        let event = self.event(store, What::Restored);
        let who = if event.by.is_empty() { "; nobody signed in" } else { "" };
        event.with(format!("{detail}{who}"))
    }

    fn logging(&self, dir: &Path) -> Option<Store> {
        let disk = self.disk(dir).ok()?;
        let mut store = Store::open_on(dir, Places::of(dir), disk).ok()?;
        self.keep_log(&mut store);
        Some(store)
    }

    /// Has the log of a practice kept, by the machine's clock whatever day is pretended.
    pub(super) fn keep_log(&self, store: &mut Store) {
        if self.pretended.is_some() {
            store.pretend(|| Clock::Machine.now());
        }
        store.audit_at_once();
    }

    /// Returns the library: the practice's where there is one, else the built-in one.
    pub(super) fn knowledge(&self) -> Result<Knowledge, Failure> {
        match self.dir() {
            Ok(dir) if Store::exists(&dir) => {
                let store = Store::open_on(&dir, Places::of(&dir), self.disk(&dir)?)?;
                // A wrong regimen of the practice's own is named, and hides none of the others.
                store.problems().iter().for_each(|problem| failure::say(&problem.to_string()));
                Ok(store.practice().knowledge.clone())
            }
            _ => Ok(Knowledge::built_in()),
        }
    }

    /// Returns the day that was typed, else today.
    pub(super) fn day(&self, typed: Option<Day>) -> NaiveDate {
        typed.map_or(self.today, |day| day.date(self.today))
    }
}
