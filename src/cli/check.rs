//! `cobalog check`: reads every file and says what is wrong with it.

mod repaired;

use super::context::{Context, vault_of};
use super::copies;
use super::failure::{self, Failure};
use super::format::json;
use super::table;
use crate::clinic::audit::What;
use crate::clinic::words;
use crate::store::repair::repair;
use crate::store::{Places, Problem, check};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::Write;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog check --format json\n\n--repair puts damaged charts together from the backups \
    of this computer, from copies that a sync program left, and from every line that can still be read; the damaged \
    bytes are kept in the practice's folder kept/ first. It never takes an entry away."
)]
pub(super) struct Check {
    /// Put damaged files together again, from backups and from what can be read of them; take in copies as --merge does;
    /// complete what stands in one of two linked charts only.
    #[arg(long)]
    repair: bool,
    /// First take in the copies that a program which keeps folders the same has left, as the full-screen program does.
    #[arg(long)]
    merge: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Written,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Written {
    /// Sentences for people.
    #[default]
    Table,
    /// JSON: for `check` `{"charts", "entries", "unsealed", "problems", "details", "unknown"}`, with --merge also `"merged"`; `"pretended"` where
    /// entries were recorded under a pretended day, `"notes"` where something is to be known of a file.
    Json,
}

#[derive(Serialize)]
struct Report {
    charts: usize,
    entries: usize,
    /// Entries from before there were seals, in a practice that has seals now.
    unsealed: usize,
    problems: Vec<String>,
    /// With `--merge`: what was taken in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    merged: Vec<String>,
    details: Vec<Detail>,
    unknown: Vec<String>,
    /// Charts in which entries were recorded under a pretended day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pretended: Vec<String>,
    /// Files with which nothing is wrong, and what is to be known of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repaired: Option<Vec<repaired::File>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Vec<String>>,
}

/// A problem in parts.
#[derive(Serialize)]
struct Detail {
    path: String,
    line: Option<usize>,
    column: Option<usize>,
    what: String,
}

impl Detail {
    fn of(problem: &Problem) -> Self {
        let path = problem.path.display().to_string();
        Self { path, line: problem.line, column: problem.column, what: table::plain(&problem.what).into_owned() }
    }
}

impl Check {
    /// Takes in copies and completes links where that is asked for; returns what was taken in, in words.
    fn take_in(&self, context: &Context) -> Result<Vec<String>, Failure> {
        if !(self.merge || self.repair) {
            return Ok(Vec::new());
        }
        let mut store = match context.store() {
            Ok(store) => store,
            // What could be repaired is repaired, and what is still wrong is to be said.
            Err(failure) if self.repair => {
                failure::say(&format!("copies and links were left as they are: {}", failure.words()));
                return Ok(Vec::new());
            }
            Err(failure) => return Err(failure),
        };
        let merged = copies::take_in(&mut store, context.today);
        // With it the log says to those who know another key of seals that this workstation has its own.
        store.note(context.event(&store, What::Began));
        if self.repair {
            let (completed, failed) = store.complete_links(context.today);
            failed.iter().for_each(|problem| failure::say(&problem.to_string()));
            if completed > 0 {
                failure::say(&format!("note: completed {}", words::plural(completed as i64, "half-made link")));
            }
        }
        Ok(merged)
    }

    /// Carries the command out; the status says whether anything is wrong, with --repair whether anything still is or was lost.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let dir = context.folder()?;
        let (places, disk) = (Places::of(&dir), context.disk(&dir)?);
        let mended = if self.repair { Some(repair(&dir, &places, context.now, disk.clone())?) } else { None };
        if mended.iter().flat_map(|mended| &mended.files).any(|file| file.left.is_none()) {
            context.note(&dir, What::Restored, "repair".to_owned());
        }
        let merged = self.take_in(context)?;
        let found = check(&dir, places, disk);
        let problems = found.problems.iter().map(|p| table::plain(&p.to_string()).into_owned()).collect();
        let lost = mended.iter().flat_map(|m| &m.files).any(|file| !file.lost.is_empty());
        let report = Report {
            charts: found.charts,
            entries: found.entries,
            unsealed: found.old,
            problems,
            merged,
            details: found.problems.iter().map(Detail::of).collect(),
            unknown: found.unknown.iter().map(|path| table::plain(&path.display().to_string()).into_owned()).collect(),
            pretended: found.pretended.iter().map(|p| table::plain(&p.to_string()).into_owned()).collect(),
            notes: found.notes.iter().map(|p| table::plain(&p.to_string()).into_owned()).collect(),
            repaired: mended.as_ref().map(|m| m.files.iter().map(repaired::File::of).collect()),
            missing: mended.as_ref().map(|m| m.missing.iter().map(ToString::to_string).collect()),
        };
        match self.format {
            Written::Json => json(out, &report)?,
            Written::Table => {
                report.merged.iter().try_for_each(|copy| writeln!(out, "{copy}"))?;
                mended.iter().try_for_each(|mended| repaired::write(mended, out))?;
                let asks = if vault_of(&dir).is_some() { " --secret-fd -" } else { "" };
                say(&report, lost, (found.can_repair && !self.repair).then_some(asks), out)?;
            }
        }
        out.flush()?;
        if found.is_sound() && !lost { Ok(()) } else { Err(Failure::Said) }
    }
}

/// `repair`: one was not asked for, and may put something right; what its command asks for.
fn say(report: &Report, lost: bool, repair: Option<&str>, out: &mut dyn Write) -> Result<(), Failure> {
    report.problems.iter().try_for_each(|problem| writeln!(out, "{problem}"))?;
    report.unknown.iter().try_for_each(|path| writeln!(out, "note: {path} is not Cobalog's; it was left alone"))?;
    report.pretended.iter().chain(&report.notes).try_for_each(|note| writeln!(out, "note: {note}"))?;
    let verdict = match (report.problems.is_empty(), repair) {
        (true, _) if lost => "they can be read, but not everything could be restored: see above".to_owned(),
        (true, _) => "nothing is wrong".to_owned(),
        (false, None) => "see above".to_owned(),
        (false, Some(asks)) => format!("see above; `cobalog check --repair{asks}` restores what can be restored"),
    };
    let charts = words::plural(report.charts as i64, "chart");
    let entries = words::plural(report.entries as i64, "entry");
    let old = if report.unsealed > 0 { format!(" ({} from before seals)", report.unsealed) } else { String::new() };
    Ok(writeln!(out, "{charts}, {entries}{old}: {verdict}.")?)
}
