//! Charts whose files are gone: nothing of Cobalog deletes one, so a check names them and a repair brings them back.

use crate::backup::files;
use crate::kit::{NURSE, again, at, chart_path, given, now, patient, places, practice, today};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::links::Link;
use cobalog::clinic::practice::Settings;
use cobalog::store::disk::Real;
use cobalog::store::repair::{RepairReport, repair};
use cobalog::store::{Store, backup};
use std::fs;
use tempfile::TempDir;

fn forget(store: &Store) {
    fs::remove_dir_all(store.places().state.as_ref().unwrap().join("recorded")).unwrap();
}

fn keep(root: &TempDir, store: &Store, time: &str) {
    backup::add(&Real, store.dir(), &places(root.path()), at(time)).unwrap();
}

fn mend(root: &TempDir, store: &Store) -> RepairReport {
    repair(store.dir(), &places(root.path()), at("2026-11-20T08:00:00+01:00"), Real::shared()).unwrap()
}

/// Removes a chart, and proves that it is named and comes back.
fn comes_back(root: &TempDir, store: &Store, chart: &Chart, known: &str) {
    let problems = store.check().problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].path, chart_path(store, chart));
    assert!(problems[0].what.contains(known) && problems[0].what.contains("--repair"), "{problems:?}");
    let report = mend(root, store);
    assert_eq!((report.files.len(), &report.files[0].left, &report.missing), (1, &None, &vec![]), "{report:?}");
    assert_eq!(&store.chart(chart.id).unwrap(), chart);
    assert!(store.check().is_sound());
    assert_eq!(mend(root, store).files, []);
}

#[test]
fn one_that_a_backup_has_is_named_and_comes_back_also_after_a_backup_without_it() {
    let (root, store) = practice();
    let [_, two] = ["Ahmed", "Berg"].map(|family| patient(&store, family));
    keep(&root, &store, "2026-11-18T10:00:00+01:00");
    forget(&store);
    fs::remove_file(chart_path(&store, &two)).unwrap();
    comes_back(&root, &store, &two, "the backup of 2026-11-18 10:00");
    fs::remove_file(chart_path(&store, &two)).unwrap();
    keep(&root, &store, "2026-11-19T10:00:00+01:00");
    comes_back(&root, &store, &two, "the backup of 2026-11-18 10:00");
}

#[test]
fn all_of_them_come_back_to_an_empty_folder() {
    let (root, store) = practice();
    let charts = ["Ahmed", "Berg"].map(|family| patient(&store, family));
    keep(&root, &store, "2026-11-18T10:00:00+01:00");
    charts.iter().for_each(|chart| fs::remove_file(chart_path(&store, chart)).unwrap());
    assert_eq!(store.check().problems.len(), 2);
    assert_eq!(mend(&root, &store).files.len(), 2);
    assert_eq!(charts.each_ref().map(|chart| store.chart(chart.id).unwrap()), charts);
}

#[test]
fn one_that_was_recorded_here_comes_back_and_with_a_backup_all_of_it() {
    let (root, store) = practice();
    let one = patient(&store, "Ahmed");
    fs::remove_file(chart_path(&store, &one)).unwrap();
    comes_back(&root, &store, &one, "this computer recorded 2 entries of it");
    keep(&root, &store, "2026-11-18T10:00:00+01:00");
    forget(&store);
    let (one, _) = store.record(one.id, vec![given(None, today(), "since")], NURSE, now()).unwrap();
    fs::remove_file(chart_path(&store, &one)).unwrap();
    comes_back(&root, &store, &one, "the backup of");
}

#[test]
fn one_of_which_only_a_dose_is_known_is_named_on() {
    let (root, store) = practice();
    let one = patient(&store, "Ahmed");
    forget(&store);
    store.record(one.id, vec![given(None, today(), "today")], NURSE, now()).unwrap();
    fs::remove_file(chart_path(&store, &one)).unwrap();
    let report = mend(&root, &store);
    assert!(report.files[0].left.as_ref().unwrap().contains("does not say who it is"), "{report:?}");
    assert_eq!(report.missing, [one.id]);
    assert_eq!(store.check().problems.len(), 1);
}

#[test]
fn another_practices_charts_that_were_in_the_same_folder_are_not_missed() {
    let (root, store) = practice();
    patient(&store, "Ahmed");
    keep(&root, &store, "2026-11-18T10:00:00+01:00");
    forget(&store);
    fs::rename(store.dir(), root.path().join("moved")).unwrap();
    let fresh = Store::create_with(store.dir(), Settings::new("Hill Street", NURSE), places(root.path())).unwrap();
    assert_eq!(fresh.check().problems, []);
    let before = files(store.dir());
    assert_eq!(mend(&root, &fresh).files, []);
    assert_eq!(files(store.dir()), before);
}

#[test]
fn a_link_to_one_that_is_gone_is_no_further_trouble() {
    let (root, store) = practice();
    let [one, two] = ["Ahmed", "Berg"].map(|family| patient(&store, family));
    store.link((one.id, two.id), Link::Same, "one phone", NURSE, now()).unwrap();
    fs::remove_file(chart_path(&store, &two)).unwrap();
    assert_eq!(again(&root, &store).complete_links(today()), (0, vec![]));
}

#[test]
fn a_folder_of_charts_that_is_gone_and_known_from_nowhere_is_not_made_empty() {
    let (root, store) = practice();
    patient(&store, "Ahmed");
    forget(&store);
    let charts = store.dir().join("charts");
    fs::remove_dir_all(&charts).unwrap();
    let report = mend(&root, &store);
    assert!(report.files[0].left.as_ref().unwrap().contains("restore FILE --merge"), "{report:?}");
    assert!(!charts.exists() && !store.check().is_sound());
}

#[cfg(unix)]
#[test]
fn a_link_to_nowhere_and_one_to_itself_are_to_be_removed_first() {
    let (root, store) = practice();
    let [one, two] = ["Ahmed", "Berg"].map(|family| patient(&store, family));
    keep(&root, &store, "2026-11-18T10:00:00+01:00");
    let paths = [&one, &two].map(|chart| chart_path(&store, chart));
    for (path, to) in paths.iter().zip(["nowhere.ron", paths[1].to_str().unwrap()]) {
        fs::remove_file(path).unwrap();
        std::os::unix::fs::symlink(to, path).unwrap();
    }
    let report = mend(&root, &store);
    assert_eq!(report.files.len(), 2);
    let merged = store.merge(&backup::newest(&Real, store.places()).unwrap(), now()).unwrap();
    for (n, path) in paths.iter().enumerate() {
        let advice = format!("remove the link at {}", path.display());
        let left = report.files[n].left.as_ref().unwrap();
        assert!(left.contains(&advice) && merged.problems[n].what.contains(&advice), "{left} {:?}", merged.problems);
        fs::remove_file(path).unwrap();
    }
    assert_eq!(mend(&root, &store).files.len(), 2);
    assert!(store.check().is_sound());
}
