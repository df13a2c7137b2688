//! The same patient entered twice: joined, parted, merged between workstations, and never an entry lost.
#![expect(clippy::disallowed_methods, reason = "a test brings files together as a sync program does")]

use crate::kit::{NURSE, again, at, chart_path, given, now, patient, practice, today};
use cobalog::clinic::agenda::Row;
use cobalog::clinic::chart::Chart;
use cobalog::clinic::entry::{Act, Entry, EntryId, PatientId};
use cobalog::clinic::links::{Link, Links, Said};
use cobalog::store::{Store, StoreError, read_chart, write_chart};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use tempfile::TempDir;
use ulid::Ulid;

fn ids(chart: &Chart) -> BTreeSet<EntryId> {
    chart.entries().iter().map(|e| e.id).collect()
}

fn pair(store: &Store) -> (Chart, Chart) {
    let (a, b) = (patient(store, "Okafor"), patient(store, "Okafor"));
    if a.id < b.id { (a, b) } else { (b, a) }
}

fn say(store: &Store, a: PatientId, b: PatientId, link: Link) -> Chart {
    let done = store.link_although_apart((a, b), link, "same card", NURSE, now()).unwrap();
    assert!(done.left.is_none());
    done.chart
}

#[test]
fn joined_charts_are_read_as_one_and_the_old_number_leads_to_it() {
    let (root, store) = practice();
    let (a, b) = pair(&store);
    store.record(b.id, vec![given(None, today(), "in b")], NURSE, now()).unwrap();
    // Whichever is named first, the older chart stays.
    let whole = say(&store, b.id, a.id, Link::Same);
    assert_eq!(whole.id, a.id);
    let (own, other) = (store.chart_alone(a.id).unwrap(), store.chart_alone(b.id).unwrap());
    assert_eq!(ids(&whole), ids(&own).union(&ids(&other)).copied().collect());
    assert_eq!(whole.person(), own.person(), "the older chart's identity holds");
    assert_eq!(store.chart(b.id).unwrap(), whole, "the joined chart's id leads to the whole");
    for store in [&store, &again(&root, &store)] {
        let rows = store.roster(today()).rows;
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].id, rows[0].last_given), (a.id, Some(today())));
        let number = &other.person().unwrap().number;
        let former = rows[0].former(number).unwrap();
        assert_eq!(former.words("LS-1"), format!("{number} is now LS-1, joined Wed 18 Nov 2026"));
        assert_eq!(rows[0].former(&b.id.to_string()), Some(former));
        let kept = store.roll_unverified().unwrap();
        assert_eq!(kept.rows().map(|(_, row)| Row::clone(&row)).collect::<Vec<_>>(), rows);
    }
    assert_eq!(store.check().problems, Vec::new());
}

#[test]
fn new_entries_go_to_the_older_file_and_what_was_seen_is_counted_over_both() {
    let (_root, store) = practice();
    let (a, b) = pair(&store);
    let whole = say(&store, a.id, b.id, Link::Same);
    let seen = whole.entries().len();
    let before = fs::read(chart_path(&store, &b)).unwrap();
    // By the old id too, as a draft has it.
    store.record_seen(b.id, seen, vec![given(None, today(), "one")], NURSE, now()).unwrap();
    assert_eq!(fs::read(chart_path(&store, &b)).unwrap(), before);
    let stale = store.record_seen(a.id, seen, vec![given(None, today(), "two")], NURSE, now());
    assert!(matches!(stale, Err(StoreError::Meanwhile { .. })));
    // An entry that an offline workstation put into the other file appears by itself.
    let late = Entry {
        id: EntryId(Ulid::from_parts(2, 2)),
        at: now(),
        by: NURSE.to_owned(),
        act: given(None, today(), "late"),
        from: None,
        seal: None,
    };
    let other = store.chart_alone(b.id).unwrap().with(late.clone());
    fs::write(chart_path(&store, &b), write_chart(&other, &chart_path(&store, &b)).unwrap()).unwrap();
    let whole = store.chart(a.id).unwrap();
    assert_eq!((whole.entries().len(), whole.origin(late.id)), (seen + 2, b.id));
    let found = store.check().problems;
    assert!(found.len() == 1 && found[0].what.contains("as it has no seal"), "{found:?}");
    assert_eq!(store.marks(&whole).entries.len(), 1, "also where the charts are read as one");
}

