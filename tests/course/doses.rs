//! What is owed after doses were given, late, early, or not at all.

use super::kit::*;
use cobalog::clinic::course::{DoseState, Next, Repletion};
use cobalog::clinic::drug::{Drug, Route};
use cobalog::clinic::entry::{Act, Given, NotGiven, WhyNot};
use cobalog::clinic::not_given::{self, Part};
use cobalog::clinic::order::Order;
use cobalog::clinic::schedule::{self, RepletionEnd};
use std::sync::Arc;

#[test]
fn nothing_given_yet() {
    let course = Story::on("r01").course("2026-01-01");
    assert_eq!(lines(&course), ["1 2026-01-05 planned"]);
    assert_eq!(owed(&course)[..8], days("2026-01-05 07 09 12 14 16 04-16 07-16"));
    assert_eq!(Story::on("r01").course("2026-01-05").doses[0].state, DoseState::Due);
}

#[test]
fn an_overdue_first_dose_keeps_its_date_and_the_rest_counts_from_today() {
    let course = Story::on("r01").course("2026-01-08");
    assert_eq!(lines(&course), ["1 2026-01-05 overdue 3"]);
    assert_eq!(owed(&course)[..7], days("2026-01-05 10 12 15 17 19 04-19"));
    assert_eq!(course.doses[1].as_ordered, Some(day("2026-01-07")), "the plan as it was stays visible");
}

/// The dates before a plan is signed are those of after it, also where the practice is closed on Saturday and Sunday.
#[test]
fn the_days_before_signing_are_those_of_after_it() {
    for practice in [practice(), weekday_practice()] {
        for id in practice.knowledge.regimens().iter().map(|r| r.id.clone()) {
            for start in days("2026-01-05 07 09 10") {
                let story = Story::from(practice.clone(), &id, &start.to_string(), None);
                let course = story.course(&start.to_string());
                let (_, order) = course.order.as_ref().unwrap();
                let signed = course.doses.iter().filter(|slot| !slot.tentative).map(|slot| slot.visit).take(10);
                let signed: Vec<_> = signed.collect();
                let appointment = |due| practice.settings.appointment(due);
                let seen = schedule::visits(&order.phases, start, appointment).take(signed.len());
                assert_eq!(seen.map(|dose| dose.date).collect::<Vec<_>>(), signed, "{id} from {start}");
                if let (Repletion::Expected(day), end) =
                    (&course.repletion, schedule::repletion_end_on(&order.phases, start, appointment))
                {
                    assert_eq!(end, RepletionEnd::On(*day), "{id} from {start}");
                }
            }
        }
    }
    // By hand: alternate days from Wednesday 7, of which Sunday 11 is Monday 12, and the rest counts from it.
    let story = Story::from(weekday_practice(), "r02", "2026-01-07", None);
    let course = story.course("2026-01-07");
    let order = &course.order.as_ref().unwrap().1;
    let seen = schedule::visits(&order.phases, order.start, |due| story.practice.settings.appointment(due)).take(6);
    assert_eq!(seen.map(|dose| dose.date).collect::<Vec<_>>(), days("2026-01-07 09 12 14 16 19"));
}

#[test]
fn a_late_or_early_dose_moves_the_rest() {
    for (regimen, given, today, expected) in [
        // Three a week: the third of six is 3 days late, then early by 1; the pattern goes on from there.
        ("r01", "2026-01-05 07 12", "2026-01-12", "2026-01-15 17 19 04-19"),
        ("r01", "2026-01-05 07 08", "2026-01-08", "2026-01-11 13 15 04-15"),
        ("r01", "2026-01-05 07 28", "2026-01-28", "2026-01-31 02-02 04 05-04"),
        ("r01", "2026-01-05 07 05-09", "2026-05-09", "2026-05-12 14 16 08-16"),
        // Alternate days, open.
        ("r02", "2026-01-05 07 12", "2026-01-12", "2026-01-14 16 18 20"),
        ("r02", "2026-01-05 06", "2026-01-06", "2026-01-08 10 12"),
        // Weekly, eight of them.
        ("r12", "2026-01-05 15", "2026-01-15", "2026-01-22 29 02-05 12 19 26 03-26"),
        ("r12", "2026-01-05 31", "2026-01-31", "2026-02-07 14 21 28 03-07 14 04-14"),
        // Seven daily, four weekly, monthly: the monthly ones count from the day really given.
        ("r09", "2026-01-05 06 07 08 09 10 11 18 25 02-01 08 03-11", "2026-03-11", "2026-04-11 05-11"),
        ("r09", "2026-01-05 06 07 08 09 10 11 18 25 02-01 08 03-05", "2026-03-05", "2026-04-05 05-05"),
    ] {
        let mut story = Story::on(regimen);
        story.gives(given);
        let expected = days(expected);
        assert_eq!(owed(&story.course(today))[..expected.len()], expected, "{regimen}: {given}");
    }
}

