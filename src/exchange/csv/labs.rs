//! Results of laboratories: one a row, or as columns of a list of patients.

use super::cells::{Cells, Reader};
use super::dates::short;
use super::field::Field;
use super::looks::{self, Asked};
use super::vocabulary::{self, Of};
use super::{amounts, person};
use crate::clinic::entry::{Act, Checked};
use crate::clinic::intake::{Coming, Described, IN_ERROR, Piece, Trouble};
use crate::clinic::lab::{Analyte, LabResult, Measure};
use crate::exchange::results::{Sent, nothing, told};
use chrono::NaiveDate;

/// Reads a table of results; those of one look, by the first part of their id, are read together.
pub(super) fn pieces(reader: &Reader<'_>) -> Vec<Piece> {
    let mut looks: Vec<Look> = Vec::new();
    for row in &reader.rows {
        let result = Reported::of(&mut reader.cells(row));
        match looks.last_mut().filter(|look| look.is_of(&result)) {
            Some(look) => look.add(result, row.line),
            None => looks.push(Look::new(result, row.line)),
        }
    }
    looks.into_iter().map(Look::piece).collect()
}

/// A row of a table of results.
struct Reported {
    about: Described,
    id: Option<String>,
    on: Option<NaiveDate>,
    result: Option<LabResult>,
    /// What was asked, where the row tells that in place of a result.
    asked: Option<Asked>,
    corrects: bool,
    in_error: bool,
    remarks: Vec<String>,
    trouble: Option<Trouble>,
}

impl Reported {
    fn of(cells: &mut Cells<'_>) -> Self {
        let about = person::described(cells);
        let day = if cells.reader.mapping.has(&Field::Collected) { Field::Collected } else { Field::LastDose };
        let on = cells.day(&day);
        if on.is_none() && cells.troubles.is_empty() {
            cells.troubles.push("The day of the sample is not said.".to_owned());
        }
        day_is_possible(cells, about.born, on);
        let status = cells.text(&Field::ResultStatus).or(cells.text(&Field::Status)).unwrap_or("final").to_lowercase();
        let is_asked = looks::is_asked(cells);
        let asked = Asked::read(cells);
        let mut result = if is_asked { None } else { result(cells) };
        let is_error = vocabulary::value(Of::ResultStatus, &status) == Some("error");
        let named = !(about.number.is_empty() && about.family.is_empty());
        if is_error && result.is_none() && !is_asked {
            result = analyte(cells).map(|(analyte, _)| nothing(&analyte.id));
        }
        let in_error = is_error && named && result.is_some();
        let trouble = match status.as_str() {
            "preliminary" | "p" | "registered" | "r" | "partial" | "s" | "i" => {
                Some(Trouble::Skipped("The laboratory has not finished it yet.".to_owned()))
            }
            _ if in_error => None,
            _ if is_error => Some(Trouble::Skipped(IN_ERROR.to_owned())),
            _ if !named => Some(Trouble::Refused("Neither a number nor a name stands in this row.".to_owned())),
            _ => (!cells.troubles.is_empty()).then(|| Trouble::Held(told(&cells.troubles))),
        };
        let id = cells.text(&Field::ResultId).map(str::to_owned);
        // What Cobalog itself writes as amended was amended by a person; only a laboratory corrects.
        let corrects = matches!(status.as_str(), "corrected" | "c");
        let remarks = std::mem::take(&mut cells.remarks);
        Self { about, id, on, result, asked, corrects, in_error, remarks, trouble }
    }

    fn look_id(&self) -> Option<&str> {
        self.id.as_deref().and_then(|id| id.split_once('/')).map(|(look, _)| look)
    }
}

/// The results of one look, and what was asked at it.
struct Look {
    first: Reported,
    results: Vec<LabResult>,
    asked: Vec<Asked>,
    /// The day of the sample, and the day on which somebody asked: they may differ.
    sampled: Option<NaiveDate>,
    asked_on: Option<NaiveDate>,
    lines: Vec<u64>,
}

impl Look {
    fn new(mut first: Reported, line: u64) -> Self {
        let results = first.result.take().into_iter().collect();
        let asked: Vec<Asked> = first.asked.take().into_iter().collect();
        let (sampled, asked_on) = if asked.is_empty() { (first.on, None) } else { (None, first.on) };
        Self { first, results, asked, sampled, asked_on, lines: vec![line] }
    }

    fn is_of(&self, other: &Reported) -> bool {
        let same = self.first.look_id().is_some() && self.first.look_id() == other.look_id();
        same && self.first.about.number == other.about.number
            && self.day_of(other).is_none_or(|day| Some(day) == other.on)
            && self.first.in_error == other.in_error
            && self.first.trouble.is_none()
            && other.trouble.is_none()
    }

    /// The day that what is of the same kind has in this look.
    fn day_of(&self, other: &Reported) -> Option<NaiveDate> {
        if other.asked.is_some() { self.asked_on } else { self.sampled }
    }

    fn add(&mut self, other: Reported, line: u64) {
        let day = if other.asked.is_some() { &mut self.asked_on } else { &mut self.sampled };
        *day = other.on;
        self.results.extend(other.result);
        self.asked.extend(other.asked);
        self.first.remarks.extend(other.remarks);
        self.first.corrects |= other.corrects;
        self.lines.push(line);
    }

