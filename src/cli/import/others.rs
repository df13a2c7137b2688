//! `cobalog import fhir` and `cobalog import hl7`: other systems' bundles, and laboratories' reports.

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::progress::Stop;
use super::carry::{self, Options};
use crate::clinic::audit::{self, What};
use crate::clinic::practice::{LabCode, Settings};
use crate::store::disk::Real;
use crate::transfer;
use clap::Args;
use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(
    after_help = "Example: cobalog import fhir bundle.json --dry-run\n\nA bundle of any type, one resource, or one a line (NDJSON), R4. Patients, doses given \
    and not given, results, and from another Cobalog all that there is. What is not understood is held and told, nothing is guessed."
)]
pub(super) struct Fhir {
    /// The file.
    file: PathBuf,
    #[command(flatten)]
    options: Options,
}

#[derive(Args)]
#[command(
    after_help = "Example: cobalog import hl7 inbox/ --dry-run\n         cobalog import hl7 inbox/ --code \"LABSYS/CITY|HGB1=haemoglobin\" --code \"LABSYS/CITY|GLU=none\"\n\n\
    ORU^R01 of any 2.x version. A result goes to whom number and birth date or name say; what nobody can name waits: `cobalog import unmatched`. Corrected \
    results correct, withdrawn ones strike out; files that were read before add nothing. A laboratory's own codes are asked about once; the answer is kept."
)]
pub(super) struct Hl7 {
    /// A file, or a folder of files.
    path: PathBuf,
    /// Which test a laboratory's own code is: an analyte's id, or `none`.
    #[arg(long, value_name = "SENDER|CODE=ANALYTE")]
    code: Vec<String>,
    /// Whose patient numbers are the practice's own, as the reports name the authority that gives them; kept.
    #[arg(long, value_name = "NAME")]
    authority: Option<String>,
    #[command(flatten)]
    options: Options,
}

impl Fhir {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let store = context.store()?;
        let stop = Stop::on_interrupt();
        let bytes = transfer::bytes(&Real, &self.file)?;
        let file = transfer::name(&self.file);
        let parcel = transfer::parcel(&bytes, &file, store.practice(), context.today);
        carry::out(&parcel, &self.options, &carry::Of::Pieces, (&store, &stop), context, out)
    }
}

impl Hl7 {
    /// Carries the command out.
    pub(super) fn run(&self, context: &Context, out: &mut dyn Write) -> Result<(), Failure> {
        let mut store = context.store()?;
        let codes = self.code.iter().map(|said| code(said)).collect::<Result<Vec<_>, _>>()?;
        for analyte in codes.iter().filter_map(|code| code.analyte.as_deref()) {
            if store.practice().knowledge.lab(analyte).is_none() {
                return Err(format!("there is no analyte {analyte}; `cobalog import csv --columns` lists them").into());
            }
        }
        let stop = Stop::on_interrupt();
        let reports = transfer::reports(&Real, &self.path)?;
        let learn = |settings: &mut Settings| {
            // Of one that is said twice the last counts.
            let said: HashMap<_, _> = codes.iter().map(|code| ((&code.sender, &code.code), code)).collect();
            settings.lab_codes.retain(|known| !said.contains_key(&(&known.sender, &known.code)));
            let mut said: Vec<LabCode> = said.into_values().cloned().collect();
            said.sort_by(|a, b| (&a.sender, &a.code).cmp(&(&b.sender, &b.code)));
            settings.lab_codes.extend(said);
            settings.lab_authority = self.authority.clone().or(settings.lab_authority.take());
        };
        let mut practice = store.practice().clone();
        learn(&mut practice.settings);
        let open = reports.unknown(&practice);
        if !open.is_empty() {
            let said = |unknown: &crate::exchange::hl7::Unknown| {
                format!("\n  {} --code \"{}|{}=ANALYTE\", or =none", unknown.text(), unknown.sender, unknown.code)
            };
            let asked: String = open.iter().map(said).collect();
            return Err(format!("the reports have codes of the laboratory's own; nothing was recorded:{asked}").into());
        }
        if !self.options.dry_run && practice.settings != *store.settings() {
            let before = store.settings().clone();
            store.change_settings(learn)?;
            let words = audit::of_settings(&before, store.settings());
            store.note(context.event(&store, What::SettingsChanged).with(words));
        }
        let parcel = reports.parcel(&practice, context.today);
        carry::out(&parcel, &self.options, &carry::Of::Pieces, (&store, &stop), context, out)
    }
}

fn code(said: &str) -> Result<LabCode, Failure> {
    let parts = said.rsplit_once('=').and_then(|(from, analyte)| Some((from.rsplit_once('|')?, analyte.trim())));
    let ((sender, code), analyte) = parts.ok_or("write --code \"SENDER|CODE=ANALYTE\"")?;
    let analyte = Some(analyte.to_owned()).filter(|analyte| analyte != "none");
    Ok(LabCode { sender: sender.to_owned(), code: code.to_owned(), analyte })
}
