//! The practice's own regimens and products: a damaged one comes back from the newest backup that has it in good order.

use super::super::error::{Problem, StoreError};
use super::super::files::read_text;
use super::super::own;
use super::copies::Copies;
use super::place::Seen;
use super::{Repair, Repaired, why_left};
use std::path::{Path, PathBuf};

/// One that is damaged.
pub(super) struct Own {
    /// Its name in a backup.
    pub(super) name: String,
    path: PathBuf,
    was: String,
}

impl Repair<'_> {
    /// Returns those that cannot be read as what they are. One that can be read and makes no sense, a person wrote so.
    pub(super) fn damaged_own(&mut self) -> Vec<Own> {
        let mut found = Vec::new();
        for path in own::files(self.store.disk(), self.store.dir()) {
            let name = own::name(&path);
            match self.look_at_own(&path) {
                Ok(None) => {}
                Ok(Some(problem)) => found.push(Own { name, path, was: super::was(problem) }),
                Err(error) => {
                    let left = Some(why_left(self.store.disk(), &path, &error));
                    let was = error.into_problem().what;
                    self.report.files.push(Repaired { path, was, left, ..Repaired::default() });
                }
            }
        }
        found
    }

    fn look_at_own(&self, path: &Path) -> Result<Option<Problem>, StoreError> {
        match read_text(self.store.disk(), path) {
            Ok(text) => Ok(own::damage(&text, path)),
            Err(StoreError::Damaged { problem }) => Ok(Some(problem)),
            Err(error) => Err(error),
        }
    }

    pub(super) fn own(&mut self, own: Own, copies: &Copies) {
        let mut done = Repaired { path: own.path.clone(), was: own.was, ..Repaired::default() };
        let Some((from, text)) = copies.own.get(&own.name) else {
            done.left = Some("no backup has it in good order: correct that place in a text editor".to_owned());
            return self.report.files.push(done);
        };
        match self.put_own(&own.path, text) {
            Ok(kept) => {
                done.from.extend(kept.is_some().then(|| (from.clone(), 0)));
                done.kept = kept;
            }
            Err(error) => done.left = Some(error.to_string()),
        }
        self.report.files.push(done);
    }

    /// Under the lock; one that somebody put right meanwhile stays.
    fn put_own(&self, path: &Path, text: &str) -> Result<Option<PathBuf>, StoreError> {
        let _lock = self.store.lock()?;
        if self.look_at_own(path)?.is_none() {
            return Ok(None);
        }
        let seen = Seen::of(self.store.disk(), path)?;
        self.put_in_place(path, text, &seen).map(Some)
    }
}
