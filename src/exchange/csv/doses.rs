//! Rows of a list of doses, one a row: given, missed, refused, withheld.

use super::cells::Reader;
use super::dates::short;
use super::facts::{self, DoseFacts};
use super::field::Field;
use super::mapping::PlanChoice;
use super::table::Row;
use super::vocabulary::{self, Of};
use super::{amounts, patients, person};
use crate::clinic::drug::Drug;
use crate::clinic::entry::{Act, Given, NextFrom, NotGiven, WhyNot};
use crate::clinic::intake::{Coming, IN_ERROR, Piece, Trouble, nothing_said};
use crate::clinic::patient::Allergies;
use crate::exchange::results::told;

/// Reads the rows.
pub(super) fn pieces(reader: &Reader<'_>) -> Vec<Piece> {
    reader.rows.iter().map(|row| piece(reader, row)).collect()
}

fn piece(reader: &Reader<'_>, row: &Row) -> Piece {
    let mut cells = reader.cells(row);
    let about = person::described(&mut cells);
    let outcome = match cells.text(&Field::Outcome) {
        None => "given",
        Some(text) => vocabulary::value(Of::Outcome, text).unwrap_or_else(|| {
            cells.troubles.push(format!("\"{}\" does not say whether it was given.", short(text)));
            ""
        }),
    };
    let day = [Field::GivenAt, Field::LastDose, Field::DueDate].into_iter().find(|field| cells.text(field).is_some());
    let day = day.unwrap_or(Field::GivenAt);
    let mut dose = facts::dose(&mut cells, &day);
    let note = dose.note.take();
    let id = cells.text(&Field::DoseId).map(str::to_owned);
    // Another practice's plan of no id that we know is none.
    let order = cells.text(&Field::OrderId).and_then(|id| id.parse().ok());
    let act = match (outcome, dose.on) {
        ("given", Some(on)) => {
            patients::dates_are_possible(&mut cells, about.born, std::iter::once(on));
            if dose.route.is_none() {
                cells.remarks.push("The list says no route: taken as IM.".to_owned());
            }
            dose.note.clone_from(&note);
            let drug = dose.drug.or_else(|| usual_drug(reader));
            let given =
                drug.zip(dose.amount.dose_mcg).and_then(|(drug, mcg)| patients::given(&dose, drug, mcg, None, true));
            if given.is_none() && cells.troubles.is_empty() {
                let unsaid = patients::unsaid(drug.is_some(), dose.amount.dose_mcg.is_some());
                cells.troubles.push(format!("Of the dose {unsaid} is not said."));
            }
            given.map(|given| Act::Given(Given { order, ..with_vial(given, &mut cells) }))
        }
        ("error", _) => Some(withdrawn(reader, &dose)),
        ("", _) => None,
        (_, None) => {
            cells.troubles.push("The day is not said.".to_owned());
            None
        }
        (outcome, Some(on)) => {
            let words = cells.text(&Field::Why).or(cells.text(&Field::Cause)).map(str::to_owned);
            let again = cells.day(&Field::Again);
            Some(Act::NotGiven(NotGiven { order, on, why: why(outcome, words), again, note }))
        }
    };
    let nobody = about.number.is_empty() && about.family.is_empty();
    let trouble = match (nobody, outcome, cells.troubles.is_empty()) {
        (true, "error", _) => Some(Trouble::Skipped(IN_ERROR.to_owned())),
        (false, "error", _) => {
            let acts = act.map(|act| Coming::in_error(id, act)).into_iter().collect();
            let lines = vec![row.line];
            let place = super::read::place(&lines);
            return Piece { place, lines, about, enters: false, acts, remarks: Vec::new(), trouble: None };
        }
        (true, ..) => Some(Trouble::Refused("Neither a number nor a name stands in this row.".to_owned())),
        (_, _, false) => Some(Trouble::Held(told(&cells.troubles))),
        _ => None,
    };
    let entered = about.person(Allergies::NotAsked, None).map(|person| Coming::new(None, Act::Registered(person)));
    let acts = entered.into_iter().chain(act.map(|act| Coming::new(id, act))).collect();
    let lines = vec![row.line];
    Piece { place: super::read::place(&lines), lines, about, enters: true, acts, remarks: cells.remarks, trouble }
}

/// What was entered in error over there, as far as the row says what that was.
fn withdrawn(reader: &Reader<'_>, dose: &DoseFacts) -> Act {
    let drug = dose.drug.or_else(|| usual_drug(reader));
    let given = drug.zip(dose.amount.dose_mcg).and_then(|(drug, mcg)| patients::given(dose, drug, mcg, None, true));
    let not = |on| NotGiven { order: None, on, why: WhyNot::Other(IN_ERROR.to_owned()), again: None, note: None };
    given.map(Act::Given).or_else(|| dose.on.map(not).map(Act::NotGiven)).unwrap_or_else(nothing_said)
}

/// The form that all rows have, where somebody said so.
fn usual_drug(reader: &Reader<'_>) -> Option<Drug> {
    let Some(PlanChoice::Regimen(id)) = &reader.mapping.plan_otherwise else { return None };
    reader.practice.knowledge.regimen(id).ok().map(|regimen| regimen.drug)
}

fn with_vial(given: Given, cells: &mut super::cells::Cells<'_>) -> Given {
    let comma = cells.reader.mapping.decimal_comma;
    let drawn = |text: &str| amounts::number(text, comma).ok_or_else(|| format!("\"{}\" is no volume", short(text)));
    let next_from = match cells.text(&Field::NextFrom) {
        Some(facts::ON_CALENDAR) => NextFrom::Calendar,
        _ => NextFrom::DayGiven,
    };
    let reaction = cells.text(&Field::Reaction).map(str::to_owned);
    Given {
        drawn_ml: cells.read(&Field::DrawnMl, drawn),
        opened: cells.day(&Field::Opened),
        next_from,
        reaction,
        ..given
    }
}

fn why(outcome: &str, words: Option<String>) -> WhyNot {
    match outcome {
        "missed" => WhyNot::Missed,
        "refused" => WhyNot::Refused,
        "withheld" => WhyNot::Held,
        "out_of_stock" => WhyNot::OutOfStock,
        _ => WhyNot::Other(words.unwrap_or_else(|| "not said".to_owned())),
    }
}
