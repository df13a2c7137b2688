//! The one way in which a file of the store is written: whole, and on the disk, or not at all.

use super::disk::{Disk, DiskFile};
use super::error::StoreError;
use super::files::{holds, is_absent, is_folder, is_free};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// For what can be lost, or is read.
pub(super) const BRIEFLY: usize = 0;
/// Two seconds, for what must not be lost.
pub(super) const LONG: usize = 20;

/// Tries again while another program holds the file: a virus scanner, an indexer or a sync program, which take up what was
/// just written. The waits are git's, and then `more` of a tenth of a second.
pub(super) fn patiently<T>(disk: &dyn Disk, more: usize, mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for wait in [0, 1, 10, 20, 40].into_iter().chain(std::iter::repeat_n(100, more)) {
        match call() {
            Err(e) if e.kind() == io::ErrorKind::ResourceBusy => disk.pause(Duration::from_millis(wait)),
            other => return other,
        }
    }
    call()
}

/// Waits until the name that a file or folder has now will stay.
///
/// # Errors
/// What the system said.
pub(super) fn sync_name(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    patiently(disk, LONG, || disk.sync_name(path))
}

/// Replaces a file so that a power cut leaves the old or the new one; returns once the new one will stay.
///
/// # Errors
/// [`StoreError::Write`] where nothing was changed, [`StoreError::Unconfirmed`] where it was but may not stay.
pub fn write(disk: &dyn Disk, path: &Path, text: &str) -> Result<(), StoreError> {
    Ready::new(disk, path, text.as_bytes(), true)?.take_place()
}

/// Replaces a file by what `write` writes piece by piece, so that it is never in memory; whole, or not at all.
///
/// # Errors
/// [`StoreError::Write`], [`StoreError::Unconfirmed`]; what `write` returns.
pub fn write_through(
    disk: &dyn Disk,
    path: &Path,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), StoreError> {
    write_proven(disk, path, true, |file| write(file), |_| Ok(()))
}

/// Replaces a file whole without waiting for the disk: for what can be lost or worked out again.
///
/// # Errors
/// [`StoreError::Write`]; nothing was changed.
pub fn write_quickly(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    Ready::new(disk, path, bytes, false)?.rename(false, BRIEFLY)
}

/// A file's new content beside it, under a temporary name that goes when this is dropped.
#[derive(Debug)]
pub(super) struct Ready<'a> {
    disk: &'a dyn Disk,
    path: &'a Path,
    bytes: &'a [u8],
    temporary: PathBuf,
    placed: bool,
}

impl<'a> Ready<'a> {
    /// Writes the new content under its temporary name, and waits for the disk if it is to be `synced`.
    pub(super) fn new(disk: &'a dyn Disk, path: &'a Path, bytes: &'a [u8], synced: bool) -> Result<Self, StoreError> {
        let ready = Self { disk, path, bytes, temporary: temporary_of(path), placed: false };
        fill(disk, &ready.temporary, bytes, synced).map_err(|source| ready.failed(source))?;
        Ok(ready)
    }

    /// Puts the new content in the old one's place; returns once it will stay.
    pub(super) fn take_place(self) -> Result<(), StoreError> {
        self.take(false)
    }

    /// Puts the new content where nothing is; returns once it will stay.
    pub(super) fn take_free_place(self) -> Result<(), StoreError> {
        self.take(true)
    }

    fn take(self, is_free: bool) -> Result<(), StoreError> {
        let (disk, path) = (self.disk, self.path);
        self.rename(is_free, LONG)?;
        sync_name(disk, path).map_err(|source| StoreError::Unconfirmed { path: path.to_owned(), source })
    }

    /// Puts the new content in its place, one that is free or the old one's, without waiting for the disk.
    pub(super) fn rename(mut self, to_free: bool, patience: usize) -> Result<(), StoreError> {
        let renamed = patiently(self.disk, patience, || match to_free {
            true => self.disk.rename_to_free(&self.temporary, self.path),
            false => self.disk.rename(&self.temporary, self.path),
        });
        self.placed = renamed.is_ok();
        renamed.map_err(|source| {
            // A share can lose its answer to a rename that it made.
            if is_free(self.disk, &self.temporary) && holds(self.disk, self.path, self.bytes) {
                return StoreError::Unconfirmed { path: self.path.to_owned(), source };
            }
            self.failed(source)
        })
    }

    fn failed(&self, source: io::Error) -> StoreError {
        StoreError::Write { path: self.path.to_owned(), source }
    }
}

