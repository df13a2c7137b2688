//! `cobalog plan`: what a regimen means in dates.

use super::context::Context;
use super::date::Day;
use super::failure::Failure;
use super::format::{Format, json};
use super::regimens;
use super::table::Table;
use crate::clinic::drug::mcg;
use crate::clinic::interval::Interval;
use crate::clinic::knowledge::Knowledge;
use crate::clinic::order::{Order, Wish};
use crate::clinic::regimen::{Anchor, CheckpointRule, When};
use crate::clinic::schedule::{self, PlannedDose, RepletionEnd};
use crate::clinic::words;
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use std::io::Write;

#[derive(Args)]
#[command(after_help = "Example: cobalog plan r01 --start 2026-01-05 --every \"2 months\"")]
pub(super) struct Plan {
    /// A regimen's id, or its start up to the first dash.
    regimen: String,
    /// The date of the first dose.
    #[arg(long, value_name = "DATE")]
    start: Day,
    /// How many doses, also of an open phase.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1000))]
    doses: u32,
    /// A published maintenance interval, where the regimen offers several.
    #[arg(long, value_name = "INTERVAL")]
    every: Option<Interval>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The JSON of a plan.
#[derive(Serialize)]
struct Out {
    regimen: String,
    start: NaiveDate,
    doses: Vec<Dose>,
    checkpoints: Vec<Look>,
    repletion_ends: Option<NaiveDate>,
    maintenance: Option<Maintenance>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_review: Option<String>,
}

#[derive(Serialize)]
struct Dose {
    n: u32,
    date: NaiveDate,
    phase: &'static str,
    mcg: u32,
    drug: &'static str,
    route: &'static str,
}

#[derive(Serialize)]
struct Look {
    date: NaiveDate,
    label: String,
    asks: Vec<String>,
}

#[derive(Serialize)]
struct Maintenance {
    every: String,
}

impl Plan {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let knowledge = context.knowledge()?;
        let regimen = regimens::find(&knowledge, &self.regimen)?;
        let wish = Wish { every: self.every, ..Wish::plain(self.start.date(context.today), "") };
        let order = Order::write(regimen, knowledge.checkpoints(regimen), &wish)?;
        if let Some(changed) = order.changed.first() {
            return Err(format!("{} does not give that: {changed}", regimen.name).into());
        }
        let plan = lay_out(&order, self.doses);
        match self.format {
            Format::Json => json(out, &plan),
            Format::Csv => doses(&plan).write(out, Format::Csv, context.width),
            Format::Table => show(&plan, &order, &knowledge, context, out),
        }
    }
}

fn lay_out(order: &Order, count: u32) -> Out {
    let planned: Vec<_> = schedule::plan(&order.phases, order.start).take(count.max(60) as usize).collect();
    let shown = &planned[..planned.len().min(count as usize)];
    let end = schedule::repletion_end(&order.phases, order.start);
    let (repletion_ends, until_review) = match &end {
        RepletionEnd::On(day) => (Some(*day), None),
        RepletionEnd::Review { review, .. } => (None, Some(review.iso())),
        RepletionEnd::None => (None, None),
    };
    let maintenance = order.phases.iter().filter(|p| !p.kind.fills()).find_map(|p| p.interval());
    Out {
        regimen: order.regimen.clone(),
        start: order.start,
        doses: shown.iter().map(|d| dose(order, d)).collect(),
        checkpoints: looks(order, &planned, shown.last().map_or(order.start, |d| d.date), repletion_ends),
        repletion_ends,
        maintenance: maintenance.map(|every| Maintenance { every: every.iso() }),
        until_review,
    }
}

fn dose(order: &Order, planned: &PlannedDose) -> Dose {
    let phase = &order.phases[planned.phase];
    Dose {
        n: planned.n,
        date: planned.date,
        phase: phase.kind.word(),
        mcg: phase.dose_mcg,
        drug: order.drug.name(),
        route: order.route.name(),
    }
}

