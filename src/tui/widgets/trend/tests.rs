use super::*;
use crate::tui::widgets::testing::{decided, draw, neuro, settled, snapshot, text, weekly};

fn drawn(course: &Course, id: &str, unit: usize, ascii: bool, (w, h): (u16, u16)) -> String {
    let (story, _) = neuro();
    let theme = Theme::named("dark", ascii);
    let analyte = story.practice.knowledge.lab(id).unwrap();
    text(&draw(Trend { course, analyte, unit, theme: &theme }, w, h))
}

#[test]
fn analytes_with_range_doses_and_dates() {
    let (_, course) = settled();
    let all = [("haemoglobin", 0), ("haemoglobin", 1), ("mcv", 0), ("total-b12", 2), ("ferritin", 0), ("ldh", 0)];
    let charts = all.map(|(id, unit)| drawn(&course, id, unit, false, (76, 12)));
    snapshot("trend-settled", &charts.join("\n\n"));
    snapshot("trend-wide", &drawn(&decided().1, "haemoglobin", 0, false, (130, 20)));
    snapshot("trend-ascii", &drawn(&course, "haemoglobin", 0, true, (76, 12)));
}

#[test]
fn every_size_and_every_analyte() {
    let (story, _) = neuro();
    let theme = Theme::named("dark", true);
    for (_, course) in [neuro(), settled(), weekly()] {
        for analyte in story.practice.knowledge.labs() {
            for (w, h) in (0..=30).flat_map(|w| (0..=8).map(move |h| (w, h))).chain([(300, 80), (24, 40)]) {
                for unit in 0..=analyte.units.len() {
                    let trend = Trend { course: &course, analyte, unit, theme: &theme };
                    assert!(text(&draw(trend, w, h)).is_ascii());
                }
            }
        }
    }
}
