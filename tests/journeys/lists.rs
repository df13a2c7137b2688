//! Where a course stands beside its plan: in the lists, on the timeline, on the plan tab, and why.

use crate::kit::{Home, NOW, Nurse, day, instant};
use cobalog::clinic::course::Course;
use cobalog::clinic::decision::{Acknowledged, Answer, Change, Review, Turn};
use cobalog::clinic::entry::{Act, Checked, PatientId};
use cobalog::clinic::interval::Interval;
use cobalog::clinic::lab::{Comparator, LabResult};
use cobalog::clinic::patient::{Allergies, Person};
use cobalog::clinic::spacing;
use cobalog::clinic::triage::{Neuro, Triage};
use cobalog::tui::theme::Theme;
use std::fs;

fn id(home: &Home, name: &str) -> PatientId {
    let rows = home.store().roster(day("2026-11-23")).rows;
    rows.iter().find(|r| r.name.contains(name)).unwrap().id
}

fn course(home: &Home, name: &str) -> Course {
    let store = home.store();
    Course::of(&store.chart(id(home, name)).unwrap(), store.practice(), day("2026-11-23"))
}

/// Records something as another workstation does.
fn told(home: &Home, name: &str, act: Act) {
    home.store().record(id(home, name), vec![act], "Maya Keller RN", instant(NOW)).unwrap();
}

fn turns(home: &Home, name: &str, what: Turn) {
    let (because, decided_by) = ("as agreed".to_owned(), "Dr Eleanor Hart".to_owned());
    let change = Change { on: day("2026-11-23"), what, because, decided_by, reasons: Vec::new(), told: None };
    told(home, name, Act::Changed(change));
}

fn turned() -> Home {
    let home = Home::demo();
    turns(&home, "Okafor", Turn::Paused { until: day("2027-01-18") });
    turns(&home, "Whitfield", Turn::Oral { daily_mcg: 1000, recheck: day("2027-01-25") });
    turns(&home, "Baker", Turn::Died);
    home
}

/// The number before a word of the first line of Today.
fn counted(nurse: &Nurse, what: &str) -> usize {
    let line = nurse.lines().into_iter().find(|l| l.contains("due today")).unwrap();
    line[..line.find(what).unwrap()].split_whitespace().last().unwrap().parse().unwrap()
}

#[test]
fn who_is_beside_the_plan_says_so_and_is_not_due() {
    let before = counted(&Nurse::in_demo(), "due today");
    let mut nurse = Nurse::at_home(turned());
    assert_eq!(counted(&nurse, "due today"), before - 1, "of the three only the dose of Okafor was due today");
    nurse.sees("Worklist").sees_no("Okafor, Ngozi").press("p Tab");
    nurse.stands_on("Okafor").sees("Paused until Mon 18 Jan 2027: as agreed");
    nurse.stands_on("Whitfield").sees("On tablets since Mon 23 Nov 2026, 1,000 mcg a day; recheck Mon 25 Jan 2027");
    nurse.stands_on("Baker").sees("Died on Mon 23 Nov 2026");
}

#[test]
fn a_part_of_the_patients_is_shown_and_nobody_is_forgotten() {
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        let mut nurse = Nurse::at_home(turned());
        nurse.at(width, height).press("p Tab").sees("40 of 40");
        nurse.press("e").sees("37 of 40").sees("active").sees_no("Okafor, Ngozi").sees_no("Baker, Thelma");
        nurse.press("e").sees("2 of 40").sees("paused, on tablets").sees("Okafor, Ngozi").sees("Whitfield, Margaret");
        nurse.press("e").sees("1 of 40").sees("ended").sees("Baker, Thelma");
        nurse.press("e").sees("0 of 40").sees("WITHOUT A NEXT STEP").sees("Nobody is without a next step.");
        nurse.sees("a dose, a checkpoint, a plan to sign or a day to be asked again");
        nurse.press("e").sees("40 of 40");
    }
}

