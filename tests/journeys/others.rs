//! What another workstation does appears on the open screens, with no key, and disturbs nobody's typing.

use crate::kit::{Home, NOW, Nurse, day, instant};
use cobalog::clinic::entry::{Act, Checked, Given, NotGiven, PatientId, WhyNot};
use cobalog::clock::Clock;
use cobalog::store::watch::Changed;
use cobalog::tui::session::Session;
use std::collections::{BTreeMap, BTreeSet};

/// Somebody who is in no chart of the demo.
const RITA: &str = "Rita Vance RN";

/// The watch tells of a chart; the loop looks.
fn told(session: &mut Session, id: PatientId) {
    session.changed(Changed { charts: BTreeSet::from([id]), ..Changed::default() });
    session.catch_up();
}

/// Rita records on another workstation, and this one is told.
fn rita_records(nurse: &mut Nurse, name: &str, act: Act) {
    let id = nurse.id(name);
    nurse.home.store().record(id, vec![act], RITA, instant("2026-11-23T09:06:00+01:00")).unwrap();
    told(&mut nurse.session, id);
    nurse.at(120, 36);
}

fn missed(nurse: &Nurse) -> Act {
    let again = Some(day("2026-11-26"));
    Act::NotGiven(NotGiven { order: None, on: nurse.today(), why: WhyNot::Missed, again, note: None })
}

fn gave(nurse: &Nurse, name: &str) -> Act {
    Act::Given(Given { on: nurse.today(), ..nurse.last_given(name) })
}

#[test]
fn a_colleagues_entry_appears_on_today_and_beside_it() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").sees("Dose 9");
    let act = missed(&nurse);
    rita_records(&mut nurse, "Farrow", act);
    let row = nurse.lines().into_iter().find(|l| l.contains("Farrow, Daniel  ")).unwrap();
    assert!(row.contains("Thu 26 Nov"), "{row}");
}

/// Everything that Today shows, counts and list.
fn today_as_a_whole(nurse: &mut Nurse) -> Vec<String> {
    nurse.at(120, 120).press("Home");
    let lines = nurse.lines();
    lines.into_iter().filter(|l| l.starts_with('│') || l.contains("due today")).collect()
}

#[test]
fn a_list_that_was_kept_all_day_is_the_list_of_a_fresh_start() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").press("Enter").sees("Saved");
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").press("F2").sees("Saved");
    let act = missed(&nurse);
    rita_records(&mut nurse, "Whitfield", act);
    nurse.session.set_clock(Clock::Fixed(instant("2026-11-24T09:05:00+01:00")));
    nurse.session.tick();
    nurse.press("End Esc");
    let kept = today_as_a_whole(&mut nurse);
    assert!(kept.len() > 30, "{kept:#?}");
    assert_eq!(today_as_a_whole(&mut nurse.comes_back("2026-11-24")), kept);
}

#[test]
fn a_colleagues_entry_appears_in_the_open_chart_and_the_cursor_stays() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("5 Home Down Down");
    let chosen = |nurse: &Nurse| nurse.lines().into_iter().find(|l| l.starts_with("│▌")).unwrap();
    let before = chosen(&nurse);
    nurse.sees_no(RITA);
    let act = missed(&nurse);
    rita_records(&mut nurse, "Farrow", act);
    nurse.sees(RITA).sees("did not come").sees("New in the chart from Rita Vance RN").sees("(09:06)");
    assert_eq!(chosen(&nurse), before);
}

#[test]
fn the_station_on_the_time_axis_stays_chosen() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("Left Left Left");
    // The words for the chosen station stand under the axis.
    let words = |nurse: &Nurse| nurse.lines().into_iter().filter(|l| l.contains("given by")).collect::<Vec<_>>();
    let before = words(&nurse);
    assert!(!before.is_empty(), "{}", nurse.screen());
    let act = gave(&nurse, "Farrow");
    rita_records(&mut nurse, "Farrow", act);
    assert_eq!(words(&nurse), before);
}

#[test]
fn a_dose_that_a_colleague_gave_stops_the_open_prompt_and_keeps_what_was_typed() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").goes_to("Note").type_text("left arm so");
    let act = gave(&nurse, "Farrow");
    rita_records(&mut nurse, "Farrow", act);
    nurse
        .sees("New in the chart from Rita Vance RN")
        .sees("The checks were made anew")
        .sees("already recorded on that day");
    assert_eq!(nurse.focused().as_deref(), Some("Note"), "the focus stays");
    nurse.type_text("re").sees("left arm sore").sees("The checks were made anew");
    let entries = nurse.entries("Farrow");
    nurse.press("F2").sees_no("Saved: ").sees("already recorded on that day");
    assert_eq!(nurse.entries("Farrow"), entries);
}

