//! What is known of damaged files from elsewhere: the backups of this workstation, and copies beside them.

use super::super::archive;
use super::super::backup::{self, read_bytes};
use super::super::disk::Disk;
use super::super::error::StoreError;
use super::super::files::{is_free, read_text, text_of};
use super::super::format::{parse_chart, read_settings};
use super::super::open::Store;
use super::super::paths::Places;
use super::super::roster::chart_id;
use crate::clinic::chart::Chart;
use crate::clinic::entry::PatientId;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// What was found.
#[derive(Default)]
pub(super) struct Copies {
    /// The settings' text, from the newest backup that has them, and its name.
    pub(super) settings: Option<(String, String)>,
    /// Charts that the newest backup has and the practice has not.
    pub(super) missing: Vec<PatientId>,
    /// The newest backup that could be read.
    pub(super) newest: Option<PathBuf>,
    /// Backups that could not be used, and why.
    pub(super) unusable: Vec<String>,
    /// Versions of the damaged charts that a backup's sums prove, the newest first.
    proven: Versions,
    /// Versions that nothing proves.
    beside: Versions,
}

type Versions = HashMap<PatientId, Vec<(String, Chart)>>;

/// What one backup has of what is wanted; good once the whole of it was proven.
#[derive(Default)]
struct Found {
    settings: Option<String>,
    charts: Vec<Chart>,
    all: BTreeSet<PatientId>,
}

impl Copies {
    /// Looks for damaged charts and, where they are, the settings: in the newest backup first, in older ones for what that
    /// one does not have in good order.
    pub(super) fn of(
        store: &Store,
        places: &Places,
        mut wanted: BTreeSet<PatientId>,
        mut settings: bool,
        others: &[PathBuf],
    ) -> Self {
        let mut copies = Self::default();
        copies.look_beside(store.disk(), others, &wanted);
        let folder = places.backups.as_deref();
        let disk = store.disk();
        let kept = folder.map_or(Ok(Vec::new()), |folder| backup::list(disk, folder)).unwrap_or_else(|error| {
            copies.unusable.push(error.to_string());
            Vec::new()
        });
        for file in kept {
            // The newest one is read in any case: it tells which charts are gone altogether.
            if copies.newest.is_some() && wanted.is_empty() && !settings {
                break;
            }
            match look(disk, &file.path, &wanted) {
                Ok(found) => {
                    let name = format!("the backup of {}", file.made.format("%Y-%m-%d %H:%M"));
                    settings &= found.settings.is_none();
                    copies.take(store, found, &name, &file.path, &mut wanted);
                }
                Err(error) => copies.unusable.push(error.to_string()),
            }
        }
        copies
    }

    fn take(&mut self, store: &Store, found: Found, name: &str, path: &Path, wanted: &mut BTreeSet<PatientId>) {
        if self.newest.is_none() {
            self.newest = Some(path.to_owned());
            let is_gone = |id: &PatientId| is_free(store.disk(), &store.chart_path(*id));
            self.missing = found.all.into_iter().filter(is_gone).collect();
        }
        if let (None, Some(text)) = (&self.settings, found.settings) {
            self.settings = Some((name.to_owned(), text));
        }
        for chart in found.charts {
            wanted.remove(&chart.id);
            self.proven.entry(chart.id).or_default().push((name.to_owned(), chart));
        }
    }

    /// Takes copies that sync programs left: a file that carries a chart's id under another name.
    fn look_beside(&mut self, disk: &dyn Disk, others: &[PathBuf], wanted: &BTreeSet<PatientId>) {
        for path in others {
            let read = read_text(disk, path).and_then(|text| parse_chart(&text, path));
            let Ok(read) = read else { continue };
            if wanted.contains(&read.chart.id) && read.clash.is_none() {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                self.beside.entry(read.chart.id).or_default().push((format!("the copy {name}"), read.chart));
            }
        }
    }

    /// Returns what backups have of a chart, the newest first.
    pub(super) fn proven(&self, id: PatientId) -> Vec<(String, Chart)> {
        self.proven.get(&id).cloned().unwrap_or_default()
    }

    /// Returns what lies beside a chart.
    pub(super) fn beside(&self, id: PatientId) -> Vec<(String, Chart)> {
        self.beside.get(&id).cloned().unwrap_or_default()
    }
}

fn look(disk: &dyn Disk, path: &Path, wanted: &BTreeSet<PatientId>) -> Result<Found, StoreError> {
    let mut found = Found::default();
    archive::read(disk, path, |name, bytes| {
        let at = Path::new(name);
        if name == "practice.ron" {
            let text = text_of(bytes.to_vec(), at).ok();
            found.settings = text.filter(|text| read_settings(text, at).is_ok());
        } else if let Some(id) = name.strip_prefix("charts/").and_then(|file| chart_id(Path::new(file))) {
            found.all.insert(id);
            if let Some(chart) = wanted.contains(&id).then(|| read_bytes(bytes, at).ok()).flatten() {
                found.charts.extend(Some(chart).filter(|chart| chart.id == id));
            }
        }
        Ok(())
    })?;
    Ok(found)
}
