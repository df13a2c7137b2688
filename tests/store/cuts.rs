//! The power goes while a practice is backed up, restored, merged, put together again, while a copy is taken in: after each
//! call, in each way in which what was not flushed may have reached the disk. A killed program is one of these ways. The same
//! once more where an earlier try was stopped at one of its calls, so that what mends is not hindered by what it left.

use crate::faulty::Fault;
use crate::kit::{NURSE, given, notes, now, places, scratch, swift, today};
use crate::ledger::{Crash, Ledger};
use crate::mending::{Scene, entries, lay_copy};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::links::Link;
use cobalog::store::backup;
use cobalog::store::disk::Disk;
use cobalog::store::repair::repair;
use cobalog::store::restore::into_empty;
use cobalog::store::{Places, Store, StoreError};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

/// Does a job on a disk.
type Run<'a> = dyn Fn(&Scene, Arc<dyn Disk>) -> Option<String> + 'a;

/// A job on a disk that remembers its calls, and what must hold of the folder as it is found.
struct Job<'a> {
    name: &'static str,
    prepare: &'a dyn Fn(&Scene),
    /// Does the job; says why it was not done.
    run: &'a Run<'a>,
    /// Says what is wrong, from when the job was done or before.
    wrong: &'a dyn Fn(&Path, bool) -> Option<String>,
    /// Does the job once more; every so many crashes.
    again: &'a dyn Fn(&Path) -> Option<String>,
}

const SOME: usize = 9;

fn cut_at_every_call(job: &Job<'_>) {
    let scene = Scene::new();
    (job.prepare)(&scene);
    assert_eq!((job.run)(&scene, Arc::new(scene.disk.clone())), None, "{}", job.name);
    let calls = scene.disk.calls();
    cut(job, None);
    // At the last calls that give something its place.
    let places = (0..calls.len()).rev().filter(|n| calls[*n] == "rename");
    for n in places.take(3) {
        cut(job, Some(n + 1));
    }
}

/// Cuts at every call, after a try that was stopped at one.
fn cut(job: &Job<'_>, stopped_at: Option<usize>) {
    let scene = Scene::new();
    (job.prepare)(&scene);
    if let Some(at) = stopped_at {
        scene.disk.fail(Some(Fault { at, for_good: true, error: ErrorKind::Other, half_done: false }));
        let _ = (job.run)(&scene, Arc::new(scene.disk.clone()));
        scene.disk.fail(None);
    }
    let known = entries(scene.store.dir());
    let ledger = Ledger::of(scene.root.path());
    let first = ledger.len();
    assert_eq!((job.run)(&scene, Arc::new(ledger.clone())), None, "{}, stopped at {stopped_at:?}", job.name);
    let ops = ledger.ops();
    let mut crashes = 0;
    for cut in first..=ops.len() {
        for crash in Crash::all(&ops[..cut]) {
            let found = scratch();
            crash.lay_out(found.path());
            crashes += 1;
            let case = || {
                format!("{}, stopped at {stopped_at:?}: cut after {:?}, {crash:?}", job.name, &ops[first..cut].last())
            };
            let is_done = cut == ops.len();
            let wrong = |wrong: Option<String>| wrong.map(|what| panic!("{}: {what}", case()));
            assert!(known.is_subset(&entries(&found.path().join("data"))), "{}: entries are gone", case());
            wrong((job.wrong)(found.path(), is_done));
            if crashes % SOME == 0 {
                wrong((job.again)(found.path()));
                wrong((job.wrong)(found.path(), true));
            }
        }
    }
    assert!(crashes > 20 || stopped_at.is_some(), "{}: {crashes} crashes", job.name);
}

fn failed<T>(done: Result<T, StoreError>) -> Option<String> {
    done.err().map(|e| e.to_string())
}

fn open(root: &Path) -> Result<Store, String> {
    Store::open_on(&root.join("data"), places(root), swift()).map_err(|e| e.to_string())
}

/// What is wrong with a practice that must hold these charts.
fn differs(root: &Path, charts: &[Chart]) -> Option<String> {
    let store = match open(root) {
        Ok(store) => store,
        Err(error) => return Some(error),
    };
    let problems = store.check().problems;
    let differs = charts.iter().find(|c| store.chart(c.id).map_or(true, |now| now != **c));
    differs.map(|c| format!("the chart {} is another: {problems:?}", c.id))
}

