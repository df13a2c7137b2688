//! What nobody could name: listed, matched to a patient by a person, or put away.

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::format::{Format, json};
use super::super::table::Table;
use super::super::{identity, patient};
use super::carry;
use crate::clinic::intake::{Unmatched as Waits, nothing_agrees};
use crate::clinic::words;
use crate::store::Store;
use clap::Args;
use serde_json::json as value;
use std::io::Write;

#[derive(Args)]
#[command(after_help = "Example: cobalog import unmatched --format json")]
pub(super) struct Unmatched {
    /// Who it is, by initials or name, where people sign in: whose PIN or passphrase is given; anybody's where absent.
    #[arg(long, value_name = "INITIALS")]
    by: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Args)]
#[command(after_help = "Example: cobalog import match 5f1c2a9b 1042 --by mk")]
pub(super) struct Match {
    /// What waits, as `cobalog import unmatched` names it, or the beginning of that.
    what: String,
    /// Number, chart id, or enough of the name.
    patient: String,
    /// Although the birth dates differ.
    #[arg(long)]
    although: bool,
    /// Although name, number and birth date all differ.
    #[arg(long)]
    although_nothing_agrees: bool,
    /// Who records, by initials or name; the first of the practice's people where absent.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

#[derive(Args)]
#[command(
    after_help = "Example: cobalog import put-away 5f1c2a9b --because \"another practice's patient; the laboratory was told\""
)]
pub(super) struct PutAway {
    /// What waits, as `cobalog import unmatched` names it, or the beginning of that.
    what: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    because: String,
    /// Who decides, by initials or name; the first of the practice's people where absent.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl Unmatched {
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let (all, problems) = store.unmatched();
        carry::name(&problems);
        if self.format == Format::Json {
            return json(out, &all.iter().map(of).collect::<Vec<_>>());
        }
        if all.is_empty() && self.format == Format::Table {
            return Ok(writeln!(out, "Nothing waits for a person.")?);
        }
        let mut table = Table::new(&["Since", "About", "Born", "Why", "File", "Name"]).keep(&[0, 2, 5]);
        for waits in &all {
            let born = waits.piece.about.born.map(words::born).unwrap_or_default();
            let about = waits.piece.about.name();
            table.row([
                words::day(waits.at.date_naive()),
                about,
                born,
                waits.told(),
                waits.file.clone(),
                waits.name.clone(),
            ]);
        }
        table.write(out, self.format, context.width)
    }
}

fn of(waits: &Waits) -> serde_json::Value {
    value!({
        "name": waits.name, "file": waits.file, "at": waits.at.to_rfc3339(), "by": waits.by, "why": waits.why,
        "remarks": waits.piece.remarks, "by_hand": waits.is_by_hand(),
        "place": waits.piece.place, "about": waits.piece.about, "candidates": waits.candidates,
    })
}

fn pick(store: &Store, name: &str) -> Result<Waits, Failure> {
    let (all, problems) = store.unmatched();
    carry::name(&problems);
    let mut found = all.into_iter().filter(|waits| waits.name.starts_with(&name.trim().to_lowercase()));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(format!("several wait whose name begins with {name}: type more of it").into()),
        (None, _) => Err(format!("nothing waits under the name {name}: `cobalog import unmatched` lists it").into()),
    }
}

impl Match {
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let waits = pick(&store, &self.what)?;
        let chart = patient::find(&store, &self.patient, context.today)?;
        let person = chart.person();
        let apart = person.and_then(|p| nothing_agrees(&waits.piece.about, (&p.name(), &p.number, p.born)));
        if let Some(text) = apart.filter(|_| !self.although_nothing_agrees) {
            return Err(format!("{text}: look again; --although-nothing-agrees records it").into());
        }
        let born = person.map(|person| person.born).filter(|_| !self.although_nothing_agrees);
        let differ = waits.piece.about.born.zip(born).filter(|(theirs, ours)| theirs != ours && !self.although);
        if let Some((theirs, ours)) = differ {
            let (theirs, ours) = (words::born(theirs), words::born(ours));
            let whose = super::called(&store, chart.id);
            let text = format!("{whose} is born {ours}, the file says {theirs}: look again; --although records it");
            return Err(text.into());
        }
        let recorded = store.match_to(&waits, chart.id, identity::name(self.by.as_deref(), &store), context.now)?;
        let whose = super::called(&store, chart.id);
        match recorded {
            0 => Ok(writeln!(out, "All of it is in the chart of {whose} already; it waits no more.")?),
            n => Ok(writeln!(out, "Recorded for {whose}: {}.", words::plural(n as i64, "entry"))?),
        }
    }
}

impl PutAway {
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let waits = pick(&store, &self.what)?;
        if self.because.trim().is_empty() {
            return Err("say why with --because \"…\"".into());
        }
        let by = identity::name(self.by.as_deref(), &store);
        store.put_away(&waits, self.because.trim(), by, context.now)?;
        Ok(writeln!(out, "Put away; the file is in kept/.")?)
    }
}
