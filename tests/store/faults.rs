//! Every call that the store makes to the disk fails in turn, once and for good, where it writes and where it reads: nothing
//! that was there is lost, what is said is true, and the next try works.

use crate::faulty::{Fault, Faulty};
use crate::kit::{NURSE, given, now, patient, person, places, practice, swift, today};
use cobalog::clinic::entry::{Act, PatientId};
use cobalog::store::drafts::{self, Draft};
use cobalog::store::{Store, StoreError};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

const ERRORS: [ErrorKind; 5] = [
    ErrorKind::StorageFull,
    ErrorKind::Other,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::PermissionDenied,
    ErrorKind::ResourceBusy,
];

/// A disk that fails, a right that is missing, a share that does not show what is there, a file that ends too early.
const READ_ERRORS: [ErrorKind; 4] =
    [ErrorKind::Other, ErrorKind::PermissionDenied, ErrorKind::NotFound, ErrorKind::UnexpectedEof];

/// A practice on a disk that may fail, with one patient who was given one dose.
struct Room {
    root: TempDir,
    disk: Faulty,
    store: Store,
    id: PatientId,
}

impl Room {
    fn new() -> Self {
        let (root, store) = practice();
        let id = patient(&store, "Ahmed").id;
        store.record(id, vec![given(None, today(), "before")], NURSE, now()).unwrap();
        let disk = Faulty::default();
        let store = Store::open_on(store.dir(), places(root.path()), Arc::new(disk.clone())).unwrap();
        let _ = store.roster(today());
        disk.fail(None);
        Self { root, disk, store, id }
    }

    fn state(&self) -> PathBuf {
        places(self.root.path()).state.unwrap()
    }

    /// Opens it as another program would, on a disk that works.
    fn elsewhere(&self) -> Store {
        Store::open_on(self.store.dir(), places(self.root.path()), swift()).unwrap()
    }

    /// Every file but the lock, the index and what is temporary.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let kept = |p: &PathBuf| !p.ends_with(".lock") && !p.ends_with("roster.idx") && !is_temporary(p);
        every_file(self.root.path()).into_iter().filter(kept).map(|p| (p.clone(), fs::read(&p).unwrap())).collect()
    }

    fn temporary_files(&self) -> Vec<PathBuf> {
        every_file(self.root.path()).into_iter().filter(|p| is_temporary(p)).collect()
    }
}

fn is_temporary(path: &Path) -> bool {
    path.file_name().unwrap().to_string_lossy().starts_with('~')
}

pub fn every_file(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    listed.flat_map(|p| if p.is_dir() { every_file(&p) } else { vec![p] }).collect()
}

/// Something that is saved, and how often it is there.
struct Job {
    name: &'static str,
    save: fn(&mut Room) -> Result<(), StoreError>,
    times: fn(&Room) -> usize,
    /// What goes on without it, as it can be worked out again.
    can_do_without: &'static [&'static str],
}

const JOBS: [Job; 4] = [
    Job {
        name: "an entry",
        save: |room| room.store.record(room.id, vec![given(None, today(), "new")], NURSE, now()).map(drop),
        times: |room| doses(room, "new"),
        can_do_without: &["touch", "lock", "append", "remove"],
    },
    Job {
        name: "a new patient",
        save: |room| room.store.new_patient(vec![person("Novak")], NURSE, now()).map(drop),
        times: |room| room.elsewhere().roster(today()).rows.iter().filter(|r| r.name.starts_with("Novak")).count(),
        can_do_without: &["touch", "lock", "append", "remove"],
    },
    Job {
        name: "the settings",
        save: |room| room.store.change_settings(|s| s.name = "Harbour".to_owned()),
        times: |room| usize::from(room.elsewhere().settings().name == "Harbour"),
        can_do_without: &["touch", "lock", "remove"],
    },
    Job {
        name: "a draft",
        save: |room| drafts::save(&room.disk, &room.state(), &draft()),
        times: |room| drafts::load_all(&*swift(), &room.state()).len(),
        can_do_without: &["remove"],
    },
];

