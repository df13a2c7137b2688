//! Files that another program holds, as a virus scanner or a sync program does on Windows: they can be neither opened nor
//! replaced until it lets go.

use crate::kit::{NURSE, again, chart_path, given, notes, now, patient, practice, today};
use cobalog::store::disk::{Disk as _, Real};
use std::fs::{self, File, OpenOptions};
use std::os::windows::fs::OpenOptionsExt as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

const NOBODY: u32 = 0;
const READERS: u32 = 1;

/// Holds a file, letting `others` in alone.
fn hold(path: &Path, others: u32) -> File {
    OpenOptions::new().read(true).share_mode(others).open(path).unwrap()
}

/// Does something while another program holds a file for a while.
fn while_held<T>(path: &Path, others: u32, time: Duration, then: impl FnOnce() -> T) -> T {
    let held = hold(path, others);
    thread::scope(|scope| {
        scope.spawn(move || {
            thread::sleep(time);
            drop(held);
        });
        then()
    })
}

#[test]
fn an_entry_waits_for_a_chart_that_is_held() {
    for others in [NOBODY, READERS] {
        let (root, store) = practice();
        let chart = patient(&store, "Ahmed");
        // Reading is not waited for as long as writing.
        let time = Duration::from_millis(if others == NOBODY { 40 } else { 400 });
        while_held(&chart_path(&store, &chart), others, time, || {
            store.record(chart.id, vec![given(None, today(), "waited")], NURSE, now()).unwrap();
        });
        assert!(notes(&again(&root, &store).chart(chart.id).unwrap()).contains("waited"));
    }
}

#[test]
fn a_name_is_confirmed_once_its_file_is_let_go() {
    let (_root, store) = practice();
    let path = store.dir().join("practice.ron");
    while_held(&path, READERS, Duration::from_millis(300), || {
        assert_eq!(Real.sync_name(&path).unwrap_err().kind(), std::io::ErrorKind::ResourceBusy);
    });
    Real.sync_name(&path).unwrap();
}

#[test]
fn a_lock_file_that_is_looked_at_stops_nobody() {
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    while_held(&store.dir().join(".lock"), NOBODY, Duration::from_millis(400), || {
        store.record(chart.id, vec![given(None, today(), "waited")], NURSE, now()).unwrap();
    });
}

#[test]
fn a_chart_that_is_not_let_go_is_as_it_was() {
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let path = chart_path(&store, &chart);
    let before = fs::read(&path).unwrap();
    let held = hold(&path, READERS);
    let said = store.record(chart.id, vec![given(None, today(), "not")], NURSE, now()).unwrap_err().to_string();
    assert!(said.contains("another program holds it open") && said.contains("Nothing was changed"), "{said}");
    assert_eq!(fs::read(&path).unwrap(), before);
    drop(held);
    store.record(chart.id, vec![given(None, today(), "then")], NURSE, now()).unwrap();
}

#[test]
fn names_that_are_folders_or_gone_can_be_confirmed() {
    let (root, store) = practice();
    for path in [store.dir().to_owned(), store.dir().join("charts"), root.path().join("not-there.ron")] {
        Real.sync_name(&path).unwrap();
    }
}

#[test]
fn a_lock_that_is_taken_shows_when() {
    let (_root, store) = practice();
    let path = store.dir().join(".lock");
    let lock = Real.open_lock(&path).unwrap();
    lock.try_lock().unwrap();
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
    OpenOptions::new().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    lock.touch(7).unwrap();
    let age = fs::metadata(&path).unwrap().modified().unwrap().elapsed().unwrap();
    assert!(age < Duration::from_secs(60), "{age:?}");
    // Who finds the own mark was alone meanwhile; an older program writes a dot.
    assert_eq!(lock.touch(8).unwrap(), Some(7));
    fs::write(&path, ".").unwrap();
    assert_eq!((lock.touch(9).unwrap(), lock.touch(10).unwrap()), (None, Some(9)));
    let left = fs::read_dir(store.dir())
        .unwrap()
        .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with('~'));
    assert_eq!(left.count(), 0);
}
