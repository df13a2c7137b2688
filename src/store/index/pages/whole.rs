//! A look at all of an index file: whether every byte is as it was written.

use super::super::bytes::{Part, Sum, checksum, long, opened};
use super::super::layout::{self, KEY, KEYS_IN_BLOCK, Of};
use super::Pages;

/// So many bytes are checked at a time.
const PIECE: u64 = 64 << 10;
/// No row is longer.
const MOST_ROW: u64 = 256 << 10;

impl Pages {
    /// Returns whether every byte of the pages is as it was written.
    pub(in crate::store) fn is_whole(&self) -> bool {
        let parts = [
            Of::KeySums,
            Of::Places,
            Of::Stamps,
            Of::Numbers,
            Of::Texts,
            Of::Given,
            Of::Linked,
            Of::Alike,
            Of::Born,
            Of::Highest,
            Of::Waiting,
            Of::Ending,
        ];
        let parts_are_whole = parts.into_iter().all(|of| self.part_is_whole(of).is_some());
        parts_are_whole && self.keys_are_whole().is_some() && self.rows_are_whole().is_some()
    }

    /// A piece at a time: a check leaves no more in the memory than what is shown.
    fn part_is_whole(&self, of: Of) -> Option<()> {
        let Part { mut at, len, sum } = self.header.part(of);
        let end = at.checked_add(len)?;
        let mut found = Sum::new();
        while end - at > PIECE {
            found.add(&self.bytes(at, usize::try_from(PIECE).ok()?)?);
            at += PIECE;
        }
        (found.end(&self.bytes(at, usize::try_from(end - at).ok()?)?) == sum).then_some(())
    }

    fn keys_are_whole(&self) -> Option<()> {
        let (part, sums) = (self.header.part(Of::Keys), self.whole(Of::KeySums)?);
        let block_length = (KEY * KEYS_IN_BLOCK) as u64;
        if part.len != u64::from(self.header.keys) * KEY as u64
            || part.len.div_ceil(block_length) * 8 != sums.len() as u64
        {
            return None;
        }
        for (sum, from) in sums.chunks_exact(8).zip((0..part.len).step_by(KEY * KEYS_IN_BLOCK)) {
            let block =
                self.bytes(part.at.checked_add(from)?, usize::try_from(block_length.min(part.len - from)).ok()?)?;
            if long(sum, 0)? != checksum(&block) || block.chunks_exact(KEY).any(|key| layout::key(key).is_none()) {
                return None;
            }
        }
        Some(())
    }

    fn rows_are_whole(&self) -> Option<()> {
        let Part { mut at, len, .. } = self.header.part(Of::Rows);
        let end = at.checked_add(len)?;
        while at < end {
            let piece = self.bytes(at, usize::try_from((end - at).min(MOST_ROW)).ok()?)?;
            let mut rest = &piece[..];
            while let Some((_, behind)) = opened(rest) {
                rest = behind;
            }
            let read = (piece.len() - rest.len()) as u64;
            // A row larger than a piece is none.
            if read == 0 {
                return None;
            }
            at += read;
        }
        Some(())
    }
}
