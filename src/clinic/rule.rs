//! The safety rules as data (`assets/rules.ron`, facts section 9): what each compares with, what to do, where it is from.
//!
//! The predicates are Rust, in `findings`, `rights`, `signing`; their numbers are read from here, so that a clinician can
//! check every threshold without reading Rust.

use super::findings::{Haste, Tier};
use super::todo::Todo;
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
    /// How hard it asks in its milder case.
    #[serde(default)]
    pub softer: Option<Tier>,
    /// How hard it asks.
    pub tier: Tier,
    /// How hard it asks in its worse case.
    #[serde(default)]
    pub harder: Option<Tier>,
    /// Whether its stop holds the next injection back too.
    #[serde(default)]
    pub needle: bool,
    /// What it is about, short enough for a column, where it stops the next dose.
    #[serde(default)]
    pub short: Option<String>,
    /// How soon the prescriber is to be told.
    #[serde(default)]
    pub haste: Option<Haste>,
    /// When it fires, in words.
    pub when: String,
    /// For how many days an acknowledgement keeps it quiet, where time makes it worse while no entry comes; without it, until
    /// it rests on other entries.
    #[serde(default)]
    pub quiet_days: Option<u32>,
    /// The numbers that it compares with; each name says the unit.
    #[serde(default)]
    pub limits: BTreeMap<String, f64>,
    /// What to do.
    pub todo: Todo,
    /// What to do in its worse case, where that differs.
    #[serde(default)]
    pub todo_harder: Option<Todo>,
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

    /// Returns its numbers in words, each with its unit: `gap 7 days`.
    #[must_use]
    pub fn limits_words(&self) -> Vec<String> {
        self.limits.iter().map(|(name, value)| limit_words(name, *value)).collect()
    }

    /// Returns how hard it may ask, the mildest first.
    #[must_use]
    pub fn tiers(&self) -> Vec<Tier> {
        let mut all: Vec<_> = self.softer.into_iter().chain([self.tier]).chain(self.harder).collect();
        all.dedup();
        all
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

/// How the end of a limit's name is written after its number.
const UNITS: [(&str, &str); 18] = [
    ("mcg_per_ml", "mcg/mL"),
    ("g_l", "g/L"),
    ("mmol_l", "mmol/L"),
    ("pmol_l", "pmol/L"),
    ("ng_l", "ng/L"),
    ("ug_l", "ug/L"),
    ("ng_ml", "ng/mL"),
    ("mcg", "mcg"),
    ("ml", "mL"),
    ("egfr", "mL/min/1.73 m2 eGFR"),
    ("percent", "%"),
    ("hours", "hours"),
    ("days", "days"),
    ("weeks", "weeks"),
    ("months", "months"),
    ("years", "years"),
    ("intervals", "intervals"),
    ("doses", "doses"),
];

/// Writes `late 30 days`, `Hb 80 g/L`, `by day 28`, `2 checks without gain`.
fn limit_words(name: &str, value: f64) -> String {
    let plain = |text: &str| text.replace('_', " ").replace("hb", "Hb").replace("b12", "B12");
    if name == "looks_like_mg" {
        return format!("up to {value} mcg looks like mg");
    }
    if name == "day" || name.ends_with("_day") {
        return format!("{} {value}", plain(name));
    }
    let unit = UNITS.iter().find_map(|(end, unit)| {
        let before = name.strip_suffix(end)?;
        (before.is_empty() || before.ends_with('_')).then(|| (before.trim_end_matches('_'), *unit))
    });
    let (before, unit) = unit.map_or_else(
        || (String::new(), plain(name.strip_prefix("percent_").map_or(name, |rest| rest))),
        |(before, unit)| (plain(before), unit.to_owned()),
    );
    let unit = if name.starts_with("percent_") { format!("% {unit}") } else { unit };
    let unit = if value == 1.0 { one(&unit) } else { unit };
    format!("{before} {value} {unit}").trim().to_owned()
}

fn one(unit: &str) -> String {
    let counted = ["hours", "days", "weeks", "months", "years", "intervals", "doses", "checks", "times"];
    if counted.contains(&unit) { unit.trim_end_matches('s').to_owned() } else { unit.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::clinic::knowledge::Knowledge;

    #[test]
    fn every_limit_is_a_number_with_its_unit() {
        let words = |id: &str| Knowledge::built_in().rule(id).limits_words().join(", ");
        for (id, expected) in [
            ("T2", "gap 7 days"),
            ("T3", "late 25 %, monthly late 30 days, no interval late 7 days, weekly late 14 days"),
            ("T4", "gap 365 days, neuro 2 intervals"),
            ("T6", "75 % of weekly or rarer"),
            ("P1", "2 checks without gain"),
            ("U3", "diet most 6 months, most 3 months"),
            ("C1", "1 month"),
            ("D1", "0.1 mL, most 5 mL, 10 %"),
            ("D3", "far too much 5000 mcg, up to 5 mcg looks like mg"),
            ("D8", "dose 5000 mcg, strength 25000 mcg/mL"),
            ("L1", "Hb 80 g/L, 48 hours"),
            ("L2", "3.5 mmol/L, urgent 3 mmol/L"),
            ("L3", "day 10, from day 5, to day 20"),
            ("L6", "ferritin 30 ug/L, folate 3 ng/mL"),
            ("L12", "1000 ng/L, 2 times"),
            ("G5", "first look 3 weeks"),
            ("L14", "60 mL/min/1.73 m2 eGFR"),
            ("O4", "low B12 221 pmol/L, 12 months"),
            ("R-HB", "by day 28, rise 10 g/L, transfusion 56 days"),
        ] {
            assert_eq!(words(id), expected, "{id}");
        }
    }
}
