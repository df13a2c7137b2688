//! Wrong tries to sign in: counted before they are looked at, whatever lies in the place of the counts, and told to the log.

use crate::kit::{NURSE, again, at, patient, places, practice};
use crate::vault::{MAGIC, encrypted, shut, swift};
use chrono::{DateTime, FixedOffset, TimeDelta};
use cobalog::clinic::audit::What;
use cobalog::store::disk::Real;
use cobalog::store::tries::{Counter, Desk, Refused};
use cobalog::store::vault as vaults;
use cobalog::store::{Store, Wanted, check};
use std::fs;
use std::path::{Path, PathBuf};

fn now() -> DateTime<FixedOffset> {
    at("2026-11-18T09:14:00+01:00")
}

fn desk(state: &Path, seconds: i64) -> Desk<'_> {
    Desk { disk: &Real, state: Some(state), now: now() + TimeDelta::seconds(seconds) }
}

fn is_wrong(desk: Desk<'_>) -> Refused<()> {
    Counter::default().attempt::<(), ()>(desk, &[NURSE], (NURSE, ""), |_| Ok(None)).unwrap_err()
}

fn is_right(desk: Desk<'_>) -> Result<u8, Refused<()>> {
    Counter::default().attempt(desk, &[NURSE], (NURSE, ""), |_| Ok(Some((NURSE.to_owned(), 7))))
}

/// The failed tries that the log tells of, oldest first.
fn told(store: &Store) -> Vec<(String, String, String)> {
    let wanted = Wanted { what: Some(What::SignInFailed), ..Wanted::default() };
    let lines = store.log(&wanted).0.into_iter().rev().map(|line| line.event);
    lines.map(|e| (e.at.format("%H:%M:%S").to_string(), e.by, e.detail)).collect()
}

fn counts(root: &Path) -> PathBuf {
    root.join("state/tries.ron")
}

#[test]
fn each_program_counts_on_and_a_try_that_was_stopped_was_one() {
    let root = tempfile::tempdir().unwrap();
    let state = root.path();
    assert_eq!(is_wrong(desk(state, 0)), Refused::Wrong(None));
    // The program is stopped while it looks.
    let stopped = std::panic::catch_unwind(|| {
        Counter::default().attempt::<(), ()>(desk(state, 0), &[NURSE], (NURSE, ""), |_| panic!("stopped"))
    });
    assert!(stopped.is_err());
    assert_eq!(is_wrong(desk(state, 0)), Refused::Wrong(Some(now() + TimeDelta::seconds(5))));
    assert_eq!(is_right(desk(state, 4)), Err(Refused::Waits(now() + TimeDelta::seconds(5))));
    assert_eq!(is_right(desk(state, 5)), Ok(7));
    assert_eq!(is_wrong(desk(state, 6)), Refused::Wrong(None), "the right one took them back");
    let other = Counter::default().attempt::<(), u8>(desk(state, 7), &[NURSE], (NURSE, ""), |_| Err(3));
    assert_eq!(other, Err(Refused::Other(3)), "what could not be looked at was no try");
    assert_eq!(is_wrong(desk(state, 8)), Refused::Wrong(None));
}

#[test]
fn whatever_stands_in_the_place_of_the_counts_makes_signing_in_slow_and_is_named() {
    let (root, store) = practice();
    let state = root.path().join("state");
    for (n, lay) in [
        |path: &Path| fs::create_dir_all(path).unwrap(),
        |path: &Path| fs::write(path, "(wrong: {\"Ma").unwrap(),
        |path: &Path| fs::write(path, [MAGIC, b"-> X25519 x\n"].concat()).unwrap(),
    ]
    .iter()
    .enumerate()
    {
        let path = counts(root.path());
        let _ = fs::remove_file(&path);
        fs::create_dir_all(&state).unwrap();
        lay(&path);
        let from = 1000 * n as i64;
        let found = check(store.dir(), places(root.path()), swift()).problems;
        assert_eq!(found.iter().map(|p| &p.path).collect::<Vec<_>>(), [&path], "{found:?}");
        assert!(found[0].what.contains("everybody waits as after the third wrong try"), "{found:?}");
        let until = now() + TimeDelta::seconds(from + 5);
        assert_eq!(is_right(desk(&state, from)), Err(Refused::Waits(until)), "{n}");
        assert_eq!(is_right(desk(&state, from + 4)), Err(Refused::Waits(until)), "{n}: the next program waits on");
        assert_eq!(is_right(desk(&state, from + 5)), Ok(7), "{n}");
        assert!(path.is_file() && check(store.dir(), places(root.path()), swift()).is_sound(), "{n}");
    }
}

