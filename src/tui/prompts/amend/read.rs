//! Reads a correction: what should have stood there.

use super::Amend;
use super::fields::CALENDAR;
use crate::clinic::background::Confounder;
use crate::clinic::drug::{Drug, Route, Site, ml, volume_ml};
use crate::clinic::entry::{Act, Checked, Given, NextFrom, SoreSite};
use crate::clinic::looking;
use crate::clinic::not_given;
use crate::clinic::parse;
use crate::clinic::rights::{self, Corrected};
use crate::tui::ctx::Ctx;
use crate::tui::prompts::Refusal;
use crate::tui::prompts::checkpoint;
use crate::tui::prompts::vial::{self, TYPED, named};
use chrono::NaiveDate;
use std::collections::BTreeMap;

impl Amend {
    pub(super) fn checked(&self, checked: &Checked, on: NaiveDate, ctx: &Ctx) -> Result<Checked, Refusal> {
        let mut now = Checked {
            on,
            note: self.form.filled("note"),
            symptoms: BTreeMap::new(),
            labs: Vec::new(),
            sampled: self.day_where_filled("sampled", ctx)?,
            returned_days: self.returned_days()?,
            confounders: self.confounders(checked, ctx)?,
            ..checked.clone()
        };
        for id in checked.symptoms.keys() {
            let grade = self.form.text(&format!("symptom:{id}")).parse().ok();
            now.symptoms.extend(grade.map(|g| (id.clone(), g)));
        }
        for result in &checked.labs {
            let field = format!("lab:{}", result.analyte);
            let Some((text, analyte)) = self.form.filled(&field).zip(ctx.practice.knowledge.lab(&result.analyte))
            else {
                continue;
            };
            // As it was written: numbers keep their digits.
            let same = text == result.to_string();
            let read = || analyte.read(&text, &result.unit).map(|t| t.result).map_err(|e| Refusal::at(&field, e));
            now.labs.push(if same { result.clone() } else { read()? });
        }
        match looking::wrong(&self.patient.course, &now) {
            Some((looking::Part::Empty, _)) => Err(Refusal::at("how", "nothing would be left: strike it out instead")),
            Some((part, sentence)) => Err(Refusal::at(checkpoint::field_of(part), sentence)),
            None => Ok(now),
        }
    }

    fn returned_days(&self) -> Result<Option<u32>, Refusal> {
        let typed = self.form.filled("returned").map(|text| parse::returned_days(&text)).transpose();
        typed.map_err(|e| Refusal::at("returned", e))
    }

    /// What is ticked; each keeps the day that it had, the transfusion the one that is typed.
    fn confounders(&self, checked: &Checked, ctx: &Ctx) -> Result<Vec<Confounder>, Refusal> {
        let transfused = self.day_where_filled("transfused", ctx)?;
        let ticked = self.form.text("beside");
        let before = |id: &str| checked.confounders.iter().find(|c| c.id == id).and_then(|c| c.on);
        let day = |id: &str| if id == "transfusion" { transfused } else { before(id) };
        let ids = ticked.split(',').filter(|id| !id.is_empty());
        let mut now: Vec<_> = ids.map(|id| Confounder { id: id.to_owned(), on: day(id) }).collect();
        // In the order in which they stood, so that what was not touched is no change.
        now.sort_by_key(|c| checked.confounders.iter().position(|was| was.id == c.id).unwrap_or(usize::MAX));
        Ok(now)
    }

    /// A corrected dose is held to what can be, as a new one is.
    pub(super) fn given(&self, given: &Given, on: NaiveDate, ctx: &Ctx) -> Result<Given, Refusal> {
        let now = self.typed_given(given, on, ctx)?;
        if &now == given { Ok(now) } else { self.weighed(now, ctx).map(|weighed| weighed.given) }
    }

    /// Weighs what was typed: what cannot be is refused, what goes against a rule gets the reason of the correction.
    pub(super) fn weighed(&self, now: Given, ctx: &Ctx) -> Result<Corrected, Refusal> {
        let why = self.form.filled("why").unwrap_or_default();
        let weighed = rights::correct(&self.patient.chart, &ctx.practice, ctx.today(), (self.entry, now), &why);
        weighed.map_err(|impossible| Refusal::at(vial::field_of(impossible.part), impossible.words))
    }

