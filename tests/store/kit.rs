//! A practice in a folder of its own for each test.

use crate::faulty::Faulty;
use chrono::{DateTime, FixedOffset, NaiveDate};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::drug::{Drug, Route, Site};
use cobalog::clinic::entry::{Act, EntryId, Given};
use cobalog::clinic::knowledge::Knowledge;
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::patient::{Allergies, Person, Sex};
use cobalog::clinic::practice::Settings;
use cobalog::store::disk::Disk;
use cobalog::store::{Places, Store};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

pub const NURSE: &str = "Maya Keller RN";

pub fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap()
}

pub fn now() -> DateTime<FixedOffset> {
    at("2026-11-18T09:14:00+01:00")
}

pub fn today() -> NaiveDate {
    now().date_naive()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn places(root: &Path) -> Places {
    let at = |name: &str| Some(root.join(name));
    Places { cache: at("cache"), state: at("state"), backups: at("backups") }
}

/// A disk on which nothing fails and nothing waits for a flush: no power fails under the folders of tests.
pub fn swift() -> Arc<dyn Disk> {
    Arc::new(Faulty::default())
}

/// Returns a folder for what is looked at once and thrown away: thousands are, so in the memory where there is a place for
/// that.
pub fn scratch() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// Returns a new practice; its folder goes with the first value.
pub fn practice() -> (TempDir, Store) {
    let root = tempfile::tempdir().unwrap();
    let settings = Settings::new("Larkfield Surgery", NURSE);
    let store = Store::create_with(&root.path().join("data"), settings, places(root.path())).unwrap();
    (root, store)
}

/// Opens the same practice as another program would, on the same workstation.
pub fn again(root: &TempDir, store: &Store) -> Store {
    Store::open_with(store.dir(), places(root.path())).unwrap()
}

static NUMBER: AtomicU32 = AtomicU32::new(1);

pub fn person(family: &str) -> Act {
    Act::Registered(registered(family))
}

pub fn registered(family: &str) -> Person {
    Person {
        number: format!("LS-{:04}", NUMBER.fetch_add(1, Ordering::Relaxed)),
        family: family.to_owned(),
        given: "Grace".to_owned(),
        born: day("1958-03-04"),
        sex: Sex::Female,
        phone: None,
        allergies: Allergies::NoneKnown,
        caution: None,
    }
}

pub fn order(regimen: &str, start: NaiveDate) -> Order {
    let library = Knowledge::built_in();
    let regimen = library.regimen(regimen).unwrap();
    Order::write(regimen, library.checkpoints(regimen), &Wish::plain(start, "Dr Chen")).unwrap()
}

pub fn given(order: Option<EntryId>, on: NaiveDate, note: &str) -> Act {
    Act::Given(Given {
        order,
        product: "Hydroxocobalamin 1 mg/mL, 1 mL ampoule".to_owned(),
        site: Some(Site::ALL[0]),
        lot: Some("A1234".to_owned()),
        expires: Some(day("2027-06-30")),
        note: (!note.is_empty()).then(|| note.to_owned()),
        ..Given::new(on, Drug::Hydroxocobalamin, 1000, 1000, Route::Im)
    })
}

/// Registers a patient with a plan and returns the chart.
pub fn patient(store: &Store, family: &str) -> Chart {
    let plan = Act::Ordered(order("r01", today()));
    store.new_patient(vec![person(family), plan], NURSE, now()).unwrap().0
}

pub fn chart_path(store: &Store, chart: &Chart) -> PathBuf {
    store.dir().join("charts").join(format!("{}.ron", chart.id))
}

/// Gives another workstation, which is apart, the key that entries are sealed with here.
pub fn share_key(from: &Store, to: &Store) {
    let key = |store: &Store| store.dir().join("keys/seal.key");
    if key(from).exists() {
        std::fs::create_dir_all(to.dir().join("keys")).unwrap();
        std::fs::copy(key(from), key(to)).unwrap();
    }
}

/// The notes of a chart's doses.
pub fn notes(chart: &Chart) -> BTreeSet<String> {
    let note = |act: &Act| match act {
        Act::Given(given) => given.note.clone(),
        _ => None,
    };
    chart.entries().iter().filter_map(|e| note(&e.act)).collect()
}