#[test]
fn a_backup_is_whole_or_none_after_every_power_cut() {
    let proven: RefCell<HashMap<Vec<u8>, bool>> = RefCell::default();
    let is_good = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        let prove = || backup::drill(&*swift(), path, None).is_ok_and(|drill| drill.is_good() && drill.charts == 3);
        *proven.borrow_mut().entry(bytes).or_insert_with(prove)
    };
    let charts = Scene::new().charts;
    let days = [1, 2, 3].map(|days| now() + chrono::Days::new(days));
    let lacks = |root: &Path, wanted: usize| {
        let kept = backup::list(&*swift(), &places(root).backups.unwrap()).unwrap();
        let bad = kept.iter().filter(|k| k.is_whole).find(|k| !is_good(&k.path));
        let is_there = |day: &chrono::DateTime<_>| kept.iter().any(|k| k.is_whole && k.made == day.naive_local());
        bad.map(|k| format!("{} is not good", k.path.display()))
            .or_else(|| (!is_there(&now())).then(|| "the one before is gone".to_owned()))
            .or_else(|| (!days[..wanted].iter().all(is_there)).then(|| "one that was promised is gone".to_owned()))
    };
    cut_at_every_call(&Job {
        name: "backups",
        prepare: &|_| {},
        run: &|scene, disk| {
            days.iter().find_map(|day| failed(backup::add(&*disk, scene.store.dir(), &scene.places(), *day)))
        },
        wrong: &|root, is_done| differs(root, &charts).or_else(|| lacks(root, if is_done { 3 } else { 0 })),
        again: &|root| {
            days.iter()
                .find_map(|day| backup::add(&*swift(), &root.join("data"), &places(root), *day).err())
                .map(|e| e.to_string())
        },
    });
}

/// What is wrong with a folder that a backup of three charts is restored into.
fn half_restored(root: &Path, is_done: bool) -> Option<String> {
    let fresh = root.join("fresh");
    let all = fs::read_dir(fresh.join("charts")).map_or(0, Iterator::count);
    if !Store::exists(&fresh) {
        // Whoever finds charts there finds all of them.
        return (is_done || all > 0 && all < 3).then(|| format!("no practice, {all} charts"));
    }
    let store = Store::open_on(&fresh, Places::default(), swift()).unwrap();
    let problems = store.check().problems;
    (store.roster(today()).rows.len() != 3 || !problems.is_empty()).then(|| format!("{all} charts, {problems:?}"))
}

#[test]
fn a_restored_practice_is_whole_or_none_after_every_power_cut() {
    cut_at_every_call(&Job {
        name: "a restore",
        prepare: &|_| {},
        run: &|scene, disk| {
            let fresh = scene.root.path().join("fresh");
            // One that was stopped behind its last move is there, and whole.
            if Store::exists(&fresh) { None } else { failed(into_empty(&*disk, &scene.file, &fresh)) }
        },
        wrong: &half_restored,
        again: &|root| {
            let fresh = root.join("fresh");
            let tried = (!Store::exists(&fresh)).then(|| into_empty(&*swift(), &root.join("one.tar.gz"), &fresh));
            tried.and_then(failed)
        },
    });
}

#[test]
fn a_merged_backup_stays_after_every_power_cut() {
    let charts = Scene::new().charts;
    let grown = |root: &Path, is_done: bool| {
        let problems = open(root).map(|store| store.check().problems);
        let is_missing = |p: &cobalog::store::Problem| {
            p.what.contains("recorded here is not in it any more") || p.what.contains("brings it back")
        };
        match problems {
            Ok(problems) if problems.iter().all(is_missing) => is_done.then(|| differs(root, &charts)).flatten(),
            other => Some(format!("{other:?}")),
        }
    };
    cut_at_every_call(&Job {
        name: "a merge",
        prepare: &|scene| {
            fs::remove_file(scene.path(1)).unwrap();
            let text = fs::read_to_string(scene.path(2)).unwrap();
            let last = text.lines().rfind(|l| l.contains("ordered(")).unwrap().to_owned() + "\n";
            fs::write(scene.path(2), text.replace(&last, "")).unwrap();
        },
        run: &|scene, disk| {
            let store = Store::open_on(scene.store.dir(), scene.places(), disk).unwrap();
            match store.merge(&scene.file, scene.later()) {
                Ok(merged) => merged.problems.first().map(ToString::to_string),
                Err(error) => Some(error.to_string()),
            }
        },
        wrong: &grown,
        again: &|root| open(root).unwrap().merge(&root.join("one.tar.gz"), now()).err().map(|e| e.to_string()),
    });
}