#[test]
fn overdue_maintenance_as_facts_9_2_has_it() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07 09 12 14 16");
    let waiting = story.course("2026-05-01");
    assert_eq!(lines(&waiting)[6], "7 2026-04-16 overdue 15");
    let mut late = story.clone();
    late.give("2026-05-20");
    let course = late.course("2026-05-20");
    assert_eq!(lines(&course)[6..], ["7 2026-04-16 late 34", "8 2026-08-20 planned"]);
    assert_eq!(course.doses[7].as_ordered, Some(day("2026-07-16")));
    assert_eq!(course.as_ordered[..8], days("2026-01-05 07 09 12 14 16 04-16 07-16"));
    assert_eq!(course.doses[7].counted_from, day("2026-05-20"));
    story.give("2026-04-01");
    assert_eq!(lines(&story.course("2026-04-01"))[6..], ["7 2026-04-16 early 15", "8 2026-07-01 planned"]);
}

#[test]
fn on_the_due_date_the_anchor_stays() {
    let mut story = Story::from(practice(), "r24b", "2026-01-31", None);
    story.gives("2026-01-31 02-28");
    assert_eq!(owed(&story.course("2026-02-28"))[..3], days("2026-03-31 04-30 05-31"));
    let mut late = Story::from(practice(), "r24b", "2026-01-31", None);
    late.gives("2026-01-31 03-01");
    assert_eq!(owed(&late.course("2026-03-01"))[..2], days("2026-04-01 05-01"));
}

#[test]
fn a_window_regimen_counts_from_the_start_and_never_crowds() {
    let mut story = Story::on("r14");
    story.gives("2026-01-05 07 09 11 13 15 17");
    assert_eq!(owed(&story.course("2026-01-17"))[..7], days("2026-01-19 26 02-02 09 16 23 03-02"));
    // The last alternate-day dose comes 4 days late: the weekly ones start 2 days after it, not on 19 January.
    let mut late = Story::on("r14");
    late.gives("2026-01-05 07 09 11 13 15 21");
    assert_eq!(owed(&late.course("2026-01-21"))[..7], days("2026-01-23 30 02-06 13 20 27 03-06"));
}

#[test]
fn a_closed_day_moves_the_appointment_and_not_the_plan() {
    // 2027-01-16 is a Saturday.
    let mut story = Story::from(weekday_practice(), "r01", "2026-01-05", None);
    story.gives("2026-01-05 07 09 12 14 16 04-16 07-16 10-16");
    let before = story.course("2027-01-16");
    let slot = before.next_dose().unwrap();
    assert_eq!((slot.due, slot.visit), (day("2027-01-16"), day("2027-01-18")));
    story.give("2027-01-18");
    let course = story.course("2027-01-18");
    assert_eq!(lines(&course)[9..], ["10 2027-01-16 given", "11 2027-04-16 planned"]);
}

#[test]
fn a_closed_weekend_never_brings_two_close_doses_together() {
    let mut story = Story::from(weekday_practice(), "r02", "2026-01-05", None);
    let visits: Vec<_> = story.course("2026-01-05").doses.iter().map(|s| s.visit).take(8).collect();
    assert_eq!(visits, days("2026-01-05 07 09 12 14 16 19 21"));
    story.gives("2026-01-05 07 09 12");
    assert_eq!(lines(&story.course("2026-01-12"))[3..], ["4 2026-01-11 given", "5 2026-01-14 planned"]);
}

