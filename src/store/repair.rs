//! Damaged files put together again: from the last good copy in the backups, from copies that carry the same chart, and
//! from every line of the damaged file that can still be read by itself. The damaged bytes are kept first.

mod copies;
mod salvage;

use super::error::StoreError;
use super::files::{read_text, ron_files};
use super::format::{self, read_settings, write_chart};
use super::open::Store;
use super::paths::Places;
use super::roster::chart_id;
use super::{atomic, charts, kept, lock};
use crate::clinic::chart::Chart;
use crate::clinic::entry::PatientId;
use chrono::{DateTime, FixedOffset};
use copies::Copies;
use salvage::Salvage;
use std::path::{Path, PathBuf};

/// What became of the damaged files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepairReport {
    /// One a damaged file.
    pub files: Vec<Repaired>,
    /// Charts that the newest backup has and the practice has not.
    pub missing: Vec<PatientId>,
    /// The newest backup that could be read, where one was needed.
    pub backup: Option<PathBuf>,
    /// Backups that could not be used, and why.
    pub unusable: Vec<String>,
}

/// What became of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// The file.
    pub path: PathBuf,
    /// What was wrong with it.
    pub was: String,
    /// How many entries it has now; none where it was left, or is no chart.
    pub entries: usize,
    /// From where, in words, and how many of its entries are there.
    pub from: Vec<(String, usize)>,
    /// Lines of the damaged file that could not be read and are not known from elsewhere.
    pub lost: Vec<usize>,
    /// What else is to be known of it.
    pub notes: Vec<String>,
    /// Where the damaged bytes are.
    pub kept: Option<PathBuf>,
    /// Why it was left as it is, where it was.
    pub left: Option<String>,
}

/// One repair under way.
struct Repair<'a> {
    store: &'a Store,
    now: DateTime<FixedOffset>,
    report: RepairReport,
}

/// Puts together what is damaged in a practice's folder.
///
/// # Errors
/// [`StoreError::NoPractice`]; what goes wrong with one file is said of that file.
pub fn repair(dir: &Path, places: &Places, now: DateTime<FixedOffset>) -> Result<RepairReport, StoreError> {
    let (store, refused) = Store::open_or_bare(dir, places.clone());
    if !Store::exists(dir) && !dir.join("charts").is_dir() {
        return Err(StoreError::NoPractice { path: dir.to_owned() });
    }
    let folder = store.charts_dir();
    let paths = ron_files(&folder).map_err(|source| StoreError::Read { path: folder, source })?;
    let mut repair = Repair { store: &store, now, report: RepairReport::default() };
    let (damaged, others): (Vec<_>, Vec<_>) = paths.into_iter().partition(|p| chart_id(p).is_some());
    let damaged: Vec<_> = damaged.into_iter().filter_map(|path| repair.is_damaged(path)).collect();
    let wanted = damaged.iter().map(|(id, ..)| *id).collect();
    let copies = Copies::of(&store, places, wanted, refused.is_some(), &others);
    if let Some(error) = refused {
        repair.practice(error, &copies);
    }
    for (id, path, was) in damaged {
        let repaired = repair.chart(id, &path, was, &copies);
        repair.report.files.push(repaired);
    }
    let Copies { missing, newest, unusable, .. } = copies;
    Ok(RepairReport { missing, backup: newest, unusable, ..repair.report })
}

