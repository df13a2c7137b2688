//! At the needle: the dose that is owed, given or not.

use crate::kit::{Home, Nurse, day};
use cobalog::clinic::course::DoseState;
use cobalog::clinic::drug::{Drug, Route, Site};
use cobalog::clinic::entry::{Act, WhyNot};
use cobalog::clinic::practice::{LotInUse, Settings};

#[test]
fn after_a_checkpoint_a_dose_that_is_still_owed_is_said_in_a_sentence() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow, Daniel").press("c 1").press("F2");
    nurse.sees("Saved: Checked, Farrow, Daniel. Dose 9 is still owed.");
}

#[test]
fn a_dose_on_plan_is_signed_in_six_keys() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow, Daniel").sees("Dose 9").sees("g Give");
    let (entries, before) = (nurse.entries("Farrow"), nurse.keys);
    nurse.press("g");
    nurse.sees("Farrow, Daniel  born 21 Jun 1968").sees("#1003").sees("Give a dose: dose 9");
    nurse.types_birth("Farrow").sees("on time").press("Enter");
    assert_eq!(nurse.keys - before, 6, "g, four digits, Enter");
    nurse.sees("Saved: 1,000 mcg given on Mon 23 Nov 2026, Farrow, Daniel. Next: dose 10 on Wed 25 Nov 2026.");
    assert_eq!(nurse.entries("Farrow"), entries + 1);
    let given = nurse.last_given("Farrow");
    assert_eq!((given.on, given.dose_mcg, given.drug), (day("2026-11-23"), 1_000, Drug::Hydroxocobalamin));
    assert_eq!((given.route, given.site), (Route::Im, Some(Site::LeftDeltoid)));
    assert!(given.lot.is_some() && given.expires.is_some() && given.reasons.is_empty());
    let course = nurse.course("Farrow");
    let next = course.next_dose().unwrap();
    assert_eq!((next.n, next.due), (10, day("2026-11-25")), "alternate days");
    let rows = nurse.lines().into_iter().filter(|l| l.contains("Farrow, Daniel") && l.contains("today")).count();
    assert_eq!(rows, 0, "the row leaves today's list:\n{}", nurse.screen());
    nurse.sees("1 of 10 given today");
}

/// Day and month are asked; whoever types the year as well, as it is said, changes nothing with it.
#[test]
fn a_year_of_birth_that_is_typed_too_goes_nowhere() {
    let mut nurse = Nurse::in_demo();
    let born = nurse.course("Farrow").person.unwrap().born.format("%d%m%Y").to_string();
    nurse
        .stands_on("Farrow, Daniel")
        .press("g")
        .type_text(&born)
        .sees("on time")
        .press("Esc")
        .sees("Throw it away")
        .press("t");
    // After a lock the focus goes back to where it was: a text, a number.
    for (field, value) in [("Given on", "23 Nov 2026"), ("Dose mcg", "1000"), ("Note", "")] {
        nurse.stands_on("Farrow, Daniel").press("g").types_birth("Farrow").goes_to(field).press("Ctrl-l Enter");
        nurse.sees("Give a dose").type_text(&born).sees("The year of birth is not needed");
        nurse.sees_no("1968 mcg");
        nurse.sees(value).type_text("1968").sees("1968").press("Esc").sees("Throw it away").press("t");
    }
    nurse.stands_on("Farrow, Daniel").press("g").types_birth("Farrow").goes_to("Note").press("Ctrl-l Enter");
    nurse.types_birth("Farrow").type_text("19 drops").press("F2").sees("Saved: 1,000 mcg given on Mon 23 Nov 2026");
    assert_eq!(nurse.last_given("Farrow").note.as_deref(), Some("19 drops"));
}

#[test]
fn the_signing_keys_work_from_any_field_and_by_mouse() {
    for way in ["F2", "Ctrl-s", "mouse"] {
        let mut nurse = Nurse::in_demo();
        nurse.stands_on("Okafor, Ngozi").press("g").types_birth("Okafor");
        nurse.goes_to("Note").type_text("no bleeding");
        if way == "mouse" {
            nurse.click("[ Sign and save")
        } else {
            nurse.press(way)
        };
        nurse.sees("Saved: 1,000 mcg given");
        assert_eq!(nurse.last_given("Okafor").note.as_deref(), Some("no bleeding"), "{way}");
        let next = nurse.course("Okafor").next_dose().unwrap().due;
        assert_eq!(next, day("2027-02-23"), "3 months");
    }
}

