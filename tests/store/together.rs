//! Several programs write to one practice at once.

use crate::kit::{NURSE, again, chart_path, given, notes, now, patient, places, practice, registered, today};
use cobalog::clinic::entry::{Act, PatientId};
use cobalog::clinic::patient::Person;
use cobalog::store::{Mint, Store, StoreError};
use std::path::Path;
use std::process::Command;
use std::thread;

const EACH: usize = 25;

fn record_each(store: &Store, id: PatientId, who: &str) {
    for n in 0..EACH {
        store.record(id, vec![given(None, today(), &format!("{who} {n}"))], NURSE, now()).unwrap();
    }
}

#[test]
fn two_stores_that_record_at_once_lose_nothing() {
    let (root, store) = practice();
    let id = patient(&store, "Ahmed").id;
    let other = again(&root, &store);
    thread::scope(|scope| {
        scope.spawn(|| record_each(&other, id, "there"));
        record_each(&store, id, "here");
    });
    assert_eq!(notes(&store.chart(id).unwrap()).len(), 2 * EACH);
    assert!(store.check().is_sound());
    assert_eq!(store.roster(today()).rows.len(), 1);
}

#[test]
fn two_programs_that_record_at_once_lose_nothing() {
    programs_that_record_at_once(2);
}

#[test]
fn ten_programs_that_record_at_once_lose_nothing() {
    programs_that_record_at_once(10);
}

/// Each adds to one chart that all add to, to one of its own, and to the list of patients.
fn programs_that_record_at_once(count: usize) {
    let (root, store) = practice();
    let id = patient(&store, "Ahmed").id;
    let program = |who: usize| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "together::the_other_program", "--ignored"]);
        command.env("COBALOG_TEST_ROOT", root.path()).env("COBALOG_TEST_PATIENT", id.to_string());
        command.env("COBALOG_TEST_WHO", who.to_string()).stdout(std::process::Stdio::null());
        command.spawn().unwrap()
    };
    let programs: Vec<_> = (0..count).map(program).collect();
    for mut program in programs {
        assert!(program.wait().unwrap().success(), "each entry was acknowledged");
    }
    let chart = store.chart(id).unwrap();
    assert_eq!(notes(&chart).len(), count * EACH);
    assert_eq!(chart.entries().len(), 2 + count * EACH, "none twice");
    let rows = store.roster(today()).rows;
    assert_eq!(rows.len(), 1 + count);
    for row in rows.iter().filter(|row| row.id != id) {
        assert_eq!(notes(&store.chart(row.id).unwrap()).len(), EACH, "{}", row.name);
    }
    assert_eq!(store.check().problems, []);
}

/// Tries again where others were too quick for two seconds, as the sentence says.
fn patiently<T>(save: impl Fn() -> Result<T, StoreError>) -> T {
    loop {
        match save() {
            Err(StoreError::Busy { .. }) => {}
            other => return other.unwrap(),
        }
    }
}

/// What the test above runs as other processes; alone it does nothing.
#[test]
#[ignore = "run by the test of two programs"]
fn the_other_program() {
    let (Ok(root), Ok(id), Ok(who)) =
        (std::env::var("COBALOG_TEST_ROOT"), std::env::var("COBALOG_TEST_PATIENT"), std::env::var("COBALOG_TEST_WHO"))
    else {
        return;
    };
    let root = Path::new(&root);
    let store = Store::open_with(&root.join("data"), places(root)).unwrap();
    let shared = id.parse().unwrap();
    let own = Act::Registered(Person { number: format!("P-{who}"), ..registered(&format!("Own{who}")) });
    let own = patiently(|| store.new_patient(vec![own.clone()], NURSE, now())).0.id;
    for n in 0..EACH {
        for id in [shared, own] {
            patiently(|| store.record(id, vec![given(None, today(), &format!("{who} {n}"))], NURSE, now()));
        }
    }
}

/// Two workstations behind another one's clock both put their entry right after its entry, apart from each other.
#[test]
fn two_workstations_that_are_apart_never_make_one_id_for_two_entries() {
    let ((_here, one), (_there, two)) = (practice(), practice());
    let late = now() - chrono::TimeDelta::hours(1);
    for n in 0..30 {
        let chart = patient(&one, &format!("Ahmed{n}"));
        std::fs::copy(chart_path(&one, &chart), chart_path(&two, &chart)).unwrap();
        let record = |store: &Store| {
            // Another program has not just made an id for this moment.
            let _ = Mint::entry(late);
            store.record(chart.id, vec![given(None, today(), "")], NURSE, late).unwrap().1
        };
        assert_ne!(record(&one), record(&two));
    }
}
