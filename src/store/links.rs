//! Charts of one patient: read as one, joined and parted by a person's word, each file left as it is.
//!
//! A word stands in both charts. Where the second file could not be written, or has not arrived from the other workstation,
//! the first is enough: the lists read both, and what they heard is kept here for who opens one chart alone.

use super::adding::{Adding, look};
use super::charts::{Acts, Fresh, read_one};
use super::error::{Problem, StoreError};
use super::format::{self, ReadChart};
use super::ids::Mint;
use super::lock::Lock;
use super::open::Store;
use super::roster;
use crate::clinic::agenda::Roll;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Act, Entry, PatientId};
use crate::clinic::links::{KeptApart, Link, Linked, Links, Said};
use chrono::{DateTime, FixedOffset, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// What the charts said of each other when they were last listed; shared by the clones of a store.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard(Arc<Mutex<Vec<Said>>>);

impl Heard {
    fn about(&self, id: PatientId) -> Vec<Said> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter(|said| said.from == id || said.about == id).copied().collect()
    }
}

/// The charts that have something to do with one, as their files have them.
pub(super) struct Cluster {
    charts: BTreeMap<PatientId, ReadChart>,
    failed: BTreeMap<PatientId, StoreError>,
    pub(super) links: Links,
}

/// One patient's chart, whole, and the file that new entries go to.
pub(super) struct United {
    pub(super) own: Chart,
    pub(super) whole: Chart,
}

/// What came of a word about two charts.
#[derive(Debug)]
pub struct LinkDone {
    /// The patient's chart after it: the older of the two.
    pub chart: Chart,
    /// Why the word is not in every chart yet. It holds all the same; a check or the next entry completes it.
    pub left: Option<StoreError>,
}

impl Store {
    /// Keeps what rows say of links, so that a chart opens whole also where only the other one names it.
    pub fn hear(&self, roll: &Roll) {
        let said = roll.linked().iter().flat_map(|r| r.said.iter().copied()).collect();
        *self.heard().0.lock().unwrap_or_else(PoisonError::into_inner) = said;
    }

    /// Reads a chart and every one that it has to do with by a link, in either direction.
    pub(super) fn cluster(&self, id: PatientId) -> Cluster {
        let (mut charts, mut failed, mut said) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let mut waiting = BTreeSet::from([id]);
        while let Some(next) = waiting.pop_first() {
            let heard = self.heard().about(next);
            let mut more = heard;
            match read_one(self.disk(), &self.chart_path(next), next) {
                Ok(read) => {
                    more.extend(read.chart.said());
                    charts.insert(next, read);
                }
                Err(error) => {
                    failed.insert(next, error);
                }
            }
            let is_new = |id: &PatientId| !charts.contains_key(id) && !failed.contains_key(id);
            waiting.extend(more.iter().flat_map(|s| [s.from, s.about]).filter(is_new));
            said.extend(more);
        }
        Cluster { charts, failed, links: Links::of(said) }
    }

    /// Reads the whole chart of the patient that an id is of; of several files the oldest is the patient's.
    pub(super) fn united(&self, id: PatientId) -> Result<(United, Cluster), StoreError> {
        let mut cluster = self.cluster(id);
        let members = cluster.links.members(id);
        let Some(first) = members.iter().find(|m| cluster.charts.contains_key(m)) else {
            let path = self.chart_path(id);
            return Err(match cluster.failed.remove(&id) {
                None | Some(StoreError::NoChart { .. }) => self.missing(path),
                Some(other) => other,
            });
        };
        let of = |id: &PatientId| cluster.charts.get(id).map(|read| read.chart.clone());
        let own = of(first).unwrap_or_else(|| Chart::new(*first, Vec::new()));
        let others: Vec<_> = members.iter().filter(|m| *m != first).filter_map(of).collect();
        let unread: Vec<_> = members.iter().filter(|m| cluster.failed.contains_key(m)).copied().collect();
        let whole = own.joined_with(&others, &unread);
        Ok((United { own, whole }, cluster))
    }

    /// Reads one file alone, without the charts that are joined to it.
    ///
    /// # Errors
    /// [`StoreError::NoChart`], or why the file cannot be read.
    pub fn chart_alone(&self, id: PatientId) -> Result<Chart, StoreError> {
        read_one(self.disk(), &self.chart_path(id), id).map(|read| read.chart)
    }