    fn piece(self) -> Piece {
        let id = self.first.look_id().or(self.first.id.as_deref()).map(str::to_owned);
        let in_error = self.first.in_error;
        let on = self.asked_on.or(self.sampled).or(in_error.then(NaiveDate::default));
        let checked = on.filter(|_| !self.results.is_empty() || !self.asked.is_empty()).map(|on| {
            let sampled = self.sampled.filter(|day| *day != on);
            let mut checked = Checked { on, sampled, labs: self.results, ..Checked::default() };
            self.asked.into_iter().for_each(|asked| asked.put(&mut checked));
            checked
        });
        let corrects = self.first.corrects;
        let acts = checked.map(|checked| Coming { corrects, in_error, ..Coming::new(id, Act::Checked(checked)) });
        Piece {
            place: super::read::place(&self.lines),
            lines: self.lines,
            about: self.first.about,
            enters: false,
            acts: acts.into_iter().collect(),
            remarks: self.first.remarks,
            trouble: self.first.trouble,
        }
    }
}

fn day_is_possible(cells: &mut Cells<'_>, born: Option<NaiveDate>, on: Option<NaiveDate>) {
    if on.is_some_and(|on| on > cells.reader.today) {
        cells.troubles.push("The sample has not been taken yet.".to_owned());
    }
    if on.zip(born).is_some_and(|(on, born)| on < born) {
        cells.troubles.push("The sample is from before the birth.".to_owned());
    }
}

/// Returns whether an analyte is called so: its name, its short name or another spelling, whatever the case and accents.
#[must_use]
pub fn is_called(name: &str, analyte: &Analyte) -> bool {
    let is_own = [&analyte.name, &analyte.short].into_iter().any(|own| vocabulary::is_same(own, name));
    is_own || vocabulary::analyte(name).is_some_and(|id| id == analyte.id)
}

fn analyte<'a>(cells: &Cells<'a>) -> Option<(&'a Analyte, Option<Measure>)> {
    let knowledge = &cells.reader.practice.knowledge;
    let named = |name: &str| {
        let by_word = || match vocabulary::field_of(name)? {
            Field::Lab(id) => knowledge.lab(&id),
            _ => None,
        };
        let lower = name.to_lowercase();
        let is =
            |lab: &&Analyte| lab.id == lower || lab.name.to_lowercase() == lower || lab.short.to_lowercase() == lower;
        knowledge.labs().iter().find(is).or_else(by_word)
    };
    let coded = cells.text(&Field::Loinc).and_then(|code| knowledge.of_loinc(code));
    coded.or_else(|| Some((named(cells.text(&Field::Test).unwrap_or_default())?, None)))
}

fn result(cells: &mut Cells<'_>) -> Option<LabResult> {
    let Some((analyte, measure)) = analyte(cells) else {
        let test = cells.text(&Field::Test).unwrap_or_default();
        cells.troubles.push(format!("The test \"{}\" is not known here.", short(test)));
        return None;
    };
    let unit = cells.text(&Field::Unit).or(cells.text(&Field::Ucum));
    let unit = unit.or(cells.reader.mapping.lab_units.get(&analyte.id).map(String::as_str));
    let (comparator, range) = (cells.raw(&Field::Comparator), cells.text(&Field::Range).unwrap_or_default());
    let flag = cells.text(&Field::Flag).unwrap_or_default();
    let value = plain_value(cells.raw(&Field::Value), cells.reader.mapping.decimal_comma);
    let sent = Sent { comparator, value: &value, unit: unit.unwrap_or_default(), measure, range, flag };
    read(cells, sent, analyte)
}

fn read(cells: &mut Cells<'_>, sent: Sent<'_>, analyte: &Analyte) -> Option<LabResult> {
    match sent.read(analyte) {
        Ok(typed) => {
            cells.remarks.extend(typed.doubt);
            Some(typed.result)
        }
        Err(why) => {
            cells.troubles.push(format!("{why}."));
            None
        }
    }
}

/// Reads the columns of results in a row of patients; they need the day of the sample.
pub(super) fn in_row(cells: &mut Cells<'_>, born: Option<NaiveDate>) -> Vec<Coming> {
    let filled = |(_, at): &(&str, usize)| !vocabulary::is_nothing(cells.row.cell(*at));
    let columns: Vec<(&str, usize)> = cells.reader.labs().filter(filled).collect();
    if columns.is_empty() {
        return Vec::new();
    }
    let Some(on) = cells.day(&Field::Collected) else {
        let names: Vec<&str> = columns.iter().map(|(_, at)| cells.reader.name(*at)).collect();
        cells.remarks.push(format!("{} is not taken over: the day of the sample is not said.", names.join(", ")));
        return Vec::new();
    };
    day_is_possible(cells, born, Some(on));
    let mut labs = Vec::new();
    for (id, at) in columns {
        let reader = cells.reader;
        let Some(analyte) = reader.practice.knowledge.lab(id) else { continue };
        let sent = Sent::of_text(cells.row.cell(at));
        let value = plain_value(sent.value, reader.mapping.decimal_comma);
        let told = || vocabulary::unit_in(reader.name(at)).filter(|unit| analyte.unit(unit).is_some());
        let usual = || reader.mapping.lab_units.get(id).map(String::as_str);
        let unit = Some(sent.unit).filter(|unit| !unit.is_empty()).or_else(told).or_else(usual).unwrap_or_default();
        labs.extend(read(cells, Sent { value: &value, unit, ..sent }, analyte));
    }
    if labs.is_empty() {
        return Vec::new();
    }
    vec![Coming::new(None, Act::Checked(Checked { on, labs, ..Checked::default() }))]
}

/// A number with a decimal point, where it is one; a number that can be read two ways stays as it is and is held.
fn plain_value(value: &str, comma: bool) -> String {
    amounts::number(value, comma).map_or_else(|| value.to_owned(), |number| number.to_string())
}
