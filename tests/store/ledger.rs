//! A disk that remembers its calls, and what a crash can make of them.

use cobalog::store::disk::{Disk, DiskFile, Listing, LockFile, Real};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A call; paths are under the root, files go by the number of their creation.
#[derive(Clone, Debug)]
pub enum Op {
    Create(PathBuf, usize),
    Write(usize, Vec<u8>),
    Sync(usize),
    Rename(PathBuf, PathBuf),
    SyncName(PathBuf),
    Remove(PathBuf),
    RemoveFolder(PathBuf),
    MakeFolder(PathBuf),
}

#[derive(Debug, Default)]
struct State {
    ops: Vec<Op>,
    /// Which file has a name now.
    names: BTreeMap<PathBuf, usize>,
    files: usize,
}

/// The real disk, and a list of what was asked of it.
#[derive(Clone, Debug)]
pub struct Ledger {
    root: PathBuf,
    state: Arc<Mutex<State>>,
}

impl Ledger {
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), state: Arc::default() }
    }

    /// What is there already is on the disk.
    pub fn of(root: &Path) -> Self {
        let ledger = Self::new(root);
        ledger.find(root);
        ledger
    }

    fn find(&self, folder: &Path) {
        let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                self.note(Op::MakeFolder(self.under(&path)));
                self.find(&path);
            } else {
                let id = self.created(&path);
                self.note(Op::Write(id, fs::read(&path).unwrap()));
                self.note(Op::Sync(id));
            }
            self.note(Op::SyncName(self.under(&path)));
        }
    }

    fn created(&self, path: &Path) -> usize {
        let mut state = self.state.lock().unwrap();
        let id = state.files;
        state.files += 1;
        state.names.insert(path.to_owned(), id);
        state.ops.push(Op::Create(self.under(path), id));
        id
    }

    fn renamed(&self, from: &Path, to: &Path) {
        let mut state = self.state.lock().unwrap();
        let moved = |path: &PathBuf| path.strip_prefix(from).ok().map(|rest| join(to, rest));
        let names = std::mem::take(&mut state.names);
        state.names = names.into_iter().map(|(path, id)| (moved(&path).unwrap_or(path), id)).collect();
        state.ops.push(Op::Rename(self.under(from), self.under(to)));
    }

    pub fn len(&self) -> usize {
        self.state.lock().unwrap().ops.len()
    }

    pub fn ops(&self) -> Vec<Op> {
        self.state.lock().unwrap().ops.clone()
    }

    /// The calls of a store that leaves some out.
    pub fn without(&self, left_out: impl Fn(&Op) -> bool) -> Vec<Op> {
        self.ops().into_iter().filter(|op| !left_out(op)).collect()
    }

    /// The same moments in a list without those calls.
    pub fn moved<T: Clone>(&self, moments: &[(usize, T)], left_out: impl Fn(&Op) -> bool) -> Vec<(usize, T)> {
        let ops = self.ops();
        let moved = |at: usize| ops[..at].iter().filter(|op| !left_out(op)).count();
        moments.iter().map(|(at, what)| (moved(*at), what.clone())).collect()
    }

    fn under(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap().to_owned()
    }

    fn note(&self, op: Op) {
        self.state.lock().unwrap().ops.push(op);
    }

    fn file(&self, id: usize, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(Noted { ledger: self.clone(), id, file })
    }
}

/// A path without a slash behind it where nothing is joined to it.
fn join(path: &Path, rest: &Path) -> PathBuf {
    if rest.as_os_str().is_empty() { path.to_owned() } else { path.join(rest) }
}

impl Disk for Ledger {
    fn meta(&self, path: &Path) -> io::Result<Metadata> {
        Real.meta(path)
    }