#[test]
fn what_is_typed_searches_the_part_that_is_shown() {
    let mut nurse = Nurse::at_home(turned());
    nurse.press("p Tab e e /").type_text("whit").sees("1 of 40").sees("Whitfield");
    nurse.press("Ctrl-u").type_text("farrow").sees("0 of 40").sees("Nobody of these fits what was typed");
    nurse.press("Tab e e e").sees("1 of 40").sees("Farrow");
}

#[test]
fn a_kept_line_knows_that_the_pause_is_over() {
    let Nurse { session, home, .. } = {
        let mut nurse = Nurse::at_home(turned());
        nurse.press("p Tab").stands_on("Okafor").sees("Paused until Mon 18 Jan 2027");
        nurse
    };
    drop(session);
    let mut nurse = Nurse::with(home, Theme::named("dark", false), "2027-01-18T09:00:00+01:00");
    nurse.press("/").type_text("okafor").sees("1 of 40").sees_no("Paused until");
}

/// Walks along the timeline until the words below say this.
fn walks_to<'a>(nurse: &'a mut Nurse, words: &str) -> &'a mut Nurse {
    nurse.press("Home");
    for _ in 0..80 {
        if nurse.shows(words) {
            return nurse;
        }
        nurse.press("Right");
    }
    panic!("no event says \"{words}\":\n{}", nurse.screen());
}

#[test]
fn a_pause_is_a_gap_with_its_word_and_can_be_walked_to() {
    for ascii in [false, true] {
        let mut nurse = Nurse::with(turned(), Theme::named("dark", ascii), NOW);
        nurse.opens_chart("Okafor").sees("Decisions").sees("Plan before").press("-").press("+").sees("paused");
        walks_to(&mut nurse, "Paused until Mon 18 Jan 2027: as agreed").sees("decided by Dr Eleanor Hart");
        nurse.press("w").sees("Decided by Dr Eleanor Hart on Mon 23 Nov 2026").sees("Rests on:").press("Esc");
        assert!(!ascii || nurse.screen().is_ascii(), "{}", nurse.screen());
    }
}

#[test]
fn tablets_say_that_no_plan_runs_and_leave_the_old_one_as_a_ghost() {
    let mut nurse = Nurse::at_home(turned());
    nurse.opens_chart("Whitfield").sees("No plan is running: On tablets since").sees("Plan before");
    walks_to(&mut nurse, "The plan before: dose on this day").sees("Thu 07 Jan 2027").sees("nobody waits for it");
    nurse.press("4").sees("The plan that has ended").sees("Stands").sees("no plan is running");
}

#[test]
fn a_new_interval_shows_the_days_of_the_old_one() {
    let home = Home::demo();
    let step =
        spacing::step(&course(&home, "Baker"), Interval::Weeks(6), "Dr Eleanor Hart", "well for a year").unwrap();
    told(&home, "Baker", Act::Ordered(step));
    let mut nurse = Nurse::at_home(home);
    nurse.opens_chart("Baker");
    walks_to(&mut nurse, "The plan before: dose on this day").sees("Replaced by US common practice, 7 - 4 - monthly");
    nurse.press("4").sees("every 6 weeks (not as published").sees("maintenance every 6 weeks instead of monthly");
    nurse.sees("none in this plan; the one before ended it with the dose on").press_times("Down", 12);
    nurse.sees("Plans before").sees("Replaced because").sees("well for a year");
    nurse.press("w").sees("Dr Eleanor Hart went another way than the protocol").sees("Because: well for a year.");
}

#[test]
fn the_plan_tab_answers_every_question_at_a_glance() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("4");
    nurse.sees("when \"no further improvement\" is recorded; review Sat 28 Nov");
    nurse.sees("Maintenance aimed at  every 2 months").sees("Confirmed next by     Sat 28 Nov 2026");
    nurse
        .sees("significant deficiency, neurologic")
        .sees("May it be spaced now? Not now: repletion runs until")
        .sees("draw up");
    nurse.at(80, 24).sees("Vial to take").sees("more lines: down").press_times("Down", 24);
    nurse.sees("1 Why B12 is low").sees("This cause").sees("It cannot be removed; treatment lasts: for life.");
}

