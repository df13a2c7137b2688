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
