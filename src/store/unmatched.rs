//! Results that came for somebody whom nobody could name, and those that could not be read: they wait in `unmatched/`, a
//! file each, until a person says whose they are, or enters them by hand and puts them away with a reason.

use super::atomic::{self, sync_name};
use super::error::{Problem, StoreError};
use super::files::{files_of, is_absent, read_text};
use super::kept;
use super::open::Store;
use super::paths::hash;
use crate::clinic::audit::{Event, What};
use crate::clinic::entry::PatientId;
use crate::clinic::intake::{self, BY_HAND, Left, Outcome, Parcel, Piece, Unmatched, Weighed};
use crate::clinic::knowledge::{read, ron_options};
use chrono::{DateTime, FixedOffset, NaiveDate};
use ron::ser::PrettyConfig;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

const FOLDER: &str = "unmatched";
/// Where what was put away is.
const KEPT: &str = "kept";

/// Returns the name of a piece in the folder, from how it is written: what came has the same one on every workstation, so
/// that it waits once.
pub(super) fn name_of(piece: &Piece) -> Result<String, ron::Error> {
    let (place, about, acts) = (&piece.place, &piece.about, &piece.acts);
    let written = match &piece.trouble {
        None => ron_options().to_string(&(place, about, acts))?,
        // What could not be read has no acts that tell it from others: its words do.
        Some(trouble) => ron_options().to_string(&(place, about, acts, trouble, &piece.remarks))?,
    };
    Ok(format!("{:016x}", hash(written.as_bytes())))
}

/// Returns the name that a file in `unmatched/` or `kept/` has of its piece; `None` for other files.
fn name_in(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.split('.').next()?;
    (name.len() == 16 && name.bytes().all(|b| b.is_ascii_hexdigit())).then(|| name.to_owned())
}

impl Store {
    fn unmatched_path(&self, name: &str) -> PathBuf {
        self.dir().join(FOLDER).join(format!("{name}.ron"))
    }

    /// Puts aside what was held: nobody could say whose it is, or what it says. Returns how many pieces wait that did not
    /// before.
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
        let (mut kept, known) = (0, self.known_pieces());
        for (piece, outcome) in parcel.pieces.iter().zip(&weighed.outcomes) {
            let Outcome::Left(Left::Held { why, candidates }) = outcome else { continue };
            if piece.acts.is_empty() && piece.trouble.is_none() {
                continue;
            }
            let not_exact = |e: ron::Error| StoreError::NotExact { path: self.dir().join(FOLDER), what: e.to_string() };
            let waits = Unmatched {
                format: super::FORMAT,
                name: name_of(piece).map_err(not_exact)?,
                file: parcel.file.clone(),
                at,
                by: by.to_owned(),
                piece: piece.clone(),
                why: why.clone(),
                candidates: candidates.clone(),
            };
            kept += usize::from(!known.contains(&waits.name) && self.keep_one(&waits)?);
        }
        Ok(kept)
    }

    /// Takes out of the folder what was recorded since: read again, with another answer, it was taken.
    ///
    /// # Errors
    /// What went wrong with the first file that could not be removed; it still waits.
    pub fn forget_recorded(&self, parcel: &Parcel, weighed: &Weighed) -> Result<(), StoreError> {
        let (waiting, _) = self.unmatched();
        if waiting.is_empty() {
            return Ok(());
        }
        let all = parcel.pieces.iter().zip(&weighed.outcomes);
        let taken = all.filter(|(_, came)| matches!(came, Outcome::Taken(..)));
        let recorded: BTreeSet<String> = taken.filter_map(|(piece, _)| name_of(piece).ok()).collect();
        let is_recorded = |waits: &Unmatched| name_of(&waits.piece).is_ok_and(|name| recorded.contains(&name));
        waiting.iter().filter(|waits| is_recorded(waits)).try_for_each(|waits| self.forget(waits))
    }

    fn keep_one(&self, waits: &Unmatched) -> Result<bool, StoreError> {
        let path = self.unmatched_path(&waits.name);
        let _lock = self.lock()?;
        if read_text(self.disk(), &path).is_ok() {
            return Ok(false);
        }
        atomic::make_folder(self.disk(), &self.dir().join(FOLDER))?;
        let text = ron_options().to_string_pretty(waits, PrettyConfig::new().new_line("\n"));
        let text = text.map_err(|e| StoreError::NotExact { path: path.clone(), what: e.to_string() })?;
        atomic::write(self.disk(), &path, &text)?;
        Ok(true)
    }

    /// The names of what waits and of what was put away, by what they hold: older programs named their files otherwise.
    fn known_pieces(&self) -> BTreeSet<String> {
        [FOLDER, KEPT].into_iter().flat_map(|folder| self.pieces_in(folder)).map(|(name, _)| name).collect()
    }

    fn pieces_in(&self, folder: &str) -> Vec<(String, PathBuf)> {
        let listed = self.disk().list(&self.dir().join(folder)).into_iter().flatten().flatten();
        let named = listed.map(|entry| entry.path()).filter_map(|path| Some((name_in(&path)?, path)));
        let by_content = |path: &Path| name_of(&self.read_unmatched(path).ok()?.piece).ok();
        named.map(|(name, path)| (by_content(&path).unwrap_or(name), path)).collect()
    }

    /// Returns the names of what was put away, and on which day, where the name of its file says so.
    pub(super) fn put_away_on(&self) -> HashMap<String, Option<NaiveDate>> {
        let day = |path: &Path| {
            let stamp = path.extension()?.to_str()?.get(..8)?;
            NaiveDate::parse_from_str(stamp, "%Y%m%d").ok()
        };
        self.pieces_in(KEPT).into_iter().map(|(name, path)| (name, day(&path))).collect()
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

    /// Counts what waits, without reading it.
    #[must_use]
    pub fn count_unmatched(&self) -> usize {
        files_of(self.disk(), &self.dir().join(FOLDER), "ron").map_or(0, |paths| paths.len())
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
        if waits.is_by_hand() {
            return Err(BY_HAND.to_owned());
        }
        if let Some(other) = self.in_another_chart(&waits.piece, patient, at.date_naive())? {
            return Err(format!(
                "It is in the chart of {other} already: if it is not theirs, strike it out there first."
            ));
        }
        let recorded = self.take_for(patient, (&waits.file, &waits.piece), by, at)?;
        self.forget(waits).map_err(|e| e.to_string())?;
        let what = format!("matched: {}, {}", waits.file, waits.piece.place);
        self.note(Event { patient: Some(patient), ..Event::new(at, by, What::Imported).with(what) });
        Ok(recorded)
    }

    /// Says in whose chart a piece stands, where it does not stand in this one: another workstation may have matched it.
    fn in_another_chart(&self, piece: &Piece, patient: PatientId, today: NaiveDate) -> Result<Option<String>, String> {
        let chart = self.chart(patient).map_err(|e| e.to_string())?;
        if intake::stands_in(&chart, piece) {
            return Ok(None);
        }
        let stands = self.standing(&[piece], today).into_values().flatten().next();
        Ok(stands.map(|stands| stands.called))
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
            Err(source) if is_absent(&source) => Ok(()),
            Err(source) => Err(StoreError::Write { path, source }),
            // Else it could wait again after the power failed, settled as it is.
            Ok(()) => sync_name(self.disk(), &path).map_err(|source| StoreError::Unconfirmed { path, source }),
        }
    }
}
