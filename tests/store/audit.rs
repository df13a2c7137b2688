//! The audit log: each event is one line, whatever fails; what is changed, cut off or taken out of it is named.

use crate::faulty::{Fault, Faulty};
use crate::kit::{NURSE, again, at, chart_path, day, given, now, patient, places, practice, today};
use cobalog::clinic::audit::{Event, NearMiss, Stop, What, month_page};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::drug::{Drug, Route};
use cobalog::clinic::entry::{Act, Amended, Given, Reason};
use cobalog::store::{Store, Wanted};
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

/// A practice that keeps its log, with a patient.
fn logged() -> (TempDir, Store, Chart) {
    let (root, mut store) = practice();
    store.audit_at_once();
    let chart = patient(&store, "Novak");
    (root, store, chart)
}

fn file(store: &Store, day: &str) -> PathBuf {
    store.dir().join(format!("audit/{day}-{}.log", store.station()))
}

fn text(store: &Store) -> String {
    fs::read_to_string(file(store, "2026-11-18")).unwrap()
}

fn all(store: &Store) -> Vec<Event> {
    store.log(&Wanted::default()).0.into_iter().map(|line| line.event).collect()
}

fn opened(chart: &Chart, when: &str) -> Event {
    Event::about(at(when), NURSE, What::Opened, chart.id)
}

fn said(store: &Store) -> String {
    store.check().problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_recorded_and_seen_is_a_line_each_newest_first() {
    let (root, store, chart) = logged();
    store.note(opened(&chart, "2026-11-18T10:00:00+01:00"));
    let other = patient(&store, "Berg");
    let again = again(&root, &store);
    let wanted = |w: Wanted| again.log(&w).0.into_iter().map(|l| l.event).collect::<Vec<_>>();
    let whole = wanted(Wanted::default());
    assert_eq!(whole.len(), 5);
    assert_eq!((whole[0].what, whole[0].patient), (What::Opened, Some(chart.id)));
    let of_chart = wanted(Wanted { patients: vec![chart.id], ..Wanted::default() });
    assert_eq!(of_chart.len(), 3);
    let recorded = chart.entries().last().unwrap();
    assert!(of_chart.iter().any(|e| e.entry == Some(recorded.id) && e.seal == recorded.seal), "{of_chart:?}");
    assert_eq!(wanted(Wanted { what: Some(What::Opened), ..Wanted::default() }).len(), 1);
    assert_eq!(wanted(Wanted { by: Some("keller".to_owned()), ..Wanted::default() }).len(), 5);
    assert_eq!(wanted(Wanted { by: Some("osei".to_owned()), ..Wanted::default() }).len(), 0);
    assert_eq!(wanted(Wanted { from: Some(day("2026-11-19")), ..Wanted::default() }).len(), 0);
    assert_eq!(wanted(Wanted { patients: vec![other.id], most: Some(1), ..Wanted::default() }).len(), 1);
    assert!(store.check().is_sound(), "{}", said(&store));
    assert!(store.check().unknown.is_empty());
}

#[test]
fn each_day_has_a_file_of_its_own_and_the_chain_goes_on() {
    let (root, store, chart) = logged();
    store.note(opened(&chart, "2026-11-19T10:00:00+01:00"));
    let mut other = again(&root, &store);
    other.audit_at_once();
    other.note(opened(&chart, "2026-11-20T10:00:00+01:00"));
    assert_eq!(store.station(), other.station());
    let lines: Vec<_> = store.log(&Wanted::default()).0.into_iter().map(|line| line.n).collect();
    assert_eq!(lines, [4, 3, 2, 1]);
    assert!(file(&store, "2026-11-20").exists() && store.check().is_sound(), "{}", said(&store));
    // The state folder is lost: another name, another chain.
    fs::remove_dir_all(root.path().join("state")).unwrap();
    let mut third = again(&root, &store);
    third.audit_at_once();
    third.note(opened(&chart, "2026-11-20T11:00:00+01:00"));
    assert_ne!(third.station(), store.station());
    assert!(third.check().is_sound(), "{}", said(&third));
}

#[test]
fn a_long_day_goes_on_in_another_file_and_the_chain_goes_on() {
    let (root, store, chart) = logged();
    let long = || opened(&chart, "2026-11-18T10:00:00+01:00").with("x".repeat(700_000));
    (0..2).for_each(|_| store.note(long()));
    let behind = fs::read(root.path().join("state/audit.json")).unwrap();
    (0..4).for_each(|_| store.note(long()));
    let second = file(&store, "2026-11-18").with_extension("2.log");
    assert!(second.exists() && !second.with_extension("log").with_extension("3.log").exists());
    assert!(store.check().is_sound() && store.check().unknown.is_empty(), "{}", said(&store));
    // The power failed before what is remembered was on the disk, just where a file was full.
    fs::remove_file(&second).unwrap();
    let lines = text(&store).lines().count() as u64;
    assert_eq!(lines, 5);
    fs::write(root.path().join("state/audit.json"), behind).unwrap();
    let mut other = again(&root, &store);
    other.audit_at_once();
    other.note(opened(&chart, "2026-11-18T11:00:00+01:00"));
    let numbers: Vec<_> = other.log(&Wanted::default()).0.into_iter().map(|line| line.n).collect();
    assert_eq!(numbers, [6, 5, 4, 3, 2, 1]);
    assert!(second.exists() && other.check().is_sound(), "{}", said(&other));
}

#[cfg(unix)]
#[test]
fn the_log_is_for_this_account_alone_and_has_no_name_of_a_patient() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_root, store, _) = logged();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let file = file(&store, "2026-11-18");
    assert_eq!((mode(file.parent().unwrap()), mode(&file)), (0o700, 0o600));
    assert!(!text(&store).contains("Novak"), "{}", text(&store));
}

