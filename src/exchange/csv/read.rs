//! A table and its mapping to a parcel.

use super::cells::Reader;
use super::field::Field;
use super::mapping::{Kind, Mapping};
use super::table::Table;
use super::{doses, labs, patients};
use crate::clinic::intake::Parcel;
use crate::clinic::practice::Practice;
use chrono::NaiveDate;

/// Reads the rows of a table as its mapping says. It never looks at the practice's patients, only at its library.
#[must_use]
pub fn read(table: &Table, mapping: &Mapping, practice: &Practice, today: NaiveDate, file: &str) -> Parcel {
    let reader = Reader::new(table, mapping, practice, today, file);
    let pieces = match mapping.kind() {
        Kind::Patients => patients::pieces(&reader),
        Kind::Doses => doses::pieces(&reader),
        Kind::Results => labs::pieces(&reader),
    };
    let lacks = (mapping.kind() == Kind::Patients && !tells_doses(mapping)).then(|| NO_LAST_DOSE.to_owned());
    Parcel { file: file.to_owned(), pieces, remarks: lacks.into_iter().chain(table.remarks.iter().cloned()).collect() }
}

/// Nobody should find out from the due dates.
const NO_LAST_DOSE: &str = "No column is taken for the last injection: nobody's next date follows from one. If the list has it, go back and say which column it is.";

fn tells_doses(mapping: &Mapping) -> bool {
    [Field::LastDose, Field::PreviousDoses].iter().any(|field| mapping.columns_of(field).next().is_some())
}

/// Says where rows stand: `line 12`, `lines 12, 15`.
pub(super) fn place(lines: &[u64]) -> String {
    let word = if lines.len() == 1 { "line" } else { "lines" };
    let shown: Vec<String> = lines.iter().take(8).map(u64::to_string).collect();
    let more = if lines.len() > 8 { ", …" } else { "" };
    format!("{word} {}{more}", shown.join(", "))
}
