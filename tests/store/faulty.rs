//! A disk that fails where a test wants it to, and otherwise is the real one.

use cobalog::store::disk::{Disk, DiskFile, Listing, LockFile, Real};
use std::fs::{Metadata, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The call that fails, counted from 1.
    pub at: usize,
    /// Whether all later ones fail too.
    pub for_good: bool,
    /// What the system says.
    pub error: io::ErrorKind,
    /// Whether a call does its work, or half of it, before it fails: half of the bytes, or a rename whose answer is lost.
    pub half_done: bool,
}

#[derive(Debug, Default)]
struct State {
    calls: Vec<&'static str>,
    fault: Option<Fault>,
    reads: Vec<&'static str>,
    reading: Option<Fault>,
    /// Of which file, at which of its openings, what is read instead.
    instead: Option<(PathBuf, usize, Vec<u8>)>,
    paused: Duration,
}

/// The real disk behind one that counts its calls and may fail.
#[derive(Clone, Debug, Default)]
pub struct Faulty(Arc<Mutex<State>>);

impl Faulty {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails from now on as told where it is written to; counting begins anew.
    pub fn fail(&self, fault: Option<Fault>) {
        *self.state() = State { fault, ..State::default() };
    }

    /// Fails from now on as told where it is read; counting begins anew. What ends too early (`UnexpectedEof`) ends without a
    /// word, as a file does that somebody cuts short.
    pub fn fail_reading(&self, fault: Option<Fault>) {
        *self.state() = State { reading: fault, ..State::default() };
    }

    /// Gives other bytes when a file is opened for the n-th time from now on, as if it had been another one then.
    pub fn give_instead(&self, path: &Path, at: usize, bytes: &[u8]) {
        *self.state() = State { instead: Some((path.to_owned(), at, bytes.to_owned())), ..State::default() };
    }

    fn instead(&self, path: &Path) -> Option<Vec<u8>> {
        let mut state = self.state();
        let (_, left, bytes) = state.instead.as_mut().filter(|(of, ..)| of == path)?;
        *left = left.wrapping_sub(1);
        (*left == 0).then(|| bytes.clone())
    }

    /// Returns the calls that change something since the last [`Faulty::fail`].
    pub fn calls(&self) -> Vec<&'static str> {
        self.state().calls.clone()
    }

    /// Returns the calls that read since then.
    pub fn reads(&self) -> Vec<&'static str> {
        self.state().reads.clone()
    }

    fn call(&self, name: &'static str) -> Result<(), (io::Error, bool)> {
        let mut state = self.state();
        state.calls.push(name);
        let n = state.calls.len();
        match state.fault.filter(|f| f.at == n || f.for_good && n > f.at) {
            Some(fault) => Err((fault.error.into(), fault.half_done)),
            None => Ok(()),
        }
    }

    /// What lies above the folder for temporary files is on no share that could be away.
    fn read_call(&self, name: &'static str, path: &Path) -> Option<Fault> {
        if std::env::temp_dir().starts_with(path) {
            return None;
        }
        let mut state = self.state();
        state.reads.push(name);
        let n = state.reads.len();
        state.reading.filter(|f| f.at == n || f.for_good && n > f.at)
    }

    fn plain_read(&self, name: &'static str, path: &Path) -> io::Result<()> {
        self.read_call(name, path).map_or(Ok(()), |fault| Err(fault.error.into()))
    }

    fn plain(&self, name: &'static str) -> io::Result<()> {
        self.call(name).map_err(|(error, _)| error)
    }

    fn file(&self, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(FaultyFile { disk: self.clone(), file, failed: false })
    }
}

impl Disk for Faulty {
    fn meta(&self, path: &Path) -> io::Result<Metadata> {
        self.plain_read("meta", path)?;
        Real.meta(path)
    }