#[test]
fn a_changed_removed_or_added_line_is_named() {
    let (_root, store, chart) = logged();
    store.note(opened(&chart, "2026-11-18T10:00:00+01:00"));
    store.note(opened(&chart, "2026-11-18T11:00:00+01:00"));
    let (path, whole) = (file(&store, "2026-11-18"), text(&store));
    let lines: Vec<&str> = whole.lines().collect();
    fs::write(&path, whole.replacen("T10:00:00", "T10:30:00", 1)).unwrap();
    assert!(
        said(&store).contains(":3:1: this line of the audit log was changed or added outside Cobalog"),
        "{}",
        said(&store)
    );
    fs::write(&path, [lines[0], lines[1], lines[3], ""].join("\n")).unwrap();
    assert!(said(&store).contains("1 line of the audit log of the workstation"), "{}", said(&store));
    assert!(said(&store).contains("before this one was removed"), "{}", said(&store));
    fs::write(&path, [lines[0], lines[1], lines[2], lines[2], lines[3], ""].join("\n")).unwrap();
    // A line that stands twice says nothing new.
    let forged = lines[2].replacen("\"n\":3", "\"n\":5", 1);
    fs::write(&path, [&whole, &forged, "\n"].concat()).unwrap();
    assert!(said(&store).contains(":5:1: this line of the audit log was changed or added"), "{}", said(&store));
    for n in (0..whole.len()).step_by(3) {
        let mut bytes = whole.clone().into_bytes();
        bytes[n] = if bytes[n] == b'7' { b'8' } else { b'7' };
        fs::write(&path, &bytes).unwrap();
        assert!(said(&store).contains("audit"), "byte {n}");
    }
    fs::write(&path, &whole).unwrap();
    assert!(store.check().is_sound());
}

/// With the log went who looked; that there was one is still seen from the entries that it had.
#[test]
fn a_log_that_is_gone_with_the_memory_of_the_workstation_is_noted_once() {
    let (root, store, _) = logged();
    assert_eq!(store.check().notes, []);
    fs::remove_dir_all(store.dir().join("audit")).unwrap();
    let gone =
        format!("the audit log of the workstation {} is not there, and this workstation remembers", store.station());
    assert!(said(&store).contains(&gone) && !said(&store).contains("replaced"), "{}", said(&store));
    fs::remove_dir_all(root.path().join("state")).unwrap();
    let mut other = again(&root, &store);
    other.audit_at_once();
    other.note(Event::new(at("2026-11-20T10:00:00+01:00"), NURSE, What::Began));
    let report = other.check();
    assert!(report.is_sound(), "{report:?}");
    let notes: Vec<_> = report.notes.iter().map(|note| note.what.as_str()).collect();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].starts_with("2 sealed entries are in no line of the audit log"), "{notes:?}");
    patient(&other, "Berg");
    assert_eq!(other.check().notes, report.notes, "what the log has now is not counted");
}

