//! The roll: every patient's row, most of them packed away until somebody looks at them.
//!
//! The rows that an index keeps stay where they are ([`Pages`]); what changed since lies over them. A row has a place that
//! stays as long as the roll does.

use super::alike::alike;
use super::found::Loose;
use super::key::Key;
use super::search::{Texts, Wanted, text_of};
use super::worklist::{Changes, Task, days_after, in_order};
use super::{Owed, Row};
use crate::clinic::drug::Drug;
use crate::clinic::entry::PatientId;
use chrono::{Datelike as _, NaiveDate};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Rows that lie packed somewhere else; none of them changes.
pub trait Pages: fmt::Debug + Send + Sync {
    /// Returns how many rows there are.
    fn count(&self) -> u32;
    /// Returns a row by its place.
    fn row(&self, at: u32) -> Option<Arc<Row>>;
    /// Returns the item at a place of the row at a place.
    fn owed(&self, at: u32, item: u16) -> Option<Owed>;
    /// Returns a row without what is owed.
    fn person(&self, at: u32) -> Option<Row>;
    /// Returns a patient's place.
    fn find(&self, id: PatientId) -> Option<u32>;
    /// Returns the places of rows that may have this number; those that do have it are among them.
    fn numbered(&self, number: &str) -> Vec<u32>;
    /// Returns what is owed up to a day, that day included.
    fn keys(&self, until: NaiveDate) -> Vec<Key>;
    /// Returns the places of rows whose charts say something of other charts.
    fn linked(&self) -> Vec<u32>;
    /// Returns the places of rows in which something waits for a signature, each with how much.
    fn waiting(&self) -> Vec<(u32, u32)>;
    /// Returns the places of rows whose order is to be renewed by a day, that day included, the first ones first.
    fn ending(&self, until: NaiveDate) -> Vec<u32>;
    /// Returns the places of rows that have something in common with another one (see [`alike`]).
    fn alike(&self) -> Vec<u32>;
    /// Returns the places of rows of one birth date.
    fn born_on(&self, day: NaiveDate) -> Vec<u32>;
    /// Returns the highest number that is one.
    fn highest_number(&self) -> Option<u64>;
    /// Returns how many had their last dose on a day.
    fn given_on(&self, day: NaiveDate) -> usize;
    /// Returns what the rows are found by.
    fn texts(&self) -> Arc<Texts>;
    /// Says that most of the first rows will be asked for: they lie in order of their first visit.
    fn read_ahead(&self, count: u32);
    /// Returns whether nothing that was asked for so far was damaged: where it was, rows are missing from what was
    /// answered.
    fn is_sound(&self) -> bool;
}

/// Every patient's row.
#[derive(Clone, Debug, Default)]
pub struct Roll {
    pages: Option<Arc<dyn Pages>>,
    /// Rows of the pages that changed since, or went.
    over: HashMap<u32, Option<Arc<Row>>>,
    /// Rows that the pages do not know, behind theirs.
    added: Vec<Option<Arc<Row>>>,
    added_at: HashMap<PatientId, u32>,
    changes: Changes,
    /// What the loose rows are looked up in; made when it is first asked for.
    pub(super) tables: OnceLock<Loose>,
}

impl Roll {
    /// Makes a roll of rows at hand.
    #[must_use]
    pub fn of(rows: impl IntoIterator<Item = Row>) -> Self {
        let mut roll = Self::default();
        rows.into_iter().for_each(|row| roll.put(row));
        roll
    }

    /// Makes a roll of packed rows.
    #[must_use]
    pub fn on(pages: Arc<dyn Pages>) -> Self {
        Self { pages: Some(pages), ..Self::default() }
    }

    pub(super) fn pages(&self) -> Option<&Arc<dyn Pages>> {
        self.pages.as_ref()
    }

    /// Returns whether the row at a place of the pages is as it lies there.
    pub(super) fn is_paged(&self, at: u32) -> bool {
        !self.over.contains_key(&at)
    }

    fn paged(&self) -> u32 {
        self.pages.as_ref().map_or(0, |pages| pages.count())
    }

