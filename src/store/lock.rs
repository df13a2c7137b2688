//! A lock for the moment of one write. It is politeness: what keeps entries safe is reading again before writing.

use super::atomic::{LONG, patiently, temporary_of};
use super::disk::{Disk, LockFile};
use super::error::StoreError;
use super::files::is_free;
use std::fs::TryLockError;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

const STEP: Duration = Duration::from_millis(4);
const STEPS: u32 = 500;
/// After so many steps a lock that nobody touched for [`STALE`] is passed over.
const PATIENCE: u32 = 60;
/// Whoever takes the lock touches its file, and holds it for the moment of a write: one that is held and was not touched
/// for this long was left by a machine that died or sleeps, on a share that does not know so.
const STALE: Duration = Duration::from_secs(30);

/// Holds the practice until it is dropped; empty where this file system knows no locks.
#[derive(Debug)]
pub(super) struct Lock {
    file: Option<Box<dyn LockFile>>,
    /// The mark that the one before left.
    before: Option<u64>,
    /// The mark that this one leaves; nothing where it cannot.
    mark: Option<u64>,
}

impl Lock {
    /// Returns whether it keeps others out who ask for it.
    pub(super) fn is_held(&self) -> bool {
        self.file.is_some()
    }

    fn none() -> Self {
        Self { file: None, before: None, mark: None }
    }

    /// Returns the mark that it leaves.
    pub(super) fn mark(&self) -> Option<u64> {
        self.mark
    }

    /// Returns whether nobody else had the lock since the one that left this mark, or this is that one.
    pub(super) fn follows(&self, mark: Option<u64>) -> bool {
        mark.is_some() && (self.before == mark || self.mark == mark)
    }
}

/// Waits up to two seconds for the practice.
///
/// The lock is on a file of its own, as some systems let nobody read a file that is locked.
pub(super) fn take(disk: &dyn Disk, dir: &Path) -> Result<Lock, StoreError> {
    let path = dir.join(".lock");
    let file = match patiently(disk, LONG, || disk.open_lock(&path)) {
        Ok(file) => file,
        // Where it is there and cannot be opened, writing without it would lose what another program writes.
        Err(source) if !is_free(disk, &path) => return Err(StoreError::Write { path, source }),
        // Where not even this file can be made, the write itself says why.
        Err(_) => return Ok(Lock::none()),
    };
    for step in 0..STEPS {
        match file.try_lock() {
            Ok(()) => return Ok(held(file)),
            Err(TryLockError::Error(e)) if e.kind() != io::ErrorKind::Interrupted => return Ok(Lock::none()),
            Err(_) if step == PATIENCE && is_left(disk, &path) => return Ok(Lock::none()),
            Err(_) => disk.pause(STEP),
        }
    }
    Err(StoreError::Busy { path })
}

fn held(file: Box<dyn LockFile>) -> Lock {
    // Another account's lock file cannot be touched; it is a lock all the same.
    let mark = fastrand::u64(..);
    let touched = file.touch(mark);
    Lock { file: Some(file), mark: touched.is_ok().then_some(mark), before: touched.ok().flatten() }
}

/// Returns whether a lock that others hold was left behind.
fn is_left(disk: &dyn Disk, path: &Path) -> bool {
    let age = now_there(disk, path).and_then(|now| Ok(now.duration_since(disk.meta(path)?.modified()?)));
    age.is_ok_and(|age| age.is_ok_and(|age| age > STALE))
}

/// Returns the time by the clock of the file system, which on a share is another machine's.
pub(super) fn now_there(disk: &dyn Disk, beside: &Path) -> io::Result<SystemTime> {
    let probe = temporary_of(beside);
    let made = disk.create(&probe).and_then(|_| disk.meta(&probe)?.modified());
    let _ = disk.remove(&probe);
    made
}
