//! Bytes that were found where Cobalog's should be, kept aside in the practice's folder `kept/`, never deleted.

use super::atomic;
use super::disk::Real;
use super::error::StoreError;
use super::files;
use chrono::{DateTime, FixedOffset};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Returns a name that is free: the file's own and the time.
fn free(dir: &Path, name: &str, now: DateTime<FixedOffset>) -> Result<PathBuf, StoreError> {
    let folder = dir.join("kept");
    atomic::make_folder(&Real, &folder)?;
    let stamp = now.format("%Y%m%d-%H%M%S");
    let names = (1..).map(|n| if n == 1 { format!("{name}.{stamp}") } else { format!("{name}.{stamp}-{n}") });
    let mut paths = names.map(|name| folder.join(name));
    Ok(paths.find(|path| path.symlink_metadata().is_err()).unwrap_or(folder))
}

/// Keeps bytes under a file's name and the time.
///
/// # Errors
/// [`StoreError::Write`], [`StoreError::Unconfirmed`].
pub(super) fn bytes(dir: &Path, name: &str, bytes: &[u8], now: DateTime<FixedOffset>) -> Result<PathBuf, StoreError> {
    let path = free(dir, name, now)?;
    atomic::write_proven(&Real, &path, |file| io::Write::write_all(file, bytes), |_| Ok(()))?;
    Ok(path)
}

/// Keeps a copy of a file; a folder is moved, as nothing of a practice is one. What was there stays until it is replaced.
///
/// # Errors
/// [`StoreError::Write`], [`StoreError::Unconfirmed`], [`StoreError::Read`].
pub(super) fn copy(dir: &Path, path: &Path, now: DateTime<FixedOffset>) -> Result<PathBuf, StoreError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let to = free(dir, &name, now)?;
    let failed = |source| StoreError::Read { path: path.to_owned(), source };
    if fs::metadata(path).is_ok_and(|meta| meta.is_file()) {
        let mut from = files::open(path).map_err(failed)?;
        atomic::write_proven(&Real, &to, |file| io::copy(&mut from, file).map(drop), |_| Ok(()))?;
    } else {
        fs::rename(path, &to).map_err(|source| StoreError::Write { path: to.clone(), source })?;
    }
    Ok(to)
}
