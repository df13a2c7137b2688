//! What was asked at a look, in a table of results: a grade of a symptom, or when symptoms came back before the next dose.
//! No laboratory has such a test; what we write so, we read so.

use super::cells::Cells;
use super::dates::short;
use super::field::Field;
use crate::clinic::entry::Checked;

/// Before the id of a symptom: `symptom:fatigue`.
const SYMPTOM: &str = "symptom:";
/// How many days before the next dose symptoms came back; 0 where they did not.
const RETURNED: &str = "symptoms-back-before-next-dose";
/// The highest grade of a symptom.
const WORST: u8 = 4;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The grade of a symptom.
    Grade(String, u8),
    /// So many days before the next dose symptoms came back.
    Returned(u32),
}

impl Asked {
    /// Returns the answers of a look.
    pub(super) fn of(checked: &Checked) -> Vec<Self> {
        let grades = checked.symptoms.iter().map(|(id, grade)| Self::Grade(id.clone(), *grade));
        grades.chain(checked.returned_days.map(Self::Returned)).collect()
    }

    /// Returns the test, the value and the unit that stand for it.
    pub(super) fn written(&self) -> (String, String, &'static str) {
        match self {
            Self::Grade(id, grade) => (format!("{SYMPTOM}{id}"), grade.to_string(), ""),
            Self::Returned(days) => (RETURNED.to_owned(), days.to_string(), "d"),
        }
    }

    /// Reads it; `None` where the row has another test, and where it cannot be read, which is a trouble of the row then.
    pub(super) fn read(cells: &mut Cells<'_>) -> Option<Self> {
        let test = cells.text(&Field::Test)?;
        let value = cells.raw(&Field::Value);
        if test == RETURNED {
            return said(cells, value.parse().ok().map(Self::Returned), test);
        }
        let id = test.strip_prefix(SYMPTOM)?;
        let is_known = cells.reader.practice.knowledge.symptoms().iter().any(|symptom| symptom.id == id);
        let grade = value.parse().ok().filter(|grade| is_known && *grade <= WORST);
        said(cells, grade.map(|grade| Self::Grade(id.to_owned(), grade)), test)
    }

    /// Puts it into a look.
    pub(super) fn put(self, checked: &mut Checked) {
        match self {
            Self::Grade(id, grade) => drop(checked.symptoms.insert(id, grade)),
            Self::Returned(days) => checked.returned_days = Some(days),
        }
    }
}

/// Whether a row of results tells what was asked, and no laboratory's result.
pub(super) fn is_asked(cells: &Cells<'_>) -> bool {
    cells.text(&Field::Test).is_some_and(|test| test == RETURNED || test.starts_with(SYMPTOM))
}

fn said(cells: &mut Cells<'_>, asked: Option<Asked>, test: &str) -> Option<Asked> {
    if asked.is_none() {
        let value = short(cells.raw(&Field::Value));
        cells.troubles.push(format!(
            "\"{}\" of \"{value}\" is not known here: a known symptom has a grade of 0 to {WORST}, days are a number.",
            short(test)
        ));
    }
    asked
}
