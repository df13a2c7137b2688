//! The same patient entered twice, from the command line.

use super::{Practice, TODAY, keys};
use serde_json::Value;

const ADD: [&str; 7] = ["add", "--family", "Okafor", "--sex", "female", "--allergies", "none"];
const GIVE: [&str; 9] =
    ["--strength", "1000", "--lot", "HX1", "--expires", "2030-06", "--site", "left-deltoid", "--by=Ann Bell RN"];

fn add(practice: &Practice, given: &str) -> String {
    let out = practice.run(&[&ADD[..], &["--given", given, "--born", "1961-03-04"]].concat());
    assert!(out.status.success());
    String::from_utf8(out.stderr).unwrap()
}

/// 1001 and 1002 differ in a letter; each has a plan and 1002 a dose.
fn twice() -> Practice {
    let practice = Practice::new();
    add(&practice, "Ngozi");
    let said = add(&practice, "Ngozy");
    assert!(said.contains("note: perhaps entered twice: Okafor, Ngozi, born 04 Mar 1961, 1001 (the names differ in one letter (ngozi, ngozy), the same birth date)"), "{said}");
    for number in ["1001", "1002"] {
        practice.ok(&["triage", number, "--cause", "autoimmune-gastritis", "--neuro", "none"]);
        practice.ok(&["order", number, "r01", "--start", "t", "--prescriber", "Dr May", "--by", "Dr May"]);
    }
    practice.ok(&[&["give", "1002"][..], &GIVE].concat());
    practice
}

fn stderr(practice: &Practice, args: &[&str]) -> String {
    String::from_utf8(practice.run(args).stderr).unwrap()
}

#[test]
fn who_may_be_entered_twice_is_listed_in_three_forms() {
    let practice = twice();
    let table = practice.ok(&["same"]);
    assert!(table.starts_with("Number  Patient"), "{table}");
    assert!(table.contains("1001") && table.contains("1002") && table.contains("the names"), "{table}");
    let json = practice.json(&["same"]);
    assert_eq!(keys(&json[0]), ["newer", "older", "reasons"]);
    assert_eq!((&json[0]["older"]["number"], &json[0]["newer"]["number"]), (&"1001".into(), &"1002".into()));
    assert_eq!((&json[0]["newer"]["last_given"], &json[0]["older"]["last_given"]), (&TODAY.into(), &Value::Null));
    let csv = practice.ok(&["same", "--format", "csv"]);
    assert_eq!(
        csv.lines().nth(1).unwrap(),
        "1001,\"Okafor, Ngozi\",1961-03-04,1002,\"Okafor, Ngozy\",1961-03-04,\"the names differ in one letter (ngozi, ngozy); the same birth date\""
    );
    assert_eq!(Practice::new().ok(&["same"]), "Nobody seems to be entered twice.\n");
}

#[test]
fn a_dose_to_a_likely_double_of_somebody_just_dosed_is_said() {
    let practice = twice();
    let said = stderr(&practice, &[&["give", "1001"][..], &GIVE].concat());
    assert!(said.contains("note: Okafor, Ngozy, born 04 Mar 1961, #1002 may be the same patient, and had a dose on Mon 23 Nov 2026: look there first"), "{said}");
}

#[test]
fn joined_charts_are_one_and_the_old_number_finds_it() {
    let practice = twice();
    let said = stderr(&practice, &["same", "1002", "1001", "--join", "--reason", "same card"]);
    assert!(
        said.contains("note: each chart has a plan: ") && said.contains("as it was signed last, on Mon 23 Nov 2026"),
        "{said}"
    );
    assert_eq!(practice.json(&["same"]), Value::Array(Vec::new()));
    assert_eq!(practice.json(&["due"]).as_array().unwrap().iter().filter(|l| l["number"] == "1002").count(), 0);
    let found = practice.run(&["chart", "1002"]);
    let told = String::from_utf8(found.stderr).unwrap();
    assert!(told.contains("note: 1002 is now 1001, joined Mon 23 Nov 2026"), "{told}");
    let page = String::from_utf8(found.stdout).unwrap();
    assert!(
        page.contains("Joined: #1002, Okafor, Ngozy, born 04 Mar 1961; Mon 23 Nov 2026 by Ann Bell RN: same card"),
        "{page}"
    );
    assert!(page.contains("reason JOIN: Two charts of this patient were joined, each with a plan."), "{page}");
    let chart = practice.json(&["chart", "1002"]);
    assert_eq!(chart["patient"]["number"], "1001");
    assert_eq!((&chart["joined"][0]["number"], &chart["joined"][0]["read"]), (&"1002".into(), &true.into()));
    assert_eq!(chart["doses"][0]["given"], TODAY);
    // A dose by the old number goes to the whole, where that of the other chart counts.
    let refused = practice.refused(&[&["give", "1002"][..], &GIVE].concat());
    assert!(refused.contains("not recorded"), "{refused}");
    // The number stays taken.
    let person = ["add", "--family", "Brandt", "--born", "1948-07-19", "--number", "1002"];
    assert!(practice.refused(&person).contains("the number 1002 is that of Okafor, Ngozi"));
    practice.ok(&["check"]);
}

