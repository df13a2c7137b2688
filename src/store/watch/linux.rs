//! Changes as Linux tells them.
//!
//! The library for all systems asks to be told of every look at a file too: each chart that this program reads would wake it,
//! and reading ten thousand runs the queue over.

use super::{Changed, Ended, Watched};
use rustix::fd::OwnedFd;
use rustix::fs::inotify::{CreateFlags, Event, ReadFlags, Reader, WatchFlags, add_watch, init, remove_watch};
use rustix::io::{Errno, Result};
use std::ffi::OsStr;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Room for some hundred events; the longest fits in an eighth of it.
const ROOM: usize = 4096;

/// A folder of which the system tells.
pub(super) struct Notified {
    places: Watched,
    inotify: OwnedFd,
    watches: Watches,
}

/// The numbers under which the system tells of the practice's folder and of its charts'.
#[derive(Clone, Copy)]
struct Watches {
    dir: i32,
    charts: i32,
}

impl Watches {
    fn begin(inotify: &OwnedFd, places: &Watched) -> Result<Self> {
        let changes = WatchFlags::CREATE
            | WatchFlags::MODIFY
            | WatchFlags::CLOSE_WRITE
            | WatchFlags::ATTRIB
            | WatchFlags::MOVED_FROM
            | WatchFlags::MOVED_TO
            | WatchFlags::DELETE
            | WatchFlags::DELETE_SELF
            | WatchFlags::MOVE_SELF
            | WatchFlags::ONLYDIR;
        let watch = |folder: &Path| add_watch(inotify, folder, changes);
        Ok(Self { dir: watch(&places.dir)?, charts: watch(&places.charts)? })
    }
}

impl Notified {
    /// Asks the system to tell; `None` where it does not.
    pub(super) fn begin(places: Watched) -> Option<Self> {
        let inotify = init(CreateFlags::CLOEXEC).ok()?;
        let watches = Watches::begin(&inotify, &places).ok()?;
        Some(Self { places, inotify, watches })
    }

    /// Tells of changes until nobody hears, or the system stops telling.
    pub(super) fn run(mut self, tell: &impl Fn(Changed) -> bool) -> Ended {
        let mut room = [MaybeUninit::uninit(); ROOM];
        loop {
            let Ok((mut changed, is_lost)) = self.next(&mut room) else { return Ended::NotTold };
            if is_lost {
                changed = Changed::everything();
            }
            if !changed.is_nothing() && !tell(changed) {
                return Ended::NotHeard;
            }
            if is_lost && self.again().is_err() {
                return Ended::NotTold;
            }
        }
    }

    /// Waits for events and takes those that came together. Returns whether some may be missing.
    fn next(&self, room: &mut [MaybeUninit<u8>]) -> Result<(Changed, bool)> {
        let (mut changed, mut is_lost) = (Changed::default(), false);
        let mut events = Reader::new(&self.inotify, room);
        loop {
            match events.next() {
                Ok(event) => is_lost |= self.sort(&event, &mut changed),
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error),
            }
            if events.is_buffer_empty() {
                return Ok((changed, is_lost));
            }
        }
    }

    /// Notes what an event is about. Returns whether events may be missing: the queue ran over, or a folder itself moved.
    fn sort(&self, event: &Event<'_>, changed: &mut Changed) -> bool {
        if event.events().contains(ReadFlags::QUEUE_OVERFLOW) {
            return true;
        }
        let folder = match event.wd() {
            wd if wd == self.watches.dir => &self.places.dir,
            wd if wd == self.watches.charts => &self.places.charts,
            // Of a folder that is not watched any more.
            _ => return false,
        };
        if event
            .events()
            .intersects(ReadFlags::DELETE_SELF | ReadFlags::MOVE_SELF | ReadFlags::UNMOUNT | ReadFlags::IGNORED)
        {
            return true;
        }
        let Some(name) = event.file_name() else { return false };
        let path = folder.join(OsStr::from_bytes(name.to_bytes()));
        changed.note(&self.places, &path);
        let comes_or_goes = ReadFlags::CREATE | ReadFlags::DELETE | ReadFlags::MOVED_FROM | ReadFlags::MOVED_TO;
        path == self.places.charts && event.events().intersects(comes_or_goes)
    }

    /// A folder that was put in another's place must be watched anew.
    fn again(&mut self) -> Result<()> {
        for watch in [self.watches.dir, self.watches.charts] {
            // It may be gone with its folder.
            let _ = remove_watch(&self.inotify, watch);
        }
        self.watches = Watches::begin(&self.inotify, &self.places)?;
        Ok(())
    }
}
