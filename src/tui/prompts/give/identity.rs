//! The right patient: the birthday as the patient says it, and namesakes that it does not tell apart.

use super::Give;
use super::words::field_of;
use crate::clinic::agenda::Row;
use crate::clinic::findings::Tier;
use crate::clinic::words as say;
use crate::tui::ctx::Ctx;
use crate::tui::prompts::Refusal;
use chrono::Datelike;
use std::sync::Arc;

const MISMATCH: &str = "not this patient's birthday: ask again, or Esc";

impl Give {
    /// After the identity is right: to what still is asked, or to the button.
    pub(super) fn go_to_what_is_open(&mut self) {
        if let Some(field) = self.left_at.take() {
            return self.form.go_to_place(&field);
        }
        match self.checks.iter().find(|c| matches!(c.tier, Some(Tier::Stop | Tier::Reason))).map(field_of) {
            Some(field) => self.form.focus_on(field),
            None => self.form.focus_on_sign(),
        }
    }

    /// Others with the same family name or the same birthday: a day and month alone may not tell them apart.
    pub(super) fn namesakes(&self, ctx: &Ctx) -> Vec<String> {
        let Some(person) = &self.patient.course.person else { return Vec::new() };
        let family = format!("{},", person.family.to_lowercase());
        let same = |r: &Arc<Row>| {
            r.id != self.patient.id()
                && r.name.to_lowercase().starts_with(&family)
                && r.born.month() == person.born.month()
                && r.born.day() == person.born.day()
        };
        let found = ctx.rows.search(&person.family).into_iter().filter_map(|at| ctx.rows.row(at));
        found.filter(same).take(2).map(|r| format!("{}, born {}, #{}", r.name, say::born(r.born), r.number)).collect()
    }

    pub(super) fn check_birth(&mut self) {
        let typed = self.form.text("birth");
        if typed.chars().count() < 4 {
            return;
        }
        match self.birth_refusal() {
            None => {
                self.go_to_what_is_open();
                self.form.has_gone_on();
                let year = self.patient.course.person.as_ref().map(|p| p.born.year().to_string());
                year.into_iter().for_each(|year| self.form.expect_tail(&year));
            }
            Some(_) => {
                self.form.set("birth", "");
                self.mismatched = true;
                self.form.refuse("birth", MISMATCH.to_owned());
            }
        }
    }

    pub(super) fn birth_refusal(&self) -> Option<Refusal> {
        let person = self.patient.course.person.as_ref()?;
        if !self.asks_birth || self.form.text("birth") == person.birth_digits(self.month_first) {
            return None;
        }
        let empty = self.form.text("birth").is_empty() && !self.mismatched;
        Some(Refusal::at(
            "birth",
            if empty {
                if self.month_first {
                    "ask for the date of birth; type month and day"
                } else {
                    "ask for the date of birth; type day and month"
                }
            } else {
                MISMATCH
            },
        ))
    }
}
