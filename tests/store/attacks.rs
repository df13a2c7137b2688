//! What goes wrong between two tries: folders that go away and come back, clocks that go back, names that are taken.

use crate::kit::{NURSE, again, chart_path, given, now, patient, person, places, practice, today};
use chrono::Days;
use cobalog::clinic::entry::PatientId;
use cobalog::clinic::links::Link;
use cobalog::store::disk::Real;
use cobalog::store::{Store, StoreError, backup, drafts, repair, restore};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every name below a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for path in fs::read_dir(next).into_iter().flatten().map(|e| e.unwrap().path()) {
            found.push(path.strip_prefix(folder).unwrap().display().to_string());
            waiting.extend(Some(path).filter(|p| p.is_dir()));
        }
    }
    found.sort();
    found
}

#[test]
fn two_damaged_files_of_a_draft_are_both_kept() {
    let (_root, store) = practice();
    let state = store.places().state.clone().unwrap();
    let folder = state.join("drafts");
    fs::create_dir_all(&folder).unwrap();
    for round in ["one", "two"] {
        for (name, text) in [("give-new.ron", "typed"), ("give-new.flushed", "flushed")] {
            fs::write(folder.join(name), format!("{text} {round}")).unwrap();
        }
        assert_eq!(drafts::load_all(&Real, &state), []);
    }
    let mut kept: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|e| fs::read_to_string(e.unwrap().path()).unwrap()).collect();
    kept.sort();
    assert_eq!(kept, ["flushed one", "flushed two", "typed one", "typed two"]);
}

