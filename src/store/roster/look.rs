//! A whole look at the folder of the charts: each file is compared with what the index knows of it, and read where it changed.

use super::super::charts::read_one;
use super::super::copies;
use super::super::error::{Problem, StoreError};
use super::super::files::is_temporary;
use super::super::index::{self, Known, Opened, Record, Stamp};
use super::super::open::Store;
use super::super::parallel;
use super::{chart_id, record};
use crate::clinic::entry::PatientId;
use chrono::NaiveDate;
use std::ffi::OsStr;
use std::path::Path;
use ulid::Ulid;

/// So many files are compared by one thread at a time.
const PIECE: usize = 512;

/// What a look found, beside the index that it was compared with.
#[derive(Default)]
pub(super) struct Found {
    /// Charts whose rows were worked out anew, in order of their ids.
    pub(super) fresh: Vec<Record>,
    /// Charts that the index knows and that are not there, or cannot be read, any more.
    pub(super) gone: Vec<PatientId>,
    pub(super) problems: Vec<Problem>,
    /// Whether the folder could not even be listed: the charts may all be there.
    pub(super) unlisted: bool,
}

impl Found {
    fn with(mut self, other: Self) -> Self {
        self.fresh.extend(other.fresh);
        self.gone.extend(other.gone);
        self.problems.extend(other.problems);
        self
    }
}

impl Store {
    /// Compares the files with what is known of them, and reads those that changed.
    pub(super) fn look(&self, known: Option<&Opened>, today: NaiveDate) -> Found {
        let mut found = Found::default();
        let ids = self.chart_ids(&mut found);
        let pieces: Vec<&[PatientId]> = if ids.is_empty() { vec![&[]] } else { ids.chunks(PIECE).collect() };
        let look = |n: usize| {
            // Each piece has also what is known between its files and those of the next.
            let from = pieces[n].first().filter(|_| n > 0).copied().unwrap_or(PatientId(Ulid(0)));
            let to = pieces.get(n + 1).and_then(|next| next.first()).copied();
            let known = known.map(|opened| opened.known_between((from, to))).unwrap_or_default();
            self.look_at(pieces[n], &known, today)
        };
        parallel::pieces(pieces.len(), look).into_iter().fold(found, Found::with)
    }

    /// Compares some files with what is known of them, both in order of their ids.
    fn look_at(&self, ids: &[PatientId], known: &[Known], today: NaiveDate) -> Found {
        let (mut found, mut known) = (Found::default(), known.iter().peekable());
        for id in ids {
            while let Some(before) = known.next_if(|k| k.id < *id) {
                found.gone.push(before.id);
            }
            let before = known.next_if(|k| k.id == *id);
            let is_same = |stamp| before.is_some_and(|k| k.stamp == stamp && index::is_good(k.day, today));
            let path = self.chart_path(*id);
            let looked = match self.disk().meta(&path).map(|meta| Stamp::of(&meta)) {
                Ok(stamp) if is_same(stamp) => continue,
                Ok(stamp) => self.read_record(*id, &path, stamp, today),
                Err(source) => Err(StoreError::Read { path, source }.into_problem()),
            };
            match looked {
                Ok(record) => found.fresh.push(record),
                Err(problem) => {
                    found.problems.push(problem);
                    found.gone.extend(before.map(|k| k.id));
                }
            }
        }
        found.gone.extend(known.map(|k| k.id));
        found
    }

    fn read_record(&self, id: PatientId, path: &Path, stamp: Stamp, today: NaiveDate) -> Result<Record, Problem> {
        let read = read_one(self.disk(), path, id).map_err(StoreError::into_problem)?;
        record(&read.chart, stamp, self.practice(), today).map_err(|what| Problem::new(path, what))
    }

    /// Lists the charts in order of their ids; what is not a chart is a problem, but for files that are being written.
    fn chart_ids(&self, found: &mut Found) -> Vec<PatientId> {
        let folder = self.charts_dir();
        let failed = |source| StoreError::Read { path: folder.clone(), source }.into_problem();
        let entries = match self.disk().list(&folder) {
            Ok(entries) => entries,
            Err(source) => {
                found.problems.push(failed(source));
                found.unlisted = true;
                return Vec::new();
            }
        };
        let mut ids = Vec::new();
        for entry in entries {
            match entry.map(|e| self.named(&e.file_name(), &folder)) {
                Ok(Some(Ok(id))) => ids.push(id),
                Ok(Some(Err(problem))) => found.problems.push(problem),
                Ok(None) => {}
                Err(source) => found.problems.push(failed(source)),
            }
        }
        ids.sort_unstable();
        ids
    }

    /// Returns the id of a chart by its file's name, or that it is none; nothing for files that are no concern of ours.
    fn named(&self, name: &OsStr, folder: &Path) -> Option<Result<PatientId, Problem>> {
        let path = Path::new(name);
        if path.extension().is_none_or(|e| e != "ron") || is_temporary(path) {
            return None;
        }
        Some(chart_id(path).ok_or_else(|| copies::named(self.disk(), &folder.join(path))))
    }
}

impl Opened {
    /// Returns what is known of the files of some charts: of this id or later ones, and before another, in order of the ids.
    fn known_between(&self, ids: (PatientId, Option<PatientId>)) -> Vec<Known> {
        // What cannot be read is not known: the charts say it.
        let mut known = self.pages.stamps_between(ids).unwrap_or_default();
        if !self.since.is_empty() {
            known.retain(|known| !self.since.contains_key(&known.id));
            let is_here = |id: PatientId| id >= ids.0 && ids.1.is_none_or(|end| id < end);
            let since = self.since.values().flatten().filter(|r| is_here(r.id));
            known.extend(since.map(|r| Known::loose(r.id, r.stamp, r.day)));
            known.sort_by_key(|known| known.id);
        }
        known
    }
}
