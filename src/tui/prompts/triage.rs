//! The five questions, one a page, with the answers so far at the side (brief T1 to T5).

use super::{Prompt, Refusal, Submitted};
use crate::clinic::drug::{Drug, Route};
use crate::clinic::entry::Act;
use crate::clinic::interval::Interval;
use crate::clinic::triage::{Anaemia, B12Status, Cause, CauseGroup, Goal, MonitoringPlan, Neuro, Triage};
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form, Kind};
use crate::tui::theme::Role;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};
use std::rc::Rc;

/// The pages: a question, and the fields that answer it.
const PAGES: [(&str, &[&str]); 5] = [
    ("1 of 5: Why is B12 low?", &["cause"]),
    ("2 of 5: How severe is it?", &["neuro", "visual", "anaemia", "b12", "pregnant"]),
    ("3 of 5: What is the goal?", &["goal"]),
    ("4 of 5: Which route and form?", &["route", "drug"]),
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
        let form = Form::new(fields(patient.course.triage.as_ref(), ctx));
        let mut prompt = Self { patient, form, page: 0 };
        prompt.turn_to(0);
        prompt
    }

    fn turn_to(&mut self, page: usize) {
        self.page = page;
        let shown = PAGES[page].1;
        let ids: Vec<_> = self.form.fields().iter().map(|f| f.id.clone()).collect();
        for id in ids {
            let is_shown = shown.contains(&id.as_str());
            self.form.show(&id, is_shown);
        }
        self.form.focus_on(shown[0]);
        self.form.sign =
            if page + 1 < PAGES.len() { "Next".to_owned() } else { "Sign the triage, then plan".to_owned() };
    }

    fn triage(&self) -> Triage {
        let pick = |id: &str| self.form.text(id).parse::<usize>().unwrap_or(0);
        let list = |id: &str| self.form.text(id).split(',').filter(|s| !s.is_empty()).map(str::to_owned).collect();
        let monitoring = MonitoringPlan {
            first: self.form.text("first").parse().unwrap_or(Interval::Weeks(3)),
            symptoms: list("symptoms"),
            labs: list("labs"),
        };
        Triage {
            neuro: Neuro::ALL[pick("neuro").clamp(1, 4) - 1].0,
            visual: self.form.text("visual") == "yes",
            anaemia: Anaemia::ALL[pick("anaemia").min(4)].0,
            b12: B12Status::ALL[pick("b12").min(3)].0,
            pregnant: self.form.text("pregnant") == "yes",
            goal: if self.form.text("goal") == "maintenance" { Goal::Maintenance } else { Goal::Repletion },
            route: Route::ALL.into_iter().find(|r| r.name() == self.form.text("route")).unwrap_or(Route::Im),
            drug: Drug::ALL.into_iter().find(|d| d.name() == self.form.text("drug")).unwrap_or(Drug::Hydroxocobalamin),
            note: self.form.filled("note"),
            ..Triage::new(&self.form.text("cause"), monitoring)
        }
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

fn levels<T>(all: &[(T, &str)]) -> Vec<(String, String)> {
    all.iter().enumerate().map(|(i, (_, words))| (i.to_string(), (*words).to_owned())).collect()
}

fn at<T: PartialEq>(all: &[(T, &str)], value: &T) -> String {
    all.iter().position(|(v, _)| v == value).unwrap_or(0).to_string()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(id, words)| ((*id).to_owned(), (*words).to_owned())).collect()
}

fn group(group: CauseGroup) -> &'static str {
    match group {
        CauseGroup::Diet => "Diet",
        CauseGroup::Malabsorption => "Malabsorption",
        CauseGroup::Medicine => "Medicine or gas",
        CauseGroup::Other => "Other",
        CauseGroup::Unknown => "Not known yet",
    }
}

