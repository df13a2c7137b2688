//! Half-typed prompts, kept so that a closed window loses no typing.

use super::atomic;
use super::error::{Problem, StoreError};
use super::files::{read_text, ron_files};
use crate::clinic::entry::PatientId;
use crate::clinic::knowledge::{read, ron_options};
use chrono::{DateTime, FixedOffset};
use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

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
    /// Returns the file: one a prompt and patient, with no name in it.
    fn path(&self, dir: &Path) -> PathBuf {
        let prompt: String = self.prompt.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let patient = self.patient.map_or_else(|| "new".to_owned(), |id| id.to_string());
        folder(dir).join(format!("{prompt}-{patient}.ron"))
    }
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
pub fn save(state: &Path, draft: &Draft) -> Result<(), StoreError> {
    let path = draft.path(state);
    let text = ron_options().to_string_pretty(draft, PrettyConfig::new().new_line("\n"));
    let text = text.map_err(|e| StoreError::NotExact { path: path.clone(), what: e.to_string() })?;
    if !folder(state).is_dir() {
        atomic::make_folder(&folder(state))?;
    }
    atomic::write_quickly(&path, text.as_bytes())
}

/// Returns all drafts, the latest first. One that cannot be read is put aside under another name.
#[must_use]
pub fn load_all(state: &Path) -> Vec<Draft> {
    let paths = ron_files(&folder(state)).unwrap_or_default();
    let mut drafts: Vec<Draft> = paths.iter().filter_map(|path| load(path)).collect();
    drafts.sort_by_key(|d| std::cmp::Reverse(d.at));
    drafts
}

/// Returns what is wrong with the drafts; changes none.
#[must_use]
pub fn check(state: &Path) -> Vec<Problem> {
    let folder = folder(state);
    let paths = match ron_files(&folder) {
        Ok(paths) => paths,
        Err(source) => return vec![StoreError::Read { path: folder, source }.into_problem()],
    };
    let look = |path: &PathBuf| -> Option<Problem> {
        match read_text(path) {
            Ok(text) => read::<Draft>(&text).err().map(|e| Problem::at(path, &e)),
            Err(error) => Some(error.into_problem()),
        }
    };
    paths.iter().filter_map(look).collect()
}

fn load(path: &Path) -> Option<Draft> {
    let draft = read_text(path).ok().and_then(|text| read(&text).ok());
    if draft.is_none() {
        // Kept for whoever wants to look; if even this fails it is passed over again next time.
        let _ = fs::rename(path, path.with_extension("damaged"));
    }
    draft
}

/// Removes a draft once its prompt was signed or given up.
///
/// # Errors
/// [`StoreError::Write`]; a draft that is not there is no error.
pub fn remove(state: &Path, draft: &Draft) -> Result<(), StoreError> {
    let path = draft.path(state);
    match fs::remove_file(&path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(StoreError::Write { path, source }),
        _ => Ok(()),
    }
}
