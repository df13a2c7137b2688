//! Which recorded look answers which planned checkpoint.

use super::kit::*;
use cobalog::clinic::agenda::{Kind, Roll, Row};
use cobalog::clinic::background::Confounder;
use cobalog::clinic::course::CheckState::{self, Done, Due, Overdue, Passed, Planned};
use cobalog::clinic::course::Course;
use cobalog::clinic::decision::Turn;
use cobalog::clinic::entry::{Act, Checked};
use cobalog::clinic::looking::{self, Part};

/// Returns the state of the first checkpoint whose title begins so.
fn state(course: &Course, label: &str) -> CheckState {
    looks(course).into_iter().find(|(_, l, _)| l.starts_with(label)).map(|(_, _, s)| s).unwrap()
}

fn due(course: &Course, label: &str) -> String {
    looks(course).into_iter().find(|(_, l, _)| l.starts_with(label)).map(|(d, _, _)| d.to_string()).unwrap()
}

const BLOOD: [&str; 3] = ["haemoglobin=104 g/L", "mcv=108 fL", "reticulocytes=160 10*9/L"];

#[test]
fn the_dates_of_facts_1_5() {
    let r01 = Story::on("r01").course("2026-01-05");
    assert_eq!(due(&r01, "Blood response"), "2026-01-12", "the first dose within day 7 to 10");
    assert_eq!(due(&r01, "Early symptom check"), "2026-01-26");
    assert_eq!(due(&r01, "8-week"), "2026-03-02");
    assert_eq!(due(&r01, "3-month"), "2026-04-05");
    assert_eq!(due(&r01, "Yearly"), "2027-01-05");
    let r02 = Story::on("r02").course("2026-01-05");
    assert_eq!(due(&r02, "Blood response"), "2026-01-13");
    assert_eq!(due(&r02, "3-week review"), "2026-01-26");
    assert_eq!(due(&Story::on("r20a").course("2026-01-05"), "1 month"), "2026-02-05");
    // Nothing is given within the window: its first day.
    assert_eq!(due(&Story::on("r26a").course("2026-01-05"), "Yearly"), "2027-01-05");
    assert_eq!(due(&Story::on("r25").course("2026-01-05"), "Blood response"), "2026-01-13");
}

#[test]
fn a_window_follows_the_dose_that_is_owed_or_given() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07 10");
    assert_eq!(due(&story.course("2026-01-10"), "Blood response"), "2026-01-13");
    story.give("2026-01-15");
    assert_eq!(due(&story.course("2026-01-15"), "Blood response"), "2026-01-15");
    let mut missed = Story::on("r01");
    missed.gives("2026-01-05 07 09");
    missed.give("2026-01-20");
    assert_eq!(due(&missed.course("2026-01-20"), "Blood response"), "2026-01-12");
}

#[test]
fn checkpoints_count_from_the_first_dose_and_from_the_end_of_repletion() {
    let mut story = Story::on("r01");
    story.give("2026-01-08");
    let course = story.course("2026-01-08");
    assert_eq!(due(&course, "8-week"), "2026-03-05");
    let slot = |course: &Course| course.checkpoints.iter().find(|c| c.label.starts_with("Does it last")).cloned();
    assert!(slot(&course).unwrap().tentative);
    story.gives("2026-01-10 12 15 17 19");
    let last = slot(&story.course("2026-01-19")).unwrap();
    assert_eq!((last.due, last.tentative), (day("2026-04-19"), false));
    assert_eq!(slot(&Story::on("r02").course("2026-01-05")), None, "an open phase has no end to count from");
}

