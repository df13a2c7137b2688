//! Review: the look before an escalation (brief G6, facts 3.4). What the chart can answer is filled in; a person still says
//! of each line that it was looked at.

use super::{Prompt, Refusal, Submitted};
use crate::clinic::decision::{Answer, Review, ReviewLine};
use crate::clinic::entry::Act;
use crate::clinic::parse;
use crate::clinic::recall;
use crate::clinic::signing;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::keymap::{Action, Place};
use crate::tui::theme::Role;
use ratatui::text::{Line, Span};
use std::rc::Rc;

const ANSWERS: [(&str, &str); 3] =
    [("", "not answered yet"), ("nothing", "Looked, nothing found"), ("found", "Found, in words")];

/// A line with what the chart says to it.
struct Asked {
    line: ReviewLine,
    says: String,
}

/// The prompt.
pub struct ReviewPrompt {
    patient: Rc<Patient>,
    asked: Vec<Asked>,
    form: Form,
}

impl ReviewPrompt {
    /// Opens with what the record says to each line; no line is answered yet.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let course = &patient.course;
        let lines = ctx.practice.knowledge.review().iter().cloned();
        let asked: Vec<_> =
            lines.map(|line| Asked { says: recall::says(course, &ctx.practice, &line), line }).collect();
        let mut fields = if signing::passes_review(course, &ctx.practice) { pass() } else { Vec::new() };
        fields.extend(asked.iter().flat_map(line_fields));
        fields.push(Field::text("by", "Reviewed by", &ctx.author).most(60).prefilled().hint("Who looked."));
        fields.push(
            Field::text("on", "Reviewed on", &words::born(ctx.today()))
                .most(16)
                .prefilled()
                .hint("t, t-1, 22 Nov 2026"),
        );
        let mut prompt = Self { patient, asked, form: Form::new(fields).signed_by("Sign the review") };
        prompt.show();
        prompt
    }

    fn passes(&self) -> bool {
        self.form.text("pass") == "yes"
    }

    fn show(&mut self) {
        let passes = self.passes();
        self.form.show("red_flag", passes);
        for asked in &self.asked {
            let id = &asked.line.id;
            let answer = self.form.text(&answer_id(id));
            self.form.show(&answer_id(id), !passes);
            let needs = answer == "found" || (answer == "nothing" && !recall::answers(&asked.says));
            self.form.show(&words_id(id), needs && !passes);
        }
    }

    /// The answer of a line; `None` where it is open.
    fn answer(&self, asked: &Asked) -> Option<Answer> {
        let found = match self.form.text(&answer_id(&asked.line.id)).as_str() {
            "" => return None,
            chosen => chosen == "found",
        };
        let typed = self.form.filled(&words_id(&asked.line.id));
        let kept = if found || !recall::answers(&asked.says) { typed } else { Some(asked.says.clone()) };
        kept.map(|words| Answer { found, words })
    }

    fn review(&self, ctx: &Ctx) -> Result<Review, Refusal> {
        let red_flag = if self.passes() {
            let why = self.form.filled("red_flag");
            Some(why.ok_or_else(|| Refusal::at("red_flag", "say what does not wait"))?)
        } else {
            None
        };
        let answers = self.asked.iter().filter_map(|a| Some((a.line.id.clone(), self.answer(a)?))).collect();
        let by = self.form.filled("by").ok_or_else(|| Refusal::at("by", "say who looked"))?;
        let settings = &ctx.practice.settings;
        let other = settings.person(&by).filter(|person| person.name != ctx.author && settings.sign_in());
        if let Some(person) = other {
            let key = ctx.keymap.key(Action::Switch, Place::Prompt);
            let words =
                format!("{} signs an own review: {key} lets somebody else sign in. Or name yourself", person.name);
            return Err(Refusal::at("by", words));
        }
        let on =
            parse::day_near(&self.form.text("on"), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at("on", e))?;
        if on > ctx.today() {
            return Err(Refusal::at("on", format!("{} has not come yet", words::day(on))));
        }
        Ok(Review { on, answers, red_flag, reviewed_by: by })
    }

    /// The first line that is open, and what it lacks.
    fn first_open(&self, review: &Review, ctx: &Ctx) -> Option<Refusal> {
        let line = review.open(ctx.practice.knowledge.review()).first().copied()?;
        let chosen = !self.form.text(&answer_id(&line.id)).is_empty();
        Some(if chosen {
            Refusal::at(&words_id(&line.id), format!("{}: say in words what was looked at", line.name))
        } else {
            Refusal::at(&answer_id(&line.id), format!("{} is not answered yet: look, then answer", line.name))
        })
    }

    /// The line that the focus is on.
    fn here(&self) -> Option<&Asked> {
        let id = self.form.focused()?.id.clone();
        self.asked.iter().find(|a| id == answer_id(&a.line.id) || id == words_id(&a.line.id))
    }

    fn progress(&self) -> String {
        let done = self.asked.iter().filter(|a| self.answer(a).is_some()).count();
        format!("{done} of {} lines answered.", self.asked.len())
    }
}

