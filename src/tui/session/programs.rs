//! The system's own programs that documents are handed to: only when somebody asks for it.

#[cfg(not(windows))]
mod others;
#[cfg(windows)]
mod windows;

#[cfg(not(windows))]
use others as here;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
#[cfg(windows)]
use windows as here;

/// What prints a file and opens one.
pub trait Programs {
    /// Prints a text file; returns once it is in the printer's queue.
    ///
    /// # Errors
    /// A sentence that says what to do instead.
    fn print(&self, file: &Path) -> Result<(), String>;

    /// Prints a text that lies in no file.
    ///
    /// # Errors
    /// A sentence that says why it is not printed.
    fn print_text(&self, text: &str) -> Result<(), String>;

    /// Opens a file in the browser, and does not wait for it.
    ///
    /// # Errors
    /// A sentence that says what to do instead.
    fn open(&self, file: &Path) -> Result<(), String>;
}

/// Those of this machine.
pub struct System;

impl Programs for System {
    fn print(&self, file: &Path) -> Result<(), String> {
        for mut printer in here::printers(file) {
            let name = printer.get_program().to_string_lossy().into_owned();
            match silent(&mut printer).status() {
                Ok(status) if status.success() => return Ok(()),
                Ok(_) => return Err(format!("{name} refused it: is a printer set up? t saves the text.")),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(format!("{name}: {e}. t saves the text.")),
            }
        }
        Err("this system has no program that prints: t saves the text, h a page for the browser.".to_owned())
    }

    fn print_text(&self, text: &str) -> Result<(), String> {
        for mut printer in here::pipes() {
            let name = printer.get_program().to_string_lossy().into_owned();
            match piped(silent(&mut printer), text) {
                Ok(status) if status.success() => return Ok(()),
                Ok(_) => return Err(format!("{name} refused it: is a printer set up?")),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(format!("{name}: {e}.")),
            }
        }
        Err("this system has no program that prints.".to_owned())
    }

    fn open(&self, file: &Path) -> Result<(), String> {
        let mut child = silent(&mut here::opener(file))
            .spawn()
            .map_err(|_| "this system opens no file for us: h saves the page, t the text.".to_owned())?;
        // Nobody waits for a browser; a thread takes its end, so that none is left behind.
        std::thread::spawn(move || child.wait());
        Ok(())
    }
}

/// Hands a text to a program as its input, and waits for its end.
fn piped(command: &mut Command, text: &str) -> io::Result<ExitStatus> {
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    // One that ends before it has read all says by its status what went wrong.
    let _ = child.stdin.take().map(|mut input| input.write_all(text.as_bytes()));
    child.wait()
}

fn silent(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}
