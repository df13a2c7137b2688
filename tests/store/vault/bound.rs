//! The file of a key says whose it is: under another name it opens nothing.

use super::{encrypted, maya, open_with, secret, swift, vault};
use crate::kit::places;
use age::scrypt;
use cobalog::store::vault::{Vault, VaultError};
use cobalog::store::{Store, backup, check};
use secrecy::SecretString;
use std::fs;
use std::path::{Path, PathBuf};

const TOM: &str = "another long one";

fn file(store: &Store, slot: &str) -> PathBuf {
    store.dir().join(format!("keys/{slot}.age"))
}

/// What a passphrase finds in a file.
fn inside(path: &Path, passphrase: &SecretString) -> String {
    let text = age::decrypt(&scrypt::Identity::new(passphrase.clone()), &fs::read(path).unwrap()).unwrap();
    String::from_utf8(text).unwrap()
}

/// Writes a file as programs wrote it that did not say whose key it is.
fn as_before(path: &Path, passphrase: &SecretString) -> Vec<u8> {
    let text = inside(path, passphrase);
    let line = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-")).unwrap();
    let mut recipient = scrypt::Recipient::new(passphrase.clone());
    recipient.set_work_factor(10);
    let bytes = age::encrypt(&recipient, format!("{line}\n").as_bytes()).unwrap();
    fs::write(path, &bytes).unwrap();
    bytes
}

#[test]
fn a_key_that_was_copied_under_another_name_opens_nothing_and_is_named() {
    let (root, store, on, _) = encrypted();
    let vault = vault(store.dir());
    vault.put("ta", &secret(TOM), &on.key).unwrap();
    fs::copy(file(&store, "ta"), file(&store, "mk")).unwrap();
    let refused = vault.open("mk", &secret(TOM)).unwrap_err();
    assert!(matches!(&refused, VaultError::Foreign { of, .. } if of == "ta"), "{refused}");
    assert_eq!(refused.put_there().as_deref(), Some("keys/mk.age is the key of ta"));
    assert!(refused.to_string().contains("chooses a passphrase anew"), "{refused}");
    // His own place is his.
    assert_eq!(vault.open_any(&["mk".to_owned()], &secret(TOM)).unwrap().1, "ta");
    let found = check(store.dir(), places(root.path()), on.key.disk(swift())).problems;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].what.contains("it is the same file as mk.age, copied"), "{found:?}");
    // Whose it is not chooses one anew, and all is well.
    vault.put("mk", &maya()[0].1, &on.key).unwrap();
    assert!(vault.open("mk", &maya()[0].1).is_ok());
    assert!(check(store.dir(), places(root.path()), on.key.disk(swift())).is_sound());
    // Nor is anybody's the recovery key.
    let code = secret("ABCD-EFGH-JKMN-PQRS-TUVW-XYZ2-3456-789A");
    vault.put("ta", &code, &on.key).unwrap();
    fs::copy(file(&store, "ta"), file(&store, "recovery")).unwrap();
    assert!(matches!(vault.open_with_recovery(&code), Err(VaultError::Foreign { .. })));
}

#[test]
fn every_reader_of_age_identities_passes_over_the_name() {
    let (_root, store, on, _) = encrypted();
    let text = inside(&file(&store, "mk"), &maya()[0].1);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "# cobalog: the key of mk");
    assert!(lines[1].starts_with("AGE-SECRET-KEY-1") && lines.len() == 2);
    let recovery = inside(&file(&store, "recovery"), on.recovery.as_ref().unwrap());
    assert!(recovery.starts_with("# cobalog: the key of recovery\n"));
}

#[test]
fn a_file_of_before_opens_once_and_says_whose_it_is_from_then_on() {
    let (root, store, on, charts) = encrypted();
    let state = root.path().join("state");
    let here = || vault(store.dir()).known_in(Some(&state));
    let old = as_before(&file(&store, "mk"), &maya()[0].1);
    let key = here().open("mk", &maya()[0].1).unwrap();
    assert_eq!(key.public(), on.key.public());
    assert_eq!(key.told(), Some("keys/mk.age did not say whose it is; it does now"));
    assert_eq!(open_with(&root, &key).chart(charts[0].id).unwrap(), charts[0]);
    assert!(inside(&file(&store, "mk"), &maya()[0].1).starts_with("# cobalog: the key of mk\n"));
    assert_eq!(here().open("mk", &maya()[0].1).unwrap().told(), None);
    // The old one, out of a backup perhaps, is refused where the new one is known, under its name as under another one.
    fs::write(file(&store, "mk"), &old).unwrap();
    let refused = here().open("mk", &maya()[0].1).unwrap_err();
    assert!(matches!(refused, VaultError::Unnamed { .. }) && refused.put_there().is_some(), "{refused}");
    assert_eq!(fs::read(file(&store, "mk")).unwrap(), old, "nothing was written");
    // A workstation that never knew the new one takes it once, and says so.
    let elsewhere = root.path().join("elsewhere");
    let key = vault(store.dir()).known_in(Some(&elsewhere)).open("mk", &maya()[0].1).unwrap();
    assert!(key.told().is_some());
    assert!(check(store.dir(), places(root.path()), on.key.disk(swift())).is_sound());
}

/// Whoever may use the passphrase of one may write a file in the name of another with the age tool: the log has it.
#[test]
fn a_file_that_was_written_elsewhere_opens_and_is_told_of_once() {
    let (root, store, on, _) = encrypted();
    let (here, elsewhere) = (root.path().join("state"), root.path().join("elsewhere"));
    let at = |state: &Path| vault(store.dir()).known_in(Some(state));
    let told = || at(&here).open("mk", &maya()[0].1).unwrap().told().map(str::to_owned);
    assert_eq!(told(), None);
    at(&here).put("mk", &maya()[0].1, &on.key).unwrap();
    assert_eq!(told(), None, "it was changed here");
    at(&elsewhere).put("mk", &maya()[0].1, &on.key).unwrap();
    assert!(told().unwrap().starts_with("keys/mk.age is another file than this computer knew"));
    assert_eq!(told(), None, "once");
}

#[test]
fn what_a_backup_brings_says_whose_it_is_too_and_old_ones_open() {
    let (root, store, on, _) = encrypted();
    let write = |name: &str| {
        let to = root.path().join(name);
        backup::write(store.disk(), store.dir(), &to, false).unwrap();
        Vault::of_backup(swift(), &to, &root.path().join("back")).unwrap().unwrap()
    };
    vault(store.dir()).put("ta", &secret(TOM), &on.key).unwrap();
    fs::copy(file(&store, "ta"), file(&store, "mk")).unwrap();
    assert!(matches!(write("one.tar.gz").open("mk", &secret(TOM)), Err(VaultError::Foreign { .. })));
    as_before(&file(&store, "ta"), &secret(TOM));
    assert_eq!(write("two.tar.gz").open("ta", &secret(TOM)).unwrap().told(), None);
    // One that cannot be written opens all the same, and is as it was.
    assert!(fs::read(file(&store, "ta")).unwrap().len() > 100);
}
