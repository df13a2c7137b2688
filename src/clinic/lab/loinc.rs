//! LOINC codes of `assets/labs.ron`: the code that goes with a unit, and what a code and a unit measure.

use super::Analyte;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a code or a unit measures; one that is neither stands without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A mass: `ng/L`.
    Mass,
    /// An amount of substance: `pmol/L`, `meq/L`.
    Moles,
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mass => "mass",
            Self::Moles => "moles",
        })
    }
}

/// One code of an analyte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loinc {
    /// The code: `2132-9`.
    pub code: String,
    /// What it measures, where it is for mass or for moles alone.
    #[serde(default)]
    pub measure: Option<Measure>,
    /// What else the facts say of it: specimen, method, `B` where only its component name is checked.
    #[serde(default)]
    pub note: Option<String>,
}

impl Analyte {
    /// Returns the LOINC code for a unit: one that measures what the unit does, else one that measures neither. Without a unit
    /// it is the first; `None` where no code fits, or the unit is not known.
    #[must_use]
    pub fn loinc_for(&self, unit: &str) -> Option<&str> {
        if unit.trim().is_empty() {
            return self.loinc.first().map(|loinc| loinc.code.as_str());
        }
        let wanted = self.unit(unit)?.measure;
        let same = self.loinc.iter().find(|loinc| loinc.measure == wanted);
        let fits = |loinc: &&Loinc| wanted.is_none() || loinc.measure.is_none();
        same.or_else(|| self.loinc.iter().find(fits)).map(|loinc| loinc.code.as_str())
    }

    /// Returns whether a result in this unit cannot be what a code for `measure` stands for: mass is not moles.
    #[must_use]
    pub fn contradicts(&self, measure: Measure, unit: &str) -> bool {
        self.unit(unit).and_then(|unit| unit.measure).is_some_and(|of_unit| of_unit != measure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::knowledge::Knowledge;

    /// Whether the check digit of a LOINC code is right (Luhn, as LOINC's manual has it).
    fn is_loinc(code: &str) -> bool {
        let Some((number, check)) = code.split_once('-') else { return false };
        let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
        let Some(digits) = digits.filter(|d| !d.is_empty()) else { return false };
        let doubled = |(i, d): (usize, &u32)| if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { *d };
        let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
        check.parse() == Ok((10 - sum % 10) % 10)
    }

    #[test]
    fn every_loinc_code_that_is_shipped_has_its_check_digit() {
        assert!(is_loinc("718-7") && is_loinc("2132-9") && !is_loinc("2132-8") && !is_loinc("-1") && !is_loinc("7187"));
        let mut seen = 0;
        for loinc in Knowledge::built_in().labs().iter().flat_map(|analyte| &analyte.loinc) {
            assert!(is_loinc(&loinc.code), "{}", loinc.code);
            seen += 1;
        }
        assert!(seen > 25, "{seen}");
    }

    #[test]
    fn every_code_is_of_one_analyte_and_says_what_it_measures() {
        let known = Knowledge::built_in();
        for analyte in known.labs() {
            for loinc in &analyte.loinc {
                assert_eq!(known.of_loinc(&loinc.code), Some((analyte, loinc.measure)), "{}", loinc.code);
            }
        }
        let of = |code: &str| known.of_loinc(code).map(|(analyte, measure)| (analyte.id.as_str(), measure));
        assert_eq!(of("2132-9"), Some(("total-b12", Some(Measure::Mass))));
        assert_eq!(of("14685-2"), Some(("total-b12", Some(Measure::Moles))));
        assert_eq!(of("777-3"), Some(("platelets", None)));
        assert_eq!(of("29463-7"), None);
        assert_eq!(of(""), None);
    }

    #[test]
    fn every_unit_says_what_its_name_says() {
        let known = Knowledge::built_in();
        let mut seen = 0;
        for unit in known.labs().iter().flat_map(|analyte| &analyte.units) {
            let gram = unit.unit.split('/').next().filter(|first| ["g", "mg", "ug", "ng", "pg"].contains(first));
            let is_molar = unit.unit.contains("mol") || unit.unit.contains("eq/");
            let wanted = is_molar.then_some(Measure::Moles).or(gram.map(|_| Measure::Mass));
            assert_eq!(unit.measure, wanted, "{}", unit.unit);
            seen += usize::from(wanted.is_some());
        }
        assert!(seen > 15, "{seen}");
    }

    #[test]
    fn mass_is_not_moles() {
        let known = Knowledge::built_in();
        let against = |id: &str, measure, unit: &str| known.lab(id).unwrap().contradicts(measure, unit);
        assert!(against("total-b12", Measure::Mass, "pmol/L") && against("total-b12", Measure::Moles, "pg/mL"));
        assert!(against("haemoglobin", Measure::Moles, "g%") && !against("haemoglobin", Measure::Mass, "g%"));
        assert!(against("potassium", Measure::Mass, "mEq/L") && !against("potassium", Measure::Moles, "mEq/L"));
        assert!(!against("platelets", Measure::Moles, "G/L"), "giga is no gram");
        assert!(!against("total-b12", Measure::Mass, "") && !against("total-b12", Measure::Mass, "furlong"));
    }

    #[test]
    fn a_code_goes_with_what_the_unit_measures() {
        let known = Knowledge::built_in();
        let code = |id: &str, unit: &str| known.lab(id).unwrap().loinc_for(unit).map(str::to_owned);
        for (id, unit, wanted) in [
            ("total-b12", "ng/L", Some("2132-9")),
            ("total-b12", "pg/mL", Some("2132-9")),
            ("total-b12", "pmol/L", Some("14685-2")),
            ("total-b12", "nmol/L", None),
            ("total-b12", "", Some("2132-9")),
            ("haemoglobin", "g/dL", Some("718-7")),
            ("haemoglobin", "mmol/L", Some("59260-0")),
            ("haemoglobin", "", Some("718-7")),
            ("mma", "umol/L", Some("13964-2")),
            ("mma", "ng/mL", Some("2629-4")),
            ("homocysteine", "mg/L", Some("2428-1")),
            ("folate", "nmol/L", Some("14732-2")),
            ("potassium", "meq/L", Some("2823-3")),
            ("creatinine", "mg/dL", Some("2160-0")),
            ("creatinine", "umol/L", None),
            ("platelets", "10*9/L", Some("777-3")),
            ("neutrophils", "10*9/L", None),
            ("intrinsic-factor-antibody", "", Some("31444-3")),
        ] {
            assert_eq!(code(id, unit).as_deref(), wanted, "{id} in {unit}");
        }
    }
}
