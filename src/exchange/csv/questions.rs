//! What has to be asked before a table can be read: each question with its answers, the likeliest one named.

mod unsaid;

use super::amounts::{self, DoseUnit};
use super::called;
use super::cells::Reader;
use super::dates::{self, DateOrder, Reading};
use super::facts;
use super::field::Field;
use super::mapping::{IntervalChoice, Kind, Mapping, NameOrder, PlanChoice};
use super::table::Table;
use super::{read, vocabulary};
use crate::clinic::drug::Drug;
use crate::clinic::knowledge::Knowledge;
use crate::clinic::order::adopt;
use crate::clinic::practice::Practice;
use crate::clinic::regimen::Regimen;
use crate::clinic::words;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A question about a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question, in a sentence.
    pub text: String,
    /// The answers to choose from.
    pub choices: Vec<Choice>,
    /// The place of the likeliest answer, where one is likelier.
    pub proposed: Option<usize>,
    /// Whether another answer may be typed; it is made an [`Answer::Prescriber`].
    pub typed: bool,
}

/// An answer to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What a person reads.
    pub label: String,
    /// What it sets.
    pub answer: Answer,
}

/// What an answer sets in a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// [`Mapping::dates`].
    Dates(DateOrder),
    /// [`Mapping::serials`].
    Serials(bool),
    /// [`Mapping::names`].
    Names(NameOrder),
    /// [`Mapping::dose_unit`].
    DoseUnit(DoseUnit),
    /// [`Mapping::lab_units`]: analyte and unit.
    LabUnit(String, String),
    /// [`Mapping::plans`], or [`Mapping::plan_otherwise`] for rows without a form.
    Plan(Option<Drug>, PlanChoice),
    /// [`Mapping::intervals`]: a plan's id, and what its rows that say no interval follow.
    Interval(String, IntervalChoice),
    /// [`Mapping::dose_of_plan`].
    DoseOfPlan(bool),
    /// [`Mapping::prescriber`].
    Prescriber(String),
    /// [`Mapping::prescribers`]: the name in the list, and who is meant.
    PrescriberIs(String, String),
    /// [`Mapping::same_is_same`].
    SameIsSame(bool),
    /// [`Mapping::columns`]: the place of a column, and what it holds.
    Column(usize, Field),
}

/// What was answered to a question the last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The choice of this place.
    Choice(usize),
    /// A name that is none of the choices.
    Typed(String),
}

impl Question {
    /// Returns what a mapping answers to it, where that is still an answer.
    #[must_use]
    pub fn answered(&self, before: &Mapping) -> Option<Answered> {
        let is_in = |choice: &Choice| {
            let mut again = before.clone();
            again.answer(&choice.answer);
            again == *before
        };
        let chosen = self.choices.iter().position(is_in).map(Answered::Choice);
        chosen.or_else(|| before.prescriber.clone().filter(|_| self.typed).map(Answered::Typed))
    }
}

impl Mapping {
    /// Takes an answer in.
    pub fn answer(&mut self, answer: &Answer) {
        match answer.clone() {
            Answer::Dates(order) => self.dates = Some(order),
            Answer::Serials(are) => self.serials = Some(are),
            Answer::Names(order) => self.names = Some(order),
            Answer::DoseUnit(unit) => self.dose_unit = Some(unit),
            Answer::LabUnit(analyte, unit) => drop(self.lab_units.insert(analyte, unit)),
            Answer::Plan(Some(drug), plan) => drop(self.plans.insert(drug, plan)),
            Answer::Plan(None, plan) => self.plan_otherwise = Some(plan),
            Answer::Interval(regimen, choice) => drop(self.intervals.insert(regimen, choice)),
            Answer::DoseOfPlan(is) => self.dose_of_plan = Some(is),
            Answer::Prescriber(name) => self.prescriber = Some(name),
            Answer::PrescriberIs(name, is) => drop(self.prescribers.insert(name, is)),
            Answer::SameIsSame(is) => self.same_is_same = Some(is),
            Answer::Column(at, holds) => {
                if let Some(field) = self.columns.get_mut(at) {
                    *field = holds;
                }
            }
        }
    }
}

