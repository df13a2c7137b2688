//! The rights at the needle, at their boundaries.

use super::kit::*;
use cobalog::clinic::agenda::{Kind, Roll, Row, Tell};
use cobalog::clinic::course::DoseState;
use cobalog::clinic::decision::Turn;
use cobalog::clinic::drug::{Drug, Route, Site};
use cobalog::clinic::entry::{Act, Given, NextFrom, SoreSite, WhyNot};
use cobalog::clinic::findings::Tier;
use cobalog::clinic::patient::{Allergies, Person};
use cobalog::clinic::rights::{
    Checked, Intent, barred_for, cautions, check, correct, held, into_sore, last_sites, leave_alone_until, suggest_site,
};
use cobalog::clinic::triage::Triage;
use cobalog::clinic::{fit, signing};

fn intent(on: &str) -> Intent {
    Intent { site: Some(Site::LeftDeltoid), label_routes: Some(vec![Route::Im]), ..vial(on) }
}

/// Returns the rules that ask, with how hard.
fn asked(story: &Story, intent: &Intent) -> Vec<(&'static str, Tier)> {
    let course = story.course(&intent.on.to_string());
    let checks = check(&course, &story.practice, intent);
    checks.iter().for_each(|check| is_by_its_rule(story, check));
    checks.iter().filter_map(|c| Some((leaked(&c.rule), c.tier?))).collect()
}

/// What asks at the needle stands in the library, and asks no other way than it says there.
#[track_caller]
fn is_by_its_rule(story: &Story, check: &Checked) {
    let rule = story.practice.knowledge.rule(&check.rule);
    let tier = check.tier.or(check.rule.is_empty().then_some(rule.tier)).unwrap();
    assert!(rule.tiers().contains(&tier), "{check:?}");
    assert_eq!(rule.id, check.rule, "{check:?}");
}

const NONE: [(&str, Tier); 0] = [];
const LOADED: &str = "2026-01-05 07 09 12 14 16";

#[test]
fn all_is_well_on_the_day() {
    let mut story = Story::on("r01");
    assert_eq!(asked(&story, &intent("2026-01-05")), NONE);
    story.gives(LOADED);
    assert_eq!(asked(&story, &intent("2026-04-16")), NONE);
}

#[test]
fn times_at_their_boundaries() {
    let monthly = "2026-01-05 06 07 08 09 10 11 18 25 02-01 08";
    for (regimen, given, on, expected) in [
        // T7: 41 and 42 days after 16 January, in three-monthly maintenance.
        ("r01", LOADED, "2026-02-20", vec![("T7", Tier::Reason)]),
        ("r01", LOADED, "2026-02-26", vec![("T7", Tier::Reason)]),
        ("r01", LOADED, "2026-02-27", vec![("T7", Tier::Note)]),
        ("r01", LOADED, "2026-04-01", vec![("T7", Tier::Note)]),
        // T8: 20 and 21 days after 8 February, monthly.
        ("r09", monthly, "2026-02-28", vec![("T8", Tier::Reason)]),
        ("r09", monthly, "2026-03-01", vec![("T7", Tier::Note)]),
        // A weekly loading dose: 5 and 6 days after the last.
        ("r12", "2026-01-05", "2026-01-10", vec![("T6", Tier::Reason)]),
        ("r12", "2026-01-05", "2026-01-11", vec![("T7", Tier::Note)]),
        // Recorded afterwards, the day before another dose.
        ("r12", "2026-01-05 12", "2026-01-11", vec![("T6", Tier::Reason)]),
        // T6: the same day, and a day after in loading.
        ("r01", "2026-01-05", "2026-01-05", vec![("T6", Tier::Stop), ("T9", Tier::Stop)]),
        ("r01", "2026-01-05", "2026-01-06", vec![("T6", Tier::Reason)]),
        ("r02", "2026-01-05", "2026-01-06", vec![("T6", Tier::Reason)]),
        ("r16", "2026-01-05", "2026-01-07", vec![("T6", Tier::Reason)]),
        // T2: seven and eight days after the last one in loading.
        ("r01", "2026-01-05 07", "2026-01-14", vec![("T1", Tier::Note)]),
        ("r01", "2026-01-05 07", "2026-01-15", vec![("T2", Tier::Reason)]),
        ("r01", "2026-01-05 07", "2026-01-20", vec![("T2", Tier::Reason)]),
        // T3 and T4.
        ("r01", LOADED, "2026-05-08", vec![("T1", Tier::Note)]),
        ("r01", LOADED, "2026-05-09", vec![("T3", Tier::Reason)]),
        ("r01", LOADED, "2027-01-16", vec![("T3", Tier::Reason)]),
        ("r01", LOADED, "2027-01-17", vec![("T4", Tier::Reason)]),
        // T10: before the day of the order, which is its start too.
        ("r01", "", "2026-01-04", vec![("T10", Tier::Stop)]),
    ] {
        let mut story = Story::on(regimen);
        story.gives(given);
        let mut intent = intent(on);
        intent.drug = story.course(on).order.unwrap().1.drug;
        assert_eq!(asked(&story, &intent), expected, "{regimen} on {on}");
    }
}

