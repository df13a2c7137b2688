//! What was taken over, and what waits for a person: as lists show it.

use super::Piece;
use crate::clinic::drug::mcg;
use crate::clinic::entry::{Act, ImportId, PatientId};
use crate::clinic::lab::LabResult;
use crate::clinic::words;
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

    /// Returns why it waits, with what was sent where that is entered by hand.
    #[must_use]
    pub fn told(&self) -> String {
        let says: Vec<String> = self.piece.acts.iter().filter_map(|coming| says(&coming.act)).collect();
        let says = (self.is_by_hand() && !says.is_empty()).then(|| format!("It says: {}.", says.join("; ")));
        let parts = std::iter::once(&self.why).chain(&self.piece.remarks).chain(&says);
        parts.map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// What of an act a person needs to enter it by hand.
fn says(act: &Act) -> Option<String> {
    match act {
        Act::Checked(look) => {
            let day = words::day(look.sample_day());
            let lab = |lab: &LabResult| format!("{} {lab} {}", lab.analyte.replace('-', " "), lab.as_sent());
            let labs: Vec<String> = look.labs.iter().map(|one| lab(one).trim().to_owned()).collect();
            (!labs.is_empty()).then(|| format!("{}, {day}", labs.join(", ")))
        }
        Act::Given(given) => Some(format!("{} {}, {}", given.drug, mcg(given.dose_mcg), words::day(given.on))),
        _ => None,
    }
}
