//! Entries put into a chart's file so that nobody else's is lost, also where no lock holds.
//!
//! The slow part, the new file on the disk under its temporary name, comes first; then the chart is looked at once more,
//! and only one that is still as it was is replaced, by a rename at once. Afterwards the file is read back. Somebody
//! without a lock who looked before our rename and renamed after it has left our entries out: we see that they are
//! missing, unite both versions and write again.

use super::atomic::Ready;
use super::charts::read_with_text;
use super::disk::Disk;
use super::error::{Problem, StoreError};
use super::files::{is_free, read_text};
use super::format::{ReadChart, write_chart};
use super::lock::Lock;
use super::open::Store;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{EntryId, PatientId};
use std::io;
use std::path::Path;
use std::time::Duration;

/// More than enough for ten programs; a disk on which this many are in vain has another trouble.
const ROUNDS: usize = 16;

/// How long our entries must have stayed in the file where no lock holds: far longer than any program takes from its last
/// look at a file to its rename.
const SETTLE: Duration = Duration::from_millis(200);

/// A chart's file when it was last looked at.
pub(super) struct Looked {
    /// Its text; `None` where there is no file yet.
    pub(super) text: Option<String>,
    /// The chart in it.
    pub(super) chart: Chart,
}

/// What is to be added where.
pub(super) struct Adding<'a> {
    pub(super) store: &'a Store,
    pub(super) path: &'a Path,
    pub(super) lock: &'a Lock,
    /// Whether another entry that comes in before ours forbids it.
    pub(super) strict: bool,
}

impl Adding<'_> {
    /// Puts entries into the file; when it returns they are on the disk with all that others put there.
    pub(super) fn put(&self, looked: Looked, fresh: &Chart) -> Result<Chart, StoreError> {
        let mut written = false;
        self.rounds(looked, fresh, &mut written).map_err(|e| if written { self.unconfirmed(e) } else { e })
    }

    fn rounds(&self, mut looked: Looked, fresh: &Chart, written: &mut bool) -> Result<Chart, StoreError> {
        let disk = self.store.disk();
        let mut wanted = looked.chart.union(fresh);
        for _ in 0..ROUNDS {
            let text = write_chart(&wanted, self.path)?;
            let ready = Ready::new(disk, self.path, text.as_bytes(), true)?;
            if !is_still(disk, self.path, looked.text.as_deref()) {
                let now = look(disk, self.path, wanted.id)?;
                // It may only have been unreadable for a moment.
                if self.strict && !*written && now.text != looked.text {
                    return Err(StoreError::Meanwhile { path: self.path.to_owned() });
                }
                wanted = wanted.union(&now.chart);
                looked = now;
                continue;
            }
            match looked.text {
                Some(_) => ready.take_place()?,
                // A share may not show for a while what another machine put there.
                None => match ready.take_free_place() {
                    Err(error) if is_taken(&error) => {
                        looked = look(disk, self.path, wanted.id)?;
                        wanted = wanted.union(&looked.chart);
                        continue;
                    }
                    other => other?,
                },
            }
            *written = true;
            if !self.lock.is_held() {
                disk.pause(SETTLE);
            }
            if is_still(disk, self.path, Some(&text)) {
                return Ok(wanted);
            }
            looked = look(disk, self.path, wanted.id)?;
            wanted = wanted.union(&looked.chart);
            if wanted == looked.chart {
                return Ok(wanted);
            }
        }
        Err(StoreError::Busy { path: self.path.to_owned() })
    }

    /// Once ours were written, no error may say that nothing was changed.
    fn unconfirmed(&self, error: StoreError) -> StoreError {
        let source = match error {
            StoreError::Write { source, .. }
            | StoreError::Read { source, .. }
            | StoreError::Unconfirmed { source, .. } => source,
            StoreError::Damaged { problem } => io::Error::other(problem.what),
            _ => io::Error::other("other programs kept changing it"),
        };
        StoreError::Unconfirmed { path: self.path.to_owned(), source }
    }
}

fn is_taken(error: &StoreError) -> bool {
    matches!(error, StoreError::Write { source, .. } if source.kind() == io::ErrorKind::AlreadyExists)
}

/// Returns whether a file holds this very text, or is not there where there was none. What is the same need not be read as
/// a chart again.
fn is_still(disk: &dyn Disk, path: &Path, text: Option<&str>) -> bool {
    match text {
        Some(before) => read_text(disk, path).is_ok_and(|now| now == before),
        None => is_free(disk, path),
    }
}

/// Reads a chart to add to it; one in which two entries have one id is not added to, as one of them would be lost.
pub(super) fn look(disk: &dyn Disk, path: &Path, id: PatientId) -> Result<Looked, StoreError> {
    let (text, ReadChart { chart, clash, disorder: _ }) = match read_with_text(disk, path, id) {
        Err(StoreError::NoChart { .. }) => return Ok(Looked { text: None, chart: Chart::new(id, Vec::new()) }),
        other => other?,
    };
    match clash {
        Some(entry) => Err(clashing(path, entry)),
        None => Ok(Looked { text: Some(text), chart }),
    }
}

fn clashing(path: &Path, entry: EntryId) -> StoreError {
    StoreError::Damaged { problem: Problem::new(path, format!("two different entries have the id {entry}")) }
}
