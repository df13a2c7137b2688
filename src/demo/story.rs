//! One fictional patient as a description; `walk` makes dates of it, `tell` a chart.
//!
//! A story says what happened, dose by dose, and where the patient stands today; the dates follow from that.

use super::aside::Aside;
use super::health::{Health, Shape};
use crate::clinic::drug::{Drug, Route};
use crate::clinic::entry::WhyNot;
use crate::clinic::interval::Interval;
use crate::clinic::patient::{Allergies, Sex};
use crate::clinic::triage::{Anaemia, B12Status, Goal, Neuro, Triage};
use chrono::{Datelike, NaiveDate};

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
    /// What else was answered: red flags, medicines, cautions. The day is that of the triage.
    pub(super) more: fn(&mut Triage, NaiveDate),
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
            more: |_, _| {},
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

    /// What else the triage found: red flags, medicines, cautions.
    pub(super) fn found(self, more: fn(&mut Triage, NaiveDate)) -> Self {
        self.with(|a| a.more = more)
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
}
