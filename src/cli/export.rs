//! `cobalog export`: the record in the forms that others read.

mod entries;
mod others;
mod to;

use super::context::Context;
use super::failure::Failure;
use clap::{Args, Subcommand};
use std::io::Write;

#[derive(Args)]
pub(super) struct Export {
    #[command(subcommand)]
    what: Doing,
}

#[derive(Subcommand)]
enum Doing {
    /// A table for a spreadsheet.
    Csv(others::Csv),
    /// A bundle for another system: FHIR R4.
    Fhir(others::Fhir),
    /// What is due, for a calendar.
    Ics(others::Ics),
    /// Writes every entry, one JSON object a line: for audits, scripts and checks.
    Entries(entries::Entries),
}

impl Export {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        match &self.what {
            Doing::Csv(csv) => csv.run(context, out),
            Doing::Fhir(fhir) => fhir.run(context, out),
            Doing::Ics(ics) => ics.run(context, out),
            Doing::Entries(entries) => entries.run(context, out),
        }
    }
}