#[test]
fn a_dose_that_is_held_says_on_what_grounds() {
    let story = Story::on("r01");
    let course = story.course("2026-01-09");
    let said = |why, again: Option<&str>, note: Option<&str>| NotGiven {
        order: None,
        on: day("2026-01-09"),
        why,
        again: again.map(day),
        note: note.map(str::to_owned),
    };
    let wrong = |not: NotGiven| not_given::recorded(&course, not).map_err(|refused| refused.part).err();
    assert_eq!(wrong(said(WhyNot::Held, None, Some(" "))), Some(Part::Grounds));
    assert_eq!(wrong(said(WhyNot::read(""), None, None)), Some(Part::Why));
    assert_eq!(wrong(said(WhyNot::Missed, Some("2026-01-09"), None)), Some(Part::Again));
    assert_eq!(wrong(NotGiven { on: day("2026-01-10"), ..said(WhyNot::Missed, None, None) }), Some(Part::Day));
    assert_eq!(wrong(NotGiven { on: day("1961-03-03"), ..said(WhyNot::Missed, None, None) }), Some(Part::Day));
    let held = not_given::recorded(&course, said(WhyNot::read("held"), Some("2026-01-10"), Some("fever; Dr Rao")));
    assert_eq!(held.map(|not| (not.order, not.why)), Ok((story.order, WhyNot::Held)));
    let none = Story::new(practice()).course("2026-01-09");
    let refused = not_given::recorded(&none, said(WhyNot::Missed, None, None)).unwrap_err();
    assert_eq!(
        (refused.part, refused.words.as_written()),
        (Part::Dose, "no dose is owed: no plan is signed ({order})")
    );
}

#[test]
fn a_dose_not_given_stays_owed() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07");
    story.not_given("2026-01-09", WhyNot::Missed, None);
    let course = story.course("2026-01-10");
    assert_eq!(lines(&course)[2..], ["3 2026-01-09 not_given", "3 2026-01-09 overdue 1"]);
    assert_eq!(course.doses[3].in_phase, (3, Some(6)));
    story.not_given("2026-01-10", WhyNot::Refused, Some("2026-01-13"));
    let course = story.course("2026-01-10");
    let slot = course.next_dose().unwrap();
    assert_eq!((slot.n, slot.due, slot.visit), (3, day("2026-01-09"), day("2026-01-13")));
    story.give("2026-01-13");
    let course = story.course("2026-01-13");
    assert_eq!(lines(&course)[4..], ["3 2026-01-09 late 4", "4 2026-01-16 planned"]);
    // Six are given all the same.
    assert_eq!(owed(&course)[..4], days("2026-01-16 18 20 04-20"));
}

#[test]
fn a_dose_beyond_the_end_still_counts() {
    let mut story = Story::on("r07b");
    story.gives("2026-01-05 06 07 08 09 10 11 13 15 17 19 21 23 25 28 02-01 04 08 11 15");
    let course = story.course("2026-02-16");
    assert!(matches!(&course.next, Next::Decide(words) if words.contains("US label")), "{:?}", course.next);
    assert!(owed(&course).is_empty());
    story.give("2026-02-20");
    let course = story.course("2026-02-20");
    assert_eq!(lines(&course)[20], "21 2026-02-20 given");
    assert!(matches!(course.next, Next::Decide(_)));
    // Also where nothing was given before the only phase was ended, and after a dose that was not given.
    let mut stopped = Story::on("r05");
    stopped.not_given("2026-01-05", WhyNot::Held, None);
    stopped.ends(0, "2026-01-06");
    stopped.give("2026-01-08");
    let course = stopped.course("2026-01-08");
    assert_eq!(lines(&course), ["1 2026-01-05 not_given", "1 2026-01-08 given"]);
    assert_eq!(course.doses[1].not_given, None);
}

#[test]
fn who_has_no_plan_is_asked_for_one() {
    let mut story = Story::new(practice());
    assert_eq!(story.course("2026-01-05").next, Next::Triage);
    story.act(Act::Triaged(triage()));
    assert_eq!(story.course("2026-01-05").next, Next::Order);
    let order = story.orders("r01", "2026-01-05", None);
    assert_eq!(story.course("2026-01-05").next, Next::Dose(0));
    story.amend(order, None);
    assert_eq!(story.course("2026-01-05").next, Next::Order);
}

#[test]
fn a_second_order_replaces_what_is_owed() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07 09");
    let second = story.orders("r02", "2026-01-12", None);
    let course = story.course("2026-01-10");
    assert_eq!(
        lines(&course),
        ["1 2026-01-05 given", "2 2026-01-07 given", "3 2026-01-09 given", "1 2026-01-12 planned"]
    );
    assert!(course.doses.iter().filter(|s| s.state.is_owed()).all(|s| s.order == second));
    assert_eq!(course.as_ordered[..2], days("2026-01-12 14"));
    assert_eq!(course.started(), Some(day("2026-01-12")));
    assert_eq!(course.phases[0].to, Some(day("2026-01-09")), "the first order's loading ended with its last dose");
}