#[test]
fn a_truncated_or_removed_log_is_named_by_who_knows_better() {
    let (root, store, chart) = logged();
    store.note(opened(&chart, "2026-11-18T10:00:00+01:00"));
    let (path, whole) = (file(&store, "2026-11-18"), text(&store));
    let lines: Vec<&str> = whole.lines().collect();
    // Another workstation begins and sees it.
    let elsewhere = || Store::open_with(store.dir(), places(&root.path().join("elsewhere"))).unwrap();
    let mut other = elsewhere();
    other.audit_at_once();
    other.note(Event::new(at("2026-11-18T12:00:00+01:00"), NURSE, What::Began));
    assert!(store.check().is_sound() && other.check().is_sound());
    let cut_off = "was cut off or replaced by an older one";
    for (cut, how) in [([lines[0], lines[1], ""].join("\n"), cut_off), (String::new(), "is not there")] {
        fs::write(&path, cut).unwrap();
        assert!(said(&store).contains(how), "{}", said(&store));
        assert!(said(&store).contains("this workstation remembers a line 3"), "{}", said(&store));
        let seen = said(&elsewhere());
        assert!(seen.contains(&format!("the workstation {} saw a line 3", other.station())), "{seen}");
    }
    fs::remove_file(&path).unwrap();
    assert!(said(&store).contains("is not there"), "{}", said(&store));
    // Who goes on writing leaves the gap where it is.
    let mut on = again(&root, &store);
    on.audit_at_once();
    on.note(opened(&chart, "2026-11-18T13:00:00+01:00"));
    assert!(said(&on).contains("3 lines of the audit log of the workstation"), "{}", said(&on));
}

#[test]
fn a_replayed_old_chart_is_named_with_what_is_missing() {
    let (root, store, chart) = logged();
    let path = chart_path(&store, &chart);
    let old = fs::read(&path).unwrap();
    let when = at("2026-11-18T10:00:00+01:00");
    store.record(chart.id, vec![given(None, today(), "one")], NURSE, when).unwrap();
    store.record(chart.id, vec![given(None, today(), "two")], NURSE, when).unwrap();
    fs::write(&path, old).unwrap();
    // On another workstation, and after the two days in which this one remembers.
    fs::remove_dir_all(root.path().join("state/recorded")).unwrap();
    let found = said(&again(&root, &store));
    assert!(
        found.contains("2 entries that the audit log says were recorded are missing, the first \"Given\" of Wed 18 Nov 2026 10:00 by Maya Keller RN"),
        "{found}"
    );
}

#[test]
fn whatever_fails_the_log_has_each_event_once_it_can_be_written() {
    let calls = {
        let disk = Faulty::default();
        let (root, store, chart) = logged();
        let mut store = Store::open_on(store.dir(), places(root.path()), Arc::new(disk.clone())).unwrap();
        store.audit_at_once();
        disk.fail(None);
        store.note(Event::about(now(), NURSE, What::Exported, chart.id));
        disk.calls().len()
    };
    assert!(calls > 6, "{calls}");
    for (at_call, half_done) in (1..=calls).flat_map(|n| [(n, false), (n, true)]) {
        let disk = Faulty::default();
        let (root, store, chart) = logged();
        let mut store = Store::open_on(store.dir(), places(root.path()), Arc::new(disk.clone())).unwrap();
        let audit = store.audit_at_once();
        let _ = store.station();
        let before = all(&store).len();
        disk.fail(Some(Fault { at: at_call, for_good: false, error: ErrorKind::StorageFull, half_done }));
        store.note(Event::about(now(), NURSE, What::Exported, chart.id));
        disk.fail(None);
        store.note(opened(&chart, "2026-11-18T10:00:00+01:00"));
        audit.settle();
        let after = all(&store);
        let exported = after.iter().filter(|e| e.what == What::Exported).count();
        // A write whose answer was lost may stand there twice; none is missing.
        assert!((1..=2).contains(&exported) && after.len() >= before + 2, "call {at_call}: {after:?}");
        assert!(again(&root, &store).check().is_sound(), "call {at_call}: {}", said(&store));
    }
}

