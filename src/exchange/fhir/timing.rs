//! How often a phase is given, as FHIR's Timing says it: a month is not four weeks, and three months are not twelve weeks.

use super::resource::day;
use crate::clinic::interval::Interval;
use crate::clinic::regimen::{Phase, Rhythm};
use crate::clinic::schedule;
use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use serde_json::{Value, json};

/// A phase in time.
pub(super) struct Timed<'a> {
    pub(super) phase: &'a Phase,
    /// Counted from 0 within its order.
    pub(super) index: usize,
    /// The day of the order's first dose.
    pub(super) start: NaiveDate,
    /// The day of the phase's own first dose, where it is known.
    pub(super) from: Option<NaiveDate>,
    /// The day of its last dose, where it is over.
    pub(super) to: Option<NaiveDate>,
}

impl Timed<'_> {
    /// Returns how many doses it has; `None` where only a decision ends it.
    pub(super) fn count(&self) -> Option<u32> {
        schedule::count(self.phase, self.index, self.start)
    }

    /// Returns the Timing: dates where the days are fixed, else what repeats.
    pub(super) fn timing(&self) -> Value {
        let events = self.events();
        if !events.is_empty() {
            return json!({ "event": events });
        }
        let mut repeat = self.rhythm();
        repeat["boundsPeriod"] = json!({ "start": self.from.map(day), "end": self.to.map(day) });
        repeat["count"] = json!(self.count());
        json!({ "repeat": repeat })
    }

    /// Returns the days of a dose that comes once, and of a calendar of its own.
    fn events(&self) -> Vec<Value> {
        let days = |offsets: &[u32], from: NaiveDate| -> Vec<Value> {
            let on = |offset: &u32| from.checked_add_days(Days::new(u64::from(*offset)));
            offsets.iter().take(1_000).filter_map(on).map(day).collect()
        };
        match (&self.phase.every, self.from, self.count()) {
            (_, Some(from), Some(1)) => vec![day(from)],
            (Rhythm::Days(offsets), Some(from), count) => {
                let counted = count.map_or(offsets.len(), |n| offsets.len().min(n as usize));
                days(&offsets[..counted], from)
            }
            _ => Vec::new(),
        }
    }

    fn rhythm(&self) -> Value {
        match &self.phase.every {
            Rhythm::Every(every) => {
                let (period, unit) = units(*every);
                let (least, most) = self.published(period, unit);
                json!({ "frequency": 1, "period": least, "periodMax": most, "periodUnit": unit })
            }
            Rhythm::Week(offsets) => match self.week_days(offsets) {
                Some(days) => json!({ "frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": days }),
                None => json!({ "frequency": offsets.len().max(1), "period": 1, "periodUnit": "wk" }),
            },
            Rhythm::Gaps(gaps) => {
                let (least, most) = (gaps.iter().min().copied().unwrap_or(1), gaps.iter().max().copied());
                let most = most.filter(|most| *most != least);
                json!({ "frequency": 1, "period": least, "periodMax": most, "periodUnit": "d" })
            }
            Rhythm::Days(_) => json!({}),
        }
    }

    /// Returns the shortest and the longest interval that a phase leaves open, of those in its own unit.
    fn published(&self, period: u32, unit: &str) -> (u32, Option<u32>) {
        let others = self.phase.or.iter().map(|choice| units(choice.every)).filter(|(_, of)| *of == unit);
        let all: Vec<u32> = others.map(|(n, _)| n).chain([period]).collect();
        let (least, most) = (all.iter().min().copied().unwrap_or(period), all.iter().max().copied());
        (least, most.filter(|most| *most != least))
    }

    /// Returns the days of the week of a pattern, where it counts from the first dose of all: later ones count from the
    /// last dose before them, whose day is not known when the order is signed.
    fn week_days(&self, offsets: &[u32]) -> Option<Vec<&'static str>> {
        let from = self.from.filter(|_| self.index == 0)?;
        let on = |offset: &u32| Some(from.checked_add_days(Days::new(u64::from(*offset)))?.weekday());
        let mut days: Vec<Weekday> = offsets.iter().take(7).filter_map(on).collect();
        days.sort_by_key(Weekday::num_days_from_monday);
        days.dedup();
        (!days.is_empty()).then(|| days.into_iter().map(code).collect())
    }
}

fn units(interval: Interval) -> (u32, &'static str) {
    match interval {
        Interval::Days(n) => (n, "d"),
        Interval::Weeks(n) => (n, "wk"),
        Interval::Months(n) => (n, "mo"),
    }
}

