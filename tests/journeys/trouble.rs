//! When things go wrong: the disk, the night, the other workstation.

use crate::kit::{Home, NOW, Nurse, day, instant};
use cobalog::clinic::entry::{Act, Given, NotGiven, WhyNot};
use cobalog::clock::Clock;
use cobalog::store::disk::Real;
use cobalog::tui::session::{Begin, Session};
use cobalog::tui::theme::Theme;
use std::fs;

#[test]
fn a_failed_save_keeps_the_prompt_and_says_so() {
    let mut nurse = Nurse::in_demo();
    let (id, entries) = (nurse.id("Okafor"), nurse.entries("Okafor"));
    let file = nurse.home.chart_file(id);
    let aside = file.with_extension("aside");
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Note").type_text("left arm sore");
    fs::rename(&file, &aside).unwrap();
    fs::create_dir(&file).unwrap();
    nurse.press("F2").sees("NOT SAVED.").sees("Give a dose").sees("left arm sore").sees_no("Saved: ");
    nurse.press("F2").sees("NOT SAVED.");
    fs::remove_dir(&file).unwrap();
    fs::rename(&aside, &file).unwrap();
    nurse.press("F2").sees("Saved: 1,000 mcg given").sees_no("NOT SAVED");
    assert_eq!(nurse.entries("Okafor"), entries + 1, "once");
    assert_eq!(nurse.last_given("Okafor").note.as_deref(), Some("left arm sore"));
}

#[test]
fn a_folder_that_went_away_is_said_and_nothing_is_lost() {
    let mut nurse = Nurse::in_demo();
    let charts = nurse.home.dir().join("charts");
    let aside = nurse.home.dir().join("elsewhere");
    nurse.press("n").type_text("Novak").press("Tab").type_text("Eva").press("Tab").type_text("01021980");
    fs::rename(&charts, &aside).unwrap();
    fs::write(&charts, "not a folder").unwrap();
    nurse.press("F2").sees("NOT SAVED.").sees("Novak").sees("01021980");
    fs::remove_file(&charts).unwrap();
    fs::rename(&aside, &charts).unwrap();
    nurse.press("F2").sees("Triage 1 of 5");
    assert_eq!(nurse.course("Novak").person.unwrap().born, day("1980-02-01"));
}

#[test]
fn a_practice_that_cannot_be_made_keeps_the_words() {
    let home = Home::empty();
    fs::write(home.dir(), "in the way").unwrap();
    let mut nurse = Nurse::at_home(home);
    nurse.press("2").type_text("Harbour").press("Tab").type_text("Ida").press("F2").sees("NOT SAVED.").sees("Harbour");
    fs::remove_file(nurse.home.dir()).unwrap();
    nurse.press("F2").sees("Press n to enter the first patient");
}

#[test]
fn at_midnight_today_turns_the_page() {
    let mut nurse = Nurse::in_demo();
    nurse.sees("Mon 23 Nov 2026").stands_on("Farrow").sees("Dose 9");
    nurse.session.set_clock(Clock::Fixed(instant("2026-11-24T00:00:10+01:00")));
    nurse.session.tick();
    nurse.at(120, 36).sees("Today · Tue 24 Nov 2026").sees("00:00");
    let row = nurse.lines().into_iter().find(|l| l.contains("Farrow, Daniel") && l.contains("Dose 9")).unwrap();
    assert!(row.contains("1 d late"), "{row}");
    let row = nurse.lines().into_iter().find(|l| l.contains("Kowalski, Jan") && l.contains("Dose 7")).unwrap();
    assert!(row.contains("today"), "{row}");
    nurse.stands_on("Farrow").press("g").sees("24 Nov 2026").types_birth("Farrow").press("F2");
    if nurse.shows("pick the reason") {
        nurse.goes_to("Reason").picks("Could not come").press("F2");
    }
    nurse.sees("Saved: 1,000 mcg given on Tue 24 Nov 2026");
}

#[test]
fn an_entry_of_another_workstation_appears() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").sees("Dose 9");
    let other = nurse.home.store();
    let not =
        NotGiven { order: None, on: nurse.today(), why: WhyNot::Missed, again: Some(day("2026-11-26")), note: None };
    other
        .record(nurse.id("Farrow"), vec![Act::NotGiven(not)], "Tom Adeyemi RN", instant("2026-11-23T09:06:00+01:00"))
        .unwrap();
    nurse.session.verify();
    nurse.at(120, 36).stands_on("Farrow").sees("Thu 26 Nov");
    nurse.press("Enter 5").sees("Tom Adeyemi RN").sees("did not come");
}

#[test]
fn two_nurses_who_give_the_same_dose_are_told() {
    let mut first = Nurse::in_demo();
    first.stands_on("Farrow").press("g").types_birth("Farrow").press("Enter").sees("Saved");
    let Nurse { session, home, .. } = first;
    drop(session);
    let mut second = Nurse::at_home(home);
    second.opens_chart("Farrow").press("g").types_birth("Farrow").press("F2").sees("already recorded on that day");
}

#[test]
fn a_damaged_chart_is_named_and_hides_nobody() {
    let home = Home::demo();
    let rows = home.store().roster(day("2026-11-23")).rows;
    let id = rows.iter().find(|r| r.name.starts_with("Okafor")).unwrap().id;
    fs::write(home.chart_file(id), "(format: 1, entries: [ (half").unwrap();
    fs::remove_dir_all(home.places().cache.unwrap()).ok();
    let mut nurse = Nurse::at_home(home);
    nurse.session.verify();
    nurse
        .at(160, 36)
        .sees("1 file cannot be read: press f")
        .at(120, 36)
        .sees("Farrow, Daniel")
        .press("f")
        .sees(&id.to_string())
        .sees("left as they are")
        .sees("check --repair");
    nurse.press("Esc").stands_on("Farrow").press("g").types_birth("Farrow").press("Enter").sees("Saved");
    assert_eq!(fs::read_to_string(nurse.home.chart_file(id)).unwrap(), "(format: 1, entries: [ (half", "left as it is");
}

