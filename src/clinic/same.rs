//! The same patient entered twice: pairs of rows that a person should look at, each with the reasons in words.
//!
//! Nothing is decided here. A pair that somebody kept apart is not offered again, and twins, namesakes and relatives of
//! one day of birth are not offered at all: it takes a whole name that is equal or nearly so, and a birth date that is
//! equal or has day and month swapped; or one number on two charts.

use super::agenda::{Roll, Row, alike};
use super::entry::PatientId;
use super::interval::days_between;
use super::knowledge::Knowledge;
use super::links::Links;
use super::words;
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Within this many rows of one birth date each is compared with each; beyond it only near ones in order of their names.
const ALL_WITH_ALL: usize = 48;
const NEAR: usize = 8;

/// Two rows that may be one patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The older chart, which stays where the two are joined.
    pub older: PatientId,
    /// The newer chart.
    pub newer: PatientId,
    /// Why they may be one, the strongest first.
    pub reasons: Vec<String>,
}

impl Candidate {
    /// Returns the other one of the two; `None` where the patient is neither.
    #[must_use]
    pub fn other(&self, id: PatientId) -> Option<PatientId> {
        match id {
            id if id == self.older => Some(self.newer),
            id if id == self.newer => Some(self.older),
            _ => None,
        }
    }
}

/// Somebody as a row has it, or as it is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Who {
    words: Vec<String>,
    born: NaiveDate,
}

impl Who {
    fn of(name: &str, born: NaiveDate) -> Self {
        Self { words: folded(name), born }
    }

    /// Says what makes two look like one; empty where they do not.
    fn like(&self, other: &Self) -> Vec<String> {
        let names = names_alike(&self.words, &other.words);
        let births = births_alike(self.born, other.born);
        match (names, births) {
            (Some((_, name)), Some((true, born))) => vec![name, born],
            (Some((true, name)), Some((false, born))) => vec![name, born],
            _ => Vec::new(),
        }
    }
}

/// Returns every pair that may be one patient and about which nobody decided yet, in order of the ids.
#[must_use]
pub fn candidates(rows: &[Row]) -> Vec<Candidate> {
    let links = Links::of(rows.iter().flat_map(|r| r.said.iter().copied()));
    let rows: Vec<&Row> = rows.iter().collect();
    let mut found: BTreeMap<(PatientId, PatientId), Vec<String>> = BTreeMap::new();
    for (a, b, reasons) in like_pairs(&rows) {
        let (one, other) = (rows[a].id, rows[b].id);
        // Whoever was struck out as entered by mistake is told already.
        let is_struck = rows[a].struck_out || rows[b].struck_out;
        if one != other && !is_struck && (links.is_empty() || !links.are_kept_apart(one, other)) {
            found.entry((one.min(other), one.max(other))).or_insert(reasons);
        }
    }
    found.into_iter().map(|((older, newer), reasons)| Candidate { older, newer, reasons }).collect()
}

/// Returns which of the rows may be entered twice, whatever was decided about them; each once, in order.
#[must_use]
pub fn doubled(rows: &[&Row]) -> Vec<usize> {
    let places = alike(rows);
    let near: Vec<&Row> = places.iter().map(|at| rows[*at]).collect();
    let both = like_pairs(&near).flat_map(|(a, b, _)| [places[a], places[b]]);
    both.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The pairs that are like each other, by their places, each with what makes them so.
fn like_pairs(rows: &[&Row]) -> impl Iterator<Item = (usize, usize, Vec<String>)> {
    let who: Vec<Who> = rows.iter().map(|r| Who::of(&r.name, r.born)).collect();
    let pairs = pairs(rows, &who);
    pairs.into_iter().filter_map(move |(a, b)| {
        let (one, other) = (rows.get(a)?, rows.get(b)?);
        let mut reasons = if one.id <= other.id { who[a].like(&who[b]) } else { who[b].like(&who[a]) };
        if one.number == other.number {
            reasons.push(format!("both have the number {}", one.number));
        }
        (!reasons.is_empty()).then_some((a, b, reasons))
    })
}

/// Returns the pairs of one patient; of all rows only those of a like birth date or the same number are looked at.
#[must_use]
pub fn candidates_of(id: PatientId, roll: &Roll) -> Vec<Candidate> {
    let Some(row) = roll.of_patient(id) else { return Vec::new() };
    let near = |r: &Arc<Row>| births_alike(row.born, r.born).is_some() || r.number == row.number;
    let around = roll.born_about(row.born).into_iter().chain(roll.numbered(&row.number)).filter(near);
    let near: BTreeMap<PatientId, Arc<Row>> = around.map(|r| (r.id, r)).collect();
    let near: Vec<Row> = near.into_values().map(|r| Row::clone(&r)).collect();
    candidates(&near).into_iter().filter(|c| c.other(id).is_some()).collect()
}

/// The pairs that are worth a comparison: those of one birth date, of one name with the date swapped, of one number.
fn pairs(rows: &[&Row], who: &[Who]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut by_birth: Vec<usize> = (0..rows.len()).collect();
    by_birth.sort_by_key(|i| (who[*i].born, *i));
    for group in by_birth.chunk_by(|a, b| who[*a].born == who[*b].born).filter(|g| g.len() > 1) {
        within(group, who, &mut out);
    }
    let mut by_name: HashMap<(&[String], NaiveDate), usize> = HashMap::new();
    let mut by_number: HashMap<&str, usize> = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        if let Some(swapped) = swapped(row.born).filter(|day| *day != row.born) {
            out.extend(by_name.get(&(who[i].words.as_slice(), swapped)).map(|other| (*other, i)));
            by_name.insert((&who[i].words, row.born), i);
        }
        out.extend(by_number.insert(&row.number, i).map(|other| (other, i)));
    }
    out
}

