//! What a chart is made of: immutable entries, each with an id, an instant and an author.
//!
//! Nothing is ever edited or deleted. A correction is an [`Amended`] entry that names the entry it corrects and why.

use super::cosign::Cosigned;
use super::decision::{Acknowledged, Change, Review};
use super::iso;
use super::links::Linked;
use super::note::Noted;
use super::order::Order;
use super::patient::Person;
use super::roles::Told;
use super::term::Renewed;
use super::triage::Triage;
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use ulid::Ulid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Ulid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                Ulid::from_string(text).map(Self).map_err(|_| format!("\"{text}\" is not the id of {}", $what))
            }
        }
    };
}

mod checked;
mod dose;
mod origin;

pub use checked::{Checked, Sums};
pub use dose::{Given, NextFrom, NotGiven, Reason, SoreSite, WhyNot};
pub use origin::{ImportId, Origin};

id!(
    /// The id of an entry: unique on every machine, ordered by time.
    EntryId,
    "an entry"
);

impl EntryId {
    /// The id of what is not recorded yet: it comes after all others.
    pub const NEXT: Self = Self(Ulid(u128::MAX));
}

id!(
    /// The id of a patient's chart; also its file's name.
    PatientId,
    "a patient"
);

/// One immutable entry of a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// When it was recorded, with the workstation's offset.
    #[serde(deserialize_with = "iso::instant")]
    pub at: DateTime<FixedOffset>,
    /// Who recorded it.
    pub by: String,
    /// What happened.
    pub act: Act,
    /// Where it was taken over from; absent where it was recorded here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Box<Origin>>,
    /// Proves that it stands as it was recorded, and at its place in what its author recorded; see [`Seal`](super::seal::Seal).
    /// Entries from before format 4 have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
}

impl Entry {
    /// Returns the order of entries in a chart: by time, then by id.
    #[must_use]
    pub fn key(&self) -> (DateTime<FixedOffset>, EntryId) {
        (self.at, self.id)
    }

    /// Returns who did it or recorded it where it was recorded first; empty where it was taken over and the file does not say
    /// so, as who took it over did not do it.
    #[must_use]
    pub fn done_by(&self) -> &str {
        self.from.as_ref().map_or(self.by.as_str(), |from| from.by.as_deref().unwrap_or_default())
    }

    /// Returns when it was recorded first; nothing where it was taken over and the file does not say so.
    #[must_use]
    pub fn first_at(&self) -> Option<DateTime<FixedOffset>> {
        self.from.as_ref().map_or(Some(self.at), |from| from.at)
    }

    /// Returns when what it says was said: over there, where it was taken over and the file says so; never after it came here.
    #[must_use]
    pub fn said_at(&self) -> DateTime<FixedOffset> {
        self.first_at().map_or(self.at, |at| at.min(self.at))
    }
}

/// What an entry records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The patient's identity was entered or changed.
    Registered(Person),
    /// The five triage answers were given.
    Triaged(Triage),
    /// A prescriber signed a plan.
    Ordered(Order),
    /// An order goes on as it is, with a new end.
    Renewed(Renewed),
    /// A dose was given.
    Given(Given),
    /// A dose was not given.
    NotGiven(NotGiven),
    /// Symptoms or labs were recorded.
    Checked(Checked),
    /// A phase was ended, or its gate passed, by decision.
    PhaseEnded(PhaseEnded),
    /// The course turned otherwise: paused, tablets, stopped, declined, transferred, died.
    Changed(Change),
    /// The look before an escalation.
    Reviewed(Review),
    /// A finding was seen, with the reason to go on.
    Acknowledged(Acknowledged),
    /// A person said whether another chart is this patient's too.
    Linked(Linked),
    /// A prescriber signed what was recorded on her order.
    Cosigned(Cosigned),
    /// A note was signed: of an encounter, or an addendum to one.
    Noted(Box<Noted>),
    /// An earlier entry was corrected.
    Amended(Amended),
}

impl Act {
    /// Returns the word for the history.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Registered(_) => "Registered",
            Self::Triaged(_) => "Triaged",
            Self::Ordered(_) => "Ordered",
            Self::Renewed(_) => "Renewed",
            Self::Given(_) => "Given",
            Self::NotGiven(_) => "Not given",
            Self::Checked(_) => "Checked",
            Self::PhaseEnded(_) => "Phase ended",
            Self::Changed(_) => "Changed",
            Self::Reviewed(_) => "Reviewed",
            Self::Acknowledged(_) => "Seen",
            Self::Linked(linked) => linked.link.word(),
            Self::Cosigned(_) => "Co-signed",
            Self::Noted(note) => note.word(),
            Self::Amended(_) => "Amended",
        }
    }
}

/// A decision that ends a phase or passes the gate after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhaseEnded {
    /// The order whose phase it is.
    pub order: EntryId,
    /// The phase, counted from 0.
    pub phase: usize,
    /// The day of the decision.
    #[serde(deserialize_with = "iso::day")]
    pub on: NaiveDate,
    /// What was found: "no further improvement", "blood count normal".
    pub because: String,
    /// The prescriber who decided.
    pub decided_by: String,
    /// How it reached who recorded it; absent where the prescriber did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// A correction. The corrected entry stays and is shown struck through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amended {
    /// The entry that is corrected.
    pub of: EntryId,
    /// Why.
    pub why: String,
    /// What should have stood there; absent where the entry should not exist at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Box<Act>>,
    /// Whether it corrects a decision, and whoever corrected it prescribed here then: it needs no other signature.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub prescriber: bool,
}

impl Amended {
    /// Makes a correction of what is no decision, or whose author does not prescribe.
    #[must_use]
    pub fn new(of: EntryId, why: impl Into<String>, instead: Option<Act>) -> Self {
        Self { of, why: why.into(), instead: instead.map(Box::new), prescriber: false }
    }
}