#[test]
fn the_wrong_day_of_birth_writes_nothing() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g");
    let entries = nurse.entries("Farrow");
    nurse.type_text("0101").sees("not this patient's birthday: ask again");
    nurse.press("F2").sees("not this patient's birthday");
    nurse.press("Enter Enter Enter F2").sees_no("Saved");
    assert_eq!(nurse.entries("Farrow"), entries);
    nurse.goes_to("Born (ddmm)").instead("").types_birth("Farrow").press("F2").sees("Saved");
    assert_eq!(nurse.entries("Farrow"), entries + 1);
}

#[test]
fn not_given_asks_why_and_the_dose_stays_owed() {
    let reasons = [
        (1, WhyNot::Missed, ""),
        (2, WhyNot::Refused, ""),
        (3, WhyNot::Held, ""),
        (4, WhyNot::OutOfStock, ""),
        (5, WhyNot::Other("gone on holiday".to_owned()), "gone on holiday"),
    ];
    for (downs, why, words) in reasons {
        let mut nurse = Nurse::in_demo();
        nurse.stands_on("Grant, William").follows("h Not").sees("Not given: dose 3").press_times("Down", downs);
        if !words.is_empty() {
            nurse.press("F2").sees("say the reason in words").sees_no("Saved");
            nurse.goes_to("In words").type_text(words);
        }
        if why == WhyNot::Held {
            nurse.press("F2").sees("on what grounds").goes_to("Note").type_text("fever; Dr Rao");
        }
        nurse.goes_to("Try again on").instead("t+1").sees("Tue 24 Nov 2026").press("F2").sees("Saved: Not given");
        let Act::NotGiven(not) = nurse.newest("Grant") else { panic!("{:?}", nurse.newest("Grant")) };
        assert_eq!((not.why, not.again), (why, Some(day("2026-11-24"))));
        let course = nurse.course("Grant");
        let owed = course.next_dose().unwrap();
        assert_eq!((owed.due, owed.visit), (day("2026-11-23"), day("2026-11-24")), "it stays owed");
        assert_eq!(owed.in_phase, (3, Some(6)));
    }
}

#[test]
fn a_late_dose_asks_for_a_reason_and_moves_the_rest() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Hughes, Owen").press("g").sees("8 days late").types_birth("Hughes, Owen");
    nurse.press("F2").sees("pick the reason").sees_no("Saved");
    nurse.goes_to("Reason").picks("Could not come on the day").press("F2").sees("Saved");
    let course = nurse.course("Hughes, Owen");
    let slot = course.doses.iter().rfind(|s| s.given.is_some()).unwrap();
    assert_eq!((slot.n, slot.due, slot.state), (4, day("2026-11-15"), DoseState::Late(8)));
    let given = &slot.given.as_ref().unwrap().given;
    assert!(given.reasons.iter().any(|r| r.because == "patient could not come on the day"), "{:?}", given.reasons);
    assert!(course.next_dose().unwrap().due > day("2026-11-23"), "the rest counts from the day it was given");
}

#[test]
fn a_dose_that_was_given_yesterday_is_recorded_today() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("O'Brien").press("g").types_birth("O'Brien");
    nurse.goes_to("Given on").instead("t-1").sees("Sun 22 Nov 2026").press("F2");
    if nurse.shows("pick the reason") {
        nurse.goes_to("Reason").picks("Practice was closed").press("F2");
    }
    nurse.sees("Saved: 1,000 mcg given on Sun 22 Nov 2026");
    let given = nurse.last_given("O'Brien");
    assert_eq!((given.on, given.time), (day("2026-11-22"), None), "no time is invented for another day");
}

#[test]
fn a_second_dose_on_one_day_is_stopped() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").press("Enter").sees("Saved");
    let entries = nurse.entries("Farrow");
    nurse.opens_chart("Farrow").press("g").types_birth("Farrow").press("F2");
    nurse.sees("STOP").sees("a dose was already recorded on that day").sees_no("Saved");
    assert_eq!(nurse.entries("Farrow"), entries);
}

