//! The rights at the needle, at their boundaries.

use super::kit::*;
use cobalog::clinic::drug::{Drug, Route, Site};
use cobalog::clinic::entry::{Act, WhyNot};
use cobalog::clinic::findings::Tier;
use cobalog::clinic::patient::{Allergies, Person};
use cobalog::clinic::rights::{Intent, check, suggest_site};

fn intent(on: &str) -> Intent {
    Intent {
        drawn_ml: None,
        opened: None,
        on: day(on),
        drug: Drug::Hydroxocobalamin,
        strength_mcg_per_ml: 1000,
        dose_mcg: 1000,
        route: Route::Im,
        site: Some(Site::LeftDeltoid),
        lot: Some("A1".to_owned()),
        expires: Some(day("2030-12-31")),
        label_routes: Some(vec![Route::Im]),
        excipients: Vec::new(),
    }
}

/// Returns the rules that ask, with how hard.
fn asked(story: &Story, intent: &Intent) -> Vec<(&'static str, Tier)> {
    let course = story.course(&intent.on.to_string());
    check(&course, &story.practice, intent).iter().filter_map(|c| Some((leaked(&c.rule), c.tier?))).collect()
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
        // T10: before the ordered start.
        ("r01", "", "2026-01-04", vec![("T10", Tier::Reason)]),
    ] {
        let mut story = Story::on(regimen);
        story.gives(given);
        let mut intent = intent(on);
        intent.drug = story.course(on).order.unwrap().1.drug;
        assert_eq!(asked(&story, &intent), expected, "{regimen} on {on}");
    }
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
    assert_eq!(allergic("penicillin", "benzyl alcohol"), NONE);
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
fn a_corrected_dose_cannot_stand_on_another_ones_day() {
    use cobalog::clinic::rights::correction;
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07");
    let course = story.course("2026-01-08");
    let (_, second) = course.given().nth(1).unwrap();
    let moved = |on: &str| {
        correction(
            &course,
            &story.practice,
            second.entry,
            &cobalog::clinic::entry::Given { on: day(on), ..second.given.clone() },
        )
    };
    assert!(moved("2026-01-05").is_some_and(|w| w.contains("another dose")));
    assert_eq!(moved("2026-01-06"), None);
    assert!(moved("2026-01-09").is_some_and(|w| w.contains("has not come yet")));
}
