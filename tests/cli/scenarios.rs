//! The three scenarios of the brief through the command line alone, from the first day on. Dates by hand.

use super::case::{Case, MAY, doses, phases, rules, text, with};
use serde_json::json;

const LOADING: [&str; 6] = ["2026-01-05", "2026-01-07", "2026-01-09", "2026-01-12", "2026-01-14", "2026-01-16"];

/// Monday, Wednesday, Friday for two weeks, with a baseline and the blood's first answer.
fn loaded(case: &Case) {
    case.checks("2026-01-05", &["fatigue=3", "sore-tongue=2", "haemoglobin=104 g/L", "mcv=110", "total-b12=90 ng/L"]);
    case.gives(&LOADING[..4]);
    case.checks("2026-01-12", &["haemoglobin=111 g/L", "mcv=107", "reticulocytes=180 10*9/L"]);
    case.gives(&LOADING[4..]);
}

/// From three weeks to three months after the last loading dose: better, then well.
fn well_by_april(case: &Case) {
    case.checks("2026-01-26", &["fatigue=1", "sore-tongue=0"]);
    case.checks("2026-03-02", &["fatigue=0", "sore-tongue=0", "haemoglobin=133 g/L", "mcv=91"]);
    case.checks("2026-04-05", &["fatigue=0", "sore-tongue=0"]);
    case.checks("2026-04-16", &["fatigue=0", "sore-tongue=0", "haemoglobin=134 g/L"]);
}

/// A: from diet alone. Loaded, well, tablets after half a year, looked at again, tablets go on.
#[test]
fn a_diet_goes_from_loading_to_tablets_that_are_looked_at_again() {
    let case = Case::of("UK", &["--cause", "diet", "--neuro", "none", "--anaemia", "moderate", "--b12", "confirmed"]);
    let r01 = ["order", "1001", "r01", "--start", "t", "--prescriber", "Dr May", "--by", "Dr May"];
    assert!(case.refused("2026-01-05", &r01).contains("not published for this cause: Diet"));
    case.order("r03", &[]);
    assert_eq!(case.chart("2026-01-05")["next"]["due"], "2026-01-05");
    loaded(&case);
    assert_eq!(case.chart("2026-01-16")["response"], "improving");
    well_by_april(&case);
    let spring = case.chart("2026-04-16");
    assert_eq!((spring["response"].as_str(), rules(&spring)), (Some("resolved"), vec![]));
    assert_eq!((&spring["next"]["due"], &spring["next"]["phase"]), (&json!("2026-07-16"), &json!("maintenance")));
    // Six months after the first dose, and not a day before.
    assert_eq!(rules(&case.chart("2026-07-04")), [""; 0]);
    let asks = case.chart("2026-07-05");
    assert_eq!(rules(&asks), ["O2"]);
    assert!(text(&asks, "O2").contains("no symptom at two checks, blood count normal"));
    let oral = |recheck| {
        let oral =
            ["change", "1001", "oral", "--daily-mcg", "150", "--recheck", recheck, "--because", "diet corrected"];
        with(&oral, &MAY)
    };
    assert!(case.refused("2026-07-06", &oral("2026-07-06")).contains("does not lie ahead"));
    case.ok("2026-07-06", &oral("2026-09-07"));
    let tablets = case.chart("2026-07-06");
    assert_eq!(tablets["next"], json!({"what": "recheck", "due": "2026-09-07"}));
    assert_eq!((&tablets["standing"]["what"], &tablets["standing"]["daily_mcg"]), (&json!("oral"), &json!(150)));
    assert_eq!((rules(&tablets), doses(&tablets, "planned")), (vec![], vec![]), "no injection is owed");
    assert_eq!(tablets["plan_before"][0], "2026-07-16");
    let span = ("maintenance", "2026-01-16", Some("2026-07-06"));
    assert_eq!(phases(&tablets), [("repletion", "2026-01-05", Some("2026-01-16")), span]);
    let said = case.give_refused("2026-07-16");
    assert!(said.contains("no dose is owed: On tablets since Mon 06 Jul 2026"), "{said}");
    let missed = case.refused("2026-07-16", &["give", "1001", "--not-given", "missed"]);
    assert!(missed.contains("no dose is owed: On tablets"), "{missed}");
    // On the day it is on the list, and it stays there until it is recorded.
    assert_eq!(case.due("2026-09-06"), []);
    assert_eq!(case.due("2026-09-07"), [("checkpoint".to_owned(), "2026-09-07".to_owned(), 0)]);
    assert_eq!(case.due("2026-09-09"), [("checkpoint".to_owned(), "2026-09-07".to_owned(), 2)]);
    case.checks("2026-09-09", &["fatigue=0", "sore-tongue=0", "haemoglobin=135 g/L", "mcv=90"]);
    assert_eq!(case.due("2026-09-09"), []);
    let decide = case.chart("2026-09-09");
    assert_eq!((&decide["next"]["what"], rules(&decide)), (&json!("decide"), vec!["PLAN"]));
    assert!(text(&decide, "PLAN").contains("go on with tablets and a new recheck"));
    case.ok("2026-09-09", &oral("2027-03-09"));
    let on = case.chart("2026-09-10");
    assert_eq!((&on["next"]["due"], rules(&on)), (&json!("2027-03-09"), vec![]));
    assert_eq!(on["changes"].as_array().unwrap().len(), 2);
    // What was known on earlier days is what the chart says of them today.
    assert_eq!(rules(&case.chart_as_of("2026-09-10", "2026-07-05")), ["O2"]);
    assert_eq!(case.chart_as_of("2026-09-10", "2026-04-16")["response"], "resolved");
}

