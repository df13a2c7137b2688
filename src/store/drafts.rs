//! Half-typed prompts, kept so that a closed window loses no typing.
//!
//! A draft has two files. Each key replaces `.ron` without waiting for the disk, which a program that is killed loses
//! nothing by; about once a second [`Keeper`] writes what was typed to `.flushed` and waits for the disk, on a thread of its
//! own. After a power failure `.ron` may be damaged or old: the newer of the two that can be read is the draft.

mod keeper;

use super::atomic;
use super::disk::Disk;
use super::error::{Problem, StoreError};
use super::files::{files_of, is_absent, is_free, read_text, ron_files};
use super::paths::hash;
use crate::clinic::entry::PatientId;
use crate::clinic::knowledge::{read, ron_options};
use chrono::{DateTime, FixedOffset};
use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use keeper::Keeper;

/// What was typed into a prompt that was not signed yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The prompt: `give`, `triage`.
    pub prompt: String,
    /// Whose chart it was opened on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<PatientId>,
    /// Who typed.
    pub by: String,
    /// When it was last typed in.
    pub at: DateTime<FixedOffset>,
    /// The text of each field by its name.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

impl Draft {
    fn path(&self, state: &Path) -> PathBuf {
        path_of(state, &self.prompt, self.patient, &self.by)
    }

    fn text(&self, path: &Path) -> Result<String, StoreError> {
        let text = ron_options().to_string_pretty(self, PrettyConfig::new().new_line("\n"));
        text.map_err(|e| StoreError::NotExact { path: path.to_owned(), what: e.to_string() })
    }
}

/// Returns the file: one a prompt, patient and author, with no name in it, so that each draft stays its author's.
fn path_of(state: &Path, prompt: &str, patient: Option<PatientId>, by: &str) -> PathBuf {
    let prompt: String = prompt.chars().take(40).map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let patient = patient.map_or_else(|| "new".to_owned(), |id| id.to_string());
    let by = hash(by.as_bytes()) >> 32;
    folder(state).join(format!("{prompt}-{patient}-{by:08x}.ron"))
}

/// Returns the second file, which is on the disk.
fn flushed(path: &Path) -> PathBuf {
    path.with_extension("flushed")
}

fn folder(state: &Path) -> PathBuf {
    state.join("drafts")
}

/// Keeps a draft in a practice's state folder ([`super::Places`]); the latest one of a prompt and patient stays.
///
/// It does not wait for the disk: it is called on every key.
///
/// # Errors
/// [`StoreError::Write`].
pub fn save(disk: &dyn Disk, state: &Path, draft: &Draft) -> Result<(), StoreError> {
    let path = draft.path(state);
    let text = draft.text(&path)?;
    atomic::make_folder(disk, &folder(state))?;
    atomic::write_quickly(disk, &path, text.as_bytes())
}

/// Returns all drafts that can be read, the latest first.
#[must_use]
pub fn load_all(disk: &dyn Disk, state: &Path) -> Vec<Draft> {
    load_with_problems(disk, state).0
}

/// Returns all drafts, the latest first, and what is wrong with others. A damaged one is put aside under another name.
#[must_use]
pub fn load_with_problems(disk: &dyn Disk, state: &Path) -> (Vec<Draft>, Vec<Problem>) {
    let (folder, mut problems) = (folder(state), Vec::new());
    let mut paths = BTreeSet::new();
    for extension in ["ron", "flushed"] {
        match files_of(disk, &folder, extension) {
            Ok(files) => paths.extend(files.into_iter().map(|path| path.with_extension("ron"))),
            Err(source) => problems.push(StoreError::Read { path: folder.clone(), source }.into_problem()),
        }
    }
    let mut load = |path: &Path| {
        load(disk, path).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        })
    };
    let mut newer = |path: &PathBuf| match (load(path), load(&flushed(path))) {
        (Some(quick), Some(flushed)) if flushed.at > quick.at => Some(flushed),
        (quick, flushed) => quick.or(flushed),
    };
    let mut drafts: Vec<Draft> = paths.iter().filter_map(&mut newer).collect();
    drafts.sort_by_key(|d| std::cmp::Reverse(d.at));
    problems.dedup();
    (drafts, problems)
}

