//! Which regimens fit a triage.

use super::kit::*;
use cobalog::clinic::drug::Drug;
use cobalog::clinic::fit::{Fit, checkpoints, rank, rank_for};
use cobalog::clinic::interval::Interval;
use cobalog::clinic::patient::Person;
use cobalog::clinic::todo::Todo;
use cobalog::clinic::triage::{Anaemia, B12Status, Goal, Neuro, Triage};

fn first(triage: &Triage) -> String {
    rank(&practice(), triage).remove(0).regimen.id.clone()
}

#[test]
fn neurologic_involvement_never_fits_a_regimen_without() {
    let practice = practice();
    for drug in Drug::ALL {
        for (neuro, visual) in [(Neuro::Mild, false), (Neuro::Severe, false), (Neuro::None, true)] {
            for goal in [Goal::Repletion, Goal::Maintenance] {
                let triage = Triage { neuro, visual, drug, goal, ..triage() };
                let fits = rank(&practice, &triage);
                assert!(fits.iter().all(|f| !f.fits() || f.regimen.neuro != Some(false)), "{drug:?} {neuro:?}");
                let last = fits.iter().rposition(|f| f.fits());
                assert!(fits.iter().take(last.map_or(0, |l| l + 1)).all(|f| f.fits()), "those that fit come first");
            }
        }
    }
}

#[test]
fn the_first_choice_in_the_uk() {
    let neuro = Triage { neuro: Neuro::Moderate, ..triage() };
    assert_eq!(first(&neuro), "r02-uk-neuro");
    assert_eq!(first(&Triage { cause: "unknown".to_owned(), ..neuro }), "r02-uk-neuro");
    assert_eq!(first(&triage()), "r01-uk-no-neuro");
    let vegan = Triage { cause: "diet-vegan".to_owned(), ..triage() };
    assert_eq!(first(&vegan), "r03-uk-diet");
    assert_eq!(first(&Triage { goal: Goal::Maintenance, ..triage() }), "r01-uk-no-neuro");
}

#[test]
fn an_unknown_cause_fits_what_serves_any() {
    let practice = practice();
    let unknown = Triage { cause: "unknown".to_owned(), neuro: Neuro::Mild, ..triage() };
    let fits: Vec<_> =
        rank(&practice, &unknown).iter().filter(|f| f.fits()).map(|f| f.regimen.number().to_owned()).collect();
    assert_eq!(fits[..2], ["r02", "r04b"]);
    assert!(!fits.contains(&"r06".to_owned()), "tobacco and Leber are named causes");
}

#[test]
fn prevention_is_not_offered_to_the_deficient() {
    let practice = practice();
    let bariatric = Triage { cause: "partial-gastrectomy-bariatric".to_owned(), ..triage() };
    let against = |triage: &Triage| {
        let fits = rank(&practice, triage);
        fits.iter().find(|f| f.regimen.id == "r05-uk-prophylaxis").is_some_and(|f| !f.fits())
    };
    assert!(against(&bariatric));
    let slight = Triage { b12: B12Status::Indeterminate, anaemia: Anaemia::None, ..bariatric.clone() };
    assert!(!against(&slight));
    assert!(!against(&Triage { goal: Goal::Maintenance, ..bariatric }));
}

#[test]
fn a_trial_is_no_setting() {
    let mut practice = practice();
    practice.settings.setting = "US".to_owned();
    let triage = Triage { drug: Drug::Cyanocobalamin, ..triage() };
    let fits = rank(&practice, &triage);
    let place = |id: &str| fits.iter().position(|f| f.regimen.id.starts_with(id)).unwrap();
    assert!(place("r09") < place("r13") && place("r12") < place("r13"));
}

