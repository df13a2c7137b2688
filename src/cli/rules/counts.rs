//! Where each rule is open, and where it was passed with a reason: overrides are counted and shown, because a rule that
//! is always passed is either wrong or not read.

use crate::clinic::chart::Chart;
use crate::clinic::course::Course;
use crate::clinic::overrides::{self, At, Override};
use crate::clinic::words;
use crate::store::{Problem, Store};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is counted of one rule.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Count {
    /// Charts in which it is open.
    pub(super) open: usize,
    /// Charts in which it fired, and a reason keeps it quiet.
    pub(super) quiet: usize,
    /// Reasons at a dose.
    pub(super) doses: usize,
    /// Reasons when a plan was signed.
    pub(super) orders: usize,
    /// Reasons when the course was changed.
    pub(super) changes: usize,
    /// Reasons when the finding was seen.
    pub(super) seen: usize,
    /// The reasons themselves, newest first: day, who, patient's number, reason.
    pub(super) given: Vec<String>,
}

impl Count {
    /// Returns how many reasons were given.
    pub(super) fn reasons(&self) -> usize {
        self.doses + self.orders + self.changes + self.seen
    }

    /// Returns whether the rule is open nowhere and was never passed.
    pub(super) fn is_nothing(&self) -> bool {
        self.open + self.quiet + self.reasons() == 0
    }
}

/// What one chart has.
struct Found {
    number: String,
    open: BTreeSet<String>,
    quiet: BTreeSet<String>,
    given: Vec<Override>,
}

/// Reads every chart and counts; a chart that cannot be read is named.
pub(super) fn of(store: &Store, today: NaiveDate) -> (BTreeMap<String, Count>, Vec<Problem>) {
    let (found, problems) = store.survey(|chart| look(chart, store, today));
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut given: Vec<(&str, &Override)> = Vec::new();
    for one in &found {
        one.open.iter().for_each(|rule| counts.entry(rule.clone()).or_default().open += 1);
        one.quiet.iter().for_each(|rule| counts.entry(rule.clone()).or_default().quiet += 1);
        given.extend(one.given.iter().map(|passed| (one.number.as_str(), passed)));
    }
    given.sort_by(|(a, one), (b, two)| (two.on, a).cmp(&(one.on, b)));
    for (number, passed) in given {
        let count = counts.entry(passed.rule.clone()).or_default();
        *match passed.at {
            At::Dose => &mut count.doses,
            At::Order => &mut count.orders,
            At::Change => &mut count.changes,
            At::Finding => &mut count.seen,
        } += 1;
        count.given.push(format!("{}, {}, #{number}: {}", words::day(passed.on), passed.by, passed.because));
    }
    (counts, problems)
}

fn look(chart: &Chart, store: &Store, today: NaiveDate) -> Found {
    let course = Course::of(chart, store.practice(), today);
    Found {
        number: course.person.as_ref().map(|p| p.number.clone()).unwrap_or_default(),
        open: course.findings.iter().map(|f| f.rule.clone()).collect(),
        quiet: course.answered.iter().map(|(f, _)| f.rule.clone()).collect(),
        given: overrides::of(chart),
    }
}
