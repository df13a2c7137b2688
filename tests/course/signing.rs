//! What speaks against a plan before it is signed (facts P3, E1 to E3, D6, N2), and the steps of spacing (brief Q5).

use super::kit::*;
use cobalog::clinic::decision::{Answer, Review, Turn};
use cobalog::clinic::entry::{Act, Reason};
use cobalog::clinic::findings::Tier;
use cobalog::clinic::interval::Interval;
use cobalog::clinic::order::Order;
use cobalog::clinic::patient::Person;
use cobalog::clinic::recall;
use cobalog::clinic::signing::{self, Escalation};
use cobalog::clinic::spacing;
use cobalog::clinic::triage::{Neuro, Triage};
use std::sync::Arc;

const KEPT: &str = "2026-01-05 07 09 12 14 16 04-16 07-16";

fn kept() -> Story {
    let mut story = Story::on("r01");
    story.gives(KEPT);
    story
}

fn shorter(story: &Story, today: &str) -> Order {
    let course = story.course(today);
    spacing::step(&course, Interval::Months(2), "Dr Adebayo", "symptoms come back").unwrap()
}

fn asked(story: &Story, today: &str, order: &Order) -> Vec<(String, Tier)> {
    let found = signing::order(&story.course(today), &story.practice, order);
    found.into_iter().map(|f| (f.rule, f.tier)).collect()
}

fn review(story: &mut Story, on: &str, left_out: Option<&str>, red_flag: Option<&str>) {
    let lines = story.practice.knowledge.review().iter().filter(|l| left_out != Some(l.id.as_str()));
    let answer = Answer { found: false, words: "looked, nothing found".to_owned() };
    let answers = lines.map(|l| (l.id.clone(), answer.clone())).collect();
    let red_flag = red_flag.map(str::to_owned);
    story.act(Act::Reviewed(Review { on: day(on), answers, red_flag, reviewed_by: "Dr Adebayo".to_owned() }));
}

#[test]
fn escalation_is_more_often_more_doses_or_a_higher_dose() {
    let story = kept();
    let course = story.course("2026-08-01");
    let against = |order: &Order| signing::escalations(&course, order);
    assert_eq!(against(&shorter(&story, "2026-08-01")), [Escalation::MoreOften]);
    let longer = spacing::step(&course, Interval::Months(4), "Dr Adebayo", "well").unwrap();
    assert_eq!(against(&longer), []);
    let mut higher = longer;
    Arc::make_mut(&mut higher.phases)[0].dose_mcg = 1500;
    assert_eq!(against(&higher), [Escalation::HigherDose]);
    let dense = spacing::denser_again(&course, 6, day("2026-08-01"), "Dr Adebayo", "plateau").unwrap();
    assert_eq!(against(&dense), [Escalation::MoreOften]);
    assert_eq!(against(&order(&story.practice, "r01", "2026-08-01", None)), [Escalation::MoreOften], "loading again");
    let loading = {
        let mut story = Story::on("r01");
        story.give("2026-01-05");
        story
    };
    let longer_loading = order(&loading.practice, "r09", "2026-01-07", None);
    let found = signing::escalations(&loading.course("2026-01-06"), &longer_loading);
    assert!(found.contains(&Escalation::MoreDoses) && found.contains(&Escalation::MoreOften), "{found:?}");
    let untouched = Story::on("r01");
    let dense = order(&untouched.practice, "r02", "2026-01-05", None);
    assert_eq!(signing::escalations(&untouched.course("2026-01-05"), &dense), [], "no dose was given on it yet");
}

#[test]
fn e1_no_escalation_without_a_review_of_the_last_14_days() {
    let mut story = kept();
    let order = shorter(&story, "2026-08-01");
    assert_eq!(asked(&story, "2026-08-01", &order)[0], ("E1".to_owned(), Tier::Stop));
    review(&mut story, "2026-07-18", None, None);
    let e1 = |story: &Story, today| asked(story, today, &order).iter().any(|(rule, _)| rule == "E1");
    assert!(!e1(&story, "2026-08-01"), "14 days before");
    assert!(e1(&story, "2026-08-02"), "15 days before");
    let mut open = kept();
    review(&mut open, "2026-08-01", Some("medicines"), None);
    assert!(e1(&open, "2026-08-01"), "an unanswered line is no review");
    let mut flag = kept();
    review(&mut flag, "2026-08-01", Some("medicines"), Some("gait is worse"));
    assert!(!e1(&flag, "2026-08-01"), "a red flag passes with a reason");
}

