//! The audit log from the command line, near misses, and what `check` says of seals.

use super::case::Case;
use super::{Practice, Value};
use cobalog::clock::Clock;
use std::fs;

fn kinds(log: &Value) -> Vec<&str> {
    log.as_array().unwrap().iter().map(|line| line["what"].as_str().unwrap()).collect()
}

#[test]
fn what_commands_show_and_record_is_in_the_log() {
    let practice = Practice::new();
    practice.ok(&["add", "--family", "Lund", "--born", "1968-01-01", "--sex", "female", "--allergies", "none"]);
    practice.ok(&["chart", "1001"]);
    practice.ok(&["chart", "1001", "--format", "csv"]);
    practice.ok(&["due"]);
    let log = practice.json(&["audit"]);
    assert_eq!(kinds(&log), ["listed", "exported", "printed", "recorded", "settings_changed"]);
    assert_eq!((&log[1]["name"], &log[1]["number"]), (&"Lund".into(), &"1001".into()));
    assert_eq!(log[3]["by"], "Ann Bell RN");
    assert!(log[3]["seal"].as_str().unwrap().contains(".1.."), "{log}");
    assert_eq!(kinds(&practice.json(&["audit", "--patient", "Lund"])), ["exported", "printed", "recorded"]);
    assert_eq!(practice.json(&["audit", "--who", "nobody"]), Value::Array(vec![]));
    assert_eq!(practice.json(&["audit", "--to", "2000-01-01"]), Value::Array(vec![]));
    let table = practice.ok(&["audit", "--from", "2000-01-01"]);
    assert!(table.contains("When") && table.contains("1001 Lund"), "{table}");
    assert!(practice.ok(&["check"]).ends_with("nothing is wrong.\n"));
}

#[test]
fn a_pretended_day_dates_no_line_of_the_log_and_check_tells_what_was_recorded_under_it() {
    let practice = Practice::new();
    let day = "2024-05-06";
    let add = ["add", "--family", "Lund", "--born", "1968-01-01", "--sex", "female", "--allergies", "none"];
    assert!(practice.on(day, &add).status.success());
    let log = practice.json(&["audit"]);
    let now = Clock::Machine.now();
    let recorded = &log.as_array().unwrap()[0];
    let at = chrono::DateTime::parse_from_rfc3339(recorded["at"].as_str().unwrap()).unwrap();
    assert!((now - at).num_hours() == 0, "{recorded}");
    assert_eq!((&recorded["what"], &recorded["pretended"]), (&"recorded".into(), &day.into()));
    let said = practice.ok(&["check"]);
    let note = "1 entry recorded under a pretended day (--today, COBALOG_TODAY): the first, \"Registered\" by Ann Bell RN, is dated Mon 06 May 2024";
    assert!(said.contains(note) && said.ends_with("nothing is wrong.\n"), "{said}");
}

#[test]
fn a_refused_dose_is_one_near_miss_and_the_month_has_a_page_without_names() {
    let case = Case::of("UK", &["--cause", "autoimmune-gastritis", "--neuro", "none", "--goal", "repletion"]);
    case.order("r01", &[]);
    let expired =
        ["give", "1001", "--lot", "HX1", "--strength", "1000", "--expires", "2025-12", "--site", "left-deltoid"];
    let said = case.refused("2026-01-05", &expired);
    assert!(said.contains("expired on"), "{said}");
    case.gives(&["2026-01-05"]);
    case.give_refused("2026-01-05");
    let now = Clock::Machine.now();
    let page = case.ok("2026-01-31", &["audit", "--near-misses", "--month", &now.format("%Y-%m").to_string()]);
    let head = format!("Near misses in {}: Mill Lane\n", now.format("%B %Y"));
    assert!(page.starts_with(&head), "{page}");
    assert!(page.contains("    1  Lot or vial past its time\n") && page.ends_with("    2  in all\n"), "{page}");
    assert!(!page.contains("Bell") && !page.contains("Lund"), "{page}");
    let page = case.ok("2026-02-01", &["audit", "--near-misses", "--month", "2000-02"]);
    assert!(page.contains("nothing was stopped"), "{page}");
    let log = case.ok("2026-01-31", &["audit", "--near-misses", "--format", "json"]);
    let log: Value = serde_json::from_str(&log).unwrap();
    let day = now.format("%Y-%m-%d").to_string();
    assert_eq!(log.as_array().unwrap().len(), 2);
    let mut expired = log[1].clone();
    expired.as_object_mut().unwrap().remove("pretended");
    assert_eq!(expired, serde_json::json!({"on": day, "miss": "expired", "rule": "D7"}));
    // Neither their list nor any other tells whose they were, or at what time.
    for format in ["table", "csv"] {
        let list = case.ok("2026-01-31", &["audit", "--near-misses", "--format", format]);
        assert!(list.contains(&day) && list.contains("Lot or vial past its time"), "{list}");
        assert!(!list.contains("Lund") && !list.contains("1001") && !list.contains(':'), "{list}");
    }
    let all = case.ok("2026-01-31", &["audit", "--format", "csv"]);
    assert!(all.contains("Recorded") && !all.contains("Near miss"), "{all}");
    for whose in [["--patient", "1001"], ["--who", "Ann"]] {
        let said = case.refused("2026-01-31", &[&["audit", "--near-misses"], &whose[..]].concat());
        assert!(said.contains("cannot be used with"), "{said}");
    }
}

#[test]
fn check_names_a_changed_entry_with_its_place_also_as_json() {
    let practice = Practice::new();
    practice.ok(&["add", "--family", "Lund", "--born", "1968-01-01", "--sex", "female", "--allergies", "none"]);
    let folder = practice.dir.path().join("practice/charts");
    let chart = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&chart).unwrap();
    fs::write(&chart, text.replace("1968-01-01", "1968-01-02")).unwrap();
    let out = practice.run(&["check", "--format", "json"]);
    assert_eq!(out.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    let detail = &report["details"][0];
    assert_eq!((&detail["line"], &detail["column"]), (&6.into(), &10.into()), "{report}");
    let said = detail["what"].as_str().unwrap();
    assert!(said.starts_with("the entry \"Registered\" of Mon 23 Nov 2026"), "{said}");
    assert!(said.contains("by Ann Bell RN was changed outside Cobalog"), "{said}");
    assert!(practice.ok(&["chart", "1001"]).contains("02 Jan 1968"), "it opens");
}
