//! Who is in the practice and what is owed to each: the lists' view of all charts.

use super::charts::read_one;
use super::copies;
use super::error::{Problem, StoreError};
use super::files::is_temporary;
use super::index::{Index, Loaded, Record, Stamp};
use super::open::Store;
use super::parallel;
use crate::clinic::agenda::Row;
use crate::clinic::chart::Chart;
use crate::clinic::entry::PatientId;
use crate::clinic::practice::Practice;
use chrono::{Datelike as _, NaiveDate};
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// One row a patient, and the files that could not be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roster {
    /// The patients, ordered by id.
    pub rows: Vec<Row>,
    /// What could not be read, each file by name.
    pub problems: Vec<Problem>,
}

/// A chart's file as the folder lists it.
struct Listed {
    id: PatientId,
    path: PathBuf,
    stamp: Stamp,
}

impl Store {
    /// Returns every patient's row as the charts on disk have it now.
    ///
    /// Charts that did not change since they were last read are not read again.
    #[must_use]
    pub fn roster(&self, today: NaiveDate) -> Roster {
        let mut problems = Vec::new();
        let listed = list(&self.charts_dir(), &mut problems);
        let index = self.index();
        let nothing = Loaded { records: Vec::new(), worn: true };
        let Loaded { records, worn } = index.as_ref().and_then(Index::load).unwrap_or(nothing);
        let known = records.len();
        let (mut records, changed) = sort_out(records, listed, today);
        let holding = records.len();
        for read in parallel::map(&changed, |file| self.read_record(file, today)) {
            match read {
                Ok(record) => records.push(record),
                Err(problem) => problems.push(problem),
            }
        }
        records.sort_by_key(|r| r.id);
        let is_same = known == holding && holding == records.len() && !worn;
        if let Some(index) = index.filter(|_| !is_same) {
            index.save(&records);
        }
        problems.sort_by(|a, b| a.path.cmp(&b.path));
        Roster { rows: records.into_iter().filter_map(|r| r.row).collect(), problems }
    }

    /// Returns the rows as they were last known, without a look at the charts: for the first paint.
    #[must_use]
    pub fn roster_unverified(&self) -> Option<Roster> {
        let loaded = self.index()?.load()?;
        Some(Roster { rows: loaded.records.into_iter().filter_map(|r| r.row).collect(), problems: Vec::new() })
    }

    /// Keeps the row of a chart that was just written; the lock that the writer holds keeps the file as it is.
    pub(super) fn noted(&self, chart: &Chart, today: NaiveDate) {
        if let (Some(index), Some(record)) = (self.index(), self.record_of(chart, today)) {
            index.append(&record);
        }
    }

    /// Keeps the rows of many charts that were just written.
    pub(super) fn noted_all(&self, charts: &[Chart]) {
        let Some(index) = self.index() else { return };
        let last = |chart: &Chart| chart.entries().last().map(|e| e.at.date_naive());
        let today = charts.iter().filter_map(last).max().unwrap_or_default();
        let mut records = index.load().map(|l| l.records).unwrap_or_default();
        records.extend(parallel::map(charts, |chart| self.record_of(chart, today)).into_iter().flatten());
        super::index::keep_last(&mut records);
        index.save(&records);
    }

    fn index(&self) -> Option<Index> {
        Some(Index::new(self.places().cache.as_deref()?, self.fingerprint()))
    }

    fn record_of(&self, chart: &Chart, today: NaiveDate) -> Option<Record> {
        let stamp = Stamp::of(&fs::metadata(self.chart_path(chart.id)).ok()?);
        record(chart, stamp, self.practice(), today).ok()
    }

    fn read_record(&self, file: &Listed, today: NaiveDate) -> Result<Record, Problem> {
        let read = read_one(&file.path, file.id).map_err(StoreError::into_problem)?;
        record(&read.chart, file.stamp, self.practice(), today).map_err(|what| Problem::new(&file.path, what))
    }
}

fn record(chart: &Chart, stamp: Stamp, practice: &Practice, today: NaiveDate) -> Result<Record, String> {
    let row = row(chart, practice, today)?;
    Ok(Record { id: chart.id, stamp, day: today.num_days_from_ce(), row })
}

/// Works a row out; a chart that trips a rule is named and hides nobody else.
pub(super) fn row(chart: &Chart, practice: &Practice, today: NaiveDate) -> Result<Option<Row>, String> {
    catch_unwind(AssertUnwindSafe(|| Row::of(chart, practice, today)))
        .map_err(|_| "its course cannot be worked out; please report this".to_owned())
}

/// Parts the files into records that still hold and files to read. Both lists are in order of their ids.
fn sort_out(records: Vec<Record>, listed: Vec<Listed>, today: NaiveDate) -> (Vec<Record>, Vec<Listed>) {
    let mut known = records.into_iter().peekable();
    let (mut holding, mut changed) = (Vec::with_capacity(listed.len()), Vec::new());
    for file in listed {
        while known.next_if(|r| r.id < file.id).is_some() {}
        match known.next_if(|r| r.id == file.id).filter(|r| r.holds(file.stamp, today)) {
            Some(record) => holding.push(record),
            None => changed.push(file),
        }
    }
    (holding, changed)
}

/// Lists the charts in order of their ids; what is not a chart is a problem, but for files that are being written.
fn list(folder: &Path, problems: &mut Vec<Problem>) -> Vec<Listed> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(source) => {
            problems.push(StoreError::Read { path: folder.to_owned(), source }.into_problem());
            return Vec::new();
        }
    };
    let mut listed = Vec::new();
    for entry in entries {
        match entry.and_then(|e| look(&e)) {
            Ok(Some(Ok(file))) => listed.push(file),
            Ok(Some(Err(problem))) => problems.push(problem),
            Ok(None) => {}
            Err(source) => problems.push(StoreError::Read { path: folder.to_owned(), source }.into_problem()),
        }
    }
    listed.sort_by_key(|f| f.id);
    listed
}

fn look(entry: &fs::DirEntry) -> io::Result<Option<Result<Listed, Problem>>> {
    let path = entry.path();
    if path.extension().is_none_or(|e| e != "ron") || is_temporary(&path) {
        return Ok(None);
    }
    let Some(id) = chart_id(&path) else { return Ok(Some(Err(copies::named(&path)))) };
    // The stamp is of what is read, which a link only names.
    let meta = if entry.file_type()?.is_symlink() { fs::metadata(&path) } else { entry.metadata() };
    match meta {
        Ok(meta) => Ok(Some(Ok(Listed { id, stamp: Stamp::of(&meta), path }))),
        // Removed between the two looks.
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Ok(Some(Err(StoreError::Read { path, source }.into_problem()))),
    }
}

/// Returns the id that a chart file's name gives, written as Cobalog writes it.
pub(super) fn chart_id(path: &Path) -> Option<PatientId> {
    let name = path.file_stem()?.to_str()?;
    let id: PatientId = name.parse().ok()?;
    (id.to_string() == name).then_some(id)
}
