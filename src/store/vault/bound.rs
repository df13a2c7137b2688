//! Whose key a file of `keys/` is: its name stands in what the passphrase opens, and so does whose it is. One that was
//! copied under a colleague's name opens nothing.
//!
//! Files of before say nothing. Such a one opens once, is written anew at once, and the workstation remembers that: an old
//! copy of it, from a backup perhaps, is refused there from then on.

use super::super::atomic;
use super::super::disk::Disk;
use super::super::files::read_text;
use std::path::Path;

/// In the state folder: the public half of the key, then the slots that are known to say whose they are, a line each.
const FILE: &str = ".slots";
/// What stands before the name; every reader of age identities passes over such a line.
const SAYS: &str = "# cobalog: the key of ";

/// Returns the line that says whose key it is.
pub(super) fn line(slot: &str) -> String {
    format!("{SAYS}{slot}\n")
}

/// Returns whose key a text says that it is.
pub(super) fn of(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix(SAYS)).map(str::trim)
}

/// Returns whether this workstation knows that the slot of a practice's key says whose it is.
pub(super) fn is_known(disk: &dyn Disk, state: Option<&Path>, public: &str, slot: &str) -> bool {
    known(disk, state, public).iter().any(|known| known == slot)
}

/// Remembers it. That it cannot be is no error: then the next time is as this one.
pub(super) fn remember(disk: &dyn Disk, state: Option<&Path>, public: &str, slot: &str) {
    let Some(state) = state else { return };
    let mut slots = known(disk, Some(state), public);
    if slots.iter().any(|known| known == slot) {
        return;
    }
    slots.insert(0, public.to_owned());
    slots.push(slot.to_owned());
    let _ = atomic::make_folder(disk, state);
    let _ = atomic::write_quickly(disk, &state.join(FILE), format!("{}\n", slots.join("\n")).as_bytes());
}

fn known(disk: &dyn Disk, state: Option<&Path>, public: &str) -> Vec<String> {
    let text = state.and_then(|state| read_text(disk, &state.join(FILE)).ok()).unwrap_or_default();
    let mut lines = text.lines().map(str::to_owned);
    if lines.next().as_deref() == Some(public) { lines.collect() } else { Vec::new() }
}
