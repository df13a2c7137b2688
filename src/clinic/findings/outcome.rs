//! What symptoms say of the treatment: worse, back again, a plateau (facts 9: P6, P7; 2.3, 3.3, 9.1; F1).

use super::{Finding, Haste};
use crate::clinic::background::{RedFlag, Urgency};
use crate::clinic::course::{Check, Course};
use crate::clinic::decision::Turn;
use crate::clinic::entry::EntryId;
use crate::clinic::interval::days_between;
use crate::clinic::practice::Practice;
use crate::clinic::regimen::EndedBy;
use crate::clinic::response::{self, Response};
use crate::clinic::words;
use chrono::NaiveDate;
use std::collections::BTreeMap;

pub(super) fn findings(course: &Course, practice: &Practice) -> Vec<Finding> {
    let mut out: Vec<_> = red_flags(course, practice);
    if !course.has_ended() {
        let plateau = plateau(course, practice);
        out.extend(
            [plateau, told_today(course, practice), no_gain(course, practice), back_early(course, practice)]
                .into_iter()
                .flatten(),
        );
    }
    out.extend(new_neuro(course, practice));
    out.extend(folic_acid(course, practice));
    out.extend(blocks_marrow(course, practice));
    out
}

const CALL: &str =
    "Call the prescriber now; treatment does not wait for results. Say here what was done: {press acknowledge}.";
const REFER: &str = "Refer, and say here what was done: {press acknowledge}.";

/// 2.3: the red flags of the triage, until somebody says what was done; the most urgent first.
fn red_flags(course: &Course, practice: &Practice) -> Vec<Finding> {
    let Some(triage) = course.triage.as_ref() else { return Vec::new() };
    let known = practice.knowledge.red_flags();
    let mut raised: Vec<_> = triage.red_flags.iter().filter_map(|id| known.iter().find(|f| f.id == *id)).collect();
    raised.sort_by_key(|flag| flag.urgency);
    let rule = practice.knowledge.rule("2.3");
    let finding = |flag: &RedFlag| {
        let end = if flag.name.ends_with('?') { "" } else { "." };
        let text = format!("{}: {}{end} {}.", flag.urgency.words(), flag.name, flag.words);
        let (todo, haste) = match flag.urgency {
            Urgency::Today => (CALL, Some(Haste::Now)),
            Urgency::Week => (REFER, None),
        };
        Finding {
            todo: todo.into(),
            haste,
            source: format!("facts 2.3: {}", flag.source),
            ..Finding::of(rule, text, course.triage_entry.into_iter().collect())
        }
    };
    raised.into_iter().map(finding).collect()
}

fn scored(course: &Course) -> impl DoubleEndedIterator<Item = &Check> {
    course.checks.iter().filter(|c| c.checked.score().is_some())
}

fn latest_scored(course: &Course) -> Vec<EntryId> {
    scored(course).rev().take(3).map(|c| c.entry).collect()
}

/// 3.3 of a treatment that runs: what the verdict asks to be told today, where no plateau explains it.
pub(super) fn told_today(course: &Course, practice: &Practice) -> Option<Finding> {
    let told = response(course, practice).filter(|_| !course.has_ended())?;
    plateau(course, practice).is_none().then_some(told)
}

/// 3.3: what the verdict asks for.
fn response(course: &Course, practice: &Practice) -> Option<Finding> {
    let text = match course.response {
        Response::Worse => "A neurologic symptom is worse than at the check before, or than before treatment.",
        Response::Relapse => "Symptoms are back after they had gone down.",
        Response::Incomplete => "Eight weeks on, symptoms are not better or blood is not normal.",
        _ => return None,
    };
    let rests = latest_scored(course);
    // The blood count alone speaks through L5.
    (!rests.is_empty()).then(|| Finding::of(practice.knowledge.rule("3.3"), text.to_owned(), rests))
}

