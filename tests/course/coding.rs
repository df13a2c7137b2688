//! Codes that follow from the record (facts 8.1), and C2 to C5.

use super::kit::*;
use cobalog::clinic::coding::{Role, begins, check, propose};
use cobalog::clinic::entry::Act;
use cobalog::clinic::findings::Tier;
use cobalog::clinic::triage::{Anaemia, B12Status, Triage};

fn us() -> cobalog::clinic::practice::Practice {
    let mut practice = practice();
    practice.settings.setting = "US".to_owned();
    practice
}

fn story(cause: &str, anaemia: Anaemia, hb: Option<&str>) -> Story {
    let mut story = Story::new(us());
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
        ("metformin", Anaemia::Mild, None, &["D51.8", "T38.3X5A", "Z79.84"]),
        ("metformin", Anaemia::None, None, &["E53.8", "T38.3X5A", "Z79.84"]),
        ("partial-gastrectomy-bariatric", Anaemia::None, None, &["E53.8", "Z98.84"]),
        ("unknown", Anaemia::Mild, None, &["D51.9"]),
    ] {
        assert_eq!(proposed(&story(cause, anaemia, hb)), expected, "{cause} {anaemia:?} {hb:?}");
    }
}

/// What a code is proposed for is told, not guessed from its letter; the first of a plan that prevents is no deficiency.
#[test]
fn each_code_is_proposed_in_a_role() {
    let roles = |story: &Story| -> Vec<(String, Role)> {
        let proposed = propose(&story.course("2026-01-06"), &story.practice, day("2026-01-06"));
        proposed.into_iter().map(|p| (p.code, p.role)).collect()
    };
    let told = |expected: &[(&str, Role)]| -> Vec<(String, Role)> {
        expected.iter().map(|(code, role)| ((*code).to_owned(), *role)).collect()
    };
    let mut resected = story("ileal-resection", Anaemia::Mild, None);
    assert_eq!(
        roles(&resected),
        told(&[("D51.8", Role::Deficiency), ("K91.2", Role::Cause), ("Z90.49", Role::CausingState)])
    );
    let medicine = [("E53.8", Role::Deficiency), ("T38.3X5A", Role::Drug), ("Z79.84", Role::State)];
    assert_eq!(roles(&story("metformin", Anaemia::None, None)), told(&medicine));
    let unmeasured = Triage { cause: "ileal-resection".to_owned(), b12: B12Status::NotMeasured, ..triage() };
    resected.act(Act::Triaged(unmeasured));
    resected.orders("r05", "2026-01-05", None);
    assert_eq!(roles(&resected), told(&[("K91.2", Role::Cause), ("Z90.49", Role::CausingState)]));
    let cautions = vec!["leber".to_owned(), "b12-allergy".to_owned()];
    let mut cautious = Story::new(us());
    cautious.act(Act::Triaged(Triage { cautions, anaemia: Anaemia::None, ..triage() }));
    let expected = [("E53.8", Role::Deficiency), ("H47.22", Role::Beside), ("Z88.8", Role::State)];
    assert_eq!(roles(&cautious), told(&expected));
}

/// The latest haemoglobin up to the day of service decides: D51.- with one in range does not fit (facts 8.1).
#[test]
fn anaemia_that_has_gone_is_not_coded_for_ever() {
    let mut story = story("autoimmune-gastritis", Anaemia::Moderate, Some("104 g/L"));
    story.checks("2026-03-02", &["haemoglobin=131 g/L"]);
    let on = |of: &str| -> Vec<String> {
        propose(&story.course("2026-04-01"), &story.practice, day(of)).into_iter().map(|p| p.code).collect()
    };
    assert_eq!(on("2026-01-06"), ["D51.0"]);
    assert_eq!(on("2026-03-01"), ["D51.0"]);
    assert_eq!(on("2026-03-02"), ["E53.8"]);
}

