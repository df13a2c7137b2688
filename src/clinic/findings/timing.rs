//! Doses and checkpoints out of time (facts 9: T1 to T4).

use super::{Finding, Tier};
use crate::clinic::course::{CheckState, Course, DoseSlot, DoseState};
use crate::clinic::entry::EntryId;
use crate::clinic::interval::{Interval, days_between};
use crate::clinic::words;

pub(super) fn findings(course: &Course) -> Vec<Finding> {
    let mut out = Vec::new();
    if let Some(slot) = course.next_dose()
        && let DoseState::Overdue(late) = slot.state
    {
        out.push(overdue(course, slot, late));
    }
    out.extend(checkpoint(course));
    out
}

/// The strongest of T1 to T4 that the delay meets; one finding for one late dose.
fn overdue(course: &Course, slot: &DoseSlot, late: i64) -> Finding {
    let neuro = course.triage.as_ref().is_some_and(|t| t.is_neuro());
    let gap = days_between(slot.counted_from, course.today);
    let every = course.phase_now().and_then(|p| p.every);
    let (rule, tier, todo, source) = lateness(slot, late, gap, every, neuro);
    let cost = if neuro { " With neurologic symptoms, delay can cost recovery." } else { "" };
    let text = format!("Dose {} was due {}: {} late.{cost}", slot.n, words::day(slot.due), words::days(late));
    Finding { rule, tier, text, todo, source, entries: last_entry(course) }
}

fn lateness(
    slot: &DoseSlot,
    late: i64,
    gap: i64,
    every: Option<Interval>,
    neuro: bool,
) -> (&'static str, Tier, &'static str, &'static str) {
    let interval = every.map_or(7, |e| i64::from(e.about_days()));
    let given_before = slot.n > 1;
    if given_before && (gap > 365 || (neuro && gap > 2 * interval && !slot.kind.fills())) {
        return (
            "T4",
            Tier::Reason,
            "Ask the prescriber whether to load again before going on.",
            "facts T4 [S10][S13]",
        );
    }
    if given_before && slot.kind.fills() && interval < 7 && gap > 7 {
        return (
            "T2",
            Tier::Reason,
            "Loading was interrupted: the prescriber decides to go on or to begin again.",
            "facts T2 [S13]",
        );
    }
    if is_missed(every, late) && !slot.kind.fills() {
        return (
            "T3",
            Tier::Reason,
            "Ask about symptoms and give as soon as possible; the next date counts from that day.",
            "facts T3 [eng][S10]",
        );
    }
    ("T1", Tier::Note, "Give it, or record why not.", "facts T1 [eng]")
}

/// T3: overdue by more than 30 days where monthly, 14 where weekly, else by more than a quarter of the interval.
#[must_use]
pub(crate) fn is_missed(every: Option<Interval>, late: i64) -> bool {
    match every {
        Some(Interval::Months(1)) => late > 30,
        Some(Interval::Weeks(1)) => late > 14,
        Some(every) => late * 4 > i64::from(every.about_days()),
        None => late > 7,
    }
}

fn last_entry(course: &Course) -> Vec<EntryId> {
    course.given().next_back().map(|(_, g)| g.entry).or(course.order.as_ref().map(|(id, _)| *id)).into_iter().collect()
}

fn checkpoint(course: &Course) -> Option<Finding> {
    let slot = course.next_checkpoint()?;
    let when = match slot.state {
        CheckState::Due => "is due today".to_owned(),
        CheckState::Overdue(late) => format!("was due {}, {} ago", words::day(slot.due), words::days(late)),
        _ => return None,
    };
    Some(Finding {
        rule: "G5",
        tier: Tier::Note,
        text: format!("{} {when}.", slot.label),
        todo: "Record symptoms and results: c.",
        source: "brief G5; facts 3.1",
        entries: vec![slot.order],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t3_at_its_boundaries() {
        assert!(!is_missed(Some(Interval::Months(1)), 30) && is_missed(Some(Interval::Months(1)), 31));
        assert!(!is_missed(Some(Interval::Weeks(1)), 14) && is_missed(Some(Interval::Weeks(1)), 15));
        assert!(!is_missed(Some(Interval::Weeks(12)), 21) && is_missed(Some(Interval::Weeks(12)), 22));
    }
}
