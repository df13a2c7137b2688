//! Move on: records what ended a phase, or that a gate was passed, so that the next phase opens.

use super::give::after_words;
use super::{Prompt, Refusal, Submitted};
use crate::clinic::entry::{Act, PhaseEnded};
use crate::clinic::parse;
use crate::clinic::regimen::End;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::theme::Role;
use ratatui::text::{Line, Span};
use std::rc::Rc;

/// The prompt.
pub struct PhaseEndPrompt {
    patient: Rc<Patient>,
    form: Form,
    /// The phase that ends, counted from 0, and whether the protocol says that it may now.
    phase: Option<usize>,
    early: Option<String>,
}

impl PhaseEndPrompt {
    /// Opens on the phase that holds, or on the one before a gate.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let (phase, event, early) = what_ends(&patient);
        let prescriber =
            ctx.practice.settings.people.iter().find(|p| p.prescriber).map(|p| p.name.clone()).unwrap_or_default();
        let form = Form::new(vec![
            Field::text("because", "What was found", &event)
                .most(160)
                .hint("The protocol's words stand here; change them if something else was found."),
            Field::text("on", "Decided on", &words::born(ctx.today())).most(16),
            Field::text("decided_by", "Prescriber", &prescriber).most(60).hint("Who decided."),
        ]);
        Self { patient, form, phase, early }
    }

    fn act(&self, ctx: &Ctx) -> Result<PhaseEnded, Refusal> {
        let on =
            parse::date(&self.form.text("on"), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at("on", e))?;
        if on > ctx.today() {
            return Err(Refusal::at("on", format!("{} has not come yet", words::day(on))));
        }
        let need = |id: &str, sentence: &str| self.form.filled(id).ok_or_else(|| Refusal::at(id, sentence));
        let because = need("because", "say what was found")?;
        let decided_by = need("decided_by", "the prescriber's name is needed")?;
        let order = self.patient.course.order.as_ref().map(|(id, _)| *id);
        let (Some(order), Some(phase)) = (order, self.phase) else {
            return Err(Refusal::at("because", "no phase is open: there is no plan, or it is in its last phase"));
        };
        Ok(PhaseEnded { order, phase, on, because, decided_by })
    }
}

/// The phase that ends, the protocol's words for it, and a warning where it would end early.
fn what_ends(patient: &Patient) -> (Option<usize>, String, Option<String>) {
    let course = &patient.course;
    let (Some((_, order)), Some(slot)) = (&course.order, course.next_dose()) else {
        return (None, String::new(), None);
    };
    if let (Some(gate), Some(before)) = (&slot.gate, slot.phase.checked_sub(1)) {
        return (Some(before), gate.clone(), None);
    }
    if slot.phase + 1 >= order.phases.len() {
        return (None, String::new(), None);
    }
    let phase = &order.phases[slot.phase];
    let (event, early) = match (&phase.until, slot.in_phase) {
        (End::Event { event, .. }, _) => (event.clone(), None),
        (End::Open { .. }, _) => (String::new(), None),
        (_, (n, Some(of))) => (
            String::new(),
            Some(format!(
                "Only {} of {of} doses of this phase are given: moving on early risks a plateau (P1, P3).",
                n - 1
            )),
        ),
        _ => (String::new(), None),
    };
    (Some(slot.phase), event, early)
}

impl Prompt for PhaseEndPrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::PhaseEnd
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        let phase = self.patient.course.phase_now().map(|p| format!("{}, {}", p.kind.title(), p.rhythm));
        format!("Move on from: {}", phase.unwrap_or_else(|| "no phase".to_owned()))
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        if let Some(early) = &self.early {
            lines.push(Line::styled(format!("{} {early}", ctx.theme.glyphs.attention), ctx.theme.style(Role::Late)));
        }
        let after = match self.act(ctx) {
            Ok(act) => after_words(&self.patient.after(Act::PhaseEnded(act), ctx)),
            Err(refusal) => refusal.sentence,
        };
        lines.push(Line::from(vec![Span::styled("After this: ", ctx.theme.style(Role::Dim)), Span::raw(after)]));
        lines
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let act = self.act(ctx)?;
        Ok(Submitted::Record(Job::on(&self.patient, Act::PhaseEnded(act), After::Back)))
    }
}
