//! `cobalog amend`: corrects an entry by another one that says why; the first stays and is shown struck through.

use super::context::Context;
use super::date::{Day, expiry};
use super::end_phase::required;
use super::failure::Failure;
use super::patient;
use super::record::{self, Signed, not_in_future};
use crate::clinic::chart::{Chart, Fact};
use crate::clinic::drug::Site;
use crate::clinic::entry::{Act, Amended, EntryId, Given};
use chrono::NaiveDate;
use clap::Args;
use std::io::Write;

/// Corrects an entry, or strikes it out; nothing is ever deleted.
#[derive(Args)]
#[command(
    after_help = "Example: cobalog amend 1006 01KAXA3N8M0D7T9R3X0V4Z5B6C --why \"wrong arm picked\" --site right-deltoid"
)]
pub(super) struct Amend {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// The entry's id.
    entry: EntryId,
    /// Why.
    #[arg(long)]
    why: String,
    /// The entry should not exist at all.
    #[arg(long, conflicts_with_all = ["on", "site", "lot", "expires"])]
    strike: bool,
    /// The day of the injection, as it really was.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    /// The site, as it really was.
    #[arg(long, value_parser = record::site)]
    site: Option<Site>,
    /// The lot, as it really was.
    #[arg(long)]
    lot: Option<String>,
    /// The expiry, as it really was.
    #[arg(long, value_name = "DATE", value_parser = expiry)]
    expires: Option<NaiveDate>,
    #[command(flatten)]
    signed: Signed,
}

impl Amend {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let chart = patient::find(&store, &self.patient, context.today)?;
        let instead = if self.strike { None } else { Some(Box::new(self.corrected(&chart, context)?)) };
        self.must_be_known(&chart)?;
        let amended = Amended { of: self.entry, why: required("--why", &self.why)?, instead };
        self.signed.record(&store, chart.id, Act::Amended(amended), context, out)
    }

    fn must_be_known(&self, chart: &Chart) -> Result<(), Failure> {
        match chart.entry(self.entry).map(|e| &e.act) {
            None => {
                Err(format!("the chart has no entry {}; `cobalog chart` lists what it rests on", self.entry).into())
            }
            Some(Act::Registered(_)) if self.strike => {
                Err("a registration cannot be struck: the chart would have no name".into())
            }
            Some(_) => Ok(()),
        }
    }

    /// Returns the dose as it holds now, with what was typed in its place.
    fn corrected(&self, chart: &Chart, context: &Context) -> Result<Act, Failure> {
        let facts = chart.facts();
        let held = facts.iter().find(|f| f.entry.id == self.entry).and_then(|f| f.act);
        let Some(Act::Given(given)) = held else {
            return Err(
                "only a given dose can be corrected from here; strike the entry with --strike and record it anew"
                    .into(),
            );
        };
        let on = self.on.map_or(given.on, |day| day.date(context.today));
        not_in_future(on, context.today)?;
        let corrected = Given {
            on,
            site: self.site.or(given.site),
            lot: self.lot.clone().or_else(|| given.lot.clone()),
            expires: self.expires.or(given.expires),
            ..given.clone()
        };
        let another = |f: &&Fact<'_>| {
            f.entry.id != self.entry && matches!(f.act, Some(Act::Given(other)) if other.on == corrected.on)
        };
        if let Some(other) = facts.iter().find(another) {
            return Err(format!("a dose was already recorded on {on}, by {} (T6)", other.entry.by).into());
        }
        if corrected.expires.is_some_and(|expires| expires < on) {
            return Err(format!("the vial would have been expired on {on}: look at day and expiry again").into());
        }
        if corrected == *given {
            return Err("nothing would change: pass --on, --site, --lot, --expires or --strike".into());
        }
        Ok(Act::Given(corrected))
    }
}
