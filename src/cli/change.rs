//! `cobalog change`: a course that is paused, goes on tablets, ends, or takes another interval.

pub(super) mod plan;

use super::context::Context;
use super::date::Day;
use super::end_phase::required;
use super::failure::Failure;
use super::record::{Signed, reasons, told};
use super::told::How;
use crate::clinic::course::Course;
use crate::clinic::decision::{Change, Turn};
use crate::clinic::entry::Act;
use crate::clinic::parse;
use crate::clinic::practice::Practice;
use crate::clinic::signing;
use crate::clinic::ways;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use std::io::Write;

#[derive(Args)]
#[command(
    name = "change",
    after_help = "Example: cobalog change 1006 pause --until 2027-01-04 --because travels --by-prescriber \"Dr Eleanor Hart\""
)]
pub(super) struct Turned {
    /// Number, chart id, or enough of the name.
    patient: String,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// No injections until a day, twelve months away at most; then the plan goes on by itself.
    Pause {
        /// The day on which the patient is back on the list.
        #[arg(long, value_name = "DATE")]
        until: Day,
        #[command(flatten)]
        why: Decided,
    },
    /// Tablets in place of injections, with a day to look whether they do.
    Oral {
        /// The daily dose in micrograms.
        #[arg(long, value_name = "MCG", value_parser = parse::dose_mcg)]
        daily_mcg: u32,
        /// The day of the recheck.
        #[arg(long, value_name = "DATE")]
        recheck: Day,
        #[command(flatten)]
        why: Decided,
    },
    /// Treatment ends, because the cause is gone; looked at once more.
    Stop {
        /// The day of the recheck.
        #[arg(long, value_name = "DATE")]
        recheck: Day,
        #[command(flatten)]
        why: Decided,
    },
    /// The patient does not want it for now.
    Decline {
        /// The day on which it is asked again.
        #[arg(long, value_name = "DATE")]
        again: Day,
        #[command(flatten)]
        why: Decided,
    },
    /// Another practice goes on.
    Transfer {
        /// Who.
        #[arg(long, value_name = "WHO")]
        to: String,
        #[command(flatten)]
        why: Decided,
    },
    /// The patient died.
    Died(Died),
    /// Another maintenance interval, as a plan that a prescriber signs.
    Every(plan::Every),
    /// Back to the denser doses for a time, then maintenance as it was.
    Denser(plan::Denser),
}

// Who decided, when and why.
#[derive(Args)]
struct Decided {
    /// Why.
    #[arg(long, value_name = "WHY")]
    because: String,
    /// The prescriber who decided.
    #[arg(long, value_name = "NAME")]
    by_prescriber: String,
    /// The reason, where a rule asks for one.
    #[arg(long, value_name = "WHY")]
    reason: Option<String>,
    /// The day of the decision; today where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    signed: Signed,
}

/// A death: nobody decides it.
#[derive(Args)]
struct Died {
    /// The day; today where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    /// What is known of it.
    #[arg(long, value_name = "WHAT", default_value = "died")]
    because: String,
    /// Who told it or recorded it; who records where absent.
    #[arg(long, value_name = "NAME")]
    by_prescriber: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

impl Turned {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let day = |typed: Day| typed.date(context.today);
        let (turn, why) = match &self.what {
            What::Pause { until, why } => (Turn::Paused { until: day(*until) }, why),
            What::Oral { daily_mcg, recheck, why } => {
                (Turn::Oral { daily_mcg: *daily_mcg, recheck: day(*recheck) }, why)
            }
            What::Stop { recheck, why } => (Turn::Stopped { recheck: day(*recheck) }, why),
            What::Decline { again, why } => (Turn::Declined { again: day(*again) }, why),
            What::Transfer { to, why } => (Turn::Transferred { to: required("--to", to)? }, why),
            What::Died(died) => return self.died(died, context, out),
            What::Every(every) => return every.run(&self.patient, context, out),
            What::Denser(denser) => return denser.run(&self.patient, context, out),
        };
        self.decided(&turn, why, context, out)
    }

    fn decided(&self, what: &Turn, why: &Decided, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let on = context.day(why.on);
        let because = required("--because", &why.because)?;
        let decided_by = required("--by-prescriber", &why.by_prescriber)?;
        // Nobody decides that a patient moves: who was told writes it down.
        let told = match what {
            Turn::Transferred { .. } => None,
            _ => why.how.told(&store.settings().people, why.signed.author(&store), &decided_by)?,
        };
        why.signed.record_checked(&store, &self.patient, context, out, |_, course| {
            can_turn(course, store.practice(), what, on)?;
            let day = signing::day_again(store.practice(), on, context.today, what);
            let found: Vec<_> = day.into_iter().chain(signing::change(course, store.practice(), what)).collect();
            let reasons = reasons(&found, why.reason.as_deref())?;
            let (what, because, decided_by) = (what.clone(), because.clone(), decided_by.clone());
            Ok(vec![Act::Changed(Change { on, what, because, decided_by, reasons, told })])
        })
    }

    fn died(&self, died: &Died, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let on = context.day(died.on);
        let because = required("--because", &died.because)?;
        let author = died.signed.author(&store).to_owned();
        let decided_by = died.by_prescriber.clone().unwrap_or(author);
        died.signed.record_checked(&store, &self.patient, context, out, |_, course| {
            can_turn(course, store.practice(), &Turn::Died, on)?;
            let (because, decided_by) = (because.clone(), decided_by.clone());
            Ok(vec![Act::Changed(Change {
                on,
                what: Turn::Died,
                because,
                decided_by,
                reasons: Vec::new(),
                told: None,
            })])
        })
    }
}

fn can_turn(course: &Course, practice: &Practice, what: &Turn, on: NaiveDate) -> Result<(), Failure> {
    if let Some(why) = ways::closed(course, what) {
        return Err(format!("not recorded: {}", told(&why)).into());
    }
    let dose = match what {
        Turn::Oral { daily_mcg, .. } => signing::tablets_wrong(practice, *daily_mcg),
        _ => None,
    };
    match dose.map(|words| format!("--daily-mcg: {words}")).or_else(|| signing::day_of_change(course, on, what)) {
        Some(why) => Err(why.into()),
        None => Ok(()),
    }
}
