//! A damaged chart put together: from copies of it, and from every line of it that can still be read.

use super::super::charts;
use super::super::copies::{TakenIn, read, shares};
use super::super::error::StoreError;
use super::super::format::{self, write_chart};
use super::super::lock::Lock;
use super::copies::Copies;
use super::place::Seen;
use super::salvage::Salvage;
use super::{Repair, Repaired, why_left};
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Entry, PatientId};
use std::path::Path;

impl Repair<'_> {
    pub(super) fn chart(&self, id: PatientId, path: &Path, was: String, copies: &Copies) -> Repaired {
        let mut done = Repaired { path: path.to_owned(), was, ..Repaired::default() };
        if let Err(error) = self.put_together(id, path, copies, &mut done) {
            done.left = Some(error.to_string());
        }
        done
    }

    /// Under the lock, as another workstation may be at the same file.
    fn put_together(&self, id: PatientId, path: &Path, copies: &Copies, done: &mut Repaired) -> Result<(), StoreError> {
        let lock = self.store.lock()?;
        let (known, salvage) = match charts::read_with_text(self.store.disk(), path, id) {
            Ok((text, read)) if read.clash.is_none() && read.disorder.is_some() => {
                let known = self.known(id, copies, Some(&read.chart));
                let salvage = Salvage::whole(&read.chart, text, &entries(&known));
                (known, salvage)
            }
            Ok(_) => {
                done.notes.push("somebody put it right meanwhile".to_owned());
                return Ok(());
            }
            Err(StoreError::Damaged { .. }) => {
                let known = self.known(id, copies, None);
                self.give_back(&lock, (path, id), &known, done)?;
                let salvage = Salvage::of(self.store.disk(), path, id, &entries(&known))?;
                (known, salvage)
            }
            // What cannot be read just now is not damaged by that.
            Err(error) => {
                done.left = Some(why_left(self.store.disk(), path, &error));
                return Ok(());
            }
        };
        // The copies come first: where a line says otherwise, what was proven by its sum counts.
        let own = ("its own lines".to_owned(), Chart::new(id, salvage.entries.clone()));
        let sources: Vec<_> = known.into_iter().chain([own]).filter(|(_, chart)| !chart.entries().is_empty()).collect();
        let whole = united(id, &sources);
        if let Some(why) = why_not(&whole, &sources) {
            done.left = Some(why);
            return Ok(());
        }
        self.replace(path, &whole, &salvage.seen, done)?;
        done.from = sources.into_iter().map(|(name, chart)| (name, chart.entries().len())).collect();
        done.lost = salvage.lost(&whole);
        done.notes.extend(salvage.notes);
        Ok(())
    }

    /// Returns what is known of a chart from elsewhere, with where from; the best comes first. Where the chart itself can be
    /// read, what nothing proves only adds to it: of two versions of an entry the chart's own stays.
    pub(super) fn known(&self, id: PatientId, copies: &Copies, own: Option<&Chart>) -> Vec<(String, Chart)> {
        let recorded = self.store.recorded(id).map(|chart| ("what was recorded on this computer".to_owned(), chart));
        let beside = copies.beside(id).into_iter().chain(recorded);
        let beside = beside.map(|(name, chart)| (name, own.map(|own| own.lacking(&chart)).unwrap_or(chart)));
        copies.proven(id).into_iter().chain(beside).collect()
    }

    /// Where the file holds another patient's chart, what that chart lacks goes there before the file is replaced.
    fn give_back(
        &self,
        lock: &Lock,
        (path, id): (&Path, PatientId),
        known: &[(String, Chart)],
        done: &mut Repaired,
    ) -> Result<(), StoreError> {
        let Ok((_, held)) = read(self.store.disk(), path) else { return Ok(()) };
        if held.chart.id == id {
            return Ok(());
        }
        let is_sure = !known.is_empty() && !known.iter().any(|(_, chart)| shares(&held.chart, chart));
        let taken = self.store.take_from_another(lock, (path, id), &held, is_sure, self.now.date_naive())?;
        let note = |taken: TakenIn| format!("it held the chart of {}: what was new in it came in there", taken.whose);
        done.notes.extend(taken.map(note));
        Ok(())
    }

    /// Keeps what was `seen`, then writes the chart in its place, unless somebody else wrote it meanwhile.
    pub(super) fn replace(
        &self,
        path: &Path,
        whole: &Chart,
        seen: &Seen,
        done: &mut Repaired,
    ) -> Result<(), StoreError> {
        format::prove(whole.entries(), path)?;
        let text = write_chart(whole, path)?;
        done.kept = Some(self.put_in_place(path, &text, seen)?);
        self.store.noted(whole, self.now.date_naive());
        done.entries = whole.entries().len();
        Ok(())
    }
}

fn entries(known: &[(String, Chart)]) -> Vec<&Entry> {
    known.iter().flat_map(|(_, chart)| chart.entries()).collect()
}

/// Returns the union of several versions of a chart; of two versions of an entry the first one counts.
pub(super) fn united(id: PatientId, sources: &[(String, Chart)]) -> Chart {
    let take_in = |all: Chart, (_, chart): &(String, Chart)| all.union(&all.lacking(chart));
    sources.iter().fold(Chart::new(id, Vec::new()), take_in)
}

/// Returns why a chart cannot be put together from what was found.
pub(super) fn why_not(whole: &Chart, sources: &[(String, Chart)]) -> Option<String> {
    if sources.is_empty() {
        return Some("no backup has it, and no line of it can be read".to_owned());
    }
    // Without the patient's name it would be in no list, and nobody would miss it.
    whole.person().is_none().then(|| "what can be read of it does not say who it is, and no backup has it".to_owned())
}
