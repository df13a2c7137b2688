//! A plan that was followed before the practice had this program: written so that the patient stands in the list on the very
//! day that the practice's own list says.
//!
//! [`Course`] is asked what comes of it, so that no second reckoning of dates is made here.

use super::told::told;
use super::{Order, Wish};
use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, Entry, EntryId, Given, NextFrom, PatientId, PhaseEnded};
use crate::clinic::fit;
use crate::clinic::interval::Interval;
use crate::clinic::practice::Practice;
use crate::clinic::regimen::{CheckpointRule, Phase, Regimen, Rhythm};
use crate::clinic::words;
use chrono::{DateTime, NaiveDate};
use ulid::Ulid;

/// What a plan is made of.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) regimen: &'a Regimen,
    /// The plan as the list has it; its start is worked out where the list has none.
    pub(crate) wish: Wish,
    /// The start that the list tells.
    pub(crate) from: Option<NaiveDate>,
    /// Whether the list says that the stores are being filled.
    pub(crate) fills: Option<bool>,
    /// Whether the plan is maintenance alone, where the list says so.
    pub(crate) maintenance_only: Option<bool>,
    /// The doses, by day.
    pub(crate) doses: Vec<Given>,
    /// What the list says of the next one.
    pub(crate) next: Next,
    /// The plan's phases, where another Cobalog's table tells them.
    pub(crate) phases: Option<Vec<Phase>>,
    /// The decisions that a phase of it has ended: those that were recorded before a dose of the day, and the others.
    pub(crate) ended: (Vec<PhaseEnded>, Vec<PhaseEnded>),
}

/// What a list says of the next dose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is due on this day.
    On(NaiveDate),
    /// None is owed.
    None,
    /// Nothing.
    Any,
}

/// A plan with the doses that were given on it.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) order: Order,
    pub(crate) doses: Vec<Given>,
}

