//! `cobalog amend`: corrects an entry by another one that says why; the first stays and is shown struck through.

use super::context::Context;
use super::date::{Day, expiry};
use super::end_phase::required;
use super::failure::{self, Failure};
use super::give::Way;
use super::record::{self, Beside, Signed, Sore, not_in_future};
use crate::clinic::amending;
use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::drug::Site;
use crate::clinic::entry::{Act, Amended, Checked, EntryId, Given};
use crate::clinic::findings::Tier;
use crate::clinic::looking;
use crate::clinic::parse;
use crate::clinic::practice::Practice;
use crate::clinic::rights::{self, Checked as Check};
use chrono::NaiveDate;
use clap::Args;
use std::io::Write;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  cobalog amend 1006 01KAXA3N8M0D7T9R3X0V4Z5B6C --why \"wrong arm picked\" --site right-deltoid\n  cobalog amend 1006 01KAXA3N8M0D7T9R3X0V4Z5B6C --why \"asked again\" --returned-days 14"
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
    #[arg(long, conflicts_with_all = ["on", "site", "lot", "expires", "volume", "opened", "sore", "next_from", "reaction", "returned_days", "confounder"])]
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
    /// The volume that the syringe really held, in mL.
    #[arg(long, value_name = "ML", value_parser = parse::volume_ml)]
    volume: Option<f64>,
    /// The day on which the multi-dose vial was really opened.
    #[arg(long, value_name = "DATE")]
    opened: Option<Day>,
    /// The site that really was sore, and the day from which it may be used again.
    #[arg(long, value_name = "SITE=DATE", value_parser = record::sore)]
    sore: Option<Sore>,
    /// What the next doses should count from.
    #[arg(long, value_name = "WAY", value_enum)]
    next_from: Option<Way>,
    /// What came after the injection: a reaction.
    #[arg(long, value_name = "WHAT")]
    reaction: Option<String>,
    /// It really was so: what stops the needle and can be true is recorded, with --why saying what happened and who was told.
    #[arg(long)]
    already_given: bool,
    /// Of a check: how many days before the next dose symptoms really came back; 0: they did not.
    #[arg(long, value_name = "DAYS", value_parser = parse::returned_days)]
    returned_days: Option<u32>,
    /// Of a check: what really happened beside the treatment; all of it, as it takes the place of what stands there.
    #[arg(long, value_name = "WHAT=DATE", value_parser = record::beside)]
    confounder: Vec<Beside>,
    #[command(flatten)]
    signed: Signed,
}