/// Returns what is wrong with the drafts; changes none.
#[must_use]
pub fn check(disk: &dyn Disk, state: &Path) -> Vec<Problem> {
    let folder = folder(state);
    let paths = match ron_files(disk, &folder) {
        Ok(paths) => paths,
        Err(source) => return vec![StoreError::Read { path: folder, source }.into_problem()],
    };
    let look = |path: &PathBuf| -> Option<Problem> {
        match read_text(disk, path) {
            Ok(text) => read::<Draft>(&text).err().map(|e| Problem::at(path, &e)),
            Err(error) => Some(error.into_problem()),
        }
    };
    paths.iter().filter_map(look).collect()
}

/// Reads a draft; `None` where there is none.
fn load(disk: &dyn Disk, path: &Path) -> Result<Option<Draft>, Problem> {
    let problem = match read_text(disk, path) {
        Ok(text) => match read(&text) {
            Ok(draft) => return Ok(Some(draft)),
            Err(error) => Problem::at(path, &error),
        },
        Err(StoreError::Read { source, .. }) if is_absent(&source) && is_free(disk, path) => return Ok(None),
        // Not to be read now: perhaps next time.
        Err(error @ StoreError::Read { .. }) => return Err(error.into_problem()),
        Err(error) => error.into_problem(),
    };
    Err(put_aside(disk, path, problem))
}

/// Keeps a damaged draft for whoever wants to look, beside those that were damaged before it; where even this fails it is
/// passed over again next time.
fn put_aside(disk: &dyn Disk, path: &Path, mut problem: Problem) -> Problem {
    let named = |n: u32| path.with_extension(if n == 1 { "damaged".to_owned() } else { format!("{n}.damaged") });
    let free = (1..1000).map(named).find(|path| is_free(disk, path));
    if let Some(free) = free.filter(|free| disk.rename_to_free(path, free).is_ok()) {
        let name = free.file_name().unwrap_or_default().to_string_lossy();
        problem.what.push_str(&format!("; it was half typed, and is kept beside it as {name}"));
    }
    problem
}

/// Removes a draft once its prompt was signed or given up.
///
/// # Errors
/// [`StoreError::Write`]; a draft that is not there is no error.
pub fn remove(disk: &dyn Disk, state: &Path, draft: &Draft) -> Result<(), StoreError> {
    remove_of(disk, state, &draft.prompt, draft.patient, &draft.by)
}

fn remove_of(
    disk: &dyn Disk,
    state: &Path,
    prompt: &str,
    patient: Option<PatientId>,
    by: &str,
) -> Result<(), StoreError> {
    let path = path_of(state, prompt, patient, by);
    // Before each draft was its author's, its file had no author in its name.
    let old = path
        .file_name()
        .and_then(|name| Some(path.with_file_name(name.to_str()?.rsplit_once('-')?.0).with_extension("ron")));
    let is_own = |old: &PathBuf| matches!(load(disk, old), Ok(Some(draft)) if draft.by == by);
    if let Some(old) = old.filter(is_own) {
        remove_both(disk, &old)?;
    }
    remove_both(disk, &path)
}

/// Gives all drafts of one name to another one: somebody has married, or the name was misspelt.
///
/// # Errors
/// [`StoreError::Write`]; what was not given yet stays under the old name.
pub fn rename(disk: &dyn Disk, state: &Path, old: &str, new: &str) -> Result<(), StoreError> {
    for draft in load_all(disk, state).into_iter().filter(|draft| draft.by == old) {
        save(disk, state, &Draft { by: new.to_owned(), ..draft.clone() })?;
        remove(disk, state, &draft)?;
    }
    Ok(())
}

/// The one that a power failure could bring back goes first.
fn remove_both(disk: &dyn Disk, path: &Path) -> Result<(), StoreError> {
    for path in [flushed(path), path.to_owned()] {
        match atomic::patiently(disk, atomic::BRIEFLY, || disk.remove(&path)) {
            Err(source) if !is_absent(&source) => return Err(StoreError::Write { path, source }),
            _ => {}
        }
    }
    Ok(())
}
