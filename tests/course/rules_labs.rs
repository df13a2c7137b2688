//! The laboratory's rules (facts L1, L3 to L6, L10 to L14): each fires, stays quiet, and turns at its boundary.

use super::kit::*;
use cobalog::clinic::background::Confounder;
use cobalog::clinic::entry::{Act, Checked};
use cobalog::clinic::findings::Tier;
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::triage::{Anaemia, Triage};

const LOADING: &str = "2026-01-05 07 09 12 14 16";

/// R01 from 5 January with the loading given, and looks: `day; found; …`.
fn story(looks: &[&str]) -> Story {
    let mut story = Story::on("r01");
    story.gives(LOADING);
    add(&mut story, looks);
    story
}

fn add(story: &mut Story, looks: &[&str]) {
    for look in looks {
        let mut words = look.split("; ");
        let on = words.next().unwrap();
        story.checks(on, &words.collect::<Vec<_>>());
    }
}

fn tier(story: &Story, today: &str, rule: &str) -> Option<Tier> {
    story.course(today).findings.iter().find(|f| f.rule == rule).map(|f| f.tier)
}

fn fires(looks: &[&str], today: &str, rule: &str) -> bool {
    tier(&story(looks), today, rule).is_some()
}

#[test]
fn l1_severe_anaemia_wants_potassium_within_48_hours() {
    let begun = |severe: bool, looks: &[&str]| {
        let mut story = Story::new(practice());
        let anaemia = if severe { Anaemia::Severe } else { Anaemia::Moderate };
        story.act(Act::Triaged(Triage { anaemia, ..triage() }));
        story.orders("r01", "2026-01-05", None);
        add(&mut story, looks);
        story.give("2026-01-05");
        story
    };
    let severe = begun(true, &[]);
    assert_eq!(tier(&severe, "2026-01-06", "L1"), None);
    assert_eq!(tier(&severe, "2026-01-07", "L1"), Some(Tier::Reason));
    assert_eq!(tier(&begun(false, &[]), "2026-01-07", "L1"), None);
    assert_eq!(tier(&begun(false, &["2026-01-05; haemoglobin=80 g/L"]), "2026-01-07", "L1"), None);
    assert_eq!(tier(&begun(false, &["2026-01-05; haemoglobin=79 g/L"]), "2026-01-07", "L1"), Some(Tier::Reason));
    let mut sampled = begun(true, &[]);
    sampled.checks("2026-01-06", &["potassium=4.1 mmol/L"]);
    assert_eq!(tier(&sampled, "2026-01-07", "L1"), None);
    // A sample of before the first dose says nothing of the days after.
    let before = begun(true, &["2026-01-04; potassium=4.1 mmol/L"]);
    assert_eq!(tier(&before, "2026-01-07", "L1"), Some(Tier::Reason));
}

#[test]
fn l3_reticulocytes_that_did_not_rise() {
    let low = "2026-01-05; haemoglobin=90 g/L";
    assert!(fires(&[low, "2026-01-12; reticulocytes=100 10*9/L"], "2026-01-15", "L3"));
    assert!(!fires(&[low, "2026-01-12; reticulocytes=101 10*9/L"], "2026-01-15", "L3"), "above the range");
    assert!(!fires(&[low, "2026-01-12; reticulocytes=60 10*9/L"], "2026-01-14", "L3"), "day 9 is too early to say no");
    assert!(!fires(&[low, "2026-01-09; reticulocytes=60 10*9/L"], "2026-01-15", "L3"), "sampled on day 4");
    assert!(fires(&[low, "2026-01-10; reticulocytes=60 10*9/L"], "2026-01-15", "L3"), "sampled on day 5");
    assert!(!fires(&[low], "2026-01-15", "L3"), "nothing was sampled");
    let normal = "2026-01-05; haemoglobin=130 g/L";
    assert!(
        !fires(&[normal, "2026-01-12; reticulocytes=60 10*9/L"], "2026-01-15", "L3"),
        "no anaemia, nothing to answer"
    );
}

#[test]
fn l4_haemoglobin_that_fell() {
    let first = "2026-01-19; haemoglobin=120 g/L";
    assert!(fires(&[first, "2026-02-19; haemoglobin=109 g/L"], "2026-02-19", "L4"));
    assert!(!fires(&[first, "2026-02-19; haemoglobin=110 g/L"], "2026-02-19", "L4"), "10 g/L is not more than 10");
    assert!(!fires(&[first, "2026-02-19; haemoglobin=12.0 g/dL"], "2026-02-19", "L4"), "another unit, the same value");
    assert!(
        !fires(&["2025-12-01; haemoglobin=120 g/L", "2026-01-04; haemoglobin=100 g/L"], "2026-01-20", "L4"),
        "before treatment"
    );
    let mut transfused = story(&["2026-01-05; haemoglobin=78 g/L"]);
    let confounders = vec![Confounder { id: "transfusion".to_owned(), on: Some(day("2026-01-06")) }];
    let look = Checked { confounders, ..transfused.look("2026-01-07", &["haemoglobin=104 g/L"]) };
    transfused.act(Act::Checked(look));
    transfused.checks("2026-01-26", &["haemoglobin=90 g/L"]);
    assert_eq!(tier(&transfused, "2026-01-26", "L4"), None, "what a transfusion gave goes again");
}

#[test]
fn l5_the_count_at_eight_weeks() {
    assert!(fires(&["2026-03-02; haemoglobin=119 g/L"], "2026-03-02", "L5"));
    assert!(!fires(&["2026-03-01; haemoglobin=119 g/L"], "2026-03-02", "L5"), "sampled on day 55");
    assert!(!fires(&["2026-03-02; haemoglobin=120 g/L; mcv=100 fL"], "2026-03-02", "L5"));
    assert!(fires(&["2026-03-02; haemoglobin=120 g/L; mcv=101 fL"], "2026-03-02", "L5"));
    let mended = ["2026-03-02; haemoglobin=110 g/L", "2026-04-05; haemoglobin=124 g/L"];
    assert!(!fires(&mended, "2026-04-05", "L5"), "the latest count holds");
}

