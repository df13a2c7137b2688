//! Many charts written one after the other, as by an import: what each write would look up in, or write, as a whole is looked
//! up or written once for many of them. Each chart is on the disk when its write returns, as ever.

use super::audit::Together;
use super::copies::Stamped;
use super::open::Store;
use crate::clinic::agenda::Roll;
use chrono::NaiveDate;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Stamps are written together; a power cut costs that so many charts are read once more.
const STAMPS: usize = 4_096;
/// A folder's time of change in whole seconds comes from a file system that counts no finer: within one of them another program
/// may write too.
const SECOND: i64 = 1_000_000_000;
/// The journal of the index is read up to a length: of more charts the rows are worked out by the next list, on all cores.
const ROWS: usize = 500;

/// What is kept in hand between two writes.
#[derive(Debug, Default)]
pub(super) struct Bulk {
    numbers: Mutex<Numbers>,
    stamps: Mutex<Vec<Stamped>>,
    swept: AtomicBool,
    rows: AtomicUsize,
}

/// The numbers that patients have, by the folder of the charts as it was when that was known.
#[derive(Debug, Default)]
struct Numbers {
    /// The folder's own time of change: another program that puts a chart there changes it.
    folder: Option<i64>,
    taken: HashSet<String>,
}

/// Writes go together until this goes.
pub(super) struct InBulk {
    store: Store,
    _events: Option<Together>,
}

impl std::ops::Deref for InBulk {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Drop for InBulk {
    fn drop(&mut self) {
        if let Some(bulk) = self.store.bulk() {
            self.store.note_stamps(std::mem::take(&mut *lock(&bulk.stamps)));
        }
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Returns the practice for many writes, one after the other.
    pub(super) fn in_bulk(&self) -> InBulk {
        let events = self.audit().map(super::audit::Audit::together);
        InBulk { store: self.clone().with_bulk(Arc::default()), _events: events }
    }
}

impl Bulk {
    /// Returns whether nobody has a number, under a lock that is held: only where the folder is as it was when that was known,
    /// or as the last write of this program left it. Else every chart is looked at once more.
    pub(super) fn is_free(&self, store: &Store, number: &str, today: NaiveDate) -> bool {
        let (mut numbers, folder) = (lock(&self.numbers), store.folder_changed());
        if numbers.folder != Some(folder) || folder < 0 || folder % SECOND == 0 {
            *numbers = Numbers { folder: Some(folder), taken: taken(&store.roll(today).roll) };
        }
        !numbers.taken.contains(number)
    }

    /// Returns whether the folder is as it was when the numbers were known.
    pub(super) fn knows(&self, store: &Store) -> bool {
        lock(&self.numbers).folder == Some(store.folder_changed())
    }

    /// Takes in, still under the lock, what was written where the numbers were known until then.
    pub(super) fn wrote<'a>(&self, store: &Store, numbers: impl Iterator<Item = &'a str>) {
        let mut known = lock(&self.numbers);
        known.folder = Some(store.folder_changed());
        known.taken.extend(numbers.map(str::to_owned));
    }

    /// Whether temporary files of the dead were looked for already.
    pub(super) fn is_swept(&self) -> bool {
        self.swept.swap(true, Ordering::Relaxed)
    }

    /// Whether one more row goes into the index.
    pub(super) fn notes_rows(&self) -> bool {
        self.rows.fetch_add(1, Ordering::Relaxed) < ROWS
    }

    /// Keeps a stamp until there are many; returns those that are to be written.
    pub(super) fn stamp(&self, stamp: Stamped) -> Vec<Stamped> {
        let mut stamps = lock(&self.stamps);
        stamps.push(stamp);
        if stamps.len() < STAMPS { Vec::new() } else { std::mem::take(&mut *stamps) }
    }
}

fn taken(roll: &Roll) -> HashSet<String> {
    let of = |row: &crate::clinic::agenda::Row| {
        let former: Vec<String> = row.former.iter().map(|former| former.number.clone()).collect();
        std::iter::once(row.number.clone()).chain(former)
    };
    roll.rows().flat_map(|(_, row)| of(&row).collect::<Vec<_>>()).collect()
}
