//! Finding: patients by any part, keys by the help, everything by the mouse.

use crate::kit::Nurse;
use cobalog::tui::input::Input;
use cobalog::tui::keymap::{Keymap, Place};

#[test]
fn a_patient_is_found_by_any_part() {
    let spellings = [
        "okaf",
        "OKAFOR",
        "ngozi",
        "okafor ngozi",
        "ngozi okaf",
        "1006",
        "#1006",
        "04 mar 1962",
        "1962-03-04",
        "04/03/1962",
        "04.03.1962",
        "04031962",
        "mar 1962",
    ];
    for typed in spellings {
        let mut nurse = Nurse::in_demo();
        nurse
            .press("/")
            .type_text(typed)
            .sees("1 of 40")
            .sees("Okafor, Ngozi")
            .press("Enter")
            .sees("Okafor, Ngozi  born");
    }
    for (typed, name) in [("соколов", "Соколов, Владимир"), ("中村", "中村, 健二"), ("LINDQVIST, Å", "Lindqvist, Åsa")]
    {
        let mut nurse = Nurse::in_demo();
        nurse.press("/").type_text(typed).sees("1 of 40").sees(name);
    }
}

#[test]
fn a_likely_patient_is_not_the_patient() {
    let mut nurse = Nurse::in_demo();
    nurse.press("/").type_text("okafer").sees("0 of 40").press("Enter").sees("0 of 40").press("Esc").sees("40 of 40");
    nurse.press("Esc").sees("Worklist");
}

#[test]
fn what_is_pasted_is_searched_and_cannot_drive_the_terminal() {
    let mut nurse = Nurse::in_demo();
    nurse.press("/").does(&Input::Paste("oka\u{1b}[2J".to_owned()));
    assert!(!nurse.screen().contains('\u{1b}'));
    nurse.press("Ctrl-u").does(&Input::Paste("okafor".to_owned())).sees("1 of 40");
}

#[test]
fn after_tab_the_letters_work_on_the_list() {
    let mut nurse = Nurse::in_demo();
    nurse.press("/").type_text("okafor").press("Tab g").sees("Give a dose").sees("Okafor, Ngozi");
}

#[test]
fn the_help_shows_every_key_of_its_place() {
    let ways: [(&str, Place); 5] = [
        ("?", Place::Today),
        ("p Tab ?", Place::Patients),
        ("Enter ?", Place::Chart),
        ("Enter F1", Place::Chart),
        ("n F1", Place::Prompt),
    ];
    for (keys, place) in ways {
        let mut nurse = Nurse::in_demo();
        nurse.at(120, 80).press(keys).sees("Keys");
        for binding in Keymap::built_in().help(place) {
            nurse.sees(&binding.keys()).sees(&binding.help);
        }
        nurse.press("Esc").sees_no("┌ Keys");
    }
}

#[test]
fn the_help_scrolls_to_its_end_on_a_small_screen() {
    let mut nurse = Nurse::in_demo();
    nurse
        .at(80, 24)
        .press("Enter ? End")
        .sees("Cobalog shows what a published protocol says")
        .press("Home")
        .sees("The work");
}

#[test]
fn every_key_of_the_footer_can_be_clicked() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").click("g Give").sees("Give a dose").click("Esc Cancel").sees("Worklist");
    nurse.click("p Patients").sees("Find").click("Esc Back").sees("Worklist").click("Enter Chart").sees("1 Timeline");
}

#[test]
fn the_mouse_chooses_opens_and_turns_tabs() {
    let mut nurse = Nurse::in_demo();
    nurse.click("Grant, William").sees("Grant, William · 02 Oct 1950");
    nurse.click("▲ Grant, William").sees("Grant, William  born");
    for (tab, says) in
        [("2 Doses", "As ordered"), ("3 Checkpoints", "Response"), ("4 Plan", "At a glance"), ("5 History", "Recorded")]
    {
        nurse.click(tab).sees(says);
    }
    nurse.click("1 Timeline");
    let at = nurse.spot("Phase").unwrap();
    for by in [1, 1, -1] {
        nurse.does(&Input::Wheel(at, by));
    }
}

#[test]
fn the_chart_answers_why() {
    let mut nurse = Nurse::in_demo();
    nurse
        .opens_chart("Farrow")
        .press("w")
        .sees("counted from the last dose, Sat 21 Nov 2026")
        .sees("Source")
        .press("Esc");
    nurse.sees("1 Timeline").press("Left").sees("Sat 21 Nov 2026").press("t").sees("Mon 23 Nov 2026  Dose 9");
}

#[test]
fn zooming_keeps_the_cursor_and_names_the_scale() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow");
    for (key, scale) in [("+", "weeks"), ("+", "days"), ("-", "weeks"), ("-", "months"), ("-", "years")] {
        nurse.press(key).sees(scale).sees("Mon 23 Nov 2026  Dose 9");
    }
}

/// What letters say of the practice is kept whenever it is typed, not at set-up alone.
#[test]
fn address_telephone_and_hours_are_kept_when_they_are_changed() {
    let mut nurse = Nurse::in_demo();
    nurse.press("s").goes_to("Address").instead("3 Quay Street, Larkfield");
    nurse.goes_to("Telephone").instead("555 0142").goes_to("Answered").instead("Monday, 9 to 12");
    nurse.press("F2").sees("Saved: settings.");
    let settings = nurse.home.store().settings().clone();
    let kept = [settings.address, settings.phone, settings.hours].map(Option::unwrap_or_default);
    assert_eq!(kept, ["3 Quay Street, Larkfield", "555 0142", "Monday, 9 to 12"]);
}

#[test]
fn bank_holidays_are_entered_and_nobody_is_expected_then() {
    let mut nurse = Nurse::in_demo();
    nurse.press("s").goes_to("Closed on").instead("24 Nov to 25 Nov, 28.12.").sees("next: Tue 24 Nov 2026");
    nurse.press("F2").sees("Saved: settings.");
    let closed = nurse.home.store().settings().closed_on.clone();
    assert_eq!(closed, ["2026-11-24", "2026-11-25", "2026-12-28"].map(crate::kit::day));
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").press("Enter").sees("Saved");
    let next = nurse.course("Farrow").next_dose().unwrap().clone();
    assert_eq!((next.due.to_string(), next.visit.to_string()), ("2026-11-25".into(), "2026-11-26".into()));
    nurse.press("s").goes_to("Closed on").sees("24 Nov 2026, 25 Nov 2026, 28 Dec 2026").instead("Easter");
    nurse.press("F2").sees("is not a date").instead("").press("F2").sees("Saved: settings.");
    assert!(nurse.home.store().settings().closed_on.is_empty());
}

#[test]
fn settings_are_kept_and_closed_days_move_the_appointment() {
    let mut nurse = Nurse::in_demo();
    nurse.press("s").goes_to("Practice").instead("Quay Clinic").goes_to("Open days").press("Right Right Space");
    nurse.press("F2").sees("Saved: settings.");
    let settings = nurse.home.store().settings().clone();
    assert_eq!((settings.name.as_str(), settings.open_days.len()), ("Quay Clinic", 6));
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").press("Enter").sees("Saved");
    let next = nurse.course("Farrow").next_dose().unwrap().clone();
    assert_eq!((next.due.to_string(), next.visit.to_string()), ("2026-11-25".into(), "2026-11-26".into()));
    nurse
        .press("s")
        .goes_to("Open days")
        .press("Space Right Space Right Right Space Right Space Right Space Right Space");
    nurse.press("F2").sees("at least one day must be open");
}
