//! `cobalog check`: reads every file and says what is wrong with it.

use super::context::Context;
use super::copies;
use super::failure::{self, Failure};
use super::format::json;
use super::table;
use crate::clinic::words;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::Write;

/// Reads every file of the practice and says what is wrong with it; changes none without --repair or --merge.
#[derive(Args)]
#[command(after_help = "Example: cobalog check --format json")]
pub(super) struct Check {
    /// First completes what stands in one of two linked charts only.
    #[arg(long)]
    repair: bool,
    /// First take in the copies that a program which keeps folders the same has left, as the full-screen program does.
    #[arg(long)]
    merge: bool,
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
    /// `{"charts", "entries", "problems"}`, with --merge also `"merged"`.
    Json,
}

#[derive(Serialize)]
struct Report {
    charts: usize,
    entries: usize,
    problems: Vec<String>,
    /// With `--merge`: what was taken in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    merged: Vec<String>,
}

impl Check {
    /// Carries the command out; the status says whether anything is wrong.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let mut store = context.store()?;
        let merged = if self.merge { copies::take_in(&mut store, context.today) } else { Vec::new() };
        if self.repair {
            let (completed, failed) = store.complete_links(context.today);
            failed.iter().for_each(|problem| failure::say(&problem.to_string()));
            if completed > 0 {
                failure::say(&format!("note: completed {}", words::plural(completed as i64, "half-made link")));
            }
        }
        let found = store.check();
        let problems: Vec<_> = found.problems.iter().map(|p| table::plain(&p.to_string())).collect();
        let is_sound = found.is_sound();
        let report = Report { charts: found.charts, entries: found.entries, problems, merged };
        match self.format {
            Written::Json => json(out, &report)?,
            Written::Table => {
                report.merged.iter().try_for_each(|copy| writeln!(out, "{copy}"))?;
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
