//! The keys that a backup carries: whoever restores it on another computer has its passphrases and nothing else.
//!
//! Each file of `keys/` stands in the header of the backup as a stanza of its own, which every age program passes over.

use super::cipher;
use age::{DecryptError, EncryptError, Identity, Recipient};
use age_core::format::{FileKey, Stanza};
use std::cell::RefCell;
use std::collections::HashSet;
use std::io::{self, Read};

/// What such a stanza is called.
const TAG: &str = "cobalog-key";

/// The name and the bytes of a file of `keys/`.
pub(super) type KeyFile = (String, Vec<u8>);

/// Puts the files into a header.
pub(super) struct Carried<'a>(pub(super) &'a [KeyFile]);

impl Recipient for Carried<'_> {
    fn wrap_file_key(&self, _: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let stanza =
            |(name, bytes): &KeyFile| Stanza { tag: TAG.to_owned(), args: vec![name.clone()], body: bytes.clone() };
        Ok((self.0.iter().map(stanza).collect(), HashSet::new()))
    }
}

/// Takes the files out of a header.
#[derive(Default)]
struct Found(RefCell<Vec<KeyFile>>);

impl Identity for Found {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        let name = stanza.args.first().filter(|_| stanza.tag == TAG);
        // A name from a file must not lead anywhere.
        if let Some(name) = name.filter(|name| super::open::is_name(name)) {
            self.0.borrow_mut().push((name.clone(), stanza.body.clone()));
        }
        None
    }
}

/// Returns the keys that a file carries; none where it carries none.
///
/// # Errors
/// A fault of the header, or what the system said.
pub(super) fn read(from: impl Read) -> io::Result<Vec<KeyFile>> {
    let found = Found::default();
    let _ = cipher::Head::read(from)?.file_key(&[&found]);
    Ok(found.0.into_inner())
}
