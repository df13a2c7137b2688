//! The text of the store's files, format 5: a chart has one entry a line, so that a difference is one line a dose.

use super::error::{Problem, StoreError};
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Act, Entry, EntryId, Origin, PatientId};
use crate::clinic::knowledge::{self, ron_options};
use crate::clinic::practice::Settings;
use chrono::{DateTime, FixedOffset};
use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::path::Path;

#[cfg(test)]
mod tests;

/// The format that this version writes.
///
/// Format 2 adds acts and fields (changes, reviews, acknowledgements; medicines, red flags, cautions) to format 1 and takes
/// none away. Format 3 adds the links between charts of one patient, format 4 what people who sign in need: co-signatures,
/// the end of an order, seals; format 5 signed notes, and where an entry was taken over from. What an older format wrote reads
/// as it is, and is written in this one with its next entry.
pub const FORMAT: u32 = 5;

/// The first format in which entries have seals.
const SEALED: u32 = 4;

const CHART_HEAD: &str = "// Cobalog chart. One entry a line. Entries are added, never changed.\n";
const PRACTICE_HEAD: &str =
    "// Cobalog practice. Its charts are in charts/, its own regimens and products beside them.\n";

/// What a chart's file holds.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(super) struct ChartFile {
    #[serde(rename = "format")]
    _format: u32,
    id: PatientId,
    entries: Vec<Entry>,
}

/// A chart as it stood in a file.
pub(super) struct ReadChart {
    pub(super) chart: Chart,
    /// An id that two different entries have; such a file is shown but not written, as one of the two would be lost.
    pub(super) clash: Option<EntryId>,
    /// An entry that stands twice, or before an earlier one; reading puts it right, and so does the next write.
    pub(super) disorder: Option<String>,
}

/// More than any file of a practice needs; what is larger is none of Cobalog's and would only fill the memory.
pub(super) const MOST_BYTES: u64 = 16 << 20;

/// Writes a chart's text.
///
/// # Errors
/// [`StoreError::NotExact`] where an entry would not read back as the same, [`StoreError::TooLong`] where the whole would not be
/// read again.
pub fn write_chart(chart: &Chart, path: &Path) -> Result<String, StoreError> {
    let mut text = format!("{CHART_HEAD}(\n    format: {FORMAT},\n    id: \"{}\",\n    entries: [\n", chart.id);
    for entry in chart.entries() {
        text.push_str("        ");
        text.push_str(&line(entry).map_err(|e| not_exact(path, &e))?);
        text.push_str(",\n");
    }
    text.push_str("    ],\n)\n");
    // Encrypted it is a little longer.
    if text.len() as u64 > MOST_BYTES - (64 << 10) {
        return Err(StoreError::TooLong { path: path.to_owned() });
    }
    Ok(text)
}

/// Returns our text with the format that another one names, where seals were known in that one.
pub(super) fn text_in(ours: &str, text: &str) -> String {
    let format = format_field(text).map(|(format, _)| format).filter(|format| (SEALED..=FORMAT).contains(format));
    ours.replacen(&format!("format: {FORMAT},"), &format!("format: {},", format.unwrap_or(FORMAT)), 1)
}

/// Proves that entries read back as they are, before anything is written.
pub(super) fn prove(entries: &[Entry], path: &Path) -> Result<(), StoreError> {
    for entry in entries {
        let text = line(entry).map_err(|e| not_exact(path, &e))?;
        let back: Entry = ron_options().from_str(&text).map_err(|e| not_exact(path, &e))?;
        if &back != entry {
            return Err(not_exact(path, &format!("the entry \"{}\"", entry.act.word())));
        }
    }
    Ok(())
}

fn not_exact(path: &Path, what: &dyn std::fmt::Display) -> StoreError {
    StoreError::NotExact { path: path.to_owned(), what: what.to_string() }
}

/// An entry without its seal, in the order in which the file has its fields.
#[derive(Serialize)]
struct Unsealed<'a> {
    id: EntryId,
    at: DateTime<FixedOffset>,
    by: &'a str,
    act: &'a Act,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a Origin>,
}

/// Returns what a seal is made over: the entry's line as it stands in the file, but for the seal.
pub(super) fn unsealed_line(entry: &Entry) -> ron::Result<String> {
    let Entry { id, at, by, act, from, seal: _ } = entry;
    line(&Unsealed { id: *id, at: *at, by, act, from: from.as_deref() })
}

fn line(entry: &impl Serialize) -> ron::Result<String> {
    let one_line = PrettyConfig::new().depth_limit(0);
    Ok(plain(&ron_options().to_string_pretty(entry, one_line)?))
}

/// Puts back the letters and apostrophes that RON's writer escapes without need, so that every script can be read.
fn plain(escaped: &str) -> String {
    let mut out = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let (text, length) = unescape(escape);
        out.push_str(&text);
        rest = &escape[length..];
    }
    out.push_str(rest);
    out
}

