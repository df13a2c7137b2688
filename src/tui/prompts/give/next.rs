//! After a late or early dose: the two ways on, both with their dates, before one is chosen (facts 1.2, D9).

use super::Give;
use super::words::after_words;
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, Given, NextFrom};
use crate::clinic::words as say;
use crate::tui::ctx::Ctx;
use crate::tui::form::Field;
use chrono::NaiveDate;

/// The id of the option that counts from the injection.
const DAY: &str = "day";
/// The id of the option that goes back to the plan.
pub(super) const CALENDAR: &str = "calendar";
/// How many dates each way shows.
const SHOWN: usize = 3;

/// Returns the field; it is shown where the two ways differ.
pub(super) fn field() -> Field {
    let mut field = Field::list("next", "Next doses", options(&[], &[]), DAY, 2)
        .hint("Up and Down: count from this injection, or go back to the days of the plan.");
    field.hidden = true;
    field
}

fn options(from_day: &[NaiveDate], calendar: &[NaiveDate]) -> Vec<(String, String)> {
    let dates = |days: &[NaiveDate]| days.iter().map(|d| say::day_short(*d)).collect::<Vec<_>>().join(", ");
    vec![
        (DAY.to_owned(), format!("count from this day: {}", dates(from_day))),
        (CALENDAR.to_owned(), format!("back to the calendar: {}", dates(calendar))),
    ]
}

impl Give {
    /// Works out what comes after the dose, and asks which way on where there are two.
    pub(super) fn work_out_after(&mut self, ctx: &Ctx, given: Option<Given>) {
        let Some(given) = given else {
            self.after = None;
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
            field.kind =
                Field::list("next", "", options(&from_day.ahead(SHOWN), &calendar.ahead(SHOWN)), &chosen, 2).kind;
        }
        self.form.show("next", two.is_some());
        let holds = two.filter(|_| chosen == CALENDAR).unwrap_or(from_day);
        self.after = Some(after_words(&holds));
    }
}
