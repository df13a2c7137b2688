//! The page of rules: how often each asks, and how often it was answered.

use crate::kit::{Home, NOW, Nurse, instant};
use cobalog::clinic::practice::Settings;
use cobalog::demo;
use cobalog::store::Store;
use std::fs;

/// The line of a rule: open now, answered, reasons.
fn counted(nurse: &Nurse, name: &str) -> Vec<usize> {
    let line = nurse.lines().into_iter().find(|l| l.contains(name)).unwrap_or_else(|| panic!("{}", nurse.screen()));
    let numbers = line[line.find(name).unwrap() + name.len()..].split_whitespace();
    numbers.filter_map(|n| n.parse().ok()).collect()
}

#[test]
fn the_page_counts_what_asks_and_what_was_answered() {
    let mut nurse = Nurse::in_demo();
    nurse.press("x").sees("A warning that is always answered is a defect").sees("Open now").sees("Missed dose");
    let before = counted(&nurse, "Missed dose");
    nurse.press("Esc").sees("Worklist");
    nurse.opens_chart("Silva").press("y P Enter F2").sees("Saved: Seen").press("Esc Esc Esc x");
    let after = counted(&nurse, "Missed dose");
    assert_eq!(after, [before[0] - 1, before[1] + 1, before[2] + 1], "one asks no more, one reason was given");
    nurse.sees("Mon 23 Nov 2026, Maya Keller RN, #1019:");
}

#[test]
fn it_can_be_read_at_every_size_and_without_colour() {
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        let mut nurse = Nurse::in_demo();
        nurse
            .at(width, height)
            .press("x")
            .sees("Open now  Answered  Reasons")
            .sees(if width < 100 { "more lines: down" } else { "Rules" })
            .press("End")
            .sees("other rules ask nothing");
    }
}

#[test]
fn a_practice_without_patients_has_words_for_it() {
    let home = Home::empty();
    Store::create_with(&home.dir(), Settings::new("Hill Street", "Maya Keller RN"), home.places()).unwrap();
    let mut nurse = Nurse::at_home(home);
    nurse.press("x").sees("No rule asks anything now, and none was ever answered with a reason.");
}

#[test]
fn a_chart_that_cannot_be_read_is_not_passed_over_in_silence() {
    let home = Home::demo();
    let id = Nurse::in_demo().id("Okafor");
    fs::write(home.chart_file(id), "(format: 1, entries: [ (half").unwrap();
    let mut nurse = Nurse::at_home(home);
    nurse.press("x").sees("Not counted: 1 chart that could not be read.").sees("Open now");
}

#[test]
fn no_key_waits_for_many_charts() {
    let home = Home::empty();
    let today = instant(NOW).date_naive();
    demo::write(&home.dir(), home.places(), demo::SEED, 210, today).unwrap();
    let mut nurse = Nurse::at_home(home);
    nurse.press("x").sees("Reading the charts").sees_no("Open now");
    assert!(nurse.session.to_tally().is_some(), "it is counted elsewhere");
    nurse.press("Esc").sees("Worklist").press("x").sees("Reading the charts");
    assert!(nurse.session.to_tally().is_none(), "and once, however often the key is pressed");
    let (counts, problems) = nurse.home.store().tally(today);
    nurse.session.take_tally(Ok((counts, problems.len())));
    nurse.at(120, 36).sees("Open now").press("Esc x").sees("Reading the charts");
    nurse.session.take_tally(Err("charts: it could not be read".to_owned()));
    nurse.at(120, 36).sees("charts: it could not be read");
}
