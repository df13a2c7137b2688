//! Changes as the system tells them: no work while nothing happens.

use super::{Changed, Watched};
use notify::{Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::sync::mpsc::{self, Receiver};

type Told = notify::Result<Event>;

/// Why it came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Nobody hears any more.
    NotHeard,
    /// The system tells no more.
    NotTold,
}

/// A folder of which the system tells.
pub(super) struct Notified {
    places: Watched,
    watcher: RecommendedWatcher,
    told: Receiver<Told>,
}

impl Notified {
    /// Asks the system to tell; `None` where it does not.
    pub(super) fn begin(places: Watched) -> Option<Self> {
        let (sender, told) = mpsc::channel();
        let mut watcher = RecommendedWatcher::new(sender, Config::default()).ok()?;
        watcher.watch(&places.dir, RecursiveMode::NonRecursive).ok()?;
        watcher.watch(&places.charts, RecursiveMode::NonRecursive).ok()?;
        Some(Self { places, watcher, told })
    }

    /// Tells of changes until nobody hears, or the system stops telling.
    pub(super) fn run(mut self, tell: &impl Fn(Changed) -> bool) -> Ended {
        while let Ok(first) = self.told.recv() {
            let mut changed = Changed::default();
            let mut is_lost = self.sort(first, &mut changed);
            while let Ok(more) = self.told.try_recv() {
                is_lost |= self.sort(more, &mut changed);
            }
            if is_lost {
                changed = Changed::everything();
            }
            let is_heard = changed.is_nothing() || tell(changed);
            if !is_heard {
                return Ended::NotHeard;
            }
            if is_lost && self.again().is_err() {
                break;
            }
        }
        Ended::NotTold
    }

    /// Notes what an event is about. Returns whether events may be missing: the queue ran over, or a folder itself moved.
    fn sort(&self, told: Told, changed: &mut Changed) -> bool {
        let Ok(event) = told else { return true };
        // That somebody looks, which we do ourselves, changes nothing.
        if matches!(event.kind, EventKind::Access(_)) {
            return false;
        }
        let is_folder = |path: &std::path::PathBuf| *path == self.places.charts || *path == self.places.dir;
        let is_moved = matches!(
            event.kind,
            EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(notify::event::ModifyKind::Name(_))
        );
        let is_lost = event.need_rescan() || (is_moved && event.paths.iter().any(is_folder));
        event.paths.iter().for_each(|path| changed.note(&self.places, path));
        is_lost
    }

    /// A folder that was put in another's place must be watched anew.
    fn again(&mut self) -> notify::Result<()> {
        for folder in [&self.places.dir, &self.places.charts] {
            let _ = self.watcher.unwatch(folder);
            self.watcher.watch(folder, RecursiveMode::NonRecursive)?;
        }
        Ok(())
    }
}