/// Returns what is still to be asked; a table that needs nothing has no question.
#[must_use]
pub fn questions(table: &Table, mapping: &Mapping, practice: &Practice, today: NaiveDate) -> Vec<Question> {
    let asking = Asking { table, mapping, practice, today };
    let mut all: Vec<Question> =
        [asking.some_date(), asking.dates(), asking.serials(), asking.names(), asking.dose_unit()]
            .into_iter()
            .flatten()
            .collect();
    all.extend(asking.lab_units());
    if mapping.kind() == Kind::Patients {
        let plans = asking.plans();
        let needs_prescriber = asking.follows_a_plan() && !asking.is_own();
        all.extend(plans);
        all.extend(asking.prescriber().filter(|_| needs_prescriber));
        all.extend(called::questions(table, mapping, &practice.settings.people));
    }
    all.extend(asking.same());
    // Which rows lack an interval or a dose is seen once their dates and plans are read.
    if all.is_empty() && mapping.kind() == Kind::Patients {
        all.extend(asking.intervals());
        all.extend(asking.doses());
    }
    all
}

struct Asking<'a> {
    table: &'a Table,
    mapping: &'a Mapping,
    practice: &'a Practice,
    today: NaiveDate,
}

fn choose<const N: usize>(text: String, choices: [(&str, Answer); N], proposed: Option<usize>) -> Question {
    let choices = choices.into_iter().map(|(label, answer)| Choice { label: label.to_owned(), answer }).collect();
    Question { text, choices, proposed, typed: false }
}

impl<'a> Asking<'a> {
    fn column(&self, field: &'a Field) -> impl Iterator<Item = &'a str> {
        let (table, mapping) = (self.table, self.mapping);
        mapping.columns_of(field).flat_map(move |at| table.column(at))
    }

    /// Asks of what a date is whose column does not say it.
    fn some_date(&self) -> Option<Question> {
        let at = self.mapping.columns_of(&Field::SomeDate).next()?;
        let example = self.table.column(at).next()?;
        let name = self.table.columns.get(at).map_or("", String::as_str);
        let all = [
            ("the last injection", Field::LastDose),
            ("the next injection is due on it", Field::NextDue),
            ("a sample of blood was taken on it", Field::Collected),
            ("something else: it is not taken over", Field::Ignored),
        ];
        let open = all.into_iter().filter(|(_, field)| field.repeats() || !self.mapping.has(field));
        let choices = open.map(|(label, field)| Choice { label: label.to_owned(), answer: Answer::Column(at, field) });
        let text = format!("Of what is the date under \"{}\" ({})?", dates::short(name), dates::short(example));
        Some(Question { text, choices: choices.collect(), proposed: None, typed: false })
    }

    /// Asks for the order of dates, with one of the file's own dates both ways.
    fn dates(&self) -> Option<Question> {
        let evidence = self.mapping.evidence(self.table);
        let is_asked = self.mapping.dates.is_none() && evidence.open + evidence.day_first + evidence.month_first > 0;
        let example = self.dated().find(|cell| {
            let read = |order| self.reading(order).day(cell).is_ok();
            !read(None) && read(Some(DateOrder::DayFirst)) && read(Some(DateOrder::MonthFirst))
        })?;
        let shown = |order| {
            let day = self.reading(Some(order)).day(example);
            day.map(words::born).unwrap_or_default()
        };
        let (day_first, month_first) = (shown(DateOrder::DayFirst), shown(DateOrder::MonthFirst));
        let text = match (evidence.day_first, evidence.month_first) {
            (1.., 1..) => format!(
                "Some dates of the file are right only with the day first, others only with the month first. How is \
                 {example} meant? Those that do not fit are held."
            ),
            _ => format!("How is {example} meant? No date of the file says it."),
        };
        let choices = [
            (format!("{day_first}: day first"), DateOrder::DayFirst),
            (format!("{month_first}: month first"), DateOrder::MonthFirst),
        ];
        let choices = choices.map(|(label, order)| Choice { label, answer: Answer::Dates(order) });
        is_asked.then(|| Question { text, choices: choices.to_vec(), proposed: None, typed: false })
    }

    fn reading(&self, order: Option<DateOrder>) -> Reading {
        Reading { order, serials: None, today: self.today, is_birth: false, has_full_years: false }
    }

    fn dated(&self) -> impl Iterator<Item = &'a str> {
        let columns = self.mapping.columns.iter().enumerate().filter(|(_, field)| field.is_date());
        let table = self.table;
        columns.flat_map(move |(at, _)| table.column(at)).take(50_000)
    }

