//! What comes from the terminal: keys, pastes, the mouse, another size, and that it is gone. Read on threads of their own, so
//! that the loop never polls.

#[cfg(unix)]
mod bytes;

use crossterm::event::Event;

/// Tells each event as it comes, and `None` once the terminal is gone or the program is asked to end: the window closes, the
/// system shuts down. All that was signed is on disk already then, and what was typed is a draft.
///
/// # Errors
/// Why the system's signals cannot be heard.
pub fn listen(tell: impl Fn(Option<Event>) -> bool + Clone + Send + 'static) -> std::io::Result<()> {
    hear_signals(tell.clone())?;
    std::thread::spawn(move || {
        read(&tell);
        tell(None);
    });
    Ok(())
}

/// The terminal library's own reader would keep what came last in its memory, a pasted name too, also while the program is
/// locked.
#[cfg(unix)]
fn read(tell: &impl Fn(Option<Event>) -> bool) {
    bytes::read(&|event| tell(Some(event)));
}

/// The system itself gives events here, and nothing of them stays.
#[cfg(not(unix))]
fn read(tell: &impl Fn(Option<Event>) -> bool) {
    while let Ok(event) = crossterm::event::read() {
        if !tell(Some(event)) {
            return;
        }
    }
}

#[cfg(unix)]
fn hear_signals(tell: impl Fn(Option<Event>) -> bool + Send + 'static) -> std::io::Result<()> {
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGWINCH};
    let mut signals = signal_hook::iterator::Signals::new([SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGWINCH])?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let size = || crossterm::terminal::size().unwrap_or_default();
            // While it was stopped, a shell wrote over the screen.
            let is_drawn_anew = signal == SIGWINCH || signal == SIGCONT;
            let event = is_drawn_anew.then(size).map(|(width, height)| Event::Resize(width, height));
            let is_end = event.is_none();
            if !tell(event) || is_end {
                return;
            }
        }
    });
    Ok(())
}

/// A console that closes ends the program by itself here, and another size comes with the keys.
#[cfg(not(unix))]
fn hear_signals(_: impl Fn(Option<Event>) -> bool + Send + 'static) -> std::io::Result<()> {
    Ok(())
}
