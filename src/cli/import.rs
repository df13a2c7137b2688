//! `cobalog import`: what other systems' files hold is weighed, shown, taken over, and undone as one.

mod carry;
mod csv;
mod others;
mod waiting;

use super::context::Context;
use super::failure::Failure;
use super::format::{Format, json};
use super::progress::Progress;
use super::table::Table;
use crate::clinic::entry::ImportId;
use crate::clinic::intake::Import as Made;
use crate::clinic::words;
use crate::store::Store;
use crate::transfer;
use clap::{Args, Subcommand};
use serde_json::json as value;
use std::io::Write;

#[derive(Args)]
pub(super) struct Import {
    #[command(subcommand)]
    what: Doing,
}

#[derive(Subcommand)]
enum Doing {
    /// A table of patients, of doses or of results, as spreadsheets write it.
    Csv(Box<csv::Csv>),
    /// A bundle of another system: FHIR R4.
    Fhir(others::Fhir),
    /// Reports of a laboratory: HL7 v2 ORU^R01, a file or a folder of files.
    Hl7(others::Hl7),
    /// Lists the imports that were made, the latest first.
    List(List),
    /// Strikes out all that came with an import; a chart in which somebody recorded since is left as it is, and named.
    Undo(Undo),
    /// Lists what waits for a person to say whose it is.
    Unmatched(waiting::Unmatched),
    /// Records what waits in the chart of the patient whose it is.
    Match(waiting::Match),
    /// Puts away what waits and belongs to nobody here.
    PutAway(waiting::PutAway),
}

#[derive(Args)]
#[command(after_help = "Example: cobalog import list --format json")]
struct List {
    /// Who it is, by initials or name, where people sign in: whose PIN or passphrase is given; anybody's where absent.
    #[arg(long, value_name = "INITIALS")]
    by: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Args)]
#[command(after_help = "Example: cobalog import undo 01M8E0ZC5B6D4V1S7Y2JQ9TQ3F --by mk")]
struct Undo {
    /// The import, as `cobalog import list` names it.
    import: ImportId,
    /// Who records, by initials or name; the first of the practice's people where absent.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl Import {
    /// Returns whether it adds to a chart.
    pub(super) fn records(&self) -> bool {
        !matches!(self.what, Doing::List(_) | Doing::Unmatched(_))
    }

    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        match &self.what {
            Doing::Csv(csv) => csv.run(context, out),
            Doing::Fhir(fhir) => fhir.run(context, out),
            Doing::Hl7(hl7) => hl7.run(context, out),
            Doing::List(list) => list.run(context, out),
            Doing::Undo(undo) => undo.run(context, out),
            Doing::Unmatched(unmatched) => unmatched.run(context, out),
            Doing::Match(matched) => matched.run(context, out),
            Doing::PutAway(away) => away.run(context, out),
        }
    }
}

impl List {
    fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let (imports, problems) = store.imports();
        carry::name(&problems);
        if self.format == Format::Json {
            return json(out, &imports.iter().map(of).collect::<Vec<_>>());
        }
        if imports.is_empty() && self.format == Format::Table {
            return Ok(writeln!(out, "Nothing was imported here.")?);
        }
        let mut table =
            Table::new(&["When", "File", "Charts", "Entries", "Struck out", "By", "Import"]).keep(&[0, 2, 3, 4, 6]);
        for import in &imports {
            let when = format!("{} {}", words::day(import.at.date_naive()), import.at.format("%H:%M"));
            let counts = [import.charts, import.entries, import.struck].map(|n| n.to_string());
            let [charts, entries, struck] = counts;
            table.row([when, import.file.clone(), charts, entries, struck, import.by.clone(), import.id.to_string()]);
        }
        table.write(out, self.format, context.width)
    }
}

fn of(import: &Made) -> serde_json::Value {
    value!({
        "import": import.id, "file": import.file, "at": import.at.to_rfc3339(), "by": import.by,
        "charts": import.charts, "entries": import.entries, "struck_out": import.struck,
    })
}

impl Undo {
    fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let by = super::identity::name(self.by.as_deref(), &store);
        let mut progress = Progress::new("charts");
        let mut goes_on = |done, all| progress.at(done, all);
        let undone = transfer::undo(&store, self.import, (by, context.now), &mut goes_on);
        progress.end();
        carry::name(&undone.problems);
        let entries = words::plural(undone.entries as i64, "entry");
        writeln!(out, "Struck out: {entries} in {}.", words::plural(undone.charts as i64, "chart"))?;
        if !undone.kept.is_empty() {
            let charts = words::plural(undone.kept.len() as i64, "chart");
            writeln!(
                out,
                "Left as they are, as somebody recorded in them since, or a prescriber signed ({charts}): strike out there by hand:"
            )?;
            undone.kept.iter().try_for_each(|id| writeln!(out, "  {}", called(&store, *id)))?;
        }
        if undone.problems.is_empty() { Ok(()) } else { Err(Failure::Said) }
    }
}

/// Returns who it is, for a sentence.
fn called(store: &Store, id: crate::clinic::entry::PatientId) -> String {
    let person = store.chart(id).ok().and_then(|chart| chart.person().map(|p| format!("{} #{}", p.name(), p.number)));
    person.unwrap_or_else(|| id.to_string())
}
