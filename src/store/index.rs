//! The index: each chart's row as it was last worked out, so that a list reads no chart that did not change.
//!
//! It is derived and private to this workstation. A damaged, foreign or outdated one is as good as none, and one that is
//! behind only costs that its charts are read again, so it is neither locked nor synced.
//!
//! A header names the program and the settings that the rows were worked out with; then comes a block of records in order
//! of their ids, under a checksum. A chart that is written appends its record; of two for one chart the last holds.

mod bytes;
mod packed;

use super::atomic;
use crate::clinic::agenda::Row;
use crate::clinic::entry::PatientId;
use bytes::{checksum, number, split_records};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// No index of a practice comes near this.
const MOST_BYTES: u64 = 1 << 30;
const MAGIC: &[u8; 8] = b"cobalog4";
/// Magic, fingerprint, length and checksum of the block.
const HEADER: usize = 32;
/// More appended records than this and the index is written anew.
const MOST_APPENDED: usize = 1000;
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
        let modified = meta.modified().ok().and_then(|m| m.duration_since(UNIX_EPOCH).ok());
        let modified = modified.and_then(|d| i64::try_from(d.as_nanos()).ok()).unwrap_or(-1);
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(meta);
        #[cfg(not(unix))]
        let inode = 0;
        Self { len: meta.len(), modified, inode }
    }
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

impl Record {
    /// Returns whether it still says what the chart file with this stamp says.
    pub(super) fn holds(&self, stamp: Stamp, today: NaiveDate) -> bool {
        let age = i64::from(chrono::Datelike::num_days_from_ce(&today)) - i64::from(self.day);
        self.stamp == stamp && age.abs() <= GOOD_FOR_DAYS
    }
}

/// The index file of one practice.
#[derive(Debug)]
pub(super) struct Index {
    path: PathBuf,
    fingerprint: u64,
}

/// What was in the file.
#[derive(Debug)]
pub(super) struct Loaded {
    /// In order of their ids, each once.
    pub(super) records: Vec<Record>,
    /// Whether the file would gain from being written anew.
    pub(super) worn: bool,
}

impl Index {
    /// Names the index in a practice's cache folder whose rows were worked out with what `fingerprint` stands for.
    pub(super) fn new(cache: &Path, fingerprint: u64) -> Self {
        Self { path: cache.join("roster.idx"), fingerprint }
    }

    /// Reads all records; `None` where there is no index or it is not a sound one of this program.
    pub(super) fn load(&self) -> Option<Loaded> {
        // A pipe or a device in its place would never end.
        fs::metadata(&self.path).ok().filter(|meta| meta.is_file() && meta.len() < MOST_BYTES)?;
        let bytes = fs::read(&self.path).ok()?;
        let body = bytes.get(self.checked_header(&bytes)?..)?;
        let (block, appended) = body.split_at_checked(usize::try_from(number(&bytes, 16)?).ok()?)?;
        if checksum(block) != number(&bytes, 24)? {
            return None;
        }
        let mut records = bytes::decode_all(&split_records(block)?)?;
        let (appended, whole) = bytes::appended(appended);
        let worn = !whole || appended.len() > MOST_APPENDED;
        if !appended.is_empty() {
            records.extend(appended);
            keep_last(&mut records);
        }
        Some(Loaded { records, worn })
    }

    /// Returns where the block begins if the header is this program's.
    fn checked_header(&self, bytes: &[u8]) -> Option<usize> {
        (bytes.get(..8)? == MAGIC && number(bytes, 8)? == self.fingerprint).then_some(HEADER)
    }

    /// Writes all records. A cache that cannot be written is no loss, so nobody is told.
    pub(super) fn save(&self, records: &[Record]) {
        let Some(block) = bytes::encode_all(records) else { return };
        let mut file = Vec::with_capacity(HEADER + block.len());
        file.extend_from_slice(MAGIC);
        for value in [self.fingerprint, block.len() as u64, checksum(&block)] {
            file.extend_from_slice(&value.to_le_bytes());
        }
        file.extend_from_slice(&block);
        if let Some(folder) = self.path.parent() {
            let _ = atomic::make_folder(folder);
        }
        let _ = atomic::write_quickly(&self.path, &file);
    }

    /// Appends one record where there is an index of this program; else the next list makes one.
    pub(super) fn append(&self, record: &Record) -> Option<()> {
        let mut file = OpenOptions::new().read(true).append(true).open(&self.path).ok()?;
        let mut header = [0; HEADER];
        file.read_exact(&mut header).ok()?;
        self.checked_header(&header)?;
        file.write_all(&bytes::append_form(record)?).ok()
    }
}

/// Of several records of one chart the last one holds.
pub(super) fn keep_last(records: &mut Vec<Record>) {
    records.reverse();
    records.sort_by_key(|r| r.id);
    records.dedup_by_key(|r| r.id);
}
