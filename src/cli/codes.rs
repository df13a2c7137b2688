//! `cobalog codes`: which diagnosis codes and charges follow from the record, what only a person settles, and what is wrong
//! with codes at hand. ICD-10-CM in the United States, ICD-10 elsewhere.

use super::context::Context;
use super::date::Day;
use super::failure::{self, Failure};
use super::format::{Format, json};
use super::patient;
use super::record::told;
use super::table::Table;
use crate::clinic::coding::{self, Charged, Proposal};
use crate::clinic::course::{Course, DoseGiven};
use crate::clinic::entry::Given;
use crate::clinic::findings::{Finding, Tier};
use crate::clinic::note::{self, Charge};
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use std::io::Write;

#[derive(Args)]
#[command(after_help = "Example: cobalog codes 1042 D51.0 G32.0 --on 2026-11-23")]
pub(super) struct Codes {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// Codes in their order, to be checked; blanks or commas between them.
    codes: Vec<String>,
    /// Charges to be checked against the dose of that day: J3420, J3425-JZ*100.
    #[arg(long = "charge", value_name = "CHARGE")]
    charges: Vec<Charge>,
    /// The day of service; today where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Out {
    list: String,
    proposed: Vec<Proposal>,
    charges: Vec<Charged>,
    asks: Vec<Wrong>,
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
        let practice = store.practice();
        let on = context.day(self.on);
        let chart = patient::find(&store, &self.patient, context.today)?;
        let course = note::coded(&chart, practice, on);
        let dose = course.given().map(|(_, g)| g).rfind(|g| g.given.on == on);
        let given = dose.map(|dose| &dose.given);
        let found = self.wrong(&course, practice, given, on);
        // What was taken over was given elsewhere, as far as is known.
        let here = dose.filter(|dose| !course.taken_over.contains(&dose.entry));
        let charges = here.map(|dose| coding::charges(&dose.given, practice)).unwrap_or_default();
        if let Some(not) = self.not_checked(&course, dose, on) {
            failure::say(&not);
        }
        let asks = coding::asks(&course, practice, on);
        let told = Told { proposed: coding::propose(&course, practice, on), charges, asks };
        let stops = found.iter().any(|f| f.tier == Tier::Stop);
        match self.format {
            Format::Json => json(out, &told.json(&practice.codes().name, &found))?,
            format => told.table(&found).write(out, format, context.width)?,
        }
        if stops { Err(Failure::Said) } else { Ok(()) }
    }

    /// What no charge can be held against.
    fn not_checked(&self, course: &Course, dose: Option<&DoseGiven>, on: NaiveDate) -> Option<String> {
        let day = words::day(on);
        match dose {
            Some(dose) if course.taken_over.contains(&dose.entry) => {
                Some(format!("note: the dose of {day} was taken over from another system: nothing is charged for it"))
            }
            None if !self.charges.is_empty() => {
                Some(format!("note: no dose is recorded on {day}: the charges are not checked; name its day with --on"))
            }
            _ => None,
        }
    }

    fn wrong(&self, course: &Course, practice: &Practice, given: Option<&Given>, on: NaiveDate) -> Vec<Finding> {
        let typed = self.codes.iter().flat_map(|text| text.split([' ', ',', ';'])).filter(|code| !code.is_empty());
        let codes: Vec<String> = typed.map(str::to_owned).collect();
        let codes = (!codes.is_empty()).then(|| coding::check(course, practice, &codes, on));
        let charges = given.map(|given| coding::check_charges(&self.charges, given, practice));
        codes.into_iter().flatten().chain(charges.into_iter().flatten()).collect()
    }
}

/// What follows from the record.
struct Told {
    proposed: Vec<Proposal>,
    charges: Vec<Charged>,
    asks: Vec<Finding>,
}

impl Told {
    fn json(self, list: &str, found: &[Finding]) -> Out {
        let told = |findings: &[Finding]| findings.iter().map(wrong).collect();
        let asks = told(&self.asks);
        Out { list: list.to_owned(), proposed: self.proposed, charges: self.charges, asks, wrong: told(found) }
    }

    fn table(&self, found: &[Finding]) -> Table {
        let mut table = Table::new(&["code", "title", "why"]).keep(&[0]).in_full();
        for p in &self.proposed {
            let note = p.note.iter().map(|note| format!("; the note says: {note}"));
            let why = note.chain(p.mark.iter().map(|mark| format!("; {mark}"))).collect::<String>();
            table.row([p.code.clone(), p.title.clone(), format!("{}{why}", p.because)]);
        }
        for c in &self.charges {
            let mark = c.mark.as_ref().map(|mark| format!("; {mark}")).unwrap_or_default();
            table.row([c.charge.words(), "charge".to_owned(), format!("{}{mark}", c.because)]);
        }
        self.asks.iter().for_each(|f| table.row(["ask".to_owned(), f.text.clone(), f.source.clone()]));
        found.iter().for_each(|f| {
            let what = format!("{} {}", f.tier.word(), f.rule);
            table.row([what, f.text.clone(), format!("{} ({})", told(&f.todo), f.source)]);
        });
        table
    }
}

fn wrong(finding: &Finding) -> Wrong {
    let Finding { rule, tier, text, todo, source, .. } = finding.clone();
    Wrong { rule, severity: tier.word(), text, todo: told(&todo), source }
}
