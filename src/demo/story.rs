//! One fictional patient as a description; `tell` turns it into a chart.
//!
//! A story says what happened, dose by dose, and where the patient stands today; the dates follow from that. They are
//! walked with the rules' own [`Cursor`], so that the course that is worked out of the chart agrees.

use super::health::{Health, Shape};
use crate::clinic::drug::{Drug, Route};
use crate::clinic::entry::WhyNot;
use crate::clinic::interval::{Interval, days_between};
use crate::clinic::order::Order;
use crate::clinic::patient::{Allergies, Sex};
use crate::clinic::practice::Settings;
use crate::clinic::schedule::Cursor;
use crate::clinic::triage::{Anaemia, B12Status, Goal, Neuro};
use chrono::{Datelike, Days, NaiveDate};

/// Who it is.
#[derive(Clone, Debug)]
pub(super) struct Who {
    pub(super) family: String,
    pub(super) given: String,
    pub(super) sex: Sex,
    pub(super) age: i32,
    /// Month and day of birth.
    pub(super) birthday: (u32, u32),
    pub(super) allergies: Allergies,
    pub(super) caution: Option<&'static str>,
}

/// The triage answers.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    pub(super) cause: &'static str,
    pub(super) neuro: Neuro,
    pub(super) visual: bool,
    pub(super) anaemia: Anaemia,
    pub(super) b12: B12Status,
    pub(super) pregnant: bool,
    pub(super) goal: Goal,
    pub(super) route: Route,
    pub(super) drug: Drug,
}

impl Answers {
    /// Returns a confirmed deficiency with moderate anaemia and a cause that nobody knows.
    pub(super) fn unknown() -> Self {
        Self {
            cause: "unknown",
            neuro: Neuro::None,
            visual: false,
            anaemia: Anaemia::Moderate,
            b12: B12Status::Confirmed,
            pregnant: false,
            goal: Goal::Repletion,
            route: Route::Im,
            drug: Drug::Hydroxocobalamin,
        }
    }
}

/// How one dose went.
#[derive(Clone, Debug)]
pub(super) enum Slip {
    /// So many days after its day.
    Late(i64),
    /// So many days before.
    Early(i64),
    /// Not given on its day, and given so many days later.
    Not(WhyNot, i64),
}

/// One order with the doses given on it.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub(super) regimen: &'static str,
    pub(super) every: Option<Interval>,
    pub(super) maintenance_only: bool,
    pub(super) because: Option<&'static str>,
    /// For a later leg: how long after the last dose it starts.
    pub(super) after: Interval,
    /// Doses given.
    pub(super) doses: u32,
    /// What did not go as planned, by dose.
    pub(super) slips: Vec<(u32, Slip)>,
    /// Decisions that end a phase, by the dose after which they were made.
    pub(super) ends: Vec<(u32, &'static str)>,
}

/// Where the patient stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stand {
    /// The next dose is due so many days from today.
    Next(i64),
    /// The first dose was so many days ago, and every dose since was given.
    Ago(i64),
}

/// A small thing that happened beside.
#[derive(Clone, Debug)]
pub(super) enum Aside {
    /// A result so many days ago, between checkpoints.
    Lab(i64, &'static str, f64, &'static str),
    /// The site of the last dose was corrected.
    WrongSite,
    /// The last dose was recorded twice; the second entry is struck out.
    Twice,
    /// The dose that is owed was not given, and why; perhaps with the day, counted from today, for another try.
    Pending(WhyNot, Option<i64>),
}

