//! The disk fails under the program, at each of its calls: the prompt stays open with all that was typed, a sentence says
//! what to do, and the next try works.

use crate::faulty::{Fault, Faulty};
use crate::kit::{Home, NOW, Nurse, day, instant};
use cobalog::clock::Clock;
use cobalog::tui::session::{Begin, Session};
use cobalog::tui::theme::Theme;
use std::fs;
use std::io::ErrorKind;
use std::sync::Arc;

fn on(disk: &Faulty) -> Nurse {
    let nurse = Nurse::on_disk(Home::demo(), Theme::named("dark", false), NOW, Arc::new(disk.clone()));
    // The key of the seals is made with the first line of the log.
    nurse.session.settle_log();
    nurse
}

/// What a save cannot do without.
const NEEDED: [&str; 4] = ["create", "write", "sync", "rename"];

fn typed(nurse: &mut Nurse) -> usize {
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Note").type_text("left arm sore");
    nurse.entries("Okafor")
}

/// The calls of the prompt's save, to fail each in turn.
fn calls() -> Vec<&'static str> {
    let disk = Faulty::default();
    let mut nurse = on(&disk);
    typed(&mut nurse);
    nurse.session.drafts().settle();
    disk.fail(None);
    nurse.press("F2").sees("Saved: ");
    disk.calls()
}

#[test]
fn a_dose_on_a_full_disk_stays_typed_and_is_saved_once_there_is_room() {
    let calls = calls();
    let first: Vec<_> = NEEDED.map(|name| calls.iter().position(|c| *c == name).unwrap() + 1).into();
    for (at, error, words) in first.iter().flat_map(|at| {
        [
            (*at, ErrorKind::StorageFull, "the disk is full"),
            (*at, ErrorKind::ReadOnlyFilesystem, "the disk is read-only"),
            (*at, ErrorKind::PermissionDenied, "this account may not"),
        ]
    }) {
        let disk = Faulty::default();
        let mut nurse = on(&disk);
        let entries = typed(&mut nurse);
        nurse.session.drafts().settle();
        disk.fail(Some(Fault { at, for_good: true, error, half_done: false }));
        nurse.press("F2").sees("NOT SAVED.").sees("Give a dose").sees("left arm sore").sees_no("Saved: ");
        let said = nurse.session.app().said().unwrap_or_default().to_owned();
        let shown = nurse.at(200, 60).screen();
        assert!(said.contains(words) || shown.contains(words), "{said}\n{shown}");
        nurse.at(120, 36).press("F2").sees("NOT SAVED.").sees("left arm sore");
        assert_eq!(nurse.entries("Okafor"), entries, "nothing was written");
        disk.fail(None);
        nurse.press("F2").sees("Saved: 1,000 mcg given").sees_no("NOT SAVED");
        assert_eq!(nurse.entries("Okafor"), entries + 1, "once");
        assert_eq!(nurse.last_given("Okafor").note.as_deref(), Some("left arm sore"));
    }
}

#[test]
fn a_dose_that_the_disk_did_not_confirm_is_not_signed_twice() {
    let calls = calls();
    let disk = Faulty::default();
    let mut nurse = on(&disk);
    let entries = typed(&mut nurse);
    nurse.session.drafts().settle();
    let at = calls.iter().position(|c| *c == "sync name").unwrap() + 1;
    disk.fail(Some(Fault { at, for_good: false, error: ErrorKind::Other, half_done: false }));
    nurse.press("F2").at(200, 60).sees("the disk did not confirm it").sees_no("Give a dose");
    assert_eq!(nurse.entries("Okafor"), entries + 1);
}

#[test]
fn a_patient_on_a_full_disk_stays_typed() {
    let disk = Faulty::default();
    let mut nurse = on(&disk);
    let full = Some(Fault { at: 1, for_good: true, error: ErrorKind::StorageFull, half_done: true });
    nurse.press("n").type_text("Novak").press("Tab").type_text("Eva").press("Tab").type_text("01021980");
    disk.fail(full);
    nurse.press("F2").sees("NOT SAVED.").sees("Novak").sees("01021980");
    disk.fail(None);
    nurse.press("F2").sees("Triage 1 of 5");
    assert_eq!(nurse.course("Novak").person.unwrap().born, day("1980-02-01"));
}

