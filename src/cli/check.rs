//! `cobalog check`: reads every file and says what is wrong with it.

use super::context::Context;
use super::failure::Failure;
use super::format::json;
use super::record::Printed;
use super::table;
use clap::Args;
use serde::Serialize;
use std::io::Write;

/// Reads every file of the practice and says what is wrong with it; changes none.
#[derive(Args)]
#[command(after_help = "Example: cobalog check --format json")]
pub(super) struct Check {
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Printed,
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
        let problems: Vec<_> = found.problems.iter().map(|p| table::plain(&p.to_string())).collect();
        let is_sound = found.is_sound();
        let report = Report { charts: found.charts, entries: found.entries, problems };
        match self.format {
            Printed::Json => json(out, &report)?,
            Printed::Table => {
                report.problems.iter().try_for_each(|problem| writeln!(out, "{problem}"))?;
                let verdict = if is_sound { "nothing is wrong" } else { "see above" };
                writeln!(out, "{} charts, {} entries: {verdict}.", report.charts, report.entries)?;
            }
        }
        out.flush()?;
        if is_sound { Ok(()) } else { Err(Failure::Said) }
    }
}
