//! Encryption switched on and off, file by file. Each file is replaced whole, proven to hold what it held; a switch that was
//! stopped goes on where it stopped, and until then the practice can be read and written.
//!
//! Switching on: the keys first, `keys/recipient` last of them; from then on every program that writes plain refuses to.
//! Switching off: `keys/recipient` goes once nothing is encrypted any more, from when on every program that encrypts
//! refuses to, and the keys go last.

mod keys;

use super::super::atomic;
use super::super::disk::Disk;
use super::super::error::{Problem, StoreError};
use super::super::files::{self, is_free};
use super::super::lock;
use super::super::paths::Places;
use super::fault::{Fault, VaultError};
use super::files::{Lying, Place, is_encrypted, left, list};
use super::key::Key;
use super::open::Vault;
use super::recipient_path;
use super::sealed::{Sealed, full};
pub(super) use keys::note_unseen;
pub(in crate::store) use keys::unseen_path;
use keys::{begin, keys_there, left_over, open, remove, remove_all, say_encrypted};
pub use keys::{is_recovery_unseen, is_wanted, recovery_seen, remove_stray, want};
pub(in crate::store) use keys::{note_unseen_plain, recovery_path};
use secrecy::SecretString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// In the state folder: the key with which everything there is encrypted.
const TIDY: &str = ".sealed";
/// How often files are looked for that came meanwhile.
const ROUNDS: usize = 4;
/// Far longer than a program takes from its look at `keys/recipient` to its rename.
const SETTLE: Duration = Duration::from_millis(500);

/// What came of switching on.
#[derive(Debug)]
pub struct SwitchedOn {
    /// The practice's key.
    pub key: Key,
    /// The recovery key, to be shown this once; `None` where the practice was encrypted and it was shown before.
    pub recovery: Option<SecretString>,
    /// How many files were encrypted.
    pub files: usize,
    /// Files that could not be, and why: `encrypt` again goes on.
    pub left: Vec<Problem>,
}

/// Encrypts a practice, or goes on with it: its folder and its places on this workstation. `people` are the slots with
/// their passphrases; of a practice that is encrypted they open it. `progress` is told how many files of how many are done.
///
/// # Errors
/// What is wrong with the keys; nothing is encrypted then. What is wrong with a single file is `left`.
pub fn encrypt(
    dir: &Path,
    places: &Places,
    disk: &Arc<dyn Disk>,
    people: &[(String, SecretString)],
    progress: &mut dyn FnMut(usize, usize),
) -> Result<SwitchedOn, VaultError> {
    let vault = Vault::of(disk.clone(), dir).map(|vault| vault.known_in(places.state.as_deref()));
    let (key, mut recovery) = match vault {
        // New keys would not open what is encrypted, and nothing else but the old ones does.
        Some(vault) if is_free(&**disk, &recipient_path(dir)) => match (open(&vault, people), left_over(&**disk, dir)?)
        {
            (Err(_), Some(path)) => return Err(VaultError::LeftOver { path }),
            (opened, _) => (opened?, None),
        },
        Some(vault) => (open(&vault, people)?, None),
        None => begin(dir, disk, people).map(|(key, recovery)| (key, Some(recovery)))?,
    };
    let sealed = key.sealed(disk.clone());
    let mut switch = Switch::new(dir, &sealed, places, progress);
    let wrong = switch.rounds(Some(dir), true);
    let (files, mut left) = (switch.done, switch.left);
    left.extend(wrong.err().map(StoreError::into_problem));
    if !sealed.is_of(dir)? {
        let what = "it was removed or replaced while files were encrypted, so that not all of them may be";
        left.push(Problem::new(&recipient_path(dir), what));
    }
    if left.is_empty() {
        note_tidy(&key, places, &**disk);
    }
    keys::unwant(dir, &**disk);
    if recovery.is_none() && !is_free(&**disk, &unseen_path(dir)) {
        let vault = Vault::of(disk.clone(), dir).ok_or_else(|| StoreError::Switched { path: dir.to_owned() })?;
        let vault = vault.known_in(places.state.as_deref());
        recovery = Some(vault.new_recovery(&key)?);
    }
    Ok(SwitchedOn { key, recovery, files, left })
}

