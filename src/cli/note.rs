//! `cobalog note`: the note of an encounter, filled in from the record; only the narrative is typed.

use super::context::Context;
use super::date::Day;
use super::failure::{self, Failure};
use super::patient;
use super::printed::Printed;
use super::record::{Signed, told};
use crate::clinic::chart::Chart;
use crate::clinic::coding::{self, Missing};
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, EntryId};
use crate::clinic::findings::Tier;
use crate::clinic::note::{self, Charge, Noted, Of, Said, Unsigned, draft};
use crate::clinic::practice::Practice;
use crate::paper;
use crate::store::Store;
use clap::Args;
use std::io::Write;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog note 1042 --narrative \"Feels stronger; no reaction.\" --sign\n\nIt says what was known on the \
    day of the encounter. Without --sign it prints the draft and says what a claim still lacks; nothing is recorded. A note \
    that is not claim-ready may be signed; it says so, and nothing is charged. A signed note is never changed: --adds-to NOTE \
    adds to it, with --sign; without, it prints the addendum's draft. --print NOTE prints a signed one with its addenda."
)]
pub(super) struct Note {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// The dose or check that it is of, by its entry's id.
    #[arg(long, value_name = "ENTRY", conflicts_with = "on")]
    of: Option<EntryId>,
    /// The day that it is of; the day of the last dose or check where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    /// What was seen and said.
    #[arg(long, value_name = "TEXT", default_value = "")]
    narrative: String,
    /// Consent or refusal, in the patient's words.
    #[arg(long, value_name = "TEXT")]
    consent: Option<String>,
    /// What was seen after the injection.
    #[arg(long, value_name = "TEXT")]
    reaction: Option<String>,
    /// The diagnoses, first the one that the service was for; those that follow from the record where absent.
    #[arg(long, value_name = "CODE", num_args = 1..)]
    codes: Vec<String>,
    /// The charges: J3425-JZ*100; those that follow from the dose where absent.
    #[arg(long = "charge", value_name = "CHARGE")]
    charges: Vec<Charge>,
    /// Sign it as it is.
    #[arg(long)]
    sign: bool,
    /// An addendum to this note instead; with --sign it is signed, without it is a draft.
    #[arg(long, value_name = "NOTE", requires = "narrative", conflicts_with_all = ["of", "on", "codes", "charges"])]
    adds_to: Option<EntryId>,
    /// Print this signed note.
    #[arg(long, value_name = "NOTE", conflicts_with_all = ["of", "on", "sign", "adds_to"])]
    print: Option<EntryId>,
    #[command(flatten)]
    printed: Printed,
    #[command(flatten)]
    signed: Signed,
}

impl Note {
    /// Returns whether it adds to a chart.
    pub(super) fn records(&self) -> bool {
        self.sign
    }

    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        if self.sign {
            let store = &store;
            return self.signed.record_checked(store, &self.patient, context, out, |chart, course| {
                let noted = self.noted(chart, course, store.practice())?;
                let noted = self.may_be_signed(chart, store, noted)?;
                Ok(vec![Act::Noted(Box::new(noted))])
            });
        }
        let chart = patient::find(&store, &self.patient, context.today)?;
        let course = Course::of(&chart, store.practice(), context.today);
        let doc = match self.print {
            Some(id) => {
                let doc = paper::note(&chart, &course, store.practice(), id);
                doc.ok_or_else(|| Failure::from(format!("{id} is no note in this chart")))?
            }
            None => {
                let noted = self.noted(&chart, &course, store.practice())?;
                let coded = note::coded(&chart, store.practice(), noted.on);
                say_what_is_wrong(&coded, store.practice(), &noted);
                if let Some(first) = note::signed_of(&chart, &noted).filter(|_| noted.adds_to.is_none()) {
                    failure::say(&signed_already(first));
                }
                paper::draft(&course, store.practice(), &note::judged(noted, &coded, store.practice()))
            }
        };
        self.printed.put(&doc, Some(chart.id), &store, context, out)
    }

    fn noted(&self, chart: &Chart, course: &Course, practice: &Practice) -> Result<Noted, Failure> {
        if let Some(first) = self.adds_to {
            let noted = note::addendum(chart, first, &self.narrative);
            return noted.ok_or_else(|| format!("{first} is no note in this chart").into());
        }
        let day = self.on.map(|day| Of::Day(day.date(course.today)));
        let of = self.of.map(Of::Entry).or(day).or_else(|| latest(course).map(Of::Day));
        let of = of.ok_or("nothing is recorded yet: no dose and no check")?;
        let said = Said { consent: self.consent.clone(), reaction: self.reaction.clone() };
        let mut noted = draft(chart, practice, of, &said)?;
        self.narrative.trim().clone_into(&mut noted.narrative);
        if !self.codes.is_empty() {
            noted.codes = note::codes(&self.codes.join(" "), practice);
        }
        if !self.charges.is_empty() {
            noted.charges.clone_from(&self.charges);
        }
        Ok(noted)
    }

    /// A narrative is what a note is signed for, once for an encounter; a code that cannot stand is not signed. Where the claim
    /// would be refused, the note is signed without charges; those that somebody typed are not taken off in silence.
    fn may_be_signed(&self, chart: &Chart, store: &Store, noted: Noted) -> Result<Noted, Failure> {
        let practice = store.practice();
        let course = note::coded(chart, practice, noted.on);
        match note::unsigned(&noted, chart, &course, practice) {
            Some(Unsigned::Blank) => {
                return Err("not signed: write what was seen and said with --narrative \"…\"".into());
            }
            Some(Unsigned::Signed(first)) => return Err(format!("not signed: {}", signed_already(first)).into()),
            Some(Unsigned::Code(stop)) => {
                return Err(format!("not signed: {} {} ({})", stop.text, told(&stop.todo), stop.rule).into());
            }
            None => {}
        }
        let stop = coding::claim_ready(&course, &noted, practice).into_iter().find(|m| m.tier == Tier::Stop);
        if let Some(stop) = stop.filter(|_| !self.charges.is_empty()) {
            let text = format!("{}: {} {}", stop.what, stop.text, told(&stop.todo));
            return Err(format!("not signed: nothing is charged on this. {text} Or leave --charge out").into());
        }
        say_what_is_wrong(&course, practice, &noted);
        if let Some(words) = note::other_hand(&noted, &course, self.signed.author(store)) {
            failure::say(&format!("note: {words}"));
        }
        Ok(note::judged(noted, &course, practice))
    }
}

fn signed_already(first: EntryId) -> String {
    format!("a note of this encounter is signed: add an addendum (--adds-to {first})")
}

/// The day of the last dose or check.
fn latest(course: &Course) -> Option<chrono::NaiveDate> {
    let doses = course.given().map(|(_, g)| g.given.on);
    doses.chain(course.checks.iter().map(|c| c.checked.on)).filter(|day| *day <= course.today).max()
}

/// Names what a claim lacks, on standard error; an addendum has no diagnosis and no charge. Where the claim alone is stopped, it
/// says so: the note may be signed.
fn say_what_is_wrong(course: &Course, practice: &Practice, noted: &Noted) {
    if noted.adds_to.is_some() {
        return;
    }
    for Missing { what, tier, text, todo, .. } in coding::claim_ready(course, noted, practice) {
        let word = if tier == Tier::Stop { "not claim-ready" } else { tier.word() };
        failure::say(&format!("{word}: {what}: {text} {}", told(&todo)));
    }
}
