//! Wrong tries to sign in, remembered on this workstation so that closing the program does not make them new.

use super::atomic;
use super::disk::Disk;
use super::error::StoreError;
use super::files::read_text;
use super::lock::{self, Lock};
use crate::clinic::knowledge::{read, ron_options};
use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// From so many wrong tries on each costs a wait: fingers slip.
const WAITS_FROM: u32 = 3;
/// What the first of them costs in seconds; each after it twice as much.
const FIRST_SECONDS: i64 = 5;
/// The most that one costs, in seconds.
const MOST_SECONDS: i64 = 300;

/// So often somebody waits two seconds for the turn.
const TURNS: usize = 15;

/// While it is held, no other program of this workstation checks a secret: many at once have no more tries than one.
#[derive(Debug)]
pub struct Turn(#[expect(dead_code, reason = "it is held")] Option<Lock>);

/// Waits for the turn to check a secret. Without a state folder there is nothing to count in.
///
/// # Errors
/// A sentence, where others check secrets without a pause.
pub fn turn(disk: &dyn Disk, state: Option<&Path>) -> Result<Turn, String> {
    let Some(folder) = state.map(|state| state.join("tries")) else { return Ok(Turn(None)) };
    let _ = atomic::make_folder(disk, &folder);
    for _ in 0..TURNS {
        match lock::take(disk, &folder) {
            Err(StoreError::Busy { .. }) => {}
            // Where it cannot be made, the tries cannot be saved either.
            other => return Ok(Turn(other.ok())),
        }
    }
    Err("Other programs check secrets on this computer without a pause: try again.".to_owned())
}

/// The wrong tries since each person last signed in, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tries {
    #[serde(default)]
    wrong: BTreeMap<String, Wrong>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrong {
    count: u32,
    last: DateTime<FixedOffset>,
}

impl Tries {
    /// Reads what is remembered; what cannot be read is nothing.
    #[must_use]
    pub fn load(disk: &dyn Disk, state: &Path) -> Self {
        read_text(disk, &path(state)).ok().and_then(|text| read(&text).ok()).unwrap_or_default()
    }

    /// Remembers them; returns whether it could. That it cannot only makes the next program forget them.
    pub fn save(&self, disk: &dyn Disk, state: &Path) -> bool {
        let Ok(text) = ron_options().to_string(self) else { return false };
        let _ = atomic::make_folder(disk, state);
        atomic::write_quickly(disk, &path(state), text.as_bytes()).is_ok()
    }

    /// Counts a wrong try.
    pub fn wrong(&mut self, name: &str, now: DateTime<FixedOffset>) {
        let count = self.count(name).saturating_add(1);
        self.wrong.insert(name.to_owned(), Wrong { count, last: now });
    }

    /// Forgets the wrong tries of somebody who signed in.
    pub fn right(&mut self, name: &str) {
        self.wrong.remove(name);
    }

    /// Returns how many wrong tries there were.
    #[must_use]
    pub fn count(&self, name: &str) -> u32 {
        self.wrong.get(name).map_or(0, |wrong| wrong.count)
    }

    /// Returns when this person may try again, where that is not yet. Where the clock was put back since the last wrong try,
    /// the wait begins now and is to be saved so: nobody waits longer than the wait itself.
    #[must_use]
    pub fn again(&mut self, name: &str, now: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
        let wrong = self.wrong.get_mut(name)?;
        let over = wrong.count.checked_sub(WAITS_FROM)?;
        let seconds = FIRST_SECONDS.saturating_mul(1 << over.min(10)).min(MOST_SECONDS);
        wrong.last = wrong.last.min(now);
        let again = wrong.last.checked_add_signed(TimeDelta::seconds(seconds)).unwrap_or(now);
        (again > now).then_some(again)
    }
}

fn path(state: &Path) -> PathBuf {
    state.join("tries.ron")
}

#[cfg(test)]
mod tests {
    use super::super::disk::Real;
    use super::*;

    fn at(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(&format!("2026-11-23T{text}+01:00")).unwrap()
    }

    #[test]
    fn wrong_tries_slow_down_and_a_right_one_ends_it() {
        let now = at("09:00:00");
        let mut tries = Tries::default();
        let mut waits = Vec::new();
        for _ in 0..12 {
            tries.wrong("Maya", now);
            waits.push(tries.again("Maya", now).map_or(0, |again| (again - now).num_seconds()));
        }
        assert_eq!(waits, [0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300, 300]);
        assert_eq!(tries.again("Maya", now + TimeDelta::seconds(300)), None);
        assert_eq!(tries.again("Tom", now), None);
        tries.right("Maya");
        assert_eq!((tries.count("Maya"), tries.again("Maya", now)), (0, None));
    }

    #[test]
    fn a_clock_that_was_put_back_keeps_nobody_out() {
        let mut tries = Tries::default();
        (0..5).for_each(|_| tries.wrong("Maya", at("23:00:00")));
        let now = at("09:00:00");
        assert_eq!(tries.again("Maya", now), Some(now + TimeDelta::seconds(20)));
        let folder = tempfile::tempdir().unwrap();
        assert!(tries.save(&Real, folder.path()));
        let mut tries = Tries::load(&Real, folder.path());
        assert_eq!(tries.again("Maya", now + TimeDelta::seconds(19)), Some(now + TimeDelta::seconds(20)));
        assert_eq!(tries.again("Maya", now + TimeDelta::seconds(21)), None);
        assert_eq!(tries.count("Maya"), 5);
    }

    #[test]
    fn the_next_program_knows_them_and_a_damaged_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let mut tries = Tries::default();
        tries.wrong("Maya", at("09:00:00"));
        assert!(tries.save(&Real, folder.path()));
        assert_eq!(Tries::load(&Real, folder.path()), tries);
        atomic::write_quickly(&Real, &path(folder.path()), b"(wrong: {\"Ma").unwrap();
        assert_eq!(Tries::load(&Real, folder.path()), Tries::default());
    }
}
