//! Seals: each entry proves by a tag that it stands as it was recorded, in this chart, at its place among those that its
//! author recorded on this workstation.
//!
//! Sealed is where an entry is made, under the lock. What merges, restores or puts back keeps the seals that entries have,
//! so that versions of a chart are united as ever: a seal proves its entry by itself, and the numbers of a chain show what
//! is missing. Two programs that wrote without a lock may have given one number twice; both tags are right.

mod key;
mod prove;
mod station;
mod tag;

use super::error::StoreError;
use super::format;
use super::open::Store;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Entry, PatientId};
use crate::clinic::seal::{BACK, Marks, Seal};
use chrono::{DateTime, FixedOffset};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub(super) use key::{Key, Keys, is_seal_key, name_in, seal_path};
pub(super) use prove::{Fault, Proof, Wrong, recorded_in};
pub(super) use tag::of_line;

/// What a program knows of its seals; shared by the clones of a store.
#[derive(Clone, Default)]
pub(super) struct Sealing(Arc<Known>);

#[derive(Default)]
struct Known {
    station: OnceLock<String>,
    /// The clock of the machine, where the day is pretended.
    real: OnceLock<fn() -> DateTime<FixedOffset>>,
    keys: Mutex<Keys>,
}

impl fmt::Debug for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealing")
    }
}

impl Store {
    /// Returns what this workstation is called in seals and in the audit log.
    #[must_use]
    pub fn station(&self) -> &str {
        let state = self.places().state.as_deref();
        self.sealing().0.station.get_or_init(|| station::of(self.disk(), state))
    }

    /// Has the log, and the date of a new key, go by this clock: the day that entries are dated with is pretended.
    pub fn pretend(&self, real: fn() -> DateTime<FixedOffset>) {
        let _ = self.sealing().0.real.set(real);
    }

    /// Returns when something really happens that is dated so.
    pub(super) fn really(&self, at: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
        self.sealing().0.real.get().map_or(at, |real| real())
    }

    /// Reads the keys as they are now.
    pub(super) fn keys(&self) -> Result<Keys, StoreError> {
        Keys::of(self.disk(), self.dir())
    }

    /// Returns the key that seals; the first time it is made. `None` where there is one that cannot be used.
    pub(super) fn sealing_key(&self, now: DateTime<FixedOffset>) -> Result<Option<Key>, StoreError> {
        let mut known = self.sealing().0.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if known.all.is_empty() {
            *known = self.keys()?.or_made(self.disk(), self.dir(), now)?;
        }
        Ok(known.all.first().cloned())
    }

    /// Seals entries that go into a chart's file next, in their order. Where no key can be used they stay without: care
    /// goes on, and `check` names them.
    pub(super) fn sealed(&self, chart: &Chart, fresh: Vec<Entry>) -> Result<Vec<Entry>, StoreError> {
        let Some(at) = fresh.first().map(|entry| entry.at) else { return Ok(fresh) };
        let Some(key) = self.sealing_key(self.really(at))? else { return Ok(fresh) };
        let mut sealed: Vec<Entry> = Vec::with_capacity(fresh.len());
        for entry in fresh {
            let line = format::unsealed_line(&entry).map_err(|e| self.not_sealed(chart.id, &e))?;
            let (n, back) = self.next_in_chain(&key, chart, &sealed, &entry.by);
            let place = tag::Place { patient: chart.id, author: &entry.by, station: self.station(), n, back: &back };
            let tag = tag::of_entry(&key.bytes, &place, &line);
            let seal = Seal { station: self.station(), n, back: &back, tag: &tag }.to_string();
            sealed.push(Entry { seal: Some(seal), ..entry });
        }
        Ok(sealed)
    }

    /// Looks at the seals of a chart as its file has it.
    pub(super) fn proof(&self, chart: &Chart, keys: &Keys) -> Proof {
        if keys.all.is_empty() {
            return Proof::unknown(chart);
        }
        // What a demo was made with has no seals and may be of a day that has not come.
        prove::prove(chart, keys, self.settings().demo)
    }

    /// Looks at the seals of a patient's chart and of those that are joined to it, for the screen. Where the keys cannot be
    /// read just now, nothing is said.
    #[must_use]
    pub fn marks(&self, chart: &Chart) -> Marks {
        let Ok(keys) = self.keys() else { return Marks::default() };
        let files = std::iter::once(chart.id).chain(chart.joined().iter().map(|j| j.id));
        let mut marks = Marks::default();
        for fault in files.filter_map(|id| self.chart_alone(id).ok()).flat_map(|file| self.proof(&file, &keys).faults) {
            match fault.wrong {
                Wrong::Tampered(how) => drop(marks.entries.insert(fault.entry, how)),
                Wrong::Removed { count, .. } | Wrong::OldRemoved { count } => marks.removed += count,
            }
        }
        marks
    }

    fn not_sealed(&self, id: PatientId, error: &ron::Error) -> StoreError {
        StoreError::NotExact { path: self.chart_path(id), what: error.to_string() }
    }

    /// Returns the next number of an author's chain, and what stands before it: the beginning of the last tag; in the first
    /// seal of a chart the marks of all that is in it.
    fn next_in_chain(&self, key: &Key, chart: &Chart, sealed: &[Entry], by: &str) -> (u32, String) {
        let all = || chart.entries().iter().chain(sealed).filter_map(|e| Some((e, Seal::read(e.seal.as_deref()?)?)));
        let own = all().filter(|(e, seal)| e.by == by && seal.station == self.station());
        if let Some(last) = own.map(|(_, seal)| seal).max_by_key(|seal| seal.n) {
            return (last.n.saturating_add(1), last.tag.chars().take(BACK).collect());
        }
        if all().next().is_some() {
            return (1, String::new());
        }
        let lines = chart.entries().iter().filter_map(|entry| format::unsealed_line(entry).ok());
        (1, lines.map(|line| tag::mark(&key.bytes, chart.id, &line)).collect())
    }
}
