//! One analyte over time as a line, with its reference range and the doses under it.
//!
//! A result that is not there leaves nothing: no zero, no guess. A result that the laboratory only bounded (`>2000`) is a
//! `^` at its bound, and no line runs through it.

mod grid;

use super::canvas::{Canvas, width};
use super::timeline::numbers::number;
use crate::clinic::course::Course;
use crate::clinic::drug::trim_number;
use crate::clinic::entry::Checked;
use crate::clinic::lab::{Analyte, Comparator, Flag, LabResult};
use crate::clinic::words;
use crate::tui::theme::{Role, Theme};
use chrono::NaiveDate;
use grid::Grid;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget;

/// The chart of one analyte.
#[derive(Clone, Copy, Debug)]
pub struct Trend<'a> {
    /// Whose results.
    pub course: &'a Course,
    /// Of what.
    pub analyte: &'a Analyte,
    /// In which of the analyte's units.
    pub unit: usize,
    /// How it looks.
    pub theme: &'a Theme,
}

/// One result in the chosen unit.
struct Point<'a> {
    date: NaiveDate,
    value: f64,
    result: &'a LabResult,
    flag: Option<Flag>,
}

impl<'a> Trend<'a> {
    fn points(&self) -> Vec<Point<'a>> {
        let whose = self.course.whose();
        let point = |checked: &'a Checked| {
            let result = checked.lab(&self.analyte.id)?;
            let value = self.analyte.convert(result, self.unit).filter(|v| v.is_finite())?;
            let date = checked.sampled.unwrap_or(checked.on);
            Some(Point { date, value, result, flag: self.analyte.flag(result, whose) })
        };
        let mut points: Vec<_> = self.course.checks.iter().filter_map(|c| point(&c.checked)).collect();
        points.sort_by_key(|p| p.date);
        points
    }

    /// Returns the limits of the reference range in the chosen unit, the lower one first.
    fn limits(&self) -> [Option<f64>; 2] {
        let whose = self.course.whose();
        let factor = self.analyte.units.get(self.unit).map_or(1.0, |u| u.factor);
        let range = self.analyte.range(whose);
        [range.and_then(|r| r.low), range.and_then(|r| r.high)].map(|limit| limit.map(|l| l / factor))
    }

    fn unit_name(&self) -> &str {
        self.analyte.units.get(self.unit).map_or("", |u| u.unit.as_str())
    }

    /// Writes a value with the digits of the report, or with three that count where it had to be converted.
    fn digits(&self, point: &Point<'_>) -> String {
        let as_reported = self.analyte.unit(&point.result.unit).is_some_and(|u| u.unit == self.unit_name());
        if as_reported {
            return number(point.result);
        }
        let sign = match point.result.comparator {
            Comparator::Exactly => "",
            Comparator::Below => "<",
            Comparator::Above => ">",
        };
        format!("{sign}{}", short(point.value))
    }

    /// Says the latest result in words.
    fn last_words(&self, points: &[Point<'_>]) -> String {
        let Some(last) = points.last() else { return "no result yet".to_owned() };
        let range = match last.flag {
            Some(Flag::Low) => ", low",
            Some(Flag::High) => ", high",
            Some(Flag::Normal) => ", in range",
            None => "",
        };
        let sample = || format!(" ({})", self.course.sample_words(last.date));
        let since = if self.analyte.id.ends_with("b12") { sample() } else { String::new() };
        format!("last {} {}{range}, {}{since}", self.digits(last), self.unit_name(), words::born(last.date))
    }
}

/// Writes three digits that count, or more where the number has them before the point.
fn short(value: f64) -> String {
    let places = match value.abs() {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 1.0 => 2,
        _ => 3,
    };
    trim_number(value, places)
}

impl Widget for Trend<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        (&self).render(area, buf);
    }
}

