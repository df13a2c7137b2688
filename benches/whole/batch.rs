//! Whole processes without a screen: the program's commands, the floor's twin, and sqlite3 where it is installed.

use crate::office::{Office, put, today};
use crate::table::{Measured, Must};
use crate::window::{Window, ms};
use chrono::Datelike as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const LOT: [&str; 4] = ["--lot", "HX264995", "--site", "left-deltoid"];

fn label(what: &str, patients: usize) -> String {
    format!("{what} ({patients} patients)")
}

/// Asks for the rows.
pub fn rows(measured: &mut Measured, patients: usize) {
    let large = patients > 50_000;
    let mut row = |goal, what: &str, unit, against, must| {
        measured.row(goal, &label(what, patients), unit, against, must);
    };
    row("G10", "`due`", "ms", "flat file", Must::Times(if large { 1.3 } else { 1.5 }));
    row("", "`due` within three seconds of an entry", "ms", "every file looked at", Must::Told);
    row("G10", "`due` beside sqlite3", "ms", "sqlite3", Must::Times(if large { 0.4 } else { 0.6 }));
    row("G11", "`due` with the index deleted", "ms", "all files read on two threads", Must::Times(4.0));
    row("G12", "`give`", "ms", "sqlite3, insert and update", Must::Times(1.0));
    row("G5", "a chart changed from outside shows after the start", "ms", "every file looked at", Must::Times(2.5));
    row(
        "E2",
        "another workstation's entry, from its acknowledgement until it is on this screen",
        "s",
        "",
        Must::Most(2.0),
    );
    row("", "`--version`", "ms", "`true`", Must::Told);
}

/// Runs a command to its end; returns the milliseconds, `None` where it did not do what it was asked.
pub fn run(mut command: Command) -> Option<f64> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let begun = Instant::now();
    let out = command.output().ok()?;
    let took = ms(begun.elapsed());
    out.status.success().then_some(took)
}

/// The comparison in a database of its own.
pub struct Sqlite(PathBuf);

impl Sqlite {
    /// Fills a database with the same rows; `None` where there is no sqlite3.
    pub fn of(office: &Office) -> Option<Self> {
        let path = office.scratch().join("rows.db");
        let mut child = Command::new("sqlite3").arg(&path).stdin(Stdio::piped()).spawn().ok()?;
        child.stdin.take()?.write_all(office.as_sql().as_bytes()).ok()?;
        child.wait().ok()?.success().then_some(Self(path))
    }

    fn ask(&self, sql: &str) -> Command {
        let mut command = Command::new("sqlite3");
        command.arg(&self.0).arg(sql);
        command
    }

    fn due(&self) -> Command {
        let day = today().num_days_from_ce();
        self.ask(&format!("select {day} - due, name, what from patient where due <= {day} order by due;"))
    }

    fn give(&self, n: usize) -> Command {
        let day = today().num_days_from_ce();
        self.ask(&format!(
            "begin; insert into dose values({n}, {day}, 'HX264995'); update patient set due = {day} + 91 where id = {n}; commit;"
        ))
    }
}

/// Waits until the files were left alone for a while, as they are at most times of a day, and looks at them once.
pub fn rest(office: &Office) {
    std::thread::sleep(Duration::from_secs(4));
    let _ = run(office.command(&["due"]));
}

/// One repetition of what only reads.
pub fn reading(office: &Office, sqlite: Option<&Sqlite>, measured: &mut Measured) {
    let label = |what| label(what, office.patients);
    let due = label("`due`");
    measured.ours(&due, run(office.command(&["due"])));
    measured.floor(&due, run(office.floor_due()));
    measured.ours(&label("`--version`"), run(office.command(&["--version"])));
    measured.floor(&label("`--version`"), run(Command::new("true")));
    if let Some(sqlite) = sqlite {
        let beside = label("`due` beside sqlite3");
        measured.ours(&beside, run(office.command(&["due"])));
        measured.floor(&beside, run(sqlite.due()));
    }
}

