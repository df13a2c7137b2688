//! Laboratory analytes as data, and results as they were reported.
//!
//! A result keeps the value and the unit of the report; conversion is shown beside it, never stored instead (facts
//! 4.1, 4.3). Limits and factors are in `assets/labs.ron`.

mod loinc;
mod range;

use super::drug::trim_number;
use super::rule::Rule;
use serde::{Deserialize, Serialize};
use std::fmt;

pub use loinc::{Loinc, Measure};
pub use range::{Reference, Whose};

/// One unit in which an analyte is reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// The unit as UCUM prints it: `ng/L`.
    pub unit: String,
    /// Multiply a value in this unit by the factor to get the analyte's first unit.
    pub factor: f64,
    /// What it measures, where that is mass or moles.
    #[serde(default)]
    pub measure: Option<Measure>,
    /// The countries whose laboratories usually report in it, as the settings name them.
    #[serde(default)]
    pub usual: Vec<String>,
    /// Other spellings that are read as this unit.
    #[serde(default)]
    pub also: Vec<String>,
}

/// One analyte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analyte {
    /// Its id, as files and JSON write it: `haemoglobin`.
    pub id: String,
    /// Its full name.
    pub name: String,
    /// Its short name: `Hb`.
    pub short: String,
    /// The units, the first one being that in which limits and ranges stand; none where the result is a word.
    #[serde(default)]
    pub units: Vec<Unit>,
    /// The words of a result that has no number.
    #[serde(default)]
    pub words: Vec<String>,
    /// LOINC codes; the one to be sent where several fit stands first.
    #[serde(default)]
    pub loinc: Vec<Loinc>,
    /// Reference ranges in the first unit.
    #[serde(default)]
    pub reference: Vec<Reference>,
    /// Outside of this (first unit) the value is asked again.
    pub soft: (f64, f64),
    /// Outside of this (first unit) the value is refused.
    pub hard: (f64, f64),
    /// What a value outside usually means: "3 to 20 is usually g/dL".
    #[serde(default)]
    pub hint: Option<String>,
    /// Whether a higher value is the better one, for the arrow beside the last value; absent where neither.
    #[serde(default)]
    pub better: Option<Better>,
    /// Its place, from 1, among what belongs before the first dose (facts 3.1); absent where it does not.
    #[serde(default)]
    pub baseline: Option<u8>,
    /// Where ranges, limits and factors come from, with marks.
    pub source: String,
}

/// Which way an analyte moves when treatment works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// Up, as haemoglobin.
    Higher,
    /// Down, as methylmalonic acid.
    Lower,
}

/// What stood before the number on the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparator {
    /// The value itself.
    #[default]
    Exactly,
    /// `<`: below the number.
    Below,
    /// `>`: above the number.
    Above,
}

/// One result as reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabResult {
    /// The analyte's id.
    pub analyte: String,
    /// The number as reported; absent when it was asked and not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// What stood before the number.
    #[serde(default, skip_serializing_if = "is_exact")]
    pub comparator: Comparator,
    /// The unit as reported.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The word of a result that has no number: `positive`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// The flag that the laboratory put beside it, as it was sent: `L`, `H`, `HH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// The laboratory's own range, as it was sent: `197-771`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
}

impl LabResult {
    /// Returns whether both say the same, whatever flag and range stand beside it.
    #[must_use]
    pub fn says_as(&self, other: &Self) -> bool {
        let plain = |r: &Self| Self { flag: None, range: None, ..r.clone() };
        plain(self) == plain(other)
    }

    /// Says what the laboratory put beside it: `flag L, range 197-771`; empty where it put nothing.
    #[must_use]
    pub fn as_sent(&self) -> String {
        let flag = self.flag.as_ref().map(|flag| format!("flag {flag}"));
        let range = self.range.as_ref().map(|range| format!("range {range}"));
        flag.into_iter().chain(range).collect::<Vec<_>>().join(", ")
    }

    /// Returns the same as it stands behind a value: ` (lab: flag L, range 197-771)`.
    #[must_use]
    pub fn beside(&self) -> String {
        let sent = self.as_sent();
        if sent.is_empty() { sent } else { format!(" (lab: {sent})") }
    }

    /// Returns whether there is a result: a number or a word. "Not done" has neither.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.value.is_some() || self.word.is_some()
    }
}

fn is_exact(comparator: &Comparator) -> bool {
    *comparator == Comparator::Exactly
}

