//! Turns a story into a chart: entries with ids, times and authors, all from the seed.

use super::shelf;
use super::story::{Answers, Story};
use super::walk::{Step, Walked, back};
use crate::clinic::chart::Chart;
use crate::clinic::course::{Course, DoseSlot};
use crate::clinic::drug::{Route, Site};
use crate::clinic::entry::{Act, Checked, Entry, EntryId, Given, NotGiven, PatientId, PhaseEnded, Reason, WhyNot};
use crate::clinic::fit;
use crate::clinic::interval::{Interval, days_between};
use crate::clinic::order::{Order, Wish};
use crate::clinic::patient::Person;
use crate::clinic::practice::Practice;
use crate::clinic::triage::{Goal, MonitoringPlan, Triage};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Timelike};
use ulid::Ulid;

pub(super) const NURSES: [&str; 3] = ["Maya Keller RN", "Tom Adeyemi RN", "Sofia Lindgren RN"];
pub(super) const PRESCRIBERS: [&str; 2] = ["Dr Eleanor Hart", "Dr Samir Rao"];

/// What a chart is written with.
pub(super) struct Teller<'a> {
    pub(super) practice: &'a Practice,
    pub(super) today: NaiveDate,
    pub(super) rng: fastrand::Rng,
    pub(super) entries: Vec<Entry>,
}

