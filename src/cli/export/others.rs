//! `cobalog export csv`, `fhir` and `ics`.

use super::super::context::Context;
use super::super::failure::{self, Failure};
use super::super::progress::{Progress, Stop};
use super::to::{To, charts};
use crate::clinic::agenda;
use crate::clinic::audit::What;
use crate::clinic::interval::Interval;
use crate::exchange::csv::Sheet;
use crate::exchange::fhir::{How, Kind};
use crate::exchange::ics::{Look, Names};
use crate::store::Store;
use crate::transfer;
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::Path;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog export csv doses --out doses.csv\n\nUTF-8 with a mark that Excel knows, cells and decimals as the spreadsheets of the practice's country have them, ISO dates, units in the names of the columns; no cell \
    can be run as a formula. `cobalog import csv` reads it back; a second time nothing is added.\n\nA table is not the record. Patients: identity, allergies, what warns (banner, cautions, \
    red flags, nerves), the plans with what moved them, their doses, and how it stands. The triage, checkpoints, notes, reasons and signatures go with \
    `cobalog export fhir` or a backup alone; whom the tables cannot say is named."
)]
pub(super) struct Csv {
    /// Which table.
    #[arg(value_enum)]
    what: Table,
    /// Of this patient alone: number, chart id, or enough of the name.
    patient: Option<String>,
    /// Of who is due: so many days ahead.
    #[arg(long, value_name = "N", default_value_t = agenda::DUE_DAYS)]
    days: i64,
    #[command(flatten)]
    to: To,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Table {
    /// One row a patient.
    Patients,
    /// One row a dose, given or not.
    Doses,
    /// One row a result, or a symptom that was asked.
    Labs,
    /// One row for each thing that is owed.
    Due,
}

#[derive(Args)]
#[command(
    after_help = "Example: cobalog export fhir --out practice.json\n         cobalog export fhir 1042 --as transaction --out 1042.json\n\nA bundle of FHIR R4 (4.0.1). Two exports of what did not \
    change differ in the bundle's own time, id and identifier alone. docs/fhir.md says what stands for what, and how a server takes it."
)]
pub(super) struct Fhir {
    /// Of this patient alone: number, chart id, or enough of the name.
    patient: Option<String>,
    /// What the bundle is for: to be kept or read, or to be sent to a server.
    #[arg(long = "as", value_enum, default_value_t)]
    kind: As,
    /// Whose the patients' numbers are, as the other system knows it: an address or a URN.
    #[arg(long, value_name = "SYSTEM")]
    numbers: Option<String>,
    /// Leave out what only another Cobalog reads.
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    to: To,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum As {
    /// To be kept, or read by a program.
    #[default]
    Collection,
    /// To be sent to a server: each resource is put under its id.
    Transaction,
}

#[derive(Args)]
#[command(
    after_help = "Example: cobalog export ics --out b12.ics\n\nDates of doses and checkpoints, all day, no diagnosis, and no name unless --names says so: calendars are seen by others. \
    An event keeps its id, so that a moved date moves it; many calendars only ever add: import into a calendar of its own."
)]
pub(super) struct Ics {
    /// Of this patient alone: number, chart id, or enough of the name.
    patient: Option<String>,
    /// What stands there of a patient.
    #[arg(long, value_enum, default_value_t)]
    names: Named,
    /// How many come on a day, and nothing of whom.
    #[arg(long)]
    counts: bool,
    /// How far ahead.
    #[arg(long, value_name = "INTERVAL", default_value = "12 months")]
    ahead: Interval,
    /// An alarm at nine in the morning of the day before.
    #[arg(long)]
    alarm: bool,
    #[command(flatten)]
    to: To,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Named {
    /// The number.
    #[default]
    Off,
    /// The initials and the number.
    Initials,
    /// The name and the number.
    Full,
}

impl Csv {
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let sheet = match self.what {
            Table::Patients => Sheet::Patients,
            Table::Doses => Sheet::Doses,
            Table::Labs => Sheet::Labs,
            Table::Due => Sheet::Due,
        };
        export(&transfer::What::Csv(sheet, self.days), self.patient.as_deref(), &self.to, context, out)
    }
}

impl Fhir {
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let kind = match self.kind {
            As::Collection => Kind::Collection,
            As::Transaction => Kind::Transaction,
        };
        let how = How { numbers: self.numbers.clone(), whole: !self.plain, ..How::new(kind, context.now) };
        export(&transfer::What::Fhir(how), self.patient.as_deref(), &self.to, context, out)
    }
}

impl Ics {
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let names = match self.names {
            Named::Off => Names::Off,
            Named::Initials => Names::Initials,
            Named::Full => Names::Full,
        };
        if !matches!(names, Names::Off) && !self.counts {
            failure::say("note: names in a calendar are seen by whoever sees the calendar, also on locked telephones");
        }
        let look = Look { horizon: self.ahead, names, counts: self.counts, alarm_hours: self.alarm.then_some(15) };
        export(&transfer::What::Ics(look), self.patient.as_deref(), &self.to, context, out)
    }
}

fn export(
    what: &transfer::What,
    patient: Option<&str>,
    to: &To,
    context: &Context,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let store: Store = context.store()?;
    let ids = charts(&store, patient, (what.called(), what.names_patients()), context)?;
    let note = |file: Option<&Path>| {
        let event = context.event(&store, What::Exported);
        transfer::note_export(&store, event, what.called(), &ids, patient.is_some(), file);
    };
    let (stop, mut progress, all) = (Stop::on_interrupt(), Progress::new("patients written"), ids.len());
    let mut goes_on = |done| progress.at(done, all) && !stop.is_asked();
    let mut done = transfer::Done::default();
    let written = to.write(out, note, |out| {
        done = transfer::write(&store, what, &ids, context.today, out, &mut goes_on)?.ok_or(Failure::Stopped)?;
        Ok(())
    });
    progress.end();
    written?;
    to.file().and_then(transfer::too_large).iter().for_each(|words| failure::say(&format!("note: {words}")));
    done.lacks.iter().for_each(|lacks| failure::say(&format!("note: {lacks}")));
    let left = done.problems;
    left.iter().for_each(|problem| failure::say(&format!("left out: {problem}")));
    // The file is whole, but not everybody is in it: a script has to see that.
    if left.is_empty() { Ok(()) } else { Err(Failure::Said) }
}
