//! One look a second at the times of two names; only a change leads to a list.

use super::super::disk::Real;
use super::super::files::ron_files;
use super::super::index::Stamp;
use super::written::stamp;
use super::{Changed, Watched};
use std::collections::HashMap;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(1);
/// Two changes within one tick of a file system's clock have one time, so after a change the list is looked at so many
/// times more.
const AGAIN: u32 = 2;

/// When the charts and the settings were last changed.
pub(super) type Times = [Option<Stamp>; 2];

/// A folder that is looked at.
pub(super) struct Polled {
    places: Watched,
    times: Times,
    /// The files as they stood; nothing is known of them before the first change.
    files: Option<HashMap<PathBuf, Stamp>>,
}

impl Polled {
    pub(super) fn begin(places: Watched) -> Self {
        let times = times(&places);
        Self { places, times, files: None }
    }

    /// Tells of changes until nobody hears.
    pub(super) fn run(mut self, tell: &impl Fn(Changed) -> bool) {
        let mut again = 0;
        loop {
            sleep(EVERY);
            let now = times(&self.places);
            if now != self.times {
                again = AGAIN + 1;
            }
            self.times = now;
            if again == 0 {
                continue;
            }
            again -= 1;
            let changed = self.look();
            if !changed.is_nothing() && !tell(changed) {
                return;
            }
        }
    }

    fn look(&mut self) -> Changed {
        let fresh = files(&self.places);
        let Some(known) = self.files.replace(fresh.clone()) else { return Changed::everything() };
        let mut changed = Changed::default();
        let differs = |path: &&PathBuf| known.get(*path) != fresh.get(*path);
        for path in known.keys().chain(fresh.keys()).filter(differs) {
            changed.note(&self.places, path);
        }
        changed
    }
}

pub(super) fn times(places: &Watched) -> Times {
    // Every write of the settings is a rename in their folder, but so is each lock file's making: the file itself tells.
    [stamp(&places.charts), stamp(&places.dir.join("practice.ron"))]
}

fn files(places: &Watched) -> HashMap<PathBuf, Stamp> {
    let charts = ron_files(&Real, &places.charts).unwrap_or_default();
    let beside = ron_files(&Real, &places.dir).unwrap_or_default();
    charts.into_iter().chain(beside).filter_map(|path| stamp(&path).map(|s| (path, s))).collect()
}
