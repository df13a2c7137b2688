//! Lines put behind the log of this workstation: read again, written whole, under a lock in the state folder, as every
//! program that writes this file runs on this computer.

use super::super::atomic::{self, Ready};
use super::super::disk::Disk;
use super::super::error::{Problem, StoreError};
use super::super::files::{files_of, is_free, read_text};
use super::super::lock;
use super::super::open::Store;
use super::super::seals::{Keys, seal_path};
use super::line::{Head, Line, name_of, named, part_of};
use super::vouch;
use crate::clinic::audit::{Event, What};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the state folder remembers of the log.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    /// The practice's key as this workstation first knew it, by its name: another practice in the same place has another
    /// one, and one that somebody puts in its place is not believed.
    pub(super) key: String,
    /// Keys that this workstation knew before that one, and that were gone when it took it.
    lost: BTreeSet<String>,
    /// Other keys under which this workstation said that it has its own.
    pub(super) vouched: BTreeSet<String>,
    /// The newest line of this workstation.
    pub(super) head: Head,
    /// How far the others' logs went when that was last written down.
    pub(super) others: BTreeMap<String, u64>,
}

impl Known {
    /// Returns whether a key is gone that this workstation knew.
    pub(super) fn misses_one_of(&self, keys: &Keys) -> bool {
        let is_here = |name: &String| keys.all.iter().any(|key| key.name() == *name);
        self.lost.iter().chain(Some(&self.key)).any(|name| !name.is_empty() && !is_here(name))
    }
}

/// Writes events behind the log, those of one day into one file. What is written is taken out of `events`.
///
/// # Errors
/// What went wrong: those that are still in `events` were not written.
pub(super) fn append(store: &Store, events: &mut Vec<Event>) -> Result<(), StoreError> {
    let Some(first) = events.first() else { return Ok(()) };
    let folder = folder(store.dir());
    if !Store::exists_on(store.disk(), store.dir()) {
        return Err(StoreError::Gone { path: store.dir().to_owned() });
    }
    store.may_write()?;
    let key = store.sealing_key(first.at)?.ok_or_else(|| no_key(store))?;
    atomic::make_folder(store.disk(), &folder)?;
    let state = store.places().state.as_deref();
    let _lock = state.map(|state| lock::take(store.disk(), state)).transpose()?;
    let keys = store.keys()?;
    let mut known = known(store.disk(), state, &keys);
    if known.key.is_empty() {
        let Known { key: before, lost, .. } = remembered(store.disk(), state);
        let before = lost.into_iter().chain(Some(before)).filter(|name| !name.is_empty());
        known = Known { key: key.name(), lost: before.collect(), ..known };
    }
    let mut vouches = if state.is_some() { vouch::due(&keys, &known, first) } else { Vec::new() };
    while let Some(day) = events.first().map(|event| event.at.date_naive()) {
        let of_day = events.iter().take_while(|event| event.at.date_naive() == day).count();
        let path = of_day_at(store, &folder, day);
        let before = text_of(store.disk(), &path)?;
        let mut head = newest(store, &known.head, &keys, before.as_deref());
        let mut text = before.clone().unwrap_or_default();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let told: Vec<_> = events[..of_day].iter().map(|event| told(store, &mut known, &keys, event)).collect();
        let vouching = vouches.iter().map(|(other, event)| (other, event));
        for (key, event) in vouching.chain(told.iter().map(|event| (&key, event))) {
            let (line, next) = head.next(&key.bytes, store.station(), event).ok_or_else(|| no_number(&path))?;
            text.push_str(&line);
            head = next;
        }
        put(store.disk(), &path, &text, before.is_none(), events[..of_day].iter().any(|e| e.what.must_stay()))?;
        events.drain(..of_day);
        known.vouched.extend(vouches.drain(..).map(|(other, _)| other.name()));
        known.head = head;
        keep(store.disk(), state, &known);
    }
    Ok(())
}

/// What is not proven by a tag is no log: it waits for the key.
fn no_key(store: &Store) -> StoreError {
    let problem = Problem::new(&seal_path(store.dir()), "the key of seals and audit log cannot be used");
    StoreError::Damaged { problem }
}

fn no_number(path: &Path) -> StoreError {
    StoreError::Damaged { problem: Problem::new(path, "no number comes after its newest line") }
}

pub(super) fn folder(dir: &Path) -> PathBuf {
    dir.join("audit")
}

/// A file of a day that is this long is followed by another one: each event writes its file whole, and a file that is too long
/// is not read any more.
const LONG_FILE: u64 = 2 << 20;

/// Returns the file that the next lines of a day go to.
fn of_day_at(store: &Store, folder: &Path, day: NaiveDate) -> PathBuf {
    let path = |part| folder.join(name_of(day, store.station(), part));
    let is_long = |part: u32| store.disk().meta(&path(part)).is_ok_and(|meta| meta.len() >= LONG_FILE);
    path((1..u32::MAX).find(|part| !is_long(*part)).unwrap_or(1))
}

fn put(disk: &dyn Disk, path: &Path, text: &str, is_new: bool, must_stay: bool) -> Result<(), StoreError> {
    let ready = Ready::new(disk, path, text.as_bytes(), must_stay)?;
    match (is_new, must_stay) {
        (true, true) => ready.take_free_place(),
        (false, true) => ready.take_place(),
        (is_new, false) => ready.rename(is_new, atomic::BRIEFLY),
    }
}

