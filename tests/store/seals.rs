//! Seals: what was changed, removed, added or moved outside the program is named, and merging proves right in any order.

use crate::kit::{NURSE, again, at, chart_path, day, given, now, patient, person, places, practice, share_key};
use cobalog::clinic::audit::{Event, What};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::entry::{Entry, EntryId};
use cobalog::clinic::practice::Settings;
use cobalog::clinic::seal::{Seal, Tampered};
use cobalog::store::disk::Real;
use cobalog::store::repair::repair;
use cobalog::store::{Store, Wanted, backup, write_chart};
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use ulid::Ulid;

const OTHER: &str = "Sam Osei RN";

/// A patient with four doses of two nurses.
fn story() -> (TempDir, Store, Chart) {
    let (root, store) = practice();
    let mut chart = patient(&store, "Novak");
    for (n, by) in [NURSE, OTHER, NURSE, NURSE].into_iter().enumerate() {
        let act = given(None, day(&format!("2026-11-{}", 19 + n)), &format!("dose {n}"));
        let when = at(&format!("2026-11-{}T09:14:00+01:00", 19 + n));
        chart = store.record(chart.id, vec![act], by, when).unwrap().0;
    }
    assert!(store.check().is_sound(), "{:?}", store.check());
    (root, store, chart)
}

fn text(store: &Store, chart: &Chart) -> String {
    fs::read_to_string(chart_path(store, chart)).unwrap()
}

fn put(store: &Store, chart: &Chart, text: &str) {
    fs::write(chart_path(store, chart), text).unwrap();
}

/// The line of the file that an entry stands in, counted from 1, and its text.
fn line_of(text: &str, id: EntryId) -> (usize, String) {
    let found = text.lines().enumerate().find(|(_, line)| line.contains(&format!("(id: \"{id}\"")));
    let (n, line) = found.unwrap();
    (n + 1, line.to_owned())
}

/// The problems of a check: line, column and words.
fn problems(store: &Store) -> Vec<(usize, usize, String)> {
    let found = store.check().problems;
    found.into_iter().map(|p| (p.line.unwrap_or(0), p.column.unwrap_or(0), p.what)).collect()
}

#[test]
fn every_entry_gets_a_number_in_its_authors_chain() {
    let (_root, store, chart) = story();
    let seals: Vec<_> = chart.entries().iter().map(|e| e.seal.clone().unwrap()).collect();
    let read: Vec<_> = seals.iter().map(|seal| Seal::read(seal).unwrap()).collect();
    assert_eq!(read.iter().map(|seal| seal.n).collect::<Vec<_>>(), [1, 2, 3, 1, 4, 5]);
    assert!(read.iter().all(|seal| seal.station == store.station()));
    assert!(read[1].follows(read[0].tag) && read[4].follows(read[2].tag) && !read[4].follows(read[3].tag));
    let key = fs::read_to_string(store.dir().join("keys/seal.key")).unwrap();
    assert!(key.contains("since: \"2026-11-18T09:14:00+01:00\""), "{key}");
}

#[cfg(unix)]
#[test]
fn the_key_is_for_this_account_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_root, store, _) = story();
    let mode = |name: &str| fs::metadata(store.dir().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("keys"), mode("keys/seal.key")), (0o700, 0o600));
}

#[test]
fn one_changed_byte_is_named_wherever_it_is() {
    let (_root, store) = practice();
    let chart = store.new_patient(vec![person("Novak"), given(None, day("2026-11-18"), "x")], NURSE, now()).unwrap().0;
    let whole = text(&store, &chart);
    for n in 0..whole.len() {
        let mut bytes = whole.clone().into_bytes();
        bytes[n] = if bytes[n] == b'7' { b'8' } else { b'7' };
        fs::write(chart_path(&store, &chart), &bytes).unwrap();
        let report = store.check();
        let found = report.problems.iter().any(|p| p.path == chart_path(&store, &chart));
        assert!(found, "byte {n}, {:?}: {:?}", char::from(whole.as_bytes()[n]), report.problems);
    }
    put(&store, &chart, &whole);
    assert!(store.check().is_sound());
}

#[test]
fn a_changed_entry_is_named_and_the_chart_opens() {
    let (_root, store, chart) = story();
    let dose = &chart.entries()[4];
    let before = text(&store, &chart);
    let (line, old) = line_of(&before, dose.id);
    put(&store, &chart, &before.replace(&old, &old.replace("dose_mcg: 1000", "dose_mcg: 100")));
    let [(found, column, what)] = &problems(&store)[..] else { panic!("{:?}", problems(&store)) };
    assert_eq!((*found, *column), (line, 10));
    assert!(
        what.starts_with("the entry \"Given\" of Sat 21 Nov 2026 09:14 by Maya Keller RN was changed outside Cobalog"),
        "{what}"
    );
    let opened = store.chart(chart.id).unwrap();
    let marks = store.marks(&opened);
    assert_eq!(marks.entries.get(&dose.id), Some(&Tampered::Changed));
    assert_eq!((marks.entries.len(), marks.removed), (1, 0));
}

