//! What can go wrong with files, said to a nurse: what happened, where, and what to do.

use crate::clinic::links::KeptApart;
use ron::error::SpannedError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// So many letters at the beginning and at the end of what the reader of RON says are shown.
const BEGINS: usize = 300;
const ENDS: usize = 100;

/// Something wrong in one file, which is left as it is and hides nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub path: PathBuf,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The column, counted from 1.
    pub column: Option<usize>,
    /// What is wrong, in words.
    pub what: String,
}

impl Problem {
    /// Returns a problem of a whole file.
    #[must_use]
    pub fn new(path: &Path, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, column: None, what: what.into() }
    }

    /// Returns a problem at a place that a reader of RON found.
    #[must_use]
    pub(super) fn at(path: &Path, error: &SpannedError) -> Self {
        let start = error.span.start;
        let what = format!("it cannot be read: {}", short(&error.code.to_string()));
        Self { path: path.to_owned(), line: Some(start.line), column: Some(start.col), what }
    }
}

/// Leaves out the middle of what would fill a screen: the reader of RON repeats a wrong word, however long it is.
fn short(text: &str) -> String {
    let letters = text.chars().count();
    if letters <= BEGINS + ENDS {
        return text.to_owned();
    }
    let (begin, end): (String, String) =
        (text.chars().take(BEGINS).collect(), text.chars().skip(letters - ENDS).collect());
    format!("{begin} … {end}")
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        for place in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{place}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// Why the store could not do what was asked. Shown as it is.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The folder holds no practice.
    #[error("There is no practice in {}. Set one up there first, or name another folder.", .path.display())]
    NoPractice {
        /// The folder.
        path: PathBuf,
    },
    /// There are charts without the settings that go with them: the folder is still being copied, or `practice.ron` is lost.
    #[error("There are charts in {} but no practice.ron. Where a program still copies the folder, wait until it is done; else `cobalog check --repair` brings it back from a backup, and where there is none, `cobalog new --with-charts` begins it anew. Nothing was changed.", .path.display())]
    NoSettings {
        /// The folder.
        path: PathBuf,
    },
    /// A practice that was open is not where it was: a stick was pulled, a share is away.
    #[error("The practice is not in {} now. Nothing was changed; check the connection to it (a network drive, a stick), then try again.", .path.display())]
    Gone {
        /// The folder.
        path: PathBuf,
    },
    /// A practice is there already.
    #[error("{} is a practice already; it was left as it is. Open it, or name another folder.", .path.display())]
    Exists {
        /// Its `practice.ron`.
        path: PathBuf,
    },
    /// No patient has this chart.
    #[error("There is no chart at {}. Choose the patient from the list again.", .path.display())]
    NoChart {
        /// Where it would be.
        path: PathBuf,
    },
    /// A file of a format that is not known yet.
    #[error("{} was written by a newer Cobalog (format {format}): update this workstation.", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// A file that was not understood.
    #[error(
        "{problem}. The file was left as it is: run `cobalog check --repair`, with --secret-fd - where the records are encrypted. It restores what can be restored."
    )]
    Damaged {
        /// Where and what.
        problem: Problem,
    },
    /// A file that could not be read.
    #[error("{} could not be read: {}. {}.", .path.display(), words(.source), advice_to_read(.source))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that could not be written; the one that was there before is unchanged.
    #[error("{} could not be saved: {}. Nothing was changed; {}.", .path.display(), words(.source), advice(.source))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that was replaced without the disk's word that it will stay.
    #[error("{} was written, but the disk did not confirm it: {}. Look at it again before you record anything twice.", .path.display(), words(.source))]
    Unconfirmed {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What would not be read again.
    #[error("{} would become too long to be read again. Nothing was recorded: shorten what was added, a note that is far too long for example.", .path.display())]
    TooLong {
        /// The chart.
        path: PathBuf,
    },
    /// Another entry came into the chart after it was looked at; nothing was written.
    #[error("Another entry came into {} meanwhile. Nothing was recorded: look again, then sign.", .path.display())]
    Meanwhile {
        /// The chart.
        path: PathBuf,
    },
    /// The practice's number belongs to somebody already; nothing was written.
    #[error("The number {number} is that of {name}. Nothing was recorded: take another number ({}).", .path.display())]
    NumberTaken {
        /// The folder of the charts.
        path: PathBuf,
        /// The number.
        number: String,
        /// Whose it is.
        name: String,
    },
    /// Two patients are to be one who were recorded as two people; nothing was written.
    #[error("{}. Nothing was recorded: look at the charts again ({}), and join them only where that was wrong.", sentences(.apart), .path.display())]
    KeptApart {
        /// The folder of the charts.
        path: PathBuf,
        /// What was said of them.
        apart: Vec<KeptApart>,
    },
    /// Somebody else writes and does not stop.
    #[error("Another Cobalog is writing to the practice ({} is locked). Nothing was changed; try again in a moment.", .path.display())]
    Busy {
        /// The lock file.
        path: PathBuf,
    },
    /// A file that is not a backup that can be trusted; nothing was taken from it.
    #[error("{} cannot be used as a backup: {what}. Nothing was changed; take another one (`cobalog backup --list` shows those of this computer).", .path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A place where something is already, which is never written over without being asked to.
    #[error("{} is there already. Nothing was changed; {}.", .path.display(), .instead)]
    InTheWay {
        /// What is there.
        path: PathBuf,
        /// What to do instead.
        instead: &'static str,
    },
    /// No backup was made yet, or none is where it should be.
    #[error("There is no backup in {}. Make one with `cobalog backup`.", .path.display())]
    NoBackup {
        /// The folder of the backups.
        path: PathBuf,
    },
    /// A backup that belongs to another practice.
    #[error("{} is a backup of {of}, and no chart of it is in this practice. Nothing was changed; restore it into a folder of its own with --to.", .path.display())]
    OtherPractice {
        /// The file.
        path: PathBuf,
        /// The practice's name in it.
        of: String,
    },
    /// A practice, or a file of one, that is encrypted, and no key is at hand.
    #[error("{} is encrypted. Open the practice with a passphrase: sign in on the screen; a command takes it with --secret-fd.", .path.display())]
    Locked {
        /// The practice's folder, or the file.
        path: PathBuf,
    },
    /// The encryption was switched on, off or to another key since the practice was opened; nothing was written.
    #[error("The encryption of the practice in {} was switched on, off or to another key since it was opened here. Nothing was changed; close Cobalog here and open it again.", .path.display())]
    Switched {
        /// The practice's folder.
        path: PathBuf,
    },
    /// What was to be written would not read back as the same; nothing was written.
    #[error("{} was not saved: it would not read back as it is ({what}). Nothing was changed; please report this.", .path.display())]
    NotExact {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: String,
    },
}

