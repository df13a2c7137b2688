//! The note of an encounter as it was signed: what the record said that day, what was typed, the codes that the coder chose.
//! It is never changed; what is found later is an addendum, a note of its own that names the first.

mod known;
mod prefill;
mod sign;

pub use known::{coded, known};
pub use prefill::{Of, Said, draft, root};
pub use sign::{
    Unsigned, addendum, cannot_stand, charges, codes, judged, other_hand, signed_of, signed_of_entry, unsigned,
};

use super::entry::EntryId;
use super::iso;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

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

impl NotedFact {
    /// Returns a line.
    #[must_use]
    pub fn new(label: &str, text: impl Into<String>) -> Self {
        Self { label: label.to_owned(), text: text.into() }
    }
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
    /// Modifiers: `JZ`, `25`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modifiers: Vec<String>,
}

impl Charge {
    /// Returns a charge without modifiers.
    #[must_use]
    pub fn new(code: &str, units: u32) -> Self {
        Self { code: code.to_owned(), units, modifiers: Vec::new() }
    }

    /// Writes `J3425 JZ × 100`.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { code, units, modifiers } = self;
        let code = std::iter::once(code).chain(modifiers).cloned().collect::<Vec<_>>().join(" ");
        format!("{code} × {units}")
    }
}

impl FromStr for Charge {
    type Err = String;

    /// Reads `J3420`, `J3425-JZ*100`, `99213 25`: the units stand behind `*`, `x` or `×`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is no charge: write J3420, J3425*100 or J3425-JZ*100");
        let (named, units) = text.rsplit_once(['*', 'x', '×']).unwrap_or((text, "1"));
        let mut parts = named.split([' ', '-']).filter(|part| !part.is_empty()).map(str::to_uppercase);
        let code = parts.next().filter(|code| code.len() == 5).ok_or_else(wrong)?;
        let modifiers: Vec<String> = parts.collect();
        let units = units.trim().parse().ok().filter(|units| *units > 0).ok_or_else(wrong)?;
        let is_written = |text: &String| text.bytes().all(|b| b.is_ascii_alphanumeric());
        let fits = is_written(&code) && modifiers.iter().all(|m| m.len() == 2 && is_written(m));
        if fits { Ok(Self { code, units, modifiers }) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charge_is_read_as_it_is_written() {
        let read = |text: &str| text.parse::<Charge>().map(|c| c.words());
        for (text, words) in [
            ("j3420", "J3420 × 1"),
            ("J3425-JZ*100", "J3425 JZ × 100"),
            ("J3425 JZ × 100", "J3425 JZ × 100"),
            ("99213-25", "99213 25 × 1"),
            ("96372x2", "96372 × 2"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(words), "{text}");
        }
        for text in ["", "B12", "J3420*0", "J3420*many", "J3420-J", "J34é0", "J3420*99999999999"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
