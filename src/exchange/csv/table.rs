//! Text to a table: delimiter, header, and the rows that hold data, each with its line.

use super::dates;
use super::delimiter;
use super::guard;
use super::vocabulary;
use crate::exchange::bytes::{self, Hidden, Letters};
use csv::{ReaderBuilder, StringRecord};
use std::collections::HashMap;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::hash::{Hash as _, Hasher as _};

/// More rows than this are no list of a practice.
pub const MOST_ROWS: usize = 1_000_000;
const TOO_MANY: &str = "The file has more than 1,000,000 rows: split it.";
/// A longer line is none of a list.
const MOST_LINE: usize = 1_000_000;
/// The header stands within so many rows.
const HEADER_WITHIN: usize = 40;

/// A table as it stands in a file.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The letters that it is written in.
    pub letters: Letters,
    /// What stands between two cells.
    pub delimiter: char,
    /// The line of the header, counted from 1; 0 where no row names its columns.
    pub header_line: u64,
    /// The names of the columns; one that has none is called by its place: `column 3`.
    pub columns: Vec<String>,
    /// How many columns the header has: a row may have more cells.
    pub named: usize,
    /// The rows that hold data.
    pub rows: Vec<Row>,
    /// The rows under the header that are no patient and no dose, each with why.
    pub aside: Vec<(Row, &'static str)>,
    /// What there is to say of the file as a whole.
    pub remarks: Vec<String>,
    /// The line of a row whose last cell may be cut off with the file, and why it is held.
    pub(super) cut: Option<(u64, String)>,
}

/// A row of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The line on which it begins, counted from 1.
    pub line: u64,
    /// The texts of the cells, one behind the other: a table may have a million rows.
    text: Box<str>,
    /// Where each cell ends.
    ends: Box<[u32]>,
}

impl Row {
    fn new(line: u64, cells: impl Iterator<Item = impl AsRef<str>>) -> Self {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for cell in cells {
            text.push_str(cell.as_ref());
            ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        }
        Self { line, text: text.into(), ends: ends.into() }
    }

    /// Returns the cells as they stand there.
    fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|at| self.raw(at))
    }

    fn raw(&self, column: usize) -> Option<&str> {
        let from = column.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(from as usize..*self.ends.get(column)? as usize)
    }

    fn is_alike(&self, other: &Self) -> bool {
        self.text == other.text && self.ends == other.ends
    }

    /// Returns the cell of a column, without blanks around it; empty where there is none.
    #[must_use]
    pub fn cell(&self, column: usize) -> &str {
        self.raw(column).map_or("", clean)
    }

    /// Returns how many cells it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether it has no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn is_blank(&self) -> bool {
        self.cells().all(|cell| clean(cell).is_empty())
    }
}