impl Repair<'_> {
    /// Returns what is wrong with a chart where it can be put together; what cannot be is noted.
    fn is_damaged(&mut self, path: PathBuf) -> Option<(PatientId, PathBuf, String)> {
        let id = chart_id(&path)?;
        match charts::read_one(&path, id) {
            Ok(read) => {
                if let Some(entry) = read.clash {
                    let was = format!("two different entries have the id {entry}");
                    let left = "which of the two is right, only a person can say".to_owned();
                    self.report.files.push(Repaired { path, was, left: Some(left), ..Repaired::default() });
                    return None;
                }
                read.disorder.map(|what| (id, path, what))
            }
            Err(StoreError::Damaged { problem }) => {
                let place = problem.line.map_or(String::new(), |line| format!("line {line}: "));
                Some((id, path, format!("{place}{}", problem.what)))
            }
            // Removed meanwhile.
            Err(StoreError::NoChart { .. }) => None,
            Err(error) => {
                let left = match error {
                    StoreError::Newer { .. } => "update this workstation; nothing is wrong with the file",
                    _ => "check the folder and the connection to it, then try again",
                };
                let was = error.into_problem().what;
                self.report.files.push(Repaired { path, was, left: Some(left.to_owned()), ..Repaired::default() });
                None
            }
        }
    }

    fn chart(&self, id: PatientId, path: &Path, was: String, copies: &Copies) -> Repaired {
        let mut done = Repaired { path: path.to_owned(), was, ..Repaired::default() };
        if let Err(error) = self.put_together(id, path, copies, &mut done) {
            done.left = Some(error.to_string());
        }
        done
    }

    /// Under the lock, as another workstation may be at the same file.
    fn put_together(&self, id: PatientId, path: &Path, copies: &Copies, done: &mut Repaired) -> Result<(), StoreError> {
        let _lock = lock::take(self.store.disk(), self.store.dir())?;
        match charts::read_one(path, id) {
            // Its entries are all there, only not as they should stand.
            Ok(read) if read.clash.is_none() && read.disorder.is_some() => {
                done.from.push(("its own entries".to_owned(), read.chart.entries().len()));
                return self.replace(path, &read.chart, done);
            }
            Ok(_) => {
                done.notes.push("somebody put it right meanwhile".to_owned());
                return Ok(());
            }
            Err(_) => {}
        }
        let mut known = copies.known(id);
        known.extend(self.store.recorded(id).map(|chart| ("what was recorded on this computer".to_owned(), chart)));
        let salvage = Salvage::of(path, id, known.iter().map(|(_, chart)| chart));
        // The copies come first: where a line says otherwise, what was proven by its sum counts.
        let from = known.iter().map(|(name, chart)| (name.clone(), chart.clone()));
        let own = ("its own lines".to_owned(), Chart::new(id, salvage.entries.clone()));
        let sources: Vec<_> = from.chain([own]).filter(|(_, chart)| !chart.entries().is_empty()).collect();
        // The first source counts most.
        let take_in = |all: Chart, (_, chart): &(String, Chart)| all.union(&all.lacking(chart));
        let whole = sources.iter().fold(Chart::new(id, Vec::new()), take_in);
        if let Some(why) = why_not(&whole, &sources) {
            done.left = Some(why);
            return Ok(());
        }
        self.replace(path, &whole, done)?;
        done.from = sources.into_iter().map(|(name, chart)| (name, chart.entries().len())).collect();
        done.lost = salvage.lost(&whole);
        done.notes.extend(salvage.notes);
        Ok(())
    }

    /// Keeps the damaged bytes, then writes the chart.
    fn replace(&self, path: &Path, whole: &Chart, done: &mut Repaired) -> Result<(), StoreError> {
        format::prove(whole.entries(), path)?;
        let text = write_chart(whole, path)?;
        done.kept = Some(kept::copy(self.store.dir(), path, self.now)?);
        atomic::write(self.store.disk(), path, &text)?;
        self.store.noted(whole, self.now.date_naive());
        done.entries = whole.entries().len();
        Ok(())
    }

    /// The settings: from the newest backup that has them.
    fn practice(&mut self, error: StoreError, copies: &Copies) {
        let path = self.store.dir().join("practice.ron");
        let mut done = Repaired { path: path.clone(), ..Repaired::default() };
        done.left = match &error {
            StoreError::Newer { .. } => Some("update this workstation; nothing is wrong with the file".to_owned()),
            StoreError::Read { .. } => Some("check the folder and the connection to it, then try again".to_owned()),
            _ if copies.settings.is_none() => {
                Some("no backup has it: correct it in a text editor, or make it anew with `cobalog new`".to_owned())
            }
            _ => None,
        };
        done.was = match error {
            StoreError::NoPractice { .. } => "it is not there".to_owned(),
            other => other.into_problem().what,
        };
        if let (None, Some((name, text))) = (&done.left, &copies.settings) {
            match self.put_settings(&path, text) {
                Ok(kept) => {
                    done.kept = kept;
                    done.from.push((name.clone(), 0));
                }
                Err(error) => done.left = Some(error.to_string()),
            }
        }
        self.report.files.push(done);
    }

    fn put_settings(&self, path: &Path, text: &str) -> Result<Option<PathBuf>, StoreError> {
        let dir = self.store.dir();
        let _lock = lock::take(self.store.disk(), dir)?;
        if read_text(path).and_then(|text| read_settings(&text, path)).is_ok() {
            return Ok(None);
        }
        let is_there = path.symlink_metadata().is_ok();
        let kept = if is_there { Some(kept::copy(dir, path, self.now)?) } else { None };
        atomic::write(self.store.disk(), path, text)?;
        Ok(kept)
    }
}

/// Returns why a chart cannot be put together from what was found.
fn why_not(whole: &Chart, sources: &[(String, Chart)]) -> Option<String> {
    if sources.is_empty() {
        return Some("no backup has it, and no line of it can be read".to_owned());
    }
    // Without the patient's name it would be in no list, and nobody would miss it.
    whole.person().is_none().then(|| "what can be read of it does not say who it is, and no backup has it".to_owned())
}