#[test]
fn what_was_put_together_stays_after_every_power_cut() {
    let charts = Scene::new().charts;
    let wrong = |root: &Path, is_done: bool| {
        let known = crate::backup::files(&root.join("data"));
        let has = |text: &str| known.values().any(|bytes| bytes.windows(text.len()).any(|w| w == text.as_bytes()));
        if !(has("regstered(") && has("\"since\"") && has("(format: 5, na")) {
            return Some("damaged bytes are gone".to_owned());
        }
        is_done.then(|| differs(root, &charts)).flatten()
    };
    cut_at_every_call(&Job {
        name: "a repair",
        prepare: &|scene| {
            fs::remove_dir_all(scene.places().state.unwrap().join("recorded")).unwrap();
            let text = fs::read_to_string(scene.path(0)).unwrap();
            fs::write(scene.path(0), text.replacen("registered(", "regstered(", 1)).unwrap();
            fs::write(scene.store.dir().join("practice.ron"), "(format: 5, na").unwrap();
        },
        run: &|scene, disk| {
            let report = repair(scene.store.dir(), &scene.places(), scene.later(), disk).unwrap();
            report.files.iter().find_map(|f| f.left.clone())
        },
        wrong: &wrong,
        again: &|root| {
            let report = repair(&root.join("data"), &places(root), now(), swift()).unwrap();
            report.files.iter().find_map(|f| f.left.clone())
        },
    });
}

#[test]
fn a_copy_is_taken_in_or_stays_after_every_power_cut() {
    let id = Scene::new().charts[1].id;
    let take_in = |mut store: Store| {
        let problems = store.roster(today()).problems;
        store.take_in_copies(&problems, today()).problems.first().map(ToString::to_string)
    };
    cut_at_every_call(&Job {
        name: "a copy",
        prepare: &lay_copy,
        run: &|scene, disk| take_in(Store::open_on(scene.store.dir(), scene.places(), disk).unwrap()),
        wrong: &|root, is_done| {
            let store = open(root).unwrap();
            let problems = store.check().problems;
            if !problems.iter().all(|p| p.what.contains("it is a copy of")) {
                return Some(format!("{problems:?}"));
            }
            let is_in = store.chart(id).is_ok_and(|chart| notes(&chart).contains("there"));
            (is_done && !is_in).then(|| "it did not come in".to_owned())
        },
        again: &|root| take_in(open(root).unwrap()),
    });
}

#[test]
fn a_link_holds_in_both_charts_or_in_one_after_every_power_cut() {
    let [one, other, _] = Scene::new().charts;
    let pair = (one.id, other.id);
    cut_at_every_call(&Job {
        name: "a link",
        prepare: &|_| {},
        run: &|scene, disk| {
            let store = Store::open_on(scene.store.dir(), scene.places(), disk).unwrap();
            let linked = failed(store.link(pair, Link::Same, "same person", NURSE, now()));
            linked.or_else(|| failed(store.record(pair.0, vec![given(None, today(), "joined")], NURSE, now())))
        },
        wrong: &|root, is_done| {
            let store = open(root).unwrap();
            let problems = store.check().problems;
            if !problems.iter().all(|p| p.what.contains("completes it")) {
                return Some(format!("{problems:?}"));
            }
            let rows = store.roster(today()).rows.len();
            (rows > 3 || is_done && rows != 2).then(|| format!("{rows} patients"))
        },
        again: &|root| {
            let store = open(root).unwrap();
            store.link(pair, Link::Same, "same person", NURSE, now()).err().map(|e| e.to_string())
        },
    });
}
