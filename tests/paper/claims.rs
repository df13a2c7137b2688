//! Charges by hand from facts 8.3, and what a claim lacks (8.4).

use super::kit::{Story, day, practice, triage};
use chrono::NaiveDate;
use cobalog::clinic::coding::{charges, check_charges, claim_ready};
use cobalog::clinic::drug::{Drug, Route, Site};
use cobalog::clinic::entry::{Act, EntryId, Given};
use cobalog::clinic::findings::Tier;
use cobalog::clinic::note::{Charge, Noted, Of, Said, draft};
use cobalog::clinic::practice::Practice;
use cobalog::clinic::triage::{Anaemia, Triage};

fn us() -> Practice {
    let mut practice = practice();
    practice.settings.setting = "US".to_owned();
    practice
}

fn dose(drug: Drug, mcg: u32, product: &str, route: Route) -> Given {
    Given { product: product.to_owned(), ..Given::new(day("2026-01-05"), drug, 1000, mcg, route) }
}

/// drug, dose, product, route, charges.
const CHARGES: [(Drug, u32, &str, Route, &str); 12] = {
    use Drug::{Cyanocobalamin as C, CyanocobalaminTannin as T, Hydroxocobalamin as H, Mecobalamin as M};
    use Route::{Im, Iv, Sc};
    let many = "Cyanocobalamin 1000 mcg/mL, 30 mL vial";
    let one = "Cyanocobalamin 1 mg/mL, 1 mL ampoule (BE)";
    [
        (C, 1000, many, Im, "96372 × 1, J3420 × 1"),
        (C, 100, many, Sc, "96372 × 1, J3420 × 1"),
        (C, 1001, many, Im, "96372 × 1, J3420 × 2"),
        (C, 2000, many, Im, "96372 × 1, J3420 × 2"),
        (C, 1000, one, Im, "96372 × 1, J3420 JZ × 1"),
        (C, 500, one, Im, "96372 × 1, J3420 JZ × 1"),
        (C, 1000, "not in the list", Im, "96372 × 1, J3420 × 1"),
        (H, 1000, "Hydroxocobalamin 1000 mcg/mL, 30 mL vial", Im, "96372 × 1, J3425 × 100"),
        (H, 1000, "Hydroxocobalamin 1 mg/mL, 1 mL ampoule", Im, "96372 × 1, J3425 JZ × 100"),
        (H, 500, "Hydroxocobalamin 1 mg/mL, 1 mL ampoule", Im, "96372 × 1, J3425 × 50, J3425 JW × 50"),
        (M, 500, "Mecobalamin 500 mcg/mL, 1 mL ampoule", Iv, "J3490 × 1"),
        (T, 1000, "Betolvex", Im, "96372 × 1, J3490 × 1"),
    ]
};

#[test]
fn units_follow_from_product_and_dose_in_the_us_alone() {
    for (drug, mcg, product, route, expected) in CHARGES {
        let given = dose(drug, mcg, product, route);
        let all = charges(&given, &us());
        let words: Vec<_> = all.iter().map(|c| c.charge.words()).collect();
        assert_eq!(words.join(", "), expected, "{drug} {mcg} {product}");
        for charged in all.iter().filter(|c| ["J3425", "J3490"].contains(&c.charge.code.as_str())) {
            assert!(charged.mark.as_ref().unwrap().contains("[unsourced]"), "{charged:?}");
        }
        assert!(charges(&given, &practice()).is_empty(), "elsewhere nobody charges so");
    }
}

