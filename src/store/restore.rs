//! A backup brought back: into an empty folder, or into a practice by union, never over something.

mod merge;

use super::archive::{self, FOLDERS, Proven};
use super::atomic;
use super::backup::read_bytes;
use super::disk::Disk;
use super::error::{Problem, StoreError};
use super::files::{is_absent, is_folder, is_free};
use super::open::Store;
use super::roster::chart_id;
pub use merge::{Clash, Merged};
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
pub fn into_empty(disk: &dyn Disk, file: &Path, dir: &Path) -> Result<Restored, StoreError> {
    fill(disk, file, dir, true)
}

/// Restores a backup into a folder that is thrown away again: without waiting for the disk.
pub(super) fn into_scratch(disk: &dyn Disk, file: &Path, dir: &Path) -> Result<Restored, StoreError> {
    fill(disk, file, dir, false)
}

fn fill(disk: &dyn Disk, file: &Path, dir: &Path, settled: bool) -> Result<Restored, StoreError> {
    is_empty(disk, dir)?;
    let proven = archive::read(disk, file, |_, _| Ok(()))?;
    let mut fresh = Fresh { disk, dir: dir.to_owned(), settled, written: Vec::new(), restored: Restored::default() };
    let done = fresh.unpack(file, &proven);
    if done.is_err() {
        fresh.take_back();
    }
    done.map(|()| fresh.restored)
}

fn is_empty(disk: &dyn Disk, dir: &Path) -> Result<(), StoreError> {
    let in_the_way = |instead| Err(StoreError::InTheWay { path: dir.to_owned(), instead });
    if Store::exists_on(disk, dir) {
        return in_the_way("add what it lacks with --merge, or restore into another folder with --to");
    }
    let failed = |source| StoreError::Read { path: dir.to_owned(), source };
    match disk.meta_of_name(dir) {
        Err(e) if is_absent(&e) => Ok(()),
        Err(source) => Err(failed(source)),
        Ok(_) if !is_folder(disk, dir) => in_the_way("name a folder that is empty or not there yet with --to"),
        Ok(_) if disk.list(dir).map_err(failed)?.next().is_none() => Ok(()),
        Ok(_) => in_the_way("name a folder that is empty or not there yet with --to"),
    }
}

/// A folder that is being filled.
struct Fresh<'a> {
    disk: &'a dyn Disk,
    dir: PathBuf,
    /// Whether it must outlast a power cut.
    settled: bool,
    written: Vec<PathBuf>,
    restored: Restored,
}

impl Fresh<'_> {
    fn unpack(&mut self, file: &Path, proven: &Proven) -> Result<(), StoreError> {
        for folder in ["charts", "regimens", "products"] {
            atomic::make_folder(self.disk, &self.dir.join(folder))?;
        }
        let mut settings = None;
        proven.read(self.disk, file, |name, bytes| {
            if name == "practice.ron" {
                settings = Some(bytes.to_vec());
                return Ok(());
            }
            self.lay(file, name, bytes)
        })?;
        if self.settled {
            self.written.iter().try_for_each(|path| atomic::settle(self.disk, path))?;
        }
        for folder in FOLDERS.map(|f| self.dir.join(f)).iter().filter(|f| is_folder(self.disk, f)) {
            self.synced(folder)?;
        }
        if let Some(bytes) = settings {
            self.lay(file, "practice.ron", &bytes)?;
            atomic::settle(self.disk, &self.dir.join("practice.ron"))?;
        }
        self.synced(&self.dir)
    }

    fn lay(&mut self, file: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.dir.join(name);
        if !is_free(self.disk, &path) {
            // The folder was empty: this system does not tell the two names apart.
            let what = format!("{name} in it has the name of another file, but for capitals");
            return Err(StoreError::Archive { path: file.to_owned(), what });
        }
        if let Some(folder) = path.parent() {
            atomic::make_folder(self.disk, folder)?;
        }
        atomic::write_quickly(self.disk, &path, bytes)?;
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
        self.written.iter().for_each(|path| drop(self.disk.remove(path)));
        FOLDERS.iter().for_each(|folder| drop(self.disk.remove_folder(&self.dir.join(folder))));
    }

    fn synced(&self, folder: &Path) -> Result<(), StoreError> {
        let unconfirmed = |source| StoreError::Unconfirmed { path: folder.to_owned(), source };
        self.disk.sync_name(&folder.join("practice.ron")).map_err(unconfirmed)
    }
}