    fn meta_of_name(&self, path: &Path) -> io::Result<Metadata> {
        Real.meta_of_name(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Listing> {
        Real.list(folder)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        Real.open(path)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = Real.create(path)?;
        let id = self.created(path);
        Ok(self.file(id, file))
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = Real.append(path)?;
        let id = self.state.lock().unwrap().names[path];
        Ok(self.file(id, file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Real.rename(from, to)?;
        self.renamed(from, to);
        Ok(())
    }

    fn rename_to_free(&self, from: &Path, to: &Path) -> io::Result<()> {
        Real.rename_to_free(from, to)?;
        self.renamed(from, to);
        Ok(())
    }

    fn sync_name(&self, path: &Path) -> io::Result<()> {
        self.note(Op::SyncName(self.under(path)));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        Real.remove(path)?;
        self.note(Op::Remove(self.under(path)));
        Ok(())
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        Real.remove_folder(path)?;
        self.note(Op::RemoveFolder(self.under(path)));
        Ok(())
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        Real.make_folder(path)?;
        self.note(Op::MakeFolder(self.under(path)));
        Ok(())
    }

    fn open_lock(&self, path: &Path) -> io::Result<Box<dyn LockFile>> {
        Real.open_lock(path)
    }

    fn pause(&self, _: Duration) {}
}

#[derive(Debug)]
struct Noted {
    ledger: Ledger,
    id: usize,
    file: Box<dyn DiskFile>,
}

impl Read for Noted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.file.read(into)
    }
}

impl Write for Noted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.ledger.note(Op::Write(self.id, bytes[..n].to_owned()));
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl DiskFile for Noted {
    fn sync(&mut self) -> io::Result<()> {
        self.ledger.note(Op::Sync(self.id));
        Ok(())
    }
}

/// What became of bytes that were written and not flushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bytes {
    There,
    Gone,
    Half,
    Zeros,
}

/// Which of the names that were changed and not flushed are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    All,
    None,
    AllBut(usize),
    Only(usize),
    /// Every second one, as a disk that works from several queues may leave them.
    Odd,
    Even,
}

/// One way in which a crash may leave the disk.
pub struct Crash<'a> {
    ops: &'a [Op],
    bytes: Bytes,
    names: Names,
}

impl std::fmt::Debug for Crash<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "bytes {:?}, names {:?}", self.bytes, self.names)
    }
}

impl<'a> Crash<'a> {
    /// Every way that is tried after these calls.
    pub fn all(ops: &'a [Op]) -> Vec<Self> {
        let open = unflushed_names(ops).len();
        let mut names = vec![Names::All, Names::None, Names::Odd, Names::Even];
        // What was changed long ago and never flushed is the cache's; the latest are what a write is about.
        let latest = open.saturating_sub(5)..open;
        names.extend(latest.clone().map(Names::AllBut));
        names.extend(latest.map(Names::Only));
        let bytes = [Bytes::There, Bytes::Gone, Bytes::Half, Bytes::Zeros];
        let each = names.into_iter().flat_map(|names| bytes.map(|bytes| Self { ops, bytes, names }));
        let mut seen = BTreeSet::new();
        each.filter(|crash| seen.insert(crash.picture())).collect()
    }

    fn picture(&self) -> Vec<(PathBuf, Option<Vec<u8>>)> {
        let (folders, files) = self.tree();
        let contents = self.contents();
        let files = files.into_iter().map(|(path, id)| (path, Some(contents[&id].clone())));
        folders.into_iter().map(|path| (path, None)).chain(files).collect()
    }

    /// Makes the folder as it is found.
    pub fn lay_out(&self, root: &Path) {
        for (path, content) in self.picture() {
            let path = root.join(path);
            match content {
                None => fs::create_dir_all(&path).unwrap(),
                Some(bytes) => {
                    if path.parent().unwrap().is_dir() {
                        fs::OpenOptions::new()
                            .write(true)
                            .create(true)
                            .truncate(true)
                            .open(&path)
                            .and_then(|mut f| f.write_all(&bytes))
                            .unwrap();
                    }
                }
            }
        }
    }

    fn contents(&self) -> BTreeMap<usize, Vec<u8>> {
        let mut files: BTreeMap<usize, (Vec<u8>, usize)> = BTreeMap::new();
        for op in self.ops {
            match op {
                Op::Create(_, id) => drop(files.insert(*id, (Vec::new(), 0))),
                Op::Write(id, bytes) => files.get_mut(id).unwrap().0.extend(bytes),
                Op::Sync(id) => {
                    let file = files.get_mut(id).unwrap();
                    file.1 = file.0.len();
                }
                _ => {}
            }
        }
        files.into_iter().map(|(id, (bytes, flushed))| (id, self.after_crash(bytes, flushed))).collect()
    }

