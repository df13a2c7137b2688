//! What other accounts can read is named, and the practice's own files are narrowed where something is written.

use crate::kit::{NURSE, again, given, now, patient, places, practice, today};
use cobalog::store::disk::Real;
use cobalog::store::{Places, Store, check};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Everything below a folder, and the folder.
fn all(path: &Path, into: &mut Vec<PathBuf>) {
    into.push(path.to_owned());
    if path.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| all(&entry.unwrap().path(), into));
    }
}

/// A practice that was copied with the rights that a system gives by default.
fn widened() -> (TempDir, Store) {
    let (root, store) = practice();
    patient(&store, "Okafor");
    assert_eq!(store.roster(today()).problems, []);
    fs::write(root.path().join("state/x.flushed"), "x").unwrap();
    let mut paths = Vec::new();
    all(root.path(), &mut paths);
    paths.iter().for_each(|path| set(path, if path.is_dir() { 0o755 } else { 0o644 }));
    (root, store)
}

fn notes(root: &Path) -> Vec<(PathBuf, String)> {
    let report = check(&root.join("data"), places(root), Arc::new(Real));
    assert_eq!(report.problems, [], "nothing is damaged");
    // No log is kept here.
    let others = report.notes.into_iter().filter(|note| !note.path.ends_with("audit"));
    others.map(|note| (note.path, note.what)).collect()
}

#[test]
fn what_others_can_read_is_named_with_what_to_do() {
    let (root, _) = widened();
    let found = notes(root.path());
    let at = |name: &str| root.path().join(name);
    assert_eq!(found.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>(), [at("data"), at("state"), at("cache")]);
    let command = format!("`chmod -R go= \"{}\"`", at("data").display());
    assert!(found[0].1.contains("other accounts of this computer can read here") && found[0].1.contains(&command));
    assert!(!found[0].1.contains("1 folder"), "its own folder shows names alone: {found:?}");
    // What is done takes it away.
    for name in ["data", "state", "cache"] {
        let mut paths = Vec::new();
        all(&at(name), &mut paths);
        paths.iter().for_each(|path| set(path, mode(path) & 0o700));
    }
    assert_eq!(notes(root.path()), []);
    // Nobody comes past a folder that is the account's alone.
    set(&at("data/practice.ron"), 0o644);
    assert_eq!(notes(root.path()), []);
    set(&at("data"), 0o711);
    let found = notes(root.path());
    assert!(
        found.len() == 1 && found[0].1.contains("1 file, ") && found[0].1.contains("practice.ron first"),
        "{found:?}"
    );
    set(&at("data/practice.ron"), 0o600);
    assert_eq!(notes(root.path()), []);
    set(&at("data"), 0o770);
    assert_eq!(notes(root.path()).len(), 1, "others can put another practice.ron there");
}

#[test]
fn the_first_write_narrows_what_is_the_programs_own_and_nothing_else() {
    let (root, store) = widened();
    let stranger = root.path().join("data/notes.txt");
    fs::write(&stranger, "mine").unwrap();
    set(&stranger, 0o644);
    let chart = store.roster(today()).rows.remove(0).id;
    assert_eq!(mode(&root.path().join("data/charts")), 0o755, "who reads changes nothing");
    again(&root, &store).record(chart, vec![given(None, today(), "first")], NURSE, now()).unwrap();
    for (name, rights) in [
        ("data", 0o755),
        ("data/notes.txt", 0o644),
        ("data/practice.ron", 0o600),
        ("data/charts", 0o700),
        ("data/keys", 0o700),
        ("data/keys/seal.key", 0o600),
        ("state", 0o700),
        ("state/x.flushed", 0o600),
        ("cache", 0o700),
    ] {
        assert_eq!(mode(&root.path().join(name)), rights, "{name}");
    }
    let chart = root.path().join(format!("data/charts/{chart}.ron"));
    assert_eq!(mode(&chart), 0o600);
    let found = notes(root.path());
    assert!(found.len() == 1 && found[0].1.contains("notes.txt"), "{found:?}");
}

/// Colleagues may share it under accounts of their own.
#[test]
fn a_folder_that_others_may_write_to_is_narrowed_by_a_person_alone() {
    let (root, store) = widened();
    set(store.dir(), 0o2775);
    store.sweep();
    assert_eq!((mode(&store.dir().join("charts")), mode(&root.path().join("state"))), (0o755, 0o700));
    let found = notes(root.path());
    assert!(found.len() == 1 && found[0].1.contains("share this folder under accounts of their own"), "{found:?}");
}

#[test]
fn a_link_that_leads_out_of_the_practice_widens_and_narrows_nothing() {
    let (root, store) = widened();
    let outside = root.path().join("outside");
    fs::write(&outside, "x").unwrap();
    set(&outside, 0o644);
    std::os::unix::fs::symlink(&outside, store.dir().join("kept")).unwrap();
    store.sweep();
    assert_eq!(mode(&outside), 0o644);
    let none = Store::open_with(store.dir(), Places::default()).unwrap();
    none.sweep();
    assert_eq!(mode(&store.dir().join("charts")), 0o700);
}
