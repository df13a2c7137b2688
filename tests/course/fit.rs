//! Which regimens fit a triage.

use super::kit::*;
use cobalog::clinic::drug::Drug;
use cobalog::clinic::fit::{checkpoints, rank};
use cobalog::clinic::interval::Interval;
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
}
