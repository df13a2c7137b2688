//! A result's row; what was asked of symptoms at a look stands in rows of the same kind.

use super::super::looks::Asked;
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
    let labs = checked.labs.iter().map(|result| result_row(fact, checked, result, practice, who));
    labs.chain(Asked::of(checked).iter().map(|asked| asked_row(fact, checked, asked, who))).collect()
}

fn asked_row(fact: &Fact<'_>, checked: &Checked, asked: &Asked, who: &Person) -> [String; 14] {
    let none = String::new;
    let (test, value, unit) = asked.written();
    [
        who.number.clone(),
        format!("{}/{test}", fact.entry.id),
        checked.on.to_string(),
        test,
        none(),
        none(),
        value,
        unit.to_owned(),
        none(),
        none(),
        none(),
        status(fact).to_owned(),
        text(fact.entry.from.as_ref().map(|from| from.words())),
        who.born.to_string(),
    ]
}

fn status(fact: &Fact<'_>) -> &'static str {
    if fact.amended.is_some() { "amended" } else { "final" }
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
        status(fact).to_owned(),
        text(fact.entry.from.as_ref().map(|from| from.words())),
        who.born.to_string(),
    ]
}
