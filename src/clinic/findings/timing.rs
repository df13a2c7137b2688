//! Doses and checkpoints out of time (facts 9: T1 to T4).

use super::Finding;
use crate::clinic::course::{CheckState, Course, DoseSlot, DoseState};
use crate::clinic::entry::{EntryId, Given};
use crate::clinic::interval::{Interval, days_between};
use crate::clinic::practice::Practice;
use crate::clinic::rule::Rule;
use crate::clinic::words;
use chrono::NaiveDate;
use std::collections::BTreeMap;

pub(super) fn findings(course: &Course, practice: &Practice) -> Vec<Finding> {
    let mut out = Vec::new();
    if let Some(slot) = course.next_dose() {
        match slot.state {
            DoseState::Overdue(late) => out.extend(overdue(course, practice, slot, late)),
            // On the day on which a pause ends nothing is late, and the time since the last dose is what it is.
            DoseState::Due if slot.paused.is_some() => out.extend(overdue(course, practice, slot, 0)),
            _ => {}
        }
    }
    out.extend(checkpoint(course, practice));
    out.extend(twice(course, practice));
    out
}

/// The strongest of T1 to T4 that the delay meets; one finding for one late dose. An appointment that is still to come
/// is no delay to be noted.
fn overdue(course: &Course, practice: &Practice, slot: &DoseSlot, late: i64) -> Option<Finding> {
    let neuro = course.triage.as_ref().is_some_and(|t| t.is_neuro());
    let lateness = Lateness::of(course, practice, slot, course.today)?;
    if lateness == Lateness::Late && course.today <= slot.visit {
        return None;
    }
    let cost = if neuro { " With neurologic symptoms, delay can cost recovery." } else { "" };
    let pause = slot.paused.map(|until| format!(" (paused until {})", words::day(until))).unwrap_or_default();
    let how = match since_last(course, slot, course.today) {
        Some(last) if late == 0 => format!("{} since the last dose", words::days(days_between(last, course.today))),
        _ => format!("{} late", words::days(late)),
    };
    let text = format!("The {} was due {}{pause}: {how}.{cost}", slot.title(), words::day(slot.due));
    Some(Finding::of(practice.knowledge.rule(lateness.rule()), text, last_entry(course)))
}

/// How a late dose is late (facts T1 to T4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lateness {
    /// T1: late, and nothing more.
    Late,
    /// T2: dense loading was interrupted for more than a week.
    LoadingBroken,
    /// T3: missed.
    Missed,
    /// T4: a long lapse.
    Lapsed,
}

impl Lateness {
    /// Weighs the delay if the dose were given on `on`; `None` where that is not late. A pause is no delay, but the time
    /// since the last dose is what it is.
    pub(crate) fn of(course: &Course, practice: &Practice, slot: &DoseSlot, on: NaiveDate) -> Option<Self> {
        let due = slot.paused.map_or(slot.due, |until| until.max(slot.due));
        let late = days_between(due, on);
        let within_pause = slot.paused.is_some() && on >= slot.due;
        if late <= 0 && !within_pause {
            return None;
        }
        let rule = |id| practice.knowledge.rule(id);
        let neuro = course.triage.as_ref().is_some_and(|t| t.is_neuro());
        let phase = course.order.as_ref().and_then(|(_, order)| order.phases.get(slot.phase));
        let every = phase.and_then(|p| p.interval());
        // A pattern of days within a week has no single interval.
        let usual = every.map_or(3, |e| i64::from(e.about_days()));
        let fills = slot.kind.fills();
        let gap = since_last(course, slot, on).map_or(0, |last| days_between(last, on));
        let lapsed = rule("T4");
        Some(if gap > lapsed.count("gap_days") || (neuro && !fills && gap > lapsed.count("neuro_intervals") * usual) {
            Self::Lapsed
        } else if fills && usual < 7 && gap > rule("T2").count("gap_days") {
            Self::LoadingBroken
        } else if late <= 0 {
            return None;
        } else if is_missed(rule("T3"), every, late) && (!fills || usual >= 7) {
            Self::Missed
        } else {
            Self::Late
        })
    }