#[test]
fn a_removed_entry_is_named_by_author_and_between_which_times() {
    let (_root, store, chart) = story();
    let before = text(&store, &chart);
    let (_, old) = line_of(&before, chart.entries()[4].id);
    put(&store, &chart, &before.replace(&format!("{old}\n"), ""));
    let found = problems(&store);
    let what = &found[0].2;
    assert!(
        what.starts_with("1 entry that Maya Keller RN recorded between Thu 19 Nov 2026 09:14 and Sun 22 Nov 2026 09:14 was removed outside Cobalog"),
        "{what}"
    );
    assert_eq!(store.marks(&store.chart(chart.id).unwrap()).removed, 1);
}

#[test]
fn an_inserted_entry_is_named_with_and_without_a_stolen_seal() {
    let (_root, store, chart) = story();
    let before = text(&store, &chart);
    let dose = chart.entries()[4].clone();
    let (_, old) = line_of(&before, dose.id);
    let id = EntryId(Ulid(dose.id.0.0 + 1));
    for seal in [None, dose.seal.clone()] {
        for when in [dose.at, at("2026-11-01T09:14:00+01:00")] {
            let added = Entry { id, at: when, seal: seal.clone(), ..dose.clone() };
            let all = Chart::new(chart.id, chart.entries().iter().cloned().chain([added]).collect());
            put(&store, &chart, &write_chart(&all, Path::new("x")).unwrap());
            let found = problems(&store);
            let said = if seal.is_some() { "was changed outside Cobalog" } else { "was added outside Cobalog" };
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].2.contains(said), "{found:?}");
        }
    }
    assert!(!old.is_empty());
}

#[test]
fn an_entry_of_another_chart_is_named_with_that_chart() {
    let (_root, store, chart) = story();
    let other = patient(&store, "Berg");
    let moved = chart.entries()[4].clone();
    let without = Chart::new(chart.id, chart.entries().iter().filter(|e| e.id != moved.id).cloned().collect());
    put(&store, &chart, &write_chart(&without, Path::new("x")).unwrap());
    put(&store, &other, &write_chart(&other.clone().with(moved), Path::new("x")).unwrap());
    let found = problems(&store);
    assert!(found.iter().any(|p| p.2.contains("was removed outside Cobalog")), "{found:?}");
    let said = format!("was recorded in the chart {} and put into this one", chart.id);
    assert!(found.iter().any(|p| p.2.contains(&said)), "{found:?}");
}

#[test]
fn swapped_files_are_named_also_where_their_ids_were_swapped_too() {
    let (_root, store, chart) = story();
    let other = patient(&store, "Berg");
    let (one, two) = (text(&store, &chart), text(&store, &other));
    put(&store, &chart, &two);
    put(&store, &other, &one);
    let found = problems(&store);
    assert!(found.iter().filter(|p| p.2.contains("not the one that its name says")).count() == 2, "{found:?}");
    put(&store, &chart, &two.replace(&other.id.to_string(), &chart.id.to_string()));
    put(&store, &other, &one.replace(&chart.id.to_string(), &other.id.to_string()));
    let found = problems(&store);
    for id in [chart.id, other.id] {
        let said = format!("was recorded in the chart {id} and put into this one");
        assert!(found.iter().any(|p| p.2.contains(&said)), "{found:?}");
    }
}

