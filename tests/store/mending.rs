//! Every call fails in turn, once and for good, writing and reading, while a practice is backed up, restored, merged, put
//! together again, while copies are taken in and charts are joined: nothing that was there is lost, a bad backup is never
//! called good, nobody opens half a practice, a sentence says what to do, and the next try works.
//!
//! Of the ways in which a call may fail each call gets some; `COBALOG_FAULTS=all cargo test --test store mending` tries all.

use crate::backup::files;
use crate::faults::{faults, reading_faults};
use crate::faulty::{Fault, Faulty};
use crate::kit::{NURSE, chart_path, given, notes, now, patient, places, practice, swift, today};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::entry::EntryId;
use cobalog::clinic::links::Link;
use cobalog::store::backup::{self, BackupReport};
use cobalog::store::repair::repair;
use cobalog::store::restore::into_empty;
use cobalog::store::{Places, Store, StoreError, read_chart};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;

/// A practice with three patients, a backup of it, and what came since.
pub struct Scene {
    pub root: TempDir,
    pub disk: Faulty,
    pub store: Store,
    pub charts: [Chart; 3],
    /// The backup.
    pub file: PathBuf,
}

/// The files of such a scene and its charts.
type Made = (BTreeMap<PathBuf, Vec<u8>>, [Chart; 3]);

/// Made once.
static MADE: LazyLock<Made> = LazyLock::new(|| {
    let (root, store) = practice();
    let charts = ["Ahmed", "Berg", "Cole"].map(|family| patient(&store, family));
    backup::write(&*swift(), store.dir(), &root.path().join("one.tar.gz"), false).unwrap();
    backup::add(&*swift(), store.dir(), &places(root.path()), now()).unwrap();
    let since = store.record(charts[0].id, vec![given(None, today(), "since")], NURSE, now()).unwrap().0;
    let [_, two, three] = charts;
    (files(root.path()), [since, two, three])
});

impl Scene {
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        for (path, bytes) in &MADE.0 {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let disk = Faulty::default();
        let dir = root.path().join("data");
        let store = Store::open_on(&dir, places(root.path()), Arc::new(disk.clone())).unwrap();
        let _ = store.roster(today());
        disk.fail(None);
        let file = root.path().join("one.tar.gz");
        Self { root, disk, store, charts: MADE.1.clone(), file }
    }

    pub fn places(&self) -> Places {
        places(self.root.path())
    }

    pub fn path(&self, n: usize) -> PathBuf {
        chart_path(&self.store, &self.charts[n])
    }

    /// Opens it as another program would, on a disk that works.
    fn elsewhere(&self) -> Store {
        Store::open_on(self.store.dir(), self.places(), swift()).unwrap()
    }

    pub fn later(&self) -> chrono::DateTime<chrono::FixedOffset> {
        now() + chrono::Days::new(1)
    }
}

/// Every entry that stands in a file of the practice that can be read, what is kept aside too.
pub fn entries(dir: &Path) -> BTreeSet<EntryId> {
    let texts = files(dir).into_iter().filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?)));
    let charts = texts.filter_map(|(path, text)| read_chart(&text, &path).ok());
    charts.flat_map(|chart| chart.entries().iter().map(|e| e.id).collect::<Vec<_>>()).collect()
}

/// Something that mends or keeps, and what must hold of it.
struct Job {
    name: &'static str,
    /// What is to be mended.
    prepare: fn(&Scene),
    /// Does it; says whether everything that was asked for was done, or why not.
    run: fn(&mut Scene) -> Result<bool, String>,
    /// Whether it is done.
    done: fn(&Scene) -> bool,
    /// What must hold at any time.
    holds: fn(&Scene, &str),
}

fn said(error: StoreError) -> String {
    error.to_string()
}

