//! Where frames go out: gathered whole, written at once, and wiped, so that nothing that stood on the screen stays in the memory.

use std::io::{self, Write};
use zeroize::{Zeroize as _, Zeroizing};

/// Room for a whole frame, so that it need not grow.
const FRAME_BYTES: usize = 64 * 1024;

/// A frame in which nothing changed is no longer: colours put back, and the cursor.
const NOTHING_BYTES: usize = 48;

/// Gathers a frame and writes it when it is flushed.
pub struct Frames<O = Out> {
    bytes: Zeroizing<Vec<u8>>,
    /// How the frame before ended.
    end: Zeroizing<Vec<u8>>,
    out: O,
}

impl Frames {
    /// Writes to the terminal.
    ///
    /// # Errors
    /// What the system said.
    pub fn to_terminal() -> io::Result<Self> {
        Ok(Self::to(Out::open()?))
    }
}

impl<O> Frames<O> {
    fn to(out: O) -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(FRAME_BYTES)), end: Zeroizing::default(), out }
    }

    /// Whether it says once more what the frame before ended with: then nothing changed, and a terminal need not hear it.
    fn says_nothing(&self) -> bool {
        self.bytes.len() <= NOTHING_BYTES && self.end.ends_with(&self.bytes)
    }
}

impl<O: Write> Write for Frames<O> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.says_nothing() {
            self.bytes.zeroize();
            return Ok(());
        }
        let written = self.out.write_all(&self.bytes).and_then(|()| self.out.flush());
        self.end.zeroize();
        self.end.extend_from_slice(&self.bytes[self.bytes.len().saturating_sub(NOTHING_BYTES)..]);
        self.bytes.zeroize();
        written
    }
}

/// The standard output's own buffer keeps what went through it, so it is passed by.
#[cfg(unix)]
pub struct Out(std::fs::File);

#[cfg(unix)]
impl Out {
    fn open() -> io::Result<Self> {
        use std::os::fd::AsFd as _;
        Ok(Self(io::stdout().as_fd().try_clone_to_owned()?.into()))
    }
}

/// A console wants its text in its own letters, which the standard output makes of it.
#[cfg(not(unix))]
pub struct Out(io::Stdout);

#[cfg(not(unix))]
impl Out {
    fn open() -> io::Result<Self> {
        Ok(Self(io::stdout()))
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::Terminal;
    use ratatui::backend::CrosstermBackend;
    use ratatui::layout::Rect;
    use ratatui::{TerminalOptions, Viewport};

    /// Counts writes.
    #[derive(Default)]
    struct Heard(Vec<Vec<u8>>);

    impl Write for Heard {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_frame_in_which_nothing_changed_is_not_written() {
        let mut heard = Heard::default();
        let viewport = Viewport::Fixed(Rect::new(0, 0, 20, 2));
        let backend = CrosstermBackend::new(Frames::to(&mut heard));
        let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
        for words in ["Okafor", "Okafor", "Okafor", "Lund"] {
            terminal.draw(|frame| frame.render_widget(words, frame.area())).unwrap();
        }
        drop(terminal);
        let names: Vec<_> = heard.0.iter().map(|written| String::from_utf8_lossy(written)).collect();
        assert_eq!(names.len(), 3, "two frames, and the cursor at the end: {names:?}");
        assert!(names[0].contains("Okafor") && names[1].contains("Lund"), "{names:?}");
    }
}
