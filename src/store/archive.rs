//! One file with a practice in it: an ordinary `.tar.gz` that any computer opens, with a `SHA256SUMS` member that the
//! ordinary `sha256sum -c` accepts. Reading trusts nothing of it: names, sizes and sums are proven.

use super::disk::Disk;
use super::error::StoreError;
use super::files;
use super::format::MOST_BYTES;
use super::seals::is_seal_key;
use super::vault::{Fault, KEYS, is_encrypted};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::path::Path;
use tar::{Archive, Builder, Entry, EntryType, Header};

/// The folders of a practice that go into it.
pub(super) const FOLDERS: [&str; 7] = ["audit", "charts", "kept", KEYS, "products", "regimens", "unmatched"];

/// Returns whether a file of one of the folders goes into it: of the keys only those that prove seals. The others guard
/// what is encrypted, and come with an encrypted archive by themselves.
pub(super) fn goes_in(folder: &str, name: &str) -> bool {
    folder != KEYS || is_seal_key(Path::new(name))
}

/// The member with the sums of all others.
const SUMS: &str = "SHA256SUMS";

/// What is packed tighter than this is not text that people wrote, but made to fill the disk.
const MOST_TIMES: u64 = 100;

/// What is said of one that is encrypted, where no key is at hand.
const SHUT: &str = "it is encrypted: give a passphrase of its practice, or the recovery key, with --secret-fd";

/// The sums of a million files.
const MOST_SUMS: u64 = 128 << 20;

/// Returns whether a file of this name can be laid down on any system, and lies in a folder, not above it.
pub(super) fn is_plain_name(name: &str) -> bool {
    let is_odd = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    let is_short = !name.is_empty() && name.len() <= 100;
    is_short
        && !name.starts_with(['.', '~'])
        && !name.ends_with(['.', ' '])
        && !name.contains(is_odd)
        && !is_device(name)
}

/// Returns whether Windows takes a name for a device, whatever its ending: what is written there is gone.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let is_number = |text: &str| text.chars().count() == 1 && "123456789\u{b9}\u{b2}\u{b3}".contains(text);
    let is_port = |start| stem.strip_prefix(start).is_some_and(is_number);
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str()) || is_port("COM") || is_port("LPT")
}

fn is_member(name: &str) -> bool {
    match name.split_once('/') {
        Some((folder, file)) => FOLDERS.contains(&folder) && is_plain_name(file) && goes_in(folder, file),
        None => name == "practice.ron" || name == SUMS,
    }
}

/// Writes an archive member by member, so that it is never in memory.
pub(super) struct Writer<W: Write> {
    tar: Builder<GzEncoder<W>>,
    sums: String,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(to: W) -> Self {
        Self { tar: Builder::new(GzEncoder::new(to, Compression::new(3))), sums: String::new() }
    }

    /// Adds a file; `modified` in seconds since 1970.
    pub(super) fn add(&mut self, name: &str, bytes: &[u8], modified: u64) -> io::Result<()> {
        let _ = writeln!(self.sums, "{}  {name}", hex(bytes));
        self.put(name, bytes, modified)
    }

    fn put(&mut self, name: &str, bytes: &[u8], modified: u64) -> io::Result<()> {
        let mut header = Header::new_ustar();
        header.set_path(name)?;
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(modified);
        header.set_cksum();
        self.tar.append(&header, bytes)
    }

    /// Adds the sums and ends the archive.
    pub(super) fn finish(mut self) -> io::Result<W> {
        let sums = std::mem::take(&mut self.sums);
        self.put(SUMS, sums.as_bytes(), 0)?;
        self.tar.into_inner()?.finish()
    }
}

/// Returns the SHA-256 of bytes as `sha256sum` writes it.
pub(super) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The sums of an archive that was proven, by the names of its members.
pub(super) struct Proven(BTreeMap<String, String>);

impl Proven {
    /// Refuses an archive that holds nothing.
    ///
    /// # Errors
    /// [`StoreError::Archive`].
    pub(super) fn with_something(self, path: &Path) -> Result<Self, StoreError> {
        if self.0.is_empty() {
            let what = "nothing of a practice is in it".to_owned();
            return Err(StoreError::Archive { path: path.to_owned(), what });
        }
        Ok(self)
    }

