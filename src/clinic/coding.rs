//! Which ICD-10-CM code follows from the record, and what is wrong with codes at hand (facts 8.1, 9: C2 to C5; brief G7).
//!
//! The program proposes with a reason; the coder decides. Codes and the day of the Excludes change are data, in
//! `assets/icd10cm.ron`.

use super::course::Course;
use super::findings::Finding;
use super::lab::Flag;
use super::practice::Practice;
use super::triage::Anaemia;
use super::words;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A code with its title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// `E53.8`.
    pub code: String,
    /// Its title in the tabular list.
    pub title: String,
}

/// A code that follows from causes of `assets/causes.ron`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfCauses {
    /// The causes.
    pub causes: Vec<String>,
    /// The code.
    pub code: String,
    /// Its title.
    pub title: String,
}

/// What `assets/icd10cm.ron` knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Icd10Cm {
    /// From this day of service D51.- and E53.8 may stand together.
    pub excludes2_from: NaiveDate,
    /// The deficiency without anaemia.
    pub without_anaemia: Code,
    /// The deficiency with anaemia of a cause that has no code of its own.
    pub unspecified: Code,
    /// The deficiency with anaemia, by cause.
    pub with_anaemia: Vec<OfCauses>,
    /// The cause's own code.
    pub also: Vec<OfCauses>,
    /// Codes, or their beginnings, that never stand first.
    pub manifestations: Vec<String>,
    /// Where it comes from.
    pub source: String,
}

/// A proposed code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Why.
    pub because: String,
}

/// What is known of anaemia on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Documented,
    Absent,
    Unknown,
}

/// Proposes codes in their order: the deficiency first, then its cause.
#[must_use]
pub fn propose(course: &Course, practice: &Practice, on: NaiveDate) -> Vec<Proposal> {
    let Some(triage) = &course.triage else { return Vec::new() };
    let codes = practice.knowledge.icd10cm();
    let cause = practice.knowledge.cause(&triage.cause).map_or(triage.cause.as_str(), |c| c.name.as_str());
    let of = |list: &[OfCauses]| list.iter().find(|c| c.causes.contains(&triage.cause)).cloned();
    let (anaemia, seen) = anaemia(course, practice, on);
    let mut out = Vec::new();
    if anaemia == Known::Documented {
        let named = of(&codes.with_anaemia).map(|c| Code { code: c.code, title: c.title });
        let Code { code, title } = named.unwrap_or_else(|| codes.unspecified.clone());
        out.push(Proposal { code, title, because: format!("{seen}; cause: {cause}") });
    } else {
        let Code { code, title } = codes.without_anaemia.clone();
        out.push(Proposal { code, title, because: seen });
    }
    out.extend(of(&codes.also).map(|c| Proposal { code: c.code, title: c.title, because: format!("cause: {cause}") }));
    out
}

/// Says whether anaemia is documented by `on`: in the triage, or by a haemoglobin below the range.
fn anaemia(course: &Course, practice: &Practice, on: NaiveDate) -> (Known, String) {
    let sex = course.person.as_ref().map(|p| p.sex).unwrap_or_default();
    let analyte = practice.knowledge.lab("haemoglobin");
    let mut found: Vec<_> = course
        .checks
        .iter()
        .filter(|c| c.checked.sample_day() <= on)
        .filter_map(|c| Some((c.checked.sample_day(), c.checked.lab("haemoglobin").filter(|r| r.is_done())?)))
        .collect();
    found.sort_by_key(|(day, _)| *day);
    let flag = |result| analyte.and_then(|a| a.flag(result, sex));
    if let Some((day, result)) = found.iter().rev().find(|(_, r)| flag(r) == Some(Flag::Low)) {
        return (Known::Documented, format!("anaemia: Hb {result} on {}", words::day(*day)));
    }
    match course.triage.as_ref().map(|t| t.anaemia) {
        Some(Anaemia::Mild | Anaemia::Moderate | Anaemia::Severe) => {
            (Known::Documented, "anaemia is recorded in the triage".to_owned())
        }
        _ => match found.last() {
            Some((day, result)) => (Known::Absent, format!("no anaemia: Hb {result} on {}", words::day(*day))),
            None => (Known::Unknown, "no anaemia is documented".to_owned()),
        },
    }
}

/// Says what is wrong with codes for a day of service: C2 to C5.
#[must_use]
pub fn check(course: &Course, practice: &Practice, codes: &[String], on: NaiveDate) -> Vec<Finding> {
    let known = practice.knowledge.icd10cm();
    let plain: Vec<String> = codes.iter().map(|c| c.trim().to_uppercase()).filter(|c| !c.is_empty()).collect();
    // On a claim the codes stand without their dot.
    let begins = |code: &str, start: &str| code.replace('.', "").starts_with(&start.replace('.', ""));
    let has = |start: &str| plain.iter().any(|c| begins(c, start));
    let rule = |id| practice.knowledge.rule(id);
    let mut out = Vec::new();
    if course.triage.as_ref().is_none_or(|t| t.cause.trim().is_empty()) {
        out.push(Finding::of(rule("C5"), "No cause is recorded.".to_owned(), Vec::new()));
    }
    let (anaemia, seen) = anaemia(course, practice, on);
    if has("D51") && anaemia == Known::Absent {
        out.push(Finding::of(rule("C2"), format!("D51.- says anaemia; {seen}."), Vec::new()));
    }
    if has("E53.8") && !has("D51") && anaemia == Known::Documented {
        out.push(Finding::of(rule("C2"), format!("E53.8 says none; {seen}."), Vec::new()));
    }
    if has("D51") && has("E53.8") && on < known.excludes2_from {
        let from = words::day(known.excludes2_from);
        let text = format!("D51.- and E53.8 exclude each other for a service before {from}.");
        out.push(Finding::of(rule("C3"), text, Vec::new()));
    }
    if let Some(first) = plain.first().filter(|c| known.manifestations.iter().any(|m| begins(c, m))) {
        out.push(Finding::of(rule("C4"), format!("{first} is a manifestation and never stands first."), Vec::new()));
    }
    out.sort_by_key(|f| f.tier);
    out
}
