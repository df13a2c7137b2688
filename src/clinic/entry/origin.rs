//! Where an entry was taken over from: another system's file, and the place in it.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use ulid::Ulid;

id!(
    /// The id of an import: all that came of one file at once has it, and by it is undone as one.
    ImportId,
    "an import"
);

/// Where an entry was taken over from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The import that it came with.
    pub import: ImportId,
    /// The file's name, without its folder.
    pub file: String,
    /// The place in the file: `line 12`, `MedicationAdministration/abc`.
    pub place: String,
    /// What the other system calls it; by this the same thing is known again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Who did or recorded it over there, where the file says so; who took it over is the entry's author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When it was recorded over there, where the file says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<FixedOffset>>,
}

impl Origin {
    /// Returns it in words: `from list.csv, line 12`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("from {}, {}", self.file, self.place)
    }
}