fn text_of(disk: &dyn Disk, path: &Path) -> Result<Option<String>, StoreError> {
    match read_text(disk, path) {
        Ok(text) => Ok(Some(text)),
        Err(_) if is_free(disk, path) => Ok(None),
        // What is damaged stays as it is, for `check`; today's lines wait.
        Err(error) => Err(error),
    }
}

/// Returns where the chain stands: what is remembered, or the file where it is further, as after a power cut. Only a line
/// whose tag is right counts; where nothing is remembered and none is, as after the loss of the key, what stands there.
fn newest(store: &Store, known: &Head, keys: &Keys, today: Option<&str>) -> Head {
    let any = |text: &str| text.lines().rev().find_map(Line::read).filter(|_| known.n == 0);
    let of_text = |text: &str| Line::newest(text, keys, store.station()).or_else(|| any(text)).map(|line| line.head());
    let mut best = known.clone();
    // A file that is begun goes on after the one before, which may be further than what is remembered.
    let before = (known.n == 0 || today.is_none()).then(|| newest_file(store, store.station())).flatten();
    let before = before.and_then(|path| read_text(store.disk(), &path).ok());
    for head in [today, before.as_deref()].into_iter().flatten().filter_map(of_text) {
        if head.n > best.n {
            best = head;
        }
    }
    best
}

fn newest_file(store: &Store, station: &str) -> Option<PathBuf> {
    let files = files_of(store.disk(), &folder(store.dir()), "log").ok()?;
    let own = files.into_iter().filter_map(|path| Some((named(&path)?, path)));
    let own = own.filter(|((_, of), _)| of == station);
    own.max_by_key(|((day, _), path)| (*day, part_of(path))).map(|(_, path)| path)
}

/// The event that says that the program began also says how far the others' logs go, where they went on since.
fn told(store: &Store, known: &mut Known, keys: &Keys, event: &Event) -> Event {
    if event.what != What::Began {
        return event.clone();
    }
    let files = files_of(store.disk(), &folder(store.dir()), "log").unwrap_or_default();
    let mut others: Vec<_> = files.iter().filter_map(|path| Some((named(path)?, path))).collect();
    others.retain(|((_, of), _)| of != store.station());
    others.sort_by_key(|((day, _), path)| (*day, part_of(path)));
    let newest: BTreeMap<String, &PathBuf> = others.into_iter().map(|((_, of), path)| (of, path)).collect();
    let mut heads = Vec::new();
    for (station, path) in newest {
        let text = read_text(store.disk(), path).unwrap_or_default();
        let Some(head) = Line::newest(&text, keys, &station).map(|line| line.head()) else { continue };
        if known.others.get(&station).is_none_or(|n| head.n > *n) {
            heads.push(format!("{station} {} {}", head.n, head.tag));
            known.others.insert(station, head.n);
        }
    }
    event.clone().with(heads.join("; "))
}

fn known_path(state: &Path) -> PathBuf {
    state.join("audit.json")
}

/// Returns what is remembered, of whatever practice.
pub(super) fn remembered(disk: &dyn Disk, state: Option<&Path>) -> Known {
    let text = state.and_then(|state| read_text(disk, &known_path(state)).ok());
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Returns the plain places of this practice on this workstation from before its folder was moved: they are not found from
/// where it is now, and say themselves whose they are.
pub(in crate::store) fn states_of_before(store: &Store, raw: &dyn Disk) -> Vec<PathBuf> {
    let Some((own, all)) = store.places().state.as_deref().and_then(|state| Some((state, state.parent()?))) else {
        return Vec::new();
    };
    let keys = store.keys().unwrap_or_default();
    let folders = raw.list(all).into_iter().flatten().flatten().map(|entry| entry.path());
    folders.filter(|folder| folder != own && !known(raw, Some(folder), &keys).key.is_empty()).collect()
}

/// Returns whether nothing that is remembered here is of the practice that has these keys.
pub(super) fn is_of_another(store: &Store, keys: &Keys) -> bool {
    let state = store.places().state.as_deref();
    !keys.all.is_empty() && known(store.disk(), state, keys).key.is_empty()
}

/// Forgets what was remembered of a practice that was in this place before.
pub(in crate::store) fn forget(disk: &dyn Disk, state: Option<&Path>) {
    if let Some(state) = state {
        let _ = disk.remove(&known_path(state));
    }
}

/// Returns what is remembered of the practice that has one of these keys.
pub(super) fn known(disk: &dyn Disk, state: Option<&Path>, keys: &Keys) -> Known {
    let known = remembered(disk, state);
    let is_usable = known.head.n < u64::MAX && keys.all.iter().any(|key| key.name() == known.key);
    if is_usable { known } else { Known::default() }
}

/// That it cannot be kept loses no line: the log is ahead of it then.
fn keep(disk: &dyn Disk, state: Option<&Path>, known: &Known) {
    let Some((state, text)) = state.zip(serde_json::to_string(known).ok()) else { return };
    let _ = atomic::write_quickly(disk, &known_path(state), text.as_bytes());
}
