//! The layout of the index's file: a header, parts that are each read alone when they are asked for, and a journal.
//!
//! | part | what | read |
//! | --- | --- | --- |
//! | keys | what is owed, 24 bytes each, in order of the visit, in blocks under checksums | by every list, up to its day |
//! | rows | one sealed row a patient, in order of the first visit | those that are shown |
//! | places | where each row begins | those that are shown |
//! | stamps | id, stamp, day and place of each chart, in order of the ids | to check the files |
//! | numbers | a hash of each number with its place | to find a patient by the number |
//! | texts | what each row is found by, in order of the names | by the search |
//! | given | how many had their last dose on which day | by Today |
//! | alike | places of rows that may be one patient's twice | behind the first frame |
//! | born | birth dates in order, each with its place | while a new patient is typed |
//! | highest | the highest number | for the next one |
//! | linked | places of rows whose charts say something of other charts | always |
//! | waiting | places of rows in which something waits for a signature, each with how much | by Today |
//! | ending | days by which orders are to be renewed, in order, each with its place | by Today |

use super::bytes::{Part, checksum, int, long, sealed};
use super::packed::Packed;
use super::{MAGIC, Record, Stamp};
use crate::clinic::agenda::{Key, Kind, Row, Texts};
use crate::clinic::entry::PatientId;
use crate::clinic::same;
use crate::store::parallel;
use crate::store::paths::hash;
use chrono::{Datelike as _, NaiveDate};
use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use ulid::Ulid;

pub(super) const KEY: usize = 24;
pub(super) const KEYS_IN_BLOCK: usize = 512;
pub(super) const STAMP: usize = 48;
pub(super) const NUMBER: usize = 12;
pub(super) const NOWHERE: u32 = u32::MAX;
const PARTS: usize = 14;
pub(super) const BORN: usize = 8;
/// The numbers that are dates, counted from the common era.
const DAYS: RangeInclusive<i32> = -95_746_129..=95_745_399;
/// Magic, fingerprint, counts, parts, checksum.
pub(super) const HEADER: usize = 8 + 8 + 16 + PARTS * 24 + 8;

/// What the beginning of the file says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) rows: u32,
    pub(super) keys: u32,
    /// The day of the row that was worked out longest ago.
    pub(super) oldest: i32,
    pub(super) parts: [Part; PARTS],
}

#[derive(Clone, Copy)]
pub(super) enum Of {
    Keys,
    KeySums,
    Rows,
    Places,
    Stamps,
    Numbers,
    Texts,
    Given,
    Linked,
    Alike,
    Born,
    Highest,
    Waiting,
    Ending,
}

impl Header {
    pub(super) fn part(&self, of: Of) -> Part {
        self.parts[of as usize]
    }

    /// Returns where the journal begins.
    pub(super) fn end(&self) -> u64 {
        self.parts.iter().map(|p| p.at + p.len).max().unwrap_or(HEADER as u64)
    }

    /// Reads a header; `None` where it is damaged or another program's.
    pub(super) fn read(bytes: &[u8; HEADER], fingerprint: u64) -> Option<Self> {
        let known = bytes.starts_with(MAGIC) && long(bytes, 8)? == fingerprint;
        if !known || checksum(&bytes[..HEADER - 8]) != long(bytes, HEADER - 8)? {
            return None;
        }
        let mut parts = [Part::default(); PARTS];
        for (part, at) in parts.iter_mut().zip((32..).step_by(24)) {
            *part = Part { at: long(bytes, at)?, len: long(bytes, at + 8)?, sum: long(bytes, at + 16)? };
            part.at.checked_add(part.len)?;
        }
        let oldest = i32::from_le_bytes(int(bytes, 24)?.to_le_bytes());
        Some(Self { rows: int(bytes, 16)?, keys: int(bytes, 20)?, oldest, parts })
    }
}

/// Returns the file of some records.
pub(super) fn write(records: &[Record], fingerprint: u64) -> Option<Vec<u8>> {
    let mut rows: Vec<&Row> = records.iter().filter_map(|r| r.row.as_ref()).collect();
    rows.sort_by_cached_key(|row| (row.items.iter().map(|i| i.visit).min().unwrap_or(NaiveDate::MAX), row.id));
    let texts = Texts::of((0..).zip(rows.iter().copied()));
    let keys = keys(&rows, &texts);
    let sums: Vec<u8> = keys.chunks(KEY * KEYS_IN_BLOCK).flat_map(|block| checksum(block).to_le_bytes()).collect();
    let (packed, places) = pack(&rows)?;
    let bodies = [
        keys,
        sums,
        packed,
        places,
        stamps(records, &rows),
        numbers(&rows),
        texts_body(&texts),
        given(&rows),
        linked(&rows),
        alike_places(&rows),
        born(&rows),
        highest(&rows),
        waiting(&rows),
        ending(&rows),
    ];
    let mut head = Vec::with_capacity(HEADER);
    head.extend_from_slice(MAGIC);
    head.extend_from_slice(&fingerprint.to_le_bytes());
    head.extend_from_slice(&u32::try_from(rows.len()).ok()?.to_le_bytes());
    head.extend_from_slice(&u32::try_from(bodies[0].len() / KEY).ok()?.to_le_bytes());
    head.extend_from_slice(&records.iter().map(|r| r.day).min().unwrap_or(i32::MAX).to_le_bytes());
    head.extend_from_slice(&[0; 4]);
    let mut at = HEADER as u64;
    for (n, body) in bodies.iter().enumerate() {
        // Keys and rows carry their own checksums, as only a part of them is read.
        let sum = if n == Of::Keys as usize || n == Of::Rows as usize { 0 } else { checksum(body) };
        for value in [at, body.len() as u64, sum] {
            head.extend_from_slice(&value.to_le_bytes());
        }
        at += body.len() as u64;
    }
    head.extend_from_slice(&checksum(&head).to_le_bytes());
    Some([&head[..], &bodies.concat()[..]].concat())
}

