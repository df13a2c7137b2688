//! How a fictional patient feels, and what the laboratory finds, look by look.

use crate::clinic::lab::{Comparator, LabResult};
use std::collections::BTreeMap;

/// How the symptoms go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shape {
    /// A step better at each look, until nothing is left.
    #[default]
    Better,
    /// A step better at every second look, and the last step never comes.
    Slow,
    /// Better at the first look, then the same.
    Plateau,
    /// The same at every look.
    Flat,
    /// Worse at the last look.
    Worse,
    /// Better, and back at the last look.
    Relapse,
}

/// A fictional patient's health.
#[derive(Clone, Debug)]
pub(super) struct Health {
    /// Grades before treatment.
    pub(super) symptoms: Vec<(&'static str, u8)>,
    /// How they go.
    pub(super) shape: Shape,
    /// Haemoglobin before and after treatment, g/L.
    pub(super) hb: (f64, f64),
    /// Whether the laboratory reports in US units.
    pub(super) us: bool,
    /// Total B12 before treatment, ng/L, where it was measured.
    pub(super) b12: Option<f64>,
    /// Potassium on treatment, mmol/L.
    pub(super) potassium: f64,
}

impl Health {
    /// Returns the grades at look `k` of `looks`; look 0 is before treatment.
    pub(super) fn grades(&self, k: usize, looks: usize) -> BTreeMap<String, u8> {
        let is_last = k + 1 >= looks && k > 0;
        let grade = |i: usize, before: u8| {
            let better = before.saturating_sub(u8::try_from(k).unwrap_or(u8::MAX));
            match self.shape {
                Shape::Better => better,
                Shape::Slow => before.saturating_sub(u8::try_from(k.div_ceil(2)).unwrap_or(u8::MAX)).max(before.min(1)),
                Shape::Plateau => before.saturating_sub(u8::from(k > 0)),
                Shape::Flat => before,
                Shape::Worse => (before + u8::from(is_last && i == 0)).min(4),
                Shape::Relapse => {
                    if is_last && i == 0 {
                        2
                    } else {
                        better
                    }
                }
            }
        };
        self.symptoms.iter().enumerate().map(|(i, (id, before))| ((*id).to_owned(), grade(i, *before))).collect()
    }

    /// Returns one analyte's result `days` after the first dose; `None` for one that nobody measured.
    pub(super) fn lab(&self, analyte: &str, days: i64) -> Option<LabResult> {
        let part = (days.max(0) as f64 / 56.0).min(1.0);
        let hb = self.hb.0 + (self.hb.1 - self.hb.0) * part;
        let (value, unit) = match analyte {
            "haemoglobin" if self.us => ((hb).round() / 10.0, "g/dL"),
            "haemoglobin" => (hb.round(), "g/L"),
            "mcv" => ((113.0 - 22.0 * part).round(), "fL"),
            "reticulocytes" if (5..=12).contains(&days) => (165.0, "10*9/L"),
            "reticulocytes" => (71.0, "10*9/L"),
            "potassium" => (self.potassium, "mmol/L"),
            "ferritin" => (64.0, "ug/L"),
            "platelets" => ((140.0 + 90.0 * part).round(), "10*9/L"),
            "total-b12" if self.us => (self.b12?.round(), "pg/mL"),
            "total-b12" => ((self.b12? / 1.3554).round(), "pmol/L"),
            _ => return None,
        };
        Some(result(analyte, value, unit))
    }
}

/// Returns a result as reported.
pub(super) fn result(analyte: &str, value: f64, unit: &str) -> LabResult {
    LabResult {
        analyte: analyte.to_owned(),
        value: Some(value),
        comparator: Comparator::Exactly,
        unit: unit.to_owned(),
        word: None,
        flag: None,
        range: None,
    }
}
