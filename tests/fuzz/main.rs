//! Every file that is read, damaged in every way: never a panic, never a hang, nothing else hidden, nothing written over.
//!
//! The suite proves the kept seeds (`tests/corpus/<format>/`) and some hundred damaged copies of each format. By hand, for as
//! long as one likes, with what fails kept as a seed:
//! `COBALOG_FUZZ_MINUTES=60 cargo test --release --test fuzz -- --ignored --nocapture` (`COBALOG_FUZZ_ONLY=charts,logs`:
//! these formats; `COBALOG_FUZZ_FROM=7`: begin with another number). A folder in memory, `TMPDIR=/dev/shm`, is ten times as fast.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of a test fail the test")]
#![expect(clippy::disallowed_methods, reason = "a test lays files as a program that died would")]
#![expect(clippy::print_stdout, reason = "the long run says how far it is")]

mod archives;
mod bed;
mod cells;
mod charts;
mod copies;
mod formats;
mod grafts;
mod heavy;
mod hostile;
mod imports;
mod logs;
mod mutate;
mod screens;
mod states;
mod vaults;
mod waiting;
mod weight;

use bed::Bed;
use fastrand::Rng;
use formats::{Format, Law};
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Panics since the last look, on any thread, also those that the program itself catches.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// No input takes longer.
const SLOW: Duration = Duration::from_secs(3);
/// One at a time, as the panics are everybody's.
static TURN: Mutex<()> = Mutex::new(());

fn panics() -> MutexGuard<'static, Vec<String>> {
    PANICS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn turn() -> MutexGuard<'static, ()> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            panics().push(info.to_string());
            // A test's own failure is told as always.
            if info.location().is_some_and(|at| at.file().starts_with("tests")) {
                usual(info);
            }
        }));
    });
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    panics().clear();
    turn
}

/// Proves the laws for one input; a panic is a law that does not hold.
pub fn proven(law: impl FnOnce() -> Law) -> Law {
    let done = catch_unwind(AssertUnwindSafe(law));
    let panics: Vec<String> = std::mem::take(&mut *panics());
    match (panics.first(), done) {
        (Some(first), _) => Err(first.clone()),
        (None, Ok(law)) => law,
        (None, Err(_)) => Err("it panicked".to_owned()),
    }
}

fn draw(format: Format, seeds: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    match rng.choice(seeds) {
        Some(seed) => format.damaged(seed, seeds, rng),
        None => rng.u64(..).to_le_bytes().to_vec(),
    }
}

fn suite(format: Format, count: usize) {
    let _turn = turn();
    let (seeds, bed, mut rng) = (format.seeds(), Bed::new(), Rng::with_seed(format as u64));
    let began = Instant::now();
    let inputs = seeds.iter().cloned().chain((0..count).map(|_| draw(format, &seeds, &mut rng))).collect::<Vec<_>>();
    for (n, input) in inputs.iter().enumerate() {
        let one = Instant::now();
        if let Err(what) = proven(|| format.prove(&bed, input)) {
            let kept = std::env::temp_dir().join(format!("cobalog-fuzz-{}-{n}", format.name()));
            fs::write(&kept, input).unwrap();
            panic!("{} {n}: {what}\nthe input is in {}", format.name(), kept.display());
        }
        assert!(one.elapsed() < Duration::from_secs(20), "{} {n} took {:?}", format.name(), one.elapsed());
    }
    println!("{}: {} inputs in {:?}", format.name(), inputs.len(), began.elapsed());
}

#[test]
fn charts_however_damaged() {
    suite(Format::Charts, 150);
}

#[test]
fn settings_however_damaged() {
    suite(Format::Practice, 200);
}

#[test]
fn own_regimens_and_products_however_damaged() {
    suite(Format::Regimens, 120);
    suite(Format::Products, 60);
}

#[test]
fn an_index_however_damaged() {
    suite(Format::Index, 150);
}

#[test]
fn drafts_and_what_was_recorded_here_however_damaged() {
    // What was half typed is kept as a seed that the program itself writes.
    suite(Format::Drafts, 150);
    suite(Format::Recorded, 60);
}

#[test]
fn backups_however_damaged() {
    suite(Format::Archives, 100);
    suite(Format::Tars, 100);
    suite(Format::Status, 30);
}

#[test]
fn copies_of_charts_however_damaged() {
    suite(Format::Copies, 60);
}

#[test]
fn what_an_import_reads_however_damaged() {
    suite(Format::Tables, 25);
    suite(Format::Bundles, 20);
    suite(Format::Reports, 40);
    suite(Format::Unmatched, 60);
}

#[test]
fn the_audit_log_and_the_keys_of_seals_however_damaged() {
    suite(Format::Logs, 50);
    suite(Format::Remembered, 40);
    suite(Format::Seals, 40);
}

#[test]
fn what_this_workstation_keeps_however_damaged() {
    suite(Format::Station, 30);
    suite(Format::Tries, 60);
    suite(Format::Stamps, 30);
}