impl Widget for &Trend<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let mut paper = Canvas::new(buf, area, self.theme);
        if paper.area.is_empty() {
            return;
        }
        let points = self.points();
        let bold = self.theme.style(Role::Text).add_modifier(Modifier::BOLD);
        let last = self.last_words(&points);
        let whole = width(&self.analyte.name) + 2 + width(&last) <= paper.width();
        let name = if whole { &self.analyte.name } else { &self.analyte.short };
        let at = paper.text(0, 0, &format!("{name}  "), bold);
        paper.text(at, 0, &last, self.theme.style(Role::Text));
        let values: Vec<_> = points.iter().map(|p| p.value).collect();
        let Some(grid) = Grid::fit(&values, self.limits(), paper.area, dates(self.course, &points)) else { return };
        grid.axes(&mut paper, self.course);
        grid.limits(&mut paper, self.limits());
        grid.lines(&mut paper, &segments(&points));
        // The latest one first: it keeps its number where two are close.
        points.iter().rev().for_each(|point| self.mark(&mut paper, &grid, point));
    }
}

impl Trend<'_> {
    fn mark(&self, paper: &mut Canvas<'_>, grid: &Grid, point: &Point<'_>) {
        let (x, y) = (grid.x(point.date), grid.y(point.value));
        let (role, letter) = match point.flag {
            Some(flag @ (Flag::Low | Flag::High)) => (Role::Late, flag.letter()),
            Some(Flag::Normal) => (Role::Good, ""),
            None => (Role::Text, ""),
        };
        let sign = match point.result.comparator {
            Comparator::Exactly => self.theme.glyphs.given,
            Comparator::Above => "^",
            Comparator::Below => "v",
        };
        let style = self.theme.style(role);
        paper.put(x, y, sign, style);
        self.value(paper, (x, y), &format!("{}{letter}", self.digits(point)), style);
    }

    /// Writes the number beside its point, over it or under it, where nothing else stands.
    fn value(&self, paper: &mut Canvas<'_>, (x, y): (u16, u16), text: &str, style: Style) {
        let wide = width(text);
        let above = y.checked_sub(1).filter(|row| *row > 0);
        let places = [
            above.map(|row| (x, row)),
            Some((x + 2, y)),
            x.checked_sub(wide + 1).map(|left| (left, y)),
            Some((x, y + 1)),
            above.map(|row| ((x + 1).saturating_sub(wide), row)),
        ];
        let axis = self.theme.glyphs.vertical;
        let free = |(x, y): &(u16, u16)| {
            let clear = (*x..=x + wide).all(|x| paper.cell(x, *y).is_none_or(|cell| quiet(cell.symbol())));
            let apart = x.checked_sub(1).and_then(|x| paper.cell(x, *y));
            let apart = apart.is_none_or(|cell| quiet(cell.symbol()) || cell.symbol() == axis);
            clear && apart && paper.cell(x + wide - 1, *y).is_some()
        };
        let spot = places.into_iter().flatten().find(free);
        if let Some((x, y)) = spot {
            paper.text(x, y, text, style);
        }
    }
}

/// Whether a sign may be written over: paper, the line, the limits.
fn quiet(sign: &str) -> bool {
    matches!(sign, " " | "." | "·" | "˙" | "'" | "-" | ":" | "╌" | "_")
}

/// Returns the first and the last day of the chart: to today, so that an old result looks old.
fn dates(course: &Course, points: &[Point<'_>]) -> Option<(NaiveDate, NaiveDate)> {
    let (first, last) = (points.first()?.date, points.last()?.date);
    Some((first, last.max(course.today)))
}

/// Returns the pairs of neighbours that a line joins: two exact values.
fn segments(points: &[Point<'_>]) -> Vec<[(NaiveDate, f64); 2]> {
    let exact = |p: &Point<'_>| p.result.comparator == Comparator::Exactly;
    let joined = points.windows(2).filter(|pair| pair.iter().all(exact));
    joined.map(|pair| [(pair[0].date, pair[0].value), (pair[1].date, pair[1].value)]).collect()
}

#[cfg(test)]
mod tests;
