//! Decisions about a course that are not a plan: pauses, tablets, ends, the review before an escalation, and the
//! acknowledgement of a finding. Each is an entry; the latest one that no new plan has overtaken holds.

use super::entry::{EntryId, Reason};
use super::iso;
use super::roles::Told;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A change of the course that is no new plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The day of the decision.
    #[serde(deserialize_with = "iso::day")]
    pub on: NaiveDate,
    /// What was decided.
    pub what: Turn,
    /// Why.
    pub because: String,
    /// The prescriber who decided; who recorded it where nobody decides, as for a death.
    pub decided_by: String,
    /// How it reached who recorded it; absent where the prescriber did, and where nobody decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// Reasons for rules that asked for one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
}

impl Change {
    /// Returns who stands for it: nobody decides a death or a move, somebody was told and wrote it down.
    #[must_use]
    pub fn who(&self) -> String {
        match self.what {
            Turn::Died => format!("recorded by {}: {}", self.decided_by, self.because),
            Turn::Transferred { .. } => format!("recorded by {}", self.decided_by),
            _ => format!("decided by {}", self.decided_by),
        }
    }
}

/// What a change turns the course to. Each but the last two has a day on which it is looked at again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// No injections until a day; then the plan goes on by itself.
    Paused {
        /// The day on which the patient is back on the list.
        #[serde(deserialize_with = "iso::day")]
        until: NaiveDate,
    },
    /// Tablets in place of injections, with a day to look whether they do (facts 3.1: two months \[S30\]).
    Oral {
        /// The daily dose in micrograms.
        daily_mcg: u32,
        /// The day of the recheck.
        #[serde(deserialize_with = "iso::day")]
        recheck: NaiveDate,
    },
    /// Treatment ends, because the cause is gone; looked at once more (facts 9.1: at 3 to 6 months \[S10\]\[S30\]).
    Stopped {
        /// The day of the recheck.
        #[serde(deserialize_with = "iso::day")]
        recheck: NaiveDate,
    },
    /// The patient does not want it for now.
    Declined {
        /// The day on which it is asked again.
        #[serde(deserialize_with = "iso::day")]
        again: NaiveDate,
    },
    /// Another practice goes on.
    Transferred {
        /// Who.
        to: String,
    },
    /// The patient died on the day of the change.
    Died,
}

impl Turn {
    /// Returns the word for lists and the command line.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Paused { .. } => "paused",
            Self::Oral { .. } => "oral",
            Self::Stopped { .. } => "stopped",
            Self::Declined { .. } => "declined",
            Self::Transferred { .. } => "transferred",
            Self::Died => "died",
        }
    }

    /// Returns whether the plan in force ends with it; only a pause leaves it in force.
    #[must_use]
    pub fn ends_the_plan(&self) -> bool {
        !matches!(self, Self::Paused { .. })
    }

    /// Returns the day on which somebody looks again, where there is one.
    #[must_use]
    pub fn again(&self) -> Option<NaiveDate> {
        match self {
            Self::Paused { until } => Some(*until),
            Self::Oral { recheck, .. } | Self::Stopped { recheck } => Some(*recheck),
            Self::Declined { again } => Some(*again),
            Self::Transferred { .. } | Self::Died => None,
        }
    }

    /// Returns the recheck that symptoms or blood answer, with its title.
    #[must_use]
    pub fn recheck(&self) -> Option<(NaiveDate, &'static str)> {
        match self {
            Self::Oral { recheck, .. } => Some((*recheck, "Recheck on tablets")),
            Self::Stopped { recheck } => Some((*recheck, "Recheck after stopping")),
            _ => None,
        }
    }
}

/// The look before an escalation (brief G6, facts 3.4): every line of `assets/review.ron` answered by a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// The day of the review.
    #[serde(deserialize_with = "iso::day")]
    pub on: NaiveDate,
    /// The answers by line.
    pub answers: BTreeMap<String, Answer>,
    /// Why it is passed without answers, where a neurologic red flag does not wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub red_flag: Option<String>,
    /// Who reviewed.
    pub reviewed_by: String,
}

/// One answer of a review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Whether something was found.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub found: bool,
    /// What was seen, in words.
    pub words: String,
}

impl Review {
    /// Returns the lines that have no answer; none where a red flag passes it.
    #[must_use]
    pub fn open<'a>(&self, lines: &'a [ReviewLine]) -> Vec<&'a ReviewLine> {
        if self.red_flag.as_ref().is_some_and(|why| !why.trim().is_empty()) {
            return Vec::new();
        }
        let answered = |line: &&ReviewLine| self.answers.get(&line.id).is_some_and(|a| !a.words.trim().is_empty());
        lines.iter().filter(|line| !answered(line)).collect()
    }
}

/// One line of the review, as `assets/review.ron` has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is asked.
    pub asks: String,
    /// What the chart can say to it.
    pub record: FromRecord,
    /// Where it comes from.
    pub source: String,
}

/// What the chart can say to a line of the review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromRecord {
    /// The blood count and its neighbours.
    Blood,
    /// Doses given, late, missed; sites and volumes.
    Doses,
    /// The cause of the triage.
    Cause,
    /// The medicines of the triage.
    Medicines,
    /// Folate and ferritin.
    FolateFerritin,
    /// When it began.
    Since,
    /// When the doses thinned out.
    Transition,
    /// eGFR and creatinine.
    Kidneys,
}

/// Somebody saw a finding and goes on, with a reason. It is quiet until it rests on other entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledged {
    /// The rule.
    pub rule: String,
    /// Why it is right to go on.
    pub because: String,
    /// The entries that the finding rested on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<EntryId>,
}
