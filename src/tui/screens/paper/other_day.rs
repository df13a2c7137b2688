//! Which other day's sheet is shown: one line to type, with the next open day in it.

use super::super::super::ctx::Ctx;
use super::super::super::form::{Field, Form, FormEvent};
use super::super::super::input::{Input, Key};
use super::super::super::keymap::Action;
use super::asked::{draw, inside};
use crate::clinic::parse;
use crate::clinic::words;
use chrono::NaiveDate;
use ratatui::Frame;
use ratatui::layout::Rect;

/// The question.
pub(super) struct OtherDay {
    form: Form,
}

/// What came of an input.
pub(super) enum Which {
    NotYet,
    This(NaiveDate),
    Left,
}

const HINT: &str = "30 Nov 2026, t for today, t+1 for tomorrow, +1w for a week from today.";

impl OtherDay {
    /// Asks on the sheet of a day: the next open one is the likeliest.
    pub(super) fn after(day: NaiveDate, ctx: &Ctx) -> Self {
        let next = ctx.practice.settings.appointment(day.succ_opt().unwrap_or(day));
        let field = Field::text("line", "Day", &words::born(next)).most(16).prefilled().hint(HINT);
        let mut asked = Self { form: Form::new(vec![field]).signed_by("Show") };
        asked.say(ctx);
        asked
    }

    pub(super) fn form(&self) -> &Form {
        &self.form
    }

    pub(super) fn update(&mut self, ctx: &Ctx, input: &Input, action: Option<Action>, body: Rect) -> Which {
        let event = match input {
            Input::Key(Key::Enter) if self.form.focused().is_some() => FormEvent::Submit,
            _ => self.form.input(input, action, inside(body), 0),
        };
        match event {
            FormEvent::Submit => match self.read(ctx) {
                Ok(day) => return Which::This(day),
                Err(words) => self.form.refuse("line", words),
            },
            FormEvent::Cancel => return Which::Left,
            FormEvent::Changed(_) => self.say(ctx),
            FormEvent::Nothing => {}
        }
        Which::NotYet
    }

    fn read(&self, ctx: &Ctx) -> Result<NaiveDate, String> {
        parse::day_near(&self.form.text("line"), ctx.today(), ctx.month_first())
    }

    /// Says which day it is, and whether the practice is open.
    fn say(&mut self, ctx: &Ctx) {
        self.form.clear_errors();
        let said = self.read(ctx).map(|day| match ctx.practice.settings.is_open(day) {
            true => words::day(day),
            false => format!("{}: closed", words::day(day)),
        });
        self.form.aside("line", said.unwrap_or_default());
    }

    pub(super) fn view(&self, frame: &mut Frame<'_>, body: Rect, ctx: &Ctx) {
        draw(&self.form, " The sheet of which day? ", frame, body, ctx);
    }
}
