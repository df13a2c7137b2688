//! The encounter note: what is filled in, what is signed, what is added later.

use super::kit::{Story, day, triage};
use super::*;
use cobalog::clinic::coding::claim_ready;
use cobalog::clinic::decision::Turn;
use cobalog::clinic::drug::Site;
use cobalog::clinic::entry::{Act, EntryId, Given, ImportId, Origin, WhyNot};
use cobalog::clinic::note::{self, Noted, Of, Said, Unsigned, draft, judged, root, unsigned};
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
    let mut noted = draft(&story.chart(), &story.practice, Of::Entry(of), &said()).unwrap();
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
        "Vitamin B12, total",
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
    let charges: Vec<_> = noted.charges.iter().map(note::Charge::words).collect();
    assert_eq!(charges, ["96372 × 1", "J3425 JZ × 100"]);
    noted.narrative = "Feels a little stronger; feet as before.\nAgreed to come on Monday.".to_owned();
    golden("note-draft", &paper::draft(&course, &story.practice, &noted));
}

/// What the codes rest on stands in the note with its day, though the look of the day asked only how it feels; what B12 is under
/// treatment documents nothing.
#[test]
fn what_the_codes_rest_on_is_told_where_nothing_newer_was_found() {
    let mut story = story();
    story.checks("2026-01-06", &["total-b12=2000 ng/L"]);
    story.gives("2026-01-09");
    story.checks("2026-01-12", &["fatigue=1"]);
    let of = story.act(Act::Given(story.given(day("2026-01-12"))));
    let noted = draft(&story.chart(), &story.practice, Of::Entry(of), &said()).unwrap();
    let told = |label: &str| -> Vec<&str> {
        noted.facts.iter().filter(|f| f.label == label).map(|f| f.text.as_str()).collect()
    };
    assert!(matches!(told("Haemoglobin")[..], [one] if one.contains("106 g/L") && one.ends_with("Fri 09 Jan 2026")));
    assert!(matches!(told("Vitamin B12, total")[..], [one] if one.contains("90 ng/L") && one.contains("05 Jan 2026")));
}

#[test]
fn a_signed_note_keeps_its_addenda_below_it() {
    let mut story = story();
    let of = story.act(Act::Given(given(&story)));
    let noted = draft(&story.chart(), &story.practice, Of::Entry(of), &said()).unwrap();
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
    let of = |story: &Story, of| draft(&story.chart(), &story.practice, of, &Said::default());
    let refused = of(&story, Of::Entry(not)).unwrap();
    assert!(refused.facts.iter().any(|f| f.label == "Not given" && f.text.contains("refused; tried again Mon 12 Jan")));
    assert!(refused.charges.is_empty());
    let check = of(&story, Of::Day(day("2026-01-09"))).unwrap();
    assert!(check.facts[0].text.contains("Between checkpoints") && check.charges.is_empty());
    let dose = of(&story, Of::Day(day("2026-01-07"))).unwrap();
    assert!(dose.facts.iter().any(|f| f.label == "Next dose" && f.text.starts_with("Fri 09 Jan 2026")), "{dose:?}");
    assert!(of(&story, Of::Day(day("2026-01-11"))).unwrap_err().contains("nothing is recorded on Sun 11 Jan 2026"));
    let order = story.order.unwrap();
    assert!(of(&story, Of::Entry(order)).unwrap_err().contains("ordered"));
    story.amend(not, None);
    assert!(of(&story, Of::Entry(not)).unwrap_err().contains("struck out"));
    assert!(
        claim_ready(&story.course("2026-01-12"), &refused, &story.practice).iter().any(|m| m.what == "What was seen")
    );
}

