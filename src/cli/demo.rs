//! `cobalog demo`: a fictional practice that has something of everything.

use super::context::Context;
use super::date::Day;
use super::failure::Failure;
use super::screen;
use crate::demo;
use crate::store::Places;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Example: cobalog demo --patients 200 --into ./demo")]
pub(super) struct Demo {
    /// How many patients.
    #[arg(long, value_name = "N", default_value_t = demo::PATIENTS, value_parser = patients)]
    patients: usize,
    /// Another seed makes other ids, times and drawn patients; the same one the same bytes.
    #[arg(long, value_name = "S", default_value_t = demo::SEED)]
    seed: u64,
    /// The day that it is relative to; today where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    /// Write it into this folder and exit; else it is opened from a temporary one.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

fn patients(text: &str) -> Result<usize, String> {
    let n = text.parse().map_err(|_| format!("\"{text}\" is not a number of patients"))?;
    if n > 100_000 { Err("100000 patients at most".to_owned()) } else { Ok(n) }
}

impl Demo {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let today = context.day(self.on);
        match &self.into {
            Some(dir) => {
                demo::write(dir, Places::of(dir), self.seed, self.patients, today)?;
                Ok(writeln!(out, "A demo of {} patients as of {today} is in {}.", self.patients, dir.display())?)
            }
            None => {
                let (folder, store) = demo::temporary(self.seed, self.patients, today)?;
                let pretended = self.on.map(|_| today).or(context.pretended);
                screen::open(store.dir(), store.places().clone(), pretended, Some(folder))
            }
        }
    }
}