fn answer_id(line: &str) -> String {
    format!("answer:{line}")
}

fn words_id(line: &str) -> String {
    format!("words:{line}")
}

fn pass() -> Vec<Field> {
    let options = [("no", "Review line by line"), ("yes", "Does not wait: pass with a reason")];
    let options = options.map(|(id, words)| (id.to_owned(), words.to_owned())).to_vec();
    vec![
        Field::choice("pass", "Neurologic", options, "no").hint("Neurologic signs do not wait for a review."),
        Field::text("red_flag", "Reason", "").most(160).hint("What was seen, and who decided not to wait."),
    ]
}

fn line_fields(asked: &Asked) -> Vec<Field> {
    let options = ANSWERS.map(|(id, words)| (id.to_owned(), words.to_owned())).to_vec();
    let answer = Field::choice(&answer_id(&asked.line.id), &asked.line.name, options, "")
        .aside(&asked.says)
        .hint("Space or Right answers, Enter goes on.");
    let known = if recall::answers(&asked.says) { asked.says.as_str() } else { "" };
    let words = Field::text(&words_id(&asked.line.id), "in words", known).most(200);
    let words = words.prefilled().hint("What was looked at, and what was seen. Enter goes on.");
    vec![answer, words]
}

impl Prompt for ReviewPrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::Review
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        "Review before doses come closer or grow".to_owned()
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
        let dim = ctx.theme.style(Role::Dim);
        let row = |label: &'static str, words: String| Line::from(vec![Span::styled(label, dim), Span::raw(words)]);
        let mut lines = Vec::new();
        if let Some(asked) = self.here() {
            lines
                .push(Line::styled(format!("{}: {}", asked.line.name, asked.line.asks), ctx.theme.style(Role::Banner)));
            let says = if asked.says.is_empty() { "nothing" } else { asked.says.as_str() };
            lines.push(row("The chart says: ", format!("{says}.")));
            lines.push(Line::styled(format!("Source: {}", ctx.named(&asked.line.source)), dim));
        }
        if self.passes() {
            lines.push(Line::raw("It is passed for a red flag; the reason stays in the chart."));
        } else {
            lines.push(Line::styled(self.progress(), dim));
        }
        let before = signing::review_for(&self.patient.course, &ctx.practice, ctx.today());
        lines.extend(
            before.map(|r| {
                Line::styled(format!("A review of {} by {} still holds.", words::day(r.on), r.reviewed_by), dim)
            }),
        );
        lines
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let review = self.review(ctx)?;
        if let Some(refusal) = self.first_open(&review, ctx) {
            return Err(refusal);
        }
        Ok(Submitted::Record(Job::on(&self.patient, Act::Reviewed(review), After::Back)))
    }
}
