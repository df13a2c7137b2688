//! A backup brought back: into an empty folder, or into a practice by union, never over something.
//!
//! Into an empty folder it is unpacked under a name that nobody takes for a practice, and moved to its place once all of
//! it is on the disk, `practice.ron` last: whatever stops it, nobody opens a half restored practice, and the next try begins
//! anew.

mod merge;

use super::archive::{self, FOLDERS, Proven};
use super::atomic;
use super::backup::read_bytes;
use super::disk::Disk;
use super::error::{Problem, StoreError};
use super::files::{self, holds, is_absent, is_free};
use super::open::Store;
use super::roster::chart_id;
use super::vault::KEYS;
pub use merge::{Clash, Merged};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where a backup is unpacked, in the folder that it is for: lists, copies and checks pass over such a name.
pub(super) const STAGE: &str = ".restoring";

/// Folders that every practice has.
const ALWAYS: [&str; 3] = ["charts", "regimens", "products"];

const INSTEAD: &str = "name a folder that is empty or not there yet with --to";

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

/// Restores a backup into a folder that is empty or not there, or in which a restore was stopped. It is proven from end to
/// end before anything is written.
///
/// # Errors
/// [`StoreError::InTheWay`] where something is in the folder, why the backup cannot be used, what went wrong with the
/// files; the folder is then empty again, but for [`StoreError::Unconfirmed`].
pub fn into_empty(disk: &dyn Disk, file: &Path, dir: &Path) -> Result<Restored, StoreError> {
    fill(disk, file, dir, true)
}

/// Restores a backup into a folder that is thrown away again: without waiting for the disk.
pub(super) fn into_scratch(disk: &dyn Disk, file: &Path, dir: &Path) -> Result<Restored, StoreError> {
    fill(disk, file, dir, false)
}

fn fill(disk: &dyn Disk, file: &Path, dir: &Path, settled: bool) -> Result<Restored, StoreError> {
    is_empty(disk, dir)?;
    let proven = archive::read(disk, file, |_, _| Ok(()))?.with_something(file)?;
    let stage = dir.join(STAGE);
    let mut fresh =
        Fresh { disk, dir, stage, settled, written: Vec::new(), moved: Vec::new(), restored: Restored::default() };
    let done = fresh.unpack(file, &proven).and_then(|()| fresh.move_in());
    if done.is_err() {
        fresh.take_back();
    }
    done.map_err(|error| match error {
        // Where it would have been.
        StoreError::Write { path, source } => {
            let path = path.strip_prefix(&fresh.stage).map(|rest| dir.join(rest)).unwrap_or(path);
            StoreError::Write { path, source }
        }
        other => other,
    })?;
    fresh.begin()?;
    Ok(fresh.restored)
}

/// What a restore that was stopped left is in nobody's way: the folders of a practice beside the unpacked ones are proven to
/// be the same before they are taken for those of this backup.
fn is_empty(disk: &dyn Disk, dir: &Path) -> Result<(), StoreError> {
    let in_the_way = |instead| StoreError::InTheWay { path: dir.to_owned(), instead };
    let failed = |source| StoreError::Read { path: dir.to_owned(), source };
    match disk.meta_of_name(dir) {
        Err(e) if is_absent(&e) => return Ok(()),
        other => other.map_err(failed)?,
    };
    if !disk.meta(dir).map_err(failed)?.is_dir() {
        return Err(in_the_way(INSTEAD));
    }
    if Store::exists_on(disk, dir) {
        return Err(in_the_way("add what it lacks with --merge, or restore into another folder with --to"));
    }
    let was_stopped = !is_free(disk, &dir.join(STAGE));
    for entry in disk.list(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let is_ours = name == STAGE || FOLDERS.iter().any(|folder| name == *folder);
        if !(was_stopped && is_ours) {
            return Err(in_the_way(INSTEAD));
        }
    }
    Ok(())
}

/// A folder that is being filled.
struct Fresh<'a> {
    disk: &'a dyn Disk,
    dir: &'a Path,
    stage: PathBuf,
    /// Whether it must outlast a power cut.
    settled: bool,
    written: Vec<PathBuf>,
    moved: Vec<&'static str>,
    restored: Restored,
}

