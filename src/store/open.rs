//! A practice's folder: made, opened, and its settings changed.

use super::access::Narrowed;
use super::atomic;
use super::audit::{self, Audit};
use super::bulk::Bulk;
use super::disk::{Disk, Real};
use super::error::{Problem, StoreError};
use super::files::{is_absent, is_folder, is_free, read_text, ron_files_in};
use super::format::{read_settings, write_settings};
use super::links::Heard;
use super::lock;
use super::own::Found;
use super::paths::{Places, hash};
use super::seals::Sealing;
use super::vault;
use super::watch::Written;
use crate::clinic::entry::PatientId;
use crate::clinic::knowledge::Knowledge;
use crate::clinic::people::Colleague;
use crate::clinic::practice::{Practice, Settings};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A practice on disk.
///
/// It holds no file open and no lock between calls, so any number of programs can have one of the same folder.
#[derive(Clone, Debug)]
pub struct Store {
    dir: PathBuf,
    places: Places,
    practice: Practice,
    problems: Vec<Problem>,
    own_fingerprint: u64,
    disk: Arc<dyn Disk>,
    heard: Heard,
    written: Written,
    sealing: Sealing,
    audit: Option<Audit>,
    narrowed: Narrowed,
    bulk: Option<Arc<Bulk>>,
}

fn settings_path(dir: &Path) -> PathBuf {
    dir.join("practice.ron")
}

impl Store {
    /// Returns whether a folder holds a practice. One that cannot be looked at may: opening it says what is wrong.
    #[must_use]
    pub fn exists(dir: &Path) -> bool {
        Self::exists_on(&Real, dir)
    }

    /// Returns whether a folder on a given disk holds a practice.
    #[must_use]
    pub fn exists_on(disk: &dyn Disk, dir: &Path) -> bool {
        !is_free(disk, &settings_path(dir))
    }

    /// Says that a folder holds charts without a practice: another one beside them would take them for its own.
    ///
    /// # Errors
    /// [`StoreError::NoSettings`].
    pub fn may_begin(dir: &Path) -> Result<(), StoreError> {
        if Self::exists(dir) { Ok(()) } else { has_no_charts(&Real, dir) }
    }

    /// Makes a practice in a folder, and the folder with it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where there is one, or what went wrong with the files.
    pub fn create(dir: &Path, settings: Settings) -> Result<Self, StoreError> {
        is_new(&Real, &settings_path(dir))?;
        // The places go by the folder's real path, which it has once it is there.
        atomic::make_folder(&Real, dir)?;
        Self::create_with(dir, settings, Places::of(dir))
    }

    /// Makes a practice whose derived files and drafts go to given places.
    ///
    /// # Errors
    /// Those of [`Store::create`].
    pub fn create_with(dir: &Path, settings: Settings, places: Places) -> Result<Self, StoreError> {
        Self::create_on(dir, settings, places, Real::shared())
    }

    /// Makes a practice on a given disk.
    ///
    /// # Errors
    /// Those of [`Store::create`].
    pub fn create_on(dir: &Path, settings: Settings, places: Places, disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        let path = settings_path(dir);
        is_new(&*disk, &path)?;
        for folder in ["charts", "regimens", "products"] {
            atomic::make_folder(&*disk, &dir.join(folder))?;
        }
        let _lock = lock::take(&*disk, dir)?;
        let text = write_settings(&settings, &path)?;
        let ready = atomic::Ready::new(&*disk, &path, text.as_bytes(), true)?;
        // Somebody else, or a program that keeps folders the same, may have been first.
        is_new(&*disk, &path)?;
        ready.take_free_place()?;
        if ["keys", "audit"].iter().all(|folder| is_free(&*disk, &dir.join(folder))) {
            audit::forget(&*disk, places.state.as_deref());
        }
        Self::open_on(dir, places, disk)
    }