#[test]
fn entries_from_before_seals_are_counted_and_the_first_seal_vouches_for_them() {
    let (_root, store, chart) = story();
    // As an older program left it.
    let old: Vec<_> = chart.entries().iter().map(|e| Entry { seal: None, ..e.clone() }).collect();
    put(
        &store,
        &chart,
        &write_chart(&Chart::new(chart.id, old), Path::new("x")).unwrap().replace("format: 5", "format: 3"),
    );
    fs::remove_dir_all(store.dir().join("keys")).unwrap();
    let store = again(&_root, &store);
    let report = store.check();
    assert_eq!((report.old, report.problems), (0, Vec::new()), "nothing is sealed here yet");
    let when = at("2026-11-27T09:14:00+01:00");
    let chart = store.record(chart.id, vec![given(None, day("2026-11-27"), "sealed")], NURSE, when).unwrap().0;
    let chart = store.record(chart.id, vec![given(None, day("2026-11-28"), "sealed")], OTHER, when).unwrap().0;
    let report = store.check();
    assert_eq!((report.old, report.problems), (6, Vec::new()));
    let whole = text(&store, &chart);
    let (_, dose) = line_of(&whole, chart.entries()[3].id);
    put(&store, &chart, &whole.replace(&dose, &dose.replace("A1234", "A1235")));
    let found = problems(&store);
    assert!(found.len() == 1 && found[0].2.contains("was changed outside Cobalog"), "{found:?}");
    put(&store, &chart, &whole.replace(&format!("{dose}\n"), ""));
    let found = problems(&store);
    assert!(found.len() == 1 && found[0].2.starts_with("1 entry from before"), "{found:?}");
    let late = Entry { id: EntryId(Ulid(chart.entries()[3].id.0.0 + 1)), ..chart.entries()[3].clone() };
    put(&store, &chart, &write_chart(&chart.clone().with(late), Path::new("x")).unwrap());
    let found = problems(&store);
    assert!(found.len() == 1 && found[0].2.contains("was added outside Cobalog"), "{found:?}");
    // A whole chart that appears later without any seal.
    put(&store, &chart, &whole);
    let stranger = Chart::new(
        cobalog::store::Mint::patient(when),
        vec![Entry {
            id: cobalog::store::Mint::entry(when),
            at: at("2026-11-28T09:14:00+01:00"),
            by: NURSE.to_owned(),
            act: person("Stranger"),
            from: None,
            seal: None,
        }],
    );
    put(&store, &stranger, &write_chart(&stranger, Path::new("x")).unwrap());
    let found = problems(&store);
    assert!(found.len() == 1 && found[0].2.contains("was added outside Cobalog"), "{found:?}");
}

#[test]
fn a_lost_key_is_one_problem_and_recording_goes_on() {
    let (root, store, chart) = story();
    let key = store.dir().join("keys/seal.key");
    let text = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    let store = again(&root, &store);
    let found = problems(&store);
    assert!(found.len() == 1 && found[0].2.contains("nothing proves the seals of 6 entries"), "{found:?}");
    fs::write(&key, "nonsense").unwrap();
    let store = again(&root, &store);
    store.record(chart.id, vec![given(None, day("2026-11-23"), "x")], NURSE, at("2026-11-23T09:14:00+01:00")).unwrap();
    assert!(problems(&store).iter().any(|p| p.2.contains("the key of the seals cannot be read")));
    fs::write(&key, text).unwrap();
    let found = problems(&store);
    assert!(found.len() == 1 && found[0].2.contains("was added outside Cobalog, as it has no seal"), "{found:?}");
}

#[test]
fn a_second_key_of_a_workstation_that_was_apart_proves_what_it_sealed() {
    let (root, store, chart) = story();
    let before = text(&store, &chart);
    let apart = tempfile::tempdir().unwrap();
    let dir = apart.path().join("data");
    let mut other = Store::create_with(&dir, Settings::new("Larkfield Surgery", NURSE), places(apart.path())).unwrap();
    other.audit_at_once();
    put(&other, &chart, &before);
    other.record(chart.id, vec![given(None, day("2026-11-24"), "apart")], NURSE, now()).unwrap();
    let key = store.dir().join("keys/seal.sync-conflict-20261124-091400-ABCDEFG.key");
    fs::copy(dir.join("keys/seal.key"), key).unwrap();
    put(&store, &chart, &text(&other, &chart));
    fs::rename(dir.join("audit"), store.dir().join("audit")).unwrap();
    let mut here = again(&root, &store);
    here.audit_at_once();
    let found = problems(&here);
    assert!(found.len() == 1 && found[0].2.contains("no workstation which knows the practice's key"), "{found:?}");
    // Both open the folder that is one now, in whatever order.
    let mut there = Store::open_with(store.dir(), places(apart.path())).unwrap();
    there.audit_at_once();
    let event = || Event::new(now(), NURSE, What::Listed);
    [&there, &here].iter().for_each(|store| store.note(event()));
    for store in [&here, &there, &Store::open_with(store.dir(), places(&root.path().join("third"))).unwrap()] {
        assert!(store.check().is_sound(), "{:?}", problems(store));
    }
    // Once each: it is not said again and again.
    let lines = |store: &Store| store.log(&Wanted { what: Some(What::Vouched), ..Wanted::default() }).0.len();
    [&there, &here].iter().for_each(|store| store.note(event()));
    assert_eq!(lines(&here), 2);
}

/// What happens at one of two workstations that are apart.
#[derive(Clone, Copy, Debug)]
enum Turn {
    Records { here: bool, mine: bool },
    Meet,
}

