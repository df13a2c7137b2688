//! The lists for a prescriber: what waits for a signature, and the orders that end.

use super::{Roll, Row};
use chrono::NaiveDate;
use std::sync::Arc;

impl Roll {
    /// Returns how many entries wait for a signature.
    #[must_use]
    pub fn count_to_sign(&self) -> usize {
        let paged = self.pages().map(|pages| pages.waiting()).unwrap_or_default();
        let paged = paged.into_iter().filter(|(at, _)| self.is_paged(*at)).map(|(_, n)| n as usize);
        paged.sum::<usize>() + self.loose().map(|(_, row)| row.asks.to_sign.len()).sum::<usize>()
    }

    /// Returns the rows in which something waits for a signature, the one that waits longest first.
    #[must_use]
    pub fn to_sign(&self) -> Vec<Arc<Row>> {
        let paged = self.pages().map(|pages| pages.waiting()).unwrap_or_default().into_iter().map(|(at, _)| at);
        let mut rows = self.with_loose(paged, |row| !row.asks.to_sign.is_empty());
        rows.sort_by_cached_key(|row| (row.asks.to_sign.iter().map(|w| w.since).min(), row.name.clone(), row.id));
        rows
    }

    /// Returns how many orders are to be renewed by a day; those that ended already are among them.
    #[must_use]
    pub fn count_renewals(&self, until: NaiveDate) -> usize {
        let paged = self.pages().map(|pages| pages.ending(until)).unwrap_or_default();
        let near = |row: &Row| row.asks.renew_by().is_some_and(|day| day <= until);
        paged.iter().filter(|at| self.is_paged(**at)).count() + self.loose().filter(|(_, row)| near(row)).count()
    }

    /// Returns the rows whose order is to be renewed by a day, the first end first.
    #[must_use]
    pub fn renewals(&self, until: NaiveDate) -> Vec<Arc<Row>> {
        let near = |row: &Row| row.asks.renew_by().is_some_and(|day| day <= until);
        let paged = self.pages().map(|pages| pages.ending(until)).unwrap_or_default();
        let mut rows = self.with_loose(paged.into_iter(), near);
        rows.sort_by_cached_key(|row| (row.asks.renew_by(), row.name.clone(), row.id));
        rows
    }

    /// Returns the rows at these places that lie in the pages still, and those that lie over them and are wanted.
    fn with_loose(&self, paged: impl Iterator<Item = u32>, wanted: impl Fn(&Row) -> bool) -> Vec<Arc<Row>> {
        let loose = self.loose().map(|(_, row)| row).filter(|row| wanted(row)).map(Arc::clone);
        paged.filter(|at| self.is_paged(*at)).filter_map(|at| self.row(at)).chain(loose).collect()
    }
}
