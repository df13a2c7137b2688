//! Scenario C: 58 years old, numb feet. Not a day is waited; alternate days until nothing more is gained; symptoms that come
//! back after the doses thinned out lead through a review to denser doses for a time.

use crate::kit::{Nurse, day};
use crate::scenarios::{DOCTOR, begins_with, chooses, decides, gives, gives_first, looks, signs, triages};
use crate::turns::reviews;
use chrono::Days;
use cobalog::clinic::course::{Course, Repletion};
use cobalog::clinic::entry::Act;
use cobalog::clinic::regimen::PhaseKind;
use cobalog::clinic::response::Response;

const WHO: &str = "Holt";

type Look = (u64, &'static str, &'static [(&'static str, &'static str)]);

/// Day, grades of the seven symptoms (the third is tingling, the fourth numbness), results.
const LOOKS: [Look; 5] = [
    (8, "1032000", &[("Hb", "124"), ("MCV", "102"), ("Retics", "160")]),
    (14, "1022000", &[]),
    (21, "0021000", &[]),
    (28, "0021000", &[]),
    (35, "0021000", &[]),
];

fn rules(course: &Course) -> Vec<&str> {
    // The nurse is alone here, and files none of the doctor's signatures.
    course.findings.iter().map(|f| f.rule.as_str()).filter(|rule| *rule != "COSIGN").collect()
}

/// From the empty folder to day 36: alternate days, better until day 21, flat on days 28 and 35.
fn flat_on_day_36() -> Nurse {
    let mut nurse = begins_with("Holt", "Ray", "06051967");
    chooses(&mut nurse, "Cause", "Malabsorption: Autoimmune");
    triages(&mut nurse, "Malabsorption: Autoimmune", "Mild: numbness", "Mild: Hb", "Oct 2025");
    nurse.sees("(●) ✓ R02").sees("Mon 05 Jan, Wed 07 Jan, Fri 09 Jan");
    signs(&mut nurse);
    looks(&mut nurse, "2032000", &[("Hb", "121"), ("MCV", "106")]);
    gives_first(&mut nurse, WHO);
    for n in 2..37 {
        let look = LOOKS.iter().find(|(on, ..)| *on == n);
        if n % 2 != 0 && look.is_none() {
            continue;
        }
        nurse = nurse.comes_back(&(day("2026-01-05") + Days::new(n)).to_string());
        if n % 2 == 0 {
            gives(&mut nurse, WHO);
        }
        if let Some((_, grades, labs)) = look {
            nurse.opens_chart(WHO);
            looks(&mut nurse, grades, labs);
        }
    }
    nurse
}

/// Moves on to every two months, as the protocol's own words are found.
fn moves_on(nurse: &mut Nurse) {
    nurse.follows("m Move on").sees("Move on from: Repletion, alternate days").sees_no("early");
    chooses(nurse, "What was found", "no further improvement");
    nurse.goes_to("Decided by").instead(DOCTOR).told().sees("Fri 10 Apr 2026").press("F2").sees("Saved: ");
}

/// Five weeks after the transition the tingling is back.
fn back_in_march() -> Nurse {
    let mut nurse = flat_on_day_36();
    nurse.opens_chart(WHO);
    moves_on(&mut nurse);
    let mut nurse = nurse.comes_back("2026-03-17");
    nurse.opens_chart(WHO);
    looks(&mut nurse, "1031000", &[]);
    nurse
}

#[test]
fn numb_feet_do_not_wait() {
    let mut nurse = begins_with("Holt", "Ray", "06051967");
    chooses(&mut nurse, "Cause", "Malabsorption: Autoimmune");
    nurse.press("F2");
    chooses(&mut nurse, "Neurologic", "Mild");
    nurse.sees("Do not wait: treat before results").sees("Never folic acid first").press("F2 F2 F2 F2");
    nurse.sees("(●) ✓ R02").press("Esc");
    let course = nurse.course(WHO);
    assert!(course.triage.is_some_and(|t| t.is_neuro()) && course.order.is_none());
    // Without a plan the list says so in the morning.
    let mut nurse = nurse.comes_back("2026-01-06");
    nurse.stands_on(WHO).press("Enter").sees("Neurologic symptoms: do not wait");
}

