//! A backup added to a practice: the set union of each chart; nothing is removed, nothing is written over.

use super::super::archive::{self, Proven};
use super::super::backup::read_bytes;
use super::super::charts::read_one;
use super::super::error::{Problem, StoreError};
use super::super::files::{is_free, leads_nowhere};
use super::super::format::read_settings;
use super::super::open::Store;
use super::super::paths::hash;
use super::super::repair::of_a_link;
use super::super::roster::chart_id;
use super::super::seals::{Key, name_in};
use super::super::{atomic, files, kept};
use crate::clinic::chart::Chart;
use crate::clinic::entry::{EntryId, PatientId};
use crate::clinic::practice::Settings;
use chrono::{DateTime, FixedOffset};
use std::path::{Path, PathBuf};

/// What a backup added to a practice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Charts that were not there.
    pub new_charts: usize,
    /// Charts that got entries.
    pub grown_charts: usize,
    /// Charts that had everything.
    pub same_charts: usize,
    /// Entries that were not there, those of new charts among them.
    pub entries: usize,
    /// Regimens, products and kept files that were not there.
    pub new_files: Vec<PathBuf>,
    /// Where the backup and the practice say different things; the practice's stays.
    pub clashes: Vec<Clash>,
    /// What could not be taken in.
    pub problems: Vec<Problem>,
}

/// Two different things in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The practice's file, which stayed as it is.
    pub path: PathBuf,
    /// The entry that is another one in the backup; `None` where the whole file is.
    pub entry: Option<EntryId>,
    /// Where the backup's file is kept.
    pub kept: PathBuf,
}

/// One merge under way.
struct Merge<'a> {
    store: &'a Store,
    now: DateTime<FixedOffset>,
    merged: Merged,
    /// The keys of seals that it brings, by their names.
    keys: Vec<String>,
}

impl Store {
    /// Adds a backup to this practice. It is proven from end to end before anything is written.
    ///
    /// # Errors
    /// Why the backup cannot be used, [`StoreError::OtherPractice`], or what went wrong with the first file. What goes
    /// wrong with a later one is one of the problems: what was added before stays, and merging again goes on.
    pub fn merge(&self, file: &Path, now: DateTime<FixedOffset>) -> Result<Merged, StoreError> {
        let proven = self.proven_of_this_practice(file)?;
        let mut merge = Merge { store: self, now, merged: Merged::default(), keys: Vec::new() };
        match proven.read(self.disk(), file, |name, bytes| merge.member(name, bytes)) {
            Err(error) if merge.merged == Merged::default() => return Err(error),
            Err(error) => {
                let mut problem = error.into_problem();
                problem.what.push_str("; what was added before it stays: merge again to go on");
                merge.merged.problems.push(problem);
            }
            Ok(()) => {}
        }
        // A person brings this backup: the log, which is whole now, says so of its keys.
        let own = self.keys()?.all.first().map(Key::name);
        merge.keys.into_iter().filter(|name| own.as_ref() != Some(name)).for_each(|name| self.note_key(now, name));
        Ok(merge.merged)
    }

    /// Entries cannot be removed again, so two practices are not mixed by a slip of the hand.
    fn proven_of_this_practice(&self, file: &Path) -> Result<Proven, StoreError> {
        let (mut of, mut charts, mut common) = (String::new(), 0, 0);
        let proven = archive::read(self.disk(), file, |name, bytes| {
            if name == "practice.ron" {
                of = settings(bytes).map(|s| s.name).unwrap_or_default();
            } else if let Some(id) = id_of(name) {
                charts += 1;
                common += usize::from(!is_free(self.disk(), &self.chart_path(id)));
            }
            Ok(())
        })?
        .with_something(file)?;
        if of == self.settings().name || charts == 0 || common > 0 {
            return Ok(proven);
        }
        let folder = self.charts_dir();
        let here = match self.disk().list(&folder) {
            // It is made with the first chart that comes back.
            Err(_) if is_free(self.disk(), &folder) => 0,
            other => other.map_err(|source| StoreError::Read { path: folder, source })?.count(),
        };
        if here > 0 { Err(StoreError::OtherPractice { path: file.to_owned(), of }) } else { Ok(proven) }
    }
}

fn settings(bytes: &[u8]) -> Option<Settings> {
    let path = Path::new("practice.ron");
    files::text_of(bytes.to_vec(), path).and_then(|text| read_settings(&text, path)).ok()
}

fn id_of(name: &str) -> Option<PatientId> {
    chart_id(Path::new(name.strip_prefix("charts/")?))
}

