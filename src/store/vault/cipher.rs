//! Bytes to age files and back, with nothing of the disk in it.

use super::fault::Fault;
use age::stream::{StreamReader, StreamWriter};
use age::{Decryptor, Encryptor, Identity, Recipient};
use std::io::{self, BufRead, Read, Write};

/// How every age file of this format begins.
const MAGIC: &[u8] = b"age-encryption.org/";
/// How its header ends, before a checksum and the end of that line.
const END: &[u8] = b"\n---";
/// No header of ours is longer: a backup carries the keys of a hundred people in less.
const MOST_HEADER: usize = 128 << 10;
/// Reading a header costs its lines times its length.
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
    bounded(bytes)?;
    into.reserve(bytes.len());
    stream(identities, bytes)?.read_to_end(into).map(drop).map_err(Fault::from_stream)
}

/// Decrypts while it is read.
///
/// # Errors
/// A [`Fault`] of the header, or what the reader said.
pub(super) fn stream<R: BufRead>(identities: &[&dyn Identity], from: R) -> io::Result<StreamReader<R>> {
    let decryptor = Decryptor::new_buffered(from).map_err(Fault::from_age)?;
    decryptor.decrypt(identities.iter().copied()).map_err(Fault::from_age)
}

/// Reads a header from what comes in pieces, as far as one of ours goes.
pub(super) fn header(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let (mut head, mut piece) = (Vec::new(), [0; 4096]);
    while head.len() <= MOST_HEADER && !has_end(&head) {
        match from.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => head.extend_from_slice(&piece[..n]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    bounded(&head)?;
    Ok(head)
}

fn has_end(head: &[u8]) -> bool {
    head.windows(END.len()).any(|window| window == END)
}

/// A header without an end, or with lines without end, must not keep the program busy.
fn bounded(bytes: &[u8]) -> io::Result<()> {
    let head = &bytes[..bytes.len().min(MOST_HEADER)];
    let end = head.windows(END.len()).position(|window| window == END).ok_or(Fault::Damaged)?;
    let lines = head[..end].iter().filter(|byte| **byte == b'\n').count();
    if lines > MOST_LINES { Err(Fault::Damaged.into()) } else { Ok(()) }
}
