//! Files of other systems, read.

use crate::clinic::intake::Parcel;
use crate::clinic::practice::Practice;
use crate::exchange::bytes::MOST_BYTES;
use crate::exchange::fhir;
use crate::exchange::hl7::{self, Codes, Messages, Unknown};
use crate::store::disk::Disk;
use chrono::{Local, NaiveDate, NaiveDateTime, Offset as _, TimeZone as _};
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

/// No folder of reports holds more files.
const MOST_FILES: usize = 20_000;

/// Reads a file whole.
///
/// # Errors
/// A sentence with the path.
pub fn bytes(disk: &dyn Disk, path: &Path) -> Result<Vec<u8>, String> {
    let failed = |e: io::Error| format!("{} cannot be read: {e}", path.display());
    let meta = disk.meta(path).map_err(failed)?;
    if !meta.is_file() {
        return Err(format!("{} is no file", path.display()));
    }
    if meta.len() > MOST_BYTES as u64 {
        let most = MOST_BYTES >> 20;
        return Err(format!(
            "{} is larger than {most} MB: split a table or reports; of FHIR export fewer patients at once",
            path.display()
        ));
    }
    let mut bytes = Vec::new();
    disk.read(path, MOST_BYTES as u64 + 1, &mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Returns a file's name without its folder.
#[must_use]
pub fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// The reports of a laboratory, file by file.
#[derive(Debug, Default)]
pub struct Reports {
    /// The file, or the folder of the files.
    pub name: String,
    /// The messages of each file.
    pub files: Vec<(String, Messages)>,
    /// Files that are no reports, each with why.
    pub remarks: Vec<String>,
}

/// Reads a file of reports, or all files of a folder; what is no report there is told and hides none of the others.
///
/// # Errors
/// A sentence with the path, where nothing could be read.
pub fn reports(disk: &dyn Disk, path: &Path) -> Result<Reports, String> {
    let is_folder = disk.meta(path).is_ok_and(|meta| meta.is_dir());
    let mut all = Reports { name: name(path), ..Reports::default() };
    for path in if is_folder { files_of(disk, path)? } else { vec![path.to_owned()] } {
        let read = bytes(disk, &path).and_then(|bytes| Messages::of_bytes(&bytes));
        match read {
            Ok(messages) => all.files.push((name(&path), messages)),
            Err(why) if is_folder => all.remarks.push(format!("{}: {why}", name(&path))),
            Err(why) => return Err(format!("{}: {why}", name(&path))),
        }
    }
    Ok(all)
}

fn files_of(disk: &dyn Disk, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let listed = disk.list(folder).map_err(|e| format!("{} cannot be read: {e}", folder.display()))?;
    let is_report = |path: &PathBuf| disk.meta(path).is_ok_and(|meta| meta.is_file());
    let is_hidden = |path: &PathBuf| name(path).starts_with(['.', '~']);
    let mut paths: Vec<_> =
        listed.flatten().map(|entry| entry.path()).filter(|path| !is_hidden(path) && is_report(path)).collect();
    paths.sort();
    match paths.len() {
        0 => Err(format!("there is no file in {}", folder.display())),
        n if n > MOST_FILES => {
            Err(format!("there are {n} files in {}: no more than {MOST_FILES} at once", folder.display()))
        }
        _ => Ok(paths),
    }
}

impl Reports {
    /// Returns the laboratories' own codes of which nobody said yet what they are.
    #[must_use]
    pub fn unknown(&self, practice: &Practice) -> Vec<Unknown> {
        let codes = Codes::of_practice(&practice.settings);
        let mut all: Vec<Unknown> =
            self.files.iter().flat_map(|(_, messages)| hl7::unknown(messages, &codes, practice)).collect();
        let mut seen = HashSet::new();
        all.retain(|unknown| seen.insert((unknown.sender.clone(), unknown.code.clone())));
        all
    }

    /// Reads the messages to what is weighed.
    #[must_use]
    pub fn parcel(&self, practice: &Practice, today: NaiveDate) -> Parcel {
        let codes = Codes::of_practice(&practice.settings);
        let one = self.files.first().filter(|(file, _)| *file == self.name && self.files.len() == 1);
        let mut all = match one {
            Some((file, messages)) => hl7::read(messages, &codes, practice, today, file),
            None => hl7::read_all(&self.files, &codes, practice, today, &self.name),
        };
        all.remarks.splice(0..0, self.remarks.iter().cloned());
        all
    }
}

/// Reads another system's FHIR bundle; what is written in UTC is read in the zone of this workstation.
#[must_use]
pub fn parcel(bytes: &[u8], file: &str, practice: &Practice, today: NaiveDate) -> Parcel {
    let zone = |utc: NaiveDateTime| Local.from_utc_datetime(&utc).offset().fix();
    fhir::read_in(bytes, file, practice, today, Some(&zone))
}
