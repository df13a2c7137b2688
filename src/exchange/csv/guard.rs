//! One cell as it is written, and as it was before: no spreadsheet takes it for a formula.

use std::borrow::Cow;

/// What a spreadsheet takes for the beginning of a formula, in the usual and in the wide form.
const BEGINS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Writes a cell behind a text: without control characters but line breaks, in quotes where it needs them, with an
/// apostrophe where it would run as a formula.
pub(crate) fn write(out: &mut String, text: &str) {
    // What a control character hides may run, so that they go first.
    let plain = plain(text);
    let plain = guarded(&plain);
    if plain.contains(['"', ',', '\n']) || plain.starts_with(' ') || plain.ends_with(' ') {
        out.extend(["\"", &plain.replace('"', "\"\""), "\""]);
    } else {
        out.push_str(&plain);
    }
}

fn plain(text: &str) -> Cow<'_, str> {
    let is_out = |c: char| c.is_control() && c != '\n';
    if text.contains(is_out) { Cow::Owned(text.chars().filter(|c| !is_out(*c)).collect()) } else { Cow::Borrowed(text) }
}

/// Puts an apostrophe before what would run, and before what has one so: each is taken away once.
fn guarded(text: &str) -> Cow<'_, str> {
    let rest = text.trim_start_matches('\'');
    let runs = rest.starts_with(BEGINS) && (rest.len() < text.len() || !is_number(text));
    if runs { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.')) && text.parse::<f64>().is_ok()
}

/// Takes the apostrophe away that was put before a cell.
pub(super) fn bare(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(BEGINS) => rest,
        _ => cell,
    }
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
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }
}
