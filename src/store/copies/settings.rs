//! Copies of the settings: their lots are taken in; of everything else what `practice.ron` says holds.

use super::super::disk::Disk;
use super::super::error::{Problem, StoreError};
use super::super::files::{read_text, ron_files};
use super::super::format::read_settings;
use super::super::open::Store;
use super::{CameFrom, TakenIn};
use crate::clinic::practice::{LotInUse, MOST_LOTS, Settings};
use chrono::NaiveDate;
use std::path::{Path, PathBuf};

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

    pub(super) fn take_in_settings(&mut self, path: &Path, today: NaiveDate) -> Result<Option<TakenIn>, StoreError> {
        let (text, copy) = read(self.disk(), path)?;
        let before = self.settings().lots.clone();
        let whole = union(&before, &copy.lots, today);
        let came_in = whole.iter().filter(|lot| !is_in(&before, lot)).count();
        if came_in > 0 {
            self.change_settings(|settings| settings.lots = union(&settings.lots, &copy.lots, today))?;
        }
        let kept = self.put_aside(path, &text)?;
        let whose = "the practice's settings".to_owned();
        let otherwise = left(self.settings(), &copy);
        Ok(kept.map(|kept| TakenIn { whose, came_in, from: CameFrom::Settings { kept, otherwise } }))
    }
}

fn read(disk: &dyn Disk, path: &Path) -> Result<(String, Settings), StoreError> {
    let text = read_text(disk, path)?;
    let settings = read_settings(&text, path)?;
    Ok((text, settings))
}

/// What of a copy is otherwise than here, and stays as it is here.
fn left(ours: &Settings, theirs: &Settings) -> Vec<&'static str> {
    let rest = |s: &Settings| Settings { name: String::new(), people: Vec::new(), lots: Vec::new(), ..s.clone() };
    let differs = [
        (ours.name != theirs.name, "name"),
        (ours.people != theirs.people, "list of people"),
        (rest(ours) != rest(theirs), "setting"),
    ];
    differs.into_iter().filter_map(|(is_other, what)| is_other.then_some(what)).collect()
}

fn is_in(lots: &[LotInUse], lot: &LotInUse) -> bool {
    lots.iter().any(|l| l.lot == lot.lot && l.product == lot.product)
}

/// Returns our lots and those of theirs that may still be used, the latest of each first, as the next dose drops those at
/// the end. Where they are more than a practice keeps, expired ones give way; none in use is left out, however many.
fn union(ours: &[LotInUse], theirs: &[LotInUse], today: NaiveDate) -> Vec<LotInUse> {
    let fresh: Vec<_> = theirs.iter().filter(|lot| lot.expires >= today && !is_in(ours, lot)).collect();
    let places = 0..ours.len().max(fresh.len());
    let in_turn = places.flat_map(|n| [ours.get(n), fresh.get(n).copied()]).flatten();
    let mut all: Vec<LotInUse> = in_turn.cloned().collect();
    while all.len() > MOST_LOTS {
        let Some(expired) = all.iter().rposition(|lot| lot.expires < today) else { break };
        all.remove(expired);
    }
    all
}
