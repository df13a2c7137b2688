//! Checkpoint: symptoms and labs, only those that the plan asks, the last value beside each, and what it means at once.

mod fields;
mod read;
mod words;

pub(super) use read::field_of;

use super::{Prompt, Refusal, Submitted};
use crate::clinic::course::CheckSlot;
use crate::clinic::entry::Act;
use crate::clinic::looking;
use crate::clinic::response::Response;
use crate::clinic::words as say;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::Form;
use crate::tui::theme::Role;
use fields::{fields, is_baseline};
use ratatui::text::Line;
use std::rc::Rc;
use words::Meaning;

/// The prompt.
pub struct Checkpoint {
    patient: Rc<Patient>,
    form: Form,
    slot: Option<CheckSlot>,
    /// Doubtful values that were seen once; signing again takes them.
    doubted: Vec<String>,
    /// What it would mean, worked out as one types.
    meaning: Option<Meaning>,
}

impl Checkpoint {
    /// Opens for the checkpoint that is due, or for a look between checkpoints.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let slot = looking::answers(&patient.chart, &ctx.practice, ctx.today());
        let form = Form::new(fields(&patient.course, slot.as_ref(), ctx));
        let mut prompt = Self { patient, form, slot, doubted: Vec::new(), meaning: None };
        prompt.asides(ctx);
        prompt
    }
}

impl Prompt for Checkpoint {
    fn kind(&self) -> PromptKind {
        PromptKind::Checkpoint
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        let first = is_baseline(&self.patient.course);
        let unplanned = if first { "Baseline: before the first dose" } else { "A check between checkpoints" };
        self.slot.as_ref().map_or(unplanned.to_owned(), |s| format!("{} · due {}", s.label, say::day(s.visit)))
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn changed(&mut self, ctx: &Ctx, _field: &str) {
        self.doubted.clear();
        self.form.show("transfused", self.form.text("beside").split(',').any(|id| id == "transfusion"));
        self.asides(ctx);
        self.work_out(ctx);
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let mut lines = self.lines(ctx);
        if lines.is_empty() && self.patient.course.response != Response::TooEarly {
            lines.push(Line::styled(
                format!("So far: {}", self.patient.course.response.sentence()),
                ctx.theme.style(Role::Dim),
            ));
        }
        lines
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let checked = self.checked(ctx)?;
        if checked.is_empty() {
            let first = self.form.fields().first().map(|f| f.id.clone()).unwrap_or_default();
            return Err(Refusal::at(
                &first,
                "nothing is recorded yet: grade a symptom, type a result, or leave with Esc",
            ));
        }
        let doubts: Vec<_> = self.typed(ctx).filter_map(|(f, _, t)| Some((f.id.clone(), t.ok()?.doubt?))).collect();
        if let Some((field, doubt)) = doubts.iter().find(|(id, _)| !self.doubted.contains(id)) {
            let refusal = Refusal::at(field, format!("Sign again to keep it. {doubt}"));
            self.doubted = doubts.iter().map(|(id, _)| id.clone()).collect();
            return Err(refusal);
        }
        Ok(Submitted::Record(Job::on(&self.patient, Act::Checked(checked), After::Back)))
    }
}
