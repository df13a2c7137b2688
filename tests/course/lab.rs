//! What a person types as a result, and what it means.

use super::kit::*;
use cobalog::clinic::lab::{Analyte, Flag, Whose};
use cobalog::clinic::patient::Sex;
use cobalog::clinic::practice::Practice;

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
    let flag = |id: &str, value: &str, sex| analyte(id).flag(&result(id, value), Whose { sex, pregnant: false });
    assert_eq!(flag("haemoglobin", "119 g/L", Sex::Female), Some(Flag::Low));
    assert_eq!(flag("haemoglobin", "120 g/L", Sex::Female), Some(Flag::Normal));
    assert_eq!(flag("haemoglobin", "129 g/L", Sex::Male), Some(Flag::Low));
    assert_eq!(flag("haemoglobin", "13 g/dL", Sex::Male), Some(Flag::Normal));
    assert_eq!(flag("mcv", "100 fL", Sex::Other), Some(Flag::Normal));
    assert_eq!(flag("mcv", "101 fL", Sex::Other), Some(Flag::High));
    assert_eq!(flag("total-b12", "<150 ng/L", Sex::Female), Some(Flag::Low));
    assert_eq!(flag("total-b12", "<200 ng/L", Sex::Female), None, "below 200 may be below 180 or not");
    assert_eq!(flag("total-b12", ">2000 ng/L", Sex::Female), Some(Flag::Normal));
    assert_eq!(flag("mma", ">5000 nmol/L", Sex::Female), Some(Flag::High));
}

/// Facts 2.2: 120 g/L for women, 130 for men, 110 in pregnancy; the triage asks pregnancy and breast-feeding as one.
#[test]
fn where_several_ranges_may_hold_only_what_all_say_is_said() {
    use Sex::{Female, Male, Other};
    let haemoglobin = analyte("haemoglobin");
    for (sex, pregnant, low, open, normal, words) in [
        (Female, false, 119, None, 120, "from 120 g/L"),
        (Male, false, 129, None, 130, "from 130 g/L"),
        (Other, false, 119, Some((120, 129)), 130, "from 120 g/L (F), from 130 g/L (M)"),
        (Female, true, 109, Some((110, 119)), 120, "from 120 g/L (F), from 110 g/L in pregnancy"),
    ] {
        let whose = Whose { sex, pregnant };
        let flag = |g_l: i32| haemoglobin.flag(&result("haemoglobin", &format!("{g_l} g/L")), whose);
        assert_eq!((flag(low), flag(normal)), (Some(Flag::Low), Some(Flag::Normal)), "{whose:?}");
        if let Some((from, to)) = open {
            assert_eq!((flag(from), flag(to)), (None, None), "{whose:?}");
        }
        assert_eq!(haemoglobin.range_words(whose, "g/L").as_deref(), Some(words));
        assert_eq!(haemoglobin.range(whose).is_some(), open.is_none());
    }
    assert_eq!(analyte("mcv").range_words(Whose { sex: Other, pregnant: true }, "fL").as_deref(), Some("80 to 100 fL"));
}

/// Facts 3.1: what belongs before the first dose, in the order in which the form asks for it.
#[test]
fn the_baseline_is_six_analytes_in_the_order_of_asking() {
    let practice = practice();
    let asked: Vec<_> = practice.knowledge.baseline().iter().map(|a| a.id.as_str()).collect();
    assert_eq!(asked, ["haemoglobin", "mcv", "total-b12", "folate", "ferritin", "potassium"]);
}

/// Facts 4.3, row by row: outside of soft it is asked again, outside of hard it is refused, and both name the usual slip.
#[test]
fn what_can_be_typed_is_the_table_of_the_facts() {
    for (id, soft, hard, hint) in [
        ("total-b12", (40.0, 2000.0), (5.0, 100_000.0), "pmol/L"),
        ("active-b12", (5.0, 200.0), (1.0, 1000.0), ""),
        ("mma", (50.0, 5000.0), (10.0, 100_000.0), "0.05 to 5 is usually umol/L"),
        ("homocysteine", (3.0, 100.0), (1.0, 500.0), ""),
        ("haemoglobin", (30.0, 200.0), (15.0, 250.0), "3 to 20 is usually g/dL; 2 to 13 may be mmol/L"),
        ("mcv", (55.0, 140.0), (40.0, 170.0), ""),
        ("reticulocytes-percent", (0.1, 30.0), (0.0, 80.0), "0.001 to 0.3 may be a fraction"),
        ("reticulocytes", (5.0, 600.0), (0.0, 1500.0), ""),
        ("folate", (0.5, 30.0), (0.0, 100.0), "Above 45 the unit is usually nmol/L"),
        ("ferritin", (1.0, 2000.0), (0.0, 50_000.0), ""),
        ("potassium", (2.0, 6.5), (1.0, 9.0), ""),
        ("platelets", (5.0, 1000.0), (0.0, 3000.0), "count per uL"),
    ] {
        let analyte = analyte(id);
        let unit = analyte.units[0].unit.clone();
        let read = |value: f64| analyte.read(&format!("{value}"), &unit);
        let doubt = |value: f64| read(value).unwrap().doubt;
        for inside in [soft.0, soft.1] {
            assert_eq!(doubt(inside), None, "{id} {inside}");
        }
        for odd in [soft.0 * 0.99, soft.1 * 1.01, hard.0, hard.1] {
            assert!(doubt(odd).is_some_and(|d| d.contains("unusual") && d.contains(hint)), "{id} {odd}");
        }
        let below = (hard.0 > 0.0).then_some(hard.0 * 0.99);
        for wrong in below.into_iter().chain([hard.1 * 1.01]) {
            assert!(read(wrong).is_err_and(|e| e.contains("cannot be") && e.contains(hint)), "{id} {wrong}");
        }
    }
}

