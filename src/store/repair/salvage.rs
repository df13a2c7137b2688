//! The lines of a damaged chart that can still be read: a chart has one entry a line.

use super::super::disk::Disk;
use super::super::error::StoreError;
use super::super::files;
use super::super::format::MOST_BYTES;
use super::super::vault::Fault;
use super::place::Seen;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Entry, EntryId, PatientId};
use crate::clinic::knowledge::ron_options;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;

/// What can be read of a damaged chart.
#[derive(Default)]
pub(super) struct Salvage {
    /// The entries of lines that can be read by themselves.
    pub(super) entries: Vec<Entry>,
    /// What is to be known of it.
    pub(super) notes: Vec<String>,
    /// What was read.
    pub(super) seen: Seen,
    /// Lines that cannot be read, counted from 1, with the id that still stands in them.
    unread: Vec<(usize, Option<EntryId>)>,
}

impl Salvage {
    /// Takes a chart whose entries can all be read and do not stand as they should, which a damaged id can cause.
    pub(super) fn whole(chart: &Chart, text: String, known: &[&Entry]) -> Self {
        let mut salvage = Self { entries: chart.entries().to_vec(), seen: Seen::Text(text), ..Self::default() };
        salvage.against(known);
        salvage
    }

    /// Reads what can be read. `known` are good versions of the same chart.
    ///
    /// # Errors
    /// [`StoreError::Read`]: what a disk does not give now may be in good order.
    pub(super) fn of(disk: &dyn Disk, path: &Path, id: PatientId, known: &[&Entry]) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Read { path: path.to_owned(), source };
        let meta = disk.meta(path).map_err(failed)?;
        if !meta.is_file() {
            return Ok(Self::default());
        }
        let bytes = match files::read(disk, path, meta.len(), MOST_BYTES) {
            // Of what does not decrypt no line can be read; its bytes are kept as they lie there.
            Err(e) if Fault::of(&e).is_some() => return Ok(Self { seen: Seen::of(disk, path)?, ..Self::default() }),
            other => other.map_err(failed)?,
        };
        if bytes.len() as u64 != MOST_BYTES && files::is_cut(disk, &meta, bytes.len()) {
            return Err(failed(io::ErrorKind::UnexpectedEof.into()));
        }
        let mut salvage = Self::default();
        let mut names = None;
        let text = plain(&bytes);
        for (n, line) in text.split(|b| *b == b'\n').enumerate() {
            let line = String::from_utf8_lossy(line);
            let line = line.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}');
            names = names.or_else(|| line.strip_prefix("id: ").and_then(|rest| quoted(rest)?.parse().ok()));
            salvage.line(n + 1, line);
        }
        salvage.end(&text, !known.is_empty());
        salvage.is_theirs(id, names, known);
        salvage.against(known);
        if meta.len() <= MOST_BYTES {
            salvage.seen = Seen::Bytes(bytes);
        }
        Ok(salvage)
    }

    /// Says where a file ends too early, and what became of the rest; in an empty one there is nothing to say.
    fn end(&mut self, text: &[u8], has_copy: bool) {
        let text = text.trim_ascii_end();
        let mut lines = text.rsplit(|b| *b == b'\n');
        let last = lines.clone().count();
        // Where only the foot is missing, no entry is.
        let is_foot = lines.next().is_none_or(|line| matches!(line.trim_ascii(), b"" | b"]" | b"],"));
        if text.ends_with(b")") || is_foot {
            return;
        }
        let rest = if has_copy {
            "what came after it is there as far as a copy has it"
        } else {
            "no copy has what came after it: that is lost"
        };
        self.notes.push(format!("it ends too early, at line {last}: {rest}"));
        if !has_copy && self.unread.iter().all(|(n, _)| *n != last) {
            self.unread.push((last + 1, None));
        }
    }

    fn line(&mut self, n: usize, line: &str) {
        if is_layout(line) {
            return;
        }
        let text = line.strip_suffix(',').unwrap_or(line);
        match ron_options().from_str::<Entry>(text) {
            Ok(entry) => self.entries.push(entry),
            Err(_) => self.unread.push((n, line.split_once("id: ").and_then(|(_, rest)| quoted(rest)?.parse().ok()))),
        }
    }

    /// A file that says that it is another patient's, and shares no entry with theirs, is not taken for theirs.
    fn is_theirs(&mut self, id: PatientId, names: Option<PatientId>, known: &[&Entry]) {
        let shares = self.entries.iter().any(|e| known.iter().any(|k| k.id == e.id));
        if let Some(other) = names.filter(|other| *other != id && !shares) {
            self.entries.clear();
            self.notes.push(format!("its lines are those of the chart {other}; none was taken from it"));
        }
    }

    /// What a good version says counts, and an entry whose id alone is damaged must not count twice.
    fn against(&mut self, known: &[&Entry]) {
        let by_id: HashMap<EntryId, &Entry> = known.iter().map(|e| (e.id, *e)).collect();
        let here: HashSet<EntryId> = self.entries.iter().map(|e| e.id).collect();
        let mut notes = Vec::new();
        self.entries.retain(|entry| match by_id.get(&entry.id) {
            Some(good) if *good != entry => {
                notes.push(format!("its entry {} said otherwise than the good copy, which was taken", entry.id));
                false
            }
            Some(_) => true,
            None => {
                let damaged_id = with_its_id(entry, known.iter().copied(), |id| here.contains(&id));
                notes.extend(damaged_id.map(|good| taken_once(entry, good)));
                damaged_id.is_none()
            }
        });
        self.notes.extend(notes);
    }

    /// Returns the lines that could not be read and whose entry is not in the chart that was put together.
    pub(super) fn lost(&self, whole: &Chart) -> Vec<usize> {
        let is_known = |id: &Option<EntryId>| id.is_some_and(|id| whole.entry(id).is_some());
        self.unread.iter().filter(|(_, id)| !is_known(id)).map(|(n, _)| *n).collect()
    }
}

