//! What a repair did, file by file.

use super::super::failure::Failure;
use super::super::table::plain;
use crate::clinic::words;
use crate::store::repair::{RepairReport, Repaired};
use serde::Serialize;
use std::io::Write;

/// A file that was damaged.
#[derive(Serialize)]
pub(super) struct File {
    path: String,
    was: String,
    repaired: bool,
    entries: usize,
    from: Vec<From>,
    lost_lines: Vec<usize>,
    notes: Vec<String>,
    kept: Option<String>,
    left: Option<String>,
}

#[derive(Serialize)]
struct From {
    what: String,
    entries: usize,
}

impl File {
    pub(super) fn of(file: &Repaired) -> Self {
        Self {
            path: file.path.display().to_string(),
            was: plain(&file.was).into_owned(),
            repaired: file.left.is_none(),
            entries: file.entries,
            from: file.from.iter().map(|(what, n)| From { what: plain(what).into_owned(), entries: *n }).collect(),
            lost_lines: file.lost.clone(),
            notes: file.notes.iter().map(|note| plain(note).into_owned()).collect(),
            kept: file.kept.as_ref().map(|path| path.display().to_string()),
            left: file.left.as_deref().map(|left| plain(left).into_owned()),
        }
    }
}

/// Says it in sentences.
pub(super) fn write(report: &RepairReport, out: &mut dyn Write) -> Result<(), Failure> {
    for file in &report.files {
        writeln!(out, "{}", plain(&format!("{}: {}", file.path.display(), file.was)))?;
        for line in lines(file) {
            writeln!(out, "  {}", plain(&line))?;
        }
    }
    for why in &report.unusable {
        writeln!(out, "{}", plain(why))?;
    }
    if report.files.is_empty() {
        writeln!(out, "Nothing had to be repaired.")?;
    }
    Ok(())
}

fn lines(file: &Repaired) -> Vec<String> {
    if let Some(why) = &file.left {
        return std::iter::once(format!("left as it is: {why}")).chain(file.notes.iter().cloned()).collect();
    }
    let from = |(what, n): &(String, usize)| match n {
        0 => what.clone(),
        n => format!("{what} ({n})"),
    };
    let from: Vec<_> = file.from.iter().map(from).collect();
    let mut lines = match (from.is_empty(), file.entries) {
        (true, _) => Vec::new(),
        (false, 0) => vec![format!("restored from {}", from.join(", "))],
        (false, n) => vec![format!("restored {}, from {}", words::plural(n as i64, "entry"), from.join(", "))],
    };
    if !file.lost.is_empty() {
        let numbers: Vec<_> = file.lost.iter().map(ToString::to_string).collect();
        lines.push(format!("not restored: line {} of the damaged file", numbers.join(", ")));
    }
    lines.extend(file.notes.iter().cloned());
    lines.extend(file.kept.iter().map(|kept| format!("the damaged bytes are kept in {}", kept.display())));
    lines
}
