//! What a machine that died leaves behind stops nobody: its lock, its temporary files.

use crate::kit::{NURSE, given, notes, now, patient, person, practice, today};
use cobalog::store::{Store, StoreError};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

fn lock_of(store: &Store) -> File {
    let lock = File::options().read(true).write(true).open(store.dir().join(".lock")).unwrap();
    lock.lock().unwrap();
    lock
}

fn age(path: &Path, by: Duration) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + now_there(path).checked_sub(by).unwrap()).unwrap();
}

/// The time of the file system, by a file that is written now.
fn now_there(beside: &Path) -> Duration {
    let probe = beside.with_extension("probe");
    fs::write(&probe, "").unwrap();
    let now = fs::metadata(&probe).unwrap().modified().unwrap();
    fs::remove_file(&probe).unwrap();
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap()
}

#[test]
fn a_lock_that_is_held_now_is_waited_for_and_named() {
    let (_root, store) = practice();
    let id = patient(&store, "Ahmed").id;
    let _held = lock_of(&store);
    let refused = store.record(id, vec![given(None, today(), "one")], NURSE, now()).unwrap_err();
    assert!(matches!(&refused, StoreError::Busy { .. }), "{refused}");
    assert!(refused.to_string().contains(".lock") && refused.to_string().contains("try again"), "{refused}");
}

#[test]
fn a_lock_that_a_dead_machine_left_stops_nobody() {
    let (_root, store) = practice();
    let id = patient(&store, "Ahmed").id;
    let _held = lock_of(&store);
    age(&store.dir().join(".lock"), Duration::from_secs(40));
    let began = Instant::now();
    store.record(id, vec![given(None, today(), "one")], NURSE, now()).unwrap();
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    store.new_patient(vec![person("Novak")], NURSE, now()).unwrap();
    assert!(notes(&store.chart(id).unwrap()).contains("one"));
    assert_eq!(fs::read_dir(store.dir()).unwrap().filter(|e| is_temporary(&e.as_ref().unwrap().path())).count(), 0);
}

#[test]
fn who_takes_the_lock_touches_it() {
    let (_root, store) = practice();
    let id = patient(&store, "Ahmed").id;
    age(&store.dir().join(".lock"), Duration::from_secs(400));
    store.record(id, vec![given(None, today(), "one")], NURSE, now()).unwrap();
    let touched = fs::metadata(store.dir().join(".lock")).unwrap().modified().unwrap();
    let now = SystemTime::UNIX_EPOCH + now_there(&store.dir().join(".lock"));
    assert!(now.duration_since(touched).unwrap_or_default() < Duration::from_secs(60));
}

fn is_temporary(path: &Path) -> bool {
    path.file_name().unwrap().to_string_lossy().starts_with('~')
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Lays a file into the charts' folder that is so old.
fn leave(store: &Store, name: &str, old: Duration) -> PathBuf {
    let path = store.dir().join("charts").join(name);
    fs::write(&path, "half").unwrap();
    age(&path, old);
    path
}

#[test]
fn temporary_files_of_a_program_that_died_go_after_a_day() {
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let ours = format!("~{}.ron-0123456789abcdef.tmp", chart.id);
    let old = leave(&store, &ours, DAY + DAY);
    let fresh = leave(&store, &ours.replace("0123", "4567"), DAY / 2);
    let foreign = ["~$letter.tmp", "~backup-0123456789ABCDEF.tmp", "notes.tmp", "~x.ron"];
    let foreign = foreign.map(|name| leave(&store, name, DAY * 30));
    store.sweep();
    assert!(!old.exists() && fresh.exists() && foreign.iter().all(|p| p.exists()));
    assert_eq!(store.check().problems, []);
    assert_eq!(store.roster(today()).rows.len(), 1);
    fs::rename(&fresh, &old).unwrap();
    age(&old, DAY * 2);
    store.new_patient(vec![person("Novak")], NURSE, now()).unwrap();
    assert!(!old.exists(), "the command line sweeps too");
}