/// How many doses of the patient have this note.
fn doses(room: &Room, note: &str) -> usize {
    let chart = room.elsewhere().chart(room.id).unwrap();
    let has = |act: &Act| matches!(act, Act::Given(given) if given.note.as_deref() == Some(note));
    chart.entries().iter().filter(|e| has(&e.act)).count()
}

fn draft() -> Draft {
    let fields = BTreeMap::from([("note".to_owned(), "left arm".to_owned())]);
    Draft { prompt: "give".to_owned(), patient: None, by: NURSE.to_owned(), at: now(), fields }
}

fn calls_of(job: &Job) -> usize {
    let mut room = Room::new();
    (job.save)(&mut room).unwrap();
    assert_eq!((job.times)(&room), 1, "{}", job.name);
    room.disk.calls().len()
}

/// Every fault of so many calls that read.
pub fn reading_faults(calls: usize) -> impl Iterator<Item = Fault> {
    let each = READ_ERRORS.into_iter().flat_map(|error| [(error, false), (error, true)]);
    each.flat_map(move |(error, for_good)| (1..=calls).map(move |at| Fault { at, for_good, error, half_done: false }))
}

/// Every fault of so many calls that write.
pub fn faults(calls: usize) -> impl Iterator<Item = Fault> {
    let kinds = ERRORS.into_iter().flat_map(|error| [(error, false), (error, true)]);
    let each = kinds.flat_map(|kind| [(kind, false), (kind, true)]);
    each.flat_map(move |((error, half_done), for_good)| {
        (1..=calls).map(move |at| Fault { at, for_good, error, half_done })
    })
}

#[test]
fn an_entry_is_there_or_not_whatever_fails() {
    whatever_fails(&JOBS[0]);
}

#[test]
fn a_patient_is_there_or_not_whatever_fails() {
    whatever_fails(&JOBS[1]);
}

#[test]
fn settings_are_there_or_not_whatever_fails() {
    whatever_fails(&JOBS[2]);
}

#[test]
fn a_draft_is_there_or_not_whatever_fails() {
    whatever_fails(&JOBS[3]);
}

fn whatever_fails(job: &Job) {
    for fault in faults(calls_of(job)) {
        let mut room = Room::new();
        let before = room.files();
        room.disk.fail(Some(fault));
        let saved = (job.save)(&mut room);
        let failed = room.disk.calls()[fault.at - 1];
        let case = format!("{}: {failed} fails, {fault:?}: {saved:?}", job.name);
        judge(job, &mut room, &before, saved, &case);
        if !fault.for_good {
            let left = room.temporary_files();
            assert!(left.is_empty() || failed == "remove", "{case}: {left:?}");
        }
        room.disk.fail(None);
        if (job.times)(&room) == 0 {
            (job.save)(&mut room).unwrap_or_else(|e| panic!("{case}: the next try: {e}"));
        }
        assert_eq!((job.times)(&room), 1, "{case}: after the next try");
        assert_eq!(doses(&room, "before"), 1, "{case}");
        assert_eq!(room.elsewhere().check().problems, [], "{case}");
    }
}

/// What is saved while it cannot be read: a practice that goes on without it, or says so.
#[test]
fn nothing_is_lost_whatever_cannot_be_read() {
    for job in &JOBS {
        let mut room = Room::new();
        (job.save)(&mut room).unwrap();
        for fault in reading_faults(room.disk.reads().len()) {
            let mut room = Room::new();
            let before = room.files();
            room.disk.fail_reading(Some(fault));
            let saved = (job.save)(&mut room);
            let failed = room.disk.reads()[fault.at - 1];
            room.disk.fail(None);
            let case = format!("{}: {failed} fails, {fault:?}: {saved:?}", job.name);
            judge(job, &mut room, &before, saved, &case);
            assert_eq!(room.temporary_files(), Vec::<PathBuf>::new(), "{case}");
            if (job.times)(&room) == 0 {
                (job.save)(&mut room).unwrap_or_else(|e| panic!("{case}: the next try: {e}"));
            }
            assert_eq!((job.times)(&room), 1, "{case}: after the next try");
            assert_eq!(doses(&room, "before"), 1, "{case}");
            assert_eq!(room.elsewhere().check().problems, [], "{case}");
        }
    }
}

