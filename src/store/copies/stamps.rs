//! Which charts are as they were when something was recorded in them here: nothing of it was overwritten, and nobody needs
//! to read them to know. Without these a busy day's hundredth dose would read a hundred charts. They may be lost.

use super::super::atomic;
use super::super::index::Stamp;
use super::super::open::Store;
use crate::clinic::chart::Chart;
use crate::clinic::entry::PatientId;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// More than this are no stamps of ours.
const MOST_BYTES: u64 = 16 << 20;

/// So many stay below those bytes.
const MOST_STAMPS: usize = 250_000;

/// How a chart stood when something was recorded in it.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Stamped {
    id: PatientId,
    newest: NaiveDate,
    stamp: Stamp,
    since: NaiveDate,
}

/// By chart the day of the newest entry that was recorded here, and the file's stamp then.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Stamps(BTreeMap<PatientId, (NaiveDate, Stamp)>);

impl Stamps {
    /// Returns whether a chart's file is the one in which all that is remembered was seen, and is still remembered.
    pub(super) fn vouch(&self, store: &Store, id: PatientId, since: NaiveDate) -> bool {
        let stamp = self.0.get(&id).filter(|(day, _)| *day >= since).map(|(_, stamp)| *stamp);
        stamp.is_some() && stamp == store.stamp_of(id)
    }
}

impl Store {
    fn stamps_path(&self) -> Option<PathBuf> {
        Some(self.recorded_dir()?.join("stamps"))
    }

    fn stamp_of(&self, id: PatientId) -> Option<Stamp> {
        self.disk().meta(&self.chart_path(id)).ok().map(|meta| Stamp::of(&meta))
    }

    pub(super) fn stamps(&self) -> Stamps {
        let mut bytes = Vec::new();
        let read = self.stamps_path().and_then(|path| self.disk().read(&path, MOST_BYTES, &mut bytes).ok());
        read.and_then(|()| postcard::from_bytes(&bytes).ok()).unwrap_or_default()
    }

    /// Notes that a chart has all that is remembered of it. Its stamp is taken before it is looked at: a file that comes into
    /// its place meanwhile has another one.
    pub(super) fn note_stamp(&self, known: &Chart, since: NaiveDate) {
        let Some(stamp) = self.stamp_of(known.id) else { return };
        let Some(newest) = known.entries().iter().map(|entry| entry.at.date_naive()).max() else { return };
        if !self.has_all(known) {
            return;
        }
        let stamped = Stamped { id: known.id, newest, stamp, since };
        self.note_stamps(self.bulk().map_or_else(|| vec![stamped], |bulk| bulk.stamp(stamped)));
    }

    /// Writes stamps down with those that are known, of too many the newest charts'.
    pub(in crate::store) fn note_stamps(&self, all: Vec<Stamped>) {
        let (Some(path), Some(since)) = (self.stamps_path(), all.iter().map(|one| one.since).max()) else { return };
        let mut stamps = self.stamps();
        stamps.0.retain(|_, (day, _)| *day >= since);
        stamps.0.extend(all.into_iter().map(|one| (one.id, (one.newest, one.stamp))));
        while stamps.0.len() > MOST_STAMPS {
            stamps.0.pop_first();
        }
        if let Ok(bytes) = postcard::to_allocvec(&stamps) {
            let _ = atomic::write_quickly(self.disk(), &path, &bytes);
        }
    }
}
