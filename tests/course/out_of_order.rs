//! Entries that come late, twice, or from two workstations: what holds goes by the day that they tell of.

use super::kit::*;
use cobalog::clinic::course::{CheckState, Course, DoseState, Next};
use cobalog::clinic::decision::Turn;
use cobalog::clinic::entry::{Act, WhyNot};
use cobalog::clinic::findings::Tier;
use cobalog::clinic::rights::check;
use cobalog::clinic::triage::{Neuro, Triage};

const LOADING: &str = "2026-01-05 07 09 12 14 16";

fn kept() -> Story {
    let mut story = Story::on("r01");
    story.gives(LOADING);
    story
}

fn paused(until: &str) -> Turn {
    Turn::Paused { until: day(until) }
}

/// Nothing is owed, and the chart is closed.
fn is_closed(course: &Course) -> bool {
    matches!(course.next, Next::Closed(_))
        && course.doses.iter().all(|s| !s.state.is_owed())
        && course.checkpoints.iter().all(|c| !c.state.is_open())
}

/// T1 to T4 at the needle.
fn asked(story: &Story, on: &str) -> Vec<(String, Tier)> {
    let all = check(&story.course(on), &story.practice, &vial(on));
    all.into_iter().filter_map(|c| Some((c.rule, c.tier?))).filter(|(r, _)| r.starts_with('T')).collect()
}

#[test]
fn the_dead_are_not_called_whatever_was_recorded_since() {
    for (what, told) in [
        ("a decline of before", (Some("2026-03-01"), Turn::Declined { again: day("2026-05-01") })),
        ("a decline of after", (Some("2026-03-25"), Turn::Declined { again: day("2026-05-01") })),
        ("a pause", (Some("2026-03-01"), paused("2026-03-10"))),
        ("a new plan", (None, Turn::Died)),
    ] {
        let mut story = kept();
        let died = story.turns("2026-03-20", Turn::Died);
        match told {
            (Some(on), turn) => {
                story.turns(on, turn);
            }
            (None, _) => {
                story.orders("r01", "2026-04-01", None);
            }
        }
        assert!(is_closed(&story.course("2026-06-01")), "{what}: {:?}", story.course("2026-06-01").next);
        story.amend(died, None);
        assert!(!is_closed(&story.course("2026-06-01")), "{what}: struck out, it never was");
    }
}

#[test]
fn an_end_stays_an_end_when_an_older_turn_is_recorded_late() {
    let mut story = kept();
    story.turns("2026-04-16", Turn::Declined { again: day("2026-07-01") });
    story.turns("2026-02-01", paused("2026-03-01"));
    assert_eq!(story.course("2026-05-01").next, Next::AskAgain(day("2026-07-01")));
    // Nor does a pause of a workstation that knew of no end take it back.
    story.turns("2026-04-20", paused("2026-06-01"));
    assert_eq!(story.course("2026-05-01").next, Next::AskAgain(day("2026-07-01")));
    assert_eq!(story.course("2026-06-02").next, Next::AskAgain(day("2026-07-01")));
}

#[test]
fn a_pause_and_its_dose_agree_in_any_order_of_recording() {
    // The dose of 16 April was typed before the pause of 10 April: it ended it all the same.
    let mut late = kept();
    late.give("2026-04-16");
    late.turns("2026-04-10", paused("2026-09-01"));
    let course = late.course("2026-04-20");
    assert!(course.standing.is_none());
    assert_eq!(course.next_dose().map(|s| (s.visit, s.paused)), Some((day("2026-07-16"), None)));
    // On one day the later entry holds.
    let mut dose_last = kept();
    dose_last.turns("2026-04-16", paused("2026-09-01"));
    dose_last.give("2026-04-16");
    let course = dose_last.course("2026-04-20");
    assert!(course.standing.is_none() && course.pauses().is_empty());
    assert_eq!(course.next_dose().unwrap().paused, None);
    let mut pause_last = kept();
    pause_last.give("2026-04-16");
    pause_last.turns("2026-04-16", paused("2026-09-01"));
    let course = pause_last.course("2026-04-20");
    assert_eq!(course.next_dose().unwrap().paused, Some(day("2026-09-01")));
    assert_eq!(course.pauses(), [(day("2026-04-16"), day("2026-09-01"))]);
    assert!(course.standing.is_some());
}

#[test]
fn a_pause_and_a_missed_dose_bring_the_patient_back_on_the_later_day() {
    let visit = |first: bool| {
        let mut story = kept();
        let miss = |s: &mut Story| {
            s.not_given("2026-04-16", WhyNot::Missed, Some("2026-04-23"));
        };
        if first {
            miss(&mut story);
        }
        story.turns("2026-04-16", paused("2026-05-18"));
        if !first {
            miss(&mut story);
        }
        story.course("2026-04-17").next_dose().unwrap().visit
    };
    assert_eq!([visit(true), visit(false)], [day("2026-05-18"); 2]);
}

