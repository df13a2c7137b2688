//! The same patient entered twice: who is offered for a look, and who is left in peace.

use crate::kit::{Story, day, person};
use chrono::{DateTime, FixedOffset, NaiveDate};
use cobalog::clinic::agenda::{Asks, Former, Roll, Row};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::course::Course;
use cobalog::clinic::entry::{Act, Amended, Entry, EntryId, PatientId};
use cobalog::clinic::findings::Finding;
use cobalog::clinic::knowledge::Knowledge;
use cobalog::clinic::links::{Link, Linked, Said};
use cobalog::clinic::patient::{Allergies, Person, Sex};
use cobalog::clinic::same::{Typed, already_here, candidates, dosed_double, dosed_words, doubled};
use std::time::Instant;
use ulid::Ulid;

fn row(id: u128, number: &str, name: &str, born: &str) -> Row {
    Row {
        id: PatientId(Ulid(id)),
        number: number.to_owned(),
        name: name.to_owned(),
        born: day(born),
        sex: Sex::Other,
        neuro: false,
        last_given: None,
        last_vial: None,
        standing: String::new(),
        paused_until: None,
        closed: false,
        struck_out: false,
        items: Vec::new(),
        said: Vec::new(),
        former: Vec::new(),
        asks: Asks::default(),
    }
}

fn of(one: (&str, &str), other: (&str, &str)) -> Vec<String> {
    let rows = [row(1, "1", one.0, one.1), row(2, "2", other.0, other.1)];
    let both = candidates(&rows);
    assert_eq!(candidates(&Roll::of(rows.clone()).alike()), both, "whom a quick look leaves out is nobody's double");
    let places: &[usize] = if both.is_empty() { &[] } else { &[0, 1] };
    assert_eq!(doubled(&[&rows[0], &rows[1]]), places, "the index keeps both of a pair and nobody else");
    let reversed = [rows[1].clone(), rows[0].clone()];
    assert_eq!(candidates(&reversed), both, "the order of the rows is nothing");
    both.into_iter().flat_map(|c| c.reasons).collect()
}

#[test]
fn likely_doubles_are_offered_with_the_reasons() {
    let birth = "1961-03-04";
    for (one, other, name) in [
        ("Okafor, Ngozi", "Okafor, Ngozi", "the same name"),
        ("OKAFOR, ngozi", "Okafor, Ngozi", "the same name"),
        ("Müller, Jörg", "Muller, Jorg", "the same name"),
        ("Соколов, Владимир", "Sokolov, Vladimir", "the same name"),
        ("Ngozi, Okafor", "Okafor, Ngozi", "the same name"),
        ("O'Brien, Mary", "OBrien, Mary", "the same name"),
        ("Smith-Jones, Ann", "Smith Jones, Ann", "the same name"),
        ("Okafor, Ngozi", "Okafer, Ngozi", "the names differ in one letter (okafor, okafer)"),
        ("Okafor, Ngozi", "Okafor, Ngzoi", "the names differ in one letter (ngozi, ngzoi)"),
        ("Okafor, Ngozi", "Okafor, Ngoz", "the names differ in one letter (ngozi, ngoz)"),
        ("Okafor, Ngozi", "Okafor, Ngozi Ada", "the names differ in one more word (ada)"),
    ] {
        assert_eq!(of((one, birth), (other, birth)), [name, "the same birth date"], "{one} and {other}");
    }
    assert_eq!(
        of(("Okafor, Ngozi", "1961-03-04"), ("Okafor, Ngozi", "1961-04-03")),
        ["the same name", "day and month of birth are swapped"]
    );
}

#[test]
fn others_are_left_in_peace() {
    for (one, other) in [
        // Twins, relatives, namesakes.
        (("Okafor, Ngozi", "1961-03-04"), ("Okafor, Chidi", "1961-03-04")),
        (("Okafor, Ngozi", "1961-03-04"), ("Okafor, Ngozi", "1961-03-05")),
        (("Okafor, Ngozi", "1961-03-04"), ("Okafer, Ngozi", "1961-04-03")),
        (("Li, Wei", "1961-03-04"), ("Lu, Wei", "1961-03-04")),
        (("Okafor, Ngozi", "1961-03-04"), ("Brandt, Elias", "1961-03-04")),
        (("", "1961-03-04"), ("", "1961-03-04")),
    ] {
        assert_eq!(of(one, other), Vec::<String>::new(), "{one:?} and {other:?}");
    }
}

#[test]
fn one_number_on_two_charts_is_offered() {
    let rows = [row(1, "1042", "Okafor, Ngozi", "1961-03-04"), row(2, "1042", "Brandt, Elias", "1948-07-19")];
    assert_eq!(candidates(&rows)[0].reasons, ["both have the number 1042"]);
}

fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