/// B: pernicious anaemia. Spaced by one step when it is seen to last, and never finished.
#[test]
fn pernicious_anaemia_is_spaced_by_a_step_and_never_finished() {
    for cause in ["autoimmune-gastritis", "total-gastrectomy"] {
        let case =
            Case::of("UK", &["--cause", cause, "--neuro", "none", "--anaemia", "moderate", "--b12", "confirmed"]);
        case.order("r01", &["--every", "2 months"]);
        loaded(&case);
        assert_eq!(doses(&case.chart("2026-01-16"), "planned")[..2], ["2026-03-16", "2026-05-16"]);
        // Full stores and a good answer are not enough: that it lasts is still to be seen.
        case.checks("2026-01-26", &["fatigue=1", "sore-tongue=0"]);
        case.checks("2026-03-02", &["fatigue=0", "sore-tongue=0", "haemoglobin=133 g/L", "mcv=91"]);
        let no = case.space("2026-03-02");
        assert_eq!((&no["may"], &no["to"]), (&json!(false), &json!("P3M")));
        assert_eq!(
            no["against"],
            json!(["\"Does it last? Before spacing further\" is still to come, Thu 16 Apr 2026"])
        );
        let spaced = with(&["change", "1001", "every", "3 months", "--because", "well and stable"], &MAY);
        assert!(case.refused("2026-03-02", &spaced).contains("(SPACE)"));
        case.give("2026-03-16", &[]);
        case.checks("2026-04-05", &["fatigue=0", "sore-tongue=0"]);
        assert_eq!(case.space("2026-04-16")["may"], false, "it is due today");
        case.checks("2026-04-16", &["fatigue=0", "sore-tongue=0", "haemoglobin=134 g/L"]);
        assert_eq!(case.space("2026-04-16"), json!({"may": true, "now": "P2M", "to": "P3M", "against": []}));
        case.ok("2026-04-16", &spaced);
        // Three months after the last dose, and the old days are remembered.
        let chart = case.chart("2026-04-16");
        assert_eq!(doses(&chart, "planned")[..2], ["2026-06-16", "2026-09-16"]);
        assert_eq!((&chart["plan_before"][0], &chart["plan_before"][1]), (&json!("2026-05-16"), &json!("2026-07-16")));
        let (looks, lasts) = (chart["checkpoints"].as_array().unwrap(), "Does it last? Before spacing further");
        let look = |due: &str| looks.iter().find(|c| c["due"] == due).unwrap();
        assert_eq!((&look("2026-04-16")["label"], &look("2026-04-16")["done"]), (&json!(lasts), &json!("2026-04-16")));
        assert_eq!(look("2026-09-16")["label"], lasts, "asked again before another step");
        never_finished(&case);
        case.gives(&["2026-06-16", "2026-09-16"]);
        case.checks("2026-09-16", &["fatigue=0", "sore-tongue=0", "haemoglobin=136 g/L"]);
        let autumn = case.chart("2026-09-16");
        assert_eq!((autumn["response"].as_str(), rules(&autumn)), (Some("resolved"), vec![]));
        assert_eq!((&autumn["next"]["due"], &autumn["spacing"]["to"]), (&json!("2026-12-16"), &json!(null)));
        // Longer than any published interval wants its reason (U3).
        let beyond = with(&["change", "1001", "every", "4 months", "--because", "lives far away"], &MAY);
        assert!(case.refused("2026-09-16", &beyond).contains("(U3)"));
    }
}

