//! Damaged files put together again: from the last good copy in the backups, from copies that carry the same chart, and
//! from every line of the damaged file that can still be read by itself. The damaged bytes are kept first.

mod copies;
mod salvage;

use super::disk::Disk;
use super::error::StoreError;
use super::files::{holds, is_absent, is_folder, read_bytes, read_text, ron_files_in};
use super::format::{self, write_chart};
use super::open::{Store, read_practice};
use super::paths::Places;
use super::roster::chart_id;
use super::{atomic, charts, kept};
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Entry, PatientId};
use chrono::{DateTime, FixedOffset};
use copies::Copies;
use salvage::Salvage;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
pub fn repair(
    dir: &Path,
    places: &Places,
    now: DateTime<FixedOffset>,
    disk: Arc<dyn Disk>,
) -> Result<RepairReport, StoreError> {
    let (store, refused) = Store::open_or_bare(dir, places.clone(), disk);
    let folder = store.charts_dir();
    if !Store::exists_on(store.disk(), dir) && !is_folder(store.disk(), &folder) {
        return Err(StoreError::NoPractice { path: dir.to_owned() });
    }
    let mut repair = Repair { store: &store, now, report: RepairReport::default() };
    let paths = match ron_files_in(store.disk(), &folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            let left =
                "check the connection to it; if it is gone, `cobalog restore --merge` brings back what a backup has";
            let (was, left) = ("it is not there".to_owned(), Some(left.to_owned()));
            repair.report.files.push(Repaired { path: folder, was, left, ..Repaired::default() });
            Vec::new()
        }
        other => other.map_err(|source| StoreError::Read { path: folder, source })?,
    };
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
        match charts::read_one(self.store.disk(), &path, id) {
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
                let left = Some(why_left(&error).to_owned());
                let was = error.into_problem().what;
                self.report.files.push(Repaired { path, was, left, ..Repaired::default() });
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
        let _lock = self.store.lock()?;
        let mut beside = copies.beside(id);
        beside.extend(self.store.recorded(id).map(|chart| ("what was recorded on this computer".to_owned(), chart)));
        let known = |beside| copies.proven(id).into_iter().chain(beside).collect::<Vec<_>>();
        let (known, salvage) = match charts::read_with_text(self.store.disk(), path, id) {
            Ok((text, read)) if read.clash.is_none() && read.disorder.is_some() => {
                // Nothing proves what lies beside it: of two versions of an entry that can be read the chart's own stays.
                beside.iter_mut().for_each(|(_, chart)| *chart = read.chart.lacking(chart));
                let known = known(beside);
                let salvage = Salvage::whole(&read.chart, text, &entries(&known));
                (known, salvage)
            }
            Ok(_) => {
                done.notes.push("somebody put it right meanwhile".to_owned());
                return Ok(());
            }
            Err(StoreError::Damaged { .. }) => {
                let known = known(beside);
                let salvage = Salvage::of(self.store.disk(), path, id, &entries(&known))?;
                (known, salvage)
            }
            // What cannot be read just now is not damaged by that.
            Err(error) => {
                done.left = Some(why_left(&error).to_owned());
                return Ok(());
            }
        };
        // The copies come first: where a line says otherwise, what was proven by its sum counts.
        let own = ("its own lines".to_owned(), Chart::new(id, salvage.entries.clone()));
        let sources: Vec<_> = known.into_iter().chain([own]).filter(|(_, chart)| !chart.entries().is_empty()).collect();
        // The first source counts most.
        let take_in = |all: Chart, (_, chart): &(String, Chart)| all.union(&all.lacking(chart));
        let whole = sources.iter().fold(Chart::new(id, Vec::new()), take_in);
        if let Some(why) = why_not(&whole, &sources) {
            done.left = Some(why);
            return Ok(());
        }
        self.replace(path, &whole, &salvage.seen, done)?;
        done.from = sources.into_iter().map(|(name, chart)| (name, chart.entries().len())).collect();
        done.lost = salvage.lost(&whole);
        done.notes.extend(salvage.notes);
        Ok(())
    }

    /// Keeps what was `seen`, then writes the chart in its place, unless somebody else wrote it meanwhile.
    fn replace(&self, path: &Path, whole: &Chart, seen: &Seen, done: &mut Repaired) -> Result<(), StoreError> {
        format::prove(whole.entries(), path)?;
        let text = write_chart(whole, path)?;
        done.kept = Some(self.put_in_place(path, &text, seen)?);
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
        let (disk, dir) = (self.store.disk(), self.store.dir());
        let _lock = self.store.lock()?;
        match disk.meta_of_name(path) {
            Ok(_) => {}
            Err(e) if is_absent(&e) => {
                atomic::Ready::new(disk, path, text.as_bytes(), true)?.take_free_place()?;
                return Ok(None);
            }
            Err(source) => return Err(StoreError::Read { path: path.to_owned(), source }),
        }
        match read_practice(disk, dir) {
            Ok(_) => Ok(None),
            Err(StoreError::Damaged { .. }) => {
                let seen = Seen::of(disk, path)?;
                self.put_in_place(path, text, &seen).map(Some)
            }
            Err(error) => Err(error),
        }
    }

    /// Under the lock: keeps what was `seen` and puts a text in its place; returns where it is kept.
    fn put_in_place(&self, path: &Path, text: &str, seen: &Seen) -> Result<PathBuf, StoreError> {
        let (disk, dir) = (self.store.disk(), self.store.dir());
        let ready = atomic::Ready::new(disk, path, text.as_bytes(), true)?;
        let kept = match seen {
            Seen::Text(_) | Seen::Other => kept::copy(disk, dir, path, self.now)?,
            Seen::Bytes(bytes) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                kept::bytes(disk, dir, &name, bytes, self.now)?
            }
        };
        if !seen.is_still(disk, path) {
            return Err(StoreError::Busy { path: path.to_owned() });
        }
        ready.take_place().inspect_err(|_| {
            // A folder was moved: the next try must find it where it was.
            if is_folder(disk, &kept) {
                let _ = disk.rename_to_free(&kept, path);
            }
        })?;
        Ok(kept)
    }
}

/// What stood in a damaged file's place, so that nothing is replaced that was not looked at.
#[derive(Default)]
enum Seen {
    /// A text that can be read.
    Text(String),
    /// A file.
    Bytes(Vec<u8>),
    /// No file, or one that is too large for one of Cobalog's.
    #[default]
    Other,
}

impl Seen {
    fn of(disk: &dyn Disk, path: &Path) -> Result<Self, StoreError> {
        match read_bytes(disk, path) {
            Ok(bytes) => Ok(Self::Bytes(bytes)),
            Err(StoreError::Damaged { .. }) => Ok(Self::Other),
            Err(error) => Err(error),
        }
    }

    fn is_still(&self, disk: &dyn Disk, path: &Path) -> bool {
        match self {
            Self::Text(text) => read_text(disk, path).is_ok_and(|now| now == *text),
            Self::Bytes(bytes) => holds(disk, path, bytes),
            Self::Other => true,
        }
    }
}

fn entries(known: &[(String, Chart)]) -> Vec<&Entry> {
    known.iter().flat_map(|(_, chart)| chart.entries()).collect()
}

/// Returns what is to be done about a file that is no worse than it was.
fn why_left(error: &StoreError) -> &'static str {
    match error {
        StoreError::Newer { .. } => "update this workstation; nothing is wrong with the file",
        _ => "check the folder and the connection to it, then try again",
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
