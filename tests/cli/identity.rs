//! A practice where people sign in: every command asks whose secret it is, and who records is who it says.

use super::encrypt::{with_secret, with_secret_on};
use super::{Practice, program};
use cobalog::clinic::people::Colleague;
use cobalog::store::{Places, Store, secret};
use std::process::Output;

const DAY: &str = "2026-01-05";

/// Ann has a PIN, and so has Bo; Cy only has a code that is good once.
fn practice() -> Practice {
    let practice = Practice { dir: tempfile::tempdir().unwrap() };
    let new = ["new", "--name", "Mill Lane", "--person", "Ann Bell RN", "--prescriber", "Dr May"];
    let add = ["add", "--family", "Lund", "--born", "1968-01-01", "--sex", "female", "--allergies", "none"];
    for args in [&new[..], &add] {
        let out = practice.on(DAY, args);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }
    let mut store = Store::open_with(practice.path().as_ref(), Places::default()).unwrap();
    let with = |name: &str, kept: String| Colleague { secret: Some(kept), ..Colleague::new(name, false) };
    let changed = store.change_settings(|settings| {
        settings.people[0].secret = Some(secret::of("7402").unwrap());
        settings.people.push(with("Bo Dahl RN", secret::of("5093").unwrap()));
        settings.people.push(with("Cy Ek RN", secret::code().unwrap().1.replace("once6", "once4")));
    });
    changed.unwrap();
    practice
}

fn said(out: &Output) -> String {
    assert!(!out.status.success() && out.stdout.is_empty(), "{}", String::from_utf8_lossy(&out.stdout));
    String::from_utf8_lossy(&out.stderr).into_owned()
}

/// Who made the newest entry.
fn newest(practice: &Practice) -> String {
    let store = Store::open_with(practice.path().as_ref(), Places::default()).unwrap();
    let row = store.roster(DAY.parse().unwrap()).rows.remove(0);
    store.chart(row.id).unwrap().entries().last().unwrap().by.clone()
}

const CHECK: [&str; 4] = ["checkpoint", "lund", "--lab", "b12=300"];

