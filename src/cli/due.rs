//! `cobalog due`: who is overdue, due, or due within some days.

use super::context::Context;
use super::date::Day;
use super::failure::Failure;
use super::format::{Format, json};
use super::patient;
use super::table::Table;
use crate::clinic::agenda::{self, DoseDue, Item, Kind, Owed, Roll, Row, Task, What};
use crate::clinic::audit::What as Did;
use crate::clinic::drug::write_mcg;
use crate::clinic::entry::PatientId;
use crate::clinic::knowledge::Knowledge;
use crate::clinic::term::renewals_until;
use crate::clinic::words;
use crate::store::Store;
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

#[derive(Args)]
#[command(after_help = "Example: cobalog due --days 7 --format csv")]
pub(super) struct Due {
    /// As of this day; today where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    /// Also what falls due within so many days; a year at most, as checkpoints are laid out that far ahead.
    #[arg(long, value_name = "N", default_value_t = agenda::DUE_DAYS, value_parser = clap::value_parser!(i64).range(0..=366))]
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
        let days = self.days;
        store.note(context.event(&store, Did::Listed).with("who is due"));
        match self.format {
            Format::Json => {
                let (list, _) = asked(&store, from, |roll| works(roll, on, days).collect::<Vec<_>>());
                json(out, &list.iter().filter_map(line).collect::<Vec<_>>())
            }
            Format::Csv => {
                let (table, _) = asked(&store, from, |roll| csv(works(roll, on, days)));
                table.write(out, Format::Csv, context.width)
            }
            Format::Table => {
                let knowledge = &store.practice().knowledge;
                let (table, whole) = asked(&store, from, |roll| {
                    let ending = roll.renewals(renewals_until(on, days.unsigned_abs()));
                    table(works(roll, on, days), on, &ending, knowledge)
                });
                if table.is_empty() {
                    let who = if whole { "Nobody" } else { "Nobody of those whose chart can be read" };
                    return Ok(writeln!(out, "{who} is due on {}.", words::day(on))?);
                }
                table.write(out, Format::Table, context.width)
            }
        }
    }
}

/// One line of the list.
struct Work {
    owed: Owed,
    task: Task,
}

/// Returns what is made of the roll, and whether every chart could be read. Where the index turns out to be damaged it is
/// made anew, of the charts.
fn asked<T>(store: &Store, from: NaiveDate, make: impl Fn(&Roll) -> T) -> (T, bool) {
    let rolled = patient::roll_of_late(store, from);
    let (made, whole) = (make(&rolled.roll), rolled.problems.is_empty());
    if rolled.roll.is_sound() {
        return (made, whole);
    }
    let rolled = patient::roll(store, from);
    (make(&rolled.roll), rolled.problems.is_empty())
}

/// Returns who is due.
fn works(roll: &Roll, on: NaiveDate, days: i64) -> impl Iterator<Item = Work> {
    let tasks = roll.worklist(on, days);
    roll.read_ahead(&tasks);
    tasks.into_iter().filter_map(|task| Some(Work { owed: roll.owed(&task)?, task }))
}

fn line(work: &Work) -> Option<Line<'_>> {
    let Owed { patient, number, name, born, item, .. } = &work.owed;
    let (what, more) = match &item.what {
        What::Dose(dose) => {
            let phase = phase(dose);
            ("dose", More::Dose { phase, dose_number: dose.n, regimen: &dose.regimen, mcg: dose.dose_mcg })
        }
        What::Checkpoint(asks) => ("checkpoint", More::Checkpoint { asks }),
        What::Plan | What::Tell(_) => return None,
    };
    Some(Line {
        patient: *patient,
        number,
        name,
        born: *born,
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

/// Also who is still to get a plan, without a day, and what is to be told: the fixed JSON has doses and checkpoints alone.
fn csv(list: impl Iterator<Item = Work>) -> Table {
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
    for Work { owed, task } in list {
        let Owed { patient, number, name, born, item, .. } = owed;
        let none = String::new;
        let [what, phase, n, regimen, mcg, asks] = match &item.what {
            What::Dose(dose) => [
                "dose".to_owned(),
                phase(dose).to_owned(),
                dose.n.to_string(),
                dose.regimen.clone(),
                dose.dose_mcg.to_string(),
                none(),
            ],
            What::Checkpoint(asks) => ["checkpoint".to_owned(), none(), none(), none(), none(), asks.join(" ")],
            What::Plan => ["plan".to_owned(), none(), none(), none(), none(), none()],
            What::Tell(_) => ["tell".to_owned(), none(), none(), none(), none(), none()],
        };
        let day = item.day();
        let [due, late] = [day.map(|day| day.to_string()), day.map(|_| task.days_late.to_string())];
        let [due, late] = [due, late].map(Option::unwrap_or_default);
        let (patient, born) = (patient.to_string(), born.to_string());
        table.row([patient, number, name, born, what, due, late, phase, n, regimen, mcg, asks, item.label]);
    }
    table
}

/// `ending` are the rows whose order ends by then: what it does not cover is held, as Today says it.
fn table(list: impl Iterator<Item = Work>, on: NaiveDate, ending: &[Arc<Row>], knowledge: &Knowledge) -> Table {
    let ending: HashMap<PatientId, &Arc<Row>> = ending.iter().map(|row| (row.id, row)).collect();
    let mut table = Table::new(&["When", "Number", "Name", "Born", "What"]).keep(&[0, 1, 3]);
    table.reserve(list.size_hint().1.unwrap_or_default());
    for work in list {
        let Owed { patient, number, name, born, item, stop } = &work.owed;
        let is_held = ending.get(patient).is_some_and(|row| row.is_held(item, on));
        table.cell(|text| when(text, &work));
        table.cell(|text| text.push_str(number));
        table.cell(|text| text.push_str(name));
        table.cell(|text| words::write_born(text, *born));
        table.cell(|text| {
            match stop {
                Some(stop) => text.extend(["STOP - ", stop, ": "]),
                None => text.push_str(if is_held { HELD } else { "" }),
            }
            what(text, item, knowledge);
        });
    }
    table
}

/// Before a dose that waits for a renewal of the order.
const HELD: &str = "HELD - order: ";

fn when(text: &mut String, work: &Work) {
    match (work.task.kind, work.task.days_late) {
        (Kind::Tell, _) => text.push_str("now"),
        (Kind::Plan, _) => text.push_str("to plan"),
        (_, 0) => text.push_str("today"),
        (_, late) if late > 0 => text.extend([words::days(late).as_str(), " late"]),
        _ => text.push_str(&words::day_short(work.task.visit)),
    }
}

fn what(text: &mut String, item: &Item, knowledge: &Knowledge) {
    text.push_str(&item.label);
    match &item.what {
        What::Dose(dose) => {
            text.push_str(", ");
            write_mcg(text, dose.dose_mcg);
        }
        What::Checkpoint(list) => text.extend([": ", &knowledge.asked(list)]),
        What::Plan | What::Tell(_) => {}
    }
}
