//! Whether treatment works, from symptoms and the blood count; never from serum B12 on treatment (facts 3.2).
//!
//! The comparison rules are facts 5.2 \[eng\]: one step in one item is a change; a plateau needs two checkpoints in a row
//! without an item better by a step while something is left; worse is a neurologic item up by a step.

mod blood;

use blood::Blood;
pub(super) use blood::{Count, count};

use super::background::Confounder;
use super::course::{Check, Course};
use super::interval::days_between;
use super::practice::Practice;
use super::words;
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

/// Whether it works, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The verdict.
    pub response: Response,
    /// What it rests on, a line each, for `w`.
    pub evidence: Vec<String>,
}

/// Works out the response. Serum B12 on treatment has no part in it (facts 3.2).
#[must_use]
pub fn of(course: &Course, practice: &Practice) -> Verdict {
    let blood = blood::of(course, practice);
    let mut evidence = Vec::new();
    let response = match course.first_given() {
        None => {
            evidence.push("No dose was given yet.".to_owned());
            Response::TooEarly
        }
        Some(first) => {
            let series = series(course, first);
            evidence.extend(series.iter().map(|c| score_line(c)));
            by_both(practice, first, &series, &blood)
        }
    };
    evidence.extend(blood.lines);
    evidence.extend(confounders(course, practice));
    Verdict { response, evidence }
}

/// The last look before the first dose, and those after it.
fn series(course: &Course, first: NaiveDate) -> Vec<&Check> {
    let scored: Vec<&Check> = course.checks.iter().filter(|c| !c.checked.symptoms.is_empty()).collect();
    let (before, after): (Vec<&Check>, Vec<&Check>) = scored.into_iter().partition(|c| c.checked.on <= first);
    before.last().copied().into_iter().chain(after).collect()
}

/// What happened beside the treatment, and what it may do to results.
fn confounders(course: &Course, practice: &Practice) -> Vec<String> {
    let kinds = practice.knowledge.confounders();
    let all = course.checks.iter().flat_map(|c| c.checked.confounders.iter().map(move |x| (c.checked.on, x)));
    let line = |(on, x): (NaiveDate, &Confounder)| {
        let kind = kinds.iter().find(|k| k.id == x.id)?;
        Some(format!("{} on {}: {}.", kind.name, words::day(x.on.unwrap_or(on)), kind.words.to_lowercase()))
    };
    all.filter_map(line).collect()
}

fn score_line(check: &Check) -> String {
    format!("Symptoms {} on {} ({}).", check.checked.score().unwrap_or(0), words::day(check.checked.on), check.label)
}

fn by_both(practice: &Practice, first: NaiveDate, series: &[&Check], blood: &Blood) -> Response {
    let latest = series.last().filter(|c| c.checked.on > first && series.len() > 1);
    let Some(latest) = latest else { return blood.alone() };
    let looks: Vec<_> = series.iter().map(|c| (days_between(first, c.checked.on), &c.checked.symptoms)).collect();
    let rule = practice.knowledge.rule("3.3");
    let limits = Limits {
        full: rule.count("full_response_days"),
        nerves: rule.count("neuro_response_days"),
        apart: practice.knowledge.rule("P6").count("apart_days"),
    };
    let is_neuro = |id: &str| practice.knowledge.symptom(id).is_some_and(|s| s.neuro);
    judge(&looks, &is_neuro, blood, days_between(first, latest.checked.on), limits)
}

/// From which day on a response is complete or is called incomplete: the blood and general symptoms at eight weeks
/// (facts 3.1, \[S23\]\[S26\]), nerves at three months (facts 3.2, \[S2\]).
#[derive(Clone, Copy)]
struct Limits {
    full: i64,
    nerves: i64,
    /// Looks closer than so many days are one where a gain is asked for. \[eng\]
    apart: i64,
}

type Grades = BTreeMap<String, u8>;

