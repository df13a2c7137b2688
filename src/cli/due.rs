//! `cobalog due`: who is overdue, due, or due within some days.

use super::context::Context;
use super::date::Day;
use super::failure::Failure;
use super::format::{Format, json};
use super::table::Table;
use super::{asks, patient};
use crate::clinic::agenda::{DoseDue, Item, Kind, Roll, Row, Task, What};
use crate::clinic::drug::mcg;
use crate::clinic::entry::PatientId;
use crate::clinic::knowledge::Knowledge;
use crate::clinic::words;
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use std::io::Write;
use std::sync::Arc;

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
        let from = if far { on } else { context.today };
        let rolled = patient::roll_of_late(&store, from);
        let whole = rolled.problems.is_empty();
        let list = match works(&rolled.roll, on, self.days) {
            Some(list) => list,
            // The index was damaged: the charts say it.
            None => works(&patient::roll(&store, from).roll, on, self.days).unwrap_or_default(),
        };
        let knowledge = &store.practice().knowledge;
        match self.format {
            Format::Json => json(out, &list.iter().filter_map(line).collect::<Vec<_>>()),
            Format::Csv => csv(&list).write(out, Format::Csv, context.width),
            Format::Table => show(&list, knowledge, context, (on, whole), out),
        }
    }
}

/// One line of the list.
struct Work {
    row: Arc<Row>,
    task: Task,
}

impl Work {
    fn item(&self) -> Option<&Item> {
        self.row.items.get(usize::from(self.task.item))
    }
}

/// Returns who is due; `None` where the index turned out to be damaged.
fn works(roll: &Roll, on: NaiveDate, days: i64) -> Option<Vec<Work>> {
    let tasks = roll.worklist(on, days);
    roll.read_ahead(on, days);
    let list = tasks.into_iter().filter_map(|task| Some(Work { row: roll.row(task.row)?, task })).collect();
    roll.is_sound().then_some(list)
}

fn line(work: &Work) -> Option<Line<'_>> {
    let item = work.item()?;
    let (what, more) = match &item.what {
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
        due: item.due,
        days_late: work.task.days_late,
        more,
        label: &item.label,
    })
}

fn phase(dose: &DoseDue) -> &'static str {
    if dose.fills { "repletion" } else { "maintenance" }
}

fn csv(list: &[Work]) -> Table {
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
    list: &[Work],
    knowledge: &Knowledge,
    context: &Context,
    (on, whole): (NaiveDate, bool),
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut table = Table::new(&["When", "Number", "Name", "Born", "What"]).keep(&[0, 1, 3]);
    for work in list {
        let Some(item) = work.item() else { continue };
        let what = match &item.what {
            What::Dose(dose) => format!("{}, {}", item.label, mcg(dose.dose_mcg)),
            What::Checkpoint(list) => format!("{}: {}", item.label, asks::words(list, knowledge)),
            What::Plan => item.label.clone(),
        };
        let row = &work.row;
        table.row([when(work), row.number.clone(), row.name.clone(), words::born(row.born), what]);
    }
    if table.is_empty() {
        let who = if whole { "Nobody" } else { "Nobody of those whose chart can be read" };
        return Ok(writeln!(out, "{who} is due on {}.", words::day(on))?);
    }
    table.write(out, Format::Table, context.width)
}

fn when(work: &Work) -> String {
    match (work.task.kind, work.task.days_late) {
        (Kind::Plan, _) => "to plan".to_owned(),
        (_, 0) => "today".to_owned(),
        (_, late) if late > 0 => format!("{} late", words::days(late)),
        _ => words::day_short(work.task.due),
    }
}
