//! What a new plan leaves of the one before: its days as ghosts, its looks; and pauses as spans. Dates by hand.

use super::kit::*;
use cobalog::clinic::decision::Turn;
use cobalog::clinic::entry::Act;
use cobalog::clinic::interval::Interval;
use cobalog::clinic::spacing;

const LOADING: &str = "2026-01-05 07 09 12 14 16";

fn kept() -> Story {
    let mut story = Story::on("r01");
    story.gives(LOADING);
    story
}

fn ghosts(story: &Story, today: &str) -> Vec<String> {
    story.course(today).ghosts.iter().map(ToString::to_string).collect()
}

#[test]
fn a_plan_that_nothing_replaced_has_no_ghost() {
    assert!(ghosts(&kept(), "2026-02-10").is_empty());
}

#[test]
fn a_new_plan_leaves_the_days_of_the_old_one() {
    let mut story = kept();
    // Every 3 months from 16 January; the new plan begins on 1 May, after the dose of 16 April.
    story.orders("r01", "2026-05-01", Some("2 months"));
    assert_eq!(ghosts(&story, "2026-04-20"), ["2026-07-16", "2026-10-16", "2027-01-16", "2027-04-16"]);
    // Only what is still to come is of use.
    assert_eq!(ghosts(&story, "2026-10-17"), ["2027-01-16", "2027-04-16"]);
    assert!(ghosts(&story, "2027-07-02").is_empty(), "14 months on nobody compares any more");
}

#[test]
fn the_ghost_counts_from_where_the_plan_stood() {
    let mut story = kept();
    story.give("2026-05-20");
    story.orders("r01", "2026-06-01", Some("2 months"));
    assert_eq!(ghosts(&story, "2026-06-01")[..2], ["2026-08-20", "2026-11-20"], "given late, so it had moved");
}

#[test]
fn dense_doses_are_a_dozen_at_most() {
    let mut story = Story::on("r02");
    story.gives("2026-01-05 07");
    story.orders("r01", "2026-01-10", None);
    let all = ghosts(&story, "2026-01-09");
    assert_eq!((all.len(), all[0].as_str(), all[11].as_str()), (12, "2026-01-09", "2026-01-31"));
}

#[test]
fn a_dose_that_a_longer_interval_puts_off_is_a_ghost() {
    let mut story = Story::from(practice(), "r01", "2026-01-05", Some("2 months"));
    story.gives(LOADING);
    story.give("2026-03-16");
    let order = spacing::step(&story.course("2026-04-16"), Interval::Months(3), "Dr Adebayo", "well").unwrap();
    assert_eq!(order.start, day("2026-06-16"));
    story.act(Act::Ordered(order));
    // 16 May is owed no more, and that is what the eye looks for.
    assert_eq!(ghosts(&story, "2026-04-16")[..3], ["2026-05-16", "2026-07-16", "2026-09-16"]);
    assert_eq!(owed(&story.course("2026-04-16"))[0], day("2026-06-16"));
}

#[test]
fn a_look_that_a_replaced_plan_asked_for_stays_its_answer() {
    let mut story = Story::from(practice(), "r01", "2026-01-05", Some("2 months"));
    story.gives(LOADING);
    story.give("2026-03-16");
    story.checks("2026-04-16", &["fatigue=0", "haemoglobin=130 g/L"]);
    let label = |story: &Story| story.course("2026-04-16").checks[0].label.clone();
    assert_eq!(label(&story), "Does it last? Before spacing further");
    let order = spacing::step(&story.course("2026-04-16"), Interval::Months(3), "Dr Adebayo", "well").unwrap();
    story.act(Act::Ordered(order));
    assert_eq!(label(&story), "Does it last? Before spacing further", "another plan does not unsay it");
}

#[test]
fn a_plan_that_had_thinned_out_shows_it_though_no_dose_of_it_was_given() {
    let spans = |course: &cobalog::clinic::course::Course| {
        let span =
            |p: &cobalog::clinic::course::PhaseSpan| (p.kind.word(), p.from.to_string(), p.to.map(|d| d.to_string()));
        course.phases.iter().filter(|p| p.from <= course.today).map(span).collect::<Vec<_>>()
    };
    let span = |kind, from: &str, to: Option<&str>| (kind, from.to_owned(), to.map(str::to_owned));
    let mut story = Story::on("r02");
    story.gives("2026-01-05 07 09 11 13 15 17 19 21 23 25 27");
    story.ends(0, "2026-01-27");
    story.orders("r02", "2026-03-03", None);
    let course = story.course("2026-03-03");
    let first =
        [span("repletion", "2026-01-05", Some("2026-01-27")), span("maintenance", "2026-01-27", Some("2026-03-03"))];
    assert_eq!(spans(&course)[..2], first);
    assert_eq!(spans(&course)[2..], [span("repletion", "2026-03-03", None)]);
    // Tablets before the first dose of maintenance.
    let mut story = kept();
    story.turns("2026-03-10", Turn::Oral { daily_mcg: 1000, recheck: day("2026-05-11") });
    let ended =
        [span("repletion", "2026-01-05", Some("2026-01-16")), span("maintenance", "2026-01-16", Some("2026-03-10"))];
    assert_eq!(spans(&story.course("2026-03-10")), ended);
}

#[test]
fn tablets_leave_the_days_of_the_injections() {
    let mut story = kept();
    story.turns("2026-02-10", Turn::Oral { daily_mcg: 1000, recheck: day("2026-04-10") });
    assert_eq!(ghosts(&story, "2026-02-10")[..2], ["2026-04-16", "2026-07-16"]);
    // Between the end and the new plan no dose was planned.
    story.orders("r01", "2026-04-15", None);
    assert!(ghosts(&story, "2026-04-15").is_empty());
}

#[test]
fn a_pause_is_a_span_with_the_doses_that_it_holds_back() {
    let mut story = kept();
    let pause = story.turns("2026-04-10", Turn::Paused { until: day("2026-08-18") });
    assert_eq!(ghosts(&story, "2026-04-11"), ["2026-04-16", "2026-07-16"]);
    assert_eq!(story.course("2026-05-01").pauses(), [(day("2026-04-10"), day("2026-08-18"))]);
    assert_eq!(story.course("2026-12-01").pauses().len(), 1, "it stays in the picture when it is over");
    story.give("2026-05-20");
    assert_eq!(story.course("2026-06-01").pauses(), [(day("2026-04-10"), day("2026-05-20"))], "the dose ended it");
    story.amend(pause, None);
    assert!(story.course("2026-06-01").pauses().is_empty() && story.course("2026-06-01").changes.is_empty());
}

#[test]
fn a_step_asks_whether_it_lasts_and_not_for_the_first_weeks_again() {
    let mut story = kept();
    story.give("2026-04-16");
    let order = spacing::step(&story.course("2026-04-20"), Interval::Months(2), "Dr Adebayo", "tired").unwrap();
    assert_eq!(order.start, day("2026-06-16"));
    story.act(Act::Ordered(order));
    let coming: Vec<_> =
        story.course("2026-06-16").checkpoints.iter().map(|c| (c.due.to_string(), c.label.clone())).collect();
    let is = |due: &str, label: &str| coming.contains(&(due.to_owned(), label.to_owned()));
    assert!(
        is("2026-09-16", "Does it last? Before spacing further") && is("2027-01-05", "Yearly review"),
        "{coming:?}"
    );
    assert!(!coming.iter().any(|(due, label)| due.as_str() > "2026-06-16" && label.contains("day 7")), "{coming:?}");
}