fn fields(old: Option<&Triage>, ctx: &Ctx) -> Vec<Field> {
    let yes_no = || pairs(&[("no", "No"), ("yes", "Yes")]);
    let is = |yes: bool| if yes { "yes" } else { "no" };
    let mut all: Vec<_> = ctx.practice.knowledge.causes().iter().collect();
    all.sort_by_key(|c| c.group);
    let cause_words = |c: &&Cause| {
        let own_group = c.group == CauseGroup::Unknown || c.name.starts_with(group(c.group));
        if own_group { c.name.clone() } else { format!("{}: {}", group(c.group), c.name) }
    };
    let mut causes = vec![(String::new(), "Not answered yet".to_owned())];
    causes.extend(all.iter().map(|c| (c.id.clone(), cause_words(c))));
    let drugs = Drug::ALL.iter().map(|d| (d.name().to_owned(), d.tall_man().to_owned())).collect();
    let routes = Route::ALL.iter().map(|r| (r.name().to_owned(), r.to_string())).collect();
    let first = pairs(&[
        ("1 week", "After 1 week"),
        ("2 weeks", "After 2 weeks"),
        ("3 weeks", "After 3 weeks"),
        ("4 weeks", "After 4 weeks"),
        ("8 weeks", "After 8 weeks"),
    ]);
    let usual_drug = if ctx.month_first() { "cyanocobalamin" } else { "hydroxocobalamin" };
    // Unanswered is not "none": the answer decides the plan.
    let neuro = old.map_or(0, |t| 1 + Neuro::ALL.iter().position(|(n, _)| *n == t.neuro).unwrap_or(0)).to_string();
    let mut neuro_levels = vec![("0".to_owned(), "Not answered yet".to_owned())];
    neuro_levels.extend(Neuro::ALL.iter().enumerate().map(|(i, (_, w))| ((i + 1).to_string(), (*w).to_owned())));
    let anaemia = at(&Anaemia::ALL, &old.map(|t| t.anaemia).unwrap_or_default());
    let b12 = at(&B12Status::ALL, &old.map(|t| t.b12).unwrap_or_default());
    let goals = pairs(&[
        ("repletion", "Repletion first: fill the stores, then maintain"),
        ("maintenance", "Maintenance: the stores were filled before"),
    ]);
    let goal = old.map_or("repletion", |t| if t.goal == Goal::Maintenance { "maintenance" } else { "repletion" });
    vec![
        Field::list("cause", "Cause", causes, old.map_or("", |t| t.cause.as_str()), 16)
            .hint("Up and Down, or the first letter. \"Not known yet\" is an answer."),
        Field::list("neuro", "Neurologic", neuro_levels, &neuro, 5),
        Field::choice("visual", "Sight affected", yes_no(), is(old.is_some_and(|t| t.visual)))
            .hint("Blurred vision, loss in the centre: refer the same day."),
        Field::list("anaemia", "Anaemia", levels(&Anaemia::ALL), &anaemia, 5),
        Field::list("b12", "B12 before", levels(&B12Status::ALL), &b12, 4)
            .hint("180 ng/L is 133 pmol/L, 350 ng/L is 258 pmol/L. Treatment need not wait for it where the signs are strong."),
        Field::choice(
            "pregnant",
            "Pregnancy",
            pairs(&[("no", "No"), ("yes", "Pregnant or breast-feeding")]),
            is(old.is_some_and(|t| t.pregnant)),
        ),
        Field::list("goal", "Goal", goals, goal, 2).hint("They are not dosed the same way."),
        Field::list("route", "Route", routes, old.map_or("im", |t| t.route.name()), 3),
        Field::list("drug", "Form in hand", drugs, old.map_or(usual_drug, |t| t.drug.name()), 4)
            .hint("Read the vial: forms are not interchangeable."),
        Field::choice(
            "first",
            "First check",
            first,
            &old.map_or("3 weeks".to_owned(), |t| t.monitoring.first.to_string()),
        )
        .hint("Beside the checkpoints that the regimen brings."),
        symptoms(old, ctx),
        labs(old, ctx),
        Field::text("note", "Note", old.and_then(|t| t.note.as_deref()).unwrap_or("")).most(200),
    ]
}

