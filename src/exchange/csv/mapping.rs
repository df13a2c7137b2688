//! What each column of a table holds, and how its dates, names and doses are read: plain data, guessed from the table,
//! answered and changed by a person, remembered by the header.

use super::amounts::{self, DoseUnit};
use super::dates::{DateOrder, Evidence};
use super::field::Field;
use super::table::Table;
use super::vocabulary;
use crate::clinic::drug::Drug;
use crate::clinic::interval::Interval;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// So many cells of a column are looked at to guess what it holds.
const CELLS: usize = 2_000;

/// What each column holds, and how its cells are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// For each column of the table, in its order.
    pub columns: Vec<Field>,
    /// Which part of a date in numbers comes first; `None` where nobody said and the cells do not decide it.
    pub dates: Option<DateOrder>,
    /// Whether numbers such as 20058 are days as Excel counts them.
    pub serials: Option<bool>,
    /// Which name comes first in a whole name.
    pub names: Option<NameOrder>,
    /// Whether the file writes 12,5 for twelve and a half.
    pub decimal_comma: bool,
    /// The unit of a bare dose.
    pub dose_unit: Option<DoseUnit>,
    /// The unit of a bare result, by the analyte's id.
    pub lab_units: BTreeMap<String, String>,
    /// Which plan the rows of each form follow.
    pub plans: BTreeMap<Drug, PlanChoice>,
    /// Which plan the rows follow that do not say the form.
    pub plan_otherwise: Option<PlanChoice>,
    /// The interval of rows that say none, whatever their plan; that of the plan where absent and the plan has but one.
    pub every: Option<Interval>,
    /// The same for the rows of one plan, by its id.
    pub intervals: BTreeMap<String, IntervalChoice>,
    /// Whether an injection whose dose no row says was of the plan's usual dose; held where nobody said so.
    pub dose_of_plan: Option<bool>,
    /// The prescriber of the rows that name none.
    pub prescriber: Option<String>,
    /// Whom the list means by a prescriber's name, where that is no name of the practice.
    pub prescribers: BTreeMap<String, String>,
    /// Whether one who has the very name and birth date is the same patient, where a row has no number.
    pub same_is_same: Option<bool>,
}

/// Which name comes first in a whole name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameOrder {
    /// `Rossi Anna`; a comma parts them whatever the order: `Rossi, Anna`.
    FamilyFirst,
    /// `Anna Rossi`.
    GivenFirst,
}

/// Which plan rows follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanChoice {
    /// None: patients and doses alone are taken over.
    NoPlan,
    /// The maintenance of a regimen of the library, by its id.
    Regimen(String),
}

/// What rows that say no interval follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalChoice {
    /// Nothing: each is held for a person to look at.
    Hold,
    /// This interval.
    Every(Interval),
}

impl Mapping {
    /// Guesses what each column holds from its name, and from its cells how they are read.
    #[must_use]
    pub fn guess(table: &Table) -> Self {
        let mut seen = BTreeSet::new();
        let named = table.columns.iter().enumerate().map(|(at, name)| {
            let field = vocabulary::field_of(name).unwrap_or_default();
            let field = by_cells(table, at, field);
            if field.repeats() || seen.insert(field.clone()) { field } else { Field::Ignored }
        });
        let mut mapping = Self { columns: named.collect(), ..Self::default() };
        mapping.is_whole_name(table);
        mapping.dated();
        // "Due date" is the next one, but beside a dose, or in a list of who is due, the day of that row.
        if mapping.has(&Field::DoseId) || table.columns.iter().any(|name| name == "overdue_days") {
            let due = mapping.columns.iter_mut().filter(|field| **field == Field::NextDue);
            due.for_each(|field| *field = Field::DueDate);
        }
        // In a list of doses a status is the dose's: one that was withdrawn is none that was given.
        if mapping.kind() == Kind::Doses && !mapping.has(&Field::Outcome) {
            let status = mapping.columns.iter_mut().filter(|field| **field == Field::Status);
            status.for_each(|field| *field = Field::Outcome);
        }
        // "Reason" beside whether a dose was given is why it was not.
        if mapping.has(&Field::Outcome) && !mapping.has(&Field::Why) {
            let named = mapping.columns.iter_mut().zip(&table.columns);
            let why =
                named.filter(|(field, name)| **field == Field::Cause && name.trim().eq_ignore_ascii_case("reason"));
            why.for_each(|(field, _)| *field = Field::Why);
        }
        mapping.look_again(table);
        mapping
    }