impl Teller<'_> {
    /// Tells the story of the patient with this number.
    pub(super) fn tell(mut self, story: &Story, number: usize) -> Chart {
        let mut triage = story.answers.as_ref().map(|_| triage(story, self.practice));
        let orders = self.orders(story, triage.as_ref());
        let walked = story.walk(&orders, &self.practice.settings, self.today);
        let begins = walked.first().map_or_else(|| self.without_plan(story), |leg| leg.order.start);
        let waits = triage.as_ref().is_some_and(|t| !t.is_neuro());
        let seen = self.open_before(back(begins, if waits { 3 } else { 0 }));
        if let Some((triage, answers)) = triage.as_mut().zip(story.answers.as_ref()) {
            (answers.more)(triage, seen);
        }
        let at = self.at(seen, 8 * 60 + 32);
        let id = PatientId(self.ulid(at));
        self.push(at, NURSES[0], Act::Registered(person(story, number, self.today)));
        if let Some(triage) = triage {
            self.push(self.at(seen, 8 * 60 + 38), NURSES[0], Act::Triaged(triage));
            self.baseline(story, seen);
        }
        for (i, leg) in walked.into_iter().enumerate() {
            if i > 0 {
                self.triaged_again(story, leg.signed);
            }
            self.leg(leg, seen);
        }
        let chart = Chart::new(id, self.entries.clone());
        self.looks(story, &chart, begins);
        self.asides(story, begins);
        Chart::new(id, self.entries)
    }

    /// A patient without a plan was seen so many days ago, on a day when the practice was open.
    fn without_plan(&self, story: &Story) -> NaiveDate {
        let days = match story.stand {
            super::story::Stand::Ago(days) | super::story::Stand::Next(days) => days.abs(),
        };
        back(self.today, days)
    }

    pub(super) fn open_before(&self, day: NaiveDate) -> NaiveDate {
        let settings = &self.practice.settings;
        (0..7).map(|n| back(day, n)).find(|d| settings.appointment(*d) == *d).unwrap_or(day)
    }

    fn orders(&mut self, story: &Story, triage: Option<&Triage>) -> Vec<Order> {
        let knowledge = &self.practice.knowledge;
        let prescriber = PRESCRIBERS[self.rng.usize(0..PRESCRIBERS.len())];
        let order = |leg: &super::story::Leg| {
            let regimen = knowledge.regimen(leg.regimen).ok()?;
            let wish = Wish {
                every: leg.every,
                route: triage.map(|t| t.route).filter(|r| regimen.routes.contains(r)),
                maintenance_only: leg.maintenance_only,
                because: leg.because.map(str::to_owned),
                ..Wish::plain(self.today, prescriber)
            };
            Order::write(regimen, fit::checkpoints(self.practice, regimen, triage), &wish).ok()
        };
        story.legs.iter().map_while(order).collect()
    }

    fn leg(&mut self, leg: Walked, seen: NaiveDate) {
        let (drug, route, prescriber) = (leg.order.drug, leg.order.route, leg.order.prescriber.clone());
        let phases = leg.order.phases.clone();
        let signed =
            if leg.signed == leg.order.start { self.at(seen, 8 * 60 + 47) } else { self.at(leg.signed, 17 * 60 + 5) };
        let order = self.push(signed, &prescriber.clone(), Act::Ordered(leg.order));
        let first_site = self.rng.usize(0..2);
        let mut cursor = crate::clinic::schedule::Cursor::new(&phases, seen);
        for step in leg.steps {
            match step {
                Step::Given { n, on, reason } => {
                    let mcg = cursor.phase().map_or(1000, |(_, p)| p.dose_mcg);
                    cursor.take(on, true);
                    let site = site(route, first_site + n as usize);
                    self.given(order, on, drug, route, mcg, site, reason);
                }
                Step::Not { on, why, again } => self.not_given(order, on, why, Some(again)),
                Step::Ended { phase, on, because } => {
                    if cursor.phase().is_some_and(|(now, _)| now == phase) {
                        cursor.advance(on);
                    }
                    let decided_by = prescriber.clone();
                    let ended = PhaseEnded { order, phase, on, because: because.to_owned(), decided_by, told: None };
                    self.push(self.at(on, 17 * 60 + 20), &prescriber, Act::PhaseEnded(ended));
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "they are the fields of a dose")]
    fn given(
        &mut self,
        order: EntryId,
        on: NaiveDate,
        drug: crate::clinic::drug::Drug,
        route: Route,
        dose_mcg: u32,
        site: Site,
        reason: Option<&'static str>,
    ) {
        let lot = shelf::lot(drug, on);
        let minute = self.rng.u32(9 * 60..16 * 60 + 50);
        let at = self.at(on, minute);
        let nurse = self.nurse();
        let rule = |because: &str| Reason::new("T3", because);
        let given = Given {
            order: Some(order),
            time: NaiveTime::from_hms_opt(at.hour(), at.minute(), 0),
            product: lot.product,
            site: Some(site),
            lot: Some(lot.lot),
            expires: Some(lot.expires),
            reasons: reason.map(rule).into_iter().collect(),
            ..Given::new(on, drug, lot.strength_mcg_per_ml, dose_mcg, route)
        };
        self.push(at, nurse, Act::Given(given));
    }

    pub(super) fn not_given(&mut self, order: EntryId, on: NaiveDate, why: WhyNot, again: Option<NaiveDate>) {
        let at = self.at(on, 16 * 60 + 55);
        let nurse = self.nurse();
        self.push(at, nurse, Act::NotGiven(NotGiven { order: Some(order), on, why, again, note: None }));
    }

    /// A later plan only keeps stores full, and the triage says so.
    fn triaged_again(&mut self, story: &Story, on: NaiveDate) {
        let full = Triage { goal: Goal::Maintenance, ..triage(story, self.practice) };
        self.push(self.at(on, 17 * 60 + 2), NURSES[0], Act::Triaged(full));
    }

    /// Symptoms and blood before the first dose.
    fn baseline(&mut self, story: &Story, on: NaiveDate) {
        let labs = ["haemoglobin", "mcv", "total-b12", "ferritin"];
        let labs = labs.iter().filter_map(|a| story.health.lab(a, 0)).collect();
        let looked = Checked { on, symptoms: story.health.grades(0, 2), labs, ..Checked::default() };
        self.push(self.at(on, 8 * 60 + 42), NURSES[0], Act::Checked(looked));
    }

    /// Answers the checkpoints that fell due, but for those that the story leaves open.
    fn looks(&mut self, story: &Story, chart: &Chart, begins: NaiveDate) {
        let course = Course::of(chart, self.practice, self.today);
        let settings = &self.practice.settings;
        let last = back(self.today, story.unanswered);
        let until = story.ended_on(self.today).unwrap_or(self.today);
        let fell: Vec<_> = course
            .checkpoints
            .iter()
            .map(|slot| (slot, settings.appointment(slot.due)))
            .filter(|(slot, on)| *on < until && slot.due < last)
            .collect();
        let asked = |slot: &crate::clinic::course::CheckSlot| slot.asks.iter().any(|a| a == "symptoms");
        let scored = 1 + fell.iter().filter(|(slot, _)| asked(slot)).count();
        let mut k = 0;
        for (slot, on) in fell {
            let labs = slot.asks.iter().filter_map(|a| story.health.lab(a, days_between(begins, on))).collect();
            k += usize::from(asked(slot));
            let symptoms = if asked(slot) { story.health.grades(k, scored) } else { Default::default() };
            let looked = Checked { on, due: Some(slot.due), symptoms, labs, ..Checked::default() };
            let nurse = self.nurse();
            self.push(self.at(on, 17 * 60), nurse, Act::Checked(looked));
        }
    }

    /// A dose that fell due was given on its day, the arms in turn.
    pub(super) fn given_in_turn(&mut self, slot: &DoseSlot, n: usize) {
        let Some(route) = self.entries.iter().rev().find_map(|e| match &e.act {
            Act::Given(given) => Some(given.route),
            _ => None,
        }) else {
            return;
        };
        self.given(slot.order, slot.visit, slot.drug, route, slot.dose_mcg, site(route, n), None);
    }

    fn nurse(&mut self) -> &'static str {
        NURSES[self.rng.usize(0..NURSES.len())]
    }

    pub(super) fn at(&self, day: NaiveDate, minute: u32) -> DateTime<FixedOffset> {
        let time = NaiveTime::from_hms_opt(minute / 60 % 24, minute % 60, 0).unwrap_or_default();
        day.and_time(time).and_utc().fixed_offset()
    }

    fn ulid(&mut self, at: DateTime<FixedOffset>) -> Ulid {
        Ulid::from_parts(at.timestamp_millis().max(0).unsigned_abs(), self.rng.u128(..))
    }

    pub(super) fn push(&mut self, at: DateTime<FixedOffset>, by: &str, act: Act) -> EntryId {
        let id = EntryId(self.ulid(at));
        self.entries.push(Entry { id, at, by: by.to_owned(), act, from: None, seal: None });
        id
    }
}

