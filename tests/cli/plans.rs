//! Triage and plan from the command line: every answer, anew, what differs, what stops.

use super::{Practice, TODAY, Value, succeed};

const ADD: [&str; 7] = ["add", "--family", "Lund", "--born", "1950-01-01", "--cause", "metformin"];

fn added(more: &[&str]) -> Practice {
    let practice = Practice::new();
    practice.ok(&answered(more));
    practice
}

fn refused(more: &[&str]) -> String {
    Practice::new().refused(&answered(more))
}

/// A triage says what was asked about nerves.
fn answered<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let neuro: &[&str] = if more.contains(&"--neuro") { &[] } else { &["--neuro", "none"] };
    ADD.iter().chain(neuro).chain(more).copied().collect()
}

/// The chart's file as text: what the command wrote, not what another command makes of it.
fn file(practice: &Practice) -> String {
    let charts = practice.dir.path().join("practice").join("charts");
    let first = std::fs::read_dir(charts).unwrap().next().unwrap().unwrap().path();
    std::fs::read_to_string(first).unwrap()
}

const SIGNED: [&str; 6] = ["--start", "t", "--prescriber", "Dr May", "--by", "Dr May"];

fn order<'a>(regimen: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    ["order", "1001", regimen].iter().chain(&SIGNED).chain(more).copied().collect()
}

