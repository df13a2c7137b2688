//! Whose a piece is. The number and one thing more must agree; a likely patient is not the patient.

use super::Described;
use crate::clinic::agenda::{Roll, Row};
use crate::clinic::entry::PatientId;
use crate::clinic::same::{Typed, already_here, is_born_otherwise, names_agree};
use crate::clinic::words;
use chrono::NaiveDate;
use std::collections::HashMap;
use std::sync::Arc;

/// Whom a file tells apart by its own numbers, each by the last piece that has it.
pub(super) type Listed<'a> = HashMap<&'a str, &'a Described>;

/// Whose a piece is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// This patient's.
    Patient(PatientId),
    /// Nobody's who is here.
    New,
    /// It may be one of these; a person decides.
    Ask {
        /// Who it may be.
        candidates: Vec<PatientId>,
        /// What agrees and what does not, in a sentence.
        why: String,
        /// Whether nothing agrees but the name: birth date and number are others.
        is_namesake: bool,
    },
}

/// What a person said of everybody in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ruling {
    /// Who has the very name and birth date of somebody here, and no number in the file, is that patient.
    pub same_is_same: bool,
    /// Who has the name of somebody here, and another birth date and number, is somebody else.
    pub namesakes_are_others: bool,
}

/// Says whose it is.
#[must_use]
pub fn whose(about: &Described, roll: &Roll, ruling: Ruling) -> Whose {
    whose_beside(about, &HashMap::new(), roll, ruling)
}

/// Says the same of one whom the file tells apart from others, by their numbers in it: who is here and stands in another row
/// of it under the own number is not this one, however near the names are.
pub(super) fn whose_beside(about: &Described, listed: &Listed<'_>, roll: &Roll, ruling: Ruling) -> Whose {
    let numbered = if about.number.is_empty() { Vec::new() } else { roll.numbered(&about.number) };
    let (agree, differ): (Vec<_>, Vec<_>) = numbered.into_iter().partition(|row| agrees(about, row));
    match (agree.as_slice(), differ.as_slice()) {
        ([one], _) => Whose::Patient(one.id),
        ([], []) => by_name(about, listed, roll, ruling),
        ([], [other, ..]) => ask(&differ, another(about, other)),
        (several, _) => {
            let why = format!("#{} is the number of {} patients here.", about.number, several.len());
            ask(&agree, why)
        }
    }
}

fn ask(rows: &[Arc<Row>], why: String) -> Whose {
    Whose::Ask { candidates: rows.iter().map(|row| row.id).collect(), why, is_namesake: false }
}

/// Whether birth date or name agree, and neither speaks against it.
fn agrees(about: &Described, row: &Row) -> bool {
    let whole = format!("{} {}", about.family, about.given);
    let identities = std::iter::once((&row.name, row.born)).chain(row.former.iter().map(|f| (&f.name, f.born)));
    identities.into_iter().any(|(name, born)| {
        let name_of: &str = name;
        let birth = about.born.map(|day| day == born);
        let is_named = !about.family.is_empty();
        let is_whole = is_named && names_agree(&whole, name).is_some();
        let name = is_named.then(|| is_whole || family_agrees(&about.family, name));
        // Without a birth date a couple has one family name: the given one must not contradict.
        matches!((birth, name), (Some(true), Some(true) | None))
            || (birth.is_none() && (is_whole || is_initial(about, name_of)))
    })
}

/// Whether the family name is one, and of the given name there is nothing, or its first letter: `Okafor, N.`
fn is_initial(about: &Described, name: &str) -> bool {
    let given = about.given.trim_end_matches('.').to_lowercase();
    let here = name.split_once(',').map_or("", |(_, given)| given).trim().to_lowercase();
    let begins = given.chars().count() <= 1 && here.starts_with(&given);
    !about.family.is_empty() && begins && family_agrees(&about.family, name)
}

/// Whether the family name is one, whatever stands for the given one: `Okafor, N.`
fn family_agrees(family: &str, name: &str) -> bool {
    names_agree(family, name.split(',').next().unwrap_or_default()) == Some(true)
}

fn another(about: &Described, row: &Row) -> String {
    let born = about.born.map(|day| format!(", born {}", words::born(day))).unwrap_or_default();
    format!(
        "#{} is {}, born {} here; the file says {}{born}.",
        row.number,
        row.name,
        words::born(row.born),
        about.name()
    )
}

/// Says of a patient whom a person names that nothing of who the file says agrees; `None` where something does.
#[must_use]
pub fn nothing_agrees(about: &Described, (name, number, born): (&str, &str, NaiveDate)) -> Option<String> {
    let whole = format!("{} {}", about.family, about.given);
    let is_named = names_agree(&whole, name) == Some(true);
    let theirs = about.born.filter(|theirs| *theirs != born && about.number != number && !is_named)?;
    let sent = if about.number.is_empty() { "no number".to_owned() } else { format!("#{}", about.number) };
    let (called, ours, theirs) = (about.name(), words::born(born), words::born(theirs));
    Some(format!(
        "Name, number and birth date all differ: {name}, #{number}, born {ours} here; {called}, {sent}, born {theirs} in the file"
    ))
}

fn by_name(about: &Described, listed: &Listed<'_>, roll: &Roll, ruling: Ruling) -> Whose {
    let typed = Typed { family: &about.family, given: &about.given, born: about.born };
    let whole = format!("{} {}", about.family, about.given);
    let is_very = |row: &Row| Some(row.born) == about.born && names_agree(&whole, &row.name) == Some(true);
    let is_told_apart = |row: &Row| {
        let other = listed.get(row.number.as_str()).filter(|_| !about.number.is_empty() && row.number != about.number);
        !is_very(row) && other.is_some_and(|other| agrees(other, row))
    };
    let like: Vec<_> = already_here(typed, roll).into_iter().filter(|(row, _)| !is_told_apart(row)).collect();
    let very: Vec<_> = like.iter().filter(|(row, _)| is_very(row)).collect();
    if let ([(row, _)], true) = (very.as_slice(), ruling.same_is_same && about.number.is_empty()) {
        return Whose::Patient(row.id);
    }
    let is_other = |row: &Row| about.born.is_some_and(|born| is_born_otherwise(born, row));
    let is_namesake = !about.number.is_empty() && like.iter().all(|(row, _)| is_other(row));
    match like.as_slice() {
        [] => Whose::New,
        _ if is_namesake && ruling.namesakes_are_others => Whose::New,
        [(row, reasons), ..] => {
            let number = if about.number.is_empty() { "no number" } else { "another number" };
            let (born, but) = (words::born(row.born), if is_namesake { "and" } else { "but" });
            let why = format!(
                "May be {}, born {born}, #{} here: {}, {but} the file has {number}.",
                row.name,
                row.number,
                reasons.join(", ")
            );
            Whose::Ask { candidates: like.iter().map(|(row, _)| row.id).collect(), why, is_namesake }
        }
    }
}
