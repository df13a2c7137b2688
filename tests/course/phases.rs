//! Open phases, gates, and when repletion ends.

use super::kit::*;
use cobalog::clinic::course::{Next, Repletion};

fn review(on: &str, event: &str) -> Repletion {
    Repletion::Review { on: day(on), event: event.to_owned() }
}

#[test]
fn a_decision_ends_an_open_phase() {
    let mut story = Story::on("r02");
    story.gives("2026-01-05 07 09 11 13 15 17 19 21 23 25 27");
    let open = story.course("2026-01-27");
    assert_eq!(lines(&open)[12..], ["13 2026-01-29 planned"]);
    assert_eq!(open.phases[0].to, None, "nothing ends it yet");
    assert_eq!(open.repletion, review("2026-01-26", "no further improvement"));
    story.ends(0, "2026-01-27");
    let course = story.course("2026-01-27");
    assert_eq!(owed(&course)[..3], days("2026-03-27 05-27 07-27"));
    assert_eq!(course.repletion, Repletion::Ended(day("2026-01-27")));
    assert_eq!((course.phases[0].from, course.phases[0].to), (day("2026-01-05"), Some(day("2026-01-27"))));
    assert!(course.phases[1].is_now && !course.phases[0].is_now);
    assert!(!course.doses[12].tentative);
}

#[test]
fn what_lies_behind_an_open_phase_is_a_picture() {
    let course = Story::on("r02").course("2026-01-05");
    let sure: Vec<_> = course.doses.iter().filter(|s| !s.tentative).map(|s| s.due).collect();
    assert_eq!(sure, days("2026-01-05 07 09 11 13 15 17 19 21 23 25"));
    let picture: Vec<_> = course.doses.iter().filter(|s| s.tentative).map(|s| s.due).take(2).collect();
    assert_eq!(picture, days("2026-03-25 05-25"));
    assert!(course.doses.iter().filter(|s| s.tentative).all(|s| s.as_ordered.is_none()));
    assert_eq!((course.phases[0].to, course.phases[0].tentative), (None, false));
    assert!(course.phases[1].tentative);
}

#[test]
fn a_look_at_the_review_sets_the_next_review() {
    let mut story = Story::on("r02");
    story.gives("2026-01-05 07 09 11 13 15 17 19 21 23 25");
    story.checks("2026-01-19", &["numbness=2"]);
    assert_eq!(story.course("2026-01-26").repletion, review("2026-01-26", "no further improvement"));
    story.checks("2026-01-26", &["numbness=1"]);
    assert_eq!(story.course("2026-01-26").repletion, review("2026-02-16", "no further improvement"));
}

#[test]
fn when_repletion_ends() {
    for (regimen, given, today, expected) in [
        ("r01", "2026-01-05", "2026-01-05", Repletion::Expected(day("2026-01-16"))),
        ("r01", "2026-01-05", "2026-01-10", Repletion::Expected(day("2026-01-19"))),
        ("r01", "2026-01-05 07 09 12 14", "2026-01-30", Repletion::Expected(day("2026-01-30"))),
        ("r01", "2026-01-05 07 09 12 14 16", "2026-01-16", Repletion::Ended(day("2026-01-16"))),
        ("r02", "2026-01-05", "2026-01-05", review("2026-01-26", "no further improvement")),
        ("r04", "2026-01-05", "2026-01-05", review("2026-03-14", "blood count normal")),
        ("r05", "2026-01-05", "2026-01-05", Repletion::None),
        ("r20b", "2026-01-05", "2026-01-05", review("2026-02-05", "the prescriber's decision")),
        ("r07b", "2026-01-05 06 07 08 09 10 11", "2026-01-11", Repletion::Expected(day("2026-02-15"))),
    ] {
        let mut story = Story::on(regimen);
        story.gives(given);
        assert_eq!(story.course(today).repletion, expected, "{regimen}: {given}");
    }
}

#[test]
fn the_label_of_r04_step_by_step() {
    let mut story = Story::on("r04");
    story.gives("2026-01-05 07 09 11 13 15 17 24 31");
    let course = story.course("2026-02-01");
    assert_eq!(course.next_dose().map(|s| (s.due, s.dose_mcg, s.in_phase)), Some((day("2026-02-07"), 250, (3, None))));
    story.ends(1, "2026-02-02");
    let course = story.course("2026-02-02");
    assert_eq!(owed(&course)[..2], days("2026-04-30 07-31"));
    assert_eq!(course.repletion, Repletion::Ended(day("2026-01-31")));
}

#[test]
fn a_gate_stands_until_the_decision_or_the_dose() {
    let mut story = Story::on("r07");
    story.gives("2026-01-05 06 07 08 09 10 11");
    let gated = story.course("2026-01-12");
    let slot = gated.next_dose().unwrap();
    assert_eq!(slot.gate.as_deref(), Some("clinical improvement and reticulocyte response"));
    assert_eq!(slot.due, day("2026-01-13"));
    assert!(gated.doses.iter().filter(|s| s.gate.is_some()).count() == 1, "only the first dose behind it asks");
    let mut given = story.clone();
    given.give("2026-01-13");
    assert!(given.course("2026-01-13").doses.iter().all(|s| s.gate.is_none()));
    story.ends(0, "2026-01-12");
    let passed = story.course("2026-01-12");
    assert_eq!(passed.next_dose().map(|s| (s.due, s.gate.clone())), Some((day("2026-01-13"), None)));
    // A gate that is still ahead is seen from afar.
    let early = Story::on("r07").course("2026-01-05");
    assert_eq!(early.doses.iter().find(|s| s.gate.is_some()).map(|s| s.n), Some(8));
}

#[test]
fn a_counted_phase_can_be_ended_early_and_the_last_phase_too() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07 09 12");
    story.ends(0, "2026-01-13");
    let course = story.course("2026-01-13");
    assert_eq!(lines(&course)[4..], ["5 2026-04-12 planned"]);
    assert_eq!(course.doses[4].in_phase, (1, None));
    story.ends(1, "2026-01-14");
    let course = story.course("2026-01-14");
    assert!(matches!(&course.next, Next::Decide(words) if words.contains("was ended on Wed 14 Jan 2026")));
    assert!(owed(&course).is_empty());
}

#[test]
fn a_decision_about_a_later_phase_ends_those_before_it() {
    let mut story = Story::on("r04");
    story.gives("2026-01-05 07");
    story.ends(1, "2026-01-08");
    let course = story.course("2026-01-08");
    assert_eq!(course.next_dose().map(|s| (s.phase, s.due)), Some((2, day("2026-04-07"))));
    assert_eq!(course.repletion, Repletion::Ended(day("2026-01-07")));
}
