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

/// The grades of two looks beside each other: sums of other symptoms than before say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums {
    /// The sum before, of what was asked both times.
    pub was: u32,
    /// The sum now, of the same.
    pub now: u32,
    /// How many symptoms that are, where one look asked others too.
    pub only: Option<usize>,
}

impl Sums {
    /// Compares the grades of a look with those of an earlier one; `None` where no symptom was asked both times.
    #[must_use]
    pub fn of(now: &BTreeMap<String, u8>, before: &BTreeMap<String, u8>) -> Option<Self> {
        let both: Vec<_> = now.iter().filter_map(|(id, grade)| Some((*before.get(id)?, *grade))).collect();
        let (was, is) = both.iter().fold((0, 0), |(was, is), (b, n)| (was + u32::from(*b), is + u32::from(*n)));
        let only = (both.len() < now.len().max(before.len())).then_some(both.len());
        (!both.is_empty()).then_some(Self { was, now: is, only })
    }

    /// Compares a look with the last one before it that asked symptoms.
    #[must_use]
    pub fn beside<'a>(now: &Checked, mut before: impl Iterator<Item = &'a Checked>) -> Option<Self> {
        Self::of(&now.symptoms, &before.find(|look| !look.symptoms.is_empty())?.symptoms)
    }

    /// Writes it: `was 8`; where other symptoms were asked, `of 3 asked both times 8, now 4`.
    #[must_use]
    pub fn words(self) -> String {
        let Self { was, now, only } = self;
        only.map_or_else(|| format!("was {was}"), |n| format!("of {n} asked both times {was}, now {now}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Sums;
    use std::collections::BTreeMap;

    #[test]
    fn only_what_was_asked_both_times_is_compared() {
        let grades = |all: &[(&str, u8)]| -> BTreeMap<String, u8> {
            all.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect()
        };
        let words =
            |now: &[(&str, u8)], before: &[(&str, u8)]| Sums::of(&grades(now), &grades(before)).map(Sums::words);
        let three = [("fatigue", 3), ("numbness", 3), ("gait", 2)];
        assert_eq!(words(&three, &[("fatigue", 1), ("numbness", 0), ("gait", 0)]).as_deref(), Some("was 1"));
        // Four more were asked, and the three that were asked before are better.
        let more = [("fatigue", 1), ("numbness", 2), ("gait", 1), ("mood", 4), ("memory", 3)];
        assert_eq!(words(&more, &three).as_deref(), Some("of 3 asked both times 8, now 4"));
        assert_eq!(words(&[("fatigue", 2)], &three).as_deref(), Some("of 1 asked both times 3, now 2"));
        assert_eq!(words(&[("mood", 2)], &three), None);
        assert_eq!(words(&three, &[]), None);
    }
}
