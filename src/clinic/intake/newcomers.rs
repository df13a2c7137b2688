//! Who is entered by a file: each once, with a number that nobody has.

use super::Piece;
use crate::clinic::agenda::Roll;
use crate::clinic::entry::Act;
use crate::clinic::patient::{Allergies, Person};
use crate::clinic::same::{key_of, names_agree};
use crate::clinic::words;
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// Who was entered by earlier pieces.
pub(super) struct Newcomers {
    by_number: HashMap<String, usize>,
    by_birth: HashMap<(NaiveDate, String), usize>,
    /// The numbers that the file itself gives.
    given: HashSet<String>,
    next: u64,
}

impl Newcomers {
    pub(super) fn new<'a>(numbers: impl Iterator<Item = &'a str>, roll: &Roll) -> Self {
        let given = numbers.filter(|n| !n.is_empty()).map(str::to_owned).collect();
        let next = roll.next_number().parse().unwrap_or(1);
        Self { by_number: HashMap::new(), by_birth: HashMap::new(), given, next }
    }

    /// Returns the place of who the piece is about among the new ones, and whether this piece enters them.
    pub(super) fn place_of(&mut self, piece: &Piece, new: &mut Vec<Person>) -> Result<(usize, bool), String> {
        let about = &piece.about;
        let whole = format!("{} {}", about.family, about.given);
        let same = |p: &Person| Some(p.born) == about.born && names_agree(&whole, &p.name()) == Some(true);
        if let Some((at, person)) = self.by_number.get(&about.number).and_then(|at| Some((*at, new.get(*at)?))) {
            let is_same = same(person) || (about.family.is_empty() && about.born.is_none_or(|day| day == person.born));
            let other = || another(piece, person);
            return is_same.then_some((at, false)).ok_or_else(other);
        }
        let namesake = about.born.and_then(|day| self.by_birth.get(&(day, key_of(&whole))));
        match (namesake.copied(), about.number.as_str()) {
            (Some(at), "") => return Ok((at, false)),
            (Some(at), number) => {
                let other = new.get(at).map(|p| p.number.clone()).unwrap_or_default();
                return Err(format!("{} stands in this file as #{other} and as #{number}.", about.name()));
            }
            (None, _) => {}
        }
        let person = self.entered(piece)?;
        self.by_number.insert(person.number.clone(), new.len());
        self.by_birth.entry((person.born, key_of(&person.name()))).or_insert(new.len());
        new.push(person);
        Ok((new.len() - 1, true))
    }

    /// Takes back who was only just entered.
    pub(super) fn forget(&mut self, at: usize, enters: bool, new: &mut Vec<Person>) {
        if !enters || at + 1 != new.len() {
            return;
        }
        if let Some(person) = new.pop() {
            self.by_number.remove(&person.number);
            let who = (person.born, key_of(&person.name()));
            if self.by_birth.get(&who) == Some(&at) {
                self.by_birth.remove(&who);
            }
        }
    }

    fn entered(&mut self, piece: &Piece) -> Result<Person, String> {
        let about = &piece.about;
        if !piece.enters {
            return Err(format!("{} is not a patient here.", about.name()));
        }
        let described = about.person(Allergies::NotAsked, None).ok_or_else(|| match about.born {
            None => format!("{} has no date of birth.", about.name()),
            Some(_) => "There is no family name.".to_owned(),
        })?;
        let written = piece.acts.iter().find_map(|coming| match &coming.act {
            Act::Registered(person) => Some(person.clone()),
            _ => None,
        });
        let mut person = written.unwrap_or(described);
        if person.number.is_empty() {
            person.number = self.free_number();
        }
        Ok(person)
    }

    fn free_number(&mut self) -> String {
        loop {
            let number = self.next.to_string();
            self.next = self.next.saturating_add(1);
            if !self.given.contains(&number) || self.next == u64::MAX {
                return number;
            }
        }
    }
}

/// Says of a piece what it says of its number otherwise than an earlier one.
fn another(piece: &Piece, person: &Person) -> String {
    let about = &piece.about;
    let whole = format!("{} {}", about.family, about.given);
    let is_named = names_agree(&whole, &person.name()) == Some(true);
    let born = match about.born {
        Some(born) if born == person.born => None,
        Some(born) => Some(format!("the birth date is {}", words::born(born))),
        None => Some("no birth date stands".to_owned()),
    };
    let name = (!is_named).then(|| format!("the name is {}", about.name()));
    let differs: Vec<String> = name.into_iter().chain(born).collect();
    let (number, name, born) = (&about.number, person.name(), words::born(person.born));
    format!("#{number} is {name}, born {born}, in an earlier piece of this file; here {}.", differs.join(", and "))
}
