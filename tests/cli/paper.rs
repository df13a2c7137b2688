//! Letters, the sheet, notes and codes by command.

use super::case::{Case, with};

fn case() -> Case {
    let triage = ["--cause", "autoimmune-gastritis", "--neuro", "mild", "--not-oral", "not absorbed"];
    let case = Case::of("US", &triage);
    case.order("r09", &[]);
    case.checks("2026-01-05", &["haemoglobin=104 g/L", "fatigue=2"]);
    case.give("2026-01-05", &["--time", "09:14"]);
    case
}

#[test]
fn a_note_is_drafted_signed_and_added_to() {
    let case = case();
    let draft = case.ok("2026-01-05", &["note", "1001", "--reaction", "none in 15 minutes"]);
    assert!(draft.contains("DRAFT, not signed") && draft.contains("ICD-10-CM D51.0"), "{draft}");
    assert!(draft.contains("None in 15 minutes") && draft.contains("Left deltoid"), "{draft}");
    let said = case.refused("2026-01-05", &["note", "1001", "--sign"]);
    assert!(said.contains("--narrative"), "{said}");
    let wrong = ["note", "1001", "--narrative", "Well.", "--codes", "G63", "D51.0", "--sign"];
    assert!(case.refused("2026-01-05", &wrong).contains("(C4)"));
    let sign = ["note", "1001", "--narrative", "Well.", "--codes", "d510", "--sign"];
    let id = case.ok("2026-01-05", &sign).trim().to_owned();
    let print = case.ok("2026-01-06", &["note", "1001", "--print", &id]);
    assert!(print.contains("Signed by Ann Bell RN") && !print.contains("DRAFT") && print.contains("D51.0"), "{print}");
    let add = ["note", "1001", "--adds-to", &id, "--narrative", "A red patch, gone.", "--sign"];
    case.ok("2026-01-07", &add);
    let print = case.ok("2026-01-07", &["note", "1001", "--print", &id]);
    let (before, after) = print.split_once("ADDENDUM OF WED 07 JAN 2026").unwrap();
    assert!(before.contains("Well.") && after.contains("A red patch, gone."), "{print}");
    let other = case.refused("2026-01-07", &["note", "1001", "--print", "01ARZ3NDEKTSV4RRFFQ69G5FAV"]);
    assert!(other.contains("no note"), "{other}");
}

#[test]
fn an_encounter_is_signed_once_and_a_draft_of_an_addendum_asks_for_no_code() {
    let case = case();
    let sign = ["note", "1001", "--narrative", "Well.", "--sign"];
    let id = case.ok("2026-01-05", &sign).trim().to_owned();
    let said = case.refused("2026-01-05", &sign);
    assert!(said.contains(&format!("a note of this encounter is signed: add an addendum (--adds-to {id})")), "{said}");
    let draft = ["note", "1001", "--adds-to", &id, "--narrative", "A red patch."];
    assert!(!case.noted("2026-01-06", &draft).contains("diagnosis"));
    let print = case.ok("2026-01-05", &["note", "1001", "--print", &id]);
    assert!(print.contains("Claim-ready") && print.contains("96372"), "{print}");
}

/// What is said to stop the claim stops the charges, not the note; what somebody typed is not taken off in silence.
#[test]
fn a_note_without_a_diagnosis_is_signed_and_charges_nothing() {
    let case = Case::of("US", &["--cause", "chemotherapy-adjunct", "--neuro", "none", "--not-oral", "not absorbed"]);
    case.order("r09", &["--because", "the oncologist asks for it"]);
    case.give("2026-01-05", &["--time", "09:14"]);
    let sign = ["note", "1001", "--narrative", "Well.", "--sign"];
    let said = case.refused("2026-01-05", &with(&sign, &["--charge", "96372"]));
    assert!(said.contains("No diagnosis is coded") && said.contains("leave --charge out"), "{said}");
    let said = case.noted("2026-01-05", &["note", "1001", "--narrative", "Well."]);
    assert!(said.contains("not claim-ready: Diagnosis") && !said.contains("stop:"), "{said}");
    let id = case.ok("2026-01-05", &sign).trim().to_owned();
    let print = case.ok("2026-01-05", &["note", "1001", "--print", &id]);
    assert!(print.contains("NOT claim-ready, and nothing is charged"), "{print}");
    assert!(!print.contains("96372") && !print.contains("CHARGES"), "{print}");
}

