//! The system's own programs that documents are handed to: only when somebody asks for it.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// What prints a file and opens one.
pub trait Programs {
    /// Prints a text file; returns once it is in the printer's queue.
    ///
    /// # Errors
    /// A sentence that says what to do instead.
    fn print(&self, file: &Path) -> Result<(), String>;

    /// Opens a file in the browser, and does not wait for it.
    ///
    /// # Errors
    /// A sentence that says what to do instead.
    fn open(&self, file: &Path) -> Result<(), String>;
}

/// Those of this machine.
pub struct System;

/// Programs that print a file, with what stands before it; the first that is there is taken.
const PRINT: &[&[&str]] = if cfg!(windows) { &[&["print"]] } else { &[&["lp"], &["lpr"]] };

/// The same to open one. The empty word is a window's title on Windows, where the first quoted word is taken for one.
const OPEN: &[&[&str]] = if cfg!(windows) {
    &[&["cmd", "/C", "start", ""]]
} else if cfg!(target_os = "macos") {
    &[&["open"]]
} else {
    &[&["xdg-open"]]
};

impl Programs for System {
    fn print(&self, file: &Path) -> Result<(), String> {
        for words in PRINT {
            match command(words, file).map(|mut command| command.status()) {
                Some(Ok(status)) if status.success() => return Ok(()),
                Some(Ok(_)) => {
                    return Err(format!("{} refused it: is a printer set up? t saves the text.", words.join(" ")));
                }
                Some(Err(e)) if e.kind() == io::ErrorKind::NotFound => {}
                Some(Err(e)) => return Err(format!("{}: {e}. t saves the text.", words.join(" "))),
                None => {}
            }
        }
        Err("this system has no program that prints: t saves the text, h a page for the browser.".to_owned())
    }

    fn open(&self, file: &Path) -> Result<(), String> {
        let here = format!("it is in {}", file.display());
        let begun = OPEN.iter().filter_map(|words| command(words, file)).find_map(|mut command| command.spawn().ok());
        let mut child = begun.ok_or_else(|| format!("this system opens no file for us; {here}"))?;
        // Nobody waits for a browser; a thread takes its end, so that none is left behind.
        std::thread::spawn(move || child.wait());
        Ok(())
    }
}

fn command(words: &[&str], file: &Path) -> Option<Command> {
    let (program, before) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(before).arg(file);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Some(command)
}
