//! Orders that end, are renewed, and wait for a signature: dates by hand, in R01 (3 a week for six doses from Monday 5 January
//! 2026, the last on the 16th, then every three months: 16 April, 16 July, 16 October).

use super::kit::*;
use cobalog::clinic::agenda::{Roll, Row};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::cosign::{Cosigned, Shown, correction_refused, refusal};
use cobalog::clinic::course::Course;
use cobalog::clinic::decision::Turn;
use cobalog::clinic::entry::{Act, Amended, Entry, EntryId, Origin};
use cobalog::clinic::findings::Tier;
use cobalog::clinic::order::Order;
use cobalog::clinic::people::Colleague;
use cobalog::clinic::rights::{Intent, check};
use cobalog::clinic::roles::Told;
use cobalog::clinic::signing;
use cobalog::clinic::term::{Renewed, Term, renewals_until};

const LOADED: &str = "2026-01-05 07 09 12 14 16";
const OPEN: Term = Term { until: None, doses: None };

fn until(text: &str) -> Term {
    Term { until: Some(day(text)), doses: None }
}

fn doses(n: u32) -> Term {
    Term { until: None, doses: Some(n) }
}

/// R01 whose order has a term.
fn story(term: Term) -> Story {
    let mut story = Story::new(practice());
    story.act(Act::Triaged(triage()));
    let order = Order { term, ..order(&story.practice, "r01", "2026-01-05", None) };
    story.order = Some(story.act(Act::Ordered(order)));
    story
}

fn renewed(story: &Story, on: &str, term: Term) -> Renewed {
    let prescriber = "Dr Adebayo".to_owned();
    Renewed { order: story.order.unwrap(), on: day(on), term, prescriber, told: None, note: None }
}

fn left(course: &Course) -> Option<u32> {
    course.cover.as_ref().and_then(|cover| cover.left)
}

/// What the check of the order says at the needle: the tier, or nothing where it is fine.
fn at_the_needle(story: &Story, on: &str) -> Option<Tier> {
    let course = story.course(on);
    let all = check(&course, &story.practice, &Intent { ..vial(on) });
    all.iter().find(|c| c.rule == "ORDER-END").and_then(|c| c.tier)
}

fn finding(course: &Course, rule: &str) -> Option<(Tier, String)> {
    course.findings.iter().find(|f| f.rule == rule).map(|f| (f.tier, f.text.clone()))
}

#[test]
fn an_order_without_an_end_never_ends() {
    let mut story = story(OPEN);
    story.gives(LOADED);
    let course = story.course("2026-04-16");
    assert_eq!(course.cover, None);
    assert_eq!(at_the_needle(&story, "2026-04-16"), None);
    assert_eq!(finding(&course, "ORDER-END"), None);
}

#[test]
fn the_doses_of_an_order_by_hand() {
    let mut story = story(doses(8));
    // Eight doses from 5 January: the six of the loading, 16 April, 16 July; 16 October is beyond.
    assert_eq!(left(&story.course("2026-01-05")), Some(8));
    let beyond = |story: &Story, on: &str| story.course(on).cover.and_then(|c| c.beyond);
    assert_eq!(beyond(&story, "2026-01-05"), Some(day("2026-10-16")));
    story.gives(LOADED);
    let course = story.course("2026-04-16");
    assert_eq!(course.cover.as_ref().unwrap().words(day("2026-04-16")), "2 doses left on this order");
    assert_eq!(finding(&course, "ORDER-END"), None, "16 October is more than 28 days away");
    assert_eq!(at_the_needle(&story, "2026-04-16"), None);
    story.give("2026-04-16");
    assert_eq!(left(&story.course("2026-07-16")), Some(1));
    assert_eq!(at_the_needle(&story, "2026-07-16"), Some(Tier::Note), "the last dose says so");
    story.give("2026-07-16");
    let course = story.course("2026-07-16");
    let cover = course.cover.clone().unwrap();
    assert_eq!((cover.left, cover.beyond, cover.ends()), (Some(0), Some(day("2026-10-16")), Some(day("2026-07-16"))));
    assert_eq!(finding(&course, "ORDER-END").unwrap().0, Tier::Note, "nothing is stopped in July");
    // 18 September and 28 days are 16 October.
    assert_eq!(finding(&story.course("2026-09-17"), "ORDER-END").unwrap().0, Tier::Note);
    assert_eq!(finding(&story.course("2026-09-18"), "ORDER-END").unwrap().0, Tier::Stop);
    assert_eq!(at_the_needle(&story, "2026-10-16"), Some(Tier::Stop));
    assert_eq!(owed(&story.course("2026-10-16"))[0], day("2026-10-16"), "what is held back stays due");
}

