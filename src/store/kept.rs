//! Bytes that were found where Cobalog's should be, kept aside in the practice's folder `kept/`, never deleted.

use super::atomic;
use super::disk::Disk;
use super::error::StoreError;
use super::files::{self, is_absent};
use super::vault;
use chrono::{DateTime, FixedOffset};
use std::io;
use std::path::{Path, PathBuf};

/// Returns a name that is free: the file's own and the time.
fn free(disk: &dyn Disk, dir: &Path, name: &str, now: DateTime<FixedOffset>) -> Result<PathBuf, StoreError> {
    let folder = dir.join("kept");
    atomic::make_folder(disk, &folder)?;
    let stamp = now.format("%Y%m%d-%H%M%S");
    let mut n = 1;
    loop {
        let path = folder.join(if n == 1 { format!("{name}.{stamp}") } else { format!("{name}.{stamp}-{n}") });
        match disk.meta_of_name(&path) {
            Ok(_) => n += 1,
            Err(e) if is_absent(&e) => return Ok(path),
            // Something that is kept may be there.
            Err(source) => return Err(StoreError::Write { path, source }),
        }
    }
}

/// Keeps bytes under a file's name and the time.
///
/// # Errors
/// [`StoreError::Write`], [`StoreError::Unconfirmed`].
pub(super) fn bytes(
    disk: &dyn Disk,
    dir: &Path,
    name: &str,
    bytes: &[u8],
    now: DateTime<FixedOffset>,
) -> Result<PathBuf, StoreError> {
    let path = free(disk, dir, name, now)?;
    atomic::write_proven(disk, &path, false, |file| io::Write::write_all(file, bytes), |_| Ok(()))?;
    Ok(path)
}

/// Keeps a copy of a file; a folder is moved, as nothing of a practice is one. What was there stays until it is replaced.
///
/// # Errors
/// [`StoreError::Write`], [`StoreError::Unconfirmed`], [`StoreError::Read`].
pub(super) fn copy(
    disk: &dyn Disk,
    dir: &Path,
    path: &Path,
    now: DateTime<FixedOffset>,
) -> Result<PathBuf, StoreError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let to = free(disk, dir, &name, now)?;
    let unread = |source| StoreError::Read { path: path.to_owned(), source };
    if disk.meta(path).map_err(unread)?.is_file() {
        // What does not decrypt is kept as it lies there.
        let disk = disk.sealed().map(|sealed| sealed.raw()).filter(|raw| vault::is_shut(*raw, path)).unwrap_or(disk);
        let mut from = files::open(disk, path).map_err(unread)?;
        atomic::write_proven(disk, &to, false, |file| io::copy(&mut from, file).map(drop), |_| Ok(()))?;
    } else {
        let renamed = atomic::patiently(disk, atomic::LONG, || disk.rename_to_free(path, &to));
        renamed.map_err(|source| StoreError::Write { path: to.clone(), source })?;
        atomic::sync_name(disk, &to).map_err(|source| StoreError::Unconfirmed { path: to.clone(), source })?;
    }
    Ok(to)
}