    /// Guesses anew how the cells are read, once a person has said what a column holds: dates that no guess knew tell the
    /// order of all.
    pub fn look_again(&mut self, table: &Table) {
        self.decimal_comma = self.commas(table);
        self.dates = self.evidence(table).order();
        self.names = self.names_order(table);
    }

    /// Returns what names this kind of file: the names of its columns.
    #[must_use]
    pub fn header(table: &Table) -> String {
        table.columns.join("|")
    }

    /// Returns the columns that hold a field.
    pub fn columns_of<'a>(&'a self, field: &'a Field) -> impl Iterator<Item = usize> + 'a {
        self.columns.iter().enumerate().filter(move |(_, f)| *f == field).map(|(at, _)| at)
    }

    /// Returns whether a column holds a field.
    #[must_use]
    pub fn has(&self, field: &Field) -> bool {
        self.columns.contains(field)
    }

    /// Returns what was said of the interval of rows of a plan that say none.
    #[must_use]
    pub fn interval_of(&self, regimen: &str) -> Option<IntervalChoice> {
        self.intervals.get(regimen).copied().or(self.every.map(IntervalChoice::Every))
    }

    /// Returns who is meant by a prescriber's name.
    #[must_use]
    pub fn prescriber_called(&self, name: &str) -> String {
        self.prescribers.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    /// Returns whether the table is one of doses or of results, one a row.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let is_lab = self.has(&Field::Value) && (self.has(&Field::Test) || self.has(&Field::Loinc));
        let has = |fields: &[Field]| fields.iter().any(|field| self.has(field));
        let tells_what_follows = has(&[Field::NextDue, Field::Interval, Field::OrderId]);
        let is_doses = has(&[Field::DoseId]) || (has(&[Field::Outcome, Field::GivenAt]) && !tells_what_follows);
        match (is_lab, is_doses) {
            (true, _) => Kind::Results,
            (false, true) => Kind::Doses,
            (false, false) => Kind::Patients,
        }
    }

    /// A column `Date` alone: in a list of doses the day of the dose, in one of results that of the sample; beside another day
    /// of the dose nothing. All else is asked.
    fn dated(&mut self) {
        let has = |fields: &[Field]| fields.iter().any(|field| self.has(field));
        let is_results = has(&[Field::Value]) || self.columns.iter().any(|field| matches!(field, Field::Lab(_)));
        let is_doses = has(&[Field::Outcome, Field::Lot, Field::Site, Field::GivenBy, Field::DoseId, Field::DrawnMl]);
        let of = match (is_results, is_doses) {
            (true, false) => Field::Collected,
            (false, true) => Field::LastDose,
            (false, false) if has(&[Field::LastDose, Field::GivenAt]) => Field::Ignored,
            _ => return,
        };
        let of = if of.repeats() || !self.has(&of) { of } else { Field::Ignored };
        self.columns.iter_mut().filter(|field| **field == Field::SomeDate).for_each(|field| *field = of.clone());
    }

    /// A column `Name` beside one of given names holds family names.
    fn is_whole_name(&mut self, table: &Table) {
        let (whole, family, given) = (self.has(&Field::WholeName), self.has(&Field::Family), self.has(&Field::Given));
        let becomes = match (whole, family, given) {
            (true, false, true) => Some((Field::WholeName, Field::Family)),
            (true, true, true) => Some((Field::WholeName, Field::Ignored)),
            (false, true, false) if self.family_has_both(table) => Some((Field::Family, Field::WholeName)),
            _ => None,
        };
        if let Some((from, to)) = becomes {
            self.columns.iter_mut().filter(|field| **field == from).for_each(|field| *field = to.clone());
        }
    }

    fn family_has_both(&self, table: &Table) -> bool {
        let mut cells = self.columns_of(&Field::Family).flat_map(|at| table.column(at)).take(CELLS).peekable();
        cells.peek().is_some() && cells.all(|cell| cell.split_whitespace().count() > 1)
    }

