//! Bytes to age files and back, with nothing of the disk in it.

use super::fault::Fault;
use super::payload::{self, Opening};
use age::stream::StreamWriter;
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient};
use age_core::format::{FileKey, Stanza};
use secrecy::ExposeSecret as _;
use std::cell::RefCell;
use std::io::{self, BufRead, Chain, Cursor, Read, Write};

/// How every age file of this format begins.
const MAGIC: &[u8] = b"age-encryption.org/";
/// How its header ends, before a checksum and the end of that line.
const END: &[u8] = b"\n---";
/// No header of ours is longer: a backup carries the keys of a hundred people in less.
const MOST_HEADER: usize = 128 << 10;
/// Nor has more lines.
const MOST_LINES: usize = 2000;

/// Returns whether bytes are those of an age file.
pub(in crate::store) fn is_encrypted(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Returns how many bytes tell whether a file is one.
pub(super) const fn enough() -> usize {
    MAGIC.len()
}

/// Begins a file that these recipients can open.
pub(super) fn begin<W: Write>(recipients: &[&dyn Recipient], to: W) -> io::Result<StreamWriter<W>> {
    match Encryptor::with_recipients(recipients.iter().copied()) {
        Ok(encryptor) => encryptor.wrap_output(to),
        Err(age::EncryptError::Io(e)) => Err(e),
        Err(_) => Err(io::ErrorKind::InvalidInput.into()),
    }
}

/// Encrypts bytes that are at hand.
pub(super) fn shut(recipients: &[&dyn Recipient], bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut shut = Vec::with_capacity(bytes.len() + 512);
    let mut writer = begin(recipients, &mut shut)?;
    writer.write_all(bytes)?;
    writer.finish()?;
    Ok(shut)
}

/// Decrypts bytes that are at hand, behind what is in `into`.
///
/// # Errors
/// A [`Fault`]; what was decrypted up to it is in `into`.
pub(super) fn open(identities: &[&dyn Identity], bytes: &[u8], into: &mut Vec<u8>) -> io::Result<()> {
    into.reserve(bytes.len());
    stream(identities, bytes)?.read_to_end(into).map(drop)
}

/// Decrypts while it is read.
///
/// # Errors
/// A [`Fault`] of the header, or what the reader said.
pub(super) fn stream<R: Read>(identities: &[&dyn Identity], from: R) -> io::Result<Opening<Chain<Cursor<Vec<u8>>, R>>> {
    let head = Head::read(from)?;
    let key = head.file_key(identities).map_err(Fault::from_age)?;
    Ok(head.open(&key))
}

/// The header of a file, with what of the file was read with it.
pub(super) struct Head<R> {
    bytes: Vec<u8>,
    /// Where the header ends, with the number behind it that the content begins with.
    end: usize,
    from: R,
}

impl<R: Read> Head<R> {
    /// Reads a header, as far as one of ours goes: one without an end, or with lines without end, must not keep the program
    /// busy.
    pub(super) fn read(mut from: R) -> io::Result<Self> {
        let (mut bytes, mut piece) = (Vec::with_capacity(1024), [0; 1024]);
        loop {
            if let Some(end) = end_of(&bytes).filter(|end| *end <= bytes.len()) {
                let lines = bytes[..end].iter().filter(|byte| **byte == b'\n').count();
                return if lines > MOST_LINES { Err(Fault::Damaged.into()) } else { Ok(Self { bytes, end, from }) };
            }
            match from.read(&mut piece) {
                Ok(0) => return Err(Fault::Damaged.into()),
                Ok(_) if bytes.len() > MOST_HEADER => return Err(Fault::Damaged.into()),
                Ok(n) => bytes.extend_from_slice(&piece[..n]),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    fn decryptor(&self) -> Result<Decryptor<AtOnce<'_>>, DecryptError> {
        let (head, behind) = self.bytes[..self.end].split_at(self.end - payload::NONCE);
        Decryptor::new_buffered(AtOnce { head, behind })
    }

    /// Returns whether the header is that of a file under a passphrase.
    pub(super) fn is_of_passphrase(&self) -> bool {
        self.decryptor().is_ok_and(|decryptor| decryptor.is_scrypt())
    }

    /// Returns the key of this very file, and proves the header with it.
    pub(super) fn file_key(&self, identities: &[&dyn Identity]) -> Result<FileKey, DecryptError> {
        let caught = Catching { identities, caught: RefCell::default() };
        let decryptor = self.decryptor()?;
        // Only what comes of the header is wanted: the reader of the content that `age` has says in all languages that a file
        // is cut off, which is a quarter of a megabyte of this program.
        decryptor.decrypt(std::iter::once(&caught as &dyn Identity))?;
        caught.caught.into_inner().ok_or(DecryptError::NoMatchingKeys)
    }

    /// Goes on with the content.
    pub(super) fn open(self, key: &FileKey) -> Opening<Chain<Cursor<Vec<u8>>, R>> {
        let Self { bytes, end, from } = self;
        let payload = payload::key(key, &bytes[end - payload::NONCE..end]);
        let mut read = Cursor::new(bytes);
        read.set_position(end as u64);
        Opening::new(&payload, read.chain(from))
    }
}

/// A header that is at hand. Asked for a line it gives all of them: for each line that it gets, `age` reads what it has from
/// the beginning.
struct AtOnce<'a> {
    head: &'a [u8],
    behind: &'a [u8],
}

impl<'a> AtOnce<'a> {
    fn next(&mut self) -> &mut &'a [u8] {
        if self.head.is_empty() { &mut self.behind } else { &mut self.head }
    }
}

impl Read for AtOnce<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.next().read(into)
    }
}

impl BufRead for AtOnce<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.next().fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.next().consume(bytes);
    }

    fn read_until(&mut self, _: u8, into: &mut Vec<u8>) -> io::Result<usize> {
        self.next().read_to_end(into)
    }
}

/// Returns where a header ends that begins here, with the number behind it.
fn end_of(bytes: &[u8]) -> Option<usize> {
    let last = bytes.windows(END.len()).position(|window| window == END)? + 1;
    let line = bytes[last..].iter().position(|byte| *byte == b'\n')?;
    Some(last + line + 1 + payload::NONCE)
}

/// Remembers the key that an identity finds in a header.
struct Catching<'a> {
    identities: &'a [&'a dyn Identity],
    caught: RefCell<Option<FileKey>>,
}

impl Identity for Catching<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        self.unwrap_stanzas(std::slice::from_ref(stanza))
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        let found = self.identities.iter().find_map(|identity| identity.unwrap_stanzas(stanzas))?;
        if let Ok(key) = &found {
            let copy = FileKey::init_with_mut(|bytes| bytes.copy_from_slice(key.expose_secret()));
            self.caught.replace(Some(copy));
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header may have as many lines as a backup that carries the keys of two hundred people.
    #[test]
    fn a_header_of_many_lines_takes_no_time() {
        let identity = age::x25519::Identity::generate();
        let good = shut(&[&identity.to_public()], b"all of it").unwrap();
        let (first, rest) = good.split_at(good.iter().position(|byte| *byte == b'\n').unwrap() + 1);
        let bytes = [first, &b"-> nobodys\n\n".repeat(900), rest].concat();
        let began = std::time::Instant::now();
        let opened = stream(&[&identity], &bytes[..]);
        // Its sum is of another header.
        assert!(opened.is_err_and(|e| Fault::of(&e) == Some(Fault::Damaged)));
        assert!(began.elapsed() < std::time::Duration::from_millis(300), "{:?}", began.elapsed());
        assert!(stream(&[&identity], &good[..]).is_ok());
    }
}
