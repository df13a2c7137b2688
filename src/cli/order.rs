//! `cobalog order`: a plan that a prescriber signed.

use super::context::Context;
use super::date::Day;
use super::end_phase::required;
use super::failure::{self, Failure};
use super::record::{self, Signed};
use super::{patient, regimens};
use crate::clinic::chart::Chart;
use crate::clinic::drug::Route;
use crate::clinic::entry::Act;
use crate::clinic::fit;
use crate::clinic::interval::Interval;
use crate::clinic::order::{Order, Wish};
use crate::clinic::practice::Practice;
use clap::Args;
use std::io::Write;

/// Records a plan that a prescriber signed: a regimen from a day on.
#[derive(Args)]
#[command(
    after_help = "Example: cobalog order 1022 r01 --start 2026-11-23 --prescriber \"Dr Eleanor Hart\" --every \"2 months\""
)]
pub(super) struct Sign {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// A regimen's id, or its start up to the first dash.
    regimen: String,
    /// The date of the first dose.
    #[arg(long, value_name = "DATE")]
    start: Day,
    /// Who signs.
    #[arg(long, value_name = "NAME")]
    prescriber: String,
    /// A published maintenance interval, where the regimen offers several.
    #[arg(long, value_name = "INTERVAL")]
    every: Option<Interval>,
    /// Begin with maintenance: the stores were filled before.
    #[arg(long)]
    maintenance_only: bool,
    /// im, sc or iv; the regimen's usual route where absent.
    #[arg(long, value_parser = record::route)]
    route: Option<Route>,
    /// Why this plan; needed where something speaks against it.
    #[arg(long, value_name = "WHY")]
    because: Option<String>,
    #[command(flatten)]
    signed: Signed,
}

impl Sign {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        store.problems().iter().for_each(|problem| failure::say(&problem.to_string()));
        let chart = patient::find(&store, &self.patient, context.today)?;
        let practice = store.practice();
        let regimen = regimens::find(&practice.knowledge, &self.regimen)?;
        self.must_fit(practice, &chart, &regimen.id)?;
        let wish = Wish {
            start: self.start.date(context.today),
            route: self.route,
            every: self.every,
            dose_mcg: None,
            doses: None,
            maintenance_only: self.maintenance_only,
            prescriber: required("--prescriber", &self.prescriber)?,
            because: self.because.clone(),
        };
        if chart.person().is_some_and(|p| wish.start < p.born) {
            return Err(format!("{} is before the patient's birth", wish.start).into());
        }
        let order = Order::write(regimen, fit::checkpoints(practice, regimen, chart.triage().map(|(_, t)| t)), &wish)?;
        self.signed.record(&store, chart.id, Act::Ordered(order), context, out)
    }

    /// What speaks against a regimen asks for a reason, which stays in the order.
    fn must_fit(&self, practice: &Practice, chart: &Chart, regimen: &str) -> Result<(), Failure> {
        let Some((_, triage)) = chart.triage() else {
            failure::say("note: no triage is recorded, so nothing can be said of whether this plan fits");
            return Ok(());
        };
        let ranked = fit::rank(practice, triage);
        let against = ranked.iter().find(|f| f.regimen.id == regimen).map(|f| f.against.as_slice()).unwrap_or_default();
        if against.is_empty() || self.because.as_ref().is_some_and(|b| !b.trim().is_empty()) {
            return Ok(());
        }
        Err(format!("{regimen}: {}; say why this plan all the same with --because \"…\"", against.join("; ")).into())
    }
}
