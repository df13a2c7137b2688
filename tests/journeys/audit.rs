//! The audit log on the screen, near misses among it, and what was changed by hand in a chart.

use crate::kit::{Home, Nurse};
use cobalog::clinic::audit::{Event, NearMiss, What};
use cobalog::store::Wanted;
use std::fs;

/// The log as another program reads it, oldest first.
fn logged(nurse: &Nurse) -> Vec<Event> {
    nurse.session.settle_log();
    nurse.home.store().log(&Wanted::default()).0.into_iter().rev().map(|line| line.event).collect()
}

fn kinds(nurse: &Nurse) -> Vec<What> {
    logged(nurse).into_iter().map(|event| event.what).collect()
}

fn misses(nurse: &Nurse) -> Vec<NearMiss> {
    logged(nurse).into_iter().filter_map(|event| event.miss).collect()
}

#[test]
fn who_saw_and_recorded_what_is_in_the_log_and_on_its_screen() {
    let mut nurse = Nurse::in_demo();
    let okafor = nurse.id("Okafor");
    nurse.opens_chart("Okafor").press("Esc Esc Esc").stands_on("Okafor").press("g").types_birth("Okafor").press("F2");
    nurse.sees("Saved: ");
    let all: Vec<_> = logged(&nurse).into_iter().filter(|event| event.what != What::Listed).collect();
    let kinds_of = |all: &[Event]| all.iter().map(|event| event.what).collect::<Vec<_>>();
    assert_eq!(kinds_of(&all), [What::Began, What::Opened, What::Opened, What::Recorded]);
    assert!(all[1..].iter().all(|e| e.patient == Some(okafor) && e.by == "Maya Keller RN"));
    assert_eq!(all[2].detail, "Give a dose");
    assert_eq!(all[3].entry, nurse.chart("Okafor").entries().last().map(|e| e.id));
    nurse.press("A").sees("Audit log, the last 3 months").sees("Maya Keller RN").sees("Recorded");
    nurse.sees("Okafor").sees("Began").press("p").sees_no("Began").press("p b").sees("by Maya Keller RN");
    nurse.press("Esc").sees("Worklist");
    assert_eq!(kinds(&nurse).last(), Some(&What::Listed));
    // Of one patient, from the chart.
    nurse.opens_chart("Farrow").press("A").sees("Farrow").sees_no("Okafor").press("Esc").sees("Timeline");
    assert!(nurse.home.store().check().problems.is_empty(), "{:?}", nurse.home.store().check());
}

#[test]
fn a_wrong_birth_day_is_one_near_miss_however_often_it_is_signed() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("g").type_text("9999").press("F2").sees_no("Saved").press("F2");
    assert_eq!(misses(&nurse), [NearMiss::Identity]);
    nurse.types_birth("Okafor").press("F2").sees("Saved: ");
    assert_eq!(misses(&nurse), [NearMiss::Identity]);
    let miss = logged(&nurse).into_iter().find(|e| e.miss.is_some()).unwrap();
    assert_eq!((miss.by.as_str(), miss.patient), ("", Some(nurse.id("Okafor"))));
}

#[test]
fn who_only_opens_the_prompt_or_did_not_type_yet_missed_nothing() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("g F2").sees("ask for the date of birth").press("Esc");
    assert_eq!(misses(&nurse), []);
}

#[test]
fn each_stop_that_is_met_at_signing_is_one_line() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Expires").instead("10/2026").press("F2");
    nurse.sees("expired on").sees_no("Saved").press("F2");
    assert_eq!(misses(&nurse), [NearMiss::Expired]);
    nurse.instead("10/2028").goes_to("Drawn up mL").instead("2").press("F2").sees_no("Saved");
    assert_eq!(misses(&nurse), [NearMiss::Expired, NearMiss::Dose]);
    nurse.instead("1").press("F2").sees("Saved: ");
    assert_eq!(misses(&nurse).len(), 2);
    // The month on one page, without names.
    nurse.press("A").sees("Recorded").sees_no("Wrong dose").press("e").sees("Near misses, the last 3 months");
    nurse.sees("Lot or vial past its time").sees_no("Okafor").press("p b").sees("Lot or vial");
    let line = nurse.lines().into_iter().find(|line| line.contains("Wrong dose")).unwrap();
    assert!(!line.contains("09:05") && line.contains("Mon 23 Nov 2026"), "a day, and no time: {line}");
    nurse.press("n");
    nurse.sees("Near misses in November 2026").sees("1  Wrong dose, strength or volume").sees("2  in all");
    nurse.at(80, 24).sees("It is counted to make the work safer; nobody's name is kept with it.").at(120, 36);
    let page = nurse.lines()[2..].join("\n");
    assert!(!page.contains("Keller") && !page.contains("Okafor"), "{page}");
    nurse.press("Esc Esc").sees("Worklist");
}