    /// Another vial has another lot: the one in use of the product that was picked, else the one to be read from the record;
    /// the vial that was recorded has its own.
    pub(super) fn fill_lot(&mut self, ctx: &Ctx) {
        let Act::Given(given) = &self.act else { return };
        let is_recorded = self.form.text("product").is_empty();
        let product = vial::product(&self.form, ctx);
        let known = product.and_then(|product| rights::lot_in_use(&ctx.practice, product, given.on));
        let own = is_recorded.then_some((given.lot.clone(), given.expires, given.opened));
        let other = || known.map(|l| (Some(l.lot.clone()), Some(l.expires), l.opened));
        let (lot, expires, opened) = own.or_else(other).unwrap_or_default();
        let date = |day: Option<NaiveDate>| day.map(|d| d.format("%Y-%m-%d").to_string()).unwrap_or_default();
        let opened = opened.filter(|opened| *opened <= given.on);
        self.form.set("lot", &lot.unwrap_or_default());
        self.form.set("expires", &date(expires));
        self.form.set("opened", &date(opened));
        let aside = if !is_recorded && known.is_some() { "in use now: was it this one?" } else { "" };
        self.form.aside("lot", aside.to_owned());
    }

    /// What the vial's label said: form, product and strength.
    fn vial(&self, given: &Given, ctx: &Ctx) -> Result<(Drug, String, u32), Refusal> {
        if let Some(product) = vial::product(&self.form, ctx) {
            return Ok((product.drug, product.name.clone(), product.strength_mcg_per_ml));
        }
        if self.form.text("product") != TYPED {
            return Ok((given.drug, given.product.clone(), given.strength_mcg_per_ml));
        }
        let drug = named(&Drug::ALL, &self.form.text("drug"), |d| d.name()).unwrap_or(given.drug);
        let strength = vial::typed_strength(&self.form);
        let strength = strength.ok_or_else(|| Refusal::at("strength", "type the strength on the vial's label"))?;
        Ok((drug, format!("{drug} {strength} mcg/mL"), strength))
    }

    /// Says beside the dose what it is in the syringe, as dose and strength stand now.
    pub(super) fn show_volume(&mut self, ctx: &Ctx) {
        let Act::Given(given) = &self.act else { return };
        let strength = self.vial(given, ctx).map_or(0, |(_, _, strength)| strength);
        let dose = parse::dose_mcg(&self.form.text("dose")).ok();
        let volume = dose.and_then(|dose| volume_ml(dose, strength));
        self.form.aside("drawn", volume.map(|v| format!("computed: {}", ml(v))).unwrap_or_default());
    }

    fn typed_given(&self, given: &Given, on: NaiveDate, ctx: &Ctx) -> Result<Given, Refusal> {
        let dose_mcg = parse::dose_mcg(&self.form.text("dose")).map_err(|e| Refusal::at("dose", e))?;
        let expires = match self.form.filled("expires") {
            Some(text) => {
                Some(parse::expiry(&text, ctx.today(), ctx.month_first()).map_err(|e| Refusal::at("expires", e))?)
            }
            None => None,
        };
        let site = self.site("site");
        let (lot, note) = (self.form.filled("lot"), self.form.filled("note"));
        let time = given.time.filter(|_| on == given.on);
        let drawn_ml = self.form.filled("drawn").map(|text| parse::volume_ml(&text)).transpose();
        let calendar = self.form.text("next") == CALENDAR;
        let (drug, product, strength_mcg_per_ml) = self.vial(given, ctx)?;
        let route = named(&Route::ALL, &self.form.text("route"), |r| r.name());
        Ok(Given {
            on,
            time,
            drug,
            product,
            strength_mcg_per_ml,
            route: route.unwrap_or(given.route),
            reaction: self.form.filled("reaction"),
            dose_mcg,
            site,
            lot,
            expires,
            drawn_ml: drawn_ml.map_err(|e| Refusal::at("drawn", e))?,
            opened: self.day_where_filled("opened", ctx)?,
            sore: self.sore(on, ctx)?,
            next_from: if calendar { NextFrom::Calendar } else { NextFrom::DayGiven },
            note,
            ..given.clone()
        })
    }

    fn site(&self, field: &str) -> Option<Site> {
        named(&Site::ALL, &self.form.text(field), |s| s.name())
    }

    fn day_where_filled(&self, id: &str, ctx: &Ctx) -> Result<Option<NaiveDate>, Refusal> {
        let read =
            |text: String| parse::day_near(&text, ctx.today(), ctx.month_first()).map_err(|e| Refusal::at(id, e));
        self.form.filled(id).map(read).transpose()
    }

    fn sore(&self, on: NaiveDate, ctx: &Ctx) -> Result<Option<SoreSite>, Refusal> {
        let Some(site) = self.site("sore") else { return Ok(None) };
        let until = self.day_where_filled("sore_until", ctx)?;
        Ok(Some(SoreSite { site, until: until.unwrap_or_else(|| rights::leave_alone_until(&ctx.practice, on)) }))
    }
}

/// What is wrong with a dose that was not given, at its field.
pub(super) fn not_given(refused: &not_given::Refused, ctx: &Ctx) -> Refusal {
    let field = if refused.part == not_given::Part::Grounds { "note" } else { "on" };
    Refusal::at(field, ctx.told_below(&refused.words))
}
