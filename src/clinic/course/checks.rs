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
use crate::clinic::practice::Practice;
use crate::clinic::regimen::{Anchor, CheckpointRule};
use crate::clinic::schedule;
use chrono::{Months, NaiveDate};
use std::cell::OnceCell;

/// No course that people live through has more checkpoints; a damaged file must not fill the memory with them.
const MOST_SLOTS: usize = 20_000;

/// A planned checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckSlot {
    /// The order that it belongs to.
    pub order: EntryId,
    /// The first day of its window; the due day where it has none.
    pub opens: NaiveDate,
    /// The day on which it is due.
    pub due: NaiveDate,
    /// The day on which the patient comes for it: `due`, or the next open day. What is late is late from it.
    pub visit: NaiveDate,
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
    /// Whether that dose is the first one of the plan: its day moves with it, and it is not owed before.
    pub awaits_first: bool,
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

impl CheckSlot {
    /// Returns what of it is still to be recorded.
    #[must_use]
    pub fn open_asks(&self) -> &[String] {
        if self.check.is_some() { &self.missing } else { &self.asks }
    }

    /// Returns whether its day is told: it is sure, or it follows the first dose as planned.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.state.is_open() && (!self.tentative || self.awaits_first)
    }

    fn asks_blood(&self) -> bool {
        asks_blood(&self.asks)
    }

    fn is_owed(&self, today: NaiveDate) -> bool {
        self.state.is_open() && !self.tentative && self.visit <= today
    }
}

/// Whether anything beside symptoms is asked.
pub(in crate::clinic) fn asks_blood(asks: &[String]) -> bool {
    asks.iter().any(|ask| ask != "symptoms")
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

/// What a plan of checkpoints is made for.
pub(super) struct Look<'a> {
    pub(super) standing: Option<&'a Standing>,
    pub(super) practice: &'a Practice,
    pub(super) today: NaiveDate,
}

