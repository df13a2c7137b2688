//! Which day a dose falls on: the one place that works out dose dates.
//!
//! A [`Cursor`] walks an order's phases dose by dose. Rules (facts 1.2): the first dose is the start date; a later
//! phase counts from the last dose of the phase before; the k-th dose is anchor + k x interval, never chained; a
//! week-window phase counts from the first day of the course; a dose given on another day than planned becomes the
//! anchor of the rest. A phase ends by doses given, not by date.

use super::interval::{Interval, days_between};
use super::regimen::{Anchor, CheckpointRule, End, Phase, Rhythm};
use chrono::{Days, NaiveDate};
use std::cell::Cell;

/// So many offsets of a rhythm are looked at: ten years of days. A longer list, which only a damaged file has, must not hold
/// everybody up.
const MOST_OFFSETS: usize = 3_700;

/// So many days of a plan are told that one dose leaves out; more has only a damaged file.
const MOST_LEFT_OUT: usize = 12;

/// Where a course stands: which dose comes next, and when.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    phases: &'a [Phase],
    start: NaiveDate,
    phase: usize,
    /// Doses taken in this phase.
    taken: u32,
    /// The rhythm's position that falls on `anchor`.
    anchor_at: u32,
    anchor: NaiveDate,
    /// The rhythm's position of the next dose.
    next_at: u32,
    last: Option<NaiveDate>,
    entered: NaiveDate,
    /// How many doses a phase has that began on a day, as it was last counted.
    counted: Cell<Option<(usize, NaiveDate, Option<u32>)>>,
}

impl<'a> Cursor<'a> {
    /// Stands before the first dose.
    #[must_use]
    pub fn new(phases: &'a [Phase], start: NaiveDate) -> Self {
        Self {
            phases,
            start,
            phase: 0,
            taken: 0,
            anchor_at: 0,
            anchor: start,
            next_at: 0,
            last: None,
            entered: start,
            counted: Cell::new(None),
        }
    }

    /// Returns the phase of the next dose and its number, or `None` when the last phase is complete.
    #[must_use]
    pub fn phase(&self) -> Option<(usize, &'a Phase)> {
        self.phases.get(self.phase).map(|p| (self.phase, p))
    }

    /// Returns the date of the next dose.
    #[must_use]
    pub fn next(&self) -> Option<NaiveDate> {
        let (_, phase) = self.phase()?;
        Some(position(&phase.every, self.anchor, self.anchor_at, self.next_at))
    }

    /// Returns how many doses of the current phase were taken, and how many it has; no count where it is open.
    #[must_use]
    pub fn progress(&self) -> (u32, Option<u32>) {
        (self.taken, self.count())
    }

    /// Counts the doses of the current phase, once as long as its beginning stays.
    fn count(&self) -> Option<u32> {
        let (index, phase) = self.phase()?;
        match self.counted.get() {
            Some((of, from, count)) if (of, from) == (index, self.start) => count,
            _ => {
                let count = count(phase, index, self.start);
                self.counted.set(Some((index, self.start, count)));
                count
            }
        }
    }

    /// Returns the day on which the current phase began.
    #[must_use]
    pub fn entered(&self) -> NaiveDate {
        self.entered
    }

    /// Takes the next dose on its planned day: the anchor stays.
    pub fn take_as_planned(&mut self) {
        if let Some(day) = self.next() {
            self.take(day, true);
        }
    }

    /// Takes the next dose on `day`, the open day that its due date moved to. Doses a week or more apart keep their
    /// anchor; closer ones count from `day`, so that a closed weekend never brings two of them together. \[eng\]
    pub fn take_moved(&mut self, day: NaiveDate) {
        let close = self.next().zip(self.following()).is_some_and(|(due, then)| days_between(due, then) < 7);
        self.take(day, !close || self.next() == Some(day));
    }

    /// Takes the next dose on `day` and goes back to the calendar: the anchor stays, and the next dose is the first
    /// planned one that lies at least `least` days after `day`. The count of a phase is by doses given, so a planned day
    /// that is passed over is added at its end.
    pub fn take_on_calendar(&mut self, day: NaiveDate, least: i64) {
        let (phase, anchor, anchor_at) = (self.phase, self.anchor, self.anchor_at);
        self.take(day, false);
        if self.phase != phase {
            return;
        }
        self.anchor = anchor;
        self.anchor_at = anchor_at;
        // A rhythm moves on by a day or more each time, so that halves find it; one that does not, in a file that nobody
        // checked, ends somewhere.
        let far_enough = |cursor: &Self| cursor.next().is_none_or(|due| days_between(day, due) >= least);
        let (mut low, mut high) = (self.next_at, self.next_at.saturating_add(4_000));
        while low < high {
            self.next_at = low + (high - low) / 2;
            if far_enough(self) { high = self.next_at } else { low = self.next_at + 1 }
        }
        self.next_at = low;
    }

