//! Damaged age files: named, kept, put together from backups, and never a panic or a wait.

use super::{MAGIC, encrypted, maya, open_with, secret, swift, vault};
use crate::kit::{NURSE, chart_path, given, now, places, today};
use cobalog::store::vault::{Vault, VaultError};
use cobalog::store::{StoreError, backup, check, repair::repair};
use std::fs;
use std::time::{Duration, Instant};

/// Every way in which such a file was seen to break, and a few that somebody could make up.
fn damaged(good: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for length in [0, 1, 10, 21, 22, 23, 60, 120, 200, 300, good.len() / 2, good.len() - 17, good.len() - 1] {
        if length > MAGIC.len() && length < good.len() {
            all.push((format!("cut at {length}"), good[..length].to_vec()));
        }
    }
    for at in (0..good.len()).step_by(good.len() / 60 + 1).filter(|at| *at >= MAGIC.len()) {
        let mut bytes = good.to_vec();
        bytes[at] ^= 0x20;
        all.push((format!("flipped at {at}"), bytes));
    }
    let with = |tail: &[u8]| [MAGIC, tail].concat();
    all.push(("grown".to_owned(), [good, b"more"].concat()));
    all.push(("twice".to_owned(), [good, good].concat()));
    all.push(("no end".to_owned(), with(&b"-> X25519 ".repeat(20_000))));
    all.push(("only lines".to_owned(), with(&b"\n".repeat(100_000))));
    all.push(("stanzas".to_owned(), with(&[b"-> a\n\n".repeat(30_000), b"--- AAAA\n".to_vec()].concat())));
    all.push(("zeros".to_owned(), with(&[0; 4096])));
    all.push(("a later format".to_owned(), b"age-encryption.org/v9\nwhat nobody knows\n---\n".to_vec()));
    all
}

#[test]
fn a_damaged_chart_is_named_and_hides_nobody() {
    let (root, store, on, charts) = encrypted();
    let path = chart_path(&store, &charts[0]);
    let good = fs::read(&path).unwrap();
    let disk = on.key.disk(swift());
    for (what, bytes) in damaged(&good) {
        fs::write(&path, &bytes).unwrap();
        let began = Instant::now();
        let read = open_with(&root, &on.key).chart(charts[0].id);
        assert!(began.elapsed() < Duration::from_secs(20), "{what} took {:?}", began.elapsed());
        // Letters that age takes for the same, or bytes that it does not look at, may have been hit.
        if read.as_ref().is_ok_and(|chart| *chart == charts[0]) {
            continue;
        }
        assert!(matches!(read, Err(StoreError::Damaged { .. })), "{what}: {read:?}");
        let report = check(store.dir(), places(root.path()), disk.clone());
        assert_eq!((report.charts, report.can_repair), (1, true), "{what}: {report:?}");
        assert!(report.problems.iter().any(|problem| problem.path == path), "{what}: {report:?}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "{what}: a look changes nothing");
        assert_eq!(store.roster(today()).rows.len(), 1);
    }
}

#[test]
fn a_damaged_chart_comes_back_from_the_backup_and_its_bytes_are_kept() {
    let (root, store, on, charts) = encrypted();
    let (chart, _) = store.record(charts[0].id, vec![given(None, today(), "today")], NURSE, now()).unwrap();
    let path = chart_path(&store, &chart);
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() - 9);
    fs::write(&path, &bytes).unwrap();
    let made = backup::write(store.disk(), store.dir(), &root.path().join("damaged.tar.gz"), false).unwrap();
    assert_eq!((made.damaged.len(), made.unread.len()), (1, 0), "it goes in as it lies there: {made:?}");
    let report = repair(store.dir(), store.places(), now(), on.key.disk(swift())).unwrap();
    let [file] = &report.files[..] else { panic!("{report:?}") };
    assert_eq!(file.left, None, "{report:?}");
    assert_eq!(fs::read(file.kept.as_ref().unwrap()).unwrap(), bytes);
    // What was recorded today is remembered on this workstation, encrypted too.
    assert_eq!(open_with(&root, &on.key).chart(chart.id).unwrap(), chart);
    assert_eq!(check(store.dir(), places(root.path()), on.key.disk(swift())).problems, []);
}

