//! Reads the checkpoint prompt: the look as it will be recorded, and what speaks against a result as it was typed.

use super::Checkpoint;
use crate::clinic::background::Confounder;
use crate::clinic::entry::Checked;
use crate::clinic::lab::{Analyte, Typed};
use crate::clinic::looking::{self, Part, Read};
use crate::clinic::parse;
use crate::tui::ctx::Ctx;
use crate::tui::form::Field;
use crate::tui::prompts::Refusal;
use chrono::NaiveDate;
use std::collections::BTreeMap;

impl Checkpoint {
    /// The results as they were typed, each with what makes it doubtful.
    pub(super) fn typed<'a>(
        &'a self,
        ctx: &'a Ctx,
    ) -> impl Iterator<Item = (&'a Field, &'a Analyte, Result<Typed, String>)> + 'a {
        let (day, course) = (self.sample_day(ctx), &self.patient.course);
        self.form.fields().iter().filter(|f| !f.hidden && !f.value().trim().is_empty()).filter_map(move |field| {
            let analyte = ctx.practice.knowledge.lab(field.id.strip_prefix("lab:")?)?;
            let read = looking::read(course, &ctx.practice, analyte, &field.value(), day);
            Some((field, analyte, read.map(in_words)))
        })
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
        let sampled = self.form.filled("sampled").map(|_| self.day("sampled", ctx)).transpose()?;
        let mut labs = Vec::new();
        for (field, _, typed) in self.typed(ctx) {
            labs.push(typed.map_err(|e| Refusal::at(&field.id, e))?.result);
        }
        let look = Checked {
            on,
            due: self.due(on, ctx),
            sampled,
            returned_days: self.returned_days()?,
            confounders: self.confounders(ctx)?,
            symptoms: self.grades(),
            labs,
            note: self.form.filled("note"),
        };
        match looking::wrong(&self.patient.course, &look) {
            Some((Part::Empty, _)) | None => Ok(look),
            Some((part, sentence)) => Err(Refusal::at(field_of(part), sentence)),
        }
    }

    /// The checkpoint that is answered: the one that the prompt opened for, of a look on another day the one of then.
    fn due(&self, on: NaiveDate, ctx: &Ctx) -> Option<NaiveDate> {
        if on == ctx.today() {
            return self.slot.as_ref().map(|s| s.due);
        }
        looking::answers(&self.patient.chart, &ctx.practice, on).map(|slot| slot.due)
    }

    fn returned_days(&self) -> Result<Option<u32>, Refusal> {
        let typed = self.form.filled("returned");
        typed.map(|text| parse::returned_days(&text).map_err(|e| Refusal::at("returned", e))).transpose()
    }

    /// What was ticked, with the day of a transfusion where it was typed.
    fn confounders(&self, ctx: &Ctx) -> Result<Vec<Confounder>, Refusal> {
        let ticked = self.form.text("beside");
        let transfused = self.form.filled("transfused").filter(|_| ticked.split(',').any(|id| id == "transfusion"));
        let day = transfused.map(|_| self.day("transfused", ctx)).transpose()?;
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

/// The field for what cannot be.
pub(in crate::tui::prompts) fn field_of(part: Part) -> &'static str {
    match part {
        Part::Day | Part::Empty => "on",
        Part::Sampled => "sampled",
        Part::Beside(_) => "transfused",
    }
}

fn in_words(read: Read) -> Typed {
    let doubts: Vec<_> = read.doubts.into_iter().map(|(words, _)| words).collect();
    Typed { result: read.result, doubt: (!doubts.is_empty()).then(|| doubts.join(" ")) }
}
