//! The packed rows of an index file, each part read when it is asked for.

mod whole;

use super::Record;
use super::bytes::{Part, checksum, int, long, opened, unsealed};
use super::layout::{self, BORN, Header, KEY, KEYS_IN_BLOCK, Known, NOWHERE, NUMBER, Of, STAMP};
use super::packed::{self, Packed};
use crate::clinic::agenda::{Key, Owed, Row, Texts};
use crate::clinic::entry::PatientId;
use crate::store::paths::hash;
use chrono::{Datelike as _, NaiveDate};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// So many unpacked rows are kept: a few screens.
const MOST_KEPT: usize = 1024;
/// So many ids of stamps are kept: the first steps of every search among them.
const MOST_ASKED: usize = 512;

/// The rows of an index file.
///
/// The file is held open: where it is replaced, these pages go on saying what they said. A part that is damaged says
/// nothing and is noted (`is_sound`); the next look at the files then reads the charts.
#[derive(Debug)]
pub(in crate::store) struct Pages {
    file: Source,
    header: Header,
    /// The places and the rows at the front of the file, packed, once it was said that they will be asked for.
    front: OnceLock<(Vec<u8>, Vec<u8>)>,
    texts: OnceLock<Arc<Texts>>,
    kept: Mutex<HashMap<u32, Arc<Row>>>,
    /// Ids by the places of their stamps, where they were asked for first.
    asked: Mutex<HashMap<u64, PatientId>>,
    damaged: AtomicBool,
}

/// Where the bytes are.
#[derive(Debug)]
pub(super) enum Source {
    /// In the file.
    File(File),
    /// In the memory, as they were encrypted in the file.
    Memory(Vec<u8>),
}

impl Source {
    /// Reads exactly these bytes.
    fn read_at(&self, bytes: &mut [u8], at: u64) -> Option<()> {
        match self {
            Self::File(file) => read_at(file, bytes, at),
            Self::Memory(all) => {
                let from = all.get(usize::try_from(at).ok()?..)?;
                bytes.copy_from_slice(from.get(..bytes.len())?);
                Some(())
            }
        }
    }
}

/// Reads exactly these bytes of a file, wherever its cursor is.
#[cfg(unix)]
pub(super) fn read_at(file: &File, bytes: &mut [u8], at: u64) -> Option<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at).ok()
}

/// Reads exactly these bytes of a file.
#[cfg(windows)]
pub(super) fn read_at(file: &File, bytes: &mut [u8], at: u64) -> Option<()> {
    let (mut rest, mut at) = (bytes, at);
    while !rest.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, rest, at).ok().filter(|n| *n > 0)?;
        at += read as u64;
        rest = &mut rest[read..];
    }
    Some(())
}

impl Pages {
    pub(super) fn new(file: Source, header: Header) -> Self {
        Self {
            file,
            header,
            front: OnceLock::new(),
            texts: OnceLock::new(),
            kept: Mutex::default(),
            asked: Mutex::default(),
            damaged: AtomicBool::new(false),
        }
    }

    pub(in crate::store) fn oldest(&self) -> i32 {
        self.header.oldest
    }

    /// Notes that a part is damaged.
    fn sound<T>(&self, part: Option<T>) -> Option<T> {
        if part.is_none() {
            self.damaged.store(true, Ordering::Relaxed);
        }
        part
    }

    fn bytes(&self, at: u64, len: usize) -> Option<Vec<u8>> {
        // A length that no file has must not ask for the memory.
        let end = at.checked_add(len as u64)?;
        if end > self.header.end() {
            return None;
        }
        let mut bytes = vec![0; len];
        self.file.read_at(&mut bytes, at)?;
        Some(bytes)
    }

    fn whole(&self, of: Of) -> Option<Vec<u8>> {
        let Part { at, len, sum } = self.header.part(of);
        self.bytes(at, usize::try_from(len).ok()?).filter(|bytes| checksum(bytes) == sum)
    }

    /// Returns what is known of every chart's file, in order of the ids.
    pub(in crate::store) fn stamps(&self) -> Option<Vec<Known>> {
        self.sound(self.whole(Of::Stamps).and_then(|bytes| bytes.chunks_exact(STAMP).map(layout::known).collect()))
    }

    /// Returns what is known of the files of some charts: of this id or later ones, and before another, in order of the
    /// ids. What it says is sound where [`Pages::is_whole`] said so.
    pub(in crate::store) fn stamps_between(&self, ids: (PatientId, Option<PatientId>)) -> Option<Vec<Known>> {
        let from = self.first_stamp(ids.0)?;
        let to = ids.1.map_or(Some(self.header.part(Of::Stamps).len / STAMP as u64), |id| self.first_stamp(id))?;
        let length = usize::try_from(to.checked_sub(from)?).ok()?.checked_mul(STAMP)?;
        let bytes = self.bytes(self.header.part(Of::Stamps).at + from * STAMP as u64, length)?;
        bytes.chunks_exact(STAMP).map(layout::known).collect()
    }

