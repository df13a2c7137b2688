//! A table and its mapping to a parcel.

use super::cells::Reader;
use super::dates::short;
use super::field::Field;
use super::mapping::{Kind, Mapping};
use super::table::{Row, Table};
use super::{doses, facts, labs, patients, person};
use crate::clinic::intake::{Described, Parcel, Piece, Trouble};
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::NaiveDate;

/// Reads the rows of a table as its mapping says. It never looks at the practice's patients, only at its library.
#[must_use]
pub fn read(table: &Table, mapping: &Mapping, practice: &Practice, today: NaiveDate, file: &str) -> Parcel {
    let reader = Reader::new(table, mapping, practice, today, file);
    let mut pieces = match mapping.kind() {
        Kind::Patients => patients::pieces(&reader),
        Kind::Doses => doses::pieces(&reader),
        Kind::Results => labs::pieces(&reader),
    };
    pieces.extend(reader.copies.iter().map(|(row, first)| copy(&reader, row, *first)));
    pieces.extend(table.aside.iter().map(|(row, why)| aside(row, why)));
    pieces.sort_by_key(|piece| piece.lines.first().copied());
    // Every other date of the file would be read wrong in silence.
    if let Some(why) = mapping.disproof(table) {
        let open = pieces.iter_mut().filter(|piece| piece.trouble.is_none());
        open.for_each(|piece| piece.trouble = Some(Trouble::Held(why.clone())));
    }
    let left = pieces.iter().filter(|p| p.remarks.iter().any(|r| r.starts_with(patients::WITHOUT_PLAN))).count();
    let left = (left > 0).then(|| {
        let (rows, say) = (rows(left), if left == 1 { "says" } else { "say" });
        format!("No plan is made of {rows} that {say} an interval, a next date or a prescriber: each row tells what is not taken over.")
    });
    let sites = sites(&reader);
    let lacks = (mapping.kind() == Kind::Patients && !tells_doses(mapping)).then(|| NO_LAST_DOSE.to_owned());
    Parcel {
        file: file.to_owned(),
        pieces,
        remarks: lacks.into_iter().chain(left).chain(sites).chain(table.remarks.iter().cloned()).collect(),
    }
}

/// So many rows, in words.
pub(super) fn rows(n: usize) -> String {
    words::plural(i64::try_from(n).unwrap_or(i64::MAX), "row")
}

/// Says of how many rows the site is not taken over, with the first such word.
fn sites(reader: &Reader<'_>) -> Option<String> {
    let has_sites = reader.mapping.kind() != Kind::Results && reader.mapping.has(&Field::Site);
    let unknown = reader.rows.iter().filter(|_| has_sites).filter_map(|row| facts::unknown_site(&reader.cells(row)));
    let (first, n) = unknown.fold((None, 0), |(first, n), text| (first.or(Some(text)), n + 1));
    let first = short(first?);
    Some(format!("The site of {} is not taken over: \"{first}\" says no side and place that are known here.", rows(n)))
}

/// A row that stands there twice: it is counted, and told with the line of the first.
fn copy(reader: &Reader<'_>, row: &Row, first: u64) -> Piece {
    let about = person::described(&mut reader.cells(row));
    let trouble = Some(Trouble::Skipped(format!("The same as line {first}, in every cell.")));
    let (lines, acts, remarks) = (vec![row.line], Vec::new(), Vec::new());
    Piece { place: place(&lines), lines, about, enters: false, acts, remarks, trouble }
}

/// A row that is nobody's: it is counted, and told.
fn aside(row: &Row, why: &str) -> Piece {
    let (lines, acts, remarks) = (vec![row.line], Vec::new(), Vec::new());
    let (about, trouble) = (Described::default(), Some(Trouble::Skipped(why.to_owned())));
    Piece { place: place(&lines), lines, about, enters: false, acts, remarks, trouble }
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
