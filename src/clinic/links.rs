//! Duplicate records: what people said of two charts, that they are one patient's or two people's.
//!
//! A link moves nothing. It is an entry in either chart or in both, and the latest about a pair holds; so two
//! workstations that say something at once agree once they have each other's entries, and a link can be taken back.

mod apart;

use super::entry::{Act, Entry, EntryId, PatientId};
pub use apart::KeptApart;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A person's word on whether another chart is this patient's too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linked {
    /// The other chart.
    pub other: PatientId,
    /// What was said.
    pub link: Link,
    /// Why.
    pub why: String,
}

/// What was said of two charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// One patient: the charts are read as one.
    Same,
    /// Two people: the charts stay apart, and are not offered again.
    Different,
}

impl Link {
    /// Returns the word for the history.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "Joined",
            Self::Different => "Kept apart",
        }
    }
}

/// What one chart says of another one, and when it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The chart that says it.
    pub from: PatientId,
    /// The chart that it is about.
    pub about: PatientId,
    /// What.
    pub link: Link,
    /// When it was recorded.
    pub at: DateTime<FixedOffset>,
    /// The entry.
    pub entry: EntryId,
}

impl Said {
    /// Returns what an entry of a chart says of another chart; `None` of any other entry, and of a chart about itself.
    #[must_use]
    pub fn of(from: PatientId, entry: &Entry) -> Option<Self> {
        let Act::Linked(linked) = &entry.act else { return None };
        let said = Self { from, about: linked.other, link: linked.link, at: entry.at, entry: entry.id };
        (linked.other != from).then_some(said)
    }

    fn pair(&self) -> (PatientId, PatientId) {
        (self.from.min(self.about), self.from.max(self.about))
    }

    fn key(&self) -> (DateTime<FixedOffset>, EntryId) {
        (self.at, self.entry)
    }
}

/// What holds of all that was said: which charts are one patient's. The same set of words gives the same answer on each
/// workstation, in whatever order they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The latest that each chart said of another one, by who says it and about whom.
    latest: BTreeMap<(PatientId, PatientId), Said>,
    /// The charts that are one patient's, in order of their ids; empty where they went over to a larger group.
    groups: Vec<BTreeSet<PatientId>>,
    /// Which group each of them is in.
    group_of: BTreeMap<PatientId, usize>,
    /// By each chart those that it was kept apart from.
    apart: BTreeMap<PatientId, Vec<PatientId>>,
    /// Words that cannot hold beside others: two charts said to be one patient's, of which others are kept apart.
    at_odds: Vec<Said>,
}

impl Links {
    /// Works out what holds. A pair that was kept apart stays apart: where a link to a third chart would bring them into
    /// one, the older of such links holds and the newer is [`Links::at_odds`], as parting is the safe side.
    #[must_use]
    pub fn of(all: impl IntoIterator<Item = Said>) -> Self {
        let mut links = Self { latest: of_each(all), ..Self::default() };
        let held: Vec<Said> = links.pairs().filter_map(|pair| links.holding(pair)).collect();
        let (mut same, different): (Vec<_>, Vec<_>) = held.into_iter().partition(|said| said.link == Link::Same);
        for (one, other) in different.iter().map(Said::pair) {
            links.apart.entry(one).or_default().push(other);
            links.apart.entry(other).or_default().push(one);
        }
        same.sort_by_key(Said::key);
        same.into_iter().for_each(|said| links.unite(said));
        links
    }

    fn unite(&mut self, said: Said) {
        let (one, other) = (self.group(said.from), self.group(said.about));
        if one == other {
            return;
        }
        if self.are_kept_apart(said.from, said.about) {
            return self.at_odds.push(said);
        }
        // The smaller one goes over, so that a chart with thousands of links is not copied at each.
        let (from, to) = if self.groups[one].len() < self.groups[other].len() { (one, other) } else { (other, one) };
        let moved = std::mem::take(&mut self.groups[from]);
        self.group_of.extend(moved.iter().map(|id| (*id, to)));
        self.groups[to].extend(moved);
    }

    /// Returns the group that a chart is in; a new one of its own where it is in none.
    fn group(&mut self, id: PatientId) -> usize {
        let groups = &mut self.groups;
        *self.group_of.entry(id).or_insert_with(|| {
            groups.push(BTreeSet::from([id]));
            groups.len() - 1
        })
    }

    /// Each pair of which something was said, the smaller id first.
    fn pairs(&self) -> impl Iterator<Item = (PatientId, PatientId)> {
        self.latest.values().map(Said::pair).collect::<BTreeSet<_>>().into_iter()
    }

    /// Returns the latest that was said of a pair by either chart.
    fn holding(&self, (a, b): (PatientId, PatientId)) -> Option<Said> {
        [(a, b), (b, a)].iter().filter_map(|at| self.latest.get(at)).max_by_key(|said| said.key()).copied()
    }

    /// Returns all charts of the patient whose chart this is, in order of their ids; itself alone where none is linked.
    #[must_use]
    pub fn members(&self, id: PatientId) -> Vec<PatientId> {
        self.members_of(&id).copied().collect()
    }

    fn members_of<'a>(&'a self, id: &'a PatientId) -> impl Iterator<Item = &'a PatientId> {
        let group = self.group_of.get(id).and_then(|at| self.groups.get(*at));
        group.into_iter().flatten().chain(Some(id).filter(|_| group.is_none()))
    }

    /// Returns each patient who has several charts, by those charts in order of their ids.
    pub fn groups(&self) -> impl Iterator<Item = Vec<PatientId>> {
        let mut groups: Vec<_> = self.groups.iter().filter(|g| g.len() > 1).collect();
        groups.sort_by_key(|group| group.first());
        groups.into_iter().map(|group| group.iter().copied().collect())
    }

    /// Returns whether somebody said that these two are two people, of any of their charts.
    #[must_use]
    pub fn are_kept_apart(&self, a: PatientId, b: PatientId) -> bool {
        let size = |id: &PatientId| self.group_of.get(id).and_then(|at| self.groups.get(*at)).map_or(1, BTreeSet::len);
        let (few, many) = if size(&a) < size(&b) { (a, b) } else { (b, a) };
        let place = |id: &PatientId| self.group_of.get(id).copied();
        let is_theirs = |id: &PatientId| *id == many || (place(id).is_some() && place(id) == place(&many));
        self.members_of(&few).any(|one| self.apart.get(one).is_some_and(|others| others.iter().any(is_theirs)))
    }

    /// Returns what was said of a pair and is known in one chart only; the chart that it is about lacks it.
    #[must_use]
    pub fn half_made(&self) -> Vec<Said> {
        let lacks = |said: &Said| self.latest.get(&(said.about, said.from)).is_none_or(|back| back.link != said.link);
        self.pairs().filter_map(|pair| self.holding(pair)).filter(lacks).collect()
    }

    /// Returns what was said and cannot hold beside what else was said.
    #[must_use]
    pub fn at_odds(&self) -> &[Said] {
        &self.at_odds
    }

    /// Returns whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.latest.is_empty()
    }
}

/// Of what charts say keeps the latest of each about each.
#[must_use]
pub fn latest(all: impl IntoIterator<Item = Said>) -> Vec<Said> {
    of_each(all).into_values().collect()
}

fn of_each(all: impl IntoIterator<Item = Said>) -> BTreeMap<(PatientId, PatientId), Said> {
    let mut latest: BTreeMap<_, Said> = BTreeMap::new();
    for said in all {
        let at = (said.from, said.about);
        if latest.get(&at).is_none_or(|known| known.key() < said.key()) {
            latest.insert(at, said);
        }
    }
    latest
}
