//! A chart: the list of entries of one patient, and its fold into what holds now.

mod joined;

pub use joined::Joined;

use super::entry::{Act, Amended, Entry, EntryId, PatientId};
use super::order::Order;
use super::patient::Person;
use super::triage::Triage;
use super::words;
use chrono::{DateTime, FixedOffset};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that was recorded about one patient, in order of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The patient.
    pub id: PatientId,
    entries: Vec<Entry>,
    /// The charts that are read as part of this one.
    joined: Vec<Joined>,
}

/// An entry as it holds now: with the act that the latest amendment put in its place.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'a> {
    /// The entry that was written first.
    pub entry: &'a Entry,
    /// What holds; `None` where the entry was struck out.
    pub act: Option<&'a Act>,
    /// The amendment that holds, where there is one.
    pub amended: Option<(&'a Entry, &'a Amended)>,
    /// Whether it was recorded in a chart that was joined to this one.
    pub of_joined: bool,
}

impl Chart {
    /// Puts entries in order; of two with one id the first is kept, as ids are unique.
    #[must_use]
    pub fn new(id: PatientId, mut entries: Vec<Entry>) -> Self {
        entries.sort_by_key(Entry::key);
        let mut seen = std::collections::HashSet::new();
        entries.retain(|e| seen.insert(e.id));
        Self { id, entries, joined: Vec::new() }
    }

    /// Returns the entries in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the chart with the entry added at its place.
    #[must_use]
    pub fn with(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        Self { joined: self.joined, ..Self::new(self.id, self.entries) }
    }

    /// Returns the chart as it would be after an act; nothing is recorded.
    #[must_use]
    pub fn after(&self, act: Act, at: DateTime<FixedOffset>, by: &str) -> Self {
        let entry = Entry { id: EntryId::NEXT, at, by: by.to_owned(), act, from: None, seal: None };
        self.clone().with(entry)
    }

    /// Returns those entries of another version whose ids this one lacks.
    #[must_use]
    pub fn lacking(&self, other: &Self) -> Self {
        let own: BTreeSet<EntryId> = self.entries.iter().map(|e| e.id).collect();
        other.only(|entry| !own.contains(&entry.id))
    }

