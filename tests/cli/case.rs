//! One patient, 1001, in a practice of their own, told from the command line day by day.

use super::{Practice, Value, succeed};
use cobalog::clinic::practice::Settings;
use cobalog::store::{Places, Store};
use std::cell::Cell;

/// Who decides.
pub(super) const MAY: [&str; 4] = ["--by-prescriber", "Dr May", "--by", "Dr May"];

/// The lines of the review.
const LINES: [&str; 8] =
    ["diagnosis", "doses", "malabsorption", "medicines", "folate-ferritin", "time", "too-early", "kidneys"];

pub(super) fn with<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    args.iter().chain(more).copied().collect()
}

/// A practice with one patient.
pub(super) struct Case {
    practice: Practice,
    doses: Cell<usize>,
}

impl Case {
    /// Registers and triages on Monday 5 January 2026.
    #[track_caller]
    pub(super) fn of(setting: &str, triage: &[&str]) -> Self {
        let case = Self { practice: Practice { dir: tempfile::tempdir().unwrap() }, doses: Cell::new(0) };
        let new = ["new", "--name", "Mill Lane", "--person", "Ann Bell RN", "--prescriber", "Dr May"];
        case.ok("2026-01-05", &with(&new, &["--setting", setting]));
        let add = ["add", "--family", "Lund", "--born", "1968-01-01", "--sex", "female", "--allergies", "none"];
        case.ok("2026-01-05", &with(&add, triage));
        case
    }

    #[track_caller]
    pub(super) fn ok(&self, on: &str, args: &[&str]) -> String {
        let out = self.practice.on(on, args);
        assert!(out.status.success(), "{on} {args:?}: {}", String::from_utf8_lossy(&out.stderr));
        succeed(out)
    }

    /// Returns what a command that is carried out says beside its answer.
    #[track_caller]
    pub(super) fn noted(&self, on: &str, args: &[&str]) -> String {
        let out = self.practice.on(on, args);
        assert!(out.status.success(), "{on} {args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stderr).unwrap()
    }

    /// Returns what another program reads, where nothing says how wide it may be.
    #[track_caller]
    pub(super) fn piped(&self, on: &str, args: &[&str]) -> String {
        let mut command = super::program(Some(&self.practice.path()), &with(&["--today", on], args));
        succeed(command.env_remove("COLUMNS").output().unwrap())
    }

    /// Returns what a command says as JSON.
    #[track_caller]
    pub(super) fn json(&self, on: &str, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(on, &with(args, &["--format", "json"]))).unwrap()
    }

    /// Returns what the refusal said; nothing is recorded.
    #[track_caller]
    pub(super) fn refused(&self, on: &str, args: &[&str]) -> String {
        let before = super::charts(&self.practice.dir.path().join("practice"));
        let out = self.practice.on(on, args);
        let said = String::from_utf8(out.stderr).unwrap();
        assert!(!out.status.success() && out.stdout.is_empty(), "{on} {args:?}: {said}");
        assert_eq!(super::charts(&self.practice.dir.path().join("practice")), before, "{on} {args:?}");
        said
    }

    /// Signs a plan from Monday 5 January 2026.
    #[track_caller]
    pub(super) fn order(&self, regimen: &str, more: &[&str]) {
        let order = ["order", "1001", regimen, "--start", "t", "--prescriber", "Dr May", "--by", "Dr May"];
        self.ok("2026-01-05", &with(&order, more));
    }

    /// Whoever was first goes, and somebody else of the practice opens the program.
    pub(super) fn sits_down(&self, who: &str) {
        let mut store = Store::open_with(self.practice.path().as_ref(), Places::default()).unwrap();
        let first = |settings: &mut Settings| {
            let at = settings.people.iter().position(|person| person.name == who).unwrap();
            settings.people[..=at].rotate_right(1);
        };
        store.change_settings(first).unwrap();
    }

    fn dose<'a>(&self, more: &[&'a str]) -> Vec<&'a str> {
        let site = ["left-deltoid", "right-deltoid"][self.doses.get() % 2];
        let vial = ["give", "1001", "--strength", "1000", "--lot", "HX1", "--expires", "2030-06", "--site", site];
        with(&vial, more)
    }

    /// Gives a dose, left and right in turn.
    #[track_caller]
    pub(super) fn give(&self, on: &str, more: &[&str]) {
        self.ok(on, &self.dose(more));
        self.doses.set(self.doses.get() + 1);
    }

    #[track_caller]
    pub(super) fn gives(&self, days: &[&str]) {
        days.iter().for_each(|on| self.give(on, &[]));
    }

    #[track_caller]
    pub(super) fn give_refused(&self, on: &str) -> String {
        self.refused(on, &self.dose(&[]))
    }

    /// Records grades such as `fatigue=2` and results such as `mcv=90`.
    #[track_caller]
    pub(super) fn checks(&self, on: &str, found: &[&str]) {
        let mut args = vec!["checkpoint", "1001"];
        for item in found {
            let is_grade = item.split_once('=').is_some_and(|(_, value)| value.len() == 1);
            args.extend([if is_grade { "--symptom" } else { "--lab" }, item]);
        }
        self.ok(on, &args);
    }

    /// Answers every line of the review.
    #[track_caller]
    pub(super) fn reviews(&self, on: &str) {
        let answers: Vec<String> = LINES.iter().map(|line| format!("{line}=nothing new")).collect();
        let mut args = vec!["review", "1001", "--by-reviewer", "Dr May"];
        answers.iter().for_each(|answer| args.extend(["--answer", answer]));
        self.ok(on, &args);
    }

    pub(super) fn chart(&self, on: &str) -> Value {
        self.practice.json_on(on, &["chart", "1001"])
    }

    /// What the chart says today of an earlier day.
    pub(super) fn chart_as_of(&self, today: &str, on: &str) -> Value {
        self.practice.json_on(today, &["chart", "1001", "--on", on])
    }

    /// What is due: `what`, `due`, days late.
    pub(super) fn due(&self, on: &str) -> Vec<(String, String, i64)> {
        let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
        let line = |l: &Value| (text(l, "what"), text(l, "due"), l["days_late"].as_i64().unwrap());
        self.practice.json_on(on, &["due"]).as_array().unwrap().iter().map(line).collect()
    }

    /// `cobalog space`: the answer to "may it be spaced now?".
    pub(super) fn space(&self, on: &str) -> Value {
        self.practice.json_on(on, &["space", "1001"])
    }
}

/// The rules that fire in a chart.
pub(super) fn rules(chart: &Value) -> Vec<&str> {
    chart["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect()
}

/// The text of a rule's finding.
#[track_caller]
pub(super) fn text<'a>(chart: &'a Value, rule: &str) -> &'a str {
    let all = chart["findings"].as_array().unwrap();
    all.iter().find(|f| f["rule"] == rule).unwrap_or_else(|| panic!("no {rule}"))["text"].as_str().unwrap()
}

/// The due days of doses in a state.
pub(super) fn doses<'a>(chart: &'a Value, state: &str) -> Vec<&'a str> {
    let all = chart["doses"].as_array().unwrap().iter().filter(|d| d["state"] == state);
    all.map(|d| d["due"].as_str().unwrap()).collect()
}

/// The phases: kind, from, to.
pub(super) fn phases(chart: &Value) -> Vec<(&str, &str, Option<&str>)> {
    let all = chart["phases"].as_array().unwrap().iter();
    all.map(|p| (p["kind"].as_str().unwrap(), p["from"].as_str().unwrap(), p["to"].as_str())).collect()
}