#[test]
fn the_monitoring_plan_joins_the_regimens_checkpoints() {
    let practice = practice();
    let regimen = practice.knowledge.regimen("r01").unwrap();
    let with = |first: Interval, triage: Triage| {
        let mut triage = triage;
        triage.monitoring.first = first;
        triage.monitoring.labs = vec!["ferritin".to_owned()];
        checkpoints(&practice, regimen, Some(&triage))
    };
    let near = with(Interval::Weeks(3), triage());
    let early = near.iter().find(|r| r.label.starts_with("Early")).unwrap();
    assert_eq!(early.asks, ["symptoms", "ferritin"]);
    assert!(
        !near
            .iter()
            .any(|r| r.label == "First check" || r.label.contains("potassium") || r.label.contains("pregnancy"))
    );
    let own = with(Interval::Weeks(5), triage());
    assert!(own.iter().any(|r| r.label == "First check" && r.at == Interval::Weeks(5)));
    let severe = with(Interval::Weeks(3), Triage { anaemia: Anaemia::Severe, pregnant: true, ..triage() });
    assert!(
        severe.iter().any(|r| r.label.contains("potassium")) && severe.iter().any(|r| r.label.contains("pregnancy"))
    );
    // Where nobody triaged, nobody said that the patient is pregnant or severely anaemic: a list may have men and the old.
    let unknown = checkpoints(&practice, regimen, None);
    assert!(unknown.len() > 3 && unknown.iter().all(|r| !r.label.contains("potassium") && !r.label.contains("pregn")));
}

fn of<'a>(fits: &'a [Fit<'_>], id: &str) -> &'a Fit<'a> {
    fits.iter().find(|f| f.regimen.number() == id).unwrap()
}

