//! Checkpoints: when it is looked at whether treatment works, and which recorded look answers which plan.

use super::InForce;
use super::answers::answer;
use super::doses::Walked;
use super::phases::Repletion;
use super::slot::DoseSlot;
use super::standing::Standing;
use crate::clinic::chart::Fact;
use crate::clinic::entry::{Act, Checked, EntryId};
use crate::clinic::interval::days_between;
use crate::clinic::regimen::{Anchor, CheckpointRule};
use crate::clinic::schedule;
use chrono::{Months, NaiveDate};

/// A planned checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckSlot {
    /// The order that it belongs to.
    pub order: EntryId,
    /// The first day of its window; the due day where it has none.
    pub opens: NaiveDate,
    /// The day on which it is due.
    pub due: NaiveDate,
    /// Its short title.
    pub label: String,
    /// `symptoms` and ids of analytes.
    pub asks: Vec<String>,
    /// Why it is asked, and the source.
    pub source: String,
    /// What its date counts from, in words.
    pub counted: String,
    /// Where it stands.
    pub state: CheckState,
    /// The recorded look that answers it; an index into [`super::Course::checks`].
    pub check: Option<usize>,
    /// What was asked and not recorded yet, though the look was: ids of analytes, or `symptoms`.
    pub missing: Vec<String>,
    /// Whether its date hangs on a decision or a dose that is still to come.
    pub tentative: bool,
    /// Whether it comes once: doses are not spaced further before it is in.
    pub once: bool,
}

/// Where a checkpoint stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckState {
    /// Recorded.
    Done,
    /// Not recorded, and a later one was: nobody asks for it any more.
    Passed,
    /// Due today.
    Due,
    /// Owed since this many days.
    Overdue(i64),
    /// Planned for a later day.
    Planned,
}

impl CheckState {
    /// Returns whether it is still to be recorded.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Due | Self::Overdue(_) | Self::Planned)
    }
}

/// A recorded look.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The entry.
    pub entry: EntryId,
    /// Who recorded it.
    pub by: String,
    /// What was found.
    pub checked: Checked,
    /// The title of the checkpoint that it answers, or `Baseline`, or `Between checkpoints`.
    pub label: String,
}