impl StoreError {
    /// Returns the reason first and the path behind it, for a line that has room for little.
    #[must_use]
    pub fn in_short(&self) -> String {
        match self {
            Self::Write { path, source } | Self::Read { path, source } | Self::Unconfirmed { path, source } => {
                format!("{} ({})", words(source), path.display())
            }
            other => other.to_string(),
        }
    }

    /// Returns the file or folder that it is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::NoPractice { path }
            | Self::NoSettings { path }
            | Self::Gone { path }
            | Self::Exists { path }
            | Self::NoChart { path }
            | Self::Newer { path, .. }
            | Self::Read { path, .. }
            | Self::Write { path, .. }
            | Self::Unconfirmed { path, .. }
            | Self::Busy { path }
            | Self::Meanwhile { path }
            | Self::TooLong { path }
            | Self::NumberTaken { path, .. }
            | Self::KeptApart { path, .. }
            | Self::Archive { path, .. }
            | Self::InTheWay { path, .. }
            | Self::NoBackup { path }
            | Self::OtherPractice { path, .. }
            | Self::Locked { path }
            | Self::Switched { path }
            | Self::NotExact { path, .. } => path,
            Self::Damaged { problem } => &problem.path,
        }
    }

    /// Returns the error as one of a list of problems.
    #[must_use]
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Damaged { problem } => problem,
            Self::Newer { path, format } => Problem::new(
                &path,
                format!("it was written by a newer Cobalog (format {format}): update this workstation"),
            ),
            Self::Locked { path } => Problem::new(&path, "it is encrypted, and no key to it was given"),
            Self::Read { path, source } => Problem::new(&path, format!("it could not be read: {}", words(&source))),
            other => Problem::new(other.path(), other.to_string()),
        }
    }
}

fn sentences(apart: &[KeptApart]) -> String {
    apart.iter().map(KeptApart::words).collect::<Vec<_>>().join(". ")
}

/// Returns the system's error in words that do not need its numbers.
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "this account may not do that there".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        io::ErrorKind::NotFound => "it is not there".to_owned(),
        io::ErrorKind::ResourceBusy => "another program holds it open or protects it".to_owned(),
        io::ErrorKind::NotADirectory => "a file stands where a folder should be".to_owned(),
        io::ErrorKind::IsADirectory => "a folder stands where a file should be".to_owned(),
        _ => error.to_string(),
    }
}

fn advice_to_read(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "Ask whoever looks after this computer for the right to read it",
        _ => "Check the folder and the connection to it, then try again",
    }
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space, then try again",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "ask whoever looks after this computer for the right to write there"
        }
        io::ErrorKind::ResourceBusy => "close it there or wait a moment, then try again",
        _ => "check the folder and the connection to it, then try again",
    }
}
