//! New ids: in order of time, random beyond it, so that no two machines make the same one.

use crate::clinic::entry::{EntryId, PatientId};
use chrono::{DateTime, FixedOffset};
use std::cell::Cell;
use std::time::SystemTime;
use ulid::Ulid;

/// Makes ids. Those that a thread makes for one millisecond, one after the other, are in that order, whatever other threads
/// make meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct Mint;

thread_local! {
    static LAST: Cell<Ulid> = const { Cell::new(Ulid::nil()) };
}

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
    ///
    /// The step is random: the id right after `floor` is what whoever made `floor` makes next, and what another
    /// workstation that saw `floor` would make too. A step of up to 2^48 leaves room for all entries of a moment.
    #[must_use]
    pub(super) fn entry_after(at: DateTime<FixedOffset>, floor: Option<EntryId>) -> EntryId {
        let id = Self::entry(at);
        match floor {
            Some(floor) if id <= floor => EntryId(Ulid(floor.0.0.saturating_add(step()))),
            _ => id,
        }
    }
}

fn step() -> u128 {
    u128::from(fastrand::u64(1..=1 << 48))
}

fn next(at: DateTime<FixedOffset>) -> Ulid {
    let (last, fresh) = (LAST.get(), Ulid::from_datetime(SystemTime::from(at)));
    let same_moment = fresh.timestamp_ms() == last.timestamp_ms();
    let id = if same_moment { last.increment().unwrap_or(fresh) } else { fresh };
    LAST.set(id);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_threads_ids_of_another_moment_change_no_order() {
        let at = DateTime::parse_from_rfc3339("2026-11-18T09:14:00+01:00").unwrap();
        for _ in 0..20 {
            let one = Mint::patient(at);
            std::thread::spawn(move || Mint::patient(at + chrono::TimeDelta::days(1))).join().unwrap();
            assert!(one < Mint::patient(at));
        }
    }

    #[test]
    fn ids_after_one_id_are_later_and_never_the_next_number() {
        let at = DateTime::parse_from_rfc3339("2026-11-18T09:14:00+01:00").unwrap();
        let floor = EntryId(Ulid::from_parts(
            SystemTime::from(at).duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as u64 + 5,
            7,
        ));
        let (one, other) = (Mint::entry_after(at, Some(floor)), Mint::entry_after(at, Some(floor)));
        assert!(one > floor && other > floor && one != other);
        assert_ne!(Some(one.0), floor.0.increment().ok());
        let last = EntryId(Ulid(u128::MAX - 1));
        assert!(Mint::entry_after(at, Some(last)) > last);
    }
}