#[test]
fn parted_charts_come_back_and_are_not_offered_again() {
    let practice = twice();
    let before = (practice.json(&["chart", "1001"]), practice.json(&["chart", "1002"]));
    practice.ok(&["same", "1001", "1002", "--join", "--reason", "same card"]);
    let said = practice.ok(&["same", "1001", "1002", "--apart", "--reason", "cousins after all"]);
    assert_eq!(said, "Kept apart: 1001 and 1002.\n");
    assert_eq!((practice.json(&["chart", "1001"]), practice.json(&["chart", "1002"])), before);
    assert_eq!(practice.json(&["same"]), Value::Array(Vec::new()));
    let again = ["same", "1001", "1002", "--join", "--reason", "the card was misread"];
    let refused = practice.refused(&again);
    assert!(
        refused.contains("1001 and 1002 were kept apart as two people on Mon 23 Nov 2026 by Ann Bell RN: cousins after all. Joining 1001 and 1002 would make one patient of them. Nothing was recorded: say --although-apart"),
        "{refused}"
    );
    assert_eq!((practice.json(&["chart", "1001"]), practice.json(&["chart", "1002"])), before);
    let done = practice.json(&[&again[..], &["--although-apart"]].concat());
    assert_eq!((&done["said"], &done["complete"]), (&"Joined".into(), &true.into()));
    let out = practice.run(&["check"]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
}

#[test]
fn two_people_do_not_become_one_by_a_third_chart() {
    let practice = twice();
    add(&practice, "Ngozi Ada");
    practice.ok(&["same", "1001", "1002", "--apart", "--reason", "both were here"]);
    assert_eq!(practice.ok(&["same", "1001", "1003", "--join", "--reason", "x"]), "Joined: 1003 is now 1001.\n");
    let second = ["same", "1002", "1003", "--join", "--reason", "y"];
    let refused = practice.refused(&second);
    for words in [
        "1002 and 1001 were kept apart as two people on Mon 23 Nov 2026 by Ann Bell RN: both were here",
        "Joining 1002 and 1003 would make one patient of them. Nothing was recorded",
        "part 1003 from 1001 first (`cobalog same 1001 1003 --apart --reason",
        "--although-apart",
    ] {
        assert!(refused.contains(words), "{refused}");
    }
    assert_eq!(practice.json(&["chart", "1002"])["patient"]["number"], "1002");
    assert_eq!(practice.ok(&[&second[..], &["--although-apart"]].concat()), "Joined: 1002 and 1003 are now 1001.\n");
    assert_eq!(practice.json(&["chart", "1002"])["patient"]["number"], "1001");
    practice.ok(&["check"]);
}

#[test]
fn what_is_not_said_clearly_is_refused() {
    let practice = twice();
    let out = practice.run(&["same", "1001", "1002"]);
    assert_eq!(out.status.code(), Some(2), "wrong usage");
    assert!(String::from_utf8(out.stderr).unwrap().contains("--join or --apart"));
    assert!(practice.refused(&["same", "1001", "1001", "--join", "--reason", "x"]).contains("are the same chart"));
    assert!(practice.refused(&["same", "1001", "1002", "--join", "--reason", " "]).contains("--reason"));
    assert!(practice.refused(&["same", "1001", "9999", "--join", "--reason", "x"]).contains("no patient has"));
    assert_eq!(practice.run(&["same", "1001"]).status.code(), Some(2));
    assert_eq!(practice.run(&["same", "1001", "1002", "--join"]).status.code(), Some(2));
    practice.ok(&["same", "1001", "1002", "--join", "--reason", "same card"]);
    let link = practice.dir.path().join("practice/charts");
    let text = std::fs::read_dir(link)
        .unwrap()
        .map(|f| std::fs::read_to_string(f.unwrap().path()).unwrap())
        .collect::<String>();
    let line = text.lines().find(|l| l.contains("linked(")).unwrap();
    let entry = line.split('"').nth(1).unwrap();
    assert!(practice.refused(&["amend", "1001", entry, "--why", "x", "--strike"]).contains("cobalog same"));
}

#[test]
fn a_half_made_link_is_named_and_repaired() {
    let practice = twice();
    let charts = practice.dir.path().join("practice/charts");
    let mut files: Vec<_> = std::fs::read_dir(&charts).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let before = std::fs::read(&files[1]).unwrap();
    practice.ok(&["same", "1001", "1002", "--join", "--reason", "same card"]);
    std::fs::write(&files[1], before).unwrap();
    let out = practice.run(&["check"]);
    assert_eq!(out.status.code(), Some(1));
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(
        said.contains("that the two are one patient; that holds, and `cobalog check --repair` completes it"),
        "{said}"
    );
    assert_eq!(practice.json(&["chart", "1002"])["patient"]["number"], "1001", "it holds all the same");
    let out = practice.run(&["check", "--repair"]);
    assert!(out.status.success());
    practice.ok(&["check"]);
}
