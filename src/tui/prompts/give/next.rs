//! After a late or early dose: the two ways on, both with their dates, before one is chosen (facts 1.2, D9).

use super::Give;
use super::words::after_words;
use crate::clinic::course::{Course, onward};
use crate::clinic::entry::{Act, Given, NextFrom};
use crate::clinic::words as say;
use crate::tui::ctx::Ctx;
use crate::tui::form::Field;
use crate::tui::theme::Role;
use chrono::NaiveDate;
use ratatui::text::Line;

/// The id of the option that counts from the injection.
const DAY: &str = "day";
/// The id of the option that goes back to the plan.
pub(super) const CALENDAR: &str = "calendar";
/// So many dates tell two ways apart.
const SHOWN: usize = 3;
/// So many of them are shown, the first with its days.
const DATES: usize = 2;

/// Returns the field; it is shown where the two ways differ.
pub(super) fn field() -> Field {
    let mut field = Field::list("next", "Next doses", options(&Way::default(), &Way::default()), DAY, 2)
        .hint("Up and Down: count from this injection, or go back to the days of the plan.");
    field.hidden = true;
    field
}

/// One of the two ways on.
#[derive(Default)]
struct Way {
    dates: Vec<NaiveDate>,
    /// How long it is to the first of them.
    gap: Option<String>,
}

impl Way {
    fn of(after: &Course, on: NaiveDate) -> Self {
        Self { dates: after.ahead(DATES), gap: onward::gap(after, on) }
    }

    /// The dates, the first one with its days: `Wed 15 Sep (103 days), Mon 15 Nov`.
    fn words(&self) -> String {
        let gap = self.gap.as_ref().map(|days| format!(" ({days})")).unwrap_or_default();
        let gaps = std::iter::once(gap).chain(std::iter::repeat_with(String::new));
        let dates = self.dates.iter().zip(gaps).map(|(day, gap)| format!("{}{gap}", say::day_short(*day)));
        dates.collect::<Vec<_>>().join(", ")
    }
}

fn options(from_day: &Way, calendar: &Way) -> Vec<(String, String)> {
    vec![
        (DAY.to_owned(), format!("count from this day: {}", from_day.words())),
        (CALENDAR.to_owned(), format!("back to the calendar: {}", calendar.words())),
    ]
}

impl Give {
    /// Says beside the two ways which planned day the calendar leaves out; with neurologic symptoms that is a warning.
    pub(super) fn left_out_line(&self, ctx: &Ctx) -> Option<Line<'static>> {
        let said = self.left_out.as_ref()?;
        let neuro = self.patient.course.triage.as_ref().is_some_and(|t| t.is_neuro());
        Some(if neuro {
            let words = format!(
                "{} Back to the calendar: {said}. With neurologic symptoms, delay can cost recovery.",
                ctx.theme.glyphs.attention
            );
            Line::styled(words, ctx.theme.style(Role::Late))
        } else {
            Line::styled(format!("Back to the calendar: {said}."), ctx.theme.style(Role::Dim))
        })
    }

    /// Works out what comes after the dose, and asks which way on where there are two.
    pub(super) fn work_out_after(&mut self, ctx: &Ctx, given: Option<Given>) {
        let Some(given) = given else {
            (self.after, self.left_out) = (None, None);
            self.form.show("next", false);
            return;
        };
        let course = |next_from| self.patient.after(Act::Given(Given { next_from, ..given.clone() }), ctx);
        let from_day = course(NextFrom::DayGiven);
        let on_its_day = self.patient.course.next_dose().is_none_or(|slot| slot.due == given.on);
        let calendar: Option<Course> = (!on_its_day).then(|| course(NextFrom::Calendar));
        let two = calendar.filter(|c| c.ahead(SHOWN) != from_day.ahead(SHOWN));
        let chosen = self.form.text("next");
        if let (Some(calendar), Some(field)) = (&two, self.form.field_mut("next")) {
            field.kind = Field::list(
                "next",
                "",
                options(&Way::of(&from_day, given.on), &Way::of(calendar, given.on)),
                &chosen,
                2,
            )
            .kind;
        }
        self.left_out = two.as_ref().and_then(|calendar| onward::left_out(calendar, &ctx.practice, given.on));
        self.form.show("next", two.is_some());
        let holds = two.filter(|_| chosen == CALENDAR).unwrap_or(from_day);
        self.after = Some(after_words(&holds));
    }
}
