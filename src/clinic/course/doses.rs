//! The walk along an order: doses as they were given, then the forecast of what is owed.

use super::events::{Event, Happened, LookDays, looks};
use super::phases::{self, PhaseSpan, Repletion, Visit};
use super::slot::{DoseGiven, DoseSlot, DoseState};
use super::{InForce, cover};
use crate::clinic::chart::Fact;
use crate::clinic::decision::Turn;
use crate::clinic::entry::{EntryId, Given, NextFrom, PhaseEnded};
use crate::clinic::interval::days_between;
use crate::clinic::order::Order;
use crate::clinic::practice::Practice;
use crate::clinic::schedule::{self, Cursor};
use crate::clinic::term::Cover;
use chrono::{Months, NaiveDate};

/// Everything that follows from orders and doses.
pub(super) struct Walked {
    pub(super) slots: Vec<DoseSlot>,
    pub(super) phases: Vec<PhaseSpan>,
    pub(super) as_ordered: Vec<NaiveDate>,
    pub(super) repletion: Repletion,
    pub(super) cover: Option<Cover>,
}

/// Walks every order: doses as they were given, then the forecast of the one that holds.
pub(super) fn walk(orders: &[InForce<'_>], facts: &[Fact<'_>], practice: &Practice, today: NaiveDate) -> Walked {
    let mut walked = Walked {
        slots: Vec::new(),
        phases: Vec::new(),
        as_ordered: Vec::new(),
        repletion: Repletion::None,
        cover: None,
    };
    let (looks, happened) = (looks(facts), Happened::of(facts, orders));
    walked.slots.extend(happened.unplanned().iter().zip(1..).filter_map(|(event, n)| match event {
        Event::Given(id, by, given) => Some(DoseSlot::before_any_plan(n, *id, by, given)),
        _ => None,
    }));
    for (i, in_force) in orders.iter().enumerate() {
        let holds = i + 1 == orders.len();
        let events = happened.on(i);
        let mut walk = Walk::new(in_force, practice, today, &looks);
        events.iter().for_each(|event| walk.happen(event));
        let spans = phases::Spans { in_force, today, looks: &looks, holds, ended: walk.closed };
        if !holds {
            walk.comes_into(in_force.until);
        }
        if holds {
            walked.cover = cover::of(facts, in_force, &walk.slots)
                .map(|cover| Cover { beyond: cover.left.and_then(|left| walk.due_after(left)), ..cover });
            walk.forecast();
            walked.as_ordered = as_ordered(in_force.order, today);
            walked.as_ordered.retain(|day| in_force.until.is_none_or(|until| *day < until));
            walked.repletion = spans.repletion(&walk.visits, &walk.slots, &walk.ends);
        }
        walked.phases.extend(spans.all(&walk.visits, &walk.slots));
        walked.slots.append(&mut walk.slots);
    }
    walked
}

/// Where an order stood asks for no review.
static NO_LOOKS: LookDays = LookDays { any: Vec::new(), blood: Vec::new() };

/// Returns where an order stood after what happened on it, as if no change had come: which dose comes next, and when.
pub(super) fn stood<'a>(
    in_force: &'a InForce<'a>,
    happened: &[Event<'a>],
    practice: &'a Practice,
    today: NaiveDate,
) -> Cursor<'a> {
    let mut walk = Walk::new(in_force, practice, today, &NO_LOOKS);
    happened.iter().filter(|event| !matches!(event, Event::Changed(_))).for_each(|event| walk.happen(event));
    walk.cursor
}

/// The plan as signed: a year beyond today is enough for any screen.
fn as_ordered(order: &Order, today: NaiveDate) -> Vec<NaiveDate> {
    let until = horizon(today);
    schedule::plan(&order.phases, order.start).map(|d| d.date).take(400).take_while(|d| *d <= until).collect()
}

fn horizon(today: NaiveDate) -> NaiveDate {
    today.checked_add_months(Months::new(14)).unwrap_or(NaiveDate::MAX)
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
    paused: Option<NaiveDate>,
    /// Whether a change ended the plan: nothing is owed any more.
    closed: bool,
    tentative: bool,
    /// The days on which somebody looked at symptoms or blood, in order.
    looks: &'a LookDays,
}

