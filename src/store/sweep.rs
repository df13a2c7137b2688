//! What a program that died left under temporary names is removed after a day.

use super::atomic::is_temporary_name;
use super::backup;
use super::lock::Lock;
use super::open::Store;
use std::fs::Metadata;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// No write takes near this long, on no machine and with no clock that is a little wrong.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

impl Store {
    /// Removes temporary files of the store that are older than a day, and no others.
    ///
    /// What cannot be looked at or removed stays: lists pass over such names anyway.
    pub fn sweep(&self) {
        backup::sweep_drills(self.disk());
        self.narrow();
        if let Ok(lock) = self.lock() {
            self.sweep_under(&lock);
        }
    }

    pub(super) fn sweep_under(&self, lock: &Lock) {
        // Taking the lock touched its file: the time of the file system itself, which on a share is another machine's.
        let touched = self.disk().meta(&self.dir().join(".lock")).and_then(|meta| meta.modified());
        let Some(now) = touched.ok().filter(|_| lock.is_held()) else { return };
        let places = self.places();
        let drafts = places.state.as_ref().map(|state| state.join("drafts"));
        let own = ["charts", "keys", "audit", "unmatched"].map(|folder| Some(self.dir().join(folder)));
        let others = [Some(self.dir().to_owned()), places.cache.clone(), places.state.clone(), drafts];
        for folder in own.into_iter().chain(others) {
            folder.into_iter().for_each(|folder| self.sweep_folder(&folder, now));
        }
    }

    fn sweep_folder(&self, folder: &Path, now: SystemTime) {
        let Ok(listed) = self.disk().list(folder) else { return };
        for entry in listed.flatten().filter(|e| e.file_name().to_str().is_some_and(is_temporary_name)) {
            let meta = self.disk().meta_of_name(&entry.path()).ok().filter(Metadata::is_file);
            let age = meta.and_then(|meta| now.duration_since(meta.modified().ok()?).ok());
            if age.is_some_and(|age| age > OLD) {
                let _ = self.disk().remove(&entry.path());
            }
        }
    }
}
