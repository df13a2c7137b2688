//! Where frames go out: gathered whole, written at once, and wiped, so that nothing that stood on the screen stays in the memory.

use std::io::{self, Write};
use zeroize::{Zeroize as _, Zeroizing};

/// Room for a whole frame, so that it need not grow.
const FRAME_BYTES: usize = 64 * 1024;

/// Gathers a frame and writes it when it is flushed.
pub struct Frames {
    bytes: Zeroizing<Vec<u8>>,
    out: Out,
}

impl Frames {
    /// Writes to the terminal.
    ///
    /// # Errors
    /// What the system said.
    pub fn to_terminal() -> io::Result<Self> {
        Ok(Self { bytes: Zeroizing::new(Vec::with_capacity(FRAME_BYTES)), out: Out::open()? })
    }
}

impl Write for Frames {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let written = self.out.write_all(&self.bytes).and_then(|()| self.out.flush());
        self.bytes.zeroize();
        written
    }
}

/// The standard output's own buffer keeps what went through it, so it is passed by.
#[cfg(unix)]
struct Out(std::fs::File);

#[cfg(unix)]
impl Out {
    fn open() -> io::Result<Self> {
        use std::os::fd::AsFd as _;
        Ok(Self(io::stdout().as_fd().try_clone_to_owned()?.into()))
    }
}

/// A console wants its text in its own letters, which the standard output makes of it.
#[cfg(not(unix))]
struct Out(io::Stdout);

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
