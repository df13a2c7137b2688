//! Move on: records what ended a phase, or that a gate was passed, so that the next phase opens.

use super::give::after_words;
use super::{Prompt, Refusal, Submitted, told};
use crate::clinic::entry::{Act, PhaseEnded};
use crate::clinic::moving::{self, Moving};
use crate::clinic::parse;
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
    moving: Option<Moving>,
}

impl PhaseEndPrompt {
    /// Opens on the phase that holds, or on the one before a gate. What was found is never filled in.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let moving = moving::of(&patient.course, &ctx.practice);
        let event = moving.as_ref().map(|m| m.event.clone()).unwrap_or_default();
        let mut found = vec![(String::new(), "Choose what was found".to_owned())];
        found.extend((!event.is_empty()).then(|| (event.clone(), event.clone())));
        found.push(("other".to_owned(), "Something else, in words".to_owned()));
        let form = Form::new(vec![
            Field::list("found", "What was found", found, "", 3)
                .or_in("words", "other")
                .hint("The protocol's own words for what ends this phase."),
            Field::text("words", "In words", "").most(160),
            Field::text("anyway", "Why now", "").most(160).hint("It is early: the reason stays in the chart."),
            Field::text("on", "Decided on", &words::born(ctx.today())).most(16).prefilled(),
            told::decider("decided_by", "Decided by", told::WHO, ctx),
            told::field(),
        ]);
        let mut prompt = Self { patient, form, moving };
        prompt.show(ctx);
        prompt
    }

    fn show(&mut self, ctx: &Ctx) {
        let other = self.form.text("found") == "other";
        self.form.show("words", other);
        let early = self.moving.as_ref().is_some_and(|m| !m.early.is_empty());
        self.form.show("anyway", early);
        let asked = told::is_asked(ctx, &self.form.text("decided_by"));
        self.form.show(told::TOLD, asked);
    }

    fn act(&self, ctx: &Ctx) -> Result<PhaseEnded, Refusal> {
        let on =
            parse::day_near(&self.form.text("on"), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at("on", e))?;
        if on > ctx.today() {
            return Err(Refusal::at("on", format!("{} has not come yet", words::day(on))));
        }
        let order = self.patient.course.order.as_ref().map(|(id, _)| *id);
        let (Some(order), Some(moving)) = (order, &self.moving) else {
            return Err(Refusal::at("found", "no phase is open: there is no plan, or it is in its last phase"));
        };
        let need = |id: &str, sentence: &str| self.form.filled(id).ok_or_else(|| Refusal::at(id, sentence));
        let found = match self.form.text("found").as_str() {
            "" => return Err(Refusal::at("found", "choose what was found")),
            "other" => need("words", "say what was found")?,
            event => event.to_owned(),
        };
        let because = if moving.early.is_empty() {
            found
        } else {
            format!("{found}; early, because {}", need("anyway", "it is early: say why it is right now")?)
        };
        let decided_by = need("decided_by", "the prescriber's name is needed")?;
        let told = told::so_far(&self.form, ctx, &decided_by);
        Ok(PhaseEnded { order, phase: moving.phase, on, because, decided_by, told })
    }
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
    fn changed(&mut self, ctx: &Ctx, _field: &str) {
        self.show(ctx);
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let sign = ctx.theme.glyphs.attention;
        let early = self.moving.iter().flat_map(|m| &m.early);
        let mut lines: Vec<_> =
            early.map(|e| Line::styled(format!("{sign} {e}"), ctx.theme.style(Role::Late))).collect();
        if !lines.is_empty() {
            let risk = "Thinning out before the stores are full risks \"better, then a plateau\".";
            lines.push(Line::styled(risk, ctx.theme.style(Role::Dim)));
        }
        if let Ok(act) = self.act(ctx) {
            let after = after_words(&self.patient.after(Act::PhaseEnded(act), ctx));
            lines.push(Line::from(vec![Span::styled("After this: ", ctx.theme.style(Role::Dim)), Span::raw(after)]));
        }
        lines
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let mut act = self.act(ctx)?;
        act.told = told::read(&self.form, ctx, ("decided_by", &act.decided_by))?;
        Ok(Submitted::Record(Job::on(&self.patient, Act::PhaseEnded(act), After::Back)))
    }
}