/// Arms in turn; where the needle goes under the skin, belly and thighs in turn.
fn site(route: Route, k: usize) -> Site {
    let round = match route {
        Route::Sc => [Site::Abdomen, Site::LeftThigh, Site::RightThigh],
        _ => [Site::LeftDeltoid, Site::RightDeltoid, Site::LeftDeltoid],
    };
    round[k % if route == Route::Sc { 3 } else { 2 }]
}

fn person(story: &Story, number: usize, today: NaiveDate) -> Person {
    let who = &story.who;
    Person {
        number: number.to_string(),
        family: who.family.clone(),
        given: who.given.clone(),
        born: story.born(today),
        sex: who.sex,
        phone: Some(format!("020 7946 {:04}", number % 1000)),
        allergies: who.allergies.clone(),
        caution: who.caution.map(str::to_owned),
    }
}

fn triage(story: &Story, practice: &Practice) -> Triage {
    let answers = story.answers.clone();
    let knowledge = &practice.knowledge;
    let usual = knowledge.symptoms().iter().filter(|s| s.usual).map(|s| s.id.clone());
    let first = match &answers {
        Some(a) if a.goal == Goal::Maintenance => Interval::Months(3),
        _ => Interval::Weeks(3),
    };
    let symptoms = usual.collect();
    let a = answers.unwrap_or_else(Answers::unknown);
    let monitoring = MonitoringPlan { first, symptoms, labs: Vec::new() };
    Triage {
        neuro: a.neuro,
        visual: a.visual,
        anaemia: a.anaemia,
        b12: a.b12,
        pregnant: a.pregnant,
        goal: a.goal,
        route: a.route,
        drug: a.drug,
        ..Triage::new(a.cause, monitoring)
    }
}