/// L9: a number that is far from the last result (25 %) and near it (12 %) in another unit of the analyte.
#[test]
fn a_slipped_unit_at_its_boundaries() {
    let practice = practice();
    let slip = |id: &str, now: &str, last: &str| {
        practice.knowledge.lab(id).unwrap().slip(practice.knowledge.rule("L9"), &result(id, now), &result(id, last))
    };
    for (id, now, last, unit) in [
        // 1.355, both ways: 200 ng/L is 147.6 pmol/L.
        ("total-b12", "148 ng/L", "200 ng/L", Some("pmol/L")),
        ("total-b12", "149.9 ng/L", "200 ng/L", Some("pmol/L")),
        ("total-b12", "150 ng/L", "200 ng/L", None),
        ("total-b12", "130 ng/L", "200 ng/L", Some("pmol/L")),
        ("total-b12", "129 ng/L", "200 ng/L", None),
        ("total-b12", "200 pmol/L", "200 ng/L", Some("ng/L")),
        ("total-b12", "200 pg/mL", "200 ng/L", None),
        ("total-b12", "148 pmol/L", "200 ng/L", None),
        // 10, both ways, and the Dutch unit.
        ("haemoglobin", "10.4 g/L", "104 g/L", Some("g/dL")),
        ("haemoglobin", "104 g/dL", "10.4 g/dL", Some("g/L")),
        ("haemoglobin", "6.5 g/dL", "104 g/L", Some("mmol/L")),
        ("haemoglobin", "128 g/L", "96 g/L", None),
        ("mma", "0.6 nmol/L", "620 nmol/L", Some("umol/L")),
        // What may be anything says nothing.
        ("total-b12", ">148 ng/L", "200 ng/L", None),
        ("total-b12", "148 ng/L", "<200 ng/L", None),
        ("total-b12", "148 ng/L", "not done", None),
        ("ferritin", "20 ug/L", "200 ug/L", None),
    ] {
        let said = slip(id, now, last);
        assert_eq!(said.is_some(), unit.is_some(), "{id}: {now} after {last}: {said:?}");
        assert!(said.is_none_or(|s| s.contains(unit.unwrap_or("?")) && s.contains(last)), "{id}: {now} after {last}");
    }
}

#[test]
fn words_are_typed_by_their_first_letter() {
    for (typed, word) in
        [("p", "positive"), ("N", "negative"), ("e", "equivocal"), ("positive", "positive"), ("nd", "not done")]
    {
        assert_eq!(read("intrinsic-factor-antibody", typed, ""), Ok((word.to_owned(), false)), "{typed}");
    }
    for typed in ["", "x", "12", "positively"] {
        assert!(read("parietal-cell-antibody", typed, "").is_err(), "{typed}");
    }
}

/// A sample is a baseline until the first dose, its own day with it (L11); then it has its days since the last one.
#[test]
fn a_sample_says_what_it_stands_for() {
    let mut story = Story::on("r01");
    assert_eq!(story.course("2026-01-05").sample_words(day("2026-01-05")), "baseline");
    story.gives("2026-01-05 07");
    let course = story.course("2026-01-12");
    for (on, words) in [
        ("2025-12-01", "baseline"),
        ("2026-01-05", "baseline"),
        ("2026-01-06", "1 day after a dose, on treatment"),
        ("2026-01-07", "on the day of a dose, on treatment"),
        ("2026-01-10", "3 days after a dose, on treatment"),
    ] {
        assert_eq!(course.sample_words(day(on)), words, "{on}");
    }
}

/// The sample's own day counts, not the day on which its result was typed.
#[test]
fn the_day_of_the_sample_counts() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07");
    let mut look = story.look("2026-01-12", &["total-b12=98 ng/L"]);
    look.sampled = Some(day("2026-01-02"));
    story.act(cobalog::clinic::entry::Act::Checked(look));
    let course = story.course("2026-01-12");
    assert!(!rules(&course).iter().any(|r| ["L7", "L8", "L11"].contains(r)), "{:?}", rules(&course));
    assert_eq!(course.checks[0].label, "Baseline");
    assert!(course.result_before("total-b12", day("2026-01-01")).is_none());
    assert!(course.result_before("total-b12", day("2026-01-02")).is_some());
}