/// Returns the recorded looks by day.
pub(super) fn recorded(facts: &[Fact<'_>]) -> Vec<Check> {
    let mut out: Vec<_> = facts
        .iter()
        .filter_map(|f| match f.act {
            Some(Act::Checked(checked)) => Some(Check {
                entry: f.entry.id,
                by: f.entry.by.clone(),
                checked: checked.clone(),
                label: String::new(),
            }),
            _ => None,
        })
        .collect();
    out.sort_by_key(|c| c.checked.on);
    out
}

/// Plans the checkpoints of every order and matches the recorded looks to them.
pub(super) fn plan(
    orders: &[InForce<'_>],
    walked: &Walked,
    mut checks: Vec<Check>,
    standing: Option<&Standing>,
    today: NaiveDate,
) -> (Vec<CheckSlot>, Vec<Check>) {
    let mut slots = Vec::new();
    for in_force in orders {
        let start = course_start(in_force, &walked.slots);
        let last = checks.last().map_or(today, |c| c.checked.on.max(today));
        let holds = in_force.until.is_none();
        slots.extend(
            in_force.order.checkpoints.iter().flat_map(|rule| dates(rule, in_force, start, walked, holds, last)),
        );
    }
    slots.retain(|s| orders.iter().any(|o| o.id == s.order && o.until.is_none_or(|until| s.due < until)));
    slots.extend(standing.and_then(Standing::recheck));
    slots.sort_by(|a, b| (a.due, a.tentative, &a.label).cmp(&(b.due, b.tentative, &b.label)));
    merge_same_day(&mut slots);
    let mut starts: Vec<_> = orders.iter().map(|o| (o.id, course_start(o, &walked.slots))).collect();
    starts.extend(standing.map(|s| (s.entry, s.change.on)));
    answer(&mut slots, &mut checks, &starts);
    // What a plan that has ended still asked, nobody asks any more.
    let is_over = |slot: &CheckSlot| standing.is_some_and(|s| s.ends_the_plan() && slot.order != s.entry);
    let last_answered = slots.iter().rposition(|s| s.check.is_some());
    for (index, slot) in slots.iter_mut().enumerate() {
        // Symptoms alone do not answer a checkpoint that asks for blood: it stays open until the results are in, or a
        // later checkpoint was answered.
        // A recheck that may close the chart wants symptoms too.
        let may_close = standing.is_some_and(|s| slot.order == s.entry);
        let owes = slot.missing.iter().any(|ask| may_close || ask != "symptoms") && last_answered == Some(index);
        slot.state = match slot.state {
            CheckState::Planned if is_over(slot) => CheckState::Passed,
            CheckState::Planned => owed(slot.due, today),
            CheckState::Done if owes && !is_over(slot) => owed(slot.due, today),
            other => other,
        };
    }
    (slots, checks)
}

fn course_start(in_force: &InForce<'_>, slots: &[DoseSlot]) -> NaiveDate {
    let first = slots.iter().find(|s| s.order == in_force.id && s.given.is_some());
    first.map_or(in_force.order.start, |s| s.visit)
}

fn owed(due: NaiveDate, today: NaiveDate) -> CheckState {
    match days_between(due, today) {
        0 => CheckState::Due,
        late if late > 0 => CheckState::Overdue(late),
        _ => CheckState::Planned,
    }
}

/// Returns the dates of one rule; a repeating one goes on until a year beyond the last thing that is known.
fn dates(
    rule: &CheckpointRule,
    in_force: &InForce<'_>,
    start: NaiveDate,
    walked: &Walked,
    holds: bool,
    last: NaiveDate,
) -> Vec<CheckSlot> {
    let (anchor, tentative, from) = match rule.from {
        Anchor::Start => (start, false, "the first dose"),
        Anchor::RepletionEnd => match (&walked.repletion, holds) {
            (Repletion::Ended(day), true) => (*day, false, "the last dose of repletion"),
            (Repletion::Expected(day), true) => (*day, true, "the last dose of repletion"),
            (_, false) => match thinned_on(in_force, walked) {
                Some(day) => (day, false, "the last dose of repletion"),
                None => return Vec::new(),
            },
            _ => return Vec::new(),
        },
    };
    let until = last.checked_add_months(Months::new(14)).unwrap_or(NaiveDate::MAX);
    let first = rule.at.after(anchor, 1);
    let repeats = (0..).map_while(|k| match (k, rule.again) {
        (0, _) => Some(first),
        (k, Some(again)) => Some(again.after(first, k)).filter(|d| *d <= until),
        _ => None,
    });
    let slot = |due: NaiveDate| CheckSlot {
        order: in_force.id,
        opens: due,
        due: if due == first { with_dose(rule, anchor, due, in_force, walked) } else { due },
        label: rule.label.clone(),
        asks: rule.asks.clone(),
        source: rule.source.clone(),
        counted: format!("{} after {from}", rule.at),
        state: CheckState::Planned,
        check: None,
        missing: Vec::new(),
        tentative,
        once: rule.again.is_none(),
    };
    repeats.take(120).map(slot).collect()
}

/// The last dose of repletion in a plan that was replaced after it.
fn thinned_on(in_force: &InForce<'_>, walked: &Walked) -> Option<NaiveDate> {
    let keeps = walked.phases.iter().any(|p| p.order == in_force.id && !p.kind.fills() && !p.tentative);
    let last = || walked.slots.iter().rfind(|s| s.order == in_force.id && s.kind.fills() && s.given.is_some());
    last().filter(|_| keeps).map(|s| s.visit)
}

/// A checkpoint with a window falls on the first dose within it, so that the patient comes once: the one that was
/// given, else the one that is owed, else the one that is planned.
fn with_dose(
    rule: &CheckpointRule,
    anchor: NaiveDate,
    opens: NaiveDate,
    in_force: &InForce<'_>,
    walked: &Walked,
) -> NaiveDate {
    let Some(to) = rule.to.filter(|_| rule.from == Anchor::Start) else { return opens };
    let closes = to.after(anchor, 1);
    let within = |day: &NaiveDate| (opens..=closes).contains(day);
    let of_order = || walked.slots.iter().filter(|s| s.order == in_force.id);
    let given = of_order().filter(|s| s.given.is_some()).map(|s| s.visit).find(within);
    // Only the first owed dose has a date that does not hang on today.
    let owed = || of_order().find(|s| s.state.is_owed()).map(|s| s.due).filter(within);
    let planned = || {
        let plan = schedule::plan(&in_force.order.phases, anchor).map(|dose| dose.date);
        schedule::checkpoint_day(rule, anchor, plan.take(40))
    };
    given.or_else(owed).unwrap_or_else(planned)
}

/// Two checkpoints on one day are one visit: the labels and what they ask are joined. One whose date is only a picture
/// never hides one that is sure.
fn merge_same_day(slots: &mut Vec<CheckSlot>) {
    let mut merged: Vec<CheckSlot> = Vec::new();
    for slot in slots.drain(..) {
        match merged.last_mut() {
            Some(last) if (last.due, last.order, last.tentative) == (slot.due, slot.order, slot.tentative) => {
                if last.label != slot.label {
                    last.label = format!("{} + {}", last.label, slot.label);
                    last.source = format!("{} {}", last.source, slot.source);
                }
                let new: Vec<_> = slot.asks.into_iter().filter(|a| !last.asks.contains(a)).collect();
                last.asks.extend(new);
                last.opens = last.opens.min(slot.opens);
                last.once |= slot.once;
            }
            _ => merged.push(slot),
        }
    }
    *slots = merged;
}
