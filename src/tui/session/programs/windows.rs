//! The programs of Windows.

use std::ffi::OsString;
use std::os::windows::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// A console of its own, which nobody sees: ours keeps its title and its modes.
const NO_WINDOW: u32 = 0x0800_0000;

/// Which file it is stands in the environment, where no sign of its name means anything.
const FILE: &str = "COBALOG_FILE";

/// The printer that is set as the usual one, each page as a document of its own: what prints knows no form feed. The system's
/// `print` only knows a printer at a parallel port, and says that it printed all the same.
const PRINT: &str = "$ErrorActionPreference = 'Stop'; \
    foreach ($page in (Get-Content -Raw -Encoding UTF8 -LiteralPath $env:COBALOG_FILE) -split [char]12) \
    { $page.TrimEnd() | Out-Printer }";

/// Returns the programs that print a file; the first that is there is taken.
pub(super) fn printers(file: &Path) -> Vec<Command> {
    let mut command = Command::new("powershell");
    command.args(["-NoProfile", "-NonInteractive", "-Command", PRINT]).env(FILE, file).creation_flags(NO_WINDOW);
    vec![command]
}

/// The same of what comes as input.
const PRINT_INPUT: &str = "$ErrorActionPreference = 'Stop'; [Console]::InputEncoding = [Text.Encoding]::UTF8; \
    [Console]::In.ReadToEnd() | Out-Printer";

/// Returns the programs that print their input; the first that is there is taken.
pub(super) fn pipes() -> Vec<Command> {
    let mut command = Command::new("powershell");
    command.args(["-NoProfile", "-NonInteractive", "-Command", PRINT_INPUT]).creation_flags(NO_WINDOW);
    vec![command]
}

/// Returns the program that opens a file.
pub(super) fn opener(file: &Path) -> Command {
    // The first quoted word is a window's title. The name is quoted whatever it is, as `&` begins another command here; no
    // name has a quote in it.
    let mut name = OsString::from("\"");
    name.push(file);
    name.push("\"");
    let mut command = Command::new("cmd");
    command.args(["/C", "start"]).raw_arg("\"\"").raw_arg(name).creation_flags(NO_WINDOW);
    command
}