#[test]
fn charges_that_somebody_wrote() {
    let (c, h) = (Drug::Cyanocobalamin, Drug::Hydroxocobalamin);
    for (drug, written, expected) in [
        (c, "96372 J3420", ""),
        (c, "96372 99211 J3420", "CHARGE-PAIR"),
        (c, "96372 99213 J3420", "CHARGE-PAIR"),
        (c, "96372 99213-25 J3420", ""),
        (c, "99213 J3420", ""),
        (c, "96372 J3420*10", "CHARGE-UNITS"),
        (c, "96372*2 J3420", "CHARGE-UNITS"),
        (c, "J3425*100", "CHARGE-DRUG"),
        (h, "96372 J3420", "CHARGE-DRUG"),
        (h, "96372 J3424", "CHARGE-DRUG"),
        (h, "96372 J3425", "CHARGE-UNITS"),
        (h, "96372 J3425*100", ""),
        (h, "96372 J3425*60 J3425-JW*40", ""),
    ] {
        let all: Vec<Charge> = written.split(' ').map(|text| text.parse().unwrap()).collect();
        let found = check_charges(&all, &dose(drug, 1000, "", Route::Im), &us());
        let rules: Vec<_> = found.iter().map(|f| f.rule.as_str()).collect();
        assert_eq!(rules.join(" "), expected, "{drug} {written}");
    }
}

/// The container decides about JZ and JW, and which part of the units is whose.
#[test]
fn modifiers_of_the_container() {
    let (one, many) = ("Hydroxocobalamin 1 mg/mL, 1 mL ampoule", "Hydroxocobalamin 1000 mcg/mL, 30 mL vial");
    for (mcg, product, written, expected) in [
        (1000, one, "96372 J3425-JZ*100", ""),
        (1000, one, "96372 J3425*100", "wants JZ"),
        (500, one, "96372 J3425*50 J3425-JW*50", ""),
        (500, one, "96372 J3425*50", "J3425 JW × 0; what was thrown away with the container is 50."),
        (500, one, "96372 J3425*100", "J3425 × 100; what was given is 50."),
        (500, one, "J3425-JZ*50 J3425-JW*50", "JZ says that nothing was thrown away, JW that something was."),
        (1000, "", "J3425-JZ*50 J3425-JW*50", "JZ says that nothing was thrown away, JW that something was."),
        (500, one, "J3425-JW*50", "the line of what was given is missing"),
        (1000, "", "J3425-JW*100", "the line of what was given is missing"),
        (1000, many, "96372 J3425-JZ*100", "are for a container of one dose"),
        (1000, many, "96372 J3425*100", ""),
        (1000, one, "96372-25 J3425-JZ*100", "Modifier 25 belongs on the visit, not on 96372."),
    ] {
        let all: Vec<Charge> = written.split(' ').map(|text| text.parse().unwrap()).collect();
        let found = check_charges(&all, &dose(Drug::Hydroxocobalamin, mcg, product, Route::Im), &us());
        let text: Vec<_> = found.iter().map(|f| f.text.as_str()).collect();
        assert!(text.join(" ").contains(expected) && (expected.is_empty() == found.is_empty()), "{written}: {text:?}");
    }
}

/// Everything that a claim wants, in one chart.
fn whole() -> (Story, EntryId) {
    let mut story = Story::new(us());
    let anaemia = Anaemia::NotKnown;
    story.act(Act::Triaged(Triage { not_oral: Some("not absorbed".to_owned()), anaemia, ..triage() }));
    story.orders("r09", "2026-01-05", None);
    story.checks("2026-01-05", &["haemoglobin=104 g/L", "total-b12=90 ng/L"]);
    let of = story.act(Act::Given(complete(&story, day("2026-01-05"))));
    (story, of)
}

fn complete(story: &Story, on: NaiveDate) -> Given {
    Given {
        drug: Drug::Cyanocobalamin,
        product: "Cyanocobalamin 1000 mcg/mL, 30 mL vial, NDC 00517-0231-25".to_owned(),
        site: Some(Site::LeftDeltoid),
        expires: Some(day("2027-06-30")),
        time: chrono::NaiveTime::from_hms_opt(9, 14, 0),
        ..story.given(on)
    }
}

fn noted(story: &Story, of: EntryId) -> Noted {
    let noted = draft(&story.chart(), &story.practice, Of::Entry(of), &Said::default()).unwrap();
    Noted { narrative: "Well.".to_owned(), ..noted }
}

