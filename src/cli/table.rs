//! Tables that fit the terminal, and the same rows as CSV.

use super::failure::Failure;
use super::format::Format;
use crate::clinic::parse::is_hidden;
use crate::exchange::csv::guard;
use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const GAP: usize = 2;
const NARROWEST: usize = 6;
/// Bytes of a row of names and words, about.
const USUAL_ROW: usize = 80;
const BLANKS: &str = "                                                ";

/// Rows under titles.
pub(super) struct Table {
    titles: Vec<&'static str>,
    kept: &'static [usize],
    /// Whether what is too wide for its column goes on in the next line.
    wraps: bool,
    /// The text of all cells, one behind the other.
    text: String,
    /// The cells, as many to a row as there are titles.
    cells: Vec<Cell>,
}

/// A cell of a table.
struct Cell {
    /// Where it ends in the text.
    end: usize,
    /// How many columns it takes.
    columns: u32,
    /// Whether it may be shown as it is: plain ASCII, as most are.
    is_plain: bool,
}

impl Table {
    /// Returns a table without rows.
    pub(super) fn new(titles: &[&'static str]) -> Self {
        Self { titles: titles.to_vec(), kept: &[], wraps: false, text: String::new(), cells: Vec::new() }
    }

    /// Names the columns that are never cut.
    pub(super) fn keep(mut self, columns: &'static [usize]) -> Self {
        self.kept = columns;
        self
    }

    /// Has what is too wide for its column go on in the next line, instead of being cut: for reasons that somebody acts on.
    pub(super) fn in_full(mut self) -> Self {
        self.wraps = true;
        self
    }

    /// Adds a row: a cell for each title.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) {
        let mut cells = cells.into_iter();
        for _ in 0..self.titles.len() {
            let cell = cells.next();
            self.cell(|text| text.push_str(cell.as_ref().map_or("", AsRef::as_ref)));
        }
    }

    /// Makes room for so many rows, so that a long list is not moved while it grows.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.cells.reserve(rows * self.titles.len());
        self.text.reserve(rows * USUAL_ROW);
    }

    /// Adds the next cell of the row that is being added; what is written behind the text is its text.
    pub(super) fn cell(&mut self, write: impl FnOnce(&mut String)) {
        let from = self.text.len();
        write(&mut self.text);
        let text = self.text.get(from..).unwrap_or_default();
        let is_plain = text.bytes().all(|b| matches!(b, b' '..=b'~'));
        let columns = if is_plain { text.len() } else { plain(text).width() };
        let columns = u32::try_from(columns).unwrap_or(u32::MAX);
        self.cells.push(Cell { end: self.text.len(), columns, is_plain });
    }

    /// Returns whether there is no row.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Returns the cells with their text, row by row.
    fn texts(&self) -> impl Iterator<Item = (&Cell, &str)> {
        let mut from = 0;
        self.cells.iter().map(move |cell| {
            let text = &self.text[std::mem::replace(&mut from, cell.end)..cell.end];
            (cell, text)
        })
    }

    /// Writes the table, or CSV where that was asked.
    pub(super) fn write(&self, out: &mut dyn Write, format: Format, width: usize) -> Result<(), Failure> {
        match format {
            Format::Csv => self.csv(out),
            _ => self.fitted(out, width),
        }
    }

    fn csv(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let texts = self.titles.iter().copied().chain(self.texts().map(|(_, text)| text));
        let cell = |text: &str| {
            let mut cell = String::with_capacity(text.len());
            guard::write(&mut cell, text);
            cell
        };
        let cells: Vec<String> = texts.map(cell).collect();
        for row in cells.chunks(self.titles.len()) {
            write!(out, "{}\r\n", row.join(","))?;
        }
        Ok(())
    }

    fn fitted(&self, out: &mut dyn Write, width: usize) -> Result<(), Failure> {
        let widths = self.widths(width);
        let mut line = String::new();
        let titles = self.titles.iter().zip(&widths);
        titles.for_each(|(title, width)| in_column(&mut line, title, title.width(), *width));
        end(&mut line, out)?;
        if self.wraps {
            return self.wrapped(out, &widths);
        }
        let columns = (1..=widths.len()).cycle().zip(widths.iter().cycle());
        for ((cell, text), (nth, width)) in self.texts().zip(columns) {
            let shown = if cell.is_plain { Cow::Borrowed(text) } else { plain(text) };
            in_column(&mut line, &shown, cell.columns as usize, *width);
            if nth == widths.len() {
                end(&mut line, out)?;
            }
        }
        Ok(())
    }

    fn wrapped(&self, out: &mut dyn Write, widths: &[usize]) -> Result<(), Failure> {
        let texts: Vec<_> = self.texts().map(|(_, text)| plain(text)).collect();
        for row in texts.chunks(widths.len()) {
            let cells: Vec<_> = row.iter().zip(widths).map(|(text, width)| broken(text, *width)).collect();
            for nth in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
                let mut line = String::new();
                for (cell, width) in cells.iter().zip(widths) {
                    let part = cell.get(nth).map_or("", String::as_str);
                    in_column(&mut line, part, part.width(), *width);
                }
                end(&mut line, out)?;
            }
        }
        Ok(())
    }

    /// Returns the columns' widths: what the cells need, the widest ones cut until the line fits.
    fn widths(&self, width: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = self.titles.iter().map(|title| title.width()).collect();
        for row in self.cells.chunks(self.titles.len()) {
            row.iter().zip(&mut widths).for_each(|(cell, width)| *width = (*width).max(cell.columns as usize));
        }
        let gaps = GAP * widths.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > width {
            let cut = |(i, w): &(usize, &mut usize)| !self.kept.contains(i) && **w > NARROWEST;
            match widths.iter_mut().enumerate().filter(cut).max_by_key(|(_, w)| **w) {
                Some((_, widest)) => *widest -= 1,
                None => break,
            }
        }
        widths
    }
}