fn keys(rows: &[&Row], texts: &Texts) -> Vec<u8> {
    let mut ranks = vec![0; rows.len()];
    for (rank, at) in (0..).zip(&texts.rows) {
        if let Some(place) = ranks.get_mut(*at as usize) {
            *place = rank;
        }
    }
    let ranked = rows.iter().zip(ranks).zip(0..);
    let mut keys: Vec<Key> = ranked.flat_map(|((row, rank), at)| Key::of_row(row, at, Some(rank))).collect();
    keys.sort_by_key(|key| (key.visit, key.row, key.item));
    keys.iter().flat_map(key_bytes).collect()
}

fn key_bytes(key: &Key) -> [u8; KEY] {
    let mut bytes = [0; KEY];
    bytes[..4].copy_from_slice(&key.visit.to_le_bytes());
    bytes[4..8].copy_from_slice(&key.due.to_le_bytes());
    bytes[8..12].copy_from_slice(&key.next_check.to_le_bytes());
    bytes[12..16].copy_from_slice(&key.row.to_le_bytes());
    bytes[16..20].copy_from_slice(&key.rank.unwrap_or(NOWHERE).to_le_bytes());
    bytes[20..22].copy_from_slice(&key.item.to_le_bytes());
    bytes[22] = key.kind as u8;
    bytes[23] = u8::from(key.neuro);
    bytes
}

/// Reads a key; `None` where a number is no date or no kind.
pub(super) fn key(bytes: &[u8]) -> Option<Key> {
    let day = |at| Some(i32::from_le_bytes(int(bytes, at)?.to_le_bytes())).filter(|day| DAYS.contains(day));
    let kind = Kind::ALL.into_iter().find(|kind| *kind as u8 == bytes[22])?;
    Some(Key {
        visit: day(0)?,
        due: day(4)?,
        next_check: day(8)?,
        row: int(bytes, 12)?,
        rank: Some(int(bytes, 16)?),
        item: u16::from_le_bytes([bytes[20], bytes[21]]),
        kind,
        neuro: bytes[23] != 0,
    })
}

fn pack(rows: &[&Row]) -> Option<(Vec<u8>, Vec<u8>)> {
    let parts: Option<Vec<Vec<u8>>> = parallel::map(rows, |row| sealed(&Packed::of(row))).into_iter().collect();
    let (mut body, mut places) = (Vec::new(), Vec::new());
    for part in parts? {
        places.extend_from_slice(&(body.len() as u64).to_le_bytes());
        body.extend_from_slice(&part);
    }
    places.extend_from_slice(&(body.len() as u64).to_le_bytes());
    Some((body, places))
}

fn stamps(records: &[Record], rows: &[&Row]) -> Vec<u8> {
    let at: HashMap<PatientId, u32> = rows.iter().map(|row| row.id).zip(0..).collect();
    let mut sorted: Vec<&Record> = records.iter().collect();
    sorted.sort_by_key(|r| r.id);
    let mut bytes = Vec::with_capacity(sorted.len() * STAMP);
    for record in sorted {
        bytes.extend_from_slice(&record.id.0.0.to_be_bytes());
        bytes.extend_from_slice(&record.stamp.len.to_le_bytes());
        bytes.extend_from_slice(&record.stamp.modified.to_le_bytes());
        bytes.extend_from_slice(&record.stamp.inode.to_le_bytes());
        bytes.extend_from_slice(&record.day.to_le_bytes());
        bytes.extend_from_slice(&at.get(&record.id).copied().unwrap_or(NOWHERE).to_le_bytes());
    }
    bytes
}

/// What the index knows of a chart's file, and where its row is.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Known {
    pub(in crate::store) id: PatientId,
    pub(in crate::store) stamp: Stamp,
    pub(in crate::store) day: i32,
    pub(super) row: u32,
}

