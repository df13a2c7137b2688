//! How a copy stands to the chart that it is a copy of, and how that is said.

use super::super::charts::read_one;
use super::super::disk::Disk;
use super::super::error::{Problem, StoreError};
use super::super::files::{is_absent, is_free, read_text};
use super::super::format::{ReadChart, parse_chart};
use crate::clinic::entry::{Entry, EntryId, PatientId};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

const TAKEN_IN_BY: &str =
    "Cobalog takes them in when the practice is open on a screen, or with `cobalog check --merge`";

/// A copy beside its chart.
pub(super) struct Standing {
    /// How many of its entries the chart has not.
    pub(super) fresh: usize,
    /// An entry that is another one in the chart.
    pub(super) differs: Option<EntryId>,
}

impl Standing {
    pub(super) fn of(copy: &ReadChart, chart: &ReadChart) -> Self {
        let known: HashMap<EntryId, &Entry> = chart.chart.entries().iter().map(|e| (e.id, e)).collect();
        let mut standing = Self { fresh: 0, differs: None };
        for entry in copy.chart.entries() {
            match known.get(&entry.id) {
                None => standing.fresh += 1,
                Some(other) if *other != entry => standing.differs = standing.differs.or(Some(entry.id)),
                Some(_) => {}
            }
        }
        standing
    }
}

/// Reads a chart, whatever its file is called, and its text.
pub(in crate::store) fn read(disk: &dyn Disk, path: &Path) -> Result<(String, ReadChart), StoreError> {
    let text = read_text(disk, path)?;
    let read = parse_chart(&text, path)?;
    Ok((text, read))
}

/// Returns whether the chart that a copy is of is not there.
pub(super) fn is_alone(disk: &dyn Disk, copy: &Path) -> bool {
    read(disk, copy).is_ok_and(|(_, read)| is_free(disk, &beside(copy, read.chart.id)))
}

/// Returns whether two names are those of one file, or may be: a chart must not be put aside as its own copy.
pub(super) fn is_same_file(disk: &dyn Disk, one: &Path, other: &Path) -> bool {
    match (node(disk, one), node(disk, other)) {
        _ if one == other => true,
        (Ok(one), Ok(other)) => one == other,
        (_, Err(e)) => !is_absent(&e),
        (Err(_), Ok(_)) => true,
    }
}

/// Returns what tells one file from all others.
#[cfg(unix)]
fn node(disk: &dyn Disk, path: &Path) -> io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    disk.meta(path).map(|meta| (meta.dev(), meta.ino()))
}

/// Returns what tells one file from all others.
#[cfg(not(unix))]
fn node(_: &dyn Disk, path: &Path) -> io::Result<PathBuf> {
    path.canonicalize()
}

fn beside(copy: &Path, id: PatientId) -> PathBuf {
    copy.with_file_name(format!("{id}.ron"))
}

/// Returns the problem of a file among the charts whose name is not the id of a chart.
pub(in crate::store) fn named(disk: &dyn Disk, path: &Path) -> Problem {
    let copy = match read(disk, path) {
        Ok((_, copy)) => copy,
        Err(error) => return error.into_problem(),
    };
    let chart_path = beside(path, copy.chart.id);
    let name = chart_path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let what = match read_one(disk, &chart_path, copy.chart.id) {
        Ok(_) if is_same_file(disk, path, &chart_path) => {
            format!("it is {name} itself under another name: rename it to {name}")
        }
        Ok(chart) => says(&copy, &chart, &name),
        Err(StoreError::NoChart { .. }) => {
            format!("it holds a chart whose own file {name} is not there. {TAKEN_IN_BY}")
        }
        Err(_) => format!("it is a copy of {name}, which cannot be read: both are left as they are. Mend {name} first"),
    };
    Problem::new(path, what)
}

fn says(copy: &ReadChart, chart: &ReadChart, name: &str) -> String {
    let standing = Standing::of(copy, chart);
    if let Some(entry) = copy.clash.or(chart.clash).or(standing.differs) {
        return format!(
            "its entry {entry} is another one than in {name}: both files are left as they are. Look at both, and move the wrong one out of the folder"
        );
    }
    let news = match standing.fresh {
        0 => "without a new entry".to_owned(),
        1 => "with 1 new entry".to_owned(),
        n => format!("with {n} new entries"),
    };
    format!("it is a copy of {name}, {news}. {TAKEN_IN_BY}")
}