/// Fails each call of a job in turn.
fn whatever_fails(job: &Job) {
    let scene = || {
        let scene = Scene::new();
        (job.prepare)(&scene);
        scene.disk.fail(None);
        scene
    };
    let mut whole = scene();
    assert_eq!((job.run)(&mut whole), Ok(true), "{}", job.name);
    assert!((job.done)(&whole), "{}", job.name);
    let (calls, reads) = (whole.disk.calls().len(), whole.disk.reads().len());
    assert!(calls > 3 && reads > 3, "{}: {calls} calls, {reads} reads", job.name);
    let all = std::env::var_os("COBALOG_FAULTS").is_some();
    let each = faults(calls).map(|f| (f, false)).chain(reading_faults(reads).map(|f| (f, true)));
    // The kinds follow each other in steps of so many calls.
    let some = each.enumerate().filter(|(n, (_, is_reading))| all || n % if *is_reading { 3 } else { 5 } == 0);
    for (fault, is_reading) in some.map(|(_, each)| each) {
        one_fails(job, scene(), fault, is_reading);
    }
}

fn one_fails(job: &Job, mut scene: Scene, fault: Fault, is_reading: bool) {
    let known = entries(scene.store.dir());
    match is_reading {
        true => scene.disk.fail_reading(Some(fault)),
        false => scene.disk.fail(Some(fault)),
    }
    let ran = (job.run)(&mut scene);
    let calls = if is_reading { scene.disk.reads() } else { scene.disk.calls() };
    let failed = calls.get(fault.at - 1).copied().unwrap_or("nothing");
    let case = format!("{}: {failed} fails, {fault:?}: {ran:?}", job.name);
    scene.disk.fail(None);
    let now = entries(scene.store.dir());
    assert!(known.is_subset(&now), "{case}: entries are gone");
    (job.holds)(&scene, &case);
    match ran {
        Ok(true) => assert!((job.done)(&scene), "{case}: said to be done"),
        Ok(false) => {}
        Err(sentence) => {
            let root = scene.root.path().display().to_string();
            assert!(sentence.contains(&root), "{case}: no path");
        }
    }
    if !(job.done)(&scene) {
        assert_eq!((job.run)(&mut scene), Ok(true), "{case}: the next try");
        assert!((job.done)(&scene), "{case}: the next try");
    }
    (job.holds)(&scene, &case);
    assert!(known.is_subset(&entries(scene.store.dir())), "{case}: after the next try");
}

/// The practice opens, and nothing in it is damaged.
fn is_sound(scene: &Scene, case: &str) {
    assert_eq!(scene.elsewhere().check().problems, [], "{case}");
}

fn untouched(scene: &Scene, case: &str) {
    is_sound(scene, case);
    for chart in &scene.charts {
        assert_eq!(&scene.elsewhere().chart(chart.id).unwrap(), chart, "{case}");
    }
}

fn shelf(scene: &Scene) -> PathBuf {
    scene.places().backups.unwrap()
}

/// What is on the shelf under a good name is good, and what is said to be the newest good one is there and whole.
fn shelf_is_good(scene: &Scene, case: &str) {
    untouched(scene, case);
    let kept = backup::list(&*swift(), &shelf(scene)).unwrap();
    assert!(kept.iter().any(|k| k.made == now().naive_local()), "{case}: the last good one is gone");
    for one in kept.iter().filter(|k| k.is_whole) {
        let drill = backup::drill(&*swift(), &one.path, Some(scene.store.dir())).unwrap();
        assert!(drill.is_good() && drill.charts == 3, "{case}: {drill:?}");
    }
    let known = backup::status(&*swift(), &scene.places());
    if let Some(file) = known.file {
        assert!(kept.iter().any(|k| k.is_whole && k.path.ends_with(&file)), "{case}: {file}");
    }
}

fn is_newest(scene: &Scene) -> bool {
    let newest = backup::newest(&*swift(), &scene.places()).unwrap();
    let drill = backup::drill(&*swift(), &newest, Some(scene.store.dir())).unwrap();
    drill.is_good() && drill.compared.unwrap().newer_entries == 0
}

fn whole(report: &BackupReport) -> bool {
    report.unread.is_empty() && report.damaged.is_empty()
}

