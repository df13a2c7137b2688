//! Tables that fit the terminal, and the same rows as CSV.

use super::failure::Failure;
use super::format::Format;
use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const GAP: usize = 2;
const NARROWEST: usize = 6;

/// Rows under titles.
pub(super) struct Table {
    titles: Vec<&'static str>,
    kept: &'static [usize],
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Returns a table without rows.
    pub(super) fn new(titles: &[&'static str]) -> Self {
        Self { titles: titles.to_vec(), kept: &[], rows: Vec::new() }
    }

    /// Names the columns that are never cut.
    pub(super) fn keep(mut self, columns: &'static [usize]) -> Self {
        self.kept = columns;
        self
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Returns whether there is no row.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the table, or CSV where that was asked.
    pub(super) fn write(&self, out: &mut dyn Write, format: Format, width: usize) -> Result<(), Failure> {
        match format {
            Format::Csv => self.csv(out),
            _ => self.fitted(out, width),
        }
    }

    fn csv(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let titles: Vec<_> = self.titles.iter().map(|t| csv_cell(t)).collect();
        write!(out, "{}\r\n", titles.join(","))?;
        for row in &self.rows {
            let cells: Vec<_> = row.iter().map(|c| csv_cell(c)).collect();
            write!(out, "{}\r\n", cells.join(","))?;
        }
        Ok(())
    }

    fn fitted(&self, out: &mut dyn Write, width: usize) -> Result<(), Failure> {
        let rows: Vec<Vec<Cow<'_, str>>> = self.rows.iter().map(|r| r.iter().map(|c| plain(c)).collect()).collect();
        let widths = self.widths(&rows, width);
        line(out, &widths, self.titles.iter().copied())?;
        for row in &rows {
            line(out, &widths, row.iter().map(AsRef::as_ref))?;
        }
        Ok(())
    }

    /// Returns the columns' widths: what the cells need, the widest ones cut until the line fits.
    fn widths(&self, rows: &[Vec<Cow<'_, str>>], width: usize) -> Vec<usize> {
        let needs = |i: usize| rows.iter().filter_map(|r| r.get(i)).map(|c| columns(c)).max().unwrap_or(0);
        let mut widths: Vec<_> = self.titles.iter().enumerate().map(|(i, t)| needs(i).max(t.width())).collect();
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

fn line<'a>(out: &mut dyn Write, widths: &[usize], cells: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
    let mut text = String::new();
    for (cell, width) in cells.zip(widths) {
        let cut = cut(cell, *width);
        text.push_str(&cut);
        text.extend(std::iter::repeat_n(' ', (width + GAP).saturating_sub(columns(&cut))));
    }
    Ok(writeln!(out, "{}", text.trim_end())?)
}

/// Returns how many columns a text takes; without control characters a byte of ASCII is one.
fn columns(text: &str) -> usize {
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) { text.len() } else { text.width() }
}

/// Cuts a text to a width on the screen; the last place says that something was cut.
fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if columns(text) <= width {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used >= width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    Cow::Owned(out)
}

/// Returns the text without anything that could steer a terminal: control characters and changes of direction.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect())
}

/// RFC 4180, and a cell that a spreadsheet would run as a formula gets an apostrophe.
fn csv_cell(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = if runs { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Returns how wide the output may be: the terminal's width, else `COLUMNS`, else 80.
pub(super) fn terminal_width() -> usize {
    let terminal = std::io::stdout().is_terminal().then(|| crossterm::terminal::size().ok()).flatten();
    let told = || std::env::var("COLUMNS").ok()?.parse().ok();
    terminal.map(|(columns, _)| usize::from(columns)).or_else(told).filter(|w| *w >= 20).unwrap_or(80)
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
        assert_eq!(csv_cell("=1+1"), "'=1+1");
        assert_eq!(csv_cell("+44 20 7946 0000"), "'+44 20 7946 0000");
        assert_eq!(csv_cell("-3"), "-3");
        assert_eq!(csv_cell("2026-11-23"), "2026-11-23");
        assert_eq!(csv_cell("O'Brien, \"Siobhán\""), "\"O'Brien, \"\"Siobhán\"\"\"");
    }
}
