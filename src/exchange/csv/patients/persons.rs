//! Rows of one number that are not of one person: nobody knows whose they are, so that all of them are held.

use crate::clinic::intake::Described;
use crate::clinic::patient::Sex;
use crate::clinic::same::names_agree;
use crate::clinic::words;
use chrono::NaiveDate;
use std::collections::HashMap;

/// What stands first under each number, or under the name and birth date of one who has none.
#[derive(Default)]
pub(super) struct Persons {
    first: HashMap<String, First>,
    /// What differs, under whom it does.
    apart: HashMap<String, Vec<String>>,
}

/// What is said first of somebody, each with its line.
#[derive(Default)]
struct First {
    name: Option<(u64, String)>,
    born: Option<(u64, NaiveDate)>,
    sex: Option<(u64, Sex)>,
}

/// So many differences are told of one number.
const MOST: usize = 3;

impl Persons {
    /// Takes a row in.
    pub(super) fn see(&mut self, about: &Described, line: u64) {
        let who = key(about);
        let first = self.first.entry(who.clone()).or_default();
        let name = Some(about.name()).filter(|_| !about.family.is_empty());
        let sex = about.sex.filter(|sex| *sex != Sex::Other);
        let is_other_name = |one: &String, two: &String| names_agree(one, two) != Some(true);
        let differs = [
            differs(&mut first.name, name, line, is_other_name).map(|told| told.words("name", Clone::clone)),
            differs(&mut first.born, about.born, line, |one, two| one != two)
                .map(|told| told.words("birth date", |born| words::born(*born))),
            differs(&mut first.sex, sex, line, |one, two| one != two)
                .map(|told| told.words("sex", |sex| sex.word().to_lowercase())),
        ];
        let differs: Vec<String> = differs.into_iter().flatten().collect();
        if !differs.is_empty() {
            self.apart.entry(who).or_default().extend(differs);
        }
    }

    /// Returns whether some rows are.
    pub(super) fn are_apart(&self) -> bool {
        !self.apart.is_empty()
    }

    /// Says why all rows of somebody are held; `None` where they are of one person.
    pub(super) fn trouble(&self, about: &Described) -> Option<String> {
        let apart = self.apart.get(&key(about))?;
        let who = if about.number.is_empty() { about.name() } else { format!("#{}", about.number) };
        let told: Vec<&str> = apart.iter().take(MOST).map(String::as_str).collect();
        let told = told.join("; ");
        Some(format!("The rows of {who} are not of one person: {told}. Mend the wrong one: all of them are held."))
    }
}

/// Two things that cannot both be true, each with its line.
struct Told<T> {
    one: (u64, T),
    two: (u64, T),
}

impl<T> Told<T> {
    fn words(&self, what: &str, say: impl Fn(&T) -> String) -> String {
        let ((line, one), (other, two)) = (&self.one, &self.two);
        format!("the {what} is {} in line {line} and {} in line {other}", say(one), say(two))
    }
}

/// Keeps what is said first, and returns what differs from it.
fn differs<T: Clone>(
    first: &mut Option<(u64, T)>,
    now: Option<T>,
    line: u64,
    is_other: impl Fn(&T, &T) -> bool,
) -> Option<Told<T>> {
    let now = now?;
    let (at, known) = first.get_or_insert_with(|| (line, now.clone()));
    is_other(known, &now).then(|| Told { one: (*at, known.clone()), two: (line, now) })
}

fn key(about: &Described) -> String {
    match (about.number.as_str(), about.born) {
        ("", Some(born)) => format!("\n{}, {} {born}", about.family.to_lowercase(), about.given.to_lowercase()),
        ("", None) => format!("\n{}, {}\n", about.family.to_lowercase(), about.given.to_lowercase()),
        (number, _) => number.to_owned(),
    }
}
