//! Notes, letters and the sheet of the day, by keys.

use crate::kit::{Home, NOW, Nurse};
use cobalog::clinic::audit::What;
use cobalog::clinic::entry::Act;
use cobalog::clinic::note::Noted;
use cobalog::store::Wanted;
use cobalog::tui::theme::Theme;
use std::fs;
use std::path::PathBuf;

/// The files of letters that lie in this account's state.
fn files(nurse: &Nurse) -> Vec<PathBuf> {
    let folder = nurse.home.places().state.unwrap().join("letters");
    let mut all: Vec<_> = fs::read_dir(folder).into_iter().flatten().map(|e| e.unwrap().path()).collect();
    all.sort();
    all
}

fn noted(nurse: &Nurse, name: &str) -> Noted {
    match nurse.newest(name) {
        Act::Noted(noted) => *noted,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_note_is_signed_after_one_sentence_and_added_to_later() {
    let mut nurse = Nurse::in_demo();
    let entries = nurse.entries("Farrow");
    nurse.opens_chart("Farrow").press("E").sees("Encounter note").press("F2").sees("write what was seen");
    assert_eq!(nurse.entries("Farrow"), entries);
    nurse.type_text("Feet a little better; no reaction.").press("F2").sees("Saved: Note");
    let first = noted(&nurse, "Farrow");
    assert_eq!(first.narrative, "Feet a little better; no reaction.");
    assert!(first.of.is_some() && first.facts.len() > 12, "{first:?}");
    assert_eq!(first.codes.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(), ["D51.0", "G63.4"]);
    assert!(first.charges.is_empty(), "nobody charges so here");
    // Once signed, the same encounter says so and takes an addendum alone.
    nurse.press("E").sees("Addendum to a signed note").sees("note signed").press("Esc");
    // On it in the history, a adds and L shows it.
    nurse.press("5 a").sees("Addendum to a signed note").sees("Feet a little better").type_text("Called: well.");
    nurse.press("F2").sees("Saved: Addendum");
    let more = noted(&nurse, "Farrow");
    assert_eq!((more.on, more.codes.len()), (first.on, 0));
    nurse.press("L").sees("Encounter of").press("End").sees("Called: well.");
    nurse.press("Home p").sees("Sent to the printer");
    let printed = nurse.desk.printed.borrow().concat();
    assert!(printed.contains("Feet a little better") && printed.contains("ADDENDUM OF MON 23 NOV 2026"), "{printed}");
    assert!(nurse.home.store().check().problems.is_empty(), "{:?}", nurse.home.store().check());
}

#[test]
fn the_coder_decides_and_a_code_that_cannot_stand_is_not_signed() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("E").type_text("Well.").goes_to("Diagnoses").instead("G63.4 D51.0").press("F2");
    nurse.sees("never stands first");
    nurse.instead("D51.3").sees("names another cause").press("F2").sees("Saved: Note");
    assert_eq!(noted(&nurse, "Farrow").codes[0].code, "D51.3");
}

/// At the smallest size the reasons are longer than the screen: they are turned, none is out of reach.
#[test]
fn every_reason_is_within_reach() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").at(80, 24).press("E").goes_to("Diagnoses").instead("G63.4 Z51.8");
    nurse.sees("NOT to be signed with these codes").sees("more lines: PageDown").sees_no("Chronic atrophic gastritis");
    nurse.press("PageDown PageDown PageDown").sees("Chronic atrophic gastritis").sees("PageUp: what stands above");
    nurse.press("PageUp PageUp PageUp").sees("NOT to be signed with these codes");
}

#[test]
fn what_is_typed_into_a_note_outlasts_the_program() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("E").type_text("Half a sent");
    nurse.session.drafts().settle();
    let mut again = nurse.killed_and_started_again();
    again.sees("Encounter note").press("Enter").sees("Half a sent");
}

