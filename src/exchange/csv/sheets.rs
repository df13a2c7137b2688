//! The tables that are written: patients, doses, results, and who is due. Their headers are never translated; their first
//! columns are those of the exchange format, the others carry what a plan needs to come back as it was.

mod dose;
mod due;
mod patient;
mod result;

pub(super) use dose::NOT_RECORDED;
pub(super) use patient::given_words;

use super::guard;
use crate::clinic::agenda::Row;
use crate::clinic::chart::Chart;
use crate::clinic::country::Decimals;
use crate::clinic::course::Course;
use crate::clinic::interval::days_between;
use crate::clinic::practice::Practice;
use crate::clinic::triage_words::Warnings;
use crate::clinic::words::plural;
use chrono::NaiveDate;

/// A table that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// One row a patient.
    Patients,
    /// One row a dose, given or not.
    Doses,
    /// One row a result, or a symptom that was asked.
    Labs,
    /// One row for each thing that is owed.
    Due,
}

impl Sheet {
    /// Every table.
    pub const ALL: [Self; 4] = [Self::Patients, Self::Doses, Self::Labs, Self::Due];

    /// Returns the name of its file.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Patients => "patients.csv",
            Self::Doses => "doses.csv",
            Self::Labs => "labs.csv",
            Self::Due => "due.csv",
        }
    }

    /// Returns the names of its columns.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Patients => &patient::COLUMNS,
            Self::Doses => &dose::COLUMNS,
            Self::Labs => &result::COLUMNS,
            Self::Due => &due::COLUMNS,
        }
    }

    /// Says what a table leaves behind; `None` of a list that nobody takes for the record.
    #[must_use]
    pub fn lacks(self) -> Option<&'static str> {
        match self {
            Self::Patients => Some(
                "The table has each patient's plans and what moved them; doses, results and symptoms have tables of their own. The \
                 triage, notes, reasons and signatures go with a FHIR bundle or a backup alone.",
            ),
            Self::Doses | Self::Labs => Some(
                "The table has no plans: those go with the table of patients. The whole record goes with a FHIR bundle or a backup.",
            ),
            Self::Due => None,
        }
    }

    /// Returns how its file begins: the mark by which Excel knows UTF-8, and the header.
    #[must_use]
    pub fn head(self, practice: &Practice) -> String {
        let mut sign = [0; 4];
        let sign = practice.country().cells.sign().encode_utf8(&mut sign);
        format!("\u{feff}{}\r\n", self.columns().join(sign))
    }

    /// Says how many rows it has: `12 results`.
    #[must_use]
    pub fn counted(self, rows: usize) -> String {
        let noun = match self {
            Self::Patients => "patient",
            Self::Doses => "dose",
            Self::Labs => "result",
            Self::Due => "line",
        };
        plural(i64::try_from(rows).unwrap_or(i64::MAX), noun)
    }

    /// Returns a patient's rows as text; see [`Sheet::counted_rows`].
    #[must_use]
    pub fn rows(self, chart: &Chart, practice: &Practice, today: NaiveDate, days: i64) -> String {
        self.counted_rows(chart, practice, today, days).0
    }

    /// Returns a patient's rows and how many they are; the birth date is in each, as a number alone is nobody. Who is due is written for what falls
    /// due within so many days after `today`.
    #[must_use]
    pub fn counted_rows(self, chart: &Chart, practice: &Practice, today: NaiveDate, days: i64) -> (String, usize) {
        let Some(person) = chart.person_of_all() else { return (String::new(), 0) };
        let mut out = Rows { text: String::new(), count: 0, sign: practice.country().cells.sign() };
        let course = Course::outline(chart, practice, today);
        match self {
            Self::Patients => {
                let warnings = Warnings::of(chart, &practice.knowledge);
                out.add(patient::patient(&person, chart, &course, &warnings, practice, today));
            }
            Self::Doses => chart.facts().iter().for_each(|fact| {
                if let Some(row) = dose::dose(fact, &course, &person, practice) {
                    out.add(row);
                }
            }),
            Self::Labs => chart.facts().iter().for_each(|fact| {
                result::results(fact, practice, &person).into_iter().for_each(|row| out.add(row));
            }),
            Self::Due => {
                let row = Row::from_course(&course, &practice.knowledge).filter(|row| !row.closed);
                let items = row.iter().flat_map(|row| &row.items).filter(|i| days_between(today, i.visit) <= days);
                items.for_each(|item| out.add(due::due(item, &person, today)));
            }
        }
        (out.text, out.count)
    }
}

/// Rows as the country's spreadsheets open them.
struct Rows {
    text: String,
    count: usize,
    sign: char,
}

impl Rows {
    fn add<const N: usize>(&mut self, cells: [String; N]) {
        for (n, cell) in cells.iter().enumerate() {
            self.text.extend((n > 0).then_some(self.sign));
            guard::write_between(&mut self.text, cell, self.sign);
        }
        self.text.push_str("\r\n");
        self.count += 1;
    }
}

/// Writes a number so that a spreadsheet of the country takes it for the same number, and whoever reads the table too.
fn number(value: f64, practice: &Practice) -> String {
    let plain = value.to_string();
    let Some((ones, part)) = plain.split_once('.').filter(|_| practice.country().decimals == Decimals::Comma) else {
        return plain;
    };
    // Three digits behind a comma could be the rest of a thousand.
    let fourth = if part.len() == 3 { "0" } else { "" };
    format!("{ones},{part}{fourth}")
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