    fn serials(&self) -> Option<Question> {
        let example = self.dated().find(|cell| matches!(dates::written(cell), dates::Written::Serial(_)));
        let example = example.filter(|_| self.mapping.serials.is_none())?;
        let dates::Written::Serial(n) = dates::written(example) else { return None };
        let day = words::born(dates::serial(n)?);
        let text = format!("{example} stands where a date belongs. Excel counts days so: is it {day}?");
        let choices =
            [("yes, these numbers are dates", Answer::Serials(true)), ("no, hold them", Answer::Serials(false))];
        Some(choose(text, choices, Some(0)))
    }

    fn names(&self) -> Option<Question> {
        let is_open = |cell: &&str| !cell.contains(',') && cell.split_whitespace().count() > 1;
        let example = self.column(&Field::WholeName).find(is_open).filter(|_| self.mapping.names.is_none())?;
        let last = example.split_whitespace().next_back().unwrap_or_default();
        let first = example.split_whitespace().next().unwrap_or_default();
        let text = format!("Which is the family name in \"{}\"?", dates::short(example));
        Some(choose(
            text,
            [(first, Answer::Names(NameOrder::FamilyFirst)), (last, Answer::Names(NameOrder::GivenFirst))],
            None,
        ))
    }

    fn dose_unit(&self) -> Option<Question> {
        let is_bare = |cell: &&str| {
            let read = |unit| amounts::dose(cell, unit, false).is_ok();
            !read(None) && (read(Some(DoseUnit::Mcg)) || read(Some(DoseUnit::Mg)))
        };
        let example = self.column(&Field::Dose).find(is_bare).filter(|_| self.mapping.dose_unit.is_none())?;
        let number = amounts::number(example, self.mapping.decimal_comma).unwrap_or(0.0);
        let proposed = usize::from(number <= 10.0);
        let text = format!("A dose stands as {example}, without a unit. Which is it?");
        let choices = [
            ("micrograms (mcg)", Answer::DoseUnit(DoseUnit::Mcg)),
            ("milligrams (mg)", Answer::DoseUnit(DoseUnit::Mg)),
        ];
        Some(choose(text, choices, Some(proposed)))
    }

