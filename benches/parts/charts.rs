//! One chart: its text, its course, its row.

use crate::kit::{chart, practice, today};
use cobalog::clinic::agenda::Row;
use cobalog::clinic::chart::Chart;
use cobalog::clinic::course::Course;
use cobalog::demo;
use cobalog::store::{read_chart, write_chart};
use divan::Bencher;
use divan::counter::BytesCount;
use std::path::Path;

/// An average one of the demo, ten years of 30 KB, forty years of 1,500 entries.
const CHARTS: [&str; 3] = ["average", "30 KB", "40 years, 1,500 entries"];

fn of(name: &str) -> Chart {
    match name {
        "average" => average(),
        "30 KB" => chart(112, 10),
        _ => chart(1_500, 40),
    }
}

/// The chart whose text is the middle one in size.
fn average() -> Chart {
    let mut all = demo::charts(demo::SEED, 200, today(), &practice());
    all.sort_by_key(|chart| text(chart).len());
    all.swap_remove(100)
}

fn text(chart: &Chart) -> String {
    write_chart(chart, Path::new("chart.ron")).unwrap()
}

#[divan::bench(args = CHARTS)]
fn read(bencher: Bencher<'_, '_>, name: &str) {
    let text = text(&of(name));
    bencher.counter(BytesCount::new(text.len())).bench(|| read_chart(&text, Path::new("chart.ron")).unwrap());
}

#[divan::bench(args = CHARTS)]
fn write(bencher: Bencher<'_, '_>, name: &str) {
    let chart = of(name);
    bencher.counter(BytesCount::new(text(&chart).len())).bench(|| text(&chart));
}

#[divan::bench(args = CHARTS)]
fn course(bencher: Bencher<'_, '_>, name: &str) {
    let (chart, practice) = (of(name), practice());
    bencher.bench(|| Course::of(&chart, &practice, today()));
}

#[divan::bench(args = CHARTS)]
fn outline(bencher: Bencher<'_, '_>, name: &str) {
    let (chart, practice) = (of(name), practice());
    bencher.bench(|| Course::outline(&chart, &practice, today()));
}

#[divan::bench(args = CHARTS)]
fn row(bencher: Bencher<'_, '_>, name: &str) {
    let (chart, practice) = (of(name), practice());
    bencher.bench(|| Row::of(&chart, &practice, today()));
}
