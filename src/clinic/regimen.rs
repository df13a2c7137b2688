//! A published regimen as data: phases, what ends each, what is checked and when, and where it all comes from.
//!
//! One regimen is one RON file under `assets/regimens/`, or beside a practice's own data. The fields follow facts 1.1;
//! what a source does not say carries its mark (`[eng]`, `[unsourced]`, `[2nd]`) in `mark`, and screens show it.

mod closest;
mod end;

use super::drug::{Drug, Route};
use super::interval::Interval;
use serde::{Deserialize, Serialize};

pub use closest::Closest;
pub use end::{End, EndedBy};

/// What a phase is for (facts 1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhaseKind {
    /// Fills the stores.
    Repletion,
    /// The second, rarer step of repletion.
    Consolidation,
    /// Keeps the stores full.
    Maintenance,
    /// Maintenance without a deficiency, after surgery for example.
    Prophylaxis,
}

impl PhaseKind {
    /// Returns whether the phase fills the stores: repletion and its second step.
    #[must_use]
    pub fn fills(self) -> bool {
        matches!(self, Self::Repletion | Self::Consolidation)
    }

    /// Returns `repletion` or `maintenance`, the two words that the command line's JSON knows.
    #[must_use]
    pub fn word(self) -> &'static str {
        if self.fills() { "repletion" } else { "maintenance" }
    }

    /// Returns the title that a screen shows.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Repletion => "Repletion",
            Self::Consolidation => "Repletion, second step",
            Self::Maintenance => "Maintenance",
            Self::Prophylaxis => "Prophylaxis",
        }
    }
}

/// How doses follow each other within a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// One dose each interval, counted from the phase's anchor.
    Every(Interval),
    /// Offsets in days within a week of seven: three a week is `[0, 2, 4]` (facts 1.2, D3).
    Week(Vec<u32>),
    /// Gaps in days that alternate: every 3 to 4 days is `[3, 4]`.
    Gaps(Vec<u32>),
    /// Offsets in days from the first dose, for a trial's own calendar (facts 1.2, D1).
    Days(Vec<u32>),
}

/// One phase of a regimen; an order keeps its own copy with the choices made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// What it is for.
    pub kind: PhaseKind,
    /// Dose in micrograms.
    pub dose_mcg: u32,
    /// The published range of the dose in micrograms, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dose_range_mcg: Option<(u32, u32)>,
    /// The rhythm; where `or` lists others, this is the default.
    pub every: Rhythm,
    /// Other published intervals (and doses) that the prescriber may choose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub or: Vec<Choice>,
    /// What ends it.
    pub until: End,
    /// What has to be seen for the event that ends it, as the rules read it; absent where its words say the same, and in what was
    /// written before this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<EndedBy>,
    /// What must be recorded before this phase opens, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<String>,
    /// The phase in the source's terms: "three times a week for 2 weeks".
    pub words: String,
    /// Marks of what no source settles: `[eng] default of 3 months`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
}

impl Rhythm {
    /// Returns whether each dose lies at least a day after the one before: else nobody could say when the next is due.
    #[must_use]
    pub fn moves_on(&self) -> bool {
        let rises = |offsets: &[u32]| !offsets.is_empty() && offsets.windows(2).all(|pair| pair[0] < pair[1]);
        match self {
            Self::Every(_) => true,
            Self::Week(offsets) => rises(offsets) && offsets.iter().all(|day| *day < 7),
            Self::Gaps(gaps) => !gaps.is_empty() && gaps.iter().all(|gap| (1..=366).contains(gap)),
            Self::Days(offsets) => rises(offsets) && offsets.iter().all(|day| *day <= 3_660),
        }
    }
}

