//! Results that came for somebody whom nobody could name: they wait in `unmatched/`, a file each, until a person says whose
//! they are, or puts them away with a reason.

use super::atomic;
use super::charts::Fresh;
use super::error::{Problem, StoreError};
use super::files::{files_of, is_absent, read_text};
use super::ids::Mint;
use super::kept;
use super::open::Store;
use super::paths::hash;
use crate::clinic::audit::{Event, What};
use crate::clinic::entry::{ImportId, Origin, PatientId};
use crate::clinic::intake::{self, Left, Outcome, Parcel, Piece, Unmatched, Weighed};
use crate::clinic::knowledge::{read, ron_options};
use chrono::{DateTime, FixedOffset};
use ron::ser::PrettyConfig;
use std::path::{Path, PathBuf};

const FOLDER: &str = "unmatched";

/// Returns the name of a piece in the folder: what came has the same one on every workstation, so that it waits once.
fn name_of(piece: &Piece) -> String {
    let what = format!("{:?}", (&piece.place, &piece.about, &piece.acts));
    format!("{:016x}", hash(what.as_bytes()))
}

impl Store {
    fn unmatched_path(&self, name: &str) -> PathBuf {
        self.dir().join(FOLDER).join(format!("{name}.ron"))
    }

    /// Puts aside what was held because nobody could say whose it is. Returns how many pieces wait that did not before.
    ///
    /// # Errors
    /// What went wrong with the first file that could not be written.
    pub fn keep_unmatched(
        &self,
        parcel: &Parcel,
        weighed: &Weighed,
        by: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<usize, StoreError> {
        let mut kept = 0;
        for (piece, outcome) in parcel.pieces.iter().zip(&weighed.outcomes) {
            let Outcome::Left(Left::Held { why, candidates }) = outcome else { continue };
            if piece.acts.is_empty() || piece.trouble.is_some() {
                continue;
            }
            let waits = Unmatched {
                format: super::FORMAT,
                name: name_of(piece),
                file: parcel.file.clone(),
                at,
                by: by.to_owned(),
                piece: piece.clone(),
                why: why.clone(),
                candidates: candidates.clone(),
            };
            kept += usize::from(self.keep_one(&waits)?);
        }
        Ok(kept)
    }

    fn keep_one(&self, waits: &Unmatched) -> Result<bool, StoreError> {
        let path = self.unmatched_path(&waits.name);
        let _lock = self.lock()?;
        if read_text(self.disk(), &path).is_ok() || self.is_put_away(&waits.name) {
            return Ok(false);
        }
        atomic::make_folder(self.disk(), &self.dir().join(FOLDER))?;
        let text = ron_options().to_string_pretty(waits, PrettyConfig::new().new_line("\n"));
        let text = text.map_err(|e| StoreError::NotExact { path: path.clone(), what: e.to_string() })?;
        atomic::write(self.disk(), &path, &text)?;
        Ok(true)
    }

    fn is_put_away(&self, name: &str) -> bool {
        let listed = self.disk().list(&self.dir().join("kept")).into_iter().flatten().flatten();
        listed.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with(name))
    }

    /// Lists what waits, the oldest first, and what of it cannot be read.
    #[must_use]
    pub fn unmatched(&self) -> (Vec<Unmatched>, Vec<Problem>) {
        let folder = self.dir().join(FOLDER);
        let paths = match files_of(self.disk(), &folder, "ron") {
            Ok(paths) => paths,
            Err(source) if is_absent(&source) => return (Vec::new(), Vec::new()),
            Err(source) => return (Vec::new(), vec![StoreError::Read { path: folder, source }.into_problem()]),
        };
        let (mut all, mut problems) = (Vec::new(), Vec::new());
        for path in paths {
            match self.read_unmatched(&path) {
                Ok(waits) => all.push(waits),
                Err(problem) => problems.push(problem),
            }
        }
        all.sort_by(|a: &Unmatched, b| (a.at, &a.piece.place).cmp(&(b.at, &b.piece.place)));
        (all, problems)
    }

    fn read_unmatched(&self, path: &Path) -> Result<Unmatched, Problem> {
        let text = read_text(self.disk(), path).map_err(StoreError::into_problem)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let waits: Unmatched = read(&text).map_err(|error| Problem::at(path, &error))?;
        Ok(Unmatched { name, ..waits })
    }

    /// Records it in the chart of the patient whose it is, by what a person says, and takes it from the folder. Returns how
    /// many entries were recorded: none where all of it is in the chart already.
    ///
    /// # Errors
    /// What went wrong, or what in the chart contradicts it, in a sentence; it then still waits.
    pub fn match_to(
        &self,
        waits: &Unmatched,
        patient: PatientId,
        by: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<usize, String> {
        let said = |error: StoreError| error.to_string();
        let chart = self.chart(patient).map_err(said)?;
        let import = ImportId(Mint::entry(at).0);
        let mut new = Vec::new();
        for coming in &waits.piece.acts {
            if intake::lacks(&chart, coming)? {
                new.push(coming.clone());
            }
        }
        let recorded = new.len();
        if recorded > 0 {
            let fresh = |mint: &mut dyn FnMut() -> _| {
                let one = |coming: intake::Coming| {
                    let (file, place) = (waits.file.clone(), waits.piece.place.clone());
                    let from =
                        Some(Box::new(Origin { import, file, place, id: coming.id, by: coming.by, at: coming.at }));
                    Fresh { id: mint(), act: coming.act, from }
                };
                new.into_iter().map(one).collect()
            };
            self.record_after(patient, Some(chart.entries().len()), by, at, Box::new(fresh)).map_err(said)?;
        }
        self.forget(waits).map_err(said)?;
        Ok(recorded)
    }

    /// Puts it away for good, with a reason: its file goes to `kept/`, and the log says so.
    ///
    /// # Errors
    /// What went wrong; it then still waits.
    pub fn put_away(
        &self,
        waits: &Unmatched,
        why: &str,
        by: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<(), StoreError> {
        kept::copy(self.disk(), self.dir(), &self.unmatched_path(&waits.name), at)?;
        self.forget(waits)?;
        let what = format!("put away: {}, {}: {why}", waits.file, waits.piece.place);
        self.note(Event::new(at, by, What::Imported).with(what));
        Ok(())
    }

    fn forget(&self, waits: &Unmatched) -> Result<(), StoreError> {
        let path = self.unmatched_path(&waits.name);
        match self.disk().remove(&path) {
            Err(source) if !is_absent(&source) => Err(StoreError::Write { path, source }),
            _ => Ok(()),
        }
    }
}
