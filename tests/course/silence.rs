//! What must not go quiet: a finding that another one hides, a later look that asked for less, an answer that was for
//! something else.

use super::kit::*;
use cobalog::clinic::background::{Confounder, Medicine};
use cobalog::clinic::coding;
use cobalog::clinic::decision::{Acknowledged, Answer, Change, Review, Turn};
use cobalog::clinic::entry::{Act, Checked, Given, NextFrom, Reason};
use cobalog::clinic::findings::{Finding, Tier};
use cobalog::clinic::order::Order;
use cobalog::clinic::patient::{Allergies, Person};
use cobalog::clinic::regimen::Rhythm;
use cobalog::clinic::rights::{Intent, check};
use cobalog::clinic::signing::{self, Escalation};
use cobalog::clinic::spacing;
use cobalog::clinic::triage::{B12Status, Neuro, Triage};
use std::sync::Arc;

const LOADING: &str = "2026-01-05 07 09 12 14 16";

fn kept(triage: Triage) -> Story {
    let mut story = Story::new(practice());
    story.act(Act::Triaged(triage));
    story.orders("r01", "2026-01-05", None);
    story.gives(LOADING);
    story
}

fn found(story: &Story, today: &str, rule: &str) -> Option<Finding> {
    story.course(today).findings.into_iter().find(|f| f.rule == rule)
}

fn fires(looks: &[(&str, &[&str])], today: &str, rule: &str) -> bool {
    let mut story = kept(triage());
    for (on, found) in looks {
        story.checks(on, found);
    }
    found(&story, today, rule).is_some()
}

fn stops(story: &Story, today: &str, intent: &Intent) -> Vec<String> {
    let all = check(&story.course(today), &story.practice, intent);
    all.into_iter().filter(|c| c.tier == Some(Tier::Stop)).map(|c| c.rule).collect()
}

#[test]
fn a_red_flag_of_today_stands_before_one_of_this_week() {
    let flags = ["bowel", "severe-anaemia"].map(str::to_owned).to_vec();
    let story = kept(Triage { red_flags: flags, ..triage() });
    let course = story.course("2026-01-16");
    let told: Vec<_> = course.findings.iter().filter(|f| f.rule == "2.3").map(|f| f.text.as_str()).collect();
    assert!(told[0].starts_with("REFER TODAY: Hb below 80 g/L"), "{told:?}");
    assert!(told[1].starts_with("Refer this week: Malabsorption"), "{told:?}");
}

#[test]
fn both_medicines_that_touch_the_vitamin_are_named() {
    let medicines = ["chloramphenicol", "nitrous-oxide"].map(Medicine::taken).to_vec();
    let story = kept(Triage { medicines, ..triage() });
    let text = found(&story, "2026-01-16", "MED").unwrap().text;
    assert!(text.contains("Chloramphenicol") && text.contains("Nitrous oxide"), "{text}");
}

#[test]
fn iron_and_folate_are_one_finding() {
    let mut story = kept(triage());
    let look = story.checks("2026-02-02", &["ferritin=20 ug/L"]);
    let seen = Acknowledged { rule: "L6".to_owned(), because: "iron begun".to_owned(), rests_on: vec![look] };
    story.act(Act::Acknowledged(seen));
    assert!(found(&story, "2026-02-03", "L6").is_none());
    story.checks("2026-02-04", &["folate=2 ng/mL"]);
    let text = found(&story, "2026-02-04", "L6").unwrap().text;
    assert!(text.contains("Ferritin") && text.contains("olate"), "{text}");
}

#[test]
fn a_neurologic_symptom_that_was_not_asked_again_has_not_gone() {
    let numb: (&str, &[&str]) = ("2026-01-20", &["numbness=2", "fatigue=1"]);
    assert!(fires(&[numb], "2026-01-20", "2.3"));
    assert!(fires(&[numb, ("2026-02-10", &["fatigue=0"])], "2026-02-10", "2.3"), "only fatigue was asked");
    assert!(!fires(&[numb, ("2026-02-10", &["numbness=0"])], "2026-02-10", "2.3"));
}

