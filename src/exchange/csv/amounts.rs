//! Doses, volumes and numbers as lists write them; a bare number is no dose unless somebody says its unit.

use super::dates::short;
use super::vocabulary::{self, Of};
use crate::clinic::drug::{PLAUSIBLE_MCG, Route};
use crate::clinic::lab::is_below_zero;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::RangeInclusive;

/// The unit of a bare dose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoseUnit {
    /// Micrograms.
    Mcg,
    /// Milligrams.
    Mg,
}

/// What a cell says of a dose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    /// In micrograms, where it says it.
    pub(super) dose_mcg: Option<u32>,
    /// Of the vial, where it says it.
    pub(super) strength_mcg_per_ml: Option<u32>,
    /// Where it says it: `1 mg IM`.
    pub(super) route: Option<Route>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Mcg(f64),
    Ml(f64),
    Bare(f64),
    Per,
    /// `/ml`: what the label says, not what is given.
    PerMl,
}

/// Reads a dose: `1mg`, `1000 µg`, `1 ml of 1000mcg/ml`. With `unit` a bare number is one too.
///
/// # Errors
/// Why it is held, in a few words.
pub(super) fn dose(text: &str, unit: Option<DoseUnit>, comma: bool) -> Result<Amount, String> {
    amount(text, unit, comma, &PLAUSIBLE_MCG)
}

/// Reads what tablets give in a day, in micrograms: they hold less than any injection.
pub(super) fn daily(text: &str) -> Option<u32> {
    amount(text, None, false, &(1..=5_000)).ok()?.dose_mcg
}

fn amount(text: &str, unit: Option<DoseUnit>, comma: bool, among: &RangeInclusive<u32>) -> Result<Amount, String> {
    let no_dose = || format!("\"{}\" is no dose; write for example 1000 mcg", short(text));
    if is_below_zero(text) {
        return Err(format!("\"{}\" is below zero, which no amount can be", short(text)));
    }
    let (amount, route) = without_route(text);
    let parts = parts(&amount, comma).ok_or_else(no_dose)?;
    let bare = |n: f64| match unit {
        Some(DoseUnit::Mcg) => Ok(n),
        Some(DoseUnit::Mg) => Ok(n * 1_000.0),
        None => Err(format!("\"{}\" has no unit: say whether it is mcg or mg", short(text))),
    };
    let (dose, strength) = match parts[..] {
        [Part::Bare(n)] => (Some(bare(n)?), None),
        [Part::Mcg(mcg)] => (Some(mcg), None),
        // "1 mg/1 mL" is a dose in its volume; "1 mg/mL" is what the label says.
        [Part::Mcg(mcg), Part::PerMl] => (None, Some(mcg)),
        [Part::Mcg(mcg), Part::Per, Part::Ml(ml)] if ml > 0.0 => (Some(mcg), Some(mcg / ml)),
        [Part::Ml(ml), Part::Mcg(mcg), Part::PerMl] | [Part::Mcg(mcg), Part::PerMl, Part::Ml(ml)] => {
            (Some(ml * mcg), Some(mcg))
        }
        [Part::Ml(ml), Part::Mcg(mcg), Part::Per, Part::Ml(of)] if of > 0.0 => (Some(ml * mcg / of), Some(mcg / of)),
        [Part::Mcg(mcg), Part::Ml(ml)] | [Part::Ml(ml), Part::Mcg(mcg)] if ml > 0.0 => (Some(mcg), Some(mcg / ml)),
        _ => return Err(no_dose()),
    };
    Ok(Amount {
        dose_mcg: dose.map(|mcg| whole(mcg, among, text)).transpose()?,
        strength_mcg_per_ml: strength.map(|mcg| whole(mcg, &STRENGTHS, text)).transpose()?,
        route,
    })
}

/// What a vial holds in a millilitre, in micrograms.
const STRENGTHS: RangeInclusive<u32> = 1..=25_000;

/// Returns a dose without the route that stands beside it: `1 mg IM`.
fn without_route(text: &str) -> (Cow<'_, str>, Option<Route>) {
    let route = |word: &str| {
        let name = vocabulary::value(Of::Route, word.trim_matches([',', ';', '(', ')']))?;
        Route::ALL.into_iter().find(|route| route.name() == name)
    };
    let Some(found) = text.split_whitespace().find_map(route) else { return (Cow::Borrowed(text), None) };
    let rest: Vec<&str> = text.split_whitespace().filter(|word| route(word) != Some(found)).collect();
    (Cow::Owned(rest.join(" ").trim_end_matches([',', ';']).to_owned()), Some(found))
}

