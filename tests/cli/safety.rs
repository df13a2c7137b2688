//! Check, repair, backup and restore as a script meets them.

use super::{Practice, Value, run, succeed};
use std::fs;
use std::path::PathBuf;
use std::process::Output;

/// A demo of six patients; each practice has a folder of its own, and so its own backups.
fn small() -> Practice {
    let practice = Practice { dir: tempfile::tempdir().unwrap() };
    succeed(run(None, &["demo", "--on", super::TODAY, "--patients", "6", "--into", &practice.path()]));
    practice
}

impl Practice {
    fn file(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    fn first_chart(&self) -> PathBuf {
        let charts = fs::read_dir(self.dir.path().join("practice").join("charts")).unwrap();
        charts.map(|e| e.unwrap().path()).min().unwrap()
    }

    /// What a command that found something wrong wrote.
    fn wrong(&self, args: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.run(args);
        assert_eq!((status.code(), String::from_utf8_lossy(&stderr).as_ref()), (Some(1), ""), "{args:?}");
        String::from_utf8(stdout).unwrap()
    }
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_backup_goes_into_one_file_and_comes_back() {
    let demo = small();
    let file = demo.file("one.tar.gz");
    let said = demo.ok(&["backup", &file]);
    assert!(said.starts_with("6 charts, ") && said.ends_with("read back, and every sum is right.\n"), "{said}");
    let said = demo.refused(&["backup", &file]);
    assert!(said.contains("one.tar.gz is there already") && said.contains("--force"), "{said}");
    fs::create_dir(demo.file("usb")).unwrap();
    let said = demo.refused(&["backup", &demo.file("usb")]);
    assert!(said.contains("it is a folder: name a file in it") && !said.contains("--force"), "{said}");
    let made = demo.json(&["backup", &file, "--force"]);
    assert_eq!(
        (&made["charts"], &made["damaged"], &made["unread"]),
        (&6.into(), &Value::Array(vec![]), &Value::Array(vec![]))
    );

    let to = demo.file("fresh");
    let said = demo.ok(&["restore", &file, "--to", &to]);
    assert!(said.starts_with("6 charts, ") && said.contains("fresh"), "{said}");
    let said = demo.refused(&["restore", &file, "--to", &to]);
    assert!(said.contains("is there already") && said.contains("--merge"), "{said}");
    let merged = demo.json(&["restore", &file, "--to", &to, "--merge"]);
    assert_eq!(
        (&merged["entries"], &merged["same_charts"], &merged["clashes"]),
        (&0.into(), &6.into(), &Value::Array(vec![]))
    );
    assert_eq!(succeed(run(Some(&to), &["--today", super::TODAY, "due"])), demo.ok(&["due"]));
    assert_eq!(demo.run(&["backup", "--force"]).status.code(), Some(2), "--force without a file");
}

#[test]
fn the_restore_drill_has_a_status() {
    let demo = small();
    let said = demo.refused(&["backup", "--verify"]);
    assert!(said.contains("There is no backup in"), "{said}");
    assert!(demo.ok(&["backup", "--list"]).starts_with("There is no backup in"));
    demo.ok(&["backup"]);
    let listed = demo.json(&["backup", "--list"]);
    let file = listed["backups"][0]["path"].as_str().unwrap().to_owned();
    assert!(file.contains("cobalog-2026-11-23-") && listed["failed"].is_null(), "{listed}");
    assert!(demo.ok(&["backup", "--list"]).contains(&file));
    let said = demo.ok(&["backup", "--verify"]);
    assert!(said.contains("every sum is right; 6 charts") && said.contains("would bring everything back"), "{said}");
    let drill = demo.json(&["backup", "--verify", &file]);
    assert_eq!((&drill["good"], &drill["compared"]["new_entries"]), (&true.into(), &0.into()));
    // What stands in a chart's place is a chart that the backup has not; one that leaves it out says so.
    let chart = demo.file("practice/charts/01ARZ3NDEKTSV4RRFFQ69G5FAV.ron");
    fs::create_dir(&chart).unwrap();
    let said = demo.wrong(&["backup", "--verify"]);
    assert!(said.contains(&format!("the chart {chart} is in the practice, and not in the backup")), "{said}");
    assert!(said.contains("What is named above would not come back whole") && !said.contains("everything"), "{said}");
    let drill = value(&demo.wrong(&["backup", "--verify", &file, "--format", "json"]));
    assert_eq!((&drill["good"], &drill["compared"]["not_in_backup"][0]), (&false.into(), &chart.as_str().into()));
    let said = demo.wrong(&["backup", &demo.file("lacks.tar.gz")]);
    assert!(said.contains("it is not a file; it is not in the backup") && said.contains("it lacks what is"), "{said}");
    fs::remove_dir(&chart).unwrap();
    // Without the practice there is nothing to compare with, and it still opens.
    let elsewhere = run(Some("/nonexistent/practice"), &["backup", "--verify", &file]);
    assert!(succeed(elsewhere).contains("no practice here to compare with"));

    fs::remove_file(demo.first_chart()).unwrap();
    let said = demo.wrong(&["backup", "--verify"]);
    assert!(said.contains("is in the backup, and not or not readable in the practice"), "{said}");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let said = demo.refused(&["backup", "--verify"]);
    assert!(said.contains("cannot be used as a backup: it ends too early"), "{said}");
    let said = value(&demo.wrong(&["backup", "--verify", "--format", "json"]));
    assert_eq!(said["good"], false);
    let to = demo.file("fresh");
    demo.refused(&["restore", &file, "--to", &to]);
    assert!(!PathBuf::from(&to).exists());
}

#[test]
fn a_check_says_where_and_a_repair_says_from_where() {
    let demo = small();
    assert!(demo.ok(&["check"]).ends_with("nothing is wrong.\n"));
    demo.ok(&["backup"]);
    let path = demo.first_chart();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    fs::write(demo.file("practice/letter.odt"), "mine").unwrap();
    let said = demo.wrong(&["check"]);
    assert!(said.contains("letter.odt is not Cobalog's") && said.contains("`cobalog check --repair`"), "{said}");
    let found = value(&demo.wrong(&["check", "--format", "json"]));
    assert_eq!(super::sorted(super::keys(&found)), ["charts", "details", "entries", "problems", "unknown", "unsealed"]);
    assert_eq!((&found["charts"], found["problems"].as_array().unwrap().len()), (&5.into(), 1));
    let detail = &found["details"][0];
    assert_eq!(detail["path"], path.to_str().unwrap());
    assert!(detail["line"].as_u64() > Some(5) && detail["column"].is_u64() && detail["what"].is_string(), "{detail}");
    let chart = demo.refused(&["chart", path.file_stem().unwrap().to_str().unwrap()]);
    assert!(!chart.is_empty());

    let said = demo.ok(&["check", "--repair"]);
    assert!(said.contains("restored ") && said.contains("the backup of 2026-11-23"), "{said}");
    assert!(said.contains("the damaged bytes are kept in") && said.ends_with("nothing is wrong.\n"), "{said}");
    assert_eq!(fs::read(&path).unwrap(), whole);
    let again = demo.json(&["check", "--repair"]);
    assert_eq!(again["repaired"], Value::Array(vec![]));
    assert!(demo.ok(&["check", "--repair"]).contains("Nothing had to be repaired."));
}

#[test]
fn a_repair_that_cannot_says_so_and_has_a_status() {
    let demo = small();
    let path = demo.first_chart();
    fs::write(&path, "nothing of it").unwrap();
    let said = demo.wrong(&["check", "--repair"]);
    assert!(said.contains("left as it is: no backup has it, and no line of it can be read"), "{said}");
    let said = value(&demo.wrong(&["check", "--repair", "--format", "json"]));
    assert_eq!((&said["repaired"][0]["repaired"], &said["repaired"][0]["entries"]), (&false.into(), &0.into()));
    assert_eq!(fs::read(&path).unwrap(), b"nothing of it");
}

#[test]
fn a_repair_is_promised_only_where_one_can_help() {
    let demo = small();
    let charts = demo.first_chart().parent().unwrap().to_owned();
    let mut paths: Vec<_> = fs::read_dir(charts).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let [one, two] = [&paths[0], &paths[1]].map(|path| fs::read_to_string(path).unwrap());
    let number = |text: &str| text.split_once("number: \"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let [old, new] = [&two, &one].map(|text| format!("number: \"{}\"", number(text)));
    fs::write(&paths[1], two.replace(&old, &new)).unwrap();
    let said = demo.wrong(&["check"]);
    assert!(said.contains("have the same number") && said.ends_with(" entries: see above.\n"), "{said}");
    fs::write(&paths[2], "").unwrap();
    let said = demo.wrong(&["check"]);
    assert!(
        said.contains("it is empty") && said.ends_with("`cobalog check --repair` restores what can be restored.\n")
    );
}

#[test]
fn a_chart_that_went_is_a_problem_until_it_is_back() {
    let demo = small();
    let path = demo.first_chart();
    let whole = fs::read(&path).unwrap();
    demo.ok(&["backup"]);
    fs::remove_file(&path).unwrap();
    let said = demo.wrong(&["check"]);
    assert!(said.contains("it is not there, though the backup of"), "{said}");
    let said = demo.ok(&["check", "--repair"]);
    assert!(said.contains("restored ") && said.ends_with("nothing is wrong.\n"), "{said}");
    assert_eq!(fs::read(&path).unwrap(), whole);
}

#[test]
fn what_a_repair_could_not_restore_is_not_called_well() {
    let demo = small();
    let path = demo.first_chart();
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 60]).unwrap();
    let said = demo.wrong(&["check", "--repair"]);
    assert!(said.contains("from its own lines") && said.contains("not restored: line "), "{said}");
    assert!(said.ends_with("not everything could be restored: see above.\n"), "{said}");
    assert!(demo.ok(&["check"]).ends_with("nothing is wrong.\n"));
}

