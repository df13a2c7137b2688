//! A look at every chart for one question, on all cores: for counts that no row holds.

use super::charts::read_one;
use super::copies;
use super::error::{Problem, StoreError};
use super::files::ron_files;
use super::open::Store;
use super::parallel;
use super::roster::chart_id;
use crate::clinic::chart::Chart;
use crate::clinic::tally::{self, Count, Found};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

impl Store {
    /// Counts over all charts where each rule is open, and where it was passed with a reason.
    #[must_use]
    pub fn tally(&self, today: NaiveDate) -> (BTreeMap<String, Count>, Vec<Problem>) {
        let (found, problems) = self.survey(|chart| Found::of(chart, self.practice(), today));
        (tally::count(&found), problems)
    }

    /// Asks every chart; a chart that cannot be read is named and hides nobody else.
    #[must_use]
    pub fn survey<R: Send>(&self, ask: impl Fn(&Chart) -> R + Sync) -> (Vec<R>, Vec<Problem>) {
        let paths = match ron_files(self.disk(), &self.charts_dir()) {
            Ok(paths) => paths,
            Err(source) => {
                let problem = StoreError::Read { path: self.charts_dir(), source }.into_problem();
                return (Vec::new(), vec![problem]);
            }
        };
        // What a list heard of links between charts, for those that the other chart alone names.
        let _ = self.roll_unverified();
        let (mut answers, mut problems) = (Vec::new(), Vec::new());
        for asked in parallel::map(&paths, |path| self.ask_one(path, &ask)) {
            match asked {
                Ok(answer) => answers.extend(answer),
                Err(problem) => problems.push(problem),
            }
        }
        (answers, problems)
    }

    /// A patient of several charts is asked about once, with all of them.
    fn ask_one<R>(&self, path: &Path, ask: &impl Fn(&Chart) -> R) -> Result<Option<R>, Problem> {
        let id = chart_id(path).ok_or_else(|| copies::named(self.disk(), path))?;
        let read = read_one(self.disk(), path, id).map_err(StoreError::into_problem)?;
        let Some(chart) = self.first_of(read.chart).map_err(StoreError::into_problem)? else { return Ok(None) };
        catch_unwind(AssertUnwindSafe(|| ask(&chart)))
            .map(Some)
            .map_err(|_| Problem::new(path, "its course cannot be worked out; please report this"))
    }
}
