//! Whose key a file of `keys/` is: its name stands in what the passphrase opens, and so does whose it is. One that was
//! copied under a colleague's name opens nothing.
//!
//! Files of before say nothing. Such a one opens once, is written anew at once, and the workstation remembers that: an old
//! copy of it, from a backup perhaps, is refused there from then on. It remembers the file itself too: one that was written
//! elsewhere opens, and the log says so.

use super::super::archive::hex as sum;
use super::super::atomic;
use super::super::disk::Disk;
use super::super::files::read_text;
use std::collections::BTreeMap;
use std::path::Path;

/// In the state folder: the public half of the key, then the slots that are known to say whose they are, a line each with
/// the sum of the file.
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

/// Returns what this workstation knows of the file of a slot, where it knows that it says whose it is: its sum.
pub(super) fn known(disk: &dyn Disk, state: Option<&Path>, public: &str, slot: &str) -> Option<String> {
    all(disk, state, public).remove(slot)
}

/// Remembers the file of a slot. That it cannot be is no error: then the next time is as this one.
pub(super) fn remember(disk: &dyn Disk, state: Option<&Path>, public: &str, (slot, bytes): (&str, &[u8])) {
    let Some(state) = state else { return };
    let (mut slots, sum) = (all(disk, Some(state), public), sum(bytes));
    if slots.insert(slot.to_owned(), sum.clone()) == Some(sum) {
        return;
    }
    let lines: String = slots.iter().map(|(slot, sum)| format!("{slot} {sum}\n")).collect();
    let _ = atomic::make_folder(disk, state);
    let _ = atomic::write_quickly(disk, &state.join(FILE), format!("{public}\n{lines}").as_bytes());
}

fn all(disk: &dyn Disk, state: Option<&Path>, public: &str) -> BTreeMap<String, String> {
    let text = state.and_then(|state| read_text(disk, &state.join(FILE)).ok()).unwrap_or_default();
    let mut lines = text.lines();
    let is_of_this_key = lines.next() == Some(public);
    let of = |line: &str| line.split_once(' ').map(|(slot, sum)| (slot.to_owned(), sum.to_owned()));
    lines.filter(|_| is_of_this_key).filter_map(of).collect()
}