#[test]
fn what_only_a_damaged_file_holds_is_no_panic() {
    use cobalog::clinic::regimen::{End, Rhythm};
    for (every, until) in [
        (Rhythm::Days(vec![5, 3]), End::Doses(9)),
        (Rhythm::Days(vec![4_294_967_295, 0]), End::Doses(9)),
        (Rhythm::Week(Vec::new()), End::Doses(3)),
        (Rhythm::Gaps(vec![0]), End::Doses(3)),
        (Rhythm::Week(vec![0, 2, 4]), End::Weeks(0, 4_294_967_295)),
    ] {
        let practice = practice();
        let mut order = order(&practice, "r01", "2026-01-05", None);
        Arc::make_mut(&mut order.phases)[0].every = every;
        Arc::make_mut(&mut order.phases)[0].until = until;
        let mut story = Story::new(practice);
        story.act(Act::Ordered(order));
        story.give("2026-01-05");
        assert_eq!(story.course("2026-02-01").given().count(), 1);
    }
}

/// What was given before any plan, here or elsewhere, is seen and is no dose of the plan that comes later.
#[test]
fn doses_before_any_plan_are_there_and_count_for_none() {
    let mut story = Story::new(practice());
    story.gives("2025-08-04 11-03");
    let course = story.course("2026-01-05");
    assert_eq!(
        course.given().map(|(slot, g)| (slot.n, g.given.on)).collect::<Vec<_>>(),
        [(1, day("2025-08-04")), (2, day("2025-11-03"))]
    );
    assert!(course.doses.iter().all(|slot| !slot.is_of_plan() && slot.title() == "dose before any plan"));
    assert_eq!((course.next.clone(), course.days_since_dose(day("2026-01-05"))), (Next::Triage, Some(63)));

    // Six doses are due from the start on, none of them given yet.
    story.act(Act::Triaged(triage()));
    story.orders("r01", "2026-01-05", None);
    let course = story.course("2026-01-05");
    assert_eq!(owed(&course)[..7], days("2026-01-05 07 09 12 14 16 04-16"));
    assert_eq!(course.next_dose().map(|slot| slot.title()), Some("dose 1 of 6".to_owned()));
    assert_eq!(course.given().count(), 2);
}

/// A dose less than a gap before the start is the first of the plan, whether it was recorded before the plan was signed or
/// taken over after it: the patient gets no two for one.
#[test]
fn a_dose_shortly_before_the_first_plan_is_its_first() {
    let keeps = |story: &Story| {
        let whole = order(&story.practice, "r01", "2026-01-05", None);
        let keeps = whole.phases.last().unwrap().clone();
        Order { phases: vec![keeps].into(), ..whole }
    };
    for is_later in [false, true] {
        let told = |on: &str, plan: &dyn Fn(&Story) -> Order| {
            let mut story = Story::new(practice());
            let plan = Act::Ordered(plan(&story));
            let given = Act::Given(Given::new(day(on), Drug::Hydroxocobalamin, 1000, 1000, Route::Im));
            story.act(Act::Triaged(triage()));
            let acts = if is_later { [plan, given] } else { [given, plan] };
            for act in acts {
                story.act(act);
            }
            story
        };
        // Monday and Wednesday: two days.
        for (given, first) in [("2026-01-04", "dose 2 of 6"), ("2026-01-03", "dose 1 of 6")] {
            let story = told(given, &|story| order(&story.practice, "r01", "2026-01-05", None));
            let course = story.course("2026-01-05");
            assert_eq!(course.next_dose().unwrap().title(), first, "{given} {is_later}");
            let dose = &course.doses[0];
            assert_eq!((dose.state, dose.due), (DoseState::Given, day(given)), "it was due by another plan");
        }
        // Every three months, 90 days from the start to the second one.
        for (given, due) in [("2025-10-08", "2026-01-08"), ("2025-10-07", "2026-01-05")] {
            let course = told(given, &keeps).course("2026-01-01");
            assert_eq!(course.next_dose().unwrap().due, day(due), "{given} {is_later}");
        }
    }
}

/// A dose that names no plan, taken over late, is one of the plan of its day.
#[test]
fn a_dose_that_names_no_plan_belongs_to_the_plan_of_its_day() {
    let mut story = Story::new(practice());
    story.act(Act::Triaged(triage()));
    let first = story.orders("r01", "2026-01-05", None);
    story.gives("2026-01-05");
    let second = story.orders("r01", "2026-06-01", None);
    story.act(Act::Given(Given::new(day("2026-01-07"), Drug::Hydroxocobalamin, 1000, 1000, Route::Im)));
    let course = story.course("2026-06-01");
    assert_eq!(course.given().map(|(slot, _)| slot.order).collect::<Vec<_>>(), [first, first]);
    let next = course.next_dose().unwrap();
    assert_eq!((next.order, next.title()), (second, "dose 1 of 6".to_owned()));
}
