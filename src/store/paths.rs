//! Where things are: the practice's folder, and the places for what can be worked out again or is half typed.

use directories::ProjectDirs;
use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The folder within a practice's state for letters and other pages that were saved, to be printed or sent.
pub const LETTERS: &str = "letters";

/// The places of one practice on this workstation, outside its folder. `COBALOG_BACKUPS` names another place for backups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// For the index; without it every list reads all charts.
    pub cache: Option<PathBuf>,
    /// For drafts; without it what is half typed is lost with the program.
    pub state: Option<PathBuf>,
    /// For backups, so that with a shared folder each workstation has a second copy; without it none is made by itself.
    pub backups: Option<PathBuf>,
}

impl Places {
    /// Returns the places for the practice in a folder, wherever the folder is named from.
    #[must_use]
    pub fn of(dir: &Path) -> Self {
        let key = key(dir);
        let state = state_dir().map(|d| d.join(&key));
        // Not under the practice's folder: what happens to that must not happen to them.
        let backups = from_env("COBALOG_BACKUPS").map(|d| d.join(&key));
        let backups = backups.or_else(|| state.as_ref().map(|d| d.join("backups")));
        Self { cache: cache_dir().map(|d| d.join(&key)), state, backups }
    }
}

fn project() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "cobalog")
}

fn from_env(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from)
}

/// Returns the practice's folder: the command line's, else the environment's (`COBALOG_DATA`), else the usual one of this
/// system. `None` where this account has no home folder.
#[must_use]
pub fn data_dir(flag: Option<&Path>, env: Option<&OsStr>) -> Option<PathBuf> {
    let env = env.filter(|v| !v.is_empty()).map(PathBuf::from);
    flag.map(Path::to_owned).or(env).or_else(|| project().map(|p| p.data_dir().to_owned()))
}

/// Returns the folder for what can be worked out again (`COBALOG_CACHE`).
#[must_use]
pub fn cache_dir() -> Option<PathBuf> {
    from_env("COBALOG_CACHE").or_else(|| project().map(|p| p.cache_dir().to_owned()))
}

/// Returns the folder for what is half typed (`COBALOG_STATE`).
#[must_use]
pub fn state_dir() -> Option<PathBuf> {
    let usual = |p: ProjectDirs| p.state_dir().unwrap_or_else(|| p.data_local_dir()).to_owned();
    from_env("COBALOG_STATE").or_else(|| project().map(usual))
}

/// Returns a name for a practice that is the same from wherever its folder is named.
fn key(dir: &Path) -> String {
    let full = dir.canonicalize().or_else(|_| std::path::absolute(dir)).unwrap_or_else(|_| dir.to_owned());
    format!("{:016x}", hash(full.as_os_str().as_encoded_bytes()))
}

/// FNV-1a: the same in every version of the program, which the standard hasher does not promise.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}