/// Reads a strength: `1 mg/ml`, `1000 mcg in 1 ml`; a bare number where its column says of what.
pub(super) fn strength(text: &str, column: &str, comma: bool) -> Option<u32> {
    let column = column.to_lowercase().replace(['µ', 'μ'], "u");
    let said = dose(text, None, comma).ok().and_then(|amount| amount.strength_mcg_per_ml);
    let bare = || {
        let unit = match column.contains("ml") {
            true if ["mcg", "ug"].iter().any(|unit| column.contains(unit)) => 1.0,
            true if column.contains("mg") => 1_000.0,
            _ => return None,
        };
        let plain = || text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<f64>().ok()).flatten();
        whole(plain().or_else(|| number(text, comma))? * unit, &STRENGTHS, text).ok()
    };
    said.or_else(bare)
}

/// Returns the strength that a product's name tells.
pub(super) fn strength_in(product: &str) -> Option<u32> {
    let lower = product.to_lowercase();
    let from = lower.find(|c: char| c.is_ascii_digit())?;
    let amount = dose(lower.get(from..)?.split([',', '(', ';']).next()?.trim(), None, false).ok()?;
    amount.strength_mcg_per_ml
}

/// Returns whether a text says how large a container is and what it is, and no more: `1 mL ampoule`.
pub(super) fn is_container(text: &str) -> bool {
    let text = text.trim();
    let (size, rest) = text.split_at(text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len()));
    let unit = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let kind = rest.get(unit.len()..).unwrap_or_default();
    let is_size = matches!(part(size.trim(), &unit.to_lowercase(), false), Some(Part::Ml(_)));
    is_size && kind.contains(char::is_alphabetic) && !kind.contains(|c: char| c.is_ascii_digit())
}

fn whole(mcg: f64, among: &RangeInclusive<u32>, text: &str) -> Result<u32, String> {
    let is_whole = (mcg - mcg.round()).abs() < 1e-6;
    match (f64::from(*among.start())..=f64::from(*among.end())).contains(&mcg) && is_whole {
        true => Ok(mcg.round() as u32),
        false => Err(format!("\"{}\" cannot be a dose of B12: look at the number and its unit", short(text))),
    }
}

fn parts(text: &str, comma: bool) -> Option<Vec<Part>> {
    let lower = text.trim().to_lowercase().replace(['µ', 'μ'], "u");
    let mut parts = Vec::new();
    let mut rest = lower.as_str();
    while let Some(c) = rest.chars().next() {
        if c.is_whitespace() || matches!(c, '(' | ')') {
            rest = rest.get(c.len_utf8()..)?;
        } else if let Some(after) = rest.strip_prefix("of ").or_else(|| rest.strip_prefix("in ")) {
            rest = after;
        } else if let Some(after) = rest.strip_prefix('/') {
            let per = after.trim_start().strip_prefix("ml");
            parts.push(if per.is_some() { Part::PerMl } else { Part::Per });
            rest = per.unwrap_or(after).trim_start();
        } else {
            let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(rest.len());
            let (digits, after) = rest.split_at(end);
            let after = after.trim_start();
            let unit_end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
            let (unit, after) = after.split_at(unit_end);
            parts.push(part(digits, unit, comma)?);
            rest = after;
        }
        if parts.len() > 6 {
            return None;
        }
    }
    Some(parts)
}

fn part(digits: &str, unit: &str, comma: bool) -> Option<Part> {
    match unit {
        "mcg" | "ug" | "mcgs" | "microg" | "microgram" | "micrograms" | "microgrammes" | "mikrogramm"
        | "microgramos" => grouped(digits).or_else(|| number(digits, comma)).map(Part::Mcg),
        "mg" | "mgs" | "milligram" | "milligrams" | "milligramm" => {
            number(digits, comma).map(|n| Part::Mcg(n * 1_000.0))
        }
        "ml" | "mls" | "millilitre" | "milliliter" => number(digits, comma).map(Part::Ml),
        "" => grouped(digits).or_else(|| number(digits, comma)).map(Part::Bare),
        _ => None,
    }
}

/// A thousand with its sign: micrograms have no decimals in a list.
fn grouped(digits: &str) -> Option<f64> {
    let (thousands, rest) = digits.split_once([',', '.'])?;
    let is_grouped = (1..=2).contains(&thousands.len()) && rest.len() == 3 && !thousands.starts_with('0');
    is_grouped.then(|| format!("{thousands}{rest}").parse().ok()).flatten()
}