#[test]
fn an_older_triage_stays_visible_with_what_differed() {
    let home = Home::demo();
    let mut triage = course(&home, "Okafor").triage.unwrap();
    (triage.neuro, triage.since) = (Neuro::Mild, Some(day("2026-10-01")));
    triage.red_flags = vec!["new-neuro".to_owned()];
    told(&home, "Okafor", Act::Triaged(triage));
    let mut nurse = Nurse::at_home(home);
    nurse.at(120, 60).opens_chart("Okafor").press("4").press_times("Down", 20);
    nurse
        .sees("neurologic mild: numbness, tingling")
        .sees("Symptoms since")
        .sees("Oct 2026")
        .sees_no("Thu 01 Oct 2026");
    nurse.sees("Refer this week: New or growing neurologic symptoms");
    nurse.sees("Before").sees("how severe: neurologic none").sees("red flags: nothing recorded");
}

#[test]
fn why_names_the_rule_its_limits_and_who_answered() {
    let home = Home::demo();
    let mut nurse = Nurse::at_home(home);
    nurse.opens_chart("Whitfield").press("w").sees("Rule \"Diet: tablets would do\": Dietary cause but not vegan");
    nurse.sees("Limits: 2 checks, 6 months.").press("Esc Esc Esc");
    let found = course(&nurse.home, "Whitfield").findings.into_iter().find(|f| f.rule == "O2").unwrap();
    let because = "does not take tablets reliably".to_owned();
    told(
        &nurse.home,
        "Whitfield",
        Act::Acknowledged(Acknowledged { rule: found.rule, because, rests_on: found.entries }),
    );
    let mut nurse = nurse.killed_and_started_again();
    nurse.opens_chart("Whitfield").press("4 w").press_times("Down", 14).sees("Seen, and left to stand with a reason:");
    nurse
        .sees("does not take tablets reliably (Maya Keller RN, Mon 23 Nov 2026, when it was seen)")
        .sees("2 checks, 6 months");
    nurse.sees("It speaks again as soon as it rests on other entries.");
}

#[test]
fn why_on_plan_and_checkpoints_tells_what_stands_there() {
    let mut nurse = Nurse::in_demo();
    nurse.opens_chart("Farrow").press("4 w").sees("not by a date; the review is on Sat 28 Nov 2026");
    nurse
        .sees("8 doses of repletion given")
        .sees("Symptoms 7 on Sat 07 Nov 2026 (Baseline)")
        .sees("May it be spaced now?");
    nurse.press("Esc 3 w").sees("is due Sat 28 Nov 2026: 3 weeks after the first dose").sees("Response: Improving.");
    nurse.press("Esc 1 Left w").sees("Symptoms 1 on Sat 21 Nov 2026");
    walks_to(nurse.press("Esc"), "Hb 107 g/L").press("w").sees("Haemoglobin 107 g/L: low, range from 130 g/L.");
}

#[test]
fn a_review_can_be_walked_to() {
    let home = Home::demo();
    let lines = home.store().practice().knowledge.review().to_vec();
    let answer = |id: &str| Answer { found: id == "diagnosis", words: "ferritin 12 ug/L".to_owned() };
    let answers = lines.iter().map(|l| (l.id.clone(), answer(&l.id))).collect();
    let reviewed_by = "Dr Eleanor Hart".to_owned();
    told(&home, "Farrow", Act::Reviewed(Review { on: day("2026-11-23"), answers, red_flag: None, reviewed_by }));
    let mut nurse = Nurse::at_home(home);
    nurse.opens_chart("Farrow");
    walks_to(&mut nurse, "Review before more doses").sees("1 found").sees("Right diagnosis: ferritin 12 ug/L");
}

