//! Codes that follow from the record (facts 8.1), and C2 to C5.

use super::kit::*;
use cobalog::clinic::coding::{check, propose};
use cobalog::clinic::entry::Act;
use cobalog::clinic::findings::Tier;
use cobalog::clinic::triage::{Anaemia, Triage};

fn story(cause: &str, anaemia: Anaemia, hb: Option<&str>) -> Story {
    let mut story = Story::new(practice());
    story.act(Act::Triaged(Triage { cause: cause.to_owned(), anaemia, ..triage() }));
    if let Some(hb) = hb {
        story.checks("2026-01-05", &[&format!("haemoglobin={hb}")]);
    }
    story
}

fn proposed(story: &Story) -> Vec<String> {
    propose(&story.course("2026-01-06"), &story.practice, day("2026-01-06")).into_iter().map(|p| p.code).collect()
}

fn wrong(story: &Story, codes: &[&str], on: &str) -> Vec<(String, Tier)> {
    let codes: Vec<_> = codes.iter().map(|c| (*c).to_owned()).collect();
    check(&story.course("2026-01-06"), &story.practice, &codes, day(on)).into_iter().map(|f| (f.rule, f.tier)).collect()
}

#[test]
fn the_code_follows_from_cause_and_anaemia() {
    for (cause, anaemia, hb, expected) in [
        ("autoimmune-gastritis", Anaemia::NotKnown, Some("104 g/L"), &["D51.0"][..]),
        ("autoimmune-gastritis", Anaemia::Moderate, None, &["D51.0"]),
        ("autoimmune-gastritis", Anaemia::NotKnown, Some("130 g/L"), &["E53.8"]),
        ("autoimmune-gastritis", Anaemia::NotKnown, None, &["E53.8"]),
        ("diet-vegan", Anaemia::Mild, None, &["D51.3"]),
        ("metformin", Anaemia::Mild, None, &["D51.8", "Z79.84"]),
        ("metformin", Anaemia::None, None, &["E53.8", "Z79.84"]),
        ("partial-gastrectomy-bariatric", Anaemia::None, None, &["E53.8", "Z98.84"]),
        ("unknown", Anaemia::Mild, None, &["D51.9"]),
    ] {
        assert_eq!(proposed(&story(cause, anaemia, hb)), expected, "{cause} {anaemia:?} {hb:?}");
    }
}

#[test]
fn every_cause_that_is_coded_is_a_cause() {
    let practice = practice();
    let codes = practice.knowledge.icd10cm();
    let named = codes.with_anaemia.iter().chain(&codes.also).flat_map(|c| &c.causes);
    for cause in named {
        assert!(practice.knowledge.cause(cause).is_some(), "{cause}");
    }
    assert!(!codes.source.is_empty() && codes.without_anaemia.code == "E53.8");
}

#[test]
fn c2_code_against_anaemia() {
    let anaemic = story("diet", Anaemia::NotKnown, Some("104 g/L"));
    let well = story("diet", Anaemia::NotKnown, Some("120 g/L"));
    let unknown = story("diet", Anaemia::NotKnown, None);
    let c2 = [("C2".to_owned(), Tier::Reason)];
    assert_eq!(wrong(&well, &["D51.3"], "2026-01-06"), c2);
    assert_eq!(wrong(&anaemic, &["E53.8"], "2026-01-06"), c2);
    assert_eq!(wrong(&anaemic, &["D51.3"], "2026-01-06"), []);
    assert_eq!(wrong(&well, &["e53.8 "], "2026-01-06"), []);
    assert_eq!(wrong(&unknown, &["D51.3"], "2026-01-06"), [], "nobody measured: nothing can be said");
    assert_eq!(wrong(&anaemic, &["E53.8"], "2026-01-04"), [], "measured after the day of service");
}

#[test]
fn c3_both_codes_by_the_day_of_service() {
    let story = story("diet", Anaemia::Mild, None);
    assert_eq!(wrong(&story, &["D51.3", "E53.8"], "2025-09-30"), [("C3".to_owned(), Tier::Reason)]);
    assert_eq!(wrong(&story, &["D51.3", "E53.8"], "2025-10-01"), []);
}

#[test]
fn c4_a_manifestation_is_never_first() {
    let story = story("diet", Anaemia::Mild, None);
    for first in ["G32.0", "G63", "G99.2", "F02.80", "F04"] {
        assert_eq!(wrong(&story, &[first, "D51.3"], "2026-01-06"), [("C4".to_owned(), Tier::Stop)], "{first}");
        assert_eq!(wrong(&story, &["D51.3", first], "2026-01-06"), [], "{first}");
    }
}

#[test]
fn c5_no_documented_cause() {
    assert_eq!(wrong(&Story::new(practice()), &["E53.8"], "2026-01-06"), [("C5".to_owned(), Tier::Stop)]);
    assert_eq!(wrong(&story("unknown", Anaemia::None, None), &["E53.8"], "2026-01-06"), [], "unknown is an answer");
}
