//! Charts that were changed outside the program: entries come back as they were recorded, where a copy still has them so.

use super::super::audit;
use super::super::charts::read_with_text;
use super::super::check::is_resealed;
use super::super::error::StoreError;
use super::super::open::Store;
use super::super::seals::{Keys, Wrong};
use super::chart::united;
use super::copies::Copies;
use super::place::Seen;
use super::salvage::{taken_once, with_its_id};
use super::{Repair, Repaired};
use crate::clinic::audit::Event;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{EntryId, PatientId};
use crate::clinic::seal::Tampered;
use crate::clinic::words;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What proves entries, and which ones should be there.
pub(super) struct Proofs {
    keys: Keys,
    recorded: BTreeMap<PatientId, Vec<(EntryId, Event)>>,
}

impl Proofs {
    pub(super) fn of(store: &Store) -> Self {
        let keys = store.keys().unwrap_or_default();
        let recorded = audit::check(store, &keys).recorded;
        Self { keys, recorded }
    }

    /// Returns the entries that do not stand as they were recorded, and whether some are missing.
    fn wrong(&self, store: &Store, chart: &Chart) -> (BTreeSet<EntryId>, bool) {
        let faults = store.proof(chart, &self.keys).faults;
        let changed = faults.iter().filter(|f| f.wrong == Wrong::Tampered(Tampered::Changed)).map(|f| f.entry);
        let is_gap = |f: &super::super::seals::Fault| !matches!(f.wrong, Wrong::Tampered(_));
        let known = self.recorded.get(&chart.id).map(Vec::as_slice).unwrap_or_default();
        let is_missing = known.iter().any(|(id, _)| chart.entry(*id).is_none());
        let resealed = chart.entries().iter().filter(|entry| is_resealed(entry, known)).map(|entry| entry.id);
        (changed.chain(resealed).collect(), faults.iter().any(is_gap) || is_missing)
    }

    /// Says what was done to a chart that can be read; `None` where nothing was that a copy could put right.
    pub(super) fn says(&self, store: &Store, chart: &Chart) -> Option<String> {
        let (changed, is_missing) = self.wrong(store, chart);
        let entries = words::plural(changed.len() as i64, "entry");
        match (changed.is_empty(), is_missing) {
            (true, false) => None,
            (true, true) => Some("entries that were recorded are missing".to_owned()),
            (false, true) => Some(format!("{entries} changed outside Cobalog, others are missing")),
            (false, false) => Some(format!("{entries} changed outside Cobalog")),
        }
    }
}

impl Repair<'_> {
    /// Under the lock: takes what was recorded from copies, entry by entry: only one whose seal is right takes the place of
    /// one whose seal is wrong. Nothing is taken away.
    pub(super) fn as_recorded(&self, id: PatientId, path: &Path, was: String, copies: &Copies) -> Repaired {
        let mut done = Repaired { path: path.to_owned(), was, ..Repaired::default() };
        if let Err(error) = self.take_as_recorded(id, path, copies, &mut done) {
            done.left = Some(error.to_string());
        }
        done
    }

    fn take_as_recorded(
        &self,
        id: PatientId,
        path: &Path,
        copies: &Copies,
        done: &mut Repaired,
    ) -> Result<(), StoreError> {
        let _lock = self.store.lock()?;
        let (text, read) = read_with_text(self.store.disk(), path, id)?;
        let (changed, _) = self.proofs.wrong(self.store, &read.chart);
        let right = |chart: &Chart| {
            let (wrong, _) = self.proofs.wrong(self.store, chart);
            let takes = |id: EntryId| changed.contains(&id) || read.chart.entry(id).is_none();
            chart.only(|entry| !wrong.contains(&entry.id) && takes(entry.id))
        };
        let known = self.known(id, copies, None).into_iter().map(|(name, chart)| (name, right(&chart)));
        let mut sources: Vec<_> = known.filter(|(_, chart)| !chart.entries().is_empty()).collect();
        if sources.is_empty() {
            done.left = Some("no backup of this computer has it as it was recorded; see `cobalog check`".to_owned());
            return Ok(());
        }
        let (own, left) = Self::kept_lines(&read.chart, &changed, &sources, done);
        sources.push(("its own lines".to_owned(), own));
        let whole = united(id, &sources);
        self.replace(path, &whole, &Seen::Text(text), done)?;
        done.from = sources.into_iter().map(|(name, chart)| (name, chart.entries().len())).collect();
        if left > 0 {
            let entries = words::plural(left as i64, "changed entry");
            done.notes.push(format!("{entries} stayed as they are: no copy has them as they were recorded"));
        }
        Ok(())
    }
    /// Returns what stays of the chart's own entries beside what comes back, and how many of them stay changed. An entry
    /// whose id alone was changed comes back under its right one, and must not count twice.
    fn kept_lines(
        chart: &Chart,
        changed: &BTreeSet<EntryId>,
        sources: &[(String, Chart)],
        done: &mut Repaired,
    ) -> (Chart, usize) {
        let back = || sources.iter().flat_map(|(_, back)| back.entries());
        let mut left = 0;
        let own = chart.only(|entry| {
            if !changed.contains(&entry.id) {
                return true;
            }
            let good = with_its_id(entry, back(), |id| chart.entry(id).is_some());
            done.notes.extend(good.map(|good| taken_once(entry, good)));
            let stays = good.is_none() && !back().any(|b| b.id == entry.id);
            left += usize::from(stays);
            stays
        });
        (own, left)
    }
}
