//! What a chart is made of: immutable entries, each with an id, an instant and an author.
//!
//! Nothing is ever edited or deleted. A correction is an [`Amended`] entry that names the entry it corrects and why.

use super::background::Confounder;
use super::cosign::Cosigned;
use super::decision::{Acknowledged, Change, Review};
use super::drug::{Drug, Route, Site, volume_ml};
use super::iso;
use super::lab::LabResult;
use super::links::Linked;
use super::order::Order;
use super::patient::Person;
use super::roles::Told;
use super::term::Renewed;
use super::triage::Triage;
use super::words;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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

id!(
    /// The id of an entry: unique on every machine, ordered by time.
    EntryId,
    "an entry"
);
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
            Self::Amended(_) => "Amended",
        }
    }
}

/// A dose that was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The order that it was given on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<EntryId>,
    /// The civil date of the injection.
    #[serde(deserialize_with = "iso::day")]
    pub on: NaiveDate,
    /// The time of day, where it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_time")]
    pub time: Option<NaiveTime>,
    /// The form.
    pub drug: Drug,
    /// What the vial's label said.
    pub product: String,
    /// The vial's strength in micrograms per millilitre; picked or typed, never assumed.
    pub strength_mcg_per_ml: u32,
    /// The dose in micrograms.
    pub dose_mcg: u32,
    /// The route.
    pub route: Route,
    /// The site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Site>,
    /// The lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<String>,
    /// The last day on which the product is good.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_day")]
    pub expires: Option<NaiveDate>,
    /// The volume drawn up in mL, where it was typed; else it is worked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn_ml: Option<f64>,
    /// The day on which a multi-dose vial was first opened.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_day")]
    pub opened: Option<NaiveDate>,
    /// A site that was found sore, and until when it is left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sore: Option<SoreSite>,
    /// What the doses after a late or early one count from; the day given where nobody chose.
    #[serde(default, skip_serializing_if = "NextFrom::is_day_given")]
    pub next_from: NextFrom,
    /// Reasons that were given for checks that asked for one, by rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Given {
    /// Returns a dose of which the vial and the route are known, and nothing else yet.
    #[must_use]
    pub fn new(on: NaiveDate, drug: Drug, strength_mcg_per_ml: u32, dose_mcg: u32, route: Route) -> Self {
        Self {
            order: None,
            on,
            time: None,
            drug,
            product: format!("{drug} {strength_mcg_per_ml} mcg/mL"),
            strength_mcg_per_ml,
            dose_mcg,
            route,
            site: None,
            lot: None,
            expires: None,
            drawn_ml: None,
            opened: None,
            sore: None,
            next_from: NextFrom::DayGiven,
            reasons: Vec::new(),
            note: None,
        }
    }

    /// Returns the volume that was drawn up, in mL: as typed, else as dose and strength give it.
    #[must_use]
    pub fn volume_ml(&self) -> Option<f64> {
        self.drawn_ml.or(volume_ml(self.dose_mcg, self.strength_mcg_per_ml))
    }
}

/// A sore site, left alone until a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoreSite {
    /// The site.
    pub site: Site,
    /// The day from which it may be used again.
    #[serde(deserialize_with = "iso::day")]
    pub until: NaiveDate,
}

/// The anchor of the doses after a late or early one (facts D9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextFrom {
    /// The day on which it was given: the default, and the only one where the dose came on its day.
    #[default]
    DayGiven,
    /// Back to the calendar of the plan: the next planned day that lies far enough away.
    Calendar,
}

impl NextFrom {
    fn is_day_given(&self) -> bool {
        *self == Self::DayGiven
    }
}

/// Why a check that asks was passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The rule that asked.
    pub rule: String,
    /// The reason.
    pub because: String,
}

/// Why a dose was not given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// The patient did not come.
    Missed,
    /// The patient did not want it.
    Refused,
    /// Held on clinical grounds.
    Held,
    /// Nothing to give.
    OutOfStock,
    /// Another reason, in words.
    Other(String),
}

impl WhyNot {
    /// Returns the reason in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Missed => "did not come".to_owned(),
            Self::Refused => "refused".to_owned(),
            Self::Held => "held".to_owned(),
            Self::OutOfStock => "out of stock".to_owned(),
            Self::Other(words) => words.clone(),
        }
    }
}

/// A dose that was not given. It stays owed: a missed dose can still be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotGiven {
    /// The order that it was planned on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<EntryId>,
    /// The day on which it was not given.
    #[serde(deserialize_with = "iso::day")]
    pub on: NaiveDate,
    /// Why.
    pub why: WhyNot,
    /// The day on which it is tried again, where one was agreed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_day")]
    pub again: Option<NaiveDate>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Symptoms and labs as they were on a day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checked {
    /// The day of the look, and of the sample unless `sampled` says otherwise.
    #[serde(deserialize_with = "iso::day")]
    pub on: NaiveDate,
    /// The due date of the planned checkpoint that this answers.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_day")]
    pub due: Option<NaiveDate>,
    /// The day on which the sample was taken, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_day")]
    pub sampled: Option<NaiveDate>,
    /// How many days before the next dose the symptoms came back, where they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned_days: Option<u32>,
    /// What happened beside the treatment that can move results.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confounders: Vec<Confounder>,
    /// Grades 0 to 4 by symptom id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub symptoms: BTreeMap<String, u8>,
    /// Results as reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labs: Vec<LabResult>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Checked {
    /// Returns the day on which the sample was taken.
    #[must_use]
    pub fn sample_day(&self) -> NaiveDate {
        self.sampled.unwrap_or(self.on)
    }

    /// Returns the sum of the grades; `None` where no symptom was asked.
    #[must_use]
    pub fn score(&self) -> Option<u32> {
        (!self.symptoms.is_empty()).then(|| self.symptoms.values().map(|g| u32::from(*g)).sum())
    }

    /// Returns whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let found = !self.symptoms.is_empty() || !self.labs.is_empty() || !self.confounders.is_empty();
        !found && self.returned_days.is_none() && self.note.is_none()
    }

    /// Says when symptoms came back before the next dose, where that was asked.
    #[must_use]
    pub fn returned_words(&self) -> Option<String> {
        Some(match self.returned_days? {
            0 => "symptoms did not come back before the next dose".to_owned(),
            n => format!("symptoms back {} before the next dose", words::days(i64::from(n))),
        })
    }

    /// Returns the result of one analyte.
    #[must_use]
    pub fn lab(&self, analyte: &str) -> Option<&LabResult> {
        self.labs.iter().find(|r| r.analyte == analyte)
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
}