#[test]
fn a_first_dose_between_the_order_and_its_start_asks() {
    let mut story = Story::new(practice());
    story.act(Act::Triaged(triage()));
    // The kit records on 5 January.
    story.orders("r01", "2026-01-08", None);
    assert_eq!(asked(&story, &intent("2026-01-04")), [("T10", Tier::Stop)], "before the order");
    assert_eq!(asked(&story, &intent("2026-01-05")), [("T10", Tier::Reason)], "before its start");
    let mut later = Story::new(practice());
    later.act(Act::Triaged(triage()));
    later.orders("r01", "2025-12-01", None);
    assert_eq!(asked(&later, &intent("2025-11-30")), [("T10", Tier::Stop)], "a plan of before, recorded afterwards");
    assert_eq!(asked(&later, &intent("2025-12-01")), []);
}

#[test]
fn a_day_that_cannot_be() {
    let story = Story::on("r01");
    let ask = |on: &str, today: &str| {
        let course = story.course(today);
        check(&course, &story.practice, &intent(on))
            .into_iter()
            .filter(|c| c.tier == Some(Tier::Stop))
            .map(|c| c.rule)
            .collect::<Vec<_>>()
    };
    assert_eq!(ask("2026-01-06", "2026-01-05"), ["T10"]);
    assert_eq!(ask("1961-03-03", "2026-01-05"), ["N2", "T10"]);
}

#[test]
fn an_open_day_is_on_time_and_an_agreed_day_is_not_late() {
    let mut story = Story::from(weekday_practice(), "r01", "2026-01-05", None);
    story.gives("2026-01-05 07 09 12 14 16 04-16 07-16 10-16");
    assert_eq!(asked(&story, &intent("2027-01-18")), NONE);
    assert_eq!(asked(&story, &intent("2027-01-19")), [("T1", Tier::Note)]);
    story.not_given("2027-01-18", WhyNot::Missed, Some("2027-01-20"));
    assert_eq!(asked(&story, &intent("2027-01-20")), NONE);
    let mut long = Story::on("r01");
    long.gives("2026-01-05 07");
    long.not_given("2026-01-09", WhyNot::Missed, Some("2026-01-20"));
    assert_eq!(asked(&long, &intent("2026-01-20")), [("T2", Tier::Reason)], "an agreed day mends no broken loading");
}

#[test]
fn a_gate_is_asked_beside_the_time() {
    let mut story = Story::on("r07");
    story.gives("2026-01-05 06 07 08 09 10 11");
    let ask = |on| asked(&story, &Intent { drug: Drug::Cyanocobalamin, dose_mcg: 100, ..intent(on) });
    assert_eq!(ask("2026-01-13"), [("P1", Tier::Reason)]);
    assert_eq!(ask("2026-01-12"), [("P1", Tier::Reason), ("T6", Tier::Reason)]);
}

#[test]
fn drug_and_dose() {
    let story = Story::on("r01");
    let base = intent("2026-01-05");
    let with = |change: &dyn Fn(&mut Intent)| {
        let mut intent = base.clone();
        change(&mut intent);
        asked(&story, &intent)
    };
    assert_eq!(with(&|i| i.drug = Drug::Cyanocobalamin), [("D4", Tier::Stop)]);
    assert_eq!(with(&|i| i.dose_mcg = 500), [("DOSE", Tier::Reason)]);
    assert_eq!(with(&|i| i.dose_mcg = 1), [("D3", Tier::Stop), ("D10", Tier::Reason)]);
    assert_eq!(with(&|i| i.dose_mcg = 1001)[0], ("T5", Tier::Stop));
    assert_eq!(with(&|i| i.dose_mcg = 2000)[0], ("T5", Tier::Stop));
    assert_eq!(with(&|i| i.dose_mcg = 5000)[0], ("D3", Tier::Stop));
    assert_eq!(with(&|i| i.strength_mcg_per_ml = 0), [("D1", Tier::Stop)]);
    assert_eq!(with(&|i| i.strength_mcg_per_ml = 25_000), [("D8", Tier::Stop), ("D10", Tier::Reason)]);
    assert_eq!(with(&|i| i.strength_mcg_per_ml = 24_999), [("D10", Tier::Reason)]);
    assert_eq!(with(&|i| i.strength_mcg_per_ml = 20_000), NONE, "0.05 mL can be measured");
    assert_eq!(with(&|i| i.strength_mcg_per_ml = 100)[0], ("D1", Tier::Stop), "10 mL");
    assert_eq!(with(&|i| i.strength_mcg_per_ml = 500), [("D2", Tier::Reason)], "2 mL in a deltoid");
    assert_eq!(with(&|i| (i.strength_mcg_per_ml, i.site) = (500, Some(Site::LeftThigh))), NONE, "2 mL in a thigh");
    // T5 asks about more than is ordered and more than 1000 mcg: 1000 where 250 is ordered is another matter.
    let mut r04 = Story::on("r04");
    r04.gives("2026-01-05 07 09 11 13 15 17");
    assert_eq!(asked(&r04, &intent("2026-01-24")), [("DOSE", Tier::Reason)]);
}