    fn stamp(&self, n: u64) -> Option<Known> {
        layout::known(&self.bytes(self.header.part(Of::Stamps).at + n * STAMP as u64, STAMP)?)
    }

    /// Returns the place of the first stamp that is of this id or a later one.
    ///
    /// The journal asks for each of its charts. Where the search begins is the same for all, so what stands there is kept.
    fn first_stamp(&self, id: PatientId) -> Option<u64> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        first_not_before(self.header.part(Of::Stamps).len / STAMP as u64, |n| {
            let known = asked.get(&n).copied().or_else(|| Some(self.stamp(n)?.id))?;
            if asked.len() < MOST_ASKED {
                asked.insert(n, known);
            }
            Some(known < id)
        })
    }

    /// Returns one chart's record.
    pub(super) fn record(&self, known: &Known) -> Option<Record> {
        let row = match known.row {
            NOWHERE => None,
            at => Some(self.unpack(at).filter(|row| row.id == known.id)?),
        };
        Some(Record { id: known.id, stamp: known.stamp, day: known.day, row })
    }

    fn known(&self, id: PatientId) -> Option<Known> {
        self.stamp(self.first_stamp(id)?).filter(|known| known.id == id)
    }

    /// Reads the row at a place from the file.
    fn unpack(&self, at: u32) -> Option<Row> {
        if at >= self.header.rows {
            return None;
        }
        let bytes = self.sealed_row(at)?;
        unsealed::<Packed<'_>>(&bytes)?.0.row()
    }

    /// Returns the sealed row at a place: from the front that is at hand, else from the file.
    fn sealed_row(&self, at: u32) -> Option<Cow<'_, [u8]>> {
        if let Some((places, rows)) = self.front.get()
            && let Some(from) = long(places, at as usize * 8)
            && let Some(row) = rows.get(usize::try_from(from).ok()?..).filter(|row| !row.is_empty())
        {
            return Some(Cow::Borrowed(row));
        }
        let places = self.header.part(Of::Places);
        let place = self.bytes(places.at + u64::from(at) * 8, 16)?;
        let (from, to) = (long(&place, 0)?, long(&place, 8)?);
        let rows = self.header.part(Of::Rows);
        self.bytes(rows.at.checked_add(from)?, usize::try_from(to.checked_sub(from)?).ok()?).map(Cow::Owned)
    }

    /// Returns how many keys there are up to a day.
    fn keys_until(&self, until: NaiveDate) -> Option<u64> {
        let part = self.header.part(Of::Keys);
        let until = until.num_days_from_ce();
        let visit = |n: u64| Some(i32::from_le_bytes(int(&self.bytes(part.at + n * KEY as u64, 4)?, 0)?.to_le_bytes()));
        first_not_before(u64::from(self.header.keys), |n| Some(visit(n)? <= until))
    }

    fn read_keys(&self, until: NaiveDate) -> Option<Vec<Key>> {
        let wanted = usize::try_from(self.keys_until(until)?).ok()?;
        let blocks = wanted.div_ceil(KEYS_IN_BLOCK);
        let part = self.header.part(Of::Keys);
        let length = (blocks * KEYS_IN_BLOCK * KEY).min(usize::try_from(part.len).ok()?);
        let bytes = self.bytes(part.at, length)?;
        let sums = self.whole(Of::KeySums)?;
        let is_sound = |(block, sum): (&[u8], &[u8])| long(sum, 0) == Some(checksum(block));
        if !bytes.chunks(KEY * KEYS_IN_BLOCK).zip(sums.chunks_exact(8)).all(is_sound) || sums.len() < blocks * 8 {
            return None;
        }
        let mut keys = Vec::with_capacity(wanted);
        for key in bytes.chunks_exact(KEY).take(wanted) {
            keys.push(layout::key(key)?);
        }
        Some(keys)
    }

    fn read_front(&self, count: u32) -> Option<(Vec<u8>, Vec<u8>)> {
        let count = count.min(self.header.rows) as usize;
        let places = self.bytes(self.header.part(Of::Places).at, (count + 1) * 8)?;
        let end = usize::try_from(long(&places, count * 8)?).ok()?;
        Some((places, self.bytes(self.header.part(Of::Rows).at, end)?))
    }

    fn read_texts(&self) -> Option<Texts> {
        layout::texts(self.whole(Of::Texts)?, self.header.rows)
    }
}

/// Returns the first place of an ordered list that is not before what is looked for.
fn first_not_before(count: u64, mut before: impl FnMut(u64) -> Option<bool>) -> Option<u64> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Some(low)
}

impl crate::clinic::agenda::Pages for Pages {
    fn count(&self) -> u32 {
        self.header.rows
    }