    pub(crate) fn rule(self) -> &'static str {
        match self {
            Self::Late => "T1",
            Self::LoadingBroken => "T2",
            Self::Missed => "T3",
            Self::Lapsed => "T4",
        }
    }

    /// What to ask at the needle.
    pub(crate) fn asks(self) -> &'static str {
        match self {
            Self::Late => "",
            Self::LoadingBroken => ": loading was interrupted for more than 7 days",
            Self::Missed => ": ask about symptoms",
            Self::Lapsed => ": a long lapse, ask about loading again",
        }
    }
}

/// The last dose before the one that is owed. A plan that goes on in maintenance follows the doses of the plan before; one
/// that loads begins anew.
fn since_last(course: &Course, slot: &DoseSlot, on: NaiveDate) -> Option<NaiveDate> {
    if slot.n > 1 {
        return Some(slot.counted_from);
    }
    let before = course.given().map(|(_, g)| g.given.on).filter(|day| *day < on);
    before.max().filter(|_| !slot.kind.fills())
}

/// T3: overdue by more than 30 days where monthly, 14 where weekly, else by more than a quarter of the interval.
fn is_missed(rule: &Rule, every: Option<Interval>, late: i64) -> bool {
    match every {
        Some(Interval::Months(1) | Interval::Weeks(4)) => late > rule.count("monthly_late_days"),
        Some(Interval::Weeks(1) | Interval::Days(7)) => late > rule.count("weekly_late_days"),
        Some(every) => late * 100 > i64::from(every.about_days()) * rule.count("late_percent"),
        None => late > rule.count("no_interval_late_days"),
    }
}

/// T6, T9: more than one dose on a day, as two workstations may have recorded them apart; each such day by itself, so
/// that a reason for one hides no other.
fn twice(course: &Course, practice: &Practice) -> Vec<Finding> {
    let mut by_day: BTreeMap<NaiveDate, Vec<EntryId>> = BTreeMap::new();
    // One that was recorded as given beside the other, with its reason, is no riddle.
    let is_told = |given: &Given| given.against().iter().any(|rule| ["T6", "T9"].contains(rule));
    for (_, given) in course.given().filter(|(_, g)| !is_told(&g.given)) {
        by_day.entry(given.given.on).or_default().push(given.entry);
    }
    by_day.retain(|_, entries| entries.len() > 1);
    let finding = |(day, entries): (NaiveDate, Vec<EntryId>)| {
        let count = if entries.len() == 2 { "Two".to_owned() } else { entries.len().to_string() };
        let text = format!("{count} doses are recorded on {}.", words::day(day));
        // At the needle it stops; once both are in the record, a person says which is true.
        let rule = practice.knowledge.rule("T9");
        Finding::of(rule, text, entries).softer(rule)
    };
    by_day.into_iter().map(finding).collect()
}

fn last_entry(course: &Course) -> Vec<EntryId> {
    course.given().next_back().map(|(_, g)| g.entry).or(course.order.as_ref().map(|(id, _)| *id)).into_iter().collect()
}

fn checkpoint(course: &Course, practice: &Practice) -> Option<Finding> {
    let slot = course.next_checkpoint()?;
    let when = match slot.state {
        CheckState::Due => "is due today".to_owned(),
        CheckState::Overdue(late) => format!("was due {}, {} ago", words::day(slot.visit), words::days(late)),
        _ => return None,
    };
    let missing = if slot.check.is_some() {
        format!("; not in yet: {}", practice.knowledge.asked(&slot.missing))
    } else {
        String::new()
    };
    let text = format!("{} {when}{missing}.", slot.label);
    Some(Finding::of(practice.knowledge.rule("G5"), text, vec![slot.order]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::practice::Settings;

    #[test]
    fn t3_at_its_boundaries() {
        let practice = Practice::new(Settings::new("Test", "Nurse"));
        let is_missed = |every, late| is_missed(practice.knowledge.rule("T3"), every, late);
        assert!(!is_missed(Some(Interval::Months(1)), 30) && is_missed(Some(Interval::Months(1)), 31));
        assert!(!is_missed(Some(Interval::Weeks(1)), 14) && is_missed(Some(Interval::Weeks(1)), 15));
        assert!(!is_missed(Some(Interval::Weeks(12)), 21) && is_missed(Some(Interval::Weeks(12)), 22));
    }
}
