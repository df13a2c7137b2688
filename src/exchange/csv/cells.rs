//! The cells of a row by what they hold, read to values. What is wrong with one is said with the name of its column.

use super::dates::{self, Reading, short};
use super::field::Field;
use super::intervals;
use super::mapping::Mapping;
use super::table::{Row, Table};
use super::vocabulary::{self, Of};
use crate::clinic::interval::Interval;
use crate::clinic::practice::Practice;
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

const MORE_CELLS: &str =
    "The row has more cells than the header: a sign that parts cells may stand in one, without quotes.";

/// What all rows of a table are read with.
pub(super) struct Reader<'a> {
    pub(super) table: &'a Table,
    pub(super) mapping: &'a Mapping,
    pub(super) practice: &'a Practice,
    pub(super) today: NaiveDate,
    pub(super) file: &'a str,
    /// The rows, those that stand there twice once.
    pub(super) rows: Vec<&'a Row>,
    /// The others, each with the line of the first.
    pub(super) copies: Vec<(&'a Row, u64)>,
    places: HashMap<&'a Field, Vec<usize>>,
    /// The columns of dates some of which have years of four digits.
    full_years: HashSet<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        table: &'a Table,
        mapping: &'a Mapping,
        practice: &'a Practice,
        today: NaiveDate,
        file: &'a str,
    ) -> Self {
        let mut places: HashMap<&Field, Vec<usize>> = HashMap::new();
        for (at, field) in mapping.columns.iter().enumerate().filter(|(_, field)| **field != Field::Ignored) {
            places.entry(field).or_default().push(at);
        }
        let (rows, copies) = table.once();
        let is_whole =
            |at: &usize| table.column(*at).take(50_000).any(|cell| cell.split([';', '\n']).any(dates::has_full_year));
        let dated = mapping.columns.iter().enumerate().filter(|(_, field)| field.is_date()).map(|(at, _)| at);
        let full_years = dated.filter(is_whole).collect();
        Self { table, mapping, practice, today, file, rows, copies, places, full_years }
    }

    /// Returns the cells of a row.
    pub(super) fn cells(&'a self, row: &'a Row) -> Cells<'a> {
        let columns = &self.mapping.columns;
        let is_more = |at: usize| !row.cell(at).is_empty() && columns.get(at).is_none_or(|f| *f == Field::Ignored);
        let more = (self.table.named..row.len()).any(is_more).then(|| MORE_CELLS.to_owned());
        let cut = self.table.cut.as_ref().filter(|(line, _)| *line == row.line).map(|(_, why)| why.clone());
        let troubles = more.into_iter().chain(cut).collect();
        Cells { reader: self, row, troubles, remarks: Vec::new() }
    }

    fn of(&self, field: &Field) -> &[usize] {
        self.places.get(field).map_or(&[], Vec::as_slice)
    }

    /// Returns the columns of laboratory results.
    pub(super) fn labs(&self) -> impl Iterator<Item = (&'a str, usize)> {
        let labs = self.mapping.columns.iter().enumerate();
        labs.filter_map(|(at, field)| if let Field::Lab(id) = field { Some((id.as_str(), at)) } else { None })
    }

    /// Returns the name of a column.
    pub(super) fn name(&self, at: usize) -> &'a str {
        self.table.columns.get(at).map_or("", String::as_str)
    }
}

/// A row, with what is found wrong in it as it is read.
pub(super) struct Cells<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) row: &'a Row,
    /// Why a person has to look.
    pub(super) troubles: Vec<String>,
    /// What is to be said, though it can be taken.
    pub(super) remarks: Vec<String>,
}

impl<'a> Cells<'a> {
    /// Returns the first cell of a field that says something, and its column.
    pub(super) fn place(&self, field: &Field) -> Option<(usize, &'a str)> {
        let cells = self.reader.of(field).iter().map(|at| (*at, self.row.cell(*at)));
        cells.into_iter().find(|(_, cell)| !vocabulary::is_nothing(cell))
    }

    /// Returns the text of a field.
    pub(super) fn text(&self, field: &Field) -> Option<&'a str> {
        self.place(field).map(|(_, cell)| cell)
    }

    /// Returns the text of a field, whatever it is: a name may be a word that elsewhere says nothing.
    pub(super) fn raw(&self, field: &Field) -> &'a str {
        let cells = self.reader.of(field).iter().map(|at| self.row.cell(*at));
        cells.into_iter().find(|cell| !cell.is_empty()).unwrap_or_default()
    }

    /// Returns the texts of all columns of a field.
    pub(super) fn texts(&self, field: &Field) -> impl Iterator<Item = (&'a str, &'a str)> {
        let cells = self.reader.of(field).iter().map(|at| (self.reader.name(*at), self.row.cell(*at)));
        cells.filter(|(_, cell)| !vocabulary::is_nothing(cell))
    }

    /// Reads a field; what is wrong is noted.
    pub(super) fn read<T>(&mut self, field: &Field, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let (at, cell) = self.place(field)?;
        match read(cell) {
            Ok(value) => Some(value),
            Err(why) => {
                self.troubles.push(format!("{}: {why}.", self.reader.name(at)));
                None
            }
        }
    }

    /// Reads a date.
    pub(super) fn day(&mut self, field: &Field) -> Option<NaiveDate> {
        let reading = self.reading(field);
        self.read(field, |text| reading.day(text))
    }

    pub(super) fn reading(&self, field: &Field) -> Reading {
        let Mapping { dates, serials, .. } = *self.reader.mapping;
        let has_full_years = self.reader.of(field).iter().any(|at| self.reader.full_years.contains(at));
        let is_birth = *field == Field::Born;
        Reading { order: dates, serials, today: self.reader.today, is_birth, has_full_years }
    }

    /// Reads a word of the vocabulary as what it stands for.
    pub(super) fn word<T>(&mut self, field: &Field, of: Of, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let unknown = |text: &str| format!("\"{}\" is not known here", short(text));
        self.read(field, |text| vocabulary::value(of, text).and_then(&find).ok_or_else(|| unknown(text)))
    }

    /// Reads the interval.
    pub(super) fn interval(&mut self) -> Option<Interval> {
        let (at, _) = self.place(&Field::Interval)?;
        let unit = vocabulary::unit_in(self.reader.name(at));
        // "alternate days, then every 2 months": the plan keeps up what comes then.
        let then = |text: &'_ str| text.rsplit_once(", then ").map_or(text.len(), |(before, _)| before.len());
        self.read(&Field::Interval, |text| {
            let rest = text.get(then(text)..).and_then(|rest| rest.strip_prefix(", then "));
            intervals::interval(rest.unwrap_or(text), unit)
        })
    }
}
