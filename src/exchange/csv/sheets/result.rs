//! A result's row.

use super::{number, text};
use crate::clinic::chart::Fact;
use crate::clinic::entry::{Act, Checked};
use crate::clinic::lab::{Comparator, LabResult};
use crate::clinic::patient::Person;
use crate::clinic::practice::Practice;

pub(super) const COLUMNS: [&str; 14] = [
    "patient_id",
    "result_id",
    "collected",
    "test",
    "loinc",
    "comparator",
    "value",
    "unit_as_sent",
    "ucum",
    "range_as_sent",
    "flag",
    "status",
    "source",
    "birth_date",
];

pub(super) fn results(fact: &Fact<'_>, practice: &Practice, who: &Person) -> Vec<[String; 14]> {
    let Some(Act::Checked(checked)) = fact.act else { return Vec::new() };
    checked.labs.iter().map(|result| result_row(fact, checked, result, practice, who)).collect()
}

fn result_row(
    fact: &Fact<'_>,
    checked: &Checked,
    result: &LabResult,
    practice: &Practice,
    who: &Person,
) -> [String; 14] {
    let analyte = practice.knowledge.lab(&result.analyte);
    let comparator = match result.comparator {
        Comparator::Exactly => "",
        Comparator::Below => "<",
        Comparator::Above => ">",
    };
    [
        who.number.clone(),
        format!("{}/{}", fact.entry.id, result.analyte),
        checked.sample_day().to_string(),
        result.analyte.clone(),
        text(analyte.and_then(|analyte| analyte.loinc_for(&result.unit))),
        comparator.to_owned(),
        text(result.value.map(|value| number(value, practice)).or_else(|| result.word.clone())),
        result.unit.clone(),
        analyte.and_then(|analyte| analyte.unit(&result.unit)).map(|unit| unit.unit.clone()).unwrap_or_default(),
        text(result.range.as_ref()),
        text(result.flag.as_ref()),
        if fact.amended.is_some() { "amended".to_owned() } else { "final".to_owned() },
        text(fact.entry.from.as_ref().map(|from| from.words())),
        who.born.to_string(),
    ]
}
