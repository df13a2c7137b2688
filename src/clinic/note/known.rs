//! What was known on the day of an encounter: a note that is written later says nothing of what came after it.

use crate::clinic::chart::{Chart, Fact};
use crate::clinic::course::Course;
use crate::clinic::entry::{Act, Checked, EntryId};
use crate::clinic::practice::Practice;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Returns the course as it was known on a day: what is about a later one is left out.
#[must_use]
pub fn known(chart: &Chart, practice: &Practice, on: NaiveDate) -> Course {
    Course::of(&upto(chart, on, |checked| checked.on), practice, on)
}

/// Returns the course that codes and claims of a day go by: the one that was known, and the results of samples that had been
/// taken by then, whenever they came back.
#[must_use]
pub fn coded(chart: &Chart, practice: &Practice, on: NaiveDate) -> Course {
    Course::of(&upto(chart, on, |checked| checked.sample_day().min(checked.on)), practice, on)
}

/// The chart without what is about a later day. A correction counts, whenever it was made; so do names and signatures.
fn upto(chart: &Chart, on: NaiveDate, look_day: fn(&Checked) -> NaiveDate) -> Chart {
    let facts = chart.facts();
    let frame = Frame::of(&facts, on);
    let wanted: BTreeSet<EntryId> =
        facts.iter().filter(|fact| frame.holds(fact, look_day)).map(|fact| fact.entry.id).collect();
    chart.only(|entry| match entry.act {
        Act::Amended(_) => wanted.contains(&chart.first_of(entry.id)),
        _ => wanted.contains(&entry.id),
    })
}

/// What a day is told apart by.
struct Frame {
    on: NaiveDate,
    /// The first triage and the first order, where none was recorded by the day: the chart was written after it.
    stand_in: [Option<EntryId>; 2],
    /// The orders that doses up to the day were given on.
    given_on: BTreeSet<EntryId>,
}

impl Frame {
    fn of(facts: &[Fact<'_>], on: NaiveDate) -> Self {
        let stand_in = |is: fn(&Act) -> bool| {
            let mut all = facts.iter().filter(|fact| fact.act.is_some_and(is));
            all.next().filter(|first| recorded(first) > on).map(|first| first.entry.id)
        };
        let given_on = facts.iter().filter_map(|fact| match fact.act {
            Some(Act::Given(given)) if given.on <= on => given.order,
            _ => None,
        });
        let stand_in = [stand_in(|act| matches!(act, Act::Triaged(_))), stand_in(|act| matches!(act, Act::Ordered(_)))];
        Self { on, stand_in, given_on: given_on.collect() }
    }

    fn holds(&self, fact: &Fact<'_>, look_day: fn(&Checked) -> NaiveDate) -> bool {
        let id = fact.entry.id;
        let day = match fact.act.unwrap_or(&fact.entry.act) {
            Act::Registered(_) | Act::Linked(_) | Act::Cosigned(_) | Act::Noted(_) | Act::Amended(_) => return true,
            Act::Triaged(_) | Act::Ordered(_) => {
                let stands = self.stand_in.contains(&Some(id)) || self.given_on.contains(&id);
                if stands { self.on } else { recorded(fact) }
            }
            Act::Acknowledged(_) => recorded(fact),
            Act::Renewed(renewed) => renewed.on,
            Act::Given(given) => given.on,
            Act::NotGiven(not) => not.on,
            Act::Checked(checked) => look_day(checked),
            Act::PhaseEnded(ended) => ended.on,
            Act::Changed(change) => change.on,
            Act::Reviewed(review) => review.on,
        };
        day <= self.on
    }
}

/// The day on which it was recorded first, here or where it was taken over from.
fn recorded(fact: &Fact<'_>) -> NaiveDate {
    fact.entry.said_at().date_naive()
}
