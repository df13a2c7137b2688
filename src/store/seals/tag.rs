//! Tags: what only who holds the key can write.

use crate::clinic::entry::PatientId;
use crate::clinic::seal::{MARK, TAG};
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// What is sealed beside the entry's own line.
pub(super) struct Place<'a> {
    pub(super) patient: PatientId,
    pub(super) author: &'a str,
    pub(super) station: &'a str,
    pub(super) n: u32,
    pub(super) back: &'a str,
}

/// Returns the tag of an entry's line at its place.
pub(super) fn of_entry(key: &[u8; 32], place: &Place<'_>, line: &str) -> String {
    let (patient, n) = (place.patient.to_string(), place.n.to_string());
    let parts = ["cobalog entry 1", &patient, place.author, place.station, &n, place.back, line];
    letters(&sum(key, &parts)[..16], TAG)
}

/// Returns the mark of an entry from before seals.
pub(super) fn mark(key: &[u8; 32], patient: PatientId, line: &str) -> String {
    letters(&sum(key, &["cobalog mark 1", &patient.to_string(), line])[..3], MARK)
}

/// Returns the tag of a line of a workstation's audit log.
pub(in crate::store) fn of_line(key: &[u8; 32], station: &str, line: &str) -> String {
    letters(&sum(key, &["cobalog audit 1", station, line])[..16], TAG)
}

/// Returns what a key is called without saying it.
pub(super) fn of_key(key: &[u8; 32]) -> String {
    letters(&sum(key, &["cobalog key 1"])[..6], 8)
}

/// Each part with its length before it, so that no two lists of parts are the same bytes.
fn sum(key: &[u8; 32], parts: &[&str]) -> [u8; 32] {
    let mut block = [0; 64];
    block[..32].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    for part in parts {
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

/// Writes bytes in the letters of base64url, without padding.
fn letters(bytes: &[u8], most: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(most + 2);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        (0..=three.len()).for_each(|n| text.push(char::from(ALPHABET[(bits >> (18 - 6 * n) & 63) as usize])));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    /// The first case of RFC 4231 shows the function, RFC 4648 the letters.
    #[test]
    fn sums_and_letters_are_the_published_ones() {
        let mut key = [0; 64];
        key[..20].fill(0x0b);
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&key.into());
        mac.update(b"Hi There");
        let hex = mac.finalize().into_bytes().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
        assert_eq!(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        for (bytes, text) in [("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(letters(bytes.as_bytes(), 8), text);
        }
        assert_eq!(letters(&[0xfb, 0xff], 4), "-_8");
    }

    #[test]
    fn parts_cannot_be_moved_between_fields() {
        let key = [7; 32];
        assert_ne!(sum(&key, &["ab", "c"]), sum(&key, &["a", "bc"]));
        assert_eq!(letters(&sum(&key, &["a"])[..16], TAG).len(), TAG);
        assert_eq!(letters(&sum(&key, &["a"])[..3], MARK).len(), MARK);
    }
}
