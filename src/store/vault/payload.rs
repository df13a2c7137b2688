//! The content of an age file: pieces of 64 KiB, each under a sum of its own, the last one marked as the last.
//!
//! This is the STREAM part of the format (c2sp.org/age, "Payload"), for reading; the `age` crate does everything else, and
//! the `age` tool opens what it writes and writes what is opened here (`tests/store/vault/tool.rs`).

use super::fault::Fault;
use age_core::format::FileKey;
use chacha20poly1305::aead::{AeadInPlace as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key};
use hkdf::Hkdf;
use secrecy::ExposeSecret as _;
use sha2::Sha256;
use std::io::{self, Read};
use zeroize::{Zeroize as _, Zeroizing};

/// The length of the number that the content begins with.
pub(super) const NONCE: usize = 16;
const LABEL: &[u8] = b"payload";
const SUM: usize = 16;
/// A piece with its sum.
const PIECE: usize = (64 << 10) + SUM;

/// Returns the key of a file's content.
pub(super) fn key(file: &FileKey, nonce: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    // It fails for lengths that are not this one.
    let _ = Hkdf::<Sha256>::new(Some(nonce), file.expose_secret()).expand(LABEL, &mut *key);
    key
}

/// Decrypts a file's content while it is read.
pub(super) struct Opening<R> {
    from: R,
    aead: ChaCha20Poly1305,
    /// How many pieces were opened.
    count: u64,
    /// What was read and is not opened yet: up to a piece and one byte, which says that another one follows.
    shut: Vec<u8>,
    piece: Zeroizing<Vec<u8>>,
    /// How much of the piece was handed on.
    at: usize,
    is_over: bool,
    /// Whether a piece was not what was written: there is no end behind it.
    is_damaged: bool,
}

impl<R: Read> Opening<R> {
    pub(super) fn new(key: &[u8; 32], from: R) -> Self {
        let aead = ChaCha20Poly1305::new(Key::from_slice(key));
        Self {
            from,
            aead,
            count: 0,
            shut: Vec::new(),
            piece: Zeroizing::default(),
            at: 0,
            is_over: false,
            is_damaged: false,
        }
    }

    /// Opens the next piece; nothing of it is handed on before it was proven.
    fn next(&mut self) -> io::Result<()> {
        let wanted = (PIECE + 1 - self.shut.len()) as u64;
        (&mut self.from).take(wanted).read_to_end(&mut self.shut)?;
        let is_last = self.shut.len() <= PIECE;
        let behind = self.shut.split_off(self.shut.len().min(PIECE));
        self.piece.zeroize();
        *self.piece = std::mem::replace(&mut self.shut, behind);
        self.at = 0;
        let opened = self.aead.decrypt_in_place(&self.nonce(is_last).into(), b"", &mut *self.piece);
        // Only the content of an empty file is an empty piece.
        if opened.is_err() || (is_last && self.piece.is_empty() && self.count > 0) {
            (self.is_over, self.is_damaged) = (true, true);
            self.piece.zeroize();
            self.at = 0;
            return Err(Fault::Damaged.into());
        }
        self.count += 1;
        self.is_over = is_last;
        Ok(())
    }

    /// Eleven bytes of the piece's number, and one that says whether it is the last.
    fn nonce(&self, is_last: bool) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&self.count.to_be_bytes());
        nonce[11] = u8::from(is_last);
        nonce
    }
}

impl<R: Read> Read for Opening<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.piece.len() && !self.is_over {
            self.next()?;
        }
        if self.is_damaged {
            return Err(Fault::Damaged.into());
        }
        let rest = &self.piece[self.at..];
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::super::cipher;
    use super::*;
    use age::x25519;

    #[test]
    fn content_of_every_length_comes_back_and_no_piece_may_be_missing() {
        let identity = x25519::Identity::generate();
        let recipient = identity.to_public();
        let open = |bytes: &[u8]| {
            let mut plain = Vec::new();
            cipher::open(&[&identity], bytes, &mut plain).map(|()| plain)
        };
        let piece = 64 << 10;
        for length in [0, 1, 100, piece - 1, piece, piece + 1, 2 * piece, 2 * piece + 7] {
            let plain: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let shut = cipher::shut(&[&recipient], &plain).unwrap();
            assert_eq!(open(&shut).unwrap(), plain, "{length}");
            let mut streamed = Vec::new();
            cipher::stream(&[&identity], &shut[..]).unwrap().read_to_end(&mut streamed).unwrap();
            assert_eq!(streamed, plain, "{length}");
            let cuts = [1, SUM, SUM + 1, PIECE, PIECE + 1];
            for cut in cuts.into_iter().filter(|cut| *cut < shut.len()) {
                assert!(open(&shut[..shut.len() - cut]).is_err(), "{length} without its last {cut}");
            }
            assert!(open(&[&shut[..], b"x"].concat()).is_err(), "{length} and something behind it");
        }
    }
}
