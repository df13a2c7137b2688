//! What another system's file holds: weighed, taken over a patient at a time, undone as one.

use crate::faulty::Faulty;
use crate::kit::{NURSE, again, day, given, now, order, patient, person, places, practice, registered, today};
use chrono::Days;
use cobalog::clinic::audit::{Event, What};
use cobalog::clinic::course::Course;
use cobalog::clinic::entry::{Act, Amended, Checked};
use cobalog::clinic::intake::{Coming, Counts, Described, Left, Outcome, Parcel, Piece, Ruling, Trouble, Weighed};
use cobalog::clinic::lab::{Comparator, LabResult};
use cobalog::clinic::order::Order;
use cobalog::clinic::patient::Person;
use cobalog::clinic::people::Colleague;
use cobalog::store::{Store, Taken, Wanted};
use std::sync::Arc;
use tempfile::TempDir;

fn piece(n: usize, number: &str, family: &str, acts: Vec<Act>) -> Piece {
    let about = Described {
        number: number.to_owned(),
        family: family.to_owned(),
        given: "Grace".to_owned(),
        born: Some(day("1958-03-04")),
        ..Described::default()
    };
    let acts = acts.into_iter().map(|act| Coming::new(None, act)).collect();
    Piece {
        place: format!("line {n}"),
        lines: Vec::new(),
        about,
        enters: true,
        acts,
        remarks: Vec::new(),
        trouble: None,
    }
}

fn parcel(pieces: Vec<Piece>) -> Parcel {
    Parcel { file: "list.csv".to_owned(), pieces, remarks: Vec::new() }
}

const SAME: Ruling = Ruling { same_is_same: true, namesakes_are_others: false };

fn practice_on(disk: &Faulty) -> (TempDir, Store) {
    let (root, store) = practice();
    let store = Store::open_on(store.dir(), places(root.path()), Arc::new(disk.clone())).unwrap();
    (root, store)
}

fn weigh(store: &Store, parcel: &Parcel) -> Weighed {
    store.weigh(parcel, Ruling::default(), today(), &mut |_| true)
}

fn take(store: &Store, parcel: &Parcel) -> Taken {
    let weighed = weigh(store, parcel);
    store.take_over(parcel, &weighed, NURSE, now(), &mut |_, _| true)
}

fn haemoglobin(on: &str, value: f64) -> Act {
    let result = LabResult {
        analyte: "haemoglobin".to_owned(),
        value: Some(value),
        comparator: Comparator::Exactly,
        unit: "g/L".to_owned(),
        word: None,
        flag: None,
        range: None,
    };
    Act::Checked(Checked { on: day(on), labs: vec![result], ..Checked::default() })
}

fn why(weighed: &Weighed, n: usize) -> &str {
    match &weighed.outcomes[n] {
        Outcome::Left(left) => left.why(),
        Outcome::Taken(..) => "taken",
    }
}

/// A list of three, two of whom are here; what is there is not taken again, and the second time nothing is.
#[test]
fn a_list_is_taken_over_once() {
    let (_root, store) = practice();
    let here = patient(&store, "Adeyemi");
    let number = here.person().unwrap().number.clone();
    let last = today() - Days::new(10);
    let mut dose = Coming::new(None, given(None, last, ""));
    dose.on_order = true;
    let mut new = piece(2, "900", "Brandt", vec![Act::Ordered(order("r01", last))]);
    new.acts.push(dose);
    let parcel = parcel(vec![
        new,
        piece(3, &number, "Adeyemi", vec![haemoglobin("2026-11-02", 104.0)]),
        piece(4, &number, "Zielinski", vec![haemoglobin("2026-11-03", 91.0)]),
    ]);
    let weighed = weigh(&store, &parcel);
    assert_eq!(weighed.counts(), Counts { taken: 2, held: 1, skipped: 0, refused: 0 });
    assert!(why(&weighed, 2).starts_with(&format!("#{number} is Adeyemi, Grace, born")), "{}", why(&weighed, 2));
    let taken = store.take_over(&parcel, &weighed, NURSE, now(), &mut |_, _| true);
    assert_eq!((taken.entered, taken.added_to, taken.entries), (1, 1, 4));

    let row = store.roster(today()).rows.into_iter().find(|r| r.number == "900").unwrap();
    let chart = store.chart(row.id).unwrap();
    let course = Course::of(&chart, store.practice(), today());
    assert_eq!(course.given().count(), 1, "the dose counts on the plan that came with it");
    let from = chart.entries()[1].from.as_ref().unwrap();
    assert_eq!((from.file.as_str(), from.place.as_str()), ("list.csv", "line 2"));

    let weighed = weigh(&store, &parcel);
    assert_eq!(weighed.counts(), Counts { taken: 0, held: 1, skipped: 2, refused: 0 });
    assert_eq!(why(&weighed, 1), "It is in the chart already.");
}

