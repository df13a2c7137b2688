//! The rules of too much, too little and of the plan (facts O, U, P7, N1, F1, C1, 2.3): each fires, stays quiet, and turns
//! at its boundary.

use super::kit::*;
use cobalog::clinic::background::Medicine;
use cobalog::clinic::decision::{Acknowledged, Turn};
use cobalog::clinic::drug::Drug;
use cobalog::clinic::entry::{Act, Checked, Given};
use cobalog::clinic::findings::Tier;
use cobalog::clinic::practice::Practice;
use cobalog::clinic::triage::{Anaemia, B12Status, Neuro, Triage};

const LOADING: &str = "2026-01-05 07 09 12 14 16";

fn of(triage: Triage, regimen: &str, every: Option<&str>, given: &str) -> Story {
    with(practice(), triage, regimen, every, given)
}

fn with(practice: Practice, triage: Triage, regimen: &str, every: Option<&str>, given: &str) -> Story {
    let mut story = Story::new(practice);
    story.act(Act::Triaged(triage));
    story.orders(regimen, "2026-01-05", every);
    story.gives(given);
    story
}

fn tier(story: &Story, today: &str, rule: &str) -> Option<Tier> {
    story.course(today).findings.iter().find(|f| f.rule == rule).map(|f| f.tier)
}

fn cause(id: &str) -> Triage {
    Triage { cause: id.to_owned(), ..triage() }
}

#[test]
fn o1_more_often_than_planned() {
    let monthly =
        |dates: &str| of(triage(), "r09", None, &format!("2026-01-05 06 07 08 09 10 11 18 25 02-01 08 {dates}"));
    // Four doses with 24 days between: under 80 % of a month (24.3) and under 28 days.
    assert_eq!(tier(&monthly("03-08 04-01 04-25 05-19"), "2026-05-19", "O1"), Some(Tier::Reason));
    assert_eq!(tier(&monthly("03-08 04-05 05-03 05-31"), "2026-05-31", "O1"), None, "28 days are four weeks");
    assert_eq!(tier(&monthly("03-08 04-05 05-03 05-30"), "2026-05-30", "O1"), Some(Tier::Reason), "27.7 days are not");
    assert_eq!(tier(&monthly("03-08 04-01 04-25"), "2026-04-25", "O1"), None, "three doses say too little");
    // Every two months (60 days): 80 % are 48.
    let rare = |dates: &str| of(triage(), "r01", Some("2 months"), &format!("{LOADING} {dates}"));
    assert_eq!(tier(&rare("03-16 05-03 06-20 08-07"), "2026-08-07", "O1"), None, "48 days");
    assert_eq!(tier(&rare("03-16 05-02 06-18 08-04"), "2026-08-04", "O1"), Some(Tier::Reason), "47 days");
}

#[test]
fn o3_the_cause_is_gone() {
    let story = |removed: Option<&str>, scores: [&str; 2]| {
        let stopped = Medicine { stopped: removed.map(day), ..Medicine::taken("metformin") };
        let mut story = of(Triage { medicines: vec![stopped], ..cause("metformin") }, "r01", None, LOADING);
        story.checks("2026-04-05", &[scores[0]]);
        story.checks("2026-07-05", &[scores[1]]);
        tier(&story, "2026-07-05", "O3")
    };
    assert_eq!(story(Some("2026-03-01"), ["fatigue=0", "fatigue=0"]), Some(Tier::Reason));
    assert_eq!(story(None, ["fatigue=0", "fatigue=0"]), None, "it is still taken");
    assert_eq!(story(Some("2026-05-01"), ["fatigue=0", "fatigue=0"]), None, "only one check since");
    assert_eq!(story(Some("2026-03-01"), ["fatigue=1", "fatigue=0"]), None);
    let mut healed = of(Triage { cause_removed: Some(day("2026-03-01")), ..cause("coeliac") }, "r01", None, LOADING);
    healed.checks("2026-04-05", &["fatigue=0"]);
    healed.checks("2026-07-05", &["fatigue=0"]);
    assert_eq!(tier(&healed, "2026-07-05", "O3"), Some(Tier::Reason));
    let mut life = of(Triage { cause_removed: Some(day("2026-03-01")), ..triage() }, "r01", None, LOADING);
    life.checks("2026-04-05", &["fatigue=0"]);
    life.checks("2026-07-05", &["fatigue=0"]);
    assert_eq!(tier(&life, "2026-07-05", "O3"), None, "a cause for life is never gone");
}