#[test]
fn a_fall_of_haemoglobin_stays_told() {
    let hb: [&[&str]; 4] =
        [&["haemoglobin=125 g/L"], &["haemoglobin=110 g/L"], &["haemoglobin=109 g/L"], &["haemoglobin=118 g/L"]];
    let at = ["2026-01-19", "2026-02-19", "2026-03-19", "2026-04-10"];
    let looks: Vec<_> = at.into_iter().zip(hb).collect();
    assert!(fires(&looks[..2], at[1], "L4"));
    assert!(fires(&looks[..3], at[2], "L4"), "as low again is no answer");
    assert!(!fires(&looks[..4], at[3], "L4"), "it came back");
    // In steps of less than 10 g/L.
    let slow: [&[&str]; 3] = [&["haemoglobin=125 g/L"], &["haemoglobin=119 g/L"], &["haemoglobin=113 g/L"]];
    let looks: Vec<_> = at.into_iter().zip(slow).collect();
    assert!(!fires(&looks[..2], at[1], "L4") && fires(&looks, at[2], "L4"));
    // A height of before treatment, and of more than a year ago, is none.
    let low: (&str, &[&str]) = ("2026-01-04", &["haemoglobin=95 g/L"]);
    let before: (&str, &[&str]) = ("2025-11-01", &["haemoglobin=125 g/L"]);
    assert!(!fires(&[before, low, ("2026-01-20", &["haemoglobin=100 g/L"])], "2026-01-20", "L4"));
    let year = |on: &str| fires(&[("2026-01-19", &["haemoglobin=125 g/L"]), (on, &["haemoglobin=114 g/L"])], on, "L4");
    assert!(year("2027-01-19") && !year("2027-01-20"));
    // What a transfusion gave is no height; the value of before it is one.
    let mut bled = kept(triage());
    bled.checks("2026-01-19", &["haemoglobin=120 g/L"]);
    let confounders = vec![Confounder { id: "transfusion".to_owned(), on: Some(day("2026-03-01")) }];
    let look = Checked { confounders, ..bled.look("2026-03-02", &["haemoglobin=121 g/L"]) };
    bled.act(Act::Checked(look));
    bled.checks("2026-03-20", &["haemoglobin=90 g/L"]);
    let text = found(&bled, "2026-03-20", "L4").unwrap().text;
    assert!(text.contains("from 120 g/L"), "{text}");
}

#[test]
fn reticulocytes_after_three_weeks_say_nothing() {
    let low: (&str, &[&str]) = ("2026-01-05", &["haemoglobin=90 g/L"]);
    let on = |on: &str| fires(&[low, (on, &["reticulocytes=60 10*9/L"])], "2026-02-20", "L3");
    assert!(on("2026-01-25") && !on("2026-01-26"), "day 20, day 21");
}

#[test]
fn b12_after_the_injections_ended_is_read_as_what_it_is() {
    let ended = |value: &str| {
        let mut story = kept(triage());
        story.turns("2026-04-16", Turn::Declined { again: day("2026-10-01") });
        story.checks("2026-08-01", &[value]);
        story.course("2026-08-01").findings.into_iter().find(|f| f.rule == "L7" || f.rule == "L8")
    };
    assert!(ended("total-b12=400 ng/L").is_none(), "no injections run that would make it meaningless");
    let low = ended("total-b12=120 ng/L").unwrap();
    assert_eq!((low.rule.as_str(), low.tier), ("L8", Tier::Reason));
    assert!(low.text.contains("no injections run"), "{}", low.text);
    // 148 pmol/L are 200.6 ng/L.
    assert!(fires(&[("2026-02-02", &["total-b12=147 pmol/L"])], "2026-02-02", "L8"));
    assert!(fires(&[("2026-02-02", &["total-b12=200 ng/L"])], "2026-02-02", "L8"));
    assert!(!fires(&[("2026-02-02", &["total-b12=201 ng/L"])], "2026-02-02", "L8"));
}

#[test]
fn folic_acid_without_the_vitamin_stops_also_after_a_decline() {
    let folic = Medicine { daily_mcg: Some(5000), ..Medicine::taken("folic-acid") };
    let mut story = kept(Triage { medicines: vec![folic], ..triage() });
    assert!(found(&story, "2026-02-01", "F1").is_none(), "B12 is given");
    story.turns("2026-02-01", Turn::Declined { again: day("2026-03-01") });
    assert_eq!(found(&story, "2026-02-02", "F1").map(|f| f.tier), Some(Tier::Stop));
}

#[test]
fn a_decline_that_was_seen_speaks_again_when_it_is_recorded_anew() {
    let mut story = kept(triage());
    story.turns("2026-02-01", Turn::Declined { again: day("2026-03-01") });
    let asked = found(&story, "2026-03-01", "PLAN").unwrap();
    let seen = Acknowledged { rule: asked.rule, because: "away".to_owned(), rests_on: asked.entries };
    story.act(Act::Acknowledged(seen));
    story.entries.last_mut().unwrap().at += chrono::TimeDelta::days(55);
    assert!(found(&story, "2026-03-02", "PLAN").is_none());
    story.turns("2026-03-02", Turn::Declined { again: day("2026-04-01") });
    assert!(found(&story, "2026-04-01", "PLAN").is_some());
}

