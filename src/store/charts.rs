//! Charts read and added to.

use super::adding::{Adding, Looked, look};
use super::atomic;
use super::bulk::Bulk;
use super::disk::Disk;
use super::error::{Problem, StoreError};
use super::files::{is_absent, is_folder, is_free, read_text};
use super::format::{self, parse_chart, write_chart};
use super::ids::Mint;
use super::lock::{self, Lock};
use super::open::Store;
use super::vault;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Act, Entry, EntryId, Origin, PatientId};
use chrono::{DateTime, FixedOffset, NaiveDate, Timelike as _};
use std::path::{Path, PathBuf};

/// An act with the id that it gets, and where it was taken over from.
pub(super) struct Fresh {
    pub(super) id: EntryId,
    pub(super) act: Act,
    pub(super) from: Option<Box<Origin>>,
}

/// What a caller says with the ids that it is given: acts that may name each other.
pub(super) type Acts<'a> = dyn FnOnce(&mut dyn FnMut() -> EntryId) -> Vec<Fresh> + 'a;

impl Store {
    /// Returns the folder of the charts.
    pub(super) fn charts_dir(&self) -> PathBuf {
        self.dir().join("charts")
    }

    /// Returns whether the practice is gone as a whole: a stick that was pulled, a share that is away.
    fn is_gone(&self) -> bool {
        !is_folder(self.disk(), &self.charts_dir()) && !Self::exists_on(self.disk(), self.dir())
    }

    /// Takes the lock. A practice that is gone is not begun anew in its place, where nobody would find it again: not even a
    /// lock file is put there.
    pub(super) fn lock(&self) -> Result<Lock, StoreError> {
        if self.is_gone() {
            return Err(StoreError::Gone { path: self.dir().to_owned() });
        }
        let lock = lock::take(self.disk(), self.dir())?;
        self.may_write()?;
        self.narrow_once(self.narrowed());
        Ok(lock)
    }

    /// Makes sure that the practice is still encrypted, or not, as it was when it was opened: another workstation may have
    /// switched that. One look at one file; each write begins with it.
    ///
    /// # Errors
    /// [`StoreError::Switched`], [`StoreError::Read`].
    pub fn may_write(&self) -> Result<(), StoreError> {
        vault::may_write(self.disk(), self.dir())
    }

    /// Says of a chart that is not there whether all of the practice is gone.
    pub(super) fn missing(&self, path: PathBuf) -> StoreError {
        if self.is_gone() { StoreError::Gone { path: self.dir().to_owned() } } else { StoreError::NoChart { path } }
    }

    /// Makes the folder of the charts where only it is missing.
    pub(super) fn make_charts_dir(&self) -> Result<(), StoreError> {
        atomic::make_folder(self.disk(), &self.charts_dir())
    }

    pub(super) fn chart_path(&self, id: PatientId) -> PathBuf {
        self.charts_dir().join(format!("{id}.ron"))
    }

    /// Returns how many files lie in the folder of the charts, without reading one; zero where it cannot be listed.
    #[must_use]
    pub fn chart_files(&self) -> usize {
        self.disk().list(&self.charts_dir()).map_or(0, Iterator::count)
    }

    /// Reads a patient's chart, as one with those that were joined to it. The id of a joined chart gives the whole too.
    ///
    /// # Errors
    /// [`StoreError::NoChart`], or why the file cannot be read.
    pub fn chart(&self, id: PatientId) -> Result<Chart, StoreError> {
        self.united(id).map(|(united, _)| united.whole)
    }

