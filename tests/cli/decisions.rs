//! Decisions from a script: reviews, changes of the course, spacing, findings that were seen, and the rules themselves.

use super::{Practice, keys};
use serde_json::{Value, json};

const HART: [&str; 4] = ["--by-prescriber", "Dr Eleanor Hart", "--by", "Dr Eleanor Hart"];

fn with<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    args.iter().chain(more).copied().collect()
}

fn change<'a>(patient: &'a str, args: &[&'a str]) -> Vec<&'a str> {
    with(&with(&["change", patient], args), &HART)
}

fn rules(chart: &Value) -> Vec<&str> {
    chart["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect()
}

fn due_numbers(practice: &Practice, on: &str, days: &str) -> Vec<(String, String)> {
    let due = practice.json(&["due", "--on", on, "--days", days]);
    let line = |l: &Value| (l["number"].as_str().unwrap().to_owned(), l["what"].as_str().unwrap().to_owned());
    due.as_array().unwrap().iter().map(line).collect()
}

const LINES: [&str; 8] =
    ["diagnosis", "doses", "malabsorption", "medicines", "folate-ferritin", "time", "too-early", "kidneys"];

fn review(practice: &Practice, patient: &str) {
    let answers: Vec<String> = LINES.iter().map(|line| format!("{line}=nothing new")).collect();
    let mut args = vec!["review", patient, "--by-reviewer", "Dr Eleanor Hart"];
    answers.iter().for_each(|answer| args.extend(["--answer", answer]));
    practice.ok(&args);
}

#[test]
fn a_review_wants_every_line_answered() {
    let demo = Practice::demo();
    let shown = demo.ok(&["review", "1006", "--show"]);
    assert!(LINES.iter().all(|line| shown.contains(line)), "{shown}");
    assert!(shown.contains("The record says: 10 doses given, all on their days and as ordered"), "{shown}");
    let by = ["--by-reviewer", "Dr Eleanor Hart"];
    let some = with(&["review", "1006", "--answer", "diagnosis=found: ferritin 12 ug/L", "--answer", "doses= "], &by);
    let said = demo.refused(&some);
    assert!(
        said.contains("\n  doses  ") && said.contains("\n  kidneys  ") && !said.contains("\n  diagnosis  "),
        "{said}"
    );
    assert!(demo.refused(&with(&["review", "1006", "--answer", "thyroid=fine"], &by)).contains("is no line"));
    assert!(demo.refused(&with(&["review", "1006", "--red-flag", "gait worse"], &by)).contains("the triage has none"));
    assert!(demo.refused(&with(&["review", "1006", "--on", "t+1", "--red-flag", "x"], &by)).contains("not come yet"));
    demo.ok(&with(&["review", "1003", "--red-flag", "gait worse since Friday"], &by));
    review(&demo, "1006");
    let reviews = demo.json(&["chart", "1006"])["reviews"].clone();
    assert_eq!((reviews[0]["on"].as_str(), &reviews[0]["found"]), (Some("2026-11-23"), &json!({})));
    assert_eq!(
        demo.json(&["chart", "1006", "--on", "t-1"])["reviews"],
        json!([]),
        "the day before knows nothing of it"
    );
}

#[test]
fn a_pause_is_on_no_list_until_its_day() {
    let demo = Practice::demo();
    let pause = |until| change("1006", &["pause", "--because", "travels", "--until", until]);
    assert!(demo.refused(&pause("t")).contains("Mon 23 Nov 2026 does not lie ahead"));
    assert!(demo.refused(&pause("2027-11-24")).contains("Wed 24 Nov 2027 is more than 12 months away"));
    assert!(due_numbers(&demo, "t", "0").contains(&("1006".to_owned(), "dose".to_owned())));
    demo.ok(&pause("2027-01-04"));
    let is_listed = |on: &str| due_numbers(&demo, on, "0").contains(&("1006".to_owned(), "dose".to_owned()));
    assert!(!is_listed("t") && !is_listed("2027-01-03") && is_listed("2027-01-04"));
    let chart = demo.json(&["chart", "1006"]);
    assert_eq!(chart["standing"]["what"], "paused");
    assert_eq!((&chart["next"]["due"], &chart["next"]["visit"]), (&json!("2026-11-23"), &json!("2027-01-04")));
    assert_eq!(chart["plan_before"], json!(["2026-11-23"]));
    assert!(demo.ok(&["chart", "1006"]).contains("Standing: Paused until Mon 04 Jan 2027: travels, decided by"));
    assert_eq!(demo.json(&["chart", "1006", "--on", "t-1"])["standing"], Value::Null);
}

#[test]
fn tablets_are_on_the_list_with_their_recheck() {
    let demo = Practice::demo();
    let oral = ["oral", "--daily-mcg", "1000", "--recheck", "2027-01-25", "--because", "wants no needles"];
    let little = ["oral", "--daily-mcg", "9", "--recheck", "2027-01-25", "--because", "wants no needles"];
    assert!(demo.refused(&change("1001", &little)).contains("--daily-mcg: 9 mcg a day"));
    demo.ok(&change("1001", &oral));
    let chart = demo.json(&["chart", "1001"]);
    assert_eq!(chart["next"], json!({"what": "recheck", "due": "2027-01-25"}));
    assert_eq!(chart["standing"]["daily_mcg"], 1000);
    assert!(chart["doses"].as_array().unwrap().iter().all(|d| d["given"] != Value::Null), "no dose is owed");
    assert_eq!(due_numbers(&demo, "2027-01-24", "0").iter().filter(|(n, _)| n == "1001").count(), 0);
    let due = demo.json(&["due", "--on", "2027-01-25"]);
    let line = due.as_array().unwrap().iter().find(|l| l["number"] == "1001").unwrap();
    assert_eq!((&line["what"], &line["label"]), (&json!("checkpoint"), &json!("Recheck on tablets")));
    assert_eq!(line["asks"], json!(["symptoms", "haemoglobin", "mcv"]));
}

#[test]
fn what_a_rule_forbids_or_asks_is_kept_to() {
    let demo = Practice::demo();
    let stop = ["stop", "--recheck", "t+90", "--because", "feels well"];
    let said = demo.refused(&change("1006", &stop));
    assert!(said.contains("(U4)") && said.contains("for life"), "{said}");
    assert!(demo.refused(&change("1006", &with(&stop, &["--reason", "all the same"]))).contains("(U4)"));
    demo.ok(&[
        "add",
        "--family",
        "Ash",
        "--born",
        "1950-01-01",
        "--number",
        "2001",
        "--cause",
        "metformin",
        "--neuro",
        "moderate",
    ]);
    let oral = ["oral", "--daily-mcg", "1000", "--recheck", "t+60", "--because", "no needles"];
    assert!(demo.refused(&change("2001", &oral)).contains("(U2)"));
    demo.ok(&change("2001", &with(&oral, &["--reason", "refuses every injection"])));
    assert!(!rules(&demo.json(&["chart", "2001"])).contains(&"U2"), "the reason stays with it");
    let counted = demo.json(&["rules", "--counts", "--show", "U2"]);
    assert_eq!((&counted[0]["counts"]["changes"], &counted[0]["counts"]["open"]), (&json!(1), &json!(0)));
    assert!(counted[0]["counts"]["given"][0].as_str().unwrap().contains("#2001: refuses every injection"));
    assert!(
        demo.refused(&change("2001", &["pause", "--until", "t+9", "--because", "x"]))
            .contains("No injections run; a signed plan (`cobalog order`)")
    );
}

#[test]
fn who_died_or_moved_is_closed() {
    let demo = Practice::demo();
    assert!(demo.refused(&["change", "1006", "died", "--on", "2026-01-01"]).contains("a dose was given on"));
    demo.ok(&["change", "1006", "died"]);
    assert_eq!(demo.json(&["chart", "1006"])["next"]["what"], "closed");
    assert_eq!(due_numbers(&demo, "t", "366").iter().filter(|(n, _)| n == "1006").count(), 0);
    assert!(demo.refused(&["change", "1006", "died"]).contains("Died on Mon 23 Nov 2026"));
    demo.ok(&change("1004", &["transfer", "--to", "Dr Chen, Mill Lane", "--because", "moved"]));
    assert_eq!(demo.json(&["chart", "1004"])["standing"]["to"], "Dr Chen, Mill Lane");
    demo.ok(&change("1007", &["decline", "--again", "t+30", "--because", "afraid of needles"]));
    assert_eq!(demo.json(&["chart", "1007"])["next"], json!({"what": "ask_again", "due": "2026-12-23"}));
    assert_eq!(due_numbers(&demo, "t", "366").iter().filter(|(n, _)| n == "1007").count(), 0, "asking is no dose");
}

#[test]
fn the_interval_changes_step_by_step() {
    let demo = Practice::demo();
    let answer = demo.json(&["space", "1004"]);
    assert_eq!(answer, json!({"may": true, "now": "P1M", "to": "P6W", "against": []}));
    assert!(demo.ok(&["space", "1014"]).contains("- repletion runs until"));
    demo.ok(&change("1004", &["every", "6 weeks", "--because", "well for a year"]));
    let chart = demo.json(&["chart", "1004"]);
    let orders = chart["orders"].as_array().unwrap();
    assert_eq!((orders.len(), &orders[1]["holds"], &orders[0]["holds"]), (2, &json!(true), &json!(false)));
    assert_eq!(orders[1]["changed"], json!(["maintenance every 6 weeks instead of monthly"]));
    assert!(!chart["plan_before"].as_array().unwrap().is_empty());
    assert!(demo.refused(&change("1004", &["every", "6 weeks", "--because", "x"])).contains("already"));
    let early = change("1008", &["every", "4 months", "--because", "lives far away"]);
    assert!(demo.refused(&early).contains("--reason"), "longer than published (U3)");
    let shorter = change("1006", &["every", "2 months", "--because", "tired before each dose"]);
    let said = demo.refused(&shorter);
    assert!(said.contains("(E1)") && said.contains("no complete review"), "{said}");
    assert!(said.contains("`cobalog review`") && !said.contains("press "), "no keys on the command line: {said}");
    review(&demo, "1006");
    let said = demo.refused(&shorter);
    assert!(said.contains("(E2)") && said.contains("--reason"), "{said}");
    demo.ok(&with(&shorter, &["--reason", "no sample possible before Friday"]));
    let looks = demo.json(&["chart", "1006"])["checkpoints"].clone();
    let asked_again = looks
        .as_array()
        .unwrap()
        .iter()
        .any(|c| c["due"].as_str() > Some("2026-11-23") && c["label"] == "Blood response, day 7-10");
    assert!(!asked_again, "the first weeks are over: {looks}");
    let counted = demo.json(&["rules", "--counts", "--show", "e2"]);
    assert_eq!(counted[0]["counts"]["orders"], 1);
}

#[test]
fn the_way_back_is_denser_doses_after_a_review() {
    let demo = Practice::demo();
    let back = ["denser", "--doses", "6", "--start", "2026-11-24", "--because", "plateau since the doses thinned out"];
    assert!(demo.refused(&change("1006", &back)).contains("(E1)"));
    assert!(
        demo.refused(&change("1006", &["denser", "--doses", "6", "--start", "t-1", "--because", "x"])).contains("past")
    );
    review(&demo, "1006");
    demo.ok(&change("1006", &with(&back, &["--reason", "blood is taken on the first day"])));
    let chart = demo.json(&["chart", "1006"]);
    assert_eq!((&chart["next"]["due"], &chart["next"]["phase"]), (&json!("2026-11-24"), &json!("repletion")));
    assert!(chart["orders"][1]["changed"][0].as_str().unwrap().starts_with("back to 3 times a week for 6 doses"));
}

#[test]
fn a_finding_is_quiet_with_a_reason_and_speaks_again() {
    let demo = Practice::demo();
    assert!(rules(&demo.json(&["chart", "1001"])).contains(&"O2"));
    let said = demo.refused(&["acknowledge", "1001", "T3", "--because", "x"]);
    assert!(said.contains("open are") && said.contains("O2"), "{said}");
    demo.ok(&["acknowledge", "1001", "o2", "--because", "does not take tablets reliably"]);
    let chart = demo.json(&["chart", "1001"]);
    assert!(!rules(&chart).contains(&"O2"));
    let answered = &chart["answered"][0];
    assert_eq!((&answered["rule"], &answered["because"]), (&json!("O2"), &json!("does not take tablets reliably")));
    assert_eq!((answered["on"].as_str(), answered["by"].is_string()), (Some("2026-11-23"), true));
    assert!(demo.ok(&["chart", "1001"]).contains("ANSWERED"));
    assert!(demo.refused(&["acknowledge", "1001", "O2", "--because", "again"]).contains("is answered already"));
    let counted = &demo.json(&["rules", "--counts", "--show", "O2"])[0]["counts"];
    assert_eq!((&counted["seen"], &counted["quiet"]), (&json!(1), &json!(1)));
    // Another look that finds no symptom is what it rests on now.
    demo.ok(&["checkpoint", "1001", "--symptom", "fatigue=0", "--lab", "haemoglobin=135 g/L"]);
    assert!(rules(&demo.json(&["chart", "1001"])).contains(&"O2"), "it rests on other entries");
}

#[test]
fn a_stop_is_never_only_seen() {
    let demo = Practice::demo();
    let stops = (1001..=1040).map(|n| n.to_string()).find_map(|number| {
        let chart = demo.json(&["chart", &number]);
        let stop = chart["findings"].as_array()?.iter().find(|f| f["severity"] == "stop")?.clone();
        Some((number, stop["rule"].as_str()?.to_owned()))
    });
    let number = match stops {
        Some((number, rule)) => {
            assert!(demo.refused(&["acknowledge", &number, &rule, "--because", "x"]).contains("is a stop"));
            return;
        }
        None => "1006",
    };
    demo.ok(&["checkpoint", number, "--lab", "potassium=2.7 mmol/L", "--sure"]);
    assert!(demo.refused(&["acknowledge", number, "L2", "--because", "x"]).contains("is a stop"));
}

#[test]
fn the_rules_are_data_with_their_limits() {
    let demo = Practice::demo();
    let all = demo.json(&["rules"]);
    assert!(all.as_array().unwrap().len() > 60);
    let t3 = all.as_array().unwrap().iter().find(|r| r["id"] == "T3").unwrap();
    assert_eq!(t3["limits"]["late_percent"], 25.0);
    for key in ["id", "name", "tier", "when", "limits", "todo", "source"] {
        assert!(keys(t3).contains(&key), "{key}");
    }
    assert!(demo.ok(&["rules", "--show", "u3"]).contains("Limits:   diet most 6 months, most 3 months"));
    assert!(demo.refused(&["rules", "--show", "Z9"]).contains("no rule"));
    assert!(demo.ok(&["rules", "--format", "csv"]).starts_with("Rule,Tier,Name,When,Limits,What to do,Source\r\n"));
    assert!(demo.ok(&["rules", "--counts"]).lines().all(|l| l.chars().count() <= 80));
}

#[test]
fn a_damaged_chart_hides_nobody_from_the_counts() {
    let demo = Practice::demo();
    demo.ok(&["acknowledge", "1001", "O2", "--because", "does not take tablets reliably"]);
    let broken = format!("{}/charts/01K00000000000000000000000.ron", demo.path());
    std::fs::write(&broken, "(version: 2, oops").unwrap();
    let out = demo.run(&["rules", "--counts", "--show", "O2"]);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success() && said.contains("left out") && said.contains("01K000"), "{said}");
    assert!(String::from_utf8_lossy(&out.stdout).contains("does not take tablets reliably"));
}

#[test]
fn a_level_on_treatment_says_how_long_ago_the_dose_was() {
    let demo = Practice::demo();
    demo.ok(&[
        "checkpoint",
        "1006",
        "--lab",
        "total-b12=900 ng/L",
        "--sampled",
        "2026-09-22",
        "--lab",
        "haemoglobin=134 g/L",
    ]);
    let chart = demo.json(&["chart", "1006"]);
    let looks = chart["checkpoints"].as_array().unwrap();
    let look = looks.iter().rfind(|c| c["labs"].get("total-b12").is_some()).unwrap();
    assert_eq!(look["labs"]["total-b12"]["days_since_dose"], 30, "the dose of 23 August");
    assert!(look["labs"]["haemoglobin"].get("days_since_dose").is_none());
    let before = looks.iter().find(|c| c["labs"].get("total-b12").is_some()).unwrap();
    assert_eq!(before["labs"]["total-b12"].get("days_since_dose"), Some(&Value::Null), "before any dose");
}
