//! The heart: `Course::of(chart, practice, today)` works out everything that is shown from what was recorded.
//!
//! Pure, and cheap enough to throw away: every screen, table and letter is a view of a [`Course`].

mod answers;
mod checks;
mod cover;
mod doses;
mod events;
mod ghosts;
pub mod onward;
mod phases;
mod slot;
mod standing;

pub(in crate::clinic) use checks::asks_blood;
pub use checks::{Check, CheckSlot, CheckState};
pub use phases::{PhaseSpan, Repletion};
pub use slot::{DoseGiven, DoseSlot, DoseState};
pub use standing::Standing;

use super::chart::{self, Chart, Fact, Joined};
use super::cosign::{self, Waiting};
use super::decision::{Review, Turn};
use super::entry::{Act, EntryId, ImportId, PatientId};
use super::findings::{self, Finding, Seen};
use super::interval::days_between;
use super::lab::{LabResult, Whose};
use super::links::{self, Said};
use super::order::Order;
use super::patient::Person;
use super::practice::Practice;
use super::response::{self, Response};
use super::rights::{self, Checked};
use super::term::Cover;
use super::triage::{Reversible, Triage};
use super::words;
use chrono::{DateTime, FixedOffset, NaiveDate};
use std::collections::BTreeSet;

/// A patient's course as of a day.
#[derive(Clone, Debug)]
pub struct Course {
    /// The patient.
    pub id: PatientId,
    /// The day for which it was worked out.
    pub today: NaiveDate,
    /// Who it is; `None` only where a chart lacks its registration.
    pub person: Option<Person>,
    /// The triage that holds.
    pub triage: Option<Triage>,
    /// The entry of the triage that holds.
    pub triage_entry: Option<EntryId>,
    /// The day on which the order that holds was recorded, here or where it was taken over from.
    pub ordered_on: Option<NaiveDate>,
    /// The instant at which it came into this record.
    pub ordered_at: Option<DateTime<FixedOffset>>,
    /// The order that holds, with its entry.
    pub order: Option<(EntryId, Order)>,
    /// The phases of all orders, in order of time.
    pub phases: Vec<PhaseSpan>,
    /// The doses of all orders: given, not given, due, planned.
    pub doses: Vec<DoseSlot>,
    /// The plan as it was when the order that holds was signed.
    pub as_ordered: Vec<NaiveDate>,
    /// The planned checkpoints.
    pub checkpoints: Vec<CheckSlot>,
    /// What [`Course::next_checkpoint`] returns.
    first_check: Option<CheckSlot>,
    /// What [`Course::struck_out`] returns.
    struck_out: Option<String>,
    /// What was recorded at checkpoints and between them.
    pub checks: Vec<Check>,
    /// The pause, the tablets or the end that holds beside the plan.
    pub standing: Option<Standing>,
    /// Every change beside the plan, by day; those that hold no longer too.
    pub changes: Vec<Standing>,
    /// The days from today on that the plan before had, where an order or a change replaced it.
    pub ghosts: Vec<NaiveDate>,
    /// The reviews before an escalation, with their entries.
    pub reviews: Vec<(EntryId, Review)>,
    /// Every order with its entry, the one that holds last.
    pub orders: Vec<(EntryId, Order)>,
    /// How far the order that holds still reaches; `None` where nothing ends it.
    pub cover: Option<Cover>,
    /// What waits for a prescriber's signature.
    pub waiting: Vec<Waiting>,
    /// The doses that were taken over from another system: nothing shows that they were given here.
    pub taken_over: BTreeSet<EntryId>,
    /// When repletion ends.
    pub repletion: Repletion,
    /// Whether it works.
    pub response: Response,
    /// What the response rests on, a line each.
    pub evidence: Vec<String>,
    /// What needs attention, most urgent first.
    pub findings: Vec<Finding>,
    /// What fired and was answered with a reason, quiet until it rests on other entries.
    pub answered: Vec<(Finding, String)>,
    /// What of the patient would stop the next dose at the needle; the order's end is told by the cover.
    pub stopped: Option<Checked>,
    /// What happens next.
    pub next: Next,
    /// The charts that are read as part of this one: the patient was entered more than once.
    pub joined: Vec<Joined>,
    /// The latest that its charts say of each other and of others.
    pub said: Vec<Said>,
}

/// The next step. No patient is without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nobody asked the five questions yet.
    Triage,
    /// Triage is there, a signed plan is not.
    Order,
    /// A dose; the index is into [`Course::doses`].
    Dose(usize),
    /// All ordered doses are given: the prescriber decides what follows.
    Decide(String),
    /// Tablets, or treatment stopped: symptoms and blood are looked at on this day.
    Recheck(NaiveDate),
    /// The patient declined: asked again on this day.
    AskAgain(NaiveDate),
    /// Nothing is owed any more, and why.
    Closed(String),
}

