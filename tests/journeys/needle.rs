//! At the needle and at the checkpoint: what is asked beside the dose and beside the results.

use crate::kit::{Nurse, day};
use cobalog::clinic::background::Confounder;
use cobalog::clinic::drug::{Route, Site};
use cobalog::clinic::entry::{Act, Checked, NextFrom, SoreSite};
use cobalog::clinic::rights;
use cobalog::tui::input::Input;

fn gives(name: &str) -> Nurse {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on(name).press("g").types_birth(name);
    nurse
}

fn checked(nurse: &Nurse, name: &str) -> Checked {
    let Act::Checked(checked) = nurse.newest(name) else { panic!("{:?}", nurse.newest(name)) };
    checked
}

#[test]
fn what_was_drawn_up_is_checked_and_kept_only_where_it_was_typed() {
    let mut nurse = gives("Okafor");
    nurse.sees("= 1 mL, one millilitre; 1 ampoule").goes_to("Drawn up mL").instead("2");
    nurse.sees("STOP").sees("2 mL drawn up, but 1,000 mcg of 1000 mcg/mL is 1 mL");
    nurse.press("F2").sees_no("Saved").instead("one").sees("is not a volume in mL").press("F2").sees_no("Saved");
    nurse.instead("1").press("F2").sees("Saved");
    assert_eq!(nurse.last_given("Okafor").drawn_ml, Some(1.0));
    nurse.opens_chart("Okafor").press("5").sees("1 mL drawn up");
    // What is pasted takes the place of what was filled in, as what is typed does.
    let mut nurse = gives("Okafor");
    nurse.goes_to("Drawn up mL").does(&Input::Paste("2".to_owned())).sees("2 mL drawn up, but");
    // Who only passes through says nothing of the syringe.
    let mut nurse = gives("Okafor");
    nurse.goes_to("Dose mcg").press("Down Enter Up Down").press("F2").sees("Saved");
    assert_eq!(nurse.last_given("Okafor").drawn_ml, None);
}

#[test]
fn another_dose_is_another_volume() {
    let mut nurse = gives("Okafor");
    nurse.goes_to("Dose mcg").instead("250").sees("= 0.25 mL, zero point two five millilitre; 1 ampoule of 1 mL");
    nurse.sees_no("drawn up, but").goes_to("Drawn up mL").instead("0.25").goes_to("Dose mcg").instead("1000");
    nurse.sees("0.25 mL drawn up, but");
}

#[test]
fn a_multi_dose_vial_has_a_day_on_which_it_was_opened() {
    let mut nurse = gives("Okafor");
    nurse.sees_no("Opened").goes_to("Product").picks("1000 mcg/mL, 30 mL vial").sees("Opened");
    nurse.goes_to("Lot").instead("MD7").goes_to("Expires").instead("06/2029");
    nurse.goes_to("Opened").instead("t+1").press("F2").sees("opened after the injection").sees_no("Saved");
    nurse
        .goes_to("Opened")
        .instead("t-29")
        .sees("opened 29 days ago, more than 28")
        .press("F2")
        .sees("pick the reason");
    nurse.goes_to("Opened").instead("t-28").sees("open 28 days; discard after Mon 23 Nov 2026");
    nurse.press("F2").sees("Saved");
    let given = nurse.last_given("Okafor");
    assert_eq!((given.opened, given.reasons.len()), (Some(day("2026-10-26")), 0));
    // The vial in use goes on to the next patient who gets it, with its day; proposed is what that one had before.
    nurse
        .stands_on("Farrow")
        .press("g")
        .types_birth("Farrow")
        .sees_no("MD7")
        .goes_to("Product")
        .picks("1000 mcg/mL, 30 mL vial")
        .sees("MD7")
        .sees("26 Oct 2026")
        .press("F2")
        .sees("Saved");
    assert_eq!(nurse.last_given("Farrow").opened, Some(day("2026-10-26")));
}

#[test]
fn a_sore_site_is_left_alone_next_time() {
    let mut nurse = gives("Farrow");
    nurse.sees("Last: R deltoid 21 Nov, L deltoid 19 Nov").sees_no("Leave until");
    nurse
        .goes_to("Sore site")
        .picks("Sore site    Left deltoid")
        .sees("the left deltoid is the sore site: take another");
    nurse.sees("Reason").picks("Sore site    Right deltoid").sees_no("is the sore site").sees("Leave until");
    nurse.sees("Mon 21 Dec 2026").goes_to("Leave until").instead("t").sees("is not after the injection");
    nurse.press("F2").sees_no("Saved").instead("30 Nov 2026").press("F2").sees("Saved");
    let sore = SoreSite { site: Site::RightDeltoid, until: day("2026-11-30") };
    assert_eq!(nurse.last_given("Farrow").sore, Some(sore));
    let practice = nurse.home.store().practice().clone();
    let next = rights::suggest_site(&nurse.course("Farrow"), &practice, Route::Im, 1.0);
    assert_eq!(next, Some(Site::LeftDeltoid), "the right one would be its turn");
}

