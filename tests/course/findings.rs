//! Findings at their boundaries, and what must not fire.

use super::kit::*;
use cobalog::clinic::course::Course;
use cobalog::clinic::drug::Drug;
use cobalog::clinic::entry::Act;
use cobalog::clinic::findings::{Haste, Tier};
use cobalog::clinic::response::Response;
use cobalog::clinic::triage::{Anaemia, Goal, Neuro, Triage};

const LOADING: &str = "2026-01-05 07 09 12 14 16";

fn with_triage(regimen: &str, triage: Triage) -> Story {
    let mut story = Story::new(practice());
    story.act(Act::Triaged(triage));
    story.orders(regimen, "2026-01-05", None);
    story
}

fn neuro() -> Triage {
    Triage { neuro: Neuro::Mild, ..triage() }
}

fn tier(course: &Course, rule: &str) -> Option<Tier> {
    course.findings.iter().find(|f| f.rule == rule).map(|f| f.tier)
}

#[test]
fn a_course_on_plan_with_normal_results_has_none() {
    let mut story = Story::on("r01");
    story.checks("2026-01-05", &["fatigue=3", "haemoglobin=98 g/L", "mcv=112 fL", "potassium=4.1 mmol/L"]);
    story.gives(LOADING);
    story.checks("2026-01-12", &["haemoglobin=104 g/L", "mcv=110 fL", "reticulocytes=180 10*9/L"]);
    assert_eq!(rules(&story.course("2026-01-16")), [""; 0]);
    story.checks("2026-01-26", &["fatigue=2"]);
    story.checks("2026-03-02", &["fatigue=1", "haemoglobin=126 g/L", "mcv=92 fL"]);
    story.checks("2026-04-05", &["fatigue=0"]);
    story.gives("2026-04-16");
    story.checks("2026-04-16", &["fatigue=0", "haemoglobin=130 g/L"]);
    story.gives("2026-07-16 10-16");
    for today in ["2026-04-16", "2026-07-16", "2026-12-31"] {
        let course = story.course(today);
        assert_eq!(rules(&course), [""; 0], "{today}");
        assert_eq!(course.response, Response::Resolved);
    }
    let mut neuro_story = with_triage("r02", neuro());
    neuro_story.checks("2026-01-05", &["numbness=3"]);
    neuro_story.gives("2026-01-05 07 09 11 13 15 17 19 21 23 25");
    neuro_story.checks("2026-01-12", &["numbness=3"]);
    neuro_story.checks("2026-01-13", &["haemoglobin=130 g/L", "mcv=90 fL", "reticulocytes=180 10*9/L"]);
    neuro_story.checks("2026-01-19", &["numbness=2"]);
    neuro_story.checks("2026-01-26", &["numbness=1"]);
    assert_eq!(rules(&neuro_story.course("2026-01-26")), [""; 0]);
}

#[test]
fn late_doses_at_their_boundaries() {
    let loading = "2026-01-05 07";
    let monthly = "2026-01-05 06 07 08 09 10 11 18 25 02-01 08";
    for (regimen, given, today, expected) in [
        ("r01", loading, "2026-01-09", None),
        ("r01", loading, "2026-01-10", Some("T1")),
        // A gap of seven days is late, of eight it breaks the loading (facts 9.2 has thirteen).
        ("r01", loading, "2026-01-14", Some("T1")),
        ("r01", loading, "2026-01-15", Some("T2")),
        ("r01", loading, "2026-01-20", Some("T2")),
        ("r02", loading, "2026-01-14", Some("T1")),
        ("r02", loading, "2026-01-15", Some("T2")),
        // The first dose breaks nothing.
        ("r01", "", "2026-01-30", Some("T1")),
        // Monthly from 8 March: more than 30 days; three months from 16 April: more than a quarter, 22 days.
        ("r09", monthly, "2026-04-07", Some("T1")),
        ("r09", monthly, "2026-04-08", Some("T3")),
        ("r01", LOADING, "2026-05-08", Some("T1")),
        ("r01", LOADING, "2026-05-09", Some("T3")),
        // Weekly loading, due 12 January: more than 14 days.
        ("r12", "2026-01-05", "2026-01-26", Some("T1")),
        ("r12", "2026-01-05", "2026-01-27", Some("T3")),
        // More than a year since the last dose on 16 January.
        ("r01", LOADING, "2027-01-16", Some("T3")),
        ("r01", LOADING, "2027-01-17", Some("T4")),
    ] {
        let mut story = Story::on(regimen);
        story.gives(given);
        let course = story.course(today);
        let found = rules(&course).into_iter().find(|r| r.starts_with('T'));
        assert_eq!(found, expected, "{regimen} on {today}");
        let by_tier = found.map(|rule| tier(&course, rule).unwrap() == Tier::Note);
        assert_eq!(by_tier, expected.map(|rule| rule == "T1"));
    }
}