#[test]
fn letters_are_saved_privately_printed_opened_and_taken_away() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("L").sees("YOUR VITAMIN B12 TREATMENT").sees("MONDAY 23 NOVEMBER 2026");
    assert!(files(&nurse).is_empty(), "looking leaves nothing");
    nurse.press("h").sees("Saved, for this account alone");
    let names = |nurse: &Nurse| -> Vec<String> {
        files(nurse).iter().map(|f| f.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    let is_plan = |name: &String| name.starts_with("plan-2026-11-23-") && name.ends_with(".html");
    assert!(matches!(names(&nurse).as_slice(), [one] if is_plan(one)), "{:?}", names(&nurse));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&files(&nurse)[0]), 0o600);
        assert_eq!(mode(files(&nurse)[0].parent().unwrap()), 0o700);
    }
    nurse.press("p").sees("Sent to the printer");
    assert_eq!(names(&nurse).len(), 1, "what was printed leaves no file");
    assert!(nurse.desk.printed.borrow()[0].contains("Farrow, Daniel"));
    nurse.press("2 Enter Enter").sees("Referral: vitamin B12 treatment").press("b").sees("Opened in the browser");
    assert_eq!(nurse.desk.opened.borrow().len(), 1);
    assert!(
        fs::read_to_string(&nurse.desk.opened.borrow()[0]).unwrap().contains("<bdi dir=\"auto\">Farrow, Daniel</bdi>")
    );
    nurse.press("3").sees("No date was missed").press("x").sees("Removed: referral-2026-11-23-");
    nurse.press("x").sees("There is no file of this document").press("1 x").sees("Removed: plan-2026-11-23-");
    assert!(files(&nurse).is_empty());
    nurse.desk.is_jammed.set(true);
    nurse.press("p").sees("NOT DONE: lp refused it");
    assert!(files(&nurse).is_empty(), "no file stays of what was not printed");
    nurse.session.settle_log();
    let log = nurse.home.store().log(&Wanted::default()).0;
    let of = |what: What| log.iter().filter(|l| l.event.what == what && l.event.patient.is_some()).count();
    assert_eq!((of(What::Printed), of(What::Exported)), (1, 2), "{log:?}");
}

#[test]
fn who_missed_a_date_gets_a_letter_that_names_no_illness() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Silva").press("L 3").sees("YOUR APPOINTMENT").sees_no("B12").sees("01632 960123");
}

#[test]
fn the_sheet_of_the_day() {
    let mut nurse = Nurse::in_demo();
    nurse.press("P").sees("Injections on Mon 23 Nov 2026").sees("Lot ____");
    nurse.press("h").sees("Saved").press("Esc").sees("Worklist");
    assert_eq!(files(&nurse).len(), 1);
}

/// What is drawn up in the evening is tomorrow's.
#[test]
fn the_sheet_of_another_day() {
    for (width, height) in [(80, 24), (120, 36)] {
        let mut nurse = Nurse::in_demo();
        nurse.press("s").goes_to("Closed on").instead("28 Nov 2026").press("F2").sees("Saved: settings.");
        nurse.at(width, height).press("P").sees("Sheet of Mon 23 Nov 2026; d shows another day's");
        nurse.press("d").sees("The sheet of which day?").sees("Tue 24 Nov 2026");
        nurse.press("Enter").sees("Injections on Tue 24 Nov 2026");
        // A day that is none is said, and the sheet stays.
        nurse.press("d").instead("32 Nov 2026").press("Enter").sees("is not in the calendar").press("Esc");
        nurse.sees("Injections on Tue 24 Nov 2026").press("d").instead("28 Nov 2026").sees("Sat 28 Nov 2026: closed");
        nurse.press("F2").sees("THE PRACTICE IS CLOSED ON THIS DAY: it is one of its closed days.");
        nurse.press("Esc").sees("Worklist").opens_chart("Farrow").press("L d").sees("Only the sheet of a day");
    }
}

#[test]
fn without_a_dose_there_is_nothing_to_note_and_without_a_place_nothing_is_saved() {
    let mut nurse = Nurse::with(Home::demo(), Theme::named("dark", false), NOW);
    nurse.press("n").type_text("Newman").press("Tab").type_text("Ann").press("Tab").type_text("04031962");
    nurse.press("F2 Esc").sees("Newman");
    nurse.opens_chart("Newman").press("E").sees("there is nothing to write a note of");
}

#[test]
fn a_referral_asks_to_whom_it_goes_and_what_it_asks() {
    for (width, height) in [(80, 24), (120, 36)] {
        let mut nurse = Nurse::in_demo();
        nurse.opens_chart("Farrow").at(width, height).press("L 2").sees("Referral: to whom does it go?");
        nurse.sees("Left blank, the letter has a line to write on by hand.").sees("Farrow, Daniel").sees("#1003");
        nurse.type_text("Neurology, General Hospital").press("Enter").sees("what do you ask?");
        nurse.press("Esc").sees("to whom does it go?").sees("Neurology, General Hospital").press("Enter");
        nurse.type_text("Is it q for quit?").press("Enter");
        nurse.sees("To        Neurology, General Hospital").sees("Question  Is it q for quit?");
        // Asked once; e asks again, and what is emptied is a line to write on.
        nurse.press("1 2").sees("Neurology, General Hospital").press("e").instead("").press("Enter F2");
        nurse.sees_no("Neurology").sees("To        ____").sees("Is it q for quit?").press("p");
        let printed = nurse.desk.printed.borrow().concat();
        assert!(printed.contains("Is it q for quit?"), "{printed}");
        nurse.press("1 e").sees("Only a referral goes to somebody else");
    }
}

#[test]
fn who_asks_nothing_still_has_the_letter() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("L Tab Esc").sees("Referral: vitamin B12 treatment").sees("To        ____");
}
