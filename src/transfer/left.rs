//! What of a table was not taken over, in a file beside it.

use super::write::whole_file;
use crate::clinic::intake::{Parcel, Weighed};
use crate::exchange::csv::{self, Table};
use crate::store::StoreError;
use crate::store::disk::{Disk as _, Real};
use chrono::NaiveDate;
use std::path::{Path, PathBuf};

/// Writes the rows that are held or refused beside the file that they came in, each with its line and why, for this account
/// alone. Returns where; `None` where all was taken over.
///
/// # Errors
/// A sentence with the path, where it cannot be written there.
pub fn left(
    table: &Table,
    (parcel, weighed): (&Parcel, &Weighed),
    source: &Path,
    today: NaiveDate,
) -> Result<Option<PathBuf>, String> {
    let Some(text) = csv::held(table, parcel, weighed) else { return Ok(None) };
    let stem = source.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = stem.split_once("-held-").map_or(stem.as_str(), |(stem, _)| stem);
    let names = (1_u32..1_000).map(|n| match n {
        1 => format!("{stem}-held-{today}.csv"),
        n => format!("{stem}-held-{today}-{n}.csv"),
    });
    let free = names.map(|name| source.with_file_name(name)).find(|path| Real.meta_of_name(path).is_err());
    let Some(path) = free else { return Err("No name is free beside the file for the rows that are held.".to_owned()) };
    let failed = |why: String| format!("The rows that are held could not be written beside the file: {why}");
    match whole_file(&path, |file| file.write_all(text.as_bytes())) {
        Ok(Ok(())) => Ok(Some(path)),
        Ok(Err(source)) => Err(failed(StoreError::Write { path, source }.to_string())),
        Err(error) => Err(failed(error.to_string())),
    }
}