impl Fresh<'_> {
    fn unpack(&mut self, file: &Path, proven: &Proven) -> Result<(), StoreError> {
        self.empty(&self.stage)?;
        for folder in ALWAYS {
            atomic::make_folder(self.disk, &self.stage.join(folder))?;
        }
        proven.read(self.disk, file, |name, bytes| self.lay(file, name, bytes))?;
        if !self.settled {
            return Ok(());
        }
        self.lay_keys(file)?;
        self.written.iter().try_for_each(|path| atomic::settle(self.disk, path))?;
        // One name of a folder stands for all of them.
        let mut seen = BTreeSet::new();
        let one_each = self.written.iter().filter(|path| seen.insert(path.parent()));
        one_each.into_iter().try_for_each(|path| self.name_stays(path))
    }

    fn lay(&mut self, file: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.stage.join(name);
        if !is_free(self.disk, &path) {
            // The folder was empty: this system does not tell the two names apart.
            let what = format!("{name} in it has the name of another file, but for capitals");
            return Err(StoreError::Archive { path: file.to_owned(), what });
        }
        if let Some(folder) = path.parent() {
            atomic::make_folder(self.disk, folder)?;
        }
        atomic::write_quickly(self.disk, &path, bytes)?;
        self.written.push(path);
        self.count(name, bytes);
        Ok(())
    }

    /// Of an encrypted practice the keys come with it, as they were when the backup was made.
    fn lay_keys(&mut self, file: &Path) -> Result<(), StoreError> {
        let Some(sealed) = self.disk.sealed() else { return Ok(()) };
        for (slot, bytes) in sealed.key_files() {
            self.lay(file, &format!("{KEYS}/{slot}.age"), &bytes)?;
        }
        self.lay(file, &format!("{KEYS}/recipient"), format!("{}\n", sealed.public()).as_bytes())
    }

    fn count(&mut self, name: &str, bytes: &[u8]) {
        let path = self.dir.join(name);
        let Some(id) = name.strip_prefix("charts/").and_then(|_| chart_id(&path)) else { return };
        match read_bytes(bytes, &path) {
            Ok(chart) if chart.id != id => {
                self.restored.damaged.push(Problem::new(&path, "it holds another chart than its name says"));
            }
            Ok(chart) => {
                self.restored.charts += 1;
                self.restored.entries += chart.entries().len();
            }
            Err(error) => self.restored.damaged.push(error.into_problem()),
        }
    }

    /// Gives everything but the settings its place.
    fn move_in(&mut self) -> Result<(), StoreError> {
        let (disk, stage) = (self.disk, self.stage.clone());
        // What is there is known from what was written: a disk that does not show it now must not cost a folder.
        let is_filled = |folder: &&str| self.written.iter().any(|path| path.starts_with(stage.join(folder)));
        for folder in FOLDERS.into_iter().filter(|folder| ALWAYS.contains(folder) || is_filled(folder)) {
            let (from, to) = (stage.join(folder), self.dir.join(folder));
            if is_free(disk, &to) {
                self.moved.push(folder);
                let renamed = atomic::patiently(disk, atomic::LONG, || disk.rename_to_free(&from, &to));
                renamed.map_err(|source| StoreError::Write { path: to, source })?;
            } else if self.is_same(&from, &to)? {
                self.clear(&from)?;
            } else {
                return Err(StoreError::InTheWay { path: to, instead: INSTEAD });
            }
        }
        if self.settled { self.name_stays(&self.dir.join("charts")) } else { Ok(()) }
    }

    /// Puts the settings in their place: from here on it is a practice, whole, and nothing of it is taken back.
    fn begin(&self) -> Result<(), StoreError> {
        let (from, to) = (self.stage.join("practice.ron"), self.dir.join("practice.ron"));
        if self.written.contains(&from) {
            let unconfirmed = |source| StoreError::Unconfirmed { path: self.dir.to_owned(), source };
            match atomic::patiently(self.disk, atomic::LONG, || self.disk.rename_to_free(&from, &to)) {
                Err(source) if is_free(self.disk, &to) => {
                    self.take_back();
                    return Err(StoreError::Write { path: to, source });
                }
                // A share can lose its answer to a rename that it made.
                other => other.map_err(unconfirmed)?,
            }
            if self.settled {
                atomic::sync_name(self.disk, &to).map_err(unconfirmed)?;
            }
        }
        // What stays of it is in nobody's way.
        let _ = self.clear(&self.stage);
        Ok(())
    }

    /// Leaves the folder as empty as it was; what cannot be taken back is left so that the next try knows it.
    fn take_back(&self) {
        let is_back = |folder: &&str| {
            let (here, stage) = (self.dir.join(folder), self.stage.join(folder));
            let is_moved = self.disk.rename_to_free(&here, &stage).is_ok() || is_free(self.disk, &here);
            is_moved && self.disk.sync_name(&stage).is_ok()
        };
        let is_empty = self.moved.iter().filter(|folder| is_back(folder)).count() == self.moved.len();
        if is_empty && self.disk.sync_name(&self.stage).is_ok() {
            let _ = self.clear(&self.stage);
        }
    }

    fn name_stays(&self, path: &Path) -> Result<(), StoreError> {
        atomic::sync_name(self.disk, path).map_err(|source| StoreError::Write { path: path.to_owned(), source })
    }

    /// Removes what was unpacked, also by a restore that was stopped; the folder itself stays, by which the next one knows.
    fn empty(&self, path: &Path) -> Result<(), StoreError> {
        let failed = |source| StoreError::Write { path: path.to_owned(), source };
        match self.disk.meta_of_name(path) {
            Err(e) if is_absent(&e) => return Ok(()),
            Ok(meta) if meta.is_dir() => {}
            other => return other.and_then(|_| self.disk.remove(path)).map_err(failed),
        }
        for entry in self.disk.list(path).map_err(failed)? {
            self.clear(&entry.map_err(failed)?.path())?;
        }
        Ok(())
    }

    fn clear(&self, path: &Path) -> Result<(), StoreError> {
        self.empty(path)?;
        match self.disk.remove_folder(path) {
            // It was a file.
            Err(e) if is_absent(&e) => Ok(()),
            other => other.map_err(|source| StoreError::Write { path: path.to_owned(), source }),
        }
    }

    /// Returns whether two folders hold the same files.
    fn is_same(&self, one: &Path, other: &Path) -> Result<bool, StoreError> {
        let names = |folder: &Path| -> Result<BTreeSet<OsString>, StoreError> {
            let failed = |source| StoreError::Read { path: folder.to_owned(), source };
            self.disk.list(folder).map_err(failed)?.map(|e| Ok(e.map_err(failed)?.file_name())).collect()
        };
        let here = names(one)?;
        let is_alike = |name: &OsString| {
            let bytes = files::read_bytes(self.disk, &one.join(name));
            bytes.is_ok_and(|bytes| holds(self.disk, &other.join(name), &bytes))
        };
        Ok(here == names(other)? && here.iter().all(is_alike))
    }
}