#[test]
fn parting_brings_back_two_charts_with_all_their_entries() {
    let (_root, store) = practice();
    let (a, b) = pair(&store);
    say(&store, a.id, b.id, Link::Same);
    let (_, new) = store.record(a.id, vec![given(None, today(), "while joined")], NURSE, now()).unwrap();
    say(&store, a.id, b.id, Link::Different);
    let (one, other) = (store.chart(a.id).unwrap(), store.chart(b.id).unwrap());
    assert!(ids(&a).is_subset(&ids(&one)) && ids(&b).is_subset(&ids(&other)) && ids(&one).is_disjoint(&ids(&other)));
    assert!(one.entry(new[0]).is_some());
    assert_eq!(store.roster(today()).rows.len(), 2);
    assert!(cobalog::clinic::same::candidates(&store.roster(today()).rows).is_empty(), "not offered again");
    assert!(store.check().is_sound());
    say(&store, a.id, b.id, Link::Same);
    assert_eq!(store.roster(today()).rows.len(), 1, "and back again");
}

#[test]
fn a_correction_of_an_entry_of_the_other_file_is_sound_also_after_parting() {
    let (_root, store) = practice();
    let (a, b) = pair(&store);
    let (_, dose) = store.record(b.id, vec![given(None, today(), "twice")], NURSE, now()).unwrap();
    say(&store, a.id, b.id, Link::Same);
    let strike = cobalog::clinic::entry::Amended::new(dose[0], "recorded twice", None);
    let (whole, _) = store.record(a.id, vec![Act::Amended(strike)], NURSE, now()).unwrap();
    assert!(whole.facts().iter().any(|f| f.entry.id == dose[0] && f.act.is_none()));
    assert!(store.check().is_sound());
    say(&store, a.id, b.id, Link::Different);
    assert_eq!(store.check().problems, Vec::new());
}

#[test]
fn a_link_that_only_one_file_has_holds_and_is_completed() {
    for lost_is_older in [true, false] {
        let (root, store) = practice();
        let (a, b) = pair(&store);
        let lost = if lost_is_older { &a } else { &b };
        let before = fs::read(chart_path(&store, lost)).unwrap();
        say(&store, a.id, b.id, Link::Same);
        fs::write(chart_path(&store, lost), before).unwrap();
        // On another workstation, to which one of the two files has come.
        fs::remove_dir_all(store.places().state.as_ref().unwrap().join("recorded")).unwrap();
        let fresh = again(&root, &store);
        assert_eq!(fresh.roster(today()).rows.len(), 1, "one word is enough");
        let whole = fresh.chart(a.id).unwrap();
        assert!(ids(&a).union(&ids(&b)).all(|id| whole.entry(*id).is_some()));
        assert_eq!(fresh.chart(b.id).unwrap().id, a.id);
        let problems = fresh.check().problems;
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].path, chart_path(&store, lost));
        assert!(problems[0].what.contains("since Wed 18 Nov 2026, that the two are one patient"), "{}", problems[0]);
        if lost_is_older {
            assert_eq!(fresh.complete_links(today()), (1, Vec::new()));
            assert_eq!(fresh.complete_links(today()), (0, Vec::new()));
        } else {
            fresh.record(a.id, vec![given(None, today(), "next")], NURSE, now()).unwrap();
        }
        assert_eq!(fresh.check().problems, Vec::new());
        assert_eq!(again(&root, &store).chart(b.id).unwrap().id, a.id);
    }
}

#[test]
fn completing_an_old_word_does_not_outdo_a_newer_one() {
    let (root, store) = practice();
    let (a, b) = pair(&store);
    let before = fs::read(chart_path(&store, &b)).unwrap();
    say(&store, a.id, b.id, Link::Same);
    fs::write(chart_path(&store, &b), &before).unwrap();
    // Meanwhile another workstation kept them apart, and its file of the one chart arrives after the completion.
    let (elsewhere, far) = copy(&store);
    far.link((a.id, b.id), Link::Different, "twins", NURSE, at("2026-11-18T10:00:00+01:00")).unwrap();
    let fresh = again(&root, &store);
    assert_eq!(fresh.complete_links(today()).0, 1);
    meet(&fresh, &far, &[a.id, b.id]);
    assert_eq!(fresh.roster(today()).rows.len(), 2);
    drop(elsewhere);
}