#[test]
fn e2_no_escalation_without_evidence() {
    let mut story = kept();
    review(&mut story, "2026-08-01", None, None);
    let order = shorter(&story, "2026-08-01");
    assert_eq!(asked(&story, "2026-08-01", &order), [("E2".to_owned(), Tier::Reason)]);
    story.checks("2026-07-15", &["fatigue=2"]);
    assert_eq!(asked(&story, "2026-08-01", &order).len(), 1, "before the last dose of 16 July");
    story.checks("2026-07-16", &["haemoglobin=120 g/L"]);
    assert_eq!(asked(&story, "2026-08-01", &order), []);
}

#[test]
fn e3_no_second_escalation_within_eight_weeks() {
    let again = |today: &str| {
        let mut story = kept();
        let first = shorter(&story, "2026-08-01");
        let id = story.act(Act::Ordered(Order { start: day("2026-08-03"), ..first }));
        story.order = Some(id);
        story.give("2026-08-03");
        story.checks("2026-08-04", &["fatigue=2"]);
        review(&mut story, today, None, None);
        let course = story.course(today);
        let order = spacing::step(&course, Interval::Months(1), "Dr Adebayo", "again").unwrap();
        asked(&story, today, &order)
    };
    assert_eq!(again("2026-09-28"), [("E3".to_owned(), Tier::Reason)], "56 days");
    assert_eq!(again("2026-09-29"), [], "57 days");
}

#[test]
fn p3_the_loading_is_not_complete() {
    let story = |given: &str| {
        let mut story = Story::on("r01");
        story.gives(given);
        story
    };
    let keeps = |story: &Story| {
        let mut order = order(&story.practice, "r01", "2026-04-12", None);
        order.phases = order.phases[1..].into();
        asked(story, "2026-01-16", &order).iter().any(|(rule, _)| rule == "P3")
    };
    assert!(keeps(&story("2026-01-05 07 09 12")), "4 of 6");
    assert!(!keeps(&story("2026-01-05 07 09 12 14 16")));
    assert!(!keeps(&story("")), "a plan that never began is replaced");
}

#[test]
fn what_a_patient_must_not_have_is_not_signed() {
    let mut story = Story::new(practice());
    story.act(Act::Triaged(Triage { cautions: vec!["leber".to_owned()], ..triage() }));
    let us = order(&story.practice, "r09", "2026-01-05", None);
    assert_eq!(asked(&story, "2026-01-05", &us)[0], ("D6".to_owned(), Tier::Stop));
    let uk = order(&story.practice, "r01", "2026-01-05", None);
    assert_eq!(asked(&story, "2026-01-05", &uk), []);
    let mut allergic = Story::new(practice());
    allergic.act(Act::Triaged(Triage { cautions: vec!["b12-allergy".to_owned()], ..triage() }));
    assert_eq!(asked(&allergic, "2026-01-05", &uk)[0], ("D9".to_owned(), Tier::Stop));
    let mut young = Story::new(practice());
    young.act(Act::Registered(Person { born: day("2008-01-06"), ..person() }));
    young.act(Act::Triaged(triage()));
    assert_eq!(asked(&young, "2026-01-05", &uk)[0], ("N2".to_owned(), Tier::Stop), "18 tomorrow");
}

#[test]
fn a_reason_at_signing_keeps_the_rule_quiet_afterwards() {
    let mut story = Story::new(practice());
    story.act(Act::Triaged(Triage { neuro: Neuro::Mild, ..triage() }));
    let mut order = order(&story.practice, "r01", "2026-01-05", None);
    let rules: Vec<_> = asked(&story, "2026-01-05", &order).into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["P4"]);
    let found = signing::order(&story.course("2026-01-05"), &story.practice, &order);
    assert_eq!(signing::unanswered(&found, &order.reasons).len(), 1);
    order.reasons = vec![Reason::new("P4", "signs are of another cause")];
    assert!(signing::unanswered(&found, &order.reasons).is_empty());
    story.act(Act::Ordered(order));
    let course = story.course("2026-01-05");
    assert!(!rules_of(&course).contains(&"P4") && course.answered.iter().any(|(f, _)| f.rule == "P4"));
}

