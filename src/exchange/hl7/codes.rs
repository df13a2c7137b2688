//! Which test a laboratory's own code is: asked once, remembered by who sends it.

use super::group::groups;
use super::result::{Observed, Test};
use super::split::Messages;
use crate::clinic::lab::Analyte;
use crate::clinic::practice::{LabCode, Practice, Settings};
use crate::exchange::csv::is_called;
use crate::exchange::results::shown;
use std::collections::{HashMap, HashSet};

/// What a practice said of the laboratories that send to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes {
    /// Whose patient numbers are the practice's own, as the file names the assigning authority.
    pub authority: Option<String>,
    /// By sender and code what the laboratories' own codes are; `None` for one that is not followed here.
    local: HashMap<String, HashMap<String, Option<String>>>,
}

impl Codes {
    /// Returns what the practice said so far.
    #[must_use]
    pub fn of_practice(settings: &Settings) -> Self {
        let mut codes = Self { authority: settings.lab_authority.clone(), ..Self::default() };
        settings
            .lab_codes
            .iter()
            .for_each(|LabCode { sender, code, analyte }| codes.learn(sender, code, analyte.as_deref()));
        codes
    }

    /// Returns what was said of a code: an analyte, or that it is none (`Some(None)`).
    #[must_use]
    pub fn of(&self, sender: &str, code: &str) -> Option<Option<&str>> {
        self.local.get(sender)?.get(code).map(Option::as_deref)
    }

    /// Remembers what a code is.
    pub fn learn(&mut self, sender: &str, code: &str, analyte: Option<&str>) {
        let of_sender = self.local.entry(sender.to_owned()).or_default();
        of_sender.insert(code.to_owned(), analyte.map(str::to_owned));
    }
}

/// A code of which nobody said yet what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Who sends it.
    pub sender: String,
    /// The code.
    pub code: String,
    /// What the laboratory calls it.
    pub label: String,
    /// A result of it, with its unit.
    pub example: String,
}

impl Unknown {
    /// Returns the question.
    #[must_use]
    pub fn text(&self) -> String {
        let label = if self.label.is_empty() { String::new() } else { format!(" ({})", shown(&self.label)) };
        let (code, sender, example) = (shown(&self.code), shown(&self.sender), shown(&self.example));
        format!("Which test is {code}{label} of {sender}, for example {example}?")
    }
}

impl Unknown {
    /// Returns the place among the analytes of the one that the laboratory calls so; `None` where none or several are.
    #[must_use]
    pub fn likely(&self, labs: &[Analyte]) -> Option<usize> {
        let mut likely = labs.iter().enumerate().filter(|(_, lab)| is_called(&self.label, lab));
        likely.next().filter(|_| likely.next().is_none()).map(|(at, _)| at)
    }
}

/// Returns the codes that are to be asked about before the messages can be read, each once.
#[must_use]
pub fn unknown(messages: &Messages, codes: &Codes, practice: &Practice) -> Vec<Unknown> {
    let (mut all, mut seen) = (Vec::new(), HashSet::new());
    for message in messages.messages.iter().filter(|message| message.kind() == "ORU^R01") {
        let sender = message.sender();
        for group in groups(message) {
            for obx in &group.results {
                let observed = Observed::of(message, obx.segment);
                if let Test::Unknown { code, label } = observed.test(&sender, codes, practice)
                    && seen.insert((sender.clone(), code.clone()))
                {
                    let example = format!("{} {}", observed.value, observed.unit).trim().to_owned();
                    all.push(Unknown { sender: sender.clone(), code, label, example });
                }
            }
        }
    }
    all
}