#[test]
fn a_lapse_with_neurologic_symptoms_counts_from_twice_the_interval() {
    let mut story = with_triage("r02", neuro());
    story.gives("2026-01-05 07");
    story.ends(0, "2026-01-07");
    // Every two months, about 60 days: due 7 March, twice the interval is 7 May.
    assert_eq!(tier(&story.course("2026-05-07"), "T4"), None);
    assert_eq!(tier(&story.course("2026-05-08"), "T4"), Some(Tier::Reason));
}

#[test]
fn an_appointment_that_is_still_to_come_is_no_delay() {
    let mut story = Story::from(weekday_practice(), "r01", "2026-01-05", None);
    story.gives("2026-01-05 07 09 12 14 16 04-16 07-16 10-16");
    let course = |today| story.course(today);
    let late = |c: &Course| rules(c).into_iter().any(|r| r == "T1");
    assert!(!late(&course("2027-01-17")) && !late(&course("2027-01-18")) && late(&course("2027-01-19")));
}

#[test]
fn an_open_phase_asks_for_its_review_once_the_day_is_over() {
    let mut story = Story::on("r02");
    story.gives("2026-01-05 07 09 11 13 15 17 19 21 23 25");
    assert_eq!(tier(&story.course("2026-01-26"), "P2"), None);
    assert_eq!(tier(&story.course("2026-01-27"), "P2"), Some(Tier::Reason));
    story.checks("2026-01-27", &["numbness=1"]);
    assert_eq!(tier(&story.course("2026-01-27"), "P2"), None);
    assert_eq!(tier(&story.course("2026-02-18"), "P2"), Some(Tier::Reason));
}

#[test]
fn a_regimen_without_neurologic_involvement_for_somebody_who_has_it() {
    for (regimen, p4, u1) in [
        ("r01", true, false),
        ("r02", false, false),
        ("r09", false, false),
        ("r12", false, true),
        ("r17", false, false),
        ("r21a", true, true),
        ("r05", true, false),
    ] {
        let course = with_triage(regimen, neuro()).course("2026-01-04");
        assert_eq!((tier(&course, "P4").is_some(), tier(&course, "U1").is_some()), (p4, u1), "{regimen}");
        let course = with_triage(regimen, triage()).course("2026-01-04");
        assert_eq!((tier(&course, "P4"), tier(&course, "U1")), (None, None), "{regimen} without");
    }
}

#[test]
fn repletion_skipped() {
    let p5 = |regimen: &str, triage: Triage| tier(&with_triage(regimen, triage).course("2026-01-04"), "P5");
    assert_eq!(p5("r05", triage()), Some(Tier::Reason));
    assert_eq!(p5("r01", triage()), None);
    assert_eq!(p5("r05", Triage { goal: Goal::Maintenance, ..triage() }), None);
    let slight = Triage { b12: Default::default(), anaemia: Anaemia::Mild, ..triage() };
    assert_eq!(p5("r05", slight.clone()), None);
    assert_eq!(p5("r05", Triage { anaemia: Anaemia::Moderate, ..slight }), Some(Tier::Reason));
    let mut story = Story::on("r01");
    story.gives(LOADING);
    story.orders("r05", "2026-04-16", None);
    assert_eq!(tier(&story.course("2026-04-01"), "P5"), None, "the stores were filled on the first plan");
}

