//! The encounter note: what is filled in, what is signed, what is added later.

use super::kit::{Story, day, triage};
use super::*;
use cobalog::clinic::coding::claim_ready;
use cobalog::clinic::drug::Site;
use cobalog::clinic::entry::{Act, Given, WhyNot};
use cobalog::clinic::note::{Noted, Of, Said, draft, root};
use cobalog::clinic::triage::{Neuro, Triage};

/// Third of six loading doses in the US, with a blood count since the dose before.
fn story() -> Story {
    let mut practice = kit::practice();
    practice.settings.setting = "US".to_owned();
    practice.settings.phone = Some("555 0101".to_owned());
    let mut story = Story::new(practice);
    story.act(Act::Triaged(Triage { neuro: Neuro::Mild, not_oral: Some("not absorbed".to_owned()), ..triage() }));
    story.orders("r01", "2026-01-05", None);
    story.checks("2026-01-05", &["haemoglobin=104 g/L", "total-b12=90 ng/L", "fatigue=3", "numbness=2"]);
    story.gives("2026-01-05 07");
    story.checks("2026-01-09", &["haemoglobin=106 g/L", "fatigue=2", "numbness=2"]);
    story
}

fn given(story: &Story) -> Given {
    Given {
        site: Some(Site::LeftDeltoid),
        lot: Some("HX1".to_owned()),
        expires: Some(day("2027-06-30")),
        time: chrono::NaiveTime::from_hms_opt(9, 14, 0),
        product: "Hydroxocobalamin 1 mg/mL, 1 mL ampoule".to_owned(),
        ..story.given(day("2026-01-09"))
    }
}

fn said() -> Said {
    Said { consent: Some("agreed by word".to_owned()), reaction: Some("none in 15 minutes".to_owned()) }
}

#[test]
fn the_note_is_filled_in_from_the_record() {
    let mut story = story();
    let of = story.act(Act::Given(given(&story)));
    let course = story.course("2026-01-09");
    let mut noted = draft(&course, &story.chart(), &story.practice, Of::Entry(of), &said()).unwrap();
    assert_eq!((noted.of, noted.on), (Some(of), day("2026-01-09")));
    assert!(noted.narrative.is_empty(), "the narrative is typed");
    let labels: Vec<_> = noted.facts.iter().map(|f| f.label.as_str()).collect();
    let expected = [
        "Reason",
        "Cause",
        "Triage",
        "Why not tablets",
        "Plan",
        "Phase",
        "Given",
        "Strength",
        "Lot",
        "Expires",
        "Site",
        "Route",
        "Time",
        "Given by",
        "Consent",
        "After the injection",
        "Haemoglobin",
        "Symptoms",
        "Response",
        "Next dose",
        "Next checkpoint",
        "Aim",
    ];
    assert_eq!(labels, expected);
    let said = |label: &str| noted.facts.iter().find(|f| f.label == label).unwrap().text.clone();
    assert_eq!(said("Reason"), "Vitamin B12 injection, dose 3 of 6; check: Between checkpoints");
    assert_eq!(said("Given"), "HYDROXOcobalamin, 1,000 mcg = 1 mL of Hydroxocobalamin 1 mg/mL, 1 mL ampoule");
    assert_eq!(said("Next dose"), "Mon 12 Jan 2026, dose 4 of 6");
    assert!(
        said("Haemoglobin").starts_with("106 g/L, low (from 120 g/L), sample of Fri 09 Jan 2026"),
        "{}",
        said("Haemoglobin")
    );
    assert!(said("Symptoms").contains("sum 4, was 5"), "{}", said("Symptoms"));
    let codes: Vec<_> = noted.codes.iter().map(|c| c.code.as_str()).collect();
    assert_eq!(codes, ["D51.0", "G63"]);
    let charges: Vec<_> = noted.charges.iter().map(cobalog::clinic::note::Charge::words).collect();
    assert_eq!(charges, ["96372 × 1", "J3425 JZ × 100"]);
    noted.narrative = "Feels a little stronger; feet as before.\nAgreed to come on Monday.".to_owned();
    golden("note-draft", &paper::draft(&course, &story.practice, &noted));
}

#[test]
fn a_signed_note_keeps_its_addenda_below_it() {
    let mut story = story();
    let of = story.act(Act::Given(given(&story)));
    let course = story.course("2026-01-09");
    let noted = draft(&course, &story.chart(), &story.practice, Of::Entry(of), &said()).unwrap();
    let first = story.act(Act::Noted(Box::new(Noted { narrative: "Well.".to_owned(), ..noted.clone() })));
    let more = |narrative: &str, to| {
        let (facts, codes, charges) = (Vec::new(), Vec::new(), Vec::new());
        let narrative = narrative.to_owned();
        Act::Noted(Box::new(Noted { adds_to: Some(to), narrative, facts, codes, charges, ..noted.clone() }))
    };
    let second = story.act(more("A red patch was reported by telephone.", first));
    let third = story.act(more("Gone after a day.", second));
    let chart = story.chart();
    assert_eq!([first, second, third, of].map(|id| root(&chart, id)), [first, first, first, of]);
    let course = story.course("2026-01-10");
    let of_first = paper::note(&chart, &course, &story.practice, first).unwrap();
    assert_eq!(paper::note(&chart, &course, &story.practice, third), Some(of_first.clone()));
    assert_eq!(paper::note(&chart, &course, &story.practice, of), None, "a dose is no note");
    golden("note-with-addenda", &of_first);
    // Struck out, it stays and says so.
    story.amend(first, None);
    let text = paper::text(&paper::note(&story.chart(), &course, &story.practice, first).unwrap());
    assert!(text.contains("STRUCK OUT by") && text.contains("Well."), "{text}");
}

#[test]
fn a_note_of_a_day_of_a_dose_that_was_not_given_and_of_nothing() {
    let mut story = story();
    let not = story.not_given("2026-01-10", WhyNot::Refused, Some("2026-01-12"));
    let of =
        |story: &Story, of| draft(&story.course("2026-01-12"), &story.chart(), &story.practice, of, &Said::default());
    let refused = of(&story, Of::Entry(not)).unwrap();
    assert!(refused.facts.iter().any(|f| f.label == "Not given" && f.text.contains("refused; tried again Mon 12 Jan")));
    assert!(refused.charges.is_empty());
    let check = of(&story, Of::Day(day("2026-01-09"))).unwrap();
    assert!(check.facts[0].text.contains("Between checkpoints") && check.charges.is_empty());
    let dose = of(&story, Of::Day(day("2026-01-07"))).unwrap();
    assert!(dose.facts.iter().any(|f| f.label == "Next dose" && f.text.starts_with("Mon 12 Jan 2026")), "{dose:?}");
    assert!(of(&story, Of::Day(day("2026-01-11"))).unwrap_err().contains("nothing is recorded on Sun 11 Jan 2026"));
    let order = story.order.unwrap();
    assert!(of(&story, Of::Entry(order)).unwrap_err().contains("ordered"));
    story.amend(not, None);
    assert!(of(&story, Of::Entry(not)).unwrap_err().contains("struck out"));
    assert!(
        claim_ready(&story.course("2026-01-12"), &refused, &story.practice).iter().any(|m| m.what == "What was seen")
    );
}
