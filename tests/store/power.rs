//! The power goes: a model of a disk that keeps only what it was told to flush.
//!
//! A disk remembers every call while the store works. For each moment at which the power may go, and for several ways
//! in which the calls that were not flushed yet may have reached the disk or not, the folder as it would be found is laid
//! out and opened with the real store. Whatever was acknowledged before that moment must be there, whole.

use crate::kit::{NURSE, given, now, person, places, scratch, swift, today};
use crate::ledger::{Crash, Ledger, Op};
use cobalog::clinic::entry::{Act, PatientId};
use cobalog::clinic::practice::Settings;
use cobalog::store::drafts::{self, Draft, Keeper};
use cobalog::store::{Places, Store};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What somebody was told is safe.
#[derive(Clone, Debug)]
enum Promise {
    Practice,
    Dose(PatientId, String),
    Name(String),
    Draft(&'static str, &'static str),
}

/// The work of a morning, and at which call each promise was given.
fn a_morning() -> (Ledger, Vec<(usize, Promise)>) {
    let root = scratch();
    let ledger = Ledger::new(root.path());
    let mut promises = Vec::new();
    let settings = Settings::new("Larkfield Surgery", NURSE);
    let data = root.path().join("data");
    let mut store = Store::create_on(&data, settings, places(root.path()), Arc::new(ledger.clone())).unwrap();
    let mut promise = |p: Promise| promises.push((ledger.len(), p));
    promise(Promise::Practice);
    for (name, doses) in [("Ahmed", 2), ("Novak", 1)] {
        let first = vec![person(name), given(None, today(), &format!("{name} 0"))];
        let (chart, _) = store.new_patient(first, NURSE, now()).unwrap();
        promise(Promise::Dose(chart.id, format!("{name} 0")));
        for n in 1..doses {
            let note = format!("{name} {n}");
            store.record(chart.id, vec![given(None, today(), &note)], NURSE, now()).unwrap();
            promise(Promise::Dose(chart.id, note));
        }
        store.change_settings(|s| s.name = format!("After {name}")).unwrap();
        promise(Promise::Name(format!("After {name}")));
        let (keeper, state) = (Keeper::new(Arc::new(ledger.clone())), places(root.path()).state.unwrap());
        for (second, note) in ["l", "le", "left arm"].into_iter().enumerate() {
            keeper.keep(&state, draft(name, second, note)).unwrap();
        }
        keeper.settle();
        promise(Promise::Draft(name, "left arm"));
        keeper.keep(&state, draft(name, 3, "left arm is sore")).unwrap();
        drop(keeper);
        promise(Promise::Draft(name, "left arm is sore"));
        let _ = store.roster(today());
    }
    (ledger, promises)
}

fn draft(prompt: &str, second: usize, note: &str) -> Draft {
    let at = now() + chrono::TimeDelta::milliseconds(i64::try_from(second).unwrap());
    let fields = BTreeMap::from([("note".to_owned(), note.to_owned())]);
    Draft { prompt: prompt.to_owned(), patient: None, by: NURSE.to_owned(), at, fields }
}

/// Lays the folder out as it is found after each crash, and returns what is wrong in one.
fn losses(ops: &[Op], promises: &[(usize, Promise)], most: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut given = 0;
    for cut in 0..=ops.len() {
        let kept: Vec<_> = promises.iter().filter(|(at, _)| *at <= cut).map(|(_, p)| p.clone()).collect();
        for crash in Crash::all(&ops[..cut]) {
            let scratch = scratch();
            crash.lay_out(scratch.path());
            let wrong = wrong_in(scratch.path(), &kept);
            found.extend(wrong.map(|what| format!("cut after {cut} ({:?}), {crash:?}: {what}", ops[..cut].last())));
            given += 1;
            if found.len() >= most {
                return found;
            }
        }
    }
    assert!(given > 500, "the model tried {given} crashes");
    found
}

fn wrong_in(root: &Path, promises: &[Promise]) -> Option<String> {
    let data = root.join("data");
    if !Store::exists(&data) {
        let promised = promises.iter().any(|p| matches!(p, Promise::Practice));
        return promised.then(|| "the practice is gone".to_owned());
    }
    let Places { cache, state, backups } = places(root);
    let store = match Store::open_on(&data, Places { cache, state: state.clone(), backups }, swift()) {
        Ok(store) => store,
        Err(error) => return Some(error.to_string()),
    };
    // A draft whose flush had not begun may be damaged: the one before it, which was flushed, holds.
    let drafts = state.as_ref().unwrap().join("drafts");
    let problems: Vec<_> = store.check().problems.into_iter().filter(|p| !p.path.starts_with(&drafts)).collect();
    if !problems.is_empty() {
        return Some(format!("{problems:?}"));
    }
    let without_index = Store::open_on(&data, Places::default(), swift()).unwrap().roster(today());
    if store.roster(today()) != without_index {
        return Some("the index shows something else than the charts".to_owned());
    }
    let drafts = drafts::load_all(&*swift(), &state.unwrap());
    promises.iter().enumerate().find_map(|(n, p)| broken(&store, &drafts, p, &promises[n + 1..]))
}

fn broken(store: &Store, drafts: &[Draft], promise: &Promise, later: &[Promise]) -> Option<String> {
    let whole = match promise {
        Promise::Practice => true,
        Promise::Dose(id, note) => {
            let has = |act: &Act| matches!(act, Act::Given(g) if g.note.as_ref() == Some(note));
            store.chart(*id).is_ok_and(|chart| chart.entries().iter().any(|e| has(&e.act)))
        }
        Promise::Name(name) => {
            let newer = later.iter().any(|p| matches!(p, Promise::Name(_)));
            newer || store.settings().name == *name || store.settings().name.starts_with("After ")
        }
        Promise::Draft(of, note) => drafts.iter().any(|d| d.prompt == *of && d.fields["note"].starts_with(note)),
    };
    (!whole).then(|| format!("{promise:?} is broken"))
}

#[test]
fn what_was_acknowledged_survives_every_power_cut() {
    let (ledger, promises) = a_morning();
    let losses = losses(&ledger.ops(), &promises, 3);
    assert!(losses.is_empty(), "{}", losses.join("\n"));
}

/// The model is worth something: a store that leaves a flush out is found out.
#[test]
fn a_store_that_does_not_flush_files_would_be_caught() {
    let (ledger, promises) = a_morning();
    let careless: Vec<Op> = ledger.without(|op| matches!(op, Op::Sync(_)));
    let promises = ledger.moved(&promises, |op| matches!(op, Op::Sync(_)));
    assert!(!losses(&careless, &promises, 1).is_empty());
}

#[test]
fn a_store_that_does_not_flush_names_would_be_caught() {
    let (ledger, promises) = a_morning();
    let careless: Vec<Op> = ledger.without(|op| matches!(op, Op::SyncName(_)));
    let promises = ledger.moved(&promises, |op| matches!(op, Op::SyncName(_)));
    assert!(!losses(&careless, &promises, 1).is_empty());
}

/// A store that renames before its bytes are on the disk, as many do.
#[test]
fn a_store_that_renames_too_early_would_be_caught() {
    let (ledger, promises) = a_morning();
    let mut hasty = ledger.ops();
    for n in 1..hasty.len() {
        if matches!((&hasty[n - 1], &hasty[n]), (Op::Sync(_), Op::Rename(..))) {
            hasty.swap(n - 1, n);
        }
    }
    assert!(!losses(&hasty, &promises, 1).is_empty());
}