/// Encrypts what lies plain in the places of this workstation, as the practice was switched on at another one. It costs
/// one look at one file where that was done before.
pub fn tidy(key: &Key, places: &Places, disk: &Arc<dyn Disk>) -> Vec<Problem> {
    let known = places.state.as_ref().and_then(|state| files::read_text(&**disk, &state.join(TIDY)).ok());
    if known.is_some_and(|known| known.trim() == key.public()) {
        return Vec::new();
    }
    let sealed = key.sealed(disk.clone());
    let mut progress = |_, _| {};
    let mut switch = Switch::new(key.dir(), &sealed, places, &mut progress);
    let wrong = switch.rounds(None, true);
    let mut left = switch.left;
    left.extend(wrong.err().map(StoreError::into_problem));
    if left.is_empty() {
        note_tidy(key, places, &**disk);
    }
    left
}

/// Decrypts a practice, or goes on with it. Returns the files that could not be: `decrypt` again goes on, and as long as
/// there is one, the practice stays encrypted, and is opened with its passphrases.
///
/// # Errors
/// What went wrong with the keys.
pub fn decrypt(
    key: &Key,
    places: &Places,
    disk: &Arc<dyn Disk>,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Problem>, VaultError> {
    let dir = key.dir();
    let sealed = key.sealed(disk.clone());
    if !sealed.is_of(dir)? {
        return Err(StoreError::Switched { path: dir.to_owned() }.into());
    }
    let mut switch = Switch::new(dir, &sealed, places, progress);
    switch.rounds(Some(dir), false)?;
    if !switch.left.is_empty() {
        return Ok(switch.left);
    }
    let lock = lock::take(&**disk, dir)?;
    let keys = keys_there(&**disk, dir);
    remove(&**disk, &recipient_path(dir))?;
    switch.is_off = true;
    drop(lock);
    // Whoever looked before may still have put something encrypted there.
    disk.pause(SETTLE);
    let done = switch.rounds(Some(dir), false);
    if done.is_ok() && switch.left.is_empty() {
        // The key that nobody has on paper still signs people in.
        if !is_free(&**disk, &unseen_path(dir)) {
            note_unseen_plain(dir, &**disk)?;
        }
        switch.remove_keys(&keys)?;
    }
    if done.is_err() || !switch.left.is_empty() {
        // What stays encrypted must not look like damage in a plain practice.
        say_encrypted(key, &**disk)?;
    }
    done.map(|()| switch.left).map_err(VaultError::from)
}

fn note_tidy(key: &Key, places: &Places, disk: &dyn Disk) {
    if let Some(state) = places.state.as_ref().filter(|state| files::is_folder(disk, state)) {
        // Without it the next start looks again.
        let _ = atomic::write_quickly(disk, &state.join(TIDY), key.public().as_bytes());
    }
}

/// A switch under way.
struct Switch<'a> {
    dir: &'a Path,
    sealed: &'a Sealed,
    places: &'a Places,
    done: usize,
    /// What is put aside, or can be worked out again, and does not decrypt: it stays as it is.
    passed: Vec<PathBuf>,
    left: Vec<Problem>,
    progress: &'a mut dyn FnMut(usize, usize),
    /// It is switched off, and what is still encrypted came from programs that did not know.
    is_off: bool,
}

impl<'a> Switch<'a> {
    fn new(dir: &'a Path, sealed: &'a Sealed, places: &'a Places, progress: &'a mut dyn FnMut(usize, usize)) -> Self {
        let (passed, left) = (Vec::new(), Vec::new());
        Self { dir, sealed, places, done: 0, passed, left, progress, is_off: false }
    }

    /// Under the lock: removes the keys that there were, unless somebody switched it on again, or something is encrypted.
    fn remove_keys(&mut self, keys: &[(PathBuf, Vec<u8>)]) -> Result<(), StoreError> {
        let raw = self.sealed.raw();
        let _lock = lock::take(raw, self.dir)?;
        let came = list(raw, (Some(self.dir), self.places), true)?;
        if let Some(lying) = came.iter().find(|lying| !self.is_left(&lying.path)) {
            let what = "another program encrypted it meanwhile";
            self.left.push(Problem::new(&lying.path, what));
            return Ok(());
        }
        if !is_free(raw, &recipient_path(self.dir)) {
            return Err(StoreError::Switched { path: self.dir.to_owned() });
        }
        if let Some(state) = &self.places.state {
            remove(raw, &state.join(TIDY))?;
        }
        remove_all(raw, self.dir, keys).map(drop)
    }

