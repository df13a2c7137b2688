//! Turns of a course beside its plan: paused, tablets, stopped, declined, transferred, died; and the way back.

use super::kit::*;
use cobalog::clinic::agenda::{Kind, Roll, Row};
use cobalog::clinic::course::{CheckState, Course, DoseState, Next};
use cobalog::clinic::decision::Turn;
use cobalog::clinic::entry::{Act, Given, NextFrom};
use cobalog::clinic::triage::Triage;

const LOADING: &str = "2026-01-05 07 09 12 14 16";

fn kept() -> Story {
    let mut story = Story::on("r01");
    story.gives(LOADING);
    story
}

/// What a list of a day says: the label and the days late.
fn listed(story: &Story, today: &str) -> Vec<(String, i64)> {
    let row = Row::of(&story.chart(), &story.practice, day(today)).unwrap();
    let roll = Roll::of([row]);
    let all = roll.worklist(day(today), 0);
    let work = all.iter().filter(|task| task.kind != Kind::Checkpoint);
    work.map(|task| (roll.owed(task).unwrap().item.label, task.days_late)).collect()
}

#[test]
fn a_pause_ends_by_itself_and_is_no_delay() {
    let mut story = kept();
    story.turns("2026-04-10", Turn::Paused { until: day("2026-05-18") });
    let slot = story.course("2026-05-01").next_dose().unwrap().clone();
    assert_eq!((slot.due, slot.visit, slot.state), (day("2026-04-16"), day("2026-05-18"), DoseState::Planned));
    let quiet = |today: &str| !rules(&story.course(today)).iter().any(|r| r.starts_with('T'));
    assert!(quiet("2026-05-01") && quiet("2026-05-18"));
    assert_eq!(listed(&story, "2026-05-17"), []);
    assert_eq!(listed(&story, "2026-05-18"), [("Maintenance".to_owned(), 0)]);
    assert_eq!(listed(&story, "2026-05-20"), [("Maintenance".to_owned(), 2)]);
    assert!(story.course("2026-05-17").standing.is_some() && story.course("2026-05-18").standing.is_none());
    let row = Row::of(&story.chart(), &story.practice, day("2026-05-01")).unwrap();
    assert!(row.standing_on(day("2026-05-17")).starts_with("Paused until Mon 18 May 2026"));
    assert_eq!(row.standing_on(day("2026-05-18")), "", "a row that was kept over midnight");
    story.give("2026-05-18");
    assert_eq!(story.course("2026-05-19").next_dose().unwrap().due, day("2026-08-18"));
}

#[test]
fn a_dose_ends_a_pause() {
    let mut story = kept();
    story.turns("2026-04-10", Turn::Paused { until: day("2026-09-01") });
    story.give("2026-04-16");
    let course = story.course("2026-04-20");
    assert!(course.standing.is_none());
    assert_eq!(course.next_dose().unwrap().visit, day("2026-07-16"));
}

#[test]
fn tablets_have_a_recheck_and_a_way_back() {
    let mut story = kept();
    story.turns("2026-04-16", Turn::Oral { daily_mcg: 1000, recheck: day("2026-06-16") });
    let course = story.course("2026-05-01");
    assert_eq!(course.next, Next::Recheck(day("2026-06-16")));
    assert!(course.next_dose().is_none() && course.doses.iter().all(|s| !s.state.is_owed()));
    let slot = story.course("2026-06-20").next_checkpoint().unwrap().clone();
    assert_eq!((slot.label.as_str(), slot.state), ("Recheck on tablets", CheckState::Overdue(4)));
    story.checks("2026-06-21", &["fatigue=0", "haemoglobin=130 g/L", "mcv=90 fL"]);
    assert!(matches!(story.course("2026-06-21").next, Next::Decide(_)), "a person goes on, or goes back");
    story.turns("2026-06-21", Turn::Oral { daily_mcg: 1000, recheck: day("2027-06-21") });
    assert_eq!(story.course("2026-06-22").next, Next::Recheck(day("2027-06-21")));
    story.orders("r01", "2027-06-25", None);
    assert_eq!(story.course("2027-06-25").next_dose().unwrap().due, day("2027-06-25"));
}

#[test]
fn stopped_is_over_only_after_a_recheck_without_symptoms() {
    let next = |grade: &str| {
        let mut story = kept();
        story.act(Act::Triaged(Triage { cause: "diet".to_owned(), ..triage() }));
        story.turns("2026-04-16", Turn::Stopped { recheck: day("2026-07-16") });
        assert_eq!(story.course("2026-04-17").next, Next::Recheck(day("2026-07-16")));
        story.checks("2026-07-16", &[grade, "haemoglobin=130 g/L", "mcv=90 fL"]);
        story.course("2026-07-17").next
    };
    assert!(matches!(next("fatigue=0"), Next::Closed(words) if words.ends_with(". No symptom at the recheck.")));
    assert!(matches!(next("fatigue=1"), Next::Decide(_)));
}

