//! Keeps drafts: at once for a program that is killed, and within a second or two for a computer that loses its power.

use super::{Draft, flushed, path_of, remove_of, save};
use crate::clinic::entry::PatientId;
use crate::guarded;
use crate::store::atomic;
use crate::store::disk::Disk;
use crate::store::error::StoreError;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// From a key to the disk: as many keys as come in this time go together.
const REST: Duration = Duration::from_secs(1);

/// Keeps what is typed. Dropping it waits until the last of it is on the disk.
#[derive(Debug)]
pub struct Keeper {
    shared: Arc<Shared>,
    thread: OnceLock<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    disk: Arc<dyn Disk>,
    waiting: Mutex<Waiting>,
    /// Held while drafts are written or removed, so that one that was removed is not written afterwards.
    writing: Mutex<()>,
    woken: Condvar,
}

/// Drafts that are not on the disk yet, by their file.
#[derive(Debug, Default)]
struct Waiting {
    drafts: BTreeMap<PathBuf, Draft>,
    ended: bool,
}

impl Keeper {
    /// Keeps drafts on a disk.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>) -> Self {
        let (waiting, writing, woken) = (Mutex::default(), Mutex::default(), Condvar::new());
        Self { shared: Arc::new(Shared { disk, waiting, writing, woken }), thread: OnceLock::new() }
    }

    /// Keeps a draft in a practice's state folder. It does not wait for the disk: it is called on every key.
    ///
    /// # Errors
    /// [`StoreError::Write`]; the next key tries again, and so does the thread that waits for the disk.
    pub fn keep(&self, state: &Path, draft: Draft) -> Result<(), StoreError> {
        let saved = save(&*self.shared.disk, state, &draft);
        let path = draft.path(state);
        self.shared.waiting().drafts.insert(path, draft);
        self.shared.woken.notify_one();
        self.thread.get_or_init(|| {
            let shared = Arc::clone(&self.shared);
            thread::spawn(move || shared.run())
        });
        saved
    }

    /// Removes an author's draft of a prompt and patient once it was signed or given up.
    ///
    /// # Errors
    /// [`StoreError::Write`]; a draft that is not there is no error.
    pub fn forget(&self, state: &Path, prompt: &str, patient: Option<PatientId>, by: &str) -> Result<(), StoreError> {
        let path = path_of(state, prompt, patient, by);
        let _writing = self.shared.writing();
        self.shared.waiting().drafts.remove(&path);
        remove_of(&*self.shared.disk, state, prompt, patient, by)
    }

    /// Returns when everything that was typed is on the disk, or could not be put there.
    pub fn settle(&self) {
        self.shared.flush();
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.shared.waiting().ended = true;
        self.shared.woken.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        loop {
            let idle = |w: &mut Waiting| w.drafts.is_empty() && !w.ended;
            let woken = self.woken.wait_while(self.waiting(), idle).unwrap_or_else(PoisonError::into_inner);
            let rested = self.woken.wait_timeout_while(woken, REST, |w| !w.ended);
            let ended = rested.unwrap_or_else(PoisonError::into_inner).0.ended;
            self.flush();
            // What it encrypted lies about there, and this thread stays.
            guarded::wipe_stack();
            if ended {
                return;
            }
        }
    }

    fn flush(&self) {
        let _writing = self.writing();
        let drafts = std::mem::take(&mut self.waiting().drafts);
        for (path, draft) in drafts {
            // Nothing is lost while the prompt is open; the next key brings it here again.
            let _ = self.write(&path, &draft);
        }
    }

    fn write(&self, path: &Path, draft: &Draft) -> Result<(), StoreError> {
        if let Some(folder) = path.parent() {
            atomic::make_folder(&*self.disk, folder)?;
        }
        atomic::write(&*self.disk, &flushed(path), &draft.text(path)?)
    }
}
