//! What somebody with the practice's folder, and some knowledge of Cobalog, does to it: it is named where anything tells it.

use crate::kit::{NURSE, again, at, chart_path, day, given, now, patient, places, practice};
use cobalog::clinic::audit::{Event, What};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::entry::Entry;
use cobalog::store::disk::Real;
use cobalog::store::{Store, Wanted, backup, restore, write_chart};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A practice with a log, begun a week before the day of a patient with a dose.
fn begun() -> (TempDir, Store, Chart) {
    let (root, mut store) = practice();
    store.audit_at_once();
    store.note(Event::new(at("2026-11-11T09:14:00+01:00"), NURSE, What::SettingsChanged));
    let chart = patient(&store, "Novak");
    let dose = vec![given(None, day("2026-11-19"), "dose")];
    let chart = store.record(chart.id, dose, NURSE, at("2026-11-19T09:14:00+01:00")).unwrap().0;
    // After the days in which this workstation remembers what was recorded.
    fs::remove_dir_all(root.path().join("state/recorded")).unwrap();
    assert!(store.check().is_sound(), "{}", said(&store));
    (root, store, chart)
}

fn said(store: &Store) -> String {
    store.check().problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn key(store: &Store) -> PathBuf {
    store.dir().join("keys/seal.key")
}

fn logs(store: &Store) -> Vec<PathBuf> {
    let mut logs: Vec<_> = fs::read_dir(store.dir().join("audit")).unwrap().map(|e| e.unwrap().path()).collect();
    logs.sort();
    logs
}

/// Takes the seals of a chart away, dates it back, and makes another dose of it.
fn strip(store: &Store, chart: &Chart, days: i64) {
    let plain = |e: &Entry| Entry { seal: None, at: e.at - chrono::TimeDelta::days(days), ..e.clone() };
    let plain = Chart::new(chart.id, chart.entries().iter().map(plain).collect());
    let text = write_chart(&plain, Path::new("x")).unwrap().replace("dose_mcg: 1000", "dose_mcg: 100");
    fs::write(chart_path(store, chart), text).unwrap();
}

fn change(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn stripped_seals_are_named_where_the_log_has_them() {
    let (root, store, chart) = begun();
    let [settings, key] = [store.dir().join("practice.ron"), key(&store)];
    let whole = [&settings, &key].map(|path| fs::read(path).unwrap());
    let backdated: [(&str, &dyn Fn()); 3] = [
        ("dated back", &|| ()),
        ("a key of later", &|| change(&key, "since: \"2026", "since: \"2099")),
        ("a demo", &|| change(&settings, "people:", "demo: true, people:")),
    ];
    for (how, done) in backdated {
        strip(&store, &chart, 30);
        done();
        let found = said(&again(&root, &store));
        for word in ["Registered", "Ordered", "Given"] {
            let named = format!("the entry \"{word}\" of ");
            let line = found.lines().find(|line| line.contains(&named)).unwrap_or_default();
            assert!(
                line.contains("has no seal, and the audit log says that it was recorded with one"),
                "{how}: {found}"
            );
        }
        assert_eq!(found.contains("it says that entries are sealed since"), how == "a key of later", "{found}");
        fs::write(&settings, &whole[0]).unwrap();
        fs::write(&key, &whole[1]).unwrap();
    }
    assert!(again(&root, &store).check().can_repair);
}

#[test]
fn what_was_stripped_comes_back_from_a_backup() {
    let (root, store, chart) = begun();
    let whole = fs::read_to_string(chart_path(&store, &chart)).unwrap();
    backup::add(&Real, store.dir(), store.places(), now()).unwrap();
    strip(&store, &chart, 30);
    cobalog::store::repair::repair(store.dir(), store.places(), now(), Real::shared()).unwrap();
    assert_eq!(fs::read_to_string(chart_path(&store, &chart)).unwrap(), whole);
    assert!(again(&root, &store).check().is_sound(), "{}", said(&store));
}

#[test]
fn a_key_that_is_gone_is_missed_also_where_no_seal_is_left() {
    let (root, store, chart) = begun();
    strip(&store, &chart, 0);
    fs::remove_file(key(&store)).unwrap();
    let found = said(&again(&root, &store));
    assert!(found.contains("nothing proves 4 lines of the audit log without it, nor any entry"), "{found}");
    fs::remove_dir_all(store.dir().join("audit")).unwrap();
    let found = said(&again(&root, &store));
    assert!(found.contains("this workstation sealed entries with it, though none has a seal now"), "{found}");
    // Nor is it forgotten when the next entry gets another key.
    let mut on = again(&root, &store);
    on.audit_at_once();
    patient(&on, "Berg");
    assert!(said(&again(&root, &store)).contains("this workstation sealed with another key"), "{}", said(&on));
    // The place of another practice is another matter.
    fs::remove_dir_all(store.dir()).unwrap();
    let settings = cobalog::clinic::practice::Settings::new("Hill Street", NURSE);
    let mut other = Store::create_with(store.dir(), settings, places(root.path())).unwrap();
    other.audit_at_once();
    other.note(Event::new(now(), NURSE, What::SettingsChanged));
    assert!(!said(&other).contains("key"), "{}", said(&other));
}

#[test]
fn a_chart_that_only_the_log_knows_is_named() {
    let (root, store, chart) = begun();
    fs::remove_file(chart_path(&store, &chart)).unwrap();
    let elsewhere = Store::open_with(store.dir(), places(&root.path().join("elsewhere"))).unwrap();
    for store in [again(&root, &store), elsewhere] {
        let report = store.check();
        let [problem] = &report.problems[..] else { panic!("{report:?}") };
        assert_eq!(problem.path, chart_path(&store, &chart));
        assert!(
            problem.what.contains(
                "3 entries were recorded in it, the first \"Registered\" of Wed 18 Nov 2026 09:14 by Maya Keller RN"
            ),
            "{problem}"
        );
        assert!(!report.can_repair);
    }
}

/// Cuts the newest file of the log off, and writes a line behind it.
fn cut_and_go_on(root: &TempDir, store: &Store, event: Event) -> Store {
    fs::remove_file(logs(store).last().unwrap()).unwrap();
    let mut store = again(root, store);
    store.audit_at_once();
    store.note(event);
    store
}

#[test]
fn no_line_excuses_what_was_cut_off_before_it() {
    let lines = (0..9).map(|n| format!("merged from x; the log to line {n}"));
    let details =
        ["repair", "merged from x.tar.gz", "", "x; the log to line 2", "; the log to line "].map(str::to_owned);
    for detail in details.into_iter().chain(lines) {
        let (root, store, _) = begun();
        let event = Event::new(at("2026-11-20T09:14:00+01:00"), NURSE, What::Restored).with(&detail);
        let store = cut_and_go_on(&root, &store, event);
        assert!(said(&store).contains("1 line of the audit log of the workstation"), "{detail}: {}", said(&store));
    }
}

#[test]
fn a_restore_excuses_what_the_backup_did_not_have_and_no_more() {
    let (root, store, chart) = begun();
    let file = root.path().join("backup.tar.gz");
    backup::write(&Real, store.dir(), &file, false).unwrap();
    store
        .record(chart.id, vec![given(None, day("2026-11-20"), "lost")], NURSE, at("2026-11-20T09:14:00+01:00"))
        .unwrap();
    fs::remove_dir_all(store.dir()).unwrap();
    fs::remove_dir_all(root.path().join("state/recorded")).unwrap();
    restore::into_empty(&Real, &file, store.dir()).unwrap();
    let mut back = again(&root, &store);
    back.audit_at_once();
    let when = at("2026-11-21T09:14:00+01:00");
    back.note_restored(Event::new(when, NURSE, What::Restored).with("backup.tar.gz"));
    assert!(back.check().is_sound(), "{}", said(&back));
    let said_so = back.log(&Wanted { most: Some(1), ..Wanted::default() }).0.remove(0);
    assert_eq!((said_so.n, said_so.event.detail.as_str()), (6, "backup.tar.gz; the log to line 4"));
    // Who cuts more off hides behind that line no more.
    let of_day = logs(&back).into_iter().find(|path| path.to_string_lossy().contains("2026-11-19")).unwrap();
    fs::remove_file(of_day).unwrap();
    assert!(said(&back).contains("2 lines of the audit log of the workstation"), "{}", said(&back));
}

#[test]
fn a_key_that_nobody_made_is_named_whatever_its_name() {
    let (root, store, chart) = begun();
    let forged = fs::read_to_string(key(&store))
        .unwrap()
        .replace("key: \"", "key: \"00")
        .replace("since: \"2026", "since: \"2099");
    let forged = {
        let (head, rest) = forged.split_once("key: \"").unwrap();
        let (hex, rest) = rest.split_once('"').unwrap();
        format!("{head}key: \"{}\"{rest}", &hex[..64])
    };
    let other = store.dir().join("keys/seal-2.key");
    fs::write(&other, &forged).unwrap();
    let [problem] = &again(&root, &store).check().problems[..] else { panic!("{}", said(&store)) };
    assert_eq!(problem.path, other);
    // Nor does it become the practice's by taking the first one's name, also while a program goes on.
    fs::rename(key(&store), &other).unwrap();
    fs::write(key(&store), &forged).unwrap();
    for round in 0..2 {
        let mut store = again(&root, &store);
        let problems = store.check().problems;
        assert!(problems.len() == 1 && problems[0].path == key(&store), "{round}: {problems:?}");
        store.audit_at_once();
        store.note(Event::about(at("2026-11-20T10:00:00+01:00"), NURSE, What::Opened, chart.id));
    }
}

#[test]
fn a_log_under_the_name_of_another_day_is_named() {
    let (_root, store, _) = begun();
    let newest = logs(&store).pop().unwrap();
    let to = newest.with_file_name(format!("2020-01-01-{}.log", store.station()));
    fs::rename(&newest, &to).unwrap();
    let problems = store.check().problems;
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert!(
        problem.path == to && problem.what.contains("is of Thu 19 Nov 2026, and its file says another day"),
        "{problem}"
    );
}
