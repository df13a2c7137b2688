//! What of a practice's folder goes into a backup.

use super::super::archive::{FOLDERS, goes_in, is_plain_name};
use super::super::disk::Disk;
use super::super::error::{Problem, StoreError};
use super::super::files::{is_absent, is_folder, is_free, read_as_it_lies, read_bytes};
use super::super::paths::hash;
use super::super::roster::chart_id;
use super::super::vault::is_encrypted;
use std::fs::DirEntry;
use std::io;
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
    /// What stands in the place of a chart or of the settings and is no file: without them a backup is not whole.
    pub(super) missing: Vec<Problem>,
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
/// [`StoreError::Gone`]; [`StoreError::Read`] where a folder cannot be listed: a backup without it would look whole.
pub(super) fn members(disk: &dyn Disk, dir: &Path) -> Result<Members, StoreError> {
    let mut found = Members { list: Vec::new(), odd: Vec::new(), missing: Vec::new() };
    let settings = dir.join("practice.ron");
    let is_there = !is_free(disk, &settings);
    if !is_there {
        found.odd.push(Problem::new(&settings, "it is not there; it is not in the backup"));
    }
    found.look(disk, "practice.ron".to_owned(), settings);
    for folder in FOLDERS {
        let path = dir.join(folder);
        let listed = match disk.list(&path) {
            // Without its charts, on a share that is half there, it would put a whole one out of its place.
            Err(e) if e.kind() == io::ErrorKind::NotFound && (folder != "charts" || !is_there) => continue,
            other => other.and_then(Iterator::collect::<io::Result<Vec<_>>>),
        };
        let listed = listed.map_err(|source| StoreError::Read { path: path.clone(), source })?;
        let mut paths: Vec<_> = listed.iter().map(DirEntry::path).collect();
        paths.sort();
        paths.into_iter().for_each(|path| found.named(disk, folder, path));
    }
    if found.list.is_empty() && !is_folder(disk, &dir.join("charts")) {
        return Err(StoreError::Gone { path: dir.to_owned() });
    }
    Ok(found)
}

impl Members {
    fn named(&mut self, disk: &dyn Disk, folder: &str, path: PathBuf) {
        match path.file_name().and_then(|name| name.to_str()) {
            // Half-written files, and what a system or a sync program keeps for itself.
            Some(name) if name.starts_with(['.', '~']) || !goes_in(folder, name) => {}
            Some(name) if is_plain_name(name) => self.look(disk, format!("{folder}/{name}"), path),
            _ => self.odd.push(Problem::new(&path, "its name cannot stand in a backup; it is not in it")),
        }
    }

    fn look(&mut self, disk: &dyn Disk, name: String, path: PathBuf) {
        let Ok(meta) = disk.meta(&path) else {
            // A link to nowhere is named, and a chart that is there no more, as charts only come; nothing else is missed.
            if !is_free(disk, &path) || chart_id(&path).is_some() {
                self.list.push(Member { name, path, modified: Duration::ZERO, len: 0 });
            }
            return;
        };
        if !meta.is_file() {
            let problem = Problem::new(&path, "it is not a file; it is not in the backup");
            let list = if is_needed(&name) { &mut self.missing } else { &mut self.odd };
            return list.push(problem);
        }
        let modified = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        self.list.push(Member { name, path, modified, len: meta.len() });
    }

    /// Returns a number that changes when a file comes, goes or is replaced.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut text = String::new();
        // That somebody looked at the practice makes no other backup of it.
        for member in self.list.iter().filter(|member| !member.name.starts_with("audit/")) {
            text.push_str(&format!("{} {} {}\n", member.name, member.len, member.modified.as_nanos()));
        }
        hash(text.as_bytes())
    }
}

/// Returns whether a practice is not whole without this member.
fn is_needed(name: &str) -> bool {
    name == "practice.ron" || name.strip_prefix("charts/").is_some_and(|file| chart_id(Path::new(file)).is_some())
}

impl Member {
    pub(super) fn read(&self, disk: &dyn Disk) -> Taken {
        match read_bytes(disk, &self.path) {
            Ok(bytes) => Taken::Bytes(bytes),
            // What does not decrypt goes in as it lies there, as everything that is damaged does.
            Err(StoreError::Damaged { .. } | StoreError::Locked { .. })
                if read_as_it_lies(disk, &self.path).is_ok_and(|bytes| is_encrypted(&bytes)) =>
            {
                read_as_it_lies(disk, &self.path).map_or(Taken::Gone, Taken::Bytes)
            }
            Err(StoreError::Damaged { mut problem }) => {
                problem.what.push_str("; it is not in the backup");
                if is_needed(&self.name) { Taken::Unread(problem) } else { Taken::Odd(problem) }
            }
            Err(StoreError::Read { source, path })
                if is_absent(&source) && is_free(disk, &path) && chart_id(&path).is_none() =>
            {
                Taken::Gone
            }
            Err(error) => Taken::Unread(error.into_problem()),
        }
    }
}