    /// Opens a practice: its settings and its own regimens and products; no chart is read.
    ///
    /// # Errors
    /// [`StoreError::NoPractice`], [`StoreError::NoSettings`], [`StoreError::Locked`] where it is encrypted and the disk has no
    /// key, or why `practice.ron` cannot be read. A wrong own regimen is one of the
    /// [`Store::problems`] instead.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Self::open_with(dir, Places::of(dir))
    }

    /// Opens a practice whose derived files and drafts go to given places.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub fn open_with(dir: &Path, places: Places) -> Result<Self, StoreError> {
        Self::open_on(dir, places, Real::shared())
    }

    /// Opens a practice that is read and written through a given disk.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub fn open_on(dir: &Path, places: Places, disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        if !Self::exists_on(&*disk, dir) {
            has_no_charts(&*disk, dir)?;
            return Err(StoreError::NoPractice { path: dir.to_owned() });
        }
        vault::may_open(&*disk, dir)?;
        let settings = read_practice(&*disk, dir)?;
        Ok(Self::with(dir, places, settings, disk))
    }

    /// Reads the settings of the practice in a folder, which are never encrypted: whose passphrase is to be asked for.
    ///
    /// # Errors
    /// Why `practice.ron` cannot be read.
    pub fn settings_of(disk: &dyn Disk, dir: &Path) -> Result<Settings, StoreError> {
        read_practice(disk, dir)
    }

    /// Opens once more a practice that was open: one that is not there now is not one that is still to be set up.
    ///
    /// # Errors
    /// [`StoreError::Gone`], and those of [`Store::open`].
    pub fn open_again(dir: &Path, places: Places, disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        Self::open_on(dir, places, disk.clone()).map_err(|error| match error {
            StoreError::NoPractice { .. } | StoreError::NoSettings { .. } if is_folder(&*disk, &dir.join("charts")) => {
                StoreError::Read { path: settings_path(dir), source: io::ErrorKind::NotFound.into() }
            }
            StoreError::NoPractice { path } => StoreError::Gone { path },
            other => other,
        })
    }

    /// Opens a practice also where its `practice.ron` is damaged or not there, then with settings that say nothing: for
    /// looking at its charts and mending it. It comes with why.
    #[must_use]
    pub fn open_or_bare(dir: &Path, places: Places, disk: Arc<dyn Disk>) -> (Self, Option<StoreError>) {
        match Self::open_on(dir, places.clone(), disk.clone()) {
            Ok(store) => (store, None),
            Err(error) => (Self::with(dir, places, Settings::new("", ""), disk), Some(error)),
        }
    }

    fn with(dir: &Path, places: Places, settings: Settings, disk: Arc<dyn Disk>) -> Self {
        let Found { own, problems, texts } = Found::in_practice(&*disk, dir);
        let is_plain = own.regimens.is_empty() && own.products.is_empty();
        let built_in = Knowledge::built_in();
        let knowledge = if is_plain { built_in } else { built_in.with(own) };
        let practice = Practice { settings, knowledge };
        let own_fingerprint = hash(texts.join("\0").as_bytes());
        Self {
            dir: dir.to_owned(),
            places,
            practice,
            problems,
            own_fingerprint,
            disk,
            heard: Heard::default(),
            written: Written::default(),
            sealing: Sealing::default(),
            audit: None,
            narrowed: Narrowed::default(),
            bulk: None,
        }
    }

    /// Returns the folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns where this practice's derived files and drafts are.
    #[must_use]
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// Returns the disk that every file of the practice is read and written through.
    #[must_use]
    pub fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// Returns what many writes share; `None` where each is one of its own.
    pub(super) fn bulk(&self) -> Option<&Bulk> {
        self.bulk.as_deref()
    }

    pub(super) fn with_bulk(self, bulk: Arc<Bulk>) -> Self {
        Self { bulk: Some(bulk), ..self }
    }

    pub(super) fn heard(&self) -> &Heard {
        &self.heard
    }

    pub(super) fn narrowed(&self) -> &Narrowed {
        &self.narrowed
    }

    pub(super) fn sealing(&self) -> &Sealing {
        &self.sealing
    }

    /// Returns the log, where one is kept.
    #[must_use]
    pub fn audit(&self) -> Option<&Audit> {
        self.audit.as_ref()
    }

    pub(super) fn set_audit(&mut self, audit: Audit) {
        self.audit = Some(audit);
    }

    pub(super) fn without_audit(self) -> Self {
        Self { audit: None, ..self }
    }

    /// Returns the practice as the rules see it.
    #[must_use]
    pub fn practice(&self) -> &Practice {
        &self.practice
    }

    /// Returns the settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.practice.settings
    }

    /// Returns what was wrong with the practice's own regimens and products when it was opened.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Returns a number that changes with everything but the charts that a row is worked out with: this very program
    /// with what is compiled in, the settings that can move a date, the practice's own additions.
    pub(super) fn fingerprint(&self) -> u64 {
        // Of the people only who prescribes counts: their signatures are good.
        let mut people: Vec<_> = self.settings().people.iter().filter(|p| p.prescriber).collect();
        people.sort_by(|a, b| a.name.cmp(&b.name));
        let people = people.into_iter().map(|p| Colleague::new(&p.name, true)).collect();
        let (name, lots) = (String::new(), Vec::new());
        let rest = Settings { recovery: None, lock_after_minutes: None, ..self.settings().clone() };
        let known = Settings { name, people, lots, ..rest };
        hash(format!("{} {known:?} {}", program(), self.own_fingerprint).as_bytes())
    }

    /// Reads the settings and the practice's own additions again, as another workstation may have changed them.
    ///
    /// # Errors
    /// Those of [`Store::open_again`]; the store is then as it was.
    pub fn reload(&mut self) -> Result<(), StoreError> {
        let fresh = Self::open_again(&self.dir, self.places.clone(), self.disk.clone())?;
        self.follow(fresh);
        Ok(())
    }

    /// Takes the place of this one's settings and knowledge; returns whether they are others.
    pub fn follow(&mut self, fresh: Self) -> bool {
        let is_other = self.practice.settings != fresh.practice.settings
            || self.own_fingerprint != fresh.own_fingerprint
            || self.problems != fresh.problems;
        let (written, heard) = (self.written.clone(), self.heard.clone());
        let (sealing, audit, narrowed) = (self.sealing.clone(), self.audit.clone(), self.narrowed.clone());
        *self = Self { written, heard, sealing, audit, narrowed, ..fresh };
        is_other
    }

    /// Remembers, still under the lock, how a file stands that was just written here.
    pub(super) fn wrote(&self, path: &Path) {
        self.written.note(path);
    }

    /// Returns whether a chart's file stands as this program wrote it.
    #[must_use]
    pub fn is_own_chart(&self, id: PatientId) -> bool {
        self.written.holds(&self.chart_path(id))
    }

    /// Returns whether `practice.ron` stands as this program wrote it.
    #[must_use]
    pub fn is_own_settings(&self) -> bool {
        self.written.holds(&settings_path(&self.dir))
    }

    /// Changes the settings as they are on disk now, so that another workstation's change stays.
    ///
    /// # Errors
    /// What went wrong with the file; the settings are then as they were.
    pub fn change_settings(&mut self, change: impl FnOnce(&mut Settings)) -> Result<(), StoreError> {
        let path = settings_path(&self.dir);
        let _lock = self.lock()?;
        let before = read_text(self.disk(), &path)?;
        let mut settings = read_settings(&before, &path)?;
        change(&mut settings);
        let text = write_settings(&settings, &path)?;
        let ready = atomic::Ready::new(self.disk(), &path, text.as_bytes(), true)?;
        // Where no lock holds, somebody may have come in between.
        if read_text(self.disk(), &path)? != before {
            return Err(StoreError::Busy { path: path.clone() });
        }
        ready.take_place()?;
        // Who looked before our rename and renamed after it has left ours out.
        match read_text(self.disk(), &path) {
            Ok(now) if now == text => {}
            Ok(_) => return Err(StoreError::Busy { path }),
            Err(StoreError::Read { path, source }) => return Err(StoreError::Unconfirmed { path, source }),
            Err(error) => return Err(error),
        }
        self.wrote(&path);
        self.practice.settings = settings;
        Ok(())
    }
}

