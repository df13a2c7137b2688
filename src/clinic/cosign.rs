//! What was recorded on a prescriber's order and waits for the signature.
//!
//! A decision says how it came where somebody else than the prescriber recorded it; only such a one waits. What an older
//! program wrote says nothing of it, and waits for nobody.

mod many;

use super::chart::{Chart, Fact};
use super::course::{Course, Standing};
use super::decision::Turn;
use super::entry::{Act, Entry, EntryId};
use super::iso;
use super::people::Colleague;
use super::roles::{self, Told};
use super::words;
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

pub use many::{AllSigned, Shown, phase_in_full};

/// A prescriber signs what was recorded on her order, or somebody files the paper that she signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cosigned {
    /// The entry that is signed.
    pub of: EntryId,
    /// The entry whose words were shown: that one itself, or the correction of it that held. Absent in what a program of
    /// before format 5 wrote, where the time says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<EntryId>,
    /// Whether whoever signed prescribed here then. The list of people changes, a signature does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub prescriber: bool,
    /// The day on the paper, where it was signed on paper and somebody else files it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "iso::known_day")]
    pub on_paper: Option<NaiveDate>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Cosigned {
    /// Signs an entry as it stands in a chart.
    #[must_use]
    pub fn of(chart: &Chart, of: EntryId, who: &str, people: &[Colleague]) -> Self {
        let version = chart.facts().iter().find(|fact| fact.entry.id == of).map(version);
        Self { of, version, prescriber: roles::signs_here(people, who), on_paper: None, note: None }
    }
}

impl Course {
    /// Says that what the next dose is given on waits for its prescriber's signature.
    #[must_use]
    pub fn unsigned(&self) -> Option<String> {
        let open = self.unsigned_orders().next()?;
        let (who, how) = (&open.prescriber, open.told.name());
        Some(format!("Ordered by {who} ({how}), not signed yet: it waits for the signature."))
    }

    /// Returns what waits for a signature of all that the plan rests on today: its order and the renewal that it goes on by, unless
    /// it has ended, and the change that holds.
    #[must_use]
    pub fn rests_on_unsigned(&self) -> Vec<&Waiting> {
        let turned = self.standing.as_ref().map(|standing| standing.entry);
        let orders = self.unsigned_orders().filter(|_| !self.has_ended());
        orders.chain(self.waiting.iter().filter(|waiting| Some(waiting.entry) == turned)).collect()
    }

    fn unsigned_orders(&self) -> impl Iterator<Item = &Waiting> {
        let order = self.order.as_ref().map(|(id, _)| *id);
        let holds = [order, self.cover.as_ref().map(|cover| cover.entry)];
        self.waiting.iter().filter(move |waiting| holds.contains(&Some(waiting.entry)))
    }
}

/// A decision that waits for the prescriber's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The entry.
    pub entry: EntryId,
    /// The day on which it was recorded.
    pub since: NaiveDate,
    /// The day of the decision, where that was before it was recorded.
    pub said: NaiveDate,
    /// Who recorded it.
    pub by: String,
    /// The prescriber who is said to have decided.
    pub prescriber: String,
    /// How it came.
    pub told: Told,
    /// What it is, in words.
    pub what: String,
}

impl Waiting {
    /// Says whose decision it is: `Verbal, Dr May; recorded by Ann Bell RN on Mon 23 Nov 2026`.
    #[must_use]
    pub fn from_whom(&self) -> String {
        let (told, since) = (words::begun(self.told.name()), words::day(self.since));
        format!("{told}, {}; recorded by {} on {since}", self.prescriber, self.by)
    }
}

/// Says who ordered something and, where it waits, that it is not signed: `ordered by Dr May (verbal), not signed yet`.
#[must_use]
pub fn ordered_by(waiting: &[Waiting], entry: EntryId, prescriber: &str) -> String {
    match waiting.iter().find(|w| w.entry == entry) {
        Some(w) => format!("ordered by {prescriber} ({}), not signed yet", w.told.name()),
        None => format!("signed by {prescriber}"),
    }
}

