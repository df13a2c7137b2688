//! Numbers and checksums of the index's file.

use serde::{Deserialize, Serialize};

/// Where a part of the file lies, and its checksum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) at: u64,
    pub(super) len: u64,
    pub(super) sum: u64,
}

/// Eight bytes at a time in four lanes. It guards against damage, not against malice.
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
