//! Counting over all charts, for the page of rules.

use super::{FEW, Session};
use crate::clinic::tally::Count;
use crate::store::Store;
use std::collections::BTreeMap;

/// Counting over all charts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tally {
    NotAsked,
    Asked,
    UnderWay,
}

/// What was counted by rule and how many charts could not be read; or why nothing could be counted.
pub type Counted = Result<(BTreeMap<String, Count>, usize), String>;

impl Session {
    /// Asks for the counts of the page of rules: a few charts are read at once, many on a thread of their own.
    pub(super) fn count_rules(&mut self) {
        let Some(store) = self.store.as_ref().filter(|_| self.tally == Tally::NotAsked) else { return };
        self.tally = Tally::Asked;
        if store.chart_files() <= FEW {
            let counted = count_rules(store, self.app.ctx.today());
            self.take_tally(Ok(counted));
        }
    }

    /// Returns once the practice whose charts are to be counted over, for a thread of its own.
    #[must_use]
    pub fn to_tally(&mut self) -> Option<(Store, chrono::NaiveDate)> {
        let store = self.store.as_ref().filter(|_| self.tally == Tally::Asked)?;
        self.tally = Tally::UnderWay;
        Some((store.clone(), self.app.ctx.today()))
    }

    /// Takes what was counted elsewhere.
    pub fn take_tally(&mut self, counted: Counted) {
        self.tally = Tally::NotAsked;
        self.app.take_tally(counted);
    }
}

/// Counts over every chart of a practice.
pub(in crate::tui) fn count_rules(store: &Store, today: chrono::NaiveDate) -> (BTreeMap<String, Count>, usize) {
    let (counts, problems) = store.tally(today);
    (counts, problems.len())
}