#[test]
fn a_patient_that_the_disk_did_not_confirm_is_not_entered_twice() {
    let disk = Faulty::default();
    let mut nurse = on(&disk);
    nurse.press("n").type_text("Novak").press("Tab").type_text("Eva").press("Tab").type_text("01021980");
    nurse.session.drafts().settle();
    disk.fail(None);
    let at = NEW_PATIENT.iter().position(|c| *c == "sync name").unwrap() + 1;
    disk.fail(Some(Fault { at, for_good: false, error: ErrorKind::Other, half_done: false }));
    nurse.press("F2").at(200, 60).sees("the disk did not confirm it").sees_no("New patient").sees_no("NOT SAVED");
    assert_eq!(disk.calls()[..at], NEW_PATIENT);
    assert_eq!(nurse.course("Novak").person.unwrap().born, day("1980-02-01"));
    assert_eq!(nurse.home.drafts(), 0);
}

/// The calls up to where a new patient's name in the folder is waited for.
const NEW_PATIENT: [&str; 8] = ["open lock", "lock", "touch", "create", "write", "sync", "rename", "sync name"];

#[test]
fn a_dose_stays_typed_whatever_cannot_be_read_while_it_is_signed() {
    let reads = {
        let disk = Faulty::default();
        let mut nurse = on(&disk);
        typed(&mut nurse);
        nurse.session.drafts().settle();
        disk.fail(None);
        nurse.press("F2").sees("Saved: ");
        disk.reads().len()
    };
    assert!(reads > 8, "{reads}");
    for at in 1..=reads {
        let errors = [ErrorKind::Other, ErrorKind::NotFound, ErrorKind::UnexpectedEof];
        let (error, for_good) = (errors[at % 3], at % 2 == 0);
        let disk = Faulty::default();
        let mut nurse = on(&disk);
        let entries = typed(&mut nurse);
        nurse.session.drafts().settle();
        disk.fail_reading(Some(Fault { at, for_good, error, half_done: false }));
        nurse.press("F2");
        disk.fail(None);
        let case = format!("{at}: {error:?}, for good: {for_good}\n{}", nurse.screen());
        // What may have been written is said to be looked at; else the prompt is open with all that was typed.
        if nurse.entries("Okafor") == entries {
            nurse.at(200, 60).sees("NOT SAVED.").sees("Give a dose").sees("left arm sore").sees_no("came in meanwhile");
            nurse.press("F2").sees("Saved: 1,000 mcg given").sees_no("NOT SAVED");
        }
        assert_eq!(nurse.entries("Okafor"), entries + 1, "once: {case}");
        assert_eq!(nurse.last_given("Okafor").note.as_deref(), Some("left arm sore"), "{case}");
    }
}

/// A program that keeps folders the same shows an older chart for a moment, while the dose is signed.
#[test]
fn a_dose_is_saved_once_whatever_stands_in_the_chart_for_a_moment() {
    for at in 1..=6 {
        let disk = Faulty::default();
        let mut nurse = on(&disk);
        let entries = typed(&mut nurse);
        nurse.session.drafts().settle();
        let path = nurse.home.chart_file(nurse.id("Okafor"));
        let text = fs::read_to_string(&path).unwrap();
        let last = text.lines().rfind(|line| line.contains("(id: ")).unwrap();
        // As long as the file is, for a disk that looks at that.
        let older = text.replace(last, &" ".repeat(last.len()));
        disk.give_instead(&path, at, older.as_bytes());
        nurse.press("F2");
        disk.fail(None);
        if nurse.entries("Okafor") == entries {
            nurse
                .sees("Give a dose")
                .sees("left arm sore")
                .goes_to("Born (ddmm)")
                .instead("")
                .types_birth("Okafor")
                .press("F2");
        }
        nurse.sees("Saved: 1,000 mcg given");
        assert_eq!(nurse.entries("Okafor"), entries + 1, "at {at}: once, and none is gone");
        assert_eq!(nurse.last_given("Okafor").note.as_deref(), Some("left arm sore"));
    }
}

#[test]
fn a_practice_that_cannot_be_looked_at_is_not_begun_anew() {
    for error in [ErrorKind::Other, ErrorKind::PermissionDenied] {
        let home = Home::demo();
        let disk = Faulty::default();
        let begin = || Begin {
            dir: home.dir(),
            places: home.places(),
            clock: Clock::Fixed(instant(NOW)),
            theme: Theme::named("dark", false),
            temporary: None,
        };
        for at in 1..4 {
            disk.fail_reading(Some(Fault { at, for_good: true, error, half_done: false }));
            let refused = Session::open_on(begin(), Arc::new(disk.clone())).err().map(|e| e.to_string());
            assert!(
                refused.is_some_and(
                    |e| e.contains("practice.ron could not be read") || e.contains("recipient could not be read")
                ),
                "{at}: {error:?}"
            );
        }
    }
}