#[test]
fn add_takes_every_triage_answer() {
    let practice = added(&[
        "--banner",
        "hearing aid",
        "--cause-removed",
        "2026-03-03",
        "--medicine",
        "metformin since=2023-05 stopped=2026-03-03",
        "--medicine",
        "folic-acid daily=400mcg",
        "--neuro",
        "moderate",
        "--visual",
        "--red-flag",
        "cord,vision",
        "--since",
        "Sep 2026",
        "--pregnant",
        "--caution",
        "leber",
        "--caution",
        "renal",
        "--not-oral",
        "vomits them",
        "--first",
        "2 weeks",
        "--symptom-list",
        "gait,numbness",
        "--lab-list",
        "ferritin",
        "--note",
        "lives alone",
    ]);
    let text = file(&practice);
    for words in [
        "caution: \"hearing aid\"",
        "cause_removed: \"2026-03-03\"",
        "since: \"2023-05-01\"",
        "stopped: \"2026-03-03\"",
        "daily_mcg: 400",
        "neuro: moderate",
        "visual: true",
        "since: \"2026-09-01\"",
        "pregnant: true",
        "vomits them",
        "\"2 weeks\"",
        "lives alone",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    for id in ["cord", "vision", "leber", "renal", "gait", "numbness", "ferritin"] {
        assert!(text.contains(&format!("\"{id}\"")), "{id}: {text}");
    }
    assert!(!text.contains("\"fatigue\""), "only the symptoms of the list");
}

#[test]
fn a_caution_in_words_stands_in_the_banner() {
    let words = added(&["--caution", "faints, give lying down", "--caution", "leber,renal"]);
    let text = file(&words);
    assert!(text.contains("caution: \"faints, give lying down\"") && text.contains("\"leber\", \"renal\""), "{text}");
    let practice = Practice::new();
    practice.ok(&["add", "--family", "Lund", "--born", "1950-01-01", "--caution", "Leber"]);
    assert!(file(&practice).contains("caution: \"Leber\""), "without any answer it is no triage");
}

#[test]
fn an_unknown_answer_names_the_known_ones() {
    for (option, value, known) in [
        ("--red-flag", "gait", "cord, vision, psychosis"),
        ("--caution", "anticoagulated", "b12-allergy, leber"),
        ("--medicine", "aspirin", "metformin, ppi"),
        ("--symptom-list", "tiredness", "fatigue, sore-tongue"),
        ("--lab-list", "total-b12", "haemoglobin, mcv"),
    ] {
        let said = refused(&[option, value]);
        assert!(said.contains(option) && said.contains(known), "{said}");
    }
    assert!(refused(&["--medicine", "folic-acid"]).contains("daily=400mcg"));
    assert!(refused(&["--medicine", "metformin since=2027"]).contains("has not come yet"));
    assert!(refused(&["--since", "soon"]).contains("Mar 2026"));
    assert!(refused(&["--red-flag", "cord"]).contains("is neurologic: give the level"));
    let practice = Practice::new();
    assert!(
        practice.refused(&["add", "--family", "Lund", "--born", "1950-01-01", "--neuro", "mild"]).contains("--cause")
    );
}

#[test]
fn a_triage_anew_keeps_what_was_not_said_and_the_old_one() {
    let practice = added(&["--caution", "leber", "--neuro", "mild"]);
    assert!(practice.refused(&["triage", "1001", "--neuro", "mild"]).contains("nothing would change"));
    let out = practice.run(&["triage", "1001", "--neuro", "severe", "--red-flag", "cord"]);
    let said = String::from_utf8(out.stderr.clone()).unwrap();
    assert!(said.contains("REFER TODAY") && said.contains("do not wait"), "{said}");
    assert_eq!(succeed(out).trim().len(), 26);
    let text = file(&practice);
    assert_eq!((text.matches("triaged(").count(), text.matches("\"leber\"").count()), (2, 2), "{text}");
    assert!(text.contains("neuro: mild") && text.contains("neuro: severe"));
    practice.ok(&["triage", "1001", "--red-flag", "none", "--caution", "none", "--visual"]);
    practice.ok(&["triage", "1001", "--visual=no"]);
    assert_eq!(file(&practice).matches("\"cord\"").count(), 1, "only in the triage before");
}

#[test]
fn a_patient_without_triage_needs_a_cause() {
    let practice = Practice::new();
    practice.ok(&["add", "--family", "Lund", "--born", "1950-01-01"]);
    assert!(practice.refused(&["triage", "1001", "--neuro", "mild"]).contains("--cause is needed"));
    // As the prompt, the command asks about nerves: what nobody answered is not none.
    let said = practice.refused(&["triage", "1001", "--cause", "diet"]);
    assert!(said.contains("--neuro: answer this one: it decides which plans fit; say none, mild"), "{said}");
    let add = ["add", "--family", "Ash", "--born", "1950-01-01", "--cause", "diet"];
    assert!(practice.refused(&add).contains("--neuro: answer this one"));
    // And without a triage no plan is signed.
    let said = practice.refused(&order("r01", &[]));
    assert!(said.contains("answer the five triage questions first, with `cobalog triage 1001"), "{said}");
    practice.ok(&["triage", "1001", "--cause", "diet", "--neuro", "none"]);
    assert_eq!(practice.json(&["chart", "1001"])["next"]["what"], "order");
}

#[test]
fn what_differs_from_the_protocol_says_why() {
    let practice = added(&[]);
    let changed = order("r01", &["--every", "6 weeks", "--dose-mcg", "500", "--doses", "8"]);
    let said = practice.refused(&changed);
    assert!(said.contains("maintenance every 6 weeks; the protocol gives every 3 months"), "{said}");
    assert!(said.contains("500 mcg a dose") && said.contains("8 doses in the first phase"), "{said}");
    assert!(said.contains("it differs from the protocol: say why, with --because"), "{said}");
    let because: Vec<&str> = changed.iter().chain(&["--because", "very small, travels"]).copied().collect();
    practice.ok(&because);
    let doses = practice.json(&["chart", "1001"])["doses"].clone();
    let due = |n: usize| doses[n]["due"].as_str().unwrap().to_owned();
    assert_eq!(doses[0]["mcg"], Value::from(500));
    // Eight doses on days 0, 2, 4, 7, 9, 11, 14, 16; then six weeks after the last.
    assert_eq!((due(7), due(8)), ("2026-12-09".to_owned(), "2027-01-20".to_owned()));
    assert!(file(&practice).contains("the protocol gives every 3 months"));
}

#[test]
fn stops_are_refused_and_reasons_are_kept() {
    let practice = added(&["--neuro", "mild", "--caution", "leber"]);
    let said = practice.refused(&order("r09", &["--because", "in the cupboard"]));
    assert!(said.contains("D6: Leber's optic neuropathy") && said.contains("Use hydroxocobalamin"), "{said}");
    assert!(practice.refused(&order("r02", &["--dose-mcg", "1", "--because", "x"])).contains("D3:"));
    let said = practice.refused(&order("r01", &[]));
    assert!(said.contains("P4: ") && said.contains("--reason"), "{said}");
    practice.ok(&order("r01", &["--reason", "old numbness of another cause"]));
    let text = file(&practice);
    assert!(text.contains("rule: \"P4\"") && text.contains("old numbness of another cause"), "{text}");
}

#[test]
fn more_doses_want_a_review_and_a_second_plan_says_why() {
    let practice = added(&[]);
    practice.ok(&order("r01", &[]));
    let give = ["give", "1001", "--strength", "1000", "--lot", "A1", "--expires", "2027-08", "--site", "left-deltoid"];
    succeed(practice.on(TODAY, &give));
    let said = practice.refused(&order("r01", &["--doses", "12", "--because", "still tired"]));
    assert!(said.contains("E1: This escalates (more loading doses)") && said.contains("Review first"), "{said}");
    assert!(practice.refused(&order("r01", &[])).contains("say why the plan before is replaced"));
}
