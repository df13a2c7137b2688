//! Moving on: what ends a phase, and what speaks against doing so now.

use super::kit::*;
use cobalog::clinic::moving;

#[test]
fn alternate_days_end_by_two_checks_without_gain_after_the_review() {
    let mut story = Story::on("r02");
    for on in ["2026-01-05", "2026-01-07", "2026-01-09"] {
        story.give(on);
    }
    let early = |story: &Story, today: &str| moving::of(&story.course(today), &story.practice).unwrap().early;
    let first = early(&story, "2026-01-09");
    assert_eq!(moving::of(&story.course("2026-01-09"), &story.practice).unwrap().event, "no further improvement");
    assert!(first[0].starts_with("0 recorded checks"), "{first:?}");
    assert!(first.iter().any(|e| e.contains("Mon 26 Jan 2026")), "{first:?}");
    story.checks("2026-01-03", &["numbness=3"]);
    story.checks("2026-01-19", &["numbness=2"]);
    assert!(early(&story, "2026-01-19").iter().any(|e| e.contains("still shows improvement")));
    story.checks("2026-01-26", &["numbness=2"]);
    story.checks("2026-02-02", &["numbness=2"]);
    // The review of 26 January was held; each check sets the next one, and two flat checks need not wait for it.
    assert_eq!(early(&story, "2026-02-02"), Vec::<String>::new());
    assert_eq!(early(&story, "2026-02-23"), Vec::<String>::new());
}

/// R11 is weekly until clear improvement: a patient who gets better has reached it, one who does not has not.
#[test]
fn a_phase_until_improvement_ends_when_the_patient_is_better() {
    let early = |grades: &[&str]| {
        let mut story = Story::on("r11");
        story.gives("2026-01-05 07 09 12 14 16 23 30 02-06 13 20 27 03-06");
        story.checks("2026-01-04", &["fatigue=3"]);
        let days = ["2026-03-02", "2026-03-20", "2026-04-10"];
        for (on, grade) in days.iter().zip(grades) {
            story.checks(on, &[grade]);
        }
        let course = story.course("2026-04-10");
        let asks = rules(&course).contains(&"9.1");
        (moving::of(&course, &story.practice).unwrap().early, asks)
    };
    assert_eq!(early(&["fatigue=2"]), (Vec::new(), false));
    assert_eq!(early(&["fatigue=2", "fatigue=1"]), (Vec::new(), false));
    let none_yet = "The last check shows no improvement yet.".to_owned();
    assert_eq!(early(&["fatigue=2", "fatigue=2", "fatigue=2"]), (vec![none_yet], false));
    let words = "0 recorded checks since this phase began: that it improves shows in one.".to_owned();
    assert_eq!(early(&[]).0, [words]);
}

#[test]
fn a_counted_phase_ends_by_its_count() {
    let mut story = Story::on("r01");
    for on in ["2026-01-05", "2026-01-07", "2026-01-09", "2026-01-12"] {
        story.give(on);
    }
    let now = moving::of(&story.course("2026-01-12"), &story.practice).unwrap();
    assert_eq!((now.phase, now.early.as_slice()), (0, &["Only 4 of 6 doses of this phase are given.".to_owned()][..]));
    story.give("2026-01-14");
    story.give("2026-01-16");
    assert_eq!(moving::of(&story.course("2026-01-16"), &story.practice), None, "the last phase has nothing after it");
}

#[test]
fn a_gate_asks_for_the_protocols_words() {
    let mut story = Story::on("r07");
    (5..=11).for_each(|d| {
        story.give(&format!("2026-01-{d:02}"));
    });
    let gate = moving::of(&story.course("2026-01-11"), &story.practice).unwrap();
    assert_eq!((gate.phase, gate.event.as_str()), (0, "clinical improvement and reticulocyte response"));
}
