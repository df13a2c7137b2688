//! A backup brought back: into an empty folder, or into a practice by union, never over something.

mod merge;

use super::archive::{self, FOLDERS};
use super::atomic;
use super::backup::read_bytes;
use super::disk::Real;
use super::error::{Problem, StoreError};
use super::open::Store;
use super::roster::chart_id;
pub use merge::{Clash, Merged};
use std::fs;
use std::path::{Path, PathBuf};

/// What was restored into an empty folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// How many charts can be read.
    pub charts: usize,
    /// How many entries they have.
    pub entries: usize,
    /// Charts that were damaged when the backup was made; they are there as they were.
    pub damaged: Vec<Problem>,
}

/// Restores a backup into a folder that is empty or not there. It is proven from end to end before anything is written,
/// and `practice.ron` is written last: until then nobody opens a half restored practice.
///
/// # Errors
/// [`StoreError::InTheWay`] where something is in the folder, why the backup cannot be used, what went wrong with the
/// files; the folder is then empty again.
pub fn into_empty(file: &Path, dir: &Path) -> Result<Restored, StoreError> {
    fill(file, dir, true)
}

/// Restores a backup into a folder that is thrown away again: without waiting for the disk.
pub(super) fn into_scratch(file: &Path, dir: &Path) -> Result<Restored, StoreError> {
    fill(file, dir, false)
}

fn fill(file: &Path, dir: &Path, settled: bool) -> Result<Restored, StoreError> {
    is_empty(dir)?;
    archive::read(file, |_, _| Ok(()))?;
    let mut fresh = Fresh { dir: dir.to_owned(), settled, ..Fresh::default() };
    let done = fresh.unpack(file);
    if done.is_err() {
        fresh.take_back();
    }
    done.map(|()| fresh.restored)
}

fn is_empty(dir: &Path) -> Result<(), StoreError> {
    let in_the_way = |instead| Err(StoreError::InTheWay { path: dir.to_owned(), instead });
    if Store::exists(dir) {
        return in_the_way("add what it lacks with --merge, or restore into another folder with --to");
    }
    let failed = |source| StoreError::Read { path: dir.to_owned(), source };
    match dir.symlink_metadata() {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(failed(source)),
        Ok(_) if !dir.is_dir() => in_the_way("name a folder that is empty or not there yet with --to"),
        Ok(_) if fs::read_dir(dir).map_err(failed)?.next().is_none() => Ok(()),
        Ok(_) => in_the_way("name a folder that is empty or not there yet with --to"),
    }
}

/// A folder that is being filled.
#[derive(Default)]
struct Fresh {
    dir: PathBuf,
    /// Whether it must outlast a power cut.
    settled: bool,
    written: Vec<PathBuf>,
    restored: Restored,
}

impl Fresh {
    fn unpack(&mut self, file: &Path) -> Result<(), StoreError> {
        for folder in ["charts", "regimens", "products"] {
            atomic::make_folder(&Real, &self.dir.join(folder))?;
        }
        let mut settings = None;
        archive::read(file, |name, bytes| {
            if name == "practice.ron" {
                settings = Some(bytes.to_vec());
                return Ok(());
            }
            self.lay(file, name, bytes)
        })?;
        if self.settled {
            self.written.iter().try_for_each(|path| atomic::settle(&Real, path))?;
        }
        for folder in FOLDERS.map(|f| self.dir.join(f)).iter().filter(|f| f.is_dir()) {
            synced(folder)?;
        }
        if let Some(bytes) = settings {
            self.lay(file, "practice.ron", &bytes)?;
            atomic::settle(&Real, &self.dir.join("practice.ron"))?;
        }
        synced(&self.dir)
    }

    fn lay(&mut self, file: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.dir.join(name);
        if path.symlink_metadata().is_ok() {
            // The folder was empty: this system does not tell the two names apart.
            let what = format!("{name} in it has the name of another file, but for capitals");
            return Err(StoreError::Archive { path: file.to_owned(), what });
        }
        if let Some(folder) = path.parent() {
            atomic::make_folder(&Real, folder)?;
        }
        atomic::write_quickly(&Real, &path, bytes)?;
        self.count(name, &path, bytes);
        self.written.push(path);
        Ok(())
    }

    fn count(&mut self, name: &str, path: &Path, bytes: &[u8]) {
        if !name.starts_with("charts/") || chart_id(path).is_none() {
            return;
        }
        match read_bytes(bytes, path) {
            Ok(chart) => {
                self.restored.charts += 1;
                self.restored.entries += chart.entries().len();
            }
            Err(error) => self.restored.damaged.push(error.into_problem()),
        }
    }

    /// Removes what was written into the folder that was empty.
    fn take_back(&self) {
        self.written.iter().for_each(|path| drop(fs::remove_file(path)));
        FOLDERS.iter().for_each(|folder| drop(fs::remove_dir(self.dir.join(folder))));
    }
}

fn synced(folder: &Path) -> Result<(), StoreError> {
    atomic::sync_name(&Real, &folder.join("practice.ron"))
        .map_err(|source| StoreError::Unconfirmed { path: folder.to_owned(), source })
}