#[test]
fn a_stop_is_not_passed_by_a_reason_in_the_file() {
    let mut story = kept(triage());
    let reasons = vec![Reason::new("U4", "feels well")];
    let what = Turn::Stopped { recheck: day("2026-07-01") };
    let (because, decided_by) = ("feels well".to_owned(), "Dr Adebayo".to_owned());
    story.act(Act::Changed(Change { on: day("2026-04-16"), what, because, decided_by, reasons, told: None }));
    assert_eq!(found(&story, "2026-04-17", "U4").map(|f| f.tier), Some(Tier::Stop));
}

#[test]
fn potassium_holds_back_the_next_dose_and_not_the_record_of_the_last() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05");
    story.checks("2026-01-08", &["potassium=2.8 mmol/L"]);
    assert_eq!(stops(&story, "2026-01-08", &vial("2026-01-08")), ["L2"]);
    assert_eq!(stops(&story, "2026-01-08", &vial("2026-01-07")), [""; 0], "given the day before, typed today");
}

#[test]
fn a_dose_beyond_the_plan_is_still_a_dose_of_the_plan() {
    let mut story = kept(triage());
    story.ends(1, "2026-01-17");
    assert!(story.course("2026-01-20").next_dose().is_none());
    let double = Intent { dose_mcg: 2000, ..vial("2026-01-20") };
    assert_eq!(stops(&story, "2026-01-20", &double), ["T5"]);
    assert_eq!(stops(&story, "2026-01-20", &Intent { dose_mcg: 1, ..double }), ["D3"]);
}

#[test]
fn an_allergy_is_found_however_it_is_spelled() {
    for (said, holds, stopped) in [
        ("Vitamin B-12", "", true),
        ("vitamin B 12 injections", "", true),
        ("Benzyl-alcohol", "benzyl alcohol", true),
        ("penicillin", "benzyl alcohol", false),
    ] {
        let mut story = Story::new(practice());
        story.act(Act::Registered(Person { allergies: Allergies::Known(vec![said.to_owned()]), ..person() }));
        story.act(Act::Triaged(triage()));
        story.orders("r01", "2026-01-05", None);
        let excipients = vec![holds.to_owned()];
        let stops = stops(&story, "2026-01-05", &Intent { excipients, ..vial("2026-01-05") });
        assert_eq!(stops.contains(&"D9".to_owned()), stopped, "{said}");
    }
}

#[test]
fn codes_without_their_dot_are_checked_too() {
    let mut story = kept(triage());
    story.practice.settings.setting = "US".to_owned();
    let course = story.course("2026-01-16");
    let rules = |codes: &[&str]| -> Vec<String> {
        let codes: Vec<_> = codes.iter().map(|c| (*c).to_owned()).collect();
        coding::check(&course, &story.practice, &codes, day("2025-01-16")).into_iter().map(|f| f.rule).collect()
    };
    assert_eq!(rules(&["G320", "D510"]), ["C4"]);
    assert_eq!(rules(&["D510", "E538"]), rules(&["D51.0", "E53.8"]));
    assert!(rules(&["D510", "E538"]).contains(&"C3".to_owned()));
}

#[test]
fn a_plan_signed_between_does_not_pass_the_review_by() {
    let mut story = kept(triage());
    story.give("2026-04-16");
    let step = |story: &Story, every: &str| {
        let course = story.course("2026-05-01");
        spacing::step(&course, every.parse().unwrap(), "Dr Adebayo", "as agreed").unwrap()
    };
    let escalates = |story: &Story, order: &Order| signing::escalations(&story.course("2026-05-01"), order);
    // Signed again as it is, and no dose given on it yet.
    let same = step(&story, "3 months");
    assert_eq!(escalates(&story, &same), []);
    story.order = Some(story.act(Act::Ordered(same)));
    assert_eq!(escalates(&story, &step(&story, "1 month")), [Escalation::MoreOften]);
    let dense =
        spacing::denser_again(&story.course("2026-05-01"), 6, day("2026-05-01"), "Dr Adebayo", "plateau").unwrap();
    assert_eq!(escalates(&story, &dense), [Escalation::MoreOften]);
    // Back to what was really given is none.
    let mut spaced = kept(triage());
    spaced.give("2026-04-16");
    let longer = step(&spaced, "4 months");
    spaced.order = Some(spaced.act(Act::Ordered(longer)));
    assert_eq!(escalates(&spaced, &step(&spaced, "3 months")), []);
    // After an end it begins anew.
    story.turns("2026-05-01", Turn::Declined { again: day("2026-08-01") });
    story.orders("r01", "2026-05-01", None);
    assert_eq!(escalates(&story, &order(&story.practice, "r01", "2026-05-01", None)), []);
}