/// Each with each in a small group. In a large one, of a date that stands for "unknown", those near in order of the name
/// and of the name from its end, so that equal names and names that differ in a letter still meet.
fn within(group: &[usize], who: &[Who], out: &mut Vec<(usize, usize)>) {
    if group.len() <= ALL_WITH_ALL {
        for (n, a) in group.iter().enumerate() {
            out.extend(group[n + 1..].iter().map(|b| (*a, *b)));
        }
        return;
    }
    let forward = |i: &usize| who[*i].words.join(" ");
    let backward = |i: &usize| forward(i).chars().rev().collect::<String>();
    for key in [&forward as &dyn Fn(&usize) -> String, &backward] {
        let mut sorted = group.to_vec();
        sorted.sort_by_cached_key(key);
        for (n, a) in sorted.iter().enumerate() {
            out.extend(sorted[n + 1..].iter().take(NEAR).map(|b| (*a, *b)));
        }
    }
}

/// Somebody who is being entered, as far as it is typed.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    /// Family name.
    pub family: &'a str,
    /// Given name.
    pub given: &'a str,
    /// Date of birth, where it is a date already.
    pub born: Option<NaiveDate>,
}

/// Returns the rows that somebody who is being entered may be already, each with the reasons; former identities count.
#[must_use]
pub fn already_here(typed: Typed<'_>, roll: &Roll) -> Vec<(Arc<Row>, Vec<String>)> {
    let typing = Typing::of(typed);
    // With another birth date only the very name is like.
    let named = if typing.has_both { roll.called(&typing.plain) } else { Vec::new() };
    let around = typed.born.into_iter().flat_map(|born| roll.born_about(born));
    let before = roll.with_former(typed.family, typed.born);
    let all: BTreeMap<PatientId, Arc<Row>> =
        named.into_iter().chain(around).chain(before).map(|row| (row.id, row)).collect();
    all.into_values().filter_map(|row| typing.reasons(row)).collect()
}

struct Typing {
    family: Vec<String>,
    whole: Vec<String>,
    plain: String,
    has_both: bool,
    born: Option<NaiveDate>,
}

impl Typing {
    fn of(typed: Typed<'_>) -> Self {
        Self {
            family: folded(typed.family),
            whole: folded(&format!("{} {}", typed.family, typed.given)),
            plain: format!("{}, {}", typed.family.trim(), typed.given.trim()).to_lowercase(),
            has_both: !typed.family.trim().is_empty() && !typed.given.trim().is_empty(),
            born: typed.born,
        }
    }

    /// Says what makes a row look like who is typed, by who the patient is now, else by who he or she was before.
    fn reasons(&self, row: Arc<Row>) -> Option<(Arc<Row>, Vec<String>)> {
        let now = self.like(&row.name, row.born);
        let before = || row.former.iter().map(|f| self.like(&f.name, f.born)).find(|r| !r.is_empty());
        let reasons = if now.is_empty() { before().unwrap_or_default() } else { now };
        (!reasons.is_empty()).then_some((row, reasons))
    }

    /// Folding a name is dear, so that the birth date decides first.
    fn like(&self, name: &str, born: NaiveDate) -> Vec<String> {
        let births = self.born.and_then(|birth| births_alike(birth, born));
        let (Some(birth), Some((is_same, words))) = (self.born, births) else { return self.namesake(name) };
        let other = Who::of(name, born);
        let family_too = is_same && !self.family.is_empty() && self.family.iter().all(|w| other.words.contains(w));
        let reasons = Who { words: self.whole.clone(), born: birth }.like(&other);
        match (self.has_both && !reasons.is_empty(), family_too) {
            (true, _) => reasons,
            (false, true) => vec!["the same family name".to_owned(), words],
            (false, false) => Vec::new(),
        }
    }

