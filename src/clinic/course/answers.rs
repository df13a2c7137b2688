//! Which recorded look answers which planned checkpoint.

use super::checks::{Check, CheckSlot, CheckState};
use crate::clinic::entry::{Checked, EntryId};
use crate::clinic::interval::days_between;
use chrono::NaiveDate;

/// How many days before its day a look already counts for a checkpoint: a fifth of the way to it, a week at most. \[eng\]
pub(super) fn lead(start: NaiveDate, due: NaiveDate) -> i64 {
    (days_between(start, due) / 5).clamp(0, 7)
}

/// Matches looks to plans: a look answers the checkpoint that it names, else the latest one that was due and asks for
/// something that it holds; those before that are passed.
pub(super) fn answer(slots: &mut [CheckSlot], checks: &mut [Check], starts: &[(EntryId, NaiveDate)]) {
    for (index, check) in checks.iter_mut().enumerate() {
        match target(slots, &check.checked, starts) {
            Some(at) => {
                fill(slots, at, index, &check.checked, starts);
                check.label.clone_from(&slots[at].label);
            }
            None => check.label = unplanned(day_of(&check.checked), starts.first().map(|(_, start)| *start)),
        }
    }
}

/// Returns the checkpoint that a look answers.
fn target(slots: &[CheckSlot], checked: &Checked, starts: &[(EntryId, NaiveDate)]) -> Option<usize> {
    let named =
        |s: &CheckSlot| checked.due.is_some_and(|due| !s.tentative && (s.opens..=s.visit.max(s.due)).contains(&due));
    let adds = |s: &CheckSlot| match s.state {
        CheckState::Done => s.missing.iter().any(|ask| holds(checked, ask)),
        _ => true,
    };
    if let Some(at) = slots.iter().rposition(|s| named(s) && adds(s)) {
        return Some(at);
    }
    let day = day_of(checked);
    let counts = |s: &CheckSlot| {
        let start = starts.iter().find(|(id, _)| *id == s.order).map_or(s.due, |(_, start)| *start);
        s.opens <= day || days_between(day, s.opens) <= lead(start, s.opens)
    };
    let at = slots.iter().rposition(|s| counts(s) && s.asks.iter().any(|ask| holds(checked, ask)))?;
    let slot = &slots[at];
    (slot.state != CheckState::Passed && adds(slot)).then_some(at)
}

/// The day that a look tells of: blood alone tells of the day of its sample.
fn day_of(checked: &Checked) -> NaiveDate {
    if checked.symptoms.is_empty() { checked.sample_day() } else { checked.on }
}

fn holds(checked: &Checked, ask: &str) -> bool {
    if ask == "symptoms" { !checked.symptoms.is_empty() } else { checked.lab(ask).is_some() }
}

/// Records a look at its checkpoint; a second look for one adds to it: results often come days after the visit. A
/// checkpoint of the same days that asks for no more than the look holds is answered with it: one visit, two plans. The
/// blood that an older one asked stays asked behind a look at symptoms alone.
fn fill(slots: &mut [CheckSlot], at: usize, index: usize, checked: &Checked, starts: &[(EntryId, NaiveDate)]) {
    let asks_blood = slots[at].asks.iter().any(|ask| ask != "symptoms");
    for slot in slots[..at].iter_mut().filter(|s| s.state == CheckState::Planned) {
        let start = starts.iter().find(|(id, _)| *id == slot.order).map_or(slot.due, |(_, start)| *start);
        let near = days_between(slot.due, checked.on).abs() <= lead(start, slot.due);
        let blood = || slot.asks.iter().filter(|ask| *ask != "symptoms");
        if near && slot.asks.iter().all(|ask| holds(checked, ask)) {
            (slot.state, slot.check) = (CheckState::Done, Some(index));
        } else if !asks_blood && blood().next().is_some() {
            slot.missing = blood().filter(|ask| !holds(checked, ask)).cloned().collect();
            (slot.state, slot.check) = (CheckState::Done, Some(index));
        } else {
            slot.state = CheckState::Passed;
        }
    }
    // Of those that were seen before, the blood that the look brings is not missing any more.
    for slot in slots[..at].iter_mut().filter(|s| s.state == CheckState::Done) {
        slot.missing.retain(|ask| !holds(checked, ask));
    }
    // One visit answers what fell due by then and asks for no more, whichever of the two the look names.
    let fell = |slot: &CheckSlot| slot.state == CheckState::Planned && !slot.tentative && slot.due <= day_of(checked);
    for slot in slots[at + 1..].iter_mut().filter(|slot| fell(slot)) {
        if slot.asks.iter().all(|ask| holds(checked, ask)) {
            (slot.state, slot.check) = (CheckState::Done, Some(index));
        }
    }
    let slot = &mut slots[at];
    let wanted = if slot.state == CheckState::Done { slot.missing.clone() } else { slot.asks.clone() };
    slot.missing = wanted.into_iter().filter(|ask| !holds(checked, ask)).collect();
    slot.state = CheckState::Done;
    slot.check = slot.check.or(Some(index));
}

fn unplanned(on: NaiveDate, start: Option<NaiveDate>) -> String {
    if start.is_none_or(|start| on <= start) { "Baseline".to_owned() } else { "Between checkpoints".to_owned() }
}
