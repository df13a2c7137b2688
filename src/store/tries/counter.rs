//! The one way in which a secret is looked at, for screens and commands alike: in turn, after the wait, counted before it is
//! looked at.

use super::super::atomic;
use super::super::disk::Disk;
use super::super::error::StoreError;
use super::super::files::is_free;
use super::super::lock::{self, Lock};
use super::super::open::Store;
use super::{FIRST_SECONDS, Tries, path};
use chrono::{DateTime, FixedOffset};
use std::path::Path;
use std::time::Duration;

/// So often somebody waits two seconds for the turn.
const TURNS: usize = 15;

/// Where tries are counted, and when it is.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// The disk itself: the counts are needed before a practice is open.
    pub disk: &'a dyn Disk,
    /// The state folder of the practice on this workstation; without one a program counts for itself.
    pub state: Option<&'a Path>,
    /// The time by the machine's clock.
    pub now: DateTime<FixedOffset>,
}

/// Why somebody is not let in.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused<E> {
    /// Other programs check secrets on this computer without a pause.
    Busy,
    /// Nothing was looked at, after too many wrong tries: not before this instant.
    Waits(DateTime<FixedOffset>),
    /// It was wrong. The first of those whom it was a try at waits until then.
    Wrong(Option<DateTime<FixedOffset>>),
    /// It could not be looked at.
    Other(E),
}

/// Counts tries at secrets. What cannot be saved it counts by itself, as long as the program runs.
#[derive(Debug, Default)]
pub struct Counter {
    unsaved: Option<Tries>,
}

impl Counter {
    /// Looks at a secret as that of these people, or of those among them who need not wait: `look` is told who they are, and
    /// returns whose it is, and what comes of it; `None` where it is wrong. A wrong one counts for each of them, and is kept
    /// for the log until [`Counter::tell`]: as a try at `who`, made in a way (`how`) that the log says.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn attempt<T, E>(
        &mut self,
        desk: Desk<'_>,
        names: &[&str],
        (who, how): (&str, &str),
        look: impl FnOnce(&[&str]) -> Result<Option<(String, T)>, E>,
    ) -> Result<T, Refused<E>> {
        let _turn = turn(desk).ok_or(Refused::Busy)?;
        let mut tries = self.known(desk);
        let tried = self.may_try(desk, &mut tries, names).map_err(Refused::Waits)?;
        let before = tries.clone();
        tried.iter().for_each(|name| tries.wrong(name, desk.now));
        tries.failed(desk.now, who, how);
        self.keep(desk, tries.clone());
        match look(&tried) {
            Ok(None) => Err(Refused::Wrong(names.first().and_then(|name| tries.again(name, desk.now)))),
            Ok(Some((name, found))) => {
                // It was no try at the others; what they had wrong before stays.
                let mut tries = before;
                tries.right(&name, desk.now);
                self.keep(desk, tries);
                Ok(found)
            }
            Err(error) => {
                self.keep(desk, before);
                Err(Refused::Other(error))
            }
        }
    }

    /// Returns who may try now; when the first of them may, where nobody may yet.
    fn may_try<'a>(
        &mut self,
        desk: Desk<'_>,
        tries: &mut Tries,
        names: &[&'a str],
    ) -> Result<Vec<&'a str>, DateTime<FixedOffset>> {
        let known = tries.clone();
        let waits: Vec<_> = names.iter().map(|name| (*name, tries.again(name, desk.now))).collect();
        let tried: Vec<_> = waits.iter().filter(|(_, again)| again.is_none()).map(|(name, _)| *name).collect();
        let Some(until) = waits.iter().filter_map(|(_, again)| *again).min().filter(|_| tried.is_empty()) else {
            return Ok(tried);
        };
        let is_new = tries.lost == Some(desk.now);
        let is_saved = (*tries == known && !is_new) || self.keep(desk, tries.clone());
        if is_saved || !is_new {
            return Err(until);
        }
        // Nothing is known and nothing can be kept: a command that came later would wait as this one.
        desk.disk.pause(Duration::from_secs(FIRST_SECONDS.unsigned_abs()));
        Ok(names.to_vec())
    }

    /// Notes a failed try that was none at a secret that is counted, for the log.
    pub fn fail(&mut self, desk: Desk<'_>, who: &str, how: &str) {
        let _turn = turn(desk);
        let mut tries = self.known(desk);
        tries.failed(desk.now, who, how);
        self.keep(desk, tries);
    }

    /// Forgets the wrong tries of somebody who got another secret.
    pub fn forgive(&mut self, desk: Desk<'_>, name: &str) {
        let _turn = turn(desk);
        let mut tries = self.known(desk);
        tries.right(name, desk.now);
        self.keep(desk, tries);
    }

    /// Puts the failed tries that the log does not tell of yet into it, each with its time; where it cannot be written they
    /// stay.
    pub fn tell(&mut self, desk: Desk<'_>, store: &Store) {
        // Most often there is none: a look costs no turn.
        let is_none = |tries: &Tries| tries.untold.is_empty();
        if self.unsaved.as_ref().is_none_or(is_none) && self.load(desk).as_ref().is_none_or(is_none) {
            return;
        }
        let _turn = turn(desk);
        let mut tries = self.known(desk);
        let left = store.note_past(tries.untold.iter().map(super::Failed::event).collect());
        tries.untold.drain(..tries.untold.len() - left);
        self.keep(desk, tries);
    }

    fn load(&self, desk: Desk<'_>) -> Option<Tries> {
        desk.state.map_or_else(|| Some(Tries::default()), |state| Tries::load(desk.disk, state))
    }

    /// What every program of this workstation counted; what only this one could.
    fn known(&mut self, desk: Desk<'_>) -> Tries {
        if let Some(unsaved) = &self.unsaved {
            return unsaved.clone();
        }
        self.load(desk).unwrap_or_else(|| {
            desk.state.into_iter().for_each(|state| put_aside(desk.disk, state));
            Tries::lost(desk.now)
        })
    }

    /// Keeps them for every program; returns whether it could.
    fn keep(&mut self, desk: Desk<'_>, tries: Tries) -> bool {
        let is_saved = desk.state.is_some_and(|state| tries.save(desk.disk, state));
        self.unsaved = Some(tries).filter(|_| !is_saved);
        is_saved
    }
}

/// What stands in the place of the file, a folder perhaps, makes room for the next one.
fn put_aside(disk: &dyn Disk, state: &Path) {
    let named = |n: u32| state.join(if n == 1 { "tries.damaged".to_owned() } else { format!("tries.{n}.damaged") });
    if let Some(free) = (1..1000).map(named).find(|path| is_free(disk, path)) {
        let _ = disk.rename_to_free(&path(state), &free);
    }
}

/// While it is held, no other program of this workstation checks a secret: many at once have no more tries than one.
struct Turn(#[expect(dead_code, reason = "it is held")] Option<Lock>);

/// Waits for the turn to check a secret; `None` where others check without a pause. Without a state folder there is nothing
/// to count in.
fn turn(desk: Desk<'_>) -> Option<Turn> {
    let Some(folder) = desk.state.map(|state| state.join("tries")) else { return Some(Turn(None)) };
    let _ = atomic::make_folder(desk.disk, &folder);
    for _ in 0..TURNS {
        match lock::take(desk.disk, &folder) {
            Err(StoreError::Busy { .. }) => {}
            // Where it cannot be made, the tries cannot be saved either.
            other => return Some(Turn(other.ok())),
        }
    }
    None
}
