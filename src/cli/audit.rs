//! `cobalog audit`: who saw, recorded, printed, exported and signed in; and what was stopped, without names.

use super::context::Context;
use super::date::Day;
use super::failure::{self, Failure};
use super::format::{Format, json};
use super::patient;
use super::table::{Table, plain};
use crate::clinic::agenda::Roll;
use crate::clinic::audit::{Event, Logged, NearMiss, What, month_page};
use crate::clinic::entry::{EntryId, PatientId};
use crate::store::{Store, Wanted};
use chrono::{Months, NaiveDate};
use clap::Args;
use serde::Serialize;
use std::io::Write;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog audit --patient 1042 --from 2026-11-01\n         cobalog audit --near-misses --month 2026-11\n\n\
    JSON: an array, newest first, of {\"at\", \"by\", \"what\", \"patient\", \"number\", \"name\", \"entry\", \"seal\", \
    \"detail\", \"station\", \"n\"}; of near misses {\"on\", \"miss\", \"rule\", \"given\" where it was all the same}. `cobalog check` says whether the log is whole."
)]
pub(super) struct Audit {
    /// Only what is about this patient: number, chart id, or enough of the name.
    #[arg(long, value_name = "PATIENT")]
    patient: Option<String>,
    /// Only what this person did: the name or a part of it.
    #[arg(long, value_name = "WHO")]
    who: Option<String>,
    /// From this day on.
    #[arg(long, value_name = "DATE")]
    from: Option<Day>,
    /// Until the end of this day.
    #[arg(long, value_name = "DATE")]
    to: Option<Day>,
    /// What was stopped when somebody was about to sign a dose, by day and without a patient; no other list has it.
    #[arg(long, conflicts_with_all = ["patient", "who"])]
    near_misses: bool,
    /// The near misses of a month on one page, counted, without names.
    #[arg(long, value_name = "YYYY-MM", value_parser = month, requires = "near_misses",
        conflicts_with_all = ["from", "to"])]
    month: Option<NaiveDate>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The JSON of a line.
#[derive(Serialize)]
struct Out<'a> {
    at: String,
    by: Option<&'a str>,
    what: What,
    patient: Option<PatientId>,
    number: Option<String>,
    name: Option<String>,
    entry: Option<EntryId>,
    seal: Option<&'a str>,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pretended: Option<NaiveDate>,
    station: &'a str,
    n: u64,
}

/// The JSON of a near miss: nothing of whom, nor of when on that day.
#[derive(Serialize)]
struct Missed<'a> {
    on: NaiveDate,
    miss: NearMiss,
    rule: &'a str,
    /// Whether it was given all the same.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    given: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pretended: Option<NaiveDate>,
}

fn missed(line: &Logged) -> Option<Missed<'_>> {
    let event = &line.event;
    Some(Missed {
        on: event.at.date_naive(),
        miss: event.miss?,
        rule: &event.detail,
        given: event.what == What::Happened,
        pretended: event.pretended,
    })
}

/// The near misses as the screen shows them.
fn misses(store: &Store, lines: &[Logged]) -> Table {
    let mut table = Table::new(&["Day", "What was stopped"]).keep(&[0, 1]);
    for line in lines {
        let day = line.event.at.format("%Y-%m-%d").to_string();
        table.row([&day, &line.event.more(&store.practice().knowledge)]);
    }
    table
}

fn month(text: &str) -> Result<NaiveDate, String> {
    format!("{}-01", text.trim()).parse().map_err(|_| format!("\"{text}\" is not a month; write 2026-11"))
}

impl Audit {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let wanted = self.wanted(&store, context)?;
        let (mut lines, problems) = store.log(&wanted);
        // Beside names and times everybody would know whose they were.
        lines.retain(|line| line.event.what.is_at_the_needle() == self.near_misses);
        problems.iter().for_each(|problem| failure::say(&format!("left out: {problem}")));
        let roll = store.roll_unverified().unwrap_or_else(|| store.roll(context.today).roll);
        match (self.month, self.format) {
            (Some(month), Format::Table) => page(&store, &lines, month, out)?,
            (_, Format::Json) if self.near_misses => json(out, &lines.iter().filter_map(missed).collect::<Vec<_>>())?,
            (_, format) if self.near_misses => misses(&store, &lines).write(out, format, context.width)?,
            (_, Format::Json) => json(out, &lines.iter().map(|line| of(line, &roll)).collect::<Vec<_>>())?,
            (_, format) => table(&store, &lines, &roll, format).write(out, format, context.width)?,
        }
        let about = wanted.patients.first().copied();
        store.note(Event { patient: about, ..context.event(&store, What::Listed).with("the audit log") });
        Ok(())
    }

    fn wanted(&self, store: &Store, context: &Context) -> Result<Wanted, Failure> {
        let patients = match &self.patient {
            Some(text) => {
                let chart = patient::find(store, text, context.today)?;
                std::iter::once(chart.id).chain(chart.joined().iter().map(|j| j.id)).collect()
            }
            None => Vec::new(),
        };
        let last = |month: NaiveDate| month.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt());
        Ok(Wanted {
            patients,
            by: self.who.as_ref().map(|who| who.trim().to_lowercase()),
            from: self.month.or(self.from.map(|day| day.date(context.today))),
            to: self.month.and_then(last).or(self.to.map(|day| day.date(context.today))),
            what: self.near_misses.then_some(What::NearMiss),
            most: None,
        })
    }
}

fn page(store: &Store, lines: &[Logged], month: NaiveDate, out: &mut dyn Write) -> Result<(), Failure> {
    let events: Vec<_> = lines.iter().map(|line| line.event.clone()).collect();
    let lines = month_page(&events, month, &store.settings().name, &store.practice().knowledge);
    lines.iter().try_for_each(|line| Ok(writeln!(out, "{}", plain(line))?))
}

fn of<'a>(line: &'a Logged, roll: &Roll) -> Out<'a> {
    let event = &line.event;
    let row = event.patient.and_then(|id| roll.of_patient(id));
    Out {
        at: event.at.to_rfc3339(),
        by: Some(event.by.as_str()).filter(|by| !by.is_empty()),
        what: event.what,
        patient: event.patient,
        number: row.as_ref().map(|row| row.number.clone()),
        name: row.as_ref().map(|row| row.name.clone()),
        entry: event.entry,
        seal: event.seal.as_deref(),
        detail: &event.detail,
        pretended: event.pretended,
        station: &line.station,
        n: line.n,
    }
}

fn table(store: &Store, lines: &[Logged], roll: &Roll, format: Format) -> Table {
    let mut table = Table::new(&["When", "Who", "What", "Patient", "More", "From"]).keep(&[0, 2]);
    for line in lines {
        let event = &line.event;
        let row = event.patient.and_then(|id| roll.of_patient(id));
        let known = row.map(|row| format!("{} {}", row.number, row.name));
        let patient = known.or(event.patient.map(|id| id.to_string())).unwrap_or_default();
        let more = event.more(&store.practice().knowledge);
        let at =
            if format == Format::Csv { event.at.to_rfc3339() } else { event.at.format("%Y-%m-%d %H:%M").to_string() };
        table.row([&at, &event.by, event.what.words(), &patient, &more, &line.station]);
    }
    table
}
