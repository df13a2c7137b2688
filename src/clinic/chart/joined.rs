//! Charts that a person said are one patient's, read as one. The files stay as they are: parting brings both back.

use super::Chart;
use crate::clinic::entry::{Act, Entry, EntryId, PatientId};
use crate::clinic::links::{Link, Said};
use crate::clinic::patient::Person;
use crate::clinic::words;
use chrono::{DateTime, FixedOffset};

/// A chart that is read as part of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Its id.
    pub id: PatientId,
    /// Who it was registered as; `None` where the chart cannot be read.
    pub person: Option<Person>,
    /// Whether the chart could be read. Where not, its entries are missing from the whole.
    pub is_read: bool,
    /// When it was joined.
    pub since: DateTime<FixedOffset>,
    /// Who joined it.
    pub by: String,
    /// Why.
    pub why: String,
    /// Its entries, in order of their ids.
    entries: Vec<EntryId>,
}

impl Joined {
    /// Says that it is joined: `Joined: #00123, Okafor, Ngozi, born 04 Mar 1961; Mon 03 Mar 2026 by Maya Keller RN: same card`.
    #[must_use]
    pub fn words(&self) -> String {
        let who = match &self.person {
            Some(p) => format!("#{}, {}, born {}", p.number, p.name(), words::born(p.born)),
            None => format!("chart {}, which cannot be read", self.id),
        };
        format!("Joined: {who}; {} by {}: {}", words::day(self.since.date_naive()), self.by, self.why)
    }

    /// Returns whether an entry was recorded in it.
    #[must_use]
    pub fn holds(&self, entry: EntryId) -> bool {
        self.entries.binary_search(&entry).is_ok()
    }
}

impl Chart {
    /// Reads this chart as one with the others; of those in `unread` only the ids are known. This one's identity holds.
    #[must_use]
    pub fn joined_with(&self, others: &[Self], unread: &[PatientId]) -> Self {
        let all: Vec<&Self> = std::iter::once(self).chain(others).collect();
        let read = others.iter().map(|chart| (chart.id, Some(chart)));
        let mut joined: Vec<_> = read
            .chain(unread.iter().map(|id| (*id, None)))
            .filter_map(|(id, chart)| joined(id, chart, link_of(id, &all)?))
            .collect();
        joined.sort_by_key(|j| j.id);
        let entries = all.iter().flat_map(|chart| chart.entries.iter().cloned()).collect();
        Self { joined, ..Self::new(self.id, entries) }
    }

    /// Returns the charts that are read as part of this one, in order of their ids.
    #[must_use]
    pub fn joined(&self) -> &[Joined] {
        &self.joined
    }

    /// Returns the number in this chart, or in one that is read as part of it; its id where nobody can read it.
    #[must_use]
    pub fn number_of(&self, id: PatientId) -> String {
        let joined = self.joined.iter().find(|j| j.id == id);
        let person = if joined.is_some() { joined.and_then(|j| j.person.as_ref()) } else { self.person() };
        person.map_or_else(|| id.to_string(), |p| p.number.clone())
    }

    /// Says which numbers lead here: `1002 is now 1001`, `1002 and 1003 are now 1001`; `None` where it stands alone.
    #[must_use]
    pub fn joined_words(&self) -> Option<String> {
        let former: Vec<_> = self.joined.iter().map(|j| self.number_of(j.id)).collect();
        let verb = if former.len() == 1 { "is" } else { "are" };
        (!former.is_empty()).then(|| format!("{} {verb} now {}", former.join(" and "), self.number_of(self.id)))
    }

    /// Returns the identity that holds, with the allergies and cautions of every joined chart: joining must hide none. An
    /// identity that was recorded since then was seen with all of them, and holds as it is.
    #[must_use]
    pub fn person_of_all(&self) -> Option<Person> {
        let facts = self.facts();
        let own = facts.iter().rev().filter(|f| !f.of_joined).find_map(|f| match f.act? {
            Act::Registered(person) => Some((f.amended.map_or(f.entry.at, |(by, _)| by.at), person)),
            _ => None,
        });
        let (at, person) = own?;
        let unseen = self.joined.iter().filter(|j| j.since >= at).filter_map(|j| j.person.as_ref());
        Some(unseen.fold(person.clone(), Person::warned_by))
    }

    /// Returns the chart that an entry was recorded in.
    #[must_use]
    pub fn origin(&self, entry: EntryId) -> PatientId {
        let of = self.joined.iter().find(|j| j.holds(entry));
        of.map_or(self.id, |j| j.id)
    }

    pub(super) fn is_of_joined(&self, entry: EntryId) -> bool {
        self.joined.iter().any(|j| j.holds(entry))
    }

    /// Returns all that this chart, and those that were joined to it, say of other charts. A correction cannot take such
    /// an entry back, a later one does.
    pub fn said(&self) -> impl Iterator<Item = Said> {
        self.entries.iter().filter(|e| matches!(e.act, Act::Linked(_))).filter_map(|e| Said::of(self.origin(e.id), e))
    }
}

/// The latest entry that links a chart to any of the others, with its words.
fn link_of<'a>(id: PatientId, all: &[&'a Chart]) -> Option<(&'a Entry, &'a str)> {
    let entries = all.iter().flat_map(|chart| chart.entries.iter().map(|e| (chart.id, e)));
    let links = entries.filter_map(|(from, entry)| match &entry.act {
        Act::Linked(linked) if linked.link == Link::Same && (from == id || linked.other == id) => {
            Some((entry, linked.why.as_str()))
        }
        _ => None,
    });
    links.max_by_key(|(entry, _)| entry.key())
}

fn joined(id: PatientId, chart: Option<&Chart>, (link, why): (&Entry, &str)) -> Option<Joined> {
    let mut entries: Vec<_> = chart.iter().flat_map(|c| c.entries.iter().map(|e| e.id)).collect();
    entries.sort_unstable();
    Some(Joined {
        id,
        person: chart.and_then(|c| c.person().cloned()),
        is_read: chart.is_some(),
        since: link.at,
        by: link.by.clone(),
        why: why.to_owned(),
        entries,
    })
}
