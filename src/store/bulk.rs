//! Many charts written one after the other, as by an import: what each write would look up in, or write, as a whole is looked
//! up or written once for many of them. Each chart is on the disk when its write returns, as ever.

use super::audit::Together;
use super::copies::Stamped;
use super::lock::Lock;
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

/// The numbers that patients have, as was known when this program had the lock last.
#[derive(Debug, Default)]
struct Numbers {
    /// The time of change of the folder of the charts: what puts a chart there without the lock, as a sync program, changes it.
    folder: i64,
    /// The mark that was left in the lock: time does not tick between two programs that follow each other closely.
    mark: Option<u64>,
    taken: HashSet<String>,
}

impl Numbers {
    fn hold(&self, folder: i64, lock: &Lock) -> bool {
        self.folder == folder && lock.follows(self.mark)
    }
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
    /// Returns whether nobody has a number, under the lock: only where nobody else had that, and the folder is as it was, since
    /// that was known. Else every chart is looked at once more.
    pub(super) fn is_free(&self, store: &Store, held: &Lock, number: &str, today: NaiveDate) -> bool {
        let (mut numbers, folder) = (lock(&self.numbers), store.folder_changed());
        if !numbers.hold(folder, held) || folder < 0 || folder % SECOND == 0 {
            *numbers = Numbers { folder, mark: held.mark(), taken: taken(&store.roll(today).roll) };
        }
        !numbers.taken.contains(number)
    }

    /// Returns whether the numbers are still known.
    pub(super) fn knows(&self, store: &Store, held: &Lock) -> bool {
        lock(&self.numbers).hold(store.folder_changed(), held)
    }

    /// Takes in, still under the lock, what was written where the numbers were known until then.
    pub(super) fn wrote<'a>(&self, store: &Store, held: &Lock, numbers: impl Iterator<Item = &'a str>) {
        let mut known = lock(&self.numbers);
        (known.folder, known.mark) = (store.folder_changed(), held.mark());
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