    /// Returns what the cells say of the order of dates; columns of one file are written alike.
    pub(super) fn evidence(&self, table: &Table) -> Evidence {
        let mut evidence = Evidence::default();
        for (at, field) in self.columns.iter().enumerate().filter(|(_, field)| field.is_date()) {
            let cells = table.column(at).take(50_000);
            match field {
                Field::PreviousDoses => cells.flat_map(|c| c.split([';', '\n'])).for_each(|c| evidence.see(c)),
                _ => cells.for_each(|cell| evidence.see(cell)),
            }
        }
        evidence
    }

    /// Says which cell proves that the dates are not written in the order of the mapping; `None` where none does, or where
    /// some cells prove the one and others the other.
    #[must_use]
    pub fn disproof(&self, table: &Table) -> Option<String> {
        let evidence = self.evidence(table);
        let (is_wrong, first, other) = match self.dates {
            Some(DateOrder::DayFirst) => (evidence.day_first == 0 && evidence.month_first > 0, "day", "month"),
            Some(DateOrder::MonthFirst) => (evidence.month_first == 0 && evidence.day_first > 0, "month", "day"),
            _ => return None,
        };
        let dates: Vec<usize> = (0..self.columns.len()).filter(|at| self.columns[*at].is_date()).collect();
        let proves = |cell: &str| {
            let mut one = Evidence::default();
            cell.split([';', '\n']).for_each(|part| one.see(part));
            if first == "day" { one.month_first > 0 } else { one.day_first > 0 }
        };
        let cells = table.rows.iter().flat_map(|row| dates.iter().map(|at| (row.line, *at, row.cell(*at))));
        let (line, at, cell) = cells.filter(|_| is_wrong).find(|(_, _, cell)| proves(cell))?;
        let column = table.columns.get(at).map_or("", String::as_str);
        let cell = super::dates::short(cell);
        Some(format!(
            "Line {line}, {column}: \"{cell}\" is written with the {other} first, and no date of the file is right only with the {first} first. Read the dates with the {other} first."
        ))
    }

    /// Whether numbers are written with a decimal comma: some can be read only so, and none only with a point.
    fn commas(&self, table: &Table) -> bool {
        let is_number =
            |f: &Field| matches!(f, Field::Lab(_) | Field::Dose | Field::DoseMg | Field::DrawnMl | Field::Value);
        let (comma, point) = self.decimals(table, is_number);
        // A range stands as the laboratory sent it, whatever wrote the table.
        let (comma, point) =
            if comma + point > 0 { (comma, point) } else { self.decimals(table, |f| *f == Field::Range) };
        comma > 0 && point == 0
    }

    /// How many cells of some columns can be read only with a decimal comma, and how many only with a point.
    fn decimals(&self, table: &Table, is_number: impl Fn(&Field) -> bool) -> (usize, usize) {
        let numbers = self.columns.iter().enumerate().filter(|(_, f)| is_number(f));
        let cells = numbers.flat_map(|(at, _)| table.column(at).take(CELLS));
        let (mut comma, mut point) = (0, 0);
        for part in cells.flat_map(|cell| cell.split([' ', '-', '<', '>'])) {
            let digits: String = part.chars().take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.')).collect();
            // Three digits can be the rest of a thousand, but not behind a nought.
            let decimals = |sign: char| {
                digits.split_once(sign).is_some_and(|(ones, rest)| !matches!(rest.len(), 0 | 3) || ones == "0")
            };
            comma += usize::from(decimals(',') && amounts::number(&digits, true).is_some());
            point += usize::from(decimals('.') && amounts::number(&digits, false).is_some());
        }
        (comma, point)
    }

    /// `Rossi, Anna` says which is which; all else is asked.
    fn names_order(&self, table: &Table) -> Option<NameOrder> {
        let mut cells = self.columns_of(&Field::WholeName).flat_map(|at| table.column(at)).take(CELLS).peekable();
        (cells.peek().is_some() && cells.all(|cell| cell.contains(','))).then_some(NameOrder::FamilyFirst)
    }
}

