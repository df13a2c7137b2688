//! Copies that a program which keeps folders the same has left, as a script meets them.

use super::Practice;
use serde_json::Value;
use std::path::PathBuf;

/// A copy of a chart that has one entry more than the chart.
fn with_copy() -> (Practice, PathBuf, Value) {
    let practice = Practice::demo();
    let chart = practice.json(&["chart", "1003"]);
    let id = chart["patient"]["id"].as_str().unwrap().to_owned();
    let file = PathBuf::from(practice.path()).join(format!("charts/{id}.ron"));
    let before = std::fs::read_to_string(&file).unwrap();
    practice.ok(&["give", "1003", "--not-given", "missed", "--by", "Rita Vance RN"]);
    let copy = file.with_file_name(format!("{id}.sync-conflict-20261122-101112-7ABCDEF.ron"));
    std::fs::rename(&file, &copy).unwrap();
    std::fs::write(&file, before).unwrap();
    (practice, copy, chart)
}

#[test]
fn check_names_a_copy_and_changes_nothing_and_merge_takes_it_in() {
    let (practice, copy, before) = with_copy();
    for _ in 0..2 {
        let out = practice.run(&["check"]);
        let said = String::from_utf8(out.stdout).unwrap();
        assert!(!out.status.success() && said.contains("with 1 new entry"), "{said}");
        assert!(said.contains("cobalog check --merge"), "{said}");
    }
    assert_eq!(practice.json(&["chart", "1003"]), before);
    let merged = practice.ok(&["check", "--merge"]);
    assert!(merged.contains("A second copy of Farrow, Daniel: 1 new entry came in"), "{merged}");
    assert!(merged.contains("nothing is wrong") && !copy.exists(), "{merged}");
    assert_ne!(practice.json(&["chart", "1003"]), before);
    let kept = PathBuf::from(practice.path()).join("kept").join(copy.file_name().unwrap());
    assert!(kept.is_file());
    assert_eq!(practice.json(&["check", "--merge"]).get("merged"), None, "once");
}

#[test]
fn what_records_takes_copies_in_first() {
    let (practice, copy, _) = with_copy();
    let out = practice.run(&["checkpoint", "1003", "--symptom", "fatigue=1"]);
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(out.status.success() && said.contains("note: A second copy of Farrow, Daniel"), "{said}");
    assert!(!copy.exists());
    let text = std::fs::read_dir(PathBuf::from(practice.path()).join("charts")).unwrap();
    let text: String = text.map(|e| std::fs::read_to_string(e.unwrap().path()).unwrap()).collect();
    assert!(text.contains("Rita Vance RN"));
}

#[test]
fn what_only_lists_says_what_it_left_out_and_writes_nothing() {
    let (practice, copy, _) = with_copy();
    let out = practice.run(&["due"]);
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(out.status.success() && said.contains("left out: ") && said.contains("with 1 new entry"), "{said}");
    assert!(copy.exists());
}

#[test]
fn charts_without_settings_are_nobodys_to_take_over() {
    let practice = Practice::demo();
    let settings = PathBuf::from(practice.path()).join("practice.ron");
    std::fs::remove_file(&settings).unwrap();
    let new = ["new", "--name", "Mill Lane", "--person", "Ann Bell RN"];
    for refused in [&["due"][..], &["check"], &new] {
        let out = practice.run(refused);
        let said = [out.stdout, out.stderr].map(|out| String::from_utf8(out).unwrap()).concat();
        assert!(!out.status.success(), "{refused:?}: {said}");
        assert!(said.contains("but no practice.ron") && said.contains("check --repair"), "{refused:?}: {said}");
        assert!(!settings.exists(), "{refused:?}");
    }
    practice.ok(&[&new[..], &["--with-charts"]].concat());
    assert!(practice.ok(&["check"]).contains("nothing is wrong"));
}
