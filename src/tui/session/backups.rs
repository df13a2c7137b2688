//! The backup of the day: asked for once the rows are checked, made on a thread of its own.

use super::super::backed_up::BackedUp;
use super::Session;
use crate::clinic::audit::What;
use crate::clock::Clock;
use crate::store::Store;
use crate::store::backup::{self, Backups};
use chrono::{DateTime, FixedOffset};

impl Session {
    /// Returns the folder to back up, where backups are made by themselves. Days that are pretended would mix up their age.
    fn backs_up(&self) -> Option<&Store> {
        let is_real = !matches!(self.begin.clock, Clock::Day(_)) && self.begin.temporary.is_none();
        self.store.as_ref().filter(|store| is_real && !store.settings().demo && store.places().backups.is_some())
    }

    /// Returns once a day what is to be backed up, for a thread of its own; never while the files are still being read.
    #[must_use]
    pub fn to_back_up(&mut self) -> Option<(Store, DateTime<FixedOffset>)> {
        let today = self.app.ctx.today();
        if self.app.ctx.checking || self.backed_up == Some(today) {
            return None;
        }
        let store = self.backs_up()?;
        let asked = (store.clone(), self.app.ctx.now);
        self.backed_up = Some(today);
        Some(asked)
    }

    /// Takes how it stands after the backup of the day.
    pub fn take_backups(&mut self, known: Backups) {
        let made = known.made.filter(|made| self.backup_made.replace(*made).is_some_and(|before| before != *made));
        if let (Some(_), Some(file)) = (made, &known.file) {
            self.note(What::BackedUp, None, file.clone());
        }
        let place = self.backs_up().and_then(|store| store.places().backups.as_ref());
        let place = place.map(|folder| folder.display().to_string());
        let failed = known.failed.map(|failed| (failed.at, failed.why));
        self.app.ctx.backed_up = BackedUp { place, current: known.current, failed };
    }

    /// Looks how it stands, from the small file beside the backups.
    pub(super) fn look_at_backups(&mut self) {
        let known = self.backs_up().map(|store| backup::status(store.disk(), store.places()));
        self.take_backups(known.unwrap_or_default());
    }
}
