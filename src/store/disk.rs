//! The disk as the store reads and writes it: the few calls of the system that this is made of, and nothing between them.
//!
//! The order of the calls of a write is [`atomic`](super::atomic)'s. [`Real`] makes them; a test may stand another disk
//! before it that fails, remembers, or lets somebody else in between two of them. The index, which is read in parts and may
//! be lost, and the watch, which only says that somebody should look, read from the file system directly.

mod real;
mod rights;

use super::vault::Sealed;
pub use real::Real;
pub(super) use real::open;
pub use rights::Others;
use std::fmt::Debug;
use std::fs::{DirEntry, Metadata, TryLockError};
use std::io::{self, Read, Write};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// The names in a folder, one after another.
pub type Listing = Box<dyn Iterator<Item = io::Result<DirEntry>>>;

/// The calls that read and change a file system. Each may fail; none does a second one by itself.
/// [`io::ErrorKind::ResourceBusy`] says that another program holds the file, most often for a moment.
pub trait Disk: Debug + Send + Sync {
    /// Returns what is known of the file or folder that a path leads to.
    ///
    /// # Errors
    /// What the system said.
    fn meta(&self, path: &Path) -> io::Result<Metadata>;

    /// Returns what is known of a name itself, where it may be a link.
    ///
    /// # Errors
    /// What the system said.
    fn meta_of_name(&self, path: &Path) -> io::Result<Metadata>;

    /// Lists a folder.
    ///
    /// # Errors
    /// What the system said; so may each name of the list.
    fn list(&self, folder: &Path) -> io::Result<Listing>;

    /// Opens a file to read it. A pipe keeps the caller waiting: ask first what it is.
    ///
    /// # Errors
    /// What the system said.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>>;

    /// Reads a file into a buffer, to its end or so many bytes of it.
    ///
    /// # Errors
    /// What the system said.
    fn read(&self, path: &Path, most: u64, into: &mut Vec<u8>) -> io::Result<()> {
        self.open(path)?.take(most).read_to_end(into).map(drop)
    }

    /// Creates a file that must not be there yet, open to this account alone.
    ///
    /// # Errors
    /// What the system said.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Opens a file that is there, to read it from its start and to write at its end.
    ///
    /// # Errors
    /// What the system said.
    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Gives a file another name on the same disk, in place of the file that has it.
    ///
    /// # Errors
    /// What the system said.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Gives a file or folder a name that must be free: what is there all the same, though nothing showed it, stays.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`], where the file system can tell; what the system said.
    fn rename_to_free(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Waits until the name that a file or folder has now will stay.
    ///
    /// # Errors
    /// What the system said; a file system that cannot do this is no error.
    fn sync_name(&self, path: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// What the system said.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Removes a folder that is empty.
    ///
    /// # Errors
    /// What the system said.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;

    /// Makes one folder, open to this account alone.
    ///
    /// # Errors
    /// What the system said.
    fn make_folder(&self, path: &Path) -> io::Result<()>;

    /// Takes the rights of other accounts from a file or folder, where the file system keeps such rights.
    ///
    /// # Errors
    /// What the system said.
    fn narrow(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        Ok(())
    }

    /// Returns what is known of other accounts at a folder.
    fn others(&self, folder: &Path) -> Others {
        let _ = folder;
        Others::InBits
    }

    /// Opens the file that is locked while somebody writes, and makes it where it is not there.
    ///
    /// # Errors
    /// What the system said.
    fn open_lock(&self, path: &Path) -> io::Result<Box<dyn LockFile>>;

    /// Returns what encrypts here; `None` where bytes lie on the disk as they are.
    fn sealed(&self) -> Option<&Sealed> {
        None
    }

    /// Waits, for somebody else to finish or for what was written to settle.
    fn pause(&self, time: Duration) {
        sleep(time);
    }
}

/// A file that is open for writing.
pub trait DiskFile: Read + Write + Debug {
    /// Writes what is still held back; nothing can be written behind it. [`DiskFile::sync`] does so too.
    ///
    /// # Errors
    /// What the system said.
    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Waits until its bytes are on the disk.
    ///
    /// # Errors
    /// What the system said. Some forget what they could not write: the file must then not be flushed a second time.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file that can be locked; the lock ends with it.
pub trait LockFile: Debug {
    /// Locks it unless somebody else has.
    ///
    /// # Errors
    /// Somebody else has, or what the system said.
    fn try_lock(&self) -> Result<(), TryLockError>;

    /// Leaves a mark in the file, and with it the present time by the clock of its file system; returns the mark that was
    /// there. Who finds the own one again was alone meanwhile.
    ///
    /// # Errors
    /// What the system said.
    fn touch(&self, mark: u64) -> io::Result<Option<u64>>;
}