#[test]
fn alternate_days_run_until_nothing_more_is_gained() {
    let mut nurse = flat_on_day_36();
    let course = nurse.course(WHO);
    assert_eq!((course.response, rules(&course)), (Response::Plateau, vec!["9.1"]));
    let given: Vec<_> = course.given().map(|(_, g)| g.given.on).collect();
    let expected: Vec<_> = (0..19).map(|k| day("2026-01-05") + Days::new(2 * k)).collect();
    assert_eq!(given, expected);
    nurse.opens_chart(WHO).sees("Two checks without gain").sees("no further improvement").press("w").sees("9.1");
    nurse.press("Esc");
    moves_on(&mut nurse);
    let Act::PhaseEnded(ended) = nurse.newest(WHO) else { panic!("{:?}", nurse.newest(WHO)) };
    assert_eq!((ended.because.as_str(), ended.on), ("no further improvement", day("2026-02-10")), "nothing is early");
    let course = nurse.course(WHO);
    assert_eq!((course.repletion.clone(), rules(&course)), (Repletion::Ended(day("2026-02-10")), vec![]));
    let owed: Vec<_> = course.doses.iter().filter(|s| s.state.is_owed()).take(3).map(|s| s.due).collect();
    assert_eq!(owed, [day("2026-04-10"), day("2026-06-10"), day("2026-08-10")]);
    nurse.press("4").sees("every 2 months").sees("ended with the dose on Tue 10 Feb 2026");
}

#[test]
fn what_comes_back_is_reviewed_before_doses_come_closer() {
    let mut nurse = back_in_march();
    let course = nurse.course(WHO);
    assert_eq!((course.response, rules(&course)[0]), (Response::Worse, "P6"));
    nurse.sees("symptoms are back").press("w").sees("The doses thinned out on Tue 10 Feb 2026").press("Esc");
    // Denser doses are what the finding suggests, and nothing is signed without the look.
    let entries = nurse.entries(WHO);
    nurse.follows("d Change").sees("(●) Denser again for some doses").sees("Suggested: P6");
    chooses(&mut nurse, "Way", "Shorten to every 6 weeks");
    nurse.sees("Not now").sees("E1").press("F2");
    decides(&mut nurse, "tingling is back");
    nurse.press("F2").sees("STOP E1").sees("Esc, then r for the review").sees_no("Saved").press("Esc Esc t");
    assert_eq!(nurse.entries(WHO), entries);
    reviews(&mut nurse);
    nurse.press("F2").sees("Saved: review");
    let Act::Reviewed(review) = nurse.newest(WHO) else { panic!("{:?}", nurse.newest(WHO)) };
    assert_eq!(review.answers["too-early"].words, "the doses thinned out on Tue 10 Feb 2026");
    assert_eq!(review.answers["doses"].words, "19 doses given, all on their days and as ordered");
    denser_for_a_time(nurse);
}

fn denser_for_a_time(mut nurse: Nurse) {
    nurse.follows("d Change").sees("(●) Denser again for some doses").sees("Reviewed on Tue 17 Mar 2026").press("F2");
    nurse.goes_to("Doses").instead("6").goes_to("From").instead("t+1").sees("Wed 18 Mar 2026, Fri 20 Mar 2026");
    decides(&mut nurse, "better, then back when the doses thinned out");
    nurse.press("F2").sees("Saved: Ordered").press("1").sees("Plan before");
    let course = nurse.course(WHO);
    assert_eq!(course.ghosts[..2], [day("2026-04-10"), day("2026-06-10")]);
    let owed: Vec<_> = course.doses.iter().filter(|s| s.state.is_owed()).map(|s| s.due.to_string()).collect();
    let dense = ["2026-03-18", "2026-03-20", "2026-03-22", "2026-03-24", "2026-03-26", "2026-03-28"];
    assert_eq!(
        (&owed[..6], &owed[6..8]),
        (&dense.map(str::to_owned)[..], &["2026-05-28", "2026-07-28"].map(str::to_owned)[..])
    );
    // The picture keeps what happened: dense, thin for five weeks, dense again.
    let spans: Vec<_> = course.phases.iter().map(|p| (p.kind, p.from)).take(4).collect();
    let (fill, keep) = (PhaseKind::Repletion, PhaseKind::Maintenance);
    let days = ["2026-01-05", "2026-02-10", "2026-03-18", "2026-03-28"].map(day);
    assert_eq!(spans, [(fill, days[0]), (keep, days[1]), (fill, days[2]), (keep, days[3])]);
    for on in dense {
        nurse = nurse.comes_back(on);
        gives(&mut nurse, WHO);
    }
    let course = nurse.course(WHO);
    assert_eq!((course.given().count(), course.next_dose().unwrap().due), (25, day("2026-05-28")));
}
