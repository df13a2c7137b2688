//! Copies of the settings: their lots are taken in; of everything else what `practice.ron` says holds.

use super::super::disk::Disk;
use super::super::error::{Problem, StoreError};
use super::super::files::{read_text, ron_files};
use super::super::format::read_settings;
use super::super::open::Store;
use super::TakenIn;
use crate::clinic::practice::{LotInUse, Settings};
use std::path::{Path, PathBuf};

/// As many as the settings keep.
const MOST_LOTS: usize = 12;

impl Store {
    /// Returns the files beside `practice.ron` that hold settings too.
    pub(super) fn settings_copies(&self) -> Vec<PathBuf> {
        self.beside_settings().into_iter().filter(|path| read(self.disk(), path).is_ok()).collect()
    }

    fn beside_settings(&self) -> Vec<PathBuf> {
        let mut files = ron_files(self.disk(), self.dir()).unwrap_or_default();
        files.retain(|path| path.file_name().is_some_and(|name| name != "practice.ron"));
        files
    }

    /// Names the copies of the settings. A file that cannot be read is one where its name says that it means to be.
    pub(in crate::store) fn settings_problems(&self) -> Vec<Problem> {
        let is_meant = |path: &Path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("practice"));
        let problem = |path: &PathBuf| match read(self.disk(), path) {
            Ok(_) => Some(Problem::new(
                path,
                "it is a copy of practice.ron. Cobalog takes its lots in when the practice is open on a screen, or with `cobalog check --merge`",
            )),
            Err(error) if is_meant(path) => Some(error.into_problem()),
            Err(_) => None,
        };
        self.beside_settings().iter().filter_map(problem).collect()
    }

    pub(super) fn take_in_settings(&mut self, path: &Path) -> Result<Option<TakenIn>, StoreError> {
        let (text, copy) = read(self.disk(), path)?;
        let came_in = fresh(self.settings(), &copy.lots).len();
        if came_in > 0 {
            self.change_settings(|settings| {
                settings.lots.extend(fresh(settings, &copy.lots));
                settings.lots.truncate(MOST_LOTS);
            })?;
        }
        let kept = self.put_aside(path, &text)?;
        let whose = "the practice's settings".to_owned();
        Ok(kept.map(|kept| TakenIn { whose, came_in, kept: Some(kept), left: None }))
    }
}

fn read(disk: &dyn Disk, path: &Path) -> Result<(String, Settings), StoreError> {
    let text = read_text(disk, path)?;
    let settings = read_settings(&text, path)?;
    Ok((text, settings))
}

/// Returns the lots that are not in use here; where the list is full the latest ones stay.
fn fresh(settings: &Settings, lots: &[LotInUse]) -> Vec<LotInUse> {
    let is_known = |lot: &LotInUse| settings.lots.iter().any(|l| l.lot == lot.lot && l.product == lot.product);
    let room = MOST_LOTS.saturating_sub(settings.lots.len());
    lots.iter().filter(|lot| !is_known(lot)).take(room).cloned().collect()
}
