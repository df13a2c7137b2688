//! The one way in which a file of the store is written: whole, and on the disk, or not at all.

use super::error::StoreError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
#[cfg(windows)]
use std::thread::sleep;
#[cfg(windows)]
use std::time::Duration;

/// Replaces a file so that a power cut leaves the old or the new one; returns once the new one will stay.
///
/// # Errors
/// [`StoreError::Write`] where nothing was changed, [`StoreError::Unconfirmed`] where it was but may not stay.
pub fn write(path: &Path, text: &str) -> Result<(), StoreError> {
    replace(path, text.as_bytes(), true)?;
    sync_parent(path).map_err(|source| StoreError::Unconfirmed { path: path.to_owned(), source })
}

/// Replaces a file whole without waiting for the disk: for what can be lost or worked out again.
///
/// # Errors
/// [`StoreError::Write`]; nothing was changed.
pub fn write_quickly(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    replace(path, bytes, false)
}

/// Puts a file that was written quickly on the disk: of many files the first takes most of the others with it.
///
/// # Errors
/// [`StoreError::Write`].
pub(super) fn settle(path: &Path) -> Result<(), StoreError> {
    let file = OpenOptions::new().write(true).open(path);
    file.and_then(|file| sync(&file)).map_err(|source| StoreError::Write { path: path.to_owned(), source })
}

/// Makes a file piece by piece; it gets its name, and the one that had the name before goes, only once it is on the disk
/// and `prove` found it good.
///
/// # Errors
/// Those of [`write`] and of `prove`.
pub(super) fn write_proven(
    path: &Path,
    pieces: impl FnOnce(&mut File) -> io::Result<()>,
    prove: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let failed = |source| StoreError::Write { path: path.to_owned(), source };
    let temporary = temporary_of(path);
    let written = create(&temporary).and_then(|mut file| pieces(&mut file).and_then(|()| sync(&file)));
    let done = written.map_err(failed).and_then(|()| prove(&temporary));
    let done = done.and_then(|()| rename(&temporary, path).map_err(failed));
    if done.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    done?;
    sync_parent(path).map_err(|source| StoreError::Unconfirmed { path: path.to_owned(), source })
}

/// Returns whether a name is that of a file that is being written, or was when the power went.
pub(super) fn is_temporary_of(name: &str, begins: &str) -> bool {
    name.strip_prefix('~').is_some_and(|rest| rest.starts_with(begins) && rest.ends_with(".tmp"))
}

fn replace(path: &Path, bytes: &[u8], synced: bool) -> Result<(), StoreError> {
    let temporary = temporary_of(path);
    let done = fill(&temporary, bytes, synced).and_then(|()| rename(&temporary, path));
    done.map_err(|source| {
        // A second failure here would hide the first, and lists pass over such names.
        let _ = fs::remove_file(&temporary);
        StoreError::Write { path: path.to_owned(), source }
    })
}

/// Sync programs leave out names that begin with `~` and end in `.tmp`.
fn temporary_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("~{name}-{:016x}.tmp", fastrand::u64(..)))
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn fill(path: &Path, bytes: &[u8], synced: bool) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(bytes)?;
    if synced { sync(&file) } else { Ok(()) }
}

#[cfg(not(target_os = "macos"))]
fn sync(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// A network volume does not know the full flush that `sync_all` asks of a Mac; it knows the plain one.
#[cfg(target_os = "macos")]
fn sync(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(e) if is_not_known(&e) => Ok(rustix::fs::fsync(file)?),
        other => other,
    }
}

#[cfg(not(windows))]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// A virus scanner or a sync program may hold the target for a moment: access denied, sharing or lock violation.
#[cfg(windows)]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let waits = [0, 1, 10, 20, 40].into_iter().chain(std::iter::repeat_n(100, 20));
    for wait in waits {
        match fs::rename(from, to) {
            Err(e) if matches!(e.raw_os_error(), Some(5 | 32 | 33)) => sleep(Duration::from_millis(wait)),
            other => return other,
        }
    }
    fs::rename(from, to)
}

/// A rename is only sure once its folder is on the disk.
#[cfg(unix)]
fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), sync_folder)
}

/// Flushing the file under its new name also flushes the file system's log, which holds the rename.
#[cfg(windows)]
fn sync_parent(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.sync_all()
}

/// Puts a folder's names on the disk.
///
/// # Errors
/// What the system said; a file system that cannot do this for folders is no error.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match File::open(folder).and_then(|f| sync(&f)) {
        Err(e) if is_not_known(&e) || e.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        other => other,
    }
}

/// Puts a folder's names on the disk; this system does so with each file.
///
/// # Errors
/// None.
#[cfg(windows)]
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Network and FUSE file systems answer a flush that they do not know with one of these.
#[cfg(unix)]
fn is_not_known(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported)
}

/// Makes a folder, with its parents, that only this account can open.
///
/// # Errors
/// [`StoreError::Write`] with the folder.
pub fn make_folder(path: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| StoreError::Write { path: path.to_owned(), source })
}