    /// Reads the archive once more, handing each member on that is what it was when it was proven.
    ///
    /// # Errors
    /// Those of [`read`]: another file may be there by now, or a failing disk may give other bytes.
    pub(super) fn read(
        &self,
        disk: &dyn Disk,
        path: &Path,
        mut each: impl FnMut(&str, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let changed = || StoreError::Archive { path: path.to_owned(), what: "it changed while it was read".to_owned() };
        let proven = |name: &str, sum: &str| self.0.get(name).is_some_and(|known| known == sum);
        let each =
            |name: &str, bytes: &[u8], sum: &str| if proven(name, sum) { each(name, bytes) } else { Err(changed()) };
        members(disk, path, each).map(drop)
    }
}

/// Reads an archive from end to end, handing each member on, and proves every sum. What was handed on is only good once it
/// returned.
///
/// # Errors
/// [`StoreError::Archive`] in words, and what `each` returns.
pub(super) fn read(
    disk: &dyn Disk,
    path: &Path,
    mut each: impl FnMut(&str, &[u8]) -> Result<(), StoreError>,
) -> Result<Proven, StoreError> {
    members(disk, path, |name, bytes, _| each(name, bytes))
}

/// Hands on what can be read of an archive, up to the first place that is wrong: nothing is proven by that.
pub(super) fn glance(disk: &dyn Disk, path: &Path, mut each: impl FnMut(&str, &[u8])) {
    // Opening a FIFO would wait for ever.
    let Some(meta) = disk.meta(path).ok().filter(|meta| meta.is_file()) else { return };
    let Ok(file) = files::open(disk, path) else { return };
    let most = (64 << 20) + meta.len().saturating_mul(MOST_TIMES);
    let mut tar = Archive::new(Bounded { inner: MultiGzDecoder::new(BufReader::new(file)), left: most });
    let Ok(entries) = tar.entries() else { return };
    for entry in entries.raw(true) {
        let Ok(mut entry) = entry else { return };
        let Ok(Some(name)) = member(&entry) else { continue };
        let mut bytes = Vec::new();
        // The charts of each backup are many, and only their names are asked for.
        if name == "practice.ron" && entry.by_ref().take(MOST_BYTES).read_to_end(&mut bytes).is_err() {
            return;
        }
        each(&name, &bytes);
    }
}

fn members(
    disk: &dyn Disk,
    path: &Path,
    mut each: impl FnMut(&str, &[u8], &str) -> Result<(), StoreError>,
) -> Result<Proven, StoreError> {
    let bad = |what: String| StoreError::Archive { path: path.to_owned(), what };
    let unread = |source| StoreError::Read { path: path.to_owned(), source };
    let meta = disk.meta(path).map_err(unread)?;
    if !meta.is_file() {
        return Err(bad("it is not a file".to_owned()));
    }
    let opened = files::open(disk, path);
    let mut file = BufReader::new(opened.map_err(|e| Fault::of(&e).map_or_else(|| unread(e), |f| bad(f.to_string())))?);
    if disk.sealed().is_none() && is_encrypted(file.fill_buf().map_err(|e| bad(broken(&e)))?) {
        return Err(bad(SHUT.to_owned()));
    }
    let most = (64 << 20) + meta.len().saturating_mul(MOST_TIMES);
    let mut tar = Archive::new(Bounded { inner: MultiGzDecoder::new(file), left: most });
    let (mut found, mut listed) = (BTreeMap::new(), None);
    let mut bytes = Vec::new();
    for entry in tar.entries().map_err(|e| bad(broken(&e)))?.raw(true) {
        let mut entry = entry.map_err(|e| bad(if listed.is_some() { behind(&e) } else { broken(&e) }))?;
        let Some(name) = member(&entry).map_err(&bad)? else { continue };
        if entry.size() > if name == SUMS { MOST_SUMS } else { MOST_BYTES } {
            return Err(bad(format!("{name} in it is too large to be one of Cobalog's: {} bytes", entry.size())));
        }
        bytes.clear();
        entry.read_to_end(&mut bytes).map_err(|e| bad(broken(&e)))?;
        if name == SUMS {
            listed = Some(sums(&bytes).ok_or_else(|| bad(format!("its {SUMS} is not a list of sums")))?);
            continue;
        }
        if found.contains_key(&name) {
            return Err(bad(format!("{name} stands in it twice")));
        }
        let sum = hex(&bytes);
        each(&name, &bytes, &sum)?;
        found.insert(name, sum);
    }
    // What comes after the last member is part of what the compression's own sum covers.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(|e| bad(behind(&e)))?;
    let listed = listed.ok_or_else(|| bad(format!("it has no {SUMS}, so nothing in it can be proven")))?;
    compare(&found, &listed).map_or(Ok(Proven(found)), |what| Err(bad(what)))
}

/// Returns a member's name, `None` for what holds nothing (a folder, another tar's notes), or why it is refused.
fn member<R: Read>(entry: &Entry<'_, R>) -> Result<Option<String>, String> {
    let bytes = entry.path_bytes();
    let shown = shown(&String::from_utf8_lossy(&bytes));
    match entry.header().entry_type() {
        EntryType::Directory | EntryType::XHeader | EntryType::XGlobalHeader => return Ok(None),
        EntryType::Regular | EntryType::Continuous => {}
        EntryType::Symlink | EntryType::Link => return Err(format!("\"{shown}\" in it is a link")),
        _ => return Err(format!("\"{shown}\" in it is not an ordinary file")),
    }
    let name = std::str::from_utf8(&bytes).ok().map(|name| name.strip_prefix("./").unwrap_or(name));
    match name.filter(|name| is_member(name)) {
        Some(name) => Ok(Some(name.to_owned())),
        None => Err(format!("\"{shown}\" in it is not a file of a practice")),
    }
}

fn sums(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let line = |line: &str| {
        let (sum, name) = line.split_once(' ')?;
        let name = name.strip_prefix([' ', '*'])?;
        Some((name.strip_prefix("./").unwrap_or(name).to_owned(), sum.to_ascii_lowercase()))
    };
    std::str::from_utf8(bytes).ok()?.lines().map(line).collect()
}

/// Says the first difference between what is there and what should be.
fn compare(found: &BTreeMap<String, String>, listed: &BTreeMap<String, String>) -> Option<String> {
    if let Some(name) = listed.keys().find(|name| !found.contains_key(*name)) {
        return Some(format!("{} is missing in it", shown(name)));
    }
    let wrong = found.iter().find(|(name, sum)| listed.get(*name) != Some(*sum));
    wrong.map(|(name, _)| format!("{name} in it is not what was put in (its sum is another one)"))
}

/// Returns of a text from the archive what may stand in a sentence.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && *c != char::REPLACEMENT_CHARACTER).take(80).collect()
}