#[test]
fn a_chart_that_is_damaged_while_it_is_open_is_said() {
    let mut nurse = Nurse::in_demo();
    let file = nurse.home.chart_file(nurse.id("Okafor"));
    nurse.stands_on("Okafor");
    fs::write(&file, "nonsense").unwrap();
    nurse.press("g").sees_no("Give a dose").sees("Worklist");
    let said = nurse.session.app().said().unwrap().to_owned();
    assert!(said.contains(&file.display().to_string()) && said.contains("does not begin"), "{said}");
}

#[test]
fn a_dose_that_a_colleague_gave_meanwhile_is_not_given_again() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g").types_birth("Farrow");
    let given = Given { on: nurse.today(), ..nurse.last_given("Farrow") };
    let (id, at) = (nurse.id("Farrow"), instant("2026-11-23T09:04:00+01:00"));
    nurse.home.store().record(id, vec![Act::Given(given)], "Tom Adeyemi RN", at).unwrap();
    let entries = nurse.entries("Farrow");
    nurse.press("F2").sees_no("Saved: ");
    nurse.press("F2").sees_no("Saved: ").sees("already recorded on that day").sees("Give a dose");
    assert_eq!(nurse.entries("Farrow"), entries);
}

#[test]
fn a_prompt_left_open_over_midnight_is_of_the_new_day() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Farrow").press("g").sees("Mon 23 Nov 2026").goes_to("Note").type_text("left arm sore");
    nurse.session.set_clock(Clock::Fixed(instant("2026-11-24T00:00:10+01:00")));
    nurse.session.tick();
    nurse.at(120, 36).sees("A new day has begun").sees("left arm sore").sees("Tue 24 Nov 2026, 00:00");
    nurse.types_birth("Farrow").press("F2").sees("Saved: 1,000 mcg given on Tue 24 Nov 2026");
}

#[test]
fn a_dose_taken_up_again_asks_who_it_is_for() {
    let mut nurse = Nurse::in_demo();
    nurse.stands_on("Okafor").press("g").types_birth("Okafor").goes_to("Note").type_text("x");
    let mut nurse = nurse.killed_and_started_again();
    nurse
        .press("r")
        .sees("Give a dose")
        .press("F2")
        .sees("type day and month")
        .types_birth("Okafor")
        .press("F2")
        .sees("Saved");
}

/// Does what the program does behind the first frame.
fn backs_up(nurse: &mut Nurse) -> bool {
    let Some((store, now)) = nurse.session.to_back_up() else { return false };
    nurse.session.take_backups(cobalog::store::backup::daily(&Real, store.dir(), store.places(), now));
    true
}

/// The demo's people in a practice that is no demo.
fn real_practice() -> Home {
    let home = Home::demo();
    home.store().change_settings(|settings| settings.demo = false).unwrap();
    home
}

#[test]
fn the_backup_of_the_day_is_made_once_and_its_age_is_to_be_seen() {
    let mut nurse = Nurse::at_home(real_practice());
    nurse.session.verify();
    nurse.press("f").sees("Last good backup: none yet").press("Esc");
    assert!(backs_up(&mut nurse) && !backs_up(&mut nurse), "once a day");
    nurse.press("f").sees("Last good backup: Mon 23 Nov 2026, 09:05").press("Esc");
    nurse.press("s").sees("Last good backup: Mon 23 Nov 2026, 09:05").press("Esc").sees_no("backup");
    nurse.session.set_clock(Clock::Fixed(instant("2026-12-01T08:00:00+01:00")));
    nurse.session.tick();
    nurse.at(120, 36).sees("no backup for 8 days: press f");
    assert!(backs_up(&mut nurse));
    nurse.at(120, 36).sees_no("no backup for");
}

#[test]
fn a_backup_that_fails_is_said_with_why_and_what_to_do() {
    let home = real_practice();
    fs::write(home.places().backups.unwrap(), "in the way").unwrap();
    let mut nurse = Nurse::at_home(home);
    nurse.session.verify();
    assert!(backs_up(&mut nurse));
    nurse
        .at(120, 36)
        .sees("the backup failed: press f")
        .press("f")
        .sees("could not be saved")
        .sees("cobalog backup FILE");
}

#[test]
fn a_demo_is_not_backed_up_by_itself() {
    let mut nurse = Nurse::in_demo();
    nurse.session.verify();
    assert!(!backs_up(&mut nurse) && !nurse.home.places().backups.unwrap().exists());
    nurse.press("f").sees("Nothing is backed up by itself here");
}

#[test]
fn charts_without_settings_offer_no_new_practice() {
    let home = Home::demo();
    fs::remove_file(home.dir().join("practice.ron")).unwrap();
    let begin = Begin {
        dir: home.dir(),
        places: home.places(),
        clock: Clock::Fixed(instant(NOW)),
        theme: Theme::named("dark", false),
        temporary: None,
    };
    let error = Session::open(begin).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("but no practice.ron") && error.contains("check --repair"), "{error}");
}

#[test]
fn where_no_chart_can_be_read_nobody_is_asked_to_begin() {
    let home = Home::demo();
    fs::rename(home.dir().join("charts"), home.dir().join("elsewhere")).unwrap();
    let mut nurse = Nurse::at_home(home);
    nurse.session.verify();
    nurse.press("Down").sees("No chart can be read. f says why").sees_no("Nobody here yet");
}