impl Act {
    /// Returns which prescriber decided, and how it reached who recorded it; `None` where nobody decides.
    #[must_use]
    pub fn decided(&self) -> Option<(&str, Option<Told>)> {
        match self {
            Self::Ordered(order) => Some((&order.prescriber, order.told)),
            Self::Renewed(renewed) => Some((&renewed.prescriber, renewed.told)),
            Self::PhaseEnded(ended) => Some((&ended.decided_by, ended.told)),
            Self::Changed(change) => match change.what {
                Turn::Died | Turn::Transferred { .. } => None,
                _ => Some((&change.decided_by, change.told)),
            },
            _ => None,
        }
    }

    /// Returns the day of the decision, or the one from which it holds.
    fn decided_on(&self) -> Option<NaiveDate> {
        match self {
            Self::Ordered(order) => Some(order.start),
            Self::Renewed(renewed) => Some(renewed.on),
            Self::PhaseEnded(ended) => Some(ended.on),
            Self::Changed(change) => Some(change.on),
            _ => None,
        }
    }
}

/// Returns what waits for a signature, the oldest first.
#[must_use]
pub fn waiting(facts: &[Fact<'_>], people: &[Colleague]) -> Vec<Waiting> {
    let open = facts.iter().filter_map(|fact| {
        let (prescriber, told) = fact.act?.decided()?;
        Some((fact, prescriber, told?))
    });
    let open: Vec<_> = open.collect();
    if open.is_empty() {
        return Vec::new();
    }
    let signed = signatures(facts);
    let open = open.into_iter().filter(|(fact, prescriber, _)| {
        let all = signed.get(&fact.entry.id).map(Vec::as_slice).unwrap_or_default();
        !put_right(fact, prescriber) && !all.iter().any(|(entry, s)| holds(fact, prescriber, entry, s, people))
    });
    open.filter_map(|(fact, prescriber, told)| {
        Some(Waiting {
            entry: fact.entry.id,
            since: fact.entry.at.date_naive(),
            said: fact.act?.decided_on()?.min(fact.entry.at.date_naive()),
            by: fact.entry.by.clone(),
            prescriber: prescriber.to_owned(),
            told,
            what: what(fact.act?),
        })
    })
    .collect()
}

fn signatures<'a>(facts: &[Fact<'a>]) -> HashMap<EntryId, Vec<(&'a Entry, &'a Cosigned)>> {
    let mut all: HashMap<EntryId, Vec<_>> = HashMap::new();
    for fact in facts {
        if let Some(Act::Cosigned(cosigned)) = fact.act {
            all.entry(cosigned.of).or_default().push((fact.entry, cosigned));
        }
    }
    all
}

/// The entry that says what holds: a signature is good for what it was put under, not for another correction.
fn version(fact: &Fact<'_>) -> EntryId {
    fact.amended.map_or(fact.entry.id, |(by, _)| by.id)
}

/// When that was written.
fn written(fact: &Fact<'_>) -> (DateTime<FixedOffset>, EntryId) {
    fact.amended.map_or(fact.entry.key(), |(by, _)| by.key())
}

/// Whether a prescriber corrected it: what stands there now is signed.
fn put_right(fact: &Fact<'_>, prescriber: &str) -> bool {
    fact.amended.is_some_and(|(by, amended)| roles::is(&by.by, prescriber) || amended.prescriber)
}

/// Whether a signature is a prescriber's, or on paper, and stands under what holds. The clocks of two workstations may
/// differ, and what one records the other may not have seen: what was shown counts, not what came before it.
fn holds(fact: &Fact<'_>, prescriber: &str, entry: &Entry, cosigned: &Cosigned, people: &[Colleague]) -> bool {
    let (is_of_this, prescribes) = match cosigned.version {
        Some(shown) => (shown == version(fact), cosigned.prescriber),
        None => (entry.key() > written(fact), roles::is_prescriber(people, &entry.by)),
    };
    is_of_this && (roles::is(&entry.by, prescriber) || prescribes || cosigned.on_paper.is_some())
}