#[test]
fn who_was_kept_apart_is_not_offered_again_until_somebody_says_otherwise() {
    let mut rows = [row(1, "1", "Okafor, Ngozi", "1961-03-04"), row(2, "2", "Okafor, Ngozi", "1961-03-04")];
    assert_eq!(candidates(&rows).len(), 1);
    rows[1].said.push(Said {
        from: rows[1].id,
        about: rows[0].id,
        link: Link::Different,
        at: at("2026-11-20T10:00:00Z"),
        entry: EntryId(Ulid(9)),
    });
    assert_eq!(candidates(&rows), []);
}

#[test]
fn who_is_being_entered_is_found_by_former_names_too() {
    let mut rows = vec![row(1, "1", "Okafor, Ngozi", "1961-03-04"), row(2, "2", "Brandt, Elias", "1948-07-19")];
    let former = Former {
        id: PatientId(Ulid(7)),
        number: "7".to_owned(),
        name: "Eze, Ngozi".to_owned(),
        born: day("1961-03-04"),
        since: day("2026-11-02"),
    };
    rows[0].former.push(former);
    let typed = |family, given, born: Option<NaiveDate>| {
        let found = already_here(Typed { family, given, born }, &Roll::of(rows.clone()));
        found.into_iter().map(|(row, why)| (row.number.clone(), why.join(", "))).collect::<Vec<_>>()
    };
    let birth = Some(day("1961-03-04"));
    let one = |why: &str| vec![("1".to_owned(), why.to_owned())];
    assert_eq!(typed("Okafor", "Ngozi", birth), one("the same name, the same birth date"));
    assert_eq!(typed("Eze", "Ngozi", birth), one("the same name, the same birth date"));
    assert_eq!(typed("okafor", "", birth), one("the same family name, the same birth date"));
    assert_eq!(
        typed("Okafor", "Ngozi", Some(day("1961-04-03"))),
        one("the same name, day and month of birth are swapped")
    );
    assert_eq!(typed("Okafor", "Ngozi", None), one("the same name"));
    assert_eq!(typed("Okafor", "Ngozi", Some(day("1999-04-03"))), one("the same name, another birth date"));
    assert_eq!(typed("Okafor", "Chidi", Some(day("1999-04-03"))), []);
    assert_eq!(typed("", "", birth), []);
}

#[test]
fn a_double_with_a_dose_in_the_last_days_is_named_before_the_needle() {
    let mut rows = [row(1, "1", "Okafor, Ngozi", "1961-03-04"), row(2, "2", "Okafor, Ngozi", "1961-03-04")];
    let found = candidates(&rows);
    let (today, knowledge) = (day("2026-11-23"), Knowledge::built_in());
    for (last, is_named) in [(None, false), (Some("2026-11-08"), false), (Some("2026-11-09"), true)] {
        rows[1].last_given = last.map(day);
        let roll = Roll::of(rows.clone());
        let named = dosed_double(rows[0].id, &found, &roll, &knowledge, today);
        assert_eq!(named.is_some(), is_named, "{last:?}");
        assert_eq!(dosed_double(rows[1].id, &found, &roll, &knowledge, today), None, "the other had none");
        if let Some((double, last)) = named {
            assert_eq!(
                dosed_words(&double, last),
                "Okafor, Ngozi, born 04 Mar 1961, #2 may be the same patient, and had a dose on Mon 09 Nov 2026: look there first"
            );
        }
    }
}

#[test]
fn ten_thousand_rows_are_compared_at_once_also_where_all_have_one_birth_date() {
    let letters = |n: u32| -> String { (0..6).map(|i| char::from(b'a' + (n / 7_u32.pow(i) % 7) as u8)).collect() };
    let born = |n: u32| day("1930-01-01") + chrono::Days::new(u64::from(n * 37 % 25_000));
    for one_date in [false, true] {
        let of = |n: u32| {
            let birth = if one_date { day("1970-01-01") } else { born(n) };
            row(u128::from(n), &n.to_string(), &format!("{}, {}", letters(n * 13), letters(n * 11)), &birth.to_string())
        };
        let mut rows: Vec<_> = (0..10_000).map(of).collect();
        rows[9_999] = Row { id: rows[9_999].id, number: "again".to_owned(), ..rows[5].clone() };
        let begun = Instant::now();
        let found = candidates(&rows);
        // A debug build on a busy machine; a release build needs a few milliseconds.
        assert!(begun.elapsed().as_secs() < 4, "{:?}", begun.elapsed());
        assert!(found.iter().any(|c| (c.older, c.newer) == (rows[5].id, rows[9_999].id)));
    }
}

/// The same patient, in a chart of another workstation: other ids, an hour later.
fn elsewhere(story: &Story, id: u128) -> Chart {
    let entry = |e: &Entry| {
        let act = match &e.act {
            Act::Registered(_) => Act::Registered(Person { number: "77".to_owned(), ..person() }),
            Act::Given(given) => {
                let order = given.order.map(|o| EntryId(Ulid(o.0.0 + id)));
                Act::Given(cobalog::clinic::entry::Given { order, ..given.clone() })
            }
            act => act.clone(),
        };
        Entry { id: EntryId(Ulid(e.id.0.0 + id)), at: e.at + chrono::TimeDelta::hours(1), act, ..e.clone() }
    };
    Chart::new(PatientId(Ulid(u128::MAX - id)), story.entries.iter().map(entry).collect())
}

