//! Where a document goes: to the terminal or printer as text, or into a file that only this account can open.

use super::context::Context;
use super::failure::Failure;
use crate::clinic::audit::{Event, What};
use crate::clinic::entry::PatientId;
use crate::paper::{self, Doc};
use crate::store::disk::Real;
use crate::store::{Store, atomic};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

// The options of every document.
#[derive(Args)]
pub(super) struct Printed {
    /// As one file of HTML, which any browser prints; else plain text.
    #[arg(long)]
    html: bool,
    /// Into this file, or into this folder under a name without the patient's; else to standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace a file that is there.
    #[arg(long, requires = "out")]
    force: bool,
}

impl Printed {
    /// Writes a document and notes it in the audit log.
    pub(super) fn put(
        &self,
        doc: &Doc,
        patient: Option<PatientId>,
        store: &Store,
        context: &Context,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let text = if self.html { paper::html(doc) } else { paper::text(doc) };
        let file = self.file(doc)?;
        let what = if self.out.is_some() { What::Exported } else { What::Printed };
        store.note(Event { patient, ..context.event(store, what).with(doc.kind) });
        match file {
            None => Ok(out.write_all(text.as_bytes())?),
            Some(file) => {
                atomic::write(&Real, &file, &text)?;
                Ok(writeln!(out, "{}", file.display())?)
            }
        }
    }

    fn file(&self, doc: &Doc) -> Result<Option<PathBuf>, Failure> {
        let Some(out) = &self.out else { return Ok(None) };
        let ending = if self.html { "html" } else { "txt" };
        let file = if out.is_dir() { out.join(doc.file_name(ending)) } else { out.clone() };
        if file.exists() && !self.force {
            return Err(format!("{} is there already; --force replaces it", file.display()).into());
        }
        Ok(Some(file))
    }
}