/// Plans the checkpoints of every order and matches the recorded looks to them.
pub(super) fn plan(
    orders: &[InForce<'_>],
    walked: &Walked,
    mut checks: Vec<Check>,
    look: &Look<'_>,
) -> (Vec<CheckSlot>, Vec<Check>) {
    let Look { standing, practice, today } = *look;
    let last = checks.last().map_or(today, |c| c.checked.on.max(today));
    let mut room = MOST_SLOTS;
    let mut starts: Vec<_> = orders.iter().map(|o| (o.id, Start::of(o, &walked.slots, today))).collect();
    // The plan that holds goes first, should a damaged file ask for more than can be laid out.
    let mut laid: Vec<Vec<CheckSlot>> = Vec::new();
    for (in_force, (_, start)) in orders.iter().zip(&starts).rev() {
        let order = Laid::new(in_force, *start, walked);
        let rules = in_force.order.checkpoints.iter().filter(|_| !start.is_past);
        laid.push(rules.flat_map(|rule| order.dates(rule, last)).take(room).collect());
        room -= laid.last().map_or(0, Vec::len);
    }
    let mut slots: Vec<CheckSlot> = laid.into_iter().rev().flatten().collect();
    slots.retain(|s| orders.iter().any(|o| o.id == s.order && o.until.is_none_or(|until| s.due < until)));
    slots.extend(standing.and_then(Standing::recheck));
    slots.sort_by(|a, b| (a.due, a.tentative, &a.label).cmp(&(b.due, b.tentative, &b.label)));
    merge_same_day(&mut slots);
    for slot in &mut slots {
        slot.visit = practice.settings.appointment(slot.due);
    }
    starts.extend(standing.map(|s| (s.entry, Start::sure(s.change.on))));
    let starts: Vec<_> = starts.iter().map(|(id, start)| (*id, start.day)).collect();
    answer(&mut slots, &mut checks, &starts);
    stand(&mut slots, look, &starts);
    (slots, checks)
}

/// Says where each checkpoint stands, once the looks are matched.
fn stand(slots: &mut [CheckSlot], look: &Look<'_>, starts: &[(EntryId, NaiveDate)]) {
    let Look { standing, today, practice } = *look;
    let retics_to = practice.knowledge.rule("R-RET").count("asked_to_day");
    // What a plan that has ended still asked, nobody asks any more.
    let is_over = |slot: &CheckSlot| standing.is_some_and(|s| s.ends_the_plan() && slot.order != s.entry);
    let last_answered = slots.iter().rposition(|s| s.check.is_some());
    let last_blood = slots.iter().rposition(|s| s.check.is_some() && s.asks_blood());
    for (index, slot) in slots.iter_mut().enumerate() {
        // Symptoms alone do not answer a checkpoint that asks for blood: it stays open until a result is in, or a later
        // checkpoint that asks for blood was answered. What lacks beside results that are in is asked until the next look.
        let start = starts.iter().find(|(id, _)| *id == slot.order).map_or(today, |(_, start)| *start);
        let none_is_in = slot.asks.iter().filter(|ask| *ask != "symptoms").all(|ask| slot.missing.contains(ask));
        let owes_blood = last_blood == Some(index)
            && (none_is_in || last_answered == Some(index))
            && slot.missing.iter().any(|ask| is_worth(ask, days_between(start, today), retics_to));
        // A recheck that may close the chart wants symptoms too.
        let may_close = standing.is_some_and(|s| slot.order == s.entry) && last_answered == Some(index);
        let owes = owes_blood || (may_close && !slot.missing.is_empty());
        slot.state = match slot.state {
            CheckState::Planned if is_over(slot) => CheckState::Passed,
            CheckState::Planned => owed(slot.visit, today),
            CheckState::Done if owes && !is_over(slot) => owed(slot.visit, today),
            other => other,
        };
    }
}

/// Whether a result is still asked for so many days after the first dose: reticulocytes are back to normal then (R-RET).
fn is_worth(ask: &str, days: i64, retics_to: i64) -> bool {
    ask != "symptoms" && (ask != "reticulocytes" || days <= retics_to)
}

/// Returns the checkpoint that is to be recorded first: the latest one that fell due, else the next one. An older one that
/// asks for blood does not vanish behind one that asks for symptoms alone: both are asked at once, late since the older.
pub(super) fn first(slots: &[CheckSlot], today: NaiveDate) -> Option<CheckSlot> {
    let open = |c: &&CheckSlot| c.state.is_open() && !c.tentative;
    let Some(latest) = slots.iter().rposition(|slot| slot.is_owed(today)) else {
        return slots.iter().find(open).or_else(|| slots.iter().find(|slot| slot.is_told())).cloned();
    };
    let slot = &slots[latest];
    let older = slots[..latest].iter().rev().find(|s| s.asks_blood() && !s.tentative);
    match older.filter(|older| older.is_owed(today) && !asks_blood(slot.open_asks())) {
        Some(older) => Some(both(older, slot)),
        None => Some(slot.clone()),
    }
}

/// Two checkpoints at one visit: what is missing of the older, and what the later asks.
fn both(older: &CheckSlot, later: &CheckSlot) -> CheckSlot {
    let blood = older.open_asks().iter().filter(|ask| *ask != "symptoms");
    let asks: Vec<_> = later.asks.iter().chain(blood).cloned().collect();
    CheckSlot {
        label: format!("{} + {}", older.label, later.label),
        source: format!("{} {}", older.source, later.source),
        asks,
        once: older.once || later.once,
        ..CheckSlot { check: None, missing: Vec::new(), ..older.clone() }
    }
}

/// The day that the checkpoints of a plan count from.
#[derive(Clone, Copy, Debug)]
struct Start {
    day: NaiveDate,
    /// Whether it is that of a first dose that is still to come: it moves on with it.
    awaits_first: bool,
    /// Whether the plan ended before its first dose: it asks nothing.
    is_past: bool,
}

impl Start {
    fn sure(day: NaiveDate) -> Self {
        Self { day, awaits_first: false, is_past: false }
    }

    /// The first dose of a plan, given or owed. One that goes on in maintenance with what was begun counts from its own day.
    fn of(in_force: &InForce<'_>, slots: &[DoseSlot], today: NaiveDate) -> Self {
        let of_order = || slots.iter().filter(|s| s.order == in_force.id);
        if let Some(first) = of_order().find(|s| s.given.is_some()) {
            return Self::sure(first.visit);
        }
        let loads = in_force.order.phases.first().is_some_and(|p| p.kind.fills());
        if !loads && slots.iter().any(|s| s.given.is_some()) {
            return Self::sure(in_force.order.start);
        }
        match of_order().find(|s| s.state.is_owed()) {
            Some(owed) => Self { awaits_first: true, ..Self::sure(owed.visit.max(today)) },
            None => Self { is_past: true, ..Self::sure(in_force.order.start) },
        }
    }
}

fn owed(due: NaiveDate, today: NaiveDate) -> CheckState {
    match days_between(due, today) {
        0 => CheckState::Due,
        late if late > 0 => CheckState::Overdue(late),
        _ => CheckState::Planned,
    }
}

/// An order of which the checkpoints are laid out.
struct Laid<'a> {
    in_force: &'a InForce<'a>,
    start: NaiveDate,
    awaits_first: bool,
    walked: &'a Walked,
    /// Its first doses as planned from the start, worked out once where a checkpoint asks for them.
    planned: OnceCell<Vec<NaiveDate>>,
}