/// Says why somebody may not correct an entry or strike it out, or `None` where that is allowed. A decision: a prescriber may,
/// and who recorded it while it is not signed. A signature: a prescriber may, and whose it is. Of a correction that counts
/// which it corrects. Where nobody prescribes, all may.
#[must_use]
pub fn correction_refused(chart: &Chart, of: EntryId, who: &str, people: &[Colleague]) -> Option<String> {
    let nobody_prescribes = !people.iter().any(|p| p.prescriber && !p.left);
    if nobody_prescribes || roles::signs_here(people, who) {
        return None;
    }
    let (facts, of) = (chart.facts(), chart.first_of(of));
    let fact = facts.iter().find(|fact| fact.entry.id == of)?;
    let by = &fact.entry.by;
    let may = || roles::may(people, who, roles::Doing::Decide).err().unwrap_or_default();
    // Also of one that was struck out, which comes back where the strike is struck out.
    match &fact.entry.act {
        Act::Cosigned(_) if roles::is(by, who) => None,
        Act::Cosigned(_) => Some(format!("{by} signed. {}: a prescriber takes a signature back", may())),
        act => {
            let (prescriber, told) = fact.act.unwrap_or(act).decided()?;
            let waits = || told.is_none() || waiting(&facts, people).iter().any(|w| w.entry == of);
            let struck_it = || fact.act.is_none() && fact.amended.is_some_and(|(strike, _)| roles::is(&strike.by, who));
            if roles::is(by, who) && (struck_it() || (fact.act.is_some() && waits())) {
                return None;
            }
            Some(format!("{prescriber} signed it. {}: a prescriber corrects it, or changes the plan", may()))
        }
    }
}

/// Says in words what is signed.
#[must_use]
pub fn what(act: &Act) -> String {
    match act {
        Act::Ordered(order) => {
            let term = order.term.words();
            let term = if term.is_empty() { term } else { format!("; {term}") };
            format!("Plan {} from {}{term}", order.name, words::day(order.start))
        }
        Act::Renewed(renewed) => format!("Renewal {}", renewed.words()),
        Act::PhaseEnded(ended) => {
            let n = ended.phase.saturating_add(1);
            format!("Phase {n} ended on {}: {}", words::day(ended.on), ended.because)
        }
        Act::Changed(change) => Standing { entry: EntryId(ulid::Ulid::nil()), change: change.clone() }.words(),
        other => other.word().to_owned(),
    }
}

/// Why somebody cannot sign an entry, or `None` where it can be signed.
///
/// The prescriber signs, or a colleague who prescribes. Whoever files a paper needs no right to prescribe, but only where the
/// prescriber cannot sign here.
#[must_use]
pub fn refusal(
    waiting: &Waiting,
    who: &str,
    on_paper: Option<NaiveDate>,
    today: NaiveDate,
    people: &[Colleague],
) -> Option<String> {
    let Some(day) = on_paper else { return roles::may(people, who, roles::Doing::Cosign).err() };
    if roles::can_sign_here(people, &waiting.prescriber) {
        return Some(format!("{} signs here: no paper is needed", waiting.prescriber));
    }
    if day > today {
        return Some(format!("{} has not come yet", words::day(day)));
    }
    (day < waiting.said && waiting.told == Told::Verbal)
        .then(|| format!("{} is before it was said: that paper signs something else", words::day(day)))
}

/// Returns the signature under what waits in a chart, or under the paper of a prescriber outside that is filed.
///
/// # Errors
/// The sentence of [`refusal`].
pub fn signed(
    chart: &Chart,
    waiting: &Waiting,
    who: &str,
    on_paper: Option<NaiveDate>,
    (today, people): (NaiveDate, &[Colleague]),
) -> Result<Cosigned, String> {
    match refusal(waiting, who, on_paper, today, people) {
        Some(sentence) => Err(sentence),
        None => Ok(Cosigned { on_paper, ..Cosigned::of(chart, waiting.entry, who, people) }),
    }
}