#[test]
fn a_gate_asks_once() {
    let mut story = Story::on("r07");
    story.gives("2026-01-05 06 07 08 09 10 11");
    let course = story.course("2026-01-12");
    assert_eq!(rules(&course).iter().filter(|r| **r == "P1").count(), 1);
    story.ends(0, "2026-01-12");
    assert_eq!(tier(&story.course("2026-01-12"), "P1"), None);
}

#[test]
fn potassium_at_its_boundaries() {
    for (value, expected) in [
        ("3.5 mmol/L", None),
        ("3.4 mmol/L", Some(Tier::Reason)),
        ("3.0 mmol/L", Some(Tier::Reason)),
        ("2.9 mmol/L", Some(Tier::Stop)),
        ("<3 mmol/L", Some(Tier::Stop)),
        ("nd", None),
    ] {
        let mut story = Story::on("r01");
        story.checks("2026-01-04", &[&format!("potassium={value}")]);
        assert_eq!(tier(&story.course("2026-01-05"), "L2"), expected, "{value} before the first dose");
        story.give("2026-01-05");
        story.checks("2026-01-07", &[&format!("potassium={value}")]);
        assert_eq!(tier(&story.course("2026-01-07"), "L2"), expected, "{value}");
        story.checks("2026-01-08", &["potassium=4.0 mmol/L"]);
        assert_eq!(tier(&story.course("2026-01-08"), "L2"), None, "put right");
    }
}

#[test]
fn serum_b12_on_injections() {
    let story = |on: &str, sampled: Option<&str>, value: &str| {
        let mut story = Story::on("r01");
        story.give("2026-01-05");
        let mut look = story.look(on, &[&format!("total-b12={value}")]);
        look.sampled = sampled.map(day);
        story.act(Act::Checked(look));
        story.course("2026-02-10")
    };
    let rule = |c: &Course| rules(c).into_iter().find(|r| r.starts_with('L')).map(leaked);
    assert_eq!(rule(&story("2026-02-09", None, "147 pmol/L")), Some("L8"));
    assert_eq!(rule(&story("2026-02-09", None, "149 pmol/L")), Some("L7"));
    assert_eq!(rule(&story("2026-02-09", None, ">2000 ng/L")), Some("L7"));
    assert_eq!(rule(&story("2026-01-05", None, "90 ng/L")), None, "a sample of the first day is a baseline");
    assert_eq!(rule(&story("2026-01-09", Some("2026-01-04"), "90 ng/L")), None, "so is one that came back later");
}

#[test]
fn oral_instead_for_a_dietary_cause() {
    let story = |cause: &str, scores: [&str; 2], hb: &str| {
        let mut story = with_triage("r03", Triage { cause: cause.to_owned(), ..triage() });
        story.gives(LOADING);
        story.checks("2026-03-02", &[scores[0], "haemoglobin=128 g/L", "mcv=90 fL"]);
        story.checks("2026-04-16", &[scores[1], &format!("haemoglobin={hb}")]);
        story
    };
    let o2 = |story: &Story, today| tier(&story.course(today), "O2").is_some();
    let well = story("diet", ["fatigue=0", "fatigue=0"], "128 g/L");
    assert!(!o2(&well, "2026-07-04") && o2(&well, "2026-07-05"), "six months after the first dose");
    assert!(!o2(&story("diet-vegan", ["fatigue=0", "fatigue=0"], "128 g/L"), "2026-08-01"));
    assert!(!o2(&story("diet", ["fatigue=1", "fatigue=0"], "128 g/L"), "2026-08-01"));
    assert!(!o2(&story("diet", ["fatigue=0", "fatigue=0"], "118 g/L"), "2026-08-01"));
    assert!(!o2(&story("autoimmune-gastritis", ["fatigue=0", "fatigue=0"], "128 g/L"), "2026-08-01"));
}