#[test]
fn a_dose_beyond_the_order_leaves_no_debt() {
    // Another program gave it all the same, or it was recorded while both were apart.
    let mut story = story(doses(6));
    story.gives(&format!("{LOADED} 04-16"));
    assert_eq!(left(&story.course("2026-04-16")), Some(0));
    story.act(Act::Renewed(renewed(&story, "2026-05-04", doses(2))));
    assert_eq!(left(&story.course("2026-05-04")), Some(2));
}

#[test]
fn the_last_day_of_an_order_is_a_good_day() {
    for (last, on, stopped) in [
        ("2026-07-16", "2026-07-16", None),
        ("2026-07-16", "2026-07-17", Some(Tier::Stop)),
        ("2026-07-15", "2026-07-16", Some(Tier::Stop)),
        ("2026-07-17", "2026-07-16", None),
    ] {
        let mut story = story(until(last));
        story.gives(&format!("{LOADED} 04-16"));
        assert_eq!(at_the_needle(&story, on), stopped, "until {last}, on {on}");
    }
    // What was given while it was good is recorded afterwards.
    let mut story = story(until("2026-07-16"));
    story.gives(&format!("{LOADED} 04-16"));
    let late = check(&story.course("2026-07-20"), &story.practice, &vial("2026-07-16"));
    assert!(!late.iter().any(|c| c.rule == "ORDER-END" && c.tier.is_some()));
}

#[test]
fn an_order_is_spoken_of_28_days_before_its_last_day() {
    let mut story = story(until("2026-12-04"));
    story.gives(&format!("{LOADED} 04-16 07-16 10-16"));
    // 4 December less 28 days is 6 November.
    assert_eq!(finding(&story.course("2026-11-05"), "ORDER-END"), None);
    let (tier, text) = finding(&story.course("2026-11-06"), "ORDER-END").unwrap();
    assert_eq!((tier, text.as_str()), (Tier::Note, "The order ends Fri 04 Dec 2026."));
    let (tier, text) = finding(&story.course("2026-12-05"), "ORDER-END").unwrap();
    assert_eq!(tier, Tier::Note, "16 January is further away");
    assert_eq!(text, "This order ended Fri 04 Dec 2026: no dose is given on it any more.");
}

#[test]
fn a_renewal_moves_no_date() {
    let mut story = story(doses(7));
    story.gives(&format!("{LOADED} 04-20"));
    let before = story.course("2026-07-16");
    story.act(Act::Renewed(renewed(&story, "2026-07-16", Term { until: Some(day("2027-07-16")), doses: Some(4) })));
    let after = story.course("2026-07-16");
    assert_eq!(owed(&before), owed(&after));
    assert_eq!((lines(&before), looks(&before)), (lines(&after), looks(&after)));
    assert_eq!(before.phases, after.phases);
    assert_eq!(before.repletion, after.repletion);
    // Four more from 20 July: 20 July, 20 October, 20 January, 20 April; the next is beyond, and beyond the year.
    let cover = after.cover.unwrap();
    assert_eq!((cover.left, cover.beyond), (Some(4), Some(day("2027-07-20"))));
    assert_eq!(cover.ends(), Some(day("2027-07-16")));
    assert_eq!(at_the_needle(&story, "2026-07-20"), None);
}