#[test]
fn route_site_and_lot() {
    let mut story = Story::on("r16");
    let base = Intent { label_routes: Some(vec![Route::Im, Route::Sc]), ..intent("2026-01-05") };
    let ask = |story: &Story, change: &dyn Fn(&mut Intent)| {
        let mut intent = base.clone();
        change(&mut intent);
        asked(story, &intent)
    };
    assert_eq!(ask(&story, &|i| (i.route, i.site) = (Route::Sc, Some(Site::Abdomen))), [("ROUTE", Tier::Reason)]);
    assert_eq!(ask(&story, &|i| i.label_routes = Some(vec![Route::Sc])), [("D5", Tier::Stop)]);
    assert_eq!(ask(&story, &|i| (i.route, i.label_routes, i.site) = (Route::Iv, None, None))[0], ("D5", Tier::Stop));
    assert_eq!(ask(&story, &|i| i.site = None), [("SITE", Tier::Note)]);
    assert_eq!(ask(&story, &|i| i.site = Some(Site::Abdomen)), [("SITE", Tier::Reason)]);
    assert_eq!(ask(&story, &|i| i.expires = Some(day("2026-01-05"))), NONE, "good through its last day");
    assert_eq!(ask(&story, &|i| i.expires = Some(day("2026-01-04"))), [("D7", Tier::Stop)]);
    assert_eq!(ask(&story, &|i| i.lot = Some(" ".to_owned())), [("LOT", Tier::Reason)]);
    assert_eq!(ask(&story, &|i| i.expires = None), [("LOT", Tier::Reason)]);
    let mut first = story.given(day("2026-01-05"));
    first.site = Some(Site::LeftDeltoid);
    story.act(Act::Given(first));
    let mut next = base.clone();
    next.on = day("2026-01-08");
    assert_eq!(asked(&story, &next), [("SITE", Tier::Note)]);
    let course = story.course("2026-01-08");
    assert_eq!(suggest_site(&course, &story.practice, Route::Im, 1.0), Some(Site::RightDeltoid));
    assert_eq!(suggest_site(&course, &story.practice, Route::Im, 2.0), Some(Site::LeftThigh));
    assert_eq!(suggest_site(&course, &story.practice, Route::Sc, 2.0), None);
}

#[test]
fn who_it_is() {
    let story = |change: &dyn Fn(&mut Person)| {
        let mut story = Story::on("r09");
        let mut person = person();
        change(&mut person);
        story.act(Act::Registered(person));
        story
    };
    let cyano = Intent { drug: Drug::Cyanocobalamin, ..intent("2026-01-05") };
    assert_eq!(asked(&story(&|p| p.born = day("2008-01-05")), &cyano), NONE, "18 today");
    assert_eq!(asked(&story(&|p| p.born = day("2008-01-06")), &cyano), [("N2", Tier::Stop)]);
    let leber = story(&|p| p.caution = Some("Leber's optic neuropathy".to_owned()));
    assert_eq!(asked(&leber, &cyano), [("D6", Tier::Stop)]);
    let allergic = |to: &str, excipient: &str| {
        let story = story(&|p| p.allergies = Allergies::Known(vec![to.to_owned()]));
        asked(&story, &Intent { excipients: vec![excipient.to_owned()], ..cyano.clone() })
    };
    assert_eq!(allergic("Cobalt", ""), [("D9", Tier::Stop)]);
    assert_eq!(allergic("Benzyl alcohol", "benzyl alcohol"), [("D9", Tier::Stop)]);
    assert_eq!(allergic("parabens", "methylparaben"), [("D9", Tier::Stop)]);
    assert_eq!(allergic("benzyl alcohol", "methylparaben"), NONE);
    // What no check understands is said.
    assert_eq!(allergic("penicillin", "benzyl alcohol"), [("D9", Tier::Note)]);
    for (said, holds) in [
        ("Benzylalkohol", "benzyl alcohol"),
        ("Alcool benzylique (urticaire)", "benzyl alcohol"),
        ("Alcohol bencílico", "benzyl alcohol"),
        ("alcool benzilico", "benzyl alcohol"),
        ("benzylalcohol", "benzyl alcohol"),
        ("PHB-Ester", "methylparaben"),
        ("Parabene", "propylparaben"),
        ("parabenen", "propylparaben"),
        ("p-Hydroxybenzoesäureester", "methylparaben"),
        ("parahidroxibenzoatos", "methylparaben"),
        ("E 218", "methylparaben"),
        ("Nipagin", "methylparaben"),
    ] {
        assert_eq!(allergic(said, holds), [("D9", Tier::Stop)], "{said}");
        assert_eq!(allergic(said, ""), NONE, "{said}: understood, and not in this vial");
    }
    for said in ["Benzylpenicillin", "alcohol", "salicylic acid", "latex"] {
        assert_eq!(allergic(said, "benzyl alcohol"), [("D9", Tier::Note)], "{said}");
    }
    let mut none = Story::new(practice());
    assert_eq!(asked(&none, &cyano)[0], ("ORDER", Tier::Stop));
    let mut triage = triage();
    triage.cause = "leber".to_owned();
    none.act(Act::Triaged(triage));
    none.orders("r09", "2026-01-05", None);
    assert_eq!(asked(&none, &cyano), [("D6", Tier::Stop)]);
}