fn never_finished(case: &Case) {
    let stop = with(&["change", "1001", "stop", "--recheck", "t+90", "--because", "feels well"], &MAY);
    for more in [&[][..], &["--reason", "wants no more"]] {
        let said = case.refused("2026-04-20", &with(&stop, more));
        assert!(said.contains("(U4)") && said.contains("for life and is never finished"), "{said}");
    }
    assert_eq!(case.chart("2026-04-20")["standing"], json!(null));
}

/// The days of alternate doses from 5 January to 10 February: 19 doses.
fn alternate() -> Vec<String> {
    let start: chrono::NaiveDate = "2026-01-05".parse().unwrap();
    (0..19).map(|k| (start + chrono::Days::new(2 * k)).to_string()).collect()
}

/// C: numb feet at 58. Treated at once, on alternate days until nothing more is gained, then every two months.
fn numb_feet() -> Case {
    let triage = ["--cause", "autoimmune-gastritis", "--neuro", "mild", "--since", "Oct 2025", "--b12", "confirmed"];
    let case = Case::of("UK", &triage);
    let chart = case.chart("2026-01-05");
    assert!(text(&chart, "PLAN").contains("do not wait"));
    assert_eq!(chart["findings"][0]["severity"], "reason");
    let r01 = ["order", "1001", "r01", "--start", "t", "--prescriber", "Dr May", "--by", "Dr May"];
    assert!(case.refused("2026-01-05", &r01).contains("P4: Neurologic involvement is recorded"));
    case.checks("2026-01-05", &["fatigue=2", "numbness=2", "paraesthesia=3", "haemoglobin=121 g/L", "mcv=104"]);
    case.order("r02", &[]);
    let looks: [(&str, &[&str]); 5] = [
        (
            "2026-01-13",
            &["fatigue=1", "numbness=2", "paraesthesia=3", "haemoglobin=124 g/L", "reticulocytes=160 10*9/L"],
        ),
        ("2026-01-19", &["fatigue=1", "numbness=2", "paraesthesia=2"]),
        ("2026-01-26", &["fatigue=0", "numbness=1", "paraesthesia=2"]),
        ("2026-02-02", &["fatigue=0", "numbness=1", "paraesthesia=2"]),
        ("2026-02-09", &["fatigue=0", "numbness=1", "paraesthesia=2"]),
    ];
    let days = alternate();
    for n in 0..37 {
        let on = ("2026-01-05".parse::<chrono::NaiveDate>().unwrap() + chrono::Days::new(n)).to_string();
        if days.contains(&on) {
            case.give(&on, &[]);
        }
        if let Some((_, found)) = looks.iter().find(|(day, _)| *day == on) {
            case.checks(&on, found);
        }
    }
    case
}

fn ends_repletion<'a>() -> Vec<&'a str> {
    with(&["end-phase", "1001", "--because", "no further improvement"], &MAY)
}

#[test]
fn numb_feet_are_treated_at_once_and_until_nothing_more_is_gained() {
    let case = numb_feet();
    // Still improving after three weeks: told today of that day, and the phase goes on.
    let third = case.chart_as_of("2026-02-10", "2026-01-26");
    assert_eq!((third["response"].as_str(), rules(&third)), (Some("improving"), vec![]));
    assert_eq!(third["phases"][0]["to"], json!(null));
    // Flat on days 28 and 35.
    assert_eq!(rules(&case.chart_as_of("2026-02-10", "2026-02-02")), [""; 0]);
    let flat = case.chart("2026-02-10");
    assert_eq!((flat["response"].as_str(), rules(&flat)), (Some("plateau"), vec!["9.1"]));
    assert!(text(&flat, "9.1").contains("no further improvement"));
    case.ok("2026-02-10", &ends_repletion());
    let kept = case.chart("2026-02-10");
    assert_eq!(phases(&kept), [("repletion", "2026-01-05", Some("2026-02-10")), ("maintenance", "2026-02-10", None)]);
    assert_eq!(doses(&kept, "planned")[..3], ["2026-04-10", "2026-06-10", "2026-08-10"]);
    assert_eq!(rules(&kept), [""; 0]);
    // The same total at eight weeks is what ended the dense phase, and no harm of its end.
    case.checks("2026-03-02", &["fatigue=0", "numbness=1", "paraesthesia=2", "haemoglobin=139 g/L", "mcv=92"]);
    assert_eq!(rules(&case.chart("2026-03-02")), [""; 0]);
}

