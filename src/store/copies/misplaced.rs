//! A chart's file that holds another patient's chart, as after a slip in a file manager: that chart is damaged, the file is
//! no copy. It stays in its place and is named until it is repaired; what the other patient's chart lacks is taken over.

use super::super::charts::read_one;
use super::super::error::StoreError;
use super::super::format::ReadChart;
use super::super::lock::Lock;
use super::super::open::Store;
use super::standing::{Standing, is_same_file};
use super::{CameFrom, TakenIn, whose};
use crate::clinic::chart::Chart;
use crate::clinic::entry::PatientId;
use chrono::NaiveDate;
use std::path::Path;

impl Store {
    /// Under the lock: adds to the chart that the file of `named` holds what that chart lacks. A chart whose own file is not
    /// there is begun again only where it is sure whose the entries are: the id in the file may be what is damaged.
    pub(in crate::store) fn take_from_another(
        &self,
        lock: &Lock,
        (path, named): (&Path, PatientId),
        held: &ReadChart,
        is_sure: bool,
        today: NaiveDate,
    ) -> Result<Option<TakenIn>, StoreError> {
        let id = held.chart.id;
        let chart_path = self.chart_path(id);
        if held.clash.is_some() || is_same_file(self.disk(), path, &chart_path) {
            return Ok(None);
        }
        let fresh = match read_one(self.disk(), &chart_path, id) {
            Ok(chart) if chart.clash.is_some() || !shares(&held.chart, &chart.chart) => return Ok(None),
            Ok(chart) => Standing::of(held, &chart).fresh,
            Err(StoreError::NoChart { .. }) if is_sure || self.is_known_as_its_own(&held.chart, named) => {
                held.chart.entries().len()
            }
            Err(_) => return Ok(None),
        };
        if fresh == 0 {
            return Ok(None);
        }
        let whole = self.add_entries(lock, &held.chart, &chart_path, today)?;
        Ok(Some(TakenIn { whose: whose(&whole), came_in: fresh, from: CameFrom::Elsewhere { file: path.to_owned() } }))
    }

    fn is_known_as_its_own(&self, held: &Chart, named: PatientId) -> bool {
        let is_recorded = self.recorded(held.id).is_some_and(|known| shares(held, &known));
        is_recorded || (began_with(held, held.id) && !began_with(held, named))
    }
}

/// Returns whether two charts have an entry in common, as two versions of one chart always do.
pub(in crate::store) fn shares(one: &Chart, other: &Chart) -> bool {
    one.entries().iter().any(|entry| other.entry(entry.id).is_some())
}

/// Returns whether the first entry was made in the second in which a chart's id was: the two are made together.
fn began_with(chart: &Chart, id: PatientId) -> bool {
    let second = |ulid: ulid::Ulid| ulid.timestamp_ms() / 1000;
    chart.entries().first().is_some_and(|first| second(first.id.0) == second(id.0))
}
