//! Who is in the practice and what is owed to each: the lists' view of all charts.

mod look;

use super::disk::Disk;
use super::error::Problem;
use super::index::{self, Index, Look, Opened, Record, Stamp};
use super::open::Store;
use super::parallel;
use crate::clinic::agenda::{Pages as _, Roll, Row};
use crate::clinic::chart::Chart;
use crate::clinic::entry::PatientId;
use crate::clinic::practice::Practice;
use chrono::{Datelike as _, NaiveDate};
use look::Found;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// A practice with more charts than this is not looked at whole by each command.
const MANY: u32 = 2_000;
/// For so long the folder's own time of change stands for its files, in seconds.
const LOOK_HOLDS: i64 = 60;
/// A folder that changed so shortly before a look may change again within the same tick of its clock, in nanoseconds; some
/// file systems count in steps of two seconds.
const TICK: i64 = 3_000_000_000;
/// With so many new records the index is written anew rather than appended to.
const MANY_CHANGED: usize = 500;

/// One row a patient, and the files that could not be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roster {
    /// The patients, ordered by id.
    pub rows: Vec<Row>,
    /// What could not be read, each file by name.
    pub problems: Vec<Problem>,
}

/// The roll of a practice, and the files that could not be read.
#[derive(Clone, Debug, Default)]
pub struct Rolled {
    /// Every patient's row.
    pub roll: Roll,
    /// What could not be read, each file by name.
    pub problems: Vec<Problem>,
}

impl Store {
    /// Returns every patient's row as the charts on disk have it now, all unpacked.
    #[must_use]
    pub fn roster(&self, today: NaiveDate) -> Roster {
        let Rolled { roll, problems } = self.roll(today);
        let mut rows: Vec<Row> = roll.rows().map(|(_, row)| Row::clone(&row)).collect();
        rows.sort_by_key(|row| row.id);
        Roster { rows, problems }
    }

    /// Returns the roll as the charts on disk have it now.
    ///
    /// Every file is looked at; charts that did not change since they were last read are not read again.
    #[must_use]
    pub fn roll(&self, today: NaiveDate) -> Rolled {
        let index = self.index();
        let opened = index.as_ref().and_then(|index| index.open(self.disk())).filter(|opened| opened.pages.is_whole());
        let Some(opened) = opened else { return self.roll_anew(index.as_ref(), today) };
        let found = self.look(Some(&opened), today);
        if let Some(index) = index.as_ref().filter(|_| !found.unlisted) {
            let big = found.fresh.len() + found.gone.len() > MANY_CHANGED;
            if opened.worn || big {
                save_all(self.disk(), index, &opened, &found);
            } else {
                let _ =
                    index.append(self.disk(), &found.fresh).and_then(|()| index.append_gone(self.disk(), &found.gone));
            }
        }
        let mut roll = opened.roll();
        found.gone.iter().for_each(|id| roll.remove(*id));
        found.fresh.into_iter().for_each(|record| put(&mut roll, record.id, record.row));
        self.united_roll(roll, found.problems, today)
    }

    /// Puts one row in the place of those of a patient's several charts.
    fn united_roll(&self, mut roll: Roll, mut problems: Vec<Problem>, today: NaiveDate) -> Rolled {
        self.unite_rows(&mut roll, &mut problems, today);
        problems.sort_by(|a, b| a.path.cmp(&b.path));
        problems.dedup();
        Rolled { roll, problems }
    }

    /// Reads every chart, as there is no index to go by.
    fn roll_anew(&self, index: Option<&Index>, today: NaiveDate) -> Rolled {
        let found = self.look(None, today);
        if let Some(index) = index.filter(|_| !found.unlisted) {
            index.save(self.disk(), &found.fresh);
        }
        let roll = Roll::of(found.fresh.into_iter().filter_map(|r| r.row));
        self.united_roll(roll, found.problems, today)
    }

    /// Returns the roll as it was last known, without a look at the charts but those that are joined: for the first paint.
    #[must_use]
    pub fn roll_unverified(&self) -> Option<Roll> {
        let opened = self.index()?.open(self.disk())?;
        // The day only bounds how far ahead checkpoints are laid out.
        let day = NaiveDate::from_num_days_from_ce_opt(opened.pages.oldest()).unwrap_or_default();
        Some(self.united_roll(opened.roll(), Vec::new(), day).roll)
    }

