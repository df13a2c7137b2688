//! The index: each chart's row as it was last worked out, so that a list reads no chart that did not change, and unpacks no
//! row that it does not show.
//!
//! It is derived and private to this workstation. A damaged, foreign or outdated one is as good as none, and one that is
//! behind only costs that its charts are read again, so it is neither locked nor synced.
//!
//! The file ([`layout`]) is written whole; behind it stands a journal, to which a chart that is written appends its record.
//! Of two records of one chart the last holds. Of an encrypted practice the journal is a file of its own ([`shut`]).

mod bytes;
mod layout;
mod packed;
mod pages;
mod shut;

use super::atomic;
use super::disk::{self, Disk, Real};
use crate::clinic::agenda::Row;
use crate::clinic::entry::PatientId;
use bytes::{sealed, unsealed};
use chrono::NaiveDate;
use layout::{HEADER, Header};
use packed::Packed;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

pub(super) use layout::Known;
pub(super) use pages::Pages;
use pages::Source;

const MAGIC: &[u8; 8] = b"cobalogH";
/// With so many bytes of journal the index is written anew.
const MOST_JOURNAL: u64 = 1 << 20;
/// Rows lay repeating checkpoints out for 14 months beyond the day that they were worked out on; with rows no older than
/// this, every list of up to a year ahead is whole.
const GOOD_FOR_DAYS: i64 = 45;

/// What tells one state of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    len: u64,
    modified: i64,
    inode: u64,
}

impl Stamp {
    pub(super) fn of(meta: &fs::Metadata) -> Self {
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(meta);
        // Elsewhere the standard library has no such number; as a chart only grows, its length tells most.
        #[cfg(not(unix))]
        let inode = 0;
        Self { len: meta.len(), modified: modified(meta), inode }
    }
}

/// Returns when a file was last changed, in nanoseconds of its own clock; negative where that is not known.
pub(super) fn modified(meta: &fs::Metadata) -> i64 {
    let since = meta.modified().ok().and_then(|m| m.duration_since(UNIX_EPOCH).ok());
    since.and_then(|d| i64::try_from(d.as_nanos()).ok()).unwrap_or(-1)
}

/// What the index knows of one chart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    pub(super) id: PatientId,
    pub(super) stamp: Stamp,
    /// The day that the row was worked out on, counted from the common era.
    pub(super) day: i32,
    /// Absent where nobody is registered in the chart.
    pub(super) row: Option<Row>,
}

/// Returns whether a row that was worked out on one day is still good on another.
pub(super) fn is_good(day: i32, today: NaiveDate) -> bool {
    (i64::from(chrono::Datelike::num_days_from_ce(&today)) - i64::from(day)).abs() <= GOOD_FOR_DAYS
}

/// A whole look at the folder of the charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Look {
    /// The folder's own time of change, before the look.
    pub(super) folder: i64,
    /// When it was, in seconds since 1970.
    pub(super) at: i64,
}

/// A line of the journal.
#[derive(Serialize, Deserialize)]
enum Line<'a> {
    Chart {
        id: u128,
        stamp: Stamp,
        day: i32,
        #[serde(borrow)]
        row: Option<Box<Packed<'a>>>,
    },
    Gone(u128),
    Looked(Look),
}

/// The index file of one practice.
#[derive(Debug)]
pub(super) struct Index {
    path: PathBuf,
    fingerprint: u64,
}

/// An index that was opened: its pages, and what was noted since they were written.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) pages: Arc<Pages>,
    /// By patient; `None` where the chart is gone.
    pub(super) since: HashMap<PatientId, Option<Record>>,
    pub(super) looked: Option<Look>,
    /// Whether the file would gain from being written anew.
    pub(super) worn: bool,
}

impl Index {
    /// Names the index in a practice's cache folder whose rows were worked out with what `fingerprint` stands for.
    pub(super) fn new(cache: &Path, fingerprint: u64) -> Self {
        Self { path: cache.join("roster.idx"), fingerprint }
    }

    /// Returns how many charts' rows the pages have, where there is an index of this program.
    pub(super) fn count(&self, disk: &dyn Disk) -> Option<u32> {
        match disk.sealed() {
            Some(sealed) => self.count_shut(sealed),
            None => self.head().map(|(_, header)| header.rows),
        }
    }

    fn head(&self) -> Option<(fs::File, Header)> {
        // Opening a pipe in its place would never end.
        fs::metadata(&self.path).ok().filter(fs::Metadata::is_file)?;
        let mut file = atomic::patiently(&Real, atomic::BRIEFLY, || disk::open(&self.path)).ok()?;
        let header = self.header(&mut file)?;
        Some((file, header))
    }

