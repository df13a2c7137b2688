//! The rows of a table that were not taken over, as a table of their own: mended, it is read again.

use super::guard;
use super::table::Table;
use crate::clinic::intake::{Left, Outcome, Parcel, Weighed};
use std::collections::HashMap;

/// Before the columns of the file: where the row stands in it, and why it is held. They are read as nothing.
const BEFORE: [&str; 2] = ["line_in_file", "why_held"];

/// Returns the rows that are held or refused, with their lines and reasons; `None` where there are none.
#[must_use]
pub fn held(table: &Table, parcel: &Parcel, weighed: &Weighed) -> Option<String> {
    let left = parcel.pieces.iter().zip(&weighed.outcomes).filter_map(|(piece, outcome)| match outcome {
        Outcome::Left(left @ (Left::Held { .. } | Left::Refused(_))) => Some((piece, left.why())),
        _ => None,
    });
    let why: HashMap<u64, &str> =
        left.flat_map(|(piece, why)| piece.lines.iter().map(move |line| (*line, why))).collect();
    if why.is_empty() {
        return None;
    }
    let mut out = "\u{feff}".to_owned();
    // Cells beyond the header stay so: they are what is wrong with their row.
    let is_before = |at: usize| table.columns.get(at).is_some_and(|name| BEFORE.contains(&name.as_str()));
    let names = (0..table.named).filter(|at| !is_before(*at)).filter_map(|at| table.columns.get(at));
    let line = |out: &mut String, cells: &mut dyn Iterator<Item = &str>| line(out, table.delimiter, cells);
    line(&mut out, &mut BEFORE.into_iter().chain(names.map(String::as_str)));
    for row in &table.rows {
        if let Some(why) = why.get(&row.line) {
            let number = row.line.to_string();
            let cells = (0..row.len()).filter(|at| !is_before(*at)).map(|at| row.cell(at));
            line(&mut out, &mut [number.as_str(), why].into_iter().chain(cells));
        }
    }
    Some(out)
}

/// Writes a row as the file has its rows: the spreadsheet that wrote it opens it again.
fn line(out: &mut String, delimiter: char, cells: &mut dyn Iterator<Item = &str>) {
    for (n, cell) in cells.enumerate() {
        out.extend((n > 0).then_some(delimiter));
        guard::write_between(out, cell, delimiter);
    }
    out.push_str("\r\n");
}