    /// Returns the union of two versions of one chart: commutative, associative, idempotent, nothing lost. Should an entry
    /// differ, which no program does, the version of the earlier time stays, whichever chart it is in: where one of the
    /// two counts more, it takes in what it is [`Chart::lacking`].
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut all = self.entries.clone();
        all.extend(other.entries.iter().cloned());
        let mut joined = self.joined.clone();
        joined.extend(other.joined.iter().filter(|j| self.joined.iter().all(|own| own.id != j.id)).cloned());
        joined.sort_by_key(|j| j.id);
        Self { joined, ..Self::new(self.id, all) }
    }

    /// Returns the chart as it was known at the end of a day.
    #[must_use]
    pub fn as_of(&self, day: chrono::NaiveDate) -> Self {
        self.only(|e| e.at.date_naive() <= day)
    }

    /// Returns the chart with those entries alone that are wanted.
    #[must_use]
    pub fn only(&self, mut wanted: impl FnMut(&Entry) -> bool) -> Self {
        let entries = self.entries.iter().filter(|e| wanted(e)).cloned().collect();
        Self { id: self.id, entries, joined: self.joined.clone() }
    }

    /// Returns what holds of each entry, amendments themselves left out.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact<'_>> {
        let amendments = self.amendments();
        let real = self.entries.iter().filter(|e| !matches!(e.act, Act::Amended(_)));
        real.map(|entry| match amendments.get(&entry.id) {
            Some(&(by, amended)) => {
                let of_joined = self.is_of_joined(entry.id);
                Fact { entry, act: amended.instead.as_deref(), amended: Some((by, amended)), of_joined }
            }
            None => Fact { entry, act: Some(&entry.act), amended: None, of_joined: self.is_of_joined(entry.id) },
        })
        .collect()
    }

    /// Returns the amendment that holds of each entry. One of an amendment corrects the first entry; one that strikes an
    /// amendment out leaves what held before it. The clocks of two workstations may differ, so links count, not times.
    fn amendments(&self) -> BTreeMap<EntryId, (&Entry, &Amended)> {
        let amended = self.amended();
        let (void, mut roots) = (void(&amended), BTreeMap::new());
        let mut latest = BTreeMap::new();
        for entry in self.entries.iter().rev() {
            let Some(what) = amended.get(&entry.id).filter(|_| !void.contains(&entry.id)) else { continue };
            let strikes_an_amendment = what.instead.is_none() && amended.contains_key(&what.of);
            if !strikes_an_amendment {
                latest.entry(root(&amended, what.of, &mut roots)).or_insert((entry, *what));
            }
        }
        latest
    }

    /// Returns the identity that holds.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        person(&self.facts())
    }

    /// Returns who a patient was whose registration was struck out here, with the correction and when it was made; `None` where
    /// one holds.
    #[must_use]
    pub fn struck_out(&self) -> Option<Struck<'_>> {
        struck_out(&self.facts())
    }

    /// Returns the registrations that hold where the patient may be struck out: nothing that holds was given. `None` where that
    /// is not so.
    #[must_use]
    pub fn strikeable(&self) -> Option<Vec<EntryId>> {
        let facts = self.facts();
        let own = || facts.iter().filter(|f| !f.of_joined);
        let was_given = facts.iter().any(|f| matches!(f.act, Some(Act::Given(_))));
        let held: Vec<_> = own().filter(|f| matches!(f.act, Some(Act::Registered(_)))).map(|f| f.entry.id).collect();
        (!was_given && !held.is_empty()).then_some(held)
    }

    /// Returns the triage that holds, with its entry's id.
    #[must_use]
    pub fn triage(&self) -> Option<(EntryId, &Triage)> {
        triage(&self.facts()).map(|(entry, triage)| (entry.id, triage))
    }

    /// Returns the order that holds, with its entry's id.
    #[must_use]
    pub fn order(&self) -> Option<(EntryId, &Order)> {
        order(&self.facts()).map(|(entry, order)| (entry.id, order))
    }

    /// Returns the entry that was written first, where this is a correction of it, or of a correction; else this one.
    #[must_use]
    pub fn first_of(&self, id: EntryId) -> EntryId {
        root(&self.amended(), id, &mut BTreeMap::new())
    }

    /// Returns the corrections, by their entries' ids.
    fn amended(&self) -> BTreeMap<EntryId, &Amended> {
        self.entries
            .iter()
            .filter_map(|e| match &e.act {
                Act::Amended(amended) => Some((e.id, amended)),
                _ => None,
            })
            .collect()
    }

    /// Returns whatever stood for an entry at some time: what was written first, and what corrected it.
    pub fn versions(&self, entry: EntryId) -> impl Iterator<Item = &Act> {
        let amended = self.amended();
        let corrects: BTreeSet<EntryId> =
            amended.keys().filter(|id| root(&amended, **id, &mut BTreeMap::new()) == entry).copied().collect();
        self.entries.iter().filter_map(move |e| match &e.act {
            Act::Amended(amended) if corrects.contains(&e.id) => amended.instead.as_deref(),
            act if e.id == entry => Some(act),
            _ => None,
        })
    }

    /// Returns one entry.
    #[must_use]
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.iter().find(|e| e.id == id)
    }
}

/// Returns the identity that holds; the one in a joined chart is a former one, however new.
pub(super) fn person<'a>(facts: &[Fact<'a>]) -> Option<&'a Person> {
    facts.iter().rev().filter(|fact| !fact.of_joined).find_map(|fact| match fact.act? {
        Act::Registered(person) => Some(person),
        _ => None,
    })
}

/// How the words for a patient begin whose registration was struck out.
pub const STRUCK_OUT: &str = "Registration struck out";

/// A patient who was entered by mistake.
#[derive(Clone, Copy, Debug)]
pub struct Struck<'a> {
    /// Who it was.
    pub person: &'a Person,
    /// The entry that struck the registration out.
    pub entry: &'a Entry,
    /// Why.
    pub why: &'a str,
}

