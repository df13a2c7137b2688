//! A look at the seals of one chart: what stands as it was recorded, what does not, what is missing.

use super::super::format;
use super::key::{Key, Keys};
use super::tag;
use crate::clinic::chart::Chart;
use crate::clinic::entry::{Entry, EntryId, PatientId};
use crate::clinic::seal::{Seal, Tampered};
use chrono::{DateTime, FixedOffset};
use std::collections::{BTreeMap, HashSet};

/// Something that is not as Cobalog recorded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Fault {
    /// The entry that shows it: the wrong one, or the one behind what is missing.
    pub(in crate::store) entry: EntryId,
    pub(in crate::store) wrong: Wrong,
}

/// What it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum Wrong {
    /// The entry stands otherwise than it was recorded, or was recorded in another chart.
    Tampered(Tampered),
    /// So many entries that its author recorded before it are missing, the one that is still there before them.
    Removed { count: usize, after: Option<EntryId> },
    /// So many entries from before seals are missing, or stand otherwise.
    OldRemoved { count: usize },
}

/// What was found in a chart.
pub(in crate::store) struct Proof {
    pub(in crate::store) faults: Vec<Fault>,
    /// Entries from before seals.
    pub(in crate::store) old: usize,
    /// Entries that have a seal, right or wrong.
    pub(in crate::store) sealed: usize,
}

impl Proof {
    /// Without a key nothing is proven, and nothing is wrong.
    pub(super) fn unknown(chart: &Chart) -> Self {
        let sealed = chart.entries().iter().filter(|entry| entry.seal.is_some()).count();
        Self { faults: Vec::new(), old: chart.entries().len() - sealed, sealed }
    }
}

/// An entry with its seal as it stands in the file.
struct Sealed<'a> {
    entry: &'a Entry,
    seal: Option<Seal<'a>>,
    /// The key that proves it.
    key: Option<&'a Key>,
}

/// The entries of one author and workstation by number; of one number there may be several.
type Chain<'a> = BTreeMap<u32, Vec<&'a Sealed<'a>>>;

/// Looks at the seals of a chart, as a file has it. `is_open` says that entries without seal may come at any time.
pub(super) fn prove(chart: &Chart, keys: &Keys, is_open: bool) -> Proof {
    let (sealed, plain): (Vec<_>, Vec<_>) = chart.entries().iter().partition(|entry| entry.seal.is_some());
    let sealed: Vec<Sealed<'_>> = sealed.into_iter().map(|entry| with_seal(chart.id, keys, entry)).collect();
    let mut faults: Vec<Fault> = sealed
        .iter()
        .filter(|s| s.key.is_none())
        .map(|s| Fault { entry: s.entry.id, wrong: Wrong::Tampered(Tampered::Changed) })
        .collect();
    faults.extend(missing(&sealed));
    // Where a first seal is gone, nothing says what it vouched for.
    let is_first_gone = faults.iter().any(|fault| match &fault.wrong {
        Wrong::Tampered(_) => sealed.iter().any(|s| s.entry.id == fault.entry && s.seal.is_none_or(|s| s.n == 1)),
        Wrong::Removed { after, .. } => after.is_none(),
        Wrong::OldRemoved { .. } => true,
    });
    let since = keys.since().filter(|_| !is_open);
    let mut unproven = plain_faults(chart.id, keys, &sealed, &plain, since);
    if is_first_gone {
        let is_late = |id: EntryId| plain.iter().any(|e| e.id == id && since.is_some_and(|since| e.at > since));
        unproven.retain(|fault| is_late(fault.entry));
    }
    let old = plain.len() - unproven.iter().filter(|f| matches!(f.wrong, Wrong::Tampered(_))).count();
    faults.extend(unproven);
    let place = |id: EntryId| chart.entries().iter().position(|entry| entry.id == id);
    faults.sort_by_key(|fault| place(fault.entry));
    Proof { faults, old, sealed: sealed.len() }
}

fn with_seal<'a>(patient: PatientId, keys: &'a Keys, entry: &'a Entry) -> Sealed<'a> {
    let seal = entry.seal.as_deref().and_then(Seal::read);
    let line = seal.and_then(|seal| Some((seal, format::unsealed_line(entry).ok()?)));
    let key = line.and_then(|(seal, line)| keys.all.iter().find(|key| is_right(key, patient, &entry.by, &seal, &line)));
    Sealed { entry, seal, key }
}

fn is_right(key: &Key, patient: PatientId, author: &str, seal: &Seal<'_>, line: &str) -> bool {
    let place = tag::Place { patient, author, station: seal.station, n: seal.n, back: seal.back };
    tag::of_entry(&key.bytes, &place, line) == seal.tag
}