/// Breaks a text at its blanks into lines of a width; a word that is wider stands alone.
fn broken(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.width() + 1 + word.width() <= width => *line = format!("{line} {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Writes a text of so many columns into a column of a width, and the gap behind it; the last place says that something was
/// cut.
fn in_column(line: &mut String, text: &str, columns: usize, width: usize) {
    let columns = if columns <= width {
        line.push_str(text);
        columns
    } else {
        let (cut, columns) = cut(text, width);
        line.push_str(cut);
        line.push('…');
        columns + 1
    };
    let mut blanks = (width + GAP).saturating_sub(columns);
    while blanks > 0 {
        let some = blanks.min(BLANKS.len());
        line.push_str(&BLANKS[..some]);
        blanks -= some;
    }
}

fn end(line: &mut String, out: &mut dyn Write) -> Result<(), Failure> {
    out.write_all(line.trim_end().as_bytes())?;
    out.write_all(b"\n")?;
    line.clear();
    Ok(())
}

/// Cuts a text that is wider than a width, so that one more column fits; returns how many columns are left of it.
fn cut(text: &str, width: usize) -> (&str, usize) {
    if text.is_ascii() {
        let kept = width.saturating_sub(1).min(text.len());
        return (&text[..kept], kept);
    }
    let mut used = 0;
    for (at, c) in text.char_indices() {
        let columns = c.width().unwrap_or(0);
        if used + columns >= width {
            return (&text[..at], used);
        }
        used += columns;
    }
    (text, used)
}

/// Returns the text without anything that could steer a terminal: control characters and changes of direction.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() || is_hidden(c);
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect())
}

/// Returns how wide the output may be: the terminal's width, else `COLUMNS`, else 80. What goes into a file or another
/// program is not cut, unless `COLUMNS` says how wide it may be.
pub(super) fn terminal_width() -> usize {
    let is_terminal = std::io::stdout().is_terminal();
    let terminal = is_terminal.then(|| crossterm::terminal::size().ok()).flatten();
    let told = || std::env::var("COLUMNS").ok()?.parse().ok();
    let width = terminal.map(|(columns, _)| usize::from(columns)).or_else(told).filter(|w| *w >= 20);
    width.unwrap_or(if is_terminal { 80 } else { usize::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(table: &Table, format: Format, width: usize) -> String {
        let mut out = Vec::new();
        table.write(&mut out, format, width).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_somebody_acts_on_goes_on_in_the_next_line() {
        let mut table = Table::new(&["code", "title", "why"]).keep(&[0]).in_full();
        table.row(["D51.0", "Anaemia", "Hb 106 g/L on Mon 09 Feb 2026; the cause, and its own code"]);
        let said = text(&table, Format::Table, 40);
        assert!(said.lines().all(|line| line.width() <= 40) && !said.contains('…'), "{said}");
        let why: Vec<_> = said.lines().skip(1).map(|line| line[16..].trim()).collect();
        assert_eq!(why.join(" "), "Hb 106 g/L on Mon 09 Feb 2026; the cause, and its own code");
        assert!(text(&table, Format::Csv, 40).lines().count() == 2);
    }

    #[test]
    fn a_line_never_exceeds_the_width() {
        let mut table = Table::new(&["Name", "What"]);
        table.row(["中村, 健二".to_owned(), "Dose 3 of 6 with a long explanation of why it is due".to_owned()]);
        table.row(["Nguyễn, Ánh".to_owned(), "Maintenance".to_owned()]);
        for width in [20, 33, 80] {
            assert!(text(&table, Format::Table, width).lines().all(|l| l.width() <= width), "{width}");
        }
        assert!(text(&table, Format::Table, 33).contains('…'));
    }

    #[test]
    fn control_characters_never_reach_the_terminal() {
        let mut table = Table::new(&["Name"]);
        table.row(["\u{1b}[2Jgone\u{7}\u{202e}".to_owned()]);
        let shown = text(&table, Format::Table, 80);
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']));
    }

    #[test]
    fn a_spreadsheet_runs_nothing() {
        let mut table = Table::new(&["Name", "What"]);
        table.row(["=1+1".to_owned(), "O'Brien, \"Siobhán\"".to_owned()]);
        assert_eq!(text(&table, Format::Csv, 80), "Name,What\r\n'=1+1,\"O'Brien, \"\"Siobhán\"\"\"\r\n");
    }
}
