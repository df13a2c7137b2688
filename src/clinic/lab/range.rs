//! Reference ranges, whose they are, and where a result lies against them. Where one of several may hold, only what all of
//! them say is said (facts 2.2).

use super::{Analyte, Comparator, Flag, LabResult, Unit};
use crate::clinic::drug::trim_number;
use crate::clinic::patient::Sex;
use serde::{Deserialize, Serialize};

/// A reference range in the analyte's first unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// For whom, where it depends on sex.
    #[serde(default)]
    pub sex: Option<Sex>,
    /// Whether it holds in pregnancy alone.
    #[serde(default)]
    pub pregnant: bool,
    /// The lowest value within.
    #[serde(default)]
    pub low: Option<f64>,
    /// The highest value within.
    #[serde(default)]
    pub high: Option<f64>,
}

impl Reference {
    fn flag(&self, comparator: Comparator, value: f64) -> Option<Flag> {
        let (low, high) = (self.low.unwrap_or(f64::NEG_INFINITY), self.high.unwrap_or(f64::INFINITY));
        match comparator {
            Comparator::Exactly if value < low => Some(Flag::Low),
            Comparator::Exactly if value > high => Some(Flag::High),
            Comparator::Exactly => Some(Flag::Normal),
            Comparator::Below if value <= low => Some(Flag::Low),
            Comparator::Below => (self.low.is_none() && value <= high).then_some(Flag::Normal),
            Comparator::Above if value >= high => Some(Flag::High),
            Comparator::Above => (self.high.is_none() && value >= low).then_some(Flag::Normal),
        }
    }

    fn words(&self, unit: &Unit) -> Option<String> {
        let number = |value: f64| {
            let value = value / unit.factor;
            trim_number(value, if value < 10.0 { 2 } else { 0 })
        };
        match (self.low.map(number), self.high.map(number)) {
            (Some(low), Some(high)) => Some(format!("{low} to {high} {}", unit.unit)),
            (Some(low), None) => Some(format!("from {low} {}", unit.unit)),
            (None, Some(high)) => Some(format!("up to {high} {}", unit.unit)),
            (None, None) => None,
        }
    }

    fn whose(&self) -> String {
        match self.sex {
            _ if self.pregnant => " in pregnancy".to_owned(),
            Some(sex) => format!(" ({})", sex.letter()),
            None => String::new(),
        }
    }
}

/// Whose ranges hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whose {
    /// The sex for the laboratory's ranges.
    pub sex: Sex,
    /// Pregnant or breast-feeding, as the triage asks it: the range of pregnancy may hold, or the usual one.
    pub pregnant: bool,
}

impl Analyte {
    /// Returns where the result lies against the range; `None` where there is no range or no value, where `<` or `>` leaves
    /// it open, and where several ranges may hold that do not agree.
    #[must_use]
    pub fn flag(&self, result: &LabResult, whose: Whose) -> Option<Flag> {
        let value = self.canonical(result)?;
        let mut flags = self.ranges(whose).into_iter().map(|range| range.flag(result.comparator, value));
        let first = flags.next()?;
        first.filter(|_| flags.all(|other| other == first))
    }

    /// Returns the reference range; `None` where there is none, or where one of several may hold.
    #[must_use]
    pub fn range(&self, whose: Whose) -> Option<&Reference> {
        let ranges = self.ranges(whose);
        if ranges.len() == 1 { ranges.first().copied() } else { None }
    }

    /// Returns the ranges of which one holds: those of both sexes where none is said, that of pregnancy beside the usual one.
    fn ranges(&self, whose: Whose) -> Vec<&Reference> {
        let is_own = |r: &&Reference| r.sex.is_none_or(|sex| sex == whose.sex || whose.sex == Sex::Other);
        self.reference.iter().filter(|r| whose.pregnant || !r.pregnant).filter(is_own).collect()
    }

    /// Writes the reference range in one of the units: `from 120 g/L`, `133 to 664 pmol/L`; nothing where there is none, each
    /// with whose it is where one of several may hold. A unit that is not known gives the range in the first one.
    #[must_use]
    pub fn range_words(&self, whose: Whose, unit: &str) -> Option<String> {
        let unit = self.unit(unit).or_else(|| self.units.first())?;
        let ranges = self.ranges(whose);
        let is_one = ranges.len() == 1;
        let each = ranges.into_iter().filter_map(|range| {
            let whose = if is_one { String::new() } else { range.whose() };
            Some(format!("{}{whose}", range.words(unit)?))
        });
        Some(each.collect::<Vec<_>>().join(", ")).filter(|words| !words.is_empty())
    }
}
