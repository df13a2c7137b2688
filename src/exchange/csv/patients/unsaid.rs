//! Injections whose dose no row says: the plan's usual one is theirs only where somebody said so.

use super::super::cells::Reader;
use super::super::facts::DoseFacts;
use super::{Patient, groups};
use crate::clinic::drug::mcg;
use crate::clinic::regimen::Regimen;
use std::collections::BTreeSet;

/// How much an injection was.
pub(super) enum Amount {
    /// As rows of the patient say it.
    Said(u32),
    /// As the plan has it: our own table means it so, or somebody said so of the list.
    ByPlan(u32),
    /// The row is held, with words.
    Held,
    /// Nobody says it, and no plan.
    None,
}

/// Returns how many rows do not say the dose of an injection, and the usual doses of their plans.
pub(in super::super) fn without_dose(reader: &Reader<'_>) -> (usize, BTreeSet<u32>) {
    let (mut all, mut usual) = (0, BTreeSet::new());
    for group in groups(reader) {
        let rows = group.rows.len();
        if let Some(dose) = Patient::of_group(reader, group).lacks_dose() {
            all += rows;
            usual.insert(dose);
        }
    }
    (all, usual)
}

/// The usual dose of a plan that keeps up.
pub(super) fn usual(regimen: &Regimen) -> u32 {
    regimen.phases.last().map_or(0, |phase| phase.dose_mcg)
}

impl Patient<'_> {
    /// Returns the dose that the plan would give to an injection whose dose no row says; `None` where all is said, or where the
    /// rows are held whatever the answer is.
    fn lacks_dose(&mut self) -> Option<u32> {
        if self.is_own() || self.stated_mcg().is_some() || !self.asks_for_its_plan() {
            return None;
        }
        let regimen = self.regimen()?;
        let is_held = !self.troubles.is_empty() || self.is_child().is_some();
        let lacks = self.told().values().any(|(dose, _)| dose.given_mcg.or(dose.amount.dose_mcg).is_none());
        (lacks && !is_held).then(|| usual(regimen))
    }

    /// The dose that a row of the patient says, the newest.
    fn stated_mcg(&self) -> Option<u32> {
        self.rows.iter().rev().find_map(|row| row.dose.amount.dose_mcg)
    }

    /// Returns how much an injection was; where the plan alone can say it, as somebody said of such rows.
    pub(super) fn amount(&mut self, dose: &DoseFacts, by_plan: Option<u32>) -> Amount {
        if let Some(said) = dose.given_mcg.or(dose.amount.dose_mcg) {
            return Amount::Said(said);
        }
        let (stated, is_own) = (self.stated_mcg(), self.is_own());
        match (stated, by_plan, self.reader.mapping.dose_of_plan) {
            (Some(_), _, Some(false)) if !is_own => {
                self.troubles.push(
                    "A row of the patient says no dose, and such rows are held: write it into the row.".to_owned(),
                );
                Amount::Held
            }
            (Some(stated), ..) => {
                let said = mcg(stated);
                let remark = format!("A row of the patient says no dose: {said} is taken, as another row has it.");
                self.remarks.extend((!is_own).then_some(remark));
                Amount::Said(stated)
            }
            (None, None, _) => Amount::None,
            (None, Some(usual), _) if is_own => Amount::ByPlan(usual),
            (None, Some(usual), Some(true)) => {
                let said = mcg(usual);
                self.remarks.push(format!("The row says no dose: the plan's usual {said}, as was said for such rows."));
                Amount::ByPlan(usual)
            }
            (None, Some(usual), _) => {
                let said = mcg(usual);
                self.troubles.push(format!(
                    "The row says no dose: write it into the row, or say for all such rows that it was the plan's usual {said} (--no-dose plan)."
                ));
                Amount::Held
            }
        }
    }
}

/// What is missing of a dose.
pub(in super::super) fn unsaid(has_form: bool, has_amount: bool) -> &'static str {
    match (has_form, has_amount) {
        (true, _) => "how much it was",
        (false, true) => "which form of B12 it was",
        (false, false) => "which form of B12 it was, and how much,",
    }
}
