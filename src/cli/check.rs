//! `cobalog check`: reads every file and says what is wrong with it.

use super::context::Context;
use super::failure::Failure;
use super::format::json;
use super::table;
use crate::clinic::words;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::Write;

/// Reads every file of the practice and says what is wrong with it; changes none.
#[derive(Args)]
#[command(after_help = "Example: cobalog check --format json")]
pub(super) struct Check {
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Written,
}

/// How the report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Written {
    /// A line for each problem, then the counts.
    #[default]
    Table,
    /// `{"charts", "entries", "problems"}`.
    Json,
}

#[derive(Serialize)]
struct Report {
    charts: usize,
    entries: usize,
    problems: Vec<String>,
}

impl Check {
    /// Carries the command out; the status says whether anything is wrong.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let found = context.store()?.check();
        let problems: Vec<_> = found.problems.iter().map(|p| table::plain(&p.to_string()).into_owned()).collect();
        let is_sound = found.is_sound();
        let report = Report { charts: found.charts, entries: found.entries, problems };
        match self.format {
            Written::Json => json(out, &report)?,
            Written::Table => {
                report.problems.iter().try_for_each(|problem| writeln!(out, "{problem}"))?;
                let verdict = if is_sound { "nothing is wrong" } else { "see above" };
                let charts = words::plural(report.charts as i64, "chart");
                writeln!(out, "{charts}, {} entries: {verdict}.", report.entries)?;
            }
        }
        out.flush()?;
        if is_sound { Ok(()) } else { Err(Failure::Said) }
    }
}
