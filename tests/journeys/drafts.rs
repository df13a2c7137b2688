//! Nothing typed is lost: not by Esc, not by a killed program, not by a window that changes its size.

use crate::kit::Nurse;
use cobalog::clinic::entry::Act;

/// Types half a new patient.
fn half_a_patient() -> Nurse {
    let mut nurse = Nurse::in_demo();
    nurse.press("n").type_text("Ümit-O'Hara").press("Tab").type_text("Léa").press("Tab").type_text("0403196");
    nurse.goes_to("Allergies").picks("Known, in words").goes_to("Allergic to").type_text("cobalt, latex");
    nurse
}

fn sees_every_field(nurse: &mut Nurse) {
    nurse
        .sees("New patient")
        .sees("Ümit-O'Hara")
        .sees("Léa")
        .sees("0403196")
        .sees("Known, in words")
        .sees("cobalt, latex");
}

#[test]
fn esc_asks_and_going_on_keeps_everything() {
    let mut nurse = half_a_patient();
    for go_on in ["Esc", "Enter", "g"] {
        nurse.press("Esc").sees("what you typed is not recorded yet").press(go_on);
        sees_every_field(&mut nurse);
    }
    nurse.press("Esc").click("Go on filling it in");
    sees_every_field(&mut nurse);
}

#[test]
fn nothing_typed_nothing_asked() {
    let mut nurse = Nurse::in_demo();
    nurse.press("n Tab Tab Esc").sees("Worklist").sees_no("not recorded yet");
    assert_eq!(nurse.home.drafts(), 0);
}

#[test]
fn later_keeps_the_draft_and_the_next_start_brings_every_field_back() {
    let mut nurse = half_a_patient();
    nurse.press("Esc l").sees("Worklist");
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("New patient, Mon 23 Nov 2026 09:05, was not finished.").press("r");
    sees_every_field(&mut nurse);
    nurse.goes_to("Born").press("End 1").press("F2").sees("Triage 1 of 5");
    assert_eq!(nurse.home.drafts(), 0, "signed, so gone");
    assert_eq!(nurse.course("Ümit-O'Hara").person.unwrap().allergies.words(), "cobalt, latex");
}

#[test]
fn a_killed_program_lost_nothing() {
    let mut nurse = half_a_patient().killed_and_started_again();
    nurse.sees("was not finished").press("Enter");
    sees_every_field(&mut nurse);
}

#[test]
fn a_killed_program_lost_no_dose_half_typed() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Okafor");
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Note").type_text("bruise, left arm");
    let mut nurse = nurse.killed_and_started_again();
    assert_eq!(nurse.entries("Okafor"), entries, "what was not signed is not recorded");
    nurse.sees("Give a dose for Okafor, Ngozi").press("r").sees("bruise, left arm").sees("Okafor, Ngozi  born");
    // Who it is for is asked anew.
    nurse.press("F2").sees("type day and month").types_birth("Okafor");
    nurse.press("F2").sees("Saved: 1,000 mcg given");
    assert_eq!(nurse.last_given("Okafor").note.as_deref(), Some("bruise, left arm"));
}

#[test]
fn a_killed_program_lost_no_triage_half_answered() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Kaplan, Eva").press("o").sees("Triage 1 of 5").press("n").press("F2 Down Down F2");
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("Triage for Kaplan, Eva").press("r").sees("(●) Not known yet").press("F2").sees("Triage 2 of 5");
    nurse.sees("(●) Mild");
}

#[test]
fn thrown_away_is_gone() {
    let mut nurse = half_a_patient();
    nurse.press("Esc t").sees("Worklist");
    assert_eq!(nurse.home.drafts(), 0);
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("Worklist").sees_no("was not finished");
    // And at the start.
    nurse.press("n").type_text("x");
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("was not finished").press("t").sees("Worklist");
    assert_eq!(nurse.home.drafts(), 0);
}

#[test]
fn later_at_the_start_offers_it_again_the_next_time() {
    let mut nurse = half_a_patient().killed_and_started_again();
    nurse.sees("was not finished").press("l").sees("Worklist");
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("was not finished").press("r");
    sees_every_field(&mut nurse);
}

