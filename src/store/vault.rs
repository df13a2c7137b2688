//! A practice that is encrypted at rest: what names a patient lies on the disk as ordinary age files, under the same names.
//!
//! One practice, one key: an age identity (X25519). `keys/recipient` is its public half, by which anybody sees that the
//! practice is encrypted; `keys/<slot>.age` is the identity under one person's passphrase, `keys/recovery.age` the same
//! under the recovery key. Each says whose it is, in a line that age passes over. So the `age` tool alone opens everything: `age -d keys/mk.age > key.txt`, then
//! `age -d -i key.txt charts/ID.ron`. Changing a passphrase rewrites one small file. [`Sealed`] is the disk that the store
//! then works on.

mod bound;
mod carried;
mod cipher;
mod fault;
mod file;
mod files;
mod key;
mod open;
mod payload;
mod places;
pub(super) mod recovery;
mod sealed;
mod slots;
mod switch;

pub use crate::clinic::people::slot;
pub use fault::{Fault, VaultError};
pub use key::Key;
pub use open::{MOST_TRIED, RECOVERY, Vault};
pub use sealed::Sealed;
pub use switch::{
    SwitchedOn, decrypt, encrypt, is_recovery_unseen, is_wanted, recovery_seen, remove_stray, tidy, want,
};
pub(super) use switch::{note_unseen_plain, recovery_path};

pub(super) use cipher::is_encrypted;
pub(super) use files::{hidden, is_shut, plain};

use super::disk::Disk;
use super::error::{Problem, StoreError};
use super::files::{files_of, is_absent, is_free};
use std::path::{Path, PathBuf};

/// The folder of the keys.
pub(super) const KEYS: &str = "keys";
/// In it: the public half.
const RECIPIENT: &str = "recipient";
/// In it: there while a recovery key was made that nobody has seen.
const UNSEEN: &str = "unseen";
/// The same of a recovery key that lets people sign in and opens no records, as there is nothing to open.
const UNSEEN_PLAIN: &str = "unseen-plain";
/// Whoever set the practice up wanted it encrypted.
const WANTED: &str = "wanted";

/// Returns where the public half of a practice's key is.
fn recipient_path(dir: &Path) -> PathBuf {
    dir.join(KEYS).join(RECIPIENT)
}

/// Returns the slots that lie in a folder of keys.
fn slots_in(disk: &dyn Disk, dir: &Path) -> Vec<PathBuf> {
    let is_slot = |path: &PathBuf| path.file_stem().and_then(|name| name.to_str()).is_some_and(open::is_name);
    let files = files_of(disk, &dir.join(KEYS), "age").unwrap_or_default();
    files.into_iter().filter(is_slot).collect()
}

/// Returns whether a practice is encrypted although the file that says so is not there: what is written to it must not be
/// plain, and its keys must stay.
fn is_recipient_lost(disk: &dyn Disk, dir: &Path) -> bool {
    !slots_in(disk, dir).is_empty() && files::any_shut(disk, dir)
}

/// Names keys under passphrases in a practice that is not encrypted.
pub(super) fn stray_keys(disk: &dyn Disk, dir: &Path) -> Vec<Problem> {
    let what = "the practice is not encrypted, and this is a key under a passphrase: a switch was stopped, or keys/recipient was removed. `cobalog encrypt --off` removes it";
    let slots = if is_free(disk, &recipient_path(dir)) { slots_in(disk, dir) } else { Vec::new() };
    slots.iter().map(|path| Problem::new(path, what)).collect()
}

/// Returns whether a disk writes as the practice in a folder is kept: plain, or with the very key that the practice has.
/// Another workstation may have switched it since it was opened here.
///
/// # Errors
/// [`StoreError::Read`] where that cannot be known.
fn is_kept_so(disk: &dyn Disk, dir: &Path) -> Result<bool, StoreError> {
    if let Some(sealed) = disk.sealed() {
        return sealed.is_of(dir);
    }
    let path = recipient_path(dir);
    match disk.meta(&path) {
        Ok(_) => Ok(false),
        Err(e) if is_absent(&e) => Ok(!is_recipient_lost(disk, dir)),
        Err(source) => Err(StoreError::Read { path, source }),
    }
}

/// Makes sure that a practice can be opened through a disk.
///
/// # Errors
/// [`StoreError::Locked`] where it is encrypted and the disk has no key, [`StoreError::Switched`] where it is not, or with
/// another key; [`StoreError::Read`].
pub(super) fn may_open(disk: &dyn Disk, dir: &Path) -> Result<(), StoreError> {
    match is_kept_so(disk, dir)? {
        true => Ok(()),
        false if disk.sealed().is_none() => Err(StoreError::Locked { path: dir.to_owned() }),
        false => Err(StoreError::Switched { path: dir.to_owned() }),
    }
}

/// Makes sure that what is written to a practice is written as it is kept now.
///
/// # Errors
/// [`StoreError::Switched`], [`StoreError::Read`].
pub(super) fn may_write(disk: &dyn Disk, dir: &Path) -> Result<(), StoreError> {
    if is_kept_so(disk, dir)? { Ok(()) } else { Err(StoreError::Switched { path: dir.to_owned() }) }
}