/// The charts above and below the cursor are read before the next key; the chosen one stays at hand, and one of them that
/// cannot be read says nothing until somebody chooses it.
#[test]
fn the_next_charts_are_at_hand_before_the_next_key() {
    let mut nurse = Nurse::in_demo();
    let chosen = |nurse: &Nurse| nurse.session.app().top().unwrap().beside().unwrap();
    let first = chosen(&nurse);
    nurse.press("j");
    let second = chosen(&nurse);
    nurse.press("k");
    for _ in 0..20 {
        nurse.session.look_ahead();
        assert!(nurse.session.app().ctx.patient(chosen(&nurse)).is_some(), "the chosen one is at hand");
        nurse.press("j");
    }
    let mut nurse = Nurse::in_demo();
    nurse.press("k");
    fs::write(nurse.home.chart_file(second), "half a cha").unwrap();
    nurse.session.look_ahead();
    assert_eq!(nurse.session.app().said(), None);
    assert!(nurse.session.app().ctx.patient(first).is_some());
    assert!(nurse.session.app().ctx.patient(second).is_none());
    nurse.press("j").sees("ron");
}

/// Page by page every key is seen, whatever the screen's height.
#[test]
fn no_line_of_the_help_is_left_out_between_two_pages() {
    for (width, height) in [(80, 24), (80, 17), (120, 36)] {
        let mut nurse = Nurse::in_demo();
        nurse.at(width, height).press("?");
        let mut seen = String::new();
        for _ in 0..12 {
            seen.push_str(&nurse.screen());
            nurse.press("PageDown");
        }
        for binding in nurse.session.app().ctx.keymap.help(cobalog::tui::keymap::Place::Today) {
            let (key, label) = (binding.keys(), &binding.label);
            assert!(seen.contains(&format!("{key:<18}{label}")), "{key} {label} at {width}x{height}");
        }
        nurse.sees("a person signs").press("Home").sees("The work");
    }
}

/// Who must not be injected is no ordinary due dose, on the smallest screen either, and what cannot wait is a line of its own.
#[test]
fn today_marks_a_dose_that_stops_and_what_the_prescriber_is_told() {
    let home = Home::demo();
    let before = course(&home, "Farrow");
    let person = before.person.unwrap();
    let allergies = Allergies::Known(vec!["hydroxocobalamin (hives)".to_owned()]);
    told(&home, "Farrow", Act::Registered(Person { allergies, ..person }));
    let triage = course(&home, "Okafor").triage.unwrap();
    told(&home, "Okafor", Act::Triaged(Triage { cautions: vec!["renal".to_owned()], ..triage }));
    let result = LabResult {
        analyte: "potassium".to_owned(),
        value: Some(3.2),
        comparator: Comparator::Exactly,
        unit: "mmol/L".to_owned(),
        word: None,
        flag: None,
        range: None,
    };
    let look = Checked { on: day("2026-11-23"), labs: vec![result], ..Checked::default() };
    told(&home, "Okafor", Act::Checked(look));
    let mut nurse = Nurse::at_home(home);
    nurse.at(80, 24);
    nurse.stands_on("Farrow").sees("STOP - ").sees("allergy");
    nurse.stands_on("Okafor").sees("potassium");
    nurse.opens_chart("Okafor").sees("Severe kidney disease");
}

#[test]
fn until_the_charts_are_read_no_number_is_known() {
    let nurse = Nurse::in_demo();
    let home = nurse.home;
    let (dir, cache) = (home.dir().join("charts"), home.places().cache.unwrap());
    let chart = fs::read(fs::read_dir(&dir).unwrap().next().unwrap().unwrap().path()).unwrap();
    // So many that they are read behind the first picture.
    (0..201).for_each(|n| fs::write(dir.join(format!("01J{n:023}.ron")), &chart).unwrap());
    fs::remove_dir_all(cache).ok();
    let mut nurse = Nurse::at_home(home);
    nurse
        .sees("Reading the charts…")
        .sees("– overdue")
        .sees("– due today")
        .sees("– of – given today")
        .sees_no("0 overdue");
    nurse.session.catch_up();
    nurse.at(120, 36).sees_no("Reading the charts").sees_no("– overdue");
}
