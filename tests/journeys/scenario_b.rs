//! Scenario B: pernicious anaemia. Repletion, maintenance, spaced by a step when it is seen to last, never finished.

use crate::kit::{Nurse, day};
use crate::scenarios::{
    LOADING, attention, begins_with, chooses, decides, gives, gives_first, gives_on, looks, looks_on, signs, triages,
};
use cobalog::clinic::course::{Next, Repletion};
use cobalog::clinic::interval::Interval;
use cobalog::clinic::response::Response;

const WHO: &str = "Marsh";

/// Every two months after the loading; eight weeks on, everything is in range.
fn well_at_eight_weeks(cause: &str) -> Nurse {
    let mut nurse = begins_with("Marsh", "Ada", "06051955");
    triages(&mut nurse, cause, "None", "Moderate: Hb", "2025");
    nurse.sees("(●) ✓ R01").goes_to("Maintenance").picks("every 2 months").sees("Mon 16 Mar, Sat 16 May");
    signs(&mut nurse);
    looks(&mut nurse, "3200001", &[("Hb", "98"), ("MCV", "112")]);
    gives_first(&mut nurse, WHO);
    let mut nurse = gives_on(nurse, WHO, &LOADING[1..4]);
    nurse.opens_chart(WHO);
    looks(&mut nurse, "", &[("Hb", "105"), ("MCV", "108"), ("Retics", "190")]);
    let nurse = gives_on(nurse, WHO, &LOADING[4..]);
    let nurse = looks_on(nurse, "2026-01-26", WHO, "1000000", &[]);
    looks_on(nurse, "2026-03-02", WHO, "0000000", &[("Hb", "131"), ("MCV", "92")])
}

/// The dose of March is given; in April it is seen that it lasts.
fn it_lasts(nurse: Nurse) -> Nurse {
    let nurse = gives_on(nurse, WHO, &["2026-03-16"]);
    let nurse = looks_on(nurse, "2026-04-05", WHO, "0000000", &[]);
    looks_on(nurse, "2026-04-16", WHO, "0000000", &[("Hb", "133")])
}

#[test]
fn spaced_when_it_is_seen_to_last_and_not_before() {
    let mut nurse = well_at_eight_weeks("Malabsorption: Autoimmune");
    assert_eq!(nurse.course(WHO).response, Response::Resolved);
    // Full stores and a good answer are not enough.
    nurse.press("4").sees("May it be spaced now?").sees("Not now");
    nurse.sees("Not now: \"Does it last? Before spacing further\" is still to").sees("come, Thu 16 Apr 2026");
    let entries = nurse.entries(WHO);
    nurse.follows("d Change");
    chooses(&mut nurse, "Way", "Space to every 3 months");
    nurse.sees("Not now").press("F2").sees("Reason SPACE");
    decides(&mut nurse, "well");
    nurse.press("F2").sees("say why it is right here").sees_no("Saved");
    assert_eq!(nurse.entries(WHO), entries);
    nurse.press("Esc Esc t");
    let mut nurse = it_lasts(nurse);
    nurse.press("4").sees("Yes, to every 3 months: a prescriber decides and signs");
    nurse.follows("d Change").sees("(●) Space to every 3 months").sees("Suggested: it may be spaced now").press("F2");
    nurse.sees("As it is").sees("Sat 16 May 2026").sees("After this").sees("Tue 16 Jun 2026");
    decides(&mut nurse, "well and stable");
    nurse.press("F2").sees("Saved: Ordered").press("1").sees("Plan before");
    let course = nurse.course(WHO);
    let (_, order) = course.order.clone().unwrap();
    assert_eq!((order.phases[0].interval(), order.reasons.len()), (Some(Interval::Months(3)), 0));
    assert_eq!(course.ghosts[..2], [day("2026-05-16"), day("2026-07-16")]);
    assert_eq!(course.next_dose().unwrap().due, day("2026-06-16"));
    goes_on(nurse);
}

/// Given on the longer interval, looked at again, and at the end of the ladder.
fn goes_on(nurse: Nurse) {
    let mut nurse = nurse.comes_back("2026-05-16");
    assert!(
        !nurse.lines().iter().any(|l| l.contains("Marsh, Ada")),
        "the old day is owed no more:\n{}",
        nurse.screen()
    );
    nurse = gives_on(nurse, WHO, &["2026-06-16"]);
    nurse = nurse.comes_back("2026-09-16");
    gives(&mut nurse, WHO);
    nurse.opens_chart(WHO);
    looks(&mut nurse, "0000000", &[("Hb", "134")]);
    let course = nurse.course(WHO);
    assert_eq!((course.response, course.next_dose().unwrap().due), (Response::Resolved, day("2026-12-16")));
    assert_eq!((attention(&course).len(), course.given().count()), (0, 9));
    nurse
        .press("4")
        .sees("It is at its longest published interval")
        .sees("none in this plan; the one before ended it with");
}

#[test]
fn never_offered_as_finished() {
    for cause in ["Malabsorption: Autoimmune", "Malabsorption: Total gastrectomy"] {
        let mut nurse = it_lasts(well_at_eight_weeks(cause));
        let entries = nurse.entries(WHO);
        nurse.follows("d Change").sees("Stop, with a recheck").sees_no("Stop, with a recheck ✓");
        chooses(&mut nurse, "Way", "Stop, with a recheck");
        nurse.sees("not possible").sees("U4").sees("treatment is for life and is never finished");
        nurse.sees("pause it, change the interval, or record that the patient declines");
        nurse.press("F2").sees("this way is not possible here").sees_no("Saved").press("Esc");
        assert_eq!(nurse.entries(WHO), entries, "nothing is recorded");
        assert!(matches!(nurse.course(WHO).next, Next::Dose(_)));
    }
}

#[test]
fn the_plan_tab_answers_every_question() {
    let mut nurse = well_at_eight_weeks("Malabsorption: Autoimmune");
    nurse.press("4").sees("Repletion ends").sees("ended with the dose on Fri 16 Jan 2026");
    nurse.sees("Maintenance aimed at").sees("every 2 months").sees("Confirmed next by").sees("Sun 05 Apr 2026");
    nurse.sees("Response so far").sees("Resolved").sees("Based on").sees("Autoimmune gastritis");
    nurse.sees("May it be spaced now?").sees("Vial to take").sees("4471A");
    assert_eq!(nurse.course(WHO).repletion, Repletion::Ended(day("2026-01-16")));
    for (width, height) in [(80, 24), (200, 60)] {
        nurse.at(width, height).sees("Repletion ends").sees("May it be spaced now?");
    }
}