#[test]
fn a_chart_that_cannot_be_read_is_named_and_the_rest_is_shown() {
    let (_root, store) = practice();
    let (a, b) = pair(&store);
    say(&store, a.id, b.id, Link::Same);
    fs::write(chart_path(&store, &b), "nonsense").unwrap();
    let roster = store.roster(today());
    assert_eq!((roster.rows.len(), roster.problems.len()), (1, 1));
    let whole = store.chart(a.id).unwrap();
    assert_eq!(whole.joined().iter().map(|j| (j.id, j.is_read)).collect::<Vec<_>>(), [(b.id, false)]);
    fs::write(chart_path(&store, &a), "nonsense too").unwrap();
    assert_eq!(store.roster(today()).rows.len(), 0);
    assert!(store.chart(a.id).is_err());
}

#[test]
fn the_number_of_a_joined_chart_is_not_given_again() {
    let (_root, store) = practice();
    let (a, b) = pair(&store);
    say(&store, a.id, b.id, Link::Same);
    let taken = store.new_patient(vec![Act::Registered(b.person().unwrap().clone())], NURSE, now());
    assert!(matches!(taken, Err(StoreError::NumberTaken { .. })));
}

#[test]
fn three_charts_join_and_one_leaves() {
    let (_root, store) = practice();
    let (a, b) = pair(&store);
    let c = patient(&store, "Okafor");
    say(&store, c.id, b.id, Link::Same);
    say(&store, a.id, c.id, Link::Same);
    assert_eq!(store.chart(c.id).unwrap().joined().iter().map(|j| j.id).collect::<Vec<_>>(), [b.id, c.id]);
    say(&store, a.id, c.id, Link::Different);
    let rows = store.roster(today()).rows;
    assert_eq!(rows.iter().map(|r| (r.id, r.former.len())).collect::<Vec<_>>(), [(a.id, 1), (c.id, 0)]);
    assert_eq!(store.check().problems, Vec::new());
}

#[test]
fn who_was_recorded_as_two_people_is_not_joined_by_a_third_chart() {
    let (_root, store) = practice();
    let (a, b) = pair(&store);
    let c = patient(&store, "Okafor");
    store.link((a.id, b.id), Link::Different, "both were here", NURSE, now()).unwrap();
    store.link((a.id, c.id), Link::Same, "same card", NURSE, now()).unwrap();
    let before = [&a, &b, &c].map(|chart| fs::read(chart_path(&store, chart)).unwrap());
    for pair in [(a.id, b.id), (b.id, c.id), (c.id, b.id)] {
        let error = store.link(pair, Link::Same, "same phone", NURSE, now()).unwrap_err();
        assert!(matches!(&error, StoreError::KeptApart { apart, .. } if apart.len() == 1), "{error}");
        assert!(error.to_string().contains("were kept apart as two people on "), "{error}");
        assert!(error.to_string().contains("both were here. Nothing was recorded"), "{error}");
    }
    assert_eq!([&a, &b, &c].map(|chart| fs::read(chart_path(&store, chart)).unwrap()), before);
    let done = store.link_although_apart((b.id, c.id), Link::Same, "same phone", NURSE, now()).unwrap();
    assert_eq!(done.chart.joined().iter().map(|j| j.id).collect::<BTreeSet<_>>(), BTreeSet::from([b.id, c.id]));
}

/// Another workstation's copy of the practice.
fn copy(store: &Store) -> (TempDir, Store) {
    let (root, far) = practice();
    for file in fs::read_dir(store.dir().join("charts")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), far.dir().join("charts").join(file.file_name())).unwrap();
    }
    (root, far)
}

