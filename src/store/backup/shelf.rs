//! The backups that this workstation keeps of a practice: made once a day, kept by a rule, their state in a small file.
//!
//! The rule: the newest of each of the last 7 days, of each of the 5 weeks before, of each of the 12 months before. The
//! newest good one and the newest without a damaged chart stay whatever their age, while none is known to be without one
//! all stay, and what has another name is not ours. One that lacks a file is called so by its name: it takes no other
//! one's place, and goes when a newer one is there.

use super::super::disk::Disk;
use super::super::error::StoreError;
use super::super::files::{is_absent, read_text};
use super::super::paths::Places;
use super::super::{atomic, lock};
use super::members::members;
use super::{BackupReport, write};
use crate::clinic::knowledge::{read, ron_options};
use crate::clinic::words;
use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveDateTime};
use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

const BEGINS: &str = "cobalog-";
const ENDS: &str = ".tar.gz";
/// Before the end of the name of one that does not hold everything.
const LACKS: &str = "-incomplete";
const STAMP: &str = "%Y-%m-%d-%H%M%S";
const DAYS: i64 = 7;
const WEEKS: i64 = 5;
const MONTHS: i32 = 12;

/// A backup on the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The file.
    pub path: PathBuf,
    /// When it was begun, by this workstation's clock; it is in the name.
    pub made: NaiveDateTime,
    /// Its size in bytes.
    pub bytes: u64,
    /// Whether every file that could be listed is in it.
    pub is_whole: bool,
}

/// How it stands with a practice's backups on this workstation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Backups {
    /// The name of the newest good one.
    pub file: Option<String>,
    /// Its size in bytes.
    bytes: u64,
    /// When it was made.
    pub made: Option<DateTime<FixedOffset>>,
    /// When it was last known to hold everything: made then, or nothing had changed since.
    pub current: Option<DateTime<FixedOffset>>,
    /// The name of the newest one in which no chart was damaged.
    sound: Option<String>,
    /// What the practice's folder looked like.
    fingerprint: u64,
    /// The last try, where it failed.
    pub failed: Option<Failed>,
}

/// A backup that could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// When it was tried.
    pub at: DateTime<FixedOffset>,
    /// Why it failed, in a sentence.
    pub why: String,
}

/// Returns how it stands with the backups; nothing is known where there is no place for them.
#[must_use]
pub fn status(disk: &dyn Disk, places: &Places) -> Backups {
    let Some(folder) = &places.backups else { return Backups::default() };
    let text = read_text(disk, &status_path(folder)).ok();
    let mut known: Backups = text.and_then(|text| read(&text).ok()).unwrap_or_default();
    // What is said to be there is there, or cannot be looked at.
    let is_there = |name: &String| disk.meta(&folder.join(name)).map_or_else(|e| !is_absent(&e), |meta| meta.is_file());
    known.sound = known.sound.filter(is_there);
    let has_file = known.file.as_ref().is_some_and(is_there);
    if has_file { known } else { Backups { failed: known.failed, sound: known.sound, ..Backups::default() } }
}

fn status_path(folder: &Path) -> PathBuf {
    folder.join("status.ron")
}

fn save(disk: &dyn Disk, folder: &Path, status: &Backups) {
    let text = ron_options().to_string_pretty(status, PrettyConfig::new().new_line("\n"));
    if let Ok(text) = text {
        // Where it cannot be kept, the next start makes another backup.
        let _ = atomic::write_quickly(disk, &status_path(folder), text.as_bytes());
    }
}

/// Returns the backups of a folder, the newest first. Other files are passed over.
///
/// # Errors
/// [`StoreError::Read`]; a folder that is not there holds none.
pub fn list(disk: &dyn Disk, folder: &Path) -> Result<Vec<Kept>, StoreError> {
    let failed = |source| StoreError::Read { path: folder.to_owned(), source };
    let listed = match disk.list(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(failed)?,
    };
    let mut kept = Vec::new();
    for entry in listed {
        let entry = entry.map_err(failed)?;
        let made = entry.file_name().to_str().and_then(stamp);
        let Some((made, is_whole)) = made else { continue };
        let meta = disk.meta_of_name(&entry.path()).ok().filter(Metadata::is_file);
        kept.extend(meta.map(|meta| Kept { path: entry.path(), made, bytes: meta.len(), is_whole }));
    }
    kept.sort_by_key(|k| std::cmp::Reverse(k.made));
    Ok(kept)
}