impl Known {
    /// Returns what is known of a chart whose row is not among the pages.
    pub(in crate::store) fn loose(id: PatientId, stamp: Stamp, day: i32) -> Self {
        Self { id, stamp, day, row: NOWHERE }
    }
}

/// Reads one stamp.
pub(super) fn known(bytes: &[u8]) -> Option<Known> {
    let id = PatientId(Ulid(u128::from_be_bytes(*bytes.first_chunk()?)));
    let signed = |n: u64| i64::from_le_bytes(n.to_le_bytes());
    let stamp = Stamp { len: long(bytes, 16)?, modified: signed(long(bytes, 24)?), inode: long(bytes, 32)? };
    Some(Known { id, stamp, day: i32::from_le_bytes(int(bytes, 40)?.to_le_bytes()), row: int(bytes, 44)? })
}

fn numbers(rows: &[&Row]) -> Vec<u8> {
    let mut all: Vec<(u64, u32)> = rows.iter().map(|row| hash(row.number.as_bytes())).zip(0..).collect();
    all.sort_unstable();
    let bytes = |(hash, at): (u64, u32)| hash.to_le_bytes().into_iter().chain(at.to_le_bytes());
    all.into_iter().flat_map(bytes).collect()
}

fn texts_body(texts: &Texts) -> Vec<u8> {
    let numbers = texts.ends.iter().zip(&texts.rows).zip(&texts.born);
    let mut bytes = Vec::with_capacity(texts.heap.len() + texts.ends.len() * 12);
    for ((end, row), born) in numbers {
        bytes.extend_from_slice(&end.to_le_bytes());
        bytes.extend_from_slice(&row.to_le_bytes());
        bytes.extend_from_slice(&born.to_le_bytes());
    }
    bytes.extend_from_slice(texts.heap.as_bytes());
    bytes
}

fn alike_places(rows: &[&Row]) -> Vec<u8> {
    let places = same::doubled(rows).into_iter().filter_map(|n| u32::try_from(n).ok());
    places.flat_map(u32::to_le_bytes).collect()
}

fn born(rows: &[&Row]) -> Vec<u8> {
    let mut all: Vec<(i32, u32)> = rows.iter().map(|row| row.born.num_days_from_ce()).zip(0..).collect();
    all.sort_unstable();
    all.into_iter().flat_map(|(born, at)| born.to_le_bytes().into_iter().chain(at.to_le_bytes())).collect()
}

fn highest(rows: &[&Row]) -> Vec<u8> {
    let highest = rows.iter().filter_map(|row| row.number.parse::<u64>().ok()).max();
    highest.map(|number| number.to_le_bytes().to_vec()).unwrap_or_default()
}

fn waiting(rows: &[&Row]) -> Vec<u8> {
    let count = |row: &Row| u32::try_from(row.asks.to_sign.len()).unwrap_or(u32::MAX);
    let all = rows.iter().zip(0_u32..).map(|(row, at)| (at, count(row))).filter(|(_, n)| *n > 0);
    all.flat_map(|(at, n)| at.to_le_bytes().into_iter().chain(n.to_le_bytes())).collect()
}

fn ending(rows: &[&Row]) -> Vec<u8> {
    let mut all: Vec<(i32, u32)> =
        rows.iter().zip(0_u32..).filter_map(|(row, at)| Some((row.asks.renew_by()?.num_days_from_ce(), at))).collect();
    all.sort_unstable();
    all.into_iter().flat_map(|(day, at)| day.to_le_bytes().into_iter().chain(at.to_le_bytes())).collect()
}

fn linked(rows: &[&Row]) -> Vec<u8> {
    let places = rows.iter().zip(0_u32..).filter(|(row, _)| !row.said.is_empty());
    places.flat_map(|(_, at)| at.to_le_bytes()).collect()
}

/// Reads what [`texts_body`] wrote for so many rows.
pub(super) fn texts(mut bytes: Vec<u8>, rows: u32) -> Option<Texts> {
    let heap_at = (rows as usize).checked_mul(12)?;
    let mut texts = Texts::default();
    for entry in bytes.get(..heap_at)?.chunks_exact(12) {
        texts.ends.push(int(entry, 0)?);
        texts.rows.push(int(entry, 4)?);
        texts.born.push(i32::from_le_bytes(int(entry, 8)?.to_le_bytes()));
    }
    bytes.drain(..heap_at);
    texts.heap = String::from_utf8(bytes).ok()?;
    Some(texts)
}

fn given(rows: &[&Row]) -> Vec<u8> {
    let mut days: BTreeMap<i32, u32> = BTreeMap::new();
    for day in rows.iter().filter_map(|row| row.last_given) {
        *days.entry(day.num_days_from_ce()).or_default() += 1;
    }
    days.into_iter().flat_map(|(day, n)| day.to_le_bytes().into_iter().chain(n.to_le_bytes())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_key_is_a_date() {
        assert_eq!(DAYS, NaiveDate::MIN.num_days_from_ce()..=NaiveDate::MAX.num_days_from_ce());
    }
}
