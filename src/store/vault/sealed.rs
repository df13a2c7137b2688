//! A disk that encrypts what is written to it and decrypts what is read from it.
//!
//! What has no age header is read as it is, so that a practice whose switch was interrupted half way can be read and
//! written; `check` names what lies there plain. A file that does not decrypt is a [`Fault`], which the store takes for
//! damage; one that the disk gives short is not.

use super::super::disk::{Disk, DiskFile, Listing, LockFile};
use super::super::error::{Problem, StoreError};
use super::super::files::files_of;
use super::carried::{Carried, KeyFile};
use super::cipher::{self, is_encrypted};
use super::fault::Fault;
use super::file::SealedFile;
use super::key::Key;
use super::open::is_name;
use super::places::is_plain;
use super::{KEYS, RECOVERY, slots};
use age::Recipient;
use std::fs::Metadata;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// More than an age file is longer than what is in it: its header, and a sum for each 64 KiB.
const LONGER: u64 = 256 << 10;

/// No backup carries more keys than this.
const MOST_CARRIED: usize = 200;

const DAMAGED: &str = "it is damaged, and its passphrase opens nothing any more: set that passphrase anew";
const STRANGE: &str = "it has the name of nobody's key: a sync program may have left it. If the passphrase of that person still opens the practice, remove it; no backup carries it";

/// How files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Encrypted, but for those that no patient is in.
    Usual,
    /// Encrypted, all of them, and the keys under their passphrases go with each.
    Carrying,
    /// As they are.
    Reading,
}

/// The disk of an encrypted practice.
#[derive(Clone, Debug)]
pub struct Sealed {
    inner: Arc<dyn Disk>,
    key: Key,
    way: Way,
}

impl Sealed {
    pub(super) fn new(inner: Arc<dyn Disk>, key: Key, way: Way) -> Self {
        Self { inner, key, way }
    }

    /// Returns the disk below, on which the bytes are as they lie there.
    pub(in crate::store) fn raw(&self) -> &dyn Disk {
        &*self.inner
    }

    /// Returns the disk for backups.
    pub(in crate::store) fn carrying(&self) -> Self {
        Self { way: Way::Carrying, ..self.clone() }
    }

    /// Returns whether the practice in a folder is kept with this disk's key.
    pub(super) fn is_of(&self, dir: &Path) -> Result<bool, StoreError> {
        self.key.is_of(self.raw(), dir)
    }

    /// Returns the keys under passphrases as a practice of this key has them, or as a backup brought them: what a sync program
    /// left beside them is not among them.
    pub(in crate::store) fn key_files(&self) -> Vec<KeyFile> {
        let mut files = self.age_files();
        files.retain(|(name, bytes)| is_name(name) && slots::is_one(bytes));
        files.sort_by_key(|(name, _)| name != RECOVERY);
        files.truncate(MOST_CARRIED);
        files
    }

    fn age_files(&self) -> Vec<KeyFile> {
        let folder = self.key.dir().join(KEYS);
        let read = |path: &Path| -> Option<KeyFile> {
            let mut bytes = Vec::new();
            // Opening a FIFO would wait for ever.
            self.inner.meta(path).ok().filter(Metadata::is_file)?;
            self.inner.read(path, slots::MOST_BYTES, &mut bytes).ok()?;
            Some((path.file_stem()?.to_str()?.to_owned(), bytes))
        };
        let there = files_of(self.raw(), &folder, "age").unwrap_or_default();
        let there: Vec<_> = there.iter().filter_map(|path| read(path)).collect();
        if there.is_empty() { self.key.brought().to_vec() } else { there }
    }

    /// Names what is wrong with the files of the key, as far as that shows without a passphrase.
    pub(in crate::store) fn key_problems(&self) -> Vec<Problem> {
        let folder = self.key.dir().join(KEYS);
        let files = self.age_files();
        let problem = |name: &str, what: &str| Problem::new(&folder.join(format!("{name}.age")), what);
        let is_key = |(name, bytes): &&KeyFile| is_name(name) && slots::is_one(bytes);
        let damaged = files
            .iter()
            .filter(|file| !is_key(file))
            .map(|(name, _)| problem(name, if is_name(name) { DAMAGED } else { STRANGE }));
        let copied = files.iter().filter(is_key).enumerate().filter_map(|(at, (name, bytes))| {
            let (first, _) = files.iter().filter(is_key).take(at).find(|(_, other)| other == bytes)?;
            Some(problem(name, &format!("it is the same file as {first}.age, copied: it opens for one of the two alone. Whose it is not chooses a passphrase anew")))
        });
        let is_there = files.iter().any(|(name, _)| name == RECOVERY);
        let no_recovery = "it is not there: `cobalog encrypt --recovery` makes a new recovery key";
        damaged.chain(copied).chain((!is_there).then(|| problem(RECOVERY, no_recovery))).collect()
    }

