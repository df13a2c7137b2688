//! Switching on and off, stopped at every write: nothing is lost, and the next try goes on.

use super::{MAGIC, encrypted, files_below, maya, open_with, shut, swift};
use crate::faulty::{Fault, Faulty};
use crate::kit::{NURSE, again, given, now, patient, places, practice, today};
use cobalog::clinic::chart::Chart;
use cobalog::store::disk::{Disk, Real};
use cobalog::store::vault::{self, Vault};
use cobalog::store::{Store, backup, check};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

fn faults(at: usize) -> [Fault; 2] {
    [false, true].map(|half_done| Fault { at, for_good: true, error: ErrorKind::StorageFull, half_done })
}

/// Opens the practice as it is now: with a passphrase where it is encrypted.
fn as_it_is(root: &TempDir, dir: &Path) -> Store {
    match Vault::of(swift(), dir) {
        None => Store::open_on(dir, places(root.path()), swift()).unwrap(),
        Some(vault) => open_with(root, &vault.open("mk", &maya()[0].1).unwrap()),
    }
}

fn has_everything(store: &Store, charts: &[Chart]) {
    for chart in charts {
        assert_eq!(store.chart(chart.id).unwrap(), *chart);
    }
    assert_eq!(store.roster(today()).rows.len(), charts.len());
}

fn plain_files(root: &TempDir) -> usize {
    let shut = |path: &Path| fs::read(path).unwrap().starts_with(MAGIC);
    files_below(root.path()).iter().filter(|path| !shut(path)).count()
}

#[test]
fn switching_on_may_be_stopped_anywhere() {
    let mut at = 1;
    loop {
        let mut stopped = 0;
        for fault in faults(at) {
            let (root, store) = practice();
            let charts = ["Okafor", "Brandt"].map(|name| patient(&store, name));
            backup::add(store.disk(), store.dir(), store.places(), now()).unwrap();
            let faulty = Faulty::default();
            faulty.fail(Some(fault));
            let disk: Arc<dyn Disk> = Arc::new(faulty.clone());
            let done = vault::encrypt(store.dir(), store.places(), &disk, &maya(), &mut |_, _| {});
            stopped += usize::from(faulty.calls().len() >= at);
            if done.as_ref().is_ok_and(|on| on.left.is_empty()) {
                assert!(faulty.calls().len() < at || fault.half_done || done.is_ok());
            }
            has_everything(&as_it_is(&root, store.dir()), &charts);
            // It can be written to as well.
            let note = vec![given(None, today(), "between")];
            let (grown, _) = as_it_is(&root, store.dir()).record(charts[0].id, note, NURSE, now()).unwrap();
            let charts = [grown, charts[1].clone()];

            let on = shut(store.dir(), store.places(), &swift());
            if done.is_err() {
                assert!(on.recovery.is_some(), "at {at}: nobody has seen the recovery key");
            }
            let open = open_with(&root, &on.key);
            has_everything(&open, &charts);
            let report = check(store.dir(), places(root.path()), on.key.disk(swift()));
            assert_eq!(report.problems, [], "at {at}");
        }
        if stopped == 0 {
            break;
        }
        at += 1;
    }
    assert!(at > 40, "{at}");
}

#[test]
fn switching_off_may_be_stopped_anywhere() {
    let mut at = 1;
    loop {
        let mut stopped = 0;
        for fault in faults(at) {
            let (root, store, on, charts) = encrypted();
            let faulty = Faulty::default();
            faulty.fail(Some(fault));
            let disk: Arc<dyn Disk> = Arc::new(faulty.clone());
            let _ = vault::decrypt(&on.key, store.places(), &disk, &mut |_, _| {});
            stopped += usize::from(faulty.calls().len() >= at);
            has_everything(&as_it_is(&root, store.dir()), &charts);
            if let Some(vault) = Vault::of(swift(), store.dir()) {
                let key = vault.open("mk", &maya()[0].1).unwrap();
                assert_eq!(vault::decrypt(&key, store.places(), &swift(), &mut |_, _| {}).unwrap(), []);
            }
            has_everything(&again(&root, &store), &charts);
            let stray = check(store.dir(), places(root.path()), swift()).problems;
            assert!(
                stray.iter().all(|problem| problem.what.contains("a key under a passphrase")),
                "at {at}: {stray:?}"
            );
            assert_eq!(vault::remove_stray(store.dir(), &*swift()).unwrap(), stray.len());
            assert_eq!(check(store.dir(), places(root.path()), swift()).problems, [], "at {at}");
            assert!(plain_files(&root) > 4);
        }
        if stopped == 0 {
            break;
        }
        at += 1;
    }
    assert!(at > 40, "{at}");
}

