//! The system's own calls, and what each system has of its own.

use super::{Disk, DiskFile, Listing, LockFile};
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

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
        Ok(Box::new(open(path)?))
    }

    // Without a box: a large practice is ten thousand charts.
    fn read(&self, path: &Path, most: u64, into: &mut Vec<u8>) -> io::Result<()> {
        File::open(path).and_then(|file| file.take(most).read_to_end(into)).map(drop).map_err(told)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(for_this_account().write(true).create_new(true).open(path).map_err(told)?))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(OpenOptions::new().read(true).append(true).open(path).map_err(told)?))
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
        fs::remove_file(path).map_err(told)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        folder_for_this_account().create(path)
    }

    #[cfg(unix)]
    fn narrow(&self, path: &Path) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let mut rights = fs::symlink_metadata(path)?.permissions();
        rights.set_mode(rights.mode() & 0o7700);
        fs::set_permissions(path, rights)
    }

    #[cfg(windows)]
    fn others(&self, folder: &Path) -> super::Others {
        super::rights::others(folder)
    }

    fn open_lock(&self, path: &Path) -> io::Result<Box<dyn LockFile>> {
        let opened = for_this_account().read(true).write(true).create(true).truncate(false).open(path);
        // Another account's lock file can be locked when it can only be read.
        let file = opened.or_else(|_| File::open(path)).map_err(told)?;
        if file.metadata()?.is_file() { Ok(locked(file, path)) } else { Err(io::Error::other("it is not a file")) }
    }
}

impl DiskFile for File {
    fn sync(&mut self) -> io::Result<()> {
        sync(self)
    }
}

/// Puts a mark in the place of the one before. Programs of before wrote a dot, which makes any mark none.
fn marked(mut file: &File, mark: u64) -> io::Result<Option<u64>> {
    let mut before = String::new();
    let _ = file.take(16).read_to_string(&mut before);
    file.seek(SeekFrom::Start(0))?;
    file.write_all(format!("{mark:016x}").as_bytes())?;
    Ok(u64::from_str_radix(&before, 16).ok())
}

#[cfg(not(windows))]
fn locked(file: File, _: &Path) -> Box<dyn LockFile> {
    Box::new(file)
}

#[cfg(not(windows))]
impl LockFile for File {
    fn try_lock(&self) -> Result<(), TryLockError> {
        File::try_lock(self)
    }

    fn touch(&self, mark: u64) -> io::Result<Option<u64>> {
        // A share takes the time from a write; a time that is set would be this machine's.
        marked(self, mark)
    }
}

#[cfg(windows)]
fn locked(file: File, path: &Path) -> Box<dyn LockFile> {
    Box::new(Named { file, path: path.to_owned() })
}

/// A lock file that knows its name.
#[cfg(windows)]
#[derive(Debug)]
struct Named {
    file: File,
    path: std::path::PathBuf,
}

#[cfg(windows)]
impl LockFile for Named {
    fn try_lock(&self) -> Result<(), TryLockError> {
        self.file.try_lock()
    }

    fn touch(&self, mark: u64) -> io::Result<Option<u64>> {
        let before = marked(&self.file, mark)?;
        // Here the time of a write is only sure to be seen by others once the file is closed, but that of a file that was
        // made beside it, by the clock of a share too, can be set at once.
        self.file.set_modified(super::super::lock::now_there(&Real, &self.path)?)?;
        Ok(before)
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

/// A file takes over who may read it from its folder here, and the usual folders are those of one account; `check` looks at
/// others.
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

/// Opens a file that is there, for reading at any place of it.
///
/// # Errors
/// What the system said, as the calls of a [`Disk`] say it.
pub(in crate::store) fn open(path: &Path) -> io::Result<File> {
    File::open(path).map_err(told)
}

#[cfg(not(windows))]
fn told(error: io::Error) -> io::Error {
    error
}

/// Sharing and lock violations are what a virus scanner, an indexer or a sync program causes here.
#[cfg(windows)]
fn told(error: io::Error) -> io::Error {
    if matches!(error.raw_os_error(), Some(32 | 33)) { busy(error) } else { error }
}

#[cfg(windows)]
fn busy(error: io::Error) -> io::Error {
    io::Error::new(io::ErrorKind::ResourceBusy, error)
}

#[cfg(not(windows))]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Onto a file that somebody has open, or that is just going, this system says "access denied".
#[cfg(windows)]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to).map_err(|error| {
        let may_be_open = || match fs::metadata(to) {
            Ok(meta) => meta.is_file() && !meta.permissions().readonly(),
            Err(e) => e.kind() == io::ErrorKind::PermissionDenied,
        };
        if error.raw_os_error() == Some(5) && may_be_open() { busy(error) } else { told(error) }
    })
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

/// Flushing the file under its new name writes the file system's log, which holds the rename, and empties the drive's
/// cache. That is no less than a rename with write-through, for which a safe call would cost a crate, and unlike that it
/// can replace a file that somebody reads.
#[cfg(windows)]
fn sync_name(path: &Path) -> io::Result<()> {
    // Without this flag no folder is opened.
    const BACKUP_SEMANTICS: u32 = 0x0200_0000;
    let flush = |path: &Path| {
        let mut options = OpenOptions::new();
        std::os::windows::fs::OpenOptionsExt::custom_flags(options.write(true), BACKUP_SEMANTICS);
        options.open(path).and_then(|f| f.sync_all()).map_err(told)
    };
    let folder = match fs::metadata(path) {
        Ok(meta) if meta.is_file() => return flush(path),
        Ok(_) => Some(path),
        Err(e) if e.kind() == io::ErrorKind::NotFound => path.parent(),
        Err(e) => return Err(e),
    };
    // Most file systems flush a folder, but none says so; the log is written with the next file.
    let _ = folder.map(flush);
    Ok(())
}

/// Network and FUSE file systems answer a flush that they do not know with one of these.
#[cfg(unix)]
fn is_not_known(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) || is_not_known_to_mac(error)
}

/// Of the two numbers that a Mac has for "not supported", a share's is the one that the kinds of errors do not know.
#[cfg(target_os = "macos")]
fn is_not_known_to_mac(error: &io::Error) -> bool {
    use rustix::io::Errno;
    matches!(Errno::from_io_error(error), Some(Errno::NOTSUP | Errno::NOTTY))
}

#[cfg(all(unix, not(target_os = "macos")))]
fn is_not_known_to_mac(_: &io::Error) -> bool {
    false
}

#[cfg(all(test, any(target_os = "linux", target_os = "macos")))]
mod tests {
    use super::*;
    use rustix::io::Errno;

    #[test]
    fn a_flush_that_a_file_system_does_not_know_is_told_from_one_that_failed() {
        for unknown in [Errno::NOTSUP, Errno::OPNOTSUPP, Errno::INVAL] {
            assert!(is_not_known(&unknown.into()), "{unknown:?}");
        }
        for failed in [Errno::IO, Errno::NOSPC, Errno::ACCESS] {
            assert!(!is_not_known(&failed.into()), "{failed:?}");
        }
    }
}
