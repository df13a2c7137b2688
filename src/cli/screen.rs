//! The way from the command line to the full-screen program.

use super::failure::Failure;
use crate::clock::Clock;
use crate::store::Places;
use crate::tui::runtime;
use crate::tui::session::Begin;
use crate::tui::theme::Theme;
use chrono::NaiveDate;
use std::path::Path;
use tempfile::TempDir;

/// Opens the practice in a folder full-screen, on the day that is pretended where one is. A temporary folder goes when
/// the person leaves.
///
/// # Errors
/// Why the practice or the terminal could not be opened.
pub(super) fn open(
    dir: &Path,
    places: Places,
    today: Option<NaiveDate>,
    temporary: Option<TempDir>,
) -> Result<(), Failure> {
    let clock = today.map_or(Clock::Machine, Clock::Day);
    let theme = Theme::from_environment(|name| std::env::var(name).ok());
    Ok(runtime::run(Begin { dir: dir.to_owned(), places, clock, theme, temporary })?)
}
