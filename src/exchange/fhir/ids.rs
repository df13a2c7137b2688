//! The same ids at every export: an entry's ULID is 128 bits, as a UUID is; what is worked out of an entry gets one of its own
//! out of the entry's and of the part that it plays.

use crate::clinic::entry::{EntryId, PatientId};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Uuid(pub(super) u128);

impl Uuid {
    /// Returns the id of what plays a part for this one. Version 8, the one for ids that are made in a way of one's own
    /// (RFC 9562, 5.8).
    pub(super) fn of(self, part: &str) -> Self {
        let hash =
            Sha256::new().chain_update(b"cobalog").chain_update(self.0.to_be_bytes()).chain_update(part).finalize();
        let bits = hash.iter().take(16).fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
        let version = (bits & !(0xf << 76)) | (0x8 << 76);
        Self((version & !(0b11 << 62)) | (0b10 << 62))
    }

    /// Returns the id that everything of a practice hangs on.
    pub(super) fn practice(name: &str) -> Self {
        Self(0).of(&format!("practice {name}"))
    }

    /// Returns the entry whose id is written as a UUID; `None` of any other text.
    pub(super) fn entry(text: &str) -> Option<EntryId> {
        let is_uuid = text.len() == 36 && [8, 13, 18, 23].into_iter().all(|at| text.as_bytes().get(at) == Some(&b'-'));
        let bits = u128::from_str_radix(&text.replace('-', ""), 16).ok().filter(|_| is_uuid)?;
        Some(EntryId(ulid::Ulid(bits)))
    }

    /// Returns it as a URN.
    pub(super) fn urn(self) -> String {
        format!("urn:uuid:{self}")
    }
}

impl From<EntryId> for Uuid {
    fn from(id: EntryId) -> Self {
        Self(id.0.0)
    }
}

impl From<PatientId> for Uuid {
    fn from(id: PatientId) -> Self {
        Self(id.0.0)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |shift: u32, digits: u32| (self.0 >> shift) & ((1 << (digits * 4)) - 1);
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            part(96, 8),
            part(80, 4),
            part(64, 4),
            part(48, 4),
            part(0, 12)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ulid::Ulid;

    #[test]
    fn a_ulid_is_written_as_the_uuid_of_the_same_bits() {
        let id = EntryId(Ulid(0x0192_a3b4_c5d6_e7f8_0910_2a3b_4c5d_6e7f));
        assert_eq!(Uuid::from(id).to_string(), "0192a3b4-c5d6-e7f8-0910-2a3b4c5d6e7f");
        assert_eq!(Uuid::entry("0192a3b4-c5d6-e7f8-0910-2a3b4c5d6e7f"), Some(id));
        assert_eq!((Uuid::entry("0192a3b4"), Uuid::entry(&"x".repeat(36))), (None, None));
        assert_eq!(Uuid(0).urn(), "urn:uuid:00000000-0000-0000-0000-000000000000");
        assert_eq!(Uuid(u128::MAX).to_string(), "ffffffff-ffff-ffff-ffff-ffffffffffff");
    }

    #[test]
    fn what_is_worked_out_has_an_id_of_its_own_that_stays() {
        let one = Uuid(1).of("phase 0").to_string();
        assert_eq!(one, Uuid(1).of("phase 0").to_string());
        assert_ne!(one, Uuid(1).of("phase 1").to_string());
        assert_ne!(one, Uuid(2).of("phase 0").to_string());
        assert_eq!(one.as_bytes()[14], b'8', "{one}");
        assert!("89ab".contains(char::from(one.as_bytes()[19])), "{one}");
    }
}