/// Returns the time that a name of ours gives, and whether it says that nothing is missing.
fn stamp(name: &str) -> Option<(NaiveDateTime, bool)> {
    let text = name.strip_prefix(BEGINS)?.strip_suffix(ENDS)?;
    let (text, is_whole) = text.strip_suffix(LACKS).map_or((text, true), |text| (text, false));
    let made = NaiveDateTime::parse_from_str(text, STAMP).ok()?;
    (made.format(STAMP).to_string() == text).then_some((made, is_whole))
}

/// Returns whether the name of a backup says that something is missing in it.
pub(super) fn says_that_it_lacks(file: &Path) -> bool {
    file.file_name().and_then(|name| name.to_str()).and_then(stamp).is_some_and(|(_, is_whole)| !is_whole)
}

/// Returns the newest backup, of those that lack something only where there is no other.
///
/// # Errors
/// [`StoreError::NoBackup`], or why the folder cannot be read.
pub fn newest(disk: &dyn Disk, places: &Places) -> Result<PathBuf, StoreError> {
    let folder = shelf_of(places)?;
    let kept = list(disk, folder)?;
    let kept = kept.iter().find(|kept| kept.is_whole).or(kept.first());
    kept.map(|kept| kept.path.clone()).ok_or_else(|| StoreError::NoBackup { path: folder.to_owned() })
}

fn shelf_of(places: &Places) -> Result<&Path, StoreError> {
    places.backups.as_deref().ok_or_else(|| StoreError::NoBackup { path: PathBuf::from("this account") })
}

/// Makes a backup where this workstation keeps them, and lets those go that the rule does not keep.
///
/// # Errors
/// What went wrong; it is noted for [`status`] too.
pub fn add(
    disk: &dyn Disk,
    dir: &Path,
    places: &Places,
    now: DateTime<FixedOffset>,
) -> Result<BackupReport, StoreError> {
    let folder = shelf_of(places)?;
    atomic::make_folder(disk, folder)?;
    let _one_at_a_time = lock::take(disk, folder)?;
    Shelf { disk, dir, folder, now }.put(status(disk, places))
}

/// Makes the backup of the day, unless there is one or nothing changed since; returns how it stands then.
///
/// It is for a thread of its own: it reads every chart, and waits for nobody.
#[must_use]
pub fn daily(disk: &dyn Disk, dir: &Path, places: &Places, now: DateTime<FixedOffset>) -> Backups {
    let before = status(disk, places);
    let done_today = before.failed.is_none() && before.current.is_some_and(|at| at.date_naive() == now.date_naive());
    let Some(folder) = places.backups.as_deref().filter(|_| !done_today) else { return before };
    let shelf = Shelf { disk, dir, folder, now };
    if let Err(error) = shelf.one_a_day(places) {
        // A folder that cannot even be made leaves no note; then what is returned says it.
        let failed = Some(Failed { at: now, why: error.to_string() });
        return Backups { failed, ..status(disk, places) };
    }
    status(disk, places)
}

/// A practice's backups on this workstation, about to get one more.
struct Shelf<'a> {
    disk: &'a dyn Disk,
    /// The practice.
    dir: &'a Path,
    /// Where the backups are.
    folder: &'a Path,
    now: DateTime<FixedOffset>,
}