fn judge(job: &Job, room: &mut Room, before: &BTreeMap<PathBuf, Vec<u8>>, saved: Result<(), StoreError>, case: &str) {
    let times = (job.times)(room);
    match saved {
        Ok(()) => assert_eq!(times, 1, "{case}: acknowledged"),
        Err(StoreError::Unconfirmed { .. }) => assert!(times <= 1, "{case}"),
        Err(_) => {
            assert_eq!(times, 0, "{case}: said not to be saved");
            assert_eq!(&room.files(), before, "{case}: nothing was changed");
        }
    }
    if let Err(error) = saved {
        let sentence = error.to_string();
        assert!(sentence.contains(&error.path().display().to_string()), "{case}: {sentence}");
        assert!(error.path().starts_with(room.root.path()), "{case}: {sentence}");
        let advice = [
            "try again",
            "sk whoever looks after",
            "Look at it again before",
            "Choose the patient from the list again",
            "Set one up there first",
            "take another number",
        ];
        assert!(advice.iter().any(|a| sentence.contains(a)), "{case}: {sentence}");
    }
}

#[test]
fn what_can_be_done_without_stops_nobody() {
    for job in &JOBS {
        for at in 1..=calls_of(job) {
            let mut room = Room::new();
            room.disk.fail(Some(Fault { at, for_good: false, error: ErrorKind::Other, half_done: false }));
            let saved = (job.save)(&mut room);
            let failed = room.disk.calls()[at - 1];
            if job.can_do_without.contains(&failed) {
                saved.unwrap_or_else(|e| panic!("{}: {failed}: {e}", job.name));
            }
        }
    }
}

/// As a virus scanner or a sync program does where files that are open can be neither opened nor replaced.
#[test]
fn a_file_that_another_program_holds_is_waited_for() {
    for job in &JOBS {
        for at in 1..=calls_of(job) {
            let mut room = Room::new();
            let fault = Fault { at, for_good: false, error: ErrorKind::ResourceBusy, half_done: false };
            room.disk.fail(Some(fault));
            let saved = (job.save)(&mut room);
            let held = room.disk.calls()[at - 1];
            if ["open lock", "rename", "sync name", "remove"].contains(&held) {
                saved.unwrap_or_else(|e| panic!("{}: {held}: {e}", job.name));
                assert_eq!(room.disk.calls()[at], held, "{}", job.name);
            }
        }
    }
}

#[test]
fn a_chart_that_another_program_does_not_let_go_is_said_in_words() {
    let room = Room::new();
    let record = || room.store.record(room.id, vec![given(None, today(), "new")], NURSE, now());
    record().unwrap();
    let at = room.disk.calls().iter().position(|call| *call == "rename").unwrap() + 1;
    room.disk.fail(Some(Fault { at, for_good: true, error: ErrorKind::ResourceBusy, half_done: false }));
    let said = record().unwrap_err().to_string();
    assert!(said.contains("another program holds it open") && said.contains("Nothing was changed"), "{said}");
    let tries = room.disk.calls().iter().filter(|call| **call == "rename").count();
    assert!(tries > 20, "for two seconds: {tries}");
}

#[test]
fn an_index_that_cannot_be_replaced_costs_time_and_nothing_else() {
    let calls = {
        let room = Room::new();
        fs::remove_file(room.root.path().join("cache/roster.idx")).unwrap();
        let _ = room.store.roster(today());
        room.disk.calls().len()
    };
    assert!(calls > 0);
    for fault in faults(calls) {
        let room = Room::new();
        let index = room.root.path().join("cache/roster.idx");
        fs::remove_file(&index).unwrap();
        room.disk.fail(Some(fault));
        let listed = room.store.roster(today());
        assert_eq!((listed.rows.len(), listed.problems.len()), (1, 0), "{fault:?}");
        room.disk.fail(None);
        assert_eq!(room.store.roster(today()), listed, "{fault:?}");
        assert_eq!(room.elsewhere().roster(today()), listed, "{fault:?}");
    }
}