#[test]
fn a_backup_of_the_day_is_good_or_none_whatever_fails() {
    whatever_fails(&Job {
        name: "a backup of the day",
        prepare: |_| {},
        run: |scene| {
            let after = backup::daily(&scene.disk, scene.store.dir(), &scene.places(), scene.later());
            after.failed.map_or(Ok(after.made == Some(scene.later())), |failed| Err(failed.why))
        },
        done: is_newest,
        holds: shelf_is_good,
    });
}

#[test]
fn a_backup_that_was_asked_for_is_good_or_none_whatever_fails() {
    whatever_fails(&Job {
        name: "a backup",
        prepare: |_| {},
        run: |scene| {
            let report = backup::add(&scene.disk, scene.store.dir(), &scene.places(), scene.later()).map_err(said)?;
            Ok(whole(&report))
        },
        done: is_newest,
        holds: shelf_is_good,
    });
    whatever_fails(&Job {
        name: "a backup in place of another",
        prepare: |_| {},
        run: |scene| backup::write(&scene.disk, scene.store.dir(), &scene.file, true).map(|r| whole(&r)).map_err(said),
        done: |scene| {
            let drill = backup::drill(&*swift(), &scene.file, Some(scene.store.dir())).unwrap();
            drill.is_good() && drill.compared.unwrap().newer_entries == 0
        },
        holds: |scene, case| {
            untouched(scene, case);
            backup::drill(&*swift(), &scene.file, None).unwrap_or_else(|e| panic!("{case}: {e}"));
        },
    });
}

#[test]
fn a_restored_practice_is_whole_or_none_whatever_fails() {
    fn fresh(scene: &Scene) -> PathBuf {
        scene.root.path().join("deep/fresh")
    }
    whatever_fails(&Job {
        name: "a restore",
        prepare: |_| {},
        run: |scene| into_empty(&scene.disk, &scene.file, &fresh(scene)).map(|r| r.charts == 3).map_err(said),
        done: |scene| Store::exists(&fresh(scene)),
        holds: |scene, case| {
            untouched(scene, case);
            // Whoever finds charts there finds all of them.
            let charts = fresh(scene).join("charts");
            if Store::exists(&fresh(scene)) || charts.exists() {
                assert_eq!(fs::read_dir(charts).map_or(0, Iterator::count), 3, "{case}");
            }
            if Store::exists(&fresh(scene)) {
                let store = Store::open_on(&fresh(scene), Places::default(), swift()).unwrap();
                assert_eq!(store.check().problems, [], "{case}");
                assert_eq!(store.roster(today()).rows.len(), 3, "{case}");
            }
        },
    });
}

#[test]
fn a_merged_backup_adds_and_takes_nothing_whatever_fails() {
    whatever_fails(&Job {
        name: "a merge",
        prepare: |scene| {
            fs::remove_file(scene.path(1)).unwrap();
            let text = fs::read_to_string(scene.path(2)).unwrap();
            let last = text.lines().rfind(|l| l.contains("ordered(")).unwrap().to_owned() + "\n";
            fs::write(scene.path(2), text.replace(&last, "")).unwrap();
            let _ = scene.store.roster(today());
        },
        run: |scene| scene.store.merge(&scene.file, scene.later()).map(|m| m.problems.is_empty()).map_err(said),
        done: |scene| scene.charts.iter().all(|c| scene.elsewhere().chart(c.id).is_ok_and(|now| &now == c)),
        holds: |scene, case| {
            let problems = scene.elsewhere().check().problems;
            // Until it is merged again, this workstation misses what it recorded.
            let is_missing = |p: &cobalog::store::Problem| {
                p.what.contains("recorded here is not in it any more") || p.what.contains("brings it back")
            };
            assert!(problems.iter().all(is_missing), "{case}: {problems:?}");
            assert!(notes(&scene.elsewhere().chart(scene.charts[0].id).unwrap()).contains("since"), "{case}");
        },
    });
}

