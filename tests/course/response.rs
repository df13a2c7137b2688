//! The response from symptoms and blood by published criteria (facts 3.2); never from serum B12.

use super::kit::*;
use cobalog::clinic::background::Confounder;
use cobalog::clinic::entry::{Act, Checked};
use cobalog::clinic::patient::{Person, Sex};
use cobalog::clinic::response::Response;

const LOADING: &str = "2026-01-05 07 09 12 14 16";

/// A course of R01 with looks: `day found found …`, a line each.
fn story(looks: &[&str]) -> Story {
    let mut story = Story::on("r01");
    story.gives(LOADING);
    looks.iter().for_each(|look| {
        let mut words = look.split("; ");
        let on = words.next().unwrap();
        story.checks(on, &words.collect::<Vec<_>>());
    });
    story
}

fn response(looks: &[&str], today: &str) -> Response {
    story(looks).course(today).response
}

#[test]
fn blood_alone_by_the_table_of_facts_3_2() {
    use Response as R;
    let low = "2026-01-05; haemoglobin=90 g/L; mcv=112 fL";
    for (looks, today, expected) in [
        (&[low][..], "2026-01-20", R::TooEarly),
        // Reticulocytes above the range in the first days are the first proof; after two weeks they say nothing.
        (&[low, "2026-01-12; reticulocytes=180 10*9/L"], "2026-01-20", R::Improving),
        (&[low, "2026-01-12; reticulocytes=90 10*9/L"], "2026-01-20", R::TooEarly),
        (&[low, "2026-01-20; reticulocytes=180 10*9/L"], "2026-01-21", R::TooEarly),
        (&[low, "2026-01-12; reticulocytes-percent=9 %"], "2026-01-20", R::Improving),
        // Haemoglobin up by 10 g/L answers; less than that at four weeks does not.
        (&[low, "2026-01-26; haemoglobin=100 g/L"], "2026-01-26", R::Improving),
        (&[low, "2026-02-01; haemoglobin=99 g/L"], "2026-02-01", R::TooEarly),
        (&[low, "2026-02-02; haemoglobin=99 g/L"], "2026-02-02", R::Incomplete),
        // In range at eight weeks: resolved; rising but below: incomplete.
        (&[low, "2026-03-02; haemoglobin=121 g/L; mcv=92 fL"], "2026-03-02", R::Resolved),
        (&[low, "2026-03-02; haemoglobin=119 g/L; mcv=92 fL"], "2026-03-02", R::Incomplete),
        (&[low, "2026-03-01; haemoglobin=119 g/L; mcv=92 fL"], "2026-03-01", R::Improving),
        (&[low, "2026-03-02; haemoglobin=121 g/L; mcv=101 fL"], "2026-03-02", R::Incomplete),
        // In range, and low again.
        (&[low, "2026-03-02; haemoglobin=124 g/L", "2026-07-02; haemoglobin=104 g/L"], "2026-07-02", R::Relapse),
        // Normal before and after says no more than that.
        (&["2026-01-05; haemoglobin=130 g/L", "2026-03-02; haemoglobin=131 g/L"], "2026-03-02", R::Improving),
    ] {
        assert_eq!(response(looks, today), expected, "{looks:?} on {today}");
    }
}

#[test]
fn metabolites_tell_in_doubt() {
    use Response as R;
    let high = "2026-01-05; mma=1200 nmol/L; homocysteine=40 umol/L";
    for (looks, today, expected) in [
        (&[high, "2026-02-02; mma=600 nmol/L"][..], "2026-02-02", R::Improving),
        (&[high, "2026-02-02; mma=601 nmol/L"], "2026-02-02", R::TooEarly),
        (&[high, "2026-02-02; homocysteine=12 umol/L"], "2026-02-02", R::Improving),
        // In range by about four months; still high then is not there.
        (&[high, "2026-05-04; mma=500 nmol/L"], "2026-05-04", R::Improving),
        (&[high, "2026-05-05; mma=500 nmol/L"], "2026-05-05", R::Incomplete),
        (&[high, "2026-05-05; mma=200 nmol/L"], "2026-05-05", R::Improving),
        // Weak kidneys hold MMA up by themselves.
        (&[high, "2026-05-05; mma=500 nmol/L; egfr=59 mL/min/1.73m2"], "2026-05-05", R::Improving),
    ] {
        assert_eq!(response(looks, today), expected, "{looks:?} on {today}");
    }
}