/// Joins the chart of the story with another one, two hours later.
fn joined(story: &mut Story, other: &Chart, unread: bool) -> Chart {
    let link = Act::Linked(Linked { other: other.id, link: Link::Same, why: "same card".to_owned() });
    story.act(link);
    let last = story.entries.last_mut().unwrap();
    last.at += chrono::TimeDelta::hours(2);
    let (others, unread) = if unread { (Vec::new(), vec![other.id]) } else { (vec![other.clone()], Vec::new()) };
    story.chart().joined_with(&others, &unread)
}

fn found<'a>(course: &'a Course, rule: &str) -> Option<&'a Finding> {
    course.findings.iter().find(|f| f.rule == rule)
}

#[test]
fn two_plans_are_named_until_a_prescriber_signs_one() {
    let mut story = Story::on("r01");
    let other = elsewhere(&Story::on("r02"), 5_000);
    let whole = joined(&mut story, &other, false);
    let course = Course::of(&whole, &story.practice, day("2026-01-06"));
    let finding = found(&course, "JOIN").unwrap();
    assert!(finding.text.contains("of #77, from Mon 05 Jan 2026 holds, as it was signed last"), "{}", finding.text);
    assert!(finding.text.contains("of #1042, from Mon 05 Jan 2026 does not"), "{}", finding.text);
    assert_eq!(course.person.as_ref().map(|p| p.number.as_str()), Some("1042"), "the older identity holds");
    let mut signed = whole.entries().iter().rev().find(|e| matches!(e.act, Act::Ordered(_))).unwrap().clone();
    (signed.id, signed.at) = (EntryId(Ulid(u128::MAX - 1)), signed.at + chrono::TimeDelta::hours(9));
    let course = Course::of(&whole.with(signed), &story.practice, day("2026-01-06"));
    assert_eq!(found(&course, "JOIN"), None);
}

#[test]
fn one_plan_in_two_charts_says_nothing() {
    let mut story = Story::on("r01");
    let other = elsewhere(&Story::new(crate::kit::practice()), 5_000);
    let course = Course::of(&joined(&mut story, &other, false), &story.practice, day("2026-01-06"));
    assert_eq!(found(&course, "JOIN"), None);
}

#[test]
fn a_part_that_cannot_be_read_is_a_stop() {
    let mut story = Story::on("r01");
    let other = elsewhere(&Story::on("r01"), 5_000);
    let course = Course::of(&joined(&mut story, &other, true), &story.practice, day("2026-01-06"));
    assert!(found(&course, "PART").unwrap().text.contains("cannot be read: its doses are missing here"));
}

#[test]
fn one_dose_in_both_charts_is_found_and_struck_in_one() {
    let mut story = Story::on("r01");
    let dose = story.give("2026-01-05");
    let other = elsewhere(&story, 5_000);
    let whole = joined(&mut story, &other, false);
    let course = Course::of(&whole, &story.practice, day("2026-01-06"));
    let twice = found(&course, "T9").unwrap();
    assert_eq!(twice.entries, [dose, EntryId(Ulid(dose.0.0 + 5_000))]);
    let strike = Act::Amended(Amended::new(twice.entries[1], "recorded twice", None));
    let entry = Entry { id: EntryId(Ulid(u128::MAX - 1)), act: strike, ..whole.entries().last().unwrap().clone() };
    let course = Course::of(&whole.with(entry), &story.practice, day("2026-01-06"));
    assert_eq!(found(&course, "T9"), None);
    assert_eq!(course.given().count(), 1);
}

#[test]
fn joining_hides_no_allergy_and_no_caution_until_somebody_records_the_identity_anew() {
    let mut story = Story::on("r01");
    let mut other = Story::on("r01");
    let warned = Person {
        allergies: Allergies::Known(vec!["cobalt".to_owned()]),
        caution: Some("anticoagulated".to_owned()),
        ..person()
    };
    other.entries[0].act = Act::Registered(warned.clone());
    let other = elsewhere(&other, 5_000);
    let act = Act::Registered(Person { number: "77".to_owned(), ..warned });
    let entry = Entry { id: EntryId(Ulid(77)), act, ..other.entries().last().unwrap().clone() };
    let other = other.with(entry);
    let whole = joined(&mut story, &other, false);
    let course = Course::of(&whole, &story.practice, day("2026-01-06"));
    let both = course.person.unwrap();
    assert_eq!((both.allergies.words().as_str(), both.caution.as_deref()), ("cobalt", Some("anticoagulated")));
    assert_eq!(both.number, "1042");
    let last = whole.entries().last().unwrap().clone();
    let anew = Entry {
        id: EntryId(Ulid(u128::MAX - 1)),
        at: last.at + chrono::TimeDelta::hours(1),
        act: Act::Registered(person()),
        ..last
    };
    let course = Course::of(&whole.with(anew), &story.practice, day("2026-01-06"));
    assert_eq!(course.person, Some(person()), "what was recorded with all of it in sight holds");
}
