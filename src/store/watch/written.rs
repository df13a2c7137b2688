//! How files stood after this program wrote them, so that nobody reads again what he wrote himself.

use super::super::index::Stamp;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Shared by the clones of one store.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Written {
    stamps: Arc<Mutex<HashMap<PathBuf, Stamp>>>,
}

impl Written {
    /// Remembers how a file stands now; the writer still holds the lock.
    pub(in crate::store) fn note(&self, path: &Path) {
        if let Some(stamp) = stamp(path) {
            self.stamps.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), stamp);
        }
    }

    /// Returns whether a file stands as it was written here.
    pub(in crate::store) fn holds(&self, path: &Path) -> bool {
        let known = self.stamps.lock().unwrap_or_else(PoisonError::into_inner).get(path).copied();
        known.is_some() && known == stamp(path)
    }
}

/// Returns what tells one state of a file or folder from another; `None` where it is not there.
pub(super) fn stamp(path: &Path) -> Option<Stamp> {
    fs::metadata(path).ok().map(|meta| Stamp::of(&meta))
}
