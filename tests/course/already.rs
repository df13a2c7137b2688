//! What was given already: a stop stops the needle, not the record.

use super::kit::*;
use cobalog::clinic::decision::Turn;
use cobalog::clinic::drug::{Drug, Route, Site};
use cobalog::clinic::entry::{Act, EntryId, Given, Reason};
use cobalog::clinic::findings::Tier;
use cobalog::clinic::patient::{Allergies, Person};
use cobalog::clinic::rights::{self, Checked, Corrected, Intent};

const TODAY: &str = "2026-01-07";

fn intent(on: &str) -> Intent {
    Intent { site: Some(Site::LeftDeltoid), label_routes: Some(vec![Route::Im]), ..vial(on) }
}

/// The rules that stop, and whether the record may hold it all the same.
fn stops(story: &Story, intent: &Intent) -> Vec<(String, bool)> {
    let checks = rights::check(&story.course(TODAY), &story.practice, intent);
    checks.into_iter().filter(|c| c.tier == Some(Tier::Stop)).map(|c| (c.rule, c.of_fact)).collect()
}

fn of(rule: &str, of_fact: bool) -> Vec<(String, bool)> {
    vec![(rule.to_owned(), of_fact)]
}

#[test]
fn what_can_have_happened_is_told_from_what_cannot() {
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    let with = |change: &dyn Fn(&mut Intent)| {
        let mut intent = intent(TODAY);
        change(&mut intent);
        stops(&story, &intent)
    };
    assert_eq!(with(&|i| i.expires = Some(day("2026-01-06"))), of("D7", true));
    assert_eq!(with(&|i| i.opened = Some(day("2026-01-08"))), of("D7", false), "opened after the injection");
    assert_eq!(with(&|i| i.drug = Drug::Cyanocobalamin), of("D4", true));
    assert_eq!(with(&|i| i.label_routes = Some(vec![Route::Sc])), of("D5", true));
    assert_eq!(with(&|i| i.dose_mcg = 2000), of("T5", true));
    assert_eq!(with(&|i| i.dose_mcg = 5000), of("D3", true));
    assert_eq!(with(&|i| i.dose_mcg = 1), of("D3", false), "a thousandth of a millilitre was drawn up by nobody");
    assert_eq!(with(&|i| i.strength_mcg_per_ml = 0), of("D1", false), "a strength that nobody read");
    assert_eq!(with(&|i| i.strength_mcg_per_ml = 100), of("D1", true), "10 mL");
    assert_eq!(with(&|i| i.drawn_ml = Some(2.0)), of("D1", false), "the volume is not that of the dose");
    assert_eq!(with(&|i| i.on = day("2026-01-08")), of("T10", false), "tomorrow");
    assert_eq!(with(&|i| i.on = day("2026-01-04")), of("T10", true), "before the order, as another's word");
    let twice = [("T6".to_owned(), true), ("T9".to_owned(), true)];
    assert_eq!(with(&|i| i.on = day("2026-01-05")), twice);
    // Before birth nothing is given, whatever else could be true.
    assert!(with(&|i| i.on = day("1961-03-03")).contains(&("T10".to_owned(), false)));
    let mut allergic = story.clone();
    allergic.act(Act::Registered(Person { allergies: Allergies::Known(vec!["cobalt".to_owned()]), ..person() }));
    assert_eq!(stops(&allergic, &intent(TODAY)), of("D9", true));
    let mut low = story.clone();
    low.checks("2026-01-06", &["potassium=2.9 mmol/L"]);
    assert_eq!(stops(&low, &intent(TODAY)), of("L2", true));
    let mut ended = story.clone();
    ended.turns("2026-01-06", Turn::Stopped { recheck: day("2026-03-06") });
    assert_eq!(stops(&ended, &intent(TODAY)), of("PLAN", true));
    let mut dead = story.clone();
    dead.turns("2026-01-06", Turn::Died);
    assert_eq!(stops(&dead, &intent(TODAY)), of("T10", false));
    assert_eq!(stops(&Story::new(practice()), &intent(TODAY))[0], ("ORDER".to_owned(), false), "a plan comes first");
}

