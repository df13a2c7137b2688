//! What speaks against a plan before it is signed, and what the prescriber changed on it.

use super::kit::*;
use cobalog::clinic::background::Medicine;
use cobalog::clinic::decision::{Answer, Review};
use cobalog::clinic::drug::Drug;
use cobalog::clinic::entry::{Act, Reason};
use cobalog::clinic::findings::Tier;
use cobalog::clinic::fit;
use cobalog::clinic::interval::Interval;
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::practice::Practice;
use cobalog::clinic::signing::{self, unanswered, wants_because};
use cobalog::clinic::triage::{Asked, Goal, Neuro, Triage};

const LOADING: &str = "2026-01-05 07 09 12 14 16";

fn wish(story: &Story, id: &str, start: &str, change: impl Fn(&mut Wish)) -> Result<Order, String> {
    let regimen = story.practice.knowledge.regimen(id).unwrap();
    let mut wish = Wish::plain(day(start), "Dr Adebayo");
    change(&mut wish);
    Order::write(regimen, fit::checkpoints(&story.practice, regimen, Some(&triage())), &wish)
}

fn against(story: &Story, today: &str, order: &Order) -> Vec<(String, Tier)> {
    let found = signing::order(&story.course(today), &story.practice, order);
    found.into_iter().map(|f| (f.rule, f.tier)).collect()
}

fn triaged(triage: Triage) -> Story {
    let mut story = Story::new(practice());
    story.act(Act::Triaged(triage));
    story
}

#[test]
fn what_differs_from_the_protocol_is_named() {
    let story = triaged(triage());
    let changed = |change: &dyn Fn(&mut Wish)| wish(&story, "r01", "2026-01-05", change).unwrap().changed;
    assert_eq!(changed(&|_| {}), Vec::<String>::new());
    assert_eq!(changed(&|w| w.every = Some(Interval::Months(2))), Vec::<String>::new(), "2 months is published");
    let six = changed(&|w| w.every = Some(Interval::Weeks(6)));
    assert!(six[0].starts_with("maintenance every 6 weeks; the protocol gives every 3 months"), "{six:?}");
    assert_eq!(changed(&|w| w.dose_mcg = Some(500)), ["500 mcg a dose; the protocol gives 1,000 mcg"]);
    assert_eq!(changed(&|w| w.doses = Some(8)), ["8 doses in the first phase; the protocol gives 6"]);
    assert_eq!(changed(&|w| w.doses = Some(6)), Vec::<String>::new());
}

#[test]
fn maintenance_has_no_loading_doses_to_count() {
    let story = triaged(triage());
    let order = wish(&story, "r01", "2026-01-05", |w| {
        w.doses = Some(4);
        w.maintenance_only = true;
    });
    assert!(order.unwrap_err().contains("no loading doses"));
}

#[test]
fn a_dose_that_looks_like_milligrams_stops_the_plan() {
    let story = triaged(triage());
    for (dose, stops) in [(1, true), (5, true), (6, false), (1_000, false), (5_000, true)] {
        let order = wish(&story, "r01", "2026-01-05", |w| w.dose_mcg = Some(dose)).unwrap();
        let found = against(&story, "2026-01-05", &order);
        assert_eq!(found.contains(&("D3".to_owned(), Tier::Stop)), stops, "{dose}");
    }
}

#[test]
fn a_barred_form_stops_the_plan() {
    let story = triaged(Triage { cautions: vec!["leber".to_owned()], ..triage() });
    let order = wish(&story, "r09", "2026-01-05", |_| {}).unwrap();
    assert!(against(&story, "2026-01-05", &order).contains(&("D6".to_owned(), Tier::Stop)));
    let order = wish(&story, "r01", "2026-01-05", |_| {}).unwrap();
    assert_eq!(against(&story, "2026-01-05", &order), []);
}

#[test]
fn denser_doses_want_a_review_first() {
    let mut story = Story::on("r01");
    story.gives(LOADING);
    let denser = wish(&story, "r01", "2026-04-16", |w| {
        w.maintenance_only = true;
        w.every = Some(Interval::Months(1));
    })
    .unwrap();
    assert_eq!(against(&story, "2026-04-10", &denser)[0], ("E1".to_owned(), Tier::Stop));
    let lines = story.practice.knowledge.review().iter();
    let answers = lines.map(|l| (l.id.clone(), Answer { found: false, words: "looked".to_owned() })).collect();
    let review = Review { on: day("2026-04-10"), answers, red_flag: None, reviewed_by: "Dr Adebayo".to_owned() };
    story.act(Act::Reviewed(review));
    let found = signing::order(&story.course("2026-04-10"), &story.practice, &denser);
    assert_eq!(found.iter().map(|f| f.rule.as_str()).collect::<Vec<_>>(), ["E2"]);
    assert_eq!(unanswered(&found, &[]).len(), 1);
    let reason = Reason::new("E2", "blood is on its way");
    assert!(unanswered(&found, &[reason]).is_empty());
}