#[test]
fn the_page_of_a_month_is_of_all_patients_and_of_every_line() {
    let mut nurse = Nurse::in_demo();
    for who in ["Okafor", "Lindqvist"] {
        nurse.opens_chart(who).press("g").type_text("9999").press("F2").sees_no("Saved").press("Esc t Esc Esc Esc");
    }
    // Of the chart of one of them, and behind more lines than the screen shows.
    let event = Event::new(nurse.session.app().ctx.now, "Maya Keller RN", What::Listed);
    let mut store = nurse.home.store();
    let log = store.audit_behind();
    (0..2100).for_each(|_| store.note(event.clone()));
    log.settle();
    nurse.opens_chart("Okafor").press("A").sees("Okafor").press("n");
    nurse.sees("Near misses in November 2026").sees("2  Another day of birth than the chart has").sees("2  in all");
    nurse.press("Esc Esc Esc Esc Esc").sees("Worklist").press("A n").sees("2  in all");
}

#[test]
fn a_dose_too_early_is_a_near_miss_where_no_reason_was_given() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").press("F2").sees("Saved: ");
    nurse.opens_chart("Okafor").press("g").types_birth("Okafor").press("F2").sees_no("Saved: ");
    assert_eq!(misses(&nurse), [NearMiss::Early]);
}

#[test]
fn the_log_is_complete_after_a_clean_exit() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("Esc Esc Esc");
    let nurse = nurse.comes_back("2026-11-24");
    let all: Vec<_> = logged(&nurse).into_iter().map(|e| e.what).filter(|what| *what != What::Listed).collect();
    assert_eq!(all, [What::Began, What::Opened, What::Began]);
}

#[test]
fn what_was_changed_by_hand_is_marked_in_the_history() {
    let home = Home::demo();
    let mut nurse = Nurse::at_home(home);
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").press("F2").sees("Saved: ");
    nurse.opens_chart("Okafor").press("5").sees("History: nothing is edited or deleted").sees_no("by hand");
    nurse.press("Esc Esc Esc");
    let file = nurse.home.chart_file(nurse.id("Okafor"));
    let text = fs::read_to_string(&file).unwrap();
    let line = text.lines().find(|line| line.contains("seal:")).unwrap();
    fs::write(&file, text.replace(line, &line.replace("dose_mcg: 1000", "dose_mcg: 2000"))).unwrap();
    let Nurse { session, home, .. } = nurse;
    drop(session);
    let mut nurse = Nurse::at_home(home);
    // On every screen of the patient, with what to do; at the dose itself; and where the next one is given.
    nurse.opens_chart("Okafor").press("g").sees("1 entry changed outside Cobalog").press("Esc");
    nurse.press("1").sees("Doses rest on it: ask who did it, or compare a backup");
    nurse.sees("Needs attention").at(80, 24).sees("1 entry changed outside Cobalog").at(120, 36);
    nurse.press("2").sees("CHANGED BY HAND · ").press("5 End");
    nurse.sees("changed by hand: ").sees("not all stands as it was recorded");
    for (width, height) in [(80, 24), (200, 60)] {
        nurse.at(width, height).sees("changed by hand: ");
    }
}

#[test]
fn the_log_can_be_read_at_every_size() {
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        let mut nurse = Nurse::in_demo();
        nurse.opens_chart("Okafor").press("Esc Esc Esc");
        nurse.at(width, height).press("A").sees("Audit log, the last 3 months").sees("Opened").sees("Okafor");
    }
}