#[test]
fn after_a_late_dose_both_ways_are_shown_before_one_is_chosen() {
    for (keys, next_from, due) in [("", NextFrom::DayGiven, "2026-11-25"), ("Down", NextFrom::Calendar, "2026-11-26")] {
        let mut nurse = gives("Hughes, Owen");
        nurse.sees("(●) count from this day: Wed 25 Nov (2 days), Fri 27 Nov");
        nurse.sees("( ) back to the calendar: Thu 26 Nov (3 days), Sun 29 Nov");
        nurse.goes_to("Next doses").press(keys).goes_to("Reason").picks("Could not come on the day").press("F2");
        nurse.sees("Saved");
        assert_eq!(nurse.last_given("Hughes, Owen").next_from, next_from);
        assert_eq!(nurse.course("Hughes, Owen").next_dose().unwrap().due, day(due));
    }
    gives("Farrow").sees_no("Next doses").sees_no("back to the calendar");
}

#[test]
fn the_give_prompt_holds_on_a_small_screen() {
    let mut nurse = Nurse::in_demo();
    nurse.at(80, 24).stands_on("Farrow").press("g");
    nurse.sees("= 1 mL, one millilitre; 1 ampoule").sees("of HYDROXOcobalamin, 1,000 mcg per mL");
    nurse.sees("Born (ddmm)").sees("Note").sees("After this: dose 10").sees("[ Sign and save  F2 ]");
}

/// Whoever signs sees what is drawn up, also where the fields do not all fit; while something stops the dose nobody is told to
/// draw it up.
#[test]
fn what_is_drawn_up_is_seen_at_the_button_and_never_beside_a_stop() {
    let mut nurse = Nurse::in_demo();
    nurse.at(80, 24).stands_on("Hughes, Owen").press("g").types_birth("Hughes, Owen").sees("[ Sign and save  F2 ]");
    nurse.goes_to("Reason").picks("Could not come on the day").press("Tab Tab").sees("more field");
    nurse.sees_no("Drawn up mL").sees("1,000 mcg IM: draw up 1 mL (one millilitre) of").sees("1,000 mcg per mL; lot ");
    nurse.goes_to("Expires").instead("10/2026").sees("take another vial").sees_no("draw up").sees_no("Draw up");
    nurse.at(120, 36).sees("take another vial").sees("Nothing is drawn up while a").sees_no("one millilitre)");
    // The picture's place stays dark: only words and the STOP itself are coloured.
    let buffer = nurse.buffer();
    let red = (0..buffer.area.height).filter(|y| buffer[(110, *y)].bg == ratatui::style::Color::Red).count();
    assert_eq!(red, 0);
}

/// Where months come first, the birthday at the needle is typed so too, and the new patient's example says so.
#[test]
fn where_months_come_first_the_birthday_does_too() {
    let nurse = Nurse::in_demo();
    nurse.home.store().change_settings(|settings| settings.setting = "US".to_owned()).unwrap();
    let mut nurse = nurse.killed_and_started_again();
    nurse.stands_on("Farrow").press("g").sees("Born (mmdd)").sees("March 4 is 0304");
    nurse
        .type_text("2106")
        .sees("not this patient's birthday")
        .type_text("0621")
        .sees("✓ patient")
        .press("F2")
        .sees("Saved");
    nurse.press("n Tab Tab").sees("03041961").type_text("03041961").press("Tab").sees("04 Mar 1961");
}

/// A dose that was begun yesterday and is signed today was given on one of the two days: nobody guesses which.
#[test]
fn a_dose_resumed_on_another_day_asks_for_its_day() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Note").type_text("left arm");
    let mut nurse = nurse.comes_back("2026-11-24");
    nurse.sees("Give a dose for Okafor").press("r").sees("left arm").sees("This was begun on Mon 23 Nov 2026.");
    nurse.types_birth("Okafor").press("F2").sees("say which day").sees_no("Saved");
    nurse.goes_to("Given on").instead("t-1").press("F2").sees("Saved: 1,000 mcg given on Mon 23 Nov 2026");

    // What was typed stays, and so does what is resumed on its own day.
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Given on").instead("22 Nov 2026");
    let mut nurse = nurse.comes_back("2026-11-24");
    nurse.press("r").sees("22 Nov 2026").sees_no("This was begun");
}

#[test]
fn in_maintenance_it_is_asked_when_symptoms_come_back() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("c").sees_no("Back before next dose");
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("c").goes_to("Back before next dose").instead("soon").press("F2");
    nurse.sees("is no number of days").sees_no("Saved").instead("14").press("F2").sees("Saved");
    assert_eq!(checked(&nurse, "Okafor").returned_days, Some(14));
    nurse.press("3").sees("symptoms back 14 days before the next dose");
}

