//! Charts whose files are gone, put back from what is known of them.

use super::super::error::StoreError;
use super::super::files::is_free;
use super::chart::{united, why_not};
use super::copies::Copies;
use super::{Repair, Repaired, why_left};
use crate::clinic::entry::PatientId;
use std::path::Path;

impl Repair<'_> {
    pub(super) fn bring_back(&mut self, id: PatientId, copies: &Copies) {
        let path = self.store.chart_path(id);
        let mut done = Repaired { path: path.clone(), was: "it is not there".to_owned(), ..Repaired::default() };
        if let Err(error) = self.put_back(id, &path, copies, &mut done) {
            done.left = Some(error.to_string());
        }
        self.report.files.push(done);
    }

    /// Under the lock; what somebody else put there meanwhile stays, and gets what it lacks.
    fn put_back(&self, id: PatientId, path: &Path, copies: &Copies, done: &mut Repaired) -> Result<(), StoreError> {
        let lock = self.store.lock()?;
        let sources = self.known(id, copies, None);
        let whole = united(id, &sources);
        if let Some(why) = why_not(&whole, &sources) {
            done.left = Some(why);
            return Ok(());
        }
        self.store.make_charts_dir()?;
        let whole = self.store.add_entries(&lock, &whole, path, self.now.date_naive())?;
        done.entries = whole.entries().len();
        done.from = sources.into_iter().map(|(name, chart)| (name, chart.entries().len())).collect();
        Ok(())
    }

    /// The folder of the charts, which was not there: it is made anew with the first chart that comes back. An empty one
    /// would look as if nobody had ever been in it.
    pub(super) fn folder(&mut self, path: &Path, is_gone: bool, error: &StoreError) {
        let mut done = Repaired { path: path.to_owned(), was: "it is not there".to_owned(), ..Repaired::default() };
        if !is_gone {
            done.left = Some(why_left(self.store.disk(), path, error));
        } else if is_free(self.store.disk(), path) {
            let left = "no backup of this computer has a chart that could be put there: with a backup from elsewhere, `cobalog restore FILE --merge` brings back what is in it (FILE is that backup)";
            done.left = Some(left.to_owned());
        } else {
            done.notes.push("it was made anew".to_owned());
        }
        self.report.files.insert(0, done);
    }
}