/// Worse stands before all others, because it is told today; what came back stands before what no longer gains.
fn judge(
    series: &[(i64, &Grades)],
    is_neuro: &dyn Fn(&str) -> bool,
    blood: &Blood,
    days_on: i64,
    limits: Limits,
) -> Response {
    let looks = filled(series);
    let scores: Vec<u32> = looks.iter().map(total).collect();
    let ([first, ..], [earlier @ .., last], [.., previous, now]) = (&scores[..], &scores[..], &looks[..]) else {
        return Response::TooEarly;
    };
    let (first, last) = (*first, *last);
    // What grew and stays is as bad as what grows: it is worse until it gets better, or is as it was before treatment.
    let at_first = &looks[0];
    let grew = |(id, now): (&String, &u8)| {
        let was = |look: &Grades| look.get(id).copied().unwrap_or(*now);
        is_neuro(id) && (*now > was(previous) || (*now > was(at_first) && *now == was(previous)))
    };
    if now.iter().any(grew) {
        return Response::Worse;
    }
    if blood.relapsed {
        return Response::Relapse;
    }
    if last == 0 {
        return match (blood.count, days_on >= limits.full) {
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
    let flat = is_flat(series, &looks, limits.apart);
    let nerves_only = now.iter().filter(|(_, grade)| **grade > 0).all(|(id, _)| is_neuro(id));
    let time = days_on >= if nerves_only { limits.nerves } else { limits.full };
    match (had_gained, flat, time) {
        (true, true, _) => Response::Plateau,
        (_, true, true) => Response::Incomplete,
        _ if blood.count == Count::Abnormal && days_on >= limits.full => Response::Incomplete,
        (_, _, true) if last >= first => Response::Incomplete,
        _ if last < first || blood.answers => Response::Improving,
        _ => Response::TooEarly,
    }
}

/// Two looks in a row without an item better by a step, each some days after the one before: symptoms of today and of
/// yesterday say nothing of a plateau.
fn is_flat(series: &[(i64, &Grades)], looks: &[Grades], apart: i64) -> bool {
    let mut picked: Vec<usize> = Vec::new();
    for (at, (day, _)) in series.iter().enumerate().rev() {
        if picked.last().is_none_or(|later| series[*later].0 - day >= apart) {
            picked.push(at);
        }
    }
    let gained = |pair: &[usize]| {
        let (now, before) = (&looks[pair[0]], &looks[pair[1]]);
        before.iter().any(|(id, grade)| now.get(id).is_some_and(|g| g < grade))
    };
    picked.len() > 2 && !picked.windows(2).take(2).any(gained)
}

/// Returns the total of each look, of the same items, so that they compare.
pub(super) fn totals(looks: &[&Check]) -> Vec<u32> {
    let series: Vec<_> = looks.iter().map(|c| (0, &c.checked.symptoms)).collect();
    filled(&series).iter().map(total).collect()
}

fn total(grades: &Grades) -> u32 {
    grades.values().map(|grade| u32::from(*grade)).sum()
}

/// Gives every look the same items, so that totals compare: one that was not asked is as it was last known, or as it
/// was first found.
fn filled(series: &[(i64, &Grades)]) -> Vec<Grades> {
    let mut known = Grades::new();
    for (_, look) in series.iter().rev() {
        known.extend(look.iter().map(|(id, grade)| (id.clone(), *grade)));
    }
    let step = |(_, look): &(i64, &Grades)| {
        known.extend(look.iter().map(|(id, grade)| (id.clone(), *grade)));
        known.clone()
    };
    series.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { full: 56, nerves: 91, apart: 6 };

    fn verdict(totals: &[&[(&str, u8)]], days_on: i64, count: Count) -> Response {
        let series: Vec<Grades> =
            totals.iter().map(|g| g.iter().map(|(id, v)| ((*id).to_owned(), *v)).collect()).collect();
        let blood = Blood { count, ..Blood::default() };
        let looks: Vec<_> = series.iter().enumerate().map(|(i, g)| (28 * i as i64, g)).collect();
        judge(&looks, &|id| id == "numbness", &blood, days_on, LIMITS)
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
            // Nerves have three months.
            (&[&[("numbness", 3)], &[("numbness", 3)]], 90, R::TooEarly),
            (&[&[("numbness", 3)], &[("numbness", 3)]], 91, R::Incomplete),
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
            // Worse than before treatment stays worse until it gains.
            (&[&[("numbness", 1)], &[("numbness", 3)], &[("numbness", 3)]], 28, R::Worse),
            (&[&[("numbness", 1)], &[("numbness", 3)], &[("fatigue", 0)]], 28, R::Worse),
            (&[&[("numbness", 1)], &[("numbness", 3)], &[("numbness", 2)]], 28, R::TooEarly),
            // An item that was not asked again has not gone, and one asked for the first time has not grown.
            (&[&[("fatigue", 3), ("numbness", 2)], &[("fatigue", 0)]], 60, R::Improving),
            (&[&[("fatigue", 2)], &[("fatigue", 1), ("mood", 3)]], 21, R::Improving),
            (&[&[("numbness", 1)], &[("fatigue", 0)], &[("numbness", 2)]], 21, R::Worse),
        ] {
            assert_eq!(verdict(series, days, Count::Unknown), expected, "{series:?} on day {days}");
        }
    }

    #[test]
    fn looks_of_neighbouring_days_are_no_plateau() {
        let grades: Vec<Grades> = [3, 2, 2, 2].iter().map(|g| Grades::from([("fatigue".to_owned(), *g)])).collect();
        let said = |days: [i64; 4]| {
            let looks: Vec<_> = days.into_iter().zip(&grades).collect();
            judge(&looks, &|_| false, &Blood::default(), days[3], LIMITS)
        };
        assert_eq!(said([0, 7, 8, 14]), Response::Improving, "7 and 8 are one look");
        assert_eq!(said([0, 21, 28, 35]), Response::Plateau);
        assert_eq!(said([0, 7, 13, 19]), Response::Plateau, "six days apart");
        assert_eq!(said([0, 7, 13, 18]), Response::Improving, "five days");
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
}
