//! `cobalog end-phase`: a prescriber's decision that ends a phase, or that opens a gate.

use super::context::Context;
use super::date::Day;
use super::failure::Failure;
use super::record::{Signed, not_in_future};
use super::told::How;
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, PhaseEnded};
use crate::clinic::moving;
use crate::store::Store;
use chrono::NaiveDate;
use clap::Args;
use std::io::Write;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog end-phase 1003 --because \"no further improvement\" --by-prescriber \"Dr Eleanor Hart\""
)]
pub(super) struct EndPhase {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// What was found: "no further improvement", "blood count normal".
    #[arg(long, value_name = "EVENT")]
    because: String,
    /// The prescriber who decided.
    #[arg(long, value_name = "NAME")]
    by_prescriber: String,
    /// Why now, where it is early: before the review, or with too few checks.
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

impl EndPhase {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let on = context.day(self.on);
        not_in_future(on, context.today)?;
        self.signed.record_checked(&store, &self.patient, context, out, |_, course| {
            Ok(vec![Act::PhaseEnded(self.ended(&store, course, on)?)])
        })
    }

    fn ended(&self, store: &Store, course: &Course, on: NaiveDate) -> Result<PhaseEnded, Failure> {
        let slot = course.next_dose().ok_or("no phase is running: all doses are given, or no plan is signed")?;
        let moving =
            moving::of(course, store.practice()).ok_or("the plan is in its last phase: nothing opens after it")?;
        let found = required("--because", &self.because)?;
        let reason = self.reason.as_deref().map(str::trim).filter(|r| !r.is_empty());
        let because = match (&moving.early[..], reason) {
            ([], _) => found,
            (early, None) => {
                return Err(
                    format!("not recorded, it is early: {} Say why with --reason \"…\"", early.join(" ")).into()
                );
            }
            (_, Some(reason)) => format!("{found}; early, because {reason}"),
        };
        let decided_by = required("--by-prescriber", &self.by_prescriber)?;
        let told = self.how.told(&store.settings().people, self.signed.author(store), &decided_by)?;
        Ok(PhaseEnded { order: slot.order, phase: moving.phase, on, because, decided_by, told })
    }
}

/// Returns a text that must not be empty.
pub(super) fn required(option: &str, text: &str) -> Result<String, Failure> {
    match text.trim() {
        "" => Err(format!("{option} is empty: say it in words").into()),
        words => Ok(words.to_owned()),
    }
}