#[test]
fn a_renewal_needs_a_plan_and_an_end() {
    let mut story = story(doses(6));
    let course = story.course("2026-01-05");
    assert!(signing::renewal(&course, OPEN, "Dr Adebayo", None).unwrap_err().contains("until when"));
    assert!(signing::renewal(&course, doses(3), " ", None).unwrap_err().contains("name the prescriber"));
    assert_eq!(signing::renewal(&course, doses(3), "Dr Adebayo", None).unwrap().order, story.order.unwrap());
    story.turns("2026-01-06", Turn::Stopped { recheck: day("2026-04-06") });
    let course = story.course("2026-01-06");
    assert!(signing::renewal(&course, doses(3), "Dr Adebayo", None).unwrap_err().contains("no plan is running"));
}

#[test]
fn an_order_that_is_replaced_ends_with_it() {
    let mut story = story(doses(6));
    story.gives(LOADED);
    let other = order(&story.practice, "r01", "2026-04-16", None);
    story.order = Some(story.act(Act::Ordered(other)));
    assert_eq!(story.course("2026-04-16").cover, None);
}

#[test]
fn the_list_of_renewals_is_in_order_of_the_ends() {
    let row = |n: u128, term: Term, given: &str| {
        let mut story = story(term);
        story.gives(given);
        let row = Row::of(&story.chart(), &story.practice, day("2026-07-01")).unwrap();
        Row { id: cobalog::clinic::entry::PatientId(ulid::Ulid(n)), name: format!("Patient {n}"), ..row }
    };
    let given = format!("{LOADED} 04-16");
    let roll = Roll::of([
        row(1, OPEN, &given),
        // The dose of 16 July is the last one; 16 October is beyond.
        row(2, doses(8), &given),
        // Ended with the dose of 16 April.
        row(3, doses(7), &given),
        row(4, until("2026-07-29"), &given),
        row(5, until("2026-07-30"), &given),
        row(6, until("2026-06-30"), &given),
    ]);
    let names = |days| -> Vec<String> {
        let rows = roll.renewals(renewals_until(day("2026-07-01"), days));
        rows.iter().map(|row| row.name.replace("Patient ", "")).collect()
    };
    assert_eq!(names(28), ["3", "6", "4"], "28 days from 1 July are 29 July");
    assert_eq!(roll.count_renewals(renewals_until(day("2026-07-01"), 28)), 3);
    assert_eq!(names(29), ["3", "6", "4", "5"]);
    assert_eq!(names(107), ["3", "6", "4", "5", "2"]);
    let held: Vec<_> = roll.rows().map(|(_, row)| row.is_held(&row.items[0], day("2026-07-01"))).collect();
    assert_eq!(held, [false, false, true, false, false, true], "16 July is the next dose of all");
}

fn people() -> Vec<Colleague> {
    vec![Colleague::new("Maya Keller RN", false), Colleague::new("Dr Adebayo", true), Colleague::new("Dr Rao", true)]
}

/// A plan that Maya recorded on the word of somebody.
fn told(prescriber: &str, people: Vec<Colleague>) -> Story {
    let mut story = story(OPEN);
    story.practice.settings.people = people;
    let told = Some(Told::Verbal);
    let prescriber = prescriber.to_owned();
    let order = Order { told, prescriber, ..order(&story.practice, "r01", "2026-01-05", None) };
    story.order = Some(story.act(Act::Ordered(order)));
    story
}

fn signs(story: &mut Story, by: &str, of: EntryId, on_paper: Option<&str>) -> EntryId {
    let signed = Cosigned::of(&story.chart(), of, by, &story.practice.settings.people);
    let id = story.act(Act::Cosigned(Cosigned { on_paper: on_paper.map(day), ..signed }));
    story.entries.last_mut().unwrap().by = by.to_owned();
    id
}

fn waits(story: &Story) -> Vec<String> {
    story.course("2026-01-05").waiting.iter().map(|w| w.prescriber.clone()).collect()
}