impl Merge<'_> {
    fn member(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        if name == "practice.ron" {
            return self.settings(bytes);
        }
        if !name.starts_with("charts/") {
            return self.other(name, bytes);
        }
        match read_bytes(bytes, Path::new(name)) {
            Ok(chart) if id_of(name).is_none_or(|id| id == chart.id) => self.chart(&chart, bytes),
            Ok(_) => self.not_taken(name, "it holds another chart than its name says"),
            Err(error) => self.not_taken(name, &error.into_problem().what),
        }
    }

    fn not_taken(&mut self, name: &str, what: &str) -> Result<(), StoreError> {
        let problem = Problem::new(Path::new(name), format!("not taken from the backup: {what}"));
        self.merged.problems.push(problem);
        Ok(())
    }

    /// The settings of the practice stay as they are.
    fn settings(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        if settings(bytes).as_ref() == Some(self.store.settings()) {
            return Ok(());
        }
        self.aside("practice.ron", None, bytes)
    }

    fn aside(&mut self, name: &str, entry: Option<EntryId>, bytes: &[u8]) -> Result<(), StoreError> {
        let (disk, dir) = (self.store.disk(), self.store.dir());
        let file = name.rsplit('/').next().unwrap_or(name);
        let kept = kept::bytes(disk, dir, file, bytes, self.now)?;
        self.merged.clashes.push(Clash { path: dir.join(name), entry, kept });
        Ok(())
    }

    fn chart(&mut self, old: &Chart, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.store.chart_path(old.id);
        let lock = self.store.lock()?;
        let here = match read_one(self.store.disk(), &path, old.id) {
            Ok(read) if read.clash.is_some() => {
                let what = "two different entries in it have one id; it was left as it is";
                self.merged.problems.push(Problem::new(&path, what));
                return Ok(());
            }
            Ok(read) => Some(read.chart),
            Err(StoreError::NoChart { .. }) => None,
            Err(error) => {
                let mut problem = error.into_problem();
                problem.what.push_str(&match leads_nowhere(self.store.disk(), &path) {
                    true => format!("; {}, then merge again", of_a_link(&path)),
                    false => "; it was left as it is: run `cobalog check --repair`, then merge again".to_owned(),
                });
                self.merged.problems.push(problem);
                return Ok(());
            }
        };
        let union = here.as_ref().map_or_else(|| old.clone(), |here| here.union(&here.lacking(old)));
        let more = union.entries().len() - here.as_ref().map_or(0, |here| here.entries().len());
        if more > 0 || here.is_none() {
            self.store.make_charts_dir()?;
            self.store.add_entries(&lock, old, &path, self.now.date_naive())?;
        }
        drop(lock);
        self.merged.entries += more;
        match here {
            None => self.merged.new_charts += 1,
            Some(_) if more > 0 => self.merged.grown_charts += 1,
            Some(_) => self.merged.same_charts += 1,
        }
        let other = old.entries().iter().find(|e| union.entry(e.id) != Some(*e)).map(|e| e.id);
        let name = format!("charts/{}.ron", old.id);
        other.map_or(Ok(()), |entry| self.aside(&name, Some(entry), bytes))
    }

    /// Another key than the one that is here proves what was sealed with it, beside the one that is here.
    fn key(&mut self, bytes: &[u8], path: PathBuf) -> Result<(), StoreError> {
        let disk = self.store.disk();
        let beside = || path.with_file_name(format!("seal-{:016x}.key", hash(bytes)));
        let path = if is_free(disk, &path) { path } else { beside() };
        if !is_free(disk, &path) {
            return Ok(());
        }
        self.put(bytes, path)
    }

    /// A log only grows: of two the longer one has all that the other has, or they are two.
    fn log(&mut self, name: &str, bytes: &[u8], path: &Path) -> Result<(), StoreError> {
        let here = files::read_bytes(self.store.disk(), path).unwrap_or_default();
        if here.starts_with(bytes) {
            return Ok(());
        }
        if here.is_empty() || !bytes.starts_with(&here) {
            return self.aside(name, None, bytes);
        }
        atomic::Ready::new(self.store.disk(), path, bytes, true)?.take_place()?;
        self.merged.new_files.push(path.to_owned());
        Ok(())
    }

    fn put(&mut self, bytes: &[u8], path: PathBuf) -> Result<(), StoreError> {
        let disk = self.store.disk();
        if let Some(folder) = path.parent() {
            atomic::make_folder(disk, folder)?;
        }
        atomic::write_proven(disk, &path, false, |file| std::io::Write::write_all(file, bytes), |_| Ok(()))?;
        self.merged.new_files.push(path);
        Ok(())
    }

    fn other(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let (disk, path) = (self.store.disk(), self.store.dir().join(name));
        let is_key = name.starts_with("keys/seal");
        if is_key {
            self.keys.extend(std::str::from_utf8(bytes).ok().and_then(name_in));
        }
        if files::holds(disk, &path, bytes) {
            return Ok(());
        }
        if is_key {
            return self.key(bytes, path);
        }
        if !is_free(disk, &path) {
            return if name.starts_with("audit/") {
                self.log(name, bytes, &path)
            } else {
                self.aside(name, None, bytes)
            };
        }
        self.put(bytes, path)
    }
}