#[test]
fn on_time_early_and_late() {
    for (on, expected) in [
        ("2026-01-05", Planned),
        ("2026-01-21", Planned),
        // A fifth of the three weeks: four days before, it counts.
        ("2026-01-22", Done),
        ("2026-01-26", Done),
        ("2026-02-10", Done),
    ] {
        let mut story = Story::on("r01");
        story.give("2026-01-05");
        story.checks("2026-01-12", &BLOOD);
        story.checks(on, &["fatigue=2"]);
        assert_eq!(state(&story.course("2026-01-20"), "Early symptom"), expected, "looked on {on}");
    }
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    assert_eq!(state(&story.course("2026-01-26"), "Early symptom"), Due);
    assert_eq!(state(&story.course("2026-01-29"), "Early symptom"), Overdue(3));
}

#[test]
fn a_later_look_passes_the_earlier_ones() {
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    story.checks("2026-03-02", &["fatigue=1", "haemoglobin=128 g/L", "mcv=92 fL"]);
    let course = story.course("2026-03-03");
    assert_eq!(state(&course, "Blood response"), Passed);
    assert_eq!(state(&course, "Early symptom"), Passed);
    assert_eq!(state(&course, "8-week"), Done);
    assert_eq!(course.next_checkpoint().map(|c| c.due), Some(day("2026-04-05")));
    assert_eq!(course.checks[0].label, "8-week blood count");
}

#[test]
fn a_look_answers_only_what_it_holds() {
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    // Symptoms asked on the day of the blood response are no blood count.
    story.checks("2026-01-13", &["fatigue=3"]);
    let course = story.course("2026-01-13");
    assert_eq!(state(&course, "Blood response"), Overdue(1));
    assert_eq!(course.checks[0].label, "Between checkpoints");
    // Results alone do not answer a question about symptoms.
    story.checks("2026-01-26", &BLOOD);
    let course = story.course("2026-01-26");
    assert_eq!(state(&course, "Blood response"), Done);
    assert_eq!(state(&course, "Early symptom"), Due);
}

#[test]
fn results_that_come_later_fill_what_was_missing() {
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    story.checks("2026-03-02", &["fatigue=1"]);
    let slot = |c: &Course| c.checkpoints.iter().find(|c| c.label.starts_with("8-week")).cloned().unwrap();
    let first = slot(&story.course("2026-03-02"));
    // Symptoms alone do not answer a checkpoint that asks for blood: it stays owed, for what is not in yet.
    assert_eq!((first.state, first.check), (Due, Some(0)));
    assert_eq!(first.missing, ["haemoglobin", "mcv"]);
    assert_eq!(slot(&story.course("2026-03-09")).state, Overdue(7));
    let row = Row::of(&story.chart(), &story.practice, day("2026-03-09")).unwrap();
    assert!(row.items.iter().any(|i| i.label == "Missing Hb, MCV: 8-week blood count" && i.due == day("2026-03-02")));
    let asks = |course: &Course| course.findings.iter().find(|f| f.rule == "G5").map(|f| f.text.clone());
    let said = "8-week blood count was due Mon 02 Mar 2026, 7 days ago; not in yet: Hb, MCV.";
    assert_eq!(asks(&story.course("2026-03-09")).as_deref(), Some(said));
    story.checks("2026-03-05", &["haemoglobin=128 g/L"]);
    assert_eq!(slot(&story.course("2026-03-05")).missing, ["mcv"]);
    story.checks("2026-03-06", &["mcv=92 fL"]);
    let course = story.course("2026-03-06");
    assert!(slot(&course).missing.is_empty());
    assert_eq!(slot(&course).state, Done);
    assert_eq!(course.checks[2].label, "8-week blood count");
    // Once nothing is missing, another look stands between checkpoints.
    story.checks("2026-03-07", &["mcv=91 fL"]);
    assert_eq!(story.course("2026-03-07").checks[3].label, "Between checkpoints");
}

#[test]
fn a_look_that_names_its_checkpoint_answers_that_one() {
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    let look = |on: &str, found: &[&str], due: Option<&str>, sampled: Option<&str>| -> Act {
        Act::Checked(Checked { due: due.map(day), sampled: sampled.map(day), ..story.look(on, found) })
    };
    let late = look("2026-01-28", &BLOOD, Some("2026-01-12"), None);
    let sample = look("2026-01-28", &BLOOD, None, Some("2026-01-12"));
    for act in [late, sample] {
        let mut story = story.clone();
        story.act(act);
        let course = story.course("2026-01-28");
        assert_eq!(state(&course, "Blood response"), Done);
        assert_eq!(state(&course, "Early symptom"), Overdue(2));
    }
}

