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

/// A piece that waits until a person says whose it is, or enters by hand what could not be read.
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
    /// Why it waits.
    pub why: String,
    /// Who it may be about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<PatientId>,
}

/// What to do with a piece that could not be read.
pub const BY_HAND: &str = "It cannot be recorded as it was sent: enter it by hand in the chart, then put it away.";

impl Unmatched {
    /// Returns whether it could not be read: nothing of it is recorded for anybody as it was sent.
    #[must_use]
    pub fn is_by_hand(&self) -> bool {
        self.piece.trouble.is_some()
    }

    /// Returns why it waits, with what was sent.
    #[must_use]
    pub fn told(&self) -> String {
        [std::slice::from_ref(&self.why), &self.piece.remarks].concat().join(" ")
    }
}
