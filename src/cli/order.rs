//! `cobalog order`: a plan that a prescriber signed.

use super::context::Context;
use super::date::Day;
use super::end_phase::required;
use super::failure::{self, Failure};
use super::record::{self, Signed};
use super::regimens;
use super::renew::Until;
use super::told::How;
use crate::clinic::course::Course;
use crate::clinic::drug::Route;
use crate::clinic::entry::{Act, Reason};
use crate::clinic::findings::{Finding, Tier};
use crate::clinic::fit;
use crate::clinic::interval::Interval;
use crate::clinic::order::{Order, Wish};
use crate::clinic::parse;
use crate::clinic::practice::Practice;
use crate::clinic::regimen::Regimen;
use crate::clinic::signing;
use crate::clinic::term::Term;
use clap::Args;
use std::io::Write;

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
    /// The maintenance interval; one that the regimen does not publish is a change and wants --because.
    #[arg(long, value_name = "INTERVAL")]
    every: Option<Interval>,
    /// The dose in micrograms; another one than published is a change and wants --because.
    #[arg(long, value_name = "MCG", value_parser = parse::dose_mcg)]
    dose_mcg: Option<u32>,
    /// How many loading doses; another number than published is a change and wants --because.
    #[arg(long, value_name = "N")]
    doses: Option<u32>,
    /// Begin with maintenance: the stores were filled before.
    #[arg(long)]
    maintenance_only: bool,
    /// im, sc or iv; the regimen's usual route where absent.
    #[arg(long, value_parser = record::route)]
    route: Option<Route>,
    /// Why this plan; needed where it replaces another one, differs from the protocol, or does not fit.
    #[arg(long, value_name = "WHY")]
    because: Option<String>,
    /// Why all the same, for the rules that ask for a reason.
    #[arg(long, value_name = "WHY")]
    reason: Option<String>,
    #[command(flatten)]
    until: Until,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    signed: Signed,
}

impl Sign {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        store.problems().iter().for_each(|problem| failure::say(&problem.to_string()));
        let practice = store.practice();
        let regimen = regimens::find(&practice.knowledge, &self.regimen)?;
        let author = self.signed.author(&store);
        self.signed.record_checked(&store, &self.patient, context, out, |_, course| {
            let mut order = self.order(context, practice, course, regimen)?;
            order.told = self.how.told(&practice.settings.people, author, &order.prescriber)?;
            Ok(vec![Act::Ordered(order)])
        })
    }

    fn order(
        &self,
        context: &Context,
        practice: &Practice,
        course: &Course,
        regimen: &Regimen,
    ) -> Result<Order, Failure> {
        let wish = Wish {
            start: self.start.date(context.today),
            route: self.route,
            every: self.every,
            dose_mcg: self.dose_mcg,
            doses: self.doses,
            maintenance_only: self.maintenance_only,
            prescriber: required("--prescriber", &self.prescriber)?,
            because: self.because.clone(),
            term: self.term(practice, context)?,
        };
        let mut order = Order::write(regimen, fit::checkpoints(practice, regimen, course.triage.as_ref()), &wish)?;
        order.changed.iter().for_each(|changed| failure::say(&format!("note: changed: {changed}")));
        let found = signing::order(course, practice, &order);
        refuse(&found)?;
        if let Some(words) = signing::wants_triage(course) {
            return Err(format!("{words}, with `cobalog triage {} --cause … --neuro …`", self.patient).into());
        }
        order.reasons = self.reasons(&found);
        self.is_answered(practice, course, &found, &order)?;
        for note in found.iter().filter(|f| f.tier == Tier::Note) {
            failure::say(&format!("note: {}", said(note)));
        }
        Ok(order)
    }

    /// How long it is good: as typed, else as the practice has it.
    fn term(&self, practice: &Practice, context: &Context) -> Result<Term, Failure> {
        let typed = self.until.term(context.today)?;
        let usual = practice.settings.orders_last.map(|last| last.after(self.start.date(context.today), 1));
        Ok(if typed.is_open() { Term { until: usual, doses: None } } else { typed })
    }

    /// The reason that was given, for each rule that asks for one.
    fn reasons(&self, found: &[Finding]) -> Vec<Reason> {
        let Some(because) = self.reason.as_deref().map(str::trim).filter(|b| !b.is_empty()) else { return Vec::new() };
        let asks = found.iter().filter(|f| f.tier == Tier::Reason);
        asks.map(|f| Reason::new(&f.rule, because)).collect()
    }

    /// Refuses what wants words and has none: rules that ask for a reason, and a plan that replaces another one, differs
    /// from its protocol, or does not fit. All of it at once, so that one more try is enough.
    fn is_answered(
        &self,
        practice: &Practice,
        course: &Course,
        found: &[Finding],
        order: &Order,
    ) -> Result<(), Failure> {
        let mut wanted: Vec<_> = signing::unanswered(found, &order.reasons).into_iter().map(said).collect();
        if !wanted.is_empty() {
            wanted.push("say why all the same with --reason \"…\"".to_owned());
        }
        let triage = course.triage.as_ref();
        let ranked = triage.map(|t| fit::rank_for(practice, t, course.person.as_ref())).unwrap_or_default();
        let fit = ranked.iter().find(|f| f.regimen.id == order.regimen);
        if let Some(why) = signing::wants_because(course, fit, found, order) {
            wanted.extend(order.changed.iter().cloned());
            wanted.extend(fit.iter().flat_map(|f| &f.against).map(ToString::to_string));
            wanted.push(format!("{why}, with --because \"…\""));
        }
        if wanted.is_empty() { Ok(()) } else { Err(format!("{}: {}", order.regimen, wanted.join("\n  ")).into()) }
    }
}

/// Refuses where something stops the plan.
fn refuse(found: &[Finding]) -> Result<(), Failure> {
    let stops: Vec<_> = found.iter().filter(|f| f.tier == Tier::Stop).map(said).collect();
    if stops.is_empty() { Ok(()) } else { Err(stops.join("\n  ").into()) }
}

fn said(finding: &Finding) -> String {
    format!("{}: {} {} ({})", finding.rule, finding.text, record::told(&finding.todo), finding.source)
}
