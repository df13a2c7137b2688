//! Changes as other systems than Linux tell them: no work while nothing happens.

use super::polled::{Times, times};
use super::{Changed, Ended, Watched};
use notify::{Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

/// On Windows the library passes over that more changed at once than there was room for, and that a folder is another one by
/// now. There, once it is quiet, the folders' own times are compared with those of what was told.
const COMPARED: Option<Duration> = if cfg!(windows) { Some(Duration::from_secs(2)) } else { None };

/// Among more events than this some may be missing; the library has room for three times as many.
const MANY: usize = 60;

type Told = notify::Result<Event>;

/// A folder of which the system tells.
pub(super) struct Notified {
    places: Watched,
    watcher: RecommendedWatcher,
    told: Receiver<Told>,
    compared: Option<Duration>,
    times: Times,
    /// How many events came since it was quiet.
    heard: usize,
}

impl Notified {
    /// Asks the system to tell; `None` where it does not.
    #[cfg_attr(any(target_os = "linux", target_os = "android"), expect(dead_code, reason = "only tested here"))]
    pub(super) fn begin(places: Watched) -> Option<Self> {
        Self::comparing(places, COMPARED)
    }

    fn comparing(places: Watched, compared: Option<Duration>) -> Option<Self> {
        let (sender, told) = mpsc::channel();
        let mut watcher = RecommendedWatcher::new(sender, Config::default()).ok()?;
        watcher.watch(&places.dir, RecursiveMode::NonRecursive).ok()?;
        watcher.watch(&places.charts, RecursiveMode::NonRecursive).ok()?;
        let times = times(&places);
        Some(Self { places, watcher, told, compared, times, heard: 0 })
    }

    /// Tells of changes until nobody hears, or the system stops telling.
    pub(super) fn run(mut self, tell: &impl Fn(Changed) -> bool) -> Ended {
        while let Some(first) = self.next() {
            let mut changed = Changed::default();
            let mut is_lost = match first {
                Some(told) => self.sort(told, &mut changed),
                None => true,
            };
            // Before what waits is taken: what changes from here on is told after it.
            let now = times(&self.places);
            self.heard += 1;
            while let Ok(more) = self.told.try_recv() {
                is_lost |= self.sort(more, &mut changed);
                self.heard += 1;
            }
            if is_lost {
                changed = Changed::everything();
            }
            self.note(&changed, now);
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

    /// Remembers the times of what is told, and of nothing else: what is not may be missing.
    fn note(&mut self, changed: &Changed, now: Times) {
        if changed.everything || changed.others || !changed.charts.is_empty() {
            self.times[0] = now[0];
        }
        if changed.everything || changed.settings {
            self.times[1] = now[1];
        }
    }

    /// Waits for an event. `Some(None)`: it is quiet and some are missing; `None`: no more will come.
    fn next(&mut self) -> Option<Option<Told>> {
        let Some(every) = self.compared else { return self.told.recv().ok().map(Some) };
        loop {
            match self.told.recv_timeout(every) {
                Ok(told) => return Some(Some(told)),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    let are_many = std::mem::take(&mut self.heard) > MANY;
                    if are_many || times(&self.places) != self.times {
                        return Some(None);
                    }
                }
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::atomic;
    use crate::store::disk::Real;

    #[test]
    fn a_change_that_the_system_does_not_tell_of_is_found_by_the_times_and_the_folder_watched_anew() {
        let root = tempfile::tempdir().unwrap();
        let charts = root.path().join("charts");
        std::fs::create_dir(&charts).unwrap();
        let places = Watched { dir: root.path().to_owned(), charts: charts.clone() };
        let mut notified = Notified::comparing(places, Some(Duration::from_millis(50))).unwrap();
        notified.watcher.unwatch(&charts).unwrap();
        let (sender, told) = mpsc::channel();
        std::thread::spawn(move || notified.run(&|changed| sender.send(changed).is_ok()));
        let write = |name: &str| atomic::write(&Real, &charts.join(name), "()").unwrap();
        let next = || told.recv_timeout(Duration::from_secs(10)).unwrap();
        // Beyond the tick of the file system's clock.
        std::thread::sleep(Duration::from_millis(100));
        write("first.ron");
        assert!(next().everything);
        // From some moment on it is told again what changes.
        assert!((0..50).any(|n| {
            write(&format!("{n}.ron"));
            next().others
        }));
    }
}
