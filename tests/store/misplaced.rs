//! A chart's file that was written over with another patient's chart, by a slip in a file manager: nobody is forgotten.

use crate::backup::files;
use crate::kit::{NURSE, at, chart_path, given, now, patient, places, practice, today};
use cobalog::clinic::chart::Chart;
use cobalog::store::disk::Real;
use cobalog::store::repair::{RepairReport, repair};
use cobalog::store::{Copies, Store, backup};
use std::fs;
use tempfile::TempDir;

/// Two patients of different days; where `kept` is said, with a backup of both.
fn two(kept: bool) -> (TempDir, Store, [Chart; 2]) {
    let (root, store) = practice();
    let one = patient(&store, "Ahmed");
    let later = at("2026-11-18T09:20:00+01:00");
    let (two, _) = store.new_patient(vec![crate::kit::person("Berg")], NURSE, later).unwrap();
    if kept {
        backup::add(&Real, store.dir(), &places(root.path()), now()).unwrap();
    }
    forget(&store);
    (root, store, [one, two])
}

/// Days later: what was recorded on this workstation is remembered no more.
fn forget(store: &Store) {
    fs::remove_dir_all(store.places().state.as_ref().unwrap().join("recorded")).unwrap();
}

fn merge(store: &mut Store) -> Copies {
    let problems = store.roster(today()).problems;
    store.take_in_copies(&problems, today())
}

fn mend(root: &TempDir, store: &Store) -> RepairReport {
    repair(store.dir(), &places(root.path()), at("2026-11-19T08:00:00+01:00"), Real::shared()).unwrap()
}

fn is_named(store: &Store, chart: &Chart) -> bool {
    let path = chart_path(store, chart);
    store.check().problems.iter().any(|p| p.path == path && p.what.contains("not the one that its name says"))
        && store.roster(today()).problems.iter().any(|p| p.path == path)
}

#[test]
fn a_chart_written_over_with_another_stays_named_until_it_is_repaired() {
    let (root, mut store, [one, two]) = two(true);
    fs::copy(chart_path(&store, &two), chart_path(&store, &one)).unwrap();
    let before = files(store.dir());
    assert_eq!(merge(&mut store), Copies::default());
    assert_eq!(files(store.dir()), before);
    assert!(is_named(&store, &one));
    let report = mend(&root, &store);
    assert_eq!((report.files.len(), &report.files[0].left), (1, &None), "{report:?}");
    assert_eq!(fs::read(report.files[0].kept.as_ref().unwrap()).unwrap(), fs::read(chart_path(&store, &two)).unwrap());
    assert_eq!([&one, &two].map(|chart| store.chart(chart.id).unwrap()), [one, two.clone()]);
    assert!(store.check().is_sound());
}

#[test]
fn without_a_backup_it_stays_as_it_is_and_named() {
    let (root, mut store, [one, two]) = two(false);
    fs::copy(chart_path(&store, &two), chart_path(&store, &one)).unwrap();
    let before = files(store.dir());
    assert_eq!(merge(&mut store), Copies::default());
    assert!(mend(&root, &store).files[0].left.is_some());
    assert_eq!(files(store.dir()), before);
    assert!(is_named(&store, &one));
}

#[test]
fn one_whose_own_file_is_gone_comes_back_and_the_other_stays_named() {
    for is_repair in [false, true] {
        let (root, mut store, [one, two]) = two(false);
        fs::rename(chart_path(&store, &two), chart_path(&store, &one)).unwrap();
        if is_repair {
            assert!(mend(&root, &store).files[0].left.is_some());
        } else {
            let taken = merge(&mut store).taken;
            assert_eq!((taken.len(), taken[0].came_in), (1, two.entries().len()));
            assert!(taken[0].words().contains(&chart_path(&store, &one).display().to_string()));
        }
        assert_eq!(store.chart(two.id).unwrap(), two);
        assert!(is_named(&store, &one));
        assert_eq!(merge(&mut store), Copies::default(), "at rest");
    }
}

#[test]
fn what_only_the_misplaced_chart_says_comes_in_before_it_is_repaired() {
    let (root, store, [one, two]) = two(true);
    let path = chart_path(&store, &two);
    let older = fs::read(&path).unwrap();
    let (whole, _) = store.record(two.id, vec![given(None, today(), "only there")], NURSE, now()).unwrap();
    forget(&store);
    fs::rename(&path, chart_path(&store, &one)).unwrap();
    fs::write(&path, older).unwrap();
    let report = mend(&root, &store);
    assert!(report.files[0].notes[0].contains("Berg, Grace"), "{report:?}");
    assert_eq!([&one, &two].map(|chart| store.chart(chart.id).unwrap()), [one, whole]);
    assert!(store.check().is_sound());
}
