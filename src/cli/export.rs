//! `cobalog export`: the record in the forms that others read.

mod entries;
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
    /// Writes every entry, one JSON object a line: for audits, scripts and checks.
    Entries(entries::Entries),
}

impl Export {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        match &self.what {
            Doing::Entries(entries) => entries.run(context, out),
        }
    }
}
