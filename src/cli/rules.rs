//! `cobalog rules`: the safety rules with their limits and sources, and how often each is open and passed.

use super::context::Context;
use super::failure::{self, Failure};
use super::format::{Format, json};
use super::record::told;
use super::table::Table;
use crate::clinic::citation;
use crate::clinic::findings::Tier;
use crate::clinic::knowledge::Knowledge;
use crate::clinic::rule::Rule;
use crate::clinic::tally::Count;
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

/// From this width on it is shown where the reasons were given.
const WIDE: usize = 100;

#[derive(Args)]
#[command(after_help = "Example: cobalog rules --show T3\n         cobalog rules --counts")]
pub(super) struct Rules {
    /// Show one rule in full.
    #[arg(long, value_name = "ID")]
    show: Option<String>,
    /// Read all charts, and count where each rule is open, and where it was passed with a reason.
    #[arg(long)]
    counts: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The JSON of a rule.
#[derive(Serialize)]
struct Out<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    softer: Option<&'static str>,
    tier: &'static str,
    harder: Option<&'static str>,
    when: &'a str,
    limits: &'a BTreeMap<String, f64>,
    todo: String,
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Count>,
}

impl Rules {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let (knowledge, counts) = if self.counts {
            let store = context.store()?;
            let (counts, problems) = store.tally(context.today);
            problems.iter().for_each(|problem| failure::say(&format!("left out: {problem}")));
            (store.practice().knowledge.clone(), Some(counts))
        } else {
            (context.knowledge()?, None)
        };
        let shown: Vec<&Rule> = match &self.show {
            Some(id) => vec![find(&knowledge, id)?],
            None => knowledge.rules().iter().collect(),
        };
        let count = |rule: &Rule| counts.as_ref().map(|all| all.get(&rule.id).cloned().unwrap_or_default());
        match (self.format, &shown[..], &counts) {
            (Format::Json, ..) => json(out, &shown.iter().map(|r| of(r, count(r))).collect::<Vec<_>>()),
            (Format::Table, [one], _) if self.show.is_some() => full(one, &knowledge, count(one).as_ref(), out),
            (format, _, Some(_)) => {
                let counted = shown.iter().filter_map(|r| Some((*r, count(r)?)));
                counted_table(counted, format, context.width).write(out, format, context.width)
            }
            (format, _, None) => list(&shown).write(out, format, context.width),
        }
    }
}

fn find<'a>(knowledge: &'a Knowledge, id: &str) -> Result<&'a Rule, Failure> {
    let found = knowledge.rules().iter().find(|r| r.id.eq_ignore_ascii_case(id.trim()));
    found.ok_or_else(|| format!("no rule is called \"{id}\"; `cobalog rules` lists them").into())
}

fn of(rule: &Rule, counts: Option<Count>) -> Out<'_> {
    Out {
        id: &rule.id,
        name: &rule.name,
        softer: rule.softer.map(Tier::word),
        tier: rule.tier.word(),
        harder: rule.harder.map(Tier::word),
        when: &rule.when,
        limits: &rule.limits,
        todo: told(&rule.todo),
        source: rule.cited(),
        counts,
    }
}

fn tier(rule: &Rule) -> String {
    rule.tiers().into_iter().map(Tier::word).collect::<Vec<_>>().join(", ")
}

fn list(rules: &[&Rule]) -> Table {
    let mut table = Table::new(&["Rule", "Tier", "Name", "When", "Limits", "What to do", "Source"]).keep(&[0, 1]);
    for r in rules {
        let cells = [r.id.clone(), tier(r), r.name.clone(), r.when.clone(), r.limits_words().join(", ")];
        table.row(cells.into_iter().chain([told(&r.todo), r.cited()]));
    }
    table
}

/// Rules that are open nowhere and were never passed say nothing to a person; a spreadsheet has them all.
fn counted_table<'a>(rules: impl Iterator<Item = (&'a Rule, Count)>, format: Format, width: usize) -> Table {
    let narrow = format == Format::Table && width < WIDE;
    let titles = ["Rule", "Name", "Open", "Quiet", "Reasons", "Dose", "Plan", "Change", "Seen"];
    let shown = if narrow { 5 } else { titles.len() };
    let mut table = Table::new(&titles[..shown]).keep(&[0, 2, 3, 4]);
    for (rule, count) in rules.filter(|(_, count)| format == Format::Csv || !count.is_nothing()) {
        let numbers = [count.open, count.quiet, count.reasons(), count.doses, count.orders, count.changes, count.seen];
        let cells = [rule.id.clone(), rule.name.clone()].into_iter().chain(numbers.map(|n| n.to_string()));
        table.row(cells.take(shown));
    }
    table
}

fn full(rule: &Rule, knowledge: &Knowledge, count: Option<&Count>, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "{}  {}\n", rule.id, rule.name)?;
    writeln!(out, "Tier:     {}{}", tier(rule), if rule.needle { "; also holds the next injection back" } else { "" })?;
    writeln!(out, "When:     {}", rule.when)?;
    if !rule.limits.is_empty() {
        writeln!(out, "Limits:   {}", rule.limits_words().join(", "))?;
    }
    let todo = [Some(&rule.todo), rule.todo_harder.as_ref()].into_iter().flatten().filter(|t| !t.is_empty());
    todo.into_iter().try_for_each(|todo| writeln!(out, "To do:    {}", told(todo)))?;
    writeln!(out, "Source:   {}", rule.cited())?;
    let named = citation::explained(knowledge, &rule.cited());
    named.iter().try_for_each(|line| writeln!(out, "          {line}"))?;
    let Some(count) = count else { return Ok(()) };
    writeln!(
        out,
        "\nOpen now in {}, quiet in {}; passed with a reason {} times.",
        count.open,
        count.quiet,
        count.reasons()
    )?;
    for given in &count.given {
        writeln!(out, "- {}", super::table::plain(given))?;
    }
    Ok(())
}