#[test]
fn l6_iron_and_folate_are_used_up() {
    for (look, expected) in [
        ("2026-02-02; ferritin=29 ug/L", true),
        ("2026-02-02; ferritin=30 ug/L", false),
        ("2026-02-02; folate=2.9 ng/mL", true),
        ("2026-02-02; folate=3 ng/mL", false),
        ("2026-01-05; ferritin=10 ug/L", false),
    ] {
        assert_eq!(fires(&[look], "2026-02-10", "L6"), expected, "{look}");
    }
    assert_eq!(tier(&story(&["2026-02-02; ferritin=<5 ug/L"]), "2026-02-02", "L6"), Some(Tier::Note));
}

#[test]
fn l10_antibody_after_an_injection() {
    let positive = |sampled: &str| {
        let mut story = story(&[]);
        let mut look = story.look("2026-02-10", &[]);
        look.labs.push(word("intrinsic-factor-antibody", "negative"));
        look.sampled = Some(day(sampled));
        story.act(Act::Checked(look));
        tier(&story, "2026-02-10", "L10")
    };
    // The last dose was on 16 January.
    assert_eq!(positive("2026-01-30"), Some(Tier::Reason), "14 days after");
    assert_eq!(positive("2026-01-31"), None, "15 days after");
    assert_eq!(positive("2026-01-04"), None, "before the first dose");
    assert_eq!(positive("2026-01-05"), None, "on the day of the first dose: before it, as for L11");
    assert_eq!(positive("2026-01-07"), Some(Tier::Reason), "on the day of the second");
}

#[test]
fn l11_a_baseline_that_is_none() {
    assert!(fires(&["2026-01-06; total-b12=400 ng/L"], "2026-01-06", "L11"));
    assert!(!fires(&["2026-01-05; total-b12=90 ng/L"], "2026-01-06", "L11"), "of the day itself: before the dose");
    assert!(fires(&["2026-02-02; total-b12=900 ng/L"], "2026-02-03", "L11"), "day 28");
    assert!(!fires(&["2026-02-03; total-b12=900 ng/L"], "2026-02-03", "L11"), "day 29: nobody takes it for a baseline");
    assert!(!fires(&["2026-01-02; total-b12=90 ng/L", "2026-01-20; total-b12=900 ng/L"], "2026-01-20", "L11"));
}

/// A patient who came with maintenance running began elsewhere: what is known here first is no first dose.
#[test]
fn who_began_elsewhere_is_not_judged_as_a_beginner() {
    let told = |maintenance_only: bool, rule: &str| {
        let mut story = Story::new(practice());
        let r01 = story.practice.knowledge.regimen("r01").unwrap().clone();
        let wish = Wish { maintenance_only, ..Wish::plain(day("2026-01-05"), "Dr Adebayo") };
        story.order = Some(story.act(Act::Ordered(Order::write(&r01, Vec::new(), &wish).unwrap())));
        story.gives("2026-01-05");
        add(&mut story, &["2026-01-20; total-b12=400 ng/L", "2026-03-20; haemoglobin=98 g/L"]);
        let course = story.course("2026-03-20");
        course.findings.iter().find(|f| f.rule == rule).map(|f| f.text.clone())
    };
    assert!(told(false, "L11").is_some());
    assert_eq!(told(true, "L11"), None);
    assert!(told(false, "L5").unwrap().contains("74 days after the first dose"));
    assert!(told(true, "L5").unwrap().contains("not normal on maintenance"));
}

#[test]
fn l12_high_without_treatment() {
    let untreated = |values: &[&str]| {
        let mut story = Story::on("r01");
        add(&mut story, values);
        tier(&story, "2026-01-04", "L12")
    };
    let first = "2025-11-01; total-b12=1001 ng/L";
    assert_eq!(untreated(&[first, "2025-12-01; total-b12=>2000 ng/L"]), Some(Tier::Note));
    assert_eq!(untreated(&[first, "2025-12-01; total-b12=1000 ng/L"]), None);
    assert_eq!(untreated(&[first]), None);
    assert!(
        !fires(&["2026-02-01; total-b12=1500 ng/L", "2026-03-01; total-b12=1500 ng/L"], "2026-03-01", "L12"),
        "treated"
    );
}

#[test]
fn l13_homocysteine_without_mma() {
    let hcy = "2026-01-02; homocysteine=40 umol/L";
    assert!(fires(&[hcy, "2026-02-01; mma=200 nmol/L"], "2026-02-01", "L13"), "30 days apart");
    assert!(!fires(&[hcy, "2026-02-02; mma=200 nmol/L"], "2026-02-02", "L13"), "31 days apart");
    assert!(!fires(&[hcy, "2026-02-01; mma=900 nmol/L"], "2026-02-01", "L13"));
    assert!(!fires(&["2026-01-02; homocysteine=10 umol/L; mma=200 nmol/L"], "2026-02-01", "L13"));
}

#[test]
fn l14_mma_and_the_kidneys() {
    assert!(fires(&["2026-01-02; mma=900 nmol/L; egfr=59 mL/min/1.73m2"], "2026-01-20", "L14"));
    assert!(!fires(&["2026-01-02; mma=900 nmol/L; egfr=60 mL/min/1.73m2"], "2026-01-20", "L14"));
    assert!(!fires(&["2026-01-02; mma=200 nmol/L; egfr=40 mL/min/1.73m2"], "2026-01-20", "L14"));
}