#[test]
fn potassium_below_three_stops_the_needle_until_it_is_put_right() {
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    story.checks("2026-01-06", &["potassium=2.9 mmol/L"]);
    assert!(asked(&story, &intent("2026-01-07")).contains(&("L2", Tier::Stop)));
    story.checks("2026-01-07", &["potassium=not done"]);
    assert!(asked(&story, &intent("2026-01-07")).contains(&("L2", Tier::Stop)), "not done lifts nothing");
    story.checks("2026-01-07", &["potassium=3.6 mmol/L"]);
    assert_eq!(asked(&story, &intent("2026-01-07")), NONE);
}

#[test]
fn beyond_the_last_ordered_dose_a_reason_is_asked() {
    let mut story = Story::on("r14");
    let all = story.course("2026-01-05");
    assert_eq!(all.as_ordered.len(), 24);
    for on in all.as_ordered {
        story.give(&on.to_string());
    }
    let mut cyano = intent("2027-02-01");
    cyano.drug = Drug::Cyanocobalamin;
    assert_eq!(asked(&story, &cyano), [("PLAN", Tier::Reason)]);
}

#[test]
fn a_corrected_dose_stands_on_another_ones_day_only_marked() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07");
    let course = story.course("2026-01-08");
    let (_, second) = course.given().nth(1).unwrap();
    let moved = |on: &str| {
        let now = Given { on: day(on), ..second.given.clone() };
        let weighed = correct(&story.chart(), &story.practice, day("2026-01-08"), (second.entry, now), "other day");
        weighed.map(|w| w.given.against().into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    assert_eq!(moved("2026-01-05"), Ok(vec!["T6".to_owned(), "T9".to_owned()]), "it says what it goes against");
    assert_eq!(moved("2026-01-06"), Ok(Vec::new()));
    assert!(moved("2026-01-09").is_err_and(|w| w.words.contains("has not come yet")));
}

/// Facts 6.6: the volumes of the table, with what each asks: D10 below 0.05 mL, D2 by the site, D1 above 5 mL.
#[test]
fn the_volumes_of_the_table() {
    let mut story = Story::on("r01");
    let ask = |story: &Story, dose_mcg: u32, strength: u32, site: Site| {
        let mut intent = intent("2026-01-05");
        (intent.dose_mcg, intent.strength_mcg_per_ml, intent.site) = (dose_mcg, strength, Some(site));
        let asked = asked(story, &intent);
        asked
            .into_iter()
            .map(|(rule, _)| rule)
            .filter(|rule| rule.starts_with("D1") || *rule == "D2")
            .collect::<Vec<_>>()
    };
    story.gives("");
    for (dose, by_strength) in [
        (30, [vec!["D10"], vec![], vec![], vec!["D10"]]),
        (100, [vec![], vec![], vec![], vec!["D10"]]),
        (250, [vec![], vec![], vec![], vec![]]),
        (500, [vec![], vec![], vec!["D2"], vec![]]),
        (1000, [vec![], vec![], vec!["D1", "D2"], vec![]]),
        (1500, [vec![], vec![], vec!["D1", "D2"], vec![]]),
    ] {
        for (strength, expected) in [1000, 500, 100, 5000].into_iter().zip(by_strength) {
            assert_eq!(ask(&story, dose, strength, Site::LeftThigh), expected, "{dose} mcg of {strength} mcg/mL");
        }
    }
    // D10: 0.049 and 0.05 mL.
    assert_eq!(ask(&story, 49, 1000, Site::LeftThigh), ["D10"]);
    assert_eq!(ask(&story, 50, 1000, Site::LeftThigh), [""; 0]);
    // D2: 1 mL is a deltoid's most, 3 mL a thigh's; D1: 5 mL is one injection's most.
    assert_eq!(ask(&story, 1000, 1000, Site::LeftDeltoid), [""; 0]);
    assert_eq!(ask(&story, 1001, 1000, Site::LeftDeltoid), ["D2"]);
    assert_eq!(ask(&story, 1500, 500, Site::RightGluteus), [""; 0], "3 mL");
    assert_eq!(ask(&story, 1501, 500, Site::RightGluteus), ["D2"]);
    assert_eq!(ask(&story, 500, 100, Site::LeftThigh), ["D2"], "5 mL");
    assert_eq!(ask(&story, 501, 100, Site::LeftThigh), ["D1", "D2"]);
}

/// D1: what the syringe holds may differ by a tenth and by 0.1 mL, whichever is less.
#[test]
fn the_volume_drawn_up_is_the_dose() {
    let story = Story::on("r01");
    let differs = |dose_mcg: u32, strength: u32, drawn: f64| {
        let mut intent = intent("2026-01-05");
        (intent.dose_mcg, intent.strength_mcg_per_ml, intent.drawn_ml) = (dose_mcg, strength, Some(drawn));
        intent.site = Some(Site::LeftThigh);
        asked(&story, &intent).contains(&("D1", Tier::Stop))
    };
    for (dose, strength, drawn, expected) in [
        (1000, 1000, 1.0, false),
        (1000, 1000, 1.1, false),
        (1000, 1000, 1.11, true),
        (1000, 1000, 0.9, false),
        (1000, 1000, 0.89, true),
        // The wrong vial: what would be right for 500 mcg/mL.
        (1000, 1000, 2.0, true),
        // Less than 1 mL: a tenth counts.
        (100, 1000, 0.11, false),
        (100, 1000, 0.112, true),
        (250, 1000, 0.225, false),
        (250, 1000, 0.22, true),
        // More than 1 mL: 0.1 mL counts.
        (1500, 500, 3.1, false),
        (1500, 500, 3.11, true),
        (1000, 500, 1.9, false),
        (1000, 500, 1.89, true),
    ] {
        assert_eq!(differs(dose, strength, drawn), expected, "{drawn} mL for {dose} mcg of {strength} mcg/mL");
    }
    // What was drawn up is what a site must hold.
    let mut more = intent("2026-01-05");
    more.drawn_ml = Some(1.05);
    assert_eq!(asked(&story, &more), [("D2", Tier::Reason)]);
}

/// D7: a multi-dose vial is good for 28 days.
#[test]
fn an_opened_vial_at_its_boundaries() {
    let story = Story::on("r01");
    let ask = |opened: &str| asked(&story, &Intent { opened: Some(day(opened)), ..intent("2026-01-05") });
    assert_eq!(ask("2026-01-05"), NONE, "opened today");
    assert_eq!(ask("2025-12-08"), NONE, "28 days");
    assert_eq!(ask("2025-12-07"), [("D7", Tier::Reason)], "29 days");
    assert_eq!(ask("2026-01-06"), [("D7", Tier::Stop)], "opened after the injection");
}

/// T9: the same dose of the same product on one day was typed twice; another one is T6 alone.
#[test]
fn a_dose_typed_twice() {
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    assert_eq!(asked(&story, &intent("2026-01-05")), [("T6", Tier::Stop), ("T9", Tier::Stop)]);
    let other = Intent { strength_mcg_per_ml: 500, site: Some(Site::LeftThigh), ..intent("2026-01-05") };
    assert_eq!(asked(&story, &other), [("STRENGTH", Tier::Note), ("T6", Tier::Stop)]);
    assert_eq!(asked(&story, &intent("2026-01-07")), NONE);
}

/// T6: one day apart where doses come on alternate days, two where the Dutch give twice a week; a daily dose is not early.
#[test]
fn gaps_in_loading() {
    for (regimen, given, on, expected) in [
        ("r02", "2026-01-05", "2026-01-06", vec![("T6", Tier::Reason)]),
        ("r02", "2026-01-05", "2026-01-07", vec![]),
        ("r16", "2026-01-05", "2026-01-07", vec![("T6", Tier::Reason)]),
        ("r16", "2026-01-05", "2026-01-08", vec![]),
        ("r16", "2026-01-05 08", "2026-01-10", vec![("T6", Tier::Reason)]),
        ("r16", "2026-01-05 08", "2026-01-11", vec![("T7", Tier::Note)]),
        ("r16", "2026-01-05 08", "2026-01-12", vec![]),
        ("r09", "2026-01-05", "2026-01-06", vec![]),
    ] {
        let mut story = Story::on(regimen);
        story.gives(given);
        let mut intent = intent(on);
        intent.drug = story.course(on).order.unwrap().1.drug;
        assert_eq!(asked(&story, &intent), expected, "{regimen} after {given} on {on}");
    }
}

/// T5: a missed dose is never made up by more than the planned dose; up to 1,000 mcg it asks for a reason.
#[test]
fn a_missed_dose_is_no_double_dose() {
    let mut r04 = Story::on("r04");
    r04.gives("2026-01-05 07 09 11 13 15 17");
    let ask = |dose_mcg| asked(&r04, &Intent { dose_mcg, site: Some(Site::LeftThigh), ..intent("2026-01-24") });
    assert_eq!(ask(250), NONE);
    assert_eq!(ask(500), [("DOSE", Tier::Reason)]);
    assert_eq!(ask(1000), [("DOSE", Tier::Reason)]);
    assert_eq!(ask(1001), [("T5", Tier::Stop)]);
}

/// T10: after death nothing is given; what was given before may still be recorded.
#[test]
fn nothing_is_given_after_death() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05");
    story.turns("2026-01-08", Turn::Died);
    let ask = |on: &str| {
        let course = story.course("2026-01-20");
        let checks = check(&course, &story.practice, &intent(on));
        checks.into_iter().any(|c| (c.rule.as_str(), c.tier) == ("T10", Some(Tier::Stop)))
    };
    assert!(ask("2026-01-09"));
    assert!(!ask("2026-01-07"));
    let (_, given) = story.course("2026-01-20").given().next().map(|(s, g)| (s.clone(), g.clone())).unwrap();
    let moved = |on: &str| {
        let now = Given { on: day(on), ..given.given.clone() };
        correct(&story.chart(), &story.practice, day("2026-01-20"), (given.entry, now), "other day")
    };
    assert!(moved("2026-01-09").is_err_and(|w| w.words.contains("death")));
    assert!(moved("2026-01-08").is_ok_and(|w| w.given.against().is_empty()));
}

