//! The regimens and products that a practice adds; a wrong one is a problem to show, never a reason not to open.

use super::disk::Disk;
use super::error::{Problem, StoreError};
use super::files::{read_text, ron_files};
use crate::clinic::drug::Product;
use crate::clinic::knowledge::{Own, read};
use crate::clinic::regimen::Regimen;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// What was found beside the charts.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) own: Own,
    pub(super) problems: Vec<Problem>,
    /// The texts that were read, so that an index knows whether its rows were worked out with them.
    pub(super) texts: Vec<String>,
}

impl Found {
    pub(super) fn in_practice(disk: &dyn Disk, dir: &Path) -> Self {
        let mut found = Self::default();
        for path in found.list(disk, &dir.join("regimens")) {
            if let Some(regimen) = found.take(disk, &path, |text| read_as::<Regimen>(text, &path)) {
                found.add_regimen(regimen, &path);
            }
        }
        for path in found.list(disk, &dir.join("products")) {
            let products = found.take(disk, &path, |text| read_products(text, &path));
            found.own.products.extend(products.into_iter().flatten());
        }
        found
    }

    fn list(&mut self, disk: &dyn Disk, folder: &Path) -> Vec<PathBuf> {
        ron_files(disk, folder).unwrap_or_else(|source| {
            self.problems.push(StoreError::Read { path: folder.to_owned(), source }.into_problem());
            Vec::new()
        })
    }

    fn take<T>(&mut self, disk: &dyn Disk, path: &Path, parse: impl FnOnce(&str) -> Result<T, Problem>) -> Option<T> {
        let text = read_text(disk, path).map_err(StoreError::into_problem);
        let parsed = text.and_then(|text| {
            let value = parse(&text);
            self.texts.push(text);
            value
        });
        parsed.map_err(|problem| self.problems.push(problem)).ok()
    }

    fn add_regimen(&mut self, regimen: Regimen, path: &Path) {
        if regimen.phases.is_empty() {
            self.problems.push(Problem::new(path, "it has no phases, so nothing could be planned by it"));
        } else if !regimen.phases.iter().all(|phase| phase.every.moves_on()) {
            let what = "a rhythm does not move on: week days rise from 0 to 6, gaps are at least a day, days rise";
            self.problems.push(Problem::new(path, what));
        } else if self.own.regimens.iter().any(|other| other.id == regimen.id) {
            let what = format!("another of your regimens has the id \"{}\" too; only the first is used", regimen.id);
            self.problems.push(Problem::new(path, what));
        } else {
            self.own.regimens.push(regimen);
        }
    }
}

/// The folders of what a practice adds.
pub(super) const FOLDERS: [&str; 2] = ["regimens", "products"];

/// Lists the files of both folders; one that cannot be listed is among the problems of the practice.
pub(super) fn files(disk: &dyn Disk, dir: &Path) -> Vec<PathBuf> {
    FOLDERS.iter().flat_map(|folder| ron_files(disk, &dir.join(folder)).unwrap_or_default()).collect()
}

/// Returns the name of such a file in a backup.
pub(super) fn name(path: &Path) -> String {
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    format!("{}/{}", part(path.parent().and_then(Path::file_name)), part(path.file_name()))
}

/// Returns why a text cannot be read as what its folder says that it is.
pub(super) fn damage(text: &str, path: &Path) -> Option<Problem> {
    if path.parent().is_some_and(|folder| folder.ends_with("products")) {
        return read_products(text, path).err();
    }
    read_as::<Regimen>(text, path).err()
}

fn read_as<T: DeserializeOwned>(text: &str, path: &Path) -> Result<T, Problem> {
    read(text).map_err(|e| Problem::at(path, &e))
}

/// Reads one product, or a list of them as the built-in file has it.
fn read_products(text: &str, path: &Path) -> Result<Vec<Product>, Problem> {
    let first = text.lines().map(str::trim_start).find(|l| !l.is_empty() && !l.starts_with("//"));
    if first.is_some_and(|l| l.starts_with('[')) {
        return read_as(text, path);
    }
    read_as(text, path).map(|product| vec![product])
}
