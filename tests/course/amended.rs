//! Corrections: what holds after an entry was struck out or replaced.

use super::kit::*;
use cobalog::clinic::entry::{Act, Amended, EntryId};
use ulid::Ulid;

#[test]
fn a_struck_dose_is_owed_again() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07");
    let wrong = story.give("2026-01-09");
    story.amend(wrong, None);
    assert_eq!(lines(&story.course("2026-01-09")), ["1 2026-01-05 given", "2 2026-01-07 given", "3 2026-01-09 due"]);
}

#[test]
fn an_amended_date_moves_the_rest() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07");
    let third = story.give("2026-01-09");
    let act = Act::Given(story.given(day("2026-01-12")));
    let first = story.amend(third, Some(act));
    assert_eq!(lines(&story.course("2026-01-12"))[2..], ["3 2026-01-09 late 3", "4 2026-01-15 planned"]);
    // The correction was wrong as well.
    let act = Act::Given(story.given(day("2026-01-10")));
    story.amend(first, Some(act));
    assert_eq!(lines(&story.course("2026-01-12"))[2..], ["3 2026-01-09 late 1", "4 2026-01-13 planned"]);
}

#[test]
fn a_struck_correction_leaves_what_held_before() {
    let mut story = Story::on("r01");
    let dose = story.give("2026-01-05");
    let strike = story.amend(dose, None);
    assert_eq!(lines(&story.course("2026-01-05")), ["1 2026-01-05 due"]);
    let undo = story.amend(strike, None);
    assert_eq!(lines(&story.course("2026-01-05"))[0], "1 2026-01-05 given");
    story.amend(undo, None);
    assert_eq!(lines(&story.course("2026-01-05")), ["1 2026-01-05 due"]);
}

#[test]
fn a_correction_holds_whatever_the_clocks_said() {
    let mut story = Story::on("r01");
    let dose = story.give("2026-01-05");
    let act = Act::Given(story.given(day("2026-01-06")));
    let first = story.amend(dose, Some(act));
    let act = Act::Given(story.given(day("2026-01-07")));
    story.amend(first, Some(act));
    // The second correction comes from a workstation whose clock is an hour behind.
    let last = story.entries.len() - 1;
    story.entries[last].at -= chrono::TimeDelta::hours(1);
    assert_eq!(lines(&story.course("2026-01-07"))[0], "1 2026-01-05 late 1", "by time, the first correction is later");
    let first_at = story.entries.len() - 2;
    story.entries[first_at].at -= chrono::TimeDelta::hours(2);
    assert_eq!(lines(&story.course("2026-01-07"))[0], "1 2026-01-05 late 2");
}

#[test]
fn amendments_of_nothing_and_of_each_other_change_nothing() {
    let mut story = Story::on("r01");
    story.give("2026-01-05");
    let before = lines(&story.course("2026-01-06"));
    story.amend(EntryId(Ulid::from_parts(9, 9)), None);
    let one = story.amend(EntryId(Ulid::from_parts(9, 8)), None);
    let two = story.amend(one, None);
    let at = story.entries.iter().position(|e| e.id == one).unwrap();
    if let Act::Amended(amended) = &mut story.entries[at].act {
        amended.of = two;
    }
    assert_eq!(lines(&story.course("2026-01-06")), before);
}

#[test]
fn a_dose_given_on_a_struck_order_is_not_lost() {
    let mut story = Story::on("r05");
    let wrong = story.order.unwrap();
    story.give("2026-01-05");
    story.amend(wrong, None);
    story.orders("r01", "2026-01-05", None);
    let course = story.course("2026-01-06");
    assert_eq!(lines(&course), ["1 2026-01-05 given", "2 2026-01-07 planned"]);
}

#[test]
fn a_chart_is_the_union_of_its_versions() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07");
    let shared = story.entries.len();
    story.gives("2026-01-09 12");
    let chart = |entries: &[_]| cobalog::clinic::chart::Chart::new(story.chart().id, entries.to_vec());
    let one = chart(&story.entries[..shared + 1]);
    let two = chart(&[&story.entries[..shared], &story.entries[shared + 1..]].concat());
    assert_eq!(one.union(&two), story.chart());
    assert_eq!(two.union(&one), story.chart());
    assert_eq!(story.chart().as_of(day("2026-01-04")).entries().len(), 0);
}

#[test]
fn a_strike_of_a_strike_holds_also_from_a_clock_that_is_behind() {
    let mut story = Story::on("r01");
    let dose = story.give("2026-01-05");
    let strike = story.amend(dose, None);
    story.amend(strike, None);
    // The workstation that took the strike back is an hour behind.
    let last = story.entries.last_mut().unwrap();
    last.at -= chrono::Duration::hours(1);
    assert_eq!(story.course("2026-01-05").given().count(), 1, "the dose stands again");
}

#[test]
fn thousands_of_corrections_of_corrections_are_told_apart_at_once() {
    let began = std::time::Instant::now();
    for strikes in [3_000, 3_001] {
        let mut story = Story::on("r01");
        let mut last = story.give("2026-01-05");
        for _ in 0..strikes {
            last = story.amend(last, None);
        }
        assert_eq!(story.course("2026-01-05").given().count(), usize::from(strikes == 3_000));
    }
    let mut story = Story::on("r01");
    let mut last = story.give("2026-01-05");
    for n in 0..3_000 {
        let act = story.given(day("2026-01-06") + chrono::Days::new(n));
        last = story.amend(last, Some(Act::Given(act)));
    }
    assert_eq!(story.course("2026-01-05").given().count(), 1);
    assert!(began.elapsed() < std::time::Duration::from_secs(30), "{:?}", began.elapsed());
}

/// Says whether an amendment was struck out, in the plain way that goes through all of them at each step.
fn is_void(amended: &[(EntryId, &Amended)], id: EntryId) -> bool {
    let strikes = amended.iter().filter(|(_, what)| what.of == id && what.instead.is_none());
    strikes.into_iter().any(|(by, _)| !is_void(amended, *by))
}

#[test]
fn a_thicket_of_corrections_is_read_as_the_plain_way_reads_it() {
    let mut rng = fastrand::Rng::with_seed(7);
    let mut story = Story::on("r01");
    let begun = story.entries.len();
    for _ in 0..300 {
        story.entries.truncate(begun);
        let mut ids = vec![story.give("2026-01-05")];
        for n in 0..rng.u64(1..12) {
            let instead = rng.bool().then(|| Act::Given(story.given(day("2026-01-06") + chrono::Days::new(n))));
            ids.push(story.amend(ids[rng.usize(..ids.len())], instead));
        }
        let chart = story.chart();
        let amended: Vec<_> = chart
            .entries()
            .iter()
            .filter_map(|e| if let Act::Amended(a) = &e.act { Some((e.id, a)) } else { None })
            .collect();
        let strikes_one = |a: &Amended| a.instead.is_none() && amended.iter().any(|(id, _)| *id == a.of);
        let last = amended.iter().rev().find(|(id, a)| !is_void(&amended, *id) && !strikes_one(a)).map(|(id, _)| *id);
        let facts = chart.facts();
        let dose = facts.iter().find(|fact| fact.entry.id == ids[0]).unwrap();
        assert_eq!(dose.amended.map(|(by, _)| by.id), last, "{amended:?}");
    }
}