#[test]
fn a_damaged_chart_is_mended_or_left_whatever_fails() {
    whatever_fails(&Job {
        name: "a repair",
        prepare: |scene| {
            fs::remove_dir_all(scene.places().state.unwrap().join("recorded")).unwrap();
            let text = fs::read_to_string(scene.path(0)).unwrap();
            fs::write(scene.path(0), text.replacen("registered(", "regstered(", 1)).unwrap();
            fs::write(scene.store.dir().join("practice.ron"), "(format: 5, na").unwrap();
        },
        run: |scene| {
            let disk = Arc::new(scene.disk.clone());
            let report = repair(scene.store.dir(), &scene.places(), scene.later(), disk).map_err(said)?;
            Ok(!report.files.is_empty() && report.files.iter().all(|f| f.left.is_none() && f.lost.is_empty()))
        },
        done: |scene| {
            let opened = Store::open_on(scene.store.dir(), scene.places(), swift());
            opened.is_ok_and(|store| store.chart(scene.charts[0].id).is_ok_and(|c| c == scene.charts[0]))
        },
        holds: |scene, case| {
            let known = files(scene.store.dir());
            let has = |text: &str| known.values().any(|bytes| bytes.windows(text.len()).any(|w| w == text.as_bytes()));
            assert!(has("regstered(") && has("\"since\"") && has("(format: 5, na"), "{case}: damaged bytes are gone");
            // What was put together lacks nothing that could be read.
            if let Ok(chart) = scene.store.chart_alone(scene.charts[0].id) {
                assert_eq!(chart, scene.charts[0], "{case}");
            }
        },
    });
}

#[test]
fn settings_are_never_begun_anew_in_place_of_some_that_cannot_be_read() {
    whatever_fails(&Job {
        name: "a repair of one chart, beside settings that are newer than the backup's",
        prepare: |scene| {
            scene.elsewhere().change_settings(|s| s.name = "Newer".to_owned()).unwrap();
            fs::write(scene.path(1), "").unwrap();
        },
        run: |scene| {
            let disk = Arc::new(scene.disk.clone());
            let report = repair(scene.store.dir(), &scene.places(), scene.later(), disk).map_err(said)?;
            Ok(report.files.len() == 1 && report.files.iter().all(|f| f.left.is_none()))
        },
        done: |scene| scene.elsewhere().chart(scene.charts[1].id).is_ok_and(|c| c == scene.charts[1]),
        holds: |scene, case| assert_eq!(scene.elsewhere().settings().name, "Newer", "{case}"),
    });
}

/// A copy with an entry that the chart has not.
pub fn lay_copy(scene: &Scene) {
    let path = scene.path(1);
    let before = fs::read_to_string(&path).unwrap();
    let store = scene.elsewhere();
    store.record(scene.charts[1].id, vec![given(None, today(), "there")], NURSE, now()).unwrap();
    let theirs = fs::read_to_string(&path).unwrap();
    fs::write(&path, before).unwrap();
    fs::write(path.with_file_name(format!("{} 2.ron", scene.charts[1].id)), theirs).unwrap();
    fs::remove_dir_all(scene.places().state.unwrap().join("recorded")).unwrap();
}

#[test]
fn a_copy_is_taken_in_or_stays_whatever_fails() {
    whatever_fails(&Job {
        name: "a copy",
        prepare: lay_copy,
        run: |scene| {
            let mut store = scene.store.clone();
            let problems = store.roster(today()).problems;
            let copies = store.take_in_copies(&problems, today());
            match copies.problems.first() {
                Some(problem) => Err(problem.to_string()),
                None => Ok(copies.taken.len() == 1),
            }
        },
        done: |scene| {
            let there = notes(&scene.elsewhere().chart(scene.charts[1].id).unwrap());
            there.contains("there") && scene.elsewhere().check().problems.is_empty()
        },
        holds: |scene, case| {
            let problems = scene.elsewhere().check().problems;
            assert!(problems.iter().all(|p| p.what.contains("it is a copy of")), "{case}: {problems:?}");
            assert_eq!(scene.elsewhere().roster(today()).rows.len(), 3, "{case}");
        },
    });
}

