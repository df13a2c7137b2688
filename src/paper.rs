//! Documents for people: the patient's plan, the clinic sheet of a day, letters, the encounter note.
//!
//! One model, two faces. A [`Doc`] is blocks; [`text`] writes it for any printer, 78 columns wide with a form feed between
//! pages, [`html`] as one file that any browser prints or saves as PDF: no script, nothing fetched from anywhere. Pure, as
//! the rules are: a document is made of a course and written by whoever asked for it.

mod html;
mod letters;
mod note;
mod plan;
mod sheet;
mod spelt;
mod text;

pub use html::html;
pub use letters::{Referral, recall, referral};
pub use note::{draft, note};
pub use plan::plan;
pub use sheet::sheet;
pub use text::{WIDTH, text};

use crate::clinic::course::Course;
use crate::clinic::entry::PatientId;
use crate::clinic::parse::is_hidden;
use crate::clinic::patient::Person;
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::NaiveDate;

/// So many letters of a chart's id are in the name of a file.
const TAIL: usize = 8;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc {
    /// What it is: `plan`, `referral`; part of its file's name.
    pub kind: &'static str,
    /// Its title, without the patient's name: a browser keeps titles.
    pub title: String,
    /// Who sends it.
    pub from: From,
    /// Whom it is about, on every page; nobody where it is about several.
    pub who: Option<Who>,
    /// The day on which it was made.
    pub on: NaiveDate,
    /// Whether it is for a patient: large letters.
    pub large: bool,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// The practice that sends a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct From {
    /// Its name.
    pub name: String,
    /// Address, telephone, hours: those that are known.
    pub lines: Vec<String>,
}

impl From {
    fn of(practice: &Practice) -> Self {
        let s = &practice.settings;
        let phone = s.phone.as_ref().map(|phone| format!("Telephone {}", typed(phone)));
        let lines = s.address.as_deref().map(typed).into_iter().chain(phone).chain(s.hours.as_deref().map(typed));
        Self { name: typed(&s.name), lines: lines.collect() }
    }
}

/// Whom a document is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// `Family, Given`.
    pub name: String,
    /// Date of birth; absent on what a housemate may open.
    pub born: Option<NaiveDate>,
    /// The practice's number.
    pub number: String,
    /// Whose chart it is: numbers may look alike once they are in the name of a file.
    pub chart: PatientId,
}

impl Who {
    fn of(person: &Person, chart: PatientId) -> Self {
        Self { name: name(&person.name()), born: Some(person.born), number: typed(&person.number), chart }
    }

    /// Returns the line of identifiers, its parts by themselves.
    fn parts(&self) -> Vec<String> {
        let born = self.born.map(|born| format!("born {}", words::born(born)));
        std::iter::once(self.name.clone()).chain(born).chain([format!("number {}", self.number)]).collect()
    }
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// Lines of a label and what it says.
    Facts(Vec<(String, String)>),
    /// A list.
    List(Vec<String>),
    /// A table; its head stands again on every page.
    Table {
        /// The titles of the columns.
        head: Vec<String>,
        /// The rows; each has as many cells.
        rows: Vec<Vec<String>>,
    },
    /// What is read from a distance.
    Big {
        /// What it is.
        label: String,
        /// What it says.
        words: String,
    },
    /// A box to tick, with lines that stay together.
    Tick {
        /// The first line.
        head: String,
        /// More lines.
        lines: Vec<String>,
    },
    /// A line to sign on, with what stands under it.
    Sign(String),
    /// The next page begins.
    Break,
}

impl Doc {
    fn new(kind: &'static str, title: &str, practice: &Practice, on: NaiveDate) -> Self {
        let (title, from) = (title.to_owned(), From::of(practice));
        Self { kind, title, from, who: None, on, large: false, blocks: Vec::new() }
    }

    fn about(self, course: &Course) -> Self {
        Self { who: course.person.as_ref().map(|person| Who::of(person, course.id)), ..self }
    }

    fn heading(&mut self, words: &str) {
        self.blocks.push(Block::Heading(words.to_owned()));
    }

    fn say(&mut self, words: impl Into<String>) {
        self.blocks.push(Block::Text(words.into()));
    }

    fn facts(&mut self, facts: Vec<(String, String)>) {
        if !facts.is_empty() {
            self.blocks.push(Block::Facts(facts));
        }
    }

    fn list(&mut self, items: Vec<String>) {
        if !items.is_empty() {
            self.blocks.push(Block::List(items));
        }
    }

    /// Returns a name for its file: kind, day, end of the chart's id; nothing of the patient, not even the number. No two
    /// patients have one name.
    #[must_use]
    pub fn file_name(&self, ending: &str) -> String {
        let tail = |who: &Who| {
            let id = who.chart.to_string();
            format!("-{}", id.get(id.len().saturating_sub(TAIL)..).unwrap_or_default())
        };
        let whose = self.who.as_ref().map(tail).unwrap_or_default();
        format!("{}-{}{whose}.{ending}", self.kind, self.on)
    }
}

const BEGINS: char = '\u{2068}';
const ENDS: char = '\u{2069}';

/// Takes out of what somebody typed whatever could steer a printer or turn the direction of what stands around it.
fn typed(text: &str) -> String {
    let kept = text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c });
    kept.filter(|c| !is_hidden(*c)).collect::<String>().trim().to_owned()
}

/// The same for a name, which stands in its own direction whatever script it is in: between the marks of Unicode for that.
fn name(text: &str) -> String {
    format!("{BEGINS}{}{ENDS}", typed(text))
}

/// A label and what it says.
fn fact(label: &str, words: impl Into<String>) -> (String, String) {
    (label.to_owned(), words.into())
}