/// Returns which known entry this one is, if its id alone is damaged: it says the same, and the id of the known one is not
/// in the file. Two true entries of one second may say the same; then both ids stand there.
pub(super) fn with_its_id<'a>(
    entry: &Entry,
    mut known: impl Iterator<Item = &'a Entry>,
    is_here: impl Fn(EntryId) -> bool,
) -> Option<&'a Entry> {
    known.find(|k| (k.at, &k.by, &k.act) == (entry.at, &entry.by, &entry.act) && !is_here(k.id))
}

/// Says that an entry was taken under its right id alone.
pub(super) fn taken_once(entry: &Entry, good: &Entry) -> String {
    format!("its entry {} is {} with a damaged id; it was taken once", entry.id, good.id)
}

/// Returns the text of a file that an editor saved as UTF-16, which has a NUL beside each plain letter; any other as it is.
fn plain(bytes: &[u8]) -> Cow<'_, [u8]> {
    let head = &bytes[..bytes.len().min(64)];
    let nuls = |from: usize| head.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let unit: fn([u8; 2]) -> u16 = match (nuls(0), nuls(1)) {
        (0, odd) if odd > head.len() / 4 => u16::from_le_bytes,
        (even, 0) if even > head.len() / 4 => u16::from_be_bytes,
        _ => return Cow::Borrowed(bytes),
    };
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    Cow::Owned(String::from_utf16_lossy(&units).into_bytes())
}

/// Returns whether a line holds no entry: the head, the foot, a comment.
fn is_layout(line: &str) -> bool {
    let fields = ["//", "format:", "id:", "entries:"];
    let frame = |c: char| "()[],".contains(c) || c.is_whitespace();
    line.chars().all(frame) || fields.iter().any(|field| line.starts_with(field))
}

/// Returns what stands in quotation marks at the start.
fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.split_once('"').map(|(inside, _)| inside)
}