fn symptoms(old: Option<&Triage>, ctx: &Ctx) -> Field {
    let all = ctx.practice.knowledge.symptoms().iter();
    let on = |s: &crate::clinic::triage::Symptom| old.map_or(s.usual, |t| t.monitoring.symptoms.contains(&s.id));
    Field::many("symptoms", "Symptoms", all.map(|s| (s.id.clone(), s.name.clone(), on(s))).collect())
        .hint("Space switches one on or off; Tab goes on.")
}

fn labs(old: Option<&Triage>, ctx: &Ctx) -> Field {
    let all = ctx.practice.knowledge.labs().iter().filter(|a| a.id != "total-b12" && a.id != "active-b12");
    let on = |id: &str| old.is_some_and(|t| t.monitoring.labs.iter().any(|l| l == id));
    let options: Vec<_> = all.map(|a| (a.id.clone(), a.name.clone(), on(&a.id))).collect();
    Field::many("labs", "Labs then", options)
        .right()
        .hint("Serum B12 is not here: during injections it says nothing about the response.")
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
        // A restored draft makes every field known; the page still shows only its own.
        let page = self.page;
        let focus = self.form.focused().map(|f| f.id.clone());
        self.turn_to(page);
        if let Some(id) = focus {
            self.form.focus_on(&id);
        }
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let triage = self.triage();
        let mut lines = Vec::new();
        if self.page >= 1 && triage.is_neuro() {
            lines.push(Line::styled(
                format!("{} Do not wait: treat before results; take blood first if it is quick. No folic acid first or alone.", ctx.theme.glyphs.attention),
                ctx.theme.style(Role::Late),
            ));
        }
        if triage.visual || triage.neuro >= Neuro::Moderate {
            lines.push(Line::styled(
                format!("{} Refer today: gait, cord, mind or sight is affected.", ctx.theme.glyphs.attention),
                ctx.theme.style(Role::Late),
            ));
        }
        if self.page == 0
            && let Some(cause) = ctx.practice.knowledge.cause(&triage.cause)
        {
            lines.push(Line::raw(format!("Lasts: {}. Oral: {}.", cause.duration, cause.oral)));
            lines.push(Line::styled(cause.source.clone(), ctx.theme.style(Role::Dim)));
        }
        lines
    }
    fn picture_width(&self) -> u16 {
        34
    }
    fn picture(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx) {
        let area = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
        let mut lines = vec![Line::styled("Answers so far", ctx.theme.style(Role::Title))];
        for (page, (_, fields)) in PAGES.iter().enumerate() {
            let role = if page == self.page { Role::Accent } else { Role::Dim };
            for id in fields.iter().filter(|_| page <= self.page) {
                let label = self.form.field(id).map(|f| f.label.clone()).unwrap_or_default();
                let answer = self.answer(id);
                if !answer.is_empty() {
                    lines.push(Line::styled(format!("{label}: {answer}"), ctx.theme.style(role)));
                }
            }
        }
        frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: true }), area);
    }
    fn step_back(&mut self) -> bool {
        if self.page == 0 {
            return false;
        }
        self.turn_to(self.page - 1);
        true
    }
    fn submit(&mut self, _ctx: &Ctx) -> Result<Submitted, Refusal> {
        if self.page == 0 && self.form.text("cause").is_empty() {
            return Err(Refusal::at("cause", "choose the cause; \"not known yet\" is an answer"));
        }
        if self.page == 1 && self.form.text("neuro") == "0" {
            return Err(Refusal::at("neuro", "answer this one: it decides which plans fit"));
        }
        if self.page + 1 < PAGES.len() {
            self.turn_to(self.page + 1);
            return Ok(Submitted::Step);
        }
        let triage = self.triage();
        if triage.monitoring.symptoms.is_empty() {
            return Err(Refusal::at(
                "symptoms",
                "choose at least one symptom to follow: levels alone do not show whether it works",
            ));
        }
        Ok(Submitted::Record(Job::on(&self.patient, Act::Triaged(triage), After::Prompt(PromptKind::Order))))
    }
}