#[test]
fn plateau_worse_and_relapse_each_speak_once() {
    let story = |scores: &[(&str, &str)]| {
        let mut story = Story::on("r01");
        story.checks("2026-01-05", &["fatigue=4", "numbness=2"]);
        story.gives(LOADING);
        scores.iter().for_each(|(on, found)| {
            story.checks(on, &[found]);
        });
        story.course("2026-04-10")
    };
    let spoken =
        |c: &Course| rules(c).into_iter().filter(|r| ["P6", "3.3"].contains(r)).map(leaked).collect::<Vec<_>>();
    let plateau = story(&[("2026-01-26", "fatigue=2"), ("2026-03-02", "fatigue=2"), ("2026-04-05", "fatigue=2")]);
    assert_eq!(spoken(&plateau), ["P6"]);
    assert!(plateau.findings.iter().any(|f| f.rule == "P6" && f.entries.len() == 3 && f.text.contains("16 Jan 2026")));
    assert_eq!(spoken(&story(&[("2026-01-26", "fatigue=2"), ("2026-03-02", "fatigue=3")])), ["P6"]);
    assert_eq!(spoken(&story(&[("2026-01-26", "numbness=3")])), ["3.3"]);
    assert_eq!(spoken(&story(&[("2026-01-26", "fatigue=2"), ("2026-03-02", "fatigue=2")])), [""; 0]);
}

/// Alternate days ended as the protocol says, by two checks without gain; the same total a month later is no harm of that.
#[test]
fn what_was_flat_before_the_doses_thinned_out_is_no_harm_of_it() {
    let story = |later: &[(&str, &str)]| {
        let mut story = Story::on("r02");
        story.checks("2026-01-05", &["fatigue=2", "numbness=3"]);
        story.gives("2026-01-05 07 09 11 13 15 17 19 21 23 25 27 29 31 02-02 04 06 08 10");
        for on in ["2026-01-26", "2026-02-02", "2026-02-09"] {
            story.checks(on, &["fatigue=1", "numbness=2"]);
        }
        story.ends(0, "2026-02-10");
        later.iter().for_each(|(on, found)| {
            story.checks(on, &[found]);
        });
        story.course("2026-03-20")
    };
    let flat = story(&[("2026-03-02", "numbness=2")]);
    assert_eq!((flat.response, tier(&flat, "P6")), (Response::Plateau, None));
    let back = story(&[("2026-03-02", "numbness=2"), ("2026-03-17", "numbness=3")]);
    assert_eq!((back.response, tier(&back, "P6")), (Response::Worse, Some(Tier::Reason)));
    assert!(back.findings.iter().any(|f| f.rule == "P6" && f.text.contains("thinned out on Tue 10 Feb 2026")));
}

#[test]
fn no_plan_is_urgent_with_neurologic_symptoms() {
    let mut story = Story::new(practice());
    assert_eq!(tier(&story.course("2026-01-05"), "PLAN"), Some(Tier::Note));
    story.act(Act::Triaged(Triage { drug: Drug::Hydroxocobalamin, ..neuro() }));
    assert_eq!(tier(&story.course("2026-01-05"), "PLAN"), Some(Tier::Reason));
}

#[test]
fn new_neurologic_symptoms_are_never_quiet() {
    let mut story = Story::on("r01");
    story.act(Act::Triaged(triage()));
    story.give("2026-01-05");
    story.checks("2026-01-26", &["fatigue=2", "numbness=0"]);
    assert_eq!(tier(&story.course("2026-01-26"), "2.3"), None);
    story.checks("2026-01-28", &["fatigue=2", "numbness=1"]);
    assert_eq!(tier(&story.course("2026-01-28"), "2.3"), Some(Tier::Reason));
    // Once triage says so, the plan's own rules speak instead.
    story.act(Act::Triaged(Triage { neuro: Neuro::Mild, ..triage() }));
    assert_eq!(tier(&story.course("2026-01-28"), "2.3"), None);
}