impl Wanted<'_> {
    /// Writes the plan.
    ///
    /// # Errors
    /// A sentence where no plan gives the day of the list.
    pub(crate) fn write(&self, practice: &Practice, today: NaiveDate) -> Result<Planned, String> {
        if let Some(planned) = self.told(practice, today)? {
            return Ok(planned);
        }
        if self.next == Next::Any {
            return self.unfinished(practice);
        }
        let mut wrong = None;
        // A repletion that somebody ended leaves the maintenance of a whole plan.
        let is_other = |wish: &Wish| self.maintenance_only.is_some_and(|only| only != wish.maintenance_only);
        let mut candidates = self.candidates();
        candidates.sort_by_key(|(wish, _)| is_other(wish));
        for (wish, from) in candidates {
            let planned = self.planned(practice, &wish, from)?;
            let next = next_of(&planned, &Default::default(), practice, today);
            if self.is_next(next) {
                return Ok(planned);
            }
            wrong = wrong.or(next.map(|(due, ..)| due).filter(|due| self.next != Next::On(*due)));
        }
        match self.next {
            Next::On(expected) => Err(self.differs(expected, self.by_interval().or(wrong))),
            _ => Err(format!(
                "{} is given to its end there, but not by its dates: enter the plan by hand.",
                self.regimen.name
            )),
        }
    }

    /// Returns the plan that the table tells phase by phase; `None` where it tells none, or where its next dose is another one:
    /// somebody changed the table since.
    fn told(&self, practice: &Practice, today: NaiveDate) -> Result<Option<Planned>, String> {
        let Some((phases, start)) = self.phases.as_ref().zip(self.from) else { return Ok(None) };
        let wish = Wish { start, ..self.wish.clone() };
        let planned = Planned { order: told(practice, self.regimen, phases, &wish)?, doses: self.doses.clone() };
        let is_next = self.next == Next::Any || self.is_next(next_of(&planned, &self.ended, practice, today));
        Ok(is_next.then_some(planned))
    }

    /// Whether a next dose is the one of the list.
    fn is_next(&self, next: Option<(NaiveDate, NaiveDate, bool)>) -> bool {
        match (next, self.next) {
            (Some((due, visit, fills)), Next::On(day)) => {
                (due == day || visit == day) && self.fills.is_none_or(|said| said == fills)
            }
            (next, Next::None) => next.is_none(),
            _ => false,
        }
    }

    /// Returns the day that last dose and interval give, once the stores are full.
    pub(crate) fn by_interval(&self) -> Option<NaiveDate> {
        let last = self.doses.last().filter(|_| self.fills != Some(true));
        last.zip(self.wish.every).map(|(last, every)| every.after(last.on, 1))
    }

    fn differs(&self, expected: NaiveDate, reckoned: Option<NaiveDate>) -> String {
        let name = &self.regimen.name;
        let listed = words::day(expected);
        if self.fills == Some(true) {
            return format!(
                "The list says loading and next due {listed}; {name} from the first dose on gives another day. Enter the plan by \
                 hand."
            );
        }
        match reckoned.filter(|day| *day != expected) {
            Some(day) => {
                format!("Next due by the list {listed}, by last dose and interval {}: which is right?", words::day(day))
            }
            None => format!("No plan of {name} has its next dose on {listed}: enter the plan by hand."),
        }
    }

    /// A plan of which nobody says the next day: as the library has it, from its start.
    fn unfinished(&self, practice: &Practice) -> Result<Planned, String> {
        match (self.from, self.fills) {
            (Some(from), _) => {
                let maintenance_only = self.maintenance_only.unwrap_or(self.fills == Some(false));
                let wish = Wish { start: from, maintenance_only, ..self.wish.clone() };
                self.planned(practice, &wish, None)
            }
            (None, Some(true)) => {
                Err("The list says loading, but not when the next dose is due: write that day into it.".to_owned())
            }
            _ => Err("Neither a last dose nor a day for the next one: no plan can be made of it.".to_owned()),
        }
    }

    /// The plans to try, the most faithful first: as the list tells it, counted from the doses, on a calendar of its own; each
    /// with what the doses count from, where the list does not say that of them.
    fn candidates(&self) -> Vec<(Wish, Option<NextFrom>)> {
        let first = self.doses.first().map(|given| given.on);
        let wish = |start: NaiveDate, maintenance_only: bool| Wish { start, maintenance_only, ..self.wish.clone() };
        let mut all = Vec::new();
        if let Some(from) = self.from.or(first.filter(|_| self.fills == Some(true))) {
            if self.doses.iter().any(|given| given.next_from == NextFrom::Calendar) {
                all.extend([false, true].map(|maintenance_only| (wish(from, maintenance_only), None)));
            }
            all.push((wish(from, false), Some(NextFrom::DayGiven)));
            all.push((wish(from, true), Some(NextFrom::DayGiven)));
        }
        let expected = match self.next {
            Next::On(day) if self.fills != Some(true) => day,
            _ => return all,
        };
        let Some(first) = first else {
            all.push((wish(expected, true), Some(NextFrom::DayGiven)));
            return all;
        };
        all.push((wish(first, true), Some(NextFrom::DayGiven)));
        let on_calendar = self.wish.every.map(|every| calendar_starts(expected, every, first)).unwrap_or_default();
        all.extend(on_calendar.into_iter().map(|start| (wish(start, true), Some(NextFrom::Calendar))));
        all
    }

    fn planned(&self, practice: &Practice, wish: &Wish, next_from: Option<NextFrom>) -> Result<Planned, String> {
        // An interval chosen for a plan that has no such phase is no reason to refuse it.
        let mut order = Order::write(self.regimen, Vec::new(), wish)?;
        order.checkpoints = checkpoints(practice, self.regimen, wish.maintenance_only).into();
        let mut doses = self.doses.clone();
        doses.iter_mut().for_each(|given| given.next_from = next_from.unwrap_or(given.next_from));
        Ok(Planned { order, doses })
    }
}

/// Returns the days nearest to the first dose from which a calendar has a day of the list.
fn calendar_starts(day: NaiveDate, every: Interval, first: NaiveDate) -> Vec<NaiveDate> {
    let times = |k: u32| {
        let all = match every {
            Interval::Days(n) => Interval::Days(n.checked_mul(k)?),
            Interval::Weeks(n) => Interval::Weeks(n.checked_mul(k)?),
            Interval::Months(n) => Interval::Months(n.checked_mul(k)?),
        };
        Some(all.before(day))
    };
    let mut starts: Vec<NaiveDate> = Vec::new();
    for start in (1..400).filter_map(times) {
        starts.push(start);
        if start <= first {
            break;
        }
    }
    starts.sort_by_key(|start| (*start - first).num_days().abs());
    starts.truncate(2);
    starts
}

/// What a plan that was taken over is checked by; of maintenance what comes round again, as the looks of the first weeks were
/// years ago.
pub(super) fn checkpoints(practice: &Practice, regimen: &Regimen, maintenance_only: bool) -> Vec<CheckpointRule> {
    let mut rules = fit::checkpoints(practice, regimen, None);
    rules.retain(|rule| !maintenance_only || rule.again.is_some());
    rules
}

/// Asks the course for the next dose: its due day, the day of the visit, and whether it fills the stores.
fn next_of(
    planned: &Planned,
    ended: &(Vec<PhaseEnded>, Vec<PhaseEnded>),
    practice: &Practice,
    today: NaiveDate,
) -> Option<(NaiveDate, NaiveDate, bool)> {
    let chart = chart_of(planned, ended)?;
    let course = Course::outline(&chart, practice, today);
    course.next_dose().map(|slot| (slot.due, slot.visit, slot.kind.fills()))
}

