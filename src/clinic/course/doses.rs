//! Dose slots: what was given and what is owed, each with the date that the protocol gives and the one as ordered.

use super::phases::{self, PhaseSpan, Repletion, Visit};
use super::{InForce, as_order};
use crate::clinic::chart::Fact;
use crate::clinic::drug::{Drug, Route};
use crate::clinic::entry::{Act, EntryId, Given, NotGiven, PhaseEnded, WhyNot};
use crate::clinic::interval::days_between;
use crate::clinic::order::Order;
use crate::clinic::practice::Practice;
use crate::clinic::regimen::{End, PhaseKind};
use crate::clinic::schedule::{self, Cursor};
use chrono::{Months, NaiveDate};

/// One dose of a course.
#[derive(Clone, Debug, PartialEq)]
pub struct DoseSlot {
    /// The order that it belongs to.
    pub order: EntryId,
    /// Counted from 1 within the order.
    pub n: u32,
    /// Counted from 1 within the phase, and of how many where the phase is counted.
    pub in_phase: (u32, Option<u32>),
    /// The phase, counted from 0 within the order.
    pub phase: usize,
    /// What the phase is for.
    pub kind: PhaseKind,
    /// The day on which it is due by the protocol, counted from the doses that were really given.
    pub due: NaiveDate,
    /// The day on which the patient comes: `due`, or the next open day, or the day agreed after a missed one.
    pub visit: NaiveDate,
    /// The day as the plan was when it was signed; absent after a phase that only a decision ends.
    pub as_ordered: Option<NaiveDate>,
    /// What `due` was counted from: the last dose, or the start.
    pub counted_from: NaiveDate,
    /// Dose in micrograms: as given, else as ordered.
    pub dose_mcg: u32,
    /// The form as ordered.
    pub drug: Drug,
    /// The route as ordered.
    pub route: Route,
    /// Where it stands.
    pub state: DoseState,
    /// The dose that was given.
    pub given: Option<DoseGiven>,
    /// Why it was not given, with the entry that says so.
    pub not_given: Option<(EntryId, WhyNot)>,
    /// What must be recorded before it, where the phase has a published gate that nobody passed yet.
    pub gate: Option<String>,
    /// Whether it lies behind a decision that is still to be made, so that its date is only a picture.
    pub tentative: bool,
}

/// Where a dose stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoseState {
    /// Given on the planned day or its appointment.
    Given,
    /// Given this many days after.
    Late(i64),
    /// Given this many days before.
    Early(i64),
    /// Not given on that day; the dose stays owed in the next slot.
    NotGiven,
    /// Due today.
    Due,
    /// Owed since this many days.
    Overdue(i64),
    /// Planned for a later day.
    Planned,
}

impl DoseState {
    /// Returns the word that the command line's JSON writes.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Late(_) => "late",
            Self::Early(_) => "early",
            Self::NotGiven => "not_given",
            Self::Due => "due",
            Self::Overdue(_) => "overdue",
            Self::Planned => "planned",
        }
    }

    /// Returns whether the dose is still to be given.
    #[must_use]
    pub fn is_owed(self) -> bool {
        matches!(self, Self::Due | Self::Overdue(_) | Self::Planned)
    }
}

/// A given dose with the entry that records it.
#[derive(Clone, Debug, PartialEq)]
pub struct DoseGiven {
    /// The entry.
    pub entry: EntryId,
    /// Who recorded it.
    pub by: String,
    /// What was given.
    pub given: Given,
}

/// Everything that follows from orders and doses.
pub(super) struct Walked {
    pub(super) slots: Vec<DoseSlot>,
    pub(super) phases: Vec<PhaseSpan>,
    pub(super) as_ordered: Vec<NaiveDate>,
    pub(super) repletion: Repletion,
}

/// Returns the orders that hold or held, each until the next one starts.
pub(super) fn orders<'a>(facts: &[Fact<'a>]) -> Vec<InForce<'a>> {
    let all: Vec<_> = facts.iter().filter_map(|f| Some((f.entry.id, as_order(f.act?)?))).collect();
    let next_start = |i: usize| all.get(i + 1).map(|(_, next)| next.start);
    all.iter().enumerate().map(|(i, (id, order))| InForce { id: *id, order, until: next_start(i) }).collect()
}

