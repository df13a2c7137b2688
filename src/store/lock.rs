//! A lock for the moment of one write. It is politeness: what keeps entries safe is reading again before writing.

use super::disk::{Disk, LockFile};
use super::error::StoreError;
use std::fs::TryLockError;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

const STEP: Duration = Duration::from_millis(4);
const STEPS: u32 = 500;

/// Holds the practice until it is dropped; empty where this file system knows no locks.
#[derive(Debug)]
pub(super) struct Lock {
    _file: Option<Box<dyn LockFile>>,
}

/// Waits up to two seconds for the practice.
///
/// The lock is on a file of its own, as some systems let nobody read a file that is locked.
pub(super) fn take(disk: &dyn Disk, dir: &Path) -> Result<Lock, StoreError> {
    let path = dir.join(".lock");
    let file = match disk.open_lock(&path) {
        Ok(file) => file,
        // Where it is there and cannot be opened, writing without it would lose what another program writes.
        Err(source) if path.exists() => return Err(StoreError::Write { path, source }),
        // Where not even this file can be made, the write itself says why.
        Err(_) => return Ok(Lock { _file: None }),
    };
    for _ in 0..STEPS {
        match file.try_lock() {
            Ok(()) => return Ok(Lock { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => sleep(STEP),
            Err(TryLockError::Error(e)) if e.kind() == std::io::ErrorKind::Interrupted => sleep(STEP),
            Err(TryLockError::Error(_)) => return Ok(Lock { _file: None }),
        }
    }
    Err(StoreError::Busy { path })
}
