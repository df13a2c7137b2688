//! Given on plan with normal results: nothing asks but the checkpoints on their days. And the published arithmetic of late
//! and early doses (facts 9.2), replayed.

use super::case::{Case, MAY, doses, rules, text, with};
use super::{Value, dates, plan};

const LOADING: [&str; 6] = ["2026-01-05", "2026-01-07", "2026-01-09", "2026-01-12", "2026-01-14", "2026-01-16"];

/// A result in range, or what is expected on that day.
fn result(analyte: &str, on: &str) -> String {
    let value = match (analyte, on) {
        ("haemoglobin", "2026-01-05") => "112 g/L",
        ("haemoglobin", on) if on < "2026-02-01" => "124 g/L",
        ("haemoglobin", _) => "136 g/L",
        ("mcv", "2026-01-05") => "106 fL",
        ("mcv", on) if on < "2026-02-01" => "96 fL",
        ("mcv", _) => "90 fL",
        ("reticulocytes", "2026-01-05") => "60 10*9/L",
        ("reticulocytes", _) => "180 10*9/L",
        ("total-b12", _) => "110 ng/L",
        ("potassium", _) => "4.2 mmol/L",
        ("ferritin", _) => "80 ug/L",
        ("folate", _) => "9 ug/L",
        (other, _) => panic!("no result for {other}"),
    };
    format!("{analyte}={value}")
}

fn grade(on: &str) -> &'static str {
    match on {
        "2026-01-05" => "2",
        on if on < "2026-01-19" => "1",
        _ => "0",
    }
}

/// Goes from one due day to the next for a year and a month, and looks on each of them, and on the day before.
fn a_year_on_plan(case: &Case, symptoms: &[&str], drug: &str, ends_on: Option<&str>) -> usize {
    let mut today = "2026-01-05".to_owned();
    for steps in 0..80 {
        let next = case.chart(&today)["next"].clone();
        let day = next["visit"].as_str().or(next["due"].as_str()).unwrap().to_owned();
        if day.as_str() > "2027-02-10" {
            return steps;
        }
        let before = day.parse::<chrono::NaiveDate>().unwrap().pred_opt().unwrap().to_string();
        if before > today {
            assert_eq!(rules(&case.chart(&before)), [""; 0], "the day before {day}");
        }
        let asks = case.chart(&day);
        assert!(rules(&asks).iter().all(|r| *r == "G5"), "{day}: {:?}", asks["findings"]);
        today = day;
        if next["what"] == "dose" {
            case.give(&today, &["--drug", drug]);
        } else {
            looks(case, &today, &next, symptoms);
        }
        if ends_on == Some(today.as_str()) {
            case.ok(&today, &with(&["end-phase", "1001", "--because", "no further improvement"], &MAY));
        }
    }
    panic!("there is no end of it: {today}");
}

