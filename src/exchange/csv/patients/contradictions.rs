//! Rows of one patient that say two things of one: held where nothing tells which is right, told where a later dose's row
//! says something new.

use super::super::{dates, vocabulary};
use super::{Patient, RowFacts};
use crate::clinic::drug::mcg;
use crate::clinic::interval::Interval;
use crate::clinic::patient::Allergies;
use crate::clinic::words;
use chrono::NaiveDate;
use std::collections::HashMap;

/// What a row says of one thing: what is compared, and how it is told.
type Says = fn(&RowFacts) -> Option<(String, String)>;

/// What rows of one patient can contradict each other in; each with whether it may be another at a later dose without a word.
const ALL: [(&str, Says, bool); 7] = [
    ("interval", interval, false),
    ("form", form, false),
    ("dose", dose, false),
    ("route", route, false),
    ("cause", cause, false),
    ("plan", plan, false),
    ("next date", due, true),
];

/// What one row says.
struct Said {
    on: Option<NaiveDate>,
    line: u64,
    is: String,
    words: String,
}

impl Patient<'_> {
    /// Compares the rows, which are sorted by their doses.
    pub(super) fn compare(&mut self) {
        if self.rows.len() < 2 {
            return;
        }
        let newest = self.rows.last().and_then(|row| row.dose.on);
        for (name, says, is_new_each_time) in ALL {
            let said = |row: &RowFacts| {
                says(row).map(|(is, words)| Said { on: row.dose.on.or(newest), line: row.line, is, words })
            };
            let all: Vec<Said> = self.rows.iter().filter_map(said).collect();
            if let Some((one, two)) = contradiction(&all) {
                let (one, two) = if one.line > two.line { (two, one) } else { (one, two) };
                self.troubles.push(format!(
                    "The {name} is {} in line {} and {} in line {}: which is right?",
                    one.words, one.line, two.words, two.line
                ));
            } else if let Some((old, new)) = change(&all).filter(|_| !is_new_each_time) {
                self.remarks.push(format!(
                    "The {name} is {} in line {} and, at a later dose, {} in line {}: the later one holds.",
                    old.words, old.line, new.words, new.line
                ));
            }
        }
        self.keeps_allergy();
    }

    /// Says that a known allergy stays, whatever another row says.
    fn keeps_allergy(&mut self) {
        let none = self.rows.iter().find(|row| row.allergies == Allergies::NoneKnown);
        let known = self.rows.iter().find(|row| matches!(row.allergies, Allergies::Known(_)));
        if let Some((none, known)) = none.zip(known) {
            let (none, line, known) = (none.line, known.line, dates::short(&known.allergies.words()));
            self.remarks
                .push(format!("Line {none} says no allergies and line {line} {known}: the known allergy is kept."));
        }
    }
}

/// Returns two rows of one dose that differ. A row without a dose is of no day: it speaks against the newest.
fn contradiction(all: &[Said]) -> Option<(&Said, &Said)> {
    let mut first: HashMap<Option<NaiveDate>, &Said> = HashMap::new();
    all.iter()
        .find_map(|said| Some((*first.entry(said.on).or_insert(said), said)).filter(|(one, two)| one.is != two.is))
}

/// Returns the last row of another dose that says something else than the newest, and the newest.
fn change(all: &[Said]) -> Option<(&Said, &Said)> {
    let new = all.last()?;
    all.iter().rev().find(|said| said.is != new.is).map(|old| (old, new))
}

fn interval(row: &RowFacts) -> Option<(String, String)> {
    let every = row.plan.every?;
    let is = match every {
        Interval::Days(n) if n.is_multiple_of(7) => Interval::Weeks(n / 7),
        other => other,
    };
    Some((is.to_string(), every.to_string()))
}

fn form(row: &RowFacts) -> Option<(String, String)> {
    row.dose.drug.map(|drug| (drug.name().to_owned(), drug.name().to_owned()))
}

fn dose(row: &RowFacts) -> Option<(String, String)> {
    row.dose.said_mcg().map(|dose| (dose.to_string(), mcg(dose)))
}

fn route(row: &RowFacts) -> Option<(String, String)> {
    row.dose.route.map(|route| (route.to_string(), route.to_string()))
}

fn cause(row: &RowFacts) -> Option<(String, String)> {
    let cause = row.plan.cause.as_deref()?;
    Some((vocabulary::cause(cause).map_or_else(|| cause.to_lowercase(), str::to_owned), quoted(cause)))
}

fn plan(row: &RowFacts) -> Option<(String, String)> {
    row.plan.regimen.as_deref().map(|plan| (plan.to_lowercase(), quoted(plan)))
}

fn due(row: &RowFacts) -> Option<(String, String)> {
    row.plan.due.map(|due| (due.to_string(), words::day(due)))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", dates::short(text))
}
