//! The axes of a trend: from values and days to cells, and a line in dots finer than a row.

use super::short;
use crate::clinic::course::Course;
use crate::clinic::interval::days_between;
use crate::tui::theme::Role;
use crate::tui::widgets::canvas::{Canvas, width};
use chrono::{Days, NaiveDate};
use ratatui::layout::Rect;
use std::collections::BTreeMap;

/// Columns between two dates on the axis.
const DATES_APART: u16 = 17;

/// The dots of a cell, across and down: one that lies high, in the middle or low, in signs that every font has.
const DOTS: (i64, i64) = (1, 3);

/// Where values and days lie on the paper; coordinates are the paper's.
pub(super) struct Grid {
    plot: Rect,
    first: NaiveDate,
    days: i64,
    low: f64,
    high: f64,
    step: f64,
    doses: bool,
}

impl Grid {
    /// Makes room for all values and for the limits; `None` without values or without room.
    pub(super) fn fit(
        values: &[f64],
        limits: [Option<f64>; 2],
        area: Rect,
        dates: Option<(NaiveDate, NaiveDate)>,
    ) -> Option<Self> {
        let (first, last) = dates?;
        let doses = area.height >= 7;
        let below = 2 + u16::from(doses);
        if area.height < below + 3 || area.width < 24 {
            return None;
        }
        let all = || values.iter().copied().chain(limits.into_iter().flatten());
        let (least, most) = (all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max));
        let height = area.height - 1 - below;
        let step = step(most - least, most, height);
        let (low, high) = ((least / step).floor() * step, (most / step).ceil() * step);
        let labels = width(&short(high)).max(width(&short(low))).max(5) + 1;
        // The last number and the names of the limits stand at the right.
        let plot = Rect::new(labels, 1, area.width.saturating_sub(labels + 8), height);
        Some(Self { plot, first, days: days_between(first, last), low, high, step, doses })
    }

    pub(super) fn x(&self, day: NaiveDate) -> u16 {
        self.plot.x + (self.fine_x(day) / DOTS.0) as u16
    }

    pub(super) fn y(&self, value: f64) -> u16 {
        self.plot.y + (self.fine_y(value) / DOTS.1) as u16
    }

    /// Returns the column of dots of a day, counted from the plot's edge.
    fn fine_x(&self, day: NaiveDate) -> i64 {
        let most = i64::from(self.plot.width) * DOTS.0 - 1;
        let at = days_between(self.first, day).clamp(0, self.days.max(0));
        (at * most).checked_div(self.days).unwrap_or(most / 2)
    }

    fn fine_y(&self, value: f64) -> i64 {
        let most = (i64::from(self.plot.height) * DOTS.1 - 1) as f64;
        let part = if self.high > self.low { (self.high - value) / (self.high - self.low) } else { 0.5 };
        (part * most).round().clamp(0.0, most) as i64
    }

    /// Draws values at the left, days below, and a tick for each dose.
    pub(super) fn axes(&self, paper: &mut Canvas<'_>, course: &Course) {
        let (dim, rule) = (paper.theme.style(Role::Dim), paper.theme.style(Role::Border));
        let glyphs = paper.theme.glyphs;
        let bottom = self.plot.bottom();
        (self.plot.y..bottom).for_each(|y| paper.put(self.plot.x - 1, y, glyphs.vertical, rule));
        (self.plot.x - 1..self.plot.right()).for_each(|x| paper.put(x, bottom, glyphs.rule, rule));
        let steps = ((self.high - self.low) / self.step).round() as u32;
        for value in (0..=steps).map(|k| self.low + f64::from(k) * self.step) {
            let text = short(value);
            paper.text(self.plot.x.saturating_sub(2 + width(&text)), self.y(value), &text, dim);
        }
        if self.doses {
            paper.text(0, bottom + 1, "doses", dim);
            let tick = if paper.theme.ascii { "'" } else { "╵" };
            let style = paper.theme.style(Role::Given);
            let given = course.given().map(|(_, dose)| dose.given.on);
            let last = self.first.checked_add_days(Days::new(self.days.unsigned_abs())).unwrap_or(NaiveDate::MAX);
            given.filter(|day| (self.first..=last).contains(day)).for_each(|day| {
                paper.put(self.x(day), bottom + 1, tick, style);
            });
        }
        self.dates(paper, bottom + 1 + u16::from(self.doses));
    }

    /// Writes as many dates as have room, each at its own column.
    fn dates(&self, paper: &mut Canvas<'_>, y: u16) {
        let style = paper.theme.style(Role::Dim);
        let parts = if self.days <= 0 { 0 } else { i64::from((self.plot.width / DATES_APART).max(1)) };
        let mut free = 0;
        for k in 0..=parts {
            let days = (self.days * k).checked_div(parts).unwrap_or(0);
            let Some(day) = self.first.checked_add_days(Days::new(days.unsigned_abs())) else { return };
            let text = day.format("%d %b %Y").to_string();
            let x = self.x(day).min(paper.width().saturating_sub(width(&text)));
            if x >= free {
                free = paper.text(x, y, &text, style) + 2;
            }
        }
    }

    /// Draws the limits of the reference range with their names.
    pub(super) fn limits(&self, paper: &mut Canvas<'_>, limits: [Option<f64>; 2]) {
        let style = paper.theme.style(Role::Note);
        let dash = if paper.theme.ascii { "_" } else { "╌" };
        for limit in limits.into_iter().flatten() {
            let y = self.y(limit);
            (self.plot.x..self.plot.right()).for_each(|x| paper.put(x, y, dash, style));
        }
        for (limit, sign) in limits.into_iter().zip(["\u{2265}", "\u{2264}"]) {
            if let Some(limit) = limit {
                paper.text(self.plot.right() + 1, self.y(limit), &format!("{sign}{}", short(limit)), style);
            }
        }
    }

    /// Draws lines between values in dots of a third of a row.
    pub(super) fn lines(&self, paper: &mut Canvas<'_>, segments: &[[(NaiveDate, f64); 2]]) {
        let signs = if paper.theme.ascii { ["'", "-", "."] } else { ["˙", "·", "."] };
        let mut cells: BTreeMap<(i64, i64), Vec<i64>> = BTreeMap::new();
        for segment in segments {
            let [from, to] = segment.map(|(day, value)| (self.fine_x(day), self.fine_y(value)));
            for (x, y) in between(from, to) {
                cells.entry((x / DOTS.0, y / DOTS.1)).or_default().push(y % DOTS.1);
            }
        }
        let style = paper.theme.style(Role::Accent);
        for ((x, y), dots) in cells {
            let many = dots.iter().any(|dot| *dot != dots[0]);
            let sign = if many { ":" } else { signs[dots[0] as usize % signs.len()] };
            paper.put(self.plot.x + x as u16, self.plot.y + y as u16, sign, style);
        }
    }
}

/// Returns the dots of a straight line, one for each step along its longer side.
fn between((x0, y0): (i64, i64), (x1, y1): (i64, i64)) -> impl Iterator<Item = (i64, i64)> {
    let steps = (x1 - x0).abs().max((y1 - y0).abs()).max(1);
    let part =
        move |from: i64, to: i64, k: i64| from + ((to - from) * k * 2 + steps * (to - from).signum()) / (2 * steps);
    (0..=steps).map(move |k| (part(x0, x1, k), part(y0, y1, k)))
}

/// Returns the distance of the values on the axis: 1, 2 or 5 of some power of ten.
fn step(span: f64, most: f64, height: u16) -> f64 {
    let span = if span > 0.0 { span } else { most.abs().max(1.0) / 4.0 };
    let rough = span / f64::from((height / 2).clamp(1, 8));
    let power = 10_f64.powf(rough.log10().floor());
    let nice = [1.0, 2.0, 5.0].into_iter().map(|n| n * power).find(|s| *s >= rough * 0.999);
    nice.unwrap_or(10.0 * power)
}
