//! The audit log: who saw, recorded, printed, exported, signed in, and what was stopped. Each workstation writes files of
//! its own, one a day, in `audit/`; each line has a number, the beginning of the tag before it, and a tag over all of it.
//!
//! A full-screen program writes behind the screen, on a thread of its own within a second; a command writes at once. What
//! cannot be written is tried again with the next event: nobody's work waits for the log. The newest line's number and
//! tag also stand in the state folder, and each start of the program writes down how far the others' logs went.

mod line;
mod proof;
mod read;
mod vouch;
mod write;

use super::open::Store;
use crate::clinic::audit::{Event, What};
use crate::clinic::chart::Chart;
use crate::clinic::entry::PatientId;
use chrono::{DateTime, FixedOffset};
pub(super) use proof::{Found, check};
pub use read::Wanted;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
pub(super) use write::{forget, states_of_before};

/// So many events wait where the log cannot be written; then the oldest go.
const MOST_WAITING: usize = 10_000;
/// While many charts are written one after the other so many events are written at once: each time writes a file whole.
const TOGETHER: usize = 256;
/// No event waits longer for others.
const SOON: Duration = Duration::from_secs(1);

/// Takes events for the log; clones share it. The last one that goes writes what still waits.
#[derive(Clone)]
pub struct Audit(Arc<Shared>);

struct Shared {
    store: Store,
    waiting: Mutex<Waiting>,
    writing: Mutex<()>,
    is_behind: bool,
    /// How many hold events together.
    holding: AtomicUsize,
}

/// Events are written together until this goes, which writes what still waits.
pub(super) struct Together(Audit);

impl Drop for Together {
    fn drop(&mut self) {
        self.0.0.holding.fetch_sub(1, Ordering::AcqRel);
        self.0.0.flush();
    }
}

#[derive(Default)]
struct Waiting {
    events: Vec<Event>,
    /// So many of them could not be written when it was last tried: they wait for the next one.
    tried: usize,
    /// Since when the first of them waits for others.
    since: Option<Instant>,
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Audit")
    }
}

impl Store {
    /// Keeps a log of what happens from now on, written behind the screen.
    pub fn audit_behind(&mut self) -> Audit {
        self.audit_as(true)
    }

    /// Keeps a log of what happens from now on, written at once.
    pub fn audit_at_once(&mut self) -> Audit {
        self.audit_as(false)
    }

    fn audit_as(&mut self, is_behind: bool) -> Audit {
        let (waiting, writing) = (Mutex::default(), Mutex::default());
        let (store, holding) = (self.clone().without_audit(), AtomicUsize::new(0));
        let audit = Audit(Arc::new(Shared { store, waiting, writing, is_behind, holding }));
        self.set_audit(audit.clone());
        audit
    }

    /// Notes something in the log, where one is kept.
    pub fn note(&self, event: Event) {
        if let Some(audit) = self.audit() {
            audit.note(event);
        }
    }

    /// Notes that a backup was restored in the place of the practice: what the log had since is missing, and nothing else.
    pub fn note_restored(&self, event: Event) {
        // Another practice's backup in this place: what was remembered was of the one before.
        if self.keys().is_ok_and(|keys| write::is_of_another(self, &keys)) {
            forget(self.disk(), self.places().state.as_deref());
        }
        let n = proof::restored_to(self);
        let detail = format!("{}; the log to line {n}", event.detail);
        self.note(Event { log_to: Some(n), ..event.with(detail) });
    }

    /// Notes that a key, by its name, is one of the practice's.
    pub(super) fn note_key(&self, at: DateTime<FixedOffset>, name: String) {
        self.note(Event::new(at, "", What::Vouched).with(name));
    }

    /// Notes at once what happened before, each event with its own time; returns how many of them could not be written.
    pub(super) fn note_past(&self, mut events: Vec<Event>) -> usize {
        let _ = write::append(self, &mut events);
        events.len()
    }

    /// Notes which of them say that a dose was given against a rule that stops the needle.
    pub(super) fn note_happened(&self, chart: &Chart, fresh: &Chart) {
        let Some(audit) = self.audit() else { return };
        let before = chart.only(|e| fresh.entry(e.id).is_none());
        let happened: Vec<_> = fresh.entries().iter().filter_map(|entry| Event::happened(&before, entry)).collect();
        if !happened.is_empty() {
            audit.note_all(happened);
        }
    }

    /// Notes entries that are safe in their chart now.
    pub(super) fn note_recorded(&self, id: PatientId, fresh: &Chart) {
        let Some(audit) = self.audit() else { return };
        audit.note_all(fresh.entries().iter().map(|entry| Event::recorded(id, entry)).collect());
    }
}

impl Audit {
    /// Notes an event.
    pub fn note(&self, event: Event) {
        self.note_all(vec![event]);
    }

    fn note_all(&self, events: Vec<Event>) {
        let store = &self.0.store;
        let dated = events.into_iter().map(|event| {
            let at = store.really(event.at);
            let pretended = Some(event.at.date_naive()).filter(|day| *day != at.date_naive());
            Event { at, pretended: event.pretended.or(pretended), ..event }
        });
        let is_enough = {
            let mut waiting = self.0.waiting();
            waiting.events.extend(dated);
            let new = waiting.events.len().saturating_sub(waiting.tried);
            new >= TOGETHER || waiting.since.get_or_insert_with(Instant::now).elapsed() >= SOON
        };
        let is_held = self.0.holding.load(Ordering::Acquire) > 0;
        // Behind a screen a thread writes them.
        if !self.0.is_behind && (is_enough || !is_held) {
            self.0.flush();
        }
    }

    /// Writes events together from now on, until what is returned goes.
    pub(super) fn together(&self) -> Together {
        self.0.holding.fetch_add(1, Ordering::AcqRel);
        Together(self.clone())
    }

    /// Returns whether something waits that was not tried yet.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        let waiting = self.0.waiting();
        waiting.events.len() > waiting.tried
    }

    /// Returns when everything that was noted is in the log, or could not be written.
    pub fn settle(&self) {
        self.0.flush();
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.flush();
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn flush(&self) {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut events = {
            let mut waiting = self.waiting();
            waiting.since = None;
            std::mem::take(&mut waiting.events)
        };
        if events.is_empty() || write::append(&self.store, &mut events).is_ok() {
            self.waiting().tried = 0;
            return;
        }
        // They go with the next ones: a share that is away, a disk that is full.
        let mut waiting = self.waiting();
        events.append(&mut waiting.events);
        events.drain(..events.len().saturating_sub(MOST_WAITING));
        waiting.tried = events.len();
        waiting.events = events;
    }
}
