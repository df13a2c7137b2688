//! The bytes that a terminal sends, made into events and wiped.

use crate::tui::input::{esc, is_alt};
use crossterm::event::Event;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use std::fs::File;
use std::io::IsTerminal as _;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::panic::catch_unwind;
use terminput_crossterm::to_crossterm;
use zeroize::{Zeroize as _, Zeroizing};

/// So much is read at once.
const CHUNK: usize = 1024;

const ESC: u8 = 0x1b;

/// No key and no click is longer.
const LONGEST: usize = 64;

const PASTE: &[u8] = b"\x1b[200~";

/// Tells every event that comes until nobody listens or the terminal is gone.
pub fn read(tell: &dyn Fn(Event) -> bool) {
    let Some(terminal) = Source::open() else { return };
    let mut begun = Begun::default();
    let mut chunk = Zeroizing::new([0; CHUNK]);
    while let Some(count) = terminal.wait_and_read(&mut chunk[..]) {
        let goes_on = begun.take(&chunk[..count], count == CHUNK, tell);
        chunk.zeroize();
        if !goes_on {
            return;
        }
    }
}

/// Where keys come from.
enum Source {
    Stdin,
    /// The terminal that the program was started in, where something else is its input.
    Terminal(OwnedFd),
}

impl Source {
    fn open() -> Option<Self> {
        if std::io::stdin().is_terminal() {
            return Some(Self::Stdin);
        }
        File::open("/dev/tty").ok().map(|file| Self::Terminal(file.into()))
    }

    /// Waits until something comes and returns how many bytes; `None` where nothing will come any more.
    fn wait_and_read(&self, into: &mut [u8]) -> Option<usize> {
        let source: BorrowedFd<'_> = match self {
            Self::Stdin => rustix::stdio::stdin(),
            Self::Terminal(file) => file.as_fd(),
        };
        loop {
            // Whoever started the program may have left it so that a read does not wait.
            let waited = poll(&mut [PollFd::new(&source, PollFlags::IN)], None);
            match waited.and_then(|_| rustix::io::read(source, &mut *into)) {
                Ok(0) => return None,
                Ok(count) => return Some(count),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return None,
            }
        }
    }
}

/// What came of an event that is not whole yet.
#[derive(Default)]
struct Begun(Zeroizing<Vec<u8>>);

impl Begun {
    /// Takes bytes and tells the events that are whole with them; `is_more` where others wait already. Returns whether
    /// somebody still listens.
    fn take(&mut self, bytes: &[u8], is_more: bool, tell: &dyn Fn(Event) -> bool) -> bool {
        bytes.iter().enumerate().all(|(n, byte)| self.push(*byte, is_more || n + 1 < bytes.len(), tell))
    }

    fn push(&mut self, byte: u8, is_more: bool, tell: &dyn Fn(Event) -> bool) -> bool {
        let mut listens = true;
        if byte == ESC && self.0[..] == [ESC] {
            // Two in a row are the key twice: what follows belongs to the second.
            listens = self.end(tell);
        }
        self.0.push(byte);
        let may_begin_more = self.0[..] == [ESC] && is_more;
        if may_begin_more { listens } else { self.end(tell) && listens }
    }

