//! What of a practice's folder goes into a backup.

use super::super::archive::{FOLDERS, MOST_BYTES, is_plain_name};
use super::super::error::{Problem, StoreError};
use super::super::files;
use super::super::paths::hash;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// A file that goes in.
pub(super) struct Member {
    /// Its name in the archive.
    pub(super) name: String,
    pub(super) path: PathBuf,
    /// Since 1970.
    pub(super) modified: Duration,
    len: u64,
}

/// All of them by name, and what cannot go in.
pub(super) struct Members {
    pub(super) list: Vec<Member>,
    pub(super) odd: Vec<Problem>,
}

/// What came of reading one.
pub(super) enum Taken {
    Bytes(Vec<u8>),
    /// It went away meanwhile.
    Gone,
    /// It is no file that can go in.
    Odd(Problem),
    /// It could not be read now.
    Unread(Problem),
}

/// Lists what goes in.
///
/// # Errors
/// [`StoreError::NoPractice`]; [`StoreError::Read`] where a folder cannot be listed: a backup without it would look whole.
pub(super) fn members(dir: &Path) -> Result<Members, StoreError> {
    let mut found = Members { list: Vec::new(), odd: Vec::new() };
    let settings = dir.join("practice.ron");
    let is_there = settings.symlink_metadata().is_ok();
    if !is_there {
        found.odd.push(Problem::new(&settings, "it is not there; it is not in the backup"));
    }
    found.look("practice.ron".to_owned(), settings);
    for folder in FOLDERS {
        let path = dir.join(folder);
        let listed = match fs::read_dir(&path) {
            // Without its charts, on a share that is half there, it would put a whole one out of its place.
            Err(e) if e.kind() == io::ErrorKind::NotFound && (folder != "charts" || !is_there) => continue,
            other => other.and_then(Iterator::collect::<io::Result<Vec<_>>>),
        };
        let listed = listed.map_err(|source| StoreError::Read { path: path.clone(), source })?;
        let mut paths: Vec<_> = listed.iter().map(fs::DirEntry::path).collect();
        paths.sort();
        paths.into_iter().for_each(|path| found.named(folder, path));
    }
    if found.list.is_empty() && !dir.join("charts").is_dir() {
        return Err(StoreError::NoPractice { path: dir.to_owned() });
    }
    Ok(found)
}

impl Members {
    fn named(&mut self, folder: &str, path: PathBuf) {
        match path.file_name().and_then(|name| name.to_str()) {
            // Half-written files, and what a system or a sync program keeps for itself.
            Some(name) if name.starts_with(['.', '~']) => {}
            Some(name) if is_plain_name(name) => self.look(format!("{folder}/{name}"), path),
            _ => self.odd.push(Problem::new(&path, "its name cannot stand in a backup; it is not in it")),
        }
    }

    fn look(&mut self, name: String, path: PathBuf) {
        let Ok(meta) = fs::metadata(&path) else {
            // A link to nowhere is named; what is not there is not missed here.
            if path.symlink_metadata().is_ok() {
                self.list.push(Member { name, path, modified: Duration::ZERO, len: 0 });
            }
            return;
        };
        if !meta.is_file() {
            return self.odd.push(Problem::new(&path, "it is not a file; it is not in the backup"));
        }
        let modified = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        self.list.push(Member { name, path, modified, len: meta.len() });
    }

    /// Returns a number that changes when a file comes, goes or is replaced.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut text = String::new();
        for member in &self.list {
            text.push_str(&format!("{} {} {}\n", member.name, member.len, member.modified.as_nanos()));
        }
        hash(text.as_bytes())
    }
}

impl Member {
    pub(super) fn read(&self) -> Taken {
        let mut bytes = Vec::new();
        let read = files::open(&self.path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) if bytes.len() as u64 > MOST_BYTES => {
                Taken::Odd(Problem::new(&self.path, "it is too large to be one of Cobalog's; it is not in the backup"))
            }
            Ok(_) => Taken::Bytes(bytes),
            Err(e) if e.kind() == io::ErrorKind::NotFound && self.path.symlink_metadata().is_err() => Taken::Gone,
            Err(source) => Taken::Unread(StoreError::Read { path: self.path.clone(), source }.into_problem()),
        }
    }
}
