//! New ids: in order of time, random beyond it, so that no two machines make the same one.

use crate::clinic::entry::{EntryId, PatientId};
use chrono::{DateTime, FixedOffset};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;
use ulid::Ulid;

/// Makes ids. Two of one millisecond are in the order in which this process made them.
#[derive(Clone, Copy, Debug)]
pub struct Mint;

static LAST: Mutex<Ulid> = Mutex::new(Ulid::nil());

impl Mint {
    /// Makes an entry's id.
    #[must_use]
    pub fn entry(at: DateTime<FixedOffset>) -> EntryId {
        EntryId(next(at))
    }

    /// Makes a patient's id.
    #[must_use]
    pub fn patient(at: DateTime<FixedOffset>) -> PatientId {
        PatientId(next(at))
    }

    /// Makes an entry's id that stands after another one's.
    #[must_use]
    pub(super) fn entry_after(at: DateTime<FixedOffset>, floor: Option<EntryId>) -> EntryId {
        let id = Self::entry(at);
        match floor {
            // Not the very next one: another workstation that has the same floor would make it too.
            Some(floor) if id <= floor => {
                EntryId(Ulid(floor.0.0.saturating_add(u128::from(fastrand::u64(1..1 << 56)))))
            }
            _ => id,
        }
    }
}

fn next(at: DateTime<FixedOffset>) -> Ulid {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let fresh = Ulid::from_datetime(SystemTime::from(at));
    let same_moment = fresh.timestamp_ms() == last.timestamp_ms();
    *last = if same_moment { last.increment().unwrap_or(fresh) } else { fresh };
    *last
}