#[test]
fn what_was_told_waits_until_it_is_signed() {
    let mut story = told("Dr Adebayo", people());
    assert_eq!(waits(&story), ["Dr Adebayo"]);
    let course = story.course("2026-01-05");
    assert_eq!(finding(&course, "COSIGN").unwrap().0, Tier::Note);
    let words = "Verbal, Dr Adebayo; recorded by Maya Keller RN on Mon 05 Jan 2026";
    assert_eq!(course.waiting[0].from_whom(), words);
    let order = story.order.unwrap();
    // A nurse's signature is none, whatever wrote it there.
    signs(&mut story, "Maya Keller RN", order, None);
    assert_eq!(waits(&story), ["Dr Adebayo"]);
    // A colleague who prescribes signs too.
    for who in ["Dr Rao", "dr  adebayo"] {
        let mut story = story.clone();
        let signature = signs(&mut story, who, order, None);
        assert!(waits(&story).is_empty(), "{who}");
        assert_eq!(finding(&story.course("2026-01-05"), "COSIGN"), None);
        story.amend(signature, None);
        assert_eq!(waits(&story), ["Dr Adebayo"], "a signature that is struck out is none");
    }
    story.amend(order, None);
    assert!(waits(&story).is_empty(), "what is struck out waits for nobody");
}

#[test]
fn what_an_older_program_wrote_waits_for_nobody() {
    let mut story = Story::on("r01");
    story.practice.settings.people = people();
    story.ends(0, "2026-01-05");
    story.turns("2026-01-05", Turn::Paused { until: day("2026-02-02") });
    assert!(waits(&story).is_empty());
}

#[test]
fn a_signature_is_good_for_what_it_was_put_under() {
    let mut story = told("Dr Adebayo", people());
    let order = story.order.unwrap();
    signs(&mut story, "Dr Adebayo", order, None);
    let held = story.chart().order().unwrap().1.clone();
    let later = Act::Ordered(Order { start: day("2026-01-12"), ..held });
    story.amend(order, Some(later.clone()));
    assert_eq!(waits(&story), ["Dr Adebayo"], "a nurse's correction is not what was signed");
    signs(&mut story, "Dr Adebayo", order, None);
    assert!(waits(&story).is_empty());
    // The prescriber's own correction is signed as it is, and a colleague's who prescribed then.
    for (by, prescriber) in [("Dr Adebayo", false), ("Dr Rao", true)] {
        let mut story = story.clone();
        story.act(Act::Amended(Amended { prescriber, ..Amended::new(order, "typed wrongly", Some(later.clone())) }));
        story.entries.last_mut().unwrap().by = by.to_owned();
        assert!(waits(&story).is_empty(), "{by}");
    }
}

#[test]
fn a_signature_does_not_count_for_a_correction_that_was_not_seen() {
    let story = told("Dr Adebayo", people());
    let order = story.order.unwrap();
    let held = story.chart().order().unwrap().1.clone();
    let later = Act::Ordered(Order { start: day("2026-01-12"), ..held });
    // On one workstation a nurse corrects it; on another one the prescriber signs it a little later, without having seen that.
    let (mut here, mut there) = (story.clone(), story.clone());
    here.amend(order, Some(later));
    // Two workstations make no id twice.
    here.entries.last_mut().unwrap().id.0.0 ^= 1 << 40;
    there.checks("2026-01-05", &["fatigue=2"]);
    signs(&mut there, "Dr Adebayo", order, None);
    assert!(waits(&there).is_empty());
    let last = |story: &Story| story.entries.last().unwrap().key();
    assert!(last(&there) > last(&here), "the time alone would say that it was seen");
    let both = here.chart().union(&there.chart());
    assert_eq!(both.entries().len(), here.entries.len() + 2);
    let mut both = Story { entries: both.entries().to_vec(), ..story };
    assert_eq!(waits(&both), ["Dr Adebayo"]);
    // She sees it, and signs again.
    signs(&mut both, "Dr Adebayo", order, None);
    assert!(waits(&both).is_empty());
    // What a program of before wrote says nothing of what was shown: its time does.
    let without = |story: &Story| {
        let mut story = story.clone();
        for entry in &mut story.entries {
            if let Act::Cosigned(signed) = &mut entry.act {
                (signed.version, signed.prescriber) = (None, false);
            }
        }
        story
    };
    assert!(waits(&without(&both)).is_empty());
}

