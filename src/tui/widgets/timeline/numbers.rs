//! Symptom totals and labs as numbers at their dates. A number is never cut and never touches its neighbour.

use super::scale::Scale;
use crate::clinic::course::Course;
use crate::clinic::lab::{Analyte, Comparator, Flag, LabResult, Whose};
use crate::clinic::practice::Practice;
use crate::tui::theme::Role;
use crate::tui::widgets::canvas::{Canvas, width};
use chrono::NaiveDate;

/// How many columns a number may stand before its date, to make room for a later one.
const SHIFT: u16 = 2;

/// One row of numbers.
pub(super) struct Series {
    /// The name with the unit, and the name alone.
    pub(super) labels: [String; 2],
    /// By date.
    pub(super) points: Vec<Point>,
}

/// One number.
pub(super) struct Point {
    pub(super) date: NaiveDate,
    pub(super) text: String,
    pub(super) flag: Option<Flag>,
}

/// Returns the row of symptom totals.
pub(super) fn symptoms(course: &Course) -> Series {
    let scored = course.checks.iter().filter_map(|c| Some((c.checked.on, c.checked.score()?)));
    let points = scored.map(|(date, score)| Point { date, text: score.to_string(), flag: None }).collect();
    Series { labels: ["Symptoms".to_owned(), "Symptoms".to_owned()], points }
}

/// Returns a row for each analyte that has a result, in the order of the library.
pub(super) fn labs(course: &Course, practice: &Practice) -> Vec<Series> {
    let whose = course.whose();
    let mut found: std::collections::BTreeMap<&str, Vec<(NaiveDate, &LabResult)>> = Default::default();
    for check in &course.checks {
        for result in check.checked.labs.iter().filter(|r| r.value.is_some()) {
            let on = check.checked.sampled.unwrap_or(check.checked.on);
            found.entry(result.analyte.as_str()).or_default().push((on, result));
        }
    }
    let known = practice.knowledge.labs().iter();
    known.filter_map(|analyte| Some(series(analyte, found.remove(analyte.id.as_str())?, whose))).collect()
}

fn series(analyte: &Analyte, mut results: Vec<(NaiveDate, &LabResult)>, whose: Whose) -> Series {
    results.sort_by_key(|(on, _)| *on);
    // The row's unit is that of the latest result; a number in another unit carries it.
    let unit = |result: &LabResult| analyte.unit(&result.unit).map_or(result.unit.clone(), |u| u.unit.clone());
    let usual = results.last().map(|(_, result)| unit(result)).unwrap_or_default();
    let point = |(date, result): &(NaiveDate, &LabResult)| {
        let flag = analyte.flag(result, whose);
        let letter = flag.map_or("", Flag::letter);
        let own = unit(result);
        let own = if own == usual { String::new() } else { format!(" {own}") };
        Point { date: *date, text: format!("{}{letter}{own}", number(result)), flag }
    };
    let points = results.iter().map(point).collect();
    Series { labels: [format!("{} {usual}", analyte.short), analyte.short.clone()], points }
}

/// Writes the number as it was reported, with every digit and what stood before it.
pub(in crate::tui::widgets) fn number(result: &LabResult) -> String {
    let sign = match result.comparator {
        Comparator::Exactly => "",
        Comparator::Below => "<",
        Comparator::Above => ">",
    };
    result.value.map_or_else(String::new, |value| format!("{sign}{value}"))
}

/// Draws the numbers, the latest first: where two would overlap, the earlier one moves a little or stays away.
pub(super) fn draw(canvas: &mut Canvas<'_>, y: u16, series: &Series, scale: &Scale) {
    let mut free_until = scale.width;
    for point in series.points.iter().rev() {
        let Some(x) = scale.x(point.date) else { continue };
        let Some(last) = free_until.checked_sub(width(&point.text)) else { continue };
        let at_edge = free_until == scale.width;
        if at_edge || x <= last + SHIFT {
            let at = x.min(last);
            write(canvas, at, y, point);
            free_until = at.saturating_sub(1);
        }
    }
}

fn write(canvas: &mut Canvas<'_>, x: u16, y: u16, point: &Point) {
    let role = match point.flag {
        Some(Flag::Low | Flag::High) => Role::Late,
        Some(Flag::Normal) => Role::Good,
        None => Role::Text,
    };
    let style = canvas.theme.style(role);
    canvas.text(x, y, &point.text, style);
}