impl Drop for Ready<'_> {
    fn drop(&mut self) {
        if !self.placed {
            // A failure here would hide the first one; lists pass over such names, and they are swept up after a day.
            let _ = self.disk.remove(&self.temporary);
        }
    }
}

/// Puts a file that was written quickly on the disk: of many files the first takes most of the others with it.
///
/// # Errors
/// [`StoreError::Write`].
pub(super) fn settle(disk: &dyn Disk, path: &Path) -> Result<(), StoreError> {
    let file = patiently(disk, LONG, || disk.append(path));
    file.and_then(|mut file| file.sync()).map_err(|source| StoreError::Write { path: path.to_owned(), source })
}

/// Makes a file piece by piece; it gets its name, and the one that had the name before goes if it may (`over`), only once it
/// is on the disk and `prove` found it good.
///
/// # Errors
/// Those of [`write`] and of `prove`.
pub(super) fn write_proven(
    disk: &dyn Disk,
    path: &Path,
    over: bool,
    pieces: impl FnOnce(&mut dyn DiskFile) -> io::Result<()>,
    prove: impl Fn(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let failed = |source| StoreError::Write { path: path.to_owned(), source };
    let temporary = temporary_of(path);
    let written = disk.create(&temporary).and_then(|mut file| pieces(&mut *file).and_then(|()| file.sync()));
    let done = written.map_err(failed).and_then(|()| prove(&temporary));
    let rename = || if over { disk.rename(&temporary, path) } else { disk.rename_to_free(&temporary, path) };
    let lost = |source| match is_free(disk, &temporary) && prove(path).is_ok() {
        // A share can lose its answer to a rename that it made.
        true => StoreError::Unconfirmed { path: path.to_owned(), source },
        false => failed(source),
    };
    let done = done.and_then(|()| patiently(disk, LONG, rename).map_err(lost));
    if done.is_err() {
        let _ = disk.remove(&temporary);
    }
    done?;
    sync_name(disk, path).map_err(|source| StoreError::Unconfirmed { path: path.to_owned(), source })
}

/// Returns whether a name is that of a file that is being written, or was when the power went.
pub(super) fn is_temporary_of(name: &str, begins: &str) -> bool {
    name.strip_prefix('~').is_some_and(|rest| rest.starts_with(begins) && rest.ends_with(".tmp"))
}

/// Sync programs leave out names that begin with `~` and end in `.tmp`.
pub(super) fn temporary_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("~{name}-{:016x}.tmp", fastrand::u64(..)))
}

/// Returns whether a file's name is one that [`temporary_of`] makes.
pub(super) fn is_temporary_name(name: &str) -> bool {
    let inner = name.strip_prefix('~').and_then(|rest| rest.strip_suffix(".tmp"));
    let random = inner.and_then(|rest| rest.rsplit_once('-')).map(|(_, random)| random);
    random.is_some_and(|r| r.len() == 16 && r.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}

/// Returns the name that a file will have, or has, whose temporary name this may be.
pub(super) fn target_of(name: &str) -> &str {
    let inner = name.strip_prefix('~').filter(|_| is_temporary_name(name));
    inner.and_then(|inner| inner.strip_suffix(".tmp")?.rsplit_once('-')).map_or(name, |(target, _)| target)
}

/// The file is closed when this returns: some systems rename no open file, and none is flushed twice.
fn fill(disk: &dyn Disk, path: &Path, bytes: &[u8], synced: bool) -> io::Result<()> {
    let mut file = disk.create(path)?;
    file.write_all(bytes)?;
    if synced { file.sync() } else { file.end() }
}

/// Makes a folder, with its parents, that only this account can open; returns once each of their names will stay.
///
/// # Errors
/// [`StoreError::Write`] with the folder.
pub fn make_folder(disk: &dyn Disk, path: &Path) -> Result<(), StoreError> {
    let failed = |source| StoreError::Write { path: path.to_owned(), source };
    match disk.meta(path) {
        _ if path.as_os_str().is_empty() => return Ok(()),
        Ok(meta) if meta.is_dir() => return Ok(()),
        Ok(_) => return Err(failed(io::ErrorKind::NotADirectory.into())),
        Err(e) if is_absent(&e) => {}
        Err(source) => return Err(failed(source)),
    }
    if let Some(parent) = path.parent() {
        make_folder(disk, parent)?;
    }
    match disk.make_folder(path) {
        Err(_) if is_folder(disk, path) => Ok(()),
        other => other.and_then(|()| sync_name(disk, path)).map_err(failed),
    }
}