#[test]
fn what_contradicts_the_chart_is_held_for_a_person() {
    let (_root, store) = practice();
    let chart = patient(&store, "Adeyemi");
    let number = chart.person().unwrap().number.clone();
    store.record(chart.id, vec![haemoglobin("2026-11-02", 104.0), given(None, today(), "")], NURSE, now()).unwrap();
    let Act::Given(mut other) = given(None, today(), "") else { panic!() };
    other.dose_mcg = 500;
    let parcel = parcel(vec![
        piece(1, &number, "Adeyemi", vec![haemoglobin("2026-11-02", 140.0)]),
        piece(2, &number, "Adeyemi", vec![Act::Given(other)]),
        piece(3, &number, "Adeyemi", vec![Act::Ordered(order("r02", today()))]),
    ]);
    let weighed = weigh(&store, &parcel);
    assert_eq!(weighed.counts().held, 3);
    assert_eq!(why(&weighed, 0), "The chart has haemoglobin 104 g/L on Mon 02 Nov 2026; the file says 140 g/L.");
    assert!(why(&weighed, 1).contains("1,000 mcg"), "{}", why(&weighed, 1));
    assert!(why(&weighed, 2).starts_with("The chart has a plan already: "), "{}", why(&weighed, 2));
}

/// Name and birth date alone are a question, not an answer, unless a person answers it for the file.
#[test]
fn who_has_no_number_in_the_file_is_asked_about() {
    let (_root, store) = practice();
    patient(&store, "Adeyemi");
    let parcel = parcel(vec![
        piece(1, "", "Adeyemi", vec![haemoglobin("2026-11-02", 104.0)]),
        piece(2, "", "Brandt", vec![haemoglobin("2026-11-02", 104.0)]),
        piece(3, "", "Brandt", vec![haemoglobin("2026-11-03", 105.0)]),
    ]);
    let weighed = weigh(&store, &parcel);
    assert!(why(&weighed, 0).starts_with("May be Adeyemi, Grace, born"), "{}", why(&weighed, 0));
    assert_eq!((weighed.counts().taken, weighed.new.len()), (2, 1), "two rows enter one patient");
    let answered = store.weigh(&parcel, SAME, today(), &mut |_| true);
    assert_eq!(answered.counts().taken, 3);
}

/// Of namesakes a person is asked once for the file; a birth date that is a slip away from the one here stays a question.
#[test]
fn who_shares_only_a_name_is_entered_once_a_person_says_so() {
    let (_root, store) = practice();
    patient(&store, "Adeyemi");
    let born = |n: usize, number: &str, born: &str| {
        let mut piece = piece(n, number, "Adeyemi", vec![haemoglobin("2026-11-02", 104.0)]);
        piece.about.born = Some(day(born));
        piece
    };
    // 1958-03-04 is here: another day and year; another year alone; day and month swapped; no number.
    let other = [(1, "900", "1960-03-05"), (2, "901", "1959-03-04"), (3, "902", "1958-04-03"), (4, "", "1960-03-05")];
    let parcel = parcel(other.map(|(n, number, day)| born(n, number, day)).to_vec());
    let weighed = weigh(&store, &parcel);
    assert_eq!((weighed.counts().held, weighed.namesakes), (4, 1), "{:?}", weighed.outcomes);
    let others = Ruling { namesakes_are_others: true, ..Ruling::default() };
    let answered = store.weigh(&parcel, others, today(), &mut |_| true);
    assert_eq!((answered.counts().taken, answered.counts().held, answered.namesakes), (1, 3, 0));
    assert_eq!((answered.new[0].number.as_str(), answered.ruling), ("900", others));
    store.take_over(&parcel, &answered, NURSE, now(), &mut |_, _| true);
    assert_eq!(store.roll(today()).roll.numbered("900").len(), 1);
}

/// What waited for an answer and was then taken with it waits no more.
#[test]
fn what_was_taken_with_an_answer_waits_no_more() {
    let (_root, store) = practice();
    patient(&store, "Adeyemi");
    let mut namesake = piece(1, "900", "Adeyemi", vec![haemoglobin("2026-11-02", 104.0)]);
    namesake.about.born = Some(day("1960-03-05"));
    let mut near = piece(2, "901", "Adeyemi", vec![haemoglobin("2026-11-02", 104.0)]);
    near.about.born = Some(day("1959-03-04"));
    namesake.lines = vec![1];
    let parcel = parcel(vec![namesake, near]);
    let take_over = |weighed: &Weighed| {
        cobalog::transfer::take_over(&store, (&parcel, weighed), true, (NURSE, now()), &mut |_, _| true).1
    };
    assert_eq!(take_over(&weigh(&store, &parcel)), 2);
    let others = Ruling { namesakes_are_others: true, ..Ruling::default() };
    let answered = store.weigh(&parcel, others, today(), &mut |_| true);
    assert_eq!((answered.counts().taken, take_over(&answered)), (1, 0));
    let waiting = store.unmatched().0;
    assert_eq!(waiting.iter().map(|waits| waits.piece.place.as_str()).collect::<Vec<_>>(), ["line 2"]);
}

