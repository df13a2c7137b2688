//! Which patient is meant: the practice's number, the chart's id, or enough of the name to be one person.

use super::failure::{self, Failure};
use crate::clinic::agenda::Row;
use crate::clinic::chart::Chart;
use crate::clinic::words;
use crate::store::{Roster, Store};
use chrono::NaiveDate;

const LISTED: usize = 12;

/// Finds a patient and reads the chart.
pub(super) fn find(store: &Store, text: &str, today: NaiveDate) -> Result<Chart, Failure> {
    find_among(store, text, today).map(|(chart, _)| chart)
}

/// Finds a patient, reads the chart, and returns all rows beside it.
pub(super) fn find_among(store: &Store, text: &str, today: NaiveDate) -> Result<(Chart, Vec<Row>), Failure> {
    let rows = roster(store, today).rows;
    let id = pick(&rows, text)?.id;
    Ok((store.chart(id)?, rows))
}

/// Returns the roster; names each file that could not be read, as one of them may be the patient who is looked for.
pub(super) fn roster(store: &Store, today: NaiveDate) -> Roster {
    let roster = store.roster(today);
    roster.problems.iter().for_each(|problem| failure::say(&format!("left out: {problem}")));
    roster
}

/// Picks a row; an old number or the id of a joined chart finds the patient who has it now, and says so.
pub(super) fn pick<'a>(rows: &'a [Row], text: &str) -> Result<&'a Row, Failure> {
    let wanted = text.trim();
    let is_exact = |row: &&Row| row.number == wanted || row.id.to_string().eq_ignore_ascii_case(wanted);
    let named = wanted.to_lowercase();
    let is_named = |row: &&Row| !named.is_empty() && row.name.to_lowercase().contains(&named);
    let exact: Vec<&Row> = rows.iter().filter(is_exact).collect();
    if let (true, Some((row, former))) =
        (exact.is_empty(), rows.iter().find_map(|row| Some((row, row.former(wanted)?))))
    {
        failure::say(&format!("note: {}", former.words(&row.number)));
        return Ok(row);
    }
    let found = if exact.is_empty() { rows.iter().filter(is_named).collect() } else { exact };
    match found[..] {
        [one] => Ok(one),
        [] => Err(format!("no patient has the number, chart id or name \"{text}\"").into()),
        _ => Err(several(text, &found).into()),
    }
}

fn several(text: &str, found: &[&Row]) -> String {
    let line = |row: &&Row| format!("\n  {}  {}, born {}", row.number, row.name, words::born(row.born));
    let lines: String = found.iter().take(LISTED).map(line).collect();
    let more = found.len().saturating_sub(LISTED);
    let rest = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    format!("\"{text}\" could be any of {}; use the number:{lines}{rest}", found.len())
}