/// One fictional patient.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub(super) who: Who,
    pub(super) answers: Option<Answers>,
    pub(super) legs: Vec<Leg>,
    pub(super) stand: Stand,
    pub(super) health: Health,
    /// Checkpoints that fell due within so many days are not answered.
    pub(super) unanswered: i64,
    pub(super) asides: Vec<Aside>,
}

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
    /// Begins a story: a person with a deficiency that was confirmed, and no plan yet.
    pub(super) fn of(family: &str, given: &str, age: i32, birthday: (u32, u32), sex: Sex) -> Self {
        Self {
            who: Who {
                family: family.to_owned(),
                given: given.to_owned(),
                sex,
                age,
                birthday,
                allergies: Allergies::NoneKnown,
                caution: None,
            },
            answers: None,
            legs: Vec::new(),
            stand: Stand::Ago(2),
            health: Health {
                symptoms: vec![("fatigue", 2), ("sore-tongue", 1)],
                shape: Shape::Better,
                hb: (102.0, 134.0),
                us: false,
                b12: Some(121.0),
                potassium: 4.2,
            },
            unanswered: 0,
            asides: Vec::new(),
        }
    }

    /// Answers the triage, with moderate anaemia and a confirmed deficiency.
    pub(super) fn because_of(mut self, cause: &'static str) -> Self {
        self.answers = Some(Answers { cause, ..Answers::unknown() });
        self
    }

    /// Changes the triage answers.
    pub(super) fn with(mut self, change: impl FnOnce(&mut Answers)) -> Self {
        if let Some(answers) = &mut self.answers {
            change(answers);
        }
        self
    }

    /// Neurologic symptoms.
    pub(super) fn neuro(self, level: Neuro, symptoms: &[(&'static str, u8)]) -> Self {
        self.with(|a| a.neuro = level).feels(symptoms)
    }

    /// The symptoms before treatment.
    pub(super) fn feels(mut self, symptoms: &[(&'static str, u8)]) -> Self {
        self.health.symptoms = symptoms.to_vec();
        self
    }

    /// How the symptoms go.
    pub(super) fn goes(mut self, shape: Shape) -> Self {
        self.health.shape = shape;
        self
    }

    /// A US patient: cyanocobalamin, US units.
    pub(super) fn us(mut self) -> Self {
        self.health.us = true;
        self.with(|a| a.drug = Drug::Cyanocobalamin)
    }

    /// A plan was signed, and so many doses of it were given.
    pub(super) fn on(mut self, regimen: &'static str, doses: u32) -> Self {
        self.legs.push(Leg {
            regimen,
            every: None,
            maintenance_only: false,
            because: None,
            after: Interval::Weeks(1),
            doses,
            slips: Vec::new(),
            ends: Vec::new(),
        });
        self
    }

    /// Changes the latest plan.
    pub(super) fn plan(mut self, change: impl FnOnce(&mut Leg)) -> Self {
        if let Some(leg) = self.legs.last_mut() {
            change(leg);
        }
        self
    }

    /// The maintenance interval of the latest plan, in months.
    pub(super) fn months(self, n: u32) -> Self {
        self.plan(|leg| leg.every = Some(Interval::Months(n)))
    }

    /// One dose of the latest plan did not go as planned.
    pub(super) fn slip(self, dose: u32, slip: Slip) -> Self {
        self.plan(|leg| leg.slips.push((dose, slip)))
    }

    /// A decision ended a phase after a dose.
    pub(super) fn ended(self, dose: u32, because: &'static str) -> Self {
        self.plan(|leg| leg.ends.push((dose, because)))
    }

    /// The next dose is due so many days from today.
    pub(super) fn next(mut self, days: i64) -> Self {
        self.stand = Stand::Next(days);
        self
    }

    /// The first dose was so many days ago.
    pub(super) fn ago(mut self, days: i64) -> Self {
        self.stand = Stand::Ago(days);
        self
    }

    /// Something happened beside.
    pub(super) fn aside(mut self, aside: Aside) -> Self {
        self.asides.push(aside);
        self
    }

    /// A caution that stands in the banner.
    pub(super) fn caution(mut self, words: &'static str) -> Self {
        self.who.caution = Some(words);
        self
    }

    /// Returns the birth date that makes the age; a birthday that the year lacks falls on the 28th.
    pub(super) fn born(&self, today: NaiveDate) -> NaiveDate {
        let (month, day) = self.who.birthday;
        let is_ahead = (today.month(), today.day()) < (month, day);
        let year = today.year() - self.who.age - i32::from(is_ahead);
        let born = NaiveDate::from_ymd_opt(year, month, day).or_else(|| NaiveDate::from_ymd_opt(year, month, 28));
        born.unwrap_or(today)
    }

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
