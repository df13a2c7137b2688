//! Symptoms and labs as somebody looked at them.

use crate::clinic::background::Confounder;
use crate::clinic::iso;
use crate::clinic::lab::LabResult;
use crate::clinic::words;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
