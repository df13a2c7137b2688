//! The keys of an encrypted practice: they go only where nothing needs them, and what else lies beside them harms nobody.

use super::{MAGIC, encrypted, maya, open_with, secret, shut, swift, vault};
use crate::faulty::{Fault, Faulty};
use crate::kit::{NURSE, again, chart_path, given, now, patient, places, practice, today};
use cobalog::store::disk::{Disk, DiskFile, Listing, LockFile};
use cobalog::store::vault::{self as vaults, Vault, VaultError};
use cobalog::store::{Places, Store, StoreError, backup, check, restore};
use secrecy::SecretString;
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn kim() -> [(String, SecretString); 1] {
    [("kl".to_owned(), secret("eleven green doors"))]
}

fn keys(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir.join("keys")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_lost_recipient_costs_no_key_and_nothing_is_written_plain() {
    let (root, store, on, charts) = encrypted();
    let recipient = store.dir().join("keys/recipient");
    let whole = fs::read(&recipient).unwrap();
    fs::remove_file(&recipient).unwrap();
    let before = keys(store.dir());
    // It is still encrypted for everybody.
    let plain = Store::open_with(store.dir(), places(root.path()));
    assert!(matches!(plain, Err(StoreError::Locked { .. })), "{plain:?}");
    let refused = store.record(charts[0].id, vec![given(None, today(), "")], NURSE, now());
    assert!(matches!(refused, Err(StoreError::Switched { .. })), "{refused:?}");
    // Whose passphrase opens no key changes nothing.
    for other in [kim(), [("mk".to_owned(), secret("another long one"))]] {
        assert!(vaults::encrypt(store.dir(), store.places(), &swift(), &other, &mut |_, _| {}).is_err());
        assert_eq!(keys(store.dir()), before);
    }
    assert!(matches!(vaults::remove_stray(store.dir(), &*swift()), Err(StoreError::Switched { .. })));
    // Whose opens one says it anew.
    let again = vaults::encrypt(store.dir(), store.places(), &swift(), &maya(), &mut |_, _| {}).unwrap();
    assert_eq!(again.key.public(), on.key.public());
    assert_eq!(fs::read(&recipient).unwrap(), whole);
    assert_eq!(open_with(&root, &again.key).chart(charts[0].id).unwrap(), charts[0]);
    assert!(check(store.dir(), places(root.path()), on.key.disk(swift())).is_sound());
}

#[test]
fn without_any_key_nothing_is_encrypted_anew_over_what_is_there() {
    let (_root, store, _, charts) = encrypted();
    fs::remove_dir_all(store.dir().join("keys")).unwrap();
    let refused = vaults::encrypt(store.dir(), store.places(), &swift(), &maya(), &mut |_, _| {}).unwrap_err();
    assert!(matches!(refused, VaultError::LeftOver { .. }), "{refused}");
    assert!(refused.to_string().contains("restore"), "{refused}");
    assert!(fs::read(chart_path(&store, &charts[0])).unwrap().starts_with(MAGIC));
    assert!(Vault::of(swift(), store.dir()).is_none());
}

/// A disk at whose first long pause others do something.
struct Meanwhile {
    disk: Arc<dyn Disk>,
    done: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meanwhile")
    }
}

impl Disk for Meanwhile {
    fn meta(&self, path: &Path) -> io::Result<fs::Metadata> {
        self.disk.meta(path)
    }