/// Without blanks, no-break spaces and the like around it.
fn clean(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    /// A sentence where it is no table, or where a quote that is not closed swallows the rest.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, String> {
        let (text, letters) = bytes::text_of(bytes)?;
        let mut table = Self::of_text(&text)?;
        table.letters = letters;
        table.remarks.extend(letters.remark());
        Ok(table)
    }

    /// Reads a text.
    ///
    /// # Errors
    /// As [`Table::of_bytes`].
    pub fn of_text(text: &str) -> Result<Self, String> {
        let (text, mut hidden) = (plain_line_ends(text), Hidden::default());
        let text = hidden.without(&text, Some(1));
        let (told, skipped) = delimiter::told(&text);
        let body = text.get(skipped..).unwrap_or_default();
        let first_line = if skipped == 0 { 1 } else { 2 };
        if let Some(n) = body.split('\n').position(|line| line.len() > MOST_LINE) {
            return Err(format!("Line {} has more than a million letters: this is no table.", n as u64 + first_line));
        }
        // Cells in quotes run over lines, but not all of them; the last line may be blank, and the first ones are no rows.
        let lines = memchr::memchr_iter(b'\n', body.as_bytes()).count();
        if lines > 2 * MOST_ROWS || (lines > MOST_ROWS + HEADER_WITHIN && !body.contains('"')) {
            return Err(TOO_MANY.to_owned());
        }
        if body.trim().is_empty() {
            return Err("The file is empty.".to_owned());
        }
        let delimiter = told.or_else(|| delimiter::of(body)).ok_or_else(|| {
            "No table: its cells are not parted by comma, semicolon, tab or bar. Save the list as CSV; where something else \
             parts them, say it in a first line of its own, such as sep=$."
                .to_owned()
        })?;
        if let Some(line) = delimiter::open_quote(body, delimiter) {
            let line = line + first_line - 1;
            return Err(format!(
                "A quote that opens on line {line} is never closed and swallows the rest of the file: close it there, or \
                 save the list anew from the spreadsheet."
            ));
        }
        let rows = rows(body, delimiter, first_line)?;
        let mut table = Self::of_rows(rows, delimiter);
        table.sets_aside_what_is_cut(body);
        table.doubts_the_last_cell(body);
        table.remarks.extend(hidden.remark());
        Ok(table)
    }

    /// A file that was cut off ends in the middle of a line: what is left of it is not taken for the whole.
    fn sets_aside_what_is_cut(&mut self, body: &str) {
        let is_whole = body.ends_with('\n') || self.rows.iter().rev().skip(1).any(|row| row.len() < self.named);
        let Some(last) = self.rows.pop_if(|last| !is_whole && last.len() < self.named) else { return };
        self.remarks
            .push(format!("The file ends in the middle of line {}: was it cut off? Get the whole of it.", last.line));
        self.aside.push((last, CUT_OFF));
    }

    /// A file that ends without the end of a line may have lost digits of its last cell: "2026-09-1" is a date as well.
    fn doubts_the_last_cell(&mut self, body: &str) {
        let Some((last, others)) = self.rows.split_last().filter(|_| !body.ends_with(['\n', '"'])) else { return };
        let is_last = self.aside.iter().all(|(row, _)| row.line < last.line);
        let Some(at) = last.len().checked_sub(1).filter(|_| is_last) else { return };
        let cell = last.cell(at);
        let others = others.iter().map(|row| shape(row.cell(at)));
        let (is, mut goes_on, mut is_like) = (shape(cell), false, false);
        for other in others {
            goes_on |= other.len() > is.len() && other.starts_with(&is);
            is_like |= other == is;
        }
        if cell.ends_with(|c: char| c.is_ascii_digit()) && (goes_on || (!is_like && dates::may_go_on(cell))) {
            let (line, cell) = (last.line, dates::short(cell));
            self.remarks.push(format!(
                "The file ends without the end of a line, and \"{cell}\" in line {line} may be cut off: get the whole of it."
            ));
            let why =
                format!("\"{cell}\" may be cut off where the file ends: get the whole file, or write the cell anew.");
            self.cut = Some((line, why));
        }
    }

    fn of_rows(rows: Vec<Row>, delimiter: char) -> Self {
        let known = rows.iter().take(HEADER_WITHIN).position(|row| names(row) >= 2);
        let fullest = || {
            let most = rows.iter().take(HEADER_WITHIN).map(filled).max();
            rows.iter().take(HEADER_WITHIN).position(|row| Some(filled(row)) == most)
        };
        let mut remarks = Vec::new();
        let header = known.or_else(fullest).unwrap_or(0);
        if known.is_none() {
            remarks.push(
                "No row names at least two columns that are known here: say what each column holds, or write names over \
                 them."
                    .to_owned(),
            );
        }
        let width = rows.iter().skip(header).map(Row::len).max().unwrap_or(0);
        let Some(head) = rows.get(header).cloned() else { return Self::default() };
        let (columns, named) = ((0..width).map(|at| named(&head, at)).collect(), head.len());
        let under = rows.into_iter().skip(header + 1).filter(|row| !row.is_blank());
        let (mut rows, mut aside) = (Vec::new(), Vec::new());
        for row in under {
            match () {
                () if is_total(&row) => aside.push((row, TOTAL)),
                () if row.is_alike(&head) => aside.push((row, HEAD_AGAIN)),
                () => rows.push(row),
            }
        }
        if rows.is_empty() {
            remarks.push("No row stands under the header.".to_owned());
        }
        Self {
            letters: Letters::Utf8,
            delimiter,
            header_line: head.line,
            columns,
            named,
            rows,
            aside,
            remarks,
            cut: None,
        }
    }

    /// Returns whether Cobalog wrote it as its list of patients: no other has all these columns.
    #[must_use]
    pub fn is_own(&self) -> bool {
        let has = |name: &&str| self.columns.iter().any(|column| column == *name);
        ["patient_id", "order_id", "plan_from", "doses_given", "interval_text", "status_until"].iter().all(has)
    }

    /// Returns the rows, of those that are alike in every cell the first; and the others, each with the line of the first.
    pub(super) fn once(&self) -> (Vec<&Row>, Vec<(&Row, u64)>) {
        let mut seen: HashMap<u64, &Row> = HashMap::with_capacity(self.rows.len());
        let (mut rows, mut copies) = (Vec::with_capacity(self.rows.len()), Vec::new());
        for row in &self.rows {
            let mut hasher = DefaultHasher::new();
            (&row.text, &row.ends).hash(&mut hasher);
            match seen.entry(hasher.finish()) {
                Entry::Occupied(first) if first.get().is_alike(row) => copies.push((row, first.get().line)),
                Entry::Occupied(_) => rows.push(row),
                Entry::Vacant(place) => {
                    place.insert(row);
                    rows.push(row);
                }
            }
        }
        (rows, copies)
    }

    /// Returns the cells of a column that are not empty.
    pub fn column(&self, at: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.cell(at)).filter(|cell| !cell.is_empty())
    }
}