#[test]
fn what_was_not_done_is_no_evidence() {
    let mut story = kept(triage());
    story.give("2026-04-16");
    let answer = Answer { found: false, words: "looked".to_owned() };
    let answers = story.practice.knowledge.review().iter().map(|l| (l.id.clone(), answer.clone())).collect();
    let review = Review { on: day("2026-05-01"), answers, red_flag: None, reviewed_by: "Dr Adebayo".to_owned() };
    story.act(Act::Reviewed(review));
    let e2 = |story: &Story| {
        let course = story.course("2026-05-01");
        let shorter = spacing::step(&course, "2 months".parse().unwrap(), "Dr Adebayo", "back").unwrap();
        signing::order(&course, &story.practice, &shorter).iter().any(|f| f.rule == "E2")
    };
    story.act(Act::Checked(story.look("2026-05-01", &["haemoglobin=not done"])));
    assert!(e2(&story), "not done");
    let sampled = Checked { sampled: Some(day("2026-04-15")), ..story.look("2026-05-01", &["haemoglobin=120 g/L"]) };
    story.act(Act::Checked(sampled));
    assert!(e2(&story), "sampled before the last dose, typed after it");
    story.checks("2026-04-16", &["haemoglobin=120 g/L"]);
    assert!(!e2(&story));
}

#[test]
fn what_the_blood_ends_is_reviewed_by_a_blood_count() {
    let late = |found: &[&str]| {
        let mut story = Story::on("r04");
        story.gives("2026-01-05 07 09 11 13 15 17 24 31 02-07 14 21 28 03-07 14 21 28");
        story.checks("2026-03-10", found);
        rules(&story.course("2026-03-28")).contains(&"P2")
    };
    assert!(late(&["fatigue=1"]) && late(&["fatigue=1", "haemoglobin=not done"]), "symptoms are no blood count");
    assert!(!late(&["haemoglobin=118 g/L"]));
}

#[test]
fn twice_a_week_is_too_rare_for_nerves() {
    let neuro = |id: &str| {
        let story = Story::on("r01");
        let course = {
            let mut story = Story::new(story.practice.clone());
            story.act(Act::Triaged(Triage { neuro: Neuro::Mild, ..triage() }));
            story.course("2026-01-05")
        };
        let order = order(&story.practice, id, "2026-01-05", None);
        signing::order(&course, &story.practice, &order).iter().any(|f| f.rule == "U1")
    };
    assert!(neuro("r16"), "every 3 to 4 days");
    assert!(!neuro("r01"), "three times a week");
    assert!(!neuro("r17"), "published for it");
}

#[test]
fn a_recheck_is_not_so_far_away_that_nobody_comes() {
    let today = day("2026-05-01");
    let stops = |turn: Turn| signing::day_again(&practice(), today, today, &turn).is_some();
    let oral = |recheck: &str| Turn::Oral { daily_mcg: 1000, recheck: day(recheck) };
    assert!(!stops(oral("2027-05-01")) && stops(oral("2027-05-02")));
    assert!(stops(Turn::Stopped { recheck: day("2126-05-01") }));
    assert!(!stops(Turn::Declined { again: day("2028-05-01") }) && stops(Turn::Declined { again: day("2028-05-02") }));
    let mut story = kept(triage());
    story.give("2026-04-16");
    let pause = Turn::Paused { until: day("2026-06-01") };
    let impossible = |on: &str| signing::day_of_change(&story.course("2026-04-20"), day(on), &pause).is_some();
    assert!(impossible("2026-04-15") && !impossible("2026-04-16"), "the dose ended it already");
}

#[test]
fn maintenance_first_is_asked_where_symptoms_were_found() {
    let asked = |grade: &str| {
        let mut story = Story::new(practice());
        story.act(Act::Triaged(Triage { b12: B12Status::Indeterminate, ..triage() }));
        story.checks("2026-01-05", &[grade]);
        let mut order = order(&story.practice, "r01", "2026-01-05", None);
        order.phases = order.phases[1..].into();
        signing::order(&story.course("2026-01-05"), &story.practice, &order).iter().any(|f| f.rule == "P5")
    };
    assert!(asked("fatigue=2") && !asked("fatigue=0"));
}

#[test]
fn a_plan_whose_rhythm_stands_still_ends_the_search_for_a_day() {
    let mut story = Story::new(practice());
    story.act(Act::Triaged(triage()));
    let mut still = order(&story.practice, "r01", "2026-01-05", None);
    Arc::make_mut(&mut still.phases)[0].every = Rhythm::Gaps(vec![0]);
    story.order = Some(story.act(Act::Ordered(still)));
    let back = Given { next_from: NextFrom::Calendar, ..story.given(day("2026-01-06")) };
    story.act(Act::Given(back));
    assert!(story.course("2026-01-07").next_dose().is_some());
}