impl Struck<'_> {
    /// Says so: `Registration struck out on Mon 23 Nov 2026: entered twice`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{STRUCK_OUT} on {}: {}", words::day(self.entry.at.date_naive()), self.why)
    }
}

/// Returns the registration that a person struck out, where none holds. One that went with an import that was undone is nobody.
pub(super) fn struck<'a>(facts: &[Fact<'a>]) -> Option<Struck<'a>> {
    if person(facts).is_some() {
        return None;
    }
    facts.iter().rev().filter(|fact| !fact.of_joined).find_map(|fact| {
        let (entry, amended) = fact.amended.filter(|(by, _)| by.from.is_none())?;
        let Act::Registered(person) = &fact.entry.act else { return None };
        Some(Struck { person, entry, why: &amended.why })
    })
}

/// The same, where nothing that holds was given: a dose that another workstation recorded meanwhile keeps the patient on the
/// lists.
pub(super) fn struck_out<'a>(facts: &[Fact<'a>]) -> Option<Struck<'a>> {
    let was_given = facts.iter().any(|fact| matches!(fact.act, Some(Act::Given(_))));
    struck(facts).filter(|_| !was_given)
}

/// Returns the triage that holds, with its entry.
pub(super) fn triage<'a>(facts: &[Fact<'a>]) -> Option<(&'a Entry, &'a Triage)> {
    last(facts, |act| match act {
        Act::Triaged(triage) => Some(triage),
        _ => None,
    })
}

/// Returns the order that holds, with its entry.
pub(super) fn order<'a>(facts: &[Fact<'a>]) -> Option<(&'a Entry, &'a Order)> {
    last(facts, |act| match act {
        Act::Ordered(order) => Some(order),
        _ => None,
    })
}

fn last<'a, T>(facts: &[Fact<'a>], pick: impl Fn(&'a Act) -> Option<T>) -> Option<(&'a Entry, T)> {
    facts.iter().rev().find_map(|fact| Some((fact.entry, pick(fact.act?)?)))
}

/// Follows a chain of amendments to the entry that was written first; a chain that bites its tail ends somewhere. `known`
/// remembers where others ended: each part of a long chain is walked once.
fn root(amended: &BTreeMap<EntryId, &Amended>, mut of: EntryId, known: &mut BTreeMap<EntryId, EntryId>) -> EntryId {
    let mut passed = Vec::new();
    while let Some(next) = amended.get(&of) {
        let end = known.get(&of).copied();
        if end.is_none() && passed.len() <= amended.len() {
            passed.push(of);
            of = next.of;
        } else {
            of = end.unwrap_or(of);
            break;
        }
    }
    known.extend(passed.into_iter().map(|id| (id, of)));
    of
}

/// Returns the amendments that were struck out by one that itself holds. Each is looked at once all that strike it are
/// known, from the ends of the chains; what hangs in a circle of links, which only a damaged file has, strikes nothing.
fn void(amended: &BTreeMap<EntryId, &Amended>) -> BTreeSet<EntryId> {
    let struck = |by: EntryId| {
        let what = amended.get(&by)?;
        (what.instead.is_none() && what.of != by && amended.contains_key(&what.of)).then_some(what.of)
    };
    let mut open: BTreeMap<EntryId, usize> = BTreeMap::new();
    amended.keys().filter_map(|by| struck(*by)).for_each(|of| *open.entry(of).or_default() += 1);
    let mut known: Vec<EntryId> = amended.keys().filter(|id| !open.contains_key(id)).copied().collect();
    let mut void = BTreeSet::new();
    while let Some(by) = known.pop() {
        let Some(of) = struck(by) else { continue };
        let is_void = void.contains(&by);
        let left = open.entry(of).or_default();
        *left = left.saturating_sub(1);
        if (!is_void && void.insert(of)) || (is_void && *left == 0 && !void.contains(&of)) {
            known.push(of);
        }
    }
    void
}