    /// Tells what came as an event where it is one; what can be none is dropped.
    fn end(&mut self, tell: &dyn Fn(Event) -> bool) -> bool {
        // The parser counts places from one and trips over a mouse at none.
        let parsed =
            catch_unwind(|| terminput::Event::parse_from(&self.0)).unwrap_or_else(|_| Err(Errno::INVAL.into()));
        if matches!(parsed, Ok(None)) && (self.0.len() < LONGEST || self.0.starts_with(PASTE)) {
            return true;
        }
        let event = parsed.ok().flatten().and_then(|event| to_crossterm(event).ok());
        // So comes Esc with a key right after it, too: both are told, or the key would act on the screen that Esc leaves.
        if self.0.starts_with(&[ESC]) && event.as_ref().is_some_and(is_alt) {
            self.0.remove(0);
            return tell(esc()) && self.end(tell);
        }
        self.0.zeroize();
        event.is_none_or(tell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    use proptest::prelude::*;
    use std::cell::RefCell;

    /// What comes of bytes that come in these pieces.
    fn events(pieces: &[&[u8]]) -> Vec<Event> {
        let (told, mut begun) = (RefCell::new(Vec::new()), Begun::default());
        for piece in pieces {
            assert!(begun.take(piece, false, &|event| {
                told.borrow_mut().push(event);
                true
            }));
        }
        assert!(begun.0.is_empty(), "{:?}", begun.0);
        told.into_inner()
    }

    fn keys(bytes: &[u8]) -> Vec<(KeyCode, KeyModifiers)> {
        let key = |event| match event {
            Event::Key(KeyEvent { code, modifiers, .. }) => (code, modifiers),
            other => panic!("{other:?}"),
        };
        events(&[bytes]).into_iter().map(key).collect()
    }

    #[test]
    fn keys_are_told_apart() {
        let plain = |code| (code, KeyModifiers::NONE);
        let control = |letter| (KeyCode::Char(letter), KeyModifiers::CONTROL);
        let esc = plain(KeyCode::Esc);
        let table: [(&[u8], Vec<_>); 17] = [
            (b"a", vec![plain(KeyCode::Char('a'))]),
            ("né".as_bytes(), vec![plain(KeyCode::Char('n')), plain(KeyCode::Char('é'))]),
            (b"\r", vec![plain(KeyCode::Enter)]),
            (b"\t", vec![plain(KeyCode::Tab)]),
            (b"\x7f", vec![plain(KeyCode::Backspace)]),
            (b"\x0c", vec![control('l')]),
            (b"\x1b", vec![esc]),
            (b"\x1b\x1b", vec![esc, esc]),
            (b"\x1b\x1b[A", vec![esc, plain(KeyCode::Up)]),
            (b"\x1b[A\x1b[6~", vec![plain(KeyCode::Up), plain(KeyCode::PageDown)]),
            (b"\x1bOQ\x1b[15~", vec![plain(KeyCode::F(2)), plain(KeyCode::F(5))]),
            (b"\x1b[Z", vec![(KeyCode::BackTab, KeyModifiers::SHIFT)]),
            (b"\x1bb", vec![esc, plain(KeyCode::Char('b'))]),
            ("\x1bé".as_bytes(), vec![esc, plain(KeyCode::Char('é'))]),
            (b"\x1b\x11", vec![esc, control('q')]),
            (b"\x1b\x7f", vec![(KeyCode::Backspace, KeyModifiers::ALT)]),
            (b"\xff\x1b[?62cx", vec![plain(KeyCode::Char('x'))]),
        ];
        for (bytes, expected) in table {
            assert_eq!(keys(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_sequence_may_come_in_pieces() {
        assert_eq!(events(&[b"\x1b[2", b"00~Mc", b"Kay\xc3", b"\xa9\x1b[201~"]), [Event::Paste("McKayé".to_owned())]);
        let up = Event::Key(KeyEvent::new(KeyCode::Up, KeyModifiers::NONE));
        let (mut begun, told) = (Begun::default(), RefCell::new(Vec::new()));
        let tell = |event| {
            told.borrow_mut().push(event);
            true
        };
        assert!(begun.take(b"\x1b", true, &tell) && begun.take(b"[A", false, &tell));
        assert_eq!(told.into_inner(), [up], "a full read may end within a sequence");
    }

    #[test]
    fn a_mouse_at_no_place_trips_nothing() {
        assert_eq!(events(&[b"\x1b[<0;0;0M\x1b[<0;1;1Mx"]).len(), 2);
    }

    #[test]
    fn whoever_stops_listening_is_told_no_more() {
        let told = RefCell::new(0);
        let stop = |_| {
            *told.borrow_mut() += 1;
            false
        };
        assert!(!Begun::default().take(b"abc", false, &stop));
        assert_eq!(told.into_inner(), 1);
    }

    proptest! {
        #[test]
        fn whatever_bytes_come_nothing_panics_and_only_a_paste_waits_for_its_end(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut begun = Begun::default();
            begun.take(&bytes, false, &|_| true);
            begun.take(&[b'0'; LONGEST], false, &|_| true);
            prop_assert!(begun.0.is_empty() || begun.0.starts_with(PASTE), "{:?}", begun.0);
            begun.take(b"\x1b[201~", false, &|_| true);
            prop_assert!(begun.0.is_empty(), "{:?}", begun.0);
        }
    }
}