    /// Returns the roll for a list that is read once.
    ///
    /// In a large practice the files are not looked at one by one where they were within the last minute before `now`
    /// (seconds since 1970) and nothing was put into their folder or taken from it since: every program that replaces a
    /// chart changes the folder's time, only an editor that writes into the file itself does not.
    #[must_use]
    pub fn roll_of_late(&self, today: NaiveDate, now: i64) -> Rolled {
        if let Some(roll) = self.settled(today, now) {
            return self.united_roll(roll, Vec::new(), today);
        }
        let folder = self.folder_changed();
        let rolled = self.roll(today);
        let is_settled = now.saturating_mul(1_000_000_000).saturating_sub(TICK) > folder && folder > 0;
        if rolled.problems.is_empty()
            && is_settled
            && let Some(index) = self.index()
        {
            index.append_look(self.disk(), Look { folder, at: now });
        }
        rolled
    }

    fn settled(&self, today: NaiveDate, now: i64) -> Option<Roll> {
        let opened = self.index()?.open(self.disk())?;
        let many = opened.pages.count() > MANY;
        let of_late = |look: &Look| (0..=LOOK_HOLDS).contains(&now.saturating_sub(look.at));
        let look = opened.looked.filter(of_late).filter(|_| many && opened.is_good(today))?;
        (self.folder_changed() == look.folder).then(|| opened.roll())
    }

    /// Returns whether there are so many charts that one command does not look at all of them.
    pub(super) fn is_large(&self) -> bool {
        self.index().and_then(|index| index.count(self.disk())).is_some_and(|count| count > MANY)
    }

    pub(super) fn folder_changed(&self) -> i64 {
        self.disk().meta(&self.charts_dir()).map_or(-1, |meta| index::modified(&meta))
    }

    /// Keeps the row of a chart that was just written; the lock that the writer holds keeps the file as it is.
    pub(super) fn noted(&self, chart: &Chart, today: NaiveDate) {
        if self.bulk().is_some_and(|bulk| !bulk.notes_rows()) {
            return;
        }
        if let (Some(index), Some(record)) = (self.index(), self.record_of(chart, today)) {
            index.append(self.disk(), &[record]);
        }
    }

    /// Keeps the rows of many charts that were just written.
    pub(super) fn noted_all(&self, charts: &[Chart]) {
        let Some(index) = self.index() else { return };
        let last = |chart: &Chart| chart.entries().last().map(|e| e.at.date_naive());
        let today = charts.iter().filter_map(last).max().unwrap_or_default();
        let before = index.open(self.disk()).and_then(|opened| opened.records()).unwrap_or_default();
        let mut all: HashMap<PatientId, Record> = before.into_iter().map(|r| (r.id, r)).collect();
        let fresh = parallel::map(charts, |chart| self.record_of(chart, today));
        all.extend(fresh.into_iter().flatten().map(|r| (r.id, r)));
        index.save(self.disk(), &all.into_values().collect::<Vec<_>>());
    }

    fn index(&self) -> Option<Index> {
        Some(Index::new(self.places().cache.as_deref()?, self.fingerprint()))
    }

    fn record_of(&self, chart: &Chart, today: NaiveDate) -> Option<Record> {
        let stamp = Stamp::of(&self.disk().meta(&self.chart_path(chart.id)).ok()?);
        record(chart, stamp, self.practice(), today).ok()
    }
}

impl Opened {
    /// Returns the roll of the pages with what was noted since.
    fn roll(&self) -> Roll {
        let mut roll = Roll::on(self.pages.clone());
        for (id, record) in &self.since {
            put(&mut roll, *id, record.as_ref().and_then(|r| r.row.clone()));
        }
        roll
    }
}

fn save_all(disk: &dyn Disk, index: &Index, opened: &Opened, found: &Found) {
    let mut all: HashMap<PatientId, Record> =
        opened.records().unwrap_or_default().into_iter().map(|r| (r.id, r)).collect();
    found.gone.iter().for_each(|id| drop(all.remove(id)));
    all.extend(found.fresh.iter().map(|r| (r.id, r.clone())));
    index.save(disk, &all.into_values().collect::<Vec<_>>());
}

fn put(roll: &mut Roll, id: PatientId, row: Option<Row>) {
    match row {
        Some(row) => roll.put(row),
        None => roll.remove(id),
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

/// Returns the id that a chart file's name gives, written as Cobalog writes it.
pub(super) fn chart_id(path: &Path) -> Option<PatientId> {
    let name = path.file_stem()?.to_str()?;
    let id: PatientId = name.parse().ok()?;
    (id.to_string() == name).then_some(id)
}
