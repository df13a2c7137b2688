//! `cobalog export entries`.

use super::super::context::Context;
use super::super::failure::{self, Failure};
use super::to::{To, charts};
use crate::clinic::audit::What;
use crate::clinic::entry::{Entry, PatientId};
use crate::transfer;
use clap::Args;
use serde::Serialize;
use std::io::Write;
use std::path::Path;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog export entries --out entries.jsonl\n\nEach line: {\"patient\", \"id\", \"at\", \"by\", \"act\": {\"<kind>\": {…}}, \
    \"from\", \"seal\"}; patient by patient in order of the numbers, each patient's in order of time. What was corrected stays: an \
    amended entry comes with another one, of the kind \"amended\", behind it."
)]
pub(super) struct Entries {
    /// Of this patient alone: number, chart id, or enough of the name.
    patient: Option<String>,
    #[command(flatten)]
    to: To,
}

#[derive(Serialize)]
struct Line<'a> {
    patient: PatientId,
    #[serde(flatten)]
    entry: &'a Entry,
}

impl Entries {
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let ids = charts(&store, self.patient.as_deref(), ("entries", true), context)?;
        let note = |file: Option<&Path>| {
            let event = context.event(&store, What::Exported);
            transfer::note_export(&store, event, "entries", &ids, self.patient.is_some(), file);
        };
        self.to.write(out, note, |out| {
            for id in &ids {
                let chart = match store.chart(*id) {
                    Ok(chart) => chart,
                    Err(error) => {
                        failure::say(&format!("left out: {error}"));
                        continue;
                    }
                };
                for entry in chart.entries() {
                    serde_json::to_writer(&mut *out, &Line { patient: chart.id, entry })?;
                    writeln!(out)?;
                }
            }
            Ok(())
        })
    }
}