    /// Records that two charts are one patient's, or two people's, in all charts concerned; the older file goes first.
    /// Two that are joined are parted by [`Link::Different`]: then the second one leaves the others.
    ///
    /// # Errors
    /// [`StoreError::KeptApart`] where the two were recorded as two people, themselves or other charts of theirs; what went
    /// wrong with a file. Nothing was then said. Where only a later file failed, [`LinkDone::left`] says so.
    pub fn link(
        &self,
        pair: (PatientId, PatientId),
        link: Link,
        why: &str,
        by: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<LinkDone, StoreError> {
        self.say_of(pair, (link, false), why, by, at)
    }

    /// Does what [`Store::link`] does, also where somebody who knows it joins those who were recorded as two people.
    ///
    /// # Errors
    /// Those of [`Store::link`], but for that one.
    pub fn link_although_apart(
        &self,
        pair: (PatientId, PatientId),
        link: Link,
        why: &str,
        by: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<LinkDone, StoreError> {
        self.say_of(pair, (link, true), why, by, at)
    }

    fn say_of(
        &self,
        (one, other): (PatientId, PatientId),
        (link, although_apart): (Link, bool),
        why: &str,
        by: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<LinkDone, StoreError> {
        let lock = self.lock()?;
        if link == Link::Same && !although_apart {
            let apart = KeptApart::between(&self.chart(one)?, &self.chart(other)?);
            if !apart.is_empty() {
                return Err(StoreError::KeptApart { path: self.charts_dir(), apart });
            }
        }
        let (first, second) = (self.cluster(one), self.cluster(other));
        let pairs = pairs(&first.links, &second.links, one, other, link);
        let mut charts: BTreeMap<PatientId, Chart> = BTreeMap::new();
        for id in pairs.iter().flat_map(|(a, b)| [*a, *b]) {
            charts.insert(id, self.sound(id)?);
        }
        // Later than whatever is in any of them, so that this word holds on each workstation.
        let floor = charts.values().flat_map(|c| c.entries().last()).map(|e| e.at).max();
        let at = floor.map_or(at, |floor| at.max(floor));
        let mut left = None;
        for (n, (id, chart)) in charts.into_iter().enumerate() {
            let acts: Vec<_> = pairs.iter().filter_map(|pair| about(id, *pair, link, why)).collect();
            let acts: Box<Acts<'_>> =
                Box::new(|mint| acts.into_iter().map(|act| Fresh { id: mint(), act, from: None }).collect());
            match self.add(&lock, chart.clone(), (chart, false), by, at, acts) {
                Err(error) if n == 0 => return Err(error),
                Err(error) => left = Some(error),
                Ok(_) => {}
            }
        }
        Ok(LinkDone { chart: self.chart(one.min(other))?, left })
    }

    /// Reads a chart that is to be written; two entries of one id in it would be lost by that.
    fn sound(&self, id: PatientId) -> Result<Chart, StoreError> {
        let path = self.chart_path(id);
        let read = read_one(self.disk(), &path, id)?;
        match read.clash {
            Some(entry) => {
                let problem = Problem::new(&path, format!("two different entries have the id {entry}"));
                Err(StoreError::Damaged { problem })
            }
            None => Ok(read.chart),
        }
    }

    /// Writes each word that stands in one of two charts only into the other one too, with the instant and the author that
    /// it has: it stays older than what somebody else may have said since. Returns how many were written, and what failed.
    pub fn complete_links(&self, today: NaiveDate) -> (usize, Vec<Problem>) {
        let rows = self.roll(today).roll.linked();
        let halves = Links::of(rows.iter().flat_map(|r| r.said.iter().copied())).half_made();
        if halves.is_empty() {
            return (0, Vec::new());
        }
        let lock = match self.lock() {
            Ok(lock) => lock,
            Err(error) => return (0, vec![error.into_problem()]),
        };
        let done: Vec<_> = halves.iter().map(|said| self.complete(&lock, said)).collect();
        let written = done.iter().filter(|d| matches!(d, Ok(true))).count();
        // One that is gone is named by a check; there is nothing to complete in it.
        let failed = done.into_iter().filter_map(Result::err).filter(|e| !matches!(e, StoreError::NoChart { .. }));
        (written, failed.map(StoreError::into_problem).collect())
    }

    /// Completes what the cluster of a chart lacks, under a lock that is held. A later write or a check tries again.
    pub(super) fn complete_in(&self, lock: &Lock, cluster: &Cluster) {
        for said in cluster.links.half_made() {
            let _ = self.complete(lock, &said);
        }
    }

    /// Returns whether the word had to be written; the files are read again, as somebody else may have done it.
    fn complete(&self, lock: &Lock, said: &Said) -> Result<bool, StoreError> {
        let (from, lacking) = (self.chart_alone(said.from)?, self.sound(said.about)?);
        let halves = Links::of(from.said().chain(lacking.said())).half_made();
        let entry = from.entry(said.entry).filter(|_| halves.iter().any(|h| h.entry == said.entry));
        let Some((entry, Act::Linked(linked))) = entry.map(|e| (e, &e.act)) else { return Ok(false) };
        let act = Act::Linked(Linked { other: said.from, ..linked.clone() });
        let same = Entry { id: Mint::entry(entry.at), act, from: None, seal: None, ..entry.clone() };
        let path = self.chart_path(lacking.id);
        let looked = look(self.disk(), &path, lacking.id)?;
        if looked.text.is_none() {
            return Err(StoreError::NoChart { path });
        }
        let same = self.sealed(&looked.chart, vec![same])?;
        format::prove(&same, &path)?;
        let adding = Adding { store: self, path: &path, lock, strict: false };
        let fresh = Chart::new(lacking.id, same);
        let chart = adding.put(looked, &fresh)?;
        self.note_recorded(lacking.id, &fresh);
        self.noted(&chart, entry.at.date_naive());
        Ok(true)
    }

    /// Puts one row in the place of those of a patient's several charts, worked out from all of them.
    pub(super) fn unite_rows(&self, roll: &mut Roll, problems: &mut Vec<Problem>, today: NaiveDate) {
        self.hear(roll);
        let links = Links::of(roll.linked().iter().flat_map(|r| r.said.iter().copied()));
        for group in links.groups() {
            let there: Vec<_> = group.into_iter().filter(|id| roll.find(*id).is_some()).collect();
            let Some((first, others)) = there.split_first() else { continue };
            match self.united(*first).map(|(united, _)| united.whole) {
                Ok(chart) => match roster::row(&chart, self.practice(), today) {
                    Ok(Some(row)) => {
                        others.iter().for_each(|id| roll.remove(*id));
                        roll.put(row);
                    }
                    Ok(None) => {}
                    Err(what) => problems.push(Problem::new(&self.chart_path(*first), what)),
                },
                Err(error) => problems.push(error.into_problem()),
            }
        }
    }

    /// Returns the whole chart of a patient, by the first of the patient's files; `None` for the others.
    pub(super) fn first_of(&self, chart: Chart) -> Result<Option<Chart>, StoreError> {
        if chart.said().next().is_none() && self.heard().about(chart.id).is_empty() {
            return Ok(Some(chart));
        }
        let whole = self.united(chart.id)?.0.whole;
        Ok((whole.id == chart.id).then_some(whole))
    }
}

/// The pairs that a word is about: each chart of the one with each of the other; where they are joined already, the newer
/// one with all the others.
fn pairs(first: &Links, second: &Links, one: PatientId, other: PatientId, link: Link) -> Vec<(PatientId, PatientId)> {
    let (ours, theirs) = (first.members(one), second.members(other));
    let (ours, theirs) = match (ours.contains(&other), link) {
        (true, Link::Different) => {
            let leaves = one.max(other);
            (ours.into_iter().filter(|id| *id != leaves).collect(), vec![leaves])
        }
        (true, Link::Same) => (vec![one.min(other)], vec![one.max(other)]),
        (false, _) => (ours, theirs),
    };
    ours.iter().flat_map(|a| theirs.iter().map(|b| (*a, *b))).filter(|(a, b)| a != b).collect()
}

fn about(id: PatientId, (a, b): (PatientId, PatientId), link: Link, why: &str) -> Option<Act> {
    let other = if id == a {
        b
    } else if id == b {
        a
    } else {
        return None;
    };
    Some(Act::Linked(Linked { other, link, why: why.to_owned() }))
}