/// Returns the chart in which an entry was recorded that does not belong where it stands.
pub(in crate::store) fn recorded_in(entry: &Entry, keys: &Keys, charts: &[PatientId]) -> Option<PatientId> {
    let seal = entry.seal.as_deref().and_then(Seal::read)?;
    let line = format::unsealed_line(entry).ok()?;
    let is_there = |id: &&PatientId| keys.all.iter().any(|key| is_right(key, **id, &entry.by, &seal, &line));
    charts.iter().find(is_there).copied()
}

/// Returns what is missing in the chains. A seal that was changed may say another number than the entry had: such an entry
/// accounts for one that seems to be missing.
fn missing<'a>(sealed: &'a [Sealed<'a>]) -> Vec<Fault> {
    let mut chains: BTreeMap<(&str, &str), Chain<'a>> = BTreeMap::new();
    let mut put = |s: &'a Sealed<'a>, only_where_free: bool| {
        let Some(seal) = s.seal else { return false };
        let chain = chains.entry((&s.entry.by, seal.station)).or_default();
        let next = chain.last_key_value().map_or(0, |(n, _)| *n).saturating_add(1);
        let fits = !only_where_free || (seal.n <= next && !chain.contains_key(&seal.n));
        if fits {
            chain.entry(seal.n).or_default().push(s);
        }
        fits
    };
    sealed.iter().filter(|s| s.key.is_some()).for_each(|s| {
        put(s, false);
    });
    let stray = sealed.iter().filter(|s| s.key.is_none() && !put(s, true)).count();
    let found: Vec<Fault> = chains.values().flat_map(gaps).collect();
    let count: usize = found.iter().map(|fault| removed(&fault.wrong)).sum();
    if count > stray { found } else { Vec::new() }
}

fn removed(wrong: &Wrong) -> usize {
    match wrong {
        Wrong::Removed { count, .. } | Wrong::OldRemoved { count } => *count,
        Wrong::Tampered(_) => 0,
    }
}

fn gaps(chain: &Chain<'_>) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut before: Option<(u32, &[&Sealed<'_>])> = None;
    for (n, here) in chain {
        let (last, there) = before.unwrap_or((0, &[]));
        let Some(first) = here.first() else { continue };
        let after = there.first().map(|s| s.entry.id);
        let count = match n - last - 1 {
            0 => usize::from(*n > 1 && here.iter().any(|s| !follows_one(s, there))),
            gap => gap as usize,
        };
        if count > 0 {
            found.push(Fault { entry: first.entry.id, wrong: Wrong::Removed { count, after } });
        }
        before = Some((*n, here));
    }
    found
}

/// Returns whether one of those before is the one that was there when this was sealed; of one that was changed it is not known.
fn follows_one(s: &Sealed<'_>, before: &[&Sealed<'_>]) -> bool {
    let (Some(seal), true) = (s.seal, s.key.is_some()) else { return true };
    before.iter().any(|b| b.key.is_none() || b.seal.is_some_and(|b| seal.follows(b.tag)))
}

/// Returns what is wrong with entries that have no seal. The first seal of a chart vouches for all that were in it.
fn plain_faults(
    patient: PatientId,
    keys: &Keys,
    sealed: &[Sealed<'_>],
    plain: &[&Entry],
    since: Option<DateTime<FixedOffset>>,
) -> Vec<Fault> {
    let not_sealed = |entry: &Entry| Fault { entry: entry.id, wrong: Wrong::Tampered(Tampered::NotSealed) };
    let Some(first) = sealed.iter().find(|s| s.key.is_some()) else {
        return plain.iter().filter(|e| since.is_some_and(|since| e.at > since)).map(|e| not_sealed(e)).collect();
    };
    let mut vouched: HashSet<(&str, String)> = HashSet::new();
    for s in sealed {
        let (Some(seal), Some(key)) = (s.seal, s.key) else { continue };
        vouched.extend(seal.marks().map(|mark| (mark, key.name())));
    }
    let mut seen: HashSet<(String, String)> = HashSet::new();
    let mut others = Vec::new();
    for entry in plain {
        let line = format::unsealed_line(entry).unwrap_or_default();
        let marks = keys.all.iter().map(|key| (tag::mark(&key.bytes, patient, &line), key.name()));
        let known: Vec<_> = marks.filter(|(mark, key)| vouched.contains(&(mark.as_str(), key.clone()))).collect();
        if known.is_empty() {
            others.push(*entry);
        }
        seen.extend(known);
    }
    let gone = vouched.iter().filter(|(mark, key)| !seen.contains(&((*mark).to_owned(), key.clone()))).count();
    let wrong = if gone > 0 { Tampered::Changed } else { Tampered::NotSealed };
    let mut found: Vec<_> =
        others.iter().map(|entry| Fault { entry: entry.id, wrong: Wrong::Tampered(wrong) }).collect();
    if gone > others.len() {
        let wrong = Wrong::OldRemoved { count: gone - others.len() };
        found.push(Fault { entry: first.entry.id, wrong });
    }
    found
}
