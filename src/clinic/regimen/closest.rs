//! How close two doses of a phase may be before somebody is asked why (facts T6 to T8).

use super::{Phase, Rhythm};
use crate::clinic::interval::Interval;
use crate::clinic::knowledge::Knowledge;

/// The least days between two doses that nobody has to give a reason for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closest {
    /// The rule that says so.
    pub rule: &'static str,
    /// The days.
    pub days: i64,
    /// The interval of which they are a part, where no rule names days of its own.
    pub of: Option<Interval>,
}

impl Phase {
    /// Returns how close its doses may be: the rhythm's closest gap where it is denser than weekly, the days that T7 and T8
    /// name for maintenance, else three quarters of the interval, as T8's 21 of 28 days. \[eng\]
    #[must_use]
    pub fn closest(&self, knowledge: &Knowledge) -> Closest {
        let (rare, monthly) = (knowledge.rule("T7"), knowledge.rule("T8"));
        let keeps = !self.kind.fills();
        let about = i64::from(self.least_days());
        let exactly = |rule, days| Closest { rule, days, of: None };
        let part = |rule, percent: i64| {
            let days = (percent * about).saturating_add(99).div_euclid(100);
            Closest { rule, days, of: self.interval() }
        };
        match self.interval() {
            _ if about < 7 => exactly("T6", about.max(1)),
            Some(_) if keeps && about >= rare.count("from_interval_days") => exactly("T7", rare.count("gap_days")),
            Some(Interval::Months(1) | Interval::Weeks(4)) if keeps => exactly("T8", monthly.count("gap_days")),
            _ if keeps => part("T8", monthly.count("other_percent")),
            _ => part("T6", knowledge.rule("T6").count("percent_of_weekly_or_rarer")),
        }
    }

    /// The days between the two doses that lie closest together.
    fn least_days(&self) -> u32 {
        match &self.every {
            Rhythm::Every(interval) => interval.about_days(),
            Rhythm::Week(offsets) => {
                let next = offsets.iter().skip(1).copied().chain(offsets.first().map(|first| first.saturating_add(7)));
                next.zip(offsets).map(|(next, this)| next.saturating_sub(*this)).min().unwrap_or(1)
            }
            Rhythm::Gaps(gaps) => gaps.iter().min().copied().unwrap_or(1),
            Rhythm::Days(offsets) => offsets.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).min().unwrap_or(1),
        }
    }
}