    fn namesake(&self, name: &str) -> Vec<String> {
        let same = self.has_both && name.to_lowercase() == self.plain;
        let born = if self.born.is_some() { ", another birth date" } else { "" };
        same.then(|| format!("the same name{born}")).into_iter().collect()
    }
}

/// Returns the undecided likely double of a patient who had a dose in the last days (rule TWICE): before a needle somebody
/// looks.
#[must_use]
pub fn dosed_double(
    patient: PatientId,
    candidates: &[Candidate],
    roll: &Roll,
    knowledge: &Knowledge,
    today: NaiveDate,
) -> Option<(Arc<Row>, NaiveDate)> {
    let recent = knowledge.rule("TWICE").count("dose_days");
    let doubles = candidates.iter().filter_map(|c| roll.of_patient(c.other(patient)?));
    let dosed = |row: Arc<Row>| {
        let last = row.last_given.filter(|day| days_between(*day, today) <= recent)?;
        Some((row, last))
    };
    doubles.filter_map(dosed).max_by_key(|(_, last)| *last)
}

/// Says it before a dose is signed.
#[must_use]
pub fn dosed_words(double: &Row, last: NaiveDate) -> String {
    format!(
        "{}, born {}, #{} may be the same patient, and had a dose on {}: look there first",
        double.name,
        words::born(double.born),
        double.number,
        words::day(last)
    )
}

/// Returns whether two names are one, however they are written (`Some(true)`), nearly so (`Some(false)`), or not alike.
#[must_use]
pub fn names_agree(one: &str, other: &str) -> Option<bool> {
    names_alike(&folded(one), &folded(other)).map(|(is_same, _)| is_same)
}

/// Returns what two names have in common that agree wholly.
pub(super) fn key_of(name: &str) -> String {
    folded(name).concat()
}

/// The words of a name in plain small letters, in order, so that Müller, MULLER and "Anna Müller" for "Müller, Anna" are
/// alike.
fn folded(name: &str) -> Vec<String> {
    let plain = deunicode::deunicode(name).to_lowercase();
    let words = plain.split(|c: char| !c.is_alphanumeric() && c != '\'');
    let mut words: Vec<_> = words.map(|w| w.replace('\'', "")).filter(|w| !w.is_empty()).collect();
    words.sort_unstable();
    words
}

/// Whether two names are alike, whether they are equal, and how to say it.
fn names_alike(one: &[String], other: &[String]) -> Option<(bool, String)> {
    if one.is_empty() || other.is_empty() {
        return None;
    }
    if one == other || one.concat() == other.concat() {
        return Some((true, "the same name".to_owned()));
    }
    let left: Vec<_> = one.iter().filter(|w| !other.contains(w)).collect();
    let right: Vec<_> = other.iter().filter(|w| !one.contains(w)).collect();
    match (&left[..], &right[..]) {
        ([a], [b]) if one.len() == other.len() && is_one_slip(a, b) => {
            Some((false, format!("the names differ in one letter ({a}, {b})")))
        }
        ([], [more]) | ([more], []) if one.len().min(other.len()) >= 2 => {
            Some((false, format!("the names differ in one more word ({more})")))
        }
        _ => None,
    }
}

/// Whether one letter was left out, added, changed or swapped with its neighbour; names of two letters differ by more.
fn is_one_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if short.len() < 3 || long.len() - short.len() > 1 {
        return false;
    }
    let start = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    if long.len() > short.len() {
        return short[start..] == long[start + 1..];
    }
    let rest = |from: usize| short.get(from..).unwrap_or_default() == long.get(from..).unwrap_or_default();
    let swapped = start + 1 < short.len() && short[start] == long[start + 1] && short[start + 1] == long[start];
    rest(start + 1) || (swapped && rest(start + 2))
}

/// Returns whether a birth date is another one than any that a row has or had, and no slip of the hand: day and month are not
/// swapped, and more than one of day, month and year differs.
pub(super) fn is_born_otherwise(born: NaiveDate, row: &Row) -> bool {
    let of_another = |theirs: NaiveDate| {
        let differ = [born.day() != theirs.day(), born.month() != theirs.month(), born.year() != theirs.year()];
        births_alike(born, theirs).is_none() && differ.into_iter().filter(|is| *is).count() > 1
    };
    std::iter::once(row.born).chain(row.former.iter().map(|former| former.born)).all(of_another)
}

/// Whether two birth dates are alike, whether they are equal, and how to say it.
fn births_alike(one: NaiveDate, other: NaiveDate) -> Option<(bool, String)> {
    if one == other {
        return Some((true, "the same birth date".to_owned()));
    }
    (swapped(one) == Some(other)).then(|| (false, "day and month of birth are swapped".to_owned()))
}

/// The date with day and month swapped, where that is a date.
fn swapped(day: NaiveDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year(), day.day(), day.month())
}

#[cfg(test)]
mod tests;
