//! The ways in which a course may turn: open, not now, closed; what is suggested; which day may be named.

use super::kit::*;
use cobalog::clinic::course::Course;
use cobalog::clinic::decision::{Answer, Review, Turn};
use cobalog::clinic::entry::Act;
use cobalog::clinic::findings::Tier;
use cobalog::clinic::interval::Interval;
use cobalog::clinic::patient::{Allergies, Person};
use cobalog::clinic::spacing::DenserPart;
use cobalog::clinic::triage::{MonitoringPlan, Neuro, Triage};
use cobalog::clinic::ways::{self, Gate, Offer, Way};
use cobalog::clinic::{fit, rights, signing, spacing};

const LOADING: &str = "2026-01-05 07 09 12 14 16";

fn kept() -> Story {
    let mut story = Story::on("r01");
    story.gives(LOADING);
    story
}

fn offer(course: &Course, way: Way) -> Offer {
    let offer = ways::offers(course, &practice()).into_iter().find(|o| o.way == way).unwrap();
    let told = offer.words.told("press ", |_, name| name.to_owned());
    assert!(!told.contains(['{', '}']), "every step has a name: {told}");
    offer
}

fn gate(course: &Course, way: Way) -> Gate {
    offer(course, way).gate
}

fn reviewed(story: &mut Story, on: &str) {
    let answer = |line: &cobalog::clinic::decision::ReviewLine| {
        (line.id.clone(), Answer { found: false, words: "looked".to_owned() })
    };
    let answers = practice().knowledge.review().iter().map(answer).collect();
    let by = "Dr Adebayo".to_owned();
    story.act(Act::Reviewed(Review { on: day(on), answers, red_flag: None, reviewed_by: by }));
}

#[test]
fn in_repletion_nothing_is_spaced_shortened_or_made_denser() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07");
    let course = story.course("2026-01-08");
    for way in [Way::Space, Way::Shorten, Way::Denser] {
        assert_eq!(gate(&course, way), Gate::Closed, "{way:?}");
    }
    assert_eq!(gate(&course, Way::Pause), Gate::Open);
}

#[test]
fn shorter_and_denser_wait_for_a_review_of_the_last_fortnight() {
    let mut story = kept();
    story.give("2026-04-16");
    let course = story.course("2026-05-01");
    for way in [Way::Shorten, Way::Denser] {
        assert_eq!(gate(&course, way), Gate::NotNow, "{way:?}");
        assert!(
            offer(&course, way).words.as_written().starts_with("E1: "),
            "{}",
            offer(&course, way).words.as_written()
        );
    }
    assert_eq!(offer(&course, Way::Shorten).every, Some(Interval::Months(2)));
    reviewed(&mut story, "2026-05-01");
    assert_eq!(gate(&story.course("2026-05-15"), Way::Shorten), Gate::Open);
    assert_eq!(gate(&story.course("2026-05-16"), Way::Shorten), Gate::NotNow, "after 14 days it is looked again");
}

#[test]
fn what_is_for_life_is_never_stopped_and_says_what_else() {
    let stop = offer(&kept().course("2026-05-01"), Way::Stop);
    assert_eq!(stop.gate, Gate::Closed);
    assert!(
        stop.words.as_written().starts_with("U4: ") && stop.words.as_written().contains("pause it"),
        "{}",
        stop.words.as_written()
    );
    let mut diet = Story::new(practice());
    let monitoring = MonitoringPlan { first: Interval::Weeks(3), symptoms: Vec::new(), labs: Vec::new() };
    diet.act(Act::Triaged(Triage::new("diet", monitoring)));
    assert_eq!(gate(&diet.course("2026-01-04"), Way::Stop), Gate::Closed, "nothing runs that could be stopped");
    diet.orders("r03", "2026-01-05", None);
    diet.gives(LOADING);
    assert_eq!(gate(&diet.course("2026-02-01"), Way::Stop), Gate::NotNow);
}

#[test]
fn after_an_end_only_what_needs_no_plan_is_open() {
    let mut story = kept();
    story.turns("2026-04-16", Turn::Oral { daily_mcg: 1000, recheck: day("2026-06-16") });
    let course = story.course("2026-05-01");
    for way in [Way::Space, Way::Shorten, Way::Denser, Way::Pause] {
        assert_eq!(gate(&course, way), Gate::Closed, "{way:?}");
        assert!(offer(&course, way).words.as_written().contains("On tablets since"));
    }
    assert_eq!((gate(&course, Way::Oral), gate(&course, Way::Decline)), (Gate::Open, Gate::Open));
    story.turns("2026-05-02", Turn::Died);
    let course = story.course("2026-05-03");
    assert!(Way::ALL.iter().all(|(way, _)| gate(&course, *way) == Gate::Closed));
    let plan = order(&practice(), "r01", "2026-05-04", None);
    let found = signing::order(&course, &practice(), &plan);
    assert!(found.iter().any(|f| f.rule == "T10" && f.tier == Tier::Stop), "{found:?}");
}