fn lacks(story: &Story, noted: &Noted) -> Vec<(String, Tier)> {
    claim_ready(&story.course("2026-03-05"), noted, &story.practice).into_iter().map(|m| (m.what, m.tier)).collect()
}

#[test]
fn a_whole_record_lacks_nothing() {
    let (story, of) = whole();
    assert_eq!(lacks(&story, &noted(&story, of)), []);
}

/// Each thing alone is taken away, and is what is missing.
#[test]
fn each_thing_that_is_taken_away_is_named() {
    let (story, of) = whole();
    let amended = |change: &dyn Fn(&mut Given)| {
        let mut story = story.clone();
        let mut given = complete(&story, day("2026-01-05"));
        change(&mut given);
        story.amend(of, Some(Act::Given(given)));
        let noted = noted(&story, of);
        lacks(&story, &noted)
    };
    let is = |what: &str, tier| vec![(what.to_owned(), tier)];
    assert_eq!(amended(&|g| g.lot = None), is("Lot", Tier::Reason));
    assert_eq!(amended(&|g| g.lot = Some(" ".to_owned())), is("Lot", Tier::Reason));
    assert_eq!(amended(&|g| g.expires = None), is("Expiry date", Tier::Reason));
    assert_eq!(amended(&|g| g.site = None), is("Site", Tier::Reason));
    assert_eq!(amended(&|g| g.time = None), is("Time", Tier::Note));
    assert_eq!(amended(&|g| g.product = "Cyanocobalamin".to_owned()), is("NDC", Tier::Note));
    assert!(amended(&|g| g.order = None).contains(&("Order".to_owned(), Tier::Stop)));
    let note = noted(&story, of);
    assert_eq!(lacks(&story, &Noted { narrative: String::new(), ..note.clone() }), is("What was seen", Tier::Reason));
    assert_eq!(lacks(&story, &Noted { codes: Vec::new(), ..note.clone() }), is("Diagnosis", Tier::Stop));
    assert_eq!(lacks(&story, &Noted { of: None, ..note.clone() }), is("Dose", Tier::Stop));
    let mut wrong = note;
    wrong.codes[0].code = "E53.8".to_owned();
    assert_eq!(lacks(&story, &wrong), is("Codes", Tier::Reason), "E53.8 with a low haemoglobin");
}

#[test]
fn evidence_tablets_signature_and_interval() {
    let (story, of) = whole();
    let mut bare = Story::new(us());
    let anaemia = Anaemia::Mild;
    bare.act(Act::Triaged(Triage { cause: "diet".to_owned(), not_oral: None, anaemia, ..triage() }));
    bare.orders("r09", "2026-01-05", None);
    let dose = bare.act(Act::Given(complete(&bare, day("2026-01-05"))));
    let found = lacks(&bare, &noted(&bare, dose));
    let names: Vec<_> = found.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(names, ["Laboratory result", "Why not tablets"]);
    bare.practice.settings.setting = "UK".to_owned();
    let found = lacks(&bare, &noted(&bare, dose));
    assert_eq!(found, [("Laboratory result".to_owned(), Tier::Reason)], "tablets are asked by payers of the US");
    // Every two months from now on, and one after three weeks.
    let mut close = story;
    close.gives("2026-01-12 19 26");
    for phase in 0..2 {
        close.ends(phase, "2026-01-27");
    }
    close.gives("2026-02-10");
    let again = close.act(Act::Given(complete(&close, day("2026-03-01"))));
    let found = lacks(&close, &noted(&close, again));
    assert_eq!(found, [("Reason for the interval".to_owned(), Tier::Reason)]);
    let mut said = complete(&close, day("2026-03-01"));
    said.note = Some("Symptoms were back".to_owned());
    close.amend(again, Some(Act::Given(said)));
    assert_eq!(lacks(&close, &noted(&close, again)), []);
    let _ = of;
}
