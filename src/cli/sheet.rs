//! `cobalog sheet`: the clinic sheet of a day.

use super::context::Context;
use super::date::Day;
use super::failure::{self, Failure};
use super::patient;
use super::printed::Printed;
use crate::clinic::course::Course;
use crate::clinic::entry::PatientId;
use crate::paper;
use clap::Args;
use std::collections::BTreeSet;
use std::io::Write;

#[derive(Args)]
#[command(after_help = "Example: cobalog sheet --on tomorrow | lp")]
pub(super) struct Sheet {
    /// The day; today where absent.
    #[arg(long, value_name = "DATE")]
    on: Option<Day>,
    #[command(flatten)]
    printed: Printed,
}

impl Sheet {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let on = context.day(self.on);
        let roll = patient::roll(&store, context.today).roll;
        let due: BTreeSet<PatientId> =
            roll.worklist(on, 0).iter().filter_map(|t| Some(roll.owed(t)?.patient)).collect();
        let mut courses = Vec::new();
        for id in due {
            match store.chart(id) {
                Ok(chart) => courses.push(Course::of(&chart, store.practice(), on)),
                Err(error) => failure::say(&format!("left out: {error}")),
            }
        }
        let doc = paper::sheet(on, store.practice(), &courses);
        self.printed.put(&doc, None, &store, context, out)
    }
}
