//! The command line as a script meets it: the built program, its output and its exit status.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop where it is")]
#![expect(clippy::disallowed_methods, reason = "a test lays files as another program would")]

#[path = "cli/audit.rs"]
mod audit;
#[path = "cli/case.rs"]
mod case;
#[path = "cli/copies.rs"]
mod copies;
#[path = "cli/decisions.rs"]
mod decisions;
#[path = "cli/encrypt.rs"]
mod encrypt;
#[path = "cli/exchange.rs"]
mod exchange;
#[path = "cli/identity.rs"]
mod identity;
#[path = "cli/on_plan.rs"]
mod on_plan;
#[path = "cli/orders.rs"]
mod orders;
#[path = "cli/paper.rs"]
mod paper;
#[path = "cli/plans.rs"]
mod plans;
#[path = "cli/safety.rs"]
mod safety;
#[path = "cli/same.rs"]
mod same;
#[path = "cli/scenarios.rs"]
mod scenarios;

use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A Monday.
const TODAY: &str = "2026-11-23";

/// A practice in a folder of its own.
struct Practice {
    dir: TempDir,
}

impl Practice {
    fn demo() -> Self {
        let practice = Self { dir: tempfile::tempdir().unwrap() };
        let into = practice.path();
        // The tests name the first forty; whoever is added to the demo comes after them.
        succeed(run(None, &["demo", "--on", TODAY, "--patients", "40", "--into", &into]));
        practice
    }

    fn new() -> Self {
        let practice = Self { dir: tempfile::tempdir().unwrap() };
        practice.ok(&["new", "--name", "Mill Lane", "--person", "Ann Bell RN", "--prescriber", "Dr May"]);
        practice
    }

    /// With a patient, 1001, for whom a plan can be signed.
    fn with_lund() -> Self {
        let practice = Self::new();
        let triage = ["--cause", "autoimmune-gastritis", "--neuro", "none"];
        practice.ok(&[&["add", "--family", "Lund", "--born", "1950-01-01"][..], &triage].concat());
        practice
    }

    fn path(&self) -> String {
        self.dir.path().join("practice").to_str().unwrap().to_owned()
    }

    fn run(&self, args: &[&str]) -> Output {
        self.on(TODAY, args)
    }

    fn on(&self, today: &str, args: &[&str]) -> Output {
        let all: Vec<&str> = ["--today", today].iter().chain(args).copied().collect();
        run(Some(&self.path()), &all)
    }

    fn ok(&self, args: &[&str]) -> String {
        succeed(self.run(args))
    }

    fn json(&self, args: &[&str]) -> Value {
        self.json_on(TODAY, args)
    }

    fn json_on(&self, today: &str, args: &[&str]) -> Value {
        let all: Vec<&str> = args.iter().chain(&["--format", "json"]).copied().collect();
        serde_json::from_str(&succeed(self.on(today, &all))).unwrap()
    }

    /// Returns what the refusal said.
    fn refused(&self, args: &[&str]) -> String {
        let out = self.run(args);
        let said = String::from_utf8(out.stderr).unwrap();
        assert_eq!(out.status.code(), Some(1), "{args:?}: {said}");
        assert!(out.stdout.is_empty(), "{args:?}: no id without an entry");
        let refusal = said.lines().find(|l| !l.starts_with("cobalog: note:")).unwrap_or_default();
        assert!(refusal.starts_with("cobalog: "), "{said}");
        said
    }
}

fn run(data: Option<&str>, args: &[&str]) -> Output {
    program(data, args).output().unwrap()
}

fn program(data: Option<&str>, args: &[&str]) -> Command {
    let state = std::env::temp_dir().join("cobalog-cli-tests");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cobalog"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("COBALOG_")) {
        command.env_remove(name);
    }
    command.env("COBALOG_CACHE", state.join("cache")).env("COBALOG_STATE", state.join("state"));
    command.env("COLUMNS", "80").stdin(Stdio::null()).args(data.iter().flat_map(|dir| ["--data", *dir])).args(args);
    command
}

