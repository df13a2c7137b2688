//! What other workstations change in a practice's folder, told as it happens.
//!
//! The system tells of changes on a disk of this machine. It does not of those that another machine made on a share: there
//! one look a second at the folder's own time is enough, as every write of a chart is a rename in it.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;
mod medium;
#[cfg(any(test, not(any(target_os = "linux", target_os = "android"))))]
mod notified;
mod polled;
mod written;

use super::files::is_temporary;
use super::roster::chart_id;
use crate::clinic::entry::PatientId;
#[cfg(any(target_os = "linux", target_os = "android"))]
use linux::Notified;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
use notified::Notified;
use polled::Polled;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::thread;

pub(super) use written::Written;

/// What changed in a practice's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Charts that were written, came or went.
    pub charts: BTreeSet<PatientId>,
    /// Whether `practice.ron` changed.
    pub settings: bool,
    /// Whether a file came that is neither: perhaps a copy.
    pub others: bool,
    /// Whether anything may have changed.
    pub everything: bool,
}

/// How changes are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By what suits the folder.
    Suited,
    /// By a look each second.
    Polled,
}

impl Changed {
    /// Anything may have changed.
    #[must_use]
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Returns whether nothing changed.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what changed besides.
    pub fn add(&mut self, other: Self) {
        self.charts.extend(other.charts);
        self.settings |= other.settings;
        self.others |= other.others;
        self.everything |= other.everything;
    }

    /// Adds a file by its name; what is no file of the practice adds nothing.
    fn note(&mut self, places: &Watched, path: &Path) {
        if path.extension().is_none_or(|e| e != "ron") || is_temporary(path) {
            return;
        }
        // The system may name a folder in another way than it was named to it.
        let is_in_charts = path.parent().and_then(Path::file_name) == places.charts.file_name();
        match (is_in_charts, chart_id(path)) {
            (true, Some(id)) => {
                self.charts.insert(id);
            }
            (false, _) if path.file_name().is_some_and(|n| n == "practice.ron") => self.settings = true,
            _ => self.others = true,
        }
    }
}

/// Why a system's telling came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    /// Nobody hears any more.
    NotHeard,
    /// The system tells no more.
    NotTold,
}

/// The folders that are watched.
#[derive(Clone, Debug)]
struct Watched {
    dir: PathBuf,
    charts: PathBuf,
}

/// Watches a practice's folder on a thread of its own, until `tell` returns `false`.
///
/// What changes after this returns is told; what it is, is not sure: a reader compares.
pub fn watch(dir: &Path, how: How, tell: impl Fn(Changed) -> bool + Send + 'static) {
    let places = Watched { dir: dir.to_owned(), charts: dir.join("charts") };
    let is_polled = how == How::Polled || medium::is_shared(dir);
    let notified = if is_polled { None } else { Notified::begin(places.clone()) };
    let polled = Polled::begin(places);
    let _ = thread::Builder::new().name("watch".to_owned()).spawn(move || {
        if notified.is_some_and(|notified| notified.run(&tell) == Ended::NotHeard) {
            return;
        }
        polled.run(&tell);
    });
}
