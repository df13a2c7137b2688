//! One cell as it is written, and as it was before: no spreadsheet takes it for a formula.

use std::borrow::Cow;

/// What a spreadsheet takes for the beginning of a formula, in the usual and in the wide form.
const BEGINS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Writes a cell behind a text: without control characters but line breaks, in quotes where it needs them, with an
/// apostrophe where it would run as a formula.
pub(crate) fn write(out: &mut String, text: &str) {
    write_between(out, text, ',');
}

/// The same between other delimiters.
pub(crate) fn write_between(out: &mut String, text: &str, delimiter: char) {
    // What a control character hides may run, so that they go first.
    let plain = plain(text);
    let plain = guarded(&plain);
    if plain.contains(['"', ',', '\n', delimiter]) || plain.starts_with(' ') || plain.ends_with(' ') {
        out.extend(["\"", &plain.replace('"', "\"\""), "\""]);
    } else {
        out.push_str(&plain);
    }
}

fn plain(text: &str) -> Cow<'_, str> {
    let is_out = |c: char| c.is_control() && c != '\n';
    if text.contains(is_out) { Cow::Owned(text.chars().filter(|c| !is_out(*c)).collect()) } else { Cow::Borrowed(text) }
}

/// Where some spreadsheet begins a cell inside of one: half the world parts cells at semicolons and the other half at commas,
/// whatever a file does, and quotes that do not open such a cell hold nothing together, not even lines.
const PARTS: [char; 3] = [',', ';', '\n'];

/// Puts an apostrophe before what would run, and before what has one so: each is taken away once.
fn guarded(text: &str) -> Cow<'_, str> {
    // Only a whole cell is a number to a spreadsheet.
    if is_eaten(text) {
        return Cow::Owned(format!("'{text}"));
    }
    let is_none = |(n, part): (usize, &str)| !runs(part) || (n == 0 && is_number(text));
    if text.split(PARTS).enumerate().all(is_none) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 2);
    for part in text.split_inclusive(PARTS) {
        out.push_str(if runs(part) { "'" } else { "" });
        out.push_str(part);
    }
    Cow::Owned(out)
}

/// Whether a formula begins a text, behind apostrophes or without.
fn runs(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(BEGINS)
}

/// Whether a spreadsheet would take a text for a number and write it otherwise, behind apostrophes or without: the 0 before a
/// telephone or record number, the last digits of a long one.
fn is_eaten(text: &str) -> bool {
    const MOST_DIGITS: usize = 11;
    let digits = text.trim_start_matches('\'');
    let is_long = digits.len() > MOST_DIGITS || (digits.len() > 1 && digits.starts_with('0'));
    is_long && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.')) && text.parse::<f64>().is_ok()
}

/// Takes the apostrophes away that were put into a cell.
pub(super) fn bare(cell: &str) -> Cow<'_, str> {
    if let Some(rest) = cell.strip_prefix('\'').filter(|_| is_eaten(cell)) {
        return Cow::Borrowed(rest);
    }
    let is_put = |part: &str| part.starts_with('\'') && runs(part);
    if !cell.split(PARTS).any(is_put) {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(cell.split_inclusive(PARTS).map(|part| part.get(usize::from(is_put(part))..).unwrap_or(part)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut out = String::new();
        write(&mut out, text);
        out
    }

    #[test]
    fn a_spreadsheet_runs_nothing() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("+44 20 7946 0000", "'+44 20 7946 0000"),
            ("+447392655486", "'+447392655486"),
            ("07392655486", "'07392655486"),
            ("0", "0"),
            ("0042", "'0042"),
            ("'0042", "''0042"),
            ("020 7946 0000", "020 7946 0000"),
            ("0.5", "0.5"),
            ("447392655486", "'447392655486"),
            ("1000", "1000"),
            ("-3", "-3"),
            ("-3.5", "-3.5"),
            ("-3+cmd", "'-3+cmd"),
            ("@sum", "'@sum"),
            ("＝1", "'＝1"),
            ("\t=1", "'=1"),
            ("2026-11-23", "2026-11-23"),
            ("'=1", "''=1"),
            ("O'Brien, \"Siobhán\"", "\"O'Brien, \"\"Siobhán\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("bell\u{7}\r", "bell"),
            ("\u{7}=1", "'=1"),
            ("a;=1+1", "a;'=1+1"),
            ("a; b;-3", "a; b;'-3"),
            ("-3;x", "'-3;x"),
            ("two\n@lines", "\"two\n'@lines\""),
            ("a;'=1", "a;''=1"),
            ("a,=1+1", "\"a,'=1+1\""),
            ("Okafor, Ngozi", "\"Okafor, Ngozi\""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }

    #[test]
    fn what_was_put_before_is_taken_away() {
        for text in [
            "07392655486",
            "+447392655486",
            "'07",
            "''07",
            "0",
            "07;08",
            "123456789012",
            "a;=1",
            "a,=1;+2",
            "'a;'=1",
            "-3",
            "-3;-4",
            "'=1;''@",
            "a;\n=1",
            ";",
            "'",
            "''",
        ] {
            assert_eq!(bare(&guarded(text)), text);
        }
    }
}