/// What an entry brings up is what asks after it and did not before, the hardest first.
#[test]
fn what_a_look_brings_up() {
    let mut story = Story::on("r01");
    story.gives("2026-01-05 07");
    let before = story.course("2026-01-08");
    story.checks("2026-01-08", &["potassium=2.9 mmol/L", "total-b12=900 ng/L"]);
    let after = story.course("2026-01-08");
    let news: Vec<_> = cobalog::clinic::findings::news(&before, &after).into_iter().map(|f| f.rule.as_str()).collect();
    assert_eq!(news, ["L2", "L11", "L7"]);
    assert!(cobalog::clinic::findings::news(&after, &after).is_empty());
}

/// A spelling is one unit's, written as it stands in the data or folded: no other one is found first.
#[test]
fn each_spelling_of_a_unit_is_that_unit() {
    for analyte in practice().knowledge.labs() {
        for unit in &analyte.units {
            for spelling in std::iter::once(&unit.unit).chain(&unit.also) {
                for text in [spelling.clone(), format!(" {spelling} "), spelling.to_uppercase()] {
                    let found = analyte.unit(&text).map(|found| found.unit.as_str());
                    assert_eq!(found, Some(unit.unit.as_str()), "{} {text:?}", analyte.id);
                }
            }
        }
    }
}

/// Units as laboratories and lists write them; one that is not of the analyte is none.
#[test]
fn units_are_read_as_others_write_them() {
    let knowledge = practice().knowledge;
    let unit = |analyte: &str, text: &str| knowledge.lab(analyte).unwrap().unit(text).map(|unit| unit.unit.clone());
    for (analyte, text, expected) in [
        ("total-b12", "ng/l", "ng/L"),
        ("total-b12", "ng.L-1", "ng/L"),
        ("total-b12", "pg/ml", "pg/mL"),
        ("total-b12", "pmol/l", "pmol/L"),
        ("total-b12", "pmol·L⁻¹", "pmol/L"),
        ("haemoglobin", "g/dl", "g/dL"),
        ("haemoglobin", "gr/dl", "g/dL"),
        ("haemoglobin", "g/100 mL", "g/dL"),
        ("haemoglobin", "g.l-1", "g/L"),
        ("haemoglobin", "mmol/l", "mmol/L"),
        ("ferritin", "µg/l", "ug/L"),
        ("ferritin", "ng/ml", "ng/mL"),
        ("platelets", "10⁹/L", "10*9/L"),
        ("platelets", "Gpt/l", "10*9/L"),
        ("platelets", "giga.l-1", "10*9/L"),
        ("platelets", "Tsd./µl", "10*3/uL"),
        ("platelets", "x10³/µL", "10*3/uL"),
        ("mcv", "µm³", "fL"),
        ("mma", "nmol/ml", "umol/L"),
        ("ldh", "UI/l", "U/L"),
        ("ldh", "µkat/L", "ukat/L"),
        ("creatinine", "mg/l", "mg/L"),
        ("egfr", "ml/min/1,73 m²", "mL/min/1.73m2"),
    ] {
        assert_eq!(unit(analyte, text).as_deref(), Some(expected), "{analyte} {text}");
    }
    for (analyte, text) in [("haemoglobin", "mmol/mol"), ("total-b12", "ng/mL"), ("total-b12", "pg/dL"), ("mcv", "pg")]
    {
        assert_eq!(unit(analyte, text), None, "{analyte} {text}");
    }
    for analyte in knowledge.labs() {
        let mut all: Vec<String> = Vec::new();
        for unit in &analyte.units {
            let known = std::iter::once(&unit.unit).chain(&unit.also);
            for text in known {
                assert_eq!(analyte.unit(text).unwrap().unit, unit.unit, "{} {text}", analyte.id);
            }
            all.extend(unit.usual.clone());
        }
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count, "{}: two units are usual in one country", analyte.id);
    }
}

/// What is typed without a unit is in the one that is usual in the practice's country; its own choice stands before that.
#[test]
fn a_country_has_its_units() {
    let mut practice = practice();
    let unit = |practice: &Practice, id: &str| practice.unit_of(practice.knowledge.lab(id).unwrap()).to_owned();
    for (country, hb, b12, creatinine) in [
        ("UK", "g/L", "ng/L", "umol/L"),
        ("US", "g/dL", "pg/mL", "mg/dL"),
        ("NL", "mmol/L", "pmol/L", "umol/L"),
        ("elsewhere", "g/L", "ng/L", "umol/L"),
    ] {
        practice.settings.setting = country.to_owned();
        let units = ["haemoglobin", "total-b12", "creatinine"].map(|id| unit(&practice, id));
        assert_eq!(units, [hb, b12, creatinine], "{country}");
    }
    practice.settings.setting = "US".to_owned();
    practice.settings.units.insert("haemoglobin".to_owned(), "g/L".to_owned());
    assert_eq!(unit(&practice, "haemoglobin"), "g/L");
    let hb = practice.knowledge.lab("haemoglobin").unwrap();
    let result = hb.read("98 g/L", "g/dL").unwrap().result;
    assert_eq!(result.to_string(), "98 g/L", "as reported");
    assert_eq!(hb.beside_in(&result, "g/dL").as_deref(), Some("= 9.8 g/dL"));
    assert_eq!(hb.beside_in(&result, "g/L"), None);
}
