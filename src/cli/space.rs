//! `cobalog space`: may it be spaced now, and if not, why not?

use super::context::Context;
use super::failure::Failure;
use super::format::json;
use super::patient;
use super::table::plain;
use crate::clinic::course::Course;
use crate::clinic::interval::Interval;
use crate::clinic::practice::Practice;
use crate::clinic::spacing;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::Write;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog space 1014\nThe step itself is signed: cobalog change 1014 every \"3 months\" --because \"stable for a year\" --by-prescriber \"Dr Eleanor Hart\""
)]
pub(super) struct Space {
    /// Number, chart id, or enough of the name.
    patient: String,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t)]
    format: Written,
}

/// How the answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Written {
    /// A sentence, and what speaks against it, one a line.
    #[default]
    Table,
    /// `{"may", "now", "to", "against"}`.
    Json,
}

/// The JSON of the answer; intervals are ISO 8601 durations.
#[derive(Serialize)]
pub(super) struct Answer {
    may: bool,
    now: Option<String>,
    to: Option<String>,
    against: Vec<String>,
}

impl Answer {
    /// Answers for a course.
    pub(super) fn of(course: &Course, practice: &Practice) -> Self {
        let spacing = spacing::ask(course, practice);
        let now = course.phase_now().and_then(|p| p.every).map(Interval::iso);
        Self { may: spacing.is_open(), now, to: spacing.to.map(Interval::iso), against: spacing.against }
    }
}

impl Space {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let chart = patient::find(&store, &self.patient, context.today)?;
        let course = Course::of(&chart, store.practice(), context.today);
        if self.format == Written::Json {
            return json(out, &Answer::of(&course, store.practice()));
        }
        let spacing = spacing::ask(&course, store.practice());
        if spacing.against.is_empty() {
            return Ok(writeln!(out, "{}", spacing.words())?);
        }
        writeln!(out, "Not now:")?;
        Ok(spacing.against.iter().try_for_each(|why| writeln!(out, "- {}", plain(why)))?)
    }
}
