//! The practice's key for seals: made once, with the first sealed entry, and never replaced.
//!
//! Two workstations that were apart may each have made one: a program that keeps folders the same then leaves the other as
//! a copy beside it, under a name of its own. Every `seal*.key` proves; only `seal.key` seals, where it can be read.

use super::super::atomic::{self, Ready};
use super::super::disk::Disk;
use super::super::error::StoreError;
use super::super::files::{files_of, is_free, read_text};
use super::super::secret::{bytes, hex};
use super::tag;
use crate::clinic::knowledge::read;
use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use std::path::{Path, PathBuf};

const HEAD: &str =
    "// Cobalog seals entries with this key. Keep it with the charts and let nobody read it; never change it.\n";

/// A key, and since when the practice's entries are sealed.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::store) struct Key {
    pub(in crate::store) bytes: [u8; 32],
    pub(super) since: DateTime<FixedOffset>,
}

/// What a key's file holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    key: String,
    since: DateTime<FixedOffset>,
}

/// The keys of a practice, the one that seals first.
#[derive(Clone, Default)]
pub(in crate::store) struct Keys {
    pub(in crate::store) all: Vec<Key>,
}

impl Key {
    /// Returns what it is called, without saying it.
    pub(in crate::store) fn name(&self) -> String {
        tag::of_key(&self.bytes)
    }

    fn fresh(since: DateTime<FixedOffset>) -> Option<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self { bytes, since })
    }

    fn text(&self) -> String {
        let hex = hex(&self.bytes);
        format!("{HEAD}(\n    key: \"{hex}\",\n    since: \"{}\",\n)\n", self.since.to_rfc3339())
    }

    fn of(text: &str) -> Option<Self> {
        let file: KeyFile = read(text).ok()?;
        let bytes = bytes(&file.key)?.try_into().ok()?;
        Some(Self { bytes, since: file.since })
    }
}

impl Keys {
    /// Returns since when entries are sealed: since the first key.
    pub(in crate::store) fn since(&self) -> Option<DateTime<FixedOffset>> {
        self.all.iter().map(|key| key.since).min()
    }

    /// Reads the keys that can be read.
    ///
    /// # Errors
    /// [`StoreError::Read`] where nothing is known of one: an entry must not stay without seal for a share that hiccups.
    pub(super) fn of(disk: &dyn Disk, dir: &Path) -> Result<Self, StoreError> {
        let (folder, seal) = (dir.join("keys"), seal_path(dir));
        // By its name, as a list may lack for a moment what is there.
        let mut all = match read_text(disk, &seal) {
            Ok(text) => Vec::from_iter(Key::of(&text)),
            Err(StoreError::Damaged { .. }) => Vec::new(),
            Err(_) if is_free(disk, &seal) => Vec::new(),
            Err(error) => return Err(error),
        };
        let files = files_of(disk, &folder, "key").map_err(|source| StoreError::Read { path: folder, source })?;
        let is_other = |path: &&PathBuf| **path != seal && is_seal_key(path);
        let texts = files.iter().filter(is_other).filter_map(|path| read_text(disk, path).ok());
        all.extend(texts.filter_map(|text| Key::of(&text)));
        Ok(Self { all })
    }

    /// Makes the practice's key where none is there. Where one is and cannot be used, nothing is put in its place.
    pub(super) fn or_made(self, disk: &dyn Disk, dir: &Path, since: DateTime<FixedOffset>) -> Result<Self, StoreError> {
        let path = seal_path(dir);
        if !self.all.is_empty() || !is_free(disk, &path) {
            return Ok(self);
        }
        let Some(key) = Key::fresh(since) else { return Ok(self) };
        atomic::make_folder(disk, &dir.join("keys"))?;
        let text = key.text();
        match Ready::new(disk, &path, text.as_bytes(), true)?.take_free_place() {
            // Somebody else was first.
            Err(_) if !is_free(disk, &path) => Self::of(disk, dir),
            made => made.map(|()| Self { all: vec![key] }),
        }
    }
}

/// Returns where the practice's key is.
pub(in crate::store) fn seal_path(dir: &Path) -> PathBuf {
    dir.join("keys").join("seal.key")
}

/// Returns whether a name is one that keys of seals have, copies of sync programs among them.
pub(in crate::store) fn is_seal_key(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("seal"))
}

/// Returns what the key in a file is called; `None` where it holds none.
pub(in crate::store) fn name_in(text: &str) -> Option<String> {
    Key::of(text).map(|key| key.name())
}
