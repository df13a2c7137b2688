//! Damage as disks, editors, sync programs and ill will do it, drawn from a seeded generator.

use crate::grafts::grafted;
use fastrand::Rng;

/// What people, programs and disks put where it does not belong.
const ODD: [&str; 58] = [
    "",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\\",
    "\\\"",
    "\\u{e9}",
    "\\u{0}",
    "\\u{d800}",
    ":",
    " ",
    "\n",
    "\r",
    "//",
    "/*",
    "*/",
    "-",
    ".",
    "0",
    "-1",
    "1e308",
    "+1",
    "0x1",
    "1_0",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "18446744073709551616",
    "99999999999999999999999999999999999999999",
    "NaN",
    "None",
    "Some(",
    "Some(None)",
    "true",
    "inf",
    "-inf",
    "r#",
    "r#\"",
    "'a'",
    "é",
    "\u{feff}",
    "\u{a0}",
    "()",
    "\u{202e}",
    "\u{1b}[2J",
    "\u{1b}]0;x\u{7}",
    "\0\0\0\0",
    "#![enable(implicit_some)]",
    "instead: (",
    "e\u{301}\u{301}\u{301}",
    "👩‍⚕️",
    "format: 5,",
    "\u{2028}",
];
const NUMBERS: [&str; 16] = [
    "0",
    "-1",
    "1",
    "2",
    "255",
    "256",
    "65536",
    "1200",
    "1201",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "18446744073709551615",
    "1e999",
];
const DAYS: [&str; 16] = [
    "0000-01-01",
    "0001-01-01",
    "-0001-01-01",
    "1752-09-14",
    "1900-02-28",
    "1969-12-31",
    "2000-02-29",
    "2024-02-29",
    "2025-02-29",
    "2026-11-22",
    "2026-11-24",
    "2099-12-31",
    "9999-12-31",
    "+10000-01-01",
    "+262142-12-31",
    "-262143-01-01",
];
const SPANS: [&str; 10] = ["P0D", "P1D", "P1W", "P1M", "P1200M", "P1200D", "P1200W", "P2Y", "P99999999999D", "P-1D"];

/// Returns a damaged copy: from one to a few changes, each of a kind of its own.
pub fn damaged(seed: &[u8], others: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let changes = 1 + (0..6).take_while(|_| rng.u8(..3) == 0).count();
    for _ in 0..changes {
        bytes = changed(bytes, others, rng);
        // Inputs of some megabytes at the most.
        bytes.truncate(4 << 20);
    }
    bytes
}

fn changed(mut bytes: Vec<u8>, others: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let (from, to) = range(&bytes, rng);
    match rng.u8(..30) {
        0 => bytes.truncate(from),
        1 => flip(&mut bytes, rng),
        2 => drop(bytes.drain(from..to)),
        3 => {
            let piece = bytes[from..to].to_vec();
            let at = rng.usize(..=bytes.len());
            bytes.splice(at..at, piece.repeat(1 + usize::from(rng.u8(..4))));
        }
        4 => {
            let piece = bytes[from..to].to_vec();
            let most = (1 << 20) / piece.len().max(1);
            bytes.splice(from..from, piece.repeat(rng.usize(..=most.min(3000))));
        }
        5 => splice(&mut bytes, (from, to), others, rng),
        6 => bytes.splice(from..from, (0..rng.usize(1..9)).map(|_| rng.u8(..))).for_each(drop),
        7 => bytes[from..to].fill(if rng.bool() { 0 } else { 0xff }),
        8 => lines(&mut bytes, rng),
        9 => lines(&mut bytes, rng),
        10 | 11 => put(&mut bytes, |b| b.is_ascii_digit(), NUMBERS[rng.usize(..NUMBERS.len())], rng),
        12 | 13 => put(&mut bytes, |b| b.is_ascii_digit() || b"-+".contains(&b), DAYS[rng.usize(..DAYS.len())], rng),
        14 => put(&mut bytes, |b| b.is_ascii_alphanumeric(), SPANS[rng.usize(..SPANS.len())], rng),
        15 | 16 => word_for_word(&mut bytes, rng),
        17..=26 => bytes = grafted(&bytes, others, rng),
        27 => {
            let odd = ODD[rng.usize(..ODD.len())].repeat(if rng.u8(..8) == 0 { rng.usize(1..2000) } else { 1 });
            drop(bytes.splice(from..to.min(from + 8), odd.bytes()));
        }
        _ => {
            let odd = ODD[rng.usize(..ODD.len())];
            drop(bytes.splice(from..(from + usize::from(rng.u8(..3))).min(bytes.len()), odd.bytes()));
        }
    }
    bytes
}

/// A part, mostly a short one.
fn range(bytes: &[u8], rng: &mut Rng) -> (usize, usize) {
    let from = rng.usize(..=bytes.len());
    let longest = if rng.bool() { 16 } else { bytes.len().max(1) };
    (from, (from + rng.usize(..longest)).min(bytes.len()))
}

fn flip(bytes: &mut [u8], rng: &mut Rng) {
    for _ in 0..=rng.u8(..4) {
        let at = rng.usize(..bytes.len().max(1));
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << rng.u8(..8);
        }
    }
}

fn splice(bytes: &mut Vec<u8>, (from, to): (usize, usize), others: &[Vec<u8>], rng: &mut Rng) {
    if let Some(other) = rng.choice(others) {
        let (a, b) = range(other, rng);
        bytes.splice(from..to, other[a..b].iter().copied());
    }
}

/// Swaps, doubles, moves or removes whole lines.
fn lines(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let mut lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
    if lines.is_empty() {
        return;
    }
    let (one, two) = (rng.usize(..lines.len()), rng.usize(..lines.len()));
    match rng.u8(..4) {
        0 => lines.swap(one, two),
        1 => lines.insert(two, lines[one]),
        2 => drop(lines.remove(one)),
        _ => lines[one] = lines[two],
    }
    *bytes = lines.concat();
}

/// Puts something in the place of a run of such signs.
fn put(bytes: &mut Vec<u8>, of: impl Fn(u8) -> bool, with: &str, rng: &mut Rng) {
    let runs = runs(bytes, of);
    if let Some((from, to)) = rng.choice(runs) {
        bytes.splice(from..to, with.bytes());
    }
}

/// Puts one word of the text in the place of another: other ids, other fields, other acts.
fn word_for_word(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let words = runs(bytes, |b| b.is_ascii_alphanumeric() || b == b'_');
    let Some((from, to)) = rng.choice(words.iter().copied()) else { return };
    let alike: Vec<_> = words.into_iter().filter(|(a, b)| rng.bool() || b - a == to - from).collect();
    if let Some((a, b)) = rng.choice(alike) {
        let word = bytes[a..b].to_vec();
        bytes.splice(from..to, word);
    }
}

fn runs(bytes: &[u8], of: impl Fn(u8) -> bool) -> Vec<(usize, usize)> {
    let (mut runs, mut from) = (Vec::new(), None);
    for (at, byte) in bytes.iter().chain([&b'\n']).enumerate() {
        match (of(*byte), from) {
            (true, None) => from = Some(at),
            (false, Some(began)) => {
                runs.push((began, at));
                from = None;
            }
            _ => {}
        }
    }
    runs
}
