//! The roster from the index is the roster from all charts, whatever happened to either.

use crate::kit::{NURSE, again, at, chart_path, given, now, order, patient, person, practice, today};
use chrono::{Days, NaiveDate, Weekday};
use cobalog::clinic::agenda::{Roll, Row, Task, Worklist};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::entry::{Act, Entry};
use cobalog::clinic::knowledge::regimen_files;
use cobalog::store::{Mint, Places, Roster, Store};
use proptest::prelude::*;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Returns what every chart says, read without an index.
fn read_all(store: &Store) -> Roster {
    Store::open_with(store.dir(), Places::default()).unwrap().roster(today())
}

/// Returns the rows that the index alone knows.
fn kept(store: &Store) -> Option<Vec<Row>> {
    let roll = store.roll_unverified()?;
    let mut rows: Vec<Row> = roll.rows().map(|(_, row)| Row::clone(&row)).collect();
    rows.sort_by_key(|row| row.id);
    roll.is_sound().then_some(rows)
}

/// What the lists say of a day: who, what, how late, in order; who is found by some words; who was given a dose.
fn lists(roll: &Roll, day: NaiveDate) -> impl PartialEq + std::fmt::Debug {
    let tasks = roll.worklist(day, 7);
    let said = |task: &Task| {
        let owed = roll.owed(task);
        // What a line says without its row is what the row says.
        let of_row = roll.row(task.row).and_then(|row| {
            let item = row.items.get(usize::from(task.item))?;
            Some((row.id, row.stops(item).map(str::to_owned)))
        });
        assert_eq!(owed.as_ref().map(|owed| (owed.patient, owed.stop.clone())), of_row);
        (owed.map(|owed| (owed.patient, owed.item)), task.days_late)
    };
    let mut by_day = Worklist::default();
    by_day.follow(roll, day, 7);
    let found = |query| roll.search(query).into_iter().filter_map(|at| roll.row(at)).map(|r| r.id).collect::<Vec<_>>();
    let numbered = |number| roll.numbered(number).iter().map(|row| row.id).collect::<Vec<_>>();
    (
        tasks.iter().map(said).collect::<Vec<_>>(),
        by_day.from(0, roll).map(|task| said(&task)).collect::<Vec<_>>(),
        ["", "f", "family1", "ahm", "1952", "#10", "zz", "ahm 1952", "e f a", "mar 1", "ahm zz"].map(found),
        (roll.given_on(day), roll.highest_number(), roll.len(), roll.is_sound()),
        ["1001", "1002", "7"].map(numbered),
    )
}

fn index_path(store: &Store) -> PathBuf {
    store.places().cache.clone().unwrap().join("roster.idx")
}

#[derive(Clone, Debug)]
enum Change {
    Register,
    Give(usize),
    Remove(usize),
    Damage(usize),
    Index(usize, u8),
    CutIndex(usize),
    Junk(Vec<u8>),
    Reopen,
    OpenDays(bool),
    List,
}

fn change() -> impl Strategy<Value = Change> {
    let any = 0_usize..10_000;
    prop_oneof![
        4 => Just(Change::Register),
        4 => any.clone().prop_map(Change::Give),
        1 => any.clone().prop_map(Change::Remove),
        1 => any.clone().prop_map(Change::Damage),
        2 => (any.clone(), 1_u8..).prop_map(|(place, bits)| Change::Index(place, bits)),
        1 => any.prop_map(Change::CutIndex),
        1 => prop::collection::vec(0_u8.., 0..200).prop_map(Change::Junk),
        1 => Just(Change::Reopen),
        1 => prop::bool::ANY.prop_map(Change::OpenDays),
        3 => Just(Change::List),
    ]
}

fn charts(store: &Store) -> Vec<PathBuf> {
    let entries = fs::read_dir(store.dir().join("charts")).unwrap();
    let mut paths: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths
}

fn overwrite(path: PathBuf, bytes: &[u8]) {
    OpenOptions::new().write(true).truncate(true).open(path).unwrap().write_all(bytes).unwrap();
}

fn make(store: &mut Store, change: Change) {
    let paths = charts(store);
    let chosen = |n: usize| (!paths.is_empty()).then(|| paths[n % paths.len()].clone());
    let index = fs::read(index_path(store)).ok().filter(|bytes| !bytes.is_empty());
    match change {
        Change::Register => drop(patient(store, "Ahmed")),
        Change::Give(n) => {
            let id = chosen(n).and_then(|p| p.file_stem().unwrap().to_str().unwrap().parse().ok());
            let on = today() - Days::new(n as u64 % 40);
            // A chart that an earlier change damaged refuses.
            let _ = id.map(|id| store.record(id, vec![given(None, on, "")], NURSE, now()));
        }
        Change::Remove(n) => drop(chosen(n).map(fs::remove_file)),
        Change::Damage(n) => drop(chosen(n).map(|path| overwrite(path, b"(format: 1, id: 3)"))),
        Change::Index(n, bits) => drop(index.map(|mut bytes| {
            let place = n % bytes.len();
            bytes[place] ^= bits;
            overwrite(index_path(store), &bytes);
        })),
        Change::CutIndex(n) => drop(index.map(|bytes| overwrite(index_path(store), &bytes[..n % bytes.len()]))),
        Change::Junk(junk) => drop(index.map(|bytes| overwrite(index_path(store), &[bytes, junk].concat()))),
        Change::Reopen => store.reload().unwrap(),
        Change::OpenDays(some) => {
            let days = if some { vec![Weekday::Tue] } else { cobalog::clinic::practice::all_week() };
            store.change_settings(|s| s.open_days = days).unwrap();
        }
        Change::List => drop(store.roster(today())),
    }
}