/// P6: improvement, and then no gain or worse again, with the doses thinned out between; the day of it is named. While
/// the denser phase runs again the published way back is taken, and there is nothing more to ask.
fn plateau(course: &Course, practice: &Practice) -> Option<Finding> {
    let denser = course.phase_now().is_some_and(|phase| phase.kind.fills());
    if denser || !matches!(course.response, Response::Plateau | Response::Relapse | Response::Worse) {
        return None;
    }
    let thinned = thinned_out(course)?;
    let looks: Vec<_> = scored(course).collect();
    let totals: Vec<_> = response::totals(&looks).into_iter().zip(&looks).collect();
    let (least, best) = totals.iter().min_by_key(|(total, _)| *total)?;
    let (at_first, _) = totals.first()?;
    let (at_last, last) = totals.last().filter(|(_, c)| c.checked.on > thinned)?;
    let gained = least < at_first;
    // Flat before the doses thinned out: that is what ended the denser phase, and no harm of the change.
    let flat_before = looks.iter().filter(|c| c.checked.on > best.checked.on && c.checked.on <= thinned).count();
    let ended_flat = flat_before as i64 >= practice.knowledge.rule("P6").count("checks_without_gain");
    if ended_flat && course.response == Response::Plateau {
        return None;
    }
    let lost = at_last >= least && last.checked.on > best.checked.on;
    (gained && lost).then(|| {
        let what = if course.response == Response::Plateau { "no gain since" } else { "symptoms are back" };
        let text = format!(
            "Better at first (total {at_first} to {least}), and {what} ({at_last} on {}). The doses thinned out on {}.",
            words::day(last.checked.on),
            words::day(thinned)
        );
        Finding::of(practice.knowledge.rule("P6"), text, latest_scored(course))
    })
}

/// Returns the day on which the doses last thinned out: the last one of a denser phase before the one that holds. While a
/// denser phase runs they are not thin.
#[must_use]
pub(crate) fn thinned_out(course: &Course) -> Option<NaiveDate> {
    let now = course.phases.iter().rev().find(|p| !p.tentative && p.from <= course.today)?;
    if now.kind.fills() {
        return None;
    }
    let before = course.phases.iter().rev().find(|p| !p.tentative && p.from < now.from)?;
    let denser = match (before.every, now.every) {
        (Some(was), Some(is)) => was.about_days() < is.about_days(),
        _ => before.kind.fills(),
    };
    denser.then_some(now.from)
}

/// 9.1: two checks without gain in an open phase: what ends it may be there.
fn no_gain(course: &Course, practice: &Practice) -> Option<Finding> {
    let phase = course.phase_now().filter(|p| p.kind.fills() && p.ends_with.is_some())?;
    let event = phase.ends_with.clone().filter(|_| phase.ended_by == Some(EndedBy::NoMoreGain))?;
    (course.response == Response::Plateau).then(|| {
        let text = format!("Two checks without gain: has the phase reached \"{event}\"?");
        Finding::of(practice.knowledge.rule("9.1"), text, latest_scored(course))
    })
}

/// P7: symptoms came back in the last third of the interval, at two doses in a row.
fn back_early(course: &Course, practice: &Practice) -> Option<Finding> {
    let rule = practice.knowledge.rule("P7");
    let phase = course.phase_now().filter(|p| !p.kind.fills())?;
    let every = i64::from(phase.every?.about_days());
    let asked: Vec<_> = course.checks.iter().filter(|c| c.checked.on > phase.from).collect();
    let early = |c: &&&Check| {
        let days = c.checked.returned_days.map(i64::from);
        days.is_some_and(|d| d > 0 && d * 100 <= every * rule.count("last_percent"))
    };
    let wanted = usize::try_from(rule.count("doses")).unwrap_or(2);
    // One answer a dose: the last one before each.
    let answers: Vec<_> = asked.iter().filter(|c| c.checked.returned_days.is_some()).rev().take(wanted).collect();
    let apart = answers.windows(2).all(|pair| days_between(pair[1].checked.on, pair[0].checked.on) * 2 > every);
    (answers.len() == wanted && apart && answers.iter().copied().filter(early).count() == wanted).then(|| {
        let days: Vec<_> = answers.iter().filter_map(|c| c.checked.returned_days).map(|d| d.to_string()).collect();
        let text =
            format!("Symptoms came back {} days before the next dose, at {wanted} doses in a row.", days.join(" and "));
        Finding::of(rule, text, answers.iter().map(|c| c.entry).collect())
    })
}

