//! The log read again, by date, newest first.

use super::super::error::{Problem, StoreError};
use super::super::files::{files_of, read_text};
use super::super::open::Store;
use super::line::{Line, named};
use super::write::folder;
use crate::clinic::audit::{Event, Logged, What};
use crate::clinic::entry::PatientId;
use chrono::NaiveDate;

/// What is asked of the log. Everything, by default.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// About these charts; all where none is named.
    pub patients: Vec<PatientId>,
    /// By somebody whose name has this in it, in small letters.
    pub by: Option<String>,
    /// From this day on.
    pub from: Option<NaiveDate>,
    /// Until the end of this day.
    pub to: Option<NaiveDate>,
    /// Of this kind alone.
    pub what: Option<What>,
    /// So many at most, the newest.
    pub most: Option<usize>,
}

impl Wanted {
    fn takes(&self, event: &Event) -> bool {
        let is_of = self.patients.is_empty() || event.patient.is_some_and(|id| self.patients.contains(&id));
        let is_by = self.by.as_ref().is_none_or(|by| event.by.to_lowercase().contains(by.as_str()));
        is_of
            && is_by
            && self.what.is_none_or(|what| {
                // What happened all the same stands beside what was stopped.
                what == event.what || (what == What::NearMiss && event.what == What::Happened)
            })
    }

    fn has_day(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| day >= from) && self.to.is_none_or(|to| day <= to)
    }
}

impl Store {
    /// Reads the log, newest first; files of other days are not opened. A file that cannot be read is named, a line that is
    /// none is left to `check`.
    #[must_use]
    pub fn log(&self, wanted: &Wanted) -> (Vec<Logged>, Vec<Problem>) {
        let (mut found, mut problems) = (Vec::new(), Vec::new());
        let folder = folder(self.dir());
        let files = files_of(self.disk(), &folder, "log").unwrap_or_else(|source| {
            problems.push(StoreError::Read { path: folder, source }.into_problem());
            Vec::new()
        });
        let named = files.into_iter().rev().filter_map(|path| Some((named(&path)?, path)));
        let days: Vec<_> = named.filter(|((day, _), _)| wanted.has_day(*day)).collect();
        for of_day in days.chunk_by(|((a, _), _), ((b, _), _)| a == b) {
            for ((_, station), path) in of_day {
                match read_text(self.disk(), path) {
                    Ok(text) => found.extend(logged(station, &text).filter(|l| wanted.takes(&l.event))),
                    Err(error) => problems.push(error.into_problem()),
                }
            }
            if wanted.most.is_some_and(|most| found.len() >= most) {
                break;
            }
        }
        // An entry has the second in which it was recorded: within one the numbers say what came first.
        found.sort_by(|a, b| (b.event.at.timestamp(), b.n, &b.station).cmp(&(a.event.at.timestamp(), a.n, &a.station)));
        found.truncate(wanted.most.unwrap_or(usize::MAX));
        (found, problems)
    }
}

fn logged<'a>(station: &'a str, text: &'a str) -> impl Iterator<Item = Logged> + 'a {
    let of = |line: Line| Logged { station: station.to_owned(), n: line.body.n, event: line.body.event };
    text.lines().filter_map(Line::read).map(of)
}
