//! What a patient is found by: any part of name, number or birth date. No fuzzy matching: a likely patient is not the
//! patient.

use super::{Former, Row};
use chrono::{Datelike as _, NaiveDate};
use memchr::memmem::Finder;
use std::ops::Range;

/// Days from the oldest birth date for which is kept whether they were found.
const LIFETIMES: usize = 50_000;

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
    words: Vec<(Finder<'static>, Dated)>,
}

/// Where in a birth date a word may be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dated {
    Nowhere,
    /// In the names of these months, the first of the year the lowest bit.
    Months(u16),
    /// In the numbers of its day, month and year.
    Numbers,
}

impl Dated {
    fn of(word: &str) -> Self {
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        let bits = (0..).zip(months).filter(|(_, month)| month.contains(word)).fold(0, |all, (n, _)| all | 1 << n);
        match word.bytes().all(|b| b.is_ascii_digit() || b"-/.".contains(&b)) {
            true => Self::Numbers,
            false if bits == 0 => Self::Nowhere,
            false => Self::Months(bits),
        }
    }

    fn fits(self, word: &Finder<'_>, born: NaiveDate) -> bool {
        match self {
            Self::Nowhere => false,
            Self::Months(bits) => bits & 1 << born.month0() != 0,
            Self::Numbers => word.find(&numbers(born)).is_some(),
        }
    }
}

impl Wanted {
    /// Reads a query.
    #[must_use]
    pub fn new(query: &str) -> Self {
        let query = query.to_lowercase();
        Self { words: query.split_whitespace().map(|w| (Finder::new(w).into_owned(), Dated::of(w))).collect() }
    }

    /// Returns whether a patient is found.
    #[must_use]
    pub fn fits(&self, text: &str, born: NaiveDate) -> bool {
        self.words.iter().all(|(word, dated)| word.find(text.as_bytes()).is_some() || dated.fits(word, born))
    }
}

impl Wanted {
    /// Returns the longest word that no birth date can hold.
    fn in_text_alone(&self) -> Option<&Finder<'static>> {
        let words = self.words.iter().filter(|(_, dated)| *dated == Dated::Nowhere);
        words.map(|(word, _)| word).max_by_key(|word| word.needle().len())
    }

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

/// The birth date in the ways that people type it.
fn dates(born: NaiveDate) -> String {
    let numbers = numbers(born);
    format!("{} {}", born.format("%d %b").to_string().to_lowercase(), String::from_utf8_lossy(&numbers))
}

/// The birth date in numbers, in the ways that people type it; a year has four digits.
fn numbers(born: NaiveDate) -> [u8; 53] {
    let mut all = *b"YYYY-MM-DD DD/MM/YYYY DD.MM.YYYY DDMMYYYY MM/DD/YYYY ";
    let digits = |n: u32| [b'0' + (n / 10 % 10) as u8, b'0' + (n % 10) as u8];
    let (year, month, day) = (born.year().unsigned_abs(), digits(born.month()), digits(born.day()));
    let (century, of_century) = (digits(year / 100), digits(year));
    let mut put = |at: [usize; 5], what: [u8; 2]| at.iter().for_each(|at| all[*at..at + 2].copy_from_slice(&what));
    put([0, 17, 28, 37, 48], century);
    put([2, 19, 30, 39, 50], of_century);
    put([5, 14, 25, 35, 42], month);
    put([8, 11, 22, 33, 45], day);
    all
}

fn date(days: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(days).unwrap_or_default()
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

    /// Returns where in the order of the names those stand that are found.
    #[must_use]
    pub fn search(&self, wanted: &Wanted) -> Vec<u32> {
        match &wanted.words[..] {
            [(word, Dated::Nowhere)] => self.scan(word),
            [(word, dated)] => self.with_dated(&self.scan(word), word, *dated),
            _ => match wanted.in_text_alone() {
                // It leaves few to look at.
                Some(word) => self.fitting(self.scan(word).into_iter(), wanted),
                None => self.fitting(self.all(), wanted),
            },
        }
    }

    fn fitting(&self, places: impl Iterator<Item = u32>, wanted: &Wanted) -> Vec<u32> {
        places.filter(|n| wanted.fits(self.text(*n as usize), date(self.born_on(*n)))).collect()
    }

    fn all(&self) -> Range<u32> {
        0..u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    /// Returns the rows whose texts begin so.
    pub(super) fn beginning(&self, with: &str) -> Vec<u32> {
        let (mut from, mut to) = (0, self.ends.len());
        while from < to {
            let middle = from + (to - from) / 2;
            if self.text(middle) < with { from = middle + 1 } else { to = middle }
        }
        let all = (from..self.ends.len()).take_while(|n| self.text(*n).starts_with(with));
        all.filter_map(|n| self.rows.get(n).copied()).collect()
    }

    fn born_on(&self, n: u32) -> i32 {
        self.born.get(n as usize).copied().unwrap_or_default()
    }

    /// What was found in the texts, and in their order what is found in the birth dates; each date is looked at once.
    fn with_dated(&self, found: &[u32], word: &Finder<'_>, dated: Dated) -> Vec<u32> {
        let first = self.born.iter().min().copied().unwrap_or_default();
        let mut known: Vec<Option<bool>> = vec![None; LIFETIMES];
        let mut fits = |day: i32| match known.get_mut(day.wrapping_sub(first) as usize) {
            Some(known) => *known.get_or_insert_with(|| dated.fits(word, date(day))),
            None => dated.fits(word, date(day)),
        };
        let mut in_text = found.iter().copied().peekable();
        self.all().filter(|n| in_text.next_if_eq(n).is_some() || fits(self.born_on(*n))).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_date_is_found_by_every_part_of_every_way_to_type_it() {
        let born = NaiveDate::from_ymd_opt(1961, 3, 5).unwrap();
        assert_eq!(dates(born).trim(), "05 mar 1961-03-05 05/03/1961 05.03.1961 05031961 03/05/1961");
        for found in ["1961-03-05", "05/03/1961", "03/05/1961", "05.03.", "05031961", "961", "mar", "ar", "05 MAR 1961"]
        {
            assert!(Wanted::new(found).fits("okafor", born), "{found}");
        }
        for not in ["1962", "04/03/1961", "apr", "mar1961", "5 jan", "06 mar"] {
            assert!(!Wanted::new(not).fits("okafor", born), "{not}");
        }
    }

    #[test]
    fn every_short_word_is_found_where_the_written_date_has_it() {
        let with = |words: &[String]| -> Vec<String> {
            let letters = "0123456789-/.abcdefgjlmnoprstuvy".chars();
            letters.flat_map(|letter| words.iter().map(move |word| format!("{letter}{word}"))).collect()
        };
        let one = with(&[String::new()]);
        let two = with(&one);
        let words = [with(&two), two, one].concat();
        for (year, month, day) in [(1900, 12, 31), (1961, 3, 5), (2000, 2, 29), (2026, 10, 9)] {
            let born = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            let written = dates(born);
            for word in &words {
                assert_eq!(Wanted::new(word).fits("", born), written.contains(word), "{word} in {written}");
            }
        }
    }
}