impl<'a> Walk<'a> {
    fn new(in_force: &InForce<'a>, practice: &'a Practice, today: NaiveDate, looks: &'a LookDays) -> Self {
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
            paused: None,
            closed: false,
            tentative: false,
            looks,
        }
    }

    fn happen(&mut self, event: &Event<'a>) {
        match event {
            Event::Ended(ended) => self.end_phase(ended),
            Event::Changed(change) => match change.what {
                Turn::Paused { until } => self.paused = Some(until),
                _ => {
                    self.comes_into(Some(change.on));
                    self.closed = true;
                }
            },
            Event::Given(..) | Event::Before(..) | Event::Adopted(..) => self.give(event),
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

    /// Notes the phase that the plan had come into when it ended, though no dose of it was given: the doses had thinned
    /// out all the same.
    fn comes_into(&mut self, until: Option<NaiveDate>) {
        let entered = self.cursor.entered();
        if !self.visits.is_empty() && until.is_some_and(|until| entered < until) {
            self.enter();
        }
    }

    fn enter(&mut self) {
        let Some((index, _)) = self.cursor.phase().filter(|_| !self.closed) else { return };
        if self.visits.last().is_none_or(|v| v.phase != index) {
            self.visits.push(Visit { phase: index, entered: self.cursor.entered(), tentative: self.tentative });
        }
    }

    /// A decision that a phase has ended ends those before it too; one about a phase that its count ended passes a gate.
    fn end_phase(&mut self, ended: &'a PhaseEnded) {
        self.ends.push(ended);
        while self.cursor.phase().is_some_and(|(index, _)| index <= ended.phase) {
            self.cursor.advance(ended.on);
            // What follows a decision could not be known at signing: from here the plan is counted anew.
            self.ideal = Some(self.cursor.clone());
        }
    }

    /// A dose that was due by another plan is on its day, and the next one counts from it. One for which nobody had set a day
    /// is on its day too, and the next one keeps to the calendar.
    fn give(&mut self, event: &Event<'a>) {
        let (Event::Given(id, by, given) | Event::Before(id, by, given) | Event::Adopted(id, by, given)) = *event
        else {
            return;
        };
        let (is_before, is_adopted) = (matches!(event, Event::Before(..)), matches!(event, Event::Adopted(..)));
        let Some(mut slot) = self.slot() else {
            self.extra(id, by, given);
            return;
        };
        if is_before {
            slot.due = given.on;
        }
        let off = days_between(slot.due, given.on);
        let on_plan = off == 0 || given.on == self.practice.settings.appointment(slot.due);
        if is_adopted {
            (slot.due, slot.as_ordered) = (given.on, None);
        }
        slot.state = match off {
            _ if on_plan || is_adopted => DoseState::Given,
            late if late > 0 => DoseState::Late(late),
            early => DoseState::Early(-early),
        };
        slot.dose_mcg = given.dose_mcg;
        slot.visit = given.on;
        slot.gate = None;
        slot.paused = None;
        slot.given = Some(DoseGiven { entry: id, by: by.to_owned(), given: given.clone() });
        if given.next_from == NextFrom::Calendar && !on_plan {
            self.take_back(slot, given.on, is_adopted);
        } else {
            self.take(slot, given.on, on_plan && !is_before);
        }
    }

    /// A late or early dose after which the plan goes back to its calendar.
    fn take_back(&mut self, mut slot: DoseSlot, day: NaiveDate, is_adopted: bool) {
        let mut cursor = self.cursor.clone();
        let least = self.order.phases.get(slot.phase).map_or(1, |p| p.closest(&self.practice.knowledge).days);
        cursor.take_on_calendar(day, least);
        slot.left_out = self.cursor.left_out(day, cursor.next(), least);
        // An early dose is the one of its own day; of a calendar that was made up none is left out.
        slot.left_out.retain(|planned| *planned > slot.due && !is_adopted);
        self.take(slot, day, false);
        self.cursor = cursor;
    }

    /// The slot of a dose that nothing plans any more: as the last phase would have had it.
    fn beyond(&self, day: NaiveDate) -> Option<DoseSlot> {
        let phase = self.order.phases.last()?;
        let index = self.order.phases.len() - 1;
        let before = self.slots.iter().filter(|s| s.phase == index && s.given.is_some()).count();
        Some(DoseSlot {
            order: self.id,
            n: self.n,
            in_phase: (before as u32 + 1, None),
            phase: index,
            kind: phase.kind,
            due: day,
            visit: day,
            as_ordered: None,
            counted_from: self.last.unwrap_or(self.order.start),
            dose_mcg: phase.dose_mcg,
            drug: self.order.drug,
            route: self.order.route,
            state: DoseState::Given,
            given: None,
            left_out: Vec::new(),
            not_given: None,
            gate: None,
            paused: None,
            tentative: false,
        })
    }

    /// A dose beyond the last phase still is a dose.
    fn extra(&mut self, id: EntryId, by: &str, given: &Given) {
        let Some(mut slot) = self.beyond(given.on) else { return };
        slot.dose_mcg = given.dose_mcg;
        slot.given = Some(DoseGiven { entry: id, by: by.to_owned(), given: given.clone() });
        self.slots.push(slot);
        self.n += 1;
        self.last = Some(given.on);
    }

    fn take(&mut self, slot: DoseSlot, day: NaiveDate, on_plan: bool) {
        self.slots.push(slot);
        if on_plan {
            self.cursor.take_moved(day);
        } else {
            self.cursor.take(day, false);
        }
        if let Some(ideal) = &mut self.ideal {
            ideal.take_as_planned();
        }
        self.n += 1;
        self.last = Some(day);
        self.again = None;
        self.paused = None;
    }

    /// Returns the next dose as it is owed now.
    fn slot(&mut self) -> Option<DoseSlot> {
        let (index, phase) = self.cursor.phase().filter(|_| !self.closed)?;
        let due = self.cursor.next()?;
        self.enter();
        let (taken, of) = self.cursor.progress();
        let back = self.paused.map(|until| self.practice.settings.appointment(until));
        Some(DoseSlot {
            order: self.id,
            n: self.n,
            in_phase: (taken + 1, of),
            phase: index,
            kind: phase.kind,
            due,
            visit: self.visit(due),
            as_ordered: self.ideal.as_ref().and_then(Cursor::next).filter(|_| !self.tentative),
            counted_from: self.last.unwrap_or(self.order.start),
            dose_mcg: phase.dose_mcg,
            drug: self.order.drug,
            route: self.order.route,
            state: self.owed(back.map_or(self.opens(due), |back| back.max(due))),
            given: None,
            left_out: Vec::new(),
            not_given: None,
            gate: self.gate(index, taken),
            paused: self.paused,
            tentative: self.tentative,
        })
    }

    /// Returns the day on which the patient comes for the next dose: an open day, the one agreed after a missed dose, or after
    /// a pause.
    fn visit(&self, due: NaiveDate) -> NaiveDate {
        let appointment = self.practice.settings.appointment(due);
        let visit = self.again.filter(|again| *again > due).unwrap_or(appointment);
        let back = self.paused.map(|until| self.practice.settings.appointment(until));
        back.map_or(visit, |back| back.max(visit))
    }

    /// Returns from which day a dose is late: on the first open day after a closed one it is on time.
    fn opens(&self, due: NaiveDate) -> NaiveDate {
        let appointment = self.practice.settings.appointment(due);
        if self.today == appointment { appointment } else { due }
    }

    fn owed(&self, due: NaiveDate) -> DoseState {
        match days_between(due, self.today) {
            0 => DoseState::Due,
            late if late > 0 => DoseState::Overdue(late),
            _ => DoseState::Planned,
        }
    }

    /// Returns the planned day of the dose after so many more, each on its day. It does not depend on today, so that a list
    /// may keep it.
    fn due_after(&self, doses: u32) -> Option<NaiveDate> {
        // What lies further ahead is on no list, and a file may hold any number.
        if doses > 400 {
            return None;
        }
        let mut cursor = self.cursor.clone();
        for n in 0..=doses {
            let (_, due) = cursor.phase().filter(|_| !self.closed).zip(cursor.next())?;
            let visit = if n == 0 { self.visit(due) } else { self.practice.settings.appointment(due) };
            if n == doses {
                return Some(visit);
            }
            if visit == due || visit == self.practice.settings.appointment(due) {
                cursor.take_moved(visit);
            } else {
                cursor.take(visit, false);
            }
        }
        None
    }

    /// The gate of a phase asks before its first dose, unless the decision is recorded (facts 1.4, R07).
    fn gate(&self, index: usize, taken: u32) -> Option<String> {
        let passed = taken > 0 || index == 0 || self.ends.iter().any(|e| e.phase == index - 1);
        if passed { None } else { self.order.phases[index].gate.clone() }
    }

    /// Goes on as if each owed dose were given on its visit, the overdue one today. An open phase goes on to its review;
    /// what follows it is a picture.
    fn forecast(&mut self) {
        let until = horizon(self.today);
        for step in 0..80 {
            let Some(mut slot) = self.slot() else { return };
            if step > 0 {
                slot.state = DoseState::Planned;
                if self.is_beyond_review(&slot) {
                    self.tentative = true;
                    self.cursor.advance(self.last.unwrap_or(slot.due));
                    continue;
                }
            }
            if slot.due > until && step > 2 {
                return;
            }
            let visit = slot.visit.max(self.today);
            let on_plan = visit == slot.due || visit == self.practice.settings.appointment(slot.due);
            self.take(slot, visit, on_plan);
        }
    }

    fn is_beyond_review(&self, slot: &DoseSlot) -> bool {
        let phase = &self.order.phases[slot.phase];
        let more = slot.phase + 1 < self.order.phases.len();
        let review = phases::review(phase, self.cursor.entered(), self.looks);
        more && review.is_some_and(|day| slot.due > day.max(self.today))
    }
}
