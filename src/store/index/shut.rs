//! The index of an encrypted practice. It is read whole and decrypted into the memory; as nothing can be added to an
//! encrypted file, its journal is another one, `roster.log`, which is written whole each time and begins with the index's
//! own checksum: behind another index it says nothing.

use super::super::atomic;
use super::super::disk::Disk;
use super::super::files;
use super::super::vault::Sealed;
use super::bytes::long;
use super::layout::{HEADER, Header};
use super::pages::{Pages, Source};
use super::{Index, Opened};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// With so many bytes of journal the index is written anew, as each record writes all of them again.
const MOST_JOURNAL: usize = 256 << 10;
/// No index is larger: 100,000 patients have a tenth of it.
const MOST_INDEX: u64 = 128 << 20;

impl Index {
    pub(super) fn open_shut(&self, sealed: &Sealed) -> Option<Opened> {
        let bytes = self.bytes(sealed, &self.path)?;
        let header = Header::read(bytes.first_chunk::<HEADER>()?, self.fingerprint)?;
        if header.end() > bytes.len() as u64 {
            return None;
        }
        let journal = self.journal(sealed, &bytes);
        let mut opened = Opened {
            pages: Arc::new(Pages::new(Source::Memory(bytes), header)),
            since: HashMap::new(),
            looked: None,
            worn: journal.len() > MOST_JOURNAL,
        };
        opened.worn |= !opened.replay(&journal);
        Some(opened)
    }

    /// Returns how many charts' rows the pages have.
    pub(super) fn count_shut(&self, sealed: &Sealed) -> Option<u32> {
        self.head_shut(sealed).and_then(|head| Header::read(&head, self.fingerprint)).map(|header| header.rows)
    }

    fn head_shut(&self, sealed: &Sealed) -> Option<[u8; HEADER]> {
        sealed.meta(&self.path).ok().filter(std::fs::Metadata::is_file)?;
        let mut head = [0; HEADER];
        sealed.open(&self.path).ok()?.read_exact(&mut head).ok()?;
        Some(head)
    }

    /// Returns the bytes of one of the two files; of a pipe nothing can be read, ever.
    fn bytes(&self, sealed: &Sealed, path: &Path) -> Option<Vec<u8>> {
        let meta = sealed.meta(path).ok().filter(std::fs::Metadata::is_file)?;
        if meta.len() > MOST_INDEX {
            return None;
        }
        files::read(sealed, path, meta.len(), MOST_INDEX).ok()
    }

    fn log(&self) -> PathBuf {
        self.path.with_extension("log")
    }

    /// Returns the lines that belong to an index.
    fn journal(&self, sealed: &Sealed, index: &[u8]) -> Vec<u8> {
        let of = long(index, HEADER - 8);
        let mut journal = self.bytes(sealed, &self.log()).filter(|bytes| long(bytes, 0) == of).unwrap_or_default();
        journal.drain(..journal.len().min(8));
        journal
    }

    pub(super) fn append_shut(&self, sealed: &Sealed, lines: Vec<u8>) -> Option<()> {
        let head = self.head_shut(sealed)?;
        Header::read(&head, self.fingerprint)?;
        let mut journal = head[HEADER - 8..].to_vec();
        journal.extend(self.journal(sealed, &head));
        journal.extend(lines);
        atomic::write_quickly(sealed, &self.log(), &journal).ok()
    }
}