#[test]
fn a_signature_stays_what_it_was_when_the_list_of_people_changes() {
    let mut story = told("Dr Adebayo", people());
    let order = story.order.unwrap();
    let held = story.chart().order().unwrap().1.clone();
    signs(&mut story, "Dr Rao", order, None);
    // The role is taken away, the spelling of the name is corrected, she is taken off the list.
    let without = vec![Colleague::new("Maya Keller RN", false), Colleague::new("Dr Rao", false)];
    let renamed = vec![Colleague::new("Maya Keller RN", false), Colleague::new("Dr. R. Rao", true)];
    for people in [without, renamed, people()[..1].to_vec()] {
        let mut story = story.clone();
        story.practice.settings.people = people;
        assert!(waits(&story).is_empty());
    }
    // A nurse who becomes a prescriber does not put right what she corrected before.
    story.amend(order, Some(Act::Ordered(Order { start: day("2026-01-12"), ..held })));
    assert_eq!(waits(&story), ["Dr Adebayo"]);
    story.practice.settings.people[0].prescriber = true;
    assert_eq!(waits(&story), ["Dr Adebayo"]);
}

#[test]
fn a_prescriber_outside_signs_on_paper() {
    let alone = vec![Colleague::new("Maya Keller RN", false)];
    let mut story = told("Dr Elsewhere", alone.clone());
    let course = story.course("2026-01-05");
    let refused = |who: &str, paper: Option<&str>, people: &[Colleague]| {
        refusal(&course.waiting[0], who, paper.map(day), day("2026-01-09"), people)
    };
    let nobody = "Maya Keller RN may not co-sign orders; nobody here is entered as a prescriber";
    assert_eq!(refused("Maya Keller RN", None, &alone).as_deref(), Some(nobody));
    assert_eq!(refused("Maya Keller RN", Some("2026-01-09"), &alone), None);
    assert!(refused("Maya Keller RN", Some("2026-01-10"), &alone).unwrap().contains("has not come yet"));
    assert!(refused("Maya Keller RN", Some("2026-01-04"), &alone).unwrap().contains("before it was said"));
    assert_eq!(refused("Maya Keller RN", Some("2026-01-09"), &people()), None, "he works elsewhere all the same");
    let order = story.order.unwrap();
    signs(&mut story, "Maya Keller RN", order, Some("2026-01-09"));
    assert!(waits(&story).is_empty());
    // What was said on Friday and recorded on Monday may have been signed on Saturday.
    let mut late = told("Dr Elsewhere", alone.clone());
    late.turns("2026-01-02", Turn::Paused { until: day("2026-02-02") });
    if let Act::Changed(change) = &mut late.entries.last_mut().unwrap().act {
        (change.told, change.decided_by) = (Some(Told::Verbal), "Dr Elsewhere".to_owned());
    }
    let pause = late.course("2026-01-05").waiting.last().unwrap().clone();
    assert_eq!((pause.since, pause.said), (day("2026-01-05"), day("2026-01-02")));
    let on = |paper: &str| refusal(&pause, "Maya Keller RN", Some(day(paper)), day("2026-01-09"), &alone);
    assert_eq!(on("2026-01-03"), None);
    assert!(on("2026-01-01").unwrap().contains("before it was said"));
    // So does one of the practice who has no PIN to sign with; who has one signs here.
    let mut people = people();
    let here = told("Dr Rao", people.clone()).course("2026-01-05").waiting[0].clone();
    let paper = Some(day("2026-01-09"));
    assert_eq!(refusal(&here, "Maya Keller RN", paper, day("2026-01-09"), &people), None);
    people.iter_mut().filter(|p| p.name == "Dr Rao").for_each(|p| p.secret = Some("pin4 14 00 11".to_owned()));
    let words = refusal(&here, "Maya Keller RN", paper, day("2026-01-09"), &people);
    assert_eq!(words.as_deref(), Some("Dr Rao signs here: no paper is needed"));
}

