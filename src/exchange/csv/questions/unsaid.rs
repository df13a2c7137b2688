//! What rows leave unsaid, and their plan could say: the interval, the dose. It is asked, and never taken for granted.

use super::super::cells::Reader;
use super::super::field::Field;
use super::super::mapping::IntervalChoice;
use super::super::table::Row;
use super::super::{patients, read, vocabulary};
use super::{Answer, Asking, Choice, Question, choose};
use crate::clinic::drug::mcg;
use crate::clinic::interval::Interval;
use crate::clinic::order::adopt;
use crate::clinic::regimen::Regimen;

impl Asking<'_> {
    /// Asks for the interval of rows that say none, once for each plan that has several.
    pub(super) fn intervals(&self) -> Vec<Question> {
        let columns: Vec<usize> = self.mapping.columns_of(&Field::Interval).collect();
        let phases: Vec<usize> = self.mapping.columns_of(&Field::Phase).collect();
        // What stands beside loading may be its own rhythm.
        let loads = |cell: &str| vocabulary::value(vocabulary::Of::Phase, cell) == Some("repletion");
        let lacks = |row: &Row| {
            columns.iter().all(|at| vocabulary::is_nothing(row.cell(*at)))
                || phases.iter().any(|at| loads(row.cell(*at)))
        };
        if self.is_own() || self.mapping.every.is_some() || !self.table.rows.iter().any(lacks) {
            return Vec::new();
        }
        let reader = Reader::new(self.table, self.mapping, self.practice, self.today, "");
        patients::without_interval(&reader).into_iter().map(|(regimen, rows)| interval(regimen, rows)).collect()
    }

    /// Asks whether injections whose dose no row says were of the usual dose of the plan.
    pub(super) fn doses(&self) -> Option<Question> {
        if self.is_own() || self.mapping.dose_of_plan.is_some() {
            return None;
        }
        let reader = Reader::new(self.table, self.mapping, self.practice, self.today, "");
        let (rows, usual) = patients::without_dose(&reader);
        let usual: Vec<String> = usual.into_iter().map(mcg).collect();
        let (says, was) = if rows == 1 { ("says", "was it") } else { ("say", "were they") };
        let rows = (rows > 0).then(|| read::rows(rows))?;
        let usual = usual.join(" or ");
        let text = format!("{rows} {says} no dose: {was} the plan's usual {usual}?");
        let yes = format!("yes, {usual}");
        let choices =
            [(yes.as_str(), Answer::DoseOfPlan(true)), ("no, hold each for a look", Answer::DoseOfPlan(false))];
        Some(choose(text, choices, None))
    }
}

fn interval(regimen: &Regimen, rows: usize) -> Question {
    let says = if rows == 1 { "says" } else { "say" };
    let rows = read::rows(rows);
    let text = format!("{rows} {says} no interval of maintenance, and {} has several: which one?", regimen.name);
    let choice = |label: String, choice| Choice { label, answer: Answer::Interval(regimen.id.clone(), choice) };
    let every = |every: Interval| choice(format!("every {every}"), IntervalChoice::Every(every));
    let mut choices: Vec<Choice> = adopt::published(regimen).into_iter().map(every).collect();
    choices.push(choice("hold each for a look".to_owned(), IntervalChoice::Hold));
    Question { text, choices, proposed: None, typed: false }
}
