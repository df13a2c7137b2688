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
