//! Reading files that anybody may have put there.

use super::atomic::{BRIEFLY, patiently};
use super::disk::{Disk, Listing};
use super::error::{Problem, StoreError};
use super::format::MOST_BYTES;
use super::vault::{Fault, is_encrypted};
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

/// Opens a file to read it, also where another program holds it for a moment.
pub(super) fn open(disk: &dyn Disk, path: &Path) -> io::Result<Box<dyn io::Read>> {
    patiently(disk, BRIEFLY, || disk.open(path))
}

/// Reads a file of about this length, to its end or so many bytes of it, also where another program holds it for a moment.
pub(super) fn read(disk: &dyn Disk, path: &Path, length: u64, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(most)).unwrap_or(0) + 1);
    patiently(disk, BRIEFLY, || {
        bytes.clear();
        disk.read(path, most, &mut bytes)
    })?;
    Ok(bytes)
}

/// Reads a text file, without its byte order mark.
pub(super) fn read_text(disk: &dyn Disk, path: &Path) -> Result<String, StoreError> {
    text_of(read_bytes(disk, path)?, path)
}

/// Reads a file that may be one of Cobalog's.
pub(super) fn read_bytes(disk: &dyn Disk, path: &Path) -> Result<Vec<u8>, StoreError> {
    let bytes = whole(disk, path)?;
    // Without a key it is no damage either. Behind one, it was encrypted twice.
    if disk.sealed().is_none() && is_encrypted(&bytes) {
        return Err(StoreError::Locked { path: path.to_owned() });
    }
    Ok(bytes)
}

/// Reads a file as it lies on the disk, encrypted or not.
pub(super) fn read_as_it_lies(disk: &dyn Disk, path: &Path) -> Result<Vec<u8>, StoreError> {
    whole(disk.sealed().map_or(disk, |sealed| sealed.raw()), path)
}

fn whole(disk: &dyn Disk, path: &Path) -> Result<Vec<u8>, StoreError> {
    let failed = |source| StoreError::Read { path: path.to_owned(), source };
    let damaged = |problem| StoreError::Damaged { problem };
    let meta = disk.meta(path).map_err(failed)?;
    // Opening a FIFO would wait for ever.
    if !meta.is_file() {
        return Err(damaged(Problem::new(path, "it is not a file")));
    }
    if meta.len() > MOST_BYTES {
        return Err(damaged(Problem::new(
            path,
            format!("it is too large to be one of Cobalog's: {} bytes", meta.len()),
        )));
    }
    let bytes = read(disk, path, meta.len(), MOST_BYTES).map_err(|source| match Fault::of(&source) {
        Some(fault) => damaged(Problem::new(path, fault.to_string())),
        None => failed(source),
    })?;
    // Cut short by a disk that fails or by somebody who writes into it just now: that is no damage to mend.
    if is_cut(disk, &meta, bytes.len()) {
        return Err(failed(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(bytes)
}

/// Returns whether a file was read that is longer. What is encrypted is proven to be whole where it is decrypted.
pub(super) fn is_cut(disk: &dyn Disk, meta: &Metadata, read: usize) -> bool {
    disk.sealed().is_none() && (read as u64) < meta.len()
}

/// Returns whether a file is there and holds these bytes; a pipe, which would never end, holds none.
pub(super) fn holds(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> bool {
    let is_as_long = |length: u64| disk.sealed().is_some() || length == bytes.len() as u64;
    let is_alike = disk.meta(path).is_ok_and(|meta| meta.is_file() && is_as_long(meta.len()));
    let mut there = Vec::new();
    is_alike && disk.read(path, bytes.len() as u64 + 1, &mut there).is_ok() && there == bytes
}

/// Returns whether a path leads to a folder. One that cannot be looked at is none.
pub(super) fn is_folder(disk: &dyn Disk, path: &Path) -> bool {
    disk.meta(path).is_ok_and(|meta| meta.is_dir())
}

/// Returns whether a name is free for a new file: only where it is sure that nothing has it, not even a link to nowhere.
pub(super) fn is_free(disk: &dyn Disk, path: &Path) -> bool {
    disk.meta_of_name(path).is_err_and(|e| is_absent(&e))
}

/// Returns whether an error says that something is not there. Any other says that nothing is known of it.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Returns whether a link stands at a path that leads nowhere, or to itself.
pub(super) fn leads_nowhere(disk: &dyn Disk, path: &Path) -> bool {
    let is_link = disk.meta_of_name(path).is_ok_and(|meta| meta.is_symlink());
    is_link && disk.meta(path).is_err_and(|e| is_absent(&e) || is_loop(&e))
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
fn is_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
fn is_loop(_: &io::Error) -> bool {
    false
}

/// Returns bytes as text, without its byte order mark.
pub(super) fn text_of(bytes: Vec<u8>, path: &Path) -> Result<String, StoreError> {
    let mut text = String::from_utf8(bytes).map_err(|e| StoreError::Damaged { problem: not_text(path, &e) })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

fn not_text(path: &Path, error: &std::string::FromUtf8Error) -> Problem {
    let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
    let lines = before.split(|b| *b == b'\n');
    let column = before.rsplit(|b| *b == b'\n').next().map_or(0, <[u8]>::len) + 1;
    Problem {
        path: path.to_owned(),
        line: Some(lines.count()),
        column: Some(column),
        what: "it cannot be read: this is not UTF-8 text".to_owned(),
    }
}

/// Lists the `.ron` files of a folder by name; a folder that is not there is empty.
pub(super) fn ron_files(disk: &dyn Disk, folder: &Path) -> io::Result<Vec<PathBuf>> {
    files_of(disk, folder, "ron")
}

/// Lists the files of a folder with this extension by name; a folder that is not there is empty.
pub(super) fn files_of(disk: &dyn Disk, folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    match disk.list(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        listed => among(listed?, extension),
    }
}

/// Lists the `.ron` files of a folder that must be there.
pub(super) fn ron_files_in(disk: &dyn Disk, folder: &Path) -> io::Result<Vec<PathBuf>> {
    among(disk.list(folder)?, "ron")
}

fn among(listed: Listing, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in listed {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == extension) && !is_temporary(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Returns whether a name is one for a file that is being written, by us (`~`) or by a program that keeps folders the
/// same, or one that other systems put beside each file (`.`).
pub(super) fn is_temporary(path: &Path) -> bool {
    path.file_name().is_some_and(|n| matches!(n.as_encoded_bytes().first(), Some(b'~' | b'.')))
}
