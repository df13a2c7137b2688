//! `cobalog letter`: the patient's plan, a referral, a recall.

use super::context::Context;
use super::failure::Failure;
use super::patient;
use super::printed::Printed;
use crate::clinic::course::Course;
use crate::paper::{self, Referral};
use clap::{Args, ValueEnum};
use std::io::Write;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog letter 1042 --html --out .\n\nWith a folder for --out the file is named by number, kind and \
    date, never by the patient's name. A file that is there is not replaced without --force."
)]
pub(super) struct Letter {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// Which letter.
    #[arg(long, value_enum, default_value_t)]
    kind: Kind,
    /// To whom a referral goes.
    #[arg(long, value_name = "WHO")]
    to: Option<String>,
    /// What a referral asks.
    #[arg(long, value_name = "WHAT")]
    question: Option<String>,
    /// Who writes, by initials or name; the first of the practice's people where absent.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[command(flatten)]
    printed: Printed,
}

/// The letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The patient's plan on one page.
    #[default]
    Plan,
    /// To a specialist: everything that is known, and a question.
    Referral,
    /// To a patient who missed a date; it names no illness.
    Recall,
}

impl Letter {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let practice = store.practice();
        let chart = patient::find(&store, &self.patient, context.today)?;
        let course = Course::of(&chart, practice, context.today);
        let by = super::identity::name(self.by.as_deref(), &store).to_owned();
        let doc = match self.kind {
            Kind::Plan => paper::plan(&course, practice)?,
            Kind::Recall => paper::recall(&course, practice, &by)?,
            Kind::Referral => {
                let said = |text: &Option<String>| text.clone().unwrap_or_default();
                paper::referral(&course, practice, &Referral { to: said(&self.to), question: said(&self.question), by })
            }
        };
        self.printed.put(&doc, Some(chart.id), &store, context, out)
    }
}
