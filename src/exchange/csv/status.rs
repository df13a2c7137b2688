//! Whether a row's patient is still treated here: a change of the course where the row says it clearly.

use super::amounts;
use super::cells::Cells;
use super::dates::short;
use super::field::Field;
use super::vocabulary::{self, Of};
use crate::clinic::decision::{Change, Turn};
use crate::clinic::roles::Told;
use crate::clinic::words;
use chrono::NaiveDate;

/// Reads the change; `None` where the plan goes on.
pub(super) fn change(cells: &mut Cells<'_>) -> Option<Change> {
    let text = cells.text(&Field::Status)?;
    let (word, amount) = match vocabulary::value(Of::Status, text) {
        Some(word) => (word, ""),
        None => {
            let (head, rest) = text.split_once(' ').unwrap_or((text, ""));
            let Some(word @ "oral") = vocabulary::value(Of::Status, head) else {
                cells.troubles.push(format!("The status \"{}\" is not known here.", short(text)));
                return None;
            };
            (word, rest)
        }
    };
    let (on, until) = (cells.day(&Field::StatusDate), cells.day(&Field::StatusUntil));
    let note = cells.text(&Field::StatusNote).map(str::to_owned);
    let what = match turn(word, amount, on, until, note.as_deref()) {
        Ok(what) => what?,
        Err(why) => {
            cells.troubles.push(why);
            return None;
        }
    };
    let decided_by = match what {
        Turn::Died | Turn::Transferred { .. } => {
            let told = cells.text(&Field::StatusBy).map(str::to_owned);
            told.unwrap_or_else(|| format!("the list {}", cells.reader.file))
        }
        _ => {
            let named = cells.text(&Field::StatusBy).or(cells.text(&Field::Prescriber)).map(str::to_owned);
            let named = named.or_else(|| cells.reader.mapping.prescriber.clone()).unwrap_or_default();
            cells.reader.mapping.prescriber_called(&named)
        }
    };
    let because = match (&what, note) {
        (Turn::Transferred { .. }, _) if cells.text(&Field::StatusWhy).is_some() => {
            cells.text(&Field::StatusWhy).unwrap_or_default().to_owned()
        }
        (Turn::Transferred { .. }, _) | (_, None) => format!("taken over from {}", cells.reader.file),
        (_, Some(note)) => note,
    };
    let on = on.unwrap_or(cells.reader.today);
    if on > cells.reader.today {
        let day = words::day(on);
        cells.troubles.push(format!("The status is of {day}, which has not come yet: which day is right?"));
    }
    Some(Change { on, what, because, decided_by, told: told_of(cells), reasons: Vec::new() })
}

fn told_of(cells: &Cells<'_>) -> Option<Told> {
    let said = cells.text(&Field::StatusTold)?;
    Told::ALL.into_iter().find(|told| told.name().eq_ignore_ascii_case(said))
}

/// Returns what a word with its days says; `None` where the plan goes on.
///
/// # Errors
/// What it does not say.
pub(super) fn turn(
    word: &str,
    amount: &str,
    on: Option<NaiveDate>,
    until: Option<NaiveDate>,
    note: Option<&str>,
) -> Result<Option<Turn>, String> {
    let asks = |what: &str| Err(format!("{what}: write both days into the list, or enter it by hand."));
    match (word, on, until) {
        ("active", ..) => Ok(None),
        ("died", Some(_), _) => Ok(Some(Turn::Died)),
        ("died", None, _) => Err("Died, but not when: write the day into the list.".to_owned()),
        ("transferred", ..) => Ok(Some(Turn::Transferred { to: note.unwrap_or("another practice").to_owned() })),
        ("paused", _, Some(until)) => Ok(Some(Turn::Paused { until })),
        ("stopped", Some(_), Some(recheck)) => Ok(Some(Turn::Stopped { recheck })),
        ("declined", Some(_), Some(again)) => Ok(Some(Turn::Declined { again })),
        ("oral", Some(_), Some(recheck)) => {
            let daily_mcg = amounts::daily(amount).ok_or("Tablets, but not how much a day: enter it by hand.")?;
            Ok(Some(Turn::Oral { daily_mcg, recheck }))
        }
        ("paused", ..) => asks("Paused, but not until when"),
        ("stopped", ..) => asks("Stopped, but not when, or when it is looked at again"),
        ("declined", ..) => asks("Declined, but not when, or when it is asked again"),
        _ => asks("On tablets, but not since when, or when it is looked at again"),
    }
}