#[test]
fn o4_no_documented_deficiency() {
    let unmeasured = Triage { b12: B12Status::NotMeasured, ..cause("diet") };
    let story = |look: Option<(&str, &str)>| {
        let mut story = of(unmeasured.clone(), "r01", None, "");
        if let Some((on, found)) = look {
            story.checks(on, &[found]);
        }
        story.give("2026-01-05");
        tier(&story, "2026-01-05", "O4")
    };
    assert_eq!(story(None), Some(Tier::Reason));
    // 221 pmol/L are 299.5 ng/L.
    assert_eq!(story(Some(("2026-01-02", "total-b12=220 pmol/L"))), None);
    assert_eq!(story(Some(("2026-01-02", "total-b12=221 pmol/L"))), Some(Tier::Reason));
    assert_eq!(story(Some(("2026-01-02", "mma=900 nmol/L"))), None);
    assert_eq!(story(Some(("2025-01-05", "total-b12=90 ng/L"))), None, "twelve months before");
    assert_eq!(story(Some(("2025-01-04", "total-b12=90 ng/L"))), Some(Tier::Reason), "longer ago");
    assert_eq!(tier(&of(triage(), "r01", None, LOADING), "2026-01-16", "O4"), None, "the triage says confirmed");
    let life = Triage { cause: "total-gastrectomy".to_owned(), ..unmeasured.clone() };
    assert_eq!(tier(&of(life, "r01", None, LOADING), "2026-01-16", "O4"), None, "an indication by itself");
    let adjunct = Triage { cause: "chemotherapy-adjunct".to_owned(), ..unmeasured.clone() };
    assert_eq!(tier(&of(adjunct, "r26a", None, "2026-01-05"), "2026-01-06", "O4"), None, "right with a normal B12");
    let nerves = Triage { neuro: Neuro::Mild, ..unmeasured };
    assert_eq!(tier(&of(nerves, "r02", None, "2026-01-05"), "2026-01-06", "O4"), None, "that does not wait");
}

#[test]
fn o5_no_firm_diagnosis_after_a_year() {
    let story = of(cause("unknown"), "r01", None, LOADING);
    assert_eq!(tier(&story, "2027-01-05", "O5"), None);
    assert_eq!(tier(&story, "2027-01-06", "O5"), Some(Tier::Note));
    assert_eq!(tier(&of(triage(), "r01", None, LOADING), "2027-01-06", "O5"), None);
}

#[test]
fn o6_the_protocol_goes_on_with_tablets() {
    let loading = "2026-01-05 06 07 08 09 10 11 13 15 17 19 21 23 25 28 02-01 04 08 11 15";
    let diet = || Triage { drug: Drug::Cyanocobalamin, ..cause("diet") };
    let mut story = of(diet(), "r07b", None, loading);
    assert_eq!(tier(&story, "2026-02-15", "O6"), Some(Tier::Note), "all given: tablets come next");
    story.orders("r09", "2026-03-15", None);
    assert_eq!(tier(&story, "2026-03-01", "O6"), None, "another loading was ordered");
    let short = of(diet(), "r07b", None, "2026-01-05 06");
    assert_eq!(tier(&short, "2026-01-07", "O6"), None, "the loading runs");
    let mut injected = of(diet(), "r07b", None, loading);
    let mut keeps = order(&injected.practice, "r07", "2026-03-15", None);
    keeps.phases = keeps.phases[3..].into();
    injected.act(Act::Ordered(keeps));
    assert_eq!(tier(&injected, "2026-03-15", "O6"), Some(Tier::Note), "injections follow");
    assert_eq!(tier(&of(diet(), "r07", None, loading), "2026-02-15", "O6"), None);
}