#[test]
fn a_signed_plan_is_corrected_by_a_prescriber() {
    let mut story = told("Dr Adebayo", people());
    let order = story.order.unwrap();
    let refused = |story: &Story, who: &str, people: &[Colleague]| {
        let chart = story.chart();
        correction_refused(&chart, order, who, people)
    };
    assert_eq!(refused(&story, "Maya Keller RN", &people()), None, "her own, while it waits");
    assert!(refused(&story, "Tom Adeyemi RN", &people()).unwrap().contains("Dr Adebayo, Dr Rao"));
    signs(&mut story, "Dr Adebayo", order, None);
    assert!(refused(&story, "Maya Keller RN", &people()).is_some());
    assert_eq!(refused(&story, "Dr Rao", &people()), None);
    assert_eq!(refused(&story, "Maya Keller RN", &people()[..1]), None, "where nobody prescribes somebody must");
}

#[test]
fn what_was_signed_is_not_undone_by_way_of_its_signature_or_its_corrections() {
    const NURSE: &str = "Maya Keller RN";
    let mut story = told("Dr Adebayo", people());
    let order = story.order.unwrap();
    let refused = |story: &Story, of: EntryId, who: &str| correction_refused(&story.chart(), of, who, &people());
    let signature = signs(&mut story, "Dr Adebayo", order, None);
    let words = refused(&story, signature, NURSE).unwrap();
    assert!(
        words.starts_with("Dr Adebayo signed.")
            && words.contains("Dr Adebayo, Dr Rao: a prescriber takes a signature back"),
        "{words}"
    );
    assert_eq!(refused(&story, signature, "Dr Adebayo"), None);
    assert_eq!(refused(&story, signature, "Dr Rao"), None);
    // A prescriber's correction is not struck out either, nor what strikes that out.
    let held = story.chart().order().unwrap().1.clone();
    let correction = story.amend(order, Some(Act::Ordered(Order { start: day("2026-01-12"), ..held })));
    story.entries.last_mut().unwrap().by = "Dr Rao".to_owned();
    let strike = story.amend(correction, None);
    story.entries.last_mut().unwrap().by = "Dr Rao".to_owned();
    for of in [correction, strike] {
        assert!(refused(&story, of, NURSE).unwrap().starts_with("Dr Adebayo signed it."));
        assert_eq!(refused(&story, of, "Dr Rao"), None);
    }
    // What a prescriber struck out does not come back by striking that out.
    let gone = story.amend(order, None);
    story.entries.last_mut().unwrap().by = "Dr Rao".to_owned();
    assert!(refused(&story, gone, NURSE).is_some());
    let unsigned = story.amend(signature, None);
    story.entries.last_mut().unwrap().by = "Dr Adebayo".to_owned();
    assert!(refused(&story, unsigned, NURSE).is_some());
    // Her own, which nobody signed: struck out by mistake, and back.
    let mut story = told("Dr Adebayo", people());
    let strike = story.amend(story.order.unwrap(), None);
    assert_eq!(refused(&story, strike, NURSE), None);
    assert!(refused(&story, strike, "Tom Adeyemi RN").is_some());
    // The paper that she filed herself she takes back; another nurse does not.
    let mut story = told("Dr Elsewhere", people());
    let order = story.order.unwrap();
    let paper = signs(&mut story, NURSE, order, Some("2026-01-05"));
    assert_eq!(refused(&story, paper, NURSE), None);
    assert!(refused(&story, paper, "Tom Adeyemi RN").is_some());
}

