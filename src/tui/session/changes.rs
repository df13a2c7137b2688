//! What changes on the disk while the screens are open: looked at on a thread of its own, then shown, with no key.

use super::Checked;
use super::Session;
use super::guard::Locked;
use crate::clinic::entry::PatientId;
use crate::store::disk::Disk;
use crate::store::watch::Changed;
use crate::store::{Copies, Places, Store, StoreError};
use crate::tui::keymap;
use chrono::NaiveDate;
use std::path::PathBuf;
use std::sync::Arc;

/// What the session knows of changes that are not shown yet.
#[derive(Default)]
pub(super) struct Pending {
    /// Told, and not looked at.
    told: Changed,
    /// Being looked at.
    looked_at: Option<Changed>,
    /// Whether something was recorded here since the look began, so that it is out of date.
    is_overtaken: bool,
    /// The folder that is watched.
    watched: Option<PathBuf>,
}

/// A look at the files, to be carried out on any thread.
pub struct Look {
    dir: PathBuf,
    places: Places,
    today: NaiveDate,
    disk: Arc<dyn Disk>,
}

/// What a look found.
pub struct Looked {
    found: Result<(Store, Checked, Copies), StoreError>,
}

impl Look {
    /// Reads settings and charts that changed, and takes in copies that a program which keeps folders the same has left.
    #[must_use]
    pub fn look(self) -> Looked {
        let found = Store::open_again(&self.dir, self.places, self.disk).map(|mut store| {
            let mut rolled = store.roll(self.today);
            let copies = store.take_in_copies(&rolled.problems, self.today);
            if !copies.taken.is_empty() {
                rolled = store.roll(self.today);
            }
            rolled.problems.extend(copies.problems.iter().cloned());
            store.sweep();
            (store, Checked::among(rolled), copies)
        });
        Looked { found }
    }
}

impl Session {
    /// Hears what changed on the disk; what this session wrote itself is no news.
    pub fn changed(&mut self, mut changed: Changed) {
        let Some(store) = &self.store else { return };
        changed.charts.retain(|id| !store.is_own_chart(*id));
        changed.settings &= !store.is_own_settings();
        self.pending.told.add(changed);
    }

    /// Returns what is to be looked at on a thread of its own: rows that are unchecked, or what changed on the disk. One
    /// look is under way at a time.
    #[must_use]
    pub fn to_look(&mut self) -> Option<Look> {
        let pending = &mut self.pending;
        let is_wanted = self.app.ctx.checking || !pending.told.is_nothing();
        let store = self.store.as_ref().filter(|_| is_wanted && pending.looked_at.is_none())?;
        pending.looked_at = Some(std::mem::take(&mut pending.told));
        pending.is_overtaken = false;
        let (dir, places) = (store.dir().to_owned(), self.begin.places.clone());
        Some(Look { dir, places, today: self.app.ctx.today(), disk: self.disk.clone() })
    }

    /// Returns once the folder that is to be watched from now on.
    pub fn to_watch(&mut self) -> Option<PathBuf> {
        let dir = self.store.as_ref()?.dir();
        if self.pending.watched.as_deref() == Some(dir) {
            return None;
        }
        self.pending.watched = Some(dir.to_owned());
        self.pending.watched.clone()
    }

    /// Looks here and now, for tests and wherever there is no loop.
    pub fn catch_up(&mut self) {
        while let Some(look) = self.to_look() {
            self.take_looked(look.look());
        }
    }

    /// Shows what a look found: rows, charts on the screens, settings, copies that were taken in.
    pub fn take_looked(&mut self, looked: Looked) {
        let changed = self.pending.looked_at.take().unwrap_or_default();
        let (store, checked, copies) = match looked.found {
            Ok(found) => found,
            Err(StoreError::Locked { .. } | StoreError::Switched { .. }) => return self.switched_elsewhere(),
            Err(error) => {
                self.app.ctx.checking = false;
                return self.app.say(error.to_string());
            }
        };
        if self.store.as_ref().is_none_or(|s| s.dir() != store.dir()) {
            return;
        }
        self.tell_of(&copies);
        if self.pending.is_overtaken {
            self.pending.told.add(changed);
            return self.look_for_copies();
        }
        self.take_settings(store);
        // Whoever left the practice was shown out.
        if self.store.is_none() {
            return;
        }
        self.reread(&changed);
        self.take(checked);
    }

    /// A look came to no end. The next change has another one made.
    pub fn look_failed(&mut self) {
        self.pending.looked_at = None;
        self.app.ctx.checking = false;
        self.app.say("The files could not be looked at: `cobalog check` names what is wrong.".to_owned());
    }

    /// Something was recorded or set here: what a look that is under way finds may be older.
    pub(super) fn overtaken(&mut self) {
        self.pending.is_overtaken = true;
    }

    /// The rows may hide copies: the next look takes them in.
    pub(super) fn look_for_copies(&mut self) {
        self.pending.told.add(Changed { others: true, ..Changed::default() });
    }

    fn take_settings(&mut self, fresh: Store) {
        let Some(store) = self.store.as_mut() else { return };
        if !store.follow(fresh) {
            return;
        }
        let ctx = &mut self.app.ctx;
        ctx.practice = store.practice().clone();
        // Who sits here does not change because somebody else changed the list of people, but whoever left it is shown out.
        let is_known = ctx.practice.settings.person(&ctx.author).is_some_and(|me| !me.left);
        if !is_known && ctx.practice.settings.sign_in() {
            return self.lock(Locked::ForAnother);
        }
        if !is_known {
            ctx.author = ctx.practice.settings.author().to_owned();
        }
        let effects = self.app.rework();
        self.perform(effects);
    }

    /// Reads the charts at hand that changed: those on a screen stay there, others are read when they are wanted.
    fn reread(&mut self, changed: &Changed) {
        let Some(store) = &self.store else { return };
        let is_changed = |id: &PatientId| changed.everything || changed.charts.contains(id);
        let at_hand: Vec<_> = self.app.ctx.patients.keys().copied().filter(is_changed).collect();
        let (shown, others): (Vec<_>, Vec<_>) = at_hand.into_iter().partition(|id| self.app.is_shown(*id));
        // One that cannot be read any more is named by the roster, and stays as it was.
        let fresh: Vec<_> = shown.into_iter().filter_map(|id| store.chart(id).ok()).collect();
        others.iter().for_each(|id| drop(self.app.ctx.patients.remove(id)));
        fresh.into_iter().for_each(|chart| self.app.follow(chart));
    }

    fn tell_of(&mut self, copies: &Copies) {
        let words: Vec<_> = copies.taken.iter().map(crate::store::TakenIn::words).collect();
        if let Some(first) = words.first() {
            let key = keymap::told("{today.problems}");
            let more = if words.len() > 1 { format!(" And {} more: {key}.", words.len() - 1) } else { String::new() };
            self.app.say(format!("{first}.{more}"));
        }
        self.app.ctx.taken_in.extend(words);
    }
}