/// Returns what stands for the escape at the start, and its length. What does not show, controls and marks that turn the
/// line around among it, stays escaped.
fn unescape(escape: &str) -> (String, usize) {
    if escape.starts_with("\\'") {
        return ("'".to_owned(), 2);
    }
    let kept = |length: usize| (escape[..length.min(escape.len())].to_owned(), length.min(escape.len()));
    let Some(hex) = escape.strip_prefix("\\u{").and_then(|rest| rest.split_once('}')).map(|(hex, _)| hex) else {
        return kept(2);
    };
    let length = "\\u{}".len() + hex.len();
    let letter = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32);
    // A combining sign shows once it has a letter before it.
    let shows = |c: &char| !format!("a{c}").escape_debug().any(|e| e == '\\');
    letter.filter(shows).map_or_else(|| kept(length), |c| (c.to_string(), length))
}

/// Reads a chart's text.
///
/// # Errors
/// [`StoreError::Newer`] and [`StoreError::Damaged`].
pub fn read_chart(text: &str, path: &Path) -> Result<Chart, StoreError> {
    parse_chart(text, path).map(|read| read.chart)
}

pub(super) fn parse_chart(text: &str, path: &Path) -> Result<ReadChart, StoreError> {
    known_format(text, path)?;
    let file: ChartFile = knowledge::read(text).map_err(|e| damaged(Problem::at(path, &e)))?;
    let clash = clash(&file.entries);
    let disorder = if clash.is_none() { disorder(&file.entries) } else { None };
    Ok(ReadChart { chart: Chart::new(file.id, file.entries), clash, disorder })
}

fn disorder(entries: &[Entry]) -> Option<String> {
    let wrong = entries.windows(2).find_map(|pair| match pair {
        [one, next] if one.key() >= next.key() => Some((one, next)),
        _ => None,
    });
    wrong.map(|(one, next)| match one.id == next.id {
        true => format!("its entry {} stands in it twice", one.id),
        false => format!("its entry {} stands after {}, which is later", next.id, one.id),
    })
}

fn clash(entries: &[Entry]) -> Option<EntryId> {
    let mut by_id: Vec<&Entry> = entries.iter().collect();
    by_id.sort_by_key(|e| e.id);
    by_id.windows(2).find(|pair| pair[0].id == pair[1].id && pair[0] != pair[1]).map(|pair| pair[0].id)
}

/// Writes the text of `practice.ron`.
pub(super) fn write_settings(settings: &Settings, path: &Path) -> Result<String, StoreError> {
    let layout = PrettyConfig::new().depth_limit(2).new_line("\n");
    let body = ron_options().to_string_pretty(settings, layout).map_err(|e| not_exact(path, &e))?;
    let fields = plain(body.strip_prefix("(\n").unwrap_or(&body));
    let text = format!("{PRACTICE_HEAD}(\n    format: {FORMAT},\n{fields}\n");
    match read_settings(&text, path) {
        Ok(back) if &back == settings => Ok(text),
        Ok(_) => Err(not_exact(path, &"the settings")),
        Err(e) => Err(not_exact(path, &e)),
    }
}

/// Reads the text of `practice.ron`.
pub(super) fn read_settings(text: &str, path: &Path) -> Result<Settings, StoreError> {
    let field = known_format(text, path)?;
    // Blanks in its place keep the lines and columns of what follows.
    let blank: String = text[field.clone()].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
    let settings = [&text[..field.start], &blank, &text[field.end..]].concat();
    knowledge::read(&settings).map_err(|e| damaged(Problem::at(path, &e)))
}

fn damaged(problem: Problem) -> StoreError {
    StoreError::Damaged { problem }
}

/// Returns the place of the format field, which is the first; an unknown format is refused before anything is guessed.
fn known_format(text: &str, path: &Path) -> Result<Range<usize>, StoreError> {
    match format_field(text) {
        Some((1..=FORMAT, range)) => Ok(range),
        Some((format, _)) if format > FORMAT => Err(StoreError::Newer { path: path.to_owned(), format }),
        _ if text.trim().is_empty() => Err(damaged(Problem::new(path, "it is empty"))),
        _ => Err(damaged(Problem::new(path, "it does not begin with a format that Cobalog wrote"))),
    }
}

fn format_field(text: &str) -> Option<(u32, Range<usize>)> {
    let open = skip(text).strip_prefix('(')?;
    let field = skip(open);
    let value = skip(skip(field.strip_prefix("format")?).strip_prefix(':')?);
    let digits = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let after = skip(&value[digits..]);
    let rest = after.strip_prefix(',').unwrap_or(after);
    // A number that is larger than any is newer than all.
    let format = value[..digits].parse().or(if digits > 0 { Ok(u32::MAX) } else { Err(()) }).ok()?;
    Some((format, text.len() - field.len()..text.len() - rest.len()))
}

/// Returns the text after blanks and line comments.
fn skip(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(comment) = rest.strip_prefix("//") {
        rest = comment.split_once('\n').map_or("", |(_, next)| next).trim_start();
    }
    rest
}