impl Amend {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let people = &store.settings().people;
        let author = self.signed.author(&store);
        self.signed.record_checked(&store, &self.patient, context, out, |chart, course| {
            let instead =
                if self.strike { None } else { Some(self.corrected((chart, course), store.practice(), context)?) };
            self.must_be_known(chart)?;
            let amended = Amended::new(self.entry, required("--why", &self.why)?, instead);
            let acts = amending::acts(chart, amended, author, people)?;
            if self.strike {
                self.stops_nothing(&amending::brings_back(chart, store.practice(), context.today, self.entry))?;
            }
            Ok(acts)
        })
    }

    /// Refuses what goes against a rule that stops the needle, until it is said that it really was so.
    fn stops_nothing(&self, brings: &[Check]) -> Result<(), Failure> {
        let against = brings.iter().filter(|c| c.of_fact || c.tier == Some(Tier::Stop));
        let against: Vec<_> = against.map(|c| format!("{} ({})", c.words, c.rule)).collect();
        if self.already_given || against.is_empty() {
            return Ok(());
        }
        let way =
            "where it really was so, --already-given records it, with --why saying what happened and who was told";
        Err(format!("not corrected: {}; {way}", against.join("; ")).into())
    }

    fn must_be_known(&self, chart: &Chart) -> Result<(), Failure> {
        match chart.entry(self.entry).map(|e| &e.act) {
            None => {
                Err(format!("the chart has no entry {}; `cobalog chart` lists what it rests on", self.entry).into())
            }
            Some(Act::Registered(_)) if self.strike && chart.strikeable().is_none() => Err(
                "a patient to whom something was given is not struck out: correct the identity, or join two charts of one patient with `cobalog same`"
                    .into(),
            ),
            Some(Act::Linked(_)) => {
                Err("a link between two charts is taken back with `cobalog same`, --apart or --join".into())
            }
            Some(_) => Ok(()),
        }
    }

    /// Returns the dose or the check as it holds now, with what was typed in its place.
    fn corrected(
        &self,
        (chart, course): (&Chart, &Course),
        practice: &Practice,
        context: &Context,
    ) -> Result<Act, Failure> {
        let facts = chart.facts();
        let held = facts.iter().find(|f| f.entry.id == self.entry).and_then(|f| f.act);
        let corrected = match held {
            Some(Act::Given(given)) => Act::Given(self.given(given, chart, practice, context)?),
            Some(Act::Checked(checked)) => Act::Checked(self.checked(checked, course, practice, context)?),
            _ => {
                return Err(
                    "only a given dose or a check can be corrected from here; strike the entry with --strike and record it anew"
                        .into(),
                );
            }
        };
        if Some(&corrected) == held {
            return Err(
                "nothing would change: pass what really was, such as --on, --site, --lot or --expires, or --strike"
                    .into(),
            );
        }
        Ok(corrected)
    }

    fn given(&self, given: &Given, chart: &Chart, practice: &Practice, context: &Context) -> Result<Given, Failure> {
        if self.returned_days.is_some() || !self.confounder.is_empty() {
            return Err("--returned-days and --confounder are of a check, and this entry is a dose".into());
        }
        let on = self.on.map_or(given.on, |day| day.date(context.today));
        not_in_future(on, context.today)?;
        let sore = self.sore.map(|sore| sore.read(practice, on, context.today)).transpose()?;
        let corrected = Given {
            on,
            site: self.site.or(given.site),
            lot: self.lot.clone().or_else(|| given.lot.clone()),
            expires: self.expires.or(given.expires),
            drawn_ml: self.volume.or(given.drawn_ml),
            opened: self.opened.map(|day| day.date(context.today)).or(given.opened),
            sore: sore.or(given.sore),
            next_from: self.next_from.map_or(given.next_from, Way::next_from),
            reaction: self.reaction.clone().or_else(|| given.reaction.clone()),
            ..given.clone()
        };
        if &corrected == given {
            return Ok(corrected);
        }
        let weighed = rights::correct(chart, practice, context.today, (self.entry, corrected), &self.why);
        let weighed = weighed.map_err(|impossible| impossible.words)?;
        self.stops_nothing(&weighed.brings)?;
        for check in &weighed.brings {
            failure::say(&format!("note: {} ({})", check.told(record::told), check.rule));
        }
        Ok(weighed.given)
    }

    fn checked(
        &self,
        checked: &Checked,
        course: &Course,
        practice: &Practice,
        context: &Context,
    ) -> Result<Checked, Failure> {
        if self.is_of_a_dose() {
            return Err("this entry is a check: correct its day, --returned-days or --confounder, or strike it".into());
        }
        let on = self.on.map_or(checked.on, |day| day.date(context.today));
        let beside = |b: &Beside| b.read(practice, context.today);
        let typed: Vec<_> = self.confounder.iter().map(beside).collect::<Result<_, _>>()?;
        let now = Checked {
            on,
            returned_days: self.returned_days.or(checked.returned_days),
            confounders: if typed.is_empty() { checked.confounders.clone() } else { typed },
            ..checked.clone()
        };
        match looking::wrong(course, &now) {
            Some((part, sentence)) => Err(record::of_a_look(part, &sentence, &now).into()),
            None => Ok(now),
        }
    }

    fn is_of_a_dose(&self) -> bool {
        let vial = self.lot.is_some() || self.expires.is_some() || self.volume.is_some() || self.opened.is_some();
        vial || self.site.is_some() || self.sore.is_some() || self.next_from.is_some() || self.reaction.is_some()
    }
}
