//! A text put in a damaged file's place, what stood there kept first.

use super::super::disk::Disk;
use super::super::error::StoreError;
use super::super::files::{holds, is_folder, read_as_it_lies, read_bytes, read_text};
use super::super::{atomic, kept};
use super::Repair;
use std::path::{Path, PathBuf};

impl Repair<'_> {
    /// Under the lock: keeps what was `seen` and puts a text in its place; returns where it is kept.
    pub(super) fn put_in_place(&self, path: &Path, text: &str, seen: &Seen) -> Result<PathBuf, StoreError> {
        let (disk, dir) = (self.store.disk(), self.store.dir());
        let ready = atomic::Ready::new(disk, path, text.as_bytes(), true)?;
        let kept = match seen {
            Seen::Text(_) | Seen::Other | Seen::Shut(_) => kept::copy(disk, dir, path, self.now)?,
            Seen::Bytes(bytes) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                kept::bytes(disk, dir, &name, bytes, self.now)?
            }
        };
        if !seen.is_still(disk, path) {
            return Err(StoreError::Busy { path: path.to_owned() });
        }
        ready.take_place().inspect_err(|_| {
            // A folder was moved: the next try must find it where it was.
            if is_folder(disk, &kept) {
                let _ = disk.rename_to_free(&kept, path);
            }
        })?;
        Ok(kept)
    }
}

/// What stood in a damaged file's place, so that nothing is replaced that was not looked at.
#[derive(Default)]
pub(super) enum Seen {
    /// A text that can be read.
    Text(String),
    /// A file.
    Bytes(Vec<u8>),
    /// A file that could not be read as one of ours, as it lies there.
    Shut(Vec<u8>),
    /// No file, or one that is too large for one of Cobalog's.
    #[default]
    Other,
}

impl Seen {
    pub(super) fn of(disk: &dyn Disk, path: &Path) -> Result<Self, StoreError> {
        match read_bytes(disk, path) {
            Ok(bytes) => Ok(Self::Bytes(bytes)),
            Err(StoreError::Damaged { .. }) => Ok(read_as_it_lies(disk, path).map_or(Self::Other, Self::Shut)),
            Err(error) => Err(error),
        }
    }

    pub(super) fn is_still(&self, disk: &dyn Disk, path: &Path) -> bool {
        match self {
            Self::Text(text) => read_text(disk, path).is_ok_and(|now| now == *text),
            Self::Bytes(bytes) => holds(disk, path, bytes),
            Self::Shut(bytes) => read_as_it_lies(disk, path).is_ok_and(|now| now == *bytes),
            Self::Other => true,
        }
    }
}