/// D5: what the label gives, and never into a vein, but for mecobalamin.
#[test]
fn routes_of_the_label() {
    let us = Story::on("r08");
    let ask = |story: &Story, change: &dyn Fn(&mut Intent)| {
        let mut intent = Intent { dose_mcg: 100, site: None, ..intent("2026-01-05") };
        intent.drug = story.course("2026-01-05").order.unwrap().1.drug;
        intent.dose_mcg = story.course("2026-01-05").next_dose().unwrap().dose_mcg;
        change(&mut intent);
        asked(story, &intent).into_iter().filter(|(rule, _)| *rule == "D5").map(|(_, tier)| tier).collect::<Vec<_>>()
    };
    assert_eq!(ask(&us, &|i| i.route = Route::Sc), [Tier::Stop], "US hydroxocobalamin is IM only");
    assert_eq!(ask(&us, &|i| i.route = Route::Im), []);
    assert_eq!(ask(&us, &|i| (i.route, i.label_routes) = (Route::Iv, None)), [Tier::Stop]);
    let japan = Story::on("r20a");
    assert_eq!(ask(&japan, &|i| (i.route, i.label_routes) = (Route::Iv, Some(vec![Route::Im, Route::Iv]))), []);
}

/// A sore site is not suggested and asks for a reason until its day; then it is as good as any.
#[test]
fn a_sore_site_is_left_alone() {
    let mut story = Story::on("r01");
    let until = leave_alone_until(&story.practice, day("2026-01-05"));
    assert_eq!(until, day("2026-02-02"), "four weeks");
    let sore = Some(SoreSite { site: Site::RightDeltoid, until: day("2026-01-09") });
    story.act(Act::Given(Given { site: Some(Site::LeftDeltoid), sore, ..story.given(day("2026-01-05")) }));
    let suggest = |today: &str| suggest_site(&story.course(today), &story.practice, Route::Im, 1.0);
    assert_eq!(suggest("2026-01-08"), Some(Site::LeftDeltoid), "the other arm is sore");
    assert_eq!(suggest("2026-01-09"), Some(Site::RightDeltoid), "from its day on it is the one not used for longest");
    let at = |on: &str| asked(&story, &Intent { site: Some(Site::RightDeltoid), ..intent(on) });
    assert!(at("2026-01-08").contains(&("SITE", Tier::Reason)));
    assert!(!at("2026-01-09").iter().any(|(rule, _)| *rule == "SITE"));
}

