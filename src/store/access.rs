//! Which other accounts of the computer can read what lies here. Everything is made for one account alone; what was copied,
//! unpacked or laid there otherwise may have wider rights. Below a folder that others cannot enter nothing is theirs to read.

use super::disk::{Disk, Others};
use super::error::Problem;
use super::files::is_folder;
use super::open::Store;
use super::vault::KEYS;
use crate::clinic::words::plural;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The folders of a practice that hold nothing but its files.
const FOLDERS: [&str; 7] = ["audit", "charts", "kept", KEYS, "products", "regimens", "unmatched"];
/// Its files beside them.
const FILES: [&str; 2] = ["practice.ron", ".lock"];
/// What is said where the system keeps a list of accounts and does not show it.
const UNKNOWN: &str = "it lies outside of your account's own folders, and the system did not say which other accounts can read here: ask whoever looks after the computer, or encrypt the practice";
/// Folders lie in folders only where somebody put them there.
const DEEPEST: usize = 8;

/// Whether rights were looked at since the practice was opened.
#[derive(Clone, Debug, Default)]
pub(super) struct Narrowed(Arc<AtomicBool>);

impl Store {
    /// Takes from other accounts what they can read of the practice's own files, and of its places on this workstation. The
    /// practice's folder itself, which a person may have made for more than this, stays as it is; where others may write to
    /// it, colleagues may share it under accounts of their own, and nothing in it is taken from them.
    pub(super) fn narrow(&self) {
        let disk = self.raw_disk();
        let may_narrow = |meta: &Metadata| others_enter(meta) && !others_write(meta);
        if meta(disk, self.dir()).is_some_and(|meta| may_narrow(&meta)) {
            FILES.iter().for_each(|name| narrow(disk, &self.dir().join(name), 0));
            FOLDERS.iter().for_each(|name| narrow(disk, &self.dir().join(name), DEEPEST));
        }
        self.own_places().iter().for_each(|place| narrow(disk, place, DEEPEST));
    }

    /// Does so with the first write since the practice was opened.
    pub(super) fn narrow_once(&self, narrowed: &Narrowed) {
        if !narrowed.0.swap(true, Ordering::Relaxed) {
            self.narrow();
        }
    }

    /// Names each place in which other accounts can read, and says what takes that from them.
    pub(super) fn wide(&self) -> Vec<Problem> {
        let disk = self.raw_disk();
        let all = std::iter::once(self.dir().to_owned()).chain(self.own_places());
        all.filter_map(|place| match disk.others(&place) {
            Others::InBits => self.wide_by_bits(&place),
            Others::LetIn(command) if meta(disk, &place).is_some() => Some(let_in(&place, &command)),
            Others::Unknown if meta(disk, &place).is_some() => Some(Problem::new(&place, UNKNOWN)),
            _ => None,
        })
        .collect()
    }

    fn wide_by_bits(&self, place: &Path) -> Option<Problem> {
        let disk = self.raw_disk();
        let mut found = Vec::new();
        gather(disk, place, DEEPEST, &mut found);
        // That others can see the names of its folders is no harm; that they can put another file there is.
        found.retain(|path| *path != self.dir() || meta(disk, path).is_some_and(|meta| others_write(&meta)));
        said(disk, place, &found)
    }

    fn raw_disk(&self) -> &dyn Disk {
        self.disk().sealed().map_or(self.disk(), |sealed| sealed.raw())
    }

    /// Backups that lie in the state folder are looked at with it.
    fn own_places(&self) -> Vec<PathBuf> {
        let places = self.places();
        let mut all: Vec<_> = [&places.state, &places.cache, &places.backups].into_iter().flatten().cloned().collect();
        let state = places.state.clone();
        all.retain(|place| state.as_ref().is_none_or(|state| place == state || !place.starts_with(state)));
        all
    }
}

fn let_in(place: &Path, command: &str) -> Problem {
    let what = format!(
        "other accounts of this computer can read here, or write. `{command}` takes that from them. Where colleagues share this folder under accounts of their own, leave it as it is and encrypt the practice"
    );
    Problem::new(place, what)
}

fn said(disk: &dyn Disk, place: &Path, found: &[PathBuf]) -> Option<Problem> {
    let first = found.first()?;
    let folders = found.iter().filter(|path| is_folder(disk, path)).count();
    let counts = [(found.len() - folders, "file"), (folders, "folder")];
    let counts: Vec<_> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| plural(*n as i64, noun)).collect();
    let which = if found.len() == 1 && first == place { String::new() } else { format!(", {} first", first.display()) };
    let what = format!(
        "other accounts of this computer can read here, or write: {}{which}. `chmod -R go= \"{}\"` takes that from them. Where colleagues share this folder under accounts of their own, or the file system keeps no rights, as on many sticks, leave it as it is and encrypt the practice",
        counts.join(" and "),
        place.display()
    );
    Some(Problem::new(place, what))
}

/// Finds what others can read or write, as far as they can come.
fn gather(disk: &dyn Disk, path: &Path, deep: usize, into: &mut Vec<PathBuf>) {
    let Some(meta) = meta(disk, path) else { return };
    if is_wide(&meta) {
        into.push(path.to_owned());
    }
    if deep > 0 && meta.is_dir() && others_enter(&meta) {
        inside(disk, path).iter().for_each(|path| gather(disk, path, deep - 1, into));
    }
}

/// Takes it from them, and what lies in it where they could enter.
fn narrow(disk: &dyn Disk, path: &Path, deep: usize) {
    let Some(meta) = meta(disk, path).filter(is_wide) else { return };
    // What another account made is its to narrow; `check` names it.
    let _ = disk.narrow(path);
    if deep > 0 && meta.is_dir() {
        inside(disk, path).iter().for_each(|path| narrow(disk, path, deep - 1));
    }
}

fn inside(disk: &dyn Disk, folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = disk.list(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Links have no rights of their own, and what they lead to is not the practice's.
fn meta(disk: &dyn Disk, path: &Path) -> Option<Metadata> {
    disk.meta_of_name(path).ok().filter(|meta| meta.is_file() || meta.is_dir())
}

/// The bits of the group and of all others.
#[cfg(unix)]
fn of_others(meta: &Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o077
}

/// Here a file takes over who may read it from its folder.
#[cfg(not(unix))]
fn of_others(_: &Metadata) -> u32 {
    0
}

fn is_wide(meta: &Metadata) -> bool {
    of_others(meta) != 0
}

fn others_write(meta: &Metadata) -> bool {
    of_others(meta) & 0o022 != 0
}

fn others_enter(meta: &Metadata) -> bool {
    of_others(meta) & 0o011 != 0
}
