//! Co-sign: exactly what was recorded on a prescriber's order, and the signature under it with one key.

use super::{Prompt, Refusal, Submitted};
use crate::clinic::cosign::{self, Cosigned, Waiting};
use crate::clinic::entry::{Act, EntryId};
use crate::clinic::order::Order;
use crate::clinic::roles;
use crate::clinic::{parse, words};
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::keymap;
use crate::tui::theme::Role;
use chrono::NaiveDate;
use ratatui::text::{Line, Span};
use std::rc::Rc;

/// The prompt.
pub struct CosignPrompt {
    patient: Rc<Patient>,
    form: Form,
}

impl CosignPrompt {
    /// Opens on one entry that waits, or on the first one of the prescriber who is here; `None` where none waits.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx, entry: Option<EntryId>) -> Option<Self> {
        let waiting = &patient.course.waiting;
        let mine = waiting.iter().find(|w| roles::is(&w.prescriber, &ctx.author)).or(waiting.first())?;
        let first = entry.filter(|id| waiting.iter().any(|w| w.entry == *id)).unwrap_or(mine.entry);
        let options: Vec<_> = waiting.iter().map(|w| (w.entry.to_string(), w.what.clone())).collect();
        let lines = options.len().min(4) as u16;
        let form = Form::new(vec![
            Field::list("of", "Signs", options, &first.to_string(), lines).hint("Up and Down, where several wait."),
            Field::text("paper", "Paper signed", "")
                .most(16)
                .hint("The day on the paper that the prescriber signed: t, t-3, 23 Nov 2026."),
            Field::text("note", "Note", "").most(160).hint("Anything to add; may stay blank."),
        ]);
        let mut prompt = Self { patient, form: form.signed_by("Sign") };
        prompt.show(ctx);
        if prompt.files_a_paper(ctx) {
            prompt.form.focus_on("paper");
        } else {
            prompt.form.focus_on_sign();
        }
        Some(prompt)
    }

    fn waiting(&self) -> Option<&Waiting> {
        let id = self.form.text("of");
        self.patient.course.waiting.iter().find(|w| w.entry.to_string() == id)
    }

    /// Whether somebody who does not prescribe can only file what was signed on paper.
    fn files_a_paper(&self, ctx: &Ctx) -> bool {
        let people = &ctx.practice.settings.people;
        let outside = self.waiting().is_some_and(|w| !roles::can_sign_here(people, &w.prescriber));
        outside && !roles::signs_here(people, &ctx.author)
    }

    /// Says how a prescriber of the practice signs on the screen from the next time on.
    fn on_paper_for_now(&self, ctx: &Ctx) -> Option<String> {
        let people = &ctx.practice.settings.people;
        let who = &self.waiting().filter(|_| self.files_a_paper(ctx))?.prescriber;
        let words =
            format!("{who} has no PIN here yet. With one ({{today.people}} on Today) {who} signs on the screen.");
        roles::signs_here(people, who).then(|| keymap::told(&words))
    }

    fn show(&mut self, ctx: &Ctx) {
        let files = self.files_a_paper(ctx);
        self.form.show("paper", files);
        let day = self.paper(ctx).ok().flatten().map(words::day).unwrap_or_default();
        self.form.aside("paper", day);
        self.form.sign = if files { "File the paper" } else { "Sign" }.to_owned();
    }

    fn paper(&self, ctx: &Ctx) -> Result<Option<NaiveDate>, Refusal> {
        let typed = self.form.filled("paper").filter(|_| self.files_a_paper(ctx));
        let read = |text: String| parse::day_near(&text, ctx.today(), ctx.month_first());
        typed.map(read).transpose().map_err(|e| Refusal::at("paper", e))
    }

    fn signed(&self, ctx: &Ctx) -> Result<Cosigned, Refusal> {
        let waiting = self.waiting().ok_or_else(|| Refusal::at("of", "choose what is signed"))?;
        let on_paper = self.paper(ctx)?;
        if on_paper.is_none() && self.files_a_paper(ctx) {
            let sentence = format!("{} does not sign here: the day on the signed paper is needed", waiting.prescriber);
            return Err(Refusal::at("paper", sentence));
        }
        let people = &ctx.practice.settings.people;
        let field = if on_paper.is_some() { "paper" } else { "of" };
        let signed = cosign::signed(&self.patient.chart, waiting, &ctx.author, on_paper, (ctx.today(), people));
        let signed = signed.map_err(|sentence| Refusal::at(field, sentence))?;
        Ok(Cosigned { note: self.form.filled("note"), ..signed })
    }
}

/// What a decision says, a label and its words each.
fn said(act: &Act, patient: &Patient) -> Vec<(&'static str, String)> {
    match act {
        Act::Ordered(order) => ordered(order),
        Act::Renewed(renewed) => {
            let order = patient.course.orders.iter().find(|(id, _)| *id == renewed.order);
            let plan = order.map(|(_, o)| ("Plan", o.name.clone()));
            let note = renewed.note.clone().map(|note| ("Note", note));
            [Some(("Renewed", renewed.words())), plan, note].into_iter().flatten().collect()
        }
        Act::Changed(change) => {
            let reasons = change.reasons.iter().map(|r| ("All the same", format!("{}: {}", r.rule, r.because)));
            [("Change", cosign::what(act))].into_iter().chain(reasons).collect()
        }
        other => vec![("Decided", cosign::what(other))],
    }
}

fn ordered(order: &Order) -> Vec<(&'static str, String)> {
    let mut rows = vec![("Plan", format!("{}, from {}", order.name, words::day(order.start)))];
    rows.push(("Gives", format!("{} {}", order.drug.tall_man(), order.route.short())));
    rows.extend(order.phases.iter().map(|p| ("", words::begun(&cosign::phase_in_full(p)))));
    let term = order.term.words();
    rows.extend((!term.is_empty()).then_some(("Good", term)));
    rows.extend(order.changed.iter().map(|changed| ("Changed", changed.clone())));
    rows.extend(order.because.iter().map(|because| ("Why", because.clone())));
    rows.extend(order.reasons.iter().map(|r| ("All the same", format!("{}: {}", r.rule, r.because))));
    rows
}

impl Prompt for CosignPrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::Cosign
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        match self.patient.course.waiting.len() {
            1 => "Co-sign".to_owned(),
            n => format!("Co-sign: {n} wait in this chart"),
        }
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
        let Some(waiting) = self.waiting() else { return Vec::new() };
        let theme = &ctx.theme;
        let facts = self.patient.chart.facts();
        let act = facts.iter().find(|f| f.entry.id == waiting.entry).and_then(|f| f.act);
        let whose = ("From", waiting.from_whom());
        let rows = act.map(|act| said(act, &self.patient)).unwrap_or_default().into_iter().chain([whose]);
        let row = |(label, words): (&'static str, String)| {
            Line::from(vec![Span::styled(format!("{label:<13}"), theme.style(Role::Dim)), Span::raw(words)])
        };
        let mut lines: Vec<_> = rows.map(row).collect();
        lines.extend(self.on_paper_for_now(ctx).map(|words| Line::styled(words, theme.style(Role::Note))));
        let otherwise =
            "Who does not agree leaves this and changes the plan (d), or strikes the entry out (History, a).";
        lines.push(Line::styled(otherwise, theme.style(Role::Dim)));
        lines
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let signed = self.signed(ctx)?;
        Ok(Submitted::Record(Job::on(&self.patient, Act::Cosigned(signed), After::Back)))
    }
}