fn rules_of(course: &cobalog::clinic::course::Course) -> Vec<&str> {
    rules(course)
}

#[test]
fn changes_are_held_to_the_cause() {
    let story = kept();
    let course = story.course("2026-08-01");
    let rules = |turn: Turn| {
        signing::change(&course, &story.practice, &turn).into_iter().map(|f| (f.rule, f.tier)).collect::<Vec<_>>()
    };
    assert_eq!(rules(Turn::Stopped { recheck: day("2026-11-01") }), [("U4".to_owned(), Tier::Stop)]);
    assert_eq!(rules(Turn::Oral { daily_mcg: 1000, recheck: day("2026-10-01") }), []);
    assert_eq!(rules(Turn::Declined { again: day("2026-11-01") }), []);
}

#[test]
fn may_it_be_spaced_now() {
    let mut story = Story::from(practice(), "r01", "2026-01-05", Some("2 months"));
    story.checks("2026-01-05", &["fatigue=3", "haemoglobin=98 g/L"]);
    story.gives("2026-01-05 07 09");
    let ask = |story: &Story, today: &str| spacing::ask(&story.course(today), &story.practice);
    let early = ask(&story, "2026-01-10");
    assert!(!early.is_open() && early.words().contains("repletion runs until Fri 16 Jan 2026"), "{}", early.words());
    story.gives("2026-01-12 14 16");
    story.checks("2026-01-12", &["haemoglobin=104 g/L", "mcv=100 fL", "reticulocytes=180 10*9/L"]);
    story.checks("2026-01-26", &["fatigue=1"]);
    let owed = ask(&story, "2026-03-02");
    assert!(!owed.is_open() && owed.words().contains("8-week blood count"), "{}", owed.words());
    story.checks("2026-03-02", &["fatigue=0", "haemoglobin=128 g/L", "mcv=92 fL"]);
    // Brief G5: that it lasts is confirmed before the doses are spaced further.
    let unseen = ask(&story, "2026-03-02");
    assert!(!unseen.is_open() && unseen.words().contains("Thu 16 Apr 2026"), "{}", unseen.words());
    story.give("2026-03-16");
    story.checks("2026-04-05", &["fatigue=0"]);
    story.checks("2026-04-16", &["fatigue=0", "haemoglobin=130 g/L"]);
    let open = ask(&story, "2026-04-16");
    assert!(open.is_open(), "{}", open.words());
    assert_eq!(open.to, Some(Interval::Months(3)));
    assert!(open.words().starts_with("Yes, to every 3 months"));
    let longest = kept();
    assert_eq!(ask(&longest, "2026-07-20").to, None, "3 months are the longest for this cause");
}

