//! Reads the give prompt: what somebody is about to give, and the entry that records it.

use super::Give;
use crate::clinic::drug::{Drug, Product, Route, Site};
use crate::clinic::entry::{Given, NextFrom, SoreSite};
use crate::clinic::parse;
use crate::clinic::rights::{self, Intent};
use crate::clinic::words as say;
use crate::tui::ctx::Ctx;
use crate::tui::prompts::Refusal;
use crate::tui::prompts::vial::{self, named};
use chrono::{NaiveDate, NaiveTime, Timelike};

impl Give {
    pub(super) fn product<'a>(&self, ctx: &'a Ctx) -> Option<&'a Product> {
        vial::product(&self.form, ctx)
    }

    pub(super) fn strength(&self, ctx: &Ctx) -> u32 {
        match self.product(ctx) {
            Some(product) => product.strength_mcg_per_ml,
            None => vial::typed_strength(&self.form).unwrap_or_default(),
        }
    }

    fn day(&self, id: &str, ctx: &Ctx) -> Result<NaiveDate, Refusal> {
        parse::day_near(&self.form.text(id), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at(id, e))
    }

    /// Whether somebody typed the volume in the syringe: one that the program filled in says nothing of the syringe.
    pub(super) fn has_typed_volume(&self) -> bool {
        self.form.filled("drawn").is_some() && self.form.field("drawn").is_some_and(|f| !f.is_prefilled())
    }

    fn drawn_ml(&self) -> Result<Option<f64>, Refusal> {
        let typed = self.form.filled("drawn").filter(|_| self.has_typed_volume());
        typed.map(|text| parse::volume_ml(&text).map_err(|e| Refusal::at("drawn", e))).transpose()
    }

    fn opened(&self, ctx: &Ctx) -> Result<Option<NaiveDate>, Refusal> {
        let asked = self.product(ctx).is_some_and(Product::is_multi_dose) && self.form.filled("opened").is_some();
        if asked { self.day("opened", ctx).map(Some) } else { Ok(None) }
    }

    pub(super) fn intent(&self, ctx: &Ctx) -> Result<Intent, Refusal> {
        let today = ctx.today();
        let product = self.product(ctx);
        let dose_mcg = parse::dose_mcg(&self.form.text("dose")).map_err(|e| Refusal::at("dose", e))?;
        let drawn_ml = self.drawn_ml()?;
        let on = self.day("on", ctx)?;
        let expires = match self.form.filled("expires") {
            Some(text) => Some(parse::expiry(&text, today, ctx.month_first()).map_err(|e| Refusal::at("expires", e))?),
            None => None,
        };
        let drug = product.map(|p| p.drug).or_else(|| named(&Drug::ALL, &self.form.text("drug"), |d| d.name()));
        Ok(Intent {
            on,
            drug: drug.unwrap_or(Drug::Hydroxocobalamin),
            strength_mcg_per_ml: self.strength(ctx),
            dose_mcg,
            drawn_ml,
            route: named(&Route::ALL, &self.form.text("route"), |r| r.name()).unwrap_or(Route::Im),
            site: named(&Site::ALL, &self.form.text("site"), |s| s.name()),
            lot: self.form.filled("lot"),
            expires,
            opened: self.opened(ctx)?,
            label_routes: product.map(|p| p.routes.clone()),
            excipients: product.map(|p| p.excipients.clone()).unwrap_or_default(),
        })
    }

    /// Reads the sore site, and until when it is left alone.
    pub(super) fn sore(&self, on: NaiveDate, ctx: &Ctx) -> Result<Option<SoreSite>, Refusal> {
        let Some(site) = named(&Site::ALL, &self.form.text("sore"), |s| s.name()) else { return Ok(None) };
        let until = match self.form.filled("sore_until") {
            Some(_) => self.day("sore_until", ctx)?,
            None => rights::leave_alone_until(&ctx.practice, on),
        };
        if until <= on {
            return Err(Refusal::at("sore_until", format!("{} is not after the injection", say::day(until))));
        }
        Ok(Some(SoreSite { site, until }))
    }

    /// The anchor that was chosen; where none is asked, the day of the dose.
    pub(super) fn next_from(&self) -> NextFrom {
        let asked = self.form.field("next").is_some_and(|f| !f.hidden);
        if asked && self.form.text("next") == super::next::CALENDAR { NextFrom::Calendar } else { NextFrom::DayGiven }
    }

    pub(super) fn given(&self, ctx: &Ctx, intent: &Intent) -> Result<Given, Refusal> {
        let typed = format!("{} {} mcg/mL", intent.drug, intent.strength_mcg_per_ml);
        Ok(Given {
            order: self.patient.course.order.as_ref().map(|(id, _)| *id),
            // When it was given, and not when somebody says so afterwards.
            time: (intent.on == ctx.today() && !self.was_given()).then(|| minute(ctx)),
            product: self.product(ctx).map_or(typed, |p| p.name.clone()),
            site: intent.site,
            lot: intent.lot.clone(),
            expires: intent.expires,
            drawn_ml: intent.drawn_ml,
            opened: intent.opened,
            sore: self.sore(intent.on, ctx)?,
            next_from: self.next_from(),
            reasons: self.reasons(),
            note: self.form.filled("note"),
            reaction: self.form.filled("reaction"),
            ..Given::new(intent.on, intent.drug, intent.strength_mcg_per_ml, intent.dose_mcg, intent.route)
        })
    }
}

fn minute(ctx: &Ctx) -> NaiveTime {
    let now = ctx.now.time();
    now.with_second(0).and_then(|t| t.with_nanosecond(0)).unwrap_or(now)
}
