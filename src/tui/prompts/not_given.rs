//! Not given: why, and when it is tried again. The dose stays owed.
//!
//! No birth date is asked here, whatever the practice asks before a dose: mostly the patient is not there to say it, nothing
//! goes into anybody, and an entry in the wrong chart is struck out. Name and birth date stand in the banner above.

use super::give::after_words;
use super::{Prompt, Refusal, Submitted};
use crate::clinic::entry::{Act, NotGiven, WhyNot};
use crate::clinic::not_given::{self, Part, Refused};
use crate::clinic::parse;
use crate::clinic::words;
use crate::tui::ctx::{Ctx, Patient};
use crate::tui::effect::{After, Job, PromptKind};
use crate::tui::form::{Field, Form};
use crate::tui::theme::Role;
use chrono::NaiveDate;
use ratatui::text::{Line, Span};
use std::rc::Rc;

const WHY: [(&str, &str); 6] = [
    ("", "Choose why"),
    ("missed", "Did not come"),
    ("refused", "Refused"),
    ("held", "Held on clinical grounds"),
    ("out_of_stock", "Out of stock"),
    ("other", "Another reason, in words"),
];

/// The prompt.
pub struct NotGivenPrompt {
    patient: Rc<Patient>,
    form: Form,
}

impl NotGivenPrompt {
    /// Opens for today.
    #[must_use]
    pub fn new(patient: Rc<Patient>, ctx: &Ctx) -> Self {
        let why = WHY.iter().map(|(id, words)| ((*id).to_owned(), (*words).to_owned())).collect();
        let tomorrow = ctx.today().succ_opt().unwrap_or(ctx.today());
        let again = ctx.practice.settings.appointment(tomorrow);
        let mut words = Field::text("words", "In words", "").most(120);
        words.hidden = true;
        let form = Form::new(vec![
            Field::list("why", "Why", why, "", 6).or_in("words", "other").hint("Up and Down, or the first letter."),
            words,
            Field::text("again", "Try again on", &words::born(again))
                .most(16)
                .prefilled()
                .hint("The day agreed with the patient: t+1, +1w, 30 Nov 2026. Blank: it stays on the list as late."),
            Field::text("on", "Not given on", &words::born(ctx.today())).most(16).prefilled(),
            Field::text("note", "Note", "").most(200),
        ]);
        let mut prompt = Self { patient, form };
        prompt.changed(ctx, "");
        prompt
    }

    fn act(&self, ctx: &Ctx) -> Result<NotGiven, Refusal> {
        let read = |id: &str| {
            parse::day_near(&self.form.text(id), ctx.today(), ctx.month_first()).map_err(|e| Refusal::at(id, e))
        };
        let again = if self.form.filled("again").is_some() { Some(read("again")?) } else { None };
        let why = match self.form.text("why").as_str() {
            "" => return Err(Refusal::at("why", "say why it was not given")),
            "other" => WhyNot::Other(self.form.text("words")),
            id => WhyNot::read(id),
        };
        let said = NotGiven { order: None, on: read("on")?, why, again, note: self.form.filled("note") };
        not_given::recorded(&self.patient.course, said).map_err(|refused| self.refusal(&refused, ctx))
    }

    fn refusal(&self, refused: &Refused, ctx: &Ctx) -> Refusal {
        let field = match refused.part {
            Part::Day => "on",
            Part::Why if self.form.text("why") == "other" => "words",
            Part::Dose | Part::Why => "why",
            Part::Again => "again",
            Part::Grounds => "note",
        };
        Refusal::at(field, ctx.told_below(&refused.words))
    }
}

/// Says which day it is, and that the practice is closed on it: `Sat 05 Dec 2026: closed; Mon 07 Dec 2026 is the next open day`.
fn open_or_not(day: NaiveDate, ctx: &Ctx) -> String {
    let open = ctx.practice.settings.appointment(day);
    if open == day {
        return words::day(day);
    }
    format!("{}: closed; {} is the next open day", day.format("%a"), words::day_short(open))
}

impl Prompt for NotGivenPrompt {
    fn kind(&self) -> PromptKind {
        PromptKind::NotGiven
    }
    fn patient(&self) -> Option<&Rc<Patient>> {
        Some(&self.patient)
    }
    fn title(&self) -> String {
        let dose = self.patient.course.next_dose().map(|s| format!(": {}, due {}", s.title(), words::day(s.due)));
        format!("Not given{}", dose.unwrap_or_default())
    }
    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn changed(&mut self, ctx: &Ctx, _field: &str) {
        let other = self.form.text("why") == "other";
        self.form.show("words", other);
        let again = match self.form.filled("again") {
            Some(text) => {
                parse::day_near(&text, ctx.today(), ctx.month_first()).map_or_else(|e| e, |day| open_or_not(day, ctx))
            }
            None => String::new(),
        };
        self.form.aside("again", again);
    }
    fn notes(&self, ctx: &Ctx, _width: u16) -> Vec<Line<'static>> {
        let after = self.act(ctx).map(|act| after_words(&self.patient.after(Act::NotGiven(act), ctx)));
        let dim = ctx.theme.style(Role::Dim);
        let mut lines = Vec::new();
        if let Ok(after) = after {
            lines.push(Line::from(vec![Span::styled("After this: ", dim), Span::raw(after)]));
        }
        lines.push(Line::styled("The dose stays owed: a missed dose can still be given, and never doubled.", dim));
        lines
    }
    fn submit(&mut self, ctx: &Ctx) -> Result<Submitted, Refusal> {
        let act = self.act(ctx)?;
        Ok(Submitted::Record(Job::on(&self.patient, Act::NotGiven(act), After::Back)))
    }
}
