//! Plans: replaced, moved on from, waiting at a gate.

use crate::kit::{Nurse, day};
use cobalog::clinic::entry::Act;

#[test]
fn a_new_plan_replaces_the_old_one_and_says_why() {
    let mut nurse = Nurse::in_demo();
    let orders =
        |nurse: &Nurse| nurse.chart("Okafor").entries().iter().filter(|e| matches!(e.act, Act::Ordered(_))).count();
    let before = orders(&nurse);
    nurse.opens_chart("Okafor").follows("o Plan").sees("A plan that replaces the one before");
    nurse
        .goes_to("Ordered by")
        .instead("Dr Eleanor Hart")
        .told()
        .press("F2")
        .sees("say why the plan before is replaced");
    nurse.type_text("symptoms came back").goes_to("First dose").instead("t+2").sees("Wed 25 Nov 2026");
    nurse.press("F2").sees("Saved: ").sees("Wed 25 Nov 2026");
    assert_eq!(orders(&nurse), before + 1);
    let course = nurse.course("Okafor");
    let (_, order) = course.order.clone().unwrap();
    assert_eq!((order.start, order.because.as_deref()), (day("2026-11-25"), Some("symptoms came back")));
    let next = course.next_dose().unwrap();
    assert_eq!((next.n, next.due), (1, day("2026-11-25")));
}

#[test]
fn moving_on_ends_the_alternate_days() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").press("Enter").sees("Saved");
    nurse.opens_chart("Farrow").follows("m Move on").sees("Move on from: Repletion, alternate days");
    nurse.press("Down").sees("(●) no further improvement").press("F2").sees("it is early: say why it is right now");
    nurse.type_text("walks as before").goes_to("Decided by").instead("Dr Samir Rao").told().sees("Sat 23 Jan 2027");
    nurse.press("F2").sees("Saved: ");
    let course = nurse.course("Farrow");
    let next = course.next_dose().unwrap();
    assert_eq!((next.n, next.due, next.tentative), (10, day("2027-01-23"), false), "2 months after the last dose");
    let Act::PhaseEnded(ended) = nurse.newest("Farrow") else { panic!() };
    assert_eq!((ended.phase, ended.decided_by.as_str()), (0, "Dr Samir Rao"));
    assert!(ended.because.contains("no further improvement") && ended.because.contains("walks as before"));
}

#[test]
fn moving_on_early_is_warned_of_and_needs_a_name() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Grant");
    nurse.opens_chart("Grant").press("m").sees("Only 2 of 6 doses of this phase are given");
    nurse.press("F2").sees("choose what was found").press("End F2").sees("say what was found").type_text("moved away");
    nurse.press("F2").sees("say why it is right now").type_text("leaves the country");
    nurse.goes_to("Decided by").instead("").press("F2").sees("the prescriber's name is needed").sees_no("Saved");
    assert_eq!(nurse.entries("Grant"), entries);
}

#[test]
fn the_last_phase_has_nothing_to_move_on_to() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Okafor");
    nurse.opens_chart("Okafor").press("m F2").sees("no phase is open").sees_no("Saved");
    assert_eq!(nurse.entries("Okafor"), entries);
}

#[test]
fn the_us_label_waits_at_its_gate() {
    let mut nurse = Nurse::in_demo();
    let slot = nurse.course("Castellano").next_dose().unwrap().clone();
    assert_eq!(slot.gate.as_deref(), Some("clinical improvement and reticulocyte response"));
    nurse.stands_on("Castellano").press("g").sees("before this phase opens").types_birth("Castellano");
    nurse.press("F2").sees("pick the reason").sees_no("Saved").press("Esc").sees("not recorded yet").press("t");
    nurse.opens_chart("Castellano").press("m Down").sees("(●) clinical improvement and reticulocyte response");
    nurse.goes_to("Decided by").instead("Dr Eleanor Hart").told().press("F2").sees("Saved: ");
    assert_eq!(nurse.course("Castellano").next_dose().unwrap().gate, None, "the gate is passed");
    nurse
        .press("g")
        .types_birth("Castellano")
        .sees_no("before this phase opens")
        .press("F2")
        .sees("Saved: 100 mcg given");
    let course = nurse.course("Castellano");
    assert_eq!(course.next_dose().unwrap().due, day("2026-11-25"), "alternate days");
}

#[test]
fn who_has_no_plan_is_led_to_one() {
    let mut nurse = Nurse::in_demo();
    nurse
        .stands_on("Kaplan, Eva")
        .sees("Triage")
        .follows("o Plan")
        .sees("Triage 1 of 5")
        .press("F2")
        .sees("choose the cause");
    nurse.press("n F2 Down F2 F2 F2 F2");
    nurse.sees("Plan: choose a protocol and sign").press("F2").sees("a plan needs the name of the prescriber");
    nurse.type_text("Dr Eleanor Hart").told().press("F2").sees("Saved: ").sees("1 Timeline");
    let course = nurse.course("Kaplan, Eva");
    assert_eq!(course.next_dose().unwrap().due, nurse.today());
}

#[test]
fn a_checkpoint_is_recorded_and_closes_its_slot() {
    let mut nurse = Nurse::in_demo();
    let due = nurse.course("Osei").next_checkpoint().unwrap().due;
    nurse.stands_on("Osei").follows("c Checkpoint").sees("8-week blood count");
    nurse.press("F2").sees("nothing is recorded yet");
    nurse.press("0 0 0 0 0 0 0").goes_to("Hb").type_text("13.9 g/dL").goes_to("MCV").type_text("91").press("F2");
    nurse.sees("Saved: Checked");
    let course = nurse.course("Osei");
    let look = course.checks.last().unwrap().checked.clone();
    assert_eq!((look.score(), look.lab("haemoglobin").unwrap().unit.as_str()), (Some(0), "g/dL"), "as reported");
    assert!(course.next_checkpoint().is_none_or(|c| c.due > due));
}

#[test]
fn a_doubtful_result_is_asked_about_once() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Osei");
    nurse.stands_on("Osei").press("c").goes_to("Hb").type_text("13.9").press("F2").sees_no("Saved");
    assert_eq!(nurse.entries("Osei"), entries);
    nurse.goes_to("Hb").instead("many").press("F2").sees_no("Saved");
    nurse.goes_to("Hb").instead("not done").press("F2").sees("Saved: Checked");
}
