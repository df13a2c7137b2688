//! Where a course stands beside its plan: paused, on tablets, stopped, declined, transferred, died.

use super::checks::{CheckSlot, CheckState};
use super::{Check, Next};
use crate::clinic::chart::Fact;
use crate::clinic::decision::{Change, Turn};
use crate::clinic::entry::{Act, EntryId};
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

/// Returns the change that holds: the latest one that no plan was signed after. A pause is over with its day, or with the
/// next dose.
pub(super) fn of(facts: &[Fact<'_>], today: NaiveDate) -> Option<Standing> {
    let mut standing: Option<Standing> = None;
    for fact in facts {
        match fact.act {
            Some(Act::Ordered(_)) => standing = None,
            Some(Act::Changed(change)) => {
                standing = Some(Standing { entry: fact.entry.id, change: change.clone() });
            }
            Some(Act::Given(given)) => {
                let ends = |s: &Standing| matches!(s.change.what, Turn::Paused { .. }) && given.on > s.change.on;
                standing = standing.filter(|s| !ends(s));
            }
            _ => {}
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
            label: label.to_owned(),
            asks: vec!["symptoms".to_owned(), "haemoglobin".to_owned(), "mcv".to_owned()],
            source: "A recheck after tablets or after stopping: facts 3.1, 9.1 [S10][S30]".to_owned(),
            counted: "set with the change".to_owned(),
            state: CheckState::Planned,
            check: None,
            missing: Vec::new(),
            tentative: false,
        })
    }

    /// Returns the next step; `None` where the plan goes on.
    pub(super) fn next(&self, checkpoints: &[CheckSlot], checks: &[Check]) -> Option<Next> {
        let recheck = checkpoints.iter().find(|slot| slot.order == self.entry);
        match (&self.change.what, recheck) {
            (Turn::Paused { .. }, _) => None,
            (Turn::Declined { again }, _) => Some(Next::AskAgain(*again)),
            (Turn::Transferred { .. } | Turn::Died, _) => Some(Next::Closed(self.words())),
            (_, Some(slot)) if slot.check.is_none() || slot.state.is_open() => Some(Next::Recheck(slot.due)),
            (Turn::Stopped { .. }, Some(slot)) if is_well(slot, checks) => {
                Some(Next::Closed(format!("{}. No symptom at the recheck.", self.words())))
            }
            (Turn::Stopped { .. }, _) => {
                Some(Next::Decide("Symptoms at the recheck after stopping: the way back is a plan.".to_owned()))
            }
            (Turn::Oral { .. }, _) => Some(Next::Decide(
                "The recheck on tablets is in: go on with tablets and a new recheck (d), or back to injections."
                    .to_owned(),
            )),
        }
    }
}

/// Whether the look that answered a recheck found no symptom.
fn is_well(slot: &CheckSlot, checks: &[Check]) -> bool {
    slot.check.and_then(|i| checks.get(i)).is_some_and(|c| c.checked.score().is_none_or(|score| score == 0))
}
