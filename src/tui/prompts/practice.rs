//! The practice: set up at the first start, changed later.

use super::{Prompt, Refusal, Submitted};
use crate::clinic::people::Colleague;
use crate::clinic::practice::{Settings, all_week};
use crate::clinic::roles::{self, Doing};
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{Effect, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::theme::Role;
use chrono::Weekday;
use ratatui::text::Line;
use std::rc::Rc;

/// The prompt.
pub struct PracticePrompt {
    form: Form,
    /// The settings that are changed; none at set-up.
    old: Option<Settings>,
}

impl PracticePrompt {
    /// Opens for a new practice.
    #[must_use]
    pub fn begin(_ctx: &Ctx) -> Self {
        Self { form: Form::new(fields(None)).signed_by("Begin"), old: None }
    }

    /// Opens on the practice's settings.
    #[must_use]
    pub fn change(ctx: &Ctx) -> Self {
        let settings = ctx.practice.settings.clone();
        Self { form: Form::new(fields(Some(&settings))).signed_by("Save"), old: Some(settings) }
    }

    fn settings(&self) -> Result<Settings, Refusal> {
        let name = self
            .form
            .filled("name")
            .ok_or_else(|| Refusal::at("name", "give the practice a name; it stands in the header"))?;
        let person = self
            .form
            .filled("person")
            .ok_or_else(|| Refusal::at("person", "your name is needed: each entry says who made it"))?;
        let days = self.form.text("days");
        let open_days: Vec<Weekday> =
            all_week().into_iter().filter(|d| days.split(',').any(|s| s == d.to_string())).collect();
        if open_days.is_empty() {
            return Err(Refusal::at("days", "at least one day must be open"));
        }
        let mut settings = self.old.clone().unwrap_or_else(|| Settings::new(&name, &person));
        settings.name = name;
        let known = settings.people.iter().position(|p| p.name == person).map(|at| settings.people.remove(at));
        let mut me = known.unwrap_or_else(|| Colleague::new(&person, false));
        me.prescriber = self.form.text("prescriber") == "yes";
        settings.people.insert(0, me);
        settings.open_days = open_days;
        settings.setting = self.form.text("setting");
        settings.ask_birth_date = self.form.text("birth") == "yes";
        let last = self.form.filled("orders_last").map(|text| text.parse().map_err(|e| Refusal::at("orders_last", e)));
        settings.orders_last = last.transpose()?;
        Ok(settings)
    }
}

fn fields(old: Option<&Settings>) -> Vec<Field> {
    let pairs =
        |all: &[(&str, &str)]| all.iter().map(|(id, w)| ((*id).to_owned(), (*w).to_owned())).collect::<Vec<_>>();
    let settings = [
        ("UK", "United Kingdom"),
        ("US", "United States (dates month first)"),
        ("NL", "Netherlands"),
        ("BE", "Belgium"),
        ("CH", "Switzerland"),
        ("NO", "Norway"),
        ("DK", "Denmark"),
        ("AU", "Australia"),
        ("ES", "Spain"),
        ("", "Elsewhere"),
    ];
    let open = |day: &Weekday| old.is_none_or(|s| s.open_days.contains(day));
    let days = all_week().iter().map(|d| (d.to_string(), d.to_string(), open(d))).collect();
    let me = old.and_then(|s| s.people.first());
    let yes_no = || pairs(&[("yes", "Yes"), ("no", "No")]);
    vec![
        Field::text("name", "Practice", old.map_or("", |s| s.name.as_str()))
            .most(60)
            .hint("As it will stand in the header, for example: Hill Street Surgery."),
        Field::text("person", "Your name", me.map_or("", |p| p.name.as_str()))
            .most(60)
            .hint("As your entries will be signed, for example: Maya Keller RN."),
        Field::choice(
            "prescriber",
            "You prescribe",
            yes_no(),
            if me.is_some_and(|p| p.prescriber) { "yes" } else { "no" },
        ),
        Field::choice("setting", "Country", pairs(&settings), old.map_or("UK", |s| s.setting.as_str()))
            .hint("Protocols of your country are shown first."),
        Field::choice(
            "birth",
            "Ask birth date",
            yes_no(),
            if old.is_none_or(|s| s.ask_birth_date) { "yes" } else { "no" },
        )
        .hint("Day and month of birth, as the patient says it, before each dose."),
        Field::many("days", "Open days", days)
            .hint("Space switches a day. An appointment moves to the next open day; the due date stays."),
        Field::text(
            "orders_last",
            "Orders last",
            &old.and_then(|s| s.orders_last).map_or(String::new(), |i| i.to_string()),
        )
        .most(16)
        .hint("How long an order is good where the prescriber says nothing: 12 months. Blank: until somebody ends it."),
    ]
}

impl Prompt for PracticePrompt {
    fn kind(&self) -> PromptKind {
        if self.old.is_some() { PromptKind::Settings } else { PromptKind::Practice }
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        None
    }
    fn title(&self) -> String {
        if self.old.is_some() { "How the practice works".to_owned() } else { "Set up your practice".to_owned() }
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let kept = format!("The records are kept in {}", ctx.place);
        let lines = [Some(kept), ctx.backed_up.last()];
        lines.into_iter().flatten().map(|line| Line::styled(line, ctx.theme.style(Role::Dim))).collect()
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        if let Some(old) = &self.old {
            roles::may(&old.people, &ctx.author, Doing::Settings).map_err(|words| Refusal::at("name", words))?;
        }
        let settings = Box::new(self.settings()?);
        Ok(Submitted::Effects(vec![if self.old.is_some() {
            Effect::Settings(settings)
        } else {
            Effect::CreatePractice(settings)
        }]))
    }
}
