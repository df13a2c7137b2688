//! Backups: what is put in comes out, what is wrong is refused in a sentence, and nothing is ever written over.

use crate::kit::{NURSE, again, at, chart_path, given, now, patient, places, practice, today};
use chrono::{Days, NaiveDate, NaiveDateTime};
use cobalog::clinic::chart::Chart;
use cobalog::store::backup::{self, Backups};
use cobalog::store::disk::Real;
use cobalog::store::restore::into_empty;
use cobalog::store::{Places, Store, StoreError};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub fn put(path: &Path, bytes: impl AsRef<[u8]>) {
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).open(path).unwrap();
    file.write_all(bytes.as_ref()).unwrap();
}

/// Every file of a practice but the lock.
pub fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap() != ".lock" {
                found.insert(path.strip_prefix(dir).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// A practice with three charts and a backup of it.
pub fn backed_up() -> (TempDir, Store, PathBuf, [Chart; 3]) {
    let (root, store) = practice();
    let charts = ["Ahmed", "Berg", "Cole"].map(|family| patient(&store, family));
    let file = root.path().join("one.tar.gz");
    let report = backup::write(&Real, store.dir(), &file, false).unwrap();
    assert_eq!((report.charts, report.entries, report.damaged.len(), report.unread.len()), (3, 6, 0, 0));
    (root, store, file, charts)
}

#[test]
fn what_was_put_in_comes_out_byte_by_byte() {
    let (root, store, file, _) = backed_up();
    let to = root.path().join("fresh");
    let restored = into_empty(&Real, &file, &to).unwrap();
    assert_eq!((restored.charts, restored.entries, restored.damaged.len()), (3, 6, 0));
    assert_eq!(files(&to), files(store.dir()));
    let store = Store::open_with(&to, Places::default()).unwrap();
    assert!(store.check().is_sound());
}

#[cfg(unix)]
#[test]
fn any_computer_opens_it_and_proves_its_sums() {
    let (root, _, file, _) = backed_up();
    let to = root.path().join("by-hand");
    fs::create_dir(&to).unwrap();
    let run = |program: &str, args: &[&str]| {
        let out = std::process::Command::new(program).args(args).current_dir(&to).output();
        out.ok().map(|out| (out.status.success(), String::from_utf8(out.stdout).unwrap()))
    };
    let Some((unpacked, _)) = run("tar", &["xzf", file.to_str().unwrap()]) else { return };
    assert!(unpacked);
    let Some((proven, said)) = run("sha256sum", &["-c", "SHA256SUMS"]) else { return };
    assert!(proven && said.lines().count() == 5 && said.lines().all(|l| l.ends_with(": OK")), "{said}");
}

#[test]
fn what_was_unpacked_and_packed_again_by_hand_is_as_good() {
    let (root, store, _, _) = backed_up();
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    let mut sums = String::new();
    tar.append_dir("./charts", store.dir().join("charts")).unwrap();
    for (path, bytes) in files(store.dir()) {
        let name = format!("./{}", path.display().to_string().replace('\\', "/"));
        tar.append_path_with_name(store.dir().join(&path), &name).unwrap();
        let sum = sha2::Digest::finalize(sha2::Digest::chain_update(<sha2::Sha256 as sha2::Digest>::new(), &bytes));
        sums.push_str(&sum.iter().map(|b| format!("{b:02x}")).collect::<String>());
        sums.push_str(&format!("  {name}\n"));
    }
    let mut header = tar::Header::new_gnu();
    header.set_size(sums.len() as u64);
    tar.append_data(&mut header, "./SHA256SUMS", sums.as_bytes()).unwrap();
    let file = root.path().join("by-hand.tar.gz");
    put(&file, tar.into_inner().unwrap().finish().unwrap());
    assert_eq!(into_empty(&Real, &file, &root.path().join("fresh")).unwrap().charts, 3);
}

#[test]
fn a_damaged_chart_is_in_it_as_it_is_and_is_named() {
    let (root, store) = practice();
    let [bad, _] = ["Ahmed", "Berg"].map(|family| patient(&store, family));
    let path = chart_path(&store, &bad);
    put(&path, b"(format: 2, id: \xff\xfe");
    fs::create_dir(store.dir().join("charts/01ARZ3NDEKTSV4RRFFQ69G5FAV.ron")).unwrap();
    let file = root.path().join("one.tar.gz");
    let report = backup::write(&Real, store.dir(), &file, false).unwrap();
    assert_eq!((report.charts, report.damaged.len(), report.unread.len()), (1, 1, 1));
    assert_eq!(report.damaged[0].path, path);
    assert_eq!(report.unread[0].what, "it is not a file; it is not in the backup");
    let to = root.path().join("fresh");
    let restored = into_empty(&Real, &file, &to).unwrap();
    assert_eq!((restored.charts, restored.damaged.len()), (1, 1));
    assert_eq!(fs::read(to.join("charts").join(path.file_name().unwrap())).unwrap(), fs::read(&path).unwrap());
}

#[test]
fn a_file_that_is_there_is_not_replaced_unasked() {
    let (root, store) = practice();
    let file = root.path().join("mine.txt");
    put(&file, "mine");
    let refused = backup::write(&Real, store.dir(), &file, false).unwrap_err().to_string();
    assert!(refused.contains("is there already") && refused.contains("--force"), "{refused}");
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    backup::write(&Real, store.dir(), &file, true).unwrap();
    let nowhere = backup::write(&Real, store.dir(), &root.path().join("no/where.tar.gz"), false).unwrap_err();
    assert!(matches!(nowhere, StoreError::Write { .. }), "{nowhere}");
    let empty = root.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(matches!(backup::write(&Real, &empty, &root.path().join("e"), false), Err(StoreError::Gone { .. })));
}

#[test]
fn it_goes_into_an_empty_folder_alone() {
    let (root, store, file, _) = backed_up();
    let before = files(store.dir());
    let said = into_empty(&Real, &file, store.dir()).unwrap_err().to_string();
    assert!(said.contains("is there already") && said.contains("--merge"), "{said}");
    let full = root.path().join("full");
    fs::create_dir(&full).unwrap();
    put(&full.join("letter.txt"), "mine");
    assert!(into_empty(&Real, &file, &full).unwrap_err().to_string().contains("--to"));
    assert!(matches!(into_empty(&Real, &file, &full.join("letter.txt")), Err(StoreError::InTheWay { .. })));
    assert_eq!((files(store.dir()), files(&full).len()), (before, 1));
    let empty = root.path().join("empty");
    fs::create_dir(&empty).unwrap();
    into_empty(&Real, &file, &empty).unwrap();
}

#[test]
fn what_holds_nothing_or_another_chart_is_said() {
    let (root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let text = fs::read_to_string(chart_path(&store, &chart)).unwrap();
    let archive = |members: &[Member<'_>]| {
        let sums: String = members
            .iter()
            .map(|(name, _, bytes)| {
                let sum =
                    sha2::Digest::finalize(sha2::Digest::chain_update(<sha2::Sha256 as sha2::Digest>::new(), bytes));
                sum.iter().map(|b| format!("{b:02x}")).collect::<String>() + "  " + name + "\n"
            })
            .collect();
        let file = root.path().join("it.tar.gz");
        put(&file, hostile(&[members, &[("SHA256SUMS", tar::EntryType::Regular, sums.into_bytes())]].concat()));
        file
    };
    let to = root.path().join("fresh");
    let said = into_empty(&Real, &archive(&[]), &to).unwrap_err().to_string();
    assert!(said.contains("nothing of a practice is in it"), "{said}");
    assert!(!to.exists());
    assert_eq!(store.merge(&archive(&[]), now()).unwrap_err().to_string(), said);
    let name = "charts/01ARZ3NDEKTSV4RRFFQ69G5FAV.ron";
    let restored = into_empty(&Real, &archive(&[(name, tar::EntryType::Regular, text.into_bytes())]), &to).unwrap();
    assert_eq!((restored.charts, restored.damaged[0].path.as_path()), (0, to.join(name).as_path()));
}

type Member<'a> = (&'a str, tar::EntryType, Vec<u8>);

/// An archive as nobody should write one: names are put into the header as they are.
fn hostile(members: &[Member<'_>]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (name, kind, bytes) in members {
        let mut header = tar::Header::new_ustar();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        if !kind.is_file() {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        tar.append(&header, bytes.as_slice()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

/// Says why an archive is refused; nothing comes of it.
fn refused(bytes: &[u8]) -> String {
    let (root, store) = practice();
    patient(&store, "Ahmed");
    let (file, to) = (root.path().join("it"), root.path().join("fresh"));
    put(&file, bytes);
    let before = files(root.path());
    let error = into_empty(&Real, &file, &to).unwrap_err();
    assert!(matches!(error, StoreError::Archive { .. }), "{error}");
    assert_eq!(store.merge(&file, now()).unwrap_err().to_string(), error.to_string());
    assert_eq!(backup::drill(&Real, &file, None).unwrap_err().to_string(), error.to_string());
    assert!(!to.exists());
    assert_eq!(files(root.path()), before);
    let said = error.to_string();
    said.split_once("cannot be used as a backup: ").unwrap().1.split_once(". Nothing").unwrap().0.to_owned()
}

#[test]
fn a_hostile_archive_ends_in_a_sentence() {
    let file = tar::EntryType::Regular;
    let named = |name: &str| refused(&hostile(&[(name, file, b"x".to_vec())]));
    for name in [
        "/etc/passwd",
        "../practice.ron",
        "charts/../../x.ron",
        "charts/a/b.ron",
        "charts/..",
        "charts/",
        "charts\\x.ron",
        "charts/C:x.ron",
        "charts/.hidden",
        "charts/~x.tmp",
        "elsewhere/x.ron",
        "README",
        "charts/a\x1b[31mb.ron",
    ] {
        let said = named(name);
        assert!(said.ends_with("is not a file of a practice"), "{name}: {said}");
        assert!(!said.contains('\x1b'));
    }
    for kind in [tar::EntryType::Symlink, tar::EntryType::Link] {
        assert_eq!(refused(&hostile(&[("practice.ron", kind, vec![])])), "\"practice.ron\" in it is a link");
    }
    for kind in [tar::EntryType::Fifo, tar::EntryType::Block, tar::EntryType::GNUSparse, tar::EntryType::GNULongName] {
        let said = refused(&hostile(&[("practice.ron", kind, vec![])]));
        assert_eq!(said, "\"practice.ron\" in it is not an ordinary file");
    }
    let twice = ("practice.ron", file, b"x".to_vec());
    assert_eq!(refused(&hostile(&[twice.clone(), twice.clone()])), "practice.ron stands in it twice");
    assert!(refused(&hostile(std::slice::from_ref(&twice))).starts_with("it has no SHA256SUMS"));
    let sums = |text: &str| ("SHA256SUMS", file, text.as_bytes().to_vec());
    assert_eq!(refused(&hostile(&[twice.clone(), sums("nonsense")])), "its SHA256SUMS is not a list of sums");
    let said = refused(&hostile(&[twice.clone(), sums("")]));
    assert_eq!(said, "practice.ron in it is not what was put in (its sum is another one)");
    let said = refused(&hostile(&[sums("00  charts/x.ron\n")]));
    assert_eq!(said, "charts/x.ron is missing in it");
    // What is wrong with a head is said without what stands in it.
    let mut tar = vec![b'\x1b'; 512];
    tar.extend([0; 1024]);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&tar).unwrap();
    let said = refused(&packed.finish().unwrap());
    assert!(said.starts_with("it could not be read to its end") && !said.contains('\x1b'), "{said}");
    let large = vec![b' '; (16 << 20) + 1];
    let said = refused(&hostile(&[("charts/x.ron", file, large)]));
    assert_eq!(said, "charts/x.ron in it is too large to be one of Cobalog's: 16777217 bytes");
}

#[test]
fn what_is_no_archive_ends_in_a_sentence() {
    let wrong = "it is damaged, or not a .tar.gz file";
    for bytes in [&b"x"[..], &b"PK\x03\x04 and so on"[..], &[0; 4096]] {
        let said = refused(bytes);
        assert!(said == wrong || said == "it ends too early", "{said}");
    }
    let said = refused(b"");
    assert!(said == "it ends too early" || said.starts_with("it has no SHA256SUMS"), "{said}");
    // Much of nothing in little, as one file and as many.
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    let mut header = tar::Header::new_ustar();
    header.set_path("SHA256SUMS").unwrap();
    header.set_size(1 << 40);
    header.set_cksum();
    bomb.write_all(header.as_bytes()).unwrap();
    bomb.write_all(&[0; 1 << 20]).unwrap();
    assert!(refused(&bomb.finish().unwrap()).contains("is too large"));
    let many: Vec<_> = (0..5).map(|n| (format!("charts/{n}.ron"), vec![b' '; 16 << 20])).collect();
    let many: Vec<Member<'_>> = many.iter().map(|(n, b)| (n.as_str(), tar::EntryType::Regular, b.clone())).collect();
    assert_eq!(refused(&hostile(&many)), "it would unpack to more than any practice holds");
    let folder = tempfile::tempdir().unwrap();
    assert!(
        into_empty(&Real, folder.path(), &folder.path().join("x"))
            .unwrap_err()
            .to_string()
            .contains("it is not a file")
    );
    let gone = into_empty(&Real, &folder.path().join("gone"), &folder.path().join("x")).unwrap_err();
    assert!(gone.to_string().contains("it is not there"), "{gone}");
}

/// What is packed in a file; `None` where it cannot be unpacked.
fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    use std::io::Read as _;
    let mut content = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut content).ok().map(|_| content)
}

#[test]
fn a_backup_that_is_cut_off_or_changed_anywhere_is_refused() {
    let (root, _, file, _) = backed_up();
    let whole = fs::read(&file).unwrap();
    let to = root.path().join("fresh");
    let step = (whole.len() / 60).max(1);
    for length in (0..whole.len()).step_by(step) {
        put(&file, &whole[..length]);
        assert!(matches!(into_empty(&Real, &file, &to), Err(StoreError::Archive { .. })), "{length}");
    }
    for place in (10..whole.len()).step_by(step) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        // A bit of the packing itself may mean nothing: the content is the same.
        if unpacked(&bytes) == unpacked(&whole) {
            continue;
        }
        put(&file, &bytes);
        assert!(matches!(into_empty(&Real, &file, &to), Err(StoreError::Archive { .. })), "{place}");
    }
    put(&file, [&whole[..], b"and more"].concat());
    assert!(into_empty(&Real, &file, &to).is_err());
    assert!(!to.exists());
}

#[test]
fn the_restore_drill_compares_with_the_practice() {
    let (root, store, file, [one, two, three]) = backed_up();
    let drill = |store: &Store| backup::drill(&Real, &file, Some(store.dir())).unwrap();
    let same = drill(&store);
    assert_eq!((same.is_good(), same.charts, same.entries), (true, 3, 6));
    assert_eq!(same.compared, Some(backup::Compared::default()));
    // What came since is said, and is no fault of the backup.
    store.record(one.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
    patient(&store, "Dahl");
    let since = drill(&store).compared.unwrap();
    assert_eq!((since.newer_charts, since.newer_entries, since.lost_entries.len()), (1, 3, 0));
    assert!(drill(&store).is_good());
    // What the practice lost is one.
    fs::remove_file(chart_path(&store, &two)).unwrap();
    let text = fs::read_to_string(chart_path(&store, &three)).unwrap();
    let last = text.lines().rfind(|l| l.contains("ordered(")).unwrap();
    put(&chart_path(&store, &three), text.replace(&format!("{last}\n"), ""));
    let lost = drill(&store);
    let compared = lost.compared.clone().unwrap();
    assert!(!lost.is_good());
    assert_eq!((compared.lost_charts, compared.lost_entries.len()), (vec![two.id], 1));
    store.merge(&file, now()).unwrap();
    assert!(drill(&store).is_good());
    assert!(backup::drill(&Real, &file, None).unwrap().compared.is_none());
    assert!(again(&root, &store).check().is_sound());
}

#[test]
fn a_merge_is_a_union_and_loses_nothing() {
    let (_root, store, file, [one, two, three]) = backed_up();
    let doses: Vec<_> = (0..2).map(|_| given(None, today(), "since")).collect();
    let newer = store.record(one.id, doses, NURSE, now()).unwrap().0;
    fs::remove_file(chart_path(&store, &two)).unwrap();
    let merged = store.merge(&file, now()).unwrap();
    assert_eq!((merged.new_charts, merged.grown_charts, merged.same_charts, merged.entries), (1, 0, 2, 2));
    assert!(merged.clashes.is_empty() && merged.problems.is_empty() && merged.new_files.is_empty());
    assert_eq!([&newer, &two, &three].map(|c| store.chart(c.id).unwrap()), [newer, two, three]);
    let before = files(store.dir());
    let again = store.merge(&file, now()).unwrap();
    assert_eq!((again.entries, again.same_charts), (0, 3));
    assert_eq!(files(store.dir()), before, "once more changes nothing");
    assert_eq!(store.roster(today()).rows.len(), 3);
}

#[test]
fn where_a_backup_says_otherwise_the_practice_stays_and_the_other_is_kept() {
    let (root, mut store, _, [one, ..]) = backed_up();
    put(&store.dir().join("regimens/own.ron"), "not a regimen");
    let file = root.path().join("two.tar.gz");
    backup::write(&Real, store.dir(), &file, false).unwrap();
    let path = chart_path(&store, &one);
    put(&path, fs::read_to_string(&path).unwrap().replace("Ahmed", "Achmed"));
    put(&store.dir().join("regimens/own.ron"), "another");
    store.change_settings(|s| s.name = "Larkfield Health".to_owned()).unwrap();
    let here = fs::read(&path).unwrap();
    let merged = store.merge(&file, now()).unwrap();
    assert_eq!(merged.clashes.len(), 3, "{:?}", merged.clashes);
    assert_eq!(fs::read(&path).unwrap(), here);
    let clash = merged.clashes.iter().find(|c| c.path == path).unwrap();
    assert_eq!(clash.entry, Some(one.entries()[0].id));
    assert!(fs::read_to_string(&clash.kept).unwrap().contains("Ahmed"));
    assert_eq!(fs::read(store.dir().join("regimens/own.ron")).unwrap(), b"another");
    assert_eq!(store.settings().name, "Larkfield Health");
}

#[test]
fn a_backups_version_of_an_earlier_time_is_not_written_over_ours() {
    let (_root, store, file, [one, ..]) = backed_up();
    let mut entries = one.entries().to_vec();
    entries[0].at += chrono::TimeDelta::minutes(1);
    entries.truncate(entries.len() - 1);
    let later = Chart::new(one.id, entries);
    store.write_charts(std::slice::from_ref(&later)).unwrap();
    let merged = store.merge(&file, now()).unwrap();
    let here = store.chart(one.id).unwrap();
    assert_eq!((merged.entries, here.entries().len()), (1, one.entries().len()));
    assert!(later.entries().iter().all(|entry| here.entry(entry.id) == Some(entry)), "the practice's stays");
    let clash = &merged.clashes[0];
    assert_eq!(clash.entry, Some(one.entries()[0].id));
    assert!(clash.kept.is_file());
}

#[test]
fn a_damaged_chart_is_not_merged_over() {
    let (_root, store, file, [one, ..]) = backed_up();
    put(&chart_path(&store, &one), "(format: 2, half");
    let merged = store.merge(&file, now()).unwrap();
    assert_eq!(merged.same_charts, 2);
    assert!(merged.problems[0].to_string().contains("run `cobalog check --repair`"), "{:?}", merged.problems);
    assert_eq!(fs::read(chart_path(&store, &one)).unwrap(), b"(format: 2, half");
}

#[test]
fn two_practices_are_not_mixed_by_a_slip() {
    let (_root, _, file, _) = backed_up();
    let (_other_root, mut other) = practice();
    other.change_settings(|s| s.name = "Mill Lane".to_owned()).unwrap();
    patient(&other, "Eriksen");
    let said = other.merge(&file, now()).unwrap_err().to_string();
    assert!(said.contains("is a backup of Larkfield Surgery") && said.contains("--to"), "{said}");
    assert_eq!(other.chart_files(), 1);
}

fn names(places: &Places) -> Vec<String> {
    let name = |k: backup::Kept| k.path.file_name().unwrap().to_str().unwrap().to_owned();
    backup::list(&Real, places.backups.as_deref().unwrap()).unwrap().into_iter().map(name).collect()
}

#[test]
fn one_is_made_a_day_and_none_where_nothing_changed() {
    let (root, store) = practice();
    let places = places(root.path());
    assert_eq!(backup::status(&Real, &places), Backups::default());
    let chart = patient(&store, "Ahmed");
    let made = backup::daily(&Real, store.dir(), &places, now());
    assert_eq!((made.made, made.current, made.failed), (Some(now()), Some(now()), None));
    assert_eq!(names(&places), ["cobalog-2026-11-18-091400.tar.gz"]);
    // The same day: none. The next one: nothing changed, the backup still holds everything.
    let _ = backup::daily(&Real, store.dir(), &places, at("2026-11-18T18:00:00+01:00"));
    let next = at("2026-11-19T08:00:00+01:00");
    let same = backup::daily(&Real, store.dir(), &places, next);
    assert_eq!((same.made, same.current, names(&places).len()), (Some(now()), Some(next), 1));
    store.record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
    let third = at("2026-11-20T08:00:00+01:00");
    assert_eq!(backup::daily(&Real, store.dir(), &places, third).made, Some(third));
    assert_eq!(names(&places), ["cobalog-2026-11-20-080000.tar.gz", "cobalog-2026-11-18-091400.tar.gz"]);
    // One that is gone or cut off is made again.
    put(&places.backups.clone().unwrap().join("cobalog-2026-11-20-080000.tar.gz"), "cut");
    let _ = backup::daily(&Real, store.dir(), &places, at("2026-11-21T08:00:00+01:00"));
    assert_eq!(names(&places).len(), 3);
    assert_eq!(backup::newest(&Real, &places).unwrap().file_name().unwrap(), "cobalog-2026-11-21-080000.tar.gz");
    assert!(backup::drill(&Real, &backup::newest(&Real, &places).unwrap(), Some(store.dir())).unwrap().is_good());
}

#[test]
fn one_that_fails_is_said_and_tried_again() {
    let (root, store) = practice();
    let places = places(root.path());
    patient(&store, "Ahmed");
    put(&places.backups.clone().unwrap(), "a file in its place");
    let failed = backup::daily(&Real, store.dir(), &places, now()).failed.unwrap();
    assert!(failed.why.contains("could not be saved") && failed.at == now(), "{failed:?}");
    fs::remove_file(places.backups.clone().unwrap()).unwrap();
    let later = at("2026-11-18T11:00:00+01:00");
    let made = backup::daily(&Real, store.dir(), &places, later);
    assert_eq!((made.current, made.failed), (Some(later), None));
    // The charts cannot be listed: the note of it stays for the next start.
    fs::rename(store.dir().join("charts"), store.dir().join("aside")).unwrap();
    put(&store.dir().join("charts"), "");
    let next = at("2026-11-19T08:00:00+01:00");
    assert!(backup::daily(&Real, store.dir(), &places, next).failed.is_some());
    let known = backup::status(&Real, &places);
    assert_eq!((known.current, known.failed.map(|f| f.at)), (Some(later), Some(next)));
    assert_eq!(names(&places).len(), 1);
}

#[test]
fn what_is_not_ours_and_the_newest_without_damage_stay() {
    let (root, store) = practice();
    let places = places(root.path());
    let chart = patient(&store, "Ahmed");
    let folder = places.backups.clone().unwrap();
    let sound = at("2024-01-05T08:00:00+01:00");
    backup::add(&Real, store.dir(), &places, sound).unwrap();
    put(&folder.join("cobalog-2020-01-01-000000.tar.gz"), "ours by name, and old");
    for other in ["letters.tar.gz", "cobalog-2020-01-01.tar.gz", "cobalog-2020-01-01-000000.tar.gz.txt"] {
        put(&folder.join(other), "mine");
    }
    put(&folder.join("~cobalog-2024-01-06-080000.tar.gz-0123.tmp"), "left by a power cut");
    put(&chart_path(&store, &chart), "damaged");
    backup::add(&Real, store.dir(), &places, now()).unwrap();
    assert_eq!(names(&places), ["cobalog-2026-11-18-091400.tar.gz", "cobalog-2024-01-05-080000.tar.gz"]);
    let all = files(&folder);
    assert_eq!(all.values().filter(|bytes| bytes.as_slice() == b"mine").count(), 3);
    assert!(!all.keys().any(|path| path.to_str().unwrap().starts_with('~')));
    let again = backup::add(&Real, store.dir(), &places, at("2027-11-18T09:14:00+01:00")).unwrap();
    assert_eq!(again.damaged.len(), 1);
    assert!(names(&places).contains(&"cobalog-2024-01-05-080000.tar.gz".to_owned()));
}

#[cfg(unix)]
#[test]
fn one_that_lacks_a_file_is_called_so_and_takes_no_other_ones_place() {
    let (root, store) = practice();
    let places = places(root.path());
    patient(&store, "Ahmed");
    let add = |when: &str| backup::add(&Real, store.dir(), &places, at(when)).unwrap();
    add("2026-11-16T08:00:00+01:00");
    let good = "cobalog-2026-11-16-080000.tar.gz";
    // A chart that lies on a disk that is away.
    let away = store.dir().join("charts/01ARZ3NDEKTSV4RRFFQ69G5FAV.ron");
    std::os::unix::fs::symlink("/no/such/disk/chart.ron", &away).unwrap();
    for (when, name) in [
        ("2026-11-16T17:00:00+01:00", "cobalog-2026-11-16-170000-incomplete.tar.gz"),
        ("2026-11-17T08:00:00+01:00", "cobalog-2026-11-17-080000-incomplete.tar.gz"),
    ] {
        let report = add(when);
        assert_eq!((report.unread.len(), report.charts), (1, 1));
        assert!(report.path.ends_with(name), "{report:?}");
        assert_eq!(names(&places), [name, good], "the newest of them, and the good one");
        assert!(backup::newest(&Real, &places).unwrap().ends_with(good));
        let known = backup::status(&Real, &places);
        assert!(known.failed.unwrap().why.contains(&away.display().to_string()));
        assert_eq!(known.file.as_deref(), Some(good));
    }
    fs::remove_file(&away).unwrap();
    add("2026-11-18T08:00:00+01:00");
    assert_eq!(names(&places), ["cobalog-2026-11-18-080000.tar.gz", good]);
    assert_eq!(backup::status(&Real, &places).failed, None);
}

#[test]
fn while_none_is_known_to_be_without_damage_no_backup_goes() {
    let (root, store) = practice();
    let places = places(root.path());
    let chart = patient(&store, "Ahmed");
    let whole = fs::read(chart_path(&store, &chart)).unwrap();
    let add = |when: &str| backup::add(&Real, store.dir(), &places, at(when)).unwrap();
    add("2024-01-05T08:00:00+01:00");
    // The note of which one is good is lost, and so is the chart.
    put(&places.backups.clone().unwrap().join("status.ron"), "\0\0\0");
    put(&chart_path(&store, &chart), "damaged");
    for when in ["2026-11-17T08:00:00+01:00", "2026-11-17T09:00:00+01:00", "2026-11-18T08:00:00+01:00"] {
        add(when);
    }
    assert_eq!(names(&places).len(), 4, "{:?}", names(&places));
    put(&chart_path(&store, &chart), whole);
    add("2026-11-18T09:00:00+01:00");
    assert_eq!(names(&places), ["cobalog-2026-11-18-090000.tar.gz", "cobalog-2026-11-17-090000.tar.gz"]);
}

#[test]
fn a_backup_that_somebody_moved_away_does_not_cost_the_good_one_its_place() {
    let (root, store) = practice();
    let places = places(root.path());
    let chart = patient(&store, "Ahmed");
    let add = |when: &str| backup::add(&Real, store.dir(), &places, at(when)).unwrap();
    add("2024-01-05T08:00:00+01:00");
    put(&chart_path(&store, &chart), "damaged");
    let newest = add("2026-11-17T08:00:00+01:00").path;
    fs::remove_file(newest).unwrap();
    add("2026-11-18T08:00:00+01:00");
    assert!(names(&places).contains(&"cobalog-2024-01-05-080000.tar.gz".to_owned()), "{:?}", names(&places));
}

#[test]
fn the_rule_keeps_seven_days_five_weeks_twelve_months() {
    let start = NaiveDate::from_ymd_opt(2024, 12, 2).unwrap();
    let mut kept: Vec<NaiveDateTime> = Vec::new();
    for n in 0..800 {
        let day = start + Days::new(n);
        for hour in [8, 17] {
            kept.push(day.and_hms_opt(hour, 0, 0).unwrap());
        }
        kept = backup::kept_by_rule(&kept, day).into_iter().collect();
        let ages: Vec<i64> = kept.iter().map(|at| (day - at.date()).num_days()).collect();
        let has = |from: i64, to: i64| ages.iter().any(|age| (from..=to).contains(age));
        assert!(kept.len() <= 7 + 6 + 13, "{day}: {}", kept.len());
        assert!((0..7.min(n as i64 + 1)).all(|age| has(age, age)), "{day}");
        if n > 400 {
            assert!((0..6).all(|week| has(week * 7, week * 7 + 6)), "{day}: {ages:?}");
            assert!(ages.windows(2).all(|pair| pair[0] - pair[1] <= 31), "{day}: {ages:?}");
            assert!(ages.iter().max() > Some(&333) && ages.iter().max() < Some(&400), "{day}: {ages:?}");
        }
    }
    let tomorrow = start.and_hms_opt(8, 0, 0).unwrap();
    assert!(backup::kept_by_rule(&[tomorrow], start - Days::new(1)).contains(&tomorrow), "a clock that was wrong");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_practice_comes_back_as_it_was(sizes in prop::collection::vec(0_usize..6, 0..6), note in "\\PC{0,12}") {
        let (root, store) = practice();
        for (i, size) in sizes.iter().enumerate() {
            let chart = patient(&store, &format!("Family{i}"));
            let doses = (0..*size).map(|_| given(None, today(), &note)).collect();
            store.record(chart.id, doses, NURSE, now()).unwrap();
        }
        let (file, to) = (root.path().join("one"), root.path().join("fresh"));
        backup::write(&Real, store.dir(), &file, false).unwrap();
        into_empty(&Real, &file, &to).unwrap();
        prop_assert_eq!(files(&to), files(store.dir()));
        prop_assert!(backup::drill(&Real, &file, Some(store.dir())).unwrap().is_good());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_drill_that_was_killed_left_is_removed_once_it_is_old() {
    use std::time::{Duration, SystemTime};
    let (root, store) = practice();
    patient(&store, "Ahmed");
    let file = root.path().join("b.tar.gz");
    backup::write(&Real, store.dir(), &file, false).unwrap();
    let left = |name: &str, age: u64| {
        let folder = std::env::temp_dir().join(format!("cobalog-drill-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("practice/charts")).unwrap();
        fs::write(folder.join("practice/charts/x.ron"), "Ahmed").unwrap();
        fs::File::open(&folder).unwrap().set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
        folder
    };
    let (old, young) = (left("old", 2 * 60 * 60), left("young", 60));
    assert!(backup::drill(&Real, &file, None).unwrap().is_good());
    assert!(!old.exists() && young.exists());
    fs::remove_dir_all(young).unwrap();
}
