//! The backups that this workstation keeps of a practice: made once a day, kept by a rule, their state in a small file.
//!
//! The rule: the newest of each of the last 7 days, of each of the 5 weeks before, of each of the 12 months before. The
//! newest good one and the newest without a damaged chart stay whatever their age, and what has another name is not ours.

use super::super::disk::Disk;
use super::super::error::StoreError;
use super::super::files::read_text;
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
    let known: Backups =
        read_text(disk, &status_path(folder)).ok().and_then(|text| read(&text).ok()).unwrap_or_default();
    // What is said to be there is there.
    let is_there =
        known.file.as_ref().is_some_and(|name| disk.meta(&folder.join(name)).is_ok_and(|meta| meta.is_file()));
    if is_there { known } else { Backups { failed: known.failed, ..Backups::default() } }
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
        let meta = disk.meta_of_name(&entry.path()).ok().filter(Metadata::is_file);
        if let (Some(made), Some(meta)) = (made, meta) {
            kept.push(Kept { path: entry.path(), made, bytes: meta.len() });
        }
    }
    kept.sort_by_key(|k| std::cmp::Reverse(k.made));
    Ok(kept)
}

/// Returns the time that a name of ours gives.
fn stamp(name: &str) -> Option<NaiveDateTime> {
    let text = name.strip_prefix(BEGINS)?.strip_suffix(ENDS)?;
    let made = NaiveDateTime::parse_from_str(text, STAMP).ok()?;
    (made.format(STAMP).to_string() == text).then_some(made)
}

/// Returns the newest backup.
///
/// # Errors
/// [`StoreError::NoBackup`], or why the folder cannot be read.
pub fn newest(disk: &dyn Disk, places: &Places) -> Result<PathBuf, StoreError> {
    let folder = shelf_of(places)?;
    let kept = list(disk, folder)?.into_iter().next();
    kept.map(|kept| kept.path).ok_or_else(|| StoreError::NoBackup { path: folder.to_owned() })
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
    put(disk, dir, folder, status(disk, places), now)
}

/// Makes the backup of the day, unless there is one or nothing changed since; returns how it stands then.
///
/// It is for a thread of its own: it reads every chart, and waits for nobody.
#[must_use]
pub fn daily(disk: &dyn Disk, dir: &Path, places: &Places, now: DateTime<FixedOffset>) -> Backups {
    let before = status(disk, places);
    let done_today = before.failed.is_none() && before.current.is_some_and(|at| at.date_naive() == now.date_naive());
    let Some(folder) = places.backups.as_deref().filter(|_| !done_today) else { return before };
    if let Err(error) = one_a_day(disk, dir, folder, places, now) {
        // A folder that cannot even be made leaves no note; then what is returned says it.
        let failed = Some(Failed { at: now, why: error.to_string() });
        return Backups { failed, ..status(disk, places) };
    }
    status(disk, places)
}

fn one_a_day(
    disk: &dyn Disk,
    dir: &Path,
    folder: &Path,
    places: &Places,
    now: DateTime<FixedOffset>,
) -> Result<(), StoreError> {
    atomic::make_folder(disk, folder)?;
    let _one_at_a_time = match lock::take(disk, folder) {
        // Another window of this workstation is at it.
        Err(StoreError::Busy { .. }) => return Ok(()),
        other => other?,
    };
    let known = status(disk, places);
    let is_same = || members(disk, dir).is_ok_and(|all| all.fingerprint() == known.fingerprint);
    let is_whole = |name: &String| disk.meta(&folder.join(name)).is_ok_and(|meta| meta.len() == known.bytes);
    if known.file.as_ref().is_some_and(is_whole) && is_same() {
        save(disk, folder, &Backups { current: Some(now), failed: None, ..known });
        return Ok(());
    }
    put(disk, dir, folder, known, now).map(drop)
}

/// Under the shelf's lock; a failure is noted.
fn put(
    disk: &dyn Disk,
    dir: &Path,
    folder: &Path,
    known: Backups,
    now: DateTime<FixedOffset>,
) -> Result<BackupReport, StoreError> {
    sweep(disk, folder);
    let made = try_put(disk, dir, folder, &known, now);
    let why = match &made {
        Ok(report) => report.unread.first().map(|first| {
            let files = words::plural(report.unread.len() as i64, "file");
            format!("{files} could not be read and are not in it; the first: {first}")
        }),
        Err(error) => Some(error.to_string()),
    };
    if let Some(why) = why {
        save(disk, folder, &Backups { failed: Some(Failed { at: now, why }), ..known });
    }
    made
}

fn try_put(
    disk: &dyn Disk,
    dir: &Path,
    folder: &Path,
    known: &Backups,
    now: DateTime<FixedOffset>,
) -> Result<BackupReport, StoreError> {
    let name = format!("{BEGINS}{}{ENDS}", now.naive_local().format(STAMP));
    // Taken before: what changes meanwhile is a change.
    let fingerprint = members(disk, dir)?.fingerprint();
    let report = write(disk, dir, &folder.join(&name), true)?;
    if !report.unread.is_empty() {
        return Ok(report);
    }
    let sound = if report.damaged.is_empty() { Some(name.clone()) } else { known.sound.clone() };
    let (bytes, at) = (report.bytes, Some(now));
    let status = Backups { file: Some(name), bytes, made: at, current: at, sound, fingerprint, failed: None };
    save(disk, folder, &status);
    prune(disk, folder, &status, now.date_naive());
    Ok(report)
}

/// Removes what a power cut left of a backup that was being made.
fn sweep(disk: &dyn Disk, folder: &Path) {
    let names = disk.list(folder).into_iter().flatten().flatten();
    let left = names.filter(|e| e.file_name().to_str().is_some_and(|name| atomic::is_temporary_of(name, BEGINS)));
    // What cannot be removed only takes room.
    left.for_each(|entry| drop(disk.remove(&entry.path())));
}

/// Removes what the rule does not keep; what cannot be removed stays until the next time.
fn prune(disk: &dyn Disk, folder: &Path, status: &Backups, today: NaiveDate) {
    let all = list(disk, folder).unwrap_or_default();
    let stays = kept_by_rule(&all.iter().map(|k| k.made).collect::<Vec<_>>(), today);
    let always = [&status.file, &status.sound];
    let is_named = |k: &Kept| always.into_iter().flatten().any(|name| k.path.file_name() == Some(name.as_ref()));
    for kept in all.iter().filter(|k| !stays.contains(&k.made) && !is_named(k)) {
        let _ = disk.remove(&kept.path);
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