fn looks(case: &Case, on: &str, next: &Value, symptoms: &[&str]) {
    let asks: Vec<_> = next["asks"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
    let grades = symptoms.iter().map(|s| format!("{s}={}", grade(on)));
    let labs = asks.iter().filter(|a| **a != "symptoms").map(|a| result(a, on));
    let found: Vec<String> = grades.filter(|_| asks.contains(&"symptoms")).chain(labs).collect();
    case.checks(on, &found.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_year_on_plan_is_a_quiet_year() {
    for (regimen, setting, drug, neuro, ends_on) in [
        ("r01", "UK", "hydroxocobalamin", "none", None),
        ("r02", "UK", "hydroxocobalamin", "mild", Some("2026-02-02")),
        ("r09", "US", "cyanocobalamin", "none", None),
        ("r16", "NL", "hydroxocobalamin", "none", None),
    ] {
        let triage = ["--cause", "autoimmune-gastritis", "--b12", "confirmed", "--anaemia", "mild", "--drug", drug];
        let case = Case::of(setting, &with(&triage, &["--neuro", neuro]));
        let symptoms: &[&str] = if neuro == "mild" { &["fatigue", "numbness"] } else { &["fatigue", "sore-tongue"] };
        let first: Vec<_> = symptoms.iter().map(|s| format!("{s}=2")).collect();
        let mut baseline: Vec<_> = first.iter().map(String::as_str).collect();
        baseline.extend(["haemoglobin=112 g/L", "mcv=106 fL", "total-b12=110 ng/L", "potassium=4.2 mmol/L"]);
        case.checks("2026-01-05", &baseline);
        case.order(regimen, &[]);
        assert_eq!(rules(&case.chart("2026-01-05")), [""; 0], "{regimen}");
        assert!(a_year_on_plan(&case, symptoms, drug, ends_on) > 12, "{regimen}");
        let year = case.chart("2027-02-10");
        assert_eq!(
            (year["response"].as_str(), &year["answered"]),
            (Some("resolved"), &serde_json::json!([])),
            "{regimen}"
        );
    }
}

/// R01 from 5 January, loaded on its days.
fn loaded() -> Case {
    let case = Case::of("UK", &["--cause", "autoimmune-gastritis", "--neuro", "none", "--b12", "confirmed"]);
    case.order("r01", &[]);
    case.gives(&LOADING);
    case
}

/// Facts 1.5: what was planned is what the chart plans once it is given.
#[test]
fn r01_given_on_its_days_keeps_the_published_dates() {
    let case = loaded();
    let published = plan(&["R01", "--start", "2026-01-05"]);
    let published = dates(&published);
    let chart = case.chart("2026-01-16");
    assert_eq!(doses(&chart, "given"), published[..6]);
    assert_eq!(doses(&chart, "planned")[..4], published[6..10]);
    for (k, on) in ["2026-04-16", "2026-07-16", "2026-10-16", "2027-01-16"].iter().enumerate() {
        assert_eq!(published[6 + k], *on);
        case.give(on, &[]);
    }
    let chart = case.chart("2027-01-16");
    assert_eq!(doses(&chart, "given"), published[..10], "each on its day, none of them late or early");
    assert_eq!(doses(&chart, "planned")[..2], published[10..12]);
}

#[test]
fn a_maintenance_dose_34_days_late_counts_anew_or_goes_back() {
    for (more, next) in
        [(&[][..], ["2026-08-20", "2026-11-20"]), (&["--next-from", "calendar"], ["2026-07-16", "2026-10-16"])]
    {
        let case = loaded();
        assert!(case.due("2026-05-20").contains(&("dose".to_owned(), "2026-04-16".to_owned(), 34)));
        assert!(text(&case.chart("2026-05-20"), "T3").contains("34 days late"));
        assert!(case.give_refused("2026-05-20").contains("34 days late: ask about symptoms (T3)"));
        case.give("2026-05-20", &with(&["--reason", "was abroad"], more));
        let chart = case.chart("2026-05-20");
        assert_eq!(doses(&chart, "late"), ["2026-04-16"]);
        assert_eq!(doses(&chart, "planned")[..2], next, "{more:?}");
        assert!(!rules(&chart).contains(&"T3"));
    }
}

#[test]
fn early_maintenance_is_asked_about_below_six_weeks() {
    // 35 days after the last dose.
    assert!(loaded().give_refused("2026-02-20").contains("(T7)"));
    // 15 days early, 75 days after the last dose: as it is, with the next one from there.
    let case = loaded();
    case.give("2026-04-01", &[]);
    let chart = case.chart("2026-04-01");
    assert_eq!(doses(&chart, "early"), ["2026-04-16"]);
    assert_eq!(doses(&chart, "planned")[..2], ["2026-07-01", "2026-10-01"]);
}

#[test]
fn a_gap_of_13_days_breaks_the_loading() {
    let case = Case::of("UK", &["--cause", "autoimmune-gastritis", "--neuro", "none", "--b12", "confirmed"]);
    case.order("r01", &[]);
    case.gives(&LOADING[..2]);
    assert!(!rules(&case.chart("2026-01-14")).contains(&"T2"), "seven days are not more than seven");
    assert!(rules(&case.chart("2026-01-15")).contains(&"T2"));
    let said = case.give_refused("2026-01-20");
    assert!(said.contains("(T2)") && said.contains("11 days late"), "{said}");
    case.give("2026-01-20", &["--reason", "Dr May: go on, do not begin again"]);
    let chart = case.chart("2026-01-20");
    assert_eq!(doses(&chart, "planned")[..3], ["2026-01-23", "2026-01-25", "2026-01-27"]);
}