impl fmt::Display for LabResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(value) = self.value else { return f.write_str(self.word.as_deref().unwrap_or("not done")) };
        let sign = match self.comparator {
            Comparator::Exactly => "",
            Comparator::Below => "<",
            Comparator::Above => ">",
        };
        write!(f, "{sign}{} {}", trim_number(value, 3), self.unit)
    }
}

/// Where a value lies against its reference range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Below the range.
    Low,
    /// Within the range.
    Normal,
    /// Above the range.
    High,
}

impl Flag {
    /// Returns the letter that stands beside a value; a normal one has none.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::Low => "L",
            Self::Normal => "",
            Self::High => "H",
        }
    }
}

/// A typed value after parsing, with what there is to say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    /// The result as it will be recorded.
    pub result: LabResult,
    /// Why it should be looked at again, where it lies outside the plausible range.
    pub doubt: Option<String>,
}

impl Analyte {
    /// Returns the unit by any of its spellings.
    #[must_use]
    pub fn unit(&self, text: &str) -> Option<&Unit> {
        // What a program wrote is spelt as it stands here; folding each spelling takes most of a look at a chart.
        if let Some(unit) = self.units.iter().find(|u| u.unit == text) {
            return Some(unit);
        }
        let wanted = plain_unit(text);
        self.units.iter().find(|u| plain_unit(&u.unit) == wanted || u.also.iter().any(|a| plain_unit(a) == wanted))
    }

    /// Returns the unit in which laboratories of a country usually report it; the first where that is not known.
    #[must_use]
    pub fn usual_unit(&self, country: &str) -> Option<&Unit> {
        let is_usual = |unit: &&Unit| unit.usual.iter().any(|known| known.eq_ignore_ascii_case(country));
        self.units.iter().find(is_usual).or_else(|| self.units.first())
    }

    /// Returns a result in another unit, as it stands beside the reported one and is never stored instead; `None` where it is
    /// in that unit, or in one of the same size.
    #[must_use]
    pub fn beside_in(&self, result: &LabResult, unit: &str) -> Option<String> {
        let (here, to) = (self.unit(&result.unit)?, self.unit(unit)?);
        if (here.factor - to.factor).abs() <= 1e-9 {
            return None;
        }
        let value = result.value? * here.factor / to.factor;
        Some(format!("= {} {}", trim_number(value, if value < 20.0 { 1 } else { 0 }), to.unit))
    }

    /// Converts a result to the analyte's unit number `index`; `None` where it was not done or the unit is unknown.
    #[must_use]
    pub fn convert(&self, result: &LabResult, index: usize) -> Option<f64> {
        let from = self.unit(&result.unit)?.factor;
        let to = self.units.get(index)?.factor;
        (to != 0.0).then_some(result.value? * from / to)
    }

    /// Returns the value in the analyte's first unit.
    #[must_use]
    pub fn canonical(&self, result: &LabResult) -> Option<f64> {
        self.convert(result, 0)
    }

    /// Returns whether the result lies below a limit in the first unit; `None` where it was not done.
    #[must_use]
    pub fn is_below(&self, result: &LabResult, limit: f64) -> Option<bool> {
        let value = self.canonical(result)?;
        Some(value < limit || (result.comparator == Comparator::Below && value <= limit))
    }

    /// Reads what a person typed: `98`, `98 ng/L`, `>2000`, `12,5 g/dL`, `not done`. A bare number takes `unit`.
    ///
    /// # Errors
    /// A sentence in plain words where it is no number, the unit is unknown, or the value cannot be (facts 4.3).
    pub fn read(&self, text: &str, unit: &str) -> Result<Typed, String> {
        let text = text.trim();
        let plain = |word: Option<&str>| LabResult {
            analyte: self.id.clone(),
            value: None,
            comparator: Comparator::Exactly,
            unit: String::new(),
            word: word.map(str::to_owned),
            flag: None,
            range: None,
        };
        if matches!(text.to_lowercase().as_str(), "not done" | "nd" | "-") {
            return Ok(Typed { result: plain(None), doubt: None });
        }
        if !self.words.is_empty() {
            let typed = text.to_lowercase();
            let begins = self.words.iter().find(|w| !typed.is_empty() && w.starts_with(&typed));
            let word =
                begins.ok_or_else(|| format!("{}: \"{text}\" is none of {}", self.name, self.words.join(", ")))?;
            return Ok(Typed { result: plain(Some(word)), doubt: None });
        }
        let (comparator, rest) = comparator_of(text);
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(rest.len());
        let wrong = if is_below_zero(rest) { "is below zero, which no amount can be" } else { "is not a number" };
        let value = number_of(&rest[..end]).ok_or_else(|| format!("{}: \"{text}\" {wrong}", self.name))?;
        let typed_unit = rest[end..].trim();
        let unit = if typed_unit.is_empty() { unit } else { typed_unit };
        let known = self.unit(unit).ok_or_else(|| self.unknown_unit(unit))?;
        let result = LabResult { value: Some(value), comparator, unit: known.unit.clone(), ..plain(None) };
        self.plausible(result, value * known.factor)
    }

