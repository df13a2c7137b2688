//! `cobalog waiting` and `cobalog renewals`: what a prescriber is asked for.

use super::context::Context;
use super::failure::Failure;
use super::format::{Format, json};
use super::patient;
use super::table::Table;
use crate::clinic::agenda::Row;
use crate::clinic::audit::What;
use crate::clinic::cosign::Waiting as ToSign;
use crate::clinic::entry::{EntryId, PatientId};
use crate::clinic::term::renewals_until;
use crate::clinic::words;
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use std::io::Write;

#[derive(Args)]
#[command(after_help = "Example: cobalog waiting --format json")]
pub(super) struct Waiting {
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Args)]
#[command(after_help = "Example: cobalog renewals --days 28 --format csv")]
pub(super) struct Renewals {
    /// How many days ahead, 28 where absent; those that ended already always stand first.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=366))]
    days: Option<u64>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Who<'a> {
    patient: PatientId,
    number: &'a str,
    name: &'a str,
    born: NaiveDate,
}

impl<'a> Who<'a> {
    fn of(row: &'a Row) -> Self {
        Self { patient: row.id, number: &row.number, name: &row.name, born: row.born }
    }
}

#[derive(Serialize)]
struct OutToSign<'a> {
    #[serde(flatten)]
    who: Who<'a>,
    entry: EntryId,
    what: &'a str,
    prescriber: &'a str,
    told: &'static str,
    by: &'a str,
    since: NaiveDate,
}

#[derive(Serialize)]
struct OutRenewal<'a> {
    #[serde(flatten)]
    who: Who<'a>,
    /// The order, or its latest renewal.
    entry: EntryId,
    prescriber: &'a str,
    until: Option<NaiveDate>,
    doses_left: Option<u32>,
    /// The day by which it is to be renewed: its last day, or the planned day of the first dose beyond its number.
    renew_by: NaiveDate,
    ended: bool,
}

impl Waiting {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        store.note(context.event(&store, What::Listed).with("what waits for a signature"));
        let rows = patient::roll(&store, context.today).roll.to_sign();
        let all = rows.iter().flat_map(|row| row.asks.to_sign.iter().map(move |w| (&**row, w)));
        if self.format == Format::Json {
            return json(out, &all.map(|(row, w)| to_sign(row, w)).collect::<Vec<_>>());
        }
        let heads = ["Since", "Number", "Patient", "Born", "What", "Prescriber", "How", "Recorded by", "Entry"];
        let mut table = Table::new(&heads).keep(&[0, 1, 3, 6, 8]);
        for (row, w) in all {
            let (number, name, born) = person(row, self.format);
            let (by, told) = (w.by.clone(), w.told.name().to_owned());
            let since = date(w.since, self.format);
            table.row([since, number, name, born, w.what.clone(), w.prescriber.clone(), told, by, w.entry.to_string()]);
        }
        if table.is_empty() && self.format == Format::Table {
            return Ok(writeln!(out, "Nothing waits for a signature.")?);
        }
        table.write(out, self.format, context.width)
    }
}

fn to_sign<'a>(row: &'a Row, waiting: &'a ToSign) -> OutToSign<'a> {
    OutToSign {
        who: Who::of(row),
        entry: waiting.entry,
        what: &waiting.what,
        prescriber: &waiting.prescriber,
        told: waiting.told.name(),
        by: &waiting.by,
        since: waiting.since,
    }
}

impl Renewals {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let (store, today) = (context.store()?, context.today);
        store.note(context.event(&store, What::Listed).with("orders that end"));
        let until = renewals_until(today, self.days.unwrap_or(store.practice().renewal_days()));
        let rows = patient::roll(&store, today).roll.renewals(until);
        if self.format == Format::Json {
            return json(out, &rows.iter().filter_map(|row| renewal(row, today)).collect::<Vec<_>>());
        }
        let heads = ["Renew by", "Number", "Patient", "Born", "What is left", "Ordered by"];
        let mut table = Table::new(&heads).keep(&[0, 1, 3]);
        for (row, cover, by) in rows.iter().filter_map(|r| Some((r, r.asks.cover.as_ref()?, r.asks.renew_by()?))) {
            let (number, name, born) = person(row, self.format);
            table.row([date(by, self.format), number, name, born, cover.words(today), cover.prescriber.clone()]);
        }
        if table.is_empty() && self.format == Format::Table {
            return Ok(writeln!(out, "No order ends by {}.", words::day(until))?);
        }
        table.write(out, self.format, context.width)
    }
}

fn renewal(row: &Row, today: NaiveDate) -> Option<OutRenewal<'_>> {
    let cover = row.asks.cover.as_ref()?;
    Some(OutRenewal {
        who: Who::of(row),
        entry: cover.entry,
        prescriber: &cover.prescriber,
        until: cover.until,
        doses_left: cover.left,
        renew_by: cover.ends()?,
        ended: !cover.allows(today),
    })
}

/// A day as people read it, or as programs do.
fn date(day: NaiveDate, format: Format) -> String {
    if format == Format::Csv { day.to_string() } else { words::day(day) }
}

fn person(row: &Row, format: Format) -> (String, String, String) {
    let born = if format == Format::Csv { row.born.to_string() } else { words::born(row.born) };
    (row.number.clone(), row.name.clone(), born)
}
