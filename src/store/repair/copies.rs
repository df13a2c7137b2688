//! What is known of damaged files from elsewhere: the backups of this workstation, and copies beside them.

use super::super::archive;
use super::super::backup::{self, read_bytes};
use super::super::disk::Disk;
use super::super::error::StoreError;
use super::super::files::{read_text, text_of};
use super::super::format::{parse_chart, read_settings};
use super::super::open::Store;
use super::super::own;
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
    /// The texts of own regimens and products by their names in a backup, each from the newest that has it in good order.
    pub(super) own: HashMap<String, (String, String)>,
    /// The newest backup that could be read.
    pub(super) newest: Option<PathBuf>,
    /// Backups that could not be used, and why.
    pub(super) unusable: Vec<String>,
    /// Versions of the wanted charts that a backup's sums prove, the newest first.
    proven: Versions,
    /// Versions that nothing proves.
    beside: Versions,
}

type Versions = HashMap<PatientId, Vec<(String, Chart)>>;

/// What is looked for.
pub(super) struct Wanted {
    pub(super) charts: BTreeSet<PatientId>,
    /// Those of them that every backup is asked for, as the newest may have what was changed already.
    pub(super) as_recorded: BTreeSet<PatientId>,
    pub(super) settings: bool,
    /// Own regimens and products, by their names in a backup.
    pub(super) own: BTreeSet<String>,
}

impl Wanted {
    fn is_found(&self) -> bool {
        self.charts.is_empty() && self.own.is_empty() && !self.settings
    }
}

/// What one backup has of what is wanted; good once the whole of it was proven.
#[derive(Default)]
struct Found {
    settings: Option<String>,
    charts: Vec<Chart>,
    own: Vec<(String, String)>,
}

impl Copies {
    /// Looks for what is wanted: in the newest backup first, in older ones for what that one does not have in good order.
    pub(super) fn of(store: &Store, places: &Places, mut wanted: Wanted, others: &[PathBuf]) -> Self {
        let mut copies = Self::default();
        copies.look_beside(store.disk(), others, &wanted.charts);
        let folder = places.backups.as_deref();
        let disk = store.disk();
        let kept = folder.map_or(Ok(Vec::new()), |folder| backup::list(disk, folder)).unwrap_or_else(|error| {
            copies.unusable.push(error.to_string());
            Vec::new()
        });
        for file in kept {
            if wanted.is_found() {
                break;
            }
            match look(disk, &file.path, &wanted) {
                Ok(found) => {
                    let name = format!("the backup of {}", file.made.format("%Y-%m-%d %H:%M"));
                    wanted.settings &= found.settings.is_none();
                    copies.newest.get_or_insert(file.path);
                    copies.take(found, &name, &mut wanted);
                }
                Err(error) => copies.unusable.push(error.to_string()),
            }
        }
        copies
    }

    fn take(&mut self, found: Found, name: &str, wanted: &mut Wanted) {
        if let (None, Some(text)) = (&self.settings, found.settings) {
            self.settings = Some((name.to_owned(), text));
        }
        for (own, text) in found.own {
            wanted.own.remove(&own);
            self.own.insert(own, (name.to_owned(), text));
        }
        for chart in found.charts {
            if !wanted.as_recorded.contains(&chart.id) {
                wanted.charts.remove(&chart.id);
            }
            self.proven.entry(chart.id).or_default().push((name.to_owned(), chart));
        }
    }

    /// Takes copies that sync programs left: a file that carries a chart's id under another name.
    fn look_beside(&mut self, disk: &dyn Disk, others: &[PathBuf], wanted: &BTreeSet<PatientId>) {
        for path in others {
            let read = read_text(disk, path).and_then(|text| parse_chart(&text, path));
            let Ok(read) = read else { continue };
            let is_itself = chart_id(path) == Some(read.chart.id);
            if wanted.contains(&read.chart.id) && read.clash.is_none() && !is_itself {
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

fn look(disk: &dyn Disk, path: &Path, wanted: &Wanted) -> Result<Found, StoreError> {
    let mut found = Found::default();
    archive::read(disk, path, |name, bytes| {
        let at = Path::new(name);
        if name == "practice.ron" {
            let text = text_of(bytes.to_vec(), at).ok();
            found.settings = text.filter(|text| read_settings(text, at).is_ok());
        } else if let Some(id) = name.strip_prefix("charts/").and_then(|file| chart_id(Path::new(file))) {
            if let Some(chart) = wanted.charts.contains(&id).then(|| read_bytes(bytes, at).ok()).flatten() {
                found.charts.extend(Some(chart).filter(|chart| chart.id == id));
            }
        } else if wanted.own.contains(name) {
            let text = text_of(bytes.to_vec(), at).ok().filter(|text| own::damage(text, at).is_none());
            found.own.extend(text.map(|text| (name.to_owned(), text)));
        }
        Ok(())
    })?;
    Ok(found)
}
