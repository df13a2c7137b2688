//! Whether treatment works, from symptoms and the blood count; never from serum B12 on treatment (facts 3.2).
//!
//! The comparison rules are facts 5.2 \[eng\]: one step in one item is a change; a plateau needs two checkpoints in a row
//! without an item better by a step while something is left; worse is a neurologic item up by a step.

use super::course::{Check, Course};
use super::interval::days_between;
use super::lab::Flag;
use super::practice::Practice;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// The verdict, as the command line's JSON writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// Nothing can be said yet.
    TooEarly,
    /// Better than before treatment.
    Improving,
    /// No symptom left and no blood count out of range.
    Resolved,
    /// Eight weeks on, and not there.
    Incomplete,
    /// Better at first, then two looks without gain.
    Plateau,
    /// A neurologic symptom grew.
    Worse,
    /// It was gone, or better, and came back.
    Relapse,
}

impl Response {
    /// Returns the word of the JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::TooEarly => "too_early",
            Self::Improving => "improving",
            Self::Resolved => "resolved",
            Self::Incomplete => "incomplete",
            Self::Plateau => "plateau",
            Self::Worse => "worse",
            Self::Relapse => "relapse",
        }
    }

    /// Returns a sentence that a screen shows.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::TooEarly => "Too early to say whether it works.",
            Self::Improving => "Improving.",
            Self::Resolved => "Resolved: no symptom left, blood count in range where known.",
            Self::Incomplete => "Incomplete response: review before the plan is changed.",
            Self::Plateau => "Plateau: better at first, then no gain at two checks.",
            Self::Worse => "Worse: a neurologic symptom grew. Tell the prescriber today.",
            Self::Relapse => "Symptoms are back after they had gone down.",
        }
    }
}

/// Eight weeks: by then the blood count is normal in a full response (facts 3.1, \[S23\]\[S26\]).
const FULL_RESPONSE_DAYS: i64 = 56;

/// Works out the response.
#[must_use]
pub fn of(course: &Course, practice: &Practice) -> Response {
    let Some(first_dose) = course.given().map(|(_, g)| g.given.on).min() else { return Response::TooEarly };
    let scored: Vec<&Check> = course.checks.iter().filter(|c| !c.checked.symptoms.is_empty()).collect();
    let (before, after): (Vec<&Check>, Vec<&Check>) = scored.into_iter().partition(|c| c.checked.on <= first_dose);
    let count = blood_count(course, practice, first_dose);
    let Some(latest) = after.last() else { return from_blood_alone(count, first_dose, course.today) };
    let series: Vec<_> = before.last().into_iter().chain(&after).map(|c| &c.checked.symptoms).collect();
    if series.len() < 2 {
        return from_blood_alone(count, first_dose, course.today);
    }
    let weeks_on = days_between(first_dose, latest.checked.on);
    judge(&series, &|id| practice.knowledge.symptom(id).is_some_and(|s| s.neuro), count, weeks_on)
}

type Grades = BTreeMap<String, u8>;

/// Worse stands before all others, because it is told today; what came back stands before what no longer gains.
fn judge(series: &[&Grades], is_neuro: &dyn Fn(&str) -> bool, count: Count, days_on: i64) -> Response {
    let looks = filled(series);
    let scores: Vec<u32> = looks.iter().map(|g| g.values().map(|v| u32::from(*v)).sum()).collect();
    let ([first, ..], [earlier @ .., last], [.., previous, now]) = (&scores[..], &scores[..], &looks[..]) else {
        return Response::TooEarly;
    };
    let (first, last) = (*first, *last);
    if previous.iter().any(|(id, grade)| is_neuro(id) && now.get(id).is_some_and(|g| g > grade)) {
        return Response::Worse;
    }
    if last == 0 {
        return match (count, days_on >= FULL_RESPONSE_DAYS) {
            (Count::Abnormal, true) => Response::Incomplete,
            (Count::Abnormal, false) => Response::Improving,
            _ => Response::Resolved,
        };
    }
    let lowest = earlier.iter().copied().min().unwrap_or(first);
    let had_gained = lowest < first;
    if had_gained && last > lowest && earlier.last().is_some_and(|before| last >= *before) {
        return Response::Relapse;
    }
    let gained = |pair: &[Grades]| pair[0].iter().any(|(id, grade)| pair[1].get(id).is_some_and(|g| g < grade));
    let flat = looks.len() > 2 && !looks.windows(2).rev().take(2).any(gained);
    match (had_gained, flat, days_on >= FULL_RESPONSE_DAYS) {
        (true, true, _) => Response::Plateau,
        (_, true, true) => Response::Incomplete,
        (_, _, true) if count == Count::Abnormal || last >= first => Response::Incomplete,
        _ if last < first => Response::Improving,
        _ => Response::TooEarly,
    }
}

/// Gives every look the same items, so that totals compare: one that was not asked is as it was last known, or as it
/// was first found.
fn filled(series: &[&Grades]) -> Vec<Grades> {
    let mut known = Grades::new();
    for look in series.iter().rev() {
        known.extend(look.iter().map(|(id, grade)| (id.clone(), *grade)));
    }
    let step = |look: &&Grades| {
        known.extend(look.iter().map(|(id, grade)| (id.clone(), *grade)));
        known.clone()
    };
    series.iter().map(step).collect()
}

