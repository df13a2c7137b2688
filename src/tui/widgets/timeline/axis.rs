//! The header: months, days or years, never one over the other.

use super::scale::Scale;
use super::zoom::Zoom;
use crate::tui::theme::Role;
use crate::tui::widgets::canvas::{Canvas, width};
use chrono::{Datelike, NaiveDate, Weekday};

/// A label of the axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tick {
    pub(super) x: u16,
    pub(super) text: String,
    /// Whether it carries a year.
    pub(super) year: bool,
}

/// Returns the labels of the first header row: months, or quarters with years.
pub(super) fn months(scale: &Scale) -> Vec<Tick> {
    let months = if scale.zoom == Zoom::Years { 3 } else { 1 };
    let first = scale.day(0);
    let mut out: Vec<Tick> = Vec::new();
    let mut shown_year = None;
    let starts = std::iter::successors(period(first, months), |day| next(*day, months));
    for day in starts.take(usize::from(scale.width) + 2) {
        let x = scale.reach(day).max(0);
        let end = next(day, months).map_or(i64::MAX, |day| scale.reach(day));
        let Some(x) = u16::try_from(x).ok().filter(|x| *x < scale.width) else { break };
        let with_year = shown_year != Some(day.year());
        let text = label(scale.zoom, day, with_year);
        let room = end.min(i64::from(scale.width) + 1) - i64::from(x);
        let free = out.last().is_none_or(|t| t.x + width(&t.text) < x);
        if free && i64::from(width(&text)) < room {
            shown_year = Some(day.year());
            out.push(Tick { x, text, year: with_year });
        }
    }
    out
}

fn label(zoom: Zoom, day: NaiveDate, with_year: bool) -> String {
    match (zoom, with_year) {
        (Zoom::Years, true) if day.month() == 1 => day.format("%Y").to_string(),
        (_, true) => day.format("%b %Y").to_string(),
        _ => day.format("%b").to_string(),
    }
}

/// Returns the first day of the period of so many months that holds `day`.
fn period(day: NaiveDate, months: u32) -> Option<NaiveDate> {
    day.with_day(1)?.with_month(day.month0() / months * months + 1)
}

fn next(day: NaiveDate, months: u32) -> Option<NaiveDate> {
    day.checked_add_months(chrono::Months::new(months))
}

/// Returns the labels of the second header row: each day, or each Monday.
pub(super) fn days(scale: &Scale) -> Vec<Tick> {
    let last = scale.day(i64::from(scale.width));
    let wanted = |day: &NaiveDate| match scale.zoom {
        Zoom::Days => true,
        Zoom::Weeks => day.weekday() == Weekday::Mon,
        _ => false,
    };
    let text = |day: NaiveDate| match scale.zoom {
        Zoom::Days => format!("{}{}", &day.weekday().to_string()[..1], day.day()),
        _ => day.day().to_string(),
    };
    let in_view = scale.day(0).iter_days().take_while(|day| *day < last).filter(wanted);
    let ticks = in_view.filter_map(|day| Some(Tick { x: scale.x(day)?, text: text(day), year: false }));
    ticks.filter(|t| t.x + width(&t.text) <= scale.width).collect()
}

/// Returns the columns of the faint lines: where a month, a week of days, or a year begins.
pub(super) fn lines(scale: &Scale) -> Vec<u16> {
    if scale.zoom == Zoom::Days {
        let last = scale.day(i64::from(scale.width));
        let mondays = scale.day(0).iter_days().take_while(|day| *day < last).filter(|d| d.weekday() == Weekday::Mon);
        return mondays.filter_map(|day| scale.x(day)).collect();
    }
    let months = if scale.zoom == Zoom::Years { 12 } else { 1 };
    let starts = std::iter::successors(period(scale.day(0), months), |day| next(*day, months));
    let in_view = starts.take_while(|day| scale.reach(*day) < i64::from(scale.width));
    in_view.filter_map(|day| scale.x(day)).collect()
}

/// Draws one header row.
pub(super) fn draw(canvas: &mut Canvas<'_>, y: u16, ticks: &[Tick]) {
    let (plain, year) = (canvas.theme.style(Role::Dim), canvas.theme.style(Role::Title));
    for tick in ticks {
        canvas.text(tick.x, y, &tick.text, if tick.year { year } else { plain });
    }
}