impl<'a> Laid<'a> {
    fn new(in_force: &'a InForce<'a>, start: Start, walked: &'a Walked) -> Self {
        let Start { day, awaits_first, .. } = start;
        Self { in_force, start: day, awaits_first, walked, planned: OnceCell::new() }
    }

    /// Returns the dates of one rule; a repeating one goes on until a year beyond the last thing that is known.
    fn dates(&self, rule: &'a CheckpointRule, last: NaiveDate) -> Vec<CheckSlot> {
        let Some((anchor, tentative, from)) = self.anchor(rule) else { return Vec::new() };
        let until = last.checked_add_months(Months::new(14)).unwrap_or(NaiveDate::MAX);
        let first = rule.at.after(anchor, 1);
        let repeats = (0..).map_while(|k| match (k, rule.again) {
            (0, _) => Some(first),
            (k, Some(again)) => Some(again.after(first, k)).filter(|d| *d <= until),
            _ => None,
        });
        let slot = |due: NaiveDate| CheckSlot {
            order: self.in_force.id,
            opens: due,
            due: if due == first { self.with_dose(rule, due) } else { due },
            visit: due,
            label: rule.label.clone(),
            asks: rule.asks.clone(),
            source: rule.source.clone(),
            counted: format!("{} after {from}", rule.at),
            state: CheckState::Planned,
            check: None,
            missing: Vec::new(),
            tentative: tentative || self.awaits_first,
            awaits_first: self.awaits_first && rule.from == Anchor::Start,
            once: rule.again.is_none(),
        };
        repeats.take(120).map(slot).collect()
    }

    /// Returns what a rule counts from, whether that day is sure, and what it is.
    fn anchor(&self, rule: &CheckpointRule) -> Option<(NaiveDate, bool, &'static str)> {
        const LAST_DOSE: &str = "the last dose of repletion";
        let holds = self.in_force.until.is_none();
        match (rule.from, &self.walked.repletion) {
            (Anchor::Start, _) => Some((self.start, false, "the first dose")),
            (Anchor::RepletionEnd, Repletion::Ended(day)) if holds => Some((*day, false, LAST_DOSE)),
            (Anchor::RepletionEnd, Repletion::Expected(day)) if holds => Some((*day, true, LAST_DOSE)),
            (Anchor::RepletionEnd, _) if holds => None,
            (Anchor::RepletionEnd, _) => Some((thinned_on(self.in_force, self.walked)?, false, LAST_DOSE)),
        }
    }

    /// A checkpoint with a window falls on the first dose within it, so that the patient comes once: the one that was
    /// given, else the one that is owed, else the one that is planned.
    fn with_dose(&self, rule: &CheckpointRule, opens: NaiveDate) -> NaiveDate {
        let Some(to) = rule.to.filter(|_| rule.from == Anchor::Start) else { return opens };
        let closes = to.after(self.start, 1);
        let within = |day: &NaiveDate| (opens..=closes).contains(day);
        let of_order = || self.walked.slots.iter().filter(|s| s.order == self.in_force.id);
        let given = of_order().filter(|s| s.given.is_some()).map(|s| s.visit).find(within);
        // Only the first owed dose has a date that does not hang on today.
        let owed = || of_order().find(|s| s.state.is_owed()).map(|s| s.due).filter(within);
        let planned = || {
            let plan =
                || schedule::plan(&self.in_force.order.phases, self.start).map(|dose| dose.date).take(40).collect();
            schedule::checkpoint_day(rule, self.start, self.planned.get_or_init(plan).iter().copied())
        };
        given.or_else(owed).unwrap_or_else(planned)
    }
}

/// The last dose of repletion in a plan that was replaced after it.
fn thinned_on(in_force: &InForce<'_>, walked: &Walked) -> Option<NaiveDate> {
    let keeps = walked.phases.iter().any(|p| p.order == in_force.id && !p.kind.fills() && !p.tentative);
    let last = || walked.slots.iter().rfind(|s| s.order == in_force.id && s.kind.fills() && s.given.is_some());
    last().filter(|_| keeps).map(|s| s.visit)
}

/// Two checkpoints on one day are one visit: the labels and what they ask are joined. One whose date is only a picture
/// never hides one that is sure.
fn merge_same_day(slots: &mut Vec<CheckSlot>) {
    let mut merged: Vec<CheckSlot> = Vec::new();
    for slot in slots.drain(..) {
        let same = |last: &CheckSlot| {
            let of = |s: &CheckSlot| (s.due, s.order, s.tentative, s.awaits_first);
            of(last) == of(&slot)
        };
        match merged.last_mut() {
            Some(last) if same(last) => {
                if last.label != slot.label {
                    last.label.extend([" + ", &slot.label]);
                    last.source.extend([" ", &slot.source]);
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