impl Course {
    /// Works the course out from the entries, as of `today`.
    #[must_use]
    pub fn of(chart: &Chart, practice: &Practice, today: NaiveDate) -> Self {
        let facts = chart.facts();
        let mut course = Self::from_facts(chart.id, &facts, practice, today).linked_as(chart);
        let verdict = response::of(&course, practice);
        (course.response, course.evidence) = (verdict.response, verdict.evidence);
        course.ghosts = ghosts::of(&events::orders(&facts), &facts, course.standing.as_ref(), practice, today);
        let acknowledged = acknowledged(&facts);
        (course.findings, course.answered) = findings::of(&course, practice, &acknowledged);
        course.stopped = rights::stopped(&course, practice);
        course
    }

    /// Works out dates and what is next, with the findings alone that a list tells at once, and the response without what it
    /// rests on, where symptoms were asked: enough for a line of a list, at a fraction of the work.
    #[must_use]
    pub fn outline(chart: &Chart, practice: &Practice, today: NaiveDate) -> Self {
        let facts = chart.facts();
        let mut course = Self::from_facts(chart.id, &facts, practice, today).linked_as(chart);
        if course.checks.iter().any(|check| !check.checked.symptoms.is_empty()) {
            course.response = response::of(&course, practice).response;
        }
        course.findings = findings::urgent(&course, practice, &acknowledged(&facts));
        course.stopped = rights::stopped(&course, practice);
        course
    }

    fn linked_as(self, chart: &Chart) -> Self {
        let person = if chart.joined().is_empty() { self.person } else { chart.person_of_all() };
        Self { person, joined: chart.joined().to_vec(), said: links::latest(chart.said()), ..self }
    }

