//! The keys of a practice: whose passphrases open it, and how they are changed.

use super::super::archive::hex as sum;
use super::super::atomic::{self, Ready};
use super::super::disk::Disk;
use super::super::error::StoreError;
use super::super::files::{self, files_of, is_absent, is_free, read_text};
use super::bound;
use super::carried::{self, KeyFile};
use super::fault::VaultError;
use super::key::Key;
use super::switch::note_unseen;
use super::{KEYS, is_recipient_lost, recipient_path, recovery, slots};
use crate::clinic::people::too_easy_to_open;
use age::x25519;
use secrecy::{ExposeSecret as _, SecretString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The slot of the recovery key.
pub const RECOVERY: &str = "recovery";
/// So many people's passphrases are tried where nobody says whose it is.
pub const MOST_TRIED: usize = 12;

/// An encrypted practice, or backup, with its keys still closed.
#[derive(Clone, Debug)]
pub struct Vault {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    /// The public half, where the practice says it and it can be read.
    public: Option<String>,
    /// The state folder of this workstation, which remembers whose keys it knows.
    state: Option<PathBuf>,
    /// The keys that a backup brings; `None` for a practice, whose keys are files.
    brought: Option<Vec<KeyFile>>,
}

/// Returns whether a slot can have this name, which is a file's.
pub(super) fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

impl Vault {
    /// Returns the keys of the practice in a folder; `None` where it is not encrypted. Where that cannot be known it may be:
    /// opening it says what is wrong.
    #[must_use]
    pub fn of(disk: Arc<dyn Disk>, dir: &Path) -> Option<Self> {
        let path = recipient_path(dir);
        if is_free(&*disk, &path) && !is_recipient_lost(&*disk, dir) {
            return None;
        }
        let public = read_text(&*disk, &path).ok().map(|text| text.trim().to_owned());
        Some(Self { disk, dir: dir.to_owned(), public, state: None, brought: None })
    }

    /// Returns the keys that a backup brings, for a practice in a folder; `None` where the file is not encrypted.
    ///
    /// # Errors
    /// [`StoreError::Read`], [`StoreError::Archive`].
    pub fn of_backup(disk: Arc<dyn Disk>, file: &Path, dir: &Path) -> Result<Option<Self>, StoreError> {
        let unread = |source| StoreError::Read { path: file.to_owned(), source };
        // Opening a FIFO would wait for ever; what is no file, reading it says.
        if !disk.meta(file).map_err(unread)?.is_file() {
            return Ok(None);
        }
        let mut head = Vec::new();
        disk.read(file, super::cipher::enough() as u64, &mut head).map_err(unread)?;
        if !super::is_encrypted(&head) {
            return Ok(None);
        }
        let brought = files::open(&*disk, file).and_then(carried::read);
        let brought = brought.map_err(|e| {
            super::Fault::of(&e)
                .map_or(unread(e), |fault| StoreError::Archive { path: file.to_owned(), what: fault.to_string() })
        })?;
        Ok(Some(Self { disk, dir: dir.to_owned(), public: None, state: None, brought: Some(brought) }))
    }

    /// Remembers in a state folder whose keys this workstation knows.
    #[must_use]
    pub fn known_in(self, state: Option<&Path>) -> Self {
        Self { state: state.map(Path::to_owned), ..self }
    }

    /// Returns the practice's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns the slots that there are, by name, without that of the recovery key.
    #[must_use]
    pub fn slots(&self) -> Vec<String> {
        let mut names: Vec<String> = match &self.brought {
            Some(brought) => brought.iter().map(|(name, _)| name.clone()).collect(),
            None => {
                let files = files_of(&*self.disk, &self.dir.join(KEYS), "age").unwrap_or_default();
                files.iter().filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect()
            }
        };
        names.retain(|name| is_name(name) && name != RECOVERY);
        names
    }

    /// Opens the practice with somebody's passphrase. It takes a fifth of a second; twice that where the file does not say
    /// yet whose key it is, and is written anew.
    ///
    /// # Errors
    /// [`VaultError::Wrong`], [`VaultError::NoSlot`], [`VaultError::Foreign`], [`VaultError::Unnamed`], or what is wrong with
    /// the key.
    pub fn open(&self, slot: &str, passphrase: &SecretString) -> Result<Key, VaultError> {
        if !is_name(slot) {
            return Err(VaultError::Name(slot.to_owned()));
        }
        let path = self.path(slot);
        let bytes = self.bytes(slot, &path)?;
        let (identity, of) = slots::open(&bytes, passphrase, &path)?;
        if let Some(of) = of.as_ref().filter(|of| *of != slot) {
            return Err(VaultError::Foreign { path, of: of.clone() });
        }
        let (public, state) = (identity.to_public().to_string(), self.state.as_deref());
        let known = bound::known(&*self.disk, state, &public, slot);
        if of.is_none() && known.is_some() {
            return Err(VaultError::Unnamed { path });
        }
        self.own(&public, path.clone())?;
        let told = match &self.brought {
            Some(_) => None,
            None => self.get_to_know((slot, &path), (&bytes, of.is_some()), known.as_deref(), passphrase, &identity),
        };
        Ok(Key::new(identity, &self.dir, self.brought.clone().unwrap_or_default()).telling(told))
    }

    /// Remembers a file that was opened, and writes it anew where it does not say yet whose it is. Returns what the audit
    /// log is to say of it.
    fn get_to_know(
        &self,
        (slot, path): (&str, &Path),
        (bytes, is_named): (&[u8], bool),
        known: Option<&str>,
        passphrase: &SecretString,
        identity: &x25519::Identity,
    ) -> Option<String> {
        let (public, state) = (identity.to_public().to_string(), self.state.as_deref());
        let remember = |bytes: &[u8]| bound::remember(&*self.disk, state, &public, (slot, bytes));
        if is_named {
            remember(bytes);
            let is_other = known.is_some_and(|known| known != sum(bytes));
            return is_other.then(|| format!("keys/{slot}.age is another file than this computer knew: the passphrase was changed elsewhere, or somebody put it there"));
        }
        // Where it cannot be written the next time is as this one.
        let written = write_slot(&*self.disk, path, slot, passphrase, identity).ok()?;
        remember(&written);
        Some(format!("keys/{slot}.age did not say whose it is; it does now"))
    }

    /// Opens the practice with the recovery key, however it is typed.
    ///
    /// # Errors
    /// Those of [`Vault::open`].
    pub fn open_with_recovery(&self, code: &SecretString) -> Result<Key, VaultError> {
        self.open(RECOVERY, &recovery::tidied(code))
    }

    /// Opens the practice with whatever this is: the passphrase of one of these slots first, of any other, the recovery key.
    /// Returns the slot that it is of too. Each try takes a fifth of a second, so that not everybody's is tried where many
    /// have one.
    ///
    /// # Errors
    /// [`VaultError::Wrong`], [`VaultError::Whose`], where no key was damaged; else what is wrong with the first.
    pub fn open_any(&self, first: &[String], secret: &SecretString) -> Result<(Key, String), VaultError> {
        let mut names: Vec<String> = self.slots();
        names.sort_by_key(|name| !first.contains(name));
        let mut refused = if names.len() > MOST_TRIED { VaultError::Whose } else { VaultError::Wrong };
        for name in names.into_iter().take(MOST_TRIED) {
            match self.open(&name, secret) {
                Err(VaultError::Wrong) => {}
                Err(error) => refused = error,
                Ok(key) => return Ok((key, name)),
            }
        }
        match self.open_with_recovery(secret) {
            Err(VaultError::Wrong | VaultError::NoSlot { .. }) => Err(refused),
            other => other.map(|key| (key, RECOVERY.to_owned())),
        }
    }

    /// Gives somebody a passphrase, or another one: one small file is written whole.
    ///
    /// # Errors
    /// [`VaultError::Short`], [`VaultError::Name`], [`VaultError::Other`]; what went wrong with the file.
    pub fn put(&self, slot: &str, passphrase: &SecretString, key: &Key) -> Result<(), VaultError> {
        if !is_name(slot) || slot == RECOVERY {
            return Err(VaultError::Name(slot.to_owned()));
        }
        long_enough(passphrase)?;
        self.write(slot, passphrase, key)
    }

    /// Takes somebody's passphrase away; one that is not there is no error. The key stays the same: who has copied it, or an
    /// old backup, still has it.
    ///
    /// # Errors
    /// [`VaultError::Name`]; what went wrong with the file.
    pub fn remove(&self, slot: &str) -> Result<(), VaultError> {
        if !is_name(slot) || slot == RECOVERY {
            return Err(VaultError::Name(slot.to_owned()));
        }
        let path = self.path(slot);
        match atomic::patiently(&*self.disk, atomic::LONG, || self.disk.remove(&path)) {
            Err(e) if is_absent(&e) => Ok(()),
            Err(source) => Err(StoreError::Write { path, source }.into()),
            Ok(()) => {
                atomic::sync_name(&*self.disk, &path).map_err(|source| StoreError::Unconfirmed { path, source }.into())
            }
        }
    }

    /// Makes a new recovery key, which takes the old one's place; it is shown once and kept nowhere. Until
    /// [`recovery_seen`](super::recovery_seen) is called it counts as shown to nobody.
    ///
    /// # Errors
    /// [`VaultError::Other`], [`VaultError::NoChance`]; what went wrong with the file.
    pub fn new_recovery(&self, key: &Key) -> Result<SecretString, VaultError> {
        let code = recovery::new()?;
        note_unseen(&self.dir, &*self.disk)?;
        self.write(RECOVERY, &code, key)?;
        Ok(code)
    }

    pub(super) fn path(&self, slot: &str) -> PathBuf {
        self.dir.join(KEYS).join(format!("{slot}.age"))
    }

    fn write(&self, slot: &str, passphrase: &SecretString, key: &Key) -> Result<(), VaultError> {
        if !key.is_of(&*self.disk, &self.dir)? {
            return Err(VaultError::Other { path: recipient_path(&self.dir) });
        }
        let bytes = write_slot(&*self.disk, &self.path(slot), slot, passphrase, key.identity())?;
        bound::remember(&*self.disk, self.state.as_deref(), key.public(), (slot, &bytes));
        Ok(())
    }

    fn bytes(&self, slot: &str, path: &Path) -> Result<Vec<u8>, VaultError> {
        let no_slot = || VaultError::NoSlot { slot: slot.to_owned(), path: path.to_owned() };
        if let Some(brought) = &self.brought {
            return brought.iter().find(|(name, _)| name == slot).map(|(_, bytes)| bytes.clone()).ok_or_else(no_slot);
        }
        match self.disk.meta(path) {
            Err(e) if is_absent(&e) => return Err(no_slot()),
            Err(source) => return Err(StoreError::Read { path: path.to_owned(), source }.into()),
            Ok(meta) if !meta.is_file() || meta.len() > slots::MOST_BYTES => {
                return Err(VaultError::Damaged { path: path.to_owned() });
            }
            Ok(_) => {}
        }
        let read = files::read(&*self.disk, path, 512, slots::MOST_BYTES);
        Ok(read.map_err(|source| StoreError::Read { path: path.to_owned(), source })?)
    }

    /// A key that was opened must be the practice's; where what the practice says of it is damaged or gone, it is said anew.
    fn own(&self, public: &str, path: PathBuf) -> Result<(), VaultError> {
        if self.brought.is_some() || self.public.as_deref() == Some(public) {
            return Ok(());
        }
        if self.public.as_ref().is_some_and(|known| known.parse::<x25519::Recipient>().is_ok()) {
            return Err(VaultError::Other { path });
        }
        Ok(atomic::write(&*self.disk, &recipient_path(&self.dir), &format!("{public}\n"))?)
    }
}

/// Refuses a passphrase that would be guessed.
pub(super) fn long_enough(passphrase: &SecretString) -> Result<(), VaultError> {
    too_easy_to_open(passphrase.expose_secret()).map_or(Ok(()), |_| Err(VaultError::Short))
}

/// Writes the key under the passphrase of a slot; returns the file's bytes.
pub(super) fn write_slot(
    disk: &dyn Disk,
    path: &Path,
    slot: &str,
    passphrase: &SecretString,
    identity: &x25519::Identity,
) -> Result<Vec<u8>, VaultError> {
    let failed = |source| StoreError::Write { path: path.to_owned(), source };
    let bytes = slots::shut(identity, slot, passphrase).map_err(failed)?;
    Ready::new(disk, path, &bytes, true)?.take_place()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::people::slot;

    #[test]
    fn a_slot_is_a_file_name_on_every_system() {
        for (initials, name) in [("MK", "mk"), ("łż", "lz"), ("Ö.B.", "ob"), ("../x", "x"), ("a b", "ab")] {
            assert_eq!(slot(initials), name);
            assert!(is_name(&slot(initials)));
        }
        for wrong in ["", "MK", "a/b", "..", "a b", "mk.age"] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}