fn succeed(out: Output) -> String {
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn plan(args: &[&str]) -> Value {
    let all: Vec<&str> = ["plan"].iter().chain(args).chain(&["--format", "json"]).copied().collect();
    serde_json::from_str(&succeed(run(Some("/nonexistent/practice"), &all))).unwrap()
}

fn dates(plan: &Value) -> Vec<&str> {
    plan["doses"].as_array().unwrap().iter().map(|d| d["date"].as_str().unwrap()).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names
}

/// Facts 1.5, the worked example of R01.
#[test]
fn r01_in_dates_is_the_published_example() {
    let plan = plan(&["R01", "--start", "2026-01-05"]);
    assert_eq!(
        dates(&plan),
        [
            "2026-01-05",
            "2026-01-07",
            "2026-01-09",
            "2026-01-12",
            "2026-01-14",
            "2026-01-16",
            "2026-04-16",
            "2026-07-16",
            "2026-10-16",
            "2027-01-16",
            "2027-04-16",
            "2027-07-16",
        ]
    );
    let first = serde_json::json!({
        "n": 1, "date": "2026-01-05", "phase": "repletion", "mcg": 1000, "drug": "hydroxocobalamin", "route": "im"
    });
    assert_eq!(plan["doses"][0], first);
    assert_eq!(plan["doses"][6]["phase"], "maintenance");
    assert_eq!(plan["regimen"], "r01-uk-no-neuro");
    assert_eq!(plan["start"], "2026-01-05");
    assert_eq!(plan["repletion_ends"], "2026-01-16");
    assert_eq!(plan["maintenance"], serde_json::json!({"every": "P3M"}));
    assert!(plan.get("until_review").is_none());
    let looks: Vec<_> = plan["checkpoints"].as_array().unwrap().iter().map(|c| c["date"].as_str().unwrap()).collect();
    assert_eq!(
        looks,
        [
            "2026-01-07",
            "2026-01-12",
            "2026-01-26",
            "2026-02-05",
            "2026-03-02",
            "2026-04-05",
            "2026-04-16",
            "2027-01-05",
        ]
    );
    assert_eq!(plan["checkpoints"][4]["asks"], serde_json::json!(["symptoms", "haemoglobin", "mcv"]));
}

/// Facts 1.5, the worked examples of R02, R01 with another interval, R04 and R07.
#[test]
fn other_plans_are_the_published_examples() {
    let r02 = plan(&["r02", "--start", "2026-01-05"]);
    assert_eq!(dates(&r02)[11], "2026-01-27");
    assert!(r02["doses"].as_array().unwrap().iter().all(|d| d["phase"] == "repletion"));
    assert_eq!(r02["repletion_ends"], Value::Null);
    assert_eq!(r02["maintenance"]["every"], "P2M");
    assert_eq!(r02["until_review"], "P3W");

    let spaced = plan(&["r01", "--start", "2026-01-05", "--every", "2 months"]);
    assert_eq!(dates(&spaced)[6..8], ["2026-03-16", "2026-05-16"]);
    assert_eq!(spaced["maintenance"]["every"], "P2M");

    let r04 = plan(&["r04", "--start", "2026-01-05"]);
    assert_eq!(dates(&r04)[6..9], ["2026-01-17", "2026-01-24", "2026-01-31"]);
    assert_eq!((&r04["doses"][6]["mcg"], &r04["doses"][7]["mcg"]), (&Value::from(1000), &Value::from(250)));

    let r07 = plan(&["r07", "--start", "2026-01-05", "--doses", "23"]);
    assert_eq!(dates(&r07)[19..], ["2026-02-15", "2026-03-15", "2026-04-15", "2026-05-15"]);
    assert_eq!(r07["repletion_ends"], "2026-02-15");

    let r05 = plan(&["r05", "--start", "2026-01-05", "--doses", "2"]);
    assert_eq!((&r05["repletion_ends"], &r05["maintenance"]["every"]), (&Value::Null, &Value::from("P3M")));
    assert!(r05.get("until_review").is_none(), "there is no repletion that a review could end");
}

#[test]
fn every_regimen_has_a_plan() {
    let all: Value = serde_json::from_str(&succeed(run(None, &["regimens", "--format", "json"]))).unwrap();
    let all = all.as_array().unwrap();
    assert!(all.len() >= 27);
    for regimen in all {
        let expected = sorted(vec!["id", "name", "drug", "setting", "neuro", "causes", "phases", "source"]);
        assert_eq!(sorted(keys(regimen)), expected);
        let plan = plan(&[regimen["id"].as_str().unwrap(), "--start", "2028-02-29", "--doses", "30"]);
        let dates = dates(&plan);
        assert!(!dates.is_empty() && dates.is_sorted(), "{}", regimen["id"]);
        assert_eq!(plan["regimen"], regimen["id"]);
        let looks = plan["checkpoints"].as_array().unwrap();
        assert!(!looks.is_empty() && looks.iter().all(|c| !c["asks"].as_array().unwrap().is_empty()));
        assert!(looks.iter().all(|c| c["asks"].as_array().unwrap().iter().all(|a| a != "total-b12")));
    }
}

#[test]
fn the_demo_has_a_day_to_work_on() {
    let demo = Practice::demo();
    let due = demo.json(&["due"]);
    let due = due.as_array().unwrap();
    let dose = due.iter().find(|d| d["what"] == "dose" && d["number"] == "1006").unwrap();
    let expected = [
        "patient",
        "number",
        "name",
        "born",
        "what",
        "due",
        "days_late",
        "phase",
        "dose_number",
        "regimen",
        "mcg",
        "label",
    ];
    assert_eq!(sorted(keys(dose)), sorted(expected.to_vec()));
    assert_eq!((&dose["days_late"], &dose["mcg"]), (&Value::from(0), &Value::from(1000)));
    let look = due.iter().find(|d| d["what"] == "checkpoint").unwrap();
    let expected = ["patient", "number", "name", "born", "what", "due", "days_late", "asks", "label"];
    assert_eq!(sorted(keys(look)), sorted(expected.to_vec()));
    assert!(due[0]["days_late"].as_i64().unwrap() > 0, "the most urgent comes first");
    let week = demo.json(&["due", "--days", "7"]);
    assert!(week.as_array().unwrap().len() > due.len());
    let csv = demo.ok(&["due", "--format", "csv"]);
    let rows = |what: &str| csv.split("\r\n").filter(|line| line.contains(what)).count();
    assert_eq!(rows(",dose,") + rows(",checkpoint,"), due.len());
    // Who is to be planned or told something owes nothing on a day, and stands in the table all the same.
    assert_eq!(rows(",plan,") + rows(",tell,"), csv.split("\r\n").count() - 2 - due.len(), "{csv}");
    assert!(rows(",plan,,,") > 0, "{csv}");
    assert!(demo.ok(&["due"]).lines().all(|line| line.chars().count() <= 80));
    assert!(demo.ok(&["check"]).contains("40 charts"));
    assert_eq!(demo.json(&["check"])["problems"], serde_json::json!([]));
}

#[test]
fn a_chart_is_as_documented() {
    let demo = Practice::demo();
    let chart = demo.json(&["chart", "okafor"]);
    let expected = ["patient", "phases", "doses", "checkpoints", "response", "findings", "next"];
    // What was documented stays; more may stand beside it.
    assert!(expected.iter().all(|key| keys(&chart).contains(key)), "{:?}", keys(&chart));
    assert_eq!(sorted(keys(&chart["doses"][0])), sorted(vec!["n", "due", "given", "state", "mcg", "lot", "reason"]));
    assert_eq!(sorted(keys(&chart["phases"][0])), sorted(vec!["kind", "from", "to", "every"]));
    let look = &chart["checkpoints"][1];
    assert_eq!(sorted(keys(look)), sorted(vec!["due", "done", "label", "symptom_score", "labs"]));
    let hb = chart["checkpoints"].as_array().unwrap().iter().find_map(|c| c["labs"].get("haemoglobin")).unwrap();
    assert_eq!(sorted(keys(hb)), sorted(vec!["value", "unit", "flag"]));
    assert_eq!(chart["next"]["what"], "dose");
    let id = chart["patient"]["id"].as_str().unwrap();
    assert_eq!(demo.json(&["chart", id]), chart);
    assert_eq!(demo.json(&["chart", "1006"]), chart);
    let finding = &demo.json(&["chart", "1001"])["findings"][0];
    assert_eq!(sorted(keys(finding)), sorted(vec!["rule", "severity", "text", "source", "entries"]));
    assert_eq!(finding["rule"], "O2");
    for number in 1001..=1040 {
        assert!(!demo.ok(&["chart", &number.to_string()]).is_empty());
    }
}

#[test]
fn a_chart_as_of_a_day_knows_nothing_later() {
    let demo = Practice::demo();
    let then = demo.json(&["chart", "1006", "--on", "2026-08-01"]);
    let given = then["doses"].as_array().unwrap().iter().filter_map(|d| d["given"].as_str());
    assert!(given.clone().count() > 0 && given.clone().all(|day| day <= "2026-08-01"));
    assert!(given.count() < 10);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = |seed: &str, patients: &str| {
        let dir = tempfile::tempdir().unwrap();
        let into = dir.path().join("p");
        let args = ["demo", "--on", TODAY, "--seed", seed, "--patients", patients, "--into", into.to_str().unwrap()];
        succeed(run(None, &args));
        charts(&into)
    };
    let forty = bytes("7", "40");
    assert_eq!(forty, bytes("7", "40"));
    assert_ne!(forty, bytes("8", "40"));
    let more = bytes("7", "60");
    assert!(forty.iter().all(|chart| more.contains(chart)), "patient i depends on seed and i alone");
}

fn charts(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(dir.join("charts")).unwrap().map(|f| f.unwrap().path());
    let mut all: Vec<_> = files
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect();
    all.sort();
    all
}

#[test]
fn a_patient_from_first_day_to_first_checkpoint() {
    let practice = Practice::new();
    let added = practice.json(&[
        "add",
        "--family",
        "Okafor",
        "--given",
        "Ngozi",
        "--born",
        "1961-03-04",
        "--sex",
        "female",
        "--allergies",
        "none",
        "--cause",
        "autoimmune-gastritis",
        "--neuro",
        "none",
        "--anaemia",
        "moderate",
        "--b12",
        "confirmed",
    ]);
    assert_eq!(added["number"], "1001");
    assert_eq!(practice.json(&["chart", "1001"])["next"]["what"], "order");
    let order = practice.json(&["order", "1001", "r01", "--start", "t", "--prescriber", "Dr May", "--by", "Dr May"]);
    assert_eq!(order["entry"].as_str().unwrap().len(), 26);

    let vial = ["--strength", "1000", "--lot", "HX1", "--expires", "2027-08", "--site", "left-deltoid"];
    let give = |on: &str| -> Output {
        let args: Vec<&str> = ["give", "Okafor, N"].iter().chain(&vial).copied().collect();
        practice.on(on, &args)
    };
    let id = succeed(give(TODAY));
    assert_eq!(id.trim().len(), 26);
    let chart = practice.json(&["chart", "1001"]);
    assert_eq!((&chart["doses"][0]["state"], &chart["doses"][0]["lot"]), (&Value::from("given"), &Value::from("HX1")));
    assert_eq!(chart["doses"][1]["due"], "2026-11-25");

    // Dose 2 comes two days late, and the rest moves with it.
    succeed(give("2026-11-27"));
    let chart = practice.json_on("2026-11-27", &["chart", "1001"]);
    let second = &chart["doses"][1];
    assert_eq!((&second["state"], &second["given"]), (&Value::from("late"), &Value::from("2026-11-27")));
    assert_eq!(chart["doses"][2]["due"], "2026-11-29");
    let before = practice.json_on("2026-11-27", &["chart", "1001", "--on", TODAY]);
    assert_eq!(before["doses"][1]["state"], "planned", "as of a day that did not know it");

    let args = ["checkpoint", "1001", "--lab", "Hb=112 g/L", "--lab", "mcv=104", "--lab", "reticulocytes=160"];
    succeed(practice.on("2026-11-30", &args));
    let chart = practice.json_on("2026-11-30", &["chart", "1001"]);
    let done = chart["checkpoints"].as_array().unwrap().iter().find(|c| c["done"] == "2026-11-30").unwrap();
    assert_eq!(done["labs"]["haemoglobin"], serde_json::json!({"value": 112.0, "unit": "g/L", "flag": "low"}));

    // A struck dose was never given.
    succeed(practice.on("2026-11-30", &["amend", "1001", id.trim(), "--why", "another patient", "--strike"]));
    let chart = practice.json_on("2026-11-30", &["chart", "1001"]);
    assert_eq!((&chart["doses"][0]["given"], &chart["doses"][0]["n"]), (&Value::from("2026-11-27"), &Value::from(1)));
    assert!(practice.ok(&["check"]).contains("nothing is wrong"));
}

#[test]
fn stops_are_refused_with_their_words() {
    let demo = Practice::demo();
    assert!(demo.refused(&["give", "1006", "--on", "t+1"]).contains("has not come yet (T10)"));
    assert!(demo.refused(&["give", "1006", "--drug", "cyanocobalamin"]).contains("not interchangeable (D4)"));
    assert!(demo.refused(&["give", "1006", "--dose", "1"]).contains("(D3)"));
    assert!(demo.refused(&["give", "1006", "--dose", "2000"]).contains("(T5)"));
    assert!(demo.refused(&["give", "1006", "--expires", "2026-10"]).contains("expired"));
    let depot = ["give", "1006", "--product", "cyanocobalamin-1000mcg-1ml-vial"];
    assert!(demo.refused(&depot).contains("not interchangeable"));
    demo.ok(&["give", "1006", "--lot", "HX264995", "--site", "left-deltoid"]);
    assert!(demo.refused(&["give", "1006"]).contains("already recorded on that day"));
    assert!(demo.refused(&["give", "1007"]).contains("which vial"));
    assert!(demo.refused(&["give", "1021"]).contains("no plan is signed"));
    assert_eq!(
        demo.json(&["chart", "1006"])["doses"].as_array().unwrap().iter().filter(|d| d["given"] == TODAY).count(),
        1
    );
}

#[test]
fn a_reason_is_asked_and_kept() {
    let demo = Practice::demo();
    assert!(demo.refused(&["give", "1009"]).contains("--reason"));
    demo.ok(&["give", "1009", "--product", "cyanocobalamin-100mcg-1ml-vial", "--reason", "reticulocytes 165 on day 7"]);
    let chart = demo.json(&["chart", "1009"]);
    let today = chart["doses"].as_array().unwrap().iter().find(|d| d["given"] == TODAY).unwrap();
    assert_eq!(today["reason"], "reticulocytes 165 on day 7");
}

#[test]
fn a_correction_keeps_both_and_is_checked() {
    let demo = Practice::demo();
    let id = demo.ok(&["give", "1006", "--lot", "HX264995", "--site", "left-deltoid"]);
    let amend = |more: &[&'static str]| -> Vec<String> {
        ["amend", "1006", id.trim(), "--why", "typed wrong"].iter().chain(more).map(|s| (*s).to_owned()).collect()
    };
    let refused = |more: &[&'static str]| {
        let args = amend(more);
        demo.refused(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert!(refused(&["--on", "2026-08-23"]).contains("(T6)"), "a dose of the plan lies on that day");
    assert!(refused(&["--expires", "2026-10"]).contains("expired"));
    assert!(refused(&["--site", "left-deltoid"]).contains("nothing would change"));
    assert!(refused(&["--on", "t+1"]).contains("has not come yet"));
    assert!(refused(&["--expires", "2026-10"]).contains("--already-given"));
    let args = amend(&["--expires", "2026-10", "--already-given"]);
    demo.ok(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let args = amend(&["--lot", "HX9"]);
    demo.ok(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let chart = demo.json(&["chart", "1006"]);
    let today: Vec<_> = chart["doses"].as_array().unwrap().iter().filter(|d| d["given"] == TODAY).collect();
    assert_eq!((today.len(), &today[0]["lot"]), (1, &Value::from("HX9")));
    assert!(
        demo.refused(&["amend", "1006", "01KAXA3N8M0D7T9R3X0V4Z5B6C", "--why", "x", "--strike"]).contains("no entry")
    );
}

#[test]
fn a_dose_that_was_not_given_stays_owed() {
    let demo = Practice::demo();
    demo.ok(&["give", "1010", "--not-given", "refused", "--again", "t+2"]);
    let chart = demo.json(&["chart", "1010"]);
    let not = chart["doses"].as_array().unwrap().iter().find(|d| d["state"] == "not_given").unwrap();
    assert_eq!(not["reason"], "refused");
    assert_eq!(chart["next"]["visit"], "2026-11-25");
    assert!(demo.refused(&["give", "1010", "--not-given", "missed", "--on", "t+1"]).contains("has not come yet"));
    let held = demo.refused(&["give", "1010", "--not-given", "held"]);
    assert!(held.contains("--note: say on what grounds"), "{held}");
    let again = demo.refused(&["give", "1010", "--not-given", "missed", "--again", "t"]);
    assert!(again.contains("--again: another try comes after the day"), "{again}");
    demo.ok(&["give", "1010", "--not-given", "held", "--note", "fever; Dr Rao"]);
}

#[test]
fn an_open_phase_ends_by_a_decision() {
    let demo = Practice::demo();
    assert_eq!(demo.json(&["chart", "1003"])["next"]["phase"], "repletion");
    let decision =
        ["end-phase", "1003", "--because", "no further improvement", "--by-prescriber", "Dr Eleanor Hart", "--written"];
    let refused = demo.refused(&decision);
    assert!(refused.contains("it is early") && refused.contains("still shows improvement"), "{refused}");
    let anyway: Vec<&str> = decision.iter().chain(&["--reason", "moves abroad tomorrow"]).copied().collect();
    demo.ok(&anyway);
    let next = &demo.json(&["chart", "1003"])["next"];
    assert_eq!((&next["what"], &next["phase"]), (&Value::from("checkpoint"), &Value::Null));
    let doses = demo.json(&["chart", "1003"])["doses"].clone();
    assert!(doses.as_array().unwrap().iter().any(|d| d["state"] == "planned" && d["due"] == "2027-01-21"), "{doses}");
}

#[test]
fn the_strength_is_never_assumed() {
    let practice = Practice::with_lund();
    practice.ok(&["order", "1001", "r01", "--start", "t", "--prescriber", "Dr May", "--by", "Dr May"]);
    assert!(practice.refused(&["give", "1001"]).contains("--strength"));
    assert!(practice.refused(&["give", "1001", "--strength", "1000"]).contains("no lot"));
    let dutch = ["give", "1001", "--product", "hydroxocobalamin-500mcg-2ml-ampoule-plain", "--strength", "1000"];
    assert!(practice.refused(&dutch).contains("look at the label"));
}

#[test]
fn a_name_must_be_one_person() {
    let demo = Practice::demo();
    let said = demo.refused(&["chart", "hughes"]);
    assert!(said.contains("born 12 Sep 1954") && said.contains("born 30 Apr 1952"), "{said}");
    assert!(demo.refused(&["chart", "nobody at all"]).contains("no patient"));
    assert_eq!(demo.json(&["chart", "Hughes, Owen"])["patient"]["number"], "1018");
    assert_eq!(demo.json(&["chart", "健二"])["patient"]["number"], "1011");
}

#[test]
fn registration_refuses_what_cannot_be() {
    let demo = Practice::demo();
    assert!(demo.refused(&["add", "--family", "New", "--born", "2030-01-01"]).contains("lies in the future"));
    assert!(demo.refused(&["add", "--family", "New", "--born", "1960-01-01", "--number", "1006"]).contains("Okafor"));
    let again = ["add", "--family", "okafor", "--given", "ngozi", "--born", "1962-03-04"];
    assert!(demo.refused(&again).contains("registered already"));
    assert!(demo.refused(&["checkpoint", "1006", "--symptom", "fatigue=5"]).contains("0 (none) to 4"));
    assert!(demo.refused(&["checkpoint", "1006", "--lab", "haemoglobin=12 g/L"]).contains("cannot be"));
    assert!(
        demo.refused(&["order", "1022", "r03", "--start", "t", "--prescriber", "Dr May", "--by", "Dr May"])
            .contains("--because")
    );
}

#[test]
fn errors_say_what_to_do_and_usage_has_its_own_status() {
    let empty = tempfile::tempdir().unwrap();
    let out = run(Some(empty.path().to_str().unwrap()), &["due"]);
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(said.starts_with("cobalog: there is no practice in") && said.contains("--into"), "{said}");
    for wrong in [&["due", "--days", "many"][..], &["plan", "r01"], &["nonsense"], &["give"], &["due", "--on", "soon"]]
    {
        let out = run(None, wrong);
        assert_eq!(out.status.code(), Some(2), "{wrong:?}");
        assert!(String::from_utf8(out.stderr).unwrap().starts_with("cobalog: "), "{wrong:?}");
    }
    let out = run(None, &["plan", "r10", "--start", "2026-01-05"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8(out.stderr).unwrap().contains("r10a-aafp-no-neuro or r10b-aafp-neuro"));
    for command in ["demo", "due", "regimens", "plan", "chart", "add", "triage", "order", "give", "checkpoint", "check"]
    {
        assert!(succeed(run(None, &[command, "--help"])).contains("Example"), "{command}");
    }
}

/// What a command is made of is asked for late: its help must say the same before and after.
#[test]
fn every_command_says_of_itself_what_the_list_says() {
    let list = succeed(run(None, &["--help"]));
    let list = list.split("Commands:\n").nth(1).unwrap().split("\n\nOptions").next().unwrap();
    let lines: Vec<&str> = list.lines().collect();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut looked_at = 0;
    for (n, line) in lines.iter().enumerate().filter(|(_, line)| line.as_bytes()[2] != b' ') {
        let (command, said) = line.trim_start().split_once(' ').unwrap();
        let more = lines[n + 1..].iter().take_while(|line| line.starts_with("    "));
        let said = words(&more.fold(said.to_owned(), |said, line| format!("{said} {line}")));
        if command != "help" {
            assert!(words(&succeed(run(None, &[command, "--help"]))).starts_with(&said), "{command}: {said}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 20, "{looked_at}");
}

#[test]
fn a_damaged_chart_is_named_and_hides_nobody() {
    let demo = Practice::demo();
    let before = demo.json(&["due"]).as_array().unwrap().len();
    let charts = Path::new(&demo.path()).join("charts");
    let id = demo.json(&["chart", "1039"])["patient"]["id"].as_str().unwrap().to_owned();
    let mut file =
        std::fs::OpenOptions::new().write(true).truncate(true).open(charts.join(format!("{id}.ron"))).unwrap();
    file.write_all(b"(format: 1, entries: [").unwrap();
    let out = demo.run(&["check"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8(out.stdout).unwrap().contains(&format!("{id}.ron:1:")));
    let out = demo.run(&["due", "--format", "json"]);
    assert!(String::from_utf8_lossy(&out.stderr).contains(&id));
    let due: Value = serde_json::from_str(&succeed(out)).unwrap();
    assert_eq!(due.as_array().unwrap().len(), before);
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cobalog"))
        .args(["plan", "r01", "--start", "2026-01-05", "--doses", "1000", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let out = child.wait_with_output().unwrap();
    assert!(out.stderr.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(out.status.code(), Some(0));
}

#[test]
fn a_wrong_regimen_of_the_practice_is_named_and_the_others_work() {
    let practice = Practice::new();
    let folder = Path::new(&practice.path()).join("regimens");
    std::fs::create_dir_all(&folder).unwrap();
    let r01 = include_str!("../assets/regimens/r01-uk-no-neuro.ron");
    let own = r01.replace("r01-uk-no-neuro", "x01-own").replace("doses(6)", "doses(4)");
    let wrong = r01.replace("r01-uk-no-neuro", "x02-wrong").replace("dose_mcg: 1000", "dosage: 1000");
    std::fs::write(folder.join("x01-own.ron"), own).unwrap();
    std::fs::write(folder.join("x02-wrong.ron"), wrong).unwrap();
    let plan = practice.run(&["plan", "X01", "--start", "2026-01-05", "--doses", "5", "--format", "json"]);
    let said = String::from_utf8_lossy(&plan.stderr).into_owned();
    assert!(said.contains("x02-wrong.ron:43:13:"), "{said}");
    let plan: Value = serde_json::from_str(&succeed(plan)).unwrap();
    assert_eq!(plan["repletion_ends"], "2026-01-12");
    assert_eq!(plan["doses"][4]["date"], "2026-04-12");
}

#[test]
fn many_programs_at_once_sign_one_plan_give_one_dose_and_every_patient_an_own_number() {
    let practice = Practice::with_lund();
    let order = ["order", "1001", "r01", "--start", "t", "--prescriber", "Dr May", "--by", "Dr May"];
    let signed: Vec<bool> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..6).map(|_| scope.spawn(|| practice.run(&order).status.success())).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(signed.iter().filter(|ok| **ok).count(), 1, "whoever replaces a plan says why");
    let give = ["give", "1001", "--lot", "A1", "--strength", "1000", "--expires", "2028-06", "--site", "left-deltoid"];
    let given: Vec<bool> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..6).map(|_| scope.spawn(|| practice.run(&give).status.success())).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(given.iter().filter(|ok| **ok).count(), 1, "one dose a day, whoever was first");
    std::thread::scope(|scope| {
        for i in 0..6 {
            let family = format!("Family{i}");
            let practice = &practice;
            scope.spawn(move || practice.ok(&["add", "--family", &family, "--born", "1960-01-01"]));
        }
    });
    assert!(practice.ok(&["check"]).contains("7 charts"), "each has a number of its own");
}

#[test]
fn a_lock_that_cannot_be_had_is_said() {
    let practice = Practice::new();
    let lock = Path::new(&practice.path()).join(".lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    assert!(practice.refused(&["add", "--family", "Lund", "--born", "1950-01-01"]).contains(".lock"));
}
