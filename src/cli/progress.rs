//! How far a long command is, and whether it is to stop.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A line of progress stands for so many steps.
const STEP: usize = 100;

/// Says on a terminal how far it is.
pub(super) struct Progress {
    what: &'static str,
    shown: bool,
}

impl Progress {
    pub(super) fn new(what: &'static str) -> Self {
        Self { what, shown: false }
    }

    /// Says it now and then; always goes on.
    pub(super) fn at(&mut self, done: usize, all: usize) -> bool {
        if done > 0 && done.is_multiple_of(STEP) && std::io::stderr().is_terminal() {
            let _ = write!(std::io::stderr(), "\r{done} of {all} {}", self.what);
            self.shown = true;
        }
        true
    }

    pub(super) fn end(&self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r{:60}\r", "");
        }
    }
}

/// Whether Ctrl-C was pressed, or the terminal closed: what runs then stops between two patients, each of which is whole or not
/// there. Ctrl-C pressed a second time ends the program at once.
pub(super) struct Stop {
    asked: Arc<AtomicBool>,
    #[cfg(unix)]
    registered: Vec<signal_hook::SigId>,
}

impl Stop {
    #[cfg(unix)]
    pub(super) fn on_interrupt() -> Self {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        use signal_hook::flag;
        let asked = Arc::new(AtomicBool::new(false));
        let second = flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&asked));
        let first = [SIGINT, SIGTERM, SIGHUP].into_iter().map(|signal| flag::register(signal, Arc::clone(&asked)));
        let registered = second.into_iter().chain(first.flatten()).collect();
        Self { asked, registered }
    }

    /// A program imports once: what is registered here stays.
    #[cfg(windows)]
    pub(super) fn on_interrupt() -> Self {
        let asked = Arc::new(AtomicBool::new(false));
        let pressed = Arc::clone(&asked);
        let _ = ctrlc::set_handler(move || {
            if pressed.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
        Self { asked }
    }

    pub(super) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
impl Drop for Stop {
    fn drop(&mut self) {
        for id in self.registered.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}