/// Reads a number. A decimal comma is one only where the file uses it; what can be read two ways is no number.
pub(super) fn number(digits: &str, comma: bool) -> Option<f64> {
    let digits = digits.trim();
    let is_plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
    if !is_plain || digits.starts_with(['.', ',']) || digits.ends_with(['.', ',']) {
        return None;
    }
    let (decimal, group) = if comma { (',', '.') } else { ('.', ',') };
    let (whole, rest) = digits.split_once(decimal).map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    if rest.is_some_and(|rest| rest.contains(['.', ','])) {
        return None;
    }
    let whole = match whole.split_once(group) {
        // "3.900" in a file with decimal commas is 3900; "1,250" in one with points can be either.
        Some(_) if !comma && rest.is_none() => return None,
        Some((head, _)) => {
            let groups = whole.split(group).skip(1).all(|g| g.len() == 3);
            if !groups && comma && rest.is_none() && whole.matches('.').count() == 1 {
                whole.to_owned()
            } else if groups && (1..=3).contains(&head.len()) {
                whole.replace(group, "")
            } else {
                return None;
            }
        }
        None => whole.to_owned(),
    };
    let text = rest.map_or(whole.clone(), |rest| format!("{whole}.{rest}"));
    text.parse().ok().filter(|n: &f64| n.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doses_as_lists_write_them() {
        for (text, dose_mcg, strength) in [
            ("1mg", Some(1000), None),
            ("1 mg", Some(1000), None),
            ("1000mcg", Some(1000), None),
            ("1000 µg", Some(1000), None),
            ("1,000 mcg", Some(1000), None),
            ("1.000 µg", Some(1000), None),
            ("0.5 mg", Some(500), None),
            ("1 ml of 1000mcg/ml", Some(1000), Some(1000)),
            ("1mg/1ml", Some(1000), Some(1000)),
            ("1 mg/ml", None, Some(1000)),
            ("5 mg / ml", None, Some(5000)),
            ("1 mg / 1 ml", Some(1000), Some(1000)),
            ("1000 mcg/ml 0.5 ml", Some(500), Some(1000)),
            ("1mg in 1ml", Some(1000), Some(1000)),
            ("1000 micrograms", Some(1000), None),
        ] {
            let amount = Amount { dose_mcg, strength_mcg_per_ml: strength, route: None };
            assert_eq!(dose(text, None, false), Ok(amount), "{text}");
        }
        assert_eq!(dose("0,5 mg", None, true).unwrap().dose_mcg, Some(500));
        assert_eq!(dose("1", Some(DoseUnit::Mg), false).unwrap().dose_mcg, Some(1000));
        assert_eq!(dose("1000", Some(DoseUnit::Mcg), false).unwrap().dose_mcg, Some(1000));
    }

    #[test]
    fn a_bare_number_and_a_gram_are_held() {
        for text in [
            "1000",
            "1",
            "1 g",
            "1,000 mg",
            "1000 mg",
            "0.5 mcg",
            "2 x 500 mcg",
            "mg",
            "",
            "1 IU",
            "0 mcg",
            "/",
            "1 mg //",
            "29 mcg",
            "5001 mcg",
            "IM",
        ] {
            assert!(dose(text, None, false).is_err(), "{text}");
        }
    }

    #[test]
    fn a_route_may_stand_beside_a_dose() {
        for (text, route) in [("1 mg IM", Route::Im), ("1mg, s.c.", Route::Sc), ("im 1000 mcg", Route::Im)] {
            let amount = dose(text, None, false).unwrap();
            assert_eq!((amount.dose_mcg, amount.route), (Some(1000), Some(route)), "{text}");
        }
        assert!(dose("1 mg IM SC", None, false).is_err());
    }

    #[test]
    fn a_strength_has_its_volume_or_its_column_has() {
        for (text, column, expected) in [
            ("1 mg / ml", "Strength", Some(1000)),
            ("1000 mcg in 1 ml", "Strength", Some(1000)),
            ("1 mg", "Strength", None),
            ("1000", "Strength", None),
            ("1000", "strength_ug_per_ml", Some(1000)),
            ("1", "Strength mg/ml", Some(1000)),
            ("1000", "Strength (µg/mL)", Some(1000)),
        ] {
            assert_eq!(strength(text, column, false), expected, "{text} under {column}");
        }
    }

    #[test]
    fn a_product_may_tell_its_strength() {
        assert_eq!(strength_in("Hydroxocobalamin 1mg/ml"), Some(1000));
        assert_eq!(strength_in("Cobalin-H 1000 micrograms/ml, ampoule"), Some(1000));
        assert_eq!(strength_in("Hydroxocobalamin 1mg"), None);
        assert_eq!(strength_in("Vitamin B12"), None);
    }

    #[test]
    fn decimal_commas_only_where_the_file_uses_them() {
        for (text, comma, expected) in [
            ("12.5", false, Some(12.5)),
            ("12,5", false, None),
            ("1,250", false, None),
            ("1,250.5", false, Some(1250.5)),
            ("12,5", true, Some(12.5)),
            ("3.900", true, Some(3900.0)),
            ("12.5", true, Some(12.5)),
            ("1.250,5", true, Some(1250.5)),
            ("1e3", false, None),
            ("-5", false, None),
            (".5", false, None),
            ("5.", false, None),
        ] {
            assert_eq!(number(text, comma), expected, "{text}, {comma}");
        }
    }
}
