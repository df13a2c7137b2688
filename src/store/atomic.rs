//! The one way in which a file of the store is written: whole, and on the disk, or not at all.

use super::disk::Disk;
use super::error::StoreError;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Replaces a file so that a power cut leaves the old or the new one; returns once the new one will stay.
///
/// # Errors
/// [`StoreError::Write`] where nothing was changed, [`StoreError::Unconfirmed`] where it was but may not stay.
pub fn write(disk: &dyn Disk, path: &Path, text: &str) -> Result<(), StoreError> {
    replace(disk, path, text.as_bytes(), true)?;
    disk.sync_name(path).map_err(|source| StoreError::Unconfirmed { path: path.to_owned(), source })
}

/// Replaces a file whole without waiting for the disk: for what can be lost or worked out again.
///
/// # Errors
/// [`StoreError::Write`]; nothing was changed.
pub fn write_quickly(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    replace(disk, path, bytes, false)
}

fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8], synced: bool) -> Result<(), StoreError> {
    let temporary = temporary_of(path);
    let done = fill(disk, &temporary, bytes, synced).and_then(|()| disk.rename(&temporary, path));
    done.map_err(|source| {
        // A second failure here would hide the first, and lists pass over such names.
        let _ = disk.remove(&temporary);
        StoreError::Write { path: path.to_owned(), source }
    })
}

/// Sync programs leave out names that begin with `~` and end in `.tmp`.
fn temporary_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("~{name}-{:016x}.tmp", fastrand::u64(..)))
}

/// The file is closed when this returns: some systems rename no open file, and none is flushed twice.
fn fill(disk: &dyn Disk, path: &Path, bytes: &[u8], synced: bool) -> io::Result<()> {
    let mut file = disk.create(path)?;
    file.write_all(bytes)?;
    if synced { file.sync() } else { Ok(()) }
}

/// Makes a folder, with its parents, that only this account can open; returns once each of their names will stay.
///
/// # Errors
/// [`StoreError::Write`] with the folder.
pub fn make_folder(disk: &dyn Disk, path: &Path) -> Result<(), StoreError> {
    if path.is_dir() || path.as_os_str().is_empty() {
        return Ok(());
    }
    let failed = |source| StoreError::Write { path: path.to_owned(), source };
    if let Some(parent) = path.parent() {
        make_folder(disk, parent)?;
    }
    match disk.make_folder(path) {
        Err(_) if path.is_dir() => Ok(()),
        other => other.and_then(|()| disk.sync_name(path)).map_err(failed),
    }
}