#[test]
fn the_needle_does_not_go_into_the_sore_site() {
    let sore = Some(SoreSite { site: Site::LeftDeltoid, until: day("2026-02-02") });
    assert_eq!(into_sore(&practice(), Some(Site::LeftDeltoid), sore).and_then(|c| c.tier), Some(Tier::Reason));
    assert_eq!(into_sore(&practice(), Some(Site::RightDeltoid), sore), None);
    assert_eq!(into_sore(&practice(), Some(Site::LeftDeltoid), None), None);
    assert_eq!(into_sore(&practice(), None, sore), None);
}

#[test]
fn the_last_four_sites_the_latest_first() {
    let mut story = Story::on("r01");
    for (on, site) in [
        ("2026-01-05", Site::LeftDeltoid),
        ("2026-01-07", Site::RightDeltoid),
        ("2026-01-09", Site::LeftThigh),
        ("2026-01-12", Site::RightThigh),
        ("2026-01-14", Site::LeftDeltoid),
    ] {
        story.act(Act::Given(Given { site: Some(site), ..story.given(day(on)) }));
    }
    let used: Vec<_> =
        last_sites(&story.course("2026-01-15")).into_iter().map(|(s, on)| (s.name(), on.to_string())).collect();
    let expected = [
        ("left-deltoid", "2026-01-14"),
        ("right-thigh", "2026-01-12"),
        ("left-thigh", "2026-01-09"),
        ("right-deltoid", "2026-01-07"),
    ];
    assert_eq!(used, expected.map(|(site, on)| (site, on.to_owned())));
}

/// After a late dose the plan goes on from the day given, or back to its calendar; the days of both are known before.
#[test]
fn both_ways_on_after_a_late_dose() {
    let mut story = Story::from(practice(), "r12", "2026-01-05", None);
    story.gives("2026-01-05");
    let ahead = |next_from| {
        let mut then = story.clone();
        then.act(Act::Given(Given { next_from, ..story.given(day("2026-01-14")) }));
        then.course("2026-01-14").ahead(2)
    };
    assert_eq!(ahead(NextFrom::DayGiven), days("2026-01-21 28"));
    // 19 January is 5 days away, and the needle would ask why: less than three quarters of the week (T6).
    assert_eq!(ahead(NextFrom::Calendar), days("2026-01-26 02-02"));
    assert_eq!(story.course("2026-01-14").ahead(0), days(""));
}

#[test]
fn a_correction_is_held_to_the_vial_too() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05");
    let course = story.course("2026-01-08");
    let (_, given) = course.given().next().unwrap();
    let says = |change: &dyn Fn(&mut Given)| {
        let mut now = given.given.clone();
        change(&mut now);
        correct(&story.chart(), &story.practice, day("2026-01-08"), (given.entry, now), "looked")
            .err()
            .map(|impossible| impossible.words)
            .unwrap_or_default()
    };
    assert_eq!(says(&|g| g.drawn_ml = Some(1.1)), "");
    assert!(says(&|g| g.drawn_ml = Some(1.2)).contains("(D1)"));
    assert!(says(&|g| g.opened = Some(day("2026-01-06"))).contains("(D7)"));
    assert_eq!(says(&|g| g.opened = Some(day("2026-01-05"))), "");
    let sore = |until: &str| Some(SoreSite { site: Site::LeftThigh, until: day(until) });
    assert!(says(&|g| g.sore = sore("2026-01-05")).contains("sore"));
    assert_eq!(says(&|g| g.sore = sore("2026-01-06")), "");
}

