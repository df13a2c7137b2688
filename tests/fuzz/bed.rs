//! A practice with one sound chart, beside which a damaged file is laid.

use chrono::{DateTime, FixedOffset, NaiveDate};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::entry::{Act, PatientId};
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::patient::{Allergies, Person, Sex};
use cobalog::clinic::practice::Settings;
use cobalog::store::{Places, Store};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub const NURSE: &str = "Maya Keller RN";

pub fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-23T09:05:00+01:00").unwrap()
}

pub fn today() -> NaiveDate {
    now().date_naive()
}

pub struct Bed {
    pub root: TempDir,
    pub good: Chart,
    practice: Vec<u8>,
}

pub fn person(family: &str) -> Act {
    Act::Registered(Person {
        number: format!("LS-{family}"),
        family: family.to_owned(),
        given: "Grace".to_owned(),
        born: "1958-03-04".parse().unwrap(),
        sex: Sex::Female,
        phone: None,
        allergies: Allergies::NoneKnown,
        caution: None,
    })
}

impl Bed {
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let settings = Settings::new("Larkfield Surgery", NURSE);
        let mut bed = Self { root, good: Chart::new(PatientId(ulid::Ulid(1)), Vec::new()), practice: Vec::new() };
        let store = Store::create_with(&bed.dir(), settings, bed.places()).unwrap();
        let knowledge = &store.practice().knowledge;
        let regimen = knowledge.regimen("r01").unwrap();
        let wish = Wish::plain(today(), "Dr Chen");
        let plan = Act::Ordered(Order::write(regimen, knowledge.checkpoints(regimen), &wish).unwrap());
        bed.good = store.new_patient(vec![person("Good"), plan], NURSE, now()).unwrap().0;
        bed.practice = fs::read(bed.dir().join("practice.ron")).unwrap();
        bed
    }

    pub fn dir(&self) -> PathBuf {
        self.root.path().join("data")
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn places(&self) -> Places {
        Places { cache: Some(self.at("cache")), state: Some(self.at("state")), backups: Some(self.at("backups")) }
    }

    pub fn store(&self) -> Store {
        Store::open_with(&self.dir(), self.places()).unwrap()
    }

    /// Puts the settings back.
    pub fn settle(&self) {
        fs::write(self.dir().join("practice.ron"), &self.practice).unwrap();
    }

    /// Lays a file down, and the folders above it.
    pub fn lay(&self, path: &Path, bytes: &[u8]) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
