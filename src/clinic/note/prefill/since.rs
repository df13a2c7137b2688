//! What was found since the dose before, with units and ranges.

use super::{NotedFact, Sheet};
use crate::clinic::course::Check;
use crate::clinic::entry::Sums;
use crate::clinic::findings;
use crate::clinic::lab::{Flag, LabResult};
use crate::clinic::words;
use chrono::NaiveDate;

pub(super) fn lines(sheet: &Sheet<'_>) -> Vec<NotedFact> {
    let before = sheet.course.given().map(|(_, g)| g.given.on).filter(|day| *day < sheet.visit.on).max();
    let is_new = |c: &&Check| c.checked.on <= sheet.visit.on && before.is_none_or(|day| c.checked.on > day);
    let checks: Vec<&Check> = sheet.course.checks.iter().filter(is_new).collect();
    let results = checks.iter().flat_map(|c| c.checked.labs.iter().map(move |r| (c.checked.sample_day(), r)));
    let mut out: Vec<_> = results.filter(|(_, r)| r.is_done()).map(|(day, r)| result(sheet, day, r)).collect();
    out.extend(standing(sheet, &checks));
    out.extend(checks.iter().filter_map(|c| symptoms(sheet, c)));
    for check in &checks {
        let beside = check.checked.confounders.iter().map(|x| x.told(sheet.practice.knowledge.confounders()));
        out.extend(beside.chain(check.checked.returned_words()).map(|text| NotedFact::new("Beside it", text)));
        out.extend(check.checked.note.as_ref().map(|note| NotedFact::new("Noted at the check", note.clone())));
    }
    out
}

/// What the codes rest on, each with its day, where the look since the dose before did not ask for it: the latest haemoglobin,
/// and what documented the deficiency before the first dose. What B12 is under treatment documents nothing.
fn standing(sheet: &Sheet<'_>, new: &[&Check]) -> Vec<NotedFact> {
    let (course, on) = (sheet.course, sheet.visit.on);
    let is_new = |check: &Check| new.iter().any(|c| c.entry == check.entry);
    let hb = |c: &'_ Check| c.checked.lab("haemoglobin").is_some_and(LabResult::is_done);
    let latest = course.checks.iter().filter(|c| c.checked.on <= on && hb(c)).max_by_key(|c| c.checked.sample_day());
    let latest = latest.and_then(|c| Some((c, c.checked.lab("haemoglobin")?)));
    let documenting = findings::documenting(course, sheet.practice, course.first_given().unwrap_or(on));
    let all = latest.into_iter().chain(documenting).filter(|(check, _)| !is_new(check) && check.checked.on <= on);
    all.map(|(check, r)| result(sheet, check.checked.sample_day(), r)).collect()
}

/// `104 g/L, low (120 to 155 g/L), sample of Mon 23 Nov 2026`.
fn result(sheet: &Sheet<'_>, day: NaiveDate, result: &LabResult) -> NotedFact {
    let analyte = sheet.practice.knowledge.lab(&result.analyte);
    let whose = sheet.course.whose();
    let flag = match analyte.and_then(|a| a.flag(result, whose)) {
        Some(Flag::Low) => ", low",
        Some(Flag::High) => ", high",
        Some(Flag::Normal) => ", in range",
        None => "",
    };
    let range =
        analyte.and_then(|a| a.range_words(whose, &result.unit)).map(|range| format!(" ({range})")).unwrap_or_default();
    let label = analyte.map_or(result.analyte.as_str(), |a| a.name.as_str());
    NotedFact::new(label, format!("{result}{flag}{range}, sample of {}", words::day(day)))
}

/// The grades that are not zero, and the sum beside that of the look before.
fn symptoms(sheet: &Sheet<'_>, check: &Check) -> Option<NotedFact> {
    let score = check.checked.score()?;
    let knowledge = &sheet.practice.knowledge;
    let named = |(id, grade): (&String, &u8)| {
        let name = knowledge.symptom(id).map_or(id.as_str(), |s| s.name.as_str());
        format!("{} {grade}", name.to_lowercase())
    };
    let felt: Vec<_> = check.checked.symptoms.iter().filter(|(_, grade)| **grade > 0).map(named).collect();
    let earlier = sheet.course.checks.iter().rev().skip_while(|c| c.entry != check.entry).skip(1);
    let before = Sums::beside(&check.checked, earlier.map(|c| &c.checked));
    let before = before.map(|sums| format!(", {}", sums.words())).unwrap_or_default();
    let felt = if felt.is_empty() { "none".to_owned() } else { felt.join(", ") };
    let text = format!("{felt}; sum {score}{before} (each 0 to 4), {}", words::day(check.checked.on));
    Some(NotedFact::new("Symptoms", text))
}
