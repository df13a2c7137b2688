//! Another interval, or denser doses for a time: orders that follow from the plan that holds.

use crate::cli::context::Context;
use crate::cli::date::Day;
use crate::cli::end_phase::required;
use crate::cli::failure::Failure;
use crate::cli::record::{Signed, reasons};
use crate::cli::told::How;
use crate::clinic::course::Course;
use crate::clinic::entry::Act;
use crate::clinic::findings::Finding;
use crate::clinic::interval::Interval;
use crate::clinic::order::Order;
use crate::clinic::practice::Practice;
use crate::clinic::signing;
use crate::clinic::spacing::{self, DenserPart};
use clap::Args;
use std::io::Write;

/// Another maintenance interval, from the next planned day.
#[derive(Args)]
pub(in crate::cli) struct Every {
    /// The interval: "2 months", "6 weeks".
    pub(in crate::cli) interval: Interval,
    #[command(flatten)]
    pub(in crate::cli) signs: Signs,
}

/// Back to the denser doses.
#[derive(Args)]
pub(in crate::cli) struct Denser {
    /// How many denser doses.
    #[arg(long, value_name = "N")]
    doses: u32,
    /// The day of the first one.
    #[arg(long, value_name = "DATE")]
    start: Day,
    #[command(flatten)]
    signs: Signs,
}

// Who signs, and why.
#[derive(Args)]
pub(in crate::cli) struct Signs {
    /// Why.
    #[arg(long, value_name = "WHY")]
    because: String,
    /// The prescriber who signs.
    #[arg(long, value_name = "NAME", visible_alias = "prescriber")]
    by_prescriber: String,
    /// The reason, where a rule asks for one.
    #[arg(long, value_name = "WHY")]
    reason: Option<String>,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    signed: Signed,
}

impl Every {
    /// Signs the step.
    pub(in crate::cli) fn run(&self, patient: &str, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        self.signs.record(patient, context, out, |course, practice, prescriber, because| {
            let now = course.order.as_ref().and_then(|(_, o)| o.phases.iter().rfind(|p| !p.kind.fills())?.interval());
            if now == Some(self.interval) {
                return Err(format!("maintenance is every {} already", self.interval).into());
            }
            let longer = now.is_none_or(|now| self.interval.about_days() > now.about_days());
            let early = spacing::early(course, practice).filter(|_| longer);
            let order = spacing::step(course, self.interval, prescriber, because);
            let order = order.ok_or("the plan has no maintenance phase whose interval could change")?;
            Ok((order, early.into_iter().collect()))
        })
    }
}

impl Denser {
    /// Signs the way back.
    pub(in crate::cli) fn run(&self, patient: &str, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let start = self.start.date(context.today);
        self.signs.record(patient, context, out, |course, practice, prescriber, because| {
            if let Some((part, sentence)) = spacing::denser_wrong(practice, context.today, self.doses, start) {
                let option = if part == DenserPart::Doses { "--doses" } else { "--start" };
                return Err(format!("{option}: {sentence}").into());
            }
            let order = spacing::denser_again(course, self.doses, start, prescriber, because);
            let order = order.ok_or("the plan has no maintenance phase to go back from")?;
            Ok((order, Vec::new()))
        })
    }
}

impl Signs {
    /// Records the order that `write` makes, with what speaks against it beside what speaks against any order.
    fn record(
        &self,
        patient: &str,
        context: &Context,
        out: &mut dyn Write,
        write: impl Fn(&Course, &Practice, &str, &str) -> Result<(Order, Vec<Finding>), Failure>,
    ) -> Result<(), Failure> {
        let store = context.store()?;
        let practice = store.practice();
        let because = required("--because", &self.because)?;
        let prescriber = required("--by-prescriber", &self.by_prescriber)?;
        let told = self.how.told(&practice.settings.people, self.signed.author(&store), &prescriber)?;
        self.signed.record_checked(&store, patient, context, out, |_, course| {
            if course.order.is_none() || course.has_ended() {
                return Err("no plan is running: sign one with `cobalog order`".into());
            }
            let (order, mut found) = write(course, practice, &prescriber, &because)?;
            found.extend(signing::order(course, practice, &order));
            let reasons = reasons(&found, self.reason.as_deref())?;
            Ok(vec![Act::Ordered(Order { reasons, told, ..order })])
        })
    }
}
