//! Copies that programs which keep folders the same leave: found by what is in them, taken in, kept.

use crate::faulty::Faulty;
use crate::kit::{NURSE, again, at, chart_path, given, now, patient, person, places, practice, share_key, today};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::drug::Drug;
use cobalog::clinic::entry::{Act, PatientId};
use cobalog::clinic::practice::{LotInUse, Settings};
use cobalog::store::{Copies, Store, write_chart};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// One name for each kind of program, and two that only content tells.
fn names(id: PatientId) -> [String; 9] {
    [
        format!("{id}.sync-conflict-20261122-101112-7ABCDEF.ron"),
        format!("{id} (FRONT's conflicted copy 2026-11-22).ron"),
        format!("{id} (In Konflikt stehende Kopie von FRONT 2026-11-22).ron"),
        format!("{id}-FRONT-2.ron"),
        format!("{id} (conflicted copy 2026-11-22 101112).ron"),
        format!("{id} [Conflict].ron"),
        format!("{id}_FRONT_Nov-22-1011-2026_CaseConflict.ron"),
        "Unbenannt.ron".to_owned(),
        id.to_string().to_lowercase() + ".ron",
    ]
}

fn put(path: &Path, text: &str) {
    cobalog::store::atomic::write(&cobalog::store::disk::Real, path, text).unwrap();
}

fn merge(store: &mut Store) -> Copies {
    let problems = store.roster(today()).problems;
    store.take_in_copies(&problems, today())
}

/// The chart as it would be after one dose was noted on another workstation.
fn elsewhere(store: &Store, chart: &Chart, note: &str) -> (Chart, String) {
    let (_root, other) = practice();
    share_key(store, &other);
    other.write_charts(std::slice::from_ref(chart)).unwrap();
    let (chart, _) = other.record(chart.id, vec![given(None, today(), note)], NURSE, now()).unwrap();
    let text = write_chart(&chart, Path::new("chart.ron")).unwrap();
    (chart, text)
}

fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for folder in ["charts", "kept"] {
        for path in fs::read_dir(dir.join(folder)).into_iter().flatten().map(|e| e.unwrap().path()) {
            found.insert(path.strip_prefix(dir).unwrap().to_owned(), fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn a_copy_under_any_name_is_taken_in_and_kept() {
    for n in 0..9 {
        let (_root, mut store) = practice();
        let chart = patient(&store, "Ahmed");
        let name = names(chart.id)[n].clone();
        // Some systems take small and capital letters for the same.
        if chart_path(&store, &chart).with_file_name(&name).exists() {
            continue;
        }
        let (theirs, text) = elsewhere(&store, &chart, "there");
        let (ours, _) = store.record(chart.id, vec![given(None, today(), "here")], NURSE, now()).unwrap();
        put(&store.dir().join("charts").join(&name), &text);
        let said = &store.check().problems[0];
        assert!(said.to_string().contains("with 1 new entry"), "{said}");

        let copies = merge(&mut store);
        assert_eq!((copies.taken.len(), copies.problems.len()), (1, 0), "{name}: {copies:?}");
        assert_eq!((copies.taken[0].whose.as_str(), copies.taken[0].came_in), ("Ahmed, Grace", 1));
        assert_eq!(store.chart(chart.id).unwrap(), ours.union(&theirs));
        assert_eq!(fs::read_to_string(copies.taken[0].kept().unwrap()).unwrap(), text);
        assert_eq!(copies.taken[0].kept(), Some(store.dir().join("kept").join(&name).as_path()));
        assert!(store.check().is_sound(), "{:?}", store.check());
        assert_eq!(store.roster(today()).rows.len(), 1);
        assert_eq!(merge(&mut store), Copies::default(), "at rest");
    }
}

#[test]
fn a_copy_without_news_changes_no_byte_of_the_chart() {
    let (_root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    let path = chart_path(&store, &chart);
    let before = fs::read_to_string(&path).unwrap();
    put(&path.with_file_name(&names(chart.id)[0]), &before);
    let inode = fs::metadata(&path).unwrap().modified().unwrap();
    assert_eq!(merge(&mut store).taken[0].came_in, 0);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), inode);
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
}

#[test]
fn two_workstations_that_take_the_same_copy_in_write_the_same_bytes() {
    let make = |root: &TempDir, chart: &Chart, copies: &[(String, String)]| {
        let settings = Settings::new("Larkfield Surgery", NURSE);
        let mut store = Store::create_with(&root.path().join("data"), settings, places(root.path())).unwrap();
        store.write_charts(std::slice::from_ref(chart)).unwrap();
        copies.iter().for_each(|(name, text)| put(&store.dir().join("charts").join(name), text));
        assert_eq!(merge(&mut store).taken.len(), copies.len());
        files(store.dir())
    };
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let (ours, _) = elsewhere(&store, &chart, "here");
    let names = names(chart.id);
    // The same entry came in two copies, under two names.
    let (third, text) = elsewhere(&store, &ours, "third");
    let copies = [(names[0].clone(), elsewhere(&store, &chart, "there").1), (names[1].clone(), text)];
    let roots = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [one, two] = [&roots[0], &roots[1]].map(|root| make(root, &ours, &copies));
    assert_eq!(one, two);
    assert!(one.contains_key(&PathBuf::from(format!("kept/{}", names[0]))));
    drop(third);
}

#[test]
fn of_two_versions_of_one_entry_neither_is_written_over() {
    let (_root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    let path = chart_path(&store, &chart);
    let before = fs::read_to_string(&path).unwrap();
    let copy = path.with_file_name(&names(chart.id)[0]);
    let (_, text) = elsewhere(&store, &chart, "there");
    let other = text.replace("Ahmed", "Achmed");
    put(&copy, &other);
    assert_eq!(merge(&mut store).taken, []);
    assert_eq!(fs::read_to_string(&copy).unwrap(), other, "the copy stays as it is");
    let now = store.chart(chart.id).unwrap();
    assert_eq!(now.person().unwrap().family, "Ahmed");
    assert_eq!(now.entries().len(), chart.entries().len() + 1, "what is not in doubt came in");
    assert!(before.lines().all(|line| fs::read_to_string(&path).unwrap().contains(line)));
    for problems in [store.check().problems, store.roster(today()).problems] {
        let said = problems[0].to_string();
        assert!(problems.len() == 1 && said.contains("both files are left as they are"), "{said}");
    }
    let after = files(store.dir());
    assert_eq!(merge(&mut store).taken, []);
    assert_eq!(files(store.dir()), after, "at rest");
}

#[test]
fn a_version_of_an_earlier_time_is_no_reason_to_write_over_ours() {
    let (_root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    let (other, _) = elsewhere(&store, &chart, "there");
    let mut entries = other.entries().to_vec();
    entries[0].at -= chrono::TimeDelta::hours(1);
    let other = Chart::new(chart.id, entries);
    let copy = chart_path(&store, &chart).with_file_name(&names(chart.id)[0]);
    put(&copy, &write_chart(&other, &copy).unwrap());
    assert_eq!(merge(&mut store).taken, []);
    let now = store.chart(chart.id).unwrap();
    assert!(chart.entries().iter().all(|entry| now.entry(entry.id) == Some(entry)), "what was here is here");
    assert_eq!(now.entries().len(), chart.entries().len() + 1, "what is not in doubt came in");
}

#[test]
fn a_copy_that_cannot_be_read_is_named_with_its_place_and_left() {
    let (_root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    let copy = chart_path(&store, &chart).with_file_name(&names(chart.id)[0]);
    put(&copy, &elsewhere(&store, &chart, "there").1.replace("drug: hydroxocobalamin", "drug: aspirin"));
    assert_eq!(merge(&mut store).taken, []);
    let said = store.check().problems[0].to_string();
    assert!(said.starts_with(&format!("{}:7:", copy.display())) && said.contains("aspirin"), "{said}");
    assert!(copy.exists());
}

#[test]
fn a_copy_of_a_damaged_chart_waits_until_the_chart_is_mended() {
    let (_root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    let path = chart_path(&store, &chart);
    put(&path.with_file_name(&names(chart.id)[0]), &elsewhere(&store, &chart, "there").1);
    let whole = fs::read_to_string(&path).unwrap();
    put(&path, "(format: 2, half");
    let before = files(store.dir());
    assert_eq!(merge(&mut store).taken, []);
    assert_eq!(files(store.dir()), before);
    assert!(store.check().problems.iter().any(|p| p.what.contains("which cannot be read")));
    put(&path, &whole);
    assert_eq!(merge(&mut store).taken[0].came_in, 1);
}

#[test]
fn a_chart_that_was_renamed_away_comes_back() {
    let (_root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    let path = chart_path(&store, &chart);
    fs::rename(&path, path.with_file_name(&names(chart.id)[0])).unwrap();
    assert_eq!(store.roster(today()).rows.len(), 0);
    assert_eq!(merge(&mut store).taken[0].came_in, chart.entries().len());
    assert_eq!(store.chart(chart.id).unwrap(), chart);
    assert!(store.check().is_sound());
}

#[test]
fn a_chart_under_another_patients_name_goes_where_it_belongs_if_that_is_known() {
    let (_root, mut store) = practice();
    let [mine, wrong] = ["Ahmed", "Berg"].map(|family| patient(&store, family));
    let (whole, text) = elsewhere(&store, &mine, "there");
    let known = fs::read_to_string(chart_path(&store, &wrong)).unwrap();
    put(&chart_path(&store, &wrong), &text);
    let before = store.roster(today()).problems;
    assert!(before[0].what.contains("not the one that its name says"), "{before:?}");
    assert_eq!(merge(&mut store).taken[0].came_in, 1);
    assert_eq!(store.chart(mine.id).unwrap(), whole);
    // The file is that of another patient, who is not to be forgotten: it stays, and is named.
    assert_eq!(fs::read_to_string(chart_path(&store, &wrong)).unwrap(), text);
    assert_eq!(store.check().problems, before);
    assert_eq!(merge(&mut store), Copies::default(), "at rest");
    put(&chart_path(&store, &wrong), &known);
    assert!(store.check().is_sound());

    // Whose it is stands nowhere else: the id may be what is wrong.
    let strange = known.replacen(&wrong.id.to_string(), "01ARZ3NDEKTSV4RRFFQ69G5FAV", 1);
    put(&chart_path(&store, &wrong), &strange);
    let files_before = files(store.dir());
    assert_eq!(merge(&mut store).taken, []);
    assert_eq!(files(store.dir()), files_before);
}

#[test]
fn files_on_their_way_are_not_touched() {
    let (_root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    let charts = store.dir().join("charts");
    let text = elsewhere(&store, &chart, "there").1;
    let on_their_way = [
        format!("~{}.ron-0123456789abcdef.tmp", chart.id),
        format!(".syncthing.{}.ron.tmp", chart.id),
        format!("~syncthing~{}.ron.tmp", chart.id),
        format!("._{}.ron", chart.id),
        format!("~{}.ron", chart.id),
    ];
    on_their_way.iter().for_each(|name| put(&charts.join(name), &text));
    assert_eq!(store.check().problems, []);
    let before = files(store.dir());
    assert_eq!(merge(&mut store), Copies::default());
    assert_eq!(files(store.dir()), before);
}

#[test]
fn two_copies_of_one_name_are_both_kept() {
    let (_root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    let copy = chart_path(&store, &chart).with_file_name(&names(chart.id)[5]);
    for note in ["first", "second", "second"] {
        let text = if note == "first" || !copy.exists() { elsewhere(&store, &chart, note).1 } else { String::new() };
        put(&copy, &text);
        assert_eq!(merge(&mut store).taken.len(), 1);
    }
    assert_eq!(fs::read_dir(store.dir().join("kept")).unwrap().count(), 3);
    assert_eq!(store.chart(chart.id).unwrap().entries().len(), chart.entries().len() + 3);
}

#[test]
fn lots_of_a_copy_of_the_settings_come_in_and_all_else_is_ours() {
    let (root, mut store) = practice();
    let lot = |name: &str| LotInUse {
        product: "Hydroxocobalamin 1 mg/mL, 1 mL ampoule".to_owned(),
        drug: Drug::Hydroxocobalamin,
        strength_mcg_per_ml: 1000,
        lot: name.to_owned(),
        expires: "2027-06-30".parse().unwrap(),
        opened: None,
    };
    store.change_settings(|s| s.use_lot(lot("THEIRS"), today())).unwrap();
    let file = store.dir().join("practice.ron");
    let theirs = fs::read_to_string(&file).unwrap().replace("Larkfield", "Somewhere");
    store.change_settings(|s| s.lots = vec![lot("OURS")]).unwrap();
    let copy = store.dir().join("practice.sync-conflict-20261122-101112-7ABCDEF.ron");
    put(&copy, &theirs);
    put(&store.dir().join("notes.ron"), "(ours: \"to do\")");
    let problems = store.check().problems;
    assert_eq!(problems.iter().map(|p| p.path.as_path()).collect::<Vec<_>>(), [copy.as_path()]);
    let copies = merge(&mut store);
    assert_eq!((copies.taken.len(), copies.taken[0].came_in), (1, 1), "{copies:?}");
    let words = copies.taken[0].words();
    assert!(words.starts_with("A second copy of the practice's settings: 1 new lot came in; another name in it was left, as practice.ron holds. The copy is kept in "), "{words}");
    let settings = again(&root, &store).settings().clone();
    assert_eq!(settings.name, "Larkfield Surgery");
    assert_eq!(settings.lots.iter().map(|l| l.lot.as_str()).collect::<Vec<_>>(), ["OURS", "THEIRS"]);
    assert_eq!(fs::read_to_string(store.dir().join("kept").join(copy.file_name().unwrap())).unwrap(), theirs);
    assert!(store.check().is_sound() && store.dir().join("notes.ron").exists());
    put(&copy, "(format: 2, half");
    assert!(store.check().problems[0].line.is_some(), "{:?}", store.check());
}

#[test]
fn expired_lots_give_way_to_those_of_a_copy_and_none_in_use_is_lost() {
    let (root, mut store) = practice();
    let lot = |name: String, expires: &str| LotInUse {
        product: "Hydroxocobalamin 1 mg/mL, 1 mL ampoule".to_owned(),
        drug: Drug::Hydroxocobalamin,
        strength_mcg_per_ml: 1000,
        lot: name,
        expires: expires.parse().unwrap(),
        opened: None,
    };
    let (good, old) = ("2027-06-30", "2026-01-31");
    let lots =
        |side: &str, n: usize, expires: &str| (0..n).map(|i| lot(format!("{side}{i}"), expires)).collect::<Vec<_>>();
    let file = store.dir().join("practice.ron");
    store.change_settings(|s| s.lots = [lots("THEIRS", 4, good), lots("OLD", 2, old)].concat()).unwrap();
    let theirs = fs::read_to_string(&file).unwrap();
    let ours = [lots("OURS", 7, good), lots("PAST", 5, old)].concat();
    store.change_settings(|s| s.lots = ours).unwrap();
    let copy = store.dir().join("practice.sync-conflict-20261122-101112-7ABCDEF.ron");
    put(&copy, &theirs);
    let copies = merge(&mut store);
    assert_eq!(copies.taken[0].came_in, 4, "{copies:?}");
    let names = |store: &Store| store.settings().lots.iter().map(|l| l.lot.clone()).collect::<Vec<_>>();
    let all = names(&again(&root, &store));
    let first =
        ["OURS0", "THEIRS0", "OURS1", "THEIRS1", "OURS2", "THEIRS2", "OURS3", "THEIRS3", "OURS4", "OURS5", "OURS6"];
    assert_eq!((all.len(), &all[..11]), (12, &first.map(str::to_owned)[..]));
    // A full list of lots in use grows.
    store.change_settings(|s| s.lots = lots("MORE", 12, good)).unwrap();
    put(&copy, &theirs);
    assert_eq!(merge(&mut store).taken[0].came_in, 4);
    let all = names(&again(&root, &store));
    assert_eq!((all.len(), all.iter().filter(|l| l.starts_with("THEIRS")).count()), (16, 4));
}

#[cfg(unix)]
#[test]
fn a_second_name_of_the_chart_itself_is_not_moved_away() {
    let (_root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    let path = chart_path(&store, &chart);
    let [linked, pointing] = ["linked.ron", "pointing.ron"].map(|name| path.with_file_name(name));
    fs::hard_link(&path, &linked).unwrap();
    std::os::unix::fs::symlink(&path, &pointing).unwrap();
    let before = files(store.dir());
    assert_eq!(merge(&mut store).taken, []);
    assert_eq!(files(store.dir()), before);
    assert!(store.check().problems.iter().all(|p| p.what.contains("itself under another name")));
}

#[test]
fn whoever_was_entered_elsewhere_alone_is_here_too() {
    let (_root, mut store) = practice();
    let (_other_root, other) = practice();
    let (chart, _) = other.new_patient(vec![person("Berg")], NURSE, at("2026-11-18T09:20:00+01:00")).unwrap();
    let name = format!("{} 2.ron", chart.id);
    put(&store.dir().join("charts").join(name), &fs::read_to_string(chart_path(&other, &chart)).unwrap());
    assert_eq!(merge(&mut store).taken[0].whose, "Berg, Grace");
    assert!(matches!(store.chart(chart.id).unwrap().entries()[0].act, Act::Registered(_)));
}

#[test]
fn charts_that_nobody_touched_are_not_read_to_know_that_they_hold_what_was_recorded_here() {
    let (root, store) = practice();
    let disk = Faulty::default();
    let mut store = Store::open_on(store.dir(), places(root.path()), Arc::new(disk.clone())).unwrap();
    let charts: Vec<_> = ["Ahmed", "Berg", "Costa", "Diaz"].map(|family| patient(&store, family)).into();
    let opened = |store: &mut Store| {
        disk.fail_reading(None);
        let taken = store.take_in_copies(&[], today()).taken.len();
        (taken, disk.reads().iter().filter(|name| **name == "open").count())
    };
    assert_eq!(opened(&mut store), (0, 1), "only the stamps are read");
    let path = chart_path(&store, &charts[1]);
    let whole = fs::read(&path).unwrap();
    let first = Chart::new(charts[1].id, charts[1].entries()[..1].to_vec());
    fs::write(&path, write_chart(&first, &path).unwrap()).unwrap();
    assert_eq!(opened(&mut store).0, 1, "what was overwritten is put back");
    assert_eq!(fs::read(&path).unwrap(), whole);
    // The same bytes in another file: looked at, and nothing is wrong.
    fs::remove_file(&path).unwrap();
    fs::write(&path, whole).unwrap();
    assert_eq!(opened(&mut store), (0, 3));
    fs::write(root.path().join("state/recorded/stamps"), "damaged").unwrap();
    assert_eq!(opened(&mut store).0, 0, "without stamps all are read");
}

#[test]
fn what_was_recorded_here_and_overwritten_is_put_back() {
    let (root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    let path = chart_path(&store, &chart);
    let before = fs::read_to_string(&path).unwrap();
    let (whole, _) = store.record(chart.id, vec![given(None, today(), "here")], NURSE, now()).unwrap();
    // A program that takes no lock puts its own version in place: another's entry is in it, ours is not.
    let (theirs, text) = elsewhere(&store, &chart, "there");
    put(&path, &text);
    let said = store.check().problems;
    assert!(said.len() == 1 && said[0].what.contains("1 entry that was recorded here"), "{said:?}");
    // Another program on this workstation records on: what is remembered stays remembered.
    let other = again(&root, &store);
    let (later, _) = other.record(chart.id, vec![given(None, today(), "later")], NURSE, now()).unwrap();
    let copies = merge(&mut store);
    assert_eq!((copies.taken.len(), copies.taken[0].came_in, copies.taken[0].kept()), (1, 1, None), "{copies:?}");
    let words = "1 entry recorded here had been overwritten by another program and was put back";
    assert!(copies.taken[0].words().ends_with(words), "{copies:?}");
    let nine = cobalog::store::TakenIn { came_in: 9, ..copies.taken[0].clone() };
    let words = "9 entries recorded here had been overwritten by another program and were put back";
    assert!(nine.words().ends_with(words), "{}", nine.words());
    assert_eq!(store.chart(chart.id).unwrap(), whole.union(&theirs).union(&later));
    assert!(store.check().is_sound());
    assert_eq!(merge(&mut store), Copies::default());
    // After some days an old version is somebody's wish.
    put(&path, &before);
    let problems = store.roster(today()).problems;
    assert_eq!(store.take_in_copies(&problems, today() + chrono::Days::new(3)), Copies::default());
    assert_eq!(merge(&mut store), Copies::default(), "forgotten");
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
}

#[test]
fn what_could_not_be_saved_is_not_put_back_and_a_chart_that_went_stays_away() {
    let (_root, mut store) = practice();
    let chart = patient(&store, "Ahmed");
    let path = chart_path(&store, &chart);
    let before = fs::read_to_string(&path).unwrap();
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    store.record(chart.id, vec![given(None, today(), "refused")], NURSE, now()).unwrap_err();
    fs::remove_dir(&path).unwrap();
    assert_eq!(merge(&mut store), Copies::default());
    put(&path, &before);
    assert_eq!(merge(&mut store), Copies::default());
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
}

#[test]
fn two_workstations_make_different_ids_also_after_one_whose_clock_is_ahead() {
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let ahead = at("2026-11-18T10:00:00+01:00");
    let (chart, _) = store.record(chart.id, vec![given(None, today(), "ahead")], NURSE, ahead).unwrap();
    let ids: std::collections::BTreeSet<_> =
        (0..16).map(|_| elsewhere(&store, &chart, "behind").0.entries().last().unwrap().id).collect();
    assert_eq!(ids.len(), 16);
    assert!(ids.iter().all(|id| *id > chart.entries().last().unwrap().id));
}
