//! Files in a practice's folder that no part of Cobalog put there.

use super::super::disk::Disk;
use super::super::vault::KEYS;
use std::path::{Path, PathBuf};

/// The folders of a practice and what their files end in; `kept/` holds what once had other names, and keys have names of
/// their own.
const FOLDERS: [(&str, &str); 7] = [
    ("charts", "ron"),
    ("regimens", "ron"),
    ("products", "ron"),
    ("unmatched", "ron"),
    ("kept", ""),
    (KEYS, ""),
    ("audit", "log"),
];

/// What systems put into every folder. What begins with a dot is theirs or a sync program's anyway.
const OF_THE_SYSTEM: [&str; 2] = ["desktop.ini", "Thumbs.db"];

/// Lists them by name. A folder that cannot be listed is for others to name.
pub(super) fn files(disk: &dyn Disk, dir: &Path) -> Vec<PathBuf> {
    // One that cannot be looked at is for others to name too.
    let is_folder = |path: &Path| disk.meta(path).map_or(true, |meta| meta.is_dir());
    let is_folder = |name: &str, path: &Path| FOLDERS.iter().any(|(folder, _)| *folder == name) && is_folder(path);
    let mut found = strangers(disk, dir, |name, path| name == "practice.ron" || is_folder(name, path));
    for (folder, ending) in FOLDERS {
        // A `.ron` that is wrong there is a problem, not a stranger.
        let is_ours = |_: &str, path: &Path| ending.is_empty() || path.extension().is_some_and(|e| e == ending);
        found.extend(strangers(disk, &dir.join(folder), is_ours));
    }
    found.sort();
    found
}

fn strangers(disk: &dyn Disk, folder: &Path, is_ours: impl Fn(&str, &Path) -> bool) -> Vec<PathBuf> {
    let entries = disk.list(folder).into_iter().flatten().flatten();
    let is_strange = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with(['.', '~']) && !OF_THE_SYSTEM.contains(&name.as_ref()) && !is_ours(&name, path)
    };
    entries.map(|entry| entry.path()).filter(is_strange).collect()
}