#[test]
fn what_must_not_be_given_is_stopped() {
    let stops: [(&str, &str, &str); 4] = [
        ("Dose mcg", "2000", "never made up by a double one"),
        ("Dose mcg", "1", "1 mg is 1,000 mcg"),
        ("Expires", "2025-01", "expired on"),
        ("Given on", "t+1", "has not come yet"),
    ];
    for (field, typed, says) in stops {
        let mut nurse = Nurse::in_demo();
        let entries = nurse.entries("Okafor");
        nurse.stands_on("Okafor").press("g").types_birth("Okafor");
        nurse.goes_to(field).instead(typed).press("F2").sees("STOP").sees(says).sees_no("Saved");
        assert_eq!(nurse.entries("Okafor"), entries, "{field} {typed}");
    }
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Route").picks("Intravenous");
    nurse.press("F2").sees("STOP").sees("not into a vein").sees_no("Saved");
}

#[test]
fn another_form_than_the_ordered_one_is_stopped() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Product").picks("Cyanocobalamin");
    nurse.press("F2").sees("not interchangeable").sees_no("Saved");
}

#[test]
fn a_typed_lot_is_offered_to_the_next_patient() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("g").types_birth("Okafor");
    nurse.goes_to("Lot").instead("NEW4711").goes_to("Expires").instead("06/2029").sees("Sat 30 Jun 2029");
    nurse.press("F2").sees("Saved");
    assert_eq!(nurse.last_given("Okafor").lot.as_deref(), Some("NEW4711"));
    nurse.stands_on("Farrow").press("g").sees("NEW4711").sees("exp 06/2029");
}

/// A vial that one patient got once, and that was typed last.
fn other_vial() -> LotInUse {
    LotInUse {
        product: "Hydroxocobalamin 500 mcg/mL, 2 mL ampoule, plain".to_owned(),
        drug: Drug::Hydroxocobalamin,
        strength_mcg_per_ml: 500,
        lot: "AB77".to_owned(),
        expires: day("2026-12-31"),
        opened: None,
    }
}

#[test]
fn the_vial_that_is_proposed_is_the_patients_own_whoever_got_another_one() {
    let home = Home::demo();
    home.store().change_settings(|s| s.use_lot(other_vial(), day("2026-11-23"))).unwrap();
    let mut nurse = Nurse::at_home(home);
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").sees("Hydroxocobalamin 1 mg/mL, 1 mL ampoule");
    nurse.sees("= 1 mL").sees_no("AB77").sees_no("another strength").press("Enter").sees("Saved");
    assert_eq!(nurse.last_given("Farrow").strength_mcg_per_ml, 1_000);
    // Whoever takes the other one sees that it is another one.
    nurse
        .stands_on("Okafor")
        .press("g")
        .types_birth("Okafor")
        .goes_to("Product")
        .picks("500 mcg/mL, 2 mL ampoule, plain");
    nurse.sees("AB77").sees("another strength than last time: 1,000 mcg/mL → 500 mcg/mL: 2 mL");
}

#[test]
fn where_no_vial_of_the_strength_of_last_time_is_left_the_other_strength_is_said() {
    let home = Home::demo();
    home.store().change_settings(|s| s.lots = vec![other_vial()]).unwrap();
    let mut nurse = Nurse::at_home(home);
    nurse.stands_on("Farrow").press("g").types_birth("Farrow");
    nurse.sees("AB77").sees("another strength than last time: 1,000 mcg/mL → 500 mcg/mL: 2 mL");
}

#[test]
fn the_first_dose_of_all_is_proposed_from_what_most_others_get() {
    let home = Home::demo();
    home.store().change_settings(|s| s.use_lot(other_vial(), day("2026-11-23"))).unwrap();
    let store = home.store();
    let roll = store.roll(day("2026-11-23")).roll;
    let (one, other) = ("Hydroxocobalamin 1 mg/mL, 1 mL ampoule", other_vial().product);
    let used = |names: &[&str]| {
        let names: Vec<_> = names.iter().map(|n| (*n).to_owned()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        roll.most_used(&names, Drug::Hydroxocobalamin, 1_000, day("2026-08-01")).map(str::to_owned)
    };
    assert_eq!(used(&[&other, one]).as_deref(), Some(one));
    assert_eq!(used(&[&other]), None, "nobody got it");
    assert!(store.practice().settings.lots.first().is_some_and(|lot| lot.lot == "AB77"));
}

#[test]
fn with_the_identity_check_off_two_keys_sign() {
    let mut nurse = Nurse::in_demo();
    nurse.press("s").goes_to("Ask birth date").picks("No ▾ Open").sees("Ask birth date  No");
    nurse.press("F2").sees("Saved: settings.");
    let settings: Settings = nurse.home.store().settings().clone();
    assert!(!settings.ask_birth_date && !settings.lots.is_empty(), "the rest stays");
    nurse.stands_on("Farrow");
    let before = nurse.keys;
    nurse.press("g Enter").sees("Saved: 1,000 mcg given");
    assert_eq!(nurse.keys - before, 2);
    assert_eq!(nurse.last_given("Farrow").on, day("2026-11-23"));
}

#[test]
fn nothing_is_given_without_a_plan() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Moreau");
    nurse.stands_on("Moreau").press("g").sees("No plan is signed").sees("o Plan");
    nurse.press("h").sees("No dose is owed");
    assert_eq!(nurse.entries("Moreau"), entries);
}