#[test]
fn serum_b12_says_nothing() {
    let looks = ["2026-01-05; total-b12=90 ng/L; fatigue=3", "2026-03-02; total-b12=1500 ng/L"];
    assert_eq!(response(&looks, "2026-03-02"), Response::TooEarly);
    let flat = ["2026-01-05; fatigue=3", "2026-03-05; fatigue=3; total-b12=1500 ng/L"];
    assert_eq!(response(&flat, "2026-03-05"), Response::Incomplete);
}

#[test]
fn the_blood_answers_before_the_symptoms_do() {
    let looks = ["2026-01-05; fatigue=3; haemoglobin=90 g/L", "2026-01-26; fatigue=3; haemoglobin=104 g/L"];
    assert_eq!(response(&looks, "2026-01-26"), Response::Improving);
}

#[test]
fn a_transfusion_is_respected() {
    let story = |on: &str| {
        let mut story = story(&["2026-01-05; haemoglobin=78 g/L"]);
        let transfusion = Confounder { id: "transfusion".to_owned(), on: Some(day("2026-01-08")) };
        let look = Checked { confounders: vec![transfusion], ..story.look(on, &["haemoglobin=100 g/L"]) };
        story.act(Act::Checked(look));
        story.course(on)
    };
    // Within eight weeks of 8 January the rise is the donor's.
    let early = story("2026-02-10");
    assert_eq!(early.response, Response::TooEarly);
    assert!(
        early.evidence.iter().any(|line| line.contains("after a transfusion: not counted")),
        "{:?}",
        early.evidence
    );
    assert_eq!(story("2026-03-04").response, Response::TooEarly, "day 55 after it");
    assert_eq!(story("2026-03-05").response, Response::Incomplete, "day 56: it counts, and is low at eight weeks");
}

#[test]
fn other_confounders_stand_in_the_evidence() {
    let mut story = story(&["2026-01-05; haemoglobin=90 g/L"]);
    let confounders = vec![Confounder { id: "iron-started".to_owned(), on: None }];
    let look = Checked { confounders, ..story.look("2026-02-02", &["haemoglobin=104 g/L"]) };
    story.act(Act::Checked(look));
    let told = story.course("2026-02-02").evidence.join("\n");
    assert!(told.contains("Iron begun on Mon 02 Feb 2026: haemoglobin may answer to iron."), "{told}");
}

#[test]
fn the_evidence_names_what_it_rests_on() {
    let looks = ["2026-01-05; fatigue=3; haemoglobin=90 g/L", "2026-01-26; fatigue=1; haemoglobin=104 g/L"];
    let course = story(&looks).course("2026-01-26");
    let told = course.evidence.join("\n");
    for part in ["Symptoms 3 on Mon 05 Jan 2026", "Symptoms 1 on Mon 26 Jan 2026", "Hb 104 g/L", "90 g/L before"] {
        assert!(told.contains(part), "{part} is missing: {told}");
    }
}

/// Nobody knows whether 125 g/L is in range where no sex is stated; 65 is low for anybody.
#[test]
fn a_count_that_cannot_be_judged_is_not_called_normal() {
    let said = |sex: Sex, g_l: &str| {
        let mut story = Story::new(practice());
        story.entries.clear();
        story.act(Act::Registered(Person { sex, ..person() }));
        story.act(Act::Triaged(triage()));
        story.orders("r01", "2026-01-05", None);
        story.gives("2026-01-05 07 09 12 14 16");
        story.checks("2026-01-05", &["fatigue=2"]);
        story.checks("2026-03-09", &["fatigue=0", &format!("haemoglobin={g_l} g/L"), "mcv=90 fL"]);
        let course = story.course("2026-03-10");
        (course.response, rules(&course).contains(&"L5"))
    };
    assert_eq!(said(Sex::Male, "65"), (Response::Incomplete, true));
    assert_eq!(said(Sex::Other, "65"), (Response::Incomplete, true));
    assert_eq!(said(Sex::Other, "135"), (Response::Resolved, false));
}
