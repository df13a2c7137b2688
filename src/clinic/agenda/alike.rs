//! Rows that have something in common: a quick look that leaves out all who are surely not entered twice.

use super::{Row, text_of};
use chrono::{Datelike as _, NaiveDate};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Returns which of the rows have a birth date, day and month swapped or not, and a word of their names in common with
/// another one, or the number; each once, in order.
#[must_use]
pub fn alike<R: AsRef<Row>>(rows: &[R]) -> Vec<usize> {
    let mut marks: Vec<(u64, usize)> = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        marks.extend(marks_of(row.as_ref()).map(|mark| (mark, n)));
    }
    marks.sort_unstable();
    let shared = marks.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1).flatten();
    shared.map(|(_, n)| *n).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What two rows of one patient share, as numbers: a word of the name with the birth date in which day and month are one,
/// the name without its spaces, the number.
fn marks_of(row: &Row) -> impl Iterator<Item = u64> + use<> {
    let (text, date): (String, NaiveDate) = (text_of(row), row.born);
    let day = (date.year(), date.day().min(date.month()), date.day().max(date.month()));
    let (name, number) = text.rsplit_once('#').unwrap_or((&text, ""));
    let plain = deunicode::deunicode(name).replace('\'', "");
    let words: Vec<String> = plain.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
    // A name of one word may differ in a letter of that word.
    let single = (words.iter().filter(|w| !w.is_empty()).collect::<BTreeSet<_>>().len() < 2).then(String::new);
    let mut sorted = words.clone();
    sorted.sort_unstable();
    sorted.dedup();
    let whole = sorted.concat();
    let of_day = words.into_iter().filter(|w| !w.is_empty()).chain(single).chain([whole]);
    let marks: Vec<u64> = of_day.map(|word| mark(&(day, word))).chain([mark(&("number", number))]).collect();
    marks.into_iter()
}

fn mark(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}