#[test]
fn a_chart_whose_own_file_is_gone_comes_back_from_its_copy_whatever_fails() {
    whatever_fails(&Job {
        name: "a chart that was renamed away",
        prepare: |scene| {
            let path = scene.path(1);
            fs::rename(&path, path.with_file_name(format!("{} 2.ron", scene.charts[1].id))).unwrap();
        },
        run: |scene| {
            let mut store = scene.store.clone();
            let problems = store.roster(today()).problems;
            let copies = store.take_in_copies(&problems, today());
            copies.problems.first().map_or(Ok(copies.taken.len() == 1), |problem| Err(problem.to_string()))
        },
        done: |scene| scene.elsewhere().chart(scene.charts[1].id).is_ok_and(|c| c == scene.charts[1]),
        holds: |_, _| {},
    });
}

#[test]
fn two_charts_are_joined_or_not_whatever_fails() {
    fn is_joined(scene: &Scene) -> bool {
        scene.elsewhere().chart(scene.charts[0].id).is_ok_and(|c| c.joined().len() == 1)
    }
    whatever_fails(&Job {
        name: "a link",
        prepare: |_| {},
        run: |scene| {
            let pair = (scene.charts[0].id, scene.charts[1].id);
            let done = scene.store.link(pair, Link::Same, "same person", NURSE, now()).map_err(said)?;
            Ok(done.left.is_none())
        },
        done: is_joined,
        holds: |scene, case| {
            let problems = scene.elsewhere().check().problems;
            assert!(problems.iter().all(|p| p.what.contains("completes it")), "{case}: {problems:?}");
            let rows = scene.elsewhere().roster(today()).rows.len();
            assert_eq!(rows, if is_joined(scene) { 2 } else { 3 }, "{case}");
        },
    });
    whatever_fails(&Job {
        name: "a link that was half made",
        prepare: |scene| {
            let before = fs::read(scene.path(1)).unwrap();
            let pair = (scene.charts[0].id, scene.charts[1].id);
            scene.elsewhere().link(pair, Link::Same, "same person", NURSE, now()).unwrap();
            fs::write(scene.path(1), before).unwrap();
            fs::remove_dir_all(scene.places().state.unwrap().join("recorded")).unwrap();
        },
        run: |scene| {
            let (completed, problems) = scene.store.complete_links(today());
            problems.first().map_or(Ok(completed == 1), |problem| Err(problem.to_string()))
        },
        done: |scene| scene.elsewhere().check().problems.is_empty(),
        holds: |scene, case| {
            assert!(is_joined(scene), "{case}");
            let problems = scene.elsewhere().check().problems;
            assert!(problems.iter().all(|p| p.what.contains("completes it")), "{case}: {problems:?}");
        },
    });
}

/// What this workstation remembers of the last days is not forgotten because it cannot be read for a moment.
#[test]
fn what_was_recorded_here_is_remembered_whatever_cannot_be_read() {
    let recorded =
        |scene: &Scene| -> BTreeMap<PathBuf, Vec<u8>> { files(&scene.places().state.unwrap().join("recorded")) };
    let record = |scene: &Scene| scene.store.record(scene.charts[0].id, vec![given(None, today(), "x")], NURSE, now());
    let whole = Scene::new();
    record(&whole).unwrap();
    for fault in reading_faults(whole.disk.reads().len()) {
        let scene = Scene::new();
        let before: Vec<_> = recorded(&scene).into_values().collect();
        scene.disk.fail_reading(Some(fault));
        let done = record(&scene);
        let after: Vec<_> = recorded(&scene).into_values().collect();
        // Among them are the stamps, which are no text and may be lost.
        for text in before.iter().map(|bytes| String::from_utf8_lossy(bytes)) {
            let entry = |line: &&str| line.contains("(id: ");
            let is_there = |line: &str| after.iter().any(|bytes| String::from_utf8_lossy(bytes).contains(line));
            assert!(text.lines().filter(entry).all(is_there), "{fault:?}: {done:?}");
        }
    }
}

