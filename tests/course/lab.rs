//! What a person types as a result, and what it means.

use super::kit::*;
use cobalog::clinic::lab::{Analyte, Flag};
use cobalog::clinic::patient::Sex;

fn analyte(id: &str) -> Analyte {
    practice().knowledge.lab(id).unwrap().clone()
}

fn read(id: &str, text: &str, unit: &str) -> Result<(String, bool), String> {
    analyte(id).read(text, unit).map(|t| (t.result.to_string(), t.doubt.is_some()))
}

#[test]
fn reads_what_reports_print() {
    for (id, text, unit, expected, doubt) in [
        ("total-b12", "98", "ng/L", "98 ng/L", false),
        ("total-b12", "98 ng/L", "pmol/L", "98 ng/L", false),
        ("total-b12", "72 pmol/L", "ng/L", "72 pmol/L", false),
        ("total-b12", "72PMOL/L", "ng/L", "72 pmol/L", false),
        ("total-b12", ">2000", "ng/L", ">2000 ng/L", false),
        ("total-b12", "2001", "ng/L", "2001 ng/L", true),
        ("total-b12", "39", "ng/L", "39 ng/L", true),
        ("total-b12", "<37", "pmol/L", "<37 pmol/L", false),
        ("total-b12", "< 37 pmol / L", "ng/L", "<37 pmol/L", false),
        ("haemoglobin", "12,5 g/dL", "g/L", "12.5 g/dL", false),
        ("haemoglobin", "104", "g/L", "104 g/L", false),
        ("haemoglobin", "15", "g/L", "15 g/L", true),
        ("haemoglobin", "30", "g/L", "30 g/L", false),
        ("haemoglobin", "200", "g/L", "200 g/L", false),
        ("haemoglobin", "201", "g/L", "201 g/L", true),
        ("homocysteine", "22 µmol/l", "umol/L", "22 umol/L", false),
        ("homocysteine", "22 μmol/L", "umol/L", "22 umol/L", false),
        ("homocysteine", "22 mcmol/L", "umol/L", "22 umol/L", false),
        ("mma", "0,45 µmol/L", "nmol/L", "0.45 umol/L", false),
        ("mma", "0,123 umol/L", "nmol/L", "0.123 umol/L", false),
        ("reticulocytes", "160x10^9/L", "10*9/L", "160 10*9/L", false),
        ("potassium", "not done", "mmol/L", "not done", false),
        ("potassium", "ND", "mmol/L", "not done", false),
    ] {
        assert_eq!(read(id, text, unit), Ok((expected.to_owned(), doubt)), "{id}: {text}");
    }
}

#[test]
fn refuses_what_cannot_be_or_could_be_two_things() {
    for (id, text, unit) in [
        ("total-b12", "1,234", "ng/L"),
        ("total-b12", "1.2.3", "ng/L"),
        ("total-b12", "1,234.5", "ng/L"),
        ("total-b12", "", "ng/L"),
        ("total-b12", "  ", "ng/L"),
        ("total-b12", "abc", "ng/L"),
        ("total-b12", "-5", "ng/L"),
        ("total-b12", ">", "ng/L"),
        ("total-b12", ".5", "ng/L"),
        ("total-b12", "4", "ng/L"),
        ("total-b12", "100001", "ng/L"),
        ("total-b12", "98 mmol/L", "ng/L"),
        ("total-b12", "٩٨", "ng/L"),
        ("haemoglobin", "14.9", "g/L"),
        ("haemoglobin", "251", "g/L"),
        ("potassium", "0.9", "mmol/L"),
    ] {
        assert!(read(id, text, unit).is_err(), "{id}: {text}");
    }
}

#[test]
fn a_slipped_unit_is_hinted_at() {
    let error = read("haemoglobin", "10.4", "g/L").unwrap_err();
    assert!(error.contains("g/dL") && error.contains("Haemoglobin"), "{error}");
    let doubt = analyte("haemoglobin").read("18", "g/L").unwrap().doubt.unwrap();
    assert!(doubt.contains("g/dL"), "{doubt}");
    let error = read("haemoglobin", "10.4 furlongs", "g/L").unwrap_err();
    assert!(error.contains("furlongs") && error.contains("g/L"), "{error}");
}

#[test]
fn units_convert_as_facts_4_have_it() {
    let to = |id: &str, value: &str, unit: &str| {
        let analyte = analyte(id);
        let index = analyte.units.iter().position(|u| u.unit == unit).unwrap();
        analyte.convert(&result(id, value), index).map(|v| v.round())
    };
    assert_eq!(to("total-b12", "180 ng/L", "pmol/L"), Some(133.0));
    assert_eq!(to("total-b12", "350 pg/mL", "pmol/L"), Some(258.0));
    assert_eq!(to("total-b12", "148 pmol/L", "ng/L"), Some(201.0));
    assert_eq!(to("haemoglobin", "10.4 g/dL", "g/L"), Some(104.0));
    assert_eq!(to("mma", "0.271 umol/L", "nmol/L"), Some(271.0));
    assert_eq!(to("creatinine", "1 mg/dL", "umol/L"), Some(88.0));
    assert_eq!(to("total-b12", "not done", "ng/L"), None);
    assert_eq!(to("total-b12", "180 furlongs", "ng/L"), None);
}

#[test]
fn flags_at_their_boundaries() {
    let flag = |id: &str, value: &str, sex| analyte(id).flag(&result(id, value), sex);
    assert_eq!(flag("haemoglobin", "119 g/L", Sex::Female), Some(Flag::Low));
    assert_eq!(flag("haemoglobin", "120 g/L", Sex::Female), Some(Flag::Normal));
    assert_eq!(flag("haemoglobin", "129 g/L", Sex::Male), Some(Flag::Low));
    assert_eq!(flag("haemoglobin", "13 g/dL", Sex::Male), Some(Flag::Normal));
    assert_eq!(flag("haemoglobin", "100 g/L", Sex::Other), None);
    assert_eq!(flag("mcv", "100 fL", Sex::Other), Some(Flag::Normal));
    assert_eq!(flag("mcv", "101 fL", Sex::Other), Some(Flag::High));
    assert_eq!(flag("total-b12", "<150 ng/L", Sex::Female), Some(Flag::Low));
    assert_eq!(flag("total-b12", "<200 ng/L", Sex::Female), None, "below 200 may be below 180 or not");
    assert_eq!(flag("total-b12", ">2000 ng/L", Sex::Female), Some(Flag::Normal));
    assert_eq!(flag("mma", ">5000 nmol/L", Sex::Female), Some(Flag::High));
}

/// Facts 3.1: what belongs before the first dose, in the order in which the form asks for it.
#[test]
fn the_baseline_is_six_analytes_in_the_order_of_asking() {
    let practice = practice();
    let asked: Vec<_> = practice.knowledge.baseline().iter().map(|a| a.id.as_str()).collect();
    assert_eq!(asked, ["haemoglobin", "mcv", "total-b12", "folate", "ferritin", "potassium"]);
}
