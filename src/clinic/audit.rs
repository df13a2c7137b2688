//! What the audit log keeps: who saw, recorded, printed, signed in; and near misses, without a name.

mod changes;

use super::chart::Chart;
use super::entry::{Act, Entry, EntryId, PatientId};
use super::findings::Tier;
use super::knowledge::Knowledge;
use super::rights::{Checked, Part, Right};
use super::words;
use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use changes::{of_person, of_settings};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Who; empty where nobody was signed in, and for near misses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// What.
    pub what: What,
    /// Whose chart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<PatientId>,
    /// The entry that was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// Its seal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
    /// What was stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub miss: Option<NearMiss>,
    /// The day that the program was told to take for today, where it was another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pretended: Option<NaiveDate>,
    /// Up to which line the log of the workstation went that a restore brought back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_to: Option<u64>,
    /// More: a file, the kind of entry, the rule that stopped something.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// The workstation that wrote it.
    pub station: String,
    /// Its number there.
    pub n: u64,
    /// What happened.
    pub event: Event,
}

/// Kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words below say it")]
pub enum What {
    SignedIn,
    SignedOut,
    SignInFailed,
    Locked,
    Unlocked,
    Opened,
    Listed,
    Recorded,
    Printed,
    Exported,
    /// Somebody asked for what the role does not allow.
    Refused,
    Imported,
    BackedUp,
    Restored,
    SettingsChanged,
    PeopleChanged,
    NearMiss,
    /// A dose was given against a rule that stops the needle.
    Happened,
    /// The program began, and saw how far other workstations' logs went.
    Began,
    /// A key of seals is one of the practice's, by its name: a workstation that was apart made it, or a backup brought it.
    Vouched,
}

impl What {
    /// Returns it in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::SignedIn => "Signed in",
            Self::SignedOut => "Signed out",
            Self::SignInFailed => "Sign-in failed",
            Self::Locked => "Locked",
            Self::Unlocked => "Unlocked",
            Self::Opened => "Opened",
            Self::Listed => "Listed",
            Self::Recorded => "Recorded",
            Self::Printed => "Printed",
            Self::Exported => "Exported",
            Self::Refused => "Refused",
            Self::Imported => "Imported",
            Self::BackedUp => "Backed up",
            Self::Restored => "Restored",
            Self::SettingsChanged => "Settings",
            Self::PeopleChanged => "People",
            Self::NearMiss => "Near miss",
            Self::Happened => "Happened",
            Self::Began => "Began",
            Self::Vouched => "Key known",
        }
    }

    /// Returns whether it is counted with the near misses: what was stopped at the needle, or should have been.
    #[must_use]
    pub fn is_at_the_needle(self) -> bool {
        matches!(self, Self::NearMiss | Self::Happened)
    }

    /// Returns whether its line must outlast a power cut before a command goes on.
    #[must_use]
    pub fn must_stay(self) -> bool {
        !matches!(self, Self::Opened | Self::Listed | Self::Began)
    }
}

impl Event {
    /// Makes an event about the practice.
    #[must_use]
    pub fn new(at: DateTime<FixedOffset>, by: &str, what: What) -> Self {
        let by = by.to_owned();
        Self {
            at,
            by,
            what,
            patient: None,
            entry: None,
            seal: None,
            miss: None,
            pretended: None,
            log_to: None,
            detail: String::new(),
        }
    }

    /// Makes an event about a patient.
    #[must_use]
    pub fn about(at: DateTime<FixedOffset>, by: &str, what: What, patient: PatientId) -> Self {
        Self { patient: Some(patient), ..Self::new(at, by, what) }
    }

    /// Makes the event of an entry that is in a chart now.
    #[must_use]
    pub fn recorded(patient: PatientId, entry: &Entry) -> Self {
        let detail = entry.act.word().to_owned();
        let (id, seal) = (Some(entry.id), entry.seal.clone());
        Self { entry: id, seal, detail, ..Self::about(entry.at, &entry.by, What::Recorded, patient) }
    }

    /// Makes the event of something that was stopped before it reached a patient. It names nobody who works here.
    #[must_use]
    pub fn near_miss(at: DateTime<FixedOffset>, patient: PatientId, stop: &Stop) -> Self {
        let (miss, detail) = (Some(stop.miss), stop.rule.clone());
        Self { miss, detail, ..Self::about(at, "", What::NearMiss, patient) }
    }

