//! The practice's folder goes away while the program is open, and comes back.

use crate::kit::Nurse;
use cobalog::store::watch::Changed;
use std::fs;

fn looks(nurse: &mut Nurse) {
    nurse.session.changed(Changed::everything());
    nurse.session.catch_up();
    nurse.at(120, 36);
}

#[test]
fn a_folder_that_goes_away_takes_no_typing_with_it_and_comes_back() {
    let mut nurse = Nurse::in_demo();
    let away = nurse.home.dir().with_file_name("away");
    nurse.stands_on("Farrow").press("g");
    let before = nurse.screen();
    fs::rename(nurse.home.dir(), &away).unwrap();
    looks(&mut nurse);
    nurse.sees("The practice is not in").sees("now.");
    nurse.press("Ctrl-s").sees("Give");
    assert!(!nurse.home.dir().join("charts").exists(), "nothing is begun anew");
    fs::rename(&away, nurse.home.dir()).unwrap();
    looks(&mut nurse);
    let count = |screen: &str| screen.lines().filter(|l| l.contains("Farrow")).count();
    assert_eq!(count(&nurse.screen()), count(&before), "{}", nurse.screen());
    nurse.press("Esc").press("Esc").sees("Farrow");
    assert!(nurse.session.app().ctx.problems.is_empty(), "{:?}", nurse.session.app().ctx.problems);
}

#[test]
fn a_charts_folder_that_goes_away_is_named_and_comes_back() {
    let mut nurse = Nurse::in_demo();
    let (charts, away) = (nurse.home.dir().join("charts"), nurse.home.dir().join("away"));
    let rows = nurse.session.app().ctx.rows.len();
    fs::rename(&charts, &away).unwrap();
    looks(&mut nurse);
    assert!(nurse.session.app().ctx.problems.iter().any(|p| p.contains("charts")));
    fs::rename(&away, &charts).unwrap();
    looks(&mut nurse);
    assert_eq!(nurse.session.app().ctx.rows.len(), rows);
    assert!(nurse.session.app().ctx.problems.is_empty(), "{:?}", nurse.session.app().ctx.problems);
}

#[test]
fn settings_that_are_gone_are_said_and_the_dose_is_recorded() {
    let mut nurse = Nurse::in_demo();
    let settings = nurse.home.dir().join("practice.ron");
    let text = fs::read(&settings).unwrap();
    fs::remove_file(&settings).unwrap();
    looks(&mut nurse);
    nurse.sees("practice.ron could not be read: it is not there");
    nurse.stands_on("Farrow").press("h Ctrl-s");
    fs::write(&settings, text).unwrap();
    looks(&mut nurse);
    assert!(nurse.session.app().ctx.problems.is_empty());
}