#[test]
fn declined_is_asked_again() {
    let mut story = kept();
    story.turns("2026-04-16", Turn::Declined { again: day("2026-07-01") });
    assert_eq!(story.course("2026-05-01").next, Next::AskAgain(day("2026-07-01")));
    assert_eq!(listed(&story, "2026-06-30"), []);
    assert_eq!(listed(&story, "2026-07-01"), [("Ask again".to_owned(), 0)]);
}

#[test]
fn who_died_or_moved_is_on_no_list() {
    for what in [Turn::Died, Turn::Transferred { to: "Dr Chen".to_owned() }] {
        let mut story = kept();
        story.turns("2026-03-20", what);
        let course = story.course("2026-08-01");
        assert!(matches!(course.next, Next::Closed(_)));
        assert!(course.checkpoints.iter().all(|c| !c.state.is_open()), "{:?}", looks(&course));
        let row = Row::of(&story.chart(), &story.practice, day("2026-08-01")).unwrap();
        assert!(row.closed && row.items.is_empty() && !row.standing.is_empty());
    }
}

#[test]
fn a_struck_out_change_never_was() {
    let mut story = kept();
    let id = story.turns("2026-03-20", Turn::Died);
    story.amend(id, None);
    assert_eq!(story.course("2026-03-21").next_dose().unwrap().due, day("2026-04-16"));
}

#[test]
fn a_late_dose_counts_from_its_day_or_goes_back_to_the_calendar() {
    let owed_after = |regimen: &str, given: &str, last: &str, from: NextFrom| {
        let mut story = Story::on(regimen);
        story.gives(given);
        let given = Given { next_from: from, ..story.given(day(last)) };
        story.act(Act::Given(given));
        let course: Course = story.course(last);
        owed(&course).into_iter().take(3).map(|d| d.to_string()).collect::<Vec<_>>()
    };
    use NextFrom::{Calendar, DayGiven};
    // Dose 3 of R01 on Saturday 10 instead of Friday 9 January.
    assert_eq!(owed_after("r01", "2026-01-05 07", "2026-01-10", DayGiven), ["2026-01-13", "2026-01-15", "2026-01-17"]);
    assert_eq!(owed_after("r01", "2026-01-05 07", "2026-01-10", Calendar), ["2026-01-12", "2026-01-14", "2026-01-16"]);
    // On Sunday 11 the next planned day is too near: it goes on with the one after.
    assert_eq!(owed_after("r01", "2026-01-05 07", "2026-01-11", Calendar), ["2026-01-14", "2026-01-16", "2026-01-19"]);
    // Maintenance, due 16 April, given 20 May: 20 August, or back to 16 July.
    assert_eq!(owed_after("r01", LOADING, "2026-05-20", DayGiven)[0], "2026-08-20");
    assert_eq!(owed_after("r01", LOADING, "2026-05-20", Calendar)[..2], ["2026-07-16", "2026-10-16"]);
    // Monthly, 21 days are enough (T8): due 8 March, given on the 18th, back to 8 April; on the 19th they are not.
    let monthly = "2026-01-05 06 07 08 09 10 11 18 25 02-01 08";
    assert_eq!(owed_after("r09", monthly, "2026-03-18", Calendar)[0], "2026-04-08");
    assert_eq!(owed_after("r09", monthly, "2026-03-19", Calendar)[0], "2026-05-08");
    // Six weeks are the least: given on 10 June, 16 July is 36 days away.
    assert_eq!(owed_after("r01", LOADING, "2026-06-10", Calendar)[0], "2026-10-16");
}

#[test]
fn a_planned_day_that_the_calendar_leaves_out_is_told() {
    use cobalog::clinic::course::onward;
    let after = |last: &str, next_from: NextFrom| {
        let mut story = Story::from(practice(), "r01", "2026-01-05", Some("2 months"));
        story.gives(LOADING);
        let given = Given { next_from, ..story.given(day(last)) };
        story.act(Act::Given(given));
        let course = story.course(last);
        (onward::gap(&course, day(last)), onward::left_out(&course, &story.practice, day(last)))
    };
    // Due 16 March, given on 6 April: 16 May is 40 days away, and the one after it 101.
    assert_eq!(after("2026-04-06", NextFrom::DayGiven), (Some("61 days".to_owned()), None));
    let left_out = "Sat 16 May 2026, 40 days after this dose, is left out: under 42 days (T7)".to_owned();
    assert_eq!(after("2026-04-06", NextFrom::Calendar), (Some("101 days".to_owned()), Some(left_out)));
    assert_eq!(after("2026-04-03", NextFrom::Calendar), (Some("43 days".to_owned()), None));
    // Early: the day of the plan that it stands for is not left out.
    assert_eq!(after("2026-03-10", NextFrom::Calendar).1, None);
}