    fn from_facts(id: PatientId, facts: &[Fact<'_>], practice: &Practice, today: NaiveDate) -> Self {
        let orders = events::orders(facts);
        let walked = doses::walk(&orders, facts, practice, today);
        let standing = standing::of(facts, today);
        let checks = checks::recorded(facts);
        let look = checks::Look { standing: standing.as_ref(), practice, today };
        let (checkpoints, checks) = checks::plan(&orders, &walked, checks, &look);
        let first_check = checks::first(&checkpoints, today);
        let struck = chart::struck(facts);
        let person = chart::person(facts).or(struck.map(|s| s.person));
        let (triage, order) = (chart::triage(facts), chart::order(facts));
        let whose = whose(person, triage.map(|(_, triage)| triage));
        let cause = triage.and_then(|(_, triage)| practice.knowledge.cause(&triage.cause));
        let for_life = cause.is_some_and(|c| c.reversible == Reversible::No);
        let looks = standing::Looks { checks: &checks, practice, whose, for_life };
        let turned = standing.as_ref().and_then(|s| s.next(&checkpoints, &looks));
        let struck_out = chart::struck_out(facts).map(|s| s.words());
        let next = struck_out
            .clone()
            .map(Next::Closed)
            .or(turned)
            .unwrap_or_else(|| next_step(facts, &walked.slots, orders.last()));
        let all_orders = orders.iter().map(|o| (o.id, o.order.clone())).collect();
        Self {
            id,
            today,
            person: person.cloned(),
            triage: triage.map(|(_, triage)| triage.clone()),
            triage_entry: triage.map(|(entry, _)| entry.id),
            ordered_on: order.map(|(entry, _)| entry.said_at().date_naive()),
            ordered_at: order.map(|(entry, _)| entry.at),
            order: order.map(|(entry, order)| (entry.id, order.clone())),
            phases: walked.phases,
            doses: walked.slots,
            as_ordered: walked.as_ordered,
            checkpoints,
            first_check,
            struck_out,
            checks,
            standing,
            changes: standing::all(facts),
            ghosts: Vec::new(),
            reviews: reviews(facts),
            orders: all_orders,
            cover: walked.cover,
            waiting: cosign::waiting(facts, &practice.settings.people),
            taken_over: taken_over(facts),
            repletion: walked.repletion,
            response: Response::TooEarly,
            evidence: Vec::new(),
            findings: Vec::new(),
            answered: Vec::new(),
            stopped: None,
            next,
            joined: Vec::new(),
            said: Vec::new(),
        }
    }

    /// Returns the next dose that is owed.
    #[must_use]
    pub fn next_dose(&self) -> Option<&DoseSlot> {
        match self.next {
            Next::Dose(index) => self.doses.get(index),
            _ => None,
        }
    }

    /// Returns the checkpoint that is to be recorded first: the latest one that fell due, with the blood that an older one
    /// still asks for; else the next planned one.
    #[must_use]
    pub fn next_checkpoint(&self) -> Option<&CheckSlot> {
        self.first_check.as_ref()
    }

    /// Returns the newest result of an analyte that was sampled on `since` or later. "Not done" is no result: it lifts no
    /// warning that an earlier number gave.
    #[must_use]
    pub fn latest_result(&self, analyte: &str, since: NaiveDate) -> Option<(&Check, &LabResult)> {
        let results = self.checks.iter().filter_map(|c| Some((c, c.checked.lab(analyte).filter(|r| r.is_done())?)));
        results.filter(|(c, _)| c.checked.sample_day() >= since).max_by_key(|(c, _)| c.checked.sample_day())
    }

    /// Returns the checkpoint that a check of today answers: the latest one that fell due, or the next one where its day
    /// is near enough.
    #[must_use]
    pub fn checkpoint_now(&self) -> Option<&CheckSlot> {
        let start = self.started()?;
        let near = |c: &&CheckSlot| days_between(self.today, c.opens) <= answers::lead(start, c.opens);
        self.next_checkpoint().filter(|c| !c.tentative && (c.visit <= self.today || near(c)))
    }

    /// Returns the doses that were given, oldest first.
    pub fn given(&self) -> impl DoubleEndedIterator<Item = (&DoseSlot, &DoseGiven)> {
        self.doses.iter().filter_map(|slot| Some((slot, slot.given.as_ref()?)))
    }

    /// Returns whose laboratory ranges hold.
    #[must_use]
    pub fn whose(&self) -> Whose {
        whose(self.person.as_ref(), self.triage.as_ref())
    }

    /// Returns the day of the first dose of all.
    #[must_use]
    pub fn first_given(&self) -> Option<NaiveDate> {
        self.given().map(|(_, g)| g.given.on).min()
    }

    /// Returns how many days before `day` the last dose was given; `None` where none was.
    #[must_use]
    pub fn days_since_dose(&self, day: NaiveDate) -> Option<i64> {
        self.given().map(|(_, g)| days_between(g.given.on, day)).filter(|n| *n >= 0).min()
    }

    /// Says what a sample of `day` stands for: a baseline, or so long after a dose. One of the first dose's own day counts
    /// as before it, as rule L11 has it.
    #[must_use]
    pub fn sample_words(&self, day: NaiveDate) -> String {
        if self.first_given().is_none_or(|first| day <= first) {
            return "baseline".to_owned();
        }
        match self.days_since_dose(day) {
            Some(0) | None => "on the day of a dose, on treatment".to_owned(),
            Some(n) => format!("{} after a dose, on treatment", words::days(n)),
        }
    }

    /// Returns the newest result of an analyte that was sampled on `day` or before.
    #[must_use]
    pub fn result_before(&self, analyte: &str, day: NaiveDate) -> Option<(&Check, &LabResult)> {
        let results = self.checks.iter().filter_map(|c| Some((c, c.checked.lab(analyte).filter(|r| r.is_done())?)));
        results.filter(|(c, _)| c.checked.sample_day() <= day).max_by_key(|(c, _)| c.checked.sample_day())
    }

    /// Returns the days of the next doses of the plan that holds, as many as `count`; what hangs on a decision is no day.
    #[must_use]
    pub fn ahead(&self, count: usize) -> Vec<NaiveDate> {
        let owed = self.doses.iter().filter(|s| s.state.is_owed() && !s.tentative);
        owed.map(|s| s.visit).take(count).collect()
    }

    /// Returns the days of recorded transfusions.
    pub fn transfusions(&self) -> impl Iterator<Item = NaiveDate> {
        let all = self.checks.iter().flat_map(|c| c.checked.confounders.iter().map(move |x| (c.checked.on, x)));
        all.filter(|(_, x)| x.id == "transfusion").map(|(on, x)| x.on.unwrap_or(on))
    }

    /// Returns the pauses, each from its day to the day on which the injections went on or are to go on.
    #[must_use]
    pub fn pauses(&self) -> Vec<(NaiveDate, NaiveDate)> {
        let pause = |(i, turned): (usize, &Standing)| {
            let Turn::Paused { until } = turned.change.what else { return None };
            let from = turned.change.on;
            // On its own day a dose ends a pause where it was recorded after it.
            let after = |entry: EntryId, on: NaiveDate| on > from || (on == from && entry > turned.entry);
            let dose = self.given().filter(|(_, g)| after(g.entry, g.given.on)).map(|(_, g)| g.given.on).min();
            let turn = self.changes.get(i + 1).map(|next| next.change.on);
            let order = self.orders.iter().map(|(_, o)| o.start).filter(|start| *start > from).min();
            let to = [dose, turn, order].into_iter().flatten().fold(until, NaiveDate::min);
            Some((from, to)).filter(|(from, to)| from < to)
        };
        self.changes.iter().enumerate().filter_map(pause).collect()
    }

    /// Returns whether the plan has ended: tablets, stopped, declined, transferred, died.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.standing.as_ref().is_some_and(Standing::ends_the_plan)
    }