    /// Begins a chart with these acts.
    ///
    /// # Errors
    /// What went wrong with the file; there is then no chart.
    pub fn new_patient(
        &self,
        acts: Vec<Act>,
        by: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<(Chart, Vec<EntryId>), StoreError> {
        self.new_patient_with(by, at, |mint| with_ids(acts, mint))
    }

    /// Begins a chart with acts that may name each other by the ids that `mint` gives.
    ///
    /// # Errors
    /// Those of [`Store::new_patient`].
    pub fn new_patient_with(
        &self,
        by: &str,
        at: DateTime<FixedOffset>,
        acts: impl FnOnce(&mut dyn FnMut() -> EntryId) -> Vec<(EntryId, Act)>,
    ) -> Result<(Chart, Vec<EntryId>), StoreError> {
        self.begin_chart(by, at, Box::new(|mint| here(acts(mint))))
    }

    /// Begins a chart.
    pub(super) fn begin_chart(
        &self,
        by: &str,
        at: DateTime<FixedOffset>,
        acts: Box<Acts<'_>>,
    ) -> Result<(Chart, Vec<EntryId>), StoreError> {
        let lock = self.lock()?;
        self.make_charts_dir()?;
        if !self.bulk().is_some_and(Bulk::is_swept) {
            self.sweep_under(&lock);
        }
        let nothing = Looked { text: None, chart: Chart::new(Mint::patient(at), Vec::new()) };
        let path = self.chart_path(nothing.chart.id);
        let adding = Adding { store: self, path: &path, lock: &lock, strict: false };
        let is_free = |acts: &[Fresh]| self.number_is_free(acts, &lock, at.date_naive());
        self.add_if(&adding, (nothing, None), by, at, acts, is_free)
    }

    /// Adds acts to a chart, all in one write. When it returns they are on the disk.
    ///
    /// # Errors
    /// What went wrong with the file; none of the acts is then in it, but for [`StoreError::Unconfirmed`].
    pub fn record(
        &self,
        id: PatientId,
        acts: Vec<Act>,
        by: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<(Chart, Vec<EntryId>), StoreError> {
        self.record_with(id, by, at, |mint| with_ids(acts, mint))
    }

    /// Adds acts that may name each other by the ids that `mint` gives, as a dose names its order.
    ///
    /// # Errors
    /// Those of [`Store::record`].
    pub fn record_with(
        &self,
        id: PatientId,
        by: &str,
        at: DateTime<FixedOffset>,
        acts: impl FnOnce(&mut dyn FnMut() -> EntryId) -> Vec<(EntryId, Act)>,
    ) -> Result<(Chart, Vec<EntryId>), StoreError> {
        self.record_after(id, None, by, at, Box::new(|mint| here(acts(mint))))
    }

    /// Adds acts to a chart that still has `seen` entries: what was checked before signing must be what is there.
    ///
    /// # Errors
    /// [`StoreError::Meanwhile`] where another entry came in, and those of [`Store::record`].
    pub fn record_seen(
        &self,
        id: PatientId,
        seen: usize,
        acts: Vec<Act>,
        by: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<(Chart, Vec<EntryId>), StoreError> {
        self.record_after(id, Some(seen), by, at, Box::new(|mint| here(with_ids(acts, mint))))
    }

    /// Adds acts to a chart that still has `seen` entries, where that is said.
    pub(super) fn record_after(
        &self,
        id: PatientId,
        seen: Option<usize>,
        by: &str,
        at: DateTime<FixedOffset>,
        acts: Box<Acts<'_>>,
    ) -> Result<(Chart, Vec<EntryId>), StoreError> {
        let lock = self.lock()?;
        let (united, cluster) = self.united(id)?;
        let own = united.own;
        if seen.is_some_and(|seen| seen != united.whole.entries().len()) {
            return Err(StoreError::Meanwhile { path: self.chart_path(own.id) });
        }
        let done = self.add(&lock, own, (united.whole, seen.is_some()), by, at, acts)?;
        self.complete_in(&lock, &cluster);
        Ok(done)
    }

    /// Adds acts to a file, under a lock that is held. `whole` is the patient's chart with what other files say, and whether
    /// nothing may have come in since it was read.
    pub(super) fn add(
        &self,
        lock: &Lock,
        own: Chart,
        (whole, strict): (Chart, bool),
        by: &str,
        at: DateTime<FixedOffset>,
        acts: Box<Acts<'_>>,
    ) -> Result<(Chart, Vec<EntryId>), StoreError> {
        let path = self.chart_path(own.id);
        let looked = look(self.disk(), &path, own.id)?;
        if looked.text.is_none() {
            return Err(self.missing(path));
        }
        if strict && looked.chart != own {
            return Err(StoreError::Meanwhile { path });
        }
        let adding = Adding { store: self, path: &path, lock, strict };
        self.add_if(&adding, (looked, Some(whole)), by, at, acts, |_| Ok(()))
    }

    /// Under the lock: two workstations must not give one number to two patients.
    fn number_is_free(&self, acts: &[Fresh], lock: &Lock, today: NaiveDate) -> Result<(), StoreError> {
        let number = acts.iter().find_map(|fresh| match &fresh.act {
            Act::Registered(person) => Some(person.number.clone()),
            _ => None,
        });
        let Some(number) = number else { return Ok(()) };
        // Of many charts in a row the first looks at all of them, where the lock keeps others out meanwhile.
        if self.bulk().is_some_and(|bulk| lock.is_held() && bulk.is_free(self, lock, &number, today)) {
            return Ok(());
        }
        let Some(row) = self.roll(today).roll.numbered(&number).into_iter().next() else { return Ok(()) };
        Err(StoreError::NumberTaken { path: self.charts_dir(), number, name: row.name.clone() })
    }

    fn add_if(
        &self,
        adding: &Adding<'_>,
        (looked, whole): (Looked, Option<Chart>),
        by: &str,
        at: DateTime<FixedOffset>,
        acts: Box<Acts<'_>>,
        allows: impl FnOnce(&[Fresh]) -> Result<(), StoreError>,
    ) -> Result<(Chart, Vec<EntryId>), StoreError> {
        // A chart is read by people: whole seconds. The ids keep the order within one.
        // An entry never sorts before one that its author had before the eyes, also where this clock is behind.
        let second = at.with_nanosecond(0).unwrap_or(at);
        let whole = whole.unwrap_or_else(|| looked.chart.clone());
        let second = whole.entries().last().map_or(second, |last| second.max(last.at));
        let mut floor = whole.entries().iter().filter(|e| e.at == second).map(|e| e.id).max();
        let mut mint = || {
            let id = Mint::entry_after(second, floor);
            floor = Some(id);
            id
        };
        let acts = acts(&mut mint);
        allows(&acts)?;
        let ids = acts.iter().map(|fresh| fresh.id).collect();
        let entry = |Fresh { id, act, from }| Entry { id, at: second, by: by.to_owned(), act, from, seal: None };
        let own = adding.path;
        let entries = self.sealed(&looked.chart, acts.into_iter().map(entry).collect())?;
        let fresh = Chart::new(looked.chart.id, entries);
        format::prove(fresh.entries(), own)?;
        let bulk = self.bulk().filter(|bulk| adding.lock.is_held() && bulk.knows(self, adding.lock));
        let chart = adding.put(looked, &fresh)?;
        if let Some(bulk) = bulk {
            bulk.wrote(self, adding.lock, numbers(&fresh));
        }
        self.noted(&chart, at.date_naive());
        self.wrote(own);
        self.remember(&fresh);
        self.note_recorded(fresh.id, &fresh);
        self.note_happened(&chart, &fresh);
        Ok((whole.union(&fresh).union(&chart), ids))
    }

    /// Writes whole charts, replacing those that are there, without waiting for the disk at each: for a practice that is
    /// made up, which can be made again.
    ///
    /// # Errors
    /// What went wrong with the first file that could not be written.
    pub fn write_charts(&self, charts: &[Chart]) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        let folder = self.charts_dir();
        atomic::make_folder(self.disk(), &folder)?;
        for chart in charts {
            let path = self.chart_path(chart.id);
            atomic::write_quickly(self.disk(), &path, write_chart(chart, &path)?.as_bytes())?;
        }
        self.noted_all(charts);
        let Some(last) = charts.last().map(|c| self.chart_path(c.id)) else { return Ok(()) };
        atomic::sync_name(self.disk(), &last).map_err(|source| StoreError::Unconfirmed { path: folder, source })
    }
}

/// The numbers under which entries enter somebody.
fn numbers(chart: &Chart) -> impl Iterator<Item = &str> {
    let number = |entry| match entry {
        &Entry { act: Act::Registered(ref person), .. } => Some(person.number.as_str()),
        _ => None,
    };
    chart.entries().iter().filter_map(number)
}

/// Acts that were recorded here.
fn here(acts: Vec<(EntryId, Act)>) -> Vec<Fresh> {
    acts.into_iter().map(|(id, act)| Fresh { id, act, from: None }).collect()
}

fn with_ids(acts: Vec<Act>, mint: &mut dyn FnMut() -> EntryId) -> Vec<(EntryId, Act)> {
    acts.into_iter().map(|act| (mint(), act)).collect()
}

/// Reads a chart and makes sure that it is this patient's.
pub(super) fn read_one(disk: &dyn Disk, path: &Path, id: PatientId) -> Result<format::ReadChart, StoreError> {
    read_with_text(disk, path, id).map(|(_, read)| read)
}

/// Reads a chart and makes sure that it is this patient's; the text is the file's.
pub(super) fn read_with_text(
    disk: &dyn Disk,
    path: &Path,
    id: PatientId,
) -> Result<(String, format::ReadChart), StoreError> {
    let text = read_text(disk, path).map_err(|e| match e {
        // A link to nowhere is a chart that cannot be read.
        StoreError::Read { path, source } if is_absent(&source) && is_free(disk, &path) => StoreError::NoChart { path },
        other => other,
    })?;
    let read = parse_chart(&text, path)?;
    if read.chart.id == id {
        return Ok((text, read));
    }
    let what = format!("it holds the chart {}, not the one that its name says", read.chart.id);
    Err(StoreError::Damaged { problem: Problem::new(path, what) })
}
