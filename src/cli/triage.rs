//! `cobalog triage`: the five answers of a patient who is registered, given or given anew.

use super::answers::{Answers, say_red_flags};
use super::context::Context;
use super::failure::{self, Failure};
use super::record::Signed;
use crate::clinic::chart::Chart;
use crate::clinic::entry::Act;
use crate::clinic::rights;
use crate::clinic::triage::Triage;
use crate::store::Store;
use clap::Args;
use std::io::Write;

#[derive(Args)]
#[command(after_help = "Example: cobalog triage 1042 --neuro moderate --red-flag cord --since \"Sep 2026\"")]
pub(super) struct Again {
    /// Number, chart id, or enough of the name.
    patient: String,
    #[command(flatten)]
    answers: Answers,
    #[command(flatten)]
    signed: Signed,
}

impl Again {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        self.signed.record_checked(&store, &self.patient, context, out, |chart, _| {
            Ok(vec![Act::Triaged(self.triage(&store, chart, context)?)])
        })
    }

    fn triage(&self, store: &Store, chart: &Chart, context: &Context) -> Result<Triage, Failure> {
        let practice = store.practice();
        let young = chart.person().and_then(|person| rights::too_young(person.born, practice, context.today));
        if let Some(words) = young {
            return Err(format!("STOP: {words}").into());
        }
        let held = chart.triage().map(|(_, triage)| triage);
        let triage = self.answers.read(practice, held, context.today)?;
        if held == Some(&triage) {
            return Err("nothing would change: the answers that hold say the same".into());
        }
        say_red_flags(practice, &triage);
        if chart.order().is_some() {
            failure::say("note: a plan is signed; `cobalog chart` says whether it still fits");
        }
        Ok(triage)
    }
}
