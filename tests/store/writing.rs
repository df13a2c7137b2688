//! What is recorded is in the file, and in the order in which it was recorded.

use crate::kit::{NURSE, again, at, chart_path, given, now, order, patient, person, practice, today};
use cobalog::clinic::entry::{Act, Amended};
use cobalog::clinic::knowledge::regimen_files;
use cobalog::store::{StoreError, read_chart, write_chart};
use std::fs;
use std::path::Path;

#[test]
fn a_recorded_act_reads_back() {
    let (root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let (chart, ids) = store.record(chart.id, vec![given(None, today(), "")], NURSE, now()).unwrap();
    assert_eq!(again(&root, &store).chart(chart.id).unwrap(), chart);
    assert_eq!(chart.entries().last().unwrap().id, ids[0]);
}

#[test]
fn a_chart_is_one_entry_a_line_with_names_as_they_are_written() {
    let (_root, store) = practice();
    let (chart, _) = store.new_patient(vec![person("O'Brien-Łukasik राजेश 李")], NURSE, now()).unwrap();
    let (chart, _) =
        store.record(chart.id, vec![given(None, today(), "a \"b\"\nc\\d\u{1b}[31m\u{202e}")], NURSE, now()).unwrap();
    let text = fs::read_to_string(chart_path(&store, &chart)).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 5 + 2 + 2, "{text}");
    assert!(lines[5].contains("family: \"O'Brien-Łukasik राजेश 李\", given: \"Grace\""), "{}", lines[5]);
    assert!(lines[6].contains(r#"note: "a \"b\"\nc\\d\u{1b}[31m\u{202e}""#), "{}", lines[6]);
    assert!(lines[6].contains(r#"at: "2026-11-18T09:14:00+01:00", by: "Maya Keller RN", act: given("#), "{}", lines[6]);
}

#[test]
fn every_regimen_can_be_ordered_and_read_back() {
    let (_root, store) = practice();
    let orders = regimen_files().map(|(name, _)| Act::Ordered(order(name.trim_end_matches(".ron"), today())));
    let (chart, _) = store.new_patient(orders.collect(), NURSE, now()).unwrap();
    assert_eq!(store.chart(chart.id).unwrap(), chart);
    let path = Path::new("a.ron");
    assert_eq!(read_chart(&write_chart(&chart, path).unwrap(), path).unwrap(), chart);
}

#[test]
fn acts_of_one_write_may_name_each_other() {
    let (_root, store) = practice();
    let (chart, ids) = store
        .new_patient_with(NURSE, now(), |mint| {
            let plan = mint();
            let acts = [person("Ahmed"), given(Some(plan), today(), "")];
            let [first, dose] = acts.map(|act| (mint(), act));
            vec![first, (plan, Act::Ordered(order("r01", today()))), dose]
        })
        .unwrap();
    let Act::Given(dose) = &chart.entry(ids[2]).unwrap().act else { panic!("no dose") };
    assert_eq!(dose.order, Some(ids[1]));
}

#[test]
fn entries_of_one_second_keep_the_order_in_which_they_were_recorded() {
    let (_root, store) = practice();
    let chart = patient(&store, "Ahmed");
    let first = chart.entries()[0].id;
    let correct = |why: &str| Act::Amended(Amended::new(first, why, None));
    let moment = at("2026-11-18T09:14:00.250+01:00");
    for n in 0..20 {
        store.record(chart.id, vec![correct(&n.to_string())], NURSE, if n % 2 == 0 { moment } else { now() }).unwrap();
    }
    let chart = store.chart(chart.id).unwrap();
    let whys = chart.entries().iter().filter_map(|e| match &e.act {
        Act::Amended(amended) => amended.why.parse::<i32>().ok(),
        _ => None,
    });
    assert_eq!(whys.collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
}

#[test]
fn settings_that_another_workstation_changed_stay() {
    let (root, mut here) = practice();
    let mut there = again(&root, &here);
    there.change_settings(|s| s.setting = "NL".to_owned()).unwrap();
    here.change_settings(|s| s.name = "Larkfield \"Annexe\"".to_owned()).unwrap();
    let read = again(&root, &here).settings().clone();
    assert_eq!((read.setting.as_str(), read.name.as_str()), ("NL", "Larkfield \"Annexe\""));
    assert_eq!(here.settings(), &read);
}

#[test]
fn a_practice_is_not_made_over_another() {
    let (_root, store) = practice();
    let again = cobalog::store::Store::create(store.dir(), store.settings().clone());
    assert!(matches!(again, Err(StoreError::Exists { .. })));
}
