//! What moved the plans of a patient, from our own table: the plans before the one that holds, and the decisions that a phase
//! has ended.

use super::super::dates::short;
use super::super::facts::Earlier;
use super::super::history::{Before, Ended, Moved};
use super::Patient;
use crate::clinic::entry::{Act, EntryId, Given, NextFrom, PhaseEnded};
use crate::clinic::intake::Coming;
use crate::clinic::order::{Order, Wish, told};
use crate::clinic::words;
use ulid::Ulid;

impl Patient<'_> {
    fn moved(&self, is_before: bool) -> Vec<Moved> {
        let of = |row: &super::RowFacts| if is_before { row.plan.before.clone() } else { row.plan.since.clone() };
        let rows = self.rows.iter().rev().map(of).find(|moved| !moved.is_empty());
        rows.filter(|_| self.is_own()).unwrap_or_default()
    }

    /// Returns the decisions that a phase of the plan that holds has ended, those that were recorded before a dose of the day
    /// and the others.
    pub(super) fn ended(&self) -> (Vec<PhaseEnded>, Vec<PhaseEnded>) {
        let of = |moved| match moved {
            Moved::Ended(ended, before_dose) => Some((before_dose, phase_ended(ended, EntryId(Ulid::nil())))),
            _ => None,
        };
        let (before, after): (Vec<_>, Vec<_>) = self.moved(false).into_iter().filter_map(of).partition(|(is, _)| *is);
        let plain = |all: Vec<(bool, PhaseEnded)>| all.into_iter().map(|(_, ended)| ended).collect();
        (plain(before), plain(after))
    }

    /// Returns what was recorded before the plan that holds, in its order.
    pub(super) fn earlier_plans(&mut self) -> Vec<Coming> {
        let moved = self.moved(true);
        let (mut all, mut holds): (Vec<Coming>, Option<(EntryId, Order)>) = (Vec::new(), None);
        for moved in moved {
            match moved {
                Moved::Plan(before) => match self.order_before(&before) {
                    Ok(order) => {
                        all.push(Coming::new(Some(before.id.to_string()), Act::Ordered(order.clone())));
                        holds = Some((before.id, order));
                    }
                    Err(why) => {
                        holds = None;
                        let start = words::day(before.start);
                        self.remarks.push(format!("The plan of {start} is not taken over: {why}."));
                    }
                },
                Moved::Given(doses) => {
                    let Some((id, order)) = &holds else { continue };
                    let given = doses.iter().map(|dose| Act::Given(given(dose, order, Some(*id))));
                    all.extend(given.map(|act| Coming::new(None, act)));
                }
                other => all.extend(act(other, holds.as_ref().map(|(id, _)| *id))),
            }
        }
        all
    }

    /// Returns what moved the plan of this id since, recorded before a dose of the day, and all else.
    pub(super) fn plan_events(&self, order_id: Option<&str>) -> (Vec<Coming>, Vec<Coming>) {
        let order = order_id.and_then(|id| id.parse().ok());
        let is_before = |moved: &Moved| matches!(moved, Moved::Ended(_, true) | Moved::Turned(_, true));
        let (before, after): (Vec<_>, Vec<_>) = self.moved(false).into_iter().partition(is_before);
        let acts = |all: Vec<Moved>| all.into_iter().filter_map(|moved| act(moved, order)).collect();
        (acts(before), acts(after))
    }

    fn order_before(&self, before: &Before) -> Result<Order, String> {
        let practice = self.reader.practice;
        let unknown = || format!("\"{}\" is not in the library here", short(&before.regimen));
        let regimen = practice.knowledge.regimen(&before.regimen).map_err(|_| unknown())?;
        let because = Some(format!("taken over from {}", self.reader.file));
        let wish = Wish { route: Some(before.route), because, ..Wish::plain(before.start, &before.prescriber) };
        told::told(practice, regimen, &before.phases, &wish)
    }
}

fn act(moved: Moved, order: Option<EntryId>) -> Option<Coming> {
    let act = match moved {
        Moved::Turned(change, _) => Act::Changed(change),
        Moved::Ended(ended, _) => Act::PhaseEnded(phase_ended(ended, order?)),
        Moved::Plan(_) | Moved::Given(_) => return None,
    };
    Some(Coming::new(None, act))
}

fn phase_ended(ended: Ended, order: EntryId) -> PhaseEnded {
    let Ended { phase, on, by, because } = ended;
    PhaseEnded { order, phase, on, because, decided_by: by, told: None }
}

/// A dose of a plan before: what a table of doses says of it completes it.
fn given(earlier: &Earlier, order: &Order, id: Option<EntryId>) -> Given {
    let usual = order.phases.last().map_or(0, |phase| phase.dose_mcg);
    let (drug, dose_mcg) = (earlier.drug.unwrap_or(order.drug), earlier.dose_mcg.unwrap_or(usual));
    let plain = Given::new(earlier.on, drug, 0, dose_mcg, order.route);
    let product = format!("{drug}, strength not stated");
    let next_from = if earlier.on_calendar { NextFrom::Calendar } else { NextFrom::DayGiven };
    Given { order: id, product, next_from, ..plain }
}