#[test]
fn nothing_is_shown_or_recorded_without_a_secret() {
    let practice = practice();
    for args in [&["due"][..], &["chart", "lund"], &CHECK] {
        let said = said(&practice.on(DAY, args));
        assert!(said.contains("people sign in at this practice") && said.contains("--secret-fd"), "{said}");
    }
    let out = with_secret(&practice, "5093", &["chart", "lund"]);
    assert!(out.status.success(), "anybody who signs in may read: {}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn who_records_is_whose_secret_it_is() {
    let practice = practice();
    let with = |secret: &str, by: &[&str]| with_secret(&practice, secret, &[&CHECK[..], by].concat());
    assert!(with("5093", &["--by", "bd"]).status.success());
    assert_eq!(newest(&practice), "Bo Dahl RN", "initials stand for the name");
    assert!(with("7402", &[]).status.success());
    assert_eq!(newest(&practice), "Ann Bell RN", "the first of the people where nobody is named");
    for (secret, by) in
        [("5093", &[][..]), ("7402", &["--by", "bd"]), ("7402", &["--by", "Locum X"]), ("5093", &["--by", "cy"])]
    {
        let said = said(&with(secret, by));
        assert!(said.contains("not the PIN or passphrase"), "{by:?}: {said}");
    }
    assert_eq!(newest(&practice), "Ann Bell RN");
}

#[test]
fn wrong_secrets_slow_down() {
    let practice = practice();
    for wrong in ["0001", "0002", "0003"] {
        assert!(said(&with_secret(&practice, wrong, &["due"])).contains("not the PIN"));
    }
    assert!(said(&with_secret(&practice, "7402", &["due"])).contains("too many wrong tries: wait until"));
}

/// A right secret of one's own takes back what one had wrong oneself, and nothing that was tried at somebody else.
#[test]
fn a_secret_of_ones_own_gives_no_more_tries_at_another() {
    let practice = practice();
    let mut looked_at = 0;
    for guess in 0..8 {
        let said = said(&with_secret(&practice, &format!("{guess:04}"), &["due"]));
        looked_at += usize::from(said.contains("not the PIN"));
        assert!(with_secret(&practice, "5093", &["due", "--by", "bd"]).status.success(), "Bo has the own PIN");
    }
    assert!(looked_at > 0, "some were looked at");
    // Each guess counts for everybody whom it was a try at; after three Ann's turn has to wait, and hers is not looked at.
    let said = said(&with_secret(&practice, "7402", &["due", "--by", "ab"]));
    assert!(said.contains("too many wrong tries: wait until"), "{said}");
    // Her right one is not called wrong where nobody is named.
    let unnamed = self::said(&with_secret(&practice, "7402", &["due"]));
    assert!(unnamed.contains("somebody waits after wrong tries: say who you are with --by"), "{unnamed}");
    // Who names nobody is still let in by a PIN of whoever need not wait.
    assert!(with_secret(&practice, "5093", &["due"]).status.success());
}

#[test]
fn who_left_is_not_meant_by_the_initials_of_somebody_who_works_here() {
    let practice = practice();
    let mut store = Store::open_with(practice.path().as_ref(), Places::default()).unwrap();
    let left =
        Colleague { left: true, secret: Some(secret::of("9999").unwrap()), ..Colleague::new("Bea Dorn RN", true) };
    store.change_settings(|settings| settings.people.insert(0, left)).unwrap();
    let by = [&CHECK[..], &["--by", "bd"]].concat();
    assert!(with_secret(&practice, "5093", &by).status.success());
    assert_eq!(newest(&practice), "Bo Dahl RN");
    assert!(said(&with_secret(&practice, "9999", &by)).contains("not the PIN"));
}

/// So many of these tries were looked at.
fn tried(outs: &[Output]) -> usize {
    outs.iter().filter(|out| !String::from_utf8_lossy(&out.stderr).contains("too many wrong tries")).count()
}

#[test]
fn neither_a_pretended_day_nor_many_programs_at_once_give_more_tries() {
    let practice = practice();
    let at = |n: usize| with_secret_on(&format!("{}-01-01", 2030 + n), &practice, &format!("{n:04}"), &["due"]);
    assert!(tried(&(0..8).map(at).collect::<Vec<_>>()) <= 4);
    let practice = self::practice();
    let outs = std::thread::scope(|scope| {
        let all: Vec<_> = (0..16)
            .map(|n| (n, &practice))
            .map(|(n, practice)| scope.spawn(move || with_secret(practice, &format!("{n:04}"), &["due"])))
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
    });
    // Three at once; another one only after five seconds.
    assert!(tried(&outs) <= 5, "{}", tried(&outs));
}

#[test]
fn where_many_sign_in_it_must_be_said_who() {
    let practice = practice();
    let mut store = Store::open_with(practice.path().as_ref(), Places::default()).unwrap();
    let kept = secret::of("8316").unwrap();
    let colleague = |n: u8| Colleague {
        secret: Some(kept.clone()),
        ..Colleague::new(&format!("Nurse {}", char::from(b'A' + n)), false)
    };
    store.change_settings(|settings| settings.people.extend((0..12).map(colleague))).unwrap();
    let said = said(&with_secret(&practice, "5093", &["due"]));
    assert!(said.contains("more than 12 people sign in here: say who with --by INITIALS"), "{said}");
    assert!(with_secret(&practice, "5093", &[&CHECK[..], &["--by", "bd"]].concat()).status.success());
}

#[test]
fn what_shows_no_patient_asks_nothing() {
    let practice = practice();
    for args in [&["--version"][..], &["regimens", "--help"]] {
        assert!(program(Some(&practice.path()), args).output().unwrap().status.success(), "{args:?}");
    }
}

#[test]
fn the_log_names_whose_secret_it_was() {
    let practice = practice();
    let with = |secret: &str, args: &[&str]| with_secret(&practice, secret, args);
    assert!(with("5093", &["due"]).status.success());
    assert!(with("5093", &["chart", "lund", "--by", "bd"]).status.success(), "who reads may say who it is");
    assert!(said(&with("7402", &["chart", "lund", "--by", "bd"])).contains("not the PIN"));
    assert!(practice.on(DAY, &["backup", "--format", "json"]).status.success());
    let out = with("7402", &["audit", "--format", "csv", "--from", DAY]);
    let log = String::from_utf8(out.stdout).unwrap();
    let lines: Vec<_> = log.lines().skip(1).map(|line| line.split(',').skip(1).take(2).collect::<Vec<_>>()).collect();
    assert_eq!(lines[0], ["", "Backed up"], "nobody said who it was: {log}");
    assert_eq!(lines[1], ["Bo Dahl RN", "Sign-in failed"], "{log}");
    assert_eq!(lines[2][0], "Bo Dahl RN", "{log}");
    assert_eq!(lines[3], ["Bo Dahl RN", "Listed"], "{log}");
    let only = with("7402", &["audit", "--format", "csv", "--who", "dahl"]);
    let only = String::from_utf8(only.stdout).unwrap();
    assert!(only.contains("Bo Dahl RN") && !only.contains("Ann Bell RN"), "{only}");
}

#[test]
fn what_cannot_be_taken_in_without_a_secret_is_said() {
    let practice = practice();
    let said = said(&practice.on(DAY, &["check", "--merge"]));
    assert!(said.contains("people sign in at this practice"), "{said}");
    assert!(practice.on(DAY, &["check"]).status.success());
    assert!(with_secret(&practice, "7402", &["check", "--merge"]).status.success());
}

#[test]
fn everybodys_records_are_written_by_who_leads_the_practice() {
    let practice = practice();
    let whole: [&[&str]; 4] = [
        &["export", "fhir"],
        &["export", "csv", "patients"],
        &["export", "entries"],
        &["export", "ics", "--names", "full"],
    ];
    for args in whole {
        let said = said(&with_secret(&practice, "5093", args));
        assert!(said.contains("Bo Dahl RN may not write everybody's records into a file; Dr May may."), "{said}");
        assert!(said.contains("One patient's own documents are open to everybody"), "{said}");
    }
    for args in [&["export", "fhir", "lund"][..], &["export", "ics"], &["export", "ics", "--names", "full", "--counts"]]
    {
        let out = with_secret(&practice, "5093", args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    }
    let mut store = Store::open_with(practice.path().as_ref(), Places::default()).unwrap();
    store.change_settings(|settings| settings.people[0].administrator = true).unwrap();
    assert!(with_secret(&practice, "7402", &["export", "fhir"]).status.success());
    let log = with_secret(&practice, "7402", &["audit", "--format", "csv"]);
    let log = String::from_utf8(log.stdout).unwrap();
    let refused = log.lines().filter(|line| line.contains("Refused") && line.contains("Bo Dahl RN")).count();
    assert!(refused == 4 && log.contains("to write FHIR, everybody"), "{log}");
}