#[test]
fn blood_is_asked_before_the_first_dose_and_not_after() {
    let mut story = Story::on("r01");
    assert_eq!(tier(&story.course("2026-01-05"), "BASE"), Some(Tier::Note));
    story.checks("2026-01-05", &["haemoglobin=104 g/L"]);
    assert_eq!(tier(&story.course("2026-01-05"), "BASE"), None);
    let mut begun = Story::on("r01");
    begun.give("2026-01-05");
    assert_eq!(tier(&begun.course("2026-01-05"), "BASE"), None);
}

#[test]
fn what_is_urgent_stands_before_what_is_late() {
    let mut story = with_triage("r01", triage());
    story.gives("2026-01-05 07 09 12 14 16");
    story.checks("2026-05-18", &["fatigue=1", "numbness=2"]);
    let course = story.course("2026-06-20");
    let all = rules(&course);
    assert_eq!(all[0], "2.3", "65 days late: {all:?}");
    assert!(all.contains(&"T3") && all.iter().position(|r| *r == "T3") > Some(0), "{all:?}");
    let tiers: Vec<_> = course.findings.iter().map(|f| f.tier).collect();
    assert!(tiers.is_sorted(), "{tiers:?}");
    // A red flag of the triage too, and of several the most urgent first.
    let red_flags = vec!["bowel".to_owned(), "cord".to_owned()];
    story.act(Act::Triaged(Triage { red_flags, ..triage() }));
    let course = story.course("2026-06-20");
    let urgent: Vec<_> =
        course.findings.iter().take(3).map(|f| (f.rule.as_str(), f.text.contains("spinal cord"))).collect();
    assert_eq!(urgent[..2], [("2.3", true), ("2.3", false)], "{:?}", rules(&course));
    let flags = course.findings.iter().filter(|f| f.rule == "2.3").count();
    assert_eq!((flags, urgent.len()), (3, 3), "{:?}", rules(&course));
}

#[test]
fn nothing_is_asked_of_the_dead_and_of_who_moved_away() {
    use cobalog::clinic::decision::Turn;
    for what in [Turn::Died, Turn::Transferred { to: "Dr Chen".to_owned() }] {
        let mut story = with_triage("r01", triage());
        story.gives("2026-01-05 07 09 12 14 16");
        story.checks("2026-01-12", &["fatigue=2", "haemoglobin=98 g/L", "mcv=110 fL"]);
        story.checks("2026-03-09", &["fatigue=2", "haemoglobin=96 g/L", "mcv=110 fL"]);
        assert!(rules(&story.course("2026-03-10")).contains(&"L5"));
        story.turns("2026-03-11", what);
        let course = story.course("2026-03-12");
        assert_eq!(rules(&course), NO_RULES);
        assert!(course.phases.len() > 1 && course.phases.iter().all(|p| !p.is_now), "{:?}", course.phases);
    }
}

const NO_RULES: [&str; 0] = [];

/// How soon somebody is told is a rule's own word, and no matter of how its sentence begins.
#[test]
fn how_soon_the_prescriber_is_told_is_data() {
    let knowledge = practice().knowledge;
    let told: Vec<_> = knowledge.rules().iter().filter(|r| r.haste.is_some()).map(|r| r.id.as_str()).collect();
    assert_eq!(told, ["L2", "2.3", "3.3"], "the lists work out these");
    let mut story = Story::on("r01");
    story.act(Act::Triaged(Triage {
        red_flags: vec!["cord".to_owned(), "bowel".to_owned()],
        neuro: Neuro::Mild,
        ..triage()
    }));
    story.checks("2026-01-05", &["potassium=3.2 mmol/L"]);
    let course = story.course("2026-01-05");
    let haste: Vec<_> = course.findings.iter().filter_map(|f| Some((f.rule.as_str(), f.haste?))).collect();
    assert_eq!(haste, [("2.3", Haste::Now), ("L2", Haste::Today)], "a referral within the week is for no list");
}