#[test]
fn what_else_happened_is_ticked_and_says_what_it_does() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Osei").press("c").goes_to("Also happened").sees_no("Transfused on").press("Space");
    nurse.sees("Transfusion: Haemoglobin is not counted as an answer for eight weeks.");
    nurse.goes_to("Transfused on").instead("t+1").press("F2").sees("lies after the check").sees_no("Saved");
    nurse.instead("t-20").goes_to("Also happened").press("Down Down Down Space").press("F2").sees("Saved");
    let expected = [("transfusion", Some(day("2026-11-03"))), ("infection", None)];
    let expected = expected.map(|(id, on)| Confounder { id: id.to_owned(), on });
    assert_eq!(checked(&nurse, "Osei").confounders, expected);
    assert_eq!(nurse.course("Osei").transfusions().collect::<Vec<_>>(), [day("2026-11-03")]);
    nurse.press("3").sees("Transfusion on Tue 03 Nov 2026; Infection");
}

#[test]
fn an_antibody_is_one_letter_and_b12_has_its_days() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("c").goes_to("IF antibody").type_text("p");
    nurse
        .sees("positive")
        .sees("IF antibody: sample of Mon 23 Nov 2026: 2 days after a dose, on treatment.")
        .goes_to("PC antibody")
        .type_text("not done");
    nurse.goes_to("B12").type_text(">2000").sees("B12, IF antibody: sample of");
    nurse.goes_to("Sample of").instead("1 Jan 2026").goes_to("B12").sees("sample of Thu 01 Jan 2026: baseline.");
    nurse.goes_to("Sample of").instead("").press("F2").sees("Saved");
    let look = checked(&nurse, "Farrow");
    let words = |id: &str| look.lab(id).unwrap().to_string();
    assert_eq!(words("intrinsic-factor-antibody"), "positive");
    assert_eq!(words("parietal-cell-antibody"), "not done");
    assert_eq!(words("total-b12"), ">2000 ng/L");
    nurse
        .press("3")
        .sees("B12 >2000 ng/L (2 days after a dose, on treatment)")
        .press("5")
        .sees("B12: 2 days after a dose");
}

#[test]
fn a_slipped_unit_is_asked_once() {
    let mut nurse = Nurse::in_demo();
    let last = nurse.course("Osei").result_before("haemoglobin", nurse.today()).unwrap().1.to_string();
    assert_eq!(last, "106 g/L");
    nurse.opens_chart("Osei").press("c").goes_to("Hb").type_text("6.6 g/dL");
    nurse.sees("is far from the last result, 106 g/L; 6.6 mmol/L would fit it. Is the unit right?");
    nurse.press("F2").sees("Sign again to keep it").sees_no("Saved").press("F2").sees("Saved");
    assert_eq!(checked(&nurse, "Osei").lab("haemoglobin").unwrap().to_string(), "6.6 g/dL");
}

#[test]
fn what_a_look_brings_up_is_said_before_it_is_signed() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("c").goes_to("K").type_text("2.9");
    nurse.sees("▲ STOP Potassium was 2.9 mmol/L on Mon 23 Nov 2026.").sees("call the prescriber now");
    nurse.press("F2").sees("Saved");
}

#[test]
fn the_new_parts_are_corrected() {
    let mut nurse = gives("Hughes, Owen");
    nurse.goes_to("Reason").picks("Could not come on the day").press("F2").sees("Saved");
    nurse.opens_chart("Hughes, Owen").press("2 Up a").goes_to("Next doses").picks("back to the calendar");
    nurse.goes_to("Drawn up mL").instead("2").goes_to("Why").type_text("agreed").press("F2").sees("drawn up, but");
    nurse.goes_to("Drawn up mL").instead("1").press("F2").sees("Saved");
    let given = nurse.last_given("Hughes, Owen");
    assert_eq!((given.next_from, given.drawn_ml), (NextFrom::Calendar, Some(1.0)));

    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("c").goes_to("Back before next dose").instead("14");
    nurse.goes_to("Also happened").press("Space").goes_to("Transfused on").instead("t-20").press("F2").sees("Saved");
    nurse.press("5 End a").sees("Corrects: check of").goes_to("Back before next dose").instead("21");
    nurse.goes_to("Why").type_text("misheard").press("F2").sees("Saved");
    let course = nurse.course("Okafor");
    let look = &course.checks.last().unwrap().checked;
    let transfusion = Confounder { id: "transfusion".to_owned(), on: Some(day("2026-11-03")) };
    assert_eq!((look.returned_days, &look.confounders[..]), (Some(21), &[transfusion][..]));
}
