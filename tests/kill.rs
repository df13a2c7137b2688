//! The real program is killed at any moment, again and again: what it said was recorded is there, every chart opens, and
//! the next start is as quick as any. `COBALOG_KILLS=2000 cargo test --test kill` goes on for longer.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

struct Practice(TempDir);

impl Practice {
    fn new() -> Self {
        let practice = Self(tempfile::tempdir().unwrap());
        practice.ok(&["new", "--name", "Mill Lane", "--person", "Ann Bell RN", "--prescriber", "Dr May"]);
        practice.ok(&["add", "--number", "1001", "--family", "Lund", "--born", "1950-01-01"]);
        practice
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("practice")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cobalog"));
        command.env("COBALOG_CACHE", self.0.path().join("cache")).env("COBALOG_STATE", self.0.path().join("state"));
        command.env_remove("COBALOG_TODAY").arg("--data").arg(self.data()).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn ok(&self, args: &[&str]) -> String {
        let out = self.run(args);
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    /// Every id of an entry that stands in a chart.
    fn entries(&self) -> BTreeSet<String> {
        let charts = std::fs::read_dir(self.data().join("charts")).unwrap().map(|e| e.unwrap().path());
        let texts =
            charts.filter(|p| p.extension().is_some_and(|e| e == "ron")).map(|p| std::fs::read_to_string(p).unwrap());
        texts.flat_map(|text| text.lines().filter_map(id_of).collect::<Vec<_>>()).collect()
    }
}

fn id_of(line: &str) -> Option<String> {
    let id = line.trim_start().strip_prefix("(id: \"")?;
    Some(id.split_once('"')?.0.to_owned())
}

/// Lets a program run for so long, kills it, and returns the ids that it had said were recorded.
fn killed_after(mut program: Child, time: Duration) -> Vec<String> {
    std::thread::sleep(time);
    program.kill().unwrap();
    let mut said = String::new();
    program.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    program.wait().unwrap();
    // A line that was cut off is no acknowledgement.
    said.split_inclusive('\n').filter(|l| l.ends_with('\n')).map(|l| l.trim_end().to_owned()).collect()
}

fn rounds() -> u64 {
    std::env::var("COBALOG_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(40)
}

#[test]
fn what_was_acknowledged_before_a_kill_is_there() {
    let practice = Practice::new();
    let usual = Instant::now();
    practice.ok(&["checkpoint", "1001", "--note", "the first"]);
    let usual = usual.elapsed();
    let mut random = fastrand::Rng::with_seed(7);
    let (mut promised, mut cut_short) = (practice.entries(), 0);
    for round in 0..rounds() {
        let note = format!("round {round}");
        let family = format!("Lund{round}");
        let args: &[&str] = match round % 4 {
            0 => &["add", "--family", &family, "--born", "1950-01-01"],
            _ => &["checkpoint", "1001", "--note", &note],
        };
        let before = practice.entries();
        let program = practice.command(args).spawn().unwrap();
        let said = killed_after(program, usual.mul_f64(random.f64() * 1.2));
        cut_short += usize::from(said.is_empty());
        promised.extend(said);
        let after = practice.entries();
        assert!(promised.is_subset(&after), "round {round}: lost {:?}", promised.difference(&after));
        assert!(after.difference(&before).count() <= 1, "round {round}: one entry or none");
    }
    assert!(cut_short > 0, "nobody was killed in time");
    is_sound_and_quick(&practice);
}

fn is_sound_and_quick(practice: &Practice) {
    assert!(practice.ok(&["check"]).contains("nothing is wrong"));
    let began = Instant::now();
    let due: Value = serde_json::from_str(&practice.ok(&["due", "--format", "json"])).unwrap();
    practice.ok(&["checkpoint", "1001", "--note", "afterwards"]);
    assert!(began.elapsed() < Duration::from_secs(2), "the next start took {:?}", began.elapsed());
    assert!(due.is_array() || due.is_object());
}

/// Ten programs at once, each killed at a moment of its own.
#[test]
fn ten_programs_that_are_killed_at_once_lose_nothing_that_was_acknowledged() {
    let practice = Practice::new();
    let mut promised = practice.entries();
    let mut random = fastrand::Rng::with_seed(11);
    for round in 0..rounds().div_ceil(10) {
        let notes: Vec<String> = (0..10).map(|n| format!("round {round}, {n}")).collect();
        let programs: Vec<_> = notes
            .iter()
            .map(|note| practice.command(&["checkpoint", "1001", "--note", note]).spawn().unwrap())
            .collect();
        for program in programs {
            promised.extend(killed_after(program, Duration::from_micros(random.u64(0..8000))));
        }
        let there = practice.entries();
        assert!(promised.is_subset(&there), "round {round}: lost {:?}", promised.difference(&there));
    }
    is_sound_and_quick(&practice);
}