/// Pernicious anaemia is not another disease once treatment works: what was recorded stays, as treated, and the coder decides.
#[test]
fn anaemia_that_treatment_brought_into_range_stays_until_the_coder_decides() {
    let mut story = story("autoimmune-gastritis", Anaemia::Moderate, Some("104 g/L"));
    story.orders("r01", "2026-01-05", None);
    story.gives("2026-01-05 07 09 12 14 16");
    story.checks("2026-03-02", &["haemoglobin=131 g/L"]);
    let proposed = |story: &Story| propose(&story.course("2026-04-01"), &story.practice, day("2026-04-01"));
    let first = proposed(&story).swap_remove(0);
    assert_eq!(first.code, "D51.0");
    let because = "anaemia: Hb 104 g/L on Mon 05 Jan 2026; treated: Hb 131 g/L on Mon 02 Mar 2026; cause: Autoimmune \
        gastritis, pernicious anaemia; E53.8 where the diagnosis no longer says anaemia, as D51.- with Hb in range is \
        questioned";
    assert_eq!(first.because, because);
    let wrong = |codes: &[&str]| {
        let codes: Vec<_> = codes.iter().map(|c| (*c).to_owned()).collect();
        let found = check(&story.course("2026-04-01"), &story.practice, &codes, day("2026-04-01"));
        found.into_iter().map(|f| (f.rule, f.text)).collect::<Vec<_>>()
    };
    let says = "D51.- is coded, and Hb is in range (anaemia: Hb 104 g/L on Mon 05 Jan 2026; treated: Hb 131 g/L on Mon 02 \
        Mar 2026).";
    assert_eq!(wrong(&["D51.0"]), [("C2".to_owned(), says.to_owned())], "facts 9, C2: check the diagnosis text");
    assert_eq!(wrong(&["E53.8"]), []);
    // Where the triage alone says so, it says so; once the treatment has ended, nothing is treated any more.
    story.checks("2026-03-09", &["haemoglobin=99 g/L"]);
    assert!(proposed(&story)[0].because.starts_with("anaemia: Hb 99 g/L"));
    story.checks("2026-03-16", &["haemoglobin=131 g/L"]);
    story.turns("2026-03-20", cobalog::clinic::decision::Turn::Stopped { recheck: day("2026-06-20") });
    assert_eq!(proposed(&story)[0].code, "E53.8");
    // Before any dose a haemoglobin in range is no treated anaemia: triage and blood contradict each other, and that is said.
    let odd = self::story("diet", Anaemia::Moderate, Some("131 g/L"));
    let first = proposed(&odd).swap_remove(0);
    assert!(first.code == "E53.8" && first.because.contains("put one of them right"), "{first:?}");
}

/// One date that was missed is no diagnosis: it is asked about, with the mark of what is not verified.
#[test]
fn underdosing_is_asked_about() {
    use cobalog::clinic::entry::WhyNot;
    let mut story = story("autoimmune-gastritis", Anaemia::Mild, None);
    story.orders("r01", "2026-01-02", None);
    story.give("2026-01-02");
    story.not_given("2026-01-05", WhyNot::Missed, None);
    let proposed = propose(&story.course("2026-01-06"), &story.practice, day("2026-01-06"));
    for code in ["T45.2X6A", "Z91.148"] {
        let p = proposed.iter().find(|p| p.code == code).unwrap();
        assert!(
            p.ask && p.because.starts_with("ask first") && p.mark.as_ref().unwrap().contains("[unsourced]"),
            "{p:?}"
        );
    }
    assert!(!proposed[0].ask);
}

#[test]
fn the_code_of_pregnancy_stands_first() {
    let mut story = Story::new(us());
    story.act(Act::Triaged(Triage { pregnant: true, ..triage() }));
    let reason = [("CODE-PREGNANT".to_owned(), Tier::Reason)];
    assert_eq!(wrong(&story, &["D51.0"], "2026-01-06"), reason);
    assert_eq!(wrong(&story, &["D51.0", "O99.013"], "2026-01-06"), reason, "it stands first");
    assert_eq!(wrong(&story, &["O99.013", "D51.0"], "2026-01-06"), []);
    let first = propose(&story.course("2026-01-06"), &story.practice, day("2026-01-06")).swap_remove(0);
    assert!(first.mark.unwrap().contains("O99.01-"), "it says so before it is signed");
}

