//! What was wrong is corrected; the old stays in the chart.

use crate::kit::{Nurse, day};
use cobalog::clinic::drug::Site;
use cobalog::clinic::entry::Act;

#[test]
fn the_site_of_a_dose_is_corrected() {
    let mut nurse = Nurse::in_demo();
    let was = nurse.last_given("Okafor");
    let other = if was.site == Some(Site::LeftDeltoid) { Site::RightDeltoid } else { Site::LeftDeltoid };
    nurse.opens_chart("Okafor").press("2 Up").follows("a Amend").sees("Amend").sees("Corrects:");
    nurse.press("F2").sees("say why").goes_to("Site").picks(&format!("{other} ▾"));
    nurse.goes_to("Why").type_text("wrote the other arm").press("F2").sees("Saved: ");
    let now = nurse.last_given("Okafor");
    assert_eq!((now.site, now.on, now.lot), (Some(other), was.on, was.lot.clone()));
    let Act::Amended(amended) = nurse.newest("Okafor") else { panic!() };
    assert_eq!(amended.why, "wrote the other arm");
    let old = nurse.chart("Okafor").entry(amended.of).unwrap().act.clone();
    assert_eq!(old, Act::Given(was), "the old entry stays as it was");
    nurse.press("5").sees("(corrected)").sees("correction: wrote the other arm");
}

#[test]
fn a_dose_that_was_struck_out_is_owed_again() {
    let mut nurse = Nurse::in_demo();
    let due = nurse.course("Farrow").next_dose().unwrap().due;
    nurse.stands_on("Farrow").press("g").types_birth("Farrow").press("Enter").sees("Saved");
    assert_ne!(nurse.course("Farrow").next_dose().unwrap().due, due);
    nurse.opens_chart("Farrow").press("2 Up").sees("Mon 23 Nov 2026").press("a").goes_to("How").press("Down");
    nurse
        .sees("(●) It should not be there")
        .goes_to("Why")
        .type_text("given to somebody else")
        .press("F2")
        .sees("Saved: ");
    let owed = nurse.course("Farrow");
    assert_eq!(owed.next_dose().unwrap().due, due, "owed again");
    nurse.press("Esc");
    while nurse.shows("Find  ") {
        nurse.press("Esc");
    }
    nurse.stands_on("Farrow").sees("due today");
}

#[test]
fn a_correction_that_changes_nothing_is_no_correction() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Okafor");
    nurse
        .opens_chart("Okafor")
        .press("2 Up a")
        .goes_to("Why")
        .type_text("x")
        .press("F2")
        .sees("nothing is changed yet");
    nurse.goes_to("Day").instead("t+2").press("F2").sees("has not come yet");
    nurse
        .goes_to("Dose mcg")
        .instead("9000")
        .goes_to("Day")
        .instead("t-9")
        .press("F2")
        .sees("it goes against D8, D3, D1: was it so?");
    assert_eq!(nurse.entries("Okafor"), entries);
}

#[test]
fn an_identity_is_corrected_and_the_header_follows() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Okafor").press("i").sees("Correct the identity");
    nurse.goes_to("Given name").instead("Ngozi Ada").goes_to("Born").instead("5 Mar 1962").sees("Mon 05 Mar 1962");
    nurse.goes_to("Caution").type_text("anticoagulated").press("F2").sees("Saved: Registered");
    nurse.sees("Okafor, Ngozi Ada  born 05 Mar 1962").sees("anticoagulated");
    let person = nurse.course("Okafor").person.unwrap();
    assert_eq!((person.given.as_str(), person.born), ("Ngozi Ada", day("1962-03-05")));
    assert_eq!(person.number, "1006");
    nurse.press("g 0 5 0 3").sees_no("Not this patient's");
}

#[test]
fn an_allergy_that_is_recorded_stops_the_vial() {
    let mut nurse = Nurse::in_demo();
    nurse
        .opens_chart("Okafor")
        .press("i")
        .goes_to("Allergies")
        .picks("Known, in words")
        .press("F2")
        .sees("say to what");
    nurse.type_text("cobalt").press("F2").sees("Allergies: cobalt").press("g").types_birth("Okafor").press("F2");
    nurse.sees("STOP").sees("allergy to cobalt is recorded").sees_no("Saved: 1,000");
}