    /// Returns the planned days between a dose of `day` that goes back to the calendar and the next one after it; those that
    /// lie fewer than `least` days behind it.
    #[must_use]
    pub fn left_out(&self, day: NaiveDate, next: Option<NaiveDate>, least: i64) -> Vec<NaiveDate> {
        let (mut all, mut wanted) = (Vec::new(), 1);
        while wanted < least && all.len() < MOST_LEFT_OUT {
            let mut cursor = self.clone();
            cursor.take_on_calendar(day, wanted);
            let Some(due) = cursor.next().filter(|due| next.is_some_and(|next| *due < next)) else { break };
            wanted = days_between(day, due).max(wanted) + 1;
            all.push(due);
        }
        all
    }

    /// Returns the date of the dose after the next one, by the rhythm of this phase.
    fn following(&self) -> Option<NaiveDate> {
        let (_, phase) = self.phase()?;
        Some(position(&phase.every, self.anchor, self.anchor_at, self.next_at.saturating_add(1)))
    }

    /// Takes the next dose on `day`. On plan the anchor stays; otherwise the rest counts from `day`.
    pub fn take(&mut self, day: NaiveDate, on_plan: bool) {
        let Some((index, _)) = self.phase() else { return };
        if self.last.is_none() {
            self.start = day;
        }
        if self.taken == 0 && index == 0 {
            self.entered = day;
        }
        if !on_plan {
            self.anchor = day;
            self.anchor_at = self.next_at;
        }
        self.last = Some(day);
        self.next_at += 1;
        self.taken += 1;
        if self.count().is_some_and(|n| self.taken >= n) {
            self.advance(day);
        }
    }

    /// Ends the current phase: the next one counts from the last dose, or from `day` where none was given.
    pub fn advance(&mut self, day: NaiveDate) {
        let Some((index, phase)) = self.phase() else { return };
        let from = self.last.unwrap_or(day);
        self.phase = index + 1;
        self.taken = 0;
        self.anchor_at = 0;
        let window = self.phases.get(self.phase).and_then(|next| match next.until {
            End::Weeks(week, _) => Some(week_start(self.start, week)),
            _ => None,
        });
        if let Some(opens) = window {
            // A late course never crowds the window's first dose against the last one of the phase before.
            self.anchor = opens.max(position(&phase.every, from, 0, 1));
            self.next_at = 0;
        } else {
            self.anchor = from;
            self.next_at = u32::from(self.last.is_some());
        }
        self.entered = self.anchor;
    }
}

/// Returns the first day of a week of the course; week 1 begins on the start date (facts 1.2, D8).
fn week_start(start: NaiveDate, week: u32) -> NaiveDate {
    add_days(start, 7 * u64::from(week.saturating_sub(1)))
}

fn add_days(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// Returns the day of a rhythm's position `to`, when position `from` falls on `anchor`.
fn position(rhythm: &Rhythm, anchor: NaiveDate, from: u32, to: u32) -> NaiveDate {
    let steps = to.saturating_sub(from);
    match rhythm {
        Rhythm::Every(interval) => interval.after(anchor, steps),
        _ => add_days(anchor, day_offset(rhythm, to).saturating_sub(day_offset(rhythm, from))),
    }
}

/// Returns how many days after its position 0 a day-based rhythm's position lies.
fn day_offset(rhythm: &Rhythm, at: u32) -> u64 {
    match rhythm {
        Rhythm::Every(_) => 0,
        Rhythm::Week(offsets) => cyclic(offsets.len(), at, 7, |i| u64::from(offsets[i])),
        Rhythm::Gaps(gaps) => {
            let gaps = &gaps[..gaps.len().min(MOST_OFFSETS)];
            let sum = |gaps: &[u32]| gaps.iter().map(|gap| u64::from(*gap)).sum();
            cyclic(gaps.len(), at, sum(gaps), |i| sum(&gaps[..i]))
        }
        Rhythm::Days(offsets) => listed(offsets, at),
    }
}

fn cyclic(len: usize, at: u32, cycle: u64, offset: impl Fn(usize) -> u64) -> u64 {
    if len == 0 {
        return u64::from(at);
    }
    let at = at as usize;
    ((at / len) as u64).saturating_mul(cycle).saturating_add(offset(at % len))
}

/// Beyond the list's end its last gap goes on.
fn listed(offsets: &[u32], at: u32) -> u64 {
    let at = at as usize;
    match offsets {
        [] => at as u64,
        [only] => u64::from(*only) + at as u64,
        [.., before, last] if at >= offsets.len() => {
            u64::from(*last) + u64::from(last.saturating_sub(*before)) * (at - offsets.len() + 1) as u64
        }
        _ => u64::from(offsets[at]),
    }
}

/// Returns how many doses a phase has; `None` where only a decision ends it.
#[must_use]
pub fn count(phase: &Phase, index: usize, start: NaiveDate) -> Option<u32> {
    match phase.until {
        End::Doses(n) => Some(n),
        End::Lasts(time) => Some(held_by(&phase.every, index, start, time)),
        End::Weeks(from, to) => {
            let (opens, closes) = (week_start(start, from), week_start(start, to.saturating_add(1)));
            Some(doses_until(|i| position(&phase.every, opens, 0, i) < closes))
        }
        End::Event { .. } | End::Open { .. } => None,
    }
}

/// The first phase holds its own day 0; a later one counts from the last dose before it (facts 1.5, R04 and R07).
fn held_by(rhythm: &Rhythm, index: usize, start: NaiveDate, time: Interval) -> u32 {
    let closes = time.after(start, 1);
    if index == 0 {
        doses_until(|i| position(rhythm, start, 0, i) < closes)
    } else {
        doses_until(|i| position(rhythm, start, 0, i + 1) <= closes)
    }
}

/// Counts from 0 while the condition holds; at least one dose, at most a thousand.
fn doses_until(holds: impl Fn(u32) -> bool) -> u32 {
    (0..1_000).take_while(|i| holds(*i)).count().max(1) as u32
}

/// A dose of a plan that has not begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDose {
    /// Counted from 1.
    pub n: u32,
    /// The day.
    pub date: NaiveDate,
    /// The phase, counted from 0.
    pub phase: usize,
}

