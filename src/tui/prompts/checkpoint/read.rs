//! Reads the checkpoint prompt: the look as it will be recorded, and what speaks against a result as it was typed.

use super::Checkpoint;
use crate::clinic::background::Confounder;
use crate::clinic::entry::Checked;
use crate::clinic::lab::{Analyte, Typed};
use crate::clinic::parse;
use crate::clinic::words;
use crate::tui::ctx::Ctx;
use crate::tui::form::Field;
use crate::tui::prompts::Refusal;
use chrono::NaiveDate;
use std::collections::BTreeMap;

impl Checkpoint {
    pub(super) fn unit<'a>(ctx: &'a Ctx, analyte: &'a Analyte) -> &'a str {
        ctx.practice.unit_of(analyte)
    }

    /// The results as they were typed, each with what makes it doubtful: a value that is odd, or one that would fit the
    /// last one in another unit (L9).
    pub(super) fn typed<'a>(
        &'a self,
        ctx: &'a Ctx,
    ) -> impl Iterator<Item = (&'a Field, &'a Analyte, Result<Typed, String>)> + 'a {
        let day = self.sample_day(ctx);
        self.form.fields().iter().filter(|f| !f.hidden && !f.value().trim().is_empty()).filter_map(move |field| {
            let analyte = ctx.practice.knowledge.lab(field.id.strip_prefix("lab:")?)?;
            let read = analyte.read(&field.value(), Self::unit(ctx, analyte));
            Some((field, analyte, read.map(|typed| self.with_slip(ctx, analyte, typed, day))))
        })
    }

    fn with_slip(&self, ctx: &Ctx, analyte: &Analyte, typed: Typed, day: NaiveDate) -> Typed {
        let rule = ctx.practice.knowledge.rule("L9");
        let last = self.patient.course.result_before(&analyte.id, day);
        let slip = last.and_then(|(_, last)| analyte.slip(rule, &typed.result, last));
        let doubts: Vec<_> = [typed.doubt, slip].into_iter().flatten().collect();
        Typed { doubt: (!doubts.is_empty()).then(|| doubts.join(" ")), ..typed }
    }

    fn day(&self, id: &str, ctx: &Ctx) -> Result<NaiveDate, Refusal> {
        parse::day_near(&self.form.text(id), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at(id, e))
    }

    /// The day of the sample, as far as it can be read yet.
    pub(super) fn sample_day(&self, ctx: &Ctx) -> NaiveDate {
        let filled = ["sampled", "on"].into_iter().filter(|id| self.form.filled(id).is_some());
        filled.filter_map(|id| self.day(id, ctx).ok()).next().unwrap_or(ctx.today())
    }

    pub(super) fn checked(&self, ctx: &Ctx) -> Result<Checked, Refusal> {
        let on = self.day("on", ctx)?;
        let born = self.patient.course.person.as_ref().map(|p| p.born);
        if on > ctx.today() {
            return Err(Refusal::at("on", format!("{} has not come yet", words::day(on))));
        }
        if born.is_some_and(|born| on < born) {
            return Err(Refusal::at("on", "the day is before the patient's birth"));
        }
        let sampled = self.form.filled("sampled").map(|_| self.day("sampled", ctx)).transpose()?;
        if sampled.is_some_and(|day| day > on) {
            return Err(Refusal::at("sampled", "the sample lies after the check"));
        }
        if sampled.zip(born).is_some_and(|(day, born)| day < born) {
            return Err(Refusal::at("sampled", "the sample lies before the patient's birth"));
        }
        let mut labs = Vec::new();
        for (field, _, typed) in self.typed(ctx) {
            labs.push(typed.map_err(|e| Refusal::at(&field.id, e))?.result);
        }
        Ok(Checked {
            on,
            due: self.slot.as_ref().map(|s| s.due),
            sampled,
            returned_days: self.returned_days()?,
            confounders: self.confounders(on, ctx)?,
            symptoms: self.grades(),
            labs,
            note: self.form.filled("note"),
        })
    }

    fn returned_days(&self) -> Result<Option<u32>, Refusal> {
        let typed = self.form.filled("returned");
        typed.map(|text| parse::returned_days(&text).map_err(|e| Refusal::at("returned", e))).transpose()
    }

    /// What was ticked, with the day of a transfusion where it was typed.
    fn confounders(&self, on: NaiveDate, ctx: &Ctx) -> Result<Vec<Confounder>, Refusal> {
        let ticked = self.form.text("beside");
        let transfused = self.form.filled("transfused").filter(|_| ticked.split(',').any(|id| id == "transfusion"));
        let day = transfused.map(|_| self.day("transfused", ctx)).transpose()?;
        if day.is_some_and(|day| day > on) {
            return Err(Refusal::at("transfused", "the transfusion lies after the check"));
        }
        let ids = ticked.split(',').filter(|id| !id.is_empty());
        Ok(ids.map(|id| Confounder { id: id.to_owned(), on: day.filter(|_| id == "transfusion") }).collect())
    }

    pub(super) fn grades(&self) -> BTreeMap<String, u8> {
        let graded = self
            .form
            .fields()
            .iter()
            .filter_map(|f| Some((f.id.strip_prefix("symptom:")?.to_owned(), f.value().parse().ok()?)));
        graded.collect()
    }
}
