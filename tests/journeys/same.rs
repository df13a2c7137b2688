//! The same patient entered twice: seen while typing, looked at side by side, joined, parted, and never forgotten.

use crate::kit::{Home, NOW, Nurse, day, instant};
use cobalog::clinic::agenda::Row;
use cobalog::clinic::chart::Chart;
use cobalog::clinic::drug::{Drug, Route};
use cobalog::clinic::entry::{Act, Given};
use cobalog::clinic::links::Link;
use cobalog::clinic::patient::{Allergies, Person, Sex};

/// Ngozi Okafor (1006) a second time, with another letter, as another workstation entered her; with a dose of Friday.
fn twice() -> Nurse {
    let home = Home::demo();
    let store = home.store();
    let rows = store.roster(day("2026-11-23")).rows;
    let okafor = rows.iter().find(|r| r.number == "1006").unwrap();
    let person = Person {
        number: "2001".to_owned(),
        family: "Okafer".to_owned(),
        given: "Ngozi".to_owned(),
        born: okafor.born,
        sex: Sex::Female,
        phone: None,
        allergies: Allergies::Known(vec!["benzyl alcohol".to_owned()]),
        caution: None,
    };
    let dose = Given {
        lot: Some("ZZ9".to_owned()),
        ..Given::new(day("2026-11-20"), Drug::Hydroxocobalamin, 1000, 1000, Route::Im)
    };
    let chart = store.chart(okafor.id).unwrap();
    let order = chart.order().unwrap().1.clone();
    let acts = vec![Act::Registered(person), Act::Ordered(order), Act::Given(dose)];
    store.new_patient(acts, "Tom Adeyemi RN", instant(NOW)).unwrap();
    checked(Nurse::at_home(home))
}

/// The files are checked behind the first frame.
fn checked(mut nurse: Nurse) -> Nurse {
    nurse.session.verify();
    nurse.press("F12");
    nurse
}

fn rows(nurse: &Nurse) -> Vec<Row> {
    nurse.home.store().roster(nurse.today()).rows
}

fn on_disk(nurse: &Nurse, number: &str) -> Chart {
    let row = rows(nurse).into_iter().find(|r| r.has_number(number)).unwrap();
    nurse.home.store().chart(row.id).unwrap()
}

fn join(nurse: &mut Nurse) -> &mut Nurse {
    nurse.press("D").sees("Same patient? 1 of 1").press("s").sees("One patient, entered twice");
    nurse.type_text("same card").press("F2")
}

#[test]
fn today_and_patients_say_calmly_that_somebody_may_be_entered_twice() {
    let mut nurse = twice();
    nurse.sees("1 patient may be entered twice: D").press("p").sees("1 patient may be entered twice: D");
    nurse.press("Tab D").sees("Okafer, Ngozi").press("Esc").sees("Patients");
    let mut alone = Nurse::in_demo();
    alone.sees_no("entered twice").press("D").sees("Nobody seems to be entered twice").press("Esc").sees("Worklist");
}

#[test]
fn the_two_stand_side_by_side_with_the_reasons_and_the_differences() {
    let mut nurse = twice();
    nurse.press("D").sees("the names differ in one letter (okafor, okafer), the same birth date");
    nurse.sees("Okafor, Ngozi").sees("Okafer, Ngozi").sees("#1006").sees("#2001").sees("20 Nov 2026 1,000 mcg, ZZ9");
    nurse.sees("If they are one patient: #1006 stays, and #2001 still finds it").sees("holds, as it was signed last");
    let marked = |nurse: &Nurse, label: &str| {
        let line = nurse.lines().into_iter().find(|l| l.contains(label)).unwrap();
        line.contains('▲')
    };
    assert!(marked(&nurse, "Name ") && marked(&nurse, "Number ") && !marked(&nurse, "Born "));
    nurse.press("Esc").sees("1 patient may be entered twice: D");
    assert_eq!(rows(&nurse).len(), 41, "later is no decision");
}

#[test]
fn one_patient_is_joined_found_by_the_old_number_and_parted_again() {
    let mut nurse = twice();
    nurse.press("D s").sees("Of both charts: allergies benzyl alcohol").press("Esc Esc");
    join(&mut nurse).sees("Joined: 2001 is now 1006").sees("Nobody seems to be entered twice");
    let whole = on_disk(&nurse, "2001");
    assert_eq!((rows(&nurse).len(), whole.joined().len()), (40, 1));
    nurse.press("Esc").sees_no("entered twice").sees_no("Okafer");
    nurse
        .press("/")
        .type_text("2001")
        .sees("1 of 40")
        .sees("Okafor, Ngozi")
        .sees("2001 is now 1006, joined Mon 23 Nov 2026");
    nurse
        .press("Ctrl-u")
        .type_text("okafer")
        .sees("1 of 40")
        .press("Enter")
        .sees("Okafor, Ngozi  born")
        .sees("Allergies: benzyl alcohol");
    nurse.press("2").sees("ZZ9").press("5").sees("(#2001) ");
    nurse.press("4").sees("Joined: #2001, Okafer, Ngozi").sees("D shows both, and parts them");
    nurse.press("D").sees("These two charts are joined").press("s").sees("That was said already");
    nurse.press("t").sees("Two people").press("F2").sees("say how it is known");
    nurse.type_text("cousins").press("F2").sees("Kept apart").sees("These two were kept apart");
    assert_eq!(rows(&nurse).len(), 41);
    assert_eq!(
        on_disk(&nurse, "1006").entries().len() + on_disk(&nurse, "2001").entries().len(),
        whole.entries().len() + 2
    );
    nurse.press("Esc 2").sees_no("ZZ9").press("Esc Esc Esc").sees_no("entered twice");
    assert!(nurse.home.store().check().is_sound());
}