fn milder_potassium() -> Story {
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    story.checks("2026-01-06", &["potassium=3.2 mmol/L"]);
    story
}

#[test]
fn a_potassium_that_is_low_is_asked_about_at_the_needle() {
    let mut story = milder_potassium();
    assert_eq!(asked(&story, &intent("2026-01-07")), [("L2", Tier::Reason)]);
    assert!(held(&story.course("2026-01-07"), &story.practice).is_none());
    story.checks("2026-01-07", &["potassium=2.8 mmol/L"]);
    assert_eq!(asked(&story, &intent("2026-01-07")), [("L2", Tier::Stop)]);
    assert_eq!(held(&story.course("2026-01-07"), &story.practice).unwrap().rule, "L2");
}

#[test]
fn a_list_says_that_the_next_dose_is_stopped_and_what_is_told_today() {
    let row = |story: &Story, on: &str| Row::of(&story.chart(), &story.practice, day(on)).unwrap();
    let stops = |row: &Row| row.stops(&row.items[0]).map(str::to_owned);
    let mut story = milder_potassium();
    let milder = row(&story, "2026-01-07");
    assert_eq!((stops(&milder), milder.to_tell()), (None, Some(Tell::LowPotassium)));
    // It is on the list of a day on which no dose is, before what is not late.
    let roll = Roll::of([milder]);
    let labels = |roll: &Roll, on: &str| -> Vec<String> {
        roll.worklist(day(on), 0).iter().map(|task| roll.owed(task).unwrap().item.label).collect()
    };
    assert_eq!(labels(&roll, "2026-01-06"), ["Low potassium: tell the prescriber today"]);
    assert!(labels(&roll, "2026-01-07").contains(&"Dose 2 of 6".to_owned()), "its own line is marked");
    assert!(!labels(&roll, "2026-01-07").iter().any(|label| label.contains("tell")));
    // A list of courses that are at hand says the same.
    assert_eq!(
        Row::from_course(&story.course("2026-01-07"), &story.practice.knowledge),
        Some(row(&story, "2026-01-07"))
    );
    story.checks("2026-01-07", &["potassium=2.8 mmol/L"]);
    assert_eq!(stops(&row(&story, "2026-01-07")).as_deref(), Some("potassium"));
    story.checks("2026-01-08", &["potassium=4.1 mmol/L"]);
    let well = row(&story, "2026-01-08");
    assert_eq!((stops(&well), well.to_tell()), (None, None));
    story.act(Act::Registered(Person { allergies: Allergies::Known(vec!["vitamin B-12".to_owned()]), ..person() }));
    assert_eq!(stops(&row(&story, "2026-01-08")).as_deref(), Some("allergy"));
    assert_eq!(held(&story.course("2026-01-08"), &story.practice).unwrap().rule, "D9");
}

#[test]
fn weak_kidneys_speak_against_cyanocobalamin_from_the_list_to_the_needle() {
    let renal = Triage { cautions: vec!["renal".to_owned()], ..triage() };
    let mut story = Story::new(practice());
    story.act(Act::Triaged(renal.clone()));
    let ranked = fit::rank(&story.practice, &renal);
    let of = |id: &str| ranked.iter().find(|f| f.regimen.id.starts_with(id)).unwrap();
    assert!(of("r09").against.iter().any(|a| a.rule == Some("RENAL") && a.words.contains("aluminium")));
    assert!(of("r01").because.iter().any(|b| b.contains("preferred in severe kidney disease")));
    let found = |id: &str| {
        let order = order(&story.practice, id, "2026-01-05", None);
        let found = signing::order(&story.course("2026-01-05"), &story.practice, &order);
        found.into_iter().map(|f| (f.rule, f.tier)).filter(|(rule, _)| rule == "RENAL").collect::<Vec<_>>()
    };
    assert_eq!(found("r09"), [("RENAL".to_owned(), Tier::Reason)]);
    assert_eq!(found("r01"), []);
    let course = story.course("2026-01-05");
    let said = cautions(course.triage.as_ref(), course.person.as_ref(), &story.practice);
    assert_eq!(said, ["Severe kidney disease"]);
    story.orders("r09", "2026-01-05", None);
    let cyano = Intent { drug: Drug::Cyanocobalamin, ..intent("2026-01-05") };
    assert_eq!(asked(&story, &cyano), [("RENAL", Tier::Note)]);
}

