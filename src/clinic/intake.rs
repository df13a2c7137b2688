//! What another system's file holds, before anything of it is in a chart: whose it is, what would be recorded, and what has
//! to be looked at by a person first. Readers of every format make a [`Parcel`]; nothing of a record changes silently.

mod known;
mod newcomers;
mod outcome;
mod refs;
mod there;
mod weigh;
mod whose;
mod withdrawn;

use super::entry::Act;
use super::knowledge::Knowledge;
use super::patient::{Allergies, Person, Sex};
use super::words;
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

pub use known::{BY_HAND, Import, Unmatched};
pub use outcome::{Counts, Left, Outcome, Target, Weighed};
pub use refs::renamed;
pub use there::{is_new, is_there, stands_in, superseded};
pub use weigh::{Scales, weigh, weigh_for};
pub use whose::{Ruling, Whose, nothing_agrees, whose};
pub use withdrawn::{IN_ERROR, nothing_said, still_new};

/// All that one file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parcel {
    /// The file's name, without its folder.
    pub file: String,
    /// What it holds, in its order.
    pub pieces: Vec<Piece>,
    /// What there is to say of the file as a whole: `Read as Windows-1252, which was guessed.`
    pub remarks: Vec<String>,
}

impl Parcel {
    /// Returns how many rows, messages or resources it holds: each is in one of the four counts.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.pieces.iter().map(Piece::rows).sum()
    }
}

/// A piece of a file: a row, a message, a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Piece {
    /// Where it stands: `line 12`, `MedicationAdministration/abc`.
    pub place: String,
    /// The lines of the rows that it is made of, in a table.
    #[serde(skip)]
    pub lines: Vec<u64>,
    /// Who it says that it is about.
    pub about: Described,
    /// Whether a patient who is not here yet may be entered by it: a list of patients may, a laboratory's report may not.
    #[serde(default)]
    pub enters: bool,
    /// What would be recorded.
    pub acts: Vec<Coming>,
    /// What is to be said of it, though it can be taken: `Next due by the list Mon 04 Jan 2027, by the interval …`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// Why it cannot be taken as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
}

impl Piece {
    /// Returns for how many rows of the file it stands.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.lines.len().max(1)
    }

    /// Returns whether all that it says is that something was entered in error over there.
    #[must_use]
    pub fn is_in_error(&self) -> bool {
        !self.acts.is_empty() && self.acts.iter().all(|coming| coming.in_error)
    }
}

/// Why a piece cannot be taken as it is, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// A person has to look: it can mean two things, or it is not likely.
    Held(String),
    /// It is not for a chart: preliminary, of another kind, entered in error over there.
    Skipped(String),
    /// It cannot be read.
    Refused(String),
}

/// An act that would be recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coming {
    /// What the other system calls it; by this the same thing is known again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The act.
    pub act: Act,
    /// Whether it corrects what came under the same id before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub corrects: bool,
    /// Whether what came under the same id before was withdrawn: it is struck out, of a look only the results that stand here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strikes: bool,
    /// Whether it was entered in error over there: what came of it under the same id is struck out where that is safe, and
    /// held where it is not. The act tells what it was, as far as that is said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_error: bool,
    /// Acts of the same piece may be given on its order: whether this one was.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_order: bool,
    /// Who did or recorded it over there, where the file says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When it was recorded over there, where the file says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<FixedOffset>>,
}

impl Coming {
    /// Makes an act that corrects nothing and is on no order.
    #[must_use]
    pub fn new(id: Option<String>, act: Act) -> Self {
        Self { id, act, corrects: false, strikes: false, in_error: false, on_order: false, by: None, at: None }
    }

    /// Makes what was entered in error over there.
    #[must_use]
    pub fn in_error(id: Option<String>, act: Act) -> Self {
        Self { in_error: true, ..Self::new(id, act) }
    }
}

/// Says that somebody is a child on a day, for whom no plan here is (rule N2); `None` for an adult.
#[must_use]
pub fn is_child(born: NaiveDate, knowledge: &Knowledge, on: NaiveDate) -> Option<String> {
    let years = knowledge.rule("N2").count("years");
    let age = i64::from(on.years_since(born)?);
    let born = words::born(born);
    (age < years).then(|| format!("Under {years}, born {born}: this is an adult program, refer."))
}

/// A patient as another system describes one; what it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Described {
    /// The practice's own number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Family name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub family: String,
    /// Given name or names.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub given: String,
    /// Date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub born: Option<NaiveDate>,
    /// Sex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Described {
    /// Returns `Family, Given`, or the number where there is no name.
    #[must_use]
    pub fn name(&self) -> String {
        match (self.family.as_str(), self.given.as_str()) {
            ("", "") if self.number.is_empty() => "nobody named".to_owned(),
            ("", "") => format!("#{}", self.number),
            (family, "") => family.to_owned(),
            ("", given) => given.to_owned(),
            (family, given) => format!("{family}, {given}"),
        }
    }

    /// Returns who is entered; `None` without a family name or a date of birth.
    #[must_use]
    pub fn person(&self, allergies: Allergies, caution: Option<String>) -> Option<Person> {
        let born = self.born.filter(|_| !self.family.is_empty())?;
        Some(Person {
            number: self.number.clone(),
            family: self.family.clone(),
            given: self.given.clone(),
            born,
            sex: self.sex.unwrap_or_default(),
            phone: self.phone.clone(),
            allergies,
            caution,
        })
    }
}