#[test]
fn words_are_wanted_where_no_rule_asks_for_its_own() {
    let wanted = |story: &Story, order: &Order| {
        let course = story.course("2026-01-05");
        let found = signing::order(&course, &story.practice, order);
        let ranked = course.triage.as_ref().map(|t| fit::rank(&story.practice, t)).unwrap();
        let fit = ranked.iter().find(|f| f.regimen.id == order.regimen);
        wants_because(&course, fit, &found, order).unwrap_or_default()
    };
    let plain = triaged(triage());
    let order = |story: &Story, id: &str| wish(story, id, "2026-01-05", |_| {}).unwrap();
    assert_eq!(wanted(&plain, &order(&plain, "r01")), "");
    assert!(wanted(&plain, &order(&plain, "r03")).contains("speaks against"), "not for this cause");
    let changed = wish(&plain, "r01", "2026-01-05", |w| w.dose_mcg = Some(500)).unwrap();
    assert!(wanted(&plain, &changed).contains("differs from the protocol"));
    assert_eq!(wanted(&plain, &Order { because: Some("small".to_owned()), ..changed }), "");
    let neuro = triaged(Triage { neuro: Neuro::Mild, ..triage() });
    assert_eq!(wanted(&neuro, &order(&neuro, "r01")), "", "P4 asks for its own reason");
    let running = Story::on("r01");
    assert!(wanted(&running, &order(&running, "r01")).contains("replaced"));
}

#[test]
fn a_neurologic_red_flag_contradicts_no_involvement() {
    let flags = practice().knowledge.red_flags().to_vec();
    let with = |flag: &str, neuro| Triage { red_flags: vec![flag.to_owned()], neuro, ..triage() }.contradiction(&flags);
    assert!(with("cord", Neuro::None).unwrap().contains("neurologic"));
    assert_eq!(with("cord", Neuro::Moderate), None);
    assert!(with("vision", Neuro::Moderate).unwrap().contains("sight is affected"));
    let seen = Triage { red_flags: vec!["vision".to_owned()], visual: true, ..triage() };
    assert_eq!(seen.contradiction(&flags), None, "sight is involvement enough");
    assert_eq!(with("pancytopenia", Neuro::None), None);
}

/// The list of protocols and the signature say the same: no rule stands in the way of a plan that was listed without it.
#[test]
fn what_speaks_against_a_protocol_in_the_list_speaks_at_signing_too() {
    for cause in ["autoimmune-gastritis", "diet", "unknown", "chemotherapy-adjunct"] {
        for neuro in [Neuro::None, Neuro::Mild, Neuro::Moderate, Neuro::Severe] {
            for goal in [Goal::Repletion, Goal::Maintenance] {
                for cautions in [vec![], vec!["leber".to_owned()]] {
                    let triage = Triage { cause: cause.to_owned(), neuro, goal, cautions, ..triage() };
                    agree(&triaged(triage));
                }
            }
        }
    }
}

fn agree(story: &Story) {
    let course = story.course("2026-01-05");
    let triage = course.triage.clone().unwrap();
    for fit in fit::rank(&story.practice, &triage) {
        let maintenance_only = triage.goal == Goal::Maintenance;
        let order = wish(story, &fit.regimen.id, "2026-01-05", |w| w.maintenance_only = maintenance_only);
        let Ok(order) = order else { continue };
        let mut signed: Vec<_> = signing::order(&course, &story.practice, &order).into_iter().map(|f| f.rule).collect();
        let mut listed: Vec<_> = fit.against.iter().filter_map(|a| a.rule.map(str::to_owned)).collect();
        signed.sort();
        listed.sort();
        assert_eq!(listed, signed, "{}: {triage:?}", fit.regimen.id);
    }
}

/// Both faces begin with the same answers, and ask for the same ones.
#[test]
fn a_fresh_triage_lacks_what_nobody_may_leave_out() {
    let knowledge = practice().knowledge;
    let fresh = Triage::fresh(&practice());
    assert_eq!((fresh.drug, fresh.monitoring.first), (Drug::Hydroxocobalamin, Interval::Weeks(3)));
    assert!(!fresh.monitoring.symptoms.is_empty());
    let lacks = |triage: &Triage| triage.lacks(&knowledge).map(|(asked, _)| asked);
    assert_eq!(lacks(&fresh), Some(Asked::Cause));
    let unasked = Triage { cause: "diet".to_owned(), ..fresh };
    assert_eq!(lacks(&unasked), Some(Asked::Neuro), "what nobody answered is not none");
    let caused = Triage { neuro: Neuro::None, ..unasked };
    assert_eq!(lacks(&caused), None);
    let folic = Triage { medicines: vec![Medicine::taken("folic-acid")], ..caused.clone() };
    assert_eq!(lacks(&folic), Some(Asked::Medicine("folic-acid".to_owned())));
    let flagged = |flag: &str| Triage { red_flags: vec![flag.to_owned()], ..caused.clone() };
    assert_eq!([lacks(&flagged("cord")), lacks(&flagged("vision"))], [Some(Asked::Neuro), Some(Asked::Sight)]);
    let mut blind = caused.clone();
    blind.monitoring.symptoms.clear();
    assert_eq!(lacks(&blind), Some(Asked::Symptoms));
    let mut settings = practice().settings;
    settings.setting = "US".to_owned();
    assert_eq!(Triage::fresh(&Practice::new(settings)).drug, Drug::Cyanocobalamin);
}
