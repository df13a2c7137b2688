//! The record in the forms that others read, written from the practice on disk, a patient at a time.

use super::read::name;
use crate::clinic::agenda::Roll;
use crate::clinic::audit::Event;
use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::entry::PatientId;
use crate::clinic::words::plural;
use crate::exchange::bytes::MOST_BYTES;
use crate::exchange::csv::{self, Sheet};
use crate::exchange::fhir::{Bundle, How};
use crate::exchange::ics::{self, Look, Names};
use crate::store::disk::{Disk as _, Real};
use crate::store::{Problem, Store, StoreError, atomic};
use chrono::NaiveDate;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// What is written.
#[derive(Clone, Debug)]
pub enum What {
    /// A table; of who is due, so many days ahead.
    Csv(Sheet, i64),
    /// A bundle.
    Fhir(How),
    /// A calendar.
    Ics(Look),
}

impl What {
    /// Returns whether it says who they are; a calendar of numbers or counts does not.
    #[must_use]
    pub fn names_patients(&self) -> bool {
        !matches!(self, Self::Ics(look) if look.counts || matches!(look.names, Names::Off))
    }

    /// Says how much was written: `12 results`, `40 patients`.
    #[must_use]
    pub fn counted(&self, count: usize) -> String {
        match self {
            Self::Csv(sheet, _) => sheet.counted(count),
            Self::Fhir(_) | Self::Ics(_) => plural(i64::try_from(count).unwrap_or(i64::MAX), "patient"),
        }
    }

    /// Returns what the log calls it.
    #[must_use]
    pub fn called(&self) -> &'static str {
        match self {
            Self::Csv(sheet, _) => sheet.file_name(),
            Self::Fhir(_) => "FHIR",
            Self::Ics(_) => "a calendar",
        }
    }
}

/// Notes an export in the log, from wherever it was asked for: what it is called, whose record or how many, into which file.
/// `event` says when and who. A file is noted once it is there; what goes elsewhere, before it goes.
pub fn note_export(store: &Store, event: Event, called: &str, patients: &[PatientId], one: bool, file: Option<&Path>) {
    let patient = patients.first().copied().filter(|_| one);
    let of = if one { String::new() } else { format!(", {}", plural(patients.len() as i64, "patient")) };
    let into = file.map_or_else(String::new, |file| format!(", into {}", name(file)));
    store.note(Event { patient, ..event.with(format!("{called}{of}{into}")) });
}

/// What came of an export.
#[derive(Debug, Default)]
pub struct Done {
    /// How many rows a table has; how many patients all else.
    pub count: usize,
    /// Whose chart could not be read.
    pub problems: Vec<Problem>,
    /// What a table leaves behind: of everybody first, then of those for whom it cannot say the next step.
    pub lacks: Vec<String>,
}

/// So many patients are named whom a table cannot say.
const MOST_NAMED: usize = 20;

/// Writes the patients; one whose chart cannot be read is named and hides nobody else. Returns what came of it; `None`
/// where `goes_on`, which is told how many are written, said no: what was written so far is to be thrown away.
///
/// # Errors
/// What could not be written.
pub fn write(
    store: &Store,
    what: &What,
    patients: &[PatientId],
    today: NaiveDate,
    out: &mut dyn Write,
    goes_on: &mut dyn FnMut(usize) -> bool,
) -> io::Result<Option<Done>> {
    let (mut problems, mut lacks, mut rows) = (Vec::new(), Vec::new(), 0);
    let mut stopped = false;
    let practice = store.practice();
    let mut charts = patients.iter().enumerate().map_while(|(n, id)| {
        stopped = !goes_on(n);
        (!stopped).then_some(id)
    });
    let charts = charts.by_ref().filter_map(|id| match store.chart(*id) {
        Ok(chart) => {
            let course = Course::of(&chart, practice, today);
            Some((chart, course))
        }
        Err(error) => {
            problems.push(error.into_problem());
            None
        }
    });
    match what {
        What::Csv(sheet, days) => {
            out.write_all(sheet.head(practice).as_bytes())?;
            let mut lost = Vec::new();
            for (chart, _) in charts {
                let (text, count) = sheet.counted_rows(&chart, practice, today, *days);
                out.write_all(text.as_bytes())?;
                rows += count;
                lost.extend(csv::lost(&chart, practice, today).filter(|_| *sheet == Sheet::Patients));
            }
            lacks = sheet.lacks().map(str::to_owned).into_iter().chain(cannot_say(&lost)).collect();
        }
        What::Fhir(how) => bundle(charts, how, store, out)?,
        What::Ics(look) => out.write_all(ics::calendar(charts, practice, look).as_bytes())?,
    }
    let count = if matches!(what, What::Csv(..)) { rows } else { patients.len().saturating_sub(problems.len()) };
    Ok((!stopped).then_some(Done { count, problems, lacks }))
}

