//! Wrong tries to sign in, remembered on this workstation so that closing the program does not make them new.
//!
//! [`Counter`] counts for every program alike: before a secret is looked at, so that whoever stops the program has had the
//! try. The file lies plain, in an encrypted practice too, as it is needed before anything is open; it names who works
//! here and no patient. With the counts it keeps the failed tries that no line of the audit log tells of yet: while
//! encrypted records are shut, no line can be written.

mod counter;

use super::atomic;
use super::disk::Disk;
use super::error::{Problem, StoreError};
use super::files::{is_absent, is_free, read_text};
use super::vault::Sealed;
use crate::clinic::audit::{Event, What};
use crate::clinic::knowledge::{read, ron_options};
use chrono::{DateTime, FixedOffset, TimeDelta};
pub use counter::{Counter, Desk, Refused};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is said where other programs leave nobody the turn.
pub const BUSY: &str = "Other programs check secrets on this computer without a pause: try again.";

/// From so many wrong tries on each costs a wait: fingers slip.
const WAITS_FROM: u32 = 3;
/// What the first of them costs in seconds; each after it twice as much.
const FIRST_SECONDS: i64 = 5;
/// The most that one costs, in seconds.
const MOST_SECONDS: i64 = 300;
/// So many failed tries wait for a line each in the log; of those behind them the last one says how many there were.
const MOST_UNTOLD: usize = 200;

/// The wrong tries since each person last signed in, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tries {
    #[serde(default)]
    wrong: BTreeMap<String, Wrong>,
    /// When the counts of before were lost: whoever is not counted since waits as after the third wrong try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lost: Option<DateTime<FixedOffset>>,
    /// Failed tries that the log does not tell of yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    untold: Vec<Failed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrong {
    count: u32,
    last: DateTime<FixedOffset>,
}

/// A failed try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Failed {
    at: DateTime<FixedOffset>,
    /// Whom it was a try at; empty where nobody was named.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    who: String,
    /// How, as the log says it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    how: String,
    /// How many others it stands for.
    #[serde(default, skip_serializing_if = "is_none")]
    more: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_none(more: &u32) -> bool {
    *more == 0
}

impl Failed {
    fn event(&self) -> Event {
        let more = match self.more {
            0 => self.how.clone(),
            more if self.how.is_empty() => format!("and {more} more tries before it"),
            more => format!("{}; and {more} more tries before it", self.how),
        };
        Event::new(self.at, &self.who, What::SignInFailed).with(more)
    }
}

impl Tries {
    /// Reads what is remembered; `None` where something is there that cannot be read.
    #[must_use]
    pub fn load(disk: &dyn Disk, state: &Path) -> Option<Self> {
        match read_text(disk, &path(state)) {
            Ok(text) => read(&text).ok(),
            Err(StoreError::Read { source, .. }) if is_absent(&source) && is_free(disk, &path(state)) => {
                Some(Self::default())
            }
            Err(_) => None,
        }
    }

    /// Begins where nothing is known of before: everybody waits as after the third wrong try.
    #[must_use]
    pub fn lost(now: DateTime<FixedOffset>) -> Self {
        Self { lost: Some(now), ..Self::default() }
    }

    /// Remembers them; returns whether it could.
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

    /// Forgets the wrong tries of somebody who signed in at an instant.
    pub fn right(&mut self, name: &str, now: DateTime<FixedOffset>) {
        self.wrong.remove(name);
        if self.lost.is_some() {
            self.wrong.insert(name.to_owned(), Wrong { count: 0, last: now });
        }
    }

    /// Returns how many wrong tries there were.
    #[must_use]
    pub fn count(&self, name: &str) -> u32 {
        self.wrong.get(name).map_or(if self.lost.is_some() { WAITS_FROM } else { 0 }, |wrong| wrong.count)
    }

    /// Returns when this person may try again, where that is not yet. Where the clock was put back since the last wrong try,
    /// the wait begins now and is to be saved so: nobody waits longer than the wait itself.
    #[must_use]
    pub fn again(&mut self, name: &str, now: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
        let over = self.count(name).checked_sub(WAITS_FROM)?;
        let last = self.wrong.get_mut(name).map(|wrong| &mut wrong.last).or(self.lost.as_mut())?;
        let seconds = FIRST_SECONDS.saturating_mul(1 << over.min(10)).min(MOST_SECONDS);
        *last = (*last).min(now);
        let again = last.checked_add_signed(TimeDelta::seconds(seconds)).unwrap_or(now);
        (again > now).then_some(again)
    }

