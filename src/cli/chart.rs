//! `cobalog chart`: one patient's course, with findings, their rules and sources.

mod more;
mod out;
mod page;

use super::context::Context;
use super::date::Day;
use super::failure::Failure;
use super::format::{Format, json};
use super::patient;
use crate::clinic::audit::{Event, What};
use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, Entry, EntryId};
use chrono::NaiveDate;
use clap::Args;
use std::collections::HashSet;
use std::io::Write;

#[derive(Args)]
#[command(after_help = "Example: cobalog chart Okafor --format json")]
pub(super) struct Show {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// As of this day: only what had happened by then; today where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    /// How it is written; csv holds the doses.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Show {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let on = context.day(self.on);
        let chart = as_of(patient::find(&store, &self.patient, context.today)?, on);
        let course = Course::of(&chart, store.practice(), on);
        let what = if self.format == Format::Table { What::Printed } else { What::Exported };
        store.note(Event { patient: Some(chart.id), ..context.event(&store, what).with("chart") });
        match self.format {
            Format::Json => json(out, &out::of(&chart, &course, store.practice())),
            Format::Csv => page::doses(&course, Format::Csv).write(out, Format::Csv, context.width),
            Format::Table => page::show(&chart, &course, store.practice(), context.width, out),
        }
    }
}

/// Returns the chart with what had happened by the end of a day, also what was only recorded later; corrections always
/// count. Who it is stands whenever it was entered.
fn as_of(chart: Chart, day: NaiveDate) -> Chart {
    let held: HashSet<EntryId> = chart
        .facts()
        .iter()
        .filter(|f| f.act.is_none_or(|act| happened(f.entry, act, day)))
        .map(|f| f.entry.id)
        .collect();
    let keep = |e: &Entry| held.contains(&e.id) || matches!(e.act, Act::Amended(_));
    chart.only(keep)
}

fn happened(entry: &Entry, act: &Act, day: NaiveDate) -> bool {
    let recorded = entry.at.date_naive();
    match act {
        // Whose chart it is stands whenever it was found out.
        Act::Registered(_) | Act::Linked(_) => true,
        Act::Triaged(_) | Act::Amended(_) | Act::Acknowledged(_) | Act::Cosigned(_) => recorded <= day,
        Act::Renewed(renewed) => renewed.on <= day,
        Act::Ordered(order) => recorded.min(order.start) <= day,
        Act::Given(given) => given.on <= day,
        Act::NotGiven(not) => not.on <= day,
        Act::Checked(checked) => checked.on <= day,
        Act::PhaseEnded(ended) => ended.on <= day,
        Act::Changed(change) => change.on <= day,
        Act::Reviewed(review) => review.on <= day,
        Act::Noted(note) => note.on <= day && recorded <= day,
    }
}
