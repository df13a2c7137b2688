//! What a patient is found by: any part of name, number or birth date. No fuzzy matching: a likely patient is not the
//! patient.

use super::{Former, Row};
use chrono::{Datelike as _, NaiveDate};
use memchr::memmem::Finder;
use std::fmt::Write as _;

/// Returns what a row is found by beside the birth date: the name, the name in plain letters, the number; and all that
/// stood in a joined chart.
#[must_use]
pub fn text_of(row: &Row) -> String {
    let mut text = text_now(row);
    row.former.iter().for_each(|former| text.insert_str(0, &format!("{} ", text_before(former))));
    // The number that holds stands last; what it is sorted by stands first.
    if row.former.is_empty() { text } else { format!("{} {text}", row.name.to_lowercase()) }
}

fn text_now(row: &Row) -> String {
    findable(&row.name, &row.number)
}

fn text_before(former: &Former) -> String {
    format!("{} {}", findable(&former.name, &former.number), dates(former.born))
}

fn findable(name: &str, number: &str) -> String {
    let lower = name.to_lowercase();
    // Å is found by a, Соколов by sokolov: who searches has the keyboard that the practice has.
    let plain = deunicode::deunicode(name).to_lowercase();
    let plain = if plain == lower { String::new() } else { format!("{plain} ") };
    format!("{lower} {plain}#{}", number.to_lowercase())
}

/// The texts of many rows, one behind the other in the order of their names.
#[derive(Debug, Default)]
pub struct Texts {
    /// All texts.
    pub heap: String,
    /// Where each text ends.
    pub ends: Vec<u32>,
    /// The rows' places in their roll.
    pub rows: Vec<u32>,
    /// The dates of birth, as days of the common era.
    pub born: Vec<i32>,
}

/// What is looked for: every word must be found.
#[derive(Debug)]
pub struct Wanted {
    words: Vec<(Finder<'static>, bool)>,
}

impl Wanted {
    /// Reads a query.
    #[must_use]
    pub fn new(query: &str) -> Self {
        let query = query.to_lowercase();
        let with_digit = |word: &str| word.bytes().any(|b| b.is_ascii_digit() || b"-/.".contains(&b)) || is_month(word);
        Self { words: query.split_whitespace().map(|w| (Finder::new(w).into_owned(), with_digit(w))).collect() }
    }

    /// Returns whether a patient is found.
    #[must_use]
    pub fn fits(&self, text: &str, born: NaiveDate) -> bool {
        let in_dates = |word: &Finder<'_>| word.find(dates(born).as_bytes()).is_some();
        self.words.iter().all(|(word, dated)| word.find(text.as_bytes()).is_some() || (*dated && in_dates(word)))
    }
}

impl Wanted {
    /// Returns whether a patient is found by who he or she is now.
    #[must_use]
    pub fn fits_now(&self, row: &Row) -> bool {
        self.fits(&text_now(row), row.born)
    }

    /// Returns whether some of it was found in a joined chart.
    #[must_use]
    pub fn fits_some(&self, former: &Former) -> bool {
        let text = text_before(former);
        self.words.iter().any(|(word, _)| word.find(text.as_bytes()).is_some())
    }
}

/// A part of a month's name may be meant for a birth date.
fn is_month(word: &str) -> bool {
    "jan feb mar apr may jun jul aug sep oct nov dec".split(' ').any(|month| month.contains(word))
}

/// The birth date in the ways that people type it.
fn dates(born: NaiveDate) -> String {
    let (y, m, d) = (born.year(), born.month(), born.day());
    let month = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let word = month.get(m as usize - 1).copied().unwrap_or_default();
    let mut all = String::with_capacity(64);
    // Writing to a text cannot fail.
    let _ = write!(
        all,
        "{d:02} {word} {y} {y}-{m:02}-{d:02} {d:02}/{m:02}/{y} {d:02}.{m:02}.{y} {d:02}{m:02}{y} {m:02}/{d:02}/{y}"
    );
    all
}

impl Texts {
    /// Returns the texts of rows at their places, in the order of their names.
    #[must_use]
    pub fn of<'a>(rows: impl Iterator<Item = (u32, &'a Row)>) -> Self {
        let mut all: Vec<(String, u32, i32)> =
            rows.map(|(at, row)| (text_of(row), at, row.born.num_days_from_ce())).collect();
        all.sort();
        let mut texts = Self::default();
        for (text, at, born) in all {
            texts.heap.push_str(&text);
            texts.ends.push(u32::try_from(texts.heap.len()).unwrap_or(u32::MAX));
            texts.rows.push(at);
            texts.born.push(born);
        }
        texts
    }

    /// Returns the text at a place in the order of names.
    #[must_use]
    pub fn text(&self, n: usize) -> &str {
        let from = n.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let to = self.ends.get(n).copied().unwrap_or(from);
        self.heap.get(from as usize..to as usize).unwrap_or_default()
    }

    /// Returns where among the names those stand that are found; `among` narrows the search to what a shorter query
    /// found.
    #[must_use]
    pub fn search(&self, wanted: &Wanted, among: Option<&[u32]>) -> Vec<u32> {
        let fits = |n: &u32| {
            let born = self.born.get(*n as usize).and_then(|days| NaiveDate::from_num_days_from_ce_opt(*days));
            wanted.fits(self.text(*n as usize), born.unwrap_or_default())
        };
        match (among, &wanted.words[..]) {
            (Some(among), _) => among.iter().copied().filter(fits).collect(),
            (None, [(word, false)]) => self.scan(word),
            (None, _) => (0..u32::try_from(self.ends.len()).unwrap_or(u32::MAX)).filter(fits).collect(),
        }
    }

    /// One pass over all texts; from a hit it goes on at the next text.
    fn scan(&self, word: &Finder<'_>) -> Vec<u32> {
        let (mut found, mut from, mut n) = (Vec::new(), 0, 0);
        while let Some(at) = self.heap.as_bytes().get(from..).and_then(|rest| word.find(rest)) {
            let at = from + at;
            while self.ends.get(n).is_some_and(|end| *end as usize <= at) {
                n += 1;
            }
            let Some(end) = self.ends.get(n).map(|end| *end as usize) else { break };
            // A hit across two texts is none.
            if at + word.needle().len() <= end {
                found.push(u32::try_from(n).unwrap_or(u32::MAX));
                from = end;
            } else {
                from = at + 1;
            }
        }
        found
    }
}