#[test]
fn two_programs_of_one_workstation_write_one_chain() {
    let (root, store, chart) = logged();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let mut store = again(&root, &store);
            let event = opened(&chart, "2026-11-18T10:00:00+01:00");
            std::thread::spawn(move || {
                store.audit_at_once();
                (0..8).for_each(|_| store.note(event.clone()));
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let lines = store.log(&Wanted { what: Some(What::Opened), ..Wanted::default() }).0;
    assert_eq!(lines.len(), 32);
    assert!(store.check().is_sound(), "{}", said(&store));
}

#[test]
fn an_older_log_in_a_backup_is_no_clash_and_a_longer_one_brings_lines_back() {
    let (root, store, chart) = logged();
    store.note(opened(&chart, "2026-11-18T10:00:00+01:00"));
    let backup = root.path().join("backup.tar.gz");
    cobalog::store::backup::write(&cobalog::store::disk::Real, store.dir(), &backup, false).unwrap();
    let whole = text(&store);
    store.note(opened(&chart, "2026-11-18T11:00:00+01:00"));
    let longer = text(&store);
    let merged = store.merge(&backup, now()).unwrap();
    assert_eq!((merged.clashes, merged.new_files.len()), (Vec::new(), 0));
    assert_eq!(text(&store), longer);
    fs::write(file(&store, "2026-11-18"), whole.lines().next().unwrap().to_owned() + "\n").unwrap();
    let merged = store.merge(&backup, now()).unwrap();
    assert_eq!((merged.clashes, merged.new_files.len()), (Vec::new(), 1));
    assert_eq!(text(&store), whole);
}

#[test]
fn the_key_of_a_practice_comes_back_with_a_backup() {
    let (root, store, _) = logged();
    let backup = root.path().join("backup.tar.gz");
    cobalog::store::backup::write(&cobalog::store::disk::Real, store.dir(), &backup, false).unwrap();
    let key = store.dir().join("keys/seal.key");
    // It is lost, and recording goes on with another one.
    fs::remove_file(&key).unwrap();
    let mut store = again(&root, &store);
    store.audit_at_once();
    patient(&store, "Berg");
    assert!(said(&store).contains("was changed outside Cobalog"));
    store.merge(&backup, now()).unwrap();
    assert!(again(&root, &store).check().is_sound(), "{}", said(&store));
}

#[test]
fn the_page_of_a_month_counts_and_names_nobody() {
    let (_root, store, chart) = logged();
    let stop = |miss, rule: &str| Stop { miss, rule: rule.to_owned() };
    for stop in [stop(NearMiss::Expired, "D7"), stop(NearMiss::Expired, "D7"), Stop::identity()] {
        store.note(Event::near_miss(now(), chart.id, &stop));
    }
    store.note(Event::near_miss(at("2026-12-01T10:00:00+01:00"), chart.id, &Stop::identity()));
    let lines = month_page(&all(&store), day("2026-11-05"), "Larkfield Surgery", &store.practice().knowledge);
    let page = lines.join("\n");
    assert!(lines[0].contains("November 2026") && page.contains("    2  Lot or vial past its time"), "{page}");
    assert!(page.contains("    1  Another day of birth") && page.ends_with("    3  in all"), "{page}");
    assert!(!page.contains(NURSE) && !page.contains("Novak"), "{page}");
    assert!(all(&store).iter().filter(|e| e.miss.is_some()).all(|e| e.by.is_empty()));
}

/// A dose that was given against a rule is counted once, whatever is corrected in it afterwards, and beside the near misses.
#[test]
fn what_happened_all_the_same_is_counted_apart_from_what_was_stopped() {
    let (_root, store, chart) = logged();
    let against = |rules: &[&str]| {
        let reason = |rule: &&str| Reason { stop: true, ..Reason::new(rule, "Dr Rao told") };
        let given = Given::new(day("2026-11-16"), Drug::Hydroxocobalamin, 1000, 1000, Route::Im);
        Act::Given(Given { reasons: rules.iter().map(reason).collect(), ..given })
    };
    let ids = store.record(chart.id, vec![against(&["T6", "T9"]), against(&[])], NURSE, now()).unwrap().1;
    let amend = |of, act| Act::Amended(Amended::new(of, "looked again", Some(act)));
    store.record(chart.id, vec![amend(ids[0], against(&["T6", "T9", "D7"]))], NURSE, now()).unwrap();
    store
        .record(chart.id, vec![amend(ids[0], against(&["T6", "D7"])), amend(ids[1], against(&[]))], NURSE, now())
        .unwrap();
    store.note(Event::near_miss(now(), chart.id, &Stop::identity()));
    let happened = all(&store).into_iter().filter(|e| e.what == What::Happened);
    let happened: Vec<_> = happened.map(|e| (e.miss.unwrap(), e.detail, e.by)).collect();
    let told = |miss, rule: &str| (miss, rule.to_owned(), String::new());
    assert_eq!(happened.len(), 2, "{happened:?}");
    assert!(happened.contains(&told(NearMiss::Early, "T6")) && happened.contains(&told(NearMiss::Expired, "D7")));
    let page = month_page(&all(&store), day("2026-11-05"), "Larkfield Surgery", &store.practice().knowledge).join("\n");
    let (stopped, after) = page.split_once("What was given all the same").unwrap();
    assert!(stopped.contains("    1  in all") && after.ends_with("    2  in all"), "{page}");
    let wanted = Wanted { what: Some(What::NearMiss), ..Wanted::default() };
    assert_eq!(store.log(&wanted).0.len(), 3, "both stand on the page");
}

#[test]
fn a_restored_backup_explains_its_gap_and_another_practice_in_its_place_has_none() {
    let (root, store, chart) = logged();
    let file = root.path().join("backup.tar.gz");
    cobalog::store::backup::write(&cobalog::store::disk::Real, store.dir(), &file, false).unwrap();
    store.note(opened(&chart, "2026-11-18T10:00:00+01:00"));
    fs::remove_dir_all(store.dir()).unwrap();
    cobalog::store::restore::into_empty(&cobalog::store::disk::Real, &file, store.dir()).unwrap();
    let mut back = again(&root, &store);
    assert!(said(&back).contains("was cut off or replaced by an older one"), "{}", said(&back));
    back.audit_at_once();
    back.note_restored(Event::new(now(), NURSE, What::Restored).with("backup.tar.gz"));
    assert!(back.check().is_sound(), "{}", said(&back));
    back.note(opened(&chart, "2026-11-18T11:00:00+01:00"));
    assert!(back.check().is_sound(), "{}", said(&back));
    // Another practice, with another key.
    fs::remove_dir_all(store.dir()).unwrap();
    let settings = cobalog::clinic::practice::Settings::new("Hill Street", NURSE);
    let mut other = Store::create_with(store.dir(), settings, places(root.path())).unwrap();
    other.audit_at_once();
    other.note(Event::new(now(), NURSE, What::Listed));
    assert!(!said(&other).contains("audit"), "{}", said(&other));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 60, ..Default::default() })]

    /// Whatever stands in a log, in a key, in what is remembered of them: it is read, or named, and nothing stops.
    #[test]
    fn whatever_stands_in_its_files_is_read_or_named(
        bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40),
        at in proptest::prelude::any::<proptest::sample::Index>(),
        which in 0_usize..4,
    ) {
        let (root, store, chart) = logged();
        store.note(opened(&chart, "2026-11-18T10:00:00+01:00"));
        let state = |name: &str| root.path().join("state").join(name);
        let log = file(&store, "2026-11-18");
        let path = [log, store.dir().join("keys/seal.key"), state("audit.json"), state("station")][which].clone();
        let mut whole = fs::read(&path).unwrap();
        let at = at.index(whole.len() + 1);
        whole.splice(at..(at + bytes.len() / 2).min(whole.len()), bytes.iter().copied());
        fs::write(&path, &whole).unwrap();
        let mut store = again(&root, &store);
        let _ = store.check();
        store.audit_at_once();
        store.note(opened(&chart, "2026-11-18T11:00:00+01:00"));
        let _ = store.log(&Wanted::default());
        proptest::prop_assert_eq!(store.chart(chart.id).unwrap(), chart);
    }
}

