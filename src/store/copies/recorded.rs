//! What was recorded on this workstation, remembered for a day or two beside the drafts: a program that keeps folders the
//! same takes no lock, and can put its version in the place of one that was written at that very moment. An entry that
//! was acknowledged and is not in its chart any more is put back; as charts only grow, that is always right.

use super::super::atomic::{self, Ready};
use super::super::charts::read_one;
use super::super::error::{Problem, StoreError};
use super::super::files::ron_files;
use super::super::format::{ReadChart, write_chart};
use super::super::lock::Lock;
use super::super::open::Store;
use super::super::roster::chart_id;
use super::{CameFrom, TakenIn};
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Entry, PatientId};
use chrono::{Days, NaiveDate};
use std::path::PathBuf;

/// Long enough for two computers to meet again and for somebody to look.
const DAYS: u64 = 2;

impl Store {
    pub(super) fn recorded_dir(&self) -> Option<PathBuf> {
        self.places().state.as_ref().map(|state| state.join("recorded"))
    }

    /// Remembers entries that are safe on disk now. That it cannot is no loss: the chart has them.
    pub(in crate::store) fn remember(&self, fresh: &Chart) {
        let (Some(dir), Some(newest)) = (self.recorded_dir(), fresh.entries().last()) else { return };
        let path = dir.join(format!("{}.ron", fresh.id));
        let since = first_day(newest.at.date_naive());
        let known = read_one(self.disk(), &path, fresh.id);
        // What cannot be read now would be forgotten by writing over it; the chart has what is new.
        let (is_unread, is_new) =
            (matches!(known, Err(StoreError::Read { .. })), matches!(known, Err(StoreError::NoChart { .. })));
        let known = known.ok().and_then(sound);
        let recent = known.into_iter().flat_map(|k| k.entries().to_vec()).filter(|e| e.at.date_naive() >= since);
        let all = fresh.union(&Chart::new(fresh.id, recent.collect()));
        if let Some(text) = write_chart(&all, &path).ok().filter(|_| !is_unread) {
            let _ = atomic::make_folder(self.disk(), &dir);
            let ready = Ready::new(self.disk(), &path, text.as_bytes(), false);
            if ready.and_then(|ready| ready.rename(is_new, atomic::BRIEFLY)).is_ok() {
                self.note_stamp(&all, since);
            }
        }
    }

    /// Returns what was recorded here of a chart in the last days.
    pub(in crate::store) fn recorded(&self, id: PatientId) -> Option<Chart> {
        let path = self.recorded_dir()?.join(format!("{id}.ron"));
        read_one(self.disk(), &path, id).ok().and_then(sound)
    }

    /// Forgets what was recorded before the last days; returns the charts that lack something of the rest.
    pub(super) fn overwritten(&self, today: NaiveDate) -> Vec<PatientId> {
        let is_old = |entry: &Entry| entry.at.date_naive() < first_day(today);
        let stamps = self.stamps();
        let mut lacking = Vec::new();
        for (id, path) in self.remembered_files() {
            let Some(known) = (!stamps.vouch(self, id, first_day(today))).then(|| self.recorded(id)).flatten() else {
                continue;
            };
            if known.entries().iter().all(is_old) {
                let _ = self.disk().remove(&path);
            } else if !self.lacks(&known).is_empty() {
                lacking.push(known.id);
            }
        }
        lacking
    }

    /// Names the charts that lack something that was recorded here.
    pub(in crate::store) fn overwritten_problems(&self) -> Vec<Problem> {
        let problem = |known: &Chart| {
            let lost = self.lacks(known).len();
            let (verb, is) = if lost == 1 { ("was", "is") } else { ("were", "are") };
            let what = format!(
                "{} that {verb} recorded here {is} not in it any more: another program put an older file in its place. Cobalog puts it back when the practice is open on a screen, or with `cobalog check --merge`",
                crate::clinic::words::plural(i64::try_from(lost).unwrap_or(i64::MAX), "entry")
            );
            (lost > 0).then(|| Problem::new(&self.chart_path(known.id), what))
        };
        self.all_remembered().iter().filter_map(|(_, known)| problem(known)).collect()
    }

    /// Under the lock: adds to a chart what was recorded here and is not in it.
    pub(super) fn put_back(&self, lock: &Lock, id: PatientId, today: NaiveDate) -> Result<Option<TakenIn>, StoreError> {
        let Some(known) = self.recorded(id) else { return Ok(None) };
        let lost = self.lacks(&known);
        if lost.is_empty() {
            return Ok(None);
        }
        let path = self.chart_path(id);
        let came_in = lost.len();
        let whole = self.add_entries(lock, &Chart::new(id, lost), &path, today)?;
        Ok(Some(TakenIn { whose: super::whose(&whole), came_in, from: CameFrom::Here }))
    }

    /// Returns what of the remembered entries its chart lacks. A chart that cannot be read, or is gone, lacks nothing that
    /// could be put back.
    fn lacks(&self, known: &Chart) -> Vec<Entry> {
        let Ok(read) = read_one(self.disk(), &self.chart_path(known.id), known.id) else { return Vec::new() };
        if read.clash.is_some() {
            return Vec::new();
        }
        known.entries().iter().filter(|e| read.chart.entry(e.id).is_none()).cloned().collect()
    }

    /// Returns whether a chart can be read and has all that is remembered of it.
    pub(super) fn has_all(&self, known: &Chart) -> bool {
        let read = read_one(self.disk(), &self.chart_path(known.id), known.id);
        read.is_ok_and(|read| read.clash.is_none() && known.entries().iter().all(|e| read.chart.entry(e.id).is_some()))
    }

    fn remembered_files(&self) -> Vec<(PatientId, PathBuf)> {
        let files = self.recorded_dir().and_then(|dir| ron_files(self.disk(), &dir).ok()).unwrap_or_default();
        files.into_iter().filter_map(|path| Some((chart_id(&path)?, path))).collect()
    }

    pub(in crate::store) fn all_remembered(&self) -> Vec<(PathBuf, Chart)> {
        self.remembered_files().into_iter().filter_map(|(id, path)| Some((path, self.recorded(id)?))).collect()
    }
}

/// Returns the first of the days that are remembered.
fn first_day(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(DAYS)).unwrap_or(today)
}

/// What is remembered and cannot be read is as good as nothing.
fn sound(read: ReadChart) -> Option<Chart> {
    read.clash.is_none().then_some(read.chart)
}
