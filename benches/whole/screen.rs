//! The full-screen program at the keys, and the floor at the same ones.

use crate::office::Office;
use crate::table::{Measured, Must, median, p99};
use crate::window::{Window, ms};
use chrono::Timelike as _;
use cobalog::clock::Clock;
use cobalog::store::atomic;
use cobalog::store::disk::Real;
use std::fs;
use std::time::{Duration, Instant};

const PAGE_DOWN: &str = "\u{1b}[6~";
const ESC: &str = "\u{1b}";

/// The usual size of a terminal.
pub const SMALL: (u16, u16) = (80, 24);
/// A large one.
pub const LARGE: (u16, u16) = (200, 60);

fn label(what: &str, size: (u16, u16), patients: usize) -> String {
    format!("{what} ({}x{}, {patients} patients)", size.0, size.1)
}

/// Returns the name of the row for the start.
pub fn start_label(patients: usize) -> String {
    format!("start to the first patient's row ({patients} patients)")
}

/// Asks for the rows of a size.
pub fn rows(measured: &mut Measured, size: (u16, u16), patients: usize) {
    let mut row = |goal, what: &str, unit, must| {
        measured.row(goal, &label(what, size, patients), unit, "", must);
    };
    row("G6", "cursor key to the last byte", "ms", Must::Times(1.2));
    row("G6", "scrolling key", "ms", Must::Times(1.2));
    row("G6", "page key", "ms", Must::Times(1.2));
    row("G7", "best p99 of these keys", "ms", Must::Both(16.0, 1.5));
    row("G17", "bytes of a cursor key", "bytes", Must::Times(1.2));
    row("G17", "bytes of a scrolling key", "bytes", Must::Times(1.2));
    row("G9", "200 keys in one write", "ms", Must::Times(0.35));
    row("G9", "bytes of 200 keys in one write", "bytes", Must::Most(40_000.0));
    row("G8", "key of a filter over everybody", "ms", Must::Either(2.5, 0.3));
    row("G17", "new size", "ms", Must::Times(1.5));
    row("G17", "the last key until the process is gone", "ms", Must::Times(3.0));
}

/// Asks for the rows that only the program has, beside something comparable.
pub fn own_rows(measured: &mut Measured, patients: usize) {
    let mut row = |goal, what: &str, unit, against, must| {
        measured.row(goal, &label(what, SMALL, patients), unit, against, must);
    };
    row("G13", "Enter on a dose's prompt until Saved is read", "ms", "file rewritten + cursor key", Must::Times(3.0));
    row("G14", "a chart opened", "ms", "page key", Must::Times(2.5));
    row("G4", "start with nothing in memory", "ms", "", Must::Times(2.5));
    row("G15", "most memory", "MiB", "", Must::Times(if patients > 50_000 { 1.3 } else { 2.0 }));
    row("G16", "wake-ups a second while idle", "", "", Must::Most(0.1));
    row("G16", "bytes while idle for 10 s", "", "", Must::Most(0.0));
}

/// Measures the start once; the window stays open.
pub fn start(office: &Office, is_floor: bool, size: (u16, u16), measured: &mut Measured) -> Window {
    let mut window = office.window(is_floor, size);
    let took = window.until(if is_floor { &office.first_of_floor } else { &office.first });
    measured.note(is_floor, &start_label(office.patients), took);
    settle(&mut window);
    window
}

/// Waits until the files are checked and nothing more is drawn.
fn settle(window: &mut Window) {
    loop {
        window.answer();
        if !window.screen().contains("(checking") {
            return;
        }
    }
}

/// Measures a start once after the system forgot every file; `false` where it may not be asked to.
pub fn cold(office: &Office, measured: &mut Measured) -> bool {
    [false, true].into_iter().all(|is_floor| {
        let forgotten = office.forget_what_was_read();
        if forgotten {
            let mut window = office.window(is_floor, SMALL);
            let took = window.until(if is_floor { &office.first_of_floor } else { &office.first });
            measured.note(is_floor, &label("start with nothing in memory", SMALL, office.patients), took);
            settle(&mut window);
            window.leave("q");
        }
        forgotten
    })
}

/// Presses a key so many times and returns what each took, and its bytes.
fn keys(window: &mut Window, keys: &[&str], times: usize) -> (Vec<f64>, Vec<f64>) {
    let answers = (0..times).filter_map(|n| window.types(keys[n % keys.len()]).answer());
    answers.map(|answer| (answer.ms, answer.bytes as f64)).unzip()
}