#[test]
fn u2_tablets_in_severe_disease() {
    let story = |triage: Triage| {
        let mut story = of(triage, "r01", None, LOADING);
        story.turns("2026-02-01", Turn::Oral { daily_mcg: 1000, recheck: day("2026-04-01") });
        tier(&story, "2026-02-02", "U2")
    };
    assert_eq!(story(Triage { neuro: Neuro::Moderate, ..triage() }), Some(Tier::Reason));
    assert_eq!(story(Triage { neuro: Neuro::Mild, ..triage() }), None);
    assert_eq!(story(Triage { anaemia: Anaemia::Severe, ..triage() }), Some(Tier::Reason));
    assert_eq!(story(Triage { anaemia: Anaemia::Moderate, ..triage() }), None);
}

#[test]
fn u3_longer_than_published() {
    for (cause_id, every, expected) in [
        ("autoimmune-gastritis", "3 months", None),
        ("autoimmune-gastritis", "4 months", Some(Tier::Reason)),
        ("autoimmune-gastritis", "12 weeks", None),
        ("diet", "6 months", None),
        ("diet", "7 months", Some(Tier::Reason)),
    ] {
        let story = of(cause(cause_id), "r01", Some(every), LOADING);
        assert_eq!(tier(&story, "2026-01-16", "U3"), expected, "{cause_id} every {every}");
    }
}

#[test]
fn u4_life_long_treatment_is_never_finished() {
    let story = |id: &str| {
        let mut story = of(cause(id), "r01", None, LOADING);
        story.turns("2026-02-01", Turn::Stopped { recheck: day("2026-05-01") });
        tier(&story, "2026-02-02", "U4")
    };
    for life in ["autoimmune-gastritis", "total-gastrectomy", "ileal-resection"] {
        assert_eq!(story(life), Some(Tier::Stop), "{life}");
    }
    assert_eq!(story("diet"), None);
    assert_eq!(story("coeliac"), None);
}

#[test]
fn u5_symptoms_and_nobody_looked() {
    let story = |found: &str, pregnant: bool| {
        let mut story = of(Triage { pregnant, ..triage() }, "r01", None, LOADING);
        story.checks("2026-01-26", &[found]);
        story
    };
    let left = story("fatigue=1", false);
    assert_eq!(tier(&left, "2026-04-26", "U5"), None, "90 days");
    assert_eq!(tier(&left, "2026-04-27", "U5"), Some(Tier::Reason), "91 days");
    assert_eq!(tier(&story("fatigue=0", false), "2026-04-27", "U5"), None, "nothing was left");
    assert_eq!(tier(&story("fatigue=1", true), "2026-02-26", "U5"), None, "31 days in pregnancy");
    assert_eq!(tier(&story("fatigue=1", true), "2026-02-27", "U5"), Some(Tier::Reason), "32 days");
    let late = |on: &str| {
        let mut story = of(triage(), "r01", None, LOADING);
        story.checks("2026-09-20", &["fatigue=1"]);
        tier(&story, on, "U5")
    };
    assert_eq!(late("2027-01-05"), Some(Tier::Reason), "day 365");
    assert_eq!(late("2027-01-06"), None, "the second year has its yearly review");
}

#[test]
fn p7_symptoms_before_the_next_dose_twice() {
    let story = |answers: &[(&str, u32)]| {
        let mut story = of(triage(), "r01", None, &format!("{LOADING} 04-16 07-16 10-16"));
        for (on, days) in answers {
            let look = Checked { returned_days: Some(*days), ..story.look(on, &["fatigue=1"]) };
            story.act(Act::Checked(look));
        }
        tier(&story, "2026-10-16", "P7")
    };
    // Three months are 91 days; a third of them 30.
    assert_eq!(story(&[("2026-07-16", 20), ("2026-10-16", 14)]), Some(Tier::Reason));
    assert_eq!(story(&[("2026-07-16", 30), ("2026-10-16", 30)]), Some(Tier::Reason));
    assert_eq!(story(&[("2026-07-16", 31), ("2026-10-16", 30)]), None, "earlier than the last third");
    assert_eq!(story(&[("2026-10-16", 14)]), None, "one dose");
    assert_eq!(story(&[("2026-07-16", 20), ("2026-10-16", 0)]), None, "they did not come back");
    assert_eq!(story(&[("2026-10-10", 20), ("2026-10-16", 14)]), None, "two looks at one dose");
}

