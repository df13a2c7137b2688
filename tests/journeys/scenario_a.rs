//! Scenario A: diet, no malabsorption. Repletion, then tablets once labs are normal and symptoms gone, and looked at again.

use crate::kit::{Nurse, day};
use crate::scenarios::{
    LOADING, attention, begins_with, chooses, decides, gives_first, gives_on, looks, looks_on, signs, triages,
};
use cobalog::clinic::course::{DoseState, Next, Repletion};
use cobalog::clinic::decision::{Change, Turn};
use cobalog::clinic::entry::Act;
use cobalog::clinic::response::Response;

const WHO: &str = "Reed";

/// From the empty folder to the last loading dose, with the blood's first answer.
fn loaded() -> Nurse {
    let mut nurse = begins_with("Reed", "Tom", "06051980");
    triages(&mut nurse, "Diet: poor intake", "None", "Moderate: Hb", "Oct 2025");
    nurse.sees("(●) ✓ R03").sees("Mon 05 Jan, Wed 07 Jan, Fri 09 Jan");
    signs(&mut nurse);
    looks(&mut nurse, "3200001", &[("Hb", "102"), ("MCV", "110")]);
    gives_first(&mut nurse, WHO);
    let mut nurse = gives_on(nurse, WHO, &LOADING[1..4]);
    nurse.opens_chart(WHO);
    looks(&mut nurse, "", &[("Hb", "109"), ("MCV", "107"), ("Retics", "180")]);
    gives_on(nurse, WHO, &LOADING[4..])
}

/// Better after three weeks, well after eight, and it lasts.
fn well_by_april() -> Nurse {
    let nurse = looks_on(loaded(), "2026-01-26", WHO, "1000000", &[]);
    let nurse = looks_on(nurse, "2026-03-02", WHO, "0000000", &[("Hb", "138"), ("MCV", "91")]);
    let nurse = looks_on(nurse, "2026-04-05", WHO, "0000000", &[]);
    looks_on(nurse, "2026-04-16", WHO, "0000000", &[("Hb", "140")])
}

#[test]
fn loading_is_given_on_plan_and_answers() {
    let mut nurse = loaded();
    let course = nurse.course(WHO);
    let given: Vec<_> = course.given().map(|(slot, g)| (g.given.on.to_string(), slot.state)).collect();
    let on_time: Vec<_> = LOADING.iter().map(|d| ((*d).to_owned(), DoseState::Given)).collect();
    assert_eq!(given, on_time);
    assert_eq!(attention(&course), []);
    assert_eq!((course.repletion, course.response), (Repletion::Ended(day("2026-01-16")), Response::Improving));
    nurse.opens_chart(WHO).press("4").sees("ended with the dose on Fri 16 Jan 2026").sees("every 6 months");
}

#[test]
fn who_is_well_after_half_a_year_goes_on_with_tablets_and_is_looked_at_again() {
    let mut nurse = well_by_april();
    assert_eq!((nurse.course(WHO).response, attention(&nurse.course(WHO))), (Response::Resolved, vec![]));
    nurse.press("4").sees("Resolved: no symptom left");
    nurse = nurse.comes_back("2026-07-04");
    nurse.opens_chart(WHO).sees_no("tablets or stopping");
    // Six months after the first dose: a Sunday; on Monday somebody is there.
    nurse = nurse.comes_back("2026-07-06");
    nurse.opens_chart(WHO).sees("blood count normal, and injections go on since Mon 05 Jan 2026").sees("press d");
    nurse.follows("d Change").sees("(●) Tablets, with a recheck").sees("Suggested: O2, diet: tablets would do");
    nurse.press("F2").goes_to("mcg a day").instead("150").goes_to("Recheck on").instead("7 Sep 2026");
    decides(&mut nurse, "diet corrected, well");
    nurse.sees("no injections; recheck Mon 07 Sep 2026").press("F2").sees("On tablets since Mon 06 Jul 2026, 150 mcg");
    let Act::Changed(Change { on, what, because, .. }) = nurse.newest(WHO) else { panic!("{:?}", nurse.newest(WHO)) };
    assert_eq!((on, because.as_str()), (day("2026-07-06"), "diet corrected, well"));
    assert_eq!(what, Turn::Oral { daily_mcg: 150, recheck: day("2026-09-07") });
    nurse.press("g").sees("No dose is owed");
    recheck(nurse);
}

fn recheck(nurse: Nurse) {
    // The day of the injection that is owed no more.
    let mut nurse = nurse.comes_back("2026-07-16");
    assert!(!nurse.lines().iter().any(|l| l.contains("Reed, Tom")), "{}", nurse.screen());
    nurse = nurse.comes_back("2026-09-07");
    nurse.stands_on(WHO).sees("Recheck on tablets").sees("today").press("c").sees("Recheck on tablets");
    nurse.type_text("0000000").goes_to("Hb").type_text("141").goes_to("MCV").type_text("90").press("F2");
    nurse.sees("Saved: Checked");
    assert!(matches!(nurse.course(WHO).next, Next::Decide(_)), "{:?}", nurse.course(WHO).next);
    // Nobody falls off the list: what follows is to be decided.
    nurse.press("Esc").stands_on(WHO).press("Enter").sees("The recheck on tablets is in: go on with tablets");
    nurse.follows("d Change");
    chooses(&mut nurse, "Way", "Tablets, with a recheck");
    nurse.press("F2").goes_to("mcg a day").instead("150").goes_to("Recheck on").instead("+6m");
    decides(&mut nurse, "well on tablets");
    nurse.press("F2").sees("recheck Sun 07 Mar 2027");
    let course = nurse.course(WHO);
    assert_eq!((&course.next, course.changes.len()), (&Next::Recheck(day("2027-03-07")), 2));
    assert_eq!(attention(&course), []);
    assert!(course.given().count() == 6 && course.next_dose().is_none());
    let mut nurse = nurse.comes_back("2027-03-07");
    nurse.stands_on(WHO).sees("Recheck on tablets");
}
