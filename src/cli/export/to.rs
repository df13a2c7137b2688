//! Where an export goes: to standard output, or into a file that is this account's alone.

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::patient;
use crate::clinic::audit::What;
use crate::clinic::entry::PatientId;
use crate::clinic::roles;
use crate::store::Store;
use crate::transfer;
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

// The options of every export.
#[derive(Args)]
pub(super) struct To {
    /// Write into this file instead of to standard output; one that is there is not replaced without --replace.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file where it is there.
    #[arg(long, requires = "out")]
    replace: bool,
    /// Who it is, by initials or name, where people sign in: whose PIN or passphrase is given; anybody's where absent.
    #[arg(long, value_name = "INITIALS")]
    pub(super) by: Option<String>,
}

impl To {
    /// Returns the file, where it goes into one.
    pub(super) fn file(&self) -> Option<&Path> {
        self.out.as_deref()
    }

    /// Writes what `write` writes; a file is whole or not there. `note` is called before it goes to standard output, or once
    /// the file is there.
    pub(super) fn write(
        &self,
        out: &mut dyn Write,
        note: impl FnOnce(Option<&Path>),
        write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Some(path) = &self.out else {
            note(None);
            return write(out);
        };
        if path.exists() && !self.replace {
            return Err(format!("{} is there already: name another file, or say --replace", path.display()).into());
        }
        transfer::whole_file(path, write)??;
        note(Some(path));
        Ok(writeln!(out, "{}", path.display())?)
    }
}

/// Returns the charts that are exported: one patient's, or everybody's who is in the lists, in order of the numbers. Everybody's,
/// with what names them, is not everybody's to write.
pub(super) fn charts(
    store: &Store,
    patient: Option<&str>,
    (called, names): (&str, bool),
    context: &Context,
) -> Result<Vec<PatientId>, Failure> {
    match patient {
        Some(text) => Ok(vec![patient::find(store, text, context.today)?.id]),
        None => {
            if names {
                may_write_all(store, called, context)?;
            }
            Ok(transfer::everybody(&patient::roll(store, context.today).roll))
        }
    }
}

/// Refuses who may not, and notes that it was asked for. The recovery key is an administrator's.
fn may_write_all(store: &Store, called: &str, context: &Context) -> Result<(), Failure> {
    let people = &store.settings().people;
    let who = context.known(people).filter(|_| !context.is_by_recovery());
    let Err(words) = who.map_or(Ok(()), |who| roles::may_write_all(people, who)) else { return Ok(()) };
    store.note(context.event(store, What::Refused).with(format!("to write {called}, everybody")));
    Err(format!("{words} Name the patient: `cobalog export fhir 1042`.").into())
}