/// A line that somebody made up, without the key.
fn forged(n: u64, event: &Event) -> String {
    let body = serde_json::json!({"n": n, "back": "AAAAAA", "event": event}).to_string();
    format!("{},\"tag\":\"AAAAAAAAAAAAAAAAAAAAAA\"}}\n", body.strip_suffix('}').unwrap())
}

#[test]
fn a_forged_line_stops_nothing_and_accuses_nobody() {
    let (root, store, chart) = logged();
    let (path, whole) = (file(&store, "2026-11-18"), text(&store));
    let other = "ZZZZZZ";
    let recorded = Event {
        entry: Some("01KAXA3N8M0D7T9R3X0V4Z5B6C".parse().unwrap()),
        ..Event::about(now(), NURSE, What::Recorded, chart.id)
    };
    let began =
        |n: u64| Event::new(now(), NURSE, What::Began).with(format!("{other} {n} tag; {} {n} tag", store.station()));
    let numbers = [0, 1, 2, 3, 7, u64::MAX - 1, u64::MAX];
    let events = [recorded, began(u64::MAX), began(u64::MAX - 1), began(0), began(9)];
    for (n, event) in numbers.iter().flat_map(|n| events.iter().map(move |event| (*n, event))) {
        for forged in [[&whole, &*forged(n, event)].concat(), [&*forged(n, event), &whole].concat()] {
            fs::write(&path, &forged).unwrap();
            let mut store = again(&root, &store);
            let found = said(&store);
            assert!(found.contains("this line of the audit log was changed or added"), "{n}: {found}");
            assert_eq!(store.check().problems.len(), 1, "{n} {event:?}: {found}");
            // The chain goes on where it was.
            store.audit_at_once();
            store.note(opened(&chart, "2026-11-18T10:00:00+01:00"));
            assert_eq!(store.check().problems.len(), 1, "{n} {event:?}: {}", said(&store));
            let last = text(&store).lines().last().unwrap().to_owned();
            assert!(last.starts_with("{\"n\":3,"), "{n}: {last}");
            fs::write(&path, &whole).unwrap();
            fs::remove_file(root.path().join("state/audit.json")).unwrap();
            // As it was before: two lines, and nothing else is remembered.
            assert!(again(&root, &store).check().is_sound());
        }
    }
    // Nor does another workstation write down what was made up of this one.
    fs::write(&path, [&whole, &*forged(90, &events[0])].concat()).unwrap();
    let mut elsewhere = Store::open_with(store.dir(), places(&root.path().join("elsewhere"))).unwrap();
    elsewhere.audit_at_once();
    elsewhere.note(Event::new(now(), NURSE, What::Began));
    let began = all(&elsewhere).into_iter().find(|event| event.what == What::Began).unwrap();
    assert!(began.detail.starts_with(&format!("{} 2 ", store.station())), "{}", began.detail);
}

