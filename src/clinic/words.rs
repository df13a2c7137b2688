//! Dates and counts in words. A date never stands without its weekday when someone must come.

use chrono::{Datelike, NaiveDate};

/// Writes `Mon 23 Nov 2026`.
#[must_use]
pub fn day(date: NaiveDate) -> String {
    [weekday(date), " ", &born(date)].concat()
}

/// Writes when something began: a month as it was said, `Mar 2026`, which is kept as its first day; another day whole.
#[must_use]
pub fn began(date: NaiveDate) -> String {
    if date.day() == 1 { born(date)[3..].to_owned() } else { day(date) }
}

/// Writes `Monday 23 November 2026`, for a patient's letter: nothing is shortened.
#[must_use]
pub fn day_in_full(date: NaiveDate) -> String {
    date.format("%A %-d %B %Y").to_string()
}

/// Writes `Mon 23 Nov`.
#[must_use]
pub fn day_short(date: NaiveDate) -> String {
    [weekday(date), " ", &born(date)[..6]].concat()
}

/// Writes `Mon 23 Nov`, and the year where it is not this one: "23 Nov" of last year would read as today.
#[must_use]
pub fn day_near(date: NaiveDate, today: NaiveDate) -> String {
    if date.year() == today.year() { day_short(date) } else { day(date) }
}

/// Writes a birth date: `04 Mar 1961`.
#[must_use]
pub fn born(date: NaiveDate) -> String {
    let mut out = String::with_capacity(11);
    write_born(&mut out, date);
    out
}

/// Writes a birth date behind a text.
pub fn write_born(out: &mut String, date: NaiveDate) {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    // A list of a thousand lines is mostly dates: formatting them takes ten times as long.
    digits(out, date.day(), 2);
    out.push(' ');
    out.push_str(MONTHS[date.month0() as usize % 12]);
    out.push(' ');
    match u32::try_from(date.year()) {
        Ok(year @ 0..=9999) => digits(out, year, 4),
        _ => out.push_str(&date.year().to_string()),
    }
}

/// Writes a number behind a text.
pub(super) fn write_number(out: &mut String, number: u32) {
    digits(out, number, number.checked_ilog10().unwrap_or(0) + 1);
}

/// Writes the last digits of a number, with zeros before it.
pub(super) fn digits(out: &mut String, number: u32, places: u32) {
    let digit = |place| char::from(b'0' + (number / 10_u32.pow(place) % 10) as u8);
    (0..places).rev().for_each(|place| out.push(digit(place)));
}

fn weekday(date: NaiveDate) -> &'static str {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][date.weekday().num_days_from_monday() as usize % 7]
}

/// Writes `1 day`, `2 days`.
#[must_use]
pub fn days(n: i64) -> String {
    plural(n, "day")
}

/// Writes a count with its noun: `2 charts`, `2 entries`, `2 days`.
#[must_use]
pub fn plural(n: i64, noun: &str) -> String {
    let (stem, end) = match noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        _ if n == 1 => (noun, ""),
        Some(stem) => (stem, "ies"),
        None => (noun, "s"),
    };
    [n.to_string().as_str(), " ", stem, end].concat()
}

/// Writes a text as it begins a sentence.
#[must_use]
pub fn begun(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