    /// Keeps a failed try for the log.
    fn failed(&mut self, at: DateTime<FixedOffset>, who: &str, how: &str) {
        let more = match self.untold.len() {
            MOST_UNTOLD.. => self.untold.pop().map_or(0, |last| last.more.saturating_add(1)),
            _ => 0,
        };
        self.untold.push(Failed { at, who: who.to_owned(), how: how.to_owned(), more });
    }
}

/// Returns the file.
pub(super) fn path(state: &Path) -> PathBuf {
    state.join("tries.ron")
}

/// Names the file where it cannot be read, and where that is so it tells of nothing.
pub(super) fn check(disk: &dyn Disk, state: &Path) -> Option<Problem> {
    let what = "wrong tries to sign in are counted here, and this cannot be read: until the next sign-in, which puts it aside, everybody waits as after the third wrong try. If it is still here then, remove it";
    Tries::load(raw(disk), state).is_none().then(|| Problem::new(&path(state), what))
}

/// Says what the file is where the practice is encrypted and it is not.
pub(super) fn note(disk: &dyn Disk, state: &Path) -> Option<Problem> {
    let what = "wrong tries to sign in are counted here. It is not encrypted, as it is needed before anything is open; it names who works here and no patient. Leave it as it is";
    let is_there = disk.sealed().is_some() && raw(disk).meta(&path(state)).is_ok_and(|meta| meta.is_file());
    (is_there && Tries::load(raw(disk), state).is_some()).then(|| Problem::new(&path(state), what))
}

fn raw(disk: &dyn Disk) -> &dyn Disk {
    disk.sealed().map_or(disk, Sealed::raw)
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
        tries.right("Maya", now);
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
        let mut tries = Tries::load(&Real, folder.path()).unwrap();
        assert_eq!(tries.again("Maya", now + TimeDelta::seconds(19)), Some(now + TimeDelta::seconds(20)));
        assert_eq!(tries.again("Maya", now + TimeDelta::seconds(21)), None);
        assert_eq!(tries.count("Maya"), 5);
    }

    #[test]
    fn the_next_program_knows_them_and_what_cannot_be_read_is_no_empty_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Tries::load(&Real, folder.path()), Some(Tries::default()));
        let mut tries = Tries::default();
        tries.wrong("Maya", at("09:00:00"));
        tries.failed(at("09:00:00"), "Maya", "");
        assert!(tries.save(&Real, folder.path()));
        assert_eq!(Tries::load(&Real, folder.path()), Some(tries));
        atomic::write_quickly(&Real, &path(folder.path()), b"(wrong: {\"Ma").unwrap();
        assert_eq!(Tries::load(&Real, folder.path()), None);
    }

    #[test]
    fn where_the_counts_are_lost_everybody_waits() {
        let (then, now) = (at("09:00:00"), at("09:00:06"));
        let mut tries = Tries::lost(then);
        assert_eq!(tries.again("Maya", then), Some(at("09:00:05")));
        assert_eq!(tries.again("Maya", now), None);
        tries.wrong("Maya", now);
        assert_eq!((tries.count("Maya"), tries.again("Maya", now)), (4, Some(at("09:00:16"))));
        tries.right("Maya", now);
        assert_eq!((tries.count("Maya"), tries.again("Maya", then)), (0, None));
        assert_eq!(tries.again("Tom", then), Some(at("09:00:05")), "the others wait all the same");
    }

    #[test]
    fn of_very_many_failed_tries_the_last_one_says_how_many() {
        let mut tries = Tries::default();
        (0..MOST_UNTOLD + 3).for_each(|_| tries.failed(at("09:00:00"), "Maya", "here"));
        assert_eq!(tries.untold.len(), MOST_UNTOLD);
        assert_eq!(tries.untold.last().unwrap().event().detail, "here; and 3 more tries before it");
    }
}
