//! Copies that programs which keep folders the same leave beside a chart: their entries are taken into the chart, then
//! the copy is put aside.
//!
//! What a copy is, its content says; each such program gives names of its own, in the language of its user. Two
//! workstations that take the same copy in at once write the same bytes, so that the program between them comes to rest.

mod misplaced;
mod recorded;
mod settings;
mod stamps;
mod standing;
mod taken;

use super::adding::{Adding, look};
use super::atomic;
use super::charts::read_one;
use super::error::{Problem, StoreError};
use super::files::{holds, is_absent, is_free, read_bytes, ron_files, text_of};
use super::format::{self, ReadChart};
use super::lock::Lock;
use super::open::Store;
use super::paths::hash;
use super::roster::chart_id;
use crate::clinic::chart::Chart;
use crate::clinic::patient::Person;
use chrono::NaiveDate;
use standing::Standing;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(super) use misplaced::shares;
pub(super) use stamps::Stamped;
pub(super) use standing::{named, read};
pub use taken::{CameFrom, TakenIn};

/// A program that keeps folders the same takes a chart away for a moment before it puts the other one in its place.
const MOMENT: Duration = Duration::from_secs(2);

/// What came of a look at copies. A copy that had to be left is a problem of the roster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copies {
    /// Those that were taken in.
    pub taken: Vec<TakenIn>,
    /// Those that could not be, and why.
    pub problems: Vec<Problem>,
}

impl Store {
    /// Takes copies of charts and settings in: what they have and the chart has not is added, then the copy is put into
    /// `kept/`. Nothing is deleted, and of two versions of one entry none is written over. What was recorded on this
    /// workstation and is not in its chart any more is put back.
    ///
    /// `problems` are those of a roster: a copy is one of them, so that no file is looked at in vain. It may wait for two
    /// seconds.
    pub fn take_in_copies(&mut self, problems: &[Problem], today: NaiveDate) -> Copies {
        let charts: Vec<_> = problems.iter().map(|p| p.path.as_path()).filter(|p| self.may_be_copy(p)).collect();
        let settings = self.settings_copies();
        let overwritten = self.overwritten(today);
        let mut copies = Copies::default();
        if charts.is_empty() && settings.is_empty() && overwritten.is_empty() {
            return copies;
        }
        if charts.iter().any(|path| standing::is_alone(self.disk(), path)) {
            self.disk().pause(MOMENT);
        }
        let lock = match self.lock() {
            Ok(lock) => lock,
            Err(error) => {
                copies.problems.push(error.into_problem());
                return copies;
            }
        };
        for path in charts {
            copies.note(self.take_in_chart(&lock, path, today));
        }
        for id in overwritten {
            copies.note(self.put_back(&lock, id, today));
        }
        // What changes the settings takes the lock itself.
        drop(lock);
        for path in settings {
            copies.note(self.take_in_settings(&path, today));
        }
        copies
    }

    /// Names the files among the charts whose name is not the id of a chart; the others are not read. The folder of a large
    /// practice is not listed for one entry: the screens do so, and `check --merge`.
    #[must_use]
    pub fn named_otherwise(&self) -> Vec<Problem> {
        if self.is_large() {
            return Vec::new();
        }
        let files = ron_files(self.disk(), &self.charts_dir()).unwrap_or_default();
        files.iter().filter(|path| chart_id(path).is_none()).map(|path| named(self.disk(), path)).collect()
    }

    fn may_be_copy(&self, path: &Path) -> bool {
        path.parent() == Some(self.charts_dir().as_path())
    }