#[test]
fn what_was_given_already_asks_for_a_reason_and_what_cannot_be_stays_a_stop() {
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    let expired = Intent { expires: Some(day("2026-01-06")), drawn_ml: Some(2.0), ..intent(TODAY) };
    let checks = rights::check(&story.course(TODAY), &story.practice, &expired);
    assert!(rights::may_be_true(&checks));
    let asked = |checks: &[Checked]| {
        checks.iter().filter_map(|c| Some((leaked(&c.rule), c.tier?, c.of_fact))).collect::<Vec<_>>()
    };
    let given = rights::given_already(checks);
    assert_eq!(asked(&given), [("D1", Tier::Stop, false), ("D7", Tier::Reason, true), ("D2", Tier::Reason, false)]);
    assert!(!rights::may_be_true(&given));
}

/// A dose with a reason for each rule that it was given against.
fn against(story: &Story, on: &str, rules: &[&str]) -> Given {
    let reason = |rule: &&str| Reason { stop: true, ..Reason::new(rule, "two nurses; Dr Adebayo told") };
    Given { reasons: rules.iter().map(reason).collect(), ..story.given(day(on)) }
}

/// R01 gives on Mon 5, Wed 7, Fri 9, Mon 12, Wed 14, Fri 16 January: six doses two or three days apart.
#[test]
fn two_doses_on_one_day_count_as_two_and_the_rest_goes_on_from_that_day() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05");
    story.act(Act::Given(against(&story, "2026-01-05", &["T6", "T9"])));
    let course = story.course("2026-01-06");
    assert_eq!(lines(&course), ["1 2026-01-05 given", "2 2026-01-07 early 2", "3 2026-01-07 planned"]);
    assert_eq!(owed(&course)[..4], days("2026-01-07 10 12 14")[..], "four are left, counted from Monday");
    assert!(!rules(&course).contains(&"T9"), "the reason is in the record");
    // Two that nobody told apart are a riddle still.
    let mut riddle = Story::on("r01");
    riddle.gives("2026-01-05 05");
    assert!(rules(&riddle.course("2026-01-06")).contains(&"T9"));
    riddle.act(Act::Given(against(&riddle, "2026-01-05", &["T6", "T9"])));
    assert!(rules(&riddle.course("2026-01-06")).contains(&"T9"), "a third one solves none");
}

#[test]
fn a_second_dose_in_maintenance_moves_the_next_one_by_nothing() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07 09 12 14 16 04-16");
    let before = owed(&story.course("2026-04-17"))[0];
    story.act(Act::Given(against(&story, "2026-04-16", &["T6", "T9"])));
    assert_eq!(before, day("2026-07-16"));
    assert_eq!(owed(&story.course("2026-04-17"))[0], before, "3 months after the day of both");
}

/// Weighs a correction of a dose; today is 20 January.
fn corrected(story: &Story, entry: EntryId, change: &dyn Fn(&mut Given)) -> Result<Corrected, String> {
    let course = story.course("2026-01-20");
    let (_, given) = course.given().find(|(_, g)| g.entry == entry).unwrap();
    let mut now = given.given.clone();
    change(&mut now);
    rights::correct(&story.chart(), &story.practice, day("2026-01-20"), (entry, now), "read the vial again; Dr A told")
        .map_err(|impossible| impossible.words)
}

