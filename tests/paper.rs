//! Documents: what stands on them, word for word, and what never may.
#![expect(clippy::unwrap_used, reason = "a test stops where its story does not hold")]

#[path = "paper/claims.rs"]
mod claims;
#[expect(dead_code, reason = "the kit has more than this file uses")]
#[path = "course/kit.rs"]
mod kit;
#[path = "paper/letters.rs"]
mod letters;
#[path = "paper/notes.rs"]
mod notes;
#[path = "paper/shape.rs"]
mod shape;

use chrono::NaiveDate;
use cobalog::clinic::chart::Chart;
use cobalog::clinic::course::Course;
use cobalog::clinic::practice::Practice;
use cobalog::demo;
use cobalog::paper::{self, Doc};

/// The demo's day: a Monday.
fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

fn office() -> Practice {
    Practice::new(demo::settings(today()))
}

/// The demo's patients.
fn cast(practice: &Practice) -> Vec<Chart> {
    demo::charts(demo::SEED, 48, today(), practice)
}

#[track_caller]
fn one(practice: &Practice, family: &str) -> (Chart, Course) {
    let is = |chart: &Chart| chart.person().is_some_and(|p| p.family == family);
    let chart = cast(practice).into_iter().find(is).unwrap();
    let course = Course::of(&chart, practice, today());
    (chart, course)
}

/// Compares the plain face with what was looked at once.
fn golden(name: &str, doc: &Doc) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let text = paper::text(doc).replace('\u{c}', "<form feed>");
    settings.bind(|| insta::assert_snapshot!(format!("paper-{name}"), text));
}
