//! `cobalog renew`: the order that holds goes on as it is, with a new end.

use super::context::Context;
use super::date::Day;
use super::end_phase::required;
use super::failure::Failure;
use super::record::Signed;
use super::told::How;
use crate::clinic::entry::Act;
use crate::clinic::interval::Interval;
use crate::clinic::signing;
use crate::clinic::term::{Part, Renewed, Term};
use chrono::NaiveDate;
use clap::Args;
use std::io::Write;

// How long an order is good, as it is typed.
#[derive(Args)]
pub(super) struct Until {
    /// The last day on which a dose may be given on it: a date, or a time from today on (12m).
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// How many doses may be given on it.
    #[arg(long, value_name = "N")]
    doses_allowed: Option<String>,
}

impl Until {
    /// Reads it.
    pub(super) fn term(&self, today: NaiveDate) -> Result<Term, Failure> {
        let until = self.until.as_deref().map(|text| until(text, today)).transpose()?.unwrap_or_default();
        let doses = self.doses_allowed.clone().unwrap_or_default();
        Term::read(&until, &doses, today, false).map_err(|(part, words)| {
            let option = if part == Part::Until { "--until" } else { "--doses-allowed" };
            format!("{option}: {words}").into()
        })
    }
}

/// A script runs in every country: 03/04/2027 would be another day in the next one.
fn until(text: &str, today: NaiveDate) -> Result<String, Failure> {
    if text.trim().is_empty() || text.trim().parse::<Interval>().is_ok() {
        return Ok(text.to_owned());
    }
    let wrong = |_| format!("--until: \"{text}\" is neither a date nor a time; write for example 2027-11-30 or 12m");
    Ok(text.parse::<Day>().map_err(wrong)?.date(today).to_string())
}

#[derive(Args)]
#[command(after_help = "Example: cobalog renew 1006 --until 12m --prescriber \"Dr Eleanor Hart\" --verbal")]
pub(super) struct Renew {
    /// Number, chart id, or enough of the name.
    patient: String,
    #[command(flatten)]
    until: Until,
    /// The prescriber who renews it.
    #[arg(long, value_name = "NAME", visible_alias = "by-prescriber")]
    prescriber: String,
    #[command(flatten)]
    how: How,
    /// Anything else.
    #[arg(long)]
    note: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

impl Renew {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let term = self.until.term(context.today)?;
        let prescriber = required("--prescriber", &self.prescriber)?;
        let told = self.how.told(&store.settings().people, self.signed.author(&store), &prescriber)?;
        let note = self.note.as_deref().map(str::trim).filter(|n| !n.is_empty()).map(str::to_owned);
        self.signed.record_checked(&store, &self.patient, context, out, |_, course| {
            let renewed = signing::renewal(course, term, &prescriber, note.clone())?;
            Ok(vec![Act::Renewed(Renewed { told, ..renewed })])
        })
    }
}