/// What was recorded, for whom, and when the next one is: whole, on the smallest screen.
#[test]
fn what_is_said_after_a_dose_is_never_cut() {
    for (width, height) in [(80, 24), (60, 20), (120, 36)] {
        let mut nurse = Nurse::in_demo();
        nurse.at(width, height).stands_on("Farrow").press("g").types_birth("Farrow").press("F2");
        nurse.sees("Saved: 1,000 mcg given on Mon 23 Nov 2026, Farrow, Daniel. Next: dose 10 on Wed 25 Nov 2026.");
        // The next key has the screen back.
        nurse.press("Home").sees_no("Saved:").sees("Worklist");
    }
}

#[test]
fn the_path_of_a_saved_letter_is_whole() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").at(80, 24).press("L h").sees("Saved, for this account alone; x takes it away again:");
    let lines = nurse.lines();
    let at = lines.iter().position(|line| line.contains("Saved, for")).unwrap();
    let path: String = lines[at..].iter().map(|line| line.trim()).collect();
    assert!(path.contains("/state/letters/plan-2026-11-23-") && path.contains(".html"), "{path}");
}

#[test]
fn on_what_grounds_a_dose_was_held_is_read_in_the_doses_the_history_and_the_reason() {
    let mut nurse = Nurse::in_demo();
    let note = "fever of 39.2 since Sunday, looked unwell and asked to wait; Dr Rao decided by telephone at ten past nine, \
        wants CRP and a culture first and sees the patient on Wednesday with the results in hand";
    nurse.at(80, 24).stands_on("Grant, William").press("h").press_times("Down", 3);
    nurse.goes_to("Note").type_text(note).goes_to("Try again on").instead("t+1").press("F2").sees("Saved: Not given");
    for way in ["1", "2 Up", "5"] {
        nurse.opens_chart("Grant").press(way);
        for key in ["Left", "Left", "Right", "Right", "Right", "Right"] {
            if way == "1" && !nurse.shows("fever of 39.2") {
                nurse.press(key);
            }
        }
        nurse.sees("fever of 39.2").sees("… w");
        nurse.press("w").sees("fever of 39.2").sees("with the results in").press("Esc");
        while nurse.shows("Find  ") || nurse.shows("5 History") {
            nurse.press("Esc");
        }
    }
}

#[test]
fn days_are_typed_as_people_write_them_and_a_closed_day_is_said() {
    let home = Home::demo();
    home.store()
        .change_settings(|s| s.open_days.retain(|day| !matches!(day, chrono::Weekday::Sat | chrono::Weekday::Sun)))
        .unwrap();
    let mut nurse = Nurse::at_home(home);
    nurse.stands_on("Grant, William").press("h Down").goes_to("Try again on").instead("3.12.").sees("Thu 03 Dec 2026");
    nurse.instead("5.12.26").sees("Sat: closed; Mon 07 Dec is the next open day");
    nurse.instead("31.12.x").sees("write the year with four digits");
    nurse.instead("30.11.26").press("F2").sees("Saved: Not given");
    let Act::NotGiven(not) = nurse.newest("Grant") else { panic!() };
    assert_eq!(not.again, Some(day("2026-11-30")));
}

#[test]
fn an_allergy_that_no_check_understands_is_said_where_it_is_typed_and_at_the_needle() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("i").goes_to("Allergies").picks("Known, in words").goes_to("Allergic to");
    nurse.type_text("Benzylalkohol").sees_no("no check knows").type_text(", latex").sees("no check knows: latex");
    nurse.press("F2").sees("Saved").press("g").types_birth("Okafor");
    nurse.sees("Allergy to latex: no check knows it; look at the label.").sees_no("STOP");
}