#[test]
fn a_practice_that_could_not_be_made_can_be_made_again() {
    let make = |root: &TempDir, disk: &Faulty| {
        let settings = cobalog::clinic::practice::Settings::new("Larkfield Surgery", NURSE);
        Store::create_on(&root.path().join("deep/data"), settings, places(root.path()), Arc::new(disk.clone()))
    };
    let calls = {
        let (root, disk) = (tempfile::tempdir().unwrap(), Faulty::default());
        make(&root, &disk).unwrap();
        disk.calls().len()
    };
    for fault in faults(calls) {
        let (root, disk) = (tempfile::tempdir().unwrap(), Faulty::default());
        disk.fail(Some(fault));
        let made = make(&root, &disk);
        disk.fail(None);
        match made {
            Ok(_) | Err(StoreError::Unconfirmed { .. }) => {}
            Err(error) => {
                assert!(error.to_string().contains("deep"), "{error}");
                make(&root, &disk).unwrap_or_else(|e| panic!("{fault:?}: the next try: {e}"));
            }
        }
        let store = Store::open_on(&root.path().join("deep/data"), places(root.path()), swift()).unwrap();
        patient(&store, "Ahmed");
        assert_eq!(store.check().problems, [], "{fault:?}");
    }
}

#[test]
fn whoever_cannot_be_read_is_named_by_the_list_and_is_there_again() {
    for has_index in [true, false] {
        let room = || {
            let room = Room::new();
            patient(&room.elsewhere(), "Berg");
            let _ = room.elsewhere().roster(today());
            if !has_index {
                fs::remove_file(room.root.path().join("cache/roster.idx")).unwrap();
            }
            room.disk.fail(None);
            room
        };
        let whole = room();
        assert_eq!(whole.store.roster(today()).rows.len(), 2);
        let reads = whole.disk.reads().len();
        assert!(reads > 3, "{reads}");
        for fault in reading_faults(reads) {
            let room = room();
            room.disk.fail_reading(Some(fault));
            let (listed, checked) = (room.store.roster(today()), room.store.check());
            room.disk.fail(None);
            assert!(listed.rows.len() == 2 || !listed.problems.is_empty(), "{fault:?}: {listed:?}");
            assert!(checked.charts == 2 || !checked.problems.is_empty(), "{fault:?}: {checked:?}");
            assert!(listed.problems.iter().all(|p| p.path.starts_with(room.root.path())), "{fault:?}: {listed:?}");
            let again = room.store.roster(today());
            assert_eq!((again.rows.len(), again.problems.len()), (2, 0), "{fault:?}: {listed:?}");
            assert_eq!(room.elsewhere().roster(today()), again, "{fault:?}");
        }
    }
}

#[test]
fn a_draft_that_cannot_be_read_is_named_and_stays() {
    let room = || {
        let room = Room::new();
        let keeper = drafts::Keeper::new(Arc::new(room.disk.clone()));
        keeper.keep(&room.state(), draft()).unwrap();
        keeper.settle();
        room.disk.fail(None);
        room
    };
    let whole = room();
    assert_eq!(drafts::load_all(&whole.disk, &whole.state()), [draft()]);
    for fault in reading_faults(whole.disk.reads().len()) {
        let room = room();
        room.disk.fail_reading(Some(fault));
        let (found, problems) = drafts::load_with_problems(&room.disk, &room.state());
        // A share that does not show a file shows nothing to name; drafts lie on this computer.
        assert!(!found.is_empty() || !problems.is_empty() || fault.error == ErrorKind::NotFound, "{fault:?}");
        room.disk.fail(None);
        assert_eq!(drafts::load_with_problems(&room.disk, &room.state()), (vec![draft()], Vec::new()), "{fault:?}");
    }
}
