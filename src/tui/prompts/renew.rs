//! Renew: the order that holds goes on as it is, with a new end; no date of the plan moves.

use super::{Prompt, Refusal, Submitted, told};
use crate::clinic::course::DoseSlot;
use crate::clinic::entry::Act;
use crate::clinic::signing;
use crate::clinic::term::{Cover, Part, Renewed, Term};
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::theme::Role;
use ratatui::text::{Line, Span};
use std::rc::Rc;

/// The prompt.
pub struct RenewPrompt {
    patient: Rc<Patient>,
    form: Form,
}

/// The two fields of a term, filled in as far as something is usual.
pub(super) fn fields(usual: Term, label: &str) -> [Field; 2] {
    let until = usual.until.map(words::born).unwrap_or_default();
    let doses = usual.doses.map(|n| n.to_string()).unwrap_or_default();
    [
        Field::text("until", label, &until)
            .most(16)
            .prefilled()
            .hint("Its last good day: 12m, 30 Nov 2027. Blank: no day ends it."),
        Field::text("allowed", "Doses allowed", &doses)
            .most(5)
            .prefilled()
            .hint("How many doses may be given on it. Blank: no number ends it."),
    ]
}

/// Reads them.
pub(super) fn term(form: &Form, ctx: &Ctx) -> Result<Term, Refusal> {
    Term::read(&form.text("until"), &form.text("allowed"), ctx.today(), ctx.month_first())
        .map_err(|(part, words)| Refusal::at(if part == Part::Until { "until" } else { "allowed" }, words))
}

/// Puts the day in words beside what was typed.
pub(super) fn echo(form: &mut Form, ctx: &Ctx) {
    let day = term(form, ctx).ok().and_then(|term| term.until).map(words::day).unwrap_or_default();
    form.aside("until", day);
}

impl RenewPrompt {
    /// Opens with the practice's usual time, and with as many doses as the order had.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let until = ctx.practice.settings.orders_last.map(|last| last.after(ctx.today(), 1));
        let [until, mut allowed] = fields(Term { until, doses: doses_before(&patient) }, "Good until");
        "More doses".clone_into(&mut allowed.label);
        "How many may be given from now on; what was left before does not count. Blank: no number ends it."
            .clone_into(&mut allowed.hint);
        let form = Form::new(vec![
            until,
            allowed,
            told::decider("prescriber", "Renewed by", told::WHO, ctx),
            told::field(),
            Field::text("note", "Note", "").most(160),
        ]);
        let mut prompt = Self { patient, form: form.signed_by("Renew the order") };
        prompt.show(ctx);
        prompt
    }

    fn show(&mut self, ctx: &Ctx) {
        let asked = told::is_asked(ctx, &self.form.text("prescriber"));
        self.form.show(told::TOLD, asked);
        echo(&mut self.form, ctx);
        let more = self.more(ctx).unwrap_or_default();
        self.form.aside("allowed", more);
    }

    /// Says what a number means here: it counts from now on, and the last of them is on a day.
    fn more(&self, ctx: &Ctx) -> Option<String> {
        let term = term(&self.form, ctx).ok()?;
        let most = usize::try_from(term.doses?).ok()?;
        let open = |slot: &&DoseSlot| slot.given.is_none() && slot.not_given.is_none();
        let renewed = signing::renewal(&self.patient.course, term, "a prescriber", None).ok()?;
        let after = self.patient.after(Act::Renewed(renewed), ctx);
        let last = after.doses.iter().filter(open).nth(most.checked_sub(1)?)?;
        Some(format!("from now on; the last on {}", words::day(last.visit)))
    }

    fn renewed(&self, ctx: &Ctx) -> Result<Renewed, Refusal> {
        let term = term(&self.form, ctx)?;
        let prescriber = self.form.text("prescriber");
        if prescriber.trim().is_empty() {
            return Err(Refusal::at("prescriber", "the prescriber's name is needed: a prescriber renews it"));
        }
        let renewed = signing::renewal(&self.patient.course, term, &prescriber, self.form.filled("note"));
        let told = told::so_far(&self.form, ctx, &prescriber);
        renewed.map(|renewed| Renewed { told, ..renewed }).map_err(|e| Refusal::at("until", e))
    }
}

/// How many doses the order, or its latest renewal, had when it was signed.
fn doses_before(patient: &Patient) -> Option<u32> {
    let entry = patient.course.cover.as_ref()?.entry;
    let facts = patient.chart.facts();
    match facts.iter().find(|f| f.entry.id == entry)?.act? {
        Act::Ordered(order) => order.term.doses,
        Act::Renewed(renewed) => renewed.term.doses,
        _ => None,
    }
}

impl Prompt for RenewPrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::Renew
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        let plan = self.patient.course.order.as_ref().map(|(_, order)| order.name.clone());
        format!("Renew the order: {}", plan.unwrap_or_default())
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
        let (theme, course) = (&ctx.theme, &self.patient.course);
        let label = |name: &'static str| Span::styled(name, theme.style(Role::Dim));
        let words = |cover: Option<&Cover>| {
            let words = cover.map(|cover| cover.words(ctx.today())).unwrap_or_default();
            if words.is_empty() { "nothing ends this order".to_owned() } else { words }
        };
        let mut lines = vec![Line::from(vec![label("As it is   "), Span::raw(words(course.cover.as_ref()))])];
        if let Ok(renewed) = self.renewed(ctx) {
            let after = self.patient.after(Act::Renewed(renewed), ctx);
            let next = after.next_dose().map(|s| format!("; {} on {} as before", s.title(), words::day(s.visit)));
            let dated = |cover: Option<&Cover>| cover.is_some_and(|cover| cover.until.is_some());
            let undated = dated(course.cover.as_ref()) && !dated(after.cover.as_ref());
            let undated = if undated { "; no day ends it any more" } else { "" };
            let said = format!("{}{undated}{}", words(after.cover.as_ref()), next.unwrap_or_default());
            lines.push(Line::from(vec![label("After this "), Span::styled(said, theme.style(Role::Banner))]));
        }
        lines
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let renewed = self.renewed(ctx)?;
        let told = told::read(&self.form, ctx, ("prescriber", &renewed.prescriber))?;
        let act = Act::Renewed(Renewed { told, ..renewed });
        Ok(Submitted::Record(Job::on(&self.patient, act, After::Back)))
    }
}