    fn meta_of_name(&self, path: &Path) -> io::Result<Metadata> {
        self.plain_read("meta of name", path)?;
        Real.meta_of_name(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Listing> {
        self.plain_read("list", folder)?;
        let names: Vec<_> = Real.list(folder)?.collect();
        match self.read_call("names", folder) {
            None => Ok(Box::new(names.into_iter())),
            Some(fault) => {
                let some = names.len() / 2;
                Ok(Box::new(names.into_iter().take(some).chain([Err(fault.error.into())])))
            }
        }
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        self.plain_read("open", path)?;
        if let Some(bytes) = self.instead(path) {
            return Ok(Box::new(io::Cursor::new(bytes)));
        }
        let mut file = Real.open(path)?;
        let Some(fault) = self.read_call("read", path) else { return Ok(file) };
        let mut bytes = Vec::new();
        if fault.half_done || fault.error == io::ErrorKind::UnexpectedEof {
            file.read_to_end(&mut bytes)?;
            bytes.truncate(bytes.len() / 2);
        }
        Ok(Box::new(io::Cursor::new(bytes).chain(Broken(fault.error))))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.plain("create")?;
        Real.create(path).map(|file| self.file(file))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.plain("append")?;
        Real.append(path).map(|file| self.file(file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        match self.call("rename") {
            Ok(()) => Real.rename(from, to),
            Err((error, half_done)) => {
                if half_done {
                    Real.rename(from, to)?;
                }
                Err(error)
            }
        }
    }

    fn rename_to_free(&self, from: &Path, to: &Path) -> io::Result<()> {
        match self.call("rename") {
            Ok(()) => Real.rename_to_free(from, to),
            Err((error, half_done)) => {
                if half_done {
                    Real.rename_to_free(from, to)?;
                }
                Err(error)
            }
        }
    }

    fn sync_name(&self, path: &Path) -> io::Result<()> {
        // Nothing is flushed: no power fails under these folders.
        self.plain("sync name")?;
        Real.meta(path.parent().unwrap_or(path)).map(drop)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.plain("remove")?;
        Real.remove(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.plain("remove folder")?;
        Real.remove_folder(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.plain("make folder")?;
        Real.make_folder(path)
    }

    fn open_lock(&self, path: &Path) -> io::Result<Box<dyn LockFile>> {
        self.plain("open lock")?;
        let lock = Real.open_lock(path)?;
        Ok(Box::new(FaultyLock { disk: self.clone(), lock }))
    }

    /// No test waits.
    fn pause(&self, time: Duration) {
        self.state().paused += time;
        std::thread::yield_now();
    }
}

/// The end of a file that cannot be read to its end.
struct Broken(io::ErrorKind);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        if self.0 == io::ErrorKind::UnexpectedEof { Ok(0) } else { Err(self.0.into()) }
    }
}

#[derive(Debug)]
struct FaultyFile {
    disk: Faulty,
    file: Box<dyn DiskFile>,
    failed: bool,
}

impl Read for FaultyFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.file.read(into)
    }
}

impl Write for FaultyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert!(!self.failed, "a file that failed is used again");
        match self.disk.call("write") {
            Ok(()) => self.file.write(bytes),
            Err((error, half_done)) => {
                self.failed = true;
                if half_done {
                    self.file.write_all(&bytes[..bytes.len() / 2])?;
                }
                Err(error)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl DiskFile for FaultyFile {
    fn sync(&mut self) -> io::Result<()> {
        assert!(!self.failed, "a file that failed is flushed again");
        let called = self.disk.plain("sync");
        self.failed = called.is_err();
        called
    }
}

#[derive(Debug)]
struct FaultyLock {
    disk: Faulty,
    lock: Box<dyn LockFile>,
}

impl LockFile for FaultyLock {
    fn try_lock(&self) -> Result<(), TryLockError> {
        self.disk.plain("lock").map_err(TryLockError::Error)?;
        self.lock.try_lock()
    }

    fn touch(&self, mark: u64) -> io::Result<Option<u64>> {
        self.disk.plain("touch")?;
        self.lock.touch(mark)
    }
}