/// Walks every order: doses as they were given, then the forecast of the one that holds.
pub(super) fn walk(orders: &[InForce<'_>], facts: &[Fact<'_>], practice: &Practice, today: NaiveDate) -> Walked {
    let mut walked =
        Walked { slots: Vec::new(), phases: Vec::new(), as_ordered: Vec::new(), repletion: Repletion::None };
    for (i, in_force) in orders.iter().enumerate() {
        let events = events(facts, orders, in_force.id);
        let mut walk = Walk::new(in_force, practice, today);
        events.iter().for_each(|event| walk.happen(event));
        if i + 1 == orders.len() {
            walk.forecast();
            walked.as_ordered = as_ordered(in_force.order, today);
            walked.repletion = phases::repletion(in_force.order, &walk.visits, &walk.slots, &walk.ends);
        }
        walked.phases.extend(phases::spans(in_force, &walk.visits, &walk.slots, i + 1 == orders.len()));
        walked.slots.append(&mut walk.slots);
    }
    walked
}

/// The plan as signed: a year beyond today is enough for any screen.
fn as_ordered(order: &Order, today: NaiveDate) -> Vec<NaiveDate> {
    let until = horizon(today);
    schedule::plan(&order.phases, order.start, 400).into_iter().map(|d| d.date).take_while(|d| *d <= until).collect()
}

fn horizon(today: NaiveDate) -> NaiveDate {
    today.checked_add_months(Months::new(14)).unwrap_or(NaiveDate::MAX)
}

/// Something that moves an order along.
enum Event<'a> {
    Given(EntryId, &'a str, &'a Given),
    Not(EntryId, &'a NotGiven),
    Ended(&'a PhaseEnded),
}

impl Event<'_> {
    fn day(&self) -> NaiveDate {
        match self {
            Self::Given(_, _, given) => given.on,
            Self::Not(_, not) => not.on,
            Self::Ended(ended) => ended.on,
        }
    }
}

/// Returns the events of one order by day, on one day by time of entry. One without an order belongs to the order that
/// held when it was recorded.
fn events<'a>(facts: &[Fact<'a>], orders: &[InForce<'_>], wanted: EntryId) -> Vec<Event<'a>> {
    let mut held = orders.first().map(|o| o.id);
    let mut out = Vec::new();
    for fact in facts {
        let id = fact.entry.id;
        match fact.act {
            Some(Act::Ordered(_)) => held = Some(id),
            Some(Act::Given(g)) if g.order.or(held) == Some(wanted) => out.push(Event::Given(id, &fact.entry.by, g)),
            Some(Act::NotGiven(n)) if n.order.or(held) == Some(wanted) => out.push(Event::Not(id, n)),
            Some(Act::PhaseEnded(e)) if e.order == wanted => out.push(Event::Ended(e)),
            _ => {}
        }
    }
    out.sort_by_key(Event::day);
    out
}

struct Walk<'a> {
    id: EntryId,
    order: &'a Order,
    practice: &'a Practice,
    today: NaiveDate,
    cursor: Cursor<'a>,
    /// The same course with every dose on its planned day.
    ideal: Option<Cursor<'a>>,
    slots: Vec<DoseSlot>,
    visits: Vec<Visit>,
    ends: Vec<&'a PhaseEnded>,
    n: u32,
    last: Option<NaiveDate>,
    again: Option<NaiveDate>,
    tentative: bool,
}

impl<'a> Walk<'a> {
    fn new(in_force: &InForce<'a>, practice: &'a Practice, today: NaiveDate) -> Self {
        let cursor = Cursor::new(&in_force.order.phases, in_force.order.start);
        Self {
            id: in_force.id,
            order: in_force.order,
            practice,
            today,
            ideal: Some(cursor.clone()),
            cursor,
            slots: Vec::new(),
            visits: Vec::new(),
            ends: Vec::new(),
            n: 1,
            last: None,
            again: None,
            tentative: false,
        }
    }

    fn happen(&mut self, event: &Event<'a>) {
        match event {
            Event::Ended(ended) => self.end_phase(ended),
            Event::Given(id, by, given) => self.give(*id, by, given),
            Event::Not(id, not) => {
                if let Some(mut slot) = self.slot() {
                    slot.state = DoseState::NotGiven;
                    slot.not_given = Some((*id, not.why.clone()));
                    slot.visit = not.on;
                    self.slots.push(slot);
                }
                self.again = not.again;
            }
        }
    }

    fn end_phase(&mut self, ended: &'a PhaseEnded) {
        self.ends.push(ended);
        if self.cursor.phase().is_some_and(|(index, _)| index == ended.phase) {
            self.cursor.advance(ended.on);
            // What follows a decision could not be known at signing: from here the plan is counted anew.
            self.ideal = Some(self.cursor.clone());
        }
    }