/// Wine does not, other than Windows: a worn index, which is open when it is written anew, then stays and is passed over.
fn replaces_open_files(dir: &Path) -> bool {
    let [open, other] = ["open.txt", "other.txt"].map(|name| dir.join(name));
    [&open, &other].into_iter().for_each(|path| fs::write(path, "").unwrap());
    let _held = fs::File::open(&open).unwrap();
    fs::rename(other, open).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_index_never_tells_another_story_than_the_charts(changes in prop::collection::vec(change(), 1..14)) {
        let (_root, mut store) = practice();
        for change in changes {
            make(&mut store, change);
            let _ = kept(&store);
        }
        let roster = store.roster(today());
        let all = read_all(&store);
        prop_assert_eq!(&roster, &all);
        prop_assert_eq!(&roster, &store.roster(today()));
        if !replaces_open_files(store.dir()) {
            return Ok(());
        }
        prop_assert_eq!(kept(&store), Some(roster.rows));
        // Also over midnight, in the packed pages and in the rows at hand.
        let at_hand = Roll::of(all.rows);
        let packed = store.roll_unverified().unwrap();
        packed.read_ahead(&packed.worklist(today(), 7));
        for days in [0, 1, 30] {
            prop_assert_eq!(lists(&packed, today() + Days::new(days)), lists(&at_hand, today() + Days::new(days)));
        }
    }
}

#[test]
fn a_recorded_act_is_in_the_index_at_once() {
    let (root, store) = practice();
    let [one, _] = ["Ahmed", "Berg"].map(|family| patient(&store, family));
    let (chart, _) = store.record(one.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
    patient(&store, "Costa");
    let rows = kept(&again(&root, &store)).unwrap();
    assert_eq!(rows[0], Row::of(&chart, store.practice(), today()).unwrap());
    assert_eq!(rows[0].last_given, Some(today()));
    assert_eq!(rows, read_all(&store).rows);
}

#[test]
fn charts_that_are_written_in_bulk_are_in_the_index() {
    let (_root, store) = practice();
    let mut made = vec![patient(&store, "Ahmed"), patient(&store, "Berg")];
    made.iter().for_each(|chart| fs::remove_file(chart_path(&store, chart)).unwrap());
    let _ = store.roster(today());
    store.write_charts(&made).unwrap();
    made.sort_by_key(|c| c.id);
    let ids: Vec<_> = kept(&store).unwrap().iter().map(|r| r.id).collect();
    assert_eq!(ids, made.iter().map(|c| c.id).collect::<Vec<_>>());
    assert_eq!(store.roster(today()), read_all(&store));
}

#[test]
fn a_row_that_is_most_of_a_year_old_is_worked_out_again() {
    let (_root, store) = practice();
    patient(&store, "Ahmed");
    let later = at("2027-11-18T09:14:00+01:00").date_naive();
    let _ = store.roster(today());
    let fresh = Store::open_with(store.dir(), Places::default()).unwrap().roster(later);
    assert_eq!(store.roster(later), fresh);
}

#[test]
fn a_practice_without_a_place_for_its_index_works() {
    let (root, store) = practice();
    patient(&store, "Ahmed");
    let nowhere = root.path().join("data/practice.ron/cache");
    let store = Store::open_with(store.dir(), Places { cache: Some(nowhere), ..Places::default() }).unwrap();
    assert_eq!(store.roster(today()).rows.len(), 1);
    assert_eq!(kept(&store), None);
}

/// The index rests on this: what a row says of the coming year does not depend on the day that it was worked out on.
#[test]
fn a_row_says_the_same_on_a_later_day() {
    let (_root, store) = practice();
    let soon = |row: &Row| row.items.iter().filter(|i| i.due < today() + Days::new(364)).cloned().collect::<Vec<_>>();
    for (name, doses) in regimen_files().flat_map(|(name, _)| [(name, 0), (name, 3)]) {
        let start = today() - Days::new(30);
        let plan = Mint::entry(now());
        let given = (0..doses).map(|k| given(Some(plan), start + Days::new(3 * k), ""));
        let plan = (plan, Act::Ordered(order(name.trim_end_matches(".ron"), start)));
        let rest = std::iter::once(person("Ahmed")).chain(given).map(|act| (Mint::entry(now()), act));
        let entry = |(id, act)| Entry { id, at: now(), by: NURSE.to_owned(), act, from: None, seal: None };
        let chart = Chart::new(Mint::patient(now()), std::iter::once(plan).chain(rest).map(entry).collect());
        let row = |days| Row::of(&chart, store.practice(), today() + Days::new(days)).unwrap();
        for days in [1, 30, 299] {
            assert_eq!(soon(&row(0)), soon(&row(days)), "{name} after {doses} doses, {days} days later");
        }
    }
}
