//! The right time: never twice a day, not too early, and late only knowingly (facts 9: T1 to T10, P1).

use super::{Checked, Intent, Right};
use crate::clinic::course::{Course, DoseSlot};
use crate::clinic::findings::{Lateness, Tier};
use crate::clinic::interval::{Interval, days_between};
use crate::clinic::practice::Practice;
use crate::clinic::regimen::Rhythm;
use crate::clinic::words;
use chrono::NaiveDate;

pub(super) fn time(course: &Course, practice: &Practice, slot: Option<&DoseSlot>, intent: &Intent) -> Vec<Checked> {
    if let Some(impossible) = impossible(course, intent) {
        return vec![impossible];
    }
    let Some(slot) = slot else {
        let beyond = course.order.is_some().then(|| {
            Checked::asks(Right::Time, Tier::Reason, "PLAN", "all ordered doses are given: this one is beyond the plan")
        });
        return beyond.into_iter().collect();
    };
    let off = days_between(slot.due, intent.on);
    let when =
        if off < 0 { early(course, slot, intent.on, -off) } else { late(course, practice, slot, intent.on, off) };
    match &slot.gate {
        Some(gate) => {
            let ask = Checked::asks(Right::Time, Tier::Reason, "P1", format!("before this phase opens: {gate}"));
            if when.tier.is_some() { vec![ask, when] } else { vec![ask] }
        }
        None => vec![when],
    }
}

/// T10 and T6: a day that cannot be, or that already has its dose.
fn impossible(course: &Course, intent: &Intent) -> Option<Checked> {
    let stop = |rule, words: String| Some(Checked::asks(Right::Time, Tier::Stop, rule, words));
    if intent.on > course.today {
        return stop("T10", format!("{} has not come yet", words::day(intent.on)));
    }
    if course.person.as_ref().is_some_and(|p| intent.on < p.born) {
        return stop("T10", "the day is before the patient's birth".to_owned());
    }
    let (_, given) = course.given().find(|(_, g)| g.given.on == intent.on)?;
    let lot = given.given.lot.as_deref().unwrap_or("no lot");
    stop(
        "T6",
        format!(
            "a dose was already recorded on that day (lot {lot}, {}): give no other; correct the entry in the chart",
            given.by
        ),
    )
}

/// T6 to T8: too close to the last dose.
fn early(course: &Course, slot: &DoseSlot, on: NaiveDate, early: i64) -> Checked {
    // A dose that is recorded afterwards may lie before another one: the nearest counts.
    let gap = course.given().map(|(_, g)| days_between(g.given.on, on).abs()).min().unwrap_or(i64::MAX);
    let rhythm = course.order.as_ref().and_then(|(_, o)| o.phases.get(slot.phase)).map(|p| &p.every);
    let words = format!("due {}, {} early", words::day(slot.due), words::days(early));
    let asks = |tier, rule, more: &str| Checked::asks(Right::Time, tier, rule, format!("{words}{more}"));
    let keeps = !slot.kind.fills();
    match rhythm {
        Some(Rhythm::Every(every)) if keeps && every.about_days() >= 56 && gap < 42 => {
            asks(Tier::Reason, "T7", ": less than 42 days since the last dose")
        }
        Some(Rhythm::Every(Interval::Months(1) | Interval::Weeks(4))) if keeps && gap < 21 => {
            asks(Tier::Reason, "T8", ": less than 21 days since the last dose")
        }
        // What T7 and T8 do not name: less than three quarters of the interval, as T8's 21 of 28 days. [eng]
        Some(Rhythm::Every(every))
            if unnamed(*every, keeps) && gap.saturating_mul(4) < 3 * i64::from(every.about_days()) =>
        {
            let rule = if keeps { "T8" } else { "T6" };
            asks(Tier::Reason, rule, &format!(": {} since the nearest dose, of {every}", words::days(gap)))
        }
        Some(rhythm) if !keeps && closest(rhythm).is_some_and(|least| gap < least) => {
            asks(Tier::Reason, "T6", &format!(": {} since the last dose", words::days(gap)))
        }
        _ if slot.n == 1 => asks(Tier::Reason, "T10", ": before the start that was ordered"),
        _ => asks(Tier::Note, "T7", ""),
    }
}

/// Whether an interval of a week or more has no limit of its own among T7 and T8.
fn unnamed(every: Interval, keeps: bool) -> bool {
    let monthly = matches!(every, Interval::Months(1) | Interval::Weeks(4));
    every.about_days() >= 7 && !(keeps && (monthly || every.about_days() >= 56))
}

/// Returns the least days between two doses of a rhythm that is denser than weekly.
fn closest(rhythm: &Rhythm) -> Option<i64> {
    let least = match rhythm {
        Rhythm::Every(every) => Some(every.about_days()),
        Rhythm::Week(offsets) => {
            let next = offsets.iter().skip(1).copied().chain(offsets.first().map(|first| first + 7));
            next.zip(offsets).map(|(next, this)| next.saturating_sub(*this)).min()
        }
        Rhythm::Gaps(gaps) => gaps.iter().min().copied(),
        Rhythm::Days(offsets) => offsets.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).min(),
    };
    least.filter(|days| *days < 7).map(i64::from)
}

/// T1 to T4: late.
fn late(course: &Course, practice: &Practice, slot: &DoseSlot, on: NaiveDate, late: i64) -> Checked {
    // The open day after a closed one is the plan; a day agreed after a missed dose is no more than late.
    let appointed = on == practice.settings.appointment(slot.due);
    match Lateness::of(course, slot, on).filter(|l| !(appointed || (on == slot.visit && *l == Lateness::Late))) {
        Some(lateness) => {
            let words = format!("due {}, {} late{}", words::day(slot.due), words::days(late), lateness.asks());
            Checked::asks(Right::Time, lateness.tier(), lateness.rule(), words)
        }
        None => Checked::fine(Right::Time, "on time"),
    }
}
