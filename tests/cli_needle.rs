//! The needle and the checkpoint from the command line alone, as a published case is told again.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use serde_json::Value;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A practice in a folder of its own, with one patient who is 1001.
struct Case {
    dir: TempDir,
}

impl Case {
    /// A patient with a plan that begins on `start`.
    fn on(regimen: &str, start: &str) -> Self {
        let case = Self { dir: tempfile::tempdir().unwrap() };
        case.ok(start, &["new", "--name", "Mill Lane", "--person", "Ann Bell RN", "--prescriber", "Dr May"]);
        case.ok(start, &["add", "--family", "Lund", "--born", "1950-01-01", "--sex", "female"]);
        case.ok(start, &["triage", "1001", "--cause", "unknown", "--neuro", "none"]);
        let order = ["order", "1001", regimen, "--start", start, "--prescriber", "Dr May", "--by", "Dr May"];
        // Whether the protocol fits is not what these tests are about.
        case.ok(start, &[&order[..], &["--because", "as agreed"]].concat());
        case
    }

    fn run(&self, today: &str, args: &[&str]) -> Output {
        let practice = self.dir.path().join("practice");
        let mut command = Command::new(env!("CARGO_BIN_EXE_cobalog"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("COBALOG_")) {
            command.env_remove(name);
        }
        command.env("COBALOG_CACHE", self.dir.path().join("cache")).env("COBALOG_STATE", self.dir.path().join("state"));
        command.arg("--data").arg(practice).args(["--today", today]).args(args).stdin(Stdio::null());
        command.output().unwrap()
    }

    fn ok(&self, today: &str, args: &[&str]) -> String {
        let out = self.run(today, args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    }

    /// Returns what the refusal said; nothing is recorded.
    #[track_caller]
    fn refused(&self, today: &str, args: &[&str]) -> String {
        let before = self.text();
        let out = self.run(today, args);
        let said = String::from_utf8(out.stderr).unwrap();
        assert!(!out.status.success() && out.stdout.is_empty(), "{args:?}: {said}");
        assert_eq!(self.text(), before, "{args:?}: nothing is recorded");
        said
    }

    fn give(&self, today: &str, more: &[&str]) -> String {
        self.ok(today, &with(&VIAL, more))
    }

    fn give_refused(&self, today: &str, more: &[&str]) -> String {
        self.refused(today, &with(&VIAL, more))
    }

    fn chart(&self, today: &str) -> Value {
        serde_json::from_str(&self.ok(today, &["chart", "1001", "--format", "json"])).unwrap()
    }

    /// The chart's file.
    fn text(&self) -> String {
        let mut files = std::fs::read_dir(self.dir.path().join("practice").join("charts")).unwrap();
        std::fs::read_to_string(files.next().unwrap().unwrap().path()).unwrap()
    }

    fn due(&self, today: &str) -> Vec<String> {
        let chart = self.chart(today);
        let planned = chart["doses"].as_array().unwrap().iter().filter(|d| d["state"] == "planned");
        planned.take(2).map(|d| d["due"].as_str().unwrap().to_owned()).collect()
    }

    fn rules(&self, today: &str) -> Vec<String> {
        let chart = self.chart(today);
        chart["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap().to_owned()).collect()
    }
}

const VIAL: [&str; 8] = ["give", "1001", "--strength", "1000", "--lot", "HX1", "--expires", "2029-06"];

fn with<'a>(first: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    first.iter().chain(more).copied().collect()
}

#[test]
fn the_volume_is_checked_and_kept() {
    let case = Case::on("r01", "2026-01-05");
    assert!(case.give_refused("2026-01-05", &["--volume", "2"]).contains("2 mL drawn up"));
    assert!(case.give_refused("2026-01-05", &["--volume", "1.11"]).contains("(D1)"));
    assert!(case.give_refused("2026-01-05", &["--volume", "0.89"]).contains("(D1)"));
    assert!(case.give_refused("2026-01-05", &["--volume", ".5"]).contains("not a volume"));
    case.give("2026-01-05", &["--volume", "0.9 mL", "--site", "left-deltoid"]);
    assert!(case.text().contains("drawn_ml: 0.9"));
    case.give("2026-01-07", &["--site", "right-deltoid"]);
    assert_eq!(case.text().matches("drawn_ml").count(), 1, "what nobody typed is not in the record");
}

#[test]
fn another_strength_than_last_time_is_said() {
    let case = Case::on("r01", "2026-01-05");
    case.give("2026-01-05", &["--site", "left-deltoid"]);
    let other = ["give", "1001", "--strength", "500", "--lot", "AB77", "--expires", "2029-06", "--site", "right-thigh"];
    let out = case.run("2026-01-07", &other);
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(out.status.success(), "{said}");
    assert!(said.contains("note: another strength than last time: 1,000 mcg/mL → 500 mcg/mL: 2 mL"), "{said}");
}

#[test]
fn what_was_given_already_is_recorded_with_a_reason_and_counted() {
    let case = Case::on("r01", "2026-01-05");
    let expired =
        ["give", "1001", "--strength", "1000", "--lot", "HX1", "--expires", "2025-12", "--site", "left-deltoid"];
    let said = case.refused("2026-01-05", &expired);
    assert!(said.contains("(D7)") && said.contains("--already-given --reason"), "{said}");
    assert!(case.refused("2026-01-05", &with(&expired, &["--already-given"])).contains("--reason"));
    let why = ["--already-given", "--reason", "not looked at; Dr May told"];
    case.ok("2026-01-05", &with(&expired, &why));
    assert!(
        case.text().contains("rule: \"D7\", because: \"not looked at; Dr May told\", stop: true"),
        "{}",
        case.text()
    );
    assert_eq!(case.due("2026-01-06")[0], "2026-01-07");
    // The second one of the day.
    let said = case.give_refused("2026-01-05", &["--site", "right-deltoid"]);
    assert!(said.contains("(T6)") && said.contains("--already-given"), "{said}");
    case.give("2026-01-05", &with(&why, &["--site", "right-deltoid", "--reaction", "hives"]));
    assert_eq!(case.due("2026-01-06")[0], "2026-01-07");
    assert!(case.text().contains("reaction: \"hives\""));
    // What cannot be is refused all the same.
    assert!(case.give_refused("2026-01-06", &with(&why, &["--on", "2026-01-07"])).contains("has not come yet"));
    let page = case.ok("2026-01-31", &["audit", "--near-misses"]);
    assert_eq!(page.matches("Given all the same").count(), 2, "{page}");
}

#[test]
fn an_opened_vial_is_good_for_28_days() {
    let case = Case::on("r01", "2026-01-05");
    assert!(case.give_refused("2026-01-05", &["--opened", "2025-12-07"]).contains("(D7)"));
    assert!(case.give_refused("2026-01-05", &["--opened", "2026-01-06"]).contains("(D7)"));
    case.give("2026-01-05", &["--opened", "2025-12-08", "--site", "left-deltoid"]);
    assert!(case.text().contains("2025-12-08"));
    // The vial in use is known: two days later it has been open for too long.
    assert!(case.give_refused("2026-01-07", &[]).contains("opened 30 days ago"));
}

#[test]
fn a_sore_site_is_left_alone() {
    let case = Case::on("r01", "2026-01-05");
    assert!(case.give_refused("2026-01-05", &["--sore", "left-deltoid=2026-01-05"]).contains("--sore"));
    assert!(case.give_refused("2026-01-05", &["--sore", "elbow"]).contains("no site"));
    let into = ["--site", "left-deltoid", "--sore", "left-deltoid"];
    assert!(case.give_refused("2026-01-05", &into).contains("take another one (SITE)"));
    case.give("2026-01-05", &["--site", "right-deltoid", "--sore", "left-deltoid=2026-01-09"]);
    assert!(case.give_refused("2026-01-07", &["--site", "left-deltoid"]).contains("was sore"));
    case.give("2026-01-07", &["--site", "right-deltoid", "--sore", "left-thigh"]);
    assert!(case.text().contains("2026-02-04"), "four weeks where no day is said");
    case.give("2026-01-09", &["--site", "left-deltoid"]);
}

/// Weekly doses from Monday 5 January; the second one comes on Wednesday the 14th. Back to the calendar, Monday the 19th is
/// too near (T6).
#[test]
fn after_a_late_dose_the_way_on_is_chosen() {
    for (more, expected) in [
        (&[][..], ["2026-01-21", "2026-01-28"]),
        (&["--next-from", "day"], ["2026-01-21", "2026-01-28"]),
        (&["--next-from", "calendar"], ["2026-01-26", "2026-02-02"]),
    ] {
        let case = Case::on("r12", "2026-01-05");
        let cyano = |site| ["--drug", "cyanocobalamin", "--site", site];
        let calendar = with(&cyano("left-deltoid"), &["--next-from", "calendar"]);
        assert!(case.give_refused("2026-01-05", &calendar).contains("on its day"));
        case.give("2026-01-05", &cyano("left-deltoid"));
        let late = with(&VIAL, &with(&cyano("right-deltoid"), more));
        let said = String::from_utf8(case.run("2026-01-14", &late).stderr).unwrap();
        let both =
            said.contains("Wed 21 Jan 2026, Wed 28 Jan 2026") && said.contains("Mon 26 Jan 2026, Mon 02 Feb 2026");
        assert_eq!(both, more.is_empty(), "both ways are said where none was chosen: {said}");
        assert_eq!(case.due("2026-01-14"), expected, "{more:?}");
    }
}

#[test]
fn a_dose_twice_a_day_is_refused_as_typed_twice() {
    let case = Case::on("r01", "2026-01-05");
    case.give("2026-01-05", &["--site", "left-deltoid"]);
    let said = case.give_refused("2026-01-05", &["--site", "right-deltoid", "--reason", "x"]);
    assert!(said.contains("(T6)") && said.contains("(T9)"), "{said}");
}

#[test]
fn a_check_takes_what_came_back_and_what_else_happened() {
    let case = Case::on("r05", "2026-01-05");
    case.give("2026-01-05", &["--site", "left-deltoid"]);
    let check = |more: &[&'static str]| with(&["checkpoint", "1001"], more);
    assert!(case.refused("2026-03-30", &check(&["--returned-days", "some"])).contains("no number of days"));
    assert!(case.refused("2026-03-30", &check(&["--confounder", "eclipse"])).contains("use one of transfusion"));
    let late = check(&["--confounder", "transfusion=2026-04-01"]);
    assert!(case.refused("2026-03-30", &late).contains("after the check"));
    assert!(case.refused("2026-03-30", &check(&["--lab", "mcv=90", "--sampled", "t+1"])).contains("--sampled: "));
    let unborn = check(&["--lab", "mcv=90", "--sampled", "1949-12-31"]);
    assert!(case.refused("2026-03-30", &unborn).contains("before the patient's birth"));
    let id = case.ok(
        "2026-03-30",
        &check(&["--returned-days", "0", "--confounder", "transfusion=2026-03-20", "--confounder", "Infection"]),
    );
    let text = case.text();
    assert!(text.contains("returned_days: 0") && text.contains("infection") && text.contains("2026-03-20"), "{text}");
    // Corrected from here too.
    let amend = with(&["amend", "1001", &id, "--why", "misheard"], &["--returned-days", "20"]);
    case.ok("2026-03-30", &amend);
    let text = case.text();
    assert!(text.contains("returned_days: 20") && text.matches("2026-03-20").count() == 2, "the rest stays: {text}");
    let dose = with(&["amend", "1001", &id, "--why", "misheard"], &["--volume", "1"]);
    assert!(case.refused("2026-03-30", &dose).contains("is a check"));
}

#[test]
fn a_word_result_and_its_sample_day() {
    let case = Case::on("r01", "2026-01-05");
    case.give("2026-01-05", &["--site", "left-deltoid"]);
    let antibody = |sampled| ["checkpoint", "1001", "--lab", "intrinsic-factor-antibody=p", "--sampled", sampled];
    case.ok("2026-01-20", &antibody("2026-01-20"));
    assert!(!case.rules("2026-01-20").contains(&"L10".to_owned()), "15 days after the dose it is reliable");
    case.ok("2026-01-20", &["checkpoint", "1001", "--lab", "IF antibody=equivocal", "--sampled", "2026-01-18"]);
    assert!(case.text().contains("\"positive\"") && case.text().contains("\"equivocal\""));
    let wrong = ["checkpoint", "1001", "--lab", "IF antibody=12"];
    assert!(case.refused("2026-01-20", &wrong).contains("none of negative, equivocal, positive"));
}

#[test]
fn an_antibody_too_soon_after_a_dose_says_so() {
    let case = Case::on("r01", "2026-01-05");
    case.give("2026-01-05", &["--site", "left-deltoid"]);
    case.ok("2026-01-20", &["checkpoint", "1001", "--lab", "intrinsic-factor-antibody=n", "--sampled", "2026-01-18"]);
    assert!(case.rules("2026-01-20").contains(&"L10".to_owned()), "13 days after the dose");
}

#[test]
fn a_slipped_unit_wants_to_be_sure() {
    let case = Case::on("r01", "2026-01-05");
    case.ok("2026-01-05", &["checkpoint", "1001", "--lab", "haemoglobin=104 g/L"]);
    let slipped = ["checkpoint", "1001", "--lab", "haemoglobin=6.5 g/dL"];
    let said = case.refused("2026-01-12", &slipped);
    assert!(said.contains("(L9)") && said.contains("mmol/L") && said.contains("--sure"), "{said}");
    case.ok("2026-01-12", &with(&slipped, &["--sure"]));
    // What was sampled before the last result is compared with what was before it, and that is nothing.
    case.ok("2026-01-12", &with(&slipped, &["--sampled", "2026-01-02"]));
}

#[test]
fn a_dose_is_corrected_in_its_new_parts() {
    let case = Case::on("r12", "2026-01-05");
    let cyano = |site| ["--drug", "cyanocobalamin", "--site", site];
    case.give("2026-01-05", &cyano("left-deltoid"));
    let id = case.give("2026-01-14", &cyano("right-deltoid"));
    let amend = |more: &[&'static str]| -> Vec<String> {
        ["amend", "1001", id.as_str(), "--why", "as it was"].iter().chain(more).map(|s| (*s).to_owned()).collect()
    };
    let refused = |more: &[&'static str]| {
        let args = amend(more);
        case.refused("2026-01-14", &args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert!(refused(&["--volume", "2"]).contains("(D1)"));
    assert!(refused(&["--opened", "2026-01-15"]).contains("(D7)"));
    assert!(refused(&["--returned-days", "3"]).contains("of a check"));
    assert!(refused(&[]).contains("nothing would change"));
    let args = amend(&["--next-from", "calendar", "--volume", "1", "--sore", "left-deltoid=2026-02-01"]);
    case.ok("2026-01-14", &args.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(case.due("2026-01-14"), ["2026-01-26", "2026-02-02"]);
    let given = case.chart("2026-01-14")["doses"].as_array().unwrap().iter().filter(|d| !d["given"].is_null()).count();
    assert_eq!(given, 2);
}

/// What was struck out comes back, and another dose stands on its day by then.
#[test]
fn a_dose_that_comes_back_beside_another_one_is_asked_about() {
    let case = Case::on("r01", "2026-01-05");
    let first = case.give("2026-01-05", &["--site", "left-deltoid"]);
    let strike = case.ok("2026-01-05", &["amend", "1001", &first, "--why", "of somebody else", "--strike"]);
    let back = ["amend", "1001", &strike, "--why", "was right after all", "--strike"];
    case.give("2026-01-05", &["--site", "right-deltoid"]);
    let said = case.refused("2026-01-05", &back);
    assert!(said.contains("(T6)") && said.contains("(T9)") && said.contains("--already-given"), "{said}");
    case.ok("2026-01-05", &with(&back, &["--already-given"]));
    let given = case.chart("2026-01-06")["doses"].as_array().unwrap().iter().filter(|d| !d["given"].is_null()).count();
    assert_eq!(given, 2);
}

/// As at the prompt: what has expired is not proposed, and what the patient had last stands first.
#[test]
fn the_lots_that_are_proposed_are_those_of_the_prompt() {
    let case = Case::on("r01", "2026-01-05");
    let given = |on, lot, expires, vial: [&'static str; 2]| {
        let vial = with(&with(&["give", "1001"], &vial), &["--lot", lot, "--expires", expires, "--site", "left-thigh"]);
        case.ok(on, &vial)
    };
    let unnamed = ["give", "1001", "--site", "right-thigh", "--reason", "away"];
    given("2026-01-05", "OLD1", "2026-01-06", ["--strength", "500"]);
    let said = case.refused("2026-01-07", &unnamed);
    assert!(said.contains("no lot of hydroxocobalamin is in use") && !said.contains("OLD1"), "{said}");
    let said = case.refused("2026-01-07", &with(&unnamed, &["--lot", "OLD1"]));
    assert!(said.contains("(D7)"), "a lot that was read from the vial is known: {said}");
    given("2026-01-07", "HX1", "2029-06", ["--product", "hydroxocobalamin-1mg-1ml-ampoule"]);
    let last = given("2026-01-09", "AB2", "2029-06", ["--strength", "500"]);
    case.ok("2026-01-09", &["amend", "1001", &last, "--why", "not given", "--strike"]);
    let said = case.refused("2026-01-09", &unnamed);
    let at = |lot| said.find(lot).unwrap_or(usize::MAX);
    assert!(at("HX1") < at("AB2") && at("AB2") < usize::MAX, "{said}");
}

/// A look before the first dose is a baseline, whatever day the plan has for its first check.
#[test]
fn a_look_before_the_first_dose_answers_no_checkpoint() {
    let case = Case::on("r01", "2026-01-05");
    case.ok("2026-02-02", &["checkpoint", "1001", "--symptom", "fatigue=2"]);
    assert!(!case.text().contains("due: "), "{}", case.text());
}

#[test]
fn the_first_look_is_where_the_prompt_has_it() {
    for goal in ["repletion", "maintenance"] {
        let case = Case::on("r01", "2026-01-05");
        case.ok("2026-01-05", &["triage", "1001", "--cause", "diet", "--goal", goal]);
        assert!(case.text().contains("first: \"3 weeks\""), "{goal}: {}", case.text());
    }
}
