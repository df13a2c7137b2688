//! `cobalog due`: who is overdue, due, or due within some days.

use super::context::Context;
use super::date::Day;
use super::failure::Failure;
use super::format::{Format, json};
use super::table::Table;
use super::{asks, patient};
use crate::clinic::agenda::{self, DoseDue, What, Work};
use crate::clinic::drug::mcg;
use crate::clinic::entry::PatientId;
use crate::clinic::knowledge::Knowledge;
use crate::clinic::words;
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use std::io::Write;

/// Lists who is overdue, due, or due within some days, most urgent first.
#[derive(Args)]
#[command(after_help = "Example: cobalog due --days 7 --format csv")]
pub(super) struct Due {
    /// As of this day; today where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    /// Also what falls due within so many days; a year at most, as checkpoints are laid out that far ahead.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..=366))]
    days: i64,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The JSON of one line.
#[derive(Serialize)]
struct Line<'a> {
    patient: PatientId,
    number: &'a str,
    name: &'a str,
    born: NaiveDate,
    what: &'static str,
    due: NaiveDate,
    days_late: i64,
    #[serde(flatten)]
    more: More<'a>,
    label: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum More<'a> {
    Dose { phase: &'static str, dose_number: u32, regimen: &'a str, mcg: u32 },
    Checkpoint { asks: &'a [String] },
}

impl Due {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let on = context.day(self.on);
        // Rows do not depend on the day; only a day far from today wants checkpoints laid out from there.
        let far = (on - context.today).num_days().abs() > 300;
        let roster = patient::roster(&store, if far { on } else { context.today });
        let whole = roster.problems.is_empty();
        let list = agenda::worklist(&roster.rows, on, self.days);
        let knowledge = &store.practice().knowledge;
        match self.format {
            Format::Json => json(out, &list.iter().filter_map(line).collect::<Vec<_>>()),
            Format::Csv => csv(&list).write(out, Format::Csv, context.width),
            Format::Table => show(&list, knowledge, context, (on, whole), out),
        }
    }
}

fn line<'a>(work: &Work<'a>) -> Option<Line<'a>> {
    let (what, more) = match &work.item.what {
        What::Dose(dose) => {
            let phase = phase(dose);
            ("dose", More::Dose { phase, dose_number: dose.n, regimen: &dose.regimen, mcg: dose.dose_mcg })
        }
        What::Checkpoint(asks) => ("checkpoint", More::Checkpoint { asks }),
        What::Plan => return None,
    };
    Some(Line {
        patient: work.row.id,
        number: &work.row.number,
        name: &work.row.name,
        born: work.row.born,
        what,
        due: work.item.due,
        days_late: work.days_late,
        more,
        label: &work.item.label,
    })
}

fn phase(dose: &DoseDue) -> &'static str {
    if dose.fills { "repletion" } else { "maintenance" }
}

fn csv(list: &[Work<'_>]) -> Table {
    let mut table = Table::new(&[
        "patient",
        "number",
        "name",
        "born",
        "what",
        "due",
        "days_late",
        "phase",
        "dose_number",
        "regimen",
        "mcg",
        "asks",
        "label",
    ]);
    for l in list.iter().filter_map(line) {
        let none = String::new;
        let [phase, n, regimen, mcg, asks] = match l.more {
            More::Dose { phase, dose_number, regimen, mcg } => {
                [phase.to_owned(), dose_number.to_string(), regimen.to_owned(), mcg.to_string(), none()]
            }
            More::Checkpoint { asks } => [none(), none(), none(), none(), asks.join(" ")],
        };
        table.row([
            l.patient.to_string(),
            l.number.to_owned(),
            l.name.to_owned(),
            l.born.to_string(),
            l.what.to_owned(),
            l.due.to_string(),
            l.days_late.to_string(),
            phase,
            n,
            regimen,
            mcg,
            asks,
            l.label.to_owned(),
        ]);
    }
    table
}

fn show(
    list: &[Work<'_>],
    knowledge: &Knowledge,
    context: &Context,
    (on, whole): (NaiveDate, bool),
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut table = Table::new(&["When", "Number", "Name", "Born", "What"]).keep(&[0, 1, 3]);
    for work in list {
        let what = match &work.item.what {
            What::Dose(dose) => format!("{}, {}", work.item.label, mcg(dose.dose_mcg)),
            What::Checkpoint(list) => format!("{}: {}", work.item.label, asks::words(list, knowledge)),
            What::Plan => work.item.label.clone(),
        };
        let row = work.row;
        table.row([when(work), row.number.clone(), row.name.clone(), words::born(row.born), what]);
    }
    if table.is_empty() {
        let who = if whole { "Nobody" } else { "Nobody of those whose chart can be read" };
        return Ok(writeln!(out, "{who} is due on {}.", words::day(on))?);
    }
    table.write(out, Format::Table, context.width)
}

fn when(work: &Work<'_>) -> String {
    match (&work.item.what, work.days_late) {
        (What::Plan, _) => "to plan".to_owned(),
        (_, 0) => "today".to_owned(),
        (_, late) if late > 0 => format!("{} late", words::days(late)),
        _ => words::day_short(work.item.due),
    }
}
