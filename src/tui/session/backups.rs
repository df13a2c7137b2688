//! The backup of the day: asked for once the rows are checked, made on a thread of its own.

use super::super::backed_up::BackedUp;
use super::Session;
use crate::clinic::audit::What;
use crate::clock::Clock;
use crate::store::Store;
use crate::store::backup::{self, Backups};
use chrono::{DateTime, FixedOffset};

/// A thread that failed says nothing of why.
const BROKEN: &str = "it came to no end; `cobalog check` names what is wrong";

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

    /// Takes how it stands after the backup of the day. One that was made is noted; while the screen is locked that waits.
    pub fn take_backups(&mut self, known: Backups) {
        let is_new = known.made.is_some() && known.made != self.backup_made;
        self.backup_made = known.made.or(self.backup_made);
        if let Some(file) = known.file.clone().filter(|_| is_new) {
            self.unnoted_backup = Some(file);
        }
        self.note_backup();
        self.show_backups(known);
    }

    /// The backup of the day came to no end: Today says so, and the next start tries again.
    pub fn backup_failed(&mut self) {
        self.app.ctx.backed_up.failed = Some((self.app.ctx.now, BROKEN.to_owned()));
    }

    /// Notes a backup that is not in the log yet.
    pub(super) fn note_backup(&mut self) {
        if self.store.is_some() {
            self.unnoted_backup.take().into_iter().for_each(|file| self.note(What::BackedUp, None, file));
        }
    }

    fn show_backups(&mut self, known: Backups) {
        let place = self.backs_up().and_then(|store| store.places().backups.as_ref());
        let place = place.map(|folder| folder.display().to_string());
        let failed = known.failed.map(|failed| (failed.at, failed.why));
        self.app.ctx.backed_up = BackedUp { place, current: known.current, failed };
    }

    /// Looks how it stands, from the small file beside the backups.
    pub(super) fn look_at_backups(&mut self) {
        let known = self.backs_up().map(|store| backup::status(store.disk(), store.places()));
        let known = known.unwrap_or_default();
        // One that is under way may stand there already; it is noted when it is told of.
        if self.backed_up.is_none() {
            self.backup_made = known.made;
        }
        self.show_backups(known);
    }
}