#[test]
fn n1_the_first_look_in_pregnancy() {
    let mut story = of(Triage { pregnant: true, ..triage() }, "r01", None, LOADING);
    assert_eq!(tier(&story, "2026-01-16", "N1"), Some(Tier::Note));
    story.checks("2026-02-05", &["fatigue=0"]);
    assert_eq!(tier(&story, "2026-02-05", "N1"), None);
    assert_eq!(tier(&of(triage(), "r01", None, LOADING), "2026-01-16", "N1"), None);
}

#[test]
fn f1_folic_acid_first_or_alone() {
    let story = |daily: Option<u32>, stopped: Option<&str>, given: &str| {
        let folic = Medicine { daily_mcg: daily, stopped: stopped.map(day), ..Medicine::taken("folic-acid") };
        let story = of(Triage { medicines: vec![folic], ..triage() }, "r01", None, given);
        tier(&story, "2026-01-05", "F1")
    };
    assert_eq!(story(Some(101), None, ""), Some(Tier::Stop));
    assert_eq!(story(Some(100), None, ""), None, "0.1 mg a day is not more than that");
    assert_eq!(story(None, None, ""), Some(Tier::Stop), "a dose that nobody knows");
    assert_eq!(story(Some(5000), None, "2026-01-05"), None, "B12 was given");
    assert_eq!(story(Some(5000), Some("2026-01-05"), ""), None, "it was stopped");
}

#[test]
fn f1_holds_no_injection_back() {
    let folic = Medicine { daily_mcg: Some(5000), ..Medicine::taken("folic-acid") };
    let story = of(Triage { medicines: vec![folic], ..triage() }, "r01", None, "");
    let course = story.course("2026-01-05");
    assert!(course.findings.iter().any(|f| f.tier == Tier::Stop));
    let knowledge = &story.practice.knowledge;
    assert!(!knowledge.rule("F1").needle && knowledge.rule("L2").needle, "B12 is what is missing");
}

#[test]
fn c1_claims_under_a_month() {
    let story = |setting: &str, last: &str, note: Option<&str>| {
        let mut practice = practice();
        practice.settings.setting = setting.to_owned();
        let mut story = with(practice, triage(), "r09", None, "2026-01-05 06 07 08 09 10 11 18 25 02-01 08 03-08");
        let given = Given { note: note.map(str::to_owned), ..story.given(day(last)) };
        story.act(Act::Given(given));
        tier(&story, last, "C1")
    };
    assert_eq!(story("US", "2026-04-07", None), Some(Tier::Reason));
    assert_eq!(story("US", "2026-04-08", None), None, "a calendar month");
    assert_eq!(story("US", "2026-04-07", Some("symptoms came back")), None, "a written reason");
    assert_eq!(story("UK", "2026-04-07", None), None);
}

