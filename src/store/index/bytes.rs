//! Records as bytes: a length, then postcard.

use super::packed::PackedRow;
use super::{Record, Stamp};
use crate::clinic::entry::PatientId;
use crate::store::parallel;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

#[derive(Serialize, Deserialize)]
struct Packed<'a> {
    id: u128,
    stamp: Stamp,
    day: i32,
    row: Option<PackedRow<'a>>,
}

/// Returns the number at a place of the header.
pub(super) fn number(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// Eight bytes at a time in four lanes, as a whole index is checked before the first paint. It guards against damage,
/// not against malice.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    let mut lanes = [0x9e37_79b9_7f4a_7c15_u64, 1, 2, 3];
    let step = |lane: u64, word: u64| (lane.rotate_left(23) ^ word).wrapping_mul(0x9fb2_1c65_1e98_df25);
    let mut blocks = bytes.chunks_exact(32);
    for block in &mut blocks {
        for (lane, word) in lanes.iter_mut().zip(block.as_chunks::<8>().0) {
            *lane = step(*lane, u64::from_le_bytes(*word));
        }
    }
    let rest = blocks.remainder().iter().fold(bytes.len() as u64, |h, b| step(h, u64::from(*b)));
    lanes.into_iter().fold(rest, step)
}

/// Splits a block into its records, which are still encoded.
pub(super) fn split_records(mut block: &[u8]) -> Option<Vec<&[u8]>> {
    let mut parts = Vec::new();
    while !block.is_empty() {
        let (length, rest) = block.split_first_chunk::<4>()?;
        let (part, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        parts.push(part);
        block = rest;
    }
    Some(parts)
}

pub(super) fn decode_all(parts: &[&[u8]]) -> Option<Vec<Record>> {
    parallel::map(parts, |part| decode(part)).into_iter().collect()
}

pub(super) fn encode_all(records: &[Record]) -> Option<Vec<u8>> {
    let parts: Option<Vec<Vec<u8>>> = parallel::map(records, encode).into_iter().collect();
    Some(parts?.concat())
}

fn decode(bytes: &[u8]) -> Option<Record> {
    let Packed { id, stamp, day, row } = postcard::from_bytes(bytes).ok()?;
    let id = PatientId(Ulid(id));
    let row = match row {
        Some(row) => Some(row.row(id)?),
        None => None,
    };
    Some(Record { id, stamp, day, row })
}

fn encode(record: &Record) -> Option<Vec<u8>> {
    let row = record.row.as_ref().map(PackedRow::of);
    let packed = Packed { id: record.id.0.0, stamp: record.stamp, day: record.day, row };
    let mut bytes = postcard::to_extend(&packed, vec![0; 4]).ok()?;
    let length = u32::try_from(bytes.len() - 4).ok()?;
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    Some(bytes)
}

/// Returns the bytes of a record that stands behind the block: under a checksum of its own.
pub(super) fn append_form(record: &Record) -> Option<Vec<u8>> {
    let encoded = encode(record)?;
    Some([&checksum(&encoded).to_le_bytes()[..], &encoded].concat())
}

/// Reads the records behind the block up to the first damaged one, and says whether there was none.
pub(super) fn appended(mut bytes: &[u8]) -> (Vec<Record>, bool) {
    let mut records = Vec::new();
    while let Some((record, rest)) = first_appended(bytes) {
        records.push(record);
        bytes = rest;
    }
    (records, bytes.is_empty())
}

fn first_appended(bytes: &[u8]) -> Option<(Record, &[u8])> {
    let (sum, rest) = bytes.split_first_chunk::<8>()?;
    let length = u32::from_le_bytes(*rest.first_chunk::<4>()?) as usize;
    let (encoded, after) = rest.split_at_checked(length.checked_add(4)?)?;
    let sound = checksum(encoded) == u64::from_le_bytes(*sum);
    Some((decode(&encoded[4..]).filter(|_| sound)?, after))
}
