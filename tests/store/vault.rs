//! An encrypted practice: what is in it reads back with the key, and nothing of it is read without.

mod bound;
mod damaged;
mod keys;
mod names;
mod stopped;
mod tool;

use crate::faulty::Faulty;
use crate::kit::{NURSE, again, chart_path, given, notes, now, patient, places, practice, today};
use cobalog::clinic::chart::Chart;
use cobalog::store::disk::Disk;
use cobalog::store::vault::{self, Key, SwitchedOn, Vault, VaultError};
use cobalog::store::{Places, Store, StoreError, backup, check, restore};
use secrecy::{ExposeSecret as _, SecretString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

pub const MAGIC: &[u8] = b"age-encryption.org/v1\n";

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

pub fn swift() -> Arc<dyn Disk> {
    Arc::new(Faulty::default())
}

pub fn maya() -> [(String, SecretString); 1] {
    [("mk".to_owned(), secret("four brown horses"))]
}

pub fn shut(dir: &Path, places: &Places, disk: &Arc<dyn Disk>) -> SwitchedOn {
    let on = vault::encrypt(dir, places, disk, &maya(), &mut |_, _| {}).unwrap();
    assert_eq!(on.left, []);
    on
}

pub fn vault(dir: &Path) -> Vault {
    Vault::of(swift(), dir).unwrap()
}

pub fn open_with(root: &TempDir, key: &Key) -> Store {
    Store::open_on(&root.path().join("data"), places(root.path()), key.disk(swift())).unwrap()
}

/// Every file below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}

/// A practice with two patients, encrypted; its charts as they were.
pub fn encrypted() -> (TempDir, Store, SwitchedOn, [Chart; 2]) {
    let (root, store) = practice();
    let charts = ["Okafor", "Brandt"].map(|name| patient(&store, name));
    assert_eq!(store.roster(today()).problems, []);
    backup::add(store.disk(), store.dir(), store.places(), now()).unwrap();
    let on = shut(store.dir(), store.places(), &swift());
    let open = open_with(&root, &on.key);
    (root, open, on, charts)
}

#[test]
fn an_encrypted_practice_goes_on_with_its_key() {
    let (root, store, on, charts) = encrypted();
    for chart in &charts {
        assert_eq!(store.chart(chart.id).unwrap(), *chart);
        assert!(fs::read(chart_path(&store, chart)).unwrap().starts_with(MAGIC));
    }
    let (chart, _) = store.record(charts[0].id, vec![given(None, today(), "first")], NURSE, now()).unwrap();
    assert_eq!(notes(&chart).len(), 1);
    let again = open_with(&root, &on.key);
    assert_eq!(again.chart(charts[0].id).unwrap(), chart);
    assert_eq!(again.roster(today()).rows.len(), 2);
    assert!(again.roll_unverified().is_some(), "the index is there for the first frame");
    let report = check(again.dir(), places(root.path()), on.key.disk(swift()));
    assert_eq!((report.charts, report.problems, report.unknown), (2, vec![], vec![]));
}

#[test]
fn every_passphrase_and_the_recovery_key_open_it_and_nothing_else_does() {
    let (_root, store, on, _) = encrypted();
    let vault = vault(store.dir());
    assert_eq!(vault.slots(), ["mk"]);
    assert_eq!(vault.open("mk", &maya()[0].1).unwrap().public(), on.key.public());
    assert!(matches!(vault.open("mk", &secret("four brown horse")), Err(VaultError::Wrong)));
    assert!(matches!(vault.open("ab", &maya()[0].1), Err(VaultError::NoSlot { .. })));
    assert!(matches!(vault.open("../mk", &maya()[0].1), Err(VaultError::Name(_))));

    let code = on.recovery.unwrap();
    let typed = secret(&code.expose_secret().to_lowercase().replace('-', " "));
    assert_eq!(vault.open_with_recovery(&typed).unwrap().public(), on.key.public());
    assert!(matches!(vault.open_with_recovery(&secret("ABCD-EFGH")), Err(VaultError::Wrong)));

    assert!(matches!(vault.put("ab", &secret("short"), &on.key), Err(VaultError::Short)));
    vault.put("ab", &secret("another long one"), &on.key).unwrap();
    vault.put("mk", &secret("eleven green doors"), &on.key).unwrap();
    assert!(matches!(vault.open("mk", &maya()[0].1), Err(VaultError::Wrong)), "the old one is gone");
    assert_eq!(vault.open_any(&[], &secret("eleven green doors")).unwrap().0.public(), on.key.public());
    assert_eq!(vault.open_any(&["ab".to_owned()], &typed).unwrap().0.public(), on.key.public());
    vault.remove("ab").unwrap();
    vault.remove("ab").unwrap();
    assert_eq!(vault.slots(), ["mk"]);
    let fresh = vault.new_recovery(&on.key).unwrap();
    assert!(matches!(vault.open_with_recovery(&typed), Err(VaultError::Wrong)));
    assert!(vault.open_with_recovery(&fresh).is_ok());
}

#[test]
fn the_key_of_another_practice_is_refused() {
    let (_root, store, ..) = encrypted();
    let (_other_root, other, on, _) = encrypted();
    let vault = vault(store.dir());
    assert!(matches!(vault.put("ab", &secret("another long one"), &on.key), Err(VaultError::Other { .. })));
    fs::copy(other.dir().join("keys/mk.age"), store.dir().join("keys/mk.age")).unwrap();
    assert!(matches!(vault.open("mk", &maya()[0].1), Err(VaultError::Other { .. })));
    let opened = Store::open_on(store.dir(), store.places().clone(), on.key.disk(swift()));
    assert!(matches!(opened, Err(StoreError::Switched { .. })));
}

#[test]
fn what_the_practice_says_of_its_key_may_be_damaged() {
    let (root, store, on, charts) = encrypted();
    fs::write(store.dir().join("keys/recipient"), "age1\u{0}rubbish").unwrap();
    let key = vault(store.dir()).open("mk", &maya()[0].1).unwrap();
    assert_eq!(key.public(), on.key.public());
    assert_eq!(open_with(&root, &key).chart(charts[0].id).unwrap(), charts[0]);
}

#[test]
fn without_the_key_it_says_what_to_do_and_changes_nothing() {
    let (root, store, ..) = encrypted();
    let before = files_below(root.path());
    let plain = Store::open_on(store.dir(), places(root.path()), swift());
    let Err(error @ StoreError::Locked { .. }) = plain else { panic!("{plain:?}") };
    assert!(error.to_string().contains("passphrase"), "{error}");
    let report = check(store.dir(), places(root.path()), swift());
    assert_eq!(report.problems.len(), 1, "{report:?}");
    let repaired = cobalog::store::repair::repair(store.dir(), store.places(), now(), swift());
    assert!(matches!(repaired, Err(StoreError::Locked { .. })));
    let written = backup::write(&*swift(), store.dir(), &root.path().join("b.tar.gz"), false);
    assert!(matches!(written, Err(StoreError::Switched { .. })));
    assert_eq!(files_below(root.path()), before);
}

#[test]
fn a_program_that_has_it_open_plain_notices_that_it_was_switched() {
    let (root, store) = practice();
    let chart = patient(&store, "Okafor");
    let mut other = again(&root, &store);
    let on = shut(store.dir(), store.places(), &swift());
    let dose = || vec![given(None, today(), "late")];
    let recorded = other.record(chart.id, dose(), NURSE, now());
    assert!(matches!(recorded, Err(StoreError::Switched { .. })), "{recorded:?}");
    assert!(matches!(other.change_settings(|s| s.name = "X".to_owned()), Err(StoreError::Switched { .. })));
    assert!(matches!(other.may_write(), Err(StoreError::Switched { .. })));
    assert!(matches!(other.reload(), Err(StoreError::Locked { .. })));

    let shut_one = open_with(&root, &on.key);
    vault::decrypt(&on.key, store.places(), &swift(), &mut |_, _| {}).unwrap();
    let recorded = shut_one.record(chart.id, dose(), NURSE, now());
    assert!(matches!(recorded, Err(StoreError::Switched { .. })), "{recorded:?}");
    other.record(chart.id, dose(), NURSE, now()).unwrap();
    let on = shut(store.dir(), store.places(), &swift());
    let recorded = shut_one.record(chart.id, dose(), NURSE, now());
    assert!(matches!(recorded, Err(StoreError::Switched { .. })), "another key: {recorded:?}");
    assert_eq!(notes(&open_with(&root, &on.key).chart(chart.id).unwrap()).len(), 1);
}

#[test]
fn switched_off_everything_is_plain_again_and_nothing_is_lost() {
    let (root, store, on, charts) = encrypted();
    let (chart, _) = store.record(charts[0].id, vec![given(None, today(), "first")], NURSE, now()).unwrap();
    let mut told = Vec::new();
    let left = vault::decrypt(&on.key, store.places(), &swift(), &mut |done, of| told.push((done, of))).unwrap();
    assert_eq!(left, []);
    assert_eq!(told.last().map(|(done, of)| done == of), Some(true), "{told:?}");
    assert!(Vault::of(swift(), store.dir()).is_none());
    // The key of the seals stays, and that nobody has the recovery key on paper; those of the encryption go.
    let keys = files_below(&store.dir().join("keys"));
    let stays = |path: &PathBuf| ["seal.key", "unseen-plain"].iter().any(|name| path.ends_with(name));
    assert!(keys.iter().all(stays), "{keys:?}");
    let shut: Vec<_> =
        files_below(root.path()).into_iter().filter(|path| fs::read(path).unwrap().starts_with(MAGIC)).collect();
    assert_eq!(shut, Vec::<PathBuf>::new());
    let plain = again(&root, &store);
    assert_eq!(plain.chart(chart.id).unwrap(), chart);
    let report = check(plain.dir(), places(root.path()), swift());
    assert_eq!((report.charts, report.problems), (2, vec![]));
}

#[test]
fn two_programs_and_a_folder_that_is_half_plain_work_together() {
    let (root, one, on, charts) = encrypted();
    let other = open_with(&root, &on.key);
    // A chart that a switch left plain, as after a crash.
    let path = chart_path(&one, &charts[1]);
    let plain = cobalog::store::write_chart(&charts[1], &path).unwrap();
    fs::write(&path, plain).unwrap();
    let report = check(one.dir(), places(root.path()), on.key.disk(swift()));
    assert_eq!(report.problems.len(), 1, "{report:?}");
    assert!(report.problems[0].what.contains("cobalog encrypt"), "{report:?}");
    for n in 0..3 {
        for (store, name) in [(&one, "one"), (&other, "other")] {
            for chart in &charts {
                let note = format!("{name} {n}");
                store.record(chart.id, vec![given(None, today(), &note)], NURSE, now()).unwrap();
            }
        }
    }
    for chart in &charts {
        assert_eq!(notes(&one.chart(chart.id).unwrap()).len(), 6);
        assert_eq!(one.chart(chart.id).unwrap(), other.chart(chart.id).unwrap());
    }
    assert!(fs::read(&path).unwrap().starts_with(MAGIC), "the next write encrypts it");
    assert_eq!(check(one.dir(), places(root.path()), on.key.disk(swift())).problems, []);
}

#[test]
fn what_another_workstation_has_plain_is_encrypted_when_it_opens_the_practice() {
    let (root, store) = practice();
    patient(&store, "Okafor");
    assert_eq!(store.roster(today()).problems, []);
    backup::add(store.disk(), store.dir(), store.places(), now()).unwrap();
    // Switched on elsewhere, where the places are others.
    let elsewhere = root.path().join("elsewhere");
    let on = shut(store.dir(), &places(&elsewhere), &swift());
    let plain = || {
        let below = |name: &str| files_below(&root.path().join(name));
        let mut files = [below("state"), below("cache"), below("backups")].concat();
        files.retain(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.'));
        files.retain(|path| !fs::read(path).unwrap().starts_with(MAGIC));
        files
    };
    assert!(plain().len() >= 4, "{:?}", plain());
    assert_eq!(vault::tidy(&on.key, store.places(), &swift()), []);
    assert_eq!(plain(), Vec::<PathBuf>::new());
    assert_eq!(vault::tidy(&on.key, store.places(), &swift()), []);
    let report = check(store.dir(), places(root.path()), on.key.disk(swift()));
    assert_eq!((report.charts, report.problems), (1, vec![]));
}

#[test]
fn a_backup_brings_its_keys_and_comes_back_anywhere() {
    let (root, store, on, charts) = encrypted();
    let file = root.path().join("stick.tar.gz");
    let made = backup::write(store.disk(), store.dir(), &file, false).unwrap();
    assert_eq!((made.charts, made.damaged, made.unread), (2, vec![], vec![]));
    assert!(fs::read(&file).unwrap().starts_with(MAGIC));
    assert!(backup::drill(store.disk(), &file, Some(store.dir())).unwrap().is_good());
    let Err(StoreError::Archive { what, .. }) = backup::drill(&*swift(), &file, None) else { panic!("opened") };
    assert!(what.contains("passphrase"), "{what}");

    let to = root.path().join("new computer");
    let brought = Vault::of_backup(swift(), &file, &to).unwrap().unwrap();
    assert_eq!(brought.slots(), ["mk"]);
    let key = brought.open("mk", &maya()[0].1).unwrap();
    assert_eq!(key.public(), on.key.public());
    let restored = restore::into_empty(&*key.disk(swift()), &file, &to).unwrap();
    assert_eq!((restored.charts, restored.damaged), (2, vec![]));
    let key = vault(&to).open_with_recovery(on.recovery.as_ref().unwrap()).unwrap();
    let back = Store::open_on(&to, Places::default(), key.disk(swift())).unwrap();
    assert_eq!(back.chart(charts[0].id).unwrap(), charts[0]);
    assert!(fs::read(chart_path(&back, &charts[0])).unwrap().starts_with(MAGIC));
    assert!(!fs::read(to.join("practice.ron")).unwrap().starts_with(MAGIC));
}

#[test]
fn a_backup_of_the_time_of_another_key_can_be_added() {
    let (root, store, on, charts) = encrypted();
    let file = root.path().join("stick.tar.gz");
    backup::write(store.disk(), store.dir(), &file, false).unwrap();
    vault::decrypt(&on.key, store.places(), &swift(), &mut |_, _| {}).unwrap();
    fs::remove_file(chart_path(&store, &charts[1])).unwrap();
    // Into a practice that is plain.
    let old = Vault::of_backup(swift(), &file, store.dir()).unwrap().unwrap().open("mk", &maya()[0].1).unwrap();
    let plain = Store::open_on(store.dir(), places(root.path()), old.reading_disk(swift())).unwrap();
    assert_eq!(plain.merge(&file, now()).unwrap().new_charts, 1);
    assert!(!fs::read(chart_path(&store, &charts[1])).unwrap().starts_with(MAGIC));
    // Into one that has another key.
    fs::remove_file(chart_path(&store, &charts[1])).unwrap();
    let on = shut(store.dir(), store.places(), &swift());
    let refused = open_with(&root, &on.key).merge(&file, now());
    assert!(matches!(&refused, Err(StoreError::Archive { what, .. }) if what.contains("another key")), "{refused:?}");
    let both = open_with(&root, &on.key.reading_with(&old));
    assert_eq!(both.merge(&file, now()).unwrap().new_charts, 1);
    assert_eq!(open_with(&root, &on.key).chart(charts[1].id).unwrap(), charts[1]);
}