    /// Makes the event of a dose that was given against a rule that stops the needle, where a new entry of a chart says so: of a
    /// correction, where it brings that up. It names nobody who works here; several rules of one dose are one event.
    #[must_use]
    pub fn happened(before: &Chart, entry: &Entry) -> Option<Self> {
        let (act, known) = match &entry.act {
            Act::Amended(amended) => {
                let earlier = before.versions(before.first_of(amended.of)).flat_map(against);
                (amended.instead.as_deref()?, earlier.collect::<Vec<_>>())
            }
            act => (act, Vec::new()),
        };
        let rule = against(act).into_iter().find(|rule| !known.contains(rule))?;
        let event = Self::about(entry.at, "", What::Happened, before.id);
        Some(Self { miss: Some(NearMiss::by(rule)), detail: rule.to_owned(), ..event })
    }

    /// Says more.
    #[must_use]
    pub fn with(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// Says what it was beside its kind.
    #[must_use]
    pub fn more(&self, knowledge: &Knowledge) -> String {
        let all_the_same = if self.what == What::Happened { "Given all the same: " } else { "" };
        let more = match self.miss {
            Some(miss) => format!("{all_the_same}{}{}", miss.words(), rule_words(&self.detail, knowledge)),
            None => self.detail.clone(),
        };
        match self.pretended {
            None => more,
            Some(day) if more.is_empty() => format!("pretended day {}", words::day(day)),
            Some(day) => format!("{more}; pretended day {}", words::day(day)),
        }
    }
}

/// What was stopped before it reached a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words below say it")]
pub enum NearMiss {
    Identity,
    Expired,
    Early,
    Product,
    Dose,
    Route,
    Site,
    Day,
    Held,
}

impl NearMiss {
    /// Every kind, in the order of the monthly page.
    pub const ALL: [Self; 9] = [
        Self::Identity,
        Self::Expired,
        Self::Early,
        Self::Product,
        Self::Dose,
        Self::Route,
        Self::Site,
        Self::Day,
        Self::Held,
    ];

    /// Returns what a rule that stops the needle is about, where only its name is known.
    #[must_use]
    pub fn by(rule: &str) -> Self {
        match rule {
            "D7" => Self::Expired,
            "D4" | "D6" | "D8" | "D9" => Self::Product,
            "D1" | "D3" | "T5" => Self::Dose,
            "D5" => Self::Route,
            "T10" => Self::Day,
            early if is_early(early) => Self::Early,
            _ => Self::Held,
        }
    }

    /// Returns it in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Identity => "Another day of birth than the chart has",
            Self::Expired => "Lot or vial past its time",
            Self::Early => "Too early, or a second dose of the day",
            Self::Product => "Wrong product",
            Self::Dose => "Wrong dose, strength or volume",
            Self::Route => "Wrong route",
            Self::Site => "Wrong site",
            Self::Day => "A day that cannot be",
            Self::Held => "Something must be resolved first",
        }
    }
}

/// What stopped somebody who was about to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Which kind it is.
    pub miss: NearMiss,
    /// The rule.
    pub rule: String,
}

impl Stop {
    /// The identity that was typed is not the patient's.
    #[must_use]
    pub fn identity() -> Self {
        Self { miss: NearMiss::Identity, rule: "ID".to_owned() }
    }

    /// Returns what the checks that stop have stopped, each kind once; where none does, an early dose for which no reason was
    /// given. What could not be read, or was not typed yet, was no near miss.
    #[must_use]
    pub fn all(checks: &[Checked]) -> Vec<Self> {
        let stops: Vec<_> = checks.iter().filter(|c| c.tier == Some(Tier::Stop)).collect();
        let is_too_soon = |c: &&Checked| c.tier == Some(Tier::Reason) && c.right == Right::Time && is_early(&c.rule);
        let too_soon = checks.iter().find(is_too_soon).filter(|_| stops.is_empty());
        let mut all: Vec<Self> = Vec::new();
        for stop in stops.into_iter().chain(too_soon).filter_map(Self::of) {
            if !all.iter().any(|other| other.miss == stop.miss) {
                all.push(stop);
            }
        }
        all
    }

    fn of(check: &Checked) -> Option<Self> {
        let is_open = matches!(check.part, Part::Unread | Part::Strength);
        let miss = match check.right {
            Right::Patient | Right::Order => NearMiss::Held,
            Right::Drug if check.rule == "ORDER" => NearMiss::Held,
            Right::Drug => NearMiss::Product,
            Right::Dose => NearMiss::Dose,
            Right::Route => NearMiss::Route,
            Right::Site => NearMiss::Site,
            Right::Lot => NearMiss::Expired,
            Right::Time if is_early(&check.rule) => NearMiss::Early,
            Right::Time => NearMiss::Day,
        };
        (!is_open).then(|| Self { miss, rule: check.rule.clone() })
    }
}