#[test]
fn what_does_not_speak_against_the_dose_lets_it_be_signed_at_once() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").goes_to("Note").type_text("calm");
    let act = Act::Checked(Checked {
        on: nurse.today(),
        due: None,
        sampled: None,
        returned_days: None,
        confounders: Vec::new(),
        symptoms: BTreeMap::from([("fatigue".to_owned(), 1)]),
        labs: Vec::new(),
        note: Some("called".to_owned()),
    });
    rita_records(&mut nurse, "Farrow", act);
    nurse.sees("The checks were made anew").sees("calm");
    let entries = nurse.entries("Farrow");
    nurse.press("F2").sees("Saved: 1,000 mcg given");
    assert_eq!(nurse.entries("Farrow"), entries + 1, "nobody had to look twice");
}

#[test]
fn the_page_of_a_triage_stays() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("v F2").sees("2 of 5");
    let act = missed(&nurse);
    rita_records(&mut nurse, "Farrow", act);
    nurse.sees("2 of 5").sees("The checks were made anew");
}

#[test]
fn what_this_session_wrote_is_no_news() {
    let mut nurse = Nurse::in_demo();
    nurse.session.catch_up();
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").press("Enter").sees("Saved");
    let id = nurse.id("Farrow");
    nurse.session.changed(Changed { charts: BTreeSet::from([id]), ..Changed::default() });
    assert!(nurse.session.to_look().is_none(), "nothing is read again");
    nurse.sees("Saved");
}

#[test]
fn a_look_that_was_overtaken_shows_nothing_old() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow");
    nurse.session.changed(Changed::everything());
    let looked = nurse.session.to_look().unwrap().look();
    nurse.press("g").types_birth("Farrow").press("Enter").sees("Saved");
    nurse.session.take_looked(looked);
    let given = nurse.session.app().ctx.row(nurse.id("Farrow")).unwrap().last_given;
    assert_eq!(given, Some(nurse.today()), "the row is that of the newer record");
    nurse.session.catch_up();
    assert_eq!(nurse.session.app().ctx.row(nurse.id("Farrow")).unwrap().last_given, given);
}

#[test]
fn settings_of_another_workstation_hold_here_and_who_sits_here_stays() {
    let mut nurse = Nurse::in_demo();
    let me = nurse.session.app().ctx.author.clone();
    let mut other = nurse.home.store();
    other
        .change_settings(|s| {
            s.name = "Larkfield East".to_owned();
            s.people.reverse();
        })
        .unwrap();
    nurse.session.changed(Changed { settings: true, ..Changed::default() });
    nurse.session.catch_up();
    // The header of the demo names nobody.
    assert_eq!(nurse.session.app().ctx.practice.settings.name, "Larkfield East");
    assert_eq!(nurse.session.app().ctx.author, me);
}

#[test]
fn a_copy_is_taken_in_behind_the_first_frame_and_told() {
    let home = Home::demo();
    let store = home.store();
    let id = store.roster(day("2026-11-23")).rows.iter().find(|r| r.name.starts_with("Farrow")).unwrap().id;
    let before = std::fs::read(home.chart_file(id)).unwrap();
    let missed = NotGiven { order: None, on: day("2026-11-23"), why: WhyNot::Missed, again: None, note: None };
    store.record(id, vec![Act::NotGiven(missed)], RITA, instant(NOW)).unwrap();
    let copy = home.dir().join(format!("charts/{id}.sync-conflict-20261122-101112-7ABCDEF.ron"));
    std::fs::rename(home.chart_file(id), &copy).unwrap();
    std::fs::write(home.chart_file(id), before).unwrap();
    let mut nurse = Nurse::at_home(home);
    nurse.session.catch_up();
    nurse.at(160, 36).sees("A second copy of Farrow, Daniel: 1 new entry came in.").sees_no("cannot be read");
    nurse.press("f").sees("were found and taken into their charts").sees("kept").press("Esc");
    assert!(!copy.exists());
    nurse.opens_chart("Farrow").press("5").sees(RITA);
}

#[test]
fn a_chart_that_was_damaged_behind_an_open_prompt_keeps_the_prompt() {
    let mut nurse = Nurse::in_demo();
    let id = nurse.id("Farrow");
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").goes_to("Note").type_text("left");
    std::fs::write(nurse.home.chart_file(id), "(format: 2, half").unwrap();
    told(&mut nurse.session, id);
    nurse.at(120, 36).sees("Give a dose").sees("left").press("F2").sees("NOT SAVED.").sees("left");
}
