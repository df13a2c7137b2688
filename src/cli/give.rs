//! `cobalog give`: a dose that was given, or was not, with the same checks as the prompt.

mod next;
mod vial;

use super::context::Context;
use super::date::{Day, expiry};
use super::failure::{self, Failure};
use super::patient;
use super::record::{self, Signed, Sore};
use crate::clinic::agenda::Roll;
use crate::clinic::audit::{Event, Stop};
use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::drug::{Drug, Route, Site};
use crate::clinic::entry::{Act, Given, NotGiven, PatientId, Reason, WhyNot};
use crate::clinic::findings::Tier;
use crate::clinic::not_given::{self, Part};
use crate::clinic::parse;
use crate::clinic::practice::LotInUse;
use crate::clinic::rights::{self, Checked, Intent};
use crate::clinic::same;
use crate::store::{Store, StoreError};
use chrono::{NaiveDate, NaiveTime};
use clap::Args;
pub(super) use next::Way;
use std::io::Write;
use vial::Vial;

#[derive(Args)]
#[command(
    after_help = "Examples:\n  cobalog give 1006 --lot HX264995 --site left-deltoid\n  cobalog give 1006 --product cyanocobalamin-1000mcg-1ml-vial --lot CY264 --expires 2028-06\n  cobalog give 1006 --lot HX264995 --volume 1 --sore right-deltoid=t+28 --next-from calendar\n  cobalog give 1006 --not-given missed --again t+2\n  cobalog give 1006 --lot HX264995 --expires 2026-10 --already-given --reason \"vial not looked at; Dr Rao told\""
)]
pub(super) struct Give {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// The day of the injection; today where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    /// Why it was not given: missed, refused, held (with --note: on what grounds, and who decided), out-of-stock, or other words.
    #[arg(long, value_name = "WHY", conflicts_with = "dose_given")]
    not_given: Option<String>,
    /// The day for another try.
    #[arg(long, value_name = "DATE", requires = "not_given")]
    again: Option<Day>,
    /// Anything else.
    #[arg(long)]
    note: Option<String>,
    #[command(flatten)]
    dose: DoseArgs,
    #[command(flatten)]
    signed: Signed,
}

// What was given; what is absent is as ordered, or as the one lot in use has it.
#[derive(Args)]
#[group(id = "dose_given", multiple = true)]
struct DoseArgs {
    /// The time of day.
    #[arg(long, value_name = "HH:MM", value_parser = time)]
    time: Option<NaiveTime>,
    /// Dose in micrograms.
    #[arg(long, value_name = "MCG")]
    dose: Option<u32>,
    /// The form in the vial.
    #[arg(long, value_parser = record::drug)]
    drug: Option<Drug>,
    /// im, sc or iv.
    #[arg(long, value_parser = record::route)]
    route: Option<Route>,
    /// Where the needle went: left-deltoid, right-thigh and so on.
    #[arg(long, value_parser = record::site)]
    site: Option<Site>,
    /// A product's id, or its name as on the label.
    #[arg(long, value_name = "PRODUCT")]
    product: Option<String>,
    /// The vial's strength; never assumed.
    #[arg(long, value_name = "MCG_PER_ML")]
    strength: Option<u32>,
    /// The lot.
    #[arg(long)]
    lot: Option<String>,
    /// The vial's expiry, a day or a month.
    #[arg(long, value_name = "DATE", value_parser = expiry)]
    expires: Option<NaiveDate>,
    /// What the syringe holds in mL; checked against dose and strength.
    #[arg(long, value_name = "ML", value_parser = parse::volume_ml)]
    volume: Option<f64>,
    /// The day on which a multi-dose vial was opened.
    #[arg(long, value_name = "DATE")]
    opened: Option<Day>,
    /// A site that was found sore, and the day from which it may be used again; four weeks where no day is said.
    #[arg(long, value_name = "SITE=DATE", value_parser = record::sore)]
    sore: Option<Sore>,
    /// After a late or early dose: count from the day given, or go back to the days of the plan.
    #[arg(long, value_name = "WAY", value_enum)]
    next_from: Option<Way>,
    /// A reaction after the injection.
    #[arg(long, value_name = "WHAT")]
    reaction: Option<String>,
    /// The reason, where a check asks for one.
    #[arg(long, value_name = "WHY")]
    reason: Option<String>,
    /// It was given so before anybody asked: what stops the needle and can be true is recorded, with --reason saying what
    /// happened and who was told.
    #[arg(long, requires = "reason")]
    already_given: bool,
}

