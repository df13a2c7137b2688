//! The keys of a switch: made before anything is encrypted, removed once nothing is.

use super::super::super::atomic::{self, Ready};
use super::super::super::disk::Disk;
use super::super::super::error::StoreError;
use super::super::super::files::{self, is_absent, is_free};
use super::super::super::lock;
use super::super::super::open::Store;
use super::super::super::paths::Places;
use super::super::fault::VaultError;
use super::super::files::list;
use super::super::key::Key;
use super::super::open::{RECOVERY, Vault, is_name, long_enough, write_slot};
use super::super::{KEYS, UNSEEN, UNSEEN_PLAIN, WANTED, is_recipient_lost, recipient_path, recovery, slots, slots_in};
use age::x25519;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Somebody said that the newest recovery key is on paper. Until that is said, the next `encrypt` makes another one.
pub fn recovery_seen(dir: &Path, disk: &dyn Disk) {
    let _ = remove(disk, &unseen_path(dir));
    let _ = remove(disk, &dir.join(KEYS).join(UNSEEN_PLAIN));
}

/// Returns whether nobody said of the newest recovery key that it is on paper; one of before is good no more.
#[must_use]
pub fn is_recovery_unseen(dir: &Path, disk: &dyn Disk) -> bool {
    let is_encrypted = !is_free(disk, &recipient_path(dir));
    (is_encrypted && !is_free(disk, &unseen_path(dir))) || !is_free(disk, &dir.join(KEYS).join(UNSEEN_PLAIN))
}

/// Returns the file that says so.
pub(in crate::store) fn recovery_path(dir: &Path, disk: &dyn Disk) -> PathBuf {
    let plain = dir.join(KEYS).join(UNSEEN_PLAIN);
    if is_free(disk, &plain) { unseen_path(dir) } else { plain }
}

/// Notes the same of a recovery key that is made for signing in alone.
pub(in crate::store) fn note_unseen_plain(dir: &Path, disk: &dyn Disk) -> Result<(), StoreError> {
    atomic::make_folder(disk, &dir.join(KEYS))?;
    atomic::write(disk, &dir.join(KEYS).join(UNSEEN_PLAIN), "The recovery key is on no paper yet.\n")
}

/// Notes that a practice is to be encrypted, before its keys are made: whoever stops the program then is told that it is not.
///
/// # Errors
/// What went wrong with the file.
pub fn want(dir: &Path, disk: &dyn Disk) -> Result<(), StoreError> {
    atomic::make_folder(disk, &dir.join(KEYS))?;
    atomic::write(disk, &dir.join(KEYS).join(WANTED), "The records are to be encrypted.\n")
}

/// Returns whether a practice was to be encrypted, and is not.
#[must_use]
pub fn is_wanted(dir: &Path, disk: &dyn Disk) -> bool {
    is_free(disk, &recipient_path(dir)) && !is_free(disk, &dir.join(KEYS).join(WANTED))
}

/// It is encrypted now, or nobody wants it any more.
pub(super) fn unwant(dir: &Path, disk: &dyn Disk) {
    let _ = remove(disk, &dir.join(KEYS).join(WANTED));
}

/// Notes that a recovery key is made, before it is: whoever stops the program then has neither it nor the one before.
pub(in crate::store::vault) fn note_unseen(dir: &Path, disk: &dyn Disk) -> Result<(), StoreError> {
    atomic::write(disk, &unseen_path(dir), "The recovery key was not shown yet.\n")
}

pub(in crate::store) fn unseen_path(dir: &Path) -> PathBuf {
    dir.join(KEYS).join(UNSEEN)
}

/// Returns a file of the practice that is encrypted; what was put aside is nobody's loss.
pub(super) fn left_over(disk: &dyn Disk, dir: &Path) -> Result<Option<PathBuf>, StoreError> {
    let kept = dir.join("kept");
    let mut all = list(disk, (Some(dir), &Places::default()), true)?.into_iter().map(|lying| lying.path);
    Ok(all.find(|path| !path.starts_with(&kept)))
}

/// Says that the practice is encrypted with a key.
pub(super) fn say_encrypted(key: &Key, disk: &dyn Disk) -> Result<(), StoreError> {
    let _lock = lock::take(disk, key.dir())?;
    if is_free(disk, &recipient_path(key.dir())) {
        let public = format!("{}\n", key.public());
        Ready::new(disk, &recipient_path(key.dir()), public.as_bytes(), true)?.take_free_place()?;
    }
    Ok(())
}