#[test]
fn a_correction_holds_what_happened_with_its_reason() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07");
    let entry = story.entries.last().unwrap().id;
    let marked = |change: &dyn Fn(&mut Given)| {
        let weighed = corrected(&story, entry, change).unwrap();
        assert!(weighed.given.reasons.iter().all(|r| r.stop && r.because == "read the vial again; Dr A told"));
        weighed.given.against().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(marked(&|g| g.expires = Some(day("2026-01-06"))), ["D7"]);
    assert_eq!(marked(&|g| g.dose_mcg = 2000), ["T5"]);
    assert_eq!(marked(&|g| g.dose_mcg = 6000), ["D8", "D3", "D1"], "an incident too");
    assert_eq!(marked(&|g| g.drug = Drug::Cyanocobalamin), ["D4"]);
    assert_eq!(marked(&|g| g.route = Route::Iv), ["D5"]);
    assert_eq!(marked(&|g| g.on = day("2026-01-05")), ["T6", "T9"]);
    assert_eq!(marked(&|g| g.lot = Some("B2".to_owned())), [""; 0], "a lot goes against nothing");
    let refused = |change: &dyn Fn(&mut Given)| corrected(&story, entry, change).unwrap_err();
    assert!(refused(&|g| g.dose_mcg = 1).contains("(D3)"));
    assert!(refused(&|g| g.opened = Some(day("2026-01-08"))).contains("(D7)"));
    assert!(refused(&|g| g.on = day("1961-03-03")).contains("birth"));
}

#[test]
fn a_correction_back_takes_the_mark_away() {
    let mut story = Story::on("r01");
    let expired = Given { expires: Some(day("2026-01-04")), ..against(&story, "2026-01-05", &["D7"]) };
    let entry = story.act(Act::Given(expired));
    let other_site = corrected(&story, entry, &|g| g.site = Some(Site::LeftThigh)).unwrap();
    assert_eq!(other_site.given.against(), ["D7"], "what is still so stays");
    let in_date = corrected(&story, entry, &|g| g.expires = Some(day("2028-01-31"))).unwrap();
    assert_eq!(in_date.given.reasons, []);
}

/// Item of the week: half a dose passed the correction without a word.
#[test]
fn a_correction_brings_up_what_the_prompt_would_have_asked() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07 09");
    let entry = story.entries[story.entries.len() - 2].id;
    let brings = |change: &dyn Fn(&mut Given)| {
        let brings = corrected(&story, entry, change).unwrap().brings;
        brings.into_iter().map(|c| (leaked(&c.rule), c.tier.unwrap(), c.of_fact)).collect::<Vec<_>>()
    };
    assert_eq!(brings(&|g| g.dose_mcg = 500), [("DOSE", Tier::Reason, false)]);
    assert_eq!(brings(&|g| g.dose_mcg = 2000), [("T5", Tier::Reason, true)]);
    assert_eq!(brings(&|g| g.on = day("2026-01-06")), [("T6", Tier::Reason, false)], "the day after the first");
    assert_eq!(brings(&|g| g.site = Some(Site::LeftThigh)), []);
    // A plan of today is no measure of a dose of then.
    let mut spaced = story.clone();
    spaced.orders("r09", "2026-01-19", None);
    let weighed = corrected(&spaced, entry, &|g| g.site = Some(Site::LeftThigh)).unwrap();
    assert_eq!(weighed.brings, []);
}

#[test]
fn what_came_after_a_dose_is_told_before_the_next_one() {
    let mut story = Story::on("r01");
    for (on, reaction) in
        [("2026-01-05", Some("hives, gone in 1 h")), ("2026-01-07", None), ("2026-01-09", Some("faint"))]
    {
        story.act(Act::Given(Given { reaction: reaction.map(str::to_owned), ..story.given(day(on)) }));
    }
    let told = |on: &str| {
        let checks = rights::check(&story.course("2026-01-12"), &story.practice, &intent(on));
        checks.into_iter().find(|c| c.rule == "AFTER").map(|c| (c.tier, c.words))
    };
    let words = "after the dose of Fri 09 Jan 2026: faint; of Mon 05 Jan 2026: hives, gone in 1 h";
    assert_eq!(told("2026-01-12"), Some((Some(Tier::Note), words.to_owned())));
    assert_eq!(told("2026-01-04"), None, "a dose that is recorded afterwards knew of none");
}