/// Returns the doses of a plan one after another; an open phase, or the last one of a plan for life, goes on for as long as
/// is asked.
pub fn plan(phases: &[Phase], start: NaiveDate) -> impl Iterator<Item = PlannedDose> {
    visits(phases, start, |due| due)
}

/// Returns the same on the days on which the patient comes: `appointment` moves a day to the first open one, as the course does
/// with each dose that is owed.
pub fn visits(
    phases: &[Phase],
    start: NaiveDate,
    appointment: impl Fn(NaiveDate) -> NaiveDate,
) -> impl Iterator<Item = PlannedDose> {
    let mut cursor = Cursor::new(phases, start);
    (1..).map_while(move |n| {
        let (phase, _) = cursor.phase()?;
        let date = appointment(cursor.next().filter(|date| *date < NaiveDate::MAX)?);
        cursor.take_moved(date);
        Some(PlannedDose { n, date, phase })
    })
}

/// Returns the first day of a checkpoint on a plan: with a window, the first of the planned days (in order) within it, so
/// that the patient comes once; else the day on which it opens.
#[must_use]
pub fn checkpoint_day(
    rule: &CheckpointRule,
    anchor: NaiveDate,
    planned: impl IntoIterator<Item = NaiveDate>,
) -> NaiveDate {
    let opens = rule.at.after(anchor, 1);
    let Some(to) = rule.to.filter(|_| rule.from == Anchor::Start) else { return opens };
    let closes = to.after(anchor, 1);
    planned.into_iter().take_while(|day| *day <= closes).find(|day| *day >= opens).unwrap_or(opens)
}

/// Returns the day of the last repletion dose on plan, or the review after which that is decided.
#[must_use]
pub fn repletion_end(phases: &[Phase], start: NaiveDate) -> RepletionEnd {
    repletion_end_on(phases, start, |due| due)
}

/// Returns the same with each dose on the day on which the patient comes.
pub fn repletion_end_on(
    phases: &[Phase],
    start: NaiveDate,
    appointment: impl Fn(NaiveDate) -> NaiveDate,
) -> RepletionEnd {
    let filling = phases.iter().take_while(|p| p.kind.fills()).count();
    if filling == 0 {
        return RepletionEnd::None;
    }
    let open = phases[..filling].iter().find_map(|p| match &p.until {
        End::Event { review, event } => Some((*review, event.clone())),
        End::Open { review } => Some((*review, "the prescriber's decision".to_owned())),
        _ => None,
    });
    if let Some((review, event)) = open {
        return RepletionEnd::Review { review, event };
    }
    let doses = visits(&phases[..filling], start, appointment).take(5_000);
    doses.last().map_or(RepletionEnd::None, |dose| RepletionEnd::On(dose.date))
}

/// When repletion ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepletionEnd {
    /// There is no repletion in the plan.
    None,
    /// With the dose on this day.
    On(NaiveDate),
    /// When the event is recorded; looked at after the review interval.
    Review {
        /// The review interval, counted from the start.
        review: Interval,
        /// What ends it.
        event: String,
    },
}
