//! A fictional practice of many patients, the program on it, and the floor on a flat file of the same rows.

use crate::floor;
use crate::window::Window;
use chrono::{Datelike as _, NaiveDate};
use cobalog::clinic::agenda::What;
use cobalog::store::{Places, Store};
use portable_pty::CommandBuilder;
use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The day of every measurement.
pub const TODAY: &str = "2026-11-23";
/// The number of a patient of the demo whose ninth dose is owed on that day.
const FARROW: &str = "1003";

/// The practice, in a folder that goes with it.
pub struct Office {
    folder: TempDir,
    /// How many patients.
    pub patients: usize,
    /// The family name of the most urgent one.
    pub first: String,
    /// The family name of the one who is overdue longest, whom the floor shows first.
    pub first_of_floor: String,
    /// The chart file of the most urgent one.
    pub first_chart: PathBuf,
    farrow: (PathBuf, String),
    flat: PathBuf,
}

/// Returns the day.
pub fn today() -> NaiveDate {
    TODAY.parse().unwrap()
}

impl Office {
    /// Makes a practice of so many patients, and the flat file.
    pub fn of(patients: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let flat = folder.path().join("flat");
        let none = (PathBuf::new(), String::new());
        let (first, first_of_floor, first_chart) = (String::new(), String::new(), PathBuf::new());
        let mut office = Self { folder, patients, first, first_of_floor, first_chart, farrow: none, flat };
        let (count, into) = (patients.to_string(), office.dir().display().to_string());
        office.run(&["demo", "--patients", &count, "--into", &into, "--on", TODAY]);
        office.pack();
        let due: Value = serde_json::from_str(&office.run(&["due", "--format", "json"])).unwrap();
        let word = |name: &str| due[0][name].as_str().unwrap_or_default().to_owned();
        office.first = word("name").split(',').next().unwrap_or_default().to_owned();
        office.first_chart = office.chart(&word("patient"));
        office
    }

    /// Writes the flat file.
    fn pack(&mut self) {
        let store = Store::open_with(&self.dir(), Places::default()).unwrap();
        let (mut bytes, mut farrow, mut longest) = (Vec::new(), String::new(), i32::MAX);
        for row in store.roster(today()).rows {
            let next = row.items.iter().find(|item| matches!(item.what, What::Dose(_)));
            let (due, what) = next.map_or((i32::MAX, ""), |i| (i.visit.num_days_from_ce(), i.label.as_str()));
            bytes.extend(floor::packed(due, &row.name, what));
            if due < longest {
                longest = due;
                self.first_of_floor = row.name.split(',').next().unwrap_or_default().to_owned();
            }
            if row.number == FARROW {
                farrow = row.id.to_string();
            }
        }
        put(&self.flat, &bytes);
        let path = self.chart(&farrow);
        self.farrow = (path.clone(), fs::read_to_string(path).unwrap());
    }

    /// Returns the practice's folder.
    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("practice")
    }

    /// Returns a folder for anything else.
    pub fn scratch(&self) -> &Path {
        self.folder.path()
    }

    /// Returns where the program's state is.
    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    fn chart(&self, id: &str) -> PathBuf {
        self.dir().join("charts").join(format!("{id}.ron"))
    }

    fn environment(&self) -> [(&'static str, PathBuf); 6] {
        let at = |name: &str| self.folder.path().join(name);
        [
            ("HOME", self.folder.path().to_owned()),
            ("COBALOG_DATA", self.dir()),
            ("COBALOG_CACHE", at("cache")),
            ("COBALOG_STATE", at("state")),
            ("COBALOG_TODAY", TODAY.into()),
            ("TERM", "xterm-256color".into()),
        ]
    }

    /// Returns the program with arguments.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cobalog"));
        command.args(args).env_clear().envs(self.environment()).stdin(Stdio::null());
        command
    }

    /// Returns the program on another workstation: the same practice, an index and a state of its own.
    pub fn elsewhere(&self, args: &[&str]) -> Command {
        let mut command = self.command(args);
        command.env("COBALOG_CACHE", self.folder.path().join("cache-elsewhere"));
        command.env("COBALOG_STATE", self.folder.path().join("state-elsewhere"));
        command
    }

    /// Runs the program and returns what it printed.
    fn run(&self, args: &[&str]) -> String {
        let out = self.command(args).output().unwrap();
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    /// Returns the floor's batch twin of `due`.
    pub fn floor_due(&self) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("floor-due").arg(&self.flat).env_clear().stdin(Stdio::null());
        command
    }

    /// Opens the program, or the floor, in a terminal.
    pub fn window(&self, is_floor: bool, size: (u16, u16)) -> Window {
        let floor = std::env::current_exe().unwrap();
        let mut command = match is_floor {
            true => CommandBuilder::new(floor),
            false => CommandBuilder::new(env!("CARGO_BIN_EXE_cobalog")),
        };
        if is_floor {
            command.arg("floor");
            command.arg(&self.flat);
        }
        command.env_clear();
        self.environment().into_iter().for_each(|(name, value)| command.env(name, value));
        Window::open(command, size)
    }

    /// Takes back what was signed for the patient who is to have her dose on the screen, also from where this workstation
    /// remembers it: it would put it back.
    pub fn owes_the_dose_again(&self) {
        let _ = fs::remove_dir_all(self.folder.path().join("state"));
        put(&self.farrow.0, self.farrow.1.as_bytes());
    }

    /// Has the system forget what it read of every file; `false` where this account may not ask for it.
    pub fn forget_what_was_read(&self) -> bool {
        let _ = Command::new("sync").status();
        let forgotten = fs::OpenOptions::new().write(true).open("/proc/sys/vm/drop_caches");
        let is_done = forgotten.and_then(|mut file| file.write_all(b"3")).is_ok();
        // What is measured is the practice, not the programs.
        let _ = (self.command(&["--version"]).output(), Command::new(std::env::current_exe().unwrap()).output());
        is_done
    }

    /// Forgets the index.
    pub fn forget_the_index(&self) {
        let _ = fs::remove_dir_all(self.folder.path().join("cache"));
    }

    /// Returns the numbers of those who are due for a dose on the day or shortly before.
    pub fn due_numbers(&self) -> Vec<String> {
        let due: Value = serde_json::from_str(&self.run(&["due", "--format", "json"])).unwrap();
        let is_dose = |line: &&Value| line["what"] == "dose" && (0..2).contains(&line["days_late"].as_i64().unwrap());
        let number = |line: &Value| line["number"].as_str().unwrap_or_default().to_owned();
        due.as_array().unwrap().iter().filter(is_dose).map(number).collect()
    }

    /// Returns everybody as SQL for the comparison.
    pub fn as_sql(&self) -> String {
        let mut sql = String::from(
            "create table patient(id integer primary key, name text, due integer, what text);\
             create table dose(patient integer, day integer, lot text);\
             create index by_due on patient(due); create index by_patient on dose(patient); begin;\n",
        );
        for (n, row) in fs::read(&self.flat).unwrap().chunks(floor::ROW).enumerate() {
            let (due, name, what) = floor::unpacked(row);
            let name = name.replace('\'', "''");
            sql.push_str(&format!("insert into patient values({n}, '{name}', {due}, '{what}');\n"));
        }
        sql + "commit;\n"
    }
}

/// Puts bytes into a file where it stands, as an editor does.
#[expect(clippy::disallowed_methods, reason = "what is measured is how a change from outside is seen")]
pub fn put(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}
