//! Numbers and checksums of the index's file.

use serde::{Deserialize, Serialize};

/// Where a part of the file lies, and its checksum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) at: u64,
    pub(super) len: u64,
    pub(super) sum: u64,
}

/// A checksum of bytes that come in pieces. It guards against damage, not against malice.
pub(super) struct Sum {
    /// Eight bytes at a time in four lanes.
    lanes: [u64; 4],
    length: u64,
}

impl Sum {
    /// Pieces before the last are whole blocks of so many bytes.
    const BLOCK: usize = 32;

    pub(super) fn new() -> Self {
        Self { lanes: [0x9e37_79b9_7f4a_7c15, 1, 2, 3], length: 0 }
    }

    fn step(lane: u64, word: u64) -> u64 {
        (lane.rotate_left(23) ^ word).wrapping_mul(0x9fb2_1c65_1e98_df25)
    }

    /// Adds whole blocks; returns what is left over.
    fn blocks<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (blocks, rest) = bytes.as_chunks::<{ Self::BLOCK }>();
        for block in blocks {
            for (lane, word) in self.lanes.iter_mut().zip(block.as_chunks::<8>().0) {
                *lane = Self::step(*lane, u64::from_le_bytes(*word));
            }
        }
        self.length += bytes.len() as u64;
        rest
    }

    /// Adds a piece that others follow: whole blocks.
    pub(super) fn add(&mut self, piece: &[u8]) {
        let rest = self.blocks(piece);
        debug_assert!(rest.is_empty(), "a piece is whole blocks");
    }

    /// Adds the last piece and returns the sum.
    pub(super) fn end(mut self, piece: &[u8]) -> u64 {
        let rest = self.blocks(piece);
        let sum = rest.iter().fold(self.length, |sum, byte| Self::step(sum, u64::from(*byte)));
        self.lanes.into_iter().fold(sum, Self::step)
    }
}

/// Returns the checksum of bytes that are at hand.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    Sum::new().end(bytes)
}

/// Returns the 64-bit number at a place.
pub(super) fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Returns the 32-bit number at a place.
pub(super) fn int(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Returns bytes under their length and checksum.
pub(super) fn sealed(value: &impl Serialize) -> Option<Vec<u8>> {
    let mut bytes = postcard::to_extend(value, vec![0; 12]).ok()?;
    let (sum, length) = (checksum(&bytes[12..]), u32::try_from(bytes.len() - 12).ok()?);
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    bytes[4..12].copy_from_slice(&sum.to_le_bytes());
    Some(bytes)
}

/// Returns the bytes under the seal, where they are whole, and what stands behind them.
pub(super) fn opened(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (value, rest) = bytes.get(12..)?.split_at_checked(usize::try_from(int(bytes, 0)?).ok()?)?;
    (checksum(value) == long(bytes, 4)?).then_some((value, rest))
}

/// Reads what [`sealed`] wrote, and returns what stands behind it.
pub(super) fn unsealed<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<(T, &'a [u8])> {
    let (value, rest) = opened(bytes)?;
    Some((postcard::from_bytes(value).ok()?, rest))
}