fn chart_of(planned: &Planned, (before, after): &(Vec<PhaseEnded>, Vec<PhaseEnded>)) -> Option<Chart> {
    let at = DateTime::from_timestamp(0, 0)?.fixed_offset();
    let id = |n: u64| EntryId(Ulid::from_parts(n, 0));
    let ordered = Act::Ordered(planned.order.clone());
    let ended = |ended: &PhaseEnded| Act::PhaseEnded(PhaseEnded { order: id(1), ..ended.clone() });
    let doses = planned.doses.iter().map(|given| Act::Given(Given { order: Some(id(1)), ..given.clone() }));
    let acts = std::iter::once(ordered).chain(before.iter().map(ended)).chain(doses).chain(after.iter().map(ended));
    let entry = |(n, act)| Entry { id: id(n), at, by: String::new(), act, from: None, seal: None };
    Some(Chart::new(PatientId(Ulid::nil()), (1..).zip(acts).map(entry).collect()))
}

/// Returns whether a list's patients can follow a regimen: it keeps a form up at an interval.
pub(crate) fn keeps_up(regimen: &Regimen) -> bool {
    regimen.phases.iter().any(|phase| !phase.kind.fills() && matches!(phase.every, Rhythm::Every(_)))
}

/// Returns the intervals that a regimen publishes for its maintenance, the usual one first.
pub(crate) fn published(regimen: &Regimen) -> Vec<Interval> {
    let Some(phase) = regimen.phases.iter().find(|phase| !phase.kind.fills()) else { return Vec::new() };
    phase.interval().into_iter().chain(phase.or.iter().map(|choice| choice.every)).collect()
}

/// Returns the interval that a last dose and a next day tell: one that the regimen publishes, else whole months or weeks,
/// else the published one that comes nearest.
pub(crate) fn told_by(last: NaiveDate, due: NaiveDate, regimen: &Regimen) -> Option<Interval> {
    let gives = |every: &Interval| every.after(last, 1) == due;
    let published = published(regimen);
    let days = (due - last).num_days();
    let whole = || (1..=24).map(Interval::Months).chain((1..=104).map(Interval::Weeks)).find(gives);
    let nearest = || published.iter().copied().min_by_key(|every| (i64::from(every.about_days()) - days).abs());
    published.iter().copied().find(gives).or_else(whole).or_else(nearest).filter(|_| days > 0)
}

/// Says which interval two dates tell, and where the calendar has another one of about the same length: 13 weeks are not 3 months.
pub(crate) fn why_told(last: NaiveDate, due: NaiveDate, every: Interval) -> String {
    let meets = |interval: Interval| interval.after(last, 1) == due;
    if !meets(every) {
        return format!("every {every} comes nearest of what the plan has");
    }
    let months = (every.about_days() + 15) / 30;
    let other = Interval::Months(months);
    match every {
        Interval::Weeks(_) | Interval::Days(_) if months > 0 && !meets(other) => {
            format!("every {every} to the day; {other} would be {}", words::day(other.after(last, 1)))
        }
        _ => format!("every {every} to the day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::knowledge::Knowledge;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_calendar_starts_near_the_first_dose_and_meets_the_day_of_the_list() {
        let starts = |first| calendar_starts(day("2027-01-04"), Interval::Weeks(12), day(first));
        assert_eq!(starts("2026-10-15"), [day("2026-10-12")]);
        assert_eq!(starts("2026-05-01"), [day("2026-04-27"), day("2026-07-20")]);
    }

    #[test]
    fn an_interval_that_two_dates_tell_says_why_it_is_that_one() {
        let why = |due, every: &str| why_told(day("2026-08-24"), day(due), every.parse().unwrap());
        assert_eq!(why("2026-11-23", "13 weeks"), "every 13 weeks to the day; 3 months would be Tue 24 Nov 2026");
        assert_eq!(why("2026-11-24", "3 months"), "every 3 months to the day");
        assert_eq!(why("2026-08-31", "1 week"), "every 1 week to the day");
        assert_eq!(why("2026-11-25", "3 months"), "every 3 months comes nearest of what the plan has");
    }

    #[test]
    fn two_dates_tell_an_interval() {
        let knowledge = Knowledge::built_in();
        let regimen = knowledge.regimens().iter().find(|r| r.id == "r01-uk-no-neuro").unwrap();
        let told = |last, due| told_by(day(last), day(due), regimen);
        assert_eq!(told("2026-09-01", "2026-12-01"), Some(Interval::Months(3)));
        assert_eq!(told("2026-10-12", "2027-01-04"), Some(Interval::Weeks(12)));
        assert_eq!(told("2026-10-12", "2027-01-10"), Some(Interval::Months(3)), "90 days: the published one");
        assert_eq!(told("2026-10-12", "2026-10-12"), None);
    }
}