    /// Opens the index; `None` where there is none or it is not a sound one of this program.
    pub(super) fn open(&self, disk: &dyn Disk) -> Option<Opened> {
        if let Some(sealed) = disk.sealed() {
            return self.open_shut(sealed);
        }
        let (file, header) = self.head()?;
        let length = file.metadata().ok()?.len();
        let journal_length = length.checked_sub(header.end())?;
        let mut journal = vec![0; usize::try_from(journal_length.min(4 * MOST_JOURNAL)).ok()?];
        pages::read_at(&file, &mut journal, header.end())?;
        let mut opened = Opened {
            pages: Arc::new(Pages::new(Source::File(file), header)),
            since: HashMap::new(),
            looked: None,
            worn: journal_length > MOST_JOURNAL,
        };
        opened.worn |= !opened.replay(&journal);
        Some(opened)
    }

    fn header(&self, file: &mut dyn std::io::Read) -> Option<Header> {
        let mut head = [0; HEADER];
        file.read_exact(&mut head).ok()?;
        Header::read(&head, self.fingerprint)
    }

    /// Writes all records. A cache that cannot be written is no loss, so nobody is told.
    pub(super) fn save(&self, disk: &dyn Disk, records: &[Record]) -> Option<()> {
        let bytes = layout::write(records, self.fingerprint)?;
        if let Some(folder) = self.path.parent() {
            let _ = atomic::make_folder(disk, folder);
        }
        atomic::write_quickly(disk, &self.path, &bytes).ok()
    }

    /// Appends records where there is an index of this program; else the next list makes one.
    pub(super) fn append(&self, disk: &dyn Disk, records: &[Record]) -> Option<()> {
        let line = |r: &Record| {
            let row = r.row.as_ref().map(|row| Box::new(Packed::of(row)));
            sealed(&Line::Chart { id: r.id.0.0, stamp: r.stamp, day: r.day, row })
        };
        self.append_lines(disk, records.iter().map(line).collect::<Option<Vec<_>>>()?.concat())
    }

    /// Notes that charts are gone.
    pub(super) fn append_gone(&self, disk: &dyn Disk, gone: &[PatientId]) -> Option<()> {
        let lines: Option<Vec<_>> = gone.iter().map(|id| sealed(&Line::Gone(id.0.0))).collect();
        self.append_lines(disk, lines?.concat())
    }

    /// Notes a whole look at the folder.
    pub(super) fn append_look(&self, disk: &dyn Disk, look: Look) -> Option<()> {
        self.append_lines(disk, sealed(&Line::Looked(look))?)
    }

    fn append_lines(&self, disk: &dyn Disk, lines: Vec<u8>) -> Option<()> {
        if lines.is_empty() {
            return Some(());
        }
        if let Some(sealed) = disk.sealed() {
            return self.append_shut(sealed, lines);
        }
        // As in `open`: of a pipe nothing can be read, ever.
        fs::metadata(&self.path).ok().filter(fs::Metadata::is_file)?;
        let mut file = disk.append(&self.path).ok()?;
        self.header(&mut file)?;
        file.write_all(&lines).ok()
    }
}

impl Opened {
    /// Takes the journal in, up to the first damaged line; says whether there was none.
    fn replay(&mut self, mut journal: &[u8]) -> bool {
        while !journal.is_empty() {
            let Some((line, rest)) = unsealed::<Line<'_>>(journal) else { return false };
            journal = rest;
            let id = |id| PatientId(ulid::Ulid(id));
            match line {
                Line::Chart { id: of, stamp, day, row } => {
                    let row = match row.map(|row| row.row()) {
                        Some(None) => return false,
                        Some(row) => row,
                        None => None,
                    };
                    self.since.insert(id(of), Some(Record { id: id(of), stamp, day, row }));
                }
                Line::Gone(of) => {
                    self.since.insert(id(of), None);
                }
                Line::Looked(look) => self.looked = Some(look),
            }
        }
        true
    }

    /// Returns whether every row is good on a day.
    pub(super) fn is_good(&self, today: NaiveDate) -> bool {
        is_good(self.pages.oldest(), today) && self.since.values().flatten().all(|r| is_good(r.day, today))
    }

    /// Returns all records, unpacked.
    pub(super) fn records(&self) -> Option<Vec<Record>> {
        let mut records = Vec::new();
        for known in self.pages.stamps()? {
            if !self.since.contains_key(&known.id) {
                records.push(self.pages.record(&known)?);
            }
        }
        records.extend(self.since.values().flatten().cloned());
        Some(records)
    }
}
