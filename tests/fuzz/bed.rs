//! A practice with one sound chart, beside which a damaged file is laid.

use crate::vaults::Vaulted;
use chrono::{DateTime, FixedOffset, NaiveDate};
use cobalog::clinic::chart::Chart;
use cobalog::clinic::entry::{Act, PatientId};
use cobalog::clinic::order::{Order, Wish};
use cobalog::clinic::patient::{Allergies, Person, Sex};
use cobalog::clinic::practice::Settings;
use cobalog::store::{Places, Store, write_chart};
use std::cell::OnceCell;
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
    vault: OnceCell<Vaulted>,
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
        let good = Chart::new(PatientId(ulid::Ulid(1)), Vec::new());
        let mut bed = Self { root, good, practice: Vec::new(), vault: OnceCell::new() };
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

    /// Takes away what came to the good chart and its settings, in the practice and on this workstation, but for the key.
    pub fn tidy(&self) {
        self.settle();
        let chart = format!("{}.ron", self.good.id);
        for path in fs::read_dir(self.dir().join("charts")).unwrap().map(|e| e.unwrap().path()) {
            if path.file_name().is_none_or(|name| name != chart.as_str()) {
                fs::remove_file(path).unwrap();
            }
        }
        let text = write_chart(&self.good, Path::new("x")).unwrap();
        self.lay(&self.dir().join("charts").join(chart), text.as_bytes());
        for folder in ["data/unmatched", "data/kept", "data/audit", "state/recorded"] {
            let _ = fs::remove_dir_all(self.at(folder));
        }
        let _ = fs::remove_file(self.at("state/audit.json"));
    }

    /// The kept encrypted practice, laid down beside this one.
    pub fn vault(&self) -> &Vaulted {
        self.vault.get_or_init(|| Vaulted::below(&self.at("vaulted")))
    }

    /// Lays a file down, and the folders above it.
    pub fn lay(&self, path: &Path, bytes: &[u8]) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