impl Phase {
    /// Returns the interval between doses where the phase has a single one.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        match &self.every {
            Rhythm::Every(interval) => Some(*interval),
            _ => None,
        }
    }

    /// Returns the mean number of days between two doses.
    #[must_use]
    pub fn mean_gap_days(&self) -> f64 {
        match &self.every {
            Rhythm::Every(every) => f64::from(every.about_days()),
            Rhythm::Week(offsets) => 7.0 / offsets.len().max(1) as f64,
            Rhythm::Gaps(gaps) => gaps.iter().map(|gap| f64::from(*gap)).sum::<f64>() / gaps.len().max(1) as f64,
            Rhythm::Days(offsets) => {
                f64::from(*offsets.last().unwrap_or(&1)) / offsets.len().saturating_sub(1).max(1) as f64
            }
        }
    }

    /// Returns whether its doses lie further apart than so many days: twice a week is rarer than every 3 days.
    #[must_use]
    pub fn is_rarer_than(&self, days: i64) -> bool {
        self.mean_gap_days() > days as f64
    }

    /// Returns the rhythm in words: "every 2 months", "3 times a week".
    #[must_use]
    pub fn rhythm_words(&self) -> String {
        match &self.every {
            Rhythm::Every(Interval::Days(1)) => "daily".to_owned(),
            Rhythm::Every(Interval::Days(2)) => "alternate days".to_owned(),
            Rhythm::Every(Interval::Weeks(1)) => "weekly".to_owned(),
            Rhythm::Every(Interval::Months(1)) => "monthly".to_owned(),
            Rhythm::Every(interval) => format!("every {interval}"),
            Rhythm::Week(offsets) if offsets.len() == 2 => "twice a week".to_owned(),
            Rhythm::Week(offsets) => format!("{} times a week", offsets.len()),
            Rhythm::Gaps(gaps) => {
                let gaps: Vec<_> = gaps.iter().map(u32::to_string).collect();
                format!("every {} days", gaps.join(" to "))
            }
            Rhythm::Days(_) => "on the trial's days".to_owned(),
        }
    }

    /// Returns what has to be seen for the event that ends it; `None` where no event does.
    #[must_use]
    pub fn ends_by(&self) -> Option<EndedBy> {
        let End::Event { event, .. } = &self.until else { return None };
        Some(self.ended_by.unwrap_or_else(|| EndedBy::in_words(event)))
    }

    /// Takes away what its words say too: an order that is signed then reads as one of before.
    pub(super) fn in_few_words(&mut self) {
        let said = self.ended_by.take();
        if said.is_some() && self.ends_by() != said {
            self.ended_by = said;
        }
    }

    /// Returns whether only a recorded decision ends it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.until, End::Event { .. } | End::Open { .. })
    }
}

/// Another published interval for a phase, with its own dose where that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The interval.
    pub every: Interval,
    /// The dose in micrograms that goes with it; the phase's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dose_mcg: Option<u32>,
}

/// What a checkpoint's date counts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The first dose of the course.
    #[default]
    Start,
    /// The last dose of repletion.
    RepletionEnd,
}

/// For whom a checkpoint is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Everyone on the regimen.
    #[default]
    Always,
    /// Severe anaemia (Hb below 80 g/L; facts 2.2, A3).
    SevereAnaemia,
    /// Pregnant or breast-feeding.
    Pregnant,
}

/// A planned look at whether it works: when, and what is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointRule {
    /// Short title: "8-week check".
    pub label: String,
    /// How long after the anchor.
    pub at: Interval,
    /// The last day of the window, counted from the anchor; a dose within the window takes the checkpoint with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Interval>,
    /// Comes again after each such interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Interval>,
    /// What `at` counts from.
    #[serde(default)]
    pub from: Anchor,
    /// For whom.
    #[serde(default)]
    pub when: When,
    /// `symptoms` or ids of `assets/labs.ron`.
    pub asks: Vec<String>,
    /// Why it is asked, and its source with any mark.
    pub source: String,
}

/// Which checkpoints a regimen has: a named set of `assets/checkpoints.ron` and its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Monitoring {
    /// The set's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
    /// The regimen's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<CheckpointRule>,
}