fn code(day: Weekday) -> &'static str {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day.num_days_from_monday() as usize % 7]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::regimen::{Choice, End, PhaseKind};
    use crate::exchange::fhir::ids::Uuid;
    use crate::exchange::fhir::resource::Resource;

    fn timed(every: Rhythm, until: End, or: &[Interval], known: bool) -> Value {
        let or = or.iter().map(|every| Choice { every: *every, dose_mcg: None }).collect();
        let phase = Phase {
            kind: PhaseKind::Repletion,
            dose_mcg: 1000,
            dose_range_mcg: None,
            every,
            or,
            until,
            ended_by: None,
            gate: None,
            words: String::new(),
            mark: None,
        };
        // A Monday.
        let start = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap();
        let from = known.then_some(start);
        let timing = Timed { phase: &phase, index: 0, start, from, to: None }.timing();
        let body = Resource::new("Basic", Uuid(0), json!({ "timing": timing }));
        serde_json::to_value(body).unwrap()["timing"].clone()
    }

    /// Every row of the table in `docs/fhir.md`.
    #[test]
    fn the_table_of_timings() {
        let since = json!({ "start": "2026-01-05" });
        let weeks = |n| Rhythm::Every(Interval::Weeks(n));
        let months = |n| Rhythm::Every(Interval::Months(n));
        let open = || End::Open { review: Interval::Months(12) };
        let rows = [
            (
                "every other day, 6 doses",
                timed(Rhythm::Every(Interval::Days(2)), End::Doses(6), &[], true),
                json!({ "repeat": { "count": 6, "frequency": 1, "period": 2, "periodUnit": "d", "boundsPeriod": since } }),
            ),
            (
                "daily for 1 week",
                timed(Rhythm::Every(Interval::Days(1)), End::Lasts(Interval::Weeks(1)), &[], false),
                json!({ "repeat": { "count": 7, "frequency": 1, "period": 1, "periodUnit": "d" } }),
            ),
            (
                "weekly, 4 doses",
                timed(weeks(1), End::Doses(4), &[], false),
                json!({ "repeat": { "count": 4, "frequency": 1, "period": 1, "periodUnit": "wk" } }),
            ),
            (
                "Mon, Wed, Fri for 2 weeks",
                timed(Rhythm::Week(vec![0, 2, 4]), End::Doses(6), &[], true),
                json!({ "repeat": { "count": 6, "frequency": 1, "period": 1, "periodUnit": "wk",
                    "dayOfWeek": ["mon", "wed", "fri"], "boundsPeriod": since } }),
            ),
            (
                "three times a week, the days not known yet",
                timed(Rhythm::Week(vec![0, 2, 4]), End::Doses(6), &[], false),
                json!({ "repeat": { "count": 6, "frequency": 3, "period": 1, "periodUnit": "wk" } }),
            ),
            (
                "monthly",
                timed(months(1), open(), &[], false),
                json!({ "repeat": { "frequency": 1, "period": 1, "periodUnit": "mo" } }),
            ),
            (
                "every 4 weeks",
                timed(weeks(4), open(), &[], false),
                json!({ "repeat": { "frequency": 1, "period": 4, "periodUnit": "wk" } }),
            ),
            (
                "every 3 months",
                timed(months(3), open(), &[], false),
                json!({ "repeat": { "frequency": 1, "period": 3, "periodUnit": "mo" } }),
            ),
            (
                "every 12 weeks",
                timed(weeks(12), open(), &[], false),
                json!({ "repeat": { "frequency": 1, "period": 12, "periodUnit": "wk" } }),
            ),
            (
                "every 2 to 3 months",
                timed(months(3), open(), &[Interval::Months(2), Interval::Weeks(8)], false),
                json!({ "repeat": { "frequency": 1, "period": 2, "periodMax": 3, "periodUnit": "mo" } }),
            ),
            (
                "every 3 to 4 days, for as long as is asked",
                timed(Rhythm::Gaps(vec![3, 4]), open(), &[], false),
                json!({ "repeat": { "frequency": 1, "period": 3, "periodMax": 4, "periodUnit": "d" } }),
            ),
            (
                "dates fixed by hand",
                timed(Rhythm::Days(vec![0, 7, 30]), End::Doses(3), &[], true),
                json!({ "event": ["2026-01-05", "2026-01-12", "2026-02-04"] }),
            ),
            (
                "for life",
                timed(months(3), open(), &[], true),
                json!({ "repeat": { "frequency": 1, "period": 3, "periodUnit": "mo", "boundsPeriod": since } }),
            ),
            ("once", timed(weeks(1), End::Doses(1), &[], true), json!({ "event": ["2026-01-05"] })),
        ];
        for (words, is, wanted) in rows {
            assert_eq!(is, wanted, "{words}");
        }
    }
}