#[test]
fn a_report_enters_nobody_and_trouble_is_told() {
    let (_root, store) = practice();
    let mut unknown = piece(1, "77", "Brandt", vec![haemoglobin("2026-11-02", 104.0)]);
    unknown.enters = false;
    let mut torn = piece(2, "", "", Vec::new());
    torn.trouble = Some(Trouble::Refused("The line ends in a quote.".to_owned()));
    let weighed = weigh(&store, &parcel(vec![unknown, torn]));
    assert_eq!(why(&weighed, 0), "Brandt, Grace is not a patient here.");
    assert_eq!(weighed.outcomes[1], Outcome::Left(Left::Refused("The line ends in a quote.".to_owned())));
    assert!(weighed.new.is_empty());
}

/// A corrected result amends the one that came under the same id; sent again, nothing comes of either.
#[test]
fn a_correction_amends_what_came_before() {
    let (_root, store) = practice();
    let chart = patient(&store, "Adeyemi");
    let number = chart.person().unwrap().number.clone();
    let result = |value, corrects| {
        let mut piece = piece(1, &number, "Adeyemi", Vec::new());
        piece.acts =
            vec![Coming { corrects, ..Coming::new(Some("F1|718-7".to_owned()), haemoglobin("2026-11-02", value)) }];
        piece
    };
    assert_eq!(take(&store, &parcel(vec![result(104.0, false)])).entries, 1);
    assert_eq!(take(&store, &parcel(vec![result(140.0, true)])).entries, 1);
    let labs = |store: &Store| {
        let course = Course::of(&store.chart(chart.id).unwrap(), store.practice(), today());
        course.checks.iter().map(|c| c.checked.labs[0].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(labs(&store), ["140 g/L"]);
    for again in [result(140.0, true), result(104.0, false)] {
        assert_eq!(weigh(&store, &parcel(vec![again])).counts().skipped, 1);
    }
    let both = parcel(vec![result(104.0, false), result(99.0, true)]);
    assert_eq!(weigh(&store, &both).counts(), Counts { taken: 1, held: 0, skipped: 1, refused: 0 });

    let (_other, fresh) = practice();
    let enters = |mut piece: Piece| {
        piece.about.number = "1".to_owned();
        piece
    };
    let both = parcel(vec![enters(result(104.0, false)), enters(result(99.0, true))]);
    let weighed = weigh(&fresh, &both);
    assert_eq!(weighed.counts().taken, 2, "the first piece still enters the patient");
    fresh.take_over(&both, &weighed, NURSE, now(), &mut |_, _| true);
    let id = fresh.roster(today()).rows[0].id;
    assert_eq!(fresh.chart(id).unwrap().entries().len(), 2, "and one result stands in the chart");
}

/// Undone, the file's patients are in no list, nothing is wrong with the practice, and the file may come again.
#[test]
fn an_import_is_undone_as_one() {
    let (root, store) = practice();
    let here = patient(&store, "Adeyemi");
    let number = here.person().unwrap().number.clone();
    let parcel = parcel(vec![
        piece(1, "900", "Brandt", vec![given(None, today(), "")]),
        piece(2, "901", "Castro", vec![given(None, today(), "")]),
        piece(3, &number, "Adeyemi", vec![haemoglobin("2026-11-02", 104.0)]),
    ]);
    let taken = take(&store, &parcel);
    let (imports, _) = store.imports();
    assert_eq!((imports[0].id, imports[0].charts, imports[0].entries), (taken.import.unwrap(), 3, 5));

    let castro = store.roster(today()).rows.into_iter().find(|r| r.number == "901").unwrap().id;
    store.record(castro, vec![given(None, today(), "by hand")], NURSE, now()).unwrap();
    let undone = store.undo_import(imports[0].id, NURSE, now(), &mut |_, _| true);
    assert_eq!((undone.entries, undone.charts, undone.kept), (3, 2, vec![castro]));
    let store = again(&root, &store);
    let numbers: Vec<_> = store.roster(today()).rows.iter().map(|r| r.number.clone()).collect();
    assert_eq!(numbers.len(), 2, "{numbers:?}: Brandt is in no list");
    assert_eq!(store.check().problems, Vec::new());
    assert_eq!(store.imports().0[0].struck, 3);

    let second = take(&store, &parcel);
    assert_eq!((second.entered, second.added_to, second.entries), (1, 1, 3), "it may come again");
}

#[test]
fn stopped_in_the_middle_no_patient_is_half_there() {
    let (_root, store) = practice();
    let pieces = (1..=20).map(|n| {
        let letter = char::from(b'a' + u8::try_from(n).unwrap());
        let family = letter.to_string().repeat(5);
        piece(n, &format!("{}", 900 + n), &family, vec![given(None, today(), ""), haemoglobin("2026-11-02", 104.0)])
    });
    let parcel = parcel(pieces.collect());
    let weighed = weigh(&store, &parcel);
    let taken = store.take_over(&parcel, &weighed, NURSE, now(), &mut |done, all| {
        assert_eq!(all, 20);
        done < 7
    });
    assert_eq!((taken.entered, taken.entries, taken.not_reached), (7, 21, 13));
    for row in store.roster(today()).rows {
        assert_eq!(store.chart(row.id).unwrap().entries().len(), 3);
    }
    let rest = take(&store, &parcel);
    assert_eq!((rest.entered, rest.added_to), (13, 0), "a second time takes the rest");
    let stopped = store.weigh(&parcel, Ruling::default(), today(), &mut |n| n < 5);
    assert_eq!(stopped.counts().held, 15);
}

fn families(count: usize) -> Parcel {
    parcel((1..=count).map(|n| piece(n, &(900 + n).to_string(), &format!("{}n", "ab".repeat(n)), Vec::new())).collect())
}

/// Who is entered elsewhere while an import runs keeps the number.
#[test]
fn a_number_that_is_taken_meanwhile_is_given_to_nobody_else() {
    let (root, store) = practice();
    let (parcel, other) = (families(4), again(&root, &store));
    let weighed = weigh(&store, &parcel);
    let taken = store.take_over(&parcel, &weighed, NURSE, now(), &mut |done, _| {
        if done == 2 {
            // Within one tick of the clock of the file system.
            let elsewhere = Person { number: "904".to_owned(), ..registered("Brandt") };
            other.new_patient(vec![Act::Registered(elsewhere)], NURSE, now()).unwrap();
        }
        true
    });
    let problems: Vec<_> = taken.problems.iter().map(ToString::to_string).collect();
    assert!(taken.entered == 3 && problems.len() == 1 && problems[0].contains("904"), "{problems:?}");
    assert_eq!(store.roll(today()).roll.numbered("904")[0].name.split(',').next(), Some("Brandt"));
}

/// What a patient costs does not grow with how many there are: not every chart is looked at for each.
#[test]
fn every_chart_is_looked_at_once_by_an_import() {
    let looks = |count: usize| {
        let disk = Faulty::default();
        let (_root, store) = practice_on(&disk);
        let parcel = families(count);
        let weighed = weigh(&store, &parcel);
        let before = disk.reads().len();
        assert_eq!(store.take_over(&parcel, &weighed, NURSE, now(), &mut |_, _| true).entered, count);
        disk.reads().len() - before
    };
    let (few, more, many) = (looks(10), looks(20), looks(40));
    assert!(many - more <= 2 * (more - few), "{few}, {more}, {many}");
}

/// The log has a line for each entry when an import ends, also where it was stopped.
#[test]
fn the_log_has_every_entry_of_an_import_that_was_stopped() {
    let (_root, mut store) = practice();
    store.audit_at_once();
    let parcel = families(8);
    let weighed = weigh(&store, &parcel);
    let taken = store.take_over(&parcel, &weighed, NURSE, now(), &mut |done, _| done < 5);
    let recorded = Wanted { what: Some(What::Recorded), ..Wanted::default() };
    assert_eq!((taken.entries, store.log(&recorded).0.len()), (5, 5));
    store.note(Event::new(now(), NURSE, What::Imported));
    assert!(store.check().is_sound(), "{:?}", store.check().problems);
    let undone = store.undo_import(taken.import.unwrap(), NURSE, now(), &mut |_, _| true);
    assert_eq!((undone.entries, store.log(&recorded).0.len()), (5, 10));
}

/// Numbers that the file does not give are given here, and none that it gives.
#[test]
fn numbers_are_free_ones() {
    let (_root, store) = practice();
    store.new_patient(vec![person("Adeyemi")], NURSE, now()).unwrap();
    let parcel = parcel(vec![
        piece(1, "", "Brandt", Vec::new()),
        piece(2, "1", "Castro", Vec::new()),
        piece(3, "", "Dumont", Vec::new()),
    ]);
    let weighed = weigh(&store, &parcel);
    let numbers: Vec<_> = weighed.new.iter().map(|p| p.number.as_str()).collect();
    assert_eq!(numbers.len(), 3);
    assert!(numbers.iter().all(|n| numbers.iter().filter(|m| m == &n).count() == 1), "{numbers:?}");
}

/// What nobody could name waits once, on every workstation, until a person says whose it is or puts it away.
#[test]
fn what_nobody_could_name_waits_for_a_person() {
    let (root, store) = practice();
    let chart = patient(&store, "Adeyemi");
    let number = chart.person().unwrap().number.clone();
    let report = |number: &str, family: &str, value| {
        let mut piece = piece(1, number, family, vec![haemoglobin("2026-11-02", value)]);
        piece.enters = false;
        piece.acts[0].id = Some(format!("LAB|{value}"));
        piece
    };
    let parcel =
        parcel(vec![report(&number, "Zielinski", 91.0), report("", "Adeyemi", 104.0), report("5", "Nobody", 80.0)]);
    let weighed = weigh(&store, &parcel);
    assert_eq!(store.keep_unmatched(&parcel, &weighed, NURSE, now()).unwrap(), 3);
    assert_eq!(store.keep_unmatched(&parcel, &weighed, NURSE, now()).unwrap(), 0, "it waits once");
    let store = again(&root, &store);
    let (waiting, problems) = store.unmatched();
    assert_eq!((waiting.len(), problems), (3, Vec::new()));
    assert_eq!(store.check().problems, Vec::new());

    let of = |value: f64| {
        waiting.iter().find(|w| matches!(&w.piece.acts[0].act, Act::Checked(c) if c.labs[0].value == Some(value)))
    };
    assert_eq!(of(104.0).unwrap().candidates, [chart.id]);
    assert_eq!(store.match_to(of(104.0).unwrap(), chart.id, NURSE, now()).unwrap(), 1);
    assert_eq!(store.match_to(of(104.0).unwrap(), chart.id, NURSE, now()).unwrap(), 0, "and is recorded once");
    store.put_away(of(80.0).unwrap(), "another practice's", NURSE, now()).unwrap();
    assert_eq!(store.unmatched().0.len(), 1);
    let last = store.chart(chart.id).unwrap();
    assert_eq!(last.entries().last().unwrap().from.as_ref().unwrap().file, "list.csv");

    let now_weighed = weigh(&store, &parcel);
    assert_eq!(now_weighed.counts().skipped, 2, "one is in the chart, and one was put away");
    assert_eq!(store.keep_unmatched(&parcel, &now_weighed, NURSE, now()).unwrap(), 0, "what was put away stays so");
    assert_eq!(store.unmatched().0.len(), 1);
    std::fs::write(store.dir().join("unmatched/x.ron"), "(").unwrap();
    assert_eq!(store.unmatched().1.len(), 1);
    assert_eq!(store.check().problems.len(), 1, "a damaged one is named");
}

fn lab_piece(number: &str, id: &str, value: f64) -> Piece {
    let mut piece = piece(1, number, "Adeyemi", vec![haemoglobin("2026-11-02", value)]);
    piece.acts[0].id = Some(id.to_owned());
    piece.enters = false;
    piece
}

fn waiting(store: &Store, pieces: Vec<Piece>) -> Vec<cobalog::clinic::intake::Unmatched> {
    let parcel = parcel(pieces);
    let weighed = weigh(store, &parcel);
    store.keep_unmatched(&parcel, &weighed, NURSE, now()).unwrap();
    store.unmatched().0
}

/// What a person matches goes the way of everything else: who it is stays, a correction corrects, a withdrawal takes out.
#[test]
fn what_is_matched_overwrites_nobody_and_corrects_what_came_before() {
    let (_root, store) = practice();
    let chart = patient(&store, "Adeyemi");
    let mut patient_of_theirs = piece(1, "X-9", "Adeyemi", vec![person("Adeyemi")]);
    patient_of_theirs.acts[0].id = Some("Patient/9".to_owned());
    let all = waiting(&store, vec![patient_of_theirs]);
    assert_eq!(store.match_to(&all[0], chart.id, NURSE, now()).unwrap(), 0);
    assert_eq!(store.chart(chart.id).unwrap().person(), chart.person(), "number and allergies stand as they were");

    let mut corrected = lab_piece("X-9", "F1|718-7", 140.0);
    corrected.acts[0].corrects = true;
    let mut gone = lab_piece("X-9", "F1|718-7", 140.0);
    gone.acts[0].strikes = true;
    let labs = || {
        let course = Course::of(&store.chart(chart.id).unwrap(), store.practice(), today());
        course.checks.iter().flat_map(|c| &c.checked.labs).map(ToString::to_string).collect::<Vec<_>>()
    };
    let all = waiting(&store, vec![lab_piece("X-9", "F1|718-7", 104.0)]);
    store.match_to(all.last().unwrap(), chart.id, NURSE, now()).unwrap();
    assert_eq!(labs(), ["104 g/L"]);
    // From then on it is known whose that order is.
    take(&store, &parcel(vec![corrected]));
    assert_eq!(labs(), ["140 g/L"]);
    take(&store, &parcel(vec![gone]));
    assert_eq!(labs(), [""; 0]);
}

/// A report that nobody could name.
fn of_a_stranger(id: &str, value: f64) -> Piece {
    let mut piece = lab_piece("77", id, value);
    piece.about = Described {
        number: "77".to_owned(),
        family: "Zielinski".to_owned(),
        given: "Tomasz".to_owned(),
        born: Some(day("1990-01-02")),
        ..Described::default()
    };
    piece
}

/// A report that was matched to somebody whom it does not name stands there: read again it adds nothing and waits no more, and
/// no other workstation gives it to another patient, unless it is struck out.
#[test]
fn one_result_stands_in_one_chart() {
    let (root, store) = practice();
    let (first, second) = (patient(&store, "Adeyemi"), patient(&store, "Brandt"));
    let report = parcel(vec![of_a_stranger("LAB|1", 104.0)]);
    let waits = waiting(&store, report.pieces.clone()).remove(0);
    let other = again(&root, &store);
    let of_other = other.unmatched().0.remove(0);
    assert_eq!(store.match_to(&waits, first.id, NURSE, now()).unwrap(), 1);

    let read = weigh(&store, &report);
    assert_eq!(read.counts(), Counts { skipped: 1, ..Counts::default() });
    let called = format!("It is in the chart of Adeyemi, Grace #{}.", first.person().unwrap().number);
    assert!(why(&read, 0).contains(&called), "{}", why(&read, 0));
    assert_eq!(store.keep_unmatched(&report, &read, NURSE, now()).unwrap(), 0);
    let refused = other.match_to(&of_other, second.id, NURSE, now()).unwrap_err();
    assert!(refused.contains("in the chart of Adeyemi, Grace"), "{refused}");
    assert_eq!(other.chart(second.id).unwrap().entries().len(), second.entries().len());
    assert_eq!(other.match_to(&of_other, first.id, NURSE, now()).unwrap(), 0);

    let mut corrected = of_a_stranger("LAB|1", 114.0);
    corrected.acts[0].corrects = true;
    let corrected = weigh(&store, &parcel(vec![corrected]));
    let Outcome::Left(Left::Held { candidates, why: asked }) = &corrected.outcomes[0] else { panic!("{corrected:?}") };
    assert!(
        candidates == &[first.id] && asked.contains("What came of it before is in the chart of Adeyemi"),
        "{asked}"
    );
    // A number that the laboratory uses again is another result.
    let reused = weigh(&store, &parcel(vec![of_a_stranger("LAB|1", 88.0)]));
    assert!(!why(&reused, 0).contains("Adeyemi"), "{}", why(&reused, 0));

    let id = store.chart(first.id).unwrap().entries().last().unwrap().id;
    let strike = Act::Amended(Amended::new(id, "not hers".to_owned(), None));
    store.record(first.id, vec![strike], NURSE, now()).unwrap();
    assert_eq!(weigh(&store, &report).counts().held, 1, "it was struck out: somebody says whose it is");
    assert_eq!(store.match_to(&waits, second.id, NURSE, now()).unwrap(), 1);
    assert_eq!(weigh(&store, &report).counts().skipped, 1);
}

/// Somebody of the name who is entered later gets no second copy of what was given to another by hand.
#[test]
fn what_was_matched_is_not_taken_for_who_is_entered_later() {
    let (_root, store) = practice();
    let first = patient(&store, "Adeyemi");
    let mut report = of_a_stranger("LAB|1", 104.0);
    let later = Person { born: day("1990-01-02"), given: "Tomasz".to_owned(), ..registered("Zielinski") };
    report.about.number.clone_from(&later.number);
    let waits = waiting(&store, vec![report.clone()]).remove(0);
    store.match_to(&waits, first.id, NURSE, now()).unwrap();
    store.new_patient(vec![Act::Registered(later)], NURSE, now()).unwrap();
    let report = parcel(vec![report]);
    let read = weigh(&store, &report);
    assert!(why(&read, 0).contains("It is in the chart of Adeyemi, Grace"), "{read:?}");
    assert_eq!(take(&store, &report).entries, 0);
}

/// Two rows that cannot both be true are held, whichever stands first; what cannot have been yet, too.
#[test]
fn a_file_that_contradicts_itself_is_held() {
    let (_root, store) = practice();
    let dose = |mcg: u32, on| {
        let Act::Given(mut given) = given(None, on, "") else { panic!() };
        given.dose_mcg = mcg;
        Act::Given(given)
    };
    let parcel = parcel(vec![
        piece(1, "900", "Brandt", vec![dose(1000, today())]),
        piece(2, "900", "Brandt", vec![dose(500, today())]),
        piece(3, "900", "Brandt", vec![dose(1000, today() + Days::new(1))]),
        piece(4, "900", "Brandt", vec![dose(1000, day("1957-01-01"))]),
        piece(5, "901", "Castro", vec![dose(1000, day("1957-01-01"))]),
    ]);
    let weighed = weigh(&store, &parcel);
    assert_eq!(weighed.counts(), Counts { taken: 1, held: 4, skipped: 0, refused: 0 });
    assert!(why(&weighed, 1).contains("Another dose of Wed 18 Nov 2026 stands, 1,000 mcg"), "{}", why(&weighed, 1));
    assert_eq!(why(&weighed, 2), "Thu 19 Nov 2026 lies in the future.");
    assert_eq!(why(&weighed, 3), "Tue 01 Jan 1957 is before the birth date.");
    assert_eq!(weighed.new.len(), 1, "nobody is entered by a row that is held");
}

/// Also what corrected an entry that was there goes with the import; and a plan that somebody else takes over waits.
#[test]
fn an_import_is_undone_with_its_corrections_and_signs_for_nobody() {
    let (_root, store) = practice();
    let chart = patient(&store, "Adeyemi");
    let number = chart.person().unwrap().number.clone();
    take(&store, &parcel(vec![lab_piece(&number, "F1|718-7", 104.0)]));
    let mut corrected = lab_piece(&number, "F1|718-7", 140.0);
    corrected.acts[0].corrects = true;
    let second = take(&store, &parcel(vec![corrected]));
    assert_eq!(second.entries, 1);
    let import = second.import.unwrap();
    assert!(store.imports().0.iter().any(|i| i.id == import && i.entries == 1 && i.struck == 0));
    let undone = store.undo_import(import, NURSE, now(), &mut |_, _| true);
    assert_eq!((undone.entries, undone.kept.len()), (1, 0));
    let course = Course::of(&store.chart(chart.id).unwrap(), store.practice(), today());
    assert_eq!(course.checks[0].checked.labs[0].to_string(), "104 g/L", "what held before holds again");

    let mut gone = lab_piece(&number, "F1|718-7", 104.0);
    gone.acts[0].strikes = true;
    let third = take(&store, &parcel(vec![gone])).import.unwrap();
    let labs = || Course::of(&store.chart(chart.id).unwrap(), store.practice(), today()).checks.len();
    assert_eq!(labs(), 0);
    assert!(store.imports().0.iter().any(|i| i.id == third && i.entries == 1 && i.struck == 0));
    assert_eq!(store.undo_import(third, NURSE, now(), &mut |_, _| true).entries, 1);
    assert_eq!(labs(), 1, "what was withdrawn whole comes back too");

    take(&store, &parcel(vec![piece(1, "902", "Dumont", vec![Act::Ordered(order("r01", today()))])]));
    let row = store.roster(today()).rows.into_iter().find(|r| r.number == "902").unwrap();
    assert_eq!(row.asks.to_sign.len(), 1, "Dr Chen signed nothing here");
}

/// Whose decision a plan is, is asked of who takes it over: her own she signs by that, all others wait.
#[test]
fn a_plan_is_signed_only_by_the_prescriber_who_takes_it_over() {
    let plan = |prescriber: &str| Order { prescriber: prescriber.to_owned(), ..order("r01", today()) };
    let list = parcel(vec![
        piece(1, "902", "Dumont", vec![Act::Ordered(plan("Dr Elsewhere"))]),
        piece(2, "903", "Eze", vec![Act::Ordered(plan("dr chen"))]),
    ]);
    let waiting = |by: &str, list: &Parcel| {
        let (_root, mut store) = practice();
        store.change_settings(|settings| settings.people.push(Colleague::new("Dr Chen", true))).unwrap();
        let weighed = weigh(&store, list);
        let taken = store.take_over(list, &weighed, by, now(), &mut |_, _| true);
        let rows = store.roster(today()).rows;
        let waits: Vec<_> = rows.iter().filter(|r| !r.asks.to_sign.is_empty()).map(|r| r.number.clone()).collect();
        (taken.to_sign, waits)
    };
    assert_eq!(waiting(NURSE, &list), (true, vec!["902".to_owned(), "903".to_owned()]));
    assert_eq!(waiting("Dr Chen", &list), (true, vec!["902".to_owned()]));
    let own = Parcel { pieces: vec![list.pieces[1].clone()], ..list };
    assert_eq!(waiting("Dr Chen", &own), (false, Vec::new()));
}

/// An order that is reported in parts: each part goes on from what the one before made of the entry.
#[test]
fn parts_of_one_order_complete_each_other() {
    let (_root, store) = practice();
    let chart = patient(&store, "Adeyemi");
    let number = chart.person().unwrap().number.clone();
    let part = |n: usize, analyte: &str, value: f64, unit: &str| {
        let mut piece = lab_piece(&number, "F1", value);
        piece.place = format!("line {n}");
        let Act::Checked(checked) = &mut piece.acts[0].act else { panic!() };
        analyte.clone_into(&mut checked.labs[0].analyte);
        unit.clone_into(&mut checked.labs[0].unit);
        piece
    };
    take(&store, &parcel(vec![part(1, "haemoglobin", 104.0, "g/L")]));
    take(&store, &parcel(vec![part(1, "mcv", 104.0, "fL"), part(2, "total-b12", 90.0, "ng/L")]));
    let course = Course::of(&store.chart(chart.id).unwrap(), store.practice(), today());
    let labs: Vec<_> = course.checks.iter().flat_map(|c| &c.checked.labs).map(ToString::to_string).collect();
    assert_eq!(labs, ["104 g/L", "104 fL", "90 ng/L"]);
}

/// What could not be read of a patient who is known waits until somebody has entered it by hand and puts it away.
#[test]
fn what_cannot_be_read_waits_until_it_is_entered_by_hand() {
    let (root, store) = practice();
    let chart = patient(&store, "Adeyemi");
    let unread = |sent: &str| Piece {
        acts: Vec::new(),
        lines: Vec::new(),
        enters: false,
        remarks: vec![format!("Sent: {sent}.")],
        trouble: Some(Trouble::Held("The unit is not known here.".to_owned())),
        ..piece(7, &chart.person().unwrap().number, "Adeyemi", Vec::new())
    };
    let one = parcel(vec![unread("B12 150 pg/dL")]);
    let keep =
        |store: &Store, parcel: &Parcel| store.keep_unmatched(parcel, &weigh(store, parcel), NURSE, now()).unwrap();
    assert_eq!((keep(&store, &one), keep(&store, &one)), (1, 0));
    assert_eq!(keep(&store, &parcel(vec![unread("B12 90 pg/dL")])), 1, "another report on the same line of a file");
    let store = again(&root, &store);
    let (waiting, problems) = store.unmatched();
    assert_eq!((waiting.len(), problems, store.check().problems), (2, Vec::new(), Vec::new()));
    let waits = waiting.iter().find(|w| w.told().contains("150")).unwrap();
    assert_eq!(waits.told(), "The unit is not known here. Sent: B12 150 pg/dL.");
    assert_eq!((waits.candidates.as_slice(), waits.is_by_hand()), ([chart.id].as_slice(), true));
    assert!(store.match_to(waits, chart.id, NURSE, now()).unwrap_err().contains("by hand"));
    assert_eq!(store.chart(chart.id).unwrap().entries().len(), chart.entries().len());
    store.put_away(waits, "entered by hand", NURSE, now()).unwrap();
    let read = weigh(&store, &one);
    let on = cobalog::clinic::words::day(now().date_naive());
    assert_eq!(why(&read, 0), format!("It was put away on {on}; its file is in kept/."));
    assert_eq!(read.counts(), Counts { skipped: 1, ..Counts::default() });
    assert_eq!((keep(&store, &one), store.unmatched().0.len()), (0, 1), "what was put away stays so");
}

/// Of two reports of one folder that contradict each other the one that waits says its results.
#[test]
fn a_report_that_contradicts_another_waits_with_its_results() {
    let (_root, store) = practice();
    let chart = patient(&store, "Adeyemi");
    let trouble = Some(Trouble::Held("a.hl7 has another result of haemoglobin.".to_owned()));
    let piece = Piece { trouble, ..lab_piece(&chart.person().unwrap().number, "LAB|1", 104.0) };
    let waiting = waiting(&store, vec![piece]);
    assert_eq!(
        waiting[0].told(),
        "a.hl7 has another result of haemoglobin. It says: haemoglobin 104 g/L, Mon 02 Nov 2026."
    );
}