#[test]
fn a_practice_that_went_away_is_not_begun_anew_in_its_place() {
    let (root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let (dir, away) = (store.dir().to_owned(), root.path().join("away"));
    for stays in [false, true] {
        fs::rename(&dir, &away).unwrap();
        if stays {
            // The empty folder of a stick that was pulled.
            fs::create_dir(&dir).unwrap();
        }
        let refused = store.new_patient(vec![person("Berg")], NURSE, now()).unwrap_err();
        assert!(matches!(refused, StoreError::Gone { .. }), "{refused}");
        let refused = store.record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap_err();
        assert!(matches!(refused, StoreError::Gone { .. }), "{refused}");
        assert!(matches!(store.chart(chart.id), Err(StoreError::Gone { .. })));
        assert!(store.clone().change_settings(|_| {}).is_err());
        assert_eq!((store.roster(today()).rows, store.roster(today()).problems.len()), (Vec::new(), 1));
        assert_eq!(names(&dir), Vec::<String>::new(), "not even a lock");
        let failed = backup::daily(&Real, &dir, store.places(), now()).failed.unwrap();
        assert!(failed.why.contains(&dir.display().to_string()), "{}", failed.why);
        let _ = fs::remove_dir_all(&dir);
        fs::rename(&away, &dir).unwrap();
        store.record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
        assert_eq!(store.roster(today()).problems, []);
        assert_eq!(store.roster(today()).rows.len(), 1);
    }
    assert_eq!(again(&root, &store).check().problems, []);
}

#[test]
fn a_folder_of_charts_that_is_gone_is_no_empty_one() {
    let (root, store) = practice();
    let chart = patient(&store, "Ahmed");
    assert_eq!(backup::daily(&Real, store.dir(), store.places(), now()).failed, None);
    let charts = store.dir().join("charts");
    fs::remove_dir_all(&charts).unwrap();
    for problems in [store.check().problems, store.roster(today()).problems] {
        assert_eq!(problems.iter().map(|p| p.path.as_path()).collect::<Vec<_>>(), [charts.as_path()]);
    }
    let report = repair::repair(store.dir(), &places(root.path()), now(), Real::shared()).unwrap();
    assert!(report.files[0].path == charts && report.files[0].left.is_none(), "{report:?}");
    assert_eq!((report.files.len(), report.missing), (2, vec![]));
    assert_eq!((store.chart(chart.id).unwrap(), store.check().problems), (chart.clone(), Vec::new()));
    fs::remove_dir_all(&charts).unwrap();
    store.merge(&backup::newest(&Real, store.places()).unwrap(), now()).unwrap();
    assert_eq!((store.chart(chart.id).unwrap(), store.check().problems), (chart, Vec::new()));
}

#[test]
fn care_goes_on_while_only_the_settings_are_gone() {
    let (_root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    let settings = store.dir().join("practice.ron");
    let text = fs::read(&settings).unwrap();
    fs::remove_file(&settings).unwrap();
    store.record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
    store.new_patient(vec![person("Berg")], NURSE, now()).unwrap();
    assert_eq!(store.roster(today()).rows.len(), 2);
    let refused = store.change_settings(|s| s.name = "Other".to_owned()).unwrap_err();
    assert_eq!(refused.path(), settings);
    assert!(!settings.exists());
    fs::write(&settings, text).unwrap();
    store.change_settings(|s| s.name = "Other".to_owned()).unwrap();
}

#[test]
fn a_backup_without_the_folder_of_the_charts_is_none() {
    let (root, store) = practice();
    patient(&store, "Ahmed");
    let good = backup::daily(&Real, store.dir(), store.places(), now());
    let away = root.path().join("away");
    fs::rename(store.dir().join("charts"), &away).unwrap();
    let tomorrow = now() + Days::new(1);
    let after = backup::daily(&Real, store.dir(), store.places(), tomorrow);
    assert!(after.failed.as_ref().unwrap().why.contains("charts"), "{after:?}");
    assert_eq!((after.file.clone(), after.current), (good.file, good.current));
    fs::rename(&away, store.dir().join("charts")).unwrap();
    assert_eq!(backup::daily(&Real, store.dir(), store.places(), tomorrow).failed, None);
}

#[cfg(unix)]
fn pipe(path: &Path) {
    let _ = fs::remove_file(path);
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn pipes_keep_nobody_waiting() {
    let (root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    pipe(&root.path().join("cache/roster.idx"));
    store.record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
    assert_eq!(store.roster(today()).rows.len(), 1);
    let regimen = store.dir().join("regimens/own.ron");
    fs::write(&regimen, "mine").unwrap();
    let file = root.path().join("all.tar.gz");
    backup::write(&Real, store.dir(), &file, false).unwrap();
    pipe(&regimen);
    let merged = store.merge(&file, now()).unwrap();
    assert_eq!(fs::read(&merged.clashes[0].kept).unwrap(), b"mine");
    fs::remove_file(&regimen).unwrap();
    let copy = store.dir().join("charts/a copy.ron");
    fs::copy(chart_path(&store, &chart), &copy).unwrap();
    fs::create_dir_all(store.dir().join("kept")).unwrap();
    pipe(&store.dir().join("kept/a copy.ron"));
    let problems = store.roster(today()).problems;
    let kept = store.take_in_copies(&problems, today()).taken.remove(0).kept().unwrap().to_owned();
    assert!(kept.is_file() && !copy.exists());
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_folder_for_a_lock_is_said() {
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let lock = store.dir().join(".lock");
    pipe(&lock);
    let refused = store.record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap_err();
    assert_eq!(refused.path(), lock);
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    let refused = store.record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap_err();
    assert!(refused.path() == lock && refused.to_string().contains("folder"), "{refused}");
}

#[test]
fn a_chart_that_a_folder_takes_the_place_of_is_named_and_comes_back() {
    let (root, store) = practice();
    let [chart, other] = ["Ahmed", "Berg"].map(|family| patient(&store, family));
    store.link((chart.id, other.id), Link::Same, "same person", NURSE, now()).unwrap();
    let made = backup::daily(&Real, store.dir(), store.places(), now());
    assert_eq!(made.failed, None);
    let path = chart_path(&store, &chart);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("within"), "x").unwrap();
    let roster = store.roster(today());
    assert_eq!(roster.rows.len(), 1, "the joined patient is still there");
    assert!(roster.problems.iter().any(|p| p.path == path), "{:?}", roster.problems);
    let mended = repair::repair(store.dir(), &places(root.path()), now(), Real::shared()).unwrap();
    assert_eq!(mended.files.iter().filter(|f| f.left.is_none()).count(), 1, "{mended:?}");
    let whole = again(&root, &store).chart(chart.id).unwrap();
    assert_eq!(whole.joined().len(), 1);
    assert_eq!(store.check().problems, []);
    assert!(names(&store.dir().join("kept")).iter().any(|n| n.ends_with("within")));
}

#[test]
fn a_copy_of_a_joined_chart_is_taken_in_and_a_mended_one_stays_joined() {
    let (root, store) = practice();
    let [one, two] = ["Ahmed", "Berg"].map(|family| patient(&store, family));
    let before = fs::read(chart_path(&store, &two)).unwrap();
    store.link((one.id, two.id), Link::Same, "same person", NURSE, now()).unwrap();
    // Another workstation gave a dose on the chart as it was before, and the sync program put its version first.
    let joined = fs::read(chart_path(&store, &two)).unwrap();
    fs::write(chart_path(&store, &two), &before).unwrap();
    let alone = Store::open_with(store.dir(), Default::default()).unwrap();
    let (dose, _) = alone.record(two.id, vec![given(None, today(), "there")], NURSE, now()).unwrap();
    fs::write(store.dir().join(format!("charts/{}.sync-conflict-20261122-101112-7ABCDEF.ron", two.id)), joined)
        .unwrap();
    let mut store = again(&root, &store);
    let problems = store.roster(today()).problems;
    let copies = store.take_in_copies(&problems, today());
    assert_eq!((copies.taken.len(), copies.problems.len()), (1, 0), "{copies:?}");
    let whole = store.chart(one.id).unwrap();
    assert!(dose.entries().iter().all(|e| whole.entry(e.id).is_some()));
    assert_eq!((store.roster(today()).rows.len(), store.check().problems), (1, Vec::new()));
    // Damage to either of the two, with no backup: what its own lines say.
    let path = chart_path(&store, &two);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.trim_end().trim_end_matches(')')).unwrap();
    repair::repair(store.dir(), &places(root.path()), now(), Real::shared()).unwrap();
    assert_eq!(store.chart(one.id).unwrap(), whole);
    assert_eq!((store.roster(today()).rows.len(), store.check().problems), (1, Vec::new()));
}

#[test]
fn two_who_join_one_pair_at_once_join_it_once() {
    let (root, store) = practice();
    let [one, two] = ["Ahmed", "Berg"].map(|family| patient(&store, family));
    let (a, b) = (again(&root, &store), again(&root, &store));
    let (ida, idb): (PatientId, PatientId) = (one.id, two.id);
    let join = move |store: Store, pair: (PatientId, PatientId)| {
        std::thread::spawn(move || {
            store.link(pair, Link::Same, "same person", NURSE, now()).map(|done| done.left.is_none())
        })
    };
    let (x, y) = (join(a, (ida, idb)), join(b, (idb, ida)));
    assert!(x.join().unwrap().unwrap() && y.join().unwrap().unwrap());
    assert_eq!(store.roster(today()).rows.len(), 1);
    assert_eq!(store.check().problems, []);
    store.link((ida, idb), Link::Different, "two people", NURSE, now()).unwrap();
    assert_eq!(store.roster(today()).rows.len(), 2);
    assert_eq!(store.check().problems, []);
}

#[test]
fn a_clock_that_is_set_back_a_year_loses_nothing() {
    let (root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let first = backup::daily(&Real, store.dir(), store.places(), now());
    let back = now() - Days::new(365);
    let (after, _) = store.record(chart.id, vec![given(None, today(), "")], NURSE, back).unwrap();
    assert!(after.entries().windows(2).all(|pair| pair[0].key() < pair[1].key()));
    assert_eq!(store.check().problems, []);
    let second = backup::daily(&Real, store.dir(), store.places(), back);
    assert_eq!(second.failed, None);
    assert_ne!(second.file, first.file, "something changed");
    assert_eq!(backup::list(&Real, &root.path().join("backups")).unwrap().len(), 2);
    let to = root.path().join("again");
    restore::into_empty(&Real, &root.path().join("backups").join(second.file.unwrap()), &to).unwrap();
    assert_eq!(Store::open_with(&to, Default::default()).unwrap().chart(chart.id).unwrap(), after);
    assert_eq!(store.roster(back.date_naive()), store.roster(back.date_naive()));
    // And forward again.
    let third = backup::daily(&Real, store.dir(), store.places(), now() + Days::new(1));
    assert_eq!(third.failed, None);
    let mut store = store;
    assert_eq!(store.take_in_copies(&[], today()), Default::default());
}

#[test]
fn places_that_are_files_stop_nobody() {
    let (root, store) = practice();
    let chart = patient(&store, "Ahmed");
    for name in ["cache", "state", "backups"] {
        let path = root.path().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::write(&path, "in the way").unwrap();
    }
    let mut store = again(&root, &store);
    store.record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
    assert_eq!(store.roster(today()).rows.len(), 1);
    assert_eq!(store.take_in_copies(&[], today()), Default::default());
    let failed = backup::daily(&Real, store.dir(), store.places(), now()).failed.unwrap();
    assert!(failed.why.contains(&root.path().join("backups").display().to_string()), "{}", failed.why);
    let state = root.path().join("state");
    let draft = drafts::Draft {
        prompt: "give".to_owned(),
        patient: None,
        by: NURSE.to_owned(),
        at: now(),
        fields: BTreeMap::new(),
    };
    assert!(drafts::save(&Real, &state, &draft).unwrap_err().to_string().contains("could not be saved"));
    assert_eq!(drafts::load_all(&Real, &state), []);
    // The shelf's place is taken, so nothing says that backups are there: the charts are as they were.
    let report = store.check();
    assert_eq!(report.charts, 1);
    assert_eq!(fs::read(state).unwrap(), b"in the way");
}

#[test]
fn an_index_of_no_bytes_is_none() {
    let (root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let rows = store.roster(today());
    for bytes in [&b""[..], b"\0", b"cobalog", &[0; 5000]] {
        fs::write(root.path().join("cache/roster.idx"), bytes).unwrap();
        assert!(store.roll_unverified().is_none());
        store.record(chart.id, Vec::new(), NURSE, now()).unwrap();
        assert_eq!(store.roster(today()), rows);
    }
}
