//! Which patient is meant: the practice's number, the chart's id, or enough of the name to be one person.

use super::failure::{self, Failure};
use crate::clinic::agenda::{Roll, Row};
use crate::clinic::chart::Chart;
use crate::clinic::words;
use crate::clock::Clock;
use crate::store::{Rolled, Store};
use chrono::NaiveDate;
use std::sync::Arc;

const LISTED: usize = 12;

/// Finds a patient and reads the chart.
pub(super) fn find(store: &Store, text: &str, today: NaiveDate) -> Result<Chart, Failure> {
    find_in_roll(store, text, today).map(|(chart, _)| chart)
}

/// Finds a patient and reads the chart; with it comes the roll, where one was read for it.
pub(super) fn find_in_roll(store: &Store, text: &str, today: NaiveDate) -> Result<(Chart, Option<Roll>), Failure> {
    if let Some(found) = at_once(store, text.trim()) {
        return Ok(found);
    }
    let roll = roll(store, today).roll;
    let chart = store.chart(pick(&roll, text)?.id)?;
    Ok((chart, Some(roll)))
}

/// A chart's id, or a number that the index knows and its chart confirms, needs no look at all the others.
fn at_once(store: &Store, text: &str) -> Option<(Chart, Option<Roll>)> {
    if let Ok(id) = text.to_uppercase().parse() {
        let chart = store.chart(id).ok().filter(|chart| chart.person().is_some() || chart.struck_out().is_some());
        return chart.map(|chart| (chart, None));
    }
    let roll = store.roll_unverified()?;
    let [row] = &roll.numbered(text)[..] else { return None };
    let chart = store.chart(row.id).ok()?;
    chart.person().is_some_and(|person| person.number == text).then_some((chart, Some(roll)))
}

/// Returns the roll for a list that is read once; names each file that could not be read.
pub(super) fn roll_of_late(store: &Store, today: NaiveDate) -> Rolled {
    said(store.roll_of_late(today, Clock::Machine.now().timestamp()))
}

/// Returns the roll; names each file that could not be read.
pub(super) fn roll(store: &Store, today: NaiveDate) -> Rolled {
    said(store.roll(today))
}

fn said(rolled: Rolled) -> Rolled {
    rolled.problems.iter().for_each(|problem| failure::say(&format!("left out: {problem}")));
    rolled
}

/// Picks a row; an old number or the id of a joined chart finds the patient who has it now, and says so.
pub(super) fn pick(roll: &Roll, text: &str) -> Result<Arc<Row>, Failure> {
    let wanted = text.trim();
    let is_exact = |row: &Arc<Row>| row.number == wanted || row.id.to_string().eq_ignore_ascii_case(wanted);
    let named = wanted.to_lowercase();
    let is_named = |row: &Arc<Row>| !named.is_empty() && row.name.to_lowercase().contains(&named);
    let rows = || roll.rows().map(|(_, row)| row);
    let mut found: Vec<_> = rows().filter(is_exact).collect();
    if found.is_empty() {
        if let Some(row) = roll.linked().into_iter().find(|row| row.former(wanted).is_some()) {
            let said = row.former(wanted).map(|former| former.words(&row.number)).unwrap_or_default();
            failure::say(&format!("note: {said}"));
            return Ok(row);
        }
        found = rows().filter(is_named).collect();
    }
    found.sort_by_key(|row| row.id);
    match &found[..] {
        [one] => Ok(Arc::clone(one)),
        [] => Err(format!("no patient has the number, chart id or name \"{text}\"").into()),
        _ => Err(several(text, &found).into()),
    }
}

fn several(text: &str, found: &[Arc<Row>]) -> String {
    let line = |row: &Arc<Row>| format!("\n  {}  {}, born {}", row.number, row.name, words::born(row.born));
    let lines: String = found.iter().take(LISTED).map(line).collect();
    let more = found.len().saturating_sub(LISTED);
    let rest = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    format!("\"{text}\" could be any of {}; use the number:{lines}{rest}", found.len())
}
