//! The five questions, one a page, with the answers so far at the side (brief T1 to T5).

mod answers;
mod fields;
mod words;

use super::{Prompt, Refusal, Submitted};
use crate::clinic::entry::Act;
use crate::clinic::rights;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Form, Kind};
use crate::tui::theme::Role;
use fields::medicine_field;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};
use std::rc::Rc;

/// The pages: a question, and the fields that answer it. The first field of a page is the one that must be answered.
const PAGES: [(&str, &[&str]); 5] = [
    ("1 of 5: Why is B12 low?", &["cause", "medicines", "removed"]),
    ("2 of 5: How severe is it?", &["neuro", "visual", "flags", "pregnant", "anaemia", "b12", "since"]),
    ("3 of 5: What is the goal?", &["goal"]),
    ("4 of 5: Which route and form?", &["route", "drug", "cautions", "not_oral"]),
    ("5 of 5: What is checked again, and when?", &["first", "symptoms", "labs", "note"]),
];

/// The prompt.
pub struct TriagePrompt {
    patient: Rc<Patient>,
    form: Form,
    page: usize,
}

impl TriagePrompt {
    /// Opens on the first question, with the answers that hold where there are any.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let form = Form::new(fields::all(&patient, ctx));
        let mut prompt = Self { patient, form, page: 0 };
        prompt.turn_to(0);
        prompt
    }

    fn turn_to(&mut self, page: usize) {
        self.page = page;
        let shown = self.fields_of(page);
        let ids: Vec<_> = self.form.fields().iter().map(|f| f.id.clone()).collect();
        for id in ids {
            let is_shown = shown.contains(&id);
            self.form.show(&id, is_shown);
        }
        self.form.focus_on(PAGES[page].1[0]);
        self.form.sign =
            if page + 1 < PAGES.len() { "Next".to_owned() } else { "Sign the triage, then plan".to_owned() };
    }

    /// The fields of a page; a medicine that is ticked has one for what is known of it.
    fn fields_of(&self, page: usize) -> Vec<String> {
        let own = PAGES[page].1.iter().map(|id| (*id).to_owned());
        let ticked = answers::list(&self.form, "medicines").into_iter().filter(|_| page == 0);
        own.chain(ticked.map(|id| medicine_field(&id))).collect()
    }

    fn too_young(&self, ctx: &Ctx) -> Option<String> {
        rights::too_young(self.patient.course.person.as_ref()?.born, &ctx.practice, ctx.today())
    }

    /// The words of an answer, for the side column.
    fn answer(&self, id: &str) -> String {
        let Some(field) = self.form.field(id) else { return String::new() };
        match &field.kind {
            Kind::Choice { options, at, .. } => options.get(*at).map(|(_, w)| w.clone()).unwrap_or_default(),
            Kind::Many { options, .. } => {
                options.iter().filter(|(_, _, on)| *on).map(|(_, w, _)| w.as_str()).collect::<Vec<_>>().join(", ")
            }
            _ => field.value(),
        }
    }
}

impl Prompt for TriagePrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::Triage
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        format!("Triage {}", PAGES[self.page].0)
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn changed(&mut self, _ctx: &Ctx, _field: &str) {
        // Pregnancy has limits of its own.
        let chosen = self.form.text("anaemia");
        let fresh = fields::anaemia(self.form.text("pregnant") == "yes", &chosen);
        if let Some(anaemia) = self.form.field_mut("anaemia") {
            anaemia.kind = fresh.kind;
        }
        // A restored draft makes every field known; the page still shows only its own.
        let page = self.page;
        let focus = self.form.focused().map(|f| f.id.clone());
        self.turn_to(page);
        if let Some(id) = focus {
            self.form.focus_on(&id);
        }
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let young = self.too_young(ctx).map(|words| {
            let words = format!("{} STOP: {words}", ctx.theme.glyphs.attention);
            Line::styled(words, ctx.theme.style(Role::Stop))
        });
        let lines = words::lines(self.page, &self.form, &answers::so_far(&self.form, ctx), &self.patient, ctx);
        young.into_iter().chain(lines).collect()
    }
    fn picture_width(&self) -> u16 {
        34
    }
    fn picture(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx) {
        let area = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
        let mut lines = vec![Line::styled("Answers so far", ctx.theme.style(Role::Title))];
        for page in 0..=self.page {
            let role = if page == self.page { Role::Accent } else { Role::Dim };
            for id in self.fields_of(page) {
                let label = self.form.field(&id).map(|f| f.label.clone()).unwrap_or_default();
                let answer = self.answer(&id);
                if !answer.is_empty() {
                    lines.push(Line::styled(format!("{label}: {answer}"), ctx.theme.style(role)));
                }
            }
        }
        frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: true }), area);
    }
    fn page(&self) -> usize {
        self.page
    }
    fn turn_to_page(&mut self, page: usize) {
        self.turn_to(page);
    }
    fn step_back(&mut self) -> bool {
        if self.page == 0 {
            return false;
        }
        self.turn_to(self.page - 1);
        true
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        // Said before the first answer, not after the fifth.
        if let Some(words) = self.too_young(ctx) {
            return Err(Refusal::at(PAGES[self.page].1[0], words));
        }
        answers::check(self.page, &self.form, ctx)?;
        if self.page + 1 < PAGES.len() {
            self.turn_to(self.page + 1);
            return Ok(Submitted::Step);
        }
        let triage = answers::so_far(&self.form, ctx);
        Ok(Submitted::Record(Job::on(&self.patient, Act::Triaged(triage), After::Prompt(PromptKind::Order))))
    }
}
