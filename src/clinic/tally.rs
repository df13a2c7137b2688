//! Where each rule is open, and where it was passed with a reason, over all charts of a practice: a rule that is always
//! passed is either wrong or not read.

use super::chart::Chart;
use super::course::Course;
use super::overrides::{self, At, Override};
use super::practice::Practice;
use super::words;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is counted of one rule.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Count {
    /// Charts in which it is open.
    pub open: usize,
    /// Charts in which it fired, and a reason keeps it quiet.
    pub quiet: usize,
    /// Reasons at a dose.
    pub doses: usize,
    /// Reasons when a plan was signed.
    pub orders: usize,
    /// Reasons when the course was changed.
    pub changes: usize,
    /// Reasons when the finding was seen.
    pub seen: usize,
    /// The reasons themselves, newest first: day, who, patient's number, reason.
    pub given: Vec<String>,
}

impl Count {
    /// Returns how many reasons were given.
    #[must_use]
    pub fn reasons(&self) -> usize {
        self.doses + self.orders + self.changes + self.seen
    }

    /// Returns whether the rule is open nowhere and was never passed.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.open + self.quiet + self.reasons() == 0
    }
}

/// What one chart has.
#[derive(Clone, Debug)]
pub struct Found {
    number: String,
    open: BTreeSet<String>,
    quiet: BTreeSet<String>,
    given: Vec<Override>,
}

impl Found {
    /// Looks at one chart.
    #[must_use]
    pub fn of(chart: &Chart, practice: &Practice, today: NaiveDate) -> Self {
        let course = Course::of(chart, practice, today);
        Self {
            number: course.person.as_ref().map(|p| p.number.clone()).unwrap_or_default(),
            open: course.findings.iter().map(|f| f.rule.clone()).collect(),
            quiet: course.answered.iter().map(|(f, _)| f.rule.clone()).collect(),
            given: overrides::of(chart),
        }
    }
}

/// Counts by rule what the charts have.
#[must_use]
pub fn count(found: &[Found]) -> BTreeMap<String, Count> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut given: Vec<(&str, &Override)> = Vec::new();
    for one in found {
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
    counts
}