/// Written months later, it says what it would have said on its day: what came after it is not in it.
#[test]
fn a_late_note_says_what_was_known_on_its_day() {
    let mut story = story();
    let of = story.act(Act::Given(given(&story)));
    let on_the_day = draft(&story.chart(), &story.practice, Of::Entry(of), &said()).unwrap();
    let text = |noted: &Noted, label: &str| noted.facts.iter().find(|f| f.label == label).map(|f| f.text.clone());
    assert_eq!(text(&on_the_day, "Next dose").unwrap(), "Mon 12 Jan 2026, dose 4 of 6");
    story.gives("2026-01-12 14 16 04-16");
    story.checks("2026-02-02", &["haemoglobin=131 g/L", "fatigue=0", "numbness=0"]);
    story.checks("2026-04-16", &["haemoglobin=134 g/L", "fatigue=0", "numbness=0"]);
    story.act(Act::Triaged(Triage { cause: "diet".to_owned(), ..triage() }));
    story.entries.last_mut().unwrap().at += chrono::TimeDelta::days(30);
    story.turns("2026-11-14", Turn::Died);
    assert!(story.course("2026-11-23").has_ended());
    let late = draft(&story.chart(), &story.practice, Of::Entry(of), &said()).unwrap();
    assert_eq!(late, on_the_day);
    assert!(!late.facts.iter().any(|f| f.text.contains("Died") || f.text.contains("ended")), "{late:?}");
    // The course that its codes go by is that of the day too, with the result of a sample that was out.
    let coded = note::coded(&story.chart(), &story.practice, late.on);
    assert_eq!((coded.today, coded.standing.is_some(), coded.given().count()), (late.on, false, 3));
    // A correction of what was written then counts, whenever it was made.
    story.amend(of, Some(Act::Given(Given { lot: Some("HX9".to_owned()), ..given(&story) })));
    let mended = draft(&story.chart(), &story.practice, Of::Entry(of), &said()).unwrap();
    assert_eq!(text(&mended, "Lot").unwrap(), "HX9");
}

/// A chart that was begun after the dose: who was triaged and ordered then is the best that is known.
#[test]
fn a_dose_from_before_the_chart_is_noted_with_its_first_triage_and_order() {
    let mut story = Story::new(kit::practice());
    story.act(Act::Triaged(triage()));
    story.orders("r01", "2026-01-05", None);
    let of = story.give("2025-11-03");
    let noted = draft(&story.chart(), &story.practice, Of::Entry(of), &Said::default()).unwrap();
    let text = |label: &str| noted.facts.iter().find(|f| f.label == label).unwrap().text.clone();
    assert!(text("Plan").ends_with("ordered by Dr Adebayo (recorded Mon 05 Jan 2026)"), "{}", text("Plan"));
    assert!(text("Cause").contains("ernicious") && text("Given").contains("1,000 mcg"), "{noted:?}");
}

/// Signs a note as it is and returns its entry.
fn sign(story: &mut Story, noted: &Noted) -> EntryId {
    story.act(Act::Noted(Box::new(Noted { narrative: "Well.".to_owned(), ..noted.clone() })))
}

#[test]
fn an_encounter_is_noted_once() {
    let mut story = story();
    let dose = story.act(Act::Given(given(&story)));
    let check = story.chart().facts().iter().rev().find(|f| matches!(f.act, Some(Act::Checked(_)))).unwrap().entry.id;
    let of = |story: &Story, of| {
        let noted = draft(&story.chart(), &story.practice, Of::Entry(of), &Said::default()).unwrap();
        Noted { narrative: "Again.".to_owned(), ..noted }
    };
    let refused = |story: &Story, noted: &Noted| {
        unsigned(noted, &story.chart(), &note::coded(&story.chart(), &story.practice, noted.on), &story.practice)
    };
    assert_eq!(refused(&story, &of(&story, dose)), None);
    let noted = of(&story, dose);
    let first = sign(&mut story, &noted);
    assert_eq!(refused(&story, &of(&story, dose)), Some(Unsigned::Signed(first)));
    assert_eq!(refused(&story, &of(&story, check)), Some(Unsigned::Signed(first)), "it tells the dose of its day too");
    let addendum = note::addendum(&story.chart(), first, "A red patch.").unwrap();
    assert_eq!(refused(&story, &addendum), None);
    let earlier = draft(&story.chart(), &story.practice, Of::Day(day("2026-01-07")), &Said::default()).unwrap();
    assert_eq!(refused(&story, &Noted { narrative: "Late.".to_owned(), ..earlier }), None, "another dose");
    story.amend(first, None);
    assert_eq!(refused(&story, &of(&story, dose)), None, "struck out, it is none");
}