    /// Under the lock. `None` where it is no copy, or one that must be left.
    fn take_in_chart(&self, lock: &Lock, path: &Path, today: NaiveDate) -> Result<Option<TakenIn>, StoreError> {
        let Ok((text, copy)) = read(self.disk(), path) else { return Ok(None) };
        let id = copy.chart.id;
        if let Some(named) = chart_id(path).filter(|named| *named != id) {
            return self.take_from_another(lock, (path, named), &copy, false, today);
        }
        let chart_path = self.chart_path(id);
        let chart = match read_one(self.disk(), &chart_path, id) {
            Ok(chart) => Some(chart),
            Err(StoreError::NoChart { .. }) => None,
            Err(_) => return Ok(None),
        };
        // Some systems take small and capital letters for the same.
        if standing::is_same_file(self.disk(), path, &chart_path) {
            return Ok(None);
        }
        let empty = || ReadChart { chart: Chart::new(id, Vec::new()), clash: None, disorder: None };
        let standing = Standing::of(&copy, chart.as_ref().unwrap_or(&empty()));
        if copy.clash.is_some() || chart.as_ref().is_some_and(|c| c.clash.is_some()) {
            return Ok(None);
        }
        let before = chart.map_or_else(|| empty().chart, |c| c.chart);
        let mut whole = before.union(&before.lacking(&copy.chart));
        if standing.fresh > 0 {
            whole = self.add_entries(lock, &copy.chart, &chart_path, today)?;
        }
        if standing.differs.is_some() {
            return Ok(None);
        }
        let kept = self.put_aside(path, &text)?;
        let (whose, came_in) = (whose(&whole), standing.fresh);
        Ok(kept.map(|kept| TakenIn { whose, came_in, from: CameFrom::Copy { kept } }))
    }

    /// Under the lock: adds those entries of another version of a chart that it lacks, as they are. An entry that the two
    /// have otherwise stays as it is.
    pub(super) fn add_entries(
        &self,
        lock: &Lock,
        fresh: &Chart,
        path: &Path,
        today: NaiveDate,
    ) -> Result<Chart, StoreError> {
        format::prove(fresh.entries(), path)?;
        let adding = Adding { store: self, path, lock, strict: false };
        let looked = look(self.disk(), path, fresh.id)?;
        let lacking = looked.chart.lacking(fresh);
        let whole = adding.put(looked, &lacking)?;
        self.noted(&whole, today);
        self.wrote(path);
        Ok(whole)
    }

    /// Moves a copy into `kept/`, under its name; another file of that name stays, and this one's name gets a number that
    /// is the same on every workstation. `None` where the copy is not the one any more whose text was taken in.
    fn put_aside(&self, path: &Path, text: &str) -> Result<Option<PathBuf>, StoreError> {
        let (disk, folder) = (self.disk(), self.dir().join("kept"));
        atomic::make_folder(disk, &folder)?;
        let bytes = read_bytes(disk, path)?;
        let mut kept = folder.join(path.file_name().unwrap_or_default());
        if !is_free(disk, &kept) && !holds(disk, &kept, &bytes) {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            kept = folder.join(format!("{stem}.{:016x}.ron", hash(&bytes)));
        }
        if text_of(bytes, path)? != text {
            return Ok(None);
        }
        let is_free_place = is_free(disk, &kept);
        let rename = || if is_free_place { disk.rename_to_free(path, &kept) } else { disk.rename(path, &kept) };
        match atomic::patiently(disk, atomic::LONG, rename) {
            // Another workstation was first.
            Err(e) if is_absent(&e) && !is_free(disk, &kept) => return Ok(Some(kept)),
            other => other.map_err(|source| StoreError::Write { path: path.to_owned(), source })?,
        }
        for name in [kept.as_path(), path] {
            let unconfirmed = |source| StoreError::Unconfirmed { path: kept.clone(), source };
            atomic::sync_name(disk, name).map_err(unconfirmed)?;
        }
        Ok(Some(kept))
    }
}

impl Copies {
    fn note(&mut self, taken: Result<Option<TakenIn>, StoreError>) {
        match taken {
            Ok(taken) => self.taken.extend(taken),
            Err(error) => self.problems.push(error.into_problem()),
        }
    }
}

fn whose(chart: &Chart) -> String {
    chart.person().map_or_else(|| format!("the chart {}", chart.id), Person::name)
}
