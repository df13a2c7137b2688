//! A fictional practice that has something of everything, relative to a day.
//!
//! The same seed and day give the same bytes, and patient `i` depends on the seed and `i` alone: the first thousand of
//! ten thousand are the thousand. The first fifty-eight are a cast made by hand; the others are drawn from it.

mod aside;
mod cast;
mod draw;
mod health;
mod people;
mod shelf;
mod story;
mod tell;
mod turns;
mod walk;

use crate::clinic::chart::Chart;
use crate::clinic::people::Colleague;
use crate::clinic::practice::{Practice, Settings};
use crate::store::{Places, Store, StoreError};
use chrono::NaiveDate;
use std::path::Path;
use tell::Teller;
use tempfile::TempDir;

/// The seed where nobody says otherwise.
pub const SEED: u64 = 1;

/// The number of the first patient.
const FIRST: usize = 1001;

/// How many patients a demo has where nobody says otherwise: the whole cast.
pub const PATIENTS: usize = 58;

/// Returns the settings of the demo practice, with lots in use that are in date. It is open every day: with a closed one
/// a dose on alternate days would never fall on a Thursday, and something of everything has to be due on any day.
#[must_use]
pub fn settings(today: NaiveDate) -> Settings {
    let colleague = |name: &str, prescriber| Colleague::new(name, prescriber);
    Settings {
        people: vec![
            colleague("Maya Keller RN", false),
            colleague("Tom Adeyemi RN", false),
            colleague("Sofia Lindgren RN", false),
            colleague("Dr Eleanor Hart", true),
            colleague("Dr Samir Rao", true),
        ],
        address: Some("12 Hill Street, Larkfield".to_owned()),
        // A number that is kept free for stories.
        phone: Some("01632 960123".to_owned()),
        hours: Some("every day, 8 to 18".to_owned()),
        lots: shelf::in_use(today),
        demo: true,
        ..Settings::new("Hill Street Surgery (demo)", "Maya Keller RN")
    }
}

/// Returns the charts of a fictional practice as of `today`.
#[must_use]
pub fn charts(seed: u64, patients: usize, today: NaiveDate, practice: &Practice) -> Vec<Chart> {
    let cast = cast::stories();
    (0..patients)
        .map(|i| {
            let mut rng = fastrand::Rng::with_seed(mixed(seed, i as u64));
            let story = cast.get(i).cloned().unwrap_or_else(|| draw::story(&cast, practice, &mut rng));
            Teller { practice, today, rng, entries: Vec::new() }.tell(&story, FIRST + i)
        })
        .collect()
}

/// Writes a demo practice into a folder.
///
/// # Errors
/// What went wrong with the files, or that there is a practice already.
pub fn write(dir: &Path, places: Places, seed: u64, patients: usize, today: NaiveDate) -> Result<Store, StoreError> {
    let settings = settings(today);
    let store = Store::create_with(dir, settings.clone(), places)?;
    store.write_charts(&charts(seed, patients, today, &Practice::new(settings)))?;
    Ok(store)
}

/// Makes a demo in a temporary folder, with everything that belongs to it; it goes when the folder is dropped.
///
/// # Errors
/// A sentence: why the temporary folder cannot be used.
pub fn temporary(seed: u64, patients: usize, today: NaiveDate) -> Result<(TempDir, Store), String> {
    let folder = tempfile::Builder::new().prefix("cobalog-demo-").tempdir();
    let folder = folder.map_err(|e| format!("no temporary folder can be made for the demo: {e}"))?;
    let at = |name: &str| Some(folder.path().join(name));
    let places = Places { cache: at("cache"), state: at("state"), backups: None };
    let store = write(&folder.path().join("practice"), places, seed, patients, today).map_err(|e| e.to_string())?;
    Ok((folder, store))
}

/// Spreads seed and patient over all bits, so that neighbours share nothing.
fn mixed(seed: u64, i: u64) -> u64 {
    let mut z = seed.wrapping_add((i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests;
