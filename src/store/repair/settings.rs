//! The practice's settings brought back.

use super::super::atomic;
use super::super::error::StoreError;
use super::super::files::is_absent;
use super::super::open::read_practice;
use super::copies::Copies;
use super::place::Seen;
use super::{Repair, Repaired, why_left};
use std::path::{Path, PathBuf};

impl Repair<'_> {
    /// The settings: from the newest backup that has them.
    pub(super) fn practice(&mut self, error: StoreError, copies: &Copies) {
        let path = self.store.dir().join("practice.ron");
        let mut done = Repaired { path: path.clone(), ..Repaired::default() };
        done.left = match &error {
            StoreError::Newer { .. } | StoreError::Read { .. } => Some(why_left(self.store.disk(), &path, &error)),
            StoreError::NoPractice { .. } if copies.settings.is_none() => {
                Some("no backup has it: make it anew with `cobalog new`; the charts stay as they are".to_owned())
            }
            _ if copies.settings.is_none() => Some(format!(
                "no backup has it: correct it in a text editor; or move {} to another folder yourself, then make it anew with `cobalog new`; the charts stay as they are",
                path.display()
            )),
            _ => None,
        };
        done.was = match error {
            StoreError::NoPractice { .. } => "it is not there".to_owned(),
            other => other.into_problem().what,
        };
        if let (None, Some((name, text))) = (&done.left, &copies.settings) {
            match self.put_settings(&path, text) {
                Ok(kept) => {
                    done.kept = kept;
                    done.from.push((name.clone(), 0));
                }
                Err(error) => done.left = Some(error.to_string()),
            }
        }
        self.report.files.push(done);
    }

    fn put_settings(&self, path: &Path, text: &str) -> Result<Option<PathBuf>, StoreError> {
        let (disk, dir) = (self.store.disk(), self.store.dir());
        let _lock = self.store.lock()?;
        match disk.meta_of_name(path) {
            Ok(_) => {}
            Err(e) if is_absent(&e) => {
                atomic::Ready::new(disk, path, text.as_bytes(), true)?.take_free_place()?;
                return Ok(None);
            }
            Err(source) => return Err(StoreError::Read { path: path.to_owned(), source }),
        }
        match read_practice(disk, dir) {
            Ok(_) => Ok(None),
            Err(StoreError::Damaged { .. }) => {
                let seen = Seen::of(disk, path)?;
                self.put_in_place(path, text, &seen).map(Some)
            }
            Err(error) => Err(error),
        }
    }
}