/// What a row of a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A patient, with the last dose and what follows; rows of one patient are read together.
    Patients,
    /// A dose.
    Doses,
    /// A result of a laboratory.
    Results,
}

/// Returns what a column holds whose name has several meanings: "Patient" stands over numbers and names, "Given" over
/// names, dates and ticks.
fn by_cells(table: &Table, at: usize, field: Field) -> Field {
    let most = |is: fn(&str) -> bool| {
        let (all, yes) = table.column(at).take(CELLS).fold((0, 0), |(all, yes), c| (all + 1, yes + usize::from(is(c))));
        all > 0 && yes * 2 >= all
    };
    match (field, most(super::dates::is_date)) {
        (Field::Given, true) => Field::LastDose,
        (Field::Given, _) if most(|cell| vocabulary::value(vocabulary::Of::Outcome, cell).is_some()) => Field::Outcome,
        (Field::Number, _) if !fits(table, at, &Field::Number) => Field::WholeName,
        (field, _) if fits(table, at, &field) => field,
        _ => Field::Ignored,
    }
}

/// Whether a column's cells can be what its name says: `B12` over dates or ticks is no result.
fn fits(table: &Table, at: usize, field: &Field) -> bool {
    let cells = || table.column(at).filter(|cell| !vocabulary::is_nothing(cell)).take(CELLS);
    let share = |is: fn(&str) -> bool| (cells().filter(|cell| is(cell)).count() * 2) >= cells().count();
    match field {
        Field::Lab(_) => {
            let has_dates = cells().any(super::dates::is_date);
            !has_dates && share(|cell| cell.contains(|c: char| c.is_ascii_digit()) || cell.len() > 3)
        }
        Field::Number | Field::DoseMcg | Field::DoseMg => share(|cell| cell.contains(|c: char| c.is_ascii_digit())),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(text: &str) -> Mapping {
        Mapping::guess(&Table::of_text(text).unwrap())
    }

    #[test]
    fn columns_are_guessed_by_name_and_cells() {
        let mapping = guess(
            "MRN,Surname,First name,DOB,B12,Last injection,Next due,Colour\n1,Rossi,Anna,4.3.1961,y,1.10.2026,,red\n",
        );
        use Field::{Born, Family, Given, Ignored, LastDose, NextDue, Number};
        assert_eq!(mapping.columns, [Number, Family, Given, Born, Ignored, LastDose, NextDue, Ignored]);
        assert_eq!((mapping.dates, mapping.kind()), (Some(DateOrder::DayFirst), Kind::Patients));
        let mapping = guess("Name,Vorname,geb.\nRossi,Anna,4.3.1961\n");
        assert_eq!(mapping.columns, [Family, Given, Born]);
        let mapping = guess("Name,DOB\n\"Rossi, Anna\",4/3/1961\n");
        assert_eq!((mapping.columns[0].clone(), mapping.names), (Field::WholeName, Some(NameOrder::FamilyFirst)));
        assert_eq!(mapping.dates, None);
        assert_eq!(guess("Name,DOB\nAnna Rossi,4/3/1961\n").names, None);
    }

    #[test]
    fn a_decimal_comma_is_one_where_the_file_has_it_throughout() {
        let hb = |cells: &str| guess(&format!("Nachname;geb;Hb\n{cells}")).decimal_comma;
        assert!(hb("A;1.2.1961;12,5\nB;1.2.1961;13\n"));
        assert!(!hb("A;1.2.1961;12,5\nB;1.2.1961;13.5\n"));
        assert!(!hb("A;1.2.1961;12\n"));
    }

    #[test]
    fn a_mapping_is_remembered() {
        let mapping = Mapping {
            plans: [(Drug::Hydroxocobalamin, PlanChoice::Regimen("r01-uk-no-neuro".to_owned()))].into(),
            columns: vec![Field::Number, Field::Lab("mcv".to_owned())],
            ..Mapping::default()
        };
        let text = serde_json::to_string(&mapping).unwrap();
        assert_eq!(serde_json::from_str::<Mapping>(&text).unwrap(), mapping);
        let ron = ron::to_string(&mapping).unwrap();
        assert_eq!(crate::clinic::knowledge::read::<Mapping>(&ron).unwrap(), mapping);
    }
}