    /// Returns the public half of the key.
    pub(in crate::store) fn public(&self) -> &str {
        self.key.public()
    }

    /// Decrypts while it is read; what is not encrypted comes as it is.
    pub(super) fn decrypting(key: &Key, mut file: Box<dyn Read>) -> io::Result<Box<dyn Read>> {
        let mut head = vec![0; cipher::enough()];
        let read = full(&mut file, &mut head)?;
        head.truncate(read);
        let file = Cursor::new(head).chain(file);
        if !is_encrypted(file.get_ref().0.get_ref()) {
            return Ok(Box::new(file));
        }
        Ok(Box::new(cipher::stream(&key.identities(), file)?))
    }

    fn begin(&self, file: Box<dyn DiskFile>) -> io::Result<SealedFile> {
        if self.way != Way::Carrying {
            return SealedFile::begin(&[self.key.recipient()], file);
        }
        let keys = self.key_files();
        let recipients: [&dyn Recipient; 2] = [self.key.recipient(), &Carried(&keys)];
        SealedFile::begin(&recipients, file)
    }

    fn is_plain(&self, path: &Path) -> bool {
        match self.way {
            Way::Usual => is_plain(self.key.dir(), path),
            Way::Carrying => false,
            Way::Reading => true,
        }
    }

    /// A disk that gives less than there is has not damaged anything.
    fn is_cut(&self, path: &Path, read: usize) -> io::Result<bool> {
        Ok((read as u64) < self.inner.meta(path)?.len())
    }

    fn cut_or(&self, error: io::Error, path: &Path, read: usize) -> io::Error {
        match Fault::of(&error).map(|_| self.is_cut(path, read)) {
            Some(Ok(true)) => io::ErrorKind::UnexpectedEof.into(),
            Some(Err(e)) => e,
            _ => error,
        }
    }
}

impl Disk for Sealed {
    fn sealed(&self) -> Option<&Sealed> {
        (self.way != Way::Reading).then_some(self)
    }

    fn meta(&self, path: &Path) -> io::Result<Metadata> {
        self.inner.meta(path)
    }

    fn meta_of_name(&self, path: &Path) -> io::Result<Metadata> {
        self.inner.meta_of_name(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Listing> {
        self.inner.list(folder)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        Self::decrypting(&self.key, self.inner.open(path)?)
    }

    fn read(&self, path: &Path, most: u64, into: &mut Vec<u8>) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(into.capacity() + 512);
        self.inner.read(path, most.saturating_add(LONGER), &mut bytes)?;
        if is_encrypted(&bytes) {
            let end = into.len().saturating_add(usize::try_from(most).unwrap_or(usize::MAX));
            let done = cipher::open(&self.key.identities(), &bytes, into);
            into.truncate(end);
            return done.map_err(|e| self.cut_or(e, path, bytes.len()));
        }
        if bytes.len() as u64 <= most && self.is_cut(path, bytes.len())? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        into.append(&mut bytes);
        Ok(())
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = self.inner.create(path)?;
        if self.is_plain(path) { Ok(file) } else { Ok(Box::new(self.begin(file)?)) }
    }

    /// What is encrypted cannot be added to; it can be flushed.
    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = self.inner.append(path)?;
        if self.is_plain(path) { Ok(file) } else { Ok(Box::new(Closed(file))) }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.inner.rename(from, to)
    }

    fn rename_to_free(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.inner.rename_to_free(from, to)
    }

    fn sync_name(&self, path: &Path) -> io::Result<()> {
        self.inner.sync_name(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.inner.remove(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.inner.remove_folder(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.inner.make_folder(path)
    }

    fn narrow(&self, path: &Path) -> io::Result<()> {
        self.inner.narrow(path)
    }

    fn open_lock(&self, path: &Path) -> io::Result<Box<dyn LockFile>> {
        self.inner.open_lock(path)
    }

    fn pause(&self, time: Duration) {
        self.inner.pause(time);
    }
}

/// Fills a buffer as far as the file goes.
pub(super) fn full(file: &mut dyn Read, into: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < into.len() {
        match file.read(&mut into[read..]) {
            Ok(0) => break,
            Ok(n) => read += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(read)
}

/// A file that is there, to be flushed.
#[derive(Debug)]
struct Closed(Box<dyn DiskFile>);

impl Read for Closed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl DiskFile for Closed {
    fn sync(&mut self) -> io::Result<()> {
        self.0.sync()
    }
}