#[test]
fn a_chart_that_is_encrypted_with_another_key_is_named() {
    let (root, store, on, charts) = encrypted();
    let (_other_root, other, _, others) = encrypted();
    fs::copy(chart_path(&other, &others[0]), chart_path(&store, &charts[0])).unwrap();
    let report = check(store.dir(), places(root.path()), on.key.disk(swift()));
    assert!(report.problems.iter().any(|p| p.what.contains("another key")), "{report:?}");
    repair(store.dir(), store.places(), now(), on.key.disk(swift())).unwrap();
    assert_eq!(open_with(&root, &on.key).chart(charts[0].id).unwrap(), charts[0]);
}

#[test]
fn a_damaged_key_is_named_and_another_one_opens() {
    let (_root, store, on, _) = encrypted();
    let vault = vault(store.dir());
    vault.put("ab", &secret("another long one"), &on.key).unwrap();
    let path = store.dir().join("keys/mk.age");
    let good = fs::read(&path).unwrap();
    for (what, bytes) in damaged(&good) {
        fs::write(&path, bytes).unwrap();
        let opened = vault.open("mk", &maya()[0].1);
        let is_told =
            matches!(opened, Err(VaultError::Damaged { .. } | VaultError::Wrong | VaultError::TooHard { .. }));
        assert!(is_told || opened.is_ok_and(|key| key.public() == on.key.public()), "{what}");
        assert!(vault.open_any(&[], &secret("another long one")).is_ok(), "{what}");
    }
    // One that would take hours.
    let text = String::from_utf8_lossy(&good).into_owned();
    let line = text.lines().find(|line| line.starts_with("-> scrypt")).unwrap();
    let (front, _) = line.rsplit_once(' ').unwrap();
    let at = line.len() + text.find(line).unwrap();
    let hard = [format!("{}{front} 40", &text[..text.find(line).unwrap()]).as_bytes(), &good[at..]].concat();
    fs::write(&path, hard).unwrap();
    assert!(matches!(vault.open("mk", &maya()[0].1), Err(VaultError::TooHard { .. })));
    fs::write(&path, &good[..100]).unwrap();
    fs::remove_file(store.dir().join("keys/recovery.age")).unwrap();
    let report = check(store.dir(), store.places().clone(), on.key.disk(swift()));
    let named: Vec<_> = report.problems.iter().map(|problem| problem.path.file_name().unwrap()).collect();
    assert_eq!(named, ["mk.age", "recovery.age"]);
    fs::write(&path, vec![b'x'; 1 << 20]).unwrap();
    assert!(matches!(vault.open("mk", &maya()[0].1), Err(VaultError::Damaged { .. })));
}

#[test]
fn a_damaged_backup_is_refused_in_words() {
    let (root, store, on, _) = encrypted();
    let file = root.path().join("stick.tar.gz");
    backup::write(store.disk(), store.dir(), &file, false).unwrap();
    let good = fs::read(&file).unwrap();
    let disk = on.key.disk(swift());
    for (what, bytes) in damaged(&good) {
        fs::write(&file, bytes).unwrap();
        match backup::drill(&*disk, &file, Some(store.dir())) {
            Ok(drill) => assert!(drill.is_good(), "{what}"),
            Err(error) => assert!(matches!(error, StoreError::Archive { .. }), "{what}: {error:?}"),
        }
        let _ = Vault::of_backup(swift(), &file, store.dir());
    }
}

#[test]
fn a_damaged_index_is_made_anew() {
    let (root, store, on, _) = encrypted();
    assert_eq!(store.roster(today()).rows.len(), 2);
    for name in ["roster.idx", "roster.log"] {
        let path = root.path().join("cache").join(name);
        store.record(store.roster(today()).rows[0].id, vec![given(None, today(), "x")], NURSE, now()).unwrap();
        let good = fs::read(&path).unwrap();
        for (what, bytes) in damaged(&good) {
            fs::write(&path, bytes).unwrap();
            let open = open_with(&root, &on.key);
            let rows = open.roster(today()).rows;
            assert_eq!(rows.len(), 2, "{name} {what}");
            assert!(rows.iter().any(|row| row.last_given == Some(today())), "{name} {what}");
        }
    }
}