/// Every end of a line as `\n`, so that lines are counted as a person counts them.
fn plain_line_ends(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

fn rows(body: &str, delimiter: char, first_line: u64) -> Result<Vec<Row>, String> {
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(body.as_bytes());
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(rows),
            Ok(true) if rows.len() > MOST_ROWS => {
                return Err(TOO_MANY.to_owned());
            }
            Ok(true) => {
                let (line, at) = record.position().map_or((0, 0), |at| (at.line(), at.byte()));
                // The position of a record is before the blank lines above it.
                let from = usize::try_from(at).ok().and_then(|at| body.as_bytes().get(at..)).unwrap_or_default();
                let line = line + from.iter().take_while(|b| **b == b'\n').count() as u64 + first_line - 1;
                rows.push(Row::new(line, record.iter().map(guard::bare)));
            }
            Err(error) => return Err(format!("The table cannot be read: {error}.")),
        }
    }
}

/// A cell with a 9 for each digit and an a for each letter.
fn shape(cell: &str) -> String {
    let of = |c: char| match c {
        _ if c.is_ascii_digit() => '9',
        _ if c.is_alphabetic() => 'a',
        _ => c,
    };
    cell.chars().map(of).collect()
}

/// How many cells are names of columns that are known.
fn names(row: &Row) -> usize {
    (0..row.len().min(200)).filter(|at| vocabulary::field_of(row.cell(*at)).is_some()).count()
}

fn filled(row: &Row) -> usize {
    (0..row.len()).filter(|at| !row.cell(*at).is_empty()).count()
}