/// Names those whom a table cannot say.
fn cannot_say(lost: &[String]) -> Option<String> {
    let named: Vec<&str> = lost.iter().take(MOST_NAMED).map(String::as_str).collect();
    let more = lost.len().saturating_sub(named.len());
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let who = plural(lost.len() as i64, "patient");
    (!lost.is_empty())
        .then(|| format!("It cannot say all of {who}; move them with a FHIR bundle: {}{more}.", named.join("; ")))
}

fn bundle(
    charts: impl Iterator<Item = (Chart, Course)>,
    how: &How,
    store: &Store,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut bundle = Bundle::begin(out, store.practice(), how.clone())?;
    for (chart, course) in charts {
        bundle.patient(&chart, &course)?;
    }
    bundle.finish().map(drop)
}

/// Returns everybody who is in the lists, in order of the numbers.
#[must_use]
pub fn everybody(roll: &Roll) -> Vec<PatientId> {
    let mut rows: Vec<_> = roll.rows().map(|(_, row)| row).collect();
    rows.sort_by(|a, b| (a.number.len(), &a.number, a.id).cmp(&(b.number.len(), &b.number, b.id)));
    rows.into_iter().map(|row| row.id).collect()
}

/// Writes into a file of this account alone, which is whole or not there; one that is there is not replaced.
///
/// # Errors
/// A sentence with the path.
pub fn to_file(
    store: &Store,
    what: &What,
    patients: &[PatientId],
    today: NaiveDate,
    path: &Path,
    goes_on: &mut dyn FnMut(usize) -> bool,
) -> Result<Option<Done>, String> {
    if Real.meta_of_name(path).is_ok() {
        return Err(format!("{} is there already: name another file.", path.display()));
    }
    let written = whole_file(path, |file| {
        write(store, what, patients, today, file, goes_on).map_err(Some).and_then(|done| done.ok_or(None))
    });
    match written {
        Ok(Ok(done)) => Ok(Some(done)),
        Ok(Err(None)) => Ok(None),
        Ok(Err(Some(source))) => Err(StoreError::Write { path: path.to_owned(), source }.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// Says of a file that was written that no Cobalog reads it back, and what goes in its place.
#[must_use]
pub fn too_large(path: &Path) -> Option<String> {
    let bytes = Real.meta(path).ok()?.len();
    let most = MOST_BYTES >> 20;
    (bytes > MOST_BYTES as u64).then(|| {
        format!(
            "{} is larger than {most} MB: a server may take it, Cobalog does not read it back. Another Cobalog takes a backup, or one patient after the other.",
            path.display()
        )
    })
}

/// Writes a file of this account alone with what `write` writes; it is whole, or as it was before. Returns what `write` did.
///
/// # Errors
/// [`StoreError::Write`], [`StoreError::Unconfirmed`].
pub fn whole_file<T, E>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, E>,
) -> Result<Result<T, E>, StoreError> {
    let mut done = None;
    let written = atomic::write_through(&Real, path, |file| {
        let mut file = BufWriter::with_capacity(1 << 16, file);
        let is_whole = done.insert(write(&mut file)).is_ok();
        file.flush()?;
        if is_whole { Ok(()) } else { Err(io::ErrorKind::Interrupted.into()) }
    });
    match (done, written) {
        (Some(Err(failed)), _) => Ok(Err(failed)),
        (Some(Ok(done)), Ok(())) => Ok(Ok(done)),
        (_, Err(error)) => Err(error),
        (None, Ok(())) => Err(StoreError::Write { path: path.to_owned(), source: io::ErrorKind::Interrupted.into() }),
    }
}
