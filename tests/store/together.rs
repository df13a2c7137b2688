//! Several programs write to one practice at once.

use crate::kit::{NURSE, again, given, notes, now, patient, places, practice, today};
use cobalog::clinic::entry::PatientId;
use cobalog::store::Store;
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
    let (root, store) = practice();
    let id = patient(&store, "Ahmed").id;
    let program = |who: &str| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "together::the_other_program", "--ignored"]);
        command.env("COBALOG_TEST_ROOT", root.path()).env("COBALOG_TEST_PATIENT", id.to_string());
        command.env("COBALOG_TEST_WHO", who).stdout(std::process::Stdio::null());
        command.spawn().unwrap()
    };
    let programs = ["one", "two"].map(program);
    for mut program in programs {
        assert!(program.wait().unwrap().success());
    }
    assert_eq!(notes(&store.chart(id).unwrap()).len(), 2 * EACH);
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
    record_each(&store, id.parse().unwrap(), &who);
}
