//! The dates of a story: its plans are walked with the rules' own [`Cursor`], so that the course that is worked out of the
//! chart agrees.

use super::story::{Leg, Slip, Stand, Story};
use crate::clinic::entry::WhyNot;
use crate::clinic::interval::days_between;
use crate::clinic::order::Order;
use crate::clinic::practice::Settings;
use crate::clinic::schedule::Cursor;
use chrono::{Days, NaiveDate};

/// Something that happened on a course.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Given { n: u32, on: NaiveDate, reason: Option<&'static str> },
    Not { on: NaiveDate, why: WhyNot, again: NaiveDate },
    Ended { phase: usize, on: NaiveDate, because: &'static str },
}

/// One order as it went.
pub(super) struct Walked {
    pub(super) order: Order,
    pub(super) signed: NaiveDate,
    pub(super) steps: Vec<Step>,
}

impl Story {
    /// Walks the orders so that the patient stands where the story says.
    pub(super) fn walk(&self, orders: &[Order], settings: &Settings, today: NaiveDate) -> Vec<Walked> {
        match self.stand {
            Stand::Ago(days) => {
                let start = settings.appointment(back(today, days));
                walk(&self.legs, orders, settings, start, Some(today)).walked
            }
            Stand::Next(days) => {
                let (start, legs) = self.begin(orders, settings, back(today, -days));
                walk(&legs, orders, settings, start, None).walked
            }
        }
    }

    /// Returns the start from which the next dose falls on `target`, and the plans with what that takes.
    fn begin(&self, orders: &[Order], settings: &Settings, target: NaiveDate) -> (NaiveDate, Vec<Leg>) {
        let mut best = (i64::MAX, target, self.legs.clone());
        let fills = walk(&self.legs, orders, settings, target, None).fills;
        for legs in self.variants(fills) {
            let off = |start| {
                let next = walk(&legs, orders, settings, start, None).next;
                next.map_or(0, |next| days_between(target, next))
            };
            let start = (0..8).fold(target, |start, _| back(start, off(start)));
            for start in [0, -1, 1, -2, 2, -3, 3, -4, 4].map(|k| back(start, k)) {
                let is_open = settings.appointment(start) == start;
                let off = off(start);
                // Where the day cannot be reached the dose is rather planned than overdue.
                let miss = off.abs() * 4 + 2 * i64::from(off < 0) + i64::from(!is_open);
                if miss < best.0 {
                    best = (miss, start, legs.clone());
                }
            }
            // A start on a closed day is better than another history.
            if best.0 <= 1 {
                break;
            }
        }
        (best.1, best.2)
    }

    /// Not every day can be reached with every number of doses, as months differ in length: then it were some more. In
    /// repletion closed days are in the way: then one dose was a day late.
    fn variants(&self, fills: bool) -> impl Iterator<Item = Vec<Leg>> {
        (0..5_u32).map(move |k| {
            let mut legs = self.legs.clone();
            match legs.last_mut() {
                Some(leg) if fills && k > 0 => {
                    leg.slips.push((leg.doses.saturating_sub(k).max(1), Slip::Late(1)));
                }
                Some(leg) => leg.doses += k,
                None => {}
            }
            legs
        })
    }
}

/// All plans as they went, and what comes next.
struct Course {
    walked: Vec<Walked>,
    next: Option<NaiveDate>,
    fills: bool,
}

/// Walks the plans one after the other from a start, where `until` is given only to the day before it.
fn walk(legs: &[Leg], orders: &[Order], settings: &Settings, start: NaiveDate, until: Option<NaiveDate>) -> Course {
    let mut course = Course { walked: Vec::new(), next: None, fills: false };
    let (mut starts, mut signed) = (start, start);
    for (i, (leg, order)) in legs.iter().zip(orders).enumerate() {
        let mut order = order.clone();
        order.start = starts;
        let mut cursor = Cursor::new(&order.phases, starts);
        let (steps, last) = leg.walk(&mut cursor, settings, until);
        course.next = cursor.next();
        course.fills = cursor.phase().is_some_and(|(_, phase)| phase.kind.fills());
        course.walked.push(Walked { order, signed, steps });
        signed = last.unwrap_or(starts);
        starts = legs.get(i + 1).map_or(starts, |leg| settings.appointment(leg.after.after(signed, 1)));
    }
    course
}

/// Returns the day `days` before, or after where that is negative.
pub(super) fn back(day: NaiveDate, days: i64) -> NaiveDate {
    let n = Days::new(days.unsigned_abs());
    if days >= 0 { day.checked_sub_days(n) } else { day.checked_add_days(n) }.unwrap_or(day)
}

impl Leg {
    /// Walks one order: what happened, and the day of the last dose.
    fn walk(
        &self,
        cursor: &mut Cursor<'_>,
        settings: &Settings,
        until: Option<NaiveDate>,
    ) -> (Vec<Step>, Option<NaiveDate>) {
        let (mut steps, mut last) = (Vec::new(), None);
        for n in 1..=self.doses {
            let (Some(due), Some((phase, _))) = (cursor.next(), cursor.phase()) else { break };
            let slip = self.slips.iter().find(|(dose, _)| *dose == n).map(|(_, slip)| slip);
            let on = after(last, visit(due, slip, settings), settings);
            if until.is_some_and(|today| on >= today) {
                break;
            }
            if let Some(Slip::Not(why, _)) = slip {
                let tried = after(last, settings.appointment(due), settings);
                steps.push(Step::Not { on: tried, why: why.clone(), again: on });
            }
            let reason =
                matches!(slip, Some(Slip::Late(19..))).then_some("telephoned; symptoms asked, goes on as ordered");
            steps.push(Step::Given { n, on, reason });
            if on == due || on == settings.appointment(due) {
                cursor.take_moved(on);
            } else {
                cursor.take(on, false);
            }
            last = Some(on);
            if let Some((_, because)) = self.ends.iter().find(|(dose, _)| *dose == n) {
                steps.push(Step::Ended { phase, on, because });
                if cursor.phase().is_some_and(|(now, _)| now == phase) {
                    cursor.advance(on);
                }
            }
        }
        (steps, last)
    }
}

fn visit(due: NaiveDate, slip: Option<&Slip>, settings: &Settings) -> NaiveDate {
    let moved = match slip {
        Some(Slip::Late(days) | Slip::Not(_, days)) => -days,
        Some(Slip::Early(days)) => *days,
        None => 0,
    };
    settings.appointment(back(due, moved))
}

/// Nobody gets two doses on one day, even where an open day gathers two.
fn after(last: Option<NaiveDate>, day: NaiveDate, settings: &Settings) -> NaiveDate {
    match last {
        Some(last) if day <= last => settings.appointment(back(last, -1)),
        _ => day,
    }
}
