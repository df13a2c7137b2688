//! Damaged files put together again: from the last good copy in the backups, from copies that carry the same chart, and
//! from every line of the damaged file that can still be read by itself. The damaged bytes are kept first.

mod chart;
mod copies;
mod gone;
mod own;
mod place;
mod salvage;
mod seals;
mod settings;

use super::charts;
use super::disk::Disk;
use super::error::{Problem, StoreError};
use super::files::{is_folder, is_free, leads_nowhere, ron_files_in};
use super::open::Store;
use super::paths::Places;
use super::roster::chart_id;
use crate::clinic::entry::PatientId;
use chrono::{DateTime, FixedOffset};
use copies::{Copies, Wanted};
use seals::Proofs;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What became of the damaged files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepairReport {
    /// One a damaged file.
    pub files: Vec<Repaired>,
    /// Charts that were known here and are still not there.
    pub missing: Vec<PatientId>,
    /// The newest backup that could be read, where one was needed.
    pub backup: Option<PathBuf>,
    /// Backups that could not be used, and why.
    pub unusable: Vec<String>,
}

/// What became of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// The file.
    pub path: PathBuf,
    /// What was wrong with it.
    pub was: String,
    /// How many entries it has now; none where it was left, or is no chart.
    pub entries: usize,
    /// From where, in words, and how many of its entries are there.
    pub from: Vec<(String, usize)>,
    /// Lines of the damaged file that could not be read and are not known from elsewhere.
    pub lost: Vec<usize>,
    /// What else is to be known of it.
    pub notes: Vec<String>,
    /// Where the damaged bytes are.
    pub kept: Option<PathBuf>,
    /// Why it was left as it is, where it was.
    pub left: Option<String>,
}

/// One repair under way.
struct Repair<'a> {
    store: &'a Store,
    now: DateTime<FixedOffset>,
    proofs: Proofs,
    report: RepairReport,
}

/// Puts together what is damaged in a practice's folder.
///
/// # Errors
/// [`StoreError::NoPractice`], [`StoreError::Locked`]; what goes wrong with one file is said of that file.
pub fn repair(
    dir: &Path,
    places: &Places,
    now: DateTime<FixedOffset>,
    disk: Arc<dyn Disk>,
) -> Result<RepairReport, StoreError> {
    let (store, refused) = Store::open_or_bare(dir, places.clone(), disk);
    // What no key opens is not damaged by that.
    if let Some(locked @ (StoreError::Locked { .. } | StoreError::Switched { .. })) = refused {
        return Err(locked);
    }
    let folder = store.charts_dir();
    if !Store::exists_on(store.disk(), dir) && !is_folder(store.disk(), &folder) {
        return Err(StoreError::NoPractice { path: dir.to_owned() });
    }
    let mut repair = Repair { store: &store, now, proofs: Proofs::of(&store), report: RepairReport::default() };
    let unread = |source| StoreError::Read { path: folder.clone(), source };
    let (paths, no_folder) = match ron_files_in(store.disk(), &folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            (Vec::new(), Some((is_free(store.disk(), &folder), unread(e))))
        }
        other => (other.map_err(unread)?, None),
    };
    let (damaged, mut others): (Vec<_>, Vec<_>) = paths.into_iter().partition(|p| chart_id(p).is_some());
    let tampered: Vec<_> = damaged.iter().filter_map(|path| repair.is_tampered(path)).collect();
    let damaged: Vec<_> = damaged.into_iter().filter_map(|path| repair.is_damaged(path)).collect();
    // One may hold another one's chart.
    others.extend(damaged.iter().map(|(_, path, _)| path.clone()));
    let gone = store.gone();
    let as_recorded: BTreeSet<_> = tampered.iter().map(|(id, ..)| *id).collect();
    let charts = damaged.iter().map(|(id, ..)| *id).chain(gone.keys().chain(&as_recorded).copied()).collect();
    let own = repair.damaged_own();
    let names = own.iter().map(|own| own.name.clone()).collect();
    let wanted = Wanted { charts, as_recorded, settings: refused.is_some(), own: names };
    let copies = Copies::of(&store, places, wanted, &others);
    if let Some(error) = refused {
        repair.practice(error, &copies);
    }
    own.into_iter().for_each(|own| repair.own(own, &copies));
    gone.keys().for_each(|id| repair.bring_back(*id, &copies));
    if let Some((is_gone, error)) = no_folder {
        repair.folder(&folder, is_gone, &error);
    }
    for (id, path, was) in damaged {
        let repaired = repair.chart(id, &path, was, &copies);
        repair.report.files.push(repaired);
    }
    for (id, path, was) in tampered {
        let repaired = repair.as_recorded(id, &path, was, &copies);
        repair.report.files.push(repaired);
    }
    let missing = gone.into_keys().filter(|id| is_free(store.disk(), &store.chart_path(*id))).collect();
    let Copies { newest, unusable, .. } = copies;
    Ok(RepairReport { missing, backup: newest, unusable, ..repair.report })
}

impl Repair<'_> {
    /// Returns what was done to a chart outside the program, where it can be read.
    fn is_tampered(&self, path: &Path) -> Option<(PatientId, PathBuf, String)> {
        let id = chart_id(path)?;
        let read = charts::read_one(self.store.disk(), path, id).ok()?;
        let is_in_order = read.clash.is_none() && read.disorder.is_none();
        let was = self.proofs.says(self.store, &read.chart).filter(|_| is_in_order)?;
        Some((id, path.to_owned(), was))
    }

    /// Returns what is wrong with a chart where it can be put together; what cannot be is noted.
    fn is_damaged(&mut self, path: PathBuf) -> Option<(PatientId, PathBuf, String)> {
        let id = chart_id(&path)?;
        match charts::read_one(self.store.disk(), &path, id) {
            Ok(read) => {
                if let Some(entry) = read.clash {
                    let was = format!("two different entries have the id {entry}");
                    let left = "which of the two is right, only a person can say".to_owned();
                    self.report.files.push(Repaired { path, was, left: Some(left), ..Repaired::default() });
                    return None;
                }
                read.disorder.map(|what| (id, path, what))
            }
            Err(StoreError::Damaged { problem }) => Some((id, path, was(problem))),
            // Removed meanwhile.
            Err(StoreError::NoChart { .. }) => None,
            Err(error) => {
                let left = Some(why_left(self.store.disk(), &path, &error));
                let was = error.into_problem().what;
                self.report.files.push(Repaired { path, was, left, ..Repaired::default() });
                None
            }
        }
    }
}

/// Says what is wrong with a file, and in which line.
fn was(problem: Problem) -> String {
    let place = problem.line.map_or(String::new(), |line| format!("line {line}: "));
    format!("{place}{}", problem.what)
}

/// Returns what is to be done about a file that is no worse than it was.
fn why_left(disk: &dyn Disk, path: &Path, error: &StoreError) -> String {
    match error {
        StoreError::Newer { .. } => "update this workstation; nothing is wrong with the file".to_owned(),
        StoreError::Read { .. } if leads_nowhere(disk, path) => {
            format!("{}, then run `cobalog check --repair` again", of_a_link(path))
        }
        StoreError::Read { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
            "ask whoever looks after this computer for the right to read it, then try again".to_owned()
        }
        _ => "check the folder and the connection to it, then try again".to_owned(),
    }
}

/// Returns what is to be done about a link that leads nowhere.
pub(super) fn of_a_link(path: &Path) -> String {
    format!("it is a link to a place that is not there: connect that place, or remove the link at {}", path.display())
}
