//! What stands between two cells, and quotes that are never closed.

use super::vocabulary;
use csv::ReaderBuilder;

const USUAL: [char; 4] = [',', ';', '\t', '|'];
/// What else was seen; taken only where it parts the names of columns that are known.
const RARE: [char; 14] = ['^', '~', ':', '#', '!', '&', '*', '+', '=', '\\', '\u{1c}', '\u{1d}', '\u{1e}', '\u{1f}'];
/// So many records are looked at.
const RECORDS: usize = 50;

/// Returns the delimiter that a first line `sep=;` tells, and how many bytes that line takes.
pub(super) fn told(text: &str) -> (Option<char>, usize) {
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    let line = first.trim_end_matches('\n').trim_matches('"');
    let said = line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP="));
    match said.map(|said| (said.chars().next(), said.chars().count())) {
        Some((Some(delimiter), 1)) if delimiter.is_ascii() && delimiter != '"' => (Some(delimiter), first.len()),
        _ => (None, 0),
    }
}

/// Returns the delimiter by which most records have the same number of cells; a rare one where none of the usual ones parts
/// the names of columns, and it does.
pub(super) fn of(text: &str) -> Option<char> {
    let scored = USUAL.iter().filter_map(|delimiter| Some((score(text, *delimiter)?, *delimiter)));
    let usual = scored.max_by_key(|(score, _)| *score).map(|(_, delimiter)| delimiter);
    if usual.is_some_and(|delimiter| parts_names(text, delimiter)) {
        return usual;
    }
    RARE.into_iter().find(|delimiter| parts_names(text, *delimiter)).or(usual)
}

/// Whether one of the first lines names two columns that are known.
fn parts_names(text: &str, delimiter: char) -> bool {
    let known = |cell: &&str| vocabulary::field_of(cell.trim().trim_matches('"')).is_some();
    text.lines().take(RECORDS).any(|line| line.split(delimiter).take(200).filter(known).count() >= 2)
}

/// How many records in a hundred have the same number of cells, two at least, and how many cells.
fn score(text: &str, delimiter: char) -> Option<(usize, usize)> {
    let byte = u8::try_from(delimiter).ok()?;
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(byte).from_reader(text.as_bytes());
    let lengths: Vec<usize> =
        reader.records().take(RECORDS).filter_map(Result::ok).map(|record| record.len()).collect();
    let same = |length: usize| lengths.iter().filter(|other| **other == length).count();
    let usual = lengths.iter().copied().filter(|length| *length > 1).max_by_key(|length| (same(*length), *length))?;
    Some((same(usual) * 100 / lengths.len().max(1), usual))
}

/// Returns the line, counted from 1, of a quote that is never closed.
pub(super) fn open_quote(text: &str, delimiter: char) -> Option<u64> {
    let delimiter = u8::try_from(delimiter).ok()?;
    let (mut line, mut opened, mut begins) = (1, None, true);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, opened) {
            (b'"', Some(_)) if bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            (b'"', Some(_)) => opened = None,
            (b'"', None) if begins => opened = Some(line),
            _ => {}
        }
        line += u64::from(byte == b'\n');
        begins = opened.is_none() && (byte == delimiter || byte == b'\n');
    }
    opened
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_what_gives_each_row_as_many_cells() {
        assert_eq!(of("a;b;c\n1,5;2,25;3\n1;2,0;3\n"), Some(';'));
        assert_eq!(of("a,b\n\"1;2;3\",2\n3,4\n"), Some(','));
        assert_eq!(of("a\tb, c\td\n1\t2\t3\n"), Some('\t'));
        assert_eq!(of("Our patients\n\na|b\n1|2\n3|4"), Some('|'));
        assert_eq!(of("Surname^DOB^Last injection\nRossi^1,2,1961^3,4,2026\n"), Some('^'));
        assert_eq!(of("Surname\u{1f}DOB\nRossi, Anna\u{1f}1.2.1961\n"), Some('\u{1f}'));
        assert_eq!(of("Our list: all of them\nRossi, Anna\nIvers, Ida\n"), Some(','));
        assert_eq!(of("a\nb\nc"), None);
        assert_eq!(told("sep=;\na;b"), (Some(';'), 6));
        assert_eq!(told("\"sep=,\"\na"), (Some(','), 8));
        assert_eq!(told("separate\n"), (None, 0));
    }

    #[test]
    fn a_quote_that_is_never_closed_is_named_by_its_line() {
        assert_eq!(open_quote("a,b\n1,\"two\nlines\"\n3,\"4\n5,6\n", ','), Some(4));
        assert_eq!(open_quote("a,b\n1,\"say \"\"so\"\"\"\n6\" nail,2\n", ','), None);
    }
}