#[test]
fn every_cause_that_is_coded_is_a_cause() {
    let knowledge = practice().knowledge;
    for list in knowledge.code_lists() {
        let named = list.with_anaemia.iter().chain(&list.also).chain(&list.names).flat_map(|c| &c.causes);
        let asked = list.asks.iter().flat_map(|ask| &ask.causes);
        for cause in named.chain(&list.no_deficiency).chain(asked).chain(list.drugs.iter().map(|d| &d.cause)) {
            assert!(knowledge.cause(cause).is_some(), "{}: {cause}", list.name);
        }
        for flag in list.asks.iter().flat_map(|ask| &ask.red_flags) {
            assert!(knowledge.red_flags().iter().any(|f| f.id == *flag), "{flag}");
        }
        for caution in list.cautions.iter().flat_map(|c| &c.causes) {
            let known = knowledge.cautions().iter().find(|c| c.id == *caution).unwrap();
            assert!(known.bars.is_empty() || known.rule.is_some(), "{caution} bars a form by no rule");
        }
        assert!(!list.source.is_empty() && list.without_anaemia == "E53.8");
        assert!(!list.unspecified.is_empty() && list.deficiency.contains(&list.anaemia));
        let of_causes = list.with_anaemia.iter().chain(&list.names).flat_map(|c| &c.codes);
        for code in of_causes.chain([&list.unspecified]) {
            assert!(begins(code, &list.anaemia), "{}: {code}", list.name);
        }
        assert!(list.deficiency.iter().any(|start| begins(&list.without_anaemia, start)), "{}", list.name);
    }
}

/// Whatever is proposed has a title, the form of its list, and is no heading.
#[test]
fn every_code_that_is_proposed_is_known_whole() {
    for list in practice().knowledge.code_lists() {
        let of_causes = list.with_anaemia.iter().chain(&list.also).chain(&list.names).chain(&list.cautions);
        let mut proposed: Vec<&String> = of_causes.flat_map(|c| &c.codes).collect();
        proposed.extend(list.also.iter().chain(&list.cautions).flat_map(|c| &c.states));
        proposed.extend(list.drugs.iter().flat_map(|d| d.adverse.iter().chain(&d.long_term)));
        proposed.extend(list.missed.iter().chain(&list.noncompliance).chain([
            &list.cord,
            &list.nerves,
            &list.unspecified,
            &list.without_anaemia,
        ]));
        assert!(proposed.len() > 20);
        for code in proposed.into_iter().chain(list.codes.iter().map(|c| &c.code)) {
            assert!(!list.title(code).is_empty(), "{} {code} has no title", list.name);
            assert!(list.has_form(code) && !list.is_header(code), "{} {code}", list.name);
            assert!(list.absent.iter().all(|a| !begins(code, &a.code)), "{} {code}", list.name);
        }
        let mut codes: Vec<_> = list.codes.iter().map(|c| c.code.as_str()).collect();
        codes.dedup();
        assert_eq!(codes.len(), list.codes.len());
        assert!(codes.is_sorted(), "{}", list.name);
    }
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
    let none = story("diet", Anaemia::None, None);
    assert_eq!(wrong(&none, &["D51.3"], "2026-01-06"), c2, "the triage says that there is none");
    assert_eq!(wrong(&none, &["E53.8"], "2026-01-06"), []);
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
    for first in ["G32.0", "G99.2", "F02.80", "F04", "F06.0"] {
        assert_eq!(wrong(&story, &[first, "D51.3"], "2026-01-06"), [("C4".to_owned(), Tier::Stop)], "{first}");
        assert_eq!(wrong(&story, &["D51.3", first], "2026-01-06"), [], "{first}");
    }
}

#[test]
fn c5_no_documented_cause() {
    assert_eq!(wrong(&Story::new(us()), &["E53.8"], "2026-01-06"), [("C5".to_owned(), Tier::Stop)]);
    assert_eq!(wrong(&story("unknown", Anaemia::None, None), &["E53.8"], "2026-01-06"), [], "unknown is an answer");
}