    /// Returns whether nobody here asks anything any more: the patient died or moved away.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        let left = |s: &Standing| matches!(s.change.what, Turn::Died | Turn::Transferred { .. });
        self.standing.as_ref().is_some_and(left)
    }

    /// Returns why the chart is closed where the registration was struck out: the patient was entered by mistake.
    #[must_use]
    pub fn struck_out(&self) -> Option<&str> {
        self.struck_out.as_deref()
    }

    /// Returns the phase that holds now; none once the plan has ended.
    #[must_use]
    pub fn phase_now(&self) -> Option<&PhaseSpan> {
        self.phases.iter().rev().find(|p| p.is_now)
    }

    /// Returns the phase that holds, else the last one that was come into.
    #[must_use]
    pub fn last_phase(&self) -> Option<&PhaseSpan> {
        self.phase_now().or_else(|| self.phases.iter().rev().find(|p| !p.tentative))
    }

    /// Returns the date of the first dose of the order that holds, given or planned.
    #[must_use]
    pub fn started(&self) -> Option<NaiveDate> {
        let (id, order) = self.order.as_ref()?;
        let first = self.given().find(|(slot, _)| slot.order == *id).map(|(_, given)| given.given.on);
        Some(first.unwrap_or(order.start))
    }
}

fn taken_over(facts: &[Fact<'_>]) -> BTreeSet<EntryId> {
    let foreign = |fact: &&Fact<'_>| fact.entry.from.is_some() && matches!(fact.act, Some(Act::Given(_)));
    facts.iter().filter(foreign).map(|fact| fact.entry.id).collect()
}

/// Returns the reviews by day.
fn reviews(facts: &[Fact<'_>]) -> Vec<(EntryId, Review)> {
    let mut all: Vec<_> = facts
        .iter()
        .filter_map(|fact| match fact.act {
            Some(Act::Reviewed(review)) => Some((fact.entry.id, review.clone())),
            _ => None,
        })
        .collect();
    all.sort_by_key(|(_, review)| review.on);
    all
}

fn acknowledged(facts: &[Fact<'_>]) -> Vec<Seen> {
    let seen = facts.iter().filter_map(|fact| match fact.act {
        Some(Act::Acknowledged(what)) => Some(Seen { on: fact.entry.said_at().date_naive(), what: what.clone() }),
        _ => None,
    });
    seen.collect()
}

fn next_step(facts: &[Fact<'_>], slots: &[DoseSlot], order: Option<&InForce<'_>>) -> Next {
    if let Some(index) = slots.iter().position(|s| s.state.is_owed()) {
        return Next::Dose(index);
    }
    match (order, chart::triage(facts)) {
        (Some(in_force), _) => Next::Decide(decide(facts, in_force)),
        (None, Some(_)) => Next::Order,
        (None, None) => Next::Triage,
    }
}

/// Says why nothing is owed: a decision ended the plan, or its last dose is given.
fn decide(facts: &[Fact<'_>], in_force: &InForce<'_>) -> String {
    let order = in_force.order;
    let ended = facts.iter().rev().find_map(|fact| match fact.act? {
        Act::PhaseEnded(ended) if ended.order == in_force.id && ended.phase >= order.phases.len().saturating_sub(1) => {
            Some(ended)
        }
        _ => None,
    });
    match ended {
        Some(ended) => format!(
            "{} was ended on {} ({}): the prescriber decides what follows.",
            order.name,
            words::day(ended.on),
            ended.because
        ),
        None => format!("All doses of {} are given: the prescriber decides what follows.", order.name),
    }
}

/// An order in force, with the day from which the next one replaced it.
#[derive(Clone, Copy, Debug)]
pub(in crate::clinic) struct InForce<'a> {
    pub(in crate::clinic) id: EntryId,
    pub(in crate::clinic) order: &'a Order,
    pub(in crate::clinic) until: Option<NaiveDate>,
    /// The import that made it of a list which has no ids.
    pub(in crate::clinic) of_list: Option<ImportId>,
}

fn whose(person: Option<&Person>, triage: Option<&Triage>) -> Whose {
    Whose { sex: person.map(|p| p.sex).unwrap_or_default(), pregnant: triage.is_some_and(|t| t.pregnant) }
}

fn as_order(act: &Act) -> Option<&Order> {
    match act {
        Act::Ordered(order) => Some(order),
        _ => None,
    }
}
