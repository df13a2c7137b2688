//! The restore drill: a backup is only worth what comes out of it.

use super::super::charts::read_one;
use super::super::disk::Disk;
use super::super::error::{Problem, StoreError};
use super::super::files::{is_free, ron_files};
use super::super::open::read_practice;
use super::super::restore::into_scratch;
use super::super::roster::chart_id;
use super::shelf::says_that_it_lacks;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{EntryId, PatientId};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::Duration;

const PREFIX: &str = "cobalog-drill-";
/// No drill takes so long.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// What came out of a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drill {
    /// The file.
    pub path: PathBuf,
    /// How many charts opened.
    pub charts: usize,
    /// How many entries they have.
    pub entries: usize,
    /// What did not open, by its path in the backup.
    pub damaged: Vec<Problem>,
    /// How it compares with the practice, where there is one.
    pub compared: Option<Compared>,
}

/// A backup beside the practice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Charts of the practice that are not in the backup, as they were begun after all that is in it.
    pub newer_charts: usize,
    /// Entries of the practice that are not in the backup, those of newer charts among them.
    pub newer_entries: usize,
    /// Charts of the practice, also those that cannot be read, that are not in the backup and may be older than it.
    pub missing_charts: Vec<PathBuf>,
    /// Charts that are in the backup and not, or not readable, in the practice.
    pub lost_charts: Vec<PatientId>,
    /// Entries that are in the backup and not, or otherwise, in a chart of the practice.
    pub lost_entries: Vec<(PatientId, EntryId)>,
}

impl Drill {
    /// Returns whether everything came out of it, the practice lacks none of it, and it lacks no older chart.
    #[must_use]
    pub fn is_good(&self) -> bool {
        let is_same =
            |c: &Compared| c.missing_charts.is_empty() && c.lost_charts.is_empty() && c.lost_entries.is_empty();
        self.damaged.is_empty() && self.compared.as_ref().is_none_or(is_same)
    }
}

/// Restores a backup to a scratch folder, opens every chart, compares it with the practice in a folder where one is, and
/// removes the scratch folder.
///
/// # Errors
/// Why the backup cannot be used, or the scratch folder.
pub fn drill(disk: &dyn Disk, file: &Path, practice: Option<&Path>) -> Result<Drill, StoreError> {
    sweep(disk);
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let scratch = builder.tempdir();
    let scratch = scratch.map_err(|source| StoreError::Write { path: std::env::temp_dir(), source })?;
    let dir = scratch.path().join("practice");
    into_scratch(disk, file, &dir)?;
    let mut drill = Drill { path: file.to_owned(), ..Drill::default() };
    let mut compared = Compared::default();
    let in_backup = |mut problem: Problem| {
        problem.path = problem.path.strip_prefix(&dir).map(Path::to_owned).unwrap_or(problem.path);
        problem
    };
    drill.damaged.extend(read_practice(disk, &dir).err().map(|e| in_backup(e.into_problem())));
    let paths = charts_in(disk, &dir)?;
    // Of one that lacks something no chart that it has not counts as newer.
    let mut newest = if says_that_it_lacks(file) { u64::MAX } else { 0 };
    for (id, path) in &paths {
        newest = newest.max(id.0.timestamp_ms());
        match read_one(disk, path, *id) {
            Ok(read) => {
                newest = read.chart.entries().iter().map(|e| e.id.0.timestamp_ms()).fold(newest, u64::max);
                drill.charts += 1;
                drill.entries += read.chart.entries().len();
                if let Some(practice) = practice {
                    compare(disk, &read.chart, practice, &mut compared);
                }
            }
            Err(error) => drill.damaged.push(in_backup(error.into_problem())),
        }
    }
    if let Some(practice) = practice {
        not_in_it(disk, (&dir, newest), practice, &mut compared)?;
        drill.compared = Some(compared);
    }
    Ok(drill)
}

/// Removes what drills that were killed have left: charts as they were in the backup.
pub(in crate::store) fn sweep(disk: &dyn Disk) {
    let folder = std::env::temp_dir();
    let Ok(listed) = disk.list(&folder) else { return };
    let is_ours = |name: &std::ffi::OsStr| name.to_str().is_some_and(|name| name.starts_with(PREFIX));
    for entry in listed.flatten().filter(|entry| is_ours(&entry.file_name())) {
        let is_folder = |meta: &Metadata| meta.is_dir();
        let meta = disk.meta_of_name(&entry.path()).ok().filter(is_folder);
        let age = meta.and_then(|meta| meta.modified().ok()?.elapsed().ok());
        if age.is_some_and(|age| age > LONGEST) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn charts_in(disk: &dyn Disk, dir: &Path) -> Result<Vec<(PatientId, PathBuf)>, StoreError> {
    let folder = dir.join("charts");
    let paths = ron_files(disk, &folder).map_err(|source| StoreError::Read { path: folder, source })?;
    Ok(paths.into_iter().filter_map(|path| Some((chart_id(&path)?, path))).collect())
}

fn compare(disk: &dyn Disk, old: &Chart, practice: &Path, compared: &mut Compared) {
    let path = practice.join("charts").join(format!("{}.ron", old.id));
    let Ok(now) = read_one(disk, &path, old.id) else { return compared.lost_charts.push(old.id) };
    let now = now.chart;
    let has = |chart: &Chart, id: EntryId| chart.entries().iter().any(|e| e.id == id);
    compared.newer_entries += now.entries().iter().filter(|e| !has(old, e.id)).count();
    let lost = old.entries().iter().filter(|e| now.entry(e.id) != Some(*e));
    compared.lost_entries.extend(lost.map(|e| (old.id, e.id)));
}

/// Of the practice's charts that did not come out those are newer that can be read and that were begun after
/// all that is in the backup, by the times in the ids. Of any other one it is not known that it came later, so that it counts as missing.
fn not_in_it(
    disk: &dyn Disk,
    (restored, newest): (&Path, u64),
    practice: &Path,
    compared: &mut Compared,
) -> Result<(), StoreError> {
    for (id, path) in charts_in(disk, practice)? {
        if !is_free(disk, &restored.join(format!("charts/{id}.ron"))) {
            continue;
        }
        match read_one(disk, &path, id) {
            Ok(read) if id.0.timestamp_ms() >= newest => {
                compared.newer_charts += 1;
                compared.newer_entries += read.chart.entries().len();
            }
            _ => compared.missing_charts.push(path),
        }
    }
    Ok(())
}