    fn give(&mut self, id: EntryId, by: &str, given: &Given) {
        let Some(mut slot) = self.slot() else {
            self.extra(id, by, given);
            return;
        };
        let off = days_between(slot.due, given.on);
        let on_plan = off == 0 || given.on == self.practice.settings.appointment(slot.due);
        slot.state = match off {
            _ if on_plan => DoseState::Given,
            late if late > 0 => DoseState::Late(late),
            early => DoseState::Early(-early),
        };
        slot.dose_mcg = given.dose_mcg;
        slot.visit = given.on;
        slot.gate = None;
        slot.given = Some(DoseGiven { entry: id, by: by.to_owned(), given: given.clone() });
        self.take(slot, given.on, on_plan);
    }

    /// A dose beyond the last phase still is a dose.
    fn extra(&mut self, id: EntryId, by: &str, given: &Given) {
        let Some(mut slot) = self.slots.last().cloned() else { return };
        slot.n += 1;
        slot.due = given.on;
        slot.visit = given.on;
        slot.as_ordered = None;
        slot.state = DoseState::Given;
        slot.dose_mcg = given.dose_mcg;
        slot.given = Some(DoseGiven { entry: id, by: by.to_owned(), given: given.clone() });
        self.slots.push(slot);
        self.n += 1;
        self.last = Some(given.on);
    }

    fn take(&mut self, slot: DoseSlot, day: NaiveDate, on_plan: bool) {
        self.slots.push(slot);
        self.cursor.take(day, on_plan);
        if let Some(ideal) = &mut self.ideal {
            ideal.take_as_planned();
        }
        self.n += 1;
        self.last = Some(day);
        self.again = None;
    }

    /// Returns the next dose as it is owed now.
    fn slot(&mut self) -> Option<DoseSlot> {
        let (index, phase) = self.cursor.phase()?;
        let due = self.cursor.next()?;
        if self.visits.last().is_none_or(|v| v.phase != index) {
            self.visits.push(Visit { phase: index, entered: self.cursor.entered(), tentative: self.tentative });
        }
        let (taken, of) = self.cursor.progress();
        let appointment = self.practice.settings.appointment(due);
        Some(DoseSlot {
            order: self.id,
            n: self.n,
            in_phase: (taken + 1, of),
            phase: index,
            kind: phase.kind,
            due,
            visit: self.again.map_or(appointment, |again| again.max(due)),
            as_ordered: self.ideal.as_ref().and_then(Cursor::next).filter(|_| !self.tentative),
            counted_from: self.last.unwrap_or(self.order.start),
            dose_mcg: phase.dose_mcg,
            drug: self.order.drug,
            route: self.order.route,
            state: self.owed(due),
            given: None,
            not_given: None,
            gate: self.gate(index, taken),
            tentative: self.tentative,
        })
    }

    fn owed(&self, due: NaiveDate) -> DoseState {
        match days_between(due, self.today) {
            0 => DoseState::Due,
            late if late > 0 => DoseState::Overdue(late),
            _ => DoseState::Planned,
        }
    }

    /// The gate of a phase asks before its first dose, unless the decision is recorded (facts 1.4, R07).
    fn gate(&self, index: usize, taken: u32) -> Option<String> {
        let passed = taken > 0 || index == 0 || self.ends.iter().any(|e| e.phase + 1 == index);
        if passed { None } else { self.order.phases[index].gate.clone() }
    }

    /// Goes on as if each owed dose were given on its visit, the overdue one today.
    fn forecast(&mut self) {
        let until = horizon(self.today);
        let mut open_until = None;
        for step in 0..80 {
            let Some(mut slot) = self.slot() else { return };
            if step > 0 {
                slot.state = DoseState::Planned;
                slot.gate = slot.gate.filter(|_| false);
            }
            let phase = &self.order.phases[slot.phase];
            if let End::Event { review, .. } = phase.until
                && step > 0
                && slot.due > *open_until.get_or_insert_with(|| review.after(self.cursor.entered(), 1).max(self.today))
                && slot.phase + 1 < self.order.phases.len()
            {
                self.tentative = true;
                self.cursor.advance(self.last.unwrap_or(slot.due));
                open_until = None;
                continue;
            }
            if slot.due > until && step > 2 {
                return;
            }
            let visit = slot.visit.max(self.today);
            let on_plan = visit == slot.due || visit == self.practice.settings.appointment(slot.due);
            self.take(slot, visit, on_plan);
        }
    }
}