    /// Goes over all files until none is left that lies there as it should not.
    fn rounds(&mut self, dir: Option<&Path>, shut: bool) -> Result<(), StoreError> {
        let raw = self.sealed.raw();
        self.drop_index(shut);
        for _ in 0..ROUNDS {
            left(raw, dir, self.places).iter().try_for_each(|path| remove(raw, path))?;
            let mut todo = list(raw, (dir, self.places), !shut)?;
            todo.retain(|lying| !self.is_left(&lying.path));
            if todo.is_empty() {
                break;
            }
            let total = self.done + todo.len();
            todo.iter().for_each(|lying| self.one(lying, shut, total));
        }
        self.drop_index(shut);
        Ok(())
    }

    /// It is worked out again.
    fn drop_index(&self, shut: bool) {
        let (raw, Some(cache)) = (self.sealed.raw(), &self.places.cache) else { return };
        for name in ["roster.idx", "roster.log"] {
            let path = cache.join(name);
            if is_encrypted(raw, &path).is_ok_and(|is| is == Some(!shut)) {
                let _ = raw.remove(&path);
            }
        }
    }

    fn is_left(&self, path: &Path) -> bool {
        self.passed.iter().any(|passed| passed == path) || self.left.iter().any(|problem| problem.path == path)
    }

    fn one(&mut self, lying: &Lying, shut: bool, total: usize) {
        let is_chart = lying.path.starts_with(self.dir.join("charts"));
        match self.turn(lying, shut) {
            Ok(()) => self.done += 1,
            Err(StoreError::Damaged { .. }) if !shut && !is_chart => self.passed.push(lying.path.clone()),
            Err(error) => self.left.push(Problem { path: lying.path.clone(), ..error.into_problem() }),
        }
        (self.progress)(self.done, total);
    }

    /// Puts the same content in the place of a file, encrypted or not; in the practice under the lock, as others write too.
    fn turn(&self, lying: &Lying, shut: bool) -> Result<(), StoreError> {
        let (raw, path) = (self.sealed.raw(), lying.path.as_path());
        let _lock = (lying.place == Place::Practice).then(|| lock::take(raw, self.dir)).transpose()?;
        if is_encrypted(raw, path)? != Some(!shut) {
            return Ok(());
        }
        // Somebody switched it on again: what is encrypted now stays so.
        if self.is_off && !is_free(raw, &recipient_path(self.dir)) {
            return Err(StoreError::Switched { path: self.dir.to_owned() });
        }
        let carrying = self.sealed.carrying();
        let to: &dyn Disk = match (shut, lying.place) {
            (false, _) => raw,
            (true, Place::Backups) => &carrying,
            (true, _) => self.sealed,
        };
        let unread = |source| unread(path, source);
        let from = files::open(self.sealed, path).map_err(unread)?;
        // A file that does not decrypt must not look as if the disk were full.
        let mut fault = None;
        let noted = &mut fault;
        let copied = atomic::write_proven(
            to,
            path,
            true,
            // It is closed then: some file systems of Windows replace no file that is open.
            move |file| {
                let mut from = from;
                let copied = io::copy(&mut from, file).map(drop);
                *noted = copied.as_ref().err().and_then(Fault::of);
                copied
            },
            |temporary| self.same(path, temporary),
        );
        fault.map_or(copied, |fault| Err(unread(fault.into())))
    }

    /// Proves that two files have the same content, however they are kept: nobody changed the first meanwhile.
    fn same(&self, path: &Path, temporary: &Path) -> Result<(), StoreError> {
        let open = |path: &Path| files::open(self.sealed, path).map_err(|source| unread(path, source));
        let (mut one, mut other) = (open(path)?, open(temporary)?);
        let (mut here, mut there) = ([0; 16 << 10], [0; 16 << 10]);
        loop {
            let read = full(&mut *one, &mut here).map_err(|source| unread(path, source))?;
            let also = full(&mut *other, &mut there).map_err(|source| unread(temporary, source))?;
            if here[..read] != there[..also] {
                return Err(StoreError::Busy { path: path.to_owned() });
            }
            if read == 0 {
                return Ok(());
            }
        }
    }
}

fn unread(path: &Path, source: io::Error) -> StoreError {
    match Fault::of(&source) {
        Some(fault) => StoreError::Damaged { problem: Problem::new(path, fault.to_string()) },
        None => StoreError::Read { path: path.to_owned(), source },
    }
}
