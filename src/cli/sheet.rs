//! `cobalog sheet`: the clinic sheet of a day.

use super::context::Context;
use super::date::Day;
use super::failure::{self, Failure};
use super::patient;
use super::printed::Printed;
use crate::transfer;
use clap::Args;
use std::io::Write;

#[derive(Args)]
#[command(after_help = "Example: cobalog sheet --on t+1 | lp")]
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
        let (doc, unread) = transfer::sheet(&store, &roll, on);
        unread.iter().for_each(|error| failure::say(&format!("left out: {error}")));
        self.printed.put(&doc, None, &store, context, out)
    }
}