#[test]
fn findings_suggest_a_way_and_nothing_is_suggested_without_them() {
    let mut story = kept();
    let course = story.course("2026-02-01");
    assert_eq!(ways::suggested(&course, &practice(), &ways::offers(&course, &practice())), None);
    // P7: symptoms back in the last third of the interval, at two doses in a row.
    for on in ["2026-04-16", "2026-07-16"] {
        let look = cobalog::clinic::entry::Checked { returned_days: Some(14), ..story.look(on, &["fatigue=1"]) };
        story.act(Act::Checked(look));
        story.give(on);
    }
    let course = story.course("2026-07-20");
    let suggested = ways::suggested(&course, &practice(), &ways::offers(&course, &practice()));
    assert_eq!(suggested.unwrap().0, Way::Shorten, "{:?}", rules(&course));
}

#[test]
fn a_longer_interval_that_is_not_open_wants_a_reason() {
    let mut story = Story::from(practice(), "r01", "2026-01-05", Some("2 months"));
    story.gives(LOADING);
    let early = spacing::early(&story.course("2026-02-01"), &practice());
    assert_eq!(early.map(|f| (f.rule, f.tier)), Some(("SPACE".to_owned(), Tier::Reason)));
    assert!(spacing::early(&kept().course("2026-02-01"), &practice()).is_none(), "3 months are the longest step");
}

#[test]
fn the_day_of_a_turn_lies_ahead_and_a_pause_is_no_end() {
    let course = kept().course("2026-05-01");
    let on = |on: &str, turn: Turn| signing::day_again(&practice(), day(on), course.today, &turn);
    let stops = |turn: Turn| on("2026-05-01", turn).is_some_and(|f| f.tier == Tier::Stop);
    assert!(stops(Turn::Paused { until: day("2026-05-01") }) && stops(Turn::Declined { again: day("2026-04-30") }));
    assert!(!stops(Turn::Paused { until: day("2027-05-01") }) && stops(Turn::Paused { until: day("2027-05-02") }));
    assert!(!stops(Turn::Declined { again: day("2028-05-01") }) && !stops(Turn::Died));
    // Recorded afterwards: it is to lie ahead all the same, and counts from the day of the decision.
    let pause = |until: &str| Turn::Paused { until: day(until) };
    assert!(on("2026-04-01", pause("2026-05-01")).is_some() && on("2026-04-01", pause("2026-05-02")).is_none());
    assert!(on("2026-04-01", pause("2027-04-02")).is_some());
    let impossible = |on: &str| signing::day_of_change(&course, day(on), &Turn::Died).is_some();
    assert!(impossible("2026-05-02") && impossible("1960-01-01") && impossible("2026-01-15"));
    assert!(!impossible("2026-01-16") && !impossible("2026-05-01"));
}

#[test]
fn a_dose_within_a_pause_asks_for_a_reason() {
    let mut story = kept();
    story.turns("2026-04-10", Turn::Paused { until: day("2026-05-18") });
    let asks = |today: &str| {
        let course = story.course(today);
        let intent = rights::Intent {
            on: day(today),
            drug: cobalog::clinic::drug::Drug::Hydroxocobalamin,
            strength_mcg_per_ml: 1000,
            dose_mcg: 1000,
            drawn_ml: None,
            route: cobalog::clinic::drug::Route::Im,
            site: None,
            lot: None,
            expires: None,
            opened: None,
            label_routes: None,
            excipients: Vec::new(),
        };
        let checks = rights::check(&course, &practice(), &intent);
        checks.iter().any(|c| c.rule == "PLAN" && c.tier == Some(Tier::Reason) && c.words.contains("Paused until"))
    };
    assert!(asks("2026-05-17") && !asks("2026-05-18"));
}

#[test]
fn nerves_make_a_pause_and_tablets_doubtful() {
    let mut story = Story::new(practice());
    story.act(Act::Triaged(Triage { neuro: Neuro::Moderate, ..triage() }));
    story.orders("r02", "2026-01-05", None);
    story.gives("2026-01-05 07");
    let course = story.course("2026-01-08");
    assert_eq!((gate(&course, Way::Pause), gate(&course, Way::Oral)), (Gate::NotNow, Gate::NotNow));
    assert!(offer(&course, Way::Oral).words.as_written().starts_with("U2: "));
}

