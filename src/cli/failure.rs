//! What ends a command early, and how it is said.

use crate::store::StoreError;
use crate::store::vault::VaultError;
use std::io::{self, Write};

/// Why a command did not come to its end.
#[derive(Debug)]
pub enum Failure {
    /// What is wrong, where, what to do.
    Message(String),
    /// The command is not used as it can be: what is missing.
    Usage(&'static str),
    /// The reader of the output went away, which is no error.
    Pipe,
    /// The output itself said what is wrong; only the status is left.
    Said,
    /// Ctrl-C stopped it between two patients, and the output said so: status 130.
    Stopped,
}

impl Failure {
    /// Returns what is to be said of it, where that was not said yet.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Message(text) => text,
            Self::Usage(text) => text,
            Self::Pipe | Self::Said | Self::Stopped => "",
        }
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::Message(text)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self::Message(text.to_owned())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Message(error.to_string())
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        Self::Message(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Pipe,
            _ => Self::Message(format!("the output could not be written: {error}")),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        match error.io_error_kind() {
            Some(kind) => io::Error::from(kind).into(),
            None => Self::Message(format!("the output could not be written as JSON: {error}")),
        }
    }
}

/// Writes `cobalog: …` to standard error; nobody is left to tell if that fails.
pub(super) fn say(text: &str) {
    let clean: String = text.lines().map(super::table::plain).collect::<Vec<_>>().join("\n");
    let _ = writeln!(io::stderr(), "cobalog: {clean}");
}