/// The rules of a dose that comes too soon.
fn is_early(rule: &str) -> bool {
    ["T6", "T7", "T8", "T9"].contains(&rule)
}

fn rule_words(rule: &str, knowledge: &Knowledge) -> String {
    let name = &knowledge.rule(rule).name;
    if name.is_empty() { String::new() } else { format!(" ({rule}, {name})") }
}

/// Returns the rules that a dose was given against.
fn against(act: &Act) -> Vec<&str> {
    match act {
        Act::Given(given) => given.against(),
        _ => Vec::new(),
    }
}

/// Returns the page of near misses of a month: counts by kind with the rules that stopped them, and what was given all the same.
/// It has no names.
#[must_use]
pub fn month_page(events: &[Event], month: NaiveDate, practice: &str, knowledge: &Knowledge) -> Vec<String> {
    let is_of = |e: &&Event| (e.at.year(), e.at.month()) == (month.year(), month.month());
    let of = |what| events.iter().filter(is_of).filter(move |e| e.what == what).collect::<Vec<_>>();
    let mut lines = vec![
        format!("Near misses in {}: {practice}", month.format("%B %Y")),
        String::new(),
        "What was stopped when somebody was about to sign a dose.".to_owned(),
        "It is counted to make the work safer; nobody's name is kept with it.".to_owned(),
        String::new(),
    ];
    let stopped = counted(&of(What::NearMiss), knowledge);
    lines.extend(if stopped.is_empty() { vec!["    0  nothing was stopped".to_owned()] } else { stopped });
    let happened = counted(&of(What::Happened), knowledge);
    if !happened.is_empty() {
        let words = "What was given all the same, and recorded afterwards with what happened:";
        lines.extend([String::new(), words.to_owned(), String::new()]);
        lines.extend(happened);
    }
    lines
}

/// Counts by kind, with the rules, and in all; nothing where nothing is.
fn counted(events: &[&Event], knowledge: &Knowledge) -> Vec<String> {
    let mut counts: BTreeMap<NearMiss, BTreeMap<&str, usize>> = BTreeMap::new();
    for event in events {
        let Some(miss) = event.miss else { continue };
        *counts.entry(miss).or_default().entry(&event.detail).or_default() += 1;
    }
    let total: usize = counts.values().flat_map(BTreeMap::values).sum();
    let mut lines = Vec::new();
    for miss in NearMiss::ALL.into_iter().filter(|miss| counts.contains_key(miss)) {
        let rules = counts.get(&miss).cloned().unwrap_or_default();
        lines.push(format!("{:>5}  {}", rules.values().sum::<usize>(), miss.words()));
        for (rule, count) in rules {
            let name = &knowledge.rule(rule).name;
            let name = if name.is_empty() { "the check at the needle" } else { name };
            lines.push(format!("{count:>12}  by {rule}: {name}"));
        }
    }
    if total > 0 {
        lines.push(format!("{total:>5}  in all"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_a_stop_is_a_near_miss_of_its_own() {
        let check = |tier, right, rule: &str| Checked {
            tier: Some(tier),
            rule: rule.to_owned(),
            ..Checked::fine(right, "words")
        };
        let (early, earlier) = (check(Tier::Stop, Right::Time, "T6"), check(Tier::Stop, Right::Time, "T9"));
        let expired = check(Tier::Stop, Right::Lot, "D7");
        let too_soon = check(Tier::Reason, Right::Time, "T8");
        let of =
            |checks: &[Checked]| Stop::all(checks).into_iter().map(|stop| (stop.miss, stop.rule)).collect::<Vec<_>>();
        let said = |miss, rule: &str| (miss, rule.to_owned());
        assert_eq!(
            of(&[early, earlier, too_soon.clone(), expired.clone()]),
            [said(NearMiss::Early, "T6"), said(NearMiss::Expired, "D7")]
        );
        assert_eq!(of(std::slice::from_ref(&too_soon)), [said(NearMiss::Early, "T8")]);
        assert_eq!(of(&[too_soon, expired]), [said(NearMiss::Expired, "D7")]);
        assert_eq!(of(&[Checked::fine(Right::Dose, "words")]), []);
    }
}