/// One repetition of all keys that program and floor have in common; returns the medians of a cursor key and a page key.
pub fn press(
    office: &Office,
    window: &mut Window,
    (is_floor, size): (bool, (u16, u16)),
    measured: &mut Measured,
) -> (f64, f64) {
    let mut note = |what: &str, value: Option<f64>| {
        measured.note(is_floor, &label(what, size, office.patients), value);
    };
    keys(window, &["j", "k"], 6);
    let (cursor, cursor_bytes) = keys(window, &["j", "k"], 40);
    keys(window, &[PAGE_DOWN], 2);
    let (scroll, scroll_bytes) = keys(window, &["j"], 40);
    let (page, _) = keys(window, &[PAGE_DOWN], 12);
    note("cursor key to the last byte", median(&cursor));
    note("scrolling key", median(&scroll));
    note("page key", median(&page));
    note("bytes of a cursor key", median(&cursor_bytes));
    note("bytes of a scrolling key", median(&scroll_bytes));
    note("best p99 of these keys", p99(&[&cursor[..], &scroll, &page].concat()));
    let burst = window.types(&"k".repeat(200)).answer();
    note("200 keys in one write", burst.map(|b| b.ms));
    note("bytes of 200 keys in one write", burst.map(|b| b.bytes as f64));
    window.types("/").answer();
    let (filter, _) = keys(window, &["s", "m", "i", "t", "h"], 5);
    note("key of a filter over everybody", median(&filter));
    // The first empties the field, the second leaves.
    keys(window, &[ESC], 2);
    let sized = [(100, 30), size].map(|size| window.resize(size).answer().map_or(f64::NAN, |a| a.ms));
    note("new size", Some(sized[0].min(sized[1])));
    let middle = |values: &[f64]| median(values).unwrap_or(f64::NAN);
    (middle(&cursor), middle(&page))
}

/// One repetition of what only the program has: a chart opened, a dose signed.
pub fn own(office: &Office, window: &mut Window, (cursor, page): (f64, f64), measured: &mut Measured) {
    let mut opened = Vec::new();
    for _ in 0..12 {
        opened.extend(window.types("\r").answer().map(|a| a.ms));
        window.types(ESC).answer();
        window.types("j").answer();
    }
    let what = label("a chart opened", SMALL, office.patients);
    measured.ours(&what, median(&opened));
    measured.floor(&what, page);
    window.types("/").answer();
    window.types("farrow, daniel").answer();
    window.types("\r").answer();
    window.types("g").until("Give a dose");
    window.types("2106").answer();
    let signed = window.types("\r").until("Saved");
    settle(window);
    let what = label("Enter on a dose's prompt until Saved is read", SMALL, office.patients);
    measured.ours(&what, signed);
    measured.floor(&what, rewritten(office) + cursor);
    for _ in 0..5 {
        if !window.screen().contains("Worklist") {
            window.types(ESC).answer();
        }
    }
}

/// What it takes to write one chart durably, in milliseconds.
fn rewritten(office: &Office) -> f64 {
    let text = fs::read_to_string(&office.first_chart).unwrap();
    let path = office.scratch().join("rewritten");
    let begun = Instant::now();
    atomic::write(&Real, &path, &text).unwrap();
    ms(begun.elapsed())
}

/// Memory so far, and a while of nothing.
pub fn rest(office: &Office, window: &mut Window, is_floor: bool, idle: Duration, measured: &mut Measured) {
    let mut note = |what: &str, value: Option<f64>| {
        measured.note(is_floor, &label(what, SMALL, office.patients), value);
    };
    note("most memory", window.peak());
    if idle.is_zero() {
        return;
    }
    // A draft goes to the disk a second later, and a minute that ends is shown: neither is idleness.
    let second = Clock::Machine.now().second();
    window.idle(Duration::from_secs(if second > 45 { u64::from(62 - second) } else { 2 }));
    let before = window.waits();
    let bytes = window.idle(idle);
    let woken = window.waits().zip(before).map(|(after, before)| (after - before) as f64 / idle.as_secs_f64());
    note("wake-ups a second while idle", woken);
    note("bytes while idle for 10 s", Some(bytes as f64));
}

/// Leaves.
pub fn leave(office: &Office, window: Window, (is_floor, size): (bool, (u16, u16)), measured: &mut Measured) {
    let took = window.leave("q");
    measured.note(is_floor, &label("the last key until the process is gone", size, office.patients), took);
}
