//! How a table with this header was read the last time on this workstation: what each column holds and what was answered. It
//! is proposed, and asked all the same.

use crate::clinic::knowledge::{read, ron_options};
use crate::exchange::csv::{Mapping, Table};
use crate::store::{Store, atomic};
use std::path::PathBuf;

/// So many headers are remembered, those that were read last.
const MOST: usize = 50;
const MOST_BYTES: u64 = 1 << 20;

type Known = Vec<(String, Mapping)>;

/// Returns how a table with this header was read the last time; `None` also where none of its rows names the columns.
#[must_use]
pub fn as_before(store: &Store, table: &Table) -> Option<Mapping> {
    let header = header(table)?;
    let found = known(store)?.into_iter().rev().find(|(of, _)| *of == header);
    found.map(|(_, mapping)| mapping).filter(|mapping| mapping.columns.len() == table.columns.len())
}

/// Remembers how a table is read. That it cannot be kept costs a few answers.
pub fn remember(store: &Store, table: &Table, mapping: &Mapping) {
    let (Some(header), Some(path)) = (header(table), path(store)) else { return };
    let mut known = known(store).unwrap_or_default();
    known.retain(|(of, _)| *of != header);
    known.push((header, mapping.clone()));
    let newest: Vec<_> = known.iter().rev().take(MOST).rev().collect();
    if let Ok(text) = ron_options().to_string(&newest) {
        let folder = path.parent().map_or(Ok(()), |folder| atomic::make_folder(store.disk(), folder));
        let _ = folder.and_then(|()| atomic::write_quickly(store.disk(), &path, text.as_bytes()));
    }
}

fn header(table: &Table) -> Option<String> {
    (table.header_line > 0).then(|| Mapping::header(table))
}

fn path(store: &Store) -> Option<PathBuf> {
    store.places().state.as_ref().map(|state| state.join("columns.ron"))
}

fn known(store: &Store) -> Option<Known> {
    let path = path(store)?;
    store.disk().meta(&path).ok().filter(std::fs::Metadata::is_file)?;
    let mut bytes = Vec::new();
    store.disk().read(&path, MOST_BYTES, &mut bytes).ok()?;
    read(&String::from_utf8(bytes).ok()?).ok()
}