#[test]
fn a_named_checkpoint_is_found_after_its_dose_came_later_in_the_window() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07 09");
    let look = Checked { due: Some(day("2026-01-12")), ..story.look("2026-01-12", &BLOOD) };
    story.act(Act::Checked(look));
    story.give("2026-01-14");
    assert_eq!(state(&story.course("2026-01-14"), "Blood response"), Done);
}

#[test]
fn a_baseline_is_no_checkpoint() {
    let mut story = Story::on("r01");
    story.checks("2026-01-02", &["fatigue=3", "haemoglobin=98 g/L"]);
    story.checks("2026-01-05", &["fatigue=3"]);
    story.give("2026-01-05");
    let course = story.course("2026-01-05");
    assert!(course.checks.iter().all(|c| c.label == "Baseline"));
    assert!(course.checkpoints.iter().all(|c| c.state == Planned));
}

#[test]
fn the_yearly_review_comes_again() {
    let mut story = Story::on("r05");
    story.give("2026-01-05");
    let yearly = |c: &Course| {
        looks(c).into_iter().filter(|(_, l, _)| l == "Yearly review").map(|(d, _, _)| d.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(yearly(&story.course("2026-01-05")), ["2027-01-05"]);
    assert_eq!(yearly(&story.course("2028-06-01")), ["2027-01-05", "2028-01-05", "2029-01-05"]);
    story.checks("2027-01-10", &["fatigue=0", "haemoglobin=130 g/L", "mcv=90 fL"]);
    let course = story.course("2027-01-10");
    assert_eq!(course.next_checkpoint().map(|c| c.due), Some(day("2028-01-05")));
}

#[test]
fn each_order_counts_from_its_own_first_dose() {
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    story.orders("r02", "2026-06-01", None);
    // Two days before the second start: a look between, not the second course's first checkpoint.
    story.checks("2026-05-30", &["fatigue=1", "numbness=1"]);
    let course = story.course("2026-06-01");
    assert_eq!(state(&course, "1-week"), Planned);
    assert_eq!(due(&course, "1-week"), "2026-06-08");
}

#[test]
fn the_worklist_asks_for_the_latest_checkpoint_only() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07 09 12 14 16");
    let today = day("2026-03-03");
    let row = Row::of(&story.chart(), &story.practice, today).unwrap();
    let roll = Roll::of([row]);
    let tasks = roll.worklist(today, 0);
    let labels: Vec<_> = tasks.iter().map(|task| (roll.owed(task).unwrap().item.label, task.days_late)).collect();
    assert_eq!(labels, [("8-week blood count".to_owned(), 1)]);
}

#[test]
fn a_checkpoint_whose_date_is_a_picture_hides_none_that_is_sure() {
    // Dose 1 on 5 January, the sixth expected on 5 January a year later less 3 months: both looks fall on one day.
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07 09 12 14");
    let today = "2026-10-05";
    let course = story.course(today);
    let on_day: Vec<_> = course.checkpoints.iter().filter(|c| c.due == day("2027-01-05")).collect();
    assert_eq!(on_day.iter().map(|c| c.tentative).collect::<Vec<_>>(), [false, true]);
    let row = Row::of(&story.chart(), &story.practice, day(today)).unwrap();
    assert!(row.items.iter().any(|i| i.due == day("2027-01-05") && i.label == "Yearly review"));
}

#[test]
fn one_visit_answers_two_checkpoints_of_the_same_days() {
    let at = |on: &str, found: &[&str]| {
        let mut story = Story::on("r02");
        story.gives("2026-01-05 07 09 11 13");
        story.checks(on, found);
        let course = story.course("2026-01-14");
        course.checkpoints.iter().take(2).map(|c| (c.due.to_string(), c.state, c.check)).collect::<Vec<_>>()
    };
    let both = ["numbness=2", "haemoglobin=104 g/L", "mcv=110 fL", "reticulocytes=180 10*9/L"];
    let done = |due: &str, check| (due.to_owned(), Done, check);
    assert_eq!(at("2026-01-13", &both), [done("2026-01-12", Some(0)), done("2026-01-13", Some(0))]);
    let blood = at("2026-01-13", &both[1..]);
    assert_eq!(blood[0].1, Passed, "nobody graded a symptom");
}

/// What the lists show of checkpoints: the label and the days late.
fn listed(story: &Story, today: &str) -> Vec<(String, i64)> {
    let today = day(today);
    let row = Row::of(&story.chart(), &story.practice, today).unwrap();
    let roll = Roll::of([row]);
    let checks = roll.worklist(today, 0).into_iter().filter(|task| task.kind == Kind::Checkpoint);
    checks.map(|task| (roll.owed(&task).unwrap().item.label, task.days_late)).collect()
}

#[test]
fn a_blood_response_does_not_vanish_behind_a_review_of_symptoms() {
    let mut story = Story::on("r02");
    story.gives("2026-01-05 07 09 11 13 15 17 19");
    let today = "2026-01-19";
    let labels = ["Blood response, day 7-10".to_owned(), "2-week symptom review".to_owned()];
    assert_eq!(listed(&story, today), [(labels[0].clone(), 6), (labels[1].clone(), 0)]);
    let first = story.course(today).next_checkpoint().cloned().unwrap();
    assert_eq!(first.label, labels.join(" + "));
    assert_eq!((first.state, first.asks.join(" ")), (Overdue(6), "symptoms haemoglobin mcv reticulocytes".to_owned()));
    // Symptoms alone: the blood stays asked.
    let mut asked = story.clone();
    asked.act(Act::Checked(Checked { due: Some(first.due), ..asked.look(today, &["numbness=2"]) }));
    let course = asked.course("2026-01-20");
    let slot = course.next_checkpoint().unwrap();
    assert_eq!((slot.state, slot.open_asks().join(" ")), (Overdue(7), "haemoglobin mcv reticulocytes".to_owned()));
    assert_eq!(listed(&asked, "2026-01-20").len(), 1, "{:?}", listed(&asked, "2026-01-20"));
    asked.checks("2026-01-21", &BLOOD);
    assert_eq!(state(&asked.course("2026-01-21"), "Blood response"), Done);
    assert_eq!(asked.course("2026-01-21").next_checkpoint().map(|c| c.due), Some(day("2026-01-26")));
    // All at one visit, whatever it is called.
    for due in [None, Some(first.due)] {
        let mut story = story.clone();
        let all = story.look(today, &["numbness=2", BLOOD[0], BLOOD[1], BLOOD[2]]);
        story.act(Act::Checked(Checked { due, ..all }));
        let course = story.course(today);
        assert_eq!((state(&course, "Blood response"), state(&course, "2-week")), (Done, Done), "{due:?}");
    }
    // The next blood count asks for all that is left.
    let course = story.course("2026-03-02");
    assert_eq!(course.next_checkpoint().map(|c| c.label.clone()), Some("8-week blood count".to_owned()));
    assert_eq!(listed(&story, "2026-03-02"), [("8-week blood count".to_owned(), 0)]);
}

#[test]
fn before_the_first_dose_no_response_is_looked_at() {
    let mut story = Story::on("r01");
    let course = story.course("2026-04-20");
    assert!(course.checkpoints.iter().all(|c| c.tentative && c.state == Planned), "{:?}", looks(&course));
    assert_eq!(due(&course, "Blood response"), "2026-04-27", "it moves with the dose that is owed");
    assert_eq!(listed(&story, "2026-04-20"), []);
    assert!(!rules(&course).contains(&"G5"), "{:?}", rules(&course));
    // What will show that it works is told all the same.
    assert_eq!(course.next_checkpoint().map(|c| c.due), Some(day("2026-04-27")));
    assert!(course.checkpoint_now().is_none(), "a look before the first dose is a baseline");
    story.turns("2026-04-20", Turn::Paused { until: day("2026-06-01") });
    assert_eq!(due(&story.course("2026-05-01"), "Blood response"), "2026-06-08");
    assert_eq!(listed(&story, "2026-05-30"), []);
    // A plan that was replaced before its first dose asks nothing either.
    story.orders("r02", "2026-06-08", None);
    story.give("2026-06-08");
    let course = story.course("2026-06-08");
    assert!(course.checkpoints.iter().all(|c| c.due > day("2026-06-08")), "{:?}", looks(&course));
}

#[test]
fn a_checkpoint_of_a_closed_day_is_taken_on_the_next_open_one() {
    // The 8-week blood count of Saturday 3 January falls on Saturday 28 February.
    let mut story = Story::from(weekday_practice(), "r01", "2026-01-03", None);
    story.gives("2026-01-03 05 07 09 12 14");
    story.checks("2026-01-12", &BLOOD);
    story.checks("2026-01-26", &["fatigue=1"]);
    let slot = |today: &str| {
        let course = story.course(today);
        course.checkpoints.iter().find(|c| c.label.starts_with("8-week")).cloned().unwrap()
    };
    let saturday = slot("2026-02-28");
    assert_eq!((saturday.due, saturday.visit), (day("2026-02-28"), day("2026-03-02")));
    assert_eq!([saturday.state, slot("2026-03-02").state, slot("2026-03-03").state], [Planned, Due, Overdue(1)]);
    let label = || "8-week blood count".to_owned();
    assert_eq!(listed(&story, "2026-03-01"), []);
    assert_eq!(listed(&story, "2026-03-02"), [(label(), 0)]);
    assert_eq!(listed(&story, "2026-03-03"), [(label(), 1)]);
    let page = cobalog::paper::text(&cobalog::paper::plan(&story.course("2026-02-20"), &story.practice).unwrap());
    assert!(page.contains("Monday 2 March") && !page.contains("Saturday 28 February"), "{page}");
}

/// What a look cannot be, whichever face records it; and which checkpoint it answers, as things stood on its day.
#[test]
fn a_look_is_of_a_day_that_can_be() {
    let mut story = Story::on("r01");
    assert!(looking::answers(&story.chart(), &story.practice, day("2026-02-02")).is_none(), "a baseline");
    story.gives("2026-01-05 07 09 12 14 16");
    let course = story.course("2026-01-27");
    let answered = |on: &str| looking::answers(&story.chart(), &story.practice, day(on)).map(|slot| slot.label);
    assert!(answered("2026-01-13").unwrap().starts_with("Blood response"), "{:?}", answered("2026-01-13"));
    assert!(answered("2026-01-26").unwrap().contains("Early symptom check"), "{:?}", answered("2026-01-26"));
    let look = |on: &str| Checked { on: day(on), note: Some("well".to_owned()), ..Checked::default() };
    let wrong = |look: Checked| looking::wrong(&course, &look).map(|(part, _)| part);
    let sampled = |on: &str| Checked { sampled: Some(day(on)), ..look("2026-01-26") };
    assert_eq!(wrong(look("2026-01-27")), None);
    assert_eq!([wrong(look("2026-01-28")), wrong(look("1961-03-03"))], [Some(Part::Day); 2]);
    assert_eq!([wrong(sampled("2026-01-27")), wrong(sampled("1961-03-03"))], [Some(Part::Sampled); 2]);
    let beside = Confounder { id: "transfusion".to_owned(), on: Some(day("2026-01-27")) };
    assert_eq!(wrong(Checked { confounders: vec![beside], ..look("2026-01-26") }), Some(Part::Beside(0)));
    assert_eq!(wrong(Checked { note: None, ..look("2026-01-26") }), Some(Part::Empty));
}