/// The bytes of a chart that is encrypted with the practice's key, and damaged.
fn damaged_chart(store: &Store, charts: &[Chart]) -> (std::path::PathBuf, Vec<u8>) {
    let path = store.dir().join(format!("charts/{}.ron", charts[0].id));
    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    (path, bytes)
}

#[test]
fn what_a_second_writer_left_encrypted_while_it_was_switched_off_stays_within_reach() {
    let (root, store, on, charts) = encrypted();
    let (path, damaged) = damaged_chart(&store, &charts);
    let whole = fs::read(&path).unwrap();
    let (recipient, to) = (store.dir().join("keys/recipient"), path.clone());
    let second_writer = std::thread::spawn(move || {
        while recipient.exists() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        fs::write(to, damaged).unwrap();
    });
    let left = vault::decrypt(&on.key, store.places(), &Real::shared(), &mut |_, _| {}).unwrap();
    second_writer.join().unwrap();
    assert_eq!(left.iter().map(|problem| &problem.path).collect::<Vec<_>>(), [&path]);
    // It is said to be encrypted, and its passphrase opens it.
    let vault = Vault::of(swift(), store.dir()).expect("the practice still says that it is encrypted");
    let key = vault.open("mk", &maya()[0].1).unwrap();
    assert_eq!(open_with(&root, &key).chart(charts[1].id).unwrap(), charts[1]);
    // Once it is whole the switch goes on.
    fs::write(&path, whole).unwrap();
    assert_eq!(vault::decrypt(&key, store.places(), &swift(), &mut |_, _| {}).unwrap(), []);
    has_everything(&again(&root, &store), &charts);
}

#[test]
fn switching_on_does_not_throw_the_only_key_of_a_chart_away() {
    let (root, store, on, charts) = encrypted();
    let path = store.dir().join(format!("charts/{}.ron", charts[0].id));
    let shut_chart = fs::read(&path).unwrap();
    // As an older program, or a power cut, may have left it.
    let keys = store.dir().join("keys");
    let old = files_below(&keys).into_iter().map(|key| (fs::read(&key).unwrap(), key)).collect::<Vec<_>>();
    assert_eq!(vault::decrypt(&on.key, store.places(), &swift(), &mut |_, _| {}).unwrap(), []);
    fs::create_dir_all(&keys).unwrap();
    old.iter().filter(|(_, key)| !key.ends_with("recipient")).for_each(|(bytes, key)| fs::write(key, bytes).unwrap());
    fs::write(&path, shut_chart).unwrap();
    let other = [("mk".to_owned(), super::secret("some other passphrase"))];
    let refused = vault::encrypt(store.dir(), store.places(), &swift(), &other, &mut |_, _| {}).unwrap_err();
    assert!(refused.to_string().contains(&format!("{} is still encrypted", path.display())), "{refused}");
    assert!(keys.join("mk.age").exists() && !keys.join("recipient").exists());
    // With a passphrase of then it goes on with the key of then.
    let again = shut(store.dir(), store.places(), &swift());
    assert_eq!(again.key.public(), on.key.public());
    has_everything(&open_with(&root, &again.key), &charts);
}

#[test]
fn a_recovery_key_is_made_anew_until_somebody_has_seen_it() {
    let (root, store) = practice();
    let _root = root;
    let first = shut(store.dir(), store.places(), &swift());
    let second = shut(store.dir(), store.places(), &swift());
    assert!(first.recovery.is_some() && second.recovery.is_some(), "nobody was shown the first one");
    vault::recovery_seen(store.dir(), &*swift());
    assert!(shut(store.dir(), store.places(), &swift()).recovery.is_none());
}
