//! `cobalog same`: who may be entered twice, and a person's word on two charts.

use super::context::Context;
use super::end_phase::required;
use super::failure::{self, Failure};
use super::format::{Format, json};
use super::patient;
use super::table::Table;
use crate::clinic::agenda::{Roll, Row};
use crate::clinic::audit::What;
use crate::clinic::entry::PatientId;
use crate::clinic::links::{KeptApart, Link};
use crate::clinic::same::{self, Candidate};
use crate::clinic::words;
use crate::store::{LinkDone, Store, StoreError};
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use std::io::Write;

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
    /// With --join: also where they, or other charts of theirs, were recorded as two people.
    #[arg(long, requires = "join")]
    although_apart: bool,
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

const UNSAID: Failure = Failure::Usage("say what holds of the two: --join or --apart, with --reason \"…\"");

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
    /// Every chart that is read as part of the first one's now.
    joined: Vec<PatientId>,
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
        if self.other.is_some() && !self.join && !self.apart {
            return Err(UNSAID);
        }
        let store = context.store()?;
        let roll = patient::roll(&store, context.today).roll;
        let Some((one, other)) = self.one.as_deref().zip(self.other.as_deref()) else {
            store.note(context.event(&store, What::Listed).with("who may be entered twice"));
            return self.list(&same::candidates(&roll.alike()), &roll, context, out);
        };
        let pair = (chart_of(&roll, one)?, chart_of(&roll, other)?);
        if pair.0 == pair.1 {
            return Err(format!("\"{one}\" and \"{other}\" are the same chart: name the other one's old number").into());
        }
        match (self.join, self.apart) {
            (true, _) => self.say(&store, &roll, pair, Link::Same, context, out),
            (_, true) => self.say(&store, &roll, pair, Link::Different, context, out),
            _ => Err(UNSAID),
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
        let by = super::identity::name(self.by.as_deref(), store);
        if link == Link::Same {
            two_plans(store, pair)?;
        }
        let said = if self.although_apart {
            store.link_although_apart(pair, link, &why, by, context.now)
        } else {
            store.link(pair, link, &why, by, context.now)
        };
        let done = said.map_err(|error| match error {
            StoreError::KeptApart { apart, .. } => refused(&apart, roll, pair).into(),
            other => Failure::from(other),
        })?;
        if let Some(error) = &done.left {
            failure::say(&format!(
                "note: it holds, but is not in both charts yet; `cobalog check --repair` completes it: {error}"
            ));
        }
        self.done(pair, link, &done, roll, out)
    }

    fn done(
        &self,
        pair: (PatientId, PatientId),
        link: Link,
        done: &LinkDone,
        roll: &Roll,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let (patient, other) = (pair.0.min(pair.1), pair.0.max(pair.1));
        if self.format == Format::Json {
            let joined = done.chart.joined().iter().map(|j| j.id).collect();
            let patient = if link == Link::Same { done.chart.id } else { patient };
            return json(out, &Done { patient, other, said: link.word(), joined, complete: done.left.is_none() });
        }
        match link {
            Link::Same => Ok(writeln!(out, "Joined: {}.", done.chart.joined_words().unwrap_or_default())?),
            Link::Different => Ok(writeln!(out, "Kept apart: {} and {}.", number(roll, patient), number(roll, other))?),
        }
    }
}

fn born(row: &Row, format: Format) -> String {
    if format == Format::Csv { row.born.to_string() } else { words::born(row.born) }
}

/// The number of a chart, also of one that is read as part of another.
fn number(roll: &Roll, id: PatientId) -> String {
    let former = || roll.linked().iter().find_map(|r| Some(r.former.iter().find(|f| f.id == id)?.number.clone()));
    roll.of_patient(id).filter(|row| row.id == id).map(|row| row.number.clone()).or_else(former).unwrap_or_default()
}

/// Says why two are not joined who were recorded as two people, and how to go on.
fn refused(apart: &[KeptApart], roll: &Roll, (one, other): (PatientId, PatientId)) -> String {
    let (one, other) = (number(roll, one), number(roll, other));
    let said = apart.iter().map(KeptApart::words).collect::<Vec<_>>().join(". ");
    let third = apart.iter().flat_map(|kept| [(&kept.one, &one), (&kept.other, &other)]).find(|(a, b)| a != b);
    let first = third.map_or_else(String::new, |(a, b)| {
        format!("part {b} from {a} first (`cobalog same {a} {b} --apart --reason \"…\"`), or ")
    });
    format!(
        "{said}. Joining {one} and {other} would make one patient of them. Nothing was recorded: {first}say \
         --although-apart where they are one patient all the same"
    )
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
