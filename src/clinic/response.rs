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
            Self::Plateau => "Plateau: better at first, then no gain at two looks.",
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
    let Some(first_dose) = course.given().next().map(|(_, g)| g.given.on) else { return Response::TooEarly };
    let scored: Vec<&Check> = course.checks.iter().filter(|c| !c.checked.symptoms.is_empty()).collect();
    let (before, after): (Vec<&Check>, Vec<&Check>) = scored.into_iter().partition(|c| c.checked.on <= first_dose);
    let count = blood_count(course, practice, first_dose);
    let Some(latest) = after.last() else { return from_blood_alone(count, first_dose, course.today) };
    let series: Vec<_> = before.last().into_iter().chain(&after).map(|c| &c.checked.symptoms).collect();
    if series.len() < 2 {
        return Response::TooEarly;
    }
    let weeks_on = days_between(first_dose, latest.checked.on);
    judge(&series, &|id| practice.knowledge.symptom(id).is_some_and(|s| s.neuro), count, weeks_on)
}

type Grades = BTreeMap<String, u8>;

fn judge(series: &[&Grades], is_neuro: &dyn Fn(&str) -> bool, count: Count, days_on: i64) -> Response {
    let scores: Vec<u32> = series.iter().map(|g| g.values().map(|v| u32::from(*v)).sum()).collect();
    let (first, last) = (scores[0], scores[scores.len() - 1]);
    let lowest_before = scores[..scores.len() - 1].iter().copied().min().unwrap_or(first);
    let (now, previous) = (series[series.len() - 1], series[series.len() - 2]);
    let had_gained = lowest_before < first;
    if last > lowest_before && had_gained && last > scores[scores.len() - 2] {
        return Response::Relapse;
    }
    if previous.iter().any(|(id, grade)| is_neuro(id) && now.get(id).is_some_and(|g| g > grade)) {
        return Response::Worse;
    }
    if last == 0 {
        return if count == Count::Abnormal && days_on >= FULL_RESPONSE_DAYS {
            Response::Incomplete
        } else {
            Response::Resolved
        };
    }
    let gained = |pair: &[&Grades]| pair[0].iter().any(|(id, grade)| pair[1].get(id).is_some_and(|g| g < grade));
    let flat = |n: usize| series.len() > n && !series.windows(2).rev().take(n).any(gained);
    match (had_gained, flat(2), days_on >= FULL_RESPONSE_DAYS) {
        (true, true, _) => Response::Plateau,
        (_, true, true) => Response::Incomplete,
        (_, _, true) if count == Count::Abnormal || last >= first => Response::Incomplete,
        _ if last < first => Response::Improving,
        _ => Response::TooEarly,
    }
}

/// Whether the latest blood count on treatment is in range.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Count {
    Unknown,
    Normal,
    Abnormal,
}

fn blood_count(course: &Course, practice: &Practice, first_dose: NaiveDate) -> Count {
    let sex = course.person.as_ref().map(|p| p.sex).unwrap_or_default();
    let flag = |analyte: &str| {
        let result =
            course.checks.iter().rev().filter(|c| c.checked.on > first_dose).find_map(|c| c.checked.lab(analyte))?;
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
            (&[&[("fatigue", 3)], &[("fatigue", 3)]], 60, R::Incomplete),
            (&[&[("fatigue", 3)], &[("fatigue", 0)]], 56, R::Resolved),
            (&[&[("fatigue", 3)], &[("fatigue", 2)], &[("fatigue", 2)], &[("fatigue", 2)]], 60, R::Plateau),
            (&[&[("fatigue", 3)], &[("fatigue", 0)], &[("fatigue", 2)]], 90, R::Relapse),
            (&[&[("numbness", 1), ("fatigue", 3)], &[("numbness", 2), ("fatigue", 1)]], 21, R::Worse),
        ] {
            assert_eq!(verdict(series, days, Count::Unknown), expected, "{series:?} on day {days}");
        }
    }

    #[test]
    fn a_low_blood_count_at_eight_weeks_is_not_resolved() {
        let series: &[&[(&str, u8)]] = &[&[("fatigue", 3)], &[("fatigue", 0)]];
        assert_eq!(verdict(series, 55, Count::Abnormal), Response::Resolved);
        assert_eq!(verdict(series, 56, Count::Abnormal), Response::Incomplete);
    }
}