fn rules_of(fit: &Fit<'_>) -> Vec<&'static str> {
    fit.against.iter().filter_map(|a| a.rule).collect()
}

#[test]
fn every_regimen_is_listed_and_says_which_rule_speaks_against_it() {
    let practice = practice();
    let neuro = Triage { neuro: Neuro::Moderate, ..triage() };
    let fits = rank(&practice, &neuro);
    assert_eq!(fits.len(), practice.knowledge.regimens().len());
    assert_eq!(rules_of(of(&fits, "r01")), ["P4"]);
    assert_eq!(of(&fits, "r01").against[0].to_string(), "meant for patients without neurologic involvement (P4)");
    assert!(fits.iter().all(|f| f.fits() || !f.against.is_empty()));
    let words = fits.iter().flat_map(|f| &f.against).all(|a| !a.words.is_empty());
    assert!(words && !fits[0].because.is_empty());
}

#[test]
fn a_caution_bars_the_form() {
    let practice = practice();
    let leber = Triage { cautions: vec!["leber".to_owned()], drug: Drug::Cyanocobalamin, ..triage() };
    for fit in rank(&practice, &leber) {
        let cyano = matches!(fit.regimen.drug, Drug::Cyanocobalamin | Drug::CyanocobalaminTannin);
        assert_eq!(rules_of(&fit).contains(&"D6"), cyano, "{}", fit.regimen.id);
        assert!(!fit.fits() || !cyano);
    }
    let cobalt = Triage { cautions: vec!["b12-allergy".to_owned()], ..triage() };
    assert!(rank(&practice, &cobalt).iter().all(|f| rules_of(f).contains(&"D9") && !f.fits()));
    let banner = Person { caution: Some("LHON since 2019".to_owned()), ..person() };
    let cyano = Triage { drug: Drug::Cyanocobalamin, ..triage() };
    assert!(rules_of(of(&rank_for(&practice, &cyano, Some(&banner)), "r09")).contains(&"D6"));
    assert!(!rules_of(of(&rank_for(&practice, &cyano, Some(&person())), "r09")).contains(&"D6"));
    let asthma = Triage { cautions: vec!["asthma-allergy".to_owned()], ..triage() };
    assert_eq!(first(&asthma), first(&triage()), "a caution that bars no form changes no rank");
}

#[test]
fn severe_disease_prefers_a_dense_start() {
    let practice = practice();
    let dense = |triage: &Triage, id: &str| {
        let fits = rank(&practice, triage);
        of(&fits, id).because.iter().any(|b| b.starts_with("begins "))
    };
    let severe = Triage { anaemia: Anaemia::Severe, ..triage() };
    assert!(dense(&severe, "r01") && !dense(&triage(), "r01"));
    let us = Triage { drug: Drug::Cyanocobalamin, ..severe };
    assert!(!dense(&us, "r12"), "weekly is not dense");
    let place =
        |triage: &Triage, id: &str| rank(&practice, triage).iter().position(|f| f.regimen.number() == id).unwrap();
    let mild = Triage { anaemia: Anaemia::Mild, ..us.clone() };
    assert!(place(&us, "r07") <= place(&mild, "r07"));
    let neuro = Triage { neuro: Neuro::Severe, ..us };
    assert!(rules_of(of(&rank(&practice, &neuro), "r12")).contains(&"U1"));
}

#[test]
fn chemotherapy_has_protocols_of_its_own() {
    let practice = practice();
    let chemo = Triage {
        cause: "chemotherapy-adjunct".to_owned(),
        drug: Drug::Cyanocobalamin,
        b12: B12Status::Unlikely,
        anaemia: Anaemia::None,
        ..triage()
    };
    let fits = rank(&practice, &chemo);
    let ids: Vec<_> = fits.iter().filter(|f| f.fits()).map(|f| f.regimen.number()).collect();
    assert_eq!(ids, ["r26a", "r26b"]);
    for cause in ["autoimmune-gastritis", "unknown", "diet"] {
        let other = Triage { cause: cause.to_owned(), ..chemo.clone() };
        assert!(rank(&practice, &other).iter().all(|f| !f.regimen.number().starts_with("r26") || !f.fits()), "{cause}");
    }
}

#[test]
fn what_to_mind_is_said_and_does_not_rank() {
    let practice = practice();
    let minds = |triage: &Triage, id: &str| {
        of(&rank(&practice, triage), id).minds.iter().map(Todo::as_written).collect::<String>()
    };
    assert!(minds(&triage(), "r16").contains("tablets"));
    assert_eq!(minds(&triage(), "r01"), "");
    let told = Triage { not_oral: Some("vomits them".to_owned()), ..triage() };
    assert!(minds(&told, "r16").contains("Recorded why not: vomits them."));
    let severe = Triage { anaemia: Anaemia::Severe, ..triage() };
    assert_eq!(minds(&severe, "r16"), "", "injections are advised then (U2)");
    let pregnant = Triage { pregnant: true, ..triage() };
    assert!(
        minds(&pregnant, "r01").contains("a month after dose 1") && !minds(&pregnant, "r01").contains("do not use")
    );
    let unproved = Triage { b12: B12Status::NotMeasured, ..pregnant };
    assert!(minds(&unproved, "r01").contains("without a shown lack of B12: do not use"));
    assert_eq!(first(&unproved), first(&triage()));
}

#[test]
fn what_would_be_stopped_comes_last_and_the_form_beside_it_wants_no_reason() {
    let practice = practice();
    let triage = Triage { cautions: vec!["leber".to_owned()], drug: Drug::Cyanocobalamin, ..triage() };
    let fits = rank(&practice, &triage);
    let barred = |f: &Fit<'_>| f.regimen.drug == Drug::Cyanocobalamin || f.regimen.drug == Drug::CyanocobalaminTannin;
    let first_barred = fits.iter().position(barred).unwrap();
    assert!(fits[first_barred..].iter().all(barred), "what would be stopped comes last");
    let r01 = of(&fits, "r01");
    assert!(r01.fits(), "another form than the barred one in hand is no objection: {:?}", r01.against);
    assert!(fits[0].fits());
    let minds: String = r01.minds.iter().map(Todo::as_written).collect();
    assert!(minds.contains("cyanocobalamin, the form in hand, is not for this patient"), "{minds}");
    let in_hand = Triage { cautions: Vec::new(), ..triage };
    assert!(!of(&rank(&practice, &in_hand), "r01").fits(), "without a bar the form in hand counts");
}

#[test]
fn a_practice_without_a_setting_names_none() {
    let mut practice = practice();
    practice.settings.setting = String::new();
    let said: Vec<_> = rank(&practice, &triage()).into_iter().flat_map(|f| f.because).collect();
    assert!(said.iter().all(|words| !words.contains("()")), "{said:?}");
}