    /// Returns how many patients there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let gone = self.over.values().filter(|row| row.is_none()).count();
        self.paged() as usize - gone + self.added.iter().flatten().count()
    }

    /// Returns whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the row at a place.
    #[must_use]
    pub fn row(&self, at: u32) -> Option<Arc<Row>> {
        if let Some(over) = self.over.get(&at) {
            return over.clone();
        }
        match at.checked_sub(self.paged()) {
            Some(added) => self.added.get(added as usize)?.clone(),
            None => self.pages.as_ref()?.row(at),
        }
    }

    /// Returns a patient's place.
    #[must_use]
    pub fn find(&self, id: PatientId) -> Option<u32> {
        let paged = || self.pages.as_ref()?.find(id);
        self.added_at.get(&id).copied().or_else(paged).filter(|at| self.row(*at).is_some())
    }

    /// Returns a patient's row.
    #[must_use]
    pub fn of_patient(&self, id: PatientId) -> Option<Arc<Row>> {
        self.row(self.find(id)?)
    }

    /// Puts a patient's row in the place of the one that is there, or behind all others.
    pub fn put(&mut self, row: Row) {
        let row = Arc::new(row);
        match self.place(row.id) {
            Some(at) => self.set(at, Some(row)),
            None => {
                let at = self.paged() + u32::try_from(self.added.len()).unwrap_or(u32::MAX);
                self.added_at.insert(row.id, at);
                self.added.push(Some(row));
                self.changed(at);
            }
        }
    }

    /// Takes a patient's row away.
    pub fn remove(&mut self, id: PatientId) {
        if let Some(at) = self.place(id) {
            self.set(at, None);
        }
    }

    fn place(&self, id: PatientId) -> Option<u32> {
        self.added_at.get(&id).copied().or_else(|| self.pages.as_ref()?.find(id))
    }

    fn changed(&mut self, at: u32) {
        self.changes.note(at);
        self.tables.take();
    }

    fn set(&mut self, at: u32, row: Option<Arc<Row>>) {
        self.changed(at);
        match at.checked_sub(self.paged()) {
            Some(added) => {
                if let Some(place) = self.added.get_mut(added as usize) {
                    *place = row;
                }
            }
            None => {
                self.over.insert(at, row);
            }
        }
    }

    /// Returns all rows with their places; it unpacks each one.
    pub fn rows(&self) -> impl Iterator<Item = (u32, Arc<Row>)> {
        let end = self.paged() + u32::try_from(self.added.len()).unwrap_or(u32::MAX);
        (0..end).filter_map(|at| Some((at, self.row(at)?)))
    }

    /// Returns the rows that lie over the pages, with their places.
    pub(super) fn loose(&self) -> impl Iterator<Item = (u32, &Arc<Row>)> {
        let over = self.over.iter().filter_map(|(at, row)| Some((*at, row.as_ref()?)));
        let behind = (self.paged()..).zip(&self.added).filter_map(|(at, row)| Some((at, row.as_ref()?)));
        over.chain(behind)
    }

    /// Returns the rows whose charts say something of other charts, in order of the ids.
    #[must_use]
    pub fn linked(&self) -> Vec<Arc<Row>> {
        let paged = self.pages.iter().flat_map(|pages| pages.linked()).filter(|at| !self.over.contains_key(at));
        let loose = self.loose().filter(|(_, row)| !row.said.is_empty() || !row.former.is_empty());
        let mut rows: Vec<_> = paged.filter_map(|at| self.row(at)).chain(loose.map(|(_, row)| row.clone())).collect();
        rows.sort_by_key(|row| row.id);
        rows
    }

    /// Returns the rows that have something in common with another one (see [`alike`]), in order of the ids, and perhaps some
    /// more; what is owed to them need not be in them. Whoever is entered twice is among them.
    #[must_use]
    pub fn alike(&self) -> Vec<Row> {
        let Some(pages) = &self.pages else {
            let rows: Vec<_> = self.loose().map(|(_, row)| row).collect();
            let mut alike: Vec<Row> = alike(&rows).into_iter().map(|n| Row::clone(rows[n])).collect();
            alike.sort_by_key(|row| row.id);
            return alike;
        };
        let paged =
            pages.alike().into_iter().filter(|at| !self.over.contains_key(at)).filter_map(|at| pages.person(at));
        let near = self.loose().flat_map(|(_, row)| {
            self.born_about(row.born).into_iter().chain(self.numbered(&row.number)).chain([Arc::clone(row)])
        });
        let near = near.map(|row| Row::clone(&row));
        let all: BTreeMap<PatientId, Row> = paged.chain(near).map(|row| (row.id, row)).collect();
        all.into_values().collect()
    }

    /// Returns how many had their last dose on a day.
    #[must_use]
    pub fn given_on(&self, day: NaiveDate) -> usize {
        let Some(pages) = &self.pages else { return self.loose().filter(|(_, r)| r.last_given == Some(day)).count() };
        let was = |at: &&u32| pages.row(**at).is_some_and(|row| row.last_given == Some(day));
        let before = self.over.keys().filter(was).count();
        let now = self.loose().filter(|(_, row)| row.last_given == Some(day)).count();
        pages.given_on(day).saturating_sub(before) + now
    }

    /// Returns the product that most patients who were given this form since a day had last, those of the same dose first; among
    /// `wanted` alone. It unpacks every row.
    #[must_use]
    pub fn most_used<'a>(&self, wanted: &[&'a str], drug: Drug, dose_mcg: u32, since: NaiveDate) -> Option<&'a str> {
        let mut uses: HashMap<&str, (u32, u32)> = HashMap::new();
        for (_, row) in self.rows().filter(|(_, row)| row.last_given.is_some_and(|day| day >= since)) {
            let vial = row.last_vial.as_ref().filter(|vial| vial.drug == drug);
            if let Some((vial, product)) = vial.and_then(|v| Some((v, wanted.iter().find(|p| **p == v.product)?))) {
                let (same_dose, all) = uses.entry(product).or_default();
                *same_dose += u32::from(vial.dose_mcg == dose_mcg);
                *all += 1;
            }
        }
        let used = wanted.iter().rev().filter(|product| uses.contains_key(**product));
        used.max_by_key(|product| uses.get(**product)).copied()
    }

    /// Returns who is overdue, due, or due within `days`, most urgent first.
    #[must_use]
    pub fn worklist(&self, today: NaiveDate, days: i64) -> Vec<Task> {
        let number = today.num_days_from_ce();
        in_order(self.listed(today, days_after(today, days)), self, number).iter().map(|key| key.task(number)).collect()
    }

    /// Returns what is worked on a day and what comes after it up to another one; that of the pages in order of the visit.
    pub(super) fn listed(&self, today: NaiveDate, until: NaiveDate) -> Vec<Key> {
        let mut keys = self.pages.as_ref().map(|pages| pages.keys(until)).unwrap_or_default();
        if !self.over.is_empty() {
            keys.retain(|key| !self.over.contains_key(&key.row));
        }
        keys.extend(self.loose().flat_map(|(at, row)| Key::of_row(row, at, None)));
        let (today, until) = (today.num_days_from_ce(), until.num_days_from_ce());
        keys.retain(|key| key.is_listed(today, until));
        keys
    }

    /// Returns which rows changed since it was made.
    pub(super) fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Returns what the row at a place is found by; lists are sorted by it.
    pub(super) fn text(&self, at: u32) -> String {
        self.row(at).map(|row| text_of(&row)).unwrap_or_default()
    }

    /// Returns whether nothing that was asked for so far was damaged; else the roll must be made anew.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.pages.as_ref().is_none_or(|pages| pages.is_sound())
    }

    /// Returns what a task is about.
    #[must_use]
    pub fn owed(&self, task: &Task) -> Option<Owed> {
        if task.row >= self.paged() || self.over.contains_key(&task.row) {
            return Owed::of(&*self.row(task.row)?, task.item);
        }
        self.pages.as_ref()?.owed(task.row, task.item)
    }

    /// Says that what these tasks are about will be asked for.
    pub fn read_ahead(&self, tasks: &[Task]) {
        let paged = tasks.iter().map(|task| task.row).filter(|row| *row < self.paged());
        if let (Some(pages), Some(last)) = (&self.pages, paged.max()) {
            pages.read_ahead(last + 1);
        }
    }

    /// Returns the highest number that is one.
    #[must_use]
    pub fn highest_number(&self) -> Option<u64> {
        let paged = self.pages.as_ref().and_then(|pages| pages.highest_number());
        let former = |row: &Arc<Row>| row.former.iter().filter_map(|f| f.number.parse().ok()).max();
        paged.max(self.loose().filter_map(|(_, row)| row.number.parse().ok().max(former(row))).max())
    }

    /// Returns the next free number: one more than the highest; numbers that hold letters do not count.
    #[must_use]
    pub fn next_number(&self) -> String {
        self.highest_number().unwrap_or(1000).saturating_add(1).to_string()
    }

    /// Returns the places of those who are found, in the order of their names; whose very number was typed stands first.
    #[must_use]
    pub fn search(&self, query: &str) -> Vec<u32> {
        let mut found = self.found(&Wanted::new(query));
        let number = query.trim();
        let is_theirs = |at: &u32| self.row(*at).is_some_and(|row| row.number.eq_ignore_ascii_case(number));
        if number.contains(|c: char| c.is_ascii_digit())
            && let Some(at) = found.iter().position(is_theirs)
        {
            found[..=at].rotate_right(1);
        }
        found
    }

    fn found(&self, wanted: &Wanted) -> Vec<u32> {
        let mut found = Vec::new();
        if let Some(pages) = &self.pages {
            let texts = pages.texts();
            let place = |n: u32| texts.rows.get(n as usize).copied();
            found.extend(texts.search(wanted).into_iter().filter_map(place));
            if !self.over.is_empty() {
                found.retain(|at| !self.over.contains_key(at));
            }
        }
        let mut loose: Vec<(String, u32)> = self.loose().map(|(at, row)| (text_of(row), at)).collect();
        loose.sort();
        let mut fits = Vec::new();
        for (text, at) in loose {
            if self.row(at).is_some_and(|row| wanted.fits(&text, row.born)) {
                fits.push((text, at));
            }
        }
        if found.is_empty() {
            return fits.into_iter().map(|(_, at)| at).collect();
        }
        for (text, at) in fits {
            let before = found.partition_point(|other| self.text(*other) < text);
            found.insert(before, at);
        }
        found
    }
}
