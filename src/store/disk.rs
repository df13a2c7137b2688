//! The disk as the store writes to it: the few calls of the system that a write is made of, and nothing between them.
//!
//! The order of the calls is [`atomic`](super::atomic)'s. [`Real`] makes them; a test may stand another disk before it
//! that fails, remembers, or lets somebody else in between two of them. Reading goes to the file system directly.

use std::fmt::Debug;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek as _, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

/// The calls that change a file system. Each may fail; none does a second one by itself.
pub trait Disk: Debug + Send + Sync {
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

    /// Gives a file another name in the same folder, in place of the file that has it.
    ///
    /// # Errors
    /// What the system said.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

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
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(for_this_account().write(true).create_new(true).open(path)?))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(OpenOptions::new().read(true).append(true).open(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        rename(from, to)
    }

    fn sync_name(&self, path: &Path) -> io::Result<()> {
        sync_name(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        folder_for_this_account().create(path)
    }

    fn open_lock(&self, path: &Path) -> io::Result<Box<dyn LockFile>> {
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        // Another account's lock file can be locked when it can only be read.
        let file = opened.or_else(|_| File::open(path))?;
        if file.metadata()?.is_file() { Ok(Box::new(file)) } else { Err(io::ErrorKind::IsADirectory.into()) }
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
