//! A practice's folder: made, opened, and its settings changed.

use super::atomic;
use super::error::{Problem, StoreError};
use super::files::read_text;
use super::format::{read_settings, write_settings};
use super::lock;
use super::own::Found;
use super::paths::{Places, hash};
use crate::clinic::knowledge::Knowledge;
use crate::clinic::practice::{Practice, Settings};
use std::path::{Path, PathBuf};

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
}

fn settings_path(dir: &Path) -> PathBuf {
    dir.join("practice.ron")
}

impl Store {
    /// Returns whether a folder holds a practice.
    #[must_use]
    pub fn exists(dir: &Path) -> bool {
        settings_path(dir).symlink_metadata().is_ok()
    }

    /// Makes a practice in a folder, and the folder with it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where there is one, or what went wrong with the files.
    pub fn create(dir: &Path, settings: Settings) -> Result<Self, StoreError> {
        if Self::exists(dir) {
            return Err(StoreError::Exists { path: settings_path(dir) });
        }
        // The places go by the folder's real path, which it has once it is there.
        atomic::make_folder(dir)?;
        Self::create_with(dir, settings, Places::of(dir))
    }

    /// Makes a practice whose derived files and drafts go to given places.
    ///
    /// # Errors
    /// Those of [`Store::create`].
    pub fn create_with(dir: &Path, settings: Settings, places: Places) -> Result<Self, StoreError> {
        let path = settings_path(dir);
        if Self::exists(dir) {
            return Err(StoreError::Exists { path });
        }
        for folder in ["charts", "regimens", "products"] {
            atomic::make_folder(&dir.join(folder))?;
        }
        let _lock = lock::take(dir)?;
        if Self::exists(dir) {
            return Err(StoreError::Exists { path });
        }
        atomic::write(&path, &write_settings(&settings, &path)?)?;
        Self::open_with(dir, places)
    }

    /// Opens a practice: its settings and its own regimens and products; no chart is read.
    ///
    /// # Errors
    /// [`StoreError::NoPractice`], or why `practice.ron` cannot be read. A wrong own regimen is one of the
    /// [`Store::problems`] instead.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Self::open_with(dir, Places::of(dir))
    }

    /// Opens a practice whose derived files and drafts go to given places.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub fn open_with(dir: &Path, places: Places) -> Result<Self, StoreError> {
        if !Self::exists(dir) {
            return Err(StoreError::NoPractice { path: dir.to_owned() });
        }
        let settings = read_practice(dir)?;
        Ok(Self::with(dir, places, settings))
    }

    /// Opens a practice also where its `practice.ron` is damaged or not there, then with settings that say nothing: for
    /// looking at its charts and mending it. It comes with why.
    #[must_use]
    pub fn open_or_bare(dir: &Path, places: Places) -> (Self, Option<StoreError>) {
        match Self::open_with(dir, places.clone()) {
            Ok(store) => (store, None),
            Err(error) => (Self::with(dir, places, Settings::new("", "")), Some(error)),
        }
    }

    fn with(dir: &Path, places: Places, settings: Settings) -> Self {
        let Found { own, problems, texts } = Found::in_practice(dir);
        let is_plain = own.regimens.is_empty() && own.products.is_empty();
        let built_in = Knowledge::built_in();
        let knowledge = if is_plain { built_in } else { built_in.with(own) };
        let practice = Practice { settings, knowledge };
        let own_fingerprint = hash(texts.join("\0").as_bytes());
        Self { dir: dir.to_owned(), places, practice, problems, own_fingerprint }
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
        let known = Settings { name: String::new(), people: Vec::new(), lots: Vec::new(), ..self.settings().clone() };
        hash(format!("{} {known:?} {}", program(), self.own_fingerprint).as_bytes())
    }

    /// Reads the settings and the practice's own additions again, as another workstation may have changed them.
    ///
    /// # Errors
    /// Those of [`Store::open`]; the store is then as it was.
    pub fn reload(&mut self) -> Result<(), StoreError> {
        *self = Self::open_with(&self.dir, self.places.clone())?;
        Ok(())
    }

    /// Changes the settings as they are on disk now, so that another workstation's change stays.
    ///
    /// # Errors
    /// What went wrong with the file; the settings are then as they were.
    pub fn change_settings(&mut self, change: impl FnOnce(&mut Settings)) -> Result<(), StoreError> {
        let path = settings_path(&self.dir);
        let _lock = lock::take(&self.dir)?;
        let mut settings = read_practice(&self.dir)?;
        change(&mut settings);
        atomic::write(&path, &write_settings(&settings, &path)?)?;
        self.practice.settings = settings;
        Ok(())
    }
}

fn read_practice(dir: &Path) -> Result<Settings, StoreError> {
    let path = settings_path(dir);
    read_settings(&read_text(&path)?, &path)
}

/// Returns what tells this program from another build of it.
fn program() -> String {
    let stamp = std::env::current_exe().and_then(|exe| exe.metadata()).map(|meta| (meta.len(), meta.modified().ok()));
    format!("{} {:?}", env!("CARGO_PKG_VERSION"), stamp.ok())
}
