//! The start of an encrypted practice, from the passphrase on.

use crate::office::Office;
use crate::screen::SMALL;
use crate::table::{Measured, Must};
use crate::window::{Window, ms};
use std::fs;
use std::io::Write as _;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

const PASSPHRASE: &str = "four brown horses";
/// So long nothing is drawn once a wrong secret was answered and the wait after it is over.
const WAIT: Duration = Duration::from_secs(2);

fn label(what: &str, patients: usize) -> String {
    format!("{what} (encrypted, {patients} patients)")
}

const UNLOCKED: &str = "Enter on the passphrase until the first patient's row";
const REFUSED: &str = "Enter on a wrong passphrase until it is refused: what deriving a key takes";
const WITHOUT: &str = "the start after unlock: from the passphrase being proven until the first patient's row";

/// Asks for the rows.
pub fn rows(measured: &mut Measured, patients: usize) {
    measured.row("", &label(UNLOCKED, patients), "ms", "", Must::Told);
    measured.row("", &label(REFUSED, patients), "ms", "", Must::Told);
    measured.row("E1", &label(WITHOUT, patients), "ms", "", Must::Most(40.0));
}

/// Encrypts the practice; whatever else is measured of it was measured before.
pub fn encrypt(office: &Office) {
    let mut command = office.command(&["--secret-fd", "-", "encrypt"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSPHRASE}").unwrap();
    assert!(child.wait().unwrap().success(), "the practice could not be encrypted");
}

fn sign_in(window: &mut Window) {
    window.until("Who are you?");
    window.types("1").answer();
}

/// One repetition.
pub fn start(office: &Office, measured: &mut Measured) {
    let mut window = office.window(false, SMALL);
    sign_in(&mut window);
    window.types("three brown horses").answer();
    let refused = window.types("\r").until("That is not the passphrase");
    measured.ours(&label(REFUSED, office.patients), refused);
    window.idle(WAIT);
    window.types(PASSPHRASE).answer();
    let unlocked = window.types("\r").until(&office.first);
    measured.ours(&label(UNLOCKED, office.patients), unlocked);
    window.answer();
    window.leave("\u{11}");
    after_deriving(office, measured);
}

/// Signs in at once: behind a wrong passphrase the file that says when the right one was proven is written once more.
fn after_deriving(office: &Office, measured: &mut Measured) {
    let mut window = office.window(false, SMALL);
    sign_in(&mut window);
    window.types(PASSPHRASE).answer();
    let begun = SystemTime::now();
    let unlocked = window.types("\r").until(&office.first);
    let shown = begun + Duration::from_secs_f64(unlocked / 1e3);
    if let Some(rest) = proven(office).and_then(|proven| shown.duration_since(proven).ok()) {
        measured.ours(&label(WITHOUT, office.patients), ms(rest));
    }
    window.answer();
    window.leave("\u{11}");
}

/// Returns when the passphrase was found right: then the count of wrong tries is put back, which is a file of its own. Its time
/// is up to a tick of the kernel's clock, 4 ms, too early.
fn proven(office: &Office) -> Option<SystemTime> {
    let mut folders = fs::read_dir(office.state()).ok()?.flatten();
    folders.find_map(|folder| fs::metadata(folder.path().join("tries.ron")).ok()?.modified().ok())
}
