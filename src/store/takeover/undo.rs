//! An import is undone as one: each of its entries is struck out. A chart in which somebody recorded since is left as it is,
//! and named.

use super::super::charts::Fresh;
use super::super::error::{Problem, StoreError};
use super::super::open::Store;
use super::GoesOn;
use crate::clinic::chart::Chart;
use crate::clinic::cosign;
use crate::clinic::entry::{Act, Amended, Entry, EntryId, ImportId, PatientId};
use crate::clinic::intake::Import;
use chrono::{DateTime, FixedOffset};
use std::collections::{BTreeMap, HashSet};

/// What came of undoing one.
#[derive(Debug, Default)]
pub struct Undone {
    /// The file that it came from; empty where no chart has anything of it.
    pub file: String,
    /// How many entries were struck out.
    pub entries: usize,
    /// In how many charts.
    pub charts: usize,
    /// Charts in which somebody recorded since, or whose entries only a prescriber strikes out: nothing was struck out there.
    pub kept: Vec<PatientId>,
    /// How many charts were not reached, as it was stopped.
    pub not_reached: usize,
    /// What could not be read or written.
    pub problems: Vec<Problem>,
}

impl Store {
    /// Lists the imports, the latest first, and the charts that could not be asked.
    #[must_use]
    pub fn imports(&self) -> (Vec<Import>, Vec<Problem>) {
        let (found, problems) = self.survey(of_chart);
        let mut all: BTreeMap<ImportId, Import> = BTreeMap::new();
        for import in found.into_iter().flatten() {
            match all.get_mut(&import.id) {
                Some(known) => {
                    known.charts += import.charts;
                    known.entries += import.entries;
                    known.struck += import.struck;
                }
                None => {
                    all.insert(import.id, import);
                }
            }
        }
        (all.into_values().rev().collect(), problems)
    }

    /// Strikes out what came with an import, a chart at a time.
    pub fn undo_import(&self, id: ImportId, by: &str, at: DateTime<FixedOffset>, goes_on: &mut GoesOn<'_>) -> Undone {
        let (found, problems) = self.survey(|chart| Some((chart.id, file(chart, id)?)));
        let (charts, files): (Vec<_>, Vec<_>) = found.into_iter().flatten().unzip();
        let file = files.into_iter().next().unwrap_or_default();
        let (mut undone, store) = (Undone { file, problems, ..Undone::default() }, self.in_bulk());
        for (done, patient) in charts.iter().enumerate() {
            if !goes_on(done, charts.len()) {
                undone.not_reached = charts.len() - done;
                break;
            }
            match store.undo_one(*patient, id, by, at) {
                Ok(Some(0)) => {}
                Ok(Some(entries)) => {
                    undone.entries += entries;
                    undone.charts += 1;
                }
                Ok(None) => undone.kept.push(*patient),
                Err(error) => undone.problems.push(error.into_problem()),
            }
        }
        undone
    }

    /// Returns how many entries were struck out; `None` where somebody recorded since.
    fn undo_one(
        &self,
        patient: PatientId,
        import: ImportId,
        by: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<Option<usize>, StoreError> {
        let chart = self.chart(patient)?;
        if is_built_upon(&chart, import) {
            return Ok(None);
        }
        let people = &self.settings().people;
        let to_strike = live(&chart, import);
        let refused = to_strike.iter().any(|entry| cosign::correction_refused(&chart, entry.id, by, people).is_some());
        if refused {
            return Ok(None);
        }
        if to_strike.is_empty() {
            return Ok(Some(0));
        }
        let strike = |entry: &Entry, id| {
            let why = format!("the import of {} was undone", entry.from.as_ref().map_or("", |from| from.file.as_str()));
            let from = entry.from.clone().map(|mut from| {
                from.id = None;
                from
            });
            Fresh { id, act: Act::Amended(Amended::new(entry.id, why, None)), from }
        };
        let acts = Box::new(|mint: &mut dyn FnMut() -> _| to_strike.iter().rev().map(|e| strike(e, mint())).collect());
        let done = self.record_after(patient, Some(chart.entries().len()), by, at, acts)?;
        Ok(Some(done.1.len()))
    }
}

fn is_of(entry: &Entry, import: ImportId) -> bool {
    entry.from.as_ref().is_some_and(|from| from.import == import)
}

/// What came with an import and still counts, its corrections of other entries among it.
fn live(chart: &Chart, import: ImportId) -> Vec<&Entry> {
    let struck: HashSet<EntryId> = chart.entries().iter().filter_map(strikes_out).collect();
    let of_import = chart.entries().iter().filter(|entry| is_of(entry, import));
    of_import.filter(|entry| !undoes(chart, entry) && !struck.contains(&entry.id)).collect()
}

fn strikes_out(entry: &Entry) -> Option<EntryId> {
    match &entry.act {
        Act::Amended(amended) if amended.instead.is_none() => Some(amended.of),
        _ => None,
    }
}

/// Whether it strikes out what came with the same import; what that withdrew came with another one.
fn undoes(chart: &Chart, entry: &Entry) -> bool {
    let of = strikes_out(entry).and_then(|of| chart.entry(of)).and_then(|of| of.from.as_ref());
    of.zip(entry.from.as_ref()).is_some_and(|(of, from)| of.import == from.import)
}

/// The file of an import of which a chart has something.
fn file(chart: &Chart, import: ImportId) -> Option<String> {
    let origins = chart.entries().iter().filter_map(|entry| entry.from.as_ref());
    origins.filter(|from| from.import == import).map(|from| from.file.clone()).next()
}

/// Whether something else was recorded after what came with the import.
fn is_built_upon(chart: &Chart, import: ImportId) -> bool {
    let first = chart.entries().iter().position(|entry| is_of(entry, import));
    let since = first.map_or(&[][..], |first| chart.entries().get(first..).unwrap_or_default());
    since.iter().any(|entry| !is_of(entry, import))
}

/// The imports of one chart.
fn of_chart(chart: &Chart) -> Vec<Import> {
    let mut all: BTreeMap<ImportId, Import> = BTreeMap::new();
    for entry in chart.entries() {
        let Some(from) = &entry.from else { continue };
        // What undid it has its name too.
        if undoes(chart, entry) {
            continue;
        }
        let first = || Import {
            id: from.import,
            file: from.file.clone(),
            at: entry.at,
            by: entry.by.clone(),
            charts: 1,
            entries: 0,
            struck: 0,
        };
        let import = all.entry(from.import).or_insert_with(first);
        import.entries += 1;
    }
    for import in all.values_mut() {
        import.struck = import.entries - live(chart, import.id).len().min(import.entries);
    }
    all.into_values().collect()
}