#[test]
fn the_window_may_change_its_size_in_the_middle_of_a_prompt() {
    let mut nurse = half_a_patient();
    for (width, height) in [(80, 24), (1, 1), (40, 10), (200, 60), (20, 50), (120, 36)] {
        nurse.at(width, height);
    }
    sees_every_field(&mut nurse);
    assert_eq!(nurse.focused().as_deref(), Some("Allergic to"));
    nurse.type_text("!").sees("cobalt, latex!");
}

#[test]
fn several_drafts_are_offered_one_after_the_other() {
    let mut nurse = half_a_patient();
    nurse.press("Esc l").stands_on("Okafor").press("g").goes_to("Note").type_text("later");
    nurse.press("Esc l").sees("Worklist");
    assert_eq!(nurse.home.drafts(), 2);
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("Give a dose for Okafor").press("l").sees("New patient, Mon").press("l").sees("Worklist");
    assert_eq!(nurse.home.drafts(), 2);
}

#[test]
fn ctrl_q_leaves_and_keeps_the_draft() {
    let mut nurse = half_a_patient();
    nurse.press("Ctrl-q");
    assert!(nurse.session.is_over());
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("was not finished");
}

#[test]
fn every_field_of_the_other_prompts_comes_back() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Osei").press("c 1 2 0").goes_to("Hb").type_text("12.9 g/dL").goes_to("Note").type_text("tired");
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("Checkpoint for Osei, Kwame").press("r").sees("(1)").sees("(2)").sees("tired");
    nurse.press("F2").sees("Saved: Checked");
    let look = nurse.course("Osei").checks.last().unwrap().checked.clone();
    assert_eq!(look.lab("haemoglobin").unwrap().to_string(), "12.9 g/dL");

    let mut nurse = Nurse::in_demo();
    nurse
        .stands_on("Grant")
        .press("h End")
        .goes_to("In words")
        .type_text("snow")
        .goes_to("Try again on")
        .instead("t+2");
    let mut nurse = nurse.killed_and_started_again();
    nurse
        .press("r")
        .sees("(●) Another reason")
        .sees("snow")
        .sees("Wed 25 Nov 2026")
        .press("F2")
        .sees("Saved: Not given");

    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("i").goes_to("Phone").instead("555 0199").goes_to("Caution").type_text("faints");
    let mut nurse = nurse.killed_and_started_again();
    nurse.press("r").sees("555 0199").sees("faints").press("F2").sees("Saved: Registered");

    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("m").press("End").goes_to("In words").type_text("walks well");
    let mut nurse = nurse.killed_and_started_again();
    nurse
        .press("r")
        .sees("walks well")
        .goes_to("Why now")
        .type_text("no gain")
        .goes_to("Decided by")
        .instead("Dr Samir Rao")
        .told()
        .press("F2")
        .sees("Saved: ");

    let mut nurse = Nurse::in_demo();
    nurse.press("s").goes_to("Practice").instead("Quay").goes_to("Ask birth date").press("Right");
    let mut nurse = nurse.killed_and_started_again();
    nurse.press("r").sees("Quay").sees("Ask birth date  No").press("F2").sees("Saved: settings.");
    assert_eq!(nurse.home.drafts(), 0);
}

#[test]
fn a_correction_taken_up_again_lands_on_its_own_entry() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("2 Home a").goes_to("Why").type_text("wrong arm");
    let first = nurse.course("Okafor").given().next().map(|(_, g)| g.entry).unwrap();
    let mut nurse = nurse.killed_and_started_again();
    nurse.press("r").sees("wrong arm").goes_to("Site").press("Right").press("F2").sees("Saved: Amended");
    let Act::Amended(amended) = nurse.newest("Okafor") else { panic!("no amendment") };
    assert_eq!(amended.of, first);
}

#[test]
fn a_dose_taken_up_again_keeps_the_lot_that_was_typed() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("g").types_birth("Okafor");
    nurse.goes_to("Lot").type_text("TYPED99").goes_to("Expires").type_text("2030-01");
    let mut nurse = nurse.killed_and_started_again();
    nurse.press("r").sees("TYPED99").sees("good through Thu 31 Jan 2030");
}

#[test]
fn a_plan_taken_up_again_keeps_its_interval() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("o").goes_to("Maintenance").press("Right").sees("every 2 months");
    let mut nurse = nurse.killed_and_started_again();
    nurse.press("r").sees("every 2 months, 1,000 mcg");
}
