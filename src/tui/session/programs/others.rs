//! The programs of Linux and of a Mac.

use std::path::Path;
use std::process::Command;

const OPENER: &str = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };

/// Returns the programs that print a file; the first that is there is taken.
pub(super) fn printers(file: &Path) -> Vec<Command> {
    ["lp", "lpr"].map(|program| with(program, file)).into()
}

/// Returns the programs that print their input; the first that is there is taken.
pub(super) fn pipes() -> Vec<Command> {
    ["lp", "lpr"].map(Command::new).into()
}

/// Returns the program that opens a file.
pub(super) fn opener(file: &Path) -> Command {
    with(OPENER, file)
}

fn with(program: &str, file: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg(file);
    command
}