#[test]
fn alternate_days_are_not_ended_early_without_a_reason() {
    let case = numb_feet();
    let story = [("2026-01-12", "1 recorded check"), ("2026-01-20", "Its review is on Mon 26 Jan 2026")];
    for (on, why) in story {
        let fresh = Case::of("UK", &["--cause", "diet", "--neuro", "mild", "--b12", "confirmed"]);
        fresh.order("r02", &[]);
        fresh.give("2026-01-05", &[]);
        fresh.checks("2026-01-05", &["numbness=2"]);
        fresh.checks("2026-01-12", &["numbness=1"]);
        let said = fresh.refused(on, &ends_repletion());
        assert!(said.contains("it is early") && said.contains(why), "{on}: {said}");
    }
    case.ok("2026-02-10", &ends_repletion());
    assert!(case.refused("2026-02-10", &ends_repletion()).contains("last phase"));
}

#[test]
fn symptoms_that_come_back_lead_through_a_review_to_denser_doses() {
    let case = numb_feet();
    case.ok("2026-02-10", &ends_repletion());
    // Five weeks after the transition.
    case.checks("2026-03-17", &["fatigue=1", "numbness=1", "paraesthesia=3"]);
    let back = case.chart("2026-03-17");
    assert_eq!((back["response"].as_str(), rules(&back)), (Some("worse"), vec!["P6", "G5"]));
    assert!(text(&back, "P6").contains("symptoms are back"), "{}", text(&back, "P6"));
    assert!(text(&back, "P6").contains("The doses thinned out on Tue 10 Feb 2026"), "{}", text(&back, "P6"));
    let shorter = with(&["change", "1001", "every", "1 month", "--because", "tingling is back"], &MAY);
    let denser =
        ["change", "1001", "denser", "--doses", "6", "--start", "2026-03-18", "--because", "plateau, then back"];
    let denser = with(&denser, &MAY);
    let many = with(&["change", "1001", "denser", "--doses", "61", "--start", "2026-03-18", "--because", "x"], &MAY);
    assert!(case.refused("2026-03-17", &many).contains("--doses: how many denser doses: 1 to 60"));
    for change in [&shorter, &denser] {
        assert!(case.refused("2026-03-17", change).contains("(E1)"));
        assert!(
            case.refused("2026-03-17", &with(change, &["--reason", "now"])).contains("(E1)"),
            "no reason passes it"
        );
    }
    let says = case.ok("2026-03-17", &["review", "1001", "--show"]);
    assert!(says.contains("The record says: the doses thinned out on Tue 10 Feb 2026"), "{says}");
    assert!(says.contains("19 doses given, all on their days and as ordered"), "{says}");
    case.reviews("2026-03-17");
    case.ok("2026-03-17", &denser);
    // Six doses on alternate days, then every two months again from the last of them.
    let dense = case.chart("2026-03-17");
    let days = ["2026-03-18", "2026-03-20", "2026-03-22", "2026-03-24", "2026-03-26", "2026-03-28"];
    assert_eq!(doses(&dense, "planned")[..6], days);
    assert_eq!(doses(&dense, "planned")[6..8], ["2026-05-28", "2026-07-28"]);
    assert_eq!((&dense["plan_before"][0], &dense["plan_before"][1]), (&json!("2026-04-10"), &json!("2026-06-10")));
    assert_eq!(dense["orders"][1]["because"], "plateau, then back");
    assert_eq!(dense["reviews"][0]["on"], "2026-03-17");
    case.gives(&days);
    let after = case.chart("2026-03-28");
    let expected = [
        ("repletion", "2026-01-05", Some("2026-02-10")),
        ("maintenance", "2026-02-10", Some("2026-03-18")),
        ("repletion", "2026-03-18", Some("2026-03-28")),
        ("maintenance", "2026-03-28", None),
    ];
    assert_eq!(phases(&after), expected);
    assert_eq!(doses(&after, "planned")[..2], ["2026-05-28", "2026-07-28"]);
}