#[test]
fn who_signs_for_another_hand_is_told() {
    let case = case();
    let said = case.noted("2026-01-05", &["note", "1001", "--narrative", "Well.", "--sign", "--by", "Dr May"]);
    assert!(said.contains("given by Ann Bell RN; the note is signed by Dr May"), "{said}");
}

#[test]
fn codes_say_what_follows_and_what_is_wrong() {
    let case = case();
    let told = case.json("2026-01-05", &["codes", "1001"]);
    let codes = |list: &super::Value, key: &str| -> Vec<String> {
        list.as_array().unwrap().iter().map(|p| p[key].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(&told["proposed"], "code"), ["D51.0", "G63"]);
    assert_eq!(told["list"], "ICD-10-CM");
    assert!(told["asks"].as_array().unwrap().iter().any(|a| a["text"].as_str().unwrap().contains("K29.40")));
    let charges = told["charges"].as_array().unwrap();
    assert_eq!(charges[0]["charge"]["code"], "96372");
    let wrong =
        case.json("2026-01-05", &["codes", "1001", "D51.0", "Z51.81", "--charge", "96372", "--charge", "99211"]);
    assert_eq!(codes(&wrong["wrong"], "rule"), ["CODE-Z", "CHARGE-PAIR"]);
    let commas = case.json("2026-01-05", &["codes", "1001", "D51.0,Z71.3"]);
    assert_eq!(commas["wrong"].as_array().unwrap().len(), 0, "{commas}");
    let other = case.noted("2026-01-06", &["codes", "1001", "--charge", "J3420"]);
    assert!(other.contains("no dose is recorded on Tue 06 Jan 2026"), "{other}");
}

#[test]
fn a_letter_is_printed_or_written_privately_without_a_name() {
    let case = case();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let plan = case.ok("2026-01-06", &["letter", "1001"]);
    assert!(plan.contains("YOUR VITAMIN B12 TREATMENT") && plan.contains("TUESDAY 6 JANUARY 2026"), "{plan}");
    let html = ["letter", "1001", "--html", "--out", out];
    let file = case.ok("2026-01-06", &html).trim().to_owned();
    assert!(!file.contains("1001") && file.contains("plan-2026-01-06-") && file.ends_with(".html"), "{file}");
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Tuesday 6 January 2026"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(case.refused("2026-01-06", &html).contains("--force"));
    case.ok("2026-01-06", &with(&html, &["--force"]));
    let referral = ["letter", "1001", "--kind", "referral", "--to", "Dr Rao", "--question", "Why?"];
    assert!(case.ok("2026-01-06", &referral).contains("Dr Rao"));
    let recall = ["letter", "1001", "--kind", "recall"];
    assert!(case.refused("2026-01-06", &recall).contains("nothing is late"));
    assert!(!case.ok("2026-01-20", &recall).to_lowercase().contains("b12"));
    let log = case.ok("2026-01-20", &["audit"]);
    assert!(log.contains("Exported") && log.contains("plan") && log.contains("recall"), "{log}");
}

#[test]
fn the_sheet_of_a_day() {
    let case = case();
    let sheet = case.ok("2026-01-06", &["sheet"]);
    assert!(sheet.contains("1 injection") && sheet.contains("Lund") && sheet.contains("Lot ____"), "{sheet}");
    assert!(case.ok("2026-01-05", &["sheet"]).contains("Nobody is due."));
}
