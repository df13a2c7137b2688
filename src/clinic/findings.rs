//! What needs attention. Three tiers, after the published override rates of clinical alerts: where everything warns,
//! nothing does. Each finding names its rule of facts section 9, its source, what to do, and what it rests on.

mod plan;
mod results;
mod timing;

pub(crate) use timing::Lateness;

use super::course::Course;
use super::entry::EntryId;
use super::practice::Practice;
use serde::Serialize;

/// How hard a finding asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Must be resolved; Enter does not pass it.
    Stop,
    /// Asks for a reason.
    Reason,
    /// Stands in the margin.
    Note,
}

impl Tier {
    /// Returns the word of the JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Reason => "reason",
            Self::Note => "note",
        }
    }
}

/// One thing that needs attention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id in the facts.
    pub rule: &'static str,
    /// How hard it asks.
    pub tier: Tier,
    /// What is the matter.
    pub text: String,
    /// What to do.
    pub todo: &'static str,
    /// Where the rule comes from.
    pub source: &'static str,
    /// The entries that it rests on.
    pub entries: Vec<EntryId>,
}

/// Returns all findings of a course, the hardest first.
#[must_use]
pub fn of(course: &Course, practice: &Practice) -> Vec<Finding> {
    let mut all = timing::findings(course);
    all.extend(plan::findings(course));
    all.extend(results::findings(course, practice));
    all.sort_by_key(|f| f.tier);
    all
}