    /// Asks for the unit of each column of results that tells none, in the header or in its cells.
    fn lab_units(&self) -> Vec<Question> {
        let knowledge = &self.practice.knowledge;
        let mut all = Vec::new();
        for (at, field) in self.mapping.columns.iter().enumerate() {
            let Field::Lab(id) = field else { continue };
            let Some(analyte) = knowledge.lab(id).filter(|lab| !lab.units.is_empty()) else { continue };
            let name = self.table.columns.get(at).map_or("", String::as_str);
            let told = vocabulary::unit_in(name).is_some_and(|unit| analyte.unit(unit).is_some());
            let is_bare =
                |cell: &&str| cell.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'<' | b'>'));
            let Some(example) = self.table.column(at).find(is_bare) else { continue };
            if told || self.mapping.lab_units.contains_key(id) {
                continue;
            }
            let choices = analyte.units.iter().map(|unit| Choice {
                label: unit.unit.clone(),
                answer: Answer::LabUnit(id.clone(), unit.unit.clone()),
            });
            let text = format!("In which unit is {} ({example} in \"{name}\")?", analyte.name);
            let usual = self.practice.unit_of(analyte);
            let proposed = analyte.units.iter().position(|unit| unit.unit == usual);
            let proposed = proposed.filter(|_| analyte.units.len() == 1 || self.practice.knows_unit(analyte));
            all.push(Question { text, choices: choices.collect(), proposed, typed: false });
        }
        all
    }

    /// Asks which plan the rows follow, once for each form.
    fn plans(&self) -> Vec<Question> {
        // Cobalog's own list names the plan where there is one.
        if !self.follows_a_plan() || self.is_own() || self.every_row_names_a_plan() {
            return Vec::new();
        }
        let mut forms: BTreeMap<Option<Drug>, usize> = BTreeMap::new();
        let reader = Reader::new(self.table, self.mapping, self.practice, self.today, "");
        for row in &self.table.rows {
            let cells = reader.cells(row);
            // What names no one form, or is no injection, is held whatever is answered.
            if let Ok(drug) = facts::form(&cells)
                && facts::not_injected(&cells).is_none()
            {
                *forms.entry(drug).or_default() += 1;
            }
        }
        let open = |drug: &Option<Drug>| match drug {
            Some(drug) => !self.mapping.plans.contains_key(drug),
            None => self.mapping.plan_otherwise.is_none(),
        };
        forms.into_iter().filter(|(drug, _)| open(drug)).map(|(drug, rows)| self.plan(drug, rows)).collect()
    }

    fn plan(&self, drug: Option<Drug>, rows: usize) -> Question {
        let rows = read::rows(rows);
        let form = drug.map_or_else(|| "no form of B12 named".to_owned(), |drug| drug.name().to_owned());
        let text = format!("Which maintenance plan do the patients follow ({rows}, {form})?");
        let fitting = ranked(&self.practice.knowledge, drug, &self.practice.settings.setting);
        let regimen = |regimen: &&Regimen| Choice {
            label: label(regimen),
            answer: Answer::Plan(drug, PlanChoice::Regimen(regimen.id.clone())),
        };
        let mut choices: Vec<Choice> = fitting.iter().map(regimen).collect();
        let label = "none: take over patients and doses, plan each one later".to_owned();
        choices.push(Choice { label, answer: Answer::Plan(drug, PlanChoice::NoPlan) });
        Question { text, choices, proposed: drug.map(|_| 0), typed: false }
    }

    fn follows_a_plan(&self) -> bool {
        [Field::LastDose, Field::NextDue, Field::PreviousDoses].iter().any(|field| self.mapping.has(field))
    }

    fn is_own(&self) -> bool {
        self.table.is_own() && self.mapping.has(&Field::OrderId)
    }

    fn every_row_names_a_plan(&self) -> bool {
        let columns: Vec<usize> = self.mapping.columns_of(&Field::Regimen).collect();
        let is_plan = |cell: &str| self.practice.knowledge.regimen(cell).is_ok();
        let names = |row: &super::table::Row| columns.iter().any(|at| is_plan(row.cell(*at)));
        !columns.is_empty() && self.table.rows.iter().all(names)
    }

    fn prescriber(&self) -> Option<Question> {
        let columns: Vec<usize> = self.mapping.columns_of(&Field::Prescriber).collect();
        let lacks = |row: &super::table::Row| columns.iter().all(|at| vocabulary::is_nothing(row.cell(*at)));
        let lacking = self.table.rows.iter().filter(|row| lacks(row)).count();
        if self.mapping.prescriber.is_some() || lacking == 0 {
            return None;
        }
        let whose = match lacking == self.table.rows.len() {
            true => "for these patients".to_owned(),
            false if lacking == 1 => "for the patient of 1 row that names nobody".to_owned(),
            false => format!("for the patients of {lacking} rows that name nobody"),
        };
        let people = self.practice.settings.people.iter().filter(|person| person.prescriber && !person.left);
        let choices: Vec<Choice> = people
            .map(|person| Choice { label: person.name.clone(), answer: Answer::Prescriber(person.name.clone()) })
            .collect();
        let proposed = (choices.len() == 1).then_some(0);
        let text = format!("Who prescribes {whose}? The plans wait for this signature.");
        Some(Question { text, choices, proposed, typed: true })
    }

    fn same(&self) -> Option<Question> {
        let columns: Vec<usize> = self.mapping.columns_of(&Field::Number).collect();
        let lacks = |row: &super::table::Row| columns.iter().all(|at| row.cell(*at).is_empty());
        let lacking = self.table.rows.iter().filter(|row| lacks(row)).count();
        if self.mapping.same_is_same.is_some() || lacking == 0 {
            return None;
        }
        let rows = read::rows(lacking);
        let text = format!(
            "{rows} without a record number. Is a patient here with the very name and birth date of a row the same one?"
        );
        let choices = [("yes", Answer::SameIsSame(true)), ("no, hold each for a look", Answer::SameIsSame(false))];
        Some(choose(text, choices, Some(0)))
    }
}

/// Returns the regimens that keep a form up, those of the practice's setting first, and those for neurologic signs last.
fn ranked<'a>(knowledge: &'a Knowledge, drug: Option<Drug>, setting: &str) -> Vec<&'a Regimen> {
    let fits = |regimen: &&Regimen| adopt::keeps_up(regimen) && drug.is_none_or(|drug| drug == regimen.drug);
    let mut all: Vec<&Regimen> = knowledge.regimens().iter().filter(fits).collect();
    all.sort_by_key(|r| (r.setting != setting, r.neuro == Some(true)));
    all
}

fn label(regimen: &Regimen) -> String {
    let every: Vec<String> = adopt::published(regimen).iter().map(ToString::to_string).collect();
    format!("{}: {}, every {}", regimen.name, regimen.drug.name(), every.join(" or "))
}