    fn row(&self, at: u32) -> Option<Arc<Row>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(row) = kept.get(&at) {
            return Some(Arc::clone(row));
        }
        let row = Arc::new(self.sound(self.unpack(at))?);
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(at, Arc::clone(&row));
        Some(row)
    }

    fn owed(&self, at: u32, item: u16) -> Option<Owed> {
        let bytes = self.sound(self.sealed_row(at).filter(|_| at < self.header.rows))?;
        self.sound(opened(&bytes).and_then(|(packed, _)| packed::owed(packed, item)))
    }

    fn person(&self, at: u32) -> Option<Row> {
        let bytes = self.sound(self.sealed_row(at).filter(|_| at < self.header.rows))?;
        self.sound(opened(&bytes).and_then(|(packed, _)| packed::person(packed)))
    }

    fn find(&self, id: PatientId) -> Option<u32> {
        self.known(id).map(|known| known.row).filter(|row| *row != NOWHERE)
    }

    fn numbered(&self, number: &str) -> Vec<u32> {
        let (part, wanted) = (self.header.part(Of::Numbers), hash(number.as_bytes()));
        let at = |n: u64| self.bytes(part.at + n * NUMBER as u64, NUMBER);
        let count = part.len / NUMBER as u64;
        let Some(first) = first_not_before(count, |n| Some(long(&at(n)?, 0)? < wanted)) else { return Vec::new() };
        let of_number = |bytes: &Vec<u8>| long(bytes, 0) == Some(wanted);
        (first..count).map_while(|n| at(n).filter(of_number)).filter_map(|bytes| int(&bytes, 8)).collect()
    }

    fn keys(&self, until: NaiveDate) -> Vec<Key> {
        self.sound(self.read_keys(until)).unwrap_or_default()
    }

    fn linked(&self) -> Vec<u32> {
        let bytes = self.sound(self.whole(Of::Linked)).unwrap_or_default();
        bytes.chunks_exact(4).filter_map(|place| int(place, 0)).collect()
    }

    fn waiting(&self) -> Vec<(u32, u32)> {
        let bytes = self.sound(self.whole(Of::Waiting)).unwrap_or_default();
        bytes.chunks_exact(8).filter_map(|pair| Some((int(pair, 0)?, int(pair, 4)?))).collect()
    }

    fn ending(&self, until: NaiveDate) -> Vec<u32> {
        let bytes = self.sound(self.whole(Of::Ending)).unwrap_or_default();
        let until = until.num_days_from_ce();
        let day = |pair: &[u8]| int(pair, 0).map(|n| i32::from_le_bytes(n.to_le_bytes()));
        let near = bytes.chunks_exact(8).take_while(|pair| day(pair).is_some_and(|day| day <= until));
        near.filter_map(|pair| int(pair, 4)).collect()
    }

    fn alike(&self) -> Vec<u32> {
        let bytes = self.sound(self.whole(Of::Alike)).unwrap_or_default();
        bytes.chunks_exact(4).filter_map(|place| int(place, 0)).collect()
    }

    fn born_on(&self, day: NaiveDate) -> Vec<u32> {
        let (part, wanted) = (self.header.part(Of::Born), day.num_days_from_ce());
        let count = part.len / BORN as u64;
        let at = |n: u64| self.bytes(part.at + n * BORN as u64, BORN);
        let born = |bytes: &Vec<u8>| Some(i32::from_le_bytes(int(bytes, 0)?.to_le_bytes()));
        let first = first_not_before(count, |n| Some(born(&at(n)?)? < wanted));
        let Some(first) = self.sound(first) else { return Vec::new() };
        let entries = (first..count).map_while(|n| at(n).filter(|bytes| born(bytes) == Some(wanted)));
        entries.filter_map(|bytes| int(&bytes, 4)).collect()
    }

    fn highest_number(&self) -> Option<u64> {
        long(&self.sound(self.whole(Of::Highest))?, 0)
    }

    fn given_on(&self, day: NaiveDate) -> usize {
        let days = self.sound(self.whole(Of::Given)).unwrap_or_default();
        let wanted = day.num_days_from_ce().to_le_bytes();
        let found = days.chunks_exact(8).find(|entry| entry[..4] == wanted);
        found.and_then(|entry| int(entry, 4)).unwrap_or(0) as usize
    }

    fn texts(&self) -> Arc<Texts> {
        let read = || Arc::new(self.sound(self.read_texts()).unwrap_or_default());
        Arc::clone(self.texts.get_or_init(read))
    }

    fn is_sound(&self) -> bool {
        !self.damaged.load(Ordering::Relaxed)
    }

    fn read_ahead(&self, count: u32) {
        if self.front.get().is_none()
            && let Some(front) = self.read_front(count)
        {
            let _ = self.front.set(front);
        }
    }
}
