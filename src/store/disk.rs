//! The disk as the store reads and writes it: the few calls of the system that this is made of, and nothing between them.
//!
//! The order of the calls of a write is [`atomic`](super::atomic)'s. [`Real`] makes them; a test may stand another disk
//! before it that fails, remembers, or lets somebody else in between two of them. The index, which is read in parts and may
//! be lost, and the watch, which only says that somebody should look, read from the file system directly.

use std::fmt::Debug;
use std::fs::{self, DirBuilder, DirEntry, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek as _, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

/// The names in a folder, one after another.
pub type Listing = Box<dyn Iterator<Item = io::Result<DirEntry>>>;

/// The calls that read and change a file system. Each may fail; none does a second one by itself.
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

    /// Opens the file that is locked while somebody writes, and makes it where it is not there.
    ///
    /// # Errors
    /// What the system said.
    fn open_lock(&self, path: &Path) -> io::Result<Box<dyn LockFile>>;

    /// Waits, for somebody else to finish or for what was written to settle.
    fn pause(&self, time: Duration) {
        sleep(time);
    }
}

/// A file that is open for writing.
pub trait DiskFile: Read + Write + Debug {
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

    /// Gives the file the present time, by the clock of its file system.
    ///
    /// # Errors
    /// What the system said.
    fn touch(&self) -> io::Result<()>;
}

/// The disk of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Real;

impl Real {
    /// Returns it for a store to hold.
    #[must_use]
    pub fn shared() -> Arc<dyn Disk> {
        Arc::new(Self)
    }
}

impl Disk for Real {
    fn meta(&self, path: &Path) -> io::Result<Metadata> {
        fs::metadata(path)
    }

    fn meta_of_name(&self, path: &Path) -> io::Result<Metadata> {
        fs::symlink_metadata(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Listing> {
        Ok(Box::new(fs::read_dir(folder)?))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(File::open(path)?))
    }

    // Without a box: a large practice is ten thousand charts.
    fn read(&self, path: &Path, most: u64, into: &mut Vec<u8>) -> io::Result<()> {
        File::open(path)?.take(most).read_to_end(into).map(drop)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(for_this_account().write(true).create_new(true).open(path)?))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(OpenOptions::new().read(true).append(true).open(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        rename(from, to)
    }

    fn rename_to_free(&self, from: &Path, to: &Path) -> io::Result<()> {
        rename_to_free(from, to)
    }

    fn sync_name(&self, path: &Path) -> io::Result<()> {
        sync_name(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        folder_for_this_account().create(path)
    }

    fn open_lock(&self, path: &Path) -> io::Result<Box<dyn LockFile>> {
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        // Another account's lock file can be locked when it can only be read.
        let file = opened.or_else(|_| File::open(path))?;
        if file.metadata()?.is_file() { Ok(Box::new(file)) } else { Err(io::Error::other("it is not a file")) }
    }
}

impl DiskFile for File {
    fn sync(&mut self) -> io::Result<()> {
        sync(self)
    }
}

impl LockFile for File {
    fn try_lock(&self) -> Result<(), TryLockError> {
        File::try_lock(self)
    }

    fn touch(&self) -> io::Result<()> {
        // A share takes the time from a write; a time that is set would be this machine's.
        let mut file = self;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(b".")
    }
}

#[cfg(unix)]
fn for_this_account() -> OpenOptions {
    let mut options = OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn folder_for_this_account() -> DirBuilder {
    let mut builder = DirBuilder::new();
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// A file takes over who may read it from its folder here, and the usual folders are those of one account.
#[cfg(not(unix))]
fn for_this_account() -> OpenOptions {
    OpenOptions::new()
}

#[cfg(not(unix))]
fn folder_for_this_account() -> DirBuilder {
    DirBuilder::new()
}

#[cfg(not(target_os = "macos"))]
fn sync(file: &File) -> io::Result<()> {
    file.sync_all()
}

/// A network volume does not know the full flush that `sync_all` asks of a Mac; it knows the plain one.
#[cfg(target_os = "macos")]
fn sync(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(e) if is_not_known(&e) => Ok(rustix::fs::fsync(file)?),
        other => other,
    }
}

#[cfg(not(windows))]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// A virus scanner or a sync program may hold the target for a moment: access denied, sharing or lock violation.
#[cfg(windows)]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let waits = [0, 1, 10, 20, 40].into_iter().chain(std::iter::repeat_n(100, 20));
    for wait in waits {
        match fs::rename(from, to) {
            Err(e) if matches!(e.raw_os_error(), Some(5 | 32 | 33)) => sleep(Duration::from_millis(wait)),
            other => return other,
        }
    }
    fs::rename(from, to)
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
fn rename_to_free(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(io::Error::from) {
        // An old kernel, or a file system that knows the plain one alone.
        Err(e) if is_not_known(&e) => rename_where_free(from, to),
        other => other,
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
fn rename_to_free(from: &Path, to: &Path) -> io::Result<()> {
    rename_where_free(from, to)
}

fn rename_where_free(from: &Path, to: &Path) -> io::Result<()> {
    match fs::symlink_metadata(to) {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => rename(from, to),
        Err(e) => Err(e),
    }
}

/// A name is only sure once its folder is on the disk.
#[cfg(unix)]
fn sync_name(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match File::open(folder).and_then(|f| sync(&f)) {
        Err(e) if is_not_known(&e) || e.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        other => other,
    }
}

/// Flushing the file under its new name also flushes the file system's log, which holds the rename. A folder cannot be
/// opened for that, and its name is in the same log.
#[cfg(windows)]
fn sync_name(path: &Path) -> io::Result<()> {
    if path.is_dir() { Ok(()) } else { OpenOptions::new().write(true).open(path)?.sync_all() }
}

/// Network and FUSE file systems answer a flush that they do not know with one of these.
#[cfg(unix)]
fn is_not_known(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported)
}
