//! `cobalog same`: who may be entered twice, and a person's word on two charts.

use super::context::Context;
use super::end_phase::required;
use super::failure::{self, Failure};
use super::format::{Format, json};
use super::patient;
use super::table::Table;
use crate::clinic::agenda::{Roll, Row};
use crate::clinic::entry::PatientId;
use crate::clinic::links::Link;
use crate::clinic::same::{self, Candidate};
use crate::clinic::words;
use crate::store::Store;
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use std::io::Write;
use std::sync::Arc;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  cobalog same\n  cobalog same 1006 1044 --join --reason \"same card, typed with another letter\"\n  cobalog same 1006 1044 --apart --reason \"twins\""
)]
pub(super) struct Same {
    /// One patient: number, chart id, or enough of the name.
    #[arg(requires = "other", value_name = "A")]
    one: Option<String>,
    /// The other patient. To part joined charts: the old number or the old chart id.
    #[arg(value_name = "B")]
    other: Option<String>,
    /// They are one patient.
    #[arg(long, requires = "other", requires = "reason", conflicts_with = "apart")]
    join: bool,
    /// They are two people, also where they were joined.
    #[arg(long, requires = "other", requires = "reason")]
    apart: bool,
    /// How that was found out.
    #[arg(long, value_name = "WHY", requires = "other")]
    reason: Option<String>,
    /// Who records; the first of the practice's people where absent.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Out<'a> {
    older: Who<'a>,
    newer: Who<'a>,
    reasons: &'a [String],
}

#[derive(Serialize)]
struct Who<'a> {
    patient: PatientId,
    number: &'a str,
    name: &'a str,
    born: NaiveDate,
    last_given: Option<NaiveDate>,
}

#[derive(Serialize)]
struct Done {
    patient: PatientId,
    other: PatientId,
    said: &'static str,
    /// Whether it stands in every chart yet; it holds all the same.
    complete: bool,
}

impl<'a> Who<'a> {
    fn of(row: &'a Row) -> Self {
        Self { patient: row.id, number: &row.number, name: &row.name, born: row.born, last_given: row.last_given }
    }
}

impl Same {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let roll = patient::roll(&store, context.today).roll;
        let Some((one, other)) = self.one.as_deref().zip(self.other.as_deref()) else {
            return self.list(&same::candidates(&roll.alike()), &roll, context, out);
        };
        let pair = (chart_of(&roll, one)?, chart_of(&roll, other)?);
        if pair.0 == pair.1 {
            return Err(format!("\"{one}\" and \"{other}\" are the same chart: name the other one's old number").into());
        }
        match (self.join, self.apart) {
            (true, _) => self.say(&store, &roll, pair, Link::Same, context, out),
            (_, true) => self.say(&store, &roll, pair, Link::Different, context, out),
            _ => Err("say what holds of the two: --join or --apart, with --reason \"…\"".into()),
        }
    }

    fn list(&self, found: &[Candidate], roll: &Roll, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let row = |id| roll.of_patient(id);
        let pairs: Vec<_> =
            found.iter().filter_map(|c| Some((row(c.older)?, row(c.newer)?, c.reasons.as_slice()))).collect();
        let pairs = pairs.iter().map(|(older, newer, reasons)| (&**older, &**newer, *reasons));
        if self.format == Format::Json {
            let all: Vec<_> = pairs
                .map(|(older, newer, reasons)| Out { older: Who::of(older), newer: Who::of(newer), reasons })
                .collect();
            return json(out, &all);
        }
        let mut table =
            Table::new(&["Number", "Patient", "Born", "Number", "Patient", "Born", "Why"]).keep(&[0, 2, 3, 5]);
        for (older, newer, reasons) in pairs {
            let who = [older, newer].into_iter().flat_map(|r| [r.number.clone(), r.name.clone(), born(r, self.format)]);
            table.row(who.chain([reasons.join("; ")]));
        }
        if table.is_empty() && self.format == Format::Table {
            return Ok(writeln!(out, "Nobody seems to be entered twice.")?);
        }
        table.write(out, self.format, context.width)
    }

    fn say(
        &self,
        store: &Store,
        roll: &Roll,
        pair: (PatientId, PatientId),
        link: Link,
        context: &Context,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let why = required("--reason", self.reason.as_deref().unwrap_or_default())?;
        let by = self.by.as_deref().unwrap_or_else(|| store.settings().author());
        if link == Link::Same {
            two_plans(store, pair)?;
        }
        let done = store.link(pair, link, &why, by, context.now)?;
        if let Some(error) = &done.left {
            failure::say(&format!(
                "note: it holds, but is not in both charts yet; `cobalog check --repair` completes it: {error}"
            ));
        }
        let (patient, other) = (pair.0.min(pair.1), pair.0.max(pair.1));
        if self.format == Format::Json {
            return json(out, &Done { patient, other, said: link.word(), complete: done.left.is_none() });
        }
        let now = store.roll(context.today).roll;
        let row = |id| now.of_patient(id).or_else(|| roll.of_patient(id));
        let number = |id| row(id).map_or_else(String::new, |r| r.number.clone());
        match link {
            Link::Same => {
                let words = |r: &Arc<Row>| Some(r.former.iter().find(|f| f.id == other)?.words(&r.number));
                let words = now.linked().iter().find_map(words).unwrap_or_default();
                Ok(writeln!(out, "Joined: {words}.")?)
            }
            Link::Different => Ok(writeln!(out, "Kept apart: {} and {}.", number(patient), number(other))?),
        }
    }
}

fn born(row: &Row, format: Format) -> String {
    if format == Format::Csv { row.born.to_string() } else { words::born(row.born) }
}

/// Each chart may have a plan that runs: which one holds is said before they are read as one.
fn two_plans(store: &Store, (one, other): (PatientId, PatientId)) -> Result<(), Failure> {
    let (one, other) = (store.chart(one)?, store.chart(other)?);
    let plan = |chart: &crate::clinic::chart::Chart| {
        let (id, order) = chart.order()?;
        Some((chart.entry(id)?.key(), order.name.clone()))
    };
    if one.id != other.id
        && let (Some(a), Some(b)) = (plan(&one), plan(&other))
    {
        let (holds, not) = if a.0 > b.0 { (a, b) } else { (b, a) };
        failure::say(&format!(
            "note: each chart has a plan: {} holds, as it was signed last, on {}; {} does not",
            holds.1,
            words::day(holds.0.0.date_naive()),
            not.1
        ));
    }
    Ok(())
}

/// The very chart that is named: of a joined one its own id, not that of the whole.
fn chart_of(roll: &Roll, text: &str) -> Result<PatientId, Failure> {
    let wanted = text.trim();
    if roll.numbered(wanted).iter().any(|r| r.number == wanted) {
        return Ok(patient::pick(roll, text)?.id);
    }
    let former = roll.linked().iter().find_map(|r| r.former(wanted).map(|former| former.id));
    former.map_or_else(|| Ok(patient::pick(roll, text)?.id), Ok)
}