#[test]
fn the_same_allergen_by_mouth_is_no_way_out() {
    let mut story = kept();
    story.act(Act::Registered(Person {
        allergies: Allergies::Known(vec!["cyanocobalamin (hives)".to_owned()]),
        ..person()
    }));
    let course = story.course("2026-04-16");
    let tablets = offer(&course, Way::Oral);
    assert_eq!(tablets.gate, Gate::Closed);
    let words = tablets.words.as_written();
    assert!(words.starts_with("STOP. D9: By mouth too: allergy to cobalamin is recorded."), "{words}");
    let turn = Turn::Oral { daily_mcg: 1000, recheck: day("2026-07-16") };
    let found = signing::change(&course, &story.practice, &turn);
    assert_eq!((found[0].rule.as_str(), found[0].tier), ("D9", Tier::Stop));
    // Taken over from a list all the same: the chart says so until it is mended.
    story.turns("2026-04-16", turn);
    assert!(story.course("2026-04-17").findings.iter().any(|f| f.rule == "D9" && f.tier == Tier::Stop));
    // The order of the same vitamin is stopped when it is signed too, and ranks behind.
    let order = order(&story.practice, "r01", "2026-04-20", None);
    let found = signing::order(&course, &story.practice, &order);
    assert!(found.iter().any(|f| f.rule == "D9" && f.tier == Tier::Stop));
    let ranked = fit::rank_for(&story.practice, &triage(), course.person.as_ref());
    assert!(ranked.iter().all(|f| f.against.iter().any(|a| a.rule == Some("D9"))));
}

#[test]
fn neurologic_involvement_speaks_against_tablets() {
    let gate_of = |triage: Triage| {
        let mut story = kept();
        story.act(Act::Triaged(triage));
        let course = story.course("2026-04-16");
        let turn = Turn::Oral { daily_mcg: 1000, recheck: day("2026-07-16") };
        let rules: Vec<_> =
            signing::change(&course, &story.practice, &turn).into_iter().map(|f| (f.rule, f.tier)).collect();
        (gate(&course, Way::Oral), rules)
    };
    assert_eq!(gate_of(triage()), (Gate::Open, vec![]));
    assert_eq!(
        gate_of(Triage { neuro: Neuro::Mild, ..triage() }),
        (Gate::NotNow, vec![("ORAL".to_owned(), Tier::Reason)])
    );
    let advised = (Gate::NotNow, vec![("U2".to_owned(), Tier::Reason)]);
    assert_eq!(gate_of(Triage { neuro: Neuro::Moderate, ..triage() }), advised);
    assert_eq!(gate_of(Triage { visual: true, ..triage() }), advised);
    let leber = Triage { cautions: vec!["leber".to_owned()], ..triage() };
    assert_eq!(gate_of(leber), (Gate::NotNow, vec![("D6".to_owned(), Tier::Reason)]));
}

/// What speaks against tablets, as `rule: text`, and the gate.
fn against_tablets(story: &Story, today: &str) -> (Gate, Vec<String>) {
    let course = story.course(today);
    let turn = Turn::Oral { daily_mcg: 1000, recheck: day("2026-12-16") };
    let found = signing::change(&course, &story.practice, &turn);
    assert!(found.iter().all(|f| f.tier == Tier::Reason), "{found:?}");
    (gate(&course, Way::Oral), found.into_iter().map(|f| format!("{}: {}", f.rule, f.text)).collect())
}

#[test]
fn tablets_ask_for_a_reason_where_the_cause_speaks_against_them() {
    let of = |cause: &str| {
        let mut story = kept();
        story.act(Act::Triaged(Triage { cause: cause.to_owned(), ..triage() }));
        against_tablets(&story, "2026-04-16")
    };
    let (gate, found) = of("total-gastrectomy");
    assert_eq!((gate, found.len()), (Gate::NotNow, 1), "{found:?}");
    assert_eq!(found[0], "ORAL: Total gastrectomy: tablets? No (NICE: injections for life).");
    for cause in ["ileal-resection", "bacterial-overgrowth", "inborn-error", "fish-tapeworm"] {
        assert_eq!(of(cause).0, Gate::NotNow, "{cause}");
    }
    for cause in ["autoimmune-gastritis", "diet", "metformin", "partial-gastrectomy-bariatric"] {
        assert_eq!(of(cause), (Gate::Open, vec![]), "{cause}: a published way, or a choice");
    }
}