fn broken(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => "it is damaged, or not a .tar.gz file".to_owned(),
        io::ErrorKind::FileTooLarge => "it would unpack to more than any practice holds".to_owned(),
        // What the reader says may repeat what stands in the file.
        _ => format!("it could not be read to its end ({})", shown(&error.to_string())),
    }
}

/// Says what is wrong behind the member with the sums, which is the last one.
fn behind(error: &io::Error) -> String {
    let words = error.to_string();
    // The archive itself failed there: it is cut off, its own sum is wrong, or it never ends.
    let is_of_it = (words.contains("gzip") && words.contains("checksum")) || words.contains("deflate");
    match error.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::Other if !is_of_it => {
            "something that does not belong to it stands behind its end".to_owned()
        }
        _ => broken(error),
    }
}

/// Ends with an error where more comes than may come.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(into)?;
        self.left = self.left.checked_sub(got as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(got)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_some_system_cannot_lay_down_is_not_plain() {
        for plain in [
            "01ARZ3NDEKTSV4RRFFQ69G5FAV.ron",
            "aux-b12.ron",
            "control.ron",
            "com.ron",
            "coma.ron",
            "com10.ron",
            "Österreich.ron",
        ] {
            assert!(is_plain_name(plain), "{plain}");
        }
        for odd in [
            "NUL.ron",
            "aux",
            "Con.b.ron",
            "com1.ron",
            "LPT\u{b9}.ron",
            "nul .ron",
            "a.ron.",
            "a.ron ",
            "a:b.ron",
            "../a.ron",
        ] {
            assert!(!is_plain_name(odd), "{odd}");
        }
    }
}