#[test]
fn the_steps_of_the_ladder() {
    let story = kept();
    let course = story.course("2026-07-20");
    let down = |every: Interval| spacing::shorter(&story.practice, every);
    assert_eq!(down(Interval::Months(3)), Some(Interval::Months(2)));
    assert_eq!(down(Interval::Months(2)), Some(Interval::Weeks(6)));
    assert_eq!(down(Interval::Weeks(6)), Some(Interval::Months(1)));
    assert_eq!(down(Interval::Weeks(1)), None);
    let up = |every: Interval| spacing::longer(&story.practice, &course, every);
    // Step by step: none is left out, and two names of one step are one.
    assert_eq!(up(Interval::Weeks(1)), Some(Interval::Weeks(2)));
    assert_eq!(up(Interval::Weeks(2)), Some(Interval::Weeks(3)));
    assert_eq!(up(Interval::Weeks(3)), Some(Interval::Months(1)));
    assert_eq!(up(Interval::Weeks(4)), Some(Interval::Weeks(6)));
    assert_eq!(up(Interval::Weeks(8)), Some(Interval::Months(3)));
    assert_eq!(down(Interval::Weeks(12)), Some(Interval::Months(2)));
    assert_eq!(down(Interval::Months(1)), Some(Interval::Weeks(3)));
    assert_eq!(down(Interval::Weeks(4)), Some(Interval::Weeks(3)));
    assert_eq!(up(Interval::Months(1)), Some(Interval::Weeks(6)));
    assert_eq!(up(Interval::Months(2)), Some(Interval::Months(3)));
    assert_eq!(up(Interval::Weeks(12)), None);
    let step = shorter(&story, "2026-08-01");
    assert_eq!(step.start, day("2026-09-16"), "two months after the last dose");
    assert_eq!(step.changed, ["maintenance every 2 months instead of every 3 months"]);
    assert_eq!(shorter(&story, "2026-10-01").start, day("2026-10-01"), "never in the past");
    let dense = spacing::denser_again(&course, 3, day("2026-08-03"), "Dr Adebayo", "plateau").unwrap();
    assert!(dense.checkpoints.iter().any(|c| c.asks.iter().any(|a| a == "symptoms")), "symptoms are followed again");
    assert!(!dense.checkpoints.iter().any(|c| c.asks.iter().any(|a| a == "reticulocytes")), "the first proof is not");
    let dates = cobalog::clinic::schedule::plan(&dense.phases, dense.start).take(5).collect::<Vec<_>>();
    let dates: Vec<_> = dates.iter().map(|d| d.date.to_string()).collect();
    assert_eq!(dates, ["2026-08-03", "2026-08-05", "2026-08-07", "2026-11-07", "2027-02-07"]);
}

#[test]
fn the_record_answers_the_review() {
    let mut story = Story::new(practice());
    story.act(Act::Triaged(Triage { since: Some(day("2025-10-01")), ..triage() }));
    story.orders("r01", "2026-01-05", None);
    story.gives("2026-01-05 07 10 12 14 16");
    story.checks("2026-01-20", &["ferritin=20 ug/L", "egfr=80 mL/min/1.73m2"]);
    let course = story.course("2026-02-01");
    let says = |id: &str| {
        let line = story.practice.knowledge.review().iter().find(|l| l.id == id).unwrap();
        recall::says(&course, &story.practice, line)
    };
    assert_eq!(says("doses"), "6 doses given, 1 late, 1 early");
    assert!(says("folate-ferritin").contains("20 ug/L") && says("kidneys").contains("80"));
    assert!(says("time").contains("symptoms since Oct 2025"));
    assert!(says("too-early").contains("16 Jan 2026"));
    assert!(says("malabsorption").contains("pernicious"));
    assert!(says("diagnosis").contains("20 ug/L"));
}

/// A new interval puts no yearly look off: it comes when the old plan had it, and then each year from there.
#[test]
fn a_spaced_plan_keeps_the_day_of_the_yearly_look() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07 09 12 14 16 04-16 07-16 10-16");
    let yearly = |story: &Story, today: &str| -> Vec<String> {
        let looks = looks(&story.course(today)).into_iter();
        looks
            .filter(|(due, label, _)| label == "Yearly review" && *due >= day(today))
            .map(|(d, ..)| d.to_string())
            .collect()
    };
    let before = yearly(&story, "2026-12-01");
    assert_eq!(before[0], "2027-01-05");
    let spaced = spacing::step(&story.course("2026-12-01"), Interval::Months(4), "Dr Adebayo", "well").unwrap();
    assert_eq!(spaced.start, day("2027-02-16"));
    story.act(Act::Ordered(spaced));
    assert_eq!(yearly(&story, "2026-12-01")[..2], ["2027-01-05", "2028-01-05"], "the old plan's, and a year on");
    let mut again = Story::on("r01");
    again.gives("2026-01-05 07 09 12 14 16 04-16 07-16 10-16");
    let shorter = spacing::step(&again.course("2026-12-01"), Interval::Months(2), "Dr Adebayo", "tired").unwrap();
    assert_eq!(shorter.start, day("2026-12-16"));
    again.act(Act::Ordered(shorter));
    assert_eq!(yearly(&again, "2026-12-01")[..2], ["2027-01-05", "2028-01-05"]);
}
