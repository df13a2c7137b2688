//! Where the cursor stands and what is in view.

use super::events::{Event, EventKind, events};
use super::layout;
use super::scale::{Scale, column};
use super::zoom::Zoom;
use crate::clinic::course::Course;
use crate::clinic::interval::days_between;
use chrono::NaiveDate;
use ratatui::layout::Rect;

/// How far from the middle the cursor may walk before the view follows, in columns.
const REACH: i64 = 20;

/// The cursor and the view of a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimelineState {
    /// The event under the cursor; an index into [`events`].
    pub cursor: usize,
    /// How much time a column stands for.
    pub zoom: Zoom,
    /// The day about which the view lies; it may lie off the middle where that shows more of the course.
    pub center: NaiveDate,
}

impl TimelineState {
    /// Stands on today, with months in view, or years where the course began long ago.
    #[must_use]
    pub fn new(course: &Course) -> Self {
        Self::sized(course, 76)
    }

    /// The same, for a widget of this width.
    #[must_use]
    pub fn sized(course: &Course, width: u16) -> Self {
        let plot = layout::plot(Rect::new(0, 0, width, 1), false).width;
        let first = course.given().next().map_or(course.today, |(_, given)| given.given.on);
        let zoom = if days_between(first, course.today) > i64::from(plot) * 3 / 2 { Zoom::Years } else { Zoom::Months };
        let mut state = Self { cursor: 0, zoom, center: course.today };
        state.today(course);
        state
    }

    /// Returns the event under the cursor.
    #[must_use]
    pub fn event(&self, course: &Course) -> Option<Event> {
        let all = events(course);
        all.get(self.cursor).or(all.last()).copied()
    }

    /// Walks to the event before.
    pub fn left(&mut self, course: &Course) {
        self.stand(&events(course), self.cursor.saturating_sub(1));
    }

    /// Walks to the event after.
    pub fn right(&mut self, course: &Course) {
        self.stand(&events(course), self.cursor.saturating_add(1));
    }

    /// Goes to the first event.
    pub fn first(&mut self, course: &Course) {
        self.stand(&events(course), 0);
    }

    /// Goes to the last event.
    pub fn last(&mut self, course: &Course) {
        self.stand(&events(course), usize::MAX);
    }

    /// Goes to what happens today, or to today itself.
    pub fn today(&mut self, course: &Course) {
        self.center = course.today;
        self.go_to(course, course.today);
    }

    /// Goes to the event nearest to a day; of several on it, to the first that is more than a date.
    pub fn go_to(&mut self, course: &Course, day: NaiveDate) {
        let all = events(course);
        let rank =
            |e: &Event| ((e.date - day).num_days().abs(), matches!(e.kind, EventKind::Phase(_) | EventKind::Ghost(_)));
        if let Some(nearest) = (0..all.len()).min_by_key(|i| rank(&all[*i])) {
            self.stand(&all, nearest);
        }
    }

    /// Stands on the same event of a course that somebody else changed, or on what is nearest to its day; the view stays.
    pub fn follow(&mut self, before: &Course, after: &Course) {
        let Some(chosen) = self.event(before) else { return };
        let view = self.center;
        match events(after).iter().position(|e| *e == chosen) {
            Some(index) => self.cursor = index,
            None => self.go_to(after, chosen.date),
        }
        self.center = view;
    }

    /// Shows less time, around the cursor.
    pub fn zoom_in(&mut self, course: &Course) {
        self.zoom_to(course, self.zoom.finer());
    }

    /// Shows more time, around the cursor.
    pub fn zoom_out(&mut self, course: &Course) {
        self.zoom_to(course, self.zoom.coarser());
    }

    fn zoom_to(&mut self, course: &Course, zoom: Zoom) {
        if zoom != self.zoom {
            self.zoom = zoom;
            self.center = self.event(course).map_or(course.today, |e| e.date);
        }
    }

    /// Selects the event nearest to a column of the screen, where `area` is that of the widget; a second click on the
    /// same column goes through the events that share it. Returns whether the column belongs to the time axis.
    pub fn select_at(&mut self, course: &Course, area: Rect, x: u16) -> bool {
        let plot = layout::plot(area, false);
        if x < plot.left() || x >= plot.right() {
            return false;
        }
        let all = events(course);
        let scale = Scale::fit(&all, self, plot.width);
        let wanted = i64::from(x - plot.left());
        let away = |i: &usize| (scale.reach(all[*i].date) - wanted).abs();
        let Some(nearest) = (0..all.len()).map(|i| away(&i)).min() else { return false };
        let there: Vec<_> = (0..all.len()).filter(|i| away(i) == nearest).collect();
        let next = there.iter().find(|i| **i > self.cursor).filter(|_| there.contains(&self.cursor));
        if let Some(index) = next.or(there.first()) {
            self.stand(&all, *index);
        }
        true
    }

    /// Stands on an event, and lets the view follow.
    fn stand(&mut self, all: &[Event], index: usize) {
        self.cursor = index.min(all.len().saturating_sub(1));
        let Some(event) = all.get(self.cursor) else { return };
        let off = column(self.zoom, event.date) - column(self.zoom, self.center);
        if off.abs() > REACH {
            let (columns, days) = self.zoom.columns_per_days();
            let back = chrono::Duration::days((REACH * off.signum() * days).div_euclid(columns));
            self.center = event.date.checked_sub_signed(back).unwrap_or(event.date);
        }
    }
}
