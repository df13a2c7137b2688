//! Where a course stands beside its plan: paused, on tablets, stopped, declined, transferred, died.

use super::checks::{CheckSlot, CheckState};
use super::{Check, Next};
use crate::clinic::chart::Fact;
use crate::clinic::decision::{Change, Turn};
use crate::clinic::entry::{Act, EntryId};
use crate::clinic::lab::{Flag, Whose};
use crate::clinic::practice::Practice;
use crate::clinic::words;
use chrono::NaiveDate;

/// The change that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The entry.
    pub entry: EntryId,
    /// What was decided.
    pub change: Change,
}

/// Returns the change that holds: the latest one by day that no plan was signed after. A pause is over with its day, or
/// with the next dose; it takes back no end. Nothing is owed to the dead, whatever another workstation recorded since.
pub(super) fn of(facts: &[Fact<'_>], today: NaiveDate) -> Option<Standing> {
    let mut moves: Vec<(NaiveDate, Option<Standing>)> = Vec::new();
    for fact in facts {
        match fact.act {
            Some(Act::Ordered(_)) => moves.retain(|(_, turned)| turned.as_ref().is_some_and(Standing::is_death)),
            Some(Act::Changed(change)) => {
                moves.push((change.on, Some(Standing { entry: fact.entry.id, change: change.clone() })));
            }
            Some(Act::Given(given)) => moves.push((given.on, None)),
            _ => {}
        }
    }
    // By day, and on one day by time of entry, as the walk along the doses takes them.
    moves.sort_by_key(|(day, _)| *day);
    let mut standing: Option<Standing> = None;
    for (_, turned) in moves {
        let holds = standing.as_ref().is_some_and(|s| match &turned {
            Some(turned) => s.is_death() || (s.ends_the_plan() && !turned.ends_the_plan()),
            None => s.ends_the_plan(),
        });
        if !holds {
            standing = turned;
        }
    }
    let over = |s: &Standing| matches!(s.change.what, Turn::Paused { until } if until <= today);
    standing.filter(|s| !over(s))
}

/// Returns every change that was not struck out, by day.
pub(super) fn all(facts: &[Fact<'_>]) -> Vec<Standing> {
    let changes = facts.iter().filter_map(|fact| match fact.act {
        Some(Act::Changed(change)) => Some(Standing { entry: fact.entry.id, change: change.clone() }),
        _ => None,
    });
    let mut all: Vec<_> = changes.collect();
    all.sort_by_key(|turned| turned.change.on);
    all
}

impl Standing {
    /// Returns whether the plan in force has ended with it.
    #[must_use]
    pub fn ends_the_plan(&self) -> bool {
        self.change.what.ends_the_plan()
    }

    fn is_death(&self) -> bool {
        self.change.what == Turn::Died
    }

    /// Returns what every screen says of it: `Paused until Mon 4 Jan 2027: travels`.
    #[must_use]
    pub fn words(&self) -> String {
        let Change { on, what, because, .. } = &self.change;
        match what {
            Turn::Paused { until } => format!("Paused until {}: {because}", words::day(*until)),
            Turn::Oral { daily_mcg, recheck } => format!(
                "On tablets since {}, {} a day; recheck {}: {because}",
                words::day(*on),
                crate::clinic::drug::mcg(*daily_mcg),
                words::day(*recheck)
            ),
            Turn::Stopped { recheck } => {
                format!("Treatment stopped on {}; recheck {}: {because}", words::day(*on), words::day(*recheck))
            }
            Turn::Declined { again } => {
                format!("Declined on {}: {because}; ask again {}", words::day(*on), words::day(*again))
            }
            Turn::Transferred { to } => format!("Transferred to {to} on {}: {because}", words::day(*on)),
            Turn::Died => format!("Died on {}", words::day(*on)),
        }
    }

    /// Returns the checkpoint that its recheck is, where it has one.
    pub(super) fn recheck(&self) -> Option<CheckSlot> {
        let (due, label) = self.change.what.recheck()?;
        Some(CheckSlot {
            order: self.entry,
            opens: due,
            due,
            visit: due,
            label: label.to_owned(),
            asks: vec!["symptoms".to_owned(), "haemoglobin".to_owned(), "mcv".to_owned()],
            source: "A recheck after tablets or after stopping: facts 3.1, 9.1 [S10][S30]".to_owned(),
            counted: "set with the change".to_owned(),
            state: CheckState::Planned,
            check: None,
            missing: Vec::new(),
            tentative: false,
            awaits_first: false,
            once: true,
        })
    }

    /// Returns the next step; `None` where the plan goes on.
    pub(super) fn next(&self, checkpoints: &[CheckSlot], looks: &Looks<'_>) -> Option<Next> {
        let recheck = checkpoints.iter().find(|slot| slot.order == self.entry);
        match (&self.change.what, recheck) {
            (Turn::Paused { .. }, _) => None,
            (Turn::Declined { again }, _) => Some(Next::AskAgain(*again)),
            (Turn::Transferred { .. } | Turn::Died, _) => Some(Next::Closed(self.words())),
            (_, Some(slot)) if slot.check.is_none() || slot.state.is_open() => Some(Next::Recheck(slot.visit)),
            (Turn::Stopped { .. }, Some(slot)) if looks.are_well(slot) && looks.for_life => Some(Next::Decide(
                "Stopped, though the cause is for life: well at the recheck. Name the next recheck, or say who goes on."
                    .to_owned(),
            )),
            (Turn::Stopped { .. }, Some(slot)) if looks.are_well(slot) => {
                Some(Next::Closed(format!("{}. No symptom at the recheck.", self.words())))
            }
            (Turn::Stopped { .. }, _) => Some(Next::Decide(
                "Symptoms, or a blood count that is out of range or not known, at the recheck after stopping: look again, or \
                 plan anew."
                    .to_owned(),
            )),
            (Turn::Oral { .. }, _) => Some(Next::Decide(
                "The recheck on tablets is in: go on with tablets and a new recheck, or back to injections.".to_owned(),
            )),
        }
    }
}

/// The recorded looks, and what they are read against.
pub(super) struct Looks<'a> {
    pub(super) checks: &'a [Check],
    pub(super) practice: &'a Practice,
    pub(super) whose: Whose,
    /// Whether the cause cannot be removed: nobody who is untreated leaves the lists then.
    pub(super) for_life: bool,
}

impl Looks<'_> {
    /// Whether the looks from the one that answered a recheck on found no symptom, and no blood count out of range. What
    /// was not looked at is not well: a chart that closes is on no list any more.
    fn are_well(&self, slot: &CheckSlot) -> bool {
        let since = slot.check.and_then(|first| self.checks.get(first..)).unwrap_or_default();
        let symptoms = since.iter().rev().find_map(|c| c.checked.score());
        let flag = |analyte: &str| {
            let result = since.iter().rev().find_map(|c| c.checked.lab(analyte).filter(|r| r.is_done()))?;
            Some(self.practice.knowledge.lab(analyte)?.flag(result, self.whose))
        };
        let is_well = |analyte: &str, wrong: Flag| match flag(analyte) {
            Some(flag) => flag.is_some_and(|flag| flag != wrong),
            None => !slot.asks.iter().any(|ask| ask == analyte),
        };
        symptoms == Some(0) && is_well("haemoglobin", Flag::Low) && is_well("mcv", Flag::High)
    }
}