    /// L9: says where a result lies far from the last one and fits it in another unit of the analyte, as a slipped unit
    /// does; `rule` holds how near fits and how far differs.
    #[must_use]
    pub fn slip(&self, rule: &Rule, result: &LabResult, last: &LabResult) -> Option<String> {
        let exact = |r: &LabResult| r.comparator == Comparator::Exactly;
        let (value, unit) = (result.value?, self.unit(&result.unit)?);
        let before = self.canonical(last).filter(|v| *v > 0.0 && exact(last) && exact(result))?;
        // A hair of floating point is no difference.
        let off = |value: f64| (value - before).abs() / before * 100.0 - 1e-9;
        if off(value * unit.factor) <= rule.limit("differs_percent") {
            return None;
        }
        let others = self.units.iter().filter(|u| (u.factor - unit.factor).abs() > 1e-9);
        let nearest = others.min_by(|a, b| off(value * a.factor).total_cmp(&off(value * b.factor)))?;
        (off(value * nearest.factor) <= rule.limit("fits_percent")).then(|| {
            format!(
                "{}: {result} is far from the last result, {last}; {} {} would fit it. Is the unit right?",
                self.name,
                trim_number(value, 3),
                nearest.unit
            )
        })
    }

    fn plausible(&self, result: LabResult, canonical: f64) -> Result<Typed, String> {
        let hint = self.hint.as_ref().map(|h| format!(" {h}.")).unwrap_or_default();
        if canonical < self.hard.0 || canonical > self.hard.1 {
            return Err(format!("{}: {result} cannot be.{hint} Check the number and the unit", self.name));
        }
        let odd = canonical < self.soft.0 || canonical > self.soft.1;
        let doubt =
            odd.then(|| format!("{}: {result} is unusual.{hint} Is the number right, and the unit?", self.name));
        Ok(Typed { result, doubt })
    }

    fn unknown_unit(&self, unit: &str) -> String {
        let known: Vec<_> = self.units.iter().map(|u| u.unit.as_str()).collect();
        format!("{}: the unit \"{unit}\" is not known here; use {}", self.name, known.join(" or "))
    }
}

fn comparator_of(text: &str) -> (Comparator, &str) {
    match text.chars().next() {
        Some('<') => (Comparator::Below, text[1..].trim_start()),
        Some('>') => (Comparator::Above, text[1..].trim_start()),
        _ => (Comparator::Exactly, text),
    }
}

/// Returns whether a text is a number below zero, with or without a unit: no amount is one.
pub(crate) fn is_below_zero(text: &str) -> bool {
    let number = text.trim().strip_prefix(['-', '\u{2212}']).map(str::trim_start);
    number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}

/// Reads `12.5` and `12,5`. A comma before exactly three digits could be either and is refused, never guessed; so is what
/// only a computer writes, such as `1e3`.
pub(super) fn number_of(digits: &str) -> Option<f64> {
    if !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',') {
        return None;
    }
    let separators = digits.matches(['.', ',']).count();
    let shifted = digits.split_once(',').is_some_and(|(head, tail)| tail.len() == 3 && head != "0");
    if separators > 1 || shifted || digits.starts_with(['.', ',']) {
        return None;
    }
    digits.replace(',', ".").parse().ok().filter(|v: &f64| v.is_finite())
}

/// Folds spellings of one unit together: case, spaces, the micro signs, raised digits, `g.L-1` and `g·L⁻¹` for `g/L`.
fn plain_unit(text: &str) -> String {
    let plain = |c: char| match c {
        'µ' | 'μ' => 'u',
        '²' => '2',
        '³' => '3',
        '⁹' => '9',
        '¹' => '1',
        '⁻' | '−' => '-',
        '×' => 'x',
        '·' => '.',
        ',' => '.',
        c => c,
    };
    let text: String = text.chars().filter(|c| !c.is_whitespace()).map(plain).collect::<String>().to_lowercase();
    match text.strip_suffix("-1").and_then(|text| text.rsplit_once('.')) {
        Some((of, per)) if !of.is_empty() && !per.is_empty() => format!("{of}/{per}"),
        _ => text,
    }
}
