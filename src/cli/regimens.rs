//! `cobalog regimens`: the library of published regimens.

use super::context::Context;
use super::failure::Failure;
use super::format::{Format, json};
use super::table::Table;
use crate::clinic::citation;
use crate::clinic::drug::mcg;
use crate::clinic::knowledge::{Knowledge, Unknown};
use crate::clinic::regimen::{End, Phase, Regimen};
use clap::Args;
use serde::Serialize;
use std::io::Write;

/// From this width on the list shows the phases too.
const WIDE: usize = 110;

#[derive(Args)]
#[command(after_help = "Example: cobalog regimens --show r02")]
pub(super) struct Regimens {
    /// Show one regimen in full.
    #[arg(long, value_name = "ID")]
    show: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The JSON of a regimen.
#[derive(Serialize)]
struct Out<'a> {
    id: &'a str,
    name: &'a str,
    drug: &'static str,
    setting: &'a str,
    neuro: Option<bool>,
    causes: &'a [String],
    phases: Vec<OutPhase>,
    source: String,
}

#[derive(Serialize)]
struct OutPhase {
    kind: &'static str,
    mcg: u32,
    route: &'static str,
    every: String,
    until: String,
}

impl Regimens {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let knowledge = context.knowledge()?;
        let shown: Vec<&Regimen> = match &self.show {
            Some(id) => vec![find(&knowledge, id)?],
            None => knowledge.regimens().iter().collect(),
        };
        match (self.format, shown.as_slice()) {
            (Format::Json, _) => json(out, &shown.iter().map(|r| of(r)).collect::<Vec<_>>()),
            (Format::Table, [one]) if self.show.is_some() => full(one, &knowledge, out),
            (Format::Table, _) if context.width < WIDE => short(&shown).write(out, Format::Table, context.width),
            (format, _) => list(&shown).write(out, format, context.width),
        }
    }
}

/// Finds a regimen by what was typed.
pub(super) fn find<'a>(knowledge: &'a Knowledge, text: &str) -> Result<&'a Regimen, Failure> {
    knowledge.regimen(text).map_err(|unknown| match unknown {
        Unknown::None => format!("no regimen is called \"{text}\"; `cobalog regimens` lists them").into(),
        Unknown::Several(ids) => format!("\"{text}\" could be {}; write one of these ids", ids.join(" or ")).into(),
    })
}

fn of(regimen: &Regimen) -> Out<'_> {
    let route = regimen.routes.first().map_or("", |r| r.name());
    let phase = |p: &Phase| OutPhase {
        kind: p.kind.word(),
        mcg: p.dose_mcg,
        route,
        every: p.rhythm_words(),
        until: until(&p.until),
    };
    Out {
        id: &regimen.id,
        name: &regimen.name,
        drug: regimen.drug.name(),
        setting: &regimen.setting,
        neuro: regimen.neuro,
        causes: &regimen.causes,
        phases: regimen.phases.iter().map(phase).collect(),
        source: source(regimen),
    }
}

fn source(regimen: &Regimen) -> String {
    format!("{} ({})", regimen.source, regimen.edition)
}

fn until(end: &End) -> String {
    match end {
        End::Doses(n) => format!("{n} doses"),
        End::Lasts(time) => format!("for {time}"),
        End::Weeks(from, to) => format!("weeks {from} to {to}"),
        End::Event { event, review } => format!("until {event}, reviewed after {review}"),
        End::Open { review } => format!("open, reviewed every {review}"),
    }
}

fn neuro(regimen: &Regimen) -> &'static str {
    match regimen.neuro {
        Some(true) => "yes",
        Some(false) => "no",
        None => "either",
    }
}

/// What fits a narrow terminal; `--show` has the rest.
fn short(regimens: &[&Regimen]) -> Table {
    let mut table = Table::new(&["ID", "Name", "Drug", "Neuro"]).keep(&[0, 3]);
    for r in regimens {
        table.row([r.id.clone(), r.name.clone(), r.drug.name().to_owned(), neuro(r).to_owned()]);
    }
    table
}

fn list(regimens: &[&Regimen]) -> Table {
    let mut table = Table::new(&["ID", "Name", "Drug", "Where", "Neuro", "Phases"]).keep(&[0]);
    for r in regimens {
        let phases: Vec<_> = r.phases.iter().map(|p| format!("{} {}", mcg(p.dose_mcg), p.rhythm_words())).collect();
        table.row([
            r.id.clone(),
            r.name.clone(),
            r.drug.name().to_owned(),
            r.setting.clone(),
            neuro(r).to_owned(),
            phases.join("; "),
        ]);
    }
    table
}

fn full(r: &Regimen, knowledge: &Knowledge, out: &mut dyn Write) -> Result<(), Failure> {
    let routes: Vec<_> = r.routes.iter().map(|route| route.short()).collect();
    writeln!(out, "{}\n{}\n", r.id, r.name)?;
    writeln!(out, "For:      {}", r.applies)?;
    writeln!(out, "Drug:     {}, {}", r.drug, routes.join(" or "))?;
    writeln!(out, "Where:    {}; neurologic involvement: {}", r.setting, neuro(r))?;
    writeln!(out, "Causes:   {}", r.causes.join(", "))?;
    writeln!(out, "Source:   {}\n", source(r))?;
    for (i, p) in r.phases.iter().enumerate() {
        writeln!(out, "{}. {}, {}: {}", i + 1, p.kind.title(), mcg(p.dose_mcg), p.words)?;
        writeln!(out, "   {}, {}", p.rhythm_words(), until(&p.until))?;
        let others: Vec<_> = p.or.iter().map(|c| format!("every {}", c.every)).collect();
        let notes = [
            (!others.is_empty()).then(|| format!("Or {}", others.join(", "))),
            p.gate.as_ref().map(|g| format!("Before it opens: {g}")),
            p.mark.clone(),
        ];
        notes.into_iter().flatten().try_for_each(|note| writeln!(out, "   {note}"))?;
    }
    writeln!(out)?;
    for rule in knowledge.checkpoints(r) {
        writeln!(out, "Check after {}: {} ({})", rule.at, rule.label, knowledge.asked(&rule.asks))?;
    }
    r.tablets.iter().try_for_each(|tablets| writeln!(out, "Tablets: {tablets}"))?;
    r.then.iter().try_for_each(|then| writeln!(out, "Then: {then}"))?;
    r.marks.iter().try_for_each(|mark| writeln!(out, "- {mark}"))?;
    let marks = r.phases.iter().filter_map(|p| p.mark.clone()).chain(r.marks.iter().cloned()).chain(r.then.clone());
    let checks = knowledge.checkpoints(r).into_iter().map(|c| c.source);
    let all: Vec<_> = std::iter::once(source(r)).chain(marks).chain(checks).collect();
    writeln!(out, "\nWhere it comes from:")?;
    let named = citation::explained(knowledge, &all.join("\n"));
    Ok(named.iter().try_for_each(|line| writeln!(out, "  {line}"))?)
}
