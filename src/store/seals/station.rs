//! What this workstation is called: six letters, made at first use, the same for every program that runs here.

use super::super::atomic::{self, Ready};
use super::super::disk::Disk;
use super::super::error::StoreError;
use super::super::files::read_text;
use crate::clinic::seal::STATION;
use std::path::Path;

/// Letters that are not taken for each other.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Reads the name, or makes one. Where it cannot be kept, it is this program's alone.
pub(super) fn of(disk: &dyn Disk, state: Option<&Path>) -> String {
    let fresh: String = (0..STATION).map(|_| char::from(LETTERS[fastrand::usize(..LETTERS.len())])).collect();
    let Some(path) = state.map(|state| state.join("station")) else { return fresh };
    let text = format!("{fresh}\n");
    match read_text(disk, &path).map(known) {
        Ok(Some(name)) => return name,
        Ok(None) | Err(StoreError::Damaged { .. }) => drop(atomic::write(disk, &path, &text)),
        Err(_) if !make(disk, &path, &text) => {
            // Another program here may have been first.
            return read_text(disk, &path).ok().and_then(known).unwrap_or(fresh);
        }
        Err(_) => {}
    }
    fresh
}

fn make(disk: &dyn Disk, path: &Path, text: &str) -> bool {
    let folder = path.parent().map_or(Ok(()), |folder| atomic::make_folder(disk, folder));
    let ready = folder.and_then(|()| Ready::new(disk, path, text.as_bytes(), true));
    ready.and_then(Ready::take_free_place).is_ok()
}

fn known(text: String) -> Option<String> {
    let name = text.trim();
    (name.len() == STATION && name.bytes().all(|b| LETTERS.contains(&b))).then(|| name.to_owned())
}