#[test]
fn two_people_are_kept_apart_and_not_offered_again() {
    let mut nurse = twice();
    nurse.press("D t").sees("stay apart").type_text("cousins, both were here").press("F2").sees("Kept apart");
    nurse.press("Esc").sees_no("entered twice");
    let mut again = checked(nurse.killed_and_started_again());
    again.sees_no("entered twice");
    // It can be said otherwise, from the chart of either.
    again
        .opens_chart("2001")
        .press("D")
        .sees("1006 and 2001 were kept apart as two people on Mon 23 Nov 2026 by Maya Keller RN: cousins")
        .press("s")
        .sees("1006 and 2001 were kept apart as two people on Mon 23 Nov 2026 by Maya Keller RN: cousins")
        .sees("It holds no more then.")
        .type_text("one after all")
        .press("F2")
        .sees("Joined: 2001 is now 1006");
    again.press("Esc").sees("Okafor, Ngozi  born");
}

#[test]
fn an_earlier_word_about_a_third_chart_is_shown_before_two_people_become_one() {
    let nurse = twice();
    let store = nurse.home.store();
    let (first, second) = (on_disk(&nurse, "1006"), on_disk(&nurse, "2001"));
    let person = Person { number: "2002".to_owned(), ..first.person().unwrap().clone() };
    let (third, _) = store.new_patient(vec![Act::Registered(person)], "Tom Adeyemi RN", instant(NOW)).unwrap();
    let say = |a, b, link, why| store.link((a, b), link, why, "Tom Adeyemi RN", instant(NOW)).unwrap();
    say(second.id, third.id, Link::Different, "both were here");
    say(first.id, third.id, Link::Same, "same card");
    let mut nurse = checked(nurse.killed_and_started_again());
    let words = "2002 and 2001 were kept apart as two people on Mon 23 Nov 2026 by Tom Adeyemi RN: both were here";
    nurse.opens_chart("2001").press("D").sees(words).press("s").sees(words).sees("It holds no more then.");
    nurse.type_text("one after all").press("F2").sees("Joined: ").sees("are now 1006.");
    assert_eq!(on_disk(&nurse, "2002").joined().len(), 2);
}

#[test]
fn who_is_typed_a_second_time_is_seen_before_it_is_saved_and_can_be_looked_at() {
    let mut nurse = Nurse::in_demo();
    nurse.press("n").type_text("Okafer").press("Tab").type_text("Ngozi").press("Tab").type_text("04031962");
    nurse
        .sees("Already here? Okafor, Ngozi, born 04 Mar 1962, #1006 (the names differ in one letter")
        .sees("F4 looks at");
    nurse.press("F4").sees("Okafor, Ngozi  born").press("Esc").sees("New patient").sees("Okafer");
    nurse.press("F2").sees("already here? F2 again enters a second chart");
    assert_eq!(rows(&nurse).len(), 40);
}

#[test]
fn before_a_dose_a_likely_double_who_was_dosed_is_named() {
    let mut nurse = twice();
    nurse.press("/").type_text("1006").press("Tab g").sees("Right patient? Okafer, Ngozi, born 04 Mar 1962, #2001 may be the same patient, and had a dose on Fri 20 Nov 2026");
    nurse.press("Esc Esc Esc");
    join(&mut nurse).press("Esc /").type_text("1006").press("Tab g").sees_no("Right patient?");
}

#[test]
fn a_half_typed_word_comes_back_and_a_failed_one_stays() {
    let mut nurse = twice();
    nurse.press("D s").type_text("same ca");
    let mut again = nurse.killed_and_started_again();
    again.sees("Same patient? for Okafor, Ngozi").press("Enter");
    // The pairs are known once the files are checked, and the word comes back then.
    let mut again = checked(again);
    again.sees("One patient, entered twice").sees("same ca");
    let charts = again.home.dir().join("charts");
    let away = again.home.dir().join("away");
    std::fs::rename(&charts, &away).unwrap();
    again.type_text("rd").press("F2").sees("NOT SAVED").sees("same card");
    std::fs::rename(&away, &charts).unwrap();
    again.press("F2").sees("Joined: 2001 is now 1006");
    assert_eq!(again.home.drafts(), 0);
}