    fn after_crash(&self, mut bytes: Vec<u8>, flushed: usize) -> Vec<u8> {
        match self.bytes {
            Bytes::There => {}
            Bytes::Gone => bytes.truncate(flushed),
            Bytes::Half => bytes.truncate(flushed.midpoint(bytes.len())),
            Bytes::Zeros => bytes[flushed..].fill(0),
        }
        bytes
    }

    fn tree(&self) -> (BTreeSet<PathBuf>, BTreeMap<PathBuf, usize>) {
        let open = unflushed_names(self.ops);
        let is_kept = |at: usize| match (open.iter().position(|o| *o == at), self.names) {
            (None, _) | (_, Names::All) => true,
            (Some(_), Names::None) => false,
            (Some(n), Names::AllBut(one)) => n != one,
            (Some(n), Names::Only(one)) => n == one,
            (Some(n), Names::Odd) => n % 2 == 1,
            (Some(n), Names::Even) => n % 2 == 0,
        };
        // A rename speaks of the file, not of the name that it had: the one may be kept where the other is lost.
        let (mut now, mut after) = (BTreeMap::new(), BTreeMap::new());
        let mut folders = BTreeSet::new();
        for (at, op) in self.ops.iter().enumerate() {
            apply(op, &mut now, &mut after, &mut folders, is_kept(at));
        }
        let lies = |path: &Path| path.ancestors().skip(1).all(|p| p.as_os_str().is_empty() || folders.contains(p));
        after.retain(|path, _| lies(path));
        let folders = folders.iter().filter(|p| lies(p)).cloned().collect();
        (folders, after)
    }
}

fn apply(
    op: &Op,
    now: &mut BTreeMap<PathBuf, usize>,
    after: &mut BTreeMap<PathBuf, usize>,
    folders: &mut BTreeSet<PathBuf>,
    kept: bool,
) {
    match op {
        Op::Create(path, id) => {
            now.insert(path.clone(), *id);
            if kept {
                after.insert(path.clone(), *id);
            }
        }
        Op::Rename(from, to) if folders.contains(from) => {
            renamed(from, to, now);
            if kept {
                renamed(from, to, after);
                let there = std::mem::take(folders);
                let moved = |path: PathBuf| path.strip_prefix(from).map_or(path.clone(), |rest| join(to, rest));
                *folders = there.into_iter().map(moved).collect();
            }
        }
        Op::Rename(from, to) => {
            // A file in a folder that did not get its new name is not where it was thought to be.
            let Some(id) = now.remove(from) else { return };
            now.insert(to.clone(), id);
            if kept {
                after.remove(from);
                after.insert(to.clone(), id);
            }
        }
        Op::Remove(path) => {
            now.remove(path);
            if kept {
                after.remove(path);
            }
        }
        Op::RemoveFolder(path) if kept => drop(folders.remove(path)),
        Op::RemoveFolder(_) => {}
        Op::MakeFolder(path) if kept => drop(folders.insert(path.clone())),
        Op::MakeFolder(_) | Op::Write(..) | Op::Sync(_) | Op::SyncName(_) => {}
    }
}

fn renamed(from: &Path, to: &Path, names: &mut BTreeMap<PathBuf, usize>) {
    let there = std::mem::take(names);
    let moved = |path: PathBuf| path.strip_prefix(from).map_or(path.clone(), |rest| join(to, rest));
    *names = there.into_iter().map(|(path, id)| (moved(path), id)).collect();
}

/// Returns the places of the calls that changed a name in a folder that was not flushed since.
fn unflushed_names(ops: &[Op]) -> Vec<usize> {
    let mut open: Vec<(usize, &Path)> = Vec::new();
    for (at, op) in ops.iter().enumerate() {
        match op {
            Op::Create(path, _)
            | Op::Rename(_, path)
            | Op::Remove(path)
            | Op::RemoveFolder(path)
            | Op::MakeFolder(path) => {
                open.push((at, path.parent().unwrap()));
            }
            Op::SyncName(path) => open.retain(|(_, folder)| Some(*folder) != path.parent()),
            Op::Write(..) | Op::Sync(_) => {}
        }
    }
    open.into_iter().map(|(at, _)| at).collect()
}
