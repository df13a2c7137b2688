//! From which day on a dose that names no order is one of an order: one rule for what was recorded before a plan was signed,
//! and for what was taken over after it.

use super::Order;
use crate::clinic::interval::days_between;
use crate::clinic::schedule;
use chrono::{Days, NaiveDate};

impl Order {
    /// Returns whether a dose of `on` that names no order can be one of this: it is less than the first gap before its start.
    /// A dose of shortly before counts for the first one then, so that nobody gets two for one; one of longer ago was of
    /// another course, and counts for none. \[eng\]
    #[must_use]
    pub fn began_by(&self, on: NaiveDate) -> bool {
        on >= self.start || on >= self.begins()
    }

    fn begins(&self) -> NaiveDate {
        let mut days = schedule::plan(&self.phases, self.start).map(|dose| dose.date);
        let gap = days.next().zip(days.next()).map_or(0, |(first, second)| days_between(first, second).max(1) - 1);
        self.start.checked_sub_days(Days::new(gap.unsigned_abs())).unwrap_or(self.start)
    }
}