/// Both folders get the union of each chart's file, as a file sync with merging gives it.
fn meet(one: &Store, other: &Store, charts: &[PatientId]) {
    for id in charts {
        let path = |s: &Store| s.dir().join(format!("charts/{id}.ron"));
        let read = |s: &Store| read_chart(&fs::read_to_string(path(s)).unwrap(), &path(s)).unwrap();
        let both = read(one).union(&read(other));
        for store in [one, other] {
            fs::write(path(store), write_chart(&both, &path(store)).unwrap()).unwrap();
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Say(usize, usize, bool),
    Dose(usize),
    Meet,
}

fn step() -> impl Strategy<Value = (bool, Step)> {
    let step = prop_oneof![
        4 => (0..4_usize, 0..4_usize, any::<bool>()).prop_map(|(a, b, same)| Step::Say(a, b, same)),
        3 => (0..4_usize).prop_map(Step::Dose),
        1 => Just(Step::Meet),
    ];
    (any::<bool>(), step)
}

fn said() -> impl Strategy<Value = Said> {
    (0..5_u128, 0..5_u128, any::<bool>(), 0..6_i64, 0..64_u128).prop_filter_map("of itself", |(a, b, same, t, n)| {
        (a != b).then(|| Said {
            from: PatientId(Ulid(a)),
            about: PatientId(Ulid(b)),
            link: if same { Link::Same } else { Link::Different },
            at: now() + chrono::TimeDelta::seconds(t),
            entry: EntryId(Ulid((n << 8) | (a << 4) | b)),
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn the_same_words_give_the_same_links_in_any_order(all in prop::collection::vec(said(), 0..14), seed in any::<u64>()) {
        let mut unique = std::collections::BTreeMap::new();
        for said in all {
            unique.entry(said.entry).or_insert(said);
        }
        let all: Vec<_> = unique.into_values().collect();
        let links = Links::of(all.iter().copied());
        let mut shuffled = all.clone();
        fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
        prop_assert_eq!(&Links::of(shuffled), &links);
        let mut seen = BTreeSet::new();
        for group in links.groups() {
            for (n, a) in group.iter().enumerate() {
                prop_assert!(seen.insert(*a), "in two groups");
                prop_assert_eq!(&links.members(*a), &group);
                prop_assert!(group[n + 1..].iter().all(|b| !all_apart(&all, *a, *b)), "kept apart and joined");
            }
        }
    }
}

fn all_apart(all: &[Said], a: PatientId, b: PatientId) -> bool {
    let of = |s: &&Said| (s.from, s.about) == (a, b) || (s.from, s.about) == (b, a);
    all.iter().filter(of).max_by_key(|s| (s.at, s.entry)).is_some_and(|s| s.link == Link::Different)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn two_workstations_that_join_and_part_agree_and_lose_nothing(steps in prop::collection::vec(step(), 1..14)) {
        let (_here, one) = practice();
        let charts: Vec<_> = (0..4).map(|_| patient(&one, "Okafor").id).collect();
        let (_there, other) = copy(&one);
        let mut all: BTreeSet<EntryId> = charts.iter().flat_map(|id| ids(&one.chart(*id).unwrap())).collect();
        for (n, (here, step)) in steps.into_iter().enumerate() {
            let store = if here { &one } else { &other };
            let time = now() + chrono::TimeDelta::minutes(n as i64);
            match step {
                Step::Say(a, b, same) if a != b => {
                    let link = if same { Link::Same } else { Link::Different };
                    store.link_although_apart((charts[a], charts[b]), link, "why", NURSE, time).unwrap();
                }
                Step::Say(..) => {}
                Step::Dose(a) => all.extend(store.record(charts[a], vec![given(None, today(), "")], NURSE, time).unwrap().1),
                Step::Meet => meet(&one, &other, &charts),
            }
        }
        meet(&one, &other, &charts);
        let (rows, far) = (one.roster(today()).rows, other.roster(today()).rows);
        prop_assert_eq!(&rows, &far);
        let shown: Vec<_> = rows.iter().map(|r| one.chart(r.id).unwrap()).collect();
        let held: BTreeSet<_> = shown.iter().flat_map(ids).collect();
        prop_assert!(all.is_subset(&held), "nothing is lost");
        prop_assert_eq!(shown.iter().map(|c| c.entries().len()).sum::<usize>(), held.len(), "nothing is in two charts");
        for id in &charts {
            prop_assert_eq!(one.chart(*id).unwrap(), other.chart(*id).unwrap());
        }
        prop_assert!(one.check().problems.iter().all(|p| !p.what.contains("names the entry")));
    }
}

#[test]
fn thousands_of_links_of_one_chart_are_worked_out_at_once() {
    let began = std::time::Instant::now();
    let id = |n: u128| PatientId(Ulid(n));
    let said = |from: u128, about: u128, link: Link| {
        let entry = EntryId(Ulid((from << 40) + about));
        Said { from: id(from), about: id(about), link, at: now(), entry }
    };
    let same = (1..6_000).map(|n| said(0, n, Link::Same));
    let twins = (1..6_000).map(|n| said(10_000 + n, n, Link::Different));
    let chain = (10_001..16_000).map(|n| said(n, n + 1, Link::Same));
    let links = Links::of(same.chain(twins).chain(chain).chain([said(16_000, 1, Link::Same)]));
    assert_eq!((links.members(id(0)).len(), links.members(id(12_000)).len()), (6_000, 6_000));
    assert_eq!(links.at_odds().len(), 1, "two that are kept apart do not come into one by a third");
    assert!(links.are_kept_apart(id(0), id(12_000)));
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}