#[test]
fn the_five_questions_are_asked_again() {
    let mut nurse = Nurse::in_demo();
    nurse
        .opens_chart("Okafor")
        .press("v")
        .sees("Triage 1 of 5")
        .press("F2 F2 F2 F2")
        .sees("Triage 5 of 5")
        .press("Esc");
    nurse.sees("Triage 4 of 5").press("F2").goes_to("Note").type_text("asked again").press("F2");
    nurse.sees("A plan that replaces the one before").press("Esc").sees("5 History");
    let triages = nurse.chart("Okafor").entries().iter().filter(|e| matches!(e.act, Act::Triaged(_))).count();
    assert_eq!(triages, 2, "the old answers stay");
    assert_eq!(nurse.course("Okafor").triage.unwrap().note.as_deref(), Some("asked again"));
}

#[test]
fn a_wrong_vial_is_corrected_with_its_lot_and_its_strength() {
    let mut nurse = Nurse::in_demo();
    let was = nurse.last_given("Okafor");
    nurse.opens_chart("Okafor").press("2 Up a").sees(was.lot.as_deref().unwrap());
    nurse.goes_to("Product").picks("500 mcg/mL, 2 mL ampoule, plain ▾").sees("computed: 2 mL");
    nurse.goes_to("Lot").type_text("AB77").goes_to("Expires").type_text("12/26");
    nurse.goes_to("Why").type_text("the other vial was taken").press("F2").sees("Saved: ");
    let now = nurse.last_given("Okafor");
    assert_eq!((now.strength_mcg_per_ml, now.lot.as_deref(), now.dose_mcg), (500, Some("AB77"), was.dose_mcg));
    assert!(now.product.contains("500 mcg/mL"), "{}", now.product);
    // One that is in no list.
    nurse.press("Up a").sees("lot AB77").goes_to("Product").picks("another: type its strength ▾");
    nurse.goes_to("Why").type_text("read again");
    nurse.goes_to("Strength").instead("").press("F2").sees("type the strength on the vial's label");
    nurse.goes_to("Strength").instead("2000").sees("computed: 0.5 mL").goes_to("Lot").type_text("ZZ1");
    nurse.goes_to("Expires").type_text("12/27").press("F2").sees("Saved: ");
    let now = nurse.last_given("Okafor");
    assert_eq!((now.strength_mcg_per_ml, now.lot.as_deref()), (2_000, Some("ZZ1")));
}

#[test]
fn a_patient_entered_by_mistake_is_struck_out_and_found_as_such() {
    let mut nurse = Nurse::in_demo();
    nurse.press("n").type_text("Zander").goes_to("Born").type_text("01021970").press("F2").sees("Triage 1 of 5");
    nurse.press("Esc");
    while !nurse.shows("Worklist") {
        nurse.press("Esc");
        if nurse.shows("Throw it away") {
            nurse.press("t");
        }
    }
    // Whoever has doses stays.
    nurse.opens_chart("Okafor").press("5 Home a").sees("is not struck out").press("Esc");
    while !nurse.shows("Worklist") {
        nurse.press("Esc");
    }
    let entries = nurse.entries("Zander");
    nurse.opens_chart("Zander").press("5 Home a").sees("Entered by mistake: strike the patient out");
    nurse.goes_to("Why").type_text("entered twice").press("F2").sees("Saved").sees("Registration struck out");
    assert_eq!(nurse.entries("Zander"), entries + 1);
    let roll = nurse.home.store().roll(nurse.today()).roll;
    let row = roll.search("Zander").first().and_then(|at| roll.row(*at)).unwrap();
    assert!(row.struck_out && row.items.is_empty() && !row.is_without_next_step(), "{row:?}");
    assert!(row.standing.ends_with("entered twice"), "{}", row.standing);
    nurse.press("g").sees_no("Saved");
    while !nurse.shows("Worklist") {
        nurse.press("Esc");
    }
    nurse.press("p").type_text("Zander").sees("Zander").sees("Registration struck out");
    // It comes back.
    nurse.press("Enter 5 Home a").sees("restore it").goes_to("Why").type_text("it is another person").press("F2");
    nurse.sees("Saved");
    assert!(nurse.course("Zander").struck_out().is_none());
}