/// One repetition of what writes.
pub fn writing(office: &Office, sqlite: Option<&Sqlite>, numbers: &mut Vec<String>, measured: &mut Measured) {
    let label = |what| label(what, office.patients);
    let given = give(numbers, |args| office.command(args));
    measured.ours(&label("`give`"), given);
    measured.floor(&label("`give`"), sqlite.filter(|_| given.is_some()).and_then(|s| run(s.give(numbers.len()))));
    let just_after = label("`due` within three seconds of an entry");
    measured.ours(&just_after, run(office.command(&["due"])));
    measured.floor(&just_after, looked_at(office));
    changed_from_outside(office, measured);
}

/// One repetition of an entry that another workstation makes while this one's screen is open.
pub fn from_elsewhere(office: &Office, window: &mut Window, numbers: &mut Vec<String>, measured: &mut Measured) {
    window.answer();
    let said = |given: usize| format!("given {given}/");
    let Some(before) = (0..).take(office.patients).find(|n| window.screen().contains(&said(*n))) else { return };
    if give(numbers, |args| office.elsewhere(args)).is_some() {
        let took = window.begin().until(&said(before + 1));
        measured.ours(
            &label("another workstation's entry, from its acknowledgement until it is on this screen", office.patients),
            took / 1e3,
        );
    }
}

/// Gives a dose to the next one to whom it may be given as it is; the checks stop some.
fn give(numbers: &mut Vec<String>, program: impl Fn(&[&str]) -> Command) -> Option<f64> {
    while let Some(number) = numbers.pop() {
        let args = [&["give", number.as_str()][..], &LOT[..]].concat();
        if let Some(took) = run(program(&args)) {
            return Some(took);
        }
    }
    None
}

fn changed_from_outside(office: &Office, measured: &mut Measured) {
    let before = fs::read_to_string(&office.first_chart).unwrap();
    let after = before.replacen(&format!("family: \"{}\"", office.first), "family: \"Aachanged\"", 1);
    put(&office.first_chart, after.as_bytes());
    let mut window = office.window(false, crate::screen::SMALL);
    let took = window.until("Aachanged");
    drop(window);
    put(&office.first_chart, before.as_bytes());
    let _ = run(office.command(&["due"]));
    let what = label("a chart changed from outside shows after the start", office.patients);
    measured.ours(&what, took);
    measured.floor(&what, looked_at(office));
}

/// What it takes to list the charts and look at each, in milliseconds.
fn looked_at(office: &Office) -> f64 {
    let begun = Instant::now();
    let files = fs::read_dir(office.dir().join("charts")).unwrap().flatten();
    assert!(files.map(|file| fs::metadata(file.path())).all(|meta| meta.is_ok()));
    ms(begun.elapsed())
}

/// One repetition of the list without an index.
pub fn without_index(office: &Office, measured: &mut Measured) {
    let what = label("`due` with the index deleted", office.patients);
    office.forget_the_index();
    measured.ours(&what, run(office.command(&["due"])));
    measured.floor(&what, all_read(office));
}

/// What it takes to read every chart and look through its lines, on two threads, in milliseconds.
fn all_read(office: &Office) -> f64 {
    let begun = Instant::now();
    let files: Vec<PathBuf> =
        fs::read_dir(office.dir().join("charts")).unwrap().flatten().map(|file| file.path()).collect();
    let look = |half: &[PathBuf]| -> usize {
        let texts = half.iter().map(|path| fs::read_to_string(path).unwrap_or_default());
        texts.map(|text| text.lines().filter(|line| line.contains("act: given(")).count()).sum()
    };
    let (first, second) = files.split_at(files.len() / 2);
    let doses = std::thread::scope(|scope| {
        let other = scope.spawn(|| look(first));
        look(second) + other.join().unwrap()
    });
    assert!(doses > 0, "the charts hold doses");
    ms(begun.elapsed())
}
