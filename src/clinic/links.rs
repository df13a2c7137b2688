//! Duplicate records: what people said of two charts, that they are one patient's or two people's.
//!
//! A link moves nothing. It is an entry in either chart or in both, and the latest about a pair holds; so two
//! workstations that say something at once agree once they have each other's entries, and a link can be taken back.

use super::entry::{Act, Entry, EntryId, PatientId};
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
    /// The charts that are one patient's, by each of them; in order of their ids.
    groups: BTreeMap<PatientId, BTreeSet<PatientId>>,
    /// Words that cannot hold beside others: two charts said to be one patient's, of which others are kept apart.
    at_odds: Vec<Said>,
}

impl Links {
    /// Works out what holds. A pair that was kept apart stays apart: where a link to a third chart would bring them into
    /// one, the older of such links holds and the newer is [`Links::at_odds`], as parting is the safe side.
    #[must_use]
    pub fn of(all: impl IntoIterator<Item = Said>) -> Self {
        let mut links = Self::default();
        for said in all {
            let at = (said.from, said.about);
            if links.latest.get(&at).is_none_or(|known| known.key() < said.key()) {
                links.latest.insert(at, said);
            }
        }
        let mut same: Vec<Said> =
            links.pairs().filter_map(|pair| links.holding(pair)).filter(|said| said.link == Link::Same).collect();
        same.sort_by_key(Said::key);
        for said in same {
            links.unite(said);
        }
        links
    }

    fn unite(&mut self, said: Said) {
        let (one, other) = (self.members(said.from), self.members(said.about));
        if self.is_apart(&one, &other) {
            return self.at_odds.push(said);
        }
        let whole: BTreeSet<_> = one.into_iter().chain(other).collect();
        for member in &whole {
            self.groups.insert(*member, whole.clone());
        }
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
        self.groups.get(&id).map_or_else(|| vec![id], |group| group.iter().copied().collect())
    }

    /// Returns each patient who has several charts, by those charts in order of their ids.
    pub fn groups(&self) -> impl Iterator<Item = Vec<PatientId>> {
        let first = |(id, group): &(&PatientId, &BTreeSet<PatientId>)| group.first() == Some(*id);
        self.groups.iter().filter(first).map(|(_, group)| group.iter().copied().collect())
    }

    /// Returns whether somebody said that these two are two people, of any of their charts.
    #[must_use]
    pub fn are_kept_apart(&self, a: PatientId, b: PatientId) -> bool {
        self.is_apart(&self.members(a), &self.members(b))
    }

    fn is_apart(&self, one: &[PatientId], other: &[PatientId]) -> bool {
        let apart = |a: &PatientId, b: &PatientId| self.holding((*a, *b)).is_some_and(|s| s.link == Link::Different);
        one.iter().any(|a| other.iter().any(|b| apart(a, b)))
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
    Links::of(all).latest.into_values().collect()
}