fn named(head: &Row, at: usize) -> String {
    match head.cell(at) {
        "" => format!("column {}", at + 1),
        name => name.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

const TOTAL: &str = "A line that counts or sums up: it is no patient.";
const CUT_OFF: &str = "The file ends in the middle of this line.";
const HEAD_AGAIN: &str = "The names of the columns again.";

/// A row that sums up is no patient; one that has a date is, whatever the name.
fn is_total(row: &Row) -> bool {
    let cells = || (0..row.len()).map(|at| row.cell(at));
    let first = cells().find(|cell| !cell.is_empty()).unwrap_or_default();
    let is_short = filled(row) <= row.len().div_ceil(2).max(3);
    is_short && says_total(first) && !cells().any(dates::is_date)
}

/// `Total`, `Total: 400`, `400 patients`, `Summe = 12`.
fn says_total(cell: &str) -> bool {
    if cell.len() > 80 {
        return false;
    }
    let parts = cell.split(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '(' | ')'));
    let words: Vec<&str> =
        parts.filter(|part| !part.is_empty() && !part.contains(|c: char| c.is_ascii_digit())).collect();
    vocabulary::value(vocabulary::Of::Total, &words.join(" ")).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(table: &Table) -> Vec<u64> {
        table.rows.iter().map(|row| row.line).collect()
    }

    #[test]
    fn rows_above_the_header_blank_ones_and_sums_are_no_data() {
        let text = "B12 patients;;\r\n\r\nSurname;DOB;Last injection\r\nRossi;04/03/1961;01/10/2026\r\n;;\r\nIda Holm;1950;\r\n\
                    Total;2;\r\n";
        let table = Table::of_text(text).unwrap();
        assert_eq!((table.delimiter, table.header_line), (';', 3));
        assert_eq!(table.columns, ["Surname", "DOB", "Last injection"]);
        assert_eq!(lines(&table), [4, 6]);
        assert_eq!(table.aside.iter().map(|(row, why)| (row.line, *why)).collect::<Vec<_>>(), [(7, TOTAL)]);
        assert_eq!(table.rows[0].cell(2), "01/10/2026");
        assert_eq!(table.rows[0].cell(9), "");
    }

    #[test]
    fn a_line_that_counts_is_no_patient_and_one_with_a_birth_date_is() {
        for total in [
            "Total: 400",
            "Total,400",
            "400 patients",
            "Total patients = 400",
            "Summe: 12",
            "Anzahl Patienten: 12",
            "Nombre total : 9",
            "Totaal 3",
            "Número de pacientes: 7",
        ] {
            let table =
                Table::of_text(&format!("Surname,DOB,Last injection\nRossi,1.2.1961,1.10.2026\n{total}\n")).unwrap();
            assert_eq!((lines(&table), table.aside.len()), (vec![2], 1), "{total}");
        }
        for patient in ["Count,1.2.1961,", "Total,1.2.1961,1.10.2026", "Totally,,", "Summers,,"] {
            let table =
                Table::of_text(&format!("Surname,DOB,Last injection\nRossi,1.2.1961,1.10.2026\n{patient}\n")).unwrap();
            assert_eq!(lines(&table), [2, 3], "{patient}");
        }
    }

    #[test]
    fn lines_end_as_they_like_and_are_counted_as_a_person_counts_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["Surname,DOB", "\"Ro\nssi\",1.2.1961", "Holm,3.4.1950"].join(end);
            assert_eq!(lines(&Table::of_text(&text).unwrap()), [2, 4], "{end:?}");
        }
        let table = Table::of_text("sep=|\nSurname|DOB\nRossi|1.2.1961\n").unwrap();
        assert_eq!((table.header_line, lines(&table)), (2, vec![3]));
    }

    #[test]
    fn a_quote_that_swallows_the_rest_is_named() {
        let error = Table::of_text("Surname,DOB\nA,1\n\"B,2\nC,3\n").unwrap_err();
        assert!(error.contains("line 3"), "{error}");
    }

    #[test]
    fn a_table_of_unknown_names_is_still_a_table() {
        let table = Table::of_text("a,b\n1,2\n").unwrap();
        assert!(table.remarks[0].contains("say what each column holds"));
        assert_eq!(table.rows.len(), 1);
        assert!(Table::of_text("just words\nand more").is_err());
        assert!(Table::of_text("").is_err());
    }

    #[test]
    fn a_file_that_was_cut_off_says_so_and_its_last_line_is_not_taken() {
        let head = "MRN,Surname,DOB\n1,Rossi,1961-03-04\n";
        let of = |rest: &str| {
            let table = Table::of_text(&format!("{head}{rest}")).unwrap();
            let is_told = table.remarks.iter().any(|remark| remark.contains("in the middle of line 3"));
            (table.rows.len(), table.aside.len(), is_told)
        };
        assert_eq!(of("2,Bia"), (1, 1, true));
        assert_eq!(of("2,Bia\n"), (2, 0, false), "a line that ends is whole");
        assert_eq!(of("2,Bianchi,1961-03-04"), (2, 0, false));
        let cut = |rest: &str| Table::of_text(&format!("{head}{rest}")).unwrap().cut.map(|(line, _)| line);
        assert_eq!(cut("2,Bianchi,1961-03-0"), Some(3));
        assert_eq!(cut("2,Bianchi,1961-03-0\n"), None, "a line that ends is whole");
        assert_eq!(cut("2,Bianchi,\"1961-03-0\""), None, "a quote that closes ends the cell");
        assert_eq!(cut("2,Bianchi,1961-03-04"), None);
        assert_eq!(of("2,Bia\n3,Con"), (3, 0, false), "where lines are short it proves nothing");
    }
}