fn turn() -> impl Strategy<Value = Turn> {
    let records = (any::<bool>(), any::<bool>()).prop_map(|(here, mine)| Turn::Records { here, mine });
    prop_oneof![4 => records, 1 => Just(Turn::Meet)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Two workstations with one key, apart and together in any order: whatever of their charts is united, in whatever order,
    /// proves right; and of the union nothing can be taken but the newest of a chain.
    #[test]
    fn united_charts_prove_right_whatever_the_order(turns in prop::collection::vec(turn(), 1..14)) {
        let (_root, here, chart) = story();
        let apart = tempfile::tempdir().unwrap();
        let dir = apart.path().join("data");
        let there = Store::create_with(&dir, Settings::new("Larkfield Surgery", NURSE), places(apart.path())).unwrap();
        share_key(&here, &there);
        put(&there, &chart, &text(&here, &chart));
        for turn in turns {
            match turn {
                Turn::Records { here: is_here, mine } => {
                    let store = if is_here { &here } else { &there };
                    let by = if mine { NURSE } else { OTHER };
                    store.record(chart.id, vec![given(None, day("2026-11-24"), "x")], by, now()).unwrap();
                }
                Turn::Meet => {
                    let (a, b) = (here.chart(chart.id).unwrap(), there.chart(chart.id).unwrap());
                    let (one, other) = (a.union(&b), b.union(&a));
                    prop_assert_eq!(&one, &other);
                    [&here, &there].iter().for_each(|store| put(store, &chart, &write_chart(&one, Path::new("x")).unwrap()));
                }
            }
        }
        let (a, b) = (here.chart(chart.id).unwrap(), there.chart(chart.id).unwrap());
        for whole in [a.union(&b), b.union(&a), a.clone(), b] {
            put(&here, &chart, &write_chart(&whole, Path::new("x")).unwrap());
            let report = here.check();
            let seals: Vec<_> = report.problems.iter().filter(|p| !p.what.contains("recorded here")).collect();
            prop_assert!(seals.is_empty(), "{:?}", seals);
            for gone in whole.entries() {
                let seal = Seal::read(gone.seal.as_deref().unwrap()).unwrap();
                let of_chain = |e: &&Entry| e.by == gone.by && Seal::read(e.seal.as_deref().unwrap()).unwrap().station == seal.station;
                let newest = whole.entries().iter().filter(of_chain).map(|e| Seal::read(e.seal.as_deref().unwrap()).unwrap().n).max();
                if newest == Some(seal.n) {
                    continue;
                }
                let rest = whole.only(|e| e.id != gone.id);
                put(&here, &chart, &write_chart(&rest, Path::new("x")).unwrap());
                let found = here.check().problems.into_iter().any(|p| p.what.contains("removed outside Cobalog"));
                prop_assert!(found, "{gone:?} is not missed");
            }
        }
    }
}

#[test]
fn a_repair_brings_back_what_was_recorded_and_takes_nothing_away() {
    let (root, store, chart) = story();
    let places = places(root.path());
    backup::add(&Real, store.dir(), &places, at("2026-11-22T10:00:00+01:00")).unwrap();
    let whole = text(&store, &chart);
    let [(_, changed), (_, removed)] = [3, 4].map(|n| line_of(&whole, chart.entries()[n].id));
    let tampered = whole.replace(&changed, &changed.replace("A1234", "A1235")).replace(&format!("{removed}\n"), "");
    put(&store, &chart, &tampered);
    // The newest backup has it as it was changed.
    backup::add(&Real, store.dir(), &places, at("2026-11-23T10:00:00+01:00")).unwrap();
    let when = at("2026-11-24T09:14:00+01:00");
    store.record(chart.id, vec![given(None, day("2026-11-24"), "later")], NURSE, when).unwrap();
    assert!(store.check().can_repair);
    fs::remove_dir_all(root.path().join("state/recorded")).unwrap();
    let report = repair(store.dir(), &places, when, Real::shared()).unwrap();
    assert_eq!((report.files.len(), report.files[0].left.as_deref()), (1, None), "{report:?}");
    assert!(report.files[0].was.starts_with("1 entry changed outside Cobalog"), "{report:?}");
    assert!(fs::read_to_string(report.files[0].kept.as_ref().unwrap()).unwrap().contains("A1235"));
    let now = text(&store, &chart);
    assert!(
        now.contains(&changed) && now.contains(&removed) && now.contains("later") && !now.contains("A1235"),
        "{now}"
    );
    assert!(store.check().is_sound(), "{:?}", store.check());
    // Without such a backup it is left as it is.
    fs::remove_dir_all(root.path().join("backups")).unwrap();
    put(&store, &chart, &now.replace(&changed, &changed.replace("A1234", "A1235")));
    let report = repair(store.dir(), &places, when, Real::shared()).unwrap();
    assert!(report.files[0].left.as_deref().unwrap().starts_with("no backup of this computer"), "{report:?}");
}