/// 2.3: a neurologic symptom in somebody whose triage found none. "Do not wait" holds for it as on the first day. One
/// that a later look did not ask for has not gone.
pub(super) fn new_neuro(course: &Course, practice: &Practice) -> Option<Finding> {
    course.triage.as_ref().filter(|t| !t.is_neuro())?;
    let is_neuro = |id: &str| practice.knowledge.symptom(id).is_some_and(|s| s.neuro);
    let mut known: BTreeMap<&str, (u8, &Check)> = BTreeMap::new();
    for check in &course.checks {
        let asked = check.checked.symptoms.iter().filter(|(id, _)| is_neuro(id));
        known.extend(asked.map(|(id, grade)| (id.as_str(), (*grade, check))));
    }
    known.retain(|_, (grade, _)| *grade > 0);
    let latest = known.values().map(|(_, check)| *check).max_by_key(|check| check.checked.on)?;
    let names: Vec<_> = known.keys().filter_map(|id| practice.knowledge.symptom(id)).collect();
    let names: Vec<_> = names.iter().map(|s| s.name.to_lowercase()).collect();
    let mut entries: Vec<_> = known.values().map(|(_, check)| check.entry).collect();
    entries.sort_unstable();
    entries.dedup();
    let day = words::day(latest.checked.on);
    let text = format!("Neurologic symptoms on {day} ({}), and the triage says none.", names.join(", "));
    Some(Finding::of(practice.knowledge.rule("2.3"), text, entries))
}

/// F1: folic acid before B12. It holds no injection back: that is what is missing.
fn folic_acid(course: &Course, practice: &Practice) -> Option<Finding> {
    let rule = practice.knowledge.rule("F1");
    let triage = course.triage.as_ref()?;
    let taken = triage.medicines.iter().find(|m| m.id == "folic-acid" && m.is_taken(course.today))?;
    let much = taken.daily_mcg.is_none_or(|daily| f64::from(daily) > rule.limit("daily_mcg"));
    let tablets = course.standing.as_ref().is_some_and(|s| matches!(s.change.what, Turn::Oral { .. }));
    let declined = course.standing.as_ref().is_some_and(|s| matches!(s.change.what, Turn::Declined { .. }));
    let never = course.given().next().is_none() && !tablets;
    (much && (never || declined)).then(|| {
        let missing = if never { "no B12 was given yet" } else { "B12 is declined" };
        let text = format!("Folic acid is taken, and {missing}.");
        Finding::of(rule, text, course.triage_entry.into_iter().collect())
    })
}

/// Facts 7: the medicines that touch injected B12 too, all in one.
fn blocks_marrow(course: &Course, practice: &Practice) -> Option<Finding> {
    let triage = course.triage.as_ref().filter(|_| !course.has_ended())?;
    let kinds = practice.knowledge.medicines();
    let taken = triage.medicines.iter().filter(|m| m.is_taken(course.today));
    let mut found: Vec<_> = taken.filter_map(|m| kinds.iter().find(|k| k.id == m.id && k.injected)).collect();
    found.dedup_by_key(|k| k.id.as_str());
    let each: Vec<_> = found.iter().map(|k| format!("{}: {}.", k.name, k.effect.to_lowercase())).collect();
    let sources: Vec<_> = found.iter().map(|k| k.source.as_str()).collect();
    (!found.is_empty()).then(|| Finding {
        source: format!("facts 7: {}", sources.join("; ")),
        ..Finding::of(practice.knowledge.rule("MED"), each.join(" "), course.triage_entry.into_iter().collect())
    })
}