/// The practice is closed on Saturday and Sunday.
#[test]
fn lists_count_a_delay_from_the_day_on_which_the_patient_was_to_come() {
    let late = |story: &Story, on: &str| {
        let roll = Roll::of([Row::of(&story.chart(), &story.practice, day(on)).unwrap()]);
        let all = roll.worklist(day(on), 7);
        let dose = all.into_iter().find(|task| task.kind == Kind::Dose).unwrap();
        (dose.due.to_string(), dose.visit.to_string(), dose.days_late)
    };
    let told = |due: &str, visit: &str, late| (due.to_owned(), visit.to_owned(), late);
    let mut story = Story::from(weekday_practice(), "r02", "2026-01-05", None);
    // Alternate days from Friday 9 January: Sunday 11, so Monday 12.
    story.gives("2026-01-05 07 09");
    assert_eq!(late(&story, "2026-01-12"), told("2026-01-11", "2026-01-12", 0));
    assert_eq!(story.course("2026-01-12").next_dose().unwrap().state, DoseState::Due);
    assert_eq!(late(&story, "2026-01-13"), told("2026-01-11", "2026-01-12", 2));
    // Tried again on Thursday: not late on Wednesday, late on Friday.
    story.not_given("2026-01-12", WhyNot::Missed, Some("2026-01-15"));
    assert_eq!(late(&story, "2026-01-14"), told("2026-01-11", "2026-01-15", -1));
    assert_eq!(late(&story, "2026-01-16"), told("2026-01-11", "2026-01-15", 5));
    // After a pause the needle counts as the list does.
    let mut paused = Story::on("r01");
    paused.gives(LOADED);
    paused.turns("2026-04-10", Turn::Paused { until: day("2026-05-18") });
    assert_eq!(late(&paused, "2026-05-25").2, 7);
    let words: Vec<_> = check(&paused.course("2026-05-25"), &paused.practice, &intent("2026-05-25"))
        .into_iter()
        .map(|c| c.words)
        .filter(|words| words.contains("late"))
        .collect();
    assert!(words[0].starts_with("paused until Mon 18 May 2026, 7 days late"), "{words:?}");
}

/// D9: the words of an allergy are looked at as words; a date or a strength among them is no vitamin.
#[test]
fn an_allergy_is_to_the_vitamin_only_where_it_is_named() {
    use cobalog::clinic::rights::allergic;
    for (said, vitamin) in [
        ("cobalt", Some("cobalt")),
        ("Kobalt (Kontaktekzem)", Some("kobalt")),
        ("rash after hydroxocobalamin", Some("cobalamin")),
        ("Hydroxocobalamine", Some("cobalamin")),
        ("B12", Some("b12")),
        ("vitamin b-12 injection", Some("b12")),
        ("VitB12", Some("b12")),
        ("vitamin B 12", Some("b12")),
        ("penicillin, rash Feb 12", None),
        ("rash on tab 12.5 mg carvedilol", None),
        ("hepatitis B 12/2020 vaccine", None),
        ("nickel", None),
    ] {
        let person = Person { allergies: Allergies::Known(vec![said.to_owned()]), ..person() };
        assert_eq!(allergic(Some(&person), &practice().knowledge), vitamin, "{said}");
    }
}

/// A day that was agreed before the dose is due does not bring the patient to a closed door.
#[test]
fn an_agreed_day_before_the_due_day_keeps_the_open_day() {
    let mut story = Story::from(weekday_practice(), "r01", "2026-01-05", None);
    story.gives("2026-01-05 07 09 12 14 19");
    // Due on Sunday 19 April; the next open day is Monday.
    let slot = |story: &Story| story.course("2026-04-15").next_dose().map(|s| (s.due, s.visit)).unwrap();
    assert_eq!(slot(&story), (day("2026-04-19"), day("2026-04-20")));
    story.not_given("2026-04-15", WhyNot::Held, Some("2026-04-16"));
    assert_eq!(slot(&story), (day("2026-04-19"), day("2026-04-20")));
    story.not_given("2026-04-15", WhyNot::Held, Some("2026-04-22"));
    assert_eq!(slot(&story), (day("2026-04-19"), day("2026-04-22")));
}

/// The banner as somebody wrote it, and the cause, mean the caution that the library says.
#[test]
fn leber_in_the_banner_or_as_the_cause_bars_cyanocobalamin() {
    let barred = |caution: Option<&str>, cause: &str| {
        let person = Person { caution: caution.map(str::to_owned), ..person() };
        let triage = Triage { cause: cause.to_owned(), ..triage() };
        let by = |drug| barred_for(Some(&triage), Some(&person), &practice(), drug).map(|c| c.id.clone());
        assert_eq!(by(Drug::Hydroxocobalamin), None);
        by(Drug::Cyanocobalamin)
    };
    for said in ["Known LHON", "brother has Leber's disease"] {
        assert_eq!(barred(Some(said), "diet").as_deref(), Some("leber"), "{said}");
    }
    assert_eq!(barred(None, "leber").as_deref(), Some("leber"));
    assert_eq!(barred(Some("anticoagulated"), "diet"), None);
}

/// A caution that bars a form stops it: its rule is in the library, and is a stop.
#[test]
fn what_bars_a_form_is_a_stop() {
    let knowledge = practice().knowledge;
    for caution in knowledge.cautions().iter().filter(|c| !c.bars.is_empty() || c.excipient.is_some()) {
        let rule = knowledge.rule(caution.rule());
        assert_eq!((rule.id.as_str(), rule.tier), (caution.rule(), Tier::Stop), "{}", caution.id);
    }
    for caution in knowledge.cautions() {
        assert!(caution.in_banner.iter().all(|word| *word == word.to_lowercase()), "{}", caution.id);
        assert!(caution.causes.iter().all(|cause| knowledge.cause(cause).is_some()), "{}", caution.id);
    }
    // One that nobody knows would stop too.
    assert_eq!(knowledge.rule("no such rule").tier, Tier::Stop);
}