#[test]
fn a_note_says_whether_it_may_be_claimed_and_charges_nothing_where_not() {
    let mut story = story();
    let of = story.act(Act::Given(given(&story)));
    let noted = draft(&story.chart(), &story.practice, Of::Entry(of), &said()).unwrap();
    let coded = note::coded(&story.chart(), &story.practice, noted.on);
    let ready = judged(noted.clone(), &coded, &story.practice);
    assert_eq!(ready.facts.last().unwrap().text, "Claim-ready");
    assert_eq!(ready.charges, noted.charges);
    let bare = judged(Noted { codes: Vec::new(), ..noted.clone() }, &coded, &story.practice);
    assert!(bare.charges.is_empty(), "{bare:?}");
    let said = "NOT claim-ready, and nothing is charged: Diagnosis: No diagnosis is coded.";
    assert_eq!((bare.facts.last().unwrap().label.as_str(), bare.facts.last().unwrap().text.as_str()), ("Claim", said));
    assert_eq!(judged(bare.clone(), &coded, &story.practice), bare, "once is enough");
    let asked = judged(Noted { codes: note::codes("E53.8", &story.practice), ..noted }, &coded, &story.practice);
    assert!(asked.facts.last().unwrap().text.starts_with("Claim-ready, but a payer may ask: Codes: E53.8 says none;"));
    assert!(!asked.charges.is_empty());
}

#[test]
fn what_was_taken_over_is_not_charged_and_what_it_did_not_say_is_not_nothing() {
    let mut story = story();
    let strange = Given { strength_mcg_per_ml: 0, product: String::new(), ..given(&story) };
    let of = story.act(Act::Given(strange));
    let origin = Origin {
        import: "01M8DYVWNSMHK27E0Y49PK1HTM".parse::<ImportId>().unwrap(),
        file: "list.csv".to_owned(),
        place: "line 12".to_owned(),
        id: None,
        by: None,
        at: None,
    };
    story.entries.last_mut().unwrap().from = Some(Box::new(origin));
    let noted = draft(&story.chart(), &story.practice, Of::Entry(of), &Said::default()).unwrap();
    let text = |label: &str| noted.facts.iter().find(|f| f.label == label).unwrap().text.clone();
    assert_eq!(
        (text("Strength"), text("Given")),
        ("not recorded".to_owned(), "HYDROXOcobalamin, 1,000 mcg".to_owned())
    );
    assert!(noted.charges.is_empty(), "{noted:?}");
    let coded = note::coded(&story.chart(), &story.practice, noted.on);
    let charged = Noted { charges: note::charges("96372").unwrap(), ..noted };
    let stops = claim_ready(&coded, &charged, &story.practice);
    assert!(stops.iter().any(|m| m.what == "Charges" && m.text.contains("taken over")), "{stops:?}");
}

#[test]
fn another_hand_that_signs_is_named() {
    let mut story = story();
    let of = story.act(Act::Given(given(&story)));
    let noted = draft(&story.chart(), &story.practice, Of::Entry(of), &said()).unwrap();
    let coded = note::coded(&story.chart(), &story.practice, noted.on);
    assert_eq!(note::other_hand(&noted, &coded, "Maya Keller RN"), None);
    let words = note::other_hand(&noted, &coded, "Tom Hale RN").unwrap();
    assert_eq!(words, "The dose was given by Maya Keller RN; the note is signed by Tom Hale RN.");
}