#[test]
fn red_flags_and_medicines_speak_until_somebody_answers() {
    let flagged = Triage { red_flags: vec!["cord".to_owned(), "bowel".to_owned()], ..triage() };
    let mut story = of(flagged, "r01", None, "");
    let course = story.course("2026-01-05");
    let told: Vec<_> = course.findings.iter().filter(|f| f.rule == "2.3").map(|f| f.text.clone()).collect();
    assert!(told.iter().any(|t| t.starts_with("REFER TODAY")) && told.iter().any(|t| t.starts_with("Refer this week")));
    let rests_on = vec![course.triage_entry.unwrap()];
    let because = "admitted today".to_owned();
    story.act(Act::Acknowledged(Acknowledged { rule: "2.3".to_owned(), because, rests_on }));
    let course = story.course("2026-01-05");
    assert_eq!(course.findings.iter().filter(|f| f.rule == "2.3").count(), 0);
    assert_eq!(course.answered.len(), 2);
    story.act(Act::Triaged(Triage { red_flags: vec!["vision".to_owned()], ..triage() }));
    assert_eq!(tier(&story, "2026-01-05", "2.3"), Some(Tier::Reason), "new data speaks again");
    let gas = Triage { medicines: vec![Medicine::taken("nitrous-oxide")], ..triage() };
    assert_eq!(tier(&of(gas, "r01", None, ""), "2026-01-05", "MED"), Some(Tier::Note));
    let tablets = Triage { medicines: vec![Medicine::taken("metformin")], ..triage() };
    assert_eq!(tier(&of(tablets, "r01", None, ""), "2026-01-05", "MED"), None, "injections are not touched by it");
}

#[test]
fn an_acknowledgement_is_quiet_only_while_nothing_new_is_known() {
    let mut story = of(triage(), "r01", None, LOADING);
    let look = story.checks("2026-03-02", &["haemoglobin=110 g/L"]);
    assert_eq!(tier(&story, "2026-03-02", "L5"), Some(Tier::Reason));
    let seen = |entry| Acknowledged { rule: "L5".to_owned(), because: "iron begun".to_owned(), rests_on: vec![entry] };
    story.act(Act::Acknowledged(seen(look)));
    assert_eq!(tier(&story, "2026-03-02", "L5"), None);
    assert_eq!(story.course("2026-03-02").answered[0].1, "iron begun");
    story.checks("2026-04-02", &["haemoglobin=112 g/L"]);
    assert_eq!(tier(&story, "2026-04-02", "L5"), Some(Tier::Reason));
}

#[test]
fn a_stop_cannot_be_acknowledged() {
    let mut story = of(triage(), "r01", None, "2026-01-05");
    let look = story.checks("2026-01-06", &["potassium=2.9 mmol/L"]);
    story.act(Act::Acknowledged(Acknowledged {
        rule: "L2".to_owned(),
        because: "we know".to_owned(),
        rests_on: vec![look],
    }));
    assert_eq!(tier(&story, "2026-01-06", "L2"), Some(Tier::Stop));
}

#[test]
fn what_time_alone_makes_worse_does_not_stay_quiet() {
    let mut story =
        of(Triage { neuro: Neuro::Mild, ..triage() }, "r02", None, "2026-01-05 07 09 11 13 15 17 19 21 23 25");
    assert_eq!(tier(&story, "2026-01-27", "P2"), Some(Tier::Reason));
    let rests_on = vec![story.order.unwrap()];
    let seen = Acknowledged { rule: "P2".to_owned(), because: "seen on Friday".to_owned(), rests_on };
    // The kit records every entry on 5 January: 21 days later the reason is used up.
    story.act(Act::Acknowledged(seen));
    assert_eq!(tier(&story, "2026-01-27", "P2"), Some(Tier::Reason), "day 22");
    let days = story.practice.knowledge.rule("P2").quiet_days;
    assert_eq!(days, Some(21));
    let mut early = of(triage(), "r01", None, LOADING);
    let look = early.checks("2026-01-06", &["fatigue=1"]);
    let on = |story: &Story, today: &str| tier(story, today, "U5").is_some();
    assert!(on(&early, "2026-04-10"));
    let seen = Acknowledged { rule: "U5".to_owned(), because: "comes in May".to_owned(), rests_on: vec![look] };
    let id = early.act(Act::Acknowledged(seen));
    let entry = early.entries.iter_mut().find(|e| e.id == id).unwrap();
    entry.at = chrono::DateTime::parse_from_rfc3339("2026-04-10T09:00:00+00:00").unwrap();
    assert!(!on(&early, "2026-04-10") && !on(&early, "2026-05-11"), "31 days");
    assert!(on(&early, "2026-05-12"), "32 days");
}