/// Whether the latest blood count on treatment is in range.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Unknown,
    Normal,
    Abnormal,
}

pub(super) fn blood_count(course: &Course, practice: &Practice, first_dose: NaiveDate) -> Count {
    let sex = course.person.as_ref().map(|p| p.sex).unwrap_or_default();
    let flag = |analyte: &str| {
        let (_, result) = course.latest_result(analyte, first_dose.succ_opt()?)?;
        practice.knowledge.lab(analyte)?.flag(result, sex)
    };
    match (flag("haemoglobin"), flag("mcv")) {
        (None, None) => Count::Unknown,
        (Some(Flag::Low), _) | (_, Some(Flag::High)) => Count::Abnormal,
        _ => Count::Normal,
    }
}

fn from_blood_alone(count: Count, first_dose: NaiveDate, today: NaiveDate) -> Response {
    match count {
        Count::Normal => Response::Improving,
        Count::Abnormal if days_between(first_dose, today) >= FULL_RESPONSE_DAYS => Response::Incomplete,
        _ => Response::TooEarly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(totals: &[&[(&str, u8)]], days_on: i64, count: Count) -> Response {
        let series: Vec<Grades> =
            totals.iter().map(|g| g.iter().map(|(id, v)| ((*id).to_owned(), *v)).collect()).collect();
        judge(&series.iter().collect::<Vec<_>>(), &|id| id == "numbness", count, days_on)
    }

    #[test]
    fn the_series_of_a_course() {
        use Response as R;
        for (series, days, expected) in [
            (&[&[("fatigue", 3)][..], &[("fatigue", 2)]][..], 21, R::Improving),
            (&[&[("fatigue", 3)], &[("fatigue", 3)]], 21, R::TooEarly),
            (&[&[("fatigue", 3)], &[("fatigue", 3)]], 55, R::TooEarly),
            (&[&[("fatigue", 3)], &[("fatigue", 3)]], 56, R::Incomplete),
            (&[&[("fatigue", 3)], &[("fatigue", 0)]], 56, R::Resolved),
            // One look without gain is no plateau; two are.
            (&[&[("fatigue", 3)], &[("fatigue", 2)], &[("fatigue", 2)]], 60, R::Improving),
            (&[&[("fatigue", 3)], &[("fatigue", 2)], &[("fatigue", 2)], &[("fatigue", 2)]], 60, R::Plateau),
            (&[&[("fatigue", 3)], &[("fatigue", 3)], &[("fatigue", 3)]], 60, R::Incomplete),
            (&[&[("fatigue", 3)], &[("fatigue", 0)], &[("fatigue", 2)]], 90, R::Relapse),
            // Back and staying is still a relapse, until it gets better again.
            (&[&[("fatigue", 3)], &[("fatigue", 0)], &[("fatigue", 2)], &[("fatigue", 2)]], 90, R::Relapse),
            (&[&[("fatigue", 3)], &[("fatigue", 0)], &[("fatigue", 2)], &[("fatigue", 1)]], 90, R::Improving),
            (&[&[("numbness", 1), ("fatigue", 3)], &[("numbness", 2), ("fatigue", 1)]], 21, R::Worse),
            (&[&[("numbness", 2)], &[("numbness", 0)], &[("numbness", 1)]], 90, R::Worse),
            // An item that was not asked again has not gone, and one asked for the first time has not grown.
            (&[&[("fatigue", 3), ("numbness", 2)], &[("fatigue", 0)]], 60, R::Improving),
            (&[&[("fatigue", 2)], &[("fatigue", 1), ("mood", 3)]], 21, R::Improving),
            (&[&[("numbness", 1)], &[("fatigue", 0)], &[("numbness", 2)]], 21, R::Worse),
        ] {
            assert_eq!(verdict(series, days, Count::Unknown), expected, "{series:?} on day {days}");
        }
    }

    #[test]
    fn a_low_blood_count_is_never_resolved() {
        let series: &[&[(&str, u8)]] = &[&[("fatigue", 3)], &[("fatigue", 0)]];
        assert_eq!(verdict(series, 55, Count::Abnormal), Response::Improving);
        assert_eq!(verdict(series, 56, Count::Abnormal), Response::Incomplete);
        assert_eq!(verdict(series, 56, Count::Normal), Response::Resolved);
        let better: &[&[(&str, u8)]] = &[&[("fatigue", 3)], &[("fatigue", 1)]];
        assert_eq!(verdict(better, 56, Count::Normal), Response::Improving);
        assert_eq!(verdict(better, 56, Count::Abnormal), Response::Incomplete);
    }

    #[test]
    fn blood_alone() {
        let day = |text: &str| text.parse().unwrap();
        let (first, week_8) = (day("2026-01-05"), day("2026-03-02"));
        assert_eq!(from_blood_alone(Count::Normal, first, week_8), Response::Improving);
        assert_eq!(from_blood_alone(Count::Abnormal, first, week_8), Response::Incomplete);
        assert_eq!(from_blood_alone(Count::Abnormal, first, day("2026-03-01")), Response::TooEarly);
        assert_eq!(from_blood_alone(Count::Unknown, first, week_8), Response::TooEarly);
    }
}