/// A regimen of the library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regimen {
    /// The facts' number and a readable name: `r01-uk-no-neuro`.
    pub id: String,
    /// What a person calls it.
    pub name: String,
    /// The form.
    pub drug: Drug,
    /// The routes that it gives, the usual one first.
    pub routes: Vec<Route>,
    /// Where it is used: `UK`, `US`, `NL`.
    pub setting: String,
    /// Whether it is meant for neurological involvement; absent where it serves both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neuro: Option<bool>,
    /// Ids of `assets/causes.ron`, or `any`.
    pub causes: Vec<String>,
    /// What it applies to, in a sentence.
    pub applies: String,
    /// The publication, with its references in the facts.
    pub source: String,
    /// Year or edition, and whether it was superseded.
    pub edition: String,
    /// Marks and warnings that belong to the whole: `[unsourced] …`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// The phases in order.
    pub phases: Vec<Phase>,
    /// The checkpoints.
    pub checkpoints: Monitoring,
    /// What the source says of tablets first, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablets: Option<String>,
    /// What follows the last phase in the source's words, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<String>,
    /// The same as the rules read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onward: Option<Onward>,
}

/// How a course may go on after a regimen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Onward {
    /// With tablets, for whom it is meant.
    Oral,
    /// It stops, or tablets follow, as the cause allows.
    StopOrOral,
    /// It stops.
    Stop,
}

impl Regimen {
    /// Returns the id up to its first dash: `r01`.
    #[must_use]
    pub fn number(&self) -> &str {
        self.id.split('-').next().unwrap_or(&self.id)
    }

    /// Returns what follows the last phase. A practice's own file of before that field says it in its words alone.
    #[must_use]
    pub fn goes_on(&self) -> Option<Onward> {
        let in_words = || self.then.as_ref().is_some_and(|words| words.to_lowercase().contains("oral"));
        self.onward.or_else(|| in_words().then_some(Onward::Oral))
    }

    /// Says what is wrong with the regimen beyond its syntax.
    ///
    /// # Errors
    /// A sentence that names the field, such as a phase without a dose.
    pub fn check(&self) -> Result<(), String> {
        let id_ok =
            !self.id.is_empty() && self.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !id_ok {
            return Err(format!("id: \"{}\" may hold only lower-case letters, digits and dashes", self.id));
        }
        if self.phases.is_empty() || self.phases.len() > 20 {
            return Err("phases: a regimen has 1 to 20 phases".to_owned());
        }
        if self.routes.is_empty() {
            return Err("routes: at least one route is needed".to_owned());
        }
        self.phases
            .iter()
            .enumerate()
            .try_for_each(|(i, phase)| check_phase(phase).map_err(|e| format!("phase {}: {e}", i + 1)))
    }
}

fn check_phase(phase: &Phase) -> Result<(), String> {
    if !(1..=5_000).contains(&phase.dose_mcg) {
        return Err(format!("dose_mcg: {} is not within 1 to 5000 mcg (facts 4.3)", phase.dose_mcg));
    }
    if phase.ended_by.is_some() && phase.ends_by().is_none() {
        return Err("ended_by: no event ends this phase".to_owned());
    }
    match &phase.every {
        Rhythm::Week(offsets) if offsets.first() != Some(&0) || !ascending(offsets) || offsets.last() > Some(&6) => {
            Err("every: a week's offsets start at 0, rise, and end by 6".to_owned())
        }
        Rhythm::Days(offsets)
            if offsets.first() != Some(&0) || !ascending(offsets) || offsets.last() > Some(&3_660) =>
        {
            Err("every: the days start at 0, rise, and end within 10 years".to_owned())
        }
        Rhythm::Gaps(gaps) if gaps.is_empty() || gaps.iter().any(|g| !(1..=366).contains(g)) => {
            Err("every: gaps are 1 to 366 days".to_owned())
        }
        _ => check_end(&phase.until),
    }
}

fn check_end(until: &End) -> Result<(), String> {
    match until {
        End::Doses(n) if !(1..=1_000).contains(n) => Err("until: 1 to 1000 doses".to_owned()),
        End::Weeks(from, to) if *from == 0 || from > to || *to > 520 => {
            Err("until: weeks count from 1, in order, to 520 at most".to_owned())
        }
        _ => Ok(()),
    }
}

fn ascending(offsets: &[u32]) -> bool {
    offsets.windows(2).all(|pair| pair[0] < pair[1])
}
