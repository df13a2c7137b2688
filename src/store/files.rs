//! Reading files that anybody may have put there.

use super::atomic::{BRIEFLY, patiently};
use super::disk::{self, Real};
use super::error::{Problem, StoreError};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// More than any chart needs; what is larger is not a chart and would only fill the memory.
const MOST_BYTES: u64 = 16 << 20;

/// Opens a file to read it, also where another program holds it for a moment.
pub(super) fn open(path: &Path) -> io::Result<fs::File> {
    patiently(&Real, BRIEFLY, || disk::open(path))
}

/// Reads a text file, without its byte order mark.
pub(super) fn read_text(path: &Path) -> Result<String, StoreError> {
    let failed = |source| StoreError::Read { path: path.to_owned(), source };
    let damaged = |problem| StoreError::Damaged { problem };
    let meta = fs::metadata(path).map_err(failed)?;
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
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 1);
    open(path).and_then(|f| f.take(MOST_BYTES).read_to_end(&mut bytes)).map_err(failed)?;
    text_of(bytes, path)
}

/// Returns whether a file is there and holds these bytes; a pipe, which would never end, holds none.
pub(super) fn holds(path: &Path, bytes: &[u8]) -> bool {
    let is_alike = fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() == bytes.len() as u64);
    is_alike && fs::read(path).is_ok_and(|there| there == bytes)
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
pub(super) fn ron_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    files_of(folder, "ron")
}

/// Lists the files of a folder with this extension by name; a folder that is not there is empty.
pub(super) fn files_of(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let listed = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
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