    fn meta_of_name(&self, path: &Path) -> io::Result<fs::Metadata> {
        self.disk.meta_of_name(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Listing> {
        self.disk.list(folder)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        self.disk.open(path)
    }

    fn read(&self, path: &Path, most: u64, into: &mut Vec<u8>) -> io::Result<()> {
        self.disk.read(path, most, into)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.disk.create(path)
    }

    fn append(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.disk.append(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }

    fn rename_to_free(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename_to_free(from, to)
    }

    fn sync_name(&self, path: &Path) -> io::Result<()> {
        self.disk.sync_name(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.disk.remove_folder(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.disk.make_folder(path)
    }

    fn open_lock(&self, path: &Path) -> io::Result<Box<dyn LockFile>> {
        self.disk.open_lock(path)
    }

    fn pause(&self, time: Duration) {
        let done = if time >= Duration::from_millis(100) { self.done.lock().unwrap().take() } else { None };
        done.into_iter().for_each(|done| done());
    }
}

/// Somebody switches it on again, and is stopped at any write, while it is being switched off.
#[test]
fn whoever_switches_it_on_while_it_goes_off_keeps_the_new_keys() {
    let mut at = 1;
    loop {
        let (root, store, on, charts) = encrypted();
        let other = Faulty::default();
        other.fail(Some(Fault { at, for_good: true, error: ErrorKind::StorageFull, half_done: false }));
        let (dir, of, disk) =
            (store.dir().to_owned(), store.places().clone(), Arc::new(other.clone()) as Arc<dyn Disk>);
        let switch = move || drop(vaults::encrypt(&dir, &of, &disk, &kim(), &mut |_, _| {}));
        let disk: Arc<dyn Disk> = Arc::new(Meanwhile { disk: swift(), done: Mutex::new(Some(Box::new(switch))) });
        let off = vaults::decrypt(&on.key, store.places(), &disk, &mut |_, _| {});
        let now_open = match Vault::of(swift(), store.dir()) {
            None => Store::open_with(store.dir(), places(root.path())).unwrap(),
            Some(vault) => {
                assert!(!off.is_ok_and(|left| left.is_empty()), "{at}: it was on again");
                open_with(&root, &vault.open("kl", &kim()[0].1).unwrap())
            }
        };
        for chart in &charts {
            assert_eq!(now_open.chart(chart.id).unwrap(), *chart, "{at}");
        }
        if other.calls().len() < at {
            break;
        }
        // The keys are written first; then it is one file after the other.
        at += if at < 40 { 1 } else { 9 };
    }
    assert!(at > 20, "{at}");
}

#[test]
fn what_a_sync_program_leaves_beside_the_keys_breaks_no_backup() {
    let (root, store, on, charts) = encrypted();
    let key = fs::read(store.dir().join("keys/mk.age")).unwrap();
    let strange = [
        "mk (In Konflikt stehende Kopie von B\u{fc}ro).age",
        "mk.sync-conflict-20261127-101010-ABCDEFG.age",
        "MK.age",
        "a b.age",
    ];
    for name in strange {
        fs::write(store.dir().join("keys").join(name), &key).unwrap();
    }
    fs::write(store.dir().join("keys/zz.age"), vec![7; 9000]).unwrap();
    let report = check(store.dir(), places(root.path()), on.key.disk(swift()));
    let named: Vec<_> = report.problems.iter().map(|p| p.path.file_name().unwrap().to_string_lossy()).collect();
    assert_eq!(named.len(), 5, "{report:?}");
    assert!(strange.iter().all(|name| named.iter().any(|n| n == name)), "{named:?}");
    let file = root.path().join("b.tar.gz");
    backup::write(store.disk(), store.dir(), &file, false).unwrap();
    let to = root.path().join("back");
    let of_backup = Vault::of_backup(swift(), &file, &to).unwrap().unwrap();
    assert_eq!(of_backup.slots(), ["mk"]);
    let back = of_backup.open("mk", &maya()[0].1).unwrap();
    restore::into_empty(&*back.disk(swift()), &file, &to).unwrap();
    assert_eq!(keys(&to), ["mk.age", "recipient", "recovery.age", "seal.key"]);
    let back = Store::open_on(&to, Default::default(), back.disk(swift())).unwrap();
    assert_eq!(back.chart(charts[0].id).unwrap(), charts[0]);
    // It can be switched off with them there.
    assert_eq!(vaults::decrypt(&on.key, store.places(), &swift(), &mut |_, _| {}).unwrap(), []);
    assert!(Vault::of(swift(), store.dir()).is_none());
}

#[test]
fn what_lies_plain_under_hidden_names_is_named() {
    let (root, store) = practice();
    let mut store = again(&root, &store);
    store.audit_at_once();
    let chart = patient(&store, "Okafor");
    let file = chart_path(&store, &chart);
    let plain = fs::read(&file).unwrap();
    let name = file.file_name().unwrap().to_str().unwrap().to_owned();
    for path in [
        format!(".stversions/charts/{name}"),
        format!("charts/.{name}.swp"),
        format!("charts/~${name}"),
        ".stfolder/x".into(),
    ] {
        let path = store.dir().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &plain).unwrap();
    }
    // The place of before the folder was moved.
    let moved = Places { state: Some(root.path().join("states/here")), ..places(root.path()) };
    for state in ["before", "of another practice"] {
        fs::create_dir_all(root.path().join("states").join(state)).unwrap();
    }
    fs::copy(root.path().join("state/audit.json"), root.path().join("states/before/audit.json")).unwrap();
    fs::write(root.path().join("states/of another practice/audit.json"), "{\"key\":\"x\"}").unwrap();
    let on = shut(store.dir(), &moved, &swift());
    let found = check(store.dir(), moved, on.key.disk(swift())).problems;
    let mut named: Vec<_> =
        found.iter().map(|p| p.path.strip_prefix(root.path()).unwrap().display().to_string()).collect();
    named.sort();
    let hidden = [".stversions".to_owned(), format!("charts/.{name}.swp"), format!("charts/~${name}")];
    let hidden = hidden.map(|path| format!("data/{path}"));
    assert_eq!(named, [&hidden[..], &["states/before".to_owned()]].concat(), "{found:?}");
}

#[test]
fn the_recovery_key_is_made_anew_until_it_was_shown() {
    let (_root, store) = practice();
    patient(&store, "Okafor");
    let first = shut(store.dir(), store.places(), &swift()).recovery.unwrap();
    let second = shut(store.dir(), store.places(), &swift()).recovery.unwrap();
    assert!(vault(store.dir()).open_with_recovery(&first).is_err());
    vaults::recovery_seen(store.dir(), &*swift());
    assert!(shut(store.dir(), store.places(), &swift()).recovery.is_none());
    assert!(vault(store.dir()).open_with_recovery(&second).is_ok());
}

#[test]
fn where_many_have_a_passphrase_not_all_are_tried() {
    let (_root, store, on, _) = encrypted();
    let vault = vault(store.dir());
    for n in 0..vaults::MOST_TRIED {
        vault.put(&format!("a{n:02}"), &secret("another long one"), &on.key).unwrap();
    }
    let of = |slots: &[&str]| slots.iter().map(|slot| (*slot).to_owned()).collect::<Vec<_>>();
    assert!(vault.open_any(&of(&["mk"]), &maya()[0].1).is_ok());
    let refused = vault.open_any(&[], &maya()[0].1).unwrap_err();
    assert!(matches!(refused, VaultError::Whose) && refused.to_string().contains("--by"), "{refused}");
    assert!(matches!(vault.open_any(&of(&["mk"]), &secret("none of them")), Err(VaultError::Whose)));
}
