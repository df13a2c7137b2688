//! From days to columns and back.
//!
//! Columns are counted from the calendar's beginning, so that two days that share a column share it wherever the view
//! stands: nothing flickers while it moves.

use super::events::Event;
use super::state::TimelineState;
use super::zoom::Zoom;
use chrono::{Datelike, NaiveDate};

/// Columns that stay free before the first event, and after the last.
const BEFORE: i64 = 1;
const AFTER: i64 = 10;

/// The part of the time axis that is in view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    pub(super) zoom: Zoom,
    left: i64,
    pub(super) width: u16,
}

/// Returns the column of a day, counted from the calendar's beginning.
pub(super) fn column(zoom: Zoom, day: NaiveDate) -> i64 {
    let (columns, days) = zoom.columns_per_days();
    (i64::from(day.num_days_from_ce()) * columns).div_euclid(days)
}

impl Scale {
    /// Puts the state's center at two thirds, as what has happened tells more than what is planned; no further than the
    /// course reaches, and with the cursor in view.
    pub(super) fn fit(events: &[Event], state: &TimelineState, width: u16) -> Self {
        let (zoom, wide) = (state.zoom, i64::from(width));
        let at = |event: Option<&Event>| event.map_or(column(zoom, state.center), |e| column(zoom, e.date));
        let (first, last) = (at(events.first()) - BEFORE, at(events.last()) + AFTER);
        let latest_left = (last - wide + 1).max(first);
        let left = (column(zoom, state.center) - wide * 2 / 3).clamp(first, latest_left);
        let cursor = at(events.get(state.cursor));
        Self { zoom, left: left.min(cursor).max(cursor - wide + 1), width }
    }

    /// Returns a day's column, which may lie outside of the view.
    pub(super) fn reach(&self, day: NaiveDate) -> i64 {
        column(self.zoom, day) - self.left
    }

    /// Returns a day's column in view.
    pub(super) fn x(&self, day: NaiveDate) -> Option<u16> {
        u16::try_from(self.reach(day)).ok().filter(|x| *x < self.width)
    }

    /// Returns the first day that begins in a column or after it.
    pub(super) fn day(&self, x: i64) -> NaiveDate {
        let (columns, days) = self.zoom.columns_per_days();
        let from_ce = ((self.left + x) * days + columns - 1).div_euclid(columns);
        i32::try_from(from_ce).ok().and_then(NaiveDate::from_num_days_from_ce_opt).unwrap_or(NaiveDate::MAX)
    }
}