#[test]
fn a_pause_excuses_the_delay_and_not_the_gap() {
    // Dense loading, paused for three weeks: on the day of the return the loading is broken (T2).
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07");
    story.turns("2026-01-08", paused("2026-01-26"));
    assert!(!rules(&story.course("2026-01-20")).contains(&"T2"), "while it is paused nobody asks");
    let course = story.course("2026-01-26");
    assert_eq!(course.next_dose().unwrap().state, DoseState::Due);
    let found = course.findings.iter().find(|f| f.rule == "T2").unwrap();
    assert!(found.text.contains("19 days since the last dose"), "{}", found.text);
    assert_eq!(asked(&story, "2026-01-26"), [("T2".to_owned(), Tier::Reason)]);
    // A pause of a day breaks nothing.
    let mut short = Story::on("r01");
    short.gives("2026-01-05 07");
    short.turns("2026-01-08", paused("2026-01-12"));
    assert_eq!(asked(&short, "2026-01-12"), []);
}

#[test]
fn a_long_lapse_counts_over_plans() {
    let lapsed = |neuro: Neuro, given: &str, today: &str| {
        let mut story = Story::new(practice());
        story.act(Act::Triaged(Triage { neuro, ..triage() }));
        story.orders("r01", "2026-01-05", Some("2 months"));
        story.gives(LOADING);
        let spaced = {
            let course = story.course("2026-01-20");
            cobalog::clinic::spacing::step(&course, "3 months".parse().unwrap(), "Dr Adebayo", "well").unwrap()
        };
        story.order = Some(story.act(Act::Ordered(spaced)));
        story.gives(given);
        rules(&story.course(today)).contains(&"T4")
    };
    // The first dose of the new plan was due on 16 April; the last of all was given on 16 January.
    assert!(!lapsed(Neuro::None, "", "2027-01-16") && lapsed(Neuro::None, "", "2027-01-17"));
    assert!(!lapsed(Neuro::Mild, "", "2026-07-17") && lapsed(Neuro::Mild, "", "2026-07-18"));
}

#[test]
fn stopping_closes_a_chart_only_where_symptoms_and_blood_are_well() {
    let stopped = |looks: &[&[&str]]| {
        let mut story = kept();
        story.act(Act::Triaged(Triage { cause: "diet".to_owned(), ..triage() }));
        story.turns("2026-04-16", Turn::Stopped { recheck: day("2026-07-16") });
        for (i, found) in looks.iter().enumerate() {
            story.checks(["2026-07-16", "2026-07-20"][i], found);
        }
        let course = story.course("2026-07-21");
        let open = course.checkpoints.iter().any(|c| matches!(c.state, CheckState::Overdue(_)));
        (course.next, open)
    };
    let (blood, low) = (["haemoglobin=130 g/L", "mcv=90 fL"], ["haemoglobin=85 g/L", "mcv=90 fL"]);
    // Blood alone: symptoms are still owed, and it stays on the list.
    assert_eq!(stopped(&[&blood]), (Next::Recheck(day("2026-07-16")), true));
    assert!(matches!(stopped(&[&blood, &["fatigue=0"]]), (Next::Closed(_), false)));
    assert!(matches!(stopped(&[&blood, &["fatigue=2"]]), (Next::Decide(_), false)));
    // No symptom, and haemoglobin low or cells large.
    assert!(matches!(stopped(&[&["fatigue=0"], &low]).0, Next::Decide(_)));
    assert!(matches!(stopped(&[&["fatigue=0", "haemoglobin=130 g/L", "mcv=108 fL"]]).0, Next::Decide(_)));
    // What was not done, or cannot be judged, is not known to be well.
    assert!(matches!(stopped(&[&["fatigue=0", "haemoglobin=not done", "mcv=90 fL"]]).0, Next::Decide(_)));
    assert!(matches!(stopped(&[&["fatigue=0", "haemoglobin=<125 g/L", "mcv=90 fL"]]).0, Next::Decide(_)));
    // Symptoms that come back after the chart was closed open it again.
    let well = ["fatigue=0", "haemoglobin=130 g/L", "mcv=90 fL"];
    assert!(matches!(stopped(&[&well, &["fatigue=3"]]).0, Next::Decide(_)));
}

#[test]
fn each_day_with_two_doses_speaks() {
    let mut story = kept();
    story.gives("2026-04-16 16 07-16 16 16");
    let course = story.course("2026-07-16");
    let twice: Vec<_> = course.findings.iter().filter(|f| f.rule == "T9").map(|f| f.text.as_str()).collect();
    assert_eq!(twice, ["Two doses are recorded on Thu 16 Apr 2026.", "3 doses are recorded on Thu 16 Jul 2026."]);
}