/// Nothing of it can be mended by the program: each look costs the first wait.
#[cfg(unix)]
#[test]
fn where_nothing_can_be_counted_each_command_waits() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tempfile::tempdir().unwrap();
    let state = root.path().join("state");
    fs::create_dir_all(state.join("tries.ron")).unwrap();
    fs::create_dir_all(state.join("tries")).unwrap();
    fs::set_permissions(&state, fs::Permissions::from_mode(0o500)).unwrap();
    // Whoever may do everything is kept out by no rights.
    if fs::write(state.join("probe"), "").is_err() {
        let began = std::time::Instant::now();
        assert_eq!(is_right(desk(&state, 0)), Ok(7));
        assert!(began.elapsed().as_secs() >= 5, "{:?}", began.elapsed());
    }
    fs::set_permissions(&state, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn failed_tries_wait_on_the_disk_until_the_log_can_be_written() {
    let (root, store) = practice();
    let mut logged = again(&root, &store);
    logged.audit_at_once();
    patient(&logged, "Okafor");
    let state = root.path().join("state");
    is_wrong(desk(&state, -90_000));
    is_wrong(desk(&state, 0));
    Counter::default().fail(desk(&state, 1), "", "on the command line");
    let line = |time: &str, who: &str, how: &str| (time.to_owned(), who.to_owned(), how.to_owned());
    let store = again(&root, &store);
    assert_eq!(told(&store), []);
    Counter::default().tell(desk(&state, 2), &store);
    let lines = [line("08:14:00", NURSE, ""), line("09:14:00", NURSE, ""), line("09:14:01", "", "on the command line")];
    assert_eq!(told(&store), lines);
    Counter::default().tell(desk(&state, 3), &store);
    assert_eq!(told(&store), lines, "once");
    assert_eq!(is_wrong(desk(&state, 4)), Refused::Wrong(Some(now() + TimeDelta::seconds(9))), "the counts stay");
    assert_eq!(check(store.dir(), places(root.path()), swift()).problems, []);
}

/// They are needed before anything is open; what would encrypt them would take them back.
#[test]
fn the_counts_of_an_encrypted_practice_stay_as_they_are() {
    let (root, store, on, _) = encrypted();
    let state = root.path().join("state");
    is_wrong(desk(&state, 0));
    let before = fs::read(counts(root.path())).unwrap();
    let report = check(store.dir(), places(root.path()), on.key.disk(swift()));
    assert_eq!(report.problems, []);
    // No log is kept here and nobody was shown the recovery key, which is noted too.
    let is_told = |path: &Path| path.ends_with("audit") || path.ends_with("keys/unseen");
    let notes: Vec<_> = report.notes.iter().filter(|note| !is_told(&note.path)).collect();
    assert_eq!(notes.iter().map(|note| note.path.clone()).collect::<Vec<_>>(), [counts(root.path())]);
    assert!(notes[0].what.contains("Leave it as it is"), "{report:?}");
    shut(store.dir(), store.places(), &swift());
    fs::remove_file(state.join(".sealed")).unwrap();
    assert_eq!(vaults::tidy(&on.key, store.places(), &swift()), []);
    assert_eq!(fs::read(counts(root.path())).unwrap(), before);
    vaults::decrypt(&on.key, store.places(), &swift(), &mut |_, _| {}).unwrap();
    assert_eq!(fs::read(counts(root.path())).unwrap(), before);
}
