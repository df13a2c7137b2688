//! What the chart itself can say to a line of the review before an escalation (facts 3.4).

use super::course::{Course, DoseState};
use super::decision::{FromRecord, ReviewLine};
use super::findings::thinned_out;
use super::practice::Practice;
use super::words;
use chrono::NaiveDate;

/// What the record says where nothing was ever measured.
const NOT_MEASURED: &str = "not measured";

/// Returns whether the record answers a line at all, so that a person only confirms it.
#[must_use]
pub fn answers(says: &str) -> bool {
    !says.is_empty() && says != NOT_MEASURED
}

/// Returns what the record says to a line; empty where it says nothing.
#[must_use]
pub fn says(course: &Course, practice: &Practice, line: &ReviewLine) -> String {
    match line.record {
        FromRecord::Blood => latest(course, practice, &["haemoglobin", "mcv", "platelets", "ferritin"]),
        FromRecord::Doses => doses(course),
        FromRecord::Cause => cause(course, practice),
        FromRecord::Medicines => medicines(course, practice),
        FromRecord::FolateFerritin => latest(course, practice, &["folate", "ferritin"]),
        FromRecord::Since => since(course),
        FromRecord::Transition => {
            thinned_out(course).map(|day| format!("the doses thinned out on {}", words::day(day))).unwrap_or_default()
        }
        FromRecord::Kidneys => latest(course, practice, &["egfr", "creatinine"]),
    }
}

fn latest(course: &Course, practice: &Practice, analytes: &[&str]) -> String {
    let one = |id: &&str| {
        let (check, result) = course.latest_result(id, NaiveDate::MIN)?;
        let short = practice.knowledge.lab(id).map_or(*id, |a| a.short.as_str());
        Some(format!("{short} {result} ({})", words::day(check.checked.sample_day())))
    };
    let found: Vec<_> = analytes.iter().filter_map(one).collect();
    if found.is_empty() { NOT_MEASURED.to_owned() } else { found.join(", ") }
}

fn doses(course: &Course) -> String {
    let given: Vec<_> = course.given().collect();
    let late = given.iter().filter(|(s, _)| matches!(s.state, DoseState::Late(_))).count() as i64;
    let early = given.iter().filter(|(s, _)| matches!(s.state, DoseState::Early(_))).count() as i64;
    let missed = course.doses.iter().filter(|s| s.not_given.is_some()).count() as i64;
    let other = given.iter().filter(|(s, g)| g.given.drug != s.drug || g.given.route != s.route).count() as i64;
    let mut parts = vec![format!("{} given", words::plural(given.len() as i64, "dose"))];
    parts.extend(
        [(late, "late"), (early, "early"), (missed, "not given on the day"), (other, "not as ordered")]
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{n} {what}")),
    );
    if late + early + missed + other == 0 {
        parts.push("all on their days and as ordered".to_owned());
    }
    parts.join(", ")
}

fn cause(course: &Course, practice: &Practice) -> String {
    let Some(triage) = &course.triage else { return String::new() };
    let name = practice.knowledge.cause(&triage.cause).map_or(triage.cause.as_str(), |c| c.name.as_str());
    match triage.cause_removed {
        Some(day) => format!("{name}; removed on {}", words::day(day)),
        None => name.to_owned(),
    }
}

fn medicines(course: &Course, practice: &Practice) -> String {
    let Some(triage) = &course.triage else { return String::new() };
    let name =
        |id: &str| practice.knowledge.medicines().iter().find(|m| m.id == id).map_or(id.to_owned(), |m| m.name.clone());
    let taken: Vec<_> = triage.medicines.iter().filter(|m| m.is_taken(course.today)).map(|m| name(&m.id)).collect();
    if taken.is_empty() { "none of those that matter is recorded".to_owned() } else { taken.join(", ") }
}

fn since(course: &Course) -> String {
    let began = course.triage.as_ref().and_then(|t| t.since);
    let treated = course.first_given();
    let mut parts = Vec::new();
    parts.extend(began.map(|day| format!("symptoms since {}", words::began(day))));
    parts.extend(treated.map(|day| format!("treated since {}", words::day(day))));
    parts.join(", ")
}