/// Lays the checkpoints out by day; one that counts from the end of repletion needs that end to have a date.
fn looks(order: &Order, planned: &[PlannedDose], last: NaiveDate, repletion_ends: Option<NaiveDate>) -> Vec<Look> {
    let mut all: Vec<Look> = Vec::new();
    for rule in order.checkpoints.iter() {
        let anchor = match rule.from {
            Anchor::Start => Some(order.start),
            Anchor::RepletionEnd => repletion_ends,
        };
        let Some(anchor) = anchor else { continue };
        let label = label(rule);
        let look = |date| Look { date, label: label.clone(), asks: rule.asks.clone() };
        all.extend(dates(rule, anchor, planned, last).into_iter().map(look));
    }
    all.sort_by_key(|look| look.date);
    all
}

/// Returns the days of one rule; one with a window falls on the first dose within it, so that the patient comes once.
fn dates(rule: &CheckpointRule, anchor: NaiveDate, planned: &[PlannedDose], last: NaiveDate) -> Vec<NaiveDate> {
    let opens = rule.at.after(anchor, 1);
    let first = schedule::checkpoint_day(rule, anchor, planned.iter().map(|dose| dose.date));
    let again = rule.again.into_iter().flat_map(|again| (1..).map(move |k| again.after(opens, k)));
    std::iter::once(first).chain(again.take_while(|day| *day <= last).take(200)).collect()
}

fn label(rule: &CheckpointRule) -> String {
    match rule.when {
        When::SevereAnaemia => format!("{} (if anaemia is severe)", rule.label),
        When::Pregnant | When::Always => rule.label.clone(),
    }
}

fn doses(plan: &Out) -> Table {
    let mut table = Table::new(&["dose", "date", "weekday", "phase", "mcg", "drug", "route"]);
    for d in &plan.doses {
        let weekday = d.date.format("%a").to_string();
        table.row([
            d.n.to_string(),
            d.date.to_string(),
            weekday,
            d.phase.into(),
            d.mcg.to_string(),
            d.drug.into(),
            d.route.into(),
        ]);
    }
    table
}

fn show(
    plan: &Out,
    order: &Order,
    knowledge: &Knowledge,
    context: &Context,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    writeln!(out, "{} ({}), from {}", order.name, order.regimen, words::day(order.start))?;
    writeln!(out, "{}\n", order.source)?;
    let mut table = Table::new(&["Dose", "Date", "Phase", "Give"]);
    for d in &plan.doses {
        let give = format!("{} {} {}", mcg(d.mcg), order.drug, order.route.short());
        table.row([d.n.to_string(), words::day(d.date), d.phase.to_owned(), give]);
    }
    table.write(out, Format::Table, context.width)?;
    writeln!(out)?;
    let mut table = Table::new(&["Checkpoint", "Label", "Asks"]).keep(&[0]);
    for look in &plan.checkpoints {
        table.row([words::day(look.date), look.label.clone(), knowledge.asked(&look.asks)]);
    }
    table.write(out, Format::Table, context.width)?;
    writeln!(out)?;
    write!(out, "{}", summary(plan, order))?;
    Ok(writeln!(out, "A published scheme, not a prescription: a prescriber confirms it against the product in hand.")?)
}

fn summary(plan: &Out, order: &Order) -> String {
    let repletion = match schedule::repletion_end(&order.phases, order.start) {
        RepletionEnd::On(day) => format!("Repletion ends with the dose of {}.\n", words::day(day)),
        RepletionEnd::Review { review, event } => {
            format!("Repletion goes on until \"{event}\" is recorded; first looked at after {review}.\n")
        }
        RepletionEnd::None => "There is no repletion in this plan.\n".to_owned(),
    };
    let maintenance = order.phases.iter().find(|p| !p.kind.fills()).filter(|_| plan.maintenance.is_some());
    let maintenance = maintenance.map(|p| format!("Maintenance is {}.\n", p.rhythm_words())).unwrap_or_default();
    format!("{repletion}{maintenance}")
}