/// How often a chart that changes is read again.
const TRIES: usize = 50;

/// A lot that was typed is offered again. That it could not be kept harms nothing: it is typed again.
fn remember(mut store: Store, lot: Option<LotInUse>, context: &Context) {
    if let Some(lot) = lot.filter(|lot| store.settings().lots.first() != Some(lot)) {
        let _ = store.change_settings(|settings| settings.use_lot(lot, context.today));
    }
}

impl DoseArgs {
    /// A dose is recorded from a vial that somebody read: its lot, its product or its strength was typed.
    fn names_a_vial(&self, intent: &Intent) -> Result<(), Failure> {
        if self.lot.is_some() || self.product.is_some() || self.strength.is_some() {
            return Ok(());
        }
        let lot = intent.lot.as_deref().unwrap_or("LOT");
        Err(format!("not recorded: say which vial was in hand, for example with --lot {lot}").into())
    }
}

fn time(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M").map_err(|_| format!("\"{text}\" is not a time; write 09:40"))
}

/// Somebody who may be the same patient had a dose in the last days: said before this one is recorded.
fn say_dosed_double(store: &Store, id: PatientId, roll: Option<Roll>, today: NaiveDate) {
    let roll = roll.unwrap_or_else(|| store.roll(today).roll);
    let found = same::candidates_of(id, &roll);
    if let Some((double, last)) = same::dosed_double(id, &found, &roll, &store.practice().knowledge, today) {
        failure::say(&format!("note: {}", same::dosed_words(&double, last)));
    }
}

