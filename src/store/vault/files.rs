//! The files of a practice that may name a patient: in its folder and in its places on this workstation.

use super::super::atomic::is_temporary_name;
use super::super::disk::Disk;
use super::super::error::StoreError;
use super::super::files::{is_absent, is_temporary};
use super::super::paths::Places;
use super::super::tries;
use super::places::is_plain;
use super::{KEYS, cipher};
use std::path::{Path, PathBuf};

/// Those of a practice; of the keys only what is not the practice's own key.
const FOLDERS: [&str; 5] = ["audit", "charts", "kept", KEYS, "unmatched"];
/// Folders lie in folders only where somebody put them there.
const DEEPEST: usize = 8;

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Lying {
    pub(super) path: PathBuf,
    pub(super) place: Place,
}

/// Where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the practice's folder.
    Practice,
    /// In the state of this workstation.
    State,
    /// Among the backups of this workstation.
    Backups,
}

/// Lists those that are encrypted, or those that are not.
///
/// # Errors
/// [`StoreError::Read`]: what cannot be looked at may be one.
pub(super) fn list(
    raw: &dyn Disk,
    (dir, places): (Option<&Path>, &Places),
    encrypted: bool,
) -> Result<Vec<Lying>, StoreError> {
    let mut found = Vec::new();
    for (folder, place) in folders(dir, places) {
        let skip = places.backups.as_deref().filter(|_| place != Place::Backups);
        let mut paths = Vec::new();
        walk(raw, &folder, skip, DEEPEST, &mut paths)?;
        // The wrong tries are needed before anything is open; what encrypted them by mistake is decrypted.
        let is_of_tries =
            |path: &Path| !encrypted && places.state.as_deref().is_some_and(|state| path == tries::path(state));
        let is_plain = |path: &Path| is_of_tries(path) || dir.is_some_and(|dir| is_plain(dir, path));
        for path in paths.into_iter().filter(|path| !is_temporary(path) && !is_plain(path)) {
            if is_encrypted(raw, &path)? == Some(encrypted) {
                found.push(Lying { path, place });
            }
        }
    }
    Ok(found)
}

/// Lists what programs that died left under temporary names, where they may name a patient.
pub(super) fn left(raw: &dyn Disk, dir: Option<&Path>, places: &Places) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for (folder, place) in folders(dir, places).into_iter().chain(places.cache.clone().map(|f| (f, Place::State))) {
        let skip = places.backups.as_deref().filter(|_| place != Place::Backups);
        let _ = walk(raw, &folder, skip, DEEPEST, &mut paths);
    }
    let is_left = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()).is_some_and(is_temporary_name);
    paths.retain(|path| is_left(path) && !dir.is_some_and(|dir| is_plain(dir, path)));
    paths
}

/// Names the files that an encrypted practice has plain and should not; what cannot be looked at is for others to name.
pub(in crate::store) fn plain(raw: &dyn Disk, dir: &Path, places: &Places) -> Vec<PathBuf> {
    let mut plain: Vec<_> =
        list(raw, (Some(dir), places), false).unwrap_or_default().into_iter().map(|lying| lying.path).collect();
    let index = places.cache.as_ref().map(|cache| cache.join("roster.idx"));
    plain.extend(index.filter(|path| is_encrypted(raw, path).is_ok_and(|is| is == Some(false))));
    plain
}

/// Names what lies plain under names that every list passes over: older versions that a sync program keeps, what an editor or
/// another system left. A folder is named once.
pub(in crate::store) fn hidden(raw: &dyn Disk, dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in std::iter::once(dir.to_owned()).chain(FOLDERS.map(|folder| dir.join(folder))) {
        let entries = raw.list(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
        found.extend(entries.filter(|path| is_temporary(path) && holds_plain(raw, dir, path)));
    }
    found
}

fn holds_plain(raw: &dyn Disk, dir: &Path, path: &Path) -> bool {
    let mut paths = vec![path.to_owned()];
    if raw.meta_of_name(path).is_ok_and(|meta| meta.is_dir()) {
        paths.clear();
        let _ = walk(raw, path, None, DEEPEST, &mut paths);
    }
    let may_name_a_patient = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        [".ron", ".log", ".tar.gz"].iter().any(|ending| name.contains(ending))
            && !is_temporary_name(&name)
            && !is_plain(dir, path)
            && is_encrypted(raw, path).is_ok_and(|is| is == Some(false))
    };
    paths.iter().any(may_name_a_patient)
}

/// Returns whether something of a practice is encrypted that is in use; what cannot be looked at may be.
pub(super) fn any_shut(raw: &dyn Disk, dir: &Path) -> bool {
    let mut paths = Vec::new();
    let mut folders = [KEYS, "charts", "audit"].iter();
    let is_known = folders.all(|folder| walk(raw, &dir.join(folder), None, DEEPEST, &mut paths).is_ok());
    let is_shut = |path: &PathBuf| {
        // A sync program's copy of a key says nothing of the rest.
        let is_key = path.starts_with(dir.join(KEYS)) && path.extension().is_some_and(|ending| ending == "age");
        !is_key
            && !is_temporary(path)
            && !is_plain(dir, path)
            && is_encrypted(raw, path).map_or(true, |is| is == Some(true))
    };
    !is_known || paths.iter().any(is_shut)
}

/// Returns whether a file is there that is encrypted.
pub(in crate::store) fn is_shut(raw: &dyn Disk, path: &Path) -> bool {
    is_encrypted(raw, path).is_ok_and(|is| is == Some(true))
}

fn folders(dir: Option<&Path>, places: &Places) -> Vec<(PathBuf, Place)> {
    let practice = dir.into_iter().flat_map(|dir| FOLDERS.map(|folder| (dir.join(folder), Place::Practice)));
    let state = places.state.clone().map(|folder| (folder, Place::State));
    let backups = places.backups.clone().map(|folder| (folder, Place::Backups));
    practice.chain(state).chain(backups).collect()
}

fn walk(
    raw: &dyn Disk,
    folder: &Path,
    skip: Option<&Path>,
    deep: usize,
    into: &mut Vec<PathBuf>,
) -> Result<(), StoreError> {
    let failed = |source| StoreError::Read { path: folder.to_owned(), source };
    let listed = match raw.list(folder) {
        Err(e) if is_absent(&e) => return Ok(()),
        other => other.map_err(failed)?,
    };
    for entry in listed {
        let path = entry.map_err(failed)?.path();
        let is_folder = raw.meta_of_name(&path).is_ok_and(|meta| meta.is_dir());
        if !is_folder {
            into.push(path);
        } else if deep > 0 && Some(path.as_path()) != skip {
            walk(raw, &path, skip, deep - 1, into)?;
        }
    }
    Ok(())
}

/// Returns whether a file is encrypted; `None` where it is no file, or went away.
pub(super) fn is_encrypted(raw: &dyn Disk, path: &Path) -> Result<Option<bool>, StoreError> {
    let failed = |source| StoreError::Read { path: path.to_owned(), source };
    match raw.meta(path) {
        Ok(meta) if meta.is_file() => {}
        Ok(_) => return Ok(None),
        Err(e) if is_absent(&e) => return Ok(None),
        Err(source) => return Err(failed(source)),
    }
    let mut head = Vec::with_capacity(cipher::enough());
    match raw.read(path, cipher::enough() as u64, &mut head) {
        Err(e) if is_absent(&e) => Ok(None),
        other => other.map(|()| Some(cipher::is_encrypted(&head))).map_err(failed),
    }
}