#[test]
fn tablets_ask_for_a_reason_while_the_patient_is_not_well() {
    let mut story = kept();
    story.checks("2026-01-05", &["fatigue=3", "numbness=0", "haemoglobin=98 g/L"]);
    story.checks("2026-03-02", &["fatigue=1", "numbness=0", "haemoglobin=130 g/L", "mcv=90 fL"]);
    assert_eq!(against_tablets(&story, "2026-03-02"), (Gate::Open, vec![]));
    story.checks("2026-05-04", &["fatigue=3", "numbness=2", "haemoglobin=97 g/L", "mcv=108 fL"]);
    let (gate, found) = against_tablets(&story, "2026-05-04");
    assert_eq!((gate, found.len()), (Gate::NotNow, 1), "{found:?}");
    assert!(found[0].starts_with("ORAL: Tablets, though a neurologic symptom is new"), "{found:?}");
    assert!(found[0].ends_with("and the blood count is not normal."), "{found:?}");
    // Early in a cause for which tablets are given, a low count is what is treated.
    let mut diet = Story::new(practice());
    diet.act(Act::Triaged(Triage { cause: "diet".to_owned(), ..triage() }));
    diet.orders("r03", "2026-01-05", None);
    diet.gives("2026-01-05 07 09");
    diet.checks("2026-01-10", &["haemoglobin=104 g/L", "mcv=108 fL"]);
    assert_eq!(against_tablets(&diet, "2026-01-10"), (Gate::Open, vec![]));
}

#[test]
fn who_must_not_have_the_vitamin_is_taken_off_the_plan() {
    let allergic = |of: &str| {
        let mut story = kept();
        let allergies = Allergies::Known(vec![of.to_owned()]);
        story.act(Act::Registered(Person { allergies, ..person() }));
        story
    };
    let mut story = allergic("cobalt (anaphylaxis)");
    let stop = offer(&story.course("2026-04-16"), Way::Stop);
    assert_eq!(stop.gate, Gate::NotNow, "{}", stop.words.as_written());
    let turn = Turn::Stopped { recheck: day("2026-07-16") };
    let found = signing::change(&story.course("2026-04-16"), &story.practice, &turn);
    assert_eq!((found[0].rule.as_str(), found[0].tier), ("U4", Tier::Reason));
    // Benzyl alcohol is in some products only, Leber's bars one form: another product, another plan.
    assert_eq!(gate(&allergic("benzyl alcohol").course("2026-04-16"), Way::Stop), Gate::Closed);
    let mut leber = kept();
    leber.act(Act::Triaged(Triage { cautions: vec!["leber".to_owned()], ..triage() }));
    assert_eq!(gate(&leber.course("2026-04-16"), Way::Stop), Gate::Closed);
    // No product is without it: nobody is sent to look for one.
    let plan = order(&story.practice, "r01", "2026-04-20", None);
    let found = signing::order(&story.course("2026-04-16"), &story.practice, &plan);
    let todo = found.iter().find(|f| f.rule == "D9").unwrap().todo.as_written().to_owned();
    assert!(todo.starts_with("No injection: ") && todo.contains("Refer"), "{todo}");
    let held = rights::held(&story.course("2026-04-16"), &story.practice).unwrap();
    assert!(held.todo.as_written().starts_with("No injection: "), "{held:?}");
    // Untreated for life, nobody leaves the lists by being well once.
    story.turns("2026-04-16", turn);
    story.checks("2026-07-16", &["fatigue=0", "haemoglobin=130 g/L", "mcv=90 fL"]);
    let next = story.course("2026-07-17").next;
    assert!(matches!(&next, cobalog::clinic::course::Next::Decide(why) if why.contains("next recheck")), "{next:?}");
}

/// What cannot be recorded is said alike by every face: a pause of nothing, a turn after a death.
#[test]
fn a_turn_that_is_closed_says_why() {
    let why =
        |story: &Story, turn: Turn| ways::closed(&story.course("2026-05-01"), &turn).map(|t| t.as_written().to_owned());
    let pause = || Turn::Paused { until: day("2026-06-01") };
    assert_eq!(why(&kept(), pause()), None);
    let mut tablets = kept();
    tablets.turns("2026-04-20", Turn::Oral { daily_mcg: 1000, recheck: day("2026-06-20") });
    assert!(why(&tablets, pause()).unwrap().contains("({order})"));
    assert_eq!(why(&tablets, Turn::Stopped { recheck: day("2026-08-01") }), None, "tablets end too");
    let mut dead = kept();
    dead.turns("2026-04-20", Turn::Died);
    assert!(why(&dead, Turn::Died).unwrap().contains("({amend})"));
    let none = Story::new(practice());
    assert!(why(&none, pause()).is_some() && why(&none, Turn::Died).is_none());
}

#[test]
fn denser_doses_and_tablets_have_their_bounds() {
    let today = day("2026-05-01");
    let wrong = |doses, start: &str| spacing::denser_wrong(&practice(), today, doses, day(start)).map(|(part, _)| part);
    assert_eq!((wrong(60, "2026-05-01"), wrong(1, "2026-05-01")), (None, None));
    assert_eq!([wrong(0, "2026-05-01"), wrong(61, "2026-05-01")], [Some(DenserPart::Doses); 2]);
    assert_eq!(wrong(6, "2026-04-30"), Some(DenserPart::Start));
    let tablets = |mcg| signing::tablets_wrong(&practice(), mcg).is_some();
    assert!(tablets(9) && !tablets(10) && !tablets(5_000) && tablets(5_001));
}