/// Removes the keys of a switch that was stopped, where nothing is encrypted with them. Returns how many.
///
/// # Errors
/// [`StoreError::Switched`] where the practice is encrypted; what went wrong with the files.
pub fn remove_stray(dir: &Path, disk: &dyn Disk) -> Result<usize, StoreError> {
    let _lock = lock::take(disk, dir)?;
    let keys = keys_there(disk, dir);
    may_remove(disk, dir)?;
    remove_all(disk, dir, &keys)
}

/// Keys go only where nothing needs them: others may have switched it on again.
fn may_remove(disk: &dyn Disk, dir: &Path) -> Result<(), StoreError> {
    let is_off = is_free(disk, &recipient_path(dir)) && !is_recipient_lost(disk, dir);
    if is_off { Ok(()) } else { Err(StoreError::Switched { path: dir.to_owned() }) }
}

/// Returns the slots and what is in them.
pub(super) fn keys_there(disk: &dyn Disk, dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let bytes = |path: &Path| files::read(disk, path, 512, slots::MOST_BYTES).unwrap_or_default();
    slots_in(disk, dir).into_iter().map(|path| (path.clone(), bytes(&path))).collect()
}

/// Removes these keys as they were; one that is another now is somebody else's.
pub(super) fn remove_all(disk: &dyn Disk, dir: &Path, keys: &[(PathBuf, Vec<u8>)]) -> Result<usize, StoreError> {
    let now = keys_there(disk, dir);
    let same = || keys.iter().filter(|key| now.contains(key));
    same().try_for_each(|(path, _)| remove(disk, path))?;
    remove(disk, &unseen_path(dir))?;
    unwant(dir, disk);
    // What somebody else put there stays.
    let _ = disk.remove_folder(&dir.join(KEYS));
    Ok(same().count())
}

/// Opens what is encrypted already: with the passphrase of any of the people.
pub(super) fn open(vault: &Vault, people: &[(String, SecretString)]) -> Result<Key, VaultError> {
    let mut refused = VaultError::Wrong;
    for (slot, passphrase) in people {
        match vault.open_any(std::slice::from_ref(slot), passphrase) {
            Err(error) => refused = error,
            Ok((key, _)) => return Ok(key),
        }
    }
    Err(refused)
}

/// Makes the keys.
pub(super) fn begin(
    dir: &Path,
    disk: &Arc<dyn Disk>,
    people: &[(String, SecretString)],
) -> Result<(Key, SecretString), VaultError> {
    for (slot, passphrase) in people {
        if !is_name(slot) || slot == RECOVERY {
            return Err(VaultError::Name(slot.clone()));
        }
        long_enough(passphrase)?;
    }
    let disk = &**disk;
    if !Store::exists_on(disk, dir) {
        return Err(StoreError::NoPractice { path: dir.to_owned() }.into());
    }
    let (identity, code) = (x25519::Identity::generate(), recovery::new()?);
    let keys = dir.join(KEYS);
    atomic::make_folder(disk, &keys)?;
    let _lock = lock::take(disk, dir)?;
    if !is_free(disk, &recipient_path(dir)) {
        return Err(StoreError::Busy { path: recipient_path(dir) }.into());
    }
    if let Some(path) = left_over(disk, dir)? {
        return Err(VaultError::LeftOver { path });
    }
    may_remove(disk, dir)?;
    // Keys of a switch that was stopped before anything was encrypted with them.
    for (old, _) in keys_there(disk, dir) {
        remove(disk, &old)?;
    }
    for (slot, passphrase) in people {
        write_slot(disk, &keys.join(format!("{slot}.age")), slot, passphrase, &identity)?;
    }
    write_slot(disk, &keys.join(format!("{RECOVERY}.age")), RECOVERY, &code, &identity)?;
    note_unseen(dir, disk)?;
    let public = format!("{}\n", identity.to_public());
    Ready::new(disk, &recipient_path(dir), public.as_bytes(), true)?.take_free_place()?;
    Ok((Key::new(identity, dir, Vec::new()), code))
}

pub(super) fn remove(disk: &dyn Disk, path: &Path) -> Result<(), StoreError> {
    match atomic::patiently(disk, atomic::LONG, || disk.remove(path)) {
        Err(e) if is_absent(&e) => Ok(()),
        Err(source) => Err(StoreError::Write { path: path.to_owned(), source }),
        Ok(()) => {
            atomic::sync_name(disk, path).map_err(|source| StoreError::Unconfirmed { path: path.to_owned(), source })
        }
    }
}