/// A stick that gives other bytes the second time, or a file that somebody replaces: what was not proven is not taken.
#[test]
fn a_backup_that_is_another_one_when_it_is_read_again_is_not_taken() {
    let scene = Scene::new();
    let other = {
        let elsewhere = Scene::new();
        for n in 0..3 {
            let text = fs::read_to_string(elsewhere.path(n)).unwrap();
            fs::write(elsewhere.path(n), text.replace("1958-03-04", "1985-04-03")).unwrap();
        }
        let file = elsewhere.root.path().join("other.tar.gz");
        backup::write(&*swift(), elsewhere.store.dir(), &file, false).unwrap();
        fs::read(file).unwrap()
    };
    let before = files(scene.store.dir());
    scene.disk.give_instead(&scene.file, 2, &other);
    let refused = scene.store.merge(&scene.file, now()).unwrap_err();
    assert!(refused.to_string().contains("it changed while it was read"), "{refused}");
    assert_eq!(files(scene.store.dir()), before);
    let fresh = scene.root.path().join("fresh");
    scene.disk.give_instead(&scene.file, 2, &other);
    let refused = into_empty(&scene.disk, &scene.file, &fresh).unwrap_err();
    assert!(refused.to_string().contains("it changed while it was read"), "{refused}");
    assert!(files(&fresh).is_empty());
    into_empty(&scene.disk, &scene.file, &fresh).unwrap();
}

/// Somebody puts the chart right, or damages it in another way, between the look and the repair.
#[test]
fn a_chart_that_changes_while_it_is_mended_is_left() {
    let whole = fs::read_to_string(Scene::new().path(0)).unwrap();
    for at in 1..=4 {
        let scene = Scene::new();
        fs::remove_dir_all(scene.places().state.unwrap().join("recorded")).unwrap();
        let now = whole.replacen("registered(", "regstered(", 1);
        fs::write(scene.path(0), &now).unwrap();
        // As it was a moment ago: without the last dose.
        let line = whole.lines().find(|l| l.contains("\"since\"")).unwrap();
        let before = now.replace(line, &" ".repeat(line.len()));
        scene.disk.give_instead(&scene.path(0), at, before.as_bytes());
        let disk = Arc::new(scene.disk.clone());
        let report = repair(scene.store.dir(), &scene.places(), scene.later(), disk).unwrap();
        let case = format!("at {at}: {report:?}");
        match report.files[0].left {
            Some(_) => assert_eq!(fs::read_to_string(scene.path(0)).unwrap(), now, "{case}"),
            None => assert_eq!(scene.elsewhere().chart(scene.charts[0].id).unwrap(), scene.charts[0], "{case}"),
        }
        scene.disk.fail(None);
        repair(scene.store.dir(), &scene.places(), scene.later(), swift()).unwrap();
        assert_eq!(scene.elsewhere().chart(scene.charts[0].id).unwrap(), scene.charts[0], "{case}");
    }
}

/// The program that keeps folders the same puts a newer copy in the copy's place while it is taken in.
#[test]
fn a_copy_that_changes_while_it_is_taken_in_stays_for_the_next_look() {
    for at in 1..=6 {
        let scene = Scene::new();
        let before = fs::read(scene.path(1)).unwrap();
        lay_copy(&scene);
        let copy = scene.path(1).with_file_name(format!("{} 2.ron", scene.charts[1].id));
        let mut bytes = fs::read(&copy).unwrap();
        let newer = bytes.clone();
        bytes.truncate(0);
        bytes.extend(&before);
        let mut store = scene.store.clone();
        let take_in = |store: &mut Store| {
            let problems = store.roster(today()).problems;
            store.take_in_copies(&problems, today())
        };
        // The file is as long as it was, for a disk that only looks at that.
        bytes.resize(newer.len(), b'\n');
        scene.disk.give_instead(&copy, at, &bytes);
        let first = take_in(&mut store);
        scene.disk.fail(None);
        let second = take_in(&mut store);
        let there = notes(&scene.elsewhere().chart(scene.charts[1].id).unwrap());
        assert!(there.contains("there"), "at {at}: {first:?} {second:?}");
        assert!(!copy.exists() && scene.elsewhere().check().problems.is_empty(), "at {at}: {first:?} {second:?}");
    }
}