#[test]
fn without_a_usable_key_events_wait() {
    let (root, store, chart) = logged();
    let key = store.dir().join("keys/seal.key");
    let whole = fs::read(&key).unwrap();
    fs::write(&key, "not a key").unwrap();
    let mut store = again(&root, &store);
    let audit = store.audit_at_once();
    store.note(opened(&chart, "2026-11-18T10:00:00+01:00"));
    assert_eq!(all(&store).iter().filter(|e| e.what == What::Opened).count(), 0);
    fs::write(&key, whole).unwrap();
    audit.settle();
    assert_eq!(all(&store).iter().filter(|e| e.what == What::Opened).count(), 1);
    assert!(store.check().is_sound(), "{}", said(&store));
}

#[test]
fn where_one_day_cannot_be_written_the_others_are_not_written_twice() {
    let (root, store, chart) = logged();
    let mut store = again(&root, &store);
    let audit = store.audit_behind();
    let second = file(&store, "2026-11-19");
    fs::create_dir(&second).unwrap();
    store.note(opened(&chart, "2026-11-18T10:00:00+01:00"));
    store.note(opened(&chart, "2026-11-19T10:00:00+01:00"));
    store.note(opened(&chart, "2026-11-20T10:00:00+01:00"));
    audit.settle();
    audit.settle();
    fs::remove_dir(&second).unwrap();
    audit.settle();
    let days: Vec<_> = all(&store).iter().filter(|e| e.what == What::Opened).map(|e| e.at.to_string()).collect();
    assert_eq!(days.len(), 3, "{days:?}");
    assert!(store.check().is_sound(), "{}", said(&store));
}
