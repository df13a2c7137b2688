//! The safety rules as data (`assets/rules.ron`, facts section 9): what each compares with, what to do, where it is from.
//!
//! The predicates are Rust, in `findings`, `rights`, `signing`; their numbers are read from here, so that a clinician can
//! check every threshold without reading Rust.

use super::findings::Tier;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id in the facts: `T3`.
    pub id: String,
    /// Its name in a few words.
    pub name: String,
    /// How hard it asks.
    pub tier: Tier,
    /// How hard it asks in its worse case.
    #[serde(default)]
    pub harder: Option<Tier>,
    /// Whether its stop holds the next injection back too.
    #[serde(default)]
    pub needle: bool,
    /// When it fires, in words.
    pub when: String,
    /// The numbers that it compares with; each name says the unit.
    #[serde(default)]
    pub limits: BTreeMap<String, f64>,
    /// What to do.
    pub todo: String,
    /// What to do in its worse case, where that differs.
    #[serde(default)]
    pub todo_harder: Option<String>,
    /// Where it comes from, with marks.
    pub source: String,
}

impl Rule {
    /// Returns one of its numbers; a name that is not there compares with nothing, which a test would show.
    #[must_use]
    pub fn limit(&self, name: &str) -> f64 {
        self.limits.get(name).copied().unwrap_or(f64::NAN)
    }

    /// Returns one of its numbers as whole days, checks, doses.
    #[must_use]
    pub fn count(&self, name: &str) -> i64 {
        self.limit(name) as i64
    }

    /// Returns where it comes from, with its number in the facts.
    #[must_use]
    pub fn cited(&self) -> String {
        if self.source.starts_with("facts") || self.source.starts_with("brief") {
            self.source.clone()
        } else {
            format!("facts {}: {}", self.id, self.source)
        }
    }
}