impl Give {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let on = context.day(self.on);
        // What was checked must be what is there when it is written: another program may give the same dose.
        for _ in 0..TRIES {
            let (chart, roll) = patient::find_in_roll(&store, &self.patient, context.today)?;
            let course = Course::of(&chart, store.practice(), context.today);
            let roll = roll.or_else(|| store.roll_unverified());
            let act = match &self.not_given {
                Some(why) => Act::NotGiven(self.why_not(&course, why, on, context)?),
                None => Act::Given(self.given((&chart, &course), &store, roll.as_ref(), on, context)?),
            };
            if self.not_given.is_none() {
                say_dosed_double(&store, chart.id, roll, context.today);
            }
            // The vial of what should not have been given is offered to nobody.
            let lot = LotInUse::of(&act).filter(|_| !self.dose.already_given);
            let (seen, author) = (chart.entries().len(), self.signed.author(&store));
            match store.record_seen(chart.id, seen, vec![act], author, context.now) {
                Err(StoreError::Meanwhile { .. }) => {}
                saved => {
                    self.signed.print(&saved?.1, out)?;
                    remember(store, lot, context);
                    return Ok(());
                }
            }
        }
        Err("other programs write to this chart without a pause: nothing was recorded, try again".into())
    }

    fn why_not(&self, course: &Course, why: &str, on: NaiveDate, context: &Context) -> Result<NotGiven, Failure> {
        let again = self.again.map(|day| day.date(context.today));
        let said = NotGiven { order: None, on, why: WhyNot::read(why), again, note: self.note.clone() };
        not_given::recorded(course, said).map_err(|refused| {
            let option = match refused.part {
                Part::Dose => "",
                Part::Day => "--on: ",
                Part::Why => "--not-given: missed, refused, held, out-of-stock, or other words; ",
                Part::Again => "--again: ",
                Part::Grounds => "--note: ",
            };
            format!("{option}{}", record::told(&refused.words)).into()
        })
    }

    fn given(
        &self,
        (chart, course): (&Chart, &Course),
        store: &Store,
        roll: Option<&Roll>,
        on: NaiveDate,
        context: &Context,
    ) -> Result<Given, Failure> {
        let practice = store.practice();
        let (order, ordered) =
            chart.order().ok_or("no plan is signed: a prescriber orders first, with `cobalog order`")?;
        let slot = course.next_dose();
        let dose_mcg = self.dose.dose.or(slot.map(|s| s.dose_mcg)).ok_or_else(|| {
            let more = "; record the next plan first, or say with --dose what was given beyond it";
            let more = if course.has_ended() { "" } else { more };
            format!("{}{more}", record::told(&not_given::nothing_owed(course)))
        })?;
        let usual = roll.and_then(|roll| rights::usual_here(course, practice, context.today, roll));
        let vial = Vial::find(&self.dose, ordered.drug, practice, (usual, on))?;
        let intent = Intent {
            on,
            drug: vial.drug,
            strength_mcg_per_ml: vial.strength_mcg_per_ml,
            dose_mcg,
            drawn_ml: self.dose.volume,
            route: self.dose.route.unwrap_or(ordered.route),
            site: self.dose.site,
            lot: vial.lot,
            expires: vial.expires,
            opened: self.dose.opened.map(|day| day.date(context.today)).or(vial.opened),
            label_routes: vial.label_routes,
            excipients: vial.excipients,
        };
        let sore = self.dose.sore.map(|sore| sore.read(practice, on, context.today)).transpose()?;
        let mut checks = rights::check(course, practice, &intent);
        checks.extend(rights::into_sore(practice, intent.site, sore));
        let could_be = !self.dose.already_given && rights::may_be_true(&checks);
        if self.dose.already_given {
            checks = rights::given_already(checks);
        }
        let reasons = self.answered(&checks, could_be).inspect_err(|_| {
            for stop in Stop::all(&checks) {
                store.note(Event::near_miss(context.now, chart.id, &stop));
            }
        })?;
        self.dose.names_a_vial(&intent)?;
        let given = Given {
            order: Some(order),
            time: self.dose.time,
            product: vial.product,
            site: intent.site,
            lot: intent.lot,
            expires: intent.expires,
            drawn_ml: intent.drawn_ml,
            opened: intent.opened,
            sore,
            reasons,
            note: self.note.clone(),
            reaction: self.dose.reaction.clone(),
            ..Given::new(on, intent.drug, intent.strength_mcg_per_ml, dose_mcg, intent.route)
        };
        next::anchored(given, self.dose.next_from, chart, course, practice)
    }

    /// A stop refuses; what asks for a reason gets the one that was passed; a note is only said.
    fn answered(&self, checks: &[Checked], could_be: bool) -> Result<Vec<Reason>, Failure> {
        let of = |tier| checks.iter().filter(move |c| c.tier == Some(tier));
        let renew = format!("`cobalog renew {} …`", self.patient);
        let told = |c: &Checked| c.told(|todo| record::told(todo).replace("`cobalog renew`", &renew));
        let stops: Vec<_> = of(Tier::Stop).map(|c| format!("{} ({})", told(c), c.rule)).collect();
        if !stops.is_empty() {
            let way = "; where it was given so already, record it with --already-given --reason \"what happened, who was told\"";
            return Err(format!("not recorded: {}{}", stops.join("; "), if could_be { way } else { "" }).into());
        }
        let asked: Vec<_> = of(Tier::Reason).map(|c| format!("{} ({})", told(c), c.rule)).collect();
        let reason = self.dose.reason.as_deref().map(str::trim).filter(|r| !r.is_empty());
        match reason {
            None if !asked.is_empty() => {
                Err(format!("not recorded: {}; say why all the same with --reason \"…\"", asked.join("; ")).into())
            }
            _ => {
                of(Tier::Note).for_each(|c| failure::say(&format!("note: {}", told(c))));
                let because = reason.unwrap_or_default();
                let reason = |c: &Checked| Reason { stop: c.of_fact, ..Reason::new(&c.rule, because) };
                Ok(of(Tier::Reason).map(reason).collect())
            }
        }
    }
}