/// Reads the settings of the practice in a folder.
pub(super) fn read_practice(disk: &dyn Disk, dir: &Path) -> Result<Settings, StoreError> {
    let path = settings_path(dir);
    read_settings(&read_text(disk, &path)?, &path)
}

/// Makes sure that no settings are there: settings that cannot be looked at must not be begun anew.
/// Charts without settings are no place for another practice.
fn has_no_charts(disk: &dyn Disk, dir: &Path) -> Result<(), StoreError> {
    match ron_files_in(disk, &dir.join("charts")) {
        Ok(charts) if !charts.is_empty() => Err(StoreError::NoSettings { path: dir.to_owned() }),
        _ => Ok(()),
    }
}

fn is_new(disk: &dyn Disk, path: &Path) -> Result<(), StoreError> {
    match disk.meta_of_name(path) {
        Err(e) if is_absent(&e) => Ok(()),
        Err(source) => Err(StoreError::Read { path: path.to_owned(), source }),
        Ok(_) => Err(StoreError::Exists { path: path.to_owned() }),
    }
}

/// Returns what tells this program from another build of it.
fn program() -> String {
    let stamp = std::env::current_exe().and_then(|exe| exe.metadata()).map(|meta| (meta.len(), meta.modified().ok()));
    format!("{} {:?}", env!("CARGO_PKG_VERSION"), stamp.ok())
}
