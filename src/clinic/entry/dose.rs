//! A dose that was given, and one that was not.

use super::EntryId;
use crate::clinic::drug::{Drug, Route, Site, volume_ml};
use crate::clinic::iso;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

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
    /// What was seen or told after the injection: a reaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaction: Option<String>,
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
            reaction: None,
        }
    }

    /// Returns the rules that it was given against: each stops the needle.
    #[must_use]
    pub fn against(&self) -> Vec<&str> {
        self.reasons.iter().filter(|r| r.stop).map(|r| r.rule.as_str()).collect()
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
    /// Whether the rule stops the needle: it was given so already when it was recorded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stop: bool,
}

impl Reason {
    /// Returns a reason for a rule that asks.
    #[must_use]
    pub fn new(rule: &str, because: &str) -> Self {
        Self { rule: rule.to_owned(), because: because.to_owned(), stop: false }
    }

    /// Returns rule and reason in words.
    #[must_use]
    pub fn words(&self) -> String {
        let against = if self.stop { "given against " } else { "" };
        format!("{against}{}: {}", self.rule, self.because)
    }
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
