//! What the whole program takes, from the outside: `cargo bench --bench whole`, or with `-- --quick` in a third of the
//! time. It runs the release binary in a real pseudo-terminal and as a command, on practices that it makes in a temporary
//! folder, and beside it the floor ([`floor`]) and sqlite3. The Markdown table that it prints is the README's.
//!
//! `COBALOG_BENCH_PATIENTS=100000` adds a practice of so many. Times of a shared machine drift; the ratios, made within
//! one repetition, are what counts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot go on should stop where it is")]

mod batch;
mod encrypted;
mod floor;
mod office;
mod screen;
mod table;
mod window;

use batch::Sqlite;
use chrono::Datelike as _;
use office::Office;
use screen::{LARGE, SMALL};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;
use table::{Measured, Must};

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let day = office::today().num_days_from_ce();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["floor", file] => floor::screen(Path::new(file), day),
        ["floor-due", file] => floor::batch(Path::new(file), day),
        // `cargo test` builds benchmarks and runs them without this word; a name picks others.
        ref words if !words.contains(&"--bench") || words.iter().any(|w| !w.starts_with('-')) => Ok(()),
        ref words => {
            let table = measure(if words.contains(&"--quick") { 3 } else { 9 });
            writeln!(io::stdout(), "{}\n\n{table}", machine())
        }
    }
}

/// Returns the line about the machine.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get());
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown").to_owned();
    let date = std::env::var("COBALOG_BENCH_DATE").map(|date| format!(", {date}")).unwrap_or_default();
    format!("{} with {cores} cores, load {load} at the end{date}", std::env::consts::OS)
}

/// Says on standard error how far it is.
fn tell(words: &str) {
    let _ = writeln!(io::stderr(), "{words}");
}

fn measure(times: usize) -> String {
    let asked = std::env::var("COBALOG_BENCH_PATIENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let sizes: Vec<usize> = if asked > 10_000 { vec![1_000, 10_000, asked] } else { vec![asked / 10, asked] };
    let mut measured = Measured::default();
    for patients in &sizes {
        let goal = if *patients > 50_000 { "G2" } else { "G1" };
        measured.row(goal, &screen::start_label(*patients), "ms", "", Must::Times(2.0));
    }
    measured.row("G3", "growth of the start, as a power of the patients", "", "", Must::Most(0.35));
    for patients in &sizes {
        tell(&format!("a practice of {patients} patients is made"));
        one_size(&Office::of(*patients), times, patients == &sizes[0], &mut measured);
    }
    growth(&sizes, &mut measured);
    measured.row("G18", "the program's file", "MB", "", Must::Most(8.0));
    measured.ours(
        "the program's file",
        std::fs::metadata(env!("CARGO_BIN_EXE_cobalog")).map(|m| m.len() as f64 / 1e6).ok(),
    );
    measured.table()
}

/// All measurements of one practice; of the smallest only the start.
fn one_size(office: &Office, times: usize, is_smallest: bool, measured: &mut Measured) {
    // Once for nothing: the index is made, files are in memory.
    for is_floor in [false, true] {
        drop(screen::start(office, is_floor, SMALL, &mut Measured::default()));
    }
    if is_smallest {
        for _ in 0..times {
            for is_floor in [false, true] {
                screen::start(office, is_floor, SMALL, measured).leave("q");
            }
        }
        return;
    }
    screen::rows(measured, SMALL, office.patients);
    screen::own_rows(measured, office.patients);
    screen::rows(measured, LARGE, office.patients);
    for n in 0..times {
        tell(&format!("{} patients: the screen, {} of {times}", office.patients, n + 1));
        let idle = if n == 0 { Duration::from_secs(10) } else { Duration::ZERO };
        for is_floor in [false, true] {
            on_screen(office, is_floor, idle, measured);
        }
    }
    for _ in 0..times.min(5) {
        if !screen::cold(office, measured) {
            tell("only the administrator may have the system forget its files: the cold start is left out");
            break;
        }
    }
    batch::rows(measured, office.patients);
    let sqlite = Sqlite::of(office);
    if sqlite.is_none() {
        tell("sqlite3 is not installed: what is measured beside it is left out");
    }
    let mut numbers = office.due_numbers();
    batch::rest(office);
    for _ in 0..times {
        batch::reading(office, sqlite.as_ref(), measured);
    }
    for n in 0..times {
        tell(&format!("{} patients: commands, {} of {times}", office.patients, n + 1));
        batch::writing(office, sqlite.as_ref(), &mut numbers, measured);
    }
    let mut window = screen::start(office, false, SMALL, &mut Measured::default());
    for _ in 0..times {
        batch::from_elsewhere(office, &mut window, &mut numbers, measured);
    }
    window.leave("q");
    for _ in 0..3 {
        batch::without_index(office, measured);
    }
    encrypted(office, times, measured);
}

/// The practice encrypted, and its start.
fn encrypted(office: &Office, times: usize, measured: &mut Measured) {
    tell(&format!("{} patients: encrypted", office.patients));
    encrypted::rows(measured, office.patients);
    encrypted::encrypt(office);
    encrypted::start(office, &mut Measured::default());
    for _ in 0..times {
        encrypted::start(office, measured);
    }
}

/// One repetition on the screen, of the program or the floor.
fn on_screen(office: &Office, is_floor: bool, idle: Duration, measured: &mut Measured) {
    office.owes_the_dose_again();
    let mut window = screen::start(office, is_floor, SMALL, measured);
    let keys = screen::press(office, &mut window, (is_floor, SMALL), measured);
    if !is_floor {
        screen::own(office, &mut window, keys, measured);
    }
    screen::rest(office, &mut window, is_floor, idle, measured);
    screen::leave(office, window, (is_floor, SMALL), measured);
    let mut window = screen::start(office, is_floor, LARGE, &mut Measured::default());
    screen::press(office, &mut window, (is_floor, LARGE), measured);
    screen::leave(office, window, (is_floor, LARGE), measured);
}

/// With what power of the patients the start grows, from the last size but one to the last.
fn growth(sizes: &[usize], measured: &mut Measured) {
    let [.., few, many] = sizes else { return };
    let power = |start: fn(&Measured, &str) -> Option<f64>, measured: &Measured| {
        let of = |patients: usize| start(measured, &screen::start_label(patients));
        Some((of(*many)? / of(*few)?).log10() / (*many as f64 / *few as f64).log10())
    };
    let (ours, floor) = (power(Measured::of_ours, measured), power(Measured::of_floor, measured));
    measured.ours("growth of the start, as a power of the patients", ours);
    measured.floor("growth of the start, as a power of the patients", floor);
}