#[test]
fn a_practice_without_its_settings_is_checked_and_mended() {
    let demo = small();
    demo.ok(&["backup"]);
    let settings = PathBuf::from(demo.file("practice/practice.ron"));
    let whole = fs::read(&settings).unwrap();
    fs::write(&settings, "(format: 2, na").unwrap();
    assert!(demo.refused(&["due"]).contains("run `cobalog check --repair`"));
    assert!(demo.wrong(&["check"]).contains("6 charts"));
    fs::remove_file(&settings).unwrap();
    assert!(demo.ok(&["check", "--repair"]).contains("restored from the backup of"));
    assert_eq!(fs::read(&settings).unwrap(), whole);
    let said = run(Some("/nonexistent/practice"), &["check", "--repair"]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("there is no practice in"));
}

#[test]
fn nothing_is_asked_of_who_is_under_age() {
    let practice = Practice::new();
    let child = ["add", "--family", "Kid", "--born", "2018-03-04", "--sex", "female", "--allergies", "none"];
    let stop = "STOP: under 18. This is an adult program: refer.";
    let refused = practice.run(&[&child[..], &["--cause", "autoimmune-gastritis"]].concat());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && said.contains(stop) && said.contains("Register without the answers"),
        "{said}"
    );
    let added = practice.run(&child);
    assert!(
        added.status.success() && String::from_utf8_lossy(&added.stderr).contains("No triage, no plan and no dose")
    );
    let refused = practice.run(&["triage", "1001", "--cause", "autoimmune-gastritis"]);
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains(stop));
}