impl Shelf<'_> {
    fn one_a_day(&self, places: &Places) -> Result<(), StoreError> {
        let (disk, folder) = (self.disk, self.folder);
        atomic::make_folder(disk, folder)?;
        let _one_at_a_time = match lock::take(disk, folder) {
            // Another window of this workstation is at it.
            Err(StoreError::Busy { .. }) => return Ok(()),
            other => other?,
        };
        let known = status(disk, places);
        let is_same = || members(disk, self.dir).is_ok_and(|all| all.fingerprint() == known.fingerprint);
        let is_whole = |name: &String| disk.meta(&folder.join(name)).is_ok_and(|meta| meta.len() == known.bytes);
        if known.file.as_ref().is_some_and(is_whole) && is_same() {
            save(disk, folder, &Backups { current: Some(self.now), failed: None, ..known });
            return Ok(());
        }
        self.put(known).map(drop)
    }

    /// Under the shelf's lock; a failure is noted.
    fn put(&self, known: Backups) -> Result<BackupReport, StoreError> {
        self.sweep();
        let made = self.try_put(&known);
        let why = match &made {
            Ok(report) => report.unread.first().map(|first| {
                let files = words::plural(report.unread.len() as i64, "file");
                format!("{files} could not be read and are not in it; the first: {first}")
            }),
            Err(error) => Some(error.to_string()),
        };
        if let Some(why) = why {
            save(self.disk, self.folder, &Backups { failed: Some(Failed { at: self.now, why }), ..known });
        }
        made
    }

    fn try_put(&self, known: &Backups) -> Result<BackupReport, StoreError> {
        let stamp = self.now.naive_local().format(STAMP);
        let name = format!("{BEGINS}{stamp}{ENDS}");
        let (lacks, whole) = (self.folder.join(format!("{BEGINS}{stamp}{LACKS}{ENDS}")), self.folder.join(&name));
        // Taken before: what changes meanwhile is a change.
        let fingerprint = members(self.disk, self.dir)?.fingerprint();
        let mut report = write(self.disk, self.dir, &lacks, true).map_err(|error| match error {
            StoreError::Write { source, .. } => StoreError::Write { path: whole.clone(), source },
            other => other,
        })?;
        if !report.unread.is_empty() {
            self.prune_lacking(known);
            return Ok(report);
        }
        self.disk.rename(&lacks, &whole).map_err(|source| StoreError::Write { path: whole.clone(), source })?;
        let unconfirmed = |source| StoreError::Unconfirmed { path: whole.clone(), source };
        self.disk.sync_name(&whole).map_err(unconfirmed)?;
        report.path = whole;
        let sound = if report.damaged.is_empty() { Some(name.clone()) } else { known.sound.clone() };
        let (bytes, at) = (report.bytes, Some(self.now));
        let status = Backups { file: Some(name), bytes, made: at, current: at, sound, fingerprint, failed: None };
        save(self.disk, self.folder, &status);
        self.prune(&status);
        self.prune_lacking(&status);
        Ok(report)
    }

    /// Removes what a power cut left of a backup that was being made.
    fn sweep(&self) {
        let names = self.disk.list(self.folder).into_iter().flatten().flatten();
        let left = names.filter(|e| e.file_name().to_str().is_some_and(|name| atomic::is_temporary_of(name, BEGINS)));
        // What cannot be removed only takes room.
        left.for_each(|entry| drop(self.disk.remove(&entry.path())));
    }

    /// Removes what the rule does not keep; what cannot be removed stays until the next time. As long as no backup is known
    /// in which nothing was damaged, an old one may be it.
    fn prune(&self, status: &Backups) {
        if status.sound.is_none() {
            return;
        }
        let mut all = list(self.disk, self.folder).unwrap_or_default();
        all.retain(|kept| kept.is_whole);
        let stays = kept_by_rule(&all.iter().map(|k| k.made).collect::<Vec<_>>(), self.now.date_naive());
        let always = [&status.file, &status.sound];
        let is_named = |k: &Kept| always.into_iter().flatten().any(|name| k.path.file_name() == Some(name.as_ref()));
        for kept in all.iter().filter(|k| !stays.contains(&k.made) && !is_named(k)) {
            let _ = self.disk.remove(&kept.path);
        }
    }

    /// Of the backups that lack something the newest stays, until there is one in which nothing is missing or damaged.
    fn prune_lacking(&self, status: &Backups) {
        let sound = status.sound.as_deref().and_then(stamp).map(|(made, _)| made);
        let lacking = list(self.disk, self.folder).unwrap_or_default().into_iter().filter(|kept| !kept.is_whole);
        for (n, kept) in lacking.enumerate() {
            if n > 0 || sound.is_some_and(|sound| sound >= kept.made) {
                let _ = self.disk.remove(&kept.path);
            }
        }
    }
}

/// Returns which of these times the rule keeps on a day; one of the future stays, as the clock may be wrong.
#[must_use]
pub fn kept_by_rule(made: &[NaiveDateTime], today: NaiveDate) -> BTreeSet<NaiveDateTime> {
    let mut newest_first = made.to_vec();
    newest_first.sort_unstable_by(|a, b| b.cmp(a));
    let (mut stays, mut taken) = (BTreeSet::new(), BTreeSet::new());
    let months = |day: NaiveDate| day.year() * 12 + day.month0() as i32;
    for at in newest_first {
        let day = at.date();
        let age = today.signed_duration_since(day).num_days();
        let week = day.iso_week();
        let slots = [
            (age < DAYS).then(|| ("day", day.year(), day.ordinal())),
            (age < DAYS + 7 * WEEKS).then(|| ("week", week.year(), week.week())),
            (months(today) - months(day) <= MONTHS).then(|| ("month", day.year(), day.month())),
        ];
        // A time that is the newest of its day, its week or its month.
        // Each slot is taken, also where one has told already.
        let is_newest = slots.into_iter().flatten().filter(|slot| taken.insert(*slot)).count() > 0;
        if is_newest || age < 0 {
            stays.insert(at);
        }
    }
    stays
}
