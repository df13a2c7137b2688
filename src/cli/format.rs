//! The three forms of output.

use super::failure::Failure;
use clap::ValueEnum;
use serde::Serialize;
use std::io::Write;

/// How the output is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A table for people.
    #[default]
    Table,
    /// JSON, stable and documented.
    Json,
    /// For a spreadsheet.
    Csv,
}

/// Writes a value as JSON, two spaces a level, with a line end.
pub(super) fn json(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    Ok(writeln!(out)?)
}