#[test]
fn an_encrypted_practice_however_damaged() {
    suite(Format::Slots, 25);
    suite(Format::Recipient, 40);
    suite(Format::Shut, 30);
    suite(Format::Carried, 25);
    suite(Format::ShutIndex, 12);
}

/// One format's turn in the long run.
struct Turn {
    format: Format,
    seeds: Vec<Vec<u8>>,
    inputs: u64,
    time: Duration,
    slowest: Duration,
    faults: BTreeSet<String>,
}

#[test]
#[ignore = "by hand, for as long as COBALOG_FUZZ_MINUTES says"]
fn for_long() {
    let _turn = turn();
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let minutes = number("COBALOG_FUZZ_MINUTES").unwrap_or(1);
    let only = std::env::var("COBALOG_FUZZ_ONLY").ok();
    let mut rng = Rng::with_seed(number("COBALOG_FUZZ_FROM").unwrap_or_else(|| Rng::new().u64(..)));
    println!("{minutes} minutes from the number {}", rng.get_seed());
    let is_wanted = |f: &Format| only.as_ref().is_none_or(|only| only.split(',').any(|name| name == f.name()));
    let wanted = Format::ALL.into_iter().filter(is_wanted);
    let turn = |format: Format| Turn {
        format,
        seeds: format.seeds(),
        inputs: 0,
        time: Duration::ZERO,
        slowest: Duration::ZERO,
        faults: BTreeSet::new(),
    };
    let mut turns: Vec<Turn> = wanted.map(turn).collect();
    let watch = watchdog();
    let end = Instant::now() + Duration::from_secs(60 * minutes);
    while Instant::now() < end {
        turns.iter_mut().for_each(|turn| turn.take(&mut rng, &watch));
    }
    for t in &turns {
        let rate = t.inputs as f64 / t.time.as_secs_f64().max(0.001);
        let (name, slowest) = (t.format.name(), t.slowest);
        println!("{name}: {} inputs, {rate:.0} a second, the slowest {slowest:?}, {} faults", t.inputs, t.faults.len());
    }
    println!("the most memory: {}", memory());
    let faults: Vec<_> = turns.iter().flat_map(|t| &t.faults).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

impl Turn {
    /// A second or some of one format, in a fresh practice.
    fn take(&mut self, rng: &mut Rng, watch: &mpsc::Sender<(Format, Vec<u8>)>) {
        let bed = Bed::new();
        let began = Instant::now();
        while began.elapsed() < self.format.turn() {
            let input = draw(self.format, &self.seeds, rng);
            let _ = watch.send((self.format, input.clone()));
            let one = worked();
            let mut law = proven(|| self.format.prove(&bed, &input));
            let mut took = worked().saturating_sub(one);
            if law.is_ok() && took > SLOW {
                // Other tests may have worked beside it: what is slow is slow twice.
                let two = worked();
                law = proven(|| self.format.prove(&bed, &input));
                took = took.min(worked().saturating_sub(two));
            }
            self.slowest = self.slowest.max(took);
            if law.is_ok() && took > SLOW {
                law = Err(format!("slow: {took:?}"));
            }
            self.inputs += 1;
            if let Err(what) = law {
                self.note(what, &input);
                break;
            }
        }
        self.time += began.elapsed();
    }

    fn note(&mut self, what: String, input: &[u8]) {
        // Of faults that say the same the first is enough.
        let kind: String = what.chars().filter(|c| !c.is_ascii_digit()).take(160).collect();
        if self.faults.insert(kind) {
            let kept = keep(self.format, input);
            println!("{}: {what}\n  kept in {}", self.format.name(), kept.display());
        }
    }
}

/// Adds an input to the corpus.
fn keep(format: Format, input: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(format.name());
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("found-{:016x}", formats::number(input)));
    fs::write(&path, input).unwrap();
    path
}

/// Ends the run where one input takes a minute, and keeps it. It counts seconds that it was awake itself: a run that was
/// stopped for an hour did not hang.
fn watchdog() -> mpsc::Sender<(Format, Vec<u8>)> {
    let (to, from) = mpsc::channel::<(Format, Vec<u8>)>();
    thread::spawn(move || {
        let (mut last, mut waited) = (None, 0);
        loop {
            match from.recv_timeout(Duration::from_secs(1)) {
                Ok(next) => (last, waited) = (Some(next), 0),
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
                Err(mpsc::RecvTimeoutError::Timeout) if waited < 60 => waited += 1,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    if let Some((format, input)) = &last {
                        println!("{}: it hangs; kept in {}", format.name(), keep(*format, input).display());
                    }
                    std::process::exit(101);
                }
            }
        }
    });
    to
}

/// How long this process has worked so far: on a machine that has other work it runs far longer than that.
#[cfg(unix)]
fn worked() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// How long this process has run so far.
#[cfg(not(unix))]
fn worked() -> Duration {
    static BEGAN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    BEGAN.get_or_init(Instant::now).elapsed()
}

fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|l| l.strip_prefix("VmHWM:")).map_or("unknown", str::trim).to_owned()
}
