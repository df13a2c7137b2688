//! Amend: a correction names the entry it corrects and why; the old one stays visible, struck through.

mod fields;
mod read;
mod summary;

pub use summary::summary;

use super::give::after_words;
use super::{Prompt, Refusal, Submitted};
use crate::clinic::cosign;
use crate::clinic::entry::{Act, Amended, EntryId};
use crate::clinic::parse;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::Form;
use crate::tui::theme::Role;
use fields::fields;
use ratatui::text::{Line, Span};
use std::rc::Rc;

/// The parts of an entry that a correction puts right; a strike has no need of them.
const PARTS: [&str; 14] = [
    "on",
    "site",
    "dose",
    "drawn",
    "lot",
    "expires",
    "opened",
    "sore",
    "sore_until",
    "next",
    "sampled",
    "returned",
    "beside",
    "note",
];

/// The prompt.
pub struct Amend {
    patient: Rc<Patient>,
    entry: EntryId,
    act: Act,
    form: Form,
}

impl Amend {
    /// Opens on one entry; `None` where it is not of a kind that is corrected here, or was struck out already.
    #[must_use]
    pub fn entry(patient: Rc<Patient>, ctx: &Ctx, entry: EntryId) -> Option<Self> {
        let act = patient.chart.facts().into_iter().find(|f| f.entry.id == entry)?.act?.clone();
        if matches!(act, Act::Amended(_) | Act::Registered(_) | Act::Linked(_)) {
            return None;
        }
        let form = Form::new(fields(entry, &act, ctx)).signed_by("Sign the correction");
        let mut prompt = Self { patient, entry, act, form };
        prompt.show();
        Some(prompt)
    }

    /// Opens on the latest entry that can be corrected.
    #[must_use]
    pub fn latest(patient: Rc<Patient>, ctx: &Ctx) -> Option<Self> {
        let candidates: Vec<_> =
            patient.chart.facts().into_iter().rev().filter(|f| f.act.is_some()).map(|f| f.entry.id).collect();
        candidates.into_iter().find_map(|id| Self::entry(Rc::clone(&patient), ctx, id))
    }

    fn show(&mut self) {
        let corrects = self.form.text("how") == "correct";
        let is_part = |id: &str| id.contains(':') || PARTS.contains(&id);
        let ids: Vec<_> = self.form.fields().iter().map(|f| f.id.clone()).filter(|id| is_part(id)).collect();
        for id in ids {
            self.form.show(&id, corrects);
        }
        let transfused = self.form.text("beside").split(',').any(|id| id == "transfusion");
        self.form.show("transfused", corrects && transfused);
        self.form.show("sore_until", corrects && !self.form.text("sore").is_empty());
    }

    fn amended(&self, ctx: &Ctx) -> Result<Amended, Refusal> {
        let why =
            self.form.filled("why").ok_or_else(|| Refusal::at("why", "say why: the reason stays in the chart"))?;
        let corrects = self.form.text("how") == "correct";
        let instead = if corrects { Some(Box::new(self.instead(ctx)?)) } else { None };
        if instead.as_deref() == Some(&self.act) {
            return Err(Refusal::at("on", "nothing is changed yet"));
        }
        Ok(Amended { of: self.entry, why, instead })
    }

    fn instead(&self, ctx: &Ctx) -> Result<Act, Refusal> {
        let on =
            parse::date(&self.form.text("on"), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at("on", e))?;
        if on > ctx.today() {
            return Err(Refusal::at("on", format!("{} has not come yet", words::day(on))));
        }
        let note = self.form.filled("note");
        match &self.act {
            Act::Given(given) => Ok(Act::Given(self.given(given, on, ctx)?)),
            Act::NotGiven(not) => Ok(Act::NotGiven(crate::clinic::entry::NotGiven {
                on,
                note,
                again: not.again.filter(|a| *a > on),
                ..not.clone()
            })),
            Act::Checked(checked) => Ok(Act::Checked(self.checked(checked, on, ctx)?)),
            Act::PhaseEnded(ended) => Ok(Act::PhaseEnded(crate::clinic::entry::PhaseEnded { on, ..ended.clone() })),
            _ => Err(Refusal::at("how", "this entry can only be struck out; then record it anew")),
        }
    }
}

impl Prompt for Amend {
    fn kind(&self) -> PromptKind {
        PromptKind::Amend
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        "Amend: correct an entry".to_owned()
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn changed(&mut self, _ctx: &Ctx, _field: &str) {
        self.show();
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let Ok(amended) = self.amended(ctx) else { return Vec::new() };
        let after = after_words(&self.patient.after(Act::Amended(amended), ctx));
        vec![Line::from(vec![Span::styled("After this: ", ctx.theme.style(Role::Dim)), Span::raw(after)])]
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let amended = self.amended(ctx)?;
        let people = &ctx.practice.settings.people;
        if let Some(words) = cosign::correction_refused(&self.patient.chart, self.entry, &ctx.author, people) {
            return Err(Refusal::at("how", words));
        }
        Ok(Submitted::Record(Job::on(&self.patient, Act::Amended(amended), After::Back)))
    }
}
