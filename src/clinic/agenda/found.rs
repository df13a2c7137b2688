//! Rows found by who they are, without a look at each: by number, birth date, name. The pages have tables of their own; those
//! of the loose rows are made when they are first asked for.

use super::Row;
use super::roll::Roll;
use super::search::{Wanted, text_of};
use chrono::{Datelike as _, NaiveDate};
use std::collections::HashMap;
use std::sync::Arc;

/// The places of loose rows by what they are found by.
#[derive(Clone, Debug, Default)]
pub(super) struct Loose {
    by_number: HashMap<String, Vec<u32>>,
    by_birth: HashMap<NaiveDate, Vec<u32>>,
    /// By `family, given` in small letters.
    by_name: HashMap<String, Vec<u32>>,
    /// Those who had other identities before.
    with_former: Vec<u32>,
}

impl Loose {
    fn of<'a>(rows: impl Iterator<Item = (u32, &'a Arc<Row>)>) -> Self {
        let mut loose = Self::default();
        for (at, row) in rows {
            let numbers = std::iter::once(&row.number).chain(row.former.iter().map(|former| &former.number));
            numbers.for_each(|number| loose.by_number.entry(number.clone()).or_default().push(at));
            loose.by_birth.entry(row.born).or_default().push(at);
            loose.by_name.entry(row.name.to_lowercase()).or_default().push(at);
            loose.with_former.extend((!row.former.is_empty()).then_some(at));
        }
        loose
    }
}

impl Roll {
    fn tables(&self) -> &Loose {
        self.tables.get_or_init(|| Loose::of(self.loose()))
    }

    /// Returns the rows at these places, each once, in their order.
    fn at_places(&self, loose: Option<&Vec<u32>>, paged: impl Iterator<Item = u32>) -> Vec<Arc<Row>> {
        let paged = paged.filter(|at| self.is_paged(*at));
        let mut places: Vec<u32> = loose.into_iter().flatten().copied().chain(paged).collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|at| self.row(at)).collect()
    }

    /// Returns the rows of this birth date, also with day and month swapped.
    #[must_use]
    pub fn born_about(&self, born: NaiveDate) -> Vec<Arc<Row>> {
        let swapped = NaiveDate::from_ymd_opt(born.year(), born.day(), born.month()).filter(|day| *day != born);
        let of_day = |day: NaiveDate| {
            let paged = self.pages().into_iter().flat_map(|pages| pages.born_on(day));
            self.at_places(self.tables().by_birth.get(&day), paged)
        };
        std::iter::once(born).chain(swapped).flat_map(of_day).collect()
    }

    /// Returns the rows that have a number.
    #[must_use]
    pub fn numbered(&self, number: &str) -> Vec<Arc<Row>> {
        let paged = self.pages().into_iter().flat_map(|pages| pages.numbered(number));
        let mut rows = self.at_places(self.tables().by_number.get(number), paged);
        rows.retain(|row| row.has_number(number));
        rows
    }

    /// Returns the rows whose name is this, `family, given` in small letters.
    #[must_use]
    pub fn called(&self, name: &str) -> Vec<Arc<Row>> {
        // What a row is found by begins with its name.
        let paged = self.pages().into_iter().flat_map(|pages| pages.texts().beginning(&format!("{name} ")));
        let mut rows = self.at_places(self.tables().by_name.get(name), paged);
        rows.retain(|row| row.name.to_lowercase() == name);
        rows
    }

    /// Returns the rows with other identities of before, where a birth date is said; else those that a name finds. All of them
    /// are loose: they are of several charts.
    #[must_use]
    pub fn with_former(&self, name: &str, born: Option<NaiveDate>) -> Vec<Arc<Row>> {
        let rows = self.at_places(Some(&self.tables().with_former), std::iter::empty());
        let wanted = Wanted::new(name);
        let is_found = |row: &Row| !name.trim().is_empty() && wanted.fits(&text_of(row), row.born);
        rows.into_iter().filter(|row| born.is_some() || is_found(row)).collect()
    }
}
