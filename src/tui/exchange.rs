//! What the screen of exchange asks for, and what comes of it: values that go to the session and back.

use crate::clinic::cosign::AllSigned;
use crate::clinic::entry::PatientId;
use crate::clinic::intake::{Import, Parcel, Ruling, Unmatched, Weighed};
use crate::clinic::practice::LabCode;
use crate::exchange::csv::{Mapping, Sheet, Table};
use crate::exchange::hl7::Unknown;
use std::path::PathBuf;
use std::sync::Arc;

/// Which screen asked for something: the answer is for that one alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// The screen of exchange, for what it has at once.
    Exchange,
    /// The screen of exchange, which shows that it waits.
    Waiting,
    /// What a prescriber signs at once.
    Signing,
}

/// A form that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A table of patients, doses or results.
    Csv,
    /// Reports of a laboratory.
    Hl7,
    /// A bundle of another system.
    Fhir,
}

/// What is weighed.
#[derive(Clone, Debug)]
pub enum Source {
    /// A table, read as the mapping says.
    Table {
        /// The file's name.
        file: String,
        /// Its rows.
        table: Arc<Table>,
        /// How they are read.
        mapping: Box<Mapping>,
    },
    /// What was read already. With the second, what nobody can name waits for a person: a table's rows come again with the table.
    Parcel(Arc<Parcel>, bool),
}

/// What the screen asks for.
#[derive(Clone, Debug)]
pub enum Wish {
    /// The files of a folder; of the one where such files are likely where none is named.
    List(Option<PathBuf>),
    /// A file to be read.
    Read(PathBuf, Form),
    /// Which test a laboratory's own code is. Then the reports that wait for the answer are gone on with.
    Learn(LabCode, Option<PathBuf>),
    /// What would come of it, by what a person says of everybody in it.
    Weigh(Source, Ruling),
    /// All of it that can be taken. With the second, what nobody could name waits for a person.
    TakeOver(Arc<Parcel>, Arc<Weighed>, bool),
    /// The work at hand is to stop.
    Stop,
    /// The imports that were made.
    Made,
    /// One of them is undone.
    Undo(Box<Import>),
    /// What waits for a person.
    Unmatched,
    /// Whose it is.
    MatchTo(Box<Unmatched>, PatientId),
    /// It belongs to nobody here, and why.
    PutAway(Box<Unmatched>, String),
    /// The record in a form that others read, into a file.
    Write(Written, PathBuf),
    /// Whether a name for it is free, and where such files go.
    WhereTo(Written),
}

/// A form that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// A table of everybody's.
    Csv(Sheet),
    /// A FHIR bundle of everybody.
    Fhir,
    /// A calendar of what is owed.
    Calendar,
}

impl Written {
    /// Returns every form, in the order of the menu.
    pub fn all() -> impl Iterator<Item = Self> {
        Sheet::ALL.map(Self::Csv).into_iter().chain([Self::Fhir, Self::Calendar])
    }

    /// Returns the words of the menu.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Csv(Sheet::Patients) => "Patients, for a spreadsheet (.csv)",
            Self::Csv(Sheet::Doses) => "Doses, for a spreadsheet (.csv)",
            Self::Csv(Sheet::Labs) => "Laboratory results, for a spreadsheet (.csv)",
            Self::Csv(Sheet::Due) => "Who is due, for a spreadsheet (.csv)",
            Self::Fhir => "Everything, for another system (FHIR R4, .json)",
            Self::Calendar => "What is due in the next 12 months, for a calendar (.ics)",
        }
    }

    /// Returns whether it names patients: all but the calendar do.
    #[must_use]
    pub fn names_patients(self) -> bool {
        !matches!(self, Self::Calendar)
    }

    /// Returns the name of its file, without the day.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Csv(sheet) => sheet.file_name(),
            Self::Fhir => "cobalog-fhir.json",
            Self::Calendar => "cobalog.ics",
        }
    }
}

/// A file or folder in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was last changed, in words.
    pub changed: String,
}

/// What comes of a wish.
#[derive(Debug)]
pub enum Came {
    /// The files of a folder.
    Listed(PathBuf, Vec<Named>),
    /// A table was read; how one of this header was read the last time.
    Table(String, Arc<Table>, Option<Box<Mapping>>),
    /// An answer was kept, and how it goes on.
    Learned(String),
    /// A laboratory's own code of which nobody said yet what it is.
    Unknown(PathBuf, Box<Unknown>),
    /// What would come of a file. With the last, what nobody can name waits for a person; a table's rows come again with the
    /// table.
    Weighed(Arc<Parcel>, Arc<Weighed>, bool),
    /// So much of so much is done.
    Progress(usize, usize),
    /// What was done, in sentences.
    Done(Vec<String>),
    /// The imports that were made.
    Made(Vec<Import>),
    /// What waits for a person.
    Unmatched(Vec<Unmatched>),
    /// Where a file would go.
    WhereTo(Written, PathBuf),
    /// What came of several signatures.
    Signed(AllSigned),
    /// What is wrong, in a sentence.
    Failed(String),
}

impl Came {
    /// Returns what of it may wait until somebody comes back to a locked screen: what became of the record, and no patient.
    #[must_use]
    pub fn in_short(self) -> Self {
        match self {
            Self::Done(said) => Self::Done(said.into_iter().filter(|line| !line.is_empty()).take(2).collect()),
            Self::Signed(_) | Self::Failed(_) => self,
            _ => Self::Failed(
                "The screen was locked meanwhile. Nothing of this file is recorded: I reads it again.".to_owned(),
            ),
        }
    }
}