/// Of several that are signed at once each is signed as it was shown, or not at all.
#[test]
fn what_was_corrected_while_it_was_read_is_not_signed() {
    let people = [Colleague::new("Maya Keller RN", false), Colleague::new("Dr Adebayo", true)];
    let mut story = Story::new(practice());
    story.act(Act::Triaged(triage()));
    let verbal = |start: &str| {
        let plan = order(&practice(), "r01", start, Some("12w"));
        Act::Ordered(Order { told: Some(Told::Verbal), ..plan })
    };
    let id = story.act(verbal("2026-01-05"));
    let sign = |shown: &Shown, story: &Story, who: &str| shown.sign(&story.chart(), who, day("2026-01-05"), &people);
    let shown = Shown::of(&story.chart(), id, &people).unwrap();
    let what = "HYDROXOcobalamin IM: repletion 1,000 mcg, 3 times a week (three times a week for 2 weeks); then \
        maintenance 1,000 mcg, every 12 weeks. Plan UK BNF/NICE, no neurological signs";
    assert_eq!((shown.what.as_str(), shown.from), (what, Some(day("2026-01-05"))));
    let as_nurse = sign(&shown, &story, "Maya Keller RN").unwrap_err();
    assert_eq!(as_nurse, "Maya Keller RN may not co-sign orders; Dr Adebayo may");
    // The nurse corrects the start while the doctor reads.
    let corrected = story.amend(id, Some(verbal("2026-01-07")));
    assert_eq!(sign(&shown, &story, "Dr Adebayo").unwrap_err(), "it was corrected meanwhile: look at it again");
    let again = Shown::of(&story.chart(), id, &people).unwrap();
    let signed = sign(&again, &story, "Dr Adebayo").unwrap();
    assert_eq!((signed.of, signed.version, signed.prescriber), (id, Some(corrected), true));
    story.act(Act::Cosigned(signed));
    assert_eq!(Shown::of(&story.chart(), id, &people), None, "it does not wait any more");
    assert!(sign(&again, &story, "Dr Adebayo").unwrap_err().contains("does not wait any more"));
}

/// A registration that was struck out closes the chart; not one in which another workstation recorded a dose meanwhile.
#[test]
fn a_patient_with_a_dose_is_not_struck_out() {
    let mut story = Story::on("r01");
    let registered = story.entries[0].id;
    story.amend(registered, None);
    let course = story.course("2026-01-05");
    assert!(course.struck_out().is_some() && course.next_dose().is_none());
    story.give("2026-01-05");
    let course = story.course("2026-01-06");
    assert_eq!((course.struck_out(), course.next_dose().map(|slot| slot.due)), (None, Some(day("2026-01-07"))));
    assert_eq!(course.person.map(|p| p.family).as_deref(), Some("Okafor"), "whose it is stays in sight");
}

/// What another system's file tells the day of was said on that day; one after it came here is not believed.
#[test]
fn an_order_that_was_taken_over_was_signed_on_its_own_day() {
    let story = Story::on("r01");
    let chart = story.chart();
    let ordered_on = |at: Option<&str>| {
        let from = Origin {
            import: "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(),
            file: "bundle.json".to_owned(),
            place: "MedicationRequest/1".to_owned(),
            id: None,
            by: None,
            at: at.map(|at| at.parse().unwrap()),
        };
        let here = "2026-11-20T09:00:00+00:00".parse().unwrap();
        let taken = |entry: &Entry| Entry { at: here, from: Some(Box::new(from.clone())), ..entry.clone() };
        let taken = Chart::new(chart.id, chart.entries().iter().map(taken).collect());
        Course::of(&taken, &story.practice, day("2026-11-23")).ordered_on
    };
    assert_eq!(ordered_on(Some("2026-01-05T09:00:00+00:00")), Some(day("2026-01-05")));
    assert_eq!(ordered_on(None), Some(day("2026-11-20")));
    assert_eq!(ordered_on(Some("2026-11-22T09:00:00+00:00")), Some(day("2026-11-20")));
}
