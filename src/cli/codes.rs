//! `cobalog codes`: which ICD-10-CM code follows from the record, and what is wrong with codes at hand.

use super::context::Context;
use super::date::Day;
use super::failure::Failure;
use super::format::{Format, json};
use super::patient;
use super::table::Table;
use crate::clinic::coding::{self, Proposal};
use crate::clinic::course::Course;
use crate::clinic::findings::{Finding, Tier};
use clap::Args;
use serde::Serialize;
use std::io::Write;

#[derive(Args)]
#[command(after_help = "Example: cobalog codes 1042 D51.0 G32.0 --on 2026-11-23")]
pub(super) struct Codes {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// Codes in their order, to be checked.
    codes: Vec<String>,
    /// The day of service; today where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Out {
    proposed: Vec<Proposal>,
    wrong: Vec<Wrong>,
}

#[derive(Serialize)]
struct Wrong {
    rule: String,
    severity: &'static str,
    text: String,
    todo: String,
    source: String,
}

impl Codes {
    /// Carries the command out; a code that cannot stand makes it fail.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let on = context.day(self.on);
        let chart = patient::find(&store, &self.patient, context.today)?;
        let course = Course::of(&chart, store.practice(), context.today);
        let proposed = coding::propose(&course, store.practice(), on);
        let found =
            if self.codes.is_empty() { Vec::new() } else { coding::check(&course, store.practice(), &self.codes, on) };
        match self.format {
            Format::Json => json(out, &Out { proposed, wrong: found.iter().map(wrong).collect() })?,
            format => table(&proposed, &found).write(out, format, context.width)?,
        }
        if found.iter().any(|f| f.tier == Tier::Stop) { Err(Failure::Said) } else { Ok(()) }
    }
}

fn wrong(finding: &Finding) -> Wrong {
    let Finding { rule, tier, text, todo, source, .. } = finding.clone();
    Wrong { rule, severity: tier.word(), text, todo, source }
}

fn table(proposed: &[Proposal], found: &[Finding]) -> Table {
    let mut table = Table::new(&["code", "title", "why"]).keep(&[0]);
    proposed.iter().for_each(|p| table.row([p.code.clone(), p.title.clone(), p.because.clone()]));
    found.iter().for_each(|f| {
        table.row([format!("{} {}", f.tier.word(), f.rule), f.text.clone(), format!("{} ({})", f.todo, f.source)]);
    });
    table
}