#[test]
fn a_practice_that_went_away_is_said_to_be_away_and_the_prompt_stays() {
    let mut nurse = Nurse::in_demo();
    let entries = typed(&mut nurse);
    let (dir, away) = (nurse.home.dir(), nurse.home.dir().with_extension("away"));
    for stays in [false, true] {
        fs::rename(&dir, &away).unwrap();
        if stays {
            fs::create_dir(&dir).unwrap();
        }
        nurse.press("F2").at(200, 60).sees("NOT SAVED.").sees("check the connection to it").sees("left arm sore");
        nurse.sees_no("Set one up there");
        let _ = fs::remove_dir(&dir);
        fs::rename(&away, &dir).unwrap();
    }
    nurse.at(120, 36).press("F2").sees("Saved: 1,000 mcg given");
    assert_eq!(nurse.entries("Okafor"), entries + 1);
}

#[test]
fn what_was_half_typed_and_is_damaged_is_named_on_today_and_kept() {
    let mut nurse = Nurse::in_demo();
    typed(&mut nurse);
    nurse.session.drafts().settle();
    let folder = nurse.home.places().state.unwrap().join("drafts");
    let files = || fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect::<Vec<_>>();
    let before: Vec<_> = files();
    for path in &before {
        fs::write(path, "(prompt: \"give\", by").unwrap();
    }
    let mut nurse = nurse.killed_and_started_again();
    nurse.sees("Worklist").press("f").at(200, 60).sees("it was half typed, and is kept beside it as give-");
    assert_eq!(files().len(), before.len());
    assert!(files().iter().all(|p| fs::read(p).unwrap() == b"(prompt: \"give\", by"));
}

#[test]
fn what_was_typed_on_a_full_disk_is_a_draft_once_there_is_room() {
    let disk = Faulty::default();
    let mut nurse = on(&disk);
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Note");
    disk.fail(Some(Fault { at: 1, for_good: true, error: ErrorKind::StorageFull, half_done: true }));
    nurse.type_text("left arm sor").sees("left arm sor").sees("Give a dose");
    disk.fail(None);
    nurse.type_text("e");
    let mut nurse = nurse.killed_and_started_again();
    nurse.press("r").sees("Give a dose").sees("left arm sore");
}

#[test]
fn what_cannot_be_kept_is_not_left_behind_without_a_word() {
    let disk = Faulty::default();
    let mut nurse = on(&disk);
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Note");
    nurse.session.drafts().settle();
    disk.fail(Some(Fault { at: 1, for_good: true, error: ErrorKind::StorageFull, half_done: false }));
    nurse.type_text("left arm sore").sees("What you type here is not kept if the program ends: the disk is full");
    nurse.press("Ctrl-q").sees("What you typed would be lost").sees("left arm sore");
    assert!(!nurse.session.is_over());
    nurse.type_text("!").press("Ctrl-q").sees("What you typed would be lost");
    assert!(!nurse.session.is_over(), "a key between the two takes the first one back");
    disk.fail(None);
    nurse.type_text("!").sees_no("not kept").press("Ctrl-q");
    assert!(nurse.session.is_over(), "it is kept now");
}

#[test]
fn what_is_left_for_later_on_a_full_disk_is_not_called_kept() {
    let disk = Faulty::default();
    let mut nurse = on(&disk);
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Note");
    nurse.session.drafts().settle();
    disk.fail(Some(Fault { at: 1, for_good: true, error: ErrorKind::StorageFull, half_done: false }));
    nurse.type_text("left").press("Esc").sees_no("it is kept").sees("it is NOT kept: the disk is full").press("l");
    nurse.sees("Worklist").sees("What you left is NOT kept").press("q").sees("What you typed would be lost");
    assert!(!nurse.session.is_over());
    nurse.press("q");
    assert!(nurse.session.is_over());
    disk.fail(None);
}

#[test]
fn the_second_key_leaves_what_cannot_be_kept() {
    let disk = Faulty::default();
    let mut nurse = on(&disk);
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Note");
    disk.fail(Some(Fault { at: 1, for_good: true, error: ErrorKind::StorageFull, half_done: false }));
    nurse.type_text("left").press("Ctrl-q").press("Ctrl-q");
    assert!(nurse.session.is_over());
    disk.fail(None);
}
