//! The practice's key, in memory as long as the practice is open.

use super::super::disk::Disk;
use super::super::error::StoreError;
use super::super::files::{is_absent, read_text};
use super::super::index::Stamp;
use super::carried::KeyFile;
use super::fault::Fault;
use super::recipient_path;
use super::sealed::{Sealed, Way};
use age::x25519;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The key of an encrypted practice. Its secret half is wiped from the memory with the last of its copies.
#[derive(Clone)]
pub struct Key(Arc<Inner>);

struct Inner {
    identity: x25519::Identity,
    recipient: x25519::Recipient,
    public: String,
    dir: PathBuf,
    /// The files of `keys/` that a backup brought, for a practice that has none yet.
    brought: Vec<KeyFile>,
    /// Keys of older files, to read them.
    others: Vec<x25519::Identity>,
    /// What the audit log is to say of the file that it was opened from.
    told: Option<String>,
    /// How `keys/recipient` stood when it was last seen to be this key's.
    seen: Mutex<Option<Stamp>>,
}

impl Key {
    pub(super) fn new(identity: x25519::Identity, dir: &Path, brought: Vec<KeyFile>) -> Self {
        let recipient = identity.to_public();
        let public = recipient.to_string();
        let (dir, others, told, seen) = (dir.to_owned(), Vec::new(), None, Mutex::default());
        Self(Arc::new(Inner { identity, recipient, public, dir, brought, others, told, seen }))
    }

    /// Returns this key as one of whose file the audit log is to say something.
    pub(super) fn telling(self, told: Option<String>) -> Self {
        if told.is_some() { self.with(self.0.others.clone(), told) } else { self }
    }

    /// Returns what the audit log is to say of the file that it was opened from: it was written anew, or is not the one that
    /// this workstation knew.
    #[must_use]
    pub fn told(&self) -> Option<&str> {
        self.0.told.as_deref()
    }

    /// Returns the public half, as it stands in `keys/recipient`.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.0.public
    }

    /// Returns the disk on which this practice's store works: what names a patient is encrypted on the given one.
    #[must_use]
    pub fn disk(&self, real: Arc<dyn Disk>) -> Arc<dyn Disk> {
        Arc::new(self.sealed(real))
    }

    /// Returns a disk that reads what is encrypted with this key and writes everything plain: for an old backup in a
    /// practice that is not encrypted.
    #[must_use]
    pub fn reading_disk(&self, real: Arc<dyn Disk>) -> Arc<dyn Disk> {
        Arc::new(Sealed::new(real, self.clone(), Way::Reading))
    }

    pub(super) fn sealed(&self, real: Arc<dyn Disk>) -> Sealed {
        Sealed::new(real, self.clone(), Way::Usual)
    }

    /// Returns this key together with another that files are read with: a backup of a time when the practice had that one.
    #[must_use]
    pub fn reading_with(&self, other: &Self) -> Self {
        let mut others = self.0.others.clone();
        others.push(other.0.identity.clone());
        self.with(others, self.0.told.clone())
    }

    fn with(&self, others: Vec<x25519::Identity>, told: Option<String>) -> Self {
        let Inner { identity, recipient, public, dir, brought, .. } = &*self.0;
        let inner = Inner {
            identity: identity.clone(),
            recipient: recipient.clone(),
            public: public.clone(),
            dir: dir.clone(),
            brought: brought.clone(),
            others,
            told,
            seen: Mutex::default(),
        };
        Self(Arc::new(inner))
    }

    /// Returns whether a file is encrypted with this key, or not encrypted at all; what cannot be read counts as such too.
    #[must_use]
    pub fn opens(&self, disk: &dyn Disk, file: &Path) -> bool {
        let opened = disk.open(file).and_then(|file| Sealed::decrypting(self, file));
        opened.err().is_none_or(|e| Fault::of(&e) != Some(Fault::OtherKey))
    }

    pub(super) fn dir(&self) -> &Path {
        &self.0.dir
    }

    pub(super) fn identity(&self) -> &x25519::Identity {
        &self.0.identity
    }

    pub(super) fn identities(&self) -> Vec<&dyn age::Identity> {
        std::iter::once(&self.0.identity).chain(&self.0.others).map(|identity| identity as &dyn age::Identity).collect()
    }

    pub(super) fn recipient(&self) -> &x25519::Recipient {
        &self.0.recipient
    }

    pub(super) fn brought(&self) -> &[KeyFile] {
        &self.0.brought
    }

    /// Returns whether the practice in a folder is kept with this key.
    pub(super) fn is_of(&self, disk: &dyn Disk, dir: &Path) -> Result<bool, StoreError> {
        let path = recipient_path(dir);
        let stamp = match disk.meta(&path) {
            Ok(meta) => Stamp::of(&meta),
            Err(e) if is_absent(&e) => return Ok(false),
            Err(source) => return Err(StoreError::Read { path, source }),
        };
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen != Some(stamp) {
            *seen = (read_text(disk, &path)?.trim() == self.0.public).then_some(stamp);
        }
        Ok(seen.is_some())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.0.public).finish()
    }
}
