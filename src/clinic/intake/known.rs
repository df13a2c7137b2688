//! What was taken over, and what waits for a person: as lists show it.

use super::Piece;
use crate::clinic::entry::{ImportId, PatientId};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// An import that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The file.
    pub file: String,
    /// When it was recorded.
    pub at: DateTime<FixedOffset>,
    /// By whom.
    pub by: String,
    /// In how many charts it has entries.
    pub charts: usize,
    /// How many entries came with it.
    pub entries: usize,
    /// How many of them were struck out since.
    pub struck: usize,
}

/// A piece that waits until a person says whose it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unmatched {
    /// The format of its file.
    pub format: u32,
    /// What it is called.
    #[serde(skip)]
    pub name: String,
    /// The file that it came in.
    pub file: String,
    /// When it was put here.
    pub at: DateTime<FixedOffset>,
    /// By whom.
    pub by: String,
    /// What came.
    pub piece: Piece,
    /// Why nobody could say whose it is.
    pub why: String,
    /// Who it may be about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<PatientId>,
}
