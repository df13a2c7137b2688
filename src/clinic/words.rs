//! Dates and counts in words. A date never stands without its weekday when someone must come.

use chrono::{Datelike, NaiveDate};

/// Writes `Mon 23 Nov 2026`.
#[must_use]
pub fn day(date: NaiveDate) -> String {
    date.format("%a %d %b %Y").to_string()
}

/// Writes `Mon 23 Nov`.
#[must_use]
pub fn day_short(date: NaiveDate) -> String {
    date.format("%a %d %b").to_string()
}

/// Writes `Mon 23 Nov`, and the year where it is not this one: "23 Nov" of last year would read as today.
#[must_use]
pub fn day_near(date: NaiveDate, today: NaiveDate) -> String {
    if date.year() == today.year() { day_short(date) } else { day(date) }
}

/// Writes a birth date: `04 Mar 1961`.
#[must_use]
pub fn born(date: NaiveDate) -> String {
    date.format("%d %b %Y").to_string()
}

/// Writes `1 day`, `2 days`.
#[must_use]
pub fn days(n: i64) -> String {
    plural(n, "day")
}

/// Writes a count with its noun.
#[must_use]
pub fn plural(n: i64, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}
