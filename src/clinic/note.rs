//! The note of an encounter as it was signed: what the record said that day, what was typed, the codes that the coder chose.
//! It is never changed; what is found later is an addendum, a note of its own that names the first.

use super::entry::EntryId;
use super::iso;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A signed note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noted {
    /// The day of the service.
    #[serde(deserialize_with = "iso::day")]
    pub on: NaiveDate,
    /// The dose, or the checkpoint, that it documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<EntryId>,
    /// The note that this one adds to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adds_to: Option<EntryId>,
    /// What the record said when it was signed, in the order of the page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<NotedFact>,
    /// What was typed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub narrative: String,
    /// The diagnoses as the coder chose them, first the one that the service was for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<NotedCode>,
    /// What is charged for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<Charge>,
}

impl Noted {
    /// Returns the word for the history.
    #[must_use]
    pub fn word(&self) -> &'static str {
        if self.adds_to.is_some() { "Addendum" } else { "Note" }
    }
}

/// A line of the record in a note: `Lot` and `A1234, good until Thu 30 Sep 2027`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotedFact {
    /// What it is.
    pub label: String,
    /// What it says.
    pub text: String,
}

/// A diagnosis in a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotedCode {
    /// The list that it is from: `ICD-10-CM` or `ICD-10`.
    pub list: String,
    /// The code with its dot: `D51.0`.
    pub code: String,
    /// Its title.
    pub title: String,
}

/// Something that is charged for in a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charge {
    /// `J3420`, `96372`.
    pub code: String,
    /// How many units.
    pub units: u32,
}
