//! `cobalog add`: a new patient, with the five triage answers where they are known.

use super::answers::{Answers, say_red_flags};
use super::context::Context;
use super::end_phase::required;
use super::failure::{self, Failure};
use super::format::json;
use super::patient;
use super::record::{Printed, Signed};
use crate::clinic::agenda::{Roll, Row};
use crate::clinic::entry::{Act, EntryId, PatientId};
use crate::clinic::patient::{Allergies, Person, Sex, born_wrong};
use crate::clinic::rights;
use crate::clinic::same;
use crate::clinic::words;
use crate::store::{Store, StoreError};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::Write;
use std::sync::Arc;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog add --family Okafor --given Ngozi --born 1961-03-04 --sex female --cause autoimmune-gastritis --neuro mild"
)]
pub(super) struct Add {
    /// Family name.
    #[arg(long)]
    family: String,
    /// Given name or names.
    #[arg(long, default_value = "")]
    given: String,
    /// Date of birth, YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    born: NaiveDate,
    /// For the laboratory's reference ranges.
    #[arg(long, value_enum, default_value = "other")]
    sex: SexArg,
    /// The practice's number; the next free one where absent.
    #[arg(long)]
    number: Option<String>,
    /// Telephone.
    #[arg(long)]
    phone: Option<String>,
    /// An allergy, or "none"; may come several times. Absent: nobody asked yet.
    #[arg(long, value_name = "WHAT")]
    allergy: Vec<String>,
    /// Several allergies with commas between, or "none".
    #[arg(long, value_name = "LIST", conflicts_with = "allergy")]
    allergies: Option<String>,
    /// Words that stand in the banner of every screen.
    #[arg(long, value_name = "WORDS")]
    banner: Option<String>,
    #[command(flatten)]
    triage: Answers,
    #[command(flatten)]
    signed: Signed,
}

/// Sex as it is typed.
#[derive(Clone, Copy, ValueEnum)]
enum SexArg {
    Female,
    Male,
    Other,
}

impl From<SexArg> for Sex {
    fn from(arg: SexArg) -> Self {
        match arg {
            SexArg::Female => Self::Female,
            SexArg::Male => Self::Male,
            SexArg::Other => Self::Other,
        }
    }
}

#[derive(Serialize)]
struct Added<'a> {
    entry: EntryId,
    patient: PatientId,
    number: &'a str,
}

impl Add {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let (answers, words) = self.triage.without_banner(store.practice());
        let young = rights::too_young(self.born, store.practice(), context.today);
        if let Some(words) = young.as_ref().filter(|_| !answers.is_empty()) {
            return Err(format!("STOP: {words} Register without the answers of a triage.").into());
        }
        let triage = match answers.is_empty() {
            true => None,
            false => Some(answers.read(store.practice(), None, context.today)?),
        };
        let banner: Vec<_> = self.banner.iter().chain(&words).cloned().collect();
        let mut tries = 0;
        let (number, (chart, ids)) = loop {
            let rolled = patient::roll(&store, context.today);
            if self.number.is_none() && !rolled.problems.is_empty() {
                return Err("a chart cannot be read, so the next free number is not known: pass --number".into());
            }
            let person = Person {
                caution: (!banner.is_empty()).then(|| banner.join("; ")),
                ..self.person(&rolled.roll, context.today)?
            };
            let number = person.number.clone();
            let acts = std::iter::once(Act::Registered(person)).chain(triage.clone().map(Act::Triaged)).collect();
            match store.new_patient(acts, self.signed.author(&store), context.now) {
                // Another program took the number between reading and writing.
                Err(StoreError::NumberTaken { .. }) if self.number.is_none() && tries < 50 => tries += 1,
                saved => break (number, saved?),
            }
        };
        if let Some(words) = young {
            failure::say(&format!("note: {words} No triage, no plan and no dose is taken."));
        }
        triage.iter().for_each(|triage| say_red_flags(store.practice(), triage));
        self.say_doubles(&store, chart.id, context);
        let Some(entry) = ids.first().copied() else { return Ok(()) };
        failure::say(&format!("note: registered as {number}, chart {}", chart.id));
        match self.signed.format {
            Printed::Json => json(out, &Added { entry, patient: chart.id, number: &number }),
            Printed::Table => Ok(writeln!(out, "{entry}")?),
        }
    }

    /// Names whom the new patient may be already.
    fn say_doubles(&self, store: &Store, id: PatientId, context: &Context) {
        let roll = store.roll(context.today).roll;
        for candidate in same::candidates_of(id, &roll) {
            if let Some(row) = candidate.other(id).and_then(|other| roll.of_patient(other)) {
                let why = candidate.reasons.join(", ");
                let born = words::born(row.born);
                failure::say(&format!(
                    "note: perhaps entered twice: {}, born {born}, {} ({why}); `cobalog same` says what holds",
                    row.name, row.number
                ));
            }
        }
    }

    fn person(&self, roll: &Roll, today: NaiveDate) -> Result<Person, Failure> {
        if let Some(sentence) = born_wrong(self.born, today) {
            return Err(format!("--born: {sentence}").into());
        }
        let number = match &self.number {
            Some(number) => required("--number", number)?,
            None => roll.next_number(),
        };
        if let Some(row) = roll.numbered(&number).into_iter().next() {
            return Err(format!(
                "the number {number} is that of {}; leave --number out for the next free one",
                row.name
            )
            .into());
        }
        let person = Person {
            number,
            family: required("--family", &self.family)?,
            given: self.given.trim().to_owned(),
            born: self.born,
            sex: self.sex.into(),
            phone: self.phone.clone(),
            allergies: self.allergies(),
            caution: None,
        };
        let same = |r: &Arc<Row>| r.born == person.born && r.name.to_lowercase() == person.name().to_lowercase();
        match roll.rows().map(|(_, row)| row).find(same) {
            Some(row) => {
                let born = words::born(row.born);
                Err(format!("{}, born {born}, is registered already, as {}", row.name, row.number).into())
            }
            None => Ok(person),
        }
    }

    fn allergies(&self) -> Allergies {
        let listed = self.allergies.iter().flat_map(|list| list.split(',')).map(str::to_owned);
        let all = self.allergy.iter().cloned().chain(listed);
        let all: Vec<_> = all.map(|a| a.trim().to_owned()).filter(|a| !a.is_empty()).collect();
        match all.as_slice() {
            [] => Allergies::NotAsked,
            [none] if matches!(none.to_lowercase().as_str(), "none" | "none known") => Allergies::NoneKnown,
            _ => Allergies::Known(all),
        }
    }
}
