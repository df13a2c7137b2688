//! Backups: everything of a practice in one file, read back before it is called good.
//!
//! No lock is held: each file of a practice is whole by rename, and is read by itself.

mod drill;
mod members;
mod shelf;

use super::archive::{self, Writer};
use super::atomic;
use super::disk::{Disk, DiskFile};
use super::error::{Problem, StoreError};
use super::files::{is_folder, is_free, text_of};
use super::format::{parse_chart, read_settings};
use super::own;
use super::roster::chart_id;
use super::vault::{self, Sealed};
pub(super) use drill::sweep as sweep_drills;
pub use drill::{Compared, Drill, drill};
use members::{Member, Taken, members};
pub use shelf::{Backups, Failed, Kept, add, daily, kept_by_rule, list, newest, status};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// What a backup holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackupReport {
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// How many charts in it can be read.
    pub charts: usize,
    /// How many entries they have.
    pub entries: usize,
    /// Files that are damaged: in it as they are, but for what is none of a practice's files anyway.
    pub damaged: Vec<Problem>,
    /// Charts and settings that could not be read now, are no files or too large for one: they are not in it.
    pub unread: Vec<Problem>,
}

/// Puts a practice's folder into one file and reads it back.
///
/// # Errors
/// [`StoreError::InTheWay`] where there is a file already and `over` is not set; what went wrong with the files. The file
/// that was there is then unchanged.
pub fn write(disk: &dyn Disk, dir: &Path, to: &Path, over: bool) -> Result<BackupReport, StoreError> {
    if is_folder(disk, to) {
        let instead = "it is a folder: name a file in it that is not there yet";
        return Err(StoreError::InTheWay { path: to.to_owned(), instead });
    }
    if !over && !is_free(disk, to) {
        let instead = "name another file, or say --force to replace it";
        return Err(StoreError::InTheWay { path: to.to_owned(), instead });
    }
    vault::may_write(disk, dir)?;
    let all = members(disk, dir)?;
    let mut report =
        BackupReport { path: to.to_owned(), damaged: all.odd, unread: all.missing, ..BackupReport::default() };
    let pieces = |file: &mut dyn DiskFile| pack(disk, &all.list, file, &mut report);
    let failed_proof = |e: StoreError| {
        let what = format!("it did not read back as it was written ({e})");
        StoreError::Archive { path: to.to_owned(), what }
    };
    // Whoever restores it elsewhere has a passphrase and nothing else.
    let carrying = disk.sealed().map(Sealed::carrying);
    let onto = carrying.as_ref().map_or(disk, |sealed| sealed);
    atomic::write_proven(onto, to, over, pieces, |temporary| {
        archive::read(disk, temporary, |_, _| Ok(())).map(drop).map_err(failed_proof)
    })?;
    report.bytes = disk.meta(to).map_or(0, |meta| meta.len());
    Ok(report)
}

fn pack(disk: &dyn Disk, list: &[Member], file: &mut dyn DiskFile, report: &mut BackupReport) -> io::Result<()> {
    let mut writer = Writer::new(BufWriter::new(Once { file, failed: false }));
    for member in list {
        match member.read(disk) {
            Taken::Bytes(bytes) => {
                writer.add(&member.name, &bytes, member.modified.as_secs())?;
                look(member, &bytes, report);
            }
            Taken::Gone => {}
            Taken::Odd(problem) => report.damaged.push(problem),
            Taken::Unread(problem) => report.unread.push(problem),
        }
    }
    writer.finish()?.flush()
}

/// Does not use a file again that failed: what packs into it would try once more as it goes out of scope.
struct Once<'a> {
    file: &'a mut dyn DiskFile,
    failed: bool,
}

impl io::Write for Once<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.file.write(bytes).inspect_err(|_| self.failed = true)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Counts a chart, and names what is damaged; it is in the archive as it is.
fn look(member: &Member, bytes: &[u8], report: &mut BackupReport) {
    if member.name == "practice.ron" {
        let read = text_of(bytes.to_vec(), &member.path).and_then(|text| read_settings(&text, &member.path));
        return report.damaged.extend(read.err().map(StoreError::into_problem));
    }
    if own::FOLDERS.iter().any(|folder| member.name.strip_prefix(folder).is_some_and(|rest| rest.ends_with(".ron"))) {
        let damage = text_of(bytes.to_vec(), &member.path).map(|text| own::damage(&text, &member.path));
        return report.damaged.extend(damage.unwrap_or_else(|error| Some(error.into_problem())));
    }
    let Some(id) = member.name.strip_prefix("charts/").and_then(|_| chart_id(&member.path)) else { return };
    match read_bytes(bytes, &member.path) {
        Ok(chart) if chart.id == id => {
            report.charts += 1;
            report.entries += chart.entries().len();
        }
        Ok(_) => report.damaged.push(Problem::new(&member.path, "it holds another chart than its name says")),
        Err(error) => report.damaged.push(error.into_problem()),
    }
}

/// Reads a chart that is in memory.
pub(super) fn read_bytes(bytes: &[u8], path: &Path) -> Result<crate::clinic::chart::Chart, StoreError> {
    let text = text_of(bytes.to_vec(), path)?;
    parse_chart(&text, path).map(|read| read.chart)
}
