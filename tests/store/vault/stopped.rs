//! Switching on and off, stopped at every write: nothing is lost, and the next try goes on.

use super::{MAGIC, encrypted, files_below, maya, open_with, shut, swift};
use crate::faulty::{Fault, Faulty};
use crate::kit::{NURSE, again, given, now, patient, places, practice, today};
use cobalog::clinic::chart::Chart;
use cobalog::store::disk::Disk;
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
