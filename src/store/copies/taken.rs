//! What came in, said on one line.

use crate::clinic::words::plural;
use std::path::{Path, PathBuf};

/// What came in from one copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenIn {
    /// Whose chart it was, or the settings.
    pub whose: String,
    /// What came in that was not there: entries of a chart, lots of the settings.
    pub came_in: usize,
    /// Where it was.
    pub from: CameFrom,
}

/// Where something was that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CameFrom {
    /// In a second copy of the chart.
    Copy {
        /// Where the copy is now.
        kept: PathBuf,
    },
    /// In a second copy of the settings.
    Settings {
        /// Where the copy is now.
        kept: PathBuf,
        /// What it says otherwise than they do, which was left.
        otherwise: Vec<&'static str>,
    },
    /// In another patient's file, which stays in its place, damaged, until it is repaired.
    Elsewhere {
        /// That file.
        file: PathBuf,
    },
    /// Here: it was recorded on this computer, and had been overwritten.
    Here,
}

impl TakenIn {
    /// Returns where the copy is kept now, where there was one.
    #[must_use]
    pub fn kept(&self) -> Option<&Path> {
        match &self.from {
            CameFrom::Copy { kept } | CameFrom::Settings { kept, .. } => Some(kept),
            CameFrom::Elsewhere { .. } | CameFrom::Here => None,
        }
    }

    /// Says it.
    #[must_use]
    pub fn words(&self) -> String {
        let count = |noun: &str| plural(i64::try_from(self.came_in).unwrap_or(i64::MAX), noun);
        let came = |noun: &str| match self.came_in {
            0 => "nothing new was in it".to_owned(),
            _ => format!("{} came in", count(noun)),
        };
        let whose = &self.whose;
        match &self.from {
            CameFrom::Copy { kept } => {
                format!("A second copy of {whose}: {}. The copy is kept in {}", came("new entry"), kept.display())
            }
            CameFrom::Settings { kept, otherwise } => {
                let left = match otherwise.join(" and ").as_str() {
                    "" => String::new(),
                    left => format!("; another {left} in it was left, as practice.ron holds"),
                };
                let came = came("new lot");
                format!("A second copy of {whose}: {came}{left}. The copy is kept in {}", kept.display())
            }
            CameFrom::Elsewhere { file } => format!(
                "{whose}: {} came in from {}, which is another patient's file: `cobalog check --repair` restores that one",
                count("entry"),
                file.display()
            ),
            CameFrom::Here => {
                let verb = if self.came_in == 1 { "was" } else { "were" };
                let entries = count("entry");
                format!("{whose}: {entries} recorded here had been overwritten by another program and {verb} put back")
            }
        }
    }
}
